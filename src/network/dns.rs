//! The DNS names of instances (lifecycle rulebook, section 6.4).

use std::net::Ipv4Addr;

use crate::catalog::RegionId;

/// The private DNS name in its IP form (`DNS-PRIVATE-IP`): `ip-10-24-34-0.ec2.internal`.
///
/// # Example
///
/// ```
/// use ec2sim::{catalog::RegionId, network::private_dns};
/// let oregon = RegionId::find("us-west-2").unwrap();
/// assert_eq!(private_dns(oregon, "10.24.34.0".parse().unwrap()), "ip-10-24-34-0.us-west-2.compute.internal");
/// ```
pub fn private_dns(region: RegionId, address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("ip-{a}-{b}-{c}-{d}.{}", region.private_dns_suffix())
}

/// The public DNS name of a public address (`DNS-PUBLIC`): `ec2-203-0-113-25.compute-1.amazonaws.com`.
pub fn public_dns(region: RegionId, address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("ec2-{a}-{b}-{c}-{d}.{}", region.public_dns_suffix())
}
