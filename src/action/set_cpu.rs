//! How much of their CPUs instances use (billing rulebook, section 5): not an action of EC2's, but what an instance does.

use crate::{
    lifecycle::{ApiError, Trigger},
    record::{Accepted, Fact, RecordKind, Utilised},
    rule,
};

use super::{Answer, ByHandle, Call, Instances, Naming, Resolve, Subjects};

/// From now on instances use so much of all their vCPUs.
#[derive(Debug, Clone, PartialEq)]
pub struct SetCpu<N: Naming = ByHandle> {
    /// Which.
    pub instances: Instances<N>,
    /// How much, in percent.
    pub percent: u8,
}

impl<N: Naming> SetCpu<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> SetCpu {
        SetCpu {
            instances: names.instances(&self.instances),
            percent: self.percent,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl SetCpu {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let granted = call.checked(&self.instances, |_, _| Trigger::SetCpu)?;
        call.check_systems_up(&granted.instances)?;
        for (handle, _) in granted.each() {
            call.world.remember(handle);
            let utilised = Utilised::new(handle, u16::from(self.percent) * 100);
            call.effects.say(RecordKind::Fact(Fact::Utilised(utilised)));
            call.say_accepted(Accepted {
                what: "percent",
                value: Some(self.percent.to_string().into()),
                instance: Some(handle),
                ..Accepted::new(
                    Trigger::SetCpu.name(),
                    &[rule::BILL_CREDIT_UNIT, rule::BILL_CREDIT_EARN],
                )
            });
        }
        Ok(Answer::Done)
    }
}
