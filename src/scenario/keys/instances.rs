//! The keys of instance descriptions, images and volumes.

use super::{Key, Keys, List, MAX_COUNT, NameOf, Table, Takes, Words, key, key_or, table, words};
use crate::{
    catalog::CreditMode,
    world::{Interruption, Market, ShutdownBehavior, Tenancy},
};

const VOLUME_TYPE: Key = key_or(
    "volume",
    Takes::Listed(List::VolumeType),
    "gp3",
    "its type; `type` means the same",
);
const TYPE: Key = key_or(
    "type",
    Takes::Listed(List::VolumeType),
    "gp3",
    "its type; `volume` means the same",
);
const SIZE: Key = key("size", Takes::Size, "its size");
pub(super) const IOPS: Key = key_or(
    "iops",
    Takes::Whole(1, 4_294_967_295),
    "3000 on gp3",
    "provisioned IOPS",
);
pub(super) const THROUGHPUT: Key = key_or(
    "throughput",
    Takes::Whole(1, 4_294_967_295),
    "125 on gp3",
    "provisioned throughput in MiB/s",
);
pub(super) const ENCRYPTED: Key = key_or("encrypted", Takes::Flag, "no", "whether it is encrypted");
pub(super) const ZONE: Key = key_or(
    "zone",
    Takes::Listed(List::Zone),
    "the Region's first",
    "its Availability Zone",
);

table! {
    /// An instance description.
    INSTANCE = "an instance" => enum InstanceKey {
        Type: key("type", Takes::Listed(List::InstanceType), "the instance type"),
        Platform: key_or(
            "platform",
            Takes::Listed(List::Platform),
            "the image's, or linux",
            "the operating system, as it is billed",
        ),
        Image: key_or(
            "image",
            Takes::Either(&[
                Takes::Listed(List::Image),
                Takes::Name(NameOf::Image),
                Takes::Map(&IMAGE),
            ]),
            "al2023",
            "what it boots from",
        ),
        Root: key_or(
            "root",
            Takes::Either(&[Takes::Volume, Takes::Map(&VOLUME)]),
            "the image's size, gp3",
            "its root volume",
        ),
        Volumes: key_or(
            "volumes",
            Takes::Either(&[
                Takes::Many(&Takes::Either(&[Takes::Volume, Takes::Map(&DATA_VOLUME)])),
                Takes::Entries(&Takes::Either(&[Takes::Volume, Takes::Map(&DATA_VOLUME)])),
            ]),
            "none",
            "its other volumes at launch: a list (`web/1`, …), or name → volume (`web/data`)",
        ),
        EbsOptimized: key_or(
            "ebs-optimized",
            Takes::Flag,
            "no",
            "whether it asks for EBS optimisation, which its type has to know",
        ),
        Hibernation: key_or("hibernation", Takes::Flag, "no", "whether it is launched with hibernation configured"),
        PublicIpv4: key_or(
            "public-ipv4",
            Takes::Words(PUBLIC_IPV4.words),
            "auto",
            "whether it gets a public IPv4 address automatically",
        ),
        PrivateIpv4: key_or(
            "private-ipv4",
            Takes::Either(&[Takes::Text, Takes::Many(&Takes::Text)]),
            "drawn from its subnet",
            "its private IPv4 address; of a group a list, one for each member",
        ),
        Ipv6: key_or("ipv6", Takes::Whole(0, u64::MAX), "0", "how many IPv6 addresses it gets"),
        Interfaces: key_or("interfaces", Takes::Whole(1, u64::MAX), "1", "how many network interfaces it has"),
        Zone: ZONE,
        Zones: key("zones", Takes::Many(&Takes::Listed(List::Zone)), "the zones that the members of a group take in turn"),
        Tenancy: key_or("tenancy", Takes::Words(TENANCY.words), "default", "on whose hardware it runs"),
        Host: key_or(
            "host",
            Takes::Name(NameOf::Host),
            "any that fits",
            "the Dedicated Host that it runs on; means `tenancy: host`",
        ),
        Affinity: key_or(
            "affinity",
            Takes::Words(AFFINITY.words),
            "default",
            "whether it stays with the host of its launch",
        ),
        PlacementGroup: key_or(
            "placement-group",
            Takes::Either(&[Takes::Name(NameOf::PlacementGroup), Takes::Map(&IN_GROUP)]),
            "none",
            "the placement group it is launched into",
        ),
        CapacityReservation: key_or(
            "capacity-reservation",
            RESERVED,
            "open",
            "which Capacity Reservation it comes into: any that matches, none, or the one of a name",
        ),
        Market: key_or(
            "market",
            Takes::Either(&[Takes::Words(MARKET.words), Takes::Map(&MARKET_OPTIONS)]),
            "on-demand",
            "how it is bought",
        ),
        Credits: key_or("credits", Takes::Words(CREDITS.words), "the type's own", "how a burstable type spends CPU credits"),
        Monitoring: key_or("monitoring", Takes::Words(MONITORING.words), "no", "detailed monitoring"),
        ShutdownBehavior: key_or(
            "shutdown-behavior",
            Takes::Words(SHUTDOWN.words),
            "stop",
            "what a shutdown from inside does",
        ),
        TerminationProtection: key_or("termination-protection", Takes::Flag, "no", "whether terminating is refused"),
        StopProtection: key_or("stop-protection", Takes::Flag, "no", "whether stopping is refused"),
        Recovery: key_or(
            "recovery",
            Takes::Words(RECOVERY.words),
            "default",
            "whether EC2 may recover it by itself",
        ),
        RebootMigration: key_or(
            "reboot-migration",
            Takes::Words(RECOVERY.words),
            "default",
            "whether a reboot may move it to another host while a `system-reboot` is scheduled",
        ),
        UserData: key_or("user-data", Takes::Text, "none", "the user data, at most 16,384 bytes"),
        Tags: key_or("tags", Takes::Entries(&Takes::Text), "none", "key → value"),
        Count: key_or("count", Takes::Whole(1, MAX_COUNT), "not a group", "makes a group: `web-1`, `web-2`, …"),
    }
}

