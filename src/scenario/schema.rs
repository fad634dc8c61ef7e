//! The JSON Schema of a scenario file, made from the table of keys.
//!
//! It is for editors: they complete keys and values, show what each means, and underline what can't be. What depends on more
//! than one place (names, times, prices) stays with the reader, which `ec2sim check` asks. Mappings without alternatives and
//! one definition for each table keep the messages of YAML language servers short.

use serde_json::{Map, Value, json};

use super::{
    IMAGES,
    keys::{CHECKS, EXPECT, Key, List, SCENARIO, STEP, StepKey, Table, Takes},
    value,
    variants::NOT_VARIED,
};
use crate::{
    action::Verb,
    catalog::{self, Architecture, Platform, RegionId, TypeId, VolumeType},
    lifecycle::{ApiState, ErrorCode, InstanceState},
};

/// The name under which a generated scenario looks for the schema, beside itself.
pub const SCHEMA_FILE: &str = "ec2sim.schema.json";

/// The keys of a file that may hold nothing: everything below them may be commented out.
const MAY_BE_EMPTY: &[&str] = &[
    "name",
    "description",
    "marks",
    "timings",
    "account",
    "prices",
    "spot-prices",
    "defaults",
    "instances",
    "images",
    "volumes",
    "addresses",
    "functions",
    "clusters",
    "services",
    "elsewhere",
    "placement-groups",
    "expect",
    "variants",
];

/// The mappings that may hold nothing wherever they stand: an instance may be all `defaults`.
const MAPPINGS_THAT_MAY_BE_EMPTY: &[&str] = &[
    "an instance",
    "a function",
    "a cluster",
    "tasks on Fargate",
    "`timings`",
    "`account`",
];

/// The keys that a mapping can't do without, by what the mapping is.
const REQUIRED: &[(&str, &[&str])] = &[
    ("a scenario", &["steps"]),
    ("`vpc`", &["cidr"]),
    ("a Reserved Instance", &["type", "term", "payment"]),
    ("a Savings Plan", &["kind", "commitment", "term", "payment"]),
    ("a Dedicated Host", &["family"]),
    ("`allocate-host`", &["host", "family"]),
    ("`release-host`", &["host"]),
    ("a Capacity Reservation", &["type"]),
    ("`create-capacity-reservation`", &["reservation", "type"]),
    ("`cancel-capacity-reservation`", &["reservation"]),
    ("a placement group", &["strategy"]),
    ("`placement-group`", &["group"]),
    ("`allocate-address`", &["address"]),
    ("`associate-address`", &["address"]),
    ("`disassociate-address`", &["address"]),
    ("`release-address`", &["address"]),
    ("`create-volume`", &["volume"]),
    ("`create-snapshot`", &["volume", "snapshot"]),
    ("this action on a snapshot", &["snapshot"]),
    ("`create-image`", &["instance", "image"]),
    ("`deregister-image`", &["image"]),
    ("`replace-root-volume`", &["instance"]),
    ("`attach-interface`", &["interface", "instance"]),
    ("`detach-interface`", &["interface"]),
    ("`attach-volume`", &["volume", "instance"]),
    ("`detach-volume`", &["volume"]),
    ("`modify-volume`", &["volume"]),
    ("`delete-volume`", &["volume"]),
    ("`repeat`", &["times"]),
    ("`fails`", &["code"]),
    ("a service", &["cluster"]),
    ("an action on a service", &["service"]),
    ("`run-task`", &["service"]),
    ("`scale`", &["service", "desired"]),
    ("`deploy`", &["service"]),
    ("an action on a task", &["task"]),
    ("`exit`", &["task"]),
    ("`invoke`", &["function"]),
    ("`load`", &["rate", "for"]),
    ("`update-function`", &["function"]),
    ("`provision`", &["function", "concurrency"]),
    ("`unprovision`", &["function"]),
];

/// The JSON Schema of a scenario file, draft 2020-12.
///
/// # Example
///
/// ```
/// let schema = ec2sim::scenario::schema();
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// assert_eq!(schema["properties"]["region"]["default"], "us-east-1");
/// assert_eq!(schema["additionalProperties"], false);
/// ```
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let mut root = definitions.mapping(&SCENARIO);
    root.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    root.insert("title".to_owned(), json!("An ec2sim scenario"));
    root.insert(
        "$comment".to_owned(),
        json!(format!(
            "Printed by `ec2sim schema`, version {}, catalogue {}.",
            env!("CARGO_PKG_VERSION"),
            catalog::version()
        )),
    );
    root.insert("$defs".to_owned(), Value::Object(definitions.made));
    Value::Object(root)
}

