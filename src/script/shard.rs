//! Shards: a suite, or the members of a fleet, split among machines that know nothing of each other.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Cast;

/// One part of a suite or of a fleet: `2/8` is the second of eight.
///
/// # Example
///
/// ```
/// use ec2sim::suite::Shard;
/// let shards: Vec<Shard> = ["1/2", "2/2"].iter().map(|text| text.parse().unwrap()).collect();
/// // Each path is in one shard, and stays there whatever else there is.
/// assert_eq!(shards.iter().filter(|shard| shard.takes("stop/twice.yaml")).count(), 1);
/// assert_eq!("9/8".parse::<Shard>().unwrap_err().to_string(), "there is no shard 9 of 8: the shards are 1/8 to 8/8");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Numbers")]
pub struct Shard {
    index: u32,
    count: u32,
}

/// Two numbers of which nothing is known yet: what a report says may be anything.
#[derive(Deserialize)]
struct Numbers {
    index: u32,
    count: u32,
}

impl TryFrom<Numbers> for Shard {
    type Error = ShardError;

    fn try_from(Numbers { index, count }: Numbers) -> Result<Self, ShardError> {
        if count == 0 {
            Err(ShardError::OfNone)
        } else if index == 0 || index > count {
            Err(ShardError::Outside { index, count })
        } else {
            Ok(Self { index, count })
        }
    }
}

impl Shard {
    /// The only one.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Which it is, from 1.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Of how many.
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Those of so many members that are in it: each member is in one shard, and members that follow each other stay together.
    pub fn of_members(self, count: u32) -> Range<u32> {
        let cut = |shards: u32| {
            let before = u64::from(count) * u64::from(shards) / u64::from(self.count.max(1));
            u32::try_from(before).unwrap_or(count)
        };
        cut(self.index - 1)..cut(self.index)
    }

    /// Whether a file is in it: by the hash of its path below the folder that was named, so that neither other files nor
    /// the place of the checkout move it.
    pub fn takes(self, relative: &str) -> bool {
        hash(relative) % u64::from(self.count.max(1)) + 1 == u64::from(self.index)
    }
}

/// Which part of a scenario is replayed: some of the members that have scripts of their own, and in the first part whatever
/// else there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub shard: Shard,
    /// A digest of the whole scenario: parts of others don't go together.
    pub digest: u64,
    /// Of the cast's instances and groups, whether their members are split.
    pub(crate) split: Vec<bool>,
}

impl Part {
    /// Those of some slots, all of one instance or group, whose scripts are in it.
    pub(crate) fn of_slots(&self, cast: &Cast, (first, count): (u32, u32)) -> Range<u32> {
        let entry = &cast.instances[cast.entry_of(first)];
        let own = self.shard.of_members(entry.slots());
        let begin = (entry.first_slot + own.start).clamp(first, first + count);
        let end = (entry.first_slot + own.end).clamp(begin, first + count);
        begin..end
    }

    /// Whether what the instance of a slot does is told in it.
    pub(crate) fn has(&self, cast: &Cast, slot: u32) -> bool {
        let is_split = self.split.get(cast.entry_of(slot)).copied();
        if is_split.unwrap_or_default() {
            !self.of_slots(cast, (slot, 1)).is_empty()
        } else {
            self.is_first()
        }
    }

    /// Whether it has what isn't split.
    pub(crate) const fn is_first(&self) -> bool {
        self.shard.index == 1
    }
}

/// FNV-1a over 64 bits, and a last stir: the low bits of FNV alone are uneven for names that differ in their last letter.
/// What it gives is part of what users see, and doesn't change.
fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// Why a text is no shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShardError {
    /// It isn't two numbers.
    #[error("expected a shard and the number of shards, such as `2/8`")]
    NotAShard,
    /// The second number is zero.
    #[error("nothing can be split into 0 shards")]
    OfNone,
    /// The first number is none of the shards.
    #[error("there is no shard {index} of {count}: the shards are 1/{count} to {count}/{count}")]
    Outside {
        /// Which was asked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
}

/// Reads `2/8`.
///
/// # Errors
///
/// Every reason is a variant of [`ShardError`].
impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, count) = text.split_once('/').ok_or(ShardError::NotAShard)?;
        let number = |text: &str| text.trim().parse().map_err(|_| ShardError::NotAShard);
        let (index, count) = (number(index)?, number(count)?);
        Numbers { index, count }.try_into()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_about_even_and_every_path_is_in_one() {
        let mut sizes = [0_u32; 8];
        for number in 0..1_000 {
            let path = format!("case-{number:04}.yaml");
            let takers: Vec<u32> = (1..=8)
                .filter(|&index| Shard { index, count: 8 }.takes(&path))
                .collect();
            assert_eq!(takers.len(), 1);
            sizes[usize::try_from(takers[0] - 1).unwrap()] += 1;
        }
        assert!(
            sizes.iter().all(|size| (90..=160).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn every_member_is_in_one_shard_and_they_are_about_even() {
        for (count, shards) in [
            (0, 3),
            (1, 8),
            (7, 8),
            (8, 8),
            (1_000_001, 7),
            (u32::MAX, 3),
        ] {
            let mut next = 0;
            for index in 1..=shards {
                let shard = Shard {
                    index,
                    count: shards,
                };
                let own = shard.of_members(count);
                assert_eq!(own.start, next);
                let even = count / shards;
                assert!(
                    (even..=even + 1).contains(&(own.end - own.start)),
                    "{own:?}"
                );
                next = own.end;
            }
            assert_eq!(next, count);
        }
    }

    #[test]
    fn the_hash_stays_as_it_is() {
        assert_eq!(hash(""), 0xecba_3df2_c338_3c52);
        assert_eq!(hash("stop/twice.yaml"), 0x8fc8_8568_e076_60cb);
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!(
            "0/8".parse::<Shard>(),
            Err(ShardError::Outside { index: 0, count: 8 })
        );
        assert_eq!("1/0".parse::<Shard>(), Err(ShardError::OfNone));
        for text in ["", "2", "2/", "/8", "a/b", "-1/8", "1/8/2"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError::NotAShard), "{text}");
        }
    }
}
