//! Fleets in parts: what the parts come to, merged, is what the whole comes to, to the byte.

use std::{
    fmt::Write as _,
    io::{self, BufReader, Write},
    thread,
};

use ec2sim::{
    Scenario,
    engine::{Outcome, StopSignal},
    report::{Journals, JsonLines, MergeJournalsError, merge_journals},
    runner::{Keep, replay_into},
    scenario::Code,
    script::Shard,
};
use proptest::prelude::*;

use crate::show::journal_of;

fn shards(count: u32) -> impl Iterator<Item = Shard> {
    (1..=count).map(move |index| format!("{index}/{count}").parse().unwrap())
}

fn read(text: &str) -> Scenario {
    Scenario::from_text("fleet.yaml", text).unwrap_or_else(|mistakes| {
        let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{}\n{text}", all.join("\n"))
    })
}

/// The journals of all parts, each with the name of its file.
fn parts_of(scenario: &Scenario, count: u32) -> Vec<(String, String)> {
    let part = |shard: Shard| {
        let part = scenario.part(shard).unwrap_or_else(|mistakes| {
            panic!("{}", mistakes.iter().next().unwrap());
        });
        (format!("part-{}.jsonl", shard.index()), journal_of(&part))
    };
    shards(count).map(part).collect()
}

fn merged(parts: &[(String, String)]) -> Result<(String, Outcome), MergeJournalsError> {
    let mut whole = Vec::new();
    let parts = parts
        .iter()
        .map(|(file, text)| (file.clone(), text.as_bytes()));
    let outcome = merge_journals(parts.collect(), &mut whole)?;
    Ok((String::from_utf8(whole).unwrap(), outcome))
}

/// Where two journals differ first, if they do.
fn assert_same(found: &str, wanted: &str, text: &str) {
    for (number, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert!(
            found == wanted,
            "line {}:\n{found}\n{wanted}\n{text}",
            number + 1
        );
    }
    assert_eq!(found.len(), wanted.len(), "{text}");
}

fn assert_merges(text: &str, counts: &[u32]) {
    let scenario = read(text);
    let whole = journal_of(&scenario);
    for &count in counts {
        let mut parts = parts_of(&scenario, count);
        // Whatever order a shell finds them in.
        parts.reverse();
        let (found, _) = merged(&parts).unwrap();
        assert_same(&found, &whole, text);
    }
}

/// Tiers, purchases, the end of a month, and a main script with things of its own.
const BOUGHT: &str = "
start: 2026-01-30T22:00:00Z
timings: { pending: 10s..30s, stopping: 20s..40s, shutting-down: 15s..35s }
account:
  reserved-instances: [ { type: t3.micro, count: 2, term: 1y, payment: no-upfront } ]
  savings-plans: [ { kind: compute, commitment: $0.02, term: 1y, payment: partial-upfront } ]
instances:
  web: { type: t3.micro, root: 8GiB gp3, count: 13 }
  job: { type: m5.large, count: 5, volumes: [10GiB gp3] }
  db: { type: m5.large }
volumes: { data: { size: 20GiB, type: gp3, zone: us-east-1a } }
addresses: { front: {} }
steps:
  - launch: db
  - each: web
    every: 7s
    steps:
      - launch: self
      - wait-until: { self: running }
      - transfer: { instance: self, to: internet, amount: 3TB }
      - repeat: 2
        steps:
          - after: 600s
            stop: self
          - wait-until: { self: stopped }
          - after: 300s
            start: self
          - wait-until: { self: running }
      - after: 600s
        terminate: self
  - each: job
    steps: [ { launch: self }, { after: 2h, terminate: self }, { expect: { self: { starts: 1 } } } ]
  - wait-until: { db: running }
  - associate-address: { address: front, instance: db }
  - attach-volume: { volume: data, instance: db }
  - create-snapshot: { snapshot: nightly, volume: data }
  - create-snapshot: { snapshot: root, volume: db/root, used: 2GiB }
  - at: 1h
    stop: db
  - expect: { db: { state: stopping } }
until: 2d
expect: { db: { state: stopped } }
";

