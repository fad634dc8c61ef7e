//! VPCs and their subnets.

use std::net::Ipv4Addr;

use crate::{
    catalog::RegionId,
    id::{Id, IdKind, Seeded},
};

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// Its id.
    pub id: Id,
    /// Its addresses: `172.31.0.0/16`.
    pub cidr: String,
    /// The id of the association with its addresses.
    pub association: Id,
    /// Its DHCP options.
    pub dhcp_options: Id,
    /// Whether it is the default one.
    pub is_default: bool,
    /// Whether instances in it get public DNS names.
    pub dns_hostnames: bool,
}

impl Vpc {
    /// The default one.
    pub(super) fn default_of(root: Seeded) -> Self {
        let key = root.named("default");
        Self {
            id: Id::new(IdKind::Vpc, key),
            cidr: "172.31.0.0/16".to_owned(),
            association: Id::new(IdKind::CidrAssociation, key),
            dhcp_options: Id::new(IdKind::DhcpOptions, root.named("default")),
            is_default: true,
            dns_hostnames: true,
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
    pub cidr: String,
    /// Whether it is the default one of its zone.
    pub is_default: bool,
    /// Whether instances in it get a public IPv4 address.
    pub public_on_launch: bool,
}

/// A /20 of the default VPC for each zone, in the order of the zones' names.
pub(super) fn default_subnets(region: RegionId, root: Seeded, vpc: Id) -> Vec<Subnet> {
    let zones = region.zones().zip(region.zone_ids());
    (0_u32..)
        .zip(zones)
        .map(|(number, (zone, zone_id))| {
            let first = u32::from(Ipv4Addr::new(172, 31, 0, 0)) + (number << 12);
            Subnet {
                id: Id::new(IdKind::Subnet, root.named(zone)),
                vpc,
                zone,
                zone_id,
                cidr: format!("{}/20", Ipv4Addr::from(first)),
                is_default: true,
                public_on_launch: true,
            }
        })
        .collect()
}
