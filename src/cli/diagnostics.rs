//! Draws the mistakes in a scenario file for a terminal, the way rustc draws its own.
//!
//! The drawing is annotate-snippets'; this is the only file that knows it. It is given a few lines around each place and
//! never the whole file, which it would go through once for every diagnostic; and what it is given has nothing in it that
//! could do harm, of which annotate-snippets itself knows only a part.

use std::{borrow::Cow, ops::Range};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet,
};

use crate::{
    foreign::{shown, shown_in_frame},
    scenario::{Diagnostic, Diagnostics, Label, Source, Suggestion},
};

use super::output::wrapped;

/// Places up to so many lines apart are drawn in one window; what is between them is folded.
const NEAR: u32 = 40;

/// Lines longer than this many bytes are not drawn: only the place is told.
const LONGEST_LINE: usize = 4_000;

/// Draws all of them, each followed by an empty line, `width` columns wide.
pub fn draw(diagnostics: &Diagnostics, width: usize, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width);
    let mut drawn = String::new();
    for one in diagnostics {
        drawn.push_str(&renderer.render(&groups(one, width)));
        drawn.push_str("\n\n");
    }
    let more = diagnostics.omitted();
    if more > 0 {
        let title = if more == 1 {
            "1 more mistake is not shown".to_owned()
        } else {
            format!("{more} more mistakes are not shown")
        };
        let group = Group::with_title(Level::NOTE.primary_title(title));
        drawn.push_str(&renderer.render(&[group]));
        drawn.push_str("\n\n");
    }
    drawn
}

/// What stands before the text of a note: the number of a line, and `= note: `.
const MARGIN: usize = 14;

/// A few whole lines of a file.
struct Window<'a> {
    source: &'a Source,
    first_line: u32,
    bytes: Range<usize>,
}

impl<'a> Window<'a> {
    /// The lines from one to another; `None` if one of them is too long to be drawn.
    fn new(source: &'a Source, first: u32, last: u32) -> Option<Self> {
        let long = (first..=last).any(|line| source.line_range(line).len() > LONGEST_LINE);
        let bytes = source.line_range(first).start..source.line_range(last).end;
        (!long).then_some(Self {
            source,
            first_line: first,
            bytes,
        })
    }

    /// What is shown of it up to a byte of the file.
    fn text(&self, end: usize) -> Cow<'a, str> {
        shown_in_frame(
            self.source
                .text
                .get(self.bytes.start..end)
                .unwrap_or_default(),
        )
    }

    /// A place as bytes of what is shown. A place that goes on below the window ends with it.
    fn span(&self, lo: u32, hi: u32) -> Range<usize> {
        let inside = |at: u32| {
            let at = self
                .source
                .index(at)
                .clamp(self.bytes.start, self.bytes.end);
            self.text(at).len()
        };
        let (lo, hi) = (inside(lo), inside(hi));
        lo..hi.max(lo)
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        let line = usize::try_from(self.first_line).unwrap_or(1);
        Snippet::source(self.text(self.bytes.end))
            .path(shown(&self.source.name))
            .line_start(line)
    }
}

/// The first and last line of a place: where it begins, and where it ends if that is near.
fn lines(label: &Label) -> (u32, u32) {
    let (first, _) = label.source.line_col(label.lo);
    let (last, _) = label.source.line_col(label.hi.max(label.lo));
    (first, if last - first > NEAR { first } else { last })
}

fn groups(one: &Diagnostic, width: usize) -> Vec<Group<'_>> {
    let title = Level::ERROR
        .primary_title(shown(&one.message))
        .id(one.code.id());
    let mut group = Group::with_title(title);
    if one.position().is_none() {
        group = group.element(Origin::path(shown(one.file())));
    } else {
        for snippet in snippets(one) {
            group = match snippet {
                Ok(snippet) => group.element(snippet),
                Err(origin) => group.element(origin),
            };
        }
    }
    for note in &one.notes {
        let mut lines = String::new();
        wrapped(
            &mut lines,
            "",
            "",
            &shown(note),
            width.saturating_sub(MARGIN),
        );
        group = group.element(Level::NOTE.message(lines.trim_end().to_owned()));
    }
    let mut groups = vec![group];
    groups.extend(
        one.suggestion
            .as_ref()
            .map(|suggestion| help(suggestion, &one.primary.source)),
    );
    groups
}

type Drawn<'a> = Result<Snippet<'a, Annotation<'a>>, Origin<'a>>;

/// The window of the primary place, with the others that are near; and windows of those that aren't.
fn snippets(one: &Diagnostic) -> Vec<Drawn<'_>> {
    let primary = &one.primary;
    let (mut first, mut last) = lines(primary);
    let mut near = Vec::new();
    let mut far = Vec::new();
    for label in &one.secondary {
        let (from, to) = lines(label);
        let same = label.source.name == primary.source.name;
        if same && from.abs_diff(first) <= NEAR && to.abs_diff(last) <= NEAR {
            (first, last) = (first.min(from), last.max(to));
            near.push(label);
        } else {
            far.push(label);
        }
    }
    let mut drawn = Vec::new();
    drawn.push(match Window::new(&primary.source, first, last) {
        Some(window) => {
            let mark = mark(&window, AnnotationKind::Primary, primary);
            let others = near
                .iter()
                .map(|label| self::mark(&window, AnnotationKind::Context, label));
            Ok(window.snippet().annotation(mark).annotations(others))
        }
        None => Err(origin(primary)),
    });
    for label in far {
        let (from, to) = lines(label);
        drawn.push(match Window::new(&label.source, from, to) {
            Some(window) => {
                let mark = mark(&window, AnnotationKind::Context, label);
                Ok(window.snippet().annotation(mark))
            }
            None => Err(origin(label)),
        });
    }
    drawn
}

