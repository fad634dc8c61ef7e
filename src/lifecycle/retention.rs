//! What is kept and what is lost: the matrix of section 5.1 of the lifecycle rulebook, as one table.
//!
//! The rows of addresses are read by `network`, those of data by `storage`. Neither decides anything of its own.

use std::fmt;

use crate::rule::{self, Rule};

/// What an instance may go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Passage {
    /// A reboot, by the API or from inside.
    Reboot,
    /// A stop and a later start.
    Stop,
    /// A hibernation and a later resume.
    Hibernate,
    /// A termination.
    Terminate,
    /// Automatic recovery from a failed system check.
    Recovery,
    /// A scheduled `instance-reboot`.
    InstanceReboot,
    /// A scheduled `system-reboot`.
    SystemReboot,
    /// A Spot interruption that stops, and the restart.
    SpotStop,
}

/// What an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// The instance id.
    InstanceId,
    /// The host that it runs on.
    Host,
    /// Memory.
    Memory,
    /// Data on instance store volumes.
    InstanceStore,
    /// The EBS root volume.
    RootVolume,
    /// EBS data volumes.
    DataVolumes,
    /// Private IPv4 addresses.
    PrivateIpv4,
    /// The public IPv4 address from Amazon's pool.
    AutoPublicIpv4,
    /// An Elastic IP.
    ElasticIp,
    /// IPv6 addresses.
    Ipv6,
    /// The private DNS name.
    PrivateDns,
    /// The public DNS name.
    PublicDns,
    /// Network interfaces.
    Interfaces,
    /// Security groups.
    SecurityGroups,
    /// Zone and subnet.
    Zone,
    /// Placement group and tenancy.
    Placement,
    /// The instance type.
    InstanceType,
    /// Metadata, IAM profile, tags.
    Metadata,
    /// `LaunchTime`.
    LaunchTime,
    /// Whether boot-time user data runs.
    UserData,
    /// How long the operating system is up.
    Uptime,
    /// CPU credits of T2.
    CpuCreditsT2,
    /// CPU credits of T3, T3a and T4g.
    CpuCreditsT3,
    /// The state reason.
    StateReason,
    /// The metering period.
    Metering,
}

/// What becomes of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Retained {
    /// It stays.
    Kept,
    /// It is gone.
    Lost,
    /// It is written to disk, and restored.
    Saved,
    /// There is another one afterwards.
    New,
    /// It goes back to where it came from.
    Released,
    /// It is taken off, and goes on existing.
    Disassociated,
    /// It is deleted if it is marked so (`DeleteOnTermination`).
    ByDeleteOnTermination,
    /// It follows the public address.
    FollowsAddress,
    /// It is kept for seven days of being stopped.
    KeptForSevenDays,
    /// It doesn't happen again.
    NotAgain,
    /// It begins anew.
    StartsOver,
    /// The next start clears it.
    ClearedByStart,
    /// It is set.
    Set,
    /// It ends.
    Ends,
    /// There is nothing to keep.
    Nothing,
}

/// A row of the matrix: what each passage does to an attribute, and the rule that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// The attribute.
    pub attribute: Attribute,
    /// By passage, in the order of [`Passage`].
    pub outcomes: [Retained; 8],
    /// The rule.
    pub rule: &'static Rule,
}

const fn row(attribute: Attribute, outcomes: [Retained; 8], rule: &'static Rule) -> Retention {
    Retention {
        attribute,
        outcomes,
        rule,
    }
}

use Retained::{
    ByDeleteOnTermination, ClearedByStart, Disassociated, Ends, FollowsAddress, Kept,
    KeptForSevenDays, Lost, New, NotAgain, Nothing, Released, Saved, Set, StartsOver,
};

