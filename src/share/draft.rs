//! What a user wrote into a link's form, checked and completed.

use crate::domain::Millis;
use crate::domain::record::Preset;
use crate::i18n::Lang;
use crate::store::ShareSettings;
use jiff::civil::{Date, DateTime, Time};
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
    /// A sponsor's slot, in the link's zone: `20:30`, or with its date, `2026-11-21 20:30`.
    pub slot_from: Option<String>,
    pub slot_until: Option<String>,
    /// A date (`2026-12-31`: until the end of that day in the link's zone), a moment (`2026-12-31 18:00`), a duration
    /// (`30d`), or `never`.
    pub expires: Option<String>,
}

/// What a link is about, and what it takes where its form says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkDefaults<'a> {
    /// IANA name of the app's zone.
    pub zone: &'a str,
    /// Code of the issuer's language.
    pub lang: &'a str,
    /// The stream's first and last moment; a slot lies between them.
    pub from: Millis,
    pub until: Millis,
}

/// What is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("“{0}” is no time zone; write it as Asia/Shanghai or UTC")]
    Zone(String),
    #[error("“{0}” is no language of ours; there are en, zh and ja")]
    Lang(String),
    #[error(
        "“{0}” is no expiry; write a date such as 2026-12-31, a moment such as 2026-12-31 18:00, a duration such as 30d, or never"
    )]
    Expires(String),
    #[error("“{0}” is no time of a slot; write 20:30, or 2026-11-21 20:30 where the stream saw 20:30 twice")]
    Slot(String),
    #[error("a slot has both a beginning and an end, the end after the beginning")]
    SlotSpan,
    #[error("the slot does not lie within the stream, which ran from {from} to {until} in the link's zone")]
    SlotOutside { from: String, until: String },
    #[error("a slot goes with the preset sponsor; choose it, or leave the slot empty")]
    SlotPreset,
    #[error("the link would have expired already")]
    Past,
    #[error("{what} has at most {most} characters, this one has {length}")]
    Long { what: &'static str, most: usize, length: usize },
}

/// Longest name and title, in characters: they are shown on one line.
const MAX_TEXT_LEN: usize = 120;

/// Checks the name of a time zone.
pub fn zone(name: &str) -> Result<String, DraftError> {
    match TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(DraftError::Zone(name.to_owned())),
    }
}

/// Checks the code of a language.
pub fn lang(code: &str) -> Result<String, DraftError> {
    Lang::BUILT
        .iter()
        .find(|lang| lang.code() == code)
        .map(|lang| lang.code().to_owned())
        .ok_or_else(|| DraftError::Lang(code.to_owned()))
}

/// The end of next month in this zone: the default expiry of a link.
fn end_of_next_month(zone: &TimeZone, now: Millis) -> Option<Millis> {
    let today = Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone.clone()).date();
    let first = today.first_of_month().checked_add(2.months()).ok()?;
    Some(Millis(first.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond()))
}

fn expiry(text: Option<&str>, zone: &TimeZone, now: Millis) -> Result<Option<Millis>, DraftError> {
    let Some(text) = text else { return Ok(end_of_next_month(zone, now)) };
    let wrong = || DraftError::Expires(text.to_owned());
    // A date with a time parses as a date too, so the moment is tried first, and only where a time is written.
    let at = if text == "never" {
        return Ok(None);
    } else if let Some(moment) = moment(text) {
        Millis(moment.to_zoned_datetime(zone.clone()).map_err(|_| wrong())?.timestamp().as_millisecond())
    } else if let Ok(date) = text.parse::<Date>() {
        let next =
            date.checked_add(1.day()).and_then(|date| date.to_zoned_datetime(zone.clone())).map_err(|_| wrong())?;
        Millis(next.timestamp().as_millisecond())
    } else {
        let duration = humantime::parse_duration(text).map_err(|_| wrong())?;
        let millis = i64::try_from(duration.as_millis()).ok().filter(|millis| *millis < 1 << 50).ok_or_else(wrong)?;
        now + millis
    };
    if at <= now { Err(DraftError::Past) } else { Ok(Some(at)) }
}

