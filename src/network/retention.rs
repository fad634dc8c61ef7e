//! What a passage does to addresses, read from the retention matrix.

use crate::lifecycle::{Attribute, Passage, Retained, retained};

/// Whether the auto public IPv4 address goes back to the pool as the passage begins (`IP-RELEASE`).
pub const fn auto_public_is_given_up(passage: Passage) -> bool {
    matches!(
        retained(Attribute::AutoPublicIpv4, passage).0,
        Retained::New | Retained::Released
    )
}

/// Whether private IPv4 and IPv6 addresses go back to their subnet (`KEEP-PRIVATE-IP`, `KEEP-IPV6`).
pub const fn private_is_released(passage: Passage) -> bool {
    matches!(
        retained(Attribute::PrivateIpv4, passage).0,
        Retained::Released
    )
}

/// Whether an Elastic IP is taken off (`EIP-TERMINATE`).
pub const fn elastic_ip_is_taken_off(passage: Passage) -> bool {
    matches!(
        retained(Attribute::ElasticIp, passage).0,
        Retained::Disassociated
    )
}
