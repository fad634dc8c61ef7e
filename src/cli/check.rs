//! `ec2sim check PATH…`.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    foreign::shown,
    scenario::{Diagnostics, Scenario},
    suite::{self, WhileHeard},
};

use super::{
    Exit, RunContext,
    args::{CheckFormat, CheckOptions, Global},
    files, test,
};

/// Reads and validates every file.
pub(super) fn check(options: &CheckOptions, global: &Global, context: &RunContext) -> Exit {
    let reading = match options.reading() {
        Ok(reading) => reading,
        Err(why) => return test::unusable_prices(&why),
    };
    let mut out = WhileHeard::new(io::stdout().lock());
    let mut exit = Exit::Success;
    let mut passed_over = Vec::new();
    for path in &options.paths {
        let found = files::at(path);
        exit = exit.max(files::problems(&found));
        let mut is_empty = found.problems.is_empty();
        for file in found.files {
            let read = files::read(&file.path, reading.clone());
            if read.is_err() && file.is_other() {
                passed_over.push(file.name());
                continue;
            }
            is_empty = false;
            if read.is_err() {
                exit = Exit::Unusable;
            }
            if let Err(error) = tell(&file.path, &read, options, global, context, &mut out) {
                test::complain(&format!("cannot write the results: {error}"));
                return exit.max(Exit::Unusable);
            }
        }
        if is_empty {
            test::none_found(std::slice::from_ref(path));
            exit = Exit::Unusable;
        }
    }
    if let Some(note) = suite::passed_over(&passed_over).filter(|_| !options.quiet) {
        let _ = writeln!(io::stderr(), "note: {}", shown(&note));
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
            let name = scenario.program().name.trim();
            writeln!(out, "✓ {}: {}", shown(scenario.file()), shown(name))
        }
        (CheckFormat::Human, Err(mistakes)) => {
            let count = mistakes.len() + mistakes.omitted();
            writeln!(
                out,
                "✗ {}: {count} mistake{}",
                shown(&path.to_string_lossy()),
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
