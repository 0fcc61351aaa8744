//! The words of one row of the board: the server writes them into the table, the browser writes the same over them.

use super::board_filter::BoardFilter;
use crate::domain::live::{AppFigures, AppLabel, BaselineComparison, LiveRow, LiveStrip};
use crate::domain::stream::label;
use crate::domain::{Counter, Millis};
use crate::i18n::{I18n, display_width, escape_invisible, truncate_middle};
use serde::{Deserialize, Serialize};

/// The columns whose text moves, by the name in `data-cell`, in the order of the table.
pub const LIVE_COLUMNS: [&str; 7] = ["on_for", "rate", "coins", "pace", "entries", "gifters", "going_on"];

/// The texts of [`MOVING`] for a row, as of `now`.
pub fn cells(i18n: &I18n, row: &LiveRow, now: Millis) -> [String; 7] {
    [
        i18n.hours(now - row.started_at),
        i18n.number(row.coins_per_minute),
        i18n.number(row.totals.coins),
        i18n.baseline_label(row.baseline),
        i18n.number(row.entries_per_minute),
        i18n.number(row.totals.gifters),
        i18n.going_on_line(&row.going_on, now),
    ]
}

/// The row's tooltip and its description: whole names, all six totals, and what the row may have no room for.
pub fn details(i18n: &I18n, row: &LiveRow, now: Millis) -> String {
    let (host, room) = row_name(row);
    let who = if room == host {
        escape_invisible(&host)
    } else {
        format!("{} · {}", escape_invisible(&host), escape_invisible(&room))
    };
    let totals: Vec<String> =
        Counter::ALL.into_iter().map(|counter| i18n.labelled_or_unknown(counter, row.totals.get(counter))).collect();
    let baseline = Some(i18n.baseline_label(row.baseline)).filter(|_| row.baseline != BaselineComparison::Unknown);
    let going_on = Some(i18n.going_on_line(&row.going_on, now)).filter(|line| !line.is_empty());
    let activity: Vec<String> = baseline.into_iter().chain(going_on).collect();
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
    let alert = strip.alert.iter().map(|alert| Alarm {
        class: "problem",
        text: i18n.app_alert(alert, Some(now)),
        request_id: alert.request_id.as_deref().map(|id| format!("RequestId {}", truncate_middle(id, 48))),
        link: i18n.board_details_link(),
    });
    alert.chain(stretched).collect()
}

/// The parts of the summary. Each stays on one line and carries the separator to what follows it; the link to what needs
/// attention is the last.
pub fn summary(i18n: &I18n, strip: &LiveStrip) -> Vec<String> {
    let mut parts = i18n.strip(strip);
    let followed = if strip.needs_attention > 0 { parts.len() } else { parts.len().saturating_sub(1) };
    parts.iter_mut().take(followed).for_each(|part| part.push_str(" ·"));
    parts
}

/// The texts of an app's tile: how many streams are live, coins per minute, coins of the day, what needs attention.
pub fn tile(i18n: &I18n, figures: &AppFigures) -> [String; 4] {
    let strip = LiveStrip { needs_attention: figures.needs_attention, ..LiveStrip::from(figures.clone()) };
    let mut parts = i18n.strip(&strip).into_iter();
    let live = parts.next().unwrap_or_default();
    let (rate, today) = if figures.coins_per_minute.is_some() {
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    } else {
        (String::new(), parts.next().unwrap_or_default())
    };
    let attention =
        if figures.needs_attention > 0 { i18n.need_attention(figures.needs_attention) } else { String::new() };
    [live, rate, today, attention]
}

/// The alarms for screen readers: announced when one begins, not with every minute that it lasts.
pub fn spoken(i18n: &I18n, strip: &LiveStrip) -> String {
    let alert: Vec<String> = strip.alert.iter().map(|alert| i18n.app_alert(alert, None)).collect();
    alert.join(" ")
}

/// How the server drew the board, so that the browser goes on in the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BoardContext {
    /// Empty where one app is configured.
    pub apps: Vec<AppLabel>,
    pub filter: BoardFilter,
    /// The server's clock when the page was made, so that lengths are right where this machine's clock is not.
    pub now: i64,
}

/// The short form of the row's app.
pub fn app_label<'a>(apps: &'a [AppLabel], row: &LiveRow) -> Option<&'a str> {
    apps.iter().find(|app| app.id == row.app).map(|app| app.short.as_str())
}

/// The class of a table whose rows begin with short forms of apps: it gives all of them the width of the widest, so that
/// the names after them begin at one place.
pub fn app_column_class(apps: &[AppLabel]) -> String {
    let widest = apps.iter().map(|app| display_width(&app.short)).max();
    widest.map(|columns| format!("apps-{}", columns.clamp(2, APP_WIDTH))).unwrap_or_default()
}

/// Who: host, and title or room.
pub fn row_name(row: &LiveRow) -> (String, String) {
    let host = label(&[row.host_name.as_deref(), row.host.as_deref()], &row.room);
    let room = label(&[row.title.as_deref()], &row.room);
    (host.to_owned(), room.to_owned())
}

/// How wide names may be in a row, in columns.
pub const HOST_WIDTH: usize = 22;
/// Width of the name of a room, in columns.
pub const ROOM_WIDTH: usize = 30;
/// Width of the short name of an app, in columns.
pub const APP_WIDTH: usize = 12;

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::live::BaselineComparison;
    use crate::domain::{AppId, RoomId, StreamId, StreamState, Totals};

    pub fn row(id: i64, rate: Option<i64>, needs_attention: bool) -> LiveRow {
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
            baseline: BaselineComparison::Unknown,
            going_on: Vec::new(),
            needs_attention,
        }
    }

    #[test]
    fn the_details_hold_what_a_row_may_cut() {
        let mut row = row(7, None, true);
        row.title = Some("a title of so many letters that no column of the board could ever show all of them".into());
        row.going_on = vec![crate::domain::live::Activity::HostLeft { at: Millis(0) }];
        row.baseline = BaselineComparison::BestEver { before: 151_200 };
        let details_text = details(&I18n::default(), &row, Millis(1));
        assert!(details_text.contains(row.title.as_deref().unwrap()), "{details_text}");
        assert!(
            details_text.contains("Coins –") && details_text.contains("151,200") && details_text.contains("Host left"),
            "{details_text}"
        );
    }

    #[test]
    fn a_row_without_names_is_called_by_its_room() {
        assert_eq!(row_name(&row(1, None, false)), ("room".to_owned(), "room".to_owned()));
        assert_eq!(cells(&I18n::default(), &row(1, None, false), Millis(1))[1], "–");
    }
}
