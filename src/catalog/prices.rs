//! On-demand prices per hour: listed ones, those made of Linux and a surcharge, estimates.

use std::fmt;

use super::{
    data::{linux, other_os, ratios, undescribed},
    platform::Platform,
    raw,
    regions::{Offering, RegionId, offered},
    surcharges::surcharge,
    types::TypeId,
};
use crate::money::Price;

/// An on-demand price, shared tenancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnDemand {
    /// US dollars for an hour.
    pub price: Price,
    /// Where it comes from.
    pub origin: PriceOrigin,
}

/// How far a row of the Linux prices can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinuxRow {
    /// The listed figure.
    Listed,
    /// Only the dedicated rate is listed; this is the price of the virtual size of equal vCPUs.
    MetalSibling,
    /// The newest source lists a dedicated rate that differs; an older shared rate was kept.
    MetalShared,
    /// Listed before the price cut of 2025, so probably too high.
    StaleCut,
    /// Not listed; see [`estimate`].
    Estimated,
}

/// Where a price comes from. `as_of` is a year, or a year and month: `2026-07`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceOrigin {
    /// Listed for this region, type and platform.
    Listed {
        /// When it was listed.
        as_of: &'static str,
    },
    /// The price of the virtual size of equal vCPUs; see [`LinuxRow::MetalSibling`].
    MetalSibling {
        /// When that was listed.
        as_of: &'static str,
    },
    /// An older shared rate; see [`LinuxRow::MetalShared`].
    MetalShared {
        /// When it was listed.
        as_of: &'static str,
    },
    /// Listed before a price cut; see [`LinuxRow::StaleCut`].
    StaleCut {
        /// When it was listed.
        as_of: &'static str,
    },
    /// Not listed in the Region; see [`estimate`].
    Estimated {
        /// When the price in us-east-1 was listed.
        as_of: &'static str,
        /// The family whose ratio was taken.
        family: &'static str,
    },
    /// Listed before the price cut of 2025, and cut by what the price in us-east-1 was cut.
    Cut {
        /// When it was listed.
        as_of: &'static str,
    },
    /// The Linux price, or the listed price of the operating system, and a surcharge by rule
    /// (`BILL-PLATFORM-UPLIFT`).
    Derived {
        /// When the price was listed to which the surcharge was added.
        as_of: &'static str,
        /// How far that price can be trusted.
        row: LinuxRow,
        /// When the rule of the surcharge was last seen to hold.
        surcharge_as_of: &'static str,
    },
}

impl PriceOrigin {
    /// When the price was listed, or the one it was derived from.
    pub const fn as_of(self) -> &'static str {
        match self {
            Self::Listed { as_of }
            | Self::MetalSibling { as_of }
            | Self::MetalShared { as_of }
            | Self::StaleCut { as_of }
            | Self::Estimated { as_of, .. }
            | Self::Cut { as_of }
            | Self::Derived { as_of, .. } => as_of,
        }
    }

    /// What it is, in a few words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Listed { .. } => "listed",
            Self::MetalSibling { .. } => "of the virtual size of equal vCPUs, listed",
            Self::MetalShared { .. } => "older shared rate, listed",
            Self::StaleCut { .. } => "before a price cut, listed",
            Self::Estimated { .. } => "estimated by the Region's ratio, us-east-1 listed",
            Self::Cut { .. } => "estimated by the price cut of 2025, listed",
            Self::Derived {
                row: LinuxRow::Estimated,
                ..
            } => "estimated, and a surcharge by rule, listed",
            Self::Derived {
                row: LinuxRow::StaleCut,
                ..
            } => "surcharge on a price from before a cut, listed",
            Self::Derived { .. } => "surcharge by rule on a price listed",
        }
    }

    /// Whether nobody listed it: mark it wherever it is shown.
    pub const fn is_estimated(self) -> bool {
        matches!(self.row(), LinuxRow::Estimated)
    }

    const fn row(self) -> LinuxRow {
        match self {
            Self::Listed { .. } => LinuxRow::Listed,
            Self::MetalSibling { .. } => LinuxRow::MetalSibling,
            Self::MetalShared { .. } => LinuxRow::MetalShared,
            Self::StaleCut { .. } => LinuxRow::StaleCut,
            Self::Estimated { .. } | Self::Cut { .. } => LinuxRow::Estimated,
            Self::Derived { row, .. } => row,
        }
    }

    const fn of_row(flag: u8, as_of: &'static str) -> Self {
        match flag {
            0 => Self::Listed { as_of },
            1 => Self::MetalSibling { as_of },
            2 => Self::MetalShared { as_of },
            _ => Self::StaleCut { as_of },
        }
    }
}