/// Scripts that meet at one instant, two for one member, and much that goes wrong.
const CROWDED: &str = "
start: 2026-01-31T20:00:00Z
account: { created: 2025-06-01, free-tier: legacy }
instances:
  web: { type: t3.micro, root: 8GiB gp3, count: 9, monitoring: detailed, credits: unlimited }
  job: { type: m5.large, count: 7, tenancy: dedicated, hibernation: yes, root: { size: 30GiB, encrypted: yes } }
  spot: { type: c5.large, count: 6, market: { spot: { persistent: yes, interruption: stop } }, zones: [us-east-1a, us-east-1b] }
  old: { type: m5.large, count: 5, interfaces: 2, ipv6: 1 }
steps:
  - note: all at once
  - each: web
    steps:
      - launch: self
      - wait-until: { self: running }
      - cpu: { instance: self, percent: 90 }
      - transfer: { instance: self, to: internet, rate: 900GB/h }
      - note: done
      - repeat: 2
        steps:
          - { after: 600s, stop: self }
          - start: self
          - wait-until: { self: stopped }
          - { after: 300s, start: self }
          - wait-until: { self: running }
      - expect: { self: { starts: 4 } }
      - modify: { instance: self, termination-protection: yes }
      - { after: 600s, terminate: self }
  - each: web
    every: 1s
    steps:
      - { at: 3h, terminate: self, fails: OperationNotPermitted }
      - wait-until: { self: shutting-down }
        timeout: 10m
      - modify: { instance: self, termination-protection: no }
      - terminate: self
      - launch: self
  - each: job
    steps:
      - launch: self
      - { after: 20m, hibernate: self }
      - wait-until: { self: hibernated }
      - start: self
      - { after: 1h, terminate: self }
  - each: spot
    steps: [ { launch: self }, { after: 30m, interrupt: self }, { wait: 10m } ]
  - each: old
    every: 10s
    steps:
      - launch: self
      - { after: 20m, modify-volume: { volume: self/root, size: 100GiB } }
      - { after: 8h, fail: self }
      - wait-until: { self: stopped }
        timeout: 5h
until: 12h
";

#[test]
fn parts_come_to_the_whole() {
    for text in [BOUGHT, CROWDED] {
        assert_merges(text, &[1, 2, 3, 20]);
    }
}

/// Addresses that several want are drawn once: here a few hundred of four thousand find theirs taken.
#[test]
fn eight_shards_of_some_thousands() {
    assert_merges(
        "
instances: { web: { type: t3.micro, root: 8GiB gp3, count: 4000 } }
steps:
  - each: web
    steps: [ { launch: self }, { wait-until: { self: running } }, { expect: { self: { private-ipv4: any } } }, { after: 10m, terminate: self } ]
",
        &[8],
    );
}

/// What is printed of a journal, from its last line on.
fn last_line(out: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(out).unwrap().trim_end();
    let last = text.rsplit('\n').next().unwrap();
    serde_json::from_str::<serde_json::Value>(last).unwrap()["end"].take()
}

/// Keeps the last line of what is written.
#[derive(Default)]
struct LastLine(Vec<u8>);

