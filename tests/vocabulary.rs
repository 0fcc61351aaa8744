//! The words of the code: [docs/GLOSSARY.md](../docs/GLOSSARY.md) has the term for each concept, and the words that earlier
//! versions used in its place are not used again.
//!
//! Checked here:
//! - no identifier and no comment uses a word of `WORDS`, no identifier is one of `NAMES`, no comment and no title of a
//!   browser test has a phrase of `PHRASES`;
//! - every word that the reviews named is in one of these tables, or in `ALLOWED` with the reason;
//! - no type name is defined twice for two different things;
//! - every limit has a doc comment and a name that says what it limits;
//! - the code names in the glossary exist.
//!
//! Must not: judge texts that users see (`tests/catalogues.rs` does) or strings, in which keys of SQL and JSON keep their names.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

// ── the tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Words that are in no identifier (as a part of it) and in no comment → the term in their place.
const WORDS: &[(&str, &str)] = &[
    ("told", "returned, shown, notified or reported, as the case may be"),
    ("untold", "unavailable"),
    ("whoever", "the user, the caller or the reader"),
    ("heard", "received"),
    ("hear", "receive"),
    ("hears", "receives"),
    ("mend", "repair"),
    ("mends", "repairs"),
    ("anew", "again"),
    ("life", "session, stream or lifecycle"),
    ("usual", "baseline, typical"),
    ("closing", "room_closed, room-closed webhook"),
    ("books", "ground truth"),
    ("portrait", "share image"),
    ("ledger", "collection log"),
    ("tell", "show, report, return"),
    ("tells", "shows, reports, returns"),
    ("telling", "showing, reporting, returning"),
    ("stand", "be (with the place)"),
    ("stands", "is (with the place)"),
    ("stood", "was"),
    ("untake", "cancel"),
    ("hasten", "expedite"),
    ("eagerness", "OVERSUBSCRIPTION"),
    ("patience", "max_wait"),
    ("blip", "OUTAGE_THRESHOLD"),
    ("wish", "options, spec"),
    ("wishes", "options, spec"),
    ("fate", "action"),
    ("fates", "actions"),
    ("cure", "remedy"),
    ("lane", "command state, endpoint"),
    ("dice", "rng"),
    ("vacancy", "open slot"),
    ("climb", "ramp"),
    ("pasts", "history"),
    ("restated", "corrected, upstream correction"),
    ("trouble", "alert, failure"),
    ("withdraw", "reassign_readings"),
    ("watchers", "viewers"),
    ("strays", "unroutable webhooks"),
    ("happening", "scripted event"),
    ("deer", "sample_record"),
    ("fallen", "decreasing, lower"),
    ("exchanged", "HTTP outcome"),
    ("course", "curve, cumulative"),
];

