//! Where an instance may lie, and how that is changed (lifecycle rulebook, sections 8.5 and 8.6).

use crate::{
    catalog::TypeId,
    lifecycle::{ApiError, ErrorCode},
    record::{DedicatedHostHandle, Rules},
    rule,
    world::{GroupId, Placement, Reserving, Strategy, Tenancy, World},
};

use super::call::refused;

/// Partitions of a group with Dedicated Instances in a zone (`PG-PARTITION`).
const MOST_DEDICATED: u8 = 2;

const PG_ONE: Rules = &[rule::PG_ONE];
const PG_SPREAD: Rules = &[rule::PG_SPREAD];
const PG_PARTITION: Rules = &[rule::PG_PARTITION];

/// What `ModifyInstancePlacement` changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlacementChange {
    /// Another placement group, or none.
    Group {
        /// Which.
        group: Option<GroupId>,
        /// Which partition of it; none is the emptiest.
        partition: Option<u8>,
    },
    /// Another partition.
    Partition(u8),
    /// Another tenancy.
    Tenancy(Tenancy),
    /// Whether it stays with a host.
    Affinity(bool),
    /// Another Dedicated Host.
    Host(DedicatedHostHandle),
    /// Another Capacity Reservation.
    Reserving(Reserving),
}

impl PlacementChange {
    /// Where an instance lies after it.
    pub(super) const fn of(self, was: Placement) -> Placement {
        match self {
            Self::Group { group, partition } => Placement {
                group,
                partition,
                ..was
            },
            Self::Partition(partition) => Placement {
                partition: Some(partition),
                ..was
            },
            Self::Tenancy(tenancy) => Placement {
                tenancy,
                // The host goes with the tenancy.
                host: match tenancy {
                    Tenancy::Host => was.host,
                    Tenancy::Default | Tenancy::Dedicated => None,
                },
                ..was
            },
            // Bound to none, it is bound to that of its next start.
            Self::Affinity(affinity) => Placement {
                affinity,
                host: if affinity { was.host } else { None },
                ..was
            },
            Self::Reserving(reserving) => Placement { reserving, ..was },
            Self::Host(host) => Placement {
                tenancy: Tenancy::Host,
                host: Some(host),
                ..was
            },
        }
    }

    /// The attribute's own name, and the rules about it.
    pub(super) const fn told(self) -> (&'static str, Rules) {
        match self {
            Self::Group { .. } => (
                "groupName",
                &[rule::MOD_PLACEMENT, rule::PG_MOVE, rule::PG_ONE],
            ),
            Self::Partition(_) => ("partitionNumber", &[rule::MOD_PLACEMENT, rule::PG_MOVE]),
            Self::Tenancy(_) => (
                "tenancy",
                &[rule::MOD_PLACEMENT, rule::TEN_VALUES, rule::TEN_CHANGE],
            ),
            Self::Affinity(_) => ("affinity", &[rule::MOD_PLACEMENT, rule::TEN_HOST_AFFINITY]),
            Self::Reserving(_) => (
                "capacityReservation",
                &[rule::MOD_PLACEMENT, rule::CAP_RESERVATION],
            ),
            Self::Host(_) => ("hostId", &[rule::MOD_PLACEMENT]),
        }
    }

    /// What the attribute is now, where that can be told in a word.
    pub(super) const fn value(self) -> Option<&'static str> {
        match self {
            Self::Group { .. }
            | Self::Partition(_)
            | Self::Host(_)
            | Self::Reserving(Reserving::Named(_)) => None,
            Self::Reserving(Reserving::Open) => Some("open"),
            Self::Reserving(Reserving::Never) => Some("none"),
            Self::Affinity(true) => Some("host"),
            Self::Affinity(false) => Some("default"),
            Self::Tenancy(tenancy) => Some(tenancy.name()),
        }
    }
}

/// Whether an instance of a type can lie so (`PG-ONE`, `PG-CLUSTER`, `PG-PARTITION`, `PG-SPREAD`).
pub(super) fn check_placement(
    world: &World,
    instance_type: TypeId,
    placement: Placement,
) -> Result<(), ApiError> {
    let Some(group) = placement.group else {
        return match placement.partition {
            None => Ok(()),
            Some(_) => refused(
                ErrorCode::InvalidParameterCombination,
                "A partition needs a placement group with the partition strategy.",
                &[rule::PG_PARTITION],
            ),
        };
    };
    let group = world.group(group);
    let strategy = group.strategy();
    let name = strategy.name();
    // Where the catalogue says nothing, it refuses nothing.
    let mut known = instance_type.info().placement_strategies().peekable();
    if known.peek().is_some() && !known.any(|one| one == name) {
        return refused(
            ErrorCode::InvalidParameterCombination,
            format!(
                "{name} placement groups are not supported by the '{}' instance type.",
                instance_type.name()
            ),
            &[rule::PG_CLUSTER],
        );
    }
    let wrong = match (strategy, placement.tenancy) {
        (_, Tenancy::Host) => Some((
            "A Dedicated Host can't be used with a placement group.",
            PG_ONE,
        )),
        (Strategy::Spread { .. }, Tenancy::Dedicated) => Some((
            "Spread placement groups are not supported with Dedicated Instances.",
            PG_SPREAD,
        )),
        (Strategy::Partition { count }, Tenancy::Dedicated) if count > MOST_DEDICATED => Some((
            "A partition placement group with Dedicated Instances can have at most two partitions.",
            PG_PARTITION,
        )),
        (Strategy::Partition { count }, _) => placement
            .partition
            .filter(|partition| *partition > count)
            .map(|_| ("The placement group has no such partition.", PG_PARTITION)),
        (Strategy::Cluster | Strategy::Spread { .. }, _) => placement
            .partition
            .map(|_| ("The placement group has no partitions.", PG_PARTITION)),
    };
    match wrong {
        None => Ok(()),
        Some((text, rule)) => Err(ApiError {
            code: ErrorCode::InvalidParameterCombination,
            message: text.to_owned(),
            rules: rule,
        }),
    }
}

/// A T3 instance has tenancy host from its launch on, or never (`TEN-CHANGE`).
pub(super) fn check_tenancy(
    instance_type: TypeId,
    was: Tenancy,
    now: Tenancy,
) -> Result<(), ApiError> {
    let changes = (was == Tenancy::Host) != (now == Tenancy::Host);
    if changes && instance_type.info().family() == "t3" {
        return refused(
            ErrorCode::InvalidRequest,
            "The tenancy of a T3 instance cannot be changed from or to host.",
            &[rule::TEN_CHANGE],
        );
    }
    Ok(())
}
