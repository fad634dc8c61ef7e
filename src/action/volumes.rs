//! EBS volumes (lifecycle rulebook, section 2.9). Instance store volumes can't be attached or detached, and have no
//! actions (`VOL-STORE-FIXED`).

use std::sync::Arc;

use crate::{
    id::Seeded,
    lifecycle::{ApiError, ErrorCode, Trigger},
    record::{
        Accepted, DataEvent, DataKind, DataOutcome, InstanceHandle, Provisioned, RecordKind, Rules,
        VolumeHandle,
    },
    rule,
    script::{Target, VolumeChange, VolumeTarget},
    storage::{VolumeShape, check_limits},
    world::{Volume, VolumeMake, VolumeName, VolumeSpec, VolumeState, World},
};

use super::{InstanceRef, Request, refused};

/// The names under which a root volume can be attached.
const ROOT_DEVICES: [&str; 3] = ["/dev/xvda", "/dev/sda1", "/dev/sda"];

/// A volume as a request names it: one of its own name, or one that came with an instance, seen from the member whose
/// script it is.
#[derive(Debug, Clone, Copy)]
pub struct VolumeRef<'a> {
    /// What the script says.
    pub target: &'a VolumeTarget,
    /// Who `self` is.
    pub own: Option<u32>,
}

/// The volume of a target, if there ever was one. `own` is the instance that `self` means.
pub fn find_volume(
    world: &World,
    target: &VolumeTarget,
    own: Option<InstanceHandle>,
) -> Option<VolumeHandle> {
    match target {
        VolumeTarget::Named(name) => world.named_volume(*name),
        VolumeTarget::Of(Target::Slots { first, .. }, n) => {
            volume_of(world, world.handle_in_slot(*first)?, *n)
        }
        VolumeTarget::Of(Target::Own, n) => volume_of(world, own?, *n),
        VolumeTarget::Of(Target::Id(_), _) => None,
    }
}

pub(super) fn volume_of(world: &World, handle: InstanceHandle, n: u16) -> Option<VolumeHandle> {
    world
        .instance(handle)
        .launched_volumes()
        .find(|&volume| matches!(world.volume(volume).name(), VolumeName::Of { n: there, .. } if there == n))
}

/// `CreateVolume`, for a name of the cast.
///
/// # Errors
///
/// `Simulator.NameInUse` where the name is taken.
pub fn create_volume(
    mut request: Request<'_>,
    name: u32,
    spec: VolumeSpec,
    zone: &'static str,
) -> Result<(), ApiError> {
    let there = request
        .world
        .named_volume(name)
        .filter(|&volume| !is_deleted(request.world, volume));
    if let Some(volume) = there {
        return refused(
            ErrorCode::SimulatorNameInUse,
            format!(
                "The volume '{}' of the scenario is there already.",
                request.world.volume_name(volume)
            ),
            &[rule::BILL_EBS_PROVISIONED],
        );
    }
    let key = match request.world.named_volume(name) {
        Some(before) => request.world.volume(before).key.purpose("again"),
        None => name_key(request.world, name),
    };
    let volume = request.world.add_volume(Volume {
        name: VolumeName::Named(name),
        key,
        make: Arc::new(VolumeMake {
            spec,
            zone,
            device: None,
        }),
        state: VolumeState::Available,
        owner: None,
    });
    request.world.name_volume(name, volume);
    request.volume_accepted("CreateVolume", volume, None, &[rule::BILL_EBS_PROVISIONED]);
    request.provisioned(volume, true);
    Ok(())
}

fn name_key(world: &World, name: u32) -> Seeded {
    let text = usize::try_from(name)
        .ok()
        .and_then(|name| world.cast().volumes.get(name));
    world.root.named(text.map_or("", String::as_str))
}

fn is_deleted(world: &World, volume: VolumeHandle) -> bool {
    world.volume(volume).state() == VolumeState::Deleted
}

