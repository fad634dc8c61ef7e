//! The one table of keys: what every mapping of a scenario may hold.
//!
//! It is data. The reader looks keys up in it, unknown keys are told from it, and the JSON Schema and the reference page
//! are made from it.

mod account;
mod actions;
mod checks;
mod config;
mod containers;
mod functions;
mod instances;
mod table;
mod words;

pub use account::{
    ACCOUNT, CAPACITY_RESERVATION, DEDICATED_HOST, FREE_CREDITS, RESERVED_INSTANCE, SAVINGS_PLAN,
    VCPU_QUOTA,
};
pub use actions::{
    ALLOCATE, ALLOCATE_HOST, ASSOCIATE, ATTACH, ATTACH_INTERFACE, CANCEL_RESERVATION,
    CANCEL_SPOT_REQUEST, CAPACITY, CPU, CREATE_RESERVATION, CREATE_VOLUME, DELETE_VOLUME,
    DEREGISTER, DETACH, DETACH_INTERFACE, DISASSOCIATE, FAIL, FAILS, FAST_RESTORE, HIBERNATE,
    IMAGE_OF, IMPAIR, INTERRUPT, LAUNCH, MODIFY, MODIFY_VOLUME, READ_IO, REBOOT, RELEASE,
    RELEASE_HOST, REPEAT, REPLACE_ROOT, RESCHEDULE, RESTORE, SCHEDULE, SIMPLE, SLOW_RESTORE,
    SNAPSHOT, SNAPSHOT_NAME, SPOT_PRICE, START, STEP, STOP, TERMINATE, TRANSFER, WAITED,
};
pub use checks::{CHECKS, EXPECT, METERS};
pub use config::CONFIG;
pub use containers::{
    CLUSTER, DEPLOY, EXIT, OF_SERVICE, OF_TASK, ON_FARGATE, RUN_TASK, SCALE, SERVICE,
};
pub use functions::{
    ELSEWHERE, EXPECT_ELSEWHERE, FUNCTION, INVOKE, LOAD, PROVISION, UNPROVISION, UPDATE_FUNCTION,
};
pub use instances::{
    ADDRESS, DATA_VOLUME, IMAGE, IN_GROUP, INSTANCE, MARKET_OPTIONS, PLACEMENT_GROUP, SPOT,
    SPOT_CHANGE, TIER, VOLUME, ZONED_VOLUME,
};
pub use table::{Key, List, NameOf, Table, Takes};
pub(super) use words::{Meant, meant};

pub(super) use account::{
    AccountKey, CreditsKey, FREE_TIER, FreeTier, HostKey, MATCHING, Matching, PAYMENT, PLAN_KIND,
    PlanKey, QuotaKey, RESERVED_CLASS, ReservationKey, ReservedKey, SHARED_TENANCY, TERM,
};
pub(super) use actions::{
    ActionKey, AddressKey, AssociateKey, AttachInterfaceKey, AttachKey, CALL_OPTIONS,
    CancelReservationKey, CapacityKey, CpuKey, DESTINATION, DeleteVolumeKey, DeregisterKey,
    DestinationWord, DetachInterfaceKey, DetachKey, Does, EVENTS, FARGATE_SPOT, FailsKey,
    FastRestoreKey, ImageOfKey, InterruptKey, LATER_FAILURES, ModifyKey, OVER, OnInstances,
    REASONS, ReadIoKey, ReleaseHostKey, RepeatKey, ReplaceRootKey, RestoreKey, STATUS_CHECK,
    SYSTEM_CHECK, ScheduleKey, SlowRestoreKey, SnapshotKey, SnapshotNameKey, SpotPriceKey, StepKey,
    TransferKey, TroubleKey, WaitedKey,
};
pub(super) use checks::{
    AddressWord, COSTS, CheckKey, CostKey, ExpectKey, PROVISIONED, ROLLOUTS, STORED, VolumesWord,
    WORDS_OF_ADDRESSES, WORDS_OF_DATA, WORDS_OF_EVENTS, WORDS_OF_HOST, WORDS_OF_ROOT,
    WORDS_OF_SPOT_REQUEST, WORDS_OF_SPOT_STATUS, WORDS_OF_STATUS, WORDS_OF_VOLUMES,
};
pub(super) use config::{ConfigKey, SNAPSHOT_LEVELS};
pub(super) use containers::{
    ASSIGNED, Assigned, ClusterKey, DEPLOYED, DeployKey, Deployed, ExitKey, LAUNCH_TYPES,
    LaunchType, MOST_TASKS, OfServiceKey, OfTaskKey, OnFargateKey, ROLLBACK, RunTaskKey, SYSTEMS,
    ScaleKey, ServiceKey, System,
};
pub(super) use functions::{
    ElsewhereCheckKey, ElsewhereKey, FunctionKey, InvokeKey, LoadKey, MODES, MOST_INVOCATIONS,
    PACKAGES, PROCESSORS, ProvisionKey, RESULTS, RUNTIMES, UnprovisionKey,
};
pub(super) use instances::{
    AFFINITY, Affinity, CREDITS, GroupKey, INTERRUPTION, ImageKey, InGroupKey, InstanceKey, LEVEL,
    Level, MARKET, MONITORING, MarketKey, Monitoring, NoKey, PUBLIC_IPV4, PublicIpv4, RECOVERY,
    ROOT_DEVICE, Recovery, RootDevice, SHUTDOWN, STRATEGY, SpotChangeKey, SpotKey, StrategyWord,
    TENANCY, TierKey, VolumeKey,
};
pub(super) use table::{Keys, Words};

