//! When a replay ends, and where a failure points.

use ec2sim::{
    Scenario,
    engine::{Clock, Outcome, StopSignal},
    report::{Look, Timeline, Verbosity},
    runner::{Keep, replay_by, replay_into},
    suite,
};

use crate::support::{passes, play};

/// A scenario of two instances and a group of two.
fn scenario(steps: &str) -> String {
    format!(
        "instances: {{ web: {{ type: t3.micro }}, crew: {{ type: t3.micro, count: 2 }} }}\nsteps:\n{steps}"
    )
}

#[track_caller]
fn ends(steps: &str, at: &str) {
    let played = passes(&scenario(steps));
    let replay = &played.replay;
    assert_eq!((replay.end() - replay.program().start).to_string(), at);
    assert_eq!(replay.program().expected_end(), replay.end(), "{steps}");
}

#[test]
fn a_wait_at_the_end_of_a_script_is_time_that_passes() {
    ends("  - launch: web\n  - wait: 1h\n", "1h");
    ends(
        "  - launch: web\n  - wait-until: { web: running }\n  - wait: 1h\n",
        "1h15s",
    );
    ends("  - launch: web\n  - wait: 10m\n  - wait: 20m\n", "30m");
    ends(
        "  - each: crew\n    every: 1m\n    steps:\n      - launch: self\n      - wait: 1h\n",
        "1h1m",
    );
    ends(
        "  - launch: web\n  - repeat: 3\n    steps:\n      - note: a round\n      - wait: 1h\n",
        "3h",
    );
    ends(
        "  - launch: web\n  - repeat: { times: 3, every: 2h }\n    steps:\n      - wait: 1h\n",
        "5h",
    );
    ends(
        "  - each: crew\n    steps:\n      - launch: self\n      - repeat: 2\n        steps: [{ repeat: 2, steps: [{ wait: 1h }] }]\n",
        "4h",
    );
}

#[test]
fn what_is_metered_goes_on_during_the_last_wait() {
    let played = passes(&scenario("  - launch: web\n  - wait: 1h\n"));
    assert_eq!(played.billed("web"), 3_600 - 15);
}

#[test]
fn only_steps_are_left_over_at_the_end_and_not_time() {
    passes(&format!(
        "until: 30m\n{}",
        scenario("  - launch: web\n  - wait: 1h\n")
    ));
    let played = play(&format!(
        "until: 30m\n{}",
        scenario("  - launch: web\n  - wait-until: { web: stopped }\n")
    ));
    assert_eq!(played.notices(), ["30m unfinished"]);
}

/// Steps whose first key isn't what they do; `stop` stands on line 7.
const REFUSED: &str = "instances: { web: { type: t3.micro } }
steps:
  - launch: web
    note: The first key is the action.
  - note: The first key is the note,
    at: 0s
    stop: web
    fails: CODE
  - wait-until: { web: running }
";

