//! The keys of steps and of what they do.

use super::{
    AFFINITY, CHECKS, CREDITS, DEPLOY, EXIT, INVOKE, Key, Keys, LOAD, List, MARKET, MONITORING,
    NameOf, OF_SERVICE, OF_TASK, PROVISION, RECOVERY, RUN_TASK, SCALE, SHUTDOWN, TENANCY, Table,
    Takes, UNPROVISION, UPDATE_FUNCTION, VolumeKey, Words,
    account::{
        AUTO_PLACEMENT, BEGINS, ENDS, FAMILY, FROM, HOST_RECOVERY, HOST_UNTIL, HostKey, MATCH,
        ReservationKey, SLOT_PLATFORM, SLOT_TENANCY, SLOT_TYPE, SLOTS,
    },
    instances::{ENCRYPTED, IN_GROUP, IOPS, RESERVED, THROUGHPUT, ZONE},
    key, key_or, table, words,
};
use crate::{
    action::{Over, Verb, each_verb},
    record::StateReason,
    world::{Cause, EventCode, WhichCheck},
};

/// Whom an action names: a name, or a list of names.
const WHOM: Takes = Takes::Either(&[
    Takes::Name(NameOf::Instance),
    Takes::Many(&Takes::Name(NameOf::Instance)),
]);
const INSTANCES: Key = key(
    "instances",
    WHOM,
    "which instances; `instance` means the same",
);
const INSTANCE: Key = key(
    "instance",
    WHOM,
    "which instance; `instances` means the same",
);
const DRY_RUN: Key = key_or(
    "dry-run",
    Takes::Flag,
    "no",
    "only checks whether it could be done",
);
const CLIENT_TOKEN: Key = key(
    "client-token",
    Takes::Text,
    "makes it safe to repeat the request; 1 to 64 ASCII characters",
);
const FORCE: Key = key_or(
    "force",
    Takes::Flag,
    "no",
    "doesn't wait for the operating system",
);
const SKIP: Key = key_or(
    "skip-os-shutdown",
    Takes::Flag,
    "no",
    "doesn't shut the operating system down",
);
const FAILS_LATER: Key = key(
    "fails-later",
    Takes::Words(LATER_FAILURES.words),
    "it is accepted, and fails later with this state reason",
);
const ADDRESS: Key = key("address", Takes::Name(NameOf::Address), "which Elastic IP");
const VOLUME: Key = key("volume", Takes::Name(NameOf::Volume), "which volume");
const ONE: Key = key("instance", Takes::Name(NameOf::Instance), "which instance");

/// What the viewer is told: a text, or one by language.
pub(super) const TOLD: Takes = Takes::Either(&[Takes::Text, Takes::Entries(&Takes::Text)]);

/// What a request may have beside its own parameters: the same in every table that has it, and read in one place.
pub(in crate::scenario) const CALL_OPTIONS: [&str; 2] = [DRY_RUN.name, CLIENT_TOKEN.name];

/// What an action takes: a name, a list of names, or a mapping with options.
macro_rules! takes {
    ($kind:ident $named:ident, $table:expr) => {
        Takes::Either(&[
            Takes::$kind(NameOf::$named),
            Takes::Many(&Takes::$kind(NameOf::$named)),
            Takes::Map(&$table),
        ])
    };
}

/// `capacity` of Fargate Spot.
pub(in crate::scenario) const FARGATE_SPOT: &[&str] = &["fargate-spot"];

/// What a service can be waited for: running = desired, and no deployment under way.
pub(in crate::scenario) const STEADY: &[&str] = &["steady"];

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum Does {
    /// An action, which can be refused.
    Act(Verb),
    Expect,
    Wait,
    WaitUntil,
    Ask,
    Repeat,
    Each,
}

/// A key of [`STEP`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum StepKey {
    Does(Does),
    Choices,
    Answer,
    Hint,
    Why,
    At,
    After,
    Note,
    Label,
    Fails,
    Timeout,
    Every,
    Steps,
}

