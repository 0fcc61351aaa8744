//! Named zones as pages need them: a list of offsets, from the zone database.

use crate::domain::Millis;
use crate::i18n::Zone;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// No stream is older than the product it belongs to.
const FIRST_OFFSET_MS: i64 = 1_420_070_400_000; // 2015-01-01
/// Expiries and charts of the future reach no further, in milliseconds: three years.
const OFFSETS_AHEAD_MS: i64 = 3 * 366 * 86_400_000;

/// The zone of that IANA name; UTC where there is none.
pub fn zone(name: &str, now: Millis) -> Zone {
    let (Ok(zone), Ok(from)) = (TimeZone::get(name), Timestamp::from_millisecond(FIRST_OFFSET_MS)) else {
        return Zone::default();
    };
    let first = (Millis(FIRST_OFFSET_MS), zone.to_offset(from).seconds());
    let later = zone
        .following(from)
        .map(|change| (Millis(change.timestamp().as_millisecond()), change.offset().seconds()))
        .take_while(|(at, _)| *at < now + OFFSETS_AHEAD_MS);
    Zone { name: name.to_owned(), offsets: std::iter::once(first).chain(later).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_the_zone_through_the_year() {
        let now = Millis(1_795_000_000_000); // November 2026
        let berlin = zone("Europe/Berlin", now);
        assert_eq!(berlin.offset(now), 3_600);
        assert_eq!(berlin.offset(Millis(1_782_000_000_000)), 7_200); // June 2026
        assert_eq!(zone("Asia/Shanghai", now).offset(now), 28_800);
        assert_eq!(zone("Mars/Base", now), Zone::default());
        assert!(berlin.offsets.len() < 40);
    }
}
