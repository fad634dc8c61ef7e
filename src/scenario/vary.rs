//! Changes to a file that nobody wrote into it: what `ec2sim compare --vary` asks for.
//!
//! A change is made to the tree, before anybody knows what it means: so whatever the language can say can be varied, and
//! what doesn't go together is told as it would be if it stood in the file, at the place that was changed.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bumpalo::Bump;
use thiserror::Error;

use super::{
    keys::{PAYMENT, PLAN_KIND, TERM},
    nearest::{nearest, one_of},
    params::PARAMS,
    tree::{Entry, Key, Kind, Node},
    value,
    variants::map,
};
use crate::{
    billing::{self, SavingsPlan},
    catalog::{Platform, RegionId, TypeId, VolumeType},
    lifecycle::Tenancy,
    money::Price,
    record::PlanKind,
    script::Program,
    storage::{HibernationRequest, unmet_prerequisite},
    time::SimDuration,
};

macro_rules! varied {
    ( $( $Varied:ident $key:literal, $takes:literal; )+ ) => {
        /// What can be varied.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Varied { $( $Varied, )+ }

        impl Varied {
            const ALL: &[Self] = &[ $( Self::$Varied, )+ ];

            const fn key(self) -> &'static str {
                match self { $( Self::$Varied => $key, )+ }
            }

            /// What it takes, for whoever reads of it.
            const fn takes(self) -> &'static str {
                match self { $( Self::$Varied => $takes, )+ }
            }
        }
    };
}

varied! {
    Market "market", "on-demand, spot";
    Type "type", "an instance type";
    Region "region", "a Region; zones go by their letters";
    Platform "platform", "a platform";
    Stop "stop", "stop, hibernate, none: what becomes of stops and hibernations";
    Commitment "commitment", "none, ri-1y-no-upfront, …: a Reserved Instance for each instance; \
        compute-sp-1y-no-upfront, ec2-instance-sp-3y-all-upfront, …: Savings Plans that cover them all";
    Tenancy "tenancy", "default, dedicated, host";
    Credits "credits", "standard, unlimited";
    Count "count", "how many of each instance";
}

impl Varied {
    /// The words that it takes; none where they are a list kept elsewhere.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Market => &["on-demand", "spot"],
            Self::Stop => &["stop", "hibernate", "none"],
            Self::Tenancy => &["default", "dedicated", "host"],
            Self::Credits => &["standard", "unlimited"],
            Self::Commitment => COMMITMENTS,
            Self::Type | Self::Region | Self::Platform | Self::Count => &[],
        }
    }

    fn check(self, word: &str) -> Result<(), VaryError> {
        let unknown = |near: Option<&str>| VaryError::Word {
            key: self.key(),
            word: word.to_owned(),
            takes: self.takes(),
            near: near.map(str::to_owned),
        };
        let (is_known, near) = match self {
            Self::Type => {
                let types = TypeId::all().map(TypeId::name);
                (TypeId::find(word).is_some(), nearest(word, types))
            }
            Self::Region => {
                let regions = RegionId::all().map(RegionId::name);
                (RegionId::find(word).is_some(), nearest(word, regions))
            }
            Self::Platform => {
                let platforms = Platform::ALL.iter().map(|one| one.word());
                (Platform::find(word).is_some(), nearest(word, platforms))
            }
            Self::Count => (value::whole(word, 1, super::keys::MAX_COUNT).is_ok(), None),
            Self::Market | Self::Stop | Self::Tenancy | Self::Credits | Self::Commitment => {
                let words = self.words();
                (words.contains(&word), nearest(word, words.iter().copied()))
            }
        };
        if is_known { Ok(()) } else { Err(unknown(near)) }
    }
}

/// What `commitment` takes.
const COMMITMENTS: &[&str] = &[
    "none",
    "ri-1y-no-upfront",
    "ri-1y-partial-upfront",
    "ri-1y-all-upfront",
    "ri-3y-no-upfront",
    "ri-3y-partial-upfront",
    "ri-3y-all-upfront",
    "compute-sp-1y-no-upfront",
    "compute-sp-1y-partial-upfront",
    "compute-sp-1y-all-upfront",
    "compute-sp-3y-no-upfront",
    "compute-sp-3y-partial-upfront",
    "compute-sp-3y-all-upfront",
    "ec2-instance-sp-1y-no-upfront",
    "ec2-instance-sp-1y-partial-upfront",
    "ec2-instance-sp-1y-all-upfront",
    "ec2-instance-sp-3y-no-upfront",
    "ec2-instance-sp-3y-partial-upfront",
    "ec2-instance-sp-3y-all-upfront",
];

