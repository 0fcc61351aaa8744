//! Every way a call can fail, in one table: what it means, what to do, and what the client does about it.
//!
//! May not: hold a URL, a key or a signature. Facts are from Tencent's pages "Error Codes" of Live and of Chat (60000 to
//! 79999 are the gateway's and the account's, 100000 and above the live service's).

use super::client::Command;
use crate::domain::{GapCause, Millis};
use crate::lang::Lang;
use std::fmt;
use std::sync::Arc;

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

/// One text in each language, in the order of [`Lang::ALL`].
pub type Texts = [&'static str; 3];

/// A row of the table.
struct Known {
    code: i64,
    fate: Fate,
    what: Texts,
    cure: Texts,
}

const fn known(code: i64, fate: Fate, what: Texts, cure: Texts) -> Known {
    Known { code, fate, what, cure }
}

/// The code of a room that does not exist: an answer, not an error.
pub const NO_SUCH_ROOM: i64 = 100_004;

/// The code of a command that the host does not have.
const NO_SUCH_COMMAND: i64 = 60009;

/// The code of a parameter that Tencent does not accept.
const INVALID_PARAMETER: i64 = 100_002;

const APP: Fate = Fate::GiveUp(Scope::App);
const ROOM: Fate = Fate::GiveUp(Scope::Room);
const CALL: Fate = Fate::GiveUp(Scope::Call);

const PASSES: Texts = [
    "this usually passes by itself; ask Tencent's support if it lasts",
    "通常会自行恢复；如果持续，请联系腾讯云技术支持",
    "通常は自然に解消します。続く場合はTencentのサポートに問い合わせてください",
];
const SLOWER: Texts = [
    "if it lasts, lower tencent.budget_share: other programs use the same SDKAppID",
    "如果持续，请调低 tencent.budget_share：其他程序也在使用同一个 SDKAppID",
    "続く場合は tencent.budget_share を下げてください。ほかのプログラムが同じSDKAppIDを使っています",
];
const BUG: Texts =
    ["this should not happen; please report it", "这不应发生，请反馈", "起こるはずのない状態です。報告してください"];
const SUPPORT: Texts = ["ask Tencent's support", "请联系腾讯云技术支持", "Tencentのサポートに問い合わせてください"];
const CREDENTIALS: Texts = [
    "check identifier and secret_key",
    "请检查 identifier 和 secret_key",
    "identifier と secret_key を確認してください",
];
const KEY: Texts = ["check tencent.secret_key", "请检查 tencent.secret_key", "tencent.secret_key を確認してください"];
const ADMIN: Texts = [
    "make it an administrator in Tencent's console, or set tencent.identifier to one",
    "请在腾讯云控制台将其设为管理员，或把 tencent.identifier 设为管理员",
    "Tencentのコンソールで管理者にするか、tencent.identifier を管理者に設定してください",
];
const ADDRESS: Texts = [
    "check tencent.endpoint and proxies on the way",
    "请检查 tencent.endpoint 以及途中的代理",
    "tencent.endpoint と途中のプロキシを確認してください",
];
const STATS_COMMAND: Texts = [
    "check tencent.stats_command: get_room_stats, or get_room_statistic",
    "请检查 tencent.stats_command：get_room_stats 或 get_room_statistic",
    "tencent.stats_command を確認してください。get_room_stats または get_room_statistic です",
];
const CURSOR: [Texts; 2] = [
    [
        "Tencent does not accept a page of the room list",
        "腾讯不接受直播间列表的翻页请求",
        "Tencentがルーム一覧のページを受け付けない",
    ],
    [
        "nothing to do if it passes; please report it if it lasts",
        "偶尔出现无需处理；如果持续，请反馈",
        "一時的なら対処は不要です。続く場合は報告してください",
    ],
];

/// All codes we know what to do about, in order. The design names the fates; the reference lists more codes of the same
/// kinds (marked † there where only older pages have them).
const TABLE: [Known; 49] = [
    known(
        60002,
        APP,
        [
            "Tencent cannot read the request's address",
            "腾讯无法解析请求地址",
            "Tencentがリクエストのアドレスを解釈できない",
        ],
        BUG,
    ),
    known(
        60003,
        CALL,
        [
            "Tencent cannot read the request's JSON",
            "腾讯无法解析请求的 JSON",
            "TencentがリクエストのJSONを解釈できない",
        ],
        BUG,
    ),
    known(
        60004,
        Fate::SignAgain,
        [
            "Tencent could not check the account or the UserSig",
            "腾讯无法核验帐号或 UserSig",
            "TencentがアカウントまたはUserSigを確認できなかった",
        ],
        CREDENTIALS,
    ),
    known(
        60005,
        Fate::SignAgain,
        [
            "Tencent could not check the account or the UserSig",
            "腾讯无法核验帐号或 UserSig",
            "TencentがアカウントまたはUserSigを確認できなかった",
        ],
        CREDENTIALS,
    ),
    known(
        60006,
        APP,
        ["the SDKAppID is not valid", "SDKAppID 无效", "SDKAppIDが無効"],
        ["check tencent.sdkappid", "请检查 tencent.sdkappid", "tencent.sdkappid を確認してください"],
    ),
    known(
        60007,
        Fate::SlowDown,
        [
            "more calls a second than Tencent allows",
            "每秒调用次数超过腾讯的限制",
            "1秒あたりの呼び出しがTencentの上限を超えた",
        ],
        SLOWER,
    ),
    known(
        60008,
        Fate::Retry,
        ["Tencent's service timed out", "腾讯的服务超时", "Tencentのサービスがタイムアウトした"],
        PASSES,
    ),
    known(
        60009,
        APP,
        ["Tencent does not know this command", "腾讯没有这个命令", "Tencentにこのコマンドはない"],
        ADDRESS,
    ),
    known(
        60010,
        APP,
        [
            "this identifier is not an admin of the app",
            "该 identifier 不是应用的管理员",
            "このidentifierはアプリの管理者ではない",
        ],
        ADMIN,
    ),
    known(
        60011,
        Fate::SlowDown,
        [
            "more calls a second than this SDKAppID may make",
            "每秒调用次数超过该 SDKAppID 的限制",
            "1秒あたりの呼び出しがこのSDKAppIDの上限を超えた",
        ],
        SLOWER,
    ),
    known(
        60012,
        APP,
        ["the SDKAppID is missing in the request", "请求中缺少 SDKAppID", "リクエストにSDKAppIDがない"],
        BUG,
    ),
    known(
        60013,
        CALL,
        ["Tencent could not read its own answer", "腾讯无法解析自己的响应", "Tencentが自身の応答を解釈できなかった"],
        PASSES,
    ),
    known(
        60014,
        Fate::Retry,
        ["Tencent's account service timed out", "腾讯的帐号服务超时", "Tencentのアカウントサービスがタイムアウトした"],
        PASSES,
    ),
    known(
        60015,
        CALL,
        ["Tencent wants accounts as texts", "腾讯要求帐号为字符串", "Tencentはアカウントを文字列で求めている"],
        BUG,
    ),
    known(
        60016,
        APP,
        ["this SDKAppID is disabled", "该 SDKAppID 已停用", "このSDKAppIDは無効化されている"],
        ["enable it in Tencent's console", "请在腾讯云控制台启用", "Tencentのコンソールで有効にしてください"],
    ),
    known(
        60017,
        APP,
        [
            "requests of this SDKAppID are forbidden",
            "该 SDKAppID 的请求被禁止",
            "このSDKAppIDのリクエストは禁止されている",
        ],
        SUPPORT,
    ),
    known(60018, Fate::SlowDown, ["too many calls", "调用过于频繁", "呼び出しが多すぎる"], SLOWER),
    known(60019, Fate::SlowDown, ["too many calls", "调用过于频繁", "呼び出しが多すぎる"], SLOWER),
    known(
        60020,
        APP,
        [
            "the app's package has expired or is in arrears",
            "应用的套餐已过期或欠费",
            "アプリのパッケージが期限切れ、または未払い",
        ],
        [
            "renew it in Tencent's console; it works 5 minutes later",
            "请在腾讯云控制台续费，5 分钟后生效",
            "Tencentのコンソールで更新してください。5分後に有効になります",
        ],
    ),
    known(
        60021,
        APP,
        ["this machine's IP is not allowed", "本机 IP 不在允许范围内", "このマシンのIPは許可されていない"],
        [
            "add this machine's public IP to the allow-list of the app, or call from one that is on it",
            "请把本机公网 IP 加入应用的白名单，或改用名单内的机器",
            "このマシンのグローバルIPをアプリの許可リストに加えるか、許可済みのマシンから呼び出してください",
        ],
    ),
    known(
        60025,
        APP,
        [
            "SDKAppID, identifier, UserSig or content type of the request is wrong",
            "请求的 SDKAppID、identifier、UserSig 或 content type 有误",
            "リクエストのSDKAppID、identifier、UserSig、content typeのいずれかが誤り",
        ],
        ["check sdkappid and identifier", "请检查 sdkappid 和 identifier", "sdkappid と identifier を確認してください"],
    ),
    known(
        60026,
        APP,
        ["wrong region for this SDKAppID", "该 SDKAppID 不属于此地域", "このSDKAppIDのリージョンが違う"],
        [
            "set tencent.region to the data centre that Tencent's console shows for the app",
            "请把 tencent.region 设为腾讯云控制台中该应用的数据中心",
            "tencent.region をTencentのコンソールに表示されているデータセンターに設定してください",
        ],
    ),
    known(
        60027,
        APP,
        ["this SDKAppID belongs to another product", "该 SDKAppID 属于其他产品", "このSDKAppIDは別の製品のもの"],
        ["use the SDKAppID of the live app", "请使用直播应用的 SDKAppID", "ライブ配信アプリのSDKAppIDを使ってください"],
    ),
    known(
        60028,
        APP,
        [
            "the trial edition's requests of 24 hours are used up",
            "体验版 24 小时的请求次数已用完",
            "体験版の24時間分のリクエストを使い切った",
        ],
        ["wait, or buy a package", "请等待，或购买套餐", "待つか、パッケージを購入してください"],
    ),
    known(
        70001,
        Fate::SignAgain,
        ["the UserSig has expired", "UserSig 已过期", "UserSigの有効期限が切れている"],
        ["check this machine's clock", "请检查本机时钟", "このマシンの時計を確認してください"],
    ),
    known(70002, APP, ["the UserSig is empty", "UserSig 为空", "UserSigが空"], BUG),
    known(70003, Fate::SignAgain, ["the UserSig is not valid", "UserSig 无效", "UserSigが無効"], KEY),
    known(70005, Fate::SignAgain, ["the UserSig is malformed", "UserSig 格式有误", "UserSigの形式が誤り"], KEY),
    known(
        70009,
        APP,
        [
            "the UserSig was made with another app's key",
            "UserSig 用的是其他应用的密钥",
            "UserSigが別のアプリの鍵で作られている",
        ],
        [
            "copy secret_key of this very SDKAppID from Tencent's console",
            "请从腾讯云控制台复制该 SDKAppID 的 secret_key",
            "Tencentのコンソールからこの SDKAppID の secret_key をコピーしてください",
        ],
    ),
    known(
        70013,
        APP,
        ["the UserSig is of another identifier", "UserSig 属于其他 identifier", "UserSigが別のidentifierのもの"],
        ["check tencent.identifier", "请检查 tencent.identifier", "tencent.identifier を確認してください"],
    ),
    known(
        70014,
        APP,
        ["the UserSig is of another SDKAppID", "UserSig 属于其他 SDKAppID", "UserSigが別のSDKAppIDのもの"],
        [
            "check tencent.sdkappid and tencent.endpoint",
            "请检查 tencent.sdkappid 和 tencent.endpoint",
            "tencent.sdkappid と tencent.endpoint を確認してください",
        ],
    ),
    known(
        70015,
        APP,
        [
            "the app has no way of checking this account",
            "应用没有核验该帐号的方式",
            "アプリにこのアカウントの認証方法がない",
        ],
        SUPPORT,
    ),
    known(
        70016,
        APP,
        [
            "Tencent has no key of this SDKAppID in this region",
            "腾讯在此地域没有该 SDKAppID 的密钥",
            "このリージョンのTencentにこのSDKAppIDの鍵がない",
        ],
        [
            "check tencent.region, then tencent.sdkappid",
            "请先检查 tencent.region，再检查 tencent.sdkappid",
            "tencent.region、次に tencent.sdkappid を確認してください",
        ],
    ),
    known(
        70020,
        APP,
        [
            "this SDKAppID does not exist in this region",
            "此地域没有该 SDKAppID",
            "このリージョンにこのSDKAppIDは存在しない",
        ],
        [
            "check tencent.sdkappid and tencent.region",
            "请检查 tencent.sdkappid 和 tencent.region",
            "tencent.sdkappid と tencent.region を確認してください",
        ],
    ),
    known(
        70050,
        APP,
        [
            "too many wrong signatures; Tencent has locked the account for a minute",
            "错误的签名过多，腾讯已将该帐号锁定一分钟",
            "誤った署名が多すぎるため、Tencentがアカウントを1分間ロックした",
        ],
        [
            "correct secret_key and wait a minute",
            "请更正 secret_key 并等待一分钟",
            "secret_key を直し、1分待ってください",
        ],
    ),
    known(
        70051,
        APP,
        [
            "this account is on Tencent's block list",
            "该帐号在腾讯的黑名单中",
            "このアカウントはTencentのブロックリストにある",
        ],
        SUPPORT,
    ),
    known(
        70052,
        Fate::SignAgain,
        ["the UserSig is no longer valid", "UserSig 已失效", "UserSigはもう有効ではない"],
        KEY,
    ),
    known(
        70107,
        APP,
        [
            "this identifier is not an account of the app",
            "该 identifier 不是应用的帐号",
            "このidentifierはアプリのアカウントではない",
        ],
        [
            "set tencent.identifier to an administrator's account",
            "请把 tencent.identifier 设为管理员帐号",
            "tencent.identifier を管理者のアカウントに設定してください",
        ],
    ),
    known(
        70169,
        Fate::Retry,
        ["Tencent's service timed out", "腾讯的服务超时", "Tencentのサービスがタイムアウトした"],
        PASSES,
    ),
    known(
        70202,
        Fate::Retry,
        ["Tencent's service timed out", "腾讯的服务超时", "Tencentのサービスがタイムアウトした"],
        PASSES,
    ),
    known(70402, CALL, ["a parameter of the request is wrong", "请求参数有误", "リクエストのパラメーターが誤り"], BUG),
    known(
        70403,
        APP,
        [
            "this identifier is not an admin of the app",
            "该 identifier 不是应用的管理员",
            "このidentifierはアプリの管理者ではない",
        ],
        ADMIN,
    ),
    known(
        70500,
        Fate::Retry,
        ["Tencent's service had an internal error", "腾讯的服务内部错误", "Tencentのサービスの内部エラー"],
        PASSES,
    ),
    known(
        72010,
        Fate::SlowDown,
        ["too many calls of this account", "该帐号调用过于频繁", "このアカウントの呼び出しが多すぎる"],
        SLOWER,
    ),
    known(
        100_001,
        Fate::Retry,
        ["Tencent's live service had an internal error", "腾讯直播服务内部错误", "Tencentのライブサービスの内部エラー"],
        PASSES,
    ),
    known(
        100_002,
        ROOM,
        ["Tencent does not accept this RoomId", "腾讯不接受该 RoomId", "TencentがこのRoomIdを受け付けない"],
        [
            "check it: letter case and blanks count",
            "请检查：区分大小写和空格",
            "大文字と小文字、空白も区別されるので確認してください",
        ],
    ),
    known(
        100_004,
        CALL,
        ["there is no such room", "直播间不存在", "ルームが存在しない"],
        [
            "it never existed or is gone; Tencent keeps nothing of it",
            "从未创建或已解散，腾讯不保留其数据",
            "作成されていないか、終了しています。Tencentはデータを残しません",
        ],
    ),
    known(
        100_007,
        APP,
        ["the app has no live package", "应用没有直播套餐", "アプリにライブのパッケージがない"],
        [
            "buy or renew it in Tencent's console",
            "请在腾讯云控制台购买或续费",
            "Tencentのコンソールで購入または更新してください",
        ],
    ),
    known(
        100_302,
        CALL,
        ["no webhook token is set", "没有设置回调 Token", "Webhookのトークンが設定されていない"],
        [
            "set one in Tencent's console, and the same as webhook_token here",
            "请在腾讯云控制台设置，并在此处的 webhook_token 填入相同的值",
            "Tencentのコンソールで設定し、ここの webhook_token に同じ値を入れてください",
        ],
    ),
];

/// What the client does about an ErrorCode. What is not in the table is given up for this call alone.
pub fn fate(code: i64) -> Fate {
    find(code).map_or(CALL, |known| known.fate)
}

fn find(code: i64) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.code == code)
}

