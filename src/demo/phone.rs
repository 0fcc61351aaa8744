//! A phone in the page, on which a link is given away and taken back. All of it is plain forms and links.

use crate::domain::{Counter, Millis, Role};
use crate::i18n::{I18n, Lang};
use crate::report::export;
use crate::store::{ShareRow, StoreError};
use crate::web::api::FormAction;
use crate::web::api::shares::SharedLink;
use crate::web::components::frame::button;
use crate::web::context::{AppState, PageContext};
use crate::web::view::images::qr::qr_svg;
use leptos::prelude::*;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// The link of `?phone=`, or of the form that just made one; for users who may create links.
pub async fn load(page: &PageContext) -> Result<Option<PhoneFrame>, StoreError> {
    if !page.may(Role::Operator) {
        return Ok(None);
    }
    let made = page.request.flash.as_deref().filter(|flash| flash.action == FormAction::CreateShare);
    let made = made.and_then(|flash| flash.answer::<SharedLink>()).map(|link| link.id);
    let Some(id) = made.or_else(|| page.param("phone")?.parse().ok()) else { return Ok(None) };
    let Some(share) = page.state.store.share(id).await? else { return Ok(None) };
    let altered = altered(&page.state, &share, page.now).await;
    Ok(Some(PhoneFrame { share, altered }))
}

/// The JSON of a link with one digit changed.
pub async fn altered(state: &AppState, share: &ShareRow, now: Millis) -> Option<Altered> {
    let document = crate::share::document::newest(&state.store, state.sealer.key(), share, now).await.ok()??;
    tokio::task::spawn_blocking(move || alter(&export::json(&document).ok()?)).await.ok()?
}

/// A link on the phone in the page.
#[derive(Clone, Debug)]
pub struct PhoneFrame {
    share: ShareRow,
    /// The link's JSON with one digit changed; `None` where there is no figure to change.
    altered: Option<Altered>,
}

/// A report that someone "improved".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    pub json: String,
    pub counter: Counter,
    pub was: i64,
    pub is: i64,
}

/// Changes one digit of a report's JSON: the last of its coins, or of its entries where coins are hidden.
pub fn alter(json: &str) -> Option<Altered> {
    [Counter::Coins, Counter::Viewers].into_iter().find_map(|counter| {
        json.match_indices("\"totals\":{").find_map(|(start, _)| {
            let key = format!("\"{}\":", counter.name());
            let end = start + json[start..].find('}')?;
            let from = start + json[start..end].find(&key)? + key.len();
            let length = json[from..].bytes().take_while(u8::is_ascii_digit).count();
            let last = json.as_bytes().get(from..from + length)?.last()?;
            let other = if *last == b'9' { '8' } else { char::from(last + 1) };
            let was = json[from..from + length].parse().ok()?;
            let altered = format!("{}{other}{}", &json[..from + length - 1], &json[from + length..]);
            let is = altered[from..from + length].parse().ok()?;
            Some(Altered { json: altered, counter, was, is })
        })
    })
}

