//! `--format jsonl`: one event a line, as it happens.

use std::{
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
    record::Record,
    script::Cast,
    time::SimTime,
};

use super::event::{Called, EventWriter};

/// How many records are handed to the thread at a time.
const BATCH: usize = 2_048;

/// How many batches may wait for the thread; then the replay waits.
const WAITING: usize = 2;

/// About how many bytes are written at a time.
const PIECE: usize = 1 << 16;

/// Writes every record that is shown as a line of JSON.
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
/// replay_into(&scenario, Keep::SUMS, vec![&mut lines]);
/// lines.end().unwrap();
/// assert!(out.starts_with(br#"{"seq":1,"time":"#));
/// ```
#[derive(Debug)]
pub struct JsonLines<W> {
    way: Way<W>,
    stop: StopSignal,
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
                    scene: None,
                    records: Vec::new(),
                },
                printer: Some(Printer::new(out)),
                start: PrinterThread::start,
                thread: None,
            }),
            stop,
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
    fn record(&mut self, record: &Record, view: View<'_>) {
        if !record.kind.is_shown() {
            return;
        }
        let (cast, start) = (view.names.cast(), view.program.start);
        let called = Called::of(&record.kind, view.names);
        let written = match &mut self.way {
            Way::Live(printer) => {
                printer.line(cast, start, record, &called);
                printer.write()
            }
            Way::Background(background) => background.take_in(cast, start, record, called),
            Way::Over(_) => return,
        };
        if let Err(error) = written {
            self.way = Way::Over(error);
            self.stop.stop();
        }
    }
}

/// Records, with what their lines need of the world.
#[derive(Debug, Default)]
struct Batch {
    /// Of which replay they are.
    scene: Option<(Arc<Cast>, SimTime)>,
    records: Vec<(Record, Called)>,
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

    fn line(&mut self, cast: &Arc<Cast>, start: SimTime, record: &Record, called: &Called) {
        if self
            .events
            .as_ref()
            .is_some_and(|events| !events.is_of(cast, start))
        {
            self.events = None;
        }
        self.events
            .get_or_insert_with(|| EventWriter::new(cast, start))
            .write(&mut self.text, record, called);
        self.text.push(b'\n');
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn print(&mut self, batch: &Batch) -> io::Result<()> {
        let Some((cast, start)) = &batch.scene else {
            return Ok(());
        };
        for (record, called) in &batch.records {
            self.line(cast, *start, record, called);
            if self.text.len() >= PIECE {
                self.write()?;
            }
        }
        self.write()
    }

    fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
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
            self.pass_on()?;
            self.batch.scene = Some((Arc::clone(cast), start));
        }
        self.batch.records.push((record.clone(), called));
        Ok(())
    }

    /// Hands the batch to the thread.
    fn pass_on(&mut self) -> io::Result<()> {
        if self.batch.records.is_empty() {
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
                batch.records.clear();
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
