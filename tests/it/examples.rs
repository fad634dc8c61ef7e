//! The worked examples of the billing rulebook, section 11, and other figures that the books give: exact to ten decimals.

use std::net::{IpAddr, Ipv4Addr};

use ec2sim::{
    billing::{Biller, PriceBook, by_clock_hour},
    catalog::{Platform, RegionId, TypeId},
    lifecycle::Phase,
    money::Usd,
    record::{
        AddressEvent, AddressHandle, AddressScope, InstanceHandle, Meter, RecordKind, Transition,
        Unit, UsageType,
    },
    time::{SimDuration, SimTime},
};

use crate::support::{Played, passes};

/// Section 11.1, the rows of what is simulated: exact, as reports round it, as an invoice prints it.
const EXPECTED: &str = "
EX-01,0.0001733333,0.0001733368,0.00
EX-02,0.0001733333,0.0001733368,0.00
EX-03,0.0001762222,0.0001762176,0.00
EX-04,0.0074666667,,0.01
EX-05,0.0012133333,,0.00
EX-06,0.0001733333,,0.00
EX-07,0.0002888889,0.0002888912,0.00
EX-08,0.0170666667,0.0170666880,0.02
EX-09,0.0016000000,,0.00
EX-10,4.2400000000,,4.24
EX-11,4.3600000000,,4.36
EX-12,11.7280000000,,11.73
EX-13,0.8660000000,,0.87
EX-14,3.5000000000,,3.50
EX-15,60.0666666667,,60.07
EX-16,0.0001851852,,0.00
EX-17,13.0000000000,,13.00
EX-18,0.0156000000,,0.02
EX-19,0.0015000000,0.0015000000,0.00
EX-20,0.4000000000,,0.40
EX-21,0.0043333333,,0.00
EX-22,0.0016000000,0.0015999360,0.00
EX-23,0.0000000000,,0.00
EX-24,0.0208000000,,0.02
EX-49,0.0000833333,0.0000833350,0.00
EX-50,0.1500000000,,0.15
EX-54,7.6035000000,,7.60
EX-55,6.3168000000,,6.32
EX-60,0.5403833333,,0.54
EX-66,0.0114000000,,0.01
EX-68,0.5264333333,0.5264335600,0.53
EX-69,0.0013333333,0.0013333333,0.00
EX-70,0.0209892473,,0.02
";

/// Holds amounts against the row of an example; the second is the sum of what reports print, where the book gives one.
fn is_example(example: &str, exact: Usd, reported: Usd) {
    let row: Vec<&str> = EXPECTED
        .lines()
        .find(|row| row.starts_with(example))
        .unwrap_or_else(|| panic!("{example} has a row"))
        .split(',')
        .collect();
    assert_eq!(exact.to_string(), row[1], "{example}, exactly");
    if !row[2].is_empty() {
        assert_eq!(reported.to_string(), row[2], "{example}, in report mode");
    }
    assert_eq!(exact.to_fixed(2), row[3], "{example}, printed");
}

/// The sum of the ledger's lines that count, exactly and as reports round them.
fn sums(biller: &Biller, counts: impl Fn(&ec2sim::billing::LedgerLine) -> bool) -> (Usd, Usd) {
    let lines = || biller.ledger().iter().filter(|line| counts(line));
    let exact = lines().map(|line| line.amount).sum();
    let counted: Vec<_> = lines().copied().collect();
    let mut reported = Usd::ZERO;
    let Ok(()) = by_clock_hour(&counted, |_, pieces| {
        for piece in pieces {
            reported += Usd::from_price(piece.reported().amount);
        }
        Ok::<(), std::convert::Infallible>(())
    });
    (exact, reported)
}

/// The amount of each line of the ledger.
fn amounts(played: &Played) -> Vec<String> {
    let ledger = played.replay.bill().ledger();
    ledger.iter().map(|line| line.amount.to_string()).collect()
}

fn of(played: &Played, meter: Meter) -> (Usd, Usd) {
    sums(played.replay.bill(), |line| line.meter == meter)
}

/// One instance whose transitional states take no time, from June 2026 on.
fn june(instance: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, resuming: 0s, stopping: 0s, hibernating: 40s, shutting-down: 0s, rebooting: 0s }}
instances: {{ web: {{ {instance} }} }}
steps:
  - launch: web
{steps}"
    ))
}

