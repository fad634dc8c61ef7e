//! `ec2sim run --format json`.

use super::{
    Output, Shape,
    bill::{COST_OF_ITS_OWN, COSTS, LEDGER_LINE, TALLY},
    event::{EVENTS, STATE_REASON},
    form::{
        Field, Form,
        Holds::{Flag, Instant, List, Named, Of, OneOf, Only, OrNull, Text, Whole, Word},
        Words, field, sometimes,
    },
};

pub(super) const REPLAY: Output = Output {
    name: "replay",
    schema_name: "ec2sim/replay/1",
    printed_by: "`ec2sim run --format json`, `ec2sim show --format json`",
    says: "A whole replay as one document on a line. Of several files, each has a line; that of a file that can't be used is `ec2sim/diagnostics/1`.",
    shape: Shape::Document,
    forms: &[&WHOLE],
};

const WHOLE: Form = Form::new(
    "a replay",
    &[
        &[
            field(
                "schema",
                Only("ec2sim/replay/1"),
                "The name of the format, and its version.",
            ),
            field("scenario", Of(&SCENARIO), "What was replayed."),
            field("outcome", Word(Words::Outcomes), "How it went."),
            field("events", List(&OneOf(EVENTS)), "What happened, in order."),
        ],
        RESOURCES,
        &[
            field(
                "ledger",
                List(&Of(&LEDGER_LINE)),
                "The bill, line by line: in the order of time, usage type and resource.",
            ),
            COSTS,
            field(
                "not_counted",
                List(&Text),
                "What the bill doesn't count, in words.",
            ),
            field("expectations", Of(&TALLY), "How many checks held."),
            field(
                "catalogue",
                Text,
                "The edition of the catalogue of types and prices.",
            ),
        ],
    ],
);

/// What is there at the end.
pub(super) const RESOURCES: &[Field] = &[
    field(
        "instances",
        Named(&Of(&INSTANCE)),
        "Every instance of the file, by name.",
    ),
    field(
        "addresses",
        Named(&Of(&ADDRESS)),
        "Every Elastic IP, by name.",
    ),
    field(
        "volumes",
        Named(&Of(&VOLUME)),
        "Every volume, by name; where a name was used again, the earlier ones by id.",
    ),
    field(
        "snapshots",
        Named(&Of(&SNAPSHOT)),
        "Every snapshot, likewise.",
    ),
    field(
        "images",
        Named(&Of(&IMAGE)),
        "Every image of the account, likewise.",
    ),
    field(
        "interfaces",
        Named(&Of(&INTERFACE)),
        "Every network interface that isn't an instance's first, likewise.",
    ),
    field(
        "dedicated_hosts",
        Named(&Of(&HOST)),
        "Every Dedicated Host, likewise.",
    ),
    field(
        "capacity_reservations",
        Named(&Of(&RESERVATION)),
        "Every Capacity Reservation, likewise.",
    ),
    sometimes(
        "functions",
        Named(&Of(&FUNCTION)),
        "Every function, where there are any.",
    ),
    sometimes("clusters", Named(&Of(&CLUSTER)), "Every cluster, likewise."),
    sometimes("services", Named(&Of(&SERVICE)), "Every service, likewise."),
    sometimes("tasks", Named(&Of(&TASK)), "Every task, likewise."),
];

/// What a scenario is called, and where it is from.
pub(super) const ABOUT: &[Field] = &[
    field("name", Text, "Its name."),
    field("description", OrNull(&Text), "What it is about."),
    field("file", Text, "Its file."),
    field("region", Text, "The Region."),
    field("start", Instant, "When simulated time begins."),
    field(
        "end",
        OrNull(&Instant),
        "When it ends; null where that isn't known yet.",
    ),
    field("seed", Whole, "The seed of ids, addresses and draws."),
    field(
        "config",
        OrNull(&Named(&Text)),
        "What of it is from `ec2sim.toml`: that `file`, then each thing under its key.",
    ),
];

const SCENARIO: Form = Form::new("the scenario", &[ABOUT]);

