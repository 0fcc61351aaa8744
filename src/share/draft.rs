//! What an operator wrote into a link's form, checked and completed.

use crate::domain::Millis;
use crate::domain::record::Preset;
use crate::lang::Lang;
use crate::store::ShareSettings;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A link's form as it came. An empty text is as good as none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub preset: Option<Preset>,
    pub name: Option<String>,
    /// IANA name.
    pub zone: Option<String>,
    /// `en`, `zh` or `ja`.
    pub lang: Option<String>,
    pub title: Option<String>,
    pub hide_host: bool,
    /// A date (`2026-12-31`: until the end of that day in the link's zone), a duration (`30d`), or `never`.
    pub expires: Option<String>,
}

/// What is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("`{0}` is no time zone; write it as `Asia/Shanghai` or `UTC`")]
    Zone(String),
    #[error("`{0}` is no language of ours; there are en, zh and ja")]
    Lang(String),
    #[error("`{0}` is no expiry; write a date such as 2026-12-31, a duration such as 30d, or never")]
    Expires(String),
    #[error("the link would have expired already")]
    Past,
    #[error("{what} has at most {most} characters, this one has {length}")]
    Long { what: &'static str, most: usize, length: usize },
}

/// Longest name and title, in characters: they stand in one line.
const LONGEST: usize = 120;

/// Checks the name of a time zone.
pub fn zone(name: &str) -> Result<String, DraftError> {
    match TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(DraftError::Zone(name.to_owned())),
    }
}

/// Checks the code of a language.
pub fn lang(code: &str) -> Result<String, DraftError> {
    Lang::ALL
        .into_iter()
        .find(|lang| lang.code() == code)
        .map(|lang| lang.code().to_owned())
        .ok_or_else(|| DraftError::Lang(code.to_owned()))
}

/// The end of next month in this zone: the default expiry of a link.
fn end_of_next_month(zone: &TimeZone, now: Millis) -> Option<Millis> {
    let today = Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone()).date();
    let first = today.first_of_month().checked_add(2.months()).ok()?;
    Some(Millis(first.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

fn expiry(text: Option<&str>, zone: &TimeZone, now: Millis) -> Result<Option<Millis>, DraftError> {
    let Some(text) = text else { return Ok(end_of_next_month(zone, now)) };
    let wrong = || DraftError::Expires(text.to_owned());
    let at = if text == "never" {
        return Ok(None);
    } else if let Ok(date) = text.parse::<Date>() {
        let next = date.checked_add(1.day()).and_then(|date| date.to_zoned(zone.clone())).map_err(|_| wrong())?;
        Millis(next.timestamp().as_millisecond())
    } else {
        let duration = humantime::parse_duration(text).map_err(|_| wrong())?;
        let millis = i64::try_from(duration.as_millis()).ok().filter(|millis| *millis < 1 << 50).ok_or_else(wrong)?;
        now + millis
    };
    if at <= now { Err(DraftError::Past) } else { Ok(Some(at)) }
}

fn text(text: Option<String>, what: &'static str) -> Result<Option<String>, DraftError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let length = text.as_deref().map_or(0, |text| text.chars().count());
    if length > LONGEST { Err(DraftError::Long { what, most: LONGEST, length }) } else { Ok(text) }
}

impl Draft {
    /// The settings of a link: what was written, else the defaults. The password is not the draft's.
    pub fn settle(self, app_zone: &str, now: Millis) -> Result<ShareSettings, DraftError> {
        let preset = self.preset.unwrap_or(Preset::Host);
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let zone = zone(filled(self.zone).as_deref().unwrap_or(app_zone))?;
        let time_zone = TimeZone::get(&zone).map_err(|_| DraftError::Zone(zone.clone()))?;
        let lang = lang(filled(self.lang).as_deref().unwrap_or("en"))?;
        let expires_at = expiry(filled(self.expires).as_deref().map(str::trim), &time_zone, now)?;
        let name = text(self.name, "a link's name")?.unwrap_or_else(|| {
            match preset {
                Preset::Host => "Host",
                Preset::Sponsor => "Sponsor",
                Preset::Everything => "Everything",
            }
            .to_owned()
        });
        let title = text(self.title, "a title")?;
        Ok(ShareSettings { name, preset, zone, lang, title, hide_host: self.hide_host, password: None, expires_at })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Millis {
        Millis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn an_empty_form_is_a_whole_link() {
        let settings = Draft::default().settle("Asia/Shanghai", at("2026-11-22T12:00:00Z")).unwrap();
        assert_eq!(settings.preset, Preset::Host);
        assert_eq!((settings.zone.as_str(), settings.lang.as_str()), ("Asia/Shanghai", "en"));
        // The end of December, Shanghai time.
        assert_eq!(settings.expires_at, Some(at("2026-12-31T16:00:00Z")));
        // 31 December in UTC is 1 January in Shanghai: next month is February.
        let settings = Draft::default().settle("Asia/Shanghai", at("2026-12-31T20:00:00Z")).unwrap();
        assert_eq!(settings.expires_at, Some(at("2027-02-28T16:00:00Z")));
    }

    #[test]
    fn expiry_is_a_date_a_duration_or_never() {
        let now = at("2026-11-22T12:00:00Z");
        let of = |text: &str| {
            Draft { expires: Some(text.to_owned()), ..Draft::default() }.settle("UTC", now).map(|set| set.expires_at)
        };
        assert_eq!(of("2026-11-22").unwrap(), Some(at("2026-11-23T00:00:00Z")));
        assert_eq!(of("30d").unwrap(), Some(now + 30 * 86_400_000));
        assert_eq!(of("never").unwrap(), None);
        assert_eq!(of("2026-11-20"), Err(DraftError::Past));
        assert!(matches!(of("soon"), Err(DraftError::Expires(_))));
    }

    #[test]
    fn wrong_words_are_named() {
        let wrong = |draft: Draft| draft.settle("UTC", Millis(0)).unwrap_err().to_string();
        assert!(wrong(Draft { zone: Some("Mars/Base".into()), ..Draft::default() }).contains("Mars/Base"));
        assert!(wrong(Draft { lang: Some("fr".into()), ..Draft::default() }).contains("fr"));
        assert!(wrong(Draft { name: Some("x".repeat(121)), ..Draft::default() }).contains("121"));
    }
}
