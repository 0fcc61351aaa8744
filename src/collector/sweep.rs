//! Reads the room list of an app to its end, page by page.
//!
//! The order of the list changes while it is read, so a room may come twice and another not at all. A page that fails is
//! requested again with its cursor: in a big app hardly any sweep would otherwise reach the end, where the new rooms are.
//!
//! Must not: know what becomes of a room.

use crate::domain::RoomId;
use crate::tencent::{ApiResponse, CallError, Caller, Client, Failure, RoomPage};
use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

/// Where pages come from.
pub(super) trait RoomList {
    fn page(&self, cursor: &str) -> impl Future<Output = Result<ApiResponse<RoomPage>, CallError>> + Send;

    /// Lets time pass before a page is requested again.
    fn wait(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

impl RoomList for Client {
    async fn page(&self, cursor: &str) -> Result<ApiResponse<RoomPage>, CallError> {
        self.room_list(cursor, Caller::Collector).await
    }

    async fn wait(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// How a sweep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SweepEnd {
    /// At the end of the list.
    Complete,
    /// A cursor came a second time: the pages from there on are known.
    CursorRepeats,
    /// There seems to be no end.
    Endless,
    /// A page could not be read.
    Failed,
}

/// What a sweep saw.
pub(super) struct Sweep {
    pub rooms: BTreeSet<RoomId>,
    pub end: SweepEnd,
}

/// Pages read in one sweep at most: 100,000 rooms.
const MAX_PAGES: usize = 5_000;
/// Pages in a row without a new room, whose cursors are all new; beyond, the list seems to have no end.
const MAX_PAGES_WITHOUT_NEW: usize = 10;
/// Maximum total wait for a page that fails; beyond, the sweep is given up.
const MAX_WAITED: Duration = Duration::from_secs(60);
/// Minimum wait before a page that failed is requested again.
const WAIT: Duration = Duration::from_secs(1);
/// Tencent does not accept a parameter; the cursor is the only one that changes.
const CURSOR_REFUSED: i64 = 100_002;

/// Hands every page to `take`, each room once, until `take` returns false. `None` where it did.
pub(super) async fn sweep<L: RoomList>(list: &L, mut take: impl FnMut(ApiResponse<RoomPage>) -> bool) -> Option<Sweep> {
    let mut rooms = BTreeSet::new();
    let mut cursors = BTreeSet::new();
    let mut cursor = String::new();
    let (mut pages, mut without_new) = (0, 0);
    let mut waited = Duration::ZERO;
    let end = loop {
        let mut page = match list.page(&cursor).await {
            Ok(page) => page,
            Err(error) => {
                let wait = match &error.failure {
                    Failure::Paused { next_probe, .. } => {
                        Duration::from_millis(u64::try_from(*next_probe - error.failed).unwrap_or_default()).max(WAIT)
                    }
                    _ => WAIT,
                };
                waited += wait;
                // Tencent does not accept this cursor (100002), or does not answer for long.
                if error.code() == Some(CURSOR_REFUSED) || waited > MAX_WAITED {
                    tracing::debug!(%error, pages, "a sweep of the room list was given up");
                    break SweepEnd::Failed;
                }
                list.wait(wait).await;
                continue;
            }
        };
        waited = Duration::ZERO;
        pages += 1;
        let next = page.value.next.take();
        page.value.rooms.retain(|info| rooms.insert(info.room.clone()));
        without_new = if page.value.rooms.is_empty() { without_new + 1 } else { 0 };
        if !take(page) {
            return None;
        }
        let Some(next) = next else { break SweepEnd::Complete };
        if next == cursor || !cursors.insert(next.clone()) {
            break SweepEnd::CursorRepeats;
        }
        if pages >= MAX_PAGES || without_new >= MAX_PAGES_WITHOUT_NEW {
            break SweepEnd::Endless;
        }
        cursor = next;
    };
    Some(Sweep { rooms, end })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::Millis;
    use crate::tencent::{CallTarget, Cause, Command, NoResponse, RoomInfo};
    use std::sync::{Arc, Mutex};

    type Respond = Box<dyn Fn(usize, &str) -> Result<(Vec<String>, Option<String>), Failure> + Send + Sync>;

    /// Answers the n-th call for a cursor; keeps which cursors were asked for and how long was waited.
    struct Fake {
        respond: Respond,
        asked: Mutex<Vec<String>>,
        waited: Mutex<Duration>,
    }

    impl RoomList for Fake {
        async fn page(&self, cursor: &str) -> Result<ApiResponse<RoomPage>, CallError> {
            let mut asked = self.asked.lock().unwrap();
            let place = asked.len();
            asked.push(cursor.to_owned());
            let (asked, request_id) = (Millis(0), None);
            match (self.respond)(place, cursor) {
                Ok((rooms, next)) => {
                    let rooms = rooms.iter().map(|room| RoomInfo::unknown(RoomId::parse(room).unwrap())).collect();
                    let value = RoomPage { rooms, next };
                    Ok(ApiResponse { asked, answered: asked, request_id, value, retries: 0 })
                }
                Err(failure) => {
                    let (command, host) = (Command::RoomList, "127.0.0.1:1".to_owned());
                    let target = Arc::new(CallTarget { host, command, name: command.name().to_owned() });
                    let (room_fault, joined) = (false, false);
                    Err(CallError {
                        target,
                        asked,
                        failed: asked,
                        failure,
                        request_id,
                        retries: 0,
                        room_fault,
                        coalesced: joined,
                    })
                }
            }
        }

        async fn wait(&self, time: Duration) {
            *self.waited.lock().unwrap() += time;
        }
    }

    fn fake(
        respond: impl Fn(usize, &str) -> Result<(Vec<String>, Option<String>), Failure> + Send + Sync + 'static,
    ) -> Fake {
        Fake { respond: Box::new(respond), asked: Mutex::default(), waited: Mutex::default() }
    }

    fn code(code: i64) -> Failure {
        Failure::Code { code, info: String::new() }
    }

    /// A list of three pages, cursors "", "1", "2".
    fn three_pages(cursor: &str) -> (Vec<String>, Option<String>) {
        let place: usize = cursor.parse().unwrap_or(0);
        (vec![format!("room_{place}")], (place < 2).then(|| (place + 1).to_string()))
    }

    #[tokio::test]
    async fn a_page_that_fails_is_requested_again_with_its_cursor() {
        let list = fake(|place, cursor| match place {
            1 => Err(code(60007)),
            2 => Err(Failure::NoResponse(NoResponse::Timeout)),
            4 => {
                let cause = Cause::Code { code: 60010, info: String::new() };
                Err(Failure::Paused { cause, since: Millis(0), next_probe: Millis(10_000) })
            }
            _ => Ok(three_pages(cursor)),
        });
        let mut found = 0;
        let swept = sweep(&list, |page| {
            found += page.value.rooms.len();
            true
        });
        let swept = swept.await.unwrap();
        assert_eq!((swept.end, swept.rooms.len(), found), (SweepEnd::Complete, 3, 3));
        assert_eq!(*list.asked.lock().unwrap(), ["", "1", "1", "1", "2", "2"]);
        assert_eq!(*list.waited.lock().unwrap(), Duration::from_secs(12), "as long as the client says, or a second");
    }

    #[tokio::test]
    async fn a_cursor_that_is_refused_and_a_minute_without_an_answer_give_a_sweep_up() {
        let list = fake(|_, cursor| if cursor == "1" { Err(code(100_002)) } else { Ok(three_pages(cursor)) });
        assert_eq!(sweep(&list, |_| true).await.unwrap().end, SweepEnd::Failed);
        assert_eq!(list.asked.lock().unwrap().len(), 2);
        let list = fake(|_, _| Err(Failure::NoResponse(NoResponse::Timeout)));
        assert_eq!(sweep(&list, |_| true).await.unwrap().end, SweepEnd::Failed);
        assert_eq!(*list.waited.lock().unwrap(), MAX_WAITED);
    }

    #[tokio::test]
    async fn a_list_whose_cursors_go_in_a_circle_or_never_end_is_read_to_a_bound() {
        // A → B → A, as in interop 9: with a new room on each page.
        let circle = fake(|place, cursor| {
            Ok((vec![format!("room_{place}")], Some(if cursor == "a" { "b" } else { "a" }.to_owned())))
        });
        let swept = sweep(&circle, |_| true).await.unwrap();
        assert_eq!((swept.end, swept.rooms.len()), (SweepEnd::CursorRepeats, 3));
        let itself = fake(|_, _| Ok((vec!["room".to_owned()], Some("a".to_owned()))));
        assert_eq!(sweep(&itself, |_| true).await.unwrap().end, SweepEnd::CursorRepeats);
        assert_eq!(itself.asked.lock().unwrap().len(), 2);
        let same_rooms = fake(|place, _| Ok((vec!["room".to_owned()], Some(place.to_string()))));
        assert_eq!(sweep(&same_rooms, |_| true).await.unwrap().end, SweepEnd::Endless);
        assert_eq!(same_rooms.asked.lock().unwrap().len(), 1 + MAX_PAGES_WITHOUT_NEW);
        let new_rooms = fake(|place, _| Ok((vec![format!("room_{place}")], Some(place.to_string()))));
        assert_eq!(sweep(&new_rooms, |_| true).await.unwrap().end, SweepEnd::Endless);
        assert_eq!(new_rooms.asked.lock().unwrap().len(), MAX_PAGES);
    }
}
