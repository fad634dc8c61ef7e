//! The JSON Schema against the reader: what the one takes, the other takes, as far as a schema can tell.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use ec2sim::scenario::{
    self, Code, Scenario,
    keys::{self, Table, Takes},
};
use serde_json::{Map, Value, json};

use crate::{diagnostics, support};

/// YAML as a YAML 1.2 language server sees it.
pub(crate) mod yaml {
    use std::collections::BTreeMap;

    use granit_parser::{Event, Parser, ScalarStyle};
    use serde_json::{Map, Value};

    enum Open {
        Seq(Vec<Value>, usize),
        Map(Map<String, Value>, Option<String>, usize),
    }

    fn size(value: &Value) -> usize {
        1 + match value {
            Value::Array(items) => items.iter().map(size).sum(),
            Value::Object(entries) => entries.values().map(size).sum(),
            _ => 0,
        }
    }

    /// The first document of a text; none if it isn't YAML, or a bomb.
    pub(crate) fn read(text: &str) -> Option<Value> {
        let mut stack: Vec<Open> = Vec::new();
        let mut anchors = BTreeMap::new();
        let mut root = None;
        let mut budget = 10_000_usize;
        for event in Parser::new_from_str(text) {
            let (event, _) = event.ok()?;
            let (value, anchor) = match event {
                Event::SequenceStart(_, anchor, _) => {
                    stack.push(Open::Seq(Vec::new(), anchor));
                    continue;
                }
                Event::MappingStart(_, anchor, _) => {
                    stack.push(Open::Map(Map::new(), None, anchor));
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match stack.pop()? {
                    Open::Seq(items, anchor) => (Value::Array(items), anchor),
                    Open::Map(entries, _, anchor) => (Value::Object(entries), anchor),
                },
                Event::Scalar(text, style, anchor, _) => {
                    let is_key = matches!(stack.last(), Some(Open::Map(_, None, _)));
                    let value = if is_key || style != ScalarStyle::Plain {
                        Value::String(text.into_owned())
                    } else {
                        plain(&text)
                    };
                    (value, anchor)
                }
                Event::Alias(id) => {
                    let value = anchors.get(&id)?;
                    budget = budget.checked_sub(size(value))?;
                    (Value::clone(value), 0)
                }
                _ => continue,
            };
            if anchor > 0 {
                anchors.insert(anchor, value.clone());
            }
            match stack.last_mut() {
                None => {
                    root.get_or_insert(value);
                }
                Some(Open::Seq(items, _)) => items.push(value),
                Some(Open::Map(entries, key, _)) => match key.take() {
                    None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
                    Some(key) => {
                        entries.insert(key, value);
                    }
                },
            }
        }
        root
    }

    fn plain(text: &str) -> Value {
        match text {
            "" | "~" | "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                let whole = text.parse::<u64>().map(Value::from);
                let number = whole.or_else(|_| text.parse::<f64>().map(Value::from));
                number.unwrap_or_else(|_| text.into())
            }
            _ => text.into(),
        }
    }
}

/// A validator of the keywords that the schema uses. One that it doesn't know is a failure: it would pass unnoticed.
pub(crate) mod validator {
    use std::{cell::RefCell, collections::BTreeMap};

    use regex_automata::meta::Regex;
    use serde_json::{Map, Value};

    thread_local! {
        static PATTERNS: RefCell<BTreeMap<String, Regex>> = const { RefCell::new(BTreeMap::new()) };
    }

    fn matches(pattern: &str, text: &str) -> bool {
        PATTERNS.with_borrow_mut(|known| {
            let known = known
                .entry(pattern.to_owned())
                .or_insert_with(|| Regex::new(pattern).expect("a pattern"));
            known.is_match(text)
        })
    }

    /// What is wrong, each with its path; empty if it is valid.
    pub(crate) fn faults(root: &Value, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        check(root, root, value, "", &mut found);
        found
    }

    fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        check(root, schema, value, "", &mut found);
        found.is_empty()
    }

    pub(super) fn holds(root: &Value, schema: &Value, value: &Value) -> bool {
        fits(root, schema, value)
    }

    fn is_type(name: &str, value: &Value) -> bool {
        match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_u64() || value.is_i64(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("no type is called {other}"),
        }
    }

    fn check(root: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
        let fields = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return found.push(format!("{path}: nothing fits")),
            other => other.as_object().expect("a schema is a mapping or a flag"),
        };
        for (keyword, wanted) in fields {
            keyword_check(root, fields, (keyword, wanted), value, path, found);
        }
    }

    fn keyword_check(
        root: &Value,
        fields: &Map<String, Value>,
        (keyword, wanted): (&str, &Value),
        value: &Value,
        path: &str,
        found: &mut Vec<String>,
    ) {
        let list = || wanted.as_array().expect("a list");
        let names = |list: &Value| -> Vec<String> {
            let names = list.as_array().expect("a list").iter();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect()
        };
        let object = value.as_object();
        let mut fault = |holds: bool, why: &str| {
            if !holds {
                found.push(format!("{path}: {keyword}: {why}"));
            }
        };
        match keyword {
            "$schema" | "$defs" | "$comment" | "title" | "description" | "default"
            | "errorMessage" => {}
            "$ref" => {
                let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                let target = root.pointer(pointer).expect("a reference leads somewhere");
                check(root, target, value, path, found);
            }
            "type" => {
                let fits = match wanted {
                    Value::String(name) => is_type(name, value),
                    names_of => names(names_of).iter().any(|name| is_type(name, value)),
                };
                fault(fits, &format!("{value} is not {wanted}"));
            }
            "enum" => fault(list().contains(value), &format!("{value}")),
            "const" => fault(wanted == value, &format!("{value}")),
            "pattern" => {
                if let Some(text) = value.as_str() {
                    fault(matches(wanted.as_str().unwrap(), text), text);
                }
            }
            "minLength" | "maxLength" => {
                if let Some(text) = value.as_str() {
                    let (length, limit) = (
                        text.chars().count(),
                        usize::try_from(wanted.as_u64().unwrap()).unwrap(),
                    );
                    fault(
                        if keyword == "minLength" {
                            length >= limit
                        } else {
                            length <= limit
                        },
                        text,
                    );
                }
            }
            "minimum" | "maximum" => {
                if let (Some(number), Some(limit)) = (value.as_f64(), wanted.as_f64()) {
                    fault(
                        if keyword == "minimum" {
                            number >= limit
                        } else {
                            number <= limit
                        },
                        "out of range",
                    );
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{path}/{index}"), found);
                }
            }
            "properties" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    if let Some(inner) = object.and_then(|object| object.get(name)) {
                        check(root, schema, inner, &format!("{path}/{name}"), found);
                    }
                }
            }
            "additionalProperties" => {
                let known = fields.get("properties").and_then(Value::as_object);
                for (name, inner) in object.into_iter().flatten() {
                    if !known.is_some_and(|known| known.contains_key(name)) {
                        check(root, wanted, inner, &format!("{path}/{name}"), found);
                    }
                }
            }
            "required" => {
                for name in names(wanted) {
                    let there = object.is_none_or(|object| object.contains_key(&name));
                    fault(there, &format!("{name} is missing"));
                }
            }
            "dependentRequired" => {
                for (name, others) in wanted.as_object().unwrap() {
                    if let Some(object) = object.filter(|object| object.contains_key(name)) {
                        let there = names(others).iter().all(|other| object.contains_key(other));
                        fault(there, &format!("{name} needs {others}"));
                    }
                }
            }
            "dependentSchemas" => {
                for (name, schema) in wanted.as_object().unwrap() {
                    if object.is_some_and(|object| object.contains_key(name)) {
                        check(root, schema, value, path, found);
                    }
                }
            }
            "anyOf" => fault(
                list().iter().any(|schema| fits(root, schema, value)),
                &format!("{value} fits none"),
            ),
            "oneOf" => {
                let count = list()
                    .iter()
                    .filter(|schema| fits(root, schema, value))
                    .count();
                fault(count == 1, &format!("{value} fits {count}"));
            }
            "not" => fault(!fits(root, wanted, value), "fits what it should not"),
            other => panic!("the validator doesn't know {other}"),
        }
    }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(scenario::schema);

