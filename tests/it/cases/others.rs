//! "Instance store", "Failing launches and starts", "Odds and ends".

use ec2sim::{
    billing::{Biller, Meters, PriceBook},
    catalog::{Platform, RegionId, TypeId},
    lifecycle::{InstanceState, Lifecycle, LifecycleOptions, Phase, PhaseView, TABLE, Trigger},
    money::Usd,
    record::{InstanceHandle, Meter, RecordKind, Transition},
    report::Document,
    time::SimTime,
};

use crate::support::{passes, play};

// CASE-34
#[test]
fn case_34_instance_store_backed() {
    let played = passes(
        "
instances: { web: { type: m3.medium, zone: us-east-1c, image: { root-device: instance-store } } }
steps:
  - launch: web
  - { at: 1h, stop: web, fails: UnsupportedOperation }
  - { at: 1h1m, hibernate: web, fails: UnsupportedOperation }
  - expect: { web: { state: running } }
  - { at: 1h2m, reboot: web }
  - at: 1h3m
    expect: { web: { state: running, instance-store: kept, memory: lost } }
  - { at: 2h, start: web, fails: UnsupportedOperation }
  - { at: 2h, shutdown: web }
",
    );
    let id = played.instance("web").id();
    for (_, refusal) in &played.rejected()[..2] {
        assert_eq!(
            refusal.message,
            format!(
                "The instance '{id}' does not have an 'ebs' root device type and cannot be stopped."
            )
        );
    }
    assert_eq!(
        played.states("web")[2..],
        ["2h shutting-down", "2h30s terminated"]
    );
}

// CASE-35
#[test]
fn case_35_another_type() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
until: 4h
steps:
  - launch: web
  - at: 30m
    expect: { web: { instance-store: none } }
  - { at: 1h, stop: web }
  - { at: 1h30m, modify: { instance: web, type: m5d.large } }
  - { at: 2h, start: web }
  - at: 2h30m
    expect: { web: { type: m5d.large, state: running, private-ipv4: kept, public-ipv4: changed, volumes: [web/root], instance-store: lost } }
  - { at: 3h, stop: web }
  - at: 3h15m
    expect: { web: { instance-store: lost } }
  - { at: 3h30m, modify: { instance: web, type: m6g.large }, fails: InvalidInstanceAttributeValue }
  - expect: { web: { type: m5d.large, state: stopped } }
",
    );
    assert_eq!(
        played.rejected()[0].1.message,
        "Modifying the instance type from m5d.large to m6g.large is not allowed."
    );
    // The old run at the old price, the new one at the new (BILL-RESIZE): 0.096 and 0.113 an hour.
    let usage =
        Usd::hourly("0.096".parse().unwrap(), 3585) + Usd::hourly("0.113".parse().unwrap(), 3585);
    assert_eq!(played.replay.bill().cost().of(Meter::Usage), usage);
    assert_eq!(
        played.at("web", "30m").private,
        played.at("web", "2h30m").private
    );
}

/// What a failed launch or start costs.
fn usage_of(steps: &[(Option<Phase>, Phase)]) -> (u64, Usd) {
    let web = InstanceHandle::new(0);
    let mut biller = Biller::new(PriceBook::new(RegionId::find("us-east-1").unwrap()), true);
    for ((from, to), at) in steps.iter().zip(0..) {
        let transition = Transition::new(
            web,
            (*from, *to),
            "",
            TypeId::find("m5.large").unwrap(),
            Platform::Linux,
        );
        biller.observe(
            SimTime::from_secs(at * 15),
            &RecordKind::Transition(transition),
            &mut Meters::default(),
        );
    }
    biller.finish(SimTime::from_secs(3600), &mut Meters::default());
    (
        biller.billed_secs(SimTime::from_secs(3600), web),
        biller.cost().of(Meter::Usage),
    )
}

// CASE-36: no scenario can say yet that a key is unusable, so the table's row is tested.
#[test]
fn case_36_a_launch_that_dies_in_pending() {
    let mut web = Lifecycle::launch(
        TypeId::find("m5.large").unwrap(),
        LifecycleOptions::default(),
    );
    let PhaseView::Launching(pending) = web.view() else {
        panic!("a launch begins in its first pending")
    };
    let row = pending.on(ec2sim::lifecycle::trigger::LaunchFailed);
    assert!(
        row.rules
            .iter()
            .any(|rule| rule.id == "LIFE-RUN-ASYNC-FAIL")
    );
    assert_eq!(web.state(), InstanceState::Terminated);
    let steps = [
        (None, Phase::Launching),
        (Some(Phase::Launching), Phase::Terminated),
    ];
    assert_eq!(usage_of(&steps), (0, Usd::ZERO));
}

