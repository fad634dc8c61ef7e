//! `--format focus`: the ledger as FOCUS 1.2 (`BILL-FOCUS-VERSION`), a row for each clock-hour of what was charged
//! (`BILL-FOCUS-MAP`).
//!
//! Every mandatory and recommended column is there, and each conditional one whose condition holds of AWS; what is priced in another
//! currency isn't, so the four columns of that are left out. A row is looked at before it is written ([`Broken`]): what it says
//! of itself has to agree (`BILL-FOCUS-INVARIANTS`).

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::{
    billing::{Biller, Grain, LedgerLine, Purchase, Share, by_hour},
    catalog::{Platform, RegionId, TypeId, VolumeType},
    money::{Price, Usd},
    record::{Meter, Resource, Unit, UsageType},
    runner::Replay,
    script::{CastEntry, Directory},
    time::{HOUR, SimTime},
};

use super::{Rounding, csv::sheet};

macro_rules! columns {
    ( $( $field:ident = $name:literal, )+ ) => {
        /// The columns of a file, in their order; those of our own come last.
        pub(super) const COLUMNS: &[&str] = &[ $( $name, )+ ];

        /// A row (`BILL-FOCUS-COLUMNS`, `BILL-FOCUS-FORMAT`): a cell is none where it is null.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        struct Row { $( $field: Option<String>, )+ }

        impl Row {
            fn cells(&self) -> [&str; COLUMNS.len()] {
                [ $( self.$field.as_deref().unwrap_or_default(), )+ ]
            }
        }
    };
}

columns! {
    availability_zone = "AvailabilityZone",
    billed_cost = "BilledCost",
    billing_account_id = "BillingAccountId",
    billing_account_name = "BillingAccountName",
    billing_account_type = "BillingAccountType",
    billing_currency = "BillingCurrency",
    billing_period_end = "BillingPeriodEnd",
    billing_period_start = "BillingPeriodStart",
    capacity_reservation_id = "CapacityReservationId",
    capacity_reservation_status = "CapacityReservationStatus",
    charge_category = "ChargeCategory",
    charge_class = "ChargeClass",
    charge_description = "ChargeDescription",
    charge_frequency = "ChargeFrequency",
    charge_period_end = "ChargePeriodEnd",
    charge_period_start = "ChargePeriodStart",
    commitment_discount_category = "CommitmentDiscountCategory",
    commitment_discount_id = "CommitmentDiscountId",
    commitment_discount_name = "CommitmentDiscountName",
    commitment_discount_quantity = "CommitmentDiscountQuantity",
    commitment_discount_status = "CommitmentDiscountStatus",
    commitment_discount_type = "CommitmentDiscountType",
    commitment_discount_unit = "CommitmentDiscountUnit",
    consumed_quantity = "ConsumedQuantity",
    consumed_unit = "ConsumedUnit",
    contracted_cost = "ContractedCost",
    contracted_unit_price = "ContractedUnitPrice",
    effective_cost = "EffectiveCost",
    invoice_id = "InvoiceId",
    invoice_issuer_name = "InvoiceIssuerName",
    list_cost = "ListCost",
    list_unit_price = "ListUnitPrice",
    pricing_category = "PricingCategory",
    pricing_quantity = "PricingQuantity",
    pricing_unit = "PricingUnit",
    provider_name = "ProviderName",
    publisher_name = "PublisherName",
    region_id = "RegionId",
    region_name = "RegionName",
    resource_id = "ResourceId",
    resource_name = "ResourceName",
    resource_type = "ResourceType",
    service_category = "ServiceCategory",
    service_name = "ServiceName",
    service_subcategory = "ServiceSubcategory",
    sku_id = "SkuId",
    sku_meter = "SkuMeter",
    sku_price_details = "SkuPriceDetails",
    sku_price_id = "SkuPriceId",
    sub_account_id = "SubAccountId",
    sub_account_name = "SubAccountName",
    sub_account_type = "SubAccountType",
    tags = "Tags",
    x_operation = "x_Operation",
    x_price_source = "x_PriceSource",
    x_service_code = "x_ServiceCode",
    x_usage_type = "x_UsageType",
}

/// Why a file can't be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FocusError {
    /// It can't be written.
    #[error(transparent)]
    Writing(#[from] io::Error),
    /// A row contradicts itself.
    #[error("the row of {usage_type} at {at} would break FOCUS: {broken}")]
    Broken {
        /// Of what the row is.
        usage_type: String,
        /// When it begins.
        at: SimTime,
        /// What is wrong with it.
        broken: Broken,
    },
    /// What a purchase cost and what was used of it differ (invariant (c)), so nothing is written.
    #[error("the rows of {0} would break FOCUS: its effective costs don't come to what it cost")]
    Unbalanced(Purchase),
    /// The bill can't be trusted, so nothing is written.
    #[error(
        "the bill is larger than can be counted exactly, so it can't be written as FOCUS: check the prices"
    )]
    TooLarge,
}

impl From<FocusError> for io::Error {
    fn from(error: FocusError) -> Self {
        match error {
            FocusError::Writing(error) => error,
            other @ (FocusError::Broken { .. }
            | FocusError::Unbalanced(_)
            | FocusError::TooLarge) => Self::other(other.to_string()),
        }
    }
}

