//! Where addresses come from: the key of the thing that asks for one, never an address that is taken.
//!
//! Public addresses are drawn from 240.0.0.0/4, which no network routes, four million to a Region, so that nobody can
//! take them for somebody's. A public address is never handed out twice in a replay (`IP-AUTO-POOL`). Private ones come
//! from 10.0.0.0/8, two million to a zone: wider than EC2's default subnet, so that a replay of a million instances fits.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{catalog::RegionId, id::Seeded};

/// The bits of a zone's block of private addresses.
const PRIVATE_BITS: u32 = 21;
/// The bits of a Region's block of public addresses.
const PUBLIC_BITS: u32 = 22;
/// The bits of the block that takes what a Region's own can't hold.
const OVERFLOW_BITS: u32 = 26;

/// How many numbers a home has before it goes on elsewhere: a word of bits.
const NEIGHBOURS: u32 = 64;
/// An odd number, and its inverse modulo 2³².
const SPREAD: u32 = 0x9e37_79b1;
const GATHER: u32 = 0x0e8b_2f51;
const _: () = assert!(SPREAD.wrapping_mul(GATHER) == 1);

/// Where somebody's addresses are looked for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home(u32);

impl Home {
    /// The home of whoever has this key.
    pub fn of(key: Seeded) -> Self {
        Self(u32::try_from(key.bits() >> 32).unwrap_or(0))
    }

    /// The home of a member of the group with this key: beside that of the member before.
    pub fn of_member(group: Seeded, member: u32) -> Self {
        Self(Self::of(group).0.wrapping_add(member))
    }
}

/// A set of small numbers, in pages that are made when they are needed.
#[derive(Debug, Clone, Default)]
struct Taken {
    pages: Vec<Option<Box<[u64; 64]>>>,
    count: u32,
}

impl Taken {
    fn place(offset: u32) -> (usize, usize, u64) {
        let page = usize::try_from(offset >> 12).unwrap_or(usize::MAX);
        let word = usize::try_from((offset >> 6) & 63).unwrap_or(0);
        (page, word, 1 << (offset & 63))
    }

    /// Takes a number; false if it is taken.
    fn insert(&mut self, offset: u32) -> bool {
        let (page, word, bit) = Self::place(offset);
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, || None);
        }
        let words = self.pages[page].get_or_insert_with(|| Box::new([0; 64]));
        let is_free = words[word] & bit == 0;
        words[word] |= bit;
        self.count += u32::from(is_free);
        is_free
    }

    fn contains(&self, offset: u32) -> bool {
        let (page, word, bit) = Self::place(offset);
        let words = self.pages.get(page).and_then(Option::as_ref);
        words.is_some_and(|words| words[word] & bit != 0)
    }

    fn remove(&mut self, offset: u32) {
        let (page, word, bit) = Self::place(offset);
        if let Some(Some(words)) = self.pages.get_mut(page)
            && words[word] & bit != 0
        {
            words[word] &= !bit;
            self.count -= 1;
        }
    }
}

/// A block of addresses: 2^bits from `base` on, without the first four and the last of each subnet in it
/// (`IP-SUBNET-RESERVED`).
#[derive(Debug, Clone)]
struct Block {
    base: u32,
    bits: u32,
    /// How many bits a subnet has: the whole block, or 256 addresses.
    subnet_bits: u32,
    taken: Taken,
}

/// The block of a VPC, whose default subnets are its sixteenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vpc {
    base: u32,
    /// The bits of a subnet.
    bits: u32,
}

impl Vpc {
    /// Reads a block in CIDR notation, from /16 to /24: a subnet has sixteen addresses at least.
    ///
    /// # Errors
    ///
    /// Says what is expected instead.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::network::Vpc;
    /// assert!(Vpc::parse("172.31.0.0/16").is_ok());
    /// assert!(Vpc::parse("172.31.0.0").is_err());
    /// assert!(Vpc::parse("172.31.0.1/16").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected a block such as `172.31.0.0/16`";
        let (base, length) = text.split_once('/').ok_or(EXPECTED)?;
        let base: Ipv4Addr = base.parse().map_err(|_| EXPECTED)?;
        let length: u32 = length.parse().map_err(|_| EXPECTED)?;
        if !(16..=24).contains(&length) {
            return Err("expected a block from /16 to /24");
        }
        let (base, bits) = (u32::from(base), 32 - length);
        if base & ((1 << bits) - 1) != 0 {
            return Err("expected the first address of the block");
        }
        Ok(Self {
            base,
            bits: bits - SIXTEENTHS,
        })
    }
}

