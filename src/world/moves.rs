//! What a transition does to addresses, data, host and reasons.
//!
//! The transition is said first, and then what it did: reports tell addresses and data as its consequences. What the
//! phase before had set to happen is called off before anything is set anew, so that a boot can't complete in an instance
//! that is being stopped.

use std::net::IpAddr;

use crate::{
    lifecycle::{Decision, Passage, Phase, PhaseView, Row, SpotStanding, Trigger, trigger},
    network,
    record::{
        AddressEvent, AddressScope, DataEvent, DataKind, DataOutcome, InstanceHandle, Notice,
        NoticeKind, RecordKind, Resource, Rules, StateReason, Transition, VolumeHandle,
    },
    rule,
    storage::{self, DataFate, VolumeFate},
    time::{SimDuration, SimTime},
};

use super::{
    Delay, Due, Effects, FollowUp, Lasts, Limit, Memory, Process, TimerKey, World,
    scheduled::MIGRATION,
    timers::{Pending, Timers},
    trouble::{FORCE_GIVES_UP, OS_TIMEOUT},
};

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
pub(super) const fn next(turn: &mut u32) {
    *turn = turn.wrapping_add(1);
}

impl World {
    /// Lets an instance take a row that was decided for it.
    pub(crate) fn follow(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        row: &'static Row,
        reason: ReasonChange,
        limit: Option<Limit>,
        effects: &mut Effects,
    ) {
        let instance = self.instance_mut(handle);
        instance.lifecycle.carry_out(Decision::Moved(row), at);
        self.arrive(at, handle, row, reason, limit, effects);
    }

    /// Whether what a key stands for is still to fall due.
    pub(crate) fn is_set(&self, key: TimerKey) -> bool {
        self.timers.get(key).is_some()
    }

    /// Follows up a row that the instance has taken: records it, and does to addresses, data and host what it does.
    ///
    /// `limit` is how long the transitional state that it enters may last at most.
    fn arrive(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        row: &'static Row,
        reason: ReasonChange,
        limit: Option<Limit>,
        effects: &mut Effects,
    ) {
        let is_taken_back = matches!(
            row.trigger,
            Trigger::SpotTerminate | Trigger::SpotStop | Trigger::SpotHibernate
        );
        let cause = if is_taken_back {
            self.why_taken_back(handle)
        } else {
            None
        };
        let Some(instance) = self.instances.live_mut(handle) else {
            return;
        };
        let is_spot = instance.options().spot != SpotStanding::OnDemand;
        self.timers
            .cancel(&mut instance.pending, Due::ends_with_state);
        if row.from == Phase::Running {
            instance.last_running = Some(instance.holdings(&self.addresses));
        }
        instance.since = at;
        next(&mut instance.changes);
        instance.cut_off = false;
        instance.is_forced = limit.is_some_and(|limit| limit.is_forced);
        match reason {
            ReasonChange::Keep => {}
            ReasonChange::Clear => instance.reason = None,
            ReasonChange::Set(reason) => {
                instance.reason = Some(reason);
                instance.reason_at = at;
            }
        }
        let begins = effects.records.len();
        effects.say(RecordKind::Transition(Transition {
            instance: handle,
            from: Some(row.from),
            to: row.to,
            trigger: row.trigger.name(),
            why: cause.unwrap_or(row.why),
            reason: instance.reason,
            instance_type: instance.lifecycle.instance_type(),
            platform: instance.spec.platform,
            tenancy: instance.tenancy(),
            zone: instance.spec.zone,
            cost_step: crate::money::Usd::ZERO,
            cost_total: crate::money::Usd::ZERO,
            rules: row.rules,
        }));
        // What it takes or gives back is counted first, and told last.
        let mut counted = Vec::new();
        if self.room.is_some() {
            let said = effects.records.len();
            self.count_transition(at, handle, Some(row.from), row.to, effects);
            counted = effects.records.split_off(said);
        }
        match row.to {
            Phase::Launching => {}
            Phase::Starting => self.enter_pending(at, handle, Process::Pending, effects),
            Phase::Resuming => self.enter_pending(at, handle, Process::Resuming, effects),
            Phase::Running => self.enter_running(handle, row.from, effects),
            Phase::Stopping => self.enter_stopping(handle, Passage::Stop, limit, effects),
            Phase::Hibernating => {
                self.enter_stopping(handle, Passage::Hibernate, limit, effects);
            }
            Phase::ShuttingDown => {
                self.enter_stopping(handle, Passage::Terminate, limit, effects);
            }
            Phase::Stopped => self.enter_rest(handle, Passage::Stop, effects),
            Phase::Hibernated => {
                self.enter_rest(handle, Passage::Hibernate, effects);
                self.follow_up(
                    handle,
                    Due::HibernationLimit,
                    Lasts::Exactly(HIBERNATION_LIMIT),
                    effects,
                );
            }
            Phase::Terminated => {
                self.enter_terminated(handle, effects);
                self.instances.end(handle);
            }
        }
        if !counted.is_empty() {
            effects.records.append(&mut counted);
        }
        if is_spot {
            if row.to == Phase::Running && row.from != Phase::Running {
                let priced = self.begins_on_spot(at, handle);
                effects.records.splice(begins..begins, priced);
            }
            self.spot_arrived(at, handle, row, effects);
        }
    }

