//! How many calls a second may be made: one [`Budget`] per app and command.
//!
//! Must not: know what is called. The promise: any window of one second, counted at the upstream, stays within share ×
//! limit, whatever the network does. A rate limiter alone cannot promise that, since the network may hold calls back and
//! deliver them together. So there are two gates:
//!
//! - *pace*: a governor with period 1 / (share × limit) and a burst of 3;
//! - *guard*: ⌊share × limit⌋ slots. A call holds one from before it is sent until one second after its answer or
//!   time-out. Whenever it was counted, it still holds its slot a second later, so no window can hold more calls than
//!   there are slots. After a start the first call waits a second, for the calls of the process before.
//!
//! [`SlowDown`] stretches the pace while Tencent says "too many", and for two seconds after an outage: calls that ran into
//! their time-out may still lie in the buffers of the network, and be delivered when it works again. Callers wait in one queue; up to two of each second's
//! calls go to people first, whenever one waits.
//!
//! The governor has a clock of its own, which is why it is nowhere but here, and why [`Guard`] and [`SlowDown`] are
//! plain values that get the time as an argument.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// The window that the upstream counts in.
const WINDOW: Duration = Duration::from_secs(1);

/// Calls a second kept for people.
const MAX_USER_CALLS_PER_SECOND: usize = 2;

/// Slots, each held until a second after the call was over.
#[derive(Debug)]
pub struct SlidingWindow {
    slots: usize,
    in_flight: usize,
    /// When the slots of calls that are over come free.
    cooling: BinaryHeap<Reverse<Instant>>,
}

/// When a slot can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    Now,
    /// Not before this.
    At(Instant),
    /// When one of the calls in flight is over.
    AfterRelease,
}

impl SlidingWindow {
    /// At least one slot.
    pub fn new(slots: usize) -> Self {
        Self { slots: slots.max(1), in_flight: 0, cooling: BinaryHeap::new() }
    }

    pub fn availability(&mut self, now: Instant) -> Availability {
        while self.cooling.peek().is_some_and(|Reverse(until)| *until <= now) {
            self.cooling.pop();
        }
        match self.cooling.peek() {
            _ if self.in_flight + self.cooling.len() < self.slots => Availability::Now,
            Some(Reverse(until)) => Availability::At(*until),
            None => Availability::AfterRelease,
        }
    }

    /// Takes a slot; only after [`Free::Now`].
    pub fn acquire(&mut self) {
        self.in_flight += 1;
    }

    /// The call was not made after all.
    pub fn cancel(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// The call was over at `over`: its slot comes free a second later.
    pub fn release(&mut self, over: Instant) {
        self.cancel();
        self.cooling.push(Reverse(over + WINDOW));
    }
}

/// The answer to "too many": the pace halves at most once a second, to no less than 1/16, and gains 1/16 per second
/// without another.
#[derive(Debug)]
pub struct SlowDown {
    /// Sixteenths of the pace at that time.
    sixteenths: u32,
    /// When Tencent last said so.
    last_too_many: Option<Instant>,
    halved_at: Option<Instant>,
    /// Until when the pace is halved because an outage has ended.
    after_outage: Option<Instant>,
}

/// How long the pace is halved after an outage.
const OUTAGE_RECOVERY: Duration = Duration::from_secs(2);

impl SlowDown {
    /// The full rate, in sixteenths.
    pub const FULL: u32 = 16;

    pub fn new() -> Self {
        Self { sixteenths: Self::FULL, last_too_many: None, halved_at: None, after_outage: None }
    }

    /// Sixteenths of the pace in force, 1 to 16.
    pub fn sixteenths(&self, now: Instant) -> u32 {
        let quiet =
            self.last_too_many.map_or(u64::MAX, |refused_at| now.saturating_duration_since(refused_at).as_secs());
        let gained = u32::try_from(quiet).unwrap_or(Self::FULL).min(Self::FULL);
        (self.sixteenths + gained).min(Self::FULL)
    }

    /// An outage has ended.
    pub fn outage_ended(&mut self, now: Instant) {
        self.after_outage = Some(now + OUTAGE_RECOVERY);
    }

    /// Sixteenths of the pace between two calls: those Tencent asked for, and half of it after an outage.
    fn spacing_sixteenths(&self, now: Instant) -> u32 {
        match self.after_outage.is_some_and(|until| now < until) {
            true => self.sixteenths(now).min(Self::FULL / 2),
            false => self.sixteenths(now),
        }
    }

