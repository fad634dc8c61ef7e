//! Regions: their zones, the codes that reports use for them, and which types they offer.

use std::sync::LazyLock;

use super::{data, raw, raw::list, types::TypeId};
use data::{offerings, regions};

/// A region of the catalogue.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::RegionId;
///
/// let ohio = RegionId::find("us-east-2").unwrap();
/// assert_eq!(ohio.long_name(), "US East (Ohio)");
/// assert!(ohio.has_zone("us-east-2c"));
/// assert_eq!(ohio.usage_prefix(), "USE2-");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(u8);

/// us-east-1, as wherever AWS has a default.
impl Default for RegionId {
    fn default() -> Self {
        Self::find("us-east-1").unwrap_or(Self(0))
    }
}

/// A region, as it stands in a record.
pub(super) struct RegionAt(pub(super) usize);

impl RegionAt {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> RegionId {
        RegionId::at(record[self.0])
    }
}

impl RegionId {
    pub(super) fn at(row: u8) -> Self {
        Self(row)
    }

    fn record(self) -> &'static regions::Record {
        &regions::rows()[self.index()]
    }

    /// The region with this code, such as `eu-west-1`.
    pub fn find(name: &str) -> Option<Self> {
        let row = regions::rows()
            .binary_search_by(|record| regions::REGION.of(record).cmp(name))
            .ok()?;
        u8::try_from(row).ok().map(Self)
    }

    /// Every region, in the order of their codes.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        // There are far fewer than 256 regions; `find` would not see more either.
        (0..u8::try_from(regions::rows().len()).unwrap_or(u8::MAX)).map(Self)
    }

    /// Its place among all regions, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The code: `us-east-1`.
    pub fn name(self) -> &'static str {
        regions::REGION.of(self.record())
    }

    /// The name for people: `US East (N. Virginia)`.
    pub fn long_name(self) -> &'static str {
        regions::NAME.of(self.record())
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub fn partition(self) -> &'static str {
        regions::PARTITION.of(self.record())
    }

    /// Whether an account has to opt in before it can use the region.
    pub fn opt_in(self) -> bool {
        regions::OPT_IN.of(self.record()) == "required"
    }

    /// How many availability zones it has.
    pub fn zone_count(self) -> u8 {
        regions::AZ_COUNT.of(self.record())
    }

    /// Its zones by name, such as `us-east-1a`; none where the names aren't known.
    pub fn zones(self) -> impl Iterator<Item = &'static str> {
        list(regions::AZ_NAMES.of(self.record()))
    }

    /// Its zones by id, such as `use1-az2`, in the order of [`RegionId::zones`]: the mapping of one
    /// account. None where the ids aren't known.
    pub fn zone_ids(self) -> impl Iterator<Item = &'static str> {
        list(regions::AZ_IDS.of(self.record()))
    }

    /// Whether one of its zones has this name. Where the names aren't known, none has.
    pub fn has_zone(self, name: &str) -> bool {
        self.zones().any(|zone| zone == name)
    }

    /// Zones by other letters, `a` to `f`: those that other accounts see (`LIFE-ZONE-LETTERS`).
    pub fn other_zones(self) -> impl Iterator<Item = &'static str> {
        OTHER_ZONES[self.index()].iter().map(String::as_str)
    }

    /// The zone of this name, by whatever letter, or of this id. Of ids the catalogue knows one account's pairs.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::catalog::RegionId;
    /// let california = RegionId::find("us-west-1").unwrap();
    /// assert_eq!(california.zone("us-west-1c"), Some("us-west-1c"));
    /// assert_eq!(california.zone("usw1-az3"), Some("us-west-1b"));
    /// assert_eq!(california.zone("us-west-1g"), None);
    /// ```
    pub fn zone(self, text: &str) -> Option<&'static str> {
        let named = self
            .zones()
            .chain(self.other_zones())
            .find(|zone| *zone == text);
        named.or_else(|| {
            let mut paired = self.zone_ids().zip(self.zones());
            paired.find(|(id, _)| *id == text).map(|(_, zone)| zone)
        })
    }

    /// How many Local Zones and Wavelength Zones belong to it, if known.
    pub fn edge_zone_count(self) -> Option<u8> {
        regions::EDGE_ZONE_COUNT.known(self.record())
    }

    /// What stands before the classic EC2 usage types of a report: `USE2-` in `USE2-BoxUsage`,
    /// `EU-` in eu-west-1, nothing in us-east-1 (`BILL-CUR-PREFIX`). Nothing if the code
    /// isn't known.
    pub fn usage_prefix(self) -> &'static str {
        regions::EC2_USAGE_PREFIX.of(self.record())
    }

    /// What stands before the usage types of what is counted over all Regions.
    #[allow(clippy::unused_self, reason = "the other prefixes are the Region's")]
    pub const fn usage_prefix_global(self) -> &'static str {
        "Global-"
    }

    /// What stands before the usage types of newer services: `USE1-` in
    /// `USE1-PublicIPv4:InUseAddress`, and elsewhere the same as [`RegionId::usage_prefix`].
    pub fn usage_prefix_new(self) -> &'static str {
        regions::BILLING_CODE.of(self.record())
    }

    /// The region's billing code: `USE1`; empty if it isn't known.
    pub fn billing_code(self) -> &'static str {
        self.usage_prefix_new().trim_end_matches('-')
    }

    /// What follows `ip-10-0-0-1.` in a private name: `ec2.internal` in us-east-1.
    pub fn private_dns_suffix(self) -> &'static str {
        regions::PRIVATE_DNS_SUFFIX.of(self.record())
    }

    /// What follows `ec2-203-0-113-1.` in a public name: `compute-1.amazonaws.com` in us-east-1.
    pub fn public_dns_suffix(self) -> &'static str {
        regions::PUBLIC_DNS_SUFFIX.of(self.record())
    }

    /// The suffix of the partition's service names: `amazonaws.com`.
    pub fn dns_suffix(self) -> &'static str {
        regions::DNS_SUFFIX.of(self.record())
    }

    /// The currency of its price list: `USD`, `CNY` or `EUR`.
    pub fn currency(self) -> &'static str {
        regions::CURRENCY.of(self.record())
    }

    /// How many types have a Linux price here, in the region's own currency.
    pub fn linux_prices(self) -> u16 {
        regions::LINUX_PRICES.of(self.record())
    }
}

