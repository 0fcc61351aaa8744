//! Why something was refused, in the language of whoever asked.
//!
//! The errors say it themselves in English, for logs and commands; here are the others. What Tencent answered, and what
//! only the log explains, stays as it is.

use crate::auth::SignInError;
use crate::auth::password::{self, PasswordError};
use crate::collector::AskError;
use crate::domain::room::RoomIdError;
use crate::lang::Lang;
use crate::share::issuer::IssuerError;
use crate::share::logo::LogoError;
use crate::share::{DraftError, ShareError};

/// An error that a person may be told.
pub trait Refusal: std::fmt::Display {
    /// In a language other than English; `None` where there is no translation.
    fn translated(&self, lang: Lang) -> Option<String>;

    /// A whole sentence.
    fn sentence(&self, lang: Lang) -> String {
        let translated = if lang == Lang::En { None } else { self.translated(lang) };
        translated.unwrap_or_else(|| english(&self.to_string()))
    }
}

/// The words of an error as a sentence.
fn english(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// One of two sentences: Chinese, Japanese.
fn one(lang: Lang, zh: impl Into<String>, ja: impl Into<String>) -> Option<String> {
    match lang {
        Lang::En => None,
        Lang::Zh => Some(zh.into()),
        Lang::Ja => Some(ja.into()),
    }
}

/// What a text too long was for, as the errors name it in English.
fn named(lang: Lang, what: &'static str) -> &'static str {
    match what {
        "a link's name" => lang.error_a_links_name(),
        "a title" => lang.error_a_title(),
        "the word for coins" => lang.error_the_word_for_coins(),
        "the issuer's name" => lang.error_the_issuers_name(),
        "the contact" => lang.error_the_contact(),
        _ => what,
    }
}

fn long(lang: Lang, what: &'static str, most: usize, length: usize) -> Option<String> {
    let what = named(lang, what);
    one(
        lang,
        format!("{what}最多{most}个字符，当前为{length}个。"),
        format!("{what}は{most}文字までです（現在{length}文字）。"),
    )
}

fn no_language(lang: Lang, code: &str) -> Option<String> {
    one(
        lang,
        format!("不支持语言“{code}”；可选 en、zh、ja。"),
        format!("「{code}」という言語はありません。en・zh・jaから選んでください。"),
    )
}

impl Refusal for DraftError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Zone(zone) => one(
                lang,
                format!("“{zone}”不是有效时区；请写成 Asia/Shanghai 或 UTC。"),
                format!("「{zone}」というタイムゾーンはありません。Asia/TokyoやUTCのように書いてください。"),
            ),
            Self::Lang(code) => no_language(lang, code),
            Self::Expires(typed) => one(
                lang,
                format!(
                    "“{typed}”不是有效的期限；请写日期（2026-12-31）、时刻（2026-12-31 18:00）、时长（30d）或 never。"
                ),
                format!(
                    "「{typed}」は期限として読めません。日付（2026-12-31）、日時（2026-12-31 18:00）、期間（30d）、neverのいずれかで書いてください。"
                ),
            ),
            Self::Slot(typed) => one(
                lang,
                format!("“{typed}”不是有效的时段时间；请写 20:30，若该直播经历了两次 20:30 则写 2026-11-21 20:30。"),
                format!(
                    "「{typed}」は枠の時刻として読めません。20:30、または配信中に20:30が2回あれば2026-11-21 20:30と書いてください。"
                ),
            ),
            Self::SlotSpan => one(
                lang,
                "时段需要开始和结束，且结束晚于开始。",
                "枠には開始と終了の両方が必要で、終了は開始より後です。",
            ),
            Self::SlotOutside { from, until } => one(
                lang,
                format!("时段不在直播之内；按链接的时区，直播为{from}至{until}。"),
                format!("枠が配信の外にあります。リンクのタイムゾーンでは、配信は{from}から{until}までです。"),
            ),
            Self::SlotPreset => one(
                lang,
                "时段仅用于赞助商版；请选择赞助商版，或留空时段。",
                "枠はスポンサー向けだけのものです。スポンサー向けを選ぶか、枠を空欄にしてください。",
            ),
            Self::Past => one(lang, "链接会立即过期；请选择更晚的期限。", "その期限では、リンクはすでに期限切れです。"),
            Self::Long { what, most, length } => long(lang, what, *most, *length),
        }
    }
}

