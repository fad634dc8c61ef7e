//! Costs, and the lines of the ledger.

use super::form::{
    Field, Form,
    Holds::{Amounts, Decimal, Dollars, Instant, List, Named, Of, OrNull, Text, Word},
    Total, Words, field,
};

/// How many checks held.
pub(super) const TALLY: Form = Form::new(
    "the count of expectations",
    &[&[
        field("passed", super::Holds::Whole, "How many held."),
        field("failed", super::Holds::Whole, "How many didn't."),
    ]],
);

/// What everything costs.
pub(super) const COST: Form = Form::new(
    "the cost",
    &[&[
        field("by_meter", Amounts(Total::Without), "All of it, by meter."),
        field(
            "by_instance",
            Named(&Amounts(Total::With)),
            "That of each instance with the volumes that it was launched with, by name.",
        ),
        field(
            "by_resource",
            Named(&Amounts(Total::With)),
            "That of whatever has a cost of its own, such as Elastic IPs and volumes of their own, by name.",
        ),
        field(
            "account",
            Amounts(Total::With),
            "What is no resource's, such as fees of commitments.",
        ),
        field(
            "savings",
            Dollars,
            "By how much commitments and free tiers make it less than list prices.",
        ),
        field("total", Dollars, "The sum, rounded once."),
    ]],
)
.saying(
    "Amounts are exact, and rounded half up at the tenth decimal only where they are printed; `--rounding` prints others.",
);

const LINE: &[Field] = &[
    field(
        "resource",
        OrNull(&Text),
        "The name of what is charged, or the commitment whose fee it is.",
    ),
    field("resource_id", OrNull(&Text), "Its id."),
    field("meter", Word(Words::Meters), "The meter."),
    field("usage_type", Text, "AWS's usage type."),
    field("operation", Text, "AWS's operation."),
    field("from", Instant, "When the interval begins."),
    field("to", Instant, "When it ends."),
    field("quantity", Decimal, "How much, in `unit`."),
    field("unit", Text, "The unit of the quantity."),
    field("unit_price", Dollars, "US dollars for each `price_unit`."),
    field("price_unit", Text, "The unit of the price."),
    field(
        "price_source",
        Text,
        "Where the price is from, in a few words.",
    ),
    field("amount", Dollars, "What is billed."),
    field("list_amount", Dollars, "What it would cost at list price."),
    field(
        "effective_amount",
        Dollars,
        "What is billed, with the share of the commitment's fee that pays for it.",
    ),
    field(
        "commitment",
        OrNull(&Text),
        "The Reserved Instance, the Savings Plan or the free tier that pays for it.",
    ),
    field(
        "covered",
        OrNull(&Word(Words::These(&["full", "part"]))),
        "Whether that pays for all of the line, or for a part.",
    ),
    field("rules", List(&Text), "The rules that decide it."),
];

/// A line of the ledger.
pub(super) const LEDGER_LINE: Form = Form::new("a line of the ledger", &[LINE])
    .saying("One for each metered interval, cut where a price or a month changes.");

/// Amounts of a resource.
pub(super) const COST_OF_ITS_OWN: Field =
    field("cost", Amounts(Total::With), "What it has cost, by meter.");

/// The cost of a replay.
pub(super) const COSTS: Field = field("cost", Of(&COST), "What everything costs.");
