//! A restart command inside the operating system (lifecycle rulebook, section 2.5): EC2 has no part in it.

use crate::lifecycle::{ApiError, Decision, Trigger};

use super::{Answer, ByHandle, Call, Flags, Instances, Naming, Resolve, Subjects};

/// Operating systems restart themselves (`LIFE-REBOOT-OS`).
#[derive(Debug, Clone, PartialEq)]
pub struct RebootInside<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
}

impl<N: Naming> RebootInside<N> {
    pub(crate) fn of(instances: Instances<N>, _: Flags) -> Self {
        Self { instances }
    }

    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RebootInside {
        RebootInside {
            instances: names.instances(&self.instances),
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl RebootInside {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let trigger = Trigger::OsReboot;
        let checked = call.checked(&self.instances, |_, _| trigger)?;
        call.check_systems_up(&checked.instances)?;
        for (handle, decision) in checked.each() {
            let decision = decision.unwrap_or_else(|| call.decide(handle, trigger));
            if let Decision::Accepted(rules) = decision {
                call.reboot(handle, trigger, false, rules);
            }
        }
        Ok(Answer::Done)
    }
}
