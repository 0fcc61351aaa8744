//! Who is asking, and what they may do: users, roles and sessions.
//!
//! Must not: render, or know what a page shows. Time comes in as `now`, so that expiry and throttles are tested without
//! waiting.

pub mod accounts;
pub mod failed_sign_ins;

pub use accounts::{Accounts, SignInError};
pub use failed_sign_ins::FailedSignIns;
