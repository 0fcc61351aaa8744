//! Civil times of one zone, from a list of its offsets: the same arithmetic on the server and in the browser.

use super::{I18n, Locale};
use crate::domain::{Day, Millis};
use serde::{Deserialize, Serialize};

/// A named zone as far as a page needs it. The server fills it from its zone database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name: `Asia/Shanghai`.
    pub name: String,
    /// (from when, seconds east of UTC), ascending; the first also holds for everything before it.
    pub offsets: Vec<(Millis, i32)>,
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), offsets: Vec::new() }
    }
}

/// A date and a time of day in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// 0 is Monday.
    pub weekday: u32,
    /// Days since 1970-01-01.
    pub days: i64,
}

impl Civil {
    /// From milliseconds that are already local.
    fn from_local(millis: i64) -> Self {
        let seconds = millis.div_euclid(1000);
        let days = seconds.div_euclid(86_400);
        let of_day = seconds.rem_euclid(86_400) as u32;
        // Days to a date, by Howard Hinnant's algorithm: eras of 400 years that begin in March.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * march_month + 2) / 5 + 1) as u32;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 } as u32;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year,
            month,
            day,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: (days + 3).rem_euclid(7) as u32,
            days,
        }
    }

    pub fn hm(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    pub fn hms(self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }

    /// `2026-11-21`, for form fields and `datetime`.
    pub fn iso_date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Zone {
    /// Seconds east of UTC at that moment.
    pub fn offset(&self, at: Millis) -> i32 {
        let place = self.offsets.partition_point(|(from, _)| *from <= at);
        self.offsets.get(place.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    /// Date and time of day at that moment.
    pub fn civil(&self, at: Millis) -> Civil {
        Civil::from_local(at.0 + i64::from(self.offset(at)) * 1000)
    }

    /// `UTC+8`, `UTC−3:30`, `UTC`.
    pub fn utc_label(&self, at: Millis) -> String {
        let minutes = self.offset(at) / 60;
        let (sign, hours, rest) = (if minutes < 0 { '−' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60);
        match (hours, rest) {
            (0, 0) => "UTC".to_owned(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }

    /// The part this page needs: offsets from the one in force at `from` on.
    pub fn since(&self, from: Millis) -> Self {
        let place = self.offsets.partition_point(|(at, _)| *at <= from).saturating_sub(1);
        Self { name: self.name.clone(), offsets: self.offsets.get(place..).unwrap_or_default().to_vec() }
    }
}

/// When the days of an app begin, by its own clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayBegins {
    /// The short form of the app, where the apps of a page differ.
    pub app: Option<String>,
    /// `06:00`
    pub time: String,
    /// `UTC+8`, where the clocks are not those of the page.
    pub zone: Option<String>,
}

impl Locale {
    /// A date in one of the patterns of this row: `E`, `d`, `L`, `M` and `y` mean weekday, day, name and number of the
    /// month, and year.
    pub fn format(&self, pattern: &str, date: Civil) -> String {
        let name = |list: &[&'static str], place: u32| list.get(place as usize).copied().unwrap_or_default().to_owned();
        pattern
            .chars()
            .map(|letter| match letter {
                'E' => name(&self.weekdays, date.weekday),
                'd' => date.day.to_string(),
                'L' => name(&self.months, date.month.saturating_sub(1)),
                'M' => date.month.to_string(),
                'y' => date.year.to_string(),
                other => other.to_string(),
            })
            .collect()
    }
}

impl I18n {
    /// `Sat 21 Nov 2026`
    pub fn date(&self, at: Millis) -> String {
        self.locale().format(self.locale().date, self.zone.civil(at))
    }

    /// `21 Nov 2026`
    pub fn date_plain(&self, at: Millis) -> String {
        self.locale().format(self.locale().date_plain, self.zone.civil(at))
    }

    /// `21 Nov`
    pub fn date_short(&self, at: Millis) -> String {
        self.locale().format(self.locale().date_short, self.zone.civil(at))
    }

    const fn locale(&self) -> &'static Locale {
        self.lang.locale()
    }

    /// Between two sentences.
    pub const fn space(&self) -> &'static str {
        self.locale().space
    }

    /// `21 Nov 20:00`
    pub fn date_hm(&self, at: Millis) -> String {
        format!("{} {}", self.date_short(at), self.hm(at))
    }

    /// `20:00–23:04`, and `20:00–` while it runs; over midnight with both dates: `21 Nov 23:40 – 22 Nov 02:10`.
    pub fn span(&self, from: Millis, until: Option<Millis>) -> String {
        match until {
            Some(until) if !self.is_same_date(from, until) => self.dated_span(from, Some(until)),
            until => format!("{}–{}", self.hm(from), until.map(|until| self.hm(until)).unwrap_or_default()),
        }
    }

    /// The same with its date: `21 Nov 20:00–23:04`, `21 Nov 23:40 – 22 Nov 02:10`, and `21 Nov 20:00–` while it runs.
    pub fn dated_span(&self, from: Millis, until: Option<Millis>) -> String {
        format!("{} {}", self.date_short(from), self.times_after_date(from, until))
    }

    /// The same with the whole date: `Sat 21 Nov 2026 · 20:00–23:04`, `Sat 21 Nov 2026 · 23:40 – 22 Nov 02:10`.
    pub fn long_span(&self, from: Millis, until: Option<Millis>) -> String {
        format!("{} · {}", self.date(from), self.times_after_date(from, until))
    }

    /// The times of a span whose first date is shown before them.
    fn times_after_date(&self, from: Millis, until: Option<Millis>) -> String {
        match until {
            Some(until) if !self.is_same_date(from, until) => format!("{} – {}", self.hm(from), self.date_hm(until)),
            until => self.span(from, until),
        }
    }

    fn is_same_date(&self, a: Millis, b: Millis) -> bool {
        self.zone.civil(a).days == self.zone.civil(b).days
    }

    /// `21 Nov`, of a business day.
    pub fn day_short(&self, day: Day) -> String {
        self.locale().format(self.locale().date_short, civil(day))
    }

    /// The heading over the streams of a business day: `Mon 30 Nov, from 06:00`. Where the apps of the page differ, each is
    /// named with its own: `Mon 30 Nov · CN from 06:00 (UTC+8) · JP from 00:00 (UTC+9)`.
    pub fn day_heading(&self, day: Day, begins: &[DayBegins]) -> String {
        let date = self.locale().format(self.locale().date_weekday, civil(day));
        let from = |begins: &DayBegins| match begins.zone.as_deref() {
            None => self.day_from(&begins.time),
            Some(zone) => self.day_from_in_zone(&begins.time, zone),
        };
        match begins {
            [] => date,
            [DayBegins { app: None, .. }] => {
                let comma = self.date_separator();
                format!("{date}{comma}{}", from(&begins[0]))
            }
            several => {
                let apps = several.iter().map(|begins| {
                    let app = super::truncate_middle(begins.app.as_deref().unwrap_or_default(), 12);
                    format!("{app} {}", from(begins))
                });
                std::iter::once(date).chain(apps).collect::<Vec<_>>().join(" · ")
            }
        }
    }

    /// Hours and minutes, rounded down: `3 h 04 min`, `9 min`.
    pub fn hours(&self, millis: i64) -> String {
        let minutes = millis.max(0) / 60_000;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => self.length_minutes(minutes),
            (hours, minutes) => self.length_hours(hours, &format!("{minutes:02}")),
        }
    }

    /// A length as one says it: `40 s`, `6 min`, `3 h 04 min`.
    pub fn length(&self, millis: i64) -> String {
        let seconds = (millis.max(0) + 500) / 1000;
        match seconds {
            0..120 => self.length_seconds(seconds),
            120..7200 => self.length_minutes(seconds / 60),
            _ => self.hours(millis),
        }
    }

    /// `Times in Shanghai (UTC+8)`
    pub fn times_in(&self, at: Millis) -> String {
        let offset = self.zone.utc_label(at);
        if offset == "UTC" && city_in(&self.zone.name) == "UTC" {
            return self.time_zone_utc().to_owned();
        }
        self.zone_times_in(&self.city(&self.zone.name), &offset)
    }

    /// The city of a zone in the language of the page, as far as it has a name in it.
    pub fn city(&self, zone_name: &str) -> String {
        match zone_name {
            "Asia/Shanghai" => self.city_shanghai().to_owned(),
            "Asia/Hong_Kong" => self.city_hong_kong().to_owned(),
            "Asia/Macau" => self.city_macau().to_owned(),
            "Asia/Taipei" => self.city_taipei().to_owned(),
            "Asia/Tokyo" => self.city_tokyo().to_owned(),
            "Asia/Seoul" => self.city_seoul().to_owned(),
            "Asia/Singapore" => self.city_singapore().to_owned(),
            "Asia/Kuala_Lumpur" => self.city_kuala_lumpur().to_owned(),
            "Asia/Bangkok" => self.city_bangkok().to_owned(),
            "Asia/Jakarta" => self.city_jakarta().to_owned(),
            "Asia/Manila" => self.city_manila().to_owned(),
            "Asia/Ho_Chi_Minh" => self.city_ho_chi_minh().to_owned(),
            "Asia/Kolkata" => self.city_kolkata().to_owned(),
            "Asia/Dubai" => self.city_dubai().to_owned(),
            "Asia/Riyadh" => self.city_riyadh().to_owned(),
            "Europe/London" => self.city_london().to_owned(),
            "Europe/Berlin" => self.city_berlin().to_owned(),
            "Europe/Paris" => self.city_paris().to_owned(),
            "Europe/Istanbul" => self.city_istanbul().to_owned(),
            "America/New_York" => self.city_new_york().to_owned(),
            "America/Los_Angeles" => self.city_los_angeles().to_owned(),
            "America/Sao_Paulo" => self.city_sao_paulo().to_owned(),
            "Australia/Sydney" => self.city_sydney().to_owned(),
            _ => city_in(zone_name),
        }
    }
}

/// The city in the name of a zone: `Shanghai` of `Asia/Shanghai`.
fn city_in(zone_name: &str) -> String {
    zone_name.rsplit('/').next().unwrap_or(zone_name).replace('_', " ")
}

/// The date of a business day.
fn civil(day: Day) -> Civil {
    Civil::from_local(day.0.saturating_mul(Day::MILLIS))
}

#[cfg(test)]
mod tests {
    use super::super::Lang;
    use super::*;

    fn shanghai(lang: Lang) -> I18n {
        I18n::new(lang, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] })
    }

    /// 2026-11-21 20:00 in Shanghai.
    const EIGHT: Millis = Millis(1_795_262_400_000);

    #[test]
    fn a_span_over_midnight_has_both_dates() {
        let i18n = shanghai(Lang::En);
        // 21 Nov 2026 23:40 in Shanghai.
        let late = Millis(1_795_275_600_000);
        let hours = |hours: i64| hours * 3_600_000;
        let end = Some(late + hours(2) + 1_800_000);
        assert_eq!(i18n.span(late, end), "21 Nov 23:40 – 22 Nov 02:10");
        assert_eq!(i18n.dated_span(late, end), "21 Nov 23:40 – 22 Nov 02:10");
        assert_eq!(i18n.long_span(late, end), "Sat 21 Nov 2026 · 23:40 – 22 Nov 02:10");
        assert_eq!(shanghai(Lang::Zh).dated_span(late, end), "11月21日 23:40 – 11月22日 02:10");
        assert_eq!(i18n.dated_span(late + hours(2), Some(late + hours(4))), "22 Nov 01:40–03:40");
        assert_eq!(i18n.dated_span(late + hours(2), None), "22 Nov 01:40–");
        assert_eq!(i18n.long_span(EIGHT, Some(EIGHT + 184 * 60_000)), "Sat 21 Nov 2026 · 20:00–23:04");
    }

    #[test]
    fn the_heading_of_a_day_says_when_it_began() {
        let begins = |app: Option<&str>, time: &str, zone: Option<&str>| DayBegins {
            app: app.map(str::to_owned),
            time: time.to_owned(),
            zone: zone.map(str::to_owned),
        };
        let day = Day(20_787);
        let six = [begins(None, "06:00", None)];
        let heading = |lang, begins: &[DayBegins]| shanghai(lang).day_heading(day, begins);
        assert_eq!(heading(Lang::En, &six), "Mon 30 Nov, from 06:00");
        assert_eq!(heading(Lang::Zh, &six), "11月30日 周一，06:00起");
        assert_eq!(heading(Lang::Ja, &six), "11月30日（月）06:00〜");
        assert_eq!(heading(Lang::En, &[begins(None, "00:00", Some("UTC+9"))]), "Mon 30 Nov, from 00:00 (UTC+9)");
        let apart = [begins(Some("CN"), "06:00", Some("UTC+8")), begins(Some("JP"), "00:00", Some("UTC+9"))];
        assert_eq!(heading(Lang::En, &apart), "Mon 30 Nov · CN from 06:00 (UTC+8) · JP from 00:00 (UTC+9)");
        assert_eq!(shanghai(Lang::En).day_short(day), "30 Nov");
    }

    #[test]
    fn dates_read_as_in_each_language() {
        assert_eq!(shanghai(Lang::En).date(EIGHT), "Sat 21 Nov 2026");
        assert_eq!(shanghai(Lang::Zh).date(EIGHT), "2026年11月21日 周六");
        assert_eq!(shanghai(Lang::Ja).date(EIGHT), "2026年11月21日（土）");
        assert_eq!(shanghai(Lang::En).times_in(EIGHT), "Times in Shanghai (UTC+8)");
        assert_eq!(I18n::default().times_in(EIGHT), "Times in UTC");
    }

    #[test]
    fn spans_of_one_day_need_no_date() {
        let i18n = shanghai(Lang::En);
        assert_eq!(i18n.span(EIGHT, Some(EIGHT + 184 * 60_000)), "20:00–23:04");
        assert_eq!(i18n.span(EIGHT, None), "20:00–");
    }

    #[test]
    fn lengths_have_one_unit_too_few_rather_than_too_many() {
        let i18n = shanghai(Lang::En);
        assert_eq!(i18n.hours(184 * 60_000), "3 h 04 min");
        assert_eq!(i18n.hours(9 * 60_000), "9 min");
        assert_eq!(i18n.length(40_400), "40 s");
        assert_eq!(i18n.length(6 * 60_000), "6 min");
        assert_eq!(shanghai(Lang::Zh).hours(184 * 60_000), "3小时04分钟");
    }

    #[test]
    fn summer_time_follows_the_list() {
        let zone = Zone { name: "X/Y".into(), offsets: vec![(Millis(0), 3600), (Millis(1000), 7200)] };
        assert_eq!(zone.offset(Millis(-5)), 3600);
        assert_eq!(zone.offset(Millis(999)), 3600);
        assert_eq!(zone.offset(Millis(1000)), 7200);
        assert_eq!(zone.since(Millis(2000)).offsets, vec![(Millis(1000), 7200)]);
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = Civil::from_local(-86_400_000);
        assert_eq!((before.year, before.month, before.day, before.weekday), (1969, 12, 31, 2));
        for day in 0..146_097 {
            let civil = Civil::from_local(day * 86_400_000);
            let next = civil.day == before.day + 1 && civil.month == before.month;
            assert!(next || civil.day == 1, "{civil:?}");
            before = civil;
        }
        assert_eq!(Civil::from_local(951_782_400_000).iso_date(), "2000-02-29");
    }
}
