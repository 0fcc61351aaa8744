//! Who is asking, and what they may do: users, roles, passwords, sessions, throttles.
//!
//! Must not: render, or know what a page shows. Time comes in as `now`, so that expiry and throttles are tested without
//! waiting. Secrets leave this module only as hashes, or once, to the person they were made for.

pub mod accounts;
pub mod address;
pub mod failed_sign_ins;
pub mod password;
pub mod secret;
pub mod throttle;

pub use accounts::{Accounts, SignInError};
pub use address::{ClientAddress, TrustedProxies};
pub use failed_sign_ins::FailedSignIns;
