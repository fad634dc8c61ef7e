//! The page of all keys: `docs/reference/keys.md`. Each key has an example, which is how bundled scenarios mostly write it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use ec2sim::scenario::keys::{self, Key, Table, Takes};
use serde_json::Value;

use crate::{docs::hold, schema::yaml};

const PAGE: &str = "docs/reference/keys.md";

/// The steps, in groups that a reader looks for. A verb that is in none of them is found by the test.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Instances",
        &[
            "launch",
            "start",
            "stop",
            "hibernate",
            "reboot",
            "terminate",
            "modify",
        ],
    ),
    (
        "Addresses and interfaces",
        &[
            "allocate-address",
            "associate-address",
            "disassociate-address",
            "release-address",
            "attach-interface",
            "detach-interface",
        ],
    ),
    (
        "Volumes, snapshots, images",
        &[
            "create-volume",
            "attach-volume",
            "detach-volume",
            "modify-volume",
            "delete-volume",
            "replace-root-volume",
            "create-snapshot",
            "delete-snapshot",
            "archive-snapshot",
            "restore-snapshot",
            "enable-fast-restore",
            "disable-fast-restore",
            "create-image",
            "deregister-image",
        ],
    ),
    (
        "Functions",
        &[
            "invoke",
            "load",
            "update-function",
            "provision",
            "unprovision",
        ],
    ),
    (
        "Services and tasks",
        &[
            "create-service",
            "delete-service",
            "scale",
            "deploy",
            "run-task",
            "stop-task",
            "exit",
        ],
    ),
    (
        "What goes on inside",
        &[
            "shutdown",
            "halt",
            "reboot-inside",
            "cpu",
            "transfer",
            "read-io",
        ],
    ),
    (
        "What goes wrong",
        &[
            "impair",
            "fail",
            "recover",
            "hang",
            "schedule-event",
            "reschedule-event",
            "retire",
        ],
    ),
    (
        "Spot, capacity, hosts",
        &[
            "interrupt",
            "rebalance",
            "cancel-spot-request",
            "spot-price",
            "capacity",
            "create-capacity-reservation",
            "cancel-capacity-reservation",
            "allocate-host",
            "release-host",
        ],
    ),
    (
        "The script itself",
        &[
            "expect",
            "wait",
            "wait-until",
            "repeat",
            "each",
            "every",
            "steps",
            "timeout",
        ],
    ),
    ("Questions", &["ask", "choices", "answer", "hint", "why"]),
    ("With any step", &["at", "after", "note", "label", "fails"]),
];

/// Examples of what no scenario says in a line, or none says in words for everybody.
const UNSAID: &[&str] = &[
    "format: 1",
    "marks: [slow]",
    "functions: { thumb: { memory: 512MB, duration: 120ms } }",
    "region: eu-west-1",
    "account: { vcpu-quota: 64 }",
    "vcpu-quota: 64",
    "steps: [{ launch: web }]",
    "variants: { spot: { defaults: { market: spot } } }",
    "savings-plans: [{ kind: compute, commitment: $0.10, term: 1y, payment: no-upfront }]",
    "capacity-reservations: { odcr: { type: m5.large, zone: us-east-1a, count: 2 } }",
    "create-capacity-reservation: { reservation: odcr, type: m5.large, zone: us-east-1a, count: 2 }",
    "rates: { m5.large: $0.06 }",
    "spot-hpc: 96",
    "spot-u: 224",
    "days: 3",
    "enable-fast-restore: { snapshot: before, zones: [us-east-1a] }",
    "disable-fast-restore: before",
    "transfer: { instance: web, to: internet, amount: 120GB }",
    "cpu: { instance: web, percent: 40 }",
    "schedule-event: { instance: web, event: system-reboot, in: 14d }",
    "reschedule-event: { instance: web, to: 16d }",
    "allocate-host: { host: rack, family: m5 }",
    "fail: web",
    "halt: web",
    "retire: web",
    "interrupt: web",
    "rebalance: web",
    "cancel-spot-request: web",
    "each: web",
    "create-image: { instance: web, image: golden }",
    "note: Nobody uses it at night.",
    "ask: Is web billed while it is stopped?",
    "answer: { web: billed }",
    "hint: Which states does the meter run in?",
    "why: A stop ends the meter at once.",
    "choices: [kept, lost]",
];

