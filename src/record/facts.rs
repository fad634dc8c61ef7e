//! What the bill has to know and no other record says.

use crate::{
    catalog::{CreditMode, RegionId},
    money::Price,
};

use super::{Configured, FunctionHandle, InstanceHandle, Resource, SnapshotHandle, VolumeHandle};

/// Something that the bill has to know. It isn't shown: it stands in the line of the record that comes next, so that a bill
/// can be made again from a journal alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact {
    /// An instance sends data.
    Sent(Sent),
    /// What an instance uses of its CPUs.
    Utilised(Utilised),
    /// How an instance spends CPU credits, where that isn't how its type does.
    CreditMode(CreditChoice),
    /// What an hour of a Spot Instance costs from now on.
    SpotRate(SpotTold),
    /// Whether an instance has detailed monitoring.
    Monitoring(Monitored),
    /// What becomes of a snapshot.
    Snapshot(SnapshotChange),
    /// A volume is asked for data, or takes some.
    Requests(VolumeRequests),
    /// How much provisioned concurrency a function has from now on.
    Readiness(Readiness),
    /// Whether a snapshot of a function is kept for `SnapStart`, where that is charged.
    Cached(Cached),
}

impl Fact {
    /// The instance that it is about, if it is about one.
    pub const fn instance(&self) -> Option<InstanceHandle> {
        match self {
            Self::Sent(sent) => Some(sent.instance),
            Self::Utilised(utilised) => Some(utilised.instance),
            Self::CreditMode(choice) => Some(choice.instance),
            Self::SpotRate(priced) => Some(priced.instance),
            Self::Monitoring(monitored) => Some(monitored.instance),
            Self::Snapshot(_) | Self::Requests(_) | Self::Readiness(_) | Self::Cached(_) => None,
        }
    }

    /// What else it is about.
    pub const fn resource(&self) -> Option<Resource> {
        match self {
            Self::Sent(_)
            | Self::Utilised(_)
            | Self::CreditMode(_)
            | Self::SpotRate(_)
            | Self::Monitoring(_) => None,
            Self::Snapshot(change) => Some(Resource::Snapshot(change.snapshot)),
            Self::Requests(requests) => Some(Resource::Volume(requests.volume)),
            Self::Readiness(readiness) => Some(Resource::Function(readiness.function)),
            Self::Cached(cached) => Some(Resource::Function(cached.function)),
        }
    }
}

/// An instance sends data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// Which.
    pub instance: InstanceHandle,
    /// Which way.
    pub to: Way,
    /// How much, in the parts of [`Unit::Data`](super::Unit::Data).
    pub amount: u64,
    /// Whether so much is sent each hour, until the instance no longer runs.
    pub hourly: bool,
}

impl Sent {
    /// So much, at once or each hour.
    pub const fn new(instance: InstanceHandle, to: Way, amount: u64, hourly: bool) -> Self {
        Self {
            instance,
            to,
            amount,
            hourly,
        }
    }
}

/// What an instance uses of its CPUs from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Utilised {
    /// Which.
    pub instance: InstanceHandle,
    /// How much of all its vCPUs, in hundredths of a percent.
    pub percent_hundredths: u16,
}

impl Utilised {
    /// So much.
    pub const fn new(instance: InstanceHandle, percent_hundredths: u16) -> Self {
        Self {
            instance,
            percent_hundredths,
        }
    }
}

/// How an instance spends CPU credits from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreditChoice {
    /// Which.
    pub instance: InstanceHandle,
    /// How.
    pub mode: CreditMode,
}

impl CreditChoice {
    /// In this mode.
    pub const fn new(instance: InstanceHandle, mode: CreditMode) -> Self {
        Self { instance, mode }
    }
}

/// What an hour of a Spot Instance costs from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpotTold {
    /// Which.
    pub instance: InstanceHandle,
    /// What an hour costs.
    pub rate: SpotRate,
}

impl SpotTold {
    /// So much.
    pub const fn new(instance: InstanceHandle, rate: SpotRate) -> Self {
        Self { instance, rate }
    }
}

/// A Spot price in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpotRate {
    /// What an hour costs.
    pub price: Price,
    /// What it would cost On-Demand.
    pub on_demand: Price,
    /// Whether nobody has said it: it is estimated.
    pub is_estimate: bool,
}

