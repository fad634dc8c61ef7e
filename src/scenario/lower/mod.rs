//! Stage 2 of reading: what the words of the tree mean. All mistakes are collected, and reading goes on.

mod account;
mod actions;
mod ask;
mod asked;
mod beside;
mod capacity;
mod checks;
mod clock;
mod containers;
mod events;
mod free_tier;
mod functions;
mod hosts;
mod image;
mod instance;
mod message;
mod modify;
mod names;
mod placement;
mod presence;
mod prices;
mod purchases;
mod requests;
mod reservations;
mod spot;
mod steps;
mod storage;
mod systems;
mod told;
mod transfer;
mod trouble;
mod volume;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

pub(crate) use beside::Alias;
pub(super) use beside::lower_beside;
pub use image::{IMAGES, NamedImage};
pub(crate) use names::is_plain_name;
pub(super) use prices::{is_below, price_keys};

use super::{
    Code, Reading,
    keys::{self, AccountKey, FORMAT, InstanceKey, NoKey, ScenarioKey, TimingKey, VpcKey},
    nearest::{nearest, one_of},
    reader::{Draft, Reader, Span},
    shape::{Field, Fields, meant},
    tree::{Entry, Kind, Node, quoted},
    value,
};
use crate::{
    billing::{PriceBook, PriceKey, Purchases},
    catalog::{RegionId, TypeId},
    compute::{EcsSettings, FunctionSpec, LambdaSettings, ServiceSpec},
    lifecycle::ErrorCode,
    record::ResourceKind,
    script::{Cast, CastEntry, Limits, Program, TimeRange, Timings, Zone},
    time::{SimDuration, SimTime},
    world::{
        GroupSpec, HostSpec, InstanceSpec, Quotas, ReservationSpec, SpotTable, VolumeSpec, Vpc,
    },
};

use clock::ScriptClock;
use names::{Declared, Found};
use presence::Presence;
use storage::Holds;

/// The instant of offset zero, if the file says nothing: 2026-01-01T00:00:00Z.
const START: SimTime = SimTime::from_secs(1_767_225_600);

/// The Region, if the file says nothing.
const REGION: &str = "us-east-1";

/// What is known while a scenario is lowered.
struct Lower<'r> {
    reader: &'r mut Reader,
    region: RegionId,
    start: SimTime,
    prices: PriceBook,
    purchases: Purchases,
    /// What Spot Instances cost, and when.
    spot_table: SpotTable,
    /// Where each Savings Plan stands.
    plans: Vec<Span>,
    /// The families of the types that something runs on, or is reserved for.
    families: BTreeSet<&'static str>,
    /// How large volumes are that have names of their own, as far as the file says it.
    sizes: BTreeMap<u32, u32>,
    /// Whether a step gives a volume another size.
    resizes: bool,
    /// Whether a step gives an instance other volumes.
    reattaches: bool,
    /// What volumes are said to hold: judged when all steps are known, as they need not be carried out in their order.
    holds: Vec<Holds>,
    names: Declared,
    limits: Limits,
    /// What each instance of the file is launched as; none where its description has a mistake.
    specs: Vec<Option<Arc<InstanceSpec>>>,
    /// What the members of a group are launched as that take turns in several zones, by the index of the instance.
    zoned: BTreeMap<usize, Vec<Arc<InstanceSpec>>>,
    groups: Vec<GroupSpec>,
    /// The Dedicated Hosts of the account; none where one has a mistake.
    hosts: Vec<Option<HostSpec>>,
    /// What holds for all functions, how long their init takes, and they themselves; none where one has a mistake.
    lambda: LambdaSettings,
    init: SimDuration,
    functions: Vec<Option<FunctionSpec>>,
    /// What holds for all tasks, how many clusters there are, and the services; none where one has a mistake.
    ecs: EcsSettings,
    clusters: u32,
    services: Vec<Option<ServiceSpec>>,
    /// The Capacity Reservations of the account; none where one has a mistake.
    reservations: Vec<Option<ReservationSpec>>,
    clock: ScriptClock,
    presence: Presence,
    /// Whether it was told that too many instances are there at a time.
    crowded: bool,
    /// The zones that the file names.
    zones: BTreeSet<&'static str>,
    /// The images that the file describes; none where it has a mistake.
    images: Vec<Option<image::ImageDraft>>,
    /// Whether it was told that they are more than the Region has.
    lettered: bool,
    /// Whether somebody asks for CPU credits.
    credits: bool,
    /// In which language the viewer is told things.
    language: Option<Arc<str>>,
    /// Whom `self` means in each `each` that is being read; none where its name has a mistake.
    own: Vec<Option<Found>>,
}

