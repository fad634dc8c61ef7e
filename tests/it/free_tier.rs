//! Free tiers: what an account gets for nothing, and for how long.

use ec2sim::{
    billing::LedgerLine,
    money::Usd,
    record::Meter,
    report::{Focus, Rounding},
};

use crate::support::{Played, passes};

/// Instances that have neither address nor volume, in states that take no time.
fn played(start: &str, rest: &str) -> Played {
    passes(&format!(
        "
start: {start}
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
defaults: {{ type: t2.micro, public-ipv4: none, root: 8GiB gp3 }}
{rest}"
    ))
}

fn of(played: &Played, meter: Meter) -> String {
    played.replay.bill().cost().of(meter).to_string()
}

/// What a replay came to, in every way of counting it.
fn comes_to(played: &Played, exact: &str, printed: &str) {
    let bill = played.replay.bill();
    assert_eq!(bill.cost().total().to_string(), exact, "exactly");
    let lines = || bill.ledger().iter();
    let all: Usd = lines().map(|line| line.amount).sum();
    assert_eq!(all, bill.cost().total(), "the ledger comes to the total");
    let reported: Usd = lines().map(|line| Rounding::Report.amount(line)).sum();
    let off = (all - reported).to_fixed(4);
    assert_eq!(off.trim_start_matches('-'), "0.0000", "in report mode");
    assert_eq!(all.to_fixed(2), printed, "printed");
    for rounding in [Rounding::Report, Rounding::Exact] {
        let mut sheet = Vec::new();
        let mut focus = Focus::new(&mut sheet, rounding).unwrap();
        let written = focus.write(&played.replay);
        written.expect("the invariants of FOCUS hold");
    }
}

const LEGACY: &str = "account: { created: 2025-01-10, free-tier: legacy }";

#[test]
fn ex_51_the_legacy_free_tier() {
    let two = |more: &str, steps: &str| {
        let instances = format!("instances: {{ a: {{ {more} }}, b: {{}} }}");
        let prices = "prices: { gp3: $0 }";
        played(
            "2025-06-01T00:00:00Z",
            &format!("{LEGACY}\n{instances}\n{prices}\nsteps:\n{steps}"),
        )
    };
    let steps = "
  - launch: [ a, b ]
  - { at: 375h, expect: { cost: { usage: $0, savings: $8.70 }, a: { cost: { usage: $0 } } } }
  - { at: 400h, expect: { cost: { usage: $0.58 }, a: { cost: { usage: $0.29 } } } }
  - terminate: [ a, b ]
  - expect: { cost: { usage: $0.58, savings: $8.70, total: $0.58 } }
";
    let both = two("", steps);
    comes_to(&both, "0.5800000000", "0.58");
    let usage = both.replay.bill().ledger().iter();
    let usage: Vec<String> = usage
        .filter(|line| line.meter == Meter::Usage)
        .map(|line: &LedgerLine| {
            let covered = line.covered().unwrap_or("-");
            format!("{covered} {} {}", line.exact_quantity(), line.amount)
        })
        .collect();
    let free = "full 1350000 0.0000000000";
    let paid = "- 90000 0.2900000000";
    assert_eq!(usage, [free, free, paid, paid]);
    // One after the other they are 400 h and 350 h.
    let later = "
  - launch: a
  - { at: 300h, launch: b }
  - { at: 400h, terminate: a }
  - { at: 700h, terminate: b }
  - expect: { a: { cost: { usage: $0 } }, b: { cost: { usage: $0.58 } } }
";
    comes_to(&two("", later), "0.5800000000", "0.58");
    // Windows is counted separately.
    let windows = two(
        "platform: windows, root: 30GiB gp3",
        "
  - launch: [ a, b ]
  - { at: 400h, terminate: [ a, b ] }
  - expect: { cost: { usage: $0 } }
",
    );
    assert_eq!(of(&windows, Meter::Usage), "0.0000000000");
}

#[test]
fn each_month_has_its_own_hours_until_the_day_twelve_months_after() {
    // Whole January is left, though it ends on the tenth: 9 days are free, 22 days and February aren't.
    let played = played(
        "2025-12-01T00:00:00Z",
        &format!(
            "until: 70d\nprices: {{ gp3: $0 }}\n{LEGACY}\ninstances: {{ a: {{}} }}\nsteps:\n  - launch: a\n"
        ),
    );
    // 2026-01-10 to 2026-02-09: 30 days.
    comes_to(&played, "8.3520000000", "8.35");
}

#[test]
fn of_volumes_the_one_made_first_is_free_second_by_second() {
    let played = passes(&format!(
        "
start: 2025-06-01T00:00:00Z
{LEGACY}
until: 30d
volumes:
  old: {{ size: 20GiB, type: gp2, zone: us-east-1a }}
  new: {{ size: 40GiB, type: gp3, zone: us-east-1a }}
  cold: {{ size: 125GiB, type: sc1, zone: us-east-1a }}
steps:
  - at: 15d
    expect: {{ old: {{ cost: {{ ebs: $0 }} }} }}
  - delete-volume: old
  - at: 30d
    expect: {{ new: {{ cost: {{ ebs: $1.60 }} }} }}
"
    ));
    let ledger = played.replay.bill().ledger().iter();
    let of_new: Vec<String> = ledger
        .filter(|line| line.usage_type.sized() == Some("gp3"))
        .map(|line| {
            let covered = line.covered().unwrap_or("-");
            let gib = line.quantity / 1_296_000;
            format!("{covered} {gib} {} {}", line.amount, line.list_amount())
        })
        .collect();
    // 10 of 40 GiB while the first one is there, then 30.
    assert_eq!(
        of_new,
        [
            "part 10 0.0000000000 0.4000000000",
            "- 30 1.2000000000 1.2000000000",
            "part 30 0.0000000000 1.2000000000",
            "- 10 0.4000000000 0.4000000000",
        ]
    );
}