/// Names that nothing declares → the name in their place. Their words have a normal meaning elsewhere. Those in lower case
/// are no variables either.
const NAMES: &[(&str, &str)] = &[
    ("Life", "StreamTracker, SimSession"),
    ("NextLife", "next session"),
    ("stream_of_life", "stream of the session"),
    ("until_told", "shutdown_signal"),
    ("Heard", "SseMessage, last_response"),
    ("AGAIN", "RETRY_DELAY"),
    ("LASTS", "…_TTL"),
    ("STAYS", "…_TTL"),
    ("PATIENCE", "…_TIMEOUT"),
    ("GATHER", "BATCH_WINDOW"),
    ("COMING_BACK", "IDLE_LINGER"),
    ("TURN", "…_INTERVAL"),
    ("SAY_EVERY", "LOG_EVERY_N_RETRIES"),
    ("FEW", "MAX_…"),
    ("ENOUGH", "MIN_…"),
    ("GREETS", "SESSION_AWARE_ROUTES"),
    ("ASKS", "…_ROUTES"),
    ("BORN", "CREATED_AT"),
    ("MOST", "MAX_…"),
    ("LONGEST", "MAX_…"),
    ("SHORTEST", "MIN_…"),
    ("TALLEST", "MAX_HEIGHT"),
    ("A_MINUTE", "PER_MINUTE"),
    ("AT_A_TIME", "MAX_CONCURRENT"),
    ("needs_look", "needs_attention"),
    ("looks", "attention_count"),
    ("was_followed", "superseded_by_next"),
    ("kept_by_operator", "cancel_end"),
    ("Kept", "CacheEntry, BufferedEvent"),
    ("About", "LinkDefaults"),
    ("NoPicture", "ImageError"),
    ("Pace", "RetryLimit, BaselineComparison"),
    ("Feed", "BoardSender, EventSubscription"),
    ("feed", "board, subscription"),
    ("Signal", "BoardEvent"),
    ("Watched", "ViewerGuard"),
    ("Known", "StreamOnRecord, ErrorInfo"),
    ("Opened", "AfterOpening"),
    ("Way", "ConnectionHealth"),
    ("Leave", "InFlightGuard"),
    ("Joined", "InFlightCall"),
    ("gate", "circuit_breaker"),
    ("Outage", "UpstreamBreaker"),
    ("Pause", "CommandBreaker"),
    ("Weight", "Priority"),
    ("weigh", "set_priority"),
    ("Weigh", "SetPriority"),
    ("put_back", "requeue"),
    ("Border", "SessionBoundary"),
    ("give_way", "yield_to_next"),
    ("ClockOff", "ClockOffset"),
    ("clock_is_off", "set_clock_offset"),
    ("set_aside", "excluded"),
    ("SetAside", "Excluded"),
    ("ClosingRow", "RoomClosedRow"),
    ("Words", "I18n"),
    ("columns_of", "display_width"),
    ("Figures", "ReportView"),
    ("take_along", "share_actions"),
    ("how_sure", "data_quality"),
    ("against_past", "baseline_chart"),
    ("against", "compare, compared"),
    ("Against", "Comparison"),
    ("kept_inside", "internal_findings"),
    ("button_that_asks", "confirm_button"),
    ("Asked", "PasswordPrompt, VerifyInput"),
    ("Said", "VerifyOutcome"),
    ("said", "text, outcome"),
    ("Typed", "FingerprintResult"),
    ("Ways", "AlternateLinks"),
    ("Living", "ActiveLink"),
    ("living", "active"),
    ("Alive", "ActiveLinks"),
    ("bump", "invalidate"),
    ("still", "quiet_room, ssr_stub"),
    ("Chance", "BitModel"),
    ("Coder", "BitCoder"),
    ("Beat", "Step"),
    ("beat", "step, tick"),
    ("Cue", "UpcomingStep"),
    ("Put", "Offset"),
    ("Met", "FaultOutcome"),
    ("met", "outcome"),
    ("cast", "fixtures"),
    ("spend_once", "consume"),
    ("spend", "consume"),
    ("Past", "PastStream"),
    ("Usual", "Baseline"),
    ("side_from", "crossover"),
    ("Sheet", "Canvas"),
    ("japanese", "han_variant"),
    ("told_of_open", "apply_create_time"),
    ("ours_until", "last_of_current"),
    ("next_from", "first_of_next"),
    ("followed_by", "superseded_by"),
    ("was_away", "mark_unavailable_since"),
    ("Judge", "ResolveExcluded"),
    ("Task", "CollectorTask"),
    ("carry_out", "apply_effects"),
    ("carrying", "depth"),
    ("Ask", "UserCommand"),
    ("AskError", "CommandError"),
    ("believe", "apply_webhook"),
    ("unplaced", "needs_place"),
    ("Parts", "CollectorDeps"),
    ("bears", "has_bearer_token"),
    ("went_well", "record_success"),
    ("went_wrong", "record_failure"),
    ("count_again", "recompute_totals"),
    ("SumsKept", "SumsCache"),
    ("Part", "SessionPart"),
    ("Material", "ReportInput"),
    ("settle", "validate, resolve_totals, run_pending"),
    ("keep_day", "maintain_daily_totals"),
    ("begun", "started_at"),
    ("grain", "tick_ms"),
    ("Dice", "Rng"),
    ("Happening", "ScriptedEvent"),
    ("NewerLife", "NewerSession"),
    ("AppTrouble", "AppAlert"),
];

