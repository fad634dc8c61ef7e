//! `CreateReplaceRootVolumeTask`: another root for a running instance, which is rebooted (`VOL-REPLACE-ROOT`).

use crate::{
    lifecycle::{ApiError, ErrorCode, Passage, Phase},
    record::{Accepted, SnapshotHandle},
    rule,
    world::VolumeSpec,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Replaces the root volume of an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplaceRootVolume<N: Naming = ByHandle> {
    /// Whose.
    pub instance: N::Instance,
    /// By a volume of this snapshot; none: by one like that of the launch.
    pub snapshot: Option<N::Other<SnapshotHandle>>,
}

impl<N: Naming> ReplaceRootVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ReplaceRootVolume {
        ReplaceRootVolume {
            instance: names.instance(&self.instance),
            snapshot: self
                .snapshot
                .as_ref()
                .map(|snapshot| names.other::<SnapshotHandle>(snapshot)),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(std::slice::from_ref(&self.instance))
    }
}

impl ReplaceRootVolume {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let handle = call.find_one(&self.instance)?;
        let snapshot = match &self.snapshot {
            Some(named) => Some(call.find_usable_snapshot(named)?),
            None => None,
        };
        let instance = call.world.instance(handle);
        let id = instance.id();
        if !instance.spec().image.ebs_root {
            return refused(
                ErrorCode::UnsupportedOperation,
                format!("The instance '{id}' does not have an 'ebs' root device type."),
                &[rule::VOL_REPLACE_ROOT],
            );
        }
        let root = call.world.root_of(&instance);
        let Some(old) = root.filter(|_| instance.phase() == Phase::Running) else {
            return refused(
                ErrorCode::IncorrectInstanceState,
                format!("The instance '{id}' is not in the 'running' state."),
                &[rule::VOL_REPLACE_ROOT],
            );
        };
        let before = *call.world.volume(old).spec();
        let (size_gib, encrypted) = match (snapshot, instance.spec().volumes.first()) {
            (Some(snapshot), _) => {
                let there = call.world.snapshot(snapshot);
                (there.size_gib(), there.spec.encrypted || before.encrypted)
            }
            (None, Some(launched)) => (launched.size_gib, before.encrypted),
            (None, None) => (before.size_gib, before.encrypted),
        };
        drop(instance);
        let spec = VolumeSpec {
            size_gib,
            encrypted,
            ..before
        };
        call.world.remember(handle);
        let new = call.world.replace_root(handle, old, spec);
        let id_of_new = call.world.volume(new).id();
        call.say_accepted(Accepted {
            instance: Some(handle),
            what: "rootVolume",
            value: Some(id_of_new.into()),
            ..Accepted::new("CreateReplaceRootVolumeTask", &[rule::VOL_REPLACE_ROOT])
        });
        call.provisioned(new, true);
        if call.world.begin_reboot(handle) {
            call.world
                .reboot(handle, true, Passage::Reboot, call.effects);
        }
        Ok(Answer::Done)
    }
}
