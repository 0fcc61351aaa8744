//! `aftershow stats ROOM…`: the plainest use of the API, one call for each room, one after another.
//!
//! Must not: store anything, or use the calls of a running server ([`super::calls`]). The shape of `--json` is relied on by others (design, section 10).

use super::print::{print_stdout, printable, table, thousands};
use super::{CommandContext, CommandResult, ExitStatus, Problem, calls, choose_app};
use crate::domain::{Counter, Counters, Millis, RoomId};
use crate::tencent::error::NO_SUCH_ROOM;
use crate::tencent::{ApiResponse, CallError, Caller, Cause, Client, Failure};
use serde::Serialize;
use std::time::Duration;

#[derive(clap::Args)]
pub struct StatsArgs {
    /// RoomIds, 1 to 48 bytes each
    #[arg(required = true, value_name = "ROOM")]
    rooms: Vec<String>,
    /// As JSON: times in milliseconds since 1970, counters null where none are known
    #[arg(long)]
    json: bool,
    /// The app to ask, where several are configured
    #[arg(long, value_name = "SDKAPPID")]
    app: Option<i64>,
}

/// One room of `--json`.
#[derive(Debug, PartialEq, Serialize)]
struct Row {
    room: RoomId,
    /// Null when nothing was sent.
    asked_at: Option<Millis>,
    /// Null when nothing came back.
    answered_at: Option<Millis>,
    counters: Option<Counters>,
    /// 0 for success, 100004 for a room that does not exist, null when Tencent returned none.
    error_code: Option<i64>,
    request_id: Option<String>,
}

pub async fn run(args: StatsArgs, context: &CommandContext) -> CommandResult {
    let rooms = args
        .rooms
        .iter()
        .map(|text| RoomId::parse(text).map_err(|error| Problem::Wrong(format!("{}: {error}", printable(text)))))
        .collect::<Result<Vec<RoomId>, Problem>>()?;
    let config = context.load_quietly()?;
    let app = choose_app(&config, args.app)?;
    let client = calls::client(app, &config)?;
    let turn = calls::CliTurn::wait(app).await;
    let mut results = Vec::with_capacity(rooms.len());
    for room in &rooms {
        let result = ask(&client, room).await;
        if let Err(error) = &result {
            eprintln!("{}: {error}", printable(room.as_str()));
            if let Failure::Unreadable { first_bytes, .. } = &error.failure
                && !first_bytes.is_empty()
            {
                eprintln!("  it begins with: {first_bytes}");
            }
        }
        results.push(result);
    }
    drop(turn);

    let failed = results.iter().any(Result::is_err);
    let remarks: Vec<&str> = results.iter().map(remark).collect();
    let rows: Vec<Row> = rooms.into_iter().zip(results).map(|(room, result)| row(room, result)).collect();
    print_stdout(&match args.json {
        true => serde_json::to_string(&rows).map_err(|error| Problem::Failed(error.to_string()))? + "\n",
        false => text(&rows, &remarks),
    })?;
    Ok(if failed { ExitStatus::Failed } else { ExitStatus::Done })
}

/// One call. A few rooms with invalid responses do not prevent the calls for the others: it waits while the pause
/// is short.
async fn ask(client: &Client, room: &RoomId) -> Result<ApiResponse<Option<Counters>>, CallError> {
    /// Longest pause that the call waits for, in milliseconds.
    const MAX_PAUSE_MS: u64 = 1_000;
    loop {
        let result = client.room_stats(room, Caller::User).await;
        let Err(CallError { failed, failure: Failure::Paused { cause: Cause::Unreadable(_), next_probe, .. }, .. }) =
            &result
        else {
            return result;
        };
        match u64::try_from(*next_probe - *failed) {
            Ok(wait) if wait <= MAX_PAUSE_MS => tokio::time::sleep(Duration::from_millis(wait.max(1))).await,
            _ => return result,
        }
    }
}

/// Why a row of the table has no totals.
fn remark(result: &Result<ApiResponse<Option<Counters>>, CallError>) -> &'static str {
    match result {
        Ok(ApiResponse { value: Some(_), .. }) => "",
        Ok(_) => "  (no such room)",
        Err(error) => match error.failure {
            Failure::Code { .. } => "  (refused, see above)",
            Failure::NoResponse(_) => "  (no response, see above)",
            Failure::Unreadable { .. } => "  (invalid response, see above)",
            Failure::Paused { .. } => "  (not asked, see above)",
        },
    }
}

