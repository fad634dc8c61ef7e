//! The layering of `docs/architecture.md`, held against what the sources name.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const BASE: &[&str] = &["catalog", "foreign", "id", "money", "place", "rule", "time"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The table of the page: module, and what it may name.
fn layers() -> BTreeMap<String, Vec<String>> {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let table = page
        .split("<!-- layers -->")
        .nth(1)
        .and_then(|rest| rest.split("<!-- /layers -->").next());
    let words = |cell: &str| -> Vec<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    let mut layers = BTreeMap::new();
    for row in table
        .expect("the page has the table")
        .lines()
        .filter(|line| line.starts_with("| `"))
    {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let may_name = words(cells[1]);
        for module in words(cells[0]) {
            layers.insert(module, may_name.clone());
        }
    }
    layers
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The paths that source text names from the root of the crate on, each with its line: `crate::…`, `super::…` and
/// `self::…`, in `use` lines and elsewhere. `here` is the module that the text is of. What is for tests only is left out.
fn paths(tokens: TokenStream, here: &[String]) -> Vec<(usize, Vec<String>)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (TokenTree::Punct(mark), Some(TokenTree::Group(attribute)), _)
                if mark.as_char() == '#' && attribute.stream().to_string() == "cfg (test)" =>
            {
                let is_end = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(mark) => mark.as_char() == ';',
                    TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                };
                let end = tokens[at..].iter().position(is_end);
                at += end.map_or(tokens.len(), |end| end + 1);
            }
            (
                TokenTree::Ident(word),
                Some(TokenTree::Ident(name)),
                Some(TokenTree::Group(body)),
            ) if word == "mod" => {
                let inside = [here, &[name.to_string()]].concat();
                found.extend(paths(body.stream(), &inside));
                at += 3;
            }
            (TokenTree::Ident(word), _, _)
                if is_path_mark(&tokens, at + 1)
                    && ["crate", "self", "super"].iter().any(|start| word == start) =>
            {
                let start = if word == "crate" { &[] } else { here };
                at = tree(&tokens, at, start.to_vec(), &mut found);
            }
            (TokenTree::Group(group), _, _) => {
                found.extend(paths(group.stream(), here));
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

fn is_path_mark(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Reads a path, with all that its braces hold, and says where it ends.
fn tree(
    tokens: &[TokenTree],
    mut at: usize,
    mut path: Vec<String>,
    found: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) if word == "crate" || word == "self" => {}
            TokenTree::Ident(word) if word == "super" => {
                path.pop();
            }
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
                for one in inside.split(is_comma) {
                    tree(one, 0, path.clone(), found);
                }
                return at + 1;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                path.push(token.to_string());
            }
        }
        if !is_path_mark(tokens, at + 1) {
            found.push((token.span().start().line, path));
            return at + 1;
        }
        at += 3;
    }
    at
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the source can be read")
}

/// What `lib.rs` hands on under names of its own, and the module that each comes from.
fn handed_on(lib: &str) -> BTreeMap<String, String> {
    let tokens: Vec<TokenTree> = tokens(lib).into_iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token, TokenTree::Ident(word) if word == "use") {
            tree(&tokens, at + 1, Vec::new(), &mut found);
        }
    }
    let ends = |(_, path): (usize, Vec<String>)| {
        let (first, last) = (path.first().cloned()?, path.last().cloned()?);
        Some((last, first))
    };
    found.into_iter().filter_map(ends).collect()
}

/// The layers, and what `lib.rs` hands on.
struct Architecture {
    layers: BTreeMap<String, Vec<String>>,
    handed_on: BTreeMap<String, String>,
}

impl Architecture {
    fn read() -> Self {
        let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
        Self {
            layers: layers(),
            handed_on: handed_on(&lib),
        }
    }

    /// What the text of a file names though its module may not. `file` is its path below `src`.
    fn breaches(&self, file: &Path, text: &str) -> Vec<String> {
        let mut here: Vec<String> = file
            .with_extension("")
            .iter()
            .map(|part| part.to_str().unwrap().to_owned())
            .collect();
        here.retain(|part| part != "mod");
        let module = here[0].clone();
        let Some(may_name) = self.layers.get(&module) else {
            return vec![format!(
                "{}: `{module}` stands in no row of docs/architecture.md",
                file.display()
            )];
        };
        let mut wrong = Vec::new();
        for (line, path) in paths(tokens(text), &here) {
            let Some(first) = path.first() else { continue };
            let named = self.handed_on.get(first).unwrap_or(first);
            let is_base = |module: &String| BASE.contains(&module.as_str());
            let is_allowed = *named == module
                || may_name.contains(named)
                || (is_base(named) && !is_base(&module));
            if !is_allowed {
                wrong.push(format!(
                    "src/{}:{line}: `{module}` names `{}`, of `{named}`",
                    file.display(),
                    path.join("::")
                ));
            }
        }
        wrong
    }
}

