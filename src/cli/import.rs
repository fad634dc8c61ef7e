//! `ec2sim import FILE…`: what an account recorded, as a scenario.

use crate::import::{Import, ImportOptions};

use super::{Exit, args::ImportArgs, output, test::complain};

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
    output::write_new(path, &text)
}
