//! `/shares`: every link that is out.

use super::failed;
use super::page::{PageContext, serve};
use crate::domain::record::Preset;
use crate::domain::{Millis, Role};
use crate::i18n::{I18n, Lang};
use crate::store::ShareRow;
use crate::web::api::FormAction;
use crate::web::components::frame::{button, confirm_button, empty_state, frame};
use crate::web::components::name;
use crate::web::context::Flash;
use crate::web::islands::CopyText;
use leptos::prelude::*;

/// Share links per page.
const MAX_LISTED: i64 = 50;

pub fn shares() -> AnyView {
    serve(|page| async move {
        let before = page.param("after").and_then(|id| id.parse().ok());
        let store = &page.state.store;
        let found = async {
            let rows = store.shares(page.app_filter(), before, MAX_LISTED).await?;
            let (mut streams, mut fingerprints) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
            for row in &rows {
                streams.push(store.stream(row.stream).await?);
                fingerprints.push(fingerprint(&page, row).await);
            }
            Ok::<_, crate::store::StoreError>((rows, streams, fingerprints))
        };
        let (rows, streams, fingerprints) = match found.await {
            Ok(found) => found,
            Err(error) => return failed(&page, &error),
        };
        let i18n = &page.i18n;
        let title = i18n.share_links_title();
        let next = (rows.len() as i64 == MAX_LISTED).then(|| rows.last().map(|row| row.id.to_string())).flatten();
        let list = if rows.is_empty() {
            empty_state(i18n.share_links_none_title(), i18n.share_links_none_hint())
        } else {
            let items = rows
                .iter()
                .zip(streams)
                .zip(fingerprints)
                .map(|((row, stream), fingerprint)| {
                    let title = stream.as_ref().map(|stream| stream.title_label().to_owned());
                    let when = stream.as_ref().map(|stream| crate::web::components::list::when(i18n, stream).0);
                    item(&page, row, title, when, fingerprint)
                })
                .collect_view();
            view! { <ul class="share-list">{items}</ul> }.into_any()
        };
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
            </div>
            {list}
            {crate::web::components::list::pager(&page, None, next.as_deref())}
        }
        .into_any();
        frame(&page, "/shares", title, content)
    })
}

/// What readers of a link see as its fingerprint. A link whose report cannot be read has none to show; the log has the cause.
pub async fn fingerprint(page: &PageContext, share: &ShareRow) -> Option<String> {
    page.state.shares.fingerprint(share, page.now).await.unwrap_or_else(|error| {
        tracing::error!(link = share.id, %error, "the fingerprint of a link could not be read");
        None
    })
}

fn item(
    page: &PageContext,
    share: &ShareRow,
    title: Option<String>,
    when: Option<String>,
    fingerprint: Option<String>,
) -> AnyView {
    let i18n = &page.i18n;
    let address = page.state.shares.path(share).map(|path| page.state.absolute(&path));
    let mut facts = vec![state_words(i18n, share, page.now), i18n.preset(share.preset).to_owned()];
    if let Some(named) = own_name(share).filter(|named| title.as_deref() != Some(*named)) {
        facts.insert(0, crate::i18n::escape_invisible(named).to_string());
    }
    if share.password.is_some() {
        facts.push(i18n.share_link_has_password().to_owned());
    }
    if share.hide_host {
        facts.push(i18n.share_link_host_hidden().to_owned());
    }
    if let Some((from, until)) = share.slot {
        facts.push(i18n.slot_of(from, until));
    }
    facts.push(i18n.opened(share.views, share.last_view));
    facts.push(i18n.made_by(&share.created_by, share.created_at));
    if address.is_none() {
        facts.push(i18n.other_key().to_owned());
    }
    let typed = page.typed(FormAction::UpdateShare).filter(|flash| flash.field("id") == Some(&share.id.to_string()));
    let id = || vec![("id", share.id.to_string())];
    let may = page.may(Role::Operator);
    let switch = if share.enabled {
        button(
            FormAction::SetShareEnabled,
            i18n.share_link_disable(),
            "small",
            vec![("id", share.id.to_string()), ("enabled", "false".to_owned())],
        )
    } else {
        button(
            FormAction::SetShareEnabled,
            i18n.share_link_enable(),
            "small",
            vec![("id", share.id.to_string()), ("enabled", "true".to_owned())],
        )
    };
    let tools = may.then(|| {
        view! {
            <div class="buttons">
                {address
                    .filter(|_| share.is_active(page.now))
                    .map(|address| {
                        view! {
                            <CopyText label=i18n.share_link_copy().to_owned() copied=i18n.report_copied().to_owned() text=address/>
                        }
                    })}
                {switch}
                {confirm_button(
                    FormAction::RotateShare,
                    i18n.share_link_replace_url_ask(),
                    i18n
                        .share_link_replace_url_effect(),
                    i18n.share_link_replace_url(),
                    id(),
                )}
                {confirm_button(
                    FormAction::DeleteShare,
                    i18n.share_link_delete(),
                    i18n
                        .share_link_delete_effect(),
                    i18n.share_link_delete_permanently(),
                    id(),
                )}
            </div>
            <details class="more" open=typed.is_some()>
                <summary>{i18n.share_link_edit().to_owned()}</summary>
                <form method="post" action=FormAction::UpdateShare.path() class="stacked">
                    <input type="hidden" name="id" value=share.id.to_string()/>
                    {fields(i18n, Some(share), typed)}
                    <button type="submit">{i18n.share_link_save().to_owned()}</button>
                </form>
            </details>
        }
    });
    // What it shows comes first; its own name only where it has one that says more than the preset.
    let label = title.clone().unwrap_or_else(|| share.name.clone());
    view! {
        <li>
            <h2>
                <a href=format!("/streams/{}", share.stream)>{name(&label, 44)}</a>
                {when.map(|when| view! { <small>{when}</small> })}
            </h2>
            <p class="note">{facts.join(" · ")}</p>
            {fingerprint.map(|code| view! { <p class="note">{i18n.report_fingerprint()} " " <code>{code}</code></p> })}
            {tools}
        </li>
    }
    .into_any()
}

