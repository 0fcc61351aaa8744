//! Content-Security-Policies: what a page may load and run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// For answers that are no page of the console: nothing. The console may frame them, as it frames a report.
pub const NOTHING: &str = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/// For our few plain pages (a dead link, a password, an error): our style sheet and forms to ourselves.
pub const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
    frame-ancestors 'self'; base-uri 'none'";

/// For a page of the console: our own files, and inline scripts and styles of this answer only. Framed by nobody but ourselves:
/// a report in a frame leads to `/verify`.
pub fn console(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; \
         frame-ancestors 'self'; base-uri 'none'"
    )
}

/// For a shared report, which is kept and sent many times and so has no nonce: it lists its own inline scripts and styles.
/// The console may frame it, nobody else.
pub fn shared(html: &str) -> String {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; \
         frame-ancestors 'self'; base-uri 'none'"
    )
}

/// The sources of every inline element of that name, as policies list them. The HTML is our own, so a plain search does:
/// text and attributes in it are escaped and cannot open an element.
fn hashes(html: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let mut sources = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find(&open) {
        rest = &rest[start + open.len()..];
        let Some(head) = rest.find('>') else { break };
        let attributes = &rest[..head];
        rest = &rest[head + 1..];
        let Some(end) = rest.find(&close) else { break };
        // `<scripted>` is another element; a script with a source has no text to run.
        let named = attributes.is_empty() || attributes.starts_with([' ', '\n']);
        if named && !attributes.contains(" src=") && end > 0 {
            let source = format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(&rest.as_bytes()[..end])));
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        rest = &rest[end + close.len()..];
    }
    sources.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_listed_once_each() {
        let html = "<script src=\"/a.js\"></script><script type=\"module\">go()</script><p>x</p><script>go()</script>";
        let hash = STANDARD.encode(Sha256::digest("go()"));
        assert_eq!(hashes(html, "script"), format!(" 'sha256-{hash}'"));
        assert_eq!(hashes(html, "style"), "");
        assert!(shared("<style>p{}</style>").contains("style-src 'self' 'sha256-"));
    }

    #[test]
    fn nothing_allows_inline_in_general() {
        for policy in [console("n"), shared(""), PLAIN.to_owned(), NOTHING.to_owned()] {
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        }
    }
}
