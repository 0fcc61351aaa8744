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
    match i18n::load(Path::new("locales"), true) {
        Ok(catalogues) => assert!(catalogues.missing().iter().all(|(_, missing)| *missing < catalogues.source().len())),
        Err(problems) => panic!("{problems:#?}"),
    }
}

#[test]
fn every_message_is_used() {
    let catalogues = i18n::load(Path::new("locales"), false).ok().unwrap();
    let words = words_of_the_source();
    let unused: Vec<_> =
        catalogues.source().keys().filter(|id| !words.contains(&i18n::generate::function_name(id))).collect();
    assert!(unused.is_empty(), "no page uses {unused:?}");
}
