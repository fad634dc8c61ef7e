//! Files as they are on disk: bytes that have to be UTF-8 text.

use std::{fs, path::Path, sync::Arc};

use super::{
    Code, Diagnostics, Source,
    reader::{Draft, Reader, Span},
    source::offset,
};

/// The largest file, in bytes: places are 32 bits wide.
const LARGEST: u64 = 1 << 32;

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
    let unreadable = |error: std::io::Error| {
        // The system's number of the error says nothing to a reader.
        let whole = error.to_string();
        let reason = whole.split(" (os error").next().unwrap_or_default();
        Fault::new(Code::Unreadable, reason.to_lowercase())
    };
    let bytes = fs::read(path).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length >= LARGEST) {
        return Err(Fault::new(Code::TooLarge, "it is larger than 4 GiB"));
    }
    let name = path.display().to_string();
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            // In place: the file may be large.
            text.drain(..text.len() - without_mark(&text).len());
            Ok(Source::new(name, text))
        }
        Err(error) => {
            let at = offset(error.utf8_error().valid_up_to());
            let bytes = error.as_bytes();
            let wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
            let reason = if wide {
                "this is UTF-16; save it as UTF-8"
            } else {
                "this is no character of UTF-8"
            };
            let text = String::from_utf8_lossy(bytes).into_owned();
            let span = Span { lo: at, hi: at + 3 };
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
