//! What goes wrong with an instance by itself: checks that fail, an operating system that doesn't listen, a host that fails.
//!
//! Mostly nothing does, and then an instance has nothing to say about it: [`Trouble`] is made when the first thing goes wrong.

use std::borrow::Cow;

use crate::{
    lifecycle::{Passage, Phase, Trigger},
    record::{Accepted, InstanceHandle, Notice, NoticeKind, RecordKind, Rules, StateReason},
    rule,
    time::{SimDuration, SimTime},
};

use super::{Due, Effects, Instance, Lasts, Limit, Process, ScheduledEvent, World};

/// How long EC2 waits for the operating system before it switches off (`TIME-OS-TIMEOUT`).
pub(crate) const OS_TIMEOUT: SimDuration = SimDuration::from_mins(4);
/// When a stuck termination is forced (`LIFE-TERM-STUCK`, `TIME-STUCK-TERMINATE`).
pub(super) const STUCK_TERMINATION: SimDuration = SimDuration::from_hours(4);
/// After how long a forced stop that hasn't helped needs help (`TIME-FORCE-GIVE-UP`).
pub(super) const FORCE_GIVES_UP: SimDuration = SimDuration::from_mins(10);
/// From a failed system check to the recovered instance (`TIME-RECOVERY`).
pub(super) const RECOVERY: SimDuration = SimDuration::from_mins(10);
/// In what time recoveries are counted, and how many there may be (`RECOV-CONDITIONS`).
pub(super) const RECOVERIES_IN: SimDuration = SimDuration::from_days(1);
const MOST_RECOVERIES: usize = 3;
const CONDITIONS: Rules = &[rule::RECOV_CONDITIONS, rule::RECOV_EVENTS];
/// A way down that is no longer than this was asked for without the shutdown of the operating system (`TIME-SKIP`).
const SKIPPED: SimDuration = SimDuration::from_secs(10);

/// The families that EC2 recovers by itself (`RECOV-FAMILIES`).
const RECOVERED: &[&str] = &[
    "a1", "m3", "m4", "m5", "m5a", "m5n", "m5zn", "m6a", "m6g", "m6i", "m6in", "m7a", "m7g", "m7i",
    "m7i-flex", "m8a", "m8azn", "m8g", "m8gb", "m8gn", "m8i", "m8i-flex", "t1", "t2", "t3", "t3a",
    "t4g", "c3", "c4", "c5", "c5a", "c5n", "c6a", "c6g", "c6gn", "c6i", "c6in", "c7a", "c7g",
    "c7gn", "c7i", "c7i-flex", "c8a", "c8g", "c8gb", "c8gn", "c8i", "c8i-flex", "r3", "r4", "r5",
    "r5a", "r5b", "r5n", "r6a", "r6g", "r6i", "r6in", "r7a", "r7g", "r7i", "r7iz", "r8a", "r8g",
    "r8gb", "r8gn", "r8i", "r8i-flex", "u-3tb1", "u-6tb1", "u-9tb1", "u-12tb1", "u-18tb1",
    "u-24tb1", "u7i", "u7in", "u7inh", "x1", "x1e", "x2iezn", "x8g", "x8i", "g3", "g5g", "inf1",
    "p3", "vt1", "hpc6a", "hpc7a", "hpc7g", "hpc8a",
];
/// The families whose instance store an alarm's recover action gives up (`RECOV-CLOUDWATCH`).
const RECOVERED_BY_ALARM: &[&str] = &["m3", "c3", "r3", "x1", "x1e", "x2idn", "x2iedn"];

/// Whether a family is on a list. Those of high memory have their size behind the family: `u7i-12tb`.
fn is_listed(list: &[&str], family: &str) -> bool {
    list.iter().any(|&listed| {
        family == listed
            || family
                .strip_prefix(listed)
                .is_some_and(|size| size.starts_with('-') && size.ends_with("tb"))
    })
}

/// One of the two status checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhichCheck {
    /// About the host (`CHECK-SYSTEM`).
    System,
    /// About the instance (`CHECK-INSTANCE`).
    Instance,
}

