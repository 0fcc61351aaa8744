//! The Live board as page, event stream and island share it: one row per live stream, one strip above them.

use super::{AppId, EndEvidence, Millis, PerLanguage, RoomId, StreamId, StreamState, Totals};
use serde::{Deserialize, Serialize};

/// One live stream on the board. Everything a row shows, so that a lost event heals with the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveRow {
    pub id: StreamId,
    pub app: AppId,
    pub room: RoomId,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub state: StreamState,
    pub started_at: Millis,
    pub totals: Totals,
    /// When the latest accepted reading was answered.
    pub read_at: Option<Millis>,
    /// Over the last full minute of readings; unknown without two readings or across a gap.
    pub coins_per_minute: Option<i64>,
    pub entries_per_minute: Option<i64>,
    /// Coins per minute over the last 30 minutes, oldest first; `None` where nothing is known.
    pub spark: Vec<Option<i64>>,
    #[serde(rename = "pace")]
    pub baseline: BaselineComparison,
    /// What is going on, the most important first; words are made of it in the reader's language.
    pub going_on: Vec<Activity>,
    /// It needs attention. An ending with evidence is in order, and an app that does not answer is shown once, not
    /// with each of its rooms.
    #[serde(rename = "needs_look")]
    pub needs_attention: bool,
}

/// The coins by now against the room's own past at the same elapsed minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BaselineComparison {
    /// The room's first stream.
    FirstStream,
    /// The number of sealed streams; a baseline appears after four.
    NotYet { have: i64 },
    /// Baseline = 100.
    Percent { percent: i64 },
    /// Above the greatest total this room ever had.
    BestEver { before: i64 },
    /// Nothing to compare: no reading, or a gap.
    Unknown,
}

/// A fact about a live stream that a user may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Activity {
    /// Calls fail; since when, Tencent's code if it was one, and the last good reading.
    NoAnswer { since: Millis, code: Option<i64>, last: Option<Millis> },
    /// One 100004 until now: perhaps ending.
    MaybeEnding,
    /// The grace period runs; sealing at `seal_at`, `None` while Tencent does not answer for the room.
    Ending { by: EndEvidence, at: Millis, seal_at: Option<Millis> },
    /// The owner left (or lost the connection) at this time.
    HostLeft { at: Millis },
    /// No counter has moved since.
    Quiet { since: Millis },
    /// A PK battle with another room; (own, theirs) is what both got in coins since it began, unknown without readings of
    /// both since then.
    Battle { with: String, scores: Option<(i64, i64)> },
    /// Entries in the last minute and no message, like or gift.
    NoReaction { entries: i64 },
    /// Coins in one step with no new gifter.
    OneGifter { coins: i64 },
    /// A lower reading was excluded.
    Fell { at: Millis },
}

/// The strip above the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStrip {
    pub live: i64,
    /// Of the streams whose last minute is known, and how many are not among them.
    pub coins_per_minute: Option<i64>,
    pub rates_unknown: i64,
    /// Coins since the day began: one sum, or one for each app where their days begin apart. Empty until it was worked out.
    pub today: Vec<Today>,
    /// Streams that need attention, and apps that do: each app once, however many rooms wait for it.
    #[serde(rename = "needs_look")]
    pub needs_attention: i64,
    /// Set when each room is read less often than wished, in milliseconds: (now, wished, calls per second).
    pub stretched: Option<(i64, i64, i64)>,
    /// What keeps the collector from reading a whole app: code and what to do.
    #[serde(rename = "trouble")]
    pub alert: Vec<AppAlert>,
    /// The same of each app, where several are configured, in the order of the configuration.
    #[serde(default)]
    pub apps: Vec<AppFigures>,
}

/// What an app is called. Rows carry its short form where several apps are configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppLabel {
    pub id: AppId,
    /// `JP`; without one in the configuration the name.
    pub short: String,
    /// `Japan`; without one in the configuration the SDKAppID.
    pub name: String,
}

impl AppLabel {
    /// Whether somebody who typed this, in any case, means the app.
    pub fn is_called(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        [self.short.to_lowercase(), self.name.to_lowercase(), self.id.to_string()].contains(&typed)
    }
}

/// What the strip shows of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppFigures {
    pub app: AppId,
    pub live: i64,
    pub coins_per_minute: Option<i64>,
    pub rates_unknown: i64,
    #[serde(rename = "needs_look")]
    pub needs_attention: i64,
    /// `None` until it was worked out.
    pub today: Option<Today>,
}

impl AppFigures {
    /// Of an app of which nothing is known yet.
    pub const fn none(app: AppId) -> Self {
        Self { app, live: 0, coins_per_minute: None, rates_unknown: 0, needs_attention: 0, today: None }
    }
}

impl From<AppFigures> for LiveStrip {
    fn from(figures: AppFigures) -> Self {
        let AppFigures { live, coins_per_minute, rates_unknown, needs_attention, today, .. } = figures;
        let today = today.map(|today| Today { app: None, ..today }).into_iter().collect();
        Self { live, coins_per_minute, rates_unknown, needs_attention, today, ..Self::default() }
    }
}

impl LiveStrip {
    /// What it shows of one app alone; of all where none is named or only one is configured.
    pub fn of_app(&self, app: Option<AppId>) -> Self {
        let Some(figures) = self.apps.iter().find(|figures| Some(figures.app) == app) else { return self.clone() };
        Self {
            stretched: self.stretched,
            alert: self.alert.iter().filter(|alert| alert.app == figures.app).cloned().collect(),
            apps: self.apps.clone(),
            ..Self::from(figures.clone())
        }
    }
}

/// What came in since a day began, over streams that are live and those that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The short form of the app, where this is the sum of one.
    pub app: Option<String>,
    /// When the day began by the clocks of the app: `06:00`, `UTC+8`.
    pub time: String,
    pub zone: String,
    pub coins: i64,
    /// Streams of the day that are not in it, because nobody read them then.
    pub unknown: i64,
}

/// Why an app's calls do not go as they should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppAlert {
    pub app: AppId,
    pub since: Millis,
    /// Tencent's ErrorCode; `None` when nothing answers.
    pub code: Option<i64>,
    /// What happened and what to do.
    pub explanation: PerLanguage,
    /// Nothing is read meanwhile: every room of the app waits.
    pub reads_nothing: bool,
    /// What the configuration calls the app.
    pub name: String,
    /// Host and port that its calls go to.
    pub address: String,
    /// Its streams on the board.
    pub rooms: i64,
    pub request_id: Option<String>,
}

/// What the event stream sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum LiveEvent {
    /// A row as it is now; new when the page does not have it.
    Row {
        row: Box<LiveRow>,
    },
    /// The stream left the board.
    Gone {
        id: StreamId,
    },
    /// A report was sealed.
    Sealed {
        id: StreamId,
        title: String,
        coins: Option<i64>,
        /// The baseline of the room, if there was one.
        #[serde(rename = "usual")]
        baseline: Option<i64>,
        /// A revision of one that was sealed before.
        again: bool,
    },
    Strip {
        strip: LiveStrip,
    },
}
