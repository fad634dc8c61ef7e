//! `--format jsonl`: one event a line, as it happens.

use std::io::{self, Write};

use crate::{
    engine::{Sink, StopSignal, View},
    record::Record,
};

use super::EventView;

/// Writes every record that is shown as a line of JSON.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
    stop: StopSignal,
    error: Option<io::Error>,
}

impl<W: Write> JsonLines<W> {
    /// Lines that go to `out`. Where it can't be written any more, the replay is asked to stop.
    pub const fn new(out: W, stop: StopSignal) -> Self {
        Self {
            out,
            stop,
            error: None,
        }
    }

    /// The end.
    ///
    /// # Errors
    ///
    /// The first error of writing, if there was one.
    pub fn end(mut self) -> io::Result<()> {
        match self.error {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    fn write(&mut self, record: &Record, view: View<'_>) -> io::Result<()> {
        let event = EventView {
            record,
            world: view.world,
            start: view.program.start,
        };
        serde_json::to_writer(&mut self.out, &event)?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> Sink for JsonLines<W> {
    fn record(&mut self, record: &Record, view: View<'_>) {
        if self.error.is_some() || !record.kind.is_shown() {
            return;
        }
        if let Err(error) = self.write(record, view) {
            self.error = Some(error);
            self.stop.stop();
        }
    }
}
