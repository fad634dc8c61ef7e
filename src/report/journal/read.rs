//! Journals read back: their records are told to a timeline again, and their bill is made again from them.

use std::io::{self, BufRead, Write};

#[cfg(feature = "parquet")]
use crate::report::FocusParquet;
use crate::{
    engine::{Outcome, Sink, View},
    foreign,
    record::{Journal, Record},
    report::{Focus, LedgerCsv, Rounding, Timeline, html::Sheet},
};

use super::{
    document,
    error::JournalError,
    head::JournalHead,
    last::{Last, is_last},
    row::{Found, Lines, Row},
    tell::Teller,
};

/// The journals in a reader, one after the other. They are read line by line.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, engine::{Outcome, StopSignal}, report::{JsonLines, Journals, Rounding}, runner::{Keep, replay_into}};
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let mut journal = Vec::new();
/// let mut lines = JsonLines::new(&mut journal, StopSignal::default());
/// lines.begin(scenario.program(), scenario.file());
/// let replay = replay_into(&scenario, Keep::SUMS, vec![&mut lines]);
/// lines.finish(&replay, scenario.source());
/// lines.end().unwrap();
///
/// let mut journals = Journals::new(&journal[..]);
/// let head = journals.next_head().unwrap().unwrap();
/// assert_eq!(head.file(), "web.yaml");
/// let mut document = Vec::new();
/// let outcome = journals.write_document(&head, Rounding::Exact, &mut document).unwrap();
/// assert_eq!(outcome, Outcome::Passed);
/// assert!(document.starts_with(br#"{"schema":"ec2sim/replay/1","#));
/// assert!(journals.next_head().unwrap().is_none());
/// ```
#[derive(Debug)]
pub struct Journals<R> {
    lines: Lines<R>,
}

/// Hears nothing.
struct Nobody;

