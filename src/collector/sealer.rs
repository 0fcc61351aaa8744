//! Seals an ended stream: reads all that is known of it, composes the record, signs it, and lets the live rows go.
//!
//! May be called any number of times and after any crash: the store seals a stream once.

use crate::clock::Clock;
use crate::domain::{Millis, Run, StreamId};
use crate::report::{self, Issuer, SigningKey};
use crate::store::{SealError, SealedReport, Store, StoreError};

/// Handle with the key and the name that reports are issued under; clones share them.
#[derive(Clone)]
pub struct Sealer {
    store: Store,
    key: SigningKey,
    issuer: Issuer,
    clock: Clock,
}

impl Sealer {
    /// Takes the installation's signing key from the database, making one at the first start.
    pub async fn new(store: Store, issuer: Issuer, clock: Clock) -> Result<Self, StoreError> {
        let key = match store.signing_keys().await?.into_iter().find(|key| key.active) {
            Some(row) => {
                SigningKey::from_bytes(&row.secret).map_err(|error| StoreError::corrupt("signing_key.secret", error))?
            }
            None => {
                let key = SigningKey::generate();
                store.add_signing_key(&key.to_row(clock.now())).await?;
                key
            }
        };
        Ok(Self { store, key, issuer, clock })
    }

    /// Seals the stream if it is ending; `None` where there was nothing to seal.
    pub async fn seal(&self, stream: StreamId) -> Result<Option<SealedReport>, SealError> {
        self.seal_at(stream, self.clock.now()).await
    }

    /// Seals it as of a given moment; for a history that is written afterwards.
    pub async fn seal_at(&self, stream: StreamId, sealed_at: Millis) -> Result<Option<SealedReport>, SealError> {
        let (key, issuer) = (self.key.clone(), self.issuer.clone());
        let sealed =
            self.store.seal(stream, move |material| report::seal_material(material, &key, &issuer, sealed_at)).await?;
        if let Some(sealed) = &sealed {
            tracing::info!(%stream, number = sealed.number, revision = sealed.revision, "a report was sealed");
        }
        Ok(sealed)
    }

    /// The runs of a sealed stream's newest report; what a return to live starts from.
    pub async fn runs_of(&self, stream: StreamId) -> Result<Vec<Run>, StoreError> {
        let Some(sealed) = self.store.report(stream, None).await? else { return Ok(Vec::new()) };
        let record = report::unpack(&sealed.packed).map_err(|error| StoreError::corrupt("report.record", error))?;
        Ok(record.runs())
    }
}
