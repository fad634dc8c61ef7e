//! Reserved Instances and Savings Plans: the worked examples of the billing rulebook, and what they leave open.

use ec2sim::{
    billing::{LedgerLine, reserved_price},
    catalog::{RegionId, TypeId},
    money::Usd,
    record::{Meter, Payment, ReservedClass, Term},
};

use crate::support::{Played, passes};

/// Instances that have neither address nor volume, in states that take no time, from the beginning of June 2026 on.
fn june(account: &str, instances: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T10:00:00Z
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
prices: {{ gp3: $0 }}
account: {{ {account} }}
defaults: {{ type: m5.large, public-ipv4: none }}
instances: {{ {instances} }}
steps:
{steps}"
    ))
}

const NO_UPFRONT: &str =
    "reserved-instances: [ { type: m5.large, term: 1y, payment: no-upfront } ]";
const PLAN: &str = "savings-plans: [ { kind: ec2-instance, family: m5, commitment: $0.10, term: 1y, payment: no-upfront } ]";

/// What a replay came to, exactly and as reports round it, against the row of an example.
fn is_example(example: &str, played: &Played, exact: &str) {
    let bill = played.replay.bill();
    assert_eq!(bill.cost().total().to_string(), exact, "{example}, exactly");
    let lines = bill.ledger().iter();
    let reported: Usd = lines
        .map(|line| Usd::from_price(line.reported().amount))
        .sum();
    let difference = (bill.cost().total() - reported).to_fixed(4);
    assert_eq!(difference, "0.0000", "{example}, in report mode");
    let total: Usd = bill.ledger().iter().map(|line| line.amount).sum();
    assert_eq!(
        total,
        bill.cost().total(),
        "{example}: the ledger comes to the total"
    );
}

/// The lines of a meter: what covers them, how much that is, what is billed, and what it costs in effect.
fn lines(played: &Played, meter: Meter) -> Vec<String> {
    let ledger = played.replay.bill().ledger().iter();
    let told = |line: &LedgerLine| {
        let by = line
            .commitment()
            .map_or_else(|| "-".to_owned(), |one| one.to_string());
        let covered = line.covered().unwrap_or("-");
        let (quantity, billed, effective) = (
            line.exact_quantity(),
            line.amount.to_fixed(6),
            line.effective_amount().to_fixed(6),
        );
        format!("{by} {covered} {quantity} {billed} {effective}")
    };
    ledger
        .filter(|line| line.meter == meter)
        .map(told)
        .collect()
}

#[test]
fn ex_32_one_hour_shared_by_several() {
    let steps = "
  - launch: [ a, b, c, d ]
  - { at: 15m, terminate: [ a, b, c, d ] }
  - expect: { cost: { usage: $0, commitments: $0.06, savings: $0.036 } }
";
    let played = june(NO_UPFRONT, "a: {}, b: {}, c: {}, d: {}", steps);
    is_example("EX-32", &played, "0.0600000000");
    assert_eq!(
        lines(&played, Meter::Usage),
        vec!["ri-1 full 900 0.000000 0.015000"; 4]
    );
    assert_eq!(
        lines(&played, Meter::Commitments),
        ["ri-1 - 1 0.060000 0.000000"]
    );
}

#[test]
fn ex_33_four_at_once() {
    let steps = "
  - launch: [ a, b, c, d ]
  - { at: 1h, terminate: [ a, b, c, d ] }
";
    let played = june(NO_UPFRONT, "a: {}, b: {}, c: {}, d: {}", steps);
    is_example("EX-33", &played, "0.3480000000");
}

#[test]
fn ex_34_a_reserved_instance_smaller_than_the_instance() {
    let steps = "
  - launch: a
  - { at: 1h, terminate: a }
";
    let played = june(NO_UPFRONT, "a: { type: m5.xlarge }", steps);
    is_example("EX-34", &played, "0.1560000000");
    assert_eq!(
        lines(&played, Meter::Usage),
        [
            "ri-1 part 1800 0.000000 0.060000",
            "- - 1800 0.096000 0.096000"
        ]
    );
}

