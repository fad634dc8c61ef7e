//! What Spot Instances cost: the worked examples of the billing rulebook, and what they leave open.

use ec2sim::{money::Usd, record::Meter};

use crate::support::{Played, mistakes, passes};

/// A Spot Instance in states that take no time, from the beginning of June 2026 on.
fn june(prices: &str, instance: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, stopping: 0s, hibernating: 40s, shutting-down: 0s }}
{prices}
instances: {{ web: {{ market: spot, {instance} }} }}
steps:
  - launch: web
{steps}"
    ))
}

const MICRO: &str = "spot-prices: { t3.micro: $0.0040 }";

/// What the bill comes to, of a meter or in all; what reports make of it differs in rounding alone.
fn comes_to(played: &Played, meter: Option<Meter>) -> String {
    let bill = played.replay.bill();
    let counts = |one: Meter| meter.is_none_or(|meter| meter == one);
    let lines = || bill.ledger().iter().filter(|line| counts(line.meter));
    let exact: Usd = lines().map(|line| line.amount).sum();
    let reported: Usd = lines()
        .map(|line| Usd::from_price(line.reported().amount))
        .sum();
    assert_eq!(
        (exact - reported).to_fixed(6).trim_start_matches('-'),
        "0.000000"
    );
    let cost = bill.cost();
    assert_eq!(meter.map_or(cost.total(), |meter| cost.of(meter)), exact);
    exact.to_string()
}

#[test]
fn ex_39_what_ec2_interrupts_in_the_first_hour_is_free() {
    let steps = "
  - { at: 2280s, interrupt: web }
  - { at: 2390s, expect: { web: { cost: { usage: $0.0026555556 }, billed-seconds: 2390 } } }
  - wait-until: { web: terminated }
  - expect: { web: { cost: { usage: $0 }, billed-seconds: 0, interrupted: 1 }, cost: { savings: $0 } }
";
    let played = june(MICRO, "type: t3.micro", steps);
    assert_eq!(comes_to(&played, None), "0.0039259259");
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0000000000");
    assert_eq!(comes_to(&played, Some(Meter::Ebs)), "0.0005925926");
    assert_eq!(comes_to(&played, Some(Meter::PublicIpv4)), "0.0033333333");
}

#[test]
fn ex_40_what_its_owner_ends_is_charged() {
    let played = june(
        MICRO,
        "type: t3.micro",
        "  - { at: 2400s, terminate: web }\n",
    );
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0026666667");
    // A minute at least.
    let played = june(MICRO, "type: t3.micro", "  - { at: 20s, terminate: web }\n");
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0000666667");
}

const STEPS: &str = "
spot-prices:
  t3.micro: [ { from: 0s, price: $0.0040 }, { from: 1h, price: $0.0044 }, { from: 2h, price: $0.0042 }, { from: 2h1s, price: $0.0099 } ]";

#[test]
fn ex_41_each_hour_has_the_price_at_its_beginning() {
    let interrupted = "
  - { at: 7680s, interrupt: web }
  - wait-until: { web: terminated }
  - expect: { web: { billed-seconds: 7800 }, cost: { savings: $0.0134333333 } }
";
    let played = june(STEPS, "type: t3.micro", interrupted);
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0091000000");
    // The same from steps of the script, which may come within an hour: the next one has the price.
    let said = "
  - { at: 10m, spot-price: { type: t3.micro, zone: us-east-1a, price: $0.0044 } }
  - { at: 1h, spot-price: { type: t3.micro, zone: us-east-1a, price: $0.0043 } }
  - { at: 61m, spot-price: { type: t3.micro, zone: us-east-1a, price: $0.0042 } }
  - { at: 7680s, interrupt: web }
  - wait-until: { web: terminated }
";
    let played = june(MICRO, "type: t3.micro", said);
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0090000000");
}

#[test]
fn ex_42_suse_is_charged_by_the_hour() {
    let suse = "spot-prices: { m5.large/suse: $0.05, m5.large: $0.01 }";
    let instance = "type: m5.large, platform: suse";
    let interrupted = "  - { at: 7680s, interrupt: web }\n  - wait-until: { web: terminated }\n";
    let played = june(suse, instance, interrupted);
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.1000000000");
    let played = june(suse, instance, "  - { at: 7800s, terminate: web }\n");
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.1500000000");
}

#[test]
fn a_restart_begins_a_first_hour_anew() {
    let steps = "
  - { at: 2h, interrupt: web }
  - wait-until: { web: stopped }
  - expect: { web: { cost: { usage: $0.0081333333 } } }
  - { at: 5h, capacity: { type: t3.micro, zone: us-east-1a, market: spot, available: any } }
  - wait-until: { web: running }
  - after: 10m
    interrupt: web
  - wait-until: { web: stopped }
  - expect: { web: { cost: { usage: $0.0081333333 }, billed-seconds: 7320, interrupted: 2 } }
";
    let instance = "type: t3.micro, market: { spot: { interruption: stop, persistent: yes } }";
    let played = passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
{MICRO}
instances: {{ web: {{ {instance} }} }}
steps:
  - launch: web
{steps}"
    ));
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0081333333");
}

#[test]
fn a_hibernation_past_the_first_hour_is_charged_until_it_is_over() {
    let hibernates = |at: &str| {
        let played = passes(&format!(
            "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, hibernating: 40s }}
spot-prices: {{ m5.large: $0.036 }}
instances: {{ web: {{ type: m5.large, hibernation: yes, root: {{ size: 30GiB, encrypted: yes }}, market: {{ spot: {{ interruption: hibernate, persistent: yes }} }} }} }}
steps:
  - launch: web
  - {{ at: {at}, interrupt: web }}
  - wait-until: {{ web: hibernated }}
"
        ));
        comes_to(&played, Some(Meter::Usage))
    };
    // 3,600 s of running and 40 s of stopping; and where running alone is short of an hour, nothing.
    assert_eq!(hibernates("1h"), "0.0364000000");
    assert_eq!(hibernates("59m50s"), "0.0000000000");
}

#[test]
fn a_price_that_nobody_says_is_estimated_and_marked() {
    let played = june("", "type: t3.micro", "  - { at: 1h, terminate: web }\n");
    let usage = played.replay.bill().ledger().iter();
    let mut usage = usage.filter(|line| line.meter == Meter::Usage);
    let line = usage.next().unwrap();
    assert!(line.source.is_estimated() && line.unit_price < "0.0104".parse().unwrap());
    let refused = ec2sim::Scenario::from_text(
        "case.yaml",
        "instances: { web: { type: t3.micro, market: spot } }\nsteps: [ launch: web ]\n",
    );
    assert!(refused.is_ok());
}

#[test]
fn the_list_of_prices_may_hold_a_spot_price() {
    let prices = "prices: { spot/t3.micro: $0.0036 }";
    let played = june(prices, "type: t3.micro", "  - { at: 1h, terminate: web }\n");
    assert_eq!(comes_to(&played, Some(Meter::Usage)), "0.0036000000");
    let told = mistakes("spot-prices: { t3.micro/beos: $0.1 }\nsteps: []\n");
    assert!(told.contains("beos"), "{told}");
}
