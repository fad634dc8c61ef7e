//! VPCs, their subnets, and the network interfaces that are made on their own.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use crate::{
    catalog::RegionId,
    id::{Id, IdKind, Seeded},
};

/// A block of IPv4 addresses, as large as VPCs and subnets may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    base: u32,
    /// How many bits tell its addresses apart: 4 to 16.
    bits: u32,
}

impl Cidr {
    /// Whether an address is in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        (u32::from(address) ^ self.base) >> self.bits == 0
    }

    /// Whether another block is a part of it.
    pub fn covers(self, other: Self) -> bool {
        other.bits <= self.bits && self.contains(Ipv4Addr::from(other.base))
    }

    /// Whether they have an address in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// Whether an address is one of the five of a subnet that nobody gets (`IP-SUBNET-RESERVED`).
    pub fn reserves(self, address: Ipv4Addr) -> bool {
        let offset = u32::from(address) - self.base;
        offset < 4 || offset == (1 << self.bits) - 1
    }

    /// How many addresses there are to be had in a subnet.
    pub const fn room(self) -> u32 {
        (1 << self.bits) - 5
    }

    /// The addresses of a subnet that can be had, from somewhere in it on, each once.
    pub fn addresses(self, from: Seeded) -> impl Iterator<Item = Ipv4Addr> {
        let mask = (1_u32 << self.bits) - 1;
        let first = u32::try_from(from.bits() >> 32).unwrap_or(0);
        (0..=mask)
            .map(move |step| Ipv4Addr::from(self.base | (first.wrapping_add(step) & mask)))
            .filter(move |&address| !self.reserves(address))
    }
}

impl FromStr for Cidr {
    type Err = ();

    /// Bits beyond its length count as none, as in EC2.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (base, length) = text.split_once('/').ok_or(())?;
        let base: Ipv4Addr = base.parse().map_err(|_| ())?;
        let length: u32 = length.parse().map_err(|_| ())?;
        if !(16..=28).contains(&length) {
            return Err(());
        }
        let bits = 32 - length;
        Ok(Self {
            base: u32::from(base) >> bits << bits,
            bits,
        })
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), 32 - self.bits)
    }
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// Its id.
    pub id: Id,
    /// Its addresses.
    pub cidr: Cidr,
    /// The id of the association with its addresses.
    pub association: Id,
    /// Its DHCP options.
    pub dhcp_options: Id,
    /// Its main route table.
    pub route_table: Id,
    /// Its way out, if it has one.
    pub gateway: Option<Id>,
    /// Whether it is the default one.
    pub is_default: bool,
    /// Whether instances in it get public DNS names.
    pub dns_hostnames: bool,
}

impl Vpc {
    /// One that somebody makes, whose ids come from a key.
    pub(super) fn new(key: Seeded, cidr: Cidr, dhcp_options: Id) -> Self {
        Self {
            id: Id::new(IdKind::Vpc, key),
            cidr,
            association: Id::new(IdKind::CidrAssociation, key),
            dhcp_options,
            route_table: Id::new(IdKind::RouteTable, key),
            gateway: None,
            is_default: false,
            dns_hostnames: false,
        }
    }

    /// The default one.
    pub(super) fn default_of(root: Seeded) -> Self {
        let key = root.named("default");
        let cidr = Cidr {
            base: u32::from(Ipv4Addr::new(172, 31, 0, 0)),
            bits: 16,
        };
        Self {
            gateway: Some(Id::new(IdKind::InternetGateway, key)),
            is_default: true,
            dns_hostnames: true,
            ..Self::new(key, cidr, Id::new(IdKind::DhcpOptions, key))
        }
    }
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its id.
    pub id: Id,
    /// Its VPC.
    pub vpc: Id,
    /// Its zone.
    pub zone: &'static str,
    /// The id of its zone.
    pub zone_id: &'static str,
    /// Its addresses.
    pub cidr: Cidr,
    /// Whether it is the default one of its zone.
    pub is_default: bool,
    /// Whether instances in it get a public IPv4 address.
    pub public_on_launch: bool,
}

/// A /20 of the default VPC for each zone, in the order of the zones' names.
pub(super) fn default_subnets(region: RegionId, root: Seeded, vpc: &Vpc) -> Vec<Subnet> {
    let zones = region.zones().zip(region.zone_ids());
    (0_u32..)
        .zip(zones)
        .map(|(number, (zone, zone_id))| Subnet {
            id: Id::new(IdKind::Subnet, root.named(zone)),
            vpc: vpc.id,
            zone,
            zone_id,
            cidr: Cidr {
                base: vpc.cidr.base + (number << 12),
                bits: 12,
            },
            is_default: true,
            public_on_launch: true,
        })
        .collect()
}

/// A network interface that was made on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkInterface {
    /// Its id.
    pub id: Id,
    /// Where its id comes from.
    pub key: Seeded,
    /// What scenarios call it.
    pub name: String,
    /// Its subnet.
    pub subnet: Id,
    /// Its private address.
    pub address: Ipv4Addr,
    /// What its maker said about it.
    pub description: String,
    /// Its security groups.
    pub groups: Vec<Id>,
    /// Whether it drops what isn't meant for it.
    pub source_dest_check: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_as_it_is_shown_and_covers_its_parts() {
        let block = |text: &str| text.parse::<Cidr>();
        let wide = block("10.0.0.0/16").unwrap();
        let narrow = block("10.0.255.240/28").unwrap();
        assert_eq!(wide.to_string(), "10.0.0.0/16");
        assert_eq!(block("10.0.0.7/16"), Ok(wide));
        assert!(wide.covers(narrow) && wide.overlaps(narrow) && narrow.overlaps(wide));
        assert!(!narrow.covers(wide));
        assert!(!wide.overlaps(block("10.1.0.0/16").unwrap()));
        for wrong in ["10.0.0.0", "10.0.0.0/15", "10.0.0.0/29", "10.0.0/16", ""] {
            assert_eq!(block(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_subnet_gives_each_address_once_and_keeps_five() {
        let block: Cidr = "10.0.0.16/28".parse().unwrap();
        let mut all: Vec<Ipv4Addr> = block.addresses(Seeded::new(7)).collect();
        all.sort_unstable();
        let last: Vec<u8> = all.iter().map(|address| address.octets()[3]).collect();
        assert_eq!(last, (20..31).collect::<Vec<u8>>());
        assert_eq!(u32::try_from(all.len()), Ok(block.room()));
    }
}
