//! What a user does with one stream.

use super::ApiError;
use crate::domain::StreamId;
use leptos::prelude::*;

/// Takes back an ending: the stream is live until new evidence.
#[server(prefix = "/api/fn", endpoint = "keep_following")]
pub async fn keep_following(stream: StreamId) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Operator).await?;
    state().collector.keep_following(stream).await?;
    audit(&viewer, AuditedAction::KeepFollowing, &format!("stream {stream}")).await;
    Ok(())
}

/// Ends a stream by the user's word and seals it without grace.
#[server(prefix = "/api/fn", endpoint = "seal_now")]
pub async fn seal_now(stream: StreamId) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Operator).await?;
    let state = state();
    state.collector.seal_now(stream).await?;
    // The board notifies the server too, but perhaps after this is answered.
    state.changes.increment_stream(stream);
    audit(&viewer, AuditedAction::SealNow, &format!("stream {stream}")).await;
    Ok(())
}

/// Seals a sealed stream once more: the next revision over the same readings, with the issuer, the baseline and the rules of
/// now. The one before stays, and is marked superseded.
#[server(prefix = "/api/fn", endpoint = "seal_again")]
pub async fn seal_again(stream: StreamId) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    let viewer = require(Role::Operator).await?;
    let state = state();
    state.collector.seal_again(stream).await?;
    state.changes.increment_stream(stream);
    audit(&viewer, AuditedAction::SealAgain, &format!("stream {stream}")).await;
    Ok(())
}

/// Reads a stream now, within the budget kept for people.
#[server(prefix = "/api/fn", endpoint = "refresh_now")]
pub async fn refresh_now(stream: StreamId) -> Result<(), ApiError> {
    use crate::domain::Role;
    use crate::web::context::session::{require, state};

    require(Role::Operator).await?;
    Ok(state().collector.refresh(stream).await?)
}

/// Writes a note beside a stream; an empty one removes it. Internal: no report and no link shows it.
#[server(prefix = "/api/fn", endpoint = "add_note")]
pub async fn add_note(stream: StreamId, #[server(default)] text: String) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{audit, require, state};

    /// Longest note, in characters: a paragraph, not a document.
    const MAX_NOTE_LEN: usize = 2_000;

    let viewer = require(Role::Operator).await?;
    if text.chars().count() > MAX_NOTE_LEN {
        return Err(ApiError::invalid(crate::web::context::session::lang().error_note_too_long(MAX_NOTE_LEN as i64)));
    }
    let state = state();
    if state.store.stream(stream).await?.is_none() {
        return Err(crate::collector::CommandError::NoStream(stream).into());
    }
    state.store.note_stream(stream, &text).await?;
    audit(&viewer, AuditedAction::AddNote, &format!("stream {stream}")).await;
    Ok(())
}
