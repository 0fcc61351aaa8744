//! Words of the Live board: what is going on, pace against the past, the strip.

use super::{Lang, Words, grouped};
use crate::domain::live::{AppTrouble, GoingOn, LiveStrip, Pace, Today};
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
                line.push_str(self.live_mark());
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
            GoingOn::MaybeEnding => self.live_ending_tencent_said_once_that_the().to_owned(),
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
            (Pace::FirstStream, _) => self.live_first_stream().to_owned(),
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

    /// The parts of the strip: "118 live", "4,210 coins/min", "1,284,300 coins since 06:00 (UTC+8)". A sum that lacks streams
    /// says how many.
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
        for Today { app, time, zone, coins, unknown } in &strip.today {
            let amount = self.amount(Counter::Coins, *coins);
            let since = match self.lang {
                Lang::En => format!("{amount} since {time} ({zone})"),
                Lang::Zh => format!("{time}（{zone}）以来{amount}"),
                Lang::Ja => format!("{time}（{zone}）から{amount}"),
            };
            let app = app.as_deref().map(|app| format!("{} ", super::middle(app, 12))).unwrap_or_default();
            parts.push(app + &self.without(since, *unknown));
        }
        parts
    }

    /// "3 need attention"
    pub fn need_attention(&self, count: i64) -> String {
        let number = grouped(count);
        match self.lang {
            Lang::En if count == 1 => "1 needs attention".to_owned(),
            Lang::En => format!("{number} need attention"),
            Lang::Zh => format!("{number}场需关注"),
            Lang::Ja => format!("{number}件 要確認"),
        }
    }

    /// Why an app is not read as it should be: "Japan: no answer from Tencent (host:443) since 04:12 (6 min). 188 rooms wait;
    /// nothing is sealed meanwhile. …" Without `now` it leaves away what changes while the trouble lasts.
    pub fn app_trouble(&self, trouble: &AppTrouble, now: Option<Millis>) -> String {
        let name = super::middle(&trouble.name, 24);
        let lasts = now.map(|now| now - trouble.since);
        // Since yesterday is not since this hour.
        let is_old = lasts.is_some_and(|lasts| lasts > 20 * 3_600_000);
        let since = if is_old { self.date_hm(trouble.since) } else { self.hm(trouble.since) };
        let length = match (lasts, self.lang) {
            (None, _) => String::new(),
            (Some(lasts), Lang::En) => format!(" ({})", self.length(lasts)),
            (Some(lasts), _) => format!("（{}）", self.length(lasts)),
        };
        let address = super::visible(&trouble.address);
        let words = super::capitalised(&super::visible(&trouble.words[self.lang as usize]));
        if !trouble.reads_nothing {
            return match self.lang {
                Lang::En => format!("{name}, since {since}{length}: {words}."),
                Lang::Zh => format!("{name}，{since}起{length}：{words}"),
                Lang::Ja => format!("{name}、{since}から{length}：{words}"),
            };
        }
        let what = match (self.lang, trouble.code) {
            (Lang::En, None) => format!("{name}: no answer from Tencent ({address}) since {since}{length}."),
            (Lang::En, Some(code)) => format!("{name}: Tencent has returned error {code} since {since}{length}."),
            (Lang::Zh, None) => format!("{name}：腾讯（{address}）自{since}起没有应答{length}。"),
            (Lang::Zh, Some(code)) => format!("{name}：腾讯自{since}起返回错误 {code}{length}。"),
            (Lang::Ja, None) => format!("{name}：{since}からTencent（{address}）の応答がありません{length}。"),
            (Lang::Ja, Some(code)) => format!("{name}：{since}からTencentがエラー{code}を返しています{length}。"),
        };
        let rooms = grouped(trouble.rooms);
        let waits = match self.lang {
            Lang::En if trouble.rooms == 1 => " 1 room waits; nothing is sealed meanwhile.".to_owned(),
            Lang::En => format!(" {rooms} rooms wait; nothing is sealed meanwhile."),
            Lang::Zh => format!("{rooms}个房间在等待；期间不会定稿。"),
            Lang::Ja => format!("{rooms}部屋が待機中。その間は何も確定しません。"),
        };
        let waits = if trouble.rooms > 0 && now.is_some() { waits } else { String::new() };
        match self.lang {
            Lang::En => format!("{what}{waits} {words}."),
            Lang::Zh | Lang::Ja => format!("{what}{waits}{words}"),
        }
    }

    /// In the place of the numbers, when no event has come for a while.
    pub fn not_updated_since(&self, at: Millis) -> String {
        let time = self.hms(at);
        match self.lang {
            Lang::En => format!("Not updated since {time}. Reconnecting…"),
            Lang::Zh => format!("{time}以来未更新。正在重连…"),
            Lang::Ja => format!("{time}から更新されていません。再接続しています…"),
        }
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
        let sealed = self.live_sealed();
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
    fn an_alarm_names_the_app_since_when_and_how_many_rooms_wait() {
        let words = Words::new(Lang::En, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] });
        // 21:14:05 in Shanghai.
        let since = Millis(1_795_266_845_000);
        let mut trouble = AppTrouble {
            app: crate::domain::AppId(1),
            since,
            code: None,
            words: ["no connection to 127.0.0.1:9712; check the network", "无法连接", "接続できない"]
                .map(str::to_owned),
            reads_nothing: true,
            name: "Japan".into(),
            address: "127.0.0.1:9712".into(),
            rooms: 188,
            request_id: None,
        };
        assert_eq!(
            words.app_trouble(&trouble, Some(since + 6 * 60_000)),
            "Japan: no answer from Tencent (127.0.0.1:9712) since 21:14 (6 min). 188 rooms wait; nothing is sealed \
             meanwhile. No connection to 127.0.0.1:9712; check the network."
        );
        let spoken = words.app_trouble(&trouble, None);
        assert!(!spoken.contains("188") && !spoken.contains("min"), "said once, not with every minute: {spoken}");
        trouble.code = Some(60021);
        assert!(words.app_trouble(&trouble, None).starts_with("Japan: Tencent has returned error 60021 since 21:14"));
        // Slowed down is not stopped: no room waits.
        trouble.reads_nothing = false;
        trouble.words = ["Tencent asks for fewer calls", "腾讯要求降低调用频率", "呼び出しを減らす"].map(str::to_owned);
        assert_eq!(words.app_trouble(&trouble, Some(since)), "Japan, since 21:14 (0 s): Tencent asks for fewer calls.");
        let zh = Words { lang: Lang::Zh, ..words };
        assert!(zh.app_trouble(&trouble, None).contains("腾讯要求降低调用频率"), "in the language of the page");
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
        let today = |app: Option<&str>, time: &str, zone: &str, coins| Today {
            app: app.map(str::to_owned),
            time: time.to_owned(),
            zone: zone.to_owned(),
            coins,
            unknown: 0,
        };
        let of_apps = LiveStrip {
            today: vec![today(Some("CN"), "06:00", "UTC+8", 1_284_300), today(Some("JP"), "00:00", "UTC+9", 0)],
            ..LiveStrip::default()
        };
        assert_eq!(
            words.strip(&of_apps).join(" · "),
            "0 live · CN 1,284,300 coins since 06:00 (UTC+8) · JP 0 coins since 00:00 (UTC+9)"
        );
        strip.today = vec![today(None, "06:00", "UTC+8", 1_284_300)];
        assert_eq!(
            words.strip(&strip).join(" · "),
            "118 live · 4,210 coins/min (2 unknown) · 1,284,300 coins since 06:00 (UTC+8)"
        );
        assert_eq!((words.need_attention(1), words.need_attention(3)).0, "1 needs attention");
        assert_eq!(words.need_attention(3), "3 need attention");
        assert_eq!(
            words.sealed_toast("小鹿电台", Some(246_810), Some(208_500)),
            "Sealed: 小鹿电台, 246,810 coins, 18\u{a0}% above usual"
        );
        let stretched = Words::default().stretched(1_120, 14_000, 10_000, 80);
        assert_eq!(stretched, "Each room is read every 14 s, not 10 s: 1,120 rooms need more than your 80 calls/s.");
    }
}
