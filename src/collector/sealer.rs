//! Seals an ended stream: reads all that is known of it, composes the record, signs it, and lets the live rows go.
//!
//! May be called any number of times and after any crash: the store seals a stream once.

use crate::clock::Clock;
use crate::domain::record::Record;
use crate::domain::{Millis, Run, StreamId};
use crate::report::{self, SigningKey};
use crate::store::{NewStream, SealError, SealedReport, Store, StoreError, StoredSeries, Write};
use std::sync::Arc;

/// Handle with the key and the name that reports are issued under; clones share them.
#[derive(Clone)]
pub struct Sealer {
    store: Store,
    key: Arc<SigningKey>,
    /// The configuration's name, until the settings have one.
    issuer: String,
    clock: Clock,
}

impl Sealer {
    /// Seals with this key, which the database must know (`Store::use_signing_key`).
    pub fn new(store: Store, key: SigningKey, issuer: String, clock: Clock) -> Self {
        Self { store, key: Arc::new(key), issuer, clock }
    }

    /// The key that signs, for derived documents.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The name a report sealed now is issued under: it is part of what is signed, and stays.
    async fn issuer(&self) -> Result<String, StoreError> {
        Ok(self.store.issuer_name().await?.unwrap_or_else(|| self.issuer.clone()))
    }

    /// Seals the stream if it is ending; `None` where there was nothing to seal.
    pub async fn seal(&self, stream: StreamId) -> Result<Option<SealedReport>, SealError> {
        self.seal_at(stream, self.clock.now()).await
    }

    /// Seals it as of a given moment; for a history that is written afterwards.
    pub async fn seal_at(&self, stream: StreamId, sealed_at: Millis) -> Result<Option<SealedReport>, SealError> {
        let (key, issuer) = (self.key.clone(), self.issuer().await?);
        let compose = move |material| report::seal_stream(material, &issuer, &key, sealed_at);
        let sealed = self.store.seal(stream, compose).await?;
        if let Some(sealed) = &sealed {
            tracing::info!(%stream, number = sealed.number, revision = sealed.revision, "a report was sealed");
        }
        Ok(sealed)
    }

    /// Opens an ended stream and seals it at once, as of a given moment; for a history that is brought along.
    pub async fn import(
        &self,
        stream: &NewStream,
        ending: impl FnOnce(StreamId) -> Vec<Write> + Send,
        series: StoredSeries,
        sealed_at: Millis,
    ) -> Result<StreamId, SealError> {
        let (key, issuer) = (self.key.clone(), self.issuer().await?);
        let compose = move |material| report::seal_stream(material, &issuer, &key, sealed_at);
        self.store.import_sealed(stream, ending, series, compose).await
    }

    /// The runs of a sealed stream's newest report; what a return to live starts from.
    pub async fn runs_of(&self, stream: StreamId) -> Result<Vec<Run>, StoreError> {
        Ok(self.record_of(stream).await?.map(|record| record.runs()).unwrap_or_default())
    }

    /// The record of a stream's newest report, if it was ever sealed.
    pub async fn record_of(&self, stream: StreamId) -> Result<Option<Record>, StoreError> {
        let Some(sealed) = self.store.report(stream, None).await? else { return Ok(None) };
        let opened = tokio::task::spawn_blocking(move || report::open(&sealed));
        let opened = opened.await.map_err(StoreError::task)?;
        opened.map(Some).map_err(|error| StoreError::corrupt("report.record", error))
    }
}
