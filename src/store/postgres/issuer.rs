//! Under which name and sign reports are issued.

use super::PostgresStore;
use super::row::{escape, optional_text, unescape};
use crate::store::StoreError;
use crate::store::types::{IssuerRow, LogoRow};
use sqlx::Row;

impl PostgresStore {
    pub async fn issuer(&self) -> Result<IssuerRow, StoreError> {
        let row = sqlx::query("SELECT * FROM issuer WHERE id = 1").fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(IssuerRow::default()) };
        let logo: (Option<Vec<u8>>, Option<String>) = (row.try_get("logo")?, row.try_get("logo_type")?);
        Ok(IssuerRow {
            name: optional_text(&row, "name")?,
            contact: optional_text(&row, "contact")?,
            coins: [
                optional_text(&row, "coins_en")?,
                optional_text(&row, "coins_zh")?,
                optional_text(&row, "coins_ja")?,
            ],
            lang: row.try_get("lang")?,
            logo: logo.0.zip(logo.1).map(|(bytes, mime)| LogoRow { bytes, mime }),
        })
    }

    pub async fn issuer_version(&self) -> Result<String, StoreError> {
        // Each change makes a row of its own, which says by which transaction.
        let version = sqlx::query_scalar::<_, String>("SELECT xmin::text FROM issuer");
        Ok(version.fetch_optional(&self.pool).await?.unwrap_or_default())
    }

    pub async fn issuer_name(&self) -> Result<Option<String>, StoreError> {
        let name: Option<Option<String>> =
            sqlx::query_scalar("SELECT name FROM issuer WHERE id = 1").fetch_optional(&self.pool).await?;
        Ok(name.flatten().map(unescape))
    }

    pub async fn set_issuer(&self, issuer: &IssuerRow) -> Result<(), StoreError> {
        let [en, zh, ja] = &issuer.coins;
        sqlx::query(
            "INSERT INTO issuer (id, name, contact, coins_en, coins_zh, coins_ja, lang)
             VALUES (1, $1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, contact = excluded.contact,
                coins_en = excluded.coins_en, coins_zh = excluded.coins_zh, coins_ja = excluded.coins_ja,
                lang = excluded.lang",
        )
        .bind(issuer.name.as_deref().map(escape))
        .bind(issuer.contact.as_deref().map(escape))
        .bind(en.as_deref().map(escape))
        .bind(zh.as_deref().map(escape))
        .bind(ja.as_deref().map(escape))
        .bind(&issuer.lang)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub async fn set_logo(&self, logo: Option<&LogoRow>) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO issuer (id, logo, logo_type) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET logo = excluded.logo, logo_type = excluded.logo_type",
        )
        .bind(logo.map(|logo| logo.bytes.as_slice()))
        .bind(logo.map(|logo| logo.mime.as_str()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
