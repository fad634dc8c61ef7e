//! Styled text, and how it is laid out: columns are counted as a terminal shows them.

use std::{borrow::Cow, io};

use anstyle::{Ansi256Color, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::foreign::shown;

/// The text as it is.
pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
/// Grey. Colours are those of the palette of 256 that are about as far from white as from black, so that they hold on the wall of a
/// classroom too: the sixteen of a terminal don't, and its yellow least of all.
pub(super) const DIM: Style = Ansi256Color(243).on_default();
pub(super) const GREEN: Style = Ansi256Color(28).on_default();
pub(super) const YELLOW: Style = Ansi256Color(130).on_default();
pub(super) const BLUE: Style = Ansi256Color(27).on_default();
pub(super) const RED: Style = Ansi256Color(160).on_default();
pub(super) const ALARM: Style = RED.bold();
pub(super) const HAPPY: Style = GREEN.bold();
/// The teacher's voice.
pub(super) const VOICE: Style = Ansi256Color(30).on_default().italic();

/// What stands between two things on a line.
const BETWEEN: &str = " · ";

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    style: Style,
    text: String,
    /// The address of the page that it leads to on a terminal that can do that.
    link: Option<&'static str>,
}

/// A line, or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    spans: Vec<Span>,
    width: usize,
}

