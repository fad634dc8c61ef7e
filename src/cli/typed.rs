//! What is typed, a line at a time, by somebody who may go away.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::engine::StopSignal;

/// How soon Ctrl-C is noticed.
const SOON: Duration = Duration::from_millis(50);

/// Lines of the standard input. They are read by a thread of their own, because whoever waits for one also waits for Ctrl-C.
pub(super) struct Typed {
    lines: Receiver<String>,
    stop: StopSignal,
}

impl Typed {
    pub(super) fn new(stop: StopSignal) -> Self {
        let (sender, lines) = mpsc::channel();
        let reader = thread::Builder::new().name("typed".to_owned());
        // Where there can be no thread there is nothing to read.
        let _ = reader.spawn(move || {
            for line in io::stdin().lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { lines, stop }
    }

    /// The next line; none at the end of the input, and once Ctrl-C was pressed.
    pub(super) fn next(&self, prompt: &str) -> Option<String> {
        if io::stdin().is_terminal() {
            let mut err = io::stderr().lock();
            let _ = write!(err, "{prompt}").and_then(|()| err.flush());
        }
        while !self.stop.is_asked() {
            match self.lines.recv_timeout(SOON) {
                Ok(line) => return Some(line),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        None
    }

    /// Whether nobody wants to go on.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }

    /// Ends the replay.
    pub(super) fn stop(&self) {
        self.stop.stop();
    }
}
