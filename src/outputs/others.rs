//! What else is printed.

use super::{
    Output, Shape,
    form::{
        Form,
        Holds::{
            Amounts, Dollars, Flag, Instant, List, Named, Of, OneOf, Only, OrNull, Text, Whole,
            Word,
        },
        Total, Words, field, sometimes,
    },
};

pub(super) const DIAGNOSTICS: Output = Output {
    name: "diagnostics",
    schema_name: "ec2sim/diagnostics/1",
    printed_by: "`ec2sim check --format json`, and `ec2sim run --format json` for a file that can't be used",
    says: "The mistakes of a file, as one document on a line.",
    shape: Shape::Document,
    forms: &[&MISTAKES],
};

const MISTAKES: Form = Form::new(
    "the mistakes of a file",
    &[&[
        field(
            "schema",
            Only("ec2sim/diagnostics/1"),
            "The name of the format, and its version.",
        ),
        field(
            "diagnostics",
            List(&Of(&MISTAKE)),
            "The mistakes, in the order of their places; the first hundred.",
        ),
    ]],
);

const MISTAKE: Form = Form::new(
    "a mistake",
    &[&[
        field("file", Text, "The file."),
        field(
            "line",
            OrNull(&Whole),
            "The line, from 1; null where the file can't be read.",
        ),
        field(
            "column",
            OrNull(&Whole),
            "The column in characters, from 1.",
        ),
        field(
            "code",
            Word(Words::Mistakes),
            "[Its code](errors.md#mistakes-in-a-scenario-file).",
        ),
        field("message", Text, "What is wrong."),
        field(
            "suggestion",
            OrNull(&Text),
            "What could stand there instead.",
        ),
    ]],
);

pub(super) const COMPARISON: Output = Output {
    name: "compare",
    schema_name: "ec2sim/compare/1",
    printed_by: "`ec2sim compare --format json`",
    says: "What choices cost, side by side.",
    shape: Shape::Document,
    forms: &[&COMPARED],
};

const COMPARED: Form = Form::new(
    "a comparison",
    &[&[
        field(
            "schema",
            Only("ec2sim/compare/1"),
            "The name of the format, and its version.",
        ),
        field(
            "choices",
            List(&Of(&CHOICE)),
            "The choices, in their order.",
        ),
        field(
            "differences",
            List(&Of(&DIFFERENCE)),
            "What makes each cost more or less than another.",
        ),
        field(
            "break_even",
            List(&Of(&BREAK_EVEN)),
            "Where choices cost the same, if it was asked.",
        ),
    ]],
);

const CHOICE: Form = Form::new(
    "a choice",
    &[&[
        field("name", Text, "What it is called."),
        field("vary", Named(&Text), "What it changes."),
        field("outcome", Word(Words::Outcomes), "How its replay went."),
        field(
            "cost",
            OrNull(&Amounts(Total::With)),
            "What it costs, by meter; null of what isn't possible.",
        ),
        sometimes(
            "elsewhere",
            Of(&TAKEN),
            "Where the load was taken, of a choice of `elsewhere`.",
        ),
        field(
            "forecast",
            OrNull(&Dollars),
            "What a month like it would cost.",
        ),
    ]],
);

const TAKEN: Form = Form::new(
    "a load in another place",
    &[&[
        field("service", Text, "The service."),
        field("possible", Flag, "Whether it can take the load."),
        field("why_not", OrNull(&Text), "Why it can't."),
        field("size", OrNull(&Text), "As what it takes it."),
        field(
            "done_seconds",
            OrNull(&Whole),
            "How long it takes, from the first need to the end of the last work.",
        ),
        field("keeps", OrNull(&Text), "What outlives a stop there."),
        field("loses", OrNull(&Text), "What doesn't."),
        field(
            "side_costs",
            OrNull(&Dollars),
            "What volumes, addresses and data are of the total.",
        ),
        field(
            "rules",
            List(&Text),
            "The rules of that; or the one by which it isn't possible.",
        ),
    ]],
);

const DIFFERENCE: Form = Form::new(
    "a difference",
    &[&[
        field("from", Text, "The choice that it is told from."),
        field("to", Text, "The other."),
        field("meter", Word(Words::Meters), "The meter."),
        field("amount", Dollars, "By how much the other costs more."),
        field("sentence", Text, "The same in words."),
    ]],
);

const BREAK_EVEN: Form = Form::new(
    "a break-even",
    &[&[
        field("from", Text, "The one choice."),
        field("to", Text, "The other."),
        field(
            "seconds",
            OrNull(&Whole),
            "After how many seconds they cost the same.",
        ),
        sometimes(
            "measure",
            Word(Words::These(&["requests", "duration_ms", "memory_mb"])),
            "What of the load makes them cost the same, instead.",
        ),
        sometimes("value", Whole, "And how much of it."),
        field("sentence", Text, "The same in words."),
    ]],
);

