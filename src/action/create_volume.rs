//! `CreateVolume` (lifecycle rulebook, section 2.9). Instance store volumes can't be attached or detached, and have no
//! actions (`VOL-STORE-FIXED`).

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Provisioned, RecordKind, SnapshotHandle, VolumeHandle},
    rule,
    storage::check_limits,
    world::{Volume, VolumeSpec},
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Creates an EBS volume.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateVolume<N: Naming = ByHandle> {
    /// Where its id comes from.
    pub volume: N::New<VolumeHandle>,
    /// As what; of a snapshot, 0 GiB stand for its size.
    pub spec: VolumeSpec,
    /// Of which snapshot.
    pub snapshot: Option<N::Other<SnapshotHandle>>,
    /// Where.
    pub zone: &'static str,
}

impl<N: Naming> CreateVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateVolume {
        CreateVolume {
            volume: names.new_of::<VolumeHandle>(&self.volume),
            spec: self.spec,
            snapshot: self
                .snapshot
                .as_ref()
                .map(|snapshot| names.other::<SnapshotHandle>(snapshot)),
            zone: self.zone,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<VolumeHandle>(&self.volume)
    }
}

impl CreateVolume {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let mut spec = self.spec;
        if let Some(named) = &self.snapshot {
            let snapshot = call.find_usable_snapshot(named)?;
            let there = call.world.snapshot(snapshot);
            spec.encrypted |= there.spec.encrypted;
            if spec.size_gib == 0 {
                spec.size_gib = there.size_gib();
            }
            if spec.size_gib < there.size_gib() {
                return refused(
                    ErrorCode::InvalidParameterValue,
                    format!(
                        "Volume of size {}GB is smaller than snapshot '{}', expect size >= {}GB",
                        spec.size_gib,
                        call.world.id_of(snapshot.into()),
                        there.size_gib()
                    ),
                    &[rule::BILL_EBS_PROVISIONED],
                );
            }
        }
        if let Err(limit) = check_limits(spec.shape()) {
            return refused(
                ErrorCode::InvalidParameterValue,
                format!("{limit}."),
                &[rule::BILL_EBS_PROVISIONED],
            );
        }
        let key = match self.volume {
            Some(key) => key,
            None => call.world.next_number("volume"),
        };
        let volume = call.world.add_volume(Volume::created(key, spec, self.zone));
        call.accept_volume(
            "CreateVolume",
            volume,
            None,
            false,
            &[rule::BILL_EBS_PROVISIONED],
        );
        call.provisioned(volume, true);
        Ok(Answer::Made(volume.into()))
    }
}

impl Call<'_> {
    /// Says that a volume came about, or is something else now.
    pub(super) fn provisioned(&mut self, volume: VolumeHandle, created: bool) {
        let there = self.world.volume(volume);
        self.effects.say(RecordKind::Provisioned(Provisioned {
            volume,
            owner: there.owner(),
            config: there.config(),
            created,
        }));
    }
}