#[test]
fn addresses_requests_and_snapshots_have_their_own_allowances() {
    let played = passes(&format!(
        "
start: 2025-06-01T00:00:00Z
{LEGACY}
timings: {{ pending: 0s }}
prices: {{ t3.micro: $0, gp3: $0, standard: $0 }}
until: 30d
instances: {{ a: {{ type: t3.micro, count: 2 }} }}
addresses: {{ idle: {{}} }}
volumes: {{ old: {{ size: 10GiB, type: standard, zone: us-east-1a }} }}
steps:
  - launch: a
  - read-io: {{ volume: old, requests: 1500000 }}
  - read-io: {{ volume: old, requests: 1500000 }}
  - create-snapshot: {{ volume: old, snapshot: first, used: 3GiB }}
"
    ));
    let bill = played.replay.bill();
    // 2 × 720 h less 750, and an idle address that isn't covered.
    assert_eq!(of(&played, Meter::PublicIpv4), "7.0500000000");
    // A million of three.
    assert_eq!(of(&played, Meter::Ebs), "0.0500000000");
    assert_eq!(of(&played, Meter::Snapshots), "0.1000000000");
    assert_eq!(bill.cost().total().to_string(), "7.2000000000");
}

#[test]
fn no_tier_pays_for_surplus_credits_or_idle_addresses() {
    let surplus = passes(&format!(
        "
start: 2025-06-01T00:00:00Z
{LEGACY}
prices: {{ t3.micro: $0, gp3: $0 }}
timings: {{ pending: 0s, shutting-down: 0s }}
instances: {{ a: {{ type: t3.micro, public-ipv4: none }} }}
steps:
  - launch: a
  - cpu: {{ instance: a, percent: 100 }}
  - {{ at: 1h, terminate: a }}
"
    ));
    // EX-28.
    assert_eq!(of(&surplus, Meter::CpuCredits), "0.0900000000");
}

#[test]
fn no_commitment_touches_an_address() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
prices: { gp3: $0 }
account: { savings-plans: [ { kind: compute, commitment: $10, term: 1y, payment: no-upfront } ] }
instances: { a: { type: m5.large } }
steps:
  - launch: a
  - { at: 1h, terminate: a }
",
    );
    assert_eq!(of(&played, Meter::PublicIpv4), "0.0050000000");
}

#[test]
fn credits_are_set_against_everything_but_upfront_fees() {
    let since = |start: &str, credits: &str, from: &str| {
        passes(&format!(
            "
start: {start}
timings: {{ pending: 0s, shutting-down: 0s }}
account:
  created: {from}
  free-tier: {credits}
  reserved-instances: [ {{ type: m5.large, term: 1y, payment: partial-upfront, upfront: $252, hourly: $0.029 }} ]
instances: {{ a: {{ type: m5.large, count: 2, public-ipv4: none, root: 8GiB gp3 }} }}
steps:
  - launch: a
  - at: 100h
    expect: {{ cost: {{ usage: $9.60 }}, a: {{ cost: {{ free-credits: $0 }} }} }}
  - terminate: a
"
        ))
    };
    let all = |credits, from| since("2026-06-01T00:00:00Z", credits, from);
    // 9.60 of usage, 2.90 of fees, 2 × 8 GiB for 100 h: 0.1777777778; the upfront fee is left.
    let paid = all("credits", "2026-05-01");
    comes_to(&paid, "252.0000000000", "252.00");
    assert_eq!(of(&paid, Meter::FreeCredits), "-12.6777777778");
    assert_eq!(of(&paid, Meter::Usage), "9.6000000000");
    let json = paid.json();
    assert_eq!(json["cost"]["by_meter"]["free_credits"], "-12.6777777778");
    assert_eq!(json["cost"]["account"]["free_credits"], "-12.6777777778");
    // They end.
    let few = all("{ credits: $2 }", "2026-05-01");
    assert_eq!(of(&few, Meter::FreeCredits), "-2.0000000000");
    // What is after twelve months isn't paid: 48 of 100 hours are.
    let late = since("2026-07-15T00:00:00Z", "yes", "2025-07-17T12:00:00Z");
    assert_eq!(of(&late, Meter::FreeCredits), "-6.0825806452");
}

#[test]
fn a_free_tier_goes_by_the_day() {
    let told =
        |account: &str| crate::support::mistakes(&format!("account: {{ {account} }}\nsteps: []\n"));
    for (account, mistake) in [
        (
            "free-tier: yes",
            "an account with a free tier lacks `created`",
        ),
        (
            "free-tier: legacy",
            "an account with a free tier lacks `created`",
        ),
        (
            "free-tier: legacy, created: 2025-07-15",
            "accounts that are opened from 2025-07-15 on get credits",
        ),
        (
            "free-tier: credits, created: 2025-07-14",
            "accounts that were opened before 2025-07-15 get no credits",
        ),
        (
            "free-tier: { credits: $201 }, created: 2026-01-01",
            "an account gets $200 of credits at most",
        ),
        ("free-tier: { credit: $10 }", "unknown key `credit`"),
        ("free-tier: {}", "a free tier lacks `credits`"),
    ] {
        let found = told(account);
        assert!(found.contains(mistake), "{account}: {found}");
    }
}
