//! What a form or a query sends, as pairs: a name may stand in it many times.

use std::fmt::Write;

use crate::pages::tile::escaped;

/// Names with their values, in the order of the form.
pub type Pairs = Vec<(String, String)>;

/// The tidy value of the first field of that name; empty where there is none.
pub fn first<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    all(pairs, name).next().unwrap_or_default()
}

/// The tidy values of all fields of that name.
pub fn all<'a>(pairs: &'a Pairs, name: &str) -> impl Iterator<Item = &'a str> {
    pairs
        .iter()
        .filter(move |(known, _)| known == name)
        .map(|(_, value)| value.trim())
}

/// The value of the first field of that name, unless it is blank.
pub fn said(pairs: &Pairs, name: &str) -> Option<String> {
    Some(first(pairs, name).to_owned()).filter(|value| !value.is_empty())
}

/// A query of those pairs that have a value; empty, or with its `?`.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let joint = if query.is_empty() { '?' } else { '&' };
        let _ = write!(query, "{joint}{name}={}", escaped(value));
    }
    query
}
