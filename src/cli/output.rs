//! Printing what is made at once.

use std::io::{self, Write};

use super::Exit;

/// Writes bytes to standard output. A reader that has gone away has seen what it wanted.
pub(super) fn print(bytes: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Exit::Success,
        Err(error) => {
            let exit = Exit::of_writing(&error);
            if exit == Exit::Unusable {
                let _ = writeln!(io::stderr(), "error: cannot write the results: {error}");
            }
            exit
        }
    }
}

/// What the system says of an error, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let whole = error.to_string();
    let reason = whole.split(" (os error").next().unwrap_or_default();
    reason.to_lowercase()
}
