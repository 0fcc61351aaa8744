//! Is this file a report issued here, and unchanged?
//!
//! Trusts only keys it is given, never one in the file. Must not: look anything up; the caller asks the database between
//! [`read`] and [`judge`], so that the same judgement serves the page, the command and a test.

use super::export::{BLOCK_END, PAGE, PageSeal, REPORT_BLOCK, block_start, unseal_page};
use super::seal::{PublicKey, fingerprint, sha256};
use super::{CanonicalError, Json, RedactionSpec, read_record, record_bytes, redact};
use crate::domain::record::{Derived, FORMAT, Record};
use crate::domain::{Millis, StreamId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The largest file that is looked at.
pub const MAX_FILE_BYTES: usize = 2 << 20;

/// What is said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Issued here and unchanged; the newest revision, as far as is known.
    Genuine {
        sha256: String,
        fingerprint: String,
        record: Box<Record>,
    },
    /// Issued here and unchanged, but corrected since.
    Superseded {
        by: NewerRevision,
        sha256: String,
        fingerprint: String,
        record: Box<Record>,
    },
    /// It names a known key, and differs from what was sealed.
    Altered {
        what: Alteration,
    },
    /// A report, but signed by no known key.
    NotIssuedHere,
    NotAReport {
        why: NoReport,
    },
}

/// How a file differs from what was sealed. The English sentence is for the command and for JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Alteration {
    /// A field by its path in the record, or one of the proof beside it.
    #[error("{0} does not match the seal")]
    Field(String),
    /// Which figure it is, only someone who holds the original may learn.
    #[error("the figures do not match the signature")]
    Figures,
    #[error("the page around the figures does not match its seal")]
    Page,
    #[error("the page around the figures carries no seal of its own")]
    PageWithoutSeal,
    #[error("the page holds more than one report")]
    SeveralReports,
    /// A key beside the record and its proof.
    #[error("{0} was added; it is no part of what was sealed")]
    Added(String),
    /// It holds what no sealed record can hold.
    #[error(transparent)]
    NotCanonical(CanonicalError),
}

/// Why a file is no report. The English sentence is for the command and for JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    #[error("the file is larger than 2 MiB")]
    TooLarge,
    #[error("the file is not text")]
    NotText,
    #[error("this page holds no report")]
    PageWithoutReport,
    #[error(transparent)]
    NotCanonical(CanonicalError),
    #[error("it is JSON, but no report of Aftershow")]
    OtherJson,
    /// Which part of the proof is missing.
    #[error("its {0} is missing: this is a report's record without its proof")]
    WithoutProof(&'static str),
    #[error("it was signed here, by a version of Aftershow that this one does not understand")]
    OtherVersion,
}

impl Verification {
    /// The exit code of `aftershow verify`.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Genuine { .. } | Self::Superseded { .. } => 0,
            Self::Altered { .. } | Self::NotIssuedHere => 1,
            Self::NotAReport { .. } => 2,
        }
    }

    /// The word for logs, JSON and CSS classes.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Genuine { .. } => "genuine",
            Self::Superseded { .. } => "superseded",
            Self::Altered { .. } => "altered",
            Self::NotIssuedHere => "not_ours",
            Self::NotAReport { .. } => "not_a_report",
        }
    }

    const fn altered(what: Alteration) -> Self {
        Self::Altered { what }
    }

    const fn no_report(why: NoReport) -> Self {
        Self::NotAReport { why }
    }
}

/// A later revision of the same stream's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewerRevision {
    pub revision: i64,
    pub sha256: String,
    pub sealed_at: Millis,
}

/// What the database knows of the report a file claims to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownReport {
    /// The canonical bytes of the sealed record of that stream and revision, or of the document a link showed.
    pub original: Option<Vec<u8>>,
    /// The newest revision of that stream, where it is later than the claimed one.
    pub newer: Option<NewerRevision>,
}

/// A file that has the form of a report. Nothing in it is believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub stream: StreamId,
    pub revision: i64,
    /// The hash the file names.
    pub sha256: String,
    record: Json,
    canonical: Vec<u8>,
    signature: Vec<u8>,
    key: String,
    fingerprint: String,
    around: Container,
}