    /// What was set to fall due does, unless it was called off.
    pub fn fall_due(&mut self, at: SimTime, key: TimerKey, effects: &mut Effects) {
        let Some((subject, due)) = self.timers.get(key) else {
            return;
        };
        self.with_pending(subject, |timers, pending| timers.take(pending, key));
        match subject {
            Resource::Instance(handle) => self.instance_due(at, handle, due, effects),
            Resource::Volume(volume) => self.volume_due(volume, due, effects),
            Resource::SpotRequest(request) => self.spot_due(at, request, due, effects),
            Resource::CapacityReservation(reservation) => {
                self.reservation_due(at, reservation, due, effects);
            }
            Resource::DedicatedHost(host) => self.host_due(at, host, due, effects),
            Resource::Snapshot(snapshot) => self.snapshot_due(snapshot, due, effects),
            Resource::Function(_) => self.functions_due(at, effects),
            Resource::Service(_) => self.tasks_due(at, effects),
            Resource::Address(_)
            | Resource::Image(_)
            | Resource::Interface(_)
            | Resource::Environment(_)
            | Resource::Cluster(_)
            | Resource::Task(_) => {}
        }
        self.settle_spot(at, effects);
    }

    fn instance_due(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        due: Due,
        effects: &mut Effects,
    ) {
        match due {
            Due::Completion => self.complete(at, handle, effects),
            Due::HardReboot => {
                let instance = self.instance(handle);
                let trouble = instance.trouble.as_deref();
                let lasts = if trouble.is_some_and(|trouble| trouble.migrates) {
                    Lasts::Exactly(MIGRATION)
                } else {
                    Lasts::AsLongAs(Process::Rebooting, None)
                };
                self.follow_up(handle, Due::RebootCompleted, lasts, effects);
            }
            Due::ChecksSetUp => Self::checks_set_up(handle, effects),
            Due::CheckPasses(which) => self.check_passes(handle, which, effects),
            Due::HostMended => self.host_mended(at, handle, effects),
            Due::Recovery => self.recovery_due(at, handle, effects),
            Due::Scheduled(number) => self.event_due(at, handle, number, effects),
            Due::ForceGivesUp => Self::force_gives_up(handle, effects),
            Due::RebootCompleted => {
                self.instance_mut(handle).rebooting = false;
                self.booted(handle);
                self.migrated(handle, effects);
                effects.say(RecordKind::Notice(Notice {
                    instance: Some(handle),
                    ..Notice::new(
                        NoticeKind::RebootCompleted,
                        "the operating system is back",
                        &[rule::LIFE_REBOOT_CHECK, rule::TIME_REBOOT],
                    )
                }));
            }
            Due::HibernationLimit => {
                effects.say(RecordKind::Notice(Notice {
                    instance: Some(handle),
                    ..Notice::new(
                        NoticeKind::HibernationLimit,
                        "hibernated for 60 days, which is as long as EC2 supports: start it, or stop it for good",
                        &[rule::HIB_60_DAYS, rule::TIME_HIB_LIMIT],
                    )
                }));
            }
            Due::Modified
            | Due::Optimized
            | Due::SpotInterruption
            | Due::SpotSettled
            | Due::SpotCancellation
            | Due::SpotExpiry
            | Due::SpotPriceChange
            | Due::ReservationBegins
            | Due::ReservationEnds
            | Due::HostBegins
            | Due::HostEnds
            | Due::FunctionsWork
            | Due::FunctionsRest
            | Due::TasksWork
            | Due::TasksRest
            | Due::SnapshotReturns => {}
        }
    }

