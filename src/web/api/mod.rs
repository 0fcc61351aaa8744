//! Every server function and nothing else: the seam between a page's forms and islands and the server.
//!
//! | path under `/api/fn/` | who | what it does |
//! |---|---|---|
//! | `sign_in`, `sign_in_once`, `set_up` | anyone | begin a session; throttled |
//! | `sign_out`, `set_view`, `change_password` | viewer | one's own account |
//! | `add_rooms`, `stop_following`, `take_snapshot` | operator | rooms |
//! | `keep_following`, `seal_now`, `seal_again`, `refresh_now`, `add_note` | operator | streams |
//! | `create_share`, `update_share`, `set_share_enabled`, `rotate_share`, `delete_share`, `copy_share_link` | operator | links |
//! | `release_finding`, `withhold_finding` | operator | what links show of internal findings |
//! | `set_issuer`, `remove_logo` | admin | who issues the reports |
//! | `test_connection` | operator | one call with an app's credentials |
//! | `add_user`, `set_user_role`, `set_user_password`, `remove_user` | admin | accounts |
//! | `create_token`, `remove_token` | admin | bearer tokens |
//!
//! Each is a public endpoint. All are POST, each names its role in its first line, and a layer in front of them refuses
//! what has no session or comes from another site. A plain HTML form works too: it is sent back to the page it came from
//! with the outcome as a notice (`web::http::forms`).
//!
//! Must not: hold SQL, or answer more than a page shows.

pub mod connection;
pub mod issuer;
pub mod rooms;
pub mod session;
pub mod shares;
pub mod streams;
pub mod users;

pub use crate::web::action::{ApiError, ErrorKind, FormAction};

/// The functions that need no session: they make one. Paths relative to the host.
pub const PUBLIC: [&str; 3] = [FormAction::SignIn.path(), FormAction::SignInOnce.path(), FormAction::SetUp.path()];
