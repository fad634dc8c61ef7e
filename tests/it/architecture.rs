//! The layering of `docs/architecture.md`, held against the `use` lines of `src/`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

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

/// What a line names: the words that follow `crate::`. `use crate::{…}` blocks are read to their end.
fn named(text: &str) -> Vec<(usize, String)> {
    let word = |rest: &str| -> String {
        rest.chars()
            .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
            .collect()
    };
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with("//") {
            continue;
        }
        if depth > 0 {
            if depth == 1 {
                found.push((number, word(line)));
            }
            depth = depth + line.matches('{').count() - line.matches('}').count();
            continue;
        }
        for rest in line.split("crate::").skip(1) {
            match rest.strip_prefix('{') {
                // A block on one line names its modules between commas.
                Some(inside) if inside.contains("};") => {
                    found.extend(
                        inside
                            .split([',', '}'])
                            .map(|one| (number, word(one.trim()))),
                    );
                }
                Some(inside) => {
                    depth = 1 + inside.matches('{').count() - inside.matches('}').count();
                }
                None => found.push((number, word(rest))),
            }
        }
    }
    found.retain(|(_, word)| !word.is_empty());
    found
}

#[test]
fn a_module_names_only_what_stands_below_it() {
    let layers = layers();
    let src = root().join("src");
    let mut files = Vec::new();
    files_below(&src, &mut files);
    files.sort();
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let module = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        // The crate's page, the program, and the build script that stands beside its tables name what they like.
        if matches!(module.as_str(), "lib" | "main")
            || inside.to_str().unwrap().contains("catalog/pack")
            || inside.ends_with("tests.rs")
        {
            continue;
        }
        let Some(may_name) = layers.get(&module) else {
            wrong.push(format!(
                "{}: `{module}` stands in no row of docs/architecture.md",
                inside.display()
            ));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        let body = text.split("#[cfg(test)]").next().unwrap();
        for (line, word) in named(body) {
            let is_module = layers.contains_key(&word);
            let is_allowed = word == module
                || may_name.contains(&word)
                || (BASE.contains(&word.as_str()) && !BASE.contains(&module.as_str()));
            if is_module && !is_allowed {
                wrong.push(format!(
                    "src/{}:{line}: `{module}` names `{word}`",
                    inside.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_core_is_neither_async_nor_logs_nor_opens_files() {
    let banned = [
        "async ",
        ".await",
        "tracing::",
        "tokio::",
        "std::fs",
        "fs::read",
        "println!",
        "SystemTime",
    ];
    let src = root().join("src");
    for module in [
        "lifecycle",
        "network",
        "storage",
        "record.rs",
        "billing",
        "world",
        "script",
        "action",
        "money.rs",
        "time.rs",
    ] {
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
                    "{}:{number}: the core has no {found:?}",
                    file.display()
                );
            }
        }
    }
}
