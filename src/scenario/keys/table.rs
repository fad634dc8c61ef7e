//! What a table of keys and a list of words are, and how they are declared.

/// What a mapping may hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// What the mapping is, as a message names it: `an instance`.
    pub what: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [Key],
}

/// One key.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key as it is written.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Takes,
    /// What it means, in one line.
    pub help: &'static str,
    /// What holds without it; empty if there is nothing to say.
    pub default: &'static str,
}

/// What a value may be.
#[derive(Debug, PartialEq, Eq)]
pub enum Takes {
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
    /// A length of time that may have milliseconds: `120ms`.
    Millis,
    /// An amount of memory: `512MB`.
    Memory,
    /// The size of a payload: `300KB`.
    Payload,
    /// A number of vCPUs: `0.25`.
    Vcpus,
    /// A number in a time: `2/s`.
    Rate,
    /// An instant: `2026-03-02T09:00:00Z`.
    Instant,
    /// A length of time from the start, or an instant.
    Moment,
    /// A time of the day, also on some days of the week: `18:00`, `Tue 18:00`.
    Clock,
    /// Days of the week: `day`, `weekday`, `Mon,Wed,Fri`.
    Days,
    /// A size: `20GiB`.
    Size,
    /// An amount of data: `12GB`.
    Data,
    /// An amount of data in a time: `1GB/h`.
    DataRate,
    /// An amount of US dollars: `$0.0104`.
    Amount,
    /// What is expected of an amount: itself, or a range: `< $30`, `$4..$5`.
    Cost,
    /// The same, which may be less than nothing: `-$1.20`.
    Difference,
    /// A short description of a volume: `20GiB gp3`.
    Volume,
    /// An IPv4 or IPv6 address.
    Address,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A word of a list that is kept elsewhere.
    Listed(List),
    /// A name that is given here.
    NewName(NameOf),
    /// A name of the file.
    Name(NameOf),
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
    /// A mapping with the keys of a scenario, but for `steps` and `variants`.
    Variant,
    /// A mapping from names of instances to [`CHECKS`](super::CHECKS), and from `cost` to what [`EXPECT`](super::EXPECT) says.
    Checks,
}

impl Takes {
    /// The mappings that it may be or hold.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only some kinds hold a mapping"
    )]
    pub fn tables(&self) -> Vec<&'static Table> {
        match self {
            Self::Map(table) => vec![table],
            Self::Either(kinds) => kinds.iter().flat_map(Self::tables).collect(),
            Self::Optional(inside) | Self::Many(inside) | Self::Entries(inside) => inside.tables(),
            _ => Vec::new(),
        }
    }

    /// The mapping that it may be.
    pub fn table(&self) -> Option<&'static Table> {
        if let Self::Map(table) = self {
            return Some(table);
        }
        if let Self::Either(kinds) = self {
            return kinds.iter().find_map(Self::table);
        }
        None
    }
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOf {
    /// An instance, a group, or a member of one.
    Instance,
    /// An Elastic IP.
    Address,
    /// A volume: `data`, `web/root`, `web/1`.
    Volume,
    /// A placement group.
    PlacementGroup,
    /// A Dedicated Host.
    Host,
    /// A Capacity Reservation.
    Reservation,
    /// A snapshot.
    Snapshot,
    /// An image of the account's own.
    Image,
    /// A network interface: `eth1`, `web/eth1`.
    Interface,
    /// A function.
    Function,
    /// A cluster.
    Cluster,
    /// A service.
    Service,
    /// A task: `web/1`.
    Task,
}

impl NameOf {
    /// What it is in a sentence: `an instance`.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Instance => "an instance",
            Self::Address => "an address",
            Self::Volume => "a volume",
            Self::PlacementGroup => "a placement group",
            Self::Host => "a Dedicated Host",
            Self::Reservation => "a Capacity Reservation",
            Self::Snapshot => "a snapshot",
            Self::Image => "an image",
            Self::Interface => "a network interface",
            Self::Function => "a function",
            Self::Cluster => "a cluster",
            Self::Service => "a service",
            Self::Task => "a task",
        }
    }
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

/// A table for the reader: what its keys mean.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Keys<K> {
    pub(in crate::scenario) table: &'static Table,
    pub(super) find: fn(&str) -> Option<K>,
}

