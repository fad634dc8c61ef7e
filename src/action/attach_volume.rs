//! `AttachVolume` (lifecycle rulebook, section 2.9).

use std::sync::Arc;

use crate::{
    lifecycle::{ApiError, ErrorCode, Trigger, modification, volume},
    record::{Accepted, Resource, Rules},
    rule,
    storage::is_device_name,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Attaches an EBS volume to an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachVolume<N: Naming = ByHandle> {
    /// Which.
    pub volume: N::Volume,
    /// To whom.
    pub instance: N::Instance,
    /// The device name; none: the next one that is free.
    pub device: Option<Arc<str>>,
}

impl<N: Naming> AttachVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> AttachVolume {
        AttachVolume {
            volume: names.volume(&self.volume),
            instance: names.instance(&self.instance),
            device: self.device.clone(),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Volume(&self.volume, Some(&self.instance))
    }
}

impl AttachVolume {
    /// The volume is checked before the instance.
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        self.check_device(call)?;
        let volume = call.find_volume(&self.volume)?;
        call.check_volume(volume, volume::Trigger::AttachVolume)?;
        call.world
            .check_modified(volume, modification::Trigger::AttachVolume, call.at)?;
        let id = call.world.volume(volume).id();
        let handle = call.find_one(&self.instance)?;
        call.check(handle, Trigger::AttachVolume, "")?;
        let host = call.world.instance(handle);
        if call.world.volume(volume).zone() != host.spec().zone {
            return refused(
                ErrorCode::InvalidVolumeZoneMismatch,
                format!(
                    "The volume '{id}' is not in the same availability zone as instance '{}'",
                    host.id()
                ),
                &[rule::VOL_ATTACH_VOLUME],
            );
        }
        let attached = call.world.attached(&host).count();
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
        let root_device = call.world.root_device(handle);
        let device: Arc<str> = match &self.device {
            Some(device) => Arc::clone(device),
            None => call.world.free_device(handle),
        };
        if call.world.has_device(handle, &device) {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!(
                    "Invalid value '{device}' for unixDevice. Attachment point {device} is already in use"
                ),
                &[rule::VOL_ATTACH_VOLUME],
            );
        }
        // Under another name it is a data volume, whatever it was before.
        let rules: Rules = if *device == *root_device {
            &[
                rule::VOL_ROOT_SWAP,
                rule::VOL_ROOT_NAME,
                rule::KEEP_DOT_DEFAULTS,
            ]
        } else {
            &[rule::VOL_ATTACH_STATES, rule::KEEP_DOT_DEFAULTS]
        };
        call.world.remember(handle);
        call.world.attach(volume, handle, Arc::clone(&device));
        call.say_accepted(Accepted {
            action: "AttachVolume",
            what: "",
            value: Some(device),
            unchanged: false,
            instance: Some(handle),
            resource: Some(Resource::Volume(volume)),
            rules,
        });
        Ok(Answer::Done)
    }

    /// A device name is one that EC2 knows (`VOL-DEVICE-NAMES`).
    fn check_device(&self, call: &mut Call<'_>) -> Result<(), ApiError> {
        let Some(device) = &self.device else {
            return Ok(());
        };
        let host = self.instance.find(call.world);
        let is_windows =
            host.is_some_and(|host| call.world.instance(host).spec().platform.is_windows());
        if is_device_name(device, is_windows) {
            return Ok(());
        }
        refused(
            ErrorCode::InvalidParameterValue,
            format!(
                "Value ({device}) for parameter device is invalid. {device} is not a valid EBS device name."
            ),
            &[rule::VOL_DEVICE_NAMES],
        )
    }
}
