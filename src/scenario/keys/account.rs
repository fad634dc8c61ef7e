//! The keys of `account`: quotas, and what an account has bought.

use super::{
    Key, Keys, List, TENANCY, Table, Takes, Words, instances::ZONE, key, key_or, table, words,
};
use crate::{
    catalog::QuotaClass,
    record::{Payment, PlanKind, ReservedClass, Term},
    world::{Market, Tenancy},
};

table! {
    /// `account`.
    ACCOUNT = "`account`" => enum AccountKey {
        VcpuQuota: key_or(
            "vcpu-quota",
            Takes::Either(&[Takes::Whole(0, u64::MAX), Takes::Map(&VCPU_QUOTA)]),
            "none",
            "how many vCPUs may run; a number is the Standard class",
        ),
        LambdaConcurrency: key_or("lambda-concurrency", Takes::Whole(1, 4_294_967_295), "1000", "how many invocations of functions there may be at a time"),
        FargateVcpuQuota: key_or("fargate-vcpu-quota", Takes::Whole(1, 4_000_000), "not checked", "how many vCPUs tasks may have at a time, on demand and on Spot each"),
        AlwaysFree: key_or("always-free", Takes::Flag, "yes", "whether allowances that never expire apply, such as Lambda's million requests a month"),
        EipQuota: key_or("eip-quota", Takes::Whole(0, u64::MAX), "5", "how many Elastic IPs there may be"),
        Created: key_or("created", Takes::Text, "long ago", "the day it was opened, which decides its free tier"),
        FreeTier: key_or("free-tier", Takes::Either(&[Takes::Words(FREE_TIER.words), Takes::Map(&FREE_CREDITS)]), "no", "which free tier applies"),
        ReservedInstances: key_or(
            "reserved-instances",
            Takes::Many(&Takes::Map(&RESERVED_INSTANCE)),
            "none",
            "Reserved Instances bought",
        ),
        SavingsPlans: key_or("savings-plans", Takes::Many(&Takes::Map(&SAVINGS_PLAN)), "none", "Savings Plans bought"),
        CapacityReservations: key_or(
            "capacity-reservations",
            Takes::Entries(&Takes::Map(&CAPACITY_RESERVATION)),
            "none",
            "name → Capacity Reservation that the account has",
        ),
        DedicatedHosts: key_or("dedicated-hosts", Takes::Entries(&Takes::Map(&DEDICATED_HOST)), "none", "name → Dedicated Host that the account has"),
    }
}

table! {
    /// `free-tier`, where it says how much the credits are.
    FREE_CREDITS = "`free-tier`" => enum CreditsKey {
        Credits: key("credits", Takes::Amount, "how much they are, at most $200"),
    }
}

/// A key of a Dedicated Host, in whichever table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum HostKey {
    Host,
    Family,
    Zone,
    AutoPlacement,
    Recovery,
    From,
    Until,
}

pub(super) const FAMILY: Key = key("family", Takes::Text, "the family of types that it takes");
pub(super) const AUTO_PLACEMENT: Key = key_or(
    "auto-placement",
    Takes::Flag,
    "yes",
    "whether instances come to it that name no host",
);
pub(super) const HOST_RECOVERY: Key = key_or(
    "recovery",
    Takes::Flag,
    "no",
    "whether another host takes its place when it fails",
);
pub(super) const FROM: Key = key_or("from", Takes::Moment, "at once", "when it is there");
pub(super) const HOST_UNTIL: Key = key_or(
    "until",
    Takes::Moment,
    "until it is released",
    "when it is released, or as soon after that as it is empty",
);

table! {
    /// A Dedicated Host.
    DEDICATED_HOST = "a Dedicated Host" => HostKey {
        Family: FAMILY,
        Zone: ZONE,
        AutoPlacement: AUTO_PLACEMENT,
        Recovery: HOST_RECOVERY,
        From: FROM,
        Until: HOST_UNTIL,
    }
}

/// A key of a Capacity Reservation, in whichever table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum ReservationKey {
    Reservation,
    Type,
    Zone,
    Count,
    Platform,
    Tenancy,
    Match,
    From,
    Until,
}

pub(super) const SLOT_TYPE: Key = key(
    "type",
    Takes::Listed(List::InstanceType),
    "the instance type that it is for",
);
pub(super) const SLOTS: Key = key_or(
    "count",
    Takes::Whole(1, 4_294_967_295),
    "1",
    "how many instances it has room for",
);
pub(super) const SLOT_PLATFORM: Key = key_or(
    "platform",
    Takes::Listed(List::Platform),
    "linux",
    "the platform that it is for",
);
pub(super) const SLOT_TENANCY: Key = key_or(
    "tenancy",
    Takes::Words(SHARED_TENANCY.words),
    "default",
    "on whose hardware its instances run",
);
pub(super) const MATCH: Key = key_or(
    "match",
    Takes::Words(MATCHING.words),
    "open",
    "whether whatever matches comes into it, or only what names it",
);
pub(super) const BEGINS: Key = key_or("from", Takes::Moment, "at once", "when it begins");
pub(super) const ENDS: Key = key_or(
    "until",
    Takes::Moment,
    "until it is cancelled",
    "when it ends",
);

