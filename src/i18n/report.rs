//! Sentences of the report. English ones stay within 90 characters where names allow; the absolute number comes before or
//! with each percentage; no adjectives, no advice.

use super::{I18n, percent_of};
use crate::domain::record::{OtherValue, Peak, Quartiles, SourceKind, SourceRule};
use crate::domain::{Counter, Gap, Millis};

/// How a number compares with its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Same,
    Above(i64),
    Below(i64),
    /// The baseline is 0, so there is no percentage.
    UsuallyNone,
}

fn compare(value: i64, median: i64) -> Comparison {
    if value == median {
        return Comparison::Same;
    }
    match percent_of((value - median).abs(), median) {
        None => Comparison::UsuallyNone,
        Some(0) => Comparison::Same,
        Some(percent) if value > median => Comparison::Above(percent),
        Some(percent) => Comparison::Below(percent),
    }
}

/// What a gap costs the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapCost {
    /// It lies across the edges of buckets: this amount came in it, and how that splits between them is not known.
    Split {
        counter: Counter,
        amount: i64,
        from: String,
        until: String,
    },
    /// It lies inside one minute, whose number is the difference at its edges.
    Inside(String),
    /// It lies before the first reading: this amount was there already.
    Before {
        counter: Counter,
        amount: i64,
    },
    /// It lies after the last reading, and no room-closed webhook says what came in it.
    TailMissing,
    Nothing,
}

impl I18n {
    /// `18% above typical`
    pub fn compared_short(&self, value: i64, baseline: &Quartiles) -> String {
        self.compared(value, baseline.median)
    }

    /// The same against a median alone.
    pub fn compared(&self, value: i64, median: i64) -> String {
        match compare(value, median) {
            Comparison::Same => self.baseline_same().to_owned(),
            Comparison::UsuallyNone => self.baseline_zero().to_owned(),
            Comparison::Above(percent) => self.baseline_above(&self.percent(percent)),
            Comparison::Below(percent) => self.baseline_below(&self.percent(percent)),
        }
    }

    /// `18% above typical (208,500), within the baseline range 171,200–259,900`
    pub fn compared_full(&self, value: i64, baseline: &Quartiles) -> String {
        self.baseline_full(&self.compared_short(value, baseline), baseline.median, baseline.low, baseline.high)
    }

    /// The same without the word "typical", where that comes before it: `18 % above`, 高18%, 18%多い
    pub(super) fn compared_bare(&self, value: i64, baseline: &Quartiles) -> String {
        match compare(value, baseline.median) {
            Comparison::Same => self.baseline_same_short().to_owned(),
            Comparison::UsuallyNone => self.baseline_zero().to_owned(),
            Comparison::Above(percent) => self.baseline_above_short(&self.percent(percent)),
            Comparison::Below(percent) => self.baseline_below_short(&self.percent(percent)),
        }
    }