/// What is wrong with a row (`BILL-FOCUS-INVARIANTS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Broken {
    /// Invariant (a).
    #[error("the price times the quantity isn't the cost")]
    Cost,
    /// Invariant (b).
    #[error("a purchase of what is used later has an effective cost")]
    Effective,
    /// Invariant (h).
    #[error("a zone stands beside what isn't charged by zones")]
    Zone,
    /// Invariant (d).
    #[error("consumed is what is no usage, or wasn't used")]
    Consumed,
    /// Invariant (e).
    #[error("a quantity or a SKU is missing")]
    Missing,
    /// Invariant (f).
    #[error("a resource has no type, or a type no resource")]
    Resource,
    /// What no column may be without.
    #[error("a column that may not be null is")]
    Null,
}

/// The ledgers of replays as one FOCUS file.
pub struct Focus<W: Write> {
    writer: csv::Writer<W>,
    rounding: Rounding,
}

impl<W: Write> std::fmt::Debug for Focus<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Focus").finish_non_exhaustive()
    }
}

impl<W: Write> Focus<W> {
    /// A file that goes to `out`.
    ///
    /// # Errors
    ///
    /// Those of writing its head.
    pub fn new(out: W, rounding: Rounding) -> io::Result<Self> {
        Self::after(false, out, rounding)
    }

    /// The same, which goes on after others where `goes_on` says so: then it has no head of its own.
    ///
    /// # Errors
    ///
    /// Those of writing its head.
    pub fn after(goes_on: bool, out: W, rounding: Rounding) -> io::Result<Self> {
        let writer = sheet(goes_on, out, COLUMNS)?;
        Ok(Self { writer, rounding })
    }

    /// Writes the ledger of a replay that kept it.
    ///
    /// # Errors
    ///
    /// Those of writing, and a row that would break FOCUS.
    pub fn write(&mut self, replay: &Replay) -> Result<(), FocusError> {
        self.lines(replay.bill(), &replay.directory())
    }

    pub(super) fn lines(&mut self, bill: &Biller, names: &dyn Directory) -> Result<(), FocusError> {
        rows(bill, names, self.rounding, |cells| {
            Ok(self.writer.write_record(cells)?)
        })?;
        Ok(self.writer.flush()?)
    }
}

/// Hands on the cells of each row; within an hour, those of no resource come first.
pub(super) fn rows(
    bill: &Biller,
    names: &dyn Directory,
    rounding: Rounding,
    mut write: impl FnMut([&str; COLUMNS.len()]) -> io::Result<()>,
) -> Result<(), FocusError> {
    let lines = bill.ledger();
    if lines.iter().any(|line| line.amount.is_saturated()) {
        return Err(FocusError::TooLarge);
    }
    if let Some(purchase) = bill.unbalanced() {
        return Err(FocusError::Unbalanced(purchase));
    }
    let region = names.cast().region;
    by_hour(lines, grain, |hour, mut pieces| {
        pieces.sort_by_cached_key(|line| {
            (
                line.resource.map(|of| names.resource_id(of).to_string()),
                line.usage_type.text(region),
                line.from,
            )
        });
        for line in &pieces {
            let row = row(line, hour, (bill, names), rounding);
            let checked = row.check(is_zonal(line.meter));
            checked.map_err(|broken| FocusError::Broken {
                usage_type: line.usage_type.text(region),
                at: line.from,
                broken,
            })?;
            write(row.cells())?;
        }
        Ok::<(), FocusError>(())
    })
}

/// For how long a row is: what commitments cost by the hour stands there once a month, snapshots once a day.
fn grain(line: &LedgerLine) -> Grain {
    match (line.meter, line.usage_type) {
        (Meter::Commitments, UsageType::HeavyUsage(..)) if is_fee(line) => Grain::Month,
        (Meter::Monitoring | Meter::FreeCredits, _) => Grain::Month,
        (Meter::Snapshots, _) => Grain::Day,
        _ => Grain::Hour,
    }
}

fn is_fee(line: &LedgerLine) -> bool {
    line.applied.is_some_and(|of| of.share == Share::Fee)
}

/// Whether it is charged by zones (invariant (h)): what is the Region's, the account's or the network's isn't.
const fn is_zonal(meter: Meter) -> bool {
    match meter {
        Meter::Usage | Meter::Ebs | Meter::CpuCredits | Meter::Reservations => true,
        Meter::PublicIpv4
        | Meter::DataTransfer
        | Meter::Snapshots
        | Meter::Monitoring
        | Meter::Dedicated
        | Meter::LambdaRequests
        | Meter::LambdaDuration
        | Meter::ProvisionedConcurrency
        | Meter::ProvisionedDuration
        | Meter::LambdaStorage
        | Meter::Snapstart
        | Meter::FargateVcpu
        | Meter::FargateMemory
        | Meter::FargateStorage
        | Meter::FreeCredits
        | Meter::Commitments => false,
    }
}

