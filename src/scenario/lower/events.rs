//! Scheduled events: `schedule-event`, `reschedule-event`, `retire`.

use super::{
    super::{
        Code,
        keys::{ActionKey, EVENTS, ScheduleKey},
        reader::{Draft, Span},
        shape::Fields,
        tree::Node,
    },
    Lower,
    actions::act,
    asked::Asked,
};
use crate::{
    action::{Moment, RescheduleEvent, ScheduleEvent},
    script::{Act, When},
    time::{SimDuration, SimTime},
    world::EventCode,
};

/// In how much time `retire` retires.
const RETIREMENT: SimDuration = SimDuration::from_days(14);

impl Lower<'_> {
    /// A moment other than a step's own, and when that is at the earliest.
    fn later(&mut self, node: &Node<'_>) -> Option<(Moment, SimTime)> {
        let when = self.moment(node)?;
        let earliest = self.clock.earliest(when);
        let moment = match when {
            When::AtInstant(instant) => Moment::Instant(instant),
            When::AtOffset(offset) => Moment::Offset(offset),
            When::After(time) => Moment::In(time),
            // Those are read for steps only.
            When::Now | When::AtClock(_) => Moment::In(SimDuration::ZERO),
        };
        Some((moment, earliest))
    }

    /// `retire`.
    pub(super) fn retire(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let request = self.request(asked.field, ActionKey::SIMPLE);
        // It terminates what is instance-store-backed.
        self.end_all(&request);
        Some(act(ScheduleEvent {
            instances: request.targets()?,
            event: EventCode::InstanceRetirement,
            not_before: Moment::In(RETIREMENT),
            deadline: None,
        }))
    }

    /// `schedule-event`.
    pub(super) fn schedule_event(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let field = asked.field;
        let request = self.request(field, ScheduleKey::SCHEDULE);
        for whom in &request.whom {
            self.acted_on(whom);
            if let Some(found) = whom.found {
                self.presence.end(found, self.reader);
            }
        }
        let (mut event, mut not_before, mut deadline) = (None, None, None);
        let mut when = None;
        for option in request.options.iter().flat_map(Fields::iter) {
            match option.key {
                ScheduleKey::Instances | ScheduleKey::Instance | ScheduleKey::To => {}
                ScheduleKey::Event => {
                    event = self.reader.word(option.value, EVENTS, "a scheduled event");
                }
                ScheduleKey::In | ScheduleKey::At => {
                    if let Some(first) = when.replace(option.at) {
                        self.reader.report(Code::Exclusive, option.at, || {
                            Draft::new("an event can't have both `in` and `at`")
                                .label("expected only one of them")
                                .also(first, "this is the other")
                        });
                    }
                    not_before = if option.key == ScheduleKey::In {
                        let time = self.reader.duration(option.value);
                        time.map(|time| (Moment::In(time), self.clock.earliest(When::After(time))))
                    } else {
                        let later = self.later(option.value);
                        self.check_not_past(later, option.value.span);
                        later
                    };
                }
                ScheduleKey::Deadline => {
                    deadline = self
                        .later(option.value)
                        .map(|later| (later, option.value.span));
                }
            }
        }
        self.check_deadline(not_before, deadline);
        let needed = [
            (ScheduleKey::Event, "instance-retirement"),
            (ScheduleKey::In, "14d"),
        ];
        // It has one of `in` and `at`.
        let needed = &needed[..2 - usize::from(when.is_some())];
        let keys = ScheduleKey::SCHEDULE;
        self.reader
            .needs(field, request.options.as_ref(), keys, needed);
        Some(act(ScheduleEvent {
            instances: request.targets()?,
            event: event?,
            not_before: not_before?.0,
            deadline: deadline.map(|((deadline, _), _)| deadline),
        }))
    }

    /// Reports an event that would begin in the past.
    fn check_not_past(&mut self, later: Option<(Moment, SimTime)>, at: Span) {
        let now = self.clock.now();
        if later.is_some_and(|(_, when)| when < now) {
            self.reader.report(Code::Backwards, at, || {
                Draft::new("an event can't be scheduled for the past")
                    .label(format!("the script is already at {now}, or later"))
                    .note("`in: …` counts from the step")
            });
        }
    }

    /// Reports a deadline that is over before the event begins.
    fn check_deadline(
        &mut self,
        not_before: Option<(Moment, SimTime)>,
        deadline: Option<((Moment, SimTime), Span)>,
    ) {
        if let (Some((_, begins)), Some(((_, deadline), at))) = (not_before, deadline)
            && deadline < begins
        {
            self.reader.report(Code::Backwards, at, || {
                Draft::new("the deadline is over before the event begins")
                    .label(format!("it begins at {begins}, or later"))
                    .note("up to the deadline `reschedule-event` can move it")
            });
        }
    }

    /// `reschedule-event`.
    pub(super) fn reschedule_event(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let field = asked.field;
        let keys = ScheduleKey::RESCHEDULE;
        let request = self.request(field, keys);
        request.whom.iter().for_each(|whom| self.acted_on(whom));
        let options = request.options.as_ref();
        self.reader
            .needs(field, options, keys, &[(ScheduleKey::To, "16d")]);
        let to = options.and_then(|options| options.get(ScheduleKey::To))?;
        let to = self.later(to).map(|(to, _)| to);
        Some(act(RescheduleEvent {
            instances: request.targets()?,
            to: to?,
        }))
    }
}