/// The name its maker gave a link; one without is kept under its preset's English name, which says nothing more.
pub fn own_name(share: &ShareRow) -> Option<&str> {
    let name = share.name.trim();
    (!name.is_empty() && name != I18n::default().preset(share.preset)).then_some(name)
}

/// On, off or over.
pub fn state_words(i18n: &I18n, share: &ShareRow, now: Millis) -> String {
    match share.expires_at {
        _ if !share.enabled => i18n.share_link_disabled().to_owned(),
        Some(at) if at <= now => i18n.share_link_expired().to_owned(),
        Some(at) => {
            // A day's end is the next one's midnight, but the day before is the one that is meant.
            let end = Millis(at.0 - 1);
            // It ends by the clocks of its readers.
            let zone = crate::web::context::zone::zone(&share.zone, now);
            let elsewhere = (zone.offset(end) != i18n.zone.offset(end)).then(|| zone.utc_label(end));
            let mut date = I18n { zone, ..i18n.clone() }.date_plain(end);
            if let Some(zone) = elsewhere {
                date = i18n.share_link_date_in_zone(&date, &zone);
            }
            i18n.share_link_active_until(&date)
        }
        None => i18n.share_link_no_expiry().to_owned(),
    }
}

/// The fields of a link; empty ones take their defaults. `typed` is what was typed before and refused.
pub fn fields(i18n: &I18n, share: Option<&ShareRow>, typed: Option<&Flash>) -> AnyView {
    let kept = |field: &str, kept: String| match typed {
        // A field that was not ticked, or hidden, is not sent.
        Some(flash) => flash.field(field).unwrap_or_default().to_owned(),
        None => kept,
    };
    let suffix = share.map_or_else(|| "new".to_owned(), |share| share.id.to_string());
    let id = |name: &str| format!("{name}-{suffix}");
    let current = share.map_or(Preset::Host, |share| share.preset);
    let current = typed.and_then(|flash| Preset::from_name(flash.field("preset")?)).unwrap_or(current);
    let presets = Preset::ALL
        .into_iter()
        .map(|preset| {
            view! {
                <option value=preset.name() selected=preset == current>
                    {i18n.preset_long(preset).to_owned()}
                </option>
            }
        })
        .collect_view();
    let own = share.and_then(|share| Lang::from_code(&share.lang)).unwrap_or(i18n.lang);
    let own = typed.and_then(|flash| Lang::from_code(flash.field("lang")?)).unwrap_or(own);
    let languages = Lang::READERS
        .iter()
        .copied()
        .map(|lang| {
            view! {
                <option value=lang.code() selected=lang == own>
                    {lang.own_name()}
                </option>
            }
        })
        .collect_view();
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let (link_name, title, zone) = (
        kept("name", text(share.map(|share| share.name.as_str()))),
        kept("title", text(share.and_then(|share| share.title.as_deref()))),
        kept("zone", text(share.map(|share| share.zone.as_str()))),
    );
    // Times in a form are in the link's zone, as they are read again; what is not changed comes back as it was.
    let local = share.map(|share| crate::web::context::zone::zone(&share.zone, crate::web::context::now()));
    let moment = |at: Millis| {
        let civil = local.as_ref().unwrap_or(&i18n.zone).civil(at);
        let time = if at.0 % 60_000 == 0 { civil.hm() } else { civil.hms() };
        format!("{} {time}", civil.iso_date())
    };
    let expires = share.map(|share| match share.expires_at {
        None => "never".to_owned(),
        Some(at) => match moment(at).strip_suffix(" 00:00") {
            Some(_) => local.as_ref().unwrap_or(&i18n.zone).civil(Millis(at.0 - 1)).iso_date(),
            None => moment(at),
        },
    });
    let slot = share.and_then(|share| share.slot);
    let expires = kept("expires", expires.unwrap_or_default());
    let slot_from = kept("slot_from", slot.map(|(from, _)| moment(from)).unwrap_or_default());
    let slot_until = kept("slot_until", slot.map(|(_, until)| moment(until)).unwrap_or_default());
    let hidden = match typed {
        Some(flash) => flash.field("hide_host").is_some_and(|on| on != "false"),
        None => share.is_some_and(|share| share.hide_host),
    };
    let remove = share.filter(|share| share.password.is_some()).map(|_| {
        let id = id("remove_password");
        view! {
            <div class="check">
                <input type="checkbox" id=id.clone() name="remove_password" value="true"/>
                <label for=id>{i18n.share_link_remove_password().to_owned()}</label>
            </div>
        }
    });
    let password_label = match share {
        Some(share) if share.password.is_some() => i18n.share_link_new_password(),
        _ => i18n.share_link_password(),
    };
    view! {
        <label for=id("preset")>{i18n.share_link_content().to_owned()}</label>
        <select id=id("preset") name="preset">
            {presets}
        </select>
        <label for=id("name")>{i18n.share_link_name().to_owned()}</label>
        <input id=id("name") name="name" value=link_name maxlength="80"/>
        <label for=id("title")>{i18n.share_link_public_title().to_owned()}</label>
        <input id=id("title") name="title" value=title maxlength="120"/>
        <label for=id("lang")>{i18n.share_link_language().to_owned()}</label>
        <select id=id("lang") name="lang">
            {languages}
        </select>
        <label for=id("zone")>{i18n.share_link_time_zone().to_owned()}</label>
        <input id=id("zone") name="zone" value=zone placeholder="Asia/Shanghai"/>
        <label for=id("expires")>{i18n.share_link_expires().to_owned()}</label>
        <input id=id("expires") name="expires" value=expires/>
        <label for=id("password")>{password_label}</label>
        <input id=id("password") name="password" type="password" minlength="4" autocomplete="new-password"/>
        {remove}
        <fieldset class="slot">
            <legend>
                {i18n
                    .share_link_sponsor_slot()
                    .to_owned()}
            </legend>
            <label for=id("slot_from")>{i18n.share_link_slot_from().to_owned()}</label>
            <input id=id("slot_from") name="slot_from" value=slot_from placeholder="20:30" autocomplete="off"/>
            <label for=id("slot_until")>{i18n.share_link_slot_until().to_owned()}</label>
            <input id=id("slot_until") name="slot_until" value=slot_until placeholder="21:00" autocomplete="off"/>
        </fieldset>
        <div class="check">
            <input type="checkbox" id=id("hide_host") name="hide_host" value="true" checked=hidden/>
            <label for=id("hide_host")>{i18n.share_link_hide_host().to_owned()}</label>
        </div>
    }
    .into_any()
}