macro_rules! steps {
    ( $( $Verb:ident $name:literal $help:literal ( $($how:tt)* ); )+ ) => {
        table! {
            /// A step. What it does is one of its keys; the others say when, or how.
            STEP = "a step" => StepKey {
                $( Does(Does::Act(Verb::$Verb)): key($name, value!($($how)*), $help), )+
                Does(Does::Expect): key("expect", Takes::Checks, "checks the current state"),
                Does(Does::Wait): key("wait", Takes::Duration, "lets time pass"),
                Does(Does::WaitUntil): key(
                    "wait-until",
                    Takes::Entries(&Takes::Either(&[
                        Takes::Listed(List::State),
                        Takes::Words(STEADY),
                        Takes::Map(&WAITED),
                        Takes::Map(&CHECKS),
                    ])),
                    "advances the script to the instant at which all of these hold",
                ),
                Does(Does::Repeat): key(
                    "repeat",
                    Takes::Either(&[Takes::Whole(1, 4_294_967_295), Takes::Map(&REPEAT)]),
                    "runs the inner steps again",
                ),
                Does(Does::Each): key("each", Takes::Name(NameOf::Instance), "gives every member a script of its own"),
                Does(Does::Ask): key("ask", TOLD, "asks the viewer"),
                Choices: key_or("choices", Takes::Many(&Takes::Text), "a check's own words", "what there is to choose from"),
                Answer: key(
                    "answer",
                    Takes::Either(&[
                        Takes::Text,
                        Takes::Entries(&Takes::Either(&[Takes::Text, Takes::Map(&CHECKS)])),
                    ]),
                    "the right answer: itself, or whose check knows it, as in `{ web: billed }`",
                ),
                Hint: key("hint", TOLD, "helps whoever wants help with the answer"),
                Why: key("why", TOLD, "why the answer is so"),
                At: key("at", Takes::Either(&[Takes::Moment, Takes::Clock]), "when: the script advances to this"),
                After: key("after", Takes::Duration, "when: this long after the script's current time"),
                Note: key("note", TOLD, "shown to the viewer"),
                Label: key("label", Takes::Text, "the step's own name"),
                Fails: key(
                    "fails",
                    Takes::Either(&[Takes::Listed(List::ErrorCode), Takes::Map(&FAILS)]),
                    "the code with which EC2 should refuse the action",
                ),
                Timeout: key_or("timeout", Takes::Duration, "1h", "how long `wait-until` may take"),
                Every: key_or(
                    "every",
                    Takes::Duration,
                    "0s",
                    "from one member's script to the next, or one round to the next",
                ),
                Steps: key("steps", Takes::Steps, "the inner steps of `each` and `repeat`"),
            }
        }
    };
}

/// What a verb takes, by its row in the list of verbs.
macro_rules! value {
    (plain $TABLE:ident $($make:tt)+) => { takes!(Name Instance, $TABLE) };
    (ends $TABLE:ident $($make:tt)+) => { takes!(Name Instance, $TABLE) };
    (own $read:ident { $kind:expr }) => { $kind };
    (planned $read:ident { $kind:expr }) => { $kind };
}

each_verb!(steps);

/// A key of an action on instances that has no more than options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum ActionKey {
    Instances,
    Instance,
    Force,
    SkipOsShutdown,
    FailsLater,
}

/// The keys of an action on instances: under two of them it says on which.
pub(in crate::scenario) trait OnInstances: Copy + PartialEq {
    const INSTANCES: Self;
    const INSTANCE: Self;
}

macro_rules! on_instances {
    ( $( $Keys:ident ),+ ) => { $(
        impl OnInstances for $Keys {
            const INSTANCES: Self = Self::Instances;
            const INSTANCE: Self = Self::Instance;
        }
    )+ };
}

