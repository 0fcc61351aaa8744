//! What a shared link shows, as forms, store and report all name it.

use serde::{Deserialize, Serialize};

/// Which part of a report a link shows. Applied once, to the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// All that is shareable.
    #[default]
    Host,
    /// Entries, likes and messages; no gifts, coins, gifters or past.
    Sponsor,
    /// Internal findings and the whole ledger too.
    Everything,
}

impl Preset {
    pub const ALL: [Self; 3] = [Self::Host, Self::Sponsor, Self::Everything];

    /// The name in forms, flags and SQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Sponsor => "sponsor",
            Self::Everything => "everything",
        }
    }

    /// The preset of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }
}
