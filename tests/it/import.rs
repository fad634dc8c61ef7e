//! `ec2sim import`: what an account recorded, as a scenario.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use ec2sim::{
    Scenario,
    import::{Import, ImportOptions},
};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support;

const TRAIL: &str = "tests/data/import/123456789012_CloudTrail_eu-west-1_20260303T1635Z_Xy7.json";
const LOOKUP: &str = "tests/data/import/lookup-events.json";
const EVENTS: &str = "tests/data/import/events.jsonl";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn ec2sim(arguments: &[&str], here: &Path) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .current_dir(here)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The scenario of some files, as a program gets it.
fn imported(files: &[&str], redact: bool) -> String {
    let mut import = Import::default();
    for file in files {
        import.add(&root().join(file)).unwrap();
    }
    let mut options = ImportOptions::default();
    options.redact = redact;
    import.scenario(&options).unwrap()
}

fn seconds(instant: &Value) -> i64 {
    let instant: jiff::Timestamp = instant.as_str().unwrap().parse().unwrap();
    instant.as_second()
}

#[test]
fn a_trail_becomes_a_scenario_that_passes() {
    let (code, text, complaint) = ec2sim(&["import", TRAIL, LOOKUP, EVENTS], root());
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    insta::assert_snapshot!("import__trail", text);
    let here = folder("import-trail");
    fs::write(here.join("tuesday.yaml"), &text).unwrap();
    let (code, out, _) = ec2sim(&["test", "tuesday.yaml"], &here);
    assert_eq!(code, Some(0), "{out}");
    // What another choice would have cost.
    fs::write(here.join("office.yaml"), imported(&[LOOKUP], false)).unwrap();
    let vary = ["compare", "office.yaml", "--vary", "stop=stop,hibernate"];
    let (code, out, complaint) = ec2sim(&vary, &here);
    assert_eq!(code, Some(0), "{out}{complaint}");
    assert!(!out.contains("refused"), "{out}");
}

/// The states that EventBridge recorded, and the codes in CloudTrail, against the replay itself rather than its expectations.
#[test]
fn a_trail_replays_to_the_states_and_codes_that_it_recorded() {
    let played = support::passes(&imported(&[TRAIL, LOOKUP, EVENTS], false));
    let replay = played.json();
    let events = replay["events"].as_array().unwrap();
    let names: BTreeMap<&str, &str> = [
        ("i-0a9b8c7d6e5f40312", "instance-1"),
        ("i-0b22a22eec53b9321", "billing-web"),
        ("i-0f1e2d3c4b5a69788", "instance-2"),
        ("i-0f1e2d3c4b5a69799", "instance-3"),
    ]
    .into();
    let interrupted = "i-0f1e2d3c4b5a69788";
    let mut held = 0;
    let recorded = fs::read_to_string(root().join(EVENTS)).unwrap();
    for line in recorded.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let id = event["detail"]["instance-id"].as_str().unwrap();
        let Some(state) = event["detail"]["state"].as_str() else {
            continue;
        };
        let at = seconds(&event["time"]);
        // Requests are recorded by the second, and may bear a later one than their effect.
        let then = if state == "pending" { at + 1 } else { at };
        let is_its = |one: &&Value| {
            one["kind"] == "transition"
                && one["instance"] == names[id]
                && seconds(&one["time"]) <= then
        };
        let last = events.iter().rfind(is_its).unwrap();
        let found = match last["to"].as_str().unwrap() {
            "hibernated" => "stopped",
            other => other,
        };
        if id == interrupted && state.starts_with("shutting") {
            // EC2 takes it back two minutes after the notice; when exactly is its own affair.
            continue;
        }
        assert_eq!(found, state, "{line}");
        held += 1;
    }
    assert!(held >= 18, "{held}");
    let trail: Value =
        serde_json::from_str(&fs::read_to_string(root().join(TRAIL)).unwrap()).unwrap();
    let codes = trail["Records"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|record| {
            let code = record["errorCode"].as_str()?.split_once('.')?.1;
            // What nobody may do isn't simulated.
            (code != "UnauthorizedOperation").then_some((seconds(&record["eventTime"]), code))
        });
    let mut codes: Vec<(i64, &str)> = codes.collect();
    codes.push((
        seconds(&json!("2026-03-03T18:00:10Z")),
        "IncorrectInstanceState",
    ));
    let refused: Vec<(i64, &str)> = events
        .iter()
        .filter(|event| event["kind"] == "rejected")
        .map(|event| (seconds(&event["time"]), event["code"].as_str().unwrap()))
        .collect();
    assert_eq!(refused, codes);
}

