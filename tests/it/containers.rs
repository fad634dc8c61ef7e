//! Tasks and services on Fargate: the worked examples of their rulebook, their life, deployments, limits, and what is metered
//! against the time line.

use std::fmt::Write as _;

use ec2sim::{
    Replay, Scenario,
    lifecycle::task,
    money::Usd,
    record::{Meter, RecordKind},
};
use proptest::prelude::*;

/// The examples as scenarios, by the numbers of `tests/data/compute.tsv`.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    (
        "CX-20",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 0.25, memory: 0.5GB } }
steps: [ { run-task: { service: job, duration: 20s } } ]",
    ),
    (
        "CX-21",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 3GB } }
steps: [ { run-task: { service: job, duration: 37s } } ]",
    ),
    (
        "CX-22",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB } }
steps: [ { run-task: { service: job, duration: 86375s } } ]",
    ),
    (
        "CX-23",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB, architecture: arm64 } }
steps: [ { run-task: { service: job, duration: 86375s } } ]",
    ),
    (
        "CX-24",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB } }
steps:
  - repeat: { times: 30, every: 24h }
    steps: [ { run-task: { service: job, count: 5, duration: 575s } } ]",
    ),
    (
        "CX-25",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 2, memory: 4GB, platform: windows } }
steps: [ { run-task: { service: job, duration: 155s } } ]",
    ),
    (
        "CX-26",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB, storage: 100GB } }
steps: [ { run-task: { service: job, duration: 28775s } } ]",
    ),
    (
        "CX-27",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, launch-type: fargate-spot, cpu: 1, memory: 2GB } }
steps:
  - run-task: job
  - { at: 3815s, interrupt: job/1 }
  - { at: 3950s, expect: { job/1: { state: STOPPED, stop-code: SpotInterruption, storage: lost } } }",
    ),
    (
        "CX-28",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 32, memory: 244GB } }
steps: [ { run-task: { service: job, duration: 3575s } } ]",
    ),
    (
        "CX-29",
        "
start: 2026-05-31T23:59:50Z
timings: { task-pending: 0s }
clusters: { shop: {} }
services: { web: { cluster: shop, cpu: 0.5, memory: 1GB, public-ipv4: auto } }
steps: [ { create-service: web } ]
until: 720h10s
expect: { web: { running: 1, task-seconds: 2592000 } }",
    ),
    (
        "CX-31",
        "
region: eu-central-1
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB } }
steps: [ { run-task: { service: job, duration: 3575s } } ]",
    ),
    (
        "CW-1-e",
        "
start: 2026-05-31T23:59:50Z
timings: { task-pending: 0s }
clusters: { shop: {} }
services: { web: { cluster: shop, cpu: 1, memory: 2GB, public-ipv4: auto } }
steps: [ { create-service: web } ]
until: 720h10s
expect: { web: { running: 1, task-seconds: 2592000 } }",
    ),
    (
        "CW-1-f",
        "
start: 2026-05-31T23:59:50Z
timings: { task-pending: 0s }
clusters: { shop: {} }
services: { web: { cluster: shop, cpu: 1, memory: 2GB, public-ipv4: auto, architecture: arm64 } }
steps: [ { create-service: web } ]
until: 720h10s
expect: { web: { running: 1, task-seconds: 2592000 } }",
    ),
    (
        "CW-2-f",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 2, memory: 7GB, public-ipv4: auto } }
steps:
  - repeat: { times: 30, every: 24h }
    steps: [ { run-task: { service: job, count: 1, duration: 2400s } } ]",
    ),
    (
        "CW-2-g",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 2, memory: 7GB, public-ipv4: auto, architecture: arm64 } }
steps:
  - repeat: { times: 30, every: 24h }
    steps: [ { run-task: { service: job, count: 1, duration: 2400s } } ]",
    ),
    (
        "CW-2-h",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 2, memory: 7GB, public-ipv4: auto, launch-type: fargate-spot } }
