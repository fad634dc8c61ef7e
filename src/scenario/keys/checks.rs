//! The keys of expectations.

use super::{
    EXPECT_ELSEWHERE, Key, Keys, List, NameOf, TENANCY, Table, Takes, Words, key, table, words,
};
use crate::{
    compute::Rollout,
    lifecycle::spot,
    record::Meter,
    script::{DataCheck, HostCheck, RootCheck, StatusCheck},
    world::EventCode,
};

/// What an address may be.
const ADDRESS: Takes = Takes::Either(&[Takes::Words(WORDS_OF_ADDRESSES.words), Takes::Address]);
/// What a DNS name may be.
const DNS: Takes = Takes::Either(&[Takes::Words(WORDS_OF_ADDRESSES.words), Takes::Text]);

words! {
    /// What an address or a DNS name can be compared with.
    WORDS_OF_ADDRESSES => enum AddressWord {
        "none" None,
        "any" Any,
        "kept" Kept,
        "changed" Changed,
    }
}

words! {
    /// What can have become of data.
    WORDS_OF_DATA => DataCheck {
        "kept" Kept,
        "lost" Lost,
        "saved" Saved,
        "none" None,
    }
}

words! {
    /// What can have become of a root volume.
    WORDS_OF_ROOT => RootCheck {
        "kept" Kept,
        "deleted" Deleted,
    }
}

words! {
    /// What can have become of all volumes.
    WORDS_OF_VOLUMES => enum VolumesWord {
        "none" None,
        "kept" Kept,
        "deleted" Deleted,
    }
}

words! {
    /// What can have become of the host.
    WORDS_OF_HOST => HostCheck {
        "kept" Kept,
        "changed" Changed,
        "none" None,
    }
}

words! {
    /// What status checks say.
    WORDS_OF_STATUS => StatusCheck {
        "ok" Ok,
        "impaired" Impaired,
        "insufficient-data" InsufficientData,
        "not-applicable" NotApplicable,
        "initializing" Initializing,
    }
}

