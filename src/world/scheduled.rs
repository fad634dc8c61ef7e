//! Scheduled events: what EC2 is going to do to an instance, told beforehand (lifecycle rulebook, section 7.3).

use crate::{
    catalog::Hypervisor,
    id::{Id, IdKind},
    lifecycle::{Decision, Passage, Phase, Trigger},
    record::{Accepted, InstanceHandle, NoticeKind, RecordKind, Rules, StateReason},
    rule,
    time::{SimDuration, SimTime},
};

use super::{Due, Effects, Instance, Lasts, ReasonChange, World};

/// How long a reboot onto another host takes (`TIME-REBOOT-MIGRATE`).
pub(super) const MIGRATION: SimDuration = SimDuration::from_mins(4);

/// What is scheduled (`EVENT-CODES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventCode {
    /// The instance is stopped.
    InstanceStop,
    /// Its host is retired.
    InstanceRetirement,
    /// It is rebooted on its host.
    InstanceReboot,
    /// It is rebooted onto another host.
    SystemReboot,
    /// Network or power are maintained.
    SystemMaintenance,
}

impl EventCode {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::InstanceStop,
        Self::InstanceRetirement,
        Self::InstanceReboot,
        Self::SystemReboot,
        Self::SystemMaintenance,
    ];

    /// EC2's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstanceStop => "instance-stop",
            Self::InstanceRetirement => "instance-retirement",
            Self::InstanceReboot => "instance-reboot",
            Self::SystemReboot => "system-reboot",
            Self::SystemMaintenance => "system-maintenance",
        }
    }

    /// What EC2 says about it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::InstanceStop => "The instance is scheduled to be stopped",
            Self::InstanceRetirement => "The instance is running on degraded hardware",
            Self::InstanceReboot => "The instance is scheduled for a reboot",
            Self::SystemReboot => "The instance is scheduled for a reboot onto another host",
            Self::SystemMaintenance => "The host is scheduled for maintenance",
        }
    }
}

/// One event that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduledEvent {
    /// Its number among those of the instance.
    pub(super) number: u32,
    /// What.
    pub code: EventCode,
    /// When.
    pub not_before: SimTime,
    /// Up to when it may be moved.
    pub deadline: Option<SimTime>,
}

impl Instance {
    /// The events that are scheduled for it, the next one first.
    pub fn scheduled_events(&self) -> &[ScheduledEvent] {
        self.trouble
            .as_deref()
            .map_or(&[], |trouble| &trouble.events)
    }

    /// The id of an event of its own.
    pub fn event_id(&self, event: &ScheduledEvent) -> String {
        let key = self.key.purpose("event").number(u64::from(event.number));
        Id::new(IdKind::InstanceEvent, key).to_string()
    }

    /// Whether a user's reboot can move it to another host, where a `system-reboot` is scheduled (`EVENT-USER-REBOOT`).
    fn can_migrate(&self) -> bool {
        let info = self.instance_type().info();
        self.spec.reboot_migration
            && self.spec.image.ebs_root
            && info.instance_store_gb() == 0
            && !info.bare_metal()
            && info.hypervisor() == Hypervisor::Nitro
    }
}

impl World {
    /// Something is scheduled for an instance.
    pub(crate) fn schedule_event(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        (code, not_before, deadline): (EventCode, SimTime, Option<SimTime>),
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let trouble = self.instance_mut(handle).trouble_mut();
        trouble.events_told += 1;
        let number = trouble.events_told;
        trouble.events.push(ScheduledEvent {
            number,
            code,
            not_before,
            deadline,
        });
        trouble.events.sort_by_key(|event| event.not_before);
        self.wait_for_event(at, handle, number, not_before, effects);
        let message = format!("{} at {not_before}", code.name());
        let rules = &[rule::EVENT_CODES];
        Self::notice(handle, NoticeKind::ScheduledEvent, message, rules, effects);
    }

    fn wait_for_event(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        number: u32,
        not_before: SimTime,
        effects: &mut Effects,
    ) {
        let left = Lasts::Exactly(not_before.since(at));
        self.follow_up(handle, Due::Scheduled(number), left, effects);
    }

    /// The next event of an instance is moved to another time.
    pub(crate) fn reschedule_event(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        to: SimTime,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let trouble = self.instance_mut(handle).trouble_mut();
        let Some(event) = trouble.events.first_mut() else {
            return;
        };
        event.not_before = to;
        let (number, code) = (event.number, event.code);
        trouble.events.sort_by_key(|event| event.not_before);
        self.cancel(handle, |due| due == Due::Scheduled(number));
        self.wait_for_event(at, handle, number, to, effects);
        effects.say(RecordKind::Accepted(Accepted {
            what: code.name(),
            value: Some(to.to_string().into()),
            instance: Some(handle),
            ..Accepted::new("ModifyInstanceEventStartTime", &[rule::EVENT_RESCHEDULE])
        }));
    }