/// What surrounds the signed figures.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Container {
    /// Nothing: the file is the signed JSON.
    Nothing,
    Page(PageSeal),
    /// A page whose seal block is missing or not as it was written.
    PageWithoutSeal,
}

/// Reads a file: signed JSON, or an offline page that holds it.
pub fn read(bytes: &[u8]) -> Result<Claim, Verification> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Verification::no_report(NoReport::TooLarge));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Verification::no_report(NoReport::NotText))?;
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        let open = block_start(REPORT_BLOCK);
        let mut blocks = text.split(&open).skip(1);
        let block = blocks.next().and_then(|rest| rest.split_once(BLOCK_END));
        let (json, _) = block.ok_or_else(|| Verification::no_report(NoReport::PageWithoutReport))?;
        if blocks.next().is_some() {
            return Err(Verification::altered(Alteration::SeveralReports));
        }
        let around = unseal_page(text).map_or(Container::PageWithoutSeal, Container::Page);
        return Ok(Claim { around, ..envelope(json)? });
    }
    envelope(start)
}

/// Judges a claim with the known keys and what the database has.
pub fn evaluate(claim: &Claim, keys: &[PublicKey], known: &KnownReport) -> Verification {
    let signer = keys.iter().find(|key| key.verifies(FORMAT, &claim.canonical, &claim.signature));
    let Some(signer) = signer else {
        if !keys.iter().any(|key| key.id() == claim.key) {
            return Verification::NotIssuedHere;
        }
        let difference = known.original.as_deref().and_then(|original| differs(claim, original, keys));
        return Verification::altered(match difference {
            Some(path) => Alteration::Field(path),
            None => Alteration::Figures,
        });
    };
    let hash = sha256(&claim.canonical);
    for (name, claimed, is) in [
        ("sha256", &claim.sha256, &hash),
        ("fingerprint", &claim.fingerprint, &fingerprint(&hash)),
        ("key", &claim.key, &signer.id()),
    ] {
        if claimed != is {
            return Verification::altered(Alteration::Field(name.to_owned()));
        }
    }
    match &claim.around {
        Container::Nothing => {}
        Container::Page(PageSeal { page, key, signature }) => {
            if !keys.iter().any(|known| known.id() == *key && known.verifies(PAGE, page.as_bytes(), signature)) {
                return Verification::altered(Alteration::Page);
            }
        }
        Container::PageWithoutSeal => return Verification::altered(Alteration::PageWithoutSeal),
    }
    let Ok(record) = read_record(&claim.canonical).map(Box::new) else {
        return Verification::no_report(NoReport::OtherVersion);
    };
    let fingerprint = claim.fingerprint.clone();
    match known.newer.clone().filter(|newer| newer.revision > claim.revision) {
        Some(by) => Verification::Superseded { by, sha256: hash, fingerprint, record },
        None => Verification::Genuine { sha256: hash, fingerprint, record },
    }
}

fn envelope(text: &str) -> Result<Claim, Verification> {
    let json = match Json::parse(text.as_bytes()) {
        Ok(json) => json,
        Err(error) => {
            // A report into which someone wrote a fraction or a second key is altered, not strange.
            let loose: Option<serde_json::Value> = serde_json::from_str(text).ok();
            return Err(match loose {
                Some(value) if value["record"]["format"] == FORMAT => {
                    Verification::altered(Alteration::NotCanonical(error))
                }
                _ => Verification::no_report(NoReport::NotCanonical(error)),
            });
        }
    };
    let record = json.get("record").filter(|record| record.get("format").and_then(Json::as_str) == Some(FORMAT));
    let Some(record) = record.cloned() else { return Err(Verification::no_report(NoReport::OtherJson)) };
    let text = |key: &'static str| {
        let text = json.get(key).and_then(Json::as_str).map(str::to_owned);
        text.ok_or(Verification::no_report(NoReport::WithoutProof(key)))
    };
    if let Json::Object(entries) = &json {
        let ours = ["record", "sha256", "signature", "key", "fingerprint"];
        if let Some(foreign) = entries.keys().find(|key| !ours.contains(&key.as_str())) {
            return Err(Verification::altered(Alteration::Added(foreign.clone())));
        }
    }
    let int = |key: &str| record.get(key).and_then(Json::as_int);
    Ok(Claim {
        stream: StreamId(int("stream").unwrap_or_default()),
        revision: int("revision").unwrap_or_default(),
        sha256: text("sha256")?,
        canonical: record.canonical().into_bytes(),
        signature: text("signature").map(|_| signature(&json).unwrap_or_default())?,
        key: text("key")?,
        fingerprint: text("fingerprint")?,
        record,
        around: Container::Nothing,
    })
}