fn row(room: RoomId, result: Result<ApiResponse<Option<Counters>>, CallError>) -> Row {
    match result {
        Ok(ApiResponse { asked, answered, request_id, value, .. }) => Row {
            room,
            asked_at: Some(asked),
            answered_at: Some(answered),
            error_code: Some(if value.is_some() { 0 } else { NO_SUCH_ROOM }),
            counters: value,
            request_id,
        },
        Err(error) => {
            let sent = !matches!(error.failure, Failure::Paused { .. });
            let answered = matches!(error.failure, Failure::Code { .. } | Failure::Unreadable { .. });
            Row {
                room,
                asked_at: sent.then_some(error.asked),
                answered_at: answered.then_some(error.failed),
                counters: None,
                error_code: error.code(),
                request_id: error.request_id,
            }
        }
    }
}

/// Numbers first, since the width of a RoomId on a screen cannot be known.
fn text(rows: &[Row], remarks: &[&str]) -> String {
    let head = ["entries", "gifts", "coins", "gifters", "likes", "messages", "room"];
    let rows: Vec<Vec<String>> = rows
        .iter()
        .zip(remarks)
        .map(|(row, remark)| {
            let cell = |counter| row.counters.map_or("–".to_owned(), |counters| thousands(counters.get(counter)));
            let room = format!("{}{remark}", printable(row.room.as_str()));
            Counter::ALL.into_iter().map(cell).chain([room]).collect()
        })
        .collect();
    table(&head, &rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tencent::NoResponse;

    fn room() -> RoomId {
        RoomId::parse("live_a").unwrap()
    }

    fn good(value: Option<Counters>) -> Row {
        let request_id = Some("Id-1".to_owned());
        row(room(), Ok(ApiResponse { asked: Millis(5), answered: Millis(9), request_id, value, retries: 0 }))
    }

    fn error(failure: Failure) -> CallError {
        CallError { asked: Millis(5), failed: Millis(9), retries: 2, ..CallError::of(failure) }
    }

    #[test]
    fn json_has_the_shape_of_the_design() {
        let counters = Counters::from_array([1, 2, 3, 4, 5, 6]);
        assert_eq!(
            serde_json::to_string(&good(Some(counters))).unwrap(),
            r#"{"room":"live_a","asked_at":5,"answered_at":9,"counters":{"viewers":1,"gifts":2,"coins":3,"gifters":4,"likes":5,"messages":6},"error_code":0,"request_id":"Id-1"}"#
        );
        assert_eq!(
            serde_json::to_string(&good(None)).unwrap(),
            r#"{"room":"live_a","asked_at":5,"answered_at":9,"counters":null,"error_code":100004,"request_id":"Id-1"}"#
        );
        let error = error(Failure::NoResponse(NoResponse::Timeout));
        assert_eq!(
            serde_json::to_string(&row(room(), Err(error))).unwrap(),
            r#"{"room":"live_a","asked_at":5,"answered_at":null,"counters":null,"error_code":null,"request_id":null}"#
        );
    }

    #[test]
    fn the_table_says_entries_and_that_a_room_is_gone() {
        let rows = [good(Some(Counters::from_array([1530, 2, 46_800, 4, 5, 6]))), good(None)];
        let text = text(&rows, &["", "  (no such room)"]);
        assert!(text.starts_with("entries") && !text.contains("viewers"), "{text}");
        assert!(text.contains("46,800") && text.contains("live_a  (no such room)"), "{text}");
    }

    #[test]
    fn the_table_says_what_kept_a_room_from_being_read() {
        let unreadable = Failure::Unreadable { why: "it is empty".to_owned(), first_bytes: String::new() };
        let cause = Cause::NoAnswer(NoResponse::Timeout);
        let paused = Failure::Paused { cause, since: Millis(0), next_probe: Millis(0) };
        for (failure, expected) in [
            (Failure::Code { code: 60010, info: String::new() }, "refused"),
            (unreadable, "invalid response"),
            (Failure::NoResponse(NoResponse::Timeout), "no response"),
            (paused, "not asked"),
        ] {
            assert!(remark(&Err(error(failure))).contains(expected), "{expected}");
        }
    }
}
