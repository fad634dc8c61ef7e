//! `CreateSnapshot`: of a volume as it is, whatever it is doing. It takes no time here.

use crate::{
    lifecycle::{ApiError, ErrorCode, volume},
    record::{Accepted, Resource, SnapshotHandle, VolumeHandle},
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Ref, Resolve, Subjects, call::refused};

/// Makes a snapshot of a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSnapshot<N: Naming = ByHandle> {
    /// Of which volume.
    pub volume: N::Volume,
    /// Where its id comes from.
    pub snapshot: N::New<SnapshotHandle>,
    /// How much of the volume holds data, in GiB; none: all of it.
    pub used_gib: Option<u32>,
}

impl<N: Naming> CreateSnapshot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> CreateSnapshot {
        CreateSnapshot {
            volume: names.volume(&self.volume),
            snapshot: names.new_of::<SnapshotHandle>(&self.snapshot),
            used_gib: self.used_gib,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::new_of::<SnapshotHandle>(&self.snapshot)
    }
}

impl CreateSnapshot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let volume = call.find_volume(&self.volume)?;
        call.check_volume(volume, volume::Trigger::ModifyVolume)?;
        if let Some(used) = self.used_gib {
            call.check_holds(volume, used)?;
        }
        let attached = call.world.volume(volume).instance();
        if let Some(handle) = attached {
            call.world.remember(handle);
        }
        let key = match self.snapshot {
            Some(key) => key,
            None => call.world.next_number("snapshot"),
        };
        let snapshot =
            call.world
                .add_snapshot(call.at, key, volume, self.used_gib, None, call.effects);
        let of = call.world.volume(volume).id();
        call.say_accepted(Accepted {
            value: Some(of.into()),
            instance: attached,
            resource: Some(Resource::Snapshot(snapshot)),
            what: "volume",
            ..Accepted::new("CreateSnapshot", &[])
        });
        if let Some(handle) = attached {
            let instance = call.world.instance(handle);
            let is_root = call.world.root_of(&instance) == Some(volume);
            let hibernates = instance.spec().hibernation && is_root;
            drop(instance);
            if hibernates {
                call.warn_of_copy(handle, "A snapshot");
            }
        }
        Ok(Answer::Made(snapshot.into()))
    }
}

impl Call<'_> {
    /// The snapshot that a request names, if it is there.
    pub(super) fn find_snapshot(
        &mut self,
        named: &Ref<SnapshotHandle>,
    ) -> Result<SnapshotHandle, ApiError> {
        self.find_other(named).or_else(|id| {
            refused(
                ErrorCode::InvalidSnapshotNotFound,
                format!("The snapshot '{id}' does not exist."),
                &[],
            )
        })
    }

    /// The same, if a volume can be made of it.
    pub(super) fn find_usable_snapshot(
        &mut self,
        named: &Ref<SnapshotHandle>,
    ) -> Result<SnapshotHandle, ApiError> {
        let snapshot = self.find_snapshot(named)?;
        self.expect_snapshot(snapshot, SnapshotState::Completed)?;
        Ok(snapshot)
    }

    /// Refuses a snapshot that is in another state.
    pub(super) fn expect_snapshot(
        &self,
        snapshot: SnapshotHandle,
        state: SnapshotState,
    ) -> Result<(), ApiError> {
        let found = self.world.snapshot(snapshot).state();
        if found == state {
            return Ok(());
        }
        refused(
            ErrorCode::IncorrectState,
            format!(
                "The snapshot '{}' is in the '{}' state.",
                self.world.id_of(snapshot.into()),
                found.name()
            ),
            &[],
        )
    }
}

impl Call<'_> {
    /// Whether a volume can hold so much.
    pub(super) fn check_holds(&self, volume: VolumeHandle, used_gib: u32) -> Result<(), ApiError> {
        let size_gib = self.world.volume(volume).spec().size_gib;
        if used_gib <= size_gib {
            return Ok(());
        }
        refused(
            ErrorCode::InvalidParameterValue,
            format!("A volume of {size_gib} GiB can't hold more than that."),
            &[],
        )
    }
}
