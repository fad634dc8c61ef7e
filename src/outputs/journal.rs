//! `ec2sim run --format jsonl`.

use super::{
    Output, Shape,
    bill::{COSTS, TALLY},
    event::EVENTS,
    form::{
        Form,
        Holds::{Dollars, Flag, Instant, List, Named, Of, Only, OrNull, Text, Whole, Word},
        Words, field, sometimes,
    },
    replay::{ABOUT, RESOURCES},
};

pub(super) const JOURNAL: Output = Output {
    name: "journal",
    schema_name: "ec2sim/journal/1",
    printed_by: "`ec2sim run --format jsonl`, `ec2sim merge --format jsonl`",
    says: "A replay as lines of JSON: a first line, a line for each event as it happens, and a last line. The schema is that of a line.",
    shape: Shape::Lines,
    forms: &{
        const OTHERS: usize = 2;
        let mut all = [&FIRST; EVENTS.len() + OTHERS];
        let mut at = 0;
        while at < EVENTS.len() {
            all[at + 1] = EVENTS[at];
            at += 1;
        }
        all[EVENTS.len() + 1] = &LAST;
        all
    },
};

const FIRST: Form = Form::new(
    "the first line",
    &[&[
        field(
            "schema",
            Only("ec2sim/journal/1"),
            "The name of the format, and its version.",
        ),
        field("version", Text, "The version of the program."),
        field(
            "catalogue",
            Text,
            "The edition of the catalogue of types and prices.",
        ),
        field("scenario", Of(&SCENARIO), "What is replayed."),
        field(
            "prices",
            Named(&Of(&PRICE)),
            "The prices in force, by the keys of a scenario's `prices`.",
        ),
        field(
            "purchases",
            OrNull(&Of(&PURCHASES)),
            "What the account has bought for longer.",
        ),
        sometimes(
            "shard",
            Of(&PART),
            "Which part of the replay it is of (`--shard`); `ec2sim merge` makes the whole of all of them.",
        ),
    ]],
);

const PART: Form = Form::new(
    "a part of a replay",
    &[&[
        field("index", Whole, "Which, from 1."),
        field("count", Whole, "Of how many."),
        field(
            "scenario",
            Text,
            "A digest of the scenario: parts of others don't go together.",
        ),
    ]],
);

const SCENARIO: Form = Form::new(
    "the scenario of a journal",
    &[
        ABOUT,
        &[
            field("until", OrNull(&Instant), "When it ends at the latest."),
            sometimes(
                "timezone",
                Text,
                "The zone of its clock times, where the timeline tells those unasked.",
            ),
            field(
                "instances",
                List(&Of(&MEMBER)),
                "The instances and groups of the file.",
            ),
            field("addresses", List(&Text), "The names of its Elastic IPs."),
            field("volumes", List(&Text), "The names of its volumes."),
            sometimes(
                "functions",
                List(&Text),
                "The names of its functions, where it has any.",
            ),
            sometimes(
                "clusters",
                List(&Text),
                "The names of its clusters, likewise.",
            ),
            sometimes(
                "services",
                List(&Text),
                "The names of its services, likewise.",
            ),
            sometimes(
                "always_free",
                Flag,
                "`false` where allowances that never expire don't apply.",
            ),
        ],
    ],
);

const MEMBER: Form = Form::new(
    "an instance of the file",
    &[&[
        field("name", Text, "Its name."),
        field(
            "count",
            OrNull(&Whole),
            "How many members it has, if it is a group.",
        ),
        field("type", Text, "Its type."),
        sometimes("zone", Text, "Its zone, where the file names one."),
        sometimes(
            "zones",
            List(&Text),
            "Those that a group's members take in turn.",
        ),
        sometimes("tags", Named(&Text), "Its tags."),
        sometimes(
            "volume_names",
            Named(&Whole),
            "The numbers of its launch volumes that have names.",
        ),
        sometimes(
            "user_data_runs",
            Flag,
            "`true` where its user data is a script.",
        ),
    ]],
);

const PRICE: Form = Form::new(
    "a price in force",
    &[&[
        field("price", Dollars, "The price."),
        field("source", Text, "Where it is from, in a few words."),
        sometimes(
            "tiers",
            List(&Of(&TIER)),
            "Where the scenario gives several.",
        ),
    ]],
);

const TIER: Form = Form::new(
    "a tier",
    &[&[
        field("from", Whole, "From so many units in a month on."),
        field("price", Dollars, "The price."),
    ]],
);

const PURCHASES: Form = Form::new(
    "purchases",
    &[&[
        field(
            "reserved_instances",
            List(&Of(&RESERVED)),
            "Reserved Instances.",
        ),
        field("savings_plans", List(&Of(&PLAN)), "Savings Plans."),
        sometimes("free_tier", Of(&FREE_TIER), "The free tier."),
    ]],
);

const TERMS: &[super::Field] = &[
    field("from", Instant, "When the term begins."),
    field("term", Text, "How long it is."),
    field("payment", Text, "When it is paid for."),
    field("upfront", Dollars, "What is paid at once."),
    field("hourly", Dollars, "What is paid each hour."),
];

const RESERVED: Form = Form::new(
    "a Reserved Instance",
    &[
        &[
            field("type", Text, "The instance type."),
            field("count", Whole, "How many."),
            field("class", Text, "Standard or convertible."),
            field("platform", Word(Words::Platforms), "The platform."),
            field("tenancy", Word(Words::Tenancies), "The tenancy."),
            field(
                "zone",
                OrNull(&Text),
                "Its zone, where it reserves capacity.",
            ),
            field(
                "price_source",
                Text,
                "Where its price is from, in a few words.",
            ),
        ],
        TERMS,
    ],
);

const PLAN: Form = Form::new(
    "a Savings Plan",
    &[
        &[
            field("kind", Text, "Which kind of plan."),
            field("commitment", Dollars, "What is committed to each hour."),
            field("family", OrNull(&Text), "The family that it is for."),
            field(
                "rates",
                Named(&Dollars),
                "Its rates, by type and platform, where the scenario gives them.",
            ),
        ],
        TERMS,
    ],
);

const FREE_TIER: Form = Form::new(
    "a free tier",
    &[&[
        field("created", OrNull(&Instant), "When the account was created."),
        sometimes("credits", Dollars, "Its credits, where it has such."),
    ]],
);

const LAST: Form = Form::new(
    "the last line",
    &[&[field("end", Of(&END), "How the replay ended.")]],
);

const END: Form = Form::new(
    "the end",
    &[
        &[
            field("outcome", Word(Words::Outcomes), "How it went."),
            field("end", Instant, "When simulated time ended."),
            field("expectations", Of(&TALLY), "How many checks held."),
            field(
                "unexpected_refusals",
                Whole,
                "How many steps were refused unexpectedly.",
            ),
            field(
                "other_failures",
                Whole,
                "How many other things failed, such as waits.",
            ),
            field("transitions", Whole, "How many transitions there were."),
        ],
        RESOURCES,
        &[
            COSTS,
            field(
                "quoted",
                List(&Of(&QUOTE)),
                "The lines of the scenario that failures show.",
            ),
            sometimes(
                "next_due",
                Instant,
                "In the journal of a part: when the next thing would have happened by itself, if something would.",
            ),
        ],
    ],
);

const QUOTE: Form = Form::new(
    "a quoted line",
    &[&[
        field("line", Whole, "Its number."),
        field("at", Whole, "The byte at which it begins."),
        field("text", Text, "Its text."),
    ]],
);
