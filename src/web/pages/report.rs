//! The shared report: one whole document, for `/r/{token}`, for the console's preview and for the offline file.
//!
//! It sets nothing, loads one style sheet (or none: the offline file carries it), and is complete without a script.

use crate::domain::StreamKind;
use crate::domain::record::{Document, Preset};
use crate::i18n::{I18n, Lang};
use crate::report::export::{REPORT_BLOCK, block_text};
use crate::share::issuer::LogoFile;
use crate::web::components::name;
use crate::web::components::report as sections;
use crate::web::islands::{CopyText, PrintPage, ShareLink};
use crate::web::view::charts::chart_definitions;
use crate::web::view::figures::{self, ReportView};
use crate::web::view::theme::Theme;
use leptos::prelude::*;

/// Where the look comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stylesheet {
    /// The address of the style sheet.
    Linked(String),
    /// The sheet itself: the offline file asks nobody.
    Inlined(String),
    /// None is built; the page is still complete.
    Absent,
}

/// Addresses of the same page, read otherwise.
#[derive(Clone, Debug)]
pub struct AlternateLinks {
    /// The query of a file's address that makes it like this page; empty or `?…`.
    pub query: String,
    pub languages: Vec<(Lang, String)>,
    /// `None`: the system's colours.
    pub themes: [(Option<Theme>, String); 3],
}

/// The issuer's logo on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoImage {
    pub src: String,
    pub width: u32,
    pub height: u32,
}

impl LogoImage {
    /// The picture under this address.
    pub fn new(file: &LogoFile, src: String) -> Self {
        Self { src, width: file.width, height: file.height }
    }
}

/// Everything a shared report is made of.
#[derive(Clone, Debug)]
pub struct SharedPage {
    pub i18n: I18n,
    /// `None`: the reader's system decides.
    pub theme: Option<Theme>,
    /// Where the reader can switch; `None` in the offline file.
    pub alternates: Option<AlternateLinks>,
    pub document: Document,
    pub style: Stylesheet,
    /// The inline script that wakes the islands; its SHA-256 is in the policy. `None`: no script at all.
    pub loader: Option<String>,
    /// Path of the link, `/r/{token}`; `None` in the offline file.
    pub base: Option<String>,
    /// Absolute address of the link, for copying and for cards; `None` in the offline file.
    pub url: Option<String>,
    /// The signed JSON the offline file carries for `/verify`.
    pub embedded: Option<String>,
    /// Where reports are verified: `/verify`, or its absolute address in the offline file.
    pub verify: String,
    /// Contact of the issuer, as the settings have it.
    pub contact: Option<String>,
    /// The issuer's logo: an address of this host, or the picture itself in the offline file.
    pub logo: Option<LogoImage>,
    /// Whether chats may show a card (not where a password protects the link).
    pub card: bool,
}

/// The whole document, from `<!DOCTYPE html>` on.
pub fn shared_document(shared: &SharedPage) -> String {
    super::draw(|| document(shared))
}

fn document(shared: &SharedPage) -> AnyView {
    let SharedPage { i18n, document, .. } = shared;
    let record = &document.record;
    let title = figures::document_title(i18n, record);
    let sealed = document.seal.as_ref().map(|_| record.sealed_at);
    let description = i18n.unfurl(&record.issuer, sealed);
    let tags = shared.url.as_ref().map(|url| unfurled(shared, url, &title, &description));
    let offline = shared.base.is_none().then(|| {
        view! {
            <meta
                http-equiv="Content-Security-Policy"
                content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
            />
        }
    });
    let style = match &shared.style {
        Stylesheet::Linked(url) => view! { <link rel="stylesheet" href=url.clone()/> }.into_any(),
        Stylesheet::Inlined(css) => view! { <style inner_html=css.clone()></style> }.into_any(),
        Stylesheet::Absent => ().into_any(),
    };
    view! {
        <html lang=i18n.lang.tag() data-theme=shared.theme.map(Theme::name)>
            <head>
                <meta charset="utf-8"/>
                {offline}
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=shared.theme.map_or("light dark", Theme::name)/>
                <meta name="robots" content="noindex"/>
                <meta name="referrer" content="no-referrer"/>
                <title>{title.clone()}</title>
                <meta name="description" content=description/>
                {tags}
                {style}
                {shared.base.as_ref().map(|_| super::icon())}
            </head>
            <body class="paper">
                {chart_definitions()}
                {body(shared)}
                {embedded(shared)}
                {shared.loader.clone().map(|text| view! { <script type="module" inner_html=text></script> })}
            </body>
        </html>
    }
    .into_any()
}

