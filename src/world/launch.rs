//! `RunInstances`: what a launch checks, and the instances that it makes.

use std::{net::IpAddr, sync::Arc};

use crate::{
    catalog::{Offering, TypeId, offered},
    id::{Id, IdKind, Seeded},
    lifecycle::{ApiError, ErrorCode, Lifecycle, Phase},
    network::Home,
    record::{
        AddressEvent, AddressScope, InstanceHandle, Provisioned, RecordKind, Rules, Transition,
        VolumeHandle,
    },
    rule,
    storage::{HibernationRequest, unmet_prerequisite},
    time::SimTime,
};

use super::{
    Delay, Due, Instance, InstanceSpec, Memory, Process, Step, Volume, VolumeMake, VolumeName,
    VolumeSpec, VolumeState, World,
};

/// User data is at most so many bytes (`MOD-USER-DATA`).
pub(crate) const USER_DATA_BYTES: usize = 16_384;

/// A request to launch.
#[derive(Debug, Clone, Copy)]
pub struct LaunchRequest<'a> {
    /// The first slot.
    pub first: u32,
    /// How many slots.
    pub count: u32,
    /// Makes a repetition harmless (`LIFE-RUN-TOKEN`).
    pub client_token: Option<&'a Arc<str>>,
    /// Only asks whether it could be done.
    pub dry_run: bool,
}

/// A client token that was used.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    token: Arc<str>,
    entry: usize,
    count: u32,
    instances: Vec<InstanceHandle>,
}

fn refused(code: ErrorCode, message: impl Into<String>, rules: Rules) -> ApiError {
    ApiError {
        code,
        message: message.into(),
        rules,
    }
}

/// Whether a type can run in a zone of the Region; the answer that EC2 gives where it can't (`LIFE-RUN-TYPE`).
pub(crate) fn check_offering(
    world: &World,
    instance_type: TypeId,
    zone: &str,
) -> Result<(), ApiError> {
    let letter = zone.chars().next_back().unwrap_or('a');
    let refused_here = match offered(world.cast.region, instance_type) {
        Offering::Unknown => false,
        Offering::NotOffered => true,
        Offering::Zones(letters) => !letters.contains(letter),
    };
    if !refused_here {
        return Ok(());
    }
    Err(refused(
        ErrorCode::Unsupported,
        format!(
            "Your requested instance type ({}) is not supported in your requested Availability Zone ({zone}). Please \
             retry your request by not specifying an Availability Zone or choosing {}.",
            instance_type.name(),
            other_zones(world, instance_type),
        ),
        &[rule::LIFE_RUN_TYPE],
    ))
}

fn other_zones(world: &World, instance_type: TypeId) -> String {
    let region = world.cast.region;
    let zones: Vec<String> = match offered(region, instance_type) {
        Offering::Zones(letters) => letters
            .letters()
            .map(|letter| format!("{}{letter}", region.name()))
            .collect(),
        Offering::Unknown | Offering::NotOffered => Vec::new(),
    };
    if zones.is_empty() {
        "another Region".to_owned()
    } else {
        zones.join(", ")
    }
}

/// The first prerequisite of hibernation that a description doesn't meet, with a type and a root volume that may be others
/// than its own by now.
pub(crate) fn unmet_hibernation(
    spec: &InstanceSpec,
    instance_type: TypeId,
    root: Option<&VolumeSpec>,
) -> Option<ApiError> {
    if !spec.hibernation {
        return None;
    }
    let unmet = unmet_prerequisite(HibernationRequest {
        instance_type,
        windows: spec.platform.is_windows(),
        root: root.map(|root| (root.volume_type, root.size_gib, root.encrypted)),
        min_root_gib: spec.image.min_root_gib,
    })?;
    Some(refused(
        ErrorCode::UnsupportedHibernationConfiguration,
        unmet.message,
        unmet.rules,
    ))
}

