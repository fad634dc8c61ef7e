//! Stage 1 of reading: YAML text becomes a tree in which every key and value knows its place.
//!
//! This is the only file that knows the YAML parser. What is wrong with the text as YAML is told in our own words;
//! what a scenario means by it is stage 2's concern.

use std::{borrow::Cow, collections::BTreeMap};

use bumpalo::Bump;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::{
    Code, json,
    reader::{Draft, Reader, Span},
    source::offset,
    syntax,
    tree::{Entry, Key, Kind, MAX_DEPTH, MAX_VALUES, MERGE, Node, quoted, repeated},
};

/// How much all aliases together may copy: a value, a key included, weighs one, and one more for every 16 bytes of its text.
const ALIAS_BUDGET: usize = 1_000_000;

/// So many bytes of text weigh as much as a value.
const TEXT_OF_A_VALUE: usize = 16;

/// A list or mapping whose end hasn't come yet.
struct Open<'a> {
    span: Span,
    anchor: usize,
    /// Whether it stands in brackets.
    flow: bool,
    /// What it holds so far.
    extent: Extent,
    inside: Inside<'a>,
}

enum Inside<'a> {
    Seq(Vec<Node<'a>>),
    Map {
        entries: Vec<Entry<'a>>,
        next: Next<'a>,
    },
}

/// What comes next in a mapping.
enum Next<'a> {
    Key,
    /// The value of this key; none if the key has a mistake.
    Value(Option<Key<'a>>),
}

/// How much a value is.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    /// How many levels it holds.
    height: usize,
    /// What a copy of it weighs, less what it weighs itself.
    weight: usize,
}

#[derive(Clone, Copy)]
struct Anchored<'a> {
    node: Node<'a>,
    extent: Extent,
}

struct Builder<'a, 'r> {
    text: &'a str,
    arena: &'a Bump,
    reader: &'r mut Reader,
    stack: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    documents: usize,
    anchors: BTreeMap<usize, Anchored<'a>>,
    /// How many values were read.
    values: usize,
    /// What is left for aliases to copy.
    budget: usize,
    /// Where the tag of the current event begins.
    tag: Option<usize>,
}

/// What went so wrong that reading can't go on; it is already reported.
struct Stopped;

/// Reads the text of a file. Answers `None`, and reports why, if it holds nothing or isn't YAML.
pub(super) fn read<'a>(text: &'a str, arena: &'a Bump, reader: &mut Reader) -> Option<Node<'a>> {
    json::read(text, arena).or_else(|| read_yaml(text, arena, reader))
}

/// The same, without the short cut for JSON.
pub(super) fn read_yaml<'a>(
    text: &'a str,
    arena: &'a Bump,
    reader: &mut Reader,
) -> Option<Node<'a>> {
    let mut builder = Builder {
        text,
        arena,
        reader,
        stack: Vec::new(),
        root: None,
        documents: 0,
        anchors: BTreeMap::new(),
        values: 0,
        budget: ALIAS_BUDGET,
        tag: None,
    };
    for event in Parser::new_from_str(text) {
        let taken = match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                builder.tag = span.tag_start().and_then(|start| start.byte_offset());
                let span = Span {
                    lo: offset(range.start),
                    hi: offset(range.end),
                };
                builder.take(event, span)
            }
            Err(error) => builder.syntax_error(&error),
        };
        if taken.is_err() {
            return None;
        }
    }
    let Builder { reader, root, .. } = builder;
    match root {
        None
        | Some(Node {
            kind: Kind::Null, ..
        }) => {
            reader.report(Code::Empty, Span::default(), || {
                let what = if text.trim().is_empty() {
                    "the file is empty"
                } else {
                    "the file contains no scenario"
                };
                Draft::new(what)
                    .label("expected a scenario")
                    .note("the smallest scenario is `steps: []`")
            });
            None
        }
        root => root,
    }
}