/// What chats show of the link: title, one line, and the card where it may be seen.
fn unfurled(shared: &SharedPage, url: &str, title: &str, description: &str) -> AnyView {
    let i18n = &shared.i18n;
    // Chats fetch whole addresses only; a server that knows none of its own has no card.
    let whole = url.contains("://");
    let query = shared.alternates.as_ref().map(|links| links.query.as_str()).unwrap_or_default();
    let card = (shared.card && whole).then(|| {
        let address = format!("{url}/card.png{query}");
        view! {
            {property("og:image", address.clone())}
            {property("og:image:type", "image/png")}
            {property("og:image:width", crate::web::view::images::CARD.0.to_string())}
            {property("og:image:height", crate::web::view::images::CARD.1.to_string())}
            {property("og:image:alt", title)}
            <meta name="twitter:image" content=address/>
            <meta name="twitter:image:alt" content=title.to_owned()/>
        }
    });
    view! {
        {property("og:title", title)}
        {property("og:description", description)}
        {property("og:type", "article")}
        {whole.then(|| property("og:url", url))}
        {property("og:site_name", crate::i18n::truncate_middle(&shared.document.record.issuer, 48))}
        {property("og:locale", i18n.page_locale())}
        <meta name="twitter:card" content=if shared.card && whole { "summary_large_image" } else { "summary" }/>
        <meta name="twitter:title" content=title.to_owned()/>
        <meta name="twitter:description" content=description.to_owned()/>
        {card}
    }
    .into_any()
}

/// A tag for the cards of chats.
fn property(name: &'static str, content: impl Into<String>) -> AnyView {
    leptos::html::meta().attr("property", name).attr("content", content.into()).into_any()
}

/// The signed record, so that the file can be verified.
fn embedded(shared: &SharedPage) -> Option<AnyView> {
    let json = block_text(shared.embedded.as_ref()?);
    Some(view! { <script type="application/json" id=REPORT_BLOCK inner_html=json></script> }.into_any())
}

fn body(shared: &SharedPage) -> AnyView {
    let SharedPage { i18n, document, .. } = shared;
    let record = &document.record;
    let figures = ReportView::new(i18n, record);
    let sealed = document.seal.is_some();
    let everything = record.preset() == Preset::Everything && record.derived.is_some();
    view! {
        <main class="document">
            <div class="report">
                <header class="masthead">
                    {masthead(i18n, shared)}
                    <div class="who">
                        <h1>{name(&figures.title(), 60)}</h1>
                        {sections::host(record)}
                    </div>
                    <div class="facts-line">
                        {sections::when(&figures)}
                        {seal_line(i18n, document)}
                    </div>
                </header>
                {sections::report_body(&figures, false)}
                {export_actions(shared, &figures)}
                {sections::data_quality(&figures, sealed, shared.base.is_some())}
                {fingerprint(shared)}
                {everything.then(|| sections::collection_log(&figures))}
                {footer(shared)}
            </div>
        </main>
    }
    .into_any()
}

