//! The keys of steps and of what they do.

use crate::action::each_verb;

use super::{
    CREDITS, Key, Kind, List, MONITORING, Named, SHUTDOWN, TENANCY, Table, Words,
    instances::{ENCRYPTED, IOPS, SIZE, THROUGHPUT, ZONE},
    key, key_or, table, words,
};

/// Whom an action names: a name, or a list of names.
const WHOM: Kind = Kind::Either(&[
    Kind::Name(Named::Instance),
    Kind::Many(&Kind::Name(Named::Instance)),
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
    Kind::Flag,
    "no",
    "only checks whether it could be done",
);
const FORCE: Key = key_or(
    "force",
    Kind::Flag,
    "no",
    "doesn't wait for the operating system",
);
const SKIP: Key = key_or(
    "skip-os-shutdown",
    Kind::Flag,
    "no",
    "doesn't shut the operating system down",
);
const ADDRESS: Key = key("address", Kind::Name(Named::Address), "which Elastic IP");
const VOLUME: Key = key("volume", Kind::Name(Named::Volume), "which volume");
const ONE: Key = key("instance", Kind::Name(Named::Instance), "which instance");

/// What an action takes: a name, a list of names, or a mapping with options.
macro_rules! takes {
    ($kind:ident $named:ident, $table:expr) => {
        Kind::Either(&[
            Kind::$kind(Named::$named),
            Kind::Many(&Kind::$kind(Named::$named)),
            Kind::Map(&$table),
        ])
    };
}

macro_rules! steps {
    ( $( $Verb:ident $name:literal $help:literal ( $($how:tt)* ); )+ ) => {
        const KEYS: &[Key] = &[
            $( key($name, value!($($how)*), $help), )+
        key("expect", Kind::Checks, "checks the current state"),
        key("wait", Kind::Duration, "lets time pass"),
        key(
            "wait-until",
            Kind::Entries(&Kind::Listed(List::State)),
            "advances the script to the instant at which all of these hold",
        ),
        key(
            "repeat",
            Kind::Either(&[Kind::Whole(1, 4_294_967_295), Kind::Map(&REPEAT)]),
            "runs the inner steps again",
        ),
        key(
            "each",
            Kind::Name(Named::Instance),
            "gives every member a script of its own",
        ),
        key("at", Kind::Moment, "when: the script advances to this"),
        key(
            "after",
            Kind::Duration,
            "when: this long after the script's current time",
        ),
        key("note", Kind::Text, "shown to the viewer"),
        key("label", Kind::Text, "the step's own name"),
        key(
            "fails",
            Kind::Listed(List::ErrorCode),
            "the code with which EC2 should refuse the action",
        ),
        key_or(
            "timeout",
            Kind::Duration,
            "1h",
            "how long `wait-until` may take",
        ),
        key_or(
            "every",
            Kind::Duration,
            "0s",
            "from one member's script to the next, or one round to the next",
        ),
        key(
            "steps",
            Kind::Steps,
            "the inner steps of `each` and `repeat`",
        ),
        ];

        /// How many of [`STEP`]'s keys are actions, which can be refused: they stand first.
        pub const ACTIONS: usize = [ $( $name, )+ ].len();
    };
}

/// What a verb takes, by its row in the list of verbs.
macro_rules! value {
    (plain $TABLE:ident $($make:tt)+) => { takes!(Name Instance, $TABLE) };
    (ends $TABLE:ident $($make:tt)+) => { takes!(Name Instance, $TABLE) };
    (own $read:ident { $kind:expr }) => { $kind };
    (planned { $kind:expr }) => { $kind };
}

each_verb!(steps);

/// A step. What it does is one of its keys; the others say when, or how.
pub const STEP: Table = table("a step", KEYS);

/// How many of [`STEP`]'s keys say what the step does: they stand first, too.
pub const VERBS: usize = ACTIONS + 5;

/// `launch`.
pub const LAUNCH: Table = table(
    "`launch`",
    &[
        INSTANCES,
        INSTANCE,
        key(
            "client-token",
            Kind::Text,
            "makes it safe to repeat the request; 1 to 64 ASCII characters",
        ),
        DRY_RUN,
    ],
);

/// `start`, `reboot`.
pub const START: Table = table("this action", &[INSTANCES, INSTANCE, DRY_RUN]);

/// `hibernate`.
pub const HIBERNATE: Table = table("`hibernate`", &[INSTANCES, INSTANCE, FORCE, DRY_RUN]);

/// `stop`.
pub const STOP: Table = table("`stop`", &[INSTANCES, INSTANCE, FORCE, SKIP, DRY_RUN]);

/// `terminate`.
pub const TERMINATE: Table = table("`terminate`", &[INSTANCES, INSTANCE, FORCE, SKIP, DRY_RUN]);

/// What takes no options.
pub const SIMPLE: Table = table("an action without options", &[INSTANCES, INSTANCE]);

/// `modify`.
pub const MODIFY: Table = table(
    "`modify`",
    &[
        INSTANCES,
        INSTANCE,
        key("type", Kind::Listed(List::InstanceType), "`instanceType`"),
        key("user-data", Kind::Text, "`userData`"),
        key("kernel", Kind::Text, "`kernel`"),
        key("ramdisk", Kind::Text, "`ramdisk`"),
        key("ebs-optimized", Kind::Flag, "`ebsOptimized`"),
        key("ena-support", Kind::Flag, "`enaSupport`"),
        key("sriov-net-support", Kind::Text, "`sriovNetSupport`"),
        key(
            "termination-protection",
            Kind::Flag,
            "`disableApiTermination`",
        ),
        key("stop-protection", Kind::Flag, "`disableApiStop`"),
        key(
            "shutdown-behavior",
            Kind::Words(SHUTDOWN.words),
            "`instanceInitiatedShutdownBehavior`",
        ),
        key("source-dest-check", Kind::Flag, "`sourceDestCheck`"),
        key(
            "security-groups",
            Kind::Either(&[Kind::Text, Kind::Many(&Kind::Text)]),
            "`groupSet`",
        ),
        key(
            "delete-on-termination",
            Kind::Either(&[
                Kind::Name(Named::Volume),
                Kind::Many(&Kind::Name(Named::Volume)),
                Kind::Entries(&Kind::Optional(&Kind::Flag)),
            ]),
            "`blockDeviceMapping`: which volumes are deleted with the instance",
        ),
        key(
            "credits",
            Kind::Words(CREDITS.words),
            "ModifyInstanceCreditSpecification",
        ),
        key(
            "monitoring",
            Kind::Words(MONITORING.words),
            "MonitorInstances, UnmonitorInstances",
        ),
        key(
            "tenancy",
            Kind::Words(TENANCY.words),
            "ModifyInstancePlacement",
        ),
        key("placement-group", Kind::Text, "ModifyInstancePlacement"),
        key(
            "affinity",
            Kind::Words(AFFINITY.words),
            "ModifyInstancePlacement",
        ),
    ],
);

words! {
    /// `affinity`.
    AFFINITY => enum Affinity {
        "default" Default,
        "host" Host,
    }
}

/// `allocate-address`.
pub const ALLOCATE: Table = table(
    "`allocate-address`",
    &[key(
        "address",
        Kind::NewName(Named::Address),
        "what the Elastic IP is called from now on",
    )],
);

/// `associate-address`.
pub const ASSOCIATE: Table = table(
    "`associate-address`",
    &[
        ADDRESS,
        ONE,
        key_or(
            "allow-reassociation",
            Kind::Flag,
            "yes",
            "takes it away from its current instance",
        ),
    ],
);

/// `disassociate-address`.
pub const DISASSOCIATE: Table = table("`disassociate-address`", &[ADDRESS]);

/// `release-address`.
pub const RELEASE: Table = table("`release-address`", &[ADDRESS]);

/// `create-volume`.
pub const CREATE_VOLUME: Table = table(
    "`create-volume`",
    &[
        key(
            "volume",
            Kind::NewName(Named::Volume),
            "what the volume is called from now on",
        ),
        SIZE,
        key_or("type", Kind::Listed(List::VolumeType), "gp3", "its type"),
        IOPS,
        THROUGHPUT,
        ENCRYPTED,
        ZONE,
    ],
);

/// `attach-volume`.
pub const ATTACH: Table = table(
    "`attach-volume`",
    &[
        VOLUME,
        ONE,
        key_or("device", Kind::Text, "the next free one", "the device name"),
    ],
);

/// `detach-volume`.
pub const DETACH: Table = table("`detach-volume`", &[VOLUME, ONE, FORCE]);

/// `modify-volume`.
pub const MODIFY_VOLUME: Table = table(
    "`modify-volume`",
    &[
        VOLUME,
        key("size", Kind::Size, "another size"),
        key("type", Kind::Listed(List::VolumeType), "another type"),
        key("iops", Kind::Whole(1, 4_294_967_295), "other IOPS"),
        key(
            "throughput",
            Kind::Whole(1, 4_294_967_295),
            "other throughput in MiB/s",
        ),
    ],
);

/// `delete-volume`.
pub const DELETE_VOLUME: Table = table("`delete-volume`", &[VOLUME]);

/// `create-snapshot`.
pub const SNAPSHOT: Table = table(
    "`create-snapshot`",
    &[
        VOLUME,
        key(
            "snapshot",
            Kind::Text,
            "what the snapshot is called from now on",
        ),
    ],
);

/// `create-image`.
pub const IMAGE_OF: Table = table(
    "`create-image`",
    &[
        ONE,
        key("image", Kind::Text, "what the image is called from now on"),
        key_or("no-reboot", Kind::Flag, "no", "doesn't reboot the instance"),
    ],
);

/// `transfer`.
pub const TRANSFER: Table = table(
    "`transfer`",
    &[
        INSTANCES,
        INSTANCE,
        key_or("to", Kind::Words(DESTINATION.words), "internet", "where to"),
        key("amount", Kind::Data, "how much"),
    ],
);

words! {
    /// Where data can go.
    DESTINATION => enum Destination {
        "internet" Internet,
        "zone" Zone,
        "region" Region,
    }
}

/// `cpu`.
pub const CPU: Table = table(
    "`cpu`",
    &[
        INSTANCES,
        INSTANCE,
        key("percent", Kind::Whole(0, 100), "the utilisation"),
    ],
);

/// `fail`, `impair`.
pub const STATUS: Table = table(
    "this action",
    &[
        INSTANCES,
        INSTANCE,
        key_or(
            "check",
            Kind::Words(STATUS_CHECK.words),
            "system",
            "which status check",
        ),
    ],
);

words! {
    /// The two status checks.
    STATUS_CHECK => enum CheckOf {
        "system" System,
        "instance" Instance,
    }
}

/// `capacity`.
pub const CAPACITY: Table = table(
    "`capacity`",
    &[
        key("zone", Kind::Listed(List::Zone), "where"),
        key("type", Kind::Listed(List::InstanceType), "of which type"),
        key("available", Kind::Whole(0, u64::MAX), "how many"),
    ],
);

/// `repeat`.
pub const REPEAT: Table = table(
    "`repeat`",
    &[
        key("times", Kind::Whole(1, 4_294_967_295), "how many rounds"),
        key_or(
            "every",
            Kind::Duration,
            "the rounds follow each other",
            "from the start of a round to the start of the next",
        ),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_stand_before_everything_else() {
        let place = |name| STEP.keys.iter().position(|key| key.name == name);
        assert_eq!(place("at"), Some(VERBS));
        assert_eq!(place("expect"), Some(ACTIONS));
    }
}
