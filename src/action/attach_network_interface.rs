//! `AttachNetworkInterface`, and making the interface where it isn't there yet (lifecycle rulebook, section 2.10).

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, Trigger},
    record::{Accepted, InterfaceHandle, Resource},
    rule,
};

use super::{Answer, ByHandle, Call, InterfaceRef, Naming, Ref, Resolve, Subjects, call::refused};

/// Attaches a network interface to an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachNetworkInterface<N: Naming = ByHandle> {
    /// Which; one that isn't there is made.
    pub interface: N::Interface,
    /// To whom.
    pub instance: N::Instance,
}

impl<N: Naming> AttachNetworkInterface<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> AttachNetworkInterface {
        AttachNetworkInterface {
            interface: names.interface(&self.interface),
            instance: names.instance(&self.instance),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Interface(&self.interface, Some(&self.instance))
    }
}

impl AttachNetworkInterface {
    /// The interface is checked before the instance.
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let there = match &self.interface {
            InterfaceRef::New(_) => None,
            InterfaceRef::There(named) => Some(call.find_interface(named)?),
            InterfaceRef::Primary(instance) => return in_use(&call.primary_id(instance)?),
        };
        if let Some(there) = there
            && call.world.interface(there).instance().is_some()
        {
            return in_use(&call.world.id_of(there.into()).to_string());
        }
        let handle = call.find_one(&self.instance)?;
        let instance = call.world.instance(handle);
        if let Decision::Refused(_) = call.decide(handle, Trigger::AttachVolume) {
            return refused(
                ErrorCode::IncorrectInstanceState,
                format!(
                    "Instance '{}' is not 'running' or 'stopped'.",
                    instance.id()
                ),
                &[rule::NET_ATTACH],
            );
        }
        let zone = instance.spec().zone;
        if let Some(there) = there
            && call.world.interface(there).zone() != zone
        {
            return refused(
                ErrorCode::InvalidParameterCombination,
                format!(
                    "The network interface '{}' is not in the same availability zone as instance '{}'",
                    call.world.id_of(there.into()),
                    instance.id()
                ),
                &[rule::NET_ATTACH],
            );
        }
        let most = u16::from(instance.instance_type().info().max_enis());
        if instance.interfaces() >= most {
            return refused(
                ErrorCode::AttachmentLimitExceeded,
                format!(
                    "An instance of type {} can have at most {most} network interfaces.",
                    instance.instance_type().name()
                ),
                &[rule::NET_ATTACH],
            );
        }
        drop(instance);
        call.world.remember(handle);
        let interface = match (there, &self.interface) {
            (Some(there), _) => there,
            (None, InterfaceRef::New(Some(key))) => call.world.add_interface(*key, zone),
            (None, _) => {
                let key = call.world.next_number("interface");
                call.world.add_interface(key, zone)
            }
        };
        call.world.attach_interface(interface, handle);
        call.say_accepted(Accepted {
            instance: Some(handle),
            resource: Some(Resource::Interface(interface)),
            ..Accepted::new(
                "AttachNetworkInterface",
                &[rule::NET_ATTACH, rule::NET_SECOND_COSTS_PUBLIC],
            )
        });
        Ok(Answer::Made(interface.into()))
    }
}

fn in_use<T>(id: &str) -> Result<T, ApiError> {
    refused(
        ErrorCode::InvalidNetworkInterfaceInUse,
        format!("Interface: [{id}] in use."),
        &[rule::NET_ATTACH],
    )
}

impl Call<'_> {
    /// The interface that a request names, if it is there.
    pub(super) fn find_interface(
        &mut self,
        named: &Ref<InterfaceHandle>,
    ) -> Result<InterfaceHandle, ApiError> {
        self.find_other(named).or_else(|id| {
            refused(
                ErrorCode::InvalidNetworkInterfaceIdNotFound,
                format!("The networkInterface ID '{id}' does not exist"),
                &[rule::NET_DETACH],
            )
        })
    }
}