on_instances!(
    ActionKey,
    InterruptKey,
    ModifyKey,
    TransferKey,
    CpuKey,
    TroubleKey,
    ScheduleKey
);

table! {
    /// `launch`.
    LAUNCH = "`launch`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        FailsLater: FAILS_LATER,
    } with DRY_RUN, CLIENT_TOKEN
}

table! {
    /// `start`.
    START = "`start`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        FailsLater: FAILS_LATER,
    } with DRY_RUN
}

table! {
    /// `reboot`.
    REBOOT = "`reboot`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
    } with DRY_RUN
}

table! {
    /// `hibernate`.
    HIBERNATE = "`hibernate`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Force: FORCE,
    } with DRY_RUN
}

table! {
    /// `stop`.
    STOP = "`stop`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Force: FORCE,
        SkipOsShutdown: SKIP,
    } with DRY_RUN
}

table! {
    /// `terminate`.
    TERMINATE = "`terminate`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Force: FORCE,
        SkipOsShutdown: SKIP,
    } with DRY_RUN
}

table! {
    /// What takes no options.
    SIMPLE = "an action without options" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
    }
}

table! {
    /// `cancel-spot-request`.
    CANCEL_SPOT_REQUEST = "`cancel-spot-request`" => ActionKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
    } with DRY_RUN
}

table! {
    /// `modify`.
    MODIFY = "`modify`" => enum ModifyKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Type: key("type", Takes::Listed(List::InstanceType), "`instanceType`"),
        UserData: key("user-data", Takes::Text, "`userData`"),
        Kernel: key("kernel", Takes::Text, "`kernel`"),
        Ramdisk: key("ramdisk", Takes::Text, "`ramdisk`"),
        EbsOptimized: key("ebs-optimized", Takes::Flag, "`ebsOptimized`"),
        EnaSupport: key("ena-support", Takes::Flag, "`enaSupport`"),
        SriovNetSupport: key("sriov-net-support", Takes::Text, "`sriovNetSupport`"),
        TerminationProtection: key("termination-protection", Takes::Flag, "`disableApiTermination`"),
        StopProtection: key("stop-protection", Takes::Flag, "`disableApiStop`"),
        ShutdownBehavior: key("shutdown-behavior", Takes::Words(SHUTDOWN.words), "`instanceInitiatedShutdownBehavior`"),
        SourceDestCheck: key("source-dest-check", Takes::Flag, "`sourceDestCheck`"),
        SecurityGroups: key("security-groups", Takes::Either(&[Takes::Text, Takes::Many(&Takes::Text)]), "`groupSet`"),
        DeleteOnTermination: key(
            "delete-on-termination",
            Takes::Either(&[
                Takes::Name(NameOf::Volume),
                Takes::Many(&Takes::Name(NameOf::Volume)),
                Takes::Entries(&Takes::Optional(&Takes::Flag)),
            ]),
            "`blockDeviceMapping`: which volumes are deleted with the instance",
        ),
        Credits: key("credits", Takes::Words(CREDITS.words), "ModifyInstanceCreditSpecification"),
        Recovery: key("recovery", Takes::Words(RECOVERY.words), "ModifyInstanceMaintenanceOptions"),
        Monitoring: key("monitoring", Takes::Words(MONITORING.words), "MonitorInstances, UnmonitorInstances"),
        Tenancy: key("tenancy", Takes::Words(TENANCY.words), "ModifyInstancePlacement"),
        PlacementGroup: key(
            "placement-group",
            Takes::Either(&[
                Takes::Words(&["none"]),
                Takes::Name(NameOf::PlacementGroup),
                Takes::Map(&IN_GROUP),
            ]),
            "ModifyInstancePlacement; `none` takes it out",
        ),
        Partition: key("partition", Takes::Whole(1, 7), "ModifyInstancePlacement"),
        Host: key("host", Takes::Name(NameOf::Host), "ModifyInstancePlacement"),
        Affinity: key("affinity", Takes::Words(AFFINITY.words), "ModifyInstancePlacement"),
        CapacityReservation: key("capacity-reservation", RESERVED, "ModifyInstanceCapacityReservationAttributes"),
    } with DRY_RUN
}

