//! The few places that move in the browser. Each wraps what the server drew and needs nothing else to be read.
//!
//! Must not: fetch what the page already says, or hold a rule of its own: words come from `lang`, numbers from `domain`.

// One body for both worlds: in the browser an island listens, on the server it does nothing.
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod ssr_stub;
#[cfg(not(feature = "hydrate"))]
use ssr_stub as browser;

pub mod board_filter;
pub mod board_row;
mod chart_cursor;
mod copy_text;
mod live_board;
mod print_page;
mod share_button;
mod share_link;

pub use chart_cursor::ChartCursor;
pub use copy_text::CopyText;
pub use live_board::LiveBoard;
pub use print_page::PrintPage;
pub use share_button::{ShareButton, Tapped};
pub use share_link::ShareLink;
