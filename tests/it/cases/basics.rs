//! "Basics": stop, reboot, hibernate, shut down.

use ec2sim::{
    lifecycle::{Flavor, InstanceState},
    world::StatusChecks,
};

use crate::support::{Played, mistakes, passes, play};

// CASE-01
#[test]
fn case_01_a_stop_and_a_start_forget() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
until: 2h10m
steps:
  - launch: web
  - expect:
      web:
        { state: pending, api-state: pending, private-ipv4: any, public-ipv4: none, public-dns: none, private-dns: none,
          billed: no, status-checks: not-applicable, memory: none, reason: none }
  - at: 15s
    expect:
      web: { state: running, public-ipv4: any, public-dns: any, private-dns: any, billed: yes, status-checks: initializing }
  - at: 2m14s
    expect: { web: { status-checks: initializing } }
  - at: 2m15s
    expect: { web: { state: running, status-checks: ok } }
  - at: 1h
    stop: web
  - expect:
      web:
        { state: stopping, api-state: stopping, billed: no, public-ipv4: none, private-ipv4: kept,
          reason: Client.UserInitiatedShutdown, status-checks: not-applicable }
  - at: 1h30s
    expect:
      web:
        { state: stopped, api-state: stopped, memory: lost, private-ipv4: kept, private-dns: kept, public-ipv4: none,
          public-dns: none, root-volume: kept, volumes: [web/root], billed-seconds: 3585 }
  - at: 2h
    start: web
  - expect: { web: { state: pending, reason: none, billed: no, public-ipv4: none } }
  - at: 2h15s
    expect:
      web:
        { state: running, public-ipv4: changed, private-ipv4: kept, public-dns: changed, host: changed, memory: lost,
          reason: none, starts: 2 }
",
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h30s stopped",
            "2h pending",
            "2h15s running"
        ]
    );
    assert_eq!(
        played.events("web"),
        [
            "pending", "running", "stopping", "stopped", "pending", "running"
        ]
    );
    let answers = played.answers("web");
    assert_eq!(answers[1], "running(16) stopping(64)");
    assert_eq!(answers[3], "stopped(80) pending(0)");

    let stopping = played.at("web", "1h");
    assert_eq!(
        stopping.transition_reason,
        "User initiated (2026-01-01 01:00:00 GMT)"
    );
    // The stamp is the request's, also once the stop has completed (TIME-REASON-STAMP).
    assert_eq!(
        played.at("web", "1h30s").transition_reason,
        "User initiated (2026-01-01 01:00:00 GMT)"
    );
    assert_eq!(played.at("web", "2h").transition_reason, "");
    assert_eq!(
        played.at("web", "1h").launch_time.to_string(),
        "2026-01-01T00:00:00Z"
    );
    assert_eq!(
        played.at("web", "2h").launch_time.to_string(),
        "2026-01-01T02:00:00Z"
    );

    let (first, second) = (
        played.at("web", "15s").public.unwrap(),
        played.at("web", "2h15s").public.unwrap(),
    );
    assert_ne!(first, second);
    assert_eq!(
        played.at("web", "0s").private,
        played.at("web", "2h15s").private
    );
    let json = &played.json()["instances"]["web"];
    let dns = format!(
        "ec2-{}.compute-1.amazonaws.com",
        second.to_string().replace('.', "-")
    );
    assert_eq!(json["public_dns"], dns);
    let private = played.at("web", "0s").private.unwrap().to_string();
    assert_eq!(
        json["private_dns"],
        format!("ip-{}.ec2.internal", private.replace('.', "-"))
    );

    assert_eq!(played.runs("web"), [3585, 585]);
    assert_eq!(played.billed("web"), 4170);
}

