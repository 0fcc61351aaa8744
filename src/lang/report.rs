//! Sentences of the report. English ones stay within 90 characters where names allow; the absolute number comes before or
//! with each percentage; no adjectives, no advice.

use super::{Lang, Words, grouped, percent_of};
use crate::domain::record::{OtherValue, Peak, Quartiles, SourceKind};
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

impl Words {
    /// `18 % above usual`
    pub fn usual_short(&self, value: i64, usual: &Quartiles) -> String {
        self.against(value, usual.median)
    }

    /// The same against a median alone.
    pub fn against(&self, value: i64, median: i64) -> String {
        match (against(value, median), self.lang) {
            (Against::Same, _) => self.pick("as usual", "与平时持平", "ふだんどおり").to_owned(),
            (Against::UsuallyNone, _) => self.pick("usually none", "平时为0", "ふだんは0").to_owned(),
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
        let short = self.usual_short(value, usual);
        let place = if value < usual.low {
            self.pick("below", "低于", "下回る")
        } else if value > usual.high {
            self.pick("above", "高于", "上回る")
        } else {
            self.pick("within", "处于", "範囲内")
        };
        match self.lang {
            Lang::En => format!("{short} ({median}), {place} the usual range {low}–{high}"),
            Lang::Zh => format!("{short}（平时 {median}），{place}平时范围 {low}–{high}"),
            Lang::Ja => format!("{short}（ふだん {median}）。ふだんの幅 {low}–{high} に対して{place}"),
        }
    }

    pub const fn stream_report(&self) -> &'static str {
        self.lang.pick("stream report", "直播报告", "配信レポート")
    }

