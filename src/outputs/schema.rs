//! A declaration as a JSON Schema.

use serde_json::{Map, Value, json};

use super::{Form, Holds, Output, Shape, Total};
use crate::record::Meter;

/// The schema of an output. It takes fields that it doesn't know: a later version may print more.
pub(super) fn of(output: &Output) -> Value {
    let mut definitions = Map::new();
    let mut root = match (output.shape, output.forms) {
        (Shape::Document, [form]) => object(form, &mut definitions),
        (Shape::List, [form]) => {
            json!({ "type": "array", "items": reference(form, &mut definitions) })
        }
        (Shape::Document | Shape::List | Shape::Lines, forms) => one_of(forms, &mut definitions),
    };
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!(output.schema_name);
    root["description"] = json!(output.says);
    root["$comment"] = json!(format!(
        "Printed by `ec2sim schema --of {}`, version {}.",
        output.name,
        env!("CARGO_PKG_VERSION"),
    ));
    root["$defs"] = Value::Object(definitions);
    root
}

/// The name of a definition: `an instance` is called `instance`.
fn slug(form: &Form) -> String {
    let what = form.what.trim_start_matches("an ");
    what.trim_start_matches("a ")
        .trim_start_matches("the ")
        .replace('`', "")
        .replace(' ', "-")
}

fn reference(form: &'static Form, definitions: &mut Map<String, Value>) -> Value {
    let name = slug(form);
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Value::Bool(true));
        let made = object(form, definitions);
        definitions.insert(name.clone(), made);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn one_of(forms: &'static [&'static Form], definitions: &mut Map<String, Value>) -> Value {
    let all: Vec<Value> = forms
        .iter()
        .map(|form| reference(form, definitions))
        .collect();
    json!({ "anyOf": all })
}

fn object(form: &'static Form, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in form.all() {
        let mut holds = value(&field.holds, definitions);
        holds["description"] = json!(field.says);
        properties.insert(field.name.to_owned(), holds);
    }
    let required: Vec<&str> = form
        .all()
        .filter(|field| !field.sometimes)
        .map(|field| field.name)
        .collect();
    json!({ "type": "object", "description": form.what, "properties": properties, "required": required })
}

fn value(holds: &'static Holds, definitions: &mut Map<String, Value>) -> Value {
    match holds {
        Holds::Only(text) => json!({ "const": text }),
        Holds::Text => json!({ "type": "string" }),
        Holds::Word(words) => json!({ "enum": words.all() }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Whole => json!({ "type": "integer", "minimum": 0 }),
        Holds::Decimal | Holds::Dollars => {
            json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" })
        }
        Holds::Instant => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z$" })
        }
        Holds::OrNull(inside) => {
            let inside = value(inside, definitions);
            json!({ "anyOf": [inside, { "type": "null" }] })
        }
        Holds::List(inside) => json!({ "type": "array", "items": value(inside, definitions) }),
        Holds::Named(inside) => {
            json!({ "type": "object", "additionalProperties": value(inside, definitions) })
        }
        Holds::Amounts(total) => amounts(*total, definitions),
        Holds::Of(form) => reference(form, definitions),
        Holds::OneOf(forms) => one_of(forms, definitions),
    }
}

fn amounts(total: Total, definitions: &mut Map<String, Value>) -> Value {
    let name = match total {
        Total::With => "amounts-with-total",
        Total::Without => "amounts",
    };
    if !definitions.contains_key(name) {
        let dollars = value(&Holds::Dollars, definitions);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for meter in Meter::ALL {
            let mut holds = dollars.clone();
            holds["description"] = json!(meter.help());
            properties.insert(meter.name().to_owned(), holds);
            if !meter.is_rare() {
                required.push(meter.name());
            }
        }
        if total == Total::With {
            properties.insert("total".to_owned(), dollars);
            required.push("total");
        }
        let made = json!({ "type": "object", "properties": properties, "required": required });
        definitions.insert(name.to_owned(), made);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}