// KEEP-ZONE, KEEP-PLACEMENT
#[test]
fn nothing_moves_an_instance_to_another_zone_group_or_tenancy() {
    let steps = ["reboot", "stop", "start", "hibernate", "start", "fail"];
    let steps: Vec<String> = steps
        .iter()
        .map(|step| format!("  - {{ after: 10m, {step}: web }}"))
        .collect();
    let steps = steps.join("\n");
    passes(&format!(
        "
placement-groups: {{ parts: {{ strategy: partition, partitions: 2 }} }}
instances:
  web:
    {{ type: m5.large, zone: us-east-1b, tenancy: dedicated, placement-group: {{ group: parts, partition: 2 }},
      hibernation: yes, root: 20GiB gp3 encrypted }}
steps:
  - launch: web
{steps}
  - after: 1h
    expect:
      web:
        {{ state: running, system-check: ok, host: changed, zone: us-east-1b, tenancy: dedicated, placement-group: parts,
          partition: 2 }}
"
    ));
}

// CASE-02
#[test]
fn case_02_a_reboot_keeps_almost_everything() {
    let played = passes(
        "
instances: { web: { type: m5d.large, root: 30GiB gp3 } }
until: 20m
steps:
  - launch: web
  - at: 9m
    note: before
  - at: 10m
    reboot: web
  - at: 10m10s
    expect: { web: { state: running, status-checks: impaired, reason: none, billed: yes } }
  - at: 11m
    expect:
      web:
        { state: running, status-checks: ok, public-ipv4: kept, private-ipv4: kept, public-dns: kept, host: kept,
          instance-store: kept, memory: lost, reason: none, starts: 1 }
",
    );
    assert_eq!(played.events("web"), ["pending", "running"]);
    assert_eq!(played.accepted(), ["10m RebootInstances"]);
    assert_eq!(played.notices(), ["10m30s reboot-completed"]);
    let (before, after) = (played.at("web", "9m"), played.at("web", "11m"));
    assert_eq!(
        (
            before.public,
            before.private,
            before.host,
            before.launch_time
        ),
        (after.public, after.private, after.host, after.launch_time)
    );
    assert_eq!(after.transition_reason, "");
    assert_eq!(played.at("web", "10m30s").checks, Some(StatusChecks::Ok));
    assert_eq!(played.runs("web"), [1185]);
}

/// CASE-03 with another image and other steps.
fn lab(options: &str, steps: &str) -> Played {
    play(&format!(
        "
instances:
  lab: {{ type: m5.large, root: {{ volume: gp3, size: 40GiB, encrypted: true }}, hibernation: true{options} }}
until: 2h10m
steps:
  - launch: lab
{steps}"
    ))
}

// CASE-03
#[test]
fn case_03_to_hibernate_and_resume_is_to_remember() {
    let played = lab(
        "",
        "
  - at: 1h
    hibernate: lab
  - expect:
      lab: { state: stopping, api-state: stopping, billed: yes, public-ipv4: none, reason: Client.UserInitiatedHibernate }
  - at: 1h1m30s
    expect:
      lab:
        { state: hibernated, api-state: stopped, memory: saved, billed: no, private-ipv4: kept, public-ipv4: none,
          reason: Client.UserInitiatedHibernate }
  - at: 2h
    start: lab
  - expect: { lab: { state: pending, api-state: pending, reason: none, billed: no } }
  - at: 2h15s
    expect: { lab: { state: running, memory: kept, public-ipv4: changed, private-ipv4: kept, host: changed } }
",
    );
    assert!(played.replay.passed());
    assert_eq!(
        played.states("lab"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h1m30s hibernated",
            "2h pending",
            "2h15s running"
        ]
    );
    assert_eq!(
        played.events("lab"),
        [
            "pending", "running", "stopping", "stopped", "pending", "running"
        ]
    );
    let flavors: Vec<_> = played
        .transitions("lab")
        .iter()
        .map(|(_, row)| row.to.flavor())
        .collect();
    assert_eq!(
        flavors,
        [
            None,
            None,
            Some(Flavor::Hibernating),
            None,
            Some(Flavor::Resuming),
            None
        ]
    );
    assert_eq!(played.answers("lab")[1], "running(16) stopping(64)");
    assert_eq!(
        played.at("lab", "1h").transition_reason,
        "User initiated (2026-01-01 01:00:00 GMT)"
    );
    assert!(played.at("lab", "1h").is_metering);
    assert!(!played.at("lab", "1h1m30s").is_metering);
    assert_eq!(played.runs("lab"), [3675, 585]);
    assert_eq!(played.billed("lab"), 4260);
}