    /// Takes those events away that are of a kind, and tells why.
    fn close_events(
        &mut self,
        handle: InstanceHandle,
        why: &str,
        rules: Rules,
        goes: impl Fn(EventCode) -> bool,
        effects: &mut Effects,
    ) {
        let Some(trouble) = self.instance_mut(handle).trouble.as_deref_mut() else {
            return;
        };
        let mut closed = Vec::new();
        trouble.events.retain(|event| {
            let goes = goes(event.code);
            if goes {
                closed.push(*event);
            }
            !goes
        });
        for event in closed {
            self.cancel(handle, |due| due == Due::Scheduled(event.number));
            let message = format!("{} is settled: {why}", event.code.name());
            Self::notice(handle, NoticeKind::ScheduledEvent, message, rules, effects);
        }
    }

    /// The instance runs on another host than when its events were told (`EVENT-RETIRE-AVOID`).
    pub(super) fn settle_events(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        let rules = &[rule::EVENT_RETIRE_AVOID];
        self.close_events(handle, "it is on another host", rules, |_| true, effects);
    }

    /// An instance that is gone has no events.
    pub(super) fn drop_events(&mut self, handle: InstanceHandle) {
        if let Some(trouble) = self.instance_mut(handle).trouble.as_deref_mut() {
            trouble.events.clear();
            self.cancel(handle, |due| matches!(due, Due::Scheduled(_)));
        }
    }

    /// An event falls due. Finished, it is told no more (`EVENT-DONE`).
    pub(super) fn event_due(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        number: u32,
        effects: &mut Effects,
    ) {
        let instance = self.instance_mut(handle);
        let is_store_backed = !instance.spec.image.ebs_root;
        let events = &mut instance.trouble_mut().events;
        let Some(place) = events.iter().position(|event| event.number == number) else {
            return;
        };
        let code = events.remove(place).code;
        if self.instance(handle).phase() != Phase::Running {
            let message = format!("{} is closed: the instance isn't running", code.name());
            let rules = &[rule::EVENT_DONE];
            Self::notice(handle, NoticeKind::ScheduledEvent, message, rules, effects);
            return;
        }
        self.remember(handle);
        let trigger = match code {
            EventCode::InstanceStop | EventCode::InstanceRetirement if is_store_backed => {
                Trigger::ScheduledTermination
            }
            EventCode::InstanceStop | EventCode::InstanceRetirement => Trigger::ScheduledStop,
            EventCode::InstanceReboot => {
                self.scheduled_reboot(handle, Passage::InstanceReboot, effects);
                return;
            }
            EventCode::SystemReboot => {
                self.scheduled_reboot(handle, Passage::SystemReboot, effects);
                return;
            }
            EventCode::SystemMaintenance => {
                let rules = &[rule::EVENT_MAINTENANCE];
                effects.say(RecordKind::Accepted(Accepted {
                    what: code.name(),
                    instance: Some(handle),
                    ..Accepted::new(Trigger::ScheduleEvent.name(), rules)
                }));
                return;
            }
        };
        if let Decision::Moved(row) = self.instance(handle).decide(trigger, at) {
            let reason = ReasonChange::Set(StateReason::ScheduledStop);
            self.follow(at, handle, row, reason, None, effects);
        }
    }

    fn scheduled_reboot(
        &mut self,
        handle: InstanceHandle,
        passage: Passage,
        effects: &mut Effects,
    ) {
        if !self.begin_reboot(handle) {
            return;
        }
        let trigger = Trigger::ScheduledReboot;
        let (what, rules): (_, Rules) = if passage == Passage::SystemReboot {
            let rules = &[
                rule::EVENT_REBOOT,
                rule::TIME_REBOOT_MIGRATE,
                rule::BILL_REBOOT,
            ];
            (EventCode::SystemReboot, rules)
        } else {
            let rules = &[rule::EVENT_REBOOT, rule::BILL_REBOOT];
            (EventCode::InstanceReboot, rules)
        };
        effects.say(RecordKind::Accepted(Accepted {
            what: what.name(),
            instance: Some(handle),
            ..Accepted::new(trigger.name(), rules)
        }));
        self.reboot(handle, true, passage, effects);
    }

    /// As what a user's reboot is carried out: with a `system-reboot` scheduled it tries to move the instance
    /// (`LIFE-REBOOT-EVENT`).
    pub(crate) fn kind_of_reboot(&self, handle: InstanceHandle) -> Passage {
        let instance = self.instance(handle);
        let is_scheduled = instance
            .scheduled_events()
            .iter()
            .any(|event| event.code == EventCode::SystemReboot);
        if is_scheduled && instance.can_migrate() && self.has_places(instance.pool(), 1) {
            Passage::SystemReboot
        } else {
            Passage::Reboot
        }
    }

    /// A reboot onto another host is over.
    pub(super) fn migrated(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        let instance = self.instance_mut(handle);
        let Some(trouble) = instance.trouble.as_deref_mut() else {
            return;
        };
        if !std::mem::take(&mut trouble.migrates) {
            return;
        }
        instance.hosts = instance.hosts.saturating_add(1);
        instance.host = Some(instance.hosts);
        let rules = &[rule::EVENT_USER_REBOOT, rule::LIFE_REBOOT_EVENT];
        let is_it = |code| code == EventCode::SystemReboot;
        self.close_events(handle, "it is on another host", rules, is_it, effects);
    }
}
