//! A sentence for each rule of `numbers::findings`. A rule that is not known here says its name, so that no finding of a
//! later version is silently lost.

use super::{Lang, Words, grouped};
use crate::domain::record::{Finding, FindingRule, MomentKind, Record};
use crate::domain::{Counter, Millis};

impl Words {
    /// The finding as one sentence; the record supplies names (of a battle's partner).
    pub fn finding(&self, finding: &Finding, record: &Record) -> String {
        let number = |name: &str| finding.numbers.get(name).copied().unwrap_or_default();
        let counter = finding.counter.unwrap_or(Counter::Coins);
        let amount = self.amount(counter, number("amount"));
        let span = finding.from.map(|from| self.span(from, finding.until)).unwrap_or_default();
        match &finding.rule {
            FindingRule::BestTenMinutes => {
                // To the nearest minute at both ends, or ten minutes would read as nine.
                let near = |at: Millis| Millis((at.0 + 30_000).div_euclid(60_000) * 60_000);
                let span = finding.from.map(|from| self.span(near(from), finding.until.map(near))).unwrap_or_default();
                let share = self.share_of(counter, number("percent"));
                let amount = grouped(number("amount"));
                match self.lang {
                    Lang::En => format!("{share} came in ten minutes: {amount}, {span}."),
                    Lang::Zh => format!("{share}集中在十分钟内：{amount}，{span}。"),
                    Lang::Ja => format!("{share}が10分間に集中：{amount}（{span}）。"),
                }
            }
            FindingRule::Battle => {
                let short = finding.from.zip(finding.until).filter(|(from, until)| *until - *from < 5 * 60_000);
                let span = short.map_or(span, |(from, until)| format!("{}–{}", self.hms(from), self.hms(until)));
                let share = self.share_of(counter, number("percent"));
                let percent = self.percent(number("percent"));
                let amount_only = grouped(number("amount"));
                let minutes =
                    finding.from.zip(finding.until).map_or(0, |(from, until)| (until - from + 30_000) / 60_000);
                let minutes = (minutes > 0).then(|| self.in_minutes(minutes));
                let partner = record
                    .moments
                    .iter()
                    .find(|moment| moment.kind == MomentKind::Battle && Some(moment.from) == finding.from)
                    .and_then(|moment| moment.label.as_deref())
                    .map(|label| super::middle(label, 24));
                let pk = match (self.lang, partner) {
                    (Lang::En, Some(partner)) => format!("the PK with {partner}"),
                    (Lang::En, None) => "a PK".to_owned(),
                    (Lang::Zh, Some(partner)) => format!("与 {partner} 的PK"),
                    (Lang::Zh, None) => "PK".to_owned(),
                    (Lang::Ja, Some(partner)) => format!("{partner} とのPK"),
                    (Lang::Ja, None) => "PK".to_owned(),
                };
                match (self.lang, minutes) {
                    (Lang::En, Some(minutes)) => format!("{share} came {minutes}: {amount_only} in {pk}, {span}."),
                    (Lang::En, None) => format!("{share} came in {pk}: {amount_only}, {span}."),
                    (Lang::Zh, _) => format!("{pk}（{span}）带来{amount}，占全场{percent}。"),
                    (Lang::Ja, _) => format!("{pk}（{span}）で{amount}、全体の{percent}。"),
                }
            }
            FindingRule::Usual => self.finding_usual(counter, number("value"), number("difference")),
            FindingRule::UsualHost => {
                let sentence = self.finding_usual(counter, number("value"), number("difference"));
                let sentence = sentence.trim_end_matches(['.', '。']);
                match self.lang {
                    Lang::En => format!("{sentence} for this host, in all rooms."),
                    Lang::Zh => format!("{sentence}（按该主播的全部房间）。"),
                    Lang::Ja => format!("{sentence}（この配信者の全ルームとの比較）。"),
                }
            }
            FindingRule::Implausible => {
                let gifts = self.amount(Counter::Gifts, number("gifts"));
                match self.lang {
                    Lang::En => format!("Tencent counts {amount} and only {gifts}."),
                    Lang::Zh => format!("腾讯的计数为{amount}，但只有{gifts}。"),
                    Lang::Ja => format!("Tencentの数は{amount}、しかし{gifts}だけです。"),
                }
            }
            FindingRule::Returning => {
                let percent = self.percent(number("percent"));
                match self.lang {
                    Lang::En => {
                        format!("At least {amount} ({percent}) came from people who had already given in this stream.")
                    }
                    Lang::Zh => format!("至少{amount}（{percent}）来自本场已送过礼的人。"),
                    Lang::Ja => format!("少なくとも{amount}（{percent}）は、この配信ですでに贈った人からです。"),
                }
            }
            FindingRule::Peak => {
                let (seconds, at) = (number("seconds"), finding.from.map(|from| self.hms(from)).unwrap_or_default());
                let until = finding.until.map(|until| self.hms(until)).unwrap_or_default();
                match self.lang {
                    Lang::En => format!("{amount} in {seconds} seconds, {at} to {until}."),
                    Lang::Zh => format!("{seconds}秒内{amount}，{at}至{until}。"),
                    Lang::Ja => format!("{seconds}秒間に{amount}（{at}–{until}）。"),
                }
            }
            FindingRule::Restated => match self.lang {
                Lang::En => "Tencent restated its totals; the minutes where it happened have no number.".to_owned(),
                Lang::Zh => "腾讯更正过总数；发生更正的分钟没有数值。".to_owned(),
                Lang::Ja => "Tencentが合計を訂正したため、その時間帯の数値はありません。".to_owned(),
            },
            FindingRule::Surge => {
                let median = grouped(number("median"));
                match self.lang {
                    Lang::En => format!("{amount} in one minute, {span}; the median minute has {median}."),
                    Lang::Zh => format!("一分钟内{amount}，{span}；每分钟中位数为{median}。"),
                    Lang::Ja => format!("1分間に{amount}（{span}）。1分あたりの中央値は{median}。"),
                }
            }
            FindingRule::LikesFlatEntries => match self.lang {
                Lang::En => format!("{amount} in one minute while nobody came in, {span}."),
                Lang::Zh => format!("一分钟内{amount}，其间无人进房，{span}。"),
                Lang::Ja => format!("1分間に{amount}、その間の入室なし（{span}）。"),
            },
            FindingRule::EntriesNoReaction => match self.lang {
                Lang::En => format!("{amount} in one minute and no message, like or gift, {span}."),
                Lang::Zh => format!("一分钟内{amount}，没有消息、点赞或礼物，{span}。"),
                Lang::Ja => format!("1分間に{amount}、メッセージ・いいね・ギフトなし（{span}）。"),
            },
            FindingRule::CoinsNoGifter => {
                let gifters = self.amount(Counter::Gifters, number("gifters"));
                let at = finding.until.map(|until| self.hms(until)).unwrap_or_default();
                match self.lang {
                    Lang::En => format!("{amount} at once by {at} and no new gifter ({gifters} before and after)."),
                    Lang::Zh => format!("截至{at}一次{amount}，没有新的送礼者（前后均为{gifters}）。"),
                    Lang::Ja => format!("{at}までに一度に{amount}、新たに贈った人なし（前後とも{gifters}）。"),
                }
            }
            FindingRule::Frozen => {
                let length = self.length(number("seconds") * 1000);
                match self.lang {
                    Lang::En => format!("All six totals stood still for {length}, {span}."),
                    Lang::Zh => format!("六项总数{length}没有变化，{span}。"),
                    Lang::Ja => format!("6つの合計が{length}動きませんでした（{span}）。"),
                }
            }
            FindingRule::Other(name) => {
                format!("{name}: {}", finding.numbers.values().map(|v| grouped(*v)).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// "in ten minutes", "in 25 minutes"
    fn in_minutes(&self, minutes: i64) -> String {
        const WORDS: [&str; 12] =
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
        let word = usize::try_from(minutes - 1).ok().and_then(|place| WORDS.get(place));
        match word {
            Some(&"one") => "in one minute".to_owned(),
            Some(word) => format!("in {word} minutes"),
            None => format!("in {} minutes", grouped(minutes)),
        }
    }

    /// "A quarter of the coins", "31 % of the coins"
    fn share_of(&self, counter: Counter, percent: i64) -> String {
        let label = self.counter_lower(counter);
        match (self.lang, percent) {
            (Lang::En, 24..=26) => format!("A quarter of the {label}"),
            (Lang::En, 33) => format!("A third of the {label}"),
            (Lang::En, 49..=51) => format!("Half of the {label}"),
            (Lang::En, _) => format!("{} of the {label}", self.percent(percent)),
            (Lang::Zh, _) => format!("{percent}%的{label}"),
            (Lang::Ja, _) => format!("{label}の{percent}%"),
        }
    }

    /// "213 people gave gifts, 42 more than usual."
    fn finding_usual(&self, counter: Counter, value: i64, difference: i64) -> String {
        let by = grouped(difference.abs());
        // People and times are counted with their words; 人 for people only.
        let unit = match (self.lang, counter) {
            (Lang::Zh | Lang::Ja, Counter::Gifters) => "人",
            (Lang::Zh, Counter::Viewers) => "人次",
            (Lang::Ja, Counter::Viewers | Counter::Likes) => "回",
            (Lang::Zh, Counter::Likes) => "次",
            _ => "",
        };
        let amount = self.amount(counter, value);
        match self.lang {
            Lang::En => {
                let subject =
                    if counter == Counter::Gifters { format!("{} people gave gifts", grouped(value)) } else { amount };
                match difference {
                    0 => format!("{subject}, as usual."),
                    1.. => format!("{subject}, {by} more than usual."),
                    _ => format!("{subject}, {by} fewer than usual."),
                }
            }
            Lang::Zh => {
                let subject = if counter == Counter::Gifters { format!("{}人送礼", grouped(value)) } else { amount };
                match difference {
                    0 => format!("{subject}，与平时持平。"),
                    1.. => format!("{subject}，比平时多{by}{unit}。"),
                    _ => format!("{subject}，比平时少{by}{unit}。"),
                }
            }
            Lang::Ja => {
                let subject = if counter == Counter::Gifters {
                    format!("{}人がギフトを贈りました", grouped(value))
                } else {
                    amount
                };
                match difference {
                    0 => format!("{subject}。ふだんどおり。"),
                    1.. => format!("{subject}。ふだんより{by}{unit}多い。"),
                    _ => format!("{subject}。ふだんより{by}{unit}少ない。"),
                }
            }
        }
    }

    /// A moment of the stream: "PK with あゆ, 22:05–22:15: 61,940 coins"
    pub fn moment(
        &self,
        kind: &MomentKind,
        label: Option<&str>,
        from: Millis,
        until: Option<Millis>,
        coins: Option<i64>,
    ) -> String {
        let label = label.map(|label| super::middle(label, 32));
        let what = match (kind, label, self.lang) {
            (MomentKind::Battle, Some(label), Lang::En) => format!("PK with {label}"),
            (MomentKind::Battle, Some(label), Lang::Zh) => format!("与 {label} PK"),
            (MomentKind::Battle, Some(label), Lang::Ja) => format!("{label} とPK"),
            (MomentKind::Battle, None, _) => "PK".to_owned(),
            (MomentKind::Owner, Some(label), Lang::En) => format!("New owner {label}"),
            (MomentKind::Owner, Some(label), Lang::Zh) => format!("新房主 {label}"),
            (MomentKind::Owner, Some(label), Lang::Ja) => format!("新しいオーナー {label}"),
            (MomentKind::Follow, Some(count), Lang::En) => format!("New followers: {count}"),
            (MomentKind::Follow, Some(count), Lang::Zh) => format!("新增关注 {count} 人"),
            (MomentKind::Follow, Some(count), Lang::Ja) => format!("新しいフォロワー {count}人"),
            (MomentKind::ClosingContradicted, _, Lang::En) => {
                "Closing message contradicted: the room answered after it".to_owned()
            }
            (MomentKind::ClosingContradicted, _, Lang::Zh) => "解散通知被否定：房间之后仍有应答".to_owned(),
            (MomentKind::ClosingContradicted, _, Lang::Ja) => "終了通知は誤り：その後も部屋が応答".to_owned(),
            (MomentKind::Owner, None, _) => "owner".to_owned(),
            (MomentKind::Follow, None, _) => "follow".to_owned(),
            (MomentKind::Other(kind), Some(label), _) => format!("{kind} {label}"),
            (MomentKind::Other(kind), None, _) => kind.clone(),
        };
        let when = until.map_or_else(|| self.hm(from), |until| self.span(from, Some(until)));
        let coins = coins.map(|coins| self.amount(Counter::Coins, coins));
        match (self.lang, coins) {
            (Lang::En, Some(coins)) => format!("{what}, {when}: {coins}"),
            (Lang::En, None) => format!("{what}, {when}"),
            (_, Some(coins)) => format!("{what} {when}：{coins}"),
            (_, None) => format!("{what} {when}"),
        }
    }
}
