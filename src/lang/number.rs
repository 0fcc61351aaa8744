//! Numbers as people read them: totals in full digits, axes short, shares rounded once. Integer arithmetic only.

use super::Lang;

/// Full digits in groups of three: `1,284,300`.
pub fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A short form for axes: `24.7k`, `1.2M`; `24.7万`, `1.2亿` / `1.2億`. Never used for a total.
pub fn axis(lang: Lang, value: i64) -> String {
    let units: &[(i64, &str)] = match lang {
        Lang::En => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")],
        Lang::Zh => &[(100_000_000, "亿"), (10_000, "万")],
        Lang::Ja => &[(100_000_000, "億"), (10_000, "万")],
    };
    let Some((unit, mark)) = units.iter().find(|(unit, _)| value.abs() >= *unit) else { return grouped(value) };
    let tenths = i128::from(value) * 10 / i128::from(*unit);
    match tenths % 10 {
        0 => format!("{}{mark}", tenths / 10),
        rest => format!("{}.{}{mark}", tenths / 10, rest.abs()),
    }
}

/// `part ÷ whole × 100`, rounded half away from zero; `None` where the whole is not positive.
pub fn percent_of(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| rounded(i128::from(part) * 100, i128::from(whole)))
}

/// `part ÷ whole × scale` in tenths, as text with at most one decimal (`1.7`, `75`); `None` where the whole is not positive.
pub fn tenths_of(part: i64, whole: i64, scale: i64) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let tenths = rounded(i128::from(part) * i128::from(scale) * 10, i128::from(whole));
    Some(match tenths % 10 {
        0 => grouped(tenths / 10),
        rest if tenths.abs() < 1000 => format!("{}.{}", grouped(tenths / 10), rest.abs()),
        _ => grouped(rounded(i128::from(tenths), 10)),
    })
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
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(246_810), "246,810");
        assert_eq!(grouped(-1_000), "−1,000");
        assert_eq!(grouped(9_007_199_254_740_991), "9,007,199,254,740,991");
    }

    #[test]
    fn axes_use_the_units_of_the_language() {
        assert_eq!(axis(Lang::En, 24_700), "24.7k");
        assert_eq!(axis(Lang::En, 1_000_000), "1M");
        assert_eq!(axis(Lang::Zh, 247_000), "24.7万");
        assert_eq!(axis(Lang::Zh, 9_999), "9,999");
        assert_eq!(axis(Lang::Ja, 120_000_000), "1.2億");
    }

    #[test]
    fn shares_of_nothing_are_undefined() {
        assert_eq!(percent_of(1, 0), None);
        assert_eq!(tenths_of(1, 0, 100), None);
        assert_eq!(percent_of(143_200, 246_810), Some(58));
        assert_eq!(tenths_of(213, 12_480, 100).as_deref(), Some("1.7"));
        assert_eq!(tenths_of(246_810, 12_480, 100).as_deref(), Some("1,978"));
        assert_eq!(tenths_of(9_317, 12_480, 100).as_deref(), Some("74.7"));
    }
}