fn mark<'a>(window: &Window<'_>, kind: AnnotationKind, label: &'a Label) -> Annotation<'a> {
    let text = Some(shown(&label.text)).filter(|text| !text.is_empty());
    kind.span(window.span(label.lo, label.hi)).label(text)
}

/// A place on a line that is too long to be drawn.
fn origin(label: &Label) -> Origin<'_> {
    let (line, column) = label.source.line_col(label.lo);
    Origin::path(shown(&label.source.name))
        .line(usize::try_from(line).unwrap_or(1))
        .char_column(usize::try_from(column).unwrap_or(1))
}

fn help<'a>(suggestion: &'a Suggestion, source: &'a Source) -> Group<'a> {
    let replacement = shown(&suggestion.replacement);
    let title = format!("did you mean `{replacement}`?");
    let group = Group::with_title(Level::HELP.secondary_title(title));
    let (first, _) = source.line_col(suggestion.lo);
    let (last, _) = source.line_col(suggestion.hi);
    let window = (last - first <= NEAR)
        .then(|| Window::new(source, first, last))
        .flatten();
    match window {
        Some(window) => {
            let span = window.span(suggestion.lo, suggestion.hi);
            // Where quotes stood, as in all of JSON, quotes are to stand.
            let was_quoted = source.text[source.index(suggestion.lo)..].starts_with('"');
            let patch = if was_quoted && !replacement.contains('"') {
                Patch::new(span, format!("\"{replacement}\""))
            } else {
                Patch::new(span, replacement)
            };
            group.element(window.snippet().patch(patch))
        }
        None => group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    const WHOLE: &str = include_str!("../scenario/tests/whole.yaml");

    #[test]
    fn what_is_suggested_in_place_of_something_quoted_is_quoted() {
        let text = r#"{"instances": {"web": {"type": "t3.micro"}}, "steps": [{"launch": "wbe"}]}"#;
        assert!(drawn(text, 81).contains(r#"{"launch": "web"}"#));
        let text = "instances: { web: { type: t3.micro } }\nsteps: [ { launch: wbe } ]\n";
        assert!(drawn(text, 81).contains("{ launch: web }"));
    }

    fn drawn(text: &str, width: usize) -> String {
        match Scenario::from_text("lesson.yaml", text) {
            Ok(_) => String::new(),
            Err(mistakes) => draw(&mistakes, width, width.is_multiple_of(2)),
        }
    }

    /// Each line of a valid file is spoilt in a few ways, and what is told of it is drawn.
    #[test]
    fn whatever_is_told_can_be_drawn() {
        let lines: Vec<&str> = WHOLE.lines().collect();
        for (index, line) in lines.iter().enumerate().step_by(2) {
            for (width, spoilt) in [
                (1, format!("{line}🦀é")),
                (20, line.replacen(": ", ": x\u{1b}[31m é", 1)),
                (79, line.replacen("- ", "-\t", 1)),
                (80, line.chars().rev().collect()),
                (100, format!("{line}\n{line}")),
                (120, String::new()),
            ] {
                let mut changed = lines.clone();
                changed[index] = &spoilt;
                drawn(&changed.join("\n"), width);
                drawn(&changed.join("\r\n"), width);
            }
        }
    }

    #[test]
    fn places_far_apart_are_drawn_apart() {
        let notes = "  - note: a\n".repeat(1_000);
        let text = format!("name: a\nsteps:\n{notes}name: b\n");
        insta::assert_snapshot!(drawn(&text, 81), @r"
        error[E0106]: the key `name` is given twice
            --> lesson.yaml:1003:1
             |
        1003 | name: b
             | ^^^^ the second one
             |
            ::: lesson.yaml:1:1
             |
           1 | name: a
             | ---- the first one
        ");
    }

    #[test]
    fn a_line_too_long_is_only_named() {
        let text = format!("steps: [{{ note: {}, lunch: web }}]\n", "x".repeat(10_000));
        insta::assert_snapshot!(drawn(&text, 81), @r"
        error[E0201]: unknown key `lunch` in a step
        --> lesson.yaml:1:10019
         |
        help: did you mean `launch`?
        ");
    }

    #[test]
    fn what_a_file_holds_is_shown_and_the_mark_stands_below_it() {
        let text = "steps:\n  - { note: \"\u{202e}é\u{200f}\u{2028}\", \tlunch\u{61c}: web }\n";
        insta::assert_snapshot!(drawn(text, 81), @r#"
        error[E0201]: unknown key `lunch\u{61c}` in a step
         --> lesson.yaml:2:22
          |
        2 |   - { note: "�é��",     lunch�: web }
          |                         ^^^^^^ not a key
          |
        help: did you mean `launch`?
          |
        2 -   - { note: "�é��",     lunch�: web }
        2 +   - { note: "�é��",     launch: web }
          |
        "#);
        let text = "steps:\n  - stop \u{1b}[31mweb\n";
        assert!(!drawn(text, 81).contains('\u{1b}'));
    }
}
