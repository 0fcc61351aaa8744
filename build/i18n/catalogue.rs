//! Reads the `.ftl` files of one language. Terms and references to other messages are filled in here, so that nothing
//! later needs to know them. Of the functions only `NUMBER($variable, type: "ordinal")` is known, as a selector.

use super::message::{Key, Kind, Message, Piece, Variant};
use super::{Messages, Problem};
use fluent_syntax::ast::{self, Entry, Expression, InlineExpression, PatternElement, VariantKey};
use fluent_syntax::unicode::unescape_unicode_to_string;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Names under which messages and terms are found while a reference is filled in: `id`, `id.attribute`, `-term`.
type Patterns = HashMap<String, ast::Pattern<String>>;

/// References that lead further than this are a circle.
const MAX_DEPTH: usize = 8;

/// The messages of every `.ftl` file in the folder; what is wrong is added to `problems`.
pub fn read(folder: &Path, problems: &mut Vec<Problem>) -> Messages {
    let mut files: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            problems.push(Problem { file: folder.to_owned(), line: 1, text: error.to_string() });
            return Messages::new();
        }
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    let mut found = Vec::new();
    for file in files {
        match std::fs::read_to_string(&file) {
            Ok(text) => found.push((file, text)),
            Err(error) => problems.push(Problem { file, line: 1, text: error.to_string() }),
        }
    }
    from_texts(&found, problems)
}

/// The messages of these files, given as name and content.
pub fn from_texts(files: &[(PathBuf, String)], problems: &mut Vec<Problem>) -> Messages {
    let mut patterns = Patterns::new();
    let mut heads = Vec::new();
    for (file, text) in files {
        let problem = |line, text| Problem { file: file.clone(), line, text };
        let resource = match fluent_syntax::parser::parse(text.clone()) {
            Ok(resource) => resource,
            Err((_, errors)) => {
                let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
                problems.extend(errors.iter().map(|error| problem(line(error.pos.start), error.kind.to_string())));
                continue;
            }
        };
        for entry in resource.body {
            let (id, value, attributes, comment) = match entry {
                Entry::Message(message) => (message.id.name, message.value, message.attributes, message.comment),
                Entry::Term(term) => (format!("-{}", term.id.name), Some(term.value), term.attributes, None),
                _ => continue,
            };
            let line = line_of(text, &id);
            let own = value.map(|pattern| (id.clone(), pattern));
            let attributes = attributes.into_iter().map(|it| (format!("{id}.{}", it.id.name), it.value));
            for (name, pattern) in own.into_iter().chain(attributes) {
                if patterns.insert(name.clone(), pattern).is_some() {
                    problems.push(problem(line, format!("{name} is defined twice")));
                }
                if !name.starts_with('-') {
                    let comment = comment.as_ref().map(|comment| comment.content.join("\n")).unwrap_or_default();
                    heads.push((name, file.clone(), line, comment));
                }
            }
        }
    }
    let mut messages = Messages::new();
    for (name, file, line, comment) in heads {
        let problem = |text| Problem { file: file.clone(), line, text };
        match pieces(&patterns[&name], &patterns, 0) {
            Ok(pieces) => match declared(&comment) {
                Ok(declared) => {
                    messages.insert(name, Message { file, line, pieces, declared });
                }
                Err(text) => problems.push(problem(text)),
            },
            Err(text) => problems.push(problem(text)),
        }
    }
    messages
}

fn line_of(text: &str, id: &str) -> usize {
    let starts = |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(starts).map_or(1, |place| place + 1)
}

/// The variables that a comment declares: `$count (Number) · $name (Text)`.
fn declared(comment: &str) -> Result<Vec<(String, Kind)>, String> {
    let mut found = Vec::new();
    for part in comment.split('$').skip(1) {
        let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
        let kind = part[name.len()..].trim_start().strip_prefix('(').and_then(|rest| rest.split(')').next());
        let kind = match kind {
            Some("Number") => Kind::Number,
            Some("Text") => Kind::Text,
            _ => return Err(format!("the comment must say (Number) or (Text) after ${name}")),
        };
        found.push((name.replace('-', "_"), kind));
    }
    Ok(found)
}

