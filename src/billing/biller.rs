//! The fold over records that keeps the bill.

use std::collections::BTreeMap;

use crate::{
    catalog::{Platform, TypeId},
    lifecycle::Phase,
    money::Usd,
    record::{
        self, AddressEvent, AddressHandle, AddressScope, Closed, DataEvent, DataKind, DataOutcome,
        InstanceHandle, Meter, MeterEvent, Provisioned, RecordKind, Resource, Rules, Transition,
        Unit, UsageType, VolumeConfig, VolumeHandle,
    },
    rule,
    time::{Month, SimDuration, SimTime},
};

use super::{
    Charge, Cost, LedgerLine, Meters, PriceBook, Rate, UsageSum,
    accounts::{AddressAccount, InstanceAccount, VolumeAccount},
    cited::{address_rules, charge_rules, run_rules, short_charge_rules},
    sums::{self, UsageSums},
};

/// The least that a run, an address or a volume is charged for (`BILL-MIN-60S`, `BILL-IPV4-MIN-60S`,
/// `BILL-EBS-MIN-60S`), in seconds.
pub(super) const MINIMUM_SECS: u64 = 60;

/// The bill of a replay, kept as its records come.
///
/// # Example
///
/// ```
/// use ec2sim::Scenario;
/// let scenario = Scenario::from_text("night.yaml", "
/// instances: { web: { type: t3.micro, public-ipv4: none } }
/// steps:
///   - launch: web
///   - wait-until: { web: running }
///   - after: 45s
///     terminate: web
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// // EX-01: 45 seconds are charged as 60.
/// assert_eq!(replay.bill().cost().usage.to_string(), "0.0001733333");
/// ```
#[derive(Debug, Clone)]
pub struct Biller {
    prices: PriceBook,
    public_ipv4: Rate,
    rates: Vec<((TypeId, Platform), Rate)>,
    charges: Vec<(VolumeConfig, Vec<Charge>)>,
    instances: Vec<InstanceAccount>,
    /// What each instance's cost was when that was last told, if it ever was.
    told: Vec<Usd>,
    volumes: Vec<VolumeAccount>,
    /// Since when each charge of a volume is as it is, where a change has left some as they were.
    sinces: BTreeMap<VolumeHandle, Vec<SimTime>>,
    addresses: Vec<AddressAccount>,
    closed: Cost,
    sums: UsageSums,
    ledger: Option<Vec<LedgerLine>>,
    /// The month of the last transition: nearly everything that is charged lies in it.
    month: Month,
    /// Whether the replay is over.
    is_over: bool,
}

/// A metered interval that has ended.
struct Interval {
    resource: Resource,
    meter: Meter,
    usage_type: UsageType,
    unit: Unit,
    units: u64,
    rate: Rate,
    from: SimTime,
    secs: u64,
    rules: Rules,
}

impl Biller {
    /// An empty bill. Without a ledger only the sums are kept.
    pub fn new(prices: PriceBook, keep_ledger: bool) -> Self {
        Self {
            public_ipv4: prices.public_ipv4(),
            prices,
            rates: Vec::new(),
            charges: Vec::new(),
            instances: Vec::new(),
            told: Vec::new(),
            volumes: Vec::new(),
            sinces: BTreeMap::new(),
            addresses: Vec::new(),
            closed: Cost::default(),
            sums: UsageSums::default(),
            ledger: keep_ledger.then(Vec::new),
            month: SimTime::default().month(),
            is_over: false,
        }
    }

    /// The prices.
    pub const fn prices(&self) -> &PriceBook {
        &self.prices
    }

    /// The lines so far, in the order in which their intervals ended; empty where no ledger is kept.
    pub fn ledger(&self) -> &[LedgerLine] {
        self.ledger.as_deref().unwrap_or(&[])
    }

    /// What was charged so far, summed up by what it is charged as and at what price, in the order of these.
    pub fn sums(&self) -> impl Iterator<Item = &UsageSum> {
        self.sums.iter()
    }

