//! Words of the demo: its strip, the simulator's books, a link given away and taken back.

use super::{Lang, Words, grouped};
use crate::domain::Millis;
use crate::domain::story::{self, CueKind};

impl Words {
    /// "Demo · next: 小鹿 ends in 0:42"; before the first sign-in, that it waits for it.
    pub fn demo_next(&self, began: Option<Millis>, now: Millis) -> String {
        let Some(began) = began else {
            return self.demo_demo_the_story_starts_when_you().to_owned();
        };
        let cue = story::next(began, now);
        let seconds = ((cue.due - now).max(0) + 999) / 1000;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        let what = self.demo_cue(cue.what, cue.name);
        match self.lang {
            Lang::En => format!("Demo · next: {what} in {time}"),
            Lang::Zh => format!("演示 · 接下来：{time} 后{what}"),
            Lang::Ja => format!("デモ · 次：{time} 後に{what}"),
        }
    }

    fn demo_cue(&self, what: CueKind, name: &str) -> String {
        match (what, self.lang) {
            (CueKind::Starts, Lang::En) => format!("{name} starts"),
            (CueKind::Starts, Lang::Zh) => format!("{name} 开播"),
            (CueKind::Starts, Lang::Ja) => format!("{name} が配信開始"),
            (CueKind::Battle, Lang::En) => format!("{name} begins a PK"),
            (CueKind::Battle, Lang::Zh) => format!("{name} 开始PK"),
            (CueKind::Battle, Lang::Ja) => format!("{name} がPK開始"),
            (CueKind::Best, Lang::En) => format!("{name} passes her best"),
            (CueKind::Best, Lang::Zh) => format!("{name} 刷新纪录"),
            (CueKind::Best, Lang::Ja) => format!("{name} が自己最高を更新"),
            (CueKind::Whale, Lang::En) => format!("{name} gets one large gift"),
            (CueKind::Whale, Lang::Zh) => format!("{name} 收到一份大礼"),
            (CueKind::Whale, Lang::Ja) => format!("{name} に大きなギフト"),
            (CueKind::CutOff, Lang::En) => format!("{name} stops answering"),
            (CueKind::CutOff, Lang::Zh) => format!("{name} 停止应答"),
            (CueKind::CutOff, Lang::Ja) => format!("{name} が応答しなくなる"),
            (CueKind::MaybeEnding, Lang::En) => format!("{name} seems to end"),
            (CueKind::MaybeEnding, Lang::Zh) => format!("{name} 似乎结束"),
            (CueKind::MaybeEnding, Lang::Ja) => format!("{name} が終わったように見える"),
            (CueKind::Recovers, Lang::En) => format!("{name} answers again"),
            (CueKind::Recovers, Lang::Zh) => format!("{name} 恢复应答"),
            (CueKind::Recovers, Lang::Ja) => format!("{name} が再び応答"),
            (CueKind::Ends, Lang::En) => format!("{name} ends"),
            (CueKind::Ends, Lang::Zh) => format!("{name} 下播"),
            (CueKind::Ends, Lang::Ja) => format!("{name} が配信終了"),
            (CueKind::Replay, _) => self.demo_the_story_begins_again().to_owned(),
        }
    }

    /// How the demo is faster than the default; for its status page.
    pub fn demo_pace(&self, interval_ms: i64, grace_ms: i64) -> String {
        let (interval, grace) = (grouped(interval_ms / 1000), grouped(grace_ms / 1000));
        match self.lang {
            Lang::En => {
                format!(
                    "Tencent is simulated; interval {interval} s and grace {grace} s, so that three minutes show something"
                )
            }
            Lang::Zh => format!("腾讯为模拟；读取间隔{interval}秒，宽限期{grace}秒，以便三分钟内看到全过程"),
            Lang::Ja => {
                format!(
                    "Tencentは模擬です。取得間隔{interval}秒、猶予{grace}秒。3分でひととおり見られるようにしています"
                )
            }
        }
    }

    /// "The simulator's own books: 246,810 coins, 12,480 entries … equal ✓ (compare ›)"
    pub fn books(&self, amounts: &str, equal: bool) -> String {
        match (self.lang, equal) {
            (Lang::En, true) => format!("The simulator's own books: {amounts} … equal ✓ (compare ›)"),
            (Lang::En, false) => format!("The simulator's own books: {amounts} … not equal ✗ (compare ›)"),
            (Lang::Zh, true) => format!("模拟器自己的账本：{amounts}……一致 ✓（对比 ›）"),
            (Lang::Zh, false) => format!("模拟器自己的账本：{amounts}……不一致 ✗（对比 ›）"),
            (Lang::Ja, true) => format!("シミュレーター自身の帳簿：{amounts}…一致 ✓（比べる ›）"),
            (Lang::Ja, false) => format!("シミュレーター自身の帳簿：{amounts}…不一致 ✗（比べる ›）"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strip_counts_down_and_says_so_in_three_languages() {
        let words = |lang| Words { lang, ..Words::default() };
        let began = Some(Millis(0));
        assert_eq!(words(Lang::En).demo_next(began, Millis(53_000 + 32_500)), "Demo · next: 小鹿 ends in 0:10");
        assert_eq!(words(Lang::En).demo_next(began, Millis(95_000)), "Demo · next: 小鹿 starts in 2:25");
        assert_eq!(words(Lang::Zh).demo_next(began, Millis(53_000 + 32_500)), "演示 · 接下来：0:10 后小鹿 下播");
        assert!(words(Lang::Ja).demo_next(None, Millis(0)).starts_with("デモ"));
        assert_eq!(
            words(Lang::En).books("246,810 coins, 12,480 entries", true),
            "The simulator's own books: 246,810 coins, 12,480 entries … equal ✓ (compare ›)"
        );
    }
}
