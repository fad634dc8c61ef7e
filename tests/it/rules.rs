//! Rules: each that is said to be implemented is cited somewhere in the code.

use std::{fs, path::Path};

use ec2sim::{
    explain::{self, Reached},
    lifecycle::{Chart, ErrorCode},
    rule,
    testing::each_scenario,
};

use crate::docs::hold;

fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            // The list itself doesn't count.
            if name != "rule" {
                read_all(&path, text);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && name != "error.rs" {
            // The index of codes carries nothing out.
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
    let uncited: Vec<&str> = rule::implemented()
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

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the bundled scenarios reach. Paths are as they are in the repository.
pub(crate) fn reached() -> Reached {
    let mut reached = Reached::default();
    each_scenario(Path::new("scenarios"), |case| reached.add(&case.scenario()));
    reached
}

#[test]
fn the_bundled_scenarios_reach_every_rule_that_a_record_can_cite() {
    const LEFT: &str = "tests/data/unreached.txt";
    let coverage = reached().coverage();
    let left = fs::read_to_string(root().join(LEFT)).unwrap();
    let left: Vec<&str> = left.lines().collect();
    let missed: Vec<&str> = coverage.missed.iter().map(|rule| rule.id).collect();
    let new: Vec<&&str> = missed.iter().filter(|id| !left.contains(id)).collect();
    assert!(
        new.is_empty(),
        "no bundled scenario reaches these rules: give each a scenario, or, if no record can cite it, a row in src/rule/held.rs: {new:?}"
    );
    // The list of those that are still to be reached only becomes shorter.
    let mut wanted = missed.join("\n");
    wanted.push('\n');
    hold(LEFT, wanted.trim_start());
}

#[test]
fn a_rule_that_no_record_cites_names_the_test_that_holds_it() {
    let coverage = reached().coverage();
    for (id, test) in rule::held() {
        assert!(rule::find(id).is_some(), "{id} isn't simulated");
        let (file, name) = test.split_once(": ").unwrap_or((test, ""));
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        let found = if name.is_empty() {
            !text.is_empty()
        } else {
            text.contains(&format!("fn {name}("))
        };
        assert!(found, "{id}: there is no {test}");
        assert!(
            coverage.held.iter().any(|(rule, _)| rule.id == id),
            "{id} is reached by a scenario: take it out of src/rule/held.rs"
        );
    }
}

#[test]
fn the_index_of_what_lessons_show_is_made_of_them() {
    hold("src/explain/index.tsv", &reached().index());
}

#[test]
fn every_rule_and_every_error_code_is_explained() {
    let ids = include_str!("../../src/rule/ids.txt").lines();
    for word in ids.chain(ErrorCode::ALL.iter().map(|code| code.name())) {
        let found = explain::find(word);
        assert!(!found.is_empty(), "{word}");
        for subject in found {
            let said = subject.explain();
            assert!(
                said.says.ends_with('.') && said.facts.len() >= 2,
                "{said:?}"
            );
        }
    }
}

#[test]
fn every_word_is_found_by_itself_and_says_something() {
    for subject in explain::all() {
        let word = subject.word();
        assert!(
            explain::find(&word.to_lowercase()).contains(&subject),
            "{word}"
        );
        assert!(!subject.explain().says.is_empty(), "{word}");
    }
    // What EC2 calls actions and attributes is known too, whether a table of a lifecycle has it or not.
    for word in [
        "CreateImage",
        "ModifyInstanceEventStartTime",
        "CreateReplaceRootVolumeTask",
        "ModifyInstancePlacement",
        "UnmonitorInstances",
        "disableApiTermination",
        "groupSet",
        "instanceType",
        "impaired",
        "insufficient-data",
    ] {
        let said = explain::find(word).first().map(|one| one.explain());
        let said = said.or_else(|| explain::terms(word).into_iter().next());
        let said = said.unwrap_or_else(|| panic!("{word}"));
        assert!(!said.facts.is_empty(), "{said:?}");
    }
    for word in ["CreateImage", "create-image", "AllocateHosts"] {
        let said = explain::find(word)[0].explain();
        for about in ["rules", "evidence", "source"] {
            assert!(said.facts.iter().any(|(one, _)| *one == about), "{said:?}");
        }
    }
    assert_eq!(explain::nearest("LIFE-STOPP"), Some("LIFE-STOP".to_owned()));
    assert_eq!(
        explain::nearest("IncorectInstanceState"),
        Some("IncorrectInstanceState".to_owned())
    );
}

#[test]
fn every_lifecycle_has_a_chart() {
    let tables = fs::read_dir(root().join("src/lifecycle")).unwrap();
    // A file that makes a lifecycle of its table has the macro's call at the beginning of a line.
    let calls = tables
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .filter(|text| text.contains("\nlifecycle! {"))
        .count();
    assert_eq!(Chart::all().len(), calls, "add it to `Chart::all`");
}

#[test]
fn words_of_the_glossary_and_of_the_bill_are_explained() {
    let says = |word: &str| {
        let said = explain::terms(word);
        let first = said.first().unwrap_or_else(|| panic!("{word}"));
        (first.kind.word(), first.word.clone(), first.says.clone())
    };
    assert_eq!(says("AMI").1, "AMI");
    assert_eq!(says("image").1, "AMI");
    assert_eq!(says("eip"), says("elastic-ip"));
    assert_eq!(says("gp3").0, "term");
    assert!(says("m5.large").2.contains("family m5"));
    for word in [
        "BoxUsage:m5.large",
        "BoxUsage",
        "EU-BoxUsage:t3.micro",
        "USE1-PublicIPv4:InUseAddress",
        "PublicIPv4:IdleAddress",
        "EBS:VolumeUsage.gp3",
        "EBS:VolumeP-IOPS.io2.tier2",
        "DataTransfer-Out-Bytes",
        "SpotUsage:c5.large",
    ] {
        assert_eq!(says(word).0, "usage type", "{word}");
    }
    assert!(explain::terms("BoxUsage:nothing").is_empty());
    // Every row of the glossary is found under each of its words.
    let glossary = include_str!("../../docs/glossary.md");
    let rows = glossary.lines().filter(|line| line.starts_with("| **"));
    assert!(rows.clone().count() > 50);
    for row in rows {
        let own = row[4..].split_once("**").unwrap().0;
        assert_eq!(says(own).1, own);
    }
}

#[test]
fn a_word_that_is_far_from_all_leads_to_none() {
    for word in ["banana", "xyzzy", "quantum-computer", "?"] {
        assert_eq!(explain::nearest(word), None, "{word}");
    }
    assert_eq!(
        explain::nearest("hibernaton"),
        Some("hibernation".to_owned())
    );
}
