//! Our cookies: the session's, a known browser's, a link's password's, the language's.

use crate::auth::accounts::SESSION_IDLE_TTL_MS;
use crate::domain::AppId;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use secrecy::{ExposeSecret, SecretString};

/// The session of a signed-in user.
const SESSION: &str = "aftershow";
/// The same where the public address is https: browsers take a cookie of this prefix from no other subdomain.
const SECURE_SESSION: &str = "__Host-aftershow";
/// A browser that signed in before.
const DEVICE: &str = "aftershow_device";
/// Remembers a link's password; its path is the link's own.
const LINK: &str = "aftershow_link";
/// The language someone chose.
const LANG: &str = "lang";
/// The app that the console's pages are about.
const APP: &str = "app";

/// The value of a cookie that came with a request.
pub fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

const fn session_name(secure: bool) -> &'static str {
    if secure { SECURE_SESSION } else { SESSION }
}

/// The session id that came with a request.
pub fn session(headers: &HeaderMap, secure: bool) -> Option<SecretString> {
    value(headers, session_name(secure)).map(Into::into)
}

/// The session cookies that an answer sets, empty ones included.
fn set_sessions(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let set = headers.get_all(header::SET_COOKIE).iter();
    let set = set.filter_map(|cookie| Cookie::parse(cookie.to_str().ok()?).ok());
    set.filter(|cookie| matches!(cookie.name(), SESSION | SECURE_SESSION))
}

/// Whether an answer begins, continues or ends a session.
pub fn sets_session(headers: &HeaderMap) -> bool {
    set_sessions(headers).next().is_some()
}

/// What proves an earlier sign-in from this browser.
pub fn device(headers: &HeaderMap) -> Option<String> {
    value(headers, DEVICE)
}

/// `Set-Cookie` by which this browser is known when it signs in again, for a year; sent to the server functions only.
pub fn set_device(device: &str, secure: bool) -> String {
    format!("{}; Max-Age=31536000", build_cookie(DEVICE, device, "/api/fn".to_owned(), secure))
}

/// The session that an answer begins.
pub fn new_session_of(headers: &HeaderMap) -> Option<SecretString> {
    set_sessions(headers).find(|cookie| !cookie.value().is_empty()).map(|cookie| cookie.value().into())
}

/// The chosen language that came with a request.
pub fn lang(headers: &HeaderMap) -> Option<String> {
    value(headers, LANG)
}

/// The SDKAppID of the app that was chosen in the console last.
pub fn app(headers: &HeaderMap) -> Option<String> {
    value(headers, APP)
}

/// `Set-Cookie` for an app that was chosen in the console, for a year; `None` is all of them.
pub fn set_app(app: Option<AppId>, secure: bool) -> String {
    let chosen = app.map(|app| app.to_string()).unwrap_or_default();
    let age = if app.is_some() { 31_536_000 } else { 0 };
    format!("{}; Max-Age={age}", build_cookie(APP, &chosen, "/".to_owned(), secure))
}

/// What remembers a link's password.
pub fn link(headers: &HeaderMap) -> Option<String> {
    value(headers, LINK)
}

/// A cookie that no script can read and no other site sends.
pub fn build_cookie(name: &'static str, value: &str, path: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value.to_owned())).path(path).http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

/// `Set-Cookie` for a session that begins or goes on.
pub fn set_session(id: &SecretString, secure: bool) -> String {
    let cookie = build_cookie(session_name(secure), id.expose_secret(), "/".to_owned(), secure);
    format!("{cookie}; Max-Age={}", SESSION_IDLE_TTL_MS / 1_000)
}

/// `Set-Cookie` for a session that ends.
pub fn clear_session(secure: bool) -> String {
    format!("{}; Max-Age=0", build_cookie(session_name(secure), "", "/".to_owned(), secure))
}

/// `Set-Cookie` for a language that was chosen in the console, for a year. No secret, so pages may read it.
pub fn set_lang(code: &str, secure: bool) -> String {
    let cookie = Cookie::build((LANG, code.to_owned())).path("/").same_site(SameSite::Lax).secure(secure).build();
    format!("{cookie}; Max-Age=31536000")
}

/// `Set-Cookie` that remembers a link's password, for this browser's session and this link only.
pub fn set_link(token: &str, pass: &SecretString, secure: bool) -> String {
    build_cookie(LINK, pass.expose_secret(), format!("/r/{token}"), secure).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_us_alone() {
        let id = SecretString::from("abc");
        let secure = "__Host-aftershow=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=1209600";
        assert_eq!(set_session(&id, true), secure);
        assert_eq!(set_session(&id, false), "aftershow=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600");
        assert_eq!(set_link("t0k3n", &id, false), "aftershow_link=abc; HttpOnly; SameSite=Lax; Path=/r/t0k3n");
    }

    #[test]
    fn a_cookie_that_another_subdomain_could_set_is_no_session_where_the_address_is_https() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, axum::http::HeaderValue::from_static("aftershow=theirs; __Host-aftershow=ours"));
        let id = |secure| session(&headers, secure).map(|id| id.expose_secret().to_owned());
        assert_eq!((id(true).as_deref(), id(false).as_deref()), (Some("ours"), Some("theirs")));
    }
}
