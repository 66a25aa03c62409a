//! The demo festival: sellers, catalogue and deals of one folder, and somebody for the desk.

use super::report::Problems;
use super::{DealArgs, DemoArgs, FileArgs, MappedArgs, catalogue, deals, sellers};
use crate::clock;
use crate::config::{SettingFlags, Settings};
use crate::house::House;
use crate::output::say;
use anyhow::bail;
use records::Role;
use std::path::PathBuf;

/// Imports the demo; its deals open from now on.
pub(super) async fn import(
    house: &House,
    args: &DemoArgs,
    settings: &Settings,
) -> anyhow::Result<()> {
    let file = |name: &str| files(args.folder.join(name));
    say!("sellers");
    sellers::import(house, &file("sellers.jsonl"), settings).await?;
    say!("catalogue");
    catalogue::import(house, &mapped(file("catalogue.jsonl"))).await?;
    if let (Some(mail), Some(password)) = (&args.staff, &args.password) {
        let password = password.clone();
        house
            .records
            .add_staff(mail, mail, Role::Owner, password, clock::now())
            .await?;
    }
    say!("deals");
    let deals = DealArgs {
        mapped: MappedArgs {
            mapping: Some(args.folder.join("mappings/deals.toml")),
            ..mapped(file("deals.csv"))
        },
        to: None,
        from: None,
    };
    let mut problems = Problems::into(None)?;
    let from = clock::now().plus(args.begins_in * 1_000);
    let counts = deals::schedule(house, &deals, settings, from, &mut problems).await?;
    if problems.left_out() > 0 {
        bail!(
            "{} lines of the demo's deals are wrong",
            problems.left_out()
        );
    }
    say!("{} deals on the schedule", counts.scheduled + counts.known);
    Ok(())
}

fn mapped(file: FileArgs) -> MappedArgs {
    MappedArgs {
        file,
        mapping: None,
        encoding: None,
    }
}

fn files(path: PathBuf) -> FileArgs {
    let settings = SettingFlags::default();
    FileArgs {
        path,
        dry_run: false,
        problems: None,
        settings,
    }
}
