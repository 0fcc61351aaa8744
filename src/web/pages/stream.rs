//! `/streams/{id}`: one stream, live or sealed. The report as readers see it, and what is internal.

use super::failed;
use super::page::{PageContext, serve};
use crate::domain::record::Document;
use crate::domain::{Role, StreamId, StreamKind, StreamState, StreamSummary};
use crate::i18n::I18n;
use crate::report;
use crate::store::{ReleasedRow, ShareRow};
use crate::web::api::FormAction;
use crate::web::components::frame::{button, confirm_button, field_text, frame, message_page};
use crate::web::components::name;
use crate::web::components::report as sections;
use crate::web::islands::{CopyText, ShareButton};
use crate::web::view::figures::{self, ReportView};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Everything the page shows.
struct StreamPageData {
    summary: StreamSummary,
    document: Document,
    note: String,
    /// Each link with the fingerprint that its readers see.
    shares: Vec<(ShareRow, Option<String>)>,
    released: Vec<ReleasedRow>,
}

pub fn stream() -> AnyView {
    let id = use_params_map().with_untracked(|params| params.get("id")).and_then(|id| id.parse().ok()).map(StreamId);
    serve(move |page| async move {
        let loaded = match id {
            Some(id) => load(&page, id).await,
            None => Ok(None),
        };
        match loaded {
            Ok(Some(loaded)) => show(&page, &loaded),
            Ok(None) => {
                page.status(404);
                let i18n = &page.i18n;
                let content = message_page(i18n.stream_not_found_title(), i18n.stream_not_found_hint());
                frame(&page, "/streams", i18n.stream_not_found(), content)
            }
            Err(error) => failed(&page, &*error),
        }
    })
}

async fn load(
    page: &PageContext,
    id: StreamId,
) -> Result<Option<StreamPageData>, Box<dyn std::error::Error + Send + Sync>> {
    let store = &page.state.store;
    let Some(summary) = store.stream(id).await? else { return Ok(None) };
    let open = store.open_stream(id).await?;
    let note = open.as_ref().and_then(|open| open.note.clone()).unwrap_or_default();
    let document = match (store.report(id, None).await?, open) {
        (Some(sealed), _) if summary.state == StreamState::Sealed => {
            tokio::task::spawn_blocking(move || report::document(&sealed)).await??
        }
        (_, Some(open)) => report::live(store, open, &page.issuer.name, page.now).await?,
        _ => return Ok(None),
    };
    let mut shares = Vec::new();
    for share in store.shares_of(id).await? {
        let fingerprint = super::shares::fingerprint(page, &share).await;
        shares.push((share, fingerprint));
    }
    let released = store.released(id).await?;
    Ok(Some(StreamPageData { summary, document, note, shares, released }))
}

fn show(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    let i18n = &page.i18n;
    let record = &loaded.document.record;
    let figures = ReportView::new(i18n, record);
    let sealed = loaded.document.seal.is_some();
    let title = figures::document_title(i18n, record);
    let room = format!("/rooms/{}/{}", record.app, path_segment(loaded.summary.room.as_str()));
    let content = view! {
        <div class="two">
            <article class="document">
                <div class="report">
                    <header class="masthead">
                        <div class="who">
                            <h1>{name(&figures.title(), 60)}</h1>
                            {sections::host(record)}
                        </div>
                        <div class="facts-line">
                            {sections::when(&figures)}
                            {state_line(page, loaded)}
                            {page.extension().filter(|_| sealed).and_then(|extension| extension.below_seal(page, record))}
                        </div>
                    </header>
                    {sections::report_body(&figures, true)}
                    {sections::data_quality(&figures, sealed, false)}
                </div>
            </article>
            <aside class="internal" aria-label=i18n.finding_internal().to_owned()>
                {actions(page, loaded)}
                {links(page, loaded)}
                {internal_findings(page, loaded)}
                <section aria-labelledby="where">
                    <h2 id="where">{i18n.stream_room().to_owned()}</h2>
                    <dl class="facts">
                        <div>
                            <dt>"RoomId"</dt>
                            <dd>
                                <a href=room>
                                    <code>{name(loaded.summary.room.as_str(), 48)}</code>
                                </a>
                            </dd>
                        </div>
                        {record
                            .host
                            .as_deref()
                            .map(|host| {
                                let path = format!("/hosts/{}/{}", record.app, path_segment(host));
                                view! {
                                    <div>
                                        <dt>{i18n.stream_host().to_owned()}</dt>
                                        <dd>
                                            <a href=path>{name(host, 40)}</a>
                                        </dd>
                                    </div>
                                }
                            })}
                        <div>
                            <dt>{i18n.stream_app().to_owned()}</dt>
                            <dd>{page.app_in_full(record.app)}</dd>
                        </div>
                        {loaded
                            .document
                            .seal
                            .as_ref()
                            .map(|seal| {
                                view! {
                                    <div>
                                        // Each link has one of its own, since it shows less.
                                        <dt>
                                            {i18n
                                                .stream_fingerprint_of_full()
                                                .to_owned()}
                                        </dt>
                                        <dd>
                                            <code>{seal.fingerprint.clone()}</code>
                                        </dd>
                                    </div>
                                    <div>
                                        <dt>{i18n.stream_report_label().to_owned()}</dt>
                                        <dd>{i18n.report_and_revision(record.number, record.revision)}</dd>
                                    </div>
                                }
                            })}
                    </dl>
                </section>
                {sections::collection_log(&figures)}
                {note(page, loaded)}
            </aside>
        </div>
    }
    .into_any();
    let here = if loaded.summary.state == StreamState::Sealed { "/streams" } else { "/" };
    frame(page, here, &title, content)
}

