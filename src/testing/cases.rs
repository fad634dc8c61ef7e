//! The scenarios of a folder.

use std::{
    any::Any,
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use crate::scenario::Scenario;

use super::snapshot::{Snapshot, drawn, read};

/// A scenario file in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    name: String,
    path: PathBuf,
}

impl Case {
    /// Its path below the folder, without its ending: `hibernate/stop-or-hibernate`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for a snapshot: `hibernate__stop-or-hibernate`.
    pub fn snapshot_name(&self) -> String {
        self.name.replace('/', "__")
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it.
    ///
    /// # Panics
    ///
    /// If it has mistakes, with all of them.
    #[track_caller]
    pub fn scenario(&self) -> Scenario {
        match read(&self.path) {
            Ok(scenario) => scenario,
            Err(mistakes) => panic!("{}", drawn(&mistakes)),
        }
    }

    /// Reads and replays it. Whether it passed is for the test to ask.
    ///
    /// # Panics
    ///
    /// If it has mistakes, with all of them.
    #[track_caller]
    pub fn replay(&self) -> Snapshot {
        Snapshot::new(self.scenario())
    }
}

/// Calls `test` with every scenario (`*.yaml`, `*.yml`) of a folder and the folders below it, in the order of their names.
/// Hidden files and folders are left out.
///
/// A scenario for which `test` panics stops none of the others; all that failed are told at the end.
///
/// # Panics
///
/// If `test` did for one of them, if there is no scenario, or if the folder can't be read.
#[track_caller]
pub fn each_scenario(folder: impl AsRef<Path>, mut test: impl FnMut(&Case)) {
    let folder = folder.as_ref();
    let cases = match cases(folder) {
        Ok(cases) => cases,
        Err(why) => panic!("{why}"),
    };
    let mut failed = Vec::new();
    for case in &cases {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| test(case))) {
            failed.push(format!(
                "--- {}\n{}",
                case.path.display(),
                message(&*payload)
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} scenarios failed\n\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n\n")
    );
}

/// What a panic said.
pub(super) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .trim_start_matches('\n')
}

/// The scenarios of a folder, in the order of their names; or why there are none.
pub(super) fn cases(folder: &Path) -> Result<Vec<Case>, String> {
    let mut found = Vec::new();
    walk(folder, "", &mut found)
        .map_err(|error| format!("cannot read the folder {}: {error}", folder.display()))?;
    if found.is_empty() {
        return Err(format!("no scenario is below {}", folder.display()));
    }
    found.sort_by(|one: &Case, other| one.name.cmp(&other.name));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Case>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        // What is a link to a folder isn't followed: it may lead back.
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, &format!("{prefix}{name}/"), found)?;
        } else if let Some((stem, "yaml" | "yml")) = name.rsplit_once('.') {
            found.push(Case {
                name: format!("{prefix}{stem}"),
                path,
            });
        }
    }
    Ok(())
}