/// Phrases that are in no comment → what to write.
const PHRASES: &[(&str, &str)] = &[
    ("of ours", "our"),
    ("by itself", "automatically, without …"),
    ("by themselves", "automatically, without …"),
    ("hold against", "compare with"),
    ("held against", "compared with"),
    ("holds against", "compares with"),
    ("gives way", "yields, is replaced"),
    ("give way", "yield, be replaced"),
    ("set aside", "excluded"),
    ("sets aside", "excludes"),
    ("so many at", "the maximum"),
    ("so long after", "the delay"),
    ("closing message", "room-closed webhook"),
    ("is no more", "is gone"),
    ("looks at the board", "views the board"),
    ("its books", "its ground truth"),
];

/// Words of the same columns that stay, with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("take", "the verb of Option::take and mem::take"),
    ("free", "memory and slots are free; the adjective"),
    ("held, hold, holds", "of locks, files and connections that are held"),
    ("again", "the adverb; the function of that name is replay_messages"),
    ("keep, kept", "the verb; the types of that name are gone"),
    ("about", "the preposition"),
    ("Signal, watched", "signals of the system and of the page; a page is watched"),
    (
        "what, more, once, nothing, nobody, own, most, few, enough",
        "ordinary words; no function has one of them as its name",
    ),
    (
        "known, found, listed, missed, moved, joined, placed, asked, answered, typed",
        "participles: SQL columns and \
      fields with the times at which a call was asked and answered have them",
    ),
    ("way, ways, leave", "ordinary words in comments"),
    ("outage, pause", "the usual words for what the breakers react to"),
    ("budget", "of calls per second and of bytes"),
    ("Guard, guard", "the Rust term for a value that undoes something when dropped"),
    ("belongs, decide, fall, early, retry, done, gone", "ordinary words; HTTP 410 and room_gone are Gone"),
    ("recorder, Recorder", "the name of the part that writes: store::recorder"),
    ("pick, say, middle, visible, plain, sure", "ordinary words: the middle half, visible rows, plain text"),
    ("words", "words of texts; the localizer is I18n"),
    ("figures", "numbers on a page; the view model of the report is ReportView"),
    ("happened", "the verb"),
    ("rules, people, log", "finding rules, people who enter, the log"),
    ("pace", "the key of a sort order in the address of the board"),
    ("script, story", "the scripted demo"),
    ("stage, staged", "the simulated rooms that --rooms keeps up"),
    ("promised", "what a response's header or a document promises"),
    ("Handle, handle, hook, join, scope, net", "Rust and web terms"),
    ("hint", "an unauthenticated webhook is a hint"),
    ("base", "the base URL"),
    ("idle_ms", "how long a room has been idle"),
    ("derive, derived", "the derived document: what a link shows of a report"),
    ("Moment, Draft, Reading, Record, verdict, Scope, Phase, Flash", "the usual terms of the field"),
    ("material", "what a seal is made of"),
    ("dead", "a link that shows nothing, as in the wording of the 404 page"),
    ("shared, exports, cells, modules", "ordinary words; files have other names"),
    ("answer, outcome", "ordinary words; the function of the command line is print_stdout"),
    ("pack, numbers", "ordinary words"),
    ("view, View", "the term of Leptos"),
    ("lives", "the verb: an island lives as long as its page"),
    ("past", "the adjective; past streams are PastStream"),
    ("changes", "the changes of a room's counters"),
];

