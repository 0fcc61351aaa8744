//! Which rooms are followed, and the snapshot of one.

use super::ApiError;
use crate::domain::{RoomId, StreamId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What became of pasted RoomIds. None is lost: each is in one of the two lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedRooms {
    /// Followed from now on, in the order they were given.
    pub added: Vec<RoomId>,
    /// As it was typed, and why it was not added.
    pub refused: Vec<RefusedRoom>,
}

/// One pasted text that is no RoomId.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRoom {
    pub room: String,
    pub why: String,
}

/// The snapshot's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenSnapshot {
    pub stream: StreamId,
}

/// Follows one or many rooms, given by line or comma, and reads them at once. `app` may be left out where there is one.
#[server(prefix = "/api/fn", endpoint = "add_rooms")]
pub async fn add_rooms(#[server(default)] app: Option<i64>, rooms: String) -> Result<AddedRooms, ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::input;
    use crate::web::context::session::{self, audit, require, state};

    let viewer = require(Role::Operator).await?;
    let app = session::app(app)?;
    let pasted = input::rooms(&rooms, session::lang());
    let refused = pasted.refused.into_iter().map(|(room, why)| RefusedRoom { room, why }).collect();
    let outcome = AddedRooms { added: pasted.rooms, refused };
    if outcome.added.is_empty() {
        return Err(ApiError::invalid(match outcome.refused.as_slice() {
            [] => session::lang().error_no_rooms().to_owned(),
            refused => refused.iter().map(|one| format!("{}: {}", one.room, one.why)).collect::<Vec<_>>().join("; "),
        }));
    }
    state().collector.add_rooms(app, outcome.added.clone()).await?;
    let names: Vec<&str> = outcome.added.iter().map(RoomId::as_str).collect();
    audit(&viewer, AuditedAction::AddRooms, &format!("{app}: {}", names.join(", "))).await;
    Ok(outcome)
}

/// Reads a room no more; a stream that is open ends by the user's word.
#[server(prefix = "/api/fn", endpoint = "stop_following")]
pub async fn stop_following(#[server(default)] app: Option<i64>, room: RoomId) -> Result<(), ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{self, audit, require, state};

    let viewer = require(Role::Operator).await?;
    let app = session::app(app)?;
    state().collector.stop_following(app, room.clone()).await?;
    audit(&viewer, AuditedAction::StopFollowing, &format!("{app}: {room}")).await;
    Ok(())
}

/// One reading of any RoomId, kept as a sealed report of its own.
#[server(prefix = "/api/fn", endpoint = "take_snapshot")]
pub async fn take_snapshot(#[server(default)] app: Option<i64>, room: String) -> Result<TakenSnapshot, ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{self, audit, go_to, require, state};

    let viewer = require(Role::Operator).await?;
    let app = session::app(app)?;
    let room = RoomId::parse(&room).map_err(|error| session::invalid(&error))?;
    let stream = state().collector.snapshot(app, room.clone()).await?;
    audit(&viewer, AuditedAction::TakeSnapshot, &format!("{app}: {room}")).await;
    go_to(&format!("/streams/{stream}"));
    Ok(TakenSnapshot { stream })
}
