//! Events, which documents and journals have in common.

use super::form::{
    Field, Form,
    Holds::{Decimal, Dollars, Flag, Instant, List, Of, Only, OrNull, Text, Whole, Word},
    Words, field, sometimes,
};

/// An event is one of these.
pub(super) const EVENTS: &[&Form] = &[
    &TRANSITION,
    &REJECTED,
    &ACCEPTED,
    &ADDRESS,
    &DATA,
    &METER,
    &NOTE,
    &EXPECTATION,
    &NOTICE,
    &RESERVATION,
    &INVOCATION,
];

/// The fields that every event begins with, but for its kind.
const FIRST: &[Field] = &[
    field(
        "seq",
        Whole,
        "Its number. Numbers rise, and some are left out.",
    ),
    field("time", Instant, "The instant in simulated time."),
    field("at", Text, "The offset from the start: `1h30m`."),
];

/// Those that it ends with.
const LAST: &[Field] = &[
    sometimes(
        "facts",
        List(&Of(&FACT)),
        "What the bill has to know besides.",
    ),
    sometimes(
        "order",
        List(&Whole),
        "In the journal of a part: where it stands in the whole within its instant, compared number by number; the last number \
         is that of its step.",
    ),
    field(
        "line",
        OrNull(&Whole),
        "The line of the step that brought it about.",
    ),
];

const RULES: &[Field] = &[field("rules", List(&Text), "The rules that decide it.")];

const INSTANCE: &[Field] = &[
    field("instance", OrNull(&Text), "The instance's name."),
    field("instance_id", OrNull(&Text), "Its id."),
];

const VOLUME: &[Field] = &[field("volume", OrNull(&Text), "The volume's name.")];

const ELASTIC_IP: &[Field] = &[field("address", OrNull(&Text), "The Elastic IP's name.")];

const IDS: &[Field] = &[
    field("volume_id", OrNull(&Text), "The volume's id."),
    field(
        "allocation_id",
        OrNull(&Text),
        "The id of the Elastic IP's allocation.",
    ),
];

/// A snapshot, an image, an interface, a host, a reservation.
const THING: &[Field] = &[
    sometimes(
        "resource",
        Text,
        "The name of another kind of resource, where the event is about one.",
    ),
    sometimes("resource_kind", Word(Words::Kinds), "Which kind it is."),
    sometimes("resource_id", Text, "Its id."),
];

const FAILED_STEP: &[Field] = &[field(
    "failed_step",
    OrNull(&Of(&STEP)),
    "The step that makes the scenario fail.",
)];

const STEP: Form = Form::new(
    "a step that failed",
    &[&[
        field("line", OrNull(&Whole), "Its line."),
        field(
            "fails",
            OrNull(&Word(Words::ErrorCodes)),
            "The code with which it should have been refused.",
        ),
    ]],
);

const REASON: &[Field] = &[
    field("code", Text, "EC2's code."),
    field("message", Text, "EC2's text."),
];

/// A state reason.
pub(super) const STATE_REASON: Form = Form::new("a state reason", &[REASON]);