impl Refusal for ShareError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::NoLink(id) => one(
                lang,
                format!("没有链接{id}；可能已被删除。"),
                format!("リンク{id}はありません。削除されたようです。"),
            ),
            Self::NoStream(stream) => no_stream(lang, *stream),
            Self::NotSealed(stream) => one(
                lang,
                format!("直播{stream}尚未定稿；定稿后才能创建链接。"),
                format!("配信{stream}はまだ確定していません。リンクには確定したレポートが必要です。"),
            ),
            Self::OtherKey(id) => one(
                lang,
                format!(
                    "链接{id}创建之后密钥文件已更换：持有地址的人仍可打开，但无法再次显示该地址。请恢复密钥文件，或更换地址。"
                ),
                format!(
                    "リンク{id}を作ったあとに鍵ファイルが替わりました。アドレスを持つ人は開けますが、もう一度表示することはできません。鍵ファイルを戻すか、アドレスを変更してください。"
                ),
            ),
            Self::Raced => one(
                lang,
                "有人同时修改了此链接；请重新查看。",
                "同時に別の人がこのリンクを変更しました。もう一度確認してください。",
            ),
            Self::Draft(error) => error.translated(lang),
            Self::Password => one(lang, "链接密码至少4个字符。", "リンクのパスワードは4文字以上です。"),
            Self::NoFinding(stream) => one(
                lang,
                format!("直播{stream}没有这条内部发现；新的修订版可能已不同。"),
                format!("配信{stream}にこの社内の所見はありません。新しい改訂では変わっているかもしれません。"),
            ),
            Self::Document(_) | Self::Store(_) => None,
        }
    }
}

fn no_stream(lang: Lang, stream: crate::domain::StreamId) -> Option<String> {
    one(lang, format!("没有直播{stream}。"), format!("配信{stream}はありません。"))
}

impl Refusal for AskError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::NoApp(app) => one(
                lang,
                format!("本系统未配置 SDKAppID {app}。"),
                format!("SDKAppID {app}のアプリは設定されていません。"),
            ),
            Self::NoStream(stream) => no_stream(lang, *stream),
            Self::Sealed(stream) => one(
                lang,
                format!("直播{stream}已结束：已定稿或即将定稿。"),
                format!("配信{stream}はもう終わっています。確定済みか、まもなく確定します。"),
            ),
            Self::NotSealed(stream) => one(
                lang,
                format!("直播{stream}没有可以重新定稿的报告。"),
                format!("配信{stream}には、確定し直せるレポートがありません。"),
            ),
            Self::NoRoom { room, .. } => one(
                lang,
                format!("腾讯目前没有房间“{room}”；已结束的房间腾讯不保留任何数据。"),
                format!("部屋「{room}」はいまTencentにありません。終了した部屋のデータはTencentに残りません。"),
            ),
            Self::Stopping => one(
                lang,
                "Aftershow 正在停止；请在其运行后重试。",
                "Aftershowは停止中です。起動後にもう一度お試しください。",
            ),
            Self::Upstream([_, zh, ja]) => one(lang, format!("{zh}。"), format!("{ja}。")),
            Self::Store(_) => None,
        }
    }
}

impl Refusal for IssuerError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Long { what, most, length } => long(lang, what, *most, *length),
            Self::Unprintable(what) => {
                let what = named(lang, what);
                one(
                    lang,
                    format!("{what}含有无法在一行中显示的字符。"),
                    format!("{what}に、1行で表示できない文字があります。"),
                )
            }
            Self::Lang(code) => no_language(lang, code),
        }
    }
}