/// The row of what was charged in an hour (`BILL-FOCUS-VALUES`); no price, unit or SKU is left out (`BILL-FOCUS-AWS-GAPS`).
fn row(
    line: &LedgerLine,
    hour: SimTime,
    (bill, names): (&Biller, &dyn Directory),
    rounding: Rounding,
) -> Row {
    let region = names.cast().region;
    let usage_type = line.usage_type.text(region);
    let (pricing_unit, times) = pricing_unit(line.unit);
    let is_free = line.covered().is_some() && line.commitment().is_none();
    // What is free has a price of nothing, and credits have none.
    let price = if is_free {
        Price::ZERO
    } else {
        line.unit_price.times(times)
    };
    let is_credit = line.meter == Meter::FreeCredits || line.usage_type.is_allowance();
    let (quantity, list, billed) = match rounding {
        Rounding::Exact | Rounding::Invoice => {
            (line.priced_quantity(times), line.list_amount(), line.amount)
        }
        Rounding::Report => {
            let reported = line.reported_by(times);
            let [list, billed] = [reported.list, reported.amount].map(Usd::from_price);
            (reported.quantity, list, billed)
        }
    };
    let share = line.applied.map(|applied| applied.share);
    let effective = match share {
        Some(Share::Rest) | None => billed,
        // What it pays for has it.
        Some(Share::Fee) => Usd::ZERO,
        Some(Share::Full | Share::Part | Share::Unused) => line.effective_amount(),
    };
    let list = if is_free { Usd::ZERO } else { list };
    let (list, billed, effective) = if is_credit {
        let amount = match rounding {
            Rounding::Report if line.usage_type.is_allowance() => Usd::ZERO - billed,
            Rounding::Report | Rounding::Exact | Rounding::Invoice => line.amount,
        };
        (amount, amount, amount)
    } else {
        (list, billed, effective)
    };
    let quantity = plain(&quantity);
    let [cost, billed, effective] = [list, billed, effective].map(|cost| plain(&cost.to_string()));
    let is_fee = is_fee(line);
    let frequency = if line.unit == Unit::Purchase || is_credit {
        "One-Time"
    } else if is_fee {
        "Recurring"
    } else {
        "Usage-Based"
    };
    let is_consumed = !is_fee && !is_credit && share != Some(Share::Unused);
    let committed = line.commitment().map(|purchase| match purchase {
        Purchase::Reserved(_) => (
            "Usage",
            "Reserved Instance",
            "reserved-instances",
            "Hours",
            quantity.clone(),
        ),
        // A plan is an amount to be spent.
        Purchase::Plan(_) => {
            let spent = if is_fee { &billed } else { &effective };
            ("Spend", "Savings Plan", "savingsplan", "USD", spent.clone())
        }
    });
    let status = match share {
        Some(Share::Full | Share::Part) if !is_free => Some("Used"),
        Some(Share::Unused) => Some("Unused"),
        Some(Share::Full | Share::Part | Share::Rest | Share::Fee) | None => None,
    };
    let service = if matches!(line.usage_type, UsageType::SavingsPlan(_)) {
        PLANS
    } else {
        service(line.meter)
    };
    let entry = entry(line.resource, names);
    let zone = entry
        .filter(|_| is_zonal(line.meter))
        .map(|entry| entry.spec.zone);
    let next = hour + HOUR;
    let next = match grain(line) {
        Grain::Month => next.max(line.to),
        Grain::Hour | Grain::Day => next,
    };
    let arn = committed.as_ref().zip(line.commitment());
    let arn = arn.map(|(of, purchase)| {
        let region = region.name();
        format!("arn:aws:ec2:{region}:000000000000:{}/{purchase}", of.2)
    });
    // A fee, and what isn't used of it, are of the purchase itself.
    let (resource, resource_name, resource_type) = match (line.resource, &arn, &committed) {
        (Some(of), ..) => (
            Some(names.resource_id(of).to_string()),
            Some(names.resource_name(of)),
            Some(resource_type(of)),
        ),
        (None, Some(arn), Some(committed)) => {
            let name = line.commitment().map(|purchase| purchase.to_string());
            (Some(arn.clone()), name, Some(committed.2))
        }
        (None, ..) => (None, None, None),
    };
    let reserved = line.resource.and_then(Resource::capacity_reservation);
    let reservation = reserved.and(resource.clone());
    let is_held = line.meter == Meter::Reservations;
    let month = hour.month();
    let some = |text: &str| Some(text.to_owned());
    let sku = sku(line.usage_type, region);
    let terms = line.commitment().and_then(|of| bill.terms(of));
    Row {
        availability_zone: zone.map(str::to_owned),
        billed_cost: Some(billed),
        billing_account_id: some("000000000000"),
        billing_account_type: some("Payer"),
        billing_currency: some("USD"),
        billing_period_end: Some(month.end().to_string()),
        billing_period_start: Some(month.start().to_string()),
        capacity_reservation_id: reservation,
        capacity_reservation_status: is_held.then(|| "Unused".to_owned()),
        charge_category: some(match (is_fee, is_credit) {
            (true, _) => "Purchase",
            (false, true) => "Credit",
            (false, false) => "Usage",
        }),
        charge_description: Some(match (share, line.usage_type) {
            (Some(Share::Full | Share::Part), usage_type) if !is_free => {
                covered(usage_type, line.commitment())
            }
            (Some(Share::Unused), UsageType::HeavyUsage(of, platform)) => {
                let usage_type = UsageType::BoxUsage(of, platform);
                format!("{} (unused)", covered(usage_type, line.commitment()))
            }
            (Some(Share::Unused), _) => "Savings Plan commitment (unused)".to_owned(),
            _ => description(line.usage_type, price, region),
        }),
        charge_frequency: some(frequency),
        charge_period_end: Some(next.to_string()),
        charge_period_start: Some(hour.to_string()),
        commitment_discount_category: committed.as_ref().map(|one| one.0.to_owned()),
        commitment_discount_id: arn,
        commitment_discount_name: line.commitment().map(|purchase| purchase.to_string()),
        commitment_discount_quantity: committed.as_ref().map(|one| one.4.clone()),
        commitment_discount_status: status.map(str::to_owned),
        commitment_discount_type: committed.as_ref().map(|one| one.1.to_owned()),
        commitment_discount_unit: committed.as_ref().map(|one| one.3.to_owned()),
        consumed_quantity: is_consumed.then(|| quantity.clone()),
        consumed_unit: is_consumed.then(|| pricing_unit.to_owned()),
        contracted_cost: Some(cost.clone()),
        contracted_unit_price: (!is_credit).then(|| price.to_string()),
        effective_cost: Some(effective),
        invoice_issuer_name: some(AMAZON),
        list_cost: Some(cost),
        list_unit_price: (!is_credit).then(|| price.to_string()),
        pricing_category: some(if status.is_some() {
            "Committed"
        } else if matches!(line.usage_type, UsageType::SpotUsage(..)) {
            // Its price follows the market.
            "Dynamic"
        } else {
            "Standard"
        }),
        pricing_quantity: (!is_credit).then_some(quantity),
        pricing_unit: (!is_credit).then(|| pricing_unit.to_owned()),
        provider_name: some("AWS"),
        publisher_name: some(AMAZON),
        region_id: some(region.name()),
        region_name: some(region.long_name()),
        resource_id: resource,
        resource_name,
        resource_type: resource_type.map(str::to_owned),
        service_category: some(service.category),
        service_name: some(service.name),
        service_subcategory: some(service.subcategory),
        sku_price_id: Some(format!(
            "{sku}.{}.6YS6EN2CT7",
            terms.as_deref().unwrap_or("JRTCKXETXF")
        )),
        sku_id: Some(sku),
        sku_meter: Some(sku_meter(line.usage_type, region)),
        sku_price_details: details(line.usage_type),
        tags: entry.and_then(tags),
        x_operation: some(line.usage_type.operation()),
        x_price_source: Some(line.source.to_string()),
        x_service_code: some(service.code),
        x_usage_type: Some(usage_type),
        ..Row::default()
    }
}

