//! `--format json`: the whole replay as one document, `ec2sim/replay/1`.
//!
//! The outcome stands before the events, for whoever reads no further. So nothing can be written until the replay is over, and
//! it is made from the records that were kept.

use std::{borrow::Cow, collections::BTreeMap, fmt, io, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};

use crate::{
    billing::{Cost, LedgerLine, Reported, Share, by_clock_hour},
    compute::ServiceState,
    engine::Tally,
    foreign,
    lifecycle::{Phase, spot},
    money::{Price, Usd},
    network,
    record::{AddressHandle, Journal, Meter, Resource, ResourceKind, VolumeHandle},
    runner::Replay,
    script::{CastEntry, Configured, Directory, Named, Part, Program},
    time::SimTime,
    world::{ImageName, Instance, InstanceSpec, StatusChecks, WhichCheck},
};

use super::{
    event::{Called, EventWriter, Written},
    finish::Quote,
    money::Sums,
    text::Json,
};

/// How quantities and amounts are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// Not at all, but for the tenth decimal that is printed.
    #[default]
    Exact,
    /// As AWS's own reports do (`BILL-QTY-ROUND`, `BILL-COST-ROUND`); the ledger is cut at clock-hours.
    Report,
    /// Sums to cents, each once and from exact amounts (`BILL-INVOICE-ROUND`); the ledger not at all.
    Invoice,
}

impl Rounding {
    /// The amount of a line.
    pub fn amount(self, line: &LedgerLine) -> Usd {
        match self {
            Self::Exact | Self::Invoice => line.amount,
            // What is less than nothing has no quantity that it is a product of.
            Self::Report if line.meter == Meter::FreeCredits => line.amount,
            Self::Report => {
                let amount = Self::reported(line, |reported| reported.amount);
                if line.usage_type.is_allowance() {
                    Usd::ZERO - amount
                } else {
                    amount
                }
            }
        }
    }

    /// A sum, as it is printed.
    fn sum(self, sum: Usd) -> String {
        match self {
            Self::Exact | Self::Report => sum.to_string(),
            Self::Invoice => sum.to_fixed(2),
        }
    }

    /// What a line would cost at list price.
    pub fn list_amount(self, line: &LedgerLine) -> Usd {
        match (self, line.applied.map(|applied| applied.share)) {
            (Self::Exact | Self::Invoice, _) => line.list_amount(),
            (Self::Report, Some(Share::Fee) | None) => self.amount(line),
            (Self::Report, Some(_)) => Self::reported(line, |reported| reported.list),
        }
    }

    /// The sum of the hours of a line, each as reports have it.
    fn reported(line: &LedgerLine, of: fn(Reported) -> Price) -> Usd {
        let mut sum = Usd::ZERO;
        let Ok(()) = by_clock_hour(std::slice::from_ref(line), |_, pieces| {
            let pieces = pieces.iter();
            sum += pieces
                .map(|piece| Usd::from_price(of(piece.reported())))
                .sum::<Usd>();
            Ok::<(), std::convert::Infallible>(())
        });
        sum
    }
}

/// A replay as a document.
///
/// # Example
///
/// ```
/// use ec2sim::{Scenario, report::Document};
/// let scenario = Scenario::from_text("web.yaml", "
/// instances: { web: { type: t3.micro } }
/// steps: [ { launch: web } ]
/// ").unwrap();
/// let replay = ec2sim::replay(&scenario);
/// let json = serde_json::to_value(Document::new(&replay)).unwrap();
/// assert_eq!(json["schema"], "ec2sim/replay/1");
/// assert_eq!(json["instances"]["web"]["state"], "running");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    replay: &'a Replay,
    rounding: Rounding,
}

impl<'a> Document<'a> {
    /// The document of a replay that kept its records and its ledger.
    pub const fn new(replay: &'a Replay) -> Self {
        Self {
            replay,
            rounding: Rounding::Exact,
        }
    }

    /// With another rounding.
    #[must_use]
    pub const fn rounded(self, rounding: Rounding) -> Self {
        Self { rounding, ..self }
    }

    /// Writes it on one line, and ends the line.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let (replay, names) = (self.replay, self.replay.directory());
        let (before, sums) = (self.before(), self.sums());
        let after = self.after(&names, &sums);
        let start = replay.program().start;
        write(out, &before, &names, start, replay.records(), &after)
    }

    fn sums(&self) -> Sums {
        let replay = self.replay;
        Sums::new(&replay.directory(), replay.bill().ledger(), self.rounding)
    }

    fn before(&self) -> Before<'a> {
        Before {
            schema: SCHEMA,
            scenario: ScenarioView {
                program: self.replay.program(),
                file: self.replay.file(),
                end: Some(self.replay.end()),
                cast: false,
            },
            outcome: self.replay.outcome().name(),
        }
    }

    fn after<'s>(
        &'s self,
        names: &'s Named<'s>,
        sums: &'s Sums,
    ) -> After<'s, Instances<'s>, Addresses<'s>, Volumes<'s>, Things<'s>> {
        let replay = self.replay;
        let named = *names;
        After {
            instances: Instances { replay, sums },
            addresses: Addresses { named, sums },
            volumes: Volumes { named, sums },
            snapshots: Things::of(named, ResourceKind::Snapshot),
            images: Things::of(named, ResourceKind::Image),
            interfaces: Things::of(named, ResourceKind::Interface),
            dedicated_hosts: Things::of(named, ResourceKind::DedicatedHost).at(replay.end()),
            capacity_reservations: Things::of(named, ResourceKind::CapacityReservation),
            functions: Things::some(named, ResourceKind::Function),
            clusters: Things::some(named, ResourceKind::Cluster),
            services: Things::some(named, ResourceKind::Service).map(|all| all.at(replay.end())),
            tasks: Things::some(named, ResourceKind::Task).map(|all| all.at(replay.end())),
            ledger: Ledger {
                lines: replay.bill().ledger(),
                named: names,
                rounding: self.rounding,
                of_prices: false,
            },
            cost: CostView {
                named: names,
                sums,
                part: None,
            },
            not_counted: replay.bill().not_counted(),
            expectations: TallyView(replay.tally()),
            catalogue: crate::catalog::version(),
        }
    }
}

