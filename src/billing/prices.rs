//! What things cost: the catalogue's prices, and those of the scenario over them (`BILL-PRICE-BOOK`).

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    catalog::{
        Platform, PriceOrigin, RegionId, TypeId, compute_price, ebs_price, on_demand,
        on_demand_or_estimated, public_ipv4_hour, snapshot_price,
    },
    money::Price,
    record::{PriceKey, UsageType},
};

use super::PriceTable;

/// The prices of a replay.
///
/// # Example
///
/// ```
/// use ec2sim::{billing::{PriceBook, PriceKey}, catalog::{Platform, RegionId, TypeId}, record::UsageType};
/// let m5_large = TypeId::find("m5.large").unwrap();
/// let usage = UsageType::BoxUsage(m5_large, Platform::Windows);
/// let mut prices = PriceBook::new(RegionId::find("us-east-1").unwrap());
/// assert_eq!(prices.rate(usage).unwrap().price.to_string(), "0.188");
/// prices.set(PriceKey::Instance(m5_large, None), "0.05".parse().unwrap());
/// assert_eq!(prices.rate(usage).unwrap().price.to_string(), "0.05");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    region: RegionId,
    overrides: BTreeMap<PriceKey, Price>,
    /// What the scenario gives in tiers: each from how many units on.
    tiers: BTreeMap<PriceKey, Vec<(u64, Price)>>,
    /// Whether a price that isn't listed may be estimated.
    estimates: bool,
    /// What holds over the catalogue, and under what the scenario gives.
    table: Option<Arc<PriceTable>>,
    /// Whether allowances that never expire apply (`CMPX-ALWAYS-FREE`).
    allowances: bool,
}

/// One price of several, which depend on how much the account has used in the calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// From how many units on.
    pub(super) from: u64,
    pub(super) rate: Rate,
}

/// A price, and where it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The price.
    pub price: Price,
    /// Where it is from.
    pub source: PriceSource,
}

/// Where a price is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PriceSource {
    /// The scenario gives it.
    Scenario,
    /// A price file beside the catalogue gives it.
    File,
    /// The same, and calls it an estimate.
    FileEstimate,
    /// The catalogue's On-Demand prices.
    OnDemand(PriceOrigin),
    /// The catalogue's EBS prices.
    Ebs,
    /// The catalogue's price of a public IPv4 address.
    PublicIpv4,
    /// The catalogue's prices of data transfer.
    Transfer,
    /// The catalogue's prices of surplus CPU credits.
    Credits,
    /// The catalogue's prices of metrics.
    Metrics,
    /// The catalogue's prices of other compute services.
    Compute,
    /// The same in a Region of which the list has none: that of us-east-1, times a ratio.
    ComputeDerived,
    /// A rule makes it of another price.
    Derived,
    /// A rule makes it of an estimate.
    DerivedOfEstimate,
    /// The price list of 2020-07-09 had it.
    Published2020,
    /// The catalogue's prices of Reserved Instances.
    Reserved2025,
    /// Older pages of AWS have it.
    OlderPages,
    /// The Spot advisor's savings make it of an On-Demand price.
    SpotEstimate,
}

impl PriceSource {
    /// Whether nobody listed or gave it: mark it wherever it is shown.
    pub const fn is_estimated(self) -> bool {
        match self {
            Self::OnDemand(origin) => origin.is_estimated(),
            Self::DerivedOfEstimate | Self::FileEstimate | Self::SpotEstimate => true,
            Self::Scenario
            | Self::File
            | Self::Ebs
            | Self::PublicIpv4
            | Self::Transfer
            | Self::Credits
            | Self::Metrics
            | Self::Compute
            | Self::ComputeDerived
            | Self::Derived
            | Self::Published2020
            | Self::Reserved2025
            | Self::OlderPages => false,
        }
    }

