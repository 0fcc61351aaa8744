//! Aftershow: polls live rooms of Tencent Cloud Live, stores every reading, seals a report when a stream ends, and gives
//! the report a share link.
//!
//! # Layout, in the direction the data goes
//!
//! | module | what it is for | what it must not do |
//! |---|---|---|
//! | [`domain`] | the types and the arithmetic | I/O, clocks |
//! | [`i18n`] | texts, numbers and times in every language | know a page |
//! | `clock` | the wall clock as a value | measure durations |
//! | `calendar` | the business day of a moment, by app | read a clock |
//! | `vital` | ends the program when a task ends that every part needs | know what the tasks do |
//! | `config` | file, variables, flags → one checked `Config` | be read twice |
//! | `tencent` | the HTTP client: signature, rate limiter, envelope, what each error means | know of streams |
//! | `collector` | rooms → readings → streams; webhooks | know of pages |
//! | `store` | the database: typed questions and answers; SQL in its engines alone | decide |
//! | `report` | compose, seal, sign, verify, redact, export | ask Tencent |
//! | `live` | the board in memory, fed by the collector, read by pages and events | write |
//! | `files` | files for their owner alone | know what is in them |
//! | `key_file` | the secrets outside the database | print one |
//! | `engine` | puts the parts together and takes them apart | serve pages |
//! | `share` | tokens and links | render |
//! | `auth` | users, roles, sessions, throttles | render |
//! | [`web`] | pages, forms, islands, charts, pictures, and the router that serves them | hold SQL, ask Tencent, decide |
//! | `simulator` | a strict stand-in for Tencent's API | share code with the client |
//! | `cli` | the subcommands | more than arrange |
//!
//! Server-only modules are fenced here and in `web`; the browser bundle holds `domain`, `i18n`, and of `web` the charts,
//! the islands and the stubs of the server functions.

pub mod domain;
pub mod i18n;

#[cfg(feature = "ssr")]
pub mod address;
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
pub mod credentials;
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
pub mod report;
#[cfg(feature = "ssr")]
pub mod share;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod tencent;
#[cfg(feature = "ssr")]
pub mod vital;

/// The web side: what a browser or another program reads, and the router that serves it.
pub mod web {
    pub mod action;
    pub mod api;
    #[cfg(feature = "ssr")]
    pub mod components;
    #[cfg(feature = "ssr")]
    pub mod context;
    #[cfg(feature = "ssr")]
    pub mod http;
    pub mod islands;
    #[cfg(feature = "ssr")]
    pub mod pages;

    /// Figures and their drawings: SVG in a page, PNG as a file.
    pub mod view {
        pub mod charts;
        #[cfg(feature = "ssr")]
        pub mod figures;
        #[cfg(feature = "ssr")]
        pub mod html;
        #[cfg(feature = "ssr")]
        pub mod images;
        #[cfg(feature = "ssr")]
        pub mod theme;
    }
}

#[cfg(feature = "ssr")]
pub mod simulator;

/// The demo: the product on the simulator, with a cast, a story that begins at the first sign-in, and two weeks of history.
pub mod demo {
    #[cfg(feature = "ssr")]
    pub mod cast;
    #[cfg(feature = "ssr")]
    pub mod console;
    pub mod countdown;
    #[cfg(feature = "ssr")]
    mod ground_truth;
    #[cfg(feature = "ssr")]
    pub mod history;
    #[cfg(feature = "ssr")]
    pub mod import;
    #[cfg(feature = "ssr")]
    mod phone;
    #[cfg(feature = "ssr")]
    pub mod scenario;
    pub mod story;
}

#[cfg(feature = "ssr")]
pub mod cli;

/// Wakes the islands of a page; everything else stays as the server wrote it.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
