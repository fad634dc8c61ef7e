//! The stages one by one: metering without prices, rating without records, and what holds for every ledger.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::{
    Biller, Cost, Meters, PriceBook, PriceKey,
    apply::Charges,
    ledger::Ledger,
    meter::{Metering, Rating, Sku, Usage},
    rate::{Charge, Rates},
};
use crate::{
    catalog::{Platform, RegionId, TypeId, VolumeType},
    lifecycle::Phase,
    money::{Price, Usd},
    record::{
        AddressEvent, AddressHandle, AddressScope, DataEvent, DataKind, DataOutcome,
        InstanceHandle, Meter, MeterEvent, Provisioned, RecordKind, Resource, Transition,
        UsageType, VolumeConfig, VolumeHandle,
    },
    time::{SimDuration, SimTime},
};

fn region() -> RegionId {
    RegionId::find("us-east-1").unwrap()
}

fn large() -> TypeId {
    TypeId::find("m5.large").unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn secs(secs: u64) -> SimDuration {
    SimDuration::from_secs(secs)
}

fn moved(from: Option<Phase>, to: Phase, platform: Platform) -> RecordKind {
    RecordKind::Transition(Transition {
        instance: InstanceHandle::new(0),
        from,
        to,
        trigger: "",
        why: "",
        reason: None,
        instance_type: large(),
        platform,
        tenancy: crate::lifecycle::Tenancy::Default,
        zone: "us-east-1a",
        cost_step: Usd::ZERO,
        cost_total: Usd::ZERO,
        rules: &[],
    })
}

fn address(instance: bool, elastic: bool, is_given: bool) -> RecordKind {
    let ip = Some(IpAddr::V4(Ipv4Addr::new(240, 0, 0, 9)));
    let scope = if elastic {
        AddressScope::Elastic
    } else {
        AddressScope::Public
    };
    RecordKind::Address(AddressEvent {
        instance: instance.then(|| InstanceHandle::new(0)),
        address: elastic.then(|| AddressHandle::new(0)),
        ..AddressEvent::new(
            scope,
            ip.filter(|_| !is_given),
            ip.filter(|_| is_given),
            &[],
        )
    })
}

fn provisioned(config: VolumeConfig, created: bool) -> RecordKind {
    RecordKind::Provisioned(Provisioned {
        owner: Some(InstanceHandle::new(0)),
        created,
        ..Provisioned::new(VolumeHandle::new(0), config)
    })
}

fn deleted() -> RecordKind {
    let volume = DataKind::Volume(VolumeHandle::new(0));
    RecordKind::Data(DataEvent::new(volume, DataOutcome::Deleted, &[]))
}

/// What metering finds, with nobody behind it who knows a price.
#[derive(Default)]
struct Found {
    usage_types: Vec<UsageType>,
    opened: usize,
    lines: Vec<Usage>,
}

impl Rating for Found {
    fn sku(&mut self, usage_type: UsageType) -> Option<Sku> {
        let known = self.usage_types.iter().position(|one| *one == usage_type);
        Some(Sku::new(known.unwrap_or_else(|| {
            self.usage_types.push(usage_type);
            self.usage_types.len() - 1
        })))
    }

    fn opened(&mut self, usage: &Usage) {
        assert_eq!(usage.secs, 0);
        self.opened += 1;
    }

    fn closed(&mut self, usage: &Usage) {
        self.lines.push(*usage);
    }
}

impl Found {
    /// What was used of each usage type: how many at a time, and for how long.
    fn used(&self) -> Vec<(UsageType, u64, u64)> {
        let line = |usage: &Usage| {
            let usage_type = self.usage_types[usage.sku.index()];
            (usage_type, usage.units, usage.secs)
        };
        self.lines.iter().map(line).collect()
    }
}

fn metered(records: &[(u64, RecordKind)], end: u64) -> Found {
    let mut found = Found::default();
    let mut metering = Metering::new(region(), |usage_type| found.sku(usage_type));
    for (at, kind) in records {
        metering.observe(SimTime::from_secs(*at), kind, &mut found);
    }
    metering.finish(SimTime::from_secs(end), &mut found);
    found
}

#[test]
fn metering_says_what_is_used_and_knows_no_price() {
    use Phase::{Launching, Running, Stopped, Stopping};
    let volume = VolumeConfig {
        iops: 40_000,
        ..VolumeConfig::new(VolumeType::Io2, 100)
    };
    let smaller = VolumeConfig {
        iops: 32_000,
        ..volume
    };
    let linux = |from, to| moved(from, to, Platform::Linux);
    let found = metered(
        &[
            (0, linux(None, Launching)),
            (0, provisioned(volume, true)),
            (0, address(true, false, true)),
            (15, linux(Some(Launching), Running)),
            (20, provisioned(smaller, false)),
            (45, linux(Some(Running), Stopping)),
            (45, address(true, false, false)),
            (75, linux(Some(Stopping), Stopped)),
            (100, deleted()),
        ],
        200,
    );
    assert_eq!(found.opened, 5);
    assert_eq!(
        found.used(),
        [
            // What was changed is cut, what is charged as before goes on.
            (UsageType::VolumeIops(VolumeType::Io2, 2), 8_000, 20),
            (UsageType::BoxUsage(large(), Platform::Linux), 1, 60),
            (UsageType::InUseAddress, 1, 60),
            (UsageType::VolumeUsage(VolumeType::Io2), 100, 100),
            (UsageType::VolumeIops(VolumeType::Io2, 1), 32_000, 100),
        ]
    );
}

#[test]
fn an_elastic_ip_is_metered_under_the_label_that_it_has() {
    use Phase::{Launching, Running, Stopped, Stopping};
    let linux = |from, to| moved(from, to, Platform::Linux);
    let found = metered(
        &[
            (0, linux(None, Launching)),
            (10, address(false, true, true)),
            (20, address(true, true, true)),
            (30, linux(Some(Launching), Running)),
            (40, linux(Some(Running), Stopping)),
            (70, linux(Some(Stopping), Stopped)),
            (90, address(true, true, false)),
        ],
        100,
    );
    let addresses = found.used();
    let addresses: Vec<_> = addresses
        .iter()
        .filter(|(usage_type, ..)| usage_type.meter() == Meter::PublicIpv4)
        .collect();
    assert_eq!(
        addresses,
        [
            &(UsageType::IdleAddress, 1, 10),
            &(UsageType::InUseAddress, 1, 50),
            &(UsageType::IdleAddress, 1, 30),
        ]
    );
}

/// A usage line of one of these, with its price.
fn usage(rates: &mut Rates, kind: usize, units: u64, from: SimTime, secs: u64) -> Usage {
    let usage_type = [
        UsageType::BoxUsage(large(), Platform::Linux),
        UsageType::BoxUsage(large(), Platform::Suse),
        UsageType::VolumeUsage(VolumeType::Gp3),
        UsageType::VolumeIops(VolumeType::Io2, 3),
        UsageType::IdleAddress,
    ][kind];
    Usage {
        meter: usage_type.meter(),
        resource: Some(Resource::Instance(InstanceHandle::new(0))),
        sku: rates.sku(usage_type).unwrap(),
        units,
        from,
        secs,
        rules: &[],
    }
}

#[test]
fn usage_is_cut_where_a_month_ends_and_priced_by_it() {
    // A day of February 2026, which has 28 days, and a day of March.
    let from = SimTime::from_secs(1_772_236_800);
    assert_eq!(from.to_string(), "2026-02-28T00:00:00Z");
    let mut rates = Rates::new(PriceBook::new(region()));
    let volume = usage(&mut rates, 2, 20, from, 2 * 86_400);
    let mut charges = Vec::new();
    let total = rates.charge(&volume, |charge| charges.push(charge.line()));
    let each = [28, 31].map(|days| Usd::monthly(price("0.08"), 20 * 86_400, days));
    assert_eq!(
        charges.iter().map(|line| line.amount).collect::<Vec<_>>(),
        each
    );
    assert_eq!(total, each[0] + each[1]);
    assert_eq!(charges[0].to, from.month().end());
    // An hour that begins in a month is that month's, whole.
    let hours = usage(&mut rates, 1, 1, from + secs(86_400 - 60), 2 * 3_600);
    let mut charges = Vec::new();
    rates.charge(&hours, |charge| charges.push(charge.line()));
    let quantities: Vec<_> = charges.iter().map(|line| line.quantity).collect();
    assert_eq!(quantities, [1, 1]);
    assert_eq!(charges[1].from, from + secs(86_400 - 60 + 3_600));
}

#[test]
fn what_the_scenario_gives_is_the_price_of_every_tier_and_the_nearest_key_wins() {
    let mut book = PriceBook::new(region());
    let iops = |tier| UsageType::VolumeIops(VolumeType::Io2, tier);
    let listed = [1, 2, 3].map(|tier| book.rate(iops(tier)).unwrap().price);
    assert_eq!(listed, ["0.065", "0.0455", "0.03185"].map(price));
    book.set(iops(2).price_key(), price("0.01"));
    let given = [1, 2, 3].map(|tier| book.rate(iops(tier)).unwrap().price);
    assert_eq!(given, [price("0.01"); 3]);

    let on = |platform| UsageType::BoxUsage(large(), platform);
    book.set(PriceKey::Instance(large(), None), price("0.05"));
    book.set(on(Platform::Rhel).price_key(), price("0.06"));
    assert_eq!(book.rate(on(Platform::Linux)).unwrap().price, price("0.05"));
    assert_eq!(book.rate(on(Platform::Rhel)).unwrap().price, price("0.06"));
}

#[test]
fn a_stage_before_the_ledger_decides_what_is_paid() {
    /// Everything is free, and remembered.
    struct Free<'a>(&'a mut Ledger, usize);
    impl Charges for Free<'_> {
        fn take(&mut self, charge: &Charge<'_>) {
            self.1 += 1;
            let mut free = *charge;
            free.part.amount = Usd::ZERO;
            self.0.take(&free);
        }
    }
    let mut rates = Rates::new(PriceBook::new(region()));
    let from = SimTime::from_secs(1_772_236_800);
    let volume = usage(&mut rates, 2, 20, from, 2 * 86_400);
    let mut ledger = Ledger::new(true);
    let mut free = Free(&mut ledger, 0);
    let list = rates.charge(&volume, |charge| free.take(charge));
    assert_eq!(free.1, 2);
    assert!(!list.is_zero());
    assert_eq!(ledger.lines().len(), 2);
    assert!(ledger.cost().total().is_zero());
}

