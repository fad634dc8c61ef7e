//! EBS volumes and Elastic IP addresses.

use std::{net::Ipv4Addr, sync::Arc};

use crate::{
    id::{Id, IdKind, Seeded},
    record::{InstanceHandle, VolumeConfig, VolumeHandle},
};

use super::{VolumeSpec, World};

/// An EBS volume.
#[derive(Debug, Clone)]
pub struct Volume {
    pub(crate) name: VolumeName,
    pub(crate) key: Seeded,
    /// What it is like: the same for many volumes, until one is changed.
    pub(crate) make: Arc<VolumeMake>,
    pub(crate) state: VolumeState,
    /// The instance that it was launched with.
    pub(crate) owner: Option<InstanceHandle>,
}

/// What a volume is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VolumeMake {
    pub(crate) spec: VolumeSpec,
    pub(crate) zone: &'static str,
    /// The device name that it was attached under, where that was told.
    pub(crate) device: Option<Arc<str>>,
}

/// What a volume is called in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeName {
    /// The n-th volume of the instance of a slot: 0 is `web/root`, 1 is `web/1`. Without an EBS root they count from 1.
    Of {
        /// The slot.
        slot: u32,
        /// Which.
        n: u16,
    },
    /// A name of its own: an index into the cast's volumes.
    Named(u32),
}

/// Where a volume is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeState {
    /// Attached to nothing.
    Available,
    /// Attached.
    InUse(InstanceHandle),
    /// Gone.
    Deleted,
}

impl VolumeState {
    /// EC2's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::InUse(_) => "in-use",
            Self::Deleted => "deleted",
        }
    }
}

impl Volume {
    /// Its id: `vol-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::Volume, self.key).to_string()
    }

    /// What it is called in the file.
    pub const fn name(&self) -> VolumeName {
        self.name
    }

    /// What it is like.
    pub fn spec(&self) -> &VolumeSpec {
        &self.make.spec
    }

    /// Its zone.
    pub fn zone(&self) -> &'static str {
        self.make.zone
    }

    /// Where it is.
    pub const fn state(&self) -> VolumeState {
        self.state
    }

    /// The instance that it was launched with, whose own cost it is.
    pub const fn owner(&self) -> Option<InstanceHandle> {
        self.owner
    }

    /// What it is billed by.
    pub fn config(&self) -> VolumeConfig {
        let spec = self.spec();
        VolumeConfig {
            volume_type: spec.volume_type,
            size_gib: spec.size_gib,
            iops: spec.iops,
            throughput: spec.throughput,
        }
    }

    /// What it is like, to be changed.
    pub(crate) fn make_mut(&mut self) -> &mut VolumeMake {
        Arc::make_mut(&mut self.make)
    }
}

/// An Elastic IP address.
#[derive(Debug, Clone)]
pub struct ElasticIp {
    /// An index into the cast's addresses.
    pub(crate) name: u32,
    pub(crate) key: Seeded,
    pub(crate) ip: Ipv4Addr,
    pub(crate) instance: Option<InstanceHandle>,
    /// Counts its associations.
    pub(crate) associations: u32,
    pub(crate) released: bool,
}

impl ElasticIp {
    /// The index of its name in the cast.
    pub const fn name(&self) -> u32 {
        self.name
    }

    /// Its allocation id: `eipalloc-0…`.
    pub fn allocation_id(&self) -> String {
        Id::new(IdKind::Allocation, self.key).to_string()
    }

    /// The id of its association, while it has one: `eipassoc-0…`.
    pub fn association_id(&self) -> Option<String> {
        let key = self.key.number(u64::from(self.associations));
        self.instance
            .map(|_| Id::new(IdKind::Association, key).to_string())
    }

    /// The address.
    pub const fn ip(&self) -> Ipv4Addr {
        self.ip
    }

    /// The instance that it is associated with.
    pub const fn instance(&self) -> Option<InstanceHandle> {
        self.instance
    }

    /// Whether the account has given it back.
    pub const fn is_released(&self) -> bool {
        self.released
    }
}

/// Device names.
impl World {
    /// The name of an instance's root device.
    pub fn root_device(&self, handle: InstanceHandle) -> Arc<str> {
        let windows = self.spec(&self.instance(handle)).platform.is_windows();
        Arc::from(if windows { "/dev/sda1" } else { "/dev/xvda" })
    }

    /// The device name that an attached volume has.
    pub fn device_of(&self, volume: VolumeHandle) -> Option<Arc<str>> {
        let there = self.volume(volume);
        let VolumeState::InUse(handle) = there.state else {
            return None;
        };
        if there.make.device.is_some() {
            return there.make.device.clone();
        }
        match there.name {
            VolumeName::Of { n: 0, .. } => Some(self.root_device(handle)),
            VolumeName::Of { n, .. } => Some(launch_device(n - 1)),
            VolumeName::Named(_) => None,
        }
    }

    /// Whether a device name of an instance is taken.
    pub fn has_device(&self, handle: InstanceHandle, device: &str) -> bool {
        let instance = self.instance(handle);
        self.attached(&instance)
            .any(|volume| self.device_of(volume).as_deref() == Some(device))
    }

    /// The next device name that is free: the root's, where the root is missing.
    pub fn free_device(&self, handle: InstanceHandle) -> Arc<str> {
        if !self.instance(handle).lifecycle.options().root_attached {
            return self.root_device(handle);
        }
        (0..=u16::MAX)
            .map(data_device)
            .find(|device| !self.has_device(handle, device))
            .unwrap_or_else(|| self.root_device(handle))
    }
}

/// The n-th name for the data volumes of a launch: `/dev/sdb` to `/dev/sde`, then `/dev/xvdca` and on, so that the names
/// that EC2 recommends for later ones are free.
fn launch_device(n: u16) -> Arc<str> {
    match n {
        0..=3 => Arc::from(format!("/dev/sd{}", letter(n, b'b'))),
        _ => {
            let rest = n - 4;
            Arc::from(format!(
                "/dev/xvd{}{}",
                letter(2 + rest / 26 % 24, b'a'),
                letter(rest % 26, b'a')
            ))
        }
    }
}

fn letter(n: u16, from: u8) -> char {
    char::from(from + u8::try_from(n).unwrap_or(0))
}

/// The n-th name for data volumes: `/dev/sdf` to `/dev/sdp`, as EC2 recommends, then `/dev/xvdba` and on.
fn data_device(n: u16) -> Arc<str> {
    match n {
        0..=10 => Arc::from(format!("/dev/sd{}", letter(n, b'f'))),
        _ => {
            let rest = n - 11;
            Arc::from(format!(
                "/dev/xvd{}{}",
                letter(1 + rest / 26 % 25, b'a'),
                letter(rest % 26, b'a')
            ))
        }
    }
}
