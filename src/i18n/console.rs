//! Words of the console: navigation, forms, empty states, errors.

use super::I18n;
use crate::domain::record::Record;

impl I18n {
    /// "Report 118"
    pub fn report_and_revision(&self, number: i64, revision: i64) -> String {
        match revision {
            1 => self.report_number(number),
            _ => self.report_number_revision(number, revision),
        }
    }

    /// The same of a report; where the host is hidden it has no number, and only a later revision is mentioned.
    pub fn report_number_of(&self, record: &Record) -> Option<String> {
        let revision = record.revision;
        match record.number {
            1.. => Some(self.report_and_revision(record.number, revision)),
            _ if revision <= 1 => None,
            _ => Some(self.report_revision(revision)),
        }
    }

    /// "revision 2"
    pub fn revision_short(&self, revision: i64) -> String {
        self.list_revision(revision)
    }
}
