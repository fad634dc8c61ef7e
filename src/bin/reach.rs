//! Walks over every state that an account can reach, and says how many those were: `docs/contributing.md`.

#![forbid(unsafe_code)]

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use ec2sim::engine::reach;

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let walked = reach::walk(0, |walked| {
        let _ = writeln!(out, "{walked}");
    });
    match walked {
        Ok(()) => {
            let _ = writeln!(out, "every state keeps the invariants");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            let _ = writeln!(io::stderr(), "{broken}");
            ExitCode::FAILURE
        }
    }
}