/// A date with a time of day, `2026-12-31 18:00` or as browsers write it, `2026-12-31T18:00`.
fn moment(text: &str) -> Option<DateTime> {
    text.contains(':').then(|| text.parse::<DateTime>().ok()).flatten()
}

/// One end of a slot: a moment, or the first such time of day from the stream's first minute on.
fn slot_end(text: &str, zone: &TimeZone, first: Millis) -> Option<Millis> {
    let text = text.trim();
    let at = |moment: DateTime| Some(Millis(moment.to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond()));
    if text.contains('-') {
        return at(moment(text)?);
    }
    let time: Time = text.parse().ok()?;
    let began = Timestamp::from_millisecond(first.0).ok()?.to_zoned_datetime(zone.clone()).date();
    let same_day = at(began.to_datetime(time))?;
    if same_day >= first { Some(same_day) } else { at(began.tomorrow().ok()?.to_datetime(time)) }
}

fn slot(
    ends: (Option<String>, Option<String>),
    preset: Preset,
    zone: &TimeZone,
    about: &LinkDefaults,
) -> Result<Option<(Millis, Millis)>, DraftError> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (from, until) = match (filled(ends.0), filled(ends.1)) {
        (None, None) => return Ok(None),
        (Some(from), Some(until)) => (from, until),
        _ => return Err(DraftError::SlotSpan),
    };
    if preset != Preset::Sponsor {
        return Err(DraftError::SlotPreset);
    }
    // People write minutes: the minute in which the stream began and the one in which it ended belong to it.
    let first = Millis(about.from.0.div_euclid(60_000) * 60_000);
    let last = Millis((about.until.0 + 59_999).div_euclid(60_000) * 60_000);
    let end = |text: String| slot_end(&text, zone, first).ok_or(DraftError::Slot(text));
    let (from, until) = (end(from)?, end(until)?);
    if from >= until {
        return Err(DraftError::SlotSpan);
    }
    if from < first || until > last {
        let local = |at: Millis| {
            Timestamp::from_millisecond(at.0)
                .map(|at| at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
                .unwrap_or_default()
        };
        return Err(DraftError::SlotOutside { from: local(first), until: local(last) });
    }
    Ok(Some((from, until)))
}

fn text(text: Option<String>, what: &'static str) -> Result<Option<String>, DraftError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let length = text.as_deref().map_or(0, |text| text.chars().count());
    if length > MAX_TEXT_LEN { Err(DraftError::Long { what, most: MAX_TEXT_LEN, length }) } else { Ok(text) }
}

