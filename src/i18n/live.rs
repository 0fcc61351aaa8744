//! Words of the Live board: what is going on, pace against the past, the strip.

use super::I18n;
use crate::domain::live::{Activity, AppAlert, BaselineComparison, LiveStrip, Today};
use crate::domain::{Counter, EndEvidence, Millis};

impl I18n {
    /// Everything that goes on with a stream, in one line: "Quiet 6 min; host left 21:08".
    pub fn going_on_line(&self, facts: &[Activity], now: Millis) -> String {
        let mut line = String::new();
        for fact in facts {
            let sentence = self.going_on(fact, now);
            if line.is_empty() {
                line = sentence;
            } else {
                line.push_str(self.activity_separator());
                line.push_str(&inner(&sentence));
            }
        }
        line
    }

    /// What is going on with a stream, as one sentence. Lengths of time are as of `now`.
    pub fn going_on(&self, fact: &Activity, now: Millis) -> String {
        match fact {
            Activity::NoAnswer { since, code, last } => {
                let length = self.length(now - *since);
                match (code, last.map(|last| self.hms(last))) {
                    (None, Some(last)) => self.activity_no_response(&length, &last),
                    (None, None) => self.activity_no_response_ever(&length),
                    (Some(code), Some(last)) => self.activity_error(&code.to_string(), &length, &last),
                    (Some(code), None) => self.activity_error_ever(&code.to_string(), &length),
                }
            }
            Activity::MaybeEnding => self.activity_possibly_ended().to_owned(),
            Activity::Ending { by, at, seal_at } => self.ending(*by, *at, seal_at.map(|seal_at| seal_at - now)),
            Activity::HostLeft { at } => self.activity_host_left(&self.hm(*at)),
            Activity::Quiet { since } => self.activity_idle(&self.length(now - *since)),
            Activity::Battle { with, scores } => {
                let with = super::truncate_middle(with, 24);
                match scores {
                    Some((own, theirs)) => self.activity_battle_scores(&with, *own, *theirs),
                    None => self.activity_battle(&with),
                }
            }
            Activity::NoReaction { entries } => self.activity_no_reaction(&self.amount(Counter::Viewers, *entries)),
            Activity::OneGifter { coins } => self.activity_existing_gifters(&self.amount(Counter::Coins, *coins)),
            Activity::Fell { at } => self.activity_totals_dropped(&self.hms(*at)),
        }
    }

    fn ending(&self, by: EndEvidence, at: Millis, rest: Option<i64>) -> String {
        let time = self.hms(at);
        let why = match by {
            EndEvidence::Webhook => self.activity_ending_webhook(&time),
            _ => self.activity_ending_evidence(self.evidence(by), &time),
        };
        match rest {
            Some(rest) => self.activity_ending_seals(&why, &self.length(rest)),
            None => self.activity_ending_waits(&why),
        }
    }

    /// "126 %", "first stream", "best ever (151,200)", "no baseline yet (2 of 4)".
    pub fn baseline_label(&self, comparison: BaselineComparison) -> String {
        match comparison {
            BaselineComparison::FirstStream => self.pace_first_stream().to_owned(),
            BaselineComparison::NotYet { have } => self.pace_no_baseline(have),
            BaselineComparison::Percent { percent } => self.percent(percent),
            BaselineComparison::BestEver { before } => self.pace_record_high(before),
            BaselineComparison::Unknown => "–".to_owned(),
        }
    }

    /// The parts of the strip: "118 live", "4,210 coins/min", "1,284,300 coins since 06:00 (UTC+8)". A sum that lacks streams
    /// says how many.
    pub fn strip(&self, strip: &LiveStrip) -> Vec<String> {
        let mut parts = vec![self.strip_live(strip.live)];
        if let Some(rate) = strip.coins_per_minute {
            let rate = self.strip_per_minute(&self.amount(Counter::Coins, rate));
            parts.push(self.without(rate, strip.rates_unknown));
        }
        for Today { app, time, zone, coins, unknown } in &strip.today {
            let since = self.strip_since(&self.amount(Counter::Coins, *coins), time, zone);
            let since = self.without(since, *unknown);
            parts.push(match app {
                Some(app) => format!("{} {since}", super::truncate_middle(app, 12)),
                None => since,
            });
        }
        parts
    }

