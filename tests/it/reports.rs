//! The ledger as other tools read it: CSV, FOCUS, and rounded as an invoice is.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use ec2sim::{
    Scenario,
    money::Usd,
    report::{Document, Focus, LedgerCsv, Rounding},
    runner::Replay,
    testing,
};
use serde_json::Value;

/// The rows of a table, each by its columns.
fn rows(table: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(table);
    reader.deserialize().map(Result::unwrap).collect()
}

fn focus(replay: &Replay, rounding: Rounding) -> Vec<BTreeMap<String, String>> {
    let mut table = Vec::new();
    let mut focus = Focus::new(&mut table, rounding).unwrap();
    focus.write(replay).unwrap();
    drop(focus);
    rows(&table)
}

fn ledger(replay: &Replay, rounding: Rounding) -> Vec<BTreeMap<String, String>> {
    let mut table = Vec::new();
    let mut csv = LedgerCsv::new(&mut table, rounding).unwrap();
    csv.write(replay).unwrap();
    drop(csv);
    rows(&table)
}

fn document(replay: &Replay, rounding: Rounding) -> Value {
    serde_json::to_value(Document::new(replay).rounded(rounding)).unwrap()
}

fn replayed(text: &str) -> Replay {
    ec2sim::replay(&Scenario::from_text("bill.yaml", text).unwrap())
}

fn sum(rows: &[BTreeMap<String, String>], column: &str) -> Usd {
    let costs = rows.iter().map(|row| row[column].parse::<Usd>().unwrap());
    costs.sum()
}

// BILL-FOCUS-INVARIANTS: each row is looked at when it is written; here what holds between rows.
#[test]
fn every_bundled_scenario_gives_a_focus_file_and_a_ledger() {
    testing::each_scenario(Path::new("scenarios"), |case| {
        let replay = ec2sim::replay(&case.scenario());
        let file = case.path().display();
        let mut categories: BTreeMap<String, String> = BTreeMap::new();
        for rounding in [Rounding::Report, Rounding::Exact] {
            let rows = focus(&replay, rounding);
            let document = document(&replay, rounding);
            for row in &rows {
                let category = categories.entry(row["ServiceName"].clone());
                let category = category.or_insert_with(|| row["ServiceCategory"].clone());
                assert_eq!(*category, row["ServiceCategory"], "{file}");
                let hour = &row["ChargePeriodStart"];
                assert!(
                    hour.ends_with(":00:00Z") && *hour < row["ChargePeriodEnd"],
                    "{file}"
                );
                assert!(
                    row["BillingPeriodStart"] <= *hour && *hour < row["BillingPeriodEnd"],
                    "{file}"
                );
                assert!(!row["ChargeDescription"].is_empty() && !row["SkuMeter"].is_empty());
            }
            let csv = ledger(&replay, rounding);
            let total = document["cost"]["total"].as_str().unwrap();
            let all = Usd::from_price(total.parse().unwrap());
            let is_near = |sum: Usd, units: usize| {
                let off = if sum > all { sum - all } else { all - sum };
                let most = format!("0.{units:010}").parse().unwrap();
                assert!(off <= Usd::from_price(most), "{file}: {sum} for {total}");
            };
            if rounding == Rounding::Report {
                // Some rows of FOCUS are a day or a month long.
                assert!(csv.len() >= rows.len(), "{file}");
                // What is rounded is added up, so the sum is the same to the last digit; but FOCUS has GiB/s for MiB/s, of
                // which half a unit costs more.
                assert_eq!(sum(&csv, "amount").to_string(), total, "{file}");
                is_near(sum(&rows, "BilledCost"), rows.len() * 21);
            } else {
                assert_eq!(
                    csv.len(),
                    document["ledger"].as_array().unwrap().len(),
                    "{file}"
                );
                // Half a unit a row, and one for the total.
                is_near(sum(&rows, "BilledCost"), rows.len() / 2 + 1);
                is_near(sum(&csv, "amount"), csv.len() / 2 + 1);
            }
        }
    });
}

