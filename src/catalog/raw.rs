//! How the packed records are read.
//!
//! The build script (`pack.rs`) writes every table as records of one width, and says for every
//! column where in the record it starts and how it is stored. These are the readers for that.

use std::cmp::Ordering;

use super::data;
use crate::money::Price;

/// A text of at most 255 bytes; a blank cell is the empty text.
pub(super) struct TextAt(pub(super) usize);

impl TextAt {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> &'static str {
        let start = usize::from(U16At(self.0).of(record));
        let length = usize::from(record[self.0 + 2]);
        &data::POOL[start..start + length]
    }
}

/// A byte with a sign.
pub(super) struct SignedAt(pub(super) usize);

impl SignedAt {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> i8 {
        i8::from_le_bytes([record[self.0]])
    }
}

/// True, false, or blank.
pub(super) struct FlagAt(pub(super) usize);

impl FlagAt {
    /// Whether the cell says true; blank doesn't.
    pub(super) fn is_set<const W: usize>(&self, record: &[u8; W]) -> bool {
        record[self.0] == 1
    }

    /// What the cell says.
    pub(super) fn known<const W: usize>(&self, record: &[u8; W]) -> Option<bool> {
        (record[self.0] != u8::MAX).then(|| self.is_set(record))
    }
}

/// A number of one byte.
pub(super) struct U8At(pub(super) usize);

impl U8At {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> u8 {
        record[self.0]
    }

    /// The number, unless the cell is blank.
    pub(super) fn known<const W: usize>(&self, record: &[u8; W]) -> Option<u8> {
        Some(self.of(record)).filter(|number| *number != u8::MAX)
    }
}

/// A number of two bytes.
pub(super) struct U16At(pub(super) usize);

impl U16At {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> u16 {
        u16::from_le_bytes([record[self.0], record[self.0 + 1]])
    }

    /// The number, unless the cell is blank.
    pub(super) fn known<const W: usize>(&self, record: &[u8; W]) -> Option<u16> {
        Some(self.of(record)).filter(|number| *number != u16::MAX)
    }
}

/// A number of four bytes.
pub(super) struct U32At(pub(super) usize);

impl U32At {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> u32 {
        let at = self.0;
        u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
    }

    /// The number, unless the cell is blank.
    pub(super) fn known<const W: usize>(&self, record: &[u8; W]) -> Option<u32> {
        Some(self.of(record)).filter(|number| *number != u32::MAX)
    }

    /// A price that is stored in millionths of a dollar.
    pub(super) fn price<const W: usize>(&self, record: &[u8; W]) -> Price {
        Price::from_units(u64::from(self.of(record)) * 10_000)
    }
}

/// A number of eight bytes.
pub(super) struct U64At(pub(super) usize);

impl U64At {
    pub(super) fn of<const W: usize>(&self, record: &[u8; W]) -> u64 {
        let low = U32At(self.0).of(record);
        let high = U32At(self.0 + 4).of(record);
        u64::from(low) | u64::from(high) << 32
    }

    /// A price that is stored in units of 10⁻¹⁰ dollars.
    pub(super) fn price<const W: usize>(&self, record: &[u8; W]) -> Price {
        Price::from_units(self.of(record))
    }

    /// The price, unless the cell is blank.
    pub(super) fn known_price<const W: usize>(&self, record: &[u8; W]) -> Option<Price> {
        Some(self.of(record))
            .filter(|units| *units != u64::MAX)
            .map(Price::from_units)
    }
}

/// The items of a comma list; a blank cell has none.
pub(super) fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(',').filter(|item| !item.is_empty())
}

/// The record for which `order` says equal, in a table sorted that way.
pub(super) fn find<R>(rows: &'static [R], order: impl FnMut(&R) -> Ordering) -> Option<&'static R> {
    rows.binary_search_by(order)
        .ok()
        .and_then(|row| rows.get(row))
}

/// The records whose key is `key`, in a table sorted by it.
pub(super) fn range<R, K: Ord + Copy>(
    rows: &'static [R],
    key: K,
    of: impl Fn(&R) -> K,
) -> &'static [R] {
    let start = rows.partition_point(|row| of(row) < key);
    let length = rows[start..].partition_point(|row| of(row) == key);
    &rows[start..start + length]
}