fn faults(text: &str) -> Vec<String> {
    let value = yaml::read(text).unwrap_or_else(|| panic!("this is YAML:\n{text}"));
    validator::faults(&SCHEMA, &value)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_bundled_scenario_is_valid() {
    ec2sim::testing::each_scenario("scenarios", |case| {
        let text = fs::read_to_string(case.path()).unwrap();
        assert_eq!(faults(&text), Vec::<String>::new());
    });
    let whole = fs::read_to_string(root().join("src/scenario/tests/whole.yaml")).unwrap();
    assert_eq!(faults(&whole), Vec::<String>::new());
}

#[test]
fn every_scenario_of_the_pages_is_valid() {
    for page in ["README.md", "docs/scenario-format.md", "docs/ci.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            if block.contains("steps:") && block.contains("instances:") {
                assert_eq!(faults(block), Vec::<String>::new(), "{page}:\n{block}");
            } else if block.starts_with("- stop:") {
                let steps = format!("  {}", block.trim_end().replace('\n', "\n  "));
                assert_eq!(
                    faults(&format!("steps:\n{steps}\n")),
                    Vec::<String>::new(),
                    "{page}"
                );
            }
        }
    }
}

/// The mistakes that depend on one place only, and that a schema therefore can tell.
fn is_told_by_a_schema(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownKey
            | Code::UnknownWord
            | Code::UnknownType
            | Code::BadDuration
            | Code::BadFlag
            | Code::BadNumber
            | Code::BadInstant
            | Code::BadAmount
            | Code::Misplaced
            | Code::Exclusive
            | Code::WrongShape
            | Code::EmptyStep
    )
}

#[test]
fn what_the_reader_takes_is_valid_and_unknown_keys_are_not() {
    let mut told = 0;
    let mut valid: Vec<String> = Vec::new();
    for (name, text) in diagnostics::CASES {
        let Some(value) = yaml::read(text).filter(Value::is_object) else {
            continue;
        };
        let faults = validator::faults(&SCHEMA, &value);
        match Scenario::from_text("lesson.yaml", text) {
            Ok(_) => assert_eq!(faults, Vec::<String>::new(), "{name}"),
            Err(mistakes) => {
                let mut codes = mistakes.iter().map(|one| one.code);
                // Price keys are names of the catalogue's that a schema would have to list.
                let of_prices = text.contains("prices:");
                // Nor does a pattern do sums.
                let of_sums = text.contains("999999w") || text.contains("1969-");
                if codes.any(is_told_by_a_schema) && !of_prices && !of_sums {
                    told += 1;
                    if faults.is_empty() {
                        valid.push(format!("{name}:\n{mistakes}"));
                    }
                }
            }
        }
    }
    assert!(valid.is_empty(), "{}", valid.join("\n\n"));
    assert!(told > 30, "{told} mistakes are told by the schema");
}

