//! Copies a whole SQLite database into an empty PostgreSQL database, in one transaction.
//!
//! Must not: change what it copies. Ids, numbers, hashes and times stay; whether the copy verifies is checked afterwards,
//! by `aftershow migrate-to`.

use super::StoreError;
use super::postgres::{PostgresStore, escape};
use super::sqlite::SqliteStore;
use sqlx::postgres::Postgres;
use sqlx::{AssertSqlSafe, PgConnection, QueryBuilder, Row, SqliteConnection};

/// How a column is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnKind {
    Integer,
    /// 0 or 1 in SQLite.
    Boolean,
    Text,
    Bytes,
}

/// A value on its way.
enum ColumnValue {
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A table, or a part of one, of SQLite, and where it goes.
struct Transfer {
    from: &'static str,
    to: &'static str,
    /// Columns, which have the same names but where `AS` says otherwise, in the order of their kinds.
    integers: &'static str,
    booleans: &'static str,
    texts: &'static str,
    bytes: &'static str,
}

/// In the order in which they refer to each other.
const TRANSFERS: [Transfer; 22] = [
    Transfer {
        from: "room",
        to: "room",
        integers: "app, first_seen",
        booleans: "followed",
        texts: "room, title, host, host_name, found_by",
        bytes: "",
    },
    Transfer {
        from: "stream",
        to: "stream",
        integers: "id, app, create_time, part, interval_ms, first_seen, started_at, show_ended_at, ended_at, ended_after, \
                   evidence_at, host_left_at, host_online_at, viewers, gifts, coins, gifters, likes, messages, last_asked, \
                   last_answered, retries, number, revision, sealed_at, coverage, usual_streams, usual_coins, start_viewers, \
                   start_gifts, start_coins, start_gifters, start_likes, start_messages, business_day",
        booleans: "",
        texts: "room, kind, title, host, host_name, state, ended_by, last_request_id, note, sha256, verdict, search_text",
        bytes: "curve",
    },
    Transfer {
        from: "reading",
        to: "reading",
        integers: "stream, from_asked, from_answered, until_asked, until_answered, count, viewers, gifts, coins, gifters, \
                   likes, messages",
        booleans: "",
        texts: "",
        bytes: "",
    },
    Transfer {
        from: "set_aside",
        to: "set_aside",
        integers: "stream, asked, answered, viewers, gifts, coins, gifters, likes, messages",
        booleans: "",
        texts: "verdict",
        bytes: "",
    },
    Transfer {
        from: "gap",
        to: "gap",
        integers: "stream, from_at, until_at, cause_code",
        booleans: "",
        texts: "cause",
        bytes: "",
    },
    Transfer {
        from: "restated",
        to: "restated",
        integers: "stream, from_at, until_at",
        booleans: "",
        texts: "",
        bytes: "",
    },
    Transfer {
        from: "failure",
        to: "failure",
        integers: "stream, count, last_at",
        booleans: "",
        texts: "code, request_id",
        bytes: "",
    },
    Transfer {
        from: "moment",
        to: "moment",
        integers: "stream, from_at, until_at",
        booleans: "",
        texts: "kind, key, label",
        bytes: "",
    },
    Transfer {
        from: "closing",
        to: "closing",
        integers: "stream, event_time, received_at, viewers, gifts, coins, gifters, likes, messages, contradicted_at",
        booleans: "",
        texts: "",
        bytes: "",
    },
    Transfer {
        from: "waiting_reading",
        to: "waiting_reading",
        integers: "app, asked, answered, viewers, gifts, coins, gifters, likes, messages",
        booleans: "",
        texts: "room",
        bytes: "",
    },
    Transfer {
        from: "signing_key",
        to: "signing_key",
        integers: "created_at",
        booleans: "active",
        texts: "id",
        bytes: "public",
    },
    Transfer {
        from: "report",
        to: "seal",
        integers: "number, stream, revision, sealed_at",
        booleans: "",
        texts: "sha256, key",
        bytes: "signature",
    },
    Transfer { from: "report", to: "record", integers: "number", booleans: "", texts: "", bytes: "record AS body" },
    Transfer {
        from: "report_course",
        to: "report_course",
        integers: "report",
        booleans: "",
        texts: "",
        bytes: "course",
    },
    Transfer {
        from: "operator",
        to: "operator",
        integers: "id, created_at",
        booleans: "",
        texts: "name, password, role, zone, lang",
        bytes: "",
    },
    Transfer {
        from: "session",
        to: "session",
        integers: "operator, created_at, seen_at, expires_at",
        booleans: "",
        texts: "",
        bytes: "hash",
    },
    Transfer { from: "once", to: "once", integers: "operator, expires_at", booleans: "", texts: "", bytes: "hash" },
    Transfer {
        from: "token",
        to: "token",
        integers: "id, created_at, last_used_at",
        booleans: "",
        texts: "name",
        bytes: "hash",
    },
    Transfer {
        from: "share",
        to: "share",
        integers: "id, stream, version, slot_from, slot_until, expires_at, views, last_view, created_at",
        booleans: "hide_host, enabled",
        texts: "name, preset, zone, lang, title, password, created_by",
        bytes: "token_hash",
    },
    Transfer {
        from: "derived",
        to: "derived",
        integers: "share, made_at",
        booleans: "",
        texts: "report, sha256, key",
        bytes: "signature, document",
    },
    Transfer {
        from: "released",
        to: "released",
        integers: "stream, released_at",
        booleans: "",
        texts: "finding, released_by",
        bytes: "",
    },
    Transfer {
        from: "issuer",
        to: "issuer",
        integers: "id",
        booleans: "",
        texts: "name, contact, coins_en, coins_zh, coins_ja, lang, logo_type",
        bytes: "logo",
    },
];

/// The audit log, whose time has the name of a keyword.
const AUDIT: Transfer =
    Transfer { from: "audit", to: "audit", integers: "id, at", booleans: "", texts: "who, action, subject", bytes: "" };

/// Rows in one INSERT. PostgreSQL takes 65,535 values in one statement; the widest table has 48 columns.
const ROWS_PER_INSERT: usize = 500;

impl Transfer {
    /// Every column as SQLite selects it, with its kind.
    fn columns(&self) -> Vec<(&'static str, ColumnKind)> {
        let kinds = [
            (self.integers, ColumnKind::Integer),
            (self.booleans, ColumnKind::Boolean),
            (self.texts, ColumnKind::Text),
            (self.bytes, ColumnKind::Bytes),
        ];
        let named = kinds.into_iter().flat_map(|(names, kind)| names.split(',').map(move |name| (name.trim(), kind)));
        named.filter(|(name, _)| !name.is_empty()).collect()
    }

