//! Accounts, sessions, tokens, the audit log and the issuer.

use super::*;
use crate::domain::{AuditedAction, Role};

contract!(
    account_names_ignore_the_case_of_ascii_and_are_listed_in_that_order,
    the_first_account_consumes_the_set_up_link,
    the_last_admin_stays,
    a_session_ends_with_its_time_its_account_and_its_password,
    a_one_time_link_works_once,
    tokens_have_unique_names,
    the_audit_log_is_read_from_the_newest_backwards,
    the_issuer_and_its_logo_are_set_apart,
);

async fn account_names_ignore_the_case_of_ascii_and_are_listed_in_that_order(database: TestDatabase) {
    let store = &database.store;
    assert_eq!(store.user_count().await.unwrap(), 0);
    let id = store.add_user("Zoe", "hash", Role::Admin, Millis(1)).await.unwrap().unwrap();
    store.add_user("adam", "other", Role::Viewer, Millis(2)).await.unwrap().unwrap();
    store.add_user("Émile", "third", Role::Operator, Millis(3)).await.unwrap().unwrap();
    assert_eq!(store.add_user("zOE", "hash", Role::Viewer, Millis(4)).await.unwrap(), None);
    assert!(store.add_user("éMILE", "hash", Role::Viewer, Millis(4)).await.unwrap().is_some(), "beyond ASCII");
    assert_eq!(store.user_count().await.unwrap(), 4);
    let (found, hash) = store.user_by_name("ZOE").await.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str(), found.role, hash.as_str()), (id, "Zoe", Role::Admin, "hash"));
    assert_eq!(store.user(id).await.unwrap(), Some(found));
    assert_eq!(store.user(999).await.unwrap(), None);
    let names: Vec<String> = store.users().await.unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["adam", "Zoe", "Émile", "éMILE"]);
    store.set_user_view(id, Some("Asia/Tokyo"), Some("ja")).await.unwrap();
    let changed = store.user(id).await.unwrap().unwrap();
    assert_eq!((changed.zone.as_deref(), changed.lang.as_deref()), (Some("Asia/Tokyo"), Some("ja")));
}

async fn the_first_account_consumes_the_set_up_link(database: TestDatabase) {
    let store = &database.store;
    store.add_one_time_token(b"old", None, Millis(100)).await.unwrap();
    store.add_one_time_token(b"new", None, Millis(100)).await.unwrap();
    assert!(!store.setup_is_open(b"old", Millis(1)).await.unwrap(), "replaced");
    assert!(store.setup_is_open(b"new", Millis(1)).await.unwrap());
    assert!(!store.setup_is_open(b"new", Millis(100)).await.unwrap(), "expired");
    assert_eq!(store.add_first_user(b"old", "a", "hash", Millis(1)).await.unwrap(), None);
    let id = store.add_first_user(b"new", "a", "hash", Millis(1)).await.unwrap().unwrap();
    assert_eq!(store.user(id).await.unwrap().unwrap().role, Role::Admin);
    assert_eq!(store.add_first_user(b"new", "b", "hash", Millis(1)).await.unwrap(), None);
    assert!(!store.setup_is_open(b"new", Millis(1)).await.unwrap());
}

async fn the_last_admin_stays(database: TestDatabase) {
    let store = &database.store;
    store.add_user("a", "hash", Role::Admin, Millis(1)).await.unwrap();
    store.add_user("b", "hash", Role::Viewer, Millis(1)).await.unwrap();
    assert!(!store.set_user_role("A", Role::Viewer).await.unwrap());
    assert!(!store.remove_user("A").await.unwrap());
    assert!(store.set_user_role("B", Role::Admin).await.unwrap());
    assert!(store.set_user_role("A", Role::Viewer).await.unwrap());
    assert!(store.remove_user("a").await.unwrap());
    assert!(!store.remove_user("a").await.unwrap());
    assert!(!store.set_user_role("a", Role::Admin).await.unwrap());
}