    /// The transitional state ends.
    fn complete(&mut self, at: SimTime, handle: InstanceHandle, effects: &mut Effects) {
        let instance = self.instance_mut(handle);
        let fails = match instance.trouble {
            Some(_) => instance.take_failure(),
            None => None,
        };
        // Without the agent memory isn't written to disk (HIB-IMAGE).
        let written = instance.spec.image.hibernation_ready && !instance.cut_off;
        let row = match instance.lifecycle.view() {
            PhaseView::Launching(pending) if fails.is_some() => pending.on(trigger::LaunchFailed),
            PhaseView::Starting(pending) if fails.is_some() => pending.on(trigger::StartFailed),
            PhaseView::Resuming(pending) if fails.is_some() => pending.on(trigger::StartFailed),
            PhaseView::Launching(pending) => pending.boot_completed(at),
            PhaseView::Starting(pending) => pending.boot_completed(at),
            PhaseView::Resuming(pending) => pending.resume_completed(at),
            PhaseView::Stopping(stopping) => stopping.on(trigger::StopCompleted),
            PhaseView::Hibernating(stopping) if written => {
                stopping.on(trigger::HibernationCompleted)
            }
            PhaseView::Hibernating(stopping) => stopping.on(trigger::HibernationFailed),
            PhaseView::ShuttingDown(stopping) => stopping.on(trigger::ShutdownCompleted),
            PhaseView::Running(_)
            | PhaseView::Stopped(_)
            | PhaseView::Hibernated(_)
            | PhaseView::Terminated(_) => {
                return;
            }
        };
        let reason = fails.map_or(ReasonChange::Keep, ReasonChange::Set);
        self.arrive(at, handle, row, reason, None, effects);
    }

    /// Sets something to fall due for a thing. A drawn length is a number of the thing's own streams: for an instance that of
    /// the change or reboot, for another thing the first.
    pub(super) fn follow_up(
        &mut self,
        subject: impl Into<Resource>,
        due: Due,
        lasts: Lasts,
        effects: &mut Effects,
    ) {
        let subject = subject.into();
        let delay = match lasts {
            Lasts::Exactly(delay) => Delay::Exactly(delay),
            Lasts::AsLongAs(process, limit) => {
                let (key, number) = match subject {
                    Resource::Instance(handle) => {
                        let instance = self.instances.get_mut(handle);
                        let number = if due == Due::RebootCompleted {
                            instance.reboots
                        } else {
                            instance.changes
                        };
                        (instance.key, number)
                    }
                    other @ (Resource::Volume(_)
                    | Resource::Address(_)
                    | Resource::Snapshot(_)
                    | Resource::Image(_)
                    | Resource::Interface(_)
                    | Resource::SpotRequest(_)
                    | Resource::DedicatedHost(_)
                    | Resource::CapacityReservation(_)
                    | Resource::Function(_)
                    | Resource::Environment(_)
                    | Resource::Cluster(_)
                    | Resource::Service(_)
                    | Resource::Task(_)) => (self.key_of(other), 0),
                };
                Delay::Drawn {
                    process,
                    limit,
                    key,
                    number,
                }
            }
        };
        let key = self.with_pending(subject, |timers, pending| timers.set(pending, subject, due));
        effects.follow_ups.push(FollowUp { key, delay });
    }

    /// Calls off what is set to fall due for a thing.
    pub(super) fn cancel(&mut self, subject: impl Into<Resource>, is_it: impl Fn(Due) -> bool) {
        self.with_pending(subject.into(), |timers, pending| {
            timers.cancel(pending, is_it);
        });
    }

    /// What is set to fall due for a thing. Instances have it with them; of other things few wait for anything.
    #[inline]
    fn with_pending<T>(
        &mut self,
        subject: Resource,
        then: impl FnOnce(&mut Timers, &mut Pending) -> T,
    ) -> T {
        let mut others = Pending::default();
        let pending = if let Resource::Instance(handle) = subject {
            &mut self.instances.get_mut(handle).pending
        } else {
            others = self.pending.remove(&subject).unwrap_or_default();
            &mut others
        };
        let answer = then(&mut self.timers, pending);
        if others != Pending::default() {
            self.pending.insert(subject, others);
        }
        answer
    }

    /// The engine says when a follow-up falls due, and whether a limit has shortened it.
    pub fn set_due(&mut self, key: TimerKey, at: SimTime, is_cut: bool) {
        self.timers.schedule(key, at);
        if is_cut && let Some((Resource::Instance(handle), Due::Completion)) = self.timers.get(key)
        {
            let instance = self.instance_mut(handle);
            // Force cuts a hibernation off that takes too long (HIB-STUCK).
            instance.cut_off |= instance.phase() == Phase::Hibernating;
        }
    }

