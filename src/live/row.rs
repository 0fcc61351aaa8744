//! One row of the board: what is kept of a live stream, and what it says at a moment.

use crate::domain::live::{Activity, BaselineComparison, LiveRow};
use crate::domain::numbers::buckets::spark;
use crate::domain::numbers::{MINUTE, Series, compare_live};
use crate::domain::record::Baseline;
use crate::domain::{AppId, Counter, EndEvidence, Gap, GapCause, Millis, RoomId, Run, StreamId, StreamState, Totals};
use crate::store::{OpenStream, RecentSeries, SessionPart};

/// Minutes in a row's curve.
const MINUTES: i64 = 30;
/// What is kept for it.
pub(super) const RECENT_MS: i64 = (MINUTES + 2) * MINUTE;
/// Milliseconds without movement after which a stream is quiet.
const QUIET_MS: i64 = 5 * MINUTE;
/// Milliseconds after the last reading from which a failed call is shown and the rate of the last minute is unknown.
const SILENT_MS: i64 = 8_000;
/// Milliseconds without a response after which a room needs attention; a single failed call does not.
const NO_ANSWER_MS: i64 = 10_000;
/// Three intervals without a reading, of a stream that is read half as often because nothing moves in it, are too many.
const UNREAD_INTERVALS: i64 = 6;
/// Milliseconds without a reading below which no stream is unread, however short its interval.
const MIN_UNREAD_MS: i64 = 30_000;
/// Milliseconds after the host left from which a room that still exists needs attention: the host may come back.
const LEFT_MS: i64 = 3 * MINUTE;
/// Entries in a minute without any reaction from which a row says so.
const MIN_ENTRIES_WITHOUT_REACTION: i64 = 100;
/// Coins in a minute with no new gifter from which a row says so, if they are also far above the curve.
const MIN_COINS_OF_ONE_GIFTER: i64 = 5000;

/// A battle that goes on.
pub(super) struct OngoingBattle {
    pub with: String,
    pub other: RoomId,
    pub since: Millis,
}

/// What the strip adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StripFigures {
    pub live: bool,
    pub needs_attention: bool,
    pub coins_per_minute: Option<i64>,
}

/// Entries of a minute in which nobody did anything else, if they are many.
fn no_reaction(minute: &Totals) -> Option<i64> {
    let silent = [minute.messages, minute.likes, minute.gifts] == [Some(0); 3];
    minute.viewers.filter(|&entries| silent && entries >= MIN_ENTRIES_WITHOUT_REACTION)
}

pub(super) struct BoardEntry {
    pub id: StreamId,
    pub app: AppId,
    pub room: RoomId,
    pub part: SessionPart,
    pub title: Option<String>,
    pub host: Option<String>,
    pub host_name: Option<String>,
    pub started_at: Millis,
    /// How often it is read.
    pub interval_ms: i64,
    /// When it came on the board.
    pub since: Millis,
    runs: Vec<Run>,
    gaps: Vec<Gap>,
    corrected: Vec<(Millis, Millis)>,
    /// What came in the last minute; `None` after a change, until it is asked for.
    minute: Option<Totals>,
    moved_at: Option<Millis>,
    pub no_answer: Option<(Millis, Option<i64>)>,
    pub maybe_ending: bool,
    pub ending: Option<(EndEvidence, Millis, Option<Millis>)>,
    pub host_left: Option<Millis>,
    pub battle: Option<OngoingBattle>,
    /// Its coins when the day began; `None` until asked for, then what is known of it.
    pub day_base: Option<Option<i64>>,
    pub fell: Option<Millis>,
    /// The baseline, and the greatest total of coins; `None` until loaded.
    pub past: Option<(Baseline, Option<i64>)>,
}

impl BoardEntry {
    pub fn new(stream: &OpenStream, runs: Vec<Run>) -> Self {
        let summary = &stream.summary;
        let ending = match (summary.ended_by, summary.ended_at) {
            (Some(by), Some(at)) => Some((by, at, None)),
            _ => None,
        };
        Self {
            id: summary.id,
            app: summary.app,
            room: summary.room.clone(),
            part: stream.part,
            title: summary.title.clone(),
            host: summary.host.clone(),
            host_name: summary.host_name.clone(),
            started_at: summary.started_at,
            interval_ms: stream.interval_ms,
            since: Millis(i64::MIN),
            moved_at: runs.last().map(|run| run.from_answered),
            runs,
            gaps: Vec::new(),
            corrected: Vec::new(),
            minute: None,
            no_answer: None,
            maybe_ending: false,
            ending,
            host_left: stream.host_left_at,
            battle: None,
            day_base: None,
            fell: None,
            past: None,
        }
    }