/// Whether an instance has detailed monitoring from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Monitored {
    /// Which.
    pub instance: InstanceHandle,
    /// Whether it has.
    pub detailed: bool,
}

impl Monitored {
    /// It has, or hasn't.
    pub const fn new(instance: InstanceHandle, detailed: bool) -> Self {
        Self { instance, detailed }
    }
}

/// What becomes of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotChange {
    /// Which.
    pub snapshot: SnapshotHandle,
    /// What.
    pub step: SnapshotStep,
    /// Of which volume it was made: the snapshots of one share their blocks.
    pub volume: VolumeHandle,
    /// How many GiB it stores that none before it does.
    pub used_gib: u32,
    /// How many GiB a full copy of it has.
    pub size_gib: u32,
    /// In which zone, where it is in one.
    pub zone: Option<&'static str>,
}

impl SnapshotChange {
    /// A step of a snapshot that stores so many GiB of a volume of so many.
    pub const fn new(
        snapshot: SnapshotHandle,
        step: SnapshotStep,
        volume: VolumeHandle,
        (used_gib, size_gib): (u32, u32),
    ) -> Self {
        Self {
            snapshot,
            step,
            volume,
            used_gib,
            size_gib,
            zone: None,
        }
    }

    /// The same in one zone.
    #[must_use]
    pub const fn within(self, zone: Option<&'static str>) -> Self {
        Self { zone, ..self }
    }
}

/// What becomes of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotStep {
    /// It is made.
    Made,
    /// It goes to the archive tier.
    Archived,
    /// It comes back from there.
    Restored,
    /// It comes back for some days, and stays there besides.
    Lent,
    /// Those days are over.
    Returned,
    /// It is deleted.
    Deleted,
    /// Volumes of it are fast at once in a zone.
    FastRestore,
    /// They no longer are, in a zone or in all of them.
    SlowRestore,
}

impl SnapshotStep {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Made,
        Self::Archived,
        Self::Restored,
        Self::Lent,
        Self::Returned,
        Self::Deleted,
        Self::FastRestore,
        Self::SlowRestore,
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Archived => "archived",
            Self::Restored => "restored",
            Self::Lent => "restored_for_days",
            Self::Returned => "days_over",
            Self::Deleted => "deleted",
            Self::FastRestore => "fast_restore_enabled",
            Self::SlowRestore => "fast_restore_disabled",
        }
    }
}

/// A volume is asked for data, or takes some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VolumeRequests {
    /// Which.
    pub volume: VolumeHandle,
    /// How often.
    pub count: u64,
}

impl VolumeRequests {
    /// So often.
    pub const fn new(volume: VolumeHandle, count: u64) -> Self {
        Self { volume, count }
    }
}

/// A way that data takes and that is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Way {
    /// Out to the internet.
    Internet,
    /// To another zone of the Region, over private addresses; its other end is the account's own.
    Zone,
    /// Within the Region, over a public address.
    PublicAddress,
    /// To another Region.
    Region(RegionId),
}

impl Way {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Zone => "zone",
            Self::PublicAddress => "public-address",
            Self::Region(region) => region.name(),
        }
    }

    /// The way of this word.
    pub fn find(name: &str) -> Option<Self> {
        let plain = [Self::Internet, Self::Zone, Self::PublicAddress];
        let known = plain.into_iter().find(|way| way.name() == name);
        known.or_else(|| RegionId::find(name).map(Self::Region))
    }
}

/// How much provisioned concurrency a function has from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// Which function.
    pub function: FunctionHandle,
    /// How many environments; none where it ends.
    pub count: u32,
    /// As what it is configured.
    pub config: Configured,
}

impl Readiness {
    /// So many.
    pub const fn new(function: FunctionHandle, count: u32, config: Configured) -> Self {
        Self {
            function,
            count,
            config,
        }
    }
}

/// Whether a snapshot of a function is kept for `SnapStart` from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cached {
    /// Which function.
    pub function: FunctionHandle,
    /// Whether one is kept.
    pub is_kept: bool,
    /// As what it is configured.
    pub config: Configured,
}

impl Cached {
    /// Whether one is kept.
    pub const fn new(function: FunctionHandle, is_kept: bool, config: Configured) -> Self {
        Self {
            function,
            is_kept,
            config,
        }
    }
}