/// What an account that goes on holds at an instant, and what it has cost until then: parts of a document.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a>(Document<'a>);

impl<'a> Standing<'a> {
    /// Those of a replay that kept its ledger.
    pub const fn new(replay: &'a Replay, rounding: Rounding) -> Self {
        Self(Document { replay, rounding })
    }

    /// Every instance, address, volume and whatever else there is, by name.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn state(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct State<'a> {
            instances: Instances<'a>,
            addresses: Addresses<'a>,
            volumes: Volumes<'a>,
            snapshots: Things<'a>,
            images: Things<'a>,
            interfaces: Things<'a>,
            dedicated_hosts: Things<'a>,
            capacity_reservations: Things<'a>,
        }
        let (names, sums) = (self.0.replay.directory(), self.0.sums());
        let After {
            instances,
            addresses,
            volumes,
            snapshots,
            images,
            interfaces,
            dedicated_hosts,
            capacity_reservations,
            ..
        } = self.0.after(&names, &sums);
        json_of(&State {
            instances,
            addresses,
            volumes,
            snapshots,
            images,
            interfaces,
            dedicated_hosts,
            capacity_reservations,
        })
    }

    /// The lines of the bill and its sums.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn bill(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Bill<'a> {
            ledger: Ledger<'a>,
            cost: CostView<'a>,
            not_counted: Vec<&'static str>,
        }
        let (names, sums) = (self.0.replay.directory(), self.0.sums());
        let After {
            ledger,
            cost,
            not_counted,
            ..
        } = self.0.after(&names, &sums);
        json_of(&Bill {
            ledger,
            cost,
            not_counted,
        })
    }
}

/// JSON in which what could do harm is escaped.
fn json_of(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string(value)?;
    Ok(foreign::in_json(&text).into_owned())
}

/// The schema of documents.
pub(super) const SCHEMA: &str = "ec2sim/replay/1";

/// Writes a document on one line, and ends the line.
pub(super) fn write(
    out: &mut dyn io::Write,
    before: &Before<'_>,
    names: &dyn Directory,
    start: SimTime,
    records: &Journal,
    after: &impl Serialize,
) -> io::Result<()> {
    // Most of it are the events, which are written as lines are: that is much faster than `Serialize`.
    let before = serde_json::to_string(before)?;
    let before = foreign::in_json(&before);
    let mut text = before.trim_end_matches('}').as_bytes().to_vec();
    text.raw(r#","events":["#);
    let mut writer = EventWriter::new(names.cast(), start);
    let mut is_first = true;
    for record in records {
        if !record.kind.is_shown() {
            writer.unshown(&record, &Called::of(&record.kind, names));
            continue;
        }
        if !std::mem::take(&mut is_first) {
            text.raw(",");
        }
        writer.write(&mut text, &record, &Called::of(&record.kind, names));
        out.write_all(&text)?;
        text.clear();
    }
    text.raw("]");
    out.write_all(&text)?;
    after.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out,
        Continued::default(),
    ))?;
    out.write_all(b"\n")
}

/// How a replay ended, without its ledger: the last line of a journal.
#[derive(Serialize)]
pub(super) struct End<'a> {
    outcome: &'static str,
    end: SimTime,
    expectations: TallyView<'a>,
    unexpected_refusals: u64,
    other_failures: u64,
    transitions: u64,
    instances: Instances<'a>,
    addresses: Addresses<'a>,
    volumes: Volumes<'a>,
    snapshots: Things<'a>,
    images: Things<'a>,
    interfaces: Things<'a>,
    dedicated_hosts: Things<'a>,
    capacity_reservations: Things<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    functions: Option<Things<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clusters: Option<Things<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Things<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Things<'a>>,
    cost: CostView<'a>,
    quoted: Quoted<'a>,
    /// Where it is that of a part, when the next thing would have fallen due by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_due: Option<SimTime>,
}

impl<'a> End<'a> {
    pub(super) fn of(
        replay: &'a Replay,
        names: &'a Named<'a>,
        sums: &'a Sums,
        quotes: &'a BTreeMap<u32, Quote>,
    ) -> Self {
        let (named, tally) = (*names, replay.tally());
        Self {
            outcome: replay.outcome().name(),
            end: replay.end(),
            expectations: TallyView(tally),
            unexpected_refusals: tally.unexpected_refusals,
            other_failures: tally.failures,
            transitions: tally.transitions,
            instances: Instances { replay, sums },
            addresses: Addresses { named, sums },
            volumes: Volumes { named, sums },
            snapshots: Things::of(named, ResourceKind::Snapshot),
            images: Things::of(named, ResourceKind::Image),
            interfaces: Things::of(named, ResourceKind::Interface),
            dedicated_hosts: Things::of(named, ResourceKind::DedicatedHost).at(replay.end()),
            capacity_reservations: Things::of(named, ResourceKind::CapacityReservation),
            functions: Things::some(named, ResourceKind::Function),
            clusters: Things::some(named, ResourceKind::Cluster),
            services: Things::some(named, ResourceKind::Service).map(|all| all.at(replay.end())),
            tasks: Things::some(named, ResourceKind::Task).map(|all| all.at(replay.end())),
            cost: CostView {
                named: names,
                sums,
                part: replay.program().part.as_deref(),
            },
            quoted: Quoted(quotes),
            next_due: replay.next_due(),
        }
    }
}

