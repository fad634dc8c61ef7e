//! Addresses and names: where they come from, what a transition does to them, how they are called.
//!
//! Knows nothing of volumes, queues or money.

mod dns;
mod pool;
mod retention;

pub use dns::{private_dns, public_dns};
pub use pool::{AddressStanding, Home, Ipv6Source, PrivatePool, PublicPool, Vpc};
pub use retention::{auto_public_is_given_up, elastic_ip_is_taken_off, private_is_released};
