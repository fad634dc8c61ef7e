//! Printing what is made at once.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::foreign::shown;

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

/// A text in lines, the first after `first`, the others after `next`.
pub(super) fn wrapped(text: &mut String, first: &str, next: &str, line: &str, width: usize) {
    let mut column = first.len();
    text.push_str(first);
    let mut begins = true;
    for word in words(line) {
        let wide = unicode_width::UnicodeWidthStr::width(&*word);
        if !begins && column + 1 + wide > width {
            text.push('\n');
            text.push_str(next);
            column = next.len();
            begins = true;
        }
        if !begins {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += wide;
        begins = false;
    }
    text.push('\n');
}

/// The words of a line. What stands between backticks is one, since somebody may copy it.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for piece in line.split(' ') {
        match words.last_mut().filter(|_| is_open) {
            Some(word) => {
                word.push(' ');
                word.push_str(piece);
            }
            None => words.push(piece.to_owned()),
        }
        is_open ^= piece.matches('`').count() % 2 == 1;
    }
    if is_open {
        words = line.split(' ').map(str::to_owned).collect();
    }
    words
}

/// Whether a file can be written there, as far as can be told without making it: a replay may take long.
pub(super) fn check_place(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !fs::metadata(folder)?.is_dir()
    {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    match OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Says that a file can't be written.
pub(super) fn not_written(path: &Path, error: &io::Error) {
    let (path, reason) = (path.to_string_lossy(), reason(error));
    let _ = writeln!(
        io::stderr(),
        "error: cannot write {}: {reason}",
        shown(&path)
    );
}

/// Writes a file that isn't there yet, and makes its folder: nothing of anybody's is overwritten, even if it appears just now.
pub(super) fn write_new(path: &Path, text: &str) -> Exit {
    let open = || OpenOptions::new().write(true).create_new(true).open(path);
    let why = match path.parent().map_or(Ok(()), fs::create_dir_all) {
        Ok(()) => match open().and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => return Exit::Success,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                "it already exists".to_owned()
            }
            Err(error) => reason(&error),
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            "its folder is a file".to_owned()
        }
        Err(error) => reason(&error),
    };
    let path = path.to_string_lossy();
    let _ = writeln!(io::stderr(), "error: cannot write {}: {why}", shown(&path));
    Exit::Unusable
}
