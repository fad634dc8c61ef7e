//! The keys of instance descriptions, images and volumes.

use super::{Key, Kind, List, MAX_COUNT, Table, key, key_or, table};

const VOLUME_TYPE: Key = key_or(
    "volume",
    Kind::Listed(List::VolumeType),
    "gp3",
    "its type; `type` means the same",
);
const TYPE: Key = key_or(
    "type",
    Kind::Listed(List::VolumeType),
    "gp3",
    "its type; `volume` means the same",
);
pub(super) const SIZE: Key = key("size", Kind::Size, "its size");
pub(super) const IOPS: Key = key_or(
    "iops",
    Kind::Whole(1, 4_294_967_295),
    "3000 on gp3",
    "provisioned IOPS",
);
pub(super) const THROUGHPUT: Key = key_or(
    "throughput",
    Kind::Whole(1, 4_294_967_295),
    "125 on gp3",
    "provisioned throughput in MiB/s",
);
pub(super) const ENCRYPTED: Key = key_or("encrypted", Kind::Flag, "no", "whether it is encrypted");
pub(super) const ZONE: Key = key_or(
    "zone",
    Kind::Listed(List::Zone),
    "the Region's first",
    "its Availability Zone",
);

/// An instance description.
pub const INSTANCE: Table = table(
    "an instance",
    &[
        key(
            "type",
            Kind::Listed(List::InstanceType),
            "the instance type",
        ),
        key_or(
            "platform",
            Kind::Listed(List::Platform),
            "the image's, or linux",
            "the operating system, as it is billed",
        ),
        key_or(
            "image",
            Kind::Either(&[Kind::Listed(List::Image), Kind::Map(&IMAGE)]),
            "al2023",
            "what it boots from",
        ),
        key_or(
            "root",
            Kind::Either(&[Kind::Volume, Kind::Map(&VOLUME)]),
            "8GiB gp3, 30GiB on Windows",
            "its root volume",
        ),
        key_or(
            "volumes",
            Kind::Many(&Kind::Either(&[Kind::Volume, Kind::Map(&VOLUME)])),
            "none",
            "its other volumes at launch",
        ),
        key_or(
            "hibernation",
            Kind::Flag,
            "no",
            "whether it is launched with hibernation configured",
        ),
        key_or(
            "public-ipv4",
            Kind::Words(PUBLIC_IPV4),
            "auto",
            "whether it gets a public IPv4 address automatically",
        ),
        key_or(
            "ipv6",
            Kind::Whole(0, u64::MAX),
            "0",
            "how many IPv6 addresses it gets",
        ),
        key_or(
            "interfaces",
            Kind::Whole(1, u64::MAX),
            "1",
            "how many network interfaces it has",
        ),
        ZONE,
        key_or(
            "tenancy",
            Kind::Words(TENANCY),
            "default",
            "on whose hardware it runs",
        ),
        key_or(
            "placement-group",
            Kind::Text,
            "none",
            "the placement group it is launched into",
        ),
        key_or(
            "market",
            Kind::Either(&[Kind::Words(MARKET), Kind::Map(&MARKET_OPTIONS)]),
            "on-demand",
            "how it is bought",
        ),
        key_or(
            "credits",
            Kind::Words(CREDITS),
            "the type's own",
            "how a burstable type spends CPU credits",
        ),
        key_or(
            "monitoring",
            Kind::Words(MONITORING),
            "no",
            "detailed monitoring",
        ),
        key_or(
            "shutdown-behavior",
            Kind::Words(SHUTDOWN),
            "stop",
            "what a shutdown from inside does",
        ),
        key_or(
            "termination-protection",
            Kind::Flag,
            "no",
            "whether terminating is refused",
        ),
        key_or(
            "stop-protection",
            Kind::Flag,
            "no",
            "whether stopping is refused",
        ),
        key_or(
            "user-data",
            Kind::Text,
            "none",
            "the user data, at most 16,384 bytes",
        ),
        key_or("tags", Kind::Entries(&Kind::Text), "none", "key → value"),
        key_or(
            "count",
            Kind::Whole(1, MAX_COUNT),
            "not a group",
            "makes a group: `web-1`, `web-2`, …",
        ),
    ],
);

/// `image`, described.
pub const IMAGE: Table = table(
    "an image",
    &[
        key_or(
            "root-device",
            Kind::Words(ROOT_DEVICE),
            "ebs",
            "what its root device is",
        ),
        key_or(
            "architecture",
            Kind::Listed(List::Architecture),
            "the instance type's",
            "its architecture",
        ),
        key_or(
            "min-root",
            Kind::Size,
            "8GiB, 30GiB on Windows",
            "the size of its root snapshot",
        ),
        key_or(
            "hibernation-ready",
            Kind::Flag,
            "yes, except for SUSE, and for RHEL on Xen",
            "whether it has the agent that hibernation needs",
        ),
    ],
);

/// An EBS volume, described.
pub const VOLUME: Table = table(
    "a volume",
    &[
        VOLUME_TYPE,
        TYPE,
        SIZE,
        IOPS,
        THROUGHPUT,
        ENCRYPTED,
        key_or(
            "delete-on-termination",
            Kind::Flag,
            "yes",
            "whether it is deleted with the instance",
        ),
    ],
);

/// An EBS volume of its own, described.
pub const ZONED_VOLUME: Table = table(
    "a volume",
    &[
        VOLUME_TYPE,
        TYPE,
        SIZE,
        IOPS,
        THROUGHPUT,
        ENCRYPTED,
        key_or(
            "delete-on-termination",
            Kind::Flag,
            "no",
            "whether it is deleted with the instance it is attached to",
        ),
        ZONE,
    ],
);

/// An Elastic IP, described: there is nothing to say.
pub const ADDRESS: Table = table("an address", &[]);

/// `market`, with options.
pub const MARKET_OPTIONS: Table = table(
    "`market`",
    &[key(
        "spot",
        Kind::Optional(&Kind::Map(&SPOT)),
        "bought as a Spot Instance",
    )],
);

/// `spot`.
pub const SPOT: Table = table(
    "`spot`",
    &[
        key_or(
            "interruption",
            Kind::Words(INTERRUPTION),
            "terminate",
            "what an interruption does",
        ),
        key_or(
            "persistent",
            Kind::Flag,
            "no",
            "whether the request outlives the instance",
        ),
        key_or(
            "max-price",
            Kind::Amount,
            "the on-demand price",
            "the highest price per hour",
        ),
    ],
);

/// `public-ipv4`.
pub const PUBLIC_IPV4: &[&str] = &["auto", "none"];
/// `tenancy`.
pub const TENANCY: &[&str] = &["default", "dedicated", "host"];
/// `market`.
pub const MARKET: &[&str] = &["on-demand", "spot"];
/// `credits`.
pub const CREDITS: &[&str] = &["standard", "unlimited"];
/// `monitoring`.
pub const MONITORING: &[&str] = &[
    "yes", "no", "true", "false", "detailed", "basic", "enabled", "disabled",
];
/// `shutdown-behavior`.
pub const SHUTDOWN: &[&str] = &["stop", "terminate"];
/// `root-device`.
pub const ROOT_DEVICE: &[&str] = &["ebs", "instance-store"];
/// `interruption`.
pub const INTERRUPTION: &[&str] = &["terminate", "stop", "hibernate"];