/// What a call asks, and where: its errors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Host and port.
    pub host: String,
    pub command: Command,
    /// The command as it is called: the configured name of get_room_stats.
    pub name: String,
}

/// A call that has failed for good, after all retries.
#[derive(Clone, Debug, thiserror::Error)]
pub struct CallError {
    pub target: Arc<Target>,
    /// When the last attempt was sent; when we decided not to send, for [`Failure::Paused`].
    pub asked: Millis,
    /// When it had failed.
    pub failed: Millis,
    pub failure: Failure,
    /// Of the last attempt, where Tencent told one.
    pub request_id: Option<String>,
    /// Attempts before the last.
    pub retries: u32,
    /// Whether the failure is of this room rather than of the app: the collector pauses it.
    pub room_fault: bool,
    /// Whether the call was another caller's, whose result this is too.
    pub joined: bool,
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
            _ if self.joined => 0,
            _ => self.retries + 1,
        }
    }

    /// [`CallError::words`] for a page of any language.
    pub fn in_each_language(&self) -> [String; 3] {
        Lang::ALL.map(|lang| self.words(lang))
    }

    /// What happened and what to do, with the RequestId that Tencent's support asks for.
    pub fn words(&self, lang: Lang) -> String {
        let what = self.failure.what(&self.target, lang);
        let cure = self.failure.cure(&self.target, lang);
        let tries = self.retries + 1;
        let tried = match (self.retries, lang) {
            (0, _) => String::new(),
            (_, Lang::En) => format!("; tried {tries} times"),
            (_, Lang::Zh) => format!("（已尝试 {tries} 次）"),
            (_, Lang::Ja) => format!("（{tries}回試行）"),
        };
        let id = self.request_id.as_deref().map(|id| format!(" (RequestId {})", Plain(id))).unwrap_or_default();
        format!("{what}{tried}{}{cure}{id}", lang.tencent_mark())
    }
}