#[test]
fn files_may_be_compressed_and_overlap() {
    let here = folder("import-gzip");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed
        .write_all(&fs::read(root().join(TRAIL)).unwrap())
        .unwrap();
    let packed = packed.finish().unwrap();
    fs::write(here.join("trail.json.gz"), &packed).unwrap();
    let (code, twice, _) = ec2sim(
        &[
            "import",
            "trail.json.gz",
            root().join(TRAIL).to_str().unwrap(),
        ],
        &here,
    );
    assert_eq!(code, Some(0));
    let once = imported(&[TRAIL], false);
    let passed_over = |text: &str| text.split("name:").nth(1).map(str::to_owned);
    assert_eq!(passed_over(&twice), passed_over(&once));
    support::passes(&once);
    support::passes(&imported(&[LOOKUP], false));
    support::passes(&imported(&[EVENTS], false));
    // Cut off, and larger unpacked than it may be.
    fs::write(here.join("cut.gz"), &packed[..packed.len() / 2]).unwrap();
    let (code, out, complaint) = ec2sim(&["import", "cut.gz"], &here);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(complaint.contains("cut.gz: it isn't whole"), "{complaint}");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..=256 {
        bomb.write_all(&zeros).unwrap();
    }
    fs::write(here.join("bomb.gz"), bomb.finish().unwrap()).unwrap();
    let (code, _, complaint) = ec2sim(&["import", "bomb.gz"], &here);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("larger than 256 MiB"), "{complaint}");
}

#[test]
fn what_is_redacted_names_nobody_and_nothing() {
    let text = imported(&[TRAIL, LOOKUP, EVENTS], true);
    for secret in [
        "i-0a9",
        "i-0b2",
        "i-0f1",
        "dead",
        "vol-",
        "eipalloc",
        "eipassoc",
        "203.0.113",
        "172.31",
        "ami-",
        "123456789012",
        "billing",
        "ops@",
        "vip",
        "Mateo",
        "arn:",
        "sir-",
        "AKIA",
    ] {
        assert!(!text.contains(secret), "{secret}:\n{text}");
    }
    support::passes(&text);
}

#[test]
fn what_cant_be_used_is_told_at_its_place_and_nothing_is_written() {
    let here = folder("import-bad");
    for (name, text) in [
        ("cut.json", "{\"Records\": [\n  {\"eventName\""),
        ("other.json", "{\"Statement\": []}"),
        (
            "undated.json",
            "{\"Records\": [{\"eventName\": \"StopInstances\", \"eventTime\": \"yesterday\"}]}",
        ),
        ("empty.json", ""),
        (
            "reads.json",
            "{\"Records\": [{\"eventName\": \"DescribeInstances\", \"eventTime\": \"2026-01-01T00:00:00Z\", \"eventSource\": \"ec2.amazonaws.com\"}]}",
        ),
    ] {
        fs::write(here.join(name), text).unwrap();
    }
    let files = [
        "import",
        "cut.json",
        "other.json",
        "undated.json",
        "empty.json",
        "missing.json",
        "-o",
        "out.yaml",
    ];
    let (code, out, complaint) = ec2sim(&files, &here);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    insta::assert_snapshot!("import__complaints", complaint);
    assert!(!here.join("out.yaml").exists());
    let (code, _, complaint) = ec2sim(&["import", "reads.json"], &here);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("none of the 1 records"), "{complaint}");
    // Nothing is overwritten.
    fs::write(here.join("mine.yaml"), "mine").unwrap();
    let trail = root().join(TRAIL);
    let (code, _, complaint) = ec2sim(
        &["import", trail.to_str().unwrap(), "-o", "mine.yaml"],
        &here,
    );
    assert_eq!(code, Some(2));
    assert!(complaint.contains("it already exists"), "{complaint}");
    assert_eq!(fs::read_to_string(here.join("mine.yaml")).unwrap(), "mine");
}

