//! Sums by meter.

use crate::{money::Usd, record::Meter};

/// What something has cost, by meter.
///
/// # Example
///
/// ```
/// use ec2sim::{billing::Cost, money::Usd, record::Meter};
/// let mut cost = Cost::default();
/// cost.add(Meter::Usage, Usd::hourly("0.0104".parse().unwrap(), 3600));
/// cost.add(Meter::PublicIpv4, Usd::hourly("0.005".parse().unwrap(), 3600));
/// assert_eq!(cost.of(Meter::Usage).to_string(), "0.0104000000");
/// assert_eq!(cost.total().to_string(), "0.0154000000");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost([Usd; Meter::ALL.len()]);

impl Cost {
    /// The part of one meter.
    pub const fn of(self, meter: Meter) -> Usd {
        self.0[meter.index()]
    }

    /// The sum.
    pub fn total(self) -> Usd {
        self.0.into_iter().sum()
    }

    /// Adds to the part of one meter.
    pub fn add(&mut self, meter: Meter, amount: Usd) {
        self.0[meter.index()] += amount;
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
        self
    }
}