/// The example of the billing rulebook, section 9.2.
const HALF_AN_HOUR: &str = "
start: 2026-06-01T10:00:00Z
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: t3.micro, tags: { team: 'a, \"b\"' } } }
steps:
  - { at: 30m, launch: web }
  - { at: 1h, terminate: web }
";

// BILL-FOCUS-MAP, BILL-FOCUS-FORMAT, BILL-FOCUS-VALUES, BILL-FOCUS-SKU.
#[test]
fn a_focus_row_says_what_was_charged_in_an_hour() {
    let rows = focus(&replayed(HALF_AN_HOUR), Rounding::Report);
    let columns = [
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "ChargeCategory",
        "ServiceName",
        "ServiceCategory",
        "PricingQuantity",
        "PricingUnit",
        "ListUnitPrice",
        "ListCost",
        "BilledCost",
        "EffectiveCost",
        "ResourceType",
        "SkuId",
        "x_UsageType",
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|row| columns.map(|column| row[column].as_str()).join(","))
        .collect();
    let hour = "2026-06-01T10:00:00Z,2026-06-01T11:00:00Z,Usage";
    let wanted = [
        "Amazon Elastic Compute Cloud,Compute,0.5,Hours,0.0104,0.0052,0.0052,0.0052,instance,CRAJUW7BTXFMT2UJ,BoxUsage:t3.micro",
        "Amazon Virtual Private Cloud,Networking,0.5,Hours,0.005,0.0025,0.0025,0.0025,instance,4GQUNXTFWVSGPUZK,USE1-PublicIPv4:InUseAddress",
        "Amazon Elastic Block Store,Storage,0.0055555556,GB-Months,0.08,0.0004444444,0.0004444444,0.0004444444,volume,JG3KUJMBRGHV3N8G,EBS:VolumeUsage.gp3",
    ];
    assert_eq!(told, wanted.map(|row| format!("{hour},{row}")));
    let usage = &rows[0];
    for (column, wanted) in [
        ("AvailabilityZone", "us-east-1a"),
        ("BillingPeriodStart", "2026-06-01T00:00:00Z"),
        ("BillingPeriodEnd", "2026-07-01T00:00:00Z"),
        (
            "ChargeDescription",
            "$0.0104 per On Demand Linux t3.micro Instance Hour",
        ),
        ("ConsumedQuantity", "0.5"),
        ("ConsumedUnit", "Hours"),
        ("PricingCategory", "Standard"),
        ("RegionName", "US East (N. Virginia)"),
        ("ResourceName", "web"),
        ("SkuMeter", "BoxUsage"),
        ("SkuPriceId", "CRAJUW7BTXFMT2UJ.JRTCKXETXF.6YS6EN2CT7"),
        ("Tags", "{\"team\":\"a, \\\"b\\\"\"}"),
        ("CommitmentDiscountId", ""),
        ("InvoiceId", ""),
        ("x_Operation", "RunInstances"),
        ("x_PriceSource", "listed 2026-07"),
    ] {
        assert_eq!(usage[column], wanted, "{column}");
    }
    let exact = focus(&replayed(HALF_AN_HOUR), Rounding::Exact);
    assert_eq!(exact[2]["PricingQuantity"], "0.005555555555555556");
    assert_eq!(exact[2]["ListCost"], "0.0004444444");
}

