//! The business day: which day a stream belongs to, by the zone and the `day_start` of its app.
//!
//! Must not: read a clock, or know a page. Whatever filters, groups or adds up by day asks here; the store keeps the answer
//! with the stream, so that a changed rule affects later streams only.

use crate::config::Config;
use crate::domain::{AppId, Day, Millis};
use crate::i18n::Zone;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// When the days of an app begin.
#[derive(Clone, Debug, PartialEq)]
pub struct DayRule {
    zone: TimeZone,
    /// Its IANA name.
    name: String,
    /// After midnight.
    minutes: u32,
}

impl Default for DayRule {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, name: "UTC".to_owned(), minutes: 0 }
    }
}

impl DayRule {
    /// Of an IANA zone; UTC where there is none of that name.
    pub fn new(name: &str, minutes: u32) -> Self {
        match TimeZone::get(name) {
            Ok(zone) => Self { zone, name: name.to_owned(), minutes },
            Err(_) => Self { minutes, ..Self::default() },
        }
    }

    /// The day that a moment belongs to.
    pub fn day_of(&self, at: Millis) -> Day {
        let local = |at: Millis| {
            let local = Timestamp::from_millisecond(at.0).ok()?.to_zoned_datetime(self.zone.clone()).datetime();
            Some(day(local.checked_sub(i64::from(self.minutes).minutes()).ok()?.date()))
        };
        let Some(day) = local(at) else { return Day(at.0.div_euclid(Day::MILLIS)) };
        // Where clocks change across the start of a day, that time of day comes twice or never, and the day begins once.
        let (before, next) = (Day(day.0 - 1), Day(day.0 + 1));
        if self.start_of(next) <= at {
            next
        } else if at < self.start_of(day) {
            before
        } else {
            day
        }
    }

    /// The moment at which a day begins.
    pub fn start_of(&self, day: Day) -> Millis {
        let begins = || {
            let begins = date(day)?.at(0, 0, 0, 0).checked_add(i64::from(self.minutes).minutes()).ok()?;
            Some(Millis(begins.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_millisecond()))
        };
        begins().unwrap_or(Millis(day.0.saturating_mul(Day::MILLIS)))
    }

    /// The time of day at which its days begin, by its own clocks: `06:00`.
    pub fn time(&self) -> String {
        format!("{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }

    /// Seconds east of UTC when the day begins.
    pub fn offset(&self, day: Day) -> i32 {
        let at = Timestamp::from_millisecond(self.start_of(day).0);
        at.map_or(0, |at| self.zone.to_offset(at).seconds())
    }

    /// `UTC+8`, as of when the day begins.
    pub fn utc_label(&self, day: Day) -> String {
        let at = self.start_of(day);
        Zone { name: self.name.clone(), offsets: vec![(at, self.offset(day))] }.utc_label(at)
    }

    /// IANA name of its zone.
    pub fn zone_name(&self) -> &str {
        &self.name
    }
}

/// The rules of all apps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayRules {
    apps: BTreeMap<AppId, DayRule>,
    /// Of an app that is not configured (any more): the date in UTC.
    other: DayRule,
}

impl DayRules {
    /// As configured.
    pub fn of_config(config: &Config) -> Self {
        config.apps.iter().map(|app| (app.id, DayRule::new(&app.timezone, app.day_start))).collect()
    }

    /// The rule of an app.
    pub fn of(&self, app: AppId) -> &DayRule {
        self.apps.get(&app).unwrap_or(&self.other)
    }

    /// The business day of what began at a moment.
    pub fn day_of(&self, app: AppId, at: Millis) -> Day {
        self.of(app).day_of(at)
    }

    /// The one rule of all configured apps; `None` where they differ, so that nothing may be added up over them.
    pub fn common(&self) -> Option<&DayRule> {
        let mut rules = self.apps.values();
        let Some(first) = rules.next() else { return Some(&self.other) };
        rules.all(|rule| rule == first).then_some(first)
    }

    /// The newest day that has begun for any app.
    pub fn today(&self, now: Millis) -> Day {
        self.apps.values().map(|rule| rule.day_of(now)).max().unwrap_or_else(|| self.other.day_of(now))
    }

