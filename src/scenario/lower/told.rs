//! Texts that the viewer is told: a text, or one by language.

use std::sync::Arc;

use super::super::{
    Code,
    reader::{Draft, Reader},
    tree::{Kind, Node, quoted},
};

/// The language that is told where nobody asks for another.
const ENGLISH: &str = "en";

/// The text in a language, else in English, else in the first that there is.
pub(super) fn told(
    reader: &mut Reader,
    node: &Node<'_>,
    what: &str,
    language: Option<&str>,
) -> Option<Arc<str>> {
    let Kind::Map(entries) = node.kind else {
        return reader.text(node, what).map(Arc::from);
    };
    let mut texts = Vec::with_capacity(entries.len());
    for entry in entries {
        let key = &entry.key;
        if !is_language(key.text) {
            reader.report(Code::UnknownWord, key.span, || {
                Draft::new(format!("{} is not a language", quoted(key.text)))
                    .label("expected a code such as `en`, `id` or `ko`")
            });
        }
        if !reader.languages.contains(key.text) {
            reader.languages.insert(key.text.to_owned());
        }
        if let Some(text) = reader.text(&entry.value, what) {
            texts.push((key.text, text));
        }
    }
    if entries.is_empty() {
        return reader.wrong_shape(node, what);
    }
    let of = |language: &str| texts.iter().find(|(known, _)| *known == language);
    // `pt-BR` is told `pt` where there is nothing nearer.
    let general = language.and_then(|language| language.split('-').next());
    let text = language
        .and_then(of)
        .or_else(|| of(general?))
        .or_else(|| of(ENGLISH))
        .or(texts.first());
    text.map(|(_, text)| Arc::from(*text))
}

/// Whether a word has the form of a language: `en`, `pt-BR`.
fn is_language(word: &str) -> bool {
    let mut parts = word.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