// BILL-SPLIT-HOUR, BILL-CLOCK-HOUR, BILL-HOURLY-ANCHOR: the minimum of EX-22, and hours that begin amid an hour.
#[test]
fn reports_cut_the_ledger_at_clock_hours() {
    let text = "
start: 2026-06-01T09:59:30Z
timings: { pending: 0s, shutting-down: 0s }
prices: { m5.large/suse: 0.20 }
defaults: { type: m5.large, public-ipv4: none }
instances: { web: {}, suse: { platform: suse } }
steps:
  - launch: [ web, suse ]
  - { at: 40s, terminate: web }
  - { at: 61m, terminate: suse }
";
    let replay = replayed(text);
    let told = |rounding| {
        let lines = ledger(&replay, rounding);
        let usage = lines.iter().filter(|line| line["meter"] == "usage");
        let columns = ["resource", "from", "to", "quantity", "unit", "amount"];
        usage
            .map(|line| columns.map(|column| line[column].as_str()).join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(Rounding::Report),
        [
            "web 2026-06-01T09:59:30Z 2026-06-01T10:00:00Z 0.008333 hour 0.0007999680",
            "suse 2026-06-01T09:59:30Z 2026-06-01T10:59:30Z 1.000000 hour 0.2000000000",
            "web 2026-06-01T10:00:00Z 2026-06-01T10:00:30Z 0.008333 hour 0.0007999680",
            "suse 2026-06-01T10:59:30Z 2026-06-01T11:59:30Z 1.000000 hour 0.2000000000",
        ]
    );
    assert_eq!(
        told(Rounding::Exact),
        [
            "web 2026-06-01T09:59:30Z 2026-06-01T10:00:30Z 0.016666666666666667 hour 0.0016000000",
            "suse 2026-06-01T09:59:30Z 2026-06-01T11:59:30Z 2.000000000000000000 hour 0.4000000000",
        ]
    );
    let report = document(&replay, Rounding::Report);
    assert_eq!(
        report["cost"]["by_instance"]["web"]["usage"],
        "0.0015999360"
    );
}

// BILL-INVOICE-ROUND: sums are rounded once, so they may differ from the sum of what is rounded.
#[test]
fn an_invoice_rounds_sums_to_cents_once() {
    let text = "
prices: { m5.large: 0.004, gp3: 0, public-ipv4: 0 }
timings: { pending: 0s, shutting-down: 0s }
instances: { web: { type: m5.large, count: 3 } }
steps:
  - launch: web
  - { at: 1h, terminate: web }
";
    let invoice = document(&replayed(text), Rounding::Invoice);
    let cost = &invoice["cost"];
    assert_eq!(cost["by_instance"]["web-1"]["usage"], "0.00");
    assert_eq!(
        (&cost["by_meter"]["usage"], &cost["total"]),
        (&"0.01".into(), &"0.01".into())
    );
    assert_eq!(invoice["instances"]["web-1"]["cost"]["total"], "0.00");
    let usage = &invoice["ledger"][0];
    assert_eq!(
        (&usage["quantity"], &usage["amount"]),
        (&"3600".into(), &"0.0040000000".into())
    );
}

/// A Reserved Instance that is used half the time, and a plan.
const BOUGHT: &str = "
start: 2026-06-01T00:00:00Z
timings: { pending: 0s, shutting-down: 0s }
account:
  reserved-instances:
    - { type: m5.large, zone: us-east-1b, from: 2026-06-01T00:00:00Z, term: 1y, payment: partial-upfront, upfront: $219, hourly: $0.025 }
  savings-plans:
    - { kind: compute, commitment: $0.05, from: 2026-06-01T00:00:00Z, term: 1y, payment: no-upfront, rates: { c5.large: $0.06 } }
defaults: { public-ipv4: none }
instances: { web: { type: m5.large, zone: us-east-1b }, api: { type: c5.large } }
steps:
  - launch: [ web, api ]
  - { at: 90m, terminate: web }
  - { at: 2h, terminate: api }
until: 4h
";

// BILL-FOCUS-MAP, BILL-FOCUS-INVARIANTS (b), (c), (d), (h).
#[test]
fn a_focus_file_says_what_was_bought_and_what_it_paid_for() {
    let rows = focus(&replayed(BOUGHT), Rounding::Report);
    let columns = [
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "ChargeCategory",
        "ChargeFrequency",
        "PricingCategory",
        "PricingQuantity",
        "ConsumedQuantity",
        "ListUnitPrice",
        "BilledCost",
        "EffectiveCost",
        "CommitmentDiscountStatus",
        "CommitmentDiscountQuantity",
        "ResourceType",
        "AvailabilityZone",
        "x_UsageType",
    ];
    let mut told = String::new();
    for row in rows
        .iter()
        .filter(|row| row["ServiceCategory"] == "Compute")
    {
        let cells = columns.map(|column| row[column].as_str());
        writeln!(told, "{}", cells.join(",")).unwrap();
        writeln!(told, "  {}", row["ChargeDescription"]).unwrap();
        writeln!(told, "  {}", row["SkuPriceId"]).unwrap();
    }
    insta::assert_snapshot!("bought", told);
    let of = |name: &str, category: &str, column: &str| -> Usd {
        let rows = rows.iter().filter(|row| {
            row["CommitmentDiscountName"] == name && row["ChargeCategory"] == category
        });
        let rows: Vec<_> = rows.cloned().collect();
        sum(&rows, column)
    };
    // Four hours: the fee of each, and $219 / 8,760 of what was paid at once.
    assert_eq!(
        of("ri-1", "Usage", "EffectiveCost").to_string(),
        "0.2000000000"
    );
    assert_eq!(
        of("ri-1", "Purchase", "BilledCost").to_string(),
        "219.1000000000"
    );
    assert_eq!(
        of("plan-1", "Usage", "EffectiveCost"),
        of("plan-1", "Purchase", "BilledCost")
    );
}

/// What a column may say.
#[derive(Debug, Clone, Copy)]
enum Says {
    /// Any text.
    Text,
    /// One of these.
    One(&'static [&'static str]),
    /// A number, which isn't negative.
    Number,
    /// An instant.
    Instant,
    /// An object, which is flat.
    Object,
    /// Nothing.
    Null,
}

