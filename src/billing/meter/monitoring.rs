//! Detailed monitoring: seven metrics of an instance for every clock-hour in which it runs with it (`BILL-MON-DETAILED`,
//! `BILL-MON-STOPPED`). Basic monitoring is free (`BILL-MON-BASIC`). Which metrics are free depends on all of the account's, so
//! they are charged to the account.

use std::collections::BTreeMap;

use crate::{
    lifecycle::Phase,
    record::{InstanceHandle, Meter, Monitored, Rules, Transition, UsageType, month_parts},
    rule,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{Rating, Sku, Usage};

/// The metrics of an instance.
const METRICS: u64 = 7;

const RULES: Rules = &[
    rule::BILL_MON_DETAILED,
    rule::BILL_MON_STOPPED,
    rule::BILL_FREE_ALWAYS,
];

/// The instances that have it on, or had it.
#[derive(Debug, Clone, Default)]
pub(super) struct Monitoring {
    all: BTreeMap<InstanceHandle, One>,
    sku: Option<Sku>,
}

#[derive(Debug, Clone, Copy, Default)]
struct One {
    is_on: bool,
    is_running: bool,
    /// Since when it runs with it.
    since: Option<SimTime>,
    /// Up to where hours are charged.
    charged: SimTime,
}

impl Monitoring {
    /// Whether any instance ever had it.
    pub(super) fn is_used(&self) -> bool {
        !self.all.is_empty()
    }

    /// It is turned on or off.
    pub(super) fn turned(
        &mut self,
        at: SimTime,
        monitored: Monitored,
        is_running: bool,
        next: &mut impl Rating,
    ) {
        if self.sku.is_none() {
            self.sku = next.sku(UsageType::MetricUsage);
        }
        let one = self.all.entry(monitored.instance).or_default();
        (one.is_on, one.is_running) = (monitored.detailed, is_running);
        self.settle(at, monitored.instance, next);
    }

    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        if let Some(one) = self.all.get_mut(&transition.instance) {
            one.is_running = transition.to == Phase::Running;
            self.settle(at, transition.instance, next);
        }
    }

    fn settle(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let (Some(sku), Some(one)) = (self.sku, self.all.get_mut(&instance)) else {
            return;
        };
        match (one.is_on && one.is_running, one.since) {
            (true, None) => one.since = Some(at),
            (false, Some(since)) => {
                one.since = None;
                one.charged = one.told(since, at, sku, |usage| next.closed(usage));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        self.so_far(at, |usage| next.closed(usage));
        self.all.clear();
    }

    /// What isn't charged yet.
    pub(super) fn so_far(&self, at: SimTime, mut tell: impl FnMut(&Usage)) {
        let Some(sku) = self.sku else { return };
        for one in self.all.values() {
            if let Some(since) = one.since {
                one.told(since, at, sku, &mut tell);
            }
        }
    }
}

impl One {
    /// Tells of the hours that it has touched, month by month, and answers where they end.
    fn told(&self, since: SimTime, at: SimTime, sku: Sku, mut tell: impl FnMut(&Usage)) -> SimTime {
        let mut from = since.clock_hour().max(self.charged);
        // It was there in the hour in which it came.
        let last = at.max(since + SimDuration::from_secs(1));
        let hours = last.since(from).as_secs().div_ceil(HOUR_SECS);
        let end = from + SimDuration::from_secs(hours * HOUR_SECS);
        while from < end {
            let month = from.month();
            let to = end.min(month.end());
            let hours = (to - from).as_secs() / HOUR_SECS;
            tell(&Usage {
                meter: Meter::Monitoring,
                resource: None,
                sku,
                units: METRICS * month_parts(hours, month.days()),
                from,
                secs: (to - from).as_secs(),
                rules: RULES,
            });
            from = to;
        }
        end.max(self.charged)
    }
}