/// Makes a program of a tree. Answers `None` if there was a mistake, which is then reported.
pub(super) fn lower(
    root: &Node<'_>,
    stem: &str,
    directory: Option<&Path>,
    reading: &Reading,
    reader: &mut Reader,
) -> Option<Program> {
    let Reading {
        limits,
        estimates,
        ref prices,
        ref language,
        set: _,
        ref config,
    } = *reading;
    let config = config.as_deref();
    let given = given(root, reader)?;
    let name = optional_text(reader, given.name, "a name");
    let description = given.description.and_then(|node| {
        let told = told::told(reader, node, "a description", language.as_deref())?;
        Some(String::from(&*told))
    });
    let region = given
        .region
        .and_then(|node| region(reader, node))
        .or_else(|| config.and_then(|config| config.region))
        .or_else(|| RegionId::find(REGION))?;
    let start = given
        .start
        .and_then(|node| reader.instant(node))
        .unwrap_or(START);
    let zone = given.timezone.and_then(|node| timezone(reader, node));
    let zone = zone.unwrap_or_default();
    let until = given
        .until
        .and_then(|node| until(reader, node, start, &zone));
    let seed = given.seed.and_then(|node| reader.whole(node, 0, u64::MAX));
    if let Some(node) = given.format {
        read_format(reader, node);
    }
    let marks = given
        .marks
        .map_or_else(Vec::new, |node| read_marks(reader, node));
    let mut timings = Timings::default();
    for &(key, range) in config.map_or(&[][..], |config| &config.timings) {
        set_timing(&mut timings, key, range);
    }
    let own_timings = given.timings.and_then(|node| {
        let keys = TimingKey::TIMINGS;
        reader.fields(node, keys, "a mapping of durations")
    });
    for field in own_timings.iter().flat_map(Fields::iter) {
        if field.key.is_an_instances()
            && let Some(range) = time_range(reader, field.value)
        {
            set_timing(&mut timings, field.key, range);
        }
    }
    let configured = config.and_then(|config| {
        config.set(directory, |key| match key.split_once('.') {
            None if key == "region" => given.region.is_none(),
            Some(("timings", key)) => own_timings
                .as_ref()
                .zip(TimingKey::TIMINGS.find(key))
                .is_none_or(|(own, key)| own.get(key).is_none()),
            Some(_) | None => prices.is_none(),
        })
    });
    let prices = prices
        .as_ref()
        .or_else(|| config.and_then(|config| config.prices.as_ref()));
    let mut lower = Lower {
        reader,
        region,
        start,
        prices: {
            let book = PriceBook::new(region).over(prices.cloned());
            if estimates {
                book
            } else {
                book.without_estimates()
            }
        },
        purchases: Purchases::default(),
        spot_table: SpotTable::default(),
        plans: Vec::new(),
        families: BTreeSet::new(),
        sizes: BTreeMap::new(),
        resizes: false,
        reattaches: false,
        holds: Vec::new(),
        names: Declared::new(limits),
        limits,
        specs: Vec::new(),
        zoned: BTreeMap::new(),
        groups: Vec::new(),
        hosts: Vec::new(),
        reservations: Vec::new(),
        lambda: LambdaSettings::default(),
        init: FunctionSpec::default().init,
        functions: Vec::new(),
        ecs: EcsSettings {
            zones: u32::from(region.zone_count()).max(1),
            ..EcsSettings::default()
        },
        clusters: 0,
        services: Vec::new(),
        clock: ScriptClock::new(start, until, zone.clone()),
        presence: Presence::default(),
        crowded: false,
        zones: BTreeSet::new(),
        images: Vec::new(),
        lettered: false,
        credits: false,
        language: language.clone(),
        own: Vec::new(),
    };
    for (key, range) in config.map_or(&[][..], |config| &config.timings) {
        if *key == TimingKey::Init {
            lower.init = range.min;
        } else if *key == TimingKey::ProvisionedReady {
            lower.lambda.provisioned_ready = range.min;
        } else if let Some(time) = containers::time_of(&mut lower.ecs.times, *key) {
            *time = range.min;
        }
    }
    for field in own_timings.iter().flat_map(Fields::iter) {
        if field.key == TimingKey::Init {
            lower.init = lower.millis(field.value).unwrap_or(lower.init);
        } else if field.key == TimingKey::ProvisionedReady
            && let Some(ready) = lower.reader.duration(field.value)
        {
            lower.lambda.provisioned_ready = ready;
        } else if !field.key.is_an_instances()
            && field.key != TimingKey::ProvisionedReady
            && let Some(long) = lower.reader.duration(field.value)
            && let Some(time) = containers::time_of(&mut lower.ecs.times, field.key)
        {
            *time = long;
        }
    }
    let vpc = given.vpc.and_then(|node| lower.vpc(node));
    if let Some(node) = given.prices {
        lower.price_overrides(node, directory);
    }
    if let Some(node) = given.spot_prices {
        lower.spot_table = lower.spot_prices(node, directory);
    }
    for (key, price) in lower.prices.overrides() {
        if let PriceKey::Spot(of, platform) = key {
            lower.spot_table.set_default((of, platform), start, price);
        }
    }
    let quotas = match given.account {
        Some(field) => lower.account(field),
        None => Quotas::default(),
    };
    // What was named so far is what was bought.
    let reserved = lower.reservations.iter().flatten();
    lower.families = reserved
        .map(|one| one.slots.instance_type.info().family())
        .collect();
    lower.declare(&given);
    lower.placement_groups(given.placement_groups);
    if let Some(node) = given.steps {
        lower.names.declare_from_steps(node, lower.reader);
    } else {
        lower.names.nothing_is_made();
    }
    lower.functions(given.functions);
    lower.clusters(given.clusters);
    lower.services(given.services);
    lower.described_images(given.images);
    lower.instances(given.instances, given.defaults);
    lower.check_plans();
    let initial_volumes = lower.initial_volumes(given.volumes);
    let initial_addresses = lower.initial_addresses(given.addresses);
    let initial_images = u32::try_from(lower.images.len()).unwrap_or(u32::MAX);
    lower.presence.begin(&lower.names);
    lower.held_for_a_time();
    let steps = match given.steps {
        Some(node) => lower.steps(node),
        None => {
            let key = Span { lo: 0, hi: 0 };
            lower
                .reader
                .missing_key(key, "the scenario", "steps", "[…]");
            None
        }
    };
    let elsewhere = lower.elsewhere(given.elsewhere);
    let expect = match given.expect {
        Some(node) => lower.checks_at_end(node, &elsewhere),
        None => Vec::new(),
    };
    lower.finish_checks();
    lower.finish_holds();

    let ends = lower.clock.ends();
    let idle_purchases = lower.idle_purchases();
    let Lower {
        reader,
        names,
        specs,
        mut zoned,
        groups,
        hosts,
        lambda,
        functions,
        ecs,
        clusters,
        services,
        reservations,
        prices,
        purchases,
        credits,
        spot_table,
        ..
    } = lower;
    if !reader.is_clean() {
        return None;
    }
    let languages = reader.languages.iter().cloned().collect();
    let (entries, others, image_snapshots) = names.into_parts();
    let mut instances = Vec::with_capacity(entries.len());
    for (place, (entry, spec)) in entries.into_iter().zip(specs).enumerate() {
        instances.push(CastEntry {
            name: String::from(&*entry.name),
            count: entry.count,
            first_slot: entry.first_slot,
            spec: spec?,
            zoned: zoned.remove(&place).unwrap_or_default(),
        });
    }
    Some(Program {
        name: name.unwrap_or_else(|| stem.to_owned()),
        description,
        configured,
        marks,
        languages,
        start,
        until,
        spans_days: given.timezone.is_some()
            || until.unwrap_or(ends).since(start) > SimDuration::from_days(1),
        zone,
        seed: seed.unwrap_or(0),
        timings,
        cast: Arc::new(Cast {
            region,
            instances,
            others,
            image_snapshots,
        }),
        prices,
        purchases: Arc::new(purchases),
        idle_purchases,
        quotas,
        groups,
        credits,
        spot_prices: Arc::new(spot_table),
        vpc,
        initial_addresses,
        initial_images,
        initial_hosts: hosts.into_iter().collect::<Option<_>>()?,
        initial_reservations: reservations.into_iter().collect::<Option<_>>()?,
        initial_functions: functions.into_iter().collect::<Option<_>>()?,
        elsewhere,
        initial_clusters: clusters,
        initial_services: services.into_iter().collect::<Option<_>>()?,
        ecs,
        lambda,
        initial_volumes,
        steps: steps?,
        expect,
        limits,
        part: None,
    })
}

