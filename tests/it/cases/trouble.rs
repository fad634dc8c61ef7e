//! Stops that go wrong, recovery and scheduled events: worked cases 29 to 33 beyond what their bundled scenarios check, and
//! what stands beside them.

use crate::support::{passes, play};

// CASE-29, CHECK-IMPAIRED-STATE, LIFE-FORCE-STUCK, LIFE-TERM-STUCK, TIME-STUCK-TERMINATE
#[test]
fn case_29_a_broken_host() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-29-a-broken-host.yaml"
    ));
    assert_eq!(
        played.states("a"),
        [
            "0s pending",
            "15s running",
            "1h5m stopping",
            "1h24m stopped",
            "1h24m pending",
            "1h24m15s running"
        ]
    );
    // What is broken for good heeds no force: ten minutes later its user is told, and hours later it is terminated.
    let notices = played.notices();
    assert!(notices.contains(&"1h30m force-gives-up".to_owned()));
    let states = played.states("c");
    assert_eq!(states.last().unwrap(), "5h31m terminated");
}

// CASE-31, RECOV-EVENTS, RECOV-UNSUPPORTED, EB-STATE-CHANGE
#[test]
fn case_31_automatic_recovery() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-31-automatic-recovery.yaml"
    ));
    assert_eq!(played.states("a"), ["0s pending", "15s running"]);
    assert_eq!(played.events("a"), ["pending", "running"]);
    let notices = played.notices();
    assert!(notices.contains(&"1h10m recovery".to_owned()));
    let a = &played.json()["instances"]["a"];
    assert_eq!(
        (&a["system_check"], &a["instance_check"]),
        (&"ok".into(), &"ok".into())
    );
}

// RECOV-CONDITIONS: three times in 24 hours, and only where there is capacity; RECOV-SETTING
#[test]
fn a_recovery_is_tried_once_and_three_times_a_day() {
    passes(
        "
defaults: { type: m5.large }
instances: { web: {}, off: { recovery: disabled }, late: {}, never: { type: inf2.xlarge } }
steps:
  - launch: [web, off, late, never]
  - { at: 1h, fail: [web, off, never] }
  - recover: never
    fails: Simulator.NotRecoverable
  - { at: 2h, fail: web }
  - { at: 3h, fail: web }
  - { at: 3h30m, expect: { web: { status-checks: ok }, off: { status-checks: impaired },
      never: { status-checks: impaired } } }
  - { at: 4h, fail: web }
  - { at: 5h, expect: { web: { status-checks: impaired } } }
  - { at: 6h, recover: web, note: the action of an alarm }
  - expect: { web: { status-checks: initializing, host: changed, memory: lost } }
  - { at: 20h, recover: off }
  - { at: 25h10m, fail: web }
  - { at: 25h30m, expect: { web: { status-checks: ok } } }
  - capacity: { type: m5.large, zone: us-east-1a, available: 0 }
  - { at: 26h, fail: late }
  - { at: 27h, expect: { late: { status-checks: impaired } } }
",
    );
}

// CHECK-SYSTEM: AWS mends the host, and what is stuck goes on
#[test]
fn a_mended_host_lets_everything_go_on() {
    passes(
        "
defaults: { type: m5d.large }
instances: { up: {}, down: {}, gone: {} }
steps:
  - launch: [up, down, gone]
  - { at: 1h, fail: { instances: [up, down, gone], for: 20m } }
  - { at: 1h5m, stop: down }
  - terminate: gone
  - { at: 1h19m, expect: { down: { state: stopping }, gone: { state: shutting-down } } }
  - { at: 1h20m, expect: { up: { state: running, status-checks: initializing, memory: lost, instance-store: kept,
      host: kept, public-ipv4: kept } } }
  - { at: 1h20m30s, expect: { down: { state: stopped }, gone: { state: terminated } } }
",
    );
}

// CASE-32, EVENT-UNPROTECTED, REASON-SCHEDULED, REASON-RETIRED
#[test]
fn case_32_retirement() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-32-retirement.yaml"
    ));
    let triggers = |name| -> Vec<&str> {
        let transitions = played.transitions(name);
        let of_events = transitions
            .iter()
            .filter(|(_, one)| one.trigger == "scheduled event");
        of_events.map(|(_, one)| one.to_state().name()).collect()
    };
    assert_eq!(triggers("a"), ["stopping"]);
    assert_eq!(triggers("b"), ["shutting-down"]);
    assert!(triggers("c").is_empty());
}

// CASE-33, EVENT-REBOOT, EVENT-USER-REBOOT, TIME-REBOOT-MIGRATE
#[test]
fn case_33_two_kinds_of_scheduled_reboot() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-33-two-kinds-of-scheduled-reboot.yaml"
    ));
    assert_eq!(played.states("a"), ["0s pending", "15s running"]);
    assert_eq!(played.states("b"), ["0s pending", "15s running"]);
    let events = &played.json()["instances"]["f"]["scheduled_events"];
    assert_eq!(events, &serde_json::json!([]));
}

// Every code of section 3 with which a launch or a start fails, on both
#[test]
fn a_launch_and_a_start_fail_later_with_each_code() {
    for code in [
        "Client.InternalError",
        "Client.InvalidKMSKey.InvalidState",
        "Client.InvalidParameterCombination",
        "Client.InvalidSnapshot.NotFound",
        "Client.VolumeLimitExceeded",
        "Server.InsufficientInstanceCapacity",
        "Server.InternalError",
    ] {
        let text = format!(
            "
defaults: {{ type: m5.large }}
instances: {{ a: {{}}, b: {{}} }}
steps:
  - launch: {{ instance: a, fails-later: {code} }}
  - launch: b
  - {{ at: 15s, expect: {{ a: {{ state: terminated, reason: {code}, transition-reason: {code}, billed-seconds: 0 }} }} }}
  - {{ at: 1h, stop: b }}
  - {{ at: 2h, start: {{ instance: b, fails-later: {code} }} }}
  - {{ at: 2h15s, expect: {{ b: {{ state: stopped, reason: {code}, transition-reason: none }} }} }}
  - start: b
  - wait-until: {{ b: running }}
"
        );
        passes(&text);
    }
}

// STATE-WAITERS
#[test]
fn a_wait_for_stopped_says_what_the_waiter_of_ec2_would_see() {
    let text = "
instances: { b: { type: m5.large, root: { size: 30GiB, encrypted: yes }, hibernation: yes } }
steps:
  - launch: b
  - { at: 1h, hibernate: b }
  - wait-until: { b: { api-state: stopped } }
  - wait-until: { b: { state: hibernated } }
  - wait-until: { b: stopped }
    timeout: 1m
";
    let played = play(text);
    assert_eq!(played.notices(), ["1h2m30s wait-timed-out"]);
    let told = played.json()["events"].to_string();
    assert!(told.contains("api-state: stopped"), "{told}");
}

// HIB-FALLBACK: as long as the file says
#[test]
fn a_hibernation_that_fails_takes_as_long_as_the_file_says() {
    passes(
        "
timings: { hibernating: 20m }
instances: { web: { type: m5.large, root: { size: 30GiB, encrypted: yes }, hibernation: yes, image: { hibernation-ready: no } } }
steps:
  - launch: web
  - { at: 1h, hibernate: web }
  - { at: 1h19m59s, expect: { web: { state: stopping, billed: yes } } }
  - { at: 1h20m, expect: { web: { state: stopped, memory: lost } } }
",
    );
}
