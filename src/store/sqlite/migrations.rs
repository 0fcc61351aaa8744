//! The migrations, embedded in the binary.
//!
//! `sqlx::migrate!` would embed the folder too, but its procedural macro links SQLite, so that a build from nothing
//! compiles SQLite twice.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! embed {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")))),*]
    };
}

/// Name without `.sql` and content of every file in `migrations/sqlite/`.
const FILES: &[(&str, &str)] = embed![
    "0001_streams_and_reports",
    "0002_people_and_links",
    "0003_links_and_issuer",
    "0005_history_rows",
    "0006_pasts_and_lists",
    "0007_start_of_later_parts",
    "0008_search_and_list_indexes",
    "0009_business_day",
    "0010_report_courses",
    "0011_signing_seed",
    "0012_manual_rooms",
    "0015_sums_by_day",
    "0016_waiting_readings",
];

/// Applies what a database has not applied yet, in the order of the versions.
pub fn migrator() -> Migrator {
    let migration = |&(name, sql): &(&'static str, &'static str)| {
        let (version, description) = name.split_once('_').expect("a migration is named VERSION_DESCRIPTION");
        let version = version.parse().expect("the version of a migration is a number");
        let description = description.replace('_', " ").into();
        Migration::new(version, description, MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.iter().map(migration).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    /// SQLx refuses a database whose applied migrations have other checksums, so these must be SQLx's own.
    #[tokio::test]
    async fn the_embedded_migrations_are_those_of_the_folder() {
        let folder = Migrator::new(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"))).await.unwrap();
        let parts = |migrator: &Migrator| -> Vec<_> {
            let parts = |migration: &Migration| {
                let Migration { version, description, migration_type, checksum, no_tx, .. } = migration.clone();
                (version, description, migration_type, checksum, no_tx)
            };
            migrator.iter().map(parts).collect()
        };
        assert_eq!(parts(&migrator()), parts(&folder));
    }
}
