//! Every way a call can fail, in one table: what it means, what to do, and what the client does about it.
//!
//! May not: hold a URL, a key or a signature. Facts are from Tencent's pages "Error Codes" of Live and of Chat (60000 to
//! 79999 are the gateway's and the account's, 100000 and above the live service's).

use crate::domain::{GapCause, Millis};
use std::fmt;

/// What the client does about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Ask again, at most twice within the same due time, each time out of the budget.
    Retry,
    /// Halve the pace; this call has failed.
    SlowDown,
    /// Mint a new UserSig and ask once more.
    SignAgain,
    /// Only a person can mend it.
    GiveUp(Scope),
}

/// What a failure that a person must mend concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every call of this command: it pauses, with one probe now and then.
    App,
    /// This room: whoever asks pauses it.
    Room,
    /// This call alone.
    Call,
}

/// A row of the table.
struct Known {
    code: i64,
    fate: Fate,
    what: &'static str,
    cure: &'static str,
}

const fn known(code: i64, fate: Fate, what: &'static str, cure: &'static str) -> Known {
    Known { code, fate, what, cure }
}

/// The code of a room that does not exist: an answer, not an error.
pub const NO_SUCH_ROOM: i64 = 100_004;

const APP: Fate = Fate::GiveUp(Scope::App);
const ROOM: Fate = Fate::GiveUp(Scope::Room);
const CALL: Fate = Fate::GiveUp(Scope::Call);

const LATER: &str = "nothing to do, it is tried again";
const SLOWER: &str =
    "we slow down by ourselves; if it lasts, lower tencent.budget_share, other programs use the same SDKAppID";
const OURS: &str = "this should not happen; tell us, with the RequestId";
const ASK: &str = "ask Tencent's support, with the RequestId";