/// The matrix, in the order of [`Attribute`]. Columns: reboot, stop, hibernate, terminate, recovery, instance-reboot,
/// system-reboot, Spot stop.
pub const MATRIX: &[Retention] = &[
    row(
        Attribute::InstanceId,
        [Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept],
        rule::KEEP_ID,
    ),
    row(
        Attribute::Host,
        [Kept, New, New, Nothing, New, Kept, New, New],
        rule::KEEP_HOST,
    ),
    row(
        Attribute::Memory,
        [Lost, Lost, Saved, Lost, Lost, Lost, Lost, Lost],
        rule::KEEP_RAM,
    ),
    row(
        Attribute::InstanceStore,
        [Kept, Lost, Lost, Lost, Lost, Kept, Kept, Lost],
        rule::KEEP_STORE,
    ),
    row(
        Attribute::RootVolume,
        [
            Kept,
            Kept,
            Kept,
            ByDeleteOnTermination,
            Kept,
            Kept,
            Kept,
            Kept,
        ],
        rule::KEEP_ROOT,
    ),
    row(
        Attribute::DataVolumes,
        [
            Kept,
            Kept,
            Kept,
            ByDeleteOnTermination,
            Kept,
            Kept,
            Kept,
            Kept,
        ],
        rule::KEEP_DATA,
    ),
    row(
        Attribute::PrivateIpv4,
        [Kept, Kept, Kept, Released, Kept, Kept, Kept, Kept],
        rule::KEEP_PRIVATE_IP,
    ),
    row(
        Attribute::AutoPublicIpv4,
        [Kept, New, New, Released, Kept, Kept, Kept, New],
        rule::KEEP_PUBLIC_IP,
    ),
    row(
        Attribute::ElasticIp,
        [Kept, Kept, Kept, Disassociated, Kept, Kept, Kept, Kept],
        rule::KEEP_EIP,
    ),
    row(
        Attribute::Ipv6,
        [Kept, Kept, Kept, Released, Kept, Kept, Kept, Kept],
        rule::KEEP_IPV6,
    ),
    row(
        Attribute::PrivateDns,
        [Kept, Kept, Kept, Lost, Kept, Kept, Kept, Kept],
        rule::KEEP_PRIVATE_DNS,
    ),
    row(
        Attribute::PublicDns,
        [
            Kept,
            FollowsAddress,
            FollowsAddress,
            Lost,
            Kept,
            Kept,
            Kept,
            FollowsAddress,
        ],
        rule::KEEP_PUBLIC_DNS,
    ),
    row(
        Attribute::Interfaces,
        [
            Kept,
            Kept,
            Kept,
            ByDeleteOnTermination,
            Kept,
            Kept,
            Kept,
            Kept,
        ],
        rule::KEEP_ENI,
    ),
    row(
        Attribute::SecurityGroups,
        [Kept, Kept, Kept, Lost, Kept, Kept, Kept, Kept],
        rule::KEEP_GROUPS,
    ),
    row(
        Attribute::Zone,
        [Kept, Kept, Kept, Nothing, Kept, Kept, Kept, Kept],
        rule::KEEP_ZONE,
    ),
    row(
        Attribute::Placement,
        [Kept, Kept, Kept, Nothing, Kept, Kept, Kept, Kept],
        rule::KEEP_PLACEMENT,
    ),
    row(
        Attribute::InstanceType,
        [Kept, Kept, Kept, Nothing, Kept, Kept, Kept, Kept],
        rule::KEEP_TYPE,
    ),
    row(
        Attribute::Metadata,
        [Kept, Kept, Kept, Lost, Kept, Kept, Kept, Kept],
        rule::KEEP_METADATA,
    ),
    row(
        Attribute::LaunchTime,
        [Kept, New, New, Kept, Kept, Kept, Kept, New],
        rule::KEEP_LAUNCHTIME,
    ),
    row(
        Attribute::UserData,
        [
            NotAgain, NotAgain, NotAgain, Nothing, NotAgain, NotAgain, NotAgain, NotAgain,
        ],
        rule::KEEP_USERDATA,
    ),
    row(
        Attribute::Uptime,
        [
            StartsOver, StartsOver, Kept, Nothing, StartsOver, StartsOver, StartsOver, StartsOver,
        ],
        rule::KEEP_UPTIME,
    ),
    row(
        Attribute::CpuCreditsT2,
        [Kept, Lost, Lost, Lost, Kept, Kept, Kept, Lost],
        rule::KEEP_CREDITS_T2,
    ),
    row(
        Attribute::CpuCreditsT3,
        [
            Kept,
            KeptForSevenDays,
            KeptForSevenDays,
            Lost,
            Kept,
            Kept,
            Kept,
            KeptForSevenDays,
        ],
        rule::KEEP_CREDITS_T3,
    ),
    row(
        Attribute::StateReason,
        [
            Kept,
            ClearedByStart,
            ClearedByStart,
            Set,
            Kept,
            Kept,
            Kept,
            ClearedByStart,
        ],
        rule::KEEP_REASON,
    ),
    row(
        Attribute::Metering,
        [Kept, New, New, Ends, Kept, Kept, Kept, New],
        rule::KEEP_METERING,
    ),
];

