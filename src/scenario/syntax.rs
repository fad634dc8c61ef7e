//! What is wrong with a text as YAML, in words that help: the parser's own are terse, and it points at where it gave up
//! and not at what is to be mended.

use super::{
    Code,
    reader::{Draft, Span},
    source::offset,
    tree::quoted,
};

/// Where the parser gave up.
pub(super) struct Place<'a> {
    text: &'a str,
    at: usize,
    /// Where the innermost bracket was opened.
    opened: Option<u32>,
}

type Told = (Code, Span, Draft);

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

fn span(lo: usize, hi: usize) -> Span {
    Span {
        lo: offset(lo),
        hi: offset(hi.max(lo)),
    }
}

impl<'a> Place<'a> {
    pub(super) fn new(text: &'a str, at: usize, opened: Option<u32>) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        Self { text, at, opened }
    }

    /// The word that begins here, or the one character.
    pub(super) fn span(&self) -> Span {
        let rest = &self.text[self.at..];
        let word = rest
            .find(|c: char| c.is_whitespace() || ":,[]{}#".contains(c))
            .unwrap_or(rest.len());
        let first = rest.chars().next().filter(|c| *c != '\n');
        span(self.at, self.at + word.max(first.map_or(0, char::len_utf8)))
    }

    /// The line that a place is on: where it begins, and its text.
    fn line(&self, at: usize) -> (usize, &'a str) {
        let start = self.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or_default();
        (start, line.trim_end_matches('\r'))
    }

    pub(super) fn tab(&self) -> Told {
        // The parser may point at the value that the line with the tab would go on with.
        let (mut start, _) = self.line(self.at);
        let mut tabs = span(self.at, (self.at + 1).min(self.text.len()));
        for line in self.text[start..].split_inclusive('\n').take(100) {
            let blank = line.len() - line.trim_start().len();
            if let Some(tab) = line[..blank].find('\t') {
                let count = line[tab..]
                    .bytes()
                    .take_while(|byte| *byte == b'\t')
                    .count();
                tabs = span(start + tab, start + tab + count);
                break;
            }
            start += line.len();
        }
        (
            Code::Tab,
            tabs,
            Draft::new("there is a tab in the indentation")
                .label("expected spaces")
                .note("YAML doesn't allow tabs for indentation; use two spaces per level"),
        )
    }

    pub(super) fn unclosed_quote(&self) -> Told {
        // The place is that of the opening quote, or somewhere behind it.
        let begins = |at: usize| self.text[at..].starts_with(['"', '\'']);
        let opening = if self.at < self.text.len() && begins(self.at) {
            self.at
        } else {
            self.opening_quote()
        };
        (
            Code::UnclosedQuote,
            span(opening, (opening + 1).min(self.text.len())),
            Draft::new("this quote is never closed")
                .label("opened here")
                .note("a quoted text ends with the same kind of quote that it begins with"),
        )
    }

    /// The last quote before the place that stands where a value can begin.
    fn opening_quote(&self) -> usize {
        let before = &self.text[..self.at];
        let can_begin = |at: &usize| {
            let blank = before[..*at].trim_end_matches(' ');
            blank.is_empty() || blank.ends_with([':', '-', ',', '[', '{', '\n'])
        };
        before
            .rmatch_indices(['"', '\''])
            .map(|(at, _)| at)
            .find(can_begin)
            .unwrap_or(self.at)
    }

    pub(super) fn after_quote(&self) -> Told {
        (
            Code::Syntax,
            self.span(),
            Draft::new("unexpected text after a quoted text")
                .label("expected the end of the value")
                .note("inside a quoted text, a quote is doubled ('') or escaped (\\\")"),
        )
    }

    pub(super) fn escape(&self) -> Told {
        (
            Code::Syntax,
            self.span(),
            Draft::new("unknown escape")
                .label("expected an escape such as \\n or \\u00e9")
                .note("between single quotes, a backslash is just a backslash"),
        )
    }

