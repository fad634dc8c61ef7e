//! Dedicated hardware: the fee of the Region while Dedicated Instances run in it.

use crate::{
    lifecycle::{Phase, Tenancy},
    record::{Meter, Rules, Transition, UsageType},
    rule,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{Rating, Sku, Span, Usage};

const METER: Meter = Meter::Dedicated;

const RULES: Rules = &[rule::BILL_DEDI_REGION_FEE];

/// The fee of the Region: every clock-hour in which a Dedicated Instance is running, once, whatever their number
/// (`BILL-DEDI-REGION-FEE`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RegionFee {
    /// How many are running.
    running: u32,
    /// Since when any is.
    since: SimTime,
    /// Until when hours are charged.
    charged: SimTime,
    sku: Option<Sku>,
}

impl RegionFee {
    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        if transition.tenancy != Tenancy::Dedicated {
            return;
        }
        let was_running = transition.from == Some(Phase::Running);
        match (was_running, transition.to == Phase::Running) {
            (false, true) => {
                if self.running == 0 {
                    self.since = at;
                    self.sku = next.sku(UsageType::DedicatedRegionFee);
                }
                self.running = self.running.saturating_add(1);
            }
            (true, false) => {
                self.running = self.running.saturating_sub(1);
                if self.running == 0 {
                    self.charge(at, next);
                }
            }
            (true, true) | (false, false) => {}
        }
    }

    /// The end.
    pub(super) fn close(&mut self, at: SimTime, next: &mut impl Rating) {
        if std::mem::take(&mut self.running) > 0 {
            self.charge(at, next);
        }
    }

    fn charge(&mut self, at: SimTime, next: &mut impl Rating) {
        if let Some(usage) = self.usage(Span::new(self.charged, at)) {
            next.closed(&usage);
            self.charged = usage.from + SimDuration::from_secs(usage.secs);
        }
    }

    /// The hours that have begun count whole.
    pub(super) fn so_far(&self, span: Span, mut tell: impl FnMut(&Usage)) {
        let span = span.since(self.charged);
        if self.running > 0
            && let Some(usage) = self.usage(span)
        {
            tell(&usage);
        }
    }

    /// The hours that any has touched in a span that begins with an hour.
    fn usage(&self, span: Span) -> Option<Usage> {
        let from = self.since.clock_hour().max(span.from);
        // An instance that leaves at once was there in the hour, too.
        let to = span.to.max(self.since + SimDuration::from_secs(1));
        let hours = (to - from).as_secs().div_ceil(HOUR_SECS);
        Some(Usage {
            meter: METER,
            resource: None,
            sku: self.sku?,
            units: 1,
            from,
            secs: hours * HOUR_SECS,
            rules: RULES,
        })
        .filter(|usage| usage.secs > 0)
    }
}
