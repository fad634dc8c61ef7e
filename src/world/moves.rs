//! What a transition does to addresses, data, host and reasons.

use std::net::IpAddr;

use crate::{
    lifecycle::{Passage, Phase, Transition as Row, View, trigger},
    network,
    record::{
        AddressEvent, AddressScope, DataEvent, DataKind, DataOutcome, InstanceHandle, Notice,
        NoticeKind, RecordKind, Rules, StateReason, Transition, VolumeHandle,
    },
    rule,
    storage::{self, DataFate, VolumeFate},
    time::{SimDuration, SimTime},
};

use super::{Delay, Due, FollowUp, Instance, Memory, Process, Step, VolumeState, World};

/// The `stopping` of a hibernation that fails (`TIME-FALLBACK`).
const FALLBACK: SimDuration = SimDuration::from_mins(4);
/// From when on a hibernation is longer than EC2 supports (`TIME-HIB-LIMIT`).
const HIBERNATION_LIMIT: SimDuration = SimDuration::from_days(60);

/// What a transition does to the state reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReasonChange {
    /// It stays: a completion tells nothing new.
    Keep,
    /// A start clears it (`LIFE-START-CLEARS-REASON`).
    Clear,
    /// A stop or a termination sets it.
    Set(StateReason),
}

/// Counts a turn of an instance on. Turns are only told from those before them, so that the four billionth may be like the
/// first.
pub(crate) const fn next(turn: &mut u32) {
    *turn = turn.wrapping_add(1);
}

impl World {
    /// Follows up a row that the instance has taken: records it, and does to addresses, data and host what it does.
    ///
    /// `limit` is how long the transitional state that it enters may last at most.
    pub(crate) fn moved(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        row: &'static Row,
        reason: ReasonChange,
        limit: Option<SimDuration>,
        step: &mut Step,
    ) {
        let Some(instance) = self.live(handle) else {
            return;
        };
        let platform = self.spec(instance).platform;
        let snapshot = (row.from == Phase::Running).then(|| self.snapshot(instance));
        let was_busy = row.from.state().is_transitional();
        let is_busy = row.to.state().is_transitional();
        let instance = self.instance_mut(handle);
        if snapshot.is_some() {
            instance.last_running = snapshot;
        }
        instance.since = at;
        next(&mut instance.generation);
        instance.cut_off = false;
        match reason {
            ReasonChange::Keep => {}
            ReasonChange::Clear => instance.reason = None,
            ReasonChange::Set(reason) => {
                instance.reason = Some(reason);
                instance.reason_at = at;
            }
        }
        step.say(RecordKind::Transition(Transition {
            instance: handle,
            from: Some(row.from),
            to: row.to,
            trigger: row.trigger.name(),
            why: row.why,
            reason: instance.reason,
            instance_type: instance.lifecycle.instance_type(),
            platform,
            cost_step: crate::money::Usd::ZERO,
            cost_total: crate::money::Usd::ZERO,
            rules: row.rules,
        }));
        self.busy = self.busy + usize::from(is_busy) - usize::from(was_busy);
        match row.to {
            Phase::Launching => {}
            Phase::Starting => self.starts(at, handle, Process::Pending, step),
            Phase::Resuming => self.starts(at, handle, Process::Resuming, step),
            Phase::Running => self.runs(handle, row.from, step),
            Phase::Stopping => self.leaves(
                handle,
                Passage::Stop,
                Delay::AsLongAs(Process::Stopping, limit),
                step,
            ),
            Phase::Hibernating => {
                // An image without the agent takes long, and falls back (HIB-FALLBACK).
                let ready = self.is_ready_to_hibernate(handle);
                let delay = if ready {
                    Delay::AsLongAs(Process::Hibernating, limit)
                } else {
                    Delay::Exactly(FALLBACK)
                };
                self.leaves(handle, Passage::Hibernate, delay, step);
            }
            Phase::ShuttingDown => {
                self.leaves(
                    handle,
                    Passage::Terminate,
                    Delay::AsLongAs(Process::ShuttingDown, limit),
                    step,
                );
            }
            Phase::Stopped => self.rests(handle, Passage::Stop, step),
            Phase::Hibernated => {
                self.rests(handle, Passage::Hibernate, step);
                self.follow_up(
                    handle,
                    Due::HibernationLimit,
                    Delay::Exactly(HIBERNATION_LIMIT),
                    step,
                );
            }
            Phase::Terminated => {
                self.ends(handle, step);
                self.instances.end(handle);
            }
        }
    }

