//! Sentences of the report. English ones stay within 90 characters where names allow; the absolute number comes before or
//! with each percentage; no adjectives, no advice.

use super::{Lang, Words, grouped, percent_of};
use crate::domain::record::{OtherValue, Peak, Quartiles, SourceKind, SourceRule};
use crate::domain::{Counter, Gap, Millis};

/// Where a number stands against its usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Against {
    Same,
    Above(i64),
    Below(i64),
    /// The usual is 0, so there is no percentage.
    UsuallyNone,
}

fn against(value: i64, median: i64) -> Against {
    if value == median {
        return Against::Same;
    }
    match percent_of((value - median).abs(), median) {
        None => Against::UsuallyNone,
        Some(0) => Against::Same,
        Some(percent) if value > median => Against::Above(percent),
        Some(percent) => Against::Below(percent),
    }
}

/// What a gap costs the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapCost {
    /// It lies across the edges of buckets: so much came in it, and how that splits between them is not known.
    Split {
        counter: Counter,
        amount: i64,
        from: String,
        until: String,
    },
    /// It lies inside one minute, whose number is the difference at its edges.
    Inside(String),
    /// It lies before the first reading: so much stood there already.
    Before {
        counter: Counter,
        amount: i64,
    },
    /// It lies after the last reading, and no closing message told what came in it.
    TailMissing,
    Nothing,
}

impl Words {
    /// `18 % above usual`
    pub fn usual_short(&self, value: i64, usual: &Quartiles) -> String {
        self.against(value, usual.median)
    }

    /// The same against a median alone.
    pub fn against(&self, value: i64, median: i64) -> String {
        match (against(value, median), self.lang) {
            (Against::Same, _) => self.report_as_usual().to_owned(),
            (Against::UsuallyNone, _) => self.report_usually_none().to_owned(),
            (Against::Above(percent), Lang::En) => format!("{} above usual", self.percent(percent)),
            (Against::Below(percent), Lang::En) => format!("{} below usual", self.percent(percent)),
            (Against::Above(percent), Lang::Zh) => format!("比平时高{percent}%"),
            (Against::Below(percent), Lang::Zh) => format!("比平时低{percent}%"),
            (Against::Above(percent), Lang::Ja) => format!("ふだんより{percent}%多い"),
            (Against::Below(percent), Lang::Ja) => format!("ふだんより{percent}%少ない"),
        }
    }

    /// `18 % above usual (208,500), within the usual range 171,200–259,900`
    pub fn usual_full(&self, value: i64, usual: &Quartiles) -> String {
        let (low, median, high) = (grouped(usual.low), grouped(usual.median), grouped(usual.high));
        let against = against(value, usual.median);
        let place = match value {
            _ if value < usual.low => self.report_below(),
            _ if value > usual.high => self.report_above(),
            _ => self.report_within(),
        };
        match self.lang {
            Lang::En => {
                let short = self.usual_short(value, usual);
                format!("{short} ({median}), {place} the usual range {low}–{high}")
            }
            Lang::Zh => {
                let short = match against {
                    Against::Same => format!("与平时（{median}）持平"),
                    Against::UsuallyNone => "平时为0".to_owned(),
                    Against::Above(percent) => format!("比平时（{median}）高{percent}%"),
                    Against::Below(percent) => format!("比平时（{median}）低{percent}%"),
                };
                format!("{short}，{place}平时范围 {low}–{high}")
            }
            Lang::Ja => {
                let short = match against {
                    Against::Same => format!("ふだん（{median}）どおりで"),
                    Against::UsuallyNone => "ふだんは0で".to_owned(),
                    Against::Above(percent) => format!("ふだん（{median}）より{percent}%多く"),
                    Against::Below(percent) => format!("ふだん（{median}）より{percent}%少なく"),
                };
                format!("{short}、ふだんの幅 {low}–{high} {place}")
            }
        }
    }

    /// The same without the word "usual", where it stands before: `18 % above`, 高18%, 18%多い
    pub(super) fn usual_bare(&self, value: i64, usual: &Quartiles) -> String {
        match (against(value, usual.median), self.lang) {
            (Against::Same, _) => self.report_the_same().to_owned(),
            (Against::UsuallyNone, _) => self.usual_short(value, usual),
            (Against::Above(percent), Lang::En) => format!("{} above", self.percent(percent)),
            (Against::Below(percent), Lang::En) => format!("{} below", self.percent(percent)),
            (Against::Above(percent), Lang::Zh) => format!("高{percent}%"),
            (Against::Below(percent), Lang::Zh) => format!("低{percent}%"),
            (Against::Above(percent), Lang::Ja) => format!("{percent}%多い"),
            (Against::Below(percent), Lang::Ja) => format!("{percent}%少ない"),
        }
    }

