//! A value as one line, with some of its words said otherwise.

use std::collections::BTreeMap;

use super::tree::{Kind, Node};

/// A value in the flow style of YAML. Words that stand in `instead` are replaced, as keys and as values.
pub(super) fn flow(node: &Node<'_>, instead: &BTreeMap<String, String>) -> String {
    match node.kind {
        Kind::Null => "~".to_owned(),
        Kind::Scalar(text) => word(text, instead),
        Kind::Seq(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, instead)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| {
                    let (key, value) = (word(entry.key.text, instead), flow(&entry.value, instead));
                    format!("{key}: {value}")
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A word, in quotes where it could be taken for something else.
fn word(text: &str, instead: &BTreeMap<String, String>) -> String {
    let text = instead.get(text).map_or(text, String::as_str);
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '$');
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '$')
        && text.chars().all(inside)
        && !matches!(text, "null" | "Null" | "NULL");
    if is_plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
