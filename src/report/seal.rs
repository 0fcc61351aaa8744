//! Hash, signature, fingerprint.
//!
//! Must not: decide what a report says, or keep a key anywhere.

use super::{ReportError, record_bytes};
use crate::domain::Millis;
use crate::domain::record::{Document, DocumentSeal, FORMAT, Record};
use crate::store::SigningKeyRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

/// The key that signs. Never printed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Why a key could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the system gave no random bytes: {0}")]
    Random(String),
    #[error("this is no Ed25519 key; it must be 32 bytes, in base64 or hexadecimal")]
    Bytes,
}

impl SigningKey {
    /// A new key from the system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        SysRng.try_fill_bytes(&mut bytes).map_err(|error| KeyError::Random(error.to_string()))?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&bytes)))
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = bytes.try_into().map_err(|_| KeyError::Bytes)?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(bytes)))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Its name: see [`PublicKey::id`].
    pub fn id(&self) -> String {
        self.public().id()
    }

    /// As a row of the database, which gets no secret; used from `now` on.
    pub fn row(&self, now: Millis) -> SigningKeyRow {
        SigningKeyRow { id: self.id(), public: self.public().to_bytes().to_vec(), created_at: now, active: true }
    }

    /// Ed25519 over a line that says what is signed, and the bytes.
    pub fn sign(&self, what: &str, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(&signed(what, bytes)).to_bytes()
    }
}

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = bytes.try_into().map_err(|_| KeyError::Bytes)?;
        ed25519_dalek::VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| KeyError::Bytes)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its name: the first eight bytes of its SHA-256, lower-case hex.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..8])
    }

    /// Whether the signature is of this key over these bytes. Strict: one message, one signature.
    pub fn verifies(&self, what: &str, bytes: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(&signed(what, bytes), &signature).is_ok())
    }
}

/// Public keys as published at `/.well-known/aftershow.pub`: a line per key, its name and its 32 bytes in base64.
pub fn publish(keys: &[PublicKey]) -> String {
    let mut text = String::from("# Ed25519 keys that signed reports here: name, key\n");
    for key in keys {
        text.push_str(&format!("{} {}\n", key.id(), STANDARD.encode(key.to_bytes())));
    }
    text
}

/// Reads published keys, or a bare key in base64 or hexadecimal. At least one must be there.
pub fn parse_keys(text: &str) -> Result<Vec<PublicKey>, KeyError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys = lines
        .map(|line| parse_key(line.split_whitespace().last().unwrap_or_default()))
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() { Err(KeyError::Bytes) } else { Ok(keys) }
}

fn parse_key(word: &str) -> Result<PublicKey, KeyError> {
    let bytes = match word.len() {
        64 => hex::decode(word).map_err(|_| KeyError::Bytes)?,
        _ => STANDARD.decode(word).map_err(|_| KeyError::Bytes)?,
    };
    PublicKey::from_bytes(&bytes)
}

fn signed(what: &str, bytes: &[u8]) -> Vec<u8> {
    [what.as_bytes(), b"\n", bytes].concat()
}

/// A record with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub canonical: Vec<u8>,
    /// Lower-case hex over the canonical bytes.
    pub sha256: String,
    /// Ed25519 over `aftershow-report-v1\n` and the canonical bytes.
    pub signature: [u8; 64],
    /// Which key signed.
    pub key: String,
}

impl Sealed {
    /// As pages and exports show it.
    pub fn proof(&self) -> DocumentSeal {
        proof(&self.sha256, &self.signature, &self.key)
    }
}

/// The proof as pages and exports show it, from what the database keeps.
pub fn proof(sha256: &str, signature: &[u8], key: &str) -> DocumentSeal {
    DocumentSeal {
        sha256: sha256.to_owned(),
        signature: STANDARD.encode(signature),
        key: key.to_owned(),
        fingerprint: fingerprint(sha256),
    }
}

/// Seals a record, whole or derived.
pub fn seal(record: &Record, key: &SigningKey) -> Result<Sealed, ReportError> {
    let canonical = record_bytes(record)?;
    let sha256 = sha256(&canonical);
    let signature = key.sign(FORMAT, &canonical);
    Ok(Sealed { canonical, sha256, signature, key: key.id() })
}

/// Seals a record and puts both together.
pub fn document(record: Record, key: &SigningKey) -> Result<Document, ReportError> {
    let seal = seal(&record, key)?.proof();
    Ok(Document { record, seal: Some(seal) })
}

/// SHA-256, lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The first eight bytes of a hash, to be read aloud and typed: `8F3A-91C2-D04B-77E1`.
pub fn fingerprint(sha256: &str) -> String {
    let upper = sha256.to_ascii_uppercase();
    let digits: Vec<char> = upper.chars().take(16).collect();
    digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What a person typed as a fingerprint, as the beginning of a hash in lower-case hex; spaces and dashes do not matter.
pub fn typed_fingerprint(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !"-–—‐‑".contains(*c)).collect();
    let long_enough = (16..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    long_enough.then(|| digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::compose::tests::record;

    #[test]
    fn a_signature_holds_for_its_bytes_its_purpose_and_its_key_only() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let sealed = seal(&record(), &key).unwrap();
        assert!(key.public().verifies(FORMAT, &sealed.canonical, &sealed.signature));
        assert!(!other.public().verifies(FORMAT, &sealed.canonical, &sealed.signature));
        assert!(!key.public().verifies("aftershow-page-v1", &sealed.canonical, &sealed.signature));
        let mut changed = sealed.canonical.clone();
        changed[40] ^= 1;
        assert!(!key.public().verifies(FORMAT, &changed, &sealed.signature));
        assert!(!key.public().verifies(FORMAT, &sealed.canonical, b"short"));
        let again = SigningKey::from_bytes(key.0.as_bytes()).unwrap();
        assert_eq!(seal(&record(), &again).unwrap(), sealed);
    }

    #[test]
    fn keys_are_published_and_read_again_and_never_printed() {
        let keys = [SigningKey::generate().unwrap(), SigningKey::generate().unwrap()];
        let public: Vec<_> = keys.iter().map(SigningKey::public).collect();
        assert_eq!(parse_keys(&publish(&public)).unwrap(), public);
        assert_eq!(parse_keys(&hex::encode(public[0].to_bytes())).unwrap(), public[..1]);
        assert_eq!(parse_keys("nonsense"), Err(KeyError::Bytes));
        assert_eq!(parse_keys(""), Err(KeyError::Bytes));
        let printed = format!("{:?}", keys[0]);
        assert!(!printed.contains(&hex::encode(keys[0].0.as_bytes())) && printed.contains(&keys[0].id()));
    }

    #[test]
    fn fingerprints_are_spoken_and_typed() {
        let hash = "8f3a91c2d04b77e1".to_owned() + &"0".repeat(48);
        assert_eq!(fingerprint(&hash), "8F3A-91C2-D04B-77E1");
        assert_eq!(typed_fingerprint(" 8f3a 91C2-D04B–77E1 ").as_deref(), Some("8f3a91c2d04b77e1"));
        assert_eq!(typed_fingerprint("8F3A-91C2"), None);
        assert_eq!(typed_fingerprint("8F3A-91C2-D04B-77EX"), None);
    }
}
