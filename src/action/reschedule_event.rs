//! `ModifyInstanceEventStartTime` (lifecycle rulebook, section 7.3).

use crate::{
    lifecycle::{ApiError, ErrorCode},
    rule,
    time::{SimDuration, SimTime},
};

use super::{Answer, ByHandle, Call, Instances, Moment, Naming, Resolve, Subjects, call::refused};

/// An event that starts so soon can't be moved any more.
const TOO_LATE: SimDuration = SimDuration::from_mins(5);
/// An event can't be moved to an instant that is nearer.
const TOO_SOON: SimDuration = SimDuration::from_mins(60);

/// Moves the next event of instances to another time (`EVENT-RESCHEDULE`).
#[derive(Debug, Clone, PartialEq)]
pub struct RescheduleEvent<N: Naming = ByHandle> {
    /// Whose.
    pub instances: Instances<N>,
    /// To when.
    pub to: Moment,
}

impl<N: Naming> RescheduleEvent<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RescheduleEvent {
        RescheduleEvent {
            instances: names.instances(&self.instances),
            to: self.to,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl RescheduleEvent {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let instances = call.find(&self.instances)?;
        let to = call.instant(self.to);
        for &handle in &instances {
            check(call, handle, to)?;
        }
        for handle in instances {
            call.world
                .reschedule_event(call.at, handle, to, call.effects);
        }
        Ok(Answer::Done)
    }
}

fn check(
    call: &Call<'_>,
    handle: crate::record::InstanceHandle,
    to: SimTime,
) -> Result<(), ApiError> {
    let instance = call.world.instance(handle);
    // One that is finished or under way isn't there any more.
    let movable = instance.scheduled_events().first().and_then(|event| {
        let is_far = call.at + TOO_LATE < event.not_before;
        event.deadline.filter(|_| is_far)
    });
    let Some(deadline) = movable else {
        return refused(
            ErrorCode::InstanceEventStartTimeCannotChange,
            format!(
                "The event of instance '{}' can't be rescheduled.",
                instance.id()
            ),
            &[rule::EVENT_RESCHEDULE],
        );
    };
    if to > deadline || to < call.at + TOO_SOON {
        return refused(
            ErrorCode::InvalidInstanceEventStartTime,
            format!("The event can start between an hour from now and {deadline}."),
            &[rule::EVENT_RESCHEDULE],
        );
    }
    Ok(())
}
