//! What has to hold of every bill of an account that has bought something, whatever it has bought and whatever it runs
//! (`docs/decisions/0010`).

use std::{collections::BTreeMap, fmt::Write as _};

use ec2sim::{
    billing::{Biller, LedgerLine, Share},
    money::Usd,
    record::{Meter, Resource},
};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::support::passes;

/// An instance: its type, its zone, whether it is dedicated; then how long after what comes before it is started, and how long
/// it runs, several times, in minutes.
type Life = (usize, usize, bool, Vec<(u64, u64)>);

const TYPES: [&str; 4] = ["m5.large", "m5.xlarge", "m5.2xlarge", "c5.large"];
const ZONES: [&str; 2] = ["us-east-1a", "us-east-1b"];

fn life() -> impl Strategy<Value = Life> {
    let runs = prop::collection::vec((0_u64..100, 1_u64..150), 1..4);
    (
        0..TYPES.len(),
        0..ZONES.len(),
        prop::bool::weighted(0.2),
        runs,
    )
}

/// Reserved Instances in the language.
fn reserved() -> impl Strategy<Value = String> {
    let terms = (
        prop::sample::select(vec!["1y", "3y"]),
        prop::sample::select(vec!["no-upfront", "partial-upfront", "all-upfront"]),
        prop::sample::select(vec!["standard", "convertible"]),
    );
    let of = (0..TYPES.len(), 1_u64..4, prop::option::of(0..ZONES.len()));
    (of, terms, prop::bool::weighted(0.2), 0_u64..300).prop_map(
        |((of, count, zone), (term, payment, class), dedicated, from)| {
            let mut text = format!(
                "{{ type: {}, count: {count}, term: {term}, payment: {payment}, class: {class}, from: {from}m",
                TYPES[of]
            );
            if let Some(zone) = zone {
                let _ = write!(text, ", zone: {}", ZONES[zone]);
            }
            if dedicated {
                text.push_str(", tenancy: dedicated");
            }
            text + " }"
        },
    )
}

/// A Savings Plan in the language; one that is paid by the hour, so that hours can be held against fees.
fn plan() -> impl Strategy<Value = String> {
    (prop::bool::ANY, 1_u64..40, 0_u64..300).prop_map(|(is_compute, cents, from)| {
        let kind = if is_compute { "compute" } else { "ec2-instance, family: m5" };
        let (dollars, cents) = (cents / 100, cents % 100);
        format!(
            "{{ kind: {kind}, commitment: ${dollars}.{cents:02}, term: 1y, payment: no-upfront, from: {from}m }}"
        )
    })
}

/// A scenario of these lives, in an account that has bought this.
fn text(lives: &[Life], reserved: &[String], plans: &[String], slots: Option<u64>) -> String {
    let mut account = String::new();
    for (key, bought) in [("reserved-instances", reserved), ("savings-plans", plans)] {
        if !bought.is_empty() {
            let _ = writeln!(account, "  {key}: [ {} ]", bought.join(", "));
        }
    }
    if let Some(count) = slots {
        let _ = writeln!(
            account,
            "  capacity-reservations: {{ odcr: {{ type: m5.large, zone: us-east-1a, count: {count} }} }}"
        );
    }
    if account.is_empty() {
        account.push_str("  free-tier: no\n");
    }
    let (mut instances, mut scripts) = (String::new(), String::new());
    for (number, (of, zone, dedicated, runs)) in lives.iter().enumerate() {
        let tenancy = if *dedicated { "dedicated" } else { "default" };
        let _ = writeln!(
            instances,
            "  i{number}: {{ type: {}, zone: {}, tenancy: {tenancy} }}",
            TYPES[*of], ZONES[*zone]
        );
        let mut at = 0;
        for (turn, (after, lasts)) in runs.iter().enumerate() {
            let verb = if turn == 0 { "launch" } else { "start" };
            at += after;
            let _ = writeln!(scripts, "{at} {verb} i{number}");
            at += lasts;
            let _ = writeln!(scripts, "{at} stop i{number}");
        }
    }
    let mut steps: Vec<(u64, &str)> = scripts
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(at, does)| (at.parse().unwrap(), does))
        .collect();
    steps.sort_by_key(|(at, _)| *at);
    let mut script = String::new();
    for (at, does) in steps {
        let (verb, name) = does.split_once(' ').unwrap();
        let _ = writeln!(script, "  - {{ at: {at}m, {verb}: {name} }}");
    }
    format!(
        "start: 2026-06-01T10:17:23Z
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
account:
{account}defaults: {{ public-ipv4: none }}
instances:
{instances}steps:
{script}until: 24h
"
    )
}