/// The definitions that were needed so far.
#[derive(Default)]
struct Definitions {
    made: Map<String, Value>,
    /// The tables among them, with their names.
    tables: Vec<(&'static Table, String)>,
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn any_of(schemas: &[Value]) -> Value {
    json!({ "anyOf": schemas })
}

/// A schema that takes nothing as well: without another level where that can be, so that messages stay at their place.
fn or_nothing(mut schema: Value) -> Value {
    let nothing = json!("null");
    match schema.as_object_mut() {
        Some(fields) if fields.contains_key("$ref") => {
            any_of(&[schema, json!({ "type": nothing })])
        }
        Some(fields) => {
            if let Some(Value::Array(any)) = fields.get_mut("anyOf") {
                any.push(json!({ "type": nothing }));
            }
            match fields.get_mut("type") {
                Some(Value::Array(types)) => types.push(nothing),
                Some(one) => *one = json!([one.take(), nothing]),
                None => {}
            }
            schema
        }
        None => schema,
    }
}

fn requires(name: &str) -> Value {
    json!({ "required": [name] })
}

/// A single value that YAML may take for a number or a flag, and that is text here.
fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

/// A mapping with keys of one's own.
fn entries(value: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

/// The name of a definition: `a volume` is called `volume`.
fn slug(what: &str) -> String {
    let what = what.trim_start_matches("a ").trim_start_matches("an ");
    what.replace('`', "").replace(' ', "-")
}

impl Definitions {
    /// Refers to a definition, and makes it first where it isn't there yet.
    fn defined(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.made.contains_key(name) {
            // A step may hold steps: what refers to itself finds its name taken.
            self.made.insert(name.to_owned(), Value::Bool(true));
            let made = make(self);
            self.made.insert(name.to_owned(), made);
        }
        reference(name)
    }

    /// Refers to the definition of a table. `key` is the key that holds it.
    fn table(&mut self, table: &'static Table, key: &str) -> Value {
        if let Some((_, name)) = self.tables.iter().find(|(known, _)| *known == table) {
            return reference(name);
        }
        let name = slug(table.what);
        let is_own = (!table.what.starts_with("this ")).then_some(name);
        // What several tables are called goes by the key, and then by a number.
        let others = (2..).map(|number| format!("{key}-{number}"));
        let mut names = is_own
            .into_iter()
            .chain(std::iter::once(key.to_owned()))
            .chain(others);
        let name = names.find(|name| !self.made.contains_key(name));
        let name = name.unwrap_or_else(|| key.to_owned());
        self.tables.push((table, name.clone()));
        self.defined(&name, |all| Value::Object(all.mapping(table)))
    }

    /// A mapping with the keys of a table and no others.
    fn mapping(&mut self, table: &'static Table) -> Map<String, Value> {
        let mut properties = Map::new();
        for key in table.keys {
            let schema = self.property(table, key);
            properties.insert(key.name.to_owned(), schema);
        }
        let mut mapping = Map::new();
        let types = if MAPPINGS_THAT_MAY_BE_EMPTY.contains(&table.what) {
            json!(["object", "null"])
        } else {
            json!("object")
        };
        mapping.insert("type".to_owned(), types);
        mapping.insert("description".to_owned(), json!(table.what));
        mapping.insert("properties".to_owned(), Value::Object(properties));
        mapping.insert("additionalProperties".to_owned(), json!(false));
        let required = REQUIRED.iter().find(|(what, _)| *what == table.what);
        if let Some((_, names)) = required {
            mapping.insert("required".to_owned(), json!(names));
        }
        if table.find("instances").is_some() && table.find("instance").is_some() {
            let one = [requires("instance"), requires("instances")];
            mapping.insert("oneOf".to_owned(), json!(one));
        }
        if table.what == "`create-volume`" {
            let one = [requires("size"), requires("snapshot")];
            mapping.insert("anyOf".to_owned(), json!(one));
        }
        if table.what == "`associate-address`" {
            let one = [requires("instance"), requires("interface")];
            mapping.insert("oneOf".to_owned(), json!(one));
        }
        if table.what == "a volume" {
            let both = json!({ "required": ["volume", "type"] });
            mapping.insert("not".to_owned(), both);
        }
        mapping
    }

    /// What a key holds, with what it means and what holds without it.
    fn property(&mut self, table: &'static Table, key: &'static Key) -> Value {
        let mut schema = match (&key.kind, table.what, key.name) {
            // A tag may have no value.
            (Takes::Entries(inside), "an instance", "tags") => {
                let inside = self.kind(inside, key.name);
                entries(&or_nothing(inside))
            }
            (kind, ..) => self.kind(kind, key.name),
        };
        let may_be = matches!(&key.kind, Takes::Map(inside) if MAPPINGS_THAT_MAY_BE_EMPTY.contains(&inside.what));
        if table.what == "a scenario" && MAY_BE_EMPTY.contains(&key.name) && !may_be {
            schema = or_nothing(schema);
        }
        let mut said = key.help.to_owned();
        if !key.default.is_empty() {
            said = format!("{said} (default: {})", key.default);
        }
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("description".to_owned(), json!(said));
            if let Some(default) = default(&key.kind, key.default) {
                fields.insert("default".to_owned(), default);
            }
        }
        schema
    }

    fn kind(&mut self, kind: &'static Takes, key: &str) -> Value {
        match kind {
            Takes::Text => text(),
            Takes::Flag => self.defined("flag", |all| {
                all.or_parameter(json!({ "enum": [true, false, "yes", "no"] }))
            }),
            Takes::Whole(least, most) => {
                let mut whole = json!({ "type": "integer", "minimum": least });
                // The greatest number that there is isn't a limit, and many readers of JSON can't hold it.
                if let (Some(fields), true) = (whole.as_object_mut(), *most < u64::MAX) {
                    fields.insert("maximum".to_owned(), json!(most));
                }
                self.or_parameter(whole)
            }
            Takes::Duration => self.defined("duration", |_| {
                or_zero(&duration_pattern(), "expected a time such as 1h30m or 45s")
            }),
            Takes::Range => self.defined("duration-or-range", |_| {
                let one = duration_pattern();
                let pattern = format!("{one}( *\\.\\. *{one})?");
                or_zero(
                    &pattern,
                    "expected a time such as 30s, or a range such as 15s..40s",
                )
            }),
            Takes::Millis => self.defined("short-duration", |_| {
                let ms = "([0-9]+(\\.[0-9]+)? *[A-Za-z]+[ ,]*)+|[Pp].+";
                or_zero(ms, "expected a time such as 120ms, 1.2s or 15m")
            }),
            Takes::Memory => self.defined("memory", |_| {
                patterned(
                    &json!("string"),
                    "[0-9]+(\\.[0-9]+)?(MB|GB|MiB|GiB)",
                    "expected an amount of memory such as 512MB",
                )
            }),
            Takes::Vcpus => self.defined("vcpus", |_| {
                json!({ "anyOf": [
                    { "type": "number", "minimum": 0 },
                    { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$" },
                ] })
            }),
            Takes::Payload => self.defined("payload", |_| {
                patterned(
                    &json!("string"),
                    "[0-9]+(\\.[0-9]+)?(KB|MB|KiB|MiB)",
                    "expected a size such as 300KB",
                )
            }),
            Takes::Rate => self.defined("rate", |_| {
                patterned(
                    &json!("string"),
                    "[0-9]+(\\.[0-9]+)?/(s|m|h|d)",
                    "expected a number and a time such as 2/s",
                )
            }),
            Takes::Instant => self.defined("instant", |_| {
                patterned(
                    &json!("string"),
                    INSTANT,
                    "expected an instant such as 2026-03-02T09:00:00Z",
                )
            }),
            Takes::Moment => self.defined("moment", |_| {
                let pattern = format!("({}|{INSTANT})", duration_pattern());
                or_zero(
                    &pattern,
                    "expected an offset such as 1h30m, or an instant such as 2026-03-02T09:00:00Z",
                )
            }),
            Takes::Size => self.defined("size", |_| {
                let mut size = patterned(
                    &json!(["string", "number"]),
                    "[0-9]+(\\.[0-9]+)?(GiB|TiB)?",
                    "expected a size such as 20GiB",
                );
                not_negative(&mut size);
                size
            }),
            Takes::Clock => self.defined("clock-time", |_| {
                patterned(
                    &json!("string"),
                    "([A-Za-z, ]+ )?([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?",
                    "expected a time of the day such as 18:00 or Tue 18:00",
                )
            }),
            Takes::Days => self.defined("days", |_| {
                patterned(
                    &json!("string"),
                    "day|weekday|[A-Za-z]+( *, *[A-Za-z]+)*",
                    "expected day, weekday, or days such as Mon,Wed,Fri",
                )
            }),
            Takes::Data => self.defined("data-amount", |_| {
                let mut data = patterned(
                    &json!(["string", "number"]),
                    "[0-9]+(\\.[0-9]+)?(B|(K|M|G|T)i?B)?",
                    "expected an amount of data such as 12GB",
                );
                not_negative(&mut data);
                data
            }),
            Takes::DataRate => self.defined("data-rate", |_| {
                patterned(
                    &json!("string"),
                    "[0-9]+(\\.[0-9]+)?(B|(K|M|G|T)i?B)/(s|min|h|d)",
                    "expected an amount of data and a time such as 1GB/h",
                )
            }),
            Takes::Amount => self.defined("dollars", |_| {
                let mut amount = patterned(
                    &json!(["string", "number"]),
                    "\\$? *([0-9]+(\\.[0-9]*)?|\\.[0-9]+)",
                    "expected US dollars such as $0.0104",
                );
                not_negative(&mut amount);
                amount
            }),
            Takes::Cost => self.defined("spent", |_| {
                let mut amount = patterned(
                    &json!(["string", "number"]),
                    &ranges_of("\\$? *([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"),
                    "expected US dollars such as $0.0104, or a range such as < $30 or $4..$5",
                );
                not_negative(&mut amount);
                amount
            }),
            Takes::Difference => self.defined("difference", |_| {
                patterned(
                    &json!(["string", "number"]),
                    &ranges_of("-?\\$? *([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"),
                    "expected US dollars such as -$1.20, or a range such as > $4",
                )
            }),
            Takes::Volume => self.defined("short-volume", |_| short_volume()),
            Takes::Address => {
                patterned(&json!("string"), "[0-9a-fA-F:.]+", "expected an IP address")
            }
            Takes::Words(words) => self.or_parameter(words_of(words.iter().copied())),
            Takes::Listed(list) => {
                let listed = self.listed(*list);
                self.or_parameter(listed)
            }
            Takes::NewName(named) => json!({
                "type": ["string", "integer"], "minLength": 1, "maxLength": 128, "title": format!("the name of {}", named.what()),
            }),
            Takes::Name(named) => json!({
                "type": ["string", "integer"], "minLength": 1, "title": format!("the name of {}", named.what()),
            }),
            Takes::Map(table) => self.table(table, key),
            Takes::Entries(inside) => {
                let inside = self.kind(inside, key);
                entries(&inside)
            }
            Takes::Many(inside) => json!({ "type": "array", "items": self.kind(inside, key) }),
            Takes::Either(kinds) => {
                let schemas: Vec<Value> = kinds.iter().map(|kind| self.kind(kind, key)).collect();
                any_of(&schemas)
            }
            Takes::Optional(inside) => {
                let inside = self.kind(inside, key);
                or_nothing(inside)
            }
            Takes::Steps => {
                let step = self.defined("step", Self::step);
                json!({ "type": "array", "items": step })
            }
            Takes::Variant => self.defined("variant", Self::variant),
            Takes::Checks => self.defined("checks", |all| {
                let checks = all.table(&CHECKS, "expect");
                let mut mapping = all.mapping(&EXPECT);
                mapping.insert("additionalProperties".to_owned(), checks);
                Value::Object(mapping)
            }),
        }
    }

    /// A schema that takes a parameter as well, `${name}`: whether the file has it, only the reader knows.
    fn or_parameter(&mut self, schema: Value) -> Value {
        let parameter = self.defined("parameter", |_| {
            json!({ "type": "string", "pattern": PARAMETER, "description": "a parameter of the file, such as ${type}" })
        });
        any_of(&[schema, parameter])
    }

    /// What may be laid over a file: what it may say itself, but for its script. Nothing is required.
    fn variant(&mut self) -> Value {
        let mut variant = self.mapping(&SCENARIO);
        variant.remove("required");
        if let Some(Value::Object(properties)) = variant.get_mut("properties") {
            for key in NOT_VARIED {
                properties.remove(*key);
            }
        }
        Value::Object(variant)
    }

    /// A step: one mapping, so that editors complete all of its keys, of which one says what it does.
    fn step(&mut self) -> Value {
        let mut step = self.mapping(&STEP);
        let does = |name: &&str| matches!(StepKey::STEP.find(name), Some(StepKey::Does(_)));
        let verbs = || STEP.names().filter(does).map(requires);
        let actions = Verb::ALL.iter().map(|verb| requires(verb.name()));
        // A step that does nothing tells something. What belongs to a verb doesn't stand in it.
        let others = ["fails", "timeout", "every", "steps"].map(requires);
        let tells = json!({
            "required": ["note"],
            "not": { "anyOf": verbs().chain(others).collect::<Vec<_>>() },
        });
        let one: Vec<Value> = verbs().chain([tells]).collect();
        step.insert("oneOf".to_owned(), json!(one));
        step.insert(
            "dependentRequired".to_owned(),
            json!({ "each": ["steps"], "repeat": ["steps"], "timeout": ["wait-until"] }),
        );
        let holds_steps = any_of(&[requires("each"), requires("repeat")]);
        step.insert(
            "dependentSchemas".to_owned(),
            json!({
                "at": { "not": requires("after") },
                "every": holds_steps,
                "steps": holds_steps,
                "fails": any_of(&actions.collect::<Vec<_>>()),
            }),
        );
        Value::Object(step)
    }

    fn listed(&mut self, list: List) -> Value {
        match list {
            List::Region => {
                self.defined("region", |_| words_of(RegionId::all().map(RegionId::name)))
            }
            List::Zone => self.defined("zone", |_| {
                words_of(RegionId::all().flat_map(|region| {
                    let named = region.zones().chain(region.other_zones());
                    named.chain(region.zone_ids())
                }))
            }),
            List::InstanceType => self.defined("instance-type", |_| {
                let mut types = words_of(TypeId::all().map(TypeId::name));
                says(&mut types, "expected an instance type such as m5.large");
                types
            }),
            List::Platform => self.defined("platform", |_| {
                words_of(Platform::ALL.into_iter().map(Platform::word))
            }),
            List::Image => self.defined("image-name", |_| {
                words_of(IMAGES.iter().map(|one| one.name))
            }),
            List::Architecture => self.defined("architecture", |_| {
                words_of(Architecture::ALL.into_iter().map(Architecture::name))
            }),
            List::VolumeType => self.defined("volume-type", |_| {
                words_of(VolumeType::ALL.into_iter().map(VolumeType::name))
            }),
            List::State => self.defined("state", |_| {
                words_of(InstanceState::ALL.iter().map(|state| state.name()))
            }),
            List::ApiState => self.defined("api-state", |_| {
                let names = ApiState::ALL.iter().map(|state| json!(state.name()));
                let codes = ApiState::ALL.iter().map(|state| json!(state.code()));
                json!({ "enum": names.chain(codes).collect::<Vec<_>>() })
            }),
            List::ErrorCode => self.defined("error-code", |_| {
                let possible = ErrorCode::ALL.iter().filter(|code| code.never().is_none());
                let mut codes = words_of(possible.map(|code| code.name()));
                says(
                    &mut codes,
                    "expected an error code of EC2's such as IncorrectInstanceState",
                );
                codes
            }),
        }
    }
}

/// One of these words. Those that YAML takes for flags are flags.
fn words_of<'w>(words: impl Iterator<Item = &'w str>) -> Value {
    let words = words.map(|word| match word {
        "true" => json!(true),
        "false" => json!(false),
        word => json!(word),
    });
    json!({ "enum": words.collect::<Vec<_>>() })
}

/// What language servers say instead of listing a thousand words, or showing a pattern.
fn says(schema: &mut Value, message: &str) {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("errorMessage".to_owned(), json!(message));
    }
}

fn not_negative(schema: &mut Value) {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("minimum".to_owned(), json!(0));
    }
}

