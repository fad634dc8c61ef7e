//! `--format jsonl`: the journal of a replay, one event a line, as it happens.
//!
//! Nothing in a replay waits for its lines. So a long one hands its records to a thread in batches and goes on; a few batches may wait, and then the replay does, so that memory doesn't grow with how slowly somebody reads.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    mem,
    panic::resume_unwind,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, channel, sync_channel},
    },
    thread::{self, JoinHandle},
};

use crate::{
    engine::{Sink, StopSignal, View},
    record::{Record, RecordKind},
    runner::Replay,
    scenario::Source,
    script::{Cast, Program},
    time::SimTime,
};

use super::{
    event::{Called, EventWriter},
    finish::{MOST_FAILURES, Quote},
    journal,
};

/// How many records are handed to the thread at a time.
const BATCH: usize = 2_048;

/// How many batches may wait for the thread; then the replay waits.
const WAITING: usize = 2;

/// About how many bytes are written at a time: so many that a writer with a buffer passes them on.
const PIECE: usize = 1 << 16;

/// Writes the journal of a replay: a first line that says what is replayed, every record that is shown as a line of JSON,
/// and a last line that says how it ended. Of several replays, one journal after the other.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, engine::StopSignal, report::JsonLines, runner::{Keep, replay_into}};
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let mut out = Vec::new();
/// let mut lines = JsonLines::new(&mut out, StopSignal::default());
/// lines.begin(scenario.program(), scenario.file());
/// let replay = replay_into(&scenario, Keep::SUMS, vec![&mut lines]);
/// lines.finish(&replay, scenario.source());
/// lines.end().unwrap();
/// assert!(out.starts_with(br#"{"schema":"ec2sim/journal/1","#));
/// ```
#[derive(Debug)]
pub struct JsonLines<W> {
    way: Way<W>,
    stop: StopSignal,
    /// The lines of the scenario that failures are about.
    failed: BTreeSet<u32>,
    /// Where records stand in the whole replay, where a part of it is replayed.
    rank: Option<Box<[u64]>>,
}

/// How lines are written.
#[derive(Debug)]
enum Way<W> {
    Live(Printer<W>),
    Background(Background<W>),
    /// Not any more.
    Over(io::Error),
}

impl<W: Write> JsonLines<W> {
    /// Lines that go to `out`, each at once and in one piece. Where it can't be written any more, the replay is asked to
    /// stop.
    pub const fn new(out: W, stop: StopSignal) -> Self {
        Self {
            way: Way::Live(Printer::new(out)),
            stop,
            failed: BTreeSet::new(),
            rank: None,
        }
    }

    /// Lines that go to `out` in large pieces. In a long replay a thread of their own makes and writes them, so that the
    /// replay needn't wait for it. The last of them are written by [`end`](Self::end). Where `out` can't be written any
    /// more, the replay is asked to stop.
    pub const fn in_background(out: W, stop: StopSignal) -> Self
    where
        W: Send + 'static,
    {
        Self {
            way: Way::Background(Background {
                batch: Batch {
                    before: Vec::new(),
                    scene: None,
                    records: Vec::new(),
                    after: Vec::new(),
                },
                printer: Some(Printer::new(out)),
                start: PrinterThread::start,
                thread: None,
            }),
            stop,
            failed: BTreeSet::new(),
            rank: None,
        }
    }

    /// The first line: what is replayed, and at which prices. `file` is what the scenario's file is called.
    pub fn begin(&mut self, program: &Program, file: &str) {
        let line = journal::first_line(program, file);
        let written = match &mut self.way {
            Way::Live(printer) => printer.put(&line),
            Way::Background(background) => background.before(line),
            Way::Over(_) => return,
        };
        self.note(written);
    }

    /// The last line: how it ended, what it cost, and the lines of `source`, the scenario's text, that failures show.
    pub fn finish(&mut self, replay: &Replay, source: &Source) {
        let quotes = Quote::of(source, mem::take(&mut self.failed));
        let line = journal::last_line(replay, &quotes);
        let written = match &mut self.way {
            Way::Live(printer) => printer.put(&line),
            Way::Background(background) => {
                background.batch.after.extend_from_slice(&line);
                Ok(())
            }
            Way::Over(_) => return,
        };
        self.note(written);
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.way = Way::Over(error);
            self.stop.stop();
        }
    }

    /// The end: what was held back is written.
    ///
    /// # Errors
    ///
    /// The first error of writing, if there was one.
    pub fn end(self) -> io::Result<()> {
        match self.way {
            Way::Live(printer) => printer.end(),
            Way::Background(background) => background.end(),
            Way::Over(error) => Err(error),
        }
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn rank(&mut self, rank: &[u64]) {
        self.rank = Some(rank.into());
    }

    fn record(&mut self, record: &Record, view: &View<'_>) {
        if self.failed.len() < MOST_FAILURES {
            self.failed.extend(failed_line(&record.kind));
        }
        let (cast, start) = (&view.program.cast, view.program.start);
        let called = Called::of(&record.kind, view.names).ranked(self.rank.as_deref());
        let written = match &mut self.way {
            Way::Live(printer) => {
                let events = writer(&mut printer.events, cast, start);
                events.line(&mut printer.text, record, &called);
                printer.write()
            }
            Way::Background(background) => background.take_in(cast, start, record, called),
            Way::Over(_) => return,
        };
        self.note(written);
    }
}