// REASON-LAUNCH-PARAMETER
#[test]
fn a_volume_that_cannot_be_made_is_told_with_its_size_and_its_snapshot() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: { size: 40GiB, volume: io1, iops: 2000 } } }
steps:
  - launch: { instance: web, fails-later: Client.InvalidParameterCombination }
",
    );
    let web = played.instance("web");
    let text = played
        .replay
        .world()
        .reason_text(&web, web.reason().unwrap());
    let (said, snapshot) = text.split_once(" from snapshot ").unwrap();
    assert_eq!(
        said,
        "Client.InvalidParameterCombination: Could not create volume with size 40GiB and iops 2000"
    );
    assert!(
        snapshot.starts_with("'snap-0") && snapshot.ends_with('\''),
        "{snapshot}"
    );
    let mut json = Vec::new();
    Document::new(&played.replay).write(&mut json).unwrap();
    // Of the instance, and of its transition.
    let json = String::from_utf8(json).unwrap();
    assert_eq!(json.matches(&*text).count(), 2);
}

// CASE-37
#[test]
fn case_37_a_start_that_falls_back() {
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|row| row.trigger == Trigger::StartFailed)
        .collect();
    let ways: Vec<_> = rows.iter().map(|row| (row.from, row.to)).collect();
    // Memory stays saved or lost as it was (LIFE-START-ASYNC-FAIL).
    assert_eq!(
        ways,
        [
            (Phase::Starting, Phase::Stopped),
            (Phase::Resuming, Phase::Hibernated)
        ]
    );
    let steps = [
        (None, Phase::Launching),
        (Some(Phase::Stopped), Phase::Starting),
        (Some(Phase::Starting), Phase::Stopped),
    ];
    assert_eq!(usage_of(&steps), (0, Usd::ZERO));
}

// CASE-40
#[test]
fn case_40_the_root_volume_goes_out_and_comes_back() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 1h1m, detach-volume: web/root }
  - { at: 1h2m, start: web, fails: InvalidParameterValue }
  - expect: { web: { state: stopped, volumes: none } }
  - { at: 1h3m, attach-volume: { volume: web/root, instance: web, device: /dev/xvda } }
  - { at: 1h4m, start: web }
  - at: 1h5m
    expect: { web: { state: running, volumes: [web/root] } }
  - { at: 1h6m, terminate: web }
  - at: 1h7m
    expect: { web: { state: terminated, root-volume: kept } }
",
    );
    let id = played.instance("web").id();
    assert_eq!(
        played.rejected()[0].1.message,
        format!(
            "Invalid value '{id}' for instanceId. Instance does not have a volume attached at root (/dev/xvda)"
        )
    );
    assert_eq!(
        played.at("web", "1h5m").volumes,
        [("web/root".to_owned(), false)]
    );
    assert_eq!(played.volume("web/root"), "available");
}

// CASE-40: what is attached elsewhere isn't a root.
#[test]
fn case_40_a_data_device_is_no_root() {
    let played = play(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 1h1m, detach-volume: web/root }
  - { at: 1h2m, attach-volume: { volume: web/root, instance: web, device: /dev/sdf } }
  - { at: 1h4m, start: web, fails: InvalidParameterValue }
",
    );
    assert!(played.replay.passed(), "{:?}", played.refusals());
}

// CASE-46: what a T3 has earned outlives a stop of less than seven days, what a T2 has doesn't.
#[test]
fn case_46_cpu_credits() {
    passes(
        "
instances:
  t2: { type: t2.micro, credits: standard }
  t3: { type: t3.micro }
steps:
  - launch: [t2, t3]
  - wait-until: { t2: running, t3: running }
  - cpu: { instance: [t2, t3], percent: 0 }
  - after: 5h
    expect: { t2: { credits: 60 }, t3: { credits: 60 } }
  - stop: [t2, t3]
  - wait-until: { t2: stopped, t3: stopped }
  - expect: { t2: { credits: 0 }, t3: { credits: 60 } }
  - after: 6d
    start: [t2, t3]
  - wait-until: { t2: running, t3: running }
  - expect: { t2: { credits: 30 }, t3: { credits: 60 } }
",
    );
}

