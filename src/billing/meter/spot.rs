//! What a run of a Spot Instance costs: the price in force at the beginning of each of its hours (`BILL-SPOT-PRICE-SAMPLE`),
//! and nothing where EC2 takes it back within the first of them (`BILL-SPOT-INTERRUPT`). That waives its usage alone
//! (`BILL-SPOT-EXTRA`); the notice before it changes nothing (`BILL-SPOT-NOTICE`), and at rest there is no run to charge
//! (`BILL-SPOT-STOPPED`).

use crate::{
    catalog::{Platform, TypeId},
    lifecycle::Trigger,
    record::{Rules, SpotRate, Transition, UsageType},
    rule,
    time::{HOUR_SECS, SimDuration, SimTime},
};

use super::{Rating, Sku, Span};

/// The prices of the latest run of a Spot Instance, and how it ended.
#[derive(Debug, Clone, Default)]
pub(super) struct SpotRun {
    /// What it runs as, while it does.
    of: Option<(TypeId, Platform)>,
    /// From when on which price was in force.
    rates: Vec<(SimTime, SpotRate, Option<Sku>)>,
    /// When EC2 took it back.
    interrupted: Option<SimTime>,
}

impl SpotRun {
    /// From now on this price is in force.
    pub(super) fn price(&mut self, at: SimTime, rate: SpotRate, next: &mut impl Rating) {
        let sku = self.of.and_then(|of| sku(of, rate, next));
        self.rates.push((at, rate, sku));
    }

    /// A run begins, at the latest price; none if there is no price.
    pub(super) fn begin(&mut self, of: (TypeId, Platform), next: &mut impl Rating) -> Option<Sku> {
        let (at, rate, _) = self.rates.last().copied()?;
        let sku = sku(of, rate, next);
        (self.of, self.rates) = (Some(of), vec![(at, rate, sku)]);
        self.interrupted = None;
        sku
    }

    /// It leaves `running`.
    pub(super) fn left(&mut self, at: SimTime, transition: &Transition) {
        // The three of them are called the same.
        if transition.trigger == Trigger::SpotTerminate.name() {
            self.interrupted.get_or_insert(at);
        }
    }

    /// The run is over.
    pub(super) fn end(&mut self) {
        self.of = None;
    }

    /// For how many seconds a run is charged: `metered`, or `billed` where its user ends it.
    pub(super) fn billed(
        &self,
        since: SimTime,
        (metered, billed): (u64, u64),
        is_hourly: bool,
    ) -> (u64, Rules) {
        let Some(interrupted) = self.interrupted else {
            return if is_hourly {
                (
                    billed,
                    &[rule::BILL_SPOT_INTERRUPT, rule::BILL_HOURLY_PLATFORM],
                )
            } else if billed > metered {
                (billed, &[rule::BILL_SPOT_INTERRUPT, rule::BILL_SPOT_MIN])
            } else {
                (
                    billed,
                    &[rule::BILL_SPOT_INTERRUPT, rule::BILL_SPOT_PRICE_SAMPLE],
                )
            };
        };
        // `running` alone decides the first hour.
        if (interrupted - since).as_secs() < HOUR_SECS {
            let rules: Rules = &[
                rule::BILL_SPOT_INTERRUPT,
                rule::BILL_SPOT_FIRST_HOUR,
                rule::BILL_SPOT_WHO,
                rule::SPOT_INT_FREE_HOUR,
            ];
            (0, rules)
        } else if is_hourly {
            // The hour that was interrupted is free.
            let hours = metered / HOUR_SECS;
            (
                hours * HOUR_SECS,
                &[rule::BILL_SPOT_INTERRUPT, rule::BILL_SPOT_WHO],
            )
        } else if (interrupted - since).as_secs() < metered {
            (
                metered,
                &[rule::BILL_SPOT_INTERRUPT, rule::BILL_SPOT_HIBERNATE],
            )
        } else {
            (
                metered,
                &[rule::BILL_SPOT_INTERRUPT, rule::BILL_SPOT_PRICE_SAMPLE],
            )
        }
    }

    /// A run of so many seconds, cut where an hour of it has another price than the one before.
    pub(super) fn parts(&self, since: SimTime, secs: u64, mut each: impl FnMut(Sku, Span)) {
        let end = since + SimDuration::from_secs(secs);
        let mut part: Option<(Sku, SimTime)> = None;
        for &(at, _, sku) in &self.rates {
            let Some(sku) = sku else { continue };
            // A change at the very second at which an hour begins counts for it.
            let hours = at.since(since).as_secs().div_ceil(HOUR_SECS);
            let from = since + SimDuration::from_secs(hours * HOUR_SECS);
            if from >= end && part.is_some() {
                break;
            }
            match part {
                Some((known, begun)) if known != sku => {
                    if begun < from {
                        each(known, Span::new(begun, from));
                    }
                    part = Some((sku, from));
                }
                Some(_) => {}
                None => part = Some((sku, since)),
            }
        }
        if let Some((sku, begun)) = part {
            each(sku, Span::new(begun, end));
        }
    }
}

fn sku(
    (instance_type, platform): (TypeId, Platform),
    rate: SpotRate,
    next: &mut impl Rating,
) -> Option<Sku> {
    next.sku(UsageType::SpotUsage(instance_type, platform, rate))
}
