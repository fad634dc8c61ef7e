//! `ec2sim new [FILE]`: a scenario to start with.

use std::{
    io::{self, Write},
    path::is_separator,
};

use crate::{foreign::shown, report::write_legend, scenario::SCHEMA_FILE};

use super::{
    Exit, RunContext,
    args::{Global, NewOptions},
    output,
    run::WIDEST,
};

const LESSON: &str = include_str!("starters/lesson.yaml");
const CI: &str = include_str!("starters/ci.yaml");

/// Prints a starter scenario, or writes it to a file that isn't there yet.
pub(super) fn new(options: &NewOptions, global: &Global, context: &RunContext) -> Exit {
    let (text, named) = if options.ci {
        (CI, "ci.yaml")
    } else {
        (LESSON, "lesson.yaml")
    };
    let Some(file) = options.file.as_ref().filter(|file| file.as_os_str() != "-") else {
        return output::print(text.as_bytes());
    };
    let mut path = file.clone();
    if path.is_dir() || file.to_string_lossy().ends_with(is_separator) {
        path.push(named);
    } else if path.extension().is_none() {
        path.set_extension("yaml");
    }
    // The comments name the file as it is called.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let written = output::write_new(&path, &text.replace(named, &shown(&name)));
    if written != Exit::Success {
        return written;
    }
    let told = format!(
        "Created {file}.\n  ec2sim {run}\n  ec2sim schema > {schema}    next to the file, for your editor\n",
        file = shown(&path.to_string_lossy()),
        run = if options.ci {
            format!("test {}", shown(&path.to_string_lossy()))
        } else {
            format!("run {}", shown(&path.to_string_lossy()))
        },
        schema = shown(&path.with_file_name(SCHEMA_FILE).to_string_lossy()),
    );
    // The file is there, whether anybody reads this or not.
    let mut err = io::stderr().lock();
    let _ = err.write_all(told.as_bytes());
    if !options.ci {
        let colour = global.color.is_on(context.colour_on_stderr);
        let _ = writeln!(
            err,
            "\nWhat the signs of the timeline mean (`ec2sim run --legend`):"
        );
        let _ = write_legend(&mut err, context.width().min(WIDEST), colour, false);
    }
    Exit::Success
}