const INSTANCE: Form = Form::new(
    "an instance",
    &[&[
        field(
            "instance_id",
            OrNull(&Text),
            "Its id; null if it was never launched.",
        ),
        field("type", Text, "Its type."),
        field(
            "image",
            OrNull(&Text),
            "The image that it is from; null where the file only describes one.",
        ),
        field("zone", Text, "Its Availability Zone."),
        field("state", OrNull(&Word(Words::States)), "Its state."),
        field(
            "api_state",
            OrNull(&Of(&API_STATE)),
            "The same as EC2's API has it.",
        ),
        field(
            "state_reason",
            OrNull(&Of(&STATE_REASON)),
            "Why it is in this state.",
        ),
        field(
            "state_transition_reason",
            OrNull(&Text),
            "EC2's text of its last transition.",
        ),
        field(
            "spot_request",
            OrNull(&Of(&SPOT_REQUEST)),
            "Its Spot request.",
        ),
        field(
            "launch_time",
            OrNull(&Instant),
            "When it was last launched or started.",
        ),
        field("private_ipv4", OrNull(&Text), "Its private address."),
        field("public_ipv4", OrNull(&Text), "Its public address."),
        field(
            "elastic_ip",
            OrNull(&Text),
            "The Elastic IP that is associated with it.",
        ),
        field("ipv6", List(&Text), "Its IPv6 addresses."),
        field("private_dns", OrNull(&Text), "Its private name."),
        field("public_dns", OrNull(&Text), "Its public name."),
        field("host", OrNull(&Text), "The host that it is on."),
        field(
            "tenancy",
            OrNull(&Word(Words::Tenancies)),
            "On whose hardware it runs.",
        ),
        field("placement_group", OrNull(&Text), "Its placement group."),
        field(
            "partition",
            OrNull(&Whole),
            "Its partition of that, from 1.",
        ),
        field("memory", OrNull(&Text), "What its memory holds."),
        field(
            "instance_store",
            OrNull(&Text),
            "What its instance store holds.",
        ),
        field(
            "volumes",
            List(&Of(&VOLUME_OF_INSTANCE)),
            "Its volumes, and those that it was launched with.",
        ),
        field(
            "system_check",
            OrNull(&Text),
            "The status check of its host.",
        ),
        field("instance_check", OrNull(&Text), "Its own status check."),
        field(
            "scheduled_events",
            OrNull(&List(&Of(&SCHEDULED))),
            "What EC2 has scheduled for it.",
        ),
        field(
            "billed_seconds",
            Whole,
            "How many seconds of usage are billed.",
        ),
        field(
            "starts",
            Whole,
            "How many times it was launched or started.",
        ),
        COST_OF_ITS_OWN,
    ]],
);

const API_STATE: Form = Form::new(
    "a state of the API",
    &[&[
        field("code", Whole, "EC2's number."),
        field("name", Word(Words::ApiStates), "EC2's word."),
    ]],
);