/// `AttachVolume`. The volume is checked before the instance; what is attached later is kept at termination
/// (`KEEP-DOT-DEFAULTS`).
///
/// # Errors
///
/// EC2's refusal; nothing has happened then.
pub fn attach_volume(
    mut request: Request<'_>,
    target: VolumeRef<'_>,
    instance: InstanceRef<'_>,
    device: Option<&Arc<str>>,
) -> Result<(), ApiError> {
    let volume = request.find_volume(target)?;
    let there = request.world.volume(volume);
    if let VolumeState::InUse(_) = there.state() {
        return refused(
            ErrorCode::VolumeInUse,
            format!("{} is already attached to an instance", there.id()),
            &[rule::VOL_ATTACH_VOLUME],
        );
    }
    let handle = request.find(&[instance])?[0];
    if let Some((handle, refusal)) = request.refusal(&[handle], |_, _| Trigger::AttachVolume) {
        return Err(request.answer(handle, refusal, ""));
    }
    let host = request.world.instance(handle);
    let spec = request.world.spec(&host);
    if there.zone() != spec.zone {
        return refused(
            ErrorCode::InvalidVolumeZoneMismatch,
            format!(
                "The volume '{}' is not in the same availability zone as instance '{}'",
                there.id(),
                host.id()
            ),
            &[rule::VOL_ATTACH_VOLUME],
        );
    }
    let attached = request.world.attached(&host).count();
    if host
        .instance_type()
        .info()
        .ebs_max_attachments()
        .is_some_and(|most| attached >= usize::from(most))
    {
        return refused(
            ErrorCode::AttachmentLimitExceeded,
            format!(
                "The instance '{}' has as many volumes as {} can have.",
                host.id(),
                host.instance_type().name()
            ),
            &[rule::VOL_ATTACH_VOLUME],
        );
    }
    let root_device = request.world.root_device(handle);
    let rootless = !host.lifecycle.options().root_attached;
    let device: Arc<str> = match device {
        // The root device goes by several names; an instance without a root takes each for it (VOL-ROOT-SWAP).
        Some(device) if rootless && ROOT_DEVICES.contains(&&**device) => Arc::clone(&root_device),
        Some(device) => Arc::clone(device),
        None => request.world.free_device(handle),
    };
    if request.world.has_device(handle, &device) {
        return refused(
            ErrorCode::InvalidParameterValue,
            format!(
                "Invalid value '{device}' for unixDevice. Attachment point {device} is already in use"
            ),
            &[rule::VOL_ATTACH_VOLUME],
        );
    }
    let is_root = *device == *root_device;
    request.world.remember(handle);
    let attached = request.world.volume_mut(volume);
    attached.state = VolumeState::InUse(handle);
    let make = attached.make_mut();
    make.device = Some(device);
    make.spec.delete_on_termination = false;
    let own = attached.owner == Some(handle);
    let instance = request.world.instance_mut(handle);
    if !own {
        instance.attached_later.push(volume);
    }
    if is_root {
        instance.lifecycle.options_mut().root_attached = true;
    }
    let rules: Rules = if is_root {
        &[rule::VOL_ROOT_SWAP, rule::KEEP_DOT_DEFAULTS]
    } else {
        &[rule::VOL_ATTACH_STATES, rule::KEEP_DOT_DEFAULTS]
    };
    request.volume_accepted("AttachVolume", volume, Some(handle), rules);
    Ok(())
}

/// `DetachVolume`.
///
/// # Errors
///
/// EC2's refusal: the volume is checked before the instance.
pub fn detach_volume(
    mut request: Request<'_>,
    target: VolumeRef<'_>,
    from: Option<InstanceRef<'_>>,
) -> Result<(), ApiError> {
    let volume = request.find_volume(target)?;
    let there = request.world.volume(volume);
    let VolumeState::InUse(handle) = there.state() else {
        return refused(
            ErrorCode::IncorrectState,
            format!("Volume '{}' is in the 'available' state.", there.id()),
            &[rule::VOL_DETACH_NOT_ATTACHED],
        );
    };
    let id = there.id();
    if let Some(from) = from
        && request.find(&[from])?[0] != handle
    {
        return refused(
            ErrorCode::InvalidAttachmentNotFound,
            format!("Volume '{id}' is not attached to the instance that the request names."),
            &[rule::VOL_DETACH_NOT_ATTACHED],
        );
    }
    let is_root = request
        .world
        .device_of(volume)
        .is_some_and(|device| *device == *request.world.root_device(handle));
    let trigger = if is_root {
        Trigger::DetachRootVolume
    } else {
        Trigger::DetachVolume
    };
    if let Some((handle, refusal)) = request.refusal(&[handle], |_, _| trigger) {
        return Err(request.answer(handle, refusal, &id));
    }
    request.world.remember(handle);
    request.world.volume_mut(volume).state = VolumeState::Available;
    let instance = request.world.instance_mut(handle);
    instance.attached_later.retain(|&other| other != volume);
    if is_root {
        instance.lifecycle.options_mut().root_attached = false;
    }
    let rules: Rules = if is_root {
        &[rule::VOL_ROOT_SWAP]
    } else {
        &[rule::VOL_DETACH_DATA]
    };
    request.volume_accepted("DetachVolume", volume, Some(handle), rules);
    Ok(())
}

