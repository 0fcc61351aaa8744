//! The frame of the console: navigation, the outcome of the last form, the foot. And what pages say when there is nothing.

use super::name;
use crate::api::FormAction;
use crate::api::people::NewToken;
use crate::api::rooms::AddedRooms;
use crate::api::shares::SharedLink;
use crate::islands::CopyText;
use crate::lang::{Lang, Words};
use crate::pages::{Page, demo, languages};
use crate::server::{Flash, plain};
use leptos::prelude::*;
use leptos_meta::Title;

/// A page of the console: `here` is its path in the navigation.
pub fn frame(page: &Page, here: &'static str, title: &str, content: AnyView) -> AnyView {
    let words = &page.words;
    let verify = words.frame_verify().to_owned();
    let places: [(&str, &str); 5] = [
        ("/", words.frame_live()),
        ("/streams", words.frame_history()),
        ("/shares", words.frame_links()),
        ("/status", words.frame_status()),
        ("/settings", words.frame_settings()),
    ];
    let signed_in = page.viewer.clone();
    let links = places
        .into_iter()
        .filter(|_| signed_in.is_some())
        .map(|(path, label)| {
            let current = (path == here).then_some("page");
            view! {
                <a href=path aria-current=current>
                    {label.to_owned()}
                </a>
            }
        })
        .collect_view();
    let who = signed_in.map(|viewer| {
        view! {
            <div class="who">
                {name(&viewer.name, 24)}
                <form method="post" action=FormAction::SignOut.path()>
                    <button type="submit" class="plain">
                        {words.frame_sign_out().to_owned()}
                    </button>
                </form>
            </div>
        }
    });
    // In the demo the phone shows the link that was just made.
    let told = |flash: &&Flash| page.phone.is_none() || flash.action != FormAction::CreateShare;
    let notice = page.request.flash.as_deref().filter(told).map(|flash| notice(words, flash));
    let phone = page.phone.as_ref().map(|phone| demo::show_phone(page, phone));
    view! {
        {tab_title(title)}
        <a class="skip" href="#content">
            {words.frame_to_the_content().to_owned()}
        </a>
        <div class="frame">
            {demo::strip(page)}
            <header class="top">
                <a class="brand" href="/">
                    "Aftershow"
                </a>
                <nav aria-label=words.frame_pages().to_owned()>{links}</nav>
                {who}
            </header>
            <main id="content">{notice} {phone} {content}</main>
            <footer class="foot">
                <span>{words.times_in(page.now)}</span>
                <a href="/verify">{verify}</a>
                {languages(&page.address_with(&[]), words.lang)}
            </footer>
        </div>
    }
    .into_any()
}

/// The title of the tab. leptos_meta writes its text into the document as it is, and a room's title may hold anything.
pub fn tab_title(title: &str) -> AnyView {
    view! { <Title text=plain::escape(&format!("{title} · Aftershow"))/> }.into_any()
}

/// What stands in a textarea: Leptos writes its children as they are.
pub fn field_text(text: &str) -> String {
    plain::escape(text)
}

/// What became of the form that led here.
pub fn notice(words: &Words, flash: &Flash) -> AnyView {
    if let Some(error) = flash.error() {
        let link = error.link.clone().map(|link| {
            view! { <a href=link>{words.frame_open_the_stream().to_owned()}</a> }
        });
        return view! {
            <p class="problem" role="alert">
                {crate::lang::visible(&error.message)} " " {link}
            </p>
        }
        .into_any();
    }
    if let Some(link) = flash.answer::<SharedLink>() {
        return view! {
            <div class="notice" role="status">
                <p>{words.frame_the_link_works_now().to_owned()}</p>
                <p>
                    <code>{link.link.clone()}</code>
                </p>
                <CopyText
                    label=words.link().to_owned()
                    copied=words.copied().to_owned()
                    text=link.link
                />
            </div>
        }
        .into_any();
    }
    if let Some(made) = flash.answer::<NewToken>() {
        let once = words.frame_copy_this_token_now_it_is();
        return view! {
            <div class="notice" role="status">
                <p>{name(&made.name, 32)} ". " {once.to_owned()}</p>
                <p>
                    <code>{made.token.clone()}</code>
                </p>
                <CopyText
                    label=words.frame_copy().to_owned()
                    copied=words.copied().to_owned()
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
                <p>{words.rooms_added(added.added.len())}</p>
                <ul class="sentences">{refused}</ul>
            </div>
        }
        .into_any();
    }
    let told = flash.answer::<String>().filter(|_| flash.action == FormAction::TestConnection);
    let done = told.unwrap_or_else(|| words.done(flash.action).to_owned());
    view! {
        <p class="notice" role="status">
            {done}
        </p>
    }
    .into_any()
}

