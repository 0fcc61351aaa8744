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
            Counter::Viewers => self.pick("Entries", "进房人次", "入室数"),
            Counter::Gifts => self.pick("Gifts", "礼物数", "ギフト数"),
            Counter::Coins => self.pick("Coins", "金币", "コイン"),
            Counter::Gifters => self.pick("Gifters", "送礼人数", "ギフトを贈った人数"),
            Counter::Likes => self.pick("Likes", "点赞数", "いいね数"),
            Counter::Messages => self.pick("Messages", "消息数", "メッセージ数"),
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
            Counter::Gifters => self.pick("different people who gave", "同一人只计一次", "同じ人は1人と数えます"),
            Counter::Likes => self.pick("taps, not people", "点按次数，不是人数", "タップの回数。人数ではありません"),
            Counter::Coins => self.pick(
                "what was spent, not the payout",
                "观众的消费，不是主播收入",
                "視聴者の消費額。報酬額ではありません",
            ),
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
            Verdict::Complete => self.lang.pick("Complete", "完整", "完全"),
            Verdict::SmallGaps => self.lang.pick("Small gaps", "有小缺口", "小さな空白あり"),
            Verdict::GapsMatter => self.lang.pick("Gaps matter", "缺口影响结果", "空白の影響あり"),
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

    pub const fn under_one_percent(&self) -> &'static str {
        self.lang.pick("<\u{a0}1\u{a0}%", "<1%", "1%未満")
    }

    fn percent_sign(&self, number: &str) -> String {
        if self.lang == Lang::En { format!("{number}\u{a0}%") } else { format!("{number}%") }
    }

    pub const fn state(&self, state: StreamState) -> &'static str {
        match state {
            StreamState::Live => self.lang.pick("Live", "直播中", "配信中"),
            StreamState::Ending => self.lang.pick("Ending", "正在结束", "終了処理中"),
            StreamState::Sealed => self.lang.pick("Sealed", "已定稿", "確定済み"),
        }
    }

    /// What told us of the end.
    pub const fn evidence(&self, evidence: EndEvidence) -> &'static str {
        match evidence {
            EndEvidence::Webhook => self.lang.pick("Tencent's closing message", "腾讯的解散通知", "Tencentの終了通知"),
            EndEvidence::RoomGone => self.lang.pick(
                "Tencent said twice that the room is gone",
                "腾讯两次答复房间不存在",
                "Tencentが部屋はないと2回答えた",
            ),
            EndEvidence::NewerLife => {
                self.lang.pick("the room was created anew", "房间已重新创建", "部屋が作り直された")
            }
            // Readers see it too: nothing here ends a broadcast.
            EndEvidence::Operator => {
                self.lang.pick("the report was sealed early", "报告提前定稿", "レポートを早期に確定した")
            }
            EndEvidence::Quiet => self.lang.pick(
                "nothing moved for the time set",
                "在设定时间内没有任何变化",
                "設定時間のあいだ動きがなかった",
            ),
            EndEvidence::Continued => self.lang.pick(
                "longer than 7 days; it continues as the next part",
                "超过7天，作为下一部分继续",
                "7日を超えたため、次のパートに続く",
            ),
            EndEvidence::Snapshot => self.lang.pick("one reading by hand", "手动单次读取", "手動で1回取得"),
        }
    }

    /// Why nothing was read, as the end of a sentence.
    pub fn gap_cause(&self, cause: GapCause) -> String {
        match cause {
            GapCause::BeforeFirst => self.pick(
                "the stream ran before we began to read it",
                "开始读取前直播已在进行",
                "取得を始める前から配信していた",
            ),
            GapCause::AfterLast => self.pick(
                "the stream ended after our last reading",
                "最后一次读数之后直播才结束",
                "最終取得のあとに配信が終わった",
            ),
            GapCause::Restarted => {
                self.pick("Aftershow was not running", "Aftershow 未在运行", "Aftershowが動いていなかった")
            }
            GapCause::Code(code) => {
                return match self.lang {
                    Lang::En => format!("Tencent answered with error {code}"),
                    Lang::Zh => format!("腾讯返回错误 {code}"),
                    Lang::Ja => format!("Tencentがエラー{code}を返した"),
                };
            }
            GapCause::NoAnswer => self.pick("Tencent did not answer", "腾讯没有应答", "Tencentの応答がなかった"),
            GapCause::Unreadable => {
                self.pick("the answers could not be read", "答复无法解析", "応答を読み取れなかった")
            }
            GapCause::SetAside => self.pick(
                "lower totals came and were set aside",
                "收到较低的数值，已搁置",
                "低い値が届いたため保留した",
            ),
            GapCause::Clock => {
                self.pick("this machine's clock was set", "本机时钟被调整", "サーバーの時計が変更された")
            }
            GapCause::Late => {
                self.pick("there were more rooms than calls", "房间数超过可用调用次数", "部屋数が呼び出し枠を超えた")
            }
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
