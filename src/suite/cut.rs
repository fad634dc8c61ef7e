//! Long texts that are told in part: nobody reads megabytes, and no CI system takes them.

use std::fmt::{self, Write};

use crate::money::grouped;

/// How much of something is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    lines: u64,
    bytes: usize,
}

impl Most {
    /// Of what is drawn of one scenario.
    const DRAWN: Self = Self {
        lines: 400,
        bytes: 1 << 16,
    };
    /// Of a difference, which is drawn with a few lines around it.
    pub(super) const DIFF: Self = Self {
        lines: 200,
        bytes: 1 << 15,
    };
}

/// How much of a single text, such as a message, is.
const MOST_CHARS: usize = 2_000;

/// Keeps the first lines of what is written to it, and counts the others.
#[derive(Debug)]
pub(super) struct Cut {
    most: Most,
    text: String,
    lines: u64,
    more: u64,
    is_full: bool,
    /// Whether the last line isn't over.
    is_amid: bool,
}

impl Cut {
    pub(super) const fn new(most: Most) -> Self {
        Self {
            most,
            text: String::new(),
            lines: 0,
            more: 0,
            is_full: false,
            is_amid: false,
        }
    }

    /// What was kept; where there was more, a last line says how much, and where it is.
    pub(super) fn finish(mut self, elsewhere: &str) -> String {
        self.more += u64::from(self.is_full && self.is_amid);
        if self.more > 0 {
            let s = if self.more == 1 { "" } else { "s" };
            // Writing to a string doesn't fail.
            let _ = writeln!(
                self.text,
                "… {} more line{s}{elsewhere}",
                grouped(self.more)
            );
        }
        self.text
    }
}

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for piece in text.split_inclusive('\n') {
            let fits =
                self.lines < self.most.lines && self.text.len() + piece.len() <= self.most.bytes;
            if !fits && !self.is_full {
                self.is_full = true;
                // A line that is there in part isn't there.
                let whole = self.text.rfind('\n').map_or(0, |end| end + 1);
                self.text.truncate(whole);
            }
            self.is_amid = !piece.ends_with('\n');
            let ends = u64::from(!self.is_amid);
            if self.is_full {
                self.more += ends;
            } else {
                self.text.push_str(piece);
                self.lines += ends;
            }
        }
        Ok(())
    }
}

/// A text that was drawn, cut to what can be looked through.
pub(super) fn cut(text: &str) -> String {
    let mut cut = Cut::new(Most::DRAWN);
    // Writing to memory doesn't fail.
    let _ = cut.write_str(text);
    cut.finish("")
}

/// A text on one line, cut to what a message can be.
pub(super) fn clip(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST_CHARS) {
        let more = text.chars().count() - MOST_CHARS;
        text.truncate(end);
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let _ = write!(text, "… {} more characters", grouped(more));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_say_how_much_is_left_out() {
        let mut long = String::new();
        for line in 0..5_400 {
            writeln!(long, "line {line}").unwrap();
        }
        let short = cut(&long);
        assert!(short.ends_with("line 399\n… 5,000 more lines\n"), "{short}");
        assert_eq!(cut("a\nb"), "a\nb");
        let wide = cut(&format!("a\n{}\nb", "x".repeat(1 << 20)));
        assert_eq!(wide, "a\n… 2 more lines\n");
        let message = clip("é".repeat(1_234_567));
        assert!(message.ends_with("é… 1,232,567 more characters"));
        assert_eq!(clip("short".to_owned()), "short");
    }

    #[test]
    fn a_line_that_comes_in_pieces_is_there_or_not() {
        let mut text = Cut::new(Most::DRAWN);
        for _ in 0..3 {
            text.write_str("+").unwrap();
            text.write_str(&"x".repeat(30_000)).unwrap();
            text.write_str("\n").unwrap();
        }
        let text = text.finish(", see a.snap.new");
        assert_eq!(text.lines().count(), 3);
        assert!(text.ends_with("x\n… 1 more line, see a.snap.new\n"));
    }
}
