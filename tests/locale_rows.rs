//! The rows of `locales/formats.toml`, from the data of ICU4X and the own choices in `locales/languages.toml`.
//!
//! `make locale-rows` writes the file; the other tests compare it, and what the program writes by it, with ICU4X. ICU4X itself
//! is in no build of the program: its tables would be larger than the whole browser bundle.

#![allow(clippy::unwrap_used)]

#[path = "../build/i18n/mod.rs"]
#[allow(dead_code)]
mod i18n;

use aftershow::domain::Millis;
use aftershow::i18n::{I18n, Lang, Zone};
use fixed_decimal::Decimal;
use i18n::State;
use i18n::format::{Format, OwnChoices};
use i18n::language::Language;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{E, M, MD, MDE, YMD, YMDE};
use icu_decimal::{CompactDecimalFormatter, DecimalFormatter};
use icu_list::ListFormatter;
use icu_list::options::{ListFormatterOptions, ListLength};
use icu_locale_core::Locale;
use std::fmt::Write;
use std::path::Path;

const LANGUAGES: &str = "locales/languages.toml";
const ROWS: &str = "locales/formats.toml";

/// The languages that have a row.
fn languages() -> Vec<Language> {
    let mut list = i18n::language::read(Path::new(LANGUAGES)).unwrap().languages;
    list.retain(|language| language.state != State::Pseudo);
    list
}

fn locale(language: &Language) -> Locale {
    language.cldr.as_ref().unwrap_or(&language.tag).parse().unwrap()
}

/// A date formatted with a set of fields, and the pattern that formatted it.
macro_rules! formatted {
    ($locale:expr, $fields:expr, $date:expr) => {{
        let formatter = FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new($locale.into(), $fields).unwrap();
        let date = formatter.format($date);
        (date.to_string(), date.pattern().to_string())
    }};
}

fn date(year: i32, month: u8, day: u8) -> Date<Gregorian> {
    Date::try_new_gregorian(year, month, day).unwrap()
}

/// A pattern of ICU4X in the letters of `Locale::format`; `None` where it has a field that those cannot write.
fn pattern(icu: &str) -> Option<String> {
    let mut found = String::new();
    let mut rest = icu;
    while let Some(first) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(first).len();
        found.push_str(match (first, &rest[..run]) {
            ('E', "E") => "E",
            ('d', "d") => "d",
            ('M', "MMM") => "L",
            ('M', "M") => "M",
            ('y', "y") => "y",
            (letter, _) if letter.is_ascii_alphabetic() => return None,
            (_, text) => text,
        });
        rest = &rest[run..];
    }
    Some(found)
}

/// The months as written in a date: what a short date has beside the day.
fn months(locale: &Locale) -> [String; 12] {
    std::array::from_fn(|place| {
        let month = place as u8 + 1;
        let (text, pattern) = formatted!(locale, MD::medium(), &date(2026, month, 1));
        match pattern.split_once("MMM") {
            Some((before, after)) => {
                let fill = |part: &str| part.replace('d', "1");
                let name = text.strip_prefix(&fill(before)).and_then(|rest| rest.strip_suffix(&fill(after)));
                name.unwrap().to_owned()
            }
            None => formatted!(locale, M::medium(), &date(2026, month, 1)).0,
        }
    })
}

/// The largest units first: those at which the number of a short form begins at 1 again.
fn units(locale: &Locale) -> Vec<(i64, String)> {
    let formatter = CompactDecimalFormatter::try_new_short(locale.into(), Default::default()).unwrap();
    let mut units = Vec::new();
    for exponent in 3..=9 {
        let unit = 10_i64.pow(exponent);
        let text = formatter.format(&Decimal::from(unit)).to_string();
        if let Some(mark) = text.strip_prefix('1').filter(|mark| !mark.starts_with(|c: char| c.is_ascii_digit())) {
            units.insert(0, (unit, mark.to_owned()));
        }
    }
    units
}

