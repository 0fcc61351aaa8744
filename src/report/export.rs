//! Files made of a document: signed JSON, CSV, and what makes an offline page verifiable.
//!
//! Must not: show what the document does not hold, or render a page.

use super::seal::{SigningKey, sha256};
use super::{ReportError, record_bytes};
use crate::domain::numbers::{Series, buckets, width};
use crate::domain::record::Document;
use crate::domain::{Counter, Gap, GapCause, Millis, StreamSummary, Totals};
use crate::store::ActiveLinkCount;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The id of the script block in the offline page that holds the signed JSON.
pub const REPORT_BLOCK: &str = "aftershow-report";
/// The id of the script block that holds the signature over the page itself.
pub const PAGE_BLOCK: &str = "aftershow-page";
/// What is signed of a page begins with this line.
pub const PAGE: &str = "aftershow-page-v1";

/// The signed JSON: `{"record":{…},"sha256":…,"signature":…,"key":…,"fingerprint":…}` in one line.
pub fn json(document: &Document) -> Result<String, ReportError> {
    let seal = document.seal.as_ref().ok_or(ReportError::NotSealed)?;
    let bytes = record_bytes(&document.record)?;
    if sha256(&bytes) != seal.sha256 {
        return Err(ReportError::Damaged(seal.sha256.clone()));
    }
    Ok(format!(
        "{{\"record\":{},\"sha256\":\"{}\",\"signature\":\"{}\",\"key\":\"{}\",\"fingerprint\":\"{}\"}}\n",
        String::from_utf8_lossy(&bytes),
        seal.sha256,
        seal.signature,
        seal.key,
        seal.fingerprint
    ))
}

/// The signed JSON as the offline page carries it in its block [`REPORT_BLOCK`]: the same to a reader of JSON, and nothing in
/// it can end the block.
pub fn block_text(json: &str) -> String {
    json.trim_end().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The block as tests put it into pages of their own.
#[cfg(test)]
pub(super) fn report_block(document: &Document) -> Result<String, ReportError> {
    let text = block_text(&json(document)?);
    Ok(format!("{}{text}{BLOCK_END}", block_start(REPORT_BLOCK)))
}

/// Signs a finished offline page (with its [`REPORT_BLOCK`] in it), so that a changed figure in its text is found out and
/// not only one in the block: one more script block before `</body>` signs every other byte of the file.
pub fn seal_page(page: &str, key: &SigningKey) -> String {
    with_seal(page, &key.id(), &key.sign(PAGE, page.as_bytes()))
}

/// The page with its seal block: the only bytes and the only place that [`unseal_page`] accepts.
fn with_seal(page: &str, key: &str, signature: &[u8; 64]) -> String {
    let at = page.rfind("</body>").unwrap_or(page.len());
    let signature = STANDARD.encode(signature);
    let block = format!("{}{{\"key\":\"{key}\",\"signature\":\"{signature}\"}}{BLOCK_END}", block_start(PAGE_BLOCK));
    [&page[..at], &block, &page[at..]].concat()
}

/// The opening tag of a block in the offline page.
pub(super) fn block_start(id: &str) -> String {
    format!("<script type=\"application/json\" id=\"{id}\">")
}

/// The end of a block in the offline page.
pub(super) const BLOCK_END: &str = "</script>";

/// An offline page taken apart into what was signed and its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSeal {
    /// The page without the seal block.
    pub page: String,
    /// The id of the key that is said to have signed.
    pub key: String,
    pub signature: [u8; 64],
}

/// Takes the seal block out of an offline page. `None` where there is none, or where the file is not byte for byte what
/// [`seal_page`] writes for this key and signature: a block that is elsewhere, has another tag, other attributes or further
/// keys could itself show figures that nobody signed.
pub fn unseal_page(text: &str) -> Option<PageSeal> {
    #[derive(serde::Deserialize)]
    struct Block {
        key: String,
        signature: String,
    }
    let open = block_start(PAGE_BLOCK);
    let start = text.rfind(&open)?;
    let content = &text[start + open.len()..];
    let end = content.find(BLOCK_END)?;
    let block: Block = serde_json::from_str(&content[..end]).ok()?;
    let is_key_id = block.key.len() == 16 && block.key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let signature = STANDARD.decode(&block.signature).ok()?.try_into().ok()?;
    let page = [&text[..start], &content[end + BLOCK_END.len()..]].concat();
    (is_key_id && with_seal(&page, &block.key, &signature) == text).then_some(PageSeal {
        page,
        key: block.key,
        signature,
    })
}

