//! The frame of the console: the bar above, the outcome of the last form, the foot. And what pages say when there is nothing.

use super::languages::languages;
use super::name;
use super::top_bar::top_bar;
use crate::i18n::I18n;
use crate::web::api::FormAction;
use crate::web::api::rooms::AddedRooms;
use crate::web::api::shares::SharedLink;
use crate::web::api::users::NewToken;
use crate::web::context::{Flash, PageContext};
use crate::web::islands::CopyText;
use crate::web::view::html::escape;
use leptos::prelude::*;
use leptos_meta::Title;

/// A page of the console: `here` is its path in the navigation.
pub fn frame(page: &PageContext, here: &'static str, title: &str, content: AnyView) -> AnyView {
    let i18n = &page.i18n;
    let verify = i18n.menu_verify().to_owned();
    let preview = page.extension().and_then(|extension| extension.preview(page));
    // The preview shows the link that was just created.
    let is_shown = |flash: &&Flash| preview.is_none() || flash.action != FormAction::CreateShare;
    let notice = page.request.flash.as_deref().filter(is_shown).map(|flash| notice(i18n, flash));
    view! {
        {tab_title(title)}
        <a class="skip" href="#content">
            {i18n.menu_skip_to_content().to_owned()}
        </a>
        <div class="frame">
            {page.extension().and_then(|extension| extension.banner(page))}
            {top_bar(page, here)}
            <main id="content">{notice} {preview} {content}</main>
            <footer class="foot">
                <span>{i18n.times_in(page.now)}</span>
                <a href="/verify">{verify}</a>
                {languages(&page.address_with(&[]), page.request.languages(), i18n.lang)}
            </footer>
        </div>
    }
    .into_any()
}

/// The title of the tab. leptos_meta writes its text into the document as it is, and a room's title may hold anything.
pub fn tab_title(title: &str) -> AnyView {
    view! { <Title text=escape(&format!("{title} · Aftershow"))/> }.into_any()
}

/// The content of a textarea: Leptos writes its children as they are.
pub fn field_text(text: &str) -> String {
    escape(text)
}

/// What became of the form that led here.
pub fn notice(i18n: &I18n, flash: &Flash) -> AnyView {
    if let Some(error) = flash.error() {
        let link = error.link.clone().map(|link| {
            view! { <a href=link>{i18n.notice_view_stream().to_owned()}</a> }
        });
        return view! {
            <p class="problem" role="alert">
                {crate::i18n::escape_invisible(&error.message)} " " {link}
            </p>
        }
        .into_any();
    }
    if let Some(link) = flash.answer::<SharedLink>() {
        return view! {
            <div class="notice" role="status">
                <p>{i18n.notice_link_ready().to_owned()}</p>
                <p>
                    <code>{link.link.clone()}</code>
                </p>
                <CopyText
                    label=i18n.report_link().to_owned()
                    copied=i18n.report_copied().to_owned()
                    text=link.link
                />
            </div>
        }
        .into_any();
    }
    if let Some(made) = flash.answer::<NewToken>() {
        let once = i18n.notice_copy_token();
        return view! {
            <div class="notice" role="status">
                <p>{name(&made.name, 32)} ". " {once.to_owned()}</p>
                <p>
                    <code>{made.token.clone()}</code>
                </p>
                <CopyText
                    label=i18n.notice_copy().to_owned()
                    copied=i18n.report_copied().to_owned()
                    text=made.token
                />
            </div>
        }
        .into_any();
    }
    if let Some(added) = flash.answer::<AddedRooms>().filter(|_| flash.action == FormAction::AddRooms) {
        let refused = added
            .refused
            .iter()
            .map(|refused| view! { <li>{name(&refused.room, 48)} ": " {refused.why.clone()}</li> })
            .collect_view();
        // What was refused must not look like a success.
        let class = if added.refused.is_empty() { "notice" } else { "problem" };
        return view! {
            <div class=class role="status">
                <p>{i18n.notice_rooms_added(added.added.len() as i64)}</p>
                <ul class="sentences">{refused}</ul>
            </div>
        }
        .into_any();
    }
    let outcome = flash.answer::<String>().filter(|_| flash.action == FormAction::TestConnection);
    let done = outcome.unwrap_or_else(|| i18n.done_text(flash.action).to_owned());
    view! {
        <p class="notice" role="status">
            {done}
        </p>
    }
    .into_any()
}

