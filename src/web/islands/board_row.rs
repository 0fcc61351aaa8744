//! The words of one row of the board: the server writes them into the table, the browser writes the same over them.

use crate::domain::live::{BaselineComparison, LiveRow, LiveStrip};
use crate::domain::stream::label;
use crate::domain::{AppId, Counter, Millis};
use crate::i18n::{I18n, middle, visible};
use serde::{Deserialize, Serialize};

/// The columns whose text moves, by the name in `data-cell`, in the order of the table.
pub const LIVE_COLUMNS: [&str; 7] = ["on_for", "rate", "coins", "pace", "entries", "gifters", "going_on"];

/// The texts of [`MOVING`] for a row, as of `now`.
pub fn cells(i18n: &I18n, row: &LiveRow, now: Millis) -> [String; 7] {
    [
        i18n.hours(now - row.started_at),
        i18n.number(row.coins_per_minute),
        i18n.number(row.totals.coins),
        i18n.pace(row.pace),
        i18n.number(row.entries_per_minute),
        i18n.number(row.totals.gifters),
        i18n.going_on_line(&row.going_on, now),
    ]
}

/// The row's tooltip and its description: whole names, all six totals, and what the row may have no room for.
pub fn details(i18n: &I18n, row: &LiveRow, now: Millis) -> String {
    let (host, room) = row_name(row);
    let who = if room == host { visible(&host) } else { format!("{} · {}", visible(&host), visible(&room)) };
    let totals: Vec<String> =
        Counter::ALL.into_iter().map(|counter| i18n.labelled_or_unknown(counter, row.totals.get(counter))).collect();
    let pace = Some(i18n.pace(row.pace)).filter(|_| row.pace != BaselineComparison::Unknown);
    let going_on = Some(i18n.going_on_line(&row.going_on, now)).filter(|line| !line.is_empty());
    let activity: Vec<String> = pace.into_iter().chain(going_on).collect();
    let lines = [who, totals.join(" · "), activity.join(" · ")];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a whole app, or merely late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub class: &'static str,
    pub text: String,
    /// What Tencent's support asks for.
    pub request_id: Option<String>,
    /// Of the link to the status page.
    pub link: &'static str,
}

/// The lines below the strip as of `now`; what keeps a whole app from being read comes first.
pub fn alarms(i18n: &I18n, strip: &LiveStrip, now: Millis) -> Vec<Alarm> {
    let stretched = strip.stretched.map(|(now, wished, calls)| Alarm {
        class: "note",
        text: i18n.stretched(strip.live, now, wished, calls),
        request_id: None,
        link: i18n.board_status_link(),
    });
    let trouble = strip.trouble.iter().map(|trouble| Alarm {
        class: "problem",
        text: i18n.app_trouble(trouble, Some(now)),
        request_id: trouble.request_id.as_deref().map(|id| format!("RequestId {}", middle(id, 48))),
        link: i18n.board_details_link(),
    });
    trouble.chain(stretched).collect()
}

/// The numbers of the strip; the link to what needs attention follows them on the same line.
pub fn numbers(i18n: &I18n, strip: &LiveStrip) -> String {
    let joint = if strip.needs_look > 0 { " · " } else { "" };
    i18n.strip(strip).join(" · ") + joint
}

/// The alarms for those who hear them: said when one begins, not with every minute that it lasts.
pub fn spoken(i18n: &I18n, strip: &LiveStrip) -> String {
    let trouble: Vec<String> = strip.trouble.iter().map(|trouble| i18n.app_trouble(trouble, None)).collect();
    trouble.join(" ")
}

/// An app and its short form. Rows carry none where a single app is configured.
pub type AppLabel = (AppId, String);

/// How the server drew the board, so that the browser goes on in the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowContext {
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
pub fn row_name(row: &LiveRow) -> (String, String) {
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
        match self {
            Self::Rate => row.coins_per_minute,
            Self::OnFor => Some(-row.started_at.0),
            Self::Coins => row.totals.coins,
            Self::Pace => match row.pace {
                BaselineComparison::BestEver { .. } => Some(i64::MAX),
                BaselineComparison::Percent { percent } => Some(percent),
                _ => None,
            },
            Self::Entries => row.entries_per_minute,
            Self::Gifters => row.totals.gifters,
        }
    }
}

/// Which rows a board shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoardView {
    /// Every live stream; the first that need attention stand above the others.
    #[default]
    All,
    /// All that need attention, and no others.
    Attention,
}

impl BoardView {
    /// Of the address: `view=attention`.
    pub fn from_name(name: Option<&str>) -> Self {
        if name == Some("attention") { Self::Attention } else { Self::All }
    }

    pub const fn shows(self, row: &LiveRow) -> bool {
        matches!(self, Self::All) || row.needs_look
    }

    /// At most so many rows stand above the others because they need attention.
    const fn max_pinned_alerts(self) -> usize {
        match self {
            Self::All => 5,
            Self::Attention => usize::MAX,
        }
    }
}

/// Puts rows in order and tells how many of them stand above the others: those that need attention, what is at stake first.
pub fn order(rows: &mut [LiveRow], sort: BoardSort, view: BoardView, pinned: impl Fn(&LiveRow) -> bool) -> usize {
    rows.sort_by_key(|row| (!row.needs_look, std::cmp::Reverse(row.totals.coins), row.started_at, row.id));
    let looks = rows.iter().take_while(|row| row.needs_look).count().min(view.max_pinned_alerts());
    rows[looks..].sort_by_key(|row| (!pinned(row), std::cmp::Reverse(sort.value(row)), row.id));
    looks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::live::BaselineComparison;
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
            pace: BaselineComparison::Unknown,
            going_on: Vec::new(),
            needs_look,
        }
    }

    #[test]
    fn what_needs_a_look_comes_first_and_unknown_last() {
        let mut rows = vec![row(1, None, false), row(2, Some(5), false), row(3, Some(9), false), row(4, None, true)];
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::All, |_| false), 1);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 3, 2, 1]);
        order(&mut rows, BoardSort::Rate, BoardView::All, |row| row.id.0 == 2);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 2, 3, 1]);
    }

    #[test]
    fn five_that_need_attention_stand_above_and_all_in_their_own_view() {
        let mut rows: Vec<LiveRow> = (0..9).map(|id| row(id, Some(id), true)).collect();
        rows[3].totals.coins = Some(900);
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::All, |_| false), 5);
        assert_eq!((rows[0].id.0, rows[5].id.0), (3, 8), "what is at stake first, then by the rate");
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::Attention, |_| false), 9);
        assert!(BoardView::Attention.shows(&rows[0]) && !BoardView::Attention.shows(&row(1, None, false)));
    }

    #[test]
    fn the_details_hold_what_a_row_may_cut() {
        let mut row = row(7, None, true);
        row.title = Some("a title of so many letters that no column of the board could ever show all of them".into());
        row.going_on = vec![crate::domain::live::Activity::HostLeft { at: Millis(0) }];
        row.pace = BaselineComparison::BestEver { before: 151_200 };
        let told = details(&I18n::default(), &row, Millis(1));
        assert!(told.contains(row.title.as_deref().unwrap()), "{told}");
        assert!(told.contains("Coins –") && told.contains("151,200") && told.contains("Host left"), "{told}");
    }

    #[test]
    fn a_row_without_names_is_called_by_its_room() {
        assert_eq!(row_name(&row(1, None, false)), ("room".to_owned(), "room".to_owned()));
        assert_eq!(cells(&I18n::default(), &row(1, None, false), Millis(1))[1], "–");
    }
}