impl World {
    /// `RunInstances` for a name of the file: one instance, or all members of a group, which are granted or refused as a
    /// whole: as many are asked for at least as at most (`LIFE-RUN-COUNT`). Returns what a client token that was used before
    /// launched then; nothing new is launched then.
    ///
    /// # Errors
    ///
    /// EC2's refusal, in the order of `REQ-CHECK-ORDER`: parameters, dry run, the kind of instance, the zone, the subnet.
    pub fn launch(
        &mut self,
        at: SimTime,
        request: LaunchRequest<'_>,
        step: &mut Step,
    ) -> Result<Option<Vec<InstanceHandle>>, ApiError> {
        let cast = Arc::clone(&self.cast);
        let entry = cast.entry_of(request.first);
        let spec = &cast.instances[entry].spec;
        if let Some(launched) = self.token_used(at, request, entry)? {
            return Ok(Some(launched));
        }
        self.check_parameters(request, spec)?;
        if request.dry_run {
            return Err(dry_run());
        }
        check_kind(spec)?;
        self.check_start(spec.instance_type, spec.zone)?;
        if self.private_pool.free(spec.zone) < request.count {
            return Err(refused(
                ErrorCode::InsufficientFreeAddressesInSubnet,
                format!(
                    "There are not enough free addresses in the subnet of {}.",
                    spec.zone
                ),
                &[rule::LIFE_RUN_ADDRESSES],
            ));
        }
        let instances: Vec<InstanceHandle> = (request.first..request.first + request.count)
            .map(|slot| self.launch_one(at, slot, entry, spec, step))
            .collect();
        if let Some(token) = request.client_token {
            self.tokens.push(Token {
                token: Arc::clone(token),
                entry,
                count: request.count,
                instances,
            });
        }
        Ok(None)
    }

    /// What was launched when the token was used with the same parameters (`LIFE-RUN-TOKEN`); a lookup works while an
    /// instance of it is visible.
    fn token_used(
        &self,
        at: SimTime,
        request: LaunchRequest<'_>,
        entry: usize,
    ) -> Result<Option<Vec<InstanceHandle>>, ApiError> {
        let Some(token) = request.client_token else {
            return Ok(None);
        };
        // Idempotency is zonal where the launch names a zone, else regional.
        let scope = |entry: usize| {
            let spec = &self.cast.instances[entry].spec;
            spec.zone_is_named.then_some(spec.zone)
        };
        let same = |used: &&Token| used.token == *token && scope(used.entry) == scope(entry);
        let Some(used) = self.tokens.iter().rev().find(same) else {
            return Ok(None);
        };
        let visible = |handle: &InstanceHandle| self.instance(*handle).is_visible(at);
        if !used.instances.iter().any(visible) {
            return Ok(None);
        }
        if used.count != request.count
            || self.cast.instances[used.entry].spec != self.cast.instances[entry].spec
        {
            return Err(refused(
                ErrorCode::IdempotentParameterMismatch,
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
                &[rule::LIFE_RUN_TOKEN, rule::IDEM_TOKEN],
            ));
        }
        if used
            .instances
            .iter()
            .all(|handle| self.instance(*handle).phase() == Phase::Terminated)
        {
            return Err(refused(
                ErrorCode::IdempotentInstanceTerminated,
                "The client token belongs to an instance that has terminated.",
                &[rule::LIFE_RUN_TOKEN, rule::IDEM_TOKEN],
            ));
        }
        Ok(Some(used.instances.clone()))
    }

    fn check_parameters(
        &self,
        request: LaunchRequest<'_>,
        spec: &InstanceSpec,
    ) -> Result<(), ApiError> {
        for slot in request.first..request.first + request.count {
            if self
                .in_slot(slot)
                .is_some_and(|there| there.phase() != Phase::Terminated)
            {
                return Err(refused(
                    ErrorCode::SimulatorNameInUse,
                    format!(
                        "The instance '{}' of the scenario is there already.",
                        self.cast.name(slot)
                    ),
                    &[rule::LIFE_RUN],
                ));
            }
        }
        if spec
            .user_data
            .as_ref()
            .is_some_and(|data| data.len() > USER_DATA_BYTES)
        {
            return Err(user_data_too_long());
        }
        let root = spec.volumes.first().filter(|_| spec.image.ebs_root);
        if let Some(root) = root.filter(|root| root.size_gib < spec.image.min_root_gib) {
            return Err(refused(
                ErrorCode::InvalidBlockDeviceMapping,
                format!(
                    "Volume of size {}GB is smaller than snapshot '{}', expect size >= {}GB",
                    root.size_gib,
                    image_snapshot(self, spec),
                    spec.image.min_root_gib
                ),
                &[rule::LIFE_RUN_VOLUMES],
            ));
        }
        Ok(())
    }

