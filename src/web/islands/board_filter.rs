//! Which live streams a board shows, and in which order: the server asks it for the page, the browser for every change, so
//! that both show the same rows.
//!
//! Must not: make words or touch a document.

use crate::domain::live::AppLabel;
use crate::domain::live::{Activity, BaselineComparison, LiveRow};
use crate::domain::{AppId, Millis, StreamState};
use serde::{Deserialize, Serialize};

/// Rows of a board before somebody asks for more, and how many more each time.
pub const ROWS_STEP: usize = 100;
/// Rows of a board at most: more would take a browser seconds to lay out.
pub const MAX_ROWS: usize = 2_000;
/// A stream is new for this time after its start, in milliseconds.
const NEW_MS: i64 = 15 * 60_000;
/// Rows above the others because they need attention, at most, where other rows are shown too.
const MAX_ATTENTION_ABOVE: usize = 5;

/// What the board is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardSort {
    #[default]
    Rate,
    OnFor,
    Coins,
    Baseline,
    Entries,
    Gifters,
}

impl BoardSort {
    pub const ALL: [Self; 6] = [Self::OnFor, Self::Rate, Self::Coins, Self::Baseline, Self::Entries, Self::Gifters];

    /// The name in the address, and of the column it sorts by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::OnFor => "on_for",
            Self::Coins => "coins",
            Self::Baseline => "pace",
            Self::Entries => "entries",
            Self::Gifters => "gifters",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// The value rows are compared by; unknown comes last, the greatest first.
    fn value(self, row: &LiveRow) -> Option<i64> {
        match self {
            Self::Rate => row.coins_per_minute,
            Self::OnFor => Some(-row.started_at.0),
            Self::Coins => row.totals.coins,
            Self::Baseline => match row.baseline {
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardView {
    /// Every live stream; the first that need attention are above the others.
    #[default]
    All,
    /// All that need attention, and no others.
    Attention,
    /// In a PK battle.
    Battles,
    /// With evidence of their end.
    Ending,
    /// Begun a short while ago.
    New,
}

impl BoardView {
    pub const ALL: [Self; 5] = [Self::All, Self::Attention, Self::Battles, Self::Ending, Self::New];

    /// The name in the address: `view=pk`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Attention => "attention",
            Self::Battles => "pk",
            Self::Ending => "ending",
            Self::New => "new",
        }
    }

    /// The view of that name; another name is a link of an older version, which shows everything.
    pub fn from_name(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|view| Some(view.name()) == name).unwrap_or_default()
    }

    pub fn shows(self, row: &LiveRow, now: Millis) -> bool {
        match self {
            Self::All => true,
            Self::Attention => row.needs_attention,
            Self::Battles => row.going_on.iter().any(|fact| matches!(fact, Activity::Battle { .. })),
            Self::Ending => row.state == StreamState::Ending,
            Self::New => now - row.started_at < NEW_MS,
        }
    }
}

/// What an address asks of the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardFilter {
    pub view: BoardView,
    /// Of this app only.
    pub app: Option<AppId>,
    /// Part of a name or a RoomId, or the whole name of an app. Empty asks for nothing.
    pub search: String,
    pub sort: BoardSort,
    /// How many rows are shown at most.
    pub limit: usize,
}

impl BoardFilter {
    /// The number of rows that an address asks for, within what a page may have.
    pub fn limit_from(text: Option<&str>) -> usize {
        text.and_then(|text| text.parse().ok()).unwrap_or(ROWS_STEP).clamp(ROWS_STEP, MAX_ROWS)
    }

    /// Whether a row is of the app and found by the search, in whichever view.
    pub fn finds(&self, row: &LiveRow, apps: &[AppLabel]) -> bool {
        if self.app.is_some_and(|app| app != row.app) {
            return false;
        }
        if self.search.is_empty() {
            return true;
        }
        let search = self.search.to_lowercase();
        let texts = [row.title.as_deref(), row.host.as_deref(), row.host_name.as_deref(), Some(row.room.as_str())];
        let found = texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search));
        // An app is found by its whole name: a part of it may be a part of any title.
        found || apps.iter().any(|app| app.id == row.app && app.is_called(&search))
    }

    pub fn shows(&self, row: &LiveRow, apps: &[AppLabel], now: Millis) -> bool {
        self.view.shows(row, now) && self.finds(row, apps)
    }

    /// How many of the rows each view has, in the order of [`BoardView::ALL`].
    pub fn counts<'a>(
        &self,
        rows: impl Iterator<Item = &'a LiveRow>,
        apps: &[AppLabel],
        now: Millis,
    ) -> [i64; BoardView::ALL.len()] {
        let mut counts = [0; BoardView::ALL.len()];
        for row in rows.filter(|row| self.finds(row, apps)) {
            for (count, view) in counts.iter_mut().zip(BoardView::ALL) {
                *count += i64::from(view.shows(row, now));
            }
        }
        counts
    }
}

