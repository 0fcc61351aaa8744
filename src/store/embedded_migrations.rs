//! Migrations embedded in the binary.
//!
//! `sqlx::migrate!` would embed a folder too, but its procedural macro links SQLite, so that a build from nothing compiles
//! SQLite twice.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Name without `.sql` and content of files in a folder of `migrations/`.
macro_rules! embed {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $folder, "/", $name, ".sql")),
        )),*]
    };
}
pub(super) use embed;

/// Applies what a database has not applied yet, in the order of the versions.
pub(super) fn migrator_of(files: &[(&'static str, &'static str)]) -> Migrator {
    let migration = |&(name, sql): &(&'static str, &'static str)| {
        let (version, description) = name.split_once('_').expect("a migration is named VERSION_DESCRIPTION");
        let version = version.parse().expect("the version of a migration is a number");
        let description = description.replace('_', " ").into();
        Migration::new(version, description, MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(files.iter().map(migration).collect())
}

/// That the embedded files are those of the folder. SQLx refuses a database whose applied migrations have other checksums,
/// so these must be SQLx's own.
#[cfg(test)]
pub(super) async fn assert_is_folder(migrator: &Migrator, folder: &str) {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).join(folder);
    let folder = Migrator::new(folder).await.expect("the folder has migrations");
    let parts = |migrator: &Migrator| -> Vec<_> {
        let parts = |migration: &Migration| {
            let Migration { version, description, migration_type, checksum, no_tx, .. } = migration.clone();
            (version, description, migration_type, checksum, no_tx)
        };
        migrator.iter().map(parts).collect()
    };
    assert_eq!(parts(migrator), parts(&folder));
}
