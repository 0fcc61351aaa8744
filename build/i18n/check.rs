//! What a catalogue must fulfil. Each rule is a function; each has a test that breaks it.

use super::language::AvoidedTerm;
use super::message::{Key, Message, PLURALS, Piece};
use super::{Catalogues, Language, Messages, Problem, State};

/// Everything that is wrong, in no order.
pub fn all(catalogues: &Catalogues) -> Vec<Problem> {
    let mut problems = Vec::new();
    let source = catalogues.source();
    declared_variables(source, &mut problems);
    for (place, (language, messages)) in catalogues.languages.iter().enumerate() {
        if language.state == State::Pseudo {
            continue;
        }
        if place > 0 {
            same_messages(catalogues, language, messages, &mut problems);
            same_variables(messages, source, &mut problems);
        }
        for message in messages.values() {
            selections(language, message, &message.pieces, &mut problems);
        }
        for (id, message) in messages {
            wording(language, id, message, &mut problems);
        }
    }
    problems
}

fn problem(message: &Message, text: String) -> Problem {
    Problem { file: message.file.clone(), line: message.line, text }
}

/// The source declares every variable with its kind, and no other.
fn declared_variables(source: &Messages, problems: &mut Vec<Problem>) {
    for (id, message) in source {
        let used = message.variables();
        for (name, selects) in &used {
            match message.declared.iter().find(|(declared, _)| declared == name) {
                None => problems
                    .push(problem(message, format!("{id}: the comment must declare ${name} (Number) or (Text)"))),
                Some((_, kind)) if selects.is_some_and(|selects| selects != *kind) => {
                    problems
                        .push(problem(message, format!("{id}: ${name} is declared {kind:?} and selects otherwise")));
                }
                Some(_) => {}
            }
        }
        for (name, _) in message.declared.iter().filter(|(name, _)| !used.contains_key(name.as_str())) {
            problems.push(problem(message, format!("{id}: ${name} is declared and does not occur")));
        }
    }
}

/// A complete language has the messages of the source, one of reports has those that readers see; no language has others.
fn same_messages(catalogues: &Catalogues, language: &Language, messages: &Messages, problems: &mut Vec<Problem>) {
    let source = catalogues.source();
    for (id, message) in messages.iter().filter(|(id, _)| !source.contains_key(*id)) {
        problems.push(problem(message, format!("{id} is not in the source language")));
    }
    let is_needed = |message: &Message| match language.state {
        State::Complete => true,
        State::Reports => catalogues.is_for_readers(message),
        State::Growing | State::Pseudo => false,
    };
    for (id, message) in source.iter().filter(|(id, message)| is_needed(message) && !messages.contains_key(*id)) {
        problems.push(problem(message, format!("{id} is missing in {}", language.tag)));
    }
}

/// A translation uses the variables of the source: all of them, or those that its grammar needs. A variable that only
/// selects a form may be left out, since a language without plurals has no use for it.
fn same_variables(messages: &Messages, source: &Messages, problems: &mut Vec<Problem>) {
    for (id, message) in messages {
        let Some(original) = source.get(id) else { continue };
        let (used, expected) = (message.variables(), original.variables());
        for name in used.keys().filter(|name| !expected.contains_key(*name)) {
            problems.push(problem(message, format!("{id}: ${name} is not a variable of the source")));
        }
        for (name, selects) in &expected {
            if selects.is_none() && !used.contains_key(name) {
                problems.push(problem(message, format!("{id}: ${name} is missing")));
            }
        }
        for (name, kind) in &original.declared {
            if used.get(name.as_str()).is_some_and(|selects| selects.is_some_and(|selects| selects != *kind)) {
                problems.push(problem(message, format!("{id}: ${name} is {kind:?} in the source")));
            }
        }
    }
}

/// A selection by number has exactly the plural forms of its language; its default is the last of them.
fn selections(language: &Language, message: &Message, pieces: &[Piece], problems: &mut Vec<Problem>) {
    for piece in pieces {
        let Piece::Select { variable, is_ordinal, variants } = piece else { continue };
        let forms = if *is_ordinal { &language.ordinals } else { &language.plurals };
        for variant in variants {
            selections(language, message, &variant.pieces, problems);
        }
        let names: Vec<&str> = variants
            .iter()
            .filter_map(|variant| match &variant.key {
                Key::Name(name) => Some(name.as_str()),
                Key::Number(_) => None,
            })
            .collect();
        if !names.iter().all(|name| PLURALS.contains(name)) {
            continue;
        }
        for category in forms.iter().filter(|category| !names.contains(&category.as_str())) {
            problems
                .push(problem(message, format!("${variable} needs the plural form [{category}] in {}", language.tag)));
        }
        for name in names.iter().filter(|name| !forms.iter().any(|category| category == *name)) {
            problems.push(problem(message, format!("{} has no plural form [{name}]", language.tag)));
        }
        let default = variants.iter().find(|variant| variant.is_default);
        if default.is_none_or(|default| default.key != Key::Name("other".to_owned())) {
            problems.push(problem(message, format!("the default of ${variable} must be [other]")));
        }
    }
}

