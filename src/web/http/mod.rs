//! The HTTP process: every route, its middleware, and how it starts and stops.
//!
//! Must not: decide. Who may do what is `auth`'s, what a link shows `share`'s, what a page says `pages`'.
//!
//! A request passes, from the outside in: log line → headers → panic guard → compression → address → origin → session →
//! form → handler. Readers of shared links, who come in crowds and need no session, pass the first three only. The order
//! is in [`router::router`], with every route.

pub mod api_v1;
pub mod assets;
mod client_address;
pub mod connections;
pub mod csp;
pub mod downloads;
pub mod error_pages;
mod event_buffer;
pub mod events;
pub mod form_reply;
pub mod forms;
pub mod health;
pub mod logo;
pub mod metrics;
pub mod middleware;
mod multipart;
pub mod open_api;
pub mod pages;
mod picture_tools;
pub mod pictures;
pub mod render;
pub mod router;
pub mod server_state;
pub mod share_page;
mod shared_view;
pub mod turns;
pub mod verify;
mod verify_limits;
pub mod webhook;

pub use router::router;
pub use server_state::ServerState;

use crate::web::context::AppState;
use connections::Limits;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Time that open responses get after the signal to stop. A shared report takes milliseconds; a download on a slow phone may
/// be cut, the next start must not wait for it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// How often the database is asked whether another process changed something.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// How often counted views are written.
const VIEW_FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// A server that is bound and ready to run.
pub struct Application {
    listener: TcpListener,
    limits: Limits,
    state: AppState,
}

impl Application {
    /// Binds the address of the configuration (port 0 takes a free one).
    pub async fn build(state: AppState) -> std::io::Result<Self> {
        let limits = Limits::default().within(connections::raise_open_files());
        let listener = TcpListener::bind(state.config.listen).await?;
        Ok(Self { listener, limits, state })
    }

    /// Where it listens.
    pub fn addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown`, then lets open answers end.
    pub async fn run_until_stopped(self, shutdown: CancellationToken) -> std::io::Result<()> {
        serve(self.state, self.listener, self.limits, shutdown).await
    }
}

/// Serves on a bound listener until `shutdown` is cancelled; event streams end at once, other answers get five seconds.
/// `state.stopping` is cancelled too, for whatever else hangs on the server.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    limits: Limits,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let _ = state.bound.set(listener.local_addr()?);
    let state = ServerState::new(state);
    let stopping = state.stopping.clone();
    let shares = state.shares.clone();
    let proxies = state.proxies.clone();
    let mut background = tokio::spawn(forward_board_events(state.clone()));
    let outcome = tokio::select! {
        () = connections::serve(listener, router(state), limits, proxies, shutdown.clone()) => Ok(()),
        () = async {
            shutdown.cancelled().await;
            stopping.cancel();
            tokio::time::sleep(SHUTDOWN_TIMEOUT).await;
        } => Ok(()),
        // Without it nothing changes on any page any more.
        Err(error) = &mut background => Err(std::io::Error::other(error)),
    };
    stopping.cancel();
    if !background.is_finished() && background.await.is_err() {
        tracing::error!("the server's background task panicked");
    }
    if let Err(error) = shares.flush_views().await {
        tracing::error!(%error, "the last views could not be counted");
    }
    outcome
}

/// Notices changes by other processes, new seals, and writes counted views.
async fn forward_board_events(state: ServerState) {
    let mut watch = tokio::time::interval(WATCH_INTERVAL);
    watch.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut flush = tokio::time::interval(VIEW_FLUSH_INTERVAL);
    flush.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut board = state.board.subscribe();
    let mut version = None;
    loop {
        tokio::select! {
            () = state.stopping.cancelled() => return,
            _ = watch.tick() => match state.store.data_version().await {
                Ok(now) => {
                    if version.replace(now).is_some_and(|before| before != now) {
                        if state.store.is_shared() {
                            // Links are read with each request.
                            state.changes.increment_sessions();
                        } else {
                            state.changes.increment();
                        }
                    }
                }
                Err(error) => tracing::error!(%error, "the database does not answer"),
            },
            _ = flush.tick() => {
                if let Err(error) = state.shares.flush_views().await {
                    tracing::error!(%error, "views could not be counted; they are kept and tried again");
                }
            }
            event = board.recv() => {
                use crate::domain::live::LiveEvent;
                use tokio::sync::broadcast::error::RecvError;
                match event {
                    Ok(event) => {
                        // A new seal may be a new revision: links show it from now on.
                        if let LiveEvent::Sealed { id, .. } = event {
                            state.changes.increment_stream(id);
                        }
                        state.events.send(&event);
                    }
                    Err(RecvError::Lagged(_)) => {
                        state.changes.increment();
                        state.events.clear();
                    }
                    // The board is gone, so the program ends; until then no event comes.
                    Err(RecvError::Closed) => state.stopping.cancelled().await,
                }
            }
        }
    }
}
