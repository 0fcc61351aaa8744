//! Aftershow: polls live rooms of Tencent Cloud Live, stores every reading, seals a report when a stream ends, and gives
//! the report a share link.
//!
//! # Layout, in the direction the data goes
//!
//! `tests/imports.rs` reads this table: a module may import those of the last column and no other. Modules do not import each
//! other in a circle, and neither do files, except a file and the modules inside it. Test modules may import anything.
//!
//! | module | what it is for | what it must not do | may import |
//! |---|---|---|---|
//! | [`domain`] | the types and the arithmetic | I/O, clocks | – |
//! | [`i18n`] | texts, numbers and times in every language | know a page | `domain` |
//! | `clock` | the wall clock as a value | measure durations | `domain` |
//! | `vital` | ends the program when a task ends that every part needs | know what the tasks do | – |
//! | `files` | files for their owner alone | know what is in them | – |
//! | `address` | who sent a request, through trusted proxies | be stored | – |
//! | `credentials` | passwords, random secrets, tokens of links, and how often one may be tried | know whose they are | `domain` |
//! | `config` | file, variables, flags → one checked `Config` | be read twice | `domain`, `i18n` |
//! | `calendar` | the business day of a moment, by app | read a clock | `domain`, `i18n`, `config` |
//! | `tencent` | the HTTP client: signature, rate limiter, envelope, what each error means | know of streams | `domain`, `i18n`, `clock`, `config` |
//! | `store` | the database: typed questions and answers; SQL in its engines alone | decide | `domain`, `clock`, `files`, `config`, `calendar` |
//! | `report` | compose, seal, sign, verify, redact, export | ask Tencent | `domain`, `calendar`, `store` |
//! | `key_file` | the secrets outside the database | print one | `domain`, `files`, `credentials`, `store`, `report` |
//! | `cluster` | which of several servers collects for an app | know what a collector does | `domain`, `clock`, `tencent`, `store` |
//! | `tries` | tries that several servers count together | know what is tried | `domain`, `credentials`, `store` |
//! | `live` | the board in memory, fed by the collector, read by pages and events | write | `domain`, `clock`, `vital`, `config`, `calendar`, `store`, `report` |
//! | `collector` | rooms → readings → streams; webhooks | know of pages | `domain`, `i18n`, `clock`, `vital`, `config`, `tencent`, `store`, `report`, `live` |
//! | `engine` | puts the parts together and takes them apart | serve pages | `domain`, `clock`, `vital`, `files`, `config`, `calendar`, `tencent`, `store`, `report`, `key_file`, `cluster`, `live`, `collector` |
//! | `share` | links: what they show, to whom, how often | render | `domain`, `i18n`, `address`, `credentials`, `store`, `report`, `key_file`, `tries` |
//! | `auth` | users, roles, sessions | render | `domain`, `address`, `credentials`, `store`, `tries` |
//! | [`web::action`] | what forms and islands ask the server to do, and how it refuses | do it | `i18n` |
//! | `web::context` | the state of the server, the request, the session, notices, cookies | know a page or a route | `domain`, `i18n`, `clock`, `address`, `credentials`, `config`, `store`, `live`, `collector`, `engine`, `share`, `auth`, `web::action` |
//! | [`web::view`] | figures of a report, themes, charts as SVG, reports as pictures | decide what is hidden | `domain`, `i18n` |
//! | [`web::api`] | every server function, with the role it needs | hold SQL | `domain`, `i18n`, `credentials`, `collector`, `share`, `auth`, `web::action`, `web::context` |
//! | [`web::islands`] | the few places that move in the browser | be needed to read a page | `domain`, `i18n`, `web::action`, `web::view`, `web::api` |
//! | `web::components` | the building blocks of pages | know a route | `domain`, `i18n`, `store`, `web::action`, `web::context`, `web::view`, `web::api`, `web::islands` |
//! | `web::pages` | one module per page; a page reads the store | ask Tencent, hold SQL | `domain`, `i18n`, `credentials`, `config`, `calendar`, `store`, `report`, `collector`, `share`, `web::action`, `web::context`, `web::view`, `web::api`, `web::islands`, `web::components` |
//! | `web::http` | router, middleware, events, webhooks, downloads | decide | `domain`, `i18n`, `address`, `credentials`, `store`, `report`, `collector`, `share`, `web::action`, `web::context`, `web::view`, `web::api`, `web::pages` |
//! | `simulator` | a strict stand-in for Tencent's API | share code with the client | `domain`, `address` |
//! | `demo` | rooms, story, history, and what the demo adds to the console | be known to the product | `domain`, `i18n`, `credentials`, `store`, `report`, `engine`, `share`, `web::action`, `web::context`, `web::view`, `web::api`, `web::components`, `web::http`, `simulator` |
//! | `cli` | the subcommands | more than arrange | `domain`, `clock`, `files`, `credentials`, `config`, `calendar`, `tencent`, `store`, `report`, `key_file`, `engine`, `share`, `auth`, `web::context`, `web::http`, `simulator`, `demo` |
//!
//! Modules for the server alone are fenced here and nowhere else. The browser bundle holds `domain`, `i18n`, `web::action`,
//! `web::view::charts`, the stubs of `web::api`, `web::islands`, and of `demo` the countdown of its strip.

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
pub mod cluster;
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
pub mod tries;
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

/// The demo: the product on the simulator, with a set of rooms, a story that begins at the first sign-in, and two weeks of history.
pub mod demo {
    #[cfg(feature = "ssr")]
    pub mod console;
    pub mod countdown;
    #[cfg(feature = "ssr")]
    pub mod fixtures;
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
