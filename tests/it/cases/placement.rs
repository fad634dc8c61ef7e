//! "Failing launches and starts": capacity and quotas.

use crate::support::{Played, mistakes, passes};

/// The texts of the refusals, in order.
pub(super) fn texts(played: &Played) -> Vec<String> {
    let rejected = played.rejected().into_iter();
    rejected
        .map(|(_, refusal)| refusal.message.clone())
        .collect()
}

// CASE-38
#[test]
fn case_38_no_capacity() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-38-no-capacity.yaml"
    ));
    let (_, first) = &played.rejected()[0];
    assert_eq!(first.code.http_status(), 500);
    let here = "We currently do not have sufficient m5.large capacity in the Availability Zone you requested \
                (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get \
                m5.large capacity by not specifying an Availability Zone in your request or choosing us-east-1b, \
                us-east-1c, us-east-1d, us-east-1f.";
    let start = "Insufficient capacity.";
    assert_eq!(texts(&played), [start, start, here, here]);
    assert_eq!(played.launched(), 5, "nothing is made by a refused launch");
}

/// LIFE-RUN-CAPACITY, CAP-LAUNCH: a group is launched as a whole or not at all, and a start of several likewise.
#[test]
fn what_is_asked_together_needs_a_place_for_each() {
    let played = passes(
        "
instances:
  web: { type: m5.large, count: 3 }
  one: { type: m5.large }
steps:
  - capacity: { type: m5.large, zone: us-east-1a, available: 2 }
  - launch: web
    fails: InsufficientInstanceCapacity
  - launch: one
  - capacity: { type: m5.large, zone: us-east-1a, available: 3 }
  - launch: web
  - wait-until: { web: running }
  - stop: web
  - wait-until: { web: stopped }
  - capacity: { type: m5.large, zone: us-east-1a, available: 2 }
  - start: web
    fails: InsufficientInstanceCapacity
  - start: [web-1, web-2]
  - start: web-1
  - start: web-3
    fails: InsufficientInstanceCapacity
",
    );
    // A refusal stands once for each instance that the request names.
    let texts = texts(&played);
    assert_eq!(texts.len(), 3 + 3 + 1);
    assert!(texts.iter().all(|text| text == "Insufficient capacity."));
}

/// CAP-START: a place is taken when a launch or start is accepted, and given back at rest, once.
#[test]
fn a_place_is_given_back_on_coming_to_rest_and_not_twice() {
    passes(
        "
instances:
  a: { type: m5.large }
  b: { type: m5.large }
  c: { type: m5.large }
steps:
  - capacity: { type: m5.large, zone: us-east-1a, available: 1 }
  - launch: a
  - wait-until: { a: running }
  - stop: a
  - launch: b
    fails: InsufficientInstanceCapacity
  - wait-until: { a: stopped }
  - launch: b
  - terminate: a
  - launch: c
    fails: InsufficientInstanceCapacity
  - terminate: b
  - wait-until: { b: terminated }
  - launch: c
",
    );
}

/// A pool is that of one type, one zone and one market.
#[test]
fn a_pool_is_nobody_elses() {
    passes(
        "
instances:
  other-type: { type: m5.xlarge }
  other-zone: { type: m5.large, zone: us-east-1b }
  here: { type: m5.large }
steps:
  - capacity: { type: m5.large, zone: us-east-1a, available: 0 }
  - launch: other-type
  - launch: other-zone
  - launch: here
    fails: InsufficientInstanceCapacity
  - capacity: { type: m5.large, zone: us-east-1a, available: any }
  - capacity: { type: m5.large, zone: us-east-1a, market: spot, available: 0 }
  - launch: here
",
    );
}

// CASE-39
#[test]
fn case_39_quota() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-39-quota.yaml"
    ));
    let text = "You have requested more vCPU capacity than your current vCPU limit of 4 allows for the instance bucket \
                that the specified instance type belongs to. Please visit \
                http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.";
    assert_eq!(texts(&played), [text, text]);
    assert_eq!(
        played.refusals(),
        [
            "1h RunInstances c VcpuLimitExceeded",
            "3h StartInstances a VcpuLimitExceeded"
        ]
    );
}