/// What usage and unused slots come to, by what they are of, as `amount` tells it.
fn by_resource(
    bill: &Biller,
    amount: impl Fn(&LedgerLine) -> Usd,
) -> BTreeMap<Option<Resource>, Usd> {
    let mut sums = BTreeMap::new();
    for line in bill.ledger() {
        if matches!(line.meter, Meter::Usage | Meter::Reservations) {
            *sums.entry(line.resource).or_insert(Usd::ZERO) += amount(line);
        }
    }
    sums
}

fn of(bill: &Biller, meters: &[Meter]) -> Usd {
    meters.iter().map(|&meter| bill.cost().of(meter)).sum()
}

/// Whether two amounts are one but for what is lost in rounding parts.
fn is_close(one: Usd, other: Usd) -> bool {
    (one - other).to_fixed(9).trim_start_matches('-') == "0.000000000"
}

fn holds(lives: &[Life], reserved: &[String], plans: &[String], slots: Option<u64>) {
    let plain = passes(&text(lives, &[], &[], slots));
    let plain = plain.replay.bill();
    let written = text(lives, reserved, plans, slots);
    let played = passes(&written);
    let bill = played.replay.bill();
    let cost = bill.cost();

    let lines = || bill.ledger().iter();
    let total: Usd = lines().map(|line| line.amount).sum();
    assert_eq!(
        total,
        cost.total(),
        "the ledger comes to the total\n{written}"
    );
    for line in lines() {
        assert!(line.amount >= Usd::ZERO, "{line:?}\n{written}");
        assert!(line.effective_amount() >= Usd::ZERO, "{line:?}\n{written}");
        let share = line.applied.map(|applied| applied.share);
        if matches!(share, Some(Share::Full | Share::Part | Share::Unused)) {
            assert!(line.amount.is_zero(), "{line:?}\n{written}");
        }
    }

    // Commitments change what is paid and not what is used, and they make nothing dearer.
    let (listed, used) = (
        by_resource(bill, LedgerLine::list_amount),
        by_resource(plain, |line| line.amount),
    );
    let billed = by_resource(bill, |line| line.amount);
    for (resource, used) in &used {
        let listed = listed.get(resource).copied().unwrap_or_default();
        assert!(
            is_close(listed, *used),
            "{resource:?}: {listed} {used}\n{written}"
        );
        let billed = billed.get(resource).copied().unwrap_or_default();
        assert!(billed <= *used, "{resource:?}: {billed} {used}\n{written}");
    }
    for &meter in Meter::ALL {
        if !matches!(
            meter,
            Meter::Usage | Meter::Reservations | Meter::Commitments
        ) {
            assert_eq!(
                cost.of(meter),
                plain.cost().of(meter),
                "{meter:?}\n{written}"
            );
        }
    }
    let rates = of(plain, &[Meter::Usage, Meter::Reservations]);
    let paid = of(
        bill,
        &[Meter::Usage, Meter::Reservations, Meter::Commitments],
    );
    assert!(is_close(bill.savings(), rates - paid), "{written}");

    // What is paid by the hour is covered or unused, hour by hour.
    let mut purchases: BTreeMap<String, (Usd, Usd)> = BTreeMap::new();
    for line in lines() {
        if let Some(purchase) = line.commitment() {
            let (fees, effective) = purchases.entry(purchase.to_string()).or_default();
            *fees += line.amount;
            *effective += line.effective_amount();
        }
    }
    for (name, (fees, effective)) in &purchases {
        if name.starts_with("plan-") {
            assert!(
                is_close(*fees, *effective),
                "{name}: {fees} {effective}\n{written}"
            );
        }
    }

    // One plan more, after all others, leaves no more to pay On-Demand.
    let mut more = plans.to_vec();
    more.push("{ kind: compute, commitment: $0.05, term: 1y, payment: no-upfront }".to_owned());
    let more = passes(&text(lives, reserved, &more, slots));
    let left = [Meter::Usage, Meter::Reservations];
    assert!(
        of(more.replay.bill(), &left) <= of(bill, &left),
        "{written}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(2_026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_was_bought_the_bill_adds_up(
        lives in prop::collection::vec(life(), 1..5),
        reserved in prop::collection::vec(reserved(), 0..3),
        plans in prop::collection::vec(plan(), 0..3),
        slots in prop::option::of(1_u64..3),
    ) {
        holds(&lives, &reserved, &plans, slots);
    }
}