#[test]
fn a_valid_step_is_one_the_reader_takes() {
    let head = "instances: { web: { type: m5.large }, db: { type: m5.large, count: 2 } }\naddresses: { vip: ~ }\nvolumes: { data: 9 }\nsteps:\n  - launch: [web, db]\n  - ";
    for (step, is_valid) in [
        ("stop: web", true),
        ("stop: [web, db-1]", true),
        ("stop: { instances: [web], force: yes }", true),
        ("stop: { instance: web, force: true }", true),
        ("stop: { force: true }", false),
        ("stop: { instance: web, instances: web }", false),
        ("{ stop: web, start: web }", false),
        (
            "{ stop: web, note: a, label: b, fails: IncorrectState, at: 1h }",
            true,
        ),
        ("{ stop: web, at: 1h, after: 1h }", false),
        ("{ stop: web, timeout: 1h }", false),
        ("{ wait: 1h, fails: IncorrectState }", false),
        ("{ wait-until: { web: running }, timeout: 1h }", true),
        ("{ wait-until: { web: on } }", false),
        ("note: only this", true),
        ("{ note: only this, fails: IncorrectState }", false),
        ("at: 1h", false),
        ("{}", false),
        ("{ each: db, every: 7s, steps: [{ stop: self }] }", true),
        ("{ each: db }", false),
        ("{ repeat: 2, steps: [{ wait: 1m }] }", true),
        (
            "{ repeat: { times: 2, every: 1h }, steps: [{ wait: 1m }] }",
            true,
        ),
        ("{ repeat: { every: 1h }, steps: [{ wait: 1m }] }", false),
        ("{ stop: web, steps: [{ wait: 1m }] }", false),
        ("{ wait: 0, at: 0 }", true),
        ("wait: 90", false),
        ("wait: 1h90m", true),
        ("wait: 90m1h", false),
        ("wait: PT1H30M", true),
        ("wait: P1DT", false),
        ("{ at: 2026-01-01T01:00:00Z, stop: web }", true),
        ("{ at: 2026-01-01, stop: web }", false),
        ("associate-address: { address: vip, instance: web }", true),
        ("associate-address: { address: vip }", false),
        ("associate-address: vip", false),
        ("allocate-address: {}", false),
        ("disassociate-address: {}", false),
        ("release-address: { address: vip }", true),
        ("release-address: {}", false),
        ("create-volume: { volume: a, size: 10 }", true),
        ("create-volume: { volume: a }", false),
        ("attach-volume: { volume: data, instance: web }", true),
        ("attach-volume: { volume: data }", false),
        ("detach-volume: {}", false),
        ("delete-volume: { volume: data }", true),
        ("modify-volume: { size: 10 }", false),
        (
            "expect: { web: { billed: no, api-state: 0, cost: 0.0 }, cost: { total: $0 } }",
            true,
        ),
        ("expect: { web: { billed: maybe } }", false),
        ("expect: { web: pending }", false),
        ("modify: { instance: web, type: m5.xlarge }", true),
        ("modify: { instance: web, type: m5.xlarg }", false),
    ] {
        let text = format!("{head}{step}\n");
        let mistakes = support::mistakes(&text);
        assert_eq!(
            mistakes.is_empty(),
            is_valid,
            "the reader of {step}: {mistakes}"
        );
        assert_eq!(
            faults(&text).is_empty(),
            is_valid,
            "the schema of {step}: {:?}",
            faults(&text)
        );
    }
}

#[test]
fn what_may_be_empty_is_the_same_for_both() {
    for key in keys::SCENARIO.keys {
        let text = if key.name == "steps" {
            "steps:\n".to_owned()
        } else {
            format!("{}:\nsteps: []\n", key.name)
        };
        let reader = support::mistakes(&text);
        assert_eq!(
            reader.is_empty(),
            faults(&text).is_empty(),
            "{}: {reader}",
            key.name
        );
    }
    for (text, is_valid) in [
        (
            "defaults: { type: m5.large }\ninstances: { web: }\nsteps: []\n",
            true,
        ),
        (
            "instances: { web: { type: m5.large, tags: { a: ~, b: 1, c: x } } }\nsteps: []\n",
            true,
        ),
        (
            "instances: { web: { type: m5.large, root: { volume: gp3, type: gp3, size: 9 } } }\nsteps: []\n",
            false,
        ),
        (
            "instances: { web: { type: m5.large, root: gp3 9GiB, volumes: [9, 1TiB st1] } }\nsteps: []\n",
            true,
        ),
        (
            "instances: { web: { type: m5.large, root: 9GB } }\nsteps: []\n",
            false,
        ),
        ("prices: { m5.large: -1 }\nsteps: []\n", false),
        (
            "timings: { pending: 1s .. 2s, stopping: 0 }\nsteps: []\n",
            true,
        ),
        ("timings: { pending: 1..2 }\nsteps: []\n", false),
        ("region: us-east-9\nsteps: []\n", false),
        ("name: x\n", false),
    ] {
        let reader = support::mistakes(text);
        assert_eq!(
            reader.is_empty(),
            is_valid,
            "the reader of {text}: {reader}"
        );
        assert_eq!(
            faults(text).is_empty(),
            is_valid,
            "the schema of {text}: {:?}",
            faults(text)
        );
    }
}

