//! The demo's story: three minutes on the wall clock from the first sign-in, played again after ten.
//!
//! Cue by cue: `story.rs`. At 0:50 Mira passes its best and one large gift comes at ฟ้าใส; at 1:00 ケント is cut off for
//! 25 s and everyone is refused for 3 s; at 1:12 あおい answers 100004 once to each of get_room_stats and get_room_info.
//!
//! Must not: anything but through the simulator's handle; the console learns of it by readings and webhooks.

use super::fixtures::{self, AOI, AYU, FASAI, KENTO, MIRA, NANA, XL};
use super::story::{REPEAT_MS, STORY, Step};
use crate::domain::{Counter, Counters, Millis};
use crate::simulator::{Account, EndedBy, FaultSpec, MemberCause, SimulatorHandle};
use std::future::Future;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// 小鹿's totals at the end of the first run; the last reading lacks the last hundred coins.
pub const XL_TOTALS: Counters =
    Counters { viewers: 12_480, gifts: 1934, coins: 246_810, gifters: 213, likes: 88_412, messages: 9317 };
/// What the room-closed webhook has above the last reading.
const LAST_COINS: i64 = 100;

/// Where the story is. What comes next follows from that ([`super::story`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// When the present run began; `None` before the first sign-in.
    pub began: Option<Millis>,
    /// From 1.
    pub run: u64,
}

/// For those who watch the story, and may ask for it again.
#[derive(Clone, Debug)]
pub struct Script {
    pub status: watch::Receiver<Status>,
    replay: mpsc::Sender<()>,
}

impl Script {
    /// Starts the story again, at once.
    pub fn replay(&self) {
        // A full channel means that it is asked for already.
        let _ = self.replay.try_send(());
    }
}

/// Plays the story; made together with its [`Script`].
#[derive(Debug)]
pub struct Player {
    handle: SimulatorHandle,
    status: watch::Sender<Status>,
    replay: mpsc::Receiver<()>,
}

/// A story for the staged rooms of this simulator.
pub fn prepare(handle: SimulatorHandle) -> (Script, Player) {
    let (status, watched) = watch::channel(Status::default());
    let (replay, asked) = mpsc::channel(1);
    (Script { status: watched, replay }, Player { handle, status, replay: asked })
}

impl Player {
    /// Waits for the first sign-in and plays, again and again, until dropped.
    pub async fn run(mut self, started: impl Future<Output = ()>) {
        send_host_left(&self.handle);
        tokio::select! {
            () = started => {}
            Some(()) = self.replay.recv() => {}
        }
        for run in 1.. {
            let began = self.handle.now();
            let mut play = Play::begin(self.handle.clone(), run);
            self.status.send_replace(Status { began: Some(began), run });
            loop {
                let elapsed = self.handle.now() - began;
                if elapsed >= REPEAT_MS {
                    break;
                }
                play.step(elapsed);
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(250)) => {}
                    Some(()) = self.replay.recv() => break,
                }
            }
        }
    }
}

/// The member webhook of hosts who left before the demo began.
fn send_host_left(handle: &SimulatorHandle) {
    for (role, session) in fixtures::live(handle) {
        if let Some(at) = fixtures::host_left_at(&role, &session) {
            let _ = handle.member(role.room, &Account::from(role.host), MemberCause::Leave, Some(at));
        }
    }
}

/// Counters on their way from one value to another.
#[derive(Debug)]
struct Ramp {
    room: &'static str,
    from: i64,
    until: i64,
    start: Counters,
    goal: Counters,
}

/// One run of the story. Stepping it twice to the same moment changes nothing.
#[derive(Debug)]
struct Play {
    handle: SimulatorHandle,
    run: u64,
    upcoming_step: usize,
    climbs: Vec<Ramp>,
    cut_off: Option<u64>,
    refused: Option<u64>,
    maybe_ending: [Option<u64>; 2],
}

impl Drop for Play {
    fn drop(&mut self) {
        // A run that is broken off leaves no fault behind.
        for fault in [self.cut_off, self.refused].into_iter().chain(self.maybe_ending).flatten() {
            self.handle.remove_fault(fault);
        }
    }
}

