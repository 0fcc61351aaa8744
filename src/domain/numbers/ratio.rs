//! Totals in proportion, as whole thousandths with the arithmetic that made them.

use super::rounded;
use crate::domain::{Counter, Totals};
use serde::{Deserialize, Serialize};

/// Which proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatioKind {
    CoinsPer100Entries,
    MessagesPer100Entries,
    LikesPer100Entries,
    GiftsPer100Entries,
    CoinsPerGifter,
    GiftsPerGifter,
    CoinsPerGift,
    /// "At least": entries count every coming in, so people are at most as many.
    GiftersPer100Entries,
}

impl RatioKind {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::CoinsPer100Entries,
        Self::MessagesPer100Entries,
        Self::CoinsPerGifter,
        Self::GiftersPer100Entries,
        Self::LikesPer100Entries,
        Self::GiftsPer100Entries,
        Self::GiftsPerGifter,
        Self::CoinsPerGift,
    ];

    /// The name in our JSON and addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CoinsPer100Entries => "coins_per_100_entries",
            Self::MessagesPer100Entries => "messages_per_100_entries",
            Self::LikesPer100Entries => "likes_per_100_entries",
            Self::GiftsPer100Entries => "gifts_per_100_entries",
            Self::CoinsPerGifter => "coins_per_gifter",
            Self::GiftsPerGifter => "gifts_per_gifter",
            Self::CoinsPerGift => "coins_per_gift",
            Self::GiftersPer100Entries => "gifters_per_100_entries",
        }
    }

    /// (numerator, denominator, factor).
    pub const fn parts(self) -> (Counter, Counter, i64) {
        match self {
            Self::CoinsPer100Entries => (Counter::Coins, Counter::Viewers, 100),
            Self::MessagesPer100Entries => (Counter::Messages, Counter::Viewers, 100),
            Self::LikesPer100Entries => (Counter::Likes, Counter::Viewers, 100),
            Self::GiftsPer100Entries => (Counter::Gifts, Counter::Viewers, 100),
            Self::CoinsPerGifter => (Counter::Coins, Counter::Gifters, 1),
            Self::GiftsPerGifter => (Counter::Gifts, Counter::Gifters, 1),
            Self::CoinsPerGift => (Counter::Coins, Counter::Gifts, 1),
            Self::GiftersPer100Entries => (Counter::Gifters, Counter::Viewers, 100),
        }
    }
}

/// A proportion with its arithmetic: `numerator ÷ denominator × factor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    pub kind: RatioKind,
    pub numerator: Option<i64>,
    pub denominator: Option<i64>,
    pub factor: i64,
    /// Thousandths. Undefined where the denominator is 0 or anything is unknown, never "0 %". Rounded half up, but down
    /// where the page says "at least".
    pub thousandths: Option<i64>,
    pub at_least: bool,
}

/// One proportion of the totals.
pub fn ratio(kind: RatioKind, totals: &Totals) -> Ratio {
    let (above, below, factor) = kind.parts();
    let (numerator, denominator) = (totals.get(above), totals.get(below));
    let at_least = kind == RatioKind::GiftersPer100Entries;
    let thousandths = numerator.zip(denominator).filter(|&(_, below)| below > 0).and_then(|(above, below)| {
        let scaled = i128::from(above) * i128::from(factor) * 1000;
        if at_least { (scaled / i128::from(below)).try_into().ok() } else { rounded(scaled, below.into()) }
    });
    Ratio { kind, numerator, denominator, factor, thousandths, at_least }
}

/// All of them, in the order of the page. Those whose counters are both unknown are left out: there is nothing to open.
pub fn ratios(totals: &Totals) -> Vec<Ratio> {
    RatioKind::ALL
        .into_iter()
        .map(|kind| ratio(kind, totals))
        .filter(|ratio| ratio.numerator.is_some() && ratio.denominator.is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals() -> Totals {
        Totals::from_array([12_480, 1_934, 246_810, 213, 88_412, 9_317].map(Some))
    }

    #[test]
    fn the_worked_example_comes_out() {
        let of = |kind| ratio(kind, &totals()).thousandths;
        assert_eq!(of(RatioKind::CoinsPer100Entries), Some(1_977_644));
        assert_eq!(of(RatioKind::MessagesPer100Entries), Some(74_655));
        assert_eq!(of(RatioKind::CoinsPerGifter), Some(1_158_732));
        assert_eq!(of(RatioKind::GiftersPer100Entries), Some(1_706));
        assert!(ratio(RatioKind::GiftersPer100Entries, &totals()).at_least);
    }

    #[test]
    fn over_zero_or_unknown_is_undefined() {
        let zero = Totals { viewers: Some(0), ..totals() };
        assert_eq!(ratio(RatioKind::CoinsPer100Entries, &zero).thousandths, None);
        assert_eq!(ratio(RatioKind::CoinsPer100Entries, &zero).denominator, Some(0));
        let unknown = Totals { messages: None, ..totals() };
        assert_eq!(ratio(RatioKind::MessagesPer100Entries, &unknown).thousandths, None);
        assert_eq!(ratios(&unknown).len(), 7);
    }

    #[test]
    fn the_largest_counters_do_not_overflow() {
        let most = Totals::from_array([Some(crate::domain::MAX_COUNTER); 6]);
        assert_eq!(ratio(RatioKind::CoinsPer100Entries, &most).thousandths, Some(100_000));
        // Beyond what fits, there is no number rather than a wrong one.
        let one = Totals { viewers: Some(1), ..most };
        assert_eq!(ratio(RatioKind::CoinsPer100Entries, &one).thousandths, None);
    }
}
