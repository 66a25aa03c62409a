//! Every setting as a flag of the command line.

use super::table::SETTINGS;
use super::{InForce, Origin};
use clap::{Arg, ArgMatches, Command};

/// The settings that were given as flags.
#[derive(Clone, Debug, Default)]
pub struct SettingFlags {
    given: Vec<(&'static str, InForce)>,
}

impl SettingFlags {
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, InForce)> {
        self.given.iter().cloned()
    }
}

impl clap::FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = SettingFlags::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for setting in SETTINGS {
            if let Some(text) = matches.get_one::<String>(setting.key) {
                let origin = Origin::Flag(format!("--{}", setting.flag()));
                self.given.push((
                    setting.key,
                    InForce {
                        text: text.clone(),
                        origin,
                    },
                ));
            }
        }
        Ok(())
    }
}

impl clap::Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let flags = SETTINGS.iter().map(|setting| {
            Arg::new(setting.key)
                .long(setting.flag())
                .value_name("VALUE")
                .help(format!(
                    "{} [default: {}]",
                    setting.help,
                    shown(setting.default)
                ))
                .help_heading("Settings (also by file and environment; see `doorbuster config`)")
        });
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// For a command that cares for these settings alone: its help leaves the others out, though they
/// may be given.
pub fn only(keys: &'static [&'static str]) -> impl Fn(Arg) -> Arg {
    move |arg| {
        let is_setting = SETTINGS.iter().any(|setting| arg.get_id() == setting.key);
        let shown = keys.iter().any(|key| arg.get_id() == key);
        arg.hide(is_setting && !shown)
    }
}

fn shown(default: &str) -> &str {
    if default.is_empty() { "none" } else { default }
}