    /// Copies all rows; returns how many there were.
    async fn run(&self, from: &mut SqliteConnection, to: &mut PgConnection) -> Result<u64, StoreError> {
        use futures::TryStreamExt;
        let columns = self.columns();
        let selected: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let target: Vec<&str> = selected.iter().map(|name| name.rsplit(' ').next().unwrap_or(name)).collect();
        let select = format!("SELECT {} FROM {}", selected.join(", "), self.from);
        let insert = format!("INSERT INTO {} ({}) ", self.to, target.join(", "));
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(from);
        let (mut batch, mut copied) = (Vec::new(), 0);
        loop {
            let row = rows.try_next().await?;
            let is_last = row.is_none();
            if let Some(row) = row {
                let value = |(place, (_, kind)): (usize, &(&str, ColumnKind))| {
                    Ok(match kind {
                        ColumnKind::Integer => ColumnValue::Integer(row.try_get(place)?),
                        ColumnKind::Boolean => {
                            ColumnValue::Boolean(row.try_get::<Option<i64>, _>(place)?.map(|value| value != 0))
                        }
                        ColumnKind::Text => {
                            let text: Option<String> = row.try_get(place)?;
                            ColumnValue::Text(text.map(|text| escape(&text).into_owned()))
                        }
                        ColumnKind::Bytes => ColumnValue::Bytes(row.try_get(place)?),
                    })
                };
                batch.push(columns.iter().enumerate().map(value).collect::<Result<Vec<ColumnValue>, sqlx::Error>>()?);
            }
            if batch.len() == ROWS_PER_INSERT || (is_last && !batch.is_empty()) {
                copied += batch.len() as u64;
                let mut query = QueryBuilder::<Postgres>::new(insert.as_str());
                query.push_values(batch.drain(..), |mut row, values| {
                    for value in values {
                        match value {
                            ColumnValue::Integer(value) => row.push_bind(value),
                            ColumnValue::Boolean(value) => row.push_bind(value),
                            ColumnValue::Text(value) => row.push_bind(value),
                            ColumnValue::Bytes(value) => row.push_bind(value),
                        };
                    }
                });
                query.build().execute(&mut *to).await?;
            }
            if is_last {
                return Ok(copied);
            }
        }
    }
}

/// Copies everything; returns each table of the target with its number of rows, counted there and equal to those read.
pub(super) async fn copy(from: &SqliteStore, to: &PostgresStore) -> Result<Vec<(&'static str, u64)>, StoreError> {
    let mut source = from.read.begin().await?;
    let mut target = to.pool.begin().await?;
    let is_used: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM stream) OR EXISTS (SELECT 1 FROM operator) OR EXISTS (SELECT 1 FROM room)
            OR EXISTS (SELECT 1 FROM signing_key) OR EXISTS (SELECT 1 FROM issuer) OR EXISTS (SELECT 1 FROM audit)",
    )
    .fetch_one(&mut *target)
    .await?;
    if is_used {
        return Err(StoreError::NotEmpty);
    }
    let mut counts = Vec::new();
    for transfer in TRANSFERS.iter().chain([&AUDIT]) {
        let read = transfer.run(&mut source, &mut target).await?;
        let count = AssertSqlSafe(format!("SELECT count(*) FROM {}", transfer.to));
        let written: i64 = sqlx::query_scalar(count).fetch_one(&mut *target).await?;
        if u64::try_from(written) != Ok(read) {
            let what = format!("{read} rows were read and {written} are there");
            return Err(StoreError::corrupt(transfer.to, what));
        }
        counts.push((transfer.to, read));
    }
    for sql in [
        // Totals of streams that are not sealed are in `live`.
        "INSERT INTO live (stream, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered, retries,
            last_request_id)
         SELECT id, viewers, gifts, coins, gifters, likes, messages, last_asked, last_answered, retries, last_request_id
         FROM stream WHERE state <> 'sealed'",
        "UPDATE stream SET viewers = NULL, gifts = NULL, coins = NULL, gifters = NULL, likes = NULL, messages = NULL,
            last_asked = NULL, last_answered = NULL, last_request_id = NULL WHERE state <> 'sealed'",
        "UPDATE chain SET (number, sha256) = (newest.number, newest.sha256)
         FROM (SELECT number, sha256 FROM seal ORDER BY number DESC LIMIT 1) AS newest",
    ] {
        sqlx::query(sql).execute(&mut *target).await?;
    }
    // Ids go on where they were, also where the newest rows were deleted.
    let given: Vec<(String, i64)> =
        sqlx::query_as("SELECT name, seq FROM sqlite_sequence").fetch_all(&mut *source).await?;
    for (table, last) in given {
        match table.as_str() {
            "stream" => {
                sqlx::query("UPDATE stream_id SET last = $1").bind(last).execute(&mut *target).await?;
            }
            "operator" | "token" | "share" | "audit" => {
                sqlx::query("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)")
                    .bind(table)
                    .bind(last)
                    .execute(&mut *target)
                    .await?;
            }
            _ => {}
        }
    }
    target.commit().await?;
    Ok(counts)
}