// CASE-48: from which states an image is made, which of them reboots, and that one of what hibernates is warned of.
#[test]
fn case_48_images() {
    let played = passes(
        "
instances:
  lab: { type: m5.large, root: { size: 20GiB, encrypted: yes }, hibernation: yes }
  web: { type: m5.large }
  copy: { type: m5.large, image: first }
steps:
  - launch: [web, lab]
  - { create-image: { instance: web, image: early }, fails: InvalidParameterValue }
  - { at: 1h, create-image: { instance: web, image: first } }
  - expect: { web: { state: running, memory: lost, public-ipv4: kept } }
  - { at: 2h, create-image: { instance: web, image: second, no-reboot: yes } }
  - expect: { web: { state: running, memory: kept } }
  - hibernate: lab
  - wait-until: { lab: hibernated }
  - create-image: { instance: lab, image: asleep }
  - create-snapshot: { volume: lab/root, snapshot: before }
  - launch: copy
  - wait-until: { copy: running }
  - expect: { copy: { image: first } }
",
    );
    let notices = played.notices();
    let warnings = notices.iter().filter(|one| one.ends_with(" warning"));
    assert_eq!(warnings.count(), 2, "{notices:?}");
}

// What befalls a host befalls all that are on it.
#[test]
fn an_instance_compares_with_the_moment_before_its_host_failed() {
    passes(
        "
account: { dedicated-hosts: { rack: { family: m5, recovery: yes } } }
defaults: { type: m5.large, tenancy: host, host: rack }
instances: { a: {}, b: {} }
steps:
  - launch: [a, b]
  - { at: 1h, fail: b }
  - at: 2h
    expect: { a: { state: running, public-ipv4: kept, host: changed, memory: lost } }
",
    );
}

// CASE-47; that a script runs at the first boot only, nothing in a replay shows.
#[test]
fn case_47_user_data() {
    let long = "x".repeat(16_385);
    let played = passes(&format!(
        "
instances: {{ web: {{ type: m5.large, root: 30GiB gp3, user-data: first }} }}
steps:
  - launch: web
  - {{ at: 1h, modify: {{ instance: web, user-data: second }}, fails: IncorrectInstanceState }}
  - {{ at: 2h, stop: web }}
  - {{ at: 2h1m, modify: {{ instance: web, user-data: second }} }}
  - {{ modify: {{ instance: web, user-data: {long} }}, fails: InvalidParameterValue }}
  - {{ at: 3h, start: web }}
"
    ));
    assert_eq!(played.accepted(), ["2h1m ModifyInstanceAttribute"]);
    assert_eq!(
        played.rejected()[1].1.message,
        "User data is limited to 16384 bytes"
    );
}

// CASE-49
#[test]
fn case_49_hibernated_for_too_long_and_hands_off() {
    let played = passes(
        "
instances: { lab: { type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true } }
volumes: { data: 10GiB gp3 }
until: 62d
steps:
  - launch: lab
  - { at: 1h, hibernate: lab }
  - { at: 2h, modify: { instance: lab, type: m5.xlarge }, fails: IncorrectInstanceState }
  - { attach-volume: { volume: data, instance: lab }, fails: IncorrectState }
  - { detach-volume: lab/root, fails: IncorrectInstanceState }
  - { modify: { instance: lab, termination-protection: true } }
  - { at: 61d, start: lab }
  - after: 1m
    expect: { lab: { state: running, memory: kept, type: m5.large } }
",
    );
    assert_eq!(played.notices(), ["60d1h1m30s hibernation-limit"]);
    let id = played.instance("lab").id();
    assert_eq!(
        played.rejected()[0].1.message,
        format!("The instance '{id}' is not in the 'stopped' state.")
    );
}

// CASE-35: with hibernation configured a type has to meet the prerequisites with the root volume as it is.
#[test]
fn case_35_another_type_may_need_a_larger_root_to_hibernate() {
    let played = passes(
        "
instances: { lab: { type: m5.large, root: { size: 20GiB, encrypted: true }, hibernation: true } }
steps:
  - launch: lab
  - { at: 1h, stop: lab }
  - { at: 2h, modify: { instance: lab, type: m5.2xlarge }, fails: UnsupportedHibernationConfiguration }
  - modify-volume: { volume: lab/root, size: 40GiB }
  - modify: { instance: lab, type: m5.2xlarge }
  - modify: { instance: lab, type: c5n.large }
    fails: UnsupportedHibernationConfiguration
  - start: lab
  - at: 3h
    hibernate: lab
  - wait-until: { lab: hibernated }
  - expect: { lab: { type: m5.2xlarge, memory: saved } }
",
    );
    assert_eq!(played.refusals().len(), 2);
}
