//! Sweeps: the same scenario under many draws of its timings.

use std::{
    fmt,
    num::{IntErrorKind, ParseIntError},
    ops::RangeInclusive,
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many seeds can be replayed in one run.
const MOST: u64 = 1_000_000_000;

/// A range of seeds with both its ends: `1..1000`.
///
/// # Example
///
/// ```
/// use ec2sim::suite::Seeds;
/// let seeds: Seeds = "1..1000".parse().unwrap();
/// assert_eq!((seeds.count(), seeds.to_string().as_str()), (1_000, "1..1000"));
/// assert_eq!("17".parse::<Seeds>(), "17..17".parse());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Seeds {
    first: u64,
    last: u64,
}

/// Two seeds of which nothing is known yet: what a report says may be anything.
#[derive(Deserialize)]
struct Ends {
    first: u64,
    last: u64,
}

impl TryFrom<Ends> for Seeds {
    type Error = SeedsError;

    fn try_from(Ends { first, last }: Ends) -> Result<Self, SeedsError> {
        match last.checked_sub(first) {
            None => Err(SeedsError::Backwards),
            Some(MOST..) => Err(SeedsError::TooMany),
            Some(_) => Ok(Self { first, last }),
        }
    }
}

impl Seeds {
    /// One seed.
    pub const fn one(seed: u64) -> Self {
        Self {
            first: seed,
            last: seed,
        }
    }

    /// How many there are.
    pub const fn count(self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The seeds of one of the pieces of `size`, counted from zero; past the last piece there are none.
    pub(super) fn piece(self, piece: u64, size: u64) -> RangeInclusive<u64> {
        let first = piece
            .checked_mul(size)
            .and_then(|skip| self.first.checked_add(skip));
        // An empty range past the end.
        first
            .filter(|&first| first <= self.last)
            .map_or(RangeInclusive::new(1, 0), |first| {
                first..=first.saturating_add(size - 1).min(self.last)
            })
    }
}

/// Why a text is no range of seeds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SeedsError {
    /// It isn't two numbers.
    #[error("expected the first and the last seed, such as `1..1000`")]
    NotARange,
    /// A number is too large.
    #[error("a seed is at most {}", u64::MAX)]
    TooLarge,
    /// The last is before the first.
    #[error("the last seed is smaller than the first")]
    Backwards,
    /// They are too many to be counted.
    #[error("at most one billion seeds can be replayed in one run")]
    TooMany,
}

/// Reads `1..1000`, `1..=1000` (the same) or `17`.
///
/// # Errors
///
/// Every reason is a variant of [`SeedsError`].
impl FromStr for Seeds {
    type Err = SeedsError;

    fn from_str(text: &str) -> Result<Self, SeedsError> {
        let number = |text: &str| {
            text.trim().parse().map_err(|error: ParseIntError| {
                if *error.kind() == IntErrorKind::PosOverflow {
                    SeedsError::TooLarge
                } else {
                    SeedsError::NotARange
                }
            })
        };
        let (first, last) = match text.split_once("..") {
            Some((first, last)) => (
                number(first)?,
                number(last.strip_prefix('=').unwrap_or(last))?,
            ),
            None => (number(text)?, number(text)?),
        };
        Ends { first, last }.try_into()
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_all_of_it() {
        let seeds: Seeds = "5..70".parse().unwrap();
        let all: Vec<u64> = (0..4).flat_map(|piece| seeds.piece(piece, 32)).collect();
        assert_eq!(all, (5..=70).collect::<Vec<u64>>());
    }

    #[test]
    fn what_is_no_range_is_refused() {
        assert_eq!("9..1".parse::<Seeds>(), Err(SeedsError::Backwards));
        assert_eq!(
            "0..18446744073709551615".parse::<Seeds>(),
            Err(SeedsError::TooMany)
        );
        assert_eq!(
            "1..18446744073709551616".parse::<Seeds>(),
            Err(SeedsError::TooLarge)
        );
        assert_eq!("18446744073709551615".parse::<Seeds>().unwrap().count(), 1);
        for text in ["", "..", "1..", "..9", "a..b", "-1..3"] {
            assert_eq!(text.parse::<Seeds>(), Err(SeedsError::NotARange), "{text}");
        }
    }
}
