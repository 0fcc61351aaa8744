//! The words of one row of the board: the server writes them into the table, the browser writes the same over them.

use crate::domain::live::{LiveRow, LiveStrip};
use crate::domain::stream::label;
use crate::domain::{AppId, Counter, Millis};
use crate::lang::{Words, middle, visible};
use serde::{Deserialize, Serialize};

/// The columns whose text moves, by the name in `data-cell`, in the order of the table.
pub const MOVING: [&str; 7] = ["on_for", "rate", "coins", "pace", "entries", "gifters", "going_on"];

/// The texts of [`MOVING`] for a row, as of `now`.
pub fn cells(words: &Words, row: &LiveRow, now: Millis) -> [String; 7] {
    [
        words.hours(now - row.started_at),
        words.number(row.coins_per_minute),
        words.number(row.totals.coins),
        words.pace(row.pace),
        words.number(row.entries_per_minute),
        words.number(row.totals.gifters),
        words.going_on_line(&row.going_on, now),
    ]
}

/// All six totals, as the row's tooltip and its description.
pub fn totals(words: &Words, row: &LiveRow) -> String {
    let totals: Vec<String> =
        Counter::ALL.into_iter().map(|counter| words.labelled_or_unknown(counter, row.totals.get(counter))).collect();
    totals.join(" · ")
}

/// What is wrong with a whole app, or merely late; empty when nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Rooms are read less often than wished.
    Stretched(String),
    /// What Tencent refuses or does not answer, with the RequestId that its support asks for.
    Trouble { words: String, request_id: Option<String> },
}

/// The lines below the strip.
pub fn alarms(words: &Words, strip: &LiveStrip) -> Vec<Alarm> {
    let stretched = strip.stretched.map(|(now, wished, calls)| words.stretched(strip.live, now, wished, calls));
    let trouble = strip.trouble.iter().map(|trouble| Alarm::Trouble {
        words: visible(&trouble.words),
        request_id: trouble.request_id.as_deref().map(|id| format!(" RequestId {}", middle(id, 48))),
    });
    stretched.into_iter().map(Alarm::Stretched).chain(trouble).collect()
}

/// An app and its short form. Rows carry none where a single app is configured.
pub type AppLabel = (AppId, String);

/// How the server drew the board, so that the browser goes on in the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drawn {
    pub apps: Vec<AppLabel>,
    /// The column that rows are sorted by.
    pub sort: String,
    /// The server's clock when the page was made, so that lengths are right where this machine's clock is not.
    pub now: i64,
}

/// The short form of the row's app.
pub fn app_label<'a>(apps: &'a [AppLabel], row: &LiveRow) -> Option<&'a str> {
    apps.iter().find(|(app, _)| *app == row.app).map(|(_, label)| label.as_str())
}

/// Who: host, and title or room.
pub fn who(row: &LiveRow) -> (String, String) {
    let host = label(&[row.host_name.as_deref(), row.host.as_deref()], &row.room);
    let room = label(&[row.title.as_deref()], &row.room);
    (host.to_owned(), room.to_owned())
}

/// How wide names may be in a row, in columns.
pub const HOST_WIDTH: usize = 22;
pub const ROOM_WIDTH: usize = 30;
pub const APP_WIDTH: usize = 12;

/// What the board is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoardSort {
    #[default]
    Rate,
    OnFor,
    Coins,
    Pace,
    Entries,
    Gifters,
}

impl BoardSort {
    pub const ALL: [Self; 6] = [Self::OnFor, Self::Rate, Self::Coins, Self::Pace, Self::Entries, Self::Gifters];

    /// The name in the address, and of the column it sorts by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::OnFor => "on_for",
            Self::Coins => "coins",
            Self::Pace => "pace",
            Self::Entries => "entries",
            Self::Gifters => "gifters",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// The value rows are held against each other by; unknown comes last, the greatest first.
    fn value(self, row: &LiveRow) -> Option<i64> {
        use crate::domain::live::Pace;
        match self {
            Self::Rate => row.coins_per_minute,
            Self::OnFor => Some(-row.started_at.0),
            Self::Coins => row.totals.coins,
            Self::Pace => match row.pace {
                Pace::BestEver { .. } => Some(i64::MAX),
                Pace::Percent { percent } => Some(percent),
                _ => None,
            },
            Self::Entries => row.entries_per_minute,
            Self::Gifters => row.totals.gifters,
        }
    }
}

/// At most so many rows stand above the others because they need a look.
pub const MOST_LOOKS: usize = 5;

/// Whether the row stands above: it needs a look and is among the first that do.
pub fn order(rows: &mut [LiveRow], sort: BoardSort, pinned: impl Fn(&LiveRow) -> bool) -> usize {
    rows.sort_by_key(|row| (!row.needs_look, row.started_at, row.id));
    let looks = rows.iter().take_while(|row| row.needs_look).count().min(MOST_LOOKS);
    rows[looks..].sort_by_key(|row| (!pinned(row), std::cmp::Reverse(sort.value(row)), row.id));
    looks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::live::Pace;
    use crate::domain::{RoomId, StreamId, StreamState, Totals};

    fn row(id: i64, rate: Option<i64>, needs_look: bool) -> LiveRow {
        LiveRow {
            id: StreamId(id),
            app: AppId(1),
            room: RoomId::parse("room").unwrap(),
            title: None,
            host: None,
            host_name: Some("  ".into()),
            state: StreamState::Live,
            started_at: Millis(id),
            totals: Totals::default(),
            read_at: None,
            coins_per_minute: rate,
            entries_per_minute: None,
            spark: Vec::new(),
            pace: Pace::Unknown,
            going_on: Vec::new(),
            needs_look,
        }
    }

    #[test]
    fn what_needs_a_look_comes_first_and_unknown_last() {
        let mut rows = vec![row(1, None, false), row(2, Some(5), false), row(3, Some(9), false), row(4, None, true)];
        assert_eq!(order(&mut rows, BoardSort::Rate, |_| false), 1);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 3, 2, 1]);
        order(&mut rows, BoardSort::Rate, |row| row.id.0 == 2);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 2, 3, 1]);
    }

    #[test]
    fn five_looks_are_enough() {
        let mut rows: Vec<LiveRow> = (0..9).map(|id| row(id, Some(id), true)).collect();
        assert_eq!(order(&mut rows, BoardSort::Rate, |_| false), 5);
        assert_eq!(rows[5].id.0, 8);
    }

    #[test]
    fn a_row_without_names_is_called_by_its_room() {
        assert_eq!(who(&row(1, None, false)), ("room".to_owned(), "room".to_owned()));
        assert_eq!(cells(&Words::default(), &row(1, None, false), Millis(1))[1], "–");
    }
}
