//! Start, stop, hibernate, reboot, terminate, and the shutdown from inside (lifecycle rulebook, sections 2.3 to 2.7).

use crate::{
    lifecycle::{ApiError, Decision, Passage, Phase, Trigger},
    record::{InstanceHandle, StateReason},
    rule,
    time::SimDuration,
    world::{Delay, Due, Process, ReasonChange, ShutdownBehavior, World},
};

use super::{Few, InstanceRef, Request};

/// How long a transitional state lasts without the shutdown of the operating system (`TIME-SKIP`).
const SKIP: SimDuration = SimDuration::from_secs(10);
/// How long EC2 waits before it switches off by force (`TIME-OS-TIMEOUT`).
const FORCE: SimDuration = SimDuration::from_mins(4);

/// How a stop is to proceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StopOptions {
    /// `Hibernate`.
    pub hibernate: bool,
    /// `Force` and `SkipOsShutdown`.
    pub shutdown: ShutdownOptions,
}

/// How the operating system is brought down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShutdownOptions {
    /// `Force`.
    pub force: bool,
    /// `SkipOsShutdown`.
    pub skip_os_shutdown: bool,
}

impl ShutdownOptions {
    /// How long it may take at most.
    fn limit(self) -> Option<SimDuration> {
        if self.skip_os_shutdown {
            Some(SKIP)
        } else if self.force {
            Some(FORCE)
        } else {
            None
        }
    }
}