use Says::{Instant, Null, Number, Object, One, Text};

/// Section 9.2 of the billing rulebook, column by column: what stands there, and whether it may be null.
const COLUMNS: &[(&str, Says, bool)] = &[
    ("BilledCost", Number, false),
    ("BillingAccountId", Text, false),
    ("BillingAccountName", Null, true),
    ("BillingAccountType", One(&["Payer"]), false),
    ("BillingCurrency", One(&["USD"]), false),
    ("BillingPeriodStart", Instant, false),
    ("BillingPeriodEnd", Instant, false),
    ("CapacityReservationId", Text, true),
    ("CapacityReservationStatus", One(&["Used", "Unused"]), true),
    (
        "ChargeCategory",
        One(&["Usage", "Purchase", "Credit"]),
        false,
    ),
    ("ChargeClass", Null, true),
    ("ChargeDescription", Text, false),
    (
        "ChargeFrequency",
        One(&["One-Time", "Recurring", "Usage-Based"]),
        false,
    ),
    ("ChargePeriodStart", Instant, false),
    ("ChargePeriodEnd", Instant, false),
    ("CommitmentDiscountCategory", One(&["Spend", "Usage"]), true),
    ("CommitmentDiscountId", Text, true),
    ("CommitmentDiscountName", Text, true),
    ("CommitmentDiscountQuantity", Number, true),
    ("CommitmentDiscountStatus", One(&["Used", "Unused"]), true),
    (
        "CommitmentDiscountType",
        One(&["Reserved Instance", "Savings Plan"]),
        true,
    ),
    ("CommitmentDiscountUnit", One(&["Hours", "USD"]), true),
    ("ConsumedQuantity", Number, true),
    ("ConsumedUnit", One(UNITS), true),
    ("ContractedCost", Number, false),
    ("ContractedUnitPrice", Number, false),
    ("EffectiveCost", Number, false),
    ("InvoiceId", Null, true),
    (
        "InvoiceIssuerName",
        One(&["Amazon Web Services, Inc."]),
        false,
    ),
    ("ListCost", Number, false),
    ("ListUnitPrice", Number, false),
    (
        "PricingCategory",
        One(&["Standard", "Dynamic", "Committed", "Other"]),
        false,
    ),
    ("PricingQuantity", Number, false),
    ("PricingUnit", One(UNITS), false),
    ("ProviderName", One(&["AWS"]), false),
    ("PublisherName", One(&["Amazon Web Services, Inc."]), false),
    ("RegionId", Text, false),
    ("RegionName", Text, false),
    ("ResourceId", Text, true),
    ("ResourceName", Text, true),
    ("ResourceType", Text, true),
    ("AvailabilityZone", Text, true),
    (
        "ServiceCategory",
        One(&[
            "Compute",
            "Storage",
            "Networking",
            "Management and Governance",
        ]),
        false,
    ),
    ("ServiceName", Text, false),
    (
        "ServiceSubcategory",
        One(&[
            "Serverless Compute",
            "Containers",
            "Virtual Machines",
            "Block Storage",
            "Backup Storage",
            "Network Infrastructure",
            "Observability",
        ]),
        false,
    ),
    ("SkuId", Text, false),
    ("SkuMeter", Text, false),
    ("SkuPriceDetails", Object, true),
    ("SkuPriceId", Text, false),
    ("SubAccountId", Null, true),
    ("SubAccountName", Null, true),
    ("SubAccountType", Null, true),
    ("Tags", Object, true),
    ("x_Operation", Text, true),
    ("x_PriceSource", Text, false),
    ("x_ServiceCode", Text, false),
    ("x_UsageType", Text, false),
];