    /// "3 need attention"
    pub fn need_attention(&self, count: i64) -> String {
        self.strip_need_attention(count)
    }

    /// Why an app is not read as it should be: "Japan: no answer from Tencent (host:443) since 04:12 (6 min). 188 rooms wait;
    /// nothing is sealed meanwhile. …" Without `now` it leaves away what changes while the alert lasts.
    pub fn app_alert(&self, alert: &AppAlert, now: Option<Millis>) -> String {
        let name = super::truncate_middle(&alert.name, 24);
        let lasts = now.map(|now| now - alert.since);
        // Since yesterday is not since this hour.
        let is_old = lasts.is_some_and(|lasts| lasts > 20 * 3_600_000);
        let since = if is_old { self.date_hm(alert.since) } else { self.hm(alert.since) };
        let since = lasts.map_or(since.clone(), |lasts| self.alert_since(&since, &self.length(lasts)));
        let cause = super::capitalised(&super::escape_invisible(alert.explanation.get(self.lang)));
        if !alert.reads_nothing {
            return self.alert_slowed(&name, &since, &cause);
        }
        let what = match alert.code {
            None => self.alert_no_response(&name, &super::escape_invisible(&alert.address), &since),
            Some(code) => self.alert_error(&name, &code.to_string(), &since),
        };
        let rooms_wait = alert.rooms > 0 && now.is_some();
        let what = if rooms_wait { self.alert_rooms_wait(&what, alert.rooms) } else { what };
        self.alert_and_cause(&what, &cause)
    }

    /// In the place of the numbers, when no event has come for a while.
    pub fn not_updated_since(&self, at: Millis) -> String {
        self.board_not_updated(&self.hms(at))
    }

    /// A sum and how many streams are not in it, because they are not known: unknown is not zero.
    fn without(&self, sum: String, unknown: i64) -> String {
        if unknown == 0 { sum } else { self.strip_unknown(&sum, unknown) }
    }

    /// "Polling slowed to every 14 s (set: 10 s): 1,120 rooms exceed the limit of 80 calls/s."
    pub fn stretched(&self, live: i64, now_ms: i64, wished_ms: i64, calls: i64) -> String {
        self.board_polling_slowed(&tenth_seconds(now_ms), &tenth_seconds(wished_ms), live, calls)
    }

    /// "2 new ↑"
    pub fn new_rows(&self, count: usize) -> String {
        self.board_new_streams(count as i64)
    }

    /// "Sealed: 小鹿电台, 246,810 coins, 18% above typical"
    pub fn sealed_toast(&self, title: &str, coins: Option<i64>, baseline: Option<i64>) -> String {
        let title = super::truncate_middle(title, 32);
        let Some(coins) = coins else { return self.toast_sealed(&title) };
        let amount = self.amount(Counter::Coins, coins);
        match baseline {
            Some(baseline) => self.toast_sealed_compared(&title, &amount, &self.compared(coins, baseline)),
            None => self.toast_sealed_coins(&title, &amount),
        }
    }
}