    /// What all closed meters have cost: the whole bill, once the replay is over.
    pub const fn cost(&self) -> Cost {
        self.closed
    }

    /// What happened is charged; the meters that it opens and closes are told to `meters`.
    ///
    /// # Panics
    ///
    /// Panics where a record tells of something without a price: the scenario reader lets no such file through.
    pub fn observe(&mut self, at: SimTime, kind: &RecordKind, meters: &mut Meters) {
        match kind {
            RecordKind::Transition(transition) => {
                if !self.month.contains(at) {
                    self.month = at.month();
                }
                self.transition(at, transition, meters);
            }
            RecordKind::Provisioned(provisioned) => self.provisioned(at, provisioned, meters),
            RecordKind::Address(event) => self.address(at, event, meters),
            RecordKind::Data(DataEvent {
                what: DataKind::Volume(volume),
                outcome: DataOutcome::Deleted,
                ..
            }) => {
                self.close_volume(at, *volume, meters);
            }
            RecordKind::Data(_)
            | RecordKind::Rejected(_)
            | RecordKind::Accepted(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_) => {}
        }
    }

    /// The end: a meter that is still open counts as if it were closed here, its minimum included.
    pub fn finish(&mut self, at: SimTime, meters: &mut Meters) {
        self.is_over = true;
        for index in 0..self.instances.len() {
            let instance = InstanceHandle::new(index);
            self.close_run(at, instance, meters);
            self.close_auto_address(at, instance, meters);
        }
        for index in 0..self.volumes.len() {
            self.close_volume(at, VolumeHandle::new(index), meters);
        }
        for index in 0..self.addresses.len() {
            self.close_address(at, AddressHandle::new(index), true, meters);
        }
    }

    /// What an instance has cost up to now: its usage, its auto-assigned addresses and the volumes launched with it. Open
    /// meters count by the time elapsed, closed ones with their minimum.
    pub fn instance_cost(&self, at: SimTime, instance: InstanceHandle) -> Cost {
        let Some(account) = self.instances.get(instance.index()) else {
            return Cost::default();
        };
        let mut cost = Cost {
            usage: account.usage,
            ebs: Usd::ZERO,
            public_ipv4: account.public_ipv4,
        };
        if let Some(since) = account.run_since.get() {
            cost.usage += Usd::hourly(self.rated(account).1.price, (at - since).as_secs());
        }
        if let Some(since) = account.address_since.get() {
            cost.public_ipv4 += Usd::hourly(self.public_ipv4.price, (at - since).as_secs());
        }
        for volume in account.launched_volumes() {
            cost.ebs += self.volume_cost(at, volume);
        }
        cost
    }

    /// What a volume has cost up to now.
    pub fn volume_cost(&self, at: SimTime, volume: VolumeHandle) -> Usd {
        let Some(account) = self.volumes.get(volume.index()) else {
            return Usd::ZERO;
        };
        let mut cost = account.closed;
        if !account.is_open {
            return cost;
        }
        if !account.was_changed && self.month.contains(account.born) && at < self.month.end() {
            // As it is with most volumes: born in this month, and charged as then.
            let secs = (at - account.born).as_secs();
            for charge in self.charges_of(account) {
                let units = charge.units.saturating_mul(secs);
                cost += Usd::monthly(charge.rate.price, units, self.month.days());
            }
        } else {
            for (index, charge) in self.charges_of(account).iter().enumerate() {
                let since = self.since_of(volume, account, index);
                cost += self.monthly(charge, since, (at - since).as_secs());
            }
        }
        cost
    }

    /// What an Elastic IP has cost up to now.
    pub fn address_cost(&self, at: SimTime, address: AddressHandle) -> Usd {
        let Some(account) = self.addresses.get(address.index()) else {
            return Usd::ZERO;
        };
        if account.is_open {
            account.closed + Usd::hourly(self.public_ipv4.price, (at - account.since).as_secs())
        } else {
            account.closed
        }
    }