fn masthead(i18n: &I18n, shared: &SharedPage) -> AnyView {
    let record = &shared.document.record;
    let what = if record.kind == StreamKind::Snapshot { i18n.report_snapshot() } else { i18n.report_stream() };
    // The name is beside it, so the picture says nothing more to who cannot see it.
    let logo = shared.logo.as_ref().map(|logo| {
        view! { <img src=logo.src.clone() width=logo.width.to_string() height=logo.height.to_string() alt=""/> }
    });
    view! {
        <p class="issuer">
            {logo}
            <b>{name(&record.issuer, 40)}</b>
            {format!(" · {what}")}
        </p>
    }
    .into_any()
}

/// "✓ Sealed 23:06 · complete  check ›"
fn seal_line(i18n: &I18n, document: &Document) -> AnyView {
    view! {
        <p class="seal-line">
            <span>{figures::seal_words(i18n, document)}</span>
            <a href="#sure">{i18n.report_details()}</a>
        </p>
    }
    .into_any()
}

/// Picture, text, link; files after them, because in-app browsers neither download nor print well.
fn export_actions(shared: &SharedPage, figures: &ReportView) -> AnyView {
    let i18n = &shared.i18n;
    let record = &shared.document.record;
    let text = i18n.copy_text(record, &figures.title(), figures.slot_line(), shared.url.as_deref());
    let copy = view! {
        <CopyText label=i18n.report_copy_text().to_owned() copied=i18n.report_copied().to_owned() text=text/>
    };
    let link = shared.url.clone().map(|url| {
        let title = figures::document_title(i18n, record);
        view! {
            <ShareLink label=i18n.report_link().to_owned() copied=i18n.report_copied().to_owned() title=title url=url/>
        }
    });
    let query = shared.alternates.as_ref().map(|links| links.query.as_str()).unwrap_or_default();
    let files = shared.base.as_ref().map(|base| {
        view! {
            <details class="files">
                <summary>{i18n.report_files()}</summary>
                <p>
                    <a href=format!("{base}/report.html{query}") download>{i18n.report_offline_page()}</a>
                    " · "
                    <a href=format!("{base}/report.csv{query}") download>"CSV"</a>
                    " · "
                    <a href=format!("{base}/report.json{query}") download>"JSON"</a>
                    " · "
                    <a href=format!("{base}/picture.png{query}") download>"PNG"</a>
                    " · "
                    <PrintPage label=i18n.report_print().to_owned() how=i18n.report_print_hint().to_owned()/>
                </p>
            </details>
        }
    });
    // Shown, not downloaded: in a chat's own browser a long press on a picture is all that saves.
    let picture = shared.base.as_ref().map(|base| {
        view! { <a class="button" href=format!("{base}/picture.png{query}")>{i18n.report_save_image()}</a> }
    });
    let offline = shared.base.is_none().then(|| view! { <p class="note">{i18n.report_offline_hint()}</p> });
    view! {
        <section class="take-along">
            <div class="buttons">{picture} {copy} {link}</div>
            {files}
            {offline}
        </section>
    }
    .into_any()
}

fn fingerprint(shared: &SharedPage) -> Option<AnyView> {
    let i18n = &shared.i18n;
    let seal = shared.document.seal.as_ref()?;
    let href = format!("{}?fingerprint={}", shared.verify, seal.fingerprint);
    Some(
        view! {
            <p class="fingerprint">
                <span>{i18n.report_fingerprint()}</span>
                <code>{seal.fingerprint.clone()}</code>
                <a href=href>{i18n.report_verify()}</a>
            </p>
        }
        .into_any(),
    )
}

fn footer(shared: &SharedPage) -> AnyView {
    let i18n = &shared.i18n;
    let record = &shared.document.record;
    let number = shared.document.seal.as_ref().and_then(|_| i18n.report_number_of(record));
    view! {
        <footer class="colophon">
            <p>{i18n.issued_by(&record.issuer)} {shared.contact.as_deref().map(|text| view! { " · " {contact(text)} })}</p>
            <p class="note">
                {number.map(|number| format!("{number} · "))}
                {i18n.report_made_with()}
            </p>
            {shared.alternates.as_ref().map(|links| switches(shared, links))}
        </footer>
    }
    .into_any()
}

