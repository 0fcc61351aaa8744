//! Writes the Rust: the languages as an enum, and one function per message. A function is a `match` on the language, so
//! that the compiler drops what a program does not use; the browser bundle has no parser and no table of texts.

use super::format::Format;
use super::message::{Key, Kind, Message, Piece, Variant};
use super::{Catalogues, Language, Messages, State};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The content of `messages.rs`.
pub fn generate(catalogues: &Catalogues) -> String {
    let mut code = String::new();
    let languages: Vec<&Language> = catalogues.languages.iter().map(|(language, _)| language).collect();
    write_languages(&mut code, &languages);
    write_locales(&mut code, &languages, &catalogues.formats);
    // A text depends on the language alone; `I18n` has it too, because a page has an `I18n` at hand.
    let (mut of_language, mut of_i18n) = ("impl Lang {\n".to_owned(), "impl I18n {\n".to_owned());
    for (id, message) in catalogues.source() {
        write_message(&mut of_language, id, message, &catalogues.languages);
        write_delegate(&mut of_i18n, id, message);
    }
    for part in [of_language, of_i18n] {
        code.push_str(&part);
        code.push_str("}\n");
    }
    code
}

/// The name of the function of a message: `board-polling-slowed` is `board_polling_slowed`.
pub fn function_name(id: &str) -> String {
    id.replace(['-', '.'], "_")
}

fn write_languages(code: &mut String, languages: &[&Language]) {
    let with = |states: &[State]| -> Vec<&&Language> {
        languages.iter().filter(|language| states.contains(&language.state)).collect()
    };
    let console = with(&[State::Complete, State::Growing]);
    let readers = with(&[State::Complete, State::Growing, State::Reports]);
    code.push_str("/// A language of pages and reports: one variant per row of `locales/languages.toml`.\n");
    code.push_str("#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]\n");
    code.push_str("#[serde(rename_all = \"lowercase\")]\npub enum Lang {\n");
    for (place, language) in languages.iter().enumerate() {
        let default = if place == 0 { "#[default] " } else { "" };
        let _ = writeln!(code, "    /// {}\n    {default}{},", language.name, language.variant());
    }
    let variants =
        |list: &[&&Language]| list.iter().map(|it| format!("Self::{}", it.variant())).collect::<Vec<_>>().join(", ");
    code.push_str("}\n\nimpl Lang {\n");
    let mut list = |doc: &str, name: &str, list: &[&&Language]| {
        let _ = writeln!(code, "    /// {doc}\n    pub const {name}: &'static [Self] = &[{}];", variants(list));
    };
    list("The languages of the console, in the order of menus.", "CONSOLE", &console);
    list("The languages of shared reports and of `/verify`, in the order of menus.", "READERS", &readers);
    let every: Vec<&&Language> = languages.iter().collect();
    list("Every language that this build contains, the pseudo-language of tests included.", "BUILT", &every);
    let mut texts = |doc: &str, name: &str, text: fn(&Language) -> &str| {
        let _ =
            writeln!(code, "    /// {doc}\n    pub const fn {name}(self) -> &'static str {{\n        match self {{");
        for language in languages {
            let _ = writeln!(code, "            Self::{} => {:?},", language.variant(), text(language));
        }
        code.push_str("        }\n    }\n");
    };
    texts("The value of `?lang=` and of the cookie.", "code", |language| &language.code);
    texts(
        "The value of the HTML attribute `lang`; with the script, so that browsers choose the right Han glyphs.",
        "tag",
        |it| &it.tag,
    );
    texts("Its name in itself.", "own_name", |language| &language.name);
    code.push_str("    /// This language where the console has it, else the source language.\n");
    code.push_str("    #[allow(clippy::match_single_binding)]\n");
    code.push_str("    pub const fn of_console(self) -> Self {\n        match self {\n");
    for language in languages.iter().filter(|language| language.state == State::Reports) {
        let _ = writeln!(code, "            Self::{} => Self::{},", language.variant(), languages[0].variant());
    }
    code.push_str("            complete => complete,\n        }\n    }\n");
    code.push_str("    /// Which forms Han letters take in its pictures.\n");
    code.push_str("    pub const fn han_forms(self) -> HanForms {\n        match self {\n");
    for language in languages {
        let _ = writeln!(code, "            Self::{} => HanForms::{:?},", language.variant(), language.han_forms);
    }
    code.push_str("        }\n    }\n}\n\n");
}