/// The line of the scenario that a failure shows.
pub(super) fn failed_line(kind: &RecordKind) -> Option<u32> {
    match kind {
        RecordKind::Rejected(rejected) => (!rejected.expected).then_some(rejected.step.line),
        RecordKind::Expectation(expectation) => {
            (!expectation.passed).then_some(expectation.place.line)
        }
        RecordKind::Notice(notice) => notice.event.is_failure().then_some(notice.step.line),
        RecordKind::Transition(_)
        | RecordKind::Accepted(_)
        | RecordKind::Address(_)
        | RecordKind::Data(_)
        | RecordKind::Provisioned(_)
        | RecordKind::Fact(_)
        | RecordKind::Meter(_)
        | RecordKind::Note(_)
        | RecordKind::Reservation(_)
        | RecordKind::Environment(_)
        | RecordKind::Moved(_)
        | RecordKind::Invocation(_) => None,
    }
}

/// Records, with what their lines need of the world.
#[derive(Debug, Default)]
struct Batch {
    /// The first line of a journal.
    before: Vec<u8>,
    /// Of which replay they are.
    scene: Option<(Arc<Cast>, SimTime)>,
    records: Vec<(Record, Called)>,
    /// The last line of a journal.
    after: Vec<u8>,
}

impl Batch {
    /// Makes room for others.
    fn clear(&mut self) {
        self.before.clear();
        self.records.clear();
        self.after.clear();
    }
}

/// Makes lines, and writes them.
#[derive(Debug)]
struct Printer<W> {
    out: W,
    events: Option<EventWriter>,
    text: Vec<u8>,
}

impl<W: Write> Printer<W> {
    const fn new(out: W) -> Self {
        Self {
            out,
            events: None,
            text: Vec::new(),
        }
    }

    fn put(&mut self, line: &[u8]) -> io::Result<()> {
        self.text.extend_from_slice(line);
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn print(&mut self, batch: &Batch) -> io::Result<()> {
        self.text.extend_from_slice(&batch.before);
        if let Some((cast, start)) = &batch.scene {
            let events = writer(&mut self.events, cast, *start);
            for (record, called) in &batch.records {
                events.line(&mut self.text, record, called);
                if self.text.len() >= PIECE {
                    self.out.write_all(&self.text)?;
                    self.text.clear();
                }
            }
        }
        self.put(&batch.after)
    }

    fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The writer of a replay's lines.
fn writer<'a>(
    known: &'a mut Option<EventWriter>,
    cast: &Arc<Cast>,
    start: SimTime,
) -> &'a mut EventWriter {
    if known
        .as_ref()
        .is_some_and(|known| !known.is_of(cast, start))
    {
        *known = None;
    }
    known.get_or_insert_with(|| EventWriter::new(cast, start))
}

/// Gathers records, and has them printed a batch at a time: from the first full one on, by a thread.
#[derive(Debug)]
struct Background<W> {
    batch: Batch,
    /// What prints, until a thread has it.
    printer: Option<Printer<W>>,
    start: fn(Printer<W>) -> io::Result<PrinterThread>,
    thread: Option<PrinterThread>,
}

impl<W: Write> Background<W> {
    /// A line before all that comes next.
    fn before(&mut self, line: Vec<u8>) -> io::Result<()> {
        self.pass_on()?;
        (self.batch.before, self.batch.scene) = (line, None);
        Ok(())
    }

    fn take_in(
        &mut self,
        cast: &Arc<Cast>,
        start: SimTime,
        record: &Record,
        called: Called,
    ) -> io::Result<()> {
        let is_same =
            |(known, since): &(Arc<Cast>, SimTime)| Arc::ptr_eq(known, cast) && *since == start;
        let is_next = self.batch.scene.as_ref().is_some_and(is_same);
        if self.batch.records.len() == BATCH || !is_next {
            if !self.batch.records.is_empty() || !self.batch.after.is_empty() {
                self.pass_on()?;
            }
            self.batch.scene = Some((Arc::clone(cast), start));
        }
        self.batch.records.push((record.clone(), called));
        Ok(())
    }

    /// Hands the batch to the thread.
    fn pass_on(&mut self) -> io::Result<()> {
        let Batch {
            before,
            records,
            after,
            ..
        } = &self.batch;
        if before.is_empty() && records.is_empty() && after.is_empty() {
            return Ok(());
        }
        if let Some(printer) = self.printer.take() {
            self.thread = Some((self.start)(printer)?);
        }
        if let Some(thread) = self.thread.take() {
            if thread.full.send(mem::take(&mut self.batch)).is_err() {
                return thread.end();
            }
            self.batch = thread.empty.try_recv().unwrap_or_default();
            self.thread = Some(thread);
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        if let Some(mut printer) = self.printer {
            printer.print(&self.batch)?;
            return printer.end();
        }
        self.pass_on()?;
        self.thread.map_or(Ok(()), PrinterThread::end)
    }
}

/// A thread that prints batches, in the order in which they come.
#[derive(Debug)]
struct PrinterThread {
    full: SyncSender<Batch>,
    /// Batches that were printed, to be filled again.
    empty: Receiver<Batch>,
    thread: JoinHandle<io::Result<()>>,
}

impl PrinterThread {
    fn start<W: Write + Send + 'static>(mut printer: Printer<W>) -> io::Result<Self> {
        let (full, to_print) = sync_channel::<Batch>(WAITING);
        let (printed, empty) = channel();
        let print = move || {
            for mut batch in to_print {
                printer.print(&batch)?;
                batch.clear();
                // Where nobody fills batches any more they aren't needed.
                let _ = printed.send(batch);
            }
            printer.end()
        };
        let thread = thread::Builder::new()
            .name("json-lines".to_owned())
            .spawn(print)?;
        Ok(Self {
            full,
            empty,
            thread,
        })
    }

    /// Waits until all is printed. An error of writing comes to light here.
    fn end(self) -> io::Result<()> {
        drop(self.full);
        match self.thread.join() {
            Ok(printed) => printed,
            Err(panic) => resume_unwind(panic),
        }
    }
}