async fn a_session_ends_with_its_time_its_account_and_its_password(database: TestDatabase) {
    let store = &database.store;
    let id = store.add_user("a", "hash", Role::Admin, Millis(1)).await.unwrap().unwrap();
    store.add_session(&[0, 255], id, Millis(10), Millis(100)).await.unwrap();
    let session = store.session(&[0, 255], Millis(99)).await.unwrap().unwrap();
    assert_eq!((session.user.id, session.created_at, session.seen_at), (id, Millis(10), Millis(10)));
    assert_eq!(store.session(&[0, 255], Millis(100)).await.unwrap(), None, "expired");
    assert_eq!(store.session(&[0], Millis(10)).await.unwrap(), None);
    store.extend_session(&[0, 255], Millis(90), Millis(200)).await.unwrap();
    assert_eq!(store.session(&[0, 255], Millis(150)).await.unwrap().unwrap().seen_at, Millis(90));
    assert_eq!(store.users().await.unwrap()[0].seen_at, Some(Millis(90)));
    store.end_session(&[0, 255]).await.unwrap();
    assert_eq!(store.session(&[0, 255], Millis(150)).await.unwrap(), None);
    store.add_session(b"b", id, Millis(10), Millis(100)).await.unwrap();
    assert!(store.set_user_password("A", "new").await.unwrap());
    assert!(!store.set_user_password("nobody", "new").await.unwrap());
    assert_eq!(store.session(b"b", Millis(11)).await.unwrap(), None);
    assert_eq!(store.user_by_name("a").await.unwrap().unwrap().1, "new");
    store.add_user("b", "hash", Role::Admin, Millis(1)).await.unwrap();
    store.add_session(b"c", id, Millis(10), Millis(100)).await.unwrap();
    assert!(store.remove_user("a").await.unwrap());
    assert_eq!(store.session(b"c", Millis(11)).await.unwrap(), None);
}

async fn a_one_time_link_works_once(database: TestDatabase) {
    let store = &database.store;
    let id = store.add_user("a", "hash", Role::Admin, Millis(1)).await.unwrap().unwrap();
    store.add_one_time_token(b"link", Some(id), Millis(100)).await.unwrap();
    store.add_one_time_token(b"late", Some(id), Millis(100)).await.unwrap();
    assert_eq!(store.consume_one_time_token(b"link", Millis(99)).await.unwrap(), Some(id));
    assert_eq!(store.consume_one_time_token(b"link", Millis(99)).await.unwrap(), None);
    assert_eq!(store.consume_one_time_token(b"late", Millis(100)).await.unwrap(), None);
}

async fn tokens_have_unique_names(database: TestDatabase) {
    let store = &database.store;
    assert!(store.add_token("b", &[1, 0, 255], Millis(1)).await.unwrap());
    assert!(!store.add_token("b", b"other", Millis(1)).await.unwrap());
    assert!(store.add_token("a", b"other", Millis(1)).await.unwrap());
    let token = store.token(&[1, 0, 255]).await.unwrap().unwrap();
    assert_eq!((token.name.as_str(), token.last_used_at), ("b", None));
    store.touch_token(token.id, Millis(7)).await.unwrap();
    let names: Vec<_> = store.tokens().await.unwrap().into_iter().map(|row| (row.name, row.last_used_at)).collect();
    assert_eq!(names, [("a".to_owned(), None), ("b".to_owned(), Some(Millis(7)))]);
    assert!(store.remove_token("b").await.unwrap());
    assert!(!store.remove_token("b").await.unwrap());
    assert_eq!(store.token(&[1, 0, 255]).await.unwrap(), None);
}

async fn the_audit_log_is_read_from_the_newest_backwards(database: TestDatabase) {
    let store = &database.store;
    for at in 1..=5 {
        store.audit("who", &AuditedAction::AddNote, &format!("subject {at}"), Millis(at)).await.unwrap();
    }
    let newest = store.audit_log(None, 2).await.unwrap();
    assert_eq!(newest.iter().map(|row| row.at.0).collect::<Vec<_>>(), [5, 4]);
    assert_eq!((newest[0].who.as_str(), &newest[0].action), ("who", &AuditedAction::AddNote));
    let older = store.audit_log(Some(newest[1].id), 9).await.unwrap();
    assert_eq!(
        older.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(),
        ["subject 3", "subject 2", "subject 1"]
    );
}

async fn the_issuer_and_its_logo_are_set_apart(database: TestDatabase) {
    let store = &database.store;
    assert_eq!(store.issuer().await.unwrap(), IssuerRow::default());
    assert_eq!(store.issuer_name().await.unwrap(), None);
    let logo = LogoRow { bytes: vec![0, 1, 255], mime: "image/png".to_owned() };
    store.set_logo(Some(&logo)).await.unwrap();
    let issuer = IssuerRow {
        name: Some("StarLane".to_owned()),
        coins: [Some("Stars".to_owned()), None, Some("スター".to_owned())],
        lang: Some("ja".to_owned()),
        ..IssuerRow::default()
    };
    store.set_issuer(&issuer).await.unwrap();
    assert_eq!(store.issuer().await.unwrap(), IssuerRow { logo: Some(logo), ..issuer.clone() });
    assert_eq!(store.issuer_name().await.unwrap().as_deref(), Some("StarLane"));
    store.set_logo(None).await.unwrap();
    assert_eq!(store.issuer().await.unwrap(), issuer);
}
