//! `ec2sim serve`: what it says when it is ready, and what its control API answers.

use super::{
    Output, Shape,
    bill::{COSTS, LEDGER_LINE},
    event::EXPECTATION,
    form::{
        Field, Form,
        Holds::{Dollars, Flag, Instant, List, Named, Of, Only, OrNull, Text, Whole},
        field, sometimes,
    },
    replay::RESOURCES,
};

pub(super) const SERVE: Output = Output {
    name: "serve",
    schema_name: "ec2sim/serve/1",
    printed_by: "`ec2sim serve --format json`, when it is ready",
    says: "Where a server listens, as a line.",
    shape: Shape::Document,
    forms: &[&READY],
};

const READY: Form = Form::new(
    "a server that is ready",
    &[&[
        field(
            "schema",
            Only("ec2sim/serve/1"),
            "The name of the format, and its version.",
        ),
        field("url", Text, "Where it listens."),
        field("pid", Whole, "Its process."),
        field("account", Text, "The account of requests that name none."),
        field("region", Text, "The Region of requests that name none."),
        field("now", Instant, "The instant at which its clock stands."),
    ]],
);

pub(super) const CONTROL: Output = Output {
    name: "control",
    schema_name: "The control API",
    printed_by: "a server of `ec2sim serve`, for what is asked below `/_ec2sim/`",
    says: "The answers of the control API, but for those that are events, scenarios, pages, or a bill in another format. Requests are told a line each.",
    shape: Shape::Document,
    forms: &[
        &INDEX,
        &CLOCK,
        &CLOCKS,
        &RESET,
        &MOTO_RESET,
        &STOP,
        &STATE,
        &BILL,
        &ASKED,
        &STEPS,
        &FAULTS,
        &EXPECTED,
        &REFUSAL,
    ],
};

const ACCOUNT: &[Field] = &[
    field("account", Text, "The account."),
    field("now", Instant, "The instant at which its clock stands."),
];

/// Declares the field by which an answer is told from others.
macro_rules! schema {
    ($name:literal) => {
        &[field(
            "schema",
            Only($name),
            "The name of the format, and its version.",
        )]
    };
}

const INDEX: Form = Form::new(
    "the health check",
    &[
        schema!("ec2sim/index/1"),
        &[
            field("name", Only("ec2sim"), "What answers."),
            field("version", Text, "Its version."),
            field("account", Text, "The account of requests that name none."),
            field("region", Text, "The Region of requests that name none."),
            field(
                "accounts",
                List(&Text),
                "The accounts that were asked about.",
            ),
            field("mode", Text, "How time passes in the account."),
            field("modes", List(&Text), "How it may pass."),
            field("summary", Text, "What there was, in a line."),
            field("links", List(&Text), "What can be asked."),
        ],
    ],
);

const CLOCK: Form = Form::new(
    "a clock",
    &[
        schema!("ec2sim/clock/1"),
        ACCOUNT,
        &[
            field("at", Text, "The same as an offset from the start."),
            field("mode", Text, "How time passes."),
            field(
                "next",
                OrNull(&Instant),
                "The next instant at which something is due; null where nothing is.",
            ),
            field(
                "settled",
                Flag,
                "Whether nothing is under way that a client would wait for.",
            ),
            sometimes(
                "events",
                Whole,
                "How many events moving it made, where it was moved.",
            ),
            sometimes(
                "reached",
                Flag,
                "That what `run-until` was to wait for is so.",
            ),
        ],
    ],
);

const CLOCKS: Form = Form::new(
    "the clocks of all accounts",
    &[
        schema!("ec2sim/clocks/1"),
        &[field("clocks", List(&Of(&CLOCK)), "Each of them.")],
    ],
);

const RESET: Form = Form::new(
    "a reset",
    &[
        schema!("ec2sim/reset/1"),
        &[field(
            "accounts",
            List(&Text),
            "The accounts that are as they were when the server was ready.",
        )],
    ],
);

