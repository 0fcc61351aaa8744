//! Tables of keys that are taken one by one, so that every error names the key as its author wrote it.
//!
//! Must not: put the value of a secret into an error. What is left in a table after all known keys were taken is unknown.

use super::ConfigError;
use config::{Map, Value, ValueKind};
use secrecy::SecretString;
use std::time::Duration;

/// Where the values of variables say they come from; the `config` crate names its source so.
const ENVIRONMENT: &str = "the environment";

/// One table of the configuration, with its place.
pub(super) struct ConfigTable {
    /// `""`, `tencent.` or `app[1].`
    path: String,
    values: Map<String, Value>,
    known: Vec<&'static str>,
}

/// One value with the name its author knows it by.
pub(super) struct ConfigEntry {
    pub name: String,
    kind: ValueKind,
}

impl ConfigTable {
    pub fn new(path: impl Into<String>, values: Map<String, Value>) -> Self {
        Self { path: path.into(), values, known: Vec::new() }
    }

    /// Takes a key out. A blank value counts as not set, as people write it in compose files.
    pub fn take(&mut self, key: &'static str) -> Option<ConfigEntry> {
        self.known.push(key);
        let value = self.values.remove(key)?;
        let name = name_of(&self.path, key, &value);
        match value.kind {
            ValueKind::Nil => None,
            ValueKind::String(text) if text.trim().is_empty() => None,
            kind => Some(ConfigEntry { name, kind }),
        }
    }

    /// Takes a nested table out.
    pub fn table(&mut self, key: &'static str) -> Result<Option<ConfigTable>, ConfigError> {
        let Some(entry) = self.take(key) else { return Ok(None) };
        match entry.kind {
            ValueKind::Table(values) => Ok(Some(ConfigTable::new(format!("{}{key}.", self.path), values))),
            _ => Err(entry.wrong(format!("is a table: write [{key}] and its keys below"))),
        }
    }

    /// Takes a list of tables out.
    pub fn tables(&mut self, key: &'static str) -> Result<Vec<ConfigTable>, ConfigError> {
        let Some(entry) = self.take(key) else { return Ok(Vec::new()) };
        let wrong = format!("is a list of tables: write [[{key}]] and its keys below, once for each");
        let ValueKind::Array(values) = entry.kind else { return Err(entry.wrong(wrong)) };
        let mut tables = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            match value.kind {
                ValueKind::Table(values) => {
                    tables.push(ConfigTable::new(format!("{}{key}[{}].", self.path, index + 1), values))
                }
                _ => return Err(ConfigError::Value { name: entry.name, problem: wrong }),
            }
        }
        Ok(tables)
    }

    /// The name of a key of this table, for errors about a key that is missing.
    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// Everything left is unknown: names the first and what is allowed.
    pub fn finish(self) -> Result<(), ConfigError> {
        let Some(key) = self.values.keys().min() else { return Ok(()) };
        let name = name_of(&self.path, key, &self.values[key]);
        let allowed = self.known.join(", ");
        Err(ConfigError::Value { name, problem: format!("there is no such key; allowed here: {allowed}") })
    }
}

/// `AFTERSHOW_TENCENT__REGION` for a variable, `--listen` for a flag, else file and key.
fn name_of(path: &str, key: &str, value: &Value) -> String {
    match value.origin() {
        Some(ENVIRONMENT) => format!("AFTERSHOW_{}", format!("{path}{key}").replace('.', "__").to_uppercase()),
        Some(file) => format!("{file}: {path}{key}"),
        // Tables have no origin of their own when sources were merged; only flags and tables come here.
        None if matches!(value.kind, ValueKind::Table(_) | ValueKind::Array(_)) => format!("{path}{key}"),
        None => format!("--{}", key.replace('_', "-")),
    }
}

impl ConfigEntry {
    /// An error about this entry.
    pub fn wrong(&self, problem: impl Into<String>) -> ConfigError {
        ConfigError::Value { name: self.name.clone(), problem: problem.into() }
    }

    /// The value as a text: of a string, a number or a boolean; its quotes are gone.
    pub fn text(&self) -> Result<String, ConfigError> {
        match &self.kind {
            ValueKind::String(text) => Ok(text.trim().to_owned()),
            ValueKind::I64(number) => Ok(number.to_string()),
            ValueKind::U64(number) => Ok(number.to_string()),
            ValueKind::Float(number) => Ok(number.to_string()),
            ValueKind::Boolean(truth) => Ok(truth.to_string()),
            _ => Err(self.wrong("is one value, not a list or a table")),
        }
    }

    /// A text that `parse` understands; `allowed` completes the sentence `"x" …`.
    pub fn parse<T>(&self, allowed: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ConfigError> {
        let text = self.text()?;
        parse(&text).ok_or_else(|| self.wrong(format!("{:?} {allowed}", short(&text))))
    }

    /// A secret: its value is in no error.
    pub fn secret(&self) -> Result<SecretString, ConfigError> {
        match &self.kind {
            ValueKind::String(text) => Ok(SecretString::from(text.trim())),
            // A key of digits only, written without quotes.
            ValueKind::I64(_) | ValueKind::U64(_) => self.text().map(SecretString::from),
            _ => Err(self.wrong("is a text in quotes")),
        }
    }

    /// A duration with its unit, between two bounds.
    pub fn duration(&self, least: Duration, most: Duration) -> Result<Duration, ConfigError> {
        let allowed = format!(
            "is not allowed; write a number with its unit, such as 500ms, 10s, 2h or 30d, from {} to {}",
            humantime::format_duration(least),
            humantime::format_duration(most)
        );
        self.parse(&allowed, |text| {
            humantime::parse_duration(text).ok().filter(|duration| (least..=most).contains(duration))
        })
    }

    /// The items of a list, or of a text with commas or spaces between them.
    pub fn items(&self) -> Result<Vec<String>, ConfigError> {
        match &self.kind {
            ValueKind::Array(values) => values
                .iter()
                .map(|value| match &value.kind {
                    ValueKind::String(text) => Ok(text.trim().to_owned()),
                    _ => Err(self.wrong("is a list of texts")),
                })
                .collect(),
            _ => Ok(self.text()?.split([',', ' ']).filter(|item| !item.is_empty()).map(str::to_owned).collect()),
        }
    }
}

/// Enough of a value to recognise it.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