/// Lines of the scenario.
pub(super) struct Quoted<'a>(pub(super) &'a BTreeMap<u32, Quote>);

impl Serialize for Quoted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct QuoteView<'a> {
            line: u32,
            at: u32,
            text: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|(&line, quote)| QuoteView {
            line,
            at: quote.at,
            text: &quote.text,
        }))
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            before: Before<'a>,
            events: Events<'a>,
            #[serde(flatten)]
            after: After<'a, Instances<'a>, Addresses<'a>, Volumes<'a>, Things<'a>>,
        }
        let (names, sums) = (self.replay.directory(), self.sums());
        let whole = Whole {
            before: self.before(),
            events: Events(self),
            after: self.after(&names, &sums),
        };
        whole.serialize(serializer)
    }
}

/// What comes before the events.
#[derive(Serialize)]
pub(super) struct Before<'a> {
    pub(super) schema: &'static str,
    pub(super) scenario: ScenarioView<'a>,
    pub(super) outcome: &'static str,
}

/// What comes after them.
#[derive(Serialize)]
pub(super) struct After<'a, I, A, V, T> {
    pub(super) instances: I,
    pub(super) addresses: A,
    pub(super) volumes: V,
    pub(super) snapshots: T,
    pub(super) images: T,
    pub(super) interfaces: T,
    pub(super) dedicated_hosts: T,
    pub(super) capacity_reservations: T,
    /// Only where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) functions: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clusters: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) services: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tasks: Option<T>,
    pub(super) ledger: Ledger<'a>,
    pub(super) cost: CostView<'a>,
    /// What the bill doesn't count, in words.
    pub(super) not_counted: Vec<&'static str>,
    pub(super) expectations: TallyView<'a>,
    pub(super) catalogue: &'a str,
}

/// Writes the entries of an object that has begun, and its end; what could do harm in a text is escaped.
#[derive(Default)]
struct Continued {
    begun: bool,
}

impl serde_json::ser::Formatter for Continued {
    fn begin_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.begun { b"{" } else { b"," })?;
        self.begun = true;
        Ok(())
    }

    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(foreign::in_json(fragment).as_bytes())
    }

    fn write_raw_fragment<W: io::Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        out.write_all(foreign::in_json(fragment).as_bytes())
    }
}

/// What `ec2sim.toml` has set: where that is, then each thing under its key.
struct ConfigView<'a>(&'a Configured);

impl Serialize for ConfigView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Configured { file, set } = self.0;
        let mut map = serializer.serialize_map(Some(set.len() + 1))?;
        map.serialize_entry("file", file)?;
        for (key, value) in set {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A scenario, as documents and journals name it.
pub(super) struct ScenarioView<'a> {
    pub(super) program: &'a Program,
    pub(super) file: &'a str,
    /// None where it isn't known yet.
    pub(super) end: Option<SimTime>,
    /// Whether those who take part are listed.
    pub(super) cast: bool,
}

impl Serialize for ScenarioView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let program = self.program;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &program.name)?;
        map.serialize_entry("description", &program.description)?;
        map.serialize_entry("file", self.file)?;
        map.serialize_entry("region", program.cast.region.name())?;
        map.serialize_entry("start", &program.start)?;
        map.serialize_entry("end", &self.end)?;
        map.serialize_entry("seed", &program.seed)?;
        map.serialize_entry("config", &program.configured.as_ref().map(ConfigView))?;
        if self.cast {
            let cast = &program.cast;
            map.serialize_entry("until", &program.until)?;
            // How a timeline tells times.
            if program.spans_days {
                map.serialize_entry("timezone", program.zone.name())?;
            }
            let instances: Vec<_> = cast.instances.iter().map(CastView::of).collect();
            map.serialize_entry("instances", &instances)?;
            map.serialize_entry("addresses", &cast.others[ResourceKind::Address])?;
            map.serialize_entry("volumes", &cast.others[ResourceKind::Volume])?;
            let functions = &cast.others[ResourceKind::Function];
            if !functions.is_empty() {
                map.serialize_entry("functions", functions)?;
            }
            for (key, kind) in [
                ("clusters", ResourceKind::Cluster),
                ("services", ResourceKind::Service),
            ] {
                if !cast.others[kind].is_empty() {
                    map.serialize_entry(key, &cast.others[kind])?;
                }
            }
            if !program.prices.has_allowances() {
                map.serialize_entry("always_free", &false)?;
            }
        }
        map.end()
    }
}

/// An instance or a group of the file.
#[derive(Serialize)]
struct CastView<'a> {
    name: &'a str,
    count: Option<u32>,
    #[serde(rename = "type")]
    instance_type: &'static str,
    /// Where the file names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'static str>,
    /// Those that a group's members take in turn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    zones: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'a str, &'a str>,
    /// The numbers of volumes that have names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    volume_names: BTreeMap<&'a str, u16>,
    /// Whether its user data is a script, which runs in the first boot.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user_data_runs: bool,
}

impl<'a> CastView<'a> {
    fn of(entry: &'a CastEntry) -> Self {
        Self {
            name: &entry.name,
            count: entry.count,
            instance_type: entry.spec.instance_type.name(),
            zone: entry.spec.zone_is_named.then_some(entry.spec.zone),
            zones: entry.zoned.iter().map(|spec| spec.zone).collect(),
            tags: (entry.spec.tags.iter())
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
            volume_names: (entry.spec.volume_names.iter())
                .map(|(number, name)| (&**name, *number))
                .collect(),
            user_data_runs: entry.spec.runs_user_data(),
        }
    }
}

/// How many checks held.
pub(super) struct TallyView<'a>(pub(super) &'a Tally);

impl Serialize for TallyView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tally = self.0;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("passed", &tally.passed)?;
        map.serialize_entry("failed", &tally.failed)?;
        map.end()
    }
}