    /// Whether every day begins at midnight in a zone, so that its dates say which day it is.
    pub fn begin_at_midnight_in(&self, zone: &Zone, now: Millis) -> bool {
        self.common().is_some_and(|rule| {
            let begins = zone.civil(rule.start_of(rule.day_of(now)));
            (begins.hour, begins.minute) == (0, 0)
        })
    }
}

impl FromIterator<(AppId, DayRule)> for DayRules {
    fn from_iter<T: IntoIterator<Item = (AppId, DayRule)>>(rules: T) -> Self {
        Self { apps: rules.into_iter().collect(), other: DayRule::default() }
    }
}

/// As the calendar of the zone database counts.
pub fn date(day: Day) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day.0).ok()?).ok()
}

/// The day of a date.
pub fn day(date: Date) -> Day {
    let since = date.since(Date::constant(1970, 1, 1));
    Day(since.map_or(0, |span| i64::from(span.get_days())))
}

/// `2026-11-21` as people and forms write it.
pub fn parse(text: &str) -> Option<Day> {
    text.parse().ok().map(day)
}

/// `2026-11-21`
pub fn iso(day: Day) -> String {
    date(day).map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_night_belongs_to_the_day_it_began_in() {
        let shanghai = DayRule::new("Asia/Shanghai", 360);
        let thirtieth = parse("2026-11-30").unwrap_or_default();
        // 30 Nov 2026 06:00 in Shanghai.
        let six = Millis(1_795_989_600_000);
        assert_eq!(shanghai.start_of(thirtieth), six);
        for (at, day) in [(six, 0), (six - 1_i64, -1), (six + 24 * HOUR - 1, 0), (six + 24 * HOUR, 1)] {
            assert_eq!(shanghai.day_of(at), Day(thirtieth.0 + day), "{at:?}");
        }
        // The same moment, 1 Dec 03:46 in Shanghai, is another day for an app in Tokyo.
        let night = six + 21 * HOUR + 46 * 60_000;
        assert_eq!(iso(shanghai.day_of(night)), "2026-11-30");
        assert_eq!(iso(DayRule::new("Asia/Tokyo", 0).day_of(night)), "2026-12-01");
        assert_eq!(iso(DayRule::default().day_of(night)), "2026-11-30");
        assert_eq!(DayRule::new("Mars/Base", 0), DayRule::default());
    }

    #[test]
    fn days_follow_each_other_also_where_clocks_change() {
        // Clocks go back from 03:00 to 02:00 on 25 Oct 2026, and forward from 02:00 to 03:00 on 29 Mar 2026.
        for minutes in [0, 60, 150, 179, 180, 360] {
            let rule = DayRule::new("Europe/Berlin", minutes);
            for date in ["2026-03-28", "2026-10-24"] {
                let first = parse(date).unwrap_or_default();
                let mut before = rule.day_of(rule.start_of(first));
                assert_eq!(before, first, "{minutes}");
                for step in 0..(3 * 24 * 12) {
                    let at = rule.start_of(first) + step * 300_000;
                    let day = rule.day_of(at);
                    assert!(day >= before && rule.start_of(day) <= at && at < rule.start_of(Day(day.0 + 1)), "{at:?}");
                    before = day;
                }
            }
        }
    }

    #[test]
    fn every_day_has_its_date() {
        for (text, number) in [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-21", 20_778)] {
            assert_eq!(parse(text), Some(Day(number)), "{text}");
            assert_eq!(iso(Day(number)), text);
        }
        assert_eq!(parse("2026-13-21"), None);
        assert_eq!(parse("x"), None);
    }

    #[test]
    fn nothing_is_added_up_over_days_that_differ() {
        let shanghai = DayRule::new("Asia/Shanghai", 360);
        let rules = |list: &[DayRule]| -> DayRules {
            list.iter().enumerate().map(|(place, rule)| (AppId(place as i64), rule.clone())).collect()
        };
        assert_eq!(rules(&[shanghai.clone(), shanghai.clone()]).common(), Some(&shanghai));
        assert_eq!(rules(&[shanghai.clone(), DayRule::new("Asia/Shanghai", 0)]).common(), None);
        assert_eq!(rules(&[DayRule::new("Asia/Shanghai", 0), DayRule::new("Asia/Tokyo", 0)]).common(), None);
        assert_eq!(rules(&[]).common(), Some(&DayRule::default()));
        assert_eq!(shanghai.time(), "06:00");
        assert_eq!(shanghai.utc_label(Day(20_778)), "UTC+8");
    }
}