impl Refusal for LogoError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Empty => one(lang, "请先选择文件。", "先にファイルを選んでください。"),
            Self::Large => {
                one(lang, "标志不超过16 KiB；此文件过大。", "ロゴは16 KiBまでです。このファイルは大きすぎます。")
            }
            Self::Kind => one(
                lang,
                "这不是完整的 PNG、JPEG 或 WebP 图片；SVG 可含脚本，不接受。",
                "完全なPNG・JPEG・WebPの画像ではありません。SVGはスクリプトを含められるため使えません。",
            ),
            Self::Size => one(lang, "标志每边最多1024像素。", "ロゴは1辺1024ピクセルまでです。"),
        }
    }
}

impl Refusal for RoomIdError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Empty => one(
                lang,
                "RoomId 不能为空；请从应用或腾讯控制台复制。",
                "RoomIdが空です。アプリかTencentのコンソールからコピーしてください。",
            ),
            Self::TooLong(bytes) => one(
                lang,
                format!("RoomId 最多48字节，当前为{bytes}字节；一个汉字占3字节，一个表情占4字节。"),
                format!("RoomIdは48バイトまでです（現在{bytes}バイト）。漢字やかなは3バイト、絵文字は4バイトです。"),
            ),
        }
    }
}

impl Refusal for PasswordError {
    fn translated(&self, lang: Lang) -> Option<String> {
        let (shortest, longest) = (password::SHORTEST, password::LONGEST);
        match self {
            Self::TooShort(length) => one(
                lang,
                format!("密码至少{shortest}个字符，当前为{length}个。"),
                format!("パスワードは{shortest}文字以上です（現在{length}文字）。"),
            ),
            Self::TooLong => {
                one(lang, format!("密码最多{longest}字节。"), format!("パスワードは{longest}バイトまでです。"))
            }
        }
    }
}

impl Refusal for SignInError {
    fn translated(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Wrong => one(lang, "名称和密码不匹配。", "名前とパスワードが合いません。"),
            Self::Throttled(seconds) => one(
                lang,
                format!("尝试次数过多，请在{seconds}秒后重试。"),
                format!("試行が多すぎます。{seconds}秒後にもう一度お試しください。"),
            ),
            Self::Busy => one(
                lang,
                "服务器正忙于校验密码，请几秒后重试。",
                "サーバーがパスワードの照合で混み合っています。数秒後にもう一度お試しください。",
            ),
            Self::Store(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::StreamId;

    #[test]
    fn a_refusal_is_a_sentence_in_the_askers_language_and_keeps_what_was_typed() {
        let error = DraftError::Zone("Mars/Base".into());
        assert_eq!(error.sentence(Lang::En), "“Mars/Base” is no time zone; write it as Asia/Shanghai or UTC.");
        for lang in [Lang::Zh, Lang::Ja] {
            let told = error.sentence(lang);
            assert!(told.contains("Mars/Base") && told.ends_with('。') && !told.contains("time zone"), "{told}");
        }
        let named = DraftError::Long { what: "a title", most: 120, length: 130 };
        assert!(named.sentence(Lang::Zh).starts_with("标题最多120"));
        // Every text that can be too long has a name in each language.
        for what in ["a link's name", "a title", "the word for coins", "the issuer's name", "the contact"] {
            assert!([Lang::Zh, Lang::Ja].into_iter().all(|lang| super::named(lang, what) != what), "{what}");
        }
    }

    #[test]
    fn what_tencent_refused_is_said_in_the_language_of_the_page() {
        let words = ["60010, this identifier is not an admin", "60010，不是管理员", "60010：管理者ではない"];
        let error = AskError::Upstream(words.map(str::to_owned));
        assert_eq!(error.sentence(Lang::En), "60010, this identifier is not an admin.");
        assert_eq!(error.sentence(Lang::Zh), "60010，不是管理员。");
        assert_eq!(error.sentence(Lang::Ja), "60010：管理者ではない。");
        assert_eq!(AskError::NoStream(StreamId(7)).sentence(Lang::Zh), "没有直播7。");
    }
}
