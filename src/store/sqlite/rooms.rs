//! Rooms, and whether they are monitored.

use super::SqliteStore;
use crate::domain::{AppId, Millis, RoomId, StreamId};
use crate::store::StoreError;
use crate::store::types::{FoundBy, RoomRow};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Without `INDEXED BY`, SQLite would read every room of the app.
const MANUAL: &str = "SELECT app, room, title, host, host_name, followed, found_by FROM room INDEXED BY room_manual
    WHERE app = ?1 AND (followed = 0 OR found_by = 'hand')";

impl SqliteStore {
    pub async fn follow_room(
        &self,
        app: AppId,
        room: &RoomId,
        found_by: FoundBy,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write.begin().await?;
        follow_in(&mut transaction, app, room, found_by, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn is_followed(&self, app: AppId, room: &RoomId) -> Result<bool, StoreError> {
        let followed = sqlx::query_scalar("SELECT followed FROM room WHERE app = ?1 AND room = ?2")
            .bind(app.0)
            .bind(room.as_str())
            .fetch_optional(&self.read)
            .await?;
        Ok(followed.unwrap_or(false))
    }

    pub async fn describe_room(
        &self,
        app: AppId,
        room: &RoomId,
        stream: Option<StreamId>,
        title: Option<&str>,
        host: Option<&str>,
        host_name: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write.begin().await?;
        describe_in(&mut transaction, app, room, stream, title, host, host_name).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn manual_rooms(&self, app: AppId) -> Result<Vec<RoomRow>, StoreError> {
        let rows = sqlx::query(MANUAL).bind(app.0).fetch_all(&self.read).await?;
        rows.iter().map(room_row).collect()
    }

    pub async fn rooms_with_choice(&self, limit: i64) -> Result<Vec<RoomRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT app, room, title, host, host_name, followed, found_by FROM room
             WHERE (followed = 0 OR found_by = 'hand') ORDER BY followed, first_seen DESC, app, room LIMIT ?1",
        )
        .bind(limit)
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(room_row).collect()
    }
}

fn room_row(row: &SqliteRow) -> Result<RoomRow, StoreError> {
    Ok(RoomRow {
        app: AppId(row.try_get("app")?),
        room: RoomId::parse(row.try_get("room")?).map_err(|error| StoreError::corrupt("room.room", error))?,
        title: row.try_get("title")?,
        host: row.try_get("host")?,
        host_name: row.try_get("host_name")?,
        followed: row.try_get("followed")?,
        found_by: match row.try_get("found_by")? {
            "hand" => FoundBy::Hand,
            "webhook" => FoundBy::Webhook,
            _ => FoundBy::List,
        },
    })
}

pub(super) async fn follow_in(
    connection: &mut SqliteConnection,
    app: AppId,
    room: &RoomId,
    found_by: FoundBy,
    now: Millis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO room (app, room, followed, found_by, first_seen) VALUES (?1, ?2, 1, ?3, ?4)
         ON CONFLICT (app, room) DO UPDATE SET followed = 1,
            found_by = CASE WHEN excluded.found_by = 'hand' THEN 'hand' ELSE found_by END",
    )
    .bind(app.0)
    .bind(room.as_str())
    .bind(found_by.name())
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Stops monitoring a room; its streams stay.
pub(super) async fn unfollow_in(
    connection: &mut SqliteConnection,
    app: AppId,
    room: &RoomId,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE room SET followed = 0 WHERE app = ?1 AND room = ?2")
        .bind(app.0)
        .bind(room.as_str())
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Stores title and host of a room, where they are known, also in its open stream.
pub(super) async fn describe_in(
    connection: &mut SqliteConnection,
    app: AppId,
    room: &RoomId,
    stream: Option<StreamId>,
    title: Option<&str>,
    host: Option<&str>,
    host_name: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE room SET title = coalesce(?3, title), host = coalesce(?4, host),
            host_name = coalesce(?5, host_name) WHERE app = ?1 AND room = ?2",
    )
    .bind(app.0)
    .bind(room.as_str())
    .bind(title)
    .bind(host)
    .bind(host_name)
    .execute(&mut *connection)
    .await?;
    // Only where it changes something: most of it is known already, and a change is indexed for search.
    let changed: Option<i64> = sqlx::query_scalar(
        "UPDATE stream SET title = coalesce(?2, title), host = coalesce(?3, host),
            host_name = coalesce(?4, host_name)
         WHERE id = ?1 AND state <> 'sealed' AND (title, host, host_name) IS NOT
            (coalesce(?2, title), coalesce(?3, host), coalesce(?4, host_name))
         RETURNING id",
    )
    .bind(stream.map(|stream| stream.0))
    .bind(title)
    .bind(host)
    .bind(host_name)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = changed {
        super::search::update_in(connection, id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::Write;
    use sqlx::AssertSqlSafe;

    #[tokio::test]
    async fn rooms_once_seen_cost_nothing_at_a_start() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("aftershow.db")).await.unwrap();
        // `ROOMS=1000000` for a long run.
        let count = std::env::var("ROOMS").ok().and_then(|count| count.parse().ok()).unwrap_or(50_000_i64);
        sqlx::query(
            "WITH RECURSIVE place (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < ?1)
             INSERT INTO room (app, room, followed, found_by, first_seen)
             SELECT 7, 'live_' || i || '_1795262400', 1, 'list', 1 FROM place",
        )
        .bind(count)
        .execute(&store.write)
        .await
        .unwrap();
        let ids = ["by_hand", "excluded"].map(|id| RoomId::parse(id).unwrap());
        let followed = |room: &RoomId| Write::Followed {
            app: AppId(7),
            room: room.clone(),
            found_by: FoundBy::Hand,
            at: Millis(2),
        };
        let mut writes: Vec<_> = ids.iter().map(followed).collect();
        writes.push(Write::Unfollowed { app: AppId(7), room: ids[1].clone() });
        store.apply_all(&writes).await.unwrap();
        let rooms = store.manual_rooms(AppId(7)).await.unwrap();
        assert_eq!(rooms.into_iter().map(|row| row.room).collect::<Vec<_>>(), ids);
        let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {MANUAL}"));
        let rows = sqlx::query(plan).bind(7).fetch_all(&store.read).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(plan.iter().all(|step| step.contains("room_manual")), "{plan:?}");
    }
}
