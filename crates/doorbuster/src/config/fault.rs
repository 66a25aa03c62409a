//! What can be wrong with a configuration, and where the right key is not far, which it is.

use super::Origin;
use super::table::SETTINGS;
use crate::secrets;
use std::path::PathBuf;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// The file is not there or cannot be read.
    #[error("{}: cannot be read: {cause}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is no TOML.
    #[error("{}: not TOML: {cause}", exact(place))]
    NotToml {
        /// Where.
        place: Origin,
        /// What the parser says.
        cause: String,
    },
    /// There is no such setting.
    #[error(
        "{}: unknown key `{key}`; the nearest is `{nearest}` (`doorbuster config` lists all)",
        exact(place)
    )]
    UnknownKey {
        /// Where.
        place: Origin,
        /// What was written.
        key: String,
        /// What was probably meant.
        nearest: String,
    },
    /// The value is not one that the setting takes.
    #[error("{}: `{value}` is no value for `{key}`: {cause}", exact(origin))]
    BadValue {
        /// Which setting.
        key: &'static str,
        /// What was written.
        value: String,
        /// Where.
        origin: Origin,
        /// What is wrong with it.
        cause: String,
    },
}

impl ConfigFault {
    pub(super) fn unknown_key(key: String, place: Origin) -> Self {
        let nearest = nearest(&key, SETTINGS.iter().map(|setting| setting.key.to_owned()));
        ConfigFault::UnknownKey {
            place,
            key,
            nearest,
        }
    }

    pub(super) fn unknown_variable(name: String) -> Self {
        let settings = SETTINGS.iter().map(|setting| setting.variable());
        let secrets = secrets::NAMES.into_iter().map(secrets::variable);
        let nearest = nearest(&name, settings.chain(secrets));
        let place = Origin::Environment("environment".to_owned());
        ConfigFault::UnknownKey {
            place,
            key: name,
            nearest,
        }
    }
}

fn nearest(wrong: &str, right: impl Iterator<Item = String>) -> String {
    right
        .min_by_key(|key| strsim::damerau_levenshtein(wrong, key))
        .unwrap_or_default()
}

/// A place in a file with its column; any other origin as it is.
fn exact(origin: &Origin) -> String {
    match origin {
        Origin::File { path, line, column } => format!("{}:{line}:{column}", path.display()),
        other => other.to_string(),
    }
}
