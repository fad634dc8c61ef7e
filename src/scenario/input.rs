//! Reading what the program is given: with a bound, and from regular files only.
//!
//! A device has no end, a pipe may have none and makes whoever opens it wait. Whatever is read, scenarios, price files,
//! snapshots and reports, is read here.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use thiserror::Error;

/// The largest scenario, price file or snapshot, in bytes: 64 MiB.
pub const LARGEST: u64 = 64 << 20;

/// The largest report of a shard, in bytes: 1 GiB.
pub const LARGEST_REPORT: u64 = 1 << 30;

/// The largest line of a journal, in bytes: 4 GiB. The last one says how everything ended, and there may be a million instances.
pub const LARGEST_LINE: u64 = 4 << 30;

/// Why something can't be read.
#[derive(Debug, Error)]
pub enum InputError {
    /// The system says why.
    #[error("{}", said(.0))]
    System(#[from] io::Error),
    /// It is a folder, a device, a pipe or a socket, or a link to such.
    #[error("it isn't a regular file")]
    NotAFile,
    /// It is larger than it may be, which is so many bytes.
    #[error("it is larger than {}", size(*.0))]
    TooLarge(u64),
    /// It isn't UTF-8.
    #[error("it isn't UTF-8 text")]
    NotUtf8,
}

impl InputError {
    /// Whether there is nothing of this name.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::System(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// What the system says, without the number of its error.
fn said(error: &io::Error) -> String {
    let whole = error.to_string();
    let words = whole.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}

fn size(bytes: u64) -> String {
    if bytes >= 1 << 30 {
        format!("{} GiB", bytes >> 30)
    } else {
        format!("{} MiB", bytes >> 20)
    }
}

/// Opens a regular file, and says how long it is.
pub(crate) fn open(path: &Path) -> Result<(File, u64), InputError> {
    // Before it is opened: a pipe would keep the program until somebody writes to it.
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let file = metadata.is_file().then(|| File::open(path));
    let file = file.ok_or(InputError::NotAFile)??;
    // And of what was opened: it may be another by now.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(InputError::NotAFile);
    }
    Ok((file, metadata.len()))
}

/// The bytes of a regular file, of which there may be so many.
///
/// # Errors
///
/// Every reason but [`InputError::NotUtf8`].
pub fn bytes_of(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let (file, length) = open(path)?;
    if length > most {
        return Err(InputError::TooLarge(most));
    }
    bounded(file, length, most)
}

/// The text of a regular file, of which there may be so many bytes.
///
/// # Errors
///
/// Every reason is a variant of [`InputError`].
pub fn text_of(path: &Path, most: u64) -> Result<String, InputError> {
    String::from_utf8(bytes_of(path, most)?).map_err(|_| InputError::NotUtf8)
}

/// The text that comes from a reader, up to so many bytes.
///
/// # Errors
///
/// It can't be read, is larger, or isn't UTF-8.
pub fn text_from(reader: impl Read, most: u64) -> Result<String, InputError> {
    String::from_utf8(bounded(reader, 0, most)?).map_err(|_| InputError::NotUtf8)
}

/// What comes from a reader, up to so many bytes. About `expected` of them are there.
pub(super) fn bounded(reader: impl Read, expected: u64, most: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.saturating_add(1)).unwrap_or(0));
    reader
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        Ok(bytes)
    } else {
        Err(InputError::TooLarge(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_there_may_be() {
        assert_eq!(bounded(&b"abc"[..], 0, 3).unwrap(), b"abc");
        let endless = io::repeat(b'a');
        assert!(matches!(
            bounded(endless, 0, 1_000),
            Err(InputError::TooLarge(1_000))
        ));
    }

    #[test]
    fn only_a_file_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(text_of(&folder.join("Cargo.toml"), LARGEST).is_ok());
        let none = bytes_of(&folder.join("none"), LARGEST).unwrap_err();
        assert!(none.is_not_found());
        assert!(bytes_of(folder, LARGEST).is_err());
        let large = bytes_of(&folder.join("Cargo.toml"), 10).unwrap_err();
        assert!(matches!(large, InputError::TooLarge(10)));
        assert_eq!(
            InputError::TooLarge(LARGEST).to_string(),
            "it is larger than 64 MiB"
        );
    }
}