    pub const fn all_six(&self, count: usize) -> &'static str {
        if count == 6 { self.lang.report_all_six_curves() } else { self.lang.report_all_curves() }
    }

    /// "Table, every 5 min"
    pub fn table_every(&self, millis: i64) -> String {
        let length = self.length(millis);
        match self.lang {
            Lang::En => format!("Table, every {}", if millis == 60_000 { "minute".to_owned() } else { length }),
            Lang::Zh => format!("数据表，每{length}"),
            Lang::Ja => format!("表（{length}ごと）"),
        }
    }

    /// What the columns hold: "in each 5 min"
    pub fn table_means(&self, millis: i64) -> String {
        let length = self.length(millis);
        match self.lang {
            Lang::En => format!("What came in the {length} from each time on; the rows add up to what was read."),
            Lang::Zh => format!("自所示时间起{length}内的增量；各行之和即读数之间的总增量。"),
            Lang::Ja => format!("各時刻から{length}間の増加。全行の和が計測期間の増加です。"),
        }
    }

    /// Beside the fingerprint on a picture, with or without a code to scan: existence and time are all that the address in it
    /// tells.
    pub const fn scan_to_verify(&self, code: bool) -> &'static str {
        if code {
            self.lang.report_scan_to_see_when_this_fingerprint()
        } else {
            self.lang.report_enter_it_on_the_verify_page()
        }
    }

    /// Of the cursor over charts, for screen readers: "Cursor: coins per minute"
    pub fn cursor_of(&self, what: &str) -> String {
        match self.lang {
            Lang::En => format!("Read values: {what}"),
            Lang::Zh => format!("读取数值：{what}"),
            Lang::Ja => format!("値を読む：{what}"),
        }
    }

    /// "Issued by StarLane Live"
    pub fn issued_by(&self, issuer: &str) -> String {
        let issuer = super::middle(issuer, 48);
        match self.lang {
            Lang::En => format!("Issued by {issuer}"),
            Lang::Zh => format!("由{issuer}出具"),
            Lang::Ja => format!("発行：{issuer}"),
        }
    }

    /// "Entries in your slot 20:30–21:00"
    pub fn in_your_slot(&self, from: Millis, until: Millis) -> String {
        let span = self.span(from, Some(until));
        let label = self.counter(Counter::Viewers);
        match self.lang {
            Lang::En => format!("{label} in your slot {span}"),
            Lang::Zh => format!("您的时段 {span} 的{label}"),
            Lang::Ja => format!("ご提供枠 {span} の{label}"),
        }
    }

    /// "between 2,131 and 2,152"
    pub fn between(&self, lower: i64, upper: i64) -> String {
        let (lower, upper) = (grouped(lower), grouped(upper));
        match self.lang {
            Lang::En => format!("between {lower} and {upper}"),
            Lang::Zh => format!("介于{lower}与{upper}之间"),
            Lang::Ja => format!("{lower}–{upper}の間"),
        }
    }

    /// "3,800–6,900"
    pub fn range(&self, lower: i64, upper: i64) -> String {
        format!("{}–{}", grouped(lower), grouped(upper))
    }

    /// For chats: "Stream report by StarLane Live. Sealed 23:06."
    pub fn unfurl(&self, issuer: &str, sealed: Option<Millis>) -> String {
        let (issuer, sealed) = (super::middle(issuer, 48), sealed.map(|at| self.sealed_at(at)));
        match (self.lang, sealed) {
            (Lang::En, Some(sealed)) => format!("Stream report by {issuer}. {sealed}."),
            (Lang::En, None) => format!("Stream report by {issuer}."),
            (Lang::Zh, Some(sealed)) => format!("{issuer}的直播报告。{sealed}。"),
            (Lang::Zh, None) => format!("{issuer}的直播报告。"),
            (Lang::Ja, Some(sealed)) => format!("{issuer}の配信レポート。{sealed}。"),
            (Lang::Ja, None) => format!("{issuer}の配信レポート。"),
        }
    }

    /// Why there is no curve though something was read.
    pub fn too_short(&self, readings: i64) -> &'static str {
        if readings > 1 {
            return self.report_no_curve_the_readings_span_too();
        }
        self.report_no_curve_there_is_one_reading()
    }

    /// What a bucket of so many milliseconds holds: "coins per minute", "coins per 10 s", "coins per 2 min"
    pub fn per(&self, counter: Counter, millis: i64) -> String {
        if millis == 60_000 {
            return self.per_minute(counter);
        }
        let (label, length) = (self.counter_lower(counter), self.length(millis));
        match self.lang {
            Lang::En => format!("{label} per {length}"),
            Lang::Zh => format!("每{length}{label}"),
            Lang::Ja => format!("{length}あたりの{label}"),
        }
    }

    /// "line: mean of 5 min"
    pub fn line_is_mean(&self, millis: i64) -> String {
        let length = self.length(millis);
        match self.lang {
            Lang::En => format!("line: mean of {length}"),
            Lang::Zh => format!("折线为{length}平均"),
            Lang::Ja => format!("線は{length}間の平均"),
        }
    }

    /// "coins so far": a curve that only rises
    pub fn so_far(&self, counter: Counter) -> String {
        let label = self.counter_lower(counter);
        match self.lang {
            Lang::En => format!("{label} so far"),
            Lang::Zh => format!("累计{label}"),
            Lang::Ja => format!("{label}の累計"),
        }
    }

    /// Under a chart with one gap or more: "Hatched: 41 s not read, 21:37:40–21:38:21."
    pub fn hatched(&self, gaps: &[&Gap]) -> Option<String> {
        let longest = gaps.iter().max_by_key(|gap| gap.millis())?;
        let (length, span) =
            (self.length(longest.millis()), format!("{}–{}", self.hms(longest.from), self.hms(longest.until)));
        Some(match (self.lang, gaps.len()) {
            (Lang::En, 1) => format!("Hatched: {length} not read, {span}."),
            (Lang::En, count) => format!("Hatched: {count} gaps in the readings, the longest {length}, {span}."),
            (Lang::Zh, 1) => format!("斜线处为数据缺口：{length}，{span}。"),
            (Lang::Zh, count) => format!("斜线处为数据缺口，共{count}处，最长{length}，{span}。"),
            (Lang::Ja, 1) => format!("斜線は計測の空白：{length}、{span}。"),
            (Lang::Ja, count) => format!("斜線は計測の空白（{count}か所）。最長は{length}、{span}。"),
        })
    }

    /// Over the six curves.
    pub fn all_per_minute(&self) -> &'static str {
        self.report_each_over_time_with_a_scale()
    }

    /// "Coins per gift"
    pub fn per_gift(&self, counter: Counter) -> String {
        let label = self.counter(counter);
        match self.lang {
            Lang::En => format!("{label} per gift"),
            Lang::Zh => format!("每件礼物{label}"),
            Lang::Ja => format!("ギフト1個あたりの{label}"),
        }
    }

    /// "Error 60007", "No answer"
    pub fn error_code(&self, code: &str) -> String {
        match code {
            "no_answer" => self.report_no_answer().to_owned(),
            "unreadable" => self.report_unreadable_answer().to_owned(),
            code => format!("{} {}", self.report_error(), super::middle(code, 24)),
        }
    }

    /// "All 3 gaps"
    pub fn all_gaps(&self, count: usize) -> String {
        match self.lang {
            Lang::En if count == 1 => "The gap".to_owned(),
            Lang::En => format!("All {count} gaps"),
            Lang::Zh => format!("全部{count}处数据缺口"),
            Lang::Ja => format!("計測の空白{count}か所"),
        }
    }

    /// "Usual appears after 4 streams; this is the 2nd."
    pub fn usual_missing(&self, have: i64) -> String {
        let this = have + 1;
        match self.lang {
            Lang::En => format!("Usual appears after 4 streams; this is the {}.", ordinal(this)),
            Lang::Zh => format!("满4场后显示平时水平；本场是第{this}场。"),
            Lang::Ja => format!("「ふだん」は4回の配信後に表示されます。今回は{this}回目です。"),
        }
    }

    /// "Usual is the median of the last 8 streams; its range is their middle half."
    pub fn usual_means(&self, streams: i64) -> String {
        match self.lang {
            Lang::En => format!("Usual is the median of the last {streams} streams; its range is their middle half."),
            Lang::Zh => format!("平时水平为近{streams}场的中位数；平时范围为居中的一半。"),
            Lang::Ja => format!("「ふだん」は直近{streams}回の中央値、その幅は中央の半分です。"),
        }
    }

    /// "Against your last 8 streams"; to others than the host "Against the last 8 streams".
    pub fn against_last(&self, streams: i64, to_host: bool) -> String {
        match self.lang {
            Lang::En if to_host => format!("Against your last {streams} streams"),
            Lang::En => format!("Against the last {streams} streams"),
            Lang::Zh => format!("与近{streams}场相比"),
            Lang::Ja => format!("直近{streams}回とくらべて"),
        }
    }

    /// "Ahead of usual from minute 125 (22:05)."
    pub fn ahead_from(&self, minute: i64, at: Millis) -> String {
        let time = self.hm(at);
        match self.lang {
            Lang::En => format!("Ahead of usual from minute {minute} ({time})."),
            Lang::Zh => format!("从第{minute}分钟（{time}）起高于平时。"),
            Lang::Ja => format!("{minute}分目（{time}）以降、ふだんを上回っています。"),
        }
    }

    /// "Behind usual from minute 20 (20:20)."
    pub fn behind_from(&self, minute: i64, at: Millis) -> String {
        let time = self.hm(at);
        match self.lang {
            Lang::En => format!("Behind usual from minute {minute} ({time})."),
            Lang::Zh => format!("从第{minute}分钟（{time}）起低于平时。"),
            Lang::Ja => format!("{minute}分目（{time}）以降、ふだんを下回っています。"),
        }
    }

    /// "18,420 coins in 58 seconds, 22:13:52 to 22:14:50."
    pub fn peak(&self, counter: Counter, peak: &Peak) -> String {
        let (amount, from, until) = (self.amount(counter, peak.amount), self.hms(peak.from), self.hms(peak.until));
        let seconds = peak_seconds(peak);
        match self.lang {
            Lang::En => format!("{amount} in {seconds} seconds, {from} to {until}."),
            Lang::Zh => format!("{seconds}秒内{amount}，{from}至{until}。"),
            Lang::Ja => format!("{seconds}秒間に{amount}（{from}–{until}）。"),
        }
    }

    /// The same under another heading: "Peak: 18,420 coins in 58 seconds, 22:13:52 to 22:14:50."
    pub fn peak_named(&self, counter: Counter, peak: &Peak) -> String {
        format!("{}{}", self.report_peak(), self.peak(counter, peak))
    }

    /// "Busiest minute: 22:14, between 4,180 and 4,230 coins."
    pub fn busiest_minute(&self, counter: Counter, minute: Millis, (lower, upper): (i64, i64)) -> String {
        let at = self.hm(minute);
        let amount = if lower == upper {
            self.amount(counter, lower)
        } else {
            match self.lang {
                Lang::En => format!("between {} and {}", grouped(lower), self.amount(counter, upper)),
                Lang::Zh | Lang::Ja => format!("{}–{}", grouped(lower), self.amount(counter, upper)),
            }
        };
        match self.lang {
            Lang::En => format!("Busiest minute: {at}, {amount}."),
            Lang::Zh => format!("峰值分钟：{at}，{amount}。"),
            Lang::Ja => format!("ピークの1分間：{at}（{amount}）。"),
        }
    }

    /// On the chart, short: "18,420 coins in 58 s"
    pub fn peak_short(&self, counter: Counter, peak: &Peak) -> String {
        let amount = self.amount(counter, peak.amount);
        let seconds = peak_seconds(peak);
        match self.lang {
            Lang::En => format!("{amount} in {seconds} s"),
            Lang::Zh => format!("{seconds}秒 {amount}"),
            Lang::Ja => format!("{seconds}秒で{amount}"),
        }
    }

    /// "When the coins came"
    pub fn when_came(&self, counter: Counter) -> String {
        let label = self.counter_lower(counter);
        match self.lang {
            Lang::En => format!("When the {label} came"),
            Lang::Zh => format!("{label}的时间分布"),
            Lang::Ja => format!("{label}の時間帯別内訳"),
        }
    }

    /// "1st hour"
    pub fn nth_hour(&self, place: i64) -> String {
        match self.lang {
            Lang::En => format!("{} hour", ordinal(place)),
            Lang::Zh => format!("第{place}小时"),
            Lang::Ja => format!("{place}時間目"),
        }
    }

    /// "incl. the last 4 min"
    pub fn including_rest(&self, minutes: i64) -> String {
        match self.lang {
            Lang::En => format!("incl. the last {minutes} min"),
            Lang::Zh => format!("含最后{minutes}分钟"),
            Lang::Ja => format!("最後の{minutes}分を含む"),
        }
    }

    /// "Coins per 100 entries"
    pub fn per_100_entries(&self, counter: Counter) -> String {
        let label = self.counter(counter);
        match self.lang {
            Lang::En => format!("{label} per 100 entries"),
            Lang::Zh => format!("每百人次{label}"),
            Lang::Ja => format!("入室100回あたりの{label}"),
        }
    }

    /// "Coins per gifter"
    pub fn per_gifter(&self, counter: Counter) -> String {
        let label = self.counter(counter);
        match self.lang {
            Lang::En => format!("{label} per gifter"),
            Lang::Zh => format!("每位送礼者的{label}"),
            Lang::Ja => format!("贈った人1人あたりの{label}"),
        }
    }

    /// "at least 1.7 of 100". The bound is on people: there are at most as many as entries.
    pub fn at_least_of_100(&self, tenths: &str) -> String {
        match self.lang {
            Lang::En => format!("at least {tenths} of 100"),
            Lang::Zh => format!("至少{tenths}%"),
            Lang::Ja => format!("{tenths}%以上"),
        }
    }

    /// "Read 1,312 times, every 5 to 10 seconds. Coverage 99.6 %."
    pub fn read_times(&self, readings: i64, every: Option<(i64, i64)>, coverage: Option<i64>) -> String {
        let count = grouped(readings);
        let every = every.filter(|_| readings > 1).map(|every| self.every(every));
        let read = match (self.lang, every) {
            _ if readings == 0 => self.report_never_read().to_owned(),
            (Lang::En, _) if readings == 1 => "Read once.".to_owned(),
            (Lang::En, Some(every)) => format!("Read {count} times, {every}."),
            (Lang::En, None) => format!("Read {count} times."),
            (Lang::Zh, Some(every)) => format!("共读取{count}次，{every}。"),
            (Lang::Zh, None) => format!("共读取{count}次。"),
            (Lang::Ja, Some(every)) => format!("{count}回取得（{every}）。"),
            (Lang::Ja, None) => format!("{count}回取得。"),
        };
        let coverage = match (self.lang, coverage.map(|coverage| self.coverage(coverage))) {
            (Lang::En, Some(coverage)) => format!(" Coverage {coverage}."),
            (Lang::En, None) => " Coverage is not known: the length of the stream is not.".to_owned(),
            (Lang::Zh, Some(coverage)) => format!("数据覆盖率{coverage}。"),
            (Lang::Zh, None) => "直播时长未知，因此没有数据覆盖率。".to_owned(),
            (Lang::Ja, Some(coverage)) => format!("計測カバー率{coverage}。"),
            (Lang::Ja, None) => "配信の長さが不明なため、計測カバー率はありません。".to_owned(),
        };
        format!("{read}{coverage}")
    }

    /// How far apart readings were, in milliseconds: "every 5 to 10 seconds"
    fn every(&self, (least, most): (i64, i64)) -> String {
        let (least, most) = ((least + 500) / 1000, (most + 500) / 1000);
        let seconds = if least < most { format!("{least} {} {most}", self.report_to()) } else { most.to_string() };
        match self.lang {
            Lang::En if most <= 1 => "every second".to_owned(),
            Lang::En => format!("every {seconds} seconds"),
            Lang::Zh => format!("每{}秒一次", seconds.replace(' ', "")),
            Lang::Ja => format!("{}秒ごと", seconds.replace(' ', "")),
        }
    }

    /// "Read 61 times so far."
    pub fn read_so_far(&self, readings: i64) -> String {
        let count = grouped(readings);
        match self.lang {
            Lang::En => format!("Read {count} times so far."),
            Lang::Zh => format!("目前已读取{count}次。"),
            Lang::Ja => format!("これまでに{count}回取得。"),
        }
    }

    /// "Longest gap: 41 s, 21:37:40 to 21:38:21, Tencent did not answer."
    pub fn longest_gap(&self, gap: &Gap) -> String {
        let (length, from, until) = (self.length(gap.millis()), self.hms(gap.from), self.hms(gap.until));
        let cause = self.gap_cause(gap.cause);
        match self.lang {
            Lang::En => format!("Longest gap: {length}, {from} to {until}, {cause}."),
            Lang::Zh => format!("最长的数据缺口：{length}，{from}至{until}，{cause}。"),
            Lang::Ja => format!("最長の空白は{length}（{from}–{until}）、{cause}。"),
        }
    }

    /// A gap on a chart: "21:37:40–21:38:21: Tencent did not answer"
    pub fn gap_line(&self, gap: &Gap) -> String {
        format!("{}–{}: {}", self.hms(gap.from), self.hms(gap.until), self.gap_cause(gap.cause))
    }

    /// "Totals are not affected; 310 coins came in the gap, and how they split between 21:37 and 21:38 is not known."
    pub fn gap_costs(&self, cost: &GapCost) -> String {
        let unharmed = self.report_totals_are_not_affected();
        match (self.lang, cost) {
            (Lang::En, GapCost::Split { counter, amount, from, until }) => format!(
                "{unharmed}; {} came in the gap, and how they split between {from} and {until} is not known.",
                self.amount(*counter, *amount)
            ),
            (Lang::Zh, GapCost::Split { counter, amount, from, until }) => format!(
                "{unharmed}；缺口内共{}，它们在{from}与{until}之间如何分配不得而知。",
                self.amount(*counter, *amount)
            ),
            (Lang::Ja, GapCost::Split { counter, amount, from, until }) => format!(
                "{unharmed}。空白中の{}が{from}と{until}にどう分かれるかは不明です。",
                self.amount(*counter, *amount)
            ),
            (Lang::En, GapCost::Inside(at)) => {
                format!("{unharmed}, nor is any minute: all of the gap lies inside {at}.")
            }
            (Lang::Zh, GapCost::Inside(at)) => {
                format!("{unharmed}，各分钟的数值也不受影响：缺口全在{at}这一分钟之内。")
            }
            (Lang::Ja, GapCost::Inside(at)) => {
                format!("合計にも各1分間の値にも影響しません。空白はすべて{at}の1分間に収まっています。")
            }
            (Lang::En, GapCost::Before { counter, amount }) => format!(
                "{unharmed}: {} from before the first reading are in them, but not in the curve.",
                self.amount(*counter, *amount)
            ),
            (Lang::Zh, GapCost::Before { counter, amount }) => {
                format!("{unharmed}：首次读数之前的{}已计入总数，但不在曲线中。", self.amount(*counter, *amount))
            }
            (Lang::Ja, GapCost::Before { counter, amount }) => {
                format!(
                    "{unharmed}。最初の取得より前の{}は合計に含まれ、曲線には含まれません。",
                    self.amount(*counter, *amount)
                )
            }
            (_, GapCost::TailMissing) => self.report_what_came_in_it_is_not().to_owned(),
            (Lang::En, GapCost::Nothing) => format!("{unharmed}."),
            (Lang::Zh | Lang::Ja, GapCost::Nothing) => format!("{unharmed}。"),
        }
    }

    pub fn no_gap(&self) -> &'static str {
        self.report_no_gap()
    }

    /// "Entries, gifts and coins: Tencent's closing message, 23:04:41."
    pub fn from_source(&self, counters: &[Counter], source: SourceKind, at: Millis) -> String {
        format!("{}{}", self.source_of(counters, source, at), self.stop())
    }

    /// "Messages: our last reading, 23:04:38; the closing message carries none."
    pub fn messages_from_reading(&self, at: Millis) -> String {
        let told = self.source_of(&[Counter::Messages], SourceKind::LastReading, at);
        match self.lang {
            Lang::En => format!("{told}; the closing message carries none."),
            Lang::Zh => format!("{told}；解散通知不含消息数。"),
            Lang::Ja => format!("{told}。終了通知にメッセージ数は含まれません。"),
        }
    }

    const fn stop(&self) -> &'static str {
        self.lang.report_mark()
    }

    fn source_of(&self, counters: &[Counter], source: SourceKind, at: Millis) -> String {
        let mut names = String::new();
        for (place, counter) in counters.iter().enumerate() {
            names.push_str(match place {
                0 => "",
                _ if place + 1 == counters.len() => self.report_and(),
                _ => self.report_mark_2(),
            });
            names.push_str(&if place == 0 { self.counter(*counter) } else { self.counter_lower(*counter) });
        }
        let (source, time) = (self.source_lower(source), self.hms(at));
        match self.lang {
            Lang::En => format!("{names}: {source}, {time}"),
            Lang::Zh => format!("{names}：{source}，{time}"),
            Lang::Ja => format!("{names}：{source}（{time}）"),
        }
    }

    const fn source_lower(&self, source: SourceKind) -> &'static str {
        match source {
            SourceKind::LastReading => self.lang.report_our_last_reading(),
            SourceKind::ClosingMessage => self.lang.report_tencents_closing_message(),
        }
    }

    /// A total of which only the closing message speaks, with no reading to hold it against.
    pub fn only_the_closing_message(&self, counter: Counter, other: &OtherValue) -> String {
        let (amount, time) = (self.amount(counter, other.value), self.hms(other.at));
        match self.lang {
            Lang::En => {
                format!("The closing message of {time} said {amount}; no reading confirms it, so it is not printed.")
            }
            Lang::Zh => format!("{time}的解散通知称{amount}；没有读数可以印证，因此不予采用。"),
            Lang::Ja => format!("{time}の終了通知は{amount}。裏づける取得がないため、記載していません。"),
        }
    }

    /// Why a total is a dash.
    pub fn why_unknown(&self) -> &'static str {
        self.report_not_known_nothing_was_read()
    }

    /// "Our last reading said 246,710 coins, the closing message 246,810. The later one is printed."
    pub fn sources_differ(&self, counter: Counter, printed: i64, other: &OtherValue) -> String {
        let (printed, other_amount) = (grouped(printed), self.amount(counter, other.value));
        let rule = match &other.rule {
            SourceRule::NotBelow => self.report_the_greater_one_is_printed(),
            SourceRule::Later | SourceRule::NoReading | SourceRule::Other(_) => self.report_the_later_one_is_printed(),
        };
        match (self.lang, other.from) {
            (Lang::En, SourceKind::LastReading) => {
                format!("Our last reading said {other_amount}, the closing message {printed}. {rule}.")
            }
            (Lang::En, SourceKind::ClosingMessage) => {
                format!("The closing message said {other_amount}, our last reading {printed}. {rule}.")
            }
            (Lang::Zh, SourceKind::LastReading) => {
                format!("最后一次读数为{other_amount}，解散通知为{printed}。{rule}。")
            }
            (Lang::Zh, SourceKind::ClosingMessage) => {
                format!("解散通知为{other_amount}，最后一次读数为{printed}。{rule}。")
            }
            (Lang::Ja, SourceKind::LastReading) => format!("最終取得値は{other_amount}、終了通知は{printed}。{rule}。"),
            (Lang::Ja, SourceKind::ClosingMessage) => {
                format!("終了通知は{other_amount}、最終取得値は{printed}。{rule}。")
            }
        }
    }

    /// "as of 3 s before the end"
    pub fn as_of_before_end(&self, millis: i64) -> String {
        let length = self.length(millis);
        match self.lang {
            Lang::En => format!("as of {length} before the end"),
            Lang::Zh => format!("截至结束前{length}"),
            Lang::Ja => format!("終了{length}前の値"),
        }
    }

    /// "Sealed means: fixed at 23:06:41 and signed by StarLane Live. …"
    pub fn sealed_means(&self, at: Millis, issuer: &str) -> String {
        let (time, issuer) = (self.hms(at), super::middle(issuer, 48));
        match self.lang {
            Lang::En => format!(
                "Sealed means: fixed at {time} and signed by {issuer}. Nobody has changed these figures since. It does not show whether Tencent counted rightly."
            ),
            Lang::Zh => {
                format!(
                    "“已定稿”表示：于{time}固定并由{issuer}签名，此后无人改动这些数字。它不能证明腾讯的统计是否正确。"
                )
            }
            Lang::Ja => format!(
                "「確定済み」とは、{time}に数字を固定し、{issuer}が署名したという意味です。以後、数字は変更されていません。Tencentの集計が正しいことを示すものではありません。"
            ),
        }
    }

    /// What the counters count. Without coins where a report shows none.
    pub fn what_is_counted(&self, coins: bool) -> String {
        let entries = self.report_entries_count_every_time_someone_came();
        let coin = self.counter(Counter::Coins);
        let spent = match self.lang {
            _ if !coins => String::new(),
            Lang::En => format!(" {coin} are what viewers spent, not the payout."),
            Lang::Zh => format!("{coin}是观众的消费，不是主播收入。"),
            Lang::Ja => format!("{coin}は視聴者が使った額で、報酬額ではありません。"),
        };
        let robots = self.report_whether_the_host_or_robots_count();
        format!("{entries}{spent}{robots}")
    }

    /// "One reading, taken 21:14:05 while the stream was running. No curve: …"
    pub fn one_reading(&self, at: Millis) -> String {
        let time = self.hms(at);
        match self.lang {
            Lang::En => {
                format!("One reading, taken {time} while the stream was running. No curve: a snapshot is one reading.")
            }
            Lang::Zh => format!("单次读数，取于{time}，当时直播仍在进行。没有曲线：快照只有一次读数。"),
            Lang::Ja => {
                format!("配信中の{time}に1回だけ取得した値です。取得が1回のため、曲線はありません。")
            }
        }
    }

    pub fn no_reading(&self) -> &'static str {
        self.report_no_reading_the_stream_ended_before()
    }

    /// "The end lies between 21:58:12 and 21:58:22."
    pub fn end_between(&self, after: Millis, before: Millis) -> String {
        let (after, before) = (self.hms(after), self.hms(before));
        match self.lang {
            Lang::En => format!("The room ended between {after} and {before}."),
            Lang::Zh => format!("房间在{after}至{before}之间结束。"),
            Lang::Ja => format!("部屋は{after}から{before}の間に終わりました。"),
        }
    }

    /// "The host was on until 22:31; the room stayed until 23:04."
    pub fn show_and_room(&self, show: Millis, room: Millis) -> String {
        let (show, room) = (self.hm(show), self.hm(room));
        match self.lang {
            Lang::En => format!("The host was on until {show}; the room stayed until {room}."),
            Lang::Zh => format!("主播直播至{show}；房间保留至{room}。"),
            Lang::Ja => format!("配信者は{show}まで、部屋は{room}まで続きました。"),
        }
    }

    /// "Sealed 23:06"
    pub fn sealed_at(&self, at: Millis) -> String {
        self.sealed(&self.hm(at))
    }

    /// The same with the date where it is not the day the stream ended, or the night after: "Sealed 24 Nov 09:30"
    pub fn sealed_after(&self, ended: Millis, at: Millis) -> String {
        let late = at - ended > 12 * 3_600_000;
        self.sealed(&if late { self.date_hm(at) } else { self.hm(at) })
    }

    fn sealed(&self, time: &str) -> String {
        match self.lang {
            Lang::En => format!("Sealed {time}"),
            Lang::Zh => format!("已定稿 {time}"),
            Lang::Ja => format!("確定済み {time}"),
        }
    }

    /// On a link to a stream that was corrected.
    pub fn newest_revision(&self) -> &'static str {
        self.report_this_link_always_shows_the_newest()
    }

    /// Totals that fell and were taken as the new truth.
    pub fn restated(&self, count: usize) -> String {
        match self.lang {
            Lang::En if count == 1 => {
                "Tencent restated its totals once; the time where it happened has no number.".to_owned()
            }
            Lang::En => {
                format!("Tencent restated its totals {count} times; the times where it happened have no number.")
            }
            Lang::Zh => format!("腾讯更正过{count}次总数；发生更正的时段没有数值。"),
            Lang::Ja => format!("Tencentが合計を{count}回訂正したため、その時間帯には数値がありません。"),
        }
    }

    /// "Revision 2; the first said otherwise and is kept."
    pub fn revision(&self, revision: i64) -> String {
        match self.lang {
            Lang::En => format!("Revision {revision}. The earlier report is kept and still verifies, as superseded."),
            Lang::Zh => format!("第{revision}版。先前的报告仍保留，校验时显示为已有更正版。"),
            Lang::Ja => format!("第{revision}版。以前のレポートも保存され、照合すると「訂正版あり」と表示されます。"),
        }
    }

    /// The accessible description of a chart: "Coins per minute from 20:00 to 23:04; 246,810 coins in all."
    pub fn chart_described(
        &self,
        what: &str,
        from: Millis,
        until: Millis,
        counter: Counter,
        total: Option<i64>,
    ) -> String {
        let total = total.map(|total| self.amount(counter, total));
        let (from, until) = (self.hm(from), self.hm(until));
        match self.lang {
            Lang::En => {
                let total = total.map_or(String::new(), |total| format!("; {total} in all"));
                format!("{} from {from} to {until}{total}.", capitalised(what))
            }
            Lang::Zh => {
                let total = total.map_or(String::new(), |total| format!("，共{total}"));
                format!("{from}至{until}的{what}{total}。")
            }
            Lang::Ja => {
                let total = total.map_or(String::new(), |total| format!("、合計{total}"));
                format!("{from}–{until}の{what}{total}。")
            }
        }
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(super) fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
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
    use crate::lang::Zone;

    const USUAL: Quartiles = Quartiles { low: 171_200, median: 208_500, high: 259_900 };

    fn words(lang: Lang) -> Words {
        Words::new(lang, Zone { name: "Asia/Shanghai".into(), offsets: vec![(Millis(0), 8 * 3600)] })
    }

    #[test]
    fn comparison_says_number_percentage_and_range() {
        assert_eq!(
            words(Lang::En).usual_full(246_810, &USUAL),
            "18\u{a0}% above usual (208,500), within the usual range 171,200–259,900"
        );
        assert_eq!(words(Lang::Zh).usual_short(246_810, &USUAL), "比平时高18%");
        assert_eq!(words(Lang::Ja).usual_short(100_000, &USUAL), "ふだんより52%少ない");
        assert_eq!(words(Lang::En).usual_short(5, &Quartiles { low: 0, median: 0, high: 1 }), "usually none");
        assert_eq!(words(Lang::En).usual_short(208_501, &USUAL), "as usual");
    }

    #[test]
    fn sentences_are_those_of_the_page() {
        let words = words(Lang::En);
        let at = |hour: i64, minute: i64, second: i64| {
            Millis(1_795_262_400_000 + ((hour - 20) * 3600 + minute * 60 + second) * 1000)
        };
        let peak = Peak { amount: 18_420, from: at(22, 13, 52), until: at(22, 14, 50) };
        assert_eq!(words.peak(Counter::Coins, &peak), "18,420 coins in 58 seconds, 22:13:52 to 22:14:50.");
        let gap = Gap { from: at(21, 37, 40), until: at(21, 38, 21), cause: crate::domain::GapCause::NoAnswer };
        assert_eq!(words.longest_gap(&gap), "Longest gap: 41 s, 21:37:40 to 21:38:21, Tencent did not answer.");
        assert_eq!(
            words.gap_costs(&GapCost::Split {
                counter: Counter::Coins,
                amount: 310,
                from: "21:37".into(),
                until: "21:38".into()
            }),
            "Totals are not affected; 310 coins came in the gap, and how they split between 21:37 and 21:38 is not known."
        );
        assert_eq!(words.usual_missing(1), "Usual appears after 4 streams; this is the 2nd.");
        let other =
            OtherValue { from: SourceKind::LastReading, at: at(23, 4, 38), value: 246_710, rule: SourceRule::Later };
        assert_eq!(
            words.sources_differ(Counter::Coins, 246_810, &other),
            "Our last reading said 246,710 coins, the closing message 246,810. The later one is printed."
        );
    }

    #[test]
    fn how_often_is_told_as_it_was() {
        let words = words(Lang::En);
        assert_eq!(
            words.read_times(1_312, Some((5_040, 10_020)), Some(9_960)),
            "Read 1,312 times, every 5 to 10 seconds. Coverage 99.6\u{a0}%."
        );
        assert_eq!(
            words.read_times(90, Some((480, 520)), Some(10_000)),
            "Read 90 times, every second. Coverage 100\u{a0}%."
        );
        assert_eq!(
            self::words(Lang::Zh).read_times(1_312, Some((5_040, 10_020)), Some(9_960)),
            "共读取1,312次，每5至10秒一次。数据覆盖率99.6%。"
        );
        assert_eq!(
            self::words(Lang::Ja).read_times(1_312, Some((9_900, 10_020)), Some(9_960)),
            "1,312回取得（10秒ごと）。計測カバー率99.6%。"
        );
    }

    #[test]
    fn sources_are_told_in_the_words_of_the_page() {
        let words = words(Lang::En);
        let at = Millis(1_795_262_400_000 + (3 * 3600 + 4 * 60 + 41) * 1000);
        use Counter::{Coins, Gifters, Gifts, Likes, Viewers};
        assert_eq!(
            words.from_source(&[Viewers, Gifts, Coins, Gifters, Likes], SourceKind::ClosingMessage, at),
            "Entries, gifts, coins, gifters and likes: Tencent's closing message, 23:04:41."
        );
        assert_eq!(
            words.messages_from_reading(at - 3_000),
            "Messages: our last reading, 23:04:38; the closing message carries none."
        );
    }

    #[test]
    fn ordinals() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 21, 113].map(ordinal),
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th"]
        );
    }
}
