//! The report as a few lines of text, for chats that neither open files nor print.

use super::I18n;
use crate::domain::Counter;
use crate::domain::record::{MomentKind, Record};

impl I18n {
    /// At most five lines: what and when, the main figure, the others, the greatest moment, the link. `slot` is the line of
    /// a sponsor's slot, which then is the main figure.
    pub fn copy_text(&self, record: &Record, title: &str, slot: Option<String>, link: Option<&str>) -> String {
        let title = super::truncate_middle(title, 48);
        let span = self.dated_span(record.started_at, record.show_end());
        let length = record.show_ms().map(|length| self.hours(length));
        let mut lines = vec![match length {
            Some(length) => self.copy_title_length(&title, &span, &length),
            None => self.copy_title(&title, &span),
        }];
        let main = if record.shows(Counter::Coins) && record.totals.coins.is_some() {
            Counter::Coins
        } else {
            Counter::Viewers
        };
        let whole = slot.is_some();
        lines.extend(slot);
        if let Some(value) = record.totals.get(main).filter(|_| !whole) {
            let label = self.counter(main);
            lines.push(match record.baseline.totals.get(&main) {
                Some(baseline) => {
                    self.copy_main_figure(&label, value, baseline.median, &self.compared_bare(value, baseline))
                }
                None => format!("{label} {}", self.integer(value)),
            });
        }
        let others: Vec<String> = [Counter::Gifters, Counter::Viewers, Counter::Likes, Counter::Messages]
            .into_iter()
            .filter(|counter| (whole || *counter != main) && record.shows(*counter))
            .filter(|counter| *counter != Counter::Likes || main != Counter::Coins)
            .filter_map(|counter| Some(self.labelled(counter, record.totals.get(counter)?)))
            .collect();
        if !others.is_empty() {
            lines.push(others.join(" · "));
        }
        let best = record
            .moments
            .iter()
            .filter(|moment| moment.kind == MomentKind::Battle && record.shows(Counter::Coins))
            .max_by_key(|moment| moment.amounts.coins);
        if let Some(moment) = best {
            let partner = moment.label.as_deref().map(|label| format!(" {}", super::truncate_middle(label, 24)));
            let (partner, span) = (partner.unwrap_or_default(), self.span(moment.from, moment.until));
            let battle = format!("PK{partner} {span}");
            lines.push(match moment.amounts.coins {
                Some(coins) => self.copy_battle(&battle, &self.amount(Counter::Coins, coins)),
                None => battle,
            });
        }
        lines.extend(link.map(str::to_owned));
        lines.join("\n")
    }

    /// The same under a cursor, where the value may be unknown.
    pub fn labelled_or_unknown(&self, counter: Counter, value: Option<i64>) -> String {
        value.map_or_else(|| format!("{} –", self.counter(counter)), |value| self.labelled(counter, value))
    }

    /// A label with its number, in the order of the language: `Entries 12,480`, `送礼 213 人`, `进房 12,480 人次`.
    pub fn labelled(&self, counter: Counter, value: i64) -> String {
        match counter {
            Counter::Gifters => self.copy_gifters(value),
            Counter::Viewers => self.copy_entries(value),
            Counter::Messages => self.copy_messages(value),
            Counter::Likes => self.copy_likes(value),
            Counter::Gifts | Counter::Coins => format!("{} {}", self.counter(counter), self.integer(value)),
        }
    }
}