    /// A reboot begins; false if one is under way, which takes this one in.
    pub(crate) fn begin_reboot(&mut self, handle: InstanceHandle) -> bool {
        let instance = self.instance_mut(handle);
        if instance.rebooting {
            return false;
        }
        instance.rebooting = true;
        next(&mut instance.reboots);
        true
    }

    /// What a reboot does besides, and its end. One that EC2 asks for with the power button waits for a system that doesn't
    /// listen (`LIFE-REBOOT-HARD`); one from inside doesn't (`LIFE-REBOOT-OS`).
    pub(crate) fn reboot(
        &mut self,
        handle: InstanceHandle,
        heeds_power: bool,
        passage: Passage,
        effects: &mut Effects,
    ) {
        self.settle_data(handle, passage, effects);
        if passage == Passage::SystemReboot {
            self.instance_mut(handle).trouble_mut().migrates = true;
        }
        let instance = self.instance(handle);
        if instance.is_host_broken() {
            // Nothing boots on a host that has failed.
            return;
        }
        let (due, lasts) = if heeds_power && instance.is_deaf() {
            (Due::HardReboot, Lasts::Exactly(OS_TIMEOUT))
        } else if passage == Passage::SystemReboot {
            (Due::RebootCompleted, Lasts::Exactly(MIGRATION))
        } else {
            let lasts = Lasts::AsLongAs(Process::Rebooting, None);
            (Due::RebootCompleted, lasts)
        };
        self.follow_up(handle, due, lasts, effects);
    }

    /// Ends the transitional state sooner, at the latest so long from now; what would end sooner ends as it would have.
    /// Returns whether that changed anything.
    pub(crate) fn hasten(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        limit: Limit,
        effects: &mut Effects,
    ) -> bool {
        let instance = self.instances.get_mut(handle);
        instance.is_forced |= limit.is_forced;
        let ends = self.timers.find(instance.pending, Due::Completion);
        if instance.is_host_broken() {
            // What is stuck there heeds force alone, and maybe not even that.
            if !limit.is_forced {
                return false;
            }
            return match instance.way_down(Some(limit)) {
                Some(Lasts::Exactly(left)) if ends.is_none_or(|ends| at + left < ends) => {
                    self.cancel(handle, |due| due == Due::Completion);
                    self.follow_up(handle, Due::Completion, Lasts::Exactly(left), effects);
                    true
                }
                Some(_) => false,
                None => {
                    self.go_down(handle, Some(limit), effects);
                    true
                }
            };
        }
        let hastened = ends.is_none_or(|ends| at + limit.within < ends);
        if hastened {
            next(&mut instance.changes);
            self.cancel(handle, |due| due == Due::Completion);
            let lasts = Lasts::Exactly(limit.within);
            self.follow_up(handle, Due::Completion, lasts, effects);
        }
        hastened
    }

    /// Entering a later `pending`.
    fn enter_pending(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        process: Process,
        effects: &mut Effects,
    ) {
        let instance = self.instance_mut(handle);
        instance.launch_time = at;
        // This place is its own again: where nothing was counted, nobody has asked for the one before.
        instance.forfeits_place = false;
        // The simulator always moves to another host (KEEP-HOST, HIB-NEW-HOST).
        // On a Dedicated Host it was put already.
        if !instance.is_on_own_hardware() {
            instance.hosts = instance.hosts.saturating_add(1);
            instance.host = Some(instance.hosts);
        }
        self.follow_up(
            handle,
            Due::Completion,
            Lasts::AsLongAs(process, None),
            effects,
        );
    }

    /// Entering `running`.
    fn enter_running(&mut self, handle: InstanceHandle, from: Phase, effects: &mut Effects) {
        let instance = self.instance_mut(handle);
        instance.starts = instance.starts.saturating_add(1);
        instance.has_run = true;
        if instance.memory == Memory::Saved {
            effects.say(RecordKind::Data(DataEvent {
                instance: Some(handle),
                what: DataKind::Memory,
                outcome: DataOutcome::Kept,
                rules: &[rule::KEEP_RAM, rule::HIB_PROCESSES_RESUME],
            }));
        }
        instance.memory = Memory::Live;
        let is_in_trouble = instance.trouble.is_some();
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
        self.assign_public(handle, rules, effects);
        if is_in_trouble {
            self.booted(handle);
            if from != Phase::Launching {
                self.settle_events(handle, effects);
            }
        }
        self.set_up_checks(handle, effects);
    }

