//! What the result codes of SQLite mean.

use crate::store::fault::DatabaseFault;
use sqlx::error::DatabaseError;

/// What a result code means. The lower byte is the kind of error, the rest its details.
pub(in crate::store) fn fault_of(error: &dyn DatabaseError) -> DatabaseFault {
    match error.code().and_then(|code| code.parse::<i64>().ok()).map(|code| code & 0xff) {
        Some(5 | 6) => DatabaseFault::Busy,
        Some(8) => DatabaseFault::ReadOnly,
        Some(10) => DatabaseFault::Disk,
        Some(11 | 26) => DatabaseFault::Damaged,
        Some(13) => DatabaseFault::Full,
        Some(14) => DatabaseFault::CannotOpen,
        // The SQL itself, too large, a constraint, a type, a parameter.
        Some(1 | 18 | 19 | 20 | 25) => DatabaseFault::Refused,
        _ => DatabaseFault::Other,
    }
}
