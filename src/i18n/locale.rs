//! How a language writes numbers and dates: one row per language, generated from `locales/formats.toml`. Integer arithmetic
//! and fixed tables, so that server and browser print the same characters.
//!
//! Must not: hold a sentence; those are in the catalogues.

/// One row of `locales/formats.toml`.
#[derive(Debug)]
pub struct Locale {
    /// Between groups of three digits.
    pub group: char,
    pub decimal: char,
    /// After a number.
    pub percent: &'static str,
    /// As they are written in a date.
    pub months: [&'static str; 12],
    /// In full, and alone: `November`.
    pub months_full: [&'static str; 12],
    /// From Monday.
    pub weekdays: [&'static str; 7],
    /// `Sat 21 Nov 2026`
    pub date: &'static str,
    /// `21 Nov 2026`
    pub date_plain: &'static str,
    /// `21 Nov`
    pub date_short: &'static str,
    /// `Sat 21 Nov`
    pub date_weekday: &'static str,
    /// Between the two parts of a list of two: ` and `
    pub list_pair: &'static str,
    /// Between two parts of a longer list: `, `
    pub list_middle: &'static str,
    /// Before the last part of a longer list: ` and `
    pub list_end: &'static str,
    /// Between two sentences.
    pub space: &'static str,
    /// Units of chart axes, the largest first.
    pub units: &'static [(i64, &'static str)],
}

impl Locale {
    /// `Entries, gifts and coins`
    pub fn list(&self, parts: &[String]) -> String {
        let mut text = String::new();
        for (place, part) in parts.iter().enumerate() {
            text.push_str(match place {
                0 => "",
                _ if parts.len() == 2 => self.list_pair,
                _ if place + 1 == parts.len() => self.list_end,
                _ => self.list_middle,
            });
            text.push_str(part);
        }
        text
    }

    /// Full digits in groups of three: `1,284,300`.
    pub fn integer(&self, value: i64) -> String {
        let digits = value.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if value < 0 {
            text.push('−');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(self.group);
            }
            text.push(digit);
        }
        text
    }

    /// A number given in tenths with at most one decimal: `24.7`, `1,978`.
    pub fn tenths(&self, tenths: i64) -> String {
        let whole = self.integer(tenths / 10);
        match tenths % 10 {
            0 => whole,
            rest => {
                format!("{}{whole}{}{}", if tenths < 0 && tenths > -10 { "−" } else { "" }, self.decimal, rest.abs())
            }
        }
    }
}