const TRANSITION: Form = Form::new(
    "a transition",
    &[
        FIRST,
        &[field("kind", Only("transition"), "The kind of event.")],
        INSTANCE,
        THING,
        &[
            field(
                "from",
                OrNull(&Word(Words::AllStates)),
                "The state before; null for a launch.",
            ),
            field("to", Word(Words::AllStates), "The state after."),
            field(
                "flavor",
                OrNull(&Word(Words::Flavors)),
                "What kind of `stopping` or `pending` it is.",
            ),
            field("type", OrNull(&Text), "The instance type."),
            field(
                "platform",
                OrNull(&Word(Words::Platforms)),
                "What it is billed as.",
            ),
            field(
                "tenancy",
                OrNull(&Word(Words::Tenancies)),
                "On whose hardware it runs.",
            ),
            field("zone", OrNull(&Text), "Its Availability Zone."),
            field(
                "trigger",
                Text,
                "What brought it about: an action of EC2, or something that came to its end.",
            ),
            field("why", Text, "Why, in a few words."),
            field(
                "reason",
                OrNull(&Of(&STATE_REASON)),
                "The instance's state reason from now on.",
            ),
            field(
                "cost",
                OrNull(&Of(&COST_SO_FAR)),
                "What the instance has cost.",
            ),
            sometimes("cpu_units", Whole, "The CPU units of a task: 1,024 a vCPU."),
            sometimes("memory_mb", Whole, "Its memory."),
            sometimes("storage_gb", Whole, "Its ephemeral storage."),
            sometimes("architecture", Text, "Its processors."),
            sometimes("windows", Flag, "Whether it runs Windows."),
            sometimes("spot", Flag, "Whether it is on Fargate Spot."),
            sometimes("public_ipv4", Flag, "Whether it has a public IPv4 address."),
        ],
        RULES,
        LAST,
    ],
)
.saying("An instance changes its state; or an execution environment, a task or a service: then `instance` is null and `resource` says which.");

const COST_SO_FAR: Form = Form::new(
    "a cost so far",
    &[&[
        field("step", Dollars, "Since the transition before."),
        field("total", Dollars, "Since the launch."),
    ]],
);

const REJECTED: Form = Form::new(
    "a refusal",
    &[
        FIRST,
        &[
            field("kind", Only("rejected"), "The kind of event."),
            field("action", Text, "EC2's action."),
        ],
        INSTANCE,
        VOLUME,
        ELASTIC_IP,
        IDS,
        THING,
        &[
            field("code", Word(Words::ErrorCodes), "EC2's code."),
            field("message", Text, "EC2's text."),
            field("expected", Flag, "Whether the step says so (`fails`)."),
        ],
        FAILED_STEP,
        RULES,
        LAST,
    ],
)
.saying("EC2 refuses a request; one for each instance that it names.");

const ACCEPTED: Form = Form::new(
    "an acceptance",
    &[
        FIRST,
        &[
            field("kind", Only("accepted"), "The kind of event."),
            field("action", Text, "EC2's action."),
            field("attribute", OrNull(&Text), "What it changes, if anything."),
            field(
                "value",
                OrNull(&Text),
                "The new value of the attribute, or the device name of the attached volume.",
            ),
            field("unchanged", Flag, "Whether it was so already."),
        ],
        INSTANCE,
        VOLUME,
        ELASTIC_IP,
        IDS,
        THING,
        RULES,
        LAST,
    ],
)
.saying("EC2 accepts a request that changes no state by itself.");

const ADDRESS: Form = Form::new(
    "a change of an address",
    &[
        FIRST,
        &[field("kind", Only("address"), "The kind of event.")],
        INSTANCE,
        ELASTIC_IP,
        &[
            field(
                "allocation_id",
                OrNull(&Text),
                "The id of the Elastic IP's allocation.",
            ),
            field(
                "family",
                Word(Words::These(&["ipv4", "ipv6"])),
                "The kind of address.",
            ),
            field("scope", Word(Words::Scopes), "Where it is from."),
            field("from", OrNull(&Text), "The address before."),
            field("to", OrNull(&Text), "The address after."),
        ],
        RULES,
        LAST,
    ],
);

const DATA: Form = Form::new(
    "what becomes of data",
    &[
        FIRST,
        &[field("kind", Only("data"), "The kind of event.")],
        INSTANCE,
        &[field(
            "what",
            Word(Words::These(&["memory", "instance-store", "volume"])),
            "Which data.",
        )],
        VOLUME,
        &[
            field("volume_id", OrNull(&Text), "The volume's id."),
            field("outcome", Word(Words::WhatBecomes), "What becomes of it."),
        ],
        RULES,
        LAST,
    ],
);

