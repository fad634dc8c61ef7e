//! `ModifyInstanceAttribute` and its like (lifecycle rulebook, section 2.8).

use std::sync::Arc;

use crate::{
    catalog::{CreditMode, TypeId},
    lifecycle::{ApiError, Decision, ErrorCode, Trigger},
    record::{
        Accepted, CapacityReservationHandle, CreditChoice, DedicatedHostHandle, Fact,
        InstanceHandle, Monitored, RecordKind, Rules,
    },
    rule,
    world::{Reserving, ShutdownBehavior, World},
};

use super::{
    Answer, ByHandle, Call, Instances, Mapped, Naming, Resolve, Subjects,
    call::refused,
    naming::OwnVolume,
    placement::{PlacementChange, check_placement, check_tenancy},
    run_instances::{check_hibernation, check_user_data},
    spot::check_spot_placement,
};

/// One attribute of one or several instances (`MOD-ONE-AT-A-TIME`): all are changed, or none.
#[derive(Debug, Clone, PartialEq)]
pub struct ModifyInstanceAttribute<N: Naming = ByHandle> {
    /// Whom.
    pub instances: Instances<N>,
    /// What.
    pub change: Change<N>,
}

/// One attribute of `modify`. There is none for hibernation, which is configured at launch (`MOD-HIBERNATION-FIXED`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change<N: Naming = ByHandle> {
    /// `instanceType`.
    Type(TypeId),
    /// `userData`.
    UserData(Arc<str>),
    /// `ebsOptimized`.
    EbsOptimized(bool),
    /// `enaSupport`.
    EnaSupport(bool),
    /// `kernel`, `ramdisk`, `sriovNetSupport`: only their rule about states is simulated.
    StoppedOnly(&'static str),
    /// `disableApiTermination`.
    TerminationProtection(bool),
    /// `disableApiStop`.
    StopProtection(bool),
    /// `instanceInitiatedShutdownBehavior`.
    ShutdownBehavior(ShutdownBehavior),
    /// `sourceDestCheck`: only its rule about states is simulated.
    SourceDestCheck,
    /// `groupSet`: only its rule about states is simulated.
    SecurityGroups,
    /// `blockDeviceMapping`: `DeleteOnTermination` of one of the instance's volumes.
    DeleteOnTermination(N::Mapped, bool),
    /// `ModifyInstanceCreditSpecification`.
    Credits(CreditMode),
    /// `ModifyInstancePlacement`.
    Placement(PlacementChange),
    /// `ModifyInstanceMaintenanceOptions`: whether EC2 may recover it by itself.
    AutoRecovery(bool),
    /// `MonitorInstances`, `UnmonitorInstances`: whether it has detailed monitoring.
    Monitoring(bool),
    /// `ModifyInstancePlacement`: another Dedicated Host.
    Host(N::Other<DedicatedHostHandle>),
    /// `ModifyInstanceCapacityReservationAttributes`: this Capacity Reservation.
    Reservation(N::Other<CapacityReservationHandle>),
}

