//! The files that a run writes its reports to.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{RunContext, args::ReportOptions};

/// Where the reports go that were asked for.
#[derive(Debug)]
pub(super) struct Outputs {
    pub(super) junit: Option<Output>,
    pub(super) markdown: Option<Output>,
}

/// A file for a report.
#[derive(Debug, Clone)]
pub(super) struct Output {
    path: PathBuf,
    /// So many bytes stand before it, which others have written.
    kept: u64,
}

impl Outputs {
    pub(super) fn of(reports: &ReportOptions, context: &RunContext) -> Self {
        let output = |path: &PathBuf| Output {
            path: path.clone(),
            // The commands of a step share its summary.
            kept: if context.step_summary.as_ref() == Some(path) {
                fs::metadata(path).map_or(0, |metadata| metadata.len())
            } else {
                0
            },
        };
        Self {
            junit: reports.junit.as_ref().map(output),
            markdown: reports.markdown.as_ref().map(output),
        }
    }
}

impl Output {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn kept(&self) -> u64 {
        self.kept
    }

    /// Opens it, with what was there before and nothing else. Its folder is made.
    pub(super) fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        if self.kept == 0 {
            return File::create(&self.path);
        }
        let mut file = File::options().write(true).open(&self.path)?;
        file.set_len(self.kept)?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    }

    /// Writes a report.
    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        self.open()?.write_all(text.as_bytes())
    }

    /// Leaves nothing of it behind.
    pub(super) fn discard(&self) -> io::Result<()> {
        if self.kept == 0 {
            return fs::remove_file(&self.path);
        }
        self.open().map(drop)
    }
}
