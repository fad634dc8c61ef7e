//! `ec2sim check PATH…`.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    foreign::shown,
    scenario::{Diagnostic, Diagnostics, Scenario},
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
    let mut configs = options.config.configs();
    for path in &options.paths {
        let found = files::at(path, &mut configs);
        let problems = files::problems(&found, global, context);
        exit = exit.max(problems);
        for mistakes in &found.mistakes {
            let file = mistakes.iter().next().map_or("", Diagnostic::file);
            if let Err(error) = tell_mistakes(file, mistakes, options, &mut out) {
                return unwritten(&error);
            }
        }
        let mut is_empty = problems == Exit::Success && !configs.are_broken();
        for file in found.files {
            let read = files::read(&file, &reading);
            if read.is_err() && file.is_other() {
                if !file.is_fragment() {
                    passed_over.push(file.name());
                }
                continue;
            }
            is_empty = false;
            if read.is_err() {
                exit = Exit::Unusable;
            }
            if let Err(error) = tell(&file.path, &read, options, global, context, &mut out) {
                return unwritten(&error);
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

fn unwritten(error: &io::Error) -> Exit {
    test::complain(&format!("cannot write the results: {error}"));
    Exit::Unusable
}

fn tell(
    path: &Path,
    found: &Result<Scenario, Diagnostics>,
    options: &CheckOptions,
    global: &Global,
    context: &RunContext,
    out: &mut dyn Write,
) -> io::Result<()> {
    match (options.format, found) {
        (_, Err(mistakes)) => {
            // Standard error may be closed; the exit code says it all the same.
            let _ = files::complain(mistakes, global, context);
            tell_mistakes(&path.to_string_lossy(), mistakes, options, out)
        }
        (CheckFormat::Human, Ok(scenario)) if !options.quiet => {
            let name = scenario.program().name.trim();
            writeln!(out, "✓ {}: {}", shown(scenario.file()), shown(name))
        }
        (CheckFormat::Human, Ok(_)) => Ok(()),
        (CheckFormat::Json, Ok(_)) => {
            writeln!(
                out,
                r#"{{"schema":"ec2sim/diagnostics/1","diagnostics":[]}}"#
            )
        }
    }
}

fn tell_mistakes(
    file: &str,
    mistakes: &Diagnostics,
    options: &CheckOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match options.format {
        CheckFormat::Human => {
            let count = mistakes.len() + mistakes.omitted();
            let s = if count == 1 { "" } else { "s" };
            writeln!(out, "✗ {}: {count} mistake{s}", shown(file))
        }
        CheckFormat::Json => files::write_document(mistakes, out),
    }
}