    /// Assigns a public address from Amazon's pool, if the instance is set to receive one and nothing stands against it.
    pub(crate) fn assign_public(
        &mut self,
        handle: InstanceHandle,
        rules: Rules,
        effects: &mut Effects,
    ) {
        let Some(instance) = self.live(handle) else {
            return;
        };
        let spec = &instance.spec;
        // It goes to the primary interface (IP-AUTO-PRIMARY), which remembers what the launch asked for
        // (IP-AUTO-ENI-SETTING). No address beside an Elastic IP (IP-NONE-WITH-EIP), nor with a second interface
        // (IP-NONE-SECOND-ENI, NET-SECOND-COSTS-PUBLIC).
        if !spec.auto_public_ipv4 || instance.interfaces > 1 || instance.elastic_ip.is_some() {
            return;
        }
        let (home, draws) = (instance.home, instance.public_draws);
        let Some(address) = self.public_pool.draw(home, draws) else {
            return;
        };
        let instance = self.instance_mut(handle);
        next(&mut instance.public_draws);
        instance.auto_public_ipv4 = Some(address);
        effects.say(RecordKind::Address(AddressEvent {
            instance: Some(handle),
            address: None,
            scope: AddressScope::Public,
            from: None,
            to: Some(IpAddr::V4(address)),
            rules,
        }));
    }

