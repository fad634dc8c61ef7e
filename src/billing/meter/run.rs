//! Instance usage: a meter that runs from `running` until that is left.

use crate::{
    lifecycle::Phase,
    record::{InstanceHandle, Meter, Resource, Rules, Transition, UsageType},
    rule,
    time::SimTime,
};

use super::{super::get_or_grow, Rating, Sku, Span, Usage};

const METER: Meter = Meter::Usage;

/// The least that a run is charged for (`BILL-MIN-60S`).
const MINIMUM_SECS: u64 = METER.minimum_secs();

/// The runs of every instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs(Vec<Run>);

/// The latest run of an instance, and what those before it came to.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// When it began.
    since: SimTime,
    /// What is billed of the runs that are over.
    billed_secs: u64,
    sku: Sku,
    is_open: bool,
    /// Whether begun hours are charged whole.
    is_hourly: bool,
    /// Whether it ends with a hibernation.
    hibernates: bool,
    /// Whether it is a Spot Instance's, which has a price of its own: its seconds are counted, and not charged.
    is_spot: bool,
}

impl Runs {
    /// How many instances have any.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn transition(
        &mut self,
        at: SimTime,
        transition: &Transition,
        next: &mut impl Rating,
    ) {
        let was_metered = transition.from.is_some_and(Phase::is_metered);
        let meters_now = transition.to.is_metered();
        if meters_now && !was_metered {
            self.open(at, transition, next);
        } else if was_metered && !meters_now {
            self.close(at, transition.instance, next);
        } else if let Some(run) = self.0.get_mut(transition.instance.index())
            && meters_now
        {
            run.hibernates = transition.to == Phase::Hibernating;
        }
    }

    fn open(&mut self, at: SimTime, transition: &Transition, next: &mut impl Rating) {
        let (instance_type, platform) = (transition.instance_type, transition.platform);
        let Some(sku) = next.sku(UsageType::BoxUsage(instance_type, platform)) else {
            return;
        };
        let instance = transition.instance;
        let run = get_or_grow(&mut self.0, instance.index());
        run.since = at;
        run.sku = sku;
        run.is_open = true;
        run.is_hourly = platform.is_hourly();
        run.hibernates = false;
        if run.is_spot {
            return;
        }
        next.opened(
            &Usage::new(METER, Resource::Instance(instance), sku, Span::at(at))
                .by(&[rule::BILL_METER_START, rule::BILL_RUNNING]),
        );
    }

    pub(super) fn close(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let Some(run) = self.0.get_mut(instance.index()) else {
            return;
        };
        if !std::mem::take(&mut run.is_open) {
            return;
        }
        // A run of no length is charged like any other short one (BILL-MIN-ZERO-RUN).
        let metered = (at - run.since).as_secs();
        let secs = run.billed(metered);
        run.billed_secs += secs;
        if run.is_spot {
            return;
        }
        next.closed(&Usage {
            secs,
            rules: run.rules(metered),
            ..Usage::new(
                METER,
                Resource::Instance(instance),
                run.sku,
                Span::new(run.since, at),
            )
        });
    }

    pub(super) fn so_far(
        &self,
        span: Span,
        instance: InstanceHandle,
        mut tell: impl FnMut(&Usage),
    ) {
        let charged = |run: &&Run| run.is_open && !run.is_spot;
        if let Some(run) = self.0.get(instance.index()).filter(charged) {
            tell(&Usage::new(
                METER,
                Resource::Instance(instance),
                run.sku,
                span.since(run.since),
            ));
        }
    }

    /// An instance turns out to be a Spot Instance, before it runs.
    pub(super) fn is_bought_on_spot(&mut self, instance: InstanceHandle) {
        get_or_grow(&mut self.0, instance.index()).is_spot = true;
    }

    /// Whether there is a run of a Spot Instance that isn't charged.
    pub(super) fn has_spot(&self) -> bool {
        let mut runs = self.0.iter();
        runs.any(|run| run.is_spot && (run.is_open || run.billed_secs > 0))
    }

    pub(super) fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        self.0.get(instance.index()).map_or(0, |run| {
            let under_way = if run.is_open {
                run.billed((at - run.since).as_secs())
            } else {
                0
            };
            run.billed_secs + under_way
        })
    }

    pub(super) fn is_open(&self, instance: InstanceHandle) -> bool {
        self.0.get(instance.index()).is_some_and(|run| run.is_open)
    }
}

impl Run {
    /// What so many metered seconds are charged for, in seconds (`BILL-MIN-60S`, `BILL-HOURLY-PLATFORM`).
    fn billed(self, metered: u64) -> u64 {
        if self.is_hourly {
            metered.div_ceil(3_600).max(1) * 3_600
        } else {
            metered.max(MINIMUM_SECS)
        }
    }

    const fn rules(self, metered: u64) -> Rules {
        if self.is_hourly {
            return &[
                rule::BILL_RUNNING,
                rule::BILL_HOURLY_PLATFORM,
                rule::BILL_HOURLY_ANCHOR,
                rule::BILL_RATE_KEY,
            ];
        }
        match (self.hibernates, metered < MINIMUM_SECS) {
            (false, false) => &[
                rule::BILL_RUNNING,
                rule::BILL_PER_SECOND_PLATFORM,
                rule::BILL_RATE_KEY,
            ],
            (false, true) => &[
                rule::BILL_RUNNING,
                rule::BILL_MIN_60S,
                rule::BILL_MIN_PLACEMENT,
                rule::BILL_RATE_KEY,
            ],
            (true, false) => &[
                rule::BILL_RUNNING,
                rule::BILL_HIBERNATE_STOPPING,
                rule::BILL_RATE_KEY,
            ],
            (true, true) => &[
                rule::BILL_RUNNING,
                rule::BILL_HIBERNATE_STOPPING,
                rule::BILL_MIN_60S,
                rule::BILL_MIN_HIBERNATE,
                rule::BILL_RATE_KEY,
            ],
        }
    }
}
