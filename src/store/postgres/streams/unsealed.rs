//! Everything that goes on in an app, in a few queries however many streams there are.

use super::row::{COLUMNS, FROM, open_stream};
use crate::domain::{AppId, Millis};
use crate::store::StoreError;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::readings::{gap, parse_room_closed, run};
use crate::store::types::{UnsealedStream, UnsealedStreams};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashMap;

impl PostgresStore {
    pub async fn unsealed_with_readings(&self, app: AppId, since: Millis) -> Result<UnsealedStreams, StoreError> {
        let mut transaction = self.begin_snapshot().await?;
        let batch = sqlx::query_scalar("SELECT batch FROM lease WHERE app = $1").bind(app.0);
        let batch: Option<i64> = batch.fetch_optional(&mut *transaction).await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {FROM} WHERE app = $1 AND state <> 'sealed' ORDER BY id"
        )))
        .bind(app.0)
        .fetch_all(&mut *transaction)
        .await?;
        let mut streams: Vec<UnsealedStream> = Vec::with_capacity(rows.len());
        let mut places = HashMap::with_capacity(rows.len());
        for row in &rows {
            let open = open_stream(row)?;
            places.insert(open.summary.id.0, streams.len());
            streams.push(UnsealedStream { open, last: None, recent: Default::default(), room_closed: None });
        }
        let last = "LATERAL (SELECT * FROM reading WHERE reading.stream = stream.id ORDER BY from_asked DESC LIMIT 1)";
        for (kind, table, condition) in [
            (Kind::Run, "reading", "until_answered >= $2"),
            (Kind::Gap, "gap", "until_at >= $2"),
            (Kind::Corrected, "restated", "until_at >= $2"),
            (Kind::RoomClosed, "closing", "$2 IS NOT NULL"),
            (Kind::Last, last, "$2 IS NOT NULL"),
        ] {
            let sql = format!(
                "SELECT found.* FROM stream JOIN {table} AS found ON found.stream = stream.id
                 WHERE app = $1 AND state <> 'sealed' AND {condition}"
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(app.0).bind(since.0).fetch_all(&mut *transaction).await?;
            for row in &rows {
                let stream: i64 = row.try_get("stream")?;
                if let Some(stream) = places.get(&stream).and_then(|place| streams.get_mut(*place)) {
                    kind.take(stream, row)?;
                }
            }
        }
        for stream in &mut streams {
            stream.recent.runs.sort_unstable_by_key(|run| run.from);
            stream.recent.gaps.sort_unstable_by_key(|gap| gap.from);
            stream.recent.corrected.sort_unstable();
        }
        Ok(UnsealedStreams { streams, batch: batch.unwrap_or(0) })
    }
}

/// What a row says of a stream.
#[derive(Clone, Copy)]
enum Kind {
    Run,
    Gap,
    Corrected,
    RoomClosed,
    Last,
}

impl Kind {
    fn take(self, stream: &mut UnsealedStream, row: &PgRow) -> Result<(), StoreError> {
        match self {
            Self::Run => stream.recent.runs.push(run(row)?),
            Self::Gap => stream.recent.gaps.push(gap(row)?),
            Self::Corrected => {
                stream.recent.corrected.push((Millis(row.try_get("from_at")?), Millis(row.try_get("until_at")?)));
            }
            Self::RoomClosed => stream.room_closed = Some(parse_room_closed(row)?),
            Self::Last => stream.last = Some(run(row)?),
        }
        Ok(())
    }
}