/// One constant per language, and the function that leads to it.
fn write_locales(code: &mut String, languages: &[&Language], formats: &[Format]) {
    code.push_str(
        "impl Lang {\n    /// How it writes numbers and dates.\n    pub const fn locale(self) -> &'static Locale {\n",
    );
    code.push_str("        match self {\n");
    for (language, format) in languages.iter().zip(formats) {
        // The fields of a row are those of `Locale`, and every type here is written by Rust's debug form as it is read.
        let Format { group, decimal, percent, months, months_full, weekdays, units, .. } = format;
        let Format { date, date_plain, date_short, date_weekday, list_pair, list_middle, list_end, space, .. } = format;
        let _ = writeln!(
            code,
            "            Self::{} => &Locale {{ group: {group:?}, decimal: {decimal:?}, percent: {percent:?}, months: {months:?}, \
             months_full: {months_full:?}, weekdays: {weekdays:?}, date: {date:?}, date_plain: {date_plain:?}, \
             date_short: {date_short:?}, date_weekday: {date_weekday:?}, list_pair: {list_pair:?}, \
             list_middle: {list_middle:?}, list_end: {list_end:?}, space: {space:?}, units: &{units:?} }},",
            language.variant()
        );
    }
    code.push_str("        }\n    }\n}\n\n");
}

/// `name(self` or `name(&self` with the parameters of the message, and its type.
fn signature(id: &str, receiver: &str, message: &Message) -> String {
    let kind = |kind| if kind == Kind::Number { "i64" } else { "&str" };
    let parameters: String = message.declared.iter().map(|(name, it)| format!(", {name}: {}", kind(*it))).collect();
    let name = function_name(id);
    if message.declared.is_empty() {
        format!("pub const fn {name}({receiver}) -> &'static str")
    } else {
        format!("pub fn {name}({receiver}{parameters}) -> String")
    }
}

fn write_delegate(code: &mut String, id: &str, message: &Message) {
    let names: Vec<&str> = message.declared.iter().map(|(name, _)| name.as_str()).collect();
    let head = signature(id, "&self", message);
    let _ = writeln!(code, "    {head} {{ self.lang.{}({}) }}", function_name(id), names.join(", "));
}

fn write_message(code: &mut String, id: &str, source: &Message, languages: &[(Language, Messages)]) {
    for line in source.outline().lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(code, "    /// {}", line.replace('[', "\\[").replace('<', "\\<"));
    }
    // Languages with the same text share an arm.
    let mut arms: Vec<(String, Vec<String>)> = Vec::new();
    let kinds: BTreeMap<&str, Kind> = source.declared.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    for (language, messages) in languages {
        let message = messages.get(id).unwrap_or(source);
        let value = match fixed_text(message) {
            Some(text) if kinds.is_empty() => format!("{text:?}"),
            _ => string(&message.pieces, &kinds),
        };
        let pattern = format!("Lang::{}", language.variant());
        match arms.iter_mut().find(|(known, _)| *known == value) {
            Some((_, patterns)) => patterns.push(pattern),
            None => arms.push((value, vec![pattern])),
        }
    }
    if !kinds.is_empty() {
        // A language may have no use for a variable.
        code.push_str("    #[allow(unused_variables)]\n");
    }
    let _ = writeln!(code, "    {} {{\n        match self {{", signature(id, "self", source));
    for (value, patterns) in arms {
        let _ = writeln!(code, "            {} => {value},", patterns.join(" | "));
    }
    code.push_str("        }\n    }\n");
}

