//! Foreign text: names of scenarios and files, notes, values, lines of a file, other people's reports. It may contain
//! anything; what is shown of it may not.
//!
//! A line break in the name of a file would forge a line of TAP, an escape would control the terminal, and a change of
//! direction would show something other than what is there. Every place that shows foreign text to a person or to a
//! line-based tool does it through this module: what could do harm becomes an escape such as `\u{202e}`, and everything
//! else stays as it is. Escaping twice changes nothing.
//!
//! Widths are those of what is shown: measure columns after escaping.

use std::{borrow::Cow, fmt::Write as _};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text as it is shown on one line.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    // Nearly all that is shown is this.
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    escaped(text, is_harmful)
}

/// A text of several lines as it is shown: its line feeds end lines, as they do in it.
pub(crate) fn shown_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_harmful(c))
}

/// At most `width` columns of a text as it is shown; where more was there, the last is `…`.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let text = shown(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut kept = String::new();
    let mut columns = 0;
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// A piece of a file for a frame of annotate-snippets, which shows blanks, tabs and line ends itself: a character for each
/// character, so that columns are those of the file. What is shown of the beginning of a piece is the beginning of what is
/// shown of it.
#[cfg(feature = "cli")]
pub(crate) fn shown_in_frame(text: &str) -> Cow<'_, str> {
    let is_blank = |c: char| matches!(c, '\n' | '\r' | '\t');
    if !text.contains(|c| is_harmful(c) && !is_blank(c) || is_joint(c)) {
        return Cow::Borrowed(text);
    }
    let mut before = ' ';
    let shown = text.chars().map(|c| {
        let is_bad = is_harmful(c) && !is_blank(c) || is_joint(c) && !joins(c, before);
        before = c;
        if is_bad { '\u{fffd}' } else { c }
    });
    Cow::Owned(shown.collect())
}

/// Lines of the log, in which values are shown as Rust does in `Debug` and the escapes that are left are its own colours.
#[cfg(feature = "cli")]
pub(crate) fn in_log(text: &str) -> Cow<'_, str> {
    escaped(text, |c| !matches!(c, '\n' | '\u{1b}') && is_harmful(c))
}

/// A text of JSON with JSON's own escapes for what could do harm. It says the same to every reader of JSON; but a terminal
/// obeys none of it, and nobody who cuts text into lines, as some languages do at U+0085 and U+2028, cuts amid a string.
pub(crate) fn in_json(json: &str) -> Cow<'_, str> {
    // Below a blank there are only the blanks between values.
    let is_escaped = |c: char| c > '~' && is_harmful(c);
    if json.is_ascii() && !json.contains('\u{7f}') || !json.contains(is_escaped) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_escaped(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string doesn't fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

/// A text within HTML, between tags or in quotes.
pub(crate) fn in_html(text: &str) -> Cow<'_, str> {
    let text = shown(text);
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text;
    }
    let mut made = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\'' => made.push_str("&#39;"),
            c => made.push(c),
        }
    }
    Cow::Owned(made)
}

/// A text of JSON within a `<script>`: nothing of it ends the element or begins a comment.
pub(crate) fn in_script(json: &str) -> String {
    in_json(json)
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// Printable ASCII that nothing can be made of: a command begins with a colon or a hash.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#'
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut made = String::new();
    let mut copied = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_command = matches!(c, ':' | '#') && begins_command(&text[at..], before);
        if is_escaped(c) || is_command || is_joint(c) && !joins(c, before) {
            made.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
            match c {
                '\t' => made.push(' '),
                '\n' => made.push_str("\\n"),
                '\r' => made.push_str("\\r"),
                // Writing to a string doesn't fail.
                c => drop(write!(made, "\\u{{{:x}}}", u32::from(c))),
            }
        }
        before = c;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    made.push_str(&text[copied..]);
    Cow::Owned(made)
}

/// Whether a CI system that reads along would take what begins here for a command: GitHub `::error` at the beginning of a
/// line, and like Azure Pipelines `##word[` anywhere. Lines may break before any word.
fn begins_command(text: &str, before: char) -> bool {
    if let Some(word) = text.strip_prefix("::") {
        before.is_whitespace() && word.starts_with(|c: char| c.is_ascii_alphabetic())
    } else if let Some(word) = text.strip_prefix("##") {
        word.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    } else {
        false
    }
}

/// What steers a terminal, breaks a line, changes the direction of what is around it, can't be seen, or is no character.
const fn is_harmful(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            // Soft hyphen, grapheme joiner, Arabic letter mark, vowels and fillers that aren't shown.
            | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            // No width; left to right and back; ends of lines and paragraphs; directions.
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Fillers, the byte order mark, annotations.
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags, which can spell out a hidden text.
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}'
            | '\u{fdd0}'..='\u{fdef}'
    ) || is_no_character(c)
}

