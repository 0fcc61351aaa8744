//! What was read of a stream that is not sealed.

use super::{MomentRow, OpenStream, RoomClosedRow};
use crate::domain::{Gap, GapCause, Millis, Run};
use crate::store::StoreError;

/// Everything read of one unsealed stream, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSeries {
    pub runs: Vec<Run>,
    pub gaps: Vec<Gap>,
    /// Spans in which Tencent corrected its totals.
    pub corrected: Vec<(Millis, Millis)>,
    /// Number of excluded readings.
    pub excluded: i64,
    pub failures: Vec<FailureRow>,
    pub moments: Vec<MomentRow>,
    pub room_closed: Option<RoomClosedRow>,
}

/// What was read of an unsealed stream lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentSeries {
    pub runs: Vec<Run>,
    pub gaps: Vec<Gap>,
    pub corrected: Vec<(Millis, Millis)>,
}

/// A stream that is not sealed, with what a collector or a board needs to go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsealedStream {
    pub open: OpenStream,
    pub last: Option<Run>,
    pub recent: RecentSeries,
    pub room_closed: Option<RoomClosedRow>,
}

/// Every stream of an app that is not sealed, as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsealedStreams {
    pub streams: Vec<UnsealedStream>,
    /// The number of the collector's last transaction until then; 0 where there is no lease.
    pub batch: i64,
}

/// Failures of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureRow {
    /// Tencent's code, or `no_answer` / `unreadable`.
    pub code: String,
    pub count: i64,
    pub last_at: Millis,
    pub request_id: Option<String>,
}

/// A gap's cause as two columns: a word, and Tencent's code where it was one.
pub(in crate::store) fn cause_columns(cause: GapCause) -> (&'static str, Option<i64>) {
    match cause {
        GapCause::BeforeFirst => ("before_first", None),
        GapCause::AfterLast => ("after_last", None),
        GapCause::Restarted => ("restarted", None),
        GapCause::Code(code) => ("code", Some(code)),
        GapCause::NoAnswer => ("no_answer", None),
        GapCause::Unreadable => ("unreadable", None),
        GapCause::Excluded => ("set_aside", None),
        GapCause::Clock => ("clock", None),
        GapCause::Late => ("late", None),
    }
}

pub(in crate::store) fn cause_of_columns(word: &str, code: Option<i64>) -> Result<GapCause, StoreError> {
    Ok(match (word, code) {
        ("before_first", _) => GapCause::BeforeFirst,
        ("after_last", _) => GapCause::AfterLast,
        ("restarted", _) => GapCause::Restarted,
        ("code", Some(code)) => GapCause::Code(code),
        ("no_answer", _) => GapCause::NoAnswer,
        ("unreadable", _) => GapCause::Unreadable,
        ("set_aside", _) => GapCause::Excluded,
        ("clock", _) => GapCause::Clock,
        ("late", _) => GapCause::Late,
        _ => return Err(StoreError::corrupt("gap.cause", word)),
    })
}