use actions::TOLD;
use table::{key, key_or, table, words};

/// How many members a group may have.
pub const MAX_COUNT: u64 = 10_000_000;

table! {
    /// `vpc`.
    VPC = "`vpc`" => enum VpcKey {
        Cidr: key("cidr", Takes::Text, "its block, such as `172.31.0.0/16`; each default subnet is a sixteenth of it"),
    }
}

/// The newest version of the scenario language.
pub const FORMAT: u64 = 1;

table! {
    /// The file itself.
    SCENARIO = "a scenario" => enum ScenarioKey {
        Name: key_or("name", Takes::Text, "the file's stem", "shown in the replay"),
        Description: key_or("description", TOLD, "none", "shown in the replay"),
        Format: key_or("format", Takes::Whole(1, FORMAT), "1", "the version of the scenario language"),
        Marks: key_or("marks", Takes::Many(&Takes::Text), "none", "words that `ec2sim test --mark` and `--not-mark` choose by"),
        Include: key_or(
            "include",
            Takes::Many(&Takes::Text),
            "none",
            "files that lie under this one: their steps come first, and what they expect is checked too",
        ),
        Fragment: key_or("fragment", Takes::Flag, "no", "whether the file is only ever included"),
        Region: key_or("region", Takes::Listed(List::Region), "us-east-1", "decides prices, zones and DNS names"),
        Start: key_or("start", Takes::Instant, "2026-01-01T00:00:00Z", "the instant of offset zero"),
        Until: key_or(
            "until",
            Takes::Either(&[Takes::Moment, Takes::Clock]),
            "until the last step is done and nothing is in a transitional state",
            "when the simulated world ends",
        ),
        Timezone: key_or("timezone", Takes::Text, "UTC", "the time zone of clock times, such as `Asia/Jakarta`"),
        Seed: key_or("seed", Takes::Whole(0, u64::MAX), "0", "every id, address and draw comes from it"),
        Timings: key("timings", Takes::Map(&TIMINGS), "how long each transitional state lasts"),
        Account: key("account", Takes::Map(&ACCOUNT), "quotas and purchases that belong to the account"),
        Vpc: key_or(
            "vpc",
            Takes::Map(&VPC),
            "a pool for a million instances",
            "the VPC whose default subnets, one a zone, private addresses come from",
        ),
        Prices: key_or(
            "prices",
            Takes::Either(&[
                Takes::Entries(&Takes::Either(&[
                    Takes::Amount,
                    Takes::Many(&Takes::Map(&TIER)),
                ])),
                Takes::Text,
            ]),
            "the built-in catalogue",
            "overrides of individual prices, or the name of a price file",
        ),
        SpotPrices: key_or(
            "spot-prices",
            Takes::Entries(&Takes::Either(&[
                Takes::Amount,
                Takes::Text,
                Takes::Many(&Takes::Map(&SPOT_CHANGE)),
            ])),
            "the catalogue's estimate",
            "type, or type@zone → Spot price: an amount, its changes, or the name of a file of them",
        ),
        Defaults: key("defaults", Takes::Map(&INSTANCE), "what every instance starts from"),
        Instances: key("instances", Takes::Entries(&Takes::Map(&INSTANCE)), "name → instance description"),
        Images: key("images", Takes::Entries(&Takes::Map(&IMAGE)), "name → image that is described here"),
        Volumes: key(
            "volumes",
            Takes::Entries(&Takes::Either(&[Takes::Volume, Takes::Map(&ZONED_VOLUME)])),
            "name → EBS volume that exists from the start",
        ),
        Addresses: key(
            "addresses",
            Takes::Entries(&Takes::Optional(&Takes::Map(&ADDRESS))),
            "name → Elastic IP that exists from the start",
        ),
        Functions: key(
            "functions",
            Takes::Entries(&Takes::Optional(&Takes::Map(&FUNCTION))),
            "name → function of AWS Lambda that exists from the start",
        ),
        Clusters: key(
            "clusters",
            Takes::Entries(&Takes::Optional(&Takes::Map(&CLUSTER))),
            "name → cluster of Amazon ECS that exists from the start",
        ),
        Services: key(
            "services",
            Takes::Entries(&Takes::Map(&SERVICE)),
            "name → service of Amazon ECS, which `create-service` creates, and task definition",
        ),
        Elsewhere: key(
            "elsewhere",
            Takes::Map(&ELSEWHERE),
            "services that take the load of the file as well: each is a choice of `ec2sim compare`",
        ),
        PlacementGroups: key(
            "placement-groups",
            Takes::Entries(&Takes::Either(&[Takes::Words(STRATEGY.words), Takes::Map(&PLACEMENT_GROUP)])),
            "name → placement group that exists from the start",
        ),
        Steps: key("steps", Takes::Steps, "the script"),
        Expect: key("expect", Takes::Checks, "checked at the end"),
        Params: key(
            "params",
            Takes::Entries(&Takes::Text),
            "name → the value that `${name}` stands for in any value; `$${` stands for `${` itself",
        ),
        Variants: key("variants", Takes::Entries(&Takes::Variant), "name → what is laid over the file, for `ec2sim compare`"),
    }
}