    /// Tencent said "too many".
    pub fn too_many(&mut self, now: Instant) {
        self.sixteenths = self.sixteenths(now);
        self.last_too_many = Some(now);
        if self.halved_at.is_none_or(|halved| now.saturating_duration_since(halved) >= WINDOW) {
            self.sixteenths = (self.sixteenths / 2).max(1);
            self.halved_at = Some(now);
        }
    }
}

impl Default for SlowDown {
    fn default() -> Self {
        Self::new()
    }
}

/// The budget of one command of one app. Cheap to clone.
#[derive(Clone)]
pub struct CallLimiter(Arc<LimiterInner>);

struct LimiterInner {
    per_second: f64,
    slots: usize,
    /// A call that is cancelled may still arrive: its slot is held as if it had run into this.
    timeout: Duration,
    pacer: DefaultDirectRateLimiter,
    state: Mutex<LimiterState>,
    /// Something changed that the line may be waiting for.
    changed: Notify,
}

struct LimiterState {
    window: SlidingWindow,
    slow_down: SlowDown,
    queue: VecDeque<Waiter>,
    /// Whether a task serves the line.
    serving: bool,
    /// No call before this: the start, or the stretched pace.
    not_before: Instant,
    /// When people's calls of the last second went out.
    user_calls: VecDeque<Instant>,
    /// When the calls of the last second went out.
    sent: VecDeque<Instant>,
}

struct Waiter {
    urgent: Arc<AtomicBool>,
    grant: oneshot::Sender<Permit>,
}

/// What a budget has done lately.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimitUsage {
    /// Calls a second at full pace: share × limit.
    pub per_second: f64,
    /// Of that, what is in force: sixteenths.
    pub sixteenths: u32,
    /// Calls sent in the last second.
    pub last_second: usize,
    /// Callers in line.
    pub waiting: usize,
}

impl CallLimiter {
    /// A budget of `share` × `limit` calls a second, whose first call waits `start`. Calls end within `timeout`.
    pub fn new(limit: u32, share: f64, start: Duration, timeout: Duration) -> Self {
        let per_second = f64::from(limit) * share;
        let quota = Quota::with_period(Duration::from_secs_f64(1.0 / per_second))
            .expect("a share of at least 0.01 makes a period above 0")
            .allow_burst(NonZeroU32::new(3).expect("3 is not 0"));
        // A hair above, since 0.29 × 100 is 28.999…
        let slots = (per_second + 1e-9).floor().max(1.0) as usize;
        Self(Arc::new(LimiterInner {
            per_second,
            slots,
            timeout,
            pacer: RateLimiter::direct(quota),
            state: Mutex::new(LimiterState {
                window: SlidingWindow::new(slots),
                slow_down: SlowDown::new(),
                queue: VecDeque::new(),
                serving: false,
                not_before: Instant::now() + start,
                user_calls: VecDeque::new(),
                sent: VecDeque::new(),
            }),
            changed: Notify::new(),
        }))
    }

    /// Waits for a permit to make one call. `urgent` says that a person waits; it may be set while waiting. Must run
    /// inside a tokio runtime. Leaving the line is dropping the future.
    pub async fn acquire(&self, urgent: Arc<AtomicBool>) -> Permit {
        let receiver = {
            let mut state = self.0.lock();
            let (grant, receiver) = oneshot::channel();
            state.queue.push_back(Waiter { urgent, grant });
            if !state.serving {
                state.serving = true;
                tokio::spawn(Arc::clone(&self.0).serve());
            }
            receiver
        };
        receiver.await.expect("the line is served until it is empty")
    }

    /// Tencent said "too many".
    pub fn too_many(&self) {
        self.0.lock().slow_down.too_many(Instant::now());
    }

    /// An outage has ended: what was sent before it may arrive together with what is sent now.
    pub fn outage_ended(&self) {
        self.0.lock().slow_down.outage_ended(Instant::now());
    }

    /// Calls a second that can never be exceeded.
    pub fn slots(&self) -> usize {
        self.0.slots
    }

    /// Calls that have a permit and are not over.
    pub fn in_flight(&self) -> usize {
        self.0.lock().window.in_flight
    }

    pub fn usage(&self) -> RateLimitUsage {
        let now = Instant::now();
        let mut state = self.0.lock();
        drop_expired(&mut state.sent, now);
        RateLimitUsage {
            per_second: self.0.per_second,
            sixteenths: state.slow_down.sixteenths(now),
            last_second: state.sent.len(),
            waiting: state.queue.len(),
        }
    }
}

/// What the line waits for before its next call.
enum Wait {
    Nothing,
    Until(Instant),
    Change,
}

