//! What a link shows, as a record of its own. A preset is applied here, once; page, card, picture, CSV, JSON, HTML, print
//! and tags are rendered from the result and cannot leak what is not in it.
//!
//! Must not: add, round or reword anything. It only leaves out.

use super::Json;
use super::seal::sha256;
use crate::domain::numbers::{self, Series};
use crate::domain::record::{Baseline, Columns, Derived, Finding, FindingRule, MomentKind, Preset, Record};
use crate::domain::{AppId, Counter, Millis, Run, StreamId, Totals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the maker of a link chose to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedactionSpec {
    pub preset: Preset,
    /// Counters hidden beyond those the preset hides.
    pub hide: BTreeSet<Counter>,
    /// Whether host, room and title are shown.
    pub host: bool,
    /// A title for this link instead of the room's.
    pub title: Option<String>,
    /// A sponsor's slot, shown on its own.
    pub slot: Option<(Millis, Millis)>,
    /// Internal findings that a user let out, by their [`finding_key`].
    pub released: BTreeSet<String>,
}

impl RedactionSpec {
    /// The preset as it is.
    pub const fn of_preset(preset: Preset) -> Self {
        Self { preset, hide: BTreeSet::new(), host: true, title: None, slot: None, released: BTreeSet::new() }
    }
}

/// Whether readers may see a moment. What is not known here is internal.
const fn is_shareable(kind: &MomentKind) -> bool {
    match kind {
        MomentKind::Battle | MomentKind::Owner | MomentKind::Follow => true,
        MomentKind::RoomClosedContradicted | MomentKind::Other(_) => false,
    }
}

/// What a finding says, as the beginning of a hash: a release holds for exactly this, in whichever revision it occurs.
/// `None` only for what no rule writes.
pub fn finding_key(finding: &Finding) -> Option<String> {
    let json = Json::of(&Finding { shareable: false, ..finding.clone() }).ok()?;
    sha256(json.canonical().as_bytes()).get(..32).map(str::to_owned)
}

/// Derives from a sealed record with this hash.
pub fn redact(record: &Record, sha256: &str, spec: &RedactionSpec) -> Record {
    let everything = spec.preset == Preset::Everything;
    let past = spec.preset != Preset::Sponsor;
    let shown: BTreeSet<Counter> = spec.preset.counters().difference(&spec.hide).copied().collect();
    let whole = shown.len() == Counter::ALL.len() && spec.host;
    let mask = |totals: &Totals| {
        Totals::from_array(Counter::ALL.map(|counter| totals.get(counter).filter(|_| shown.contains(&counter))))
    };
    let mut derived = record.clone();
    let host = spec.host;
    derived.room = record.room.clone().filter(|_| host);
    derived.host = record.host.clone().filter(|_| host);
    derived.host_name = record.host_name.clone().filter(|_| host);
    derived.title = spec.title.clone().or_else(|| record.title.clone().filter(|_| host));
    if !host {
        // Tencent's CreateTime identifies the room to anybody who watched the public list; our own numbers join this document to
        // others of the same stream; a RequestId finds the call at Tencent.
        derived.created_at = None;
        (derived.app, derived.stream, derived.number) = (AppId::default(), StreamId::default(), 0);
        derived.quality.last_request_id = None;
    }
    if !(everything && whole) {
        // Hashes of what is hidden would let a stranger try out guesses.
        derived.previous = None;
        derived.supersedes = None;
    }
    derived.start = mask(&record.start);
    derived.totals = mask(&record.totals);
    derived.before = mask(&record.before);
    derived.after = mask(&record.after);
    derived.sources.retain(|counter, _| shown.contains(counter));
    derived.peaks.retain(|counter, _| shown.contains(counter));
    if shown.len() < Counter::ALL.len() {
        let shown: Vec<Counter> = shown.iter().copied().collect();
        derived.series = Columns::with(&merged(record, &shown), &shown);
    }
    derived.moments.retain(|moment| everything || is_shareable(&moment.kind));
    for moment in &mut derived.moments {
        moment.amounts = mask(&moment.amounts);
        // The partner's name gives the host away.
        moment.label = moment.label.take().filter(|_| host);
    }
    if !spec.released.is_empty() {
        let released = |finding: &Finding| finding_key(finding).is_some_and(|key| spec.released.contains(&key));
        for finding in &mut derived.findings {
            finding.shareable |= released(finding);
        }
        // A page has room for a few: first those that a user published.
        derived.findings.sort_by_cached_key(|finding| !released(finding));
    }
    derived.findings.retain(|finding| {
        (everything || finding.shareable)
            && (past || !matches!(finding.rule, FindingRule::Baseline | FindingRule::HostBaseline))
            && (host || finding.rule != FindingRule::HostBaseline)
            && numbers::counters_revealed(finding).iter().all(|counter| shown.contains(counter))
    });
    // What a host did in other rooms says who it is.
    derived.host_baseline = derived.host_baseline.take().filter(|_| past && host);
    if let Some(baseline) = &mut derived.host_baseline {
        baseline.totals.retain(|counter, _| shown.contains(counter));
        baseline.cumulative.retain(|counter, _| shown.contains(counter));
        if !(everything && whole) {
            baseline.used.clear();
        }
    }
    if past {
        derived.baseline.totals.retain(|counter, _| shown.contains(counter));
        derived.baseline.cumulative.retain(|counter, _| shown.contains(counter));
        if !(everything && whole) {
            derived.baseline.used.clear();
        }
    } else {
        derived.baseline = Baseline::default();
    }
    if !everything {
        derived.quality.retries = None;
        derived.quality.errors = None;
        derived.quality.excluded = None;
        derived.quality.last_request_id = None;
    }
    let of = (everything && whole).then(|| sha256.to_owned());
    derived.derived = Some(Derived { of, preset: spec.preset, shown, host, slot: spec.slot });
    derived
}

/// The runs again, joined where only hidden counters moved: the joints would reveal when they did.
fn merged(record: &Record, shown: &[Counter]) -> Vec<Run> {
    let series = Series::of(record);
    let mut joined: Vec<Run> = Vec::new();
    for run in record.runs() {
        let same = |last: &Run| {
            shown.iter().all(|&counter| last.counters.get(counter) == run.counters.get(counter))
                && !series.gap_between(last.until, run.from)
                && !series.corrected(last.until, run.from)
        };
        match joined.last_mut().filter(|last| same(last)) {
            Some(last) => {
                last.until_asked = run.until_asked;
                last.until = run.until;
                last.count += run.count;
            }
            None => joined.push(run),
        }
    }
    joined
}

/// Takes the keys of what a derived record hides out of its JSON, so that hidden is absent and null stays "not known".
pub(super) fn strip(json: &mut Json, record: &Record) {
    let Json::Object(entries) = json else { return };
    if record.derived.is_none() {
        return;
    }
    let clear = |json: &mut Json| {
        if let Json::Object(totals) = json {
            totals.retain(|name, _| Counter::from_name(name).is_none_or(|counter| record.shows(counter)));
        }
    };
    for key in ["start", "totals", "before", "after"] {
        entries.entry(key.to_owned()).and_modify(clear);
    }
    if let Some(Json::List(moments)) = entries.get_mut("moments") {
        for moment in moments {
            if let Json::Object(moment) = moment {
                moment.entry("amounts".to_owned()).and_modify(clear);
            }
        }
    }
    if !record.shows_host() {
        entries.retain(|key, value| match key.as_str() {
            "app" | "stream" | "number" => false,
            "host" | "host_name" | "title" | "created_at" => *value != Json::Null,
            _ => true,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::compose::tests::record;
    use crate::report::{read_record, record_bytes};

    fn text(record: &Record) -> String {
        String::from_utf8(record_bytes(record).unwrap()).unwrap()
    }

    #[test]
    fn a_sponsor_sees_no_gifts_coins_gifters_or_past() {
        let sealed = record();
        assert!(text(&sealed).contains("\"coins\"") && !sealed.baseline.totals.is_empty());
        let derived = redact(&sealed, "aa", &RedactionSpec::of_preset(Preset::Sponsor));
        let json = text(&derived);
        for word in ["coins", "gifts", "gifters", "used\":[[", "c29tZSByYW5kb20", "60007", "abab"] {
            assert!(!json.contains(word), "{word}");
        }
        let total = sealed.totals.coins.unwrap().to_string();
        assert!(!json.contains(&total));
        assert_eq!(derived.totals.viewers, sealed.totals.viewers);
        assert_eq!(derived.baseline, Baseline::default());
        assert!(derived.findings.iter().all(|finding| finding.shareable && finding.rule != FindingRule::Baseline));
        assert!(!json.contains("\"of\":\"aa\""));
        let series = Series::of(&derived);
        assert_eq!(series.last_totals().coins, None);
        assert_eq!(series.last_totals().likes, Series::of(&sealed).last_totals().likes);
    }

    #[test]
    fn hiding_coins_hides_all_that_reveals_them() {
        let sealed = record();
        let spec = RedactionSpec { hide: [Counter::Coins].into(), ..RedactionSpec::of_preset(Preset::Everything) };
        let derived = redact(&sealed, "aa", &spec);
        let json = text(&derived);
        assert_eq!(json.matches("coins").count(), 0, "{json}");
        assert!(sealed.findings.iter().any(|finding| finding.rule == FindingRule::Returning));
        assert!(!derived.findings.iter().any(|finding| finding.rule == FindingRule::Returning));
        assert!(derived.findings.iter().any(|finding| finding.counter == Some(Counter::Gifters)));
    }

    #[test]
    fn runs_are_joined_where_only_hidden_counters_moved() {
        let sealed = record();
        let hide = Counter::ALL.into_iter().filter(|&counter| counter != Counter::Gifters).collect();
        let derived = redact(&sealed, "aa", &RedactionSpec { hide, ..RedactionSpec::of_preset(Preset::Everything) });
        assert!(derived.series.len() < sealed.series.len() / 2);
        assert_eq!(Series::of(&derived).readings(), Series::of(&sealed).readings());
        let buckets = |record: &Record| {
            let all = numbers::buckets(&Series::of(record), numbers::MINUTE);
            all.iter()
                .map(|bucket| (bucket.estimate.gifters, bucket.lower.gifters, bucket.upper.gifters))
                .collect::<Vec<_>>()
        };
        assert_eq!(buckets(&derived), buckets(&sealed));
    }

    #[test]
    fn hiding_the_host_hides_room_and_title_unless_renamed() {
        let sealed = record();
        let spec = RedactionSpec { host: false, ..RedactionSpec::of_preset(Preset::Host) };
        let whole = RedactionSpec { host: false, ..RedactionSpec::of_preset(Preset::Everything) };
        let keys = ["title", "room", "host_name", "created_at", "app", "stream", "number"];
        for spec in [&spec, &whole] {
            let json = text(&redact(&sealed, "aa", spec));
            for word in ["xl_radio", "小鹿", "xiaolu", "あゆ", sealed.quality.last_request_id.as_deref().unwrap()] {
                assert!(!json.contains(word), "{word}");
            }
            for key in keys {
                assert!(!json.contains(&format!("\"{key}\":")), "{key}");
            }
        }
        let renamed = RedactionSpec { title: Some("A radio show".into()), ..spec };
        assert_eq!(redact(&sealed, "aa", &renamed).title.as_deref(), Some("A radio show"));
    }

    #[test]
    fn a_host_sees_what_is_shareable_and_everything_shows_the_collection_log() {
        let mut sealed = record();
        let mut suspicion = sealed.findings[0].clone();
        suspicion.shareable = false;
        suspicion.rule = FindingRule::Surge;
        sealed.findings.push(suspicion);
        let host = redact(&sealed, "aa", &RedactionSpec::of_preset(Preset::Host));
        assert!(host.findings.iter().all(|finding| finding.shareable));
        assert_eq!((host.totals, &host.baseline.totals), (sealed.totals, &sealed.baseline.totals));
        assert_eq!((host.quality.errors, host.quality.last_request_id), (None, None));
        let all = redact(&sealed, "aa", &RedactionSpec::of_preset(Preset::Everything));
        assert_eq!((&all.findings, &all.quality, &all.previous), (&sealed.findings, &sealed.quality, &sealed.previous));
        assert_eq!(all.derived.unwrap().of.as_deref(), Some("aa"));
    }

    #[test]
    fn a_released_finding_is_shown_and_no_other() {
        let mut sealed = record();
        let mut suspicion = sealed.findings[0].clone();
        (suspicion.shareable, suspicion.rule) = (false, FindingRule::Surge);
        let mut other = suspicion.clone();
        other.numbers.insert("amount".into(), 7);
        sealed.findings.extend([suspicion.clone(), other]);
        let all = sealed.findings.iter().filter(|finding| finding.rule == FindingRule::Surge).count();
        let released = BTreeSet::from([finding_key(&suspicion).unwrap()]);
        for preset in Preset::ALL {
            let spec = RedactionSpec { released: released.clone(), ..RedactionSpec::of_preset(preset) };
            let derived = redact(&sealed, "aa", &spec);
            let surges: Vec<_> = derived.findings.iter().filter(|finding| finding.rule == FindingRule::Surge).collect();
            let shareable: Vec<_> = surges.iter().filter(|finding| finding.shareable).collect();
            // A preset that hides the counter hides the finding, released or not.
            assert_eq!(shareable.len(), usize::from(preset != Preset::Sponsor), "{preset:?}");
            assert!(shareable.iter().all(|finding| finding.numbers == suspicion.numbers));
            let first = derived.findings.first().map(|finding| &finding.rule);
            assert_eq!(
                first == Some(&FindingRule::Surge),
                preset != Preset::Sponsor,
                "where a page has room for three, it is one"
            );
            assert_eq!(surges.len(), if preset == Preset::Everything { all } else { shareable.len() });
        }
        assert!(sealed.findings.iter().any(|finding| !finding.shareable), "the sealed record stays as it is");
    }

    #[test]
    fn what_is_derived_reads_back_to_the_same_bytes() {
        let sealed = record();
        for preset in Preset::ALL {
            for host in [true, false] {
                let derived = redact(&sealed, "aa", &RedactionSpec { host, ..RedactionSpec::of_preset(preset) });
                let bytes = record_bytes(&derived).unwrap();
                let read = read_record(&bytes).unwrap();
                assert_eq!(read, derived);
                assert_eq!(record_bytes(&read).unwrap(), bytes);
            }
        }
    }
}