/// The last two code points of each plane.
#[expect(clippy::as_conversions, reason = "`u32::from` isn't const")]
const fn is_no_character(c: char) -> bool {
    (c as u32) & 0xfffe == 0xfffe
}

/// What can't be seen but shapes its neighbours: joiners, and selectors of variants.
const fn is_joint(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}') || is_selector(c)
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether something that joins stands where scripts and emoji have it, behind something that is seen. In ASCII it would
/// only make two names out of one.
const fn joins(c: char, before: char) -> bool {
    let is_seen = !before.is_ascii() && !is_harmful(before) && !is_joint(before);
    is_seen || !is_selector(c) && before == '\u{fe0f}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_no_harm_stands_as_it_is() {
        for text in [
            "",
            "Off for the night",
            "scenarios/stop/twice.yaml:12:5",
            "C:\\ec2\\night.yaml # 1",
            "ec2sim::billing=debug, 2600:1f14::a1, ::1",
            "ünïcode, 日本語　名前, e\u{301}",
            // A Persian word, families, a heart, a flag.
            "می\u{200c}خواهم",
            "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥 🇨🇭",
        ] {
            assert!(
                matches!(shown(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
            assert!(
                matches!(shown_lines(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_do_harm_is_shown_as_an_escape() {
        for (text, expected) in [
            ("a\nb\r\tc", "a\\nb\\r c"),
            ("\u{1b}[31m", "\\u{1b}[31m"),
            ("\u{9b}31m\u{85}\u{7f}", "\\u{9b}31m\\u{85}\\u{7f}"),
            (
                "a\u{202e}b\u{2069}\u{200f}",
                "a\\u{202e}b\\u{2069}\\u{200f}",
            ),
            ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
            (
                "w\u{200b}eb\u{200d}\u{feff}",
                "w\\u{200b}eb\\u{200d}\\u{feff}",
            ),
            ("é\u{fe01}\u{fe02}", "é\u{fe01}\\u{fe02}"),
            ("\u{fffe}\u{ffff}\u{1ffff}", "\\u{fffe}\\u{ffff}\\u{1ffff}"),
            ("\u{e0041}", "\\u{e0041}"),
            ("::error::no", "\\u{3a}:error::no"),
            ("a\n ::error::no", "a\\n \\u{3a}:error::no"),
            ("a##vso[b]##[c]", "a\\u{23}#vso[b]\\u{23}#[c]"),
        ] {
            assert_eq!(shown(text), expected);
            assert_eq!(shown(expected), expected, "it is shown once");
        }
        assert_eq!(shown_lines("a\n\u{1b}b\r\n"), "a\n\\u{1b}b\\r\n");
        #[cfg(feature = "cli")]
        assert_eq!(
            shown_in_frame("\ta\u{202e}\u{200d}é\n"),
            "\ta\u{fffd}\u{fffd}é\n"
        );
    }

    #[test]
    fn nothing_that_is_shown_steers_or_breaks_anything() {
        for c in '\0'..=char::MAX {
            let text = format!("a{c}{c}b");
            let line = shown(&text);
            let is_bad = |c: char| {
                c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!line.contains(is_bad), "{line:?}");
        }
    }

    #[test]
    fn json_says_the_same_with_escapes() {
        let text = "ü \u{7f}\u{85}\u{2028}\u{202e}\u{e0041}\u{200b}\n👨\u{200d}👩";
        let plain = serde_json::to_string(text).unwrap();
        let safe = in_json(&plain);
        assert_eq!(
            safe,
            "\"ü \\u007f\\u0085\\u2028\\u202e\\udb40\\udc41\\u200b\\n👨\u{200d}👩\""
        );
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        assert!(matches!(in_json("{\"a\": \"é\"}\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn html_is_only_text() {
        assert_eq!(
            in_html("<script>\"&'\u{202e}</script>\n"),
            "&lt;script&gt;&quot;&amp;&#39;\\u{202e}&lt;/script&gt;\\n"
        );
        assert!(matches!(in_html("web-1/root 20 GiB"), Cow::Borrowed(_)));
        let json = in_script(r#"{"a":"</script><!-- & é"}"#);
        assert_eq!(json, r#"{"a":"\u003c/script\u003e\u003c!-- \u0026 é"}"#);
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("a-very-long-name", 8), "a-very-…");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("日本語", 4), "日…");
    }
}