impl<N: Naming> ModifyInstanceAttribute<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ModifyInstanceAttribute {
        ModifyInstanceAttribute {
            instances: names.instances(&self.instances),
            change: match &self.change {
                Change::Type(to) => Change::Type(*to),
                Change::UserData(data) => Change::UserData(Arc::clone(data)),
                Change::EbsOptimized(on) => Change::EbsOptimized(*on),
                Change::EnaSupport(on) => Change::EnaSupport(*on),
                Change::StoppedOnly(name) => Change::StoppedOnly(name),
                Change::TerminationProtection(on) => Change::TerminationProtection(*on),
                Change::StopProtection(on) => Change::StopProtection(*on),
                Change::ShutdownBehavior(behavior) => Change::ShutdownBehavior(*behavior),
                Change::SourceDestCheck => Change::SourceDestCheck,
                Change::SecurityGroups => Change::SecurityGroups,
                Change::DeleteOnTermination(mapped, delete) => {
                    Change::DeleteOnTermination(names.mapped(mapped), *delete)
                }
                Change::Credits(mode) => Change::Credits(*mode),
                Change::Placement(change) => Change::Placement(*change),
                Change::AutoRecovery(on) => Change::AutoRecovery(*on),
                Change::Monitoring(on) => Change::Monitoring(*on),
                Change::Host(host) => Change::Host(names.other::<DedicatedHostHandle>(host)),
                Change::Reservation(reservation) => {
                    Change::Reservation(names.other::<CapacityReservationHandle>(reservation))
                }
            },
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl ModifyInstanceAttribute {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        if let Change::UserData(data) = &self.change {
            check_user_data(data)?;
        }
        let instances = call.find(&self.instances)?;
        let found;
        let mut change = &self.change;
        if let Change::Host(host) = change {
            found = Change::Placement(PlacementChange::Host(call.find_host(host)?));
            change = &found;
        } else if let Change::Reservation(named) = change {
            let reserving = Reserving::Named(call.find_reservation(named)?);
            found = Change::Placement(PlacementChange::Reserving(reserving));
            change = &found;
        }
        for &handle in &instances {
            check_kind(call.world, handle, change)?;
        }
        let trigger = change.trigger();
        if let Some((handle, refusal)) = call.refusal(&instances, |_, _| trigger) {
            return Err(call.answer(handle, refusal, ""));
        }
        for &handle in &instances {
            check_value(call.world, handle, change)?;
            if let Change::Placement(PlacementChange::Group {
                group: Some(group), ..
            }) = *change
            {
                let zone = call.world.instance(handle).spec().zone;
                call.check_group_zone(group, zone)?;
            }
        }
        for &handle in &instances {
            call.change(handle, change, trigger);
        }
        Ok(Answer::Done)
    }
}

impl Change {
    fn trigger(&self) -> Trigger {
        match self {
            Self::Type(_)
            | Self::UserData(_)
            | Self::EbsOptimized(_)
            | Self::EnaSupport(_)
            | Self::StoppedOnly(_) => Trigger::ModifyWhileStopped,
            Self::TerminationProtection(_)
            | Self::StopProtection(_)
            | Self::ShutdownBehavior(_) => Trigger::ModifyProtection,
            Self::SourceDestCheck | Self::SecurityGroups | Self::DeleteOnTermination(..) => {
                Trigger::ModifyAttachments
            }
            Self::Credits(_) => Trigger::ModifyCredits,
            Self::AutoRecovery(_) => Trigger::ModifyMaintenance,
            Self::Monitoring(_) => Trigger::ModifyMonitoring,
            Self::Placement(_) | Self::Host(_) | Self::Reservation(_) => Trigger::ModifyPlacement,
        }
    }

    /// The attribute's own name, and the rules about it beyond those of the table.
    fn told(&self) -> (&'static str, Rules) {
        match self {
            Self::Type(_) => (
                "instanceType",
                &[
                    rule::MOD_STOPPED_ONLY,
                    rule::MOD_TYPE_NO_HOST_YET,
                    rule::KEEP_STORE_VOLUMES,
                    rule::BILL_RESIZE,
                ],
            ),
            Self::UserData(_) => (
                "userData",
                &[
                    rule::MOD_STOPPED_ONLY,
                    rule::MOD_USER_DATA,
                    rule::KEEP_USERDATA,
                ],
            ),
            Self::EbsOptimized(_) => (
                "ebsOptimized",
                &[rule::MOD_STOPPED_ONLY, rule::LIFE_RUN_ATTRIBUTES],
            ),
            Self::EnaSupport(_) => (
                "enaSupport",
                &[rule::MOD_STOPPED_ONLY, rule::LIFE_RUN_ATTRIBUTES],
            ),
            Self::StoppedOnly(name) => (name, &[rule::MOD_STOPPED_ONLY]),
            Self::TerminationProtection(_) => (
                "disableApiTermination",
                &[rule::MOD_RUNNING_OR_STOPPED, rule::PROT_TERM_DEFAULT],
            ),
            Self::StopProtection(_) => (
                "disableApiStop",
                &[rule::MOD_RUNNING_OR_STOPPED, rule::PROT_STOP],
            ),
            Self::ShutdownBehavior(_) => (
                "instanceInitiatedShutdownBehavior",
                &[rule::MOD_RUNNING_OR_STOPPED],
            ),
            Self::SecurityGroups => ("groupSet", &[rule::MOD_GROUPS]),
            Self::SourceDestCheck => ("sourceDestCheck", &[rule::MOD_SOURCE_DEST]),
            Self::DeleteOnTermination(..) => ("blockDeviceMapping", &[rule::MOD_DOT]),
            Self::Credits(_) => ("cpuCredits", &[rule::MOD_CREDITS]),
            Self::Placement(change) => change.told(),
            Self::AutoRecovery(_) => ("autoRecovery", &[rule::RECOV_SETTING]),
            Self::Monitoring(_) => ("monitoring", &[rule::MOD_MONITORING]),
            Self::Host(_) => ("hostId", &[rule::MOD_PLACEMENT]),
            Self::Reservation(_) => ("capacityReservation", &[rule::MOD_PLACEMENT]),
        }
    }