table! {
    /// `image`, described.
    IMAGE = "an image" => enum ImageKey {
        RootDevice: key_or("root-device", Takes::Words(ROOT_DEVICE.words), "ebs", "what its root device is"),
        Architecture: key_or(
            "architecture",
            Takes::Listed(List::Architecture),
            "the instance type's",
            "its architecture",
        ),
        MinRoot: key_or("min-root", Takes::Size, "8GiB; 10GiB of RHEL and SUSE, 30GiB of Windows", "the size of its root snapshot"),
        HibernationReady: key_or(
            "hibernation-ready",
            Takes::Flag,
            "yes, except for SUSE, and for RHEL on Xen",
            "whether it has the agent that hibernation needs",
        ),
        EnaSupport: key_or("ena-support", Takes::Flag, "yes", "whether it is enabled for the Elastic Network Adapter"),
        IgnoresShutdown: key_or("ignores-shutdown", Takes::Flag, "no", "whether its operating system ignores the power button"),
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
    Device,
    Zone,
    Snapshot,
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
        DeleteOnTermination: key_or("delete-on-termination", Takes::Flag, "yes", "whether it is deleted with the instance"),
    }
}

table! {
    /// A volume of a launch that isn't its root, described.
    DATA_VOLUME = "a volume" => VolumeKey {
        Volume: VOLUME_TYPE,
        Type: TYPE,
        Size: SIZE,
        Iops: IOPS,
        Throughput: THROUGHPUT,
        Encrypted: ENCRYPTED,
        DeleteOnTermination: key_or("delete-on-termination", Takes::Flag, "yes", "whether it is deleted with the instance"),
        Device: key_or("device", Takes::Text, "the next free one", "the device name"),
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
            Takes::Flag,
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
        Spot: key("spot", Takes::Optional(&Takes::Map(&SPOT)), "bought as a Spot Instance"),
    }
}

table! {
    /// `spot`.
    SPOT = "`spot`" => enum SpotKey {
        Interruption: key_or("interruption", Takes::Words(INTERRUPTION.words), "terminate", "what an interruption does"),
        Persistent: key_or("persistent", Takes::Flag, "no", "whether the request outlives the instance"),
        Requested: key_or(
            "requested",
            Takes::Flag,
            "no",
            "whether `RequestSpotInstances` asks for it: a persistent request may then terminate what is interrupted",
        ),
        MaxPrice: key_or("max-price", Takes::Amount, "the on-demand price", "the highest price per hour"),
        ValidUntil: key_or("valid-until", Takes::Moment, "for good", "until when the request may get another instance"),
    }
}

words! {
    /// `public-ipv4`.
    PUBLIC_IPV4 => enum PublicIpv4 {
        "auto" Auto,
        "none" None,
    }
}

table! {
    /// `placement-group`, with a partition.
    IN_GROUP = "`placement-group`" => enum InGroupKey {
        Group: key("group", Takes::Name(NameOf::PlacementGroup), "which"),
        Partition: key_or("partition", Takes::Whole(1, 7), "the emptiest", "which of its partitions"),
    }
}

table! {
    /// A placement group.
    PLACEMENT_GROUP = "a placement group" => enum GroupKey {
        Strategy: key("strategy", Takes::Words(STRATEGY.words), "how its instances lie to each other"),
        Partitions: key_or("partitions", Takes::Whole(1, 7), "2", "how many partitions it has in each zone"),
        Level: key_or("level", Takes::Words(LEVEL.words), "rack", "what a `spread` group spreads over"),
    }
}

words! {
    /// `strategy`.
    STRATEGY => enum StrategyWord {
        "cluster" Cluster,
        "spread" Spread,
        "partition" Partition,
    }
}

words! {
    /// `level`.
    LEVEL => enum Level {
        "rack" Rack,
        "host" Host,
    }
}

words! {
    /// `affinity`.
    AFFINITY => enum Affinity {
        "default" Default,
        "host" Host,
    }
}

/// What `capacity-reservation` takes.
pub(super) const RESERVED: Takes = Takes::Either(&[
    Takes::Words(&["open", "none"]),
    Takes::Name(NameOf::Reservation),
]);

words! {
    /// `tenancy`.
    TENANCY => Tenancy {
        "default" Default,
        "dedicated" Dedicated,
        "host" Host,
    }
}

words! {
    /// `market`.
    MARKET => Market {
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
    /// `recovery`: whether EC2 may recover an instance by itself.
    RECOVERY => enum Recovery {
        "default" Default,
        "disabled" Disabled,
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
    INTERRUPTION => Interruption {
        "terminate" Terminate,
        "stop" Stop,
        "hibernate" Hibernate,
    }
}

table! {
    /// A change of a Spot price.
    SPOT_CHANGE = "a change of a Spot price" => enum SpotChangeKey {
        From: key("from", Takes::Moment, "from when on"),
        Price: key("price", Takes::Amount, "what an hour costs"),
    }
}

table! {
    /// A tier of a price.
    TIER = "a tier of a price" => enum TierKey {
        From: key_or("from", Takes::Data, "0GB", "from how much in a month on"),
        Price: key("price", Takes::Amount, "what a GB costs"),
    }
}