const MOTO_RESET: Form = Form::new(
    "a reset as moto's server answers it",
    &[&[field("status", Only("ok"), "That it was done.")]],
);

const STOP: Form = Form::new(
    "a stop",
    &[
        schema!("ec2sim/stop/1"),
        &[field("stopping", Flag, "That the server stops.")],
    ],
);

const STATE: Form = Form::new(
    "a state",
    &[
        schema!("ec2sim/state/1"),
        ACCOUNT,
        &[field(
            "regions",
            Named(&Of(&THERE)),
            "What there is in each Region.",
        )],
    ],
);

const THERE: Form = Form::new("what there is", &[RESOURCES]);

const BILL: Form = Form::new(
    "a bill",
    &[
        schema!("ec2sim/bill/1"),
        ACCOUNT,
        &[
            field("regions", Named(&Of(&PAID)), "The bill of each Region."),
            field("total", Dollars, "What all of them cost."),
        ],
    ],
);

const PAID: Form = Form::new(
    "the bill of a Region",
    &[&[
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
    ]],
);

const ASKED: Form = Form::new(
    "a request",
    &[&[
        field("seq", Whole, "Its number, from 1."),
        field("time", Instant, "When it was asked."),
        field("action", Text, "The action."),
        field("region", Text, "The Region."),
        field("parameters", Named(&Text), "The parameters, as they came."),
        field("status", Whole, "The HTTP status of the answer."),
        field("code", OrNull(&Text), "The code of a refusal."),
        field("request_id", Text, "The id of the request."),
        field(
            "attempt",
            OrNull(&Whole),
            "Which attempt of the client's it was, as the client says.",
        ),
    ]],
);

const STEPS: Form = Form::new(
    "steps that were taken",
    &[
        schema!("ec2sim/steps/1"),
        ACCOUNT,
        &[
            field("region", Text, "The Region in which they were."),
            field("steps", Whole, "How many they were."),
            field("events", Whole, "How many events they made."),
        ],
    ],
);

const FAULTS: Form = Form::new(
    "the refusals that are planned",
    &[
        schema!("ec2sim/faults/1"),
        &[field("faults", List(&Of(&FAULT)), "Each of them.")],
    ],
);

const FAULT: Form = Form::new(
    "a planned refusal",
    &[&[
        field(
            "action",
            Text,
            "The action whose next requests are refused.",
        ),
        field("code", Text, "The code that they get."),
        field("times", Whole, "How many of them are left."),
    ]],
);

const EXPECTED: Form = Form::new(
    "what a scenario expects",
    &[
        schema!("ec2sim/expectations/1"),
        ACCOUNT,
        &[
            field("passed", Flag, "Whether nothing has failed so far."),
            field("counts", Of(&COUNTS), "How much of it has."),
            field(
                "expectations",
                List(&Of(&EXPECTATION)),
                "What was expected and found so far.",
            ),
        ],
    ],
);

const COUNTS: Form = Form::new(
    "how much has failed",
    &[&[
        field("passed", Whole, "Checks that held."),
        field("failed", Whole, "Checks that didn't."),
        field(
            "unexpected_refusals",
            Whole,
            "Steps that were refused though the script didn't expect it.",
        ),
        field("other_failures", Whole, "What else failed."),
    ]],
);

const REFUSAL: Form = Form::new(
    "a refusal",
    &[&[field("error", Of(&WRONG), "What is wrong.")]],
);

const WRONG: Form = Form::new(
    "what is wrong",
    &[&[
        field("code", Text, "A word for it."),
        field("message", Text, "The same in words."),
        sometimes("ec2_code", Text, "EC2's code, where it is EC2's refusal."),
        sometimes("step", Whole, "The number of the step, from 1."),
        sometimes(
            "found",
            Text,
            "How the thing is that `run-until` waited for.",
        ),
        sometimes("clock", Of(&CLOCK), "How the clock stands after that."),
        sometimes("latest", Instant, "The last instant of the clock."),
    ]],
);
