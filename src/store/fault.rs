//! The kinds of faults of a database, whatever its engine.

/// What an engine means by an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatabaseFault {
    /// Another program holds a lock.
    Busy,
    /// The database may not be written.
    ReadOnly,
    /// The disk does not read or write.
    Disk,
    /// The content is damaged.
    Damaged,
    /// The disk is full.
    Full,
    /// The file cannot be opened.
    CannotOpen,
    /// The database works and refuses this statement: a constraint, a type, a size.
    Refused,
    /// The database server does not answer, or does not let this program in.
    Unreachable,
    Other,
}