const METER: Form = Form::new(
    "the opening or closing of a meter",
    &[
        FIRST,
        &[field("kind", Only("meter"), "The kind of event.")],
        INSTANCE,
        &[
            field("resource", Text, "The name of what is metered."),
            field("resource_id", Text, "Its id."),
            field("meter", Word(Words::Meters), "The meter."),
            field(
                "change",
                Word(Words::These(&["opened", "closed"])),
                "Which of the two.",
            ),
            field("usage_type", Text, "AWS's usage type."),
            field(
                "quantity",
                OrNull(&Decimal),
                "How much it has counted, where it closes.",
            ),
            field("unit", Text, "The unit of that."),
            field("unit_price", Dollars, "US dollars for each `price_unit`."),
            field("price_unit", Text, "The unit of the price."),
            field(
                "amount",
                OrNull(&Dollars),
                "What it costs, where it closes.",
            ),
            field(
                "units",
                Whole,
                "How many GiB, IOPS or MiB/s are metered at a time; 1 for an instance or an address.",
            ),
            field(
                "at_end",
                Flag,
                "Whether it was open at the end, and counts as if it were closed there.",
            ),
            field(
                "provisioned",
                OrNull(&Of(&PROVISIONED)),
                "What the volume is provisioned as from now on; with the first of its meters that opens or closes.",
            ),
        ],
        RULES,
        LAST,
    ],
);

const PROVISIONED: Form = Form::new(
    "what a volume is provisioned as",
    &[&[
        field("type", Word(Words::VolumeTypes), "The volume type."),
        field("size_gib", Whole, "Its size in GiB."),
        field("iops", Whole, "Its IOPS."),
        field("throughput", Whole, "Its throughput in MiB/s."),
    ]],
);

const NOTE: Form = Form::new(
    "a note",
    &[
        FIRST,
        &[
            field("kind", Only("note"), "The kind of event."),
            field("text", Text, "Its text."),
            sometimes("question", Of(&QUESTION), "The question that it asks."),
        ],
        LAST,
    ],
);

const QUESTION: Form = Form::new(
    "a question",
    &[
        &[
            field("ask", Text, "What is asked."),
            field("choices", OrNull(&List(&Text)), "What there is to choose."),
            field("answer", Text, "What is right."),
            field("hint", OrNull(&Text), "A hint."),
            field("why", OrNull(&Text), "Why it is so."),
        ],
        RULES,
    ],
);

pub(super) const EXPECTATION: Form = Form::new(
    "an expectation",
    &[
        FIRST,
        &[field("kind", Only("expectation"), "The kind of event.")],
        INSTANCE,
        &[
            field("subject", Text, "Who or what is looked at."),
            field("check", Text, "What of it."),
            field(
                "outcome",
                Word(Words::These(&["passed", "failed"])),
                "Whether it holds.",
            ),
            field("expected", Text, "What was expected."),
            field("found", Text, "What was found."),
            field("at_line", OrNull(&Whole), "The line of the check."),
            field(
                "span",
                List(&Whole),
                "The first byte of the check in the file, and that behind it.",
            ),
            field(
                "at_end",
                Flag,
                "Whether it is one of the scenario's own, which are checked when all else is over.",
            ),
        ],
        LAST,
    ],
);

const NOTICE: Form = Form::new(
    "a notice",
    &[
        FIRST,
        &[field("kind", Only("notice"), "The kind of event.")],
        INSTANCE,
        &[
            sometimes(
                "volume",
                Text,
                "The volume's name, where it is about a volume.",
            ),
            sometimes("volume_id", Text, "Its id."),
            field("event", Word(Words::Notices), "What is told."),
            field("message", Text, "The same in words."),
        ],
        FAILED_STEP,
        RULES,
        LAST,
    ],
)
.saying("Spot and scheduled events, status checks, and what happens to the replay itself.");

const RESERVATION: Form = Form::new(
    "a change of a Capacity Reservation",
    &[
        FIRST,
        &[field("kind", Only("reservation"), "The kind of event.")],
        INSTANCE,
        THING,
        &[
            field("event", Word(Words::ReservationSteps), "What happens."),
            field("type", Text, "The instance type."),
            field("platform", Word(Words::Platforms), "The platform."),
            field("tenancy", Word(Words::Tenancies), "The tenancy."),
            field("count", Whole, "How many slots it has."),
            field("used", Whole, "How many of them are taken."),
        ],
        RULES,
        LAST,
    ],
);