/// As a power of two, how many default subnets a VPC has room for.
const SIXTEENTHS: u32 = 4;

impl Block {
    fn new(base: u32, bits: u32) -> Self {
        Self {
            base,
            bits,
            subnet_bits: 8,
            taken: Taken::default(),
        }
    }

    /// A block that is one subnet.
    fn subnet(base: u32, bits: u32) -> Self {
        Self {
            subnet_bits: bits,
            ..Self::new(base, bits)
        }
    }

    /// Whether an address is nobody's: the first four of the block, and the first and the last of each subnet in it.
    const fn is_reserved(&self, offset: u32) -> bool {
        let last = (1 << self.subnet_bits) - 1;
        offset < 4 || offset & last == last || offset & last == 0
    }

    /// How many addresses are neither reserved nor taken.
    const fn free(&self) -> u32 {
        // Two of each subnet are left out, and the first four.
        (1 << self.bits) - (2 << (self.bits - self.subnet_bits)) - 3 - self.taken.count
    }

    fn is_crowded(&self) -> bool {
        u64::from(self.taken.count) * 2 > 1_u64 << self.bits
    }

    /// The n-th address of a home, or the next that is free.
    ///
    /// The numbers of one home lie beside each other, and so do the homes of a group's members: instances that start again
    /// and again look at few bytes of a block that as a whole fits into no cache. The addresses that the numbers stand for
    /// don't lie beside each other: those are scrambled.
    fn draw(&mut self, home: Home, n: u32) -> Option<Ipv4Addr> {
        let size = 1_u32 << self.bits;
        let home = home.0.wrapping_add((n / NEIGHBOURS).wrapping_mul(SPREAD));
        let first = home.wrapping_mul(NEIGHBOURS) | (n % NEIGHBOURS);
        for step in 0..size {
            let number = first.wrapping_add(step) & (size - 1);
            let offset = self.scrambled(number);
            if !self.is_reserved(offset) && self.taken.insert(number) {
                return Some(Ipv4Addr::from(self.base + offset));
            }
        }
        None
    }

    /// The place in the block that a number stands for: each number another one.
    fn scrambled(&self, number: u32) -> u32 {
        let mask = (1_u32 << self.bits) - 1;
        let folded = |offset: u32| offset ^ (offset >> (self.bits / 2));
        let spread = folded(number).wrapping_mul(SPREAD) & mask;
        folded(spread)
    }

    /// The number that stands for a place in the block.
    fn number(&self, offset: u32) -> u32 {
        let mask = (1_u32 << self.bits) - 1;
        // What is shifted by half the bits or more is undone by doing it again, as often as it takes to shift it out.
        let unfolded = |offset: u32| {
            let half = self.bits / 2;
            offset ^ (offset >> half) ^ (offset >> (2 * half))
        };
        let spread = unfolded(offset).wrapping_mul(GATHER) & mask;
        unfolded(spread)
    }
}

/// Amazon's pool of public addresses in one Region.
#[derive(Debug, Clone)]
pub struct PublicPool {
    own: Block,
    overflow: Block,
    /// How many addresses were taken from the blocks of other Regions, one after the other.
    borrowed: u32,
}

/// How many addresses the blocks of all Regions have together.
const ALL_REGIONS: u32 = OVERFLOW_BASE - PUBLIC_BASE;
/// Where the Regions' blocks of public addresses begin.
const PUBLIC_BASE: u32 = 0xf000_0000;
/// Where the block begins that takes what a Region's own can't hold.
const OVERFLOW_BASE: u32 = 0xfa00_0000;

impl PublicPool {
    /// The pool of a Region.
    pub fn new(region: RegionId) -> Self {
        let index = u32::try_from(region.index()).unwrap_or(0);
        Self {
            own: Block::new(PUBLIC_BASE + (index << PUBLIC_BITS), PUBLIC_BITS),
            overflow: Block::new(OVERFLOW_BASE, OVERFLOW_BITS),
            borrowed: 0,
        }
    }

    /// The n-th address of a home: one that was never handed out before, or none if all of them were.
    pub fn draw(&mut self, home: Home, n: u32) -> Option<Ipv4Addr> {
        // A crowded block would be searched for long.
        if !self.own.is_crowded() {
            self.own.draw(home, n)
        } else if !self.overflow.is_crowded() {
            self.overflow.draw(home, n)
        } else {
            Some(self.borrow_next())
        }
    }

