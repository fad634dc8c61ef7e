//! A status check fails, and not because of the host (lifecycle rulebook, section 7.1): not an action of EC2's, but something
//! that befalls an instance. It never starts a recovery.

use crate::{
    lifecycle::{ApiError, Trigger},
    time::SimDuration,
    world::WhichCheck,
};

use super::{Answer, ByHandle, Call, Instances, Naming, Resolve, Subjects};

/// A status check of instances fails (`CHECK-INSTANCE`).
#[derive(Debug, Clone, PartialEq)]
pub struct ImpairCheck<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
    /// Which.
    pub check: WhichCheck,
    /// How long, if it ends by itself.
    pub lasts: Option<SimDuration>,
}

impl<N: Naming> ImpairCheck<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ImpairCheck {
        ImpairCheck {
            instances: names.instances(&self.instances),
            check: self.check,
            lasts: self.lasts,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl ImpairCheck {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        for handle in call.befall(&self.instances, Trigger::CheckFailed)? {
            call.world
                .impair(handle, self.check, self.lasts, call.effects);
        }
        Ok(Answer::Done)
    }
}