    /// The newest run as it is now.
    pub fn add_run(&mut self, run: Run) {
        self.minute = None;
        self.no_answer = None;
        self.maybe_ending = false;
        match self.runs.last_mut() {
            Some(last) if last.from == run.from => *last = run,
            last => {
                if last.is_none_or(|last| last.counters != run.counters) {
                    self.moved_at = Some(run.from_answered);
                }
                self.runs.push(run);
            }
        }
        let since = run.until - RECENT_MS;
        let old = self.runs.iter().take_while(|run| run.until < since).count();
        self.runs.drain(..old);
        self.gaps.retain(|gap| gap.until >= since);
        self.corrected.retain(|corrected| corrected.1 >= since);
        if self.fell.is_some_and(|fell| run.until - fell > QUIET_MS) {
            self.fell = None;
        }
    }

    /// Readings asked since then were another stream's.
    pub fn retract_since(&mut self, since: Millis) {
        self.minute = None;
        self.runs.retain(|run| run.from < since);
    }

    /// What the store has, where changes were missed. What comes again with the next reading stays.
    pub fn reload(&mut self, stream: &OpenStream, recent: RecentSeries, grace_ms: i64) {
        let summary = &stream.summary;
        self.minute = None;
        (self.started_at, self.part, self.host_left) = (summary.started_at, stream.part, stream.host_left_at);
        self.ending = summary.ended_by.zip(summary.ended_at).map(|(by, at)| {
            let seal_at = stream.evidence_at.filter(|_| by.has_grace()).map(|evidence| evidence + grace_ms);
            (by, at, seal_at)
        });
        (self.runs, self.gaps, self.corrected) = (recent.runs, recent.gaps, recent.corrected);
        self.day_base = None;
    }

    pub fn add_gap(&mut self, gap: Gap) {
        self.minute = None;
        self.gaps.push(gap);
    }

    pub fn add_correction(&mut self, from: Millis, until: Millis) {
        self.minute = None;
        self.corrected.push((from, until));
    }

    /// Coins that came in since `at`, as far as the runs on the board reach back.
    pub fn coins_since(&self, at: Millis) -> Option<i64> {
        let series = Series::new(&self.runs, &self.gaps, &self.corrected);
        let (first, last) = series.span()?;
        if at >= last {
            // Nothing was read yet.
            return None;
        }
        if at < first && self.started_at < at {
            return None;
        }
        let before = if at < first { self.part.start.coins } else { series.estimate(at).get(Counter::Coins)? };
        Some((series.last_totals().get(Counter::Coins)? - before).max(0))
    }

    /// Coins since the app's day began.
    pub fn coins_of_day(&self) -> Option<i64> {
        let base = self.day_base.flatten()?;
        // A stream that nobody has read yet has nothing to add, and no number either.
        Some((self.runs.last()?.counters.coins - base).max(0))
    }

    /// The row as it is at `now`. `rival` is what the other side of a battle got since it began, if it is on the board;
    /// `app_waits` says that no room of the app is read.
    pub fn row(&self, now: Millis, rival: Option<i64>, app_waits: bool) -> LiveRow {
        let last = self.runs.last();
        let mut gaps = self.gaps.clone();
        if let (Some(_), Some(last)) = (self.silent(now), last) {
            // The gap that goes on is drawn before its end is known.
            gaps.push(Gap { from: last.until, until: now, cause: GapCause::NoAnswer });
        }
        let series = Series::new(&self.runs, &gaps, &self.corrected);
        let totals = last.map(|run| Totals::from(self.part.subtract_start(run.counters))).unwrap_or_default();
        let minute = if self.silent(now).is_some() { Totals::default() } else { series.last_minute() };
        let spark = spark(&series, Counter::Coins, now, MINUTES);
        let going_on = self.activity(now, &minute, &spark, rival, app_waits);
        let needs_attention = self.needs_attention(now, &minute, app_waits);
        LiveRow {
            id: self.id,
            app: self.app,
            room: self.room.clone(),
            title: self.title.clone(),
            host: self.host.clone(),
            host_name: self.host_name.clone(),
            state: if self.ending.is_some() { StreamState::Ending } else { StreamState::Live },
            started_at: self.started_at,
            totals,
            read_at: last.map(|run| run.until),
            coins_per_minute: minute.coins,
            entries_per_minute: minute.viewers,
            spark,
            baseline: self.baseline_comparison(now, totals.coins),
            going_on,
            needs_attention,
        }
    }