/// A sentence after a separator begins small, unless it begins with a name.
fn inner(sentence: &str) -> String {
    if sentence.starts_with("PK") || sentence.starts_with("Tencent") {
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
    use crate::domain::PerLanguage;
    use crate::i18n::{Lang, Zone};

    #[test]
    fn an_alert_is_shown_with_its_length_and_the_last_reading() {
        let i18n = I18n::new(Lang::En, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] });
        let nine = Millis(1_795_266_845_000);
        let fact = Activity::NoAnswer { since: nine, code: None, last: Some(nine) };
        assert_eq!(i18n.going_on(&fact, nine + 40_000), "No response from Tencent for 40 s; last reading 21:14:05");
        let facts = [Activity::Quiet { since: nine }, Activity::HostLeft { at: nine }];
        assert_eq!(i18n.going_on_line(&facts, nine + 360_000), "No activity for 6 min; host left at 21:14");
        let fact = Activity::Battle { with: "あゆ".into(), scores: Some((4_200, 3_900)) };
        assert_eq!(i18n.going_on(&fact, nine), "PK with あゆ 4,200 : 3,900");
        let fact = Activity::Battle { with: "あゆ".into(), scores: None };
        assert_eq!(i18n.going_on(&fact, nine), "PK with あゆ", "unknown is not 0 : 0");
        let fact = Activity::Ending { by: EndEvidence::Webhook, at: nine, seal_at: Some(nine + 10_000) };
        assert_eq!(i18n.going_on(&fact, nine), "Ending: room-closed webhook at 21:14:05; seals in 10 s");
    }

    #[test]
    fn an_alarm_names_the_app_since_when_and_how_many_rooms_wait() {
        let i18n = I18n::new(Lang::En, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] });
        // 21:14:05 in Shanghai.
        let since = Millis(1_795_266_845_000);
        let mut alert = AppAlert {
            app: crate::domain::AppId(1),
            since,
            code: None,
            explanation: PerLanguage::new(|_| "no connection to 127.0.0.1:9712; check the network".to_owned()),
            reads_nothing: true,
            name: "Japan".into(),
            address: "127.0.0.1:9712".into(),
            rooms: 188,
            request_id: None,
        };
        assert_eq!(
            i18n.app_alert(&alert, Some(since + 6 * 60_000)),
            "Japan: no response from Tencent (127.0.0.1:9712) since 21:14 (6 min). 188 rooms are waiting; nothing is \
             sealed meanwhile. No connection to 127.0.0.1:9712; check the network."
        );
        let spoken = i18n.app_alert(&alert, None);
        assert!(!spoken.contains("188") && !spoken.contains("min"), "said once, not with every minute: {spoken}");
        alert.code = Some(60021);
        assert!(i18n.app_alert(&alert, None).starts_with("Japan: Tencent has returned error 60021 since 21:14"));
        // Slowed down is not stopped: no room waits.
        alert.reads_nothing = false;
        alert.explanation = PerLanguage::new(|lang| match lang {
            Lang::Zh => "腾讯要求降低调用频率".to_owned(),
            _ => "Tencent asks for fewer calls".to_owned(),
        });
        assert_eq!(i18n.app_alert(&alert, Some(since)), "Japan, since 21:14 (0 s): Tencent asks for fewer calls.");
        let zh = I18n { lang: Lang::Zh, ..i18n };
        assert!(zh.app_alert(&alert, None).contains("腾讯要求降低调用频率"), "in the language of the page");
    }

    #[test]
    fn a_hostile_partner_stays_short_and_visible() {
        let i18n = I18n::default();
        let fact = Activity::Battle { with: "\u{202e}".to_owned() + &"x".repeat(200), scores: Some((0, 0)) };
        let text = i18n.going_on(&fact, Millis(0));
        assert!(text.chars().count() < 50 && text.contains("‹RLO›"), "{text}");
    }

    #[test]
    fn the_strip_says_only_what_matters() {
        let mut strip = LiveStrip { live: 118, coins_per_minute: Some(4_210), ..LiveStrip::default() };
        assert_eq!(I18n::default().strip(&strip), ["118 live", "4,210 coins/min"]);
        let zone = Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] };
        let i18n = I18n::new(Lang::En, zone);
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
            i18n.strip(&of_apps).join(" · "),
            "0 live · CN 1,284,300 coins since 06:00 (UTC+8) · JP 0 coins since 00:00 (UTC+9)"
        );
        strip.today = vec![today(None, "06:00", "UTC+8", 1_284_300)];
        assert_eq!(
            i18n.strip(&strip).join(" · "),
            "118 live · 4,210 coins/min (2 unknown) · 1,284,300 coins since 06:00 (UTC+8)"
        );
        assert_eq!((i18n.need_attention(1), i18n.need_attention(3)).0, "1 needs attention");
        assert_eq!(i18n.need_attention(3), "3 need attention");
        assert_eq!(
            i18n.sealed_toast("小鹿电台", Some(246_810), Some(208_500)),
            "Sealed: 小鹿电台, 246,810 coins, 18% above typical"
        );
        let stretched = I18n::default().stretched(1_120, 14_000, 10_000, 80);
        assert_eq!(stretched, "Polling slowed to every 14 s (set: 10 s): 1,120 rooms exceed the limit of 80 calls/s.");
    }
}
