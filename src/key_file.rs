//! The one file of secrets, outside the database: the key of share links and the seed of the key that signs reports.
//!
//! It holds 32 bytes, the key of share links, from which the seed is derived; or 64, where the seed was made by an earlier
//! version and moved here out of the database: then that seed follows.
//!
//! Must not: put a secret into the database, a log or an error.

use crate::credentials::TokenKey;
use crate::domain::Millis;
use crate::files;
use crate::report::SigningKey;
use crate::store::{Store, StoreError};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use subtle::ConstantTimeEq;

/// Bytes of either secret.
const LENGTH: usize = 32;
/// What the seed is derived for.
const PURPOSE: &[u8] = b"aftershow-signing-v1";

/// Both keys of one installation.
#[derive(Clone, Debug)]
pub struct InstallationKeys {
    /// Makes the tokens of share links.
    pub links: TokenKey,
    /// Signs reports.
    pub signing: SigningKey,
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("cannot {what} the key file {path}: {source}")]
    File { what: &'static str, path: String, source: io::Error },
    #[error(
        "the key file {0} holds neither 32 nor 64 bytes; restore it from a backup, or remove it: then a new key signs, and links that are out go on working, but their addresses cannot be copied again"
    )]
    Damaged(String),
    #[error(
        "there is no key file at {0}; servers that share a database share it too: copy it from another server, or create it with `aftershow setup`"
    )]
    Missing(String),
    #[error(
        "the key file {0} is not the one of this installation; copy that from another server or a backup, or make this one the installation's with `aftershow setup --replace-key`"
    )]
    Other(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the key file, creating it where there is none. Where several servers share the database, it is not created, and has
/// to be the one of the installation. A signing seed that is still in the database is moved into it.
pub async fn open(path: &Path, store: &Store, now: Millis) -> Result<InstallationKeys, KeyFileError> {
    let name = || path.display().to_string();
    let failed = |what| move |source| KeyFileError::File { what, path: path.display().to_string(), source };
    let mut secret = match read(path).map_err(failed("read"))? {
        Some(secret) => secret,
        None if store.is_shared() => return Err(KeyFileError::Missing(name())),
        None => create(path).map_err(failed("create"))?,
    };
    let stored = store.signing_seed().await?;
    let length = secret.expose_secret().len();
    if let Some(seed) = &stored {
        let seed = seed.expose_secret();
        // An append that a crash cut short is done again.
        if (LENGTH..2 * LENGTH).contains(&length) && seed.len() == LENGTH {
            append(path, seed).map_err(failed("write the signing key to"))?;
            secret = [&secret.expose_secret()[..LENGTH], seed].concat().into();
        } else if secret.expose_secret().get(LENGTH..) != Some(seed) {
            tracing::warn!("the database held another signing key than the key file; the key file's signs from now on");
        }
    }
    let keys = keys(secret.expose_secret()).ok_or_else(|| KeyFileError::Damaged(name()))?;
    if let Some(mode) = files::mode_for_others(path) {
        tracing::warn!(path = %path.display(), "the key file can be read by others (mode {mode:o}); chmod 600 it");
    }
    if store.is_shared() {
        let is_first = store.known_key_check().await?.is_none();
        let signs = store.signing_keys().await?.into_iter().find(|key| key.active);
        let signs_otherwise = is_first && signs.is_some_and(|key| key.id != keys.signing.id());
        let check = check_value(&keys);
        if signs_otherwise || !bool::from(store.key_check(&check).await?.ct_eq(&check)) {
            return Err(KeyFileError::Other(name()));
        }
    }
    if let Err(error) = store.erase_signing_seeds().await {
        tracing::error!(%error, "the signing key could not be erased from the database; the next start tries again");
    }
    store.use_signing_key(&keys.signing.row(now)).await?;
    Ok(keys)
}

/// Creates a key file, for its owner alone.
pub fn create_new(path: &Path) -> Result<(), KeyFileError> {
    let failed = |source| KeyFileError::File { what: "create", path: path.display().to_string(), source };
    create(path).map(drop).map_err(failed)
}

/// Makes the key file the one of the installation, whichever it was.
pub async fn replace(path: &Path, store: &Store) -> Result<(), KeyFileError> {
    let name = || path.display().to_string();
    let failed = |source| KeyFileError::File { what: "read", path: path.display().to_string(), source };
    let secret = read(path).map_err(failed)?.ok_or_else(|| KeyFileError::Missing(name()))?;
    let keys = keys(secret.expose_secret()).ok_or_else(|| KeyFileError::Damaged(name()))?;
    Ok(store.replace_key_check(&check_value(&keys)).await?)
}

/// Says which keys these are: that of links, and that which signs.
fn check_value(keys: &InstallationKeys) -> Vec<u8> {
    [&keys.links.check_value()[..], keys.signing.id().as_bytes()].concat()
}

fn keys(secret: &[u8]) -> Option<InstallationKeys> {
    let (links, rest) = secret.split_first_chunk::<LENGTH>()?;
    let mut derived = [0; LENGTH];
    let seed = match rest.len() {
        0 => {
            Hkdf::<Sha256>::new(None, links).expand(PURPOSE, &mut derived).ok()?;
            &derived
        }
        _ => rest,
    };
    Some(InstallationKeys { links: TokenKey::new(*links), signing: SigningKey::from_bytes(seed).ok()? })
}

fn read(path: &Path) -> io::Result<Option<SecretSlice<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn create(path: &Path) -> io::Result<SecretSlice<u8>> {
    let bytes: [u8; LENGTH] = rand::random();
    let mut file = match files::create(path) {
        // Another process was first, and its file is the one that counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(std::fs::read(path)?.into()),
        file => file?,
    };
    file.write_all(&bytes)?;
    file.sync_all()?;
    // The name too must be there after a power cut: reports are signed with this key from now on.
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()?;
    Ok(bytes.to_vec().into())
}

/// Puts the seed behind the key of share links; on the disk when this returns.
fn append(path: &Path, seed: &[u8]) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.write_all_at(seed, LENGTH as u64)?;
    file.set_len(2 * LENGTH as u64)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::logged::Log;
    use crate::store::before_the_key_file;
    use std::os::unix::fs::PermissionsExt;

    const SEED: [u8; LENGTH] = *b"a seed that can be found in file";

    fn contains(path: &Path, bytes: &[u8]) -> bool {
        let content = std::fs::read(path).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes)
    }

    #[tokio::test]
    async fn the_key_file_is_created_once_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        let path = directory.path().join("aftershow.key");
        let open = async || open(&path, &store, Millis(1)).await;
        let (first, second) = (open().await.unwrap(), open().await.unwrap());
        assert_eq!(first.links.token(1, 1).expose_secret(), second.links.token(1, 1).expose_secret());
        assert_eq!(first.signing.id(), second.signing.id());
        assert_eq!(std::fs::read(&path).unwrap().len(), LENGTH);
        assert_eq!(files::mode_for_others(&path), None);
        let rows = store.signing_keys().await.unwrap();
        assert_eq!((rows.len(), rows[0].active, &rows[0].id), (1, true, &first.signing.id()));
        for wrong in [&b"short"[..], &[7; 40], &[7; 65]] {
            std::fs::write(&path, wrong).unwrap();
            assert!(matches!(open().await, Err(KeyFileError::Damaged(_))));
        }
        // A new file is a new key; the one before still verifies.
        std::fs::remove_file(&path).unwrap();
        let third = open().await.unwrap();
        assert_ne!(third.signing.id(), first.signing.id());
        assert_eq!(store.signing_keys().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn servers_that_share_a_database_have_one_key_file() {
        let Some(database) = crate::store::TestDatabase::postgres().await else { return };
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let open = async |name: &str| super::open(&path(name), &database.store, Millis(1)).await;
        assert!(matches!(open("one").await, Err(KeyFileError::Missing(_))) && !path("one").exists());
        create_new(&path("one")).unwrap();
        let first = open("one").await.unwrap();
        std::fs::copy(path("one"), path("copy")).unwrap();
        assert_eq!(open("copy").await.unwrap().signing.id(), first.signing.id());
        create_new(&path("other")).unwrap();
        assert!(matches!(open("other").await, Err(KeyFileError::Other(_))));
        assert_eq!(database.store.signing_keys().await.unwrap().len(), 1, "it signs nothing");
        replace(&path("other"), &database.store).await.unwrap();
        open("other").await.unwrap();
        assert!(matches!(open("one").await, Err(KeyFileError::Other(_))));
    }

    #[tokio::test]
    async fn a_database_that_was_moved_keeps_its_key_file() {
        let Some(database) = crate::store::TestDatabase::postgres().await else { return };
        let directory = tempfile::tempdir().unwrap();
        let (mine, other) = (directory.path().join("mine"), directory.path().join("other"));
        create_new(&mine).unwrap();
        create_new(&other).unwrap();
        let keys = super::keys(&std::fs::read(&mine).unwrap()).unwrap();
        database.store.use_signing_key(&keys.signing.row(Millis(1))).await.unwrap();
        assert!(matches!(open(&other, &database.store, Millis(2)).await, Err(KeyFileError::Other(_))));
        open(&mine, &database.store, Millis(2)).await.unwrap();
    }

    #[tokio::test]
    async fn a_key_file_that_others_can_read_is_reported_at_every_start() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("aftershow.db")).await.unwrap();
        let path = directory.path().join("aftershow.key");
        let log = Log::start();
        let reported = || log.lines("the key file can be read by others (mode 640); chmod 600 it").len();
        open(&path, &store, Millis(1)).await.unwrap();
        assert_eq!(reported(), 0);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        for start in 1..3 {
            open(&path, &store, Millis(1)).await.unwrap();
            assert_eq!(reported(), start);
        }
    }

    #[tokio::test]
    async fn a_seed_in_the_database_moves_to_the_key_file_and_is_found_nowhere_else() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("aftershow.db");
        let (path, backup) = (directory.path().join("aftershow.key"), directory.path().join("backup.db"));
        let signing = SigningKey::from_bytes(&SEED).unwrap();
        before_the_key_file(&database, &signing.id(), &signing.public().to_bytes(), &SEED).await;
        assert!(contains(&database, &SEED), "the test looks for what can be found");
        let links = [9; LENGTH];
        // As it is, and as a crash within the append left it.
        for length in [LENGTH, LENGTH + 5] {
            std::fs::write(&path, &[&links[..], &SEED].concat()[..length]).unwrap();
            let store = Store::open(&database).await.unwrap();
            let keys = open(&path, &store, Millis(2)).await.unwrap();
            assert_eq!(keys.links.token(1, 1).expose_secret(), TokenKey::new(links).token(1, 1).expose_secret());
            assert_eq!(keys.signing.id(), signing.id());
            assert_eq!(std::fs::read(&path).unwrap(), [links, SEED].concat());
            let rows = store.signing_keys().await.unwrap();
            assert_eq!((rows.len(), rows[0].active), (1, true));
            let name = database.file_name().unwrap().to_str().unwrap().to_owned();
            for end in ["", "-wal", "-shm"] {
                let file = directory.path().join(format!("{name}{end}"));
                assert!(!file.exists() || !contains(&file, &SEED), "{end}");
            }
            store.backup(&backup).await.unwrap();
            assert!(!contains(&backup, &SEED));
            assert_eq!(files::mode_for_others(&backup), None);
            let again = open(&path, &store, Millis(3)).await.unwrap();
            assert_eq!(again.signing.id(), signing.id());
            store.close().await;
            // Once more from the start.
            for file in [&backup, &database] {
                std::fs::remove_file(file).unwrap();
            }
            before_the_key_file(&database, &signing.id(), &signing.public().to_bytes(), &SEED).await;
        }
    }

    #[tokio::test]
    async fn the_seed_stays_where_the_key_file_cannot_be_written() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("aftershow.db");
        let signing = SigningKey::from_bytes(&SEED).unwrap();
        before_the_key_file(&database, &signing.id(), &signing.public().to_bytes(), &SEED).await;
        let store = Store::open(&database).await.unwrap();
        // A directory cannot be written to, not even by root.
        let path = directory.path().join("aftershow.key");
        std::fs::create_dir(&path).unwrap();
        assert!(matches!(open(&path, &store, Millis(1)).await, Err(KeyFileError::File { .. })));
        assert!(store.signing_seed().await.unwrap().is_some());
    }
}