    /// What the strip adds up of the row, without making it.
    pub fn figures(&mut self, now: Millis, app_waits: bool) -> StripFigures {
        let minute = if self.silent(now).is_some() { Totals::default() } else { self.last_minute() };
        let needs_attention = self.needs_attention(now, &minute, app_waits);
        StripFigures { live: self.ending.is_none(), needs_attention, coins_per_minute: minute.coins }
    }

    /// As of the last change; worked out once.
    fn last_minute(&mut self) -> Totals {
        let series = || Series::new(&self.runs, &self.gaps, &self.corrected);
        *self.minute.get_or_insert_with(|| series().last_minute())
    }

    fn needs_attention(&self, now: Millis, minute: &Totals, app_waits: bool) -> bool {
        let unread = self.silent(now).is_some_and(|(since, _)| !app_waits && now - since > NO_ANSWER_MS);
        let left = self.host_left.is_some_and(|at| now - at >= LEFT_MS);
        self.ending.is_none() && (unread || left || no_reaction(minute).is_some() || self.fell.is_some())
    }

    /// Since when Tencent does not answer for this stream, and its code, if it has been long enough to show.
    fn silent(&self, now: Millis) -> Option<(Millis, Option<i64>)> {
        let last = self.runs.last().map(|run| run.until);
        self.no_answer.filter(|_| last.is_none_or(|last| now - last > SILENT_MS)).or_else(|| self.unread(now))
    }

    /// Since when there is no reading, though no call is known to have failed: the collector itself may be stalled.
    fn unread(&self, now: Millis) -> Option<(Millis, Option<i64>)> {
        let expected = self.ending.is_none() && !self.maybe_ending;
        let since = self.runs.last()?.until.max(self.since);
        let limit = (UNREAD_INTERVALS * self.interval_ms).max(MIN_UNREAD_MS);
        (expected && now - since > limit).then_some((since, None))
    }

    fn baseline_comparison(&self, now: Millis, coins: Option<i64>) -> BaselineComparison {
        match &self.past {
            Some((baseline, best)) => compare_live(baseline, *best, Counter::Coins, now - self.started_at, coins),
            None => BaselineComparison::Unknown,
        }
    }