/// All codes we know what to do about, in order. The design names the fates; the reference lists more codes of the same
/// kinds (marked † there where only older pages have them).
const TABLE: [Known; 49] = [
    known(60002, APP, "Tencent cannot read the request's address", OURS),
    known(60003, CALL, "Tencent cannot read the request's JSON", OURS),
    known(
        60004,
        Fate::SignAgain,
        "Tencent could not check the account or the UserSig",
        "check identifier and secret_key",
    ),
    known(
        60005,
        Fate::SignAgain,
        "Tencent could not check the account or the UserSig",
        "check identifier and secret_key",
    ),
    known(60006, APP, "the SDKAppID is not valid", "check tencent.sdkappid"),
    known(60007, Fate::SlowDown, "more calls a second than Tencent allows", SLOWER),
    known(60008, Fate::Retry, "Tencent's service timed out", LATER),
    known(
        60009,
        APP,
        "Tencent does not know this command",
        "check tencent.stats_command: get_room_stats, or get_room_statistic",
    ),
    known(
        60010,
        APP,
        "this identifier is not an admin of the app",
        "make it an administrator in Tencent's console, or set tencent.identifier to one",
    ),
    known(60011, Fate::SlowDown, "more calls a second than this SDKAppID may make", SLOWER),
    known(60012, APP, "the SDKAppID is missing in the request", OURS),
    known(60013, CALL, "Tencent could not read its own answer", LATER),
    known(60014, Fate::Retry, "Tencent's account service timed out", LATER),
    known(60015, CALL, "Tencent wants accounts as texts", OURS),
    known(60016, APP, "this SDKAppID is disabled", "enable it in Tencent's console"),
    known(60017, APP, "requests of this SDKAppID are forbidden", ASK),
    known(60018, Fate::SlowDown, "too many calls", SLOWER),
    known(60019, Fate::SlowDown, "too many calls", SLOWER),
    known(
        60020,
        APP,
        "the app's package has expired or is in arrears",
        "renew it in Tencent's console; it works 5 minutes later",
    ),
    known(
        60021,
        APP,
        "this machine's IP is not allowed",
        "add this machine's public IP to the allow-list of the app, or call from one that is on it",
    ),
    known(
        60025,
        APP,
        "SDKAppID, identifier, UserSig or content type of the request is wrong",
        "check sdkappid and identifier",
    ),
    known(
        60026,
        APP,
        "wrong region for this SDKAppID",
        "set tencent.region to the data centre that Tencent's console shows for the app",
    ),
    known(60027, APP, "this SDKAppID belongs to another product", "use the SDKAppID of the live app"),
    known(60028, APP, "the trial edition's requests of 24 hours are used up", "wait, or buy a package"),
    known(70001, Fate::SignAgain, "the UserSig has expired", "check this machine's clock"),
    known(70002, APP, "the UserSig is empty", OURS),
    known(70003, Fate::SignAgain, "the UserSig is not valid", "check tencent.secret_key"),
    known(70005, Fate::SignAgain, "the UserSig is malformed", "check tencent.secret_key"),
    known(
        70009,
        APP,
        "the UserSig was made with another app's key",
        "copy secret_key of this very SDKAppID from Tencent's console",
    ),
    known(70013, APP, "the UserSig is of another identifier", "check tencent.identifier"),
    known(70014, APP, "the UserSig is of another SDKAppID", "check tencent.sdkappid and tencent.endpoint"),
    known(70015, APP, "the app has no way of checking this account", ASK),
    known(
        70016,
        APP,
        "Tencent has no key of this SDKAppID in this region",
        "check tencent.region, then tencent.sdkappid",
    ),
    known(70020, APP, "this SDKAppID does not exist in this region", "check tencent.sdkappid and tencent.region"),
    known(
        70050,
        APP,
        "too many wrong signatures; Tencent has locked the account for a minute",
        "mend secret_key and wait a minute",
    ),
    known(70051, APP, "this account is on Tencent's block list", ASK),
    known(70052, Fate::SignAgain, "the UserSig is no longer valid", "check tencent.secret_key"),
    known(
        70107,
        APP,
        "this identifier is not an account of the app",
        "set tencent.identifier to an administrator's account",
    ),
    known(70169, Fate::Retry, "Tencent's service timed out", LATER),
    known(70202, Fate::Retry, "Tencent's service timed out", LATER),
    known(70402, CALL, "a parameter of the request is wrong", OURS),
    known(
        70403,
        APP,
        "this identifier is not an admin of the app",
        "make it an administrator in Tencent's console, or set tencent.identifier to one",
    ),
    known(70500, Fate::Retry, "Tencent's service had an internal error", LATER),
    known(72010, Fate::SlowDown, "too many calls of this account", SLOWER),
    known(100_001, Fate::Retry, "Tencent's live service had an internal error", LATER),
    known(100_002, ROOM, "Tencent does not accept this RoomId", "check it: letter case and blanks count"),
    known(100_004, CALL, "there is no such room", "it never existed or is gone; Tencent keeps nothing of it"),
    known(100_007, APP, "the app has no live package", "buy or renew it in Tencent's console"),
    known(100_302, CALL, "no webhook token is set", "set one in Tencent's console, and the same as webhook_token here"),
];

/// What the client does about an ErrorCode. What is not in the table is given up for this call alone.
pub fn fate(code: i64) -> Fate {
    find(code).map_or(CALL, |known| known.fate)
}

/// What an ErrorCode means; `None` for one that is not in the table.
pub fn what(code: i64) -> Option<&'static str> {
    find(code).map(|known| known.what)
}

/// What to do about an ErrorCode.
pub fn cure(code: i64) -> &'static str {
    find(code).map_or(ASK, |known| known.cure)
}

fn find(code: i64) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.code == code)
}

/// A call that has failed for good, after all retries.
#[derive(Clone, Debug, thiserror::Error)]
pub struct CallError {
    /// When the last attempt was sent; when we decided not to send, for [`Failure::Paused`].
    pub asked: Millis,
    /// When it had failed.
    pub failed: Millis,
    pub failure: Failure,
    /// Of the last attempt, where Tencent told one.
    pub request_id: Option<String>,
    /// Attempts before the last.
    pub retries: u32,
}

impl CallError {
    /// Tencent's ErrorCode; of the cause, while the command is paused.
    pub fn code(&self) -> Option<i64> {
        self.failure.code()
    }