fn micro_that_runs_for(time: &str) -> (Usd, Usd) {
    let played = june(
        "type: t3.micro",
        &format!("  - {{ at: {time}, terminate: web }}\n"),
    );
    of(&played, Meter::Usage)
}

#[test]
fn ex_01_to_03_a_run_is_charged_for_a_minute_at_least() {
    for (example, time) in [("EX-01", "45s"), ("EX-02", "60s"), ("EX-03", "61s")] {
        let (exact, reported) = micro_that_runs_for(time);
        is_example(example, exact, reported);
    }
}

#[test]
fn ex_04_the_two_cases_of_the_user_guide() {
    let played = june(
        "type: m5.large",
        "  - { at: 20s, stop: web }\n  - { at: 1h, start: web }\n  - { after: 220s, stop: web }\n",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-04", exact, reported);
    assert_eq!(played.runs("web"), [60, 220]);
}

#[test]
fn ex_05_each_start_has_a_minimum_of_its_own() {
    let played = june(
        "type: t3.micro",
        "
  - { at: 20s, stop: web }
  - { at: 1h, start: web }
  - { after: 300s, stop: web }
  - { at: 2h, start: web }
  - { after: 59s, stop: web }
",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-05", exact, reported);
    assert_eq!(played.runs("web"), [60, 300, 60]);
}

#[test]
fn ex_06_a_reboot_begins_no_run_and_a_start_does() {
    let rebooted = june(
        "type: t3.micro",
        "  - { at: 30s, reboot: web }\n  - { at: 40s, terminate: web }\n",
    );
    let (exact, reported) = of(&rebooted, Meter::Usage);
    is_example("EX-06", exact, reported);
    let started = june(
        "type: t3.micro",
        "  - { at: 30s, stop: web }\n  - start: web\n  - { at: 40s, terminate: web }\n",
    );
    assert_eq!(of(&started, Meter::Usage).0.to_string(), "0.0003466667");
}

#[test]
fn ex_07_only_running_costs() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 25s, stopping: 40s }
instances: { web: { type: t3.micro } }
until: 1h2m45s
steps:
  - launch: web
  - { at: 125s, stop: web }
",
    );
    assert_eq!(
        played.states("web"),
        [
            "0s pending",
            "25s running",
            "2m5s stopping",
            "2m45s stopped"
        ]
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-07", exact, reported);
}

const LAB: &str = "type: m5.large, root: { size: 30GiB, encrypted: true }, hibernation: true";