impl WhichCheck {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system check",
            Self::Instance => "instance check",
        }
    }
}

/// What is wrong with an operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disturbance {
    /// It ignores the power button.
    Hang,
    /// The CPU is halted (`LIFE-OSDOWN-HALT`).
    Halt,
}

/// All that stands against an instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    /// A check that fails, and not because of the host.
    pub(super) system_fails: bool,
    pub(super) instance_fails: bool,
    pub(super) os: Option<Disturbance>,
    pub(super) host: Option<BrokenHost>,
    /// Since when its checks are being set up, where that isn't since it is running.
    pub(super) checks_since: Option<SimTime>,
    /// The launch or start that was accepted fails with this.
    pub(super) fails_as: Option<StateReason>,
    /// When it was recovered.
    pub(super) recoveries: Vec<SimTime>,
    /// What EC2 is going to do, the next first.
    pub(super) events: Vec<ScheduledEvent>,
    pub(super) events_told: u32,
    /// Whether the reboot under way leads to another host.
    pub(super) migrates: bool,
}

/// A host that has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct BrokenHost {
    /// Not even force helps (`LIFE-FORCE-STUCK`).
    pub(super) for_good: bool,
}

impl Trouble {
    pub(super) const fn fails_system(&self) -> bool {
        self.system_fails || self.host.is_some()
    }

    pub(super) const fn fails_instance(&self) -> bool {
        self.instance_fails || self.fails_system() || matches!(self.os, Some(Disturbance::Halt))
    }

    /// Since when checks are being set up, of an instance that runs since.
    pub(super) fn checks_since(&self, running: SimTime) -> SimTime {
        self.checks_since
            .map_or(running, |since| since.max(running))
    }
}

impl Instance {
    pub(super) fn trouble_mut(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_default()
    }

    /// Whether its operating system doesn't listen to the power button.
    pub(super) fn is_deaf(&self) -> bool {
        self.spec.image.ignores_shutdown
            || self
                .trouble
                .as_deref()
                .is_some_and(|trouble| trouble.os.is_some())
    }

    /// Whether its operating system has been halted.
    pub fn is_halted(&self) -> bool {
        let trouble = self.trouble.as_deref();
        trouble.is_some_and(|trouble| trouble.os == Some(Disturbance::Halt))
    }

    fn broken_host(&self) -> Option<BrokenHost> {
        self.trouble.as_deref()?.host
    }

    /// Whether its host has failed.
    pub fn is_host_broken(&self) -> bool {
        self.broken_host().is_some()
    }

    /// Whether a status check fails that could be mended.
    pub fn is_impaired(&self) -> bool {
        let trouble = self.trouble.as_deref();
        trouble.is_some_and(|trouble| trouble.system_fails || trouble.instance_fails)
    }

    /// What the launch or start under way fails with.
    pub(super) fn take_failure(&mut self) -> Option<StateReason> {
        self.trouble.as_deref_mut()?.fails_as.take()
    }

    /// Whether EC2 may recover it by itself.
    pub const fn auto_recovery(&self) -> bool {
        self.auto_recovery
    }

    /// What stands against its recovery by EC2 itself, if anything does.
    fn stands_against_recovery(&self) -> Option<(&'static str, Rules)> {
        let instance_type = self.instance_type();
        let info = instance_type.info();
        if !self.auto_recovery {
            return Some(("it is disabled", &[rule::RECOV_SETTING]));
        }
        if info.bare_metal() {
            return Some(("not for bare metal", &[rule::RECOV_UNSUPPORTED]));
        }
        // An instance-store-backed one has its root there.
        if info.instance_store_gb() > 0 || !self.spec.image.ebs_root {
            return Some((
                "not with instance store volumes",
                &[rule::RECOV_UNSUPPORTED],
            ));
        }
        let is_known = info.auto_recovery().unwrap_or(true);
        if !is_known || !is_listed(RECOVERED, info.family()) {
            return Some(("not for this family", &[rule::RECOV_FAMILIES]));
        }
        None
    }

