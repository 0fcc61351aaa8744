//! What only the demo can do: play its story again, put its strip away. Elsewhere there is no story, and they say so.

use super::ApiError;
use leptos::prelude::*;

/// Starts the story again, at once.
#[server(prefix = "/api/fn", endpoint = "demo_replay")]
pub async fn demo_replay() -> Result<(), ApiError> {
    use crate::domain::Role;
    use crate::web::context::session::{require, state};

    require(Role::Viewer).await?;
    let state = state();
    let Some(demo) = state.demo.get() else { return Err(no_demo()) };
    let mut status = demo.story.status.clone();
    let run = status.borrow_and_update().run;
    demo.story.replay();
    // The next page shows the new run; a player that has stopped must not hold it up.
    let begun = status.wait_for(|status| status.run != run);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), begun).await;
    Ok(())
}

/// Hides the strip in this browser, or shows it again.
#[server(prefix = "/api/fn", endpoint = "demo_strip")]
pub async fn demo_strip(hidden: bool) -> Result<(), ApiError> {
    use crate::domain::Role;
    use crate::web::context::cookie;
    use crate::web::context::session::{require, set_cookie, state};

    require(Role::Viewer).await?;
    let state = state();
    if state.demo.get().is_none() {
        return Err(no_demo());
    }
    set_cookie(&cookie::set_strip_hidden(hidden, state.is_secure()));
    Ok(())
}

#[cfg(feature = "ssr")]
fn no_demo() -> ApiError {
    ApiError::not_found("This is not the demo: nothing here is staged.")
}