/// Examples of `ec2sim.toml`, which is TOML.
const CONFIGURED: &[&str] = &[
    "paths = [\"scenarios\", \"deploy/smoke\"]",
    "include = [\"*.ec2sim.yaml\"]",
    "exclude = [\"drafts\"]",
    "region = \"eu-west-1\"",
    "prices = \"prices.csv\"",
    "snapshot = \"costs\"",
    "require-snapshots = true",
    "timings = { stopping = \"20s..90s\" }",
];

/// The heading of a table, and what a link to it is called.
fn title(table: &Table) -> (String, String) {
    let mut letters = table.what.chars();
    let title: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    let anchor = title
        .to_lowercase()
        .replace(' ', "-")
        .replace(['`', '.'], "");
    (title, anchor)
}

fn kind(kind: &Takes) -> String {
    match kind {
        Takes::Text => "text".to_owned(),
        Takes::Flag => "yes or no".to_owned(),
        Takes::Whole(0, u64::MAX) => "a whole number".to_owned(),
        Takes::Whole(from, u64::MAX | 4_294_967_295) => format!("a whole number, {from} or more"),
        Takes::Whole(from, to) if from == to => format!("`{from}`"),
        Takes::Whole(from, to) => format!("a whole number, {from} to {to}"),
        Takes::Duration => "a duration".to_owned(),
        Takes::Range => "a duration, or a range `15s..40s`".to_owned(),
        Takes::Millis => "a duration, also in milliseconds".to_owned(),
        Takes::Memory => "an amount of memory, such as `512MB`".to_owned(),
        Takes::Payload => "a size, such as `300KB`".to_owned(),
        Takes::Vcpus => "vCPUs: `0.25`".to_owned(),
        Takes::Rate => "a number and a time, such as `2/s`".to_owned(),
        Takes::Instant => "an instant".to_owned(),
        Takes::Moment => "an offset or an instant".to_owned(),
        Takes::Clock => "a time of the day, such as `18:00` or `Tue 18:00`".to_owned(),
        Takes::Days => "`day`, `weekday`, or days such as `Mon,Wed,Fri`".to_owned(),
        Takes::Size => "a size".to_owned(),
        Takes::Data => "an amount of data".to_owned(),
        Takes::DataRate => "an amount of data and a time".to_owned(),
        Takes::Amount => "US dollars".to_owned(),
        Takes::Cost | Takes::Difference => "US dollars, or a range such as `< $30`".to_owned(),
        Takes::Volume => "a volume, such as `20GiB gp3`".to_owned(),
        Takes::Address => "an address".to_owned(),
        Takes::Words(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Takes::Listed(list) => {
            let words = format!("{list:?}");
            let spaced: String = words
                .chars()
                .enumerate()
                .flat_map(|(at, letter)| {
                    (at > 0 && letter.is_uppercase())
                        .then_some(' ')
                        .into_iter()
                        .chain([letter.to_ascii_lowercase()])
                })
                .collect();
            format!("a known {spaced}")
        }
        Takes::NewName(named) => format!("a new name of {}", named.what()),
        Takes::Name(named) => format!("the name of {}", named.what()),
        Takes::Map(table) => {
            let (_, anchor) = title(table);
            format!("[{}](#{anchor})", table.what)
        }
        Takes::Entries(inside) => format!("name → {}", self::kind(inside)),
        Takes::Many(inside) => format!("a list: {}", self::kind(inside)),
        Takes::Either([one, Takes::Many(each), rest @ ..]) if one == *each => {
            let mut said = format!("{}, or a list of such", self::kind(one));
            for other in rest {
                write!(said, "; or {}", self::kind(other)).unwrap();
            }
            said
        }
        Takes::Either(kinds) => kinds
            .iter()
            .map(self::kind)
            .collect::<Vec<_>>()
            .join("; or "),
        Takes::Optional(inside) => format!("nothing, or {}", self::kind(inside)),
        Takes::Steps => "a list of steps".to_owned(),
        Takes::Variant => "the keys of a scenario, but for `steps` and `variants`".to_owned(),
        Takes::Checks => "a check for each key".to_owned(),
    }
}

fn tables_of(kind: &'static Takes, found: &mut Vec<&'static Table>) {
    match kind {
        Takes::Map(table) => collect(table, found),
        Takes::Entries(inside) | Takes::Many(inside) | Takes::Optional(inside) => {
            tables_of(inside, found);
        }
        Takes::Either(kinds) => kinds.iter().for_each(|kind| tables_of(kind, found)),
        _ => {}
    }
}

fn collect(table: &'static Table, found: &mut Vec<&'static Table>) {
    if found.iter().any(|known| known.what == table.what) {
        return;
    }
    found.push(table);
    for key in table.keys {
        tables_of(&key.kind, found);
    }
}

/// How often bundled scenarios write a key of a table so and not otherwise.
#[derive(Default)]
struct Examples(BTreeMap<(&'static str, &'static str), BTreeMap<String, usize>>);

impl Examples {
    fn of_scenarios() -> Self {
        let mut examples = Self::default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        ec2sim::testing::each_scenario(root.join("scenarios"), |case| {
            examples.read(&fs::read_to_string(case.path()).unwrap());
        });
        // What people have met, what there is for teaching, and every other form.
        for folder in ["tests/data/field", "tests/data/teach", "tests/data/forms"] {
            for entry in fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|ending| ending == "yaml") {
                    examples.read(&fs::read_to_string(path).unwrap());
                }
            }
        }
        // What no scenario has to say.
        examples.read(&fs::read_to_string(root.join("src/scenario/tests/whole.yaml")).unwrap());
        examples
    }

    fn read(&mut self, text: &str) {
        let value = yaml::read(text).unwrap();
        self.visit(&Takes::Map(&keys::SCENARIO), &value);
    }

    fn table(&mut self, table: &'static Table, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let Some(key) = table.keys.iter().find(|key| key.name == name) else {
                continue;
            };
            let example = format!("{name}: {}", flow(value));
            // What is longer is looked up in a scenario.
            if example.chars().count() <= 72 {
                let found = self.0.entry((table.what, key.name)).or_default();
                *found.entry(example).or_default() += 1;
            }
            self.visit(&key.kind, value);
        }
    }

    fn visit(&mut self, kind: &'static Takes, value: &Value) {
        match kind {
            Takes::Map(table) => self.table(table, value),
            Takes::Entries(inside) => {
                for value in value.as_object().into_iter().flat_map(|all| all.values()) {
                    self.visit(inside, value);
                }
            }
            Takes::Many(inside) => {
                for value in value.as_array().into_iter().flatten() {
                    self.visit(inside, value);
                }
            }
            Takes::Optional(inside) => self.visit(inside, value),
            Takes::Either(kinds) => {
                let fits = |table: &Table| {
                    let mut names = value.as_object().into_iter().flat_map(|all| all.keys());
                    names.all(|name| table.keys.iter().any(|key| key.name == name))
                };
                let fitting = kinds.iter().find(|kind| {
                    !matches!(kind, Takes::Map(table) if !fits(table)) && is_like(kind, value)
                });
                if let Some(kind) = fitting {
                    self.visit(kind, value);
                }
            }
            Takes::Steps => {
                for value in value.as_array().into_iter().flatten() {
                    self.table(&keys::STEP, value);
                }
            }
            Takes::Variant => self.table(&keys::SCENARIO, value),
            Takes::Checks => {
                self.table(&keys::EXPECT, value);
                for (name, value) in value.as_object().into_iter().flatten() {
                    if name != "cost" {
                        self.table(&keys::CHECKS, value);
                    }
                }
            }
            _ => {}
        }
    }

    /// What the page says, if it is still written; else what is written most often, there or under another key of the same name, and
    /// of several the shortest. So the page doesn't change with each scenario.
    fn best(&self, table: &Table, key: &Key, said: Option<&str>) -> Option<String> {
        let of = |list: &[&str]| {
            let mut texts = list.iter();
            let found = texts.find(|text| text.split([':', ' ']).next() == Some(key.name));
            found.map(|text| (*text).to_owned())
        };
        if table.what == keys::CONFIG.what {
            return of(CONFIGURED);
        }
        let here = self.0.get(&(table.what, key.name));
        let elsewhere = || self.0.iter().find(|((_, name), _)| *name == key.name);
        let found = here.or_else(|| Some(elsewhere()?.1));
        let is_written = |said: &&str| {
            let mut same = self.0.iter().filter(|((_, name), _)| *name == key.name);
            same.any(|(_, found)| found.contains_key(*said))
        };
        let often = found.and_then(|found| {
            let best = found
                .iter()
                .max_by_key(|(text, count)| (**count, std::cmp::Reverse(text.len())))?;
            Some(best.0.clone())
        });
        let flag = || {
            let other = if key.default == "yes" { "no" } else { "yes" };
            matches!(key.kind, Takes::Flag).then(|| format!("{}: {other}", key.name))
        };
        let kept = said.filter(is_written).map(str::to_owned);
        of(UNSAID).or(kept).or(often).or_else(flag)
    }
}