#[test]
fn a_module_names_only_what_stands_below_it() {
    let architecture = Architecture::read();
    let src = root().join("src");
    let mut files = Vec::new();
    files_below(&src, &mut files);
    files.sort();
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        // The crate's page, the program, and the build script that stands beside its tables name what they like.
        if ["lib.rs", "main.rs", "bin/reach.rs"]
            .iter()
            .any(|name| inside == Path::new(name))
            || inside.to_str().unwrap().contains("catalog/pack")
            || inside.ends_with("tests.rs")
        {
            continue;
        }
        wrong.extend(architecture.breaches(inside, &fs::read_to_string(&file).unwrap()));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_a_module_may_not_name_is_found_however_it_is_written() {
    let architecture = Architecture::read();
    let file = Path::new("world/moves.rs");
    let text = fs::read_to_string(root().join("src").join(file)).unwrap();
    let breaches = |planted: &str| architecture.breaches(file, &format!("{text}\n{planted}\n"));
    assert_eq!(breaches(""), [""; 0]);
    for planted in [
        "use crate::engine::Sink;",
        "use crate::{catalog::TypeId, engine::{self, Sink}};",
        "use crate::{\n    catalog::{\n        TypeId,\n    },\n    engine,\n};",
        "use crate::{record::{Meter, Unit}, time::SimTime, engine::Sink};",
        "use {crate::engine::Sink, std::fmt};",
        "pub use crate::engine::*;",
        "use crate::engine as other;",
        "use super::super::engine::Sink;",
        "use super::{super::engine::Sink, World};",
        "mod inner { use super::super::super::engine::Sink; }",
        "fn run() { let _ = crate::engine::judge(); }",
        "type Sinks<'a> = Vec<&'a mut dyn crate::engine::Sink>;",
        "macro_rules! run { () => { $crate::engine::judge() }; }",
        // What `lib.rs` hands on is of the module that it comes from.
        "use crate::Scenario;",
        "use crate::replay as run;",
        "use crate::{time::SimTime, Replay};",
        "use crate::*;",
    ] {
        let found = breaches(planted);
        assert!(!found.is_empty(), "{planted}");
        let lines = text.lines().count();
        let is_there = |breach: &String| {
            let line = breach.split(':').nth(1).and_then(|line| line.parse().ok());
            line.is_some_and(|line: usize| line > lines)
        };
        assert!(found.iter().all(is_there), "{planted}: {found:?}");
    }
    for planted in [
        "use crate::{record::Meter, time::SimTime};",
        "use super::super::record::Meter;",
        "// use crate::engine::Sink;",
        "/// `crate::engine`\nfn documented() {}",
        "const TEXT: &str = \"crate::engine::Sink\";",
        "#[cfg(test)]\nmod tests { use crate::engine::Sink; }",
        "pub(crate) fn of_the_crate() {}",
    ] {
        assert_eq!(breaches(planted), [""; 0], "{planted}");
    }
}

/// None of these words stands in the code of these modules.
fn nothing_says(modules: &[&str], banned: &[&str]) {
    let src = root().join("src");
    for module in modules {
        let mut files = Vec::new();
        let path = src.join(module);
        if path.is_dir() {
            files_below(&path, &mut files);
        } else {
            files.push(path);
        }
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let body = text.split("#[cfg(test)]").next().unwrap();
            for (number, line) in (1..).zip(body.lines()) {
                let code = line.split("//").next().unwrap();
                let found = banned.iter().find(|word| code.contains(**word));
                assert!(
                    found.is_none(),
                    "{}:{number}: there is no {found:?} in {module}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn the_core_is_neither_async_nor_logs_nor_opens_files() {
    nothing_says(
        &[
            "lifecycle",
            "network",
            "storage",
            "record.rs",
            "record",
            "billing",
            "world",
            "script",
            "action",
            "money.rs",
            "time.rs",
        ],
        &[
            "async ",
            ".await",
            "tracing::",
            "tokio::",
            "std::fs",
            "fs::read",
            "println!",
            "SystemTime",
        ],
    );
}

#[test]
fn metering_knows_no_price() {
    nothing_says(&["billing/meter"], &["money", "Usd", "Price", "prices"]);
}
