//! Secrets of people and links: passwords and their hashes, random secrets, tokens of links, and how often one may be
//! tried.
//!
//! Must not: know whose they are, or print one. Secrets leave this module only as hashes, or once, to the person they were
//! made for.

pub mod password;
pub mod secret;
pub mod throttle;
pub mod token;

pub use token::TokenKey;
