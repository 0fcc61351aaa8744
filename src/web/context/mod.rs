//! What every part of the web side uses: the server's state, the request that is answered, the session, cookies and
//! notices, the files of the bundle, and time zones.
//!
//! Must not: know a page, a server function or a route.

pub mod assets;
pub mod cookie;
pub mod extension;
pub mod flash;
pub mod input;
pub mod page;
pub mod refusals;
pub mod request;
pub mod session;
pub mod state;
pub mod zone;

pub use flash::Flash;
pub use page::{PageContext, app_called, app_labels};
pub use request::RequestInfo;
pub use state::AppState;

use crate::clock::Clock;
use crate::domain::Millis;
use std::sync::LazyLock;

/// The wall clock. Handlers are an outer edge: everything inside takes `now`.
pub fn now() -> Millis {
    static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::system);
    CLOCK.now()
}