/// The words of [`PriceOrigin::describe`] and the date: `listed 2026-07`. An estimate names the family.
impl fmt::Display for PriceOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Estimated { as_of, family } = self {
            return write!(
                f,
                "estimated by the Region's ratio of {family}, us-east-1 listed {as_of}"
            );
        }
        write!(f, "{} {}", self.describe(), self.as_of())
    }
}

/// What an hour of `type_id` costs in `region` on `platform`, in US dollars (`BILL-RATE-KEY`).
///
/// A listed price wins. Without one, a platform with a licence costs the Linux price and the most
/// specific surcharge, and SQL Server is added to the price of its operating system. There is no
/// price where no Linux price is listed, where only a price in another currency is (China), or
/// where the platform doesn't run on the type's architectures.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Platform, PriceOrigin, RegionId, TypeId, on_demand};
///
/// let paris = RegionId::find("eu-west-3").unwrap();
/// let large = TypeId::find("m5.large").unwrap();
/// let linux = on_demand(paris, large, Platform::Linux).unwrap();
/// assert_eq!(linux.price.to_string(), "0.112");
/// let windows = on_demand(paris, large, Platform::Windows).unwrap();
/// assert_eq!(windows.price.to_string(), "0.204");
/// assert!(matches!(windows.origin, PriceOrigin::Derived { .. }));
/// ```
pub fn on_demand(region: RegionId, type_id: TypeId, platform: Platform) -> Option<OnDemand> {
    on_linux(region, type_id, platform, linux_price)
}

/// As [`on_demand`]; and where the Linux price isn't listed, but the Region offers the type, its [`estimate`] takes its place.
/// What was listed before the price cut of 2025 is cut as in us-east-1.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Platform, RegionId, TypeId, on_demand_or_estimated};
///
/// let ohio = RegionId::find("us-east-2").unwrap();
/// let large = TypeId::find("c8i.large").unwrap();
/// let linux = on_demand_or_estimated(ohio, large, Platform::Linux).unwrap();
/// assert!(linux.origin.is_estimated());
/// ```
pub fn on_demand_or_estimated(
    region: RegionId,
    type_id: TypeId,
    platform: Platform,
) -> Option<OnDemand> {
    on_linux(region, type_id, platform, |region, type_id| {
        let listed = linux_price(region, type_id);
        listed.map_or_else(
            || estimated(region, type_id),
            |one| Some(after_cut(one, type_id)),
        )
    })
}

/// The price of a platform, over that of Linux.
fn on_linux(
    region: RegionId,
    type_id: TypeId,
    platform: Platform,
    linux_price: fn(RegionId, TypeId) -> Option<OnDemand>,
) -> Option<OnDemand> {
    if !platform.runs_on(type_id.info().architectures()) {
        return None;
    }
    let (system, sql) = platform.parts();
    if system == "linux" && sql.is_none() {
        return linux_price(region, type_id);
    }
    let key = (region, type_id, platform.code());
    let listed = raw::find(other_os::rows(), |row| {
        (
            other_os::REGION.of(row),
            other_os::TYPE.of(row),
            other_os::OS.of(row),
        )
            .cmp(&key)
    });
    if let Some(row) = listed {
        let as_of = other_os::AS_OF.of(row);
        return Some(OnDemand {
            price: other_os::USD_PER_HOUR.price(row),
            origin: PriceOrigin::Listed { as_of },
        });
    }
    let (base, rule) = match sql {
        Some(edition) => {
            let base = on_linux(region, type_id, Platform::find(system)?, linux_price)?;
            // SQL Server is billed for four vCPUs at least.
            let rule = surcharge(type_id.info(), 4, |os| {
                os.strip_prefix("sql-") == Some(edition)
            })?;
            (base, rule)
        }
        None => (
            linux_price(region, type_id)?,
            surcharge(type_id.info(), 1, |os| os == system)?,
        ),
    };
    Some(OnDemand {
        price: base.price.plus(rule.price),
        origin: PriceOrigin::Derived {
            as_of: base.origin.as_of(),
            row: base.origin.row(),
            surcharge_as_of: rule.as_of,
        },
    })
}

