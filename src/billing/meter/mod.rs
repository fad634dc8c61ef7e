//! Metering: what is used, from when to when. The first stage of the bill.
//!
//! It folds over records and knows no price: what it finds goes to the next stage as [`Usage`], under the number that stage
//! has given the usage type. What opens and closes a meter, its minimum, and the rules that it cites are in a file for each
//! meter; what it charges as is in its row of the table (`record/meters.rs`).

mod address;
mod credits;
mod dedicated;
mod fast_restore;
mod function;
mod host;
mod monitoring;
mod reservation;
mod run;
mod snapshot;
mod spot;
mod task;
mod transfer;
mod volume;

use crate::{
    catalog::RegionId,
    record::{
        self, AddressHandle, DataEvent, DataKind, DataOutcome, Fact, FunctionHandle,
        InstanceHandle, Meter, RecordKind, Resource, Rules, TaskHandle, UsageType, VolumeHandle,
    },
    time::SimTime,
};

use address::Addresses;
pub use credits::CreditBalance;
use credits::Credits;
use dedicated::RegionFee;
use function::Functions;
use host::Hosts;
use monitoring::Monitoring;
use reservation::Reservations;
use run::Runs;
use snapshot::Snapshots;
use task::Tasks;
use transfer::Transfers;
use volume::Volumes;

/// The number of a usage type, given by the stage that prices it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Sku(u32);

impl Sku {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) const fn index(self) -> usize {
        record::index(self.0)
    }
}

/// A usage line: what something used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    pub(super) meter: Meter,
    /// What used it; none where it is the account's.
    pub(super) resource: Option<Resource>,
    /// What was used.
    pub(super) sku: Sku,
    /// How many at a time: GiB, IOPS, MiB/s; an instance or an address is one. Of what is counted as an amount, how much in
    /// all.
    pub(super) units: u64,
    pub(super) from: SimTime,
    /// For how long, the minimum included.
    pub(super) secs: u64,
    /// The rules that decide it.
    pub(super) rules: Rules,
}

impl Usage {
    /// What one of something uses in a span.
    fn new(meter: Meter, resource: Resource, sku: Sku, span: Span) -> Self {
        Self {
            meter,
            resource: Some(resource),
            sku,
            units: 1,
            from: span.from,
            secs: (span.to - span.from).as_secs(),
            rules: &[],
        }
    }

    /// With the rules that decide it.
    fn by(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// What of it was used before an instant.
    pub(super) fn before(self, at: SimTime) -> Self {
        let secs = (at - self.from).as_secs().min(self.secs);
        Self { secs, ..self }
    }
}

/// From one instant to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: SimTime,
    pub(super) to: SimTime,
}

impl Span {
    pub(super) const fn new(from: SimTime, to: SimTime) -> Self {
        Self { from, to }
    }

    /// No time at all.
    const fn at(at: SimTime) -> Self {
        Self::new(at, at)
    }

    /// The part of it since an instant.
    fn since(self, at: SimTime) -> Self {
        let from = self.from.max(at);
        Self { from, ..self }
    }
}

/// The stage that metering tells of what it finds.
pub(super) trait Rating {
    /// The number of a usage type; none where it isn't charged, and then nothing is told of it.
    fn sku(&mut self, usage_type: UsageType) -> Option<Sku>;

    /// A meter opens: nothing is used yet.
    fn opened(&mut self, usage: &Usage);

    /// A meter closes: so much was used.
    fn closed(&mut self, usage: &Usage);
}

/// The meters of a replay, open and closed.
#[derive(Debug, Clone)]
pub(super) struct Metering {
    runs: Runs,
    volumes: Volumes,
    addresses: Addresses,
    region_fee: RegionFee,
    hosts: Hosts,
    reservations: Reservations,
    snapshots: Snapshots,
    monitoring: Monitoring,
    transfers: Transfers,
    functions: Functions,
    tasks: Tasks,
    /// Where somebody asks for CPU credits.
    credits: Option<Credits>,
}

impl Metering {
    /// No meters yet. `sku` gives usage types their numbers, as [`Rating::sku`] does.
    pub(super) fn new(region: RegionId, sku: impl FnMut(UsageType) -> Option<Sku>) -> Self {
        Self {
            runs: Runs::default(),
            volumes: Volumes::new(region),
            addresses: Addresses::new(sku),
            region_fee: RegionFee::default(),
            hosts: Hosts::default(),
            reservations: Reservations::default(),
            snapshots: Snapshots::default(),
            monitoring: Monitoring::default(),
            transfers: Transfers::default(),
            functions: Functions::default(),
            tasks: Tasks::default(),
            credits: None,
        }
    }

