//! A room of the simulator: what it is set to, its sessions, and what every counter was at every moment of one.
//!
//! Must not: read a clock, or change because of another room.

use super::counter_curve::CounterCurve;
use crate::domain::Counters;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An account as Tencent returns it: mostly text, in older rooms an integer beyond 2^53.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Account {
    Text(String),
    Number(u64),
}

impl From<&str> for Account {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What a room is called and how it is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub name: String,
    pub owner: Account,
    /// In the room list only.
    pub owner_name: String,
    pub public: bool,
    pub seat_template: String,
    pub take_seat_mode: String,
    pub max_seat_count: i64,
    pub max_member_count: i64,
    pub message_disabled: bool,
    pub cover_url: String,
    pub category: Vec<i64>,
    pub activity_status: i64,
    pub notice: String,
    pub background_url: String,
    pub unlimited: bool,
    pub keep_owner_on_seat: bool,
}

impl Meta {
    /// Tencent's defaults for a room of that name and owner.
    pub fn new(name: &str, owner: Account) -> Self {
        Self {
            name: name.to_owned(),
            owner,
            owner_name: String::new(),
            public: true,
            seat_template: "VideoDynamicGrid9Seats".to_owned(),
            take_seat_mode: "FreeToTake".to_owned(),
            max_seat_count: 9,
            max_member_count: 0,
            message_disabled: false,
            cover_url: String::new(),
            category: Vec::new(),
            activity_status: 0,
            notice: String::new(),
            background_url: String::new(),
            unlimited: true,
            keep_owner_on_seat: false,
        }
    }
}

/// Changes to a [`Meta`]; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct MetaPatch {
    pub name: Option<String>,
    pub owner: Option<Account>,
    pub owner_name: Option<String>,
    pub public: Option<bool>,
    pub take_seat_mode: Option<String>,
    pub max_member_count: Option<i64>,
    pub message_disabled: Option<bool>,
    pub cover_url: Option<String>,
    pub category: Option<Vec<i64>>,
    pub activity_status: Option<i64>,
    pub notice: Option<String>,
    pub background_url: Option<String>,
    pub unlimited: Option<bool>,
    pub max_seat_count: Option<i64>,
    pub keep_owner_on_seat: Option<bool>,
}

impl MetaPatch {
    pub fn apply(self, meta: &mut Meta) {
        fn put<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        put(&mut meta.name, self.name);
        put(&mut meta.owner, self.owner);
        put(&mut meta.owner_name, self.owner_name);
        put(&mut meta.public, self.public);
        put(&mut meta.take_seat_mode, self.take_seat_mode);
        put(&mut meta.max_member_count, self.max_member_count);
        put(&mut meta.message_disabled, self.message_disabled);
        put(&mut meta.cover_url, self.cover_url);
        put(&mut meta.category, self.category);
        put(&mut meta.activity_status, self.activity_status);
        put(&mut meta.notice, self.notice);
        put(&mut meta.background_url, self.background_url);
        put(&mut meta.unlimited, self.unlimited);
        put(&mut meta.max_seat_count, self.max_seat_count);
        put(&mut meta.keep_owner_on_seat, self.keep_owner_on_seat);
    }
}

/// Where a session's counters come from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// They stay where they are put.
    Still,
    /// A random session of this seed, which ends.
    Seeded(u64),
    /// This curve; at its end the room stays open.
    Given(Arc<CounterCurve>),
}

/// A room to be created.
#[derive(Clone, Debug)]
pub struct NewRoom {
    pub id: String,
    pub meta: Meta,
    pub origin: Origin,
    /// How far into its session it already is, in milliseconds of that session.
    pub elapsed_ms: i64,
    /// The counters of the first moment, on top of the curve.
    pub counters: Counters,
}

/// Who ended a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// An account, or the app's administrator.
    Account(Account),
    /// Tencent itself; such a message carries no Statistic.
    System,
}

/// What happened to the presence of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberCause {
    Enter,
    Leave,
    HeartbeatInterrupt,
    HeartbeatRecover,
}

/// Why a change was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    #[error("the room does not exist")]
    Absent,
    #[error("a room of that id is live")]
    Exists,
    #[error("the room is in no battle")]
    NoBattle,
    #[error("the room is in a battle already")]
    InBattle,
}

/// A PK battle between two rooms.
#[derive(Clone, Debug)]
pub struct SimBattle {
    pub id: String,
    pub with: String,
    pub with_owner: Account,
    pub seconds: u32,
    pub started_at: i64,
    /// Coins of both when it began; the score is what came since.
    pub(super) own_before: i64,
    pub(super) their_before: i64,
}

/// Offsets to the curve from some moment on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset {
    pub(super) at: i64,
    pub(super) offsets: [i64; 6],
}