/// A key of an action on an address that says no more than which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum AddressKey {
    Address,
}

table! {
    /// `allocate-address`.
    ALLOCATE = "`allocate-address`" => AddressKey {
        Address: key("address", Takes::NewName(NameOf::Address), "what the Elastic IP is called from now on"),
    } with DRY_RUN
}

table! {
    /// `associate-address`.
    ASSOCIATE = "`associate-address`" => enum AssociateKey {
        Address: ADDRESS,
        Instance: ONE,
        Interface: key("interface", Takes::Name(NameOf::Interface), "in place of an instance, its first interface: `web/eth0`"),
        AllowReassociation: key_or("allow-reassociation", Takes::Flag, "yes", "takes it away from its current instance"),
    } with DRY_RUN
}

table! {
    /// `disassociate-address`.
    DISASSOCIATE = "`disassociate-address`" => AddressKey {
        Address: ADDRESS,
    } with DRY_RUN
}

table! {
    /// `release-address`.
    RELEASE = "`release-address`" => AddressKey {
        Address: ADDRESS,
    } with DRY_RUN
}

table! {
    /// `create-volume`.
    CREATE_VOLUME = "`create-volume`" => VolumeKey {
        Volume: key("volume", Takes::NewName(NameOf::Volume), "what the volume is called from now on"),
        Size: key_or("size", Takes::Size, "its snapshot's", "its size"),
        Snapshot: SNAPSHOT_KEY,
        Type: key_or("type", Takes::Listed(List::VolumeType), "gp3", "its type"),
        Iops: IOPS,
        Throughput: THROUGHPUT,
        Encrypted: ENCRYPTED,
        Zone: ZONE,
    } with DRY_RUN, CLIENT_TOKEN
}

table! {
    /// `attach-volume`.
    ATTACH = "`attach-volume`" => enum AttachKey {
        Volume: VOLUME,
        Instance: ONE,
        Device: key_or("device", Takes::Text, "the next free one", "the device name"),
    } with DRY_RUN
}

table! {
    /// `detach-volume`.
    DETACH = "`detach-volume`" => enum DetachKey {
        Volume: VOLUME,
        Instance: ONE,
        Force: FORCE,
    } with DRY_RUN
}

table! {
    /// `modify-volume`.
    MODIFY_VOLUME = "`modify-volume`" => VolumeKey {
        Volume: VOLUME,
        Size: key("size", Takes::Size, "another size"),
        Type: key("type", Takes::Listed(List::VolumeType), "another type"),
        Iops: key("iops", Takes::Whole(1, 4_294_967_295), "other IOPS"),
        Throughput: key("throughput", Takes::Whole(1, 4_294_967_295), "other throughput in MiB/s"),
    } with DRY_RUN
}

table! {
    /// `delete-volume`.
    DELETE_VOLUME = "`delete-volume`" => enum DeleteVolumeKey {
        Volume: VOLUME,
    } with DRY_RUN
}

table! {
    /// `create-snapshot`.
    SNAPSHOT = "`create-snapshot`" => enum SnapshotKey {
        Volume: VOLUME,
        Snapshot: key("snapshot", Takes::NewName(NameOf::Snapshot), "what the snapshot is called from now on"),
        Used: key_or("used", Takes::Size, "the volume's size", "how much of the volume holds data"),
    } with DRY_RUN
}

/// Which snapshot.
const SNAPSHOT_KEY: Key = key("snapshot", Takes::Name(NameOf::Snapshot), "which snapshot");

table! {
    /// `delete-snapshot`, `archive-snapshot`.
    SNAPSHOT_NAME = "this action on a snapshot" => enum SnapshotNameKey {
        Snapshot: SNAPSHOT_KEY,
    } with DRY_RUN
}

