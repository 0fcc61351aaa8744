//! Tokens of shared links: HMAC-SHA256 of (link, version) under a key that lies outside the database.
//!
//! So an operator can copy a link again, rotating is the next version, and a stolen database opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

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

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot {what} the key file of shared links, {path}: {source}")]
    File { what: &'static str, path: String, source: std::io::Error },
    #[error(
        "the key file of shared links, {0}, does not hold 32 bytes; restore it from a backup, or remove it: then links that are out go on working, but their addresses cannot be copied again"
    )]
    Damaged(String),
}

impl TokenKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(secrecy::SecretBox::new(Box::new(bytes))))
    }

    /// Reads the key file, or writes a new one that only its owner may read (mode 0600).
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let name = path.display().to_string();
        let failed = |what| {
            let path = name.clone();
            move |source| KeyError::File { what, path, source }
        };
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self::new(bytes.try_into().map_err(|_| KeyError::Damaged(name))?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let bytes: [u8; 32] = rand::random();
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = match options.open(path) {
                    // Another process was first, and wrote the one that counts.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Self::open(path),
                    file => file.map_err(failed("create"))?,
                };
                file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed("write"))?;
                Ok(Self::new(bytes))
            }
            Err(error) => Err(failed("read")(error)),
        }
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
}

/// What the database keeps of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
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
    fn the_key_file_is_made_once_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("share.key");
        let first = TokenKey::open(&path).unwrap();
        let second = TokenKey::open(&path).unwrap();
        assert_eq!(first.token(1, 1).expose_secret(), second.token(1, 1).expose_secret());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(matches!(TokenKey::open(&path), Err(KeyError::Damaged(_))));
        assert_eq!(format!("{first:?}"), "TokenKey(…)");
    }
}