impl Line {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self {
            spans: Vec::new(),
            width: 0,
        }
    }

    /// A text in one style.
    pub(super) fn of(style: Style, text: &str) -> Self {
        let mut line = Self::new();
        line.push(style, text);
        line
    }

    /// What it says, in no style.
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// How many columns it takes.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Puts text at its end. What could steer the terminal, which a file may hold, doesn't reach it.
    pub(super) fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = shown(text);
        self.put(style, &text, None);
    }

    /// Puts text at its end that leads to a page; what it says and where it leads come from the code.
    pub(super) fn push_link(&mut self, style: Style, text: &str, link: &'static str) {
        self.put(style, text, Some(link));
    }

    /// Puts text at its end that is as it is shown.
    fn put(&mut self, style: Style, text: &str, link: Option<&'static str>) {
        // ASCII takes a column each.
        self.width += if text.is_ascii() {
            text.len()
        } else {
            text.width()
        };
        match self.spans.last_mut() {
            Some(last) if last.style == style && last.link == link => last.text.push_str(text),
            Some(_) | None => self.spans.push(Span {
                style,
                text: text.to_owned(),
                link,
            }),
        }
    }

    /// Puts another line at its end.
    pub(super) fn append(&mut self, other: &Self) {
        for span in &other.spans {
            self.put(span.style, &span.text, span.link);
        }
    }

    /// With another line at its end.
    pub(super) fn with(mut self, other: &Self) -> Self {
        self.append(other);
        self
    }

    /// Fills it with blanks up to a column.
    pub(super) fn pad(&mut self, column: usize) {
        if self.width < column {
            self.push(PLAIN, &" ".repeat(column - self.width));
        }
    }

    /// Puts `other` at its right end, which is `width`, if at least two blanks fit between. Whether it did.
    pub(super) fn push_right(&mut self, other: &Self, width: usize) -> bool {
        let fits = self.width + other.width + 2 <= width;
        if fits {
            self.pad(width - other.width);
            self.append(other);
        }
        fits
    }

    /// Writes it, and ends the line. Without colour nothing but its text and its links is written; in ASCII, signs are written as
    /// the letters that stand for them.
    pub(super) fn write(
        &self,
        out: &mut dyn io::Write,
        colour: bool,
        in_ascii: bool,
    ) -> io::Result<()> {
        let end = self
            .spans
            .iter()
            .rposition(|span| !span.text.trim_end().is_empty())
            .map_or(0, |last| last + 1);
        for (index, span) in self.spans.iter().take(end).enumerate() {
            let text = if index + 1 == end {
                span.text.trim_end()
            } else {
                &span.text
            };
            let text = if in_ascii { ascii(text) } else { text.into() };
            if let Some(link) = span.link {
                write!(out, "\u{1b}]8;;{link}\u{1b}\\")?;
            }
            if colour && !span.style.is_plain() && !text.trim().is_empty() {
                write!(
                    out,
                    "{}{text}{}",
                    span.style.render(),
                    span.style.render_reset()
                )?;
            } else {
                out.write_all(text.as_bytes())?;
            }
            if span.link.is_some() {
                out.write_all(b"\x1b]8;;\x1b\\")?;
            }
        }
        out.write_all(b"\n")
    }

    /// Its words, each with the style that it has.
    fn words(&self) -> Vec<Self> {
        let mut words = vec![Self::new()];
        for span in &self.spans {
            for (index, part) in span.text.split(' ').enumerate() {
                if index > 0 {
                    words.push(Self::new());
                }
                if let Some(word) = words.last_mut()
                    && !part.is_empty()
                {
                    word.put(span.style, part, span.link);
                }
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// Cut into pieces of at most `width` columns.
    fn chopped(&self, width: usize) -> Vec<Self> {
        let mut pieces = vec![Self::new()];
        for span in &self.spans {
            for (at, c) in span.text.char_indices() {
                let columns = c.width().unwrap_or(0);
                // What joins two characters stays behind the first.
                let mut text = &span.text[at..at + c.len_utf8()];
                if columns > 0
                    && pieces
                        .last()
                        .is_some_and(|piece| piece.width + columns > width)
                {
                    pieces.push(Self::new());
                    // A line that begins with two colons is a command to GitHub.
                    if span.text[at..].starts_with("::") {
                        text = r"\u{3a}";
                    }
                }
                if let Some(piece) = pieces.last_mut() {
                    piece.put(span.style, text, span.link);
                }
            }
        }
        pieces
    }
}

/// A text with our signs as letters, each as wide as it was. What a file says in other letters stays.
fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let letter = |c: char| match c {
        '○' => 'o',
        '●' => '@',
        '◐' => '%',
        '□' => '#',
        '▣' => 'H',
        '×' => 'x',
        '┃' | '▌' => '|',
        '│' => ':',
        '┊' => '.',
        '◆' => 'i',
        '■' => '!',
        '✓' => 'v',
        '✗' => 'X',
        '⊘' => '/',
        '⊕' => '[',
        '⊖' => ']',
        '§' => '=',
        '→' => '>',
        '·' => '*',
        '−' | '–' | '—' => '-',
        '…' => '~',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        other => other,
    };
    text.chars().map(letter).collect::<String>().into()
}

/// Broken between words into lines of at most `width` columns; a word that is longer is broken where it must be.
pub(super) fn wrap(line: &Line, width: usize) -> Vec<Line> {
    join(&line.words(), " ", width)
}

/// A line as it is, or on several where it is too wide.
pub(super) fn fit(line: Line, width: usize) -> Vec<Line> {
    if line.width <= width {
        vec![line]
    } else {
        wrap(&line, width)
    }
}

/// Things one after the other, with a dot between them, on as few lines as they need.
pub(super) fn flow(items: &[Line], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut fitting = Vec::new();
    for item in items.iter().filter(|item| !item.is_empty()) {
        if item.width > width {
            lines.append(&mut join(&fitting, BETWEEN, width));
            fitting.clear();
            lines.append(&mut wrap(item, width));
        } else {
            fitting.push(item.clone());
        }
    }
    lines.append(&mut join(&fitting, BETWEEN, width));
    lines
}

fn join(parts: &[Line], between: &str, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(last) if last.width + between.width() + part.width <= width => {
                // Words of one style stay one stretch.
                let style = match (last.spans.last(), part.spans.first()) {
                    (Some(before), Some(after))
                        if before.style == after.style && between == " " =>
                    {
                        after.style
                    }
                    (Some(_) | None, _) => DIM,
                };
                last.push(style, between);
                last.append(part);
            }
            Some(_) | None if part.width > width => lines.append(&mut part.chopped(width)),
            Some(_) | None => lines.push(part.clone()),
        }
    }
    lines
}