    /// Whether it follows from other prices, and no list says it.
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::Derived | Self::DerivedOfEstimate)
    }

    /// Those that the price of a Reserved Instance can have.
    pub(crate) const OF_PURCHASES: &[Self] = &[
        Self::Scenario,
        Self::Published2020,
        Self::Reserved2025,
        Self::Derived,
    ];
}

impl fmt::Display for PriceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario => f.write_str("scenario"),
            Self::File => f.write_str("price file"),
            Self::FileEstimate => f.write_str("estimated, price file"),
            Self::OnDemand(origin) => origin.fmt(f),
            Self::Ebs => f.write_str("listed 2025-10"),
            Self::PublicIpv4 | Self::Transfer | Self::Credits | Self::Metrics => {
                f.write_str("listed 2026")
            }
            Self::Compute => f.write_str("listed 2026-09"),
            Self::ComputeDerived => f.write_str("derived from us-east-1"),
            Self::Derived => f.write_str("derived"),
            Self::DerivedOfEstimate => f.write_str("estimated, derived of an estimate"),
            Self::Published2020 => f.write_str("listed 2020-07"),
            Self::Reserved2025 => f.write_str("listed 2025-01"),
            Self::OlderPages => f.write_str("of older pages, uncertain"),
            Self::SpotEstimate => f.write_str("estimated, by the Spot advisor's savings"),
        }
    }
}

impl PriceBook {
    /// The catalogue's prices of a Region.
    pub const fn new(region: RegionId) -> Self {
        Self {
            region,
            overrides: BTreeMap::new(),
            estimates: true,
            tiers: BTreeMap::new(),
            table: None,
            allowances: true,
        }
    }

    /// The same for another Region.
    #[must_use]
    pub fn of_region(&self, region: RegionId) -> Self {
        Self {
            region,
            ..self.clone()
        }
    }

    /// Without the allowances that never expire.
    pub const fn end_allowances(&mut self) {
        self.allowances = false;
    }

    /// Whether the allowances that never expire apply.
    pub const fn has_allowances(&self) -> bool {
        self.allowances
    }

    /// Lays a table over the catalogue's prices.
    #[must_use]
    pub fn over(mut self, table: Option<Arc<PriceTable>>) -> Self {
        self.table = table;
        self
    }

    /// Takes only prices that somebody listed or gave: what has none has no price.
    #[must_use]
    pub const fn without_estimates(mut self) -> Self {
        self.estimates = false;
        self
    }

    /// Whether a price that isn't listed may be estimated.
    pub const fn estimates(&self) -> bool {
        self.estimates
    }

    /// The Region.
    pub const fn region(&self) -> RegionId {
        self.region
    }

    /// Gives a price of the scenario's own.
    pub fn set(&mut self, key: PriceKey, price: Price) {
        self.overrides.insert(key, price);
    }

    /// Gives prices of the scenario's own in tiers, each from how many units in a month on. There is one at least, and the
    /// first of them is the price that stands for all.
    pub fn set_tiers(&mut self, key: PriceKey, tiers: Vec<(u64, Price)>) {
        if let Some(&(_, first)) = tiers.first() {
            self.set(key, first);
            self.tiers.insert(key, tiers);
        }
    }

    /// The tiers that the scenario gives for a key, if it gives any.
    pub fn tiers(&self, key: PriceKey) -> Option<&[(u64, Price)]> {
        self.tiers.get(&key).map(Vec::as_slice)
    }

    /// The prices that the scenario gives.
    pub fn overrides(&self) -> impl Iterator<Item = (PriceKey, Price)> {
        self.overrides.iter().map(|(&key, &price)| (key, price))
    }

    /// What the scenario and price files give a price.
    pub(crate) fn given_keys(&self) -> impl Iterator<Item = PriceKey> {
        let table = self.table.iter();
        let of_files = table.flat_map(|table| table.keys(self.region));
        self.overrides.keys().copied().chain(of_files)
    }