/// What `commitment` says is bought, in words of the language.
#[derive(Debug, Clone, Copy)]
struct Bought<'w> {
    /// Of Savings Plans.
    plan: Option<PlanKind>,
    kind: &'w str,
    term: &'w str,
    payment: &'w str,
}

impl<'w> Bought<'w> {
    fn of(word: &'w str) -> Option<Self> {
        let (kind, terms) = match word.strip_prefix("ri-") {
            Some(terms) => ("ri", terms),
            None => word.split_once("-sp-")?,
        };
        let (term, payment) = terms.split_once('-')?;
        let plan = PLAN_KIND.find(kind);
        Some(Self {
            plan,
            kind,
            term,
            payment,
        })
    }
}

/// One change to a scenario.
///
/// # Example
///
/// ```
/// use ec2sim::scenario::{Scenario, Vary};
/// let night = Scenario::from_text("night.yaml", "
/// instances: { web: { type: m5.large } }
/// steps: [{ launch: web }, { at: 1h, stop: web }, { at: 9h, terminate: web }]
/// ").unwrap();
/// let vary: Vary = "stop=stop,none".parse().unwrap();
/// let awake = night.varied(&[vary.changes()[1].clone()]).unwrap();
/// let total = |scenario| ec2sim::replay(scenario).bill().cost().total();
/// assert!(total(&awake) > total(&night));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change(What);

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Word(Varied, String),
    /// A parameter of the file.
    Param(String, String),
    /// The step of this label happens so long after the one before it.
    After(String, SimDuration),
}

impl Change {
    /// The step of this label happens so long after where the script stands before it.
    pub fn after(label: &str, time: SimDuration) -> Self {
        Self(What::After(label.to_owned(), time))
    }

    /// What is varied, and as what: `market` and `spot`.
    pub fn words(&self) -> (&str, String) {
        match &self.0 {
            What::Word(varied, word) => (varied.key(), word.clone()),
            What::Param(name, word) => (name, word.clone()),
            What::After(label, time) => (label, time.to_string()),
        }
    }
}

/// As it is typed: `market=spot`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, word) = self.words();
        write!(f, "{key}={word}")
    }
}

/// Several ways to change one thing, of which each makes a choice: `market=on-demand,spot`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vary(Vec<Change>);

impl Vary {
    /// The ways, in order.
    pub fn changes(&self) -> &[Change] {
        &self.0
    }
}

/// Why a text says nothing that can be varied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VaryError {
    /// There is no `=`.
    #[error("expected KEY=A,B, such as `market=on-demand,spot`")]
    Form,
    /// A word isn't known.
    #[error("`{word}` is no {key}: expected {takes}{}", near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?")))]
    Word {
        /// What is varied.
        key: &'static str,
        /// The word.
        word: String,
        /// What it takes.
        takes: &'static str,
        /// A word that may be meant.
        near: Option<String>,
    },
    /// A word stands twice.
    #[error("`{0}` stands there twice")]
    Twice(String),
}

impl FromStr for Vary {
    type Err = VaryError;

    fn from_str(text: &str) -> Result<Self, VaryError> {
        let (key, words) = text.split_once('=').ok_or(VaryError::Form)?;
        let key = key.trim();
        if key.is_empty() {
            return Err(VaryError::Form);
        }
        let varied = Varied::ALL.iter().find(|one| one.key() == key);
        let mut changes = Vec::new();
        for word in words.split(',').map(str::trim) {
            // Whether a file has a parameter of this name is known when it is read.
            let change = Change(match varied {
                Some(&varied) => {
                    varied.check(word)?;
                    What::Word(varied, word.to_owned())
                }
                None => What::Param(key.to_owned(), word.to_owned()),
            });
            if changes.contains(&change) {
                return Err(VaryError::Twice(word.to_owned()));
            }
            changes.push(change);
        }
        Ok(Self(changes))
    }
}

