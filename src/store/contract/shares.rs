//! Share links, the documents derived for them, and published findings.

use super::*;
use crate::domain::record::Preset;
use std::collections::BTreeMap;

contract!(
    a_link_is_found_by_its_token_while_it_is_active,
    a_link_is_changed_rotated_and_deleted,
    views_are_added,
    links_are_listed_from_the_newest_and_counted,
    derived_documents_outlive_their_link,
    findings_are_published_and_unpublished,
);

fn settings(expires_at: Option<i64>) -> ShareSettings {
    ShareSettings {
        name: "Brand".to_owned(),
        preset: Preset::Sponsor,
        zone: "Asia/Tokyo".to_owned(),
        lang: "ja".to_owned(),
        title: None,
        hide_host: true,
        slot: Some((Millis(5), Millis(9))),
        password: Some("hash".to_owned()),
        expires_at: expires_at.map(Millis),
    }
}

async fn add(database: &TestDatabase, stream: StreamId, expires_at: Option<i64>) -> i64 {
    let hash_of = |id: i64| [id as u8; 32];
    database.store.add_share(stream, &settings(expires_at), "who", Millis(1), hash_of).await.unwrap()
}

async fn a_link_is_found_by_its_token_while_it_is_active(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let (id, other) = (add(&database, stream, Some(100)).await, add(&database, stream, None).await);
    let row = store.share(id).await.unwrap().unwrap();
    assert_eq!((row.version, row.token_hash.as_slice(), row.preset), (1, &[id as u8; 32][..], Preset::Sponsor));
    assert_eq!((row.hide_host, row.slot, row.enabled, row.views), (true, Some((Millis(5), Millis(9))), true, 0));
    let hash = row.token_hash.clone();
    assert_eq!(store.share_by_hash(&hash).await.unwrap().as_ref(), Some(&row));
    assert_eq!(store.active_share(&hash, Millis(99)).await.unwrap(), Some(row));
    assert_eq!(store.active_share(&hash, Millis(100)).await.unwrap(), None, "expired");
    assert!(store.set_share_enabled(other, false).await.unwrap());
    assert!(!store.set_share_enabled(99, false).await.unwrap());
    assert_eq!(store.active_share(&[other as u8; 32], Millis(1)).await.unwrap(), None, "disabled");
    assert!(store.share_by_hash(&[other as u8; 32]).await.unwrap().is_some());
    assert_eq!(store.active_share(b"unknown", Millis(1)).await.unwrap(), None);
    assert_eq!(store.share(99).await.unwrap(), None);
}

async fn a_link_is_changed_rotated_and_deleted(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let id = add(&database, stream, None).await;
    let changed = ShareSettings {
        preset: Preset::Everything,
        title: Some("Title".to_owned()),
        hide_host: false,
        slot: None,
        password: None,
        ..settings(Some(7))
    };
    assert!(store.update_share(id, &changed).await.unwrap());
    assert!(!store.update_share(99, &changed).await.unwrap());
    let row = store.share(id).await.unwrap().unwrap();
    assert_eq!((row.preset, row.title.as_deref(), row.hide_host), (Preset::Everything, Some("Title"), false));
    assert_eq!((row.slot, row.password, row.expires_at), (None, None, Some(Millis(7))));
    assert!(!store.rotate_share(id, 3, b"third").await.unwrap(), "not the next version");
    assert!(store.rotate_share(id, 2, b"second").await.unwrap());
    assert!(!store.rotate_share(id, 2, b"other").await.unwrap(), "another change was first");
    let row = store.share(id).await.unwrap().unwrap();
    assert_eq!((row.version, row.token_hash), (2, b"second".to_vec()));
    assert!(store.delete_share(id).await.unwrap());
    assert!(!store.delete_share(id).await.unwrap());
    assert_ne!(add(&database, stream, None).await, id, "an id is never given twice");
}

async fn views_are_added(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let (first, second) = (add(&database, stream, None).await, add(&database, stream, None).await);
    store.add_views(&[(second, 3, Millis(5)), (first, 1, Millis(4)), (99, 1, Millis(4))]).await.unwrap();
    store.add_views(&[(second, 2, Millis(6))]).await.unwrap();
    let row = store.share(second).await.unwrap().unwrap();
    assert_eq!((row.views, row.last_view), (5, Some(Millis(6))));
    assert_eq!(store.share(first).await.unwrap().unwrap().views, 1);
}