/// Puts rows in order and returns how many of them are above the others: those that need attention, what is at stake first.
pub fn order(rows: &mut [LiveRow], sort: BoardSort, view: BoardView, pinned: impl Fn(&LiveRow) -> bool) -> usize {
    rows.sort_by_key(|row| (!row.needs_attention, std::cmp::Reverse(row.totals.coins), row.started_at, row.id));
    let most = if view == BoardView::Attention { usize::MAX } else { MAX_ATTENTION_ABOVE };
    let above = rows.iter().take_while(|row| row.needs_attention).count().min(most);
    rows[above..].sort_by_key(|row| (!pinned(row), std::cmp::Reverse(sort.value(row)), row.id));
    above
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::EndEvidence;
    use crate::web::islands::board_row::tests::row;

    #[test]
    fn what_needs_attention_comes_first_and_unknown_last() {
        let mut rows = vec![row(1, None, false), row(2, Some(5), false), row(3, Some(9), false), row(4, None, true)];
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::All, |_| false), 1);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 3, 2, 1]);
        order(&mut rows, BoardSort::Rate, BoardView::All, |row| row.id.0 == 2);
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [4, 2, 3, 1]);
    }

    #[test]
    fn five_that_need_attention_are_above_and_all_in_their_own_view() {
        let mut rows: Vec<LiveRow> = (0..9).map(|id| row(id, Some(id), true)).collect();
        rows[3].totals.coins = Some(900);
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::All, |_| false), 5);
        assert_eq!((rows[0].id.0, rows[5].id.0), (3, 8), "what is at stake first, then by the rate");
        assert_eq!(order(&mut rows, BoardSort::Rate, BoardView::Attention, |_| false), 9);
    }

    #[test]
    fn each_view_has_its_rows_and_shows_how_many() {
        let now = Millis(60 * 60_000);
        let mut rows = [row(1, None, false), row(2, None, true), row(3, None, false), row(4, None, false)];
        rows[2].going_on = vec![Activity::Battle { with: "a".into(), scores: None }];
        rows[3].state = StreamState::Ending;
        rows[3].going_on = vec![Activity::Ending { by: EndEvidence::RoomGone, at: now, seal_at: None }];
        rows[0].started_at = now;
        let filter = BoardFilter::default();
        assert_eq!(filter.counts(rows.iter(), &[], now), [4, 1, 1, 1, 1]);
        let shown = |view| -> Vec<i64> {
            let filter = BoardFilter { view, ..BoardFilter::default() };
            rows.iter().filter(|row| filter.shows(row, &[], now)).map(|row| row.id.0).collect()
        };
        assert_eq!(BoardView::ALL.map(shown), [vec![1, 2, 3, 4], vec![2], vec![3], vec![4], vec![1]]);
        for view in BoardView::ALL {
            assert_eq!(BoardView::from_name(Some(view.name())), view);
        }
        assert_eq!(BoardView::from_name(Some("of yesterday")), BoardView::All);
    }

    #[test]
    fn a_search_finds_names_in_any_case_and_apps_by_their_whole_name() {
        let mut found = row(1, None, false);
        (found.title, found.host_name) = (Some("Mira SINGS".into()), Some("小鹿".into()));
        let apps = [AppLabel { id: AppId(1), short: "JP".into(), name: "Japan".into() }];
        let finds = |search: &str| BoardFilter { search: search.into(), ..BoardFilter::default() }.finds(&found, &apps);
        for search in ["", "mira s", "Sings", "小", "ROOM", "japan", "jp", "1"] {
            assert!(finds(search), "{search}");
        }
        assert!(!finds("jap") && !finds("ayu"));
        let of = |app| BoardFilter { app: Some(AppId(app)), ..BoardFilter::default() }.finds(&found, &apps);
        assert!(of(1) && !of(2));
    }

    #[test]
    fn an_address_asks_for_no_more_rows_than_a_page_has() {
        for (text, limit) in
            [(None, 100), (Some("200"), 200), (Some("7"), 100), (Some("99999999"), MAX_ROWS), (Some("x"), 100)]
        {
            assert_eq!(BoardFilter::limit_from(text), limit);
        }
    }
}
