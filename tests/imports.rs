//! Which module may import which: the table in `src/lib.rs`, read and compared with every `use` and every qualified path
//! under `src/`.
//!
//! Checked here:
//! - each import of another module is one that the table allows;
//! - modules do not import each other in a circle, and neither do files, except a file and the modules inside it;
//! - code for the server alone is fenced in `src/lib.rs` and nowhere else.
//!
//! Test modules may import what they like: they put parts together that must not know each other, and are in no program.

#![allow(clippy::unwrap_used)]

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A path of names: `["web", "api", "rooms"]`.
type Names = Vec<String>;

// ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A row for each module of the table: what it may import.
fn table() -> BTreeMap<Names, BTreeSet<Names>> {
    let text = std::fs::read_to_string(source().join("lib.rs")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | ")).filter(|line| line.contains("`"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_end_matches('|').split('|').map(str::trim).collect();
        let [module, _what, _must_not, imports] = cells[..] else { panic!("the table of src/lib.rs: {line}") };
        let names = |cell: &str| -> Vec<Names> {
            cell.split('`').skip(1).step_by(2).map(|name| name.split("::").map(str::to_owned).collect()).collect()
        };
        let [module] = &names(module)[..] else { panic!("the table of src/lib.rs: one module a row: {line}") };
        (module.clone(), names(imports).into_iter().collect())
    })
    .collect()
}

/// The row that a module belongs to: the longest that it begins with.
fn row<'a>(table: &'a BTreeMap<Names, BTreeSet<Names>>, module: &[String]) -> Option<&'a Names> {
    (1..=module.len()).rev().find_map(|length| Some(table.get_key_value(&module[..length])?.0))
}

// ── the source ────────────────────────────────────────────────────────────────────────────────────────────────────────

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A path that a file names, by `use` or in its code.
#[derive(Clone, Debug)]
struct Import {
    line: usize,
    /// From the root of the crate: `web::api::FormAction`.
    path: Names,
    /// Whether it is inside a test module.
    test: bool,
}

/// A file of the crate.
struct File {
    /// `src/web/api/mod.rs`.
    shown: String,
    imports: Vec<Import>,
    /// `pub use`: the name here → where it comes from.
    reexports: BTreeMap<String, Names>,
    /// Lines with `cfg(feature = "ssr")`.
    fences: Vec<usize>,
    /// Whether the whole file is a test module.
    test: bool,
}

/// Every file by its module; `lib.rs` is the empty path. `main.rs` is another crate.
struct Source {
    files: BTreeMap<Names, File>,
    /// Modules, those without a file of their own included.
    modules: BTreeSet<Names>,
}

impl Source {
    fn read() -> Self {
        let mut paths = Vec::new();
        walk(&source(), &mut paths);
        let mut texts: BTreeMap<Names, (String, TokenStream)> = BTreeMap::new();
        for path in paths {
            let shown = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().into_owned();
            let mut names: Names =
                shown.trim_start_matches("src/").trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            match names.last().map(String::as_str) {
                Some("main") if names.len() == 1 => continue,
                Some("lib") if names.len() == 1 => names.clear(),
                Some("mod") => drop(names.pop()),
                _ => {}
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let tokens = text.parse().unwrap_or_else(|error| panic!("{shown}: {error}"));
            texts.insert(names, (shown, tokens));
        }
        let modules: BTreeSet<Names> =
            texts.keys().flat_map(|module| (0..=module.len()).map(|length| module[..length].to_vec())).collect();
        let mut tests = BTreeSet::new();
        let mut files = BTreeMap::new();
        for (module, (shown, tokens)) in &texts {
            let mut file = File {
                shown: shown.clone(),
                imports: Vec::new(),
                reexports: BTreeMap::new(),
                fences: Vec::new(),
                test: false,
            };
            let mut reader = Reader { modules: &modules, file: &mut file, tests: &mut tests };
            reader.read(tokens.clone(), module, false);
            files.insert(module.clone(), file);
        }
        for (module, file) in &mut files {
            file.test = (1..=module.len()).any(|length| tests.contains(&module[..length]));
        }
        Self { files, modules }
    }

    /// The file that an item is written in: its module's, or where the module has it from.
    fn owner(&self, path: &[String], depth: usize) -> Names {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains(&path[..*length])).unwrap_or(0);
        let module = &path[..length];
        let from = path.get(length).and_then(|item| self.files.get(module)?.reexports.get(item));
        match from {
            Some(from) if depth < 8 => self.owner(&[from, &path[length + 1..]].concat(), depth + 1),
            _ => {
                let length = (0..=length).rev().find(|length| self.files.contains_key(&module[..*length]));
                module[..length.unwrap_or(0)].to_vec()
            }
        }
    }
}

fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Reads the tokens of a file, so that comments and texts are not taken for code, and macros are read too.
struct Reader<'a> {
    modules: &'a BTreeSet<Names>,
    file: &'a mut File,
    /// Modules in files of their own that are declared for tests alone.
    tests: &'a mut BTreeSet<Names>,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream, module: &[String], test: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        // Whether an attribute before this item keeps it for tests.
        let mut for_tests = false;
        let mut public = false;
        let mut place = 0;
        while place < tokens.len() {
            match &tokens[place] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let inner = usize::from(is_punct(tokens.get(place + 1), '!'));
                    if let Some(TokenTree::Group(group)) = tokens.get(place + 1 + inner)
                        && group.delimiter() == Delimiter::Bracket
                    {
                        let text = group.stream().to_string().replace(' ', "");
                        for_tests |= text.starts_with("cfg(test)") || text.starts_with("cfg(all(test");
                        if text.starts_with("cfg") && text.contains("feature=\"ssr\"") {
                            self.file.fences.push(group.span_open().start().line);
                        }
                        place += 2 + inner;
                        continue;
                    }
                    place += 1;
                }
                TokenTree::Ident(ident) if *ident == "pub" => {
                    public = true;
                    place += 1
                        + usize::from(
                            matches!(tokens.get(place + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis),
                        );
                }
                TokenTree::Ident(ident)
                    if *ident == "mod" && matches!(tokens.get(place + 1), Some(TokenTree::Ident(_))) =>
                {
                    let inside = [module, &[tokens[place + 1].to_string()]].concat();
                    match tokens.get(place + 2) {
                        Some(TokenTree::Group(group)) => self.read(group.stream(), &inside, test || for_tests),
                        _ if for_tests => drop(self.tests.insert(inside)),
                        _ => {}
                    }
                    (for_tests, public) = (false, false);
                    place += 3;
                }
                TokenTree::Ident(ident) if *ident == "use" && !is_punct(tokens.get(place + 1), '<') => {
                    let end = (place..tokens.len()).find(|end| is_punct(tokens.get(*end), ';')).unwrap_or(tokens.len());
                    self.use_tree(&tokens[place + 1..end], &[], module, test || for_tests, public);
                    (for_tests, public) = (false, false);
                    place = end + 1;
                }
                TokenTree::Ident(ident) if *ident == "crate" || *ident == "super" => {
                    let (path, after) = path(&tokens, place);
                    if path.len() > 1 {
                        self.import(&path, module, ident.span().start().line, test || for_tests);
                    }
                    place = after.max(place + 1);
                }
                TokenTree::Group(group) => {
                    self.read(group.stream(), module, test || for_tests);
                    // The end of an item.
                    if group.delimiter() == Delimiter::Brace {
                        (for_tests, public) = (false, false);
                    }
                    place += 1;
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    (for_tests, public) = (false, false);
                    place += 1;
                }
                _ => place += 1,
            }
        }
    }

    /// `a::{b, c::d as e}` after `use`.
    fn use_tree(&mut self, tokens: &[TokenTree], before: &[String], module: &[String], test: bool, public: bool) {
        let mut path = before.to_vec();
        let mut line = 0;
        let mut name = None;
        for (place, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) if *ident == "as" => {
                    name = tokens.get(place + 1).map(ToString::to_string);
                    break;
                }
                TokenTree::Ident(ident) => {
                    line = ident.span().start().line;
                    // `a::{self}` is `a`.
                    if *ident != "self" || path.is_empty() {
                        path.push(ident.to_string());
                    }
                }
                TokenTree::Group(group) => {
                    for branch in branches(group) {
                        self.use_tree(&branch, &path, module, test, public);
                    }
                    return;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        let Some(absolute) = self.import(&path, module, line, test) else { return };
        if public && let Some(name) = name.or_else(|| path.last().cloned()) {
            self.file.reexports.insert(name, absolute);
        }
    }

    /// Notes a path, if it is one of this crate.
    fn import(&mut self, path: &[String], module: &[String], line: usize, test: bool) -> Option<Names> {
        let mut from = module.to_vec();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => (from, rest) = (Vec::new(), &rest[1..]),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    from.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [module, &[first.to_owned()]].concat();
                if !self.modules.contains(&child) {
                    return None;
                }
            }
        }
        let path = [&from, rest].concat();
        self.file.imports.push(Import { line, path: path.clone(), test });
        Some(path)
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// The path that begins here, and the place after it.
fn path(tokens: &[TokenTree], mut place: usize) -> (Names, usize) {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(ident)) = tokens.get(place) {
        path.push(ident.to_string());
        place += 1;
        if !(is_punct(tokens.get(place), ':') && is_punct(tokens.get(place + 1), ':')) {
            break;
        }
        place += 2;
    }
    (path, place)
}