/// Punctuation fits the script, and no term is used that the glossary replaces.
fn wording(language: &Language, id: &str, message: &Message, problems: &mut Vec<Problem>) {
    for text in message.texts() {
        if language.full_width
            && let Some(place) = ascii_punctuation(text)
        {
            problems
                .push(problem(message, format!("{:?} must be full-width beside Han or kana", &text[place..place + 1])));
        }
        let lower = text.to_lowercase();
        let is_avoided =
            |avoided: &&AvoidedTerm| lower.contains(&avoided.term) && !avoided.except.iter().any(|it| it == id);
        for AvoidedTerm { term, .. } in language.avoid.iter().filter(is_avoided) {
            problems.push(problem(message, format!("{term:?} is not the glossary's term (docs/GLOSSARY.md)")));
        }
    }
}

/// Where ASCII punctuation touches Han or kana.
fn ascii_punctuation(text: &str) -> Option<usize> {
    let is_wide = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    text.char_indices().find_map(|(place, c)| {
        let before = text[..place].chars().next_back().is_some_and(is_wide);
        let after = text[place + c.len_utf8()..].chars().next().is_some_and(is_wide);
        (matches!(c, ',' | ':' | ';' | '(' | ')' | '!' | '?') && (before || after)).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::from_texts;
    use super::*;
    use std::path::PathBuf;

    fn language(tag: &str, state: State, plurals: &[&str]) -> Language {
        let text = |text: &&str| (*text).to_owned();
        Language {
            plurals: plurals.iter().map(text).collect(),
            full_width: tag == "ja",
            avoid: if tag == "en" {
                vec![AvoidedTerm { term: "viewer".to_owned(), except: vec!["role".to_owned()] }]
            } else {
                Vec::new()
            },
            ..Language::new(tag, state)
        }
    }

    /// The problems of an English and a Japanese file, as `line: text`.
    fn problems(en: &str, ja: &str, state: State) -> Vec<String> {
        let mut found = Vec::new();
        let mut read = |name: &str, text: &str| from_texts(&[(PathBuf::from(name), text.to_owned())], &mut found);
        let (en, ja) = (read("en.ftl", en), read("ja.ftl", ja));
        if found.is_empty() {
            let languages =
                vec![(language("en", State::Complete, &["one", "other"]), en), (language("ja", state, &["other"]), ja)];
            let reader_files = vec!["report.ftl".to_owned()];
            found = all(&Catalogues { reader_files, languages, formats: Vec::new() });
        }
        found.sort();
        found.iter().map(ToString::to_string).collect()
    }

    const ROOMS: &str = "# $count (Number)\nrooms = { $count ->\n    [one] 1 room\n   *[other] { $count } rooms\n}\n";
    const ROOMS_JA: &str = "rooms = ルーム{ $count }件\n";

    #[test]
    fn what_fits_has_no_problem() {
        assert_eq!(problems(ROOMS, ROOMS_JA, State::Complete), Vec::<String>::new());
        assert_eq!(problems(ROOMS, "", State::Growing), Vec::<String>::new());
        assert_eq!(
            problems("-a = A\nb = { -a } b\nc = { b } c\n", "-a = A\nb = b\nc = c\n", State::Complete),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_complete_language_misses_nothing_and_no_language_has_more() {
        assert_eq!(problems(ROOMS, "", State::Complete), ["en.ftl:2: rooms is missing in ja"]);
        let more = format!("{ROOMS_JA}more = その他\n");
        assert_eq!(problems(ROOMS, &more, State::Growing), ["ja.ftl:2: more is not in the source language"]);
    }

    #[test]
    fn a_language_of_reports_needs_the_texts_of_readers_alone() {
        let mut found = Vec::new();
        let mut read = |files: &[(&str, &str)]| {
            let files: Vec<_> = files.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect();
            from_texts(&files, &mut found)
        };
        let en = read(&[("en/report.ftl", "a = a\nb = b\n"), ("en/console.ftl", "c = c\n")]);
        let ko = read(&[("ko/report.ftl", "a = 가\n")]);
        let languages = vec![
            (language("en", State::Complete, &["one", "other"]), en),
            (language("ko", State::Reports, &["other"]), ko),
        ];
        let catalogues = Catalogues { reader_files: vec!["report.ftl".to_owned()], languages, formats: Vec::new() };
        let problems: Vec<String> = all(&catalogues).iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["en/report.ftl:2: b is missing in ko"]);
        assert_eq!(catalogues.missing(), [], "no warning: what it lacks is not promised");
    }

    #[test]
    fn ordinals_have_forms_of_their_own() {
        let hour =
            "# $n (Number)\na = { NUMBER($n, type: \"ordinal\") ->\n    [one] { $n }st\n   *[other] { $n }th\n}\n";
        assert_eq!(
            problems(hour, "a = 第{ $n }\n", State::Complete),
            ["en.ftl:2: $n needs the plural form [few] in en", "en.ftl:2: $n needs the plural form [two] in en",]
        );
    }

    #[test]
    fn variables_are_declared_and_the_same() {
        assert_eq!(
            problems("a = { $b }\n", "a = あ\n", State::Complete)[0],
            "en.ftl:1: a: the comment must declare $b (Number) or (Text)"
        );
        assert_eq!(
            problems("# $b (Text)\na = a\n", "a = あ\n", State::Complete),
            ["en.ftl:2: a: $b is declared and does not occur"]
        );
        assert_eq!(
            problems("# $b (Words)\na = { $b }\n", "a = あ\n", State::Complete)[0],
            "en.ftl:2: the comment must say (Number) or (Text) after $b"
        );
        assert_eq!(problems("# $b (Text)\na = { $b }\n", "a = あ\n", State::Complete), ["ja.ftl:1: a: $b is missing"]);
        let other = problems("# $b (Text)\na = { $b }\n", "a = { $b }{ $c }\n", State::Complete);
        assert_eq!(other, ["ja.ftl:1: a: $c is not a variable of the source"]);
        let text = problems("# $b (Text)\na = { $b ->\n    [one] b\n   *[other] b\n}\n", "a = あ\n", State::Complete);
        assert_eq!(text, ["en.ftl:2: a: $b is declared Text and selects otherwise"]);
    }

    #[test]
    fn plural_forms_are_those_of_the_language() {
        let one = "# $count (Number)\nrooms = { $count ->\n   *[other] { $count } rooms\n}\n";
        assert_eq!(problems(one, ROOMS_JA, State::Complete), ["en.ftl:2: $count needs the plural form [one] in en"]);
        let ja = "rooms = { $count ->\n    [one] 1件\n   *[other] { $count }件\n}\n";
        assert_eq!(problems(ROOMS, ja, State::Complete), ["ja.ftl:1: ja has no plural form [one]"]);
        let default = "# $count (Number)\nrooms = { $count ->\n   *[one] 1 room\n    [other] { $count } rooms\n}\n";
        assert_eq!(problems(default, ROOMS_JA, State::Complete), ["en.ftl:2: the default of $count must be [other]"]);
    }

    #[test]
    fn files_are_well_formed() {
        assert_eq!(problems("a = a\na = b\n", "a = あ\n", State::Complete)[0], "en.ftl:1: a is defined twice");
        assert!(problems("a = { $b\n", "a = あ\n", State::Complete)[0].starts_with("en.ftl:"));
        assert_eq!(
            problems("a = { b }\n", "a = あ\n", State::Complete)[0],
            "en.ftl:1: b does not exist in this language"
        );
        assert_eq!(
            problems("a = { a }\n", "a = あ\n", State::Complete)[0],
            "en.ftl:1: its references lead back to itself"
        );
        assert_eq!(
            problems("a = { NUMBER(1) }\n", "a = あ\n", State::Complete)[0],
            "en.ftl:1: functions and terms with arguments are not supported"
        );
    }

    #[test]
    fn punctuation_and_terms_are_checked() {
        assert_eq!(
            problems("a = a\n", "a = はい, いいえ\n", State::Complete),
            ["ja.ftl:1: \",\" must be full-width beside Han or kana"]
        );
        assert_eq!(problems("a = a\n", "a = ID: 12、a, b\n", State::Complete), Vec::<String>::new());
        assert_eq!(
            problems("a = Viewers\n", "a = 入室数\n", State::Complete),
            ["en.ftl:1: \"viewer\" is not the glossary's term (docs/GLOSSARY.md)"]
        );
        assert_eq!(problems("role = Viewer\n", "role = 閲覧者\n", State::Complete), Vec::<String>::new());
    }
}