/// One session of a room.
#[derive(Clone, Debug)]
pub struct SimSession {
    /// Unix seconds; never twice for one RoomId.
    pub create_time: i64,
    pub destroyed_at: Option<i64>,
    pub(super) started_at: i64,
    pub(super) speed: i64,
    pub(super) origin: Origin,
    /// Let go when a seeded session ends; the seed brings it back.
    pub(super) curve: Option<Arc<CounterCurve>>,
    pub(super) overrides: Vec<Offset>,
    pub(super) next_event: usize,
    /// From then on the curve is constant, and only what is put moves the counters.
    pub(super) frozen_at: Option<i64>,
}

impl SimSession {
    /// Steps of a scripted session on the wall clock: a second, shorter when it runs faster.
    pub(super) fn tick_ms(&self) -> i64 {
        (1000 / self.speed).max(100)
    }

    /// How many seconds of its session have passed; changes only at full steps.
    pub(super) fn second(&self, at: i64) -> u32 {
        let at = self.frozen_at.map_or(at, |frozen| at.min(frozen));
        let passed = (at - self.started_at).max(0);
        u32::try_from((passed - passed % self.tick_ms()) * self.speed / 1000).unwrap_or(u32::MAX)
    }

    pub(super) fn base(&self, at: i64) -> Counters {
        self.curve.as_ref().map(|curve| curve.at(self.second(at))).unwrap_or_default()
    }

    pub(super) fn offsets(&self, at: i64) -> [i64; 6] {
        self.overrides.iter().rev().find(|put| put.at <= at).map(|put| put.offsets).unwrap_or_default()
    }

    /// The counters at `at`; after the end they stay.
    pub fn counters(&self, at: i64) -> Counters {
        let at = self.destroyed_at.map_or(at, |end| at.min(end));
        shifted(self.base(at), self.offsets(at))
    }

    pub fn is_live(&self, at: i64) -> bool {
        self.destroyed_at.is_none_or(|end| at < end)
    }

    /// Takes effect one millisecond later, so that no reading of this millisecond contradicts it. Returns when.
    pub(super) fn put(&mut self, now: i64, change: impl FnOnce(Counters, [i64; 6]) -> [i64; 6]) -> i64 {
        let last = self.overrides.last().map_or(i64::MIN, |put| put.at);
        let at = last.max(now + 1);
        let offsets = change(self.base(at), self.offsets(at));
        if last == at {
            self.overrides.pop();
        }
        self.overrides.push(Offset { at, offsets });
        at
    }

    /// Every change until `now`: when, and all six counters from then on. The first is the beginning.
    pub fn changes(&self, now: i64) -> Vec<(i64, Counters)> {
        let mut session = self.clone();
        if let Origin::Seeded(seed) = self.origin {
            session.curve.get_or_insert_with(|| Arc::new(CounterCurve::seeded(seed)));
        }
        let until = session.destroyed_at.map_or(now, |end| end.min(now));
        let mut times: Vec<i64> = session.overrides.iter().map(|put| put.at).filter(|&at| at <= until).collect();
        if let Some(curve) = &session.curve {
            let last = until
                .min(session.started_at + i64::from(curve.seconds() + 1) * 1000 / session.speed + session.tick_ms());
            times.extend((session.started_at..=last).step_by(session.tick_ms().unsigned_abs() as usize));
        }
        times.push(session.started_at);
        times.sort_unstable();
        times.dedup();
        let mut puts = session.overrides.iter().copied().peekable();
        let mut offsets = [0; 6];
        let mut changes: Vec<(i64, Counters)> = Vec::new();
        for at in times {
            while let Some(put) = puts.next_if(|put| put.at <= at) {
                offsets = put.offsets;
            }
            let counters = shifted(session.base(at), offsets);
            if changes.last().is_none_or(|&(_, last)| last != counters) {
                changes.push((at, counters));
            }
        }
        changes
    }
}

fn shifted(base: Counters, offsets: [i64; 6]) -> Counters {
    let mut values = base.to_array();
    for (value, offset) in values.iter_mut().zip(offsets) {
        *value += offset;
    }
    Counters::from_array(values)
}

/// One RoomId: its present or last setting and all its sessions, oldest first.
#[derive(Clone, Debug)]
pub struct SimRoom {
    pub id: String,
    pub meta: Meta,
    pub sessions: Vec<SimSession>,
    pub battle: Option<SimBattle>,
    /// Whether the present session is one of those kept up by `--rooms`, and replaced when it ends.
    pub(super) staged: bool,
}

impl SimRoom {
    /// The session that runs at `at`.
    pub fn live(&self, at: i64) -> Option<&SimSession> {
        self.sessions.last().filter(|session| session.is_live(at))
    }
}
