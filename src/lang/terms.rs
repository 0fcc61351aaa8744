//! The words of the field: counters, states, verdicts, causes. "Entries" are never people; 人 is only for gifters.

use super::{Lang, Words};
use crate::domain::{Counter, EndEvidence, GapCause, Seal, StreamState, Verdict};

impl Words {
    /// The label of a counter: `Entries`, 进房人次, 入室数.
    pub fn counter(&self, counter: Counter) -> String {
        if counter == Counter::Coins
            && let Some(own) = self.coins.as_deref().filter(|own| !own.trim().is_empty())
        {
            return own.to_owned();
        }
        match counter {
            Counter::Viewers => self.term_entries(),
            Counter::Gifts => self.term_gifts(),
            Counter::Coins => self.term_coins(),
            Counter::Gifters => self.term_gifters(),
            Counter::Likes => self.term_likes(),
            Counter::Messages => self.term_messages(),
        }
        .to_owned()
    }

    /// The label inside an English sentence: `coins`; the app's own word keeps its case.
    pub fn counter_lower(&self, counter: Counter) -> String {
        let own = counter == Counter::Coins && self.coins.is_some();
        let label = self.counter(counter);
        if self.lang == Lang::En && !own { label.to_lowercase() } else { label }
    }

    /// What a counter counts, under its number; the amount is for "at most N people".
    pub fn counter_note(&self, counter: Counter, value: Option<i64>) -> Option<String> {
        let text = match counter {
            Counter::Viewers => {
                let most = super::grouped(value?);
                return Some(match self.lang {
                    Lang::En => format!("at most {most} people"),
                    // 人 would read as a number of people, which nobody knows.
                    Lang::Zh => "同一人多次进入会重复计".to_owned(),
                    Lang::Ja => "のべ。再入室も数えます".to_owned(),
                });
            }
            Counter::Gifters => self.term_different_people_who_gave(),
            Counter::Likes => self.term_taps_not_people(),
            Counter::Coins => self.term_what_was_spent_not_the_payout(),
            Counter::Gifts | Counter::Messages => return None,
        };
        Some(text.to_owned())
    }

    /// "coins per minute"
    pub fn per_minute(&self, counter: Counter) -> String {
        let label = self.counter_lower(counter);
        match self.lang {
            Lang::En => format!("{label} per minute"),
            Lang::Zh => format!("每分钟{label}"),
            Lang::Ja => format!("1分あたりの{label}"),
        }
    }

    /// An amount with its counter: `18,420 coins`, `18,420金币`.
    pub fn amount(&self, counter: Counter, value: i64) -> String {
        let number = super::grouped(value);
        match self.lang {
            Lang::En if value == 1 => match counter {
                Counter::Viewers => "1 entry".to_owned(),
                Counter::Coins if self.coins.is_some() => format!("1 {}", self.counter(counter)),
                _ => format!("1 {}", self.counter_lower(counter).trim_end_matches('s')),
            },
            Lang::En => format!("{number} {}", self.counter_lower(counter)),
            Lang::Zh => match counter {
                Counter::Viewers => format!("{number}人次"),
                Counter::Gifters => format!("{number}人"),
                Counter::Coins => format!("{number}{}", self.counter(counter)),
                Counter::Gifts => format!("礼物{number}件"),
                Counter::Likes => format!("点赞{number}次"),
                Counter::Messages => format!("消息{number}条"),
            },
            Lang::Ja => match counter {
                Counter::Viewers => format!("入室のべ{number}回"),
                Counter::Gifters => format!("{number}人"),
                Counter::Coins => format!("{number}{}", self.counter(counter)),
                Counter::Gifts => format!("ギフト{number}個"),
                Counter::Likes => format!("いいね{number}回"),
                Counter::Messages => format!("メッセージ{number}件"),
            },
        }
    }

