//! An operating system hangs or is halted (lifecycle rulebook, sections 2.4, 2.5 and 2.7): not an action of EC2's, but something
//! that befalls an instance.

use crate::{
    lifecycle::{ApiError, Trigger},
    world::Disturbance,
};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects};

/// Operating systems hang or are halted: they no longer listen to the power button (`LIFE-STOP-HARD`, `LIFE-OSDOWN-HALT`).
#[derive(Debug, Clone, PartialEq)]
pub struct DisturbOs<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
    /// What befalls them.
    pub how: Disturbance,
}

impl<N: Naming> DisturbOs<N> {
    pub(crate) fn hang(instances: Instances<N>, _: Flags) -> Self {
        Self {
            instances,
            how: Disturbance::Hang,
        }
    }

    pub(crate) fn halt(instances: Instances<N>, _: Flags) -> Self {
        Self {
            instances,
            how: Disturbance::Halt,
        }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> DisturbOs {
        DisturbOs {
            instances: names.instances(&self.instances),
            how: self.how,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl DisturbOs {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let trigger = match self.how {
            Disturbance::Hang => Trigger::OsHang,
            Disturbance::Halt => Trigger::OsHalt,
        };
        for handle in call.befall(&self.instances, trigger)? {
            call.world.disturb(handle, self.how, call.effects);
        }
        Ok(Answer::Done)
    }
}
