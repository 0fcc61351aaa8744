//! How a page of the console is served: loaded first, then sent whole.

use super::failed;
pub use crate::web::context::PageContext;
use leptos::prelude::*;
use std::future::Future;

/// Serves a page: everything is loaded before anything is sent, so no fallback is left without scripts.
pub fn serve<F, L>(load: L) -> AnyView
where
    L: FnOnce(PageContext) -> F + Send + 'static,
    F: Future<Output = AnyView> + Send + 'static,
{
    match PageContext::here() {
        Some(page) => Suspend::new(async move {
            let mut page = page.issued().await;
            if let Some(extension) = page.state.clone().extension() {
                match extension.load(&page).await {
                    Ok(data) => page.extension_data = Some(data),
                    Err(error) => return failed(&page, &error),
                }
            }
            load(page).await
        })
        .into_any(),
        None => ().into_any(),
    }
}