/// The pattern of a text with a parameter in it, which may come to anything.
const PARAMETER: &str = "[$][{]";

/// The pattern of an amount, and of a range of such.
fn ranges_of(amount: &str) -> String {
    format!("(<=|>=|<|>)? *({amount})|({amount}) *\\.\\. *({amount})")
}

fn patterned(types: &Value, pattern: &str, message: &str) -> Value {
    let pattern = format!("^({pattern})$|{PARAMETER}");
    let mut schema = json!({ "type": types, "pattern": pattern });
    says(&mut schema, message);
    schema
}

/// A text of a pattern, or a bare 0.
fn or_zero(pattern: &str, message: &str) -> Value {
    let zero = json!({ "const": 0 });
    any_of(&[patterned(&json!("string"), pattern, message), zero])
}

/// `2026-03-02T09:00:00Z`, as [`value::instant`] reads it.
const INSTANT: &str =
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([Zz]|[+-][0-9]{2}:[0-9]{2})?";

/// `1h30m`, `PT1H30M`, `0`, as [`value::duration`] reads them: units in falling order, each once. Written without looking
/// ahead, which not every reader of schemas can.
fn duration_pattern() -> String {
    let falling = |units: &[char]| {
        let one = |unit: &char| format!("[0-9]+(\\.[0-9]+)?{unit}");
        let from = |first: usize| {
            let mut units = units.iter().skip(first);
            let first = units.next().map(one).unwrap_or_default();
            units.fold(first, |so_far, unit| format!("{so_far}({})?", one(unit)))
        };
        let all: Vec<String> = (0..units.len()).map(from).collect();
        format!("({})", all.join("|"))
    };
    let plain = falling(&['w', 'd', 'h', 'm', 's']);
    let (date, time) = (falling(&['W', 'D']), falling(&['H', 'M', 'S']));
    format!("(0|{plain}|P{date}(T{time})?|PT{time})")
}

