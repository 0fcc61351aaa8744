//! Numbers as people read them: totals in full digits, axes short, shares rounded once. Integer arithmetic only.

use super::Lang;

impl Lang {
    /// A whole number in full digits: `1,284,300`. Messages write their numbers by it.
    pub fn integer(self, value: i64) -> String {
        self.locale().integer(value)
    }

    /// A whole percentage: `58%`.
    pub fn percent(self, percent: i64) -> String {
        format!("{}{}", self.integer(percent), self.locale().percent)
    }

    /// A short form for axes: `24.7k`, `1.2M`; `24.7万`, `1.2亿`. Never used for a total.
    pub fn axis(self, value: i64) -> String {
        let locale = self.locale();
        match locale.units.iter().find(|(unit, _)| value.abs() >= *unit) {
            Some((unit, mark)) => {
                format!("{}{mark}", locale.tenths((i128::from(value) * 10 / i128::from(*unit)) as i64))
            }
            None => self.integer(value),
        }
    }
}

/// `part ÷ whole × 100`, rounded half away from zero; `None` where the whole is not positive.
pub fn percent_of(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| rounded(i128::from(part) * 100, i128::from(whole)))
}

/// The form of an ordinal number in English, by the rule of the Unicode CLDR: `1st`, `2nd`, `3rd`, `11th`. The other
/// languages have one form, so their messages do not ask.
pub(super) const fn ordinal_category(number: i64) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "other",
        (1, _) => "one",
        (2, _) => "two",
        (3, _) => "few",
        _ => "other",
    }
}

/// A quotient rounded half away from zero, held within 64 bits.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    let half = denominator / 2;
    let value = if numerator < 0 { (numerator - half) / denominator } else { (numerator + half) / denominator };
    value.clamp(i128::from(i64::MIN + 1), i128::from(i64::MAX)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_in_threes() {
        assert_eq!(Lang::En.integer(0), "0");
        assert_eq!(Lang::En.integer(999), "999");
        assert_eq!(Lang::En.integer(246_810), "246,810");
        assert_eq!(Lang::En.integer(-1_000), "−1,000");
        assert_eq!(Lang::En.integer(9_007_199_254_740_991), "9,007,199,254,740,991");
    }

    #[test]
    fn axes_use_the_units_of_the_language() {
        assert_eq!(Lang::En.axis(24_700), "24.7k");
        assert_eq!(Lang::En.axis(1_000_000), "1M");
        assert_eq!(Lang::Zh.axis(247_000), "24.7万");
        assert_eq!(Lang::Zh.axis(9_999), "9,999");
        assert_eq!(Lang::Ja.axis(120_000_000), "1.2億");
    }

    #[test]
    fn shares_of_nothing_are_undefined() {
        assert_eq!(percent_of(1, 0), None);
        assert_eq!(percent_of(143_200, 246_810), Some(58));
    }
}
