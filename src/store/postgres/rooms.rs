//! Rooms, and whether they are monitored.

use super::PostgresStore;
use super::row::{escape, optional_text, text};
use crate::domain::{AppId, Millis, RoomId, StreamId};
use crate::store::StoreError;
use crate::store::types::{FoundBy, RoomRow};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

const MANUAL: &str = "SELECT app, room, title, host, host_name, followed, found_by FROM room
    WHERE app = $1 AND (NOT followed OR found_by = 'hand')";

impl PostgresStore {
    pub async fn follow_room(
        &self,
        app: AppId,
        room: &RoomId,
        found_by: FoundBy,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin_collector().await?;
        follow_in(&mut transaction, app, room, found_by, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn is_followed(&self, app: AppId, room: &RoomId) -> Result<bool, StoreError> {
        let followed = sqlx::query_scalar("SELECT followed FROM room WHERE app = $1 AND room = $2")
            .bind(app.0)
            .bind(escape(room.as_str()))
            .fetch_optional(&self.pool)
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
        let mut transaction = self.begin_collector().await?;
        describe_in(&mut transaction, app, room, stream, title, host, host_name).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn manual_rooms(&self, app: AppId) -> Result<Vec<RoomRow>, StoreError> {
        let rows = sqlx::query(MANUAL).bind(app.0).fetch_all(&self.pool).await?;
        rows.iter().map(room_row).collect()
    }

    pub async fn rooms_with_choice(&self, limit: i64) -> Result<Vec<RoomRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT app, room, title, host, host_name, followed, found_by FROM room
             WHERE (NOT followed OR found_by = 'hand') ORDER BY followed, first_seen DESC, app, room LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(room_row).collect()
    }
}

fn room_row(row: &PgRow) -> Result<RoomRow, StoreError> {
    Ok(RoomRow {
        app: AppId(row.try_get("app")?),
        room: RoomId::parse(&text(row, "room")?).map_err(|error| StoreError::corrupt("room.room", error))?,
        title: optional_text(row, "title")?,
        host: optional_text(row, "host")?,
        host_name: optional_text(row, "host_name")?,
        followed: row.try_get("followed")?,
        found_by: match row.try_get("found_by")? {
            "hand" => FoundBy::Hand,
            "webhook" => FoundBy::Webhook,
            _ => FoundBy::List,
        },
    })
}

pub(super) async fn follow_in(
    connection: &mut PgConnection,
    app: AppId,
    room: &RoomId,
    found_by: FoundBy,
    now: Millis,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO room (app, room, followed, found_by, first_seen) VALUES ($1, $2, true, $3, $4)
         ON CONFLICT (app, room) DO UPDATE SET followed = true,
            found_by = CASE WHEN excluded.found_by = 'hand' THEN 'hand' ELSE room.found_by END",
    )
    .bind(app.0)
    .bind(escape(room.as_str()))
    .bind(found_by.name())
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Stops monitoring a room; its streams stay.
pub(super) async fn unfollow_in(connection: &mut PgConnection, app: AppId, room: &RoomId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE room SET followed = false WHERE app = $1 AND room = $2")
        .bind(app.0)
        .bind(escape(room.as_str()))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Stores title and host of a room, where they are known, also in its open stream.
pub(super) async fn describe_in(
    connection: &mut PgConnection,
    app: AppId,
    room: &RoomId,
    stream: Option<StreamId>,
    title: Option<&str>,
    host: Option<&str>,
    host_name: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE room SET title = coalesce($3, title), host = coalesce($4, host),
            host_name = coalesce($5, host_name) WHERE app = $1 AND room = $2",
    )
    .bind(app.0)
    .bind(escape(room.as_str()))
    .bind(title.map(escape))
    .bind(host.map(escape))
    .bind(host_name.map(escape))
    .execute(&mut *connection)
    .await?;
    // Only where it changes something: most of it is known already, and a change is indexed for search.
    let changed: Option<i64> = sqlx::query_scalar(
        "UPDATE stream SET title = coalesce($2, title), host = coalesce($3, host),
            host_name = coalesce($4, host_name)
         WHERE id = $1 AND state <> 'sealed' AND (title, host, host_name) IS DISTINCT FROM
            (coalesce($2, title), coalesce($3, host), coalesce($4, host_name))
         RETURNING id",
    )
    .bind(stream.map(|stream| stream.0))
    .bind(title.map(escape))
    .bind(host.map(escape))
    .bind(host_name.map(escape))
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = changed {
        super::search::update_in(connection, id).await?;
    }
    Ok(())
}
