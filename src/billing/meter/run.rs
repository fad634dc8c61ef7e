//! Instance usage: a meter that runs from `running` until that is left.

use std::collections::BTreeMap;

use crate::{
    lifecycle::{Phase, Tenancy},
    record::{InstanceHandle, Meter, Resource, Rules, SpotTold, Transition, UsageType},
    rule,
    time::SimTime,
};

use super::{super::get_or_grow, Rating, Sku, Span, Usage, spot::SpotRun};

const METER: Meter = Meter::Usage;

/// The least that a run is charged for (`BILL-MIN-60S`).
const MINIMUM_SECS: u64 = METER.minimum_secs();

/// The runs of every instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// What those of Spot Instances have besides.
    spot: BTreeMap<InstanceHandle, SpotRun>,
}

/// The latest run of an instance, and what those before it came to.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// When it began.
    since: SimTime,
    /// What is billed of the runs that are over.
    billed_secs: u64,
    sku: Sku,
    stage: Stage,
    /// Whether begun hours are charged whole.
    is_hourly: bool,
    tenancy: Tenancy,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// It is over.
    #[default]
    Over,
    Running,
    /// It ends with a hibernation.
    Hibernating,
}

impl Runs {
    /// How many instances have any.
    pub(super) const fn len(&self) -> usize {
        self.runs.len()
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
            self.interrupted(at, transition);
            self.close(at, transition.instance, next);
        } else if let Some(run) = self.runs.get_mut(transition.instance.index())
            && meters_now
        {
            run.stage = Stage::of(transition.to);
            self.interrupted(at, transition);
        }
    }

    /// Whether it is EC2 that ends it decides what a Spot Instance pays.
    fn interrupted(&mut self, at: SimTime, transition: &Transition) {
        if !self.spot.is_empty()
            && let Some(spot) = self.spot.get_mut(&transition.instance)
        {
            spot.left(at, transition);
        }
    }

    fn open(&mut self, at: SimTime, transition: &Transition, next: &mut impl Rating) {
        let (instance_type, platform) = (transition.instance_type, transition.platform);
        let instance = transition.instance;
        let spot = self.spot.get_mut(&instance);
        let spot = spot.and_then(|spot| spot.begin((instance_type, platform), next));
        let (sku, rules): (Sku, Rules) = if let Some(sku) = spot {
            (sku, &[rule::BILL_METER_START, rule::BILL_SPOT_PRICE])
        } else {
            let (usage_type, rules): (_, Rules) = match transition.tenancy {
                Tenancy::Default => (
                    UsageType::BoxUsage(instance_type, platform),
                    &[rule::BILL_METER_START, rule::BILL_RUNNING],
                ),
                Tenancy::Dedicated => (
                    UsageType::DedicatedUsage(instance_type, platform),
                    &[
                        rule::BILL_METER_START,
                        rule::BILL_RUNNING,
                        rule::BILL_DEDI_RATE,
                    ],
                ),
                Tenancy::Host => (
                    UsageType::HostBoxUsage(instance_type, platform),
                    &[rule::BILL_METER_START, rule::BILL_RUNNING, rule::BILL_HOST],
                ),
            };
            let Some(sku) = next.sku(usage_type) else {
                return;
            };
            (sku, rules)
        };
        let run = get_or_grow(&mut self.runs, instance.index());
        run.since = at;
        run.sku = sku;
        run.stage = Stage::Running;
        run.is_hourly = platform.is_hourly();
        run.tenancy = transition.tenancy;
        let usage = Usage::new(METER, Resource::Instance(instance), sku, Span::at(at));
        next.opened(&usage.by(rules));
    }

    pub(super) fn close(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let Some(run) = self.runs.get_mut(instance.index()) else {
            return;
        };
        let stage = std::mem::take(&mut run.stage);
        if stage == Stage::Over {
            return;
        }
        // A run of no length is charged like any other short one (BILL-MIN-ZERO-RUN).
        let metered = (at - run.since).as_secs();
        if !self.spot.is_empty()
            && let Some(spot) = self.spot.get_mut(&instance)
        {
            let billed = run.billed(metered);
            let (secs, rules) = spot.billed(run.since, (metered, billed), run.is_hourly);
            run.billed_secs += secs;
            spot.parts(run.since, secs, |sku, span| {
                next.closed(&Usage::new(METER, Resource::Instance(instance), sku, span).by(rules));
            });
            spot.end();
            return;
        }
        let secs = run.billed(metered);
        run.billed_secs += secs;
        next.closed(&Usage {
            secs,
            rules: run.rules(stage, metered),
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
        let Some(run) = self.runs.get(instance.index()).filter(|run| run.is_open()) else {
            return;
        };
        if !self.spot.is_empty()
            && let Some(spot) = self.spot.get(&instance)
        {
            // All of it, whenever it began: it may still turn out to be free.
            let metered = (span.to - run.since).as_secs();
            let (secs, _) = spot.billed(run.since, (metered, metered), run.is_hourly);
            spot.parts(run.since, secs, |sku, span| {
                tell(&Usage::new(METER, Resource::Instance(instance), sku, span));
            });
        } else {
            tell(&Usage::new(
                METER,
                Resource::Instance(instance),
                run.sku,
                span.since(run.since),
            ));
        }
    }

    /// From now on an hour of a Spot Instance has this price.
    pub(super) fn spot_priced(&mut self, at: SimTime, priced: SpotTold, next: &mut impl Rating) {
        let spot = self.spot.entry(priced.instance).or_default();
        spot.price(at, priced.rate, next);
    }

    pub(super) fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        let Some(run) = self.runs.get(instance.index()) else {
            return 0;
        };
        let under_way = if run.is_open() {
            let metered = (at - run.since).as_secs();
            let billed = run.billed(metered);
            match self.spot.get(&instance) {
                Some(spot) => spot.billed(run.since, (metered, billed), run.is_hourly).0,
                None => billed,
            }
        } else {
            0
        };
        run.billed_secs + under_way
    }

    pub(super) fn is_open(&self, instance: InstanceHandle) -> bool {
        self.runs
            .get(instance.index())
            .is_some_and(|run| run.is_open())
    }

    /// Whether an instance is `running`: what hibernates is metered, and is no more.
    pub(super) fn is_running(&self, instance: InstanceHandle) -> bool {
        let run = self.runs.get(instance.index());
        run.is_some_and(|run| matches!(run.stage, Stage::Running))
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

    const fn is_open(self) -> bool {
        !matches!(self.stage, Stage::Over)
    }

    const fn rules(self, stage: Stage, metered: u64) -> Rules {
        /// These, and the one that decides the price.
        macro_rules! priced {
            ( $($rule:ident),+ ) => {
                match self.tenancy {
                    Tenancy::Default => &[ $( rule::$rule, )+ rule::BILL_RATE_KEY ],
                    Tenancy::Dedicated => &[ $( rule::$rule, )+ rule::BILL_DEDI_SECOND, rule::BILL_DEDI_RATE ],
                    Tenancy::Host => &[ $( rule::$rule, )+ rule::BILL_HOST ],
                }
            };
        }
        if self.is_hourly {
            return priced!(BILL_RUNNING, BILL_HOURLY_PLATFORM, BILL_HOURLY_ANCHOR);
        }
        match (matches!(stage, Stage::Hibernating), metered < MINIMUM_SECS) {
            (false, false) => priced!(BILL_RUNNING, BILL_PER_SECOND_PLATFORM),
            (false, true) => priced!(BILL_RUNNING, BILL_MIN_60S, BILL_MIN_PLACEMENT),
            (true, false) => priced!(BILL_RUNNING, BILL_HIBERNATE_STOPPING),
            (true, true) => priced!(
                BILL_RUNNING,
                BILL_HIBERNATE_STOPPING,
                BILL_MIN_60S,
                BILL_MIN_HIBERNATE
            ),
        }
    }
}

impl Stage {
    const fn of(phase: Phase) -> Self {
        match phase {
            Phase::Hibernating => Self::Hibernating,
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Running
            | Phase::Stopping
            | Phase::Stopped
            | Phase::Hibernated
            | Phase::ShuttingDown
            | Phase::Terminated => Self::Running,
        }
    }
}