#[test]
fn ex_08_the_stopping_of_a_hibernation_costs() {
    let played = june(
        LAB,
        "  - { at: 600s, hibernate: lab }\n  - wait: 2h\n"
            .replace("lab", "web")
            .as_str(),
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-08", exact, reported);
    let stopped = june(LAB, "  - { at: 600s, stop: web }\n");
    assert_eq!(of(&stopped, Meter::Usage).0.to_string(), "0.0160000000");
}

/// A bill made by hand.
struct Hand {
    biller: Biller,
    meters: ec2sim::billing::Meters,
}

impl Hand {
    fn new() -> Self {
        let biller = Biller::new(PriceBook::new(RegionId::find("us-east-1").unwrap()), true);
        Self {
            biller,
            meters: ec2sim::billing::Meters::default(),
        }
    }

    fn moves(&mut self, secs: u64, from: Option<Phase>, to: Phase) {
        let transition = Transition::new(
            InstanceHandle::new(0),
            (from, to),
            "",
            TypeId::find("m5.large").unwrap(),
            Platform::Linux,
        );
        self.biller.observe(
            SimTime::from_secs(secs),
            &RecordKind::Transition(transition),
            &mut self.meters,
        );
    }

    fn elastic(&mut self, secs: u64, address: usize, on: bool) {
        let ip = IpAddr::V4(Ipv4Addr::new(240, 0, 0, 9));
        let mut event = AddressEvent::new(AddressScope::Elastic, None, Some(ip), &[]);
        event.instance = on.then(|| InstanceHandle::new(0));
        event.address = Some(AddressHandle::new(address));
        self.biller.observe(
            SimTime::from_secs(secs),
            &RecordKind::Address(event),
            &mut self.meters,
        );
    }
}

#[test]
fn ex_09_the_minimum_of_a_hibernated_run_counts_both_states() {
    let mut hand = Hand::new();
    hand.moves(0, None, Phase::Launching);
    hand.moves(100, Some(Phase::Launching), Phase::Running);
    hand.moves(110, Some(Phase::Running), Phase::Hibernating);
    assert!(hand.biller.is_metering(InstanceHandle::new(0)));
    hand.moves(150, Some(Phase::Hibernating), Phase::Hibernated);
    assert!(!hand.biller.is_metering(InstanceHandle::new(0)));
    let (exact, reported) = sums(&hand.biller, |_| true);
    is_example("EX-09", exact, reported);
    let line = &hand.biller.ledger()[0];
    assert_eq!(
        (line.quantity, line.from, line.to),
        (60, SimTime::from_secs(100), SimTime::from_secs(160))
    );
    assert!(
        line.rules
            .iter()
            .any(|rule| rule.id == "BILL-MIN-HIBERNATE")
    );
}

/// A month of being stopped, with an Elastic IP.
fn stopped_for(start: &str, until: &str, first: &str) -> Usd {
    let played = passes(&format!(
        "
start: {start}
until: {until}
timings: {{ pending: 0s, stopping: 0s }}
instances: {{ web: {{ type: t3.micro }} }}
addresses: {{ e: ~ }}
steps:
  - launch: web
  - associate-address: {{ address: e, instance: web }}
  - {{ after: 10m, stop: web }}
"
    ));
    let first = SimTime::from_secs(
        u64::try_from(first.parse::<jiff::Timestamp>().unwrap().as_second()).unwrap(),
    );
    let bill = played.replay.bill();
    assert!(
        sums(bill, |line| line.meter == Meter::Usage
            && line.from >= first)
        .0
        .is_zero()
    );
    assert!(
        bill.ledger()
            .iter()
            .filter(|line| line.meter == Meter::PublicIpv4 && line.from >= first)
            .all(|line| line.usage_type == UsageType::IdleAddress)
    );
    sums(bill, |line| line.from >= first).0
}

#[test]
fn ex_10_and_11_a_stopped_instance_costs_its_volume_and_its_address() {
    let june = stopped_for(
        "2026-05-31T12:00:00Z",
        "2026-07-01T00:00:00Z",
        "2026-06-01T00:00:00Z",
    );
    is_example("EX-10", june, june);
    let january = stopped_for(
        "2025-12-31T12:00:00Z",
        "2026-02-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    );
    is_example("EX-11", january, january);
    let february = stopped_for(
        "2026-01-31T12:00:00Z",
        "2026-03-01T00:00:00Z",
        "2026-02-01T00:00:00Z",
    );
    assert_eq!(february.to_string(), "4.0000000000");
}

#[test]
fn ex_12_a_month_of_a_small_instance() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
until: 2026-07-01T00:00:00Z
timings: { pending: 0s }
instances: { web: { type: t3.micro } }
steps: [ { launch: web } ]
expect:
  cost: { usage: $7.4880000000, ebs: $0.6400000000, public-ipv4: $3.6000000000, total: $11.7280000000 }
",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-12", exact, reported);
}