table! {
    /// `restore-snapshot`.
    RESTORE = "`restore-snapshot`" => enum RestoreKey {
        Snapshot: SNAPSHOT_KEY,
        Days: key_or("days", Takes::Whole(1, 180), "for good", "for how many days it comes back, and stays in the archive besides"),
    } with DRY_RUN
}

const ZONES: Key = key_or(
    "zones",
    Takes::Many(&Takes::Listed(List::Zone)),
    "all of them",
    "in which zones",
);

table! {
    /// `enable-fast-restore`.
    FAST_RESTORE = "`enable-fast-restore`" => enum FastRestoreKey {
        Snapshot: SNAPSHOT_KEY,
        Zones: key("zones", Takes::Many(&Takes::Listed(List::Zone)), "in which zones"),
    } with DRY_RUN
}

table! {
    /// `disable-fast-restore`.
    SLOW_RESTORE = "`disable-fast-restore`" => enum SlowRestoreKey {
        Snapshot: SNAPSHOT_KEY,
        Zones: ZONES,
    } with DRY_RUN
}

table! {
    /// `create-image`.
    IMAGE_OF = "`create-image`" => enum ImageOfKey {
        Instance: ONE,
        Image: key("image", Takes::NewName(NameOf::Image), "what the image is called from now on"),
        NoReboot: key_or("no-reboot", Takes::Flag, "no", "doesn't reboot the instance"),
        Used: key("used", Takes::Entries(&Takes::Size), "`root`, `1`, … → how much of the volume holds data that no snapshot of it has yet"),
    } with DRY_RUN
}

table! {
    /// `deregister-image`.
    DEREGISTER = "`deregister-image`" => enum DeregisterKey {
        Image: key("image", Takes::Name(NameOf::Image), "which image"),
    } with DRY_RUN
}

table! {
    /// `replace-root-volume`.
    REPLACE_ROOT = "`replace-root-volume`" => enum ReplaceRootKey {
        Instance: ONE,
        Snapshot: key_or(
            "snapshot",
            Takes::Name(NameOf::Snapshot),
            "the state of the launch",
            "what the new root is made of",
        ),
    } with DRY_RUN, CLIENT_TOKEN
}

table! {
    /// `attach-interface`.
    ATTACH_INTERFACE = "`attach-interface`" => enum AttachInterfaceKey {
        Interface: key("interface", Takes::Name(NameOf::Interface), "which interface; with a new name it is made"),
        Instance: ONE,
    } with DRY_RUN
}

table! {
    /// `detach-interface`.
    DETACH_INTERFACE = "`detach-interface`" => enum DetachInterfaceKey {
        Interface: key("interface", Takes::Name(NameOf::Interface), "which interface"),
    } with DRY_RUN
}

table! {
    /// `transfer`.
    TRANSFER = "`transfer`" => enum TransferKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        To: key_or("to", Takes::Words(DESTINATION.words), "internet", "where to"),
        Zone: key("zone", ZONE.kind, "to which zone (`zone`)"),
        Region: key("region", Takes::Listed(List::Region), "to which Region (`region`)"),
        Over: key_or("over", Takes::Words(OVER.words), "private", "over which addresses (`zone`)"),
        Amount: key("amount", Takes::Data, "how much, at once"),
        Rate: key("rate", Takes::DataRate, "how much in a time, until it no longer runs"),
    }
}

words! {
    /// Where data can go.
    DESTINATION => enum DestinationWord {
        "internet" Internet,
        "zone" Zone,
        "region" Region,
    }
}

impl DestinationWord {
    /// The word.
    pub(in crate::scenario) const fn name(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Zone => "zone",
            Self::Region => "region",
        }
    }
}

words! {
    /// Over which addresses data goes within the Region.
    OVER => Over {
        "private" Private,
        "public" Public,
    }
}

