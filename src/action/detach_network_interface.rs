//! `DetachNetworkInterface` (lifecycle rulebook, section 2.10): no public address comes back by it before the next start.

use crate::{
    lifecycle::{ApiError, Decision, ErrorCode, Trigger},
    record::{Accepted, Resource},
    rule,
};

use super::{
    Answer, ByHandle, Call, InstanceRef, InterfaceRef, Naming, Resolve, Subjects, call::refused,
};

/// Detaches a network interface.
#[derive(Debug, Clone, PartialEq)]
pub struct DetachNetworkInterface<N: Naming = ByHandle> {
    /// Which.
    pub interface: N::Interface,
}

impl<N: Naming> DetachNetworkInterface<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DetachNetworkInterface {
        DetachNetworkInterface {
            interface: names.interface(&self.interface),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Interface(&self.interface, None)
    }
}

impl DetachNetworkInterface {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let interface = match &self.interface {
            InterfaceRef::There(named) => call.find_interface(named)?,
            InterfaceRef::Primary(instance) => {
                call.find_one(instance)?;
                return refused(
                    ErrorCode::OperationNotPermitted,
                    "The network interface at device index 0 and networkCard index 0 cannot be detached.",
                    &[rule::NET_DETACH],
                );
            }
            InterfaceRef::New(_) => {
                return refused(
                    ErrorCode::InvalidNetworkInterfaceIdNotFound,
                    "The networkInterface does not exist",
                    &[rule::NET_DETACH],
                );
            }
        };
        let Some(handle) = call.world.interface(interface).instance() else {
            return refused(
                ErrorCode::InvalidAttachmentNotFound,
                format!(
                    "The network interface '{}' is not attached.",
                    call.world.id_of(interface.into())
                ),
                &[rule::NET_DETACH],
            );
        };
        if let Decision::Refused(_) = call.decide(handle, Trigger::AttachVolume) {
            return refused(
                ErrorCode::IncorrectInstanceState,
                format!(
                    "Instance '{}' is not 'running' or 'stopped'.",
                    call.world.instance(handle).id()
                ),
                &[rule::NET_DETACH],
            );
        }
        call.world.remember(handle);
        call.world.detach_interface(interface);
        call.say_accepted(Accepted {
            instance: Some(handle),
            resource: Some(Resource::Interface(interface)),
            ..Accepted::new("DetachNetworkInterface", &[rule::NET_DETACH])
        });
        Ok(Answer::Done)
    }
}

impl Call<'_> {
    /// The id of an instance's first interface.
    pub(super) fn primary_id(&mut self, instance: &InstanceRef) -> Result<String, ApiError> {
        let handle = self.find_one(instance)?;
        Ok(self.world.primary_interface_id(handle).to_string())
    }
}
