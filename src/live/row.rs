//! One row of the board: what is kept of a live stream, and what it says at a moment.

use crate::domain::live::{GoingOn, LiveRow, Pace};
use crate::domain::numbers::buckets::spark;
use crate::domain::numbers::{MINUTE, Series, pace};
use crate::domain::record::Usual;
use crate::domain::{AppId, Counter, EndEvidence, Gap, Millis, RoomId, Run, StreamId, StreamState, Totals};
use crate::store::OpenStream;

/// Minutes in a row's curve.
const MINUTES: i64 = 30;
/// Without movement for so long, a stream is quiet.
const QUIET_MS: i64 = 5 * MINUTE;
/// So many entries in a minute without any reaction are worth a look.
const ENTRIES_WITHOUT_REACTION: i64 = 100;
/// So many coins in a minute with no new gifter are worth a word, if they are also far above the curve.
const COINS_OF_ONE: i64 = 5000;

pub(super) struct Entry {
    id: StreamId,
    app: AppId,
    room: RoomId,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub started_at: Millis,
    runs: Vec<Run>,
    gaps: Vec<Gap>,
    restated: Vec<(Millis, Millis)>,
    moved_at: Option<Millis>,
    pub no_answer: Option<(Millis, Option<i64>)>,
    pub maybe_ending: bool,
    pub ending: Option<(EndEvidence, Millis, Option<Millis>)>,
    pub host_left: Option<Millis>,
    pub battle: Option<(String, Option<(i64, i64)>)>,
    pub fell: Option<Millis>,
    /// What is usual, and the greatest total of coins; `None` until loaded.
    pub past: Option<(Usual, Option<i64>)>,
}

impl Entry {
    pub fn new(stream: &OpenStream, runs: Vec<Run>) -> Self {
        let summary = &stream.summary;
        let ending = match (summary.ended_by, summary.ended_at) {
            (Some(by), Some(at)) => Some((by, at, None)),
            _ => None,
        };
        Self {
            id: summary.id,
            app: summary.app,
            room: summary.room.clone(),
            title: summary.title.clone(),
            host: summary.host.clone(),
            host_name: summary.host_name.clone(),
            started_at: summary.started_at,
            moved_at: runs.last().map(|run| run.from_answered),
            runs,
            gaps: Vec::new(),
            restated: Vec::new(),
            no_answer: None,
            maybe_ending: false,
            ending,
            host_left: stream.host_left_at,
            battle: None,
            fell: None,
            past: None,
        }
    }

    /// The newest run as it is now.
    pub fn take_run(&mut self, run: Run) {
        self.no_answer = None;
        self.maybe_ending = false;
        match self.runs.last_mut() {
            Some(last) if last.from == run.from => *last = run,
            last => {
                if last.is_none_or(|last| last.counters != run.counters) {
                    self.moved_at = Some(run.from_answered);
                }
                self.runs.push(run);
            }
        }
        let since = run.until - (MINUTES + 2) * MINUTE;
        let old = self.runs.iter().take_while(|run| run.until < since).count();
        self.runs.drain(..old);
        self.gaps.retain(|gap| gap.until >= since);
        self.restated.retain(|restated| restated.1 >= since);
        if self.fell.is_some_and(|fell| run.until - fell > QUIET_MS) {
            self.fell = None;
        }
    }

    /// Readings asked since then were another stream's.
    pub fn withdraw(&mut self, since: Millis) {
        self.runs.retain(|run| run.from < since);
    }

    pub fn take_gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    pub fn take_restated(&mut self, from: Millis, until: Millis) {
        self.restated.push((from, until));
    }

    /// The row as it is at `now`.
    pub fn row(&self, now: Millis) -> LiveRow {
        let series = Series::new(&self.runs, &self.gaps, &self.restated);
        let last = self.runs.last();
        let totals = last.map(|run| Totals::from(run.counters)).unwrap_or_default();
        let minute = if self.no_answer.is_some() { Totals::default() } else { series.last_minute() };
        let spark = spark(&series, Counter::Coins, now, MINUTES);
        let going_on = self.going_on(now, &minute, &spark);
        let needs_look = going_on.iter().any(|fact| match fact {
            GoingOn::NoAnswer { since, .. } => now - *since > 10_000,
            GoingOn::HostLeft { .. } | GoingOn::NoReaction { .. } | GoingOn::Fell { .. } => true,
            _ => false,
        });
        LiveRow {
            id: self.id,
            app: self.app,
            room: self.room.clone(),
            title: self.title.clone(),
            host: self.host.clone(),
            host_name: self.host_name.clone(),
            state: if self.ending.is_some() { StreamState::Ending } else { StreamState::Live },
            started_at: self.started_at,
            totals,
            read_at: last.map(|run| run.until),
            coins_per_minute: minute.coins,
            entries_per_minute: minute.viewers,
            spark,
            pace: self.pace(now, totals.coins),
            going_on,
            needs_look,
        }
    }

    fn pace(&self, now: Millis, coins: Option<i64>) -> Pace {
        match &self.past {
            Some((usual, best)) => pace(usual, *best, Counter::Coins, now - self.started_at, coins),
            None => Pace::Unknown,
        }
    }

    fn going_on(&self, now: Millis, minute: &Totals, spark: &[Option<i64>]) -> Vec<GoingOn> {
        let mut facts = Vec::new();
        if let Some((by, at, seal_at)) = self.ending {
            facts.push(GoingOn::Ending { by, at, seal_at });
        }
        if let Some((since, code)) = self.no_answer {
            facts.push(GoingOn::NoAnswer { since, code, last: self.runs.last().map(|run| run.until) });
        }
        if self.maybe_ending {
            facts.push(GoingOn::MaybeEnding);
        }
        if let Some((with, scores)) = &self.battle {
            let (own, theirs) = scores.unwrap_or_default();
            facts.push(GoingOn::Battle { with: with.clone(), own, theirs });
        }
        if let Some(at) = self.host_left {
            facts.push(GoingOn::HostLeft { at });
        }
        if let Some(since) = self.moved_at.filter(|&moved_at| now - moved_at >= QUIET_MS)
            && self.no_answer.is_none()
        {
            facts.push(GoingOn::Quiet { since });
        }
        if let Some(entries) = minute.viewers
            && entries >= ENTRIES_WITHOUT_REACTION
            && [minute.messages, minute.likes, minute.gifts] == [Some(0); 3]
        {
            facts.push(GoingOn::NoReaction { entries });
        }
        if let Some(coins) = minute.coins
            && coins >= COINS_OF_ONE
            && minute.gifters == Some(0)
        {
            let mut known: Vec<i64> = spark.iter().flatten().copied().collect();
            known.sort_unstable();
            let median = known.get(known.len() / 2).copied().unwrap_or(0);
            if coins >= 5 * median {
                facts.push(GoingOn::OneGifter { coins });
            }
        }
        if let Some(at) = self.fell {
            facts.push(GoingOn::Fell { at });
        }
        facts
    }
}
