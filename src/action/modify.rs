//! `ModifyInstanceAttribute` and its like (lifecycle rulebook, section 2.8).

use crate::{
    catalog::TypeId,
    lifecycle::{ApiError, Decision, ErrorCode, Trigger, View},
    record::{Accepted, InstanceHandle, RecordKind, Rules, VolumeHandle},
    rule,
    script::{Change, Target, VolumeTarget},
    world::World,
};

use super::{InstanceRef, Request, refused, volumes::volume_of};

/// One attribute of one or several instances (`MOD-ONE-AT-A-TIME`): all are changed, or none.
///
/// # Errors
///
/// EC2's refusal, in the order of `REQ-CHECK-ORDER`; nothing has happened then.
pub fn modify(
    mut request: Request<'_>,
    named: &[InstanceRef<'_>],
    change: &Change,
) -> Result<(), ApiError> {
    if let Change::UserData(data) = change
        && data.len() > crate::world::USER_DATA_BYTES
    {
        return Err(crate::world::user_data_too_long());
    }
    let instances = request.find(named)?;
    for &handle in &*instances {
        check_kind(request.world, handle, change)?;
    }
    let trigger = trigger_of(change);
    if let Some((handle, refusal)) = request.refusal(&instances, |_, _| trigger) {
        return Err(request.answer(handle, refusal, ""));
    }
    for &handle in &*instances {
        check_value(&request, handle, change)?;
    }
    for &handle in &*instances {
        request.change(handle, change, trigger);
    }
    Ok(())
}

fn trigger_of(change: &Change) -> Trigger {
    match change {
        Change::Type(_) | Change::UserData(_) | Change::StoppedOnly(_) => {
            Trigger::ModifyWhileStopped
        }
        Change::TerminationProtection(_)
        | Change::StopProtection(_)
        | Change::ShutdownBehavior(_) => Trigger::ModifyProtection,
        Change::Network(_) | Change::DeleteOnTermination(..) => Trigger::ModifyAttachments,
        Change::Credits(_) => Trigger::ModifyCredits,
    }
}

/// The attribute's own name, and the rules about it beyond those of the table.
fn told(change: &Change) -> (&'static str, Rules) {
    match change {
        Change::Type(_) => (
            "instanceType",
            &[
                rule::MOD_STOPPED_ONLY,
                rule::MOD_TYPE_NO_HOST_YET,
                rule::KEEP_STORE_VOLUMES,
                rule::BILL_RESIZE,
            ],
        ),
        Change::UserData(_) => (
            "userData",
            &[
                rule::MOD_STOPPED_ONLY,
                rule::MOD_USER_DATA,
                rule::KEEP_USERDATA,
            ],
        ),
        Change::StoppedOnly(name) => (name, &[rule::MOD_STOPPED_ONLY]),
        Change::TerminationProtection(_) => (
            "disableApiTermination",
            &[rule::MOD_RUNNING_OR_STOPPED, rule::PROT_TERM_DEFAULT],
        ),
        Change::StopProtection(_) => (
            "disableApiStop",
            &[rule::MOD_RUNNING_OR_STOPPED, rule::PROT_STOP],
        ),
        Change::ShutdownBehavior(_) => (
            "instanceInitiatedShutdownBehavior",
            &[rule::MOD_RUNNING_OR_STOPPED],
        ),
        Change::Network("groupSet") => ("groupSet", &[rule::MOD_GROUPS]),
        Change::Network(name) => (name, &[rule::MOD_SOURCE_DEST]),
        Change::DeleteOnTermination(..) => ("blockDeviceMapping", &[rule::MOD_DOT]),
        Change::Credits(_) => ("cpuCredits", &[rule::MOD_CREDITS]),
    }
}

/// The kind of instance: what can't be changed in any state.
fn check_kind(world: &World, handle: InstanceHandle, change: &Change) -> Result<(), ApiError> {
    let instance = world.instance(handle);
    match change {
        Change::StopProtection(true) if !instance.lifecycle.options().root_is_ebs => refused(
            ErrorCode::UnsupportedOperation,
            format!(
                "The instance '{}' does not have an 'ebs' root device type and cannot be protected from being stopped.",
                instance.id()
            ),
            &[rule::PROT_STOP_NOT],
        ),
        Change::Credits(_) if !instance.instance_type().info().burstable() => refused(
            ErrorCode::InstanceCreditSpecificationNotSupported,
            format!(
                "The instance type {} has no CPU credits.",
                instance.instance_type().name()
            ),
            &[rule::MOD_CREDITS],
        ),
        Change::Network(_) if world.spec(&instance).interfaces > 1 => refused(
            ErrorCode::InvalidInstanceId,
            format!(
                "There are multiple interfaces attached to instance '{}'. Please specify an interface ID for the \
                 operation instead.",
                instance.id()
            ),
            &[rule::MOD_GROUPS],
        ),
        Change::Type(_)
        | Change::UserData(_)
        | Change::StoppedOnly(_)
        | Change::TerminationProtection(_)
        | Change::StopProtection(_)
        | Change::ShutdownBehavior(_)
        | Change::Network(_)
        | Change::DeleteOnTermination(..)
        | Change::Credits(_) => Ok(()),
    }
}

/// Whether the instance can have the new value.
fn check_value(
    request: &Request<'_>,
    handle: InstanceHandle,
    change: &Change,
) -> Result<(), ApiError> {
    match change {
        Change::Type(to) => check_type(request.world, handle, *to),
        Change::DeleteOnTermination(target, _) => {
            if !concerns(request.world, handle, target) {
                return Ok(());
            }
            let volume = own_volume(request.world, handle, target);
            let attached = volume.is_some_and(|volume| {
                request.world.volume(volume).state() == crate::world::VolumeState::InUse(handle)
            });
            if attached {
                return Ok(());
            }
            refused(
                ErrorCode::InvalidInstanceAttributeValue,
                format!(
                    "The volume is not attached to instance '{}'.",
                    request.world.instance(handle).id()
                ),
                &[rule::MOD_DOT],
            )
        }
        Change::UserData(_)
        | Change::StoppedOnly(_)
        | Change::TerminationProtection(_)
        | Change::StopProtection(_)
        | Change::ShutdownBehavior(_)
        | Change::Network(_)
        | Change::Credits(_) => Ok(()),
    }
}

/// The new type must fit the image, the attached volumes and interfaces, and hibernation where it is configured
/// (`MOD-TYPE-INCOMPATIBLE`).
fn check_type(world: &World, handle: InstanceHandle, to: TypeId) -> Result<(), ApiError> {
    let instance = world.instance(handle);
    let spec = world.spec(&instance);
    let info = to.info();
    let attached = world.attached(&instance).count();
    let room = info
        .ebs_max_attachments()
        .is_none_or(|most| attached <= usize::from(most));
    let fits = info.architectures().contains(spec.image.architecture)
        && info.supports_ebs_root()
        && u16::from(info.max_enis()) >= spec.interfaces
        && room;
    if !fits {
        return refused(
            ErrorCode::InvalidInstanceAttributeValue,
            format!(
                "Modifying the instance type from {} to {} is not allowed.",
                instance.instance_type().name(),
                to.name()
            ),
            &[rule::MOD_TYPE_INCOMPATIBLE],
        );
    }
    // The root volume as it is now; the one of the launch, where none is attached.
    let root_device = world.root_device(handle);
    let root = world
        .attached(&instance)
        .find(|&volume| world.device_of(volume).as_deref() == Some(&*root_device))
        .map(|volume| world.volume(volume).spec())
        .or_else(|| spec.volumes.first());
    crate::world::unmet_hibernation(spec, to, root).map_or(Ok(()), Err)
}

/// Whether a volume of the request is this instance's: `{ web-1/1: no }` says nothing about `web-2`.
fn concerns(world: &World, handle: InstanceHandle, target: &VolumeTarget) -> bool {
    match target {
        VolumeTarget::Of(Target::Slots { first, count, .. }, _) => {
            (*first..first + count).contains(&world.instance(handle).slot())
        }
        VolumeTarget::Of(Target::Own | Target::Id(_), _) | VolumeTarget::Named(_) => true,
    }
}

/// The volume of a target, seen from the instance that the request is about.
fn own_volume(
    world: &World,
    handle: InstanceHandle,
    target: &VolumeTarget,
) -> Option<VolumeHandle> {
    match target {
        VolumeTarget::Of(_, n) => volume_of(world, handle, *n),
        VolumeTarget::Named(name) => world.named_volume(*name),
    }
}

impl Request<'_> {
    fn change(&mut self, handle: InstanceHandle, change: &Change, trigger: Trigger) {
        if let Change::DeleteOnTermination(target, _) = change
            && !concerns(self.world, handle, target)
        {
            return;
        }
        self.world.remember(handle);
        if let Change::DeleteOnTermination(target, delete) = change {
            if let Some(volume) = own_volume(self.world, handle, target) {
                self.world
                    .volume_mut(volume)
                    .make_mut()
                    .spec
                    .delete_on_termination = *delete;
            }
        } else {
            self.change_instance(handle, change);
        }
        let (what, rules) = told(change);
        debug_assert!(
            matches!(
                self.world
                    .instance(handle)
                    .lifecycle
                    .decide(trigger, self.at),
                Decision::Accepted(_)
            ),
            "a change is made where the table accepts it"
        );
        self.step.say(RecordKind::Accepted(Accepted {
            action: trigger.name(),
            what,
            unchanged: false,
            instance: Some(handle),
            volume: None,
            address: None,
            rules,
        }));
    }

    fn change_instance(&mut self, handle: InstanceHandle, change: &Change) {
        let instance = self.world.instance_mut(handle);
        match change {
            Change::Type(to) => {
                if let View::Stopped(mut stopped) = instance.lifecycle.view() {
                    stopped.set_instance_type(*to);
                }
                // The instance store is that of the new type, and empty (KEEP-STORE-VOLUMES).
                crate::world::next(&mut instance.store_epoch);
            }
            Change::TerminationProtection(on) => {
                instance.lifecycle.options_mut().disable_api_termination = *on;
            }
            Change::StopProtection(on) => instance.lifecycle.options_mut().disable_api_stop = *on,
            Change::ShutdownBehavior(behavior) => instance.shutdown_behavior = *behavior,
            Change::Credits(mode) => instance.credits = Some(*mode),
            // What they hold changes nothing that a replay shows.
            Change::UserData(_)
            | Change::StoppedOnly(_)
            | Change::Network(_)
            | Change::DeleteOnTermination(..) => {}
        }
    }
}
