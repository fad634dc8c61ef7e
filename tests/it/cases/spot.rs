//! "Spot".

use ec2sim::{
    Account,
    action::RunInstances,
    engine::Settings,
    lifecycle::ErrorCode,
    money::Usd,
    record::{Meter, NoticeKind, RecordKind},
    world::{InstanceSpec, SpotOptions, Tenancy},
};

use crate::support::{Played, mistakes, passes, play};

/// What is told of Spot requests, interruptions and the like: when, and the text.
fn notices(played: &Played, kind: NoticeKind) -> Vec<(String, String)> {
    let start = played.replay.program().start;
    let told = played.replay.records().iter().filter_map(|record| {
        if let RecordKind::Notice(notice) = &record.kind
            && notice.event == kind
        {
            return Some((
                record.at.since(start).to_string(),
                notice.message.to_string(),
            ));
        }
        None
    });
    told.collect()
}

fn transition_reason(played: &Played, name: &str) -> String {
    let (names, world) = (played.replay.names(), played.replay.world());
    let slot = names.cast().slot_of(name).unwrap();
    world
        .instance(names.in_slot(slot).unwrap())
        .transition_reason()
}

// CASE-41
#[test]
fn case_41_one_time_spot_interrupted() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-41-one-time-spot-interrupted.yaml"
    ));
    let warned = notices(&played, NoticeKind::SpotInterruption);
    let [(at, text)] = warned.as_slice() else {
        panic!("{warned:?}")
    };
    assert_eq!(at, "2h");
    assert!(text.starts_with("terminate in 2 minutes"), "{text}");
    assert_eq!(
        transition_reason(&played, "web"),
        "Service initiated (2026-01-01 02:02:00 GMT)"
    );
    let (_, refusal) = &played.rejected()[0];
    assert!(refusal.message.contains("one-time Spot Instance request"));
}

// CASE-42
#[test]
fn case_42_spot_stops_and_comes_back() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-42-spot-stops-and-comes-back.yaml"
    ));
    assert_eq!(played.launched(), 1, "it is the same instance");
    let told = notices(&played, NoticeKind::SpotRequest);
    let texts: Vec<&str> = told.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "active, fulfilled",
            "active, marked-for-stop",
            "disabled, instance-stopped-no-capacity",
            "active, fulfilled"
        ]
    );
}

// CASE-43
#[test]
fn case_43_spot_hibernates() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-43-spot-hibernates.yaml"
    ));
    let warned = notices(&played, NoticeKind::SpotInterruption);
    assert!(warned[0].1.starts_with("hibernate now"), "{warned:?}");
}

// CASE-44
#[test]
fn case_44_the_user_stops_a_spot_instance() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-44-the-user-stops-a-spot-instance.yaml"
    ));
    let texts: Vec<String> = played
        .rejected()
        .iter()
        .map(|(_, refusal)| refusal.message.clone())
        .collect();
    assert!(texts[0].contains("not in an appropriate state to support start"));
    assert!(texts[1].ends_with("because there is no available Spot capacity."));
}

// CASE-45
#[test]
fn case_45_cancelling_a_spot_request() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-45-cancelling-a-spot-request.yaml"
    ));
    assert_eq!(played.launched(), 4, "one was replaced");
}

