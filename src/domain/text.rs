//! A text that is made before it is known who reads it: an error of a call, say, shown to several users at once.

use serde::{Deserialize, Serialize};

/// A text in every language of the console, by the code of the language. `i18n` fills and reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerLanguage(Vec<(String, String)>);

impl PerLanguage {
    /// From pairs of a language's code and its text; the first is read where there is no better.
    pub const fn from_pairs(texts: Vec<(String, String)>) -> Self {
        Self(texts)
    }

    /// The text in the language of this code, else the first.
    pub fn get_by_code(&self, code: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == code).or(self.0.first());
        found.map(|(_, text)| text.as_str()).unwrap_or_default()
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }
}
