//! The keys of expectations.

use super::{Kind, List, Named, Table, key, table};

/// What an address may be.
const ADDRESS: Kind = Kind::Either(&[Kind::Words(WORDS_OF_ADDRESSES), Kind::Address]);
/// What a DNS name may be.
const DNS: Kind = Kind::Either(&[Kind::Words(WORDS_OF_ADDRESSES), Kind::Text]);

/// What an address or a DNS name can be compared with.
pub const WORDS_OF_ADDRESSES: &[&str] = &["none", "any", "kept", "changed"];
/// What can have become of data.
pub const WORDS_OF_DATA: &[&str] = &["kept", "lost", "saved", "none"];
/// What can have become of a root volume.
pub const WORDS_OF_ROOT: &[&str] = &["kept", "deleted"];
/// What can have become of all volumes.
pub const WORDS_OF_VOLUMES: &[&str] = &["none", "kept", "deleted"];
/// What can have become of the host.
pub const WORDS_OF_HOST: &[&str] = &["kept", "changed", "none"];
/// What status checks say.
pub const WORDS_OF_STATUS: &[&str] = &[
    "ok",
    "impaired",
    "insufficient-data",
    "not-applicable",
    "initializing",
];

/// `expect`, beside the names of instances.
pub const EXPECT: Table = table(
    "`expect`",
    &[key("cost", COST, "the cost of the whole replay")],
);

const COST: Kind = Kind::Either(&[Kind::Amount, Kind::Map(&METERS)]);

/// What can be expected of an instance.
pub const CHECKS: Table = table(
    "an expectation",
    &[
        key("state", Kind::Listed(List::State), "its state"),
        key(
            "api-state",
            Kind::Listed(List::ApiState),
            "its state in EC2's API, by name or code",
        ),
        key("reason", Kind::Text, "the state reason's code, or none"),
        key(
            "public-ipv4",
            ADDRESS,
            "its public IPv4 address; an Elastic IP counts as well",
        ),
        key("private-ipv4", ADDRESS, "its private IPv4 address"),
        key("ipv6", ADDRESS, "its first IPv6 address"),
        key("public-dns", DNS, "its public DNS name"),
        key("private-dns", DNS, "its private DNS name"),
        key(
            "memory",
            Kind::Words(WORDS_OF_DATA),
            "what became of its memory",
        ),
        key(
            "instance-store",
            Kind::Words(WORDS_OF_DATA),
            "what became of its instance store",
        ),
        key(
            "root-volume",
            Kind::Words(WORDS_OF_ROOT),
            "what became of its root volume",
        ),
        key(
            "volumes",
            Kind::Either(&[
                Kind::Whole(0, u64::MAX),
                Kind::Words(WORDS_OF_VOLUMES),
                Kind::Name(Named::Volume),
                Kind::Many(&Kind::Name(Named::Volume)),
            ]),
            "which volumes are attached, its root included",
        ),
        key(
            "host",
            Kind::Words(WORDS_OF_HOST),
            "whether it is on the same host",
        ),
        key("type", Kind::Listed(List::InstanceType), "its type"),
        key("billed", Kind::Flag, "whether usage is metering now"),
        key(
            "billed-seconds",
            Kind::Either(&[Kind::Whole(0, u64::MAX), Kind::Duration]),
            "how many seconds of usage are billed, minimums included",
        ),
        key(
            "starts",
            Kind::Whole(0, u64::MAX),
            "how often it entered running after a pending",
        ),
        key(
            "status-checks",
            Kind::Words(WORDS_OF_STATUS),
            "what its status checks say",
        ),
        key("credits", Kind::Text, "its CPU credit balance"),
        key("cost", COST, "its cost: an amount, or a mapping by meter"),
    ],
);

/// `cost`, by meter.
pub const METERS: Table = table(
    "`cost`",
    &[
        key("usage", Kind::Amount, "instance usage"),
        key("ebs", Kind::Amount, "EBS volumes"),
        key("public-ipv4", Kind::Amount, "public IPv4 addresses"),
        key("data-transfer", Kind::Amount, "data transfer"),
        key("cpu-credits", Kind::Amount, "surplus CPU credits"),
        key("total", Kind::Amount, "the sum"),
    ],
);