    /// The price of a usage type (`BILL-OD`, `BILL-RATE-KEY`); none where there is none.
    pub fn rate(&self, usage_type: UsageType) -> Option<Rate> {
        if let UsageType::DedicatedUsage(instance_type, platform)
        | UsageType::UnusedDedicated(instance_type, platform) = usage_type
        {
            self.dedicated(instance_type, platform)
        } else if let UsageType::HostBoxUsage(instance_type, platform) = usage_type {
            Some(self.licence(instance_type, platform))
        } else if let UsageType::SpotUsage(.., rate) = usage_type {
            let source = if rate.is_estimate {
                PriceSource::SpotEstimate
            } else {
                PriceSource::Scenario
            };
            Some(Rate {
                price: rate.price,
                source,
            })
        } else {
            self.of_tier(usage_type.price_key(), usage_type.tier())
        }
    }

    /// A Dedicated Instance costs a tenth more than a shared one, and its licence nothing more (`BILL-DEDI-RATE`).
    fn dedicated(&self, instance_type: TypeId, platform: Platform) -> Option<Rate> {
        let (base, licence) = self.parts(instance_type, platform)?;
        Some(self.derived(instance_type, base.part(11, 10).plus(licence)))
    }

    /// An instance on a Dedicated Host costs its licence (`BILL-HOST`).
    fn licence(&self, instance_type: TypeId, platform: Platform) -> Rate {
        let parts = self.parts(instance_type, platform);
        let licence = parts.map_or(Price::ZERO, |(_, licence)| licence);
        self.derived(instance_type, licence)
    }

    /// A Dedicated Host costs a tenth more than the largest size of its family, rounded half up to a tenth of a cent
    /// (`BILL-HOST`).
    fn host(&self, family: &str) -> Option<Rate> {
        let sizes = TypeId::all().filter(|of| of.info().family() == family);
        let linux = |of| self.rate_of(PriceKey::Instance(of, Some(Platform::Linux)));
        let prices = sizes.filter_map(|of| Some((of, linux(of)?.price)));
        // Of two that cost the same the first.
        let (of, price) = prices.reduce(|best, one| if one.1 > best.1 { one } else { best })?;
        Some(self.derived(
            of,
            price.part(11, 10).part(1, MILL.units()).times(MILL.units()),
        ))
    }

    /// A price that is made of what a type costs.
    fn derived(&self, instance_type: TypeId, price: Price) -> Rate {
        let of = self.rate_of(PriceKey::Instance(instance_type, Some(Platform::Linux)));
        let source = if of.is_some_and(|of| of.source.is_estimated()) {
            PriceSource::DerivedOfEstimate
        } else {
            PriceSource::Derived
        };
        Rate { price, source }
    }

    /// What a shared instance costs as Linux, and what its platform adds.
    pub fn parts(&self, instance_type: TypeId, platform: Platform) -> Option<(Price, Price)> {
        let of = |platform| self.rate_of(PriceKey::Instance(instance_type, Some(platform)));
        let whole = of(platform)?.price;
        let linux = of(Platform::Linux).map_or(whole, |linux| linux.price);
        Some((linux.min(whole), whole.less(linux)))
    }

    /// What goes by a key costs: of tiers, the first.
    pub fn rate_of(&self, key: PriceKey) -> Option<Rate> {
        self.of_tier(key, 1)
    }

    /// What the scenario gives holds for every tier; a price file has the first, as lists have several.
    fn of_tier(&self, key: PriceKey, tier: u8) -> Option<Rate> {
        if let Some(&price) = self.given(key) {
            let source = PriceSource::Scenario;
            return Some(Rate { price, source });
        }
        let table = self.table.as_ref().filter(|_| tier <= 1);
        table
            .and_then(|table| table.rate(self.region, key, self.estimates))
            .or_else(|| self.listed(key, tier))
    }

