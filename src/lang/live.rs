//! Words of the Live board: what is going on, pace against the past, the strip.

use super::{Lang, Words, grouped};
use crate::domain::live::{GoingOn, LiveStrip, Pace};
use crate::domain::{Counter, EndEvidence, Millis};

impl Words {
    /// Everything that goes on with a stream, in one line: "Quiet 6 min; host left 21:08".
    pub fn going_on_line(&self, facts: &[GoingOn], now: Millis) -> String {
        let mut line = String::new();
        for fact in facts {
            let sentence = self.going_on(fact, now);
            if line.is_empty() {
                line = sentence;
            } else {
                line.push_str(self.pick("; ", "；", "。"));
                line.push_str(&inner(self.lang, &sentence));
            }
        }
        line
    }

    /// What is going on with a stream, as one sentence. Lengths are told as of `now`.
    pub fn going_on(&self, fact: &GoingOn, now: Millis) -> String {
        match fact {
            GoingOn::NoAnswer { since, code, last } => {
                let length = self.length(now - *since);
                let last = last.map(|last| self.hms(last));
                match (self.lang, code, last) {
                    (Lang::En, None, Some(last)) => format!("No answer from Tencent for {length}; last {last}"),
                    (Lang::En, None, None) => format!("No answer from Tencent for {length}; no reading yet"),
                    (Lang::En, Some(code), Some(last)) => {
                        format!("Tencent answers with error {code} for {length}; last {last}")
                    }
                    (Lang::En, Some(code), None) => {
                        format!("Tencent answers with error {code} for {length}; no reading yet")
                    }
                    (Lang::Zh, None, Some(last)) => format!("腾讯已{length}没有应答；最后读数 {last}"),
                    (Lang::Zh, None, None) => format!("腾讯已{length}没有应答；尚无读数"),
                    (Lang::Zh, Some(code), Some(last)) => format!("腾讯已{length}返回错误 {code}；最后读数 {last}"),
                    (Lang::Zh, Some(code), None) => format!("腾讯已{length}返回错误 {code}；尚无读数"),
                    (Lang::Ja, None, Some(last)) => format!("Tencentの応答が{length}ありません。最終取得 {last}"),
                    (Lang::Ja, None, None) => format!("Tencentの応答が{length}ありません。まだ取得していません"),
                    (Lang::Ja, Some(code), Some(last)) => {
                        format!("Tencentが{length}エラー{code}を返しています。最終取得 {last}")
                    }
                    (Lang::Ja, Some(code), None) => {
                        format!("Tencentが{length}エラー{code}を返しています。まだ取得していません")
                    }
                }
            }
            GoingOn::MaybeEnding => self
                .pick(
                    "Ending? Tencent said once that the room is gone",
                    "正在结束？腾讯答复过一次房间不存在",
                    "終了？ Tencentが一度、部屋はないと答えました",
                )
                .to_owned(),
            GoingOn::Ending { by, at, seal_at } => self.ending(*by, *at, seal_at.map(|seal_at| seal_at - now)),
            GoingOn::HostLeft { at } => {
                let time = self.hm(*at);
                match self.lang {
                    Lang::En => format!("Host left {time}"),
                    Lang::Zh => format!("主播已于{time}离开"),
                    Lang::Ja => format!("配信者は{time}に退室"),
                }
            }
            GoingOn::Quiet { since } => {
                let length = self.length(now - *since);
                match self.lang {
                    Lang::En => format!("Quiet {length}"),
                    Lang::Zh => format!("已{length}没有动静"),
                    Lang::Ja => format!("{length}動きなし"),
                }
            }
            GoingOn::Battle { with, scores } => {
                let with = super::middle(with, 24);
                let scores =
                    scores.map(|(own, theirs)| format!(" {} : {}", grouped(own), grouped(theirs))).unwrap_or_default();
                match self.lang {
                    Lang::En => format!("PK with {with}{scores}"),
                    Lang::Zh => format!("与 {with} PK中{scores}"),
                    Lang::Ja => format!("{with} とPK中{scores}"),
                }
            }
            GoingOn::NoReaction { entries } => {
                let entries = self.amount(Counter::Viewers, *entries);
                match self.lang {
                    Lang::En => format!("{entries} in a minute; no message, like or gift"),
                    Lang::Zh => format!("一分钟内{entries}，没有消息、点赞或礼物"),
                    Lang::Ja => format!("1分間に{entries}。メッセージ・いいね・ギフトなし"),
                }
            }
            GoingOn::OneGifter { coins } => {
                let coins = self.amount(Counter::Coins, *coins);
                match self.lang {
                    Lang::En => format!("{coins}, no new gifter"),
                    Lang::Zh => format!("{coins}，没有新的送礼者"),
                    Lang::Ja => format!("{coins}、新たに贈った人なし"),
                }
            }
            GoingOn::Fell { at } => {
                let time = self.hms(*at);
                match self.lang {
                    Lang::En => format!("Lower totals at {time}, set aside; asking Tencent which is right"),
                    Lang::Zh => format!("{time}收到较低的数值，已搁置，正在向腾讯核实"),
                    Lang::Ja => format!("{time}に低い値が届いたため保留し、確認しています"),
                }
            }
        }
    }

