//! "Termination and volumes".

use crate::support::{Played, passes};

fn left_behind(d1: &str) -> Played {
    passes(&format!(
        "
instances:
  web: {{ type: m5.large, root: 30GiB gp3, volumes: [ {d1} ] }}
steps:
  - launch: web
  - at: 10m
    create-volume: {{ volume: d2, size: 10GiB, type: gp3, zone: us-east-1a }}
  - attach-volume: {{ volume: d2, instance: web, device: /dev/sdk }}
  - expect: {{ web: {{ volumes: [web/root, web/1, d2] }} }}
  - {{ at: 1h, terminate: web }}
  - at: 1h30s
    expect:
      web: {{ state: terminated, private-ipv4: none, public-ipv4: none, public-dns: none, private-dns: none, volumes: none }}
  - {{ at: 2h29s, terminate: web }}
  - {{ at: 2h30s, stop: web, fails: InvalidInstanceID.NotFound }}
"
    ))
}

// CASE-15
#[test]
fn case_15_which_volumes_go() {
    let played = left_behind("20GiB gp3");
    let attached = &played.at("web", "10m").volumes;
    let expected = [("web/root", true), ("web/1", true), ("d2", false)];
    assert_eq!(
        attached
            .iter()
            .map(|(name, dot)| (name.as_str(), *dot))
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        played.states("web")[2..],
        ["1h shutting-down", "1h30s terminated"]
    );
    assert_eq!(
        (
            played.volume("web/root"),
            played.volume("web/1"),
            played.volume("d2")
        ),
        ("deleted", "deleted", "available")
    );
    let json = played.json();
    let web = &json["instances"]["web"];
    for gone in [
        "private_ipv4",
        "public_ipv4",
        "elastic_ip",
        "private_dns",
        "public_dns",
        "host",
    ] {
        assert!(web[gone].is_null(), "{gone}: {}", web[gone]);
    }
    let id = played.instance("web").id();
    let (at, refusal) = &played.rejected()[0];
    assert_eq!(
        (at.as_str(), &*refusal.message),
        ("2h30s", &*format!("The instance ID '{id}' does not exist"))
    );
}

// CASE-15
#[test]
fn case_15_a_volume_that_is_to_survive_does() {
    let played = left_behind("{ volume: gp3, size: 20GiB, delete-on-termination: false }");
    assert_eq!(
        (
            played.volume("web/root"),
            played.volume("web/1"),
            played.volume("d2")
        ),
        ("deleted", "available", "available")
    );
}

// CASE-16
#[test]
fn case_16_a_stopped_instance_terminates_at_once() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 2h, terminate: web }
  - expect: { web: { state: terminated, root-volume: deleted, memory: none } }
",
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h30s stopped",
            "2h terminated"
        ]
    );
    assert_eq!(
        played.events("web"),
        ["pending", "running", "stopping", "stopped", "terminated"]
    );
    assert_eq!(played.answers("web")[3], "stopped(80) terminated(48)");
    let end = played.at("web", "2h");
    assert_eq!(end.reason, Some("Client.UserInitiatedShutdown"));
    assert_eq!(
        end.transition_reason,
        "User initiated (2026-01-01 02:00:00 GMT)"
    );
}

// CASE-16
#[test]
fn case_16_a_hibernated_instance_terminates_at_once_too() {
    let played = passes(
        "
instances: { lab: { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true } }
steps:
  - launch: lab
  - { at: 1h, hibernate: lab }
  - at: 1h30m
    expect: { lab: { state: hibernated, memory: saved, reason: Client.UserInitiatedHibernate } }
  - { at: 2h, terminate: lab }
  - expect: { lab: { state: terminated, memory: none, root-volume: deleted, reason: Client.UserInitiatedShutdown } }
",
    );
    assert_eq!(played.states("lab").last().unwrap(), "2h terminated");
    assert_eq!(
        played.events("lab"),
        ["pending", "running", "stopping", "stopped", "terminated"]
    );
    assert_eq!(played.volume("lab/root"), "deleted");
}

// CASE-17
#[test]
fn case_17_terminating_in_mid_stop() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
until: 2h
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 1h10s, terminate: web }
",
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h10s shutting-down",
            "1h40s terminated"
        ]
    );
    assert_eq!(played.answers("web")[2], "stopping(64) shutting-down(32)");
}

// CASE-17: an image that is being written is abandoned (LIFE-TERM-FROM-STOPPING).
#[test]
fn case_17_terminating_in_mid_hibernation() {
    let played = passes(
        "
instances: { lab: { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true } }
steps:
  - launch: lab
  - { at: 1h, hibernate: lab }
  - { at: 1h10s, terminate: lab }
  - expect: { lab: { state: shutting-down, billed: no, billed-seconds: 3595 } }
",
    );
    assert_eq!(
        played.states("lab")[2..],
        ["1h stopping", "1h10s shutting-down", "1h40s terminated"]
    );
}

// CASE-18
#[test]
fn case_18_terminating_twice() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, terminate: web }
  - { at: 1h10s, terminate: web }
  - { at: 1h1m, terminate: web }
",
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h shutting-down",
            "1h30s terminated"
        ]
    );
    assert_eq!(
        played.accepted(),
        [
            "1h10s TerminateInstances unchanged",
            "1h1m TerminateInstances unchanged"
        ]
    );
    assert_eq!(
        played.at("web", "1h1m").transition_reason,
        "User initiated (2026-01-01 01:00:00 GMT)"
    );
}
