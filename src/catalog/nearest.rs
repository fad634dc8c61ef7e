//! What is priced when a price is missing: types like it here, and regions that have it.

use super::{
    data::linux,
    platform::Platform,
    prices::{Line, on_demand},
    raw,
    regions::RegionId,
    types::{InstanceType, TypeId},
};

/// How many of each kind are named.
const MOST: usize = 3;

/// What could be used in place of a type that has no price in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearestPriced {
    /// Up to three types that are priced in the region, the nearest first.
    pub types_here: Vec<TypeId>,
    /// Up to three regions in which the type is priced, the nearest first.
    pub regions_with_type: Vec<RegionId>,
}

/// The types and regions nearest to `type_id` in `region` that do have a price on `platform`.
///
/// A type is near if it is of the same family and of a size close by, or of the same size in
/// another generation of the same line; then come families of the same series. All share an
/// architecture with the type. A region is near if it is in the same partition and the same part of
/// the world.
///
/// # Example
///
/// ```
/// use ec2sim::catalog::{Platform, RegionId, TypeId, nearest_priced};
///
/// let frankfurt = RegionId::find("eu-central-1").unwrap();
/// let large = TypeId::find("m8g.large").unwrap();
/// let near = nearest_priced(frankfurt, large, Platform::Linux);
/// let names: Vec<&str> = near.types_here.iter().map(|id| id.name()).collect();
/// assert_eq!(names[..2], ["m7g.large", "m6g.large"]);
/// ```
pub fn nearest_priced(region: RegionId, type_id: TypeId, platform: Platform) -> NearestPriced {
    let wanted = type_id.info();
    let mut types: Vec<_> = raw::range(linux::rows(), region, |row| linux::REGION.of(row))
        .iter()
        .map(|row| linux::TYPE.of(row))
        .filter(|other| *other != type_id)
        .filter_map(|other| Some((distance(wanted, other.info())?, other)))
        .collect();
    types.sort_unstable();
    let mut regions: Vec<_> = RegionId::all()
        .filter(|other| *other != region)
        .map(|other| {
            (
                other.partition() != region.partition(),
                part_of_the_world(other) != part_of_the_world(region),
                // The most complete price list, then the others by the number of prices.
                u16::MAX - other.linux_prices(),
                other,
            )
        })
        .collect();
    regions.sort_unstable();
    NearestPriced {
        types_here: types
            .into_iter()
            .map(|(_, other)| other)
            .filter(|other| on_demand(region, *other, platform).is_some())
            .take(MOST)
            .collect(),
        regions_with_type: regions
            .into_iter()
            .map(|(.., other)| other)
            .filter(|other| on_demand(*other, type_id, platform).is_some())
            .take(MOST)
            .collect(),
    }
}

/// `eu` of `eu-west-1`.
fn part_of_the_world(region: RegionId) -> &'static str {
    region.name().split('-').next().unwrap_or_default()
}

/// How far apart two types are: the least is the nearest. `None` if one can't stand in for the
/// other, for its architecture or its purpose.
fn distance(wanted: InstanceType, other: InstanceType) -> Option<(u8, u16, u16)> {
    if !wanted.architectures().intersects(other.architectures()) {
        return None;
    }
    let sizes = apart(wanted, other);
    if wanted.family() == other.family() {
        return Some((0, sizes, 0));
    }
    let (line, other_line) = (Line::of(wanted.family())?, Line::of(other.family())?);
    let generations = line.generation.abs_diff(other_line.generation);
    let same_size = wanted.size() == other.size();
    if line.same_line(other_line) {
        // A generation is nearer than a size.
        return Some((if same_size { 0 } else { 2 }, sizes, generations));
    }
    if line.same_maker(other_line) {
        return Some((if same_size { 1 } else { 3 }, sizes, generations));
    }
    (same_size && line.same_series(other_line)).then_some((4, sizes, generations))
}

/// By how many doublings of the vCPUs two types are apart; and bare metal is one more from virtual.
fn apart(wanted: InstanceType, other: InstanceType) -> u16 {
    let (low, high) = (
        wanted.vcpus().min(other.vcpus()),
        wanted.vcpus().max(other.vcpus()),
    );
    let mut doublings = 0;
    let mut reached = low.max(1);
    while reached < high {
        reached = reached.saturating_mul(2);
        doublings += 1;
    }
    let memory = wanted.memory_mib() != other.memory_mib();
    doublings + u16::from(memory) + u16::from(wanted.bare_metal() != other.bare_metal())
}