impl Sink for Nobody {
    fn record(&mut self, _: &Record, _: &View<'_>) {}
}

impl<R: BufRead> Journals<R> {
    /// Those in a reader.
    pub const fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
        }
    }

    /// The first line of the next journal; none where there is no more. What follows it is read by one of the functions
    /// below.
    ///
    /// # Errors
    ///
    /// The line isn't the first of a journal that this version reads.
    pub fn next_head(&mut self) -> Result<Option<JournalHead>, JournalError> {
        let Some(text) = self.lines.next()?.map(str::to_owned) else {
            return Ok(None);
        };
        let row = Row::parse(self.lines.line, &text)?;
        let head = JournalHead::read(&row, text)?;
        match head.part {
            Some((shard, _)) => Err(JournalError::Part {
                line: row.line,
                shard,
            }),
            None => Ok(Some(head)),
        }
    }

    /// Draws the timeline, whose beginning this is. Of a journal that can't be read to its end, what came before is drawn.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, or the timeline can't be written.
    pub fn draw<W: Write>(
        &mut self,
        head: &JournalHead,
        timeline: &mut Timeline<W>,
    ) -> Result<Outcome, JournalError> {
        timeline.begin(&head.program, &head.file);
        let keep_ledger = timeline.is_verbose();
        let read = self.read(
            head,
            keep_ledger,
            timeline,
            |_| Ok(()),
            |timeline, teller, last| Ok(timeline.finish(&teller.told(last)?)?),
        );
        if read.is_err() {
            timeline.cut_off()?;
        }
        read
    }

    /// Writes the document of `--format json`.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, and nothing is written; or the document can't be written.
    pub fn write_document(
        &mut self,
        head: &JournalHead,
        rounding: Rounding,
        out: &mut dyn Write,
    ) -> Result<Outcome, JournalError> {
        // The outcome stands before the events, and is known after them.
        let mut journal = Journal::default();
        self.read(
            head,
            true,
            &mut journal,
            |_| Ok(()),
            |journal, teller, last| document::write(head, journal, teller, last, rounding, out),
        )
    }

    /// Writes the page of `--html`.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, and nothing is written; or the page can't be written.
    pub fn write_page(
        &mut self,
        head: &JournalHead,
        out: &mut dyn Write,
    ) -> Result<Outcome, JournalError> {
        let mut journal = Journal::default();
        self.read(
            head,
            true,
            &mut journal,
            |_| Ok(()),
            |journal, teller, last| {
                let sheet = Sheet {
                    program: &head.program,
                    file: &head.file,
                    records: journal,
                    names: teller.names(),
                    bill: teller.bill(),
                    end: last.end,
                    outcome: last.outcome,
                    tally: &last.tally,
                };
                Ok(sheet.write(out)?)
            },
        )
    }

    /// Writes the ledger of `--format csv`.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, and nothing is written; or the table can't be written.
    pub fn write_ledger<W: Write>(
        &mut self,
        head: &JournalHead,
        table: &mut LedgerCsv<W>,
    ) -> Result<Outcome, JournalError> {
        self.read_bill(head, |teller| {
            Ok(table.lines(teller.bill().ledger(), teller.names())?)
        })
    }

    /// Writes the rows of `--format focus`.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, and nothing is written; or the rows can't be written.
    pub fn write_focus<W: Write>(
        &mut self,
        head: &JournalHead,
        focus: &mut Focus<W>,
    ) -> Result<Outcome, JournalError> {
        self.read_bill(head, |teller| {
            let written = focus.lines(teller.bill(), teller.names());
            Ok(written.map_err(io::Error::from)?)
        })
    }

    /// Writes the rows of `--format focus-parquet`.
    ///
    /// # Errors
    ///
    /// As [`Self::write_focus`].
    #[cfg(feature = "parquet")]
    pub fn write_focus_parquet<W: Write + Send>(
        &mut self,
        head: &JournalHead,
        focus: &mut FocusParquet<W>,
    ) -> Result<Outcome, JournalError> {
        self.read_bill(head, |teller| {
            let written = focus.lines(teller.bill(), teller.names());
            Ok(written.map_err(io::Error::from)?)
        })
    }

    /// Reads a journal for its bill alone.
    fn read_bill(
        &mut self,
        head: &JournalHead,
        write: impl FnOnce(&Teller<'_>) -> Found<()>,
    ) -> Result<Outcome, JournalError> {
        self.read(
            head,
            true,
            &mut Nobody,
            |_| Ok(()),
            |_, teller, _| write(teller),
        )
    }

    /// Writes the journal itself, line by line. Of one that can't be read to its end, what came before is written.
    ///
    /// # Errors
    ///
    /// What is wrong with the journal, or it can't be written.
    pub fn copy(
        &mut self,
        head: &JournalHead,
        out: &mut dyn Write,
    ) -> Result<Outcome, JournalError> {
        let mut copy = |text: &str| Ok(out.write_all(foreign::in_json(text).as_bytes())?);
        copy(&head.text)?;
        self.read(head, false, &mut Nobody, copy, |_, _, _| Ok(()))
    }

    /// Reads what follows a first line. A sink hears the records, `line` each line that is as it should be, and `over` how it
    /// ended.
    fn read<S: Sink>(
        &mut self,
        head: &JournalHead,
        keep_ledger: bool,
        sink: &mut S,
        mut line: impl FnMut(&str) -> Found<()>,
        over: impl FnOnce(&mut S, &Teller<'_>, &Last<'_>) -> Found<()>,
    ) -> Found<Outcome> {
        let mut teller = Teller::new(head, keep_ledger);
        loop {
            let number = self.lines.line + 1;
            let Some(text) = self.lines.next()? else {
                return Err(JournalError::CutOff { line: number - 1 });
            };
            if is_last(text) {
                let last = Last::parse(number, text)?;
                teller.finish(&last, sink)?;
                line(text)?;
                over(sink, &teller, &last)?;
                return Ok(last.outcome);
            }
            teller.event(&Row::parse(number, text)?, sink)?;
            line(text)?;
        }
    }
}
