//! Tokens of shared links: HMAC-SHA256 of (link, version) under a key that lies outside the database.
//!
//! So a user can copy a link again, rotating is the next version, and a stolen database opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Bytes of the HMAC that make the token: 192 bits, 32 characters.
const BYTES: usize = 24;
/// Characters of a token.
pub const LENGTH: usize = BYTES / 3 * 4;

/// The key of all tokens of one installation.
#[derive(Clone)]
pub struct TokenKey(Arc<secrecy::SecretBox<[u8; 32]>>);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

impl TokenKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(secrecy::SecretBox::new(Box::new(bytes))))
    }

    /// The token of a link in a version.
    pub fn token(&self, link: i64, version: i64) -> SecretString {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"aftershow-share-v1");
        mac.update(&link.to_be_bytes());
        mac.update(&version.to_be_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..BYTES]).into()
    }

    /// The value of the cookie that remembers an accepted password: good for this version and this password only.
    pub fn pass(&self, link: i64, version: i64, password_hash: &str) -> SecretString {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"aftershow-share-pass-v1");
        mac.update(&link.to_be_bytes());
        mac.update(&version.to_be_bytes());
        mac.update(password_hash.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()).into()
    }

    /// Under which several servers count tries together: it reveals neither a name nor an address.
    pub fn throttle_key(&self, purpose: &str, of: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"aftershow-throttle-v1");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(of.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Says which key this is, and nothing about it.
    pub fn check_value(&self) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"aftershow-key-check-v1");
        mac.finalize().into_bytes().into()
    }

    /// The value of a cookie that proves an earlier sign-in to this account from this browser: a random number and its
    /// HMAC. It opens nothing; it only keeps the wrong tries of others from counting against this browser.
    pub fn device(&self, user: i64, number: [u8; 16]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"aftershow-device-v1");
        mac.update(&user.to_be_bytes());
        mac.update(&number);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(number), URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// The number of a device cookie that was made for this account.
    pub fn device_number(&self, user: i64, cookie: &str) -> Option<[u8; 16]> {
        let number = URL_SAFE_NO_PAD.decode(cookie.split_once('.')?.0).ok()?.try_into().ok()?;
        let genuine = self.device(user, number);
        bool::from(genuine.as_bytes().ct_eq(cookie.as_bytes())).then_some(number)
    }
}

/// What the database keeps of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_by_link_version_and_key() {
        let key = TokenKey::new([1; 32]);
        let token = key.token(1, 1);
        assert_eq!(token.expose_secret().len(), LENGTH);
        assert_eq!(token.expose_secret(), key.token(1, 1).expose_secret());
        assert_ne!(token.expose_secret(), key.token(1, 2).expose_secret());
        assert_ne!(token.expose_secret(), key.token(2, 1).expose_secret());
        assert_ne!(token.expose_secret(), TokenKey::new([2; 32]).token(1, 1).expose_secret());
        assert_ne!(key.pass(1, 1, "a").expose_secret(), key.pass(1, 1, "b").expose_secret());
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", TokenKey::new([7; 32])), "TokenKey(…)");
    }

    #[test]
    fn a_device_is_known_to_the_account_it_signed_in_to() {
        let (key, other) = (TokenKey::new([1; 32]), TokenKey::new([2; 32]));
        let cookie = key.device(7, [3; 16]);
        assert_eq!(key.device_number(7, &cookie), Some([3; 16]));
        assert_eq!(key.device_number(8, &cookie), None);
        assert_eq!(other.device_number(7, &cookie), None);
        for forged in ["", ".", "AwMDAwMDAwMDAwMDAwMDAw.", "x.y", &cookie[..cookie.len() - 1]] {
            assert_eq!(key.device_number(7, forged), None, "{forged}");
        }
    }
}
