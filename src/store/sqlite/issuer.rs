//! Under which name and sign reports are issued.

use super::SqliteStore;
use crate::store::StoreError;
use crate::store::types::{IssuerRow, LogoRow};
use sqlx::Row;

impl SqliteStore {
    pub async fn issuer(&self) -> Result<IssuerRow, StoreError> {
        let row = sqlx::query("SELECT * FROM issuer WHERE id = 1").fetch_optional(&self.read).await?;
        let Some(row) = row else { return Ok(IssuerRow::default()) };
        let logo: (Option<Vec<u8>>, Option<String>) = (row.try_get("logo")?, row.try_get("logo_type")?);
        Ok(IssuerRow {
            name: row.try_get("name")?,
            contact: row.try_get("contact")?,
            coins: [row.try_get("coins_en")?, row.try_get("coins_zh")?, row.try_get("coins_ja")?],
            lang: row.try_get("lang")?,
            logo: logo.0.zip(logo.1).map(|(bytes, mime)| LogoRow { bytes, mime }),
        })
    }

    pub async fn issuer_name(&self) -> Result<Option<String>, StoreError> {
        let name: Option<Option<String>> =
            sqlx::query_scalar("SELECT name FROM issuer WHERE id = 1").fetch_optional(&self.read).await?;
        Ok(name.flatten())
    }

    pub async fn set_issuer(&self, issuer: &IssuerRow) -> Result<(), StoreError> {
        let [en, zh, ja] = &issuer.coins;
        sqlx::query(
            "INSERT INTO issuer (id, name, contact, coins_en, coins_zh, coins_ja, lang)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, contact = excluded.contact,
                coins_en = excluded.coins_en, coins_zh = excluded.coins_zh, coins_ja = excluded.coins_ja,
                lang = excluded.lang",
        )
        .bind(&issuer.name)
        .bind(&issuer.contact)
        .bind(en)
        .bind(zh)
        .bind(ja)
        .bind(&issuer.lang)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    pub async fn set_logo(&self, logo: Option<&LogoRow>) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO issuer (id, logo, logo_type) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET logo = excluded.logo, logo_type = excluded.logo_type",
        )
        .bind(logo.map(|logo| logo.bytes.as_slice()))
        .bind(logo.map(|logo| logo.mime.as_str()))
        .execute(&self.write)
        .await?;
        Ok(())
    }
}
