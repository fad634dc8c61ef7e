//! "Stops that go wrong", as far as they go without a host that fails: a long `stopping` stands for a system that
//! doesn't listen.

use crate::support::{Played, passes};

fn slow(steps: &str) -> Played {
    passes(&format!(
        "
timings: {{ stopping: 4m, shutting-down: 1h, hibernating: 20m }}
defaults: {{ type: m5.large, root: {{ size: 30GiB, encrypted: true }}, hibernation: true }}
instances: {{ web: {{}} }}
steps:
  - launch: web
{steps}"
    ))
}

// CASE-28 a, b, c; that the simulator itself switches a hanging system off isn't simulated.
#[test]
fn case_28_an_os_that_does_not_listen() {
    let a = slow("  - { at: 1h, stop: web }\n");
    assert_eq!(a.states("web")[2..], ["1h stopping", "1h4m stopped"]);

    let b = slow(
        "
  - { at: 1h, stop: web }
  - { at: 1h1m, stop: { instance: web, skip-os-shutdown: true } }
  - { at: 1h1m5s, stop: web }
",
    );
    assert_eq!(b.states("web")[2..], ["1h stopping", "1h1m10s stopped"]);
    assert_eq!(
        b.accepted(),
        ["1h1m StopInstances", "1h1m5s StopInstances unchanged"]
    );
    assert_eq!(
        b.at("web", "1h1m10s").transition_reason,
        "User initiated (2026-01-01 01:00:00 GMT)"
    );

    let c = slow("  - { at: 1h, stop: { instance: web, skip-os-shutdown: true } }\n");
    assert_eq!(c.states("web")[2..], ["1h stopping", "1h10s stopped"]);
    assert_eq!(c.billed("web"), 3585);
}

// LIFE-FORCE: four minutes from the call, and what would end sooner ends as it would have.
#[test]
fn case_28_force_waits_for_four_minutes() {
    let patient = passes(
        "
timings: { stopping: 10m }
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - { at: 1h, stop: { instance: web, force: true } }
  - wait-until: { web: stopped }
  - { at: 2h, start: web }
  - { at: 3h, stop: web }
  - { at: 3h1m, stop: { instance: web, force: true } }
  - { at: 3h2m, stop: { instance: web, force: true } }
  - wait-until: { web: stopped }
  - { at: 4h, start: web }
  - { at: 5h, stop: web }
  - { at: 5h8m, stop: { instance: web, force: true } }
",
    );
    let states = patient.states("web");
    let stopped: Vec<_> = states
        .iter()
        .filter(|state| state.ends_with("stopped"))
        .collect();
    assert_eq!(stopped, ["1h4m stopped", "3h5m stopped", "5h10m stopped"]);
    // A healthy system stops as fast as without it.
    let healthy = passes(
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - { at: 1h, stop: { instance: web, force: true } }
",
    );
    assert_eq!(healthy.states("web")[2..], ["1h stopping", "1h30s stopped"]);
}

// LIFE-FORCE-STATES: the first pending too; it has never run, and costs nothing.
#[test]
fn case_28_force_stops_a_first_pending() {
    let played = passes(
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - { at: 5s, stop: { instance: web, force: true } }
  - at: 1m
    expect: { web: { state: stopped, starts: 0, billed-seconds: 0, memory: none, private-dns: none } }
  - start: web
  - at: 2m
    expect: { web: { state: running, starts: 1, public-ipv4: any, private-dns: any } }
",
    );
    assert_eq!(
        played.states("web")[..3],
        ["0s pending", "5s stopping", "35s stopped"]
    );
}

// LIFE-TERM-SKIP: a termination under way is cut short too.
#[test]
fn case_28_a_termination_can_be_hastened() {
    let skipped = slow(
        "
  - { at: 1h, terminate: web }
  - { at: 1h1m, terminate: { instance: web, skip-os-shutdown: true } }
",
    );
    assert_eq!(
        skipped.states("web")[2..],
        ["1h shutting-down", "1h1m10s terminated"]
    );
    let forced = slow(
        "
  - { at: 1h, terminate: web }
  - { at: 1h1m, terminate: { instance: web, force: true } }
",
    );
    assert_eq!(
        forced.states("web")[2..],
        ["1h shutting-down", "1h5m terminated"]
    );
}

// CASE-30, with a hibernation that takes long instead of a host that fails.
#[test]
fn case_30_a_hibernation_cut_off_by_force() {
    let played = slow(
        "
  - { at: 1h, hibernate: web }
  - { at: 1h10m, stop: { instance: web, force: true } }
  - at: 1h13m59s
    expect: { web: { state: stopping, billed: yes } }
  - at: 1h14m
    expect: { web: { state: stopped, memory: lost, billed: no, reason: Client.UserInitiatedHibernate } }
  - { at: 2h, start: web }
  - at: 2h1m
    expect: { web: { state: running, memory: lost } }
",
    );
    assert_eq!(played.states("web")[2..4], ["1h stopping", "1h14m stopped"]);
    assert_eq!(played.runs("web")[0], 4440 - 15);
}

// HIB-STUCK, LIFE-STOP-STOPPING: other second stops don't touch a hibernation, nor does force when it ends soon enough.
#[test]
fn case_30_nothing_else_cuts_a_hibernation_off() {
    let played = slow(
        "
  - { at: 1h, hibernate: web }
  - { at: 1h1m, stop: web }
  - { at: 1h2m, stop: { instance: web, skip-os-shutdown: true } }
  - { at: 1h3m, hibernate: web }
  - { at: 1h17m, stop: { instance: web, force: true } }
  - at: 1h20m
    expect: { web: { state: hibernated, memory: saved } }
",
    );
    assert_eq!(
        played.states("web")[2..],
        ["1h stopping", "1h20m hibernated"]
    );
}

// LIFE-FORCE-STATES, HIB-STUCK: both options together do what each of them does.
#[test]
fn case_30_force_and_skip_together_are_no_less_than_force() {
    let played = slow(
        "
  - { at: 5s, stop: { instance: web, force: true, skip-os-shutdown: true } }
  - at: 15s
    expect: { web: { state: stopped, starts: 0 } }
  - { at: 1m, start: web }
  - { at: 1h, hibernate: web }
  - { at: 1h1m, stop: { instance: web, force: true, skip-os-shutdown: true } }
  - at: 1h1m10s
    expect: { web: { state: stopped, memory: lost } }
",
    );
    assert_eq!(
        played.states("web")[..3],
        ["0s pending", "5s stopping", "15s stopped"]
    );
}

// LIFE-FORCE, HIB-STUCK: force sets a limit of four minutes from the call, and a hibernation cut off by it ends stopped.
#[test]
fn case_30_a_forced_hibernation_that_takes_too_long_ends_stopped() {
    passes(
        "
timings: { hibernating: 10m }
defaults: { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true }
instances: { forced: {}, patient: {} }
steps:
  - launch: [forced, patient]
  - { at: 1h, hibernate: { instance: forced, force: yes } }
  - hibernate: patient
  - expect: { forced: { memory: lost }, patient: { memory: saved } }
  - { at: 1h4m, expect: { forced: { state: stopped, memory: lost, billed-seconds: 3825 } } }
  - wait-until: { patient: hibernated }
  - expect: { patient: { memory: saved, billed-seconds: 4185 } }
",
    );
}
