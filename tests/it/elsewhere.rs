//! A file's load in other places: what it costs there, when it isn't possible, and where two places cost the same.

use ec2sim::{
    Scenario,
    compare::{Comparison, choices_and_places},
    script::Service,
};

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("load.yaml", text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn compared(text: &str, places: &[Service]) -> Comparison {
    Comparison::of(&choices_and_places(&[scenario(text)], &[], places).unwrap())
}

const SERVER: &str = "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s }
instances: { web: { type: t3.micro, root: 8GiB gp3 } }
steps:
  - launch: web
  - load: { instance: web, rate: 100000/d, for: 30d, duration: 120ms }
until: 30d
elsewhere: { lambda: { memory: 512MB } }
";

#[test]
fn three_million_requests_break_even_where_the_rulebook_says() {
    let comparison = compared(SERVER, &[]);
    let [here, lambda] = comparison.choices() else {
        panic!("the file, and its one place");
    };
    assert_eq!(here.cost.total().to_string(), "11.7280000000");
    assert_eq!(lambda.cost.total().to_string(), "0.4000000000");
    let (_, requests) = comparison.break_even[0].at.unwrap();
    // CMPX-BREAKEVEN: 15.4955408408 million.
    assert_eq!(requests, 15_495_541);
    assert!(
        comparison.break_even[0]
            .sentence
            .contains("15.4955 M requests")
    );
    assert_eq!(comparison.cheapest(), Some(1));
}

#[test]
fn a_run_is_an_invocation_of_what_an_instance_type_holds() {
    let text = "
start: 2026-06-01T00:00:00Z
account: { always-free: no }
instances: { worker: { type: m5.large } }
steps:
  - launch: worker
  - { at: 10m, stop: worker }
  - { at: 30m, start: worker }
  - { at: 35m, terminate: worker }
elsewhere: { lambda: {} }
expect: { elsewhere: { lambda: { done: 35m } } }
";
    let comparison = compared(text, &[]);
    let lambda = &comparison.choices()[1];
    // 600.2 s cold, and 300.2 s: twenty minutes later the environment is gone.
    // 8 GB × 900.4 s × 0.0000166667 + 2 requests.
    assert_eq!(lambda.cost.total().to_string(), "0.1200539734");
    let (size, _) = lambda.taken.as_ref().unwrap().came.clone().unwrap();
    assert_eq!(size, "8192 MB, x86_64");
}

#[test]
fn a_run_is_a_task_of_the_smallest_size_that_holds_an_instance_type() {
    let with = |kind: &str, fargate: &str| {
        let text = format!(
            "
start: 2026-06-01T00:00:00Z
instances: {{ worker: {{ type: {kind} }} }}
steps: [ {{ launch: worker }}, {{ at: 1h, terminate: worker }} ]
elsewhere: {{ fargate: {{ {fargate} }} }}
"
        );
        let comparison = compared(&text, &[]);
        let fargate = comparison.choices()[1].clone();
        let (size, done) = fargate.taken.as_ref().unwrap().came.clone().unwrap();
        (size, done.to_string(), fargate.cost.total().to_string())
    };
    // From the pull, 15 s after the start, to 5 s after the stop: 3,590 s.
    let (size, done, total) = with("m5.large", "");
    assert_eq!((size.as_str(), done.as_str()), ("2 vCPU, 8 GB", "1h"));
    assert_eq!(total, "0.1161963333");
    // Burstable vCPUs count as one, and nine GB need two.
    assert_eq!(with("t3.small", "").0, "1 vCPU, 2 GB");
    assert_eq!(with("t3.small", "memory: 9GB").0, "2 vCPU, 9 GB");
    assert_eq!(with("m5.large", "cpu: 1, memory: 3GB").0, "1 vCPU, 3 GB");
    assert_eq!(
        with("m6g.medium", "launch-type: fargate-spot").2,
        "0.0148024176"
    );
}

#[test]
fn what_has_no_place_has_no_price() {
    let run = |kind: &str, long: &str| {
        let text = format!(
            "
instances: {{ worker: {{ {kind} }} }}
steps: [ {{ launch: worker }}, {{ at: {long}, terminate: worker }} ]
"
        );
        let comparison = compared(&text, &[Service::Lambda]);
        let lambda = &comparison.choices()[1];
        assert!(lambda.cost.total().is_zero() && comparison.cheapest().is_none());
        assert!(comparison.differences().is_empty());
        let not = lambda.taken.as_ref().unwrap().came.clone().unwrap_err();
        not.rule.id
    };
    assert_eq!(run("type: m5.large", "40m"), "LAM-LIM-TIMEOUT");
    assert_eq!(
        run("type: m5.large, platform: windows", "5m"),
        "CMPX-MAP-REFUSE"
    );
    assert_eq!(run("type: m5.xlarge", "5m"), "LAM-LIM-MEM");
    assert_eq!(run("type: c5.2xlarge", "5m"), "LAM-LIM-MEM");
    assert_eq!(run("type: c1.xlarge", "5m"), "LAM-LIM-CPU");
    assert_eq!(run("type: g4dn.xlarge", "5m"), "CMPX-MAP-REFUSE");
    let on_fargate = |kind: &str| {
        let text = format!(
            "
instances: {{ worker: {{ {kind} }} }}
steps: [ {{ launch: worker }}, {{ at: 1h, terminate: worker }} ]
"
        );
        let fargate = compared(&text, &[Service::Fargate]).choices()[1].clone();
        fargate.taken.unwrap().came.unwrap_err().rule.id
    };
    assert_eq!(on_fargate("type: m5.24xlarge"), "FGT-SIZES");
    assert_eq!(on_fargate("type: g4dn.xlarge"), "CMPX-MAP-REFUSE");
    assert_eq!(
        on_fargate("type: m5.large, platform: rhel"),
        "CMPX-MAP-REFUSE"
    );
    let nothing = compared("steps: [ { wait: 1m } ]", &[Service::Lambda]);
    let not = nothing.choices()[1].taken.as_ref().unwrap().came.clone();
    assert_eq!(not.unwrap_err().rule.id, "CMPX-MAP");
}

#[test]
fn a_file_expects_what_becomes_of_its_load() {
    let judged = |expected: &str| {
        let text = format!("{SERVER}expect: {{ elsewhere: {{ lambda: {expected} }} }}");
        let replay = ec2sim::replay(&scenario(&text));
        (replay.tally().passed, replay.tally().failed)
    };
    assert_eq!(judged("{ total: $0.40, done: 30d }"), (2, 0));
    assert_eq!(judged("{ total: $0.41, done: 30d }"), (1, 1));
    assert_eq!(judged("none"), (0, 1));
    let nightly = "
instances: { worker: { type: m5.large } }
steps: [ { launch: worker }, { at: 40m, terminate: worker } ]
elsewhere: { lambda: {} }
expect: { elsewhere: { lambda: none } }
";
    assert!(ec2sim::replay(&scenario(nightly)).passed());
}

#[test]
fn mistakes_in_elsewhere_are_told_at_their_place() {
    let wrong = |text: &str| {
        let text = format!("instances: {{ web: {{ type: m5.large }} }}\n{text}");
        let mistakes = Scenario::from_text("load.yaml", &text).unwrap_err();
        let first = mistakes.iter().next().unwrap();
        (first.code.to_string(), first.message.clone())
    };
    let steps = "steps: [ { launch: web } ]";
    let (code, message) = wrong(&format!("{steps}\nelsewhere: {{ lightsail: {{}} }}"));
    assert_eq!(code, "E0901", "{message}");
    let (code, message) = wrong(&format!(
        "{steps}\nelsewhere: {{ lambda: {{ timeout: 901s }} }}"
    ));
    assert_eq!(code, "E0311", "{message}");
    let (code, message) = wrong(&format!(
        "{steps}\nexpect: {{ elsewhere: {{ lambda: none }} }}"
    ));
    assert_eq!(code, "E0301", "{message}");
    let (code, message) =
        wrong("steps: [ { expect: { elsewhere: { lambda: none } } } ]\nelsewhere: { lambda: {} }");
    assert_eq!(code, "E0205", "{message}");
}
