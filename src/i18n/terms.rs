//! The words of the field: counters, states, verdicts, causes. "Entries" are never people; 人 is only for gifters.

use super::I18n;
use crate::domain::{Counter, EndEvidence, GapCause, Seal, StreamState, Verdict};

impl I18n {
    /// The label of a counter: `Entries`, 进房人次, 入室数.
    pub fn counter(&self, counter: Counter) -> String {
        if counter == Counter::Coins
            && let Some(own) = self.coins.as_deref().filter(|own| !own.trim().is_empty())
        {
            return own.to_owned();
        }
        match counter {
            Counter::Viewers => self.counter_entries(),
            Counter::Gifts => self.counter_gifts(),
            Counter::Coins => self.counter_coins(),
            Counter::Gifters => self.counter_gifters(),
            Counter::Likes => self.counter_likes(),
            Counter::Messages => self.counter_messages(),
        }
        .to_owned()
    }

    /// The label inside an English sentence: `coins`; the app's own word keeps its case.
    pub fn counter_lower(&self, counter: Counter) -> String {
        let own = counter == Counter::Coins && self.coins.is_some();
        let label = self.counter(counter);
        if own { label } else { label.to_lowercase() }
    }

    /// What a counter counts, under its number; the amount is for "at most N people".
    pub fn counter_note(&self, counter: Counter, value: Option<i64>) -> Option<String> {
        let text = match counter {
            Counter::Viewers => return Some(self.counter_entries_note(value?)),
            Counter::Gifters => self.counter_gifters_note(),
            Counter::Likes => self.counter_likes_note(),
            Counter::Coins => self.counter_coins_note(),
            Counter::Gifts | Counter::Messages => return None,
        };
        Some(text.to_owned())
    }

    /// "coins per minute"
    pub fn per_minute(&self, counter: Counter) -> String {
        self.chart_counter_per_minute(&self.counter_lower(counter))
    }

    /// An amount with its counter: `18,420 coins`, `18,420金币`.
    pub fn amount(&self, counter: Counter, value: i64) -> String {
        match counter {
            Counter::Viewers => self.amount_entries(value),
            Counter::Gifts => self.amount_gifts(value),
            Counter::Coins if self.coins.is_some() => self.amount_named_coins(value, &self.counter(counter)),
            Counter::Coins => self.amount_coins(value),
            Counter::Gifters => self.amount_gifters(value),
            Counter::Likes => self.amount_likes(value),
            Counter::Messages => self.amount_messages(value),
        }
    }

    /// How whole the readings are.
    pub const fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Complete => self.lang.quality_complete(),
            Verdict::SmallGaps => self.lang.quality_minor_gaps(),
            Verdict::GapsMatter => self.lang.quality_significant_gaps(),
        }
    }

    /// The same after a dot in a line: `complete`.
    pub fn verdict_lower(&self, verdict: Verdict) -> String {
        self.verdict(verdict).to_lowercase()
    }

    /// `Gaps matter · 71 %`; the share only where it says more than the word.
    pub fn verdict_of(&self, seal: &Seal) -> String {
        match (seal.verdict, seal.coverage) {
            (Some(Verdict::Complete), _) => self.verdict(Verdict::Complete).to_owned(),
            (Some(verdict), Some(coverage)) => format!("{} · {}", self.verdict(verdict), self.coverage(coverage)),
            (Some(verdict), None) => self.verdict(verdict).to_owned(),
            (None, _) => "–".to_owned(),
        }
    }

    /// Coverage from ten-thousandths, rounded down so that only a whole one is 100: `99.6 %`.
    pub fn coverage(&self, ten_thousandths: i64) -> String {
        self.percent_sign(&self.lang.locale().tenths(ten_thousandths.clamp(0, 10_000) / 10))
    }

    /// A whole percentage: `58 %`, `58%`.
    pub fn percent(&self, percent: i64) -> String {
        self.percent_sign(&self.integer(percent))
    }

    /// `33–60 %`, `33–60%`.
    pub fn percent_range(&self, lower: i64, upper: i64) -> String {
        self.percent_sign(&format!("{}–{}", self.integer(lower), self.integer(upper)))
    }

    pub(super) fn percent_sign(&self, number: &str) -> String {
        format!("{number}{}", self.lang.locale().percent)
    }

    pub const fn state(&self, state: StreamState) -> &'static str {
        match state {
            StreamState::Live => self.lang.state_live(),
            StreamState::Ending => self.lang.state_ending(),
            StreamState::Sealed => self.lang.state_sealed(),
        }
    }

    /// The evidence of the end.
    pub const fn evidence(&self, evidence: EndEvidence) -> &'static str {
        match evidence {
            EndEvidence::Webhook => self.lang.end_webhook(),
            EndEvidence::RoomGone => self.lang.end_room_missing(),
            EndEvidence::NewerSession => self.lang.end_room_recreated(),
            // Readers see it too: nothing here ends a broadcast.
            EndEvidence::Operator => self.lang.end_sealed_early(),
            EndEvidence::Quiet => self.lang.end_idle(),
            EndEvidence::Continued => self.lang.end_continued(),
            EndEvidence::Snapshot => self.lang.end_snapshot(),
        }
    }

    /// Why nothing was read, as the end of a sentence.
    pub fn gap_cause(&self, cause: GapCause) -> String {
        match cause {
            GapCause::BeforeFirst => self.gap_before_first(),
            GapCause::AfterLast => self.gap_after_last(),
            GapCause::Restarted => self.gap_not_running(),
            GapCause::Code(code) => {
                return self.gap_error_code(&code.to_string());
            }
            GapCause::NoAnswer => self.gap_no_response(),
            GapCause::Unreadable => self.gap_invalid_response(),
            GapCause::Excluded => self.gap_excluded(),
            GapCause::Clock => self.gap_clock_changed(),
            GapCause::Late => self.gap_call_limit(),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn entries_are_never_called_viewers() {
        for lang in Lang::READERS.iter().copied() {
            let i18n = I18n { lang, ..I18n::default() };
            for counter in Counter::ALL {
                let all = format!("{} {:?}", i18n.counter(counter), i18n.counter_note(Counter::Viewers, Some(5)));
                assert!(!all.to_lowercase().contains("viewer"), "{all}");
            }
        }
        assert_eq!(I18n { lang: Lang::Zh, ..I18n::default() }.amount(Counter::Viewers, 12_480), "12,480人次");
        assert_eq!(I18n::default().amount(Counter::Viewers, 1), "1 entry");
        assert_eq!(I18n::default().amount(Counter::Likes, 1), "1 like");
    }

    #[test]
    fn the_app_may_have_its_own_word_for_coins() {
        let i18n = I18n { coins: Some("Stars".into()), ..I18n::default() };
        assert_eq!(i18n.counter(Counter::Coins), "Stars");
        assert_eq!(i18n.per_minute(Counter::Coins), "Stars per minute");
        assert_eq!(i18n.amount(Counter::Coins, 1), "1 Stars");
    }

    #[test]
    fn coverage_is_never_rounded_up() {
        let i18n = I18n::default();
        assert_eq!(i18n.coverage(9_999), "99.9%");
        assert_eq!(i18n.coverage(10_000), "100%");
        assert_eq!(i18n.coverage(7_100), "71%");
    }
}
