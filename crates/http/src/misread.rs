//! Bodies that cannot be taken: what the JSON reader says of them becomes field errors in plain words.

use crate::problem::{Kind, Problem};
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::Error;

/// What a text of JSON says.
///
/// # Errors
/// [`Kind::MALFORMED`] for what is no JSON, [`Kind::INVALID`] with the field for what does not fit.
pub(crate) fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    no_list(text)?;
    // Only who is wrong wants to know where; to note the path on the way costs as much as the reading.
    if let Ok(read) = serde_json::from_slice(text) {
        return Ok(read);
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = checked(&mut json)?;
    json.end().map_err(|fault| malformed(&fault))?;
    Ok(read)
}

/// What a value of JSON says.
///
/// # Errors
/// [`Kind::INVALID`] with the field for what does not fit.
pub(crate) fn value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    match value.is_array() {
        true => Err(not_an_object()),
        false => checked(value),
    }
}

fn checked<'de, T, D>(json: D) -> Result<T, Problem>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    serde_path_to_error::deserialize(json).map_err(|fault| unreadable(&fault))
}

/// The reader takes a list for an object whose fields come in their order, which nobody promised.
fn no_list(text: &[u8]) -> Result<(), Problem> {
    match text.trim_ascii_start().starts_with(b"[") {
        true => Err(not_an_object()),
        false => Ok(()),
    }
}

fn not_an_object() -> Problem {
    Problem::field("", "must be an object")
}

fn unreadable(fault: &Error<serde_json::Error>) -> Problem {
    match fault.inner().classify() {
        Category::Data => {
            let path = fault.path().to_string();
            field_error(path.trim_start_matches('.'), &fault.inner().to_string())
        }
        _ => malformed(fault.inner()),
    }
}

fn malformed(fault: &serde_json::Error) -> Problem {
    Problem::from(Kind::MALFORMED).because(format!("the body is no JSON: {fault}"))
}

/// The reader's words name places in the text and types of this program; callers know fields.
fn field_error(path: &str, said: &str) -> Problem {
    let said = said.split_once(" at line ").map_or(said, |(said, _)| said);
    if let Some((name, known)) = named(said, "unknown field `") {
        return Problem::field(below(path, name), format!("is no field here{known}"));
    }
    if let Some((name, _)) = named(said, "missing field `") {
        return Problem::field(below(path, name), "must be said");
    }
    if let Some((name, _)) = named(said, "duplicate field `") {
        return Problem::field(below(path, name), "is said twice");
    }
    if let Some((name, known)) = named(said, "unknown variant `") {
        return Problem::field(path, format!("`{name}` is not known{known}"));
    }
    Problem::field(path, in_plain_words(said))
}

fn named<'a>(said: &'a str, beginning: &str) -> Option<(&'a str, &'a str)> {
    let rest = said.strip_prefix(beginning)?;
    rest.split_once("`, ")
        .map(|(name, _)| (name, &rest[name.len() + 1..]))
        .or_else(|| Some((rest.strip_suffix('`')?, "")))
}

/// The path of a field; the reader's path ends with the field already where it had read its name.
fn below(path: &str, name: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or_default();
    match path {
        "" => name.to_owned(),
        _ if last == name => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

fn in_plain_words(said: &str) -> String {
    let mismatch = ["invalid type: ", "invalid value: ", "invalid length "];
    let mismatch = mismatch.iter().any(|kind| said.starts_with(kind));
    match said.rsplit_once(", expected ") {
        Some((_, wanted)) if mismatch => format!("must be {}", plain(wanted)),
        _ if said.starts_with("data did not match") => "cannot be taken as it is".to_owned(),
        _ => said.to_owned(),
    }
}

fn plain(wanted: &str) -> &str {
    match wanted {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number, 0 or more",
        "i64" => "a whole number",
        "a boolean" => "true or false",
        "a string" | "string" | "string or map" | "variant identifier" => "a text",
        "a sequence" => "a list",
        "unit" => "left out",
        _ if is_object(wanted) => "an object",
        _ => wanted,
    }
}

fn is_object(wanted: &str) -> bool {
    let kinds = ["struct ", "enum ", "internally tagged ", "map", "a map"];
    kinds.iter().any(|kind| wanted.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deeds::{CheckoutAsk, HoldAsk};

    fn wrong<T: DeserializeOwned>(text: &str) -> (String, String) {
        let problem = read::<T>(text.as_bytes()).err().expect("it does not fit");
        let error = problem.errors.into_iter().next().expect("a field");
        (error.field, error.detail)
    }

    fn hold(text: &str) -> (String, String) {
        wrong::<HoldAsk>(text)
    }

    #[test]
    fn each_way_not_to_fit_names_the_field_in_plain_words() {
        let pair = |field: &str, detail: &str| (field.to_owned(), detail.to_owned());
        let known = "is no field here, expected one of `deal`, `sku`, `units`, `or_wait`";
        for (text, field, detail) in [
            (r#"{"deal":"D","sku":"S","unit":2}"#, "unit", known),
            (r#"{"deal":"D"}"#, "sku", "must be said"),
            (r#"{"deal":"D","deal":"E"}"#, "deal", "is said twice"),
            (r#"{"deal":7}"#, "deal", "must be a text"),
            (
                r#"{"units":-1}"#,
                "units",
                "must be a whole number from 0 to 65535",
            ),
            (
                r#"{"units":70000}"#,
                "units",
                "must be a whole number from 0 to 65535",
            ),
            (r#"{"or_wait":1}"#, "or_wait", "must be true or false"),
            (r#"["D","S"]"#, "", "must be an object"),
            ("null", "", "must be an object"),
            ("7", "", "must be an object"),
        ] {
            assert_eq!(hold(text), pair(field, detail), "{text}");
        }
    }

    #[test]
    fn a_field_inside_is_named_by_its_path() {
        let (field, _) = wrong::<CheckoutAsk>(r#"{"contact":{"address":{"zip":"1"}}}"#);
        assert_eq!(field, "contact.address.zip");
        let (field, _) = wrong::<CheckoutAsk>(r#"{"contact":{"address":{"line1":7}}}"#);
        assert_eq!(field, "contact.address.line1");
        let (field, detail) = wrong::<CheckoutAsk>(r#"{"holds":[7]}"#);
        assert_eq!((&*field, &*detail), ("holds[0]", "must be a text"));
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in ["{", "", "{} {}", "nonsense"] {
            let problem = read::<HoldAsk>(text.as_bytes()).expect_err("no JSON");
            assert!(problem.name == "malformed" || !problem.errors.is_empty());
        }
    }
}
