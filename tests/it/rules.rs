//! Rules: each that is said to be implemented is cited somewhere in the code.

use std::{fs, path::Path};

fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            // The list itself doesn't count.
            if name != "rule" {
                read_all(&path, text);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_implemented_rule_is_cited_where_it_is_carried_out() {
    let mut code = String::new();
    read_all(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut code,
    );
    let uncited: Vec<&str> = ec2sim::rule::implemented()
        .map(|rule| rule.id)
        // As a constant, or by its id in a comment at the place that carries it out.
        .filter(|id| !names(&code, &id.replace('-', "_")) && !names(&code, id))
        .collect();
    assert!(
        uncited.is_empty(),
        "cite these, or move them to src/rule/missing.rs: {}",
        uncited.join(" ")
    );
}

/// Whether a word stands in a text, and not only as the beginning of a longer one.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text[at + word.len()..].chars().next();
        let before = text[..at].chars().next_back();
        let goes_on = |letter: Option<char>| {
            letter
                .is_some_and(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
        };
        !goes_on(after) && !goes_on(before)
    })
}