/// SPOT-INT-BEHAVIOR, HIB-SPOT, MOD-PROTECTION-SPOT, SPOT-RUN-INSTANCES: what a launch on the Spot market is refused for.
#[test]
fn a_spot_launch_is_refused_for_what_does_not_go_together() {
    let played = passes(
        "
defaults: { type: m5.large, root: { size: 30GiB, encrypted: yes } }
instances:
  once-stop: { market: { spot: { interruption: stop } } }
  forever: { market: { spot: { persistent: yes } } }
  no-image: { market: { spot: { persistent: yes, interruption: hibernate } } }
  once-hibernate: { hibernation: yes, market: spot }
  not-so: { hibernation: yes, market: { spot: { persistent: yes, interruption: stop } } }
  safe: { termination-protection: yes, market: spot }
  poor: { market: { spot: { max-price: $0.001 } } }
  none: { market: spot }
  fine: { market: { on-demand-is-not-a-key: yes } }
steps: []
"
        .replace("  fine: { market: { on-demand-is-not-a-key: yes } }\n", "")
        .replace(
            "steps: []",
            "steps:
  - launch: [once-stop, forever, no-image, once-hibernate, not-so]
    fails: InvalidParameterCombination
  - launch: safe
    fails: UnsupportedOperation
  - launch: poor
    fails: SpotMaxPriceTooLow
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: 0 }
  - launch: none
    fails: InsufficientInstanceCapacity
  - expect: { none: { spot-request: none, spot-status: none, interrupted: 0 } }",
        )
        .as_str(),
    );
    let (_, poor) = &played.rejected()[6];
    assert!(
        poor.message.starts_with(
            "Your Spot request price of 0.001 is lower than the minimum required Spot request fulfillment price of 0."
        ),
        "{}",
        poor.message
    );
    assert_eq!(played.launched(), 0);
}

/// MOD-TYPE-SPOT, MOD-PROTECTION-SPOT, SPOT-TYPE-FIXED, SPOT-REBOOT.
#[test]
fn the_type_and_the_protection_of_a_spot_instance_are_fixed() {
    let played = passes(
        "
instances: { web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } } }
steps:
  - launch: web
  - at: 1h
    reboot: web
  - modify: { instance: web, termination-protection: yes }
    fails: UnsupportedOperation
  - modify: { instance: web, stop-protection: yes }
    fails: UnsupportedOperation
  - at: 2h
    stop: web
  - wait-until: { web: stopped }
  - modify: { instance: web, type: m5.xlarge }
    fails: UnsupportedOperation
  - modify: { instance: web, shutdown-behavior: terminate }
",
    );
    let (_, first) = &played.rejected()[0];
    assert_eq!(
        first.message,
        "Modifying 'disableApiTermination' is not supported for spot instances."
    );
}

/// LIFE-OSDOWN-SPOT: a shutdown from inside counts as the user's stop; what can't be stopped terminates.
#[test]
fn a_shutdown_from_inside_is_the_users_stop() {
    passes(
        "
instances:
  again: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } }
  once: { type: m5.large, market: spot }
steps:
  - launch: [again, once]
  - at: 1h
    shutdown: [again, once]
  - at: 1h2m
    expect:
      again: { state: stopped, spot-request: disabled, spot-status: instance-stopped-by-user }
      once: { state: terminated, spot-request: closed, spot-status: instance-terminated-by-user }
",
    );
}

/// SPOT-RESTART-NO-ROOT: what has lost its root is terminated when EC2 would restart it.
#[test]
fn an_interrupted_instance_without_a_root_is_terminated() {
    passes(
        "
instances: { web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } } }
steps:
  - launch: web
  - at: 1h
    interrupt: web
  - interrupt: web
  - wait-until: { web: stopped }
  - detach-volume: web/root
  - at: 2h
    capacity: { type: m5.large, zone: us-east-1a, market: spot, available: any }
  - expect:
      web:
        state: terminated
        reason: Server.SpotInstanceTermination
        spot-request: cancelled
        spot-status: instance-terminated-by-service
",
    );
}

/// SPOT-REQ-TYPES, SPOT-REQ-STATUS: an open request waits for capacity and price, until it expires.
#[test]
fn an_open_request_waits_until_it_expires() {
    passes(
        "
defaults: { type: m5.large }
instances:
  web: { market: { spot: { persistent: yes, interruption: stop, valid-until: 1d } } }
  user: { market: { spot: { persistent: yes, interruption: stop, valid-until: 1d } } }
  taken: { zone: us-east-1b, market: { spot: { persistent: yes, interruption: stop, valid-until: 1d } } }
steps:
  - launch: [web, user, taken]
  - at: 1h
    terminate: web
  - stop: user
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: 0 }
  - at: 1h30s
    expect: { web: { state: pending, spot-request: active } }
    note: The place that it gave back is its own again.
  - at: 2h
    terminate: web
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: 0 }
  - spot-price: { type: m5.large, zone: us-east-1a, price: $0.5 }
  - at: 2h30s
    expect: { web: { state: terminated, spot-request: open, spot-status: price-too-low } }
  - spot-price: { type: m5.large, zone: us-east-1a, price: $0.03 }
  - at: 23h
    interrupt: taken
  - at: 1d
    expect:
      user: { state: stopped, spot-request: cancelled, spot-status: instance-stopped-by-user }
      taken: { state: terminated, spot-request: cancelled, spot-status: schedule-expired }
  - start: user
    fails: IncorrectSpotRequestState
  - launch: web
    fails: Simulator.NameTaken
