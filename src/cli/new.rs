//! `ec2sim new [FILE]`: a scenario to start with.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
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
    if path.extension().is_none() {
        path.set_extension("yaml");
    }
    // The comments name the file as it is called.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match write(&path, &text.replace(named, &shown(&name))) {
        Ok(()) => {
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
        Err(error) => {
            let why = if error.kind() == io::ErrorKind::AlreadyExists {
                "it already exists".to_owned()
            } else {
                output::reason(&error)
            };
            let path = path.to_string_lossy();
            let _ = writeln!(io::stderr(), "error: cannot write {}: {why}", shown(&path));
            Exit::Unusable
        }
    }
}

/// Writes a file that isn't there yet: nothing of anybody's is overwritten, even if it appears just now.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
