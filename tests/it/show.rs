//! Journals shown again: the same timeline, the same document and the same journal, without a replay.

use std::{fmt::Write as _, path::Path};

use ec2sim::{
    Scenario,
    engine::{Outcome, StopSignal},
    report::{
        Document, Focus, JournalError, Journals, JsonLines, LedgerCsv, Look, Rounding, Timeline,
        Verbosity,
    },
    runner::{Keep, replay_into},
    testing,
};
use proptest::prelude::*;

use crate::messages;

/// What `ec2sim run --format jsonl` prints.
pub(crate) fn journal_of(scenario: &Scenario) -> String {
    let mut out = Vec::new();
    let mut lines = JsonLines::new(&mut out, StopSignal::default());
    lines.begin(scenario.program(), scenario.file());
    let replay = replay_into(scenario, Keep::SUMS, vec![&mut lines]);
    lines.finish(&replay, scenario.source());
    lines.end().unwrap();
    String::from_utf8(out).unwrap()
}

fn looks() -> [Look; 4] {
    [
        (Verbosity::Quiet, 100),
        (Verbosity::Normal, 100),
        (Verbosity::Normal, 60),
        (Verbosity::Verbose, 120),
    ]
    .map(|(verbosity, width)| Look {
        width,
        colour: true,
        verbosity,
    })
}

