//! The worked examples of the billing rulebook that are about meters along an instance's life: data transfer, and what else
//! is counted besides time.

use ec2sim::{
    money::Usd,
    record::{Meter, Unit},
};

use crate::support::{Played, mistakes, passes, play};

/// Section 11.1, the rows of these meters: exact, as reports round it, as an invoice prints it.
const EXPECTED: &str = "
EX-25,2.4096000000,,2.41
EX-26,0.2533333333,,0.25
EX-27,0.0208333333,,0.02
EX-28,0.1004000000,,0.10
EX-29,0.0480000000,,0.05
EX-30,0.1536000000,,0.15
EX-31,0.0058000000,,0.01
EX-45,81.0000000000,,81.00
EX-46,1317.7000000000,,1317.70
EX-47,13886.2000000000,,13886.20
EX-48,1.0000000000,,1.00
";

/// Holds what a meter comes to against the row of an example: exactly, as reports round it, and printed.
pub(crate) fn is_example(example: &str, played: &Played, meters: &[Meter]) {
    let row = EXPECTED.lines().find(|row| row.starts_with(example));
    let row: Vec<&str> = row
        .unwrap_or_else(|| panic!("{example} has a row"))
        .split(',')
        .collect();
    let lines = || {
        let ledger = played.replay.bill().ledger().iter();
        ledger.filter(|line| meters.contains(&line.meter))
    };
    let exact: Usd = lines().map(|line| line.amount).sum();
    let reported: Usd = lines()
        .map(|line| Usd::from_price(line.reported().amount))
        .sum();
    assert_eq!(exact.to_string(), row[1], "{example}, exactly");
    let in_reports = if row[2].is_empty() { row[1] } else { row[2] };
    assert_eq!(
        reported.to_string(),
        in_reports,
        "{example}, in report mode"
    );
    assert_eq!(exact.to_fixed(2), row[3], "{example}, printed");
    let cost = played.replay.bill().cost();
    let in_sums: Usd = meters.iter().map(|meter| cost.of(*meter)).sum();
    assert_eq!(in_sums, exact, "{example}, in the sums");
}

/// Two instances in two zones that run all of June 2026.
fn june(steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
until: 2026-07-01T00:00:00Z
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
defaults: {{ type: m5.large, public-ipv4: none }}
instances: {{ web: {{ zone: us-east-1a }}, db: {{ zone: us-east-1b }} }}
steps:
  - launch: [web, db]
{steps}"
    ))
}

#[test]
fn ex_45_to_47_data_to_the_internet_is_free_first_and_then_gets_cheaper() {
    for (example, sent) in [
        ("EX-45", "1000GB"),
        ("EX-46", "15000GB"),
        ("EX-47", "200000GB"),
    ] {
        // At once, or bit by bit: it comes to the same.
        let at_once = june(&format!(
            "  - {{ at: 1d, transfer: {{ instance: web, amount: {sent} }} }}\n"
        ));
        is_example(example, &at_once, &[Meter::DataTransfer]);
        let half = sent.trim_end_matches("000GB").parse::<u64>().unwrap() * 500;
        let bit_by_bit = june(&format!(
            "
  - {{ at: 1d, transfer: {{ instance: web, to: internet, amount: {half}GB }} }}
  - {{ at: 2d, transfer: {{ instance: db, rate: {half}GB/d }} }}
  - {{ at: 3d, stop: db }}
expect: {{ cost: {{ data-transfer: ${} }} }}
",
            EXPECTED
                .lines()
                .find(|row| row.starts_with(example))
                .unwrap()
                .split(',')
                .nth(1)
                .unwrap()
        ));
        is_example(example, &bit_by_bit, &[Meter::DataTransfer]);
    }
}

#[test]
fn ex_48_between_zones_both_sides_are_charged() {
    let played = june(
        "
  - { at: 1d, transfer: { instance: web, to: zone, zone: us-east-1b, amount: 50GB } }
expect:
  web: { cost: { data-transfer: $1.00 } }
  db: { cost: { data-transfer: $0 } }
",
    );
    is_example("EX-48", &played, &[Meter::DataTransfer]);
    let ledger = played.replay.bill().ledger();
    let sent: Vec<_> = ledger
        .iter()
        .filter(|line| line.unit == Unit::Data)
        .collect();
    assert_eq!(sent.len(), 2);
    for line in sent {
        assert_eq!(Unit::Data.written(line.quantity.into()), "50");
        assert_eq!(line.unit_price.to_string(), "0.01");
    }
}

#[test]
fn within_a_zone_private_addresses_are_free_and_public_ones_are_not() {
    let played = june(
        "
  - { at: 1d, transfer: { instance: web, to: zone, zone: us-east-1a, amount: 50GB } }
  - { at: 2d, transfer: { instance: db, to: zone, zone: us-east-1b, amount: 50GB, over: public } }
expect:
  web: { cost: { data-transfer: $0 } }
  db: { cost: { data-transfer: $1.00 } }
",
    );
    assert_eq!(
        played
            .replay
            .bill()
            .cost()
            .of(Meter::DataTransfer)
            .to_fixed(2),
        "1.00"
    );
}