steps:
  - repeat: { times: 30, every: 24h }
    steps: [ { run-task: { service: job, count: 1, duration: 2400s } } ]",
    ),
    (
        "CW-3-k",
        "
start: 2026-05-31T23:59:50Z
timings: { task-pending: 0s }
clusters: { shop: {} }
services: { web: { cluster: shop, cpu: 0.25, memory: 0.5GB, public-ipv4: auto } }
steps: [ { create-service: web } ]
until: 720h10s
expect: { web: { running: 1, task-seconds: 2592000 } }",
    ),
    (
        "CW-4-c",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB, public-ipv4: auto } }
steps:
  - repeat: { times: 2200, every: 1s }
    steps: [ { run-task: { service: job, count: 10, duration: 60s } } ]",
    ),
    (
        "CW-4-d",
        "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB, public-ipv4: auto, launch-type: fargate-spot } }
steps:
  - repeat: { times: 2200, every: 1s }
    steps: [ { run-task: { service: job, count: 10, duration: 60s } } ]",
    ),
];

fn played(text: &str) -> Replay {
    let scenario = Scenario::from_text("tasks.yaml", text);
    ec2sim::replay(&scenario.unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}")))
}

fn passed(text: &str) -> Replay {
    let replay = played(text);
    assert!(replay.passed(), "{:?}\n{text}", replay.tally());
    replay
}

fn total(text: &str) -> Usd {
    passed(text).bill().cost().total()
}

const SHOP: &str = "
start: 2026-06-01T00:00:00Z
clusters: { shop: {} }
";

#[test]
fn cx_30_a_rolling_deployment_costs_the_overlap() {
    let with = |step: &str| {
        total(&format!(
            "{SHOP}
services: {{ web: {{ cluster: shop, cpu: 1, memory: 2GB, desired: 4, healthy-after: 40s }} }}
steps: [ {{ create-service: web }}, {{ at: 1h, {step} }} ]
until: 2h"
        ))
    };
    let overlap = with("deploy: web") - with("note: nothing");
    assert_eq!(overlap.to_string(), "0.0038398889");
}

#[test]
fn a_deployment_stays_between_minimum_and_maximum() {
    // With 50 and 100 per cent half of the old tasks go before the first new one comes.
    let text = format!(
        "{SHOP}
services: {{ web: {{ cluster: shop, desired: 4, minimum-healthy: 50, maximum: 100 }} }}
steps:
  - create-service: web
  - wait-until: {{ web: steady }}
  - {{ at: 10m, deploy: web }}
  - expect: {{ web: {{ running: 2, pending: 2, deployment: in-progress }} }}
  - wait-until: {{ web: {{ deployment: completed }} }}
  - expect: {{ web: {{ running: 4, healthy: 4, tasks-started: 8 }} }}
until: 1h"
    );
    passed(&text);
}

#[test]
fn a_failing_deployment_goes_on_unless_the_circuit_breaker_ends_it() {
    let with = |breaker: &str, expected: &str| {
        passed(&format!(
            "{SHOP}
services: {{ web: {{ cluster: shop, desired: 2, circuit-breaker: {breaker} }} }}
steps:
  - create-service: web
  - wait-until: {{ web: steady }}
  - {{ at: 10m, deploy: {{ service: web, result: fails }} }}
until: 3h
expect: {{ web: {{ running: 2, healthy: 2, {expected} }} }}"
        ))
    };
    with("no", "deployment: in-progress");
    with("yes", "deployment: failed");
    let rolled = with("rollback", "deployment: failed, tasks-started: 6");
    // Without the breaker the pauses grow to fifteen minutes, and it never gives up.
    let endless = with("no", "deployment: in-progress");
    assert!(endless.bill().cost().total() > rolled.bill().cost().total());
}

#[test]
fn a_service_replaces_what_ends_and_a_standalone_task_is_not_restarted() {
    passed(&format!(
        "{SHOP}
services: {{ web: {{ cluster: shop }} }}
steps:
  - create-service: web
  - run-task: web
  - wait-until: {{ web: steady }}
  - exit: {{ task: web/1, code: 137 }}
  - exit: web/2
  - expect:
      web/1: {{ stop-code: EssentialContainerExited, state: DEPROVISIONING, billed: no }}
      web: {{ running: 0, pending: 1 }}
  - wait-until: {{ web: steady }}
  - stop-task: web/3
  - {{ after: 1s, expect: {{ web/3: {{ state: STOPPING, stop-code: UserInitiated, billed: yes }} }} }}
  - delete-service: web
  - {{ scale: {{ service: web, desired: 2 }}, fails: ServiceNotActiveException }}
  - {{ stop-task: web/9, fails: InvalidParameterException }}
expect: {{ web: {{ state: INACTIVE, tasks-started: 4 }}, web/2: {{ storage: lost }} }}"
    ));
}

