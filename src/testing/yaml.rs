//! YAML as a builder writes it.

use std::fmt::{self, Write as _};

/// A value of a scenario in code: text, a number, a flag, a list, a mapping. It shows itself as YAML on one line.
///
/// # Example
///
/// ```
/// use ec2sim::testing::Yaml;
///
/// assert_eq!(Yaml::from("20GiB gp3").to_string(), "20GiB gp3");
/// assert_eq!(Yaml::from("Billing: starts now").to_string(), r#""Billing: starts now""#);
/// assert_eq!(Yaml::from(true).to_string(), "yes");
/// assert_eq!(Yaml::from(["web", "lab"]).to_string(), "[web, lab]");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yaml(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Nothing,
    Text(String),
    /// What needs no quotes, whatever it looks like.
    Plain(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
    /// A list that is written with an item a line.
    Lines(Vec<Yaml>),
    /// A mapping that is written with an entry a line.
    Block(Vec<(String, Yaml)>),
}

impl Yaml {
    /// Nothing: `~`.
    pub const fn nothing() -> Self {
        Self(Kind::Nothing)
    }

    /// A mapping, in this order.
    pub fn map<K: Into<String>, V: Into<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let entries = entries.into_iter();
        let entries = entries.map(|(key, value)| (key.into(), value.into()));
        Self(Kind::Map(entries.collect()))
    }

    pub(super) const fn lines(items: Vec<Self>) -> Self {
        Self(Kind::Lines(items))
    }

    pub(super) const fn block(entries: Vec<(String, Self)>) -> Self {
        Self(Kind::Block(entries))
    }

    /// Puts another entry into a mapping.
    pub(super) fn insert(&mut self, key: &str, value: impl Into<Self>) {
        if let Kind::Map(entries) | Kind::Block(entries) = &mut self.0 {
            entries.push((key.to_owned(), value.into()));
        }
    }

    /// Writes the entries of a mapping, one a line, `indent` columns to the right; the first without its indentation.
    pub(super) fn write_block(entries: &[(String, Self)], indent: usize, out: &mut String) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(&scalar(key));
            out.push(':');
            value.write_behind(indent, out);
        }
    }

    /// Writes a value behind its key, and ends the line.
    fn write_behind(&self, indent: usize, out: &mut String) {
        match &self.0 {
            Kind::Lines(items) if !items.is_empty() => {
                out.push('\n');
                for item in items {
                    out.push_str(&" ".repeat(indent + 2));
                    out.push_str("- ");
                    match &item.0 {
                        Kind::Map(entries) if !entries.is_empty() => {
                            Self::write_block(entries, indent + 4, out);
                        }
                        Kind::Nothing
                        | Kind::Text(_)
                        | Kind::Plain(_)
                        | Kind::List(_)
                        | Kind::Map(_)
                        | Kind::Lines(_)
                        | Kind::Block(_) => {
                            out.push_str(&item.to_string());
                            out.push('\n');
                        }
                    }
                }
            }
            Kind::Block(entries) if !entries.is_empty() => {
                out.push('\n');
                out.push_str(&" ".repeat(indent + 2));
                Self::write_block(entries, indent + 2, out);
            }
            Kind::Nothing
            | Kind::Text(_)
            | Kind::Plain(_)
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Lines(_)
            | Kind::Block(_) => {
                out.push(' ');
                out.push_str(&self.to_string());
                out.push('\n');
            }
        }
    }
}

impl fmt::Display for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Nothing => f.write_str("~"),
            Kind::Text(text) => f.write_str(&scalar(text)),
            Kind::Plain(text) => f.write_str(text),
            Kind::List(items) | Kind::Lines(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Kind::Map(entries) | Kind::Block(entries) if entries.is_empty() => f.write_str("{}"),
            Kind::Map(entries) | Kind::Block(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    let begin = if index == 0 { "{ " } else { ", " };
                    write!(f, "{begin}{}: {value}", scalar(key))?;
                }
                f.write_str(" }")
            }
        }
    }
}

/// A text, in quotes where it could be taken for something else.
fn scalar(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_./$-+".contains(c);
    // A colon between letters or digits, as in an instant, and single blanks between words are plain.
    let characters: Vec<char> = text.chars().collect();
    let inside = |index: usize| {
        let beside = |at: Option<usize>| {
            let other = at.and_then(|at| characters.get(at));
            other.is_some_and(|&c| safe(c))
        };
        beside(index.checked_sub(1)) && beside(Some(index + 1))
    };
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || "/$".contains(c));
    let is_plain = begins
        && text != "null"
        && characters
            .iter()
            .enumerate()
            .all(|(index, &c)| safe(c) || (matches!(c, ':' | ' ') && inside(index)));
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // What can't be printed, or is taken for a line break.
            c if c.is_control()
                || matches!(
                    c,
                    '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
                ) =>
            {
                // Writing to a text can't fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}

impl From<&String> for Yaml {
    fn from(text: &String) -> Self {
        Self(Kind::Text(text.clone()))
    }
}

impl From<bool> for Yaml {
    fn from(flag: bool) -> Self {
        Self(Kind::Plain(if flag { "yes" } else { "no" }.to_owned()))
    }
}

macro_rules! numbers {
    ($($type:ty),+) => { $(
        impl From<$type> for Yaml {
            fn from(number: $type) -> Self {
                Self(Kind::Plain(number.to_string()))
            }
        }
    )+ };
}
numbers!(i32, u32, u64, usize);

impl<T: Into<Self>> From<Vec<T>> for Yaml {
    fn from(items: Vec<T>) -> Self {
        Self(Kind::List(items.into_iter().map(Into::into).collect()))
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Yaml {
    fn from(items: [T; N]) -> Self {
        Self(Kind::List(items.into_iter().map(Into::into).collect()))
    }
}

impl<T: Clone + Into<Self>> From<&[T]> for Yaml {
    fn from(items: &[T]) -> Self {
        Self(Kind::List(items.iter().cloned().map(Into::into).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn any_text_is_read_back_as_it_was() {
        for text in [
            "plain",
            "",
            " ",
            "null",
            "~",
            "yes",
            "- a",
            "a: b",
            "a:b",
            "a #b",
            "#",
            "\"",
            "\\",
            "\n",
            "a\r\nb",
            "\t",
            "é🦀",
            "\u{1b}[31m",
            "\u{85}",
            "\u{2028}",
            "\u{FEFF}x",
            "{",
            "[a]",
            "&a",
            "*a",
            "!t",
            "%x",
            "@x",
            "`x`",
            "'",
            "|",
            ">",
            "?",
            "---",
            "...",
            "2026-03-02T09:00:00Z",
            "a  b",
            " a",
            "a ",
            "1e3",
            "0x10",
            "$0.10",
            "\u{0}",
            "a: ",
            ":",
        ] {
            let yaml = format!("name: {}\nsteps: []\n", Yaml::from(text));
            let scenario = Scenario::from_text("a.yaml", &yaml)
                .unwrap_or_else(|mistakes| panic!("{text:?} is written as {yaml}: {mistakes}"));
            assert_eq!(scenario.program().name, text, "{yaml}");
            let nested = format!(
                "description: {}\nsteps: [{}]\n",
                Yaml::from(text),
                Yaml::map([("note", text)])
            );
            assert!(Scenario::from_text("a.yaml", &nested).is_ok(), "{nested}");
        }
    }
}