/// Whether a value has the form of a kind: a mapping, a list or a single value.
fn is_like(kind: &Takes, value: &Value) -> bool {
    match kind {
        Takes::Map(_) | Takes::Entries(_) | Takes::Checks | Takes::Variant => value.is_object(),
        Takes::Many(_) | Takes::Steps => value.is_array(),
        Takes::Optional(inside) => value.is_null() || is_like(inside, value),
        Takes::Either(kinds) => kinds.iter().any(|kind| is_like(kind, value)),
        _ => !value.is_object() && !value.is_array(),
    }
}

/// A value on one line, as a person would write it.
fn flow(value: &Value) -> String {
    match value {
        Value::Null => "~".to_owned(),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let is_plain = !text.is_empty()
                && !text.contains([',', '{', '}', '[', ']', '#', '"', '\n'])
                && !text.contains(": ")
                && !text.starts_with(['<', '>', '=', '&', '*', '!', '%', '@', '`', ' ', '-', '?']);
            if is_plain {
                text.clone()
            } else {
                value.to_string()
            }
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, value)| format!("{name}: {}", flow(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// The examples of the page as it is: heading, key, example.
fn said_before(page: &str) -> BTreeMap<(String, &str), String> {
    let mut said = BTreeMap::new();
    let mut heading = String::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut heading);
        }
        let row = line
            .strip_prefix("| `")
            .and_then(|row| row.strip_suffix("` |"));
        if let Some((key, rest)) = row.and_then(|row| row.split_once("` |"))
            && let Some((_, example)) = rest.rsplit_once("| `")
        {
            said.insert((heading.clone(), key), example.replace("\\|", "|"));
        }
    }
    said
}