impl<'a> Builder<'a, '_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser may get events of other kinds; none is a value"
    )]
    fn take(&mut self, event: Event<'a>, span: Span) -> Result<(), Stopped> {
        match event {
            Event::DocumentStart(..) => self.document(span),
            Event::Alias(id) => self.alias(id, span),
            Event::Scalar(text, style, anchor, tag) => {
                let text_tag = self.check_tag(tag.as_deref(), span);
                let plain = style == ScalarStyle::Plain && !text_tag;
                let kind = if plain && matches!(&*text, "" | "~" | "null") {
                    Kind::Null
                } else {
                    Kind::Scalar(match text {
                        Cow::Borrowed(text) => text,
                        Cow::Owned(text) => self.arena.alloc_str(&text),
                    })
                };
                let node = Node { span, kind };
                let extent = Extent {
                    height: 0,
                    weight: match kind {
                        Kind::Scalar(text) => text.len() / TEXT_OF_A_VALUE,
                        Kind::Null | Kind::Seq(_) | Kind::Map(_) => 0,
                    },
                };
                self.anchor(anchor, &node, extent);
                self.attach(node, span, extent);
                self.count(span)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), span);
                self.open(span, style, anchor, Inside::Seq(Vec::new()))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), span);
                let inside = Inside::Map {
                    entries: Vec::new(),
                    next: Next::Key,
                };
                self.open(span, style, anchor, inside)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            // Everything else says nothing about values.
            _ => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Stopped> {
        self.documents += 1;
        if self.documents < 2 {
            return Ok(());
        }
        self.reader.report(Code::SecondDocument, span, || {
            Draft::new("a second document begins here")
                .label("expected the end of the file")
                .note("a scenario file is one YAML document; put the second scenario into a file of its own")
        });
        Err(Stopped)
    }

    fn open(
        &mut self,
        span: Span,
        style: StructureStyle,
        anchor: usize,
        inside: Inside<'a>,
    ) -> Result<(), Stopped> {
        if self.stack.len() >= MAX_DEPTH {
            return self.too_deep(span);
        }
        self.stack.push(Open {
            span,
            anchor,
            flow: style == StructureStyle::Flow,
            extent: Extent::default(),
            inside,
        });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Stopped> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let mut span = open.span;
        if open.flow {
            span.hi = span.hi.max(end.hi);
        }
        let kind = match open.inside {
            Inside::Seq(items) => Kind::Seq(self.arena.alloc_slice_copy(&items)),
            Inside::Map { entries, .. } => {
                let entries = self.without_duplicates(entries);
                Kind::Map(self.arena.alloc_slice_copy(&entries))
            }
        };
        let node = Node { span, kind };
        self.anchor(open.anchor, &node, open.extent);
        self.attach(node, span, open.extent);
        self.count(span)
    }

    /// Counts a value that is complete.
    fn count(&mut self, span: Span) -> Result<(), Stopped> {
        if self.values <= MAX_VALUES {
            return Ok(());
        }
        self.reader.report(Code::TooManyValues, span, || {
            Draft::new("this file contains more than 1,000,000 values")
                .label("the limit is reached here")
                .note("keys count too; use `count`, `each` or `repeat`, or split it into several scenarios")
        });
        Err(Stopped)
    }

    /// Keeps what an anchor stands for. Aliases to a list or mapping that is still open don't find it.
    fn anchor(&mut self, id: usize, node: &Node<'a>, extent: Extent) {
        if id > 0 {
            let node = *node;
            self.anchors.insert(id, Anchored { node, extent });
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Stopped> {
        let Some(&Anchored { node, extent }) = self.anchors.get(&id) else {
            self.reader.report(Code::UnknownAnchor, span, || {
                Draft::new("an alias is inside what it refers to").label("this would never end")
            });
            return Err(Stopped);
        };
        if self.stack.len() + extent.height > MAX_DEPTH {
            return self.too_deep(span);
        }
        self.spend(extent.weight.saturating_add(1), span)?;
        self.attach(node, span, extent);
        self.count(span)
    }

    fn spend(&mut self, count: usize, span: Span) -> Result<(), Stopped> {
        match self.budget.checked_sub(count) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => {
                self.reader.report(Code::TooManyAliases, span, || {
                    Draft::new("the aliases in this file expand to more than 1,000,000 values")
                        .label("the limit is reached here")
                        .note("a text counts as one value for every 16 bytes")
                        .note("write out what is repeated, or use `count`, `each` or `repeat`")
                });
                Err(Stopped)
            }
        }
    }

    fn too_deep(&mut self, span: Span) -> Result<(), Stopped> {
        self.reader.report(Code::TooDeep, span, || {
            Draft::new("this is nested deeper than 64 levels").label("the limit is reached here")
        });
        Err(Stopped)
    }

    /// Hands a finished value to what it stands in. `at` is where it stands, which for an alias isn't where it is from.
    fn attach(&mut self, mut node: Node<'a>, at: Span, extent: Extent) {
        let Some(open) = self.stack.last_mut() else {
            self.values += 1;
            self.root = Some(node);
            return;
        };
        open.extent.height = open.extent.height.max(extent.height + 1);
        open.extent.weight = open
            .extent
            .weight
            .saturating_add(extent.weight)
            .saturating_add(1);
        self.values += 1;
        let nothing = at.lo == at.hi;
        match &mut open.inside {
            Inside::Seq(items) => {
                if nothing {
                    // The parser's place is where the next thing begins; the dash or comma is before it.
                    node.span = last_mark(self.text, at);
                }
                open.span.hi = open.span.hi.max(node.span.hi.min(at.hi));
                items.push(node);
            }
            Inside::Map { entries, next } => match std::mem::replace(next, Next::Key) {
                Next::Key => {
                    open.span.hi = open.span.hi.max(at.hi);
                    *next = Next::Value(as_key(node, self.reader));
                }
                Next::Value(known) => {
                    if !nothing {
                        open.span.hi = open.span.hi.max(at.hi);
                    }
                    if let Some(key) = known {
                        if nothing {
                            node.span = key.span;
                        }
                        entries.push(Entry { key, value: node });
                    }
                }
            },
        }
    }

    fn without_duplicates(&mut self, entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
        let later = repeated(&entries);
        if later.is_empty() {
            return entries;
        }
        for &(index, first) in &later {
            let (key, first) = (&entries[index].key, &entries[first].key);
            self.reader.report(Code::DuplicateKey, key.span, || {
                Draft::new(format!("the key {} is given twice", quoted(key.text)))
                    .label("the second one")
                    .also(first.span, "the first one")
            });
        }
        let mut later = later.into_iter().map(|(index, _)| index).peekable();
        entries
            .into_iter()
            .enumerate()
            .filter(|(index, _)| later.next_if_eq(index).is_none())
            .map(|(_, entry)| entry)
            .collect()
    }

    /// Whether a tag makes a plain value a text. Tags with a meaning of their own are reported.
    fn check_tag(&mut self, tag: Option<&Tag>, span: Span) -> bool {
        let Some(tag) = tag else { return false };
        match tag.core_suffix() {
            Some("str") => true,
            Some("map" | "seq" | "int" | "float" | "bool" | "null") => false,
            _ => {
                let original = tag.original();
                let span = self.tag.map_or(span, |start| Span {
                    lo: offset(start),
                    hi: offset(start + original.len()),
                });
                self.reader.report(Code::Tag, span, || {
                    Draft::new(format!("the tag {} has no meaning here", quoted(&original)))
                        .label("tags aren't part of a scenario")
                });
                false
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser knows seventy kinds of mistakes; the rare ones are told in its words"
    )]
    fn syntax_error(&mut self, error: &ScanError) -> Result<(), Stopped> {
        let marker = error.marker();
        let at = marker.byte_offset().unwrap_or_else(|| {
            // Without an offset the parser still knows how many characters it has read.
            let mut characters = self.text.char_indices();
            let found = characters.nth(marker.index());
            found.map_or(self.text.len(), |(at, _)| at)
        });
        let opened = self.stack.iter().rev().find(|open| open.flow);
        let opened = opened.map(|open| open.span.lo);
        let place = syntax::Place::new(self.text, at, opened);
        let (code, span, draft) = match error.kind() {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
            | ErrorKind::UnexpectedCharacter { character: '\t' } => place.tab(),
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent => place.unclosed_quote(),
            ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar => place.after_quote(),
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape => place.escape(),
            ErrorKind::MappingValueNotAllowed
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::InvalidMappingValueWhitespace => place.colon(),
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MisplacedFlowCollectionEnd
            | ErrorKind::MismatchedFlowCollectionEnd { .. }
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator => place.bracket(),
            ErrorKind::RecursionLimitExceeded => {
                self.too_deep(place.span())?;
                return Err(Stopped);
            }
            ErrorKind::UnknownAnchor => place.unknown_anchor(),
            ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => place.no_colon(),
            ErrorKind::InvalidIndentation
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::BlockSequenceEntryNotAllowed
            | ErrorKind::MappingKeyNotAllowed => place.indentation(),
            ErrorKind::UnexpectedCharacter { character } => place.reserved(*character),
            ErrorKind::InvalidDocumentEnd | ErrorKind::MultipleDocumentsUnsupported => (
                Code::SecondDocument,
                place.span(),
                Draft::new("something follows the end of the document")
                    .label("expected the end of the file"),
            ),
            other => place.other(&other.to_string()),
        };
        self.reader.report(code, span, || draft);
        Err(Stopped)
    }
}

/// A value as a key; anything but a single value is reported.
fn as_key<'a>(node: Node<'a>, reader: &mut Reader) -> Option<Key<'a>> {
    match node.kind {
        Kind::Scalar(text) if text == MERGE => {
            reader.report(Code::MergeKey, node.span, || {
                Draft::new("merge keys are not part of YAML 1.2")
                    .label("expected a key")
                    .note("put what the instances have in common in `defaults`")
            });
            None
        }
        Kind::Scalar(text) => Some(Key {
            span: node.span,
            text,
        }),
        Kind::Null | Kind::Seq(_) | Kind::Map(_) => {
            reader.report(Code::OddKey, node.span, || {
                let what = match node.kind {
                    Kind::Seq(_) => "a list",
                    Kind::Map(_) => "a mapping",
                    Kind::Null | Kind::Scalar(_) => "nothing",
                };
                Draft::new(format!("expected a key, found {what}")).label("expected a word")
            });
            None
        }
    }
}

/// The last character before a place that isn't blank: what a missing value is missing after.
fn last_mark(text: &str, at: Span) -> Span {
    let at = usize::try_from(at.lo).unwrap_or(usize::MAX);
    let before = text.get(..at).unwrap_or_default().trim_end();
    let last = before.chars().next_back().map_or(0, char::len_utf8);
    Span {
        lo: offset(before.len() - last),
        hi: offset(before.len()),
    }
}