    /// The next address of the other Regions' blocks: after some 35 million draws there is nothing else left, and it lasts
    /// for another 160 million. Beyond that addresses come again, as EC2's do.
    fn borrow_next(&mut self) -> Ipv4Addr {
        loop {
            let offset = self.borrowed;
            self.borrowed = (self.borrowed + 1) % ALL_REGIONS;
            let address = PUBLIC_BASE + offset;
            let is_own = address.wrapping_sub(self.own.base) < 1 << PUBLIC_BITS;
            if !is_own && !matches!(offset & 0xff, 0 | 0xff) {
                return Ipv4Addr::from(address);
            }
        }
    }
}

/// What a private address is that somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressStanding {
    /// Nobody's yet.
    Free,
    /// Somebody's.
    Taken,
    /// One of those that are reserved in each subnet.
    Reserved,
    /// One of the subnet of another zone.
    OfAnotherSubnet,
    /// One of another VPC, which isn't looked at.
    Foreign,
}

/// The subnets of the default VPC, one a zone.
#[derive(Debug, Clone)]
pub struct PrivatePool {
    zones: Vec<(&'static str, Block)>,
    base: u32,
    /// The bits of a zone's block.
    bits: u32,
}

impl PrivatePool {
    /// The subnets of a Region's zones: sixteenths of a VPC, or blocks that are as wide as a replay of a million instances
    /// needs.
    pub fn new(region: RegionId, vpc: Option<Vpc>) -> Self {
        let (base, bits) = vpc.map_or((0x0a00_0000, PRIVATE_BITS), |vpc| (vpc.base, vpc.bits));
        let subnet = |(index, zone): (usize, &'static str)| {
            let base = base + (u32::try_from(index).unwrap_or(0) << bits);
            let block = match vpc {
                Some(_) => Block::subnet(base, bits),
                None => Block::new(base, bits),
            };
            (zone, block)
        };
        // A Region whose zones aren't known is first of all one zone of its own name. Other accounts' letters come last.
        let own = region.zones().next().is_none().then_some(region.name());
        let all = own.into_iter().chain(region.zones());
        let most = match vpc {
            Some(_) => 1 << SIXTEENTHS,
            None => usize::MAX,
        };
        let zones = all
            .chain(region.other_zones())
            .take(most)
            .enumerate()
            .map(subnet)
            .collect();
        Self { zones, base, bits }
    }

    /// A free address of a zone's subnet, or none if there is none left (`LIFE-RUN-ADDRESSES`).
    pub fn draw(&mut self, zone: &str, key: Seeded) -> Option<Ipv4Addr> {
        self.zones
            .iter_mut()
            .find(|(name, _)| *name == zone)?
            .1
            .draw(Home::of(key), 0)
    }

    /// How many addresses are free in a zone's subnet.
    pub fn free(&self, zone: &str) -> u32 {
        let block = self
            .zones
            .iter()
            .find(|(name, _)| *name == zone)
            .map(|(_, block)| block);
        block.map_or(0, Block::free)
    }

    /// What an address is that somebody asks for in a zone.
    pub fn standing(&self, zone: &str, address: Ipv4Addr) -> AddressStanding {
        let index = self.index(address);
        let Some((name, block)) = self.zones.get(index) else {
            return AddressStanding::Foreign;
        };
        let offset = u32::from(address) - block.base;
        if *name != zone {
            AddressStanding::OfAnotherSubnet
        } else if block.is_reserved(offset) {
            AddressStanding::Reserved
        } else if block.taken.contains(block.number(offset)) {
            AddressStanding::Taken
        } else {
            AddressStanding::Free
        }
    }

    /// Takes an address that somebody asks for; one that isn't of these subnets is theirs anyway.
    pub fn take(&mut self, address: Ipv4Addr) {
        let index = self.index(address);
        if let Some((_, block)) = self.zones.get_mut(index) {
            let number = block.number(u32::from(address) - block.base);
            block.taken.insert(number);
        }
    }

    /// The place of the subnet that an address is in; beyond all of them for a foreign one.
    fn index(&self, address: Ipv4Addr) -> usize {
        let offset = u32::from(address).checked_sub(self.base);
        let index = offset.and_then(|offset| usize::try_from(offset >> self.bits).ok());
        index.unwrap_or(usize::MAX)
    }