table! {
    /// `read-io`.
    READ_IO = "`read-io`" => enum ReadIoKey {
        Volume: VOLUME,
        Requests: key("requests", Takes::Whole(0, u64::MAX), "how many"),
    }
}

table! {
    /// `cpu`.
    CPU = "`cpu`" => enum CpuKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Percent: key("percent", Takes::Whole(0, 100), "the utilisation"),
    }
}

/// A key of what goes wrong with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum TroubleKey {
    Instances,
    Instance,
    Check,
    For,
    ForGood,
}

table! {
    /// `fail`.
    FAIL = "`fail`" => TroubleKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Check: key_or("check", Takes::Words(SYSTEM_CHECK.words), "system", "which status check: `impair` makes the other fail"),
        For: key_or("for", Takes::Duration, "AWS doesn't mend the host", "after this time AWS has mended the host"),
        ForGood: key_or("for-good", Takes::Flag, "no", "the host is so broken that not even force helps"),
    }
}

table! {
    /// `impair`.
    IMPAIR = "`impair`" => TroubleKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Check: key_or("check", Takes::Words(STATUS_CHECK.words), "instance", "which status check"),
        For: key_or("for", Takes::Duration, "until `recover`", "how long it fails"),
    }
}

/// A key of what is scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum ScheduleKey {
    Instances,
    Instance,
    Event,
    In,
    At,
    Deadline,
    To,
}

table! {
    /// `schedule-event`.
    SCHEDULE = "`schedule-event`" => ScheduleKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Event: key("event", Takes::Words(EVENTS.words), "what is to happen"),
        In: key("in", Takes::Duration, "how long from now"),
        At: key("at", Takes::Moment, "when, counted from where the script began, or as an instant"),
        Deadline: key_or("deadline", Takes::Moment, "it can't be moved", "up to when it can be moved"),
    }
}

table! {
    /// `reschedule-event`.
    RESCHEDULE = "`reschedule-event`" => ScheduleKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        To: key("to", Takes::Moment, "when the next event is to start"),
    } with DRY_RUN
}

words! {
    /// The scheduled events.
    EVENTS => EventCode {
        "instance-stop" InstanceStop,
        "instance-retirement" InstanceRetirement,
        "instance-reboot" InstanceReboot,
        "system-reboot" SystemReboot,
        "system-maintenance" SystemMaintenance,
    }
}

words! {
    /// The check that a host fails.
    SYSTEM_CHECK => WhichCheck {
        "system" System,
    }
}

words! {
    /// The two status checks.
    STATUS_CHECK => WhichCheck {
        "system" System,
        "instance" Instance,
    }
}

words! {
    /// `fails-later`: the codes of the state reasons of launches and starts that fail after they were accepted.
    LATER_FAILURES => StateReason {
        "Client.InternalError" ClientInternalError,
        "Client.InvalidKMSKey.InvalidState" InvalidKmsKeyState,
        "Client.InvalidParameterCombination" InvalidParameterCombination,
        "Client.InvalidSnapshot.NotFound" InvalidSnapshotNotFound,
        "Client.VolumeLimitExceeded" VolumeLimitExceeded,
        "Server.InsufficientInstanceCapacity" InsufficientInstanceCapacity,
        "Server.InternalError" ServerInternalError,
    }
}

table! {
    /// `capacity`.
    CAPACITY = "`capacity`" => enum CapacityKey {
        Zone: key("zone", Takes::Listed(List::Zone), "where"),
        Type: key(
            "type",
            Takes::Either(&[Takes::Listed(List::InstanceType), Takes::Words(FARGATE_SPOT)]),
            "of which type; `fargate-spot` for Fargate Spot, without a zone",
        ),
        PlacementGroup: key("placement-group", Takes::Name(NameOf::PlacementGroup), "in which group; instead of a type"),
        Market: key_or("market", Takes::Words(MARKET.words), "on-demand", "bought how"),
        Available: key(
            "available",
            Takes::Either(&[Takes::Whole(0, u64::MAX), Takes::Words(&["any"])]),
            "how many more can be launched or started from now on; `any` ends a limit",
        ),
    }
}

