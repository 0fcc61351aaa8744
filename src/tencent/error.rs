//! Every way a call can fail, in one table: what it means, what to do, and what the client does about it.
//!
//! Must not: hold a URL, a key or a signature. Facts are from Tencent's pages "Error Codes" of Live and of Chat (60000 to
//! 79999 are the gateway's and the account's, 100000 and above the live service's).

use super::command::Command;
use crate::domain::{GapCause, Millis, PerLanguage};
use crate::i18n::Lang;
use std::fmt;
use std::sync::Arc;

/// What the client does about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorAction {
    /// Ask again, at most twice within the same due time, each time out of the budget.
    Retry,
    /// Halve the pace; this call has failed.
    SlowDown,
    /// Mint a new UserSig and ask once more.
    SignAgain,
    /// Only a person can fix it.
    GiveUp(Scope),
}

/// What a failure that a person must fix concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every call of this command: it pauses, with one probe now and then.
    App,
    /// This room: the caller pauses it.
    Room,
    /// This call alone.
    Call,
}

/// A message of the catalogue.
pub type Text = fn(Lang) -> &'static str;

/// A row of the table.
struct CodeInfo {
    code: i64,
    action: ErrorAction,
    description: Text,
    remedy: Text,
}

const fn row(code: i64, action: ErrorAction, description: Text, remedy: Text) -> CodeInfo {
    CodeInfo { code, action, description, remedy }
}

/// The code of a room that does not exist: an answer, not an error.
pub const NO_SUCH_ROOM: i64 = 100_004;

/// The code of a command that the host does not have.
const NO_SUCH_COMMAND: i64 = 60009;

/// The code of a parameter that Tencent does not accept.
const INVALID_PARAMETER: i64 = 100_002;

const APP: ErrorAction = ErrorAction::GiveUp(Scope::App);
const ROOM: ErrorAction = ErrorAction::GiveUp(Scope::Room);
const CALL: ErrorAction = ErrorAction::GiveUp(Scope::Call);

