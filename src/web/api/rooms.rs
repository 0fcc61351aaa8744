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

/// Rooms accepted in one request; more would use the rate limit for minutes and is a mistake.
#[cfg(feature = "ssr")]
const MAX_ROOMS: usize = 1_000;

/// Splits pasted text at line ends, commas, semicolons and tabs; what is left is trimmed, emptied and repeated no more.
/// Text that is no RoomId is refused with its reason.
#[cfg(feature = "ssr")]
fn parse_rooms(text: &str, lang: crate::i18n::Lang) -> AddedRooms {
    use crate::web::context::refusals::TranslatedError;

    let mut outcome = AddedRooms::default();
    // Full-width ones too: ids are pasted from Chinese and Japanese chats.
    let separators = ['\n', '\r', '\t', ',', ';', '，', '；', '、'];
    for part in text.split(separators).map(str::trim).filter(|part| !part.is_empty()) {
        match RoomId::parse(part) {
            Ok(room) if outcome.added.contains(&room) => {}
            Ok(_) if outcome.added.len() >= MAX_ROOMS => outcome
                .refused
                .push(RefusedRoom { room: part.to_owned(), why: lang.error_too_many_rooms(MAX_ROOMS as i64) }),
            Ok(room) => outcome.added.push(room),
            Err(error) => outcome.refused.push(RefusedRoom {
                room: part.to_owned(),
                why: error.sentence(lang).trim_end_matches(['.', '。']).to_owned(),
            }),
        }
    }
    outcome
}

/// Follows one or many rooms, given by line or comma, and reads them at once. `app` may be left out where there is one.
#[server(prefix = "/api/fn", endpoint = "add_rooms")]
pub async fn add_rooms(#[server(default)] app: Option<i64>, rooms: String) -> Result<AddedRooms, ApiError> {
    use crate::domain::{AuditedAction, Role};
    use crate::web::context::session::{self, audit, require, state};

    let viewer = require(Role::Operator).await?;
    let app = session::app(app)?;
    let outcome = parse_rooms(&rooms, session::lang());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_pasted_text_is_in_one_list_once() {
        let long = "x".repeat(49);
        let outcome = parse_rooms(&format!(" a \r\n\r\nb, a;c\t{long}\n鹿、<b>，d；e"), Lang::En);
        let added: Vec<_> = outcome.added.iter().map(RoomId::as_str).collect();
        assert_eq!(added, ["a", "b", "c", "鹿", "<b>", "d", "e"]);
        assert_eq!(outcome.refused.len(), 1);
        assert_eq!(outcome.refused[0].room, long);
        assert!(outcome.refused[0].why.contains("48 bytes"));
    }

    #[test]
    fn more_than_fit_are_shown_by_name() {
        let text: String = (0..1_002).map(|i| format!("room{i}\n")).collect();
        let outcome = parse_rooms(&text, Lang::En);
        assert_eq!(outcome.added.len(), 1_000);
        assert_eq!(outcome.refused.iter().map(|one| one.room.as_str()).collect::<Vec<_>>(), ["room1000", "room1001"]);
    }
}
