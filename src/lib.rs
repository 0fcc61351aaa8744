//! Aftershow: watches live rooms of Tencent Cloud Live, keeps every reading, seals a report when a stream ends, and gives
//! that report a link.
//!
//! # Layout, in the direction the data goes
//!
//! | module | what it is for | what it may not do |
//! |---|---|---|
//! | [`domain`] | the words and the arithmetic | I/O, clocks |
//! | [`lang`] | words, numbers and times in three languages | know a page |
//! | `clock` | the wall clock as a value | measure durations |
//! | `calendar` | the business day of a moment, by app | read a clock |
//! | `vital` | ends the program where a task dies that all need | know what the tasks do |
//! | `config` | file, variables, flags → one checked `Config` | be read twice |
//! | `tencent` | the HTTP client: signature, budget, envelope, fates of errors | know of streams |
//! | `collector` | rooms → readings → lives of streams; webhooks | know of pages |
//! | `store` | SQLite; the only module with SQL | decide |
//! | `report` | compose, seal, sign, verify, derive, export | ask Tencent |
//! | `live` | the board in memory, fed by the collector, read by pages and events | write |
//! | `files` | files for their owner alone | know what is in them |
//! | `key_file` | the secrets outside the database | print one |
//! | `engine` | puts the parts together and takes them apart | serve pages |
//! | `share` | tokens and links | render |
//! | `auth` | operators, roles, sessions, throttles | render |
//! | [`api`] | every server function, with the role it needs | hold SQL |
//! | `pages`, `components` | server-rendered views; a page reads the store and never calls Tencent | ask Tencent, hold SQL |
//! | [`charts`] | our SVG, as pure functions | know where numbers come from |
//! | `picture` | reports as pictures: portrait, card, QR code | decide what is hidden |
//! | [`islands`] | the few places that move in the browser | be needed to read a page |
//! | `server` | router, events, webhooks, assets, headers | decide |
//! | `simulator` | a strict stand-in for Tencent's API | share code with the client |
//! | `cli` | the subcommands | more than arrange |
//!
//! Server-only modules are fenced here and nowhere else; the browser bundle holds `domain`, `lang`, `charts`, `api`'s
//! stubs and `islands`.

pub mod domain;
pub mod lang;

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod calendar;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod collector;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod engine;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod key_file;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(all(test, feature = "ssr"))]
mod logged;
#[cfg(feature = "ssr")]
pub mod picture;
#[cfg(feature = "ssr")]
pub mod report;
#[cfg(feature = "ssr")]
pub mod share;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod tencent;
#[cfg(feature = "ssr")]
pub mod vital;

pub mod api;
pub mod charts;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "ssr")]
pub mod cli;
#[cfg(feature = "ssr")]
pub mod simulator;

/// Wakes the islands of a page; everything else stays as the server wrote it.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
