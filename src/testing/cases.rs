//! The scenarios of a folder.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use crate::{
    foreign,
    scenario::{Reading, Scenario},
    suite::{self, File},
};

use super::snapshot::{Snapshot, drawn, shown};

/// A scenario file in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    name: String,
    file: File,
}

impl Case {
    /// Its path below the folder, without its ending: `hibernate/stop-or-hibernate`. Of several that differ in their ending
    /// only, the later ones keep it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for a snapshot: `hibernate__stop-or-hibernate`.
    pub fn snapshot_name(&self) -> String {
        self.name.replace('/', "__")
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// Reads it.
    ///
    /// # Panics
    ///
    /// If it has mistakes, with all of them.
    #[track_caller]
    pub fn scenario(&self) -> Scenario {
        match self.file.read(&Reading::default()) {
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

    /// Holds that it still gives what the snapshot beside it holds (`NAME.snap`), if it has one: what `ec2sim test` compares,
    /// by the same rules, told in the same words. What it gives now is put into `NAME.snap.new`, except in CI.
    ///
    /// [`main`](super::main), [`main_with`](super::main_with) and [`each_scenario`] do this after each test.
    ///
    /// # Panics
    ///
    /// If it gives something else, if the snapshot can't be used, or if one is asked for and isn't there.
    #[track_caller]
    pub fn assert_snapshot(&self) {
        let held = suite::hold_snapshot(&self.scenario(), &self.file, !suite::is_ci());
        assert!(held.problems.is_empty(), "{}", held.text);
    }
}

/// Calls `test` with every scenario of a folder and the folders below it, in the order of their names, and holds each against
/// its snapshot, if it has one ([`Case::assert_snapshot`]). A scenario is a file `*.yaml`, `*.yml` or `*.json` with `steps` at
/// its top level; hidden files and folders are left out.
///
/// A scenario for which `test` panics stops none of the others; all that failed are told at the end.
///
/// # Panics
///
/// If `test` did for one of them or its snapshot doesn't hold, if there is no scenario, or if the folder can't be read.
#[track_caller]
pub fn each_scenario(folder: impl AsRef<Path>, mut test: impl FnMut(&Case)) {
    let folder = folder.as_ref();
    let cases = match cases(folder) {
        Ok(cases) => cases,
        Err(why) => panic!("{why}"),
    };
    let mut failed = Vec::new();
    for case in &cases {
        let tested = catch_unwind(AssertUnwindSafe(|| {
            test(case);
            case.assert_snapshot();
        }));
        if let Err(payload) = tested {
            failed.push(format!(
                "--- {}\n{}",
                foreign::shown(&case.path().to_string_lossy()),
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
    let root = shown(folder);
    let found = suite::find(std::slice::from_ref(&root));
    if let Some((path, reason)) = found.problems.first() {
        let path = foreign::shown(path);
        return Err(format!("cannot read the folder {path}: {reason}"));
    }
    if let Some(mistakes) = found.mistakes.first() {
        return Err(drawn(mistakes));
    }
    let files = found.files.into_iter().filter(|file| !file.is_other());
    let mut cases: Vec<Case> = files
        .map(|file| Case {
            name: suite::stem(&file),
            file,
        })
        .collect();
    if cases.is_empty() {
        let folder = folder.to_string_lossy();
        return Err(format!("no scenario found in {}", foreign::shown(&folder)));
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(cases)
}