/// Nothing is here yet: what will fill this, and when.
pub fn empty(title: &str, what: &str) -> AnyView {
    view! {
        <div class="empty">
            <h2>{title.to_owned()}</h2>
            <p>{what.to_owned()}</p>
        </div>
    }
    .into_any()
}

/// The whole of a page that has nothing else to say: what happened, and what to do.
pub fn told(title: &str, what: &str) -> AnyView {
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
pub fn button_that_asks(
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

impl Words {
    /// "3 rooms are followed from now on."
    fn rooms_added(&self, count: usize) -> String {
        match self.lang {
            Lang::En if count == 1 => {
                "1 room is followed from now on; it appears here with its first reading.".to_owned()
            }
            Lang::En => format!("{count} rooms are followed from now on; each appears here with its first reading."),
            Lang::Zh => format!("已开始跟踪{count}个房间；首次读数后会显示在此。"),
            Lang::Ja => format!("{count}部屋の追跡を始めました。最初の取得後に表示されます。"),
        }
    }

    /// What a form did.
    fn done(&self, action: FormAction) -> &'static str {
        match action {
            FormAction::SealNow => self.lang.frame_sealed(),
            FormAction::SealAgain => self.lang.frame_sealed_again_as_a_new_revision(),
            FormAction::KeepFollowing => self.lang.frame_live_again_until_there_is_new(),
            FormAction::StopFollowing => self.lang.frame_this_room_is_read_no_more(),
            FormAction::RefreshNow => self.lang.frame_read_just_now(),
            FormAction::TakeSnapshot => self.lang.frame_one_reading_sealed(),
            FormAction::AddNote => self.lang.frame_note_kept(),
            FormAction::DeleteShare => self.lang.frame_deleted_the_link_is_dead(),
            FormAction::DemoReplay => self.lang.frame_the_story_begins_again(),
            FormAction::SetShareEnabled | FormAction::UpdateShare => self.lang.frame_changed_it_holds_already(),
            FormAction::SetIssuer | FormAction::SetLogo | FormAction::RemoveLogo => {
                self.lang.frame_kept_readers_see_it_with_their()
            }
            FormAction::ReleaseFinding => self.lang.frame_released_links_that_show_its_counters(),
            FormAction::WithholdFinding => self.lang.frame_taken_back_no_link_tells_it(),
            FormAction::SetOperatorPassword => self.lang.frame_the_password_is_set_their_sessions(),
            FormAction::RemoveToken => self.lang.frame_the_token_works_no_more(),
            FormAction::SignIn
            | FormAction::SignInOnce
            | FormAction::SetUp
            | FormAction::SignOut
            | FormAction::SetView
            | FormAction::ChangePassword
            | FormAction::DemoStrip
            | FormAction::AddRooms
            | FormAction::CreateShare
            | FormAction::RotateShare
            | FormAction::CopyShareLink
            | FormAction::TestConnection
            | FormAction::AddOperator
            | FormAction::SetOperatorRole
            | FormAction::RemoveOperator
            | FormAction::CreateToken => self.lang.frame_done(),
        }
    }
}
