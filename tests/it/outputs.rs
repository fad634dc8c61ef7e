//! What is printed as JSON against its schemas, and the page about it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ec2sim::outputs::{Field, Form, Holds, Output, Shape, Total, Words};
use serde_json::{Value, json};

use crate::{docs, schema::validator};

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// What the program prints, whatever comes of it.
fn printed(arguments: &[&str], here: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ec2sim"))
        .args(arguments)
        .current_dir(here)
        .env_remove("RUST_LOG")
        .env_remove("CI")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The schema with every object closed: what is printed has no field that isn't declared.
fn closed(mut schema: Value) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(fields) => {
                fields.values_mut().for_each(close);
                let is_object = fields.get("type").is_some_and(|kind| kind == "object");
                if is_object && fields.contains_key("properties") {
                    fields.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

/// Holds a value against the schema of an output, to the letter.
pub(crate) fn hold(name: &str, value: &Value) {
    let schema = closed(Output::find(name).unwrap().schema());
    let mut found = validator::faults(&schema, value);
    found.truncate(5);
    assert!(
        found.is_empty(),
        "{name}: {found:#?}\n{:.2000}",
        value.to_string()
    );
}

/// Holds each event against the form of its kind: that tells what is wrong with it, where a choice of forms doesn't.
fn hold_events<'a>(events: impl Iterator<Item = &'a Value>) -> usize {
    let schema = closed(Output::find("journal").unwrap().schema());
    let forms = schema["$defs"].as_object().unwrap().values();
    let of_kinds: BTreeMap<&str, Value> = forms
        .filter_map(|form| {
            let kind = form["properties"]["kind"]["const"].as_str()?;
            let mut whole = form.clone();
            whole["$defs"] = schema["$defs"].clone();
            Some((kind, whole))
        })
        .collect();
    let mut count = 0;
    for event in events {
        let form = &of_kinds[event["kind"].as_str().unwrap()];
        let found = validator::faults(form, event);
        assert!(found.is_empty(), "{found:#?}\n{event}");
        count += 1;
    }
    count
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn replays_are_as_their_schema_says() {
    let text = printed(&["run", "--format", "json", "scenarios"], root());
    let replays = lines(&text);
    assert!(replays.len() > 90, "{}", replays.len());
    let mut kinds = BTreeSet::new();
    let mut events = 0;
    for mut replay in replays {
        // An exercise can't be replayed before its gaps are filled.
        if replay["schema"] == "ec2sim/diagnostics/1" {
            hold("diagnostics", &replay);
            continue;
        }
        let all = replay["events"].as_array().unwrap();
        kinds.extend(
            all.iter()
                .filter_map(|event| event["kind"].as_str().map(str::to_owned)),
        );
        events += hold_events(all.iter());
        replay["events"].as_array_mut().unwrap().truncate(3);
        hold("replay", &replay);
    }
    assert!(events > 3_000, "{events}");
    assert_eq!(kinds.len(), 11, "every kind of event was there: {kinds:?}");
    for rounding in ["report", "invoice"] {
        let file = "scenarios/stop/wrong-moments.yaml";
        let options = ["run", "--format", "json", "--rounding", rounding, file];
        for replay in lines(&printed(&options, root())) {
            hold("replay", &replay);
        }
    }
}

#[test]
fn journals_of_parts_are_as_their_schema_says() {
    let here = folder("outputs-part");
    let text = "instances: { web: { type: t3.micro, count: 4 } }\nsteps: [ { each: web, steps: [ { launch: self } ] } ]\n";
    fs::write(here.join("fleet.yaml"), text).unwrap();
    let journal = printed(
        &["run", "fleet.yaml", "--shard", "2/2", "--format", "jsonl"],
        &here,
    );
    let journal = lines(&journal);
    assert!(journal.len() > 10);
    for line in &journal {
        hold("journal", line);
    }
    assert!(journal[0]["shard"]["count"] == 2 && journal[1]["order"].is_array());
    assert!(journal[journal.len() - 1]["end"]["next_due"].is_string());
}

#[test]
fn journals_are_as_their_schema_says() {
    let text = printed(&["run", "--format", "jsonl", "scenarios"], root());
    let lines = lines(&text);
    hold_events(lines.iter().filter(|line| !line["kind"].is_null()));
    let mut ends = 0;
    for line in lines.iter().filter(|line| line["kind"].is_null()) {
        hold("journal", line);
        ends += usize::from(line["end"].is_object());
    }
    assert!(ends > 90, "{ends}");
    for line in lines.iter().filter(|line| !line["kind"].is_null()).take(40) {
        hold("journal", line);
    }
}

/// Records have what their events have, under the same names, but for what things are called.
#[test]
fn records_are_as_their_events_are() {
    let text = fs::read_to_string(root().join("scenarios/stop/wrong-moments.yaml")).unwrap();
    let played = crate::support::play(&text);
    let document = played.json();
    let mut compared = 0;
    let events = document["events"].as_array().unwrap();
    for record in played.replay.records() {
        let record = serde_json::to_value(&record).unwrap();
        // These stand with the next event, under its number.
        if record["kind"] == "provisioned" || record["kind"] == "fact" {
            continue;
        }
        let is_its = |event: &&Value| event["seq"] == record["seq"];
        let event = events.iter().find(is_its).unwrap();
        for field in [
            "time", "kind", "line", "from", "to", "action", "code", "rules", "outcome", "meter",
            "change",
        ] {
            assert_eq!(record.get(field), event.get(field), "{field}: {event}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

const BAD: &str = "name: Bad\ninstances: { web: { type: m5.larg } }\nsteps: [{ lanch: web }]\n";
const FAILS: &str = "name: Fails\ninstances: { web: { type: m5.large } }\nsteps: [{ launch: web }, { at: 1h, stop: web }, { after: 1s, start: web }]\nexpect: { web: { state: running } }\n";
const SPOT: &str = "name: Spot\ninstances: { job: { type: m5.large, market: { spot: { interruption: stop, persistent: yes } } } }\n\
    steps: [{ launch: job }, { at: 10m, rebalance: job }, { at: 20m, interrupt: job }]\nuntil: 1h\n";

#[test]
fn reports_are_as_their_schema_says() {
    let here = folder("outputs-suite");
    for (name, text) in [("bad", BAD), ("fails", FAILS), ("spot", SPOT)] {
        fs::write(here.join(format!("{name}.yaml")), text).unwrap();
    }
    let of_all = printed(&["test", ".", "--format", "json", "--shard", "1/1"], &here);
    let of_seeds = printed(&["test", ".", "--format", "json", "--seeds", "1..3"], &here);
    printed(&["test", "spot.yaml", "--update"], &here);
    let snapshot = fs::read_to_string(here.join("spot.snap")).unwrap();
    fs::write(here.join("spot.snap"), snapshot.replace("20m", "21m")).unwrap();
    let of_snapshots = printed(&["test", ".", "--format", "json"], &here);
    for text in [of_all, of_seeds, of_snapshots] {
        let report: Value = serde_json::from_str(&text).unwrap();
        hold("suite", &report);
        assert_eq!(report["cases"].as_array().unwrap().len(), 3, "{text}");
    }
}

#[test]
fn everything_else_is_as_its_schema_says() {
    let here = folder("outputs-others");
    for (name, text) in [("bad", BAD), ("fails", FAILS), ("spot", SPOT)] {
        fs::write(here.join(format!("{name}.yaml")), text).unwrap();
    }
    for arguments in [
        &["check", "--format", "json", "bad.yaml", "spot.yaml"][..],
        &["run", "--format", "json", "bad.yaml"],
        &["run", "--format", "json", "missing.yaml"],
    ] {
        let documents = lines(&printed(arguments, &here));
        assert!(!documents.is_empty());
        for document in &documents {
            hold("diagnostics", document);
        }
    }
    let vary = [
        "compare",
        "fails.yaml",
        "--vary",
        "type=m5.large,t3.large",
        "--format",
        "json",
    ];
    hold(
        "compare",
        &serde_json::from_str(&printed(&vary, &here)).unwrap(),
    );
    let types = printed(&["types", "--format", "json"], &here);
    hold("types", &serde_json::from_str(&types).unwrap());
    let prices = [
        "prices",
        "m5*",
        "p4d*",
        "--platform",
        "all",
        "--format",
        "json",
    ];
    hold(
        "prices",
        &serde_json::from_str(&printed(&prices, &here)).unwrap(),
    );
    printed(
        &[
            "run",
            "--quiet",
            "--eventbridge",
            "events.jsonl",
            "spot.yaml",
        ],
        &here,
    );
    let events = lines(&fs::read_to_string(here.join("events.jsonl")).unwrap());
    assert!(events.len() > 4, "{events:?}");
    for event in &events {
        hold("eventbridge", event);
    }
}

#[test]
fn the_program_prints_the_schema_of_each_output() {
    for output in Output::ALL {
        let text = printed(&["schema", "--of", output.name], root());
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema, output.schema());
        // What a later version adds does no harm.
        assert!(
            !text.contains("\"additionalProperties\": false"),
            "{}",
            output.name
        );
    }
    let of_scenarios = printed(&["schema", "--of", "scenario"], root());
    assert_eq!(of_scenarios, printed(&["schema"], root()));
}

fn held(holds: &Holds) -> String {
    let link = |form: &Form| format!("[{}](#{})", form.what, anchor(form.what));
    match holds {
        Holds::Only(text) => format!("`{text}`"),
        Holds::Text => "text".to_owned(),
        Holds::Word(Words::ErrorCodes) => "[an error code](errors.md#refusals)".to_owned(),
        Holds::Word(Words::Mistakes) => "a code `E….`".replace('.', ""),
        Holds::Word(Words::Platforms) => "a platform, such as `linux`".to_owned(),
        Holds::Word(words) => {
            let words: Vec<String> = words.all().iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        Holds::Flag => "true or false".to_owned(),
        Holds::Whole => "a whole number".to_owned(),
        Holds::Decimal => "a decimal number, as text".to_owned(),
        Holds::Dollars => "US dollars, as text".to_owned(),
        Holds::Instant => "an instant".to_owned(),
        Holds::OrNull(inside) => format!("null, or {}", held(inside)),
        Holds::List(inside) => format!("a list: {}", held(inside)),
        Holds::Named(inside) => format!("by name: {}", held(inside)),
        Holds::Amounts(Total::With) => "[amounts](#amounts), and their `total`".to_owned(),
        Holds::Amounts(Total::Without) => "[amounts](#amounts)".to_owned(),
        Holds::Of(form) => link(form),
        Holds::OneOf(forms) => {
            let all: Vec<String> = forms.iter().map(|form| link(form)).collect();
            all.join(", or ")
        }
        other => panic!("the page has no words for {other:?}"),
    }
}

fn forms_of(form: &'static Form, found: &mut Vec<&'static Form>) {
    fn inside(holds: &'static Holds, found: &mut Vec<&'static Form>) {
        match holds {
            Holds::OrNull(holds) | Holds::List(holds) | Holds::Named(holds) => inside(holds, found),
            Holds::Of(form) => forms_of(form, found),
            Holds::OneOf(forms) => forms.iter().for_each(|form| forms_of(form, found)),
            _ => {}
        }
    }
    if found.contains(&form) {
        return;
    }
    found.push(form);
    for field in form.all() {
        inside(&field.holds, found);
    }
}

fn table_of(form: &'static Form, page: &mut String) {
    let says = if form.says.is_empty() {
        String::new()
    } else {
        format!("{}\n\n", form.says)
    };
    let mut what = form.what.chars();
    let title: String = what
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(what)
        .collect();
    write!(
        page,
        "\n### {title}\n\n{says}| field | holds | says |\n| --- | --- | --- |\n"
    )
    .unwrap();
    for Field {
        name,
        holds,
        says,
        sometimes,
        ..
    } in form.all()
    {
        let left_out = if *sometimes { " Optional." } else { "" };
        writeln!(page, "| `{name}` | {} | {says}{left_out} |", held(holds)).unwrap();
    }
}

#[test]
fn the_page_of_the_outputs_is_made_from_their_declarations() {
    let mut page = String::from(HEAD);
    let mut told: Vec<&Form> = Vec::new();
    for output in Output::ALL {
        writeln!(
            page,
            "- [{}](#{}): {}",
            output.schema_name,
            anchor(output.schema_name),
            output.printed_by
        )
        .unwrap();
    }
    page.push_str(STABILITY);
    for output in Output::ALL {
        let Output {
            name,
            schema_name,
            printed_by,
            says,
            ..
        } = output;
        let lines = if output.shape == Shape::Lines {
            " Each line is one of the following."
        } else {
            ""
        };
        write!(page, "\n## {schema_name}\n\n{says}{lines}\n\nPrinted by {printed_by}. Schema: `ec2sim schema --of {name}`.\n").unwrap();
        let mut forms = Vec::new();
        output
            .forms
            .iter()
            .for_each(|form| forms_of(form, &mut forms));
        let (known, new): (Vec<&Form>, Vec<&Form>) =
            forms.into_iter().partition(|form| told.contains(form));
        for form in &new {
            table_of(form, &mut page);
        }
        if !known.is_empty() {
            let known: Vec<String> = known.iter().map(|form| held(&Holds::Of(form))).collect();
            write!(page, "\nAs above: {}.\n", known.join(", ")).unwrap();
        }
        told.extend(new);
    }
    page.push_str("\n## Amounts\n\nUS dollars as text, under the names of meters:\n\n| meter | what it is |\n| --- | --- |\n");
    for meter in ec2sim::record::Meter::ALL {
        writeln!(page, "| `{}` | {} |", meter.name(), meter.help()).unwrap();
    }
    docs::hold("docs/reference/outputs.md", &page);
}

fn anchor(title: &str) -> String {
    title.to_lowercase().replace('/', "").replace(' ', "-")
}

const HEAD: &str = "# What ec2sim prints as JSON

Generated from `src/outputs/`, like the JSON Schemas that `ec2sim schema --of WORD` prints; tests hold what is printed against both.

";

const STABILITY: &str = "
## What stays

The number at the end of a format's name is its version. Within a version:

- a field that is always there stays there, under its name and with its meaning. What it has no value for is `null`, and a field
  is left out only where this page calls it optional;
- new fields, new words and new kinds of events may come with any release: a reader passes over what it doesn't know. The schemas
  list the words of the version that prints them, and allow fields that they don't list;
- the order of fields, the wording of texts meant for people (`message`, `why`, `text`, `sentence`, `command`), amounts (prices and rules are
  corrected) and ids may differ between releases. For one release, the same file and seed give the same bytes.

A field that goes, or that means something else, is a new version of the format.

Dollars and quantities are texts, so that no reader rounds them. Instants are in UTC, to the second. Texts never hold a control
character: what could do harm in a terminal or a log is escaped.
";
