//! The command line: `ec2sim run`, `ec2sim test`, `ec2sim merge`, `ec2sim check`, `ec2sim new`, and what editors and shells need.
//!
//! Results go to standard output, everything about the run itself to standard error. A closed pipe quietly ends `run` and
//! the commands that just print something; `test`, `check` and `merge`, which give a verdict, go on without it.

mod args;
mod check;
mod compare;
mod context;
pub mod diagnostics;
mod diagram;
mod drafts;
mod examples;
mod exit_code;
mod explain;
mod files;
mod import;
mod interrupt;
mod keys;
mod last_failed;
#[cfg(feature = "live")]
mod live;
mod log;
mod manual;
mod merge;
mod new;
mod output;
mod outputs;
mod pace;
mod page;
mod progress;
mod quiz;
mod rules;
mod run;
mod select;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod side_by_side;
mod table;
mod test;
mod typed;
mod types;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::Parser;

use crate::foreign::shown;

pub use context::RunContext;
pub use exit_code::Exit;

use args::{Arguments, Command};

/// Runs the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>, context: &RunContext) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = harmless(error, &arguments);
            // Help and version are answers, anything else is a mistake; a closed pipe is neither.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Unusable.into()
            } else {
                Exit::Success.into()
            };
        }
    };
    if let Err(error) = arguments.command.check() {
        test::complain(&error.to_string());
        return Exit::Unusable.into();
    }
    let logs = match log::install(&arguments.global, context) {
        Ok(logs) => logs,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {}", shown(&error.to_string()));
            return Exit::Unusable.into();
        }
    };
    let exit = match arguments.command {
        Command::Run(options) => run::run(&options.0, &arguments.global, context, logs),
        Command::Show(options) => show::show(&options.0, &arguments.global, context),
        Command::Test(options) => test::test(options.0, &arguments.global, context, logs),
        Command::Merge(options) => merge::merge(&options.0, &arguments.global, context),
        Command::Check(options) => check::check(&options.0, &arguments.global, context),
        Command::Compare(options) => compare::compare(&options.0, &arguments.global, context),
        Command::Page(options) => page::page(&options.0, &arguments.global, context),
        #[cfg(feature = "serve")]
        Command::Serve(options) => serve::serve(&options.0, &arguments.global, context),
        Command::Import(options) => import::import(&options.0),
        Command::New(options) => new::new(&options.0, &arguments.global, context),
        Command::Explain(options) => explain::explain(&options.0, context),
        Command::Rules(options) => rules::rules(&options.0, &arguments.global, context),
        Command::Diagram(options) => diagram::diagram(&options.0, &arguments.global, context),
        Command::Types(options) => types::types(&options.0),
        Command::Prices(options) => types::prices(&options.0),
        Command::Schema(options) => manual::schema(&options.0),
        Command::Completions(options) => manual::completions(&options.0),
        Command::Man => manual::man(),
    };
    exit.into()
}

/// The same mistake in arguments of which what could do harm is shown: the message of a mistake repeats them.
fn harmless(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let same = arguments
        .iter()
        .map(|argument| shown(&argument.to_string_lossy()).into_owned());
    Arguments::try_parse_from(same).err().unwrap_or(error)
}