    /// Gives an address back.
    pub fn release(&mut self, address: Ipv4Addr) {
        let index = self.index(address);
        if let Some((_, block)) = self.zones.get_mut(index) {
            let number = block.number(u32::from(address) - block.base);
            block.taken.remove(number);
        }
    }
}

/// IPv6 addresses, from the prefix that is kept for documentation.
#[derive(Debug, Clone, Copy)]
pub struct Ipv6Source;

impl Ipv6Source {
    /// The n-th IPv6 address of an instance.
    pub fn address(region: RegionId, key: Seeded, n: u16) -> Ipv6Addr {
        let host = key.purpose("ipv6").number(u64::from(n)).bits();
        let network =
            (0x2001_0db8_u128 << 96) | (u128::try_from(region.index()).unwrap_or(0) << 80);
        Ipv6Addr::from(network | u128::from(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region() -> RegionId {
        RegionId::find("us-east-1").unwrap()
    }

    #[test]
    fn an_address_depends_on_its_key_and_not_on_who_came_before() {
        let root = Seeded::new(1);
        let mut alone = PublicPool::new(region());
        let mut after = PublicPool::new(region());
        let home = |name| Home::of(root.named(name));
        after.draw(home("other"), 0).unwrap();
        assert_eq!(alone.draw(home("web"), 3), after.draw(home("web"), 3));
    }

    #[test]
    fn no_public_address_is_handed_out_twice() {
        let mut pool = PublicPool::new(region());
        let group = Seeded::new(1).named("web");
        let mut seen: Vec<_> = (0..5_000)
            .map(|n| pool.draw(Home::of_member(group, n % 3), n / 6).unwrap())
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 5_000);
        assert!(seen.iter().all(|address| address.octets()[0] >= 240));
    }

    #[test]
    fn public_addresses_do_not_run_out() {
        let mut pool = PublicPool::new(region());
        let first = pool.borrow_next();
        let mut seen = vec![first];
        seen.extend((0..100_000).map(|_| pool.borrow_next()));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 100_001);
        let is_own =
            |address: &Ipv4Addr| u32::from(*address) >> PUBLIC_BITS == pool.own.base >> PUBLIC_BITS;
        assert!(!seen.iter().any(is_own));
        pool.borrowed = ALL_REGIONS - 2;
        pool.borrow_next();
        assert_eq!(
            pool.borrow_next(),
            first,
            "after all of them the first comes again"
        );
    }

    #[test]
    fn every_number_stands_for_a_place_of_its_own() {
        for bits in [4, 5, 8, 12, PRIVATE_BITS, PUBLIC_BITS] {
            let block = Block::new(0, bits.max(8));
            let block = Block { bits, ..block };
            for number in (0..1 << bits).step_by(7) {
                assert_eq!(block.number(block.scrambled(number)), number, "{bits}");
            }
        }
    }

    #[test]
    fn a_default_subnet_has_five_addresses_less_than_its_block() {
        let vpc = Vpc::parse("172.31.0.0/16").ok();
        let mut pool = PrivatePool::new(region(), vpc);
        assert_eq!(pool.free("us-east-1b"), 4_091);
        let key = Seeded::new(1).named("web");
        let drawn = std::iter::from_fn(|| pool.draw("us-east-1b", key));
        let mut all: Vec<Ipv4Addr> = drawn.collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4_091);
        assert_eq!(all[0], Ipv4Addr::new(172, 31, 16, 4));
        assert_eq!(all[4_090], Ipv4Addr::new(172, 31, 31, 254));
        assert_eq!(pool.free("us-east-1b"), 0);
        pool.release(all[7]);
        assert_eq!(pool.draw("us-east-1b", key), Some(all[7]));
        // Sixteen subnets are all that there is room for.
        assert_eq!(pool.free("us-east-1z"), 0);
        let small = PrivatePool::new(region(), Vpc::parse("10.0.0.0/24").ok());
        assert_eq!(small.free("us-east-1a"), 11);
    }

    #[test]
    fn a_private_address_can_be_had_again_once_it_is_released() {
        let mut pool = PrivatePool::new(region(), None);
        let key = Seeded::new(1).named("web");
        let first = pool.draw("us-east-1b", key).unwrap();
        assert_ne!(pool.draw("us-east-1b", key), Some(first));
        pool.release(first);
        assert_eq!(pool.draw("us-east-1b", key), Some(first));
        assert_eq!(pool.draw("us-east-1z", key), None);
    }
}