    /// Something that was set to fall due does. What was overtaken by another transition is dropped.
    pub fn fall_due(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        due: Due,
        generation: u32,
        step: &mut Step,
    ) {
        match due {
            Due::Completion => self.complete(at, handle, generation, step),
            Due::RebootCompleted => {
                let is_it = |instance: &Instance| {
                    instance.rebooting && instance.reboot_generation == generation
                };
                if self.live(handle).is_some_and(is_it) {
                    self.instance_mut(handle).rebooting = false;
                    self.busy -= 1;
                    step.say(RecordKind::Notice(Box::new(Notice {
                        instance: Some(handle),
                        event: NoticeKind::RebootCompleted,
                        message: "the operating system is back".to_owned(),
                        rules: &[rule::LIFE_REBOOT_CHECK, rule::TIME_REBOOT],
                    })));
                }
            }
            Due::HibernationLimit => {
                if self
                    .live(handle)
                    .is_some_and(|instance| instance.generation == generation)
                {
                    step.say(RecordKind::Notice(Box::new(Notice {
                        instance: Some(handle),
                        event: NoticeKind::HibernationLimit,
                        message: "hibernated for 60 days, which is as long as EC2 supports: start it, or stop it for good"
                            .to_owned(),
                        rules: &[rule::HIB_60_DAYS, rule::TIME_HIB_LIMIT],
                    })));
                }
            }
        }
    }

    fn complete(&mut self, at: SimTime, handle: InstanceHandle, generation: u32, step: &mut Step) {
        let overtaken = |instance: &Instance| instance.generation != generation;
        if self.live(handle).is_none_or(overtaken) {
            return;
        }
        let ready = self.is_ready_to_hibernate(handle);
        let instance = self.instance_mut(handle);
        let written = ready && !instance.cut_off;
        let row = match instance.lifecycle.view() {
            View::Launching(pending) => pending.boot_completed(at),
            View::Starting(pending) => pending.boot_completed(at),
            View::Resuming(pending) => pending.resume_completed(at),
            View::Stopping(stopping) => stopping.on(trigger::StopCompleted),
            View::Hibernating(stopping) if written => stopping.on(trigger::HibernationCompleted),
            View::Hibernating(stopping) => stopping.on(trigger::HibernationFailed),
            View::ShuttingDown(stopping) => stopping.on(trigger::ShutdownCompleted),
            View::Running(_) | View::Stopped(_) | View::Hibernated(_) | View::Terminated(_) => {
                return;
            }
        };
        self.moved(at, handle, row, ReasonChange::Keep, None, step);
    }

    /// Whether the image of an instance has the agent that writes memory to disk (`HIB-IMAGE`).
    fn is_ready_to_hibernate(&self, handle: InstanceHandle) -> bool {
        self.live(handle)
            .is_some_and(|instance| self.spec(instance).image.hibernation_ready)
    }

    pub(crate) fn follow_up(
        &mut self,
        handle: InstanceHandle,
        due: Due,
        delay: Delay,
        step: &mut Step,
    ) {
        let Some(instance) = self.live(handle) else {
            return;
        };
        let generation = match due {
            Due::Completion | Due::HibernationLimit => instance.generation,
            Due::RebootCompleted => instance.reboot_generation,
        };
        step.follow_ups.push(FollowUp {
            instance: handle,
            due,
            generation,
            delay,
        });
    }

    /// Ends the transitional state sooner, at the latest so long from now; what would end sooner ends as it would have.
    /// Returns whether that changed anything.
    pub(crate) fn hasten(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        limit: SimDuration,
        step: &mut Step,
    ) -> bool {
        let instance = self.instance_mut(handle);
        let hastened = at + limit < instance.due;
        if hastened {
            next(&mut instance.generation);
            self.follow_up(handle, Due::Completion, Delay::Exactly(limit), step);
        }
        hastened
    }

    /// Entering a later `pending`.
    fn starts(&mut self, at: SimTime, handle: InstanceHandle, process: Process, step: &mut Step) {
        let instance = self.instance_mut(handle);
        instance.launch_time = at;
        // The simulator always moves to another host (KEEP-HOST, HIB-NEW-HOST).
        instance.hosts = instance.hosts.saturating_add(1);
        instance.host = Some(instance.hosts);
        self.follow_up(
            handle,
            Due::Completion,
            Delay::AsLongAs(process, None),
            step,
        );
    }

    /// Entering `running`.
    fn runs(&mut self, handle: InstanceHandle, from: Phase, step: &mut Step) {
        let instance = self.instance_mut(handle);
        instance.starts = instance.starts.saturating_add(1);
        instance.has_run = true;
        if instance.memory == Memory::Saved {
            step.say(RecordKind::Data(DataEvent {
                instance: Some(handle),
                what: DataKind::Memory,
                outcome: DataOutcome::Kept,
                rules: &[rule::KEEP_RAM, rule::HIB_PROCESSES_RESUME],
            }));
        }
        instance.memory = Memory::Live;
        instance.has_store = instance
            .lifecycle
            .instance_type()
            .info()
            .instance_store_gb()
            > 0;
        let rules: Rules = if from == Phase::Launching {
            &[rule::IP_AUTO_SUBNET, rule::LIFE_RUN_NAMES_LATE]
        } else {
            &[rule::IP_NEW, rule::KEEP_PUBLIC_IP]
        };
        self.assign_public(handle, rules, step);
    }