/// Links to this page in the other languages and colours.
fn switches(shared: &SharedPage, links: &AlternateLinks) -> AnyView {
    let i18n = &shared.i18n;
    let languages = links
        .languages
        .iter()
        .map(|(lang, address)| {
            let here = (*lang == i18n.lang).then_some("true");
            view! {
                <a href=address.clone() lang=lang.tag() hreflang=lang.tag() aria-current=here>
                    {lang.own_name()}
                </a>
            }
        })
        .collect_view();
    let themes = links
        .themes
        .iter()
        .map(|(theme, address)| {
            let here = (*theme == shared.theme).then_some("true");
            let label = match theme {
                None => i18n.theme_system(),
                Some(Theme::Light) => i18n.theme_light(),
                Some(Theme::Dark) => i18n.theme_dark(),
            };
            view! {
                <a href=address.clone() aria-current=here>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="switches">
            <nav class="languages" aria-label=i18n.lang.report_language()>{languages}</nav>
            <nav class="languages" aria-label=i18n.report_theme()>{themes}</nav>
        </div>
    }
    .into_any()
}

/// How the issuer is reached: a mail or web address can be tapped, anything else is text.
fn contact(text: &str) -> AnyView {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
    let mail = text
        .split_once('@')
        .is_some_and(|(who, at)| !who.is_empty() && at.contains('.') && !text.contains([':', '/', '?', '&', '%']));
    match text {
        _ if plain && mail => view! { <a href=format!("mailto:{text}")>{text.to_owned()}</a> }.into_any(),
        _ if plain && text.starts_with("https://") => {
            view! { <a href=text.to_owned() rel="noopener noreferrer">{text.to_owned()}</a> }.into_any()
        }
        _ => name(text, 80),
    }
}

/// What a stranger sees where a link does not work, whatever the reason: unknown, expired, switched off, deleted.
pub fn link_not_found_document(lang: Lang, style: &Stylesheet) -> String {
    let i18n = I18n { lang, ..I18n::default() };
    plain_document(
        &i18n,
        style,
        i18n.share_link_dead_title(),
        view! {
            <p>{i18n.share_link_dead_why()}</p>
            <p>{i18n.share_link_dead_what_to_do()}</p>
        }
        .into_any(),
    )
}

/// Asks for the password of a link. `problem` says why the last one did not open it.
pub fn password_document(lang: Lang, style: &Stylesheet, action: &str, problem: Option<&str>) -> String {
    let i18n = I18n { lang, ..I18n::default() };
    plain_document(
        &i18n,
        style,
        i18n.share_link_password_title(),
        view! {
            <form method="post" action=action.to_owned() class="stacked">
                {problem.map(|problem| view! { <p class="problem" role="alert">{problem.to_owned()}</p> })}
                <label for="password">{i18n.sign_in_password()}</label>
                <input id="password" name="password" type="password" autocomplete="off" required autofocus/>
                <button type="submit" class="primary">{i18n.share_link_open()}</button>
            </form>
        }
        .into_any(),
    )
}

fn plain_document(i18n: &I18n, style: &Stylesheet, title: &str, content: AnyView) -> String {
    let style = match style {
        // The form of a password must send an Origin, so the page cannot forbid all referrers; its address holds a token.
        Stylesheet::Linked(url) => {
            Some(view! { <link rel="stylesheet" href=url.clone() referrerpolicy="no-referrer"/> })
        }
        Stylesheet::Inlined(_) | Stylesheet::Absent => None,
    };
    super::draw(|| {
        view! {
            <html lang=i18n.lang.tag()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <meta name="robots" content="noindex"/>
                    <title>{title.to_owned()}</title>
                    {style}
                    {super::icon()}
                </head>
                <body class="paper">
                    <main class="document plain">
                        <h1>{title.to_owned()}</h1>
                        {content}
                        <footer class="colophon">
                            <p class="note">"Aftershow"</p>
                        </footer>
                    </main>
                </body>
            </html>
        }
        .into_any()
    })
}