/// The left columns of the two tables of the reviews, except file names.
const LEFT_COLUMNS: &str = "Life NextLife told tell tells untold until_told hear heard Heard take untake free Free Held again \
    AGAIN LASTS STAYS PATIENCE GATHER COMING_BACK TURN SAY_EVERY EAGERNESS FEW ENOUGH BLIP GREETS ASKS BORN MOST LONGEST \
    SHORTEST TALLEST A_MINUTE AT_A_TIME looks needs_look was_followed kept_by_operator keep Kept About Wish NoPicture Pace \
    Feed Signal Watched Watchers Fate fate cure what Known Lane Way Leave Joined Exchanged gate Outage Pause budget Guard \
    Weight weigh hasten put_back Border withdraw give_way belongs fall ClockOff set_aside SetAside restated Closing \
    ClosingRow closing recorder Recorder Trouble AppTrouble Words words pick say middle visible columns_of Figures happened \
    take_along how_sure against_past kept_inside own rules people log more nobody nothing button_that_asks plain Asked Said \
    Typed Ways Living bump still pack Chance Coder numbers cast script Beat Climb Put Met Vacancy stage books deer once \
    spend_once pasts Past usual side_from course Sheet portrait View japanese told_of_open gone held fallen ours_until \
    next_from clock_is_off followed_by decide was_away Judge verdict Task base carry_out carrying Ask AskError done believe \
    early retry missed found listed promised unplaced placed idle_ms strays Parts Handle bears Hook Hint join Scope \
    went_well went_wrong count_again SumsKept moved Part derive Derived Material settle net against Moment Alive dead Draft \
    Reading shared exports cells Modules keep_day holds spend begun answer Outcome Happening Cue Dice grain";

/// Type names that are defined more than once, with the reason.
const SAME_NAMES: &[(&str, &str)] = &[
    ("Bound", "a bound value of a query: one for each database engine"),
    ("Filter", "the conditions of a query: one for each database engine"),
    ("Matches", "the rows that a search matches: one for each database engine"),
    ("Source", "what a list query reads from: one for each database engine"),
];

// ── reading the source ────────────────────────────────────────────────────────────────────────────────────────────────

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Rust,
    Script,
    Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Identifier,
    Comment,
    Text,
}

#[derive(Debug)]
struct Token<'a> {
    line: usize,
    kind: TokenKind,
    text: &'a str,
}