struct Events<'a>(&'a Document<'a>);

impl Serialize for Events<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let replay = self.0.replay;
        let mut events = serializer.serialize_seq(None)?;
        let names = replay.directory();
        let mut writer = EventWriter::new(names.cast(), replay.program().start);
        let mut text = Vec::new();
        for record in replay.records() {
            if !record.kind.is_shown() {
                writer.unshown(&record, &Called::of(&record.kind, &names));
                continue;
            }
            text.clear();
            writer.write(&mut text, &record, &Called::of(&record.kind, &names));
            events.serialize_element(&Written(&text))?;
        }
        events.end()
    }
}

/// A state reason, as EC2 has it.
#[derive(Serialize)]
struct ReasonView {
    code: &'static str,
    message: Cow<'static, str>,
}

/// Amounts by meter, with or without their total.
pub(super) struct AmountsView {
    amounts: Cost,
    total: bool,
    rounding: Rounding,
}

impl Serialize for AmountsView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for meter in Meter::ALL {
            if meter.is_rare() && self.amounts.of(*meter).is_zero() {
                continue;
            }
            map.serialize_entry(meter.name(), &self.rounding.sum(self.amounts.of(*meter)))?;
        }
        if self.total {
            map.serialize_entry("total", &self.rounding.sum(self.amounts.total()))?;
        }
        map.end()
    }
}

pub(super) fn with_total(amounts: Option<&Cost>, rounding: Rounding) -> AmountsView {
    AmountsView {
        amounts: amounts.copied().unwrap_or_default(),
        total: true,
        rounding,
    }
}

struct Instances<'a> {
    replay: &'a Replay,
    sums: &'a Sums,
}

impl Serialize for Instances<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cast = self.replay.names().cast();
        let mut map = serializer.serialize_map(None)?;
        for entry in &cast.instances {
            for slot in entry.first_slot..entry.first_slot + entry.slots() {
                if !self.replay.program().tells_of(slot) {
                    continue;
                }
                let view = InstanceView {
                    instances: self,
                    slot,
                    planned: entry.spec.instance_type.name(),
                };
                map.serialize_entry(&cast.name(slot).to_string(), &view)?;
            }
        }
        map.end()
    }
}

struct InstanceView<'a> {
    instances: &'a Instances<'a>,
    slot: u32,
    planned: &'static str,
}

impl InstanceView<'_> {
    /// What it was, or would be, launched as.
    fn spec<'s>(&'s self, there: Option<&'s Instance>) -> &'s InstanceSpec {
        let cast = self.instances.replay.names().cast();
        there.map_or_else(|| &**cast.spec(self.slot), Instance::spec)
    }

    /// What the image is called that it was, or would be, launched from.
    fn image(&self, there: Option<&Instance>) -> Option<&str> {
        let cast = self.instances.replay.names().cast();
        match self.spec(there).image.name {
            ImageName::BuiltIn(name) => Some(name),
            ImageName::Named(name) => Some(cast.other(ResourceKind::Image, name)),
            ImageName::Described => None,
        }
    }
}

/// A Spot request.
#[derive(Serialize)]
struct SpotRequestView {
    id: String,
    state: spot::State,
    status: spot::Status,
}

#[derive(Serialize)]
struct ApiStateView {
    code: u8,
    name: &'static str,
}

impl Serialize for InstanceView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let replay = self.instances.replay;
        let world = replay.world();
        let region = world.region();
        let there = replay.names().in_slot(self.slot);
        let there = there.map(|there| world.instance(there));
        let there = there.as_deref();
        let named =
            there.filter(|instance| instance.has_run() && instance.phase() != Phase::Terminated);
        let public = there.and_then(|instance| world.public_ipv4(instance));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("instance_id", &there.map(Instance::id))?;
        map.serialize_entry(
            "type",
            there.map_or(self.planned, |instance| instance.instance_type().name()),
        )?;
        map.serialize_entry("image", &self.image(there))?;
        map.serialize_entry("zone", self.spec(there).zone)?;
        map.serialize_entry("state", &there.map(Instance::state))?;
        let api = there.map(|instance| instance.state().api());
        let api = api.map(|state| ApiStateView {
            code: state.code(),
            name: state.name(),
        });
        map.serialize_entry("api_state", &api)?;
        let reason = there.and_then(Instance::reason).map(|reason| ReasonView {
            code: reason.code(),
            message: there.map_or(Cow::Borrowed(reason.message()), |there| {
                world.reason_text(there, reason)
            }),
        });
        map.serialize_entry("state_reason", &reason)?;
        map.serialize_entry(
            "state_transition_reason",
            &there.map(Instance::transition_reason),
        )?;
        let request = there.and_then(|there| world.spot_request_of(there.handle()));
        let request = request.map(|request| SpotRequestView {
            id: request.id(),
            state: request.state(),
            status: request.status(),
        });
        map.serialize_entry("spot_request", &request)?;
        map.serialize_entry("launch_time", &there.map(Instance::launch_time))?;
        map.serialize_entry("private_ipv4", &there.and_then(Instance::private_ipv4))?;
        map.serialize_entry("public_ipv4", &public)?;
        let elastic_ip = there
            .and_then(Instance::elastic_ip)
            .map(|address| world.address(address).ip());
        map.serialize_entry("elastic_ip", &elastic_ip)?;
        let ipv6: Vec<_> = there
            .into_iter()
            .flat_map(|instance| instance.ipv6_addresses(region))
            .collect();
        map.serialize_entry("ipv6", &ipv6)?;
        let private_dns = named
            .and_then(Instance::private_ipv4)
            .map(|ip| network::private_dns(region, ip));
        map.serialize_entry("private_dns", &private_dns)?;
        map.serialize_entry(
            "public_dns",
            &public.map(|ip| network::public_dns(region, ip)),
        )?;
        let on = there.and_then(|instance| instance.placement().on);
        let host = match on {
            Some(host) => Some(world.dedicated_host(host).id()),
            None => there.and_then(Instance::host_id),
        };
        map.serialize_entry("host", &host)?;
        let placement = there.map(Instance::placement);
        let tenancy = placement.map(|placement| placement.tenancy.name());
        map.serialize_entry("tenancy", &tenancy)?;
        let group = placement.and_then(|placement| placement.group);
        let group = group.map(|group| world.group(group).name());
        map.serialize_entry("placement_group", &group)?;
        let partition = placement.and_then(|placement| placement.partition);
        map.serialize_entry("partition", &partition)?;
        map.serialize_entry(
            "memory",
            &there.map(|instance| world.memory_of(instance).name()),
        )?;
        map.serialize_entry(
            "instance_store",
            &there.map(|instance| instance.store_of().name()),
        )?;
        map.serialize_entry(
            "volumes",
            &VolumesOf {
                named: replay.directory(),
                instance: there,
            },
        )?;
        for (key, which) in [
            ("system_check", WhichCheck::System),
            ("instance_check", WhichCheck::Instance),
        ] {
            let said =
                there.map(|instance| StatusChecks::word(instance.check(which, replay.end())));
            map.serialize_entry(key, &said)?;
        }
        let events = there.map(|instance| EventsOf { instance });
        map.serialize_entry("scheduled_events", &events)?;
        let handle = there.map(Instance::handle);
        let secs = handle.map_or(0, |handle| replay.bill().billed_secs(replay.end(), handle));
        map.serialize_entry("billed_seconds", &secs)?;
        map.serialize_entry("starts", &there.map_or(0, Instance::starts))?;
        let sums = self.instances.sums;
        let cost = handle.and_then(|handle| sums.instances.get(&handle));
        map.serialize_entry("cost", &with_total(cost, sums.rounding))?;
        map.end()
    }
}

