//! The command line: `ec2sim run`, `ec2sim check`.
//!
//! Results go to standard output, everything about the run itself to standard error. A closed pipe ends the program
//! quietly.

mod args;
mod check;
mod context;
pub mod diagnostics;
mod exit_code;
mod files;
mod log;
mod run;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::Parser;

pub use context::RunContext;
pub use exit_code::Exit;

use args::{Arguments, Command};

/// Runs the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>, context: &RunContext) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, anything else is a mistake; a closed pipe is neither.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Unusable.into()
            } else {
                Exit::Success.into()
            };
        }
    };
    let logs = match log::install(&arguments.global, context) {
        Ok(logs) => logs,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            return Exit::Unusable.into();
        }
    };
    let exit = match arguments.command {
        Command::Run(options) => run::run(&options, &arguments.global, context, logs),
        Command::Check(options) => check::check(&options, &arguments.global, context),
    };
    exit.into()
}
