//! `ec2sim show JOURNAL…`.

use std::{
    fs,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use crate::{
    engine::{Outcome, StopSignal},
    foreign::shown,
    report::{Focus, JournalError, Journals, LedgerCsv, Timeline},
    scenario::input,
};

#[cfg(feature = "parquet")]
use crate::report::FocusParquet;

use super::{
    Exit, RunContext,
    args::{Format, Global, ShowOptions},
    output::not_written,
    run::{exit_of, look, told},
    test::complain,
};

/// Shows every journal of every file. One that can't be used stops none of the others.
pub(super) fn show(options: &ShowOptions, global: &Global, context: &RunContext) -> Exit {
    let mut exit = Exit::Success;
    let mut show = Show::new(options, global, context);
    for path in &options.files {
        match show.file(path, &mut exit) {
            Ok(()) => {}
            Err(JournalError::Writing(error)) => return exit.max(not_shown(&error)),
            Err(error) => {
                if let Err(error) = show.out.flush() {
                    return exit.max(Exit::of_writing(&error));
                }
                let _ = writeln!(io::stderr(), "error: {}", said(path, &error));
                exit = exit.max(Exit::Unusable);
            }
        }
    }
    #[cfg(feature = "parquet")]
    if let Some(Err(error)) = show.parquet.map(FocusParquet::finish) {
        let _ = writeln!(io::stderr(), "error: cannot write the results: {error}");
        return exit.max(Exit::of_writing(&error));
    }
    match show.out.flush() {
        Ok(()) => exit,
        Err(error) => exit.max(Exit::of_writing(&error)),
    }
}

/// Shows the one journal in a reader, which nothing comes after.
pub(super) fn whole(
    reader: impl BufRead,
    options: &ShowOptions,
    global: &Global,
    context: &RunContext,
) -> (Exit, Result<(), JournalError>) {
    let mut exit = Exit::Success;
    let mut show = Show::new(options, global, context);
    let shown = show.journals(reader, &mut exit);
    let shown = shown.and(show.out.flush().map_err(JournalError::from));
    (exit, shown)
}

/// What it comes to that what is shown can't be written.
pub(super) fn not_shown(error: &io::Error) -> Exit {
    let writing = Exit::of_writing(error);
    if writing == Exit::Unusable {
        let _ = writeln!(io::stderr(), "error: cannot write the results: {error}");
    }
    writing
}

/// `FILE:LINE: what is wrong`.
fn said(path: &Path, error: &JournalError) -> String {
    let line = error
        .line()
        .map_or_else(String::new, |line| format!(":{line}"));
    let (file, why) = (path.display().to_string(), error.to_string());
    format!("{}{line}: {}", shown(&file), shown(&why))
}

struct Show<'a> {
    options: &'a ShowOptions,
    global: &'a Global,
    context: &'a RunContext,
    out: BufWriter<io::Stdout>,
    /// Whether nothing was shown yet.
    is_first: bool,
    /// The one file of all journals.
    #[cfg(feature = "parquet")]
    parquet: Option<FocusParquet<io::Stdout>>,
}

impl<'a> Show<'a> {
    fn new(options: &'a ShowOptions, global: &'a Global, context: &'a RunContext) -> Self {
        Self {
            options,
            global,
            context,
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            is_first: true,
            #[cfg(feature = "parquet")]
            parquet: None,
        }
    }

    fn file(&mut self, path: &Path, exit: &mut Exit) -> Result<(), JournalError> {
        if path.as_os_str() == "-" {
            self.journals(io::stdin().lock(), exit)
        } else {
            let (file, _) = input::open(path)?;
            self.journals(BufReader::with_capacity(1 << 16, file), exit)
        }
    }

    fn journals(&mut self, reader: impl BufRead, exit: &mut Exit) -> Result<(), JournalError> {
        let mut journals = Journals::new(reader);
        let mut count = 0_u64;
        while let Some(head) = journals.next_head()? {
            count += 1;
            if let Some(path) = &self.options.html {
                if count > 1 || !std::mem::take(&mut self.is_first) {
                    complain(&format!(
                        "{} would be the page of several journals: show one at a time",
                        shown(&path.to_string_lossy())
                    ));
                    *exit = Exit::Unusable;
                    return Ok(());
                }
                let mut page = Vec::new();
                let outcome = journals.write_page(&head, &mut page)?;
                if let Err(error) = fs::write(path, page) {
                    not_written(path, &error);
                    *exit = Exit::Unusable;
                }
                *exit = (*exit).max(exit_of(outcome));
                continue;
            }
            let rounding = self.options.view.rounding();
            let goes_on = !std::mem::take(&mut self.is_first);
            let outcome: Outcome = match self.options.view.format {
                Format::Timeline => {
                    if goes_on {
                        writeln!(self.out)?;
                    }
                    let look = look(&self.options.view, self.global, self.context);
                    let timeline = Timeline::new(&mut self.out, look, StopSignal::default());
                    let timeline = timeline.in_pieces();
                    let mut timeline = told(timeline, &self.options.view, self.context);
                    journals.draw(&head, &mut timeline)?
                }
                Format::Json => journals.write_document(&head, rounding, &mut self.out)?,
                Format::Csv => {
                    let mut table = LedgerCsv::after(goes_on, &mut self.out, rounding)?;
                    journals.write_ledger(&head, &mut table)?
                }
                Format::Focus => {
                    let mut focus = Focus::after(goes_on, &mut self.out, rounding)?;
                    journals.write_focus(&head, &mut focus)?
                }
                #[cfg(feature = "parquet")]
                Format::FocusParquet => {
                    let file = match &mut self.parquet {
                        Some(file) => file,
                        none @ None => none.insert(FocusParquet::new(io::stdout(), rounding)?),
                    };
                    journals.write_focus_parquet(&head, file)?
                }
                Format::Jsonl => journals.copy(&head, &mut self.out)?,
            };
            *exit = (*exit).max(exit_of(outcome));
        }
        if count == 0 {
            return Err(JournalError::Empty);
        }
        Ok(())
    }
}