// CASE-04
#[test]
fn case_04_what_was_not_configured_does_not_hibernate() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - at: 1h
    hibernate: web
    fails: UnsupportedHibernationConfiguration
  - expect: { web: { state: running, reason: none, billed: yes, public-ipv4: any } }
  - at: 1h1m
    stop: web
",
    );
    let id = played.instance("web").id();
    let (_, refusal) = &played.rejected()[0];
    assert_eq!(
        refusal.message,
        format!(
            "The instance can't be hibernated because it was not configured at launch for hibernation: {id}"
        )
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h1m stopping",
            "1h1m30s stopped"
        ]
    );
    assert_eq!(played.at("web", "1h1m30s").memory, "lost");
    assert_eq!(played.billed("web"), 3645);
}

// CASE-05
#[test]
fn case_05_it_is_too_soon_to_hibernate() {
    let played = lab(
        "",
        "
  - { at: 1m, hibernate: lab, fails: UnsupportedOperation }
  - { at: 2m14s, hibernate: lab, fails: UnsupportedOperation }
  - { at: 2m15s, hibernate: lab }
",
    );
    assert!(played.replay.passed());
    let id = played.instance("lab").id();
    for (_, refusal) in played.rejected() {
        assert_eq!(
            refusal.message,
            format!("Instance {id} is not ready to hibernate yet, retry in a few minutes")
        );
    }
    assert_eq!(played.at("lab", "2m14s").state, InstanceState::Running);
    assert_eq!(
        played.states("lab")[2..],
        ["2m15s stopping", "3m45s hibernated"]
    );

    let windows = lab(
        ", platform: windows",
        "
  - { at: 2m15s, hibernate: lab, fails: UnsupportedOperation }
  - { at: 5m14s, hibernate: lab, fails: UnsupportedOperation }
  - { at: 5m15s, hibernate: lab }
",
    );
    assert!(windows.replay.passed());
    assert_eq!(
        windows.states("lab")[2..],
        ["5m15s stopping", "6m45s hibernated"]
    );
}

// CASE-05: the wait counts from every running, not only from the first (LIFE-HIB-TOO-SOON).
#[test]
fn case_05_after_a_start_it_is_too_soon_again() {
    let played = lab(
        "",
        "
  - { at: 10m, hibernate: lab }
  - { at: 20m, start: lab }
  - { at: 22m14s, hibernate: lab, fails: UnsupportedOperation }
  - { at: 22m15s, hibernate: lab }
",
    );
    assert!(played.replay.passed());
    assert_eq!(
        played.refusals(),
        ["22m14s StopInstances lab UnsupportedOperation"]
    );
}

// CASE-06
#[test]
fn case_06_a_hibernation_that_fails_falls_back() {
    let played = lab(
        ", image: { hibernation-ready: false }",
        "
  - at: 1h
    hibernate: lab
  - expect: { lab: { state: stopping, billed: yes } }
  - at: 1h4m
    expect: { lab: { state: stopped, api-state: stopped, memory: lost, reason: Client.UserInitiatedHibernate } }
  - expect: { lab: { billed-seconds: 3825, billed: no } }
  - at: 2h
    start: lab
  - at: 2h15s
    expect: { lab: { state: running, memory: lost } }
",
    );
    assert!(played.replay.passed());
    assert_eq!(
        played.states("lab"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h4m stopped",
            "2h pending",
            "2h15s running"
        ]
    );
    assert_eq!(played.runs("lab")[0], 3825);
}