/// `ModifyVolume`: free, and what it is now is charged from now on (`BILL-EBS-MODIFY`).
///
/// # Errors
///
/// `InvalidVolume.NotFound`, or `InvalidParameterValue` where there is no such volume.
pub fn modify_volume(
    mut request: Request<'_>,
    target: VolumeRef<'_>,
    change: VolumeChange,
) -> Result<(), ApiError> {
    let volume = request.find_volume(target)?;
    let mut spec = *request.world.volume(volume).spec();
    if let Some(size_gib) = change.size_gib {
        if size_gib < spec.size_gib {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!(
                    "New size cannot be smaller than existing size: {size_gib} GiB, not {} GiB.",
                    spec.size_gib
                ),
                &[rule::BILL_EBS_MODIFY],
            );
        }
        spec.size_gib = size_gib;
    }
    if let Some(volume_type) = change.volume_type
        && volume_type != spec.volume_type
    {
        spec.volume_type = volume_type;
        spec.iops = if volume_type.takes_iops() {
            volume_type
                .default_iops()
                .unwrap_or(spec.iops.max(volume_type.limits().iops.min))
        } else {
            0
        };
        spec.throughput = volume_type.default_throughput().unwrap_or(0);
    }
    spec.iops = change.iops.unwrap_or(spec.iops);
    spec.throughput = change.throughput.unwrap_or(spec.throughput);
    let shape = VolumeShape {
        volume_type: spec.volume_type,
        size_gib: spec.size_gib,
        iops: spec.iops,
        throughput: spec.throughput,
    };
    if let Err(limit) = check_limits(shape) {
        return refused(
            ErrorCode::InvalidParameterValue,
            format!("{limit}."),
            &[rule::BILL_EBS_MODIFY],
        );
    }
    let attached = match request.world.volume(volume).state() {
        VolumeState::InUse(handle) => Some(handle),
        VolumeState::Available | VolumeState::Deleted => None,
    };
    if let Some(handle) = attached {
        request.world.remember(handle);
    }
    let unchanged = *request.world.volume(volume).spec() == spec;
    request.world.volume_mut(volume).make_mut().spec = spec;
    request.volume_accepted("ModifyVolume", volume, attached, &[rule::BILL_EBS_MODIFY]);
    if unchanged {
        request.was_so_already();
    } else {
        request.provisioned(volume, false);
    }
    Ok(())
}

/// `DeleteVolume`.
///
/// # Errors
///
/// `InvalidVolume.NotFound`, or `VolumeInUse` where it is attached.
pub fn delete_volume(mut request: Request<'_>, target: VolumeRef<'_>) -> Result<(), ApiError> {
    let volume = request.find_volume(target)?;
    let there = request.world.volume(volume);
    if let VolumeState::InUse(handle) = there.state() {
        return refused(
            ErrorCode::VolumeInUse,
            format!(
                "Volume {} is currently attached to {}",
                there.id(),
                request.world.instance(handle).id()
            ),
            &[rule::VOL_ATTACH_VOLUME],
        );
    }
    request.world.volume_mut(volume).state = VolumeState::Deleted;
    request.volume_accepted("DeleteVolume", volume, None, &[rule::BILL_EBS_DELETE]);
    request.step.say(RecordKind::Data(DataEvent {
        instance: None,
        what: DataKind::Volume(volume),
        outcome: DataOutcome::Deleted,
        rules: &[rule::BILL_EBS_DELETE],
    }));
    Ok(())
}

impl Request<'_> {
    /// The volume that a request names, if it is there.
    fn find_volume(&self, target: VolumeRef<'_>) -> Result<VolumeHandle, ApiError> {
        let own = target.own.and_then(|slot| self.world.handle_in_slot(slot));
        let found = find_volume(self.world, target.target, own);
        if let Some(volume) = found.filter(|&volume| !is_deleted(self.world, volume)) {
            return Ok(volume);
        }
        let id = match (found, target.target) {
            (Some(deleted), _) => self.world.volume(deleted).id(),
            (None, VolumeTarget::Named(name)) => {
                crate::id::Id::new(crate::id::IdKind::Volume, name_key(self.world, *name))
                    .to_string()
            }
            (None, VolumeTarget::Of(owner, n)) => {
                let slot = match owner {
                    Target::Slots { first, .. } => Some(*first),
                    Target::Own => target.own,
                    Target::Id(_) => None,
                };
                slot.map_or_else(String::new, |slot| self.world.volume_id_in_slot(slot, *n))
            }
        };
        refused(
            ErrorCode::InvalidVolumeNotFound,
            format!("The volume '{id}' does not exist."),
            &[rule::BILL_EBS_DELETE],
        )
    }

    /// What was just accepted was so already.
    fn was_so_already(&mut self) {
        let last = self.step.records.last_mut();
        if let Some(RecordKind::Accepted(accepted)) = last.map(|record| &mut record.kind) {
            accepted.unchanged = true;
        }
    }

    fn provisioned(&mut self, volume: VolumeHandle, created: bool) {
        let there = self.world.volume(volume);
        self.step.say(RecordKind::Provisioned(Provisioned {
            volume,
            owner: there.owner(),
            config: there.config(),
            created,
        }));
    }

    fn volume_accepted(
        &mut self,
        action: &'static str,
        volume: VolumeHandle,
        instance: Option<InstanceHandle>,
        rules: Rules,
    ) {
        self.step.say(RecordKind::Accepted(Accepted {
            action,
            what: "",
            unchanged: false,
            instance,
            volume: Some(volume),
            address: None,
            rules,
        }));
    }
}
