//! `ec2sim run --eventbridge FILE`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn run(name: &str, scenario: &str, more: &[&str]) -> (Option<i32>, Vec<Value>, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let file: PathBuf = folder.join("scenario.yaml");
    fs::write(&file, scenario).unwrap();
    let events = folder.join("events.jsonl");
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(["run", "--quiet", "--eventbridge"])
        .arg(&events)
        .args(more)
        .arg(&file)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = fs::read_to_string(&events).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let complaint = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), lines.collect(), complaint)
}

const LIVES: &str = "
region: eu-west-1
instances:
  web: { type: m5.large }
  lab: { type: m5.large, hibernation: yes, root: { size: 40GiB, encrypted: yes } }
steps:
  - launch: [web, lab]
  - at: 10m
    reboot: web
  - at: 1h
    stop: web
  - hibernate: lab
  - at: 2h
    terminate: [web, lab]
";

#[test]
fn events_are_those_that_ec2_sends() {
    let (code, events, _) = run("events", LIVES, &[]);
    assert_eq!(code, Some(0));
    let states: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            (
                event["time"].as_str().unwrap(),
                event["detail"]["state"].as_str().unwrap(),
            )
        })
        .collect();
    // A reboot sends nothing (EB-STATE-CHANGE), and what is terminated at rest is gone at once (EB-TERMINATE-STOPPED).
    assert_eq!(
        states,
        [
            ("2026-01-01T00:00:00Z", "pending"),
            ("2026-01-01T00:00:00Z", "pending"),
            ("2026-01-01T00:00:15Z", "running"),
            ("2026-01-01T00:00:15Z", "running"),
            ("2026-01-01T01:00:00Z", "stopping"),
            ("2026-01-01T01:00:00Z", "stopping"),
            ("2026-01-01T01:00:30Z", "stopped"),
            ("2026-01-01T01:01:30Z", "stopped"),
            ("2026-01-01T02:00:00Z", "terminated"),
            ("2026-01-01T02:00:00Z", "terminated"),
        ]
    );
    let first = &events[0];
    let id = first["detail"]["instance-id"].as_str().unwrap();
    assert_eq!(first["version"], "0");
    assert_eq!(
        first["detail-type"],
        "EC2 Instance State-change Notification"
    );
    assert_eq!(first["source"], "aws.ec2");
    assert_eq!(first["region"], "eu-west-1");
    assert_eq!(
        first["resources"],
        serde_json::json!([format!("arn:aws:ec2:eu-west-1:123456789012:instance/{id}")])
    );
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 9, "{keys:?}");
    let ids: Vec<&str> = events
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    for id in &ids {
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    }
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len());
    // The same file and seed give the same events.
    assert_eq!(run("events-again", LIVES, &[]).1, events);
}

#[test]
fn events_of_several_files_are_one_after_the_other_and_a_failure_is_told_once() {
    let failing = format!("{LIVES}    fails: IncorrectInstanceState\n");
    let (code, events, _) = run("events-failing", &failing, &[]);
    assert_eq!((code, events.len()), (Some(1), 10));
    let (code, events, _) = run(
        "events-twice",
        LIVES,
        &["scenarios/stop/wrong-moments.yaml"],
    );
    assert_eq!(code, Some(0));
    assert!(events.len() > 10);
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args([
            "run",
            "--eventbridge",
            "nowhere/at/all",
            "scenarios/stop/wrong-moments.yaml",
        ])
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        complaint.starts_with("error: cannot write nowhere/at/all: "),
        "{complaint}"
    );
}

#[test]
fn spot_instances_are_warned() {
    let scenario = "
instances: { web: { type: m5.large, zone: us-east-1b, market: spot } }
steps:
  - launch: web
  - at: 30m
    rebalance: web
  - at: 1h
    interrupt: web
";
    let (code, events, complaint) = run("events-spot", scenario, &[]);
    assert_eq!(code, Some(0), "{complaint}");
    let of = |what: &str| {
        events
            .iter()
            .find(|event| event["detail-type"] == what)
            .unwrap()
    };
    let rebalance = of("EC2 Instance Rebalance Recommendation");
    let id = rebalance["detail"]["instance-id"].as_str().unwrap();
    let fulfilled = of("EC2 Spot Instance Request Fulfillment");
    assert_eq!(fulfilled["time"], "2026-01-01T00:00:00Z");
    assert_eq!(fulfilled["detail"]["instance-id"], id);
    let request = fulfilled["detail"]["spot-instance-request-id"]
        .as_str()
        .unwrap();
    assert!(request.starts_with("sir-"), "{request}");
    assert_eq!(rebalance["time"], "2026-01-01T00:30:00Z");
    assert_eq!(
        rebalance["resources"],
        serde_json::json!([format!("arn:aws:ec2:us-east-1:123456789012:instance/{id}")])
    );
    let warning = of("EC2 Spot Instance Interruption Warning");
    assert_eq!(warning["time"], "2026-01-01T01:00:00Z");
    assert_eq!(
        warning["detail"],
        serde_json::json!({ "instance-id": id, "instance-action": "terminate" })
    );
    // A form of its own: the zone, and no account.
    assert_eq!(
        warning["resources"],
        serde_json::json!([format!("arn:aws:ec2:us-east-1b:instance/{id}")])
    );
    let last = events.last().unwrap();
    assert_eq!(
        (&last["time"], &last["detail"]["state"]),
        (&"2026-01-01T01:02:30Z".into(), &"terminated".into())
    );
}
