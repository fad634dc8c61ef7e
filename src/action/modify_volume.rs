//! `ModifyVolume`: free, and what it is now is charged from now on (`BILL-EBS-MODIFY`). Its limits, the modification before and
//! their rate are checked in this order, and one that is refused doesn't count (`VOL-MODIFY-RATE`).

use crate::{
    catalog::VolumeType,
    lifecycle::{ApiError, ErrorCode, volume},
    rule,
    storage::check_limits,
    world::VolumeSpec,
};

use super::{Answer, ByHandle, Call, Naming, Resolve, Subjects, call::refused};

/// Makes an EBS volume larger, or of another type.
#[derive(Debug, Clone, PartialEq)]
pub struct ModifyVolume<N: Naming = ByHandle> {
    /// Which.
    pub volume: N::Volume,
    /// What changes.
    pub change: VolumeChange,
}

/// What `ModifyVolume` changes; what isn't given stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VolumeChange {
    /// Another type.
    pub volume_type: Option<VolumeType>,
    /// Another size in GiB.
    pub size_gib: Option<u32>,
    /// Other IOPS.
    pub iops: Option<u32>,
    /// Another throughput in MiB/s.
    pub throughput: Option<u32>,
}

impl<N: Naming> ModifyVolume<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ModifyVolume {
        ModifyVolume {
            volume: names.volume(&self.volume),
            change: self.change,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Volume(&self.volume, None)
    }
}

impl ModifyVolume {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let volume = call.find_volume(&self.volume)?;
        call.check_volume(volume, volume::Trigger::ModifyVolume)?;
        let before = *call.world.volume(volume).spec();
        let is_root = {
            let there = call.world.volume(volume);
            there.is_launch_root() || call.world.is_root_device(volume)
        };
        let spec = self.change.apply(before, is_root)?;
        call.world.check_modification(volume, call.at)?;
        let attached = call.world.volume(volume).instance();
        if let Some(handle) = attached {
            call.world.remember(handle);
        }
        let unchanged = before == spec;
        call.accept_volume(
            "ModifyVolume",
            volume,
            attached,
            unchanged,
            &[rule::BILL_EBS_MODIFY, rule::VOL_MODIFY_STATES],
        );
        if !unchanged {
            call.world
                .modify_volume(call.at, volume, spec, call.effects);
            call.provisioned(volume, false);
        }
        Ok(Answer::Done)
    }
}

impl VolumeChange {
    /// What a volume becomes.
    fn apply(self, mut spec: VolumeSpec, is_root: bool) -> Result<VolumeSpec, ApiError> {
        if let Some(size_gib) = self.size_gib {
            if size_gib < spec.size_gib {
                return refused(
                    ErrorCode::InvalidParameterValue,
                    "New size cannot be smaller than existing size",
                    &[rule::BILL_EBS_MODIFY, rule::VOL_MODIFY_LIMITS],
                );
            }
            spec.size_gib = size_gib;
        }
        if let Some(volume_type) = self.volume_type
            && volume_type != spec.volume_type
        {
            if is_root && !volume_type.limits().bootable {
                return refused(
                    ErrorCode::InvalidParameterValue,
                    format!("A root volume can't be of type '{}'.", volume_type.name()),
                    &[rule::VOL_MODIFY_LIMITS],
                );
            }
            spec.volume_type = volume_type;
            spec.iops = if volume_type.takes_iops() {
                volume_type
                    .default_iops()
                    .unwrap_or(spec.iops.max(volume_type.limits().iops.min))
            } else {
                0
            };
            spec.throughput = volume_type.default_throughput().unwrap_or(0);
        }
        spec.iops = self.iops.unwrap_or(spec.iops);
        spec.throughput = self.throughput.unwrap_or(spec.throughput);
        match check_limits(spec.shape()) {
            Ok(()) => Ok(spec),
            Err(limit) => refused(
                ErrorCode::InvalidParameterValue,
                format!("{limit}."),
                &[rule::BILL_EBS_MODIFY, rule::VOL_MODIFY_LIMITS],
            ),
        }
    }
}