impl I18n {
    pub(super) const fn preset(&self, preset: Preset) -> &'static str {
        match preset {
            Preset::Host => self.lang.content_host(),
            Preset::Sponsor => self.lang.content_sponsor(),
            Preset::Everything => self.lang.content_full(),
        }
    }

    const fn preset_long(&self, preset: Preset) -> &'static str {
        match preset {
            Preset::Host => self.lang.content_host_explained(),
            Preset::Sponsor => self.lang.content_sponsor_explained(),
            Preset::Everything => self.lang.content_full_explained(),
        }
    }

    /// "opened 5×, last 21 Nov 09:12"
    pub(super) fn opened(&self, views: i64, last: Option<Millis>) -> String {
        match last {
            None => self.share_link_never_opened().to_owned(),
            Some(last) => self.share_link_opened(views, &self.date_hm(last)),
        }
    }

    /// Of a link whose address nobody can show any more.
    pub(crate) fn other_key(&self) -> &'static str {
        self.share_link_other_key()
    }

    /// "2 links · opened 5×, last 21 Nov 09:12"
    pub(crate) fn active_links_note(&self, count: i64, views: i64, last: Option<Millis>) -> String {
        self.share_links_of_stream(count, &self.opened(views, last))
    }

    /// "slot 20:30–21:00", in the user's time zone.
    fn slot_of(&self, from: Millis, until: Millis) -> String {
        self.share_link_slot(&self.dated_span(from, Some(until)))
    }

    /// "made by mira, 21 Nov 23:10"
    fn made_by(&self, who: &str, at: Millis) -> String {
        self.share_link_created_by(&crate::i18n::truncate_middle(who, 24), &self.date_hm(at))
    }

    /// "last reading 21:14:05"
    pub(super) fn last_read(&self, at: Millis) -> String {
        self.stream_last_reading(&self.hms(at))
    }
}