#[test]
fn another_region_is_charged_to_the_sender() {
    june(
        "
  - { at: 1d, transfer: { instance: web, to: region, region: us-east-2, amount: 1TB } }
  - { at: 1d, transfer: { instance: db, to: region, region: eu-west-1, amount: 1TB } }
expect:
  web: { cost: { data-transfer: $10.24 } }
  db: { cost: { data-transfer: $20.48 } }
",
    );
}

#[test]
fn the_allowance_is_the_month_s_and_the_account_s() {
    let played = passes(
        "
start: 2026-06-30T00:00:00Z
timings: { pending: 0s, stopping: 0s, shutting-down: 0s }
defaults: { type: m5.large, public-ipv4: none }
instances: { a: {}, b: {} }
steps:
  - launch: [a, b]
  - transfer: { instance: a, amount: 60GB }
  - transfer: { instance: b, rate: 10GB/h }
  - { at: 4h, expect: { cost: { data-transfer: $0 }, b: { cost: { data-transfer: $0 } } } }
  - { at: 5h, expect: { cost: { data-transfer: $0.90 }, b: { cost: { data-transfer: $0.90 } } } }
  - { at: 24h, expect: { cost: { data-transfer: $18.00 } } }
  # July has 100 GB of its own.
  - { at: 34h, expect: { cost: { data-transfer: $18.00 } } }
  - { at: 35h, stop: b }
  - { after: 1h, fails: Simulator.NotRunning, transfer: { instance: b, amount: 1GB } }
expect:
  a: { cost: { data-transfer: $0 } }
  b: { cost: { data-transfer: $18.90 } }
",
    );
    assert_eq!(
        played
            .replay
            .bill()
            .cost()
            .of(Meter::DataTransfer)
            .to_fixed(2),
        "18.90"
    );
}

#[test]
fn what_the_scenario_says_of_the_prices_of_data_holds() {
    passes(
        "
region: sa-east-1
timings: { pending: 0s, shutting-down: 0s }
prices:
  transfer-out: [ { price: $0.15 }, { from: 1TB, price: $0.10 } ]
  transfer-zone: $0.02
  transfer-region/us-east-1: $0.138
instances: { web: { type: m5.large, public-ipv4: none } }
steps:
  - launch: web
  - transfer: { instance: web, amount: 2TB }
  - expect: { web: { cost: { data-transfer: $246.00 } } }
  - transfer: { instance: web, to: region, region: us-east-1, amount: 100GB }
  - expect: { web: { cost: { data-transfer: $259.80 } } }
  - transfer: { instance: web, to: zone, zone: sa-east-1b, amount: 0.5GB }
expect: { web: { cost: { data-transfer: $259.82 } } }
",
    );
}

#[test]
fn what_can_not_be_sent_is_a_mistake_at_its_place() {
    let told = |transfer: &str, region: &str| {
        mistakes(&format!(
            "
region: {region}
instances: {{ web: {{ type: m5.large }} }}
steps:
  - launch: web
  - transfer: {{ instance: web, {transfer} }}
"
        ))
    };
    for (transfer, region, part) in [
        ("amount: -1GB", "us-east-1", "6:40: error[E0304]"),
        ("amount: 1gb", "us-east-1", "6:40: error[E0304]"),
        ("rate: 1GB", "us-east-1", "6:38: error[E0304]"),
        (
            "amount: 1GB, rate: 1GB/h",
            "us-east-1",
            "6:45: error[E0204]",
        ),
        ("to: zone, amount: 1GB", "us-east-1", "6:5: error[E0202]"),
        ("to: region, amount: 1GB", "us-east-1", "6:5: error[E0202]"),
        (
            "to: region, region: us-east-1, amount: 1GB",
            "us-east-1",
            "6:52: error[E0503]",
        ),
        (
            "region: eu-west-1, amount: 1GB",
            "us-east-1",
            "6:32: error[E0204]",
        ),
        ("amount: 1GB", "sa-east-1", "6:5: error[E0502]"),
        (
            "to: region, region: sa-east-1, amount: 1GB",
            "us-east-1",
            "6:5: error[E0502]",
        ),
    ] {
        let told = told(transfer, region);
        assert!(told.contains(part), "{transfer}:\n{told}");
    }
}

#[test]
fn the_bill_says_what_it_does_not_count() {
    let quiet = play(
        "
instances: { web: { type: m5.large } }
steps: [ { launch: web } ]
",
    );
    assert!(quiet.replay.bill().not_counted().contains(&"data transfer"));
    let sent = june("  - transfer: { instance: web, amount: 1GB }\n");
    assert!(!sent.replay.bill().not_counted().contains(&"data transfer"));
}
