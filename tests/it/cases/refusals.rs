//! "Refusals and no-ops".

use ec2sim::{lifecycle::ErrorCode, record::RecordKind};

use crate::support::{passes, play};

/// CASE-23 without its refusals, and with them.
fn wrong_moments(with: bool) -> String {
    let asked: &[(&str, &str, &str)] = &[
        ("5s", "stop: web", "IncorrectInstanceState"),
        (
            "10m",
            "modify: { instance: web, type: m5.xlarge }",
            "IncorrectInstanceState",
        ),
        (
            "11m",
            "modify: { instance: web, user-data: again }",
            "IncorrectInstanceState",
        ),
        ("12m", "detach-volume: web/root", "IncorrectState"),
        ("1h", "stop: web", ""),
        ("1h10s", "start: web", "IncorrectInstanceState"),
        (
            "1h10s",
            "attach-volume: { volume: data, instance: web }",
            "IncorrectState",
        ),
        ("1h1m", "reboot: web", "IncorrectState"),
        ("2h", "start: web", ""),
        ("3h", "terminate: web", ""),
        ("3h10s", "stop: web", "IncorrectInstanceState"),
        ("3h1m", "start: web", "IncorrectInstanceState"),
        ("3h1m", "stop: web", "IncorrectInstanceState"),
    ];
    let mut text = "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
volumes: { data: 10GiB gp3 }
until: 4h
steps:
  - launch: web
"
    .to_owned();
    for (at, action, code) in asked {
        let step = match (*code, with) {
            ("", _) => format!("  - {{ at: {at}, {action} }}\n"),
            (code, true) => format!("  - {{ at: {at}, {action}, fails: {code} }}\n"),
            (_, false) => format!("  - {{ at: {at}, note: nothing }}\n"),
        };
        text.push_str(&step);
    }
    text
}

// CASE-23
#[test]
fn case_23_wrong_moments() {
    let played = passes(&wrong_moments(true));
    let id = played.instance("web").id();
    let world = played.replay.world();
    let root = world
        .volume(
            world
                .instances()
                .next()
                .unwrap()
                .launched_volumes()
                .next()
                .unwrap(),
        )
        .id();
    let told: Vec<_> = played
        .rejected()
        .iter()
        .map(|(at, refusal)| format!("{at} {}: {}", refusal.code, refusal.message))
        .collect();
    let not_stopped = format!("The instance '{id}' is not in the 'stopped' state.");
    let not_startable =
        format!("The instance '{id}' is not in a state from which it can be started.");
    let not_stoppable =
        format!("This instance '{id}' is not in a state from which it can be stopped.");
    assert_eq!(
        told,
        [
            format!(
                "5s IncorrectInstanceState: Instance '{id}' cannot be stopped as it has never reached the 'running' state."
            ),
            format!("10m IncorrectInstanceState: {not_stopped}"),
            format!("11m IncorrectInstanceState: {not_stopped}"),
            format!(
                "12m IncorrectState: Unable to detach root volume '{root}' from instance '{id}'"
            ),
            format!("1h10s IncorrectInstanceState: {not_startable}"),
            format!("1h10s IncorrectState: Instance '{id}' is not 'running'."),
            format!(
                "1h1m IncorrectState: Cannot reboot instance {id} that is currently in stopped state."
            ),
            format!("3h10s IncorrectInstanceState: {not_stoppable}"),
            format!("3h1m IncorrectInstanceState: {not_startable}"),
            format!("3h1m IncorrectInstanceState: {not_stoppable}"),
        ]
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "15s running",
            "1h stopping",
            "1h30s stopped",
            "2h pending",
            "2h15s running",
            "3h shutting-down",
            "3h30s terminated"
        ]
    );
}

// CASE-23: nothing refused leaves a trace in state, reasons, addresses or metering.
#[test]
fn case_23_a_refusal_leaves_no_trace() {
    let (with, without) = (passes(&wrong_moments(true)), passes(&wrong_moments(false)));
    assert_eq!(with.transitions("web"), without.transitions("web"));
    assert_eq!(with.replay.bill().ledger(), without.replay.bill().ledger());
    for at in ["5s", "10m", "11m", "12m", "1h10s", "1h1m", "3h10s", "3h1m"] {
        assert_eq!(with.at("web", at), without.at("web", at), "at {at}");
    }
}

