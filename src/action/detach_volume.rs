//! `DetachVolume` (lifecycle rulebook, section 2.9).

use crate::{
    lifecycle::{ApiError, ErrorCode, Trigger, volume},
    record::Rules,
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Detaches an EBS volume.
#[derive(Debug, Clone, PartialEq)]
pub struct DetachVolume<N: Naming = ByHandle> {
    /// Which.
    pub volume: N::Volume,
    /// From whom, if the request says so.
    pub instance: Option<N::Instance>,
}

impl<N: Naming> DetachVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DetachVolume {
        DetachVolume {
            volume: names.volume(&self.volume),
            instance: self.instance.as_ref().map(|from| names.instance(from)),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Volume(&self.volume, self.instance.as_ref())
    }
}

impl DetachVolume {
    /// The volume is checked before the instance.
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let volume = call.find_volume(&self.volume)?;
        call.check_volume(volume, volume::Trigger::DetachVolume)?;
        let there = call.world.volume(volume);
        let (id, attached) = (there.id(), there.instance());
        let named = match &self.instance {
            Some(named) => Some(call.find_one(named)?),
            None => attached,
        };
        let Some(handle) = attached.filter(|_| named == attached) else {
            return refused(
                ErrorCode::InvalidAttachmentNotFound,
                format!("Volume '{id}' is not attached to the instance that the request names."),
                &[rule::VOL_DETACH_NOT_ATTACHED],
            );
        };
        let (trigger, rules): (_, Rules) = if call.world.is_root_device(volume) {
            (Trigger::DetachRootVolume, &[rule::VOL_ROOT_SWAP])
        } else {
            (Trigger::DetachVolume, &[rule::VOL_DETACH_DATA])
        };
        call.check(handle, trigger, &id)?;
        call.world.remember(handle);
        call.world.detach(volume);
        call.accept_volume("DetachVolume", volume, Some(handle), false, rules);
        Ok(Answer::Done)
    }
}