/// What is scheduled for an instance, in EC2's words.
struct EventsOf<'a> {
    instance: &'a Instance,
}

impl Serialize for EventsOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.instance.scheduled_events().iter();
        serializer.collect_seq(events.map(|event| EventJson {
            instance_event_id: self.instance.event_id(event),
            code: event.code.name(),
            description: event.code.description(),
            not_before: event.not_before,
            not_after: None,
            not_before_deadline: event.deadline,
        }))
    }
}

#[derive(Serialize)]
struct EventJson {
    instance_event_id: String,
    code: &'static str,
    description: &'static str,
    not_before: SimTime,
    /// How long an event takes isn't said.
    not_after: Option<SimTime>,
    not_before_deadline: Option<SimTime>,
}

/// The volumes of an instance: those attached, and those that it was launched with and is rid of.
struct VolumesOf<'a> {
    named: Named<'a>,
    instance: Option<&'a Instance>,
}

impl Serialize for VolumesOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let launched = self
            .instance
            .into_iter()
            .flat_map(Instance::launched_volumes);
        let later = self
            .instance
            .into_iter()
            .flat_map(|instance| instance.attached_later().iter().copied());
        serializer.collect_seq(launched.chain(later).map(|volume| VolumeView {
            named: self.named,
            volume,
        }))
    }
}

struct VolumeView<'a> {
    named: Named<'a>,
    volume: VolumeHandle,
}

impl VolumeView<'_> {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let volume = self.named.world.volume(self.volume);
        map.serialize_entry("volume_id", &volume.id())?;
        map.serialize_entry("type", volume.spec().volume_type.name())?;
        map.serialize_entry("size_gib", &volume.spec().size_gib)?;
        map.serialize_entry("encrypted", &volume.spec().encrypted)?;
        map.serialize_entry("state", volume.state().name())
    }
}

impl Serialize for VolumeView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.named.volume_name(self.volume))?;
        self.entries(&mut map)?;
        map.end()
    }
}

/// Every volume, where it is, and what it has cost. Where a name was used again, the earlier volumes stand under their
/// ids.
struct Volumes<'a> {
    named: Named<'a>,
    sums: &'a Sums,
}

impl Serialize for Volumes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = || (0..self.named.world.volumes().len()).map(VolumeHandle::new);
        let latest: BTreeMap<String, VolumeHandle> = all()
            .map(|volume| (self.named.volume_name(volume), volume))
            .collect();
        let mut map = serializer.serialize_map(None)?;
        for volume in all() {
            let name = self.named.volume_name(volume);
            let view = VolumeWithCost {
                volumes: self,
                volume,
            };
            if latest.get(&name) == Some(&volume) {
                map.serialize_entry(&name, &view)?;
            } else {
                map.serialize_entry(&self.named.volume_id(volume).to_string(), &view)?;
            }
        }
        map.end()
    }
}

struct VolumeWithCost<'a> {
    volumes: &'a Volumes<'a>,
    volume: VolumeHandle,
}

impl Serialize for VolumeWithCost<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.volumes.named;
        let world = named.world;
        let mut map = serializer.serialize_map(None)?;
        VolumeView {
            named,
            volume: self.volume,
        }
        .entries(&mut map)?;
        map.serialize_entry("zone", world.volume(self.volume).zone())?;
        let attached = world.volume(self.volume).instance();
        let attached = attached.map(|instance| named.instance_name(instance));
        map.serialize_entry("instance", &attached)?;
        map.serialize_entry("device", &world.device_of(self.volume).as_deref())?;
        let sums = self.volumes.sums;
        let cost = sums.volumes.get(&self.volume);
        map.serialize_entry("cost", &with_total(cost, sums.rounding))?;
        map.end()
    }
}

