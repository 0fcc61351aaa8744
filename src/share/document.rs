//! The document of a link: derived from the newest report, sealed, kept.
//!
//! Made when the link is made or edited; after a new revision, when it is next asked for.

use super::ShareError;
use crate::domain::Millis;
use crate::domain::record::Document;
use crate::report::{self, RedactionSpec, SigningKey};
use crate::store::{DerivedRow, ShareRow, Store, StoreError};

/// What a link's maker chose to show, with what a user released of the stream.
async fn redaction_spec(store: &Store, row: &ShareRow) -> Result<RedactionSpec, StoreError> {
    let released = store.released(row.stream).await?.into_iter().map(|released| released.finding).collect();
    Ok(RedactionSpec {
        host: !row.hide_host,
        title: row.title.clone(),
        slot: row.slot,
        released,
        ..RedactionSpec::of_preset(row.preset)
    })
}

/// The link's document over the newest revision of its stream; `None` while nothing is sealed. Derives and keeps it where
/// the newest report, or what the link shows, has changed since.
pub async fn newest(
    store: &Store,
    key: &SigningKey,
    row: &ShareRow,
    now: Millis,
) -> Result<Option<Document>, ShareError> {
    let Some(sealed) = store.report(row.stream, None).await? else { return Ok(None) };
    let failed = |error: &dyn std::fmt::Display| ShareError::Document(error.to_string());
    let kept = store.newest_derived(row.id).await?;
    let key = key.clone();
    let spec = redaction_spec(store, row).await?;
    let work = tokio::task::spawn_blocking(move || {
        let record = report::open(&sealed)?;
        let derived = report::redact(&record, &sealed.sha256, &spec);
        let sealed_again = report::seal(&derived, &key)?;
        // Signatures are deterministic, so the same derivation is the same document.
        let fresh = kept.is_none_or(|kept| kept.sha256 != sealed_again.sha256);
        let packed = if fresh { Some(report::compress(&sealed_again.canonical)?) } else { None };
        Ok::<_, report::ReportError>((derived, sealed_again, packed, sealed.sha256))
    });
    let (record, sealed, packed, of) = work.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    if let Some(document) = packed {
        let row = DerivedRow {
            share: row.id,
            report: of,
            sha256: sealed.sha256.clone(),
            signature: sealed.signature.to_vec(),
            key: sealed.key.clone(),
            document,
            made_at: now,
        };
        store.add_derived(&row).await?;
    }
    Ok(Some(Document { record, seal: Some(sealed.proof()) }))
}
