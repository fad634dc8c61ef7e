//! The reports of a run while it lasts.
//!
//! Whatever ends the program, one file that takes all memory or a power cut, what is done by then stands in its reports. Each
//! is a whole document after every scenario; when the run is over, the final ones take their place.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
};

use crate::suite::{self, CaseReport, format};

use super::outputs::{Output, Outputs};

/// A document that grows.
struct Draft {
    output: Output,
    file: File,
    /// Where the next part goes.
    end: u64,
    part: fn(&CaseReport) -> String,
    /// What closes the document.
    close: &'static str,
}

impl Draft {
    fn begin(
        output: Option<&Output>,
        open: &'static str,
        part: fn(&CaseReport) -> String,
        close: &'static str,
    ) -> Option<Self> {
        let output = output?;
        // What can't be written is told when the run is over. What is no plain file keeps what is written to it.
        let file = output.open().ok()?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        let mut draft = Self {
            output: output.clone(),
            file,
            end: output.kept(),
            part,
            close,
        };
        draft.write(open, "").ok()?;
        Some(draft)
    }

    /// Adds to the document, and to that for now `rest`.
    fn write(&mut self, more: &str, rest: &str) -> io::Result<()> {
        let text = [more, rest, self.close].concat();
        let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(text.as_bytes())?;
        self.file.set_len(self.end.saturating_add(length(&text)))?;
        self.end = self.end.saturating_add(length(more));
        Ok(())
    }
}

/// The documents of a run.
pub(super) struct Drafts(Vec<Draft>);

impl Drafts {
    /// Begins those that were asked for.
    pub(super) fn begin(outputs: &Outputs) -> Self {
        let junit = Draft::begin(
            outputs.junit.as_ref(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ec2sim\">\n    ",
            |case| format::junit_suite(case).unwrap_or_default(),
            "</testsuites>\n",
        );
        let markdown = Draft::begin(
            outputs.markdown.as_ref(),
            "## ⏳ ec2sim: not finished\n\n",
            format::markdown_line,
            "",
        );
        Self([junit, markdown].into_iter().flatten().collect())
    }

    /// Puts a scenario to them that is done.
    pub(super) fn add(&mut self, case: &CaseReport) {
        for draft in &mut self.0 {
            let part = (draft.part)(case);
            // A disk that is full is told when the run is over.
            let _ = draft.write(&part, "");
        }
    }

    /// Says which scenarios are being replayed: one of them may be the last of this run.
    pub(super) fn name(&mut self, unfinished: &[&suite::File]) {
        let cases: Vec<CaseReport> = unfinished
            .iter()
            .map(|file| CaseReport::unfinished(file))
            .collect();
        for draft in &mut self.0 {
            let rest: String = cases.iter().map(draft.part).collect();
            let _ = draft.write("", &rest);
        }
    }

    /// Takes them away: there is nothing to report.
    pub(super) fn discard(self) {
        for draft in self.0 {
            let _ = draft.output.discard();
        }
    }
}