async fn links_are_listed_from_the_newest_and_counted(database: TestDatabase) {
    let store = &database.store;
    let (a, b) = (database.open(new_stream("a", 1_000)).await, database.open(new_stream("b", 1_000)).await);
    let mut ids = Vec::new();
    for (stream, expires_at) in [(a, None), (a, Some(100)), (b, Some(10)), (b, None)] {
        ids.push(add(&database, stream, expires_at).await);
    }
    store.add_views(&[(ids[0], 3, Millis(5)), (ids[1], 2, Millis(9))]).await.unwrap();
    store.set_share_enabled(ids[3], false).await.unwrap();
    let listed = |rows: Vec<ShareRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(listed(store.shares_of(a).await.unwrap()), [ids[0], ids[1]]);
    assert_eq!(listed(store.shares(None, None, 3).await.unwrap()), [ids[3], ids[2], ids[1]]);
    assert_eq!(listed(store.shares(None, Some(ids[1]), 3).await.unwrap()), [ids[0]]);
    assert_eq!(listed(store.shares(Some(APP), None, 2).await.unwrap()), [ids[3], ids[2]]);
    assert!(listed(store.shares(Some(AppId(2)), None, 2).await.unwrap()).is_empty());
    assert_eq!(listed(store.shares_named("rAN", 1).await.unwrap()), [ids[3]]);
    assert!(listed(store.shares_named("%", 1).await.unwrap()).is_empty());
    let counts = store.active_link_count(&[a, b], Millis(50)).await.unwrap();
    let of_a = ActiveLinkCount { links: 2, views: 5, last_view: Some(Millis(9)) };
    assert_eq!(counts, BTreeMap::from([(a, of_a)]));
    assert_eq!(store.active_link_count(&[], Millis(50)).await.unwrap(), BTreeMap::new());
}

async fn derived_documents_outlive_their_link(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    let report = database.seal(stream, Millis(9_000), coins(1)).await;
    let share = add(&database, stream, None).await;
    let derived = |sha256: &str, made_at| DerivedRow {
        share,
        report: report.sha256.clone(),
        sha256: sha256.to_owned(),
        signature: vec![0, 1],
        key: "key".to_owned(),
        document: vec![0, 255],
        made_at: Millis(made_at),
    };
    assert_eq!(store.derived_of_newest(share, stream).await.unwrap(), None);
    store.add_derived(&derived("aa11", 1)).await.unwrap();
    store.add_derived(&derived("bb22", 2)).await.unwrap();
    store.add_derived(&derived("aa11", 3)).await.unwrap();
    assert_eq!(store.derived_of_newest(share, stream).await.unwrap().as_deref(), Some("aa11"));
    assert_eq!(store.newest_derived(share).await.unwrap(), Some(derived("aa11", 3)));
    assert_eq!(store.newest_derived(99).await.unwrap(), None);
    store.delete_share(share).await.unwrap();
    assert_eq!(store.derived_by_hash("bb2").await.unwrap(), Some(derived("bb22", 2)));
    assert_eq!(store.derived_by_hash("bb3").await.unwrap(), None);
    store.reopen(stream, &[], &[]).await.unwrap();
    database.seal(stream, Millis(9_000), coins(2)).await;
    assert_eq!(store.derived_of_newest(share, stream).await.unwrap(), None, "of the revision before");
}

async fn findings_are_published_and_unpublished(database: TestDatabase) {
    let store = &database.store;
    let stream = database.open(new_stream("a", 1_000)).await;
    assert!(store.release_finding(stream, "f", "who", Millis(1)).await.unwrap());
    assert!(!store.release_finding(stream, "f", "other", Millis(2)).await.unwrap());
    let expected = ReleasedRow { finding: "f".to_owned(), by: "who".to_owned(), at: Millis(1) };
    assert_eq!(store.released(stream).await.unwrap(), [expected]);
    assert!(store.withhold_finding(stream, "f").await.unwrap());
    assert!(!store.withhold_finding(stream, "f").await.unwrap());
    assert_eq!(store.released(stream).await.unwrap(), []);
}