    fn activity(
        &self,
        now: Millis,
        minute: &Totals,
        spark: &[Option<i64>],
        rival: Option<i64>,
        app_waits: bool,
    ) -> Vec<Activity> {
        let mut facts = Vec::new();
        if let Some((by, at, seal_at)) = self.ending {
            // While the room cannot be asked, the grace period waits.
            let seal_at = seal_at.filter(|_| !app_waits && self.silent(now).is_none());
            facts.push(Activity::Ending { by, at, seal_at });
        }
        if let Some((since, code)) = self.silent(now) {
            facts.push(Activity::NoAnswer { since, code, last: self.runs.last().map(|run| run.until) });
        }
        if self.maybe_ending {
            facts.push(Activity::MaybeEnding);
        }
        if let Some(battle) = &self.battle {
            // Tencent returns scores only when it is over; until then they are the coins both got, from our own readings.
            let scores = self.coins_since(battle.since).zip(rival);
            facts.push(Activity::Battle { with: battle.with.clone(), scores });
        }
        if let Some(at) = self.host_left {
            facts.push(Activity::HostLeft { at });
        }
        if let Some(since) = self.moved_at.filter(|&moved_at| now - moved_at >= QUIET_MS)
            && self.silent(now).is_none()
        {
            facts.push(Activity::Quiet { since });
        }
        if let Some(entries) = no_reaction(minute) {
            facts.push(Activity::NoReaction { entries });
        }
        if let Some(coins) = minute.coins
            && coins >= MIN_COINS_OF_ONE_GIFTER
            && minute.gifters == Some(0)
        {
            let mut known: Vec<i64> = spark.iter().flatten().copied().collect();
            known.sort_unstable();
            let median = known.get(known.len() / 2).copied().unwrap_or(0);
            if coins >= 5 * median {
                facts.push(Activity::OneGifter { coins });
            }
        }
        if let Some(at) = self.fell {
            facts.push(Activity::Fell { at });
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::{Counters, Reading};
    use crate::report::compose::tests::summary;

    /// A stream that is read every two seconds for two minutes and gets ten coins each time.
    fn entry() -> BoardEntry {
        let mut summary = summary();
        (summary.ended_at, summary.ended_by) = (None, None);
        summary.started_at = Millis(0);
        let open = OpenStream {
            summary,
            create_time: None,
            part: SessionPart::default(),
            interval_ms: 2_000,
            first_seen: Millis(0),
            evidence_at: None,
            host_left_at: None,
            host_online_at: None,
            retries: 0,
            last_request_id: None,
            note: None,
        };
        let runs = (0..=60).map(|i| Run::from(reading(2_000 * i, 10 * i))).collect();
        BoardEntry::new(&open, runs)
    }

    fn reading(at: i64, coins: i64) -> Reading {
        let counters = Counters { likes: coins, coins, gifters: 1, ..Counters::default() };
        Reading { asked: Millis(at), answered: Millis(at), counters }
    }

    #[test]
    fn a_later_part_of_a_room_counts_from_its_start() {
        let mut entry = entry();
        let room = entry.row(Millis(120_000), None, false);
        entry.part = SessionPart { number: 1, start: Counters { coins: 400, ..Counters::default() } };
        let own = entry.row(Millis(120_000), None, false);
        assert_eq!((room.totals.coins, own.totals.coins), (Some(600), Some(200)));
        assert_eq!((room.totals.likes, own.totals.likes), (Some(600), Some(600)));
        assert_eq!(room.coins_per_minute, own.coins_per_minute);
    }

    #[test]
    fn a_call_that_fails_is_no_news_yet() {
        let mut entry = entry();
        entry.no_answer = Some((Millis(121_000), None));
        let soon = entry.row(Millis(124_000), None, false);
        assert_eq!((soon.coins_per_minute, soon.needs_attention), (Some(300), false));
        assert_eq!(soon.going_on, []);
        let later = entry.row(Millis(132_000), None, false);
        assert_eq!((later.coins_per_minute, later.needs_attention), (None, true));
        let expected = Activity::NoAnswer { since: Millis(121_000), code: None, last: Some(Millis(120_000)) };
        assert_eq!(later.going_on, [expected]);
        assert_eq!(later.totals.coins, Some(600), "what was read stays");
        let last = |row: &LiveRow| row.spark.last().copied().flatten();
        assert_eq!(last(&entry.row(Millis(180_000), None, false)), None, "the outage is hatched while it lasts");
        entry.no_answer = None;
        assert_eq!(last(&entry.row(Millis(121_000), None, false)), Some(300));
    }

    #[test]
    fn scores_are_what_both_got_and_never_an_invented_nought() {
        let mut entry = entry();
        assert_eq!(entry.coins_since(Millis(60_000)), Some(300));
        assert_eq!(entry.coins_since(Millis(120_000)), None, "nothing was read since");
        assert_eq!(entry.coins_since(Millis(130_000)), None);
        entry.battle =
            Some(OngoingBattle { with: "あゆ".into(), other: RoomId::parse("ayu").unwrap(), since: Millis(60_000) });
        let scores = |row: LiveRow| match &row.going_on[..] {
            [Activity::Battle { scores, .. }] => *scores,
            other => panic!("{other:?}"),
        };
        assert_eq!(scores(entry.row(Millis(121_000), Some(7), false)), Some((300, 7)));
        assert_eq!(scores(entry.row(Millis(121_000), None, false)), None, "the other side is not read");
    }

    #[test]
    fn a_left_host_needs_attention_when_the_room_stays() {
        let mut entry = entry();
        entry.host_left = Some(Millis(100_000));
        assert!(!entry.row(Millis(121_000), None, false).needs_attention, "hosts come back");
        let stays = |entry: &mut BoardEntry| {
            // Read on, so that nothing else is wrong.
            entry.add_run(Run::from(reading(279_000, 600)));
            entry.row(Millis(280_000), None, false)
        };
        assert!(stays(&mut entry).needs_attention);
        entry.ending = Some((EndEvidence::Webhook, Millis(279_000), Some(Millis(399_000))));
        let ending = stays(&mut entry);
        assert!(!ending.needs_attention, "an ending with evidence is in order: {:?}", ending.going_on);
    }

    #[test]
    fn an_app_that_does_not_answer_is_not_shown_with_each_room() {
        let mut entry = entry();
        entry.no_answer = Some((Millis(121_000), None));
        assert!(entry.row(Millis(180_000), None, false).needs_attention);
        assert!(!entry.row(Millis(180_000), None, true).needs_attention);
        // The grace period waits, and the row says so instead of counting down.
        entry.ending = Some((EndEvidence::Webhook, Millis(120_000), Some(Millis(170_000))));
        for app_waits in [false, true] {
            let row = entry.row(Millis(180_000), None, app_waits);
            let waits = matches!(row.going_on[0], Activity::Ending { seal_at: None, .. });
            assert!(waits, "{:?}", row.going_on);
        }
        entry.no_answer = None;
        assert!(matches!(
            entry.row(Millis(121_000), None, false).going_on[0],
            Activity::Ending { seal_at: Some(_), .. }
        ));
    }

    #[test]
    fn a_stream_that_nobody_reads_any_more_says_so() {
        let mut entry = entry();
        let state_at = |entry: &BoardEntry, now: i64| {
            let row = entry.row(Millis(now), None, false);
            (row.going_on.iter().any(|fact| matches!(fact, Activity::NoAnswer { .. })), row.coins_per_minute.is_some())
        };
        assert_eq!(state_at(&entry, 150_000), (false, true));
        assert_eq!(state_at(&entry, 150_001), (true, false));
        entry.interval_ms = 10_000;
        assert_eq!(state_at(&entry, 180_000), (false, true), "it is read less often");
        entry.since = Millis(150_000);
        assert_eq!(state_at(&entry, 210_000), (false, true), "a restart has its time to read it");
        assert_eq!(state_at(&entry, 210_001), (true, false));
        entry.ending = Some((EndEvidence::RoomGone, Millis(125_000), None));
        assert!(!state_at(&entry, 900_000).0, "a room that is gone is not read");
    }

    #[test]
    fn the_strip_adds_up_what_the_rows_say() {
        let figures = |entry: &mut BoardEntry, now: i64, app_waits: bool| {
            let row = entry.row(Millis(now), None, app_waits);
            let live = row.state == StreamState::Live;
            let expected =
                StripFigures { live, needs_attention: row.needs_attention, coins_per_minute: row.coins_per_minute };
            // Asked twice, since it is worked out once.
            for _ in 0..2 {
                assert_eq!(entry.figures(Millis(now), app_waits), expected, "{:?}", row.going_on);
            }
            expected
        };
        let mut entry = entry();
        assert_eq!(figures(&mut entry, 121_000, false).coins_per_minute, Some(300));
        entry.add_run(Run::from(reading(122_000, 700)));
        assert_eq!(figures(&mut entry, 123_000, false).coins_per_minute, Some(390));
        entry.no_answer = Some((Millis(124_000), None));
        for (now, app_waits) in [(125_000, false), (180_000, false), (180_000, true)] {
            figures(&mut entry, now, app_waits);
        }
        entry.no_answer = None;
        entry.host_left = Some(Millis(100_000));
        assert!(
            !figures(&mut entry, 123_000, false).needs_attention && figures(&mut entry, 300_000, false).needs_attention
        );
        entry.host_left = None;
        entry.add_gap(Gap { from: Millis(70_000), until: Millis(80_000), cause: GapCause::NoAnswer });
        assert_eq!(figures(&mut entry, 123_000, false).coins_per_minute, None);
        entry.fell = Some(Millis(123_000));
        assert!(figures(&mut entry, 124_000, false).needs_attention);
        entry.ending = Some((EndEvidence::Webhook, Millis(123_000), None));
        assert!(!figures(&mut entry, 124_000, false).live);
        entry.retract_since(Millis(0));
        assert_eq!(figures(&mut entry, 124_000, false).coins_per_minute, None);
    }

    #[test]
    fn a_day_counts_from_its_first_coins() {
        let mut entry = entry();
        assert_eq!(entry.coins_of_day(), None, "not asked for yet");
        entry.day_base = Some(None);
        assert_eq!(entry.coins_of_day(), None, "nobody read it when the day began");
        entry.day_base = Some(Some(100));
        assert_eq!(entry.coins_of_day(), Some(500));
    }
}