/// The changes after which it is known what is to be bought, if there is anything to buy and any other change.
pub(super) fn before_buying(changes: &[Change]) -> Option<Vec<Change>> {
    let buys = |change: &Change| matches!(change.0, What::Word(Varied::Commitment, _));
    let others: Vec<Change> = changes.iter().filter(|one| !buys(one)).cloned().collect();
    (!others.is_empty() && others.len() < changes.len()).then_some(others)
}

/// A tree with changes, and without what it expects. `program` is what it means as it is, and `bought_for` with all changes
/// but for what is bought.
pub(super) fn varied<'a>(
    root: Node<'a>,
    changes: &[Change],
    (program, bought_for): (&Program, &Program),
    arena: &'a Bump,
) -> Node<'a> {
    let tree = Tree { arena };
    let mut root = tree.without(root, "expect");
    root = tree.each_step(root, &|tree, step| {
        if get(step, "expect").is_some() {
            tree.idle(step, "expect")
        } else {
            Some(step)
        }
    });
    for change in changes {
        root = match &change.0 {
            What::Word(varied, word) if param(root, varied.key()).is_some() => {
                tree.with_param(root, varied.key(), word)
            }
            What::Word(varied, word) => tree.changed(root, *varied, word, (program, bought_for)),
            What::Param(name, word) => tree.with_param(root, name, word),
            What::After(label, time) => tree.moved(root, label, *time),
        };
    }
    root
}

/// The changes that ask for a parameter which the file doesn't have.
pub(super) fn unknown_params<'c>(
    root: &Node<'_>,
    changes: &'c [Change],
) -> impl Iterator<Item = &'c str> {
    let root = *root;
    changes.iter().filter_map(move |change| match &change.0 {
        What::Param(name, _) if param(root, name).is_none() => Some(name.as_str()),
        What::Param(..) | What::Word(..) | What::After(..) => None,
    })
}

/// What can be varied, for a message.
pub(super) fn expected() -> String {
    let words = Varied::ALL.iter().map(|one| one.key());
    format!("expected {}, or a parameter of the file", one_of(words))
}

fn param<'a>(root: Node<'a>, name: &str) -> Option<Node<'a>> {
    get(get(root, PARAMS)?, name)
}

fn get<'a>(node: Node<'a>, key: &str) -> Option<Node<'a>> {
    let Kind::Map(entries) = node.kind else {
        return None;
    };
    let found = entries.iter().find(|entry| entry.key.text == key);
    found.map(|entry| entry.value)
}

fn entries(node: Node<'_>) -> Vec<Entry<'_>> {
    match node.kind {
        Kind::Map(entries) => entries.to_vec(),
        Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => Vec::new(),
    }
}

/// What a root volume holds besides the memory of an instance that hibernates, in GiB: as much as the largest of the images has
/// that aren't Windows.
const ROOT_GIB: u64 = 10;

/// Whether a type can hibernate, once its root is large enough and encrypted.
fn can_hibernate(of: TypeId) -> bool {
    let request = HibernationRequest {
        instance_type: of,
        windows: false,
        root: Some((VolumeType::Gp3, u32::MAX, true)),
        min_root_gib: 0,
    };
    unmet_prerequisite(request).is_none()
}

/// What makes values: they stand in the arena, and where what they replace stood.
#[derive(Clone, Copy)]
struct Tree<'a> {
    arena: &'a Bump,
}