#[test]
fn ex_13_a_data_volume_left_behind_goes_on_costing() {
    let data = "{ volume: gp2, size: 20GiB, delete-on-termination: false }";
    let played = june(
        &format!("type: m5.large, public-ipv4: none, volumes: [ {data} ]"),
        "  - { at: 2h, terminate: web }\n  - { at: 10d2h, delete-volume: web/1 }\n",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-13", exact, reported);
    assert_eq!(
        amounts(&played),
        ["0.1920000000", "0.0017777778", "0.6722222222"]
    );
}

fn volume(life: &str, create: &str, then: &str) -> Played {
    passes(&format!(
        "
start: 2026-06-01T00:00:00Z
steps:
  - create-volume: {{ volume: data, {create} }}
{then}
  - {{ at: {life}, delete-volume: data }}
"
    ))
}

#[test]
fn ex_14_extra_performance_of_gp3() {
    let played = volume(
        "12h",
        "size: 2000GiB, type: gp3, iops: 10000, throughput: 500",
        "",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-14", exact, reported);
    assert_eq!(
        amounts(&played),
        ["2.6666666667", "0.5833333333", "0.2500000000"]
    );
}

#[test]
fn ex_15_the_tiers_of_io2() {
    let played = volume("12h", "size: 2000GiB, type: io2, iops: 60000", "");
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-15", exact, reported);
    let iops = sums(played.replay.bill(), |line| line.unit == Unit::IopsSecond).0;
    assert_eq!(iops.to_string(), "55.9000000000");
}

#[test]
fn ex_16_a_volume_is_charged_for_a_minute_at_least() {
    let (exact, reported) = sums(volume("10s", "size: 100GiB", "").replay.bill(), |_| true);
    is_example("EX-16", exact, reported);
    // The minimum is the volume's, not that of each of its sizes.
    let grown = volume(
        "20s",
        "size: 100GiB",
        "  - { at: 10s, modify-volume: { volume: data, size: 200GiB } }",
    );
    let seconds: Vec<u64> = grown
        .replay
        .bill()
        .ledger()
        .iter()
        .map(|line| line.quantity)
        .collect();
    assert_eq!(seconds, [100 * 10, 200 * 50]);
}

#[test]
fn ex_17_a_volume_that_changes_in_mid_month() {
    let played = volume(
        "30d",
        "size: 100GiB, type: gp2",
        "  - { at: 15d, modify-volume: { volume: data, size: 200GiB, type: gp3 } }",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-17", exact, reported);
}

#[test]
fn ex_18_another_type_is_another_price() {
    let played = june(
        "type: t3.micro",
        "
  - { at: 30m, stop: web }
  - { at: 1h, modify: { instance: web, type: t3.small } }
  - { at: 2h, start: web }
  - { after: 30m, stop: web }
",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-18", exact, reported);
}

#[test]
fn ex_19_and_21_licensed_platforms_are_billed_by_the_second() {
    let windows = june(
        "type: t3.medium, platform: windows",
        "  - { at: 90s, terminate: web }\n",
    );
    let (exact, reported) = of(&windows, Meter::Usage);
    is_example("EX-19", exact, reported);
    let rhel = june(
        "type: m5.large, platform: rhel",
        "  - { at: 125s, terminate: web }\n",
    );
    let (exact, reported) = of(&rhel, Meter::Usage);
    is_example("EX-21", exact, reported);
}

fn suse(start: &str, steps: &str) -> Played {
    passes(&format!(
        "
start: {start}
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
prices: {{ m5.large/suse: 0.20 }}
instances: {{ web: {{ type: m5.large, platform: suse }} }}
steps:
  - launch: web
{steps}"
    ))
}

#[test]
fn ex_20_suse_is_billed_by_the_hour() {
    let begun = suse(
        "2026-06-01T00:00:00Z",
        "  - { at: 61m, terminate: web }\n  - expect: { web: { billed-seconds: 7200 } }\n",
    );
    let (exact, reported) = of(&begun, Meter::Usage);
    is_example("EX-20", exact, reported);
    let short = suse("2026-06-01T00:00:00Z", "  - { at: 45s, terminate: web }\n");
    assert_eq!(of(&short, Meter::Usage).0.to_string(), "0.2000000000");
    let thrice = suse(
        "2026-06-01T00:00:00Z",
        "
  - { after: 5m, stop: web }
  - start: web
  - { after: 5m, stop: web }
  - start: web
  - { after: 5m, stop: web }
",
    );
    assert_eq!(of(&thrice, Meter::Usage).0.to_string(), "0.6000000000");
    assert_eq!(thrice.billed("web"), 3 * 3600);
}

#[test]
fn ex_22_the_minimum_across_a_clock_hour() {
    let played = passes(
        "
start: 2026-06-01T09:59:30Z
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: m5.large, public-ipv4: none } }
steps:
  - launch: web
  - { at: 40s, terminate: web }
",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-22", exact, reported);
    let usage: Vec<_> = played
        .replay
        .bill()
        .ledger()
        .iter()
        .filter(|line| line.meter == Meter::Usage)
        .copied()
        .collect();
    let mut rows = Vec::new();
    let Ok(()) = by_clock_hour(&usage, |hour, pieces| {
        for piece in pieces {
            let reported = piece.reported();
            rows.push(format!(
                "{hour} {} {}",
                reported.quantity,
                Usd::from_price(reported.amount)
            ));
        }
        Ok::<(), std::convert::Infallible>(())
    });
    assert_eq!(
        rows,
        [
            "2026-06-01T09:00:00Z 0.008333 0.0007999680",
            "2026-06-01T10:00:00Z 0.008333 0.0007999680"
        ]
    );
}

// BILL-HOURLY-ANCHOR: hours count from the start of the run, and each is booked where it begins.
#[test]
fn an_hour_is_booked_in_the_month_in_which_it_begins() {
    let played = suse(
        "2026-06-30T22:30:00Z",
        "  - { at: 2h30m, terminate: web }\n",
    );
    let lines: Vec<_> = played
        .replay
        .bill()
        .ledger()
        .iter()
        .filter(|line| line.meter == Meter::Usage)
        .map(|line| {
            (
                line.from.to_string(),
                line.to.to_string(),
                line.quantity,
                line.amount.to_string(),
            )
        })
        .collect();
    let line = |from: &str, to: &str, hours, amount: &str| {
        (from.to_owned(), to.to_owned(), hours, amount.to_owned())
    };
    assert_eq!(
        lines,
        [
            line(
                "2026-06-30T22:30:00Z",
                "2026-07-01T00:30:00Z",
                2,
                "0.4000000000"
            ),
            line(
                "2026-07-01T00:30:00Z",
                "2026-07-01T01:30:00Z",
                1,
                "0.2000000000"
            ),
        ]
    );
}

#[test]
fn ex_49_an_address_is_charged_for_a_minute_at_least() {
    let played = june("type: t3.micro", "  - { at: 45s, terminate: web }\n");
    let (exact, reported) = of(&played, Meter::PublicIpv4);
    is_example("EX-49", exact, reported);
}

#[test]
fn ex_50_three_addresses() {
    let mut hand = Hand::new();
    let hour = 3600;
    hand.moves(0, None, Phase::Launching);
    hand.moves(0, Some(Phase::Launching), Phase::Running);
    for address in 0..3 {
        hand.elastic(0, address, false);
    }
    hand.elastic(0, 0, true);
    hand.elastic(0, 1, true);
    hand.biller
        .finish(SimTime::from_secs(10 * hour), &mut hand.meters);
    let (exact, reported) = sums(&hand.biller, |line| line.meter == Meter::PublicIpv4);
    is_example("EX-50", exact, reported);
    let label = |usage: UsageType| {
        sums(&hand.biller, |line| line.usage_type == usage)
            .0
            .to_string()
    };
    assert_eq!(label(UsageType::InUseAddress), "0.1000000000");
    assert_eq!(label(UsageType::IdleAddress), "0.0500000000");
}

#[test]
fn ex_55_dedicated_instances_pay_a_tenth_more_and_the_regions_fee() {
    let played = june(
        "type: m5.large, tenancy: dedicated, public-ipv4: none",
        "
  - { at: 3h, terminate: web }
  - expect: { cost: { usage: $0.3168, dedicated: $6.00 } }
",
    );
    let counts = |line: &ec2sim::billing::LedgerLine| line.meter != Meter::Ebs;
    let (exact, reported) = sums(played.replay.bill(), counts);
    is_example("EX-55", exact, reported);
    assert_eq!(
        played.replay.bill().account_cost().total().to_fixed(2),
        "6.00"
    );
}

#[test]
fn the_regions_fee_is_due_once_for_every_hour_that_any_dedicated_instance_touches() {
    let played = passes(
        "
start: 2026-06-01T00:30:00Z
timings: { pending: 0s, stopping: 0s, shutting-down: 0s }
defaults: { type: m5.large, tenancy: dedicated, public-ipv4: none }
instances: { a: {}, b: { platform: windows }, c: { tenancy: default } }
steps:
  - launch: [ a, b, c ]
  - expect: { cost: { dedicated: $2.00 } }
  - { at: 10m, stop: a }
  - { at: 20m, stop: b }
  - { at: 25m, start: a }
  - { at: 30m, stop: a }
  - expect: { cost: { dedicated: $2.00 } }
  - { at: 3h, start: a }
  - { at: 4h31m, stop: a }
  - { at: 10h, expect: { cost: { dedicated: $8.00 } } }
",
    );
    let bill = played.replay.bill();
    assert_eq!(bill.account_cost().of(Meter::Dedicated).to_fixed(2), "8.00");
    // 1.1 × 0.096 + 0.092 for the licence.
    let windows = bill
        .ledger()
        .iter()
        .find(|line| line.usage_type.operation() == "RunInstances:0002");
    assert_eq!(windows.unwrap().unit_price.to_string(), "0.1976");
}

#[test]
fn ex_60_a_whole_life() {
    let played = passes(&format!(
        "
start: 2026-06-01T00:00:00Z
timings: {{ pending: 0s, resuming: 0s, stopping: 0s, hibernating: 45s, shutting-down: 0s }}
instances: {{ web: {{ {LAB} }} }}
steps:
  - launch: web
  - {{ at: 2h, hibernate: web }}
  - {{ at: 4h, start: web }}
  - {{ after: 30s, stop: web }}
  - {{ at: 6h, modify: {{ instance: web, type: m5.xlarge }} }}
  - {{ at: 10h30m, start: web }}
  - {{ at: 12h, terminate: web }}
"
    ));
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-60", exact, reported);
}

#[test]
fn ex_66_another_region() {
    let played = passes(
        "
region: eu-west-1
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: t3.micro, public-ipv4: none } }
steps:
  - launch: web
  - { at: 1h, terminate: web }
",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-66", exact, reported);
    let region = RegionId::find("eu-west-1").unwrap();
    let bill = played.replay.bill();
    let mut lines = bill.ledger().iter();
    let usage = lines.find(|line| line.meter == Meter::Usage).unwrap();
    assert_eq!(usage.usage_type.text(region), "EU-BoxUsage:t3.micro");
    assert_eq!(usage.reported().quantity, "1.000000");
}