impl Write for LastLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let whole = self.0.ends_with(b"\n");
        match bytes[..bytes.len() - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
        {
            Some(end) => self.0 = bytes[end + 1..].to_vec(),
            None if whole => self.0 = bytes.to_vec(),
            None => self.0.extend_from_slice(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All shards are replayed side by side, and merged while they go on. `cargo test --release --test it -- --ignored million`
#[test]
#[ignore = "takes minutes, and some gigabytes"]
fn eight_shards_of_a_million_instances() {
    let scenario = read(
        "
account:
  savings-plans: [ { kind: compute, commitment: $100, term: 1y, payment: no-upfront } ]
instances: { web: { type: t3.micro, root: 8GiB gp3, count: 1000000 } }
steps:
  - each: web
    every: 1s
    steps:
      - launch: self
      - wait-until: { self: running }
      - transfer: { instance: self, to: internet, amount: 1GB }
      - { after: 10m, terminate: self }
",
    );
    let whole = replay_into(&scenario, Keep::SUMS, Vec::new());
    let mut out = LastLine::default();
    thread::scope(|scope| {
        let parts = shards(8).map(|shard| {
            let (reader, writer) = io::pipe().unwrap();
            let part = scenario.part(shard).unwrap();
            scope.spawn(move || {
                let mut lines = JsonLines::in_background(writer, StopSignal::default());
                lines.begin(part.program(), part.file());
                let replay = replay_into(&part, Keep::SUMS, vec![&mut lines]);
                lines.finish(&replay, part.source());
                lines.end().unwrap();
            });
            (shard.to_string(), BufReader::new(reader))
        });
        let parts = parts.collect();
        assert_eq!(merge_journals(parts, &mut out).unwrap(), Outcome::Passed);
    });
    let end = last_line(&out.0);
    let transitions = whole.tally().transitions;
    assert_eq!(transitions, 4_000_000);
    assert_eq!(end["transitions"], transitions);
    assert_eq!(
        end["cost"]["total"],
        whole.bill().cost().total().to_string()
    );
    for (meter, amount) in end["cost"]["by_meter"].as_object().unwrap() {
        let meter = ec2sim::record::Meter::ALL
            .iter()
            .find(|one| one.name() == meter)
            .unwrap();
        assert_eq!(*amount, whole.bill().cost().of(*meter).to_string());
    }
    assert_eq!(end["instances"].as_object().unwrap().len(), 1_000_000);
}

#[test]
fn what_is_merged_can_be_shown() {
    let scenario = read(BOUGHT);
    let parts = parts_of(&scenario, 3);
    let (whole, _) = merged(&parts).unwrap();
    let mut journals = Journals::new(whole.as_bytes());
    let head = journals.next_head().unwrap().unwrap();
    let (mut shown, mut document) = (Vec::new(), Vec::new());
    let rounding = ec2sim::report::Rounding::Exact;
    journals
        .write_document(&head, rounding, &mut shown)
        .unwrap();
    ec2sim::report::Document::new(&ec2sim::replay(&scenario))
        .write(&mut document)
        .unwrap();
    assert!(shown == document);
    // A part says that it is one.
    let mut journals = Journals::new(parts[1].1.as_bytes());
    let error = journals.next_head().unwrap_err().to_string();
    assert_eq!(
        error,
        "this is the journal of shard 2/3 alone: `ec2sim merge` makes the whole of all shards"
    );
}

#[test]
fn what_doesnt_go_together_is_refused() {
    let text = "
instances: { web: { type: t3.micro, count: 6 } }
steps:
  - each: web
    every: 1h
    steps: [ { launch: self } ]
";
    let scenario = read(text);
    let parts = parts_of(&scenario, 3);
    let said = |parts: &[(String, String)]| match merged(parts) {
        Ok(_) => "merged".to_owned(),
        Err(error) => error.to_string(),
    };
    let of = |scenario: &Scenario, count| parts_of(scenario, count)[1].1.clone();

    // Two shards run on, and with `until` all of them.
    assert_eq!(
        said(&parts),
        "part-1.jsonl: this shard ended at 2026-01-01T01:00:15Z, but something was due at 2026-01-01T01:02:15Z, and the whole ends \
         at 2026-01-01T05:00:15Z: say when with `until`"
    );
    let scenario = read(&format!("{text}until: 1d\n"));
    let parts = parts_of(&scenario, 3);
    assert_eq!(said(&parts), "merged");
    let with = |place: usize, text: String| {
        let mut parts = parts.clone();
        parts[place].1 = text;
        parts
    };
    let cases = [
        (parts[..2].to_vec(), "no journal for shard 3/3"),
        (
            [&parts[..], &parts[..1]].concat(),
            "part-1.jsonl: shard 1/3 is in part-1.jsonl already",
        ),
        (
            with(1, of(&scenario.with_seed(7), 3)),
            "part-2.jsonl: it doesn't go with part-1.jsonl: the seed is 7, and not 0",
        ),
        (
            with(1, of(&scenario, 4)),
            "part-2.jsonl: it doesn't go with part-1.jsonl: it is one of 4 shards, and not of 3",
        ),
        (
            with(1, of(&read(&format!("{text}until: 2d\n")), 3)),
            "part-2.jsonl: it doesn't go with part-1.jsonl: the scenario is another",
        ),
        (
            with(1, parts[1].1.replace(r#""version":""#, r#""version":"9."#)),
            concat!(
                "part-2.jsonl: it doesn't go with part-1.jsonl: the version of ec2sim is \"9.",
                env!("CARGO_PKG_VERSION"),
                "\", and not \"",
                env!("CARGO_PKG_VERSION"),
                "\""
            ),
        ),
        (
            with(1, journal_of(&scenario)),
            "part-2.jsonl: this is the journal of a whole replay, and not of a shard (`ec2sim run --shard`)",
        ),
        (
            with(1, String::new()),
            "part-2.jsonl: there is no journal in it",
        ),
        (
            with(1, format!("{}{}", parts[1].1, parts[2].1)),
            "part-2.jsonl: another journal follows the first: give each shard a file of its own",
        ),
        (
            with(1, r#"{"schema":"ec2sim/suite/1"}"#.to_owned() + "\n"),
            "part-2.jsonl:1: this isn't a journal of `ec2sim run --format jsonl`: a journal begins with a line that has the schema \
             `ec2sim/journal/1`",
        ),
    ];
    for (parts, wanted) in cases {
        assert_eq!(said(&parts), wanted);
    }
    for cut in [parts[2].1.len() / 3, parts[2].1.len() - 2] {
        let error = said(&with(2, parts[2].1[..cut].to_owned()));
        assert!(error.starts_with("part-3.jsonl:"), "{error}");
        assert!(error.contains("the journal is cut off here"), "{error}");
    }
    assert_eq!(said(&[]), "there is no journal to merge");
}

/// The lines at which members are said to share something.
fn refused_at(text: &str) -> Vec<u32> {
    let scenario = read(text);
    let mistakes = scenario.part("1/2".parse().unwrap()).unwrap_err();
    mistakes
        .iter()
        .map(|one| {
            assert_eq!(one.code, Code::NotApart);
            one.position().unwrap().0
        })
        .collect()
}

#[test]
fn members_that_share_something_arent_split() {
    let fleet = |instance: &str, more: &str| {
        format!(
            "instances: {{ web: {{ type: m5.large, count: 4{instance} }}, db: {{ type: m5.large }} }}\n\
             steps:\n  - each: web\n    steps: [ {{ launch: self }} ]\n{more}"
        )
    };
    read(&fleet("", "")).part("1/2".parse().unwrap()).unwrap();
    let steps = [
        "  - { wait-until: { web: running } }",
        "  - { at: 1h, stop: web }",
        "  - { at: 1h, expect: { web: { state: running } } }",
        "  - { at: 1h, expect: { cost: { total: $1 } } }",
        "  - { capacity: { type: m5.large, zone: us-east-1a, available: 1 } }",
        "  - { create-capacity-reservation: { reservation: r, type: m5.large, zone: us-east-1a, count: 1 } }",
        "  - { each: web, steps: [ { stop: db } ] }",
        "  - { each: web, steps: [ { wait-until: { db: running } } ] }",
        "  - { each: web, steps: [ { at: 1h, stop: web-1 } ] }",
    ];
    for step in steps {
        let launch = if step.contains("db") {
            "  - { launch: db }\n"
        } else {
            ""
        };
        let text = fleet("", &format!("{launch}{step}\n"));
        let lines = u32::try_from(text.lines().count()).unwrap();
        assert_eq!(refused_at(&text), [lines], "{text}");
    }
    for key in [
        "account: { vcpu-quota: 8 }",
        "account: { dedicated-hosts: { h: { family: m5, zone: us-east-1a } } }",
        "account: { capacity-reservations: { r: { type: m5.large, zone: us-east-1a, count: 1 } } }",
        "vpc: { cidr: 172.31.0.0/16 }",
    ] {
        let text = fleet("", &format!("{key}\n"));
        assert_eq!(refused_at(&text), [5], "{text}");
    }
    let grouped = fleet(
        ", placement-group: g",
        "placement-groups: { g: { strategy: spread } }\n",
    );
    assert_eq!(refused_at(&grouped), [1]);
    let bought = fleet(
        "",
        "  - { each: web, steps: [ { at: 1h, expect: { self: { cost: $1 } } } ] }\n\
         account: { savings-plans: [ { kind: compute, commitment: $1, term: 1y, payment: no-upfront } ] }\n",
    );
    assert_eq!(refused_at(&bought), [5]);
    assert_eq!(
        refused_at("instances: { db: { type: m5.large } }\nsteps: [ { launch: db } ]\n"),
        [2]
    );
}

/// What a member may do after its launch.
const ACTS: &[&str] = &[
    "{ wait-until: { self: running } }",
    "{ wait-until: { self: stopped }, timeout: 3m }",
    "{ wait-until: { self: hibernated }, timeout: 9d }",
    "{ after: 5m, stop: self }",
    "{ after: 90s, start: self }",
    "{ after: 10m, reboot: self }",
    "{ transfer: { instance: self, to: internet, amount: 6TB } }",
    "{ transfer: { instance: self, to: internet, rate: 2TB/h } }",
    "{ cpu: { instance: self, percent: 80 } }",
    "{ note: here }",
    "{ after: 1h, terminate: self }",
    "{ expect: { self: { starts: 1 } } }",
    "{ expect: { self: { state: running, public-ipv4: any } } }",
    "{ modify: { instance: self, type: m5.xlarge } }",
    "{ modify: { instance: self, monitoring: detailed } }",
    "{ modify-volume: { volume: self/root, size: 50GiB } }",
    "{ after: 3h, fail: self }",
    "{ after: 20m, impair: self }",
    "{ repeat: 3, steps: [ { after: 2m, stop: self }, { wait-until: { self: stopped } }, { start: self } ] }",
];

const INSTANCES: &[&str] = &[
    "{ type: t3.micro, count: N }",
    "{ type: t3.large, count: N, credits: unlimited, monitoring: detailed }",
    "{ type: m5.large, count: N, volumes: [20GiB gp3] }",
    "{ type: m5.large, count: N, tenancy: dedicated, public-ipv4: none }",
    "{ type: c5.large, count: N, market: spot }",
    "{ type: m5.large, count: N, zones: [us-east-1a, us-east-1b] }",
];

const ACCOUNTS: &[&str] = &[
    "",
    "account: { created: 2025-06-01, free-tier: legacy }",
    "account: { created: 2025-08-01, free-tier: { credits: $3 } }",
    "account: { reserved-instances: [ { type: m5.large, count: 2, term: 1y, payment: all-upfront }, { type: t3.micro, term: 3y, payment: partial-upfront } ] }",
    "account: { savings-plans: [ { kind: compute, commitment: $0.11, term: 1y, payment: no-upfront } ] }",
    "account: { reserved-instances: [ { type: m5.large, term: 1y, payment: no-upfront, zone: us-east-1a } ], savings-plans: [ { kind: compute, commitment: $0.05, term: 1y, payment: no-upfront } ] }",
];

const TIMINGS: &[&str] = &[
    "",
    "timings: { pending: 5s..40s, stopping: 5s..60s, shutting-down: 5s..60s }",
    "timings: { pending: 0s, stopping: 0s, shutting-down: 0s }",
];

fn each() -> impl Strategy<Value = (u32, &'static str, u32, Vec<&'static str>)> {
    (
        1_u32..7,
        prop::sample::select(INSTANCES),
        prop::sample::select(&[0_u32, 1, 7, 60]),
        prop::collection::vec(prop::sample::select(ACTS), 0..9),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Bills and counts included: the last line has them.
    #[test]
    fn any_fleet_comes_to_the_whole(
        fleets in prop::collection::vec(each(), 1..4),
        account in prop::sample::select(ACCOUNTS),
        timings in prop::sample::select(TIMINGS),
        until in prop::sample::select(&["", "until: 4d"]),
        count in 1_u32..6,
        seed in 0_u64..1_000,
    ) {
        let mut text = format!("start: 2026-01-31T20:00:00Z\nseed: {seed}\n{account}\n{timings}\n{until}\ninstances:\n  db: {{ type: m5.large }}\n");
        for (number, (members, spec, _, _)) in fleets.iter().enumerate() {
            writeln!(text, "  fleet-{number}: {}", spec.replace('N', &members.to_string())).unwrap();
        }
        text += "steps:\n  - launch: db\n  - transfer: { instance: db, to: internet, amount: 1TB }\n    fails: IncorrectInstanceState\n";
        for (number, (_, _, every, acts)) in fleets.iter().enumerate() {
            writeln!(text, "  - each: fleet-{number}\n    every: {every}s\n    steps:\n      - launch: self").unwrap();
            for act in acts {
                writeln!(text, "      - {act}").unwrap();
            }
        }
        text += "  - { at: 40m, stop: db }\n";
        let scenario = read(&text);
        let whole = journal_of(&scenario);
        match merged(&parts_of(&scenario, count)) {
            Ok((found, _)) => assert_same(&found, &whole, &text),
            // Without `until` a shard may end before something of its own.
            Err(MergeJournalsError::EndedBefore { .. }) if until.is_empty() => {}
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}

/// The program, from outside.
mod program {
    use std::{
        fs,
        path::{Path, PathBuf},
        process::Command,
    };

    use super::BOUGHT;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("fleet.yaml"), BOUGHT).unwrap();
            Self(path)
        }

        fn ec2sim(&self, arguments: &[&str]) -> (i32, String, String) {
            let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
                .args(arguments)
                .current_dir(&self.0)
                .env_remove("RUST_LOG")
                .env_remove("COLUMNS")
                .output()
                .unwrap();
            (
                output.status.code().unwrap(),
                String::from_utf8(output.stdout).unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            )
        }

        /// Replays all parts, and answers with the names of their journals.
        fn parts(&self, count: u32) -> Vec<String> {
            let part = |index: u32| {
                let shard = format!("{index}/{count}");
                let arguments = ["run", "fleet.yaml", "--shard", &shard, "--format", "jsonl"];
                let (code, journal, said) = self.ec2sim(&arguments);
                assert_eq!((code, said.as_str()), (0, ""));
                let name = format!("part-{index}.jsonl");
                fs::write(self.0.join(&name), journal).unwrap();
                name
            };
            (1..=count).map(part).collect()
        }
    }

    #[test]
    fn everything_that_is_shown_of_the_whole_is_shown_of_its_parts() {
        let folder = Folder::new("fleet-shown");
        let parts = folder.parts(3);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        for options in [
            &[][..],
            &["--summary"],
            &["--quiet"],
            &["--verbose"],
            &["--format", "json"],
            &["--format", "json", "--rounding", "report"],
            &["--format", "jsonl"],
            &["--format", "csv"],
            &["--format", "focus"],
        ] {
            let whole = folder.ec2sim(&[&["run", "fleet.yaml"], options].concat());
            let merged = folder.ec2sim(&[&["merge"], options, &parts].concat());
            assert_eq!(merged.0, 0, "{options:?}: {}", merged.2);
            assert!(merged == whole, "{options:?}:\n{}\n{}", merged.1, whole.1);
        }
    }

    #[test]
    fn what_cant_be_merged_ends_with_2_and_says_why() {
        let folder = Folder::new("fleet-refused");
        let parts = folder.parts(2);
        let (first, second) = (parts[0].as_str(), parts[1].as_str());
        fs::write(
            folder.0.join("suite.json"),
            "{\"schema\":\"ec2sim/suite/1\"}",
        )
        .unwrap();
        let cut = fs::read_to_string(folder.0.join(second)).unwrap();
        fs::write(folder.0.join("cut.jsonl"), &cut[..cut.len() / 2]).unwrap();
        for (arguments, wanted) in [
            (&["merge", first][..], "error: no journal for shard 2/2\n"),
            (
                &["merge", first, "absent.jsonl"],
                "error: absent.jsonl: no such file or directory\n",
            ),
            (
                &["merge", first, "suite.json"],
                "error: suite.json: this isn't a journal, and others of the files are\n",
            ),
            (
                &["merge", first, second, "--junit", "report.xml"],
                "error: the files are journals, and what is asked for is made of reports of `ec2sim test`\n",
            ),
            (
                &["merge", "suite.json", "--summary"],
                "error: the files are reports of `ec2sim test`, and what is asked for is made of journals\n",
            ),
            (
                &["run", "fleet.yaml", "--shard", "1/2"],
                "error: `--shard` needs `--format jsonl`: `ec2sim merge` makes the whole of the journals\n",
            ),
            (
                &["show", second],
                "error: part-2.jsonl:1: this is the journal of shard 2/2 alone: `ec2sim merge` makes the whole of all shards\n",
            ),
        ] {
            let (code, out, said) = folder.ec2sim(arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
            assert!(said.starts_with(wanted.trim_end()), "{arguments:?}: {said}");
        }
        // What was merged until then is no journal: its last line is missing.
        let (code, out, said) = folder.ec2sim(&["merge", "--format", "jsonl", first, "cut.jsonl"]);
        assert_eq!(code, 2);
        assert!(said.contains("cut.jsonl:"), "{said}");
        assert!(said.contains("the journal is cut off here"), "{said}");
        assert!(!out.contains("{\"end\":"));
    }
}