/// Every snapshot, image or interface, by name. Where a name was used again, the earlier ones stand under their ids.
struct Things<'a> {
    named: Named<'a>,
    kind: ResourceKind,
    /// The instant at which it is asked what they are.
    at: SimTime,
}

impl<'a> Things<'a> {
    const fn of(named: Named<'a>, kind: ResourceKind) -> Self {
        Self {
            named,
            kind,
            at: SimTime::from_secs(0),
        }
    }

    const fn at(self, at: SimTime) -> Self {
        Self { at, ..self }
    }

    /// Those of a kind, if there are any.
    fn some(named: Named<'a>, kind: ResourceKind) -> Option<Self> {
        (named.world.count(kind) > 0).then(|| Self::of(named, kind))
    }
}

impl Serialize for Things<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { named, kind, at } = *self;
        let all = || (0..named.world.count(kind)).map(|index| kind.resource(index));
        let latest: BTreeMap<String, Resource> =
            all().map(|thing| (named.thing(thing).0, thing)).collect();
        let mut map = serializer.serialize_map(None)?;
        for thing in all() {
            let (name, id) = named.thing(thing);
            let view = ThingView { named, thing, at };
            if latest.get(&name) == Some(&thing) {
                map.serialize_entry(&name, &view)?;
            } else {
                map.serialize_entry(&id.to_string(), &view)?;
            }
        }
        map.end()
    }
}

struct ThingView<'a> {
    named: Named<'a>,
    thing: Resource,
    at: SimTime,
}

impl Serialize for ThingView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { named, thing, at } = *self;
        let world = named.world;
        let id = named.thing(thing).1.to_string();
        let mut map = serializer.serialize_map(None)?;
        if let Some(snapshot) = thing.snapshot().map(|snapshot| world.snapshot(snapshot)) {
            map.serialize_entry("snapshot_id", &id)?;
            map.serialize_entry("state", snapshot.state().name())?;
            map.serialize_entry("volume", &named.volume_name(snapshot.volume))?;
            map.serialize_entry("size_gib", &snapshot.size_gib())?;
            map.serialize_entry("used_gib", &snapshot.used_gib)?;
            map.serialize_entry("encrypted", &snapshot.spec.encrypted)?;
            map.serialize_entry("created", &snapshot.created)?;
            let image = snapshot.image.map(|image| named.thing(image.into()).0);
            map.serialize_entry("image", &image)?;
        } else if let Some(image) = thing.image().map(|image| world.image(image)) {
            map.serialize_entry("image_id", &id)?;
            map.serialize_entry("state", image.state())?;
            map.serialize_entry("created", &image.created)?;
            let make = image.make.as_ref();
            let instance = make.map(|make| named.instance_name(make.instance));
            map.serialize_entry("instance", &instance)?;
            let snapshots = image.snapshots().iter();
            let snapshots: Vec<String> = snapshots
                .map(|&snapshot| named.thing(snapshot.into()).1.to_string())
                .collect();
            map.serialize_entry("snapshots", &snapshots)?;
        } else if let Some(host) = thing
            .dedicated_host()
            .map(|host| world.dedicated_host(host))
        {
            let (capacity, used) = host.vcpus();
            map.serialize_entry("host_id", &id)?;
            map.serialize_entry("state", host.state(at))?;
            map.serialize_entry("family", host.spec().family)?;
            map.serialize_entry("zone", host.spec().zone)?;
            map.serialize_entry("used", &host.instances())?;
            map.serialize_entry("vcpus", &capacity)?;
            map.serialize_entry("used_vcpus", &used)?;
        } else if let Some(one) = thing
            .capacity_reservation()
            .map(|one| world.capacity_reservation(one))
        {
            let spec = one.spec();
            map.serialize_entry("capacity_reservation_id", &id)?;
            map.serialize_entry("state", one.state().name())?;
            map.serialize_entry("type", spec.slots.instance_type.name())?;
            map.serialize_entry("zone", spec.slots.zone)?;
            map.serialize_entry("platform", spec.slots.platform.word())?;
            map.serialize_entry("tenancy", spec.slots.tenancy.name())?;
            map.serialize_entry("match", if spec.targeted { "targeted" } else { "open" })?;
            map.serialize_entry("count", &spec.count)?;
            map.serialize_entry("used", &one.used())?;
        } else if let Some(one) = thing.function() {
            let (status, one) = (
                world.lambda().provisioned_status(one),
                world.lambda().function(one),
            );
            let (spec, counts) = (one.spec(), one.counts());
            map.serialize_entry("function_id", &id)?;
            map.serialize_entry("state", one.state())?;
            map.serialize_entry("memory_mb", &spec.memory_mb)?;
            map.serialize_entry("architecture", spec.architecture.name())?;
            map.serialize_entry("timeout_ms", &spec.timeout.as_millis())?;
            map.serialize_entry("tmp_mb", &spec.tmp_mb)?;
            map.serialize_entry("reserved_concurrency", &spec.reserved)?;
            map.serialize_entry("provisioned_concurrency", &one.provisioned())?;
            map.serialize_entry("provisioned", status)?;
            map.serialize_entry("environments", &one.environments())?;
            map.serialize_entry("invocations", &counts.invocations)?;
            map.serialize_entry("cold_starts", &counts.cold)?;
            map.serialize_entry("warm_starts", &counts.warm)?;
            map.serialize_entry("provisioned_starts", &counts.provisioned)?;
            map.serialize_entry("errors", &counts.errors)?;
            map.serialize_entry("throttles", &counts.throttles)?;
            map.serialize_entry("billed_ms", &counts.billed_ms)?;
        } else if thing.cluster().is_some() {
            map.serialize_entry("cluster_id", &id)?;
            map.serialize_entry("status", "ACTIVE")?;
        } else if let Some(service) = thing.service() {
            let one = world.ecs().service(service);
            let counts = world.ecs().count(service, at);
            map.serialize_entry("service_id", &id)?;
            map.serialize_entry("state", &one.state().map(ServiceState::name))?;
            map.serialize_entry("desired", &one.desired())?;
            map.serialize_entry("running", &counts.running)?;
            map.serialize_entry("pending", &counts.pending)?;
            map.serialize_entry("healthy", &counts.healthy)?;
            map.serialize_entry("deployment", one.rollout().name())?;
            map.serialize_entry("tasks_started", &counts.started)?;
            map.serialize_entry("task_seconds", &counts.task_secs)?;
        } else if let Some(one) = thing.task().map(|one| world.ecs().task(one)) {
            let (config, stop) = (one.config(), one.stop());
            map.serialize_entry("task_id", &id)?;
            map.serialize_entry("state", one.phase().state().name())?;
            map.serialize_entry("stop_code", &stop.map(|stop| stop.code))?;
            map.serialize_entry("stop_reason", &stop.map(|stop| &stop.reason))?;
            map.serialize_entry("cpu_units", &config.cpu_units)?;
            map.serialize_entry("memory_mb", &config.memory_mb)?;
            map.serialize_entry("storage_gb", &config.storage_gb)?;
            map.serialize_entry("architecture", config.architecture.name())?;
            map.serialize_entry("windows", &config.is_windows)?;
            map.serialize_entry("spot", &config.is_spot)?;
            map.serialize_entry("billed_seconds", &one.billed_secs(at))?;
        } else if let Some(one) = thing.interface().map(|one| world.interface(one)) {
            map.serialize_entry("interface_id", &id)?;
            map.serialize_entry("state", one.state())?;
            map.serialize_entry("zone", one.zone())?;
            let instance = one.instance().map(|instance| named.instance_name(instance));
            map.serialize_entry("instance", &instance)?;
        }
        map.end()
    }
}