/// The steps of a life, each after a while: 0 starts and stops, 1 gives and takes an Elastic IP, 2 changes the volume.
fn life() -> impl Strategy<Value = (bool, Vec<(u8, u64)>)> {
    let gap = prop_oneof![0..200_u64, 0..10_000_u64, 0..5_000_000_u64];
    (
        any::<bool>(),
        proptest::collection::vec((0..3_u8, gap), 0..14),
    )
}

/// The records of a life, and when it is over.
fn records(hourly: bool, steps: &[(u8, u64)]) -> (Vec<(SimTime, RecordKind)>, SimTime) {
    use Phase::{
        Hibernated, Hibernating, Launching, Resuming, Running, ShuttingDown, Starting, Stopped,
        Stopping, Terminated,
    };
    let platform = if hourly {
        Platform::Suse
    } else {
        Platform::Linux
    };
    let config = |n: usize| VolumeConfig {
        iops: [3_000, 4_000, 40_000][n % 3],
        ..VolumeConfig::new(
            [VolumeType::Gp3, VolumeType::Gp3, VolumeType::Io2][n % 3],
            100,
        )
    };
    let mut now = SimTime::from_secs(1_772_236_800);
    let mut records = vec![
        (now, moved(None, Launching, platform)),
        (now, provisioned(config(0), true)),
        (now, address(true, false, true)),
        (now, address(false, true, true)),
        (now + secs(15), moved(Some(Launching), Running, platform)),
    ];
    now = now + secs(15);
    let (mut phase, mut has_elastic) = (Running, false);
    for (number, (step, gap)) in steps.iter().enumerate() {
        now = now + secs(*gap);
        match step {
            0 => {
                let next = match phase {
                    Running => Stopping,
                    Stopping => Stopped,
                    Stopped => Starting,
                    Launching | Starting | Resuming | Hibernating | Hibernated | ShuttingDown
                    | Terminated => Running,
                };
                records.push((now, moved(Some(phase), next, platform)));
                match next {
                    Stopping => records.push((now, address(true, false, false))),
                    Starting => records.push((now, address(true, false, true))),
                    Launching | Resuming | Running | Hibernating | Stopped | Hibernated
                    | ShuttingDown | Terminated => {}
                }
                phase = next;
            }
            1 => {
                has_elastic = !has_elastic;
                records.push((now, address(true, true, has_elastic)));
            }
            _ => records.push((now, provisioned(config(number), false))),
        }
    }
    (records, now + secs(30))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cutting_usage_into_clock_hours_changes_no_total(
        kind in 0..5_usize,
        units in 1..5_000_u64,
        from in 1_700_000_000..1_900_000_000_u64,
        length in 0..4_000_000_u64,
    ) {
        let mut rates = Rates::new(PriceBook::new(region()));
        let whole = usage(&mut rates, kind, units, SimTime::from_secs(from), length);
        let mut cut = Usd::ZERO;
        let mut at = from;
        while at < from + length {
            let end = (at - at % 3_600 + 3_600).min(from + length);
            cut += rates.amount(&Usage { from: SimTime::from_secs(at), secs: end - at, ..whole });
            at = end;
        }
        prop_assert_eq!(rates.amount(&whole), cut);
        // It is the same in whichever month the last charge was.
        rates.turn(SimTime::from_secs(from + length));
        prop_assert_eq!(rates.amount(&whole), cut);
    }

    #[test]
    fn metered_seconds_are_those_of_the_time_line((_, steps) in life()) {
        let (records, end) = records(false, &steps);
        let mut runs: Vec<u64> = Vec::new();
        let mut since = None;
        for (at, kind) in &records {
            if let RecordKind::Transition(transition) = kind {
                match (since, transition.to.is_metered()) {
                    (None, true) => since = Some(*at),
                    (Some(from), false) => {
                        runs.push((*at - from).as_secs().max(60));
                        since = None;
                    }
                    _ => {}
                }
            }
        }
        runs.extend(since.map(|from| (end - from).as_secs().max(60)));
        let records: Vec<_> = records
            .into_iter()
            .map(|(at, kind)| (at.as_secs(), kind))
            .collect();
        let found = metered(&records, end.as_secs());
        let metered: Vec<u64> = found
            .lines
            .iter()
            .filter(|usage| usage.meter == Meter::Usage)
            .map(|usage| usage.secs)
            .collect();
        prop_assert_eq!(metered, runs);
    }

    #[test]
    fn every_view_of_the_ledger_comes_to_the_same((hourly, steps) in life()) {
        let (records, end) = records(hourly, &steps);
        let web = InstanceHandle::new(0);
        let all = [
            Resource::Instance(web),
            Resource::Volume(VolumeHandle::new(0)),
            Resource::Address(AddressHandle::new(0)),
        ];
        // One bill is asked all the time what it comes to, the other never.
        let mut asked = Biller::new(PriceBook::new(region()), true);
        let mut left_alone = Biller::new(PriceBook::new(region()), false);
        let mut meters = Meters::heard();
        let mut told = Usd::ZERO;
        for (at, kind) in &records {
            asked.observe(*at, kind, &mut meters);
            left_alone.observe(*at, kind, &mut Meters::default());
            let (step, total) = asked.settle(*at, web);
            told += step;
            prop_assert_eq!(told, total);
            prop_assert_eq!(total, left_alone.instance_cost(*at, web).total());
            for biller in [&asked, &left_alone] {
                let own = |resource| biller.cost_of(*at, resource);
                let sum = all.iter().fold(Cost::default(), |sum, one| sum.plus(own(*one)));
                prop_assert_eq!(sum, biller.total_cost(*at));
            }
        }
        asked.finish(end, &mut meters);
        left_alone.finish(end, &mut Meters::default());
        let lines: Usd = asked.ledger().iter().map(|line| line.amount).sum();
        let sums: Usd = asked.sums().map(|sum| sum.amount).sum();
        let closed = |event: &MeterEvent| event.closed.map(|closed| closed.amount);
        let events: Usd = meters.events().iter().filter_map(closed).sum();
        let total = asked.cost().total();
        prop_assert_eq!([lines, sums, events], [total; 3]);
        prop_assert_eq!(asked.cost(), left_alone.cost());
        prop_assert!(left_alone.ledger().is_empty());
        for biller in [&asked, &left_alone] {
            prop_assert_eq!(biller.total_cost(end), biller.cost());
            let own = |resource: Resource| biller.cost_of(end, resource);
            let sum = all.iter().fold(Cost::default(), |sum, one| sum.plus(own(*one)));
            prop_assert_eq!(sum, biller.cost());
        }
        for line in asked.ledger() {
            let month = line.from.month();
            prop_assert!(line.from < line.to && line.quantity > 0);
            prop_assert!(hourly || line.to <= month.end());
        }
    }
}