const AMAZON: &str = "Amazon Web Services, Inc.";

/// A decimal without the zeros at its end.
fn plain(decimal: &str) -> String {
    if decimal.contains('.') {
        let plain = decimal.trim_end_matches('0').trim_end_matches('.');
        plain.to_owned()
    } else {
        decimal.to_owned()
    }
}

/// What FOCUS calls the unit of a price, and how many of ours it is.
const fn pricing_unit(unit: Unit) -> (&'static str, u64) {
    match unit {
        Unit::Second | Unit::Hour => ("Hours", 1),
        Unit::GibSecond | Unit::GbMonth => ("GB-Months", 1),
        Unit::MetricMonth => ("Metrics", 1),
        Unit::Request | Unit::Invocation => ("Million Requests", 1),
        Unit::GbSecond => ("GB-Seconds", 1),
        Unit::Memory => ("GB", 1),
        Unit::IopsSecond => ("IOPS-Months", 1),
        Unit::Data => ("GB", 1),
        Unit::VcpuHour | Unit::VcpuSecond => ("vCPU-Hours", 1),
        Unit::TaskGibSecond => ("GB-Hours", 1),
        Unit::Purchase => ("Units", 1),
        // The price list has GiB/s.
        Unit::MibpsSecond => ("GiB/Second-Months", 1_024),
    }
}

struct Service {
    name: &'static str,
    category: &'static str,
    subcategory: &'static str,
    code: &'static str,
}

/// Savings Plans are a service of their own.
const PLANS: Service = Service {
    name: "Savings Plans for AWS Compute usage",
    category: "Compute",
    subcategory: "Virtual Machines",
    code: "ComputeSavingsPlans",
};