/// Every Elastic IP, where it is, and what it has cost. A name that was used again stands for the latest.
struct Addresses<'a> {
    named: Named<'a>,
    sums: &'a Sums,
}

impl Serialize for Addresses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (index, name) in (0..).zip(&self.named.names.cast().others[ResourceKind::Address]) {
            map.serialize_entry(
                name,
                &AddressView {
                    addresses: self,
                    name: index,
                },
            )?;
        }
        map.end()
    }
}

struct AddressView<'a> {
    addresses: &'a Addresses<'a>,
    name: u32,
}

impl Serialize for AddressView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.addresses.named;
        let world = named.world;
        let handle = named.names.bearer::<AddressHandle>(self.name);
        let there = handle.map(|handle| world.address(handle));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "allocation_id",
            &there.map(crate::world::ElasticIp::allocation_id),
        )?;
        map.serialize_entry("public_ip", &there.map(crate::world::ElasticIp::ip))?;
        let instance = there.and_then(crate::world::ElasticIp::instance);
        map.serialize_entry(
            "instance",
            &instance.map(|instance| named.instance_name(instance)),
        )?;
        map.serialize_entry(
            "association_id",
            &there.and_then(crate::world::ElasticIp::association_id),
        )?;
        let state = there.map(|there| {
            if there.is_released() {
                "released"
            } else {
                "allocated"
            }
        });
        map.serialize_entry("state", &state)?;
        let sums = self.addresses.sums;
        let cost = handle.and_then(|handle| sums.addresses.get(&handle));
        map.serialize_entry("cost", &with_total(cost, sums.rounding))?;
        map.end()
    }
}

/// The lines of the ledger, in the order of time, usage type and resource (`BILL-ALGO`).
pub(super) struct Ledger<'a> {
    pub(super) lines: &'a [LedgerLine],
    pub(super) named: &'a dyn Directory,
    pub(super) rounding: Rounding,
    /// Whether quantities are in the unit of the price, also exactly.
    pub(super) of_prices: bool,
}

impl Ledger<'_> {
    /// Hands on each line, as it is to be told.
    pub(super) fn each<E>(
        &self,
        mut told: impl FnMut(&LedgerLine) -> Result<(), E>,
    ) -> Result<(), E> {
        let (named, region) = (self.named, self.named.cast().region);
        let key = |line: &LedgerLine| {
            (
                line.from,
                line.usage_type.text(region),
                line.resource.map(|of| named.resource_id(of).to_string()),
            )
        };
        match self.rounding {
            Rounding::Exact | Rounding::Invoice => {
                let mut lines: Vec<&LedgerLine> = self.lines.iter().collect();
                lines.sort_by_cached_key(|line| key(line));
                lines.into_iter().try_for_each(told)
            }
            Rounding::Report => by_clock_hour(self.lines, |_, mut pieces| {
                pieces.sort_by_cached_key(key);
                pieces.iter().try_for_each(&mut told)
            }),
        }
    }
}

impl Serialize for Ledger<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut lines = serializer.serialize_seq(None)?;
        self.each(|line| lines.serialize_element(&LineView { ledger: self, line }))?;
        lines.end()
    }
}

pub(super) struct LineView<'a> {
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) line: &'a LedgerLine,
}

