//! What the error codes of PostgreSQL mean.

use crate::store::fault::DatabaseFault;
use sqlx::error::DatabaseError;

/// What an SQLSTATE means. The first two characters are its class.
pub(in crate::store) fn fault_of(error: &dyn DatabaseError) -> DatabaseFault {
    let code = error.code().unwrap_or_default();
    match (code.as_ref(), code.get(..2).unwrap_or_default()) {
        ("42501" | "25006", _) => DatabaseFault::ReadOnly,
        // Deadlock, serialization failure, lock not available, statement cancelled.
        ("40P01" | "40001" | "55P03" | "57014", _) => DatabaseFault::Busy,
        ("53100", _) => DatabaseFault::Full,
        ("58030", _) => DatabaseFault::Disk,
        // A value, a constraint, the SQL itself.
        (_, "22" | "23" | "42") => DatabaseFault::Refused,
        (_, "XX") => DatabaseFault::Damaged,
        // The connection, the login, resources, a user's intervention.
        (_, "08" | "28" | "3D" | "53" | "57") => DatabaseFault::Unreachable,
        _ => DatabaseFault::Other,
    }
}