/// What a failed replay tells again at the end, without colours.
fn told(text: &str) -> String {
    let scenario = Scenario::from_text("refused.yaml", text).unwrap();
    let mut out = Vec::new();
    let look = Look {
        width: 100,
        colour: false,
        verbosity: Verbosity::Quiet,
    };
    let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
    timeline.begin(scenario.program(), scenario.file());
    let replay = replay_into(&scenario, Keep::SUMS, vec![&mut timeline]);
    timeline.end(&replay, scenario.source()).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a suite finds wrong with it, and the same as annotations for GitHub.
fn found(name: &str, text: &str) -> (suite::Problem, String) {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    let report = suite::run(suite::find(&[path]), &suite::Options::default(), &mut ());
    let problem = report.cases[0].problems[0].clone();
    (problem, suite::format::github(&report, None))
}

#[test]
fn a_refusal_with_another_code_says_both_at_the_actions_own_line() {
    let text = REFUSED.replace("CODE", "OperationNotPermitted");
    let told = told(&text);
    for part in [
        "web StopInstances was refused with another code at 0s",
        "refused.yaml:7\n",
        "7 │ stop: web\n",
        "expected  OperationNotPermitted\n",
        "found  IncorrectInstanceState\n",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (problem, github) = found("other-code.yaml", &text);
    assert_eq!(problem.line, Some(7));
    assert_eq!(problem.expected.as_deref(), Some("OperationNotPermitted"));
    assert_eq!(problem.found.as_deref(), Some("IncorrectInstanceState"));
    assert!(
        problem.message.starts_with(
            "web StopInstances should have been refused with OperationNotPermitted, but was refused with IncorrectInstanceState: "
        ),
        "{}",
        problem.message
    );
    assert!(github.contains(",line=7"), "{github}");
}

#[test]
fn a_refusal_that_does_not_come_is_shown_at_the_actions_own_line() {
    let text = REFUSED
        .replace("CODE", "IncorrectInstanceState")
        .replace("at: 0s", "at: 1m");
    let told = told(&text);
    for part in [
        "refused.yaml:7\n",
        "StopInstances should have been refused with IncorrectInstanceState, but was carried",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (problem, _) = found("no-refusal.yaml", &text);
    assert_eq!(problem.line, Some(7));
    assert_eq!(problem.expected.as_deref(), Some("IncorrectInstanceState"));
    assert_eq!(problem.found.as_deref(), Some("carried out"));
}

#[test]
fn every_failure_is_shown_at_the_actions_own_line_and_its_event_has_the_steps_first() {
    let late = "instances: { web: { type: t3.micro } }
steps:
  - note: not yet
    wait-until: { web: running }
    timeout: 10s
  - launch: web
  - note: too late
    stop: web
";
    let text = late.replacen("  - note: not yet", "  - launch: web\n  - note: not yet", 1);
    let text = text.replacen("  - launch: web\n  - note: too", "  - note: too", 1);
    let lines = |json: &serde_json::Value, kind: &str| -> Vec<u64> {
        let events = json["events"].as_array().unwrap().iter();
        let of_kind = events.filter(|event| event["kind"] == kind);
        of_kind.filter_map(|event| event["line"].as_u64()).collect()
    };
    let json = play(&text).json();
    assert_eq!(lines(&json, "notice"), [4]);
    assert_eq!(lines(&json, "rejected"), [7]);
    let told = told(&text);
    assert!(told.contains("refused.yaml:5\n"), "{told}");
    assert!(told.contains("refused.yaml:8\n"), "{told}");
}

/// The codes of the mistakes in a scenario that begins a minute before the year 10,000.
fn late_mistakes(rest: &str) -> Vec<&'static str> {
    let text = format!(
        "start: 9999-12-31T23:59:00Z\ninstances: {{ web: {{ type: t3.micro }}, crew: {{ type: t3.micro, count: 3 }} }}\n{rest}"
    );
    match Scenario::from_text("late.yaml", &text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|one| one.code.id()).collect(),
    }
}

#[test]
fn the_year_10000_is_a_mistake_wherever_it_can_be_seen() {
    let none: [&str; 0] = [];
    for rest in [
        "until: 59s\nsteps: []\n",
        "until: 9999-12-31T23:59:59Z\nsteps: []\n",
        "steps:\n  - at: 59s\n    launch: web\nuntil: 59s\n",
        "steps:\n  - repeat: 59\n    steps: [{ wait: 1s }]\n",
        "steps:\n  - each: crew\n    every: 29s\n    steps: [{ wait: 1s }]\n",
    ] {
        assert_eq!(late_mistakes(rest), none, "{rest}");
    }
    for (rest, code) in [
        ("until: 1m\nsteps: []\n", "E0603"),
        ("until: 10000-01-01T00:00:00Z\nsteps: []\n", "E0303"),
        ("until: 9999-12-31T23:59:59-01:00\nsteps: []\n", "E0303"),
        ("until: 99999999w\nsteps: []\n", "E0302"),
        ("steps:\n  - at: 1m\n    launch: web\n", "E0603"),
        (
            "steps:\n  - at: 9999-12-31T23:59:59-00:01\n    launch: web\n",
            "E0303",
        ),
        ("steps:\n  - after: 1m\n    launch: web\n", "E0603"),
        ("steps:\n  - wait: 1m\n", "E0603"),
        (
            "steps:\n  - repeat: 60\n    steps: [{ wait: 1s }]\n",
            "E0603",
        ),
        (
            "steps:\n  - repeat: { times: 4294967295, every: 8000y }\n    steps: [{ note: a }]\n",
            "E0302",
        ),
        (
            "steps:\n  - repeat: { times: 4294967295, every: 400000w }\n    steps: [{ note: a }]\n",
            "E0603",
        ),
        (
            "steps:\n  - each: crew\n    every: 30s\n    steps: [{ note: a }]\n",
            "E0603",
        ),
    ] {
        assert_eq!(late_mistakes(rest), [code], "{rest}");
    }
    let start = "start: 10000-01-01T00:00:00Z\nsteps: []\n";
    let mistakes = Scenario::from_text("late.yaml", start).unwrap_err();
    assert_eq!(mistakes.iter().next().unwrap().code.id(), "E0303");
}

#[test]
fn a_replay_that_only_comes_to_the_year_10000_fails_there() {
    let late = |steps: &str, until: &str| {
        play(&format!(
            "start: 9999-12-31T23:59:50Z\n{until}instances: {{ web: {{ type: t3.micro, platform: rhel }}, crew: {{ type: t3.micro, count: 3 }} }}\ntimings: {{ pending: 5s }}\nsteps:\n{steps}"
        ))
    };
    let ends = |played: &crate::support::Played| played.replay.end().to_string();
    // What is under way.
    let played = late("  - launch: web\n    after: 6s\n", "");
    assert_eq!(played.notices(), ["9s unfinished"]);
    assert_eq!(ends(&played), "9999-12-31T23:59:59Z");
    // A script that waits for a state first.
    let steps = "  - launch: web\n  - wait-until: { web: running }\n  - wait: 5s\n";
    let played = late(steps, "");
    assert_eq!(played.notices(), ["5s unfinished"]);
    let steps = "  - launch: web\n  - wait-until: { web: running }\n  - after: 5s\n    stop: web\n";
    assert_eq!(late(steps, "").notices(), ["5s unfinished"]);
    // Members who would begin later.
    let steps = "  - launch: web\n  - wait-until: { web: running }\n  - each: crew\n    every: 3s\n    steps: [{ note: a }]\n";
    assert_eq!(late(steps, "").notices(), ["8s unfinished"]);
    // The end that the file gives is an end, and nothing in the bill is later.
    let played = late("  - launch: web\n", "until: 9s\n");
    assert!(played.notices().is_empty());
    assert!(
        !played.json().to_string().contains("10000"),
        "{}",
        played.json()
    );
}

/// One script may do without end what takes no time: the stop signal is heard there, too.
#[tokio::test]
async fn a_replay_stops_inside_one_script_at_one_instant() {
    let text = "
instances: { web: { type: t3.micro } }
steps:
  - launch: web
  - repeat: 4294967295
    steps: [ { reboot: web, fails: IncorrectState } ]
";
    let scenario = Scenario::from_text("endless.yaml", text).unwrap();
    let stop = StopSignal::default();
    let asks = stop.clone();
    let asker = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(20));
        asks.stop();
    });
    let replay = replay_by(&scenario, Keep::SUMS, Vec::new(), Clock::Instant, stop).await;
    asker.join().unwrap();
    assert_eq!(replay.outcome(), Outcome::Interrupted);
    assert_eq!(replay.end(), scenario.program().start);
}