impl LimiterInner {
    fn lock(&self) -> MutexGuard<'_, LimiterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves the line until it is empty. One at a time, started by the first call of an empty line.
    async fn serve(self: Arc<Self>) {
        loop {
            let wait = {
                let mut state = self.lock();
                state.queue.retain(|waiter| !waiter.grant.is_closed());
                if state.queue.is_empty() {
                    state.serving = false;
                    return;
                }
                let now = Instant::now();
                match state.window.availability(now) {
                    _ if state.not_before > now => Wait::Until(state.not_before),
                    Availability::Now => Wait::Nothing,
                    Availability::At(until) => Wait::Until(until),
                    Availability::AfterRelease => Wait::Change,
                }
            };
            match wait {
                Wait::Nothing => {}
                Wait::Until(until) => {
                    // Also woken by a change: a call that is over may free a slot earlier.
                    let _ = tokio::time::timeout_at(until.into(), self.changed.notified()).await;
                    continue;
                }
                Wait::Change => {
                    self.changed.notified().await;
                    continue;
                }
            }
            self.pacer.until_ready().await;
            self.grant_next();
        }
    }

    /// Gives a slot to the next call. Nobody but the server of the line takes slots, so the one it saw is still free.
    fn grant_next(self: &Arc<Self>) {
        let now = Instant::now();
        let (waiter, urgent) = {
            let mut state = self.lock();
            state.queue.retain(|waiter| !waiter.grant.is_closed());
            drop_expired(&mut state.user_calls, now);
            let first_person = match state.user_calls.len() < MAX_USER_CALLS_PER_SECOND {
                true => state.queue.iter().position(|waiter| waiter.urgent.load(Ordering::Relaxed)),
                false => None,
            };
            let Some(waiter) = state.queue.remove(first_person.unwrap_or(0)) else { return };
            let urgent = waiter.urgent.load(Ordering::Relaxed);
            state.window.acquire();
            (waiter, urgent)
        };
        let permit = Permit { limiter: Arc::clone(self), slot: SlotState::Unused };
        // Refused when the caller left in between: the permit comes back and frees its slot unused. Outside the lock,
        // since freeing takes it.
        if waiter.grant.send(permit).is_ok() {
            let mut state = self.lock();
            if urgent {
                state.user_calls.push_back(now);
            }
            let sixteenths = state.slow_down.spacing_sixteenths(now);
            if sixteenths < SlowDown::FULL {
                let spacing = f64::from(SlowDown::FULL) / f64::from(sixteenths) / self.per_second;
                state.not_before = state.not_before.max(now + Duration::from_secs_f64(spacing));
            }
        }
    }
}

fn drop_expired(times: &mut VecDeque<Instant>, now: Instant) {
    while times.front().is_some_and(|time| now.saturating_duration_since(*time) >= WINDOW) {
        times.pop_front();
    }
}

/// Leave to make one call. Holds a slot; dropping it unused gives the slot back at once.
pub struct Permit {
    limiter: Arc<LimiterInner>,
    slot: SlotState,
}

enum SlotState {
    Unused,
    /// Sent then, and not over.
    Sent(Instant),
    Over,
}

impl Permit {
    /// The call goes out now. From here on the slot is held.
    pub fn send(&mut self) {
        let now = Instant::now();
        self.slot = SlotState::Sent(now);
        let mut state = self.limiter.lock();
        drop_expired(&mut state.sent, now);
        state.sent.push_back(now);
    }