#[test]
fn ex_35_the_smallest_first() {
    let reserved = "reserved-instances: [ { type: m5.2xlarge, term: 1y, payment: no-upfront, hourly: $0.24 } ]";
    let instances = "a: { type: m5.xlarge }, b: {}, c: { type: m5.xlarge }, d: {}";
    let steps = "
  - launch: [ a, b, c, d ]
  - { at: 1h, terminate: [ a, b, c, d ] }
  - expect: { c: { cost: $0.192 }, a: { cost: $0 }, b: { cost: $0 }, d: { cost: $0 } }
";
    let played = june(reserved, instances, steps);
    is_example("EX-35", &played, "0.4320000000");
}

#[test]
fn ex_36_a_reserved_instance_of_a_stopped_instance() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
until: 30d
timings: { pending: 0s, stopping: 0s }
prices: { gp3: $0 }
account: { reserved-instances: [ { type: m5.large, term: 1y, payment: no-upfront } ] }
instances: { web: { type: m5.large, public-ipv4: none } }
steps:
  - launch: web
  - { after: 0s, stop: web }
",
    );
    // The run of no length is covered.
    is_example("EX-36", &played, "43.2000000000");
    let told = lines(&played, Meter::Commitments);
    assert_eq!(told.last().unwrap(), "ri-1 - 720 43.200000 0.000000");
    let ledger = played.replay.bill().ledger().iter();
    let effective: Usd = ledger.map(LedgerLine::effective_amount).sum();
    assert_eq!(effective.to_string(), "43.2000000000");
}

#[test]
fn ex_37_part_of_a_clock_hour() {
    let steps = "
  - launch: [ a, b ]
  - { at: 45m, terminate: [ a, b ] }
  - expect: { a: { cost: $0 }, b: { cost: $0.048 } }
";
    let played = june(NO_UPFRONT, "a: {}, b: {}", steps);
    is_example("EX-37", &played, "0.1080000000");
}

#[test]
fn ex_38_what_is_paid_at_once_is_spread_over_the_term() {
    let reserved = "reserved-instances: [ { type: m5.large, term: 1y, payment: all-upfront } ]";
    let steps = "
  - launch: a
  - { at: 1h, terminate: a }
";
    let played = june(reserved, "a: {}", steps);
    let told = played
        .replay
        .bill()
        .ledger()
        .iter()
        .find(|line| line.meter == Meter::Usage);
    let told = told.unwrap();
    assert_eq!(told.effective_amount().to_string(), "0.0563926941", "EX-38");
    assert_eq!(told.list_amount().to_string(), "0.0960000000");
    assert_eq!(
        played
            .replay
            .bill()
            .cost()
            .of(Meter::Commitments)
            .to_string(),
        "494.0000000000"
    );
}

#[test]
fn ex_43_a_savings_plan_that_is_used_up() {
    let steps = "
  - launch: [ a, b ]
  - { at: 1h, terminate: [ a, b ] }
";
    let played = june(PLAN, "a: {}, b: {}", steps);
    is_example("EX-43", &played, "0.1320000000");
    assert_eq!(
        lines(&played, Meter::Usage),
        [
            "plan-1 full 3600 0.000000 0.060000",
            "plan-1 part 2400 0.000000 0.040000",
            "- - 1200 0.032000 0.032000",
        ]
    );
}

#[test]
fn ex_44_a_savings_plan_that_isnt_used() {
    let steps = "
  - launch: a
  - { at: 15m, terminate: a }
  - { at: 1h, expect: { cost: { savings: -$0.076 } } }
";
    let played = june(PLAN, "a: {}", steps);
    is_example("EX-44", &played, "0.1000000000");
    assert_eq!(
        lines(&played, Meter::Commitments),
        [
            "plan-1 - 3060 0.000000 0.085000",
            "plan-1 - 1 0.100000 0.000000"
        ]
    );
}