const SPOT_REQUEST: Form = Form::new(
    "a Spot request",
    &[&[
        field("id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("status", Text, "EC2's status code."),
    ]],
);

const SCHEDULED: Form = Form::new(
    "a scheduled event",
    &[&[
        field("instance_event_id", Text, "Its id."),
        field("code", Text, "EC2's code."),
        field("description", Text, "EC2's text."),
        field("not_before", Instant, "The earliest instant."),
        field("not_after", OrNull(&Instant), "The latest."),
        field(
            "not_before_deadline",
            OrNull(&Instant),
            "Until when the earliest instant can be moved.",
        ),
    ]],
);

const OF_VOLUMES: &[Field] = &[
    field("volume_id", Text, "Its id."),
    field("type", Word(Words::VolumeTypes), "Its type."),
    field("size_gib", Whole, "Its size in GiB."),
    field("encrypted", Flag, "Whether it is encrypted."),
    field("state", Text, "Its state."),
];

const VOLUME_OF_INSTANCE: Form = Form::new(
    "a volume of an instance",
    &[&[field("name", Text, "Its name.")], OF_VOLUMES],
);

const VOLUME: Form = Form::new(
    "a volume",
    &[
        OF_VOLUMES,
        &[
            field("zone", Text, "Its Availability Zone."),
            field(
                "instance",
                OrNull(&Text),
                "The instance that it is attached to.",
            ),
            field("device", OrNull(&Text), "Its device name there."),
            COST_OF_ITS_OWN,
        ],
    ],
);

const ADDRESS: Form = Form::new(
    "an Elastic IP",
    &[&[
        field(
            "allocation_id",
            OrNull(&Text),
            "The id of its allocation; null if it was never allocated.",
        ),
        field("public_ip", OrNull(&Text), "The address."),
        field(
            "instance",
            OrNull(&Text),
            "The instance that it is associated with.",
        ),
        field(
            "association_id",
            OrNull(&Text),
            "The id of the association.",
        ),
        field(
            "state",
            OrNull(&Word(Words::These(&["allocated", "released"]))),
            "Whether it is the account's.",
        ),
        COST_OF_ITS_OWN,
    ]],
);

const SNAPSHOT: Form = Form::new(
    "a snapshot",
    &[&[
        field("snapshot_id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("volume", Text, "The volume that it is of."),
        field("size_gib", Whole, "The size of that in GiB."),
        field("used_gib", Whole, "How much of it is used."),
        field("encrypted", Flag, "Whether it is encrypted."),
        field("created", Instant, "When it was begun."),
        field("image", OrNull(&Text), "The image that it belongs to."),
    ]],
);

const IMAGE: Form = Form::new(
    "an image",
    &[&[
        field("image_id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("created", Instant, "When it was begun."),
        field("instance", OrNull(&Text), "The instance that it is of."),
        field("snapshots", List(&Text), "The ids of its snapshots."),
    ]],
);

const INTERFACE: Form = Form::new(
    "a network interface",
    &[&[
        field("interface_id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("zone", Text, "Its Availability Zone."),
        field(
            "instance",
            OrNull(&Text),
            "The instance that it is attached to.",
        ),
    ]],
);

const HOST: Form = Form::new(
    "a Dedicated Host",
    &[&[
        field("host_id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("family", Text, "The family of instances that it takes."),
        field("zone", Text, "Its Availability Zone."),
        field("used", Whole, "How many instances are on it."),
        field("vcpus", Whole, "How many vCPUs it has."),
        field("used_vcpus", Whole, "How many of them are taken."),
    ]],
);

const CLUSTER: Form = Form::new(
    "a cluster",
    &[&[
        field("cluster_id", Text, "Its id, the simulator's own."),
        field("status", Text, "Its status."),
    ]],
);

const SERVICE: Form = Form::new(
    "a service",
    &[&[
        field("service_id", Text, "Its id, the simulator's own."),
        field(
            "state",
            OrNull(&Text),
            "Its state; null of one that wasn't created.",
        ),
        field("desired", Whole, "How many tasks it is to have."),
        field("running", Whole, "How many of its tasks are RUNNING."),
        field("pending", Whole, "How many are on their way up."),
        field("healthy", Whole, "How many are healthy."),
        field(
            "deployment",
            Text,
            "What has become of its latest deployment.",
        ),
        field("tasks_started", Whole, "How many tasks it has ever had."),
        field(
            "task_seconds",
            Whole,
            "How many seconds of them are charged.",
        ),
    ]],
);

const TASK: Form = Form::new(
    "a task",
    &[&[
        field("task_id", Text, "Its id, the simulator's own."),
        field("state", Text, "Its last status."),
        field("stop_code", OrNull(&Text), "Why it stopped, or stops."),
        field("stop_reason", OrNull(&Text), "The same in ECS's words."),
        field("cpu_units", Whole, "Its CPU units: 1,024 a vCPU."),
        field("memory_mb", Whole, "Its memory."),
        field("storage_gb", Whole, "Its ephemeral storage."),
        field("architecture", Text, "Its processors."),
        field("windows", Flag, "Whether it runs Windows."),
        field("spot", Flag, "Whether it is on Fargate Spot."),
        field(
            "billed_seconds",
            Whole,
            "How many seconds of it are charged.",
        ),
    ]],
);

const FUNCTION: Form = Form::new(
    "a function",
    &[&[
        field("function_id", Text, "Its id, the simulator's own."),
        field("state", Text, "Its state."),
        field("memory_mb", Whole, "Its memory."),
        field("architecture", Text, "Its processors."),
        field("timeout_ms", Whole, "How long an invocation may take."),
        field("tmp_mb", Whole, "The size of `/tmp`."),
        field(
            "reserved_concurrency",
            OrNull(&Whole),
            "Its reserved concurrency.",
        ),
        field(
            "provisioned_concurrency",
            Whole,
            "Its provisioned concurrency.",
        ),
        field(
            "provisioned",
            Word(Words::These(&["none", "in-progress", "ready"])),
            "What has become of that.",
        ),
        field("environments", Whole, "How many environments it has."),
        field("invocations", Whole, "How many invocations began."),
        field("cold_starts", Whole, "How many of them began cold."),
        field("warm_starts", Whole, "How many began warm."),
        field(
            "provisioned_starts",
            Whole,
            "How many provisioned concurrency has served.",
        ),
        field("errors", Whole, "How many failed."),
        field("throttles", Whole, "How many never began."),
        field("billed_ms", Whole, "What is billed of all of them."),
    ]],
);

const RESERVATION: Form = Form::new(
    "a Capacity Reservation",
    &[&[
        field("capacity_reservation_id", Text, "Its id."),
        field("state", Text, "Its state."),
        field("type", Text, "The instance type."),
        field("zone", Text, "Its Availability Zone."),
        field("platform", Word(Words::Platforms), "The platform."),
        field("tenancy", Word(Words::Tenancies), "The tenancy."),
        field(
            "match",
            Word(Words::These(&["open", "targeted"])),
            "Which instances it takes.",
        ),
        field("count", Whole, "How many slots it has."),
        field("used", Whole, "How many of them are taken."),
    ]],
);
