//! `RunInstances`: what a launch checks (lifecycle rulebook, section 2.2).

use std::sync::Arc;

use crate::{
    catalog::{Offering, TypeId, offered},
    lifecycle::{ApiError, ErrorCode, Phase},
    record::{ImageHandle, StateReason},
    rule,
    storage::{HibernationRequest, unmet_prerequisite},
    world::{
        AddressStanding, Attributes, Berth, InstanceSpec, Origins, Reserving, Tenancy, UsedToken,
        VolumeSpec, World,
    },
};

use super::{
    Answer, ByHandle, Call, Launch, Naming, Ref, Resolve, Subjects, call::refused,
    host_room::check_host_credits, placement::check_placement, spot::check_spot,
};

/// User data is at most so many bytes (`MOD-USER-DATA`).
pub const USER_DATA_BYTES: usize = 16_384;

/// Launches one instance, or all members of a group, which are granted or refused as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct RunInstances<N: Naming = ByHandle> {
    /// What.
    pub launch: N::Launch,
    /// Makes a repetition harmless (`LIFE-RUN-TOKEN`).
    pub client_token: Option<Arc<str>>,
    /// It is accepted, and fails later with this (`LIFE-RUN-ASYNC-FAIL`).
    pub fails_later: Option<StateReason>,
}

impl<N: Naming> RunInstances<N> {
    pub(super) fn resolve(&self, names: &mut impl Resolve<N>) -> RunInstances {
        RunInstances {
            launch: names.launch(&self.launch),
            client_token: self.client_token.clone(),
            fails_later: self.fails_later,
        }
    }

    pub(super) fn subjects(&self) -> Subjects<'_, N> {
        Subjects::Launch(&self.launch)
    }
}

impl RunInstances {
    /// So many instances of one description, whose ids the account makes.
    pub fn new(spec: InstanceSpec, count: u32) -> Self {
        Self {
            launch: Launch {
                spec: Arc::new(spec),
                count,
                origins: Origins::Numbered,
                image: None,
                host: None,
                reservation: None,
            },
            client_token: None,
            fails_later: None,
        }
    }

    /// In the order of `REQ-CHECK-ORDER`: parameters, the kind of instance, the zone, the subnet. A client token
    /// that was used before is answered with what was launched then.
    pub(super) fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
        let Launch {
            spec,
            count,
            origins,
            image,
            host,
            reservation,
        } = &self.launch;
        let count = *count;
        let launched = match image {
            Some(image) => launched_from(call, image, spec)?,
            None => None,
        };
        let spec = launched.as_ref().unwrap_or(spec);
        if let Some(token) = &self.client_token
            && let Some(before) = repeated(call, token, spec, count)?
        {
            return Ok(before);
        }
        check_parameters(call.world, spec)?;
        check_kind(spec)?;
        check_placement(call.world, spec.instance_type, spec.placement)?;
        check_spot(spec)?;
        check_host_credits(spec.instance_type, spec.placement, spec.credits)?;
        check_offering(call.world, spec.instance_type, spec.zone)?;
        check_addresses(call.world, spec)?;
        if call.world.free_addresses(spec.zone) < count && spec.private_ipv4.is_empty() {
            return refused(
                ErrorCode::InsufficientFreeAddressesInSubnet,
                format!(
                    "There are not enough free addresses in the subnet of {}.",
                    spec.zone
                ),
                &[rule::LIFE_RUN_ADDRESSES],
            );
        }
        call.check_spot_request(spec)?;
        let host = match host {
            Some(_) if spec.placement.tenancy != Tenancy::Host => {
                return refused(
                    ErrorCode::InvalidParameterCombination,
                    "A Dedicated Host needs tenancy host.",
                    &[rule::TEN_VALUES],
                );
            }
            // Whether they can be used is asked last.
            Some(host) => Some(match host.find(call.world) {
                Some(host) => host,
                None => call.find_host(host)?,
            }),
            None => None,
        };
        let reserving = match reservation {
            Some(reservation) => Some(Reserving::Named(match reservation.find(call.world) {
                Some(reservation) => reservation,
                None => call.find_reservation(reservation)?,
            })),
            None => None,
        };
        let berth = Berth { host, reserving };
        call.check_room_to_launch(spec, count, berth)?;
        let first =
            call.world
                .create_instances(call.at, spec, (count, berth), origins, call.effects);
        if let Some(reason) = self.fails_later {
            for n in 0..crate::record::index(count) {
                let handle = crate::record::InstanceHandle::new(first.index() + n);
                call.world.fail_later(handle, reason);
            }
        }
        if let Some(token) = &self.client_token {
            let used = UsedToken {
                spec: Arc::clone(spec),
                count,
                first,
            };
            call.world.tokens_mut().add(Arc::clone(token), used);
        }
        Ok(Answer::Launched { first, count })
    }
}

