//! The fold of a room, event by event, without a task, a clock or a database.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::{StreamState, StreamSummary, Totals};

const CREATED_AT: i64 = 1_000;

fn at(second: i64) -> Millis {
    Millis::from_seconds(CREATED_AT + second)
}

fn id() -> RoomId {
    RoomId::parse("room").unwrap()
}

fn sealed(created: i64, ended: Option<i64>, by: EndEvidence) -> StreamSummary {
    StreamSummary {
        id: StreamId(created),
        state: StreamState::Sealed,
        created_at: Some(at(created)),
        started_at: at(created),
        ended_at: ended.map(at),
        ended_by: Some(by),
        ..crate::report::compose::tests::summary()
    }
}

/// Applies an event at that second, 100 s after the start of the steady clock.
fn apply(room: &mut Room, second: i64, event: Event) -> Vec<Effect> {
    let sealing = Sealing::default();
    let context = Context {
        app: AppId(7),
        now: at(second),
        steady: 100_000,
        rules: Rules { grace_ms: 120_000, quiet_ms: Some(60_000) },
        interval_ms: 10_000,
        clock: ClockOffset::default(),
        is_included: true,
        sealing: &sealing,
    };
    room.apply(event, &context)
}

fn response<T>(second: i64, value: T) -> ApiResponse<T> {
    ApiResponse { asked: at(second), answered: at(second) + 40, request_id: None, value, retries: 0 }
}

fn polled(second: i64, value: i64) -> Event {
    Event::Polled(Ok(response(second, Some(Counters::from_array([value; 6])))))
}

fn info(second: i64, create_time: Option<i64>) -> Event {
    Event::Info(Ok(response(second, Some(RoomInfo { create_time, ..RoomInfo::unknown(id()) }))))
}

/// A room whose stream has one reading of 5 at second 2.
fn open() -> Room {
    let mut room = Room::new(id(), FoundBy::List);
    apply(&mut room, 2, polled(2, 5));
    let effects = apply(&mut room, 3, info(3, Some(CREATED_AT)));
    let [Effect::LookUp(Query::Open(_))] = effects.as_slice() else { panic!("it asks the database") };
    let Some(Effect::LookUp(Query::Open(open))) = effects.into_iter().next() else { unreachable!() };
    apply(&mut room, 3, Event::StreamToOpen(open, Ok(StreamOnRecord::Nothing(StreamId(1)))));
    assert!(room.tracker().is_some());
    room
}

#[test]
fn a_first_reading_asks_for_the_create_time_and_then_the_database_and_then_opens_the_stream() {
    let mut room = Room::new(id(), FoundBy::List);
    assert!(matches!(apply(&mut room, 2, polled(2, 5)).as_slice(), [Effect::AskInfo]));
    assert!(room.is_opening());
    let effects = apply(&mut room, 3, info(3, Some(CREATED_AT)));
    let Some(Effect::LookUp(Query::Open(open))) = effects.into_iter().next() else { panic!("no look-up") };
    assert_eq!(open.create_time, Some(CREATED_AT));
    let effects = apply(&mut room, 3, Event::StreamToOpen(open, Ok(StreamOnRecord::Nothing(StreamId(1)))));
    let kinds: Vec<&str> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Write(Write::Followed { .. }) => "monitored",
            Effect::OpenStream { .. } => "open",
            Effect::SetPriority(Priority::Eager) => "weigh",
            Effect::Write(Write::Run { .. }) => "run",
            Effect::ReplayMessages => "replay",
            Effect::Then(Event::CreateTimeOfOpened { create_time: CREATED_AT, .. }) => "create time",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["monitored", "open", "weigh", "run", "replay", "create time"]);
}

#[test]
fn a_database_that_refuses_loses_no_reading() {
    let mut room = Room::new(id(), FoundBy::List);
    apply(&mut room, 2, polled(2, 5));
    let effects = apply(&mut room, 3, info(3, Some(CREATED_AT)));
    let Some(Effect::LookUp(Query::Open(open))) = effects.into_iter().next() else { panic!("no look-up") };
    let effects = apply(&mut room, 3, Event::StreamToOpen(open, Err(StoreError::Task("refused".to_owned()))));
    assert!(matches!(effects.first(), Some(Effect::DatabaseRefused { .. })));
    assert!(room.is_opening());
    assert_eq!(room.waiting().len(), 1);
}

#[test]
fn a_user_ends_a_stream_at_once_and_its_room_is_idle_until_another_create_time() {
    let mut room = open();
    let effects = apply(&mut room, 12, Event::EndedByUser);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Seal { stream: StreamId(1), .. })));
    assert!(room.is_idle() && !room.is_done() && !room.is_forgettable());
    // Its answers open nothing, as long as the CreateTime is the same.
    assert!(matches!(apply(&mut room, 22, polled(22, 6)).as_slice(), [Effect::AskInfo]));
    apply(&mut room, 23, info(23, Some(CREATED_AT)));
    assert!(room.is_idle());
    let effects = apply(&mut room, 33, info(33, Some(CREATED_AT + 30)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::LookUp(Query::Open(_)))));
    assert!(room.is_opening());
}

