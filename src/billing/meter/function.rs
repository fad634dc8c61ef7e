//! Functions: requests, the duration of invocations, concurrency that stands ready, snapshots that are kept.

use std::collections::BTreeMap;

use crate::{
    catalog::Architecture,
    record::{
        Cached, Configured, Fact, FunctionHandle, Invocation, Meter, Readiness, Resource, Rules,
        UsageType,
    },
    rule,
    time::SimTime,
};

use super::{Rating, Sku, Span, Usage};

/// What `/tmp` has for nothing, in MB.
const FREE_TMP_MB: u32 = 512;

/// Provisioned concurrency is charged by the five minutes (`LAM-PC-GRID`).
const GRID_SECS: u64 = 300;

/// A snapshot is charged for three hours at least (`LAM-SNAP-BILL`).
const CACHE_SECS: u64 = 3 * 3_600;

/// What of functions is metered as it lasts.
#[derive(Debug, Clone, Default)]
pub(super) struct Functions {
    lasting: BTreeMap<(FunctionHandle, Lasting), Open>,
    /// Whether any function was ever told of.
    is_used: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lasting {
    Ready,
    Cached,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    sku: Sku,
    /// So many MB at a time.
    memory_mb: u64,
    since: SimTime,
}

impl Lasting {
    const fn meter(self) -> Meter {
        match self {
            Self::Ready => Meter::ProvisionedConcurrency,
            Self::Cached => Meter::Snapstart,
        }
    }

    const fn rules(self) -> Rules {
        match self {
            Self::Ready => &[rule::LAM_PC_BILL, rule::LAM_PC_GRID],
            Self::Cached => &[rule::LAM_SNAP_BILL],
        }
    }

    /// So many seconds, as they are charged.
    fn charged(self, secs: u64) -> u64 {
        match self {
            Self::Ready => secs.div_ceil(GRID_SECS) * GRID_SECS,
            Self::Cached => secs.max(CACHE_SECS),
        }
    }
}

impl Open {
    fn used(&self, (function, what): (FunctionHandle, Lasting), secs: u64) -> Usage {
        let span = Span::at(self.since);
        Usage {
            units: self.memory_mb.saturating_mul(secs.saturating_mul(1_000)),
            secs,
            rules: what.rules(),
            ..Usage::new(what.meter(), Resource::Function(function), self.sku, span)
        }
    }
}

/// One of two usage types, by the processors.
fn by_architecture(config: &Configured, x86: UsageType, arm: UsageType) -> UsageType {
    if config.architecture == Architecture::Arm64 {
        arm
    } else {
        x86
    }
}

impl Functions {
    /// Whether there are any.
    pub(super) const fn is_used(&self) -> bool {
        self.is_used
    }

    /// A function was invoked.
    pub(super) fn invoked(&mut self, one: &Invocation, next: &mut impl Rating) {
        self.is_used = true;
        let config = &one.config;
        if one.count == one.throttled {
            return;
        }
        let mut charge = |usage_type: UsageType, units: u64, rules: Rules| {
            if units == 0 {
                return;
            }
            if let Some(sku) = next.sku(usage_type) {
                let span = Span::at(one.began);
                let usage = Usage::new(usage_type.meter(), one.function.into(), sku, span);
                next.closed(&Usage {
                    units,
                    rules,
                    ..usage
                });
            }
        };
        let memory = |mb: u32| u64::from(mb).saturating_mul(one.billed_ms);
        let (request, duration, rules): (_, _, Rules) = if config.edge {
            (
                UsageType::EdgeRequest,
                UsageType::EdgeDuration,
                &[rule::LAM_EDGE_BILL, rule::LAM_BILL_GBS],
            )
        } else if one.provisioned {
            (
                by_architecture(
                    config,
                    UsageType::LambdaRequest,
                    UsageType::LambdaRequestArm,
                ),
                by_architecture(
                    config,
                    UsageType::ProvisionedDuration,
                    UsageType::ProvisionedDurationArm,
                ),
                &[rule::LAM_PC_BILL, rule::LAM_FREE_PC, rule::LAM_BILL_GBS],
            )
        } else {
            (
                by_architecture(
                    config,
                    UsageType::LambdaRequest,
                    UsageType::LambdaRequestArm,
                ),
                by_architecture(
                    config,
                    UsageType::LambdaDuration,
                    UsageType::LambdaDurationArm,
                ),
                &[rule::LAM_BILL_GBS, rule::LAM_BILL_MS, rule::LAM_BILL_TIERS],
            )
        };
        let asked: Rules = if one.requests > one.count - one.throttled {
            &[rule::LAM_BILL_REQ, rule::LAM_BILL_ASYNC_SIZE]
        } else {
            &[rule::LAM_BILL_REQ]
        };
        charge(request, one.requests, asked);
        charge(duration, memory(config.memory_mb), rules);
        charge(
            UsageType::LambdaStorage,
            memory(config.tmp_mb.saturating_sub(FREE_TMP_MB)),
            &[rule::LAM_BILL_TMP],
        );
        charge(
            UsageType::SnapstartRestored,
            one.restored.saturating_mul(config.memory_mb.into()),
            &[rule::LAM_SNAP_BILL],
        );
    }

    /// What lasts begins, or ends; what it was before ends in any case.
    pub(super) fn told(&mut self, at: SimTime, fact: &Fact, next: &mut impl Rating) {
        let (key, count, config, usage_type) = if let Fact::Readiness(Readiness {
            function,
            count,
            config,
        }) = fact
        {
            let usage_type = by_architecture(
                config,
                UsageType::ProvisionedConcurrency,
                UsageType::ProvisionedConcurrencyArm,
            );
            ((*function, Lasting::Ready), *count, config, usage_type)
        } else if let Fact::Cached(Cached {
            function,
            is_kept,
            config,
        }) = fact
        {
            let key = (*function, Lasting::Cached);
            (key, u32::from(*is_kept), config, UsageType::SnapstartCached)
        } else {
            return;
        };
        self.is_used = true;
        self.close(at, key, next);
        if count > 0
            && let Some(sku) = next.sku(usage_type)
        {
            let open = Open {
                sku,
                memory_mb: u64::from(count) * u64::from(config.memory_mb),
                since: at,
            };
            next.opened(&open.used(key, 0));
            self.lasting.insert(key, open);
        }
    }

    fn close(&mut self, at: SimTime, key: (FunctionHandle, Lasting), next: &mut impl Rating) {
        if let Some(open) = self.lasting.remove(&key) {
            let secs = key.1.charged((at - open.since).as_millis().div_ceil(1_000));
            next.closed(&open.used(key, secs));
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        while let Some((&key, _)) = self.lasting.first_key_value() {
            self.close(at, key, next);
        }
    }

    /// What one of them has used that lasts, or all: the time that has passed. It is an amount, which isn't spread over months
    /// before it is charged.
    pub(super) fn so_far(
        &self,
        at: SimTime,
        of: Option<FunctionHandle>,
        mut tell: impl FnMut(&Usage),
    ) {
        for (key, open) in &self.lasting {
            if of.is_none_or(|of| of == key.0) {
                tell(&open.used(*key, (at - open.since).as_secs()));
            }
        }
    }
}