    /// Assigns a public address from Amazon's pool, if the instance is set to receive one and nothing stands against it.
    pub(crate) fn assign_public(&mut self, handle: InstanceHandle, rules: Rules, step: &mut Step) {
        let Some(instance) = self.live(handle) else {
            return;
        };
        let spec = self.spec(instance);
        // It goes to the primary interface (IP-AUTO-PRIMARY), which remembers what the launch asked for
        // (IP-AUTO-ENI-SETTING). No address beside an Elastic IP (IP-NONE-WITH-EIP), nor with a second interface
        // (IP-NONE-SECOND-ENI, NET-SECOND-COSTS-PUBLIC).
        if !spec.auto_public_ipv4 || spec.interfaces > 1 || instance.elastic_ip.is_some() {
            return;
        }
        let (home, draws) = (instance.home, instance.public_draws);
        let Some(address) = self.public_pool.draw(home, draws) else {
            return;
        };
        let instance = self.instance_mut(handle);
        next(&mut instance.public_draws);
        instance.auto_public_ipv4 = Some(address);
        step.say(RecordKind::Address(AddressEvent {
            instance: Some(handle),
            address: None,
            scope: AddressScope::Public,
            from: None,
            to: Some(IpAddr::V4(address)),
            rules,
        }));
    }