#[test]
fn a_poll_follows_from_what_the_room_is() {
    let sealing = Sealing::default();
    let context = |second| Context {
        app: AppId(7),
        now: at(second),
        steady: 100_000,
        rules: Rules { grace_ms: 120_000, quiet_ms: None },
        interval_ms: 10_000,
        clock: ClockOffset::default(),
        is_included: true,
        sealing: &sealing,
    };
    let mut listed = Room::new(id(), FoundBy::List);
    assert_eq!(listed.next_poll(&context(0)).turn, Turn::Never);
    // Added manually and without a stream: less and less often.
    let mut manual = Room::new(id(), FoundBy::Hand);
    let waits: Vec<_> = (0..7).map(|_| manual.next_poll(&context(0)).turn).collect();
    let expected = [10, 30, 60, 120, 240, 300, 300].map(|seconds| Turn::At(100_000 + seconds * 1_000));
    assert_eq!(waits, expected);
    let mut open = open();
    assert_eq!(open.next_poll(&context(3)).turn, Turn::AtNewPlace);
    assert_eq!(open.next_poll(&context(3)).turn, Turn::AfterInterval);
    // Once 100004: again an interval later at the latest.
    apply(&mut open, 12, Event::Info(Ok(response(12, None))));
    assert_eq!(open.next_poll(&context(12)).no_later_than, Some(110_000));
    apply(&mut open, 22, Event::Info(Ok(response(22, None))));
    let last = open.next_poll(&context(23)).no_later_than.unwrap();
    assert!((100_000 + 118_000..100_000 + 120_000).contains(&last), "when the grace period is over: {last}");
}

#[test]
fn a_room_closed_webhook_is_of_the_stream_that_ended_about_then() {
    let find = |streams: Vec<StreamSummary>, second: i64, may_be_open: bool| match room_closed_target(
        streams,
        at(second),
        may_be_open,
        |stream| stream == StreamId(500),
    ) {
        RoomClosedTarget::OpenStream => "open".to_owned(),
        RoomClosedTarget::Sealed(stream) => format!("sealed {}", stream.id.0),
        RoomClosedTarget::EndedHere(stream) => format!("ended here {}", stream.0),
        RoomClosedTarget::Unknown => "unknown".to_owned(),
    };
    let gone = EndEvidence::RoomGone;
    assert_eq!(find(vec![], 10, false), "unknown");
    assert_eq!(find(vec![], 10, true), "open");
    assert_eq!(find(vec![sealed(0, Some(100), gone)], 100, false), "sealed 0");
    assert_eq!(
        find(vec![sealed(0, Some(100), gone)], 200, false),
        "unknown",
        "a stream we never saw may have followed"
    );
    assert_eq!(find(vec![sealed(0, Some(100), EndEvidence::Quiet)], 200, false), "ended here 0");
    assert_eq!(find(vec![sealed(500, Some(600), gone)], 600, false), "unknown", "it is being sealed");
    // Within the second of the next creation: of the one before.
    let two = || vec![sealed(110, None, gone), sealed(0, Some(100), gone)];
    assert_eq!(find(two(), 110, true), "sealed 0");
    assert_eq!(find(two(), 111, true), "open");
    assert_eq!(find(two(), 105, false), "sealed 0");
}

#[test]
fn a_room_closed_webhook_that_comes_while_a_stream_is_opened_waits() {
    let mut room = Room::new(id(), FoundBy::List);
    apply(&mut room, 2, polled(2, 5));
    let room_closed =
        RoomClosedWebhook { event_time: None, at: at(9), statistic: Totals::default(), received_at: at(9) };
    let effects = apply(&mut room, 9, Event::Closed(room_closed.clone()));
    assert!(matches!(effects.as_slice(), [Effect::BufferRoomClosed(_), Effect::PollBy { .. }]));
    let mut open = open();
    let effects = apply(&mut open, 9, Event::Closed(room_closed));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Write(Write::RoomClosed { .. }))));
}

#[test]
fn a_room_that_left_the_list_is_looked_at_once() {
    let mut room = open();
    assert!(!room.note_listed(true));
    assert!(room.note_listed(false));
    assert!(!room.note_listed(false));
    let effects = apply(&mut room, 12, Event::Delisted);
    assert!(matches!(effects.as_slice(), [Effect::PollBy { due: 100_000, .. }, Effect::AskInfo]));
}