    /// Whether the failure concerns the room rather than the app (100002).
    pub fn concerns_room(&self) -> bool {
        self.failure.fate() == Fate::GiveUp(Scope::Room)
    }
}

/// Words: what happened and what to do.
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.failure)?;
        match &self.request_id {
            Some(id) => write!(f, " (RequestId {})", Plain(id)),
            None => Ok(()),
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Tencent answered with an ErrorCode other than 0 (and other than 100004, where that is an answer).
    Code { code: i64, info: String },
    /// Nothing came back that Tencent's service had written.
    NoAnswer(NoAnswer),
    /// An answer that is not the envelope, or holds an impossible number. `first_bytes` is safe to print.
    Unreadable { why: String, first_bytes: String },
    /// Nothing was sent: the command is paused since `since`, or the upstream does not answer at all.
    Paused { cause: Cause, since: Millis, next_probe: Millis },
}

/// What a pause is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Code { code: i64, info: String },
    NoAnswer(NoAnswer),
}

/// The ways of getting no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// None within the time-out.
    Timeout,
    /// The name of the host could not be resolved.
    Name,
    /// Nobody could be reached at the address.
    Connect,
    /// Somebody answered who is not Tencent by its certificate.
    Tls,
    /// The connection was cut before the answer was complete.
    Cut,
    /// An HTTP status other than 200.
    Http(u16),
}

impl NoAnswer {
    /// One word, for counting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Cut => "cut",
            Self::Http(_) => "http",
        }
    }

    const fn fate(self) -> Fate {
        match self {
            Self::Http(429) => Fate::SlowDown,
            // A redirect, a wrong path or a refusal: whoever sits there is not Tencent's service.
            Self::Http(300..=407 | 409..=499) => CALL,
            _ => Fate::Retry,
        }
    }

    /// What to do about it.
    pub const fn cure(self) -> &'static str {
        match self {
            Self::Timeout => "check the network and firewall towards Tencent; if only Tencent is slow, wait",
            Self::Name => "check region or endpoint, and this machine's name server",
            Self::Connect => "check the network, and that the firewall lets this machine reach the host at this port",
            Self::Tls => "check this machine's clock, and whether a proxy opens encrypted connections",
            Self::Cut => "check the network and proxies between this machine and Tencent",
            Self::Http(429) => SLOWER,
            Self::Http(300..=499) => "check tencent.endpoint: an address that is not Tencent's answered",
            Self::Http(_) => "wait; Tencent's gateway is in trouble",
        }
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Name => f.write_str("the host's name cannot be resolved"),
            Self::Connect => f.write_str("no connection to the host"),
            Self::Tls => f.write_str("no trusted encrypted connection to the host"),
            Self::Cut => f.write_str("the connection was cut before the answer was complete"),
            Self::Http(status) => write!(f, "HTTP status {status} instead of an answer"),
        }
    }
}

impl Failure {
    /// What the client does about it.
    pub fn fate(&self) -> Fate {
        match self {
            Self::Code { code, .. } => fate(*code),
            Self::NoAnswer(kind) => kind.fate(),
            Self::Unreadable { .. } | Self::Paused { .. } => CALL,
        }
    }

    /// Tencent's ErrorCode; of the cause, while the command is paused.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Code { code, .. } | Self::Paused { cause: Cause::Code { code, .. }, .. } => Some(*code),
            _ => None,
        }
    }

    /// The name under which reports count it: the code, `no_answer` or `unreadable`. A paused call has its cause's.
    pub fn name(&self) -> String {
        match (self.code(), self) {
            (Some(code), _) => code.to_string(),
            (None, Self::Unreadable { .. }) => "unreadable".to_owned(),
            (None, _) => "no_answer".to_owned(),
        }
    }

    /// The cause of a gap that such failures leave.
    pub fn gap_cause(&self) -> GapCause {
        match (self.code(), self) {
            (Some(code), _) => GapCause::Code(code),
            (None, Self::Unreadable { .. }) => GapCause::Unreadable,
            (None, _) => GapCause::NoAnswer,
        }
    }

    /// What happened, without what to do.
    pub fn what(&self) -> String {
        match self {
            Self::Code { code, info } => code_words(*code, info),
            Self::NoAnswer(kind) => kind.to_string(),
            Self::Unreadable { why, .. } => format!("the answer cannot be read: {why}"),
            Self::Paused { cause: Cause::Code { code, info }, .. } => {
                format!("not asked, calls are paused: {}", code_words(*code, info))
            }
            Self::Paused { cause: Cause::NoAnswer(kind), .. } => format!("not asked, calls are paused: {kind}"),
        }
    }

    /// What to do.
    pub fn cure(&self) -> &'static str {
        match self {
            Self::Code { code, .. } | Self::Paused { cause: Cause::Code { code, .. }, .. } => cure(*code),
            Self::NoAnswer(kind) | Self::Paused { cause: Cause::NoAnswer(kind), .. } => kind.cure(),
            Self::Unreadable { .. } => "the log has its first bytes; check tencent.endpoint and proxies on the way",
        }
    }
}

