//! Share links and the documents derived for them.

use crate::domain::record::Preset;
use crate::domain::{Millis, StreamId};

/// One share link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRow {
    pub id: i64,
    pub stream: StreamId,
    /// From 1; rotating makes the next, whose token is another.
    pub version: i64,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    pub name: String,
    pub preset: Preset,
    /// IANA name.
    pub zone: String,
    /// `en`, `zh` or `ja`.
    pub lang: String,
    /// A title of the link's own.
    pub title: Option<String>,
    pub hide_host: bool,
    /// A sponsor's slot: (from, until).
    pub slot: Option<(Millis, Millis)>,
    /// Argon2id hash.
    pub password: Option<String>,
    pub expires_at: Option<Millis>,
    pub enabled: bool,
    pub views: i64,
    pub last_view: Option<Millis>,
    pub created_by: String,
    pub created_at: Millis,
}

impl ShareRow {
    /// Whether it opens now.
    pub fn is_active(&self, now: Millis) -> bool {
        self.enabled && self.expires_at.is_none_or(|at| now < at)
    }
}

/// A living link with what its page is made of, as the database has both at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentShare {
    pub share: ShareRow,
    /// Names the newest report, the published findings and the issuer: where it is the same, so is the page.
    pub basis: String,
}

/// What a user sets of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareSettings {
    pub name: String,
    pub preset: Preset,
    pub zone: String,
    pub lang: String,
    pub title: Option<String>,
    pub hide_host: bool,
    pub slot: Option<(Millis, Millis)>,
    pub password: Option<String>,
    pub expires_at: Option<Millis>,
}

/// A document derived from a report for one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedRow {
    pub share: i64,
    /// SHA-256 of the report it was derived from.
    pub report: String,
    pub sha256: String,
    pub signature: Vec<u8>,
    /// Id of the signing key.
    pub key: String,
    /// Canonical bytes, packed by `report::series_codec`.
    pub document: Vec<u8>,
    pub made_at: Millis,
}

/// An internal finding that a user published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedRow {
    /// `report::finding_key` of it.
    pub finding: String,
    pub by: String,
    pub at: Millis,
}

/// Active links to a stream, and how often they were opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActiveLinkCount {
    pub links: i64,
    pub views: i64,
    pub last_view: Option<Millis>,
}