#[test]
fn what_is_not_sold_or_allowed_is_refused_at_its_step() {
    passed(&format!(
        "{SHOP}account: {{ fargate-vcpu-quota: 1 }}
services:
  odd: {{ cluster: shop, cpu: 0.25, memory: 4GB }}
  arm: {{ cluster: shop, cpu: 1, memory: 2GB, platform: windows, architecture: arm64 }}
  spot: {{ cluster: shop, cpu: 1, memory: 2GB, platform: windows, launch-type: fargate-spot }}
  large: {{ cluster: shop, cpu: 32, memory: 244GB, architecture: arm64 }}
  full: {{ cluster: shop, storage: 201GB }}
  slow: {{ cluster: shop, stop-timeout: 121s }}
  web: {{ cluster: shop, cpu: 0.5, memory: 1GB, desired: 3 }}
steps:
  - {{ create-service: [odd, arm, spot, large, full, slow], fails: ClientException }}
  - {{ run-task: odd, fails: ClientException }}
  - {{ run-task: {{ service: web, count: 11 }}, fails: InvalidParameterException }}
  - {{ run-task: {{ service: web, count: 3 }}, fails: ThrottlingException }}
  - {{ delete-service: web, fails: ServiceNotFoundException }}
  - create-service: web
  - {{ after: 1h, expect: {{ web: {{ running: 2, pending: 1 }}, web/3: {{ state: PROVISIONING }} }} }}
  - stop-task: web/1
  - wait-until: {{ web: {{ running: 2 }} }}
until: 2h"
    ));
}

#[test]
fn a_service_without_tasks_costs_nothing() {
    let replay = passed(&format!(
        "{SHOP}
services: {{ web: {{ cluster: shop, desired: 0 }} }}
steps:
  - create-service: web
  - {{ at: 1d, run-task: web }}
  - {{ after: 10s, stop-task: web/1 }}
  - {{ after: 1h, expect: {{ web: {{ task-seconds: 0 }}, web/1: {{ state: STOPPED, billed: no }} }} }}"
    ));
    // One that goes before its image is pulled doesn't cost anything either.
    assert!(replay.bill().cost().total().is_zero());
}

#[test]
fn what_is_not_simulated_yet_is_told_at_its_place() {
    let wrong = |text: &str| {
        let mistakes = Scenario::from_text("tasks.yaml", text).unwrap_err();
        let told = mistakes.iter();
        told.map(|one| one.code.to_string()).collect::<Vec<_>>()
    };
    let steps = "steps: [ { wait: 1m } ]";
    for text in [
        "clusters: { shop: { kind: eks } }",
        "clusters: { shop: { capacity: nodes } }",
        "clusters: { shop: {} }\nservices: { web: { cluster: shop, launch-type: ec2 } }",
        "clusters: { shop: {} }\nservices: { web: { cluster: shop, load-balancer: yes } }",
        "jobs: { report: { queue: nightly } }",
        "lightsail: { blog: { bundle: 2GB } }",
    ] {
        assert_eq!(wrong(&format!("{text}\n{steps}")), ["E0901"], "{text}");
    }
    assert_eq!(
        wrong(&format!(
            "services: {{ web: {{ cluster: nowhere }} }}\n{steps}"
        )),
        ["E0401"]
    );
    assert_eq!(
        wrong(&format!(
            "region: eu-west-3\nclusters: {{ shop: {{}} }}\nservices: {{ web: {{ cluster: shop }} }}\n{steps}"
        )),
        ["E0502"]
    );
}

