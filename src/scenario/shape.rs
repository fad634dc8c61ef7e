//! Reading single values and mappings off the tree: what is wrong is reported, and the answer is then `None`.

use smallvec::SmallVec;

use super::{
    Code,
    keys::{self, Keys, Meant, StepKey, Table, Words},
    nearest::{nearest, one_of},
    reader::{Draft, Reader, Span},
    tree::{Entry, Kind, Node, quoted},
    value::{self, Reason, Sign},
};
use crate::{
    script::{Amount, AmountCheck},
    time::{SimDuration, SimTime},
};

/// The entries of a mapping whose keys are known, in the order of the file.
pub(super) struct Fields<'n, 't, K> {
    /// The whole mapping.
    pub(super) span: Span,
    found: SmallVec<[Field<'n, 't, K>; 4]>,
}

/// A known key with its value.
#[derive(Clone, Copy)]
pub(super) struct Field<'n, 't, K> {
    /// What the key means.
    pub(super) key: K,
    /// The key as it is written.
    pub(super) name: &'t str,
    pub(super) at: Span,
    pub(super) value: &'n Node<'t>,
}

impl<'n, 't, K: Copy + PartialEq> Fields<'n, 't, K> {
    pub(super) fn field(&self, key: K) -> Option<Field<'n, 't, K>> {
        self.found.iter().find(|one| one.key == key).copied()
    }