#[test]
fn ex_68_reports_round_hours_to_six_decimals() {
    let played = june("type: c5.4xlarge", "  - { at: 2787s, terminate: web }\n");
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-68", exact, reported);
    let line = played
        .replay
        .bill()
        .ledger()
        .iter()
        .find(|line| line.meter == Meter::Usage)
        .unwrap();
    assert_eq!(line.reported().quantity, "0.774167");
}

#[test]
fn ex_69_reports_round_months_to_ten_decimals() {
    let played = passes(
        "
region: ap-northeast-1
start: 2024-09-01T00:00:00Z
steps:
  - create-volume: { volume: data, size: 8GiB, type: gp2 }
  - { at: 1h, delete-volume: data }
",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-69", exact, reported);
    assert_eq!(
        played.replay.bill().ledger()[0].reported().quantity,
        "0.0111111111"
    );
}

#[test]
fn ex_70_a_month_has_its_own_seconds() {
    let played = passes(
        "
start: 2026-06-30T12:00:00Z
until: 1d
steps: [ { create-volume: { volume: data, size: 8GiB } } ]
",
    );
    let (exact, reported) = sums(played.replay.bill(), |_| true);
    is_example("EX-70", exact, reported);
    assert_eq!(amounts(&played), ["0.0106666667", "0.0103225806"]);
}