    /// Whether the recover action of an alarm works with it (`RECOV-CLOUDWATCH`).
    pub(crate) fn is_recoverable(&self) -> bool {
        let info = self.instance_type().info();
        let by_alarm = is_listed(RECOVERED_BY_ALARM, info.family());
        if !self.spec.image.ebs_root || info.instance_store_gb() > 0 {
            return by_alarm;
        }
        by_alarm || is_listed(RECOVERED, info.family())
    }

    /// Sets `MaintenanceOptions.AutoRecovery` (`RECOV-SETTING`).
    pub(crate) const fn set_auto_recovery(&mut self, on: bool) {
        self.auto_recovery = on;
    }

    /// How long a way down lasts; none while it is stuck.
    pub(super) fn way_down(&self, limit: Option<Limit>) -> Option<Lasts> {
        let to = self.phase();
        let within = limit.map(|limit| limit.within);
        if let Some(BrokenHost { for_good }) = self.broken_host() {
            let forced = limit.filter(|limit| limit.is_forced && !for_good);
            return match (forced, to) {
                (Some(limit), _) => Some(Lasts::Exactly(limit.within)),
                (None, Phase::ShuttingDown) => Some(Lasts::Exactly(STUCK_TERMINATION)),
                (None, _) => None,
            };
        }
        let process = match to {
            Phase::ShuttingDown => Process::ShuttingDown,
            Phase::Hibernating if !self.spec.image.hibernation_ready => Process::Fallback,
            Phase::Hibernating => Process::Hibernating,
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Running
            | Phase::Stopping
            | Phase::Stopped
            | Phase::Hibernated
            | Phase::Terminated => Process::Stopping,
        };
        if !self.is_deaf() {
            return Some(Lasts::AsLongAs(process, within));
        }
        match (within, to) {
            // Nobody writes its memory to disk, and nobody switches it off unasked (HIB-STUCK).
            (None, Phase::Hibernating) => None,
            (within, _) => Some(Lasts::Exactly(
                within.map_or(OS_TIMEOUT, |within| within.min(OS_TIMEOUT)),
            )),
        }
    }
}

/// The host that fails, and what becomes of the instance.
impl World {
    /// The host of an instance fails, until AWS mends it, if it does.
    pub(crate) fn fail_host(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        lasts: Option<SimDuration>,
        for_good: bool,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let instance = self.instance_mut(handle);
        let phase = instance.phase();
        if matches!(phase, Phase::Launching | Phase::Starting | Phase::Resuming) {
            // It never comes up there.
            let fails_as = &mut instance.trouble_mut().fails_as;
            fails_as.get_or_insert(StateReason::ServerInternalError);
            return;
        }
        let was_broken = instance.is_host_broken();
        instance.trouble_mut().host = Some(BrokenHost { for_good });
        self.cancel(handle, |due| due == Due::HostMended);
        if let Some(lasts) = lasts {
            self.follow_up(handle, Due::HostMended, Lasts::Exactly(lasts), effects);
        }
        if was_broken {
            return;
        }
        let instance = self.instance(handle).into_owned();
        if phase == Phase::Running {
            // A reboot that is under way doesn't end before the host is back.
            self.cancel(handle, |due| {
                matches!(
                    due,
                    Due::RebootCompleted | Due::HardReboot | Due::ChecksSetUp
                )
            });
            Self::tell_check(
                handle,
                "the system check fails, and with it the instance check",
                &[
                    rule::CHECK_SYSTEM,
                    rule::CHECK_INSTANCE,
                    rule::CHECK_IMPAIRED_STATE,
                ],
                effects,
            );
            match self.against_recovery(&instance) {
                // Everybody on a Dedicated Host is recovered together.
                None if instance.placement().on.is_some() => {}
                None => self.follow_up(handle, Due::Recovery, Lasts::Exactly(RECOVERY), effects),
                Some((why, rules)) => {
                    let message = format!("no automatic recovery: {why}");
                    Self::notice(handle, NoticeKind::Recovery, message, rules, effects);
                }
            }
            return;
        }
        // What is on its way down is stuck, but for what was forced.
        if phase == Phase::Hibernating {
            self.cut_off(handle);
        }
        let ends = self.timers.find(instance.pending, Due::Completion);
        let skipped = ends.is_some_and(|ends| ends.since(instance.since) <= SKIPPED);
        if instance.is_forced && skipped && !for_good {
            return;
        }
        self.cancel(handle, |due| due == Due::Completion);
        let stuck_for = if instance.is_forced && !for_good {
            OS_TIMEOUT
        } else if phase == Phase::ShuttingDown {
            STUCK_TERMINATION
        } else {
            return;
        };
        let left = (instance.since + stuck_for).since(at);
        self.follow_up(handle, Due::Completion, Lasts::Exactly(left), effects);
    }