    /// What each kind of record opens and closes.
    pub(super) fn observe(&mut self, at: SimTime, kind: &RecordKind, next: &mut impl Rating) {
        match kind {
            RecordKind::Transition(transition) => {
                self.runs.transition(at, transition, next);
                self.addresses.transition(at, transition, next);
                self.region_fee.transition(at, transition, next);
                self.reservations.transition(at, transition, next);
                self.transfers.transition(at, transition, next);
                if self.monitoring.is_used() {
                    self.monitoring.transition(at, transition, next);
                }
                if let Some(credits) = &mut self.credits {
                    credits.transition(at, transition, next);
                }
            }
            RecordKind::Provisioned(provisioned) => self.volumes.provisioned(at, provisioned, next),
            RecordKind::Address(event) => self.addresses.changed(at, event, next),
            RecordKind::Data(DataEvent {
                what: DataKind::Volume(volume),
                outcome: DataOutcome::Deleted,
                ..
            }) => self.volumes.close(at, *volume, next),
            RecordKind::Accepted(accepted) => self.hosts.observe(at, accepted, next),
            RecordKind::Reservation(event) => {
                let runs = |instance| self.runs.is_open(instance);
                self.reservations.observe(at, event, runs, next);
            }
            RecordKind::Fact(Fact::Sent(sent)) => self.transfers.sent(at, sent, next),
            RecordKind::Fact(Fact::Utilised(utilised)) => {
                if let Some(credits) = &mut self.credits {
                    credits.utilised(at, *utilised, next);
                }
            }
            RecordKind::Fact(Fact::SpotRate(priced)) => self.runs.spot_priced(at, *priced, next),
            RecordKind::Fact(Fact::Monitoring(monitored)) => {
                let is_running = self.runs.is_running(monitored.instance);
                self.monitoring.turned(at, *monitored, is_running, next);
            }
            RecordKind::Fact(Fact::Snapshot(change)) => self.snapshots.changed(at, change, next),
            RecordKind::Fact(Fact::Requests(requests)) => Volumes::asked(at, *requests, next),
            RecordKind::Fact(Fact::CreditMode(choice)) => {
                if let Some(credits) = &mut self.credits {
                    credits.switched(at, *choice, next);
                }
            }
            RecordKind::Fact(fact @ (Fact::Readiness(_) | Fact::Cached(_))) => {
                self.functions.told(at, fact, next);
            }
            RecordKind::Invocation(one) => self.functions.invoked(one, next),
            RecordKind::Moved(moved) => self.tasks.moved(at, moved, next),
            RecordKind::Environment(_)
            | RecordKind::Data(_)
            | RecordKind::Rejected(_)
            | RecordKind::Meter(_)
            | RecordKind::Note(_)
            | RecordKind::Expectation(_)
            | RecordKind::Notice(_) => {}
        }
    }

