//! EBS volumes and Elastic IP addresses.

use std::{net::Ipv4Addr, sync::Arc};

use crate::{
    id::{Id, IdKind, Seeded},
    lifecycle::{
        Decision,
        volume::{Phase, PhaseView, State, Trigger, VolumeLifecycle, trigger},
    },
    record::{AddressHandle, InstanceHandle, VolumeConfig, VolumeHandle},
    time::SimTime,
};

use super::{InstanceSpec, VolumeSpec, World, modifications::Modifications};

/// An EBS volume.
#[derive(Debug, Clone)]
pub struct Volume {
    pub(super) key: Seeded,
    pub(super) make: Make,
    pub(super) lifecycle: VolumeLifecycle,
    /// The instance that it is attached to.
    pub(super) instance: Option<InstanceHandle>,
    /// The instance that it was launched with, and its number among that one's.
    pub(super) owner: Option<InstanceHandle>,
    pub(super) n: u16,
}

/// What a volume is like.
#[derive(Debug, Clone)]
pub(super) enum Make {
    /// What the launch asked for: shared by all instances that were launched alike.
    OfLaunch(Arc<InstanceSpec>, u16),
    /// Something else by now, or from the start.
    Own(Arc<OwnMake>),
}

#[derive(Debug, Clone)]
pub(super) struct OwnMake {
    pub(super) spec: VolumeSpec,
    pub(super) zone: &'static str,
    /// The device name that it was attached under, where that was told.
    pub(super) device: Option<Arc<str>>,
    pub(super) modifications: Option<Modifications>,
}

impl Volume {
    /// The volume of a launch that stands at a place of its list.
    pub(super) fn of_launch(
        key: Seeded,
        spec: &Arc<InstanceSpec>,
        place: u16,
        owner: InstanceHandle,
    ) -> Self {
        let n = place + u16::from(!spec.image.ebs_root);
        Self {
            key: World::volume_key(key, n),
            make: Make::OfLaunch(Arc::clone(spec), place),
            lifecycle: made(true),
            instance: Some(owner),
            owner: Some(owner),
            n,
        }
    }

    /// A volume that nobody has launched, attached to nothing.
    pub(crate) fn created(key: Seeded, spec: VolumeSpec, zone: &'static str) -> Self {
        Self {
            key,
            make: Make::Own(Arc::new(OwnMake {
                spec,
                zone,
                device: None,
                modifications: None,
            })),
            lifecycle: made(false),
            instance: None,
            owner: None,
            n: 0,
        }
    }

    /// Where its id comes from.
    pub(crate) const fn key(&self) -> Seeded {
        self.key
    }

    /// Its id: `vol-0…`.
    pub fn id(&self) -> String {
        Id::new(IdKind::Volume, self.key).to_string()
    }

    /// What it is like.
    pub fn spec(&self) -> &VolumeSpec {
        match &self.make {
            Make::OfLaunch(spec, place) => &spec.volumes[usize::from(*place)],
            Make::Own(own) => &own.spec,
        }
    }

