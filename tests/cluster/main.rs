//! Several real servers on one real PostgreSQL database, killed, stopped and cut off: what was acknowledged stays, one
//! server at a time collects, and a link that is off is off everywhere.
//!
//! `cargo test` runs twenty kills. `make cluster-test` runs everything, by `KILLS` and `ROUNDS` as often as the figures of the
//! design ask, and prints a table.

#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used)]

mod installation;
mod kills;
mod links;
mod partitions;
mod proxy;
mod stops;

use std::io::Write;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// A row of the table: printed past the test harness, and added to the file that `CLUSTER_TABLE` names.
fn report(what: &str, must: &str, figure: &str) {
    let row = format!("| {what} | {must} | {figure} |\n");
    let _ = std::io::stderr().lock().write_all(row.as_bytes());
    if let Some(path) = std::env::var_os("CLUSTER_TABLE") {
        let mut file = std::fs::File::options().create(true).append(true).open(path).unwrap();
        file.write_all(row.as_bytes()).unwrap();
    }
}