/// Words of another list, and `none`.
macro_rules! or_none {
    ( $(#[$doc:meta])* $WORDS:ident of $Of:ty ) => {
        $(#[$doc])*
        pub(in crate::scenario) const $WORDS: Words<Option<$Of>> = {
            const COUNT: usize = <$Of>::ALL.len() + 1;
            const NAMES: [&str; COUNT] = {
                let mut names = ["none"; COUNT];
                let mut place = 0;
                while place < <$Of>::ALL.len() {
                    names[place] = <$Of>::ALL[place].name();
                    place += 1;
                }
                names
            };
            const MEANS: [Option<$Of>; COUNT] = {
                let mut means = [None; COUNT];
                let mut place = 0;
                while place < <$Of>::ALL.len() {
                    means[place] = Some(<$Of>::ALL[place]);
                    place += 1;
                }
                means
            };
            Words { words: &NAMES, means: &MEANS }
        };
    };
}

or_none! {
    /// The states of a Spot request.
    WORDS_OF_SPOT_REQUEST of spot::State
}

or_none! {
    /// The status codes of a Spot request.
    WORDS_OF_SPOT_STATUS of spot::Status
}

or_none! {
    /// What can be scheduled.
    WORDS_OF_EVENTS of EventCode
}

table! {
    /// `expect`, beside the names of instances.
    EXPECT = "`expect`" => enum ExpectKey {
        Cost: key("cost", COST, "the cost of the whole replay"),
        Elsewhere: key(
            "elsewhere",
            Takes::Either(&[
                Takes::Entries(&Takes::Either(&[Takes::Words(NOT_POSSIBLE), Takes::Map(&EXPECT_ELSEWHERE)])),
                Takes::Map(&CHECKS),
            ]),
            "at the end of a file: service → what the load comes to there, or `none` where it isn't possible",
        ),
    }
}

/// What is expected of a place that can't take a load.
pub(in crate::scenario) const NOT_POSSIBLE: &[&str] = &["none"];

const COST: Takes = Takes::Either(&[Takes::Cost, Takes::Map(&METERS)]);

/// The states of what isn't an instance.
pub(in crate::scenario) const STATES_OF_THINGS: &[&str] = &[
    "available",
    "in-use",
    "deleted",
    "allocated",
    "associated",
    "released",
    "completed",
    "archived",
    "deregistered",
    "scheduled",
    "active",
    "expired",
    "cancelled",
    "failed",
    "Active",
    "ACTIVE",
    "DRAINING",
    "INACTIVE",
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
];

table! {
    /// What can be expected of an instance, and of other things.
    CHECKS = "an expectation" => enum CheckKey {
        State: key(
            "state",
            Takes::Either(&[Takes::Listed(List::State), Takes::Words(STATES_OF_THINGS)]),
            "its state; of a volume, an address, a snapshot, an image or a function its own",
        ),
        ApiState: key("api-state", Takes::Listed(List::ApiState), "its state in EC2's API, by name or code"),
        Reason: key("reason", Takes::Text, "the state reason's code, or none"),
        TransitionReason: key("transition-reason", Takes::Text, "EC2's text about its latest change of state, or none"),
        PublicIpv4: key("public-ipv4", ADDRESS, "its public IPv4 address; an Elastic IP counts as well"),
        PrivateIpv4: key("private-ipv4", ADDRESS, "its private IPv4 address"),
        Ipv6: key("ipv6", ADDRESS, "its first IPv6 address"),
        PublicDns: key("public-dns", DNS, "its public DNS name"),
        PrivateDns: key("private-dns", DNS, "its private DNS name"),
        Memory: key("memory", Takes::Words(WORDS_OF_DATA.words), "what became of its memory"),
        InstanceStore: key("instance-store", Takes::Words(WORDS_OF_DATA.words), "what became of its instance store"),
        RootVolume: key("root-volume", Takes::Words(WORDS_OF_ROOT.words), "what became of its root volume"),
        Volumes: key(
            "volumes",
            Takes::Either(&[
                Takes::Whole(0, u64::MAX),
                Takes::Words(WORDS_OF_VOLUMES.words),
                Takes::Name(NameOf::Volume),
                Takes::Many(&Takes::Name(NameOf::Volume)),
            ]),
            "which volumes are attached, its root included",
        ),
        Host: key(
            "host",
            Takes::Either(&[Takes::Words(WORDS_OF_HOST.words), Takes::Name(NameOf::Host)]),
            "whether it is on the same host, or on which Dedicated Host",
        ),
        Used: key("used", Takes::Whole(0, u64::MAX), "how many instances are on a Dedicated Host, or in a Capacity Reservation"),
        Type: key("type", Takes::Listed(List::InstanceType), "its type"),
        PlacementGroup: key(
            "placement-group",
            Takes::Either(&[Takes::Words(&["none"]), Takes::Name(NameOf::PlacementGroup)]),
            "its placement group",
        ),
        Partition: key(
            "partition",
            Takes::Either(&[Takes::Whole(1, 7), Takes::Words(&["none"])]),
            "its partition of that",
        ),
        Tenancy: key("tenancy", Takes::Words(TENANCY.words), "on whose hardware it runs"),
        Zone: key("zone", Takes::Listed(List::Zone), "its zone"),
        Image: key(
            "image",
            Takes::Either(&[Takes::Listed(List::Image), Takes::Name(NameOf::Image)]),
            "the image that it was launched from",
        ),
        Size: key("size", Takes::Size, "the size of a volume"),
        AttachedTo: key(
            "attached-to",
            Takes::Name(NameOf::Instance),
            "the instance that a volume or an address is attached to, or `none`",
        ),
        Billed: key("billed", Takes::Flag, "whether usage is metering now"),
        BilledSeconds: key(
            "billed-seconds",
            Takes::Either(&[Takes::Whole(0, u64::MAX), Takes::Duration]),
            "how many seconds of usage are billed, minimums included",
        ),
        Starts: key("starts", Takes::Whole(0, u64::MAX), "how often it entered running after a pending"),
        StatusChecks: key("status-checks", Takes::Words(WORDS_OF_STATUS.words), "what the worse of its status checks says"),
        SystemCheck: key("system-check", Takes::Words(WORDS_OF_STATUS.words), "what its system check says"),
        ScheduledEvent: key("scheduled-event", Takes::Words(WORDS_OF_EVENTS.words), "the next event that is scheduled"),
        UserDataRuns: key("user-data-runs", Takes::Whole(0, u64::MAX), "how often user data ran as a script"),
        InstanceCheck: key("instance-check", Takes::Words(WORDS_OF_STATUS.words), "what its instance check says"),
        Credits: key("credits", Takes::Text, "the CPU credits that it has, launch credits among them"),
        SurplusCredits: key("surplus-credits", Takes::Text, "the CPU credits that it has spent beyond those, and that aren't charged yet"),
        SpotRequest: key("spot-request", Takes::Words(WORDS_OF_SPOT_REQUEST.words), "the state of its Spot request, or none"),
        SpotStatus: key("spot-status", Takes::Words(WORDS_OF_SPOT_STATUS.words), "the status code of its Spot request, or none"),
        Interrupted: key("interrupted", Takes::Whole(0, u64::MAX), "how often EC2 took it back"),
        Environments: key("environments", COUNT, "how many environments a function has, provisioned ones included"),
        Busy: key("busy", COUNT, "how many environments of a function serve an invocation"),
        ColdStarts: key("cold-starts", COUNT, "how many invocations of a function began cold"),
        WarmStarts: key("warm-starts", COUNT, "how many invocations of a function began warm"),
        ProvisionedStarts: key("provisioned-starts", COUNT, "how many invocations of a function provisioned concurrency has served"),
        Invocations: key("invocations", COUNT, "how many invocations of a function have begun"),
        Errors: key("errors", COUNT, "how many invocations of a function have failed"),
        Throttles: key("throttles", COUNT, "how many invocations of a function never began"),
        BilledDuration: key("billed-duration", Takes::Millis, "what is billed of the invocations of a function"),
        Provisioned: key("provisioned", Takes::Words(PROVISIONED), "what has become of the provisioned concurrency of a function"),
        Desired: key("desired", COUNT, "how many tasks a service is to have"),
        Running: key("running", COUNT, "how many tasks of a service are RUNNING"),
        Pending: key("pending", COUNT, "how many tasks of a service are on their way up"),
        Healthy: key("healthy", COUNT, "how many tasks of a service are healthy"),
        Deployment: key("deployment", Takes::Words(ROLLOUTS.words), "what has become of the latest deployment of a service"),
        TasksStarted: key("tasks-started", COUNT, "how many tasks a service has ever had"),
        TaskSeconds: key("task-seconds", COUNT, "how many seconds the tasks of a service are charged for"),
        StopCode: key("stop-code", Takes::Text, "the stop code of a task, or none"),
        Storage: key("storage", Takes::Words(STORED), "what has become of what a task held"),
        Cost: key("cost", COST, "its cost: an amount, or a mapping by meter"),
    }
}

words! {
    /// What can have become of a deployment.
    ROLLOUTS => Rollout {
        "none" None,
        "in-progress" InProgress,
        "completed" Completed,
        "failed" Failed,
    }
}

/// What can have become of what a task held.
pub(in crate::scenario) const STORED: &[&str] = &["kept", "lost"];

const COUNT: Takes = Takes::Whole(0, u64::MAX);

/// What can have become of provisioned concurrency.
pub(in crate::scenario) const PROVISIONED: &[&str] = &["none", "in-progress", "ready"];

/// `cost`, by meter: those of the bill's own table, and their sum.
pub const METERS: Table = Table {
    what: "`cost`",
    keys: &AMOUNTS,
};

/// [`METERS`], and what its keys mean: a meter, all of them, or what was saved.
pub(in crate::scenario) const COSTS: Keys<CostKey> = Keys {
    table: &METERS,
    find: |text| match Meter::ALL.iter().find(|meter| meter.key() == text) {
        Some(meter) => Some(CostKey::Of(Some(*meter))),
        None if text == SAVINGS.name => Some(CostKey::Savings),
        None => (text == TOTAL.name).then_some(CostKey::Of(None)),
    },
};

/// A key of [`METERS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum CostKey {
    /// A meter, or all of them.
    Of(Option<Meter>),
    /// What On-Demand would have cost more.
    Savings,
}

const SAVINGS: Key = key(
    "savings",
    Takes::Difference,
    "what On-Demand would have cost more; it isn't in the total",
);

const TOTAL: Key = key("total", Takes::Cost, "the sum");

const AMOUNTS: [Key; Meter::ALL.len() + 2] = {
    let mut keys = [const { TOTAL }; Meter::ALL.len() + 2];
    keys[Meter::ALL.len()] = SAVINGS;
    let mut place = 0;
    while place < Meter::ALL.len() {
        let meter = Meter::ALL[place];
        let takes = if matches!(meter, Meter::FreeCredits) {
            Takes::Difference
        } else {
            Takes::Cost
        };
        keys[place] = key(meter.key(), takes, meter.help());
        place += 1;
    }
    keys
};