    pub const fn all_six(&self, count: usize) -> &'static str {
        if count == 6 { self.lang.report_all_six_charts() } else { self.lang.report_all_charts() }
    }

    /// "Table, every 5 min"
    pub fn table_every(&self, millis: i64) -> String {
        self.report_table_steps(&self.length(millis))
    }

    /// What the columns hold: "in each 5 min"
    pub fn table_means(&self, millis: i64) -> String {
        self.report_table_explained(&self.length(millis))
    }

    /// Beside the fingerprint on a picture, with or without a code to scan: existence and time are all that its address
    /// shows.
    pub const fn scan_to_verify(&self, code: bool) -> &'static str {
        if code { self.lang.picture_scan() } else { self.lang.picture_enter_fingerprint() }
    }

    /// Of the cursor over charts, for screen readers: "Cursor: coins per minute"
    pub fn cursor_of(&self, what: &str) -> String {
        self.chart_values(what)
    }

    /// "Issued by StarLane Live"
    pub fn issued_by(&self, issuer: &str) -> String {
        self.report_issued_by(&super::truncate_middle(issuer, 48))
    }

    /// "Entries in your slot 20:30–21:00"
    pub fn in_your_slot(&self, from: Millis, until: Millis) -> String {
        self.report_in_slot(&self.counter(Counter::Viewers), &self.span(from, Some(until)))
    }

    /// "between 2,131 and 2,152"
    pub fn between(&self, lower: i64, upper: i64) -> String {
        self.report_between(lower, upper)
    }

    /// "3,800–6,900"
    pub fn range(&self, lower: i64, upper: i64) -> String {
        format!("{}–{}", self.integer(lower), self.integer(upper))
    }

    /// For chats: "Stream report by StarLane Live. Sealed 23:06."
    pub fn unfurl(&self, issuer: &str, sealed: Option<Millis>) -> String {
        let issuer = super::truncate_middle(issuer, 48);
        match sealed {
            Some(at) => self.report_preview_sealed(&issuer, &self.hm(at)),
            None => self.report_preview(&issuer),
        }
    }

    /// Why there is no curve though something was read.
    pub fn too_short(&self, readings: i64) -> &'static str {
        if readings > 1 {
            return self.report_too_little_data();
        }
        self.report_only_one_reading()
    }

    /// The unit of a bucket of `millis` milliseconds: "coins per minute", "coins per 10 s", "coins per 2 min"
    pub fn per(&self, counter: Counter, millis: i64) -> String {
        if millis == 60_000 {
            return self.per_minute(counter);
        }
        self.chart_counter_per(&self.counter_lower(counter), &self.length(millis))
    }

    /// "line: mean of 5 min"
    pub fn line_is_mean(&self, millis: i64) -> String {
        self.chart_line_is_mean(&self.length(millis))
    }

    /// "coins so far": a curve that only rises
    pub fn so_far(&self, counter: Counter) -> String {
        self.chart_so_far(&self.counter_lower(counter))
    }

    /// Under a chart with one gap or more: "Hatched: 41 s not read, 21:37:40–21:38:21."
    pub fn hatched(&self, gaps: &[&Gap]) -> Option<String> {
        let longest = gaps.iter().max_by_key(|gap| gap.millis())?;
        let length = self.length(longest.millis());
        let span = format!("{}–{}", self.hms(longest.from), self.hms(longest.until));
        Some(match gaps.len() {
            1 => self.chart_hatched(&length, &span),
            count => self.chart_hatched_several(count as i64, &length, &span),
        })
    }

    /// Over the six curves.
    pub fn all_per_minute(&self) -> &'static str {
        self.report_charts_hint()
    }

    /// "Coins per gift"
    pub fn per_gift(&self, counter: Counter) -> String {
        self.ratio_per_gift(&self.counter(counter))
    }

    /// "Error 60007", "No answer"
    pub fn error_code(&self, code: &str) -> String {
        match code {
            "no_answer" => self.log_no_response().to_owned(),
            "unreadable" => self.log_invalid_response().to_owned(),
            code => self.log_error_code(&super::truncate_middle(code, 24)),
        }
    }

    /// "All 3 gaps"
    pub fn all_gaps(&self, count: usize) -> String {
        self.log_all_gaps(count as i64)
    }

    /// "Comparison available after 4 streams (this is stream 2)."
    pub fn baseline_missing_for(&self, have: i64) -> String {
        self.baseline_missing(have + 1)
    }

    /// "Typical is the median of the last 8 streams; its range is their middle half."
    pub fn baseline_explained_for(&self, streams: i64) -> String {
        self.baseline_explained(streams)
    }

    /// "Compared with your last 8 streams"; to others than the host "Compared with the last 8 streams".
    pub fn against_last(&self, streams: i64, to_host: bool) -> String {
        if to_host { self.baseline_your_last_streams(streams) } else { self.baseline_last_streams(streams) }
    }

    /// "Above typical from minute 125 (22:05)."
    pub fn ahead_from(&self, minute: i64, at: Millis) -> String {
        self.baseline_above_from(minute, &self.hm(at))
    }

    /// "Below typical from minute 20 (20:20)."
    pub fn behind_from(&self, minute: i64, at: Millis) -> String {
        self.baseline_below_from(minute, &self.hm(at))
    }

    /// "18,420 coins in 58 seconds, 22:13:52 to 22:14:50."
    pub fn peak(&self, counter: Counter, peak: &Peak) -> String {
        let amount = self.amount(counter, peak.amount);
        self.report_peak_sentence(&amount, peak_seconds(peak), &self.hms(peak.from), &self.hms(peak.until))
    }

    /// The same under another heading: "Peak: 18,420 coins in 58 seconds, 22:13:52 to 22:14:50."
    pub fn peak_named(&self, counter: Counter, peak: &Peak) -> String {
        format!("{}{}", self.report_peak(), self.peak(counter, peak))
    }

    /// "Busiest minute: 22:14, between 4,180 and 4,230 coins."
    pub fn busiest_minute(&self, counter: Counter, minute: Millis, (lower, upper): (i64, i64)) -> String {
        let amount = if lower == upper {
            self.amount(counter, lower)
        } else {
            self.report_amount_between(lower, &self.amount(counter, upper))
        };
        self.report_busiest_minute(&self.hm(minute), &amount)
    }

    /// On the chart, short: "18,420 coins in 58 s"
    pub fn peak_short(&self, counter: Counter, peak: &Peak) -> String {
        self.report_peak_short(&self.amount(counter, peak.amount), peak_seconds(peak))
    }

    /// "When the coins came"
    pub fn when_came(&self, counter: Counter) -> String {
        self.report_by_hour(&self.counter(counter))
    }

    /// "1st hour"
    pub fn nth_hour(&self, place: i64) -> String {
        self.report_nth_hour(place)
    }

    /// "incl. the last 4 min"
    pub fn including_rest(&self, minutes: i64) -> String {
        self.report_including_rest(minutes)
    }

    /// "Coins per 100 entries"
    pub fn per_100_entries(&self, counter: Counter) -> String {
        self.ratio_per_100_entries(&self.counter(counter))
    }

    /// "Coins per gifter"
    pub fn per_gifter(&self, counter: Counter) -> String {
        self.ratio_per_gifter(&self.counter(counter))
    }

    /// "at least 1.7%". The bound is on people: there are at most as many as entries.
    pub fn at_least_of_100(&self, tenths: &str) -> String {
        self.ratio_at_least(&self.percent_sign(tenths))
    }

    /// "Read 1,312 times, every 5 to 10 seconds. Coverage 99.6 %."
    pub fn read_times(&self, readings: i64, every: Option<(i64, i64)>, coverage: Option<i64>) -> String {
        let read = match every.filter(|_| readings > 1) {
            _ if readings == 0 => self.quality_no_readings().to_owned(),
            Some(every) => self.read_every(readings, every),
            None => self.quality_readings(readings),
        };
        match coverage {
            Some(coverage) => self.quality_coverage(&read, &self.coverage(coverage)),
            None => self.quality_coverage_unknown(&read),
        }
    }

    /// How many readings, and how many milliseconds apart: "1,312 readings, one every 5–10 seconds."
    fn read_every(&self, readings: i64, (least, most): (i64, i64)) -> String {
        let (least, most) = ((least + 500) / 1000, (most + 500) / 1000);
        if most <= 1 {
            return self.quality_readings_every_second(readings);
        }
        let seconds = if least < most { format!("{least}–{most}") } else { most.to_string() };
        self.quality_readings_every(readings, &seconds)
    }

    /// "Read 61 times so far."
    pub fn read_so_far(&self, readings: i64) -> String {
        self.quality_readings_so_far(readings)
    }

    /// "Longest gap: 41 s, 21:37:40 to 21:38:21, Tencent did not answer."
    pub fn longest_gap(&self, gap: &Gap) -> String {
        let cause = self.gap_cause(gap.cause);
        self.gap_longest(&self.length(gap.millis()), &self.hms(gap.from), &self.hms(gap.until), &cause)
    }

    /// A gap on a chart: "21:37:40–21:38:21: Tencent did not answer"
    pub fn gap_line(&self, gap: &Gap) -> String {
        self.gap_on_chart(&self.hms(gap.from), &self.hms(gap.until), &self.gap_cause(gap.cause))
    }

    /// "Totals are not affected. 310 coins arrived during the gap; their split between 21:37 and 21:38 is unknown."
    pub fn gap_costs(&self, cost: &GapCost) -> String {
        match cost {
            GapCost::Split { counter, amount, from, until } => {
                self.gap_split(&self.amount(*counter, *amount), from, until)
            }
            GapCost::Inside(minute) => self.gap_inside_minute(minute),
            GapCost::Before { counter, amount } => self.gap_before_first_reading(&self.amount(*counter, *amount)),
            GapCost::TailMissing => self.gap_tail_missing().to_owned(),
            GapCost::Nothing => self.gap_totals_unaffected().to_owned(),
        }
    }

    pub fn no_gap(&self) -> &'static str {
        self.gap_none()
    }

    /// "Entries, gifts and coins: Tencent's room-closed webhook, 23:04:41."
    pub fn from_source(&self, counters: &[Counter], source: SourceKind, at: Millis) -> String {
        self.source_of(&self.counter_list(counters), self.source_lower(source), &self.hms(at))
    }

    /// "Messages: our last reading, 23:04:38 (not included in Tencent's room-closed notice)."
    pub fn messages_from_reading(&self, at: Millis) -> String {
        let counters = self.counter_list(&[Counter::Messages]);
        self.source_not_in_notice(&counters, self.source_last_reading(), &self.hms(at))
    }

    /// "Entries, gifts and coins"
    fn counter_list(&self, counters: &[Counter]) -> String {
        let name = |(place, counter): (usize, &Counter)| match place {
            0 => self.counter(*counter),
            _ => self.counter_lower(*counter),
        };
        self.lang.locale().list(&counters.iter().enumerate().map(name).collect::<Vec<_>>())
    }

    const fn source_lower(&self, source: SourceKind) -> &'static str {
        match source {
            SourceKind::LastReading => self.lang.source_last_reading(),
            SourceKind::RoomClosed => self.lang.source_room_closed_notice(),
        }
    }

    /// A total of which only the room-closed webhook speaks, with no reading to hold it against.
    pub fn only_room_closed(&self, counter: Counter, other: &OtherValue) -> String {
        self.source_only_notice(&self.hms(other.at), &self.amount(counter, other.value))
    }

    /// Why a total is a dash.
    pub fn why_unknown(&self) -> &'static str {
        self.report_unknown_total()
    }

    /// "Our last reading said 246,710 coins, the room-closed webhook 246,810. The later one is printed."
    pub fn sources_differ(&self, counter: Counter, printed: i64, other: &OtherValue) -> String {
        let other_amount = self.amount(counter, other.value);
        let rule = match &other.rule {
            SourceRule::NotBelow => self.source_greater_shown(),
            SourceRule::Later | SourceRule::NoReading | SourceRule::Other(_) => self.source_later_shown(),
        };
        match other.from {
            SourceKind::LastReading => self.source_reading_differs(&other_amount, printed, rule),
            SourceKind::RoomClosed => self.source_notice_differs(&other_amount, printed, rule),
        }
    }

    /// "as of 3 s before the end"
    pub fn as_of_before_end(&self, millis: i64) -> String {
        self.report_as_of_before_end(&self.length(millis))
    }

    /// "Sealed means: fixed at 23:06:41 and signed by StarLane Live. …"
    pub fn sealed_means(&self, at: Millis, issuer: &str) -> String {
        self.report_seal_explained(&self.hms(at), &super::truncate_middle(issuer, 48))
    }

    /// What the counters count. Without coins where a report shows none.
    pub fn what_is_counted(&self, coins: bool) -> String {
        let mut sentences = vec![self.report_entries_are_visits().to_owned()];
        sentences.extend(coins.then(|| self.report_coins_explained(&self.counter(Counter::Coins))));
        sentences.push(self.report_bots_undocumented().to_owned());
        sentences.join(self.space())
    }

    /// "One reading, taken 21:14:05 while the stream was running. No curve: …"
    pub fn one_reading(&self, at: Millis) -> String {
        self.report_one_reading(&self.hms(at))
    }

    pub fn no_reading(&self) -> &'static str {
        self.report_no_reading()
    }

    /// "The end lies between 21:58:12 and 21:58:22."
    pub fn end_between(&self, after: Millis, before: Millis) -> String {
        self.report_end_between(&self.hms(after), &self.hms(before))
    }

    /// "The host was on until 22:31; the room stayed until 23:04."
    pub fn show_and_room(&self, show: Millis, room: Millis) -> String {
        self.report_show_and_room(&self.hm(show), &self.hm(room))
    }

    /// "Sealed 23:06"
    pub fn sealed_at(&self, at: Millis) -> String {
        self.report_sealed_at(&self.hm(at))
    }

    /// The same with the date where it is not the day the stream ended, or the night after: "Sealed 24 Nov 09:30"
    pub fn sealed_after(&self, ended: Millis, at: Millis) -> String {
        let late = at - ended > 12 * 3_600_000;
        self.report_sealed_at(&if late { self.date_hm(at) } else { self.hm(at) })
    }

    /// On a link to a stream that was corrected.
    pub fn newest_revision(&self) -> &'static str {
        self.report_newest_revision()
    }

    /// Totals that fell and were taken as the new truth.
    pub fn corrected(&self, count: usize) -> String {
        self.report_totals_corrected(count as i64)
    }

    /// "Revision 2; the first said otherwise and is kept."
    pub fn revision(&self, revision: i64) -> String {
        self.report_revision_explained(revision)
    }

    /// The accessible description of a chart: "Coins per minute from 20:00 to 23:04; 246,810 coins in all."
    pub fn describe_chart(
        &self,
        what: &str,
        from: Millis,
        until: Millis,
        counter: Counter,
        total: Option<i64>,
    ) -> String {
        let (from, until) = (self.hm(from), self.hm(until));
        let what = capitalised(what);
        match total {
            Some(total) => self.chart_described_total(&what, &from, &until, &self.amount(counter, total)),
            None => self.chart_described(&what, &from, &until),
        }
    }
}