#[test]
fn zonal_regional_ec2_instance_compute() {
    let account = "
  reserved-instances: [
    { type: m5.large, term: 1y, payment: no-upfront },
    { type: m5.large, zone: us-east-1b, term: 1y, payment: no-upfront } ],
  savings-plans: [
    { kind: compute, commitment: $0.071, term: 1y, payment: no-upfront, rates: { c5.large: $0.06 } },
    { kind: ec2-instance, family: m5, region: us-east-1, commitment: $0.06, term: 1y, payment: no-upfront } ]";
    let instances = "a: { zone: us-east-1b }, b: {}, c: {}, d: {}, e: { type: c5.large }, f: { tenancy: dedicated }";
    let steps = "
  - launch: [ a, b, c, d, e ]
  - { at: 1h, terminate: [ a, b, c, d, e ] }
";
    let played = june(account, instances, steps);
    let told = lines(&played, Meter::Usage);
    let by: Vec<&str> = told
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    // c5.large saves 29 %, m5.large 26 %: what is left of the Compute plan after it is a part of an hour of m5.large.
    assert_eq!(by, ["ri-2", "ri-1", "plan-2", "plan-1", "-", "plan-1"]);
}

#[test]
fn costs_on_the_way_are_told_at_list_price_and_judged_as_if_the_file_ended() {
    let steps = "
  - launch: a
  - { at: 90m, expect: { cost: { usage: $0, commitments: $0.12, total: $0.12 }, a: { cost: $0 } } }
  - { at: 90m, stop: a }
";
    let played = june(NO_UPFRONT, "a: {}", steps);
    let json = serde_json::to_value(ec2sim::report::Document::new(&played.replay)).unwrap();
    let events = json["events"].as_array().unwrap();
    let stopping = events
        .iter()
        .find(|event| event["to"] == "stopping")
        .unwrap();
    assert_eq!(stopping["cost"]["total"], "0.1440000000");
    assert_eq!(json["cost"]["account"]["commitments"], "0.1200000000");
    assert_eq!(json["cost"]["savings"], "0.0240000000");
    let lines = json["ledger"].as_array().unwrap();
    let line = lines
        .iter()
        .find(|line| line["meter"] == "commitments")
        .unwrap();
    assert_eq!(line["resource"], "ri-1");
    assert_eq!(line["commitment"], "ri-1");
}

#[test]
fn an_account_that_bought_nothing_that_fits_pays_what_it_pays_today() {
    let steps = "
  - launch: [ a, b ]
  - { at: 100m, stop: a }
  - { at: 5h, start: a }
  - { at: 400m, terminate: [ a, b ] }
";
    let instances = "a: { type: t3.micro }, b: { platform: suse }";
    let plain = june("eip-quota: 5", instances, steps);
    let other = "reserved-instances: [ { type: c5.xlarge, term: 1y, payment: all-upfront, upfront: $0, hourly: $0 } ]";
    let bought = june(other, instances, steps);
    assert_eq!(plain.replay.bill().cost(), bought.replay.bill().cost());
}

#[test]
fn a_term_that_has_begun_before_costs_from_the_start_and_one_that_ends_covers_no_more() {
    let steps = "
  - launch: a
  - { at: 3h, terminate: a }
  - expect: { cost: { usage: $0.096, commitments: $0.00 } }
";
    let reserved = "reserved-instances: [ { type: m5.large, term: 1y, payment: all-upfront, from: 2025-06-01T11:30:00Z } ]";
    june(reserved, "a: {}", steps);
}

#[test]
fn reserved_prices_are_published_listed_or_derived() {
    let of = |region: &str, name: &str, terms| {
        let (region, of) = (RegionId::find(region).unwrap(), TypeId::find(name).unwrap());
        let price = reserved_price(region, of, terms).unwrap();
        format!("{} {} {}", price.upfront, price.hourly, price.source)
    };
    let standard = |payment| (Term::OneYear, ReservedClass::Standard, payment);
    let convertible = (
        Term::ThreeYears,
        ReservedClass::Convertible,
        Payment::Partial,
    );
    assert_eq!(
        of("us-east-1", "m5.large", convertible),
        "592 0.023 listed 2020-07"
    );
    assert_eq!(
        of("us-east-1", "m5.xlarge", standard(Payment::AllUpfront)),
        "989 0 listed 2025-01"
    );
    // 989 × 525.6 ÷ 494 ÷ 8760.
    assert_eq!(
        of("us-east-1", "m5.xlarge", standard(Payment::NoUpfront)),
        "0 0.1201214575 derived"
    );
    assert_eq!(
        of("us-east-1", "c5.large", standard(Payment::AllUpfront))
            .split(' ')
            .next_back(),
        Some("derived")
    );
}