    /// What the attribute is now, where that can be told in a word.
    fn value(&self) -> Option<&'static str> {
        let switch = |on: bool| if on { "on" } else { "off" };
        match self {
            Self::Type(to) => Some(to.name()),
            Self::TerminationProtection(on)
            | Self::StopProtection(on)
            | Self::EbsOptimized(on)
            | Self::EnaSupport(on) => Some(switch(*on)),
            Self::ShutdownBehavior(ShutdownBehavior::Stop) => Some("stop"),
            Self::ShutdownBehavior(ShutdownBehavior::Terminate) => Some("terminate"),
            Self::Credits(CreditMode::Standard) => Some("standard"),
            Self::Credits(CreditMode::Unlimited) => Some("unlimited"),
            Self::Placement(change) => change.value(),
            Self::AutoRecovery(true) => Some("default"),
            Self::AutoRecovery(false) => Some("disabled"),
            Self::Monitoring(true) => Some("detailed"),
            Self::Monitoring(false) => Some("basic"),
            Self::UserData(_)
            | Self::StoppedOnly(_)
            | Self::SourceDestCheck
            | Self::SecurityGroups
            | Self::DeleteOnTermination(..)
            | Self::Host(_)
            | Self::Reservation(_) => None,
        }
    }
}

/// The kind of instance: what can't be changed in any state.
fn check_kind(world: &World, handle: InstanceHandle, change: &Change) -> Result<(), ApiError> {
    let instance = world.instance(handle);
    match change {
        Change::Type(_) if instance.spec().spot.is_some() => refused(
            ErrorCode::UnsupportedOperation,
            "Modifying 'instanceType' is not supported for spot instances.",
            &[rule::MOD_TYPE_SPOT, rule::SPOT_TYPE_FIXED],
        ),
        Change::TerminationProtection(_) | Change::StopProtection(_)
            if instance.spec().spot.is_some() =>
        {
            refused(
                ErrorCode::UnsupportedOperation,
                format!(
                    "Modifying '{}' is not supported for spot instances.",
                    change.told().0
                ),
                &[rule::MOD_PROTECTION_SPOT, rule::SPOT_TYPE_FIXED],
            )
        }
        Change::StopProtection(true) if !instance.options().root_is_ebs => refused(
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
        Change::SourceDestCheck | Change::SecurityGroups if instance.interfaces() > 1 => refused(
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
        | Change::EbsOptimized(_)
        | Change::EnaSupport(_)
        | Change::StoppedOnly(_)
        | Change::TerminationProtection(_)
        | Change::StopProtection(_)
        | Change::ShutdownBehavior(_)
        | Change::SourceDestCheck
        | Change::SecurityGroups
        | Change::DeleteOnTermination(..)
        | Change::Credits(_)
        | Change::Placement(_)
        | Change::AutoRecovery(_)
        | Change::Monitoring(_)
        | Change::Host(_)
        | Change::Reservation(_) => Ok(()),
    }
}

/// Whether the instance can have the new value.
fn check_value(world: &World, handle: InstanceHandle, change: &Change) -> Result<(), ApiError> {
    match change {
        Change::Type(to) => check_type(world, handle, *to),
        Change::DeleteOnTermination(mapped, _) => check_mapped(world, handle, mapped),
        Change::Placement(change) => {
            let instance = world.instance(handle);
            let placement = change.of(instance.placement());
            check_tenancy(
                instance.instance_type(),
                instance.placement().tenancy,
                placement.tenancy,
            )?;
            check_spot_placement(instance.spec(), placement)?;
            check_placement(world, instance.instance_type(), placement)
        }
        Change::UserData(_)
        | Change::EbsOptimized(_)
        | Change::EnaSupport(_)
        | Change::StoppedOnly(_)
        | Change::TerminationProtection(_)
        | Change::StopProtection(_)
        | Change::ShutdownBehavior(_)
        | Change::SourceDestCheck
        | Change::SecurityGroups
        | Change::Credits(_)
        | Change::AutoRecovery(_)
        | Change::Monitoring(_)
        | Change::Host(_)
        | Change::Reservation(_) => Ok(()),
    }
}

/// The volume has to be attached to the instance. `{ web-1/1: no }` says nothing about `web-2`.
fn check_mapped(world: &World, handle: InstanceHandle, mapped: &Mapped) -> Result<(), ApiError> {
    let is_attached = match mapped.of(handle) {
        OwnVolume::NotMeant => true,
        OwnVolume::Missing => false,
        OwnVolume::There(volume) => world.volume(volume).instance() == Some(handle),
    };
    if is_attached {
        return Ok(());
    }
    refused(
        ErrorCode::InvalidInstanceAttributeValue,
        format!(
            "The volume is not attached to instance '{}'.",
            world.instance(handle).id()
        ),
        &[rule::MOD_DOT],
    )
}

/// The new type must fit the image, the attached volumes and interfaces, and hibernation where it is configured
/// (`MOD-TYPE-INCOMPATIBLE`).
fn check_type(world: &World, handle: InstanceHandle, to: TypeId) -> Result<(), ApiError> {
    let instance = world.instance(handle);
    let spec = instance.spec();
    let info = to.info();
    let attached = world.attached(&instance).count();
    let room = info
        .ebs_max_attachments()
        .is_none_or(|most| attached <= usize::from(most));
    let fits = info.architectures().contains(spec.image.architecture)
        && info.supports_ebs_root()
        && u16::from(info.max_enis()) >= instance.interfaces()
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
    let root = world
        .attached(&instance)
        .find(|&volume| world.is_root_device(volume))
        .map(|volume| world.volume(volume).spec())
        .or_else(|| spec.volumes.first());
    check_hibernation(spec, to, root)
}

impl Call<'_> {
    fn change(&mut self, handle: InstanceHandle, change: &Change, trigger: Trigger) {
        if let Change::DeleteOnTermination(mapped, delete) = change {
            let OwnVolume::There(volume) = mapped.of(handle) else {
                return;
            };
            self.world.remember(handle);
            let volume = self.world.volume_mut(volume);
            volume.set_delete_on_termination(*delete);
        } else {
            self.world.remember(handle);
            self.change_instance(handle, change);
        }
        let (what, rules) = change.told();
        debug_assert!(
            matches!(self.decide(handle, trigger), Decision::Accepted(_)),
            "a change is made where the table accepts it"
        );
        self.say_accepted(Accepted {
            action: trigger.name(),
            what,
            value: change.value().map(Arc::from),
            unchanged: false,
            instance: Some(handle),
            resource: None,
            rules,
        });
    }

    fn change_instance(&mut self, handle: InstanceHandle, change: &Change) {
        if let Change::Placement(change) = change {
            let placement = change.of(self.world.instance(handle).placement());
            self.world.move_to(handle, placement);
            return;
        }
        let instance = self.world.instance_mut(handle);
        match change {
            Change::Type(to) => instance.set_type(*to),
            Change::TerminationProtection(on) => instance.set_termination_protection(*on),
            Change::StopProtection(on) => instance.set_stop_protection(*on),
            Change::ShutdownBehavior(behavior) => instance.set_shutdown_behavior(*behavior),
            Change::Credits(mode) => {
                instance.set_credits(*mode);
                let choice = CreditChoice::new(handle, *mode);
                self.effects.say(RecordKind::Fact(Fact::CreditMode(choice)));
            }
            Change::EbsOptimized(on) => instance.set_ebs_optimized(*on),
            Change::EnaSupport(on) => instance.set_ena_support(*on),
            Change::AutoRecovery(on) => instance.set_auto_recovery(*on),
            Change::Monitoring(on) => {
                let monitored = Monitored::new(handle, *on);
                self.effects
                    .say(RecordKind::Fact(Fact::Monitoring(monitored)));
            }
            // What they hold changes nothing that a replay shows.
            Change::UserData(_)
            | Change::StoppedOnly(_)
            | Change::SourceDestCheck
            | Change::SecurityGroups
            | Change::DeleteOnTermination(..)
            | Change::Placement(_)
            | Change::Host(_)
            | Change::Reservation(_) => {}
        }
    }
}
