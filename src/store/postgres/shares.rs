//! Shared links and the documents derived for them.

use super::PostgresStore;
use super::row::{escape, optional_text, text};
use crate::domain::record::Preset;
use crate::domain::{AppId, Millis, StreamId};
use crate::store::StoreError;
use crate::store::types::{ActiveLinkCount, CurrentShare, DerivedRow, ReleasedRow, ShareRow, ShareSettings};
use sqlx::Row;
use sqlx::postgres::PgRow;

fn share(row: &PgRow) -> Result<ShareRow, StoreError> {
    let preset: &str = row.try_get("preset")?;
    Ok(ShareRow {
        id: row.try_get("id")?,
        stream: StreamId(row.try_get("stream")?),
        version: row.try_get("version")?,
        token_hash: row.try_get("token_hash")?,
        name: text(row, "name")?,
        preset: Preset::from_name(preset).ok_or_else(|| StoreError::corrupt("share.preset", preset))?,
        zone: text(row, "zone")?,
        lang: text(row, "lang")?,
        title: optional_text(row, "title")?,
        hide_host: row.try_get("hide_host")?,
        slot: {
            let (from, until): (Option<i64>, Option<i64>) = (row.try_get("slot_from")?, row.try_get("slot_until")?);
            from.map(Millis).zip(until.map(Millis))
        },
        password: row.try_get("password")?,
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Millis),
        enabled: row.try_get("enabled")?,
        views: row.try_get("views")?,
        last_view: row.try_get::<Option<i64>, _>("last_view")?.map(Millis),
        created_by: text(row, "created_by")?,
        created_at: Millis(row.try_get("created_at")?),
    })
}

fn derived(row: &PgRow) -> Result<DerivedRow, StoreError> {
    Ok(DerivedRow {
        share: row.try_get("share")?,
        report: row.try_get("report")?,
        sha256: row.try_get("sha256")?,
        signature: row.try_get("signature")?,
        key: row.try_get("key")?,
        document: row.try_get("document")?,
        made_at: Millis(row.try_get("made_at")?),
    })
}

