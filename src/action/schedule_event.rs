//! EC2 schedules an event (lifecycle rulebook, section 7.3): not an action of EC2's users, but something that befalls an
//! instance.

use crate::{
    lifecycle::{ApiError, ErrorCode, Trigger},
    rule,
    world::EventCode,
};

use super::{Answer, ByHandle, Call, Instances, Moment, Naming, Resolve, Subjects, call::refused};

/// EC2 tells what it is going to do to instances (`EVENT-CODES`).
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleEvent<N: Naming = ByHandle> {
    /// To whom.
    pub instances: Instances<N>,
    /// What.
    pub event: EventCode,
    /// When.
    pub not_before: Moment,
    /// Up to when it may be moved.
    pub deadline: Option<Moment>,
}

impl<N: Naming> ScheduleEvent<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> ScheduleEvent {
        ScheduleEvent {
            instances: names.instances(&self.instances),
            event: self.event,
            not_before: self.not_before,
            deadline: self.deadline,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Instances(&self.instances)
    }
}

impl ScheduleEvent {
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let checked = call.checked(&self.instances, |_, _| Trigger::ScheduleEvent)?;
        let not_before = call.instant(self.not_before);
        let deadline = self.deadline.map(|deadline| call.instant(deadline));
        let is_late = deadline.is_some_and(|deadline| deadline < not_before);
        if not_before < call.at || is_late {
            let why = if is_late {
                "It would begin after its deadline."
            } else {
                "It would begin in the past."
            };
            return refused(
                ErrorCode::InvalidInstanceEventStartTime,
                format!("The event can't be scheduled. {why}"),
                &[rule::EVENT_CODES],
            );
        }
        for &handle in &checked.instances {
            let event = (self.event, not_before, deadline);
            call.world
                .schedule_event(call.at, handle, event, call.effects);
        }
        Ok(Answer::Done)
    }
}
