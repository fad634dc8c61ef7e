//! What a snapshot records, and how a text stands in it.

use std::fmt;

/// What a snapshot records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// All that happens, and what it costs.
    Full,
    /// What happens: transitions, refusals, addresses, data. A changed price doesn't change it.
    Transitions,
    /// What it costs.
    Costs,
}

impl Recording {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Transitions => "transitions",
            Self::Costs => "costs",
        }
    }

    /// Whether the time line is in it.
    pub(super) const fn has_timeline(self) -> bool {
        match self {
            Self::Full | Self::Transitions => true,
            Self::Costs => false,
        }
    }

    /// Whether money is in it.
    pub(super) const fn has_costs(self) -> bool {
        match self {
            Self::Full | Self::Costs => true,
            Self::Transitions => false,
        }
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text of a file on one line of a snapshot, as version 1 has it. What is shown of a snapshot is another matter.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}
