//! A crash at any step of sealing leaves all of it or nothing, and it is taken up again.
//!
//! What `kill -9` leaves is what the files hold at that moment. So the files are copied at every step of the transaction,
//! and after it the log is cut at every length it may have been written to when the power failed.

#![allow(clippy::unwrap_used)]

use super::SealFixture;
use crate::domain::{Run, StreamId, StreamState};
use crate::report::compose::tests::START;
use crate::report::*;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The database and its log at that moment.
#[derive(Clone)]
struct Image {
    when: String,
    database: Vec<u8>,
    log: Vec<u8>,
}

impl Image {
    fn take(database: &Path, when: &str) -> Self {
        let log = log_of(database);
        Self { when: when.to_owned(), database: std::fs::read(database).unwrap(), log: std::fs::read(log).unwrap() }
    }

    /// Opens it, as the next start does.
    async fn open(&self) -> (TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("aftershow.db");
        std::fs::write(&database, &self.database).unwrap();
        std::fs::write(log_of(&database), &self.log).unwrap();
        let store = Store::open(&database).await.unwrap();
        (directory, store)
    }
}

fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Whether the image holds the stream sealed; it must hold it whole either way, and sealing again ends the same.
async fn is_intact(image: &Image, stream: StreamId, key: &SigningKey, runs: &[Run], before: &str) -> bool {
    let when = &image.when;
    let (_directory, store) = image.open().await;
    let seal = async || {
        let key = key.clone();
        let at = Millis(START + 90 * 86_400_000);
        store.seal(stream, move |material| seal_stream(material, "StarLane Live", &key, at)).await.unwrap()
    };
    let state = store.stream(stream).await.unwrap().unwrap().state;
    let sealed = state == StreamState::Sealed;
    assert_eq!(store.report(stream, None).await.unwrap().is_some(), sealed, "{when}");
    let live = store.series(stream).await.unwrap().runs;
    if sealed {
        assert!(live.is_empty(), "{when}: live rows beside a report");
        assert!(seal().await.is_none(), "{when}: sealed again");
    } else {
        assert_eq!(state, StreamState::Ending, "{when}");
        assert_eq!(live, runs, "{when}: a reading is lost");
        assert!(seal().await.is_some(), "{when}: it cannot be sealed any more");
    }
    let report = store.report(stream, None).await.unwrap().unwrap();
    let record = open(&report).unwrap();
    assert_eq!((report.number, report.revision), (2, 1), "{when}");
    assert_eq!((record.previous.as_deref(), record.runs().as_slice()), (Some(before), runs), "{when}");
    let json = export::json(&document(&report).unwrap()).unwrap();
    assert_eq!(verify_file(&store, json.into_bytes()).await.unwrap().name(), "genuine", "{when}");
    assert!(seal().await.is_none(), "{when}");
    store.close().await;
    sealed
}

#[tokio::test]
async fn a_crash_at_any_step_of_sealing_leaves_all_or_nothing() {
    let place = SealFixture::new().await;
    let first = place.ended(0).await;
    let before = place.seal(first).await.unwrap().sha256;
    let stream = place.ended(1).await;
    let runs = place.store.series(stream).await.unwrap().runs;
    let database = place.directory.path().join("aftershow.db");
    let images = Arc::new(Mutex::new(vec![Image::take(&database, "before")]));
    let keep = |images: &Arc<Mutex<Vec<Image>>>, when: &str| {
        images.lock().unwrap().push(Image::take(&database, when));
    };
    {
        let mut connection = place.store.sqlite().write.acquire().await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        let (kept, file) = (images.clone(), database.clone());
        handle.set_update_hook(move |change| {
            kept.lock().unwrap().push(Image::take(&file, &format!("{:?} {}", change.operation, change.table)));
        });
        let (kept, file) = (images.clone(), database.clone());
        handle.set_commit_hook(move || {
            kept.lock().unwrap().push(Image::take(&file, "about to commit"));
            true
        });
    }
    let (key, kept) = (place.key.clone(), images.clone());
    let file = database.clone();
    let sealed = place.store.seal(stream, move |material| {
        let keep = |when| kept.lock().unwrap().push(Image::take(&file, when));
        keep("everything read, nothing written");
        let sealed = seal_stream(material, "StarLane Live", &key, Millis(START + 90 * 86_400_000));
        keep("composed and signed");
        sealed
    });
    sealed.await.unwrap().unwrap();
    keep(&images, "committed");
    let mut images = std::mem::take(&mut *images.lock().unwrap());
    assert!(images.len() >= 6, "the hooks were called: {}", images.len());
    // The log of the whole transaction, written to any length: at the end of every page, and in its middle.
    let (started, whole) = (images[0].log.len(), images.last().unwrap().clone());
    assert_eq!(images[0].database, whole.database, "nothing was moved out of the log meanwhile");
    for length in (started..whole.log.len()).step_by((4096 + 24) / 2) {
        let log = whole.log[..length].to_vec();
        let when = format!("{} of {} bytes of the log", length - started, whole.log.len() - started);
        images.push(Image { when, log, ..whole.clone() });
    }
    let mut counts = [0, 0];
    for image in &images {
        let sealed = is_intact(image, stream, &place.key, &runs, &before).await;
        counts[usize::from(sealed)] += 1;
    }
    println!("crash images of sealing: {} nothing, {} all", counts[0], counts[1]);
    assert!(counts[0] > 10 && counts[1] >= 1, "{counts:?}");
}