/// Each name has one category (`BILL-FOCUS-INVARIANTS`), so volumes have a name of their own.
const fn service(meter: Meter) -> Service {
    match meter {
        Meter::Ebs => Service {
            name: "Amazon Elastic Block Store",
            category: "Storage",
            subcategory: "Block Storage",
            code: "AmazonEC2",
        },
        Meter::Snapshots => Service {
            name: "Amazon Elastic Block Store",
            category: "Storage",
            subcategory: "Backup Storage",
            code: "AmazonEC2",
        },
        Meter::PublicIpv4 => Service {
            name: "Amazon Virtual Private Cloud",
            category: "Networking",
            subcategory: "Network Infrastructure",
            code: "AmazonVPC",
        },
        Meter::Monitoring => Service {
            name: "AmazonCloudWatch",
            category: "Management and Governance",
            subcategory: "Observability",
            code: "AmazonCloudWatch",
        },
        Meter::LambdaRequests
        | Meter::LambdaDuration
        | Meter::ProvisionedConcurrency
        | Meter::ProvisionedDuration
        | Meter::LambdaStorage
        | Meter::Snapstart => Service {
            name: "AWS Lambda",
            category: "Compute",
            subcategory: "Serverless Compute",
            code: "AWSLambda",
        },
        Meter::FargateVcpu | Meter::FargateMemory | Meter::FargateStorage => Service {
            name: "Amazon Elastic Container Service",
            category: "Compute",
            subcategory: "Containers",
            code: "AmazonECS",
        },
        Meter::Usage
        | Meter::DataTransfer
        | Meter::CpuCredits
        | Meter::Dedicated
        | Meter::Reservations
        | Meter::FreeCredits
        | Meter::Commitments => Service {
            name: "Amazon Elastic Compute Cloud",
            category: "Compute",
            subcategory: "Virtual Machines",
            code: "AmazonEC2",
        },
    }
}

const fn resource_type(resource: Resource) -> &'static str {
    match resource {
        Resource::Instance(_) => "instance",
        Resource::Volume(_) => "volume",
        Resource::Address(_) => "elastic-ip",
        Resource::Snapshot(_) => "snapshot",
        Resource::Image(_) => "image",
        Resource::Interface(_) => "network-interface",
        Resource::DedicatedHost(_) => "dedicated-host",
        Resource::CapacityReservation(_) => "capacity-reservation",
        Resource::SpotRequest(_) => "spot-instances-request",
        Resource::Function(_) => "function",
        Resource::Environment(_) => "environment",
        Resource::Cluster(_) => "cluster",
        Resource::Service(_) => "service",
        Resource::Task(_) => "task",
    }
}

/// The entry of the file that an instance, or the instance that a volume was launched with, is of.
fn entry(resource: Option<Resource>, names: &dyn Directory) -> Option<&CastEntry> {
    let instance = match resource? {
        Resource::Instance(instance) => instance,
        Resource::Volume(volume) => names.owner(volume)?,
        Resource::Address(_)
        | Resource::Snapshot(_)
        | Resource::Image(_)
        | Resource::Interface(_)
        | Resource::DedicatedHost(_)
        | Resource::CapacityReservation(_)
        | Resource::Function(_)
        | Resource::Environment(_)
        | Resource::Cluster(_)
        | Resource::Service(_)
        | Resource::Task(_)
        | Resource::SpotRequest(_) => return None,
    };
    let slot = names.slot(instance)?;
    let cast = names.cast();
    cast.instances.get(cast.entry_of(slot))
}

/// Tags as an object; none where there are none.
fn tags(entry: &CastEntry) -> Option<String> {
    let tags = &entry.spec.tags;
    let pairs = tags.iter().map(|(key, value)| (key.clone(), json!(value)));
    let pairs: Map<String, Value> = pairs.collect();
    (!pairs.is_empty()).then(|| Value::Object(pairs).to_string())
}