/// What a dry run of a launch looks at: its image and its parameters.
pub(super) fn check_named(call: &mut Call<'_>, launch: &Launch) -> Result<(), ApiError> {
    let launched = match &launch.image {
        Some(image) => launched_from(call, image, &launch.spec)?,
        None => None,
    };
    check_parameters(call.world, launched.as_ref().unwrap_or(&launch.spec))
}

/// What a launch from an image of the account's own asks for, where that isn't what was expected (`LIFE-RUN-AMI`).
fn launched_from(
    call: &mut Call<'_>,
    image: &Ref<ImageHandle>,
    spec: &InstanceSpec,
) -> Result<Option<Arc<InstanceSpec>>, ApiError> {
    let Some(found) = image.find(call.world) else {
        let id = match image {
            Ref::Id(id) => Arc::clone(id),
            Ref::Handle(_) => Arc::from(""),
        };
        return refused(
            ErrorCode::InvalidAmiIdNotFound,
            format!("The image id '[{id}]' does not exist"),
            &[rule::LIFE_RUN_AMI],
        );
    };
    if call.world.image(found).is_deregistered() {
        return refused(
            ErrorCode::InvalidAmiIdUnavailable,
            format!(
                "The image ID '{}' is no longer available",
                call.world.id_of(found.into())
            ),
            &[rule::LIFE_RUN_AMI],
        );
    }
    Ok(call.world.launched_from(found, spec).map(Arc::new))
}

/// What was launched when the token was used with the same parameters (`LIFE-RUN-TOKEN`); a lookup works while an
/// instance of it is visible.
fn repeated(
    call: &Call<'_>,
    token: &str,
    spec: &InstanceSpec,
    count: u32,
) -> Result<Option<Answer>, ApiError> {
    let Some(used) = call.world.used_token(token, spec, call.at) else {
        return Ok(None);
    };
    let mut instances = used.instances().map(|handle| call.world.instance(handle));
    if used.count != count || *used.spec != *spec {
        return refused(
            ErrorCode::IdempotentParameterMismatch,
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            &[rule::LIFE_RUN_TOKEN, rule::IDEM_TOKEN],
        );
    }
    if instances.all(|there| there.phase() == Phase::Terminated) {
        return refused(
            ErrorCode::IdempotentInstanceTerminated,
            "The client token belongs to an instance that has terminated.",
            &[rule::LIFE_RUN_TOKEN, rule::IDEM_TOKEN],
        );
    }
    Ok(Some(Answer::LaunchedBefore {
        first: used.first,
        count,
    }))
}

impl World {
    /// The use of a client token that a launch would be answered with, or with a refusal about it: as long as an instance of it
    /// is visible.
    pub(crate) fn used_token(
        &self,
        token: &str,
        spec: &InstanceSpec,
        at: crate::time::SimTime,
    ) -> Option<&UsedToken> {
        let is_visible = |used: &&UsedToken| {
            let mut instances = used.instances();
            instances.any(|handle| self.instance(handle).is_visible(at))
        };
        self.tokens().find(token, spec).filter(is_visible)
    }
}

fn check_parameters(world: &World, spec: &InstanceSpec) -> Result<(), ApiError> {
    if let Some(data) = &spec.user_data {
        check_user_data(data)?;
    }
    let root = spec.volumes.first().filter(|_| spec.image.ebs_root);
    if let Some(root) = root.filter(|root| root.size_gib < spec.image.min_root_gib) {
        return refused(
            ErrorCode::InvalidBlockDeviceMapping,
            format!(
                "Volume of size {}GB is smaller than snapshot '{}', expect size >= {}GB",
                root.size_gib,
                world.image_snapshot(spec),
                spec.image.min_root_gib
            ),
            &[rule::LIFE_RUN_VOLUMES],
        );
    }
    Ok(())
}

/// The private addresses that are asked for (`IP-PRIVATE-TAKEN`).
fn check_addresses(world: &World, spec: &InstanceSpec) -> Result<(), ApiError> {
    for (n, address) in spec.private_ipv4.iter().enumerate() {
        let standing = world.standing_of(spec.zone, *address);
        if standing == AddressStanding::Taken || spec.private_ipv4[..n].contains(address) {
            return refused(
                ErrorCode::InvalidIpAddressInUse,
                format!("Address {address} is in use."),
                &[rule::IP_PRIVATE_TAKEN],
            );
        }
        let message = match standing {
            AddressStanding::Free | AddressStanding::Taken | AddressStanding::Foreign => continue,
            AddressStanding::Reserved => {
                format!("Address {address} is in subnet's reserved address range")
            }
            AddressStanding::OfAnotherSubnet => {
                format!("Address {address} does not fall within the subnet's address range")
            }
        };
        return refused(
            ErrorCode::InvalidParameterValue,
            message,
            &[rule::IP_SUBNET_RESERVED],
        );
    }
    Ok(())
}

