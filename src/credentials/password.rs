//! Passwords as Argon2id hashes. Hashing runs on blocking threads, at most two at a time: each takes 19 MiB and tens of
//! milliseconds, and strangers can ask for it.
//!
//! The permit belongs to the work and not to the request: a client that disconnects frees no place before the hash is done. The
//! memory is reused, because a freed block of this size stays with the allocator's arena of its thread.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The shortest password a user may choose, in characters.
pub const MIN_LENGTH: usize = 10;
/// The longest that is hashed, in bytes; beyond it is not a password but an attack.
pub const MAX_LENGTH: usize = 1024;

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has at least {MIN_LENGTH} characters, this one has {0}")]
    TooShort(usize),
    #[error("a password has at most {MAX_LENGTH} bytes")]
    TooLong,
}

/// More than two at once gains nothing on two cores and lets strangers fill the memory.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));
/// Checks for strangers that run or wait. Beyond, they are asked to try again: waiting costs memory and connections.
static STRANGERS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(32)));
/// Memory of hashes that are done, for the next ones; never more blocks than hashes at once.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Too many passwords wait to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

/// Who asks for a password to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashCaller {
    /// Signed in to this account before: waits for their turn and is never refused.
    Known,
    Stranger,
}

/// The Argon2id hash of these bytes, in memory that is used again.
fn argon2id(
    argon2: &Argon2,
    password: &SecretString,
    salt: &[u8],
    length: usize,
    memory: &mut Vec<Block>,
) -> argon2::Result<Vec<u8>> {
    let mut output = vec![0; length];
    memory.resize(argon2.params().block_count().max(memory.len()), Block::default());
    argon2.hash_password_into_with_memory(password.expose_secret().as_bytes(), salt, &mut output, memory)?;
    Ok(output)
}

fn compute(password: &SecretString, memory: &mut Vec<Block>) -> String {
    let salt: [u8; 16] = rand::random();
    let argon2 = Argon2::default();
    let output = argon2id(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory);
    let output = output.expect("the default parameters are valid");
    PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).expect("the default parameters are valid"),
        salt: Some(Salt::new(&salt).expect("16 bytes are a salt")),
        hash: Some(Output::new(&output).expect("32 bytes are a hash")),
    }
    .to_string()
}

/// Whether the password has this hash; `None` where the text is no Argon2 hash.
fn matches(password: &SecretString, hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let salt = hash.salt?;
    let expected = hash.hash?;
    let output = argon2id(&argon2, password, &salt, expected.len(), memory).ok()?;
    Some(output.ct_eq(expected.as_bytes()).into())
}

/// Runs hashing on a blocking thread when it is its turn. `place` is held until it is done, even if nobody waits any more.
async fn run<T: Send + 'static>(
    place: Option<OwnedSemaphorePermit>,
    work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
) -> T {
    let turn = AT_ONCE.clone().acquire_owned().await.expect("this semaphore is never closed");
    let done = tokio::task::spawn_blocking(move || {
        let idle = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
        let mut memory = idle().pop().unwrap_or_default();
        let result = work(&mut memory);
        idle().push(memory);
        drop((turn, place));
        result
    });
    done.await.expect("hashing neither panics nor is cancelled")
}

/// Checks that a user may choose this password.
pub fn check(password: &SecretString) -> Result<(), PasswordError> {
    let text = password.expose_secret();
    match text.chars().count() {
        length if length < MIN_LENGTH => Err(PasswordError::TooShort(length)),
        _ if text.len() > MAX_LENGTH => Err(PasswordError::TooLong),
        _ => Ok(()),
    }
}

/// The Argon2id hash of a password, in the PHC form. For signed-in users and the command line; it waits for its turn.
pub async fn hash(password: SecretString) -> String {
    run(None, move |memory| compute(&password, memory)).await
}

/// Whether the password is the one of this hash. Without a hash it takes as long and says no.
pub async fn verify(password: SecretString, hash: Option<String>, caller: HashCaller) -> Result<bool, Busy> {
    /// A hash nobody knows the password of, to spend the same time on names that do not exist.
    static NOBODY: OnceLock<String> = OnceLock::new();
    if password.expose_secret().len() > MAX_LENGTH {
        return Ok(false);
    }
    let place = match caller {
        HashCaller::Known => None,
        HashCaller::Stranger => Some(STRANGERS.clone().try_acquire_owned().map_err(|_| Busy)?),
    };
    let check = move |memory: &mut Vec<Block>| match &hash {
        Some(hash) => matches(&password, hash, memory).unwrap_or(false),
        None => {
            let nobody = NOBODY.get_or_init(|| compute(&super::secret::mint(), memory));
            matches(&password, nobody, memory);
            false
        }
    };
    Ok(run(place, check).await)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hash = hash("correct horse".into()).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let check = async |password: &str, hash: Option<&str>| {
            verify(password.into(), hash.map(str::to_owned), HashCaller::Known).await
        };
        assert_eq!(check("correct horse", Some(&hash)).await, Ok(true));
        assert_eq!(check("wrong horse", Some(&hash)).await, Ok(false));
        assert_eq!(check("anything", None).await, Ok(false));
        assert_eq!(check("anything", Some("not a hash")).await, Ok(false));
        // A hash of the reference implementation in C (argon2-cffi 25.1.0), as stored by every earlier version.
        let stored =
            "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$cTLmpgKLeruU6za+t2cUZ3fNfHVCYhGoJ8inpcUNcwc";
        assert_eq!(check("correct horse", Some(stored)).await, Ok(true));
        assert_eq!(check("correct Horse", Some(stored)).await, Ok(false));
        assert!(MEMORY.lock().unwrap().len() <= 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_caller_who_hangs_up_frees_no_slot_before_the_work_is_done() {
        let (started, is_running) = tokio::sync::oneshot::channel();
        let (finish, may_finish) = std::sync::mpsc::channel::<()>();
        let place = STRANGERS.clone().acquire_owned().await.unwrap();
        let request = tokio::spawn(run(Some(place), move |_| {
            started.send(()).unwrap();
            may_finish.recv().unwrap();
        }));
        is_running.await.unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
        assert!(AT_ONCE.available_permits() < 2 && STRANGERS.available_permits() < 32, "both are still taken");
        finish.send(()).unwrap();
        let _both = AT_ONCE.clone().acquire_many_owned(2).await.unwrap();
    }

    #[test]
    fn short_passwords_are_refused_by_characters() {
        assert_eq!(check(&"123456789".into()), Err(PasswordError::TooShort(9)));
        assert_eq!(check(&"鹿鹿鹿鹿鹿鹿鹿鹿鹿".into()), Err(PasswordError::TooShort(9)));
        assert_eq!(check(&"1234567890".into()), Ok(()));
        assert_eq!(check(&"x".repeat(1025).into()), Err(PasswordError::TooLong));
    }
}