"
        .replace("  - launch: web\n    fails: Simulator.NameTaken\n", "")
        .as_str(),
    );
}

/// HIB-FALLBACK, TIME-HIB-READY: EC2's own hibernation too soon after the launch falls back; a hibernation of the user's on
/// Windows settles after five minutes.
#[test]
fn a_hibernation_by_ec2_needs_the_time_that_any_needs() {
    passes(
        "
instances:
  web:
    type: m5.large
    root: { size: 30GiB, encrypted: yes }
    hibernation: yes
    market: { spot: { persistent: yes } }
steps:
  - launch: web
  - at: 1m
    interrupt: web
  - wait-until: { web: stopped }
  - expect: { web: { memory: lost, spot-request: disabled } }
",
    );
}

/// SPOT-REBALANCE: it changes no state.
#[test]
fn a_rebalance_recommendation_changes_nothing() {
    let played = passes(
        "
instances: { web: { type: m5.large, market: spot } }
steps:
  - launch: web
  - at: 1h
    rebalance: web
  - expect: { web: { state: running, spot-request: active, spot-status: fulfilled } }
",
    );
    assert_eq!(notices(&played, NoticeKind::SpotRebalance).len(), 1);
    let cost = played.replay.bill().cost();
    assert!(cost.of(Meter::Usage) > Usd::ZERO);
}

/// What runs out between the notice and its end, or isn't running, can't be interrupted.
#[test]
fn only_what_runs_is_interrupted() {
    passes(
        "
instances:
  web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } }
steps:
  - launch: web
  - interrupt: web
    fails: Simulator.NotRunning
  - at: 1h
    interrupt: web
  - at: 1h1m
    stop: web
    note: It is the user's stop now, and the user may start it.
  - at: 1h3m
    expect: { web: { spot-request: disabled, spot-status: instance-stopped-by-user, interrupted: 0 } }
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: any }
  - start: web
",
    );
    let played = play(
        "
instances: { web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } } }
steps:
  - launch: web
  - at: 1h
    terminate: web
  - at: 2h
    launch: web
",
    );
    assert!(!played.replay.passed(), "the name is the new instance's");
}

/// SPOT-HOST-TENANCY, PG-ONE.
#[test]
fn a_spot_instance_has_no_dedicated_host_and_no_group_to_come_back_to() {
    let mut account = Account::new(Settings::default());
    let mut web = InstanceSpec::of("m5.large", "us-east-1a").unwrap();
    web.spot = Some(SpotOptions::default());
    web.placement.tenancy = Tenancy::Host;
    let refusal = account.request(RunInstances::new(web, 1)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidParameterCombination);
    passes(
        "
placement-groups: { tight: cluster }
instances:
  stops: { type: c5.large, placement-group: tight, market: { spot: { interruption: stop, persistent: yes } } }
  goes: { type: c5.large, placement-group: tight, market: spot }
steps:
  - launch: stops
    fails: InvalidParameterCombination
  - launch: goes
",
    );
}

// CAP-LAUNCH, SPOT-RESTART: EC2 has kept the place of the run before, and not that of the run after it.
#[test]
fn a_place_that_was_taken_away_uncounted_is_not_missed_later() {
    passes(
        "
defaults: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } }
instances: { web: {}, other: {} }
steps:
  - launch: web
  - at: 1h
    spot-price: { type: m5.large, zone: us-east-1a, price: $9 }
  - wait-until: { web: stopped }
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: 1 }
  - spot-price: { type: m5.large, zone: us-east-1a, price: $0.01 }
  - wait-until: { web: running }
  - launch: other
    fails: InsufficientInstanceCapacity
  - stop: web
  - wait-until: { web: stopped }
  - launch: other
