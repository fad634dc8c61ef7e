//! Checks: those that passed on a line together, those that failed told again at the end.

use std::collections::BTreeMap;

use crate::{
    foreign::{cut, shown},
    lifecycle::ErrorCode,
    record::{Rejected, index},
    report::{
        causes::{Causes, followers},
        finish::{MOST_FAILURES, Quote},
    },
    time::SimTime,
};

use super::text::{ALARM, BOLD, DIM, Line, PLAIN, RED, columns, fit, wrap};

/// How wide the words before what was expected and found are.
const LABEL: usize = 10;

/// Passed checks about one subject, one after the other.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) at: SimTime,
    pub(super) subject: String,
    /// The slot of the instance.
    pub(super) slot: Option<u32>,
    pub(super) checks: Vec<Line>,
}

/// A request that was refused: it is said once for each instance that it named.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) at: SimTime,
    pub(super) line: u32,
    /// Whom it named first, and last.
    pub(super) names: (String, String),
    pub(super) slot: Option<u32>,
    pub(super) count: u64,
    /// The code with which it had to be refused, where this is another.
    pub(super) fails: Option<ErrorCode>,
    pub(super) what: Rejected,
}

impl Refused {
    /// Whether this is the same answer to the same request.
    pub(super) fn is_same(&self, at: SimTime, line: u32, what: &Rejected) -> bool {
        self.at == at
            && self.line == line
            && self.what.action == what.action
            && self.what.code == what.code
            && self.what.message == what.message
    }
}

/// Something that made the scenario fail.
#[derive(Debug)]
pub(super) struct Failure {
    /// What failed.
    pub(super) title: String,
    /// The offset at which it did.
    pub(super) at: String,
    /// The line in the file; 0 for none.
    pub(super) line: u32,
    /// The bytes in the file that say what was expected, where that is known.
    pub(super) span: Option<(u32, u32)>,
    /// What was expected, what was found, and the like.
    pub(super) said: Vec<(&'static str, String)>,
    /// What led there.
    pub(super) led: Vec<Line>,
    /// The lines of the failures that follow from it.
    pub(super) followed: Vec<u32>,
}

/// The first failures, and how many more there were.
#[derive(Debug, Default)]
pub(super) struct Failures {
    first: Vec<Failure>,
    more: u64,
    /// How many there were, told or not.
    count: usize,
    causes: Causes,
}

impl Failures {
    pub(super) const fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The lines of the file that are shown with them.
    pub(super) fn at(&self) -> impl Iterator<Item = u32> {
        self.first.iter().map(|failure| failure.line)
    }

    /// A launch was refused, which is the failure that was put in last.
    pub(super) fn refused_launch(&mut self, name: &str) {
        if let Some(last) = self.count.checked_sub(1) {
            self.causes.refused(name, last);
        }
    }

    /// An instance is launched.
    pub(super) fn launched(&mut self, name: &str) {
        self.causes.launched(name);
    }

    /// Puts a failure under the one that it follows from. Answers whether there is one.
    pub(super) fn follows(&mut self, cause: Option<usize>, line: u32) -> bool {
        if let Some(failure) = cause.and_then(|cause| self.first.get_mut(cause)) {
            failure.followed.push(line);
        }
        cause.is_some()
    }

    pub(super) const fn causes(&self) -> &Causes {
        &self.causes
    }

    pub(super) fn push(&mut self, failure: Failure) {
        self.count += 1;
        if self.first.len() < MOST_FAILURES {
            self.first.push(failure);
        } else {
            self.more += 1;
        }
    }