#[test]
fn a_scenario_is_of_one_region() {
    let here = folder("import-regions");
    let events = fs::read_to_string(root().join(EVENTS)).unwrap();
    let elsewhere = events
        .lines()
        .next()
        .unwrap()
        .replace("eu-west-1", "us-east-1");
    let elsewhere = elsewhere.replace("5d0c2a11", "5d0c2a12");
    fs::write(here.join("events.jsonl"), format!("{events}{elsewhere}\n")).unwrap();
    let (code, _, complaint) = ec2sim(&["import", "events.jsonl"], &here);
    assert_eq!(code, Some(2));
    assert!(
        complaint.contains("eu-west-1: 21, us-east-1: 1"),
        "{complaint}"
    );
    let (code, out, _) = ec2sim(&["import", "events.jsonl", "--region", "us-east-1"], &here);
    assert_eq!(code, Some(0));
    assert!(out.contains("region: us-east-1"), "{out}");
    let (code, _, complaint) = ec2sim(&["import", "events.jsonl", "--region", "us-east-9"], &here);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("no Region `us-east-9`"), "{complaint}");
}

/// What ec2sim itself writes for EventBridge comes back as a scenario with the same states.
#[test]
fn events_of_a_replay_can_be_imported_again() {
    let here = folder("import-again");
    let scenario = root().join("scenarios/stop/wrong-moments.yaml");
    let run = [
        "run",
        "--quiet",
        "--eventbridge",
        "events.jsonl",
        scenario.to_str().unwrap(),
    ];
    assert_eq!(ec2sim(&run, &here).0, Some(0));
    let (code, text, complaint) = ec2sim(&["import", "events.jsonl"], &here);
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    support::passes(&text);
}

/// A value somewhere in a document becomes another.
fn disturbed(value: &mut Value, at: &mut usize, with: &Value) {
    if *at == 0 {
        *value = with.clone();
        *at = usize::MAX;
        return;
    }
    *at -= 1;
    match value {
        Value::Object(fields) => {
            for inner in fields.values_mut() {
                disturbed(inner, at, with);
            }
        }
        Value::Array(items) => {
            for inner in items {
                disturbed(inner, at, with);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_recorded_becomes_a_scenario_or_a_complaint(
        places in prop::collection::vec((1_usize..1_400, 0_usize..8), 1..12),
    ) {
        let others = [
            json!(null), json!(""), json!("i-0b22a22eec53b9321"), json!(-1), json!({ "items": [{ "instanceId": "x\n- y: {" }] }),
            json!([[]]), json!("Client.IncorrectInstanceState"), json!("9999-12-31T23:59:59Z"),
        ];
        let text = fs::read_to_string(root().join(TRAIL)).unwrap();
        let mut trail: Value = serde_json::from_str(&text).unwrap();
        for (place, other) in &places {
            disturbed(&mut trail, &mut place.clone(), &others[*other]);
        }
        let file = folder("import-disturbed").join("trail.json");
        fs::write(&file, trail.to_string()).unwrap();
        let mut import = Import::default();
        if import.add(&file).is_ok() && let Ok(scenario) = import.scenario(&ImportOptions::default()) {
            let read = Scenario::from_text("disturbed.yaml", &scenario);
            prop_assert!(read.is_ok(), "{}\n{scenario}", read.err().map(|mistakes| mistakes.to_string()).unwrap_or_default());
        }
    }
}