const UNITS: &[&str] = &[
    "Hours",
    "GB",
    "GB-Months",
    "GB-Seconds",
    "GB-Hours",
    "IOPS-Months",
    "GiB/Second-Months",
    "vCPU-Hours",
    "Units",
    "Requests",
    "Million Requests",
    "Metrics",
];

fn says(cell: &str, what: Says) -> bool {
    match what {
        Text => cell == cell.trim(),
        One(words) => words.contains(&cell),
        Number => {
            cell.parse::<f64>().is_ok() && cell.starts_with(|first: char| first.is_ascii_digit())
        }
        Instant => {
            let shape = cell
                .chars()
                .map(|one| if one.is_ascii_digit() { '0' } else { one });
            shape.collect::<String>() == "0000-00-00T00:00:00Z"
        }
        Object => {
            let object: serde_json::Map<String, Value> = serde_json::from_str(cell).unwrap();
            object
                .values()
                .all(|value| !value.is_array() && !value.is_object())
        }
        Null => false,
    }
}

// BILL-FOCUS-COLUMNS, BILL-FOCUS-FORMAT, BILL-FOCUS-VALUES, BILL-FOCUS-AWS-GAPS.
#[test]
fn every_cell_of_a_focus_file_says_what_its_column_may_say() {
    testing::each_scenario(Path::new("scenarios"), |case| {
        let replay = ec2sim::replay(&case.scenario());
        for row in focus(&replay, Rounding::Report) {
            let file = case.path().display();
            assert_eq!(row.len(), COLUMNS.len());
            for &(column, what, may_be_null) in COLUMNS {
                let mut cell = row[column].as_str();
                // Credits are less than nothing, of which there is no quantity and no price.
                let is_credit = row["ChargeCategory"] == "Credit";
                let of_prices = ["UnitPrice", "PricingQuantity", "PricingUnit"];
                if is_credit && column.ends_with("Cost") {
                    cell = cell.strip_prefix('-').unwrap();
                }
                let holds = if cell.is_empty() {
                    may_be_null || is_credit && of_prices.iter().any(|one| column.ends_with(one))
                } else {
                    says(cell, what)
                };
                assert!(holds, "{file}: {column} is `{cell}`\n{row:?}");
            }
            let null = |column: &str| row[column].is_empty();
            let (is_usage, is_unused) = (
                row["ChargeCategory"] == "Usage",
                row["CommitmentDiscountStatus"] == "Unused",
            );
            assert_eq!(null("ConsumedQuantity"), !is_usage || is_unused, "{file}");
            assert_eq!(null("ConsumedQuantity"), null("ConsumedUnit"), "{file}");
            assert_eq!(null("ResourceId"), null("ResourceType"), "{file}");
            for column in ["Name", "Category", "Type", "Quantity", "Unit"] {
                let column = format!("CommitmentDiscount{column}");
                assert_eq!(
                    null(&column),
                    null("CommitmentDiscountId"),
                    "{file}: {column}"
                );
            }
            let is_covered = is_usage && !null("CommitmentDiscountId");
            assert_eq!(!null("CommitmentDiscountStatus"), is_covered, "{file}");
            assert_eq!(row["PricingCategory"] == "Committed", is_covered, "{file}");
            assert_eq!(row["ChargeFrequency"] == "Usage-Based", is_usage, "{file}");
            // What nothing covers isn't free where it has a price.
            let is_free = row["BilledCost"] == "0" && row["ListCost"] != "0";
            assert!(!is_free || is_covered, "{file}: {row:?}");
        }
    });
}
