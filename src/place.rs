//! Places in a scenario file.

/// A place in the scenario file: bytes `lo..hi`, and the line (from 1) that `lo` is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The first byte.
    pub lo: u32,
    /// The byte after the last.
    pub hi: u32,
    /// The line, counted from 1.
    pub line: u32,
}