    /// How whole the readings are.
    pub const fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Complete => self.lang.term_complete(),
            Verdict::SmallGaps => self.lang.term_small_gaps(),
            Verdict::GapsMatter => self.lang.term_gaps_matter(),
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
        let tenths = ten_thousandths.clamp(0, 10_000) / 10;
        let number =
            if tenths % 10 == 0 { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) };
        self.percent_sign(&number)
    }

    /// A whole percentage: `58 %`, `58%`.
    pub fn percent(&self, percent: i64) -> String {
        self.percent_sign(&super::grouped(percent))
    }

    /// `33–60 %`, `33–60%`.
    pub fn percent_range(&self, lower: i64, upper: i64) -> String {
        self.percent_sign(&format!("{}–{}", super::grouped(lower), super::grouped(upper)))
    }

    fn percent_sign(&self, number: &str) -> String {
        if self.lang == Lang::En { format!("{number}\u{a0}%") } else { format!("{number}%") }
    }

    pub const fn state(&self, state: StreamState) -> &'static str {
        match state {
            StreamState::Live => self.lang.term_live(),
            StreamState::Ending => self.lang.term_ending(),
            StreamState::Sealed => self.lang.term_sealed(),
        }
    }

    /// What told us of the end.
    pub const fn evidence(&self, evidence: EndEvidence) -> &'static str {
        match evidence {
            EndEvidence::Webhook => self.lang.term_tencents_closing_message(),
            EndEvidence::RoomGone => self.lang.term_tencent_said_twice_that_the_room(),
            EndEvidence::NewerLife => self.lang.term_the_room_was_created_anew(),
            // Readers see it too: nothing here ends a broadcast.
            EndEvidence::Operator => self.lang.term_the_report_was_sealed_early(),
            EndEvidence::Quiet => self.lang.term_nothing_moved_for_the_time_set(),
            EndEvidence::Continued => self.lang.term_longer_than_7_days_it_continues(),
            EndEvidence::Snapshot => self.lang.term_one_reading_by_hand(),
        }
    }

    /// Why nothing was read, as the end of a sentence.
    pub fn gap_cause(&self, cause: GapCause) -> String {
        match cause {
            GapCause::BeforeFirst => self.term_the_stream_ran_before_we_began(),
            GapCause::AfterLast => self.term_the_stream_ended_after_our_last(),
            GapCause::Restarted => self.term_aftershow_was_not_running(),
            GapCause::Code(code) => {
                return match self.lang {
                    Lang::En => format!("Tencent answered with error {code}"),
                    Lang::Zh => format!("腾讯返回错误 {code}"),
                    Lang::Ja => format!("Tencentがエラー{code}を返した"),
                };
            }
            GapCause::NoAnswer => self.term_tencent_did_not_answer(),
            GapCause::Unreadable => self.term_the_answers_could_not_be_read(),
            GapCause::SetAside => self.term_lower_totals_came_and_were_set(),
            GapCause::Clock => self.term_this_machines_clock_was_set(),
            GapCause::Late => self.term_there_were_more_rooms_than_calls(),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_never_called_viewers() {
        for lang in Lang::ALL {
            let words = Words { lang, ..Words::default() };
            for counter in Counter::ALL {
                let all = format!("{} {:?}", words.counter(counter), words.counter_note(counter, Some(5)));
                assert!(!all.to_lowercase().contains("viewer"), "{all}");
            }
        }
        assert_eq!(Words { lang: Lang::Zh, ..Words::default() }.amount(Counter::Viewers, 12_480), "12,480人次");
        assert_eq!(Words::default().amount(Counter::Viewers, 1), "1 entry");
        assert_eq!(Words::default().amount(Counter::Likes, 1), "1 like");
    }

    #[test]
    fn the_app_may_have_its_own_word_for_coins() {
        let words = Words { coins: Some("Stars".into()), ..Words::default() };
        assert_eq!(words.counter(Counter::Coins), "Stars");
        assert_eq!(words.per_minute(Counter::Coins), "Stars per minute");
        assert_eq!(words.amount(Counter::Coins, 1), "1 Stars");
    }

    #[test]
    fn coverage_is_never_rounded_up() {
        let words = Words::default();
        assert_eq!(words.coverage(9_999), "99.9\u{a0}%");
        assert_eq!(words.coverage(10_000), "100\u{a0}%");
        assert_eq!(words.coverage(7_100), "71\u{a0}%");
    }
}