/// All codes we know what to do about, in order. The design names the actions; the reference lists more codes of the same
/// kinds (marked † there where only older pages have them).
const TABLE: [CodeInfo; 49] = [
    row(60002, APP, Lang::tencent_60002, Lang::remedy_report),
    row(60003, CALL, Lang::tencent_60003, Lang::remedy_report),
    row(60004, ErrorAction::SignAgain, Lang::tencent_60004, Lang::remedy_credentials),
    row(60005, ErrorAction::SignAgain, Lang::tencent_60005, Lang::remedy_credentials),
    row(60006, APP, Lang::tencent_60006, Lang::tencent_60006_remedy),
    row(60007, ErrorAction::SlowDown, Lang::tencent_60007, Lang::remedy_slower),
    row(60008, ErrorAction::Retry, Lang::tencent_60008, Lang::remedy_passes),
    row(60009, APP, Lang::tencent_60009, Lang::remedy_endpoint),
    row(60010, APP, Lang::tencent_60010, Lang::remedy_admin),
    row(60011, ErrorAction::SlowDown, Lang::tencent_60011, Lang::remedy_slower),
    row(60012, APP, Lang::tencent_60012, Lang::remedy_report),
    row(60013, CALL, Lang::tencent_60013, Lang::remedy_passes),
    row(60014, ErrorAction::Retry, Lang::tencent_60014, Lang::remedy_passes),
    row(60015, CALL, Lang::tencent_60015, Lang::remedy_report),
    row(60016, APP, Lang::tencent_60016, Lang::tencent_60016_remedy),
    row(60017, APP, Lang::tencent_60017, Lang::remedy_support),
    row(60018, ErrorAction::SlowDown, Lang::tencent_60018, Lang::remedy_slower),
    row(60019, ErrorAction::SlowDown, Lang::tencent_60019, Lang::remedy_slower),
    row(60020, APP, Lang::tencent_60020, Lang::tencent_60020_remedy),
    row(60021, APP, Lang::tencent_60021, Lang::tencent_60021_remedy),
    row(60025, APP, Lang::tencent_60025, Lang::tencent_60025_remedy),
    row(60026, APP, Lang::tencent_60026, Lang::tencent_60026_remedy),
    row(60027, APP, Lang::tencent_60027, Lang::tencent_60027_remedy),
    row(60028, APP, Lang::tencent_60028, Lang::tencent_60028_remedy),
    row(70001, ErrorAction::SignAgain, Lang::tencent_70001, Lang::tencent_70001_remedy),
    row(70002, APP, Lang::tencent_70002, Lang::remedy_report),
    row(70003, ErrorAction::SignAgain, Lang::tencent_70003, Lang::remedy_secret_key),
    row(70005, ErrorAction::SignAgain, Lang::tencent_70005, Lang::remedy_secret_key),
    row(70009, APP, Lang::tencent_70009, Lang::tencent_70009_remedy),
    row(70013, APP, Lang::tencent_70013, Lang::tencent_70013_remedy),
    row(70014, APP, Lang::tencent_70014, Lang::tencent_70014_remedy),
    row(70015, APP, Lang::tencent_70015, Lang::remedy_support),
    row(70016, APP, Lang::tencent_70016, Lang::tencent_70016_remedy),
    row(70020, APP, Lang::tencent_70020, Lang::tencent_70020_remedy),
    row(70050, APP, Lang::tencent_70050, Lang::tencent_70050_remedy),
    row(70051, APP, Lang::tencent_70051, Lang::remedy_support),
    row(70052, ErrorAction::SignAgain, Lang::tencent_70052, Lang::remedy_secret_key),
    row(70107, APP, Lang::tencent_70107, Lang::tencent_70107_remedy),
    row(70169, ErrorAction::Retry, Lang::tencent_70169, Lang::remedy_passes),
    row(70202, ErrorAction::Retry, Lang::tencent_70202, Lang::remedy_passes),
    row(70402, CALL, Lang::tencent_70402, Lang::remedy_report),
    row(70403, APP, Lang::tencent_70403, Lang::remedy_admin),
    row(70500, ErrorAction::Retry, Lang::tencent_70500, Lang::remedy_passes),
    row(72010, ErrorAction::SlowDown, Lang::tencent_72010, Lang::remedy_slower),
    row(100_001, ErrorAction::Retry, Lang::tencent_100001, Lang::remedy_passes),
    row(100_002, ROOM, Lang::tencent_100002, Lang::tencent_100002_remedy),
    row(100_004, CALL, Lang::tencent_100004, Lang::tencent_100004_remedy),
    row(100_007, APP, Lang::tencent_100007, Lang::tencent_100007_remedy),
    row(100_302, CALL, Lang::tencent_100302, Lang::tencent_100302_remedy),
];

/// What the client does about an ErrorCode. What is not in the table is given up for this call alone.
pub fn action(code: i64) -> ErrorAction {
    find(code).map_or(CALL, |known| known.action)
}

fn find(code: i64) -> Option<&'static CodeInfo> {
    TABLE.iter().find(|known| known.code == code)
}

/// What a call asks, and where: its errors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTarget {
    /// Host and port.
    pub host: String,
    pub command: Command,
    /// The command as it is called: the configured name of get_room_stats.
    pub name: String,
}

/// A call that has failed for good, after all retries.
#[derive(Clone, Debug, thiserror::Error)]
pub struct CallError {
    pub target: Arc<CallTarget>,
    /// When the last attempt was sent; when we decided not to send, for [`Failure::Paused`].
    pub asked: Millis,
    /// When it had failed.
    pub failed: Millis,
    pub failure: Failure,
    /// Of the last attempt, where Tencent returned one.
    pub request_id: Option<String>,
    /// Attempts before the last.
    pub retries: u32,
    /// Whether the failure is of this room rather than of the app: the collector pauses it.
    pub room_fault: bool,
    /// Whether the call was another caller's, whose result this is too.
    pub coalesced: bool,
}

impl CallError {
    /// Tencent's ErrorCode; of the cause, while the command is paused.
    pub fn code(&self) -> Option<i64> {
        self.failure.code()
    }

    /// Whether the failure concerns the room rather than the app: Tencent does not accept its RoomId, or answers for it
    /// alone with what cannot be read.
    pub fn concerns_room(&self) -> bool {
        self.room_fault
    }

