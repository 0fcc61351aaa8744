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
    let offered: Vec<&&Language> = languages.iter().filter(|language| language.state != State::Pseudo).collect();
    code.push_str("/// A language of pages and reports: one variant per row of `locales/languages.toml`.\n");
    code.push_str("#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]\n");
    code.push_str("#[serde(rename_all = \"lowercase\")]\npub enum Lang {\n");
    for (place, language) in languages.iter().enumerate() {
        let default = if place == 0 { "#[default] " } else { "" };
        let _ = writeln!(code, "    /// {}\n    {default}{},", language.name, language.variant());
    }
    let variants =
        |list: &[&&Language]| list.iter().map(|it| format!("Self::{}", it.variant())).collect::<Vec<_>>().join(", ");
    let _ = writeln!(code, "}}\n\nimpl Lang {{\n    /// The languages that users are offered, in the order of menus.");
    let _ = writeln!(code, "    pub const ALL: [Self; {}] = [{}];", offered.len(), variants(&offered));
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
    let every: Vec<&&Language> = languages.iter().collect();
    let _ = writeln!(code, "    /// Every language that this build contains, the pseudo-language of tests included.");
    let _ = writeln!(code, "    pub const BUILT: [Self; {}] = [{}];\n}}\n", every.len(), variants(&every));
}

/// One constant per language, and the function that leads to it.
fn write_locales(code: &mut String, languages: &[&Language], formats: &[Format]) {
    code.push_str(
        "impl Lang {\n    /// How it writes numbers and dates.\n    pub const fn locale(self) -> &'static Locale {\n",
    );
    code.push_str("        match self {\n");
    for (language, format) in languages.iter().zip(formats) {
        let Format { group, decimal, percent, months, weekdays, date, date_plain, date_short, date_weekday, units } =
            format;
        let _ = writeln!(
            code,
            "            Self::{} => &Locale {{ group: {group:?}, decimal: {decimal:?}, percent: {percent:?}, months: {months:?}, \
             weekdays: {weekdays:?}, date: {date:?}, date_plain: {date_plain:?}, date_short: {date_short:?}, \
             date_weekday: {date_weekday:?}, units: &{units:?} }},",
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
        [Piece::Select { variable, variants }] => selection(variable, variants, kinds),
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
                    Piece::Select { variable, variants } => {
                        text.push_str("{}");
                        let _ = write!(arguments, ", {}", selection(variable, variants, kinds));
                    }
                }
            }
            format!("format!({text:?}{arguments})")
        }
    }
}

fn selection(variable: &str, variants: &[Variant], kinds: &BTreeMap<&str, Kind>) -> String {
    let by_number = kinds.get(variable) == Some(&Kind::Number);
    let mut code = format!("match {variable} {{ ");
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
        let language = Language {
            code: "en".to_owned(),
            tag: "en".to_owned(),
            name: "English".to_owned(),
            state: State::Complete,
            plurals: vec!["one".to_owned(), "other".to_owned()],
            full_width: false,
            avoid: Vec::new(),
        };
        generate(&Catalogues { languages: vec![(language, messages)], formats: Vec::new() })
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
    fn plural_forms_are_arms() {
        let code =
            code("# $count (Number)\na = { $count ->\n    [0] none\n    [one] one\n   *[other] { $count } rooms\n}\n");
        let arms = "match count { 0 => \"none\".to_owned(), 1 => \"one\".to_owned(), _ => format!(\"{} rooms\", self.integer(count)) }";
        assert!(code.contains(arms), "{code}");
    }
}
