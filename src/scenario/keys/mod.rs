//! The one table of keys: what every mapping of a scenario may hold.
//!
//! It is data. The reader looks keys up in it, unknown keys are told from it, and the JSON Schema and the reference page
//! are made from it.

mod actions;
mod checks;
mod instances;

pub use actions::{
    ACTIONS, ALLOCATE, ASSOCIATE, ATTACH, CAPACITY, CPU, CREATE_VOLUME, DELETE_VOLUME, DETACH,
    DISASSOCIATE, HIBERNATE, IMAGE_OF, LAUNCH, MODIFY, MODIFY_VOLUME, RELEASE, REPEAT, SIMPLE,
    SNAPSHOT, START, STATUS, STEP, STOP, TERMINATE, TRANSFER, VERBS,
};
pub use checks::{
    CHECKS, EXPECT, METERS, WORDS_OF_ADDRESSES, WORDS_OF_DATA, WORDS_OF_HOST, WORDS_OF_ROOT,
    WORDS_OF_STATUS, WORDS_OF_VOLUMES,
};
pub use instances::{
    ADDRESS, CREDITS, IMAGE, INSTANCE, INTERRUPTION, MARKET, MARKET_OPTIONS, MONITORING,
    PUBLIC_IPV4, ROOT_DEVICE, SHUTDOWN, SPOT, TENANCY, VOLUME, ZONED_VOLUME,
};

/// What a mapping may hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// What the mapping is, as a message names it: `an instance`.
    pub what: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [Key],
    /// Where to look for a key: its place among them, in its slot or in one of the next, or [`FREE`].
    slots: [u8; SLOTS],
}

/// More than twice as many as the largest table has keys.
const SLOTS: usize = 128;
const FREE: u8 = u8::MAX;

/// One key.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key as it is written.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What it means, in one line.
    pub help: &'static str,
    /// What holds without it; empty if there is nothing to say.
    pub default: &'static str,
}