/// The row of the Linux prices.
fn linux_price(region: RegionId, type_id: TypeId) -> Option<OnDemand> {
    let key = (region, type_id);
    let row = raw::find(linux::rows(), |row| {
        (linux::REGION.of(row), linux::TYPE.of(row)).cmp(&key)
    })?;
    Some(OnDemand {
        price: linux::USD_PER_HOUR.price(row),
        origin: PriceOrigin::of_row(linux::FLAG.of(row), linux::AS_OF.of(row)),
    })
}

/// The price of a type that is listed, but of which nothing else is known: `i3p.16xlarge` in
/// us-gov-west-1, which has no [`TypeId`].
pub fn undescribed_price(region: RegionId, name: &str) -> Option<OnDemand> {
    let row = undescribed::rows()
        .iter()
        .find(|row| undescribed::REGION.of(row) == region && undescribed::TYPE.of(row) == name)?;
    Some(OnDemand {
        price: undescribed::USD_PER_HOUR.price(row),
        origin: PriceOrigin::of_row(undescribed::FLAG.of(row), undescribed::AS_OF.of(row)),
    })
}

/// How the prices of a family in a region compare with those in us-east-1
/// (`region-family-ratios.tsv`). Ratios are in ten-thousandths: 13,412 is 1.3412.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilyRatio {
    /// The median over the family's types.
    pub median: u32,
    /// How many types were compared.
    pub types: u16,
    /// The least ratio.
    pub min: u32,
    /// The greatest ratio.
    pub max: u32,
}

fn ratio_of(row: &ratios::Record) -> FamilyRatio {
    FamilyRatio {
        median: ratios::MEDIAN_RATIO_TO_US_EAST_1.of(row),
        types: ratios::N_TYPES.of(row),
        min: ratios::MIN_RATIO.of(row),
        max: ratios::MAX_RATIO.of(row),
    }
}

/// How the prices of `family` in `region` compare with those in us-east-1, if types of it are
/// priced in both.
pub fn family_ratio(region: RegionId, family: &str) -> Option<FamilyRatio> {
    raw::find(ratios::rows(), |row| {
        (ratios::REGION.of(row), ratios::FAMILY.of(row)).cmp(&(region, family))
    })
    .map(ratio_of)
}

/// A price that nobody listed: mark it wherever it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// US dollars for an hour of Linux: the us-east-1 price times the ratio, rounded half up to six decimals.
    pub price: Price,
    /// The listed price in us-east-1.
    pub us_east_1: Price,
    /// When that was listed.
    pub as_of: &'static str,
    /// The family whose ratio was taken: the type's own or an earlier one like it.
    pub family: &'static str,
    /// The ratio in ten-thousandths.
    pub ratio: u32,
}