    pub const fn snapshot_report(&self) -> &'static str {
        self.lang.pick("report of one reading", "单次读数报告", "1回取得のレポート")
    }

    pub const fn check(&self) -> &'static str {
        self.lang.pick("check ›", "核对 ›", "確認 ›")
    }

    pub const fn what_happened(&self) -> &'static str {
        self.lang.pick("What happened", "发生了什么", "できごと")
    }

    pub const fn other_totals(&self) -> &'static str {
        self.lang.pick("The other totals", "其他总数", "そのほかの合計")
    }

    pub const fn in_proportion(&self) -> &'static str {
        self.lang.pick("In proportion", "按比例看", "比率")
    }

    pub const fn all_six(&self, count: usize) -> &'static str {
        if count == 6 {
            self.lang.pick("All six curves", "六条曲线", "6つの曲線")
        } else {
            self.lang.pick("All curves", "全部曲线", "すべての曲線")
        }
    }

    /// "Table, every 5 min"
    pub fn table_every(&self, millis: i64) -> String {
        let length = self.length(millis);
        match self.lang {
            Lang::En => format!("Table, every {}", if millis == 60_000 { "minute".to_owned() } else { length }),
            Lang::Zh => format!("表格，每{length}"),
            Lang::Ja => format!("表（{length}ごと）"),
        }
    }

    pub const fn time(&self) -> &'static str {
        self.lang.pick("Time", "时间", "時刻")
    }

    pub const fn not_all_read(&self) -> &'static str {
        self.lang.pick("* not all of it was read", "* 其中有数据缺口", "* 計測の空白を含みます")
    }

    pub const fn how_sure(&self) -> &'static str {
        self.lang.pick("How sure are these numbers", "这些数字有多可靠", "この数字の確かさ")
    }

    pub const fn fingerprint(&self) -> &'static str {
        self.lang.pick("Fingerprint", "校验码", "照合コード")
    }

    pub const fn verify(&self) -> &'static str {
        self.lang.pick("Verify ›", "校验 ›", "照合 ›")
    }

    pub const fn save_picture(&self) -> &'static str {
        self.lang.pick("Save as picture", "保存为图片", "画像で保存")
    }

    pub const fn copy_as_text(&self) -> &'static str {
        self.lang.pick("Copy as text", "复制文字", "テキストをコピー")
    }

    pub const fn link(&self) -> &'static str {
        self.lang.pick("Link", "链接", "リンク")
    }

    pub const fn copied(&self) -> &'static str {
        self.lang.pick("Copied", "已复制", "コピーしました")
    }

    pub const fn files(&self) -> &'static str {
        self.lang.pick("Files", "文件", "ファイル")
    }

    pub const fn web_page(&self) -> &'static str {
        self.lang.pick("web page for offline", "离线网页", "オフライン用ページ")
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

    pub const fn made_with(&self) -> &'static str {
        self.lang.pick("made with Aftershow", "由 Aftershow 生成", "Aftershowで作成")
    }

    /// "Entries in your slot 20:30–21:00"
    pub fn in_your_slot(&self, from: Millis, until: Millis) -> String {
        let span = self.span(from, Some(until));
        let label = self.counter(Counter::Viewers);
        match self.lang {
            Lang::En => format!("{label} in your slot {span}"),
            Lang::Zh => format!("您的时段 {span} {label}"),
            Lang::Ja => format!("ご利用枠 {span} の{label}"),
        }
    }

    /// "between 2,131 and 2,152"
    pub fn between(&self, lower: i64, upper: i64) -> String {
        let (lower, upper) = (grouped(lower), grouped(upper));
        match self.lang {
            Lang::En => format!("between {lower} and {upper}"),
            Lang::Zh => format!("介于{lower}与{upper}之间"),
            Lang::Ja => format!("{lower}から{upper}の間"),
        }
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

    /// "12,480 entries in the whole stream"
    pub fn in_whole_stream(&self, counter: Counter, total: i64) -> String {
        let amount = self.amount(counter, total);
        match self.lang {
            Lang::En => format!("{amount} in the whole stream"),
            Lang::Zh => format!("全场{amount}"),
            Lang::Ja => format!("配信全体で{amount}"),
        }
    }

    pub const fn slot(&self) -> &'static str {
        self.lang.pick("your slot", "您的时段", "ご利用枠")
    }

    /// Why there is no curve though something was read.
    pub fn too_short(&self, readings: i64) -> &'static str {
        if readings > 1 {
            return self.pick(
                "No curve: the readings span too short a time.",
                "没有曲线：读数时间太短。",
                "計測時間が短すぎるため、曲線はありません。",
            );
        }
        self.pick(
            "No curve: there is one reading only.",
            "没有曲线：只有一次读数。",
            "取得が1回だけのため、曲線はありません。",
        )
    }

    /// "coins per 10 s"
    pub fn per_ten_seconds(&self, counter: Counter) -> String {
        let label = self.counter_lower(counter);
        match self.lang {
            Lang::En => format!("{label} per 10 s"),
            Lang::Zh => format!("每10秒{label}"),
            Lang::Ja => format!("10秒あたりの{label}"),
        }
    }

    /// Over the six curves: "Each per minute, each with its own scale; the number is the total."
    pub fn all_per_minute(&self, width: i64) -> String {
        let long = width >= 60_000;
        match (self.lang, long) {
            (Lang::En, true) => "Each over time, with a scale of its own; the number is the total.".to_owned(),
            (Lang::En, false) => "Each per 10 s, with a scale of its own; the number is the total.".to_owned(),
            (Lang::Zh, _) => "各曲线使用各自的比例；数字为总数。".to_owned(),
            (Lang::Ja, _) => "縦軸は曲線ごとに異なります。数字は合計です。".to_owned(),
        }
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

    pub const fn ledger(&self) -> &'static str {
        self.lang.pick("Findings and ledger", "发现与读取记录", "所見と計測記録")
    }

    pub const fn readings(&self) -> &'static str {
        self.lang.pick("Readings", "读数次数", "取得回数")
    }

    pub const fn retries(&self) -> &'static str {
        self.lang.pick("Retries", "重试次数", "再試行")
    }

    pub const fn set_aside(&self) -> &'static str {
        self.lang.pick("Readings set aside", "搁置的读数", "保留した取得")
    }

    pub const fn ended_by(&self) -> &'static str {
        self.lang.pick("How we know it ended", "结束依据", "終了の根拠")
    }

    /// "Error 60007", "No answer"
    pub fn error_code(&self, code: &str) -> String {
        match code {
            "no_answer" => self.pick("No answer", "无应答", "応答なし").to_owned(),
            "unreadable" => self.pick("Unreadable answer", "无法解析的答复", "読み取れない応答").to_owned(),
            code => format!("{} {}", self.pick("Error", "错误", "エラー"), super::middle(code, 24)),
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

    pub const fn internal(&self) -> &'static str {
        self.lang.pick("internal", "内部", "社内限り")
    }

    /// At the end of the usual line.
    pub const fn usual_label(&self) -> &'static str {
        self.lang.pick("usual", "平时", "ふだん")
    }

    /// At the end of this stream's line.
    pub const fn this_stream(&self) -> &'static str {
        self.lang.pick("this stream", "本场", "今回")
    }

    /// "Usual appears after 4 streams; this is the 2nd."
    pub fn usual_missing(&self, have: i64) -> String {
        let this = have + 1;
        match self.lang {
            Lang::En => format!("Usual appears after 4 streams; this is the {}.", ordinal(this)),
            Lang::Zh => format!("满4场后显示平时水平；这是第{this}场。"),
            Lang::Ja => format!("「ふだん」は4回の配信後に表示されます。今回は{this}回目です。"),
        }
    }

    /// "Usual is the median of the last 8 streams; its range is their middle half."
    pub fn usual_means(&self, streams: i64) -> String {
        match self.lang {
            Lang::En => format!("Usual is the median of the last {streams} streams; its range is their middle half."),
            Lang::Zh => format!("平时水平是近{streams}场的中位数；平时范围是中间一半。"),
            Lang::Ja => format!("「ふだん」は直近{streams}回の中央値、幅はその中央の半分です。"),
        }
    }

    /// "Against your last 8 streams"
    pub fn against_last(&self, streams: i64) -> String {
        match self.lang {
            Lang::En => format!("Against your last {streams} streams"),
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
            Lang::Ja => format!("{minute}分目（{time}）からふだんを上回りました。"),
        }
    }

    /// "Behind usual from minute 20 (20:20)."
    pub fn behind_from(&self, minute: i64, at: Millis) -> String {
        let time = self.hm(at);
        match self.lang {
            Lang::En => format!("Behind usual from minute {minute} ({time})."),
            Lang::Zh => format!("从第{minute}分钟（{time}）起低于平时。"),
            Lang::Ja => format!("{minute}分目（{time}）からふだんを下回りました。"),
        }
    }

    /// "18,420 coins in 58 seconds, 22:13:52 to 22:14:50."
    pub fn peak(&self, counter: Counter, peak: &Peak) -> String {
        let (amount, from, until) = (self.amount(counter, peak.amount), self.hms(peak.from), self.hms(peak.until));
        let seconds = (peak.until - peak.from + 500).max(0) / 1000;
        match self.lang {
            Lang::En => format!("{amount} in {seconds} seconds, {from} to {until}."),
            Lang::Zh => format!("{seconds}秒内{amount}，{from}至{until}。"),
            Lang::Ja => format!("{seconds}秒間に{amount}（{from}~{until}）。"),
        }
    }

    /// On the chart, short: "18,420 coins in 58 s"
    pub fn peak_short(&self, counter: Counter, peak: &Peak) -> String {
        let amount = self.amount(counter, peak.amount);
        let seconds = (peak.until - peak.from + 500).max(0) / 1000;
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
            Lang::Ja => format!("{label}の時間帯"),
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

    pub const fn before_first(&self) -> &'static str {
        self.lang.pick("before the first reading", "首次读数之前", "最初の取得より前")
    }

    pub const fn after_last(&self) -> &'static str {
        self.lang.pick("after the last reading", "最后读数之后", "最終取得のあと")
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
            Lang::Zh => format!("每位送礼者{label}"),
            Lang::Ja => format!("贈った人1人あたりの{label}"),
        }
    }

    pub const fn gave_a_gift(&self) -> &'static str {
        self.lang.pick("Gave a gift", "送过礼物", "ギフトを贈った")
    }

    /// "at least 1.7 of 100"
    pub fn at_least_of_100(&self, tenths: &str) -> String {
        match self.lang {
            Lang::En => format!("at least {tenths} of 100"),
            Lang::Zh => format!("至少每百人次{tenths}人"),
            Lang::Ja => format!("少なくとも100入室に{tenths}人"),
        }
    }

    /// "Read 1,312 times, every 10 seconds. Coverage 99.6 %."
    pub fn read_times(&self, readings: i64, interval_ms: i64, coverage: Option<i64>) -> String {
        let (count, seconds) = (grouped(readings), (interval_ms + 500) / 1000);
        let coverage = coverage.map(|coverage| self.coverage(coverage));
        match (self.lang, coverage) {
            (Lang::En, Some(coverage)) => {
                format!("Read {count} times, every {seconds} seconds when nothing was wrong. Coverage {coverage}.")
            }
            (Lang::En, None) => format!("Read {count} times. Coverage is not known: the length of the stream is not."),
            (Lang::Zh, Some(coverage)) => format!("共读取{count}次，正常时每{seconds}秒一次。数据覆盖率{coverage}。"),
            (Lang::Zh, None) => format!("共读取{count}次。直播时长未知，因此没有覆盖率。"),
            (Lang::Ja, Some(coverage)) => format!("{count}回取得（通常{seconds}秒ごと）。計測カバー率 {coverage}。"),
            (Lang::Ja, None) => format!("{count}回取得。配信の長さが不明なため、計測カバー率はありません。"),
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
            Lang::Ja => format!("最長の空白：{length}（{from}~{until}）、{cause}。"),
        }
    }

    /// A gap on a chart: "21:37:40–21:38:21: Tencent did not answer"
    pub fn gap_line(&self, gap: &Gap) -> String {
        format!("{}–{}: {}", self.hms(gap.from), self.hms(gap.until), self.gap_cause(gap.cause))
    }

    /// "Totals are not affected; 310 coins came in the gap, and how they split between 21:37 and 21:38 is not known."
    pub fn gap_costs(&self, gap: &Gap, inside: Option<(Counter, i64)>) -> String {
        let (from, until) = (self.hm(gap.from), self.hm(gap.until));
        let unharmed = self.pick("Totals are not affected", "总数不受影响", "合計には影響しません");
        match (self.lang, inside) {
            (Lang::En, Some((counter, value))) if from != until => format!(
                "{unharmed}; {} came in the gap, and how they split between {from} and {until} is not known.",
                self.amount(counter, value)
            ),
            (Lang::Zh, Some((counter, value))) if from != until => {
                format!("{unharmed}；缺口内共{}，{from}至{until}之间如何分布不得而知。", self.amount(counter, value))
            }
            (Lang::Ja, Some((counter, value))) if from != until => {
                format!(
                    "{unharmed}。空白中に{}ありましたが、{from}から{until}の内訳は不明です。",
                    self.amount(counter, value)
                )
            }
            (Lang::En, _) => format!("{unharmed}."),
            (Lang::Zh | Lang::Ja, _) => format!("{unharmed}。"),
        }
    }

    pub fn no_gap(&self) -> &'static str {
        self.pick("No gap.", "没有数据缺口。", "計測の空白はありません。")
    }

    /// "Entries, gifts: Tencent's closing message, 23:04:41."
    pub fn from_source(&self, counters: &[Counter], source: SourceKind, at: Millis) -> String {
        let comma = self.pick(", ", "、", "、");
        let mut names = String::new();
        for (place, counter) in counters.iter().enumerate() {
            if place > 0 {
                names.push_str(comma);
            }
            names.push_str(&if place == 0 { self.counter(*counter) } else { self.counter_lower(*counter) });
        }
        let source = self.source_lower(source);
        let time = self.hms(at);
        match self.lang {
            Lang::En => format!("{names}: {source}, {time}."),
            Lang::Zh => format!("{names}：{source}，{time}。"),
            Lang::Ja => format!("{names}：{source}（{time}）。"),
        }
    }

    const fn source_lower(&self, source: SourceKind) -> &'static str {
        match source {
            SourceKind::LastReading => self.lang.pick("our last reading", "最后一次读数", "最終取得値"),
            SourceKind::ClosingMessage => {
                self.lang.pick("Tencent's closing message", "腾讯的解散通知", "Tencentの終了通知")
            }
        }
    }

    pub fn closing_carries_no_messages(&self) -> &'static str {
        self.pick(
            "The closing message carries no count of messages.",
            "解散通知不含消息数。",
            "終了通知にメッセージ数は含まれません。",
        )
    }

    /// "Our last reading said 246,710 coins, the closing message 246,810. The later one is printed."
    pub fn sources_differ(&self, counter: Counter, printed: i64, other: &OtherValue) -> String {
        let (printed, other_amount) = (grouped(printed), self.amount(counter, other.value));
        let rule = match other.rule.as_str() {
            "not_below" => self.pick("The greater one is printed", "以较大的为准", "大きいほうを記載しています"),
            "no_reading" => self.pick("Neither is printed", "两者均不采用", "どちらも記載していません"),
            _ => self.pick("The later one is printed", "以较晚的为准", "新しいほうを記載しています"),
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
                    "已定稿表示：于{time}固定并由{issuer}签名，此后无人改动这些数字。它不能说明腾讯的统计是否正确。"
                )
            }
            Lang::Ja => format!(
                "確定済みとは：{time}に固定し、{issuer}が署名したということです。以後この数字は変更されていません。Tencentの集計が正しいことを示すものではありません。"
            ),
        }
    }

    /// What the counters count. Without coins where a report shows none.
    pub fn what_is_counted(&self, coins: bool) -> String {
        let entries = self.pick(
            "Entries count every time someone came in; a person who came three times counts three times.",
            "进房人次按每次进入计算；同一人进入三次计三次。",
            "入室数は入室のたびに数えます。同じ人が3回入れば3と数えます。",
        );
        let coin = self.counter(Counter::Coins);
        let spent = match self.lang {
            _ if !coins => String::new(),
            Lang::En => format!(" {coin} are what viewers spent, not the payout."),
            Lang::Zh => format!("{coin}是观众的消费，不是主播收入。"),
            Lang::Ja => format!("{coin}は視聴者が使った額で、報酬額ではありません。"),
        };
        let robots = self.pick(
            " Whether the host or robots count as entries is not documented by Tencent.",
            "主播或机器人是否计入进房人次，腾讯没有说明。",
            "配信者やロボットが入室数に含まれるかどうかは、Tencentの文書に記載がありません。",
        );
        format!("{entries}{spent}{robots}")
    }

    /// "One reading, taken 21:14:05 while the stream was running. No curve: …"
    pub fn one_reading(&self, at: Millis) -> String {
        let time = self.hms(at);
        match self.lang {
            Lang::En => format!(
                "One reading, taken {time} while the stream was running. No curve: Aftershow was not following this room."
            ),
            Lang::Zh => format!("单次读数，取于{time}，当时直播仍在进行。没有曲线：Aftershow 未在跟踪此房间。"),
            Lang::Ja => {
                format!("配信中の{time}に1回だけ取得した値です。この部屋は追跡していなかったため、曲線はありません。")
            }
        }
    }

    pub fn no_reading(&self) -> &'static str {
        self.pick(
            "No reading: the stream ended before Tencent answered once. Nothing is known of its totals.",
            "没有读数：腾讯应答之前直播已结束，各项总数未知。",
            "取得できませんでした：Tencentが一度も答えないうちに配信が終わり、合計は不明です。",
        )
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
        let time = self.hm(at);
        match self.lang {
            Lang::En => format!("Sealed {time}"),
            Lang::Zh => format!("已定稿 {time}"),
            Lang::Ja => format!("確定済み {time}"),
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

    /// "246,810 coins in all; 1,200 before the first reading." for the accessible description of a chart.
    pub fn chart_described(
        &self,
        counter: Counter,
        from: Millis,
        until: Millis,
        total: Option<i64>,
        gaps: usize,
    ) -> String {
        let label = self.per_minute(counter);
        let total = total.map(|total| self.amount(counter, total));
        let (from, until) = (self.hm(from), self.hm(until));
        match self.lang {
            Lang::En => {
                let total = total.map_or(String::new(), |total| format!("; {total} in all"));
                let gaps = if gaps == 0 { String::new() } else { format!("; {gaps} gaps, hatched") };
                format!("{} from {from} to {until}{total}{gaps}.", capitalised(&label))
            }
            Lang::Zh => {
                let total = total.map_or(String::new(), |total| format!("，共{total}"));
                let gaps = if gaps == 0 { String::new() } else { format!("，{gaps}处数据缺口以斜线标出") };
                format!("{from}至{until}{label}{total}{gaps}。")
            }
            Lang::Ja => {
                let total = total.map_or(String::new(), |total| format!("、合計{total}"));
                let gaps = if gaps == 0 { String::new() } else { format!("、空白{gaps}か所は斜線") };
                format!("{from}~{until}の{label}{total}{gaps}。")
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
            words.gap_costs(&gap, Some((Counter::Coins, 310))),
            "Totals are not affected; 310 coins came in the gap, and how they split between 21:37 and 21:38 is not known."
        );
        assert_eq!(words.usual_missing(1), "Usual appears after 4 streams; this is the 2nd.");
        let other =
            OtherValue { from: SourceKind::LastReading, at: at(23, 4, 38), value: 246_710, rule: "later".into() };
        assert_eq!(
            words.sources_differ(Counter::Coins, 246_810, &other),
            "Our last reading said 246,710 coins, the closing message 246,810. The later one is printed."
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