const INVOCATION: Form = Form::new(
    "an invocation of a function, or what a load has asked in an hour",
    &[
        FIRST,
        &[field("kind", Only("invocation"), "The kind of event.")],
        INSTANCE,
        THING,
        &[
            field(
                "environment",
                OrNull(&Text),
                "The environment, of a single one that began.",
            ),
            field("environment_id", OrNull(&Text), "Its id."),
            field(
                "start",
                OrNull(&Word(Words::Starts)),
                "What that was like, likewise.",
            ),
            field("outcome", Word(Words::InvocationOutcomes), "How it went."),
            field(
                "reason",
                OrNull(&Text),
                "Why it, or some of them, were throttled.",
            ),
            field("began", Instant, "When it began, or the first of several."),
            field(
                "count",
                Whole,
                "How many there were, throttled ones included.",
            ),
            field("cold", Whole, "How many of them began cold."),
            field("throttled", Whole, "How many of them were throttled."),
            field(
                "billed_ms",
                Whole,
                "What is billed of them, in milliseconds.",
            ),
            field("requests", Whole, "As how many requests they count."),
            field(
                "restored",
                Whole,
                "How many began with a restore that is charged.",
            ),
            field(
                "provisioned",
                Flag,
                "Whether provisioned concurrency served them.",
            ),
            field("memory_mb", Whole, "The function's memory."),
            field("tmp_mb", Whole, "The size of its `/tmp`."),
            field("architecture", Text, "Its processors."),
            field("edge", Flag, "Whether it is one of Lambda@Edge."),
        ],
        RULES,
        LAST,
    ],
);

const FACT: Form = Form::new(
    "a fact",
    &[
        &[
            field(
                "instance_id",
                OrNull(&Text),
                "The instance, if it is about one.",
            ),
            sometimes("sent_to", Text, "Where data is sent."),
            sometimes("amount", Whole, "How much, in 2⁻²⁰ × 5⁻⁶ GB."),
            sometimes("hourly", Flag, "Whether that much each hour."),
            sometimes(
                "percent_hundredths",
                Whole,
                "How much of its CPUs it uses, in hundredths of a percent.",
            ),
            sometimes(
                "credits",
                Word(Words::These(&["standard", "unlimited"])),
                "How it spends CPU credits.",
            ),
            sometimes(
                "detailed_monitoring",
                Flag,
                "Whether it is monitored in detail.",
            ),
        ],
        THING,
        &[
            sometimes(
                "step",
                Word(Words::SnapshotSteps),
                "What happens to the snapshot.",
            ),
            sometimes(
                "of_volume",
                Whole,
                "The number of the volume, in the order of creation.",
            ),
            sometimes("used_gib", Whole, "How much of it is used."),
            sometimes("size_gib", Whole, "How large it is."),
            sometimes("zone", Text, "Where fast restores are enabled or disabled."),
            sometimes("requests", Whole, "How many requests a volume has served."),
            sometimes("ready", Whole, "How much concurrency is provisioned."),
            sometimes(
                "cached",
                Flag,
                "Whether SnapStart keeps a snapshot that is charged.",
            ),
            sometimes("memory_mb", Whole, "The function's memory."),
            sometimes("tmp_mb", Whole, "The size of its `/tmp`."),
            sometimes("architecture", Text, "Its processors."),
            sometimes("edge", Flag, "Whether it is one of Lambda@Edge."),
            sometimes("spot_price", Dollars, "The Spot price in force."),
            sometimes("on_demand", Dollars, "What an hour costs on demand."),
            sometimes("estimated", Flag, "Whether the Spot price is an estimate."),
        ],
    ],
)
.saying("What the bill has to know and no event says: it stands with the next one.");