    /// Releases the address from Amazon's pool.
    pub(crate) fn release_public(&mut self, handle: InstanceHandle, rules: Rules, step: &mut Step) {
        if let Some(address) = self.instance_mut(handle).auto_public_ipv4.take() {
            step.say(RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope: AddressScope::Public,
                from: Some(IpAddr::V4(address)),
                to: None,
                rules,
            }));
        }
    }

    /// Entering `stopping` or `shutting-down`.
    fn leaves(&mut self, handle: InstanceHandle, passage: Passage, delay: Delay, step: &mut Step) {
        if network::auto_public_is_given_up(passage) {
            self.release_public(handle, &[rule::IP_RELEASE, rule::KEEP_PUBLIC_IP], step);
        }
        let instance = self.instance_mut(handle);
        if instance.rebooting {
            instance.rebooting = false;
            self.busy -= 1;
        }
        self.follow_up(handle, Due::Completion, delay, step);
    }

    /// Entering `stopped` or `hibernated`. Private addresses, names, interfaces and an Elastic IP stay
    /// (`KEEP-STOPPED-FIELDS`, `EIP-STOP`).
    fn rests(&mut self, handle: InstanceHandle, passage: Passage, step: &mut Step) {
        self.instance_mut(handle).host = None;
        self.data_goes(handle, passage, step);
        for volume in self.instance(handle).launched_volumes() {
            if self.volume(volume).state == VolumeState::InUse(handle) {
                let is_root = self.is_root(volume);
                push_volume(handle, volume, DataOutcome::Kept, kept_rules(is_root), step);
            }
        }
    }

    /// What becomes of memory and instance store data.
    pub(crate) fn data_goes(&mut self, handle: InstanceHandle, passage: Passage, step: &mut Step) {
        let instance = self.instance_mut(handle);
        if instance.memory != Memory::None {
            let (outcome, rules): (_, Rules) = match storage::memory_fate(passage) {
                DataFate::Kept => (DataOutcome::Kept, &[rule::KEEP_RAM]),
                DataFate::Saved => (DataOutcome::Saved, &[rule::KEEP_RAM, rule::HIB_KEEPS]),
                DataFate::Lost => (DataOutcome::Lost, &[rule::KEEP_RAM]),
            };
            instance.memory = match outcome {
                DataOutcome::Kept => Memory::Live,
                DataOutcome::Saved => Memory::Saved,
                // After a reboot the new system has memory again.
                DataOutcome::Lost | DataOutcome::Deleted if passage == Passage::Reboot => {
                    Memory::Live
                }
                DataOutcome::Lost | DataOutcome::Deleted => Memory::None,
            };
            if outcome == DataOutcome::Lost {
                next(&mut instance.memory_epoch);
            }
            step.say(RecordKind::Data(DataEvent {
                instance: Some(handle),
                what: DataKind::Memory,
                outcome,
                rules,
            }));
        }
        if instance.has_store {
            let outcome = match storage::instance_store_fate(passage) {
                DataFate::Kept => DataOutcome::Kept,
                DataFate::Saved | DataFate::Lost => DataOutcome::Lost,
            };
            if outcome == DataOutcome::Lost {
                instance.has_store = false;
                next(&mut instance.store_epoch);
            }
            step.say(RecordKind::Data(DataEvent {
                instance: Some(handle),
                what: DataKind::InstanceStore,
                outcome,
                rules: &[rule::KEEP_STORE],
            }));
        }
    }

    fn is_root(&self, volume: VolumeHandle) -> bool {
        matches!(self.volume(volume).name, super::VolumeName::Of { n: 0, .. })
    }

    /// Entering `terminated`: what is left is id, type, state and reasons (`KEEP-TERMINATE-FIELDS`).
    fn ends(&mut self, handle: InstanceHandle, step: &mut Step) {
        self.instance_mut(handle).host = None;
        if network::elastic_ip_is_taken_off(Passage::Terminate) {
            self.take_off_elastic_ip(handle, &[rule::EIP_TERMINATE, rule::KEEP_EIP], step);
        }
        if network::private_is_released(Passage::Terminate) {
            self.release_private(handle, step);
        }
        self.data_goes(handle, Passage::Terminate, step);
        for volume in self.instance(handle).launched_volumes() {
            if self.volume(volume).state == VolumeState::InUse(handle) {
                self.volume_goes(handle, volume, step);
            }
        }
        for volume in std::mem::take(&mut self.instance_mut(handle).attached_later) {
            self.volume_goes(handle, volume, step);
        }
    }

    /// What becomes of an attached volume when its instance terminates.
    fn volume_goes(&mut self, handle: InstanceHandle, volume: VolumeHandle, step: &mut Step) {
        let delete = self.volume(volume).spec().delete_on_termination;
        let (fate, _) = storage::volume_fate(Passage::Terminate, self.is_root(volume), delete);
        let (state, outcome, rules): (_, _, Rules) = match fate {
            VolumeFate::Deleted => (
                VolumeState::Deleted,
                DataOutcome::Deleted,
                &[
                    rule::KEEP_DATA,
                    rule::KEEP_DOT_DEFAULTS,
                    rule::BILL_EBS_DELETE,
                ],
            ),
            VolumeFate::LeftBehind | VolumeFate::Kept => (
                VolumeState::Available,
                DataOutcome::Kept,
                &[
                    rule::KEEP_DATA,
                    rule::KEEP_DOT_DEFAULTS,
                    rule::BILL_EBS_ANY_STATE,
                ],
            ),
        };
        self.volume_mut(volume).state = state;
        push_volume(handle, volume, outcome, rules, step);
    }

    /// Takes the Elastic IP off an instance; it stays allocated.
    pub(crate) fn take_off_elastic_ip(
        &mut self,
        handle: InstanceHandle,
        rules: Rules,
        step: &mut Step,
    ) {
        let Some(address) = self.instance_mut(handle).elastic_ip.take() else {
            return;
        };
        let elastic_ip = self.address_mut(address);
        elastic_ip.instance = None;
        step.say(RecordKind::Address(AddressEvent {
            instance: Some(handle),
            address: Some(address),
            scope: AddressScope::Elastic,
            from: Some(IpAddr::V4(elastic_ip.ip)),
            to: None,
            rules,
        }));
    }

    fn release_private(&mut self, handle: InstanceHandle, step: &mut Step) {
        let region = self.cast.region;
        let instance = self.instance(handle);
        for address in instance.ipv6_addresses(region) {
            step.say(RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope: AddressScope::Public,
                from: Some(IpAddr::V6(address)),
                to: None,
                rules: &[rule::IP_V6, rule::KEEP_IPV6],
            }));
        }
        let instance = self.instance_mut(handle);
        instance.ipv6_count = 0;
        if let Some(address) = instance.private_ipv4.take() {
            self.private_pool.release(address);
            step.say(RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope: AddressScope::Private,
                from: Some(IpAddr::V4(address)),
                to: None,
                rules: &[rule::IP_PRIVATE_LIFETIME, rule::KEEP_PRIVATE_IP],
            }));
        }
    }
}

fn kept_rules(is_root: bool) -> Rules {
    if is_root {
        &[rule::KEEP_ROOT]
    } else {
        &[rule::KEEP_ROOT, rule::BILL_EBS_ANY_STATE]
    }
}

fn push_volume(
    handle: InstanceHandle,
    volume: VolumeHandle,
    outcome: DataOutcome,
    rules: Rules,
    step: &mut Step,
) {
    step.say(RecordKind::Data(DataEvent {
        instance: Some(handle),
        what: DataKind::Volume(volume),
        outcome,
        rules,
    }));
}
