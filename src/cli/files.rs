//! Reading the scenario files that a command names, one after the other.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    foreign,
    scenario::{Configs, Diagnostics, Reading, Scenario},
    suite::{self, File, Found},
};

use super::{Exit, RunContext, args::Global, diagnostics, test};

/// Reads a scenario file; `-` is standard input.
pub(super) fn read(file: &File, reading: &Reading) -> Result<Scenario, Diagnostics> {
    if file.path.as_os_str() == "-" {
        // Bounded, as files are; it may be a pipe.
        Scenario::from_reader_within("/dev/stdin", io::stdin().lock(), reading.clone())
    } else {
        file.read(reading)
    }
}

/// Reads a scenario file that is named, and no folder.
pub(super) fn read_named(
    path: &Path,
    reading: &Reading,
    configs: &mut Configs,
) -> Result<Scenario, Vec<Diagnostics>> {
    let found = named(path, configs);
    match found.files.first() {
        Some(file) => read(file, reading).map_err(|mistakes| vec![mistakes]),
        None => Err(found.mistakes),
    }
}

/// What a path stands for. What is no folder is read under its own name, whether it is there or not.
pub(super) fn at(path: &Path, configs: &mut Configs) -> Found {
    if path.is_dir() {
        suite::find_by(&[path.to_owned()], configs)
    } else {
        named(path, configs)
    }
}

fn named(path: &Path, configs: &mut Configs) -> Found {
    let variant = File::variant_of(path);
    let (path, variant) = match &variant {
        Some((file, variant)) => (file.as_path(), Some(variant.clone())),
        None => (path, None),
    };
    let config = if path.as_os_str() == "-" {
        Ok(None)
    } else {
        configs.of_file(path)
    };
    let file = config.map(|config| File {
        path: path.to_owned(),
        relative: String::new(),
        variant,
        is_named: true,
        config,
    });
    Found {
        files: file.into_iter().collect(),
        mistakes: configs.mistakes(),
        ..Found::default()
    }
}

/// Says what could not be looked at, and what is wrong with an `ec2sim.toml`.
pub(super) fn problems(found: &Found, global: &Global, context: &RunContext) -> Exit {
    for mistakes in &found.mistakes {
        // Standard error may be closed; the exit code says it all the same.
        let _ = complain(mistakes, global, context);
    }
    for (path, reason) in &found.problems {
        test::complain(&format!("{path}: cannot read it: {reason}"));
    }
    if found.problems.is_empty() && found.mistakes.is_empty() {
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
    let colour = global.color.is_on(context.colour_on_stderr);
    io::stderr()
        .lock()
        .write_all(diagnostics::draw(found, context.width(), colour).as_bytes())
}

/// Writes the mistakes of a file as a document, `ec2sim/diagnostics/1`.
pub(super) fn write_document(found: &Diagnostics, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string(found)?;
    writeln!(out, "{}", foreign::in_json(&json))
}