impl Play {
    /// Sets the scene: hosts that start in the story are off, hosts that end are live.
    fn begin(handle: SimulatorHandle, run: u64) -> Self {
        let _ = handle.end_battle(XL);
        if handle.is_live(NANA) {
            let _ = handle.destroy_room(NANA, EndedBy::Account("nana".into()), None);
        }
        if !handle.is_live(XL) {
            let _ = fixtures::next_stream(&handle, XL, run);
        }
        Self {
            handle,
            run,
            upcoming_step: 0,
            climbs: Vec::new(),
            cut_off: None,
            refused: None,
            maybe_ending: [None; 2],
        }
    }

    /// Does everything that is due after `elapsed` milliseconds.
    fn step(&mut self, elapsed: i64) {
        while let Some(cue) = STORY.get(self.upcoming_step).filter(|cue| cue.at <= elapsed) {
            // What climbs arrives before the next thing happens to it.
            self.ramp(cue.at);
            self.run_step(cue.step, cue.at);
            self.upcoming_step += 1;
        }
        self.ramp(elapsed);
    }

    fn ramp(&mut self, elapsed: i64) {
        for ramp in &self.climbs {
            let whole = (ramp.until - ramp.from).max(1);
            let passed = (elapsed - ramp.from).clamp(0, whole);
            // A room that someone destroyed climbs no more.
            let Some((.., now)) = self.handle.room(ramp.room) else { continue };
            let values = Counter::ALL.map(|counter| {
                let (start, goal) = (ramp.start.get(counter), ramp.goal.get(counter));
                let reached = start + (i128::from(goal - start) * i128::from(passed) / i128::from(whole)) as i64;
                // The curve's last step may have come between freezing and reading.
                (counter, reached.max(now.get(counter)))
            });
            let _ = self.handle.set_counters(ramp.room, &values);
        }
        self.climbs.retain(|ramp| ramp.until > elapsed);
    }

    /// From now on the room moves by the script alone, to `goal` or further, counter by counter.
    fn send(&mut self, room: &'static str, from: i64, until: i64, goal: impl FnOnce(Counters) -> Counters) {
        self.climbs.retain(|ramp| ramp.room != room);
        let _ = self.handle.freeze(room);
        let Some((.., start)) = self.handle.room(room) else { return };
        let goal = goal(start).max(start);
        self.climbs.push(Ramp { room, from, until, start, goal });
    }