#[cfg(test)]
impl CallError {
    /// A failed attempt of get_room_stats, at the time 0.
    pub fn of(failure: Failure) -> Self {
        let command = Command::RoomStats;
        let target = Target { host: "host.example:9712".to_owned(), command, name: command.name().to_owned() };
        Self {
            target: Arc::new(target),
            asked: Millis(0),
            failed: Millis(0),
            failure,
            request_id: None,
            retries: 0,
            room_fault: false,
            joined: false,
        }
    }
}

/// [`CallError::words`] in English, for logs and terminals.
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Tencent answered with an ErrorCode other than 0 (and other than 100004, where that is an answer).
    Code { code: i64, info: String },
    /// Nothing came back that Tencent's service had written.
    NoAnswer(NoAnswer),
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
    NoAnswer(NoAnswer),
    /// Several rooms in a row had an invalid response; why the last one was.
    Unreadable(String),
}

impl Cause {
    /// The failure that the pause began with.
    pub fn failure(&self) -> Failure {
        match self.clone() {
            Self::Code { code, info } => Failure::Code { code, info },
            Self::NoAnswer(kind) => Failure::NoAnswer(kind),
            Self::Unreadable(why) => Failure::Unreadable { why, first_bytes: String::new() },
        }
    }
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

    fn what(self, host: &str, lang: Lang) -> String {
        match (self, lang) {
            (Self::Untrusted, Lang::En) => format!("the TLS certificate of {host} is not trusted"),
            (Self::Untrusted, Lang::Zh) => format!("{host} 的 TLS 证书不受信任"),
            (Self::Untrusted, Lang::Ja) => format!("{host} のTLS証明書を信頼できない"),
            (Self::Expired, Lang::En) => format!("the TLS certificate of {host} has expired"),
            (Self::Expired, Lang::Zh) => format!("{host} 的 TLS 证书已过期"),
            (Self::Expired, Lang::Ja) => format!("{host} のTLS証明書の有効期限が切れている"),
            (Self::NotYetValid, Lang::En) => format!("the TLS certificate of {host} is not valid yet"),
            (Self::NotYetValid, Lang::Zh) => format!("{host} 的 TLS 证书尚未生效"),
            (Self::NotYetValid, Lang::Ja) => format!("{host} のTLS証明書はまだ有効ではない"),
            (Self::OtherName, Lang::En) => format!("the TLS certificate of {host} is of another host"),
            (Self::OtherName, Lang::Zh) => format!("{host} 的 TLS 证书属于其他主机"),
            (Self::OtherName, Lang::Ja) => format!("{host} のTLS証明書が別のホストのもの"),
            (Self::NotTls, Lang::En) => format!("the response of {host} is not TLS"),
            (Self::NotTls, Lang::Zh) => format!("{host} 返回的不是 TLS"),
            (Self::NotTls, Lang::Ja) => format!("{host} の応答がTLSではない"),
            (Self::Other, Lang::En) => format!("no TLS connection to {host} can be made"),
            (Self::Other, Lang::Zh) => format!("无法与 {host} 建立 TLS 连接"),
            (Self::Other, Lang::Ja) => format!("{host} とTLSで接続できない"),
        }
    }

