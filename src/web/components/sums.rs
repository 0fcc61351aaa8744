//! Words of sums over streams. Entries are not people, gifters are never added.

use crate::domain::Counter;
use crate::i18n::I18n;
use crate::store::Sums;

impl I18n {
    /// "110 streams · 302 h 10 min · 1,284,300 coins · 9,120 gifts · 88,000 messages · 120,400 entries"
    pub fn sums(&self, sums: &Sums) -> String {
        let amounts = [
            self.amount(Counter::Coins, sums.coins),
            self.amount(Counter::Gifts, sums.gifts),
            self.amount(Counter::Messages, sums.messages),
            self.amount(Counter::Viewers, sums.entries),
        ];
        self.streams_and_hours(sums).chain(amounts).collect::<Vec<_>>().join(" · ")
    }

    /// The same for the heading of a day: "12 streams · 31 h 20 min · 84,310 coins"
    pub fn sums_of_day(&self, sums: &Sums) -> String {
        let coins = self.amount(Counter::Coins, sums.coins);
        self.streams_and_hours(sums).chain([coins]).collect::<Vec<_>>().join(" · ")
    }

    fn streams_and_hours(&self, sums: &Sums) -> impl Iterator<Item = String> {
        let streams = self.sums_streams(sums.streams);
        // Streams that still run have no length yet.
        let hours = (sums.millis > 0).then(|| self.hours(sums.millis));
        std::iter::once(streams).chain(hours)
    }
}
