//! `params`: values that `${name}` stands for, in any value.
//!
//! They are filled in before anybody knows what a value means, so whatever the language can say can be a parameter, and what is
//! wrong with a value is told at the place where it is used.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use bumpalo::Bump;

use super::{
    Code,
    nearest::{nearest, one_of},
    reader::{Draft, Reader, Span},
    tree::{Entry, Kind, Node, quoted},
    variants::map,
};

/// The key of a file's parameters.
pub(super) const PARAMS: &str = "params";

/// What a parameter begins with where it is used. `$${` stands for it where it is meant as it is.
const BEGIN: &str = "${";

/// How many bytes the parameters may copy in all.
const MOST_BYTES: usize = 16_000_000;

/// The parameters of a file.
struct Params<'a> {
    values: BTreeMap<&'a str, (&'a str, Span)>,
    /// Those whose values are `--set`'s.
    set: BTreeSet<&'a str>,
    copied: usize,
    /// Whether it was told that they copy too much.
    told: bool,
}

/// A file with the values of its parameters in their places, and without them. `changes` replace values, as `--set` asks for.
pub(super) fn filled<'a>(
    root: Node<'a>,
    changes: &[(String, String)],
    arena: &'a Bump,
    reader: &mut Reader,
) -> Node<'a> {
    let Kind::Map(entries) = root.kind else {
        return root;
    };
    let Some(given) = entries.iter().find(|entry| entry.key.text == PARAMS) else {
        for (name, _) in changes {
            reader.report(Code::UnknownParam, Span::default(), || {
                Draft::new(format!("the file has no parameter {}", quoted(name)))
                    .note(format!("it has no `{PARAMS}`"))
            });
        }
        return root;
    };
    let named = reader
        .entries(&given.value, "a mapping from names to values")
        .unwrap_or_default();
    let mut params = Params {
        values: BTreeMap::new(),
        set: BTreeSet::new(),
        copied: 0,
        told: false,
    };
    for entry in named {
        let key = entry.key;
        if !is_name(key.text) {
            reader.report(Code::BadName, key.span, || {
                Draft::new(format!("{} can't be a parameter", quoted(key.text)))
                    .label("expected letters, digits, `-`, `_`")
            });
        }
        let value = reader
            .text(&entry.value, "a single value")
            .unwrap_or_default();
        params.values.insert(key.text, (value, key.span));
    }
    for (name, value) in changes {
        match params.values.get_mut(name.as_str()) {
            Some((known, _)) => {
                *known = arena.alloc_str(value);
                params.set.insert(arena.alloc_str(name));
            }
            None => reader.report(Code::UnknownParam, given.key.span, || {
                unknown(name, &params.values, str::to_owned)
            }),
        }
    }
    let rest: Vec<Entry<'a>> = entries
        .iter()
        .filter(|entry| entry.key.text != PARAMS)
        .map(|entry| Entry {
            value: params.fill(entry.value, arena, reader),
            ..*entry
        })
        .collect();
    map(root, &rest, arena)
}

/// Reports the parameters of a file that none of its values uses.
pub(super) fn find_unused(root: &Node<'_>, reader: &mut Reader) {
    let Kind::Map(entries) = root.kind else {
        return;
    };
    let Some(given) = entries.iter().find(|entry| entry.key.text == PARAMS) else {
        return;
    };
    let Kind::Map(named) = given.value.kind else {
        return;
    };
    for entry in named {
        let used = format!("{BEGIN}{}}}", entry.key.text);
        let is_used = entries
            .iter()
            .any(|other| other.key.text != PARAMS && holds(&other.value, &used));
        if !is_used {
            reader.report(Code::UnusedParam, entry.key.span, || {
                Draft::new(format!(
                    "no value uses the parameter {}",
                    quoted(entry.key.text)
                ))
                .label(format!("expected `{used}` in a value"))
            });
        }
    }
}

fn holds(node: &Node<'_>, used: &str) -> bool {
    match node.kind {
        Kind::Null => false,
        Kind::Scalar(text) => text.contains(used),
        Kind::Seq(items) => items.iter().any(|item| holds(item, used)),
        Kind::Map(entries) => entries.iter().any(|entry| holds(&entry.value, used)),
    }
}

fn is_name(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(inside)
}

/// A parameter that the file doesn't have. `near` is how the one that may be meant would be written there.
fn unknown(
    name: &str,
    known: &BTreeMap<&str, (&str, Span)>,
    near: impl FnOnce(&str) -> String,
) -> Draft {
    let draft = Draft::new(format!("the file has no parameter {}", quoted(name)));
    match nearest(name, known.keys().copied()) {
        Some(word) => draft.label(format!("did you mean `{}`?", near(word))),
        None if known.is_empty() => draft.label(format!("`{PARAMS}` is empty")),
        None => draft.label(format!("expected {}", one_of(known.keys().copied()))),
    }
}

impl<'a> Params<'a> {
    fn fill(&mut self, node: Node<'a>, arena: &'a Bump, reader: &mut Reader) -> Node<'a> {
        let kind = match node.kind {
            Kind::Null => Kind::Null,
            Kind::Scalar(text) => match self.text(text, node.span, reader) {
                Cow::Borrowed(text) => Kind::Scalar(text),
                Cow::Owned(text) => Kind::Scalar(arena.alloc_str(&text)),
            },
            Kind::Seq(items) => {
                let each = items.iter().map(|item| self.fill(*item, arena, reader));
                let each: Vec<Node<'a>> = each.collect();
                Kind::Seq(arena.alloc_slice_copy(&each))
            }
            Kind::Map(entries) => {
                let each = entries.iter().map(|entry| Entry {
                    value: self.fill(entry.value, arena, reader),
                    ..*entry
                });
                let each: Vec<Entry<'a>> = each.collect();
                Kind::Map(arena.alloc_slice_copy(&each))
            }
        };
        Node { kind, ..node }
    }

    /// A text with the values in it.
    fn text(&mut self, text: &'a str, at: Span, reader: &mut Reader) -> Cow<'a, str> {
        if !text.contains(BEGIN) {
            return Cow::Borrowed(text);
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(BEGIN) {
            rest = behind;
            if let Some(before) = before.strip_suffix('$') {
                filled.push_str(before);
                filled.push_str(BEGIN);
                continue;
            }
            filled.push_str(before);
            let Some((name, behind)) = behind.split_once('}') else {
                reader.report(Code::UnknownParam, at, || {
                    Draft::new(format!("{} has no end", quoted(BEGIN)))
                        .label("expected something like `${type}`")
                        .note("`$${` stands for `${` itself")
                });
                break;
            };
            rest = behind;
            let Some((value, _)) = self.values.get(name).copied() else {
                reader.report(Code::UnknownParam, at, || {
                    unknown(name, &self.values, |near| format!("${{{near}}}"))
                        .note("`$${` stands for `${` itself")
                });
                continue;
            };
            self.copied = self.copied.saturating_add(value.len());
            if self.copied > MOST_BYTES {
                if !std::mem::replace(&mut self.told, true) {
                    reader.report(Code::TooManyValues, at, || {
                        Draft::new("the parameters copy more than 16,000,000 bytes")
                            .label("the limit is reached here")
                    });
                }
                continue;
            }
            if self.set.contains(name) {
                let told = reader.set.entry(at).or_default();
                let and = if told.is_empty() { "" } else { ", " };
                let _ = write!(told, "{and}`{name}` = {}", quoted(value));
            }
            filled.push_str(value);
        }
        filled.push_str(rest);
        Cow::Owned(filled)
    }
}