impl PostgresStore {
    pub async fn add_share(
        &self,
        stream: StreamId,
        settings: &ShareSettings,
        created_by: &str,
        now: Millis,
        hash_of: impl FnOnce(i64) -> [u8; 32] + Send,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        // The placeholder is random, so that it can neither collide nor be a token's hash.
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO share (stream, token_hash, version, name, preset, zone, lang, title, hide_host, password,
                expires_at, created_by, created_at, slot_from, slot_until)
             VALUES ($1, sha256(gen_random_uuid()::text::bytea || gen_random_uuid()::text::bytea), 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        )
        .bind(stream.0)
        .bind(escape(&settings.name))
        .bind(settings.preset.name())
        .bind(escape(&settings.zone))
        .bind(escape(&settings.lang))
        .bind(settings.title.as_deref().map(escape))
        .bind(settings.hide_host)
        .bind(&settings.password)
        .bind(settings.expires_at.map(|at| at.0))
        .bind(escape(created_by))
        .bind(now.0)
        .bind(settings.slot.map(|(from, _)| from.0))
        .bind(settings.slot.map(|(_, until)| until.0))
        .fetch_one(&mut *transaction)
        .await?;
        sqlx::query("UPDATE share SET token_hash = $2 WHERE id = $1")
            .bind(id)
            .bind(hash_of(id).as_slice())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub async fn share(&self, id: i64) -> Result<Option<ShareRow>, StoreError> {
        sqlx::query("SELECT * FROM share WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| share(&row))
            .transpose()
    }

    pub async fn active_share(&self, hash: &[u8], now: Millis) -> Result<Option<ShareRow>, StoreError> {
        sqlx::query(
            "SELECT * FROM share
             WHERE token_hash = $1 AND enabled AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(hash)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?
        .map(|row| share(&row))
        .transpose()
    }

    pub async fn current_share(&self, hash: &[u8], now: Millis) -> Result<Option<CurrentShare>, StoreError> {
        let row = sqlx::query(
            "SELECT share.*, concat_ws('/', coalesce(stream.sha256, ''),
                (SELECT md5(string_agg(finding, '/' ORDER BY finding)) FROM released WHERE stream = share.stream),
                (SELECT xmin::text FROM issuer)) AS basis
             FROM share JOIN stream ON stream.id = share.stream
             WHERE token_hash = $1 AND enabled AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(hash)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Ok(CurrentShare { share: share(&row)?, basis: row.try_get("basis")? })).transpose()
    }

    pub async fn share_by_hash(&self, hash: &[u8]) -> Result<Option<ShareRow>, StoreError> {
        sqlx::query("SELECT * FROM share WHERE token_hash = $1")
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| share(&row))
            .transpose()
    }

    pub async fn shares_of(&self, stream: StreamId) -> Result<Vec<ShareRow>, StoreError> {
        sqlx::query("SELECT * FROM share WHERE stream = $1 ORDER BY id")
            .bind(stream.0)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(share)
            .collect()
    }

    pub async fn active_link_count(
        &self,
        streams: &[StreamId],
        now: Millis,
    ) -> Result<std::collections::BTreeMap<StreamId, ActiveLinkCount>, StoreError> {
        let ids: Vec<i64> = streams.iter().map(|stream| stream.0).collect();
        let query = sqlx::query_as::<_, (i64, i64, i64, Option<i64>)>(
            "SELECT stream, count(*), sum(views)::bigint, max(last_view) FROM share
             WHERE enabled AND (expires_at IS NULL OR expires_at > $1) AND stream = ANY($2) GROUP BY stream",
        )
        .bind(now.0)
        .bind(ids);
        let rows = query.fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|(stream, links, views, last)| {
                (StreamId(stream), ActiveLinkCount { links, views, last_view: last.map(Millis) })
            })
            .collect())
    }

    pub async fn shares(
        &self,
        app: Option<AppId>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ShareRow>, StoreError> {
        sqlx::query(
            "SELECT share.* FROM share WHERE id < $1
             AND ($3 IS NULL OR (SELECT stream.app FROM stream WHERE stream.id = share.stream) = $3)
             ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .bind(app.map(|app| app.0))
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(share)
        .collect()
    }

    pub async fn shares_named(&self, text: &str, limit: i64) -> Result<Vec<ShareRow>, StoreError> {
        sqlx::query("SELECT * FROM share WHERE strpos(lower(name), lower($1)) > 0 ORDER BY id DESC LIMIT $2")
            .bind(escape(text))
            .bind(limit)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(share)
            .collect()
    }

    pub async fn update_share(&self, id: i64, settings: &ShareSettings) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE share SET name = $2, preset = $3, zone = $4, lang = $5, title = $6, hide_host = $7,
                password = $8, expires_at = $9, slot_from = $10, slot_until = $11 WHERE id = $1",
        )
        .bind(id)
        .bind(escape(&settings.name))
        .bind(settings.preset.name())
        .bind(escape(&settings.zone))
        .bind(escape(&settings.lang))
        .bind(settings.title.as_deref().map(escape))
        .bind(settings.hide_host)
        .bind(&settings.password)
        .bind(settings.expires_at.map(|at| at.0))
        .bind(settings.slot.map(|(from, _)| from.0))
        .bind(settings.slot.map(|(_, until)| until.0))
        .execute(&self.pool)
        .await?
        .rows_affected();
        Ok(changed > 0)
    }

    pub async fn set_share_enabled(&self, id: i64, enabled: bool) -> Result<bool, StoreError> {
        let changed = sqlx::query("UPDATE share SET enabled = $2 WHERE id = $1")
            .bind(id)
            .bind(enabled)
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(changed > 0)
    }

    pub async fn rotate_share(&self, id: i64, version: i64, token_hash: &[u8]) -> Result<bool, StoreError> {
        let changed = sqlx::query("UPDATE share SET version = $2, token_hash = $3 WHERE id = $1 AND version = $2 - 1")
            .bind(id)
            .bind(version)
            .bind(token_hash)
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(changed > 0)
    }

    pub async fn delete_share(&self, id: i64) -> Result<bool, StoreError> {
        let deleted =
            sqlx::query("DELETE FROM share WHERE id = $1").bind(id).execute(&self.pool).await?.rows_affected();
        Ok(deleted > 0)
    }

    pub async fn add_views(&self, views: &[(i64, i64, Millis)]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        // By id: two servers that add views of the same links wait for each other, and neither for ever.
        let mut views = views.to_vec();
        views.sort_unstable_by_key(|(id, ..)| *id);
        for (id, count, last) in views {
            sqlx::query("UPDATE share SET views = views + $2, last_view = $3 WHERE id = $1")
                .bind(id)
                .bind(count)
                .bind(last.0)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub async fn add_derived(&self, row: &DerivedRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO derived (share, report, sha256, signature, key, document, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (share, sha256) DO UPDATE SET made_at = excluded.made_at",
        )
        .bind(row.share)
        .bind(&row.report)
        .bind(&row.sha256)
        .bind(&row.signature)
        .bind(&row.key)
        .bind(&row.document)
        .bind(row.made_at.0)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub async fn derived_of_newest(&self, share: i64, stream: StreamId) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT sha256 FROM derived WHERE share = $1
                AND report = (SELECT sha256 FROM seal WHERE stream = $2 ORDER BY revision DESC LIMIT 1)
             ORDER BY made_at DESC LIMIT 1",
        )
        .bind(share)
        .bind(stream.0)
        .fetch_optional(&self.pool)
        .await?)
    }

    pub async fn newest_derived(&self, share: i64) -> Result<Option<DerivedRow>, StoreError> {
        sqlx::query("SELECT * FROM derived WHERE share = $1 ORDER BY made_at DESC LIMIT 1")
            .bind(share)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| derived(&row))
            .transpose()
    }

    pub async fn release_finding(
        &self,
        stream: StreamId,
        finding: &str,
        who: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let released = sqlx::query(
            "INSERT INTO released (stream, finding, released_by, released_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(stream.0)
        .bind(escape(finding))
        .bind(escape(who))
        .bind(now.0)
        .execute(&self.pool)
        .await?
        .rows_affected();
        Ok(released > 0)
    }

    pub async fn withhold_finding(&self, stream: StreamId, finding: &str) -> Result<bool, StoreError> {
        let withheld = sqlx::query("DELETE FROM released WHERE stream = $1 AND finding = $2")
            .bind(stream.0)
            .bind(escape(finding))
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(withheld > 0)
    }

    pub async fn released(&self, stream: StreamId) -> Result<Vec<ReleasedRow>, StoreError> {
        sqlx::query("SELECT finding, released_by, released_at FROM released WHERE stream = $1")
            .bind(stream.0)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| {
                Ok(ReleasedRow {
                    finding: text(row, "finding")?,
                    by: text(row, "released_by")?,
                    at: Millis(row.try_get("released_at")?),
                })
            })
            .collect()
    }

    pub async fn derived_by_hash(&self, prefix: &str) -> Result<Option<DerivedRow>, StoreError> {
        sqlx::query("SELECT * FROM derived WHERE sha256 >= $1 AND sha256 < $1 || 'g' LIMIT 1")
            .bind(prefix)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| derived(&row))
            .transpose()
    }
}
