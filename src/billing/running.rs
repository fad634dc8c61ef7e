//! What each thing has cost so far, at list price: what is asked with every transition that is said.

use crate::{
    money::Usd,
    record::{ByKind, InstanceHandle, Meter, Resource, ResourceKind},
    time::{Month, SimTime},
};

use super::{
    get_or_grow,
    meter::{Metering, Span, Usage},
    rate::Rates,
};

/// What each thing has cost. Its open meters are in it up to an instant, so that an answer needn't rate every month since
/// a volume came about: it rates what they have used since.
#[derive(Debug, Clone)]
pub(super) struct Running {
    amounts: ByKind<Amounts>,
    /// At the beginning of which month open meters were last noted.
    month: Month,
}

/// Amounts by meter and thing: a column for each meter that has charged any. A [`Cost`](super::Cost) for each thing would
/// be mostly zeros, and there may be a million.
#[derive(Debug, Clone, Default)]
struct Amounts(Vec<(Meter, Vec<Usd>)>);

impl Amounts {
    fn of(&self, index: usize, tell: &mut impl FnMut(Meter, Usd)) {
        for (meter, column) in &self.0 {
            if let Some(amount) = column.get(index) {
                tell(*meter, *amount);
            }
        }
    }
}

impl Default for Running {
    fn default() -> Self {
        Self {
            amounts: ByKind::default(),
            month: SimTime::default().month(),
        }
    }
}

impl Running {
    /// What one thing has cost up to now, meter by meter.
    pub(super) fn costs(
        &self,
        at: SimTime,
        of: Resource,
        metering: &Metering,
        rates: &Rates,
        mut tell: impl FnMut(Meter, Usd),
    ) {
        let Some((kind, index)) = place(of) else {
            return;
        };
        self.amounts[kind].of(index, &mut tell);
        metering.so_far(self.until(at), of, |usage| {
            tell(usage.meter, rates.amount(usage));
        });
        if let Resource::Instance(instance) = of {
            counted(at, instance, metering, rates, tell);
        } else if let Resource::Function(function) = of {
            metering.functions_so_far(at, Some(function), |usage| {
                tell(usage.meter, rates.amount(usage));
            });
        } else if let Resource::Task(task) = of {
            metering.tasks_so_far(at, Some(task), |usage| {
                tell(usage.meter, rates.amount(usage));
            });
        }
    }

    /// What an instance and the volumes that it was launched with have cost up to now, meter by meter.
    pub(super) fn instance_costs(
        &self,
        at: SimTime,
        instance: InstanceHandle,
        metering: &Metering,
        rates: &Rates,
        mut tell: impl FnMut(Meter, Usd),
    ) {
        let span = self.until(at);
        self.amounts[ResourceKind::Instance].of(instance.index(), &mut tell);
        metering.instance_so_far(span, instance, |usage| {
            tell(usage.meter, rates.amount(usage));
        });
        for volume in metering.launched_volumes(instance) {
            self.amounts[ResourceKind::Volume].of(volume.index(), &mut tell);
            metering.volume_so_far(span, volume, |usage| {
                tell(usage.meter, rates.amount(usage));
            });
        }
        counted(at, instance, metering, rates, tell);
    }

    /// From where open meters aren't in it.
    fn until(&self, at: SimTime) -> Span {
        Span::new(self.month.start(), at)
    }

    /// A meter has closed, and its usage came to an amount.
    pub(super) fn closed(&mut self, usage: &Usage, amount: Usd, rates: &Rates) {
        let mut left = amount;
        if usage.from < self.month.start() && !rates.is_counted(usage) {
            left = left - rates.amount(&usage.before(self.month.start()));
        }
        self.add(usage, left);
    }

    /// Notes what open meters have cost up to the beginning of the month, if that is a new one.
    pub(super) fn turn(&mut self, at: SimTime, metering: &Metering, rates: &Rates) {
        if at < self.month.end() {
            return;
        }
        let month = at.month();
        let span = self.until(month.start());
        self.month = month;
        metering.all_so_far(span, |usage| {
            if !rates.is_counted(usage) {
                self.add(usage, rates.amount(usage));
            }
        });
    }

    fn add(&mut self, usage: &Usage, amount: Usd) {
        let Some(resource) = usage.resource else {
            return;
        };
        let Some((kind, index)) = place(resource) else {
            return;
        };
        let Amounts(columns) = &mut self.amounts[kind];
        let known = columns.iter().position(|(meter, _)| *meter == usage.meter);
        let column = known.unwrap_or_else(|| {
            columns.push((usage.meter, Vec::new()));
            columns.len() - 1
        });
        *get_or_grow(&mut columns[column].1, index) += amount;
    }
}

/// Where what a thing costs is noted; nowhere if it costs nothing by itself.
fn place(of: Resource) -> Option<(ResourceKind, usize)> {
    let index = match of {
        Resource::Instance(instance) => instance.index(),
        Resource::Volume(volume) => volume.index(),
        Resource::Address(address) => address.index(),
        Resource::Snapshot(snapshot) => snapshot.index(),
        Resource::DedicatedHost(host) => host.index(),
        Resource::CapacityReservation(reservation) => reservation.index(),
        Resource::Function(function) => function.index(),
        Resource::Task(task) => task.index(),
        Resource::Image(_)
        | Resource::Interface(_)
        | Resource::SpotRequest(_)
        | Resource::Environment(_)
        | Resource::Cluster(_)
        | Resource::Service(_) => return None,
    };
    Some((of.kind(), index))
}

/// What an instance has sent at a rate, and what it has spent of surplus credits, that isn't charged yet. It isn't noted at the
/// turn of a month: amounts aren't spread over their time.
fn counted(
    at: SimTime,
    instance: InstanceHandle,
    metering: &Metering,
    rates: &Rates,
    mut tell: impl FnMut(Meter, Usd),
) {
    metering.credits_so_far(at, Some(instance), |usage| {
        tell(usage.meter, rates.amount(usage));
    });
    if metering.is_sending() {
        let mut counters = rates.counters();
        metering.sent_so_far(at, |usage| {
            let amount = rates.counted(usage, &mut counters);
            if usage.resource == Some(Resource::Instance(instance)) {
                tell(usage.meter, amount);
            }
        });
    }
}
