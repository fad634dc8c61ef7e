//! The actions of a script, asked of the world.

use std::sync::Arc;

use crate::{
    action::{self, Few, InstanceRef, Request, ShutdownOptions, StopOptions, VolumeRef},
    lifecycle::ApiError,
    record::{ActionTarget, NoticeKind, RecordKind, Rejected},
    script::{Act, AddressAct, Step as ScriptStep, Target, VolumeAct, VolumeTarget},
    world::{LaunchRequest, VolumeSpec},
};

use super::{Engine, FailedStep, driver::slots_of};

/// The step that asks.
#[derive(Debug, Clone, Copy, Default)]
struct By<'s> {
    step: Option<&'s ScriptStep>,
    /// The line of its first key, which is that of its records.
    line: u32,
    failed: FailedStep,
}

impl Engine<'_> {
    /// Carries an action of the script out.
    pub(super) fn request(&mut self, act: &Act, own: Option<u32>, step: &ScriptStep) {
        let by = By {
            step: Some(step),
            line: step.place.line,
            failed: FailedStep::of(step),
        };
        self.request_by(act, own, by);
    }

    fn request_by(&mut self, act: &Act, own: Option<u32>, by: By<'_>) {
        match act {
            Act::Several(acts) => {
                for act in acts {
                    if !self.is_over() {
                        self.request_by(act, own, by);
                    }
                }
            }
            Act::Launch {
                targets,
                client_token,
                dry_run,
            } => {
                self.launch(targets, own, client_token.as_ref(), *dry_run, by);
            }
            Act::Start { targets, dry_run } => {
                let named = named(targets, own);
                let answer = action::start(self.ask(), &named, *dry_run);
                self.answered(answer, "StartInstances", &named, by);
            }
            Act::Stop {
                targets,
                hibernate,
                force,
                skip_os_shutdown,
                dry_run,
            } => {
                let named = named(targets, own);
                let shutdown = ShutdownOptions {
                    force: *force,
                    skip_os_shutdown: *skip_os_shutdown,
                };
                let options = StopOptions {
                    hibernate: *hibernate,
                    shutdown,
                };
                let answer = action::stop(self.ask(), &named, options, *dry_run);
                self.answered(answer, "StopInstances", &named, by);
            }
            Act::Reboot { targets, dry_run } => {
                let named = named(targets, own);
                let answer = action::reboot(self.ask(), &named, *dry_run);
                self.answered(answer, "RebootInstances", &named, by);
            }
            Act::Terminate {
                targets,
                force,
                skip_os_shutdown,
                dry_run,
            } => {
                let named = named(targets, own);
                let options = ShutdownOptions {
                    force: *force,
                    skip_os_shutdown: *skip_os_shutdown,
                };
                let answer = action::terminate(self.ask(), &named, options, *dry_run);
                self.answered(answer, "TerminateInstances", &named, by);
            }
            Act::Shutdown { targets } => {
                let named = named(targets, own);
                let answer = action::shutdown(self.ask(), &named);
                self.answered(answer, "OS shutdown", &named, by);
            }
            Act::Modify { targets, changes } => {
                let named = named(targets, own);
                // As many requests as attributes, in the order written, up to the first refusal.
                let mut answer = Ok(());
                for change in changes {
                    answer = action::modify(self.ask(), &named, change);
                    if answer.is_err() {
                        break;
                    }
                    self.settle(by.line);
                }
                self.answered(answer, "ModifyInstanceAttribute", &named, by);
            }
            Act::Address(act) => self.address_request(act, own, by),
            Act::Volume(act) => self.volume_request(act, own, by),
        }
    }

    fn address_request(&mut self, act: &AddressAct, own: Option<u32>, by: By<'_>) {
        if let AddressAct::Allocate { .. } = act {
            let there = self.world.addresses().len();
            if !self.has_room_for_one(there, "Elastic IPs", by) {
                return;
            }
        }
        let (answer, name, address, instance) = match act {
            AddressAct::Allocate { address } => (
                action::allocate_address(self.ask(), *address),
                "AllocateAddress",
                *address,
                None,
            ),
            AddressAct::Associate {
                address,
                instance,
                allow_reassociation,
            } => {
                let instance = one(instance, own);
                let answer = match instance {
                    Some(instance) => action::associate_address(
                        self.ask(),
                        *address,
                        instance,
                        *allow_reassociation,
                    ),
                    None => Ok(()),
                };
                (answer, "AssociateAddress", *address, instance)
            }
            AddressAct::Disassociate { address } => (
                action::disassociate_address(self.ask(), *address),
                "DisassociateAddress",
                *address,
                None,
            ),
            AddressAct::Release { address } => (
                action::release_address(self.ask(), *address),
                "ReleaseAddress",
                *address,
                None,
            ),
        };
        self.concluded(answer, name, by, |engine| {
            let mut target = instance
                .map(|instance| engine.target(instance))
                .unwrap_or_default();
            target.address = engine.world.named_address(address);
            if target.name.is_none() {
                target.name = usize::try_from(address)
                    .ok()
                    .and_then(|index| engine.world.cast().addresses.get(index))
                    .map(|name| Arc::from(&**name));
            }
            vec![target]
        });
    }

    fn volume_request(&mut self, act: &VolumeAct, own: Option<u32>, by: By<'_>) {
        if let VolumeAct::Create { .. } = act {
            let there = self.world.volumes().len();
            if !self.has_room_for_one(there, "volumes", by) {
                return;
            }
        }
        let (answer, name, volume, instance) = match act {
            VolumeAct::Create { volume, spec, zone } => {
                let answer = action::create_volume(self.ask(), *volume, *spec, zone);
                (answer, "CreateVolume", VolumeTarget::Named(*volume), None)
            }
            VolumeAct::Attach {
                volume,
                instance,
                device,
            } => {
                let instance = one(instance, own);
                let answer = match instance {
                    Some(instance) => action::attach_volume(
                        self.ask(),
                        VolumeRef {
                            target: volume,
                            own,
                        },
                        instance,
                        device.as_ref(),
                    ),
                    None => Ok(()),
                };
                (answer, "AttachVolume", volume.clone(), instance)
            }
            VolumeAct::Detach {
                volume,
                instance,
                force: _,
            } => {
                let instance = instance.as_ref().and_then(|instance| one(instance, own));
                let answer = action::detach_volume(
                    self.ask(),
                    VolumeRef {
                        target: volume,
                        own,
                    },
                    instance,
                );
                (answer, "DetachVolume", volume.clone(), instance)
            }
            VolumeAct::Modify { volume, change } => {
                let answer = action::modify_volume(
                    self.ask(),
                    VolumeRef {
                        target: volume,
                        own,
                    },
                    *change,
                );
                (answer, "ModifyVolume", volume.clone(), None)
            }
            VolumeAct::Delete { volume } => {
                let answer = action::delete_volume(
                    self.ask(),
                    VolumeRef {
                        target: volume,
                        own,
                    },
                );
                (answer, "DeleteVolume", volume.clone(), None)
            }
        };
        self.concluded(answer, name, by, |engine| {
            let mut target = instance
                .map(|instance| engine.target(instance))
                .unwrap_or_default();
            let own = own
                .and_then(|slot| engine.world.in_slot(slot))
                .map(|there| there.handle());
            target.volume = action::find_volume(&engine.world, &volume, own);
            if target.name.is_none() {
                let own = own.map(|own| engine.world.instance(own).slot());
                target.name = engine.volume_name(&volume, own);
            }
            vec![target]
        });
    }

    fn volume_name(&self, volume: &VolumeTarget, own: Option<u32>) -> Option<Arc<str>> {
        let cast = self.world.cast();
        match volume {
            VolumeTarget::Named(name) => usize::try_from(*name)
                .ok()
                .and_then(|name| cast.volumes.get(name))
                .map(|name| Arc::from(&**name)),
            VolumeTarget::Of(target, n) => {
                let (slot, _) = slots_of(target, own)?;
                let part = if *n == 0 {
                    "root".to_owned()
                } else {
                    n.to_string()
                };
                Some(Arc::from(format!("{}/{part}", cast.name(slot))))
            }
        }
    }

    fn ask(&mut self) -> Request<'_> {
        Request {
            world: &mut self.world,
            at: self.now,
            step: &mut self.step,
        }
    }

    /// `RunInstances`: one request for each name, and one for all members of a group.
    fn launch(
        &mut self,
        targets: &[Target],
        own: Option<u32>,
        client_token: Option<&Arc<str>>,
        dry_run: bool,
        by: By<'_>,
    ) {
        for target in targets {
            let Some((first, count)) = slots_of(target, own) else {
                continue;
            };
            if !self.has_room(first, count, by) {
                return;
            }
            let request = LaunchRequest {
                first,
                count,
                client_token,
                dry_run,
            };
            let launched = self.world.launch(self.now, request, &mut self.step);
            if let Ok(Some(before)) = &launched {
                for &instance in before {
                    self.repeated_launch(instance);
                }
            }
            let named: Vec<InstanceRef<'_>> = match launched {
                Ok(_) => Vec::new(),
                Err(_) => (first..first + count).map(InstanceRef::Slot).collect(),
            };
            self.answered(launched.map(|_| ()), "RunInstances", &named, by);
        }
    }

    /// Whether so many instances may be launched. Where not, the replay ends.
    fn has_room(&mut self, first: u32, count: u32, by: By<'_>) -> bool {
        let limits = self.limits();
        let cast = self.world.cast();
        let count = u64::from(count);
        let volumes = cast.instances[cast.entry_of(first)].spec.volumes.len();
        let volumes = count.saturating_mul(number(volumes));
        let (most, what) = if number(self.world.alive()) + count > u64::from(limits.instances) {
            (u64::from(limits.instances), "instances at a time")
        } else if number(self.world.instances().len()) + count > limits.launches() {
            (limits.launches(), "instances one after the other")
        } else if number(self.world.volumes().len()).saturating_add(volumes) > limits.others() {
            (limits.others(), "volumes")
        } else {
            return true;
        };
        self.give_up(
            "--max-instances",
            &format!("more than {most} {what}"),
            by.step,
        );
        false
    }

    /// Whether one more of what the script makes one by one may be made. Where not, the replay ends.
    fn has_room_for_one(&mut self, there: usize, what: &str, by: By<'_>) -> bool {
        let most = self.limits().others();
        let fits = number(there) < most;
        if !fits {
            self.give_up(
                "--max-instances",
                &format!("more than {most} {what}"),
                by.step,
            );
        }
        fits
    }

    /// The answer to a launch that was made before: the same instance, and nothing new.
    fn repeated_launch(&mut self, instance: crate::record::InstanceHandle) {
        self.world.remember(instance);
        self.step.say(RecordKind::Accepted(crate::record::Accepted {
            action: "RunInstances",
            what: "",
            unchanged: true,
            instance: Some(instance),
            volume: None,
            address: None,
            rules: &[crate::rule::LIFE_RUN_TOKEN, crate::rule::IDEM_TOKEN],
        }));
    }

    /// What came of a request that names instances: a refusal stands once for each of them.
    fn answered(
        &mut self,
        answer: Result<(), ApiError>,
        action: &'static str,
        named: &[InstanceRef<'_>],
        by: By<'_>,
    ) {
        self.concluded(answer, action, by, |engine| {
            named
                .iter()
                .map(|&instance| engine.target(instance))
                .collect()
        });
    }

    /// What came of a request: a refusal stands once for each target, and only a refusal asks which they are.
    fn concluded(
        &mut self,
        answer: Result<(), ApiError>,
        action: &'static str,
        by: By<'_>,
        targets: impl FnOnce(&Self) -> Vec<ActionTarget>,
    ) {
        self.settle(by.line);
        match answer {
            Ok(()) => self.not_refused(action, by),
            Err(error) => {
                if by.failed.fails != Some(error.code) {
                    self.tally.unexpected_refusals += 1;
                    self.failing(by.failed);
                }
                for target in targets(self) {
                    self.rejected(&error, action, target, by);
                }
            }
        }
    }

    fn not_refused(&mut self, action: &str, by: By<'_>) {
        if let Some(code) = by.failed.fails {
            let message =
                format!("{action} should have been refused with {code}, but was carried out");
            self.failing(by.failed);
            self.notice(NoticeKind::NotRefused, &message, by.line);
        }
    }

    fn rejected(
        &mut self,
        error: &ApiError,
        action: &'static str,
        target: ActionTarget,
        by: By<'_>,
    ) {
        let rejected = Rejected {
            action,
            target,
            code: error.code,
            message: error.message.clone(),
            expected: by.failed.fails == Some(error.code),
            rules: error.rules,
        };
        self.emit(by.line, RecordKind::Rejected(Box::new(rejected)));
    }

    fn target(&self, instance: InstanceRef<'_>) -> ActionTarget {
        match instance {
            InstanceRef::Slot(slot) => ActionTarget {
                name: Some(Arc::from(self.world.cast().name(slot).to_string())),
                slot: Some(slot),
                instance: self.world.in_slot(slot).map(|there| there.handle()),
                ..ActionTarget::default()
            },
            InstanceRef::Id(id) => ActionTarget {
                name: Some(Arc::from(id)),
                ..ActionTarget::default()
            },
        }
    }

    /// An Elastic IP that the account has from the start.
    pub(super) fn existing_address(&mut self, name: u32) {
        let answer = action::existing_address(self.ask(), name);
        let target = ActionTarget {
            name: Some(Arc::from("")),
            ..ActionTarget::default()
        };
        self.existed(answer, "AllocateAddress", target);
    }

    /// A volume that the account has from the start.
    pub(super) fn existing_volume(&mut self, name: u32, spec: VolumeSpec, zone: &'static str) {
        let answer = action::create_volume(self.ask(), name, spec, zone);
        self.existed(answer, "CreateVolume", ActionTarget::default());
    }

    /// What was there before is told by its meter and, for an address, by itself: nothing was asked for.
    fn existed(
        &mut self,
        answer: Result<(), ApiError>,
        action: &'static str,
        target: ActionTarget,
    ) {
        self.step
            .records
            .retain(|record| !matches!(record.kind, RecordKind::Accepted(_)));
        self.concluded(answer, action, By::default(), |_| vec![target]);
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn named(targets: &[Target], own: Option<u32>) -> Few<InstanceRef<'_>> {
    if let [target] = targets
        && !matches!(target, Target::Slots { count, .. } if *count != 1)
        && let Some(instance) = one(target, own)
    {
        return Few::One(instance);
    }
    let mut named = Vec::new();
    for target in targets {
        match target {
            Target::Slots { first, count, .. } => {
                named.extend((*first..first + count).map(InstanceRef::Slot));
            }
            Target::Own => named.extend(own.map(InstanceRef::Slot)),
            Target::Id(id) => named.push(InstanceRef::Id(id)),
        }
    }
    Few::Many(named)
}

fn one(target: &Target, own: Option<u32>) -> Option<InstanceRef<'_>> {
    match target {
        Target::Slots { first, .. } => Some(InstanceRef::Slot(*first)),
        Target::Own => own.map(InstanceRef::Slot),
        Target::Id(id) => Some(InstanceRef::Id(id)),
    }
}
