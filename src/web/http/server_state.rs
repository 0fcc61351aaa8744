//! What the handlers of this folder share beyond [`AppState`]: open event streams, the queue of renderings, fonts, and the
//! limits of `/verify`. Pages and server functions have no use for these, so they are not in `web::context`.

use super::event_buffer::Events;
use super::picture_tools::PictureTools;
use super::turns::RenderQueue;
use super::verify_limits::VerifyLimits;
use crate::web::context::AppState;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::ops::Deref;
use std::sync::Arc;

/// The state of the router. A clone is one pointer, since every layer of every request takes one.
#[derive(Clone)]
pub struct ServerState(Arc<ServerStateInner>);

/// What [`ServerState`] points to.
pub struct ServerStateInner {
    app: AppState,
    pub events: Events,
    /// Requests to verify by address, for the throttle.
    pub verify_limits: VerifyLimits,
    pub pictures: PictureTools,
    /// Whose turn it is to have a page or a file of a link rendered.
    pub render_queue: RenderQueue,
}

impl ServerState {
    pub fn new(app: AppState) -> Self {
        let pictures = PictureTools::new(app.config.font_dir.clone());
        Self(Arc::new(ServerStateInner {
            app,
            events: Events::default(),
            verify_limits: VerifyLimits::default(),
            pictures,
            render_queue: RenderQueue::default(),
        }))
    }
}

impl Deref for ServerState {
    type Target = ServerStateInner;

    fn deref(&self) -> &ServerStateInner {
        &self.0
    }
}

impl Deref for ServerStateInner {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.app
    }
}

impl FromRef<ServerState> for AppState {
    fn from_ref(state: &ServerState) -> Self {
        state.app.clone()
    }
}

impl FromRef<ServerState> for LeptosOptions {
    fn from_ref(state: &ServerState) -> Self {
        state.leptos_options.clone()
    }
}
