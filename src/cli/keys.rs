//! Keys of a terminal as answers, each as soon as it is pressed.

use std::io::{self, BufRead, IsTerminal as _, Read};

#[cfg(unix)]
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// What ends the answers: Ctrl-C and Ctrl-D, which are keys like any other here.
const ENDS: [u8; 2] = [3, 4];

/// The standard input: where it is a terminal, a key is a line.
pub(super) struct Keys {
    /// What the terminal was like before; none where lines are read.
    #[cfg(unix)]
    before: Option<Termios>,
    line: Vec<u8>,
    read: usize,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(unix)]
            before: single(),
            line: Vec::new(),
            read: 0,
        }
    }

    /// Whether keys are taken without Enter.
    fn is_single(&self) -> bool {
        #[cfg(unix)]
        return self.before.is_some();
        #[cfg(not(unix))]
        false
    }
}

/// Makes the terminal hand over each key at once, without showing it. Answers with what it was like before.
#[cfg(unix)]
fn single() -> Option<Termios> {
    let input = io::stdin();
    if !input.is_terminal() {
        return None;
    }
    let before = tcgetattr(&input).ok()?;
    let mut single = before.clone();
    let lines = LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG;
    single.local_flags.remove(lines);
    tcsetattr(&input, SetArg::TCSANOW, &single).ok()?;
    Some(before)
}

impl Drop for Keys {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, before);
        }
    }
}

impl BufRead for Keys {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.line.len() {
            self.line.clear();
            self.read = 0;
            if self.is_single() {
                let mut key = [0];
                let is_key = io::stdin().read(&mut key)? == 1 && !ENDS.contains(&key[0]);
                if is_key {
                    // What was pressed stands behind what was asked.
                    show(key[0]);
                    self.line.extend([key[0], b'\n']);
                }
            } else {
                io::stdin().lock().read_until(b'\n', &mut self.line)?;
            }
        }
        Ok(&self.line[self.read..])
    }

    fn consume(&mut self, amount: usize) {
        self.read = (self.read + amount).min(self.line.len());
    }
}

impl Read for Keys {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

/// Shows a key, if it is a letter.
fn show(key: u8) {
    let mut out = io::stdout();
    let shown = if key.is_ascii_graphic() {
        char::from(key)
    } else {
        ' '
    };
    let _ = io::Write::write_fmt(&mut out, format_args!("{shown}\n"));
}