    /// The call is over: answered, or given up after the time-out.
    pub fn complete(mut self) {
        self.slot = SlotState::Over;
        self.limiter.lock().window.release(Instant::now());
        self.limiter.changed.notify_one();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        match self.slot {
            SlotState::Over => return,
            SlotState::Unused => self.limiter.lock().window.cancel(),
            // Cancelled on its way: it may yet arrive.
            SlotState::Sent(at) => self.limiter.lock().window.release(at + self.limiter.timeout),
        }
        self.limiter.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures::FutureExt;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_slot_is_held_until_a_second_after_the_answer() {
        let start = Instant::now();
        let mut guard = SlidingWindow::new(2);
        guard.acquire();
        assert_eq!(guard.availability(start), Availability::Now);
        guard.acquire();
        assert_eq!(guard.availability(start), Availability::AfterRelease);
        guard.release(start + SECOND * 2);
        assert_eq!(guard.availability(start + SECOND * 2), Availability::At(start + SECOND * 3));
        assert_eq!(guard.availability(start + SECOND * 3), Availability::Now);
        guard.acquire();
        guard.cancel();
        assert_eq!(guard.availability(start + SECOND * 3), Availability::Now);
    }

    /// Whatever the latencies, and wherever between sending and answer the upstream counts a call: no window of a second
    /// holds more calls than there are slots.
    #[test]
    fn no_window_holds_more_calls_than_slots() {
        let start = Instant::now();
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let slots = 20;
        let mut guard = SlidingWindow::new(slots);
        let mut in_flight: Vec<(u64, u64)> = Vec::new();
        let mut counted: Vec<u64> = Vec::new();
        for now in 0..30_000_u64 {
            in_flight.retain(|(_, answered)| {
                let over = *answered <= now;
                if over {
                    guard.release(start + Duration::from_millis(now));
                }
                !over
            });
            if guard.availability(start + Duration::from_millis(now)) == Availability::Now {
                guard.acquire();
                let latency = if random(20) == 0 { 900 } else { 1 + random(30) };
                counted.push(now + random(latency + 1));
                in_flight.push((now, now + latency));
            }
        }
        counted.sort_unstable();
        let most = counted
            .iter()
            .enumerate()
            .map(|(first, from)| counted[first..].iter().take_while(|at| **at < from + 1000).count())
            .max();
        assert!(most.unwrap() <= slots, "{most:?}");
        assert!(counted.len() > 30 * slots * 8 / 10, "{}", counted.len());
    }

    #[test]
    fn the_pace_halves_at_most_once_a_second_and_comes_back_by_sixteenths() {
        let start = Instant::now();
        let mut slow = SlowDown::new();
        assert_eq!(slow.sixteenths(start), 16);
        for _ in 0..50 {
            slow.too_many(start);
        }
        assert_eq!(slow.sixteenths(start), 8);
        for second in 1..10 {
            slow.too_many(start + SECOND * second);
        }
        // 8 → 9/2 → 5/2 → 3/2 → 2/2 …: it gains one in each second, and has a floor.
        assert_eq!(slow.sixteenths(start + SECOND * 9), 1);
        assert_eq!(slow.sixteenths(start + SECOND * 10), 2);
        assert_eq!(slow.sixteenths(start + SECOND * 23), 15);
        assert_eq!(slow.sixteenths(start + SECOND * 60), 16);
    }

    #[test]
    fn after_an_outage_the_pace_is_half_for_two_seconds() {
        let start = Instant::now();
        let mut slow = SlowDown::new();
        assert_eq!(slow.spacing_sixteenths(start), 16);
        slow.outage_ended(start);
        assert_eq!(slow.spacing_sixteenths(start), 8);
        assert_eq!(slow.spacing_sixteenths(start + SECOND * 2 - Duration::from_millis(1)), 8);
        assert_eq!(slow.spacing_sixteenths(start + SECOND * 2), 16);
        // It is not Tencent who asked for it.
        assert_eq!(slow.sixteenths(start), 16);
        slow.too_many(start);
        slow.too_many(start + SECOND);
        slow.outage_ended(start + SECOND);
        assert_eq!(slow.spacing_sixteenths(start + SECOND), 4);
    }

    fn flag(urgent: bool) -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(urgent))
    }

    #[tokio::test]
    async fn a_person_goes_first_and_leaving_the_line_costs_nothing() {
        let budget = CallLimiter::new(10, 0.1, Duration::ZERO, SECOND);
        assert_eq!(budget.slots(), 1);
        let first = budget.acquire(flag(false)).await;
        let promoted = flag(false);
        let mut collector = Box::pin(budget.acquire(flag(false)));
        let mut gone = Box::pin(budget.acquire(flag(true)));
        let mut person = Box::pin(budget.acquire(Arc::clone(&promoted)));
        for waiting in [&mut collector, &mut gone, &mut person] {
            assert!(waiting.now_or_never().is_none());
        }
        assert_eq!(budget.usage().waiting, 3);
        drop(gone);
        promoted.store(true, Ordering::Relaxed);
        // Unused: its slot is free at once.
        drop(first);
        let permit = person.await;
        assert!(collector.as_mut().now_or_never().is_none());
        drop(permit);
        collector.await;
        assert_eq!(budget.usage().last_second, 0);
    }

    #[tokio::test]
    async fn a_cancelled_call_keeps_its_slot() {
        let budget = CallLimiter::new(10, 0.1, Duration::ZERO, SECOND * 3600);
        let mut permit = budget.acquire(flag(false)).await;
        permit.send();
        assert_eq!(budget.usage().last_second, 1);
        drop(permit);
        let now = Instant::now();
        assert!(
            matches!(budget.0.lock().window.availability(now), Availability::At(until) if until > now + SECOND * 3000)
        );
    }
}