/// What is charged, as AWS's reports tell it.
fn description(usage_type: UsageType, price: Price, region: RegionId) -> String {
    let place = region.long_name();
    match usage_type {
        UsageType::BoxUsage(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per On Demand {system} {of} Instance Hour")
        }
        UsageType::FreeBoxUsage(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per {system} {of} instance-hour under monthly free tier")
        }
        UsageType::FreeCredits => "AWS free tier credits".to_owned(),
        UsageType::FreeLambdaRequest | UsageType::FreeLambdaRequestArm => {
            "AWS Lambda - free requests of the month".to_owned()
        }
        UsageType::FreeLambdaDuration | UsageType::FreeLambdaDurationArm => {
            "AWS Lambda - free GB-seconds of the month".to_owned()
        }
        UsageType::DedicatedUsage(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per Dedicated {system} {of} Instance Hour")
        }
        UsageType::SpotUsage(of, platform, _) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per {system} {of} Spot Instance-hour in {place}")
        }
        UsageType::VolumeUsage(of) => {
            format!(
                "${price} per GB-month of {} provisioned storage - {place}",
                volume(of)
            )
        }
        UsageType::VolumeIops(of, _) => {
            format!(
                "${price} per IOPS-month provisioned ({}) - {place}",
                of.name()
            )
        }
        UsageType::VolumeThroughput(of) => {
            format!(
                "${price} per GiBps-month provisioned ({}) - {place}",
                of.name()
            )
        }
        UsageType::InUseAddress => {
            format!("${price} per In-use public IPv4 address per hour")
        }
        UsageType::IdleAddress => format!("${price} per Idle public IPv4 address per hour"),
        UsageType::TransferOut => {
            format!("${price} per GB - data transfer out to the internet - {place}")
        }
        UsageType::TransferZoneOut | UsageType::TransferZoneIn => {
            format!("${price} per GB - regional data transfer - in/out/between zones - {place}")
        }
        UsageType::TransferRegion(to) => {
            format!(
                "${price} per GB - {place} data transfer to {}",
                to.long_name()
            )
        }
        UsageType::CpuCredits(family, _) => {
            format!(
                "${price} per vCPU-Hour of {} CPU credits",
                family.to_uppercase()
            )
        }
        UsageType::HeavyUsage(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("{system}, {of} reserved instance fee, applied or unused, at ${price}")
        }
        UsageType::SavingsPlan(_) => format!("${price} of a Savings Plan"),
        UsageType::UnusedBox(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per Unused Reservation {system} {of} Instance Hour")
        }
        UsageType::UnusedDedicated(of, platform) => {
            let (of, system) = (of.name(), system(platform));
            format!("${price} per Dedicated Unused Reservation {system} {of} Instance Hour")
        }
        UsageType::SnapshotUsage => {
            format!("${price} per GB-Month of snapshot data stored - {place}")
        }
        UsageType::SnapshotArchive => {
            format!("${price} per GB-Month of snapshot data stored in the archive - {place}")
        }
        UsageType::SnapshotEarlyDelete => {
            format!("${price} per GB-Month of snapshots archived for less than 90 days - {place}")
        }
        UsageType::SnapshotRetrieval => {
            format!("${price} per GB of snapshot data taken back from the archive - {place}")
        }
        UsageType::FastRestore => {
            format!("${price} per DSU-Hour of fast snapshot restore - {place}")
        }
        UsageType::MetricUsage => format!("${price} per metric-month - {place}"),
        UsageType::FargateVcpu
        | UsageType::FargateVcpuArm
        | UsageType::FargateVcpuWindows
        | UsageType::FargateOs
        | UsageType::FargateSpotVcpu
        | UsageType::FargateSpotVcpuArm => {
            format!("AWS Fargate - ${price} per vCPU-Hour - {place}")
        }
        UsageType::FargateMemory
        | UsageType::FargateMemoryArm
        | UsageType::FargateMemoryWindows
        | UsageType::FargateSpotMemory
        | UsageType::FargateSpotMemoryArm
        | UsageType::FargateStorage => {
            format!("AWS Fargate - ${price} per GB-Hour - {place}")
        }
        UsageType::VolumeRequests => {
            format!("${price} per 1 million I/O requests - {place}")
        }
        UsageType::LambdaRequest
        | UsageType::LambdaRequestArm
        | UsageType::EdgeRequest
        | UsageType::LambdaDuration
        | UsageType::LambdaDurationArm
        | UsageType::EdgeDuration
        | UsageType::ProvisionedConcurrency
        | UsageType::ProvisionedConcurrencyArm
        | UsageType::ProvisionedDuration
        | UsageType::ProvisionedDurationArm
        | UsageType::LambdaStorage
        | UsageType::SnapstartCached
        | UsageType::SnapstartRestored
        | UsageType::HostBoxUsage(..)
        | UsageType::HostUsage(_)
        | UsageType::DedicatedRegionFee => {
            let unit = usage_type.unit().price_unit();
            format!("${price} per {unit} of {} - {place}", usage_type.told())
        }
    }
}

/// What a purchase covers, as AWS's reports tell it.
fn covered(usage_type: UsageType, by: Option<Purchase>) -> String {
    let what = if let UsageType::BoxUsage(of, platform)
    | UsageType::DedicatedUsage(of, platform)
    | UsageType::UnusedBox(of, platform)
    | UsageType::UnusedDedicated(of, platform) = usage_type
    {
        let (of, system) = (of.name(), platform.platform_details());
        format!("{system} (Amazon VPC), {of}")
    } else {
        usage_type.told().to_owned()
    };
    match by {
        Some(Purchase::Reserved(_)) => format!("{what} reserved instance applied"),
        Some(Purchase::Plan(_)) => format!("{what} covered by a Savings Plan"),
        None => what,
    }
}

fn system(platform: Platform) -> &'static str {
    match platform.platform_details() {
        "Linux/UNIX" => "Linux",
        details => details,
    }
}

const fn volume(volume_type: VolumeType) -> &'static str {
    match volume_type {
        VolumeType::Gp2 => "General Purpose SSD (gp2)",
        VolumeType::Gp3 => "General Purpose (gp3)",
        VolumeType::Io1 => "Provisioned IOPS SSD (io1)",
        VolumeType::Io2 => "Provisioned IOPS SSD (io2)",
        VolumeType::St1 => "Throughput Optimized HDD (st1)",
        VolumeType::Sc1 => "Cold HDD (sc1)",
        VolumeType::Standard => "Magnetic",
    }
}