    /// The end: what is still open counts as if it were closed here, its minimum included.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        for index in 0..self.instances() {
            let instance = InstanceHandle::new(index);
            self.runs.close(at, instance, next);
            self.addresses.close_auto(at, instance, next);
        }
        for index in 0..self.volumes.len() {
            self.volumes.close(at, VolumeHandle::new(index), next);
        }
        for index in 0..self.addresses.len() {
            self.addresses.close(at, AddressHandle::new(index), next);
        }
        self.reservations.finish(at, next);
        self.hosts.finish(at, next);
        self.snapshots.finish(at, next);
        self.monitoring.finish(at, next);
        self.region_fee.close(at, next);
        self.transfers.finish(at, next);
        self.functions.finish(at, next);
        self.tasks.finish(at, next);
        if let Some(credits) = &mut self.credits {
            credits.finish(at, next);
        }
    }

    /// What the open meters of one thing have used in a span that ends now: the time that has passed, without a minimum.
    pub(super) fn so_far(&self, span: Span, of: Resource, tell: impl FnMut(&Usage)) {
        match of {
            Resource::Instance(instance) => self.instance_so_far(span, instance, tell),
            Resource::Volume(volume) => self.volume_so_far(span, volume, tell),
            Resource::Address(address) => self.addresses.so_far(span, address, tell),
            Resource::Image(_) | Resource::Interface(_) => {}
            Resource::Snapshot(snapshot) => self.snapshots.so_far(span, snapshot, tell),
            Resource::DedicatedHost(host) => self.hosts.so_far(span, host, tell),
            Resource::CapacityReservation(reservation) => {
                self.reservations.so_far(span, reservation, tell);
            }
            // What lasts of functions is told apart; environments cost nothing by themselves.
            Resource::Function(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Service(_)
            | Resource::Task(_) => {}
            // It costs nothing: its instance does.
            Resource::SpotRequest(_) => {}
        }
    }

    /// The same for an instance.
    pub(super) fn instance_so_far(
        &self,
        span: Span,
        instance: InstanceHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        self.runs.so_far(span, instance, &mut tell);
        self.addresses.auto_so_far(span, instance, &mut tell);
    }

    /// The same for a volume.
    pub(super) fn volume_so_far(&self, span: Span, volume: VolumeHandle, tell: impl FnMut(&Usage)) {
        self.volumes.so_far(span, volume, tell);
    }

    /// What all open meters have used.
    pub(super) fn all_so_far(&self, span: Span, mut tell: impl FnMut(&Usage)) {
        let instances = (0..self.instances()).map(InstanceHandle::new);
        let volumes = (0..self.volumes.len()).map(VolumeHandle::new);
        let addresses = (0..self.addresses.len()).map(AddressHandle::new);
        let all = instances
            .map(Resource::Instance)
            .chain(volumes.map(Resource::Volume))
            .chain(addresses.map(Resource::Address));
        for resource in all {
            self.so_far(span, resource, &mut tell);
        }
        self.reservations.all_so_far(span, &mut tell);
        self.hosts.all_so_far(span, &mut tell);
        self.snapshots.all_so_far(span, &mut tell);
        self.region_fee.so_far(span, &mut tell);
    }

    /// Keeps account of CPU credits.
    pub(super) fn keep_credits(&mut self) {
        self.credits = Some(Credits::default());
    }

    /// What an instance has spent of surplus credits that would be charged if the bill ended now; of all instances without one.
    pub(super) fn credits_so_far(
        &self,
        at: SimTime,
        instance: Option<InstanceHandle>,
        tell: impl FnMut(&Usage),
    ) {
        match (&self.credits, instance) {
            (Some(credits), Some(instance)) => credits.so_far(at, instance, tell),
            (Some(credits), None) => credits.all_so_far(at, tell),
            (None, _) => {}
        }
    }

    /// The CPU credits of an instance.
    pub(super) fn credit_balance(&self, at: SimTime, instance: InstanceHandle) -> CreditBalance {
        let credits = self.credits.as_ref();
        credits.map_or_else(CreditBalance::default, |credits| {
            credits.balance(at, instance)
        })
    }

    /// Whether a script has said what an instance uses of its CPUs.
    pub(super) fn is_cpu_told(&self) -> bool {
        self.credits.as_ref().is_some_and(Credits::is_told)
    }

    /// Whether data is being sent at a rate.
    pub(super) const fn is_sending(&self) -> bool {
        self.transfers.is_sending()
    }

    /// What detailed monitoring has come to and isn't charged yet: it depends on what was used before as well.
    pub(super) fn monitored_so_far(&self, at: SimTime, tell: impl FnMut(&Usage)) {
        self.monitoring.so_far(at, tell);
    }

    /// What has been sent at a rate and isn't charged yet. What it comes to depends on what was sent before, so it is told of
    /// all instances together.
    pub(super) fn sent_so_far(&self, at: SimTime, tell: impl FnMut(&Usage)) {
        self.transfers.so_far(at, tell);
    }

    /// What functions have used that lasts and isn't charged yet: of one, or of all.
    pub(super) fn functions_so_far(
        &self,
        at: SimTime,
        of: Option<FunctionHandle>,
        tell: impl FnMut(&Usage),
    ) {
        self.functions.so_far(at, of, tell);
    }

    /// What tasks have used that isn't charged yet: of one, or of all.
    pub(super) fn tasks_so_far(
        &self,
        at: SimTime,
        of: Option<TaskHandle>,
        tell: impl FnMut(&Usage),
    ) {
        self.tasks.so_far(at, of, tell);
    }

    /// The volumes that an instance was launched with.
    pub(super) fn launched_volumes(
        &self,
        instance: InstanceHandle,
    ) -> impl Iterator<Item = VolumeHandle> + use<> {
        self.volumes.launched_with(instance)
    }

    /// The seconds of usage that an instance is billed for so far, minimums included, also that of a run under way; whole
    /// hours on a platform that is billed by the hour.
    pub(super) fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        self.runs.billed_secs(at, instance)
    }

    /// What there is that the bill doesn't count, in words.
    pub(super) fn not_counted(&self) -> Vec<&'static str> {
        let sent = (!self.transfers.has_sent()).then_some("data transfer");
        let never = ["tax", "logs"].into_iter();
        let surplus = self.credits.as_ref().is_some_and(Credits::has_surplus);
        let surplus = surplus.then_some("surplus CPU credits that aren't due yet");
        let functions = self.functions.is_used();
        let functions = functions.then_some("Lambda's rates beyond its growth");
        never.chain(sent).chain(surplus).chain(functions).collect()
    }

    /// Whether an instance's usage is metering.
    pub(super) fn is_metering(&self, instance: InstanceHandle) -> bool {
        self.runs.is_open(instance)
    }

    fn instances(&self) -> usize {
        self.runs.len().max(self.addresses.instances())
    }
}
