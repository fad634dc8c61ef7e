//! The rules that each line of the bill cites.

use crate::{
    catalog::VolumeType,
    record::{Resource, Rules, UsageType},
    rule,
};

use super::biller::MINIMUM_SECS;

pub(super) const fn run_rules(hibernates: bool, metered: u64) -> Rules {
    match (hibernates, metered < MINIMUM_SECS) {
        (false, false) => &[
            rule::BILL_RUNNING,
            rule::BILL_PER_SECOND_PLATFORM,
            rule::BILL_RATE_KEY,
        ],
        (false, true) => &[
            rule::BILL_RUNNING,
            rule::BILL_MIN_60S,
            rule::BILL_MIN_PLACEMENT,
            rule::BILL_RATE_KEY,
        ],
        (true, false) => &[
            rule::BILL_RUNNING,
            rule::BILL_HIBERNATE_STOPPING,
            rule::BILL_RATE_KEY,
        ],
        (true, true) => &[
            rule::BILL_RUNNING,
            rule::BILL_HIBERNATE_STOPPING,
            rule::BILL_MIN_60S,
            rule::BILL_MIN_HIBERNATE,
            rule::BILL_RATE_KEY,
        ],
    }
}

pub(super) const fn charge_rules(usage_type: UsageType) -> Rules {
    match usage_type {
        UsageType::VolumeIops(VolumeType::Gp3, _) => {
            &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_GP3_IOPS]
        }
        UsageType::VolumeIops(VolumeType::Io2, _) => {
            &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_IO2_TIERS]
        }
        UsageType::VolumeIops(..) => &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_IO1_IOPS],
        UsageType::VolumeThroughput(_) => &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_GP3_TPUT],
        UsageType::VolumeUsage(_)
        | UsageType::BoxUsage(..)
        | UsageType::InUseAddress
        | UsageType::IdleAddress => &[
            rule::BILL_EBS_PROVISIONED,
            rule::BILL_EBS_ANY_STATE,
            rule::BILL_EBS_GB_MONTH,
        ],
    }
}

pub(super) const fn short_charge_rules(usage_type: UsageType) -> Rules {
    match usage_type {
        UsageType::VolumeIops(..) | UsageType::VolumeThroughput(_) => {
            &[rule::BILL_EBS_IOPS_MONTH, rule::BILL_EBS_MIN_60S]
        }
        UsageType::VolumeUsage(_)
        | UsageType::BoxUsage(..)
        | UsageType::InUseAddress
        | UsageType::IdleAddress => &[
            rule::BILL_EBS_PROVISIONED,
            rule::BILL_EBS_GB_MONTH,
            rule::BILL_EBS_MIN_60S,
        ],
    }
}

pub(super) const fn address_rules(resource: Resource, in_use: bool, is_short: bool) -> Rules {
    match (resource, in_use, is_short) {
        (Resource::Address(_), true, false) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_LABEL_STATE,
        ],
        (Resource::Address(_), true, true) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_MIN_60S,
        ],
        (Resource::Address(_), false, false) => &[
            rule::BILL_IPV4_IDLE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_LABEL_STATE,
        ],
        (Resource::Address(_), false, true) => &[
            rule::BILL_IPV4_IDLE,
            rule::BILL_IPV4_EIP,
            rule::BILL_IPV4_MIN_60S,
        ],
        (Resource::Instance(_) | Resource::Volume(_), _, false) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_AUTO,
            rule::BILL_IPV4_GRANULARITY,
        ],
        (Resource::Instance(_) | Resource::Volume(_), _, true) => &[
            rule::BILL_IPV4_IN_USE,
            rule::BILL_IPV4_AUTO,
            rule::BILL_IPV4_MIN_60S,
        ],
    }
}