    fn launch_one(
        &mut self,
        at: SimTime,
        slot: u32,
        entry: usize,
        spec: &InstanceSpec,
        step: &mut Step,
    ) -> InstanceHandle {
        let handle = InstanceHandle::new(self.instances.len());
        let (key, home) = self.next_key(slot);
        let private_ipv4 = self
            .private_pool
            .draw(spec.zone, key.purpose("private-ipv4"));
        let first_volume = VolumeHandle::new(self.volumes.len());
        let first_n = u16::from(!spec.image.ebs_root);
        for (n, place) in (first_n..).zip(0..spec.volumes.len()) {
            let make = self.make_of(entry, place);
            self.add_volume(Volume {
                name: VolumeName::Of { slot, n },
                key: key.purpose("volume").number(u64::from(n)),
                make,
                state: VolumeState::InUse(handle),
                owner: Some(handle),
            });
        }
        self.instances.push(Instance {
            lifecycle: Lifecycle::launch(spec.instance_type, spec.lifecycle_options()),
            handle,
            slot,
            entry: u32::try_from(entry).unwrap_or(u32::MAX),
            key,
            home,
            generation: 0,
            due: at,
            cut_off: false,
            launch_time: at,
            since: at,
            reason: None,
            reason_at: at,
            private_ipv4,
            auto_public_ipv4: None,
            public_draws: 0,
            elastic_ip: None,
            ipv6_count: spec.ipv6_count,
            has_run: false,
            host: Some(1),
            hosts: 1,
            starts: 0,
            memory: Memory::None,
            memory_epoch: 0,
            has_store: false,
            store_epoch: 0,
            first_volume: (!spec.volumes.is_empty()).then_some(first_volume),
            volume_count: u16::try_from(spec.volumes.len()).unwrap_or(u16::MAX),
            attached_later: Vec::new(),
            rebooting: false,
            reboot_generation: 0,
            shutdown_behavior: spec.shutdown_behavior,
            credits: spec.credits,
            last_running: None,
            reference: None,
        });
        if let Some(place) = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.current.get_mut(slot))
        {
            *place = Some(handle);
        }
        self.busy += 1;
        self.record_launch(handle, spec, first_volume, step);
        handle
    }

    /// What a volume of a launch is like: all instances of an entry share it.
    fn make_of(&mut self, entry: usize, place: usize) -> Arc<VolumeMake> {
        if self.makes.len() <= entry {
            self.makes.resize_with(entry + 1, Vec::new);
        }
        let spec = &self.cast.instances[entry].spec;
        let makes = &mut self.makes[entry];
        if makes.is_empty() {
            makes.extend(spec.volumes.iter().map(|volume| {
                Arc::new(VolumeMake {
                    spec: *volume,
                    zone: spec.zone,
                    device: None,
                })
            }));
        }
        Arc::clone(&makes[place])
    }

    /// The key of the instance that a launch of this slot would make, and where its public addresses would be looked for.
    fn next_key(&self, slot: u32) -> (Seeded, Home) {
        if let Some(before) = self.handle_in_slot(slot) {
            // Another instance takes over the name, with an id of its own.
            let key = self.key_of(before).purpose("again");
            return (key, Home::of(key));
        }
        let entry = &self.cast.instances[self.cast.entry_of(slot)];
        let named = self.root.named(&entry.name);
        match entry.count {
            None => (named, Home::of(named)),
            Some(_) => {
                let member = slot - entry.first_slot + 1;
                (
                    named.number(u64::from(member)),
                    Home::of_member(named, member),
                )
            }
        }
    }

    /// The id of the instance of a slot, or the one that its launch would have given it.
    pub fn id_in_slot(&self, slot: u32) -> String {
        match self.in_slot(slot) {
            Some(there) => there.id(),
            None => Id::new(IdKind::Instance, self.next_key(slot).0).to_string(),
        }
    }

    fn record_launch(
        &mut self,
        handle: InstanceHandle,
        spec: &InstanceSpec,
        first_volume: VolumeHandle,
        step: &mut Step,
    ) {
        step.say(RecordKind::Transition(Transition {
            instance: handle,
            from: None,
            to: Phase::Launching,
            trigger: "RunInstances",
            why: "asked to launch",
            reason: None,
            instance_type: spec.instance_type,
            platform: spec.platform,
            cost_step: crate::money::Usd::ZERO,
            cost_total: crate::money::Usd::ZERO,
            rules: &[rule::LIFE_RUN, rule::BILL_PENDING],
        }));
        let region = self.cast.region;
        let instance = self.instance(handle);
        let private = instance.private_ipv4.map(IpAddr::V4);
        let ipv6 = instance.ipv6_addresses(region).map(IpAddr::V6);
        let address = |scope, to, rules| {
            RecordKind::Address(AddressEvent {
                instance: Some(handle),
                address: None,
                scope,
                from: None,
                to,
                rules,
            })
        };
        step.say(address(
            AddressScope::Private,
            private,
            &[rule::LIFE_RUN, rule::IP_PRIVATE_LIFETIME],
        ));
        for ip in ipv6 {
            step.say(address(AddressScope::Public, Some(ip), &[rule::IP_V6]));
        }
        for volume in (first_volume.index()..self.volumes.len()).map(VolumeHandle::new) {
            step.say(RecordKind::Provisioned(Provisioned {
                volume,
                owner: Some(handle),
                config: self.volume(volume).config(),
                created: true,
            }));
        }
        self.follow_up(
            handle,
            Due::Completion,
            Delay::AsLongAs(Process::Pending, None),
            step,
        );
    }
}

