//! What a launch asks for, and who takes part: the descriptions that a replay begins with.

use std::{fmt, sync::Arc};

use crate::{
    catalog::{Architecture, CreditMode, Platform, RegionId, TypeId, VolumeType},
    lifecycle::LifecycleOptions,
    time::SimDuration,
};

/// The description of an instance, as `RunInstances` takes it: everything is settled, nothing is a default any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceSpec {
    /// The instance type.
    pub instance_type: TypeId,
    /// The operating system, as it is billed.
    pub platform: Platform,
    /// What it boots from.
    pub image: ImageSpec,
    /// The Availability Zone, by name: `us-east-1a`.
    pub zone: &'static str,
    /// Whether the request names the zone, and EC2 doesn't choose it: a client token then holds for that zone.
    pub zone_is_named: bool,
    /// The EBS volumes of the launch. The first is the root, unless the image is instance-store-backed.
    pub volumes: Vec<VolumeSpec>,
    /// Whether hibernation is configured (`HibernationOptions.Configured`).
    pub hibernation: bool,
    /// Whether it is set to receive a public IPv4 address from Amazon's pool: what the launch says wins over the subnet
    /// (`IP-AUTO-OVERRIDE`).
    pub auto_public_ipv4: bool,
    /// How many IPv6 addresses it gets.
    pub ipv6_count: u16,
    /// How many network interfaces it has, at least one.
    pub interfaces: u16,
    /// What a shutdown from inside does (`InstanceInitiatedShutdownBehavior`).
    pub shutdown_behavior: ShutdownBehavior,
    /// `DisableApiTermination`.
    pub termination_protection: bool,
    /// `DisableApiStop`.
    pub stop_protection: bool,
    /// The credit mode, for a burstable type.
    pub credits: Option<CreditMode>,
    /// The user data, at most 16,384 bytes (`MOD-USER-DATA`).
    pub user_data: Option<Arc<str>>,
    /// Tags, in the order of the file.
    pub tags: Vec<(String, String)>,
}

impl InstanceSpec {
    /// What its guards look at after the launch.
    pub(crate) fn lifecycle_options(&self) -> LifecycleOptions {
        LifecycleOptions {
            root_is_ebs: self.image.ebs_root,
            root_attached: true,
            hibernation_configured: self.hibernation,
            disable_api_termination: self.termination_protection,
            disable_api_stop: self.stop_protection,
            hibernation_wait: SimDuration::from_mins(if self.platform.is_windows() {
                5
            } else {
                2
            }),
        }
    }
}

/// What `InstanceInitiatedShutdownBehavior` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShutdownBehavior {
    /// The instance stops: the default.
    Stop,
    /// The instance terminates.
    Terminate,
}

/// An image, as far as the lifecycle cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSpec {
    /// Whether its root device is an EBS volume, and not an instance store volume.
    pub ebs_root: bool,
    /// Its architecture.
    pub architecture: Architecture,
    /// The size of its root snapshot in GiB: 8, for Windows 30.
    pub min_root_gib: u32,
    /// Whether it has the agent that hibernation needs (`HIB-IMAGE`).
    pub hibernation_ready: bool,
}

/// An EBS volume, as it is provisioned and billed (`BILL-EBS-PROVISIONED`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeSpec {
    /// The volume type.
    pub volume_type: VolumeType,
    /// The size in GiB.
    pub size_gib: u32,
    /// Provisioned IOPS; 0 for a type that doesn't take them.
    pub iops: u32,
    /// Provisioned throughput in MiB/s; 0 for a type that doesn't take it.
    pub throughput: u32,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Whether it goes with the instance that it is attached to.
    pub delete_on_termination: bool,
}

/// Who takes part in a replay, by name. Slots number the instances of the file in its order, a group's members in theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// The Region.
    pub region: RegionId,
    /// The instances and groups, in the order of the file.
    pub instances: Vec<CastEntry>,
    /// The names of Elastic IPs: those that exist from the start, then those that the script allocates.
    pub addresses: Vec<String>,
    /// The names of volumes of their own: those that exist from the start, then those that the script creates.
    pub volumes: Vec<String>,
}

/// An instance, or a group of instances, of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastEntry {
    /// Its name.
    pub name: String,
    /// How many members a group has; none for a plain instance.
    pub count: Option<u32>,
    /// The slot of the instance or of the first member.
    pub first_slot: u32,
    /// What its launch asks for. Entries with the same description share it.
    pub spec: Arc<InstanceSpec>,
}

impl CastEntry {
    /// How many slots it takes.
    pub fn slots(&self) -> u32 {
        self.count.unwrap_or(1)
    }
}

impl Cast {
    /// How many slots there are.
    pub fn slots(&self) -> u32 {
        self.instances
            .last()
            .map_or(0, |entry| entry.first_slot + entry.slots())
    }

    /// The index of the entry that a slot belongs to.
    ///
    /// # Panics
    ///
    /// Panics if there is no such slot.
    pub fn entry_of(&self, slot: u32) -> usize {
        let after = self
            .instances
            .partition_point(|entry| entry.first_slot <= slot);
        assert!(after > 0, "slots are numbered from the first entry on");
        after - 1
    }

    /// The name of the instance in a slot: `web`, or `web-2` for a member of a group.
    pub fn name(&self, slot: u32) -> SlotName<'_> {
        let entry = &self.instances[self.entry_of(slot)];
        SlotName {
            name: &entry.name,
            member: entry.count.map(|_| slot - entry.first_slot + 1),
        }
    }
}

/// The name of an instance, printed without making a string of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotName<'a> {
    name: &'a str,
    member: Option<u32>,
}

impl fmt::Display for SlotName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            None => f.pad(self.name),
            Some(member) => f.pad(&format!("{}-{member}", self.name)),
        }
    }
}
