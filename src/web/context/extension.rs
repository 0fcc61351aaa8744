//! What an edition of the program adds to the console: the demo is the only one. The console asks for it at these places
//! and knows nothing else of it.

use super::{AppState, PageContext};
use crate::domain::StreamId;
use crate::domain::record::Record;
use crate::store::StoreError;
use axum::Router;
use futures::future::BoxFuture;
use leptos::prelude::AnyView;
use std::any::Any;
use std::sync::Arc;

/// What an extension loaded for one page.
pub type PageData = Arc<dyn Any + Send + Sync>;

/// A row of the status page, and a button under the rows.
pub struct StatusFact {
    pub label: String,
    pub text: String,
    pub button: Option<AnyView>,
}

/// The places of the console where an extension adds something.
pub trait ConsoleExtension: Send + Sync {
    /// Routes of its own, for signed-in users alone.
    fn routes(&self, state: AppState) -> Router;

    /// Loads what it needs to draw its part of a page; kept in [`PageContext::extension_data`].
    fn load<'a>(&'a self, page: &'a PageContext) -> BoxFuture<'a, Result<PageData, StoreError>>;

    /// Above every page.
    fn banner(&self, page: &PageContext) -> Option<AnyView>;

    /// Before the content of a page, instead of the notice of a link that was just created.
    fn preview(&self, page: &PageContext) -> Option<AnyView>;

    /// Below the seal of a report on the page of its stream.
    fn below_seal(&self, page: &PageContext, record: &Record) -> Option<AnyView>;

    /// On the status page.
    fn status(&self, page: &PageContext) -> Option<StatusFact>;

    /// Where the share button goes, with the id of the new link at the end.
    fn after_sharing(&self, stream: StreamId) -> String;
}

impl AppState {
    /// The same state with an extension of the console.
    #[must_use]
    pub fn with_extension(self, extension: impl ConsoleExtension + 'static) -> Self {
        let extension: Arc<dyn ConsoleExtension> = Arc::new(extension);
        // Set once, before anything is served.
        let _ = self.extension.set(Box::new(extension));
        self
    }

    /// What extends the console, if anything does.
    pub fn extension(&self) -> Option<&dyn ConsoleExtension> {
        self.extension.get()?.downcast_ref::<Arc<dyn ConsoleExtension>>().map(Arc::as_ref)
    }
}

impl PageContext {
    /// What extends the console, if anything does.
    pub fn extension(&self) -> Option<&dyn ConsoleExtension> {
        self.state.extension()
    }

    /// Where the share button goes with the id of a new link; empty: nowhere.
    pub fn after_sharing(&self, stream: StreamId) -> String {
        self.extension().map(|extension| extension.after_sharing(stream)).unwrap_or_default()
    }
}