    /// Releases the address from Amazon's pool.
    pub(crate) fn release_public(
        &mut self,
        handle: InstanceHandle,
        rules: Rules,
        effects: &mut Effects,
    ) {
        if let Some(address) = self.instance_mut(handle).auto_public_ipv4.take() {
            effects.say(RecordKind::Address(AddressEvent {
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
    fn enter_stopping(
        &mut self,
        handle: InstanceHandle,
        passage: Passage,
        limit: Option<Limit>,
        effects: &mut Effects,
    ) {
        if network::auto_public_is_given_up(passage) {
            self.release_public(handle, &[rule::IP_RELEASE, rule::KEEP_PUBLIC_IP], effects);
        }
        let instance = self.instance_mut(handle);
        // A launch or a start that would have failed is overtaken.
        instance.take_failure();
        if std::mem::take(&mut instance.rebooting) {
            self.cancel(handle, |due| {
                matches!(due, Due::RebootCompleted | Due::HardReboot)
            });
        }
        self.go_down(handle, limit, effects);
    }

    /// Sets the end of a way down, which may be stuck.
    fn go_down(&mut self, handle: InstanceHandle, limit: Option<Limit>, effects: &mut Effects) {
        let instance = self.instance_mut(handle);
        let to = instance.phase();
        match instance.way_down(limit) {
            Some(lasts) => self.follow_up(handle, Due::Completion, lasts, effects),
            None => {
                // What is stuck in hibernating writes no memory, however it ends (HIB-STUCK).
                self.instance_mut(handle).cut_off = to == Phase::Hibernating;
                if limit.is_some_and(|limit| limit.is_forced) {
                    let lasts = Lasts::Exactly(FORCE_GIVES_UP);
                    self.follow_up(handle, Due::ForceGivesUp, lasts, effects);
                }
            }
        }
    }

    /// Entering `stopped` or `hibernated`. Private addresses, names, interfaces and an Elastic IP stay
    /// (`KEEP-STOPPED-FIELDS`, `EIP-STOP`).
    fn enter_rest(&mut self, handle: InstanceHandle, passage: Passage, effects: &mut Effects) {
        self.instance_mut(handle).host = None;
        self.left_host(handle);
        self.settle_data(handle, passage, effects);
        if !effects.is_heard() {
            return;
        }
        for volume in self.instance(handle).launched_volumes() {
            if self.volume(volume).instance() == Some(handle) {
                let is_root = self.volume(volume).is_launch_root();
                push_volume(
                    handle,
                    volume,
                    DataOutcome::Kept,
                    kept_rules(is_root),
                    effects,
                );
            }
        }
    }

    /// What becomes of memory and instance store data.
    pub(crate) fn settle_data(
        &mut self,
        handle: InstanceHandle,
        passage: Passage,
        effects: &mut Effects,
    ) {
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
                DataOutcome::Lost | DataOutcome::Deleted if is_reboot(passage) => Memory::Live,
                DataOutcome::Lost | DataOutcome::Deleted => Memory::None,
            };
            if outcome == DataOutcome::Lost {
                next(&mut instance.memory_epoch);
            }
            effects.mention(|| {
                RecordKind::Data(DataEvent {
                    instance: Some(handle),
                    what: DataKind::Memory,
                    outcome,
                    rules,
                })
            });
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
            effects.mention(|| {
                RecordKind::Data(DataEvent {
                    instance: Some(handle),
                    what: DataKind::InstanceStore,
                    outcome,
                    rules: &[rule::KEEP_STORE],
                })
            });
        }
    }

    /// Entering `terminated`: what is left is id, type, state and reasons (`KEEP-TERMINATE-FIELDS`).
    fn enter_terminated(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        self.instance_mut(handle).host = None;
        self.left_host(handle);
        self.drop_events(handle);
        if network::elastic_ip_is_taken_off(Passage::Terminate) {
            self.take_off_elastic_ip(handle, &[rule::EIP_TERMINATE, rule::KEEP_EIP], effects);
        }
        if network::private_is_released(Passage::Terminate) {
            self.release_private(handle, effects);
        }
        if !self.interfaces.is_empty() {
            self.settle_interfaces(handle);
        }
        self.settle_data(handle, Passage::Terminate, effects);
        for volume in self.instance(handle).launched_volumes() {
            if self.volume(volume).instance() == Some(handle) {
                self.settle_volume(handle, volume, effects);
            }
        }
        for volume in std::mem::take(&mut self.instance_mut(handle).attached_later) {
            self.settle_volume(handle, volume, effects);
        }
    }

    /// What becomes of an attached volume when its instance terminates.
    fn settle_volume(
        &mut self,
        handle: InstanceHandle,
        volume: VolumeHandle,
        effects: &mut Effects,
    ) {
        let there = &mut self.volumes[volume.index()];
        let delete = there.spec().delete_on_termination;
        let (fate, _) = storage::volume_fate(Passage::Terminate, there.is_launch_root(), delete);
        there.settle(fate == VolumeFate::Deleted);
        if fate == VolumeFate::Deleted && there.modifications().is_some() {
            self.cancel(volume, |_| true);
        }
        let (outcome, rules): (_, Rules) = match fate {
            VolumeFate::Deleted => (
                DataOutcome::Deleted,
                &[
                    rule::KEEP_DATA,
                    rule::KEEP_DOT_DEFAULTS,
                    rule::BILL_EBS_DELETE,
                ],
            ),
            VolumeFate::LeftBehind | VolumeFate::Kept => (
                DataOutcome::Kept,
                &[
                    rule::KEEP_DATA,
                    rule::KEEP_DOT_DEFAULTS,
                    rule::BILL_EBS_ANY_STATE,
                ],
            ),
        };
        push_volume(handle, volume, outcome, rules, effects);
    }

    /// Takes the Elastic IP off an instance; it stays allocated.
    pub(crate) fn take_off_elastic_ip(
        &mut self,
        handle: InstanceHandle,
        rules: Rules,
        effects: &mut Effects,
    ) {
        let Some(address) = self.disassociate(handle) else {
            return;
        };
        let ip = self.address(address).ip();
        effects.say(RecordKind::Address(AddressEvent {
            instance: Some(handle),
            address: Some(address),
            scope: AddressScope::Elastic,
            from: Some(IpAddr::V4(ip)),
            to: None,
            rules,
        }));
    }

    fn release_private(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        let region = self.region;
        let instance = self.instance(handle);
        for address in instance.ipv6_addresses(region) {
            effects.say(RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope: AddressScope::Public,
                from: Some(IpAddr::V6(address)),
                to: None,
                rules: &[rule::IP_V6, rule::KEEP_IPV6],
            }));
        }
        let instance = self.instance_mut(handle);
        let zone = instance.spec.zone;
        instance.ipv6_count = 0;
        if let Some(address) = instance.private_ipv4.take() {
            self.private_pool.release(address);
            if self.free_addresses(zone) == 1 {
                self.stir_spot();
            }
            effects.say(RecordKind::Address(AddressEvent {
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

/// Whether the instance stays `running`, with another system in its memory.
const fn is_reboot(passage: Passage) -> bool {
    match passage {
        Passage::Reboot | Passage::Recovery | Passage::InstanceReboot | Passage::SystemReboot => {
            true
        }
        Passage::Stop | Passage::Hibernate | Passage::Terminate | Passage::SpotStop => false,
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
    effects: &mut Effects,
) {
    effects.say(RecordKind::Data(DataEvent {
        instance: Some(handle),
        what: DataKind::Volume(volume),
        outcome,
        rules,
    }));
}
