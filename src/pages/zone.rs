//! Zones by name, from the zone database that is built in.

use crate::domain::Millis;
use crate::lang::Zone;

/// From here to there pages have times: before, no room was read; after, another build will run.
const FROM: i64 = 1_577_836_800;
const UNTIL: i64 = 2_524_608_000;

/// The zone of that IANA name with its offsets from 2020 to 2050; UTC where there is no such zone.
pub fn zone(name: &str) -> Zone {
    let (Ok(found), Ok(from)) = (jiff::tz::TimeZone::get(name), jiff::Timestamp::from_second(FROM)) else {
        return Zone::default();
    };
    let mut offsets = vec![(Millis(0), found.to_offset(from).seconds())];
    let changes = found.following(from).take_while(|change| change.timestamp().as_second() < UNTIL);
    offsets.extend(changes.map(|change| (Millis(change.timestamp().as_millisecond()), change.offset().seconds())));
    Zone { name: name.to_owned(), offsets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_place() {
        assert_eq!(zone("Asia/Shanghai").offsets, [(Millis(0), 28_800)]);
        let london = zone("Europe/London");
        assert_eq!(london.offset(Millis::from_seconds(1_795_262_400)), 0);
        assert_eq!(london.offset(Millis::from_seconds(1_784_000_000)), 3_600);
        assert_eq!(zone("No/Where"), Zone::default());
    }
}