/// The phone and what can be done to the link on it.
pub fn show(page: &PageContext, phone: &PhoneFrame) -> AnyView {
    let i18n = &page.i18n;
    // The demo's key file is as old as its data.
    let path = page.state.shares.path(&phone.share).unwrap_or_default();
    let languages = Lang::READERS
        .iter()
        .copied()
        .map(|lang| {
            view! {
                <a class="button small" target="phone" href=format!("{path}?lang={}", lang.code()) lang=lang.tag()>
                    {lang.own_name()}
                </a>
            }
        })
        .collect_view();
    let id = phone.share.id.to_string();
    let switch = if phone.share.enabled {
        let off = i18n.demo_disable_link();
        button(FormAction::SetShareEnabled, off, "small", vec![("id", id.clone()), ("enabled", "false".to_owned())])
    } else {
        let on = i18n.demo_enable_link();
        button(FormAction::SetShareEnabled, on, "small", vec![("id", id.clone()), ("enabled", "true".to_owned())])
    };
    let close = page.address_with(&[("phone", None)]);
    view! {
        <section class="phone-stage" aria-labelledby="phone-title" id="phone">
            <iframe
                class="phone"
                name="phone"
                src=path.clone()
                title=i18n.demo_phone_label().to_owned()
            ></iframe>
            <div class="phone-side">
                <h2 id="phone-title">{i18n.demo_share_and_revoke().to_owned()}</h2>
                <p>
                    {i18n
                        .demo_recipient_view()
                        .to_owned()}
                </p>
                <p>
                    <code class="address">{address(&page.state, &path)}</code>
                </p>
                <div class="buttons">{languages}</div>
                <div class="buttons">{switch}</div>
                {show_altered(i18n, phone)}
                {code(page, &path)}
                <p>
                    <a href=close>{i18n.demo_close_preview().to_owned()}</a>
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// "Try to cheat": the report with one digit changed goes to `/verify`, which answers on the phone.
fn show_altered(i18n: &I18n, phone: &PhoneFrame) -> Option<AnyView> {
    let altered = phone.altered.as_ref().filter(|_| phone.share.enabled)?;
    let change = format!("{} → {}", i18n.number(Some(altered.was)), i18n.amount(altered.counter, altered.is));
    Some(
        view! {
            <form method="post" action="/verify" target="phone" class="cheat">
                <input type="hidden" name="file" value=altered.json.clone()/>
                <p>
                    {i18n
                        .demo_tamper_test()
                        .to_owned()} {change} {i18n.demo_full_stop().to_owned()}
                    <a href=format!("/demo/altered/{}", phone.share.id) download>
                        {i18n.demo_download_file().to_owned()}
                    </a>
                </p>
                <button type="submit" class="small">
                    {i18n.demo_submit_to_verify().to_owned()}
                </button>
            </form>
        }
        .into_any(),
    )
}

/// The link as an address that a phone reaches; where we listen everywhere, under this machine's own.
fn address(state: &AppState, path: &str) -> String {
    match state.bound.get() {
        Some(bound) if bound.ip().is_unspecified() && state.config.public_url.is_none() => own_address()
            .map_or_else(|| path.to_owned(), |ip| format!("http://{}{path}", SocketAddr::new(ip, bound.port()))),
        _ => state.absolute(path),
    }
}

/// This machine's address in its network. Connecting a datagram socket asks the system for a route and sends nothing.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address for documentation: it only has to lie outside.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// A code for a real phone, or why there is none.
fn code(page: &PageContext, path: &str) -> AnyView {
    let i18n = &page.i18n;
    let address = address(&page.state, path);
    let reachable =
        page.state.config.public_url.is_some() || page.state.bound.get().is_some_and(|bound| !bound.ip().is_loopback());
    if !reachable || address.starts_with('/') {
        let why = i18n.demo_no_qr_code();
        return view! { <p class="note">{why.to_owned()}</p> }.into_any();
    }
    let label = i18n.demo_qr_code();
    qr_svg(&address)
        .map(|svg| {
            view! { <p class="note">{label.to_owned()}</p> <div class="qr-place" inner_html=svg></div> }.into_any()
        })
        .unwrap_or_else(|| ().into_any())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_digit_is_changed_and_nothing_else() {
        let json = r#"{"record":{"totals":{"coins":246810,"viewers":12480},"usual":{"totals":{"coins":{"high":1}}}}}"#;
        let altered = alter(json).unwrap();
        assert_eq!((altered.counter, altered.was, altered.is), (Counter::Coins, 246_810, 246_811));
        assert_eq!(altered.json, json.replace("246810", "246811"));
        let nine = alter(r#"{"totals":{"coins":null,"viewers":9}}"#).unwrap();
        assert_eq!((nine.counter, nine.was, nine.is), (Counter::Viewers, 9, 8));
        assert_eq!(alter(r#"{"totals":{"likes":9}}"#), None);
        assert_eq!(alter("no report"), None);
    }
}