#[test]
fn ex_23_a_launch_that_fails_costs_nothing() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 12s, shutting-down: 0s }
instances: { web: { type: m5.large } }
steps:
  - launch: { instance: web, fails-later: Server.InsufficientInstanceCapacity }
  - wait-until: { web: terminated }
  - expect: { web: { billed-seconds: 0 } }
",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-23", exact, reported);
}

#[test]
fn ex_24_impaired_but_running() {
    let played = june(
        "type: t3.micro",
        "  - impair: { instance: web, check: system }\n  - { at: 2h, terminate: web }\n",
    );
    let (exact, reported) = of(&played, Meter::Usage);
    is_example("EX-24", exact, reported);
}

#[test]
fn ex_54_a_dedicated_host_costs_the_same_with_any_number_of_instances() {
    for instances in [0, 5, 20] {
        let (launch, terminate) = if instances == 0 {
            ("", "")
        } else {
            ("  - launch: web\n", "  - { at: 1h, terminate: web }\n")
        };
        let played = passes(&format!(
            "
start: 2026-06-01T00:00:00Z
until: 3h
timings: {{ pending: 0s, stopping: 0s, shutting-down: 0s }}
prices: {{ gp3: $0 }}
account: {{ dedicated-hosts: {{ rack: {{ family: m5, until: 90m }} }} }}
instances: {{ web: {{ type: m5.large, host: rack, public-ipv4: none, count: {} }} }}
steps:
{launch}  - {{ at: 30m, expect: {{ rack: {{ cost: $2.5345 }}, cost: {{ dedicated: $2.5345, usage: $0 }} }} }}
{terminate}  - {{ at: 2h, expect: {{ rack: {{ state: released, used: 0, cost: $7.6035 }} }} }}
",
            instances.max(1),
        ));
        let cost = played.replay.bill().cost();
        is_example("EX-54", cost.total(), cost.total());
        assert_eq!(cost.of(Meter::Dedicated), cost.total());
    }
}

#[test]
fn a_host_is_charged_until_it_is_empty_and_for_a_minute_at_least() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, stopping: 0s, shutting-down: 0s }
prices: { gp3: $0, host/m5: $3.6 }
account: { dedicated-hosts: { rack: { family: m5, from: 1h, until: 2h } } }
instances: { web: { type: m5.large, host: rack, public-ipv4: none } }
steps:
  - allocate-host: { host: short, family: m5 }
  - { at: 5s, release-host: short }
  - expect: { short: { cost: $0.06 } }
  - { at: 1h, launch: web }
  - { at: 3h, expect: { rack: { state: available, cost: $7.20 } } }
  - terminate: web
  - { at: 4h, expect: { rack: { state: released, cost: $7.20 } } }
