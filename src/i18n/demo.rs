//! Words of the demo: its strip, the simulator's books, a link given away and taken back.

use super::I18n;
use crate::domain::Millis;
use crate::domain::story::{self, StepKind};

impl I18n {
    /// "Demo · next: 小鹿 ends in 0:42"; before the first sign-in, that it waits for it.
    pub fn demo_next(&self, began: Option<Millis>, now: Millis) -> String {
        let Some(began) = began else {
            return self.demo_waits_for_sign_in().to_owned();
        };
        let cue = story::next(began, now);
        let seconds = ((cue.due - now).max(0) + 999) / 1000;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        let what = self.demo_cue(cue.what, cue.name);
        self.demo_next_cue(&what, &time)
    }

    fn demo_cue(&self, what: StepKind, name: &str) -> String {
        match what {
            StepKind::Starts => self.demo_cue_starts(name),
            StepKind::Battle => self.demo_cue_battle(name),
            StepKind::Best => self.demo_cue_record(name),
            StepKind::Whale => self.demo_cue_large_gift(name),
            StepKind::CutOff => self.demo_cue_no_response(name),
            StepKind::MaybeEnding => self.demo_cue_possibly_ended(name),
            StepKind::Recovers => self.demo_cue_recovers(name),
            StepKind::Ends => self.demo_cue_ends(name),
            StepKind::Replay => self.demo_cue_replay().to_owned(),
        }
    }

    /// How the demo is faster than the default; for its status page.
    pub fn demo_pace(&self, interval_ms: i64, grace_ms: i64) -> String {
        self.demo_speed(interval_ms / 1000, grace_ms / 1000)
    }

    /// "Simulator's ground truth: 246,810 coins, 12,480 entries · match ✓ (compare ›)"
    pub fn books(&self, amounts: &str, equal: bool) -> String {
        if equal { self.demo_ground_truth_match(amounts) } else { self.demo_ground_truth_differs(amounts) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn the_strip_counts_down_and_says_so_in_three_languages() {
        let i18n = |lang| I18n { lang, ..I18n::default() };
        let began = Some(Millis(0));
        assert_eq!(i18n(Lang::En).demo_next(began, Millis(53_000 + 32_500)), "Demo · next: 小鹿 ends in 0:10");
        assert_eq!(i18n(Lang::En).demo_next(began, Millis(95_000)), "Demo · next: 小鹿 starts in 2:25");
        assert_eq!(i18n(Lang::Zh).demo_next(began, Millis(53_000 + 32_500)), "演示 · 接下来：0:10 后小鹿 下播");
        assert!(i18n(Lang::Ja).demo_next(None, Millis(0)).starts_with("デモ"));
        assert_eq!(
            i18n(Lang::En).books("246,810 coins, 12,480 entries", true),
            "Simulator's ground truth: 246,810 coins, 12,480 entries · match ✓ (compare ›)"
        );
    }
}