/// What the file says.
#[derive(Default)]
struct Given<'n, 't> {
    name: Option<&'n Node<'t>>,
    description: Option<&'n Node<'t>>,
    format: Option<&'n Node<'t>>,
    marks: Option<&'n Node<'t>>,
    region: Option<&'n Node<'t>>,
    start: Option<&'n Node<'t>>,
    until: Option<&'n Node<'t>>,
    timezone: Option<&'n Node<'t>>,
    seed: Option<&'n Node<'t>>,
    timings: Option<&'n Node<'t>>,
    account: Option<Field<'n, 't, ScenarioKey>>,
    vpc: Option<&'n Node<'t>>,
    prices: Option<&'n Node<'t>>,
    spot_prices: Option<&'n Node<'t>>,
    defaults: Option<&'n Node<'t>>,
    instances: Option<&'n Node<'t>>,
    images: Option<&'n Node<'t>>,
    volumes: Option<&'n Node<'t>>,
    addresses: Option<&'n Node<'t>>,
    functions: Option<&'n Node<'t>>,
    elsewhere: Option<&'n Node<'t>>,
    clusters: Option<&'n Node<'t>>,
    services: Option<&'n Node<'t>>,
    placement_groups: Option<&'n Node<'t>>,
    steps: Option<&'n Node<'t>>,
    expect: Option<&'n Node<'t>>,
}

