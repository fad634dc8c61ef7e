//! Every message that a replay can give: EC2's refusals with their texts, and what makes a scenario fail, as drawn.

use std::fmt::Write as _;

use ec2sim::{
    Scenario,
    engine::StopSignal,
    record::RecordKind,
    report::{Look, Timeline, Verbosity},
    runner::{Keep, replay_into},
};

pub(crate) const REFUSALS: &str = r"
instances:
  web: { type: m5.large, root: 30GiB gp3 }
  lab: { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true }
  safe: { type: t3.small, stop-protection: true }
  careful: { type: t3.small, termination-protection: true }
  old: { type: m3.medium, image: { root-device: instance-store } }
  two: { type: m5.large, interfaces: 2 }
  small: { type: t3.micro, root: 4GiB gp3 }
  arm: { type: m5.large, image: { architecture: arm64 } }
  far: { type: m3.medium, zone: us-east-1f }
  rootless: { type: m5.large, image: { root-device: instance-store } }
  stuck: { type: m3.medium, image: { root-device: instance-store }, stop-protection: true }
  bare: { type: m5.large, root: 30GiB gp3, hibernation: true }
  tight: { type: m5.large, root: { size: 10GiB, encrypted: true }, hibernation: true }
  slow: { type: m5.large, root: { volume: standard, size: 30GiB, encrypted: true }, hibernation: true }
  huge: { type: r5.8xlarge, root: { size: 300GiB, encrypted: true }, hibernation: true }
  windows: { type: m5.2xlarge, platform: windows, root: { size: 100GiB, encrypted: true }, hibernation: true }
  metal: { type: i3.metal, root: { size: 1TiB, encrypted: true }, hibernation: true }
  odd: { type: c5n.large, root: { size: 30GiB, encrypted: true }, hibernation: true }
volumes:
  data: 10GiB gp3
  other: 10GiB gp3
  away: { size: 10GiB, zone: us-east-1b }
addresses: { a: ~, b: ~, c: ~, d: ~, e: ~ }
steps:
  - launch: { instance: web, client-token: t }
  - launch: { instance: lab, client-token: t }
    fails: IdempotentParameterMismatch
  - launch: [small, arm, far, rootless, stuck, bare, tight, slow, huge, windows, metal, odd]
  - launch: { instance: careful, dry-run: yes }
  - launch: [lab, safe, careful, old, two]
  - allocate-address: f
  - stop: web
  - associate-address: { address: a, instance: web }
  - attach-volume: { volume: data, instance: web }
  - detach-volume: web/root
  - shutdown: web
  - reboot: web
  - wait-until: { web: running, lab: running, safe: running, careful: running, old: running, two: running }
  - hibernate: lab
  - hibernate: web
  - stop: safe
  - terminate: safe
  - terminate: careful
  - stop: old
  - start: old
  - modify: { instance: old, stop-protection: yes }
  - modify: { instance: web, type: m5.xlarge }
  - modify: { instance: web, credits: standard }
  - modify: { instance: two, security-groups: sg-1 }
  - modify: { instance: web, delete-on-termination: [data] }
  - associate-address: { address: a, instance: two }
  - associate-address: { address: a, instance: web }
  - associate-address: { address: a, instance: lab, allow-reassociation: no }
  - attach-volume: { volume: data, instance: web, device: /dev/sdf }
  - attach-volume: { volume: data, instance: lab }
  - attach-volume: { volume: other, instance: web, device: /dev/sdf }
  - attach-volume: { volume: away, instance: web }
  - detach-volume: { volume: data, instance: lab }
  - detach-volume: other
  - detach-volume: web/root
  - delete-volume: data
  - modify-volume: { volume: other, size: 5GiB }
  - modify-volume: { volume: other, iops: 10000 }
  - modify-volume: { volume: other, throughput: 1000 }
  - delete-volume: other
  - delete-volume: other
  - release-address: b
  - release-address: b
  - disassociate-address: b
  - stop: [web, i-0123456789abcdef0]
  - stop: [i-0123456789abcdef0, i-0123456789abcdef1]
  - stop: i-zzz
  - stop: { instance: web, dry-run: yes }
  - stop: web
  - start: web
  - detach-volume: data
  - wait-until: { web: stopped }
  - modify: { instance: web, type: m6g.large }
  - modify: { instance: web, user-data: LONG }
  - detach-volume: web/root
  - start: web
  - after: 3m
    hibernate: lab
  - wait-until: { lab: hibernated }
  - modify: { instance: lab, user-data: short }
  - terminate: lab
  - stop: lab
  - modify: { instance: lab, shutdown-behavior: stop }
  - launch: { instance: lab, client-token: t }
  - terminate: web
  - launch: { instance: web, client-token: t }
  - after: 2h
    stop: web
