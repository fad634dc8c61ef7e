//! Instance usage: a meter that runs from `running` until that is left.

use crate::{
    lifecycle::{Phase, Tenancy},
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
    stage: Stage,
    /// Whether begun hours are charged whole.
    is_hourly: bool,
    tenancy: Tenancy,
    /// Whether it is a Spot Instance's, which has a price of its own: its seconds are counted, and not charged.
    is_spot: bool,
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
            run.stage = Stage::of(transition.to);
        }
    }

    fn open(&mut self, at: SimTime, transition: &Transition, next: &mut impl Rating) {
        let (instance_type, platform) = (transition.instance_type, transition.platform);
        let usage_type = match transition.tenancy {
            Tenancy::Default => UsageType::BoxUsage(instance_type, platform),
            Tenancy::Dedicated => UsageType::DedicatedUsage(instance_type, platform),
            Tenancy::Host => UsageType::HostBoxUsage(instance_type, platform),
        };
        let Some(sku) = next.sku(usage_type) else {
            return;
        };
        let instance = transition.instance;
        let run = get_or_grow(&mut self.0, instance.index());
        run.since = at;
        run.sku = sku;
        run.stage = Stage::Running;
        run.is_hourly = platform.is_hourly();
        run.tenancy = transition.tenancy;
        if run.is_spot {
            return;
        }
        next.opened(
            &Usage::new(METER, Resource::Instance(instance), sku, Span::at(at)).by(
                match transition.tenancy {
                    Tenancy::Default => &[rule::BILL_METER_START, rule::BILL_RUNNING],
                    Tenancy::Dedicated => &[
                        rule::BILL_METER_START,
                        rule::BILL_RUNNING,
                        rule::BILL_DEDI_RATE,
                    ],
                    Tenancy::Host => &[rule::BILL_METER_START, rule::BILL_RUNNING, rule::BILL_HOST],
                },
            ),
        );
    }

    pub(super) fn close(&mut self, at: SimTime, instance: InstanceHandle, next: &mut impl Rating) {
        let Some(run) = self.0.get_mut(instance.index()) else {
            return;
        };
        let stage = std::mem::take(&mut run.stage);
        if stage == Stage::Over {
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
        let charged = |run: &&Run| run.is_open() && !run.is_spot;
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
        runs.any(|run| run.is_spot && (run.is_open() || run.billed_secs > 0))
    }

    pub(super) fn billed_secs(&self, at: SimTime, instance: InstanceHandle) -> u64 {
        self.0.get(instance.index()).map_or(0, |run| {
            let under_way = if run.is_open() {
                run.billed((at - run.since).as_secs())
            } else {
                0
            };
            run.billed_secs + under_way
        })
    }

    pub(super) fn is_open(&self, instance: InstanceHandle) -> bool {
        self.0
            .get(instance.index())
            .is_some_and(|run| run.is_open())
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
