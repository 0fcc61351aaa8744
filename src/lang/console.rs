//! Words of the console: navigation, forms, empty states, errors.

use super::{Lang, Words};
use crate::domain::record::Record;

impl Words {
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

    /// "revision 2"
    pub fn revision_short(&self, revision: i64) -> String {
        match self.lang {
            Lang::En => format!("revision {revision}"),
            Lang::Zh => format!("第{revision}版（更正）"),
            Lang::Ja => format!("第{revision}版（訂正）"),
        }
    }
}