#[test]
fn ex_52_a_capacity_reservation_is_charged_for_what_isnt_used() {
    let account = "capacity-reservations: { odcr: { type: m4.large, until: 5h } }";
    let steps = "
  - { at: 1h, launch: a }
  - { at: 2h, expect: { odcr: { cost: $0.10 }, cost: { reservations: $0.10, usage: $0.10 } } }
  - { at: 6h, terminate: a }
";
    let played = june(account, "a: { type: m4.large }", steps);
    is_example("EX-52", &played, "0.6000000000");
    let json = serde_json::to_value(ec2sim::report::Document::new(&played.replay)).unwrap();
    assert_eq!(
        json["cost"]["by_resource"]["odcr"]["reservations"],
        "0.1000000000"
    );
}

#[test]
fn ex_53_a_part_of_an_hour_of_a_capacity_reservation() {
    let account = "capacity-reservations: { odcr: { type: m5.large, until: 24h15m } }";
    let played = june(
        account,
        "a: {}",
        "  - { at: 25h, expect: { odcr: { state: expired } } }\n",
    );
    is_example("EX-53", &played, "2.3280000000");
}

#[test]
fn unused_slots_are_covered_after_instances() {
    let account = "
  capacity-reservations: { odcr: { type: m5.large, count: 2, until: 1h } },
  reserved-instances: [ { type: m5.large, count: 2, term: 1y, payment: no-upfront } ]";
    let steps = "
  - launch: [ a, b ]
  - { at: 30m, terminate: b }
  - { at: 1h, terminate: a }
";
    let instances =
        "a: { type: m5.large, capacity-reservation: odcr }, b: { capacity-reservation: none }";
    let played = june(account, instances, steps);
    // a for an hour, b for half of one, and half an hour of the slot that is unused; the other half isn't covered.
    let cost = played.replay.bill().cost();
    assert_eq!(cost.of(Meter::Usage).to_string(), "0.0000000000");
    assert_eq!(cost.of(Meter::Reservations).to_string(), "0.0480000000");
}

#[test]
fn what_is_bought_for_a_family_that_is_not_there_is_warned_of() {
    let warnings = |of: &str, more: &str| {
        let text = format!(
            "account:\n  reserved-instances: [{{ type: m5.large, term: 1y, payment: no-upfront }}]\n  savings-plans: [{{ kind: ec2-instance, family: c5, commitment: $0.10, term: 1y, payment: no-upfront }}]\ninstances: {{ web: {{ type: {of} }} }}\nsteps:\n  - launch: web\n{more}"
        );
        let replay = ec2sim::replay(&ec2sim::Scenario::from_text("bought.yaml", &text).unwrap());
        assert!(replay.passed());
        let records = replay.records();
        let notices = records.iter().filter_map(|record| match record.kind {
            ec2sim::record::RecordKind::Notice(notice) => Some(notice.message.to_string()),
            _ => None,
        });
        let covers = notices.filter(|message| message.contains("covers nothing"));
        covers.collect::<Vec<_>>()
    };
    assert_eq!(
        warnings("t3.micro", ""),
        [
            "ri-1 covers nothing: no instance of the file is of the family m5",
            "plan-1 covers nothing: no instance of the file is of the family c5",
        ]
    );
    assert_eq!(warnings("m5.xlarge", "").len(), 1);
    let becomes =
        "  - { at: 1h, stop: web }\n  - { at: 2h, modify: { instance: web, type: c5.large } }\n";
    assert_eq!(warnings("m5.xlarge", becomes).len(), 0);
}

#[test]
fn a_slot_that_is_taken_at_once_has_no_line_of_no_time() {
    let replay = ec2sim::replay(
        &ec2sim::Scenario::from_text(
            "odcr.yaml",
            "account: { capacity-reservations: { odcr: { type: m5.large, zone: us-east-1a, count: 1 } } }\ninstances: { web: { type: m5.large, zone: us-east-1a } }\ntimings: { pending: 0s }\nsteps: [{ launch: web }]\nuntil: 1h\n",
        )
        .unwrap(),
    );
    let sums: Vec<_> = replay.bill().sums().map(|sum| sum.meter).collect();
    assert!(!sums.contains(&Meter::Reservations), "{sums:?}");
}