    fn run_step(&mut self, step: Step, at: i64) {
        let first = self.run == 1;
        let more = |by: [i64; 6]| {
            move |now: Counters| {
                let mut sum = now.to_array();
                for (value, more) in sum.iter_mut().zip(by) {
                    *value += more;
                }
                Counters::from_array(sum)
            }
        };
        match step {
            Step::NanaStarts => {
                let _ = fixtures::still_room(&self.handle, NANA);
                self.send(NANA, at, 180_000, more([410, 14, 980, 9, 1650, 140]));
                self.send(MIRA, at, 50_000, |now| {
                    let goal = more([14, 3, 600, 0, 150, 16])(now);
                    // Exactly at its best, which the next step passes.
                    Counters { coins: if first { 151_200 } else { goal.coins }, ..goal }
                });
            }
            Step::Battle => {
                let _ = self.handle.start_battle(XL, AYU, 62);
                self.send(XL, at, 92_000, |now| {
                    let goal = if first { XL_TOTALS } else { more([90, 380, 62_040, 26, 1500, 290])(now) };
                    Counters { coins: goal.coins - LAST_COINS, ..goal }
                });
                self.send(AYU, at, 92_000, more([120, 310, 52_300, 19, 1900, 340]));
            }
            Step::Best => self.send(MIRA, at, 180_000, more([70, 24, 2300, 2, 900, 90])),
            Step::Whale => {
                if let Some((.., now)) = self.handle.room(FASAI) {
                    let values = [(Counter::Gifts, now.gifts + 1), (Counter::Coins, now.coins + 50_000)];
                    let _ = self.handle.set_counters(FASAI, &values);
                }
            }
            Step::Break => {
                let cut = FaultSpec { room: Some(KENTO.to_owned()), cut: Some(true), ..FaultSpec::default() };
                self.cut_off = self.handle.add_fault(&cut).ok();
                let refused = FaultSpec { error_code: Some(60007), ..FaultSpec::default() };
                self.refused = self.handle.add_fault(&refused).ok();
            }
            Step::AllowAll => self.end_faults(|play| play.refused.take()),
            Step::MaybeEnding => {
                // Totals make the console ask about the room, and its first answer is the same.
                self.maybe_ending = ["get_room_stats", "get_room_info"].map(|command| {
                    let once = FaultSpec {
                        command: Some(command.to_owned()),
                        room: Some(AOI.to_owned()),
                        error_code: Some(100_004),
                        count: Some(1),
                        ..FaultSpec::default()
                    };
                    self.handle.add_fault(&once).ok()
                });
            }
            Step::Recover => {
                self.end_faults(|play| play.cut_off.take());
                self.end_faults(|play| play.maybe_ending[0].take());
                self.end_faults(|play| play.maybe_ending[1].take());
            }
            Step::BattleEnds => {
                let _ = self.handle.end_battle(XL);
            }
            Step::XlEnds => {
                if let Some((meta, _, now)) = self.handle.room(XL) {
                    let totals = Counters { coins: now.coins + LAST_COINS, ..now };
                    let _ = self.handle.destroy_room(XL, EndedBy::Account(meta.owner), Some(totals));
                }
            }
            Step::Calm => {
                self.send(MIRA, at, REPEAT_MS, more([190, 40, 3900, 3, 2100, 210]));
                self.send(AYU, at, REPEAT_MS, more([210, 50, 5200, 5, 2600, 270]));
                self.send(NANA, at, 500_000, more([620, 35, 2900, 13, 3300, 260]));
            }
            Step::XlStarts => {
                let _ = fixtures::next_stream(&self.handle, XL, self.run);
            }
            Step::NanaEnds => {
                let _ = self.handle.destroy_room(NANA, EndedBy::Account("nana".into()), None);
            }
        }
    }