#[test]
fn spot_is_never_replaced_by_on_demand() {
    passed(&format!(
        "{SHOP}
services: {{ web: {{ cluster: shop, launch-type: fargate-spot }} }}
steps:
  - create-service: web
  - wait-until: {{ web: steady }}
  - interrupt: web/1
  - expect: {{ web: {{ running: 1, pending: 1 }}, web/1: {{ state: RUNNING }} }}
  - {{ after: 2h, expect: {{ web: {{ running: 0, pending: 1 }}, web/2: {{ state: PROVISIONING }} }} }}
  - capacity: {{ type: fargate-spot, available: any }}
  - wait-until: {{ web: steady }}
  - expect: {{ web/2: {{ state: RUNNING }} }}
until: 3h"
    ));
}

#[test]
fn fargate_starts_a_hundred_at_once_then_twenty_a_second() {
    passed(&format!(
        "{SHOP}
services: {{ web: {{ cluster: shop, desired: 150 }} }}
steps:
  - create-service: web
  - expect: {{ web: {{ tasks-started: 100 }} }}
  - {{ at: 1s, expect: {{ web: {{ tasks-started: 120 }} }} }}
  - {{ at: 2s, expect: {{ web: {{ tasks-started: 140 }} }} }}
  - {{ at: 3s, expect: {{ web: {{ tasks-started: 150 }} }} }}
until: 10m"
    ));
}

#[test]
fn a_task_over_the_end_of_a_month_is_charged_in_both() {
    let replay = passed(
        "
start: 2026-06-30T23:00:00Z
clusters: { shop: {} }
services: { job: { cluster: shop, cpu: 1, memory: 2GB } }
steps: [ { run-task: { service: job, duration: 7175s } } ]",
    );
    let lines = replay.bill().ledger().iter();
    let vcpu: Vec<_> = lines
        .filter(|line| line.meter == Meter::FargateVcpu)
        .collect();
    assert_eq!(vcpu.len(), 2);
    assert_eq!(replay.bill().cost().total().to_string(), "0.0987400000");
}

/// The seconds that the time line says tasks were metered, each with its minimum.
fn seconds_of_the_time_line(replay: &Replay) -> u64 {
    let mut since = std::collections::BTreeMap::new();
    let mut secs = 0;
    for record in replay.records() {
        let RecordKind::Moved(moved) = &record.kind else {
            continue;
        };
        let Some(state) = task::State::find(moved.to) else {
            continue;
        };
        if state == task::State::Activating {
            since.insert(moved.resource, record.at);
        } else if state == task::State::Deprovisioning
            && let Some(from) = since.remove(&moved.resource)
        {
            secs += (record.at - from).as_secs().max(60);
        }
    }
    let open = since.into_values();
    secs + open
        .map(|from| (replay.end() - from).as_secs().max(60))
        .sum::<u64>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Task-seconds of the ledger are those of the time line, and the rows come to the total, whatever a service is asked.
    #[test]
    fn the_ledger_has_the_seconds_of_the_time_line(
        steps in prop::collection::vec((0_u32..5, 0_u32..7, 1_u32..400), 1..12),
    ) {
        let mut text = format!("{SHOP}services: {{ web: {{ cluster: shop, cpu: 1, memory: 2GB, desired: 3, circuit-breaker: rollback }} }}\nsteps:\n  - create-service: web\n");
        for (what, count, after) in steps {
            let step = match what {
                0 => format!("scale: {{ service: web, desired: {count} }}"),
                1 => "deploy: web".to_owned(),
                2 => "deploy: { service: web, result: fails }".to_owned(),
                3 => format!("run-task: {{ service: web, count: {}, duration: {after}s }}", count + 1),
                _ => "exit: { task: web/1, code: 1 }".to_owned(),
            };
            writeln!(text, "  - {{ after: {after}s, {step} }}").unwrap();
        }
        text.push_str("  - wait: 1h\n");
        let replay = passed(&text);
        let lines = replay.bill().ledger();
        let metered: u64 = lines
            .iter()
            .filter(|line| line.meter == Meter::FargateVcpu)
            .map(|line| line.quantity)
            .sum();
        // A vCPU has 1,024 CPU units.
        prop_assert_eq!(metered, seconds_of_the_time_line(&replay) * 1_024);
        let rows: Usd = lines.iter().map(|line| line.amount).sum();
        prop_assert_eq!(rows, replay.bill().cost().total());
    }
}