/// The version of the language. A file of a later one may mean anything.
fn read_format(reader: &mut Reader, node: &Node<'_>) {
    let format = reader.whole(node, 1, u64::MAX);
    if let Some(format) = format.filter(|&format| format > FORMAT) {
        reader.report(Code::BadNumber, node.span, || {
            let message = format!("this ec2sim doesn't know version {format} of the language");
            Draft::new(message)
                .label(format!("expected `{FORMAT}`"))
                .note(format!(
                    "ec2sim {} knows versions up to {FORMAT}: the file was written for a newer one",
                    env!("CARGO_PKG_VERSION")
                ))
        });
    }
}

/// The words that a file can be chosen by, each once.
fn read_marks(reader: &mut Reader, node: &Node<'_>) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for item in reader.items(node, "a list of words").unwrap_or_default() {
        let Some(mark) = reader.text(item, "a word") else {
            continue;
        };
        let is_word = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if mark.is_empty() || !mark.chars().all(is_word) {
            reader.report(Code::UnknownWord, item.span, || {
                Draft::new(format!("{} is not a word", quoted(mark)))
                    .label("expected letters, digits, `-`, `_` and `.`")
            });
        } else if !marks.iter().any(|known| known == mark) {
            marks.push(mark.to_owned());
        }
    }
    marks
}

