//! The tracker step by step, without a clock, a network or a database.

#![allow(clippy::unwrap_used)]

mod attribution;
mod lifecycle;
mod properties;
mod run;

use super::*;
use crate::collector::clock::ClockOffset;
use crate::domain::numbers::{Series, buckets, gap_limit};
use crate::domain::{Counter, ExclusionReason, Gap, Totals};
use crate::store::SessionPart;
use std::collections::{BTreeMap, BTreeSet};

const RULES: Rules = Rules { grace_ms: 120_000, quiet_ms: None };
const STEP: i64 = 10_000;
const CREATED_AT: i64 = 1_000;

fn at(second: i64) -> Millis {
    Millis::from_seconds(CREATED_AT + second)
}

fn reading(second: i64, value: i64) -> Reading {
    Reading { asked: at(second), answered: at(second) + 50, counters: Counters::from_array([value; 6]) }
}

fn read(tracker: &mut StreamTracker, second: i64, value: i64) -> Vec<TrackerEffect> {
    tracker.apply_reading(&RULES, reading(second, value), STEP, None, 0)
}

fn info(tracker: &mut StreamTracker, create_time: i64, second: i64) -> Vec<TrackerEffect> {
    tracker.apply_create_time(create_time, at(second), CreateTimeSource::Info, STEP)
}

/// get_room_info answers 100004.
fn not_found(tracker: &mut StreamTracker, second: i64) -> Vec<TrackerEffect> {
    tracker.apply_info_not_found(&RULES, at(second), at(second) + 50, STEP)
}

/// A stream with accepted readings at 1, 10 and 20 s of values 1, 2, 3.
fn tracker() -> StreamTracker {
    let mut tracker = StreamTracker::new(StreamId(1), Some(CREATED_AT));
    for (second, value) in [(1, 1), (10, 2), (20, 3)] {
        assert!(matches!(read(&mut tracker, second, value)[..], [TrackerEffect::Write(Write::Run { .. })]));
    }
    tracker
}

fn excluded(reading: Reading) -> TrackerEffect {
    TrackerEffect::Write(Write::Excluded { stream: StreamId(1), reading, reason: ExclusionReason::Stale })
}

/// An open stream of this stream as the store has it.
fn stored(create_time: Option<i64>) -> OpenStream {
    OpenStream {
        summary: crate::report::compose::tests::summary(),
        create_time,
        part: SessionPart::default(),
        interval_ms: STEP,
        first_seen: at(0),
        evidence_at: None,
        host_left_at: None,
        host_online_at: None,
        retries: 0,
        last_request_id: None,
        note: None,
    }
}

fn judged(effects: &[TrackerEffect]) -> Option<ExclusionReason> {
    effects.iter().find_map(|effect| match effect {
        TrackerEffect::Write(Write::ResolveUndecided { reason, .. }) => Some(*reason),
        _ => None,
    })
}

fn accepted(effects: &[TrackerEffect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, TrackerEffect::Write(Write::Run { .. }))).count()
}

/// Everything a stream wrote of its readings: the newest form of each run, and the gaps.
#[derive(Default)]
struct Recorded {
    runs: BTreeMap<Millis, Run>,
    gaps: Vec<Gap>,
    asks: bool,
}

impl Recorded {
    fn apply(&mut self, effects: Vec<TrackerEffect>) {
        for effect in effects {
            match effect {
                TrackerEffect::Write(Write::Run { run, .. }) => drop(self.runs.insert(run.from, run)),
                TrackerEffect::Write(Write::Gap { gap, .. }) => self.gaps.push(gap),
                TrackerEffect::AskInfo => self.asks = true,
                _ => {}
            }
        }
    }
}
