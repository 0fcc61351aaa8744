//! The migrations of SQLite.

use crate::store::embedded_migrations::{embed, migrator_of};
use sqlx::migrate::Migrator;

/// Every file in `migrations/sqlite/`.
const FILES: &[(&str, &str)] = embed![
    "sqlite":
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
pub(super) fn migrator() -> Migrator {
    migrator_of(FILES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded_migrations::assert_is_folder;

    #[tokio::test]
    async fn the_embedded_migrations_are_those_of_the_folder() {
        assert_is_folder(&migrator(), "sqlite").await;
    }
}