table! {
    /// A Capacity Reservation.
    CAPACITY_RESERVATION = "a Capacity Reservation" => ReservationKey {
        Type: SLOT_TYPE,
        Zone: ZONE,
        Count: SLOTS,
        Platform: SLOT_PLATFORM,
        Tenancy: SLOT_TENANCY,
        Match: MATCH,
        From: BEGINS,
        Until: ENDS,
    }
}

words! {
    /// `match`.
    MATCHING => enum Matching {
        "open" Open,
        "targeted" Targeted,
    }
}

words! {
    /// `tenancy` of a Capacity Reservation.
    SHARED_TENANCY => Tenancy {
        "default" Default,
        "dedicated" Dedicated,
    }
}

/// A key of [`VCPU_QUOTA`]: a class of types, bought so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) struct QuotaKey(
    pub(in crate::scenario) QuotaClass,
    pub(in crate::scenario) Market,
);

macro_rules! quotas {
    ( $( $Class:ident $name:literal $spot:literal $help:literal; )+ ) => {
        /// `vcpu-quota`, by class.
        pub const VCPU_QUOTA: Table = Table {
            what: "`vcpu-quota`",
            keys: &[
                $( key_or($name, Takes::Whole(0, u64::MAX), "no limit", $help), )+
                $( key_or($spot, Takes::Whole(0, u64::MAX), "no limit", concat!($help, ", as Spot Instances")), )+
            ],
        };

        impl QuotaKey {
            /// [`VCPU_QUOTA`], and what its keys mean.
            pub(in crate::scenario) const VCPU_QUOTA: Keys<Self> = Keys {
                table: &VCPU_QUOTA,
                find: |text| match text {
                    $( $name => Some(Self(QuotaClass::$Class, Market::OnDemand)), )+
                    $( $spot => Some(Self(QuotaClass::$Class, Market::Spot)), )+
                    _ => None,
                },
            };
        }
    };
}

quotas! {
    Standard "standard" "spot-standard" "A, C, D, H, I, M, R, T, Z";
    F "f" "spot-f" "F";
    G "g" "spot-g" "G, Gr, VT";
    P "p" "spot-p" "P";
    X "x" "spot-x" "X";
    Inf "inf" "spot-inf" "Inf";
    Trn "trn" "spot-trn" "Trn";
    Dl "dl" "spot-dl" "DL";
    Hpc "hpc" "spot-hpc" "HPC";
    U "u" "spot-u" "high memory";
}

table! {
    /// A Reserved Instance.
    RESERVED_INSTANCE = "a Reserved Instance" => enum ReservedKey {
        Type: key("type", Takes::Listed(List::InstanceType), "of which type"),
        Count: key_or("count", Takes::Whole(1, u64::MAX), "1", "how many"),
        Term: key("term", Takes::Words(TERM.words), "how long it was bought for"),
        Payment: key("payment", Takes::Words(PAYMENT.words), "how it is paid"),
        Class: key_or("class", Takes::Words(RESERVED_CLASS.words), "standard", "its class"),
        Platform: key_or("platform", Takes::Listed(List::Platform), "linux", "for which operating system"),
        Tenancy: key_or("tenancy", Takes::Words(TENANCY.words), "default", "for which tenancy"),
        Zone: key_or("zone", ZONE.kind, "the whole Region", "for which zone alone"),
        From: key_or("from", Takes::Moment, "the start", "when it was bought"),
        Upfront: key_or("upfront", Takes::Amount, "the catalogue's", "what is paid at once"),
        Hourly: key_or("hourly", Takes::Amount, "the catalogue's", "what is paid every hour"),
    }
}

table! {
    /// A Savings Plan.
    SAVINGS_PLAN = "a Savings Plan" => enum PlanKey {
        Kind: key("kind", Takes::Words(PLAN_KIND.words), "what it is for"),
        Commitment: key("commitment", Takes::Amount, "what is paid every hour for usage at the plan's prices"),
        Term: key("term", Takes::Words(TERM.words), "how long it was bought for"),
        Payment: key("payment", Takes::Words(PAYMENT.words), "how it is paid"),
        Family: key_or("family", Takes::Text, "any", "for which family of types (`ec2-instance`)"),
        Region: key_or("region", Takes::Listed(List::Region), "the scenario's", "for which Region (`ec2-instance`)"),
        From: key_or("from", Takes::Moment, "the start", "when it was bought"),
        Rates: key_or("rates", Takes::Entries(&Takes::Amount), "the catalogue's", "type → price per hour under the plan"),
    }
}

/// What the words of [`FREE_TIER`] mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum FreeTier {
    None,
    OfItsDay,
    Legacy,
    Credits,
}

words! {
    /// `free-tier`.
    FREE_TIER => FreeTier {
        "no" None,
        "false" None,
        "yes" OfItsDay,
        "true" OfItsDay,
        "legacy" Legacy,
        "credits" Credits,
    }
}

words! {
    /// `term`.
    TERM => Term {
        "1y" OneYear,
        "3y" ThreeYears,
    }
}

words! {
    /// `payment`.
    PAYMENT => Payment {
        "no-upfront" NoUpfront,
        "partial-upfront" Partial,
        "all-upfront" AllUpfront,
    }
}

words! {
    /// `class` of a Reserved Instance.
    RESERVED_CLASS => ReservedClass {
        "standard" Standard,
        "convertible" Convertible,
    }
}

words! {
    /// `kind` of a Savings Plan.
    PLAN_KIND => PlanKind {
        "compute" Compute,
        "ec2-instance" Ec2Instance,
    }
}