/// The row of ICU4X with the language's own choices.
fn row(language: &Language) -> Format {
    let locale = &locale(language);
    let OwnChoices { months: own_months, months_full, weekdays, units: own_units, .. } = language.own.clone();
    let OwnChoices { date: own_date, date_plain, date_short, date_weekday, .. } = language.own.clone();
    let OwnChoices { list_pair, list_middle, list_end, .. } = language.own.clone();
    let day = &date(2026, 11, 21);
    let chosen = |own: Option<String>, (_, icu): (String, String)| {
        own.or_else(|| pattern(&icu)).unwrap_or_else(|| panic!("{}: {icu} needs a choice of its own", language.tag))
    };
    let number = DecimalFormatter::try_new(locale.into(), Default::default()).unwrap();
    let number = |text: &str| number.format(&text.parse().unwrap()).to_string();
    let lists = ListFormatterOptions::default().with_length(ListLength::Wide);
    let lists = ListFormatter::try_new_and(locale.into(), lists).unwrap();
    let list = |parts: &[&str]| lists.format(parts.iter()).to_string();
    let between = |list: &str, left: &str, right: &str| {
        list.split_once(left).and_then(|(_, rest)| rest.split_once(right)).unwrap().0.to_owned()
    };
    let four = list(&["1", "2", "3", "4"]);
    Format {
        group: between(&number("1234567"), "1", "234").chars().next().unwrap(),
        decimal: between(&number("24.7"), "24", "7").chars().next().unwrap(),
        // ICU4X has percentages in an experimental crate only; these languages write all the same sign.
        percent: language.own.percent.clone().unwrap_or_else(|| "%".to_owned()),
        months: own_months.unwrap_or_else(|| months(locale)),
        months_full: months_full.unwrap_or_else(|| {
            std::array::from_fn(|place| formatted!(locale, M::long(), &date(2026, place as u8 + 1, 1)).0)
        }),
        // 2 November 2026 is a Monday.
        weekdays: weekdays.unwrap_or_else(|| {
            std::array::from_fn(|place| formatted!(locale, E::short(), &date(2026, 11, place as u8 + 2)).0)
        }),
        date: chosen(own_date, formatted!(locale, YMDE::medium(), day)),
        date_plain: chosen(date_plain, formatted!(locale, YMD::medium(), day)),
        date_short: chosen(date_short, formatted!(locale, MD::medium(), day)),
        date_weekday: chosen(date_weekday, formatted!(locale, MDE::medium(), day)),
        list_pair: list_pair.unwrap_or_else(|| between(&list(&["1", "2"]), "1", "2")),
        list_middle: list_middle.unwrap_or_else(|| between(&four, "1", "2")),
        list_end: list_end.unwrap_or_else(|| between(&four, "3", "4")),
        space: if language.full_width { String::new() } else { " ".to_owned() },
        units: own_units.unwrap_or_else(|| units(locale)),
    }
}

/// The text as TOML writes it; spaces other than U+0020 stay visible.
fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' ' => " ".to_owned(),
        c if c.is_whitespace() || c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

fn rows() -> String {
    let mut text = "# How each language writes numbers, dates and lists. Written by `make locale-rows` from the Unicode CLDR, as \
                    ICU4X has it, and the\n# own choices in languages.toml: do not edit. See docs/TRANSLATING.md.\n#\n\
                    # Dates: E is the weekday, d the day, L the name of the month, M its number, y the year. Weekdays begin with \
                    Monday.\n"
        .to_owned();
    for language in languages() {
        let row = row(&language);
        let list = |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
        let digits = |unit: i64| Lang::default().integer(unit).replace(',', "_");
        let units: Vec<String> =
            row.units.iter().map(|(unit, mark)| format!("[{}, {}]", digits(*unit), quoted(mark))).collect();
        let _ = write!(
            text,
            "\n[{}]\ngroup = {}\ndecimal = {}\npercent = {}\nmonths = [{}]\nmonths_full = [{}]\nweekdays = [{}]\ndate = \
             {}\ndate_plain = {}\ndate_short = {}\ndate_weekday = {}\nlist_pair = {}\nlist_middle = {}\nlist_end = \
             {}\nspace = {}\nunits = [{}]\n",
            language.tag,
            quoted(&row.group.to_string()),
            quoted(&row.decimal.to_string()),
            quoted(&row.percent),
            list(&row.months),
            list(&row.months_full),
            list(&row.weekdays),
            quoted(&row.date),
            quoted(&row.date_plain),
            quoted(&row.date_short),
            quoted(&row.date_weekday),
            quoted(&row.list_pair),
            quoted(&row.list_middle),
            quoted(&row.list_end),
            quoted(&row.space),
            units.join(", "),
        );
    }
    text
}

