//! `DeleteSnapshot`: one that an image needs stays.

use crate::{
    lifecycle::{ApiError, ErrorCode},
    record::{Accepted, Resource, SnapshotHandle},
    world::SnapshotState,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Deletes a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteSnapshot<N: Naming = ByHandle> {
    /// Which.
    pub snapshot: N::Other<SnapshotHandle>,
}

impl<N: Naming> DeleteSnapshot<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DeleteSnapshot {
        DeleteSnapshot {
            snapshot: names.other::<SnapshotHandle>(&self.snapshot),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::other::<SnapshotHandle>(&self.snapshot, None)
    }
}

impl DeleteSnapshot {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let snapshot = call.find_snapshot(&self.snapshot)?;
        let image = call.world.snapshot(snapshot).image;
        if let Some(image) = image.filter(|&image| !call.world.image(image).is_deregistered()) {
            return refused(
                ErrorCode::InvalidSnapshotInUse,
                format!(
                    "The snapshot {} is currently in use by {}",
                    call.world.id_of(snapshot.into()),
                    call.world.id_of(image.into())
                ),
                &[],
            );
        }
        call.world
            .set_snapshot_state(snapshot, SnapshotState::Deleted, call.effects);
        call.say_accepted(Accepted {
            resource: Some(Resource::Snapshot(snapshot)),
            ..Accepted::new("DeleteSnapshot", &[])
        });
        Ok(Answer::Done)
    }
}