// CASE-23: a terminated instance.
#[test]
fn case_23_a_terminated_instance_ignores_a_reboot() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, terminate: web }
  - { at: 1h10s, reboot: web }
  - { at: 1h1m, reboot: web }
  - { at: 1h1m, terminate: web }
",
    );
    assert_eq!(
        played.accepted(),
        [
            "1h10s RebootInstances unchanged",
            "1h1m RebootInstances unchanged",
            "1h1m TerminateInstances unchanged"
        ]
    );
    assert!(played.notices().is_empty());
    assert_eq!(played.states("web").len(), 4);
}

// CASE-24
#[test]
fn case_24_no_ops() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, start: web }
  - { at: 2h, stop: web }
  - { at: 2h10s, stop: web }
  - { at: 3h, stop: web }
",
    );
    assert_eq!(
        played.events("web"),
        ["pending", "running", "stopping", "stopped"]
    );
    assert_eq!(
        played.accepted(),
        [
            "1h StartInstances unchanged",
            "2h10s StopInstances unchanged",
            "3h StopInstances unchanged"
        ]
    );
    assert_eq!(played.runs("web"), [7185]);
    assert_eq!(
        played.at("web", "3h").transition_reason,
        "User initiated (2026-01-01 02:00:00 GMT)"
    );
    assert_eq!(played.states("web")[3], "2h30s stopped");
    assert_eq!(
        played.at("web", "1h").launch_time.to_string(),
        "2026-01-01T00:00:00Z"
    );
}

// CASE-25
#[test]
fn case_25_stopping_in_a_later_pending() {
    let played = passes(
        "
instances: { web: { type: m5.large, root: 30GiB gp3 } }
until: 3h
steps:
  - launch: web
  - { at: 1h, stop: web }
  - { at: 2h, start: web }
  - { at: 2h5s, stop: web }
  - at: 2h30m
    expect: { web: { state: stopped, starts: 1, billed-seconds: 3585, public-ipv4: none } }
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
            "2h5s stopping",
            "2h35s stopped"
        ]
    );
    assert_eq!(played.answers("web")[4], "pending(0) stopping(64)");
    assert_eq!(played.runs("web"), [3585]);
    assert_eq!(played.at("web", "2h35s").public, None);
}

// CASE-26
#[test]
fn case_26_dry_run() {
    let played = passes(
        "
defaults: { type: m5.large, root: 30GiB gp3 }
instances: { a: {}, b: {} }
until: 2h
steps:
  - launch: a
  - { at: 1h, stop: { instance: a, dry-run: true }, fails: DryRunOperation }
  - { terminate: { instance: a, dry-run: true }, fails: DryRunOperation }
  - { reboot: { instance: a, dry-run: true }, fails: DryRunOperation }
  - { start: { instance: a, dry-run: true }, fails: DryRunOperation }
  - { hibernate: { instance: a, dry-run: true }, fails: DryRunOperation }
  - { launch: { instance: b, dry-run: true }, fails: DryRunOperation }
  - { stop: { instance: i-0123456789abcdef0, dry-run: true }, fails: InvalidInstanceID.NotFound }
",
    );
    assert_eq!(played.launched(), 1);
    assert_eq!(played.states("a"), ["0s pending", "15s running"]);
    assert!(played.notices().is_empty());
    assert_eq!(ErrorCode::DryRunOperation.http_status(), 412);
    assert_eq!(
        played.rejected()[0].1.message,
        "Request would have succeeded, but DryRun flag is set."
    );
}