    const fn cure(self, lang: Lang) -> &'static str {
        match self {
            Self::Expired | Self::NotYetValid => lang.tencent_check_this_machines_clock_then_the(),
            Self::NotTls => lang.tencent_check_scheme_and_port_of_tencent(),
            Self::Untrusted | Self::OtherName | Self::Other => {
                lang.tencent_check_this_machines_clock_tencent_endpoint()
            }
        }
    }
}

impl NoAnswer {
    const fn fate(self) -> Fate {
        match self {
            Self::Http(429) => Fate::SlowDown,
            Self::Http(408 | 500..=599) => Fate::Retry,
            // A redirect, a wrong path or a refusal: what sits there is not Tencent's service.
            Self::Http(_) => CALL,
            _ => Fate::Retry,
        }
    }

    /// What happened.
    pub fn what(self, host: &str, lang: Lang) -> String {
        match (self, lang) {
            (Self::Timeout, Lang::En) => format!("no response from {host} in time"),
            (Self::Timeout, Lang::Zh) => format!("{host} 未在时限内响应"),
            (Self::Timeout, Lang::Ja) => format!("{host} が時間内に応答しない"),
            (Self::Name, Lang::En) => format!("the name of {host} cannot be resolved"),
            (Self::Name, Lang::Zh) => format!("无法解析 {host} 的域名"),
            (Self::Name, Lang::Ja) => format!("{host} の名前を解決できない"),
            (Self::Connect, Lang::En) => format!("no connection to {host}"),
            (Self::Connect, Lang::Zh) => format!("无法连接 {host}"),
            (Self::Connect, Lang::Ja) => format!("{host} に接続できない"),
            (Self::Tls(fault), lang) => fault.what(host, lang),
            (Self::Cut, Lang::En) => format!("the connection to {host} was closed before the response was complete"),
            (Self::Cut, Lang::Zh) => format!("响应完成之前，与 {host} 的连接中断"),
            (Self::Cut, Lang::Ja) => format!("応答が終わる前に {host} との接続が切れた"),
            (Self::Http(status), Lang::En) => format!("HTTP status {status} from {host}"),
            (Self::Http(status), Lang::Zh) => format!("{host} 返回 HTTP 状态 {status}"),
            (Self::Http(status), Lang::Ja) => format!("{host} がHTTPステータス{status}を返した"),
        }
    }

