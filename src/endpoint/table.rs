//! The table of what the actions take: parameters by class, and filters.
//!
//! It is text, in `actions.tsv`, and read where an action is first asked for: an action has a few dozen rows.

use std::{collections::BTreeMap, sync::OnceLock};

/// All rows.
const ROWS: &str = include_str!("actions.tsv");

/// What an action takes.
#[derive(Debug, Default)]
pub struct Takes {
    /// Its parameters, by name: `BlockDeviceMapping.N.Ebs.VolumeSize`.
    pub parameters: BTreeMap<&'static str, Parameter>,
    /// Its filters, by name; where the answer shows what they ask for, or nothing where there is no data for them.
    pub filters: BTreeMap<&'static str, Option<&'static str>>,
    /// Where the answer's tags stand, if the action filters by tags.
    pub tags: Option<&'static str>,
}

/// A parameter of EC2's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// What a value looks like.
    pub form: Form,
    /// What becomes of it.
    pub class: Class,
    /// Whether a request without it is refused.
    pub required: bool,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// Digits.
    Number,
    /// `true` or `false`.
    Flag,
    /// An instant in ISO 8601.
    Time,
    /// Base64.
    Blob,
    /// A number with a fraction.
    Decimal,
    /// One of these words, with `|` between them.
    Words(&'static str),
}

/// What becomes of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It does what it does in EC2.
    Honoured,
    /// It is stored and shown again, without effect on life or bill.
    Kept,
    /// It is taken with these values only, `|` between them, which say what is so anyway; `*` stands for what the type has.
    Fixed(&'static str),
    /// It is refused whenever it has a value.
    Refused,
}

impl Class {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Honoured => "honoured",
            Self::Kept => "kept",
            Self::Fixed(_) => "fixed",
            Self::Refused => "refused",
        }
    }
}

/// What each action of the table takes.
pub fn takes() -> &'static BTreeMap<&'static str, Takes> {
    static TABLE: OnceLock<BTreeMap<&'static str, Takes>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: BTreeMap<&'static str, Takes> = BTreeMap::new();
        for row in ROWS.lines().filter(|row| !row.starts_with('#')) {
            let mut columns = row.split('\t');
            let mut column = || columns.next().unwrap_or_default();
            let (action, side, name, form, last) =
                (column(), column(), column(), column(), column());
            let takes = table.entry(action).or_default();
            if side == "in" {
                takes.parameters.insert(name, parameter(form, last));
            } else if name == "tag" {
                takes.tags = Some(last);
            } else {
                takes.filters.insert(name, (last != "-").then_some(last));
            }
        }
        table
    })
}

fn parameter(form: &'static str, class: &'static str) -> Parameter {
    let form = match form {
        "text" => Form::Text,
        "number" => Form::Number,
        "flag" => Form::Flag,
        "time" => Form::Time,
        "blob" => Form::Blob,
        "decimal" => Form::Decimal,
        words => Form::Words(words),
    };
    let required = class.ends_with(" required");
    let class = match class.split_once(' ').unwrap_or((class, "")) {
        ("honoured", _) => Class::Honoured,
        ("kept", _) => Class::Kept,
        ("fixed", values) => Class::Fixed(values),
        _ => Class::Refused,
    };
    Parameter {
        form,
        class,
        required,
    }
}
