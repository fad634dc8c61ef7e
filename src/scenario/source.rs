//! The text of a scenario file, and where its lines begin.

use std::{fmt, ops::Range};

/// A scenario file, or a price file beside it: its name as shown, its text, its lines.
///
/// Offsets are bytes into the text, without the byte order mark that a file may begin with.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// What the file is called in messages.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Where each line begins; the first is 0.
    lines: Vec<u32>,
}

impl Source {
    /// A text under a name. Only the first 4 GiB of the text have places.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        // Counted first: a list that grows would take twice the room for a moment.
        let mut lines = Vec::with_capacity(breaks(&text) + 1);
        lines.push(0);
        lines.extend(text.match_indices('\n').map(|(at, _)| offset(at + 1)));
        Self { name, text, lines }
    }

    /// The line of an offset, counted from 1.
    pub fn line(&self, at: u32) -> u32 {
        offset(self.lines.partition_point(|&start| start <= at).max(1))
    }

    /// The line, and the column in characters, of an offset; both are counted from 1.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::scenario::Source;
    /// let source = Source::new("lesson.yaml", "name: é\nregion: moon\n");
    /// assert_eq!(source.line_col(17), (2, 9));
    /// ```
    pub fn line_col(&self, at: u32) -> (u32, u32) {
        let line = self.line(at);
        let start = self.line_range(line).start;
        let at = self.index(at).max(start);
        let before = self.text.get(start..at).unwrap_or_default();
        (line, offset(before.chars().count() + 1))
    }

    /// How many lines there are, at least one.
    pub fn line_count(&self) -> u32 {
        offset(self.lines.len())
    }

    /// The bytes of a line, with its line break. Past the last line there are none.
    pub fn line_range(&self, line: u32) -> Range<usize> {
        let start = |index: usize| self.lines.get(index).map(|&start| self.index(start));
        let index = usize::try_from(line).unwrap_or(usize::MAX).max(1);
        let end = start(index).unwrap_or(self.text.len());
        start(index - 1).unwrap_or(end)..end
    }

    /// An offset as an index that is inside the text and not inside a character.
    pub(crate) fn index(&self, at: u32) -> usize {
        let mut at = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// The text is left out: it may be long.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// How many line breaks a text has. Counted in bytes, of which a processor adds sixteen at a time, as far as a byte counts.
fn breaks(text: &str) -> usize {
    let of = |part: &[u8]| {
        part.iter()
            .fold(0, |breaks, byte| breaks + u8::from(*byte == b'\n'))
    };
    text.as_bytes()
        .chunks(usize::from(u8::MAX))
        .map(|part| usize::from(of(part)))
        .sum()
}

/// An index as an offset. Files of 4 GiB are refused before anything asks for one beyond.
pub(super) fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one_in_characters() {
        let source = Source::new("a", "héé: x\r\n\nlast");
        assert_eq!(source.line_col(0), (1, 1));
        assert_eq!(source.line_col(5), (1, 4));
        assert_eq!(source.line_col(10), (2, 1));
        assert_eq!(source.line_col(15), (3, 5));
        assert_eq!(source.line_col(999), (3, 5));
        assert_eq!(&source.text[source.line_range(1)], "héé: x\r\n");
        assert_eq!(&source.text[source.line_range(3)], "last");
        assert_eq!(source.line_range(4), 15..15);
    }

    #[test]
    fn an_offset_inside_a_character_is_moved_before_it() {
        let source = Source::new("a", "é");
        assert_eq!(source.index(1), 0);
        assert_eq!(source.line_col(1), (1, 1));
    }
}