fn signature(json: &Json) -> Option<Vec<u8>> {
    STANDARD.decode(json.get("signature")?.as_str()?).ok()
}

/// Where a claim first differs from what was sealed, the totals before anything else. Returned only to someone whose file
/// carries the signature of the original, which nothing else reveals: who does not hold it could otherwise ask for hidden
/// figures by guessing them.
fn differs(claim: &Claim, original: &[u8], keys: &[PublicKey]) -> Option<String> {
    let mut original = original.to_vec();
    let derived = claim.record.get("derived").filter(|_| sha256(&original) != claim.sha256);
    if let Some(derived) = derived {
        let derived: Derived = derived.read().ok()?;
        let spec = RedactionSpec {
            preset: derived.preset,
            hide: derived.preset.counters().difference(&derived.shown).copied().collect(),
            host: derived.host,
            title: claim.record.get("title").and_then(Json::as_str).map(str::to_owned),
            slot: derived.slot,
            released: Default::default(),
        };
        let record = redact(&read_record(&original).ok()?, &sha256(&original), &spec);
        original = record_bytes(&record).ok()?;
    }
    let holds = keys.iter().any(|key| key.verifies(FORMAT, &original, &claim.signature));
    if sha256(&original) != claim.sha256 || !holds {
        return None;
    }
    let original = Json::parse(&original).ok()?;
    let totals = original.get("totals").zip(claim.record.get("totals"));
    totals.and_then(|(was, is)| path(was, is, "totals")).or_else(|| path(&original, &claim.record, ""))
}

