//! What is logged while a test runs.

#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What is logged on this thread for as long as it lives.
pub struct Log(());

impl Log {
    pub fn start() -> Self {
        // One for all threads: whether a line is logged at all is decided once for the whole process.
        static START: Once = Once::new();
        START.call_once(|| {
            let log = tracing_subscriber::fmt().with_ansi(false).with_writer(|| LinesOfThread).finish();
            tracing::subscriber::set_global_default(log).unwrap();
        });
        LINES.set(Some(Vec::new()));
        Self(())
    }

    /// The lines so far with this text.
    pub fn lines(&self, text: &str) -> Vec<String> {
        let lines = LINES.with_borrow(|lines| String::from_utf8(lines.clone().unwrap_or_default()).unwrap());
        lines.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

struct LinesOfThread;

impl Write for LinesOfThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                lines.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