    /// `note: Billing: starts` is the usual reason.
    pub(super) fn colon(&self) -> Told {
        let (start, line) = self.line(self.at);
        // Inside of brackets that were opened on an earlier line, it is those that aren't closed.
        if self.opened.is_some_and(|opened| opened < offset(start)) {
            return self.bracket();
        }
        let draft = Draft::new("this line has a second `:`");
        let value = line.find(": ").map(|colon| colon + 2);
        let value = value.filter(|value| start + value <= self.at);
        let Some(value) = value else {
            let draft = Draft::new("unexpected `:`")
                .label("not expected here")
                .note("is the line above complete, and is this line indented like its siblings?");
            return (Code::Syntax, self.span(), draft);
        };
        let text = line[value..].trim();
        let value = span(
            start + value,
            start + value + line[value..].trim_end().len(),
        );
        if text.starts_with(['"', '\'', '[', '{']) {
            let draft = draft.label("not expected here");
            return (Code::UnquotedColon, self.span(), draft);
        }
        let fixed = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        (
            Code::UnquotedColon,
            value,
            draft
                .label("a text that contains `: ` needs quotes")
                .instead(Some(fixed)),
        )
    }

    pub(super) fn bracket(&self) -> Told {
        let here = self.span();
        let Some(opened) = self.opened else {
            let draft = Draft::new("this bracket closes nothing").label("not expected here");
            return (Code::UnclosedBracket, here, draft);
        };
        let bracket = Span {
            lo: opened,
            hi: opened.saturating_add(1),
        };
        // The parser gives up at the brace.
        let seen = self.text.get(..self.at + 1).unwrap_or(self.text);
        let parameter = seen.rfind("${");
        let parameter = parameter.filter(|&at| {
            let before = self.text[..at].chars().next_back();
            at >= index(opened) && before.is_none_or(|one| !matches!(one, '"' | '\''))
        });
        if let Some(at) = parameter {
            let rest = &self.text[at..];
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            let whole = &rest[..end];
            if !whole.contains(['\n', '"']) {
                return (
                    Code::UnclosedBracket,
                    span(at, at + end),
                    Draft::new(format!("{} needs quotes between brackets", quoted(whole)))
                        .label("its braces are taken for a mapping")
                        .instead(Some(format!("\"{whole}\""))),
                );
            }
        }
        let closing = if self.text[self.at.min(self.text.len())..].is_empty() {
            "the file ends here"
        } else {
            "this can't be inside it"
        };
        (
            Code::UnclosedBracket,
            bracket,
            Draft::new("this bracket is never closed, or a comma is missing")
                .label("opened here")
                .also(here, closing),
        )
    }

    pub(super) fn unknown_anchor(&self) -> Told {
        let here = self.span();
        let name = self.text[self.at..].trim_start_matches('*');
        let name: String = name.chars().take_while(|c| !c.is_whitespace()).collect();
        (
            Code::UnknownAnchor,
            here,
            Draft::new(format!(
                "there is no anchor {} before this",
                quoted(&format!("&{name}"))
            ))
            .label("an alias")
            .note("a text that begins with `*` needs quotes"),
        )
    }

    pub(super) fn no_colon(&self) -> Told {
        let (start, line) = self.line(self.at);
        let blank = line.len() - line.trim_start().len();
        let whole = span(start + blank, start + line.trim_end().len());
        (
            Code::Syntax,
            whole,
            Draft::new("this line isn't a key with a value")
                .label("expected `key: value`")
                .note("is the colon missing, or the space after it, or the indentation?"),
        )
    }

    pub(super) fn indentation(&self) -> Told {
        if self
            .line(self.at)
            .1
            .trim_start_matches(' ')
            .starts_with('\t')
        {
            return self.tab();
        }
        (
            Code::Syntax,
            self.span(),
            Draft::new("this line doesn't fit in with the lines above it")
                .label("not expected here")
                .note("the keys of a mapping start in the same column, and so do the dashes of a list"),
        )
    }

    pub(super) fn reserved(&self, character: char) -> Told {
        (
            Code::Syntax,
            self.span(),
            Draft::new(format!(
                "a value can't begin with '{}'",
                character.escape_default()
            ))
            .label("a text that begins like this needs quotes"),
        )
    }

    pub(super) fn other(&self, what: &str) -> Told {
        (
            Code::Syntax,
            self.span(),
            Draft::new(format!("this isn't YAML: {what}")).label("here"),
        )
    }
}
