//! Files as they are on disk: bytes that have to be UTF-8 text.

use std::{io::Read, path::Path, sync::Arc};

use super::{
    Code, Diagnostics, Source,
    input::{self, InputError},
    reader::{Draft, Reader, Span},
    source::offset,
};

/// Why a file is no text.
pub(super) struct Fault {
    pub(super) code: Code,
    /// What the system says, or what is wrong with the bytes.
    pub(super) reason: String,
    /// What there is of the text, and where it is wrong.
    text: Option<(String, Span)>,
}

impl Fault {
    fn new(code: Code, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            text: None,
        }
    }

    fn unreadable(error: &InputError) -> Self {
        let code = match error {
            InputError::TooLarge(_) => Code::TooLarge,
            InputError::NotUtf8 => Code::NotUtf8,
            InputError::NotAFile | InputError::System(_) => Code::Unreadable,
        };
        Self::new(code, error.to_string())
    }

    /// As what is told about a scenario file.
    pub(super) fn told(self, name: String) -> Diagnostics {
        let (text, span) = self.text.unwrap_or_default();
        let source = Arc::new(Source::new(name, text));
        let mut reader = Reader::new(Arc::clone(&source));
        let draft = if self.code == Code::NotUtf8 {
            Draft::new("the file isn't UTF-8 text").label(self.reason)
        } else {
            Draft::new(format!("the file can't be read: {}", self.reason))
        };
        reader.report(self.code, span, || draft);
        reader.finish(&source)
    }
}

/// Reads a file.
pub(super) fn load(path: &Path) -> Result<Source, Fault> {
    let bytes = input::bytes_of(path, input::LARGEST).map_err(|error| Fault::unreadable(&error))?;
    text(path.display().to_string(), bytes)
}

/// Reads all that comes from a reader, standard input for one.
pub(super) fn load_from(name: &str, reader: impl Read) -> Result<Source, Fault> {
    let bytes =
        input::bounded(reader, 0, input::LARGEST).map_err(|error| Fault::unreadable(&error))?;
    text(name.to_owned(), bytes)
}

fn text(name: String, bytes: Vec<u8>) -> Result<Source, Fault> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            // In place: the file may be large.
            text.drain(..text.len() - without_mark(&text).len());
            Ok(Source::new(name, text))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
            let reason = if wide {
                "this is UTF-16; save it as UTF-8"
            } else {
                "this isn't a UTF-8 character"
            };
            // Up to the end of its line: what comes behind isn't shown.
            let line = bytes[at..].iter().position(|&byte| byte == b'\n');
            let end = line.map_or(bytes.len(), |line| at + line);
            let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let lo = offset(at);
            let span = Span { lo, hi: lo + 3 };
            Err(Fault {
                text: Some((text, span)),
                ..Fault::new(Code::NotUtf8, reason)
            })
        }
    }
}

/// A text without the byte order mark that it may begin with.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}