/// User data is limited (`MOD-USER-DATA`).
pub(super) fn check_user_data(data: &str) -> Result<(), ApiError> {
    if data.len() <= USER_DATA_BYTES {
        return Ok(());
    }
    refused(
        ErrorCode::InvalidParameterValue,
        format!("User data is limited to {USER_DATA_BYTES} bytes"),
        &[rule::MOD_USER_DATA],
    )
}

/// What the type, the image and the configuration have to have in common (`LIFE-RUN-TYPE`).
fn check_kind(spec: &InstanceSpec) -> Result<(), ApiError> {
    check_attributes(spec.instance_type, spec.attributes())?;
    let info = spec.instance_type.info();
    if !info.architectures().contains(spec.image.architecture) {
        return refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "The architecture '{}' of the image does not fit the instance type {}.",
                spec.image.architecture.name(),
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_TYPE],
        );
    }
    let root_fits = if spec.image.ebs_root {
        info.supports_ebs_root()
    } else {
        info.supports_instance_store_root()
    };
    if !root_fits {
        return refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "The instance type {} does not support the image's root device type.",
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_TYPE],
        );
    }
    if spec.stop_protection && !spec.image.ebs_root {
        return refused(
            ErrorCode::UnsupportedOperation,
            "Stop protection is not supported for instances that do not have an 'ebs' root device type.",
            &[rule::PROT_STOP_NOT],
        );
    }
    let most = info.ebs_max_attachments().map_or(u16::MAX, u16::from);
    if spec.volumes.len() > usize::from(most) {
        return refused(
            ErrorCode::AttachmentLimitExceeded,
            format!(
                "An instance of type {} can have at most {most} volumes.",
                spec.instance_type.name()
            ),
            &[rule::LIFE_RUN_VOLUMES],
        );
    }
    let root = spec.volumes.first().filter(|_| spec.image.ebs_root);
    check_hibernation(spec, spec.instance_type, root)
}

/// What the image and the attributes say has to fit the type, at a launch and at each start (`LIFE-RUN-ATTRIBUTES`).
pub(super) fn check_attributes(
    instance_type: TypeId,
    attributes: Attributes,
) -> Result<(), ApiError> {
    let info = instance_type.info();
    if !attributes.ena_support && info.ena() == "required" {
        return refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "Enhanced networking with the Elastic Network Adapter (ENA) is required for the '{}' instance type. Ensure \
                 that you are using an AMI that is enabled for ENA.",
                instance_type.name()
            ),
            &[rule::LIFE_RUN_ATTRIBUTES],
        );
    }
    if attributes.ebs_optimized && info.ebs_optimized() == "unsupported" {
        return refused(
            ErrorCode::Unsupported,
            "The requested configuration is currently not supported. Please check the documentation for supported \
             configurations.",
            &[rule::LIFE_RUN_ATTRIBUTES],
        );
    }
    Ok(())
}

/// The first prerequisite of hibernation that a description doesn't meet, with a type and a root volume that may be others
/// than its own by now.
pub(super) fn check_hibernation(
    spec: &InstanceSpec,
    instance_type: TypeId,
    root: Option<&VolumeSpec>,
) -> Result<(), ApiError> {
    if !spec.hibernation {
        return Ok(());
    }
    let unmet = unmet_prerequisite(HibernationRequest {
        instance_type,
        windows: spec.platform.is_windows(),
        root: root.map(|root| (root.volume_type, root.size_gib, root.encrypted)),
        min_root_gib: spec.image.min_root_gib,
    });
    match unmet {
        None => Ok(()),
        Some(unmet) => refused(
            ErrorCode::UnsupportedHibernationConfiguration,
            unmet.message,
            unmet.rules,
        ),
    }
}

/// Whether a type can run in a zone of the Region; the answer that EC2 gives where it can't (`LIFE-RUN-TYPE`).
pub(super) fn check_offering(
    world: &World,
    instance_type: TypeId,
    zone: &str,
) -> Result<(), ApiError> {
    let letter = zone.chars().next_back().unwrap_or('a');
    let refused_here = match offered(world.region(), instance_type) {
        Offering::Unknown => false,
        Offering::NotOffered => true,
        // A letter of another account's offers what the Region offers (LIFE-ZONE-LETTERS).
        Offering::Zones(letters) => !letters.contains(letter) && world.region().has_zone(zone),
    };
    if !refused_here {
        return Ok(());
    }
    refused(
        ErrorCode::Unsupported,
        format!(
            "Your requested instance type ({}) is not supported in your requested Availability Zone ({zone}). Please \
             retry your request by not specifying an Availability Zone or choosing {}.",
            instance_type.name(),
            other_zones(world, instance_type),
        ),
        &[rule::LIFE_RUN_TYPE],
    )
}

fn other_zones(world: &World, instance_type: TypeId) -> String {
    let region = world.region();
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