/// QUOTA-VCPU, LIFE-START-QUOTA: each class of types has a quota of its own, which counts vCPUs; what is stopping doesn't
/// count any more, what is pending does.
#[test]
fn quotas_count_vcpus_by_class() {
    passes(
        "
account:
  vcpu-quota: { standard: 8, g: 4, p: 0, spot-standard: 0 }
instances:
  big: { type: m5.xlarge, count: 2 }
  one: { type: t3.micro }
  graphics: { type: g4dn.xlarge }
  more-graphics: { type: g5.xlarge }
  training: { type: p4d.24xlarge }
  memory: { type: x2gd.medium }
steps:
  - launch: graphics
  - launch: more-graphics
    fails: VcpuLimitExceeded
  - launch: training
    fails: VcpuLimitExceeded
  - launch: memory
  - launch: big
  - launch: one
    fails: VcpuLimitExceeded
  - wait-until: { big: running }
  - stop: big-1
  - launch: one
  - wait-until: { big-1: stopped }
  - start: big-1
    fails: VcpuLimitExceeded
  - modify: { instance: big-1, type: m5.large }
  - start: big-1
  - start: [big-1, big-2]
",
    );
}

/// REQ-CHECK-ORDER: the quota comes before the pool.
#[test]
fn a_quota_answers_before_a_pool() {
    passes(
        "
account: { vcpu-quota: 1 }
instances: { web: { type: m5.large } }
steps:
  - capacity: { type: m5.large, zone: us-east-1a, available: 0 }
  - launch: web
    fails: VcpuLimitExceeded
",
    );
}

/// EIP-LIMIT: the quota may be another than five.
#[test]
fn the_quota_of_addresses_can_be_set() {
    passes(
        "
account: { eip-quota: 1 }
addresses: { one: ~ }
steps:
  - allocate-address: two
    fails: AddressLimitExceeded
  - release-address: one
  - allocate-address: two
",
    );
}

#[test]
fn what_an_account_has_bought_is_read_with_its_mistakes() {
    let found = mistakes(
        "
account:
  vcpu-quota: { standart: 4, g: many }
  created: 2025-01-40
  free-tier: maybe
  reserved-instances:
    - { type: m5.lage, term: 2y, payment: no-upfront }
    - { type: m5.large, zone: us-east-1a, term: 3y, payment: all-upfront, from: 2026-01-01T00:00:00Z, upfront: $949, hourly: $0 }
  savings-plans:
    - { kind: ec2-instance, family: m55, region: us-east-1, term: 3y, payment: partial-upfront, rates: { m5.large: $0.05 } }
steps: []
",
    );
    for told in [
        "unknown key `standart` in `vcpu-quota`",
        "`many` is not a whole number",
        "`2025-01-40` is not a day or an instant",
        "`maybe` is not a free tier",
        "unknown instance type `m5.lage`",
        "`2y` is not a term",
        "unknown family of types `m55`",
        "a Savings Plan lacks `commitment`",
    ] {
        assert!(found.contains(told), "{told}\n{found}");
    }
    assert_eq!(found.matches("error[").count(), 8, "{found}");
}

// CASE-50
#[test]
fn case_50_the_eighth_of_a_spread_group() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/case-50-the-eighth-of-a-spread-group.yaml"
    ));
    assert_eq!(texts(&played), ["Insufficient capacity."; 2]);
}

/// PG-ONE, PG-CLUSTER, PG-PARTITION, PG-HARDWARE, PG-START, PG-MOVE, MOD-PLACEMENT.
#[test]
fn placement_groups_refuse_what_ec2_refuses() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/placement-groups.yaml"
    ));
    assert_eq!(
        texts(&played)[0],
        "The placement group 'tight' is in use in another availability zone: us-east-1a"
    );
    let document = played.json();
    let shard = &document["instances"]["shard-4"];
    assert_eq!(shard["tenancy"], "default");
    assert!(shard["placement_group"].is_string() || shard["placement_group"].is_null());
}

/// PG-SPREAD, TEN-VALUES: spread groups take no Dedicated Instances, and partition groups of theirs have two partitions.
#[test]
fn dedicated_instances_are_not_for_every_group() {
    passes(include_str!(
        "../../../scenarios/rulebook/dedicated-instances.yaml"
    ));
    // One that spreads over hosts has no limit in a zone.
    passes(
        "
placement-groups: { hosts: { strategy: spread, level: host } }
instances: { web: { type: m5.large, placement-group: hosts, count: 9 } }
steps:
  - launch: web
",
    );
}

