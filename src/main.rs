//! The program `ec2sim`: environment in, exit code out.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use ec2sim::cli::{self, RunContext};

fn main() -> ExitCode {
    let context = RunContext::from_environment();
    cli::main(std::env::args_os(), &context)
}
