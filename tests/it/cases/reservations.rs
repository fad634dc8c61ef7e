//! Capacity Reservations (lifecycle rulebook, section 8.4).

use crate::support::{mistakes, passes};

use super::placement::texts;

/// CAP-RESERVATION: what matches comes into one by itself, and what names one into that one.
#[test]
fn whoever_matches_comes_into_a_reservation() {
    let played = passes(include_str!(
        "../../../scenarios/rulebook/capacity-reservations.yaml"
    ));
    let document = played.json();
    let all = &document["capacity_reservations"];
    assert_eq!(all["open"]["count"], 2);
    assert_eq!(all["open"]["used"], 0);
    assert_eq!(all["open"]["match"], "open");
    assert_eq!(all["later"]["state"], "expired");
    assert_eq!(all["more"]["state"], "cancelled");
    let id = all["kept"]["capacity_reservation_id"].as_str().unwrap();
    let full = format!("The Capacity Reservation '{id}' does not have sufficient capacity.");
    assert!(texts(&played).contains(&full), "{full}");
    let events = document["events"].as_array().unwrap();
    let slots: Vec<(&str, &str, u64)> = events
        .iter()
        .filter(|event| event["kind"] == "reservation" && event["resource"] == "open")
        .map(|event| {
            let said = |key: &str| event[key].as_str().unwrap_or_default();
            (
                said("event"),
                said("instance"),
                event["used"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        slots[..5],
        [
            ("begun", "", 0),
            ("slot-taken", "first", 1),
            ("slot-taken", "second", 2),
            ("slot-given-back", "first", 1),
            ("slot-taken", "third", 2),
        ]
    );
}

/// HIB-RESERVATION
#[test]
fn a_reservation_keeps_nothing_for_who_is_hibernated() {
    passes(include_str!(
        "../../../scenarios/rulebook/hibernated-in-a-reservation.yaml"
    ));
}

/// CAP-RESERVATION
#[test]
fn a_reservation_without_capacity_fails() {
    passes(include_str!(
        "../../../scenarios/rulebook/a-reservation-for-which-there-is-no-capacity.yaml"
    ));
}

/// Slots that come free, and those of a reservation that begins, go to who runs outside, in the order of launch.
#[test]
fn free_slots_go_to_who_was_launched_first() {
    passes(
        "
defaults: { type: m5.large, zone: us-east-1a }
instances:
  a: {}
  b: {}
  c: {}
  spot: { market: spot }
  other: { capacity-reservation: none }
steps:
  - launch: [b, a, c, spot, other]
  - wait-until: { a: running, c: running }
  - capacity: { type: m5.large, zone: us-east-1a, available: 2 }
  - create-capacity-reservation: { reservation: odcr, type: m5.large, zone: us-east-1a, count: 2 }
  - note: Two places went into it, and two instances have left theirs to the pool.
  - expect: { odcr: { used: 2 } }
  - stop: b
  - wait-until: { b: stopped }
  - note: c has taken over, and its place is the pool's.
  - expect: { odcr: { used: 2 } }
  - capacity: { type: m5.large, zone: us-east-1a, available: 0 }
  - start: b
    fails: InsufficientInstanceCapacity
  - stop: other
  - wait-until: { other: stopped }
  - start: b
  - wait-until: { b: running }
  - terminate: [a, c]
  - wait-until: { a: terminated, c: terminated }
  - expect: { odcr: { used: 1 } }
  - start: other
  - terminate: [b, other]
",
    );
}

/// With its tenancy, and never on Spot or on a Dedicated Host.
#[test]
fn tenancy_has_to_match_and_no_host_or_spot_request_does() {
    passes(
        "
account:
  capacity-reservations:
    shared: { type: m5.large, zone: us-east-1a, count: 5 }
    own: { type: m5.large, zone: us-east-1a, count: 5, tenancy: dedicated }
  dedicated-hosts:
    rack: { family: m5, zone: us-east-1a }
defaults: { type: m5.large, zone: us-east-1a }
instances:
  a: { tenancy: dedicated, count: 2 }
  b: { host: rack }
  c: { host: rack, capacity-reservation: shared }
  d: { market: spot, capacity-reservation: shared }
  e: { market: spot }
  f: { capacity-reservation: own }
steps:
  - launch: [a, b, e]
  - expect: { own: { used: 2 }, shared: { used: 0 } }
  - launch: c
    fails: InvalidParameterValue
  - launch: d
    fails: InvalidParameterValue
  - launch: f
    fails: { code: InvalidParameterValue, message: \"The Capacity Reservation '{own}' does not match the instance.\" }
",
    );
}

#[test]
fn mistakes_about_reservations_are_told_at_their_place() {
    let found = mistakes(
        "
account:
  capacity-reservations:
    odcr: { zone: us-east-1a }
    short: { type: m5.large, from: 2h, until: 1h }
    none-of: { type: m5.large, count: 0, match: closed, tenancy: host }
instances:
  a: { type: m5.large, capacity-reservation: ocdr }
  b: { type: m5.large, capacity-reservation: a }
steps:
  - launch: b
  - cancel-capacity-reservation: later
  - create-capacity-reservation: { reservation: later, type: m5.large }
  - create-capacity-reservation: { reservation: later, type: m5.large }
  - expect: { odcr: { size: 1GiB, state: released } }
",
    );
    for told in [
        "a Capacity Reservation lacks `type`",
        "a Capacity Reservation ends after it has begun",
        "`0` is not a whole number of at least 1",
        "`closed` is not a way to match",
        "`host` is not a tenancy",
        "no reservation is called `ocdr`",
        "`a` is an instance",
        "no earlier step creates `later`",
        "this already exists",
        "`size` can't be expected of a reservation",
        "`released` is not a state",
    ] {
        assert!(found.contains(told), "{told}\n{found}");
    }
}