/// The parts of `{a, b::{c, d}}`.
fn branches(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    tokens.split(|token| is_punct(Some(token), ',')).filter(|part| !part.is_empty()).map(<[_]>::to_vec).collect()
}

// ── circles ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Arrows from one to another, each with an import that makes it.
type Graph = BTreeMap<Names, BTreeMap<Names, String>>;

/// A way back to where it begins, as text; `None` where there is none.
fn circle(graph: &Graph) -> Option<String> {
    /// Walks on from the end of `path`; what is in `done` leads nowhere.
    fn walk(graph: &Graph, path: &mut Vec<Names>, done: &mut BTreeSet<Names>) -> Option<Vec<Names>> {
        let here = path.last()?.clone();
        for next in graph.get(&here).into_iter().flat_map(BTreeMap::keys) {
            if let Some(first) = path.iter().position(|before| before == next) {
                return Some(path[first..].to_vec());
            }
            if !done.contains(next) {
                path.push(next.clone());
                if let Some(found) = walk(graph, path, done) {
                    return Some(found);
                }
                path.pop();
            }
        }
        done.insert(here);
        None
    }
    let mut done = BTreeSet::new();
    let found = graph
        .keys()
        .find_map(|start| if done.contains(start) { None } else { walk(graph, &mut vec![start.clone()], &mut done) })?;
    let mut text = String::new();
    for (place, from) in found.iter().enumerate() {
        let to = &found[(place + 1) % found.len()];
        let _ = writeln!(text, "  {} → {}: {}", from.join("::"), to.join("::"), graph[from][to]);
    }
    Some(text)
}

// ── the rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn every_import_is_one_that_the_table_allows() {
    let (table, source) = (table(), Source::read());
    let mut wrong = String::new();
    for (module, file) in source.files.iter().filter(|(module, file)| !(module.is_empty() || file.test)) {
        let Some(from) = row(&table, module) else {
            let _ = writeln!(wrong, "{}: no row of the table in src/lib.rs is for this module", file.shown);
            continue;
        };
        for import in file.imports.iter().filter(|import| !import.test) {
            let allowed = &table[from];
            let fits = match row(&table, &import.path) {
                Some(to) => to == from || allowed.contains(to),
                // Something at the root of the crate.
                None => false,
            };
            if !fits {
                let list: Vec<String> = allowed.iter().map(|name| name.join("::")).collect();
                let _ = writeln!(
                    wrong,
                    "{}:{}: `{}` imports `{}`; by the table in src/lib.rs it may import: {}",
                    file.shown,
                    import.line,
                    from.join("::"),
                    import.path.join("::"),
                    list.join(", "),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_names_modules_that_exist() {
    let source = Source::read();
    for (module, imports) in table() {
        for name in std::iter::once(&module).chain(&imports) {
            assert!(source.modules.contains(name), "src/lib.rs: there is no module `{}`", name.join("::"));
        }
        assert!(!imports.contains(&module), "src/lib.rs: `{}` need not be allowed to import itself", module.join("::"));
    }
}

#[test]
fn modules_do_not_import_each_other_in_a_circle() {
    let (table, source) = (table(), Source::read());
    let mut graph = Graph::new();
    for (module, file) in &source.files {
        for import in file.imports.iter().filter(|import| !(import.test || file.test)) {
            if let Some((from, to)) = row(&table, module).zip(row(&table, &import.path))
                && from != to
            {
                let place = format!("{}:{}", file.shown, import.line);
                graph.entry(from.clone()).or_default().entry(to.clone()).or_insert(place);
            }
        }
    }
    if let Some(circle) = circle(&graph) {
        panic!("these modules import each other in a circle:\n{circle}");
    }
}

#[test]
fn files_do_not_import_each_other_in_a_circle() {
    let source = Source::read();
    let mut graph = Graph::new();
    for (module, file) in &source.files {
        for import in file.imports.iter().filter(|import| !(import.test || file.test)) {
            let owner = source.owner(&import.path, 0);
            // A file and the modules inside it are one thing.
            if owner.starts_with(module) || module.starts_with(&owner) {
                continue;
            }
            let place = format!("{}:{}", file.shown, import.line);
            graph.entry(module.clone()).or_default().entry(owner).or_insert(place);
        }
    }
    if let Some(circle) = circle(&graph) {
        panic!("these files import each other in a circle:\n{circle}");
    }
}

#[test]
fn code_for_the_server_alone_is_fenced_in_one_file() {
    let mut wrong = String::new();
    for (_, file) in Source::read().files.into_iter().filter(|(module, _)| !module.is_empty()) {
        for line in file.fences {
            let _ = writeln!(wrong, "{}:{line}: cfg(feature = \"ssr\") belongs into src/lib.rs", file.shown);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
