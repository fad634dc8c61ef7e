//! Writing to a reader who may go away.

use std::io::{self, Write};

/// Writes as long as somebody reads. When the reader has gone away, the rest goes nowhere and is no error: who runs a suite
/// wants its reports and its outcome even so.
#[derive(Debug)]
pub struct WhileHeard<W> {
    out: W,
    is_heard: bool,
}

impl<W: Write> WhileHeard<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self {
            out,
            is_heard: true,
        }
    }

    fn unless_gone<T>(
        &mut self,
        gone: T,
        write: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.is_heard {
            match write(&mut self.out) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.is_heard = false,
                written => return written,
            }
        }
        Ok(gone)
    }
}

impl<W: Write> Write for WhileHeard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_gone(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_gone((), Write::flush)
    }
}
