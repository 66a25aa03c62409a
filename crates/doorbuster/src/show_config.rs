//! `doorbuster config`: what is in force, and where each value came from.

use crate::config::{Config, SettingFlags, page};
use crate::output::say;
use clap::Parser;
use std::path::PathBuf;

/// Show every setting: its value, where it came from, and what it is for.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster config
      What is in force, from ./doorbuster-data/doorbuster.toml, the environment and the defaults.
  DOORBUSTER_FESTIVAL_NAME='Night of Deals' doorbuster config --listen 0.0.0.0:80
      What would be in force with these.
  doorbuster config --markdown
      Every setting as docs/guide/configuration.md has it.

A configuration file is TOML:
  listen = \"0.0.0.0:80\"
  [festival]
  name = \"Night of Deals\"
Flags win over the environment, the environment over the file, the file over the defaults.")]
pub struct Args {
    /// A configuration file; without it `doorbuster.toml` in the data folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Write the guide's page on settings instead.
    #[arg(long)]
    markdown: bool,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs the command.
///
/// # Errors
/// When a key or a value is wrong; the message says where and what is right.
pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.markdown {
        say!("{}", page().trim_end());
        return Ok(());
    }
    let config = Config::gather(args.config.as_deref(), std::env::vars(), &args.settings)?;
    for (setting, value) in config.iter() {
        let shown = if value.text.is_empty() {
            "(none)"
        } else {
            &value.text
        };
        say!(
            "{:<35} {:<24} {:<24} {}",
            setting.key,
            shown,
            value.origin,
            setting.help
        );
    }
    Ok(())
}
