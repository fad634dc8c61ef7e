//! `ec2sim check FILE…`.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    scenario::{Diagnostics, Scenario},
    suite::WhileHeard,
};

use super::{
    Exit, RunContext,
    args::{CheckFormat, CheckOptions, Global},
    files, test,
};

/// Reads and validates every file.
pub(super) fn check(options: &CheckOptions, global: &Global, context: &RunContext) -> Exit {
    let mut out = WhileHeard::new(io::stdout().lock());
    let mut exit = Exit::Success;
    for path in &options.files {
        let found = files::read(path);
        if found.is_err() {
            exit = Exit::Unusable;
        }
        if let Err(error) = tell(path, &found, options, global, context, &mut out) {
            test::complain(&format!("cannot write the results: {error}"));
            return exit.max(Exit::Unusable);
        }
    }
    exit
}

fn tell(
    path: &Path,
    found: &Result<Scenario, Diagnostics>,
    options: &CheckOptions,
    global: &Global,
    context: &RunContext,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Err(mistakes) = found {
        // Standard error may be closed; the exit code says it all the same.
        let _ = files::complain(mistakes, global, context);
    }
    match (options.format, found) {
        (CheckFormat::Human, Ok(scenario)) if !options.quiet => {
            let program = scenario.program();
            writeln!(out, "✓ {}: {}", scenario.file(), program.name)
        }
        (CheckFormat::Human, Err(mistakes)) => {
            let count = mistakes.len() + mistakes.omitted();
            writeln!(
                out,
                "✗ {}: {count} mistake{}",
                path.display(),
                if count == 1 { "" } else { "s" }
            )
        }
        (CheckFormat::Human, Ok(_)) => Ok(()),
        (CheckFormat::Json, Ok(_)) => {
            writeln!(
                out,
                r#"{{"schema":"ec2sim/diagnostics/1","diagnostics":[]}}"#
            )
        }
        (CheckFormat::Json, Err(mistakes)) => files::write_document(mistakes, out),
    }
}
