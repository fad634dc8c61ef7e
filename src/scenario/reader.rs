//! Where mistakes are collected: every stage of reading reports to a [`Reader`] and goes on.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Code, Diagnostic, Diagnostics, Label, Source, Suggestion, diagnostic::MOST, source::offset,
};
use crate::script::Place;

/// Bytes `lo..hi` of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Span {
    pub(super) lo: u32,
    pub(super) hi: u32,
}

/// What a diagnostic says, before it is known in which file.
#[derive(Debug, Default)]
pub(super) struct Draft {
    message: String,
    label: String,
    also: Vec<(Span, String)>,
    suggestion: Option<String>,
    notes: Vec<String>,
}

impl Draft {
    /// What is wrong, in one fragment.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// What stands below the carets.
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Another place that has to do with it.
    pub(super) fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also.push((span, label.into()));
        self
    }

    /// What should stand in place of what is pointed at.
    pub(super) fn instead(mut self, replacement: Option<impl Into<String>>) -> Self {
        self.suggestion = replacement.map(Into::into);
        self
    }

    /// What else there is to say.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What else there is to say if nothing is suggested.
    pub(super) fn or_note(self, note: impl FnOnce() -> String) -> Self {
        if self.suggestion.is_some() {
            self
        } else {
            self.note(note())
        }
    }
}

/// The file that is being read, and the mistakes found so far.
#[derive(Debug)]
pub(super) struct Reader {
    source: Arc<Source>,
    found: Vec<Diagnostic>,
    omitted: usize,
    /// The files that it includes, in the order of their places.
    included: Vec<Included>,
    /// The line of the last place that was asked for: the next one is near.
    near: u32,
    /// What `--set` has put into the file, and where.
    pub(super) set: BTreeMap<Span, String>,
    /// The languages in which texts are given.
    pub(super) languages: BTreeSet<String>,
}

/// A file whose places go on behind those of the file that includes it.
#[derive(Debug)]
struct Included {
    start: u32,
    source: Arc<Source>,
    /// Where it is included, in the scenario's own file.
    at: Span,
}

/// What was read before another file is read for a while.
#[derive(Debug)]
pub(super) struct Turned {
    source: Arc<Source>,
    included: Vec<Included>,
}

impl Reader {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            found: Vec::new(),
            omitted: 0,
            included: Vec::new(),
            near: 1,
            set: BTreeMap::new(),
            languages: BTreeSet::new(),
        }
    }

    pub(super) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Reads another file for a while: what was read until now is given back, for [`Reader::turn_back`].
    pub(super) fn turn_to(&mut self, source: Arc<Source>) -> Turned {
        self.near = 1;
        Turned {
            source: std::mem::replace(&mut self.source, source),
            included: std::mem::take(&mut self.included),
        }
    }

    /// Reads the file again that was read before.
    pub(super) fn turn_back(&mut self, before: Turned) {
        self.near = 1;
        (self.source, self.included) = (before.source, before.included);
    }

    /// From `start` on, places are those of another file, which is included at a place of this one.
    pub(super) fn include(&mut self, source: Arc<Source>, start: u32, at: Span) {
        let at = self.included_at(at).map_or(at, |included| included.at);
        self.included.push(Included { start, source, at });
    }

    /// The line of a place, in the file in which it is.
    pub(super) fn own_line(&mut self, span: Span) -> u32 {
        match self.included_at(span) {
            Some(one) => one.source.line_col(span.lo - one.start).0,
            None => self.place(span).line,
        }
    }

    /// Whether the text of an included file is such.
    pub(super) fn includes(&self, is_such: impl Fn(&str) -> bool) -> bool {
        self.included.iter().any(|one| is_such(&one.source.text))
    }

    /// The included file that a place is in.
    fn included_at(&self, span: Span) -> Option<&Included> {
        let after = self.included.partition_point(|one| one.start <= span.lo);
        self.included.get(after.checked_sub(1)?)
    }

    /// Takes over what another reader has found.
    pub(super) fn absorb(&mut self, other: Self) {
        let room = MOST.saturating_sub(self.found.len());
        self.omitted += other.omitted + other.found.len().saturating_sub(room);
        self.found.extend(other.found.into_iter().take(room));
    }

    /// The first mistake: its code, its line and its column.
    pub(super) fn first_position(&self) -> Option<(Code, u32, u32)> {
        let first = self.found.first()?;
        let (line, column) = first.primary.source.line_col(first.primary.lo);
        Some((first.code, line, column))
    }

    /// Whether no mistake was found.
    pub(super) fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes; `main` is the scenario's own file.
    pub(super) fn finish(self, main: &Source) -> Diagnostics {
        Diagnostics::new(main, self.found, self.omitted)
    }

    /// Reports a mistake. Past the hundredth they are only counted, and `draft` isn't asked any more: what it looks for
    /// may take long.
    pub(super) fn report(&mut self, code: Code, span: Span, draft: impl FnOnce() -> Draft) {
        if self.found.len() >= MOST {
            self.omitted += 1;
            return;
        }
        let mut draft = draft();
        if let Some(set) = self.set.get(&span) {
            // The file isn't what is to be changed.
            if let Some(instead) = draft.suggestion.take() {
                draft.label = format!("did you mean `{instead}`?");
            }
            draft.notes.push(format!("{set} is set by `--set`"));
        }
        let primary = self.label(span, draft.label);
        // What comes from `defaults`, or from an alias, would be told again for each instance.
        let told = self
            .found
            .iter()
            .any(|one| one.code == code && one.primary == primary && one.message == draft.message);
        if told {
            return;
        }
        let secondary = draft
            .also
            .into_iter()
            .map(|(span, text)| self.label(span, text))
            .collect();
        let suggestion = draft.suggestion.map(|replacement| Suggestion {
            lo: primary.lo,
            hi: primary.hi,
            replacement,
        });
        self.found.push(Diagnostic {
            code,
            message: draft.message,
            primary,
            secondary,
            suggestion,
            notes: draft.notes,
        });
    }

    fn label(&self, span: Span, text: String) -> Label {
        let (source, span) = match self.included_at(span) {
            Some(included) => {
                let within = Span {
                    lo: span.lo - included.start,
                    hi: span.hi.saturating_sub(included.start),
                };
                (&included.source, within)
            }
            None => (&self.source, span),
        };
        let span = clamp(source, span);
        Label {
            source: Arc::clone(source),
            lo: span.lo,
            hi: span.hi,
            text,
        }
    }

    /// A place of the file as the program keeps it.
    /// What an included file says stands where it is included.
    pub(super) fn place(&mut self, span: Span) -> Place {
        let span = self.included_at(span).map_or(span, |included| included.at);
        // Places are asked for in about the order of the file, so the line is mostly one of the next few.
        let start = |source: &Source, line: u32| source.line_range(line).start;
        let at = usize::try_from(span.lo).unwrap_or(usize::MAX);
        let near = self.near;
        let found = (near..near.saturating_add(8)).find(|&line| {
            start(&self.source, line) <= at
                && (line >= self.source.line_count() || at < start(&self.source, line + 1))
        });
        self.near = found.unwrap_or_else(|| self.source.line(span.lo));
        Place {
            lo: span.lo,
            hi: span.hi,
            line: self.near,
        }
    }
}

/// A span inside a text, on the boundaries of characters.
fn clamp(source: &Source, span: Span) -> Span {
    let lo = offset(source.index(span.lo));
    let hi = offset(source.index(span.hi)).max(lo);
    Span { lo, hi }
}
