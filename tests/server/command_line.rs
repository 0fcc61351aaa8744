//! The commands beside a running server: what they change holds in it.

use crate::helpers::{APP, TestApp, eventually};
use aftershow::domain::Role;
use reqwest::Method;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let directory = app.directory.path();
    let mut child = Command::new(env!("CARGO_BIN_EXE_aftershow"))
        .args(arguments)
        .current_dir(directory)
        .env("AFTERSHOW_DATABASE_URL", directory.join("aftershow.db"))
        .env("AFTERSHOW_TENCENT__SDKAPPID", APP.to_string())
        .env("AFTERSHOW_TENCENT__SECRET_KEY", "secret")
        .env("AFTERSHOW_PUBLIC_URL", "https://console.example")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// What `aftershow verify` answers for a file: exit code and words.
pub fn verify(app: &TestApp, content: &str) -> (Option<i32>, String) {
    let file = app.directory.path().join("report");
    std::fs::write(&file, content).unwrap();
    let answer = run(app, &["verify", file.to_str().unwrap()], "");
    (answer.status.code(), text(&answer.stdout))
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_added_and_removed() {
    let app = TestApp::start().await;
    let added = run(&app, &["operator", "add", "Ada", "--password-stdin"], "correct horse\n");
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
    assert!(text(&added.stdout).is_empty());
    let sign_in =
        async |password: &str| app.call("", "sign_in", &[("name", "ada"), ("password", password)]).await.status();
    assert_eq!(sign_in("correct horse").await, 200);
    let short = run(&app, &["operator", "add", "Bob", "--password-stdin"], "short\n");
    assert_eq!(short.status.code(), Some(2));
    assert!(text(&short.stderr).contains("at least 10 characters"));
    let twice = run(&app, &["operator", "add", "ADA", "--password-stdin"], "correct horse\n");
    assert_eq!(twice.status.code(), Some(1));
    assert_eq!(run(&app, &["operator", "passwd", "Ada"], "another horse\n").status.code(), Some(0));
    assert_eq!(sign_in("another horse").await, 200);
    assert_eq!(run(&app, &["operator", "remove", "Ada"], "").status.code(), Some(1), "the last admin stays");
    assert_eq!(run(&app, &["operator", "role", "Ada", "owner"], "").status.code(), Some(2));
    let list = text(&run(&app, &["operator", "list"], "").stdout);
    assert!(list.contains("Ada") && list.contains("admin"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_work_until_they_are_taken_back() {
    let app = TestApp::start().await;
    let token = text(&run(&app, &["token", "create", "bi"], "").stdout);
    assert_eq!(token.len(), 43);
    let status =
        async || app.request(Method::GET, "/api/v1/streams").bearer_auth(&token).send().await.unwrap().status();
    assert_eq!(status().await, 200);
    assert_eq!(run(&app, &["token", "create", "bi"], "").status.code(), Some(1));
    assert_eq!(run(&app, &["token", "remove", "bi"], "").status.code(), Some(0));
    assert!(eventually(async || status().await == 401).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_made_and_switched_off() {
    let app = TestApp::start().await;
    app.operator(Role::Admin).await;
    let stream = app.sealed_stream().await.to_string();
    let made = run(&app, &["share", &stream, "--preset", "sponsor", "--expires", "30d"], "");
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let link = text(&made.stdout);
    let path = link.strip_prefix("https://console.example").unwrap().to_owned();
    assert_eq!(app.get(&path).await.status(), 200);
    assert_eq!(run(&app, &["share", "--off", &link], "").status.code(), Some(0));
    assert!(eventually(async || app.get(&path).await.status() == 404).await);
    assert_eq!(run(&app, &["share", "99"], "").status.code(), Some(1));
    assert_eq!(run(&app, &["share", &stream, "--expires", "soon"], "").status.code(), Some(2));
    assert_eq!(run(&app, &["share"], "").status.code(), Some(2));
    let log = app.engine.store.audit_log(None, 10).await.unwrap();
    assert!(log.iter().all(|row| !row.subject.contains(path.trim_start_matches("/r/"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flag_of_a_link_is_one_of_the_form() {
    let app = TestApp::start().await;
    app.operator(Role::Admin).await;
    let stream = app.sealed_stream().await.to_string();
    let made = run(
        &app,
        &[
            "share",
            &stream,
            "--lang",
            "ja",
            "--zone",
            "Asia/Tokyo",
            "--title",
            "特番",
            "--name",
            "agency",
            "--hide-host",
        ],
        "",
    );
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let path = text(&made.stdout).strip_prefix("https://console.example").unwrap().to_owned();
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("特番") && page.contains("入室数") && !page.contains("小鹿"), "{page}");
    let made = run(&app, &["share", &stream, "--password", "sesame"], "");
    let path = text(&made.stdout).strip_prefix("https://console.example").unwrap().to_owned();
    assert!(app.get(&path).await.text().await.unwrap().contains("type=\"password\""));
    let slot = run(&app, &["share", &stream, "--slot", "20:30-21:00"], "");
    assert_eq!(slot.status.code(), Some(2), "a slot is a sponsor's");
    assert!(text(&slot.stderr).contains("preset sponsor"), "{}", text(&slot.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_ends_with_what_it_found() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let (_, path) = app.link(stream, &[]).await;
    let json = app.get(&format!("{path}/report.json")).await.text().await.unwrap();
    let verify = |content: &str| {
        let (code, words) = verify(&app, content);
        (code.unwrap(), words)
    };
    let genuine = verify(&json);
    assert!(genuine.0 == 0 && genuine.1.starts_with("Genuine"), "{genuine:?}");
    assert!(genuine.1.contains("viewers 12480") && genuine.1.contains("coins 246810"), "{genuine:?}");
    let altered = verify(&json.replacen("\"totals\":{\"coins\":246810", "\"totals\":{\"coins\":246811", 1));
    assert_eq!(altered, (1, "Altered: totals.coins does not match the seal".to_owned()));
    let offline = app.get(&format!("{path}/report.html")).await.text().await.unwrap();
    assert_eq!(verify(&offline).0, 0);
    assert_eq!(verify(&offline.replace("246,810", "246,811")).0, 1);
    let other = TestApp::start().await;
    let theirs = other.sealed_stream().await;
    let (_, path) = other.link(theirs, &[]).await;
    let foreign = other.get(&format!("{path}/report.json")).await.text().await.unwrap();
    let foreign = verify(&foreign);
    assert!(foreign.0 == 1 && foreign.1.starts_with("Not ours"), "{foreign:?}");
    assert_eq!(verify("{}").0, 2);
    app.revise(stream).await;
    let superseded = verify(&json);
    assert!(superseded.0 == 0 && superseded.1.starts_with("Superseded"), "{superseded:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_and_exports_are_for_their_owner_alone_and_not_beside_the_key_file() {
    use aftershow::files::mode_for_others;
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await.to_string();
    let elsewhere = tempfile::tempdir().unwrap();
    for (folder, warned) in [(app.directory.path(), true), (elsewhere.path(), false)] {
        let file = folder.join("backup.db");
        let answer = run(&app, &["backup", file.to_str().unwrap()], "");
        assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
        assert_eq!(text(&answer.stderr).contains("Warning"), warned, "{}", text(&answer.stderr));
        assert!(file.exists());
        assert_eq!(mode_for_others(&file), None);
    }
    let file = elsewhere.path().join("report.json");
    let answer = run(&app, &["export", &stream, "--preset", "sponsor", "--output", file.to_str().unwrap()], "");
    assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
    assert_eq!(mode_for_others(&file), None);
    let (code, words) = verify(&app, &std::fs::read_to_string(&file).unwrap());
    assert!(code == Some(0) && words.starts_with("Genuine"), "signed with the key of the key file: {words}");
    for name in ["aftershow.db", "aftershow.db-wal", "aftershow.db-shm", "aftershow.db.lock", "aftershow.key"] {
        let file = app.directory.path().join(name);
        assert!(file.exists(), "{name}");
        assert_eq!(mode_for_others(&file), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_to_share_is_found_by_its_words_or_its_fingerprint() {
    let app = TestApp::start().await;
    let stream = app.sealed_stream().await;
    let listed = |arguments: &[&str]| {
        let answer = run(&app, arguments, "");
        assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
        text(&answer.stdout)
    };
    let fingerprint = {
        let sealed = app.engine.store.report(stream, None).await.unwrap().unwrap();
        aftershow::report::fingerprint(&sealed.sha256)
    };
    for search in [vec![], vec!["deer"], vec![fingerprint.as_str()]] {
        let all = listed(&[vec!["share", "--list"], search].concat());
        assert!(all.contains("小鹿") && all.contains(&format!("{stream}  ")), "{all}");
    }
    assert_eq!(listed(&["share", "--list", "nobody of that name"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_in_a_wrong_folder_makes_nothing_in_silence() {
    let app = TestApp::start().await;
    let elsewhere = app.directory.path().join("elsewhere.db");
    let run = |arguments: &[&str], input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aftershow"))
            .args(arguments)
            .current_dir(app.directory.path())
            .env("AFTERSHOW_DATABASE_URL", &elsewhere)
            .env("AFTERSHOW_KEY_FILE", app.directory.path().join("elsewhere.key"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    for arguments in [
        vec!["token", "list"],
        vec!["token", "remove", "bi"],
        vec!["operator", "list"],
        vec!["operator", "remove", "ada"],
        vec!["share", "1"],
        vec!["share", "--list"],
    ] {
        let answer = run(&arguments, "");
        assert_eq!(answer.status.code(), Some(2), "{arguments:?}");
        assert!(text(&answer.stderr).contains("there is no database at"), "{arguments:?}");
        assert!(!elsewhere.exists(), "{arguments:?}");
    }
    let added = run(&["operator", "add", "ada", "--password-stdin"], "correct horse\n");
    assert!(text(&added.stderr).contains("created a new database at"), "{}", text(&added.stderr));
    let empty = run(&["token", "list"], "");
    assert!(text(&empty.stderr).contains("aftershow token create NAME"), "{}", text(&empty.stderr));
    // Nor a key: links made with it would be other ones.
    assert_eq!(run(&["share", "1"], "").status.code(), Some(1));
    assert!(!app.directory.path().join("elsewhere.key").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_does_not_hold_a_signing_key_that_an_earlier_version_stored() {
    use sqlx::Connection;
    const SEED: &[u8; 32] = b"a seed that can be found in file";
    let app = TestApp::start().await;
    let database = app.directory.path().join("aftershow.db");
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let stored = sqlx::query("UPDATE signing_key SET seed = ?1 WHERE active = 1").bind(&SEED[..]);
    assert_eq!(stored.execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
    let backup = app.directory.path().join("backup.db");
    let answer = run(&app, &["backup", backup.to_str().unwrap()], "");
    assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
    let content = std::fs::read(&backup).unwrap();
    assert!(!content.windows(SEED.len()).any(|window| window == SEED));
    assert_eq!(std::fs::read(app.directory.path().join("aftershow.key")).unwrap()[32..], SEED[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_needs_a_database_that_several_servers_can_use() {
    let app = TestApp::start().await;
    for role in ["web", "collector"] {
        let output = run(&app, &["serve", "--role", role], "");
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains("--role needs database_url to be a PostgreSQL server"), "{error}");
    }
    assert_eq!(run(&app, &["serve", "--role", "other"], "").status.code(), Some(2));
}
