//! `ec2sim import FILE…`: what an account recorded, as a scenario.

use std::io;

use crate::{
    foreign::shown,
    import::{Import, ImportOptions},
};

use super::{Exit, args::ImportArgs, new, output, test::complain};

/// Prints a scenario of the records of all files, or writes it. If a file can't be used, there is none: it would be wrong without what is in
/// that file.
pub(super) fn import(options: &ImportArgs) -> Exit {
    let mut import = Import::default();
    let mut exit = Exit::Success;
    for file in &options.files {
        if let Err(error) = import.add(file) {
            complain(&error.to_string());
            exit = Exit::Unusable;
        }
    }
    if exit != Exit::Success {
        return exit;
    }
    let mut wanted = ImportOptions::default();
    wanted.region.clone_from(&options.region);
    wanted.redact = options.redact;
    let text = match import.scenario(&wanted) {
        Ok(text) => text,
        Err(error) => {
            complain(&error.to_string());
            return Exit::Unusable;
        }
    };
    let Some(path) = options
        .output
        .as_ref()
        .filter(|path| path.as_os_str() != "-")
    else {
        return output::print(text.as_bytes());
    };
    match new::write(path, &text) {
        Ok(()) => Exit::Success,
        Err(error) => {
            let why = if error.kind() == io::ErrorKind::AlreadyExists {
                "it already exists".to_owned()
            } else {
                output::reason(&error)
            };
            complain(&format!(
                "cannot write {}: {why}",
                shown(&path.to_string_lossy())
            ));
            Exit::Unusable
        }
    }
}