/// The SKUs that are known, of us-east-1 (`BILL-FOCUS-SKU`).
const SKUS: &[(&str, &str)] = &[
    ("BoxUsage:m5.large", "6C86BEPQVG73ZGGR"),
    ("BoxUsage:c5.2xlarge", "H9ZN7EUEHC2S7YH5"),
    ("BoxUsage:c5.4xlarge", "QW4FHUGEZYB74TW8"),
    ("BoxUsage:t3.micro", "CRAJUW7BTXFMT2UJ"),
    ("EBS:VolumeUsage.gp3", "JG3KUJMBRGHV3N8G"),
    ("EBS:VolumeP-IOPS.gp3", "7Q58NR58VQEASA4W"),
    ("EBS:VolumeP-Throughput.gp3", "SQUFRQX4K92S4SBB"),
    ("EBS:VolumeUsage.gp2", "HY3BZPP2B6K8MSJF"),
    ("EBS:SnapshotUsage", "7U7TWP44UP36AT3R"),
    ("USE1-PublicIPv4:InUseAddress", "4GQUNXTFWVSGPUZK"),
    ("USE1-PublicIPv4:IdleAddress", "T6YDQKTMVWKNJFJ8"),
    ("DataTransfer-Regional-Bytes", "PNUBVW4CPC8XA46W"),
];

/// The SKU; one that isn't known is made of the usage type, and of the platform where that isn't Linux.
fn sku(usage_type: UsageType, region: RegionId) -> String {
    let text = usage_type.text(region);
    let code = usage_type.operation().strip_prefix("RunInstances:");
    if code.is_none()
        && region.name() == "us-east-1"
        && let Some((_, sku)) = SKUS.iter().find(|(known, _)| *known == text)
    {
        return (*sku).to_owned();
    }
    match code {
        Some(code) => format!("SIM-{text}:{code}"),
        None => format!("SIM-{text}"),
    }
}

/// The usage type without Region and size: what is metered, wherever and how large.
fn sku_meter(usage_type: UsageType, region: RegionId) -> String {
    let text = usage_type.text(region);
    let bare = [region.usage_prefix_new(), region.usage_prefix()]
        .into_iter()
        .filter(|prefix| !prefix.is_empty())
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text);
    match bare.split_once(':') {
        Some((meter, of)) if TypeId::find(of).is_some() => meter.to_owned(),
        Some(_) | None => bare.to_owned(),
    }
}

/// What the SKU is, in the words that FOCUS has for it.
fn details(usage_type: UsageType) -> Option<String> {
    let of_type = |of: TypeId, platform: Platform| {
        let info = of.info();
        json!({
            "CoreCount": info.vcpus(),
            "InstanceSeries": info.family(),
            "InstanceType": of.name(),
            "MemorySize": info.memory_mib() / 1_024,
            "OperatingSystem": system(platform),
        })
    };
    let details = match usage_type {
        UsageType::BoxUsage(of, platform)
        | UsageType::FreeBoxUsage(of, platform)
        | UsageType::DedicatedUsage(of, platform)
        | UsageType::SpotUsage(of, platform, _)
        | UsageType::UnusedBox(of, platform)
        | UsageType::UnusedDedicated(of, platform)
        | UsageType::HeavyUsage(of, platform)
        | UsageType::HostBoxUsage(of, platform) => of_type(of, platform),
        UsageType::VolumeUsage(of)
        | UsageType::VolumeIops(of, _)
        | UsageType::VolumeThroughput(of) => {
            let disk = match of {
                VolumeType::St1 | VolumeType::Sc1 | VolumeType::Standard => "HDD",
                VolumeType::Gp2 | VolumeType::Gp3 | VolumeType::Io1 | VolumeType::Io2 => "SSD",
            };
            json!({ "DiskType": disk, "x_VolumeType": of.name() })
        }
        UsageType::InUseAddress
        | UsageType::IdleAddress
        | UsageType::VolumeRequests
        | UsageType::SnapshotUsage
        | UsageType::SnapshotArchive
        | UsageType::SnapshotEarlyDelete
        | UsageType::SnapshotRetrieval
        | UsageType::FastRestore
        | UsageType::MetricUsage
        | UsageType::HostUsage(_)
        | UsageType::DedicatedRegionFee
        | UsageType::TransferOut
        | UsageType::TransferZoneOut
        | UsageType::TransferZoneIn
        | UsageType::TransferRegion(_)
        | UsageType::CpuCredits(..)
        | UsageType::FreeCredits
        | UsageType::LambdaRequest
        | UsageType::LambdaRequestArm
        | UsageType::FreeLambdaRequest
        | UsageType::FreeLambdaRequestArm
        | UsageType::EdgeRequest
        | UsageType::LambdaDuration
        | UsageType::LambdaDurationArm
        | UsageType::FreeLambdaDuration
        | UsageType::FreeLambdaDurationArm
        | UsageType::EdgeDuration
        | UsageType::ProvisionedConcurrency
        | UsageType::ProvisionedConcurrencyArm
        | UsageType::ProvisionedDuration
        | UsageType::ProvisionedDurationArm
        | UsageType::LambdaStorage
        | UsageType::SnapstartCached
        | UsageType::SnapstartRestored
        | UsageType::FargateVcpu
        | UsageType::FargateVcpuArm
        | UsageType::FargateVcpuWindows
        | UsageType::FargateOs
        | UsageType::FargateSpotVcpu
        | UsageType::FargateSpotVcpuArm
        | UsageType::FargateMemory
        | UsageType::FargateMemoryArm
        | UsageType::FargateMemoryWindows
        | UsageType::FargateSpotMemory
        | UsageType::FargateSpotMemoryArm
        | UsageType::FargateStorage
        | UsageType::SavingsPlan(_) => return None,
    };
    Some(details.to_string())
}

