//! `variants`: what a file lays over itself.
//!
//! A variant is a tree of its own by the time it is lowered, so nothing after this stage knows of variants, and what is
//! wrong with one is told at its place in it: the keys and values that it brings along know where they stand.

use std::collections::BTreeMap;

use bumpalo::Bump;

use super::{
    Code,
    reader::{Draft, Reader},
    tree::{Entry, Kind, Node},
};

/// The key of a file's variants.
const VARIANTS: &str = "variants";

/// What a variant can't lay over the file: another script would be another scenario.
pub(super) const NOT_VARIED: &[&str] = &["steps", VARIANTS];

/// The file without its variants, and with each of them laid over it.
pub(super) fn split<'a>(
    root: Node<'a>,
    arena: &'a Bump,
    reader: &mut Reader,
) -> (Node<'a>, Vec<(String, Node<'a>)>) {
    let Kind::Map(entries) = root.kind else {
        return (root, Vec::new());
    };
    let Some(variants) = entries.iter().find(|entry| entry.key.text == VARIANTS) else {
        return (root, Vec::new());
    };
    let without = |key: &str, node: Node<'a>| match node.kind {
        Kind::Map(entries) => {
            let rest = entries.iter().filter(|entry| entry.key.text != key);
            map(node, &rest.copied().collect::<Vec<_>>(), arena)
        }
        Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => node,
    };
    let file = without(VARIANTS, root);
    // What the file expects at its end is expected of the file as it is.
    let below = without("expect", file);
    let named = match variants.value.kind {
        Kind::Null => &[][..],
        Kind::Map(_) | Kind::Scalar(_) | Kind::Seq(_) => reader
            .entries(&variants.value, "a mapping from names to variants")
            .unwrap_or_default(),
    };
    let mut laid_over = Vec::with_capacity(named.len());
    for entry in named {
        if let Some(above) = checked(entry, reader) {
            laid_over.push((entry.key.text.to_owned(), overlaid(below, above, arena)));
        }
    }
    (file, laid_over)
}

/// What a variant brings along; none where it can't be laid over a file.
fn checked<'a>(entry: &Entry<'a>, reader: &mut Reader) -> Option<Node<'a>> {
    let Kind::Map(keys) = entry.value.kind else {
        return reader.wrong_shape(&entry.value, "a mapping of what is different");
    };
    let mut is_one = true;
    for key in keys {
        if NOT_VARIED.contains(&key.key.text) {
            is_one = false;
            reader.report(Code::UnknownKey, key.key.span, || {
                Draft::new(format!("a variant can't have `{}`", key.key.text))
                    .label("not expected here")
                    .note("a variant is the same script under other circumstances")
            });
        }
    }
    is_one.then_some(entry.value)
}

/// One value over another: mappings key by key, anything else in place of what was there.
pub(super) fn overlaid<'a>(below: Node<'a>, above: Node<'a>, arena: &'a Bump) -> Node<'a> {
    let (Kind::Map(old), Kind::Map(new)) = (below.kind, above.kind) else {
        return above;
    };
    let mut entries = old.to_vec();
    // By an index: both may be long.
    let places: BTreeMap<&str, usize> = old
        .iter()
        .enumerate()
        .map(|(place, entry)| (entry.key.text, place))
        .collect();
    for entry in new {
        match places.get(entry.key.text) {
            Some(&place) => {
                entries[place] = Entry {
                    value: overlaid(entries[place].value, entry.value, arena),
                    ..*entry
                };
            }
            None => entries.push(*entry),
        }
    }
    map(below, &entries, arena)
}

/// A mapping of these entries that stands where another value does.
pub(super) fn map<'a>(at: Node<'a>, entries: &[Entry<'a>], arena: &'a Bump) -> Node<'a> {
    Node {
        kind: Kind::Map(arena.alloc_slice_copy(entries)),
        ..at
    }
}
