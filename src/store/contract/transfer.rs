//! A SQLite database copied into PostgreSQL answers as before, and goes on where it was.

use super::*;
use crate::domain::{AuditedAction, Role};

#[tokio::test]
async fn a_database_is_copied_whole_and_once_and_its_file_is_refused_from_then_on() {
    let Some(target) = TestDatabase::postgres().await else { return };
    let source = TestDatabase::sqlite().await;
    let store = &source.store;
    let user = store.add_user("Zoe", "hash", Role::Admin, Millis(1)).await.unwrap().unwrap();
    let removed = store.add_user("gone", "hash", Role::Viewer, Millis(1)).await.unwrap().unwrap();
    store.remove_user("gone").await.unwrap();
    store.add_session(&[0, 255], user, Millis(1), Millis(9)).await.unwrap();
    store.add_token("t", b"token", Millis(1)).await.unwrap();
    store.audit("Zoe", &AuditedAction::AddNote, "a\0b", Millis(1)).await.unwrap();
    let room = RoomId::parse("ro\0om").unwrap();
    store.follow_room(APP, &room, FoundBy::Hand, Millis(1)).await.unwrap();
    let new = NewStream { title: Some("小鹿\0".to_owned()), ..new_stream("ro\0om", 1_000) };
    let (sealed, open) = (source.open(new).await, source.open(new_stream("b", 2_000)).await);
    store.apply_all(&[run(sealed, 2_000, 4), run(open, 2_000, 7)]).await.unwrap();
    source.seal(sealed, Millis(9_000), coins(4)).await;
    let reserved = store.reserve_stream().await.unwrap();

    let counts = store.copy_into(&target.store).await.unwrap();
    assert!(counts.contains(&("stream", 2)) && counts.contains(&("reading", 1)) && counts.contains(&("record", 1)));
    assert!(matches!(store.copy_into(&target.store).await, Err(StoreError::NotEmpty)));
    assert!(matches!(target.store.copy_into(store).await, Err(StoreError::WrongEngine)));
    for id in [sealed, open] {
        assert_eq!(target.store.open_stream(id).await.unwrap(), store.open_stream(id).await.unwrap());
        assert_eq!(target.store.series(id).await.unwrap(), store.series(id).await.unwrap());
        assert_eq!(target.store.report(id, None).await.unwrap(), store.report(id, None).await.unwrap());
    }
    assert_eq!(target.store.users().await.unwrap(), store.users().await.unwrap());
    assert_eq!(target.store.tokens().await.unwrap(), store.tokens().await.unwrap());
    assert_eq!(target.store.audit_log(None, 9).await.unwrap(), store.audit_log(None, 9).await.unwrap());
    assert_eq!(target.store.manual_rooms(APP).await.unwrap(), store.manual_rooms(APP).await.unwrap());
    assert_eq!(target.store.signing_keys().await.unwrap(), store.signing_keys().await.unwrap());
    let search = StreamQuery { search: Some("小鹿".to_owned()), ..StreamQuery::default() };
    assert_eq!(target.store.streams(&search).await.unwrap(), store.streams(&search).await.unwrap());
    // It goes on: the next ids, the next report.
    assert_eq!(target.store.reserve_stream().await.unwrap().0, reserved.0 + 1);
    let next = target.store.add_user("new", "hash", Role::Viewer, Millis(1)).await.unwrap().unwrap();
    assert!(next > removed, "an id is never given twice");
    let report = target.seal(open, Millis(9_000), coins(7)).await;
    assert_eq!(report.number, 2);

    store.mark_moved().await.unwrap();
    store.close().await;
    let TestPlace::Directory(directory) = &source.place else { panic!("SQLite has a directory") };
    let error = Store::open(&directory.path().join("aftershow.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::Moved(_)), "{error}");
}