    /// AWS has mended the host: the instance comes up as after a power failure, and what was stuck goes on.
    pub(super) fn host_mended(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let instance = self.instance_mut(handle);
        let phase = instance.phase();
        instance.trouble_mut().host = None;
        Self::notice(
            handle,
            NoticeKind::HostMended,
            "AWS has mended the host",
            &[rule::CHECK_SYSTEM, rule::KEEP_STORE],
            effects,
        );
        if phase == Phase::Running {
            self.cancel(handle, |due| due == Due::Recovery);
            self.power_up(at, handle, Passage::Reboot, effects);
        } else {
            self.go_on_down(handle, effects);
        }
    }

    /// What was stuck on its way down goes on.
    pub(super) fn go_on_down(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        let process = match self.instance(handle).phase() {
            Phase::Stopping | Phase::Hibernating => Process::Stopping,
            Phase::ShuttingDown => Process::ShuttingDown,
            Phase::Launching
            | Phase::Starting
            | Phase::Resuming
            | Phase::Running
            | Phase::Stopped
            | Phase::Hibernated
            | Phase::Terminated => return,
        };
        self.cancel(handle, |due| {
            matches!(due, Due::Completion | Due::ForceGivesUp)
        });
        let lasts = Lasts::AsLongAs(process, None);
        self.follow_up(handle, Due::Completion, lasts, effects);
    }

    /// The instance boots anew without having left `running`.
    fn power_up(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        passage: Passage,
        effects: &mut Effects,
    ) {
        let instance = self.instance_mut(handle);
        instance.rebooting = false;
        instance.trouble_mut().migrates = false;
        instance.trouble_mut().checks_since = Some(at);
        self.booted(handle);
        self.settle_data(handle, passage, effects);
        self.set_up_checks(handle, effects);
    }

    /// What stands against the recovery of an instance: of one on a Dedicated Host, what that was allocated as.
    fn against_recovery(&self, instance: &Instance) -> Option<(&'static str, Rules)> {
        let Some(on) = instance.placement().on else {
            return instance.stands_against_recovery();
        };
        let recovers = self.dedicated_host(on).spec().recovery;
        (!recovers).then_some((
            "not on a Dedicated Host without host recovery",
            &[rule::RECOV_UNSUPPORTED, rule::RECOV_DEDICATED_HOST],
        ))
    }

    /// What falls due when a failed host has been down for as long as a recovery takes.
    pub(super) fn recovery_due(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        effects: &mut Effects,
    ) {
        let instance = self.instance(handle);
        let against = self.against_recovery(&instance).or_else(|| {
            if !self.has_places(instance.pool(), 1) {
                return Some(("there is no capacity", CONDITIONS));
            }
            let recoveries = &instance.trouble.as_deref()?.recoveries;
            let recent = recoveries
                .iter()
                .filter(|&&before| at < before + RECOVERIES_IN);
            (recent.count() >= MOST_RECOVERIES)
                .then_some(("it was recovered three times within 24 hours", CONDITIONS))
        });
        drop(instance);
        match against {
            None => self.recover(at, handle, false, effects),
            Some((why, rules)) => {
                let message = format!("AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_FAILURE: {why}");
                Self::notice(handle, NoticeKind::Recovery, message, rules, effects);
            }
        }
    }