/// What an hour of Linux on a type with no listed price might cost in `region`.
///
/// It is the us-east-1 price times the ratio of the type's family in the region, else of the
/// nearest earlier generation of the same line (m8g, m7g, m6g), else of the nearest generation up
/// to its own of the same series and processor maker (m7i-flex, m6i). `None` where even that is
/// missing. With the own family left out, three of four pairs of family and region come within
/// 0.7 %, but a few old lines are a third off.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Platform, RegionId, TypeId, estimate, on_demand};
///
/// let frankfurt = RegionId::find("eu-central-1").unwrap();
/// let large = TypeId::find("m8g.large").unwrap();
/// assert_eq!(on_demand(frankfurt, large, Platform::Linux), None);
/// let estimate = estimate(frankfurt, large).unwrap();
/// assert_eq!(estimate.family, "m7g");
/// ```
pub fn estimate(region: RegionId, type_id: TypeId) -> Option<Estimate> {
    let us_east_1 = linux_price(RegionId::find("us-east-1")?, type_id)?;
    let wanted = type_id.info().family();
    let line = Line::of(wanted);
    let (_, row) = raw::range(ratios::rows(), region, |row| ratios::REGION.of(row))
        .iter()
        .filter_map(|row| {
            let family = ratios::FAMILY.of(row);
            if family == wanted {
                return Some(((0, 0), row));
            }
            let (line, other) = (line?, Line::of(family)?);
            let back = line.generation.checked_sub(other.generation)?;
            if line.same_line(other) && back > 0 {
                Some(((1, back), row))
            } else {
                // Of several families of one generation, the first by name: the plainest.
                line.same_maker(other).then_some(((2, back), row))
            }
        })
        .min_by_key(|(rank, _)| *rank)?;
    let ratio = ratio_of(row).median;
    Some(Estimate {
        // Ratios have four decimals.
        price: to_millionths(us_east_1.price.times(u64::from(ratio)), 10_000),
        us_east_1: us_east_1.price,
        as_of: us_east_1.origin.as_of(),
        family: ratios::FAMILY.of(row),
        ratio,
    })
}

/// A price as it is after the price cut of 2025, where it was listed before: 0.67 of it for p4d and p4de, 0.56 for p5.
fn after_cut(listed: OnDemand, type_id: TypeId) -> OnDemand {
    let PriceOrigin::StaleCut { as_of } = listed.origin else {
        return listed;
    };
    let percent = if type_id.info().family() == "p5" {
        56
    } else {
        67
    };
    OnDemand {
        price: to_millionths(listed.price.times(percent), 100),
        origin: PriceOrigin::Cut { as_of },
    }
}

/// A part of a price, rounded half up to six decimals.
const fn to_millionths(price: Price, parts: u64) -> Price {
    let each = parts * 10_000;
    Price::from_units((price.units() + each / 2) / each * 10_000)
}

/// The estimate of a type that the Region is known to offer.
fn estimated(region: RegionId, type_id: TypeId) -> Option<OnDemand> {
    if !matches!(offered(region, type_id), Offering::Zones(_)) {
        return None;
    }
    let estimate = estimate(region, type_id)?;
    Some(OnDemand {
        price: estimate.price,
        origin: PriceOrigin::Estimated {
            as_of: estimate.as_of,
            family: estimate.family,
        },
    })
}

/// A family's name taken apart: `m7gd` is series `m`, generation 7, suffix `gd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    series: &'static str,
    pub(super) generation: u16,
    suffix: &'static str,
}

impl Line {
    /// `None` for names of another form, such as `u-12tb1`.
    pub(super) fn of(family: &'static str) -> Option<Self> {
        let digits = family.find(|letter: char| !letter.is_ascii_lowercase())?;
        let (series, rest) = family.split_at(digits);
        let end = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (generation, suffix) = rest.split_at(end);
        Some(Self {
            series,
            generation: generation.parse().ok()?,
            suffix,
        })
    }

    /// Whether they are the same but for the generation.
    pub(super) fn same_line(self, other: Self) -> bool {
        (self.series, self.suffix) == (other.series, other.suffix)
    }

    /// Whether they have the same purpose.
    pub(super) fn same_series(self, other: Self) -> bool {
        self.series == other.series
    }

    /// Whether they have the same purpose and the same maker of processors.
    pub(super) fn same_maker(self, other: Self) -> bool {
        // Graviton has a g, AMD an a; Intel has an i or, in old generations, nothing.
        let maker = |line: Self| {
            line.suffix
                .chars()
                .next()
                .filter(|letter| "ga".contains(*letter))
        };
        self.same_series(other) && maker(self) == maker(other)
    }
}