    /// Its zone.
    pub fn zone(&self) -> &'static str {
        match &self.make {
            Make::OfLaunch(spec, _) => spec.zone,
            Make::Own(own) => own.zone,
        }
    }

    /// Its state.
    pub const fn state(&self) -> State {
        self.lifecycle.state()
    }

    /// What would become of a request now.
    pub fn decide(&self, trigger: Trigger, at: SimTime) -> Decision<Phase> {
        self.lifecycle.decide(trigger, at)
    }

    /// The instance that it is attached to.
    pub const fn instance(&self) -> Option<InstanceHandle> {
        self.instance
    }

    /// Whether it is gone.
    pub const fn is_deleted(&self) -> bool {
        matches!(self.state(), State::Deleted)
    }

    /// The instance that it was launched with, whose own cost it is.
    pub const fn owner(&self) -> Option<InstanceHandle> {
        self.owner
    }

    /// Its number among the volumes that its owner was launched with: 0 is the root, and without an EBS root they count
    /// from 1.
    pub const fn n(&self) -> u16 {
        self.n
    }

    /// Whether it is the root volume that its owner was launched with.
    pub const fn is_launch_root(&self) -> bool {
        self.owner.is_some() && self.n == 0
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

    fn own_make(&mut self) -> &mut OwnMake {
        if let Make::OfLaunch(spec, place) = &self.make {
            let own = OwnMake {
                spec: spec.volumes[usize::from(*place)],
                zone: spec.zone,
                device: self.device().cloned(),
                modifications: None,
            };
            self.make = Make::Own(Arc::new(own));
        }
        match &mut self.make {
            Make::Own(own) => Arc::make_mut(own),
            Make::OfLaunch(..) => unreachable!("it was just made its own"),
        }
    }

    fn device(&self) -> Option<&Arc<str>> {
        match &self.make {
            Make::OfLaunch(spec, _) => {
                let mut devices = spec.devices.iter();
                devices.find_map(|(n, device)| (*n == self.n).then_some(device))
            }
            Make::Own(own) => own.device.as_ref(),
        }
    }

    /// What is known of its modifications, if there ever was one.
    pub(super) fn modifications(&self) -> Option<&Modifications> {
        match &self.make {
            Make::OfLaunch(..) => None,
            Make::Own(own) => own.modifications.as_ref(),
        }
    }

    pub(super) fn modifications_mut(&mut self) -> &mut Option<Modifications> {
        &mut self.own_make().modifications
    }

    /// Makes it something else.
    pub(crate) fn set_spec(&mut self, spec: VolumeSpec) {
        self.own_make().spec = spec;
    }

    /// Sets `DeleteOnTermination`.
    pub(crate) fn set_delete_on_termination(&mut self, delete: bool) {
        self.own_make().spec.delete_on_termination = delete;
    }

    /// It goes for good, as asked. Deleting takes no time.
    fn delete(&mut self) {
        let PhaseView::Available(there) = self.lifecycle.view() else {
            unreachable!("a volume that isn't available was refused")
        };
        there
            .then(trigger::DeleteVolume)
            .on(trigger::DeleteCompleted);
    }

    /// Its instance terminates: it goes too, or stays behind, attached to nothing.
    pub(super) fn settle(&mut self, goes: bool) {
        let PhaseView::InUse(there) = self.lifecycle.view() else {
            unreachable!("an instance lets go only of what is attached to it")
        };
        if goes {
            there
                .then(trigger::DeleteOnTermination)
                .on(trigger::DeleteCompleted);
        } else {
            there.on(trigger::LeaveOnTermination);
        }
        self.instance = None;
    }
}

/// A volume that was just created, which takes no time; one that is launched is attached from the start.
fn made(is_launched: bool) -> VolumeLifecycle {
    let mut lifecycle = VolumeLifecycle::create();
    let PhaseView::Creating(volume) = lifecycle.view() else {
        unreachable!("a volume begins in creating")
    };
    let there = volume.then(trigger::CreateCompleted);
    if is_launched {
        there.on(trigger::AttachAtLaunch);
    }
    lifecycle
}

/// An Elastic IP address.
#[derive(Debug, Clone)]
pub struct ElasticIp {
    pub(super) key: Seeded,
    pub(super) ip: Ipv4Addr,
    pub(super) instance: Option<InstanceHandle>,
    /// Counts its associations.
    pub(super) associations: u32,
    pub(super) released: bool,
}

impl ElasticIp {
    /// One that was just allocated.
    pub(crate) const fn allocated(key: Seeded, ip: Ipv4Addr) -> Self {
        Self {
            key,
            ip,
            instance: None,
            associations: 0,
            released: false,
        }
    }