pub(super) const TYPES: Output = Output {
    name: "types",
    schema_name: "ec2sim/types/1",
    printed_by: "`ec2sim types --format json`",
    says: "Instance types of the catalogue, as a list.",
    shape: Shape::List,
    forms: &[&TYPE],
};

const TYPE: Form = Form::new(
    "a type",
    &[&[
        field("type", Text, "Its name."),
        field("region", Text, "The Region."),
        field("vcpus", Whole, "How many vCPUs it has."),
        field("memory_mib", Whole, "How much memory, in MiB."),
        field(
            "architectures",
            Text,
            "Its architectures, with spaces between.",
        ),
        field("network", Text, "AWS's words for its network."),
        field(
            "instance_store",
            Text,
            "Its instance store, in words; empty without one.",
        ),
        field("gpus", Text, "Its GPUs, in words; empty without any."),
        field("burstable", Flag, "Whether it has CPU credits."),
        field("hibernation", OrNull(&Flag), "Whether it can hibernate."),
        field("bare_metal", Flag, "Whether it is bare metal."),
        field(
            "current_generation",
            Flag,
            "Whether it is of a current generation.",
        ),
        field(
            "max_interfaces",
            Whole,
            "How many network interfaces it can have.",
        ),
        field(
            "hourly",
            OrNull(&Dollars),
            "What an hour costs on Linux; null where no price is known.",
        ),
        field("estimated", Flag, "Whether that is an estimate."),
    ]],
);

pub(super) const PRICES: Output = Output {
    name: "prices",
    schema_name: "ec2sim/prices/1",
    printed_by: "`ec2sim prices --format json`",
    says: "On-Demand prices of the catalogue, as a list.",
    shape: Shape::List,
    forms: &[&PRICE],
};

const PRICE: Form = Form::new(
    "an hourly price",
    &[&[
        field("type", Text, "The instance type."),
        field("region", Text, "The Region."),
        field("platform", Word(Words::Platforms), "The platform."),
        field(
            "hourly",
            OrNull(&Dollars),
            "What an hour costs; null where no price is known.",
        ),
        field(
            "source",
            OrNull(&Word(Words::These(&[
                "listed",
                "surcharge",
                "metal-sibling",
                "metal-shared",
                "stale-cut",
                "estimated",
            ]))),
            "Where the price is from; `surcharge` is a listed price and a surcharge by rule, `stale-cut` was listed before a price cut.",
        ),
        field("as_of", OrNull(&Text), "The date of the list."),
        field("estimated", Flag, "Whether it is an estimate."),
    ]],
);

pub(super) const EVENTBRIDGE: Output = Output {
    name: "eventbridge",
    schema_name: "EventBridge events",
    printed_by: "`ec2sim run --eventbridge FILE`",
    says: "The events that EC2 would send to EventBridge, a line each, in AWS's own form. The schema is that of a line.",
    shape: Shape::Lines,
    forms: &[&EVENT],
};

const EVENT: Form = Form::new(
    "an event",
    &[&[
        field("version", Only("0"), "The version of EventBridge's form."),
        field("id", Text, "The event's id."),
        field("detail-type", Text, "What kind of event it is."),
        field("source", Only("aws.ec2"), "Who sends it."),
        field("account", Text, "The account."),
        field("time", Instant, "When it happened."),
        field("region", Text, "The Region."),
        field("resources", List(&Text), "The ARN of the instance."),
        field(
            "detail",
            OneOf(&[&STATE_CHANGE, &INTERRUPTION, &FULFILLMENT, &REBALANCE]),
            "What happened.",
        ),
    ]],
);

const STATE_CHANGE: Form = Form::new(
    "a state change",
    &[&[
        field("instance-id", Text, "The instance."),
        field("state", Text, "Its new state."),
    ]],
);

const INTERRUPTION: Form = Form::new(
    "an interruption warning",
    &[&[
        field("instance-id", Text, "The instance."),
        field("instance-action", Text, "What will be done to it."),
    ]],
);

const FULFILLMENT: Form = Form::new(
    "a fulfilled Spot request",
    &[&[
        field("spot-instance-request-id", Text, "The request."),
        field("instance-id", Text, "The instance."),
    ]],
);

const REBALANCE: Form = Form::new(
    "a rebalance recommendation",
    &[&[field("instance-id", Text, "The instance.")]],
);
