//! What servers ask each other, and webhooks on their way to a collector.

use crate::domain::Millis;

/// A question to the collector of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskRow {
    pub id: i64,
    pub body: String,
}

/// A webhook that arrived at some server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    pub id: i64,
    /// By the clock of the database.
    pub received_at: Millis,
    /// As judged on arrival.
    pub authenticated: bool,
    /// What of the address is of use, without tokens.
    pub query: String,
    pub body: Vec<u8>,
}