fn given<'n, 't>(root: &'n Node<'t>, reader: &mut Reader) -> Option<Given<'n, 't>> {
    let mut given = Given::default();
    for field in scenario_fields(root, reader)?.iter() {
        let node = Some(field.value);
        // Keys below which everything is commented out say nothing.
        let some = node.filter(|node| !matches!(node.kind, Kind::Null));
        match field.key {
            ScenarioKey::Name => given.name = some,
            ScenarioKey::Description => given.description = some,
            ScenarioKey::Format => given.format = node,
            ScenarioKey::Marks => given.marks = some,
            ScenarioKey::Region => given.region = node,
            ScenarioKey::Start => given.start = node,
            ScenarioKey::Until => given.until = node,
            ScenarioKey::Timezone => given.timezone = node,
            ScenarioKey::Seed => given.seed = node,
            ScenarioKey::Timings => given.timings = some,
            ScenarioKey::Account => given.account = some.map(|_| field),
            ScenarioKey::Vpc => given.vpc = node,
            ScenarioKey::Prices => given.prices = some,
            ScenarioKey::SpotPrices => given.spot_prices = some,
            ScenarioKey::Defaults => given.defaults = some,
            ScenarioKey::Instances => given.instances = some,
            ScenarioKey::Images => given.images = some,
            ScenarioKey::Volumes => given.volumes = some,
            ScenarioKey::Addresses => given.addresses = some,
            ScenarioKey::Functions => given.functions = some,
            ScenarioKey::Elsewhere => given.elsewhere = some,
            ScenarioKey::Clusters => given.clusters = some,
            ScenarioKey::Services => given.services = some,
            ScenarioKey::PlacementGroups => given.placement_groups = some,
            ScenarioKey::Steps => given.steps = node,
            ScenarioKey::Expect => given.expect = some,
            // They were taken out: parameters stand in their places, each variant is read as a scenario of its own.
            ScenarioKey::Include
            | ScenarioKey::Fragment
            | ScenarioKey::Params
            | ScenarioKey::Variants => {}
        }
    }
    Some(given)
}

fn scenario_fields<'n, 't>(
    root: &'n Node<'t>,
    reader: &mut Reader,
) -> Option<Fields<'n, 't, ScenarioKey>> {
    match root.kind {
        // Of another program's file each key would be a mistake.
        Kind::Map(entries) if is_foreign(entries) => {
            reader.report(Code::MissingKey, Span::default(), || {
                Draft::new("this is not a scenario: it has no `steps`")
                    .note("a scenario is a mapping with `steps` at the top level")
            });
            None
        }
        Kind::Seq(_) => {
            reader.report(Code::WrongShape, first_line(root.span), || {
                Draft::new("expected a scenario, found a list")
                    .label("a list begins here")
                    .note("the steps of a scenario go under `steps:`")
            });
            None
        }
        Kind::Map(entries) if entries.iter().any(is_not_yet) => {
            for entry in entries.iter().filter(|entry| is_not_yet(entry)) {
                let what = format!("what stands under `{}`", entry.key.text);
                reader.not_simulated(entry.key.span, &what);
            }
            None
        }
        Kind::Null | Kind::Scalar(_) | Kind::Map(_) => {
            reader.fields(root, ScenarioKey::SCENARIO, "a scenario")
        }
    }
}

/// Keys of a scenario that the language has and the simulator doesn't know yet.
const NOT_YET: &[&str] = &[
    "apis",
    "compute-environments",
    "queues",
    "jobs",
    "groups",
    "beanstalk",
    "lightsail",
    "app-runner",
    "workflows",
    "repositories",
    "outposts",
];

fn is_not_yet(entry: &Entry<'_>) -> bool {
    NOT_YET.contains(&entry.key.text)
}

