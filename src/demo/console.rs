//! What the demo adds to the console: its strip, the simulator's ground truth beside a report, the phone, and routes for them.

use super::countdown::{self, DemoStrip};
use super::ground_truth;
use super::phone::{self, PhoneFrame};
use super::scenario::Script;
use crate::domain::record::Record;
use crate::domain::{Role, StreamId, Viewer};
use crate::i18n::I18n;
use crate::simulator::SimulatorHandle;
use crate::store::StoreError;
use crate::web::context::extension::{ConsoleExtension, PageData, StatusFact};
use crate::web::context::request::console_lang_of;
use crate::web::context::{AppState, PageContext, cookie, now};
use crate::web::http::downloads::{DownloadFormat, attachment};
use crate::web::http::error_pages;
use crate::web::http::form_reply::{came_from, see_other};
use axum::extract::{Extension, Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use futures::future::BoxFuture;
use leptos::prelude::*;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Someone put the strip away.
const STRIP_COOKIE: &str = "demo_strip";
/// How long the page that follows a replay waits for the new run. A player that has stopped must not hold it up.
const REPLAY_TIMEOUT: Duration = Duration::from_secs(2);

/// The story, and the simulator that reports can be compared with.
#[derive(Clone, Debug)]
pub struct Demo {
    pub script: Script,
    pub simulator: SimulatorHandle,
}

/// What the demo loads for a page.
struct DemoPage {
    strip_hidden: bool,
    phone: Option<PhoneFrame>,
}

fn data(page: &PageContext) -> Option<&DemoPage> {
    page.extension_data.as_ref()?.downcast_ref()
}

impl ConsoleExtension for Demo {
    fn routes(&self, state: AppState) -> axum::Router {
        let script = self.script.clone();
        axum::Router::new()
            .route("/demo/altered/{id}", get(altered))
            .route("/api/fn/demo_replay", post(move |headers| replay(script, headers)))
            .route("/api/fn/demo_strip", post(strip))
            .with_state(state)
    }

    fn load<'a>(&'a self, page: &'a PageContext) -> BoxFuture<'a, Result<PageData, StoreError>> {
        let strip_hidden = cookie::value(&page.headers, STRIP_COOKIE).is_some_and(|value| value == "hidden");
        Box::pin(async move { Ok(Arc::new(DemoPage { strip_hidden, phone: phone::load(page).await? }) as PageData) })
    }

    /// "Demo · next: 小鹿 ends in 0:42 · replay · hide"
    fn banner(&self, page: &PageContext) -> Option<AnyView> {
        if page.viewer.is_none() || data(page).is_some_and(|data| data.strip_hidden) {
            return None;
        }
        let i18n = &page.i18n;
        let began = self.script.status.borrow().began;
        let line = match began {
            Some(began) => {
                view! { <DemoStrip i18n=I18n::new(i18n.lang, Default::default()) began=began.0 now=page.now.0/> }
                    .into_any()
            }
            None => view! { <span>{countdown::next_step(i18n, None, page.now)}</span> }.into_any(),
        };
        Some(
            view! {
                <aside class="demo-strip" aria-label=i18n.demo_label().to_owned()>
                    {line}
                    <form method="post" action="/api/fn/demo_replay">
                        <button type="submit" class="plain">
                            {i18n.demo_replay().to_owned()}
                        </button>
                    </form>
                    {strip_button(i18n.demo_hide(), "plain", true)}
                </aside>
            }
            .into_any(),
        )
    }

    fn preview(&self, page: &PageContext) -> Option<AnyView> {
        data(page)?.phone.as_ref().map(|phone| phone::show(page, phone))
    }

    fn below_seal(&self, page: &PageContext, record: &Record) -> Option<AnyView> {
        ground_truth::ground_truth(&page.i18n, &self.simulator, record)
    }

    /// How the demo is faster than the default, and the strip again where it was hidden.
    fn status(&self, page: &PageContext) -> Option<StatusFact> {
        let (i18n, collector) = (&page.i18n, &page.state.config.collector);
        let hidden = data(page).is_some_and(|data| data.strip_hidden);
        Some(StatusFact {
            label: i18n.status_demo().to_owned(),
            text: i18n.demo_speed(collector.interval.as_secs() as i64, collector.grace.as_secs() as i64),
            button: hidden.then(|| strip_button(i18n.demo_show_bar(), "small", false)),
        })
    }

    fn after_sharing(&self, stream: StreamId) -> String {
        format!("/streams/{stream}?phone=")
    }
}

/// Hides the strip, or shows it again.
fn strip_button(label: &str, class: &'static str, hide: bool) -> AnyView {
    view! {
        <form method="post" action="/api/fn/demo_strip">
            <input type="hidden" name="hidden" value=hide.to_string()/>
            <button type="submit" class=class>
                {label.to_owned()}
            </button>
        </form>
    }
    .into_any()
}

/// `POST /api/fn/demo_replay`: starts the story again, at once.
async fn replay(script: Script, headers: HeaderMap) -> Response {
    let mut status = script.status.clone();
    let run = status.borrow_and_update().run;
    script.replay();
    // The page that follows shows the new run.
    let _ = tokio::time::timeout(REPLAY_TIMEOUT, status.wait_for(|status| status.run != run)).await;
    see_other(&came_from(&headers))
}

#[derive(Deserialize)]
struct StripForm {
    hidden: bool,
}

/// `POST /api/fn/demo_strip`: hides the strip in this browser, or shows it again.
async fn strip(State(state): State<AppState>, headers: HeaderMap, Form(form): Form<StripForm>) -> Response {
    let value = if form.hidden { "hidden" } else { "" };
    let cookie = cookie::build_cookie(STRIP_COOKIE, value, "/".to_owned(), state.is_secure());
    let cookie = if form.hidden { cookie.to_string() } else { format!("{cookie}; Max-Age=0") };
    let mut response = see_other(&came_from(&headers));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `GET /demo/altered/{id}`: a link's JSON with one digit changed, for trying `/verify`. Only for users who may create links.
async fn altered(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Response {
    let lang = console_lang_of(&headers);
    if !viewer.may(Role::Operator) {
        return error_pages::no_such_page(lang);
    }
    let share = match state.store.share(id).await {
        Ok(Some(share)) => share,
        Ok(None) => return error_pages::no_such_page(lang),
        Err(error) => {
            tracing::error!(%error, "a link could not be read");
            return see_other("/");
        }
    };
    match phone::altered(&state, &share, now()).await {
        Some(altered) => attachment(altered.json, DownloadFormat::Json.mime(), "report-altered.json"),
        None => error_pages::no_such_page(lang),
    }
}
