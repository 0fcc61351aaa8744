//! The demo's story as its strip tells it: what comes next, and when. The simulator plays it by the same times.

use super::Millis;

/// Milliseconds from one run to the next.
pub const REPEAT_MS: i64 = 600_000;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    pub what: CueKind,
    /// The host it is about; empty when it is about everyone.
    pub name: &'static str,
    pub due: Millis,
}

/// The name of a cue; words are made of it in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CueKind {
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
const CUES: [(i64, CueKind, &str); 10] = [
    (20_000, CueKind::Starts, "Nana"),
    (30_000, CueKind::Battle, "小鹿"),
    (50_000, CueKind::Best, "Mira"),
    (50_000, CueKind::Whale, "ฟ้าใส"),
    (60_000, CueKind::CutOff, "ケント"),
    (72_000, CueKind::MaybeEnding, "あおい"),
    (85_000, CueKind::Recovers, "ケント"),
    (95_000, CueKind::Ends, "小鹿"),
    (240_000, CueKind::Starts, "小鹿"),
    (500_000, CueKind::Ends, "Nana"),
];

/// What comes next in a run that began then. When a run is over the next begins, so there always is something.
pub fn next(began: Millis, now: Millis) -> Cue {
    let began = began + (now - began).max(0) / REPEAT_MS * REPEAT_MS;
    let elapsed = now - began;
    let next = CUES.into_iter().find(|&(at, ..)| at > elapsed);
    let (at, what, name) = next.unwrap_or((REPEAT_MS, CueKind::Replay, ""));
    Cue { what, name, due: began + at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_always_is_something_next() {
        let at = |elapsed: i64| next(Millis(1_000), Millis(1_000 + elapsed));
        assert_eq!((at(0).what, at(0).name, at(0).due), (CueKind::Starts, "Nana", Millis(21_000)));
        assert_eq!((at(94_000).what, at(94_000).name), (CueKind::Ends, "小鹿"));
        assert_eq!(at(510_000), Cue { what: CueKind::Replay, name: "", due: Millis(601_000) });
        assert_eq!((at(600_000).name, at(600_000).due), ("Nana", Millis(621_000)), "the next run");
        assert_eq!(at(-5_000).due, Millis(21_000), "a clock that is behind");
        assert!(CUES.is_sorted_by_key(|cue| cue.0));
    }
}
