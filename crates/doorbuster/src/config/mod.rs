//! Configuration: one table of settings drives parsing, help, `doorbuster config` and the guide.
//!
//! Values come from the defaults, then a TOML file, then the environment, then flags; the later
//! wins. Where a value came from is kept beside it. Secrets are not settings: they lie in a file of
//! their own or in the environment, and are never flags.

mod fault;
mod file;
mod flags;
mod guide;
mod settings;
mod table;

pub use fault::ConfigFault;
pub use flags::{SettingFlags, only};
pub use guide::page;
pub use settings::Settings;
pub use table::{SETTINGS, Setting};

use crate::secrets;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value in force came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The table's default.
    Default,
    /// A configuration file.
    File {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag on the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line, .. } => write!(f, "{}:{line}", path.display()),
            Origin::Environment(name) => f.write_str(name),
            Origin::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value as text, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// As written.
    pub text: String,
    /// By whom.
    pub origin: Origin,
}

/// Every setting in force, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    values: BTreeMap<&'static str, InForce>,
}

impl Config {
    /// Gathers the values. Without `file`, `doorbuster.toml` in the data folder is read where it is.
    ///
    /// # Errors
    /// [`ConfigFault`], naming where the wrong value or unknown key stands.
    pub fn gather(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        flags: &SettingFlags,
    ) -> Result<Config, ConfigFault> {
        let mut config = Config {
            values: SETTINGS.iter().map(default_of).collect(),
        };
        let mut later = BTreeMap::new();
        later.extend(from_environment(environment)?);
        later.extend(flags.values());
        let data = later
            .get("data")
            .map_or(default_data(), |value| PathBuf::from(&value.text));
        let found = data.join("doorbuster.toml");
        match file {
            Some(path) => config.values.extend(file::read(path)?),
            None if found.exists() => config.values.extend(file::read(&found)?),
            None => {}
        }
        config.values.extend(later);
        config.check()?;
        Ok(config)
    }

    /// The value of `setting`, which must be in the table.
    pub fn value(&self, key: &str) -> &InForce {
        self.values.get(key).expect("the key is one of the table's")
    }

    /// Every setting with its value, in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Setting, &InForce)> {
        SETTINGS
            .iter()
            .map(|setting| (setting, self.value(setting.key)))
    }

    fn check(&self) -> Result<(), ConfigFault> {
        for (setting, value) in self.iter() {
            setting
                .kind
                .check(&value.text)
                .map_err(|cause| ConfigFault::BadValue {
                    key: setting.key,
                    value: value.text.clone(),
                    origin: value.origin.clone(),
                    cause,
                })?;
        }
        Ok(())
    }
}

fn default_of(setting: &Setting) -> (&'static str, InForce) {
    (
        setting.key,
        InForce {
            text: setting.default.to_owned(),
            origin: Origin::Default,
        },
    )
}

fn default_data() -> PathBuf {
    PathBuf::from(table::setting("data").map_or("", |setting| setting.default))
}

fn from_environment(
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Vec<(&'static str, InForce)>, ConfigFault> {
    environment
        .filter(|(name, _)| name.starts_with("DOORBUSTER_") && !is_secret(name))
        .map(
            |(name, text)| match SETTINGS.iter().find(|setting| setting.variable() == name) {
                Some(setting) => Ok((
                    setting.key,
                    InForce {
                        text,
                        origin: Origin::Environment(name),
                    },
                )),
                None => Err(ConfigFault::unknown_variable(name)),
            },
        )
        .collect()
}

/// Secrets may be in the environment, too; they are none of the settings and never shown.
fn is_secret(variable: &str) -> bool {
    let mut secrets = secrets::NAMES.into_iter().map(secrets::variable);
    secrets.any(|secret| secret == variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(toml: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFault> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("shop.toml");
        std::fs::write(&path, toml).expect("the file is written");
        let environment = environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::gather(Some(&path), environment, &SettingFlags::default())
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let toml = "[festival]\nname = \"Night\"\ncurrency = \"JPY\"\n";
        let config = gather(toml, &[("DOORBUSTER_FESTIVAL_NAME", "Noon")]).expect("it is valid");
        let name = config.value("festival.name");
        assert_eq!(name.text, "Noon");
        assert_eq!(
            name.origin,
            Origin::Environment("DOORBUSTER_FESTIVAL_NAME".into())
        );
        let currency = config.value("festival.currency");
        assert!(
            matches!(currency.origin, Origin::File { line: 3, .. }),
            "{currency:?}"
        );
        assert_eq!(config.value("listen").origin, Origin::Default);
    }

    #[test]
    fn an_unknown_key_names_file_line_and_the_nearest_right_one() {
        let fault = gather("[festival]\n\ncurency = \"KRW\"\n", &[]).expect_err("a wrong key");
        let text = fault.to_string();
        assert!(text.contains("shop.toml:3:1"), "{text}");
        assert!(text.contains("`festival.currency`"), "{text}");
    }

    #[test]
    fn a_bad_value_names_where_it_stands_and_what_is_right() {
        let fault = gather("[snapshots]\nkeep = 0\n", &[]).expect_err("a wrong value");
        let text = fault.to_string();
        assert!(
            text.contains("shop.toml:2") && text.contains("at least 1"),
            "{text}"
        );
        let fault = gather("", &[("DOORBUSTER_LISTEN", "here")]).expect_err("a wrong value");
        assert!(fault.to_string().contains("DOORBUSTER_LISTEN"), "{fault}");
        let fault = gather("", &[("DOORBUSTER_LISTTEN", "x")]).expect_err("a wrong name");
        assert!(fault.to_string().contains("`DOORBUSTER_LISTEN`"), "{fault}");
        let fault = gather("", &[("DOORBUSTER_SECRET_HANDOVR", "x")]).expect_err("a wrong name");
        assert!(
            fault.to_string().contains("`DOORBUSTER_SECRET_HANDOVER`"),
            "{fault}"
        );
        gather("", &[("DOORBUSTER_SECRET_HANDOVER", "x")]).expect("a secret is no setting");
    }

    #[test]
    fn broken_toml_names_its_line() {
        let fault = gather("listen = \"0.0.0.0:1\"\nfestival = [\n", &[]).expect_err("not TOML");
        assert!(fault.to_string().contains("shop.toml:"), "{fault}");
    }

    #[test]
    fn every_default_is_valid_and_every_key_stands_once() {
        let config = gather("", &[]).expect("the defaults are valid");
        let settings = Settings::from(&config);
        assert_eq!(settings.listen.port(), 1111);
        let keys: std::collections::BTreeSet<_> = SETTINGS.iter().map(|s| s.key).collect();
        assert_eq!(keys.len(), SETTINGS.len());
    }
}