#[test]
#[ignore = "writes locales/formats.toml: make locale-rows"]
fn write() {
    std::fs::write(ROWS, rows()).unwrap();
}

#[test]
fn the_committed_rows_are_those_of_icu4x() {
    assert_eq!(std::fs::read_to_string(ROWS).unwrap(), rows(), "run `make locale-rows`");
}

/// The languages with the `Lang` that this build made of them.
fn built() -> Vec<(Language, Lang)> {
    languages().into_iter().map(|language| (language.clone(), Lang::from_code(&language.code).unwrap())).collect()
}

#[test]
fn numbers_are_written_as_icu4x_writes_them() {
    for (language, lang) in built() {
        let icu = DecimalFormatter::try_new((&locale(&language)).into(), Default::default()).unwrap();
        let mut value = 7_i64;
        while value < 1 << 53 {
            for value in [value, -value, value + 1] {
                // The minus sign proper, where CLDR has a hyphen.
                let expected = icu.format(&Decimal::from(value)).to_string().replace('-', "−");
                assert_eq!(lang.integer(value), expected, "{}", language.tag);
                let tenths: Decimal = format!("{}.{}", value / 10, value.abs() % 10).parse().unwrap();
                let mut expected = icu.format(&tenths).to_string().replace('-', "−");
                if value % 10 == 0 {
                    expected.truncate(expected.len() - 2);
                }
                if value > 0 {
                    assert_eq!(lang.locale().tenths(value), expected, "{}", language.tag);
                }
            }
            value = value * 3 / 2 + 1;
        }
    }
}

#[test]
fn dates_are_written_as_icu4x_writes_them() {
    for (language, lang) in built() {
        let icu = locale(&language);
        let i18n = I18n::new(lang, Zone::default());
        let own = &language.own;
        // Each ninth day from 2024 on, so that every weekday and every month occurs.
        for day in 0..400 {
            let at = Millis((19_723 + day * 9) * 86_400_000);
            let civil = i18n.zone.civil(at);
            let date = date(civil.year as i32, civil.month as u8, civil.day as u8);
            let same = |is_own: bool, ours: String, (icu, _): (String, String)| {
                assert!(is_own || ours == icu, "{}: {ours} is {icu} in ICU4X", language.tag);
            };
            let own_names = own.months.is_some() || own.weekdays.is_some();
            same(own_names || own.date.is_some(), i18n.date(at), formatted!(&icu, YMDE::medium(), &date));
            same(own_names || own.date_plain.is_some(), i18n.date_plain(at), formatted!(&icu, YMD::medium(), &date));
            same(own_names || own.date_short.is_some(), i18n.date_short(at), formatted!(&icu, MD::medium(), &date));
        }
    }
}

#[test]
fn lists_are_written_as_icu4x_writes_them() {
    for (language, lang) in built() {
        let own = &language.own;
        if own.list_pair.is_some() || own.list_middle.is_some() || own.list_end.is_some() {
            continue;
        }
        let options = ListFormatterOptions::default().with_length(ListLength::Wide);
        let icu = ListFormatter::try_new_and((&locale(&language)).into(), options).unwrap();
        for parts in [&["1"][..], &["1", "2"], &["1", "2", "3"], &["1", "2", "3", "4", "5"]] {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            assert_eq!(lang.locale().list(&parts), icu.format(parts.iter()).to_string(), "{}", language.tag);
        }
    }
}