impl Row {
    /// What the row says of itself has to agree (`BILL-FOCUS-INVARIANTS`).
    fn check(&self, is_zonal: bool) -> Result<(), Broken> {
        if self.availability_zone.is_some() && !is_zonal {
            return Err(Broken::Zone);
        }
        let quantity = self.pricing_quantity.as_deref();
        for (price, cost) in [
            (&self.list_unit_price, &self.list_cost),
            (&self.contracted_unit_price, &self.contracted_cost),
        ] {
            if !is_product(price.as_deref(), quantity, cost.as_deref()) {
                return Err(Broken::Cost);
            }
        }
        let category = self.charge_category.as_deref();
        let is_zero = |cost: &Option<String>| cost.as_deref() == Some("0");
        if category == Some("Purchase") && !is_zero(&self.effective_cost) {
            return Err(Broken::Effective);
        }
        let is_unused = self.commitment_discount_status.as_deref() == Some("Unused");
        let is_consumed = self.consumed_quantity.is_some() || self.consumed_unit.is_some();
        if is_consumed && (category != Some("Usage") || is_unused) {
            return Err(Broken::Consumed);
        }
        let is_credit = category == Some("Credit");
        if self.pricing_quantity.is_none() && !is_credit || self.sku_id.is_none() {
            return Err(Broken::Missing);
        }
        if self.resource_id.is_some() != self.resource_type.is_some() {
            return Err(Broken::Resource);
        }
        let never_null = [
            &self.billed_cost,
            &self.billing_account_id,
            &self.billing_currency,
            &self.billing_period_end,
            &self.billing_period_start,
            &self.charge_category,
            &self.charge_frequency,
            &self.charge_period_end,
            &self.charge_period_start,
            &self.contracted_cost,
            &self.effective_cost,
            &self.invoice_issuer_name,
            &self.list_cost,
            &self.pricing_category,
            &self.provider_name,
            &self.publisher_name,
            &self.service_category,
            &self.service_name,
            &self.service_subcategory,
        ];
        if never_null.iter().any(|cell| cell.is_none()) {
            return Err(Broken::Null);
        }
        Ok(())
    }
}

/// Whether a price times a quantity is a cost, to half a unit of the tenth decimal × (1 + the price): the quantity may have been
/// rounded as well.
fn is_product(price: Option<&str>, quantity: Option<&str>, cost: Option<&str>) -> bool {
    let (Some(price), Some(quantity), Some(cost)) = (price, quantity, cost) else {
        return true;
    };
    // In 10⁻¹⁰; of the quantity in 10⁻¹⁸.
    let (Some(price), Some(quantity), Some(cost)) =
        (scaled(price, 10), scaled(quantity, 18), scaled(cost, 10))
    else {
        return false;
    };
    let product = wide_product(price, quantity);
    let off = product.abs_diff(cost);
    // Half a unit, and half a unit times the price, rounded up.
    off * 2 <= 1 + price.unsigned_abs() / 10_u128.pow(10) + 1
}

/// A price of 10⁻¹⁰ times a quantity of 10⁻¹⁸, in 10⁻¹⁰.
fn wide_product(price: i128, quantity: i128) -> i128 {
    let (one, part) = (10_i128.pow(18), 10_i128.pow(9));
    let (whole, rest) = (quantity / one, quantity % one);
    // Both in two halves, so that no product is too large.
    let (high, low) = (price / part, price % part);
    let (upper, lower) = (rest / part, rest % part);
    let below = (lower * high + upper * low) * part + lower * low;
    whole
        .saturating_mul(price)
        .saturating_add(upper * high)
        .saturating_add((below + one / 2) / one)
}

/// A decimal as a whole number of its last place.
pub(super) fn scaled(decimal: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    if fraction.len() > places {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_the_53_columns_of_focus_and_four_of_our_own() {
        let own = COLUMNS.iter().filter(|name| name.starts_with("x_"));
        assert_eq!((COLUMNS.len(), own.count()), (57, 4));
        assert!(COLUMNS.is_sorted());
    }

    #[test]
    fn a_product_holds_to_half_a_unit() {
        let is = |price, quantity, cost| is_product(Some(price), Some(quantity), Some(cost));
        assert!(is("0.08", "0.0055555556", "0.0004444444"));
        assert!(is("0.68", "0.774167", "0.52643356"));
        assert!(is("0.0912", "0.0403225806", "0.0036774194"));
        assert!(is("0.0104", "0.012500000000000001", "0.00013"));
        assert!(!is("0.08", "0.0055555556", "0.0004444446"));
        assert!(!is("0.08", "1", "x"));
        assert!(is("360.98695", "8784.5", "3171089.862275"));
    }
}