    fn ending(&self, by: EndEvidence, at: Millis, rest: Option<i64>) -> String {
        let time = self.hms(at);
        let why = match (self.lang, by) {
            (Lang::En, EndEvidence::Webhook) => format!("closing message received {time}"),
            (Lang::Zh, EndEvidence::Webhook) => format!("{time}收到解散通知"),
            (Lang::Ja, EndEvidence::Webhook) => format!("{time}に終了通知を受信"),
            _ => format!("{}, {time}", self.evidence(by)),
        };
        match (self.lang, rest) {
            (Lang::En, Some(rest)) => format!("Ending; {why}; sealing in {}", self.length(rest)),
            (Lang::En, None) => format!("Ending; {why}; waits until Tencent answers"),
            (Lang::Zh, Some(rest)) => format!("正在结束；{why}；{}后定稿", self.length(rest)),
            (Lang::Zh, None) => format!("正在结束；{why}；等待腾讯应答"),
            (Lang::Ja, Some(rest)) => format!("終了処理中。{why}。{}後に確定", self.length(rest)),
            (Lang::Ja, None) => format!("終了処理中。{why}。Tencentの応答を待っています"),
        }
    }

    /// "126 %", "first stream", "best ever (151,200)", "no usual yet (2 of 4)".
    pub fn pace(&self, pace: Pace) -> String {
        match (pace, self.lang) {
            (Pace::FirstStream, _) => self.pick("first stream", "首次直播", "初配信").to_owned(),
            (Pace::NotYet { have }, Lang::En) => format!("no usual yet ({have} of 4)"),
            (Pace::NotYet { have }, Lang::Zh) => format!("暂无平时水平（{have}/4）"),
            (Pace::NotYet { have }, Lang::Ja) => format!("「ふだん」はまだ（{have}/4）"),
            (Pace::Percent { percent }, _) => self.percent(percent),
            (Pace::BestEver { before }, Lang::En) => format!("best ever ({})", grouped(before)),
            (Pace::BestEver { before }, Lang::Zh) => format!("历史最高（{}）", grouped(before)),
            (Pace::BestEver { before }, Lang::Ja) => format!("過去最高（{}）", grouped(before)),
            (Pace::Unknown, _) => "–".to_owned(),
        }
    }

    /// The parts of the strip: "118 live", "4,210 coins/min", "1,284,300 coins since 06:00 (UTC+8)", "3 need a look". A sum
    /// that lacks streams says how many.
    pub fn strip(&self, strip: &LiveStrip) -> Vec<String> {
        let live = grouped(strip.live);
        let mut parts = vec![match self.lang {
            Lang::En => format!("{live} live"),
            Lang::Zh => format!("{live}场直播中"),
            Lang::Ja => format!("{live}件配信中"),
        }];
        if let Some(rate) = strip.coins_per_minute {
            let amount = self.amount(Counter::Coins, rate);
            let rate = match self.lang {
                Lang::En => format!("{amount}/min"),
                Lang::Zh => format!("{amount}/分钟"),
                Lang::Ja => format!("{amount}/分"),
            };
            parts.push(self.without(rate, strip.rates_unknown));
        }
        let today = &strip.today;
        if let Some(coins) = today.coins {
            let (amount, time) = (self.amount(Counter::Coins, coins), self.hm(today.from));
            let zone = self.zone.utc_label(today.from);
            let since = match self.lang {
                Lang::En => format!("{amount} since {time} ({zone})"),
                Lang::Zh => format!("{time}（{zone}）以来{amount}"),
                Lang::Ja => format!("{time}（{zone}）から{amount}"),
            };
            parts.push(self.without(since, today.unknown));
        }
        if strip.needs_look > 0 {
            let count = grouped(strip.needs_look);
            parts.push(match self.lang {
                Lang::En if strip.needs_look == 1 => "1 needs a look".to_owned(),
                Lang::En => format!("{count} need a look"),
                Lang::Zh => format!("{count}场需要查看"),
                Lang::Ja => format!("{count}件要確認"),
            });
        }
        parts
    }

    /// A sum and how many streams are not in it, because they are not known: unknown is not zero.
    fn without(&self, sum: String, unknown: i64) -> String {
        let count = grouped(unknown);
        match self.lang {
            _ if unknown == 0 => sum,
            Lang::En => format!("{sum} ({count} unknown)"),
            Lang::Zh => format!("{sum}（{count}场未知）"),
            Lang::Ja => format!("{sum}（不明{count}件）"),
        }
    }

    /// "Each room is read every 14 s, not 10 s: 1,120 rooms need more than your 80 calls/s."
    pub fn stretched(&self, live: i64, now_ms: i64, wished_ms: i64, calls: i64) -> String {
        let (now, wished) = (tenth_seconds(now_ms), tenth_seconds(wished_ms));
        let (live, calls) = (grouped(live), grouped(calls));
        match self.lang {
            Lang::En => {
                format!(
                    "Each room is read every {now} s, not {wished} s: {live} rooms need more than your {calls} calls/s."
                )
            }
            Lang::Zh => format!("每个房间每{now}秒读取一次，而不是{wished}秒：{live}个房间超过每秒{calls}次调用。"),
            Lang::Ja => {
                format!("各部屋の取得は{wished}秒ではなく{now}秒ごとです。{live}部屋には毎秒{calls}回では足りません。")
            }
        }
    }

