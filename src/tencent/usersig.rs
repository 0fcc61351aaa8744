//! UserSig: the signature that every call carries (TLSSigAPIv2: HMAC-SHA256, zlib, Base64 in Tencent's alphabet).
//!
//! Must not: show the key or a signature to anybody but the request. Both are [`SecretString`].

use crate::domain::AppId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::ZlibEncoder};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// How long the client's own signatures are valid, in seconds. Tencent advises a day or more.
pub const VALID_SECONDS: i64 = 86_400;

/// What a signature says before it is packed. Order and spacing carry no meaning.
#[derive(Serialize)]
struct Claims<'a> {
    #[serde(rename = "TLS.ver")]
    version: &'a str,
    #[serde(rename = "TLS.identifier")]
    identifier: &'a str,
    #[serde(rename = "TLS.sdkappid")]
    app: i64,
    #[serde(rename = "TLS.expire")]
    expire: i64,
    #[serde(rename = "TLS.time")]
    time: i64,
    #[serde(rename = "TLS.userbuf", skip_serializing_if = "Option::is_none")]
    userbuf: Option<&'a str>,
    #[serde(rename = "TLS.sig")]
    sig: &'a str,
}

/// Mints one signature: valid from `time` (seconds since 1970) for `expire` seconds. The key is used as the text it is,
/// not as the bytes its hex digits would spell.
pub fn mint(app: AppId, key: &SecretString, identifier: &str, time: i64, expire: i64) -> SecretString {
    mint_with(app, key, identifier, time, expire, None)
}

/// As [`mint`], with a user buffer, which only rooms ask for; here for the official vectors.
fn mint_with(
    app: AppId,
    key: &SecretString,
    identifier: &str,
    time: i64,
    expire: i64,
    userbuf: Option<&[u8]>,
) -> SecretString {
    let userbuf = userbuf.map(|bytes| STANDARD.encode(bytes));
    let mut signed = format!("TLS.identifier:{identifier}\nTLS.sdkappid:{app}\nTLS.time:{time}\nTLS.expire:{expire}\n");
    if let Some(userbuf) = &userbuf {
        let _ = writeln!(signed, "TLS.userbuf:{userbuf}");
    }
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes keys of every length");
    mac.update(signed.as_bytes());
    let sig = STANDARD.encode(mac.finalize().into_bytes());
    let claims =
        Claims { version: "2.0", identifier, app: app.0, expire, time, userbuf: userbuf.as_deref(), sig: &sig };
    let json = serde_json::to_vec(&claims).expect("texts and numbers are JSON");
    let mut zlib = ZlibEncoder::new(Vec::with_capacity(json.len()), Compression::default());
    let packed = zlib.write_all(&json).and_then(|()| zlib.finish()).expect("writing to memory does not fail");
    let text = STANDARD.encode(packed);
    SecretString::from(
        text.chars()
            .map(|c| match c {
                '+' => '*',
                '/' => '-',
                '=' => '_',
                other => other,
            })
            .collect::<String>(),
    )
}

/// One minted signature, with a number by which callers say which one was refused.
#[derive(Clone)]
pub struct Signature {
    pub text: Arc<SecretString>,
    generation: u64,
    renew_at: i64,
}

/// Creates a signature once, caches it, and renews it at 80 % of its lifetime, or when Tencent refuses the signature.
pub struct Signer {
    app: AppId,
    key: SecretString,
    identifier: String,
    cached: Mutex<Option<Signature>>,
}

impl Signer {
    pub fn new(app: AppId, key: SecretString, identifier: String) -> Self {
        Self { app, key, identifier, cached: Mutex::new(None) }
    }

    /// The account that signs.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The secret key, for redacting it out of what others wrote.
    pub(super) fn key(&self) -> &SecretString {
        &self.key
    }

    /// A signature that is good at `now` (seconds since 1970). A clock that is set back renews it as well.
    pub fn signature(&self, now: i64) -> Signature {
        let mut kept = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(signature) if now < signature.renew_at && now >= signature.renew_at - VALID_SECONDS => {
                signature.clone()
            }
            other => {
                let generation = other.as_ref().map_or(0, |signature| signature.generation + 1);
                let text = mint(self.app, &self.key, &self.identifier, now, VALID_SECONDS);
                let signature = Signature { text: Arc::new(text), generation, renew_at: now + VALID_SECONDS * 8 / 10 };
                kept.insert(signature).clone()
            }
        }
    }

    /// Tencent refused this one: the next call gets a new one. Of many calls refused together only the first renews.
    pub fn renew(&self, signature: &Signature) {
        let mut kept = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = kept.as_mut()
            && current.generation == signature.generation
        {
            current.renew_at = i64::MIN;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use flate2::read::ZlibDecoder;
    use serde_json::Value;
    use std::io::Read;

    fn unpack(sig: &str) -> Value {
        let text: String = sig
            .chars()
            .map(|c| match c {
                '*' => '+',
                '-' => '/',
                '_' => '=',
                other => other,
            })
            .collect();
        let mut json = String::new();
        ZlibDecoder::new(STANDARD.decode(text).unwrap().as_slice()).read_to_string(&mut json).unwrap();
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn signs_as_the_official_libraries_do() {
        let vectors: Vec<Value> = serde_json::from_str(include_str!("../../tests/data/usersig-vectors.json")).unwrap();
        assert!(vectors.len() >= 4);
        for vector in vectors {
            let text = |key: &str| vector[key].as_str().unwrap();
            let sig = mint_with(
                AppId(vector["sdkappid"].as_i64().unwrap()),
                &SecretString::from(text("key")),
                text("userid"),
                vector["curr_time"].as_i64().unwrap(),
                vector["expire"].as_i64().unwrap(),
                vector["userbuf"].as_str().map(str::as_bytes),
            );
            let claims = unpack(sig.expose_secret());
            assert_eq!(claims["TLS.sig"], vector["tls_sig"], "{}", text("name"));
            for official in ["usersig_python", "usersig_node"] {
                assert_eq!(claims, unpack(text(official)), "{}", text("name"));
            }
            assert!(sig.expose_secret().bytes().all(|b| b.is_ascii_alphanumeric() || b"*-_".contains(&b)));
        }
    }

    #[test]
    fn keeps_a_signature_until_80_percent_of_its_validity() {
        let signer = Signer::new(AppId(1), SecretString::from("k"), "administrator".to_owned());
        let first = signer.signature(1_000_000);
        let kept = signer.signature(1_000_000 + VALID_SECONDS * 8 / 10 - 1);
        assert_eq!(first.generation, kept.generation);
        let renewed = signer.signature(1_000_000 + VALID_SECONDS * 8 / 10);
        assert_ne!(first.generation, renewed.generation);
        assert_ne!(first.text.expose_secret(), renewed.text.expose_secret());
    }

    #[test]
    fn many_refusals_of_one_signature_renew_it_once() {
        let signer = Signer::new(AppId(1), SecretString::from("k"), "administrator".to_owned());
        let first = signer.signature(1000);
        signer.renew(&first);
        let second = signer.signature(1001);
        signer.renew(&first);
        assert_eq!(second.generation, signer.signature(1002).generation);
        assert_ne!(first.generation, second.generation);
    }

    #[test]
    fn a_clock_set_far_back_mints_again() {
        let signer = Signer::new(AppId(1), SecretString::from("k"), "administrator".to_owned());
        let ahead = signer.signature(10_000_000);
        assert_ne!(ahead.generation, signer.signature(1_000_000).generation);
    }
}