    fn end_faults(&mut self, take: impl FnOnce(&mut Self) -> Option<u64>) {
        if let Some(fault) = take(self) {
            self.handle.remove_fault(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::demo::history::{live_so_far, read_on};
    use crate::simulator::{SimulatorOptions, start};

    async fn staged() -> (crate::simulator::Simulator, SimulatorHandle) {
        let simulator = start(SimulatorOptions::default()).await.unwrap();
        let handle = simulator.handle();
        fixtures::start_rooms(&handle, 7).unwrap();
        (simulator, handle)
    }

    fn coins(handle: &SimulatorHandle, room: &str) -> i64 {
        handle.room(room).unwrap().2.coins
    }

    #[tokio::test]
    async fn the_scene_is_as_shown() {
        let (_simulator, handle) = staged().await;
        let mut so_far = live_so_far(&handle, 7, 10_000);
        assert_eq!(so_far.len(), 11);
        let before: usize = so_far.iter().map(|stream| stream.readings.len()).sum();
        let since = handle.now();
        let more: usize = so_far.iter_mut().map(|stream| read_on(&handle, stream, 2000).len()).sum();
        assert_eq!(so_far.iter().map(|stream| stream.readings.len()).sum::<usize>(), before + more);
        let now = handle.now();
        for stream in &so_far {
            let last = stream.readings.last().unwrap();
            assert!(last.answered > since - 2100, "{} is read until then", stream.room);
            assert_eq!(stream.ended_at, None);
            let truth = handle.truth(stream.room.as_str()).unwrap();
            assert_eq!(truth[0].at(last.asked + (last.answered - last.asked) / 2), Some(last.counters));
        }
        let of = |room: &str| so_far.iter().find(|stream| stream.room.as_str() == room).unwrap();
        assert!((181_900..182_200).contains(&coins(&handle, XL)));
        assert!(coins(&handle, MIRA) <= 151_200);
        let aoi = of(AOI);
        let gone = now - aoi.owner_left_at.unwrap();
        assert!((359_000..366_000).contains(&gone), "{gone}");
        let moved = aoi.readings.iter().rfind(|reading| reading.counters != aoi.readings.last().unwrap().counters);
        assert!(now - moved.unwrap().asked > 5 * 60_000, "quiet since the host left");
        let dan = &of(fixtures::DAN).readings;
        let (then, last) = (dan[dan.len() - 31].counters, dan[dan.len() - 1].counters);
        assert!(last.viewers - then.viewers > 200 && last.likes + last.messages + last.gifts == 0);
    }

    #[tokio::test]
    async fn the_first_run_ends_with_the_numbers_shown() {
        let (_simulator, handle) = staged().await;
        let mut play = Play::begin(handle.clone(), 1);
        play.step(19_000);
        assert!(!handle.is_live(NANA));
        play.step(20_000);
        assert!(handle.is_live(NANA));
        // Whatever was put holds from the next millisecond.
        let run_pending = async || tokio::time::sleep(Duration::from_millis(3)).await;
        let whale_before = coins(&handle, FASAI);
        let gifters = handle.room(FASAI).unwrap().2.gifters;
        for elapsed in (20_250..=91_750).step_by(250) {
            play.step(elapsed);
            // A whole story within one millisecond would start each ramp from before the last.
            run_pending().await;
            if elapsed <= 50_000 {
                assert!(coins(&handle, MIRA) <= 151_200);
            }
        }
        run_pending().await;
        assert!(coins(&handle, MIRA) > 151_200);
        assert!(coins(&handle, FASAI) >= whale_before + 50_000);
        assert_eq!(handle.room(FASAI).unwrap().2.gifters, gifters);
        play.step(94_000);
        run_pending().await;
        assert_eq!(handle.room(XL).unwrap().2, Counters { coins: 246_710, ..XL_TOTALS });
        play.step(95_000);
        run_pending().await;
        assert!(!handle.is_live(XL));
        let session = handle.truth(XL).unwrap().pop().unwrap();
        assert_eq!(session.changes.last().unwrap().1, XL_TOTALS);
        let mut highest = Counters::default();
        for (_, counters) in session.changes {
            assert!(!counters.falls_below(&highest));
            highest = counters;
        }
        play.step(599_000);
        run_pending().await;
        assert!(handle.is_live(XL) && !handle.is_live(NANA));
    }

    #[tokio::test]
    async fn it_can_be_played_again_and_broken_off() {
        let (_simulator, handle) = staged().await;
        for run in 1..=3 {
            let mut play = Play::begin(handle.clone(), run);
            // Who was taken off holds from the next millisecond.
            tokio::time::sleep(Duration::from_millis(3)).await;
            play.step(31_000);
            assert!(handle.is_live(NANA) && handle.is_live(XL), "run {run}");
            play.step(61_000);
            assert!(play.cut_off.is_some() && play.refused.is_some());
            if run == 2 {
                play.step(96_000);
                // An end with totals holds from the next millisecond.
                tokio::time::sleep(Duration::from_millis(3)).await;
                assert!(!handle.is_live(XL) && play.refused.is_none() && play.cut_off.is_none());
            }
        }
        // Broken off, it left no fault behind.
        assert_eq!(handle.fault_count(), 0);
    }

    #[tokio::test]
    async fn the_story_waits_for_the_sign_in_and_can_be_asked_for_again() {
        let (_simulator, handle) = staged().await;
        let (script, player) = prepare(handle);
        let (sign_in, signed_in) = tokio::sync::oneshot::channel::<()>();
        let task = tokio::spawn(player.run(async move { drop(signed_in.await) }));
        let mut status = script.status.clone();
        assert_eq!(*status.borrow_and_update(), Status::default());
        sign_in.send(()).unwrap();
        let first = status.wait_for(|status| status.run == 1).await.unwrap().clone();
        assert!(first.began.is_some());
        script.replay();
        assert!(status.wait_for(|status| status.run == 2).await.is_ok());
        task.abort();
    }
}