table! {
    /// `timings`.
    TIMINGS = "`timings`" => enum TimingKey {
        Pending: key_or("pending", Takes::Range, "15s", "a first or later `pending`"),
        Resuming: key_or("resuming", Takes::Range, "15s", "the `pending` of a resume"),
        Stopping: key_or("stopping", Takes::Range, "30s", "a plain `stopping`"),
        Hibernating: key_or("hibernating", Takes::Range, "90s", "the `stopping` of a hibernation"),
        ShuttingDown: key_or("shutting-down", Takes::Range, "30s", "`shutting-down`"),
        Rebooting: key_or("rebooting", Takes::Range, "30s", "a reboot in place"),
        Init: key_or("init", Takes::Millis, "200ms", "initialising an environment of a function"),
        ProvisionedReady: key_or("provisioned-ready", Takes::Duration, "60s", "until provisioned concurrency is ready"),
        TaskProvisioning: key_or("task-provisioning", Takes::Duration, "10s", "PROVISIONING of a task"),
        TaskPending: key_or("task-pending", Takes::Duration, "5s", "PENDING of a task"),
        ImagePull: key_or("image-pull", Takes::Duration, "20s", "the pull of its image, the first part of ACTIVATING"),
        TaskActivating: key_or("task-activating", Takes::Duration, "5s", "the rest of it"),
        TaskStopping: key_or("task-stopping", Takes::Duration, "5s", "STOPPING of a task that is told to stop"),
        TaskDeprovisioning: key_or("task-deprovisioning", Takes::Duration, "10s", "DEPROVISIONING of a task"),
    }
}

impl TimingKey {
    /// Whether it is about instances, whose times may be ranges.
    pub(super) const fn is_an_instances(self) -> bool {
        matches!(
            self,
            Self::Pending
                | Self::Resuming
                | Self::Stopping
                | Self::Hibernating
                | Self::ShuttingDown
                | Self::Rebooting
        )
    }
}

