//! What later reports need of an earlier one, packed and stored beside it: totals, curve and length of its show.
//!
//! Must not: say anything that is not in the report; where it is missing, it is made of that again.

use super::{ReportError, compress, decompress};
use crate::domain::numbers::PastStream;
use crate::domain::{Counter, StreamId, Totals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize, Serialize)]
struct StoredCurve {
    show_ms: i64,
    totals: Totals,
    /// Each counter at every tenth minute, as the difference to where it was last known.
    #[serde(rename = "course")]
    cumulative: BTreeMap<Counter, Vec<Option<i64>>>,
}

/// Packs it for the database.
pub fn pack_cumulative(past: &PastStream) -> Result<Vec<u8>, ReportError> {
    let differences = |counter| {
        let mut before = 0;
        let mut step = |value: i64| value - std::mem::replace(&mut before, value);
        past.cumulative.iter().map(|at| at.get(counter)).map(|value| value.map(&mut step)).collect()
    };
    let cumulative = Counter::ALL.into_iter().map(|counter| (counter, differences(counter))).collect();
    let kept = StoredCurve { show_ms: past.show_ms, totals: past.totals, cumulative };
    compress(&super::canonical::canonical(&kept)?)
}

/// What was packed of the report with that hash.
pub fn unpack_cumulative(packed: &[u8], stream: StreamId, sha256: &str) -> Result<PastStream, ReportError> {
    let broken = |error: serde_json::Error| ReportError::Packed(error.to_string());
    let kept: StoredCurve = serde_json::from_slice(&decompress(packed)?).map_err(broken)?;
    let steps = kept.cumulative.values().map(Vec::len).max().unwrap_or(0);
    let mut cumulative = vec![Totals::default(); steps];
    for (&counter, differences) in &kept.cumulative {
        let mut value: i64 = 0;
        for (at, difference) in cumulative.iter_mut().zip(differences) {
            if let Some(difference) = difference {
                value = value.saturating_add(*difference);
                at.set(counter, Some(value));
            }
        }
    }
    Ok(PastStream { stream, sha256: sha256.to_owned(), totals: kept.totals, cumulative, show_ms: kept.show_ms })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::MAX_COUNTER;
    use crate::report::compose::tests::long_stream;
    use proptest::prelude::*;

    #[test]
    fn a_curve_takes_a_tenth_of_its_report() {
        let record = long_stream(3);
        let past = PastStream::of(&record, "ab").unwrap();
        let packed = pack_cumulative(&past).unwrap();
        assert!(packed.len() <= 700, "{} bytes", packed.len());
        assert_eq!(unpack_cumulative(&packed, record.stream, "ab").unwrap(), past);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn any_curve_comes_back(
            cumulative in prop::collection::vec(prop::array::uniform6(prop::option::of(0..=MAX_COUNTER)), 0..150),
            totals in prop::array::uniform6(prop::option::of(0..=MAX_COUNTER)),
            show_ms in 0..=MAX_COUNTER,
        ) {
            let cumulative = cumulative.into_iter().map(Totals::from_array).collect();
            let past = PastStream {
                stream: StreamId(7), sha256: "ab".to_owned(), totals: Totals::from_array(totals), cumulative, show_ms
            };
            prop_assert_eq!(unpack_cumulative(&pack_cumulative(&past).unwrap(), StreamId(7), "ab").unwrap(), past);
        }
    }
}