",
    );
}

/// QUOTA-SPOT; REQ-CHECK-ORDER: quotas, Spot price, placement group.
#[test]
fn spot_has_a_quota_of_its_own() {
    passes(include_str!("../../../scenarios/rulebook/spot-quota.yaml"));
}

/// PG-ONE, SPOT-HOST-TENANCY: nor can a Spot Instance come there by a change.
#[test]
fn a_spot_instance_is_not_moved_to_where_it_can_not_be() {
    passes(
        "
placement-groups: { tight: cluster }
instances:
  web: { type: m5.large, market: { spot: { persistent: yes, interruption: stop } } }
steps:
  - launch: web
  - wait-until: { web: running }
  - stop: web
  - wait-until: { web: stopped }
  - modify: { instance: web, placement-group: tight }
    fails: InvalidParameterCombination
  - modify: { instance: web, tenancy: host }
    fails: InvalidParameterCombination
",
    );
}

// LIFE-ZONE-LETTERS: a price is that of a zone, however the zone is written.
#[test]
fn a_spot_price_names_a_zone_by_its_letter_or_its_id() {
    let by_id = |name: &str| {
        format!(
            "
instances: {{ web: {{ type: m5.large, zone: use1-az6, market: {{ spot: {{ max-price: $0.05 }} }} }} }}
spot-prices:
  m5.large@{name}: $0.04
  m5.large: $0.06
steps:
  - launch: web
"
        )
    };
    let region = ec2sim::catalog::RegionId::default();
    let letter = region.zone("use1-az6").unwrap();
    passes(&by_id("use1-az6"));
    passes(&by_id(letter));
    let said = mistakes(&by_id("use1-az9"));
    assert!(
        said.contains("`use1-az9` is not a zone of us-east-1"),
        "{said}"
    );
}

/// Who is quicker than the interruption that was announced gets no place for it: it is somebody else's already.
#[test]
fn what_ends_during_the_notice_gives_no_place_back() {
    passes(
        "
instances:
  web: { type: m5.large, zone: us-east-1a, market: { spot: { interruption: stop, persistent: yes } } }
steps:
  - launch: web
  - at: 10m
    interrupt: web
  - after: 30s
    terminate: web
  - expect: { web: { spot-status: instance-terminated-by-user, spot-request: open } }
  - after: 5m
    expect: { web: { state: terminated, spot-request: open, spot-status: capacity-not-available } }
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: any }
  - after: 1m
    expect: { web: { state: running, spot-request: active, spot-status: fulfilled, interrupted: 0 } }
",
    );
}

/// A start that is refused cites why only EC2 may do it, or why it came too soon (`HIB-SPOT-WHO`, `HIB-SPOT-SETTLE`).
#[test]
fn a_refused_resume_says_whose_it_is() {
    let resumed = |steps: &str| {
        let played = passes(&format!(
            "
instances:
  web:
    {{ type: m5.large, zone: us-east-1a, hibernation: yes, root: 20GiB gp3 encrypted,
      market: {{ spot: {{ interruption: hibernate, persistent: yes }} }} }}
steps:
  - launch: web
{steps}
  - wait-until: {{ web: hibernated }}
  - start: web
    fails: IncorrectSpotRequestState
"
        ));
        let rules = played.rejected()[0].1.rules;
        rules.iter().map(|rule| rule.id).collect::<Vec<_>>()
    };
    let ec2 = resumed("  - { at: 10m, interrupt: web }\n  - wait: 10m");
    assert_eq!(ec2, ["SPOT-START-WRONG-STATE", "HIB-SPOT-WHO"]);
    let early = resumed("  - { at: 10m, hibernate: web }");
    assert_eq!(early, ["SPOT-START-WRONG-STATE", "HIB-SPOT-SETTLE"]);
}