/// Whether a mapping is another thing than a scenario in the making: it has no steps, no word that could be meant for them,
/// and a key that is no scenario's.
fn is_foreign(entries: &[Entry<'_>]) -> bool {
    let keys = ScenarioKey::SCENARIO;
    let (mut is_foreign, mut services, mut clusters) = (false, false, false);
    for entry in entries {
        let text = entry.key.text;
        match keys.find(text).or_else(|| meant(text, keys)) {
            Some(ScenarioKey::Steps) => return false,
            Some(ScenarioKey::Services) => services = true,
            Some(ScenarioKey::Clusters) => clusters = true,
            Some(_) => {}
            None => is_foreign = true,
        }
    }
    // Those of Docker Compose have services as well, and no clusters.
    is_foreign || services && !clusters
}

/// Only the beginning of something long.
fn first_line(span: Span) -> Span {
    Span {
        lo: span.lo,
        hi: span.hi.min(span.lo.saturating_add(1)),
    }
}

fn optional_text(reader: &mut Reader, node: Option<&Node<'_>>, what: &str) -> Option<String> {
    reader.text(node?, what).map(str::to_owned)
}

pub(super) fn region(reader: &mut Reader, node: &Node<'_>) -> Option<RegionId> {
    let text = reader.text(node, "a Region")?;
    let found = RegionId::find(text);
    if found.is_none() {
        reader.report(Code::UnknownPlace, node.span, || {
            let near = nearest(text, RegionId::all().map(RegionId::name));
            let draft = Draft::new(format!("{} is not a Region", quoted(text)))
                .label("expected an AWS Region")
                .instead(near);
            // A zone is written where its Region is meant.
            let zone = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
            match RegionId::find(zone) {
                Some(region) => draft.instead(Some(region.name())),
                None => draft,
            }
        });
    }
    found
}

fn timezone(reader: &mut Reader, node: &Node<'_>) -> Option<Zone> {
    let text = reader.text(node, "a time zone")?;
    let found = Zone::find(text);
    if found.is_none() {
        reader.report(Code::UnknownPlace, node.span, || {
            let names = Zone::names();
            Draft::new(format!("{} is not a time zone", quoted(text)))
                .label("expected a name such as `Asia/Jakarta`")
                .instead(nearest(text, names.iter().map(String::as_str)).map(str::to_owned))
        });
    }
    found
}

fn until(reader: &mut Reader, node: &Node<'_>, start: SimTime, zone: &Zone) -> Option<SimTime> {
    let text = reader.text(node, "an offset or an instant")?;
    if value::looks_like_clock(text) {
        let what = "a time of the day";
        let clock = reader.parsed(node, Code::BadInstant, what, value::clock)?;
        return clock.next(zone, start);
    }
    if value::looks_like_instant(text) {
        let end = reader.instant(node)?;
        if end < start {
            reader.report(Code::Backwards, node.span, || {
                Draft::new("the end of the scenario is before its start")
                    .label(format!("expected {start} or later"))
            });
            return None;
        }
        return Some(end);
    }
    let what = "an offset or an instant";
    let offset = reader.parsed(node, Code::BadDuration, what, value::duration)?;
    let end = start.checked_add(offset);
    if end.is_none() {
        reader.report(Code::TooLate, node.span, || {
            Draft::new("the end of the scenario is beyond the year 9999").label("too long")
        });
    }
    end
}

/// How long a transitional state lasts.
pub(super) fn time_range(reader: &mut Reader, node: &Node<'_>) -> Option<TimeRange> {
    let what = "a duration or a range";
    let (min, max) = reader.parsed(node, Code::BadDuration, what, value::range)?;
    Some(TimeRange { min, max })
}

const fn set_timing(timings: &mut Timings, key: TimingKey, range: TimeRange) {
    match key {
        TimingKey::Pending => timings.pending = range,
        TimingKey::Resuming => timings.resuming = range,
        TimingKey::Stopping => timings.stopping = range,
        // As long as the file says, whether it works or not.
        TimingKey::Hibernating => (timings.hibernating, timings.fallback) = (range, range),
        TimingKey::ShuttingDown => timings.shutting_down = range,
        TimingKey::Rebooting => timings.rebooting = range,
        // They are those of functions and tasks.
        TimingKey::Init
        | TimingKey::ProvisionedReady
        | TimingKey::TaskProvisioning
        | TimingKey::TaskPending
        | TimingKey::ImagePull
        | TimingKey::TaskActivating
        | TimingKey::TaskStopping
        | TimingKey::TaskDeprovisioning => {}
    }
}

impl Lower<'_> {
    /// `vpc`.
    fn vpc(&mut self, node: &Node<'_>) -> Option<Vpc> {
        let keys = VpcKey::VPC;
        let fields = self.reader.fields(node, keys, "a mapping")?;
        self.reader
            .lacks(&fields, keys, &[(VpcKey::Cidr, "172.31.0.0/16")]);
        let cidr = fields.get(VpcKey::Cidr)?;
        self.reader
            .parsed(cidr, Code::BadAddress, "a block of addresses", |text| {
                Vpc::parse(text).map_err(value::Reason::new)
            })
    }

    /// Gives a name to everything that the file declares above its steps, before any of it is looked at closely.
    fn declare(&mut self, given: &Given<'_, '_>) {
        let count_of = |node: &Node<'_>| match node.kind {
            Kind::Map(entries) => entries
                .iter()
                .find(|entry| {
                    InstanceKey::INSTANCE.find(entry.key.text) == Some(InstanceKey::Count)
                })
                .map(|entry| count(&entry.value)),
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => None,
        };
        let default = given.defaults.and_then(count_of);
        let of_account = |key: AccountKey| match given.account?.value.kind {
            Kind::Map(entries) => entries
                .iter()
                .find(|entry| AccountKey::ACCOUNT.find(entry.key.text) == Some(key))
                .map(|entry| &entry.value),
            Kind::Null | Kind::Scalar(_) | Kind::Seq(_) => None,
        };
        for (node, kind) in [
            (given.instances, ResourceKind::Instance),
            (given.images, ResourceKind::Image),
            (
                of_account(AccountKey::DedicatedHosts),
                ResourceKind::DedicatedHost,
            ),
            (
                of_account(AccountKey::CapacityReservations),
                ResourceKind::CapacityReservation,
            ),
            (given.volumes, ResourceKind::Volume),
            (given.addresses, ResourceKind::Address),
            (given.functions, ResourceKind::Function),
            (given.clusters, ResourceKind::Cluster),
            (given.services, ResourceKind::Service),
        ] {
            let Some(Node {
                kind: Kind::Map(entries),
                ..
            }) = node
            else {
                continue;
            };
            for entry in *entries {
                let is_instance = kind == ResourceKind::Instance;
                let count = (is_instance.then(|| count_of(&entry.value).or(default))).flatten();
                self.names.declare(&entry.key, kind, count, self.reader);
            }
        }
        if let Some(Node {
            kind: Kind::Map(entries),
            ..
        }) = given.placement_groups
        {
            for entry in *entries {
                self.names.declare_group(&entry.key, self.reader);
            }
        }
        self.names.find_clashes(self.reader);
    }

    /// How many Elastic IPs exist from the start.
    fn initial_addresses(&mut self, node: Option<&Node<'_>>) -> u32 {
        let Some(node) = node else { return 0 };
        let entries = self
            .reader
            .entries(node, "a mapping from names to addresses")
            .unwrap_or_default();
        for entry in entries {
            if !matches!(entry.value.kind, Kind::Null) {
                self.reader
                    .fields(&entry.value, NoKey::ADDRESS, "nothing (`~`)");
            }
        }
        u32::try_from(entries.len()).unwrap_or(u32::MAX)
    }

    /// The volumes that exist from the start.
    fn initial_volumes(&mut self, node: Option<&Node<'_>>) -> Vec<(VolumeSpec, &'static str)> {
        let Some(node) = node else { return Vec::new() };
        let entries = self
            .reader
            .entries(node, "a mapping from names to volumes")
            .unwrap_or_default();
        let volumes: Vec<_> = entries
            .iter()
            .filter_map(|entry| self.initial_volume(&entry.value))
            .collect();
        let sizes = (0..).zip(&volumes);
        self.sizes
            .extend(sizes.map(|(name, (volume, _))| (name, volume.size_gib)));
        volumes
    }

    /// A zone of the Region, by name or id. Letters are an account's own: any may stand there, up to as many different ones as
    /// the Region has zones (`LIFE-ZONE-LETTERS`).
    fn zone(&mut self, node: &Node<'_>) -> Option<&'static str> {
        let text = self.reader.text(node, "a zone")?;
        let region = self.region;
        let found = region.zone(text);
        if found.is_none() {
            self.reader.report(Code::UnknownPlace, node.span, || {
                let message = format!("{} is not a zone of {}", quoted(text), region.name());
                let draft = Draft::new(message)
                    .label(format!("expected a zone of {}", region.name()))
                    .instead(
                        // A letter that is missing could be any.
                        nearest(text, region.zones()).filter(|_| !text.starts_with(region.name())),
                    );
                if region.zones().next().is_none() {
                    draft.note("the catalogue doesn't know the zones of this Region")
                } else {
                    draft.or_note(|| format!("its zones are {}", one_of(region.zones())))
                }
            });
        }
        if let Some(zone) = found {
            self.zones.insert(zone);
            let most = usize::from(region.zone_count()).max(region.zones().count());
            if self.zones.len() > most && !std::mem::replace(&mut self.lettered, true) {
                self.reader.report(Code::UnknownPlace, node.span, || {
                    let message = format!(
                        "{} has {most} zones, and the file names more",
                        region.name()
                    );
                    let named: Vec<&str> = self.zones.iter().copied().collect();
                    Draft::new(message)
                        .label("expected one of those named before")
                        .note(format!("the file names {}", named.join(", ")))
                });
            }
        }
        found
    }

    /// The zone of what names none: the Region's first.
    fn default_zone(&self) -> &'static str {
        // Where the zones have no known names, the Region's own stands for all of them.
        self.region.zones().next().unwrap_or(self.region.name())
    }

    fn instance_type(&mut self, node: &Node<'_>) -> Option<TypeId> {
        let text = self.reader.text(node, "an instance type")?;
        let found = self.type_named(text, node.span)?;
        self.families.insert(found.info().family());
        Some(found)
    }

    fn type_named(&mut self, text: &str, at: Span) -> Option<TypeId> {
        let found = TypeId::find(text);
        if found.is_none() {
            self.reader.report(Code::UnknownType, at, || {
                Draft::new(format!("unknown instance type {}", quoted(text)))
                    .label("expected a type such as `m5.large`")
                    .instead(nearest(text, TypeId::all().map(TypeId::name)))
            });
        }
        found
    }

    fn error_code(&mut self, node: &Node<'_>) -> Option<ErrorCode> {
        let text = self.reader.text(node, "an error code")?;
        let found = ErrorCode::find(text);
        match found.map(ErrorCode::never) {
            Some(None) => {}
            Some(Some(why)) => {
                self.reader.report(Code::NeverRefused, node.span, || {
                    Draft::new(format!("no step can be refused with {}", quoted(text)))
                        .label(why)
                        .note("the code is EC2's, but nothing that a scenario can ask is answered with it")
                });
            }
            None => {
                let possible = ErrorCode::ALL.iter().filter(|code| code.never().is_none());
                self.reader.report(Code::UnknownWord, node.span, || {
                    Draft::new(format!("the error code {} is not known here", quoted(text)))
                        .label("expected a code that a step can be refused with")
                        .instead(nearest(text, possible.map(|code| code.name())))
                        .or_note(|| "such as `IncorrectInstanceState`, spelled as in EC2; `ec2sim explain` knows every code".to_owned())
                });
            }
        }
        found
    }
}

/// A `count`, as far as it can be used; its mistakes are told where the instance is read.
fn count(node: &Node<'_>) -> u32 {
    match node.kind {
        Kind::Scalar(text) => value::whole(text, 1, keys::MAX_COUNT)
            .ok()
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(1),
        Kind::Null | Kind::Seq(_) | Kind::Map(_) => 1,
    }
}
