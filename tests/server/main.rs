//! The server from outside, over real HTTP: who gets in, what a link shows, what is refused.
//!
//! One binary; each test has its own database, its own port, and a stand-in for Tencent that answers one room.

#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used)]

mod api_v1;
mod binary;
mod cluster;
mod command_line;
mod days;
mod events;
mod forms;
mod helpers;
mod issuer;
mod operations;
mod pages;
mod pictures;
mod refusals;
mod shares;
mod sign_in;
mod tokens;
mod verify;
mod wording;
