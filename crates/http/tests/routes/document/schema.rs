//! Does a value look as a schema of the document says? As much of JSON Schema as the document uses.

use super::DOCUMENT;
use serde_json::{Map, Value};

/// Holds `value` against `schema`; the first thing that is wrong. Fields that are not described are
/// wrong, too.
pub fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    whole_fits(schema, value)?;
    let (Some(fields), Some(named)) = (value.as_object(), named(schema)) else {
        return Ok(());
    };
    match fields.keys().find(|name| !named.contains(&name.as_str())) {
        Some(name) => Err(format!("`{name}` is not described")),
        None => Ok(()),
    }
}

/// As `fits`, but there may be fields that another part describes.
fn whole_fits(schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let at = |wrong| format!("{reference}: {wrong}");
        return whole_fits(resolved(reference)?, value).map_err(at);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        parts.iter().try_for_each(|part| whole_fits(part, value))?;
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let wrongs = choices.iter().map(|choice| fits(choice, value));
            let wrongs: Vec<String> = wrongs.filter_map(Result::err).collect();
            if wrongs.len() == choices.len() {
                return Err(format!("none fits: {}", wrongs.join("; ")));
            }
        }
    }
    is_of_type(schema, value)?;
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Err(format!("{value} is none of {allowed:?}"));
    }
    match value {
        Value::Object(fields) => fields_fit(schema, fields),
        Value::Array(items) if schema["items"].is_object() => {
            let mut items = items.iter();
            items.try_for_each(|item| fits(&schema["items"], item))
        }
        _ => Ok(()),
    }
}

/// What a reference leads to.
pub fn resolved(reference: &str) -> Result<&'static Value, String> {
    let pointer = reference.strip_prefix('#').ok_or("it leads outside")?;
    let found = DOCUMENT.pointer(pointer);
    found.ok_or_else(|| format!("{reference} leads nowhere"))
}

fn is_of_type(schema: &Value, value: &Value) -> Result<(), String> {
    let names: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    let is = |name: &&str| match *name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match names.iter().any(is) {
        true => Ok(()),
        false => Err(format!("{value} is no {}", names.join(" or "))),
    }
}

fn fields_fit(schema: &Value, fields: &Map<String, Value>) -> Result<(), String> {
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        if !fields.contains_key(name) {
            return Err(format!("`{name}` is missing"));
        }
    }
    for (name, value) in fields {
        let known = &schema["properties"][name];
        let other = &schema["additionalProperties"];
        let at = |wrong| format!("{name}: {wrong}");
        match (known.is_object(), other.is_object()) {
            (true, _) => fits(known, value).map_err(at)?,
            (false, true) => fits(other, value).map_err(at)?,
            (false, false) => {}
        }
    }
    Ok(())
}

/// The names of all fields that a schema describes; none where it takes any.
fn named(schema: &Value) -> Option<Vec<&str>> {
    if let Some(reference) = schema["$ref"].as_str() {
        return named(resolved(reference).ok()?);
    }
    if !schema["additionalProperties"].is_null() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        names.extend(named(part)?);
    }
    let fields = schema["properties"].as_object();
    names.extend(fields.into_iter().flatten().map(|(name, _)| name.as_str()));
    (!names.is_empty()).then_some(names)
}

#[test]
fn a_value_fits_or_it_is_said_why_not() {
    let schema = serde_json::json!({
        "type": "object", "required": ["a"],
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"enum": ["x"]}},
    });
    let wrong = |text: &str| fits(&schema, &serde_json::from_str(text).expect("JSON")).err();
    assert_eq!(wrong(r#"{"a": null, "b": "x"}"#), None);
    assert_eq!(wrong("{}"), Some("`a` is missing".to_owned()));
    assert_eq!(
        wrong(r#"{"a": "1"}"#),
        Some(r#"a: "1" is no integer or null"#.to_owned())
    );
    assert!(wrong(r#"{"a": 1, "b": "y"}"#).is_some());
    assert!(wrong(r#"{"a": 1, "c": 1}"#).is_some());
    assert!(wrong("[]").is_some());
}