fn path(was: &Json, is: &Json, at: &str) -> Option<String> {
    let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match (was, is) {
        _ if was == is => None,
        (Json::Object(was), Json::Object(is)) => {
            let keys = was.keys().chain(is.keys().filter(|key| !was.contains_key(*key)));
            keys.into_iter().find_map(|key| match (was.get(key), is.get(key)) {
                (Some(was), Some(is)) => path(was, is, &below(key)),
                _ => Some(below(key)),
            })
        }
        (Json::List(was), Json::List(is)) if was.len() == is.len() => {
            was.iter().zip(is).enumerate().find_map(|(i, (was, is))| path(was, is, &below(&i.to_string())))
        }
        _ => Some(at.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::record::{Document, Preset};
    use crate::report::SigningKey;
    use crate::report::compose::tests::record;
    use crate::report::export::{PAGE_BLOCK, json, report_block, seal_page};
    use crate::report::seal::{document, seal};

    struct VerifyCase {
        key: SigningKey,
        document: Document,
        known: KnownReport,
    }

    fn case(record: Record) -> VerifyCase {
        let key = SigningKey::generate().unwrap();
        let original = seal(&record, &key).unwrap().canonical;
        let document = document(record, &key).unwrap();
        VerifyCase { key, document, known: KnownReport { original: Some(original), newer: None } }
    }

    impl VerifyCase {
        fn answer(&self, file: &str) -> Verification {
            self.answer_with(file, &self.known)
        }

        fn answer_with(&self, file: &str, known: &KnownReport) -> Verification {
            match read(file.as_bytes()) {
                Ok(claim) => evaluate(&claim, &[self.key.public()], known),
                Err(answer) => answer,
            }
        }

        fn page(&self) -> String {
            let block = report_block(&self.document).unwrap();
            let page = format!("<!doctype html><html><body><p>246,810 coins</p>{block}</body></html>");
            seal_page(&page, &self.key)
        }
    }

    fn outcome(answer: Verification) -> String {
        match answer {
            Verification::Altered { what } => what.to_string(),
            other => panic!("{}", other.name()),
        }
    }

    #[test]
    fn what_we_sealed_is_genuine_as_json_pretty_json_and_page() {
        let case = case(record());
        let file = json(&case.document).unwrap();
        let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&file).unwrap()).unwrap();
        for file in [&file, &pretty, &format!("\u{feff}\n{file}"), &case.page()] {
            let answer = case.answer(file);
            assert_eq!((answer.name(), answer.exit_code()), ("genuine", 0));
        }
    }

    #[test]
    fn one_digit_changed_is_altered_and_named() {
        let case = case(record());
        let coins = record().totals.coins.unwrap();
        let file = json(&case.document).unwrap();
        let at = file.find("\"totals\":{\"coins\":").unwrap();
        let changed = [&file[..at], &file[at..].replacen(&coins.to_string(), &(coins + 1).to_string(), 1)].concat();
        let answer = case.answer(&changed);
        assert_eq!(answer.exit_code(), 1);
        assert_eq!(outcome(answer), "totals.coins does not match the seal");
        let guessed = changed.replacen(&case.document.seal.as_ref().unwrap().sha256, &"0".repeat(64), 1);
        assert_eq!(outcome(case.answer(&guessed)), "the figures do not match the signature");
        let unknown = case.answer_with(&changed, &KnownReport::default());
        assert_eq!(outcome(unknown), "the figures do not match the signature");
        let fraction = [&file[..at], &file[at..].replacen(&coins.to_string(), "1.5", 1)].concat();
        assert!(outcome(case.answer(&fraction)).contains("not whole"));
        let twice = file.replacen("\"totals\":{", "\"totals\":{\"coins\":1,", 1);
        assert!(outcome(case.answer(&twice)).contains("twice"));
        let more = file.replacen("{\"record\"", "{\"note\":\"999 coins\",\"record\"", 1);
        assert!(outcome(case.answer(&more)).starts_with("note was added"));
        let print = file.replacen(&case.document.seal.as_ref().unwrap().fingerprint, "0000-0000-0000-0000", 1);
        assert!(outcome(case.answer(&print)).starts_with("fingerprint"));
    }

    #[test]
    fn a_changed_figure_in_the_text_of_a_page_is_altered() {
        let case = case(record());
        let page = case.page();
        assert!(outcome(case.answer(&page.replace("246,810", "999,999"))).contains("page around"));
        let at = page.find(&block_start(PAGE_BLOCK)).unwrap();
        let bare = format!("{}</body></html>", &page[..at]);
        assert!(outcome(case.answer(&bare)).contains("no seal of its own"));
        let second = page.replacen("<body>", &format!("<body>{}", report_block(&case.document).unwrap()), 1);
        assert!(outcome(case.answer(&second)).contains("more than one"));
    }

    #[test]
    fn a_seal_block_that_is_not_as_it_was_written_is_altered() {
        let case = case(record());
        let page = case.page();
        assert_eq!(case.answer(&page).name(), "genuine");
        let start = page.find(&block_start(PAGE_BLOCK)).unwrap();
        let end = start + page[start..].find(BLOCK_END).unwrap() + BLOCK_END.len();
        let (block, without) = (&page[start..end], [&page[..start], &page[end..]].concat());
        let put = |block: &str, before: &str| without.replacen(before, &format!("{block}{before}"), 1);
        assert_eq!(put(block, "</body>"), page);
        let source = block.replacen("<script ", "<script src=\"data:text/javascript,alert(1)\" ", 1);
        let renamed = block.replacen("<script", "<scripted", 1).replacen("</script>", "</scripted>", 1);
        let prefixed = block.replacen("<script ", "<scripted ", 1);
        let more = block.replacen("{", "{\"x\":\"<b>9,999,999</b>\",", 1);
        let forged = [
            put(&source, "</body>"),
            put(&source, "<p>"),
            put(&renamed, "<p>"),
            put(&prefixed, "</body>"),
            put(&more, "</body>"),
            put(block, "<p>"),
            put(block, "</html>"),
            put(&format!("{block}{block}"), "</body>"),
            put(block, "<p>").replacen("</body>", &format!("{block}</body>"), 1),
            put(&block.replacen("id=\"", "id='", 1).replacen("\">", "'>", 1), "</body>"),
            put(&block.replacen(&case.key.id(), "0000000000000000", 1), "</body>"),
            put(&block.replacen("\"key\"", " \"key\"", 1), "</body>"),
            put(&block.replacen("==\"", "=\"", 1), "</body>"),
            format!("{page}\n"),
            format!("\u{feff}{page}"),
        ];
        for page in forged {
            let answer = case.answer(&page);
            assert_eq!((answer.name(), answer.exit_code()), ("altered", 1), "{page}");
        }
    }

    #[test]
    fn a_large_file_of_tags_is_read_in_one_pass() {
        // A search from every tag to the next `>` or `</script>` would compare 10^11 bytes and more.
        let (page, report) = (block_start(PAGE_BLOCK), block_start(REPORT_BLOCK));
        for piece in ["<script", &*page, &*report, "</body>", "<script id=\"aftershow-page\""] {
            let file = format!("{}>", piece.repeat((MAX_FILE_BYTES - 1) / piece.len()));
            assert_ne!(read(file.as_bytes()).unwrap_err().exit_code(), 0);
        }
    }

    #[test]
    fn a_foreign_key_is_not_ours_whatever_it_calls_itself() {
        let ours = case(record());
        let theirs = case(record());
        assert_eq!(ours.answer(&json(&theirs.document).unwrap()), Verification::NotIssuedHere);
        let renamed = json(&theirs.document).unwrap().replace(&theirs.key.id(), &ours.key.id());
        assert_eq!(ours.answer(&renamed).name(), "altered");
        assert_eq!(
            evaluate(&read(renamed.as_bytes()).unwrap(), &[], &KnownReport::default()),
            Verification::NotIssuedHere
        );
    }

    #[test]
    fn a_corrected_report_says_by_which() {
        let case = case(record());
        let newer = NewerRevision { revision: 2, sha256: "cd".repeat(32), sealed_at: Millis(5) };
        let known = KnownReport { newer: Some(newer.clone()), ..case.known.clone() };
        match case.answer_with(&json(&case.document).unwrap(), &known) {
            Verification::Superseded { by, .. } => assert_eq!(by, newer),
            other => panic!("{}", other.name()),
        }
        let same = KnownReport { newer: Some(NewerRevision { revision: 1, ..newer }), ..case.known.clone() };
        assert_eq!(case.answer_with(&json(&case.document).unwrap(), &same).name(), "genuine");
    }

    #[test]
    fn a_derived_document_is_judged_like_its_report() {
        let sealed = case(record());
        let spec = RedactionSpec { title: Some("For you".into()), ..RedactionSpec::of_preset(Preset::Sponsor) };
        let derived = document(redact(&record(), "aa", &spec), &sealed.key).unwrap();
        let file = json(&derived).unwrap();
        assert_eq!(sealed.answer(&file).name(), "genuine");
        let likes = record().totals.likes.unwrap();
        let at = file.find("\"totals\":{").unwrap();
        let changed = [&file[..at], &file[at..].replacen(&likes.to_string(), "1", 1)].concat();
        assert_eq!(outcome(sealed.answer(&changed)), "totals.likes does not match the seal");
        // The kept document itself serves as well, and is the only way where it was derived from what else was kept.
        let kept = KnownReport { original: Some(seal(&derived.record, &sealed.key).unwrap().canonical), newer: None };
        assert_eq!(outcome(sealed.answer_with(&changed, &kept)), "totals.likes does not match the seal");
    }

    #[test]
    fn anything_else_is_not_a_report() {
        let case = case(record());
        let large = " ".repeat(MAX_FILE_BYTES + 1);
        let files = [
            "",
            "{}",
            "[]",
            "hello",
            "<html></html>",
            "<",
            "<script id=\"aftershow-report\">",
            "{\"record\":{}}",
            &large,
        ];
        for file in files {
            let answer = case.answer(file);
            assert_eq!((answer.name(), answer.exit_code()), ("not_a_report", 2), "{}", &file[..file.len().min(40)]);
        }
        assert_eq!(read(b"\xff\xfe").unwrap_err().exit_code(), 2);
        let bare = String::from_utf8(record_bytes(&record()).unwrap()).unwrap();
        assert_eq!(case.answer(&bare).name(), "not_a_report");
        assert_eq!(case.answer(&format!("{{\"record\":{bare}}}")).name(), "not_a_report");
    }
}
