//! Passwords as Argon2id hashes. Hashing runs on blocking threads, at most two at a time: each takes 19 MiB and tens of
//! milliseconds, and strangers can ask for it.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use secrecy::{ExposeSecret, SecretString};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// The shortest password an operator may choose, in characters.
pub const SHORTEST: usize = 10;
/// The longest that is hashed, in bytes; beyond it is not a password but an attack.
pub const LONGEST: usize = 1024;

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has at least {SHORTEST} characters, this one has {0}")]
    TooShort(usize),
    #[error("a password has at most {LONGEST} bytes")]
    TooLong,
}

/// More than two at once gains nothing on two cores and lets strangers fill the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A hash nobody knows the password of, to spend the same time on names that do not exist.
static NOBODY: LazyLock<String> = LazyLock::new(|| compute(&super::secret::mint()));

fn compute(password: &SecretString) -> String {
    let salt: [u8; 16] = rand::random();
    let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
    Argon2::default()
        .hash_password(password.expose_secret().as_bytes(), &salt)
        .expect("the default parameters are valid")
        .to_string()
}

/// Checks that an operator may choose this password.
pub fn check(password: &SecretString) -> Result<(), PasswordError> {
    let text = password.expose_secret();
    match text.chars().count() {
        length if length < SHORTEST => Err(PasswordError::TooShort(length)),
        _ if text.len() > LONGEST => Err(PasswordError::TooLong),
        _ => Ok(()),
    }
}

/// The Argon2id hash of a password, in the PHC form.
pub async fn hash(password: SecretString) -> String {
    let _permit = AT_ONCE.acquire().await;
    tokio::task::spawn_blocking(move || compute(&password)).await.expect("hashing neither panics nor is cancelled")
}

/// Whether the password is the one of this hash. Without a hash it takes as long and says no.
pub async fn verify(password: SecretString, hash: Option<String>) -> bool {
    if password.expose_secret().len() > LONGEST {
        return false;
    }
    let _permit = AT_ONCE.acquire().await;
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(&NOBODY);
        let matches = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok());
        known && matches
    })
    .await
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hash = hash("correct horse".into()).await;
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse".into(), Some(hash.clone())).await);
        assert!(!verify("wrong horse".into(), Some(hash)).await);
        assert!(!verify("anything".into(), None).await);
        assert!(!verify("anything".into(), Some("not a hash".into())).await);
    }

    #[test]
    fn short_passwords_are_refused_by_characters() {
        assert_eq!(check(&"123456789".into()), Err(PasswordError::TooShort(9)));
        assert_eq!(check(&"鹿鹿鹿鹿鹿鹿鹿鹿鹿".into()), Err(PasswordError::TooShort(9)));
        assert_eq!(check(&"1234567890".into()), Ok(()));
        assert_eq!(check(&"x".repeat(1025).into()), Err(PasswordError::TooLong));
    }
}