/// One row per bucket with bounds and gap flags, below lines that say what it is. Times in the zone given (IANA name),
/// else UTC. A byte order mark leads, without which Excel reads Chinese and Japanese as noise.
pub fn csv(document: &Document, zone: Option<&str>) -> String {
    let record = &document.record;
    let series = Series::of(record);
    let (name, zone) = zone.and_then(|name| Some((name, TimeZone::get(name).ok()?))).unwrap_or(("UTC", TimeZone::UTC));
    let time = |at: Option<Millis>| at.map(|at| local(at, &zone)).unwrap_or_default();
    let shown = record.shown();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut line = |key: &str, value: String| rows.push(vec![key.to_owned(), value]);
    line("report", record.title.clone().unwrap_or_default());
    if record.shows_host() {
        line("host", record.host_name.clone().or_else(|| record.host.clone()).unwrap_or_default());
        line("room", record.room.as_ref().map(ToString::to_string).unwrap_or_default());
    }
    line("issuer", record.issuer.clone());
    line("started", time(Some(record.started_at)));
    line("show ended", time(record.show_ended_at));
    line("ended", time(record.ended_at));
    line("times in", name.to_owned());
    if let Some(seal) = &document.seal {
        line("sealed", time(Some(record.sealed_at)));
        line("revision", record.revision.to_string());
        line("sha256", seal.sha256.clone());
        line("fingerprint", seal.fingerprint.clone());
    }
    line("empty cells", "not known".to_owned());
    rows.push(Vec::new());
    let mut head: Vec<String> = ["from", "until", "from_ms", "until_ms"].map(str::to_owned).into();
    for counter in &shown {
        let name = counter.name();
        head.extend([name.to_owned(), format!("{name}_at_least"), format!("{name}_at_most")]);
    }
    head.extend(["gap_seconds", "restated", "gap_cause"].map(str::to_owned));
    let columns = head.len();
    rows.push(head);
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let special = |what: &str, totals: &Totals| {
        let mut row = vec![what.to_owned(), String::new(), String::new(), String::new()];
        for &counter in &shown {
            row.extend([number(totals.get(counter)), String::new(), String::new()]);
        }
        row.resize(columns, String::new());
        row
    };
    rows.push(special("before the first reading", &record.before));
    for bucket in buckets(&series, width(&series)) {
        let mut row = vec![
            time(Some(bucket.from)),
            time(Some(bucket.until)),
            bucket.from.0.to_string(),
            bucket.until.0.to_string(),
        ];
        for &counter in &shown {
            row.extend([&bucket.estimate, &bucket.lower, &bucket.upper].map(|totals| number(totals.get(counter))));
        }
        row.push(seconds(bucket.gap_ms));
        row.push(i64::from(bucket.corrected).to_string());
        row.push(causes(&record.gaps, bucket.from, bucket.until));
        rows.push(row);
    }
    rows.push(special("after the last reading", &record.after));
    rows.push(special("total", &record.totals));
    let mut text = String::from("\u{feff}");
    for row in rows {
        text.push_str(&row.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    text
}

/// The head of a list of streams, below the byte order mark that Excel needs.
pub fn list_head() -> String {
    let counters = Counter::ALL.map(|counter| counter.name()).join(",");
    format!(
        "\u{feff}id,app,room,title,host,host_name,kind,state,business_day,started,show_ended,ended,{counters},usual_coins,usual_streams,\
         coverage_percent,quality,revision,sha256,links,opened,last_opened\r\n"
    )
}

/// One stream of a list. Unknown is empty, never 0; times are those of the zone (IANA name).
pub fn list_row(row: &StreamSummary, links: ActiveLinkCount, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let time = |at: Option<Millis>| at.map(|at| local(at, &zone)).unwrap_or_default();
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let seal = row.seal.as_ref();
    let coverage = seal.and_then(|seal| seal.coverage).map(|share| format!("{}.{:02}", share / 100, share % 100));
    let mut cells = vec![
        row.id.to_string(),
        row.app.to_string(),
        row.room.to_string(),
        text(&row.title),
        text(&row.host),
        text(&row.host_name),
        word(row.kind),
        word(row.state),
        crate::calendar::iso(row.business_day),
        time(Some(row.started_at)),
        time(row.show_ended_at),
        time(row.ended_at),
    ];
    cells.extend(Counter::ALL.map(|counter| number(row.totals.get(counter))));
    cells.extend([
        number(seal.and_then(|seal| seal.baseline_coins)),
        number(seal.and_then(|seal| seal.baseline_streams)),
        coverage.unwrap_or_default(),
        seal.and_then(|seal| seal.verdict).map(word).unwrap_or_default(),
        number(seal.map(|seal| seal.revision)),
        seal.map(|seal| seal.sha256.clone()).unwrap_or_default(),
        links.links.to_string(),
        links.views.to_string(),
        time(links.last_view),
    ]);
    format!("{}\r\n", cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(","))
}

/// The word an enum is written as in JSON.
fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Why nothing was read in that time, each cause once: `no_answer`, `code 60007`.
fn causes(gaps: &[Gap], from: Millis, until: Millis) -> String {
    let mut causes: Vec<String> = Vec::new();
    for gap in gaps.iter().filter(|gap| gap.from < until && gap.until > from) {
        let cause = match gap.cause {
            GapCause::BeforeFirst => "before_first".to_owned(),
            GapCause::AfterLast => "after_last".to_owned(),
            GapCause::Restarted => "restarted".to_owned(),
            GapCause::Code(code) => format!("code {code}"),
            GapCause::NoAnswer => "no_answer".to_owned(),
            GapCause::Unreadable => "unreadable".to_owned(),
            GapCause::Excluded => "set_aside".to_owned(),
            GapCause::Clock => "clock".to_owned(),
            GapCause::Late => "late".to_owned(),
        };
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    causes.join("; ")
}

/// A cell that no spreadsheet takes for a formula, whichever of `,`, `;` and tab separates its cells. A number, with its
/// sign, stays a number.
pub fn csv_cell(text: &str) -> String {
    if text.parse::<i64>().is_ok() {
        return text.to_owned();
    }
    let starts_formula = |text: &str| {
        let first =
            text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c)).chars().next();
        first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
            || text.starts_with(['\t', '\r', '\n'])
    };
    let safe = if starts_formula(text) { format!("'{text}") } else { text.to_owned() };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ':' | '_' | '-' | '+' | '/' | '%');
    // Whatever else a program may split at or read into a cell is quoted.
    if safe.chars().all(plain) && safe.trim() == safe { safe } else { format!("\"{}\"", safe.replace('"', "\"\"")) }
}

