//! The demo's story as its strip shows it: what comes next, and when. The simulator plays it by the same times.

use super::Millis;

/// Milliseconds from one run to the next.
pub const REPEAT_MS: i64 = 600_000;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpcomingStep {
    pub what: StepKind,
    /// The host it is about; empty when it is about everyone.
    pub name: &'static str,
    pub due: Millis,
}

/// The name of a cue; words are made of it in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    Starts,
    Battle,
    Best,
    Whale,
    CutOff,
    MaybeEnding,
    Recovers,
    Ends,
    /// The story begins again.
    Replay,
}

/// Milliseconds into a run, in order.
const UPCOMING: [(i64, StepKind, &str); 10] = [
    (20_000, StepKind::Starts, "Nana"),
    (30_000, StepKind::Battle, "小鹿"),
    (50_000, StepKind::Best, "Mira"),
    (50_000, StepKind::Whale, "ฟ้าใส"),
    (60_000, StepKind::CutOff, "ケント"),
    (72_000, StepKind::MaybeEnding, "あおい"),
    (85_000, StepKind::Recovers, "ケント"),
    (95_000, StepKind::Ends, "小鹿"),
    (240_000, StepKind::Starts, "小鹿"),
    (500_000, StepKind::Ends, "Nana"),
];

/// What comes next in a run that began then. When a run is over the next begins, so there always is something.
pub fn next(began: Millis, now: Millis) -> UpcomingStep {
    let began = began + (now - began).max(0) / REPEAT_MS * REPEAT_MS;
    let elapsed = now - began;
    let next = UPCOMING.into_iter().find(|&(at, ..)| at > elapsed);
    let (at, what, name) = next.unwrap_or((REPEAT_MS, StepKind::Replay, ""));
    UpcomingStep { what, name, due: began + at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_always_is_something_next() {
        let at = |elapsed: i64| next(Millis(1_000), Millis(1_000 + elapsed));
        assert_eq!((at(0).what, at(0).name, at(0).due), (StepKind::Starts, "Nana", Millis(21_000)));
        assert_eq!((at(94_000).what, at(94_000).name), (StepKind::Ends, "小鹿"));
        assert_eq!(at(510_000), UpcomingStep { what: StepKind::Replay, name: "", due: Millis(601_000) });
        assert_eq!((at(600_000).name, at(600_000).due), ("Nana", Millis(621_000)), "the next run");
        assert_eq!(at(-5_000).due, Millis(21_000), "a clock that is behind");
        assert!(UPCOMING.is_sorted_by_key(|cue| cue.0));
    }
}