/// How many columns a text takes as it is shown.
pub(super) fn columns(text: &str) -> usize {
    shown(text).width()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &Line, colour: bool) -> String {
        let mut out = Vec::new();
        line.write(&mut out, colour, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines
            .iter()
            .map(|line| written(line, false).trim_end_matches('\n').to_owned())
            .collect()
    }

    #[test]
    fn without_colour_there_is_no_escape_and_no_blank_at_the_end() {
        let mut line = Line::of(RED, "bad");
        line.push(PLAIN, "  ");
        line.pad(20);
        assert_eq!(written(&line, false), "bad\n");
        assert!(written(&line, true).starts_with("\u{1b}["));
        assert_eq!(written(&Line::of(PLAIN, "plain"), true), "plain\n");
    }

    #[test]
    fn what_a_file_holds_can_not_steer_the_terminal() {
        let line = Line::of(VOICE, "a\u{1b}[31mb\u{7}c\nd");
        assert_eq!(written(&line, false), "a\\u{1b}[31mb\\u{7}c\\nd\n");
        assert_eq!(line.width(), 21);
        assert_eq!(columns("a\u{202e}"), 9);
        assert_eq!(
            texts(&wrap(&Line::of(PLAIN, "four::error::no"), 4)),
            ["four", r"\u{3a}", ":err", "or::", "no"]
        );
    }

    #[test]
    fn words_wrap_and_nothing_is_lost() {
        let line = Line::of(PLAIN, "one two  three");
        assert_eq!(texts(&wrap(&line, 7)), ["one two", "three"]);
        assert_eq!(texts(&wrap(&line, 4)), ["one", "two", "thre", "e"]);
        assert_eq!(texts(&wrap(&Line::of(PLAIN, "日本語"), 4)), ["日本", "語"]);
    }

    #[test]
    fn items_flow_and_a_long_one_stands_alone() {
        let items = ["memory lost", "web/root kept", "a long one that wraps"]
            .map(|text| Line::of(PLAIN, text));
        assert_eq!(
            texts(&flow(&items[..2], 40)),
            ["memory lost · web/root kept"]
        );
        assert_eq!(
            texts(&flow(&items, 16)),
            ["memory lost", "web/root kept", "a long one that", "wraps"]
        );
        assert!(flow(&[Line::new()], 9).is_empty());
    }

    #[test]
    fn the_right_end_is_taken_only_where_there_is_room() {
        let mut line = Line::of(PLAIN, "left");
        assert!(!line.push_right(&Line::of(DIM, "right"), 10));
        assert!(line.push_right(&Line::of(DIM, "right"), 11));
        assert_eq!(written(&line, false), "left  right\n");
    }

    #[test]
    fn in_ascii_a_sign_is_as_wide_as_it_was() {
        let line = Line::of(PLAIN, "● web  running → stopping · ✗ 한국어");
        let mut out = Vec::new();
        line.write(&mut out, false, true).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "@ web  running > stopping * X 한국어\n"
        );
    }

    /// The relative luminance of WCAG of a colour of the cube or the greys.
    #[expect(clippy::float_arithmetic, reason = "luminance is a formula of floats")]
    fn luminance(colour: u8) -> f64 {
        let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        let rgb = match colour {
            232.. => [8 + 10 * (colour - 232); 3],
            _ => {
                let n = colour - 16;
                [n / 36, n / 6 % 6, n % 6].map(level)
            }
        };
        let linear = rgb.map(|part| {
            let part = f64::from(part) / 255.0;
            ((part + 0.055) / 1.055).powf(2.4)
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn colours_hold_on_white_and_on_black() {
        for style in [DIM, GREEN, YELLOW, BLUE, RED, ALARM, HAPPY, VOICE] {
            let Some(anstyle::Color::Ansi256(colour)) = style.get_fg_color() else {
                panic!("{style:?}");
            };
            let luminance = luminance(colour.0);
            let (white, black) = (1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05);
            assert!(white >= 4.3 && black >= 3.8, "{colour:?}: {white} {black}");
        }
    }
}
