//! Tasks on Fargate: their vCPUs, memory and storage from the pull of the image until the containers are gone, whether they
//! work or not (`FGT-IDLE`), and their public addresses.

use std::collections::BTreeMap;

use crate::{
    catalog::Architecture,
    lifecycle::task::{Phase, State},
    record::{Meter, Moved, Rules, TaskConfig, TaskHandle, UsageType},
    rule,
    time::SimTime,
};

use super::{Rating, Sku, Span, Usage};

/// What every task has for nothing, in GB.
const FREE_STORAGE_GB: u32 = 20;

/// The tasks that are charged.
#[derive(Debug, Clone, Default)]
pub(super) struct Tasks {
    open: BTreeMap<(TaskHandle, What), Open>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Vcpu,
    Os,
    Memory,
    Storage,
    Address,
}

impl What {
    const OF_FARGATE: [Self; 4] = [Self::Vcpu, Self::Os, Self::Memory, Self::Storage];

    const fn rules(self, config: &TaskConfig) -> Rules {
        match (self, config.is_windows, config.is_spot) {
            (Self::Address, ..) => &[rule::FGT_IPV4],
            (Self::Storage, ..) => &[rule::FGT_EPHEMERAL, rule::FGT_METER],
            (_, true, _) => &[
                rule::FGT_BILL,
                rule::FGT_BILL_WIN,
                rule::FGT_METER,
                rule::FGT_MIN_WIN,
            ],
            (_, false, true) => &[
                rule::FGT_BILL,
                rule::FGT_SPOT,
                rule::FGT_METER,
                rule::FGT_MIN,
            ],
            (_, false, false) => &[
                rule::FGT_BILL,
                rule::FGT_METER,
                rule::FGT_SECOND,
                rule::FGT_MIN,
            ],
        }
    }

    /// As what it is charged, and how much of it a task has; none where it has none.
    fn of(self, config: &TaskConfig) -> Option<(UsageType, u64)> {
        let is_arm = config.architecture == Architecture::Arm64;
        let usage_type = match (self, config.is_windows, config.is_spot, is_arm) {
            (Self::Vcpu, true, ..) => UsageType::FargateVcpuWindows,
            (Self::Vcpu, false, true, false) => UsageType::FargateSpotVcpu,
            (Self::Vcpu, false, true, true) => UsageType::FargateSpotVcpuArm,
            (Self::Vcpu, false, false, false) => UsageType::FargateVcpu,
            (Self::Vcpu, false, false, true) => UsageType::FargateVcpuArm,
            (Self::Os, true, ..) => UsageType::FargateOs,
            (Self::Os, false, ..) => return None,
            (Self::Memory, true, ..) => UsageType::FargateMemoryWindows,
            (Self::Memory, false, true, false) => UsageType::FargateSpotMemory,
            (Self::Memory, false, true, true) => UsageType::FargateSpotMemoryArm,
            (Self::Memory, false, false, false) => UsageType::FargateMemory,
            (Self::Memory, false, false, true) => UsageType::FargateMemoryArm,
            (Self::Storage, ..) => UsageType::FargateStorage,
            (Self::Address, ..) => UsageType::InUseAddress,
        };
        let units = match self {
            Self::Vcpu | Self::Os => config.cpu_units,
            Self::Memory => config.memory_mb,
            Self::Storage => config.storage_gb.saturating_sub(FREE_STORAGE_GB) * 1_024,
            Self::Address => u32::from(config.has_public_ipv4),
        };
        (units > 0).then(|| (usage_type, units.into()))
    }
}

#[derive(Debug, Clone, Copy)]
struct Open {
    sku: Sku,
    meter: Meter,
    units: u64,
    config: TaskConfig,
    since: SimTime,
}

impl Open {
    fn used(&self, (task, what): (TaskHandle, What), secs: u64) -> Usage {
        let span = Span::at(self.since);
        Usage {
            // An address is one for so long; the rest is an amount.
            units: match what {
                What::Address => self.units,
                What::Vcpu | What::Os | What::Memory | What::Storage => {
                    self.units.saturating_mul(secs)
                }
            },
            secs,
            rules: what.rules(&self.config),
            ..Usage::new(self.meter, task.into(), self.sku, span)
        }
    }
}

impl Tasks {
    /// A task moves on.
    pub(super) fn moved(&mut self, at: SimTime, moved: &Moved, next: &mut impl Rating) {
        let (Some(task), Some(config)) = (moved.resource.task(), &moved.config) else {
            return;
        };
        let Some(state) = State::find(moved.to) else {
            return;
        };
        let phases = Phase::ALL.iter();
        let Some(&phase) = phases.clone().find(|phase| phase.state() == state) else {
            return;
        };
        for what in What::OF_FARGATE {
            self.meter(at, (task, what), (config, phase.is_metered()), next);
        }
        let key = (task, What::Address);
        self.meter(at, key, (config, phase.has_interface()), next);
    }

    fn meter(
        &mut self,
        at: SimTime,
        key: (TaskHandle, What),
        (config, is_on): (&TaskConfig, bool),
        next: &mut impl Rating,
    ) {
        match (is_on, self.open.contains_key(&key)) {
            (true, false) => {
                if let Some((usage_type, units)) = key.1.of(config)
                    && let Some(sku) = next.sku(usage_type)
                {
                    let open = Open {
                        sku,
                        meter: usage_type.meter(),
                        units,
                        config: *config,
                        since: at,
                    };
                    next.opened(&open.used(key, 0));
                    self.open.insert(key, open);
                }
            }
            (false, true) => self.close(at, key, next),
            (true, true) | (false, false) => {}
        }
    }

    fn close(&mut self, at: SimTime, key: (TaskHandle, What), next: &mut impl Rating) {
        if let Some(open) = self.open.remove(&key) {
            let secs = (at - open.since).secs_begun();
            let secs = match key.1 {
                What::Address => secs.max(Meter::PublicIpv4.minimum_secs()),
                What::Vcpu | What::Os | What::Memory | What::Storage => open.config.charged(secs),
            };
            next.closed(&open.used(key, secs));
        }
    }

    /// The end.
    pub(super) fn finish(&mut self, at: SimTime, next: &mut impl Rating) {
        while let Some((&key, _)) = self.open.first_key_value() {
            self.close(at, key, next);
        }
    }

    /// What one of them has used that isn't charged yet, or all: the time that has passed.
    pub(super) fn so_far(&self, at: SimTime, of: Option<TaskHandle>, mut tell: impl FnMut(&Usage)) {
        for (key, open) in &self.open {
            if of.is_none_or(|of| of == key.0) {
                tell(&open.used(*key, (at - open.since).as_secs()));
            }
        }
    }
}
