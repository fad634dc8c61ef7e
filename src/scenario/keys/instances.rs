//! The keys of instance descriptions, images and volumes.

use super::{Key, Keys, Kind, List, MAX_COUNT, Table, Words, key, key_or, table, words};
use crate::{catalog::CreditMode, world::ShutdownBehavior};

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

table! {
    /// An instance description.
    INSTANCE = "an instance" => enum InstanceKey {
        Type: key("type", Kind::Listed(List::InstanceType), "the instance type"),
        Platform: key_or(
            "platform",
            Kind::Listed(List::Platform),
            "the image's, or linux",
            "the operating system, as it is billed",
        ),
        Image: key_or(
            "image",
            Kind::Either(&[Kind::Listed(List::Image), Kind::Map(&IMAGE)]),
            "al2023",
            "what it boots from",
        ),
        Root: key_or(
            "root",
            Kind::Either(&[Kind::Volume, Kind::Map(&VOLUME)]),
            "8GiB gp3, 30GiB on Windows",
            "its root volume",
        ),
        Volumes: key_or(
            "volumes",
            Kind::Many(&Kind::Either(&[Kind::Volume, Kind::Map(&VOLUME)])),
            "none",
            "its other volumes at launch",
        ),
        Hibernation: key_or("hibernation", Kind::Flag, "no", "whether it is launched with hibernation configured"),
        PublicIpv4: key_or(
            "public-ipv4",
            Kind::Words(PUBLIC_IPV4.words),
            "auto",
            "whether it gets a public IPv4 address automatically",
        ),
        Ipv6: key_or("ipv6", Kind::Whole(0, u64::MAX), "0", "how many IPv6 addresses it gets"),
        Interfaces: key_or("interfaces", Kind::Whole(1, u64::MAX), "1", "how many network interfaces it has"),
        Zone: ZONE,
        Tenancy: key_or("tenancy", Kind::Words(TENANCY.words), "default", "on whose hardware it runs"),
        PlacementGroup: key_or("placement-group", Kind::Text, "none", "the placement group it is launched into"),
        Market: key_or(
            "market",
            Kind::Either(&[Kind::Words(MARKET.words), Kind::Map(&MARKET_OPTIONS)]),
            "on-demand",
            "how it is bought",
        ),
        Credits: key_or("credits", Kind::Words(CREDITS.words), "the type's own", "how a burstable type spends CPU credits"),
        Monitoring: key_or("monitoring", Kind::Words(MONITORING.words), "no", "detailed monitoring"),
        ShutdownBehavior: key_or(
            "shutdown-behavior",
            Kind::Words(SHUTDOWN.words),
            "stop",
            "what a shutdown from inside does",
        ),
        TerminationProtection: key_or("termination-protection", Kind::Flag, "no", "whether terminating is refused"),
        StopProtection: key_or("stop-protection", Kind::Flag, "no", "whether stopping is refused"),
        UserData: key_or("user-data", Kind::Text, "none", "the user data, at most 16,384 bytes"),
        Tags: key_or("tags", Kind::Entries(&Kind::Text), "none", "key → value"),
        Count: key_or("count", Kind::Whole(1, MAX_COUNT), "not a group", "makes a group: `web-1`, `web-2`, …"),
    }
}

table! {
    /// `image`, described.
    IMAGE = "an image" => enum ImageKey {
        RootDevice: key_or("root-device", Kind::Words(ROOT_DEVICE.words), "ebs", "what its root device is"),
        Architecture: key_or(
            "architecture",
            Kind::Listed(List::Architecture),
            "the instance type's",
            "its architecture",
        ),
        MinRoot: key_or("min-root", Kind::Size, "8GiB, 30GiB on Windows", "the size of its root snapshot"),
        HibernationReady: key_or(
            "hibernation-ready",
            Kind::Flag,
            "yes, except for SUSE, and for RHEL on Xen",
            "whether it has the agent that hibernation needs",
        ),
    }
}

/// A key of a description of a volume, in whichever table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum VolumeKey {
    Volume,
    Type,
    Size,
    Iops,
    Throughput,
    Encrypted,
    DeleteOnTermination,
    Zone,
}

table! {
    /// An EBS volume, described.
    VOLUME = "a volume" => VolumeKey {
        Volume: VOLUME_TYPE,
        Type: TYPE,
        Size: SIZE,
        Iops: IOPS,
        Throughput: THROUGHPUT,
        Encrypted: ENCRYPTED,
        DeleteOnTermination: key_or("delete-on-termination", Kind::Flag, "yes", "whether it is deleted with the instance"),
    }
}

table! {
    /// An EBS volume of its own, described.
    ZONED_VOLUME = "a volume" => VolumeKey {
        Volume: VOLUME_TYPE,
        Type: TYPE,
        Size: SIZE,
        Iops: IOPS,
        Throughput: THROUGHPUT,
        Encrypted: ENCRYPTED,
        DeleteOnTermination: key_or(
            "delete-on-termination",
            Kind::Flag,
            "no",
            "whether it is deleted with the instance it is attached to",
        ),
        Zone: ZONE,
    }
}

table! {
    /// An Elastic IP, described: there is nothing to say.
    ADDRESS = "an address" => enum NoKey {}
}

table! {
    /// `market`, with options.
    MARKET_OPTIONS = "`market`" => enum MarketKey {
        Spot: key("spot", Kind::Optional(&Kind::Map(&SPOT)), "bought as a Spot Instance"),
    }
}

table! {
    /// `spot`.
    SPOT = "`spot`" => enum SpotKey {
        Interruption: key_or("interruption", Kind::Words(INTERRUPTION.words), "terminate", "what an interruption does"),
        Persistent: key_or("persistent", Kind::Flag, "no", "whether the request outlives the instance"),
        MaxPrice: key_or("max-price", Kind::Amount, "the on-demand price", "the highest price per hour"),
    }
}

words! {
    /// `public-ipv4`.
    PUBLIC_IPV4 => enum PublicIpv4 {
        "auto" Auto,
        "none" None,
    }
}

words! {
    /// `tenancy`.
    TENANCY => enum Tenancy {
        "default" Default,
        "dedicated" Dedicated,
        "host" Host,
    }
}

words! {
    /// `market`.
    MARKET => enum Market {
        "on-demand" OnDemand,
        "spot" Spot,
    }
}

words! {
    /// `credits`.
    CREDITS => CreditMode {
        "standard" Standard,
        "unlimited" Unlimited,
    }
}

/// What the words of [`MONITORING`] mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum Monitoring {
    Detailed,
    Basic,
}

words! {
    /// `monitoring`.
    MONITORING => Monitoring {
        "yes" Detailed,
        "no" Basic,
        "true" Detailed,
        "false" Basic,
        "detailed" Detailed,
        "basic" Basic,
        "enabled" Detailed,
        "disabled" Basic,
    }
}

words! {
    /// `shutdown-behavior`.
    SHUTDOWN => ShutdownBehavior {
        "stop" Stop,
        "terminate" Terminate,
    }
}

words! {
    /// `root-device`.
    ROOT_DEVICE => enum RootDevice {
        "ebs" Ebs,
        "instance-store" InstanceStore,
    }
}

words! {
    /// `interruption`.
    INTERRUPTION => enum Interruption {
        "terminate" Terminate,
        "stop" Stop,
        "hibernate" Hibernate,
    }
}
