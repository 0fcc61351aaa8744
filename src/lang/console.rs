//! Words of the console: navigation, forms, empty states, errors.

use super::{Lang, Words};
use crate::domain::record::Record;

impl Words {
    /// The link from a line of trouble to what is known of it.
    pub const fn status_link(&self) -> &'static str {
        self.lang.pick("Status ›", "状态 ›", "状態 ›")
    }

    pub const fn details_link(&self) -> &'static str {
        self.lang.pick("Details ›", "详情 ›", "詳細 ›")
    }

    pub const fn not_sealed(&self) -> &'static str {
        self.lang.pick("Live; nothing is sealed yet", "直播中，尚未定稿", "配信中。まだ確定していません")
    }

    /// "Report 118"
    pub fn report_number(&self, number: i64, revision: i64) -> String {
        let number = super::grouped(number);
        match (self.lang, revision) {
            (Lang::En, 1) => format!("Report {number}"),
            (Lang::En, _) => format!("Report {number}, revision {revision}"),
            (Lang::Zh, 1) => format!("报告 {number}"),
            (Lang::Zh, _) => format!("报告 {number}，第{revision}版"),
            (Lang::Ja, 1) => format!("レポート {number}"),
            (Lang::Ja, _) => format!("レポート {number}（第{revision}版）"),
        }
    }

    /// The same of a report; where the host is hidden it has no number, and only a later revision is told.
    pub fn report_number_of(&self, record: &Record) -> Option<String> {
        let revision = record.revision;
        match record.number {
            1.. => Some(self.report_number(record.number, revision)),
            _ if revision <= 1 => None,
            _ => Some(match self.lang {
                Lang::En => format!("Revision {revision}"),
                Lang::Zh | Lang::Ja => format!("第{revision}版"),
            }),
        }
    }

    pub const fn dead_link_title(&self) -> &'static str {
        self.lang.pick("This link does not work", "此链接无法打开", "このリンクは開けません")
    }

    pub const fn dead_link_why(&self) -> &'static str {
        self.lang.pick(
            "It may have expired, been switched off, or lost a character on the way here.",
            "它可能已过期、已被关闭，或在转发时缺了字符。",
            "期限が切れたか、無効にされたか、転送の途中で文字が欠けた可能性があります。",
        )
    }

    pub const fn dead_link_what_to_do(&self) -> &'static str {
        self.lang.pick(
            "Ask whoever sent it to you for a new one.",
            "请向发送者索取新的链接。",
            "送ってくれた方に新しいリンクをお求めください。",
        )
    }

    pub const fn password_title(&self) -> &'static str {
        self.lang.pick("This report has a password", "此报告需要密码", "このレポートにはパスワードが必要です")
    }

    pub const fn password(&self) -> &'static str {
        self.lang.pick("Password", "密码", "パスワード")
    }

    pub const fn open(&self) -> &'static str {
        self.lang.pick("Open", "打开", "開く")
    }

    pub const fn copy_link(&self) -> &'static str {
        self.lang.pick("Copy link", "复制链接", "リンクをコピー")
    }

    /// "revision 2"
    pub fn revision_short(&self, revision: i64) -> String {
        match self.lang {
            Lang::En => format!("revision {revision}"),
            Lang::Zh => format!("第{revision}版（更正）"),
            Lang::Ja => format!("第{revision}版（訂正）"),
        }
    }
}
