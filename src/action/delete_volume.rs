//! `DeleteVolume` (lifecycle rulebook, section 2.9).

use crate::{
    lifecycle::{ApiError, volume},
    record::{DataEvent, DataKind, DataOutcome, RecordKind},
    rule,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects};

/// Deletes an EBS volume.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteVolume<N: Naming = ByHandle> {
    /// Which.
    pub volume: N::Volume,
}

impl<N: Naming> DeleteVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DeleteVolume {
        DeleteVolume {
            volume: names.volume(&self.volume),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Volume(&self.volume, None)
    }
}

impl DeleteVolume {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let volume = call.find_volume(&self.volume)?;
        call.check_volume(volume, volume::Trigger::DeleteVolume)?;
        call.world.delete_volume(volume);
        call.accept_volume(
            "DeleteVolume",
            volume,
            None,
            false,
            &[rule::BILL_EBS_DELETE],
        );
        call.effects.say(RecordKind::Data(DataEvent {
            instance: None,
            what: DataKind::Volume(volume),
            outcome: DataOutcome::Deleted,
            rules: &[rule::BILL_EBS_DELETE],
        }));
        Ok(Answer::Done)
    }
}