impl Draft {
    /// The settings of a link: what was written, else the defaults. The password is not the draft's.
    pub fn validate(self, about: &LinkDefaults, now: Millis) -> Result<ShareSettings, DraftError> {
        let preset = self.preset.unwrap_or(Preset::Host);
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let zone = zone(filled(self.zone).as_deref().unwrap_or(about.zone))?;
        let time_zone = TimeZone::get(&zone).map_err(|_| DraftError::Zone(zone.clone()))?;
        let lang = lang(filled(self.lang).as_deref().unwrap_or(about.lang))?;
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
        let slot = slot((self.slot_from, self.slot_until), preset, &time_zone, about)?;
        let hide_host = self.hide_host;
        Ok(ShareSettings { name, preset, zone, lang, title, hide_host, slot, password: None, expires_at })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Millis {
        Millis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn about(zone: &str) -> LinkDefaults<'_> {
        // 20:00:05 to 23:04:41 in Shanghai.
        LinkDefaults { zone, lang: "en", from: at("2026-11-21T12:00:05Z"), until: at("2026-11-21T15:04:41Z") }
    }

    #[test]
    fn a_slot_lies_within_its_stream() {
        let now = at("2026-11-22T12:00:00Z");
        let of = |preset, zone: &str, from: &str, until: &str| {
            let (slot_from, slot_until) = (Some(from.to_owned()), Some(until.to_owned()));
            let draft = Draft { preset: Some(preset), slot_from, slot_until, ..Draft::default() };
            draft.validate(&about(zone), now).map(|set| set.slot)
        };
        let sponsor = |from: &str, until: &str| of(Preset::Sponsor, "Asia/Shanghai", from, until);
        let half_past = (at("2026-11-21T12:30:00Z"), at("2026-11-21T13:00:00Z"));
        assert_eq!(sponsor("20:30", "21:00"), Ok(Some(half_past)));
        assert_eq!(sponsor("2026-11-21 20:30", "2026-11-21T21:00"), Ok(Some(half_past)));
        assert_eq!(of(Preset::Sponsor, "UTC", "12:30", "13:00:00"), Ok(Some(half_past)));
        // Past midnight in Kiritimati, where the stream began at two in the morning of the next day.
        assert_eq!(of(Preset::Sponsor, "Pacific/Kiritimati", "02:30", "03:00"), Ok(Some(half_past)));
        assert_eq!(sponsor("20:00", "23:05").map(|slot| slot.is_some()), Ok(true), "the minutes of both ends");
        assert_eq!(sponsor("", " "), Ok(None));
        assert_eq!(sponsor("20:30", ""), Err(DraftError::SlotSpan));
        assert_eq!(sponsor("21:00", "20:30"), Err(DraftError::SlotSpan));
        assert_eq!(sponsor("half past", "21:00"), Err(DraftError::Slot("half past".to_owned())));
        assert!(matches!(sponsor("22:00", "23:30"), Err(DraftError::SlotOutside { .. })));
        assert!(matches!(sponsor("2026-11-20 20:30", "2026-11-21 21:00"), Err(DraftError::SlotOutside { .. })));
        assert_eq!(of(Preset::Host, "UTC", "12:30", "13:00"), Err(DraftError::SlotPreset));
    }

    #[test]
    fn an_empty_form_is_a_whole_link() {
        let settings = Draft::default().validate(&about("Asia/Shanghai"), at("2026-11-22T12:00:00Z")).unwrap();
        assert_eq!(settings.preset, Preset::Host);
        assert_eq!((settings.zone.as_str(), settings.lang.as_str()), ("Asia/Shanghai", "en"));
        // The end of December, Shanghai time.
        assert_eq!(settings.expires_at, Some(at("2026-12-31T16:00:00Z")));
        // 31 December in UTC is 1 January in Shanghai: next month is February.
        let settings = Draft::default().validate(&about("Asia/Shanghai"), at("2026-12-31T20:00:00Z")).unwrap();
        assert_eq!(settings.expires_at, Some(at("2027-02-28T16:00:00Z")));
    }

    #[test]
    fn expiry_is_a_date_a_duration_or_never() {
        let now = at("2026-11-22T12:00:00Z");
        let of = |text: &str| {
            Draft { expires: Some(text.to_owned()), ..Draft::default() }
                .validate(&about("UTC"), now)
                .map(|set| set.expires_at)
        };
        assert_eq!(of("2026-11-22").unwrap(), Some(at("2026-11-23T00:00:00Z")));
        assert_eq!(of("2026-12-31 18:00").unwrap(), Some(at("2026-12-31T18:00:00Z")));
        assert_eq!(of("2026-12-31T18:00").unwrap(), Some(at("2026-12-31T18:00:00Z")));
        assert_eq!(of("30d").unwrap(), Some(now + 30 * 86_400_000));
        assert_eq!(of("never").unwrap(), None);
        assert_eq!(of("2026-11-20"), Err(DraftError::Past));
        assert!(matches!(of("soon"), Err(DraftError::Expires(_))));
    }

    #[test]
    fn wrong_words_are_named() {
        let wrong = |draft: Draft| draft.validate(&about("UTC"), Millis(0)).unwrap_err().to_string();
        assert!(wrong(Draft { zone: Some("Mars/Base".into()), ..Draft::default() }).contains("Mars/Base"));
        assert!(wrong(Draft { lang: Some("fr".into()), ..Draft::default() }).contains("fr"));
        assert!(wrong(Draft { name: Some("x".repeat(121)), ..Draft::default() }).contains("121"));
    }
}
