//! What a licence adds to the Linux price (`os-surcharges.tsv`, `BILL-PLATFORM-UPLIFT`).

use super::{data::surcharges, types::InstanceType};
use crate::money::Price;

/// For which types a rule is; a later scope wins over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleScope {
    /// Any type.
    Any,
    /// The types of one family.
    Family,
    /// One type.
    Type,
}

/// A rule by which a licence adds to the Linux price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurchargeRule {
    /// The licence: `windows`, `rhel`, `rhel-ha`, `suse`, `ubuntu-pro`, `sql-web`, `sql-std`,
    /// `sql-ent`.
    pub os: &'static str,
    /// What `matches` names.
    pub scope: RuleScope,
    /// A type, a family, or `*`.
    pub matches: &'static str,
    /// The least number of vCPUs it holds for.
    pub vcpu_min: Option<u16>,
    /// The greatest number of vCPUs it holds for.
    pub vcpu_max: Option<u16>,
    /// US dollars for an hour of each vCPU.
    pub per_vcpu_hour: Option<Price>,
    /// US dollars for an hour of the instance.
    pub flat_hour: Option<Price>,
    /// When it was last seen to hold.
    pub as_of: &'static str,
    /// How that is known.
    pub evidence: &'static str,
}

impl SurchargeRule {
    fn at(row: &surcharges::Record) -> Self {
        Self {
            os: surcharges::OS.of(row),
            scope: match surcharges::SCOPE.of(row) {
                0 => RuleScope::Any,
                1 => RuleScope::Family,
                _ => RuleScope::Type,
            },
            matches: surcharges::MATCH.of(row),
            vcpu_min: surcharges::VCPU_MIN.known(row),
            vcpu_max: surcharges::VCPU_MAX.known(row),
            per_vcpu_hour: surcharges::USD_PER_VCPU_HOUR.known_price(row),
            flat_hour: surcharges::USD_PER_HOUR_FLAT.known_price(row),
            as_of: surcharges::AS_OF.of(row),
            evidence: surcharges::EVIDENCE.of(row),
        }
    }

    /// Whether it holds for a type, taken to have so many vCPUs.
    fn holds(self, info: InstanceType, vcpus: u16) -> bool {
        let matched = match self.scope {
            RuleScope::Any => true,
            RuleScope::Family => self.matches == info.family(),
            RuleScope::Type => self.matches == info.name(),
        };
        matched
            && self.vcpu_min.is_none_or(|least| least <= vcpus)
            && self.vcpu_max.is_none_or(|most| vcpus <= most)
    }
}

/// Every rule.
pub fn surcharge_rules() -> impl ExactSizeIterator<Item = SurchargeRule> {
    surcharges::rows().iter().map(SurchargeRule::at)
}

/// What a licence adds for a type.
pub(super) struct Surcharge {
    pub(super) price: Price,
    pub(super) as_of: &'static str,
}

/// What the most specific rule gives that holds for a type: one for the type, else for its family,
/// else for any, in the band of its vCPUs.
pub(super) fn surcharge(
    info: InstanceType,
    least_vcpus: u16,
    is_os: impl Fn(&str) -> bool,
) -> Option<Surcharge> {
    let vcpus = info.vcpus().max(least_vcpus);
    let rule = surcharge_rules()
        .filter(|rule| is_os(rule.os) && rule.holds(info, vcpus))
        .max_by_key(|rule| rule.scope)?;
    let by_vcpu = rule
        .per_vcpu_hour
        .map_or(Price::ZERO, |price| price.times(u64::from(vcpus)));
    Some(Surcharge {
        price: by_vcpu.plus(rule.flat_hour.unwrap_or(Price::ZERO)),
        as_of: rule.as_of,
    })
}
