//! Joins calls for the statistics of one room: while one is on its way, other callers for the same room get its response.
//!
//! Must not: keep a call alive that nobody waits for.

use super::{ApiResponse, Caller, Client, lock};
use crate::domain::{Counters, RoomId};
use crate::tencent::command::Command;
use crate::tencent::error::{CallError, NO_SUCH_ROOM};
use crate::tencent::wire::Envelope;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

type StatsCall = BoxFuture<'static, Result<ApiResponse<Option<Counters>>, CallError>>;

/// A call in flight that others may join. The map holds no call alive: when all who wait have left, it ends.
pub(super) struct InFlightCall {
    number: u64,
    call: WeakShared<StatsCall>,
    urgent: Arc<AtomicBool>,
}

/// Takes a call out of the map when it is over or left.
struct InFlightGuard {
    client: Client,
    room: RoomId,
    number: u64,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        let mut joined = lock(&self.client.0.in_flight);
        if joined.get(&self.room).is_some_and(|call| call.number == self.number) {
            joined.remove(&self.room);
        }
    }
}

impl Client {
    /// The six counters of a room (page of the API: Get Room Statistics); `None` if there is no such room (100004).
    /// While a call for the room is on its way, others join it: its `asked` may lie before theirs.
    pub async fn room_stats(&self, room: &RoomId, caller: Caller) -> Result<ApiResponse<Option<Counters>>, CallError> {
        self.room_stats_within(room, caller, Duration::MAX).await
    }

    /// As [`Client::room_stats`]; a retry begins only within this time, so that it does not run into the next reading.
    pub async fn room_stats_within(
        &self,
        room: &RoomId,
        caller: Caller,
        within: Duration,
    ) -> Result<ApiResponse<Option<Counters>>, CallError> {
        let (call, joined) = self.coalesce(room, caller, within);
        call.await.map_err(|error| CallError { coalesced: joined, ..error })
    }

    /// The call for a room, and whether it was on its way already.
    fn coalesce(&self, room: &RoomId, caller: Caller, within: Duration) -> (Shared<StatsCall>, bool) {
        let person = caller == Caller::User;
        let mut joined = lock(&self.0.in_flight);
        if let Some(known) = joined.get(room)
            && let Some(call) = known.call.upgrade()
        {
            if person {
                known.urgent.store(true, Ordering::Relaxed);
            }
            return (call, true);
        }
        let urgent = Arc::new(AtomicBool::new(person));
        let number = self.0.next_call.fetch_add(1, Ordering::Relaxed);
        let leave = InFlightGuard { client: self.clone(), room: room.clone(), number };
        let call: StatsCall = {
            let urgent = Arc::clone(&urgent);
            async move {
                let body = json!({ "RoomId": leave.room.as_str() }).to_string();
                let read = |envelope: &Envelope| match envelope.code {
                    NO_SUCH_ROOM => Ok(None),
                    _ => envelope.counters().map(Some),
                };
                leave.client.call(Command::RoomStats, Some(&leave.room), body, urgent, within, read).await
            }
            .boxed()
        };
        let call = call.shared();
        if let Some(weak) = call.downgrade() {
            joined.insert(room.clone(), InFlightCall { number, call: weak, urgent });
        }
        (call, false)
    }
}
