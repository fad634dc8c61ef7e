//! What instances, volumes and addresses owe while their meters run.

use crate::{money::Usd, record::AddressHandle, time::SimTime};

use super::Cost;

/// What an instance owes.
#[derive(Debug, Clone, Default)]
pub(super) struct InstanceAccount {
    /// Since when its run is metered.
    pub(super) run_since: Option<SimTime>,
    /// Whether the run ends with a hibernation.
    pub(super) hibernates: bool,
    pub(super) rate: usize,
    /// Since when it has its auto-assigned address.
    pub(super) address_since: Option<SimTime>,
    pub(super) elastic_ip: Option<AddressHandle>,
    /// Whether an Elastic IP on it counts as idle.
    pub(super) is_idle: bool,
    pub(super) closed: Cost,
    pub(super) billed_secs: u64,
    pub(super) first_volume: usize,
    pub(super) volumes: usize,
    pub(super) told: Usd,
}

/// What a volume owes.
#[derive(Debug, Clone)]
pub(super) struct VolumeAccount {
    pub(super) born: SimTime,
    /// Since when its charges are as they are.
    pub(super) since: SimTime,
    /// The same for each of them, where a change has left some as they were.
    pub(super) sinces: Option<Box<[SimTime]>>,
    pub(super) is_open: bool,
    pub(super) charges: usize,
    pub(super) closed: Usd,
}

impl VolumeAccount {
    /// Since when the charge of this index is as it is.
    pub(super) fn since_of(&self, index: usize) -> SimTime {
        let each = self.sinces.as_ref().and_then(|sinces| sinces.get(index));
        each.copied().unwrap_or(self.since)
    }
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