impl<K> Keys<K> {
    /// What a key means; none if the table doesn't have it.
    pub(in crate::scenario) fn find(&self, text: &str) -> Option<K> {
        (self.find)(text)
    }
}

impl<K: Copy + PartialEq> Keys<K> {
    /// How a key is written.
    pub(in crate::scenario) fn name(&self, key: K) -> &'static str {
        let means = |name: &&str| self.find(name).is_some_and(|one| one == key);
        self.table.names().find(means).unwrap_or_default()
    }
}

/// A list of words, and what each of them means.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Words<T: 'static> {
    pub(super) words: &'static [&'static str],
    pub(super) means: &'static [T],
}

impl<T: Copy> Words<T> {
    /// What a word means; none if the list doesn't have it.
    pub(in crate::scenario) fn find(&self, text: &str) -> Option<T> {
        let mut pairs = self.words.iter().zip(self.means);
        pairs
            .find(|(word, _)| **word == text)
            .map(|(_, means)| *means)
    }

    /// The words, in the order of the documentation.
    pub(in crate::scenario) fn iter(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.words.iter().copied()
    }
}

/// Declares a table of keys, and for the reader what each key means: a variant of an enum that is made from the table
/// (`=> enum TimingKey`), or that several tables share (`=> VolumeKey`). Who reads the table matches on the enum, so that a
/// new key doesn't compile before something is done with it.
///
/// After `with` stand keys that many tables have, whose meaning is read in one place for all of them.
///
/// `TIMINGS` is then the table, and `TimingKey::TIMINGS` the table with its meanings.
macro_rules! table {
    ( $(#[$doc:meta])* $TABLE:ident = $what:literal => enum $Keys:ident { $( $Key:ident: $key:expr, )* } $( with $( $more:ident ),+ )? ) => {
        #[doc = concat!("A key of [`", stringify!($TABLE), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::scenario) enum $Keys { $( $Key, )* }

        table! { $(#[$doc])* $TABLE = $what => $Keys { $( $Key: $key, )* } $( with $( $more ),+ )? }
    };
    ( $(#[$doc:meta])* $TABLE:ident = $what:literal => $Keys:ident { $( $Key:ident $( ($of:expr) )?: $key:expr, )* } $( with $( $more:ident ),+ )? ) => {
        $(#[$doc])*
        pub const $TABLE: Table = Table { what: $what, keys: &[ $( $key, )* $( $( $more, )+ )? ] };

        impl $Keys {
            #[doc = concat!("[`", stringify!($TABLE), "`], and what its keys mean.")]
            pub(in crate::scenario) const $TABLE: Keys<Self> = Keys {
                table: &$TABLE,
                // Compared one by one with constants, a key is found without a call.
                find: |text| match text {
                    $( text if text == const { $key.name } => Some(Self::$Key $( ($of) )?), )*
                    _ => None,
                },
            };
        }
    };
}

/// Declares a list of words, and what each of them means: a variant of an enum that is made from the list
/// (`=> enum Tenancy`), or of one that there is (`=> CreditMode`).
macro_rules! words {
    ( $(#[$doc:meta])* $WORDS:ident => enum $Word:ident { $( $word:literal $Meaning:ident, )+ } ) => {
        #[doc = concat!("One of [`", stringify!($WORDS), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::scenario) enum $Word { $( $Meaning, )+ }

        words! { $(#[$doc])* $WORDS => $Word { $( $word $Meaning, )+ } }
    };
    ( $(#[$doc:meta])* $WORDS:ident => $Word:ident { $( $word:literal $Meaning:ident, )+ } ) => {
        $(#[$doc])*
        pub(in crate::scenario) const $WORDS: Words<$Word> = Words {
            words: &[ $( $word, )+ ],
            means: &[ $( $Word::$Meaning, )+ ],
        };
    };
}

pub(super) use {table, words};

impl Table {
    /// The key of this name.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

pub(super) const fn key(name: &'static str, kind: Takes, help: &'static str) -> Key {
    Key {
        name,
        kind,
        help,
        default: "",
    }
}

pub(super) const fn key_or(
    name: &'static str,
    kind: Takes,
    default: &'static str,
    help: &'static str,
) -> Key {
    Key {
        name,
        kind,
        help,
        default,
    }
}