    fn given(&self, key: PriceKey) -> Option<&Price> {
        let given = self.overrides.get(&key);
        match key {
            PriceKey::CpuCredits(family, _) => {
                let everywhere = PriceKey::CpuCredits(family, Platform::Linux);
                given.or_else(|| self.overrides.get(&everywhere))
            }
            PriceKey::Instance(instance_type, Some(_)) => {
                given.or_else(|| self.overrides.get(&PriceKey::Instance(instance_type, None)))
            }
            PriceKey::Instance(_, None)
            | PriceKey::Spot(..)
            | PriceKey::Volume(..)
            | PriceKey::Snapshots(_)
            | PriceKey::Metric
            | PriceKey::PublicIpv4
            | PriceKey::DedicatedRegionFee
            | PriceKey::Host(_)
            | PriceKey::TransferOut
            | PriceKey::TransferZone
            | PriceKey::TransferRegion(_)
            | PriceKey::Compute(_)
            | PriceKey::Commitment => given,
        }
    }

    /// The prices of what gets cheaper the more of it the account has used in the month, what is free of it included
    /// (`BILL-DT-OUT-FREE`, `BILL-DT-OUT-TIERS`); none of what has one price.
    pub(super) fn steps(&self, usage_type: UsageType) -> Option<Vec<Step>> {
        let key = usage_type.price_key();
        let (free, listed) = match key {
            PriceKey::Compute(name) => return self.compute_steps(key, name),
            PriceKey::TransferOut => (FREE_GB, OUT_TIERS),
            PriceKey::Metric => (FREE_METRICS, METRIC_TIERS),
            PriceKey::Instance(..)
            | PriceKey::Spot(..)
            | PriceKey::Volume(..)
            | PriceKey::Snapshots(_)
            | PriceKey::PublicIpv4
            | PriceKey::DedicatedRegionFee
            | PriceKey::Host(_)
            | PriceKey::CpuCredits(..)
            | PriceKey::TransferZone
            | PriceKey::TransferRegion(_)
            | PriceKey::Commitment => return None,
        };
        let first = self.rate_of(key)?;
        let mut steps = vec![Step {
            from: 0,
            rate: Rate {
                price: Price::ZERO,
                ..first
            },
        }];
        let alone = [(0, first.price)];
        let tiers = match self.tiers(key) {
            Some(tiers) => tiers,
            None if matches!(
                first.source,
                PriceSource::Scenario | PriceSource::File | PriceSource::FileEstimate
            ) =>
            {
                &alone
            }
            None => listed,
        };
        // What is free comes before the first tier, and takes nothing of it (BILL-DT-OUT-ORDER).
        for &(from, price) in tiers {
            steps.push(Step {
                from: free.saturating_add(from),
                rate: Rate { price, ..first },
            });
        }
        Some(steps)
    }

    /// The tiers of what another compute service charges; none where there is one price.
    fn compute_steps(&self, key: PriceKey, name: &str) -> Option<Vec<Step>> {
        let first = self.rate_of(key)?;
        let listed = compute_price(self.region, name).filter(|_| {
            matches!(
                first.source,
                PriceSource::Compute | PriceSource::ComputeDerived
            )
        });
        let tiers = match self.tiers(key) {
            Some(tiers) => tiers.to_vec(),
            None => listed?.tiers,
        };
        let step = |(from, price)| Step {
            from,
            rate: Rate { price, ..first },
        };
        (tiers.len() > 1).then(|| tiers.into_iter().map(step).collect())
    }