// CASE-07
#[test]
fn case_07_launches_that_hibernation_forbids() {
    for (why, instance) in [
        ("HIB-ROOT-ENCRYPTED", "type: m5.large, root: 30GiB gp3"),
        (
            "HIB-RAM-LINUX",
            "type: r5.8xlarge, root: { size: 300GiB, encrypted: true }",
        ),
        (
            "HIB-RAM-WINDOWS",
            "type: m5.2xlarge, platform: windows, root: { size: 100GiB, encrypted: true }",
        ),
        (
            "HIB-FAMILY",
            "type: c5n.large, root: { size: 30GiB, encrypted: true }",
        ),
        (
            "HIB-NO-METAL",
            "type: m5.metal, platform: linux, root: { size: 500GiB, encrypted: true }",
        ),
        (
            "HIB-ROOT-TYPE",
            "type: m5.large, root: { volume: standard, size: 30GiB, encrypted: true }",
        ),
        (
            "HIB-ROOT-SIZE",
            "type: m5.large, root: { size: 10GiB, encrypted: true }",
        ),
        (
            "HIB-ROOT-EBS",
            "type: m3.medium, zone: us-east-1c, image: { root-device: instance-store }",
        ),
    ] {
        let played = play(&format!(
            "
instances: {{ lab: {{ {instance}, hibernation: true }} }}
steps:
  - launch: lab
    fails: UnsupportedHibernationConfiguration
"
        ));
        assert!(played.replay.passed(), "{why}: {:?}", played.refusals());
        assert_eq!(played.launched(), 0, "{why}");
        let (_, refusal) = &played.rejected()[0];
        assert!(
            refusal.message.starts_with("For hibernation, "),
            "{why}: {}",
            refusal.message
        );
        assert!(
            why == "HIB-NO-METAL" || refusal.rules.iter().any(|rule| rule.id == why),
            "{why}: {}",
            refusal.message
        );
        assert!(played.replay.bill().ledger().is_empty());
    }
    let fits = "
instances: { lab: { type: r5.4xlarge, root: { volume: gp3, size: 150GiB, encrypted: true }, hibernation: true } }
steps: [ { launch: lab } ]
";
    assert_eq!(passes(fits).states("lab"), ["0s pending", "15s running"]);
    // HIB-ROOT-ENCRYPTED has a text that was seen.
    let bare = play(
        "
instances: { lab: { type: m5.large, root: 30GiB gp3, hibernation: true } }
steps: [ { launch: lab, fails: UnsupportedHibernationConfiguration } ]
",
    );
    assert_eq!(
        bare.rejected()[0].1.message,
        "For hibernation, the root device volume must be encrypted."
    );
}

// CASE-07: throughput-optimized volumes can't be a root at all.
#[test]
fn case_07_a_root_of_type_st1_or_sc1_can_not_be_asked_for() {
    for volume in ["st1", "sc1"] {
        let text = format!(
            "
instances: {{ lab: {{ type: m5.large, root: {{ volume: {volume}, size: 200GiB, encrypted: true }}, hibernation: true }} }}
steps: [ {{ launch: lab }} ]
"
        );
        assert!(
            mistakes(&text).contains("case.yaml:2:"),
            "{volume}: {}",
            mistakes(&text)
        );
    }
}

// CASE-08; `halt` has no verb in the language.
#[test]
fn case_08_the_operating_system_shuts_down() {
    let played = passes(
        "
defaults: { type: m5.large, root: 30GiB gp3 }
instances: { a: {}, b: { shutdown-behavior: terminate } }
until: 1h5m
steps:
  - launch: [a, b]
  - at: 1h
    shutdown: [a, b]
  - expect: { a: { state: stopping, billed: no }, b: { state: shutting-down, billed: no } }
",
    );
    assert_eq!(
        played.states("a"),
        ["0s pending", "15s running", "1h stopping", "1h30s stopped"]
    );
    assert_eq!(
        played.states("b"),
        [
            "0s pending",
            "15s running",
            "1h shutting-down",
            "1h30s terminated"
        ]
    );
    for name in ["a", "b"] {
        for at in ["1h", "1h30s"] {
            assert_eq!(
                played.at(name, at).reason,
                Some("Client.InstanceInitiatedShutdown")
            );
            assert_eq!(played.at(name, at).transition_reason, "User initiated");
        }
        assert_eq!(played.billed(name), 3585);
        let (_, last) = played.transitions(name).pop().unwrap();
        assert_eq!(
            last.reason.unwrap().message(),
            "Client.InstanceInitiatedShutdown: Instance initiated shutdown"
        );
    }
}
