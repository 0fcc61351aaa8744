//! (not written yet)

/// How a client does.
#[derive(Clone, Debug)]
pub struct ClientHealth {}