fn fixed_text(message: &Message) -> Option<String> {
    match message.pieces.as_slice() {
        [] => Some(String::new()),
        [Piece::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

/// An expression of type `String`.
fn string(pieces: &[Piece], kinds: &BTreeMap<&str, Kind>) -> String {
    match pieces {
        [] => "String::new()".to_owned(),
        [Piece::Text(text)] => format!("{text:?}.to_owned()"),
        [Piece::Variable(name)] => match kinds.get(name.as_str()) {
            Some(Kind::Number) => format!("self.integer({name})"),
            _ => format!("{name}.to_owned()"),
        },
        [Piece::Select { variable, is_ordinal, variants }] => selection(variable, *is_ordinal, variants, kinds),
        _ => {
            let (mut text, mut arguments) = (String::new(), String::new());
            for piece in pieces {
                match piece {
                    Piece::Text(fixed) => text.push_str(&fixed.replace('{', "{{").replace('}', "}}")),
                    Piece::Variable(name) => {
                        text.push_str("{}");
                        let _ = match kinds.get(name.as_str()) {
                            Some(Kind::Number) => write!(arguments, ", self.integer({name})"),
                            _ => write!(arguments, ", {name}"),
                        };
                    }
                    Piece::Select { variable, is_ordinal, variants } => {
                        text.push_str("{}");
                        let _ = write!(arguments, ", {}", selection(variable, *is_ordinal, variants, kinds));
                    }
                }
            }
            format!("format!({text:?}{arguments})")
        }
    }
}

fn selection(variable: &str, is_ordinal: bool, variants: &[Variant], kinds: &BTreeMap<&str, Kind>) -> String {
    let by_number = kinds.get(variable) == Some(&Kind::Number) && !is_ordinal;
    let selector = if is_ordinal { format!("number::ordinal_category({variable})") } else { variable.to_owned() };
    let mut code = format!("match {selector} {{ ");
    for variant in variants.iter().filter(|variant| !variant.is_default) {
        let pattern = match &variant.key {
            Key::Number(number) => number.to_string(),
            // The only category beside `other` of the languages listed; see `language::read`.
            Key::Name(_) if by_number => "1".to_owned(),
            Key::Name(name) => format!("{name:?}"),
        };
        let _ = write!(code, "{pattern} => {}, ", string(&variant.pieces, kinds));
    }
    let default = variants.iter().find(|variant| variant.is_default).map(|it| string(&it.pieces, kinds));
    let _ = write!(code, "_ => {} }}", default.unwrap_or_else(|| "String::new()".to_owned()));
    code
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::from_texts;
    use super::*;
    use std::path::PathBuf;

    fn code(text: &str) -> String {
        let mut problems = Vec::new();
        let messages = from_texts(&[(PathBuf::from("en.ftl"), text.to_owned())], &mut problems);
        assert_eq!(problems, []);
        let plurals = vec!["one".to_owned(), "other".to_owned()];
        let language = Language { plurals, ..Language::new("en", State::Complete) };
        generate(&Catalogues { reader_files: Vec::new(), languages: vec![(language, messages)], formats: Vec::new() })
    }

    #[test]
    fn a_text_without_variables_is_a_constant() {
        let code = code("save-button = Save \"it\"\n");
        assert!(code.contains("pub const fn save_button(self) -> &'static str"), "{code}");
        assert!(code.contains("Lang::En => \"Save \\\"it\\\"\","), "{code}");
    }

    #[test]
    fn numbers_are_grouped_texts_are_not_and_braces_survive() {
        let code = code("# $count (Number) · $name (Text)\na = { \"{\" }{ $name }: { $count }\n");
        assert!(code.contains("pub fn a(self, count: i64, name: &str) -> String"), "{code}");
        assert!(code.contains("format!(\"{{{}: {}\", name, self.integer(count))"), "{code}");
    }

    #[test]
    fn ordinal_forms_are_chosen_by_their_category() {
        let code = code(
            "# $n (Number)\na = { NUMBER($n, type: \"ordinal\") ->\n    [one] { $n }st\n   *[other] { $n }th\n}\n",
        );
        let arms = "match number::ordinal_category(n) { \"one\" => format!(\"{}st\", self.integer(n)), _ =>";
        assert!(code.contains(arms), "{code}");
    }

    #[test]
    fn plural_forms_are_arms() {
        let code =
            code("# $count (Number)\na = { $count ->\n    [0] none\n    [one] one\n   *[other] { $count } rooms\n}\n");
        let arms = "match count { 0 => \"none\".to_owned(), 1 => \"one\".to_owned(), _ => format!(\"{} rooms\", self.integer(count)) }";
        assert!(code.contains(arms), "{code}");
    }
}
