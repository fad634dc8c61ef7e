//! "Failing launches and starts": capacity.

use crate::support::{Played, passes};

/// The texts of the refusals, in order.
fn texts(played: &Played) -> Vec<String> {
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