/// What is said of a key that stands where it isn't known: where, the key, the note.
pub const KEY_NOTES: &[(&str, &str, &str)] = &[
    (
        "`stop`",
        "hibernate",
        "`hibernate: web` is an action of its own",
    ),
    (
        "`modify`",
        "market",
        "how an instance is bought is said at its launch, and never changes",
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

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fmt::Debug};

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
            below(&key.kind, seen);
        }
        for other in ["", "xx", "launches", "é"] {
            assert!(table.find(other).is_none(), "{}", table.what);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only some kinds hold others"
    )]
    fn below(kind: &'static Takes, seen: &mut BTreeSet<&'static str>) {
        match kind {
            Takes::Map(table) => check(table, seen),
            Takes::Entries(kind) | Takes::Many(kind) | Takes::Optional(kind) => below(kind, seen),
            Takes::Either(kinds) => kinds.iter().for_each(|kind| below(kind, seen)),
            Takes::Steps => check(&STEP, seen),
            Takes::Checks => [&CHECKS, &EXPECT]
                .into_iter()
                .for_each(|table| check(table, seen)),
            Takes::Words(words) => {
                let all: BTreeSet<_> = words.iter().collect();
                assert_eq!(all.len(), words.len(), "a word stands twice: {words:?}");
            }
            _ => {}
        }
    }

    #[test]
    fn every_table_is_well_formed() {
        let mut seen = BTreeSet::new();
        check(&SCENARIO, &mut seen);
        assert!(seen.len() > 20, "{seen:?}");
    }

    /// `ShuttingDown` as a key: `shutting-down`.
    fn dashed(variant: &str) -> String {
        let mut dashed = String::new();
        for letter in variant.chars() {
            if letter.is_uppercase() && !dashed.is_empty() {
                dashed.push('-');
            }
            dashed.extend(letter.to_lowercase());
        }
        dashed
    }

    fn keys_are_named_after_what_they_mean<K: Debug + Copy>(keys: Keys<K>) {
        let own = |name: &&str| !CALL_OPTIONS.contains(name);
        for name in keys.table.names().filter(own) {
            let means = keys.find(name).unwrap();
            assert_eq!(dashed(&format!("{means:?}")), name, "{}", keys.table.what);
        }
        for other in ["", "xx", "launches", "é"] {
            assert!(keys.find(other).is_none(), "{}", keys.table.what);
        }
    }

    #[test]
    fn every_key_means_what_it_is_called() {
        keys_are_named_after_what_they_mean(ScenarioKey::SCENARIO);
        keys_are_named_after_what_they_mean(TimingKey::TIMINGS);
        keys_are_named_after_what_they_mean(ConfigKey::CONFIG);
        keys_are_named_after_what_they_mean(AccountKey::ACCOUNT);
        keys_are_named_after_what_they_mean(CreditsKey::FREE_CREDITS);
        keys_are_named_after_what_they_mean(VpcKey::VPC);
        keys_are_named_after_what_they_mean(ReservedKey::RESERVED_INSTANCE);
        keys_are_named_after_what_they_mean(HostKey::DEDICATED_HOST);
        keys_are_named_after_what_they_mean(HostKey::ALLOCATE_HOST);
        keys_are_named_after_what_they_mean(ReleaseHostKey::RELEASE_HOST);
        keys_are_named_after_what_they_mean(ReservationKey::CAPACITY_RESERVATION);
        keys_are_named_after_what_they_mean(ReservationKey::CREATE_RESERVATION);
        keys_are_named_after_what_they_mean(CancelReservationKey::CANCEL_RESERVATION);
        keys_are_named_after_what_they_mean(PlanKey::SAVINGS_PLAN);
        keys_are_named_after_what_they_mean(InstanceKey::INSTANCE);
        keys_are_named_after_what_they_mean(FunctionKey::FUNCTION);
        keys_are_named_after_what_they_mean(FunctionKey::UPDATE_FUNCTION);
        keys_are_named_after_what_they_mean(InvokeKey::INVOKE);
        keys_are_named_after_what_they_mean(LoadKey::LOAD);
        keys_are_named_after_what_they_mean(ProvisionKey::PROVISION);
        keys_are_named_after_what_they_mean(UnprovisionKey::UNPROVISION);
        keys_are_named_after_what_they_mean(ClusterKey::CLUSTER);
        keys_are_named_after_what_they_mean(ServiceKey::SERVICE);
        keys_are_named_after_what_they_mean(OnFargateKey::ON_FARGATE);
        keys_are_named_after_what_they_mean(RunTaskKey::RUN_TASK);
        keys_are_named_after_what_they_mean(ScaleKey::SCALE);
        keys_are_named_after_what_they_mean(DeployKey::DEPLOY);
        keys_are_named_after_what_they_mean(ExitKey::EXIT);
        keys_are_named_after_what_they_mean(ElsewhereKey::ELSEWHERE);
        keys_are_named_after_what_they_mean(ElsewhereCheckKey::EXPECT_ELSEWHERE);
        keys_are_named_after_what_they_mean(ImageKey::IMAGE);
        keys_are_named_after_what_they_mean(MarketKey::MARKET_OPTIONS);
        keys_are_named_after_what_they_mean(GroupKey::PLACEMENT_GROUP);
        keys_are_named_after_what_they_mean(InGroupKey::IN_GROUP);
        keys_are_named_after_what_they_mean(SpotKey::SPOT);
        keys_are_named_after_what_they_mean(VolumeKey::VOLUME);
        keys_are_named_after_what_they_mean(VolumeKey::DATA_VOLUME);
        keys_are_named_after_what_they_mean(VolumeKey::ZONED_VOLUME);
        keys_are_named_after_what_they_mean(ExpectKey::EXPECT);
        keys_are_named_after_what_they_mean(CheckKey::CHECKS);
        keys_are_named_after_what_they_mean(ActionKey::LAUNCH);
        keys_are_named_after_what_they_mean(ActionKey::START);
        keys_are_named_after_what_they_mean(ActionKey::HIBERNATE);
        keys_are_named_after_what_they_mean(ActionKey::STOP);
        keys_are_named_after_what_they_mean(ActionKey::TERMINATE);
        keys_are_named_after_what_they_mean(ActionKey::SIMPLE);
        keys_are_named_after_what_they_mean(ModifyKey::MODIFY);
        keys_are_named_after_what_they_mean(AddressKey::ALLOCATE);
        keys_are_named_after_what_they_mean(AssociateKey::ASSOCIATE);
        keys_are_named_after_what_they_mean(AddressKey::DISASSOCIATE);
        keys_are_named_after_what_they_mean(AddressKey::RELEASE);
        keys_are_named_after_what_they_mean(VolumeKey::CREATE_VOLUME);
        keys_are_named_after_what_they_mean(VolumeKey::MODIFY_VOLUME);
        keys_are_named_after_what_they_mean(AttachKey::ATTACH);
        keys_are_named_after_what_they_mean(DetachKey::DETACH);
        keys_are_named_after_what_they_mean(DeleteVolumeKey::DELETE_VOLUME);
        keys_are_named_after_what_they_mean(SnapshotKey::SNAPSHOT);
        keys_are_named_after_what_they_mean(RestoreKey::RESTORE);
        keys_are_named_after_what_they_mean(ImageOfKey::IMAGE_OF);
        keys_are_named_after_what_they_mean(SnapshotNameKey::SNAPSHOT_NAME);
        keys_are_named_after_what_they_mean(DeregisterKey::DEREGISTER);
        keys_are_named_after_what_they_mean(ReplaceRootKey::REPLACE_ROOT);
        keys_are_named_after_what_they_mean(AttachInterfaceKey::ATTACH_INTERFACE);
        keys_are_named_after_what_they_mean(DetachInterfaceKey::DETACH_INTERFACE);
        keys_are_named_after_what_they_mean(TransferKey::TRANSFER);
        keys_are_named_after_what_they_mean(CpuKey::CPU);
        keys_are_named_after_what_they_mean(ReadIoKey::READ_IO);
        keys_are_named_after_what_they_mean(WaitedKey::WAITED);
        keys_are_named_after_what_they_mean(ScheduleKey::SCHEDULE);
        keys_are_named_after_what_they_mean(ScheduleKey::RESCHEDULE);
        keys_are_named_after_what_they_mean(TroubleKey::FAIL);
        keys_are_named_after_what_they_mean(TroubleKey::IMPAIR);
        keys_are_named_after_what_they_mean(ActionKey::REBOOT);
        keys_are_named_after_what_they_mean(CapacityKey::CAPACITY);
        keys_are_named_after_what_they_mean(InterruptKey::INTERRUPT);
        keys_are_named_after_what_they_mean(SpotPriceKey::SPOT_PRICE);
        keys_are_named_after_what_they_mean(SpotChangeKey::SPOT_CHANGE);
        keys_are_named_after_what_they_mean(TierKey::TIER);
        keys_are_named_after_what_they_mean(FailsKey::FAILS);
        keys_are_named_after_what_they_mean(RepeatKey::REPEAT);
    }
}
