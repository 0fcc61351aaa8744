//! The catalogues in `locales/` and the generator that turns them into Rust: `build/i18n` is compiled here once more, so
//! that its own tests run, and every message is looked for in the source.

#![allow(clippy::unwrap_used)]

#[path = "../build/i18n/mod.rs"]
mod i18n;

use std::collections::HashSet;
use std::path::Path;

/// The words of all Rust files under `src` and `tests`, comments left out.
fn words_of_the_source() -> HashSet<String> {
    fn visit(folder: &Path, words: &mut HashSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, words);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    words.extend(line.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
                }
            }
        }
    }
    let mut words = HashSet::new();
    visit(Path::new("src"), &mut words);
    words
}

#[test]
fn the_catalogues_have_no_problem() {
    match i18n::load(Path::new("locales"), true, false) {
        Ok(catalogues) => assert!(catalogues.missing().iter().all(|(_, missing)| *missing < catalogues.source().len())),
        Err(problems) => panic!("{problems:#?}"),
    }
}

#[test]
fn every_message_is_used() {
    let catalogues = i18n::load(Path::new("locales"), false, false).ok().unwrap();
    let words = words_of_the_source();
    let unused: Vec<_> =
        catalogues.source().keys().filter(|id| !words.contains(&i18n::generate::function_name(id))).collect();
    assert!(unused.is_empty(), "no page uses {unused:?}");
}

/// What readers without an account see: written with the texts that every offered language has.
const READER_SOURCES: [&str; 21] = [
    "src/i18n/copy.rs",
    "src/i18n/findings.rs",
    "src/i18n/report.rs",
    "src/i18n/terms.rs",
    "src/i18n/time.rs",
    "src/web/components/report/collection_log.rs",
    "src/web/components/report/comparison.rs",
    "src/web/components/report/curves.rs",
    "src/web/components/report/highlights.rs",
    "src/web/components/report/mod.rs",
    "src/web/components/report/quality.rs",
    "src/web/components/report/ratios.rs",
    "src/web/components/report/totals.rs",
    "src/web/components/host_past.rs",
    "src/web/components/languages.rs",
    "src/web/pages/report.rs",
    "src/web/pages/verify.rs",
    "src/web/http/verify.rs",
    "src/web/http/share_page.rs",
    "src/web/view/images/card.rs",
    "src/web/view/images/share_image.rs",
];

#[test]
fn pages_for_readers_use_the_files_for_readers_alone() {
    let catalogues = i18n::load(Path::new("locales"), false, false).ok().unwrap();
    let others = catalogues.source().iter().filter(|(_, message)| !catalogues.is_for_readers(message));
    let others: HashSet<String> = others.map(|(id, _)| i18n::generate::function_name(id)).collect();
    for source in READER_SOURCES {
        let text = std::fs::read_to_string(source).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let calls =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| line.split(['.', ':']));
        let name =
            |call: &str| call.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
        let found: Vec<String> = calls.skip(1).map(name).filter(|name| others.contains(name)).collect();
        assert!(found.is_empty(), "{source} uses {found:?}: move them to one of the reader_files of languages.toml");
    }
}

#[test]
fn the_pseudo_language_is_in_debug_builds_alone() {
    let tags = |with_pseudo| -> Vec<String> {
        let catalogues = i18n::load(Path::new("locales"), with_pseudo, false).ok().unwrap();
        catalogues.languages.iter().map(|(language, _)| language.tag.clone()).collect()
    };
    assert!(tags(true).contains(&"en-XA".to_owned()) && !tags(false).contains(&"en-XA".to_owned()));
}