/// `StartInstances`.
///
/// # Errors
///
/// EC2's refusal, in the order of `REQ-CHECK-ORDER`; nothing has happened then.
pub fn start(
    mut request: Request<'_>,
    named: &[InstanceRef<'_>],
    dry_run: bool,
) -> Result<(), ApiError> {
    let checked = request.checked(named, dry_run, |_, _| Trigger::StartInstances)?;
    for &handle in &*checked.instances {
        if let Some(instance) = request.world.live(handle)
            && matches!(instance.phase(), Phase::Stopped | Phase::Hibernated)
        {
            let zone = request.world.spec(instance).zone;
            let instance_type = instance.instance_type();
            request.world.check_start(instance_type, zone)?;
        }
    }
    for (handle, decision) in checked.each() {
        request.take(
            handle,
            Trigger::StartInstances,
            decision,
            ReasonChange::Clear,
            None,
        );
    }
    Ok(())
}

/// `StopInstances`: plain, forced, without the shutdown of the operating system, or as a hibernation. What a shutdown from
/// inside would do has no say in it (`LIFE-STOP-BEHAVIOR-IRRELEVANT`).
///
/// # Errors
///
/// EC2's refusal, in the order of `REQ-CHECK-ORDER`; nothing has happened then.
pub fn stop(
    mut request: Request<'_>,
    named: &[InstanceRef<'_>],
    options: StopOptions,
    dry_run: bool,
) -> Result<(), ApiError> {
    let trigger = if options.hibernate {
        Trigger::Hibernate
    } else if options.shutdown.force {
        // With both options force says what is accepted, and `SkipOsShutdown` how long it takes.
        Trigger::ForceStop
    } else if options.shutdown.skip_os_shutdown {
        Trigger::StopSkipOsShutdown
    } else {
        Trigger::StopInstances
    };
    let reason = if options.hibernate {
        StateReason::UserInitiatedHibernate
    } else {
        StateReason::UserInitiatedShutdown
    };
    let checked = request.checked(named, dry_run, |_, _| trigger)?;
    for (handle, decision) in checked.each() {
        request.take(
            handle,
            trigger,
            decision,
            ReasonChange::Set(reason),
            options.shutdown.limit(),
        );
    }
    Ok(())
}

/// `RebootInstances`: the request is queued, and the state stays `running` (`LIFE-REBOOT`).
///
/// # Errors
///
/// EC2's refusal, in the order of `REQ-CHECK-ORDER`; nothing has happened then.
pub fn reboot(
    mut request: Request<'_>,
    named: &[InstanceRef<'_>],
    dry_run: bool,
) -> Result<(), ApiError> {
    let checked = request.checked(named, dry_run, |_, _| Trigger::RebootInstances)?;
    for (handle, decision) in checked.each() {
        request.take(
            handle,
            Trigger::RebootInstances,
            decision,
            ReasonChange::Keep,
            None,
        );
    }
    Ok(())
}

/// `TerminateInstances`.
///
/// # Errors
///
/// EC2's refusal, in the order of `REQ-CHECK-ORDER`. Nothing has happened then, but for instances in zones in which none
/// of the request's is protected (`PROT-TERM-BATCH-AZ`).
pub fn terminate(
    mut request: Request<'_>,
    named: &[InstanceRef<'_>],
    options: ShutdownOptions,
    dry_run: bool,
) -> Result<(), ApiError> {
    let forced = options.force || options.skip_os_shutdown;
    let trigger = if forced {
        Trigger::TerminateForced
    } else {
        Trigger::TerminateInstances
    };
    let reason = ReasonChange::Set(StateReason::UserInitiatedShutdown);
    let limit = options.limit();
    let checked = match request.checked(named, dry_run, |_, _| trigger) {
        Ok(checked) => checked,
        Err(error) => {
            if !dry_run && error.code == crate::lifecycle::ErrorCode::OperationNotPermitted {
                for handle in request.in_unprotected_zones(named, trigger)? {
                    request.take(handle, trigger, None, reason, limit);
                }
            }
            return Err(error);
        }
    };
    for (handle, decision) in checked.each() {
        request.take(handle, trigger, decision, reason, limit);
    }
    Ok(())
}

/// The operating system shuts itself down: the instance stops or terminates, as its attribute says (`LIFE-OSDOWN-STOP`,
/// `LIFE-OSDOWN-TERMINATE`); an instance-store-backed one always terminates (`LIFE-OSDOWN-STORE`). It never hibernates
/// (`LIFE-OSDOWN-NO-HIBERNATE`).
///
/// # Errors
///
/// `Simulator.OsNotRunning` where an operating system isn't up; nothing has happened then.
pub fn shutdown(mut request: Request<'_>, named: &[InstanceRef<'_>]) -> Result<(), ApiError> {
    let checked = request.checked(named, false, shutdown_trigger)?;
    for (handle, decision) in checked.each() {
        let trigger = shutdown_trigger(request.world, handle);
        request.take(
            handle,
            trigger,
            decision,
            ReasonChange::Set(StateReason::InstanceInitiatedShutdown),
            None,
        );
    }
    Ok(())
}

fn shutdown_trigger(world: &World, handle: InstanceHandle) -> Trigger {
    let instance = world.instance(handle);
    match instance.shutdown_behavior() {
        ShutdownBehavior::Stop if instance.lifecycle.options().root_is_ebs => {
            Trigger::OsShutdownStop
        }
        ShutdownBehavior::Stop | ShutdownBehavior::Terminate => Trigger::OsShutdownTerminate,
    }
}

/// The instances of a request that none of them refuses.
struct Checked {
    instances: Few<InstanceHandle>,
    /// What is decided for a single one. Of several, what happens to one may change what becomes of the next.
    decision: Option<Decision>,
}

impl Checked {
    /// Each instance, with what is decided for it.
    fn each(&self) -> impl Iterator<Item = (InstanceHandle, Option<Decision>)> {
        self.instances.iter().map(|&handle| (handle, self.decision))
    }
}

impl Request<'_> {
    /// Finds the instances, and checks that none refuses.
    fn checked(
        &self,
        named: &[InstanceRef<'_>],
        dry_run: bool,
        trigger_of: impl Fn(&World, InstanceHandle) -> Trigger,
    ) -> Result<Checked, ApiError> {
        let instances = self.find(named)?;
        if dry_run {
            return Err(crate::world::dry_run());
        }
        let (decision, refused) = match instances {
            Few::One(handle) => match self.decide(handle, trigger_of(self.world, handle)) {
                Decision::Refused(refusal) => (None, Some((handle, refusal))),
                decision
                @ (Decision::Moved(_) | Decision::Accepted(_) | Decision::Unchanged(_)) => {
                    (Some(decision), None)
                }
            },
            Few::Many(_) => (None, self.refusal(&instances, trigger_of)),
        };
        match refused {
            None => Ok(Checked {
                instances,
                decision,
            }),
            Some((handle, refusal)) => {
                Err(self.answer(handle, refusal, &self.world.root_device(handle)))
            }
        }
    }

    /// The instances of those zones in which none refuses.
    fn in_unprotected_zones(
        &self,
        named: &[InstanceRef<'_>],
        trigger: Trigger,
    ) -> Result<Vec<InstanceHandle>, ApiError> {
        let instances = self.find(named)?;
        let zone_of = |handle: &InstanceHandle| self.world.spec(&self.world.instance(*handle)).zone;
        let refuses =
            |handle: &InstanceHandle| matches!(self.decide(*handle, trigger), Decision::Refused(_));
        let protected: Vec<&str> = instances
            .iter()
            .filter(|handle| refuses(handle))
            .map(zone_of)
            .collect();
        Ok(instances
            .iter()
            .copied()
            .filter(|handle| !protected.contains(&zone_of(handle)))
            .collect())
    }

    /// Lets an instance take a trigger that was checked, as it was decided or else as it is decided now.
    fn take(
        &mut self,
        handle: InstanceHandle,
        trigger: Trigger,
        decision: Option<Decision>,
        reason: ReasonChange,
        limit: Option<SimDuration>,
    ) {
        let at = self.at;
        self.world.remember(handle);
        let decision = decision.unwrap_or_else(|| self.decide(handle, trigger));
        if let Decision::Moved(_) = decision {
            let instance = self.world.instance_mut(handle);
            instance.lifecycle.carry_out(decision, at);
        }
        match decision {
            Decision::Moved(row) => self.world.moved(at, handle, row, reason, limit, self.step),
            Decision::Unchanged(rules) => self.accepted(handle, trigger.name(), true, rules),
            Decision::Accepted(rules) if trigger == Trigger::RebootInstances => {
                self.reboots(handle, rules);
            }
            Decision::Accepted(rules) => {
                self.accepted(handle, trigger.name(), false, rules);
                self.hastens(handle, trigger, limit);
            }
            // The instance named twice in one request may refuse the second time: it has what was asked for.
            Decision::Refused(refusal) => {
                self.accepted(handle, trigger.name(), true, refusal.rules());
            }
        }
    }

    fn reboots(&mut self, handle: InstanceHandle, rules: &'static [&'static rule::Rule]) {
        let instance = self.world.instance_mut(handle);
        if instance.rebooting {
            // A reboot that is asked for while one is under way is merged into it.
            self.accepted(handle, "RebootInstances", true, &[rule::LIFE_REBOOT_TWICE]);
            return;
        }
        // State, reasons and addresses stay as they are (REASON-REBOOT-NONE, IP-REBOOT).
        instance.rebooting = true;
        crate::world::next(&mut instance.reboot_generation);
        self.world.busy += 1;
        self.accepted(handle, "RebootInstances", false, rules);
        self.world.data_goes(handle, Passage::Reboot, self.step);
        self.world.follow_up(
            handle,
            Due::RebootCompleted,
            Delay::AsLongAs(Process::Rebooting, None),
            self.step,
        );
    }

    /// A second stop or termination may end the transitional state sooner, and a later plain one doesn't undo that
    /// (`LIFE-SKIP-STICKY`). It never turns a hibernation into a stop by
    /// itself (`LIFE-STOP-STOPPING`), but force cuts one off that takes too long (`HIB-STUCK`).
    fn hastens(&mut self, handle: InstanceHandle, trigger: Trigger, limit: Option<SimDuration>) {
        let hibernating = self.world.instance(handle).phase() == Phase::Hibernating;
        if hibernating && trigger == Trigger::StopSkipOsShutdown {
            return;
        }
        let Some(limit) = limit else { return };
        if self.world.hasten(self.at, handle, limit, self.step) && hibernating {
            self.world.instance_mut(handle).cut_off = true;
        }
    }
}