/// Nothing is here yet: what will fill this, and when.
pub fn empty_state(title: &str, what: &str) -> AnyView {
    view! {
        <div class="empty">
            <h2>{title.to_owned()}</h2>
            <p>{what.to_owned()}</p>
        </div>
    }
    .into_any()
}

/// The whole of a page that has nothing else to say: what happened, and what to do.
pub fn message_page(title: &str, what: &str) -> AnyView {
    view! {
        <div class="empty">
            <h1>{title.to_owned()}</h1>
            <p>{what.to_owned()}</p>
        </div>
    }
    .into_any()
}

/// A form of one button. `fields` are sent as they are.
pub fn button(action: FormAction, label: &str, class: &'static str, fields: Vec<(&'static str, String)>) -> AnyView {
    let fields =
        fields.into_iter().map(|(field, value)| view! { <input type="hidden" name=field value=value/> }).collect_view();
    view! {
        <form method="post" action=action.path()>
            {fields}
            <button type="submit" class=class>
                {label.to_owned()}
            </button>
        </form>
    }
    .into_any()
}

/// A button for what cannot be taken back: the first tap only says what it will do, without a script too.
pub fn confirm_button(
    action: FormAction,
    label: &str,
    consequence: &str,
    sure: &str,
    fields: Vec<(&'static str, String)>,
) -> AnyView {
    view! {
        <details class="asks">
            <summary class="button small">{label.to_owned()}</summary>
            <p class="note">{consequence.to_owned()}</p>
            {button(action, sure, "small", fields)}
        </details>
    }
    .into_any()
}

impl I18n {
    /// What a form did.
    fn done_text(&self, action: FormAction) -> &'static str {
        match action {
            FormAction::SealNow => self.lang.notice_report_sealed(),
            FormAction::SealAgain => self.lang.notice_revision_sealed(),
            FormAction::KeepFollowing => self.lang.notice_back_to_live(),
            FormAction::StopFollowing => self.lang.notice_monitoring_stopped(),
            FormAction::RefreshNow => self.lang.notice_refreshed(),
            FormAction::TakeSnapshot => self.lang.notice_snapshot_saved(),
            FormAction::AddNote => self.lang.notice_note_saved(),
            FormAction::DeleteShare => self.lang.notice_link_deleted(),
            FormAction::SetShareEnabled | FormAction::UpdateShare => self.lang.notice_link_saved(),
            FormAction::SetIssuer | FormAction::SetLogo | FormAction::RemoveLogo => self.lang.notice_issuer_saved(),
            FormAction::ReleaseFinding => self.lang.notice_finding_published(),
            FormAction::WithholdFinding => self.lang.notice_finding_unpublished(),
            FormAction::SetUserPassword => self.lang.notice_password_reset(),
            FormAction::RemoveToken => self.lang.notice_token_revoked(),
            FormAction::SignIn
            | FormAction::SignInOnce
            | FormAction::SetUp
            | FormAction::SignOut
            | FormAction::SetView
            | FormAction::ChangePassword
            | FormAction::AddRooms
            | FormAction::CreateShare
            | FormAction::RotateShare
            | FormAction::CopyShareLink
            | FormAction::TestConnection
            | FormAction::AddUser
            | FormAction::SetUserRole
            | FormAction::RemoveUser
            | FormAction::CreateToken => self.lang.notice_done(),
        }
    }
}
