//! The look at clocks and health each second, and what the status page and the board learn of it.

use super::CollectorTask;
use crate::domain::PerLanguage;
use crate::domain::live::AppAlert;
use crate::live::BoardEvent;
use crate::tencent::ClientHealth;
use tokio::time::Instant;

impl CollectorTask {
    pub(super) fn every_second(&mut self) {
        self.take_hints();
        if let Some(ahead_ms) = self.clock.check(self.deps.clock.now()) {
            tracing::warn!("the machine's clock was set; the time across it is a gap");
            for room in self.rooms.values_mut() {
                room.clock_was_set(ahead_ms);
            }
        }
        self.clock.note_offset(self.deps.client.clock_offset_ms());
        self.schedule.set_calls_per_second(self.deps.client.stats_allowed());
        self.report_status();
    }

    fn report_status(&mut self) {
        let health = self.deps.client.health();
        let calls = self.deps.client.stats_allowed();
        let interval_now_ms = self.schedule.mean_interval_ms();
        let alert = self.alert(&health, interval_now_ms);
        let live = self.rooms.values().filter(|room| room.tracker().is_some()).count() as i64;
        // While Tencent asks for less, that is why, and a larger share would not help.
        let stretched = (self.schedule.is_stretched() && !health.reads_slower()).then_some((
            interval_now_ms,
            self.deps.interval_ms,
            calls.round() as i64,
        ));
        self.deps.board.signal(BoardEvent::App { app: self.deps.app.id, stretched, alert: alert.clone() });
        if let Ok(mut status) = self.deps.status.lock() {
            status.live = live;
            status.followed = self.rooms.len() as i64;
            status.interval_now_ms = interval_now_ms;
            status.lag_p99_percent = self.polling.lag_p99();
            status.last_sweep = self.discovery.last_sweep;
            status.list_failure = self.discovery.failure;
            let webhooks = self.deps.inbox.counts();
            status.webhooks_accepted = webhooks.accepted;
            status.webhooks_hints = webhooks.hints;
            status.webhooks_dropped = webhooks.dropped;
            status.webhooks_overflowed = webhooks.overflowed;
            status.webhook_last = webhooks.last;
            status.client = health;
            status.alert = alert;
            status.last_turn = Instant::now();
        }
    }

    /// What is wrong with the app's calls, if anything is, and since when.
    fn alert(&mut self, health: &ClientHealth, interval_now_ms: i64) -> Option<AppAlert> {
        let Some((code, mut explanation, request_id)) = health.alert() else {
            self.alert_since = None;
            return None;
        };
        if health.reads_slower() && self.schedule.is_stretched() {
            let seconds = (interval_now_ms + 500) / 1000;
            explanation = PerLanguage::new(|lang| lang.tencent_slowed_rooms(seconds));
        }
        let since = *self.alert_since.get_or_insert_with(|| self.deps.clock.now());
        Some(AppAlert {
            app: self.deps.app.id,
            since,
            code,
            explanation,
            reads_nothing: health.reads_nothing(),
            name: self.deps.app.name(),
            address: self.deps.app.endpoint.address(),
            // The board knows.
            rooms: 0,
            request_id,
        })
    }
}