    pub(super) fn get(&self, key: K) -> Option<&'n Node<'t>> {
        self.field(key).map(|one| one.value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Field<'n, 't, K>> {
        self.found.iter().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Takes the first of two keys that mean the same; both together are a mistake.
    pub(super) fn either(&self, reader: &mut Reader, one: K, other: K) -> Option<Field<'n, 't, K>> {
        let (first, second) = (self.field(one), self.field(other));
        if let (Some(first), Some(second)) = (first, second) {
            reader.report(Code::Exclusive, first.at.max(second.at), || {
                Draft::new(format!(
                    "`{}` and `{}` mean the same",
                    first.name, second.name
                ))
                .label("expected only one of them")
                .also(first.at.min(second.at), "this is the other")
            });
        }
        first.or(second)
    }
}

/// What an unknown key was meant to be, if that can be told.
pub(super) fn meant<K: Copy>(word: &str, keys: Keys<K>) -> Option<K> {
    keys.find(keys::meant(word, None, keys.table)?.key)
}

/// What a node is, for messages.
pub(super) fn shape(node: &Node<'_>) -> &'static str {
    match node.kind {
        Kind::Null => "nothing",
        Kind::Scalar(_) => "a single value",
        Kind::Seq(_) => "a list",
        Kind::Map(_) => "a mapping",
    }
}

impl Reader {
    /// Reports that something else stands here; always answers `None`.
    pub(super) fn wrong_shape<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let found = shape(node);
        self.report(Code::WrongShape, node.span, || {
            Draft::new(format!("expected {expected}, found {found}"))
                .label(format!("this is {found}"))
        });
        None
    }

    /// A single value; `expected` says of what kind.
    pub(super) fn text<'n>(&mut self, node: &'n Node<'_>, expected: &str) -> Option<&'n str> {
        match node.kind {
            Kind::Scalar(text) => Some(text),
            Kind::Null | Kind::Seq(_) | Kind::Map(_) => self.wrong_shape(node, expected),
        }
    }

    /// The entries of a mapping with keys of one's own.
    pub(super) fn entries<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        expected: &str,
    ) -> Option<&'n [Entry<'t>]> {
        match node.kind {
            Kind::Map(entries) => Some(entries),
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => self.wrong_shape(node, expected),
        }
    }

    /// The items of a list.
    pub(super) fn items<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        expected: &str,
    ) -> Option<&'n [Node<'t>]> {
        match node.kind {
            Kind::Seq(items) => Some(items),
            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => self.wrong_shape(node, expected),
        }
    }

    /// The entries of a mapping whose keys are those of a table. Others are reported and left out.
    pub(super) fn fields<'n, 't, K: Copy>(
        &mut self,
        node: &'n Node<'t>,
        keys: Keys<K>,
        expected: &str,
    ) -> Option<Fields<'n, 't, K>> {
        let entries = self.entries(node, expected)?;
        let mut found = SmallVec::with_capacity(entries.len());
        for entry in entries {
            match keys.find(entry.key.text) {
                Some(key) => found.push(Field {
                    key,
                    name: entry.key.text,
                    at: entry.key.span,
                    value: &entry.value,
                }),
                // What many tables have is read elsewhere.
                None if keys.table.find(entry.key.text).is_some() => {}
                None => self.unknown_key(entry, keys.table),
            }
        }
        Some(Fields {
            span: node.span,
            found,
        })
    }

    /// Reports a key that a table doesn't have.
    fn unknown_key(&mut self, entry: &Entry<'_>, table: &'static Table) {
        let key = &entry.key;
        let meant = keys::meant(key.text, Some(&entry.value), table);
        let near = meant.map(|meant| meant.key);
        self.report(Code::UnknownKey, key.span, || {
            let word = quoted(key.text);
            let draft = Draft::new(format!("unknown key {word} in {}", table.what));
            if let Some(Meant {
                key,
                example: Some(example),
            }) = meant
            {
                return draft.label(format!("here it is `{key}`")).note(example);
            }
            let draft = draft.instead(near);
            let note = keys::KEY_NOTES
                .iter()
                .find(|(what, word, _)| *what == table.what && *word == key.text);
            if let Some((.., note)) = note {
                return draft.label("not a key here").note(*note);
            }
            let of_step = match StepKey::STEP.find(key.text) {
                Some(StepKey::Does(_)) | None => false,
                Some(_) => true,
            };
            if of_step && near.is_none() && table.find("instance").is_some() {
                return draft
                    .label("not a key here")
                    .note(format!("{word} goes next to the action, not inside it"));
            }
            match table.keys.len() {
                0 => draft.label("expected nothing"),
                1 => draft.label(format!("expected {}", one_of(table.names()))),
                _ => draft
                    .label(near.map_or("not a key here", |_| "not a key"))
                    .or_note(|| format!("{} takes {}", table.what, one_of(table.names()))),
            }
        });
    }

    /// Reports a key that has to be there.
    pub(super) fn missing_key(&mut self, span: Span, what: &str, name: &str, example: &str) {
        self.report(Code::MissingKey, span, || {
            Draft::new(format!("{what} lacks `{name}`"))
                .label(format!("expected `{name}: {example}`"))
        });
    }

    /// Reports keys that have to be there and aren't, each with an example.
    pub(super) fn lacks<K: Copy + PartialEq>(
        &mut self,
        fields: &Fields<'_, '_, K>,
        keys: Keys<K>,
        needed: &[(K, &str)],
    ) {
        for &(key, example) in needed {
            if fields.get(key).is_none() {
                let (what, name) = (keys.table.what, keys.name(key));
                self.missing_key(fields.span, what, name, example);
            }
        }
    }

    /// Reports options of an action that have to be there beside its names and aren't, each with an example: the names alone are
    /// too short.
    pub(super) fn needs<K: Copy + PartialEq>(
        &mut self,
        field: Field<'_, '_, StepKey>,
        options: Option<&Fields<'_, '_, K>>,
        keys: Keys<K>,
        needed: &[(K, &str)],
    ) {
        let is_short = matches!(field.value.kind, Kind::Scalar(_) | Kind::Seq(_));
        if options.is_none() && !is_short {
            return;
        }
        for &(key, example) in needed {
            if options.and_then(|options| options.get(key)).is_none() {
                let what = format!("`{}`", field.name);
                self.missing_key(field.at, &what, keys.name(key), example);
            }
        }
    }

    /// A single value that `parse` understands. `what` is what it should be: `a duration`.
    pub(super) fn parsed<T>(
        &mut self,
        node: &Node<'_>,
        code: Code,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Option<T> {
        let text = self.text(node, what)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.report(code, node.span, || {
                    let shown = if text.is_empty() {
                        "an empty text".to_owned()
                    } else {
                        quoted(text)
                    };
                    let message = if reason.is_too_large {
                        format!("{shown} is too large")
                    } else {
                        format!("{shown} is not {what}")
                    };
                    Draft::new(message)
                        .label(reason.label)
                        .instead(reason.instead)
                });
                None
            }
        }
    }

    pub(super) fn duration(&mut self, node: &Node<'_>) -> Option<SimDuration> {
        self.parsed(node, Code::BadDuration, "a duration", value::duration)
    }

    pub(super) fn instant(&mut self, node: &Node<'_>) -> Option<SimTime> {
        self.parsed(node, Code::BadInstant, "an instant", value::instant)
    }

    pub(super) fn size(&mut self, node: &Node<'_>) -> Option<u32> {
        self.parsed(node, Code::BadSize, "a size", value::size)
    }

    pub(super) fn amount(&mut self, node: &Node<'_>) -> Option<Amount> {
        self.parsed(node, Code::BadAmount, "an amount", value::amount)
    }

    /// What is expected of an amount: `$1.20`, `< $30`, `$4..$5`.
    pub(super) fn amount_check(&mut self, node: &Node<'_>, sign: Sign) -> Option<AmountCheck> {
        self.parsed(node, Code::BadAmount, "an amount", |text| {
            value::amount_check(text, sign)
        })
    }

    pub(super) fn flag(&mut self, node: &Node<'_>) -> Option<bool> {
        self.parsed(node, Code::BadFlag, "a yes or no", value::flag)
    }

    pub(super) fn whole(&mut self, node: &Node<'_>, least: u64, most: u64) -> Option<u64> {
        let what = if most >= value::NO_LIMIT && least == 0 {
            "a whole number".to_owned()
        } else if most >= value::NO_LIMIT {
            format!("a whole number of at least {least}")
        } else {
            format!("a whole number from {least} to {most}")
        };
        self.parsed(node, Code::BadNumber, &what, |text| {
            value::whole(text, least, most)
        })
    }

    /// A whole number that fits in 32 bits.
    pub(super) fn whole_u32(&mut self, node: &Node<'_>, least: u64) -> Option<u32> {
        let number = self.whole(node, least, u64::from(u32::MAX))?;
        u32::try_from(number).ok()
    }

    /// What one of a few words means. `what` is what they are words for: `a shutdown behavior`.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node<'_>,
        words: Words<T>,
        what: &str,
    ) -> Option<T> {
        let text = self.text(node, what)?;
        let known = words.find(text);
        if known.is_none() {
            self.unknown_word(node.span, text, what, words.iter());
        }
        known
    }

    /// Reports a value that is none of the known words.
    pub(super) fn unknown_word<'w>(
        &mut self,
        span: Span,
        text: &str,
        what: &str,
        words: impl Iterator<Item = &'w str> + Clone,
    ) {
        self.report(Code::UnknownWord, span, move || {
            let known = one_of(words.clone());
            let short = known.len() <= 34;
            let draft =
                Draft::new(format!("{} is not {what}", quoted(text))).instead(nearest(text, words));
            if short {
                draft.label(format!("expected {known}"))
            } else {
                draft
                    .label(format!("expected {what}"))
                    .or_note(|| format!("expected {known}"))
            }
        });
    }

    /// Reports what the language knows and the simulator doesn't.
    pub(super) fn not_simulated(&mut self, span: Span, what: &str) {
        self.report(Code::NotSimulated, span, || {
            Draft::new(format!("{what} is not simulated yet"))
                .label("take this out to replay the rest")
        });
    }
}
