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

/// For a shared report, which is kept and sent many times and so has no nonce: its one inline script is allowed by the hash of
/// the text that was put into it. The console may frame it, nobody else.
pub fn shared(loader: Option<&str>) -> String {
    let script = loader.map(|text| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text))));
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
        script.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_report_allows_its_loader_and_no_other_script() {
        let hash = STANDARD.encode(Sha256::digest("go()"));
        assert!(shared(Some("go()")).contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';")));
        assert!(!shared(None).contains("sha256"));
    }

    #[test]
    fn nothing_allows_inline_in_general() {
        for policy in [console("n"), shared(Some("go()")), PLAIN.to_owned(), NOTHING.to_owned()] {
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        }
    }
}