    /// Where its ids come from.
    pub(crate) const fn key(&self) -> Seeded {
        self.key
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

/// Attaching and associating: what two things know of each other is written in one place.
impl World {
    /// Attaches a volume to an instance. One that is attached later is kept when the instance terminates
    /// (`KEEP-DOT-DEFAULTS`).
    pub(crate) fn attach(
        &mut self,
        volume: VolumeHandle,
        handle: InstanceHandle,
        device: Arc<str>,
    ) {
        let is_root = *device == *self.root_device(handle);
        let attached = &mut self.volumes[volume.index()];
        let PhaseView::Available(there) = attached.lifecycle.view() else {
            unreachable!("a volume that isn't available was refused")
        };
        there.on(trigger::AttachVolume);
        attached.instance = Some(handle);
        let make = attached.own_make();
        make.device = Some(device);
        make.spec.delete_on_termination = false;
        let instance = self.instance_mut(handle);
        if !instance.launched_volumes().any(|own| own == volume) {
            instance.attached_later.push(volume);
        }
        if is_root {
            instance.lifecycle.options_mut().root_attached = true;
        }
    }

    /// Deletes a volume that is attached to nothing; what was under way with it is over.
    pub(crate) fn delete_volume(&mut self, volume: VolumeHandle) {
        self.volumes[volume.index()].delete();
        self.cancel(volume, |_| true);
    }

    /// Detaches a volume from its instance.
    pub(crate) fn detach(&mut self, volume: VolumeHandle) {
        let is_root = self.is_root_device(volume);
        let there = &mut self.volumes[volume.index()];
        let (PhaseView::InUse(attached), Some(handle)) =
            (there.lifecycle.view(), there.instance.take())
        else {
            unreachable!("a volume that isn't attached was refused")
        };
        attached.on(trigger::DetachVolume);
        let instance = self.instance_mut(handle);
        instance.attached_later.retain(|&other| other != volume);
        if is_root {
            instance.lifecycle.options_mut().root_attached = false;
        }
    }

    /// Associates an Elastic IP with an instance; neither has another any more.
    pub(crate) fn associate(&mut self, address: AddressHandle, handle: InstanceHandle) {
        let elastic_ip = &mut self.addresses[address.index()];
        elastic_ip.instance = Some(handle);
        super::next(&mut elastic_ip.associations);
        self.instance_mut(handle).elastic_ip = Some(address);
    }

    /// Takes the Elastic IP off an instance; it stays allocated.
    pub(super) fn disassociate(&mut self, handle: InstanceHandle) -> Option<AddressHandle> {
        let address = self.instance_mut(handle).elastic_ip.take()?;
        self.addresses[address.index()].instance = None;
        Some(address)
    }

    /// The account gives an Elastic IP back.
    pub(crate) fn release(&mut self, address: AddressHandle) {
        self.addresses[address.index()].released = true;
    }
}

/// The first of the numbers of roots that were replaced.
const REPLACED: u16 = 0xff00;

/// The number of a root that was replaced, among all: `web/root-1` is the first. None for any other volume.
pub(crate) const fn replaced_root(n: u16) -> Option<u16> {
    if n < REPLACED {
        None
    } else {
        Some(n - REPLACED + 1)
    }
}

/// The number of the volume that was the k-th root of its instance to be replaced.
pub(crate) const fn number_of_replaced(k: u16) -> u16 {
    REPLACED.saturating_add(k.saturating_sub(1))
}

/// Roots that take the place of others.
impl World {
    /// The volume that is attached as an instance's root.
    pub(crate) fn root_of(&self, instance: &super::Instance) -> Option<VolumeHandle> {
        self.attached(instance)
            .find(|&volume| self.is_root_device(volume))
    }

    /// Another root for an instance: the old one stays behind, under a number of its own.
    pub(crate) fn replace_root(
        &mut self,
        handle: InstanceHandle,
        old: VolumeHandle,
        spec: VolumeSpec,
    ) -> VolumeHandle {
        let owned = |volume: &&Volume| volume.owner == Some(handle) && volume.n >= REPLACED;
        let before = self.volumes.iter().filter(owned).count();
        let before = u16::try_from(before).unwrap_or(0xff);
        let instance = self.instance(handle);
        let key = World::volume_key(instance.key, REPLACED.saturating_add(before));
        let zone = instance.spec().zone;
        let device = self.root_device(handle);
        let delete = self.volume(old).spec().delete_on_termination;
        self.detach(old);
        let there = &mut self.volumes[old.index()];
        if there.owner == Some(handle) && there.n == 0 {
            there.n = REPLACED.saturating_add(before);
        }
        let mut volume = Volume::created(key, spec, zone);
        (volume.owner, volume.n) = (Some(handle), 0);
        let new = self.add_volume(volume);
        self.attach(new, handle, device);
        self.volumes[new.index()].set_delete_on_termination(delete);
        new
    }
}

/// Device names.
impl World {
    /// The name of an instance's root device, which is its image's (`VOL-ROOT-NAME`).
    pub fn root_device(&self, handle: InstanceHandle) -> Arc<str> {
        Arc::from(self.instance(handle).spec.image.root_device)
    }

    /// The device name that an attached volume has.
    pub fn device_of(&self, volume: VolumeHandle) -> Option<Arc<str>> {
        let there = self.volume(volume);
        let handle = there.instance()?;
        if let Some(device) = there.device() {
            return Some(Arc::clone(device));
        }
        match there.n {
            _ if there.owner.is_none() => None,
            0 => Some(self.root_device(handle)),
            n => Some(launch_device(n - 1)),
        }
    }

    /// Whether a volume is attached as the root device of its instance.
    pub(crate) fn is_root_device(&self, volume: VolumeHandle) -> bool {
        let root = self
            .volume(volume)
            .instance()
            .map(|handle| self.root_device(handle));
        root.is_some() && self.device_of(volume) == root
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
