//! A strict stand-in for Tencent's `live_engine_http_srv`: what Tencent would refuse it refuses, quirks included, and it
//! knows the truth about every counter at every moment.
//!
//! | module | what it is for |
//! |---|---|
//! | `http` | the commands: checks in Tencent's order, envelope, faults carried out |
//! | `usersig` | verifies signatures, independently of the client |
//! | `window` | call limits over any window of one second |
//! | `room` | a room, its sessions, the truth about its counters |
//! | `world` | all rooms |
//! | `counter_curve` | the counters of one session, a pure function of its seed |
//! | `shapes` | rooms as Tencent's JSON |
//! | `webhook` | signed messages to the app |
//! | `faults` | what goes wrong on purpose |
//! | `control` | `/_control`: the same powers over HTTP, for loopback peers |
//!
//! Must not: share code with the client, so that the two check each other. Rooms, faults and ground truth are in memory only.

mod command;
mod control;
pub mod counter_curve;
mod faults;
mod http;
mod room;
mod shapes;
#[cfg(test)]
mod tests;
mod usersig;
mod webhook;
mod window;
mod world;

pub use faults::{FaultError, FaultSpec};
pub use room::{Account, EndedBy, MemberCause, Meta, MetaPatch, NewRoom, Origin, WorldError};
pub use window::Calls;

use crate::domain::{Counter, Counters, Millis};
use axum::serve::ListenerExt as _;
use faults::Faults;
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use webhook::Sender;
use window::Windows;
use world::SimWorld;

/// The SDKAppID where none is given.
pub const DEMO_SDKAPPID: u64 = 1_400_000_001;
/// The key where none is given. Public, and of no use anywhere else.
pub const DEMO_SECRET_KEY: &str = "6f8a1c0e5b2d49379e64d0c3ab17f28541be9d7603fc58a2e7d41b90c6853fa2";
/// The administrator where none is given.
pub const DEMO_ADMIN: &str = "administrator";

/// How the simulator is set up.
#[derive(Clone, Debug)]
pub struct SimulatorOptions {
    pub listen: SocketAddr,
    pub sdkappid: u64,
    pub secret_key: SecretString,
    /// The only account that may call.
    pub admin: String,
    /// Public rooms kept live; a sixth as many private ones come on top.
    pub rooms: usize,
    /// How many times faster than the wall clock scripted sessions run; nothing else does.
    pub speed: u32,
    pub seed: u64,
    /// `get_room_stats` calls in any window of one second.
    pub rate_limit: usize,
    pub webhook_url: Option<String>,
    pub webhook_token: Option<SecretString>,
}

impl Default for SimulatorOptions {
    /// Any free loopback port, the demo's identity, no scripted rooms, Tencent's limits.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sdkappid: DEMO_SDKAPPID,
            secret_key: SecretString::from(DEMO_SECRET_KEY),
            admin: DEMO_ADMIN.to_owned(),
            rooms: 0,
            speed: 1,
            seed: 7,
            rate_limit: 100,
            webhook_url: None,
            webhook_token: None,
        }
    }
}

/// A running simulator. It stops when dropped.
#[derive(Debug)]
pub struct Simulator {
    /// Where it listens.
    pub addr: SocketAddr,
    handle: SimulatorHandle,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
}

/// Starts listening, and the scripted sessions.
///
/// # Errors
/// When the address cannot be bound or the webhook address is none.
pub async fn start(options: SimulatorOptions) -> std::io::Result<Simulator> {
    let handle = SimulatorHandle(Arc::new(SimulatorInner::new(&options)?));
    let listener = TcpListener::bind(options.listen).await?;
    let addr = listener.local_addr()?;
    let stop = CancellationToken::new();
    let listener = listener.tap_io(|connection| {
        // Small answers must not wait for the acknowledgement of the one before.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    let router = http::router(handle.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = stop.clone().cancelled_owned();
    let server = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the simulator stopped listening");
        }
    });
    tokio::spawn(run_world(handle.clone(), stop.clone()));
    Ok(Simulator { addr, handle, stop, server: Some(server) })
}