/// The first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// What the two times differ by that are printed beside it.
fn peak_seconds(peak: &Peak) -> i64 {
    (peak.until.seconds() - peak.from.seconds()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, Zone};

    const TYPICAL: Quartiles = Quartiles { low: 171_200, median: 208_500, high: 259_900 };

    fn i18n(lang: Lang) -> I18n {
        I18n::new(lang, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] })
    }

    #[test]
    fn comparison_says_number_percentage_and_range() {
        assert_eq!(
            i18n(Lang::En).compared_full(246_810, &TYPICAL),
            "18% above typical (208,500); typical range 171,200–259,900"
        );
        assert_eq!(i18n(Lang::Zh).compared_short(246_810, &TYPICAL), "比平时高18%");
        assert_eq!(i18n(Lang::Ja).compared_short(100_000, &TYPICAL), "通常より52%少ない");
        assert_eq!(i18n(Lang::En).compared_short(5, &Quartiles { low: 0, median: 0, high: 1 }), "typically 0");
        assert_eq!(i18n(Lang::En).compared_short(208_501, &TYPICAL), "in line with typical");
    }

    #[test]
    fn sentences_are_those_of_the_page() {
        let i18n = i18n(Lang::En);
        let at = |hour: i64, minute: i64, second: i64| {
            Millis(1_795_262_400_000 + ((hour - 20) * 3600 + minute * 60 + second) * 1000)
        };
        let peak = Peak { amount: 18_420, from: at(22, 13, 52), until: at(22, 14, 50) };
        assert_eq!(i18n.peak(Counter::Coins, &peak), "18,420 coins in 58 seconds, 22:13:52 to 22:14:50.");
        let gap = Gap { from: at(21, 37, 40), until: at(21, 38, 21), cause: crate::domain::GapCause::NoAnswer };
        assert_eq!(i18n.longest_gap(&gap), "Longest gap: 41 s, 21:37:40 to 21:38:21, Tencent did not respond.");
        assert_eq!(
            i18n.gap_costs(&GapCost::Split {
                counter: Counter::Coins,
                amount: 310,
                from: "21:37".into(),
                until: "21:38".into()
            }),
            "Totals are not affected. 310 coins arrived during the gap; their split between 21:37 and 21:38 is unknown."
        );
        assert_eq!(i18n.baseline_missing_for(1), "Comparison available after 4 streams (this is stream 2).");
        let other =
            OtherValue { from: SourceKind::LastReading, at: at(23, 4, 38), value: 246_710, rule: SourceRule::Later };
        assert_eq!(
            i18n.sources_differ(Counter::Coins, 246_810, &other),
            "Last reading: 246,710 coins; room-closed notice: 246,810. The later value is shown."
        );
    }

    #[test]
    fn how_often_is_shown_as_it_was() {
        let i18n = i18n(Lang::En);
        assert_eq!(
            i18n.read_times(1_312, Some((5_040, 10_020)), Some(9_960)),
            "1,312 readings, one every 5–10 seconds. Coverage 99.6%."
        );
        assert_eq!(
            i18n.read_times(90, Some((480, 520)), Some(10_000)),
            "90 readings, one every second. Coverage 100%."
        );
        assert_eq!(
            self::i18n(Lang::Zh).read_times(1_312, Some((5_040, 10_020)), Some(9_960)),
            "共采集1,312次，每5–10秒一次。数据覆盖率99.6%。"
        );
        assert_eq!(
            self::i18n(Lang::Ja).read_times(1_312, Some((9_900, 10_020)), Some(9_960)),
            "1,312回取得（10秒ごと）。データ取得率99.6%。"
        );
    }

    #[test]
    fn sources_are_shown_in_the_language_of_the_page() {
        let i18n = i18n(Lang::En);
        let at = Millis(1_795_262_400_000 + (3 * 3600 + 4 * 60 + 41) * 1000);
        use Counter::{Coins, Gifters, Gifts, Likes, Viewers};
        assert_eq!(
            i18n.from_source(&[Viewers, Gifts, Coins, Gifters, Likes], SourceKind::RoomClosed, at),
            "Entries, gifts, coins, gifters and likes: Tencent's room-closed notice, 23:04:41."
        );
        assert_eq!(
            i18n.messages_from_reading(at - 3_000),
            "Messages: last reading, 23:04:38 (not included in Tencent's room-closed notice)."
        );
    }

    #[test]
    fn hours_have_their_ordinals() {
        let places = [1, 2, 3, 4, 11, 12, 21, 113];
        assert_eq!(
            places.map(|place| i18n(Lang::En).nth_hour(place)),
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th"].map(|ordinal| format!("{ordinal} hour"))
        );
        assert_eq!(i18n(Lang::Zh).nth_hour(2), "第2小时");
        assert_eq!(i18n(Lang::Ja).nth_hour(2), "2時間目");
    }
}
