//! The collector's own task for tests that drive it event by event: a real store, recorder and sealer, a clock that is set,
//! and nobody at the other end of the line.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::Endpoint;
use crate::live::Board;
use crate::tencent::Tuning;
use std::sync::atomic::{AtomicI64, Ordering};

/// What the client would be told, the test tells. `secrets` sets the tokens of the app's webhooks.
pub(super) async fn task(
    store: &Store,
    now: &Arc<AtomicI64>,
    app: AppId,
    secrets: impl FnOnce(&mut AppConfig),
    interval_ms: i64,
    rules: Rules,
) -> Task {
    let told = now.clone();
    let clock = Clock::new(move || Millis(told.load(Ordering::Relaxed)));
    let endpoint = Endpoint::parse("http://127.0.0.1:1", true).unwrap();
    let mut app = AppConfig::new(app, "key".to_owned().into(), endpoint);
    secrets(&mut app);
    let client = Client::with_tuning(&app, Some(clock.clone()), Tuning::default()).unwrap();
    let recorder = Recorder::start(store.clone());
    let key = crate::report::SigningKey::generate().unwrap();
    store.use_signing_key(&key.row(clock.now())).await.unwrap();
    let sealer = Sealer::new(store.clone(), key, "StarLane".to_owned(), clock.clone());
    let stop = CancellationToken::new();
    let (_, feed) = Board::start(store.clone(), &recorder, rules.grace_ms, clock.clone(), Vec::new(), stop.clone());
    let (sender, events) = mpsc::unbounded_channel();
    let status = Arc::new(Mutex::new(AppStatus::new(&app, &client, interval_ms, rules.grace_ms)));
    let store = store.clone();
    Task::new(AppCollector {
        rules,
        interval_ms,
        client,
        store,
        recorder,
        sealer,
        feed,
        events,
        sender,
        status,
        stop,
        clock,
        app,
    })
}