";

#[test]
fn every_refusal_has_ec2s_code_and_text() {
    let text = REFUSALS.replace("LONG", &"x".repeat(16_385));
    let scenario =
        Scenario::from_text("refusals.yaml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let replay = ec2sim::replay(&scenario);
    let mut told = String::new();
    for record in replay.records() {
        if let RecordKind::Rejected(rejected) = &record.kind {
            let target = &rejected.target;
            let name = target.name.as_deref().or(target.id.as_deref());
            let name = name.unwrap_or_default();
            let rules: Vec<&str> = rejected.rules.iter().map(|rule| rule.id).collect();
            writeln!(
                told,
                "{} {name}\n  {}: {}\n  {}",
                rejected.action,
                rejected.code,
                rejected.message,
                rules.join(" ")
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!("refusals", told);
}

/// What can make a scenario fail, each in a scenario of its own.
pub(crate) const FAILURES: &[(&str, &str)] = &[
    (
        "an expectation of each kind",
        r"
instances: { web: { type: m5d.large }, pair: { type: t3.micro, count: 2 } }
steps:
  - launch: [web, pair]
  - wait-until: { web: running, pair: running }
  - expect:
      web:
        state: stopped
        api-state: pending
        reason: Client.UserInitiatedShutdown
        public-ipv4: none
        private-ipv4: 10.0.0.1
        ipv6: any
        public-dns: none
        private-dns: ip-10-0-0-1.ec2.internal
        memory: saved
        instance-store: lost
        root-volume: deleted
        volumes: 2
        host: none
        type: t3.micro
        billed: no
        billed-seconds: 10
        starts: 2
        status-checks: ok
        cost: { usage: $1, ebs: $1, public-ipv4: $1, data-transfer: $1, cpu-credits: $1, total: $1 }
      pair: { state: stopped }
  - reboot: web
  - expect:
      web: { public-ipv4: changed, private-ipv4: changed, host: changed, memory: kept, volumes: [web/root, pair-1/root], root-volume: deleted }
      pair-1: { volumes: deleted }
expect:
  cost: $5
",
    ),
    (
        "an action that is refused",
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: web
",
    ),
    (
        "another refusal than was expected, and none",
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - stop: web
    fails: OperationNotPermitted
  - start: web
    fails: IncorrectInstanceState
",
    ),
    (
        "a wait that runs out",
        "
instances: { web: { type: m5.large }, fleet: { type: t3.micro, count: 5 } }
steps:
  - launch: web
  - wait-until: { web: stopped, fleet: running }
    timeout: 5m
",
    ),
    (
        "steps that come too late",
        "
instances: { web: { type: m5.large } }
timings: { stopping: 2h }
steps:
  - launch: web
  - at: 1h
    stop: web
  - wait-until: { web: stopped }
    timeout: 3h
  - at: 2h
    start: web
  - repeat: { times: 2, every: 1m }
    steps:
      - wait-until: { web: stopped }
        timeout: 2m
",
    ),
    (
        "an end before the script is done",
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - wait-until: { web: stopped }
    timeout: 1d
until: 2h
",
    ),
    (
        "prices beyond counting",
        "
instances: { web: { type: m5.large, count: 10000 } }
prices: { m5.large: $1000000000 }
steps:
  - launch: web
until: 100d
",
    ),
];

#[test]
fn every_failure_is_told_at_its_place() {
    let mut told = String::new();
    for (what, text) in FAILURES {
        let text = text.trim_start();
        let scenario = Scenario::from_text("fails.yaml", text)
            .unwrap_or_else(|mistakes| panic!("{what}: {mistakes}"));
        let mut out = Vec::new();
        let look = Look {
            width: 80,
            colour: false,
            verbosity: Verbosity::Quiet,
        };
        let mut timeline = Timeline::new(&mut out, look, StopSignal::default());
        timeline.begin(scenario.program(), scenario.file());
        let replay = replay_into(
            &scenario,
            Keep {
                records: false,
                ledger: true,
            },
            vec![&mut timeline],
        );
        timeline.end(&replay, scenario.source()).unwrap();
        assert!(!replay.passed(), "{what}");
        write!(told, "### {what}\n{}\n", String::from_utf8(out).unwrap()).unwrap();
    }
    insta::assert_snapshot!("failures", told);
}