/// Lets time pass in the world until the simulator stops.
async fn run_world(handle: SimulatorHandle, stop: CancellationToken) {
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        handle.change(SimWorld::tick);
    }
}

impl Simulator {
    /// The same powers as `/_control`, in process.
    pub fn handle(&self) -> SimulatorHandle {
        self.handle.clone()
    }

    /// `http://` and the address, as a client's endpoint.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops listening and waits up to 2 s for answers under way.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(Duration::from_secs(2), &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What is behind both faces.
#[derive(Debug)]
struct SimulatorInner {
    sdkappid: u64,
    secret_key: SecretString,
    admin: String,
    webhook_token: Option<SecretString>,
    world: Mutex<SimWorld>,
    faults: Mutex<Faults>,
    windows: Windows,
    webhook: Mutex<Option<Sender>>,
    /// For the cursors of the room list, which nobody else shall make up.
    cursor_salt: u64,
    requests: AtomicU64,
    started: Instant,
    /// The latest wall-clock time returned; time does not run backwards in here.
    latest: AtomicI64,
}

impl SimulatorInner {
    fn new(options: &SimulatorOptions) -> std::io::Result<Self> {
        let webhook = match &options.webhook_url {
            Some(url) => Some(Sender::new(url, options.webhook_token.clone(), options.sdkappid)?),
            None => None,
        };
        let now = wall_clock();
        Ok(Self {
            sdkappid: options.sdkappid,
            secret_key: options.secret_key.clone(),
            admin: options.admin.clone(),
            webhook_token: options.webhook_token.clone(),
            world: Mutex::new(SimWorld::new(options.seed, options.speed, options.rooms, now)),
            faults: Mutex::new(Faults::new(options.seed)),
            windows: Windows::new(options.rate_limit),
            webhook: Mutex::new(webhook),
            cursor_salt: counter_curve::SimRng::of(options.seed, "cursor").roll(),
            requests: AtomicU64::new(10_000 + options.seed % 80_000),
            started: Instant::now(),
            latest: AtomicI64::new(now),
        })
    }
}

fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One session of a room, as the simulator knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueSession {
    /// Unix seconds, as Tencent returns it.
    pub create_time: i64,
    pub destroyed_at: Option<Millis>,
    /// From when on the counters were these; the first is the beginning of the session.
    pub changes: Vec<(Millis, Counters)>,
}

impl TrueSession {
    /// The counters at a moment; before the beginning there are none.
    pub fn at(&self, moment: Millis) -> Option<Counters> {
        let after = self.changes.partition_point(|&(at, _)| at <= moment);
        self.changes[..after].last().map(|&(_, counters)| counters)
    }
}

/// The simulator from inside its process.
#[derive(Clone, Debug)]
pub struct SimulatorHandle(Arc<SimulatorInner>);

impl SimulatorHandle {
    /// Wall-clock now, never earlier than returned before.
    pub fn now(&self) -> Millis {
        let now = wall_clock();
        Millis(self.0.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }

    fn change<T>(&self, change: impl FnOnce(&mut SimWorld, i64) -> T) -> T {
        let (result, outbox, now) = {
            let mut world = lock(&self.0.world);
            let now = self.now().0;
            let result = change(&mut world, now);
            (result, world.take_outbox(), now)
        };
        if !outbox.is_empty()
            && let Some(sender) = lock(&self.0.webhook).as_ref()
        {
            outbox.into_iter().for_each(|outgoing| sender.send(outgoing, now));
        }
        result
    }

    fn read_world<T>(&self, look: impl FnOnce(&SimWorld, i64) -> T) -> T {
        let world = lock(&self.0.world);
        let now = self.now().0;
        look(&world, now)
    }

    fn admin(&self) -> Account {
        Account::Text(self.0.admin.clone())
    }

    /// From now on webhooks go to `url`, signed with `token` if there is one.
    ///
    /// # Errors
    /// When `url` is no http(s) address.
    pub fn set_webhook(&self, url: &str, token: Option<SecretString>) -> std::io::Result<()> {
        let sender = Sender::new(url, token, self.0.sdkappid)?;
        *lock(&self.0.webhook) = Some(sender);
        Ok(())
    }

    /// Creates a room, webhook and all, and returns its CreateTime in unix seconds.
    ///
    /// # Errors
    /// [`WorldError::Exists`] when it is live.
    pub fn create_room(&self, new: NewRoom) -> Result<i64, WorldError> {
        self.change(|world, now| world.create(new, &self.admin(), now))
    }

    /// Changes a room's setting, webhook and all.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn update_room(&self, room: &str, patch: MetaPatch) -> Result<(), WorldError> {
        self.change(|world, now| world.update(room, patch, &self.admin(), now))
    }