// CASE-26: on every action of EC2's that has them, as its API documents; nothing happens.
#[test]
fn case_26_every_action_has_its_dry_run() {
    let played = passes(
        "
defaults: { type: m5.large }
instances: { a: { volumes: [10GiB gp3] }, b: {}, s: { market: spot } }
addresses: { vip: ~ }
volumes: { d: 10GiB gp3 }
steps:
  - launch: [a, s]
  - { at: 1h, create-image: { instance: a, image: golden, no-reboot: yes } }
  - create-snapshot: { volume: a/root, snapshot: before }
  - attach-interface: { interface: eth1, instance: a }
  - create-capacity-reservation: { reservation: odcr, type: c5.large, count: 1 }
  - schedule-event: { instance: a, event: instance-reboot, in: 1d, deadline: 3d }
  - { launch: { instance: b, dry-run: yes }, fails: DryRunOperation }
  - { start: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { stop: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { hibernate: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { reboot: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { terminate: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { modify: { instance: a, type: m5.xlarge, dry-run: yes }, fails: DryRunOperation }
  - { allocate-address: { address: other, dry-run: yes }, fails: DryRunOperation }
  - { associate-address: { address: vip, instance: a, dry-run: yes }, fails: DryRunOperation }
  - { disassociate-address: { address: vip, dry-run: yes }, fails: DryRunOperation }
  - { release-address: { address: vip, dry-run: yes }, fails: DryRunOperation }
  - { create-volume: { volume: new, size: 1GiB, dry-run: yes }, fails: DryRunOperation }
  - { attach-volume: { volume: d, instance: a, dry-run: yes }, fails: DryRunOperation }
  - { detach-volume: { volume: a/1, dry-run: yes }, fails: DryRunOperation }
  - { modify-volume: { volume: d, size: 20GiB, dry-run: yes }, fails: DryRunOperation }
  - { delete-volume: { volume: d, dry-run: yes }, fails: DryRunOperation }
  - { replace-root-volume: { instance: a, dry-run: yes }, fails: DryRunOperation }
  - { create-snapshot: { volume: d, snapshot: other-one, dry-run: yes }, fails: DryRunOperation }
  - { archive-snapshot: { snapshot: before, dry-run: yes }, fails: DryRunOperation }
  - { restore-snapshot: { snapshot: before, dry-run: yes }, fails: DryRunOperation }
  - { delete-snapshot: { snapshot: before, dry-run: yes }, fails: DryRunOperation }
  - { create-image: { instance: a, image: silver, dry-run: yes }, fails: DryRunOperation }
  - { deregister-image: { image: golden, dry-run: yes }, fails: DryRunOperation }
  - { attach-interface: { interface: eth2, instance: a, dry-run: yes }, fails: DryRunOperation }
  - { detach-interface: { interface: eth1, dry-run: yes }, fails: DryRunOperation }
  - { cancel-spot-request: { instance: s, dry-run: yes }, fails: DryRunOperation }
  - { reschedule-event: { instance: a, to: 2d, dry-run: yes }, fails: DryRunOperation }
  - { create-capacity-reservation: { reservation: new-one, type: m5.large, dry-run: yes }, fails: DryRunOperation }
  - { cancel-capacity-reservation: { reservation: odcr, dry-run: yes }, fails: DryRunOperation }
  - { attach-volume: { volume: d, instance: i-0123456789abcdef0, dry-run: yes }, fails: InvalidInstanceID.NotFound }
  - expect: { a: { state: running, type: m5.large, scheduled-event: instance-reboot }, s: { spot-request: active }, vip: { state: allocated }, d: { state: available, size: 10GiB }, before: { state: completed }, golden: { state: available } }
until: 2h
",
    );
    assert_eq!(played.launched(), 2);
    let asked = played.accepted();
    assert_eq!(asked.len(), 4, "{asked:?}");
}

// CASE-27: the other actions that have a client token; a repetition makes nothing, whatever name it gives.
#[test]
fn case_27_a_volume_with_a_client_token_is_made_once() {
    let played = passes(
        "
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - { at: 1m, create-volume: { volume: d, size: 10GiB, client-token: t } }
  - { at: 2m, create-volume: { volume: d, size: 10GiB, client-token: t } }
  - create-volume: { volume: e, size: 10GiB, client-token: t }
  - create-volume: { volume: e, size: 20GiB, client-token: t }
    fails: IdempotentParameterMismatch
  - create-capacity-reservation: { reservation: r, type: c5.large, client-token: t }
  - create-capacity-reservation: { reservation: r, type: c5.large, client-token: t }
  - allocate-host: { host: rack, family: m5, client-token: t }
  - allocate-host: { host: rack, family: m5, client-token: t }
  - replace-root-volume: { instance: web, client-token: t }
  - replace-root-volume: { instance: web, client-token: t }
  - expect: { d: { state: available } }
until: 1h
",
    );
    // The first root, the second, and the one that has a name.
    assert_eq!(played.replay.world().volumes().len(), 3);
}

// CASE-27
#[test]
fn case_27_client_token() {
    let played = play(
        "
defaults: { type: m5.large, root: 30GiB gp3 }
instances: { web: {}, big: { type: m5.xlarge } }
steps:
  - launch: { instance: web, client-token: t }
  - at: 1m
    launch: { instance: web, client-token: t }
  - expect: { web: { state: running } }
  - at: 2m
    launch: { instance: big, client-token: t }
    fails: IdempotentParameterMismatch
  - { at: 3m, terminate: web }
  - at: 10m
    launch: { instance: web, client-token: t }
    fails: IdempotentInstanceTerminated
",
    );
    assert!(played.replay.passed(), "{:?}", played.refusals());
    assert_eq!(played.launched(), 1);
    assert_eq!(played.accepted(), ["1m RunInstances unchanged"]);
    assert_eq!(
        played.rejected()[0].1.message,
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."
    );
}

// CASE-27: tokens are case-sensitive, and a token of an instance that can't be seen any more is free again.
#[test]
fn case_27_another_token_launches_another_instance() {
    let played = passes(
        "
defaults: { type: m5.large }
instances: { web: {}, other: {} }
steps:
  - launch: { instance: web, client-token: t }
  - launch: { instance: other, client-token: T }
  - { at: 3m, terminate: web }
  - { at: 2h, launch: { instance: web, client-token: t } }
",
    );
    assert_eq!(played.launched(), 3);
    let world = played.replay.world();
    let ids: std::collections::BTreeSet<_> = world.instances().map(|there| there.id()).collect();
    assert_eq!(ids.len(), 3);
}

// CASE-27: a group is one request; its repetition answers all its members.
#[test]
fn case_27_a_group_with_a_client_token_is_launched_once() {
    let played = passes(
        "
instances: { web: { type: m5.large, count: 2 } }
steps:
  - launch: { instance: web, client-token: t }
  - { at: 1m, launch: { instance: web, client-token: t } }
",
    );
    assert_eq!(played.launched(), 2);
    assert_eq!(
        played.accepted(),
        ["1m RunInstances unchanged", "1m RunInstances unchanged"]
    );
}

// The documents' own words: "each takes a name, a list of names, or a mapping with its options".
#[test]
fn an_action_on_addresses_or_volumes_takes_a_list() {
    let played = passes(
        "
instances: { web: { type: m5.large, volumes: [10GiB gp3] } }
steps:
  - launch: web
  - wait-until: { web: running }
  - allocate-address: [front, back]
  - release-address: [front, back]
  - disassociate-address: [front, back]
    fails: InvalidAssociationID.NotFound
  - create-volume: { volume: data, size: 10GiB, type: gp3 }
  - create-volume: { volume: more, size: 10GiB, type: gp3 }
  - attach-volume: { volume: data, instance: web, device: /dev/sdf }
  - attach-volume: { volume: more, instance: web }
  - detach-volume: [data, more]
  - delete-volume: [data, more]
",
    );
    assert_eq!(played.refusals().len(), 2);
}

// LIFE-RUN-TOKEN: the answer names the instance of the first launch; a zone that is named is a scope of its own.
#[test]
fn a_client_token_is_answered_with_the_instance_that_it_launched() {
    let played = passes(
        "
instances:
  web: { type: m5.large }
  twin: { type: m5.large }
  east: { type: m5.large, zone: us-east-1b }
steps:
  - launch: { instance: web, client-token: t }
  - launch: { instance: twin, client-token: t }
  - launch: { instance: east, client-token: t }
  - wait-until: { web: running, east: running }
expect: { twin: { starts: 0 } }
",
    );
    let repeated: Vec<_> = played
        .replay
        .records()
        .iter()
        .filter_map(|record| match &record.kind {
            RecordKind::Accepted(accepted) => Some((accepted.unchanged, accepted.instance)),
            _ => None,
        })
        .collect();
    let web = played.replay.names().in_slot(0);
    assert_eq!(repeated, [(true, web)]);
}

// VOL-ROOT-NAME, VOL-DEVICE-NAMES: the root device is the image's; under another name the volume is no root.
#[test]
fn a_root_volume_comes_back_under_the_name_that_its_image_has() {
    for (image, device, starts) in [
        ("al2023", "/dev/xvda", true),
        ("al2023", "/dev/sda1", false),
        ("debian-12", "/dev/xvda", true),
        ("ubuntu-24.04", "/dev/sda1", true),
        ("ubuntu-24.04", "/dev/xvda", false),
        ("rhel-9", "/dev/sda1", true),
        ("rhel-9", "/dev/sda", false),
    ] {
        let fails = if starts {
            ""
        } else {
            ", fails: InvalidParameterValue"
        };
        let played = passes(&format!(
            "
instances: {{ web: {{ type: m5.large, image: {image} }} }}
steps:
  - launch: web
  - wait-until: {{ web: running }}
  - stop: web
  - wait-until: {{ web: stopped }}
  - detach-volume: web/root
  - {{ attach-volume: {{ volume: web/root, instance: web, device: /dev/sdZZ }}, fails: InvalidParameterValue }}
  - attach-volume: {{ volume: web/root, instance: web, device: {device} }}
  - {{ start: web{fails} }}
"
        ));
        assert_eq!(
            played.rejected()[0].1.message,
            "Value (/dev/sdZZ) for parameter device is invalid. /dev/sdZZ is not a valid EBS device name."
        );
    }
}

// A message is compared to the letter, with the ids of whatever is named in it.
#[test]
fn a_message_is_held_to_the_letter() {
    let scenario = |message: &str| {
        play(&format!(
            "
instances: {{ web: {{ type: m5.large, volumes: [10GiB gp3] }} }}
volumes: {{ data: 10GiB gp3 }}
addresses: {{ e: ~ }}
steps:
  - launch: web
  - at: 1m
    detach-volume: web/root
    fails: {{ code: IncorrectState, message: \"{message}\" }}
  - attach-volume: {{ volume: data, instance: web }}
  - attach-volume: {{ volume: data, instance: web }}
    fails: {{ code: VolumeInUse, message: '{{data}} is already attached to an instance' }}
"
        ))
    };
    let right = scenario("Unable to detach root volume '{web/root}' from instance '{web}'");
    assert!(right.replay.passed(), "{:?}", right.refusals());
    assert_eq!(right.replay.tally().passed, 2);
    let wrong = scenario("Unable to detach '{web/root}' of {e} {{x}}");
    assert_eq!(
        (wrong.replay.tally().passed, wrong.replay.tally().failed),
        (1, 1)
    );
    // The code is the expected one.
    assert_eq!(wrong.replay.tally().unexpected_refusals, 0);
    let failed = wrong
        .replay
        .records()
        .iter()
        .find_map(|record| match record.kind {
            RecordKind::Expectation(expectation) if !expectation.passed => Some(expectation),
            _ => None,
        });
    let failed = failed.unwrap();
    assert_eq!(
        (failed.check, failed.subject.as_str()),
        ("message", "DetachVolume")
    );
    let expected = failed.expected.as_str();
    assert!(
        expected.contains(" of eipalloc-0") && expected.ends_with(" {x}}"),
        "{expected}"
    );
    assert!(
        failed
            .found
            .starts_with("Unable to detach root volume 'vol-0")
    );
}