    /// How often something was sent for this call: not while calls are paused, and not by one that joined another's.
    pub fn attempts(&self) -> u32 {
        match self.failure {
            Failure::Paused { .. } => 0,
            _ if self.coalesced => 0,
            _ => self.retries + 1,
        }
    }

    /// [`CallError::words`] for a page of any language.
    pub fn in_each_language(&self) -> PerLanguage {
        PerLanguage::new(|lang| self.describe(lang))
    }

    /// What happened and what to do, with the RequestId that Tencent's support asks for.
    pub fn describe(&self, lang: Lang) -> String {
        let what = self.failure.description(&self.target, lang);
        let remedy = self.failure.remedy(&self.target, lang);
        let tries = self.retries + 1;
        let tried = if self.retries == 0 { String::new() } else { lang.network_tried(i64::from(tries)) };
        let id = self.request_id.as_deref().map(|id| format!(" (RequestId {})", PlainText(id))).unwrap_or_default();
        format!("{what}{tried}{}{remedy}{id}", lang.error_remedy_separator())
    }
}

#[cfg(test)]
impl CallError {
    /// A failed attempt of get_room_stats, at the time 0.
    pub fn of(failure: Failure) -> Self {
        let command = Command::RoomStats;
        let target = CallTarget { host: "host.example:9712".to_owned(), command, name: command.name().to_owned() };
        Self {
            target: Arc::new(target),
            asked: Millis(0),
            failed: Millis(0),
            failure,
            request_id: None,
            retries: 0,
            room_fault: false,
            coalesced: false,
        }
    }
}

/// [`CallError::words`] in English, for logs and terminals.
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Lang::En))
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Tencent answered with an ErrorCode other than 0 (and other than 100004, where that is an answer).
    Code { code: i64, info: String },
    /// Nothing came back that Tencent's service had written.
    NoResponse(NoResponse),
    /// An answer that is not the envelope, or holds an impossible number. `first_bytes` is safe to print; empty where the
    /// HTTP around it is already malformed.
    Unreadable { why: String, first_bytes: String },
    /// Nothing was sent: the command is paused since `since`, or the upstream does not answer at all.
    Paused { cause: Cause, since: Millis, next_probe: Millis },
}

/// What a pause is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    Code {
        code: i64,
        info: String,
    },
    NoAnswer(NoResponse),
    /// Several rooms in a row had an invalid response; why the last one was.
    Unreadable(String),
}

impl Cause {
    /// The failure that the pause began with.
    pub fn failure(&self) -> Failure {
        match self.clone() {
            Self::Code { code, info } => Failure::Code { code, info },
            Self::NoAnswer(kind) => Failure::NoResponse(kind),
            Self::Unreadable(why) => Failure::Unreadable { why, first_bytes: String::new() },
        }
    }
}

/// The ways of getting no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResponse {
    /// None within the time-out.
    Timeout,
    /// The name of the host could not be resolved.
    Name,
    /// Nobody could be reached at the address.
    Connect,
    /// There is no encrypted connection that can be trusted.
    Tls(TlsFault),
    /// The connection was cut before the answer was complete.
    Cut,
    /// An HTTP status other than 200.
    Http(u16),
}

/// What is wrong with an encrypted connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate is not of a known authority, or is wrong in itself.
    Untrusted,
    Expired,
    NotYetValid,
    /// The certificate is of another host.
    OtherName,
    /// What came back is not TLS: plain HTTP, for example.
    NotTls,
    /// Anything else: no version or cipher in common, an alert of the other side.
    Other,
}

impl TlsFault {
    pub fn of(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Certificate;
        match error {
            rustls::Error::InvalidCertificate(certificate) => match certificate {
                Certificate::Expired | Certificate::ExpiredContext { .. } => Self::Expired,
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Self::NotYetValid,
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => Self::OtherName,
                _ => Self::Untrusted,
            },
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other,
        }
    }

