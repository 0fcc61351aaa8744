//! The migrations, embedded in the binary.

use crate::store::embedded_migrations::{embed, migrator_of};
use sqlx::migrate::Migrator;

/// Name without `.sql` and content of every file in `migrations/postgres/`.
const FILES: &[(&str, &str)] = embed!["postgres": "0001_schema", "0002_lease", "0003_feed", "0004_asks_and_webhooks", "0005_links", "0006_small_state"];

/// Applies what a database has not applied yet, in the order of the versions. SQLx holds a lock meanwhile, so that several
/// servers may start at once.
pub(super) fn migrator() -> Migrator {
    migrator_of(FILES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded_migrations::assert_is_folder;

    #[tokio::test]
    async fn the_embedded_migrations_are_those_of_the_folder() {
        assert_is_folder(&migrator(), "postgres").await;
    }
}
