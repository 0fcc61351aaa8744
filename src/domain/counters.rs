//! The six totals of `get_room_stats`, and the same six where some may be unknown.

use serde::{Deserialize, Serialize};

/// The largest value a counter may have: integers above it are not exact in JSON readers (2^53 − 1).
pub const MAX_COUNTER: i64 = (1 << 53) - 1;

/// One of the six cumulative counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counter {
    /// `TotalViewers`: room *entries*, not people; pages never call it "viewers".
    Viewers,
    /// `TotalGiftsSent`: number of gifts.
    Gifts,
    /// `TotalGiftCoins`: what viewers spent, not the host's earnings.
    Coins,
    /// `TotalUniqueGiftSenders`: distinct people who gave.
    Gifters,
    /// `TotalLikesReceived`: taps, not people.
    Likes,
    /// `TotalMsgCount`: absent from the room-closed webhook.
    Messages,
}

impl Counter {
    /// All six, in the order of the API and of every page.
    pub const ALL: [Self; 6] = [Self::Viewers, Self::Gifts, Self::Coins, Self::Gifters, Self::Likes, Self::Messages];

    /// The name in our JSON, CSV, CSS classes and SQL columns.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewers => "viewers",
            Self::Gifts => "gifts",
            Self::Coins => "coins",
            Self::Gifters => "gifters",
            Self::Likes => "likes",
            Self::Messages => "messages",
        }
    }

    /// The counter of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counter| counter.name() == name)
    }

    /// Tencent's key for it in `get_room_stats` and in `Statistic`.
    pub const fn tencent_key(self) -> &'static str {
        match self {
            Self::Viewers => "TotalViewers",
            Self::Gifts => "TotalGiftsSent",
            Self::Coins => "TotalGiftCoins",
            Self::Gifters => "TotalUniqueGiftSenders",
            Self::Likes => "TotalLikesReceived",
            Self::Messages => "TotalMsgCount",
        }
    }
}

/// All six counters, each known, each from 0 to [`MAX_COUNTER`]. Cumulative over one stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counters {
    pub viewers: i64,
    pub gifts: i64,
    pub coins: i64,
    pub gifters: i64,
    pub likes: i64,
    pub messages: i64,
}

impl Counters {
    /// From six values in the order of [`Counter::ALL`].
    pub const fn from_array(values: [i64; 6]) -> Self {
        let [viewers, gifts, coins, gifters, likes, messages] = values;
        Self { viewers, gifts, coins, gifters, likes, messages }
    }

    /// The six values in the order of [`Counter::ALL`].
    pub const fn to_array(self) -> [i64; 6] {
        [self.viewers, self.gifts, self.coins, self.gifters, self.likes, self.messages]
    }

    pub const fn get(&self, counter: Counter) -> i64 {
        match counter {
            Counter::Viewers => self.viewers,
            Counter::Gifts => self.gifts,
            Counter::Coins => self.coins,
            Counter::Gifters => self.gifters,
            Counter::Likes => self.likes,
            Counter::Messages => self.messages,
        }
    }

    pub const fn get_mut(&mut self, counter: Counter) -> &mut i64 {
        match counter {
            Counter::Viewers => &mut self.viewers,
            Counter::Gifts => &mut self.gifts,
            Counter::Coins => &mut self.coins,
            Counter::Gifters => &mut self.gifters,
            Counter::Likes => &mut self.likes,
            Counter::Messages => &mut self.messages,
        }
    }

    /// Whether any counter is lower than in `highest`: cumulative totals do not fall, so something happened.
    pub fn falls_below(&self, highest: &Self) -> bool {
        Counter::ALL.iter().any(|&counter| self.get(counter) < highest.get(counter))
    }

    /// The lesser of the two, counter by counter.
    pub fn min(self, other: Self) -> Self {
        let [this, other] = [self, other].map(Self::to_array);
        Self::from_array(std::array::from_fn(|i| this[i].min(other[i])))
    }

    /// The greater of the two, counter by counter.
    pub fn max(self, other: Self) -> Self {
        let [this, other] = [self, other].map(Self::to_array);
        Self::from_array(std::array::from_fn(|i| this[i].max(other[i])))
    }
}

/// Six totals of which some may be unknown. Unknown is `None` and is written `null` or `–`, never 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Totals {
    pub viewers: Option<i64>,
    pub gifts: Option<i64>,
    pub coins: Option<i64>,
    pub gifters: Option<i64>,
    pub likes: Option<i64>,
    pub messages: Option<i64>,
}

impl Totals {
    /// From six values in the order of [`Counter::ALL`].
    pub const fn from_array(values: [Option<i64>; 6]) -> Self {
        let [viewers, gifts, coins, gifters, likes, messages] = values;
        Self { viewers, gifts, coins, gifters, likes, messages }
    }

    pub const fn get(&self, counter: Counter) -> Option<i64> {
        match counter {
            Counter::Viewers => self.viewers,
            Counter::Gifts => self.gifts,
            Counter::Coins => self.coins,
            Counter::Gifters => self.gifters,
            Counter::Likes => self.likes,
            Counter::Messages => self.messages,
        }
    }

    pub const fn set(&mut self, counter: Counter, value: Option<i64>) {
        match counter {
            Counter::Viewers => self.viewers = value,
            Counter::Gifts => self.gifts = value,
            Counter::Coins => self.coins = value,
            Counter::Gifters => self.gifters = value,
            Counter::Likes => self.likes = value,
            Counter::Messages => self.messages = value,
        }
    }
}

impl From<Counters> for Totals {
    fn from(counters: Counters) -> Self {
        Self::from_array(counters.to_array().map(Some))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_follow_the_order_of_all() {
        let counters = Counters::from_array([1, 2, 3, 4, 5, 6]);
        assert_eq!(Counter::ALL.map(|counter| counters.get(counter)), [1, 2, 3, 4, 5, 6]);
        assert_eq!(counters.to_array(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(Counter::ALL.map(|counter| Counter::from_name(counter.name())), Counter::ALL.map(Some));
    }

    #[test]
    fn one_lower_counter_is_a_correction() {
        let highest = Counters::from_array([10; 6]);
        assert!(!highest.falls_below(&highest));
        assert!(Counters { messages: 9, ..highest }.falls_below(&highest));
        assert!(!Counters { coins: 11, ..highest }.falls_below(&highest));
    }

    #[test]
    fn unknown_is_null_in_json() {
        let totals = Totals { coins: Some(0), ..Totals::default() };
        assert_eq!(
            serde_json::to_string(&totals).expect("totals are plain"),
            r#"{"viewers":null,"gifts":null,"coins":0,"gifters":null,"likes":null,"messages":null}"#
        );
    }
}