struct SourceFile {
    /// `src/web/api/mod.rs`.
    path: String,
    language: Language,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["node_modules", "test-results", "playwright-report"].iter().any(|name| path.ends_with(name)) {
                collect(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}

/// Every file that is checked.
fn sources() -> Vec<SourceFile> {
    let mut paths = vec![root().join("build.rs")];
    for directory in ["src", "tests", "benches", "build", "end2end", "style"] {
        collect(&root().join(directory), &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| {
        let language = match path.extension()?.to_str()? {
            "rs" => Language::Rust,
            "ts" | "mjs" => Language::Script,
            "scss" => Language::Style,
            _ => return None,
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        Some(SourceFile { path, language, text })
    };
    // This file has the words themselves.
    paths.into_iter().filter_map(read).filter(|file| file.path != "tests/vocabulary.rs").collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Where a quoted text that begins at `from` ends.
fn end_of_text(bytes: &[u8], from: usize) -> usize {
    let quote = bytes[from];
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// Where `r#"…"#` that begins at `from` ends, if it is one.
fn end_of_raw(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let rest = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = rest.bytes().take_while(|&byte| byte == b'#').count();
    rest[hashes..].starts_with('"').then_some(())?;
    let begin = text.len() - rest.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text[begin..].find(&end).map_or(text.len(), |at| begin + at + end.len()))
}

/// Where a character or a lifetime that begins at `from` ends.
fn end_of_quote(text: &str, from: usize) -> usize {
    let mut rest = text[from + 1..].char_indices();
    match rest.next() {
        Some((_, '\\')) => text[from + 3..].find('\'').map_or(text.len(), |at| from + 3 + at + 1),
        Some((_, first)) if rest.next().is_some_and(|(_, next)| next == '\'') => from + 2 + first.len_utf8(),
        _ => from + 1 + text[from + 1..].bytes().take_while(|&byte| is_word(byte)).count(),
    }
}

/// Where a regular expression of a script that begins at `from` ends, if it is one.
fn end_of_pattern(bytes: &[u8], from: usize) -> Option<usize> {
    let before = bytes[..from].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    before.is_none_or(|byte| b"(,=:[!&|?{};+".contains(byte)).then_some(())?;
    let mut class = false;
    let mut at = from + 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Identifiers, comments (a line each) and texts of a file. Not a parser: numbers and signs are skipped.
fn tokens(text: &str, language: Language) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let rest = &text[at..];
        let (kind, end) = if rest.starts_with("//") && !(language == Language::Style && text[..at].ends_with(':')) {
            (Some(TokenKind::Comment), rest.find('\n').map_or(text.len(), |length| at + length))
        } else if rest.starts_with("/*") {
            (Some(TokenKind::Comment), rest.find("*/").map_or(text.len(), |length| at + length + 2))
        } else if language == Language::Rust
            && let Some(end) = end_of_raw(text, at)
        {
            (Some(TokenKind::Text), end)
        } else if bytes[at] == b'"' || (language != Language::Rust && b"'`".contains(&bytes[at])) {
            (Some(TokenKind::Text), end_of_text(bytes, at))
        } else if language == Language::Rust && bytes[at] == b'\'' {
            (None, end_of_quote(text, at))
        } else if language == Language::Script
            && bytes[at] == b'/'
            && let Some(end) = end_of_pattern(bytes, at)
        {
            (None, end)
        } else if is_word(bytes[at]) {
            let part = |byte: &u8| is_word(*byte) || (language == Language::Style && *byte == b'-');
            let length = bytes[at..].iter().take_while(|byte| part(byte)).count();
            ((!bytes[at].is_ascii_digit()).then_some(TokenKind::Identifier), at + length)
        } else {
            (None, at + rest.chars().next().map_or(1, char::len_utf8))
        };
        let token = &text[at..end];
        if kind == Some(TokenKind::Comment) {
            let lines = token.lines().enumerate();
            tokens.extend(lines.map(|(place, text)| Token { line: line + place, kind: TokenKind::Comment, text }));
        } else if let Some(kind) = kind {
            tokens.push(Token { line, kind, text: token });
        }
        line += token.bytes().filter(|&byte| byte == b'\n').count();
        at = end;
    }
    tokens
}

/// The words of an identifier, in lower case: `RoomClosedRow`, `room_closed_row` and `room-closed-row` are three words.
fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for letter in identifier.chars() {
        let begins = letter.is_uppercase() && !before.is_uppercase();
        if (!letter.is_alphabetic() || begins) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphabetic() {
            words.last_mut().unwrap().extend(letter.to_lowercase());
        }
        before = letter;
    }
    words
}

/// A comment without what it quotes of the code.
fn prose(comment: &str) -> String {
    comment.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase()
}

const DECLARE: [&str; 9] = ["struct", "enum", "union", "trait", "type", "fn", "const", "static", "mod"];

/// What a file says against the tables: `src/a.rs:3: “told”: write …`.
fn faults(path: &str, text: &str, language: Language) -> Vec<String> {
    let mut faults = Vec::new();
    let mut before = "";
    for token in tokens(text, language) {
        let mut fault = |found: &str, instead: &str| {
            faults.push(format!("{path}:{}: “{found}” in “{}”: write {instead}", token.line, token.text.trim()));
        };
        let mut check_prose = |prose: &str| {
            let words: BTreeSet<&str> =
                prose.split(|letter: char| !(letter.is_alphabetic() || letter == '-')).collect();
            for (word, instead) in WORDS.iter().filter(|(word, _)| words.contains(word)) {
                fault(word, instead);
            }
            for (phrase, instead) in PHRASES.iter().filter(|(phrase, _)| prose.contains(phrase)) {
                fault(phrase, instead);
            }
        };
        match token.kind {
            TokenKind::Comment => check_prose(&prose(token.text)),
            // The title of a browser test.
            TokenKind::Text if language == Language::Script && before == "test" => check_prose(&prose(token.text)),
            TokenKind::Text => {}
            TokenKind::Identifier => {
                let words = words(token.text);
                for (word, instead) in WORDS.iter().filter(|(word, _)| words.iter().any(|part| part == word)) {
                    fault(word, instead);
                }
                let name = NAMES.iter().find(|(name, _)| *name == token.text && language == Language::Rust);
                let is_lower = token.text.starts_with(|letter: char| letter.is_lowercase());
                if let Some((name, instead)) = name.filter(|_| is_lower || DECLARE.contains(&before)) {
                    fault(name, instead);
                }
            }
        }
        if token.kind != TokenKind::Comment {
            before = token.text;
        }
    }
    faults
}

/// The lines of a file that are no test: those before `#[cfg(test)] mod`, none of a test module's file.
fn product_lines(file: &SourceFile) -> Vec<(usize, &str)> {
    let is_test = file.path.ends_with("/tests.rs") || file.path.contains("/tests/") || file.path.contains("/contract/");
    if is_test || !file.path.starts_with("src/") {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let is_end = |pair: &[&str]| pair[0].trim() == "#[cfg(test)]" && pair[1].ends_with('{') && pair[1].contains("mod ");
    let end = lines.windows(2).position(is_end).unwrap_or(lines.len());
    (1..).zip(lines).take(end).collect()
}

/// What a line declares: `(struct, Name, rest)`.
fn declaration<'a>(line: &'a str, kinds: &[&str]) -> Option<(&'a str, &'a str, &'a str)> {
    let mut rest = line.trim_start();
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after.trim_start();
        if rest.starts_with('(') {
            rest = rest.split_once(')')?.1.trim_start();
        }
    }
    let (kind, rest) = rest.split_once(' ')?;
    kinds.contains(&kind).then_some(())?;
    let length = rest.bytes().take_while(|&byte| is_word(byte)).count();
    (length > 0).then(|| (kind, &rest[..length], &rest[length..]))
}

// ── the tests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn no_private_word_is_used() {
    let faults: Vec<String> = sources().iter().flat_map(|file| faults(&file.path, &file.text, file.language)).collect();
    assert!(faults.is_empty(), "{} words (docs/GLOSSARY.md has the terms):\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_private_word_is_found_with_its_line_and_its_term() {
    let planted = "/// The stream was told.\nfn a() {}\nstruct SetAside;\nlet usual_coins = 1;\n// a lie of ours\n";
    let found = faults("src/a.rs", planted, Language::Rust);
    let expected = ["src/a.rs:1: “told”", "src/a.rs:3: “SetAside”", "src/a.rs:4: “usual”", "src/a.rs:5: “of ours”"];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
    assert!(found[2].ends_with("write baseline, typical"), "{}", found[2]);
    // Keys of SQL and JSON keep their names, and so does what a comment quotes.
    let fine =
        "let row = row.get(\"usual_coins\"); // `usual_coins`, a column\nlet c = '\"'; let r = r#\"told \"told\"\"#;\n";
    assert_eq!(faults("src/a.rs", fine, Language::Rust), [""; 0]);
    // A name in lower case is no variable either; in another place its capital form is a variant.
    assert_eq!(faults("src/a.rs", "let said = Verify::Typed;", Language::Rust).len(), 1);
    let script = "test(\"what was told\", () => { const quote = /[\"']/; const heard = \"told\"; });";
    assert_eq!(faults("end2end/a.ts", script, Language::Script).len(), 2);
    assert_eq!(faults("style/a.scss", ".usual-band { color: red; } // told", Language::Style).len(), 2);
}

#[test]
fn every_word_of_the_reviews_is_decided() {
    let is_name = |word: &&str| NAMES.iter().any(|(name, _)| name == word);
    let is_word = |word: &&str| words(word).iter().any(|part| WORDS.iter().any(|(word, _)| word == part));
    let allowed: BTreeSet<&str> = ALLOWED.iter().flat_map(|(words, _)| words.split(", ")).collect();
    let is_allowed = |word: &&str| allowed.contains(word) || allowed.contains(word.to_lowercase().as_str());
    let left = LEFT_COLUMNS.split_whitespace();
    let open: Vec<&str> = left.filter(|word| !(is_name(word) || is_word(word) || is_allowed(word))).collect();
    assert!(open.is_empty(), "neither forbidden nor allowed: {open:?}");
    assert!(ALLOWED.iter().all(|(_, reason)| reason.len() > 7));
    let doubled: Vec<&str> = allowed.into_iter().filter(|word| is_word(word)).collect();
    assert!(doubled.is_empty(), "both forbidden and allowed: {doubled:?}");
}

#[test]
fn no_type_name_is_used_for_two_things() {
    let files = sources();
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.starts_with("src/")) {
        for (line, text) in (1..).zip(file.text.lines()) {
            // An associated type has its trait's name.
            let is_associated = text.starts_with(' ') && text.trim_start().starts_with("type ");
            if let Some((_, name, _)) = declaration(text, &["struct", "enum", "trait", "type"])
                && !is_associated
            {
                places.entry(name).or_default().push(format!("{}:{line}", file.path));
            }
        }
    }
    let is_allowed = |name: &str| SAME_NAMES.iter().any(|(allowed, _)| *allowed == name);
    let twice: Vec<String> = places
        .iter()
        .filter(|(name, places)| places.len() > 1 && !is_allowed(name))
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(twice.is_empty(), "defined more than once:\n{}", twice.join("\n"));
    for (name, _) in SAME_NAMES {
        assert!(
            places.get(name).is_some_and(|places| places.len() > 1),
            "{name} is defined once: take it off the list"
        );
        assert!(places[name].iter().all(|place| place.starts_with("src/store/")), "{name}: {:?}", places[name]);
    }
}

#[test]
fn limits_are_documented_and_named_as_limits() {
    let numbers = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "i128", "f64", "Duration", "Millis"];
    let mut faults = Vec::new();
    for file in &sources() {
        let lines = product_lines(file);
        for (place, (line, text)) in lines.iter().enumerate() {
            let Some((_, name, rest)) = declaration(text, &["const"]) else { continue };
            let kind = rest.trim_start_matches(':').split('=').next().unwrap_or_default().trim();
            let is_number = numbers.contains(&kind) || kind.ends_with("::Duration");
            let above = lines[..place].iter().rev().map(|(_, text)| text.trim());
            let is_documented =
                above.into_iter().find(|text| !text.starts_with("#[")).is_some_and(|text| text.starts_with("///"));
            if is_number && !is_documented && name != "_" {
                faults.push(format!("{}:{line}: {name} has no doc comment with its unit and its effect", file.path));
            }
            if words(name)
                .iter()
                .any(|word| ["most", "longest", "shortest", "tallest", "least"].contains(&word.as_str()))
            {
                faults.push(format!("{}:{line}: {name}: limits are MAX_… and MIN_…", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_code_names_of_the_glossary_exist() {
    let glossary = std::fs::read_to_string(root().join("docs/GLOSSARY.md")).unwrap();
    assert!(!glossary.contains('←'), "a name that was to change");
    let files = sources();
    let product = files.iter().filter(|file| file.path.starts_with("src/"));
    let known: BTreeSet<&str> = product
        .flat_map(|file| tokens(&file.text, file.language))
        .filter(|token| token.kind != TokenKind::Comment)
        .flat_map(|token| token.text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')))
        .collect();
    let mut rows = 0;
    for line in glossary.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        // The second table has names of the code alone.
        let (concept, code) = match cells[..] {
            [concept, english, chinese, japanese, code, _meaning] => {
                let is_whole = [english, chinese, japanese, code].iter().all(|text| !text.is_empty());
                assert!(is_whole, "{concept}: an empty cell");
                (concept, code)
            }
            [name, meaning] => (name, meaning),
            _ => panic!("six cells a row, or two: {line}"),
        };
        for name in code.split('`').skip(1).step_by(2) {
            let name = name.rsplit("::").next().unwrap();
            assert!(known.contains(name), "{concept}: nothing in src is called {name}");
        }
        rows += 1;
    }
    assert!(rows > 30, "{rows} rows");
}
