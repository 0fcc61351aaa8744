//! Verifies a UserSig as Tencent's official library does, from the text in the URL to the HMAC.
//!
//! Must not: mint one, or share a line with the client's own signature code; two writings of one rule check each other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use std::io::Read as _;

/// The largest JSON a signature may unfold to; real ones have about 250 bytes.
const MAX_UNZIPPED_BYTES: u64 = 16 * 1024;

/// Why a signature is refused, in the order in which it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigError {
    #[error("UserSig is empty")]
    Empty,
    #[error("UserSig is illegal")]
    Illegal,
    #[error("sdkappid of the request and of the UserSig do not match")]
    OtherApp,
    #[error("identifier of the request and of the UserSig do not match")]
    OtherIdentifier,
    #[error("UserSig has expired")]
    Expired,
    #[error("UserSig verification failed")]
    OtherKey,
}

impl SigError {
    /// Tencent's ErrorCode for it.
    pub const fn code(self) -> i64 {
        match self {
            Self::Empty => 70002,
            Self::Illegal => 70003,
            Self::OtherApp => 70014,
            Self::OtherIdentifier => 70013,
            Self::Expired => 70001,
            Self::OtherKey => 70009,
        }
    }
}

/// The JSON inside a signature. Order, spacing and escaping of its keys carry no meaning.
struct Ticket {
    identifier: String,
    sdkappid: u64,
    expire: u64,
    time: u64,
    userbuf: Option<String>,
    sig: Vec<u8>,
}

/// Checks `usersig` for (`sdkappid`, `identifier`) at `now`, in unix seconds. `key` is taken as text, never hex-decoded.
///
/// # Errors
/// The first check that fails: empty, illegal, app, identifier, expiry (equal is still valid), HMAC.
pub fn verify(usersig: &str, sdkappid: u64, identifier: &str, key: &str, now: u64) -> Result<(), SigError> {
    if usersig.is_empty() {
        return Err(SigError::Empty);
    }
    let ticket = decode(usersig).ok_or(SigError::Illegal)?;
    if ticket.sdkappid != sdkappid {
        return Err(SigError::OtherApp);
    }
    if ticket.identifier != identifier {
        return Err(SigError::OtherIdentifier);
    }
    if now > ticket.time.saturating_add(ticket.expire) {
        return Err(SigError::Expired);
    }
    let Ticket { identifier, sdkappid, expire, time, userbuf, sig } = ticket;
    let mut content =
        format!("TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n");
    if let Some(userbuf) = userbuf {
        content.push_str(&format!("TLS.userbuf:{userbuf}\n"));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| SigError::OtherKey)?;
    mac.update(content.as_bytes());
    mac.verify_slice(&sig).map_err(|_| SigError::OtherKey)
}