    /// What to do about it.
    pub fn cure(self, host: &str, lang: Lang) -> String {
        let fixed = match self {
            Self::Connect => {
                return match lang {
                    Lang::En => format!("check the network, and that the firewall lets this machine reach {host}"),
                    Lang::Zh => format!("请检查网络，以及防火墙是否允许本机访问 {host}"),
                    Lang::Ja => {
                        format!("ネットワークと、ファイアウォールが {host} への接続を許しているかを確認してください")
                    }
                };
            }
            Self::Timeout => lang.tencent_check_network_and_firewall_if_only(),
            Self::Name => lang.tencent_check_tencent_region_or_tencent_endpoint(),
            Self::Tls(fault) => fault.cure(lang),
            Self::Cut => lang.tencent_check_the_network_and_proxies_between(),
            Self::Http(429) => SLOWER[lang as usize],
            Self::Http(408 | 500..=599) => PASSES[lang as usize],
            Self::Http(_) => lang.tencent_tencents_service_sends_no_such_status(),
        };
        fixed.to_owned()
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
    pub fn what(&self, target: &Target, lang: Lang) -> String {
        match self {
            Self::Code { code, info } => code_words(*code, info, target, lang),
            Self::NoAnswer(kind) => kind.what(&target.host, lang),
            Self::Unreadable { why, .. } => {
                let host = &target.host;
                match lang {
                    Lang::En => format!("invalid response from {host}: {why}"),
                    Lang::Zh => format!("无法解析 {host} 的响应：{why}"),
                    Lang::Ja => format!("{host} の応答を読み取れない：{why}"),
                }
            }
            Self::Paused { cause, .. } => {
                let what = cause.failure().what(target, lang);
                match lang {
                    Lang::En => format!("not asked, calls are paused: {what}"),
                    Lang::Zh => format!("未请求，调用已暂停：{what}"),
                    Lang::Ja => format!("呼び出しを一時停止中：{what}"),
                }
            }
        }
    }

    /// What to do.
    pub fn cure(&self, target: &Target, lang: Lang) -> String {
        let texts = match self {
            Self::Code { code, .. } => match (*code, target.command) {
                (NO_SUCH_COMMAND, Command::RoomStats) => STATS_COMMAND,
                (INVALID_PARAMETER, Command::RoomList) => CURSOR[1],
                (code, _) => find(code).map_or(SUPPORT, |known| known.cure),
            },
            Self::NoAnswer(kind) => return kind.cure(&target.host, lang),
            Self::Unreadable { .. } => ADDRESS,
            Self::Paused { cause, .. } => return cause.failure().cure(target, lang),
        };
        texts[lang as usize].to_owned()
    }

    /// What happened and what to do, in each language.
    pub fn words(&self, target: &Target) -> [String; 3] {
        Lang::ALL.map(|lang| format!("{}{}{}", self.what(target, lang), lang.tencent_mark(), self.cure(target, lang)))
    }
}

fn code_words(code: i64, info: &str, target: &Target, lang: Lang) -> String {
    let known = match (code, target.command) {
        (INVALID_PARAMETER, Command::RoomList) => Some(CURSOR[0]),
        _ => find(code).map(|known| known.what),
    };
    let comma = lang.tencent_mark_2();
    match known {
        Some(what) if code == NO_SUCH_COMMAND => format!("{code}{comma}{}: {}", what[lang as usize], target.name),
        Some(what) => format!("{code}{comma}{}", what[lang as usize]),
        None => {
            let what = match lang {
                Lang::En => format!("Tencent answered with the error {code}"),
                Lang::Zh => format!("腾讯返回错误 {code}"),
                Lang::Ja => format!("Tencentがエラー{code}を返した"),
            };
            if info.is_empty() { what } else { format!("{what}: {}", Plain(info)) }
        }
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

    fn target(command: Command) -> Target {
        Target { host: "host.example:9712".to_owned(), command, name: command.name().to_owned() }
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
    fn fates_are_those_of_the_design() {
        for code in [100_001, 60008, 60014, 70169, 70202, 70500] {
            assert_eq!(fate(code), Fate::Retry, "{code}");
        }
        for code in [60007, 60011, 60018, 60019, 72010] {
            assert_eq!(fate(code), Fate::SlowDown, "{code}");
        }
        for code in [70001, 70003, 70052, 60004, 60005, 70005] {
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
            (NoAnswer::Tls(TlsFault::Untrusted), Fate::Retry),
            (NoAnswer::Cut, Fate::Retry),
            (NoAnswer::Http(502), Fate::Retry),
            (NoAnswer::Http(408), Fate::Retry),
            (NoAnswer::Http(429), Fate::SlowDown),
            (NoAnswer::Http(302), Fate::GiveUp(Scope::Call)),
            (NoAnswer::Http(404), Fate::GiveUp(Scope::Call)),
            (NoAnswer::Http(101), Fate::GiveUp(Scope::Call)),
            (NoAnswer::Http(204), Fate::GiveUp(Scope::Call)),
            (NoAnswer::Http(999), Fate::GiveUp(Scope::Call)),
        ] {
            assert_eq!(Failure::NoAnswer(kind).fate(), fate, "{kind:?}");
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
        assert!(error(unknown).to_string().starts_with("Tencent answered with the error 99: badthing; "));
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
    fn every_cause_and_cure_is_written_in_each_language() {
        let kinds = [
            NoAnswer::Timeout,
            NoAnswer::Name,
            NoAnswer::Connect,
            NoAnswer::Tls(TlsFault::Untrusted),
            NoAnswer::Tls(TlsFault::Expired),
            NoAnswer::Tls(TlsFault::NotYetValid),
            NoAnswer::Tls(TlsFault::OtherName),
            NoAnswer::Tls(TlsFault::NotTls),
            NoAnswer::Tls(TlsFault::Other),
            NoAnswer::Cut,
            NoAnswer::Http(404),
            NoAnswer::Http(429),
            NoAnswer::Http(502),
        ];
        let codes = TABLE.iter().map(|known| known.code).chain([12_345]);
        let failures = codes.map(code).chain(kinds.map(Failure::NoAnswer));
        let unreadable = Failure::Unreadable { why: "it is empty".to_owned(), first_bytes: String::new() };
        let paused = Failure::Paused {
            cause: Cause::Unreadable("it is empty".to_owned()),
            since: Millis(0),
            next_probe: Millis(0),
        };
        for failure in failures.chain([unreadable, paused]) {
            let [en, zh, ja] = failure.words(&target(Command::RoomInfo));
            assert!(en.is_ascii() && en.contains("; "), "{en}");
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let kana = |text: &str| text.chars().any(|c| ('\u{3041}'..='\u{30ff}').contains(&c));
            assert!(han(&zh) && !kana(&zh) && kana(&ja), "{zh} {ja}");
        }
    }

    #[test]
    fn a_network_error_names_host_and_port() {
        for kind in [NoAnswer::Connect, NoAnswer::Timeout, NoAnswer::Tls(TlsFault::Untrusted), NoAnswer::Http(404)] {
            for words in Failure::NoAnswer(kind).words(&target(Command::RoomStats)) {
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
            let words = words(Command::RoomStats, Failure::NoAnswer(NoAnswer::Http(status)));
            assert!(words.contains("tencent.endpoint"), "{words}");
        }
        assert!(!words(Command::RoomStats, Failure::NoAnswer(NoAnswer::Http(408))).contains("endpoint"));
        assert!(!words(Command::RoomStats, code(70015)).contains("RequestId"));
    }
}
