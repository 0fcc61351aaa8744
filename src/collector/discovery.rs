//! Which rooms are found and monitored: the app's rule, what users excluded, and the sweeps of the room list.
//!
//! Must not: know what becomes of a room.

use super::ListFailure;
use super::app::{AppEvent, Report};
use super::sweep::{Sweep, SweepEnd, sweep};
use crate::config::MonitoredRooms;
use crate::domain::{AppId, Millis, RoomId};
use crate::tencent::Client;
use std::collections::BTreeSet;
use tokio::sync::mpsc;

/// Minimum time between the starts of two sweeps, in milliseconds.
const MIN_SWEEP_MS: i64 = 1_000;

pub(super) struct Discovery {
    pub(super) rule: MonitoredRooms,
    /// Rooms that a user excluded: lists and messages do not bring them back.
    excluded: BTreeSet<RoomId>,
    sweeping: bool,
    /// When the next sweep is due, and when the last began, on the steady clock.
    pub(super) next_sweep: i64,
    pub(super) swept_at: i64,
    /// When the last sweep reached the end of the list.
    pub(super) last_sweep: Option<Millis>,
    pub(super) failure: Option<ListFailure>,
}

impl Discovery {
    pub const fn new(rule: MonitoredRooms) -> Self {
        Self {
            rule,
            excluded: BTreeSet::new(),
            sweeping: false,
            next_sweep: 0,
            swept_at: 0,
            last_sweep: None,
            failure: None,
        }
    }

    /// Replaces the rooms that users excluded.
    pub fn set_excluded(&mut self, rooms: BTreeSet<RoomId>) {
        self.excluded = rooms;
    }

    pub fn exclude(&mut self, room: RoomId) {
        self.excluded.insert(room);
    }

    pub fn include_again(&mut self, room: &RoomId) {
        self.excluded.remove(room);
    }

    /// Whether the rule as it is now includes the room; `public` where its visibility is known.
    pub fn includes(&self, room: &RoomId, public: Option<bool>) -> bool {
        !self.excluded.contains(room)
            && self.rule.includes(room.as_str())
            && (public != Some(false) || !matches!(self.rule, MonitoredRooms::Public))
    }

    /// Starts a sweep of the list when it is time.
    pub fn sweep_if_due(
        &mut self,
        now: i64,
        interval_ms: i64,
        client: &Client,
        sender: &mpsc::UnboundedSender<AppEvent>,
    ) {
        if self.sweeping || now < self.next_sweep || matches!(self.rule, MonitoredRooms::None) {
            return;
        }
        self.sweeping = true;
        self.swept_at = now;
        self.next_sweep = now + interval_ms.max(MIN_SWEEP_MS);
        let report = Report::new(sender.clone(), AppEvent::Swept { listed: None });
        tokio::spawn(sweep_list(client.clone(), sender.clone(), report));
    }

    /// Sweeps earlier, but not sooner than a second after the last sweep began.
    pub fn sweep_by(&mut self, soon: i64) {
        self.next_sweep = self.next_sweep.min(soon.max(self.swept_at + MIN_SWEEP_MS));
    }

    /// A sweep is over; `complete` where it reached the end of the list.
    pub const fn swept(&mut self, complete: bool, now: Millis) {
        self.sweeping = false;
        if complete {
            self.last_sweep = Some(now);
        }
    }

    /// Notes whether the list of the last sweep had an end.
    pub fn set_failure(&mut self, app: AppId, failure: Option<ListFailure>) {
        let before = std::mem::replace(&mut self.failure, failure);
        match failure {
            Some(failure) if before != Some(failure) => {
                tracing::warn!(%app, "{failure}; the sweep stopped there");
            }
            None if before.is_some() => tracing::info!(%app, "the room list has an end again"),
            _ => {}
        }
    }
}

async fn sweep_list(client: Client, sender: mpsc::UnboundedSender<AppEvent>, report: Report) {
    let swept = sweep(&client, |page| sender.send(AppEvent::Listed { page }).is_ok()).await;
    let Some(Sweep { rooms, end }) = swept else { return };
    let failure = match end {
        SweepEnd::Complete | SweepEnd::Failed => None,
        SweepEnd::CursorRepeats => Some(ListFailure::CursorRepeats),
        SweepEnd::Endless => Some(ListFailure::Endless),
    };
    if end != SweepEnd::Failed {
        let _ = sender.send(AppEvent::ListFailure(failure));
    }
    let listed = matches!(end, SweepEnd::Complete | SweepEnd::CursorRepeats).then_some(rooms);
    report.send(AppEvent::Swept { listed });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn room(id: &str) -> RoomId {
        RoomId::parse(id).unwrap()
    }

    #[test]
    fn the_rule_decides_but_for_what_users_excluded() {
        let mut discovery = Discovery::new(MonitoredRooms::Match(wildmatch::WildMatch::new("vip_*")));
        assert!(discovery.includes(&room("vip_1"), Some(false)), "only the rule for public rooms looks at visibility");
        assert!(!discovery.includes(&room("other"), None));
        discovery.exclude(room("vip_1"));
        assert!(!discovery.includes(&room("vip_1"), None));
        discovery.include_again(&room("vip_1"));
        assert!(discovery.includes(&room("vip_1"), None));
        let public = Discovery::new(MonitoredRooms::Public);
        assert!(public.includes(&room("any"), None) && !public.includes(&room("any"), Some(false)));
    }

    #[test]
    fn hints_bring_a_sweep_forward_to_a_second_after_the_last_at_most() {
        let mut discovery = Discovery::new(MonitoredRooms::Public);
        (discovery.swept_at, discovery.next_sweep) = (10_000, 20_000);
        discovery.sweep_by(15_000);
        assert_eq!(discovery.next_sweep, 15_000);
        discovery.sweep_by(10_100);
        assert_eq!(discovery.next_sweep, 11_000);
        discovery.sweep_by(30_000);
        assert_eq!(discovery.next_sweep, 11_000, "never later");
    }
}