fn pieces(pattern: &ast::Pattern<String>, all: &Patterns, depth: usize) -> Result<Vec<Piece>, String> {
    let mut found: Vec<Piece> = Vec::new();
    let mut push = |piece: Piece| match (found.last_mut(), piece) {
        (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
        (_, piece) => found.push(piece),
    };
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => push(Piece::Text(value.clone())),
            PatternElement::Placeable { expression } => {
                expression_pieces(expression, all, depth)?.into_iter().for_each(&mut push);
            }
        }
    }
    Ok(found)
}

fn expression_pieces(expression: &Expression<String>, all: &Patterns, depth: usize) -> Result<Vec<Piece>, String> {
    if depth > MAX_DEPTH {
        return Err("its references lead back to itself".to_owned());
    }
    let fill_in = |name: String| {
        let pattern = all.get(&name).ok_or_else(|| format!("{name} does not exist in this language"))?;
        pieces(pattern, all, depth + 1)
    };
    let suffix = |attribute: &Option<ast::Identifier<String>>| {
        attribute.as_ref().map(|attribute| format!(".{}", attribute.name)).unwrap_or_default()
    };
    match expression {
        Expression::Inline(InlineExpression::StringLiteral { value }) => {
            Ok(vec![Piece::Text(unescape_unicode_to_string(value).into_owned())])
        }
        Expression::Inline(InlineExpression::NumberLiteral { value }) => Ok(vec![Piece::Text(value.clone())]),
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            Ok(vec![Piece::Variable(id.name.replace('-', "_"))])
        }
        Expression::Inline(InlineExpression::MessageReference { id, attribute }) => {
            fill_in(format!("{}{}", id.name, suffix(attribute)))
        }
        Expression::Inline(InlineExpression::TermReference { id, attribute, arguments: None }) => {
            fill_in(format!("-{}{}", id.name, suffix(attribute)))
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => expression_pieces(expression, all, depth + 1),
        Expression::Inline(InlineExpression::TermReference { .. } | InlineExpression::FunctionReference { .. }) => {
            Err("functions and terms with arguments are not supported".to_owned())
        }
        Expression::Select { selector, variants } => {
            let (id, is_ordinal) = match selector {
                InlineExpression::VariableReference { id } => (id, false),
                InlineExpression::FunctionReference { id, arguments } if id.name == "NUMBER" => {
                    (ordinal_variable(arguments).ok_or("NUMBER needs a variable and type: \"ordinal\"")?, true)
                }
                _ => return Err("only a variable can select a form".to_owned()),
            };
            let variant = |variant: &ast::Variant<String>| {
                let key = match &variant.key {
                    VariantKey::Identifier { name } => Key::Name(name.clone()),
                    VariantKey::NumberLiteral { value } => {
                        Key::Number(value.parse().map_err(|_| format!("[{value}] is not a whole number"))?)
                    }
                };
                Ok(Variant { key, is_default: variant.default, pieces: pieces(&variant.value, all, depth + 1)? })
            };
            let variants = variants.iter().map(variant).collect::<Result<_, String>>()?;
            Ok(vec![Piece::Select { variable: id.name.replace('-', "_"), is_ordinal, variants }])
        }
    }
}

/// The variable of `NUMBER($variable, type: "ordinal")`.
fn ordinal_variable(arguments: &ast::CallArguments<String>) -> Option<&ast::Identifier<String>> {
    let ([InlineExpression::VariableReference { id }], [argument]) =
        (arguments.positional.as_slice(), arguments.named.as_slice())
    else {
        return None;
    };
    let is_ordinal = argument.name.name == "type"
        && matches!(&argument.value, InlineExpression::StringLiteral { value } if value == "ordinal");
    is_ordinal.then_some(id)
}