    /// The recover action of an alarm: where there is a place for it, EC2 moves the instance to another host.
    pub(crate) fn recover_for_alarm(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        effects: &mut Effects,
    ) {
        let instance = self.instance(handle);
        let is_hosted = instance.placement().on.is_some();
        let has_place = is_hosted || self.has_places(instance.pool(), 1);
        drop(instance);
        if has_place {
            self.recover(at, handle, true, effects);
        } else {
            Self::notice(
                handle,
                NoticeKind::Recovery,
                "AWS_EC2_INSTANCE_AUTO_RECOVERY_FAILURE: there is no capacity",
                CONDITIONS,
                effects,
            );
        }
    }

    /// EC2 moves the instance to another host, by itself or because an alarm asks for it.
    pub(super) fn recover(
        &mut self,
        at: SimTime,
        handle: InstanceHandle,
        for_alarm: bool,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        self.cancel(handle, |due| due == Due::Recovery);
        let is_hosted = self.replace_host(at, handle, effects);
        let instance = self.instance_mut(handle);
        if !is_hosted {
            instance.hosts = instance.hosts.saturating_add(1);
            instance.host = Some(instance.hosts);
        }
        let trouble = instance.trouble_mut();
        if !for_alarm {
            trouble
                .recoveries
                .retain(|&before| at < before + RECOVERIES_IN);
            trouble.recoveries.push(at);
        }
        self.left_host(handle);
        let (event, rules): (_, Rules) = if is_hosted {
            (
                "host recovery",
                &[
                    rule::RECOV_DEDICATED_HOST,
                    rule::RECOV_LIKE_REBOOT,
                    rule::TIME_RECOVERY,
                ],
            )
        } else if for_alarm {
            (
                "AWS_EC2_INSTANCE_AUTO_RECOVERY_SUCCESS",
                &[
                    rule::RECOV_CLOUDWATCH,
                    rule::RECOV_LIKE_REBOOT,
                    rule::IP_RECOVERY,
                ],
            )
        } else {
            (
                "AWS_EC2_SIMPLIFIED_AUTO_RECOVERY_SUCCESS",
                &[
                    rule::RECOV_SIMPLIFIED,
                    rule::RECOV_LIKE_REBOOT,
                    rule::TIME_RECOVERY,
                    rule::IP_RECOVERY,
                ],
            )
        };
        effects.say(RecordKind::Accepted(Accepted {
            instance: Some(handle),
            ..Accepted::new(Trigger::Recovery.name(), rules)
        }));
        self.power_up(at, handle, Passage::Recovery, effects);
        Self::notice(
            handle,
            NoticeKind::Recovery,
            format!("{event}: it is on another host"),
            &[rule::RECOV_EVENTS],
            effects,
        );
    }

    /// A forced stop hasn't helped.
    pub(super) fn force_gives_up(handle: InstanceHandle, effects: &mut Effects) {
        Self::notice(
            handle,
            NoticeKind::ForceGivesUp,
            "the forced stop hasn't helped in 10 minutes: terminate the instance, or ask AWS Support",
            &[rule::LIFE_FORCE_STUCK, rule::TIME_FORCE_GIVE_UP],
            effects,
        );
    }
}

impl World {
    pub(super) fn notice(
        handle: InstanceHandle,
        event: NoticeKind,
        message: impl Into<Cow<'static, str>>,
        rules: Rules,
        effects: &mut Effects,
    ) {
        effects.say(RecordKind::Notice(Notice {
            instance: Some(handle),
            ..Notice::new(event, message, rules)
        }));
    }

    fn tell_check(
        handle: InstanceHandle,
        message: impl Into<Cow<'static, str>>,
        rules: Rules,
        effects: &mut Effects,
    ) {
        Self::notice(handle, NoticeKind::StatusChecks, message, rules, effects);
    }

    /// The launch or start that was just accepted is going to fail.
    pub(crate) fn fail_later(&mut self, handle: InstanceHandle, reason: StateReason) {
        self.instance_mut(handle).trouble_mut().fails_as = Some(reason);
    }

    /// Status checks begin to be set up. That they are ok is told if somebody hears it.
    pub(super) fn set_up_checks(&mut self, handle: InstanceHandle, effects: &mut Effects) {
        if effects.is_heard() {
            self.cancel(handle, |due| due == Due::ChecksSetUp);
            let lasts = Lasts::Exactly(super::instance::INITIALIZING);
            self.follow_up(handle, Due::ChecksSetUp, lasts, effects);
        }
    }

