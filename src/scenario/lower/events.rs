//! Scheduled events: `schedule-event`, `reschedule-event`, `retire`.

use super::{
    super::{
        Code,
        keys::{ActionKey, EVENTS, ScheduleKey},
        reader::Draft,
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
    time::SimDuration,
    world::EventCode,
};

/// In how much time `retire` retires.
const RETIREMENT: SimDuration = SimDuration::from_days(14);

impl Lower<'_> {
    /// A moment other than a step's own.
    fn later(&mut self, node: &Node<'_>) -> Option<Moment> {
        Some(match self.moment(node)? {
            When::AtInstant(instant) => Moment::Instant(instant),
            When::AtOffset(offset) => Moment::Offset(offset),
            When::After(time) => Moment::In(time),
            // Those are read for steps only.
            When::Now | When::AtClock(_) => Moment::In(SimDuration::ZERO),
        })
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
                        self.reader.duration(option.value).map(Moment::In)
                    } else {
                        self.later(option.value)
                    };
                }
                ScheduleKey::Deadline => deadline = self.later(option.value),
            }
        }
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
            not_before: not_before?,
            deadline,
        }))
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
        let to = self.later(to);
        Some(act(RescheduleEvent {
            instances: request.targets()?,
            to: to?,
        }))
    }
}
