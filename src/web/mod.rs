//! The web side: what a browser or another program reads, and the router that serves it.
//!
//! Must not: hold SQL, ask Tencent, or decide what a reading means.
//!
//! | module | what it is for | what it may not do |
//! |---|---|---|
//! | [`action`] | what forms and islands ask for, and how it is refused | do it |
//! | `context` | the server's state, the request, the session, notices, cookies | know a page or a route |
//! | [`view`] | charts as SVG and reports as pictures | decide what is hidden |
//! | [`api`] | every server function, with the role it needs | hold SQL |
//! | [`islands`] | the few places that move in the browser | be needed to read a page |
//! | `components` | the building blocks of pages | know a route |
//! | `pages` | one module per page; a page reads the store | ask Tencent, hold SQL |
//! | `http` | router, middleware, events, webhooks, downloads, assets | decide |
//!
//! Server-only modules are fenced here and in `lib.rs`.

pub mod action;
pub mod api;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod pages;

/// Drawings of figures: SVG in a page, PNG as a file.
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
