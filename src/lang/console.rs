//! Words of the console: navigation, forms, empty states, errors.

use super::{Lang, Words};

impl Words {
    pub const fn not_sealed(&self) -> &'static str {
        self.lang.pick("Live; nothing is sealed yet", "直播中,尚未定稿", "配信中。まだ確定していません")
    }

    /// "Report 118"
    pub fn report_number(&self, number: i64, revision: i64) -> String {
        let number = super::grouped(number);
        match (self.lang, revision) {
            (Lang::En, 1) => format!("Report {number}"),
            (Lang::En, _) => format!("Report {number}, revision {revision}"),
            (Lang::Zh, 1) => format!("报告 {number}"),
            (Lang::Zh, _) => format!("报告 {number},第{revision}版"),
            (Lang::Ja, 1) => format!("レポート {number}"),
            (Lang::Ja, _) => format!("レポート {number}(第{revision}版)"),
        }
    }

    pub const fn password(&self) -> &'static str {
        self.lang.pick("Password", "密码", "パスワード")
    }

    pub const fn copy_link(&self) -> &'static str {
        self.lang.pick("Copy link", "复制链接", "リンクをコピー")
    }

    /// "revision 2"
    pub fn revision_short(&self, revision: i64) -> String {
        match self.lang {
            Lang::En => format!("revision {revision}"),
            Lang::Zh => format!("第{revision}版"),
            Lang::Ja => format!("第{revision}版"),
        }
    }
}
