//! The engine against the simulator: real HTTP, real signatures, a real SQLite file. Time is waited for, never assumed:
//! every wait is for something to become true.

#![allow(clippy::unwrap_used)]

mod apps;
mod cluster;
mod crash_recovery;
mod faults;
mod lifecycle;
mod secrets;
mod support;