/// Characters without a width, which some spreadsheets drop before they look at the first one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `2026-11-21T20:00:07.250+08:00`.
fn local(at: Millis, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(at.0) {
        Ok(timestamp) => {
            let zoned = timestamp.to_zoned_datetime(zone.clone());
            let offset = zoned.offset().seconds();
            let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.abs());
            let millis = at.0.rem_euclid(1000);
            format!(
                "{}.{millis:03}{sign}{:02}:{:02}",
                zoned.strftime("%Y-%m-%dT%H:%M:%S"),
                offset / 3600,
                offset / 60 % 60
            )
        }
        Err(_) => String::new(),
    }
}

fn seconds(millis: i64) -> String {
    if millis % 1000 == 0 { (millis / 1000).to_string() } else { format!("{}.{:03}", millis / 1000, millis % 1000) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::record::Preset;
    use crate::report::compose::tests::record;
    use crate::report::seal::document;
    use crate::report::{RedactionSpec, redact};

    #[test]
    fn the_signed_json_holds_the_canonical_record() {
        let key = SigningKey::generate().unwrap();
        let document = document(record(), &key).unwrap();
        let json = json(&document).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["record"]["totals"]["coins"], record().totals.coins.unwrap());
        assert_eq!(value["key"], key.id());
        assert_eq!(super::json(&Document { seal: None, ..document.clone() }), Err(ReportError::NotSealed));
        let mut changed = document;
        changed.record.totals.coins = Some(1);
        assert!(matches!(super::json(&changed), Err(ReportError::Damaged(_))));
    }

    #[test]
    fn csv_sums_to_the_total_and_has_bounds() {
        let key = SigningKey::generate().unwrap();
        let record = record();
        let text = csv(&document(record.clone(), &key).unwrap(), Some("Asia/Shanghai"));
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        let head = rows.iter().position(|row| row[0] == "from").unwrap();
        let coins = rows[head].iter().position(|name| *name == "coins").unwrap();
        let (total, parts) = rows[head + 1..].split_last().unwrap();
        let sum: i64 = parts.iter().filter_map(|row| row[coins].parse::<i64>().ok()).sum();
        assert_eq!((total[0], total[coins].parse::<i64>().unwrap()), ("total", sum));
        assert!(rows[head..].iter().all(|row| row.len() == rows[head].len()));
        assert!(rows[head + 2][0].ends_with("+08:00"), "{:?}", rows[head + 2]);
        assert_eq!(rows[head + 2][coins + 2], "", "the first bucket is open above");
        assert!(text.starts_with('\u{feff}'));
        let unknown = csv(&document(record, &key).unwrap(), Some("Nowhere/At_All"));
        assert!(unknown.contains("times in,UTC"));
    }

    #[test]
    fn every_gap_is_flagged_in_csv_and_json_with_its_cause() {
        let key = SigningKey::generate().unwrap();
        let mut record = record();
        let at = record.started_at + 600_000;
        record.gaps = vec![
            Gap { from: at, until: at + 41_000, cause: GapCause::Code(60_007) },
            Gap { from: at + 300_000, until: at + 420_500, cause: GapCause::NoAnswer },
        ];
        let document = document(record, &key).unwrap();
        let text = csv(&document, None);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        let head = rows.iter().position(|row| row[0] == "from").unwrap();
        let column = |name: &str| rows[head].iter().position(|cell| *cell == name).unwrap();
        let (seconds, cause) = (column("gap_seconds"), column("gap_cause"));
        let flagged = |cause_of: &str| -> f64 {
            let of = rows[head + 1..].iter().filter(|row| row[cause] == cause_of);
            of.map(|row| row[seconds].parse::<f64>().unwrap()).sum()
        };
        assert_eq!((flagged("code 60007"), flagged("no_answer")), (41.0, 120.5));
        let value: serde_json::Value = serde_json::from_str(&json(&document).unwrap()).unwrap();
        assert_eq!(value["record"]["gaps"].as_array().unwrap().len(), 2);
        assert_eq!(value["record"]["gaps"][0]["cause"], serde_json::json!({ "kind": "code", "code": 60_007 }));
    }

    #[test]
    fn hidden_counters_are_in_no_file() {
        let key = SigningKey::generate().unwrap();
        let derived =
            redact(&record(), "aa", &RedactionSpec { host: false, ..RedactionSpec::of_preset(Preset::Sponsor) });
        let document = document(derived, &key).unwrap();
        for file in [csv(&document, None), json(&document).unwrap(), report_block(&document).unwrap()] {
            for word in ["coins", "gifters", "xl_radio", "小鹿"] {
                assert!(!file.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "\"'=1+1\""),
            ("+1", "+1"),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("-2+3", "\"'-2+3\""),
            ("-5", "-5"),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            (" =1", "\"' =1\""),
            ("\u{200b}=1", "\"'\u{200b}=1\""),
            ("＝1", "\"'＝1\""),
            ("a;=HYPERLINK(1);b", "\"a;=HYPERLINK(1);b\""),
            ("a|b", "\"a|b\""),
            ("-5;1", "\"'-5;1\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=\"a\",1", "\"'=\"\"a\"\",1\""),
            ("小鹿", "小鹿"),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }

    #[test]
    fn nothing_in_a_report_ends_its_block() {
        let key = SigningKey::generate().unwrap();
        let mut record = record();
        record.title = Some("</script><script>alert(1)</script><!--".into());
        let block = report_block(&document(record, &key).unwrap()).unwrap();
        assert_eq!(block.matches("</script>").count(), 1);
        assert!(!block.contains("<!--"));
    }
}