table! {
    /// `interrupt`.
    INTERRUPT = "`interrupt`" => enum InterruptKey {
        Instances: INSTANCES,
        Instance: INSTANCE,
        Reason: key_or("reason", Takes::Words(REASONS.words), "capacity", "why EC2 takes it back"),
    }
}

words! {
    /// Why EC2 takes a Spot Instance back.
    REASONS => Cause {
        "capacity" Capacity,
        "price" Price,
    }
}

table! {
    /// `spot-price`.
    SPOT_PRICE = "`spot-price`" => enum SpotPriceKey {
        Type: key("type", Takes::Listed(List::InstanceType), "of which type"),
        Zone: key("zone", Takes::Listed(List::Zone), "where"),
        Price: key("price", Takes::Amount, "what an hour costs from now on"),
    }
}

table! {
    /// A state in `wait-until`, with whose word it is.
    WAITED = "a state to wait for" => enum WaitedKey {
        State: key("state", Takes::Listed(List::State), "one of the seven states"),
        ApiState: key("api-state", Takes::Listed(List::ApiState), "one of EC2's six, as EC2's own waiters wait for it"),
    }
}

table! {
    /// `fails`, with what EC2 says besides.
    FAILS = "`fails`" => enum FailsKey {
        Code: key("code", Takes::Listed(List::ErrorCode), "the code with which EC2 should refuse the action"),
        Message: key("message", Takes::Text, "EC2's message to the letter, with `{web}` for an id"),
        Count: key_or("count", Takes::Whole(1, 4_294_967_295), "all of them", "how many of several requests are refused; the others succeed"),
    }
}

table! {
    /// `allocate-host`.
    ALLOCATE_HOST = "`allocate-host`" => HostKey {
        Host: key("host", Takes::NewName(NameOf::Host), "what the host is called from now on"),
        Family: FAMILY,
        Zone: ZONE,
        AutoPlacement: AUTO_PLACEMENT,
        Recovery: HOST_RECOVERY,
        From: FROM,
        Until: HOST_UNTIL,
    } with CLIENT_TOKEN
}

table! {
    /// `release-host`.
    RELEASE_HOST = "`release-host`" => enum ReleaseHostKey {
        Host: key("host", Takes::Name(NameOf::Host), "which"),
    }
}

table! {
    /// `create-capacity-reservation`.
    CREATE_RESERVATION = "`create-capacity-reservation`" => ReservationKey {
        Reservation: key("reservation", Takes::NewName(NameOf::Reservation), "what the reservation is called from now on"),
        Type: SLOT_TYPE,
        Zone: ZONE,
        Count: SLOTS,
        Platform: SLOT_PLATFORM,
        Tenancy: SLOT_TENANCY,
        Match: MATCH,
        From: BEGINS,
        Until: ENDS,
    } with DRY_RUN, CLIENT_TOKEN
}

table! {
    /// `cancel-capacity-reservation`.
    CANCEL_RESERVATION = "`cancel-capacity-reservation`" => enum CancelReservationKey {
        Reservation: key("reservation", Takes::Name(NameOf::Reservation), "which"),
    } with DRY_RUN
}

table! {
    /// `repeat`.
    REPEAT = "`repeat`" => enum RepeatKey {
        Times: key("times", Takes::Whole(1, 4_294_967_295), "how many rounds"),
        Every: key_or(
            "every",
            Takes::Either(&[Takes::Duration, Takes::Days]),
            "the rounds follow each other",
            "from the start of a round to the start of the next, or on which days rounds begin",
        ),
        At: key("at", Takes::Clock, "at which time of those days"),
    }
}