    fn description(self, host: &str, lang: Lang) -> String {
        match self {
            Self::Untrusted => lang.tls_untrusted(host),
            Self::Expired => lang.tls_expired(host),
            Self::NotYetValid => lang.tls_not_yet_valid(host),
            Self::OtherName => lang.tls_other_host(host),
            Self::NotTls => lang.tls_not_tls(host),
            Self::Other => lang.tls_failed(host),
        }
    }

    const fn remedy(self, lang: Lang) -> &'static str {
        match self {
            Self::Expired | Self::NotYetValid => lang.remedy_clock_certificate(),
            Self::NotTls => lang.remedy_scheme_port(),
            Self::Untrusted | Self::OtherName | Self::Other => lang.remedy_tls(),
        }
    }
}

impl NoResponse {
    const fn action(self) -> ErrorAction {
        match self {
            Self::Http(429) => ErrorAction::SlowDown,
            Self::Http(408 | 500..=599) => ErrorAction::Retry,
            // A redirect, a wrong path or a refusal: what sits there is not Tencent's service.
            Self::Http(_) => CALL,
            _ => ErrorAction::Retry,
        }
    }

    /// What happened.
    pub fn description(self, host: &str, lang: Lang) -> String {
        match self {
            Self::Timeout => lang.network_timeout(host),
            Self::Name => lang.network_name(host),
            Self::Connect => lang.network_connect(host),
            Self::Tls(fault) => fault.description(host, lang),
            Self::Cut => lang.network_closed(host),
            Self::Http(status) => lang.network_http_status(host, &status.to_string()),
        }
    }

    /// What to do about it.
    pub fn remedy(self, host: &str, lang: Lang) -> String {
        let fixed = match self {
            Self::Connect => return lang.remedy_connect(host),
            Self::Timeout => lang.remedy_timeout(),
            Self::Name => lang.remedy_name_resolution(),
            Self::Tls(fault) => fault.remedy(lang),
            Self::Cut => lang.remedy_connection_closed(),
            Self::Http(429) => lang.remedy_slower(),
            Self::Http(408 | 500..=599) => lang.remedy_passes(),
            Self::Http(_) => lang.remedy_http_status(),
        };
        fixed.to_owned()
    }
}

impl Failure {
    /// What the client does about it.
    pub fn action(&self) -> ErrorAction {
        match self {
            Self::Code { code, .. } => action(*code),
            Self::NoResponse(kind) => kind.action(),
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
        match self.gap_cause() {
            GapCause::Code(code) => code.to_string(),
            GapCause::Unreadable => "unreadable".to_owned(),
            _ => "no_answer".to_owned(),
        }
    }

    /// The cause of a gap that such failures leave.
    pub fn gap_cause(&self) -> GapCause {
        match (self.code(), self) {
            (Some(code), _) => GapCause::Code(code),
            (None, Self::Unreadable { .. } | Self::Paused { cause: Cause::Unreadable(_), .. }) => GapCause::Unreadable,
            (None, _) => GapCause::NoAnswer,
        }
    }

    /// What happened, without what to do.
    pub fn description(&self, target: &CallTarget, lang: Lang) -> String {
        match self {
            Self::Code { code, info } => code_words(*code, info, target, lang),
            Self::NoResponse(kind) => kind.description(&target.host, lang),
            Self::Unreadable { why, .. } => lang.network_invalid_response(&target.host, why),
            Self::Paused { cause, .. } => lang.network_paused(&cause.failure().description(target, lang)),
        }
    }

    /// What to do.
    pub fn remedy(&self, target: &CallTarget, lang: Lang) -> String {
        let text: Text = match self {
            Self::Code { code, .. } => match (*code, target.command) {
                (NO_SUCH_COMMAND, Command::RoomStats) => Lang::remedy_stats_command,
                (INVALID_PARAMETER, Command::RoomList) => Lang::tencent_room_list_page_remedy,
                (code, _) => find(code).map_or(Lang::remedy_support, |known| known.remedy),
            },
            Self::NoResponse(kind) => return kind.remedy(&target.host, lang),
            Self::Unreadable { .. } => Lang::remedy_endpoint,
            Self::Paused { cause, .. } => return cause.failure().remedy(target, lang),
        };
        text(lang).to_owned()
    }

    /// What happened and what to do.
    pub fn explanation(&self, target: &CallTarget) -> PerLanguage {
        PerLanguage::new(|lang| {
            format!("{}{}{}", self.description(target, lang), lang.error_remedy_separator(), self.remedy(target, lang))
        })
    }
}

fn code_words(code: i64, info: &str, target: &CallTarget, lang: Lang) -> String {
    let known: Option<Text> = match (code, target.command) {
        (INVALID_PARAMETER, Command::RoomList) => Some(Lang::tencent_room_list_page),
        _ => find(code).map(|known| known.description),
    };
    let comma = lang.error_code_separator();
    match known {
        Some(what) if code == NO_SUCH_COMMAND => format!("{code}{comma}{}: {}", what(lang), target.name),
        Some(what) => format!("{code}{comma}{}", what(lang)),
        None => {
            let what = lang.gap_error_code(&code.to_string());
            if info.is_empty() { what } else { format!("{what}: {}", PlainText(info)) }
        }
    }
}

/// Foreign text for one line: control characters and direction marks are gone, at most 200 characters.
struct PlainText<'a>(&'a str);

