//! The client of Tencent Cloud Live's server API: signature, budget, envelope, and what each error leads to.
//!
//! Must not: know of streams, the store or a page. It is the only module with an HTTP client in it. The secret key and
//! every UserSig stay inside: they are in no error, no log and no debug print.
//!
//! A call goes: [`Client`] → pause or outage? → budget (pace and guard) → sign → send → envelope → action. The action for
//! every ErrorCode is in one table, in [`error`].

mod call_deadline;
mod circuit_breaker;
pub mod client;
mod command;
pub mod error;
pub mod rate_limiter;
pub mod usersig;
mod wire;

pub use crate::clock::Clock;
pub use call_deadline::CallDeadline;
pub use client::{
    ApiResponse, CallbackToken, Caller, Client, ClientHealth, CommandHealth, LastFailure, LastSuccess, NewClientError,
    PauseHealth, Tuning,
};
pub use command::Command;
pub use error::{CallError, CallTarget, Cause, ErrorAction, Failure, NoResponse, Scope, TlsFault};
pub use wire::{RoomInfo, RoomPage};