    /// What everything has cost up to now.
    pub fn total_cost(&self, at: SimTime) -> Cost {
        let mut cost = Cost::default();
        for index in 0..self.instances.len() {
            let own = self.instance_cost(at, InstanceHandle::new(index));
            cost.usage += own.usage;
            cost.public_ipv4 += own.public_ipv4;
        }
        cost.ebs = (0..self.volumes.len())
            .map(|index| self.volume_cost(at, VolumeHandle::new(index)))
            .sum();
        for index in 0..self.addresses.len() {
            cost.public_ipv4 += self.address_cost(at, AddressHandle::new(index));
        }
        cost
    }

    /// What an instance has cost since this was last asked, and since its launch.
    pub fn settle(&mut self, at: SimTime, instance: InstanceHandle) -> (Usd, Usd) {
        let total = self.instance_cost(at, instance).total();
        let index = instance.index();
        if self.told.len() <= index {
            self.told.resize(index + 1, Usd::ZERO);
        }
        let before = std::mem::replace(&mut self.told[index], total);
        (total - before, total)
    }

    /// The seconds of usage that an instance is billed for so far, minimums included, also that of a run under way; whole
    /// hours on a platform that is billed by the hour.
    pub fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        let Some(account) = self.instances.get(instance.index()) else {
            return 0;
        };
        let under_way = account.run_since.get().map_or(0, |since| {
            let ((_, platform), _) = *self.rated(account);
            billed(platform, (at - since).as_secs())
        });
        account.billed_secs + under_way
    }

    /// Whether an instance's usage is metering.
    pub fn is_metering(&self, instance: InstanceHandle) -> bool {
        self.instances
            .get(instance.index())
            .is_some_and(|account| account.run_since.get().is_some())
    }

    fn account(&mut self, instance: InstanceHandle) -> &mut InstanceAccount {
        let index = instance.index();
        if self.instances.len() <= index {
            self.instances
                .resize_with(index + 1, InstanceAccount::default);
        }
        &mut self.instances[index]
    }

    /// What a run is billed as, and its price.
    fn rated(&self, account: &InstanceAccount) -> &((TypeId, Platform), Rate) {
        &self.rates[record::index(account.rate)]
    }

    /// What a volume is charged for.
    fn charges_of(&self, account: &VolumeAccount) -> &[Charge] {
        &self.charges[record::index(account.charges)].1
    }

    /// Since when a charge of a volume is as it is.
    fn since_of(&self, volume: VolumeHandle, account: &VolumeAccount, index: usize) -> SimTime {
        if !account.was_changed {
            return account.born;
        }
        let each = self
            .sinces
            .get(&volume)
            .and_then(|sinces| sinces.get(index));
        each.copied().unwrap_or(account.born)
    }

    fn rate(&mut self, instance_type: TypeId, platform: Platform) -> usize {
        let key = (instance_type, platform);
        if let Some(index) = self.rates.iter().position(|(known, _)| *known == key) {
            return index;
        }
        let Some(rate) = self.prices.instance(instance_type, platform) else {
            panic!(
                "{} has a price on {platform:?}: the scenario reader has checked it",
                instance_type.name()
            )
        };
        self.rates.push((key, rate));
        self.rates.len() - 1
    }

    fn transition(&mut self, at: SimTime, transition: &Transition, meters: &mut Meters) {
        let instance = transition.instance;
        let was_metered = transition.from.is_some_and(Phase::is_metered);
        let meters_now = transition.to.is_metered();
        if meters_now && !was_metered {
            self.open_run(at, transition, meters);
        } else if was_metered && !meters_now {
            self.close_run(at, instance, meters);
        }
        let account = self.account(instance);
        account.hibernates = transition.to == Phase::Hibernating;
        // The label of an address follows the state of its instance (BILL-IPV4-LABEL-STATE).
        account.is_idle = transition.to.is_idle();
        if let Some(address) = account.elastic_ip {
            self.relabel(at, address, !transition.to.is_idle(), meters);
        }
    }

    fn open_run(&mut self, at: SimTime, transition: &Transition, meters: &mut Meters) {
        let instance = transition.instance;
        let index = self.rate(transition.instance_type, transition.platform);
        let ((instance_type, platform), rate) = self.rates[index];
        let account = self.account(instance);
        account.rate = u32::try_from(index).unwrap_or(u32::MAX);
        account.run_since.set(at);
        meters.tell(|| MeterEvent {
            meter: Meter::Usage,
            resource: Resource::Instance(instance),
            usage_type: UsageType::BoxUsage(instance_type, platform),
            unit: if platform.is_hourly() {
                Unit::Hour
            } else {
                Unit::Second
            },
            units: 1,
            unit_price: rate.price,
            closed: None,
            rules: &[rule::BILL_METER_START, rule::BILL_RUNNING],
        });
    }

    fn close_run(&mut self, at: SimTime, instance: InstanceHandle, meters: &mut Meters) {
        let account = self.account(instance);
        let Some(since) = account.run_since.take() else {
            return;
        };
        let (hibernates, index) = (account.hibernates, account.rate);
        let ((instance_type, platform), rate) = self.rates[record::index(index)];
        // A run of no length is charged like any other short one (BILL-MIN-ZERO-RUN).
        let metered = (at - since).as_secs();
        let secs = billed(platform, metered);
        let (unit, rules): (_, Rules) = if platform.is_hourly() {
            (
                Unit::Hour,
                &[
                    rule::BILL_RUNNING,
                    rule::BILL_HOURLY_PLATFORM,
                    rule::BILL_HOURLY_ANCHOR,
                    rule::BILL_RATE_KEY,
                ],
            )
        } else {
            (Unit::Second, run_rules(hibernates, metered))
        };
        self.account(instance).billed_secs += secs;
        self.close(
            &Interval {
                resource: Resource::Instance(instance),
                meter: Meter::Usage,
                usage_type: UsageType::BoxUsage(instance_type, platform),
                unit,
                units: 1,
                rate,
                from: since,
                secs,
                rules,
            },
            meters,
        );
    }

    fn provisioned(&mut self, at: SimTime, provisioned: &Provisioned, meters: &mut Meters) {
        let charges = match self
            .charges
            .iter()
            .position(|(known, _)| *known == provisioned.config)
        {
            Some(index) => index,
            None => {
                self.charges
                    .push((provisioned.config, self.prices.charges(&provisioned.config)));
                self.charges.len() - 1
            }
        };
        let volume = provisioned.volume;
        if !provisioned.created {
            self.volume_changes(at, volume, charges, meters);
            return;
        }
        debug_assert_eq!(
            self.volumes.len(),
            volume.index(),
            "volumes come about in the order of their handles"
        );
        self.volumes.push(VolumeAccount {
            born: at,
            closed: Usd::ZERO,
            charges: u32::try_from(charges).unwrap_or(u32::MAX),
            is_open: true,
            was_changed: false,
        });
        if let Some(owner) = provisioned.owner {
            let account = self.account(owner);
            account.first_volume.get_or_insert(volume);
            account.volumes += 1;
        }
        for charge in &self.charges[charges].1 {
            meters.tell(|| opened(volume, charge));
        }
    }

    /// A volume is something else from now on: what changed is cut, what is charged as before goes on
    /// (`BILL-EBS-MODIFY`).
    fn volume_changes(
        &mut self,
        at: SimTime,
        volume: VolumeHandle,
        charges: usize,
        meters: &mut Meters,
    ) {
        let account = self.volumes[volume.index()].clone();
        let before = self.charges_of(&account).to_vec();
        let after = self.charges[charges].1.clone();
        for (index, charge) in before.iter().enumerate() {
            if !after.contains(charge) {
                let since = self.since_of(volume, &account, index);
                self.close_charge(at, volume, charge, since, 0, meters);
            }
        }
        let mut sinces = Vec::with_capacity(after.len());
        for charge in &after {
            match before.iter().position(|known| known == charge) {
                Some(index) => sinces.push(self.since_of(volume, &account, index)),
                None => {
                    sinces.push(at);
                    meters.tell(|| opened(volume, charge));
                }
            }
        }
        self.sinces.insert(volume, sinces);
        let account = &mut self.volumes[volume.index()];
        account.was_changed = true;
        account.charges = u32::try_from(charges).unwrap_or(u32::MAX);
    }

    /// Closes a volume's meters at the end of its life, with the minimum on the last configuration.
    fn close_volume(&mut self, at: SimTime, volume: VolumeHandle, meters: &mut Meters) {
        let Some(account) = self.volumes.get_mut(volume.index()) else {
            return;
        };
        if !std::mem::take(&mut account.is_open) {
            return;
        }
        let account = account.clone();
        let top_up = MINIMUM_SECS.saturating_sub((at - account.born).as_secs());
        for index in 0..self.charges_of(&account).len() {
            let charge = self.charges_of(&account)[index];
            let since = self.since_of(volume, &account, index);
            self.close_charge(at, volume, &charge, since, top_up, meters);
        }
        self.sinces.remove(&volume);
    }

    fn close_charge(
        &mut self,
        at: SimTime,
        volume: VolumeHandle,
        charge: &Charge,
        since: SimTime,
        top_up: u64,
        meters: &mut Meters,
    ) {
        let rules = if top_up > 0 {
            short_charge_rules(charge.usage_type)
        } else {
            charge_rules(charge.usage_type)
        };
        self.close(
            &Interval {
                resource: Resource::Volume(volume),
                meter: Meter::Ebs,
                usage_type: charge.usage_type,
                unit: charge.unit,
                units: charge.units,
                rate: charge.rate,
                from: since,
                secs: (at - since).as_secs() + top_up,
                rules,
            },
            meters,
        );
    }

    fn address(&mut self, at: SimTime, event: &AddressEvent, meters: &mut Meters) {
        let is_ipv4 = event.to.or(event.from).is_some_and(|ip| ip.is_ipv4());
        match (event.scope, event.address, event.instance) {
            // IPv6 and private addresses are free (BILL-IPV4-IPV6-FREE).
            (AddressScope::Private, ..) => {}
            (AddressScope::Public, ..) if !is_ipv4 => {}
            (AddressScope::Public, _, Some(instance)) if event.to.is_some() => {
                self.account(instance).address_since.set(at);
                meters.tell(|| self.address_meter(Resource::Instance(instance), true));
            }
            (AddressScope::Public, _, Some(instance)) => {
                self.close_auto_address(at, instance, meters);
            }
            (AddressScope::Public, _, None) | (AddressScope::Elastic, None, _) => {}
            (AddressScope::Elastic, Some(address), None) if event.to.is_some() => {
                debug_assert_eq!(
                    self.addresses.len(),
                    address.index(),
                    "addresses come in the order of their handles"
                );
                self.addresses.push(AddressAccount {
                    born: at,
                    since: at,
                    is_open: true,
                    in_use: false,
                    closed: Usd::ZERO,
                });
                meters.tell(|| self.address_meter(Resource::Address(address), false));
            }
            (AddressScope::Elastic, Some(address), None) => {
                self.close_address(at, address, true, meters);
            }
            (AddressScope::Elastic, Some(address), Some(instance)) => {
                let on = event.to.is_some();
                self.account(instance).elastic_ip = on.then_some(address);
                let in_use = on && !self.account(instance).is_idle;
                self.relabel(at, address, in_use, meters);
            }
        }
    }

    /// Every public address is charged, each one again (`IP-CHARGED`, `BILL-IPV4-SECONDARY`).
    fn address_meter(&self, resource: Resource, in_use: bool) -> MeterEvent {
        MeterEvent {
            meter: Meter::PublicIpv4,
            resource,
            usage_type: address_usage(in_use),
            unit: Unit::Second,
            units: 1,
            unit_price: self.public_ipv4.price,
            closed: None,
            rules: address_rules(resource, in_use, false),
        }
    }

    fn close_auto_address(&mut self, at: SimTime, instance: InstanceHandle, meters: &mut Meters) {
        let Some(since) = self.account(instance).address_since.take() else {
            return;
        };
        let held = (at - since).as_secs();
        let resource = Resource::Instance(instance);
        self.close(
            &Interval {
                resource,
                meter: Meter::PublicIpv4,
                usage_type: UsageType::InUseAddress,
                unit: Unit::Second,
                units: 1,
                rate: self.public_ipv4,
                from: since,
                secs: held.max(MINIMUM_SECS),
                rules: address_rules(resource, true, held < MINIMUM_SECS),
            },
            meters,
        );
    }

    /// Closes an Elastic IP's meter; at its release, with the minimum.
    fn close_address(
        &mut self,
        at: SimTime,
        address: AddressHandle,
        is_end: bool,
        meters: &mut Meters,
    ) {
        let Some(account) = self
            .addresses
            .get_mut(address.index())
            .filter(|account| account.is_open)
        else {
            return;
        };
        account.is_open = false;
        let life = (at - account.born).as_secs();
        let top_up = if is_end {
            MINIMUM_SECS.saturating_sub(life)
        } else {
            0
        };
        let (from, in_use) = (account.since, account.in_use);
        let resource = Resource::Address(address);
        self.close(
            &Interval {
                resource,
                meter: Meter::PublicIpv4,
                usage_type: address_usage(in_use),
                unit: Unit::Second,
                units: 1,
                rate: self.public_ipv4,
                from,
                secs: (at - from).as_secs() + top_up,
                rules: address_rules(resource, in_use, top_up > 0),
            },
            meters,
        );
    }

    fn relabel(&mut self, at: SimTime, address: AddressHandle, in_use: bool, meters: &mut Meters) {
        if self.addresses[address.index()].in_use == in_use {
            return;
        }
        self.close_address(at, address, false, meters);
        let account = &mut self.addresses[address.index()];
        account.since = at;
        account.in_use = in_use;
        account.is_open = true;
        meters.tell(|| self.address_meter(Resource::Address(address), in_use));
    }

    /// An interval has ended: its lines go to the ledger, its amount to the sums, and the meter is told.
    fn close(&mut self, interval: &Interval, meters: &mut Meters) {
        let mut amount = Usd::ZERO;
        let mut parts = 0;
        let mut from = interval.from;
        let mut left = interval.secs;
        // Cut at month ends: the price of a month is spread over its own seconds (BILL-MONTH-CALENDAR). An hour is booked
        // in the month in which it begins (BILL-HOURLY-ANCHOR).
        while left > 0 {
            let month = self.month_of(from);
            let to_end = (month.end() - from).as_secs();
            let secs = match interval.unit {
                Unit::Hour => left.min(to_end.div_ceil(3_600) * 3_600),
                Unit::Second | Unit::GibSecond | Unit::IopsSecond | Unit::MibpsSecond => {
                    left.min(to_end)
                }
            };
            let part = match interval.unit {
                Unit::Second | Unit::Hour => Usd::hourly(interval.rate.price, secs),
                Unit::GibSecond | Unit::IopsSecond | Unit::MibpsSecond => Usd::monthly(
                    interval.rate.price,
                    interval.units.saturating_mul(secs),
                    month.days(),
                ),
            };
            amount += part;
            parts += sums::parts(interval.unit, quantity(interval, secs), month);
            let to = from + SimDuration::from_secs(secs);
            if let Some(ledger) = &mut self.ledger {
                ledger.push(LedgerLine {
                    resource: interval.resource,
                    meter: interval.meter,
                    usage_type: interval.usage_type,
                    // A minimum may reach beyond the last instant that can be written.
                    from: from.min(SimTime::MAX),
                    to: to.min(SimTime::MAX),
                    quantity: quantity(interval, secs),
                    unit: interval.unit,
                    unit_price: interval.rate.price,
                    source: interval.rate.source,
                    amount: part,
                    rules: interval.rules,
                });
            }
            left -= secs;
            from = to;
        }
        self.closed.add(interval.meter, amount);
        self.sums.add(&UsageSum {
            meter: interval.meter,
            usage_type: interval.usage_type,
            unit: interval.unit,
            unit_price: interval.rate.price,
            source: interval.rate.source,
            parts,
            amount,
        });
        match (interval.resource, interval.meter) {
            (Resource::Instance(instance), Meter::Usage) => self.account(instance).usage += amount,
            (Resource::Instance(instance), Meter::PublicIpv4 | Meter::Ebs) => {
                self.account(instance).public_ipv4 += amount;
            }
            (Resource::Volume(volume), _) => self.volumes[volume.index()].closed += amount,
            (Resource::Address(address), _) => self.addresses[address.index()].closed += amount,
        }
        let at_end = self.is_over;
        meters.tell(|| MeterEvent {
            meter: interval.meter,
            resource: interval.resource,
            usage_type: interval.usage_type,
            unit: interval.unit,
            units: interval.units,
            unit_price: interval.rate.price,
            closed: Some(Closed {
                quantity: quantity(interval, interval.secs),
                amount,
                at_end,
            }),
            rules: interval.rules,
        });
    }

    /// The month of an instant; mostly it is that of the last event.
    fn month_of(&self, at: SimTime) -> Month {
        if self.month.contains(at) {
            self.month
        } else {
            at.month()
        }
    }

    /// What a charge comes to for so many seconds, by the months that they fall into.
    fn monthly(&self, charge: &Charge, from: SimTime, secs: u64) -> Usd {
        let mut cost = Usd::ZERO;
        let (mut from, mut left) = (from, secs);
        while left > 0 {
            let month = self.month_of(from);
            let here = left.min((month.end() - from).as_secs());
            cost += Usd::monthly(
                charge.rate.price,
                charge.units.saturating_mul(here),
                month.days(),
            );
            left -= here;
            from = from + SimDuration::from_secs(here);
        }
        cost
    }
}

/// What a run of so many metered seconds is charged for, in seconds (`BILL-MIN-60S`, `BILL-HOURLY-PLATFORM`).
fn billed(platform: Platform, metered: u64) -> u64 {
    if platform.is_hourly() {
        metered.div_ceil(3_600).max(1) * 3_600
    } else {
        metered.max(MINIMUM_SECS)
    }
}

/// A volume's meter opens.
fn opened(volume: VolumeHandle, charge: &Charge) -> MeterEvent {
    MeterEvent {
        meter: Meter::Ebs,
        resource: Resource::Volume(volume),
        usage_type: charge.usage_type,
        unit: charge.unit,
        units: charge.units,
        unit_price: charge.rate.price,
        closed: None,
        rules: charge_rules(charge.usage_type),
    }
}

fn quantity(interval: &Interval, secs: u64) -> u64 {
    match interval.unit {
        Unit::Hour => secs / 3_600,
        Unit::Second | Unit::GibSecond | Unit::IopsSecond | Unit::MibpsSecond => {
            interval.units.saturating_mul(secs)
        }
    }
}

const fn address_usage(in_use: bool) -> UsageType {
    if in_use {
        UsageType::InUseAddress
    } else {
        UsageType::IdleAddress
    }
}
