//! Where instances lie: placement groups, tenancy.

use std::sync::Arc;

use super::{
    super::{
        Code,
        keys::{GroupKey, InGroupKey, LEVEL, Level, STRATEGY, StrategyWord, TENANCY},
        reader::Draft,
        tree::{Kind, Node, quoted},
    },
    Found, Lower,
};
use crate::world::{GroupId, GroupSpec, Strategy, Tenancy};

/// The most partitions that a group has in a zone (`PG-PARTITION`).
const MOST_PARTITIONS: u64 = 7;

/// A placement group, and a partition of it, that an instance asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InGroup {
    /// None for none, where `defaults` has one.
    pub(super) group: Option<GroupId>,
    pub(super) partition: Option<u8>,
}

impl InGroup {
    /// In no group.
    pub(super) const NONE: Self = Self {
        group: None,
        partition: None,
    };
}

impl Lower<'_> {
    /// `placement-groups`. Each takes its place, understood or not, so that numbers stay right.
    pub(super) fn placement_groups(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let entries = self
            .reader
            .entries(node, "a mapping from names to placement groups");
        for entry in entries.unwrap_or_default() {
            let strategy = self.strategy(&entry.value);
            self.groups.push(GroupSpec {
                name: Arc::from(entry.key.text),
                strategy: strategy.unwrap_or(Strategy::Partition { count: u8::MAX }),
            });
        }
    }

    fn strategy(&mut self, node: &Node<'_>) -> Option<Strategy> {
        let what = "a strategy";
        let Kind::Map(_) = node.kind else {
            let word = self.reader.word(node, STRATEGY, what)?;
            return Some(strategy_of(word, None, None));
        };
        let keys = GroupKey::PLACEMENT_GROUP;
        let fields = self.reader.fields(node, keys, "a placement group")?;
        let (mut word, mut partitions, mut level) = (None, None, None);
        for field in fields.iter() {
            match field.key {
                GroupKey::Strategy => word = self.reader.word(field.value, STRATEGY, what),
                GroupKey::Partitions => {
                    let most = MOST_PARTITIONS;
                    partitions = self
                        .reader
                        .whole(field.value, 1, most)
                        .map(|count| (count, field));
                }
                GroupKey::Level => {
                    let found = self.reader.word(field.value, LEVEL, "a level of spreading");
                    level = found.map(|found| (found, field));
                }
            }
        }
        if fields.get(GroupKey::Strategy).is_none() {
            let name = keys.name(GroupKey::Strategy);
            self.reader
                .missing_key(fields.span, keys.table.what, name, "cluster");
        }
        let word = word?;
        for (field, fits) in [
            (
                partitions.map(|(_, field)| field),
                word == StrategyWord::Partition,
            ),
            (level.map(|(_, field)| field), word == StrategyWord::Spread),
        ] {
            if let Some(field) = field.filter(|_| !fits) {
                self.reader.report(Code::Misplaced, field.at, || {
                    Draft::new(format!("`{}` doesn't go with this strategy", field.name))
                        .label("not expected here")
                });
            }
        }
        Some(strategy_of(
            word,
            partitions.and_then(|(count, _)| u8::try_from(count).ok()),
            level.map(|(level, _)| level),
        ))
    }

    /// The placement group of a name.
    pub(super) fn group_named(&mut self, node: &Node<'_>) -> Option<GroupId> {
        let text = self.reader.text(node, "the name of a placement group")?;
        match self.names.find(text) {
            Some(Found::Group(group)) => return Some(GroupId(group)),
            Some(other) => {
                let declared = self.names.place_of(other);
                self.reader.report(Code::WrongKind, node.span, || {
                    let draft = Draft::new(format!("{} is {}", quoted(text), other.what()))
                        .label("expected the name of a placement group");
                    match declared {
                        Some(place) => draft.also(place, "it is declared here"),
                        None => draft,
                    }
                });
            }
            None => {
                let known: Vec<&str> = self.names.groups().iter().map(|name| &**name).collect();
                self.reader.report(Code::UnknownName, node.span, || {
                    Draft::new(format!("there is no placement group {}", quoted(text)))
                        .label("expected the name of a placement group")
                        .instead(super::nearest(text, known.iter().copied()))
                        .or_note(|| {
                            if known.is_empty() {
                                "placement groups are described under `placement-groups`".to_owned()
                            } else {
                                format!("the file has {}", super::one_of(known.iter().copied()))
                            }
                        })
                });
            }
        }
        None
    }

    /// `placement-group` of an instance: a name, or a group with a partition of it.
    pub(super) fn in_group(&mut self, node: &Node<'_>) -> Option<InGroup> {
        match node.kind {
            Kind::Null => return Some(InGroup::NONE),
            Kind::Scalar(_) | Kind::Seq(_) => {
                return Some(InGroup {
                    group: Some(self.group_named(node)?),
                    partition: None,
                });
            }
            Kind::Map(_) => {}
        }
        let keys = InGroupKey::IN_GROUP;
        let fields = self.reader.fields(node, keys, "a name, or a mapping")?;
        let Some(name) = fields.get(InGroupKey::Group) else {
            let name = keys.name(InGroupKey::Group);
            self.reader
                .missing_key(fields.span, keys.table.what, name, "…");
            return None;
        };
        let group = self.group_named(name)?;
        let Some(node) = fields.get(InGroupKey::Partition) else {
            return Some(InGroup {
                group: Some(group),
                partition: None,
            });
        };
        let partition = self.partition(node)?;
        let most = match self.groups.get(group.0).map(|group| group.strategy) {
            Some(Strategy::Partition { count }) => count,
            Some(Strategy::Cluster | Strategy::Spread { .. }) | None => 0,
        };
        if partition > most {
            self.reader.report(Code::BadNumber, node.span, || {
                if most == 0 {
                    Draft::new("this placement group has no partitions")
                        .label("not expected with its strategy")
                } else {
                    Draft::new(format!("this placement group has no partition {partition}"))
                        .label(format!("expected 1 to {most}"))
                }
            });
            return None;
        }
        Some(InGroup {
            group: Some(group),
            partition: Some(partition),
        })
    }

    /// The number of a partition.
    pub(super) fn partition(&mut self, node: &Node<'_>) -> Option<u8> {
        let number = self.reader.whole(node, 1, MOST_PARTITIONS)?;
        u8::try_from(number).ok()
    }

    /// `tenancy` of an instance or of `modify`.
    pub(super) fn tenancy(&mut self, node: &Node<'_>) -> Option<Tenancy> {
        self.reader.word(node, TENANCY, "a tenancy")
    }
}

fn strategy_of(word: StrategyWord, partitions: Option<u8>, level: Option<Level>) -> Strategy {
    match word {
        StrategyWord::Cluster => Strategy::Cluster,
        StrategyWord::Spread => Strategy::Spread {
            by_host: level == Some(Level::Host),
        },
        // CreatePlacementGroup makes two where nobody says how many.
        StrategyWord::Partition => Strategy::Partition {
            count: partitions.unwrap_or(2),
        },
    }
}
