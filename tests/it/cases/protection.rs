//! "Protection and batches".

use crate::support::passes;

// CASE-19
#[test]
fn case_19_termination_protection_and_its_hole() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3, termination-protection: true, shutdown-behavior: terminate } }
steps:
  - launch: web
  - { at: 1h, terminate: web, fails: OperationNotPermitted }
  - expect: { web: { state: running, reason: none } }
  - { at: 2h, shutdown: web }
",
    );
    let id = played.instance("web").id();
    assert_eq!(
        played.rejected()[0].1.message,
        format!(
            "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try \
             again."
        )
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "2h shutting-down",
            "2h30s terminated"
        ]
    );
}

// CASE-20
#[test]
fn case_20_stop_protection_protects_twice() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3, stop-protection: true } }
steps:
  - launch: web
  - { at: 1h, stop: web, fails: OperationNotPermitted }
  - { at: 1h1m, terminate: web, fails: OperationNotPermitted }
  - { at: 1h2m, reboot: web }
  - { at: 1h10m, shutdown: web }
  - { at: 2h, start: web }
  - { at: 2h10m, modify: { instance: web, stop-protection: false } }
  - { at: 2h11m, stop: web }
",
    );
    let id = played.instance("web").id();
    let messages: Vec<_> = played
        .rejected()
        .iter()
        .map(|(_, refusal)| refusal.message.clone())
        .collect();
    let told = |what: &str| {
        format!(
            "The instance '{id}' may not be {what}. Modify its 'disableApiStop' instance attribute and try again."
        )
    };
    assert_eq!(messages, [told("stopped"), told("terminated")]);
    assert_eq!(
        played.accepted()[..2],
        ["1h2m RebootInstances", "2h10m ModifyInstanceAttribute"]
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h10m stopping",
            "1h10m30s stopped",
            "2h pending",
            "2h15s running",
            "2h11m stopping",
            "2h11m30s stopped"
        ]
    );
}

// CASE-20: force doesn't help, nor hibernating; with both protections the message names the termination's.
#[test]
fn case_20_protection_holds_against_force() {
    let played = passes(
        "
instances:
  lab:
    { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true, stop-protection: true,
      termination-protection: true }
steps:
  - launch: lab
  - { at: 1h, stop: { instance: lab, force: true }, fails: OperationNotPermitted }
  - { stop: { instance: lab, skip-os-shutdown: true }, fails: OperationNotPermitted }
  - { hibernate: lab, fails: OperationNotPermitted }
  - { terminate: { instance: lab, force: true }, fails: OperationNotPermitted }
",
    );
    assert!(
        played.rejected()[3]
            .1
            .message
            .contains("'disableApiTermination'")
    );
    assert_eq!(played.states("lab").len(), 2);
}

// CASE-21
#[test]
fn case_21_one_request_two_zones() {
    let played = passes(
        "
defaults: { type: m5.large, root: 30GiB gp3 }
instances:
  a: { zone: us-east-1a }
  b: { zone: us-east-1a }
  c: { zone: us-east-1b, termination-protection: true }
  d: { zone: us-east-1b }
until: 2h
steps:
  - launch: [a, b, c, d]
  - { at: 1h, terminate: [a, b, c, d], fails: OperationNotPermitted }
",
    );
    for gone in ["a", "b"] {
        assert_eq!(
            played.states(gone)[2..],
            ["1h shutting-down", "1h30s terminated"]
        );
    }
    for kept in ["c", "d"] {
        assert_eq!(played.states(kept), ["0s pending", "15s running"]);
    }
    let id = played.instance("c").id();
    // Those that are terminated weren't refused.
    assert_eq!(played.rejected().len(), 2);
    assert!(
        played
            .rejected()
            .iter()
            .all(|(_, refusal)| refusal.message.contains(&id))
    );
}

// CASE-22
#[test]
fn case_22_one_bad_id_and_nothing_happens() {
    let played = passes(
        "
instances: { a: { type: m5.large, root: 30GiB gp3 } }
until: 2h
steps:
  - launch: a
  - { at: 1h, stop: [a, i-0123456789abcdef0], fails: InvalidInstanceID.NotFound }
  - { terminate: [a, i-0123456789abcdef0], fails: InvalidInstanceID.NotFound }
  - { stop: [a, i-zzz], fails: InvalidInstanceID.Malformed }
  - { terminate: [a, i-zzz], fails: InvalidInstanceID.Malformed }
  - expect: { a: { state: running, reason: none } }
",
    );
    let messages: Vec<_> = played
        .rejected()
        .iter()
        .map(|(_, refusal)| refusal.message.clone())
        .collect();
    assert_eq!(
        messages[0],
        "The instance ID 'i-0123456789abcdef0' does not exist"
    );
    assert_eq!(messages[4], "Invalid id: \"i-zzz\"");
    assert_eq!(played.states("a"), ["0s pending", "15s running"]);
}