",
    );
    let cost = played.replay.bill().cost();
    assert_eq!(cost.total().to_string(), "7.2600000000");
}

#[test]
fn every_row_of_the_book_is_an_example_that_is_tested() {
    let source = include_str!("examples.rs");
    for row in EXPECTED.lines().filter(|row| !row.is_empty()) {
        let quoted = format!("\"{}\"", &row[..5]);
        assert!(source.contains(&quoted), "{row}");
    }
}

/// The examples that no scenario can tell, each with why.
const BEYOND: &[(u8, &str)] = &[
    (61, "Fargate is another service"),
    (64, "Lightsail is another service"),
];

/// All texts below a folder.
fn texts(folder: &std::path::Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            texts(&path, all);
        } else if matches!(ending, Some("rs" | "yaml")) && !path.ends_with("it/examples.rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_example_of_the_book_is_named_by_a_test_or_a_scenario() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    // What is in the list of exceptions isn't named by that.
    let mut all = include_str!("examples.rs").to_owned();
    for folder in ["tests", "scenarios", "src"] {
        texts(&root.join(folder), &mut all);
    }
    let is_named = |number: u8| {
        all.contains(&format!("EX-{number:02}")) || all.contains(&format!("fn ex_{number:02}"))
    };
    let missing: Vec<u8> = (1..=70)
        .filter(|number| !BEYOND.iter().any(|(beyond, _)| beyond == number))
        .filter(|&number| !is_named(number))
        .collect();
    assert!(missing.is_empty(), "no test names EX-{missing:?}");
    let named: Vec<u8> = BEYOND.iter().map(|one| one.0).collect();
    let named: Vec<u8> = named.into_iter().filter(|&one| is_named(one)).collect();
    assert!(named.is_empty(), "these are tested: {named:?}");
}

// The cluster itself is another service, so what its nodes cost is all that is told.
#[test]
fn ex_65_the_nodes_of_a_cluster() {
    let played = june(
        "type: m5.large, public-ipv4: none",
        "
  - { at: 30d, terminate: web }
",
    );
    let node = played.replay.bill().cost().of(Meter::Usage);
    // 210.24 less 72 for the cluster, by two.
    assert_eq!(node.times(2).to_string(), "138.2400000000");
}

/// The scenario of the scenario format's page, as far as the first stop.
const LESSON: &str = "
start: 2026-03-02T09:00:00Z
instances: { web: { type: m5.large, root: 20GiB gp3 } }
steps:
  - launch: web
  - { at: 1h, stop: web }
";