/// What a value may be.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A yes or no.
    Flag,
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// A length of time: `1h30m`.
    Duration,
    /// A length of time, or two with `..` between them.
    Range,
    /// An instant: `2026-03-02T09:00:00Z`.
    Instant,
    /// A length of time from the start, or an instant.
    Moment,
    /// A size: `20GiB`.
    Size,
    /// An amount of data: `12GiB`.
    Data,
    /// An amount of US dollars: `$0.0104`.
    Amount,
    /// A short description of a volume: `20GiB gp3`.
    Volume,
    /// An IPv4 or IPv6 address.
    Address,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A word of a list that is kept elsewhere.
    Listed(List),
    /// A name that is given here.
    NewName(Named),
    /// A name of the file.
    Name(Named),
    /// A mapping with these keys.
    Map(&'static Table),
    /// A mapping from names of one's own to values of this kind.
    Entries(&'static Self),
    /// A list of such values.
    Many(&'static Self),
    /// Any of these.
    Either(&'static [Self]),
    /// Nothing (`~`), or what the kind inside says.
    Optional(&'static Self),
    /// A list of steps.
    Steps,
    /// A mapping from names of instances to [`CHECKS`], and from `cost` to what [`EXPECT`] says.
    Checks,
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// An instance, a group, or a member of one.
    Instance,
    /// An Elastic IP.
    Address,
    /// A volume: `data`, `web/root`, `web/1`.
    Volume,
}

/// A list of words that is kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The Regions of the catalogue.
    Region,
    /// The zones of the scenario's Region.
    Zone,
    /// The instance types of the catalogue.
    InstanceType,
    /// The platforms of the catalogue.
    Platform,
    /// The built-in images.
    Image,
    /// EC2's architectures.
    Architecture,
    /// The EBS volume types.
    VolumeType,
    /// The seven states.
    State,
    /// EC2's six states, by name or code.
    ApiState,
    /// EC2's error codes.
    ErrorCode,
}

impl Table {
    /// The key of this name.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.place(name).map(|(_, key)| key)
    }

    /// The key of this name, and its place among the others, from 0.
    pub(super) fn place(&self, name: &str) -> Option<(usize, &'static Key)> {
        let from = slot(name);
        for slot in (from..SLOTS).chain(0..from) {
            let index = usize::from(self.slots[slot]);
            let key = self.keys.get(index)?;
            if key.name == name {
                return Some((index, key));
            }
        }
        None
    }

    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

const fn table(what: &'static str, keys: &'static [Key]) -> Table {
    let mut slots = [FREE; SLOTS];
    let mut number = 0;
    let mut index = 0;
    while index < keys.len() {
        let mut at = slot(keys[index].name);
        while slots[at] != FREE {
            at = (at + 1) % SLOTS;
        }
        slots[at] = number;
        number += 1;
        index += 1;
    }
    Table { what, keys, slots }
}

/// Where a key is looked for first.
#[expect(
    clippy::as_conversions,
    reason = "a constant function has no other way, and nothing is lost"
)]
const fn slot(name: &str) -> usize {
    let (first, last) = match name.as_bytes() {
        [first, .., last] => (*first, *last),
        [only] => (*only, 0),
        [] => (0, 0),
    };
    (first as usize + 5 * last as usize + 3 * name.len()) % SLOTS
}

const fn key(name: &'static str, kind: Kind, help: &'static str) -> Key {
    Key {
        name,
        kind,
        help,
        default: "",
    }
}

const fn key_or(name: &'static str, kind: Kind, default: &'static str, help: &'static str) -> Key {
    Key {
        name,
        kind,
        help,
        default,
    }
}

/// How many members a group may have.
pub const MAX_COUNT: u64 = 10_000_000;

/// The file itself.
pub const SCENARIO: Table = table(
    "a scenario",
    &[
        key_or("name", Kind::Text, "the file's stem", "shown in the replay"),
        key_or("description", Kind::Text, "none", "shown in the replay"),
        key_or(
            "region",
            Kind::Listed(List::Region),
            "us-east-1",
            "decides prices, zones and DNS names",
        ),
        key_or(
            "start",
            Kind::Instant,
            "2026-01-01T00:00:00Z",
            "the instant of offset zero",
        ),
        key_or(
            "until",
            Kind::Moment,
            "until the last step is done and nothing is in a transitional state",
            "when the simulated world ends",
        ),
        key_or(
            "seed",
            Kind::Whole(0, u64::MAX),
            "0",
            "every id, address and draw comes from it",
        ),
        key(
            "timings",
            Kind::Map(&TIMINGS),
            "how long each transitional state lasts",
        ),
        key(
            "account",
            Kind::Map(&ACCOUNT),
            "quotas and purchases that belong to the account",
        ),
        key_or(
            "prices",
            Kind::Either(&[Kind::Entries(&Kind::Amount), Kind::Text]),
            "the built-in catalogue",
            "overrides of individual prices, or the name of a price file",
        ),
        key(
            "defaults",
            Kind::Map(&INSTANCE),
            "what every instance starts from",
        ),
        key(
            "instances",
            Kind::Entries(&Kind::Map(&INSTANCE)),
            "name → instance description",
        ),
        key(
            "volumes",
            Kind::Entries(&Kind::Either(&[Kind::Volume, Kind::Map(&ZONED_VOLUME)])),
            "name → EBS volume that exists from the start",
        ),
        key(
            "addresses",
            Kind::Entries(&Kind::Optional(&Kind::Map(&ADDRESS))),
            "name → Elastic IP that exists from the start",
        ),
        key("steps", Kind::Steps, "the script"),
        key("expect", Kind::Checks, "checked at the end"),
    ],
);

/// `timings`.
pub const TIMINGS: Table = table(
    "`timings`",
    &[
        key_or("pending", Kind::Range, "15s", "a first or later `pending`"),
        key_or("resuming", Kind::Range, "15s", "the `pending` of a resume"),
        key_or("stopping", Kind::Range, "30s", "a plain `stopping`"),
        key_or(
            "hibernating",
            Kind::Range,
            "90s",
            "the `stopping` of a hibernation",
        ),
        key_or("shutting-down", Kind::Range, "30s", "`shutting-down`"),
        key_or("rebooting", Kind::Range, "30s", "a reboot in place"),
    ],
);

/// `account`.
pub const ACCOUNT: Table = table(
    "`account`",
    &[
        key_or(
            "vcpu-quota",
            Kind::Whole(0, u64::MAX),
            "none",
            "how many vCPUs may run",
        ),
        key_or(
            "eip-quota",
            Kind::Whole(0, u64::MAX),
            "5",
            "how many Elastic IPs there may be",
        ),
        key_or(
            "reserved-instances",
            Kind::Many(&Kind::Text),
            "none",
            "Reserved Instances bought",
        ),
        key_or(
            "savings-plans",
            Kind::Many(&Kind::Text),
            "none",
            "Savings Plans bought",
        ),
        key_or(
            "capacity-reservations",
            Kind::Many(&Kind::Text),
            "none",
            "Capacity Reservations held",
        ),
        key_or(
            "dedicated-hosts",
            Kind::Many(&Kind::Text),
            "none",
            "Dedicated Hosts allocated",
        ),
        key_or(
            "free-tier",
            Kind::Flag,
            "no",
            "whether the free tier applies",
        ),
    ],
);

/// What is said of a key that stands where it isn't known: where, the key, the note.
pub const KEY_NOTES: &[(&str, &str, &str)] = &[
    (
        "`stop`",
        "hibernate",
        "`hibernate: web` is an action of its own",
    ),
    (
        "`repeat`",
        "steps",
        "`steps` goes next to `repeat`, not inside it",
    ),
    ("`repeat`", "count", "`times` says how many rounds"),
    (
        "`allocate-address`",
        "instance",
        "`associate-address` is an action of its own",
    ),
    (
        "`create-volume`",
        "instance",
        "`attach-volume` is an action of its own",
    ),
    ("a scenario", "launch", "actions go under `steps`"),
    (
        "a scenario",
        "type",
        "instances go under `instances`, each with its name",
    ),
];

/// Words that people write for keys that are called otherwise: where, the word, the key.
pub const OTHER_WORDS: &[(&str, &str, &str)] = &[
    ("an instance", "instance-type", "type"),
    ("an instance", "ami", "image"),
    ("an instance", "os", "platform"),
    ("an instance", "availability-zone", "zone"),
    ("an instance", "az", "zone"),
    ("an instance", "root-volume", "root"),
    ("an instance", "disk", "root"),
    ("an instance", "disks", "volumes"),
    ("an instance", "replicas", "count"),
    ("an instance", "public-ip", "public-ipv4"),
    (
        "an instance",
        "disable-api-termination",
        "termination-protection",
    ),
    ("an instance", "disable-api-stop", "stop-protection"),
    ("a step", "run", "launch"),
    ("a step", "sleep", "wait"),
    ("a step", "comment", "note"),
    ("a step", "restart", "reboot"),
    ("a step", "kill", "terminate"),
    ("a step", "delete", "terminate"),
    ("a step", "assert", "expect"),
    ("a step", "error", "fails"),
    ("a step", "for-each", "each"),
    ("a step", "loop", "repeat"),
    ("a scenario", "script", "steps"),
    ("a scenario", "title", "name"),
    ("a scenario", "eips", "addresses"),
    ("a scenario", "end", "until"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn check(table: &'static Table, seen: &mut BTreeSet<&'static str>) {
        if !seen.insert(table.what) {
            return;
        }
        let names: BTreeSet<_> = table.names().collect();
        assert_eq!(
            names.len(),
            table.keys.len(),
            "{}: a key stands twice",
            table.what
        );
        for key in table.keys {
            assert!(
                key.name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit()),
                "{}",
                key.name
            );
            assert!(
                !key.help.is_empty() && !key.help.ends_with('.'),
                "{}",
                key.name
            );
            let place = table.place(key.name).map(|(index, _)| index);
            assert_eq!(place, table.keys.iter().position(|one| one == key));
            below(&key.kind, seen);
        }
        for other in ["", "x", "launches", "é"] {
            assert!(table.find(other).is_none(), "{}", table.what);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only some kinds hold others"
    )]
    fn below(kind: &'static Kind, seen: &mut BTreeSet<&'static str>) {
        match kind {
            Kind::Map(table) => check(table, seen),
            Kind::Entries(kind) | Kind::Many(kind) | Kind::Optional(kind) => below(kind, seen),
            Kind::Either(kinds) => kinds.iter().for_each(|kind| below(kind, seen)),
            Kind::Steps => check(&STEP, seen),
            Kind::Checks => [&CHECKS, &EXPECT]
                .into_iter()
                .for_each(|table| check(table, seen)),
            other => assert!(!matches!(other, Kind::Words([])), "no words"),
        }
    }

    #[test]
    fn every_table_is_well_formed() {
        let mut seen = BTreeSet::new();
        check(&SCENARIO, &mut seen);
        assert!(seen.len() > 20, "{seen:?}");
    }
}