impl Serialize for LineView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (
            line,
            &Ledger {
                named, rounding, ..
            },
        ) = (self.line, self.ledger);
        let share = line.applied.map(|applied| applied.share);
        let (quantity, unit, amount, list) = match rounding {
            Rounding::Report => {
                let reported = line.reported();
                let [mut amount, list] = [reported.amount, reported.list].map(Usd::from_price);
                if line.meter == Meter::FreeCredits {
                    amount = line.amount;
                } else if line.usage_type.is_allowance() {
                    amount = Usd::ZERO - amount;
                }
                let list = match share {
                    Some(Share::Fee) | None => amount,
                    Some(Share::Full | Share::Part | Share::Rest | Share::Unused) => list,
                };
                (reported.quantity, line.unit.price_unit(), amount, list)
            }
            Rounding::Exact | Rounding::Invoice => {
                let (quantity, unit) = if self.ledger.of_prices {
                    (line.priced_quantity(1), line.unit.price_unit())
                } else {
                    (line.exact_quantity(), line.unit.name())
                };
                (quantity, unit, line.amount, line.list_amount())
            }
        };
        let mut map = serializer.serialize_map(None)?;
        let name = line.resource.map(|of| named.resource_name(of));
        let id = line.resource.map(|of| named.resource_id(of).to_string());
        let purchase = line.commitment().filter(|_| line.resource.is_none());
        let name = name.or_else(|| purchase.map(|purchase| purchase.to_string()));
        map.serialize_entry("resource", &name)?;
        map.serialize_entry("resource_id", &id)?;
        map.serialize_entry("meter", line.meter.name())?;
        map.serialize_entry("usage_type", &line.usage_type.text(named.cast().region))?;
        map.serialize_entry("operation", line.usage_type.operation())?;
        map.serialize_entry("from", &line.from)?;
        map.serialize_entry("to", &line.to)?;
        map.serialize_entry("quantity", &quantity)?;
        map.serialize_entry("unit", unit)?;
        map.serialize_entry("unit_price", &line.unit_price)?;
        map.serialize_entry("price_unit", line.unit.price_unit())?;
        map.serialize_entry("price_source", &line.source.to_string())?;
        map.serialize_entry("amount", &amount)?;
        let effective = match share {
            Some(Share::Rest) | None => amount,
            Some(Share::Full | Share::Part | Share::Fee | Share::Unused) => line.effective_amount(),
        };
        map.serialize_entry("list_amount", &list)?;
        map.serialize_entry("effective_amount", &effective)?;
        map.serialize_entry("commitment", &line.commitment().map(|one| one.to_string()))?;
        map.serialize_entry("covered", &line.covered())?;
        let rules: Vec<&str> = line.rules.iter().map(|rule| rule.id).collect();
        map.serialize_entry("rules", &rules)?;
        map.end()
    }
}

/// What everything costs.
pub(super) struct CostView<'a> {
    pub(super) named: &'a dyn Directory,
    pub(super) sums: &'a Sums,
    /// Which part of the replay it is of, if not the whole.
    pub(super) part: Option<&'a Part>,
}

impl Serialize for CostView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "by_meter",
            &AmountsView {
                amounts: self.sums.all,
                total: false,
                rounding: self.sums.rounding,
            },
        )?;
        map.serialize_entry("by_instance", &ByInstance(self))?;
        map.serialize_entry("by_resource", &ByResource(self))?;
        map.serialize_entry(
            "account",
            &with_total(Some(&self.sums.account), self.sums.rounding),
        )?;
        let sums = self.sums;
        map.serialize_entry("savings", &sums.rounding.sum(sums.savings))?;
        map.serialize_entry("total", &sums.rounding.sum(sums.all.total()))?;
        map.end()
    }
}

/// By name: where another instance took a name over, both together.
struct ByInstance<'a>(&'a CostView<'a>);

impl Serialize for ByInstance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CostView { named, sums, part } = self.0;
        let cast = named.cast();
        let mut by_slot: BTreeMap<u32, Cost> = (0..cast.slots())
            .filter(|&slot| part.is_none_or(|part| part.has(cast, slot)))
            .map(|slot| (slot, Cost::default()))
            .collect();
        for (instance, amounts) in &sums.instances {
            let Some(slot) = named.slot(*instance) else {
                continue;
            };
            let sum = by_slot.entry(slot).or_default();
            *sum = sum.plus(*amounts);
        }
        serializer.collect_map(by_slot.iter().map(|(slot, amounts)| {
            (
                cast.name(*slot).to_string(),
                with_total(Some(amounts), sums.rounding),
            )
        }))
    }
}

/// What has a cost of its own: Elastic IPs, and volumes that no instance was launched with.
struct ByResource<'a>(&'a CostView<'a>);

impl Serialize for ByResource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CostView { named, sums, .. } = self.0;
        let mut by_name: BTreeMap<String, Cost> = BTreeMap::new();
        let addresses = sums
            .addresses
            .iter()
            .map(|(&address, sum)| (named.address_name(address), sum));
        let volumes = sums
            .volumes
            .iter()
            .filter(|(volume, _)| named.owner(**volume).is_none());
        let volumes = volumes.map(|(&volume, sum)| (named.volume_name(volume), sum));
        let others = sums.others.iter();
        let others = others.map(|(&one, sum)| (named.resource_name(one), sum));
        for (name, amounts) in addresses.chain(volumes).chain(others) {
            let sum = by_name.entry(name).or_default();
            *sum = sum.plus(*amounts);
        }
        serializer.collect_map(
            by_name
                .iter()
                .map(|(name, amounts)| (name, with_total(Some(amounts), sums.rounding))),
        )
    }
}

/// The fields of something that is a map in JSON, in their order.
pub(super) fn in_order(map: &impl Serialize) -> io::Result<Vec<(String, serde_json::Value)>> {
    let text = serde_json::to_string(map)?;
    let Entries(fields) = serde_json::from_str(&text)?;
    Ok(fields)
}

/// The entries of an object, in the order in which they stand there.
#[derive(Debug)]
pub(super) struct Entries<V>(pub(super) Vec<(String, V)>);

impl<'t, V: Deserialize<'t>> Deserialize<'t> for Entries<V> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<V>(PhantomData<V>);
        impl<'t, V: Deserialize<'t>> Visitor<'t> for Each<V> {
            type Value = Entries<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Each(PhantomData))
    }
}
