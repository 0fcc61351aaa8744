//! Where the show ended, which is not always where the room did.

use super::series::Series;
use crate::domain::{Counters, Millis, Run};

/// When a counter last moved, as far as readings show: the answer of the first reading that said something new. `None`
/// where no counter ever moved between readings.
pub fn last_movement(series: &Series) -> Option<Millis> {
    series.runs().windows(2).rev().find(|pair| pair[0].counters != pair[1].counters).map(|pair| pair[1].from_answered)
}

/// When gifts, coins, likes or messages last moved; entries alone do not show whether the host is live.
pub fn last_activity(series: &Series) -> Option<Millis> {
    let active = |run: &Run| Counters { viewers: 0, ..run.counters };
    series.runs().windows(2).rev().find(|pair| active(&pair[0]) != active(&pair[1])).map(|pair| pair[1].from_answered)
}

/// Tencent dissolves a room whose owner has been disconnected for this many milliseconds.
const OWNER_AWAY_MS: i64 = 10 * super::MINUTE;

/// The owner's leave, unless the message of the return was lost: people go on for longer than the room would have lasted.
pub fn owner_left(left: Option<Millis>, series: &Series) -> Option<Millis> {
    left.filter(|&left| last_activity(series).is_none_or(|active| active - left <= OWNER_AWAY_MS))
}

/// The end of the show: the owner's leave or unrecovered loss of heartbeat where a webhook reported it, else the last
/// movement of any counter; no later than the room's end.
pub fn show_end(owner_left: Option<Millis>, series: &Series, ended_at: Option<Millis>) -> Option<Millis> {
    let end = owner_left.or_else(|| last_movement(series))?;
    Some(ended_at.map_or(end, |room| end.min(room)))
}

/// Whether the show ended long enough before the room that both times are worth printing: more than a minute.
pub fn differs(show_ended_at: Option<Millis>, ended_at: Option<Millis>) -> bool {
    show_ended_at.zip(ended_at).is_some_and(|(show, room)| room - show > super::MINUTE)
}

#[cfg(test)]
mod tests {
    use super::super::MINUTE;
    use super::*;
    use crate::domain::Reading;

    fn series(values: &[i64]) -> Series {
        let readings: Vec<_> = (0..)
            .zip(values)
            .map(|(i, &likes)| Reading {
                asked: Millis(i * 1000),
                answered: Millis(i * 1000 + 50),
                counters: Counters { likes, ..Counters::default() },
            })
            .collect();
        Series::from_readings(&readings)
    }

    #[test]
    fn the_last_movement_ends_the_show_but_the_owner_knows_better() {
        let moving = series(&[1, 2, 2, 5, 5, 5]);
        assert_eq!(last_movement(&moving), Some(Millis(3_050)));
        assert_eq!(show_end(None, &moving, Some(Millis(9_000))), Some(Millis(3_050)));
        assert_eq!(show_end(Some(Millis(4_000)), &moving, Some(Millis(9_000))), Some(Millis(4_000)));
        assert_eq!(show_end(Some(Millis(9_500)), &moving, Some(Millis(9_000))), Some(Millis(9_000)));
        assert_eq!(show_end(None, &series(&[3, 3]), Some(Millis(9_000))), None);
    }

    #[test]
    fn an_owner_whose_return_was_lost_has_not_left() {
        let minutes = |values: &[(i64, i64)]| {
            let readings: Vec<_> = values
                .iter()
                .map(|&(minute, likes)| Reading {
                    asked: Millis(minute * MINUTE),
                    answered: Millis(minute * MINUTE),
                    counters: Counters { viewers: minute, likes, ..Counters::default() },
                })
                .collect();
            Series::from_readings(&readings)
        };
        let left = Some(Millis(5 * MINUTE));
        let goes_on = minutes(&[(0, 1), (5, 2), (16, 3), (60, 4)]);
        assert_eq!(owner_left(left, &goes_on), None);
        // The last who say goodbye; and who enters an empty room brings nobody back.
        let over = minutes(&[(0, 1), (5, 2), (15, 3), (60, 3)]);
        assert_eq!(owner_left(left, &over), left);
    }
}
