//! Foreign text (bodies, names, error texts) without the secret key and without any signature.
//!
//! Must not: let through a half of either; text is cut after it was redacted.

use super::Client;
use crate::tencent::wire::RoomInfo;
use secrecy::ExposeSecret;

impl Client {
    /// The start of a body for the log: escaped, without signature and key even if it repeats our request.
    pub(super) fn first_bytes(&self, bytes: &[u8]) -> String {
        /// Bytes of a body that the log shows.
        const MAX_LOGGED_BYTES: usize = 4096;
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_LOGGED_BYTES)]);
        // Where it is cut, the last word may be half a secret.
        let start = if bytes.len() > MAX_LOGGED_BYTES { start.trim_end_matches(may_be_secret) } else { &start };
        self.redacted(start, 200).chars().flat_map(char::escape_debug).collect()
    }

    /// Foreign text without our secrets.
    fn redact(&self, text: &str) -> String {
        redact(text, self.0.signer.key().expose_secret())
    }

    /// Foreign text without our secrets, cut to `max` characters. Redacted before it is cut, so that no half of a
    /// secret stays.
    pub(super) fn redacted(&self, text: &str, max: usize) -> String {
        self.redact(text).chars().take(max).collect()
    }

    /// A room whose names repeat none of our secrets.
    pub(super) fn without_secrets(&self, info: RoomInfo) -> RoomInfo {
        let clean = |text: Option<String>| text.map(|text| self.redact(&text));
        RoomInfo { title: clean(info.title), host: clean(info.host), host_name: clean(info.host_name), ..info }
    }
}

/// Foreign text without the key, and without anything that could be a signature however it was escaped: those have more
/// than 100 characters, and nothing else that is worth reading has 60 without a break.
fn redact(text: &str, key: &str) -> String {
    /// Characters without a break from which a piece of text is removed.
    const MIN_SECRET_LEN: usize = 60;
    // Not the few letters of a key made up for a test.
    let text = if key.len() >= 8 { text.replace(key, "[redacted]") } else { text.to_owned() };
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let run = rest.find(|c| !may_be_secret(c)).unwrap_or(rest.len());
        safe.push_str(if run >= MIN_SECRET_LEN { "[redacted]" } else { &rest[..run] });
        let next = rest[run..].find(may_be_secret).map_or(rest.len(), |breaks| run + breaks);
        safe.push_str(&rest[run..next]);
        rest = &rest[next..];
    }
    safe
}

/// A character of a key or of a signature, however it was escaped.
fn may_be_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "*-_%+/=".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_shown_without_secrets() {
        let sig = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkElNyM-Myi0uKEkvyi2BKilOyEwsKMlOACgxNDKAA*_";
        for escaped in [sig.to_owned(), sig.replace('*', "%2A"), sig.replace(['*', '-', '_'], "%2a")] {
            let redacted = redact(&format!("鹿 usersig: {escaped}, key hush-hush; admin needed"), "hush-hush");
            assert_eq!(redacted, "鹿 usersig: [redacted], key [redacted]; admin needed");
        }
        assert_eq!(redact("usersig=", "k"), "usersig=");
    }
}