fn code_words(code: i64, info: &str) -> String {
    match (what(code), info) {
        (Some(what), _) => format!("{code}, {what}"),
        (None, "") => format!("Tencent answered with the error {code}"),
        (None, info) => format!("Tencent answered with the error {code}: {}", Plain(info)),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what(), self.cure())
    }
}

/// Foreign text for one line: control characters and direction marks are gone, at most 200 characters.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .chars()
            .filter(|c| {
                !c.is_control()
                    && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            })
            .take(200)
            .try_for_each(|c| write!(f, "{c}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_are_in_order_and_once() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(TABLE.iter().all(|known| !known.what.is_empty() && !known.cure.is_empty()));
    }

    #[test]
    fn fates_are_those_of_the_design() {
        for code in [100_001, 60008, 60014, 70169, 70500] {
            assert_eq!(fate(code), Fate::Retry, "{code}");
        }
        for code in [60007, 60011, 60018, 60019] {
            assert_eq!(fate(code), Fate::SlowDown, "{code}");
        }
        for code in [70001, 70003, 70052] {
            assert_eq!(fate(code), Fate::SignAgain, "{code}");
        }
        for code in [60010, 60021, 60026, 70009, 70016, 70020] {
            assert_eq!(fate(code), Fate::GiveUp(Scope::App), "{code}");
        }
        assert_eq!(fate(100_002), Fate::GiveUp(Scope::Room));
        assert_eq!(fate(123_456), Fate::GiveUp(Scope::Call));
        for (kind, fate) in [
            (NoAnswer::Timeout, Fate::Retry),
            (NoAnswer::Connect, Fate::Retry),
            (NoAnswer::Cut, Fate::Retry),
            (NoAnswer::Http(502), Fate::Retry),
            (NoAnswer::Http(429), Fate::SlowDown),
            (NoAnswer::Http(302), Fate::GiveUp(Scope::Call)),
            (NoAnswer::Http(404), Fate::GiveUp(Scope::Call)),
        ] {
            assert_eq!(Failure::NoAnswer(kind).fate(), fate, "{kind}");
        }
    }

    #[test]
    fn words_say_what_happened_and_what_to_do() {
        let error = |failure| CallError {
            asked: Millis(0),
            failed: Millis(0),
            failure,
            request_id: Some("Id-1".to_owned()),
            retries: 0,
        };
        let admin = Failure::Code { code: 60010, info: String::new() };
        assert_eq!(
            error(admin).to_string(),
            "60010, this identifier is not an admin of the app; make it an administrator in Tencent's console, or set \
             tencent.identifier to one (RequestId Id-1)"
        );
        let unknown = Failure::Code { code: 99, info: "bad\u{202e}\nthing".to_owned() };
        assert!(error(unknown).to_string().starts_with("Tencent answered with the error 99: badthing; "));
        let paused = Failure::Paused {
            cause: Cause::Code { code: 60021, info: String::new() },
            since: Millis(0),
            next_probe: Millis(0),
        };
        assert_eq!(paused.code(), Some(60021));
        assert_eq!(paused.gap_cause(), GapCause::Code(60021));
        assert!(paused.to_string().contains("paused: 60021"));
    }
}