impl fmt::Display for PlainText<'_> {
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

    fn target(command: Command) -> CallTarget {
        CallTarget { host: "host.example:9712".to_owned(), command, name: command.name().to_owned() }
    }

    fn error(command: Command, failure: Failure, request_id: Option<&str>) -> CallError {
        let (target, request_id) = (Arc::new(target(command)), request_id.map(str::to_owned));
        CallError { target, request_id, ..CallError::of(failure) }
    }

    fn code(code: i64) -> Failure {
        Failure::Code { code, info: String::new() }
    }

    #[test]
    fn the_table_is_in_order_and_has_no_doubles() {
        assert!(TABLE.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    /// The classes of the design, section 3, as a second opinion on the table.
    #[test]
    fn actions_are_those_of_the_design() {
        for code in [100_001, 60008, 60014, 70169, 70202, 70500] {
            assert_eq!(action(code), ErrorAction::Retry, "{code}");
        }
        for code in [60007, 60011, 60018, 60019, 72010] {
            assert_eq!(action(code), ErrorAction::SlowDown, "{code}");
        }
        for code in [70001, 70003, 70052, 60004, 60005, 70005] {
            assert_eq!(action(code), ErrorAction::SignAgain, "{code}");
        }
        for code in [60010, 60021, 60026, 70009, 70016, 70020] {
            assert_eq!(action(code), ErrorAction::GiveUp(Scope::App), "{code}");
        }
        assert_eq!(action(100_002), ErrorAction::GiveUp(Scope::Room));
        assert_eq!(action(123_456), ErrorAction::GiveUp(Scope::Call));
        for (kind, action) in [
            (NoResponse::Timeout, ErrorAction::Retry),
            (NoResponse::Connect, ErrorAction::Retry),
            (NoResponse::Tls(TlsFault::Untrusted), ErrorAction::Retry),
            (NoResponse::Cut, ErrorAction::Retry),
            (NoResponse::Http(502), ErrorAction::Retry),
            (NoResponse::Http(408), ErrorAction::Retry),
            (NoResponse::Http(429), ErrorAction::SlowDown),
            (NoResponse::Http(302), ErrorAction::GiveUp(Scope::Call)),
            (NoResponse::Http(404), ErrorAction::GiveUp(Scope::Call)),
            (NoResponse::Http(101), ErrorAction::GiveUp(Scope::Call)),
            (NoResponse::Http(204), ErrorAction::GiveUp(Scope::Call)),
            (NoResponse::Http(999), ErrorAction::GiveUp(Scope::Call)),
        ] {
            assert_eq!(Failure::NoResponse(kind).action(), action, "{kind:?}");
        }
    }

    #[test]
    fn words_say_what_happened_and_what_to_do() {
        let error = |failure| error(Command::RoomStats, failure, Some("Id-1"));
        assert_eq!(
            error(code(60010)).to_string(),
            "60010, this identifier is not an admin of the app; make it an administrator in Tencent's console, or set \
             tencent.identifier to one (RequestId Id-1)"
        );
        let unknown = Failure::Code { code: 99, info: "bad\u{202e}\nthing".to_owned() };
        assert!(error(unknown).to_string().starts_with("Tencent returned error 99: badthing; "));
        let paused = Failure::Paused {
            cause: Cause::Code { code: 60021, info: String::new() },
            since: Millis(0),
            next_probe: Millis(0),
        };
        assert_eq!(paused.code(), Some(60021));
        assert_eq!(paused.gap_cause(), GapCause::Code(60021));
        let error = error(paused);
        assert!(error.to_string().contains("paused: 60021"));
        assert_eq!(error.attempts(), 0);
    }

    #[test]
    fn every_cause_and_remedy_is_written_in_each_language() {
        let kinds = [
            NoResponse::Timeout,
            NoResponse::Name,
            NoResponse::Connect,
            NoResponse::Tls(TlsFault::Untrusted),
            NoResponse::Tls(TlsFault::Expired),
            NoResponse::Tls(TlsFault::NotYetValid),
            NoResponse::Tls(TlsFault::OtherName),
            NoResponse::Tls(TlsFault::NotTls),
            NoResponse::Tls(TlsFault::Other),
            NoResponse::Cut,
            NoResponse::Http(404),
            NoResponse::Http(429),
            NoResponse::Http(502),
        ];
        let codes = TABLE.iter().map(|known| known.code).chain([12_345]);
        let failures = codes.map(code).chain(kinds.map(Failure::NoResponse));
        let unreadable = Failure::Unreadable { why: "it is empty".to_owned(), first_bytes: String::new() };
        let paused = Failure::Paused {
            cause: Cause::Unreadable("it is empty".to_owned()),
            since: Millis(0),
            next_probe: Millis(0),
        };
        for failure in failures.chain([unreadable, paused]) {
            let explanation = failure.explanation(&target(Command::RoomInfo));
            let [en, zh, ja] = [Lang::En, Lang::Zh, Lang::Ja].map(|lang| explanation.get(lang));
            assert!(en.is_ascii() && en.contains("; "), "{en}");
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let kana = |text: &str| text.chars().any(|c| ('\u{3041}'..='\u{30ff}').contains(&c));
            assert!(han(zh) && !kana(zh) && kana(ja), "{zh} {ja}");
        }
    }

    #[test]
    fn a_network_error_names_host_and_port() {
        for kind in
            [NoResponse::Connect, NoResponse::Timeout, NoResponse::Tls(TlsFault::Untrusted), NoResponse::Http(404)]
        {
            for words in Failure::NoResponse(kind).explanation(&target(Command::RoomStats)).texts() {
                assert!(words.contains("host.example:9712") && !words.contains("443"), "{words}");
            }
        }
    }

    /// The wording that misled: each row names the command it is about, and promises nothing that the caller may not do.
    #[test]
    fn advice_fits_the_command_and_the_caller() {
        let words = |command, failure| error(command, failure, None).to_string();
        assert!(words(Command::RoomStats, code(60009)).contains("get_room_stats; check tencent.stats_command"));
        let list = words(Command::RoomList, code(60009));
        assert!(list.contains("get_room_list") && !list.contains("stats_command"), "{list}");
        assert!(words(Command::RoomStats, code(100_002)).contains("RoomId"));
        assert!(!words(Command::RoomList, code(100_002)).contains("RoomId"));
        for passing in [100_001, 60008, 60007, 60013] {
            let words = words(Command::RoomStats, code(passing));
            assert!(
                !words.contains("tried again") && !words.contains("nothing to do") && !words.contains(" we "),
                "{words}"
            );
        }
        let tried = CallError { retries: 2, ..error(Command::RoomStats, code(100_001), None) };
        assert!(tried.to_string().contains("tried 3 times"));
        for status in [101, 201, 204, 206, 304, 404] {
            let words = words(Command::RoomStats, Failure::NoResponse(NoResponse::Http(status)));
            assert!(words.contains("tencent.endpoint"), "{words}");
        }
        assert!(!words(Command::RoomStats, Failure::NoResponse(NoResponse::Http(408))).contains("endpoint"));
        assert!(!words(Command::RoomStats, code(70015)).contains("RequestId"));
    }
}