#[test]
fn the_page_of_the_keys_is_made_from_their_table() {
    let mut tables = Vec::new();
    for table in [
        &keys::SCENARIO,
        &keys::INSTANCE,
        &keys::STEP,
        &keys::CHECKS,
        &keys::CONFIG,
    ] {
        collect(table, &mut tables);
    }
    let examples = Examples::of_scenarios();
    let before = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    let before = said_before(&before);
    let mut page = String::from(
        "# The keys of a scenario file\n\nGenerated from `src/scenario/keys`. [The scenario language](../scenario-format.md) \
         explains how they work together. An example is how the bundled scenarios mostly write a key. At the end are the keys of [`ec2sim.toml`](../ci.md#ec2simtoml).\n\n\
         Most looked for: [a scenario](#a-scenario), [an instance](#an-instance), [a step](#a-step), [an expectation](#an-expectation).\n",
    );
    let mut without = Vec::new();
    let mut row = |page: &mut String, table: &Table, key: &Key| {
        let cell = |text: &str| text.replace('|', "\\|");
        let example = examples
            .best(
                table,
                key,
                before.get(&(title(table).0, key.name)).map(String::as_str),
            )
            .unwrap_or_else(|| {
                without.push(key.name);
                String::new()
            });
        writeln!(
            page,
            "| `{}` | {} | {} | {} | `{}` |",
            key.name,
            cell(key.help),
            cell(&kind(&key.kind)),
            cell(key.default),
            cell(&example)
        )
        .unwrap();
    };
    let head = "| key | meaning | value | default | example |\n| --- | --- | --- | --- | --- |\n";
    for table in tables {
        let (title, _) = title(table);
        write!(page, "\n## {title}\n").unwrap();
        if table.what != keys::STEP.what {
            write!(page, "\n{head}").unwrap();
            for key in table.keys {
                row(&mut page, table, key);
            }
            continue;
        }
        page.push_str("\nOne of these says what it does. An action is named after EC2's call, which is its meaning here.\n");
        let mut listed = 0;
        for (group, names) in GROUPS {
            write!(page, "\n### {group}\n\n{head}").unwrap();
            for name in *names {
                let key = table.keys.iter().find(|key| key.name == *name);
                row(
                    &mut page,
                    table,
                    key.unwrap_or_else(|| panic!("{name} is no step")),
                );
                listed += 1;
            }
        }
        let is_listed = |key: &&Key| GROUPS.iter().any(|(_, names)| names.contains(&key.name));
        let missing: Vec<&str> = table
            .keys
            .iter()
            .filter(|key| !is_listed(key))
            .map(|key| key.name)
            .collect();
        assert!(missing.is_empty(), "in no group: {missing:?}");
        assert_eq!(listed, table.keys.len(), "some are in two groups");
    }
    assert!(without.is_empty(), "without an example: {without:?}");
    hold(PAGE, &page);
}