/// An id for the snapshot behind an image, for the one message that names it.
fn image_snapshot(world: &World, spec: &InstanceSpec) -> String {
    let bits = world
        .root
        .purpose("image")
        .number(u64::from(spec.image.min_root_gib))
        .bits();
    format!("snap-0{bits:016x}")
}

/// What the type, the image and the configuration have to have in common (`LIFE-RUN-TYPE`).
fn check_kind(spec: &InstanceSpec) -> Result<(), ApiError> {
    let info = spec.instance_type.info();
    if !info.architectures().contains(spec.image.architecture) {
        return Err(refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "The architecture '{}' of the image does not fit the instance type {}.",
                spec.image.architecture.name(),
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_TYPE],
        ));
    }
    let root_fits = if spec.image.ebs_root {
        info.supports_ebs_root()
    } else {
        info.supports_instance_store_root()
    };
    if !root_fits {
        return Err(refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "The instance type {} does not support the image's root device type.",
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_TYPE],
        ));
    }
    if spec.stop_protection && !spec.image.ebs_root {
        return Err(refused(
            ErrorCode::UnsupportedOperation,
            "Stop protection is not supported for instances that do not have an 'ebs' root device type.",
            &[rule::PROT_STOP_NOT],
        ));
    }
    let root = spec.volumes.first().filter(|_| spec.image.ebs_root);
    unmet_hibernation(spec, spec.instance_type, root).map_or(Ok(()), Err)
}

/// The answer to a dry run that would have succeeded (`REQ-DRY-RUN`).
pub(crate) fn dry_run() -> ApiError {
    refused(
        ErrorCode::DryRunOperation,
        "Request would have succeeded, but DryRun flag is set.",
        &[rule::REQ_DRY_RUN],
    )
}

/// The answer to user data that is too long (`MOD-USER-DATA`).
pub(crate) fn user_data_too_long() -> ApiError {
    refused(
        ErrorCode::InvalidParameterValue,
        format!("User data is limited to {USER_DATA_BYTES} bytes"),
        &[rule::MOD_USER_DATA],
    )
}

impl World {
    /// The id of the n-th volume of a slot's instance, or the one that its launch would give it.
    pub(crate) fn volume_id_in_slot(&self, slot: u32, n: u16) -> String {
        let key = match self.in_slot(slot) {
            Some(there) => there.key,
            None => self.next_key(slot).0,
        };
        Id::new(IdKind::Volume, key.purpose("volume").number(u64::from(n))).to_string()
    }

    /// Whether a type can be started in a zone.
    ///
    /// # Errors
    ///
    /// `Unsupported` where the zone doesn't offer it.
    pub(crate) fn check_start(
        &mut self,
        instance_type: TypeId,
        zone: &'static str,
    ) -> Result<(), ApiError> {
        // The catalogue doesn't change: what it offered last time it offers now.
        if self.offered != Some((instance_type, zone)) {
            check_offering(self, instance_type, zone)?;
            self.offered = Some((instance_type, zone));
        }
        Ok(())
    }
}