fn drawn(scenario: &Scenario, look: Look) -> String {
    let mut out = Vec::new();
    let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
    timeline.begin(scenario.program(), scenario.file());
    let keep = Keep {
        records: false,
        ledger: true,
    };
    let replay = replay_into(scenario, keep, vec![&mut timeline]);
    timeline.end(&replay, scenario.source()).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a journal is drawn as, and how it ended.
pub(crate) fn drawn_again(journal: &str, look: Look) -> (String, Result<Outcome, JournalError>) {
    let mut out = Vec::new();
    let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
    let mut journals = Journals::new(journal.as_bytes());
    let head = journals.next_head();
    let outcome = head.and_then(|head| journals.draw(&head.unwrap(), &mut timeline));
    drop(timeline);
    (String::from_utf8(out).unwrap(), outcome)
}

/// Every way of showing a scenario's journal gives what its replay gives.
fn assert_shown_again(scenario: &Scenario) {
    let journal = journal_of(scenario);
    let replay = ec2sim::replay(scenario);
    let file = scenario.file();
    for look in looks() {
        let (again, outcome) = drawn_again(&journal, look);
        assert_eq!(outcome.unwrap(), replay.outcome(), "{file}");
        similar_asserts(&again, &drawn(scenario, look), file);
    }
    for rounding in [Rounding::Exact, Rounding::Report] {
        let (mut document, mut again) = (Vec::new(), Vec::new());
        Document::new(&replay)
            .rounded(rounding)
            .write(&mut document)
            .unwrap();
        let mut journals = Journals::new(journal.as_bytes());
        let head = journals.next_head().unwrap().unwrap();
        journals
            .write_document(&head, rounding, &mut again)
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(",{", ",\n{");
        similar_asserts(&text(again), &text(document), file);
    }
    let lines = replay.bill().ledger();
    let hours = lines
        .iter()
        .map(|line| (line.to - line.from).as_secs() / 3_600);
    let is_long = hours.sum::<u64>() > 2_000;
    let is_too_large = lines.iter().any(|line| line.amount.is_saturated());
    for rounding in [Rounding::Exact, Rounding::Report] {
        let (mut table, mut again) = (Vec::new(), Vec::new());
        // What is cut at clock-hours has as many rows as the life has hours, and a long one's last minutes.
        if rounding == Rounding::Exact || !is_long {
            let mut ledger = LedgerCsv::new(&mut table, rounding).unwrap();
            ledger.write(&replay).unwrap();
            drop(ledger);
            let mut journals = Journals::new(journal.as_bytes());
            let head = journals.next_head().unwrap().unwrap();
            let mut ledger = LedgerCsv::new(&mut again, rounding).unwrap();
            journals.write_ledger(&head, &mut ledger).unwrap();
        }
        if is_too_large || !is_long {
            let mut focus = Focus::new(&mut table, rounding).unwrap();
            let written = focus.write(&replay).map_err(|error| error.to_string());
            drop(focus);
            let mut journals = Journals::new(journal.as_bytes());
            let head = journals.next_head().unwrap().unwrap();
            let mut focus = Focus::new(&mut again, rounding).unwrap();
            let shown = journals.write_focus(&head, &mut focus);
            drop(focus);
            // What is too large to be counted is no file.
            assert_eq!(written.is_err(), is_too_large, "{file}");
            let written = written.map_err(|why| format!("cannot write the results: {why}"));
            let shown = shown.map(|_| ()).map_err(|error| error.to_string());
            assert_eq!(shown, written, "{file}");
        }
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        similar_asserts(&text(again), &text(table), file);
    }
    let mut journals = Journals::new(journal.as_bytes());
    let head = journals.next_head().unwrap().unwrap();
    let mut copy = Vec::new();
    journals.copy(&head, &mut copy).unwrap();
    assert!(copy == journal.as_bytes(), "{file}");
}

/// The first line that differs says more than two whole texts.
fn similar_asserts(again: &str, first: &str, file: &str) {
    if again != first {
        let (mut again, mut first) = (again.lines(), first.lines());
        loop {
            let (again, first) = (again.next(), first.next());
            assert_eq!(again, first, "{file}");
            assert!(first.is_some(), "{file}: only their ends differ");
        }
    }
}

#[test]
fn every_bundled_scenario_is_shown_again_as_it_was_run() {
    testing::each_scenario(Path::new("scenarios"), |case| {
        assert_shown_again(&case.scenario());
    });
    testing::each_scenario(Path::new("tests/data/forms"), |case| {
        assert_shown_again(&case.scenario());
    });
}

#[test]
fn every_refusal_and_every_failure_is_shown_again() {
    let refusals = Scenario::from_text("refusals.yaml", messages::REFUSALS).unwrap();
    assert_shown_again(&refusals);
    for (_, text) in messages::FAILURES {
        // What is too large to be counted is so for a few as well, and sooner over.
        let text = text.replace("count: 10000", "count: 3");
        assert_shown_again(&Scenario::from_text("failure.yaml", &text).unwrap());
    }
}

#[test]
fn what_a_name_was_given_to_again_is_shown_again() {
    let text = "
start: 2026-01-30T23:59:30Z
instances:
  web: { type: t3.micro, volumes: [4GiB gp3] }
  crew: { type: m5.large, count: 12, platform: windows, ipv6: 2 }
  never: { type: m5.large, count: 2 }
prices: { t3.micro: $0.0000000123, gp3-iops: $0.0051, m5.large/windows: $0.3333333333 }
volumes: { data: 10GiB gp3, spare: { size: 100GiB, type: io2, iops: 40000 } }
addresses: { vip: ~ }
steps:
  - launch: [web, crew]
  - allocate-address: other
  - create-volume: { volume: late, size: 100GiB, type: gp3 }
  - wait-until: { web: running, crew: running }
  - associate-address: { address: vip, instance: web }
  - attach-volume: { volume: data, instance: web }
  - modify-volume: { volume: data, iops: 5000 }
  - modify-volume: { volume: late, size: 200GiB }
  - after: 7s
    terminate: [web, crew-2]
  - release-address: other
  - allocate-address: other
  - delete-volume: late
  - create-volume: { volume: late, size: 20GiB, type: gp3 }
  - wait-until: { web: terminated }
  - launch: web
  - wait-until: { web: running }
  - stop: web
  - wait-until: { web: stopped }
  - modify: { instance: web, type: t3.small }
until: 40d
";
    let scenario = Scenario::from_text("again.yaml", text).unwrap_or_else(|m| panic!("{m}"));
    assert!(ec2sim::replay(&scenario).tally().unexpected_refusals <= 4);
    assert_shown_again(&scenario);
}

/// A scenario of a few instances of which anything is asked at any time.
fn any_scenario() -> impl Strategy<Value = String> {
    let asked = (0..14_usize, 0..4_usize, 0..7_usize);
    (proptest::collection::vec(asked, 1..40), 0..100_u64, 1..200_u64).prop_map(
        |(asked, seed, until)| {
            let mut text = format!(
                "seed: {seed}\nuntil: {until}h\ninstances:\n  a: {{ type: t3.micro }}\n  b: {{ type: m5.large, count: 3 }}\n  \
                 c: {{ type: m5.large, root: {{ size: 30GiB, encrypted: true }}, hibernation: true, volumes: [4GiB gp3] }}\n\
                 volumes: {{ d: 8GiB gp3 }}\naddresses: {{ v: ~ }}\nsteps:\n"
            );
            for (verb, whom, wait) in asked {
                let whom = ["a", "b", "b-2", "c"][whom];
                let what = match verb {
                    0..3 => format!("launch: {whom}"),
                    3 => format!("stop: {whom}"),
                    4 => format!("start: {whom}"),
                    5 => format!("terminate: {whom}"),
                    6 => format!("hibernate: {whom}"),
                    7 => format!("reboot: {whom}"),
                    8 => format!("associate-address: {{ address: v, instance: {whom} }}"),
                    9 => "release-address: v".to_owned(),
                    10 => "allocate-address: v".to_owned(),
                    11 => format!("attach-volume: {{ volume: d, instance: {whom} }}"),
                    12 => format!("shutdown: {whom}"),
                    _ => format!("expect: {{ {whom}: {{ state: running }} }}"),
                };
                let after = ["0s", "1s", "20s", "59s", "61s", "2h", "31d"][wait];
                write!(text, "  - after: {after}\n    {what}\n").unwrap();
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_life_is_shown_again_as_it_was_run(text in any_scenario()) {
        // What can be seen to be wrong in the file isn't a scenario.
        if let Ok(scenario) = Scenario::from_text("any.yaml", &text) {
            assert_shown_again(&scenario);
        }
    }
}

const SMALL: &str = "
instances: { web: { type: t3.micro } }
addresses: { vip: ~ }
steps:
  - launch: web
  - wait-until: { web: running }
  - associate-address: { address: vip, instance: web }
  - expect: { web: { state: running } }
  - after: 10s
    terminate: web
  - wait-until: { web: terminated }
";

fn small() -> String {
    journal_of(&Scenario::from_text("small.yaml", SMALL).unwrap())
}

/// Why a text can't be shown, and at which line; every way of showing it says the same.
fn refused(journal: &str) -> (Option<u64>, String) {
    let (_, outcome) = drawn_again(journal, looks()[0]);
    let error = outcome.unwrap_err();
    let (mut document, mut copy) = (Vec::new(), Vec::new());
    let mut journals = Journals::new(journal.as_bytes());
    if let Ok(Some(head)) = journals.next_head() {
        let again = journals.write_document(&head, Rounding::Exact, &mut document);
        assert_eq!(again.unwrap_err().to_string(), error.to_string());
        assert!(document.is_empty());
        let mut journals = Journals::new(journal.as_bytes());
        let head = journals.next_head().unwrap().unwrap();
        let again = journals.copy(&head, &mut copy).unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
        assert!(journal.as_bytes().starts_with(&copy));
    }
    (error.line(), error.to_string())
}

#[test]
fn what_is_no_journal_is_refused_at_its_line() {
    let small = small();
    for (text, line, why) in [
        ("name: a\n".to_owned(), 1, "isn't a JSON object"),
        ("[1]\n".to_owned(), 1, "isn't a JSON object"),
        (
            "{\"schema\":\"ec2sim/replay/1\"}\n".to_owned(),
            1,
            "a journal begins with",
        ),
        (
            small.replace("ec2sim/journal/1", "ec2sim/journal/2"),
            1,
            "`ec2sim/journal/2`",
        ),
        (small.replace("us-east-1", "moon-1"), 1, "`region`"),
        (
            small.replacen("\"kind\":\"transition\"", "\"kind\":\"wonder\"", 1),
            4,
            "\"wonder\"",
        ),
        (
            small.replacen("{\"seq\":3,", "{\"seq\":3,,", 1),
            4,
            "isn't a JSON object",
        ),
        (
            small.replacen("\"rules\":[\"LIFE-RUN", "\"rules\":[\"LIFE-FLY", 1),
            4,
            "`rules`",
        ),
    ] {
        let (at, said) = refused(&text);
        assert_eq!(at, Some(line), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_journal_that_is_cut_off_is_shown_as_far_as_it_goes() {
    let whole = small();
    let look = looks()[1];
    let (drawn, _) = drawn_again(&whole, look);
    let first = whole.find('\n').unwrap() + 1;
    for at in (first..whole.len() - 1).filter(|at| whole.is_char_boundary(*at)) {
        let cut = &whole[..at];
        let (some, outcome) = drawn_again(cut, look);
        let error = outcome.unwrap_err();
        assert!(
            matches!(error, JournalError::CutOff { .. }),
            "{at}: {error}"
        );
        let lines = cut.lines().count();
        assert_eq!(error.line(), u64::try_from(lines).ok(), "{at}");
        // What comes last may be drawn with less beside it than the whole has.
        let told = some.lines().count().saturating_sub(3);
        assert!(
            drawn.lines().take(told).eq(some.lines().take(told)),
            "{some}"
        );
    }
    let (some, _) = drawn_again(&whole[..whole.rfind("{\"end\"").unwrap()], look);
    assert!(some.contains("terminated"), "{some}");
}

#[test]
fn lines_that_contradict_each_other_are_refused() {
    let whole = small();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for at in 1..lines.len() {
        let mut without = lines.clone();
        without.remove(at);
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        let is_last = at == lines.len() - 1;
        assert!(refused(&without.concat()).1.contains(if is_last {
            "cut off"
        } else {
            "contradicts"
        }));
        // A second last line isn't the first of another journal.
        if !is_last {
            assert!(refused(&twice.concat()).1.contains("contradicts"));
        }
    }
    let swap = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        let (_, said) = refused(&whole.replacen(from, to, 1));
        assert!(said.contains("contradicts"), "{from}: {said}");
    };
    swap("\"from\":\"pending\"", "\"from\":\"stopped\"");
    swap("\"passed\":1", "\"passed\":2");
    swap("\"amount\":\"0.0", "\"amount\":\"9.0");
    swap("\"step\":\"0.0", "\"step\":\"9.0");
    swap(
        "\"time\":\"2026-01-01T00:00:1",
        "\"time\":\"2026-01-01T00:09:1",
    );
    let other = whole
        .replacen("\"catalogue\":\"", "\"catalogue\":\"1", 1)
        .replacen("\"amount\":\"0.0", "\"amount\":\"9.0", 1);
    let (_, said) = refused(&other);
    assert!(
        said.contains("it was written with the catalogue 1"),
        "{said}"
    );
}

#[test]
fn what_is_expected_at_the_end_stands_apart_from_the_last_step() {
    let text = "instances: { web: { type: m5.large } }
volumes: { data: 8GiB gp3 }
steps:
  - launch: web
  - wait-until: { web: running }
  - terminate: web
  - wait-until: { web: terminated }
  - delete-volume: data
  - expect: { web: { state: terminated } }
expect:
  web: { starts: 1 }
";
    let scenario = Scenario::from_text("apart.yaml", text).unwrap();
    let look = Look {
        colour: false,
        ..looks()[1]
    };
    let told = drawn(&scenario, look);
    assert!(told.contains("state terminated\n"), "{told}");
    assert_shown_again(&scenario);
}
