//! Reading the scenario files that a command names, one after the other.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    foreign,
    scenario::{Diagnostics, Reading, Scenario},
    suite::{self, File, Found},
};

use super::{
    Exit, RunContext,
    args::{Colour, Global},
    diagnostics, test,
};

/// Reads a scenario file; `-` is standard input.
pub(super) fn read(path: &Path, reading: impl Into<Reading>) -> Result<Scenario, Diagnostics> {
    if path.as_os_str() == "-" {
        // Bounded, as files are; it may be a pipe.
        Scenario::from_reader_within("/dev/stdin", io::stdin().lock(), reading)
    } else {
        Scenario::from_path_within(path, reading)
    }
}

/// What a path stands for. What is no folder is read under its own name, whether it is there or not.
pub(super) fn at(path: &Path) -> Found {
    if path.is_dir() {
        return suite::find(&[path.to_owned()]);
    }
    Found {
        files: vec![File {
            path: path.to_owned(),
            relative: String::new(),
            is_named: true,
        }],
        ..Found::default()
    }
}

/// Says what could not be looked at.
pub(super) fn problems(found: &Found) -> Exit {
    for (path, reason) in &found.problems {
        test::complain(&format!("{path}: cannot read it: {reason}"));
    }
    if found.problems.is_empty() {
        Exit::Success
    } else {
        Exit::Unusable
    }
}

/// Draws every mistake of a file on standard error.
pub(super) fn complain(
    found: &Diagnostics,
    global: &Global,
    context: &RunContext,
) -> io::Result<()> {
    let colour = match global.color {
        Colour::Auto => context.colour_on_stderr,
        Colour::Always => true,
        Colour::Never => false,
    };
    io::stderr()
        .lock()
        .write_all(diagnostics::draw(found, context.width(), colour).as_bytes())
}

/// Writes the mistakes of a file as a document, `ec2sim/diagnostics/1`.
pub(super) fn write_document(found: &Diagnostics, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string(found)?;
    writeln!(out, "{}", foreign::in_json(&json))
}
