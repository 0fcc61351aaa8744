//! The arithmetic: what follows from readings, and how surely.
//!
//! Must not: I/O, read a clock, round twice, or fill what is not known. Whole numbers in, whole numbers out; unknown is
//! `None`. Everything is a pure function and compiles for server and browser.
//!
//! Begin with [`Series::of`] a record (it knows what a derived record hides) or [`Series::new`] of live runs.

pub mod baseline;
pub mod buckets;
pub mod findings;
pub mod outline;
pub mod peak;
pub mod quality;
pub mod ratio;
pub mod series;
pub mod show;

pub use baseline::{
    BaselineDeviation, PastStream, baseline, compare_live, compare_to_baseline, percent_of_baseline, quartiles,
};
pub use buckets::{Bucket, between, buckets, hours, range, width};
pub use findings::{counters_revealed, findings};
pub use outline::{levels, outline};
pub use peak::{busiest_minute, peak};
pub use quality::{coverage, gap_limit, grade, longest_gap};
pub use ratio::{Ratio, RatioKind, ratio, ratios};
pub use series::Series;
pub use show::{last_movement, owner_left, show_end};

/// One minute in milliseconds.
pub const MINUTE: i64 = 60_000;

/// `numerator ÷ denominator`, rounded half up; `None` where the denominator is not positive or the result too large.
pub(crate) fn rounded(numerator: i128, denominator: i128) -> Option<i64> {
    (denominator > 0).then(|| (2 * numerator + denominator).div_euclid(2 * denominator))?.try_into().ok()
}

#[cfg(test)]
mod tests {
    mod simulated;
}