    /// Status checks are set up.
    pub(super) fn checks_set_up(handle: InstanceHandle, effects: &mut Effects) {
        Self::tell_check(
            handle,
            "ok",
            &[rule::CHECK_LIFECYCLE, rule::TIME_INITIALIZING],
            effects,
        );
    }

    /// A status check fails by itself, until it is mended or the time is over.
    pub(crate) fn impair(
        &mut self,
        handle: InstanceHandle,
        which: WhichCheck,
        lasts: Option<SimDuration>,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let trouble = self.instance_mut(handle).trouble_mut();
        let (message, rules): (_, Rules) = match which {
            WhichCheck::System => {
                trouble.system_fails = true;
                (
                    "the system check fails, and with it the instance check",
                    &[
                        rule::CHECK_SYSTEM,
                        rule::CHECK_INSTANCE,
                        rule::CHECK_IMPAIRED_STATE,
                    ],
                )
            }
            WhichCheck::Instance => {
                trouble.instance_fails = true;
                (
                    "the instance check fails",
                    &[rule::CHECK_INSTANCE, rule::CHECK_IMPAIRED_STATE],
                )
            }
        };
        Self::tell_check(handle, message, rules, effects);
        self.cancel(handle, |due| due == Due::CheckPasses(which));
        if let Some(lasts) = lasts {
            let due = Due::CheckPasses(which);
            self.follow_up(handle, due, Lasts::Exactly(lasts), effects);
        }
    }

    /// A status check that failed by itself passes again.
    pub(crate) fn check_passes(
        &mut self,
        handle: InstanceHandle,
        which: WhichCheck,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let Some(trouble) = self.instance_mut(handle).trouble.as_deref_mut() else {
            return;
        };
        let fails = match which {
            WhichCheck::System => &mut trouble.system_fails,
            WhichCheck::Instance => &mut trouble.instance_fails,
        };
        if std::mem::take(fails) {
            let message = format!("the {} passes again", which.name());
            Self::tell_check(handle, message, &[rule::CHECK_VALUES], effects);
        }
    }

    /// Both checks that failed by themselves pass again; false if none did.
    pub(crate) fn mend_checks(&mut self, handle: InstanceHandle, effects: &mut Effects) -> bool {
        let was_impaired = self.instance(handle).is_impaired();
        if was_impaired {
            self.cancel(handle, |due| matches!(due, Due::CheckPasses(_)));
            self.check_passes(handle, WhichCheck::System, effects);
            self.check_passes(handle, WhichCheck::Instance, effects);
        }
        was_impaired
    }

    /// Something happens to an operating system.
    pub(crate) fn disturb(
        &mut self,
        handle: InstanceHandle,
        how: Disturbance,
        effects: &mut Effects,
    ) {
        self.remember(handle);
        let trouble = self.instance_mut(handle).trouble_mut();
        // A system that is halted hangs as well.
        let before = trouble.os.replace(how);
        if before == Some(Disturbance::Halt) {
            trouble.os = before;
        } else if how == Disturbance::Halt {
            Self::tell_check(
                handle,
                "the instance check fails",
                &[rule::CHECK_INSTANCE, rule::CHECK_IMPAIRED_STATE],
                effects,
            );
        }
    }

    /// The operating system has been booted: whatever was wrong with it is over.
    pub(super) fn booted(&mut self, handle: InstanceHandle) {
        if let Some(trouble) = self.instance_mut(handle).trouble.as_deref_mut() {
            trouble.os = None;
        }
    }

    /// The instance is on no host any more, or on another.
    pub(super) fn left_host(&mut self, handle: InstanceHandle) {
        let Some(trouble) = self.instance_mut(handle).trouble.as_deref_mut() else {
            return;
        };
        trouble.host = None;
        (trouble.system_fails, trouble.instance_fails) = (false, false);
        self.cancel(handle, |due| due == Due::HostMended);
    }
}
