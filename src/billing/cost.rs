//! Sums by meter.

use crate::{money::Usd, record::Meter};

/// What something has cost, by meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Instance usage.
    pub usage: Usd,
    /// EBS volumes.
    pub ebs: Usd,
    /// Public IPv4 addresses.
    pub public_ipv4: Usd,
}

impl Cost {
    /// The sum.
    pub fn total(self) -> Usd {
        self.usage + self.ebs + self.public_ipv4
    }

    /// The part of one meter.
    pub const fn of(self, meter: Meter) -> Usd {
        match meter {
            Meter::Usage => self.usage,
            Meter::Ebs => self.ebs,
            Meter::PublicIpv4 => self.public_ipv4,
        }
    }

    pub(super) fn add(&mut self, meter: Meter, amount: Usd) {
        match meter {
            Meter::Usage => self.usage += amount,
            Meter::Ebs => self.ebs += amount,
            Meter::PublicIpv4 => self.public_ipv4 += amount,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            usage: self.usage + other.usage,
            ebs: self.ebs + other.ebs,
            public_ipv4: self.public_ipv4 + other.public_ipv4,
        }
    }
}