fn decode(usersig: &str) -> Option<Ticket> {
    let text: String = usersig
        .chars()
        .map(|letter| match letter {
            '*' => '+',
            '-' => '/',
            '_' => '=',
            other => other,
        })
        .collect();
    let packed = STANDARD.decode(text).ok()?;
    let mut json = Vec::new();
    ZlibDecoder::new(packed.as_slice()).take(MAX_UNZIPPED_BYTES).read_to_end(&mut json).ok()?;
    let ticket: Value = serde_json::from_slice(&json).ok()?;
    if ticket.get("TLS.ver")?.as_str()? != "2.0" {
        return None;
    }
    Some(Ticket {
        identifier: ticket.get("TLS.identifier")?.as_str()?.to_owned(),
        sdkappid: ticket.get("TLS.sdkappid")?.as_u64()?,
        expire: ticket.get("TLS.expire")?.as_u64()?,
        time: ticket.get("TLS.time")?.as_u64()?,
        userbuf: match ticket.get("TLS.userbuf") {
            Some(userbuf) => Some(userbuf.as_str()?.to_owned()),
            None => None,
        },
        sig: STANDARD.decode(ticket.get("TLS.sig")?.as_str()?).ok()?,
    })
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use serde_json::json;
    use std::io::Write as _;

    const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// A signature for tests, at any zlib level.
    pub fn mint(key: &str, sdkappid: u64, identifier: &str, time: u64, expire: u64, level: u32) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(
            format!("TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n")
                .as_bytes(),
        );
        let ticket = json!({
            "TLS.ver": "2.0", "TLS.identifier": identifier, "TLS.sdkappid": sdkappid, "TLS.expire": expire,
            "TLS.time": time, "TLS.sig": STANDARD.encode(mac.finalize().into_bytes()),
        });
        compress(&serde_json::to_vec(&ticket).unwrap(), level)
    }

    fn compress(json: &[u8], level: u32) -> String {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(json).unwrap();
        STANDARD.encode(encoder.finish().unwrap()).replace('+', "*").replace('/', "-").replace('=', "_")
    }

    #[test]
    fn official_vectors_hold_and_expire() {
        let vectors: Value = serde_json::from_str(include_str!("../../tests/data/usersig-vectors.json")).unwrap();
        for vector in vectors.as_array().unwrap() {
            let app = vector["sdkappid"].as_u64().unwrap();
            let (user, key) = (vector["userid"].as_str().unwrap(), vector["key"].as_str().unwrap());
            let last = vector["curr_time"].as_u64().unwrap() + vector["expire"].as_u64().unwrap();
            for library in ["usersig_python", "usersig_node"] {
                let sig = vector[library].as_str().unwrap();
                assert_eq!(verify(sig, app, user, key, last), Ok(()), "{} {library}", vector["name"]);
                assert_eq!(verify(sig, app, user, key, last + 1), Err(SigError::Expired));
                assert_eq!(verify(sig, app + 1, user, key, last), Err(SigError::OtherApp));
                assert_eq!(verify(sig, app, "someone", key, last), Err(SigError::OtherIdentifier));
                assert_eq!(verify(sig, app, user, KEY, last), Err(SigError::OtherKey));
            }
        }
    }

    #[test]
    fn every_zlib_level_is_accepted() {
        for level in 0..=9 {
            let sig = mint(KEY, 1_400_000_001, "administrator", 1_700_000_000, 60, level);
            assert_eq!(verify(&sig, 1_400_000_001, "administrator", KEY, 1_700_000_060), Ok(()));
        }
    }

    #[test]
    fn the_first_failing_check_answers() {
        let old = mint(KEY, 1, "a", 100, 10, 6);
        assert_eq!(verify(&old, 2, "b", "other", 1000), Err(SigError::OtherApp));
        assert_eq!(verify(&old, 1, "b", "other", 1000), Err(SigError::OtherIdentifier));
        assert_eq!(verify(&old, 1, "a", "other", 1000), Err(SigError::Expired));
        assert_eq!(verify(&old, 1, "a", "other", 110), Err(SigError::OtherKey));
        // A clock that runs ahead is not refused.
        assert_eq!(verify(&old, 1, "a", KEY, 0), Ok(()));
    }

    #[test]
    fn what_cannot_be_decoded_is_illegal() {
        assert_eq!(verify("", 1, "a", KEY, 0), Err(SigError::Empty));
        let no_json = compress(b"not json", 6);
        let no_version =
            compress(br#"{"TLS.identifier":"a","TLS.sdkappid":1,"TLS.expire":1,"TLS.time":1,"TLS.sig":""}"#, 6);
        let text_app = compress(
            br#"{"TLS.ver":"2.0","TLS.identifier":"a","TLS.sdkappid":"1","TLS.expire":1,"TLS.time":1,"TLS.sig":""}"#,
            6,
        );
        for sig in ["eJ", "%%%", "AAAA", &no_json, &no_version, &text_app] {
            assert_eq!(verify(sig, 1, "a", KEY, 0), Err(SigError::Illegal), "{sig}");
        }
    }
}