    /// All of it, below a title.
    pub(super) fn lines(
        &self,
        file: &str,
        quotes: &BTreeMap<u32, Quote>,
        width: usize,
    ) -> Vec<Line> {
        if self.first.is_empty() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for failure in &self.first {
            lines.push(Line::new());
            lines.append(&mut failure.lines(file, quotes, width));
        }
        if self.more > 0 {
            lines.push(Line::new());
            let more = format!("  … and {} more failures", self.more);
            lines.push(Line::of(ALARM, &more));
        }
        lines.push(Line::new());
        lines
    }
}

impl Failure {
    fn lines(&self, file: &str, quotes: &BTreeMap<u32, Quote>, width: usize) -> Vec<Line> {
        let mut title = Line::of(ALARM, "  ✗ ");
        title.push(BOLD, &self.title);
        title.push(DIM, &format!(" at {}", self.at));
        let place = Line::of(DIM, &place(file, self.line));
        let mut lines = Vec::new();
        if !title.push_right(&place, width) {
            lines.append(&mut wrap_hanging(&title, width, 4));
            title = indent(4, &place);
        }
        lines.push(title);
        if let Some(quote) = quotes.get(&self.line) {
            lines.append(&mut quoted(quote, self.line, self.span, width));
        }
        for (label, text) in &self.said {
            lines.append(&mut said(label, text, width, 4));
        }
        if !self.followed.is_empty() {
            lines.append(&mut said("so", &followers(&self.followed), width, 4));
        }
        for (index, led) in self.led.iter().enumerate() {
            let mut head = Line::new();
            head.push(
                DIM,
                &format!("    {:>LABEL$}  ", if index == 0 { "led here" } else { "" }),
            );
            let column = head.width();
            let mut pieces = fit(led.clone(), width - column).into_iter();
            lines.push(head.with(&pieces.next().unwrap_or_default()));
            lines.extend(pieces.map(|piece| indent(column, &piece)));
        }
        lines
    }
}

/// Where something is in the file.
pub(super) fn place(file: &str, line: u32) -> String {
    if line == 0 {
        String::new()
    } else {
        format!("{file}:{line}")
    }
}

/// A label, and behind it a text that wraps and is not cut: what a failure says matters to the last word.
pub(super) fn said(label: &str, text: &str, width: usize, by: usize) -> Vec<Line> {
    let mut head = Line::new();
    head.pad(by);
    head.push(DIM, &format!("{label:>LABEL$}  "));
    let column = head.width();
    let style = if label == "found" { RED } else { PLAIN };
    let mut pieces = wrap(&Line::of(style, text), width.saturating_sub(column)).into_iter();
    let mut lines = vec![head.with(&pieces.next().unwrap_or_default())];
    lines.extend(pieces.map(|piece| indent(column, &piece)));
    lines
}

fn indent(by: usize, line: &Line) -> Line {
    let mut row = Line::new();
    row.pad(by);
    row.with(line)
}

fn wrap_hanging(line: &Line, width: usize, by: usize) -> Vec<Line> {
    let pieces = wrap(line, width - by);
    pieces.iter().map(|piece| indent(2, piece)).collect()
}

/// A line of the file, without its indentation, with what it is about underlined. Of a long line the part around it.
fn quoted(quote: &Quote, line: u32, span: Option<(u32, u32)>, width: usize) -> Vec<Line> {
    let text = quote.text.trim_end();
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return Vec::new();
    }
    let begins = index(quote.at).saturating_add(text.len() - trimmed.len());
    let gutter = format!("    {line:>LABEL$} │ ");
    let room = width.saturating_sub(columns(&gutter));
    let inside = |at: u32| {
        let at = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .saturating_sub(begins);
        let at = at.min(trimmed.len());
        (0..=at)
            .rev()
            .find(|&at| trimmed.is_char_boundary(at))
            .unwrap_or(0)
    };
    let (from, to) = span.map_or((0, 0), |(lo, hi)| (inside(lo), inside(hi)));
    let (before, marked, after) = (
        &trimmed[..from],
        &trimmed[from..to.max(from)],
        &trimmed[to.max(from)..],
    );
    // A joiner at the beginning of a part is shown, as it has nothing to join there.
    let before = &*shown(before);
    // As much of the end before the mark as leaves room for it.
    let marked = cut(marked, room.saturating_sub(1));
    let space = room.saturating_sub(columns(&marked));
    let lead = if columns(before) + columns(after) <= space {
        before.to_owned()
    } else {
        tail(
            before,
            (space / 2).max(space.saturating_sub(columns(after))),
        )
    };
    let rest = cut(after, space.saturating_sub(columns(&lead)));
    let mut line = Line::of(DIM, &gutter);
    line.push(PLAIN, &lead);
    line.push(BOLD, &marked);
    line.push(PLAIN, &rest);
    let mut lines = vec![line];
    if !marked.is_empty() {
        let mut carets = Line::of(DIM, &format!("    {:LABEL$} │ ", ""));
        carets.push(PLAIN, &" ".repeat(columns(&lead)));
        carets.push(RED, &"^".repeat(columns(&marked)));
        lines.push(carets);
    }
    lines
}

/// The last `width` columns of a text; where more was there, the first is `…`.
fn tail(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut from = text.len();
    for (at, _) in text.char_indices().rev() {
        if columns(&text[at..]) + 1 > width {
            break;
        }
        from = at;
    }
    format!("…{}", &text[from..])
}

#[cfg(test)]
mod tests {
    use crate::scenario::Source;

    use super::*;

    fn drawn(lines: &[Line]) -> String {
        let mut out = Vec::new();
        for line in lines {
            line.write(&mut out, false, false).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_of_the_file_is_shown_with_its_mark() {
        let source = Source::new("a.yaml", "steps:\n  - stop: web\n");
        let quotes = Quote::of(&source, [2, 9]);
        assert_eq!(
            drawn(&quoted(&quotes[&2], 2, Some((17, 20)), 60)),
            "             2 │ - stop: web\n               │         ^^^\n"
        );
        assert!(!quotes.contains_key(&9));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_mark_is_shown() {
        let text = format!(
            "{{ {} wrong: word, {} }}",
            "a: b, ".repeat(30),
            "c: d, ".repeat(30)
        );
        let source = Source::new("a.yaml", text.clone());
        let lo = u32::try_from(text.find("word").unwrap()).unwrap();
        let quotes = Quote::of(&source, [1]);
        let lines = quoted(&quotes[&1], 1, Some((lo, lo + 4)), 60);
        assert!(lines.iter().all(|line| line.width() <= 60));
        let drawn = drawn(&lines);
        assert!(
            drawn.contains("wrong: word") && drawn.contains("^^^^"),
            "{drawn}"
        );
    }

    #[test]
    fn only_the_first_failures_are_told_again() {
        let mut failures = Failures::default();
        for n in 0..30 {
            failures.push(Failure {
                title: format!("number {n}"),
                at: "1h".to_owned(),
                line: 0,
                span: None,
                said: Vec::new(),
                led: Vec::new(),
                followed: Vec::new(),
            });
        }
        let text = drawn(&failures.lines("a.yaml", &BTreeMap::new(), 80));
        assert!(text.contains("number 19") && !text.contains("number 20"));
        assert!(text.contains("… and 10 more failures"));
    }
}