#[test]
fn the_sample_event_of_the_documentation_costs_what_it_says() {
    let played = passes(LESSON);
    let (at, stop) = &played.transitions("web")[2];
    assert_eq!((at.as_str(), stop.to), ("1h", Phase::Stopping));
    assert_eq!(stop.cost_step.to_string(), "0.1027207437");
    assert_eq!(stop.cost_total.to_string(), "0.1027297043");
    let json = played.json();
    let event = json["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["to"] == "stopping")
        .unwrap()
        .clone();
    assert_eq!(
        event["cost"],
        serde_json::json!({ "step": "0.1027207437", "total": "0.1027297043" })
    );
    assert_eq!(
        (&event["trigger"], &event["at"]),
        (&"StopInstances".into(), &"1h".into())
    );
}

#[test]
fn what_is_under_way_costs_the_time_elapsed_and_what_has_ended_its_minimum() {
    let played = june(
        "type: m5.large, public-ipv4: none",
        "
  - at: 20s
    expect: { web: { cost: { usage: $0.0005333333 }, billed-seconds: 60 } }
  - stop: web
  - expect: { web: { cost: { usage: $0.0016000000 }, billed-seconds: 60 } }
  - at: 1h
    start: web
",
    );
    // At the end an open meter counts as if it were closed there, its minimum included.
    assert_eq!(played.runs("web"), [60, 60]);
}

// BILL-IPV4-MIN-60S: per assignment, and a relabel doesn't begin another one.
#[test]
fn each_address_has_a_minimum_of_its_own() {
    let played = june(
        "type: m5.large",
        "
  - { at: 10s, stop: web }
  - { at: 20s, start: web }
  - { at: 30s, stop: web }
  - { at: 40s, allocate-address: e }
  - { at: 50s, associate-address: { address: e, instance: web } }
  - { at: 60s, start: web }
  - { at: 70s, release-address: e }
  - { at: 5m, terminate: web }
",
    );
    let bill = played.replay.bill();
    let held: Vec<(u64, UsageType)> = bill
        .ledger()
        .iter()
        .filter(|line| line.meter == Meter::PublicIpv4)
        .map(|line| (line.quantity, line.usage_type))
        .collect();
    let (used, idle) = (UsageType::InUseAddress, UsageType::IdleAddress);
    // Two auto addresses of ten seconds; the Elastic IP 20 s idle and 10 s in use, released, topped up to 60; the auto
    // address that takes its place. Its label while it isn't associated any more lasts no time but holds the top-up.
    let elastic: u64 = bill
        .ledger()
        .iter()
        .filter(|line| matches!(line.resource, Some(ec2sim::record::Resource::Address(_))))
        .map(|line| line.quantity)
        .sum();
    assert_eq!(elastic, 60);
    assert_eq!(held[..3], [(60, used), (60, used), (20, idle)]);
    assert_eq!(held.last(), Some(&(230, used)));
}

#[test]
fn intervals_are_cut_where_the_month_ends() {
    let played = passes(
        "
start: 2026-01-31T23:00:00Z
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: m5.large } }
steps:
  - launch: web
  - { at: 2h, terminate: web }
",
    );
    let border = "2026-02-01T00:00:00Z";
    for meter in [Meter::Usage, Meter::Ebs, Meter::PublicIpv4] {
        let lines: Vec<_> = played
            .replay
            .bill()
            .ledger()
            .iter()
            .filter(|line| line.meter == meter)
            .collect();
        assert_eq!(lines.len(), 2, "{meter:?}");
        assert_eq!(
            (lines[0].to.to_string(), lines[1].from.to_string()),
            (border.into(), border.into())
        );
        assert_eq!(lines[0].to - lines[0].from, SimDuration::from_hours(1));
    }
    let storage: Vec<_> = played
        .replay
        .bill()
        .ledger()
        .iter()
        .filter(|line| line.meter == Meter::Ebs)
        .collect();
    assert_eq!(
        storage[0].amount,
        Usd::monthly("0.08".parse().unwrap(), 8 * 3600, 31)
    );
    assert_eq!(
        storage[1].amount,
        Usd::monthly("0.08".parse().unwrap(), 8 * 3600, 28)
    );
}

#[test]
fn the_scenario_s_own_prices_win() {
    let played = passes(
        "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
prices: { m5.large: 0.05, m5.large/windows: $0.07, gp3: 1, public-ipv4: 0.01 }
defaults: { type: m5.large, public-ipv4: none }
instances: { a: {}, b: { platform: windows }, c: { type: m5.xlarge, public-ipv4: auto } }
steps:
  - launch: [a, b, c]
  - { at: 1h, terminate: [a, b, c] }
expect:
  a: { cost: { usage: $0.05, ebs: $0.0111111111 } }
  b: { cost: { usage: $0.07, ebs: $0.0416666667 } }
  c: { cost: { usage: $0.192, public-ipv4: $0.01 } }
",
    );
    let sources: Vec<String> = played
        .replay
        .bill()
        .ledger()
        .iter()
        .map(|line| line.source.to_string())
        .collect();
    assert!(
        sources
            .iter()
            .filter(|source| *source == "scenario")
            .count()
            >= 6,
        "{sources:?}"
    );
}

// BILL-PLATFORM-UPLIFT, where the catalogue lists no price of its own.
#[test]
fn a_licence_costs_its_surcharge() {
    let prices = PriceBook::new(RegionId::find("us-east-1").unwrap());
    for (instance_type, platform, price) in [
        ("m5.large", Platform::Windows, "0.188"),
        ("t3.medium", Platform::Windows, "0.06"),
        ("m5.large", Platform::Rhel, "0.1248"),
        ("m5.large", Platform::UbuntuPro, "0.0995"),
    ] {
        let rate = prices
            .rate(UsageType::BoxUsage(
                TypeId::find(instance_type).unwrap(),
                platform,
            ))
            .unwrap();
        assert_eq!(
            rate.price,
            price.parse().unwrap(),
            "{instance_type} on {platform:?}"
        );
    }
}