/// Live and why it is looked at, or sealed and how whole.
fn state_line(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    let i18n = &page.i18n;
    let line = match loaded.summary.state {
        StreamState::Sealed => figures::seal_words(i18n, &loaded.document),
        StreamState::Live | StreamState::Ending => {
            let going_on = page
                .state
                .board
                .row(loaded.summary.id)
                .map(|row| i18n.going_on_line(&row.going_on, page.now))
                .filter(|line| !line.is_empty());
            let state = i18n.state(loaded.summary.state);
            let read = loaded.summary.last_answered.map(|at| i18n.last_read(at)).unwrap_or_default();
            format!("{} · {read}", going_on.unwrap_or_else(|| state.to_owned()))
        }
    };
    view! {
        <p class="seal-line">
            <span>{line}</span>
            <a href="#sure">{i18n.report_details().to_owned()}</a>
        </p>
    }
    .into_any()
}

fn actions(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    let i18n = &page.i18n;
    let id = loaded.summary.id.to_string();
    let stream = || vec![("stream", id.clone())];
    let mut buttons: Vec<AnyView> = Vec::new();
    if page.may(Role::Operator) {
        match loaded.summary.state {
            StreamState::Sealed if loaded.summary.kind == StreamKind::Stream => {
                let consequence = i18n.stream_create_revision_effect();
                buttons.push(confirm_button(
                    FormAction::SealAgain,
                    i18n.stream_create_revision_ask(),
                    consequence,
                    i18n.stream_create_revision(),
                    stream(),
                ));
            }
            StreamState::Sealed => {}
            StreamState::Live => {
                buttons.push(button(FormAction::RefreshNow, i18n.stream_refresh_now(), "small", stream()));
                let consequence = i18n.stream_seal_effect();
                buttons.push(confirm_button(
                    FormAction::SealNow,
                    i18n.stream_seal_ask(),
                    consequence,
                    i18n.stream_seal_report(),
                    stream(),
                ));
            }
            StreamState::Ending => {
                let keep = i18n.stream_keep_monitoring();
                buttons.push(button(FormAction::KeepFollowing, keep, "small", stream()));
                buttons.push(button(FormAction::SealNow, i18n.stream_seal_now(), "small", stream()));
            }
        }
        let room = vec![("app", loaded.summary.app.to_string()), ("room", loaded.summary.room.to_string())];
        let stop = i18n.stream_stop_monitoring_ask();
        let consequence = i18n.stream_stop_monitoring_effect();
        let sure = i18n.stream_stop_monitoring();
        buttons.push(confirm_button(FormAction::StopFollowing, stop, consequence, sure, room));
    }
    let files = (loaded.summary.state == StreamState::Sealed).then(|| {
        let base = format!("/streams/{id}");
        view! {
            <p class="file-links">
                {i18n.report_files_label().to_owned()} ": "
                <a href=format!("{base}/report.html") download>{i18n.report_offline_page().to_owned()}</a> " · "
                <a href=format!("{base}/report.csv") download>"CSV"</a> " · "
                <a href=format!("{base}/report.json") download>"JSON"</a>
            </p>
        }
    });
    view! {
        <section class="actions" aria-label=i18n.stream_actions().to_owned()>
            <div class="buttons">{buttons}</div>
            {files}
        </section>
    }
    .into_any()
}

/// The links that are out, and one more.
fn links(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    if loaded.summary.state != StreamState::Sealed {
        return ().into_any();
    }
    let i18n = &page.i18n;
    let rows = loaded.shares.iter().map(|(share, code)| share_line(page, share, code.as_deref())).collect_view();
    let more = page.may(Role::Operator).then(|| link_options(page, loaded.summary.id));
    let one_tap = page.may(Role::Operator).then(|| {
        view! {
            <ShareButton
                stream=loaded.summary.id.0
                label=i18n.share_link_copy().to_owned()
                copied=i18n.report_copied().to_owned()
                then=page.after_sharing(loaded.summary.id)
            />
        }
    });
    view! {
        <section aria-labelledby="links">
            <h2 id="links">{i18n.stream_share_links().to_owned()}</h2>
            {one_tap}
            <ul class="sentences">{rows}</ul>
            {more}
        </section>
    }
    .into_any()
}