    /// Puts these counters of a room to these values, and returns the moment from which they hold: the next millisecond.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn set_counters(&self, room: &str, values: &[(Counter, i64)]) -> Result<Millis, WorldError> {
        self.change(|world, now| world.set_counters(room, values, now)).map(Millis)
    }

    /// Destroys a room, webhook and all, with these totals if given; returns its final totals.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn destroy_room(&self, room: &str, by: EndedBy, totals: Option<Counters>) -> Result<Counters, WorldError> {
        self.change(|world, now| world.destroy(room, by, totals, now))
    }

    /// Stops a scripted session's own movement; from now on its counters stay where they are put.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn freeze(&self, room: &str) -> Result<(), WorldError> {
        self.change(|world, now| world.freeze(room, now))
    }

    /// Reports by webhook that a member came or went, now or at an earlier moment.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn member(
        &self,
        room: &str,
        account: &Account,
        cause: MemberCause,
        at: Option<Millis>,
    ) -> Result<(), WorldError> {
        self.change(|world, now| world.member(room, account, cause, at.map_or(now, |at| at.0), now))
    }

    /// Begins a PK battle, webhooks and all. It changes no counter.
    ///
    /// # Errors
    /// [`WorldError::Absent`] or [`WorldError::InBattle`].
    pub fn start_battle(&self, room: &str, with: &str, seconds: u32) -> Result<(), WorldError> {
        self.change(|world, now| world.start_battle(room, with, seconds, now))
    }

    /// Ends the battle that `room` began, webhook and all.
    ///
    /// # Errors
    /// [`WorldError::NoBattle`] when there is none.
    pub fn end_battle(&self, room: &str) -> Result<(), WorldError> {
        self.change(|world, now| world.end_battle(room, now))
    }

    /// Whether the room is live.
    pub fn is_live(&self, room: &str) -> bool {
        self.read_world(|world, now| world.live(room, now).is_some())
    }

    /// A live room's setting, CreateTime (unix seconds) and counters.
    pub fn room(&self, room: &str) -> Option<(Meta, i64, Counters)> {
        self.read_world(|world, now| {
            let (room, session) = world.live(room, now)?;
            Some((room.meta.clone(), session.create_time, session.counters(now)))
        })
    }

    /// Adds a fault and returns its number.
    ///
    /// # Errors
    /// When it has not exactly one kind, or an impossible value.
    pub fn add_fault(&self, spec: &FaultSpec) -> Result<u64, FaultError> {
        lock(&self.0.faults).add(spec)
    }

    pub fn remove_fault(&self, id: u64) {
        lock(&self.0.faults).remove(id);
    }

    /// How many faults are in force.
    pub fn fault_count(&self) -> usize {
        lock(&self.0.faults).count()
    }

    pub fn clear_faults(&self) {
        lock(&self.0.faults).clear();
    }

    /// Calls by command name since the start.
    pub fn calls(&self) -> Vec<(&'static str, Calls)> {
        self.0.windows.calls().map(|(command, calls)| (command.name(), calls)).collect()
    }

    /// All sessions of a room, oldest first; `None` when there never was one.
    pub fn truth(&self, room: &str) -> Option<Vec<TrueSession>> {
        let (sessions, now) = self.read_world(|world, now| Some((world.room(room)?.sessions.clone(), now)))?;
        Some(
            sessions
                .into_iter()
                .map(|session| TrueSession {
                    create_time: session.create_time,
                    destroyed_at: session.destroyed_at.map(Millis),
                    changes: session.changes(now).into_iter().map(|(at, counters)| (Millis(at), counters)).collect(),
                })
                .collect(),
        )
    }
}