    /// "2 new ↑"
    pub fn new_rows(&self, count: usize) -> String {
        match self.lang {
            Lang::En => format!("{count} new ↑"),
            Lang::Zh => format!("{count}个新直播 ↑"),
            Lang::Ja => format!("新着{count}件 ↑"),
        }
    }

    /// "Sealed: 小鹿电台, 246,810 coins, 18 % above usual"
    pub fn sealed_toast(&self, title: &str, coins: Option<i64>, usual: Option<i64>) -> String {
        let title = super::middle(title, 32);
        let against = coins.zip(usual).map(|(coins, usual)| self.against(coins, usual));
        let coins = coins.map(|coins| self.amount(Counter::Coins, coins));
        let coins = coins.map(|coins| match (against, self.lang) {
            (Some(against), Lang::En) => format!("{coins}, {against}"),
            (Some(against), Lang::Zh) => format!("{coins}，{against}"),
            (Some(against), Lang::Ja) => format!("{coins}、{against}"),
            (None, _) => coins,
        });
        let sealed = self.pick("Sealed", "已定稿", "確定済み");
        match (self.lang, coins) {
            (Lang::En, Some(coins)) => format!("{sealed}: {title}, {coins}"),
            (Lang::Zh, Some(coins)) => format!("{sealed}：{title}，{coins}"),
            (Lang::Ja, Some(coins)) => format!("{sealed}：{title}、{coins}"),
            (Lang::En, None) => format!("{sealed}: {title}"),
            (_, None) => format!("{sealed}：{title}"),
        }
    }
}

/// An English sentence after a semicolon begins small, unless it begins with a name.
fn inner(lang: Lang, sentence: &str) -> String {
    if lang != Lang::En || sentence.starts_with("PK") || sentence.starts_with("Tencent") {
        return sentence.to_owned();
    }
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn tenth_seconds(millis: i64) -> String {
    let tenths = (millis + 50) / 100;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::live::Today;
    use crate::lang::Zone;

    #[test]
    fn trouble_is_told_with_its_length_and_the_last_reading() {
        let words = Words::new(Lang::En, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] });
        let nine = Millis(1_795_266_845_000);
        let fact = GoingOn::NoAnswer { since: nine, code: None, last: Some(nine) };
        assert_eq!(words.going_on(&fact, nine + 40_000), "No answer from Tencent for 40 s; last 21:14:05");
        let facts = [GoingOn::Quiet { since: nine }, GoingOn::HostLeft { at: nine }];
        assert_eq!(words.going_on_line(&facts, nine + 360_000), "Quiet 6 min; host left 21:14");
        let fact = GoingOn::Battle { with: "あゆ".into(), scores: Some((4_200, 3_900)) };
        assert_eq!(words.going_on(&fact, nine), "PK with あゆ 4,200 : 3,900");
        let fact = GoingOn::Battle { with: "あゆ".into(), scores: None };
        assert_eq!(words.going_on(&fact, nine), "PK with あゆ", "unknown is not 0 : 0");
        let fact = GoingOn::Ending { by: EndEvidence::Webhook, at: nine, seal_at: Some(nine + 10_000) };
        assert_eq!(words.going_on(&fact, nine), "Ending; closing message received 21:14:05; sealing in 10 s");
    }

    #[test]
    fn a_hostile_partner_stays_short_and_visible() {
        let words = Words::default();
        let fact = GoingOn::Battle { with: "\u{202e}".to_owned() + &"x".repeat(200), scores: Some((0, 0)) };
        let text = words.going_on(&fact, Millis(0));
        assert!(text.chars().count() < 50 && text.contains("‹RLO›"), "{text}");
    }

    #[test]
    fn the_strip_says_only_what_matters() {
        let mut strip = LiveStrip { live: 118, coins_per_minute: Some(4_210), ..LiveStrip::default() };
        assert_eq!(Words::default().strip(&strip), ["118 live", "4,210 coins/min"]);
        let zone = Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] };
        let words = Words::new(Lang::En, zone);
        strip.rates_unknown = 2;
        strip.today = Today { from: Millis(1_795_212_000_000), coins: Some(1_284_300), unknown: 0 };
        strip.needs_look = 3;
        assert_eq!(
            words.strip(&strip).join(" · "),
            "118 live · 4,210 coins/min (2 unknown) · 1,284,300 coins since 06:00 (UTC+8) · 3 need a look"
        );
        assert_eq!(
            words.sealed_toast("小鹿电台", Some(246_810), Some(208_500)),
            "Sealed: 小鹿电台, 246,810 coins, 18\u{a0}% above usual"
        );
        let stretched = Words::default().stretched(1_120, 14_000, 10_000, 80);
        assert_eq!(stretched, "Each room is read every 14 s, not 10 s: 1,120 rooms need more than your 80 calls/s.");
    }
}