#[test]
fn mistakes_about_placement_groups_are_told_at_their_place() {
    let found = mistakes(
        "
placement-groups:
  tight: clutser
  parts: { strategy: partition, partitions: 9 }
  flat: { strategy: cluster, level: rack }
  fine: { strategy: partition, partitions: 2 }
instances:
  fine: { type: m5.large }
  a: { type: m5.large, placement-group: tigth }
  b: { type: m5.large, placement-group: { group: fine, partition: 3 } }
  c: { type: m5.large, placement-group: { group: flat, partition: 1 } }
  d: { type: m5.large, placement-group: a }
steps:
  - launch: tight
  - capacity: { placement-group: parts, zone: us-east-1a, type: m5.large, available: 0 }
",
    );
    for told in [
        "`clutser` is not a strategy",
        "`9` is not a whole number from 1 to 7",
        "`level` doesn't go with this strategy",
        "the name `fine` is already used",
        "there is no placement group `tigth`",
        "this placement group has no partitions",
        "`a` is an instance",
        "`tight` is a placement group",
        "a placement group has no `type`",
    ] {
        assert!(found.contains(told), "{told}\n{found}");
    }
}

/// TEN-HOST-FULL, TEN-HOST-AFFINITY, TEN-VALUES: what hosts hold, who comes to which, and what the outputs say.
#[test]
fn dedicated_hosts_hold_as_many_vcpus_as_their_largest_size() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/dedicated-hosts.yaml"
    ));
    let document = played.json();
    let hosts = &document["dedicated_hosts"];
    assert_eq!(hosts["rack"]["vcpus"], 16);
    assert_eq!(hosts["new"]["state"], "released");
    assert_eq!(hosts["later"]["state"], "available");
    let id = hosts["rack"]["host_id"].as_str().unwrap();
    let occupied = format!("Dedicated host '{id}' cannot be released as it is occupied.");
    assert!(texts(&played).contains(&occupied), "{occupied}");
}

/// LIFE-START-HOST-UNLIMITED, TEN-CHANGE.
#[test]
fn t3_on_a_host_is_standard_and_stays_there() {
    passes(include_str!(
        "../../../scenarios/rulebook/t3-on-a-host.yaml"
    ));
}

/// `until` gives a host back, as soon as it is empty.
#[test]
fn a_host_goes_when_its_time_is_over_and_it_is_empty() {
    passes(
        "
account:
  dedicated-hosts:
    rack: { family: m5, zone: us-east-1a, until: 2h }
defaults: { type: m5.large, tenancy: host }
instances:
  a: {}
  b: {}
  c: { tenancy: default, host: rack }
steps:
  - launch: a
  - launch: c
    fails: InvalidParameterCombination
  - at: 3h
    launch: b
    note: It is occupied, so it is still there.
  - wait-until: { b: running }
  - terminate: [a, b]
  - wait-until: { a: terminated, b: terminated }
  - launch: b
    fails: IncompatibleHostRequirements
  - expect:
      rack: { used: 0, state: released }
",
    );
}

#[test]
fn mistakes_about_hosts_are_told_at_their_place() {
    let found = mistakes(
        "
account:
  dedicated-hosts:
    rack: { zone: us-east-1a }
    tower: { family: m55, auto-placement: maybe }
instances:
  a: { type: m5.large, host: rakc, affinity: often }
  b: { type: m5.large, host: a }
steps:
  - launch: b
  - release-host: later
  - allocate-host: { host: later, family: m5 }
  - expect: { b: { used: 1 }, rack: { size: 1GiB } }
",
    );
    for told in [
        "a Dedicated Host lacks `family`",
        "unknown family of types `m55`",
        "`maybe` is not a yes or no",
        "no host is called `rakc`",
        "`often` is not an affinity",
        "`a` is an instance",
        "no earlier step allocates `later`",
        "`used` can't be expected of an instance",
        "`size` can't be expected of a host",
    ] {
        assert!(found.contains(told), "{told}\n{found}");
    }
}

/// RECOV-DEDICATED-HOST
#[test]
fn a_failing_host_takes_all_that_are_on_it_along() {
    passes(include_str!(
        "../../../scenarios/rulebook/host-recovery.yaml"
    ));
}
