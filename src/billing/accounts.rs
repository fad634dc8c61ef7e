//! What instances, volumes and addresses owe while their meters run.

use crate::{
    money::Usd,
    record::{AddressHandle, VolumeHandle},
    time::SimTime,
};

/// An instant, or none, in eight bytes: no replay gets as far as the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since(SimTime);

impl Since {
    const NEVER: Self = Self(SimTime::from_millis(u64::MAX));

    pub(super) fn get(self) -> Option<SimTime> {
        (self != Self::NEVER).then_some(self.0)
    }

    pub(super) const fn set(&mut self, at: SimTime) {
        self.0 = at;
    }

    pub(super) fn take(&mut self) -> Option<SimTime> {
        std::mem::take(self).get()
    }
}

impl Default for Since {
    fn default() -> Self {
        Self::NEVER
    }
}

/// What an instance owes.
#[derive(Debug, Clone, Default)]
pub(super) struct InstanceAccount {
    /// Since when its run is metered.
    pub(super) run_since: Since,
    /// Since when it has its auto-assigned address.
    pub(super) address_since: Since,
    /// What its runs have cost.
    pub(super) usage: Usd,
    /// What its auto-assigned addresses have cost.
    pub(super) public_ipv4: Usd,
    pub(super) billed_secs: u64,
    pub(super) rate: u32,
    /// The volumes that it was launched with have consecutive handles.
    pub(super) first_volume: Option<VolumeHandle>,
    pub(super) volumes: u16,
    /// Whether the run ends with a hibernation.
    pub(super) hibernates: bool,
    /// Whether an Elastic IP on it counts as idle.
    pub(super) is_idle: bool,
    pub(super) elastic_ip: Option<AddressHandle>,
}

impl InstanceAccount {
    /// The volumes that it was launched with.
    pub(super) fn launched_volumes(&self) -> impl Iterator<Item = VolumeHandle> + use<> {
        let first = self.first_volume.map_or(0, VolumeHandle::index);
        (first..first + usize::from(self.volumes)).map(VolumeHandle::new)
    }
}

/// What a volume owes.
#[derive(Debug, Clone)]
pub(super) struct VolumeAccount {
    pub(super) born: SimTime,
    pub(super) closed: Usd,
    pub(super) charges: u32,
    pub(super) is_open: bool,
    /// Whether it is charged otherwise than when it was born: the biller knows since when.
    pub(super) was_changed: bool,
}

/// What an Elastic IP owes.
#[derive(Debug, Clone)]
pub(super) struct AddressAccount {
    pub(super) born: SimTime,
    pub(super) since: SimTime,
    pub(super) is_open: bool,
    pub(super) in_use: bool,
    pub(super) closed: Usd,
}
