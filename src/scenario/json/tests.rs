//! The two readers, held against each other.

use std::{fmt::Write, sync::Arc};

use proptest::{collection::vec, prelude::*, sample::select};
use serde::de::IgnoredAny;

use super::{
    super::{Source, reader::Reader, yaml::read_yaml},
    *,
};

/// What the reader of YAML makes of a text, if it has nothing to say about it.
fn yaml<'a>(text: &'a str, arena: &'a Bump) -> Option<Node<'a>> {
    let mut reader = Reader::new(Arc::new(Source::new("a.json", text)));
    let root = read_yaml(text, arena, &mut reader);
    root.filter(|_| reader.is_clean())
}

/// Blanks of JSON, mostly none.
fn blanks() -> impl Strategy<Value = String> {
    let some = vec(select(vec![" ", "\n", "\r\n", "\t", "  "]), 0..3);
    prop_oneof![4 => Just(String::new()), 1 => some.prop_map(|some| some.concat())]
}

/// A text in quotes, with whatever can be in one.
fn quoted() -> impl Strategy<Value = String> {
    let character = any::<char>().prop_filter("YAML doesn't take it", |c| {
        (!c.is_control() || *c == '\u{85}') && !matches!(c, '"' | '\\' | '\u{FFFE}' | '\u{FFFF}')
    });
    let escaped = any::<char>().prop_map(|c| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units)
            .iter()
            .fold(String::new(), |mut all, unit| {
                write!(all, "\\u{unit:04x}").unwrap();
                all
            })
    });
    let special = select(vec![
        r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\\", r#"\""#, " ", ": ", " #", "- ", "null",
        "---", "<<", "*a", "&a", "!t", "é", "🦀", "web-17", "'", "{", "]", ",", "%", "~",
    ]);
    let piece = prop_oneof![
        3 => special.prop_map(str::to_owned),
        2 => character.prop_map(String::from),
        1 => escaped,
    ];
    vec(piece, 0..6).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => quoted(),
        1 => select(vec!["null", "true", "false", "0", "-0", "-0.0", "1E5", "12.50", "-7e-3", "1e+99",
            "123456789012345678901234567890"])
            .prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
    ]
}

/// Things between brackets, with commas between them and blanks everywhere.
fn bracketed(
    open: char,
    thing: impl Strategy<Value = String>,
    close: char,
) -> impl Strategy<Value = String> {
    let things = vec((blanks(), thing, blanks()), 0..5);
    (things, blanks()).prop_map(move |(things, inside)| {
        if things.is_empty() {
            return format!("{open}{inside}{close}");
        }
        let things: Vec<_> = things
            .into_iter()
            .map(|(before, thing, behind)| format!("{before}{thing}{behind}"))
            .collect();
        format!("{open}{}{close}", things.join(","))
    })
}

fn mapping(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let entry = (quoted(), blanks(), blanks(), value)
        .prop_map(|(key, before, behind, value)| format!("{key}{before}:{behind}{value}"));
    bracketed('{', entry, '}')
}

/// A text of JSON whose root is an object.
fn document() -> impl Strategy<Value = String> {
    let value = scalar().prop_recursive(4, 40, 5, |inner| {
        prop_oneof![bracketed('[', inner.clone(), ']'), mapping(inner)]
    });
    (blanks(), mapping(value), blanks())
        .prop_map(|(before, root, behind)| format!("{before}{root}{behind}"))
}

proptest! {
    #[test]
    fn both_readers_make_the_same_tree_of_any_json(text in document()) {
        // Of keys that stand twice the reader of YAML has to tell.
        let arena = Bump::new();
        prop_assert_eq!(read(&text, &arena), yaml(&text, &arena), "{}", text);
    }

    #[test]
    fn only_strict_json_is_taken_and_it_means_what_yaml_means(
        text in document(),
        changes in vec((any::<prop::sample::Index>(), select(vec![
            "", ",", ":", "\"", "\\", "{", "}", "[", "]", "#", "-", "0", "1", ".", "e", "+", "n", "'", " ", "\n", "\t",
            "\0", "\u{7F}", "\u{80}", "\u{FFFE}", "é", "\\u", "\\ud800", "\\x41", "<<", "...", "---\n", "/*", "//",
        ])), 1..4),
    ) {
        let mut characters: Vec<String> = text.chars().map(String::from).collect();
        for (at, piece) in changes {
            *at.get_mut(&mut characters) = piece.to_owned();
        }
        let text = characters.concat();
        let arena = Bump::new();
        if let Some(root) = read(&text, &arena) {
            prop_assert_eq!(Some(root), yaml(&text, &arena), "{}", text);
            prop_assert!(serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
        }
    }
}

#[test]
fn what_yaml_has_to_say_something_about_is_left_to_it() {
    let arena = Bump::new();
    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let key = |length: usize| format!("{{\"{}\":1}}", "k".repeat(length));
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"<<":{}}"#,
        r#"{"a":1,}"#,
        r#"{"a":01}"#,
        r#"{"a":.5}"#,
        r#"{"a":+1}"#,
        r#"{"a":yes}"#,
        r#"{"a":nulls}"#,
        r#"{"a":}"#,
        r#"{"a"}"#,
        r"{'a':1}",
        r#"{"a":1} # x"#,
        r#"{"a":1}{}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\ud800x"}"#,
        r#"{"a":"\ud800\u0041"}"#,
        r#"{"a":"\udc00"}"#,
        r#"{"a":"\u+041"}"#,
        r#"{"a":"\x41"}"#,
        "{\"a\":\"\u{7F}\"}",
        "{\"a\":\"1234567\u{80}\"}",
        "{\"a\":\"x\ty\"}",
        "{\"a\":\"x\ny\"}",
        r#"["a"]"#,
        "",
        "{",
        &nested(MAX_DEPTH + 1),
        &key(LONGEST_KEY),
    ] {
        assert_eq!(read(text, &arena), None, "{text}");
    }
    for text in [nested(MAX_DEPTH), key(LONGEST_KEY - 3)] {
        assert!(read(&text, &arena).is_some(), "{text}");
        assert_eq!(read(&text, &arena), yaml(&text, &arena));
    }
}

#[test]
fn a_text_is_plain_up_to_the_first_byte_that_is_not() {
    for length in 0..20 {
        for stop in ["", "\"", "\\", "\u{1F}", "\0", "\u{7F}", "é"] {
            let text = format!("{}{stop}tail \"\\", "~ ".repeat(length));
            let expected = if stop.is_empty() {
                2 * length + 5
            } else {
                2 * length
            };
            assert_eq!(plain(text.as_bytes()), expected, "{text:?}");
        }
    }
}
