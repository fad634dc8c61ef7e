//! What the program's exit code says.

use std::{io, process::ExitCode};

/// How a run of the program ended. Of several, the later in this order wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: all well.
    Success,
    /// 1: a scenario failed: an expectation, or a step that was refused unexpectedly.
    Failed,
    /// 2: the input could not be used: a file that is missing or does not parse, an unknown type, a bad option.
    Unusable,
    /// 130: stopped by Ctrl-C.
    Interrupted,
    /// What a command has ended with that was run on behalf of somebody.
    OfCommand(u8),
}

impl Exit {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Unusable => 2,
            Self::Interrupted => 130,
            Self::OfCommand(code) => code,
        }
    }

    /// What an error of writing the results comes to: a reader that has gone away has seen what it wanted.
    pub(super) fn of_writing(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Success
        } else {
            Self::Unusable
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