impl<'a> Tree<'a> {
    fn changed(
        self,
        root: Node<'a>,
        varied: Varied,
        word: &str,
        (program, bought_for): (&Program, &Program),
    ) -> Node<'a> {
        match varied {
            Varied::Market => {
                self.each_instance(root, |instance| match get(instance, "market") {
                    // It says how it is bought on Spot.
                    Some(Node {
                        kind: Kind::Map(_), ..
                    }) if word == "spot" => instance,
                    Some(_) | None => self.with_word(instance, "market", word),
                })
            }
            Varied::Type | Varied::Platform | Varied::Tenancy | Varied::Credits | Varied::Count => {
                self.each_instance(root, |instance| {
                    self.with_word(instance, varied.key(), word)
                })
            }
            Varied::Region => {
                let from = program.cast.region.name();
                self.with_word(self.rezoned(root, from, word), "region", word)
            }
            Varied::Stop => self.stopped(root, word),
            Varied::Commitment => self.committed(root, word, bought_for),
        }
    }

    /// The file with another value of a parameter that it has.
    fn with_param(self, root: Node<'a>, name: &str, word: &str) -> Node<'a> {
        match get(root, PARAMS) {
            Some(params) if get(params, name).is_some() => {
                self.with(root, PARAMS, self.with_word(params, name, word))
            }
            Some(_) | None => root,
        }
    }

    fn text(self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    fn without(self, node: Node<'a>, key: &str) -> Node<'a> {
        let mut all = entries(node);
        all.retain(|entry| entry.key.text != key);
        map(node, &all, self.arena)
    }

    /// A mapping with a key, in place of what it says there; what is no mapping is one with nothing else.
    fn with(self, node: Node<'a>, key: &str, value: Node<'a>) -> Node<'a> {
        let mut all = entries(node);
        match all.iter_mut().find(|entry| entry.key.text == key) {
            Some(entry) => entry.value = value,
            None => all.push(Entry {
                key: Key {
                    span: value.span,
                    text: self.text(key),
                },
                value,
            }),
        }
        map(node, &all, self.arena)
    }

    /// The same with a single value, which stands where the old one does.
    fn with_word(self, node: Node<'a>, key: &str, word: &str) -> Node<'a> {
        let at = get(node, key).unwrap_or(node);
        let kind = Kind::Scalar(self.text(word));
        self.with(node, key, Node { kind, ..at })
    }

    fn list(self, at: Node<'a>, items: &[Node<'a>]) -> Node<'a> {
        Node {
            kind: Kind::Seq(self.arena.alloc_slice_copy(items)),
            ..at
        }
    }

    /// Every instance of the file as something else.
    fn each_instance(self, root: Node<'a>, change: impl Fn(Node<'a>) -> Node<'a>) -> Node<'a> {
        let Some(instances) = get(root, "instances") else {
            return root;
        };
        let mut all = entries(instances);
        for entry in &mut all {
            // What nothing is said of is told of at its name.
            let at = match entry.value.kind {
                Kind::Null => Node {
                    span: entry.key.span,
                    ..entry.value
                },
                Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => entry.value,
            };
            entry.value = change(at);
        }
        self.with(root, "instances", map(instances, &all, self.arena))
    }

    /// Every step as another, or as none.
    fn each_step(
        self,
        node: Node<'a>,
        change: &dyn Fn(Self, Node<'a>) -> Option<Node<'a>>,
    ) -> Node<'a> {
        let Some(steps) = get(node, "steps") else {
            return node;
        };
        let Kind::Seq(items) = steps.kind else {
            return node;
        };
        let changed = items
            .iter()
            .filter_map(|&step| change(self, self.each_step(step, change)));
        let changed: Vec<Node<'a>> = changed.collect();
        self.with(node, "steps", self.list(steps, &changed))
    }

    /// A step that doesn't do any more what this key says. What it says besides (when, a note, its label) stays.
    fn idle(self, step: Node<'a>, verb: &str) -> Option<Node<'a>> {
        let at = get(step, verb).unwrap_or(step);
        let mut rest = step;
        for key in [verb, "fails", "timeout"] {
            rest = self.without(rest, key);
        }
        let is_empty = entries(rest).is_empty();
        let nothing = Node {
            kind: Kind::Scalar("0s"),
            ..at
        };
        (!is_empty).then(|| self.with(rest, "wait", nothing))
    }

    /// Stops as another thing.
    fn stopped(self, root: Node<'a>, word: &str) -> Node<'a> {
        let root = self.each_step(root, &|tree, step| match word {
            "none" => {
                let verb = ["stop", "hibernate", "start"]
                    .into_iter()
                    .find(|verb| get(step, verb).is_some());
                match verb {
                    Some(verb) => tree.idle(step, verb),
                    None => tree.waits_for(step, &|word| {
                        (!matches!(word, "stopped" | "hibernated")).then_some(word)
                    }),
                }
            }
            "hibernate" => {
                let step = tree.renamed(step, "stop", "hibernate");
                tree.waits_for(step, &|word| {
                    Some(if word == "stopped" {
                        "hibernated"
                    } else {
                        word
                    })
                })
            }
            _ => {
                let step = tree.renamed(step, "hibernate", "stop");
                tree.waits_for(step, &|word| {
                    Some(if word == "hibernated" {
                        "stopped"
                    } else {
                        word
                    })
                })
            }
        });
        if word == "hibernate" {
            let defaults = get(root, "defaults");
            self.each_instance(root, |instance| {
                let said = |key| get(instance, key).or_else(|| get(defaults?, key));
                let of = said("type").and_then(|of| match of.kind {
                    Kind::Scalar(of) => TypeId::find(of),
                    Kind::Null | Kind::Seq(_) | Kind::Map(_) => None,
                });
                // What can't hibernate isn't launched so: its stops are refused, and that is told.
                if of.is_some_and(|of| !can_hibernate(of)) {
                    return instance;
                }
                let root = said("root");
                let instance = self.with_word(instance, "hibernation", "yes");
                self.for_memory(instance, root, of)
            })
        } else {
            root
        }
    }

    /// An instance whose root can hold its memory: encrypted, and with room for it, where the file doesn't say how large it is.
    fn for_memory(
        self,
        instance: Node<'a>,
        root: Option<Node<'a>>,
        of: Option<TypeId>,
    ) -> Node<'a> {
        let at = root.unwrap_or(instance);
        let mut mapping = map(at, &[], self.arena);
        match at.kind {
            Kind::Scalar(text) if root.is_some() => {
                let words = text.split_whitespace();
                for word in words.filter(|word| *word != "encrypted") {
                    let is_size = word.starts_with(|first: char| first.is_ascii_digit());
                    let key = if is_size { "size" } else { "type" };
                    mapping = self.with_word(mapping, key, word);
                }
            }
            Kind::Map(_) if root.is_some() => mapping = at,
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) | Kind::Map(_) => {}
        }
        if let (Some(of), None) = (of, get(mapping, "size")) {
            let gib = u64::from(of.info().memory_mib().div_ceil(1_024)) + ROOT_GIB;
            mapping = self.with_word(mapping, "size", &format!("{gib}GiB"));
        }
        self.with(
            instance,
            "root",
            self.with_word(mapping, "encrypted", "yes"),
        )
    }

    /// A step that does one thing in place of another. Its options are a plain stop's, and a hibernation has none of them.
    fn renamed(self, step: Node<'a>, from: &str, to: &str) -> Node<'a> {
        let mut all = entries(step);
        for entry in &mut all {
            if entry.key.text == from {
                entry.key.text = self.text(to);
                if matches!(entry.value.kind, Kind::Map(_)) {
                    for option in ["force", "skip-os-shutdown"] {
                        entry.value = self.without(entry.value, option);
                    }
                }
            }
        }
        map(step, &all, self.arena)
    }

    /// A step that waits for other states; none where it waits for nothing any more and says nothing else.
    fn waits_for<'w>(
        self,
        step: Node<'a>,
        state: &dyn Fn(&'a str) -> Option<&'w str>,
    ) -> Option<Node<'a>>
    where
        'a: 'w,
    {
        let Some(waited) = get(step, "wait-until") else {
            return Some(step);
        };
        let mut all = entries(waited);
        all.retain_mut(|entry| {
            let Kind::Scalar(word) = entry.value.kind else {
                return true;
            };
            match state(word) {
                Some(other) => {
                    entry.value.kind = Kind::Scalar(self.text(other));
                    true
                }
                None => false,
            }
        });
        if all.is_empty() {
            return self.idle(step, "wait-until");
        }
        Some(self.with(step, "wait-until", map(waited, &all, self.arena)))
    }

    /// Zones of one Region as those of another with the same letters.
    fn rezoned(self, node: Node<'a>, from: &str, to: &str) -> Node<'a> {
        match node.kind {
            Kind::Map(entries) => {
                let entries = entries.iter().map(|entry| {
                    let value = match (entry.key.text, entry.value.kind) {
                        ("zone", Kind::Scalar(zone)) => {
                            self.other_zone(zone, from, to, entry.value)
                        }
                        _ => self.rezoned(entry.value, from, to),
                    };
                    Entry { value, ..*entry }
                });
                map(node, &entries.collect::<Vec<_>>(), self.arena)
            }
            Kind::Seq(items) => {
                let items: Vec<Node<'a>> = items
                    .iter()
                    .map(|&item| self.rezoned(item, from, to))
                    .collect();
                self.list(node, &items)
            }
            Kind::Null | Kind::Scalar(_) => node,
        }
    }

    fn other_zone(self, zone: &str, from: &str, to: &str, at: Node<'a>) -> Node<'a> {
        match zone.strip_prefix(from) {
            Some(letter) => Node {
                kind: Kind::Scalar(self.text(&format!("{to}{letter}"))),
                ..at
            },
            None => at,
        }
    }

    /// What the account has bought: a Reserved Instance for each instance of the file, Savings Plans that cover them all, or
    /// nothing.
    fn committed(self, root: Node<'a>, word: &str, program: &Program) -> Node<'a> {
        let mut account = get(root, "account").unwrap_or(Node {
            kind: Kind::Map(&[]),
            ..root
        });
        let (reserved, plans) = ("reserved-instances", "savings-plans");
        for key in [reserved, plans] {
            account = self.without(account, key);
        }
        if let Some(bought) = Bought::of(word) {
            let (key, each) = match bought.plan {
                None => (reserved, self.reserved(account, program)),
                Some(kind) => (plans, self.plans(account, program, (kind, bought))),
            };
            let each: Vec<Node<'a>> = each
                .into_iter()
                .map(|one| {
                    let one = self.with_word(one, "term", bought.term);
                    self.with_word(one, "payment", bought.payment)
                })
                .collect();
            account = self.with(account, key, self.list(account, &each));
        }
        self.with(root, "account", account)
    }
    /// A Reserved Instance for each instance.
    fn reserved(self, at: Node<'a>, program: &Program) -> Vec<Node<'a>> {
        let each = program.cast.instances.iter().map(|entry| {
            let (spec, count) = (&entry.spec, entry.slots().to_string());
            let tenancy = match spec.placement.tenancy {
                Tenancy::Dedicated => "dedicated",
                Tenancy::Default | Tenancy::Host => "default",
            };
            [
                ("type", spec.instance_type.name()),
                ("count", &count),
                ("platform", spec.platform.word()),
                ("tenancy", tenancy),
            ]
            .into_iter()
            .fold(map(at, &[], self.arena), |bought, (key, word)| {
                self.with_word(bought, key, word)
            })
        });
        each.collect()
    }

    /// A plan for what all instances cost under it; where it is for a family, one for each.
    fn plans(
        self,
        at: Node<'a>,
        program: &Program,
        (kind, bought): (PlanKind, Bought<'_>),
    ) -> Vec<Node<'a>> {
        let (Some(term), Some(payment)) = (TERM.find(bought.term), PAYMENT.find(bought.payment))
        else {
            return Vec::new();
        };
        let plan = SavingsPlan {
            kind,
            commitment: Price::ZERO,
            family: None,
            bought: billing::Bought {
                from: program.start,
                term,
                payment,
                upfront: Price::ZERO,
                hourly: Price::ZERO,
            },
            rates: BTreeMap::new(),
        };
        let mut commitments: BTreeMap<Option<&str>, Price> = BTreeMap::new();
        for entry in &program.cast.instances {
            let spec = &entry.spec;
            let family = match kind {
                PlanKind::Ec2Instance => Some(spec.instance_type.info().family()),
                PlanKind::Compute => None,
            };
            let of = (spec.instance_type, spec.platform, spec.placement.tenancy);
            // What has no rate is told of when the plan is read.
            let rate = plan
                .rate(&program.prices, of)
                .map_or(Price::from_units(1), |(rate, _)| rate);
            let commitment = commitments.entry(family).or_insert(Price::ZERO);
            *commitment = commitment.plus(rate.times(entry.slots().into()));
        }
        let each = commitments.into_iter().map(|(family, commitment)| {
            let plan = map(at, &[], self.arena);
            let plan = self.with_word(plan, "kind", bought.kind);
            let plan = self.with_word(plan, "commitment", &format!("${commitment}"));
            match family {
                Some(family) => self.with_word(plan, "family", family),
                None => plan,
            }
        });
        each.collect()
    }

    /// The step of a label, so long after where its script stands.
    fn moved(self, root: Node<'a>, label: &str, time: SimDuration) -> Node<'a> {
        self.each_step(root, &|tree, step| {
            let is_it = get(step, "label")
                .is_some_and(|node| matches!(node.kind, Kind::Scalar(text) if text == label));
            if !is_it {
                return Some(step);
            }
            let step = tree.without(step, "at");
            Some(tree.with_word(step, "after", &time.to_string()))
        })
    }
}