fn share_line(page: &PageContext, share: &ShareRow, fingerprint: Option<&str>) -> AnyView {
    let i18n = &page.i18n;
    let address = page.state.shares.path(share).map(|path| page.state.absolute(&path));
    let state = super::shares::state_words(i18n, share, page.now);
    let views = i18n.opened(share.views, share.last_view);
    let label = super::shares::own_name(share).unwrap_or_else(|| i18n.preset(share.preset));
    // Everybody who has the address can pass it on, so only users who may create links see it.
    let copy = address.filter(|_| share.is_active(page.now) && page.may(Role::Operator)).map(|address| {
        view! { <CopyText label=i18n.report_link().to_owned() copied=i18n.report_copied().to_owned() text=address/> }
    });
    view! {
        <li>
            <b>{name(label, 32)}</b>
            {format!(" · {state} · {views}")}
            {fingerprint
                .map(|code| {
                    view! { <span class="note fingerprint-of">{i18n.report_fingerprint()} " " <code>{code.to_owned()}</code></span> }
                })}
            {copy}
        </li>
    }
    .into_any()
}

/// Findings that no link shows until a user publishes them, and the published ones.
fn internal_findings(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    let (i18n, record) = (&page.i18n, &loaded.document.record);
    let may = page.may(Role::Operator);
    let items: Vec<AnyView> = record
        .findings
        .iter()
        .filter(|finding| loaded.document.seal.is_some() && !finding.shareable)
        .filter_map(|finding| {
            let key = report::finding_key(finding)?;
            let released = loaded.released.iter().find(|released| released.finding == key);
            let fields = vec![("stream", loaded.summary.id.to_string()), ("finding", key.clone())];
            let tool = match released {
                _ if !may => None,
                Some(_) => Some(button(FormAction::WithholdFinding, i18n.finding_unpublish(), "small", fields)),
                None => Some(button(FormAction::ReleaseFinding, i18n.finding_publish(), "small", fields)),
            };
            let state = released.map(|released| view! { <span class="note">{i18n.released_by(released)}</span> });
            Some(view! { <li>{i18n.finding(finding, record)} " " {state} {tool}</li> }.into_any())
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <section aria-labelledby="inside">
            <h2 id="inside">{i18n.finding_internal_title().to_owned()}</h2>
            <p class="note">
                {i18n
                    .finding_internal_hint()
                    .to_owned()}
            </p>
            <ul class="sentences">{items}</ul>
        </section>
    }
    .into_any()
}

impl I18n {
    /// "Released by mira, 21 Nov 23:10"
    fn released_by(&self, released: &ReleasedRow) -> String {
        self.finding_published_by(&crate::i18n::truncate_middle(&released.by, 24), &self.date_hm(released.at))
    }
}

/// Everything else a link may be.
fn link_options(page: &PageContext, id: StreamId) -> AnyView {
    let i18n = &page.i18n;
    let typed = page.typed(FormAction::CreateShare).filter(|flash| flash.field("preset").is_some());
    view! {
        <details class="more" open=typed.is_some()>
            <summary>{i18n.stream_more_link_options().to_owned()}</summary>
            <form method="post" action=FormAction::CreateShare.path() class="stacked">
                <input type="hidden" name="stream" value=id.to_string()/>
                {super::shares::fields(i18n, None, typed)}
                <button type="submit">{i18n.stream_create_link().to_owned()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn note(page: &PageContext, loaded: &StreamPageData) -> AnyView {
    let i18n = &page.i18n;
    let may = page.may(Role::Operator);
    if !may && loaded.note.is_empty() {
        return ().into_any();
    }
    view! {
        <section aria-labelledby="note">
            <h2 id="note">{i18n.stream_note().to_owned()}</h2>
            <form method="post" action=FormAction::AddNote.path() class="stacked">
                <input type="hidden" name="stream" value=loaded.summary.id.to_string()/>
                <label for="text">
                    {i18n.stream_note_hint().to_owned()}
                </label>
                <textarea id="text" name="text" rows="3" maxlength="2000" readonly=!may>
                    {field_text(&loaded.note)}
                </textarea>
                {may.then(|| view! { <button type="submit">{i18n.stream_save_note().to_owned()}</button> })}
            </form>
        </section>
    }
    .into_any()
}

/// A RoomId as one segment of a path: everything but letters and digits is escaped.
pub fn path_segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