/// `20GiB gp3`, in either order; either may be left out.
fn short_volume() -> Value {
    let types: Vec<&str> = VolumeType::ALL.into_iter().map(VolumeType::name).collect();
    let (size, types) = ("[0-9]+(\\.[0-9]+)?(GiB|TiB)?", types.join("|"));
    let word = format!("({size}|{types}|encrypted)");
    let pattern = format!("{word}( +{word}){{0,2}}");
    let mut volume = patterned(
        &json!(["string", "number"]),
        &pattern,
        "expected a volume such as 20GiB gp3",
    );
    not_negative(&mut volume);
    volume
}

/// What a key's default is as a value; none where it is an explanation.
fn default(kind: &Takes, said: &str) -> Option<Value> {
    let fits = |fits: bool| fits.then(|| json!(said));
    let one_of = |word: bool| word.then(|| json!(said));
    match kind {
        Takes::Flag => value::flag(said).ok().map(Value::Bool),
        Takes::Whole(least, most) => value::whole(said, *least, *most).ok().map(|n| json!(n)),
        Takes::Duration => fits(value::duration(said).is_ok()),
        Takes::Millis => fits(value::millis(said).is_ok()),
        Takes::Memory => fits(value::memory(said).is_ok()),
        Takes::Vcpus => fits(value::vcpus(said).is_ok()),
        Takes::Payload => fits(value::payload(said).is_ok()),
        Takes::Rate => fits(value::rate(said).is_ok()),
        Takes::Range => fits(value::range(said).is_ok()),
        Takes::Instant => fits(value::instant(said).is_ok()),
        Takes::Moment => fits(value::duration(said).is_ok() || value::instant(said).is_ok()),
        Takes::Clock => fits(value::clock(said).is_ok()),
        Takes::Days => fits(crate::script::Days::find(said).is_some()),
        Takes::Size => fits(value::size(said).is_ok()),
        Takes::Data => fits(value::data_amount(said).is_ok()),
        Takes::DataRate => fits(value::data_rate(said).is_ok()),
        Takes::Amount => fits(value::amount(said).is_ok()),
        Takes::Cost => fits(value::amount_check(said, value::Sign::Positive).is_ok()),
        Takes::Difference => fits(value::amount_check(said, value::Sign::Any).is_ok()),
        Takes::Words(words) => one_of(words.contains(&said)),
        Takes::Listed(List::Region) => one_of(RegionId::find(said).is_some()),
        Takes::Listed(List::VolumeType) => one_of(VolumeType::find(said).is_some()),
        Takes::Listed(List::Image) => one_of(IMAGES.iter().any(|image| image.name == said)),
        Takes::Either(kinds) => kinds.iter().find_map(|kind| default(kind, said)),
        Takes::Listed(
            List::Zone
            | List::InstanceType
            | List::Platform
            | List::Architecture
            | List::State
            | List::ApiState
            | List::ErrorCode,
        )
        | Takes::Text
        | Takes::Volume
        | Takes::Address
        | Takes::NewName(_)
        | Takes::Name(_)
        | Takes::Map(_)
        | Takes::Entries(_)
        | Takes::Many(_)
        | Takes::Optional(_)
        | Takes::Steps
        | Takes::Variant
        | Takes::Checks => None,
    }
}
