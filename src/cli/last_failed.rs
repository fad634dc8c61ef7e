//! Which scenarios failed in the run before, for `--last-failed`.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    foreign::shown,
    suite::{CaseOutcome, File, Report},
};

use super::output::reason;

/// Where it is kept if nobody says where: beside what cargo makes, which no repository keeps.
const USUAL: &str = "target/ec2sim/last-failed";

/// What kept it from being read or written.
#[derive(Debug, Error)]
#[error("cannot {what} {}, which keeps what failed: {why}", shown(.path))]
pub(super) struct MemoryError {
    what: &'static str,
    path: String,
    why: String,
}

/// The file that keeps them.
#[derive(Debug)]
pub(super) struct LastFailed {
    path: PathBuf,
    /// Somebody has said where it is.
    is_named: bool,
    may_write: bool,
}

impl LastFailed {
    /// In CI nothing is written that nobody asked for.
    pub(super) fn new(named: Option<&Path>, ci: bool) -> Self {
        Self {
            path: named.map_or_else(|| PathBuf::from(USUAL), Path::to_owned),
            is_named: named.is_some(),
            may_write: named.is_some() || !ci,
        }
    }

    /// Those of some files that failed; nothing where none did.
    pub(super) fn among(&self, files: &[File]) -> Result<Option<BTreeSet<String>>, MemoryError> {
        let failed = self.read().map_err(|why| self.error("read", why))?;
        let there: BTreeSet<String> = files
            .iter()
            .map(File::name)
            .filter(|name| failed.contains(name))
            .collect();
        Ok((!there.is_empty()).then_some(there))
    }

    /// Keeps what failed now. What wasn't replayed stays as it was.
    pub(super) fn remember(&self, report: &Report) -> Result<(), MemoryError> {
        if !self.may_write {
            return Ok(());
        }
        let before = self.read().unwrap_or_default();
        let mut failed = before.clone();
        for case in &report.cases {
            // A variant belongs to its file, and comes after it.
            let file = case.path();
            if case.file == file {
                failed.remove(file);
            }
            if case.outcome != CaseOutcome::Passed {
                failed.insert(file.to_owned());
            }
        }
        if failed == before {
            return Ok(());
        }
        let written = self.write(&failed);
        // Nobody asked for the usual file, and a folder that can't be written to is no reason to fail.
        if self.is_named {
            written.map_err(|error| self.error("write", reason(&error)))?;
        }
        Ok(())
    }

    fn read(&self) -> Result<BTreeSet<String>, String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|_| "it isn't a list of scenarios; delete it".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
            Err(error) => Err(reason(&error)),
        }
    }

    fn write(&self, failed: &BTreeSet<String>) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.path, serde_json::to_string(failed)? + "\n")
    }

    fn error(&self, what: &'static str, why: String) -> MemoryError {
        let path = self.path.to_string_lossy().into_owned();
        MemoryError { what, path, why }
    }
}
