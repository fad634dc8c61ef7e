//! A replay that takes its time: step by step, or at a pace.

use std::{
    cell::Cell,
    io::{self, IsTerminal as _, Write as _},
    rc::Rc,
    time::Duration,
};

use crate::{
    engine::{Sink, StopSignal, View},
    record::Record,
    time::SimDuration,
};

use super::typed::Typed;

/// After how many seconds in which nothing is heard a line says that the replay goes on.
const BEAT: u32 = 5;

/// Stops after each instant at which something was shown, until a line is read.
pub(super) struct Stepper<'a, S> {
    shown: &'a mut S,
    lines: Typed,
    has_shown: bool,
    /// Whether nobody goes on any more.
    is_alone: bool,
}

impl<'a, S: Sink> Stepper<'a, S> {
    pub(super) fn new(shown: &'a mut S, stop: StopSignal) -> Self {
        Self {
            shown,
            lines: Typed::new(stop),
            has_shown: false,
            is_alone: false,
        }
    }

    /// Waits for a line; at the end of the input the replay goes on by itself.
    fn wait(&mut self) {
        let is_asked = io::stdin().is_terminal();
        let mut err = io::stderr();
        match self.lines.next("Enter: on · q: end ") {
            Some(line) if line.trim().eq_ignore_ascii_case("q") => self.lines.stop(),
            Some(_) => {}
            None => self.is_alone = true,
        }
        if is_asked && err.is_terminal() {
            // What was asked goes away, with the line on which it was answered.
            let _ = write!(err, "\u{1b}[1A\r\u{1b}[2K").and_then(|()| err.flush());
        }
    }
}

impl<S: Sink> Sink for Stepper<'_, S> {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        self.has_shown |= record.kind.is_shown();
        self.shown.record(record, view);
    }

    fn instant_over(&mut self, view: &View<'_>) {
        self.shown.instant_over(view);
        if std::mem::take(&mut self.has_shown) && !self.is_alone && !self.lines.is_stopped() {
            self.wait();
        }
    }
}

/// Hears how far a replay is.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    heard: Heard,
}

/// How far a replay is: how long it has simulated, and what has happened since.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Rc<Cell<(SimDuration, u64)>>);

impl Heartbeat {
    pub(super) fn heard(&self) -> Heard {
        self.heard.clone()
    }
}

impl Sink for Heartbeat {
    fn record(&mut self, record: &Record, view: &View<'_>) {
        if record.kind.is_shown() {
            let (_, count) = self.heard.0.get();
            let since = record.at.since(view.program.start);
            self.heard.0.set((since, count + 1));
        }
    }
}

impl Heard {
    /// Says on standard error now and then how far a replay is, while nothing happens in it.
    pub(super) async fn beside<T>(&self, replay: impl Future<Output = T>) -> T {
        let mut replay = std::pin::pin!(replay);
        let (mut before, mut silent) = (0, 0);
        loop {
            tokio::select! {
                biased;
                replay = &mut replay => return replay,
                () = tokio::time::sleep(Duration::from_secs(1)) => silent += 1,
            }
            let (since, count) = self.0.get();
            if count != before {
                (before, silent) = (count, 1);
            }
            if silent == BEAT {
                silent = 0;
                let _ = writeln!(
                    io::stderr(),
                    "{since} simulated, {count} events, waiting for the next"
                );
            }
        }
    }
}