/// Walks the table and the schema side by side.
fn compare(table: &'static Table, schema: &Value, whole: &Value, seen: &mut BTreeSet<String>) {
    let schema = resolved(schema, whole);
    let properties = schema["properties"].as_object().unwrap();
    let keys: BTreeSet<&str> = table.names().collect();
    let there: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(keys, there, "{}", table.what);
    if !seen.insert(format!("{} {keys:?}", table.what)) {
        return;
    }
    for key in table.keys {
        let property = &properties[key.name];
        let said = property["description"].as_str().unwrap();
        assert!(said.contains(key.help), "{}: {said}", key.name);
        if let Some(default) = property.get("default") {
            assert!(
                validator::holds(whole, property, default),
                "{}: {default}",
                key.name
            );
        }
        inside(&key.kind, property, whole, seen);
    }
}

fn resolved<'a>(schema: &'a Value, whole: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => whole.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

fn inside(kind: &'static Takes, schema: &Value, whole: &Value, seen: &mut BTreeSet<String>) {
    let schema = resolved(schema, whole);
    // What may be nothing as well is one of two.
    let is_either = matches!(kind, Takes::Either(_) | Takes::Optional(_));
    let alternatives = schema.get("anyOf").and_then(Value::as_array);
    if let (Some(alternatives), false) = (alternatives, is_either)
        && alternatives.iter().any(|one| one["type"] == "null")
    {
        return inside(kind, &alternatives[0], whole, seen);
    }
    match kind {
        Takes::Map(table) => compare(table, schema, whole, seen),
        Takes::Entries(kind) => inside(kind, &schema["additionalProperties"], whole, seen),
        Takes::Many(kind) => inside(kind, &schema["items"], whole, seen),
        Takes::Optional(kind) => inside(kind, &schema["anyOf"][0], whole, seen),
        Takes::Either(kinds) => {
            let alternatives = schema["anyOf"].as_array().unwrap().iter();
            let alternatives: Vec<&Value> =
                alternatives.filter(|one| one["type"] != "null").collect();
            assert_eq!(kinds.len(), alternatives.len());
            for (kind, schema) in kinds.iter().zip(alternatives) {
                inside(kind, schema, whole, seen);
            }
        }
        Takes::Steps => compare(&keys::STEP, &schema["items"], whole, seen),
        Takes::Checks => {
            compare(&keys::EXPECT, schema, whole, seen);
            compare(&keys::CHECKS, &schema["additionalProperties"], whole, seen);
        }
        _ => {}
    }
}

#[test]
fn the_keys_of_the_schema_are_those_of_the_table() {
    let whole = scenario::schema();
    let mut seen = BTreeSet::new();
    compare(&keys::SCENARIO, &whole, &whole, &mut seen);
    assert!(seen.len() > 25, "{seen:?}");
    // Every definition is used by another.
    let text = whole.to_string();
    for name in whole["$defs"]
        .as_object()
        .map(Map::keys)
        .into_iter()
        .flatten()
    {
        assert!(text.contains(&format!("\"#/$defs/{name}\"")), "{name}");
    }
}

#[test]
fn a_parameter_may_stand_wherever_a_value_may() {
    let text = "
params: { type: m5.large, gib: \"20\", when: 10h, code: IncorrectInstanceState, protected: \"yes\", place: b, count: \"2\", price: $0.1, state: stopped }
region: us-east-1
timings: { stopping: \"${when}\" }
prices: { m5.large: \"${price}\" }
instances:
  web: { type: \"${type}\", zone: \"us-east-1${place}\", root: \"${gib}GiB gp3\", termination-protection: \"${protected}\" }
  db: { type: \"${type}\", count: \"${count}\" }
steps:
  - launch: [web, db]
  - at: \"${when}\"
    stop: web
  - start: web
    fails: \"${code}\"
  - wait-until: { web: \"${state}\" }
    timeout: 1d
  - expect: { web: { state: \"${state}\" } }
";
    assert_eq!(support::mistakes(text), "");
    assert_eq!(faults(text), Vec::<String>::new());
    // What is none stays a mistake.
    let faulty = text.replace("type: \"${type}\", zone", "type: \"{type}\", zone");
    assert!(!faults(&faulty).is_empty());
}

#[test]
fn the_schema_refuses_what_no_key_is() {
    assert_eq!(faults("steps: []\n"), Vec::<String>::new());
    assert_eq!(faults("stpes: []\nsteps: []\n"), ["/stpes: nothing fits"]);
    assert!(!validator::faults(&SCHEMA, &json!([])).is_empty());
}
