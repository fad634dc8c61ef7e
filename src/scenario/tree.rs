//! What a text is read into: values that know their places.
//!
//! Texts are borrowed from the file wherever they can be; all else that the tree holds stands in an arena, so that a long
//! script costs neither an allocation a value nor the freeing of them.

use crate::foreign::shown;

use super::reader::Span;

/// How deep lists and mappings may be nested.
pub(super) const MAX_DEPTH: usize = 64;

/// The key that YAML 1.1 merged mappings with.
pub(super) const MERGE: &str = "<<";

/// How many values a file may hold, keys included.
pub(super) const MAX_VALUES: usize = 1_000_000;

/// From so many keys on, a mapping is searched for duplicates through a sorted index.
const LINEAR_KEYS: usize = 16;

/// A value and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node<'a> {
    pub(super) span: Span,
    pub(super) kind: Kind<'a>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A plain `~`, `null`, or nothing at all.
    Null,
    /// Any other single value, as it is written. Only a plain one can be a number or a flag; `"null"` is text.
    Scalar(&'a str),
    /// A list.
    Seq(&'a [Node<'a>]),
    /// A mapping, in the order of the file and without duplicate keys.
    Map(&'a [Entry<'a>]),
}

/// A key of a mapping with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) key: Key<'a>,
    pub(super) value: Node<'a>,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) span: Span,
    pub(super) text: &'a str,
}

/// The entries whose key stands before them already, each with the first that has it.
pub(super) fn repeated(entries: &[Entry<'_>]) -> Vec<(usize, usize)> {
    let mut later = Vec::new();
    if entries.len() <= LINEAR_KEYS {
        for (index, entry) in entries.iter().enumerate() {
            let text = &entry.key.text;
            let first = entries[..index]
                .iter()
                .position(|one| one.key.text == *text);
            later.extend(first.map(|first| (index, first)));
        }
        return later;
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|&index| (&entries[index].key.text, index));
    let mut first = 0;
    for pair in order.windows(2) {
        if entries[pair[0]].key.text != entries[pair[1]].key.text {
            first = 0;
            continue;
        }
        // Three alike: all later ones point at the first.
        if first == 0 {
            first = pair[0] + 1;
        }
        later.push((pair[1], first - 1));
    }
    later.sort_unstable();
    later
}

/// What stands where an exercise has a gap.
const GAP: &str = "???";

/// The gaps of a tree.
pub(super) fn gaps(node: &Node<'_>, found: &mut Vec<Span>) {
    match node.kind {
        Kind::Scalar(GAP) => found.push(node.span),
        Kind::Null | Kind::Scalar(_) => {}
        Kind::Seq(items) => items.iter().for_each(|item| gaps(item, found)),
        Kind::Map(entries) => entries.iter().for_each(|entry| gaps(&entry.value, found)),
    }
}

/// Whether a text may have gaps.
pub(super) fn may_have_gaps(text: &str) -> bool {
    text.contains(GAP)
}

/// A word of the file for a message: in backquotes, cut if it is long, on one line.
pub(super) fn quoted(word: &str) -> String {
    const LONGEST: usize = 60;
    let (word, more) = match word.char_indices().nth(LONGEST) {
        Some((end, _)) => (&word[..end], "…"),
        None => (word, ""),
    };
    format!("`{}{more}`", shown(word))
}