/// What becomes of an attribute on a passage, and the rule that says so.
///
/// # Example
///
/// ```
/// use ec2sim::lifecycle::{Attribute, Passage, Retained, retained};
/// let (outcome, rule) = retained(Attribute::Memory, Passage::Hibernate);
/// assert_eq!((outcome, rule.id), (Retained::Saved, "KEEP-RAM"));
/// ```
pub const fn retained(attribute: Attribute, passage: Passage) -> (Retained, &'static Rule) {
    let row = &MATRIX[attribute.index()];
    (row.outcomes[passage.index()], row.rule)
}

impl Attribute {
    #[expect(clippy::as_conversions, reason = "a fieldless enum counts from zero")]
    const fn index(self) -> usize {
        self as usize
    }

    /// Its words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstanceId => "instance id",
            Self::Host => "host",
            Self::Memory => "memory",
            Self::InstanceStore => "instance store data",
            Self::RootVolume => "EBS root volume",
            Self::DataVolumes => "EBS data volumes",
            Self::PrivateIpv4 => "private IPv4",
            Self::AutoPublicIpv4 => "auto public IPv4",
            Self::ElasticIp => "Elastic IP",
            Self::Ipv6 => "IPv6",
            Self::PrivateDns => "private DNS name",
            Self::PublicDns => "public DNS name",
            Self::Interfaces => "network interfaces",
            Self::SecurityGroups => "security groups",
            Self::Zone => "zone, subnet",
            Self::Placement => "placement group, tenancy",
            Self::InstanceType => "instance type",
            Self::Metadata => "metadata, IAM profile, tags",
            Self::LaunchTime => "LaunchTime",
            Self::UserData => "boot-time user data runs",
            Self::Uptime => "OS uptime",
            Self::CpuCreditsT2 => "CPU credits T2",
            Self::CpuCreditsT3 => "CPU credits T3, T3a, T4g",
            Self::StateReason => "state reason",
            Self::Metering => "metering period",
        }
    }
}

impl Passage {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Reboot,
        Self::Stop,
        Self::Hibernate,
        Self::Terminate,
        Self::Recovery,
        Self::InstanceReboot,
        Self::SystemReboot,
        Self::SpotStop,
    ];

    #[expect(clippy::as_conversions, reason = "a fieldless enum counts from zero")]
    const fn index(self) -> usize {
        self as usize
    }

    /// Its words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reboot => "reboot",
            Self::Stop => "stop, start",
            Self::Hibernate => "hibernate, resume",
            Self::Terminate => "terminate",
            Self::Recovery => "automatic recovery",
            Self::InstanceReboot => "scheduled instance-reboot",
            Self::SystemReboot => "scheduled system-reboot",
            Self::SpotStop => "spot stop",
        }
    }
}

impl fmt::Display for Retained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Kept => "kept",
            Self::Lost => "lost",
            Self::Saved => "saved, then restored",
            Self::New => "new",
            Self::Released => "released",
            Self::Disassociated => "disassociated, stays allocated",
            Self::ByDeleteOnTermination => "deleted if DeleteOnTermination",
            Self::FollowsAddress => "follows the public address",
            Self::KeptForSevenDays => "kept for 7 days of being stopped",
            Self::NotAgain => "no",
            Self::StartsOver => "starts over",
            Self::ClearedByStart => "cleared by the start",
            Self::Set => "set",
            Self::Ends => "ends",
            Self::Nothing => "—",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_stands_in_the_order_of_its_attributes() {
        for (index, row) in MATRIX.iter().enumerate() {
            assert_eq!(row.attribute.index(), index, "{:?}", row.attribute);
        }
        assert_eq!(Passage::ALL.len(), 8);
    }

    // KEEP-GROUPS, KEEP-METADATA: security groups, profiles and tags have no key in a scenario, so that no record could tell of them.
    #[test]
    fn what_has_no_form_in_a_scenario_stays_until_a_termination() {
        for (attribute, rule) in [
            (Attribute::SecurityGroups, rule::KEEP_GROUPS.id),
            (Attribute::Metadata, rule::KEEP_METADATA.id),
        ] {
            let row = &MATRIX[attribute.index()];
            assert_eq!(row.rule.id, rule);
            for (passage, outcome) in Passage::ALL.iter().zip(row.outcomes) {
                let lost = *passage == Passage::Terminate;
                assert_eq!(outcome == Lost, lost, "{passage:?}");
                assert_eq!(outcome == Kept, !lost, "{passage:?}");
            }
        }
    }
}