static OTHER_ZONES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let others = |region: RegionId| {
        let all = ('a'..='f').map(|letter| format!("{}{letter}", region.name()));
        all.filter(|zone| !region.has_zone(zone)).collect()
    };
    RegionId::all().map(others).collect()
});

/// Zones of a region by their letters, `a` to `h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ZoneLetters(u8);

impl ZoneLetters {
    /// Whether the zone with this letter is among them.
    pub fn contains(self, letter: char) -> bool {
        self.letters().any(|known| known == letter)
    }

    /// The letters, from `a`.
    pub fn letters(self) -> impl Iterator<Item = char> {
        ('a'..='h')
            .enumerate()
            .filter(move |(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, c)| c)
    }
}

/// Whether a region offers a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offering {
    /// The region's offerings aren't known: it isn't in the table.
    Unknown,
    /// The region doesn't offer the type.
    NotOffered,
    /// The region offers it in these zones. Zone letters are one account's.
    Zones(ZoneLetters),
}

impl Offering {
    /// Whether the zone with this letter offers the type; `None` if nothing is known.
    pub fn in_zone(self, letter: char) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::NotOffered => Some(false),
            Self::Zones(zones) => Some(zones.contains(letter)),
        }
    }

    /// Whether the region is known not to offer the type.
    pub fn is_refused(self) -> bool {
        self == Self::NotOffered
    }
}

/// Whether `region` offers `type_id`, and in which zones (`offerings.tsv`, 2026-08).
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Offering, RegionId, TypeId, offered};
///
/// let region = RegionId::find("us-east-1").unwrap();
/// let micro = TypeId::find("t3.micro").unwrap();
/// assert_eq!(offered(region, micro).in_zone('a'), Some(true));
/// let gov = RegionId::find("us-gov-west-1").unwrap();
/// assert_eq!(offered(gov, micro), Offering::Unknown);
/// ```
pub fn offered(region: RegionId, type_id: TypeId) -> Offering {
    let here = raw::range(offerings::rows(), region, |row| offerings::REGION.of(row));
    if here.is_empty() {
        return Offering::Unknown;
    }
    raw::find(here, |row| offerings::TYPE.of(row).cmp(&type_id))
        .map_or(Offering::NotOffered, |row| {
            Offering::Zones(ZoneLetters(offerings::AZ_LETTERS.of(row)))
        })
}
