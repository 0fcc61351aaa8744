//! A sentence for each rule of `numbers::findings`. A rule that is not known here says its name, so that no finding of a
//! later version is silently lost.

use super::I18n;
use crate::domain::record::{Finding, FindingRule, MomentKind, Record};
use crate::domain::{Counter, Millis};

impl I18n {
    /// The finding as one sentence; the record supplies names (of a battle's partner).
    pub fn finding(&self, finding: &Finding, record: &Record) -> String {
        let number = |name: &str| finding.numbers.get(name).copied().unwrap_or_default();
        let counter = finding.counter.unwrap_or(Counter::Coins);
        let amount = self.amount(counter, number("amount"));
        let span = finding.from.map(|from| self.span(from, finding.until)).unwrap_or_default();
        let percent = self.percent(number("percent"));
        match &finding.rule {
            FindingRule::BestTenMinutes => {
                // To the nearest minute at both ends, or ten minutes would read as nine.
                let near = |at: Millis| Millis((at.0 + 30_000).div_euclid(60_000) * 60_000);
                let span = finding.from.map(|from| self.span(near(from), finding.until.map(near))).unwrap_or_default();
                self.finding_best_ten_minutes(&percent, &self.counter_lower(counter), number("amount"), &span)
            }
            FindingRule::Battle => {
                let short = finding.from.zip(finding.until).filter(|(from, until)| *until - *from < 5 * 60_000);
                let span = short.map_or(span, |(from, until)| format!("{}–{}", self.hms(from), self.hms(until)));
                let minutes =
                    finding.from.zip(finding.until).map_or(0, |(from, until)| (until - from + 30_000) / 60_000);
                let partner = record
                    .moments
                    .iter()
                    .find(|moment| moment.kind == MomentKind::Battle && Some(moment.from) == finding.from)
                    .and_then(|moment| moment.label.as_deref())
                    .map(|label| super::truncate_middle(label, 24));
                let battle = match partner {
                    Some(partner) => self.finding_battle_with(&partner),
                    None => self.finding_battle_alone().to_owned(),
                };
                let (counter, amount) = (self.counter_lower(counter), number("amount"));
                if minutes > 0 {
                    self.finding_battle_minutes(&percent, &counter, minutes, amount, &battle, &span)
                } else {
                    self.finding_battle(&percent, &counter, amount, &battle, &span)
                }
            }
            FindingRule::Baseline => {
                self.finding_in_this_room(&self.finding_compared(counter, number("value"), number("difference")))
            }
            FindingRule::HostBaseline => {
                self.finding_of_this_host(&self.finding_compared(counter, number("value"), number("difference")))
            }
            FindingRule::Implausible => {
                self.finding_inconsistent(&amount, &self.amount(Counter::Gifts, number("gifts")))
            }
            FindingRule::Returning => self.finding_returning_gifters(&amount, &percent),
            FindingRule::Peak => {
                let from = finding.from.map(|from| self.hms(from)).unwrap_or_default();
                let until = finding.until.map(|until| self.hms(until)).unwrap_or_default();
                self.report_peak_sentence(&amount, number("seconds"), &from, &until)
            }
            FindingRule::UpstreamCorrection => self.finding_totals_corrected().to_owned(),
            FindingRule::Surge => self.finding_surge(&amount, &span, number("median")),
            FindingRule::LikesFlatEntries => self.finding_likes_without_entries(&amount, &span),
            FindingRule::EntriesNoReaction => self.finding_entries_without_reaction(&amount, &span),
            FindingRule::CoinsNoGifter => {
                let at = finding.until.map(|until| self.hms(until)).unwrap_or_default();
                self.finding_coins_without_gifter(&amount, &at, &self.amount(Counter::Gifters, number("gifters")))
            }
            FindingRule::Frozen => self.finding_totals_unchanged(&self.length(number("seconds") * 1000), &span),
            FindingRule::Other(name) => {
                format!("{name}: {}", finding.numbers.values().map(|v| self.integer(*v)).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// "213 gifters, 42 more than typical."
    fn finding_compared(&self, counter: Counter, value: i64, difference: i64) -> String {
        let by = difference.abs();
        let by = match counter {
            Counter::Viewers => self.difference_entries(by),
            Counter::Gifters => self.difference_gifters(by),
            Counter::Likes => self.difference_likes(by),
            Counter::Gifts | Counter::Coins | Counter::Messages => self.integer(by),
        };
        let subject = match counter {
            Counter::Gifters => self.finding_gifters(value),
            _ => self.amount(counter, value),
        };
        match difference {
            0 => self.finding_typical(&subject),
            1.. => self.finding_more_than_typical(&subject, &by),
            _ => self.finding_fewer_than_typical(&subject, &by),
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
        let label = label.map(|label| super::truncate_middle(label, 32));
        let what = match (kind, label) {
            (MomentKind::Battle, Some(label)) => self.moment_battle_with(&label),
            (MomentKind::Battle, None) => self.moment_battle().to_owned(),
            (MomentKind::Owner, Some(label)) => self.moment_room_owner(&label),
            (MomentKind::Owner, None) => self.moment_room_owner_changed().to_owned(),
            (MomentKind::Follow, Some(count)) => self.moment_followers(&count),
            (MomentKind::Follow, None) => self.moment_follower().to_owned(),
            (MomentKind::RoomClosedContradicted, _) => self.moment_notice_contradicted().to_owned(),
            (MomentKind::Other(kind), Some(label)) => format!("{kind} {label}"),
            (MomentKind::Other(kind), None) => kind.clone(),
        };
        let when = until.map_or_else(|| self.hm(from), |until| self.span(from, Some(until)));
        match coins {
            Some(coins) => self.moment_coins(&what, &when, &self.amount(Counter::Coins, coins)),
            None => self.moment_at(&what, &when),
        }
    }
}