    /// What the catalogue says.
    fn listed(&self, key: PriceKey, tier: u8) -> Option<Rate> {
        let (price, source) = match key {
            PriceKey::Instance(instance_type, platform) => {
                let platform = platform.unwrap_or(Platform::Linux);
                let find = if self.estimates {
                    on_demand_or_estimated
                } else {
                    on_demand
                };
                let listed = find(self.region, instance_type, platform)?;
                (listed.price, PriceSource::OnDemand(listed.origin))
            }
            PriceKey::Volume(volume_type, dimension) => {
                let tiers = ebs_price(self.region, volume_type, dimension)?;
                let tier = tiers.iter().nth(usize::from(tier).saturating_sub(1))?;
                (tier.price, PriceSource::Ebs)
            }
            PriceKey::Snapshots(charge) => (snapshot_price(self.region, charge)?, PriceSource::Ebs),
            // The same everywhere.
            PriceKey::Metric => {
                let tier = METRIC_TIERS.first()?;
                (tier.1, PriceSource::Metrics)
            }
            // The same everywhere, in use or idle.
            PriceKey::PublicIpv4 => (public_ipv4_hour(), PriceSource::PublicIpv4),
            PriceKey::Compute(name) => {
                let listed = compute_price(self.region, name)?;
                let source = if listed.is_derived {
                    PriceSource::ComputeDerived
                } else {
                    PriceSource::Compute
                };
                (listed.tiers.first()?.1, source)
            }
            PriceKey::Commitment | PriceKey::Spot(..) => return None,
            PriceKey::Host(family) => return self.host(family),
            PriceKey::DedicatedRegionFee => (Price::DOLLAR.times(2), PriceSource::OlderPages),
            PriceKey::TransferOut => {
                let tier = OUT_TIERS.first().filter(|_| is_main(self.region))?;
                (tier.1, PriceSource::Transfer)
            }
            PriceKey::CpuCredits(family, platform) => {
                // The same for all sizes, Regions and purchase options (BILL-CREDIT-RATE).
                let price = match (family, platform.is_windows()) {
                    ("t4g", _) => CENT.times(4),
                    (_, true) => Price::from_units(960_000_000),
                    (_, false) => CENT.times(5),
                };
                (price, PriceSource::Credits)
            }
            PriceKey::TransferZone => (CENT, PriceSource::Transfer),
            PriceKey::TransferRegion(to) => {
                let price = region_price(self.region, to)?;
                (price, PriceSource::Transfer)
            }
        };
        Some(Rate { price, source })
    }
}

/// How many metrics are free each month, once for the account (`BILL-FREE-ALWAYS`).
const FREE_METRICS: u64 = 10;

/// What a metric costs a month, from how many on (`BILL-MON-DETAILED`).
const METRIC_TIERS: &[(u64, Price)] = &[
    (0, Price::from_units(3_000_000_000)),
    (10_000, Price::from_units(1_000_000_000)),
    (250_000, Price::from_units(500_000_000)),
    (1_000_000, Price::from_units(200_000_000)),
];

/// What of the data to the internet is free each month, once for the account (`BILL-DT-OUT-FREE`).
const FREE_GB: u64 = 100;

/// What a GB to the internet costs in the main Regions, from how many on: a TB is 1,024 GB (`BILL-DT-OUT-TIERS`).
const OUT_TIERS: &[(u64, Price)] = &[
    (0, Price::from_units(900_000_000)),
    (10_240, Price::from_units(850_000_000)),
    (51_200, Price::from_units(700_000_000)),
    (153_600, Price::from_units(500_000_000)),
];

/// A cent: between zones everywhere, each way (`BILL-DT-AZ`), and between two Regions that are near each other.
const CENT: Price = Price::from_units(100_000_000);

/// A tenth of a cent.
const MILL: Price = Price::from_units(10_000_000);

/// Regions of which the prices of data transfer are known.
fn is_main(region: RegionId) -> bool {
    const OTHERS: &[&str] = &[
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
    ];
    let name = region.name();
    OTHERS.contains(&name) || name.starts_with("eu-")
}

/// What a GB from one Region to another costs (`BILL-DT-REGION`), where it is known.
fn region_price(from: RegionId, to: RegionId) -> Option<Price> {
    let near = ["us-east-1", "us-east-2"];
    let both = [from, to];
    if from == to || !both.into_iter().all(is_main) {
        None
    } else if both.iter().all(|region| near.contains(&region.name())) {
        Some(CENT)
    } else {
        Some(CENT.times(2))
    }
}
