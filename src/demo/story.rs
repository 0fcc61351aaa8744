//! The demo's story: what happens when. The scenario plays it, and the strip says what comes next; both read [`STORY`].

use crate::domain::Millis;

/// Milliseconds from one run to the next.
pub const REPEAT_MS: i64 = 600_000;

/// What the strip announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    pub what: Announcement,
    /// The host it is about; empty when it is about everyone.
    pub name: &'static str,
    pub due: Millis,
}

/// What is announced of a step, said in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Announcement {
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

/// What the scenario does at a moment of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    NanaStarts,
    Battle,
    /// Mira passes its best.
    Best,
    /// One large gift at ฟ้าใส.
    Whale,
    /// ケント is cut off, and everyone is refused.
    Break,
    AllowAll,
    MaybeEnding,
    Recover,
    BattleEnds,
    XlEnds,
    Calm,
    XlStarts,
    NanaEnds,
}

/// A step, how many milliseconds into a run it comes, and what the strip announces of it, with the host's name.
pub struct UpcomingStep {
    pub at: i64,
    pub step: Step,
    announced: Option<(Announcement, &'static str)>,
}

impl UpcomingStep {
    const fn announced(at: i64, step: Step, what: Announcement, name: &'static str) -> Self {
        Self { at, step, announced: Some((what, name)) }
    }

    const fn silent(at: i64, step: Step) -> Self {
        Self { at, step, announced: None }
    }
}

/// A run of the story, in order.
pub const STORY: [UpcomingStep; 13] = [
    UpcomingStep::announced(20_000, Step::NanaStarts, Announcement::Starts, "Nana"),
    UpcomingStep::announced(30_000, Step::Battle, Announcement::Battle, "小鹿"),
    UpcomingStep::announced(50_000, Step::Best, Announcement::Best, "Mira"),
    UpcomingStep::announced(50_000, Step::Whale, Announcement::Whale, "ฟ้าใส"),
    UpcomingStep::announced(60_000, Step::Break, Announcement::CutOff, "ケント"),
    UpcomingStep::silent(63_000, Step::AllowAll),
    UpcomingStep::announced(72_000, Step::MaybeEnding, Announcement::MaybeEnding, "あおい"),
    UpcomingStep::announced(85_000, Step::Recover, Announcement::Recovers, "ケント"),
    UpcomingStep::silent(92_000, Step::BattleEnds),
    UpcomingStep::announced(95_000, Step::XlEnds, Announcement::Ends, "小鹿"),
    UpcomingStep::silent(180_000, Step::Calm),
    UpcomingStep::announced(240_000, Step::XlStarts, Announcement::Starts, "小鹿"),
    UpcomingStep::announced(500_000, Step::NanaEnds, Announcement::Ends, "Nana"),
];

/// What comes next in a run that began then. When a run is over the next begins, so there always is something.
pub fn next(began: Millis, now: Millis) -> Upcoming {
    let began = began + (now - began).max(0) / REPEAT_MS * REPEAT_MS;
    let elapsed = now - began;
    let later = STORY.iter().filter(|cue| cue.at > elapsed);
    let next = later.filter_map(|cue| cue.announced.map(|(what, name)| (cue.at, what, name))).next();
    let (at, what, name) = next.unwrap_or((REPEAT_MS, Announcement::Replay, ""));
    Upcoming { what, name, due: began + at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_always_is_something_next() {
        let at = |elapsed: i64| next(Millis(1_000), Millis(1_000 + elapsed));
        assert_eq!((at(0).what, at(0).name, at(0).due), (Announcement::Starts, "Nana", Millis(21_000)));
        assert_eq!((at(94_000).what, at(94_000).name), (Announcement::Ends, "小鹿"));
        assert_eq!(at(510_000), Upcoming { what: Announcement::Replay, name: "", due: Millis(601_000) });
        assert_eq!((at(600_000).name, at(600_000).due), ("Nana", Millis(621_000)), "the next run");
        assert_eq!(at(-5_000).due, Millis(21_000), "a clock that is behind");
        assert!(STORY.is_sorted_by_key(|cue| cue.at));
    }
}
