//! The demo festival: sellers, catalogue and deals of one folder, and somebody for the desk.
//!
//! The folder has a day of deals. A festival gets that day again and again, some days ahead, so
//! that whoever starts it a day later finds its doors open.

use super::report::Problems;
use super::{DealArgs, DemoArgs, FileArgs, MappedArgs, catalogue, deals, sellers};
use crate::clock;
use crate::config::{SettingFlags, Settings};
use crate::house::House;
use crate::output::say;
use anyhow::{Context, bail};
use intake::{DealDraft, Located};
use ledger::Ledger;
use records::Role;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use vocabulary::{Command, Millis, Reference, Request, SkuId};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// How many days are on the schedule, the one that is under way included.
const DAYS: u64 = 3;

type Draft = Located<DealDraft>;

/// Imports the demo; its deals open from now on. Where it is already, the next days are put on the
/// schedule and nothing else is touched. Tells how many rows were left out.
pub(super) async fn import(
    house: &House,
    args: &DemoArgs,
    settings: &Settings,
) -> anyhow::Result<u64> {
    let drafts = day_of_deals(args, settings)?;
    let (begun, left_out) = match begun(house, &drafts).await? {
        Some(begun) => (begun, 0),
        None => {
            let left_out = furnish(house, args, settings).await?;
            (clock::now().plus(args.begins_in * 1_000), left_out)
        }
    };
    say!("deals");
    let counts = schedule(house, &drafts, begun).await?;
    say!("{} deals put on the schedule", counts.scheduled);
    Ok(left_out)
}

/// Everything but the deals; how many rows were left out.
async fn furnish(house: &House, args: &DemoArgs, settings: &Settings) -> anyhow::Result<u64> {
    let file = |name: &str| files(args.folder.join(name));
    say!("sellers");
    let mut left_out = sellers::import(house, &file("sellers.jsonl"), settings).await?;
    say!("catalogue");
    left_out += catalogue::import(house, &mapped(file("catalogue.jsonl"))).await?;
    if let (Some(mail), Some(password)) = (&args.staff, &args.password) {
        let password = password.clone();
        house
            .records
            .add_staff(mail, mail, Role::Owner, password, clock::now())
            .await?;
    }
    Ok(left_out)
}

/// The day as the folder has it, with moments that count from the beginning of time.
fn day_of_deals(args: &DemoArgs, settings: &Settings) -> anyhow::Result<Vec<Draft>> {
    let deals = DealArgs {
        mapped: MappedArgs {
            mapping: Some(args.folder.join("mappings/deals.toml")),
            ..mapped(files(args.folder.join("deals.csv")))
        },
        to: None,
        from: None,
    };
    let mut problems = Problems::into(None)?;
    let drafts = deals::read(&deals, settings, Millis(0), &mut problems)?;
    if problems.left_out() > 0 {
        bail!(
            "{} lines of the demo's deals are wrong",
            problems.left_out()
        );
    }
    Ok(drafts)
}

/// When the demo of this festival began; none where it was never imported.
async fn begun(house: &House, drafts: &[Draft]) -> anyhow::Result<Option<Millis>> {
    let first = drafts.first().context("the demo has no deals")?;
    let reference = house.keys.deal_reference(&first.draft.id);
    let starts_at = house
        .look(move |ledger| {
            let deal = ledger.deal_by_reference(reference)?;
            Some(ledger.deal(deal)?.terms.starts_at)
        })
        .await?;
    Ok(starts_at.map(|at| Millis(at.since(first.draft.terms.starts_at))))
}

/// Puts what is left of the day that is under way and the days after it on the schedule.
async fn schedule(house: &House, drafts: &[Draft], begun: Millis) -> anyhow::Result<deals::Counts> {
    let now = clock::now();
    let today = now.since(begun) / DAY_MS;
    let days = (today..today + DAYS).flat_map(|day| on_day(drafts, begun, day));
    let coming = days.filter(|located| located.draft.terms.ends_at > now);
    let new = unknown(house, coming.collect()).await?;
    bring_in(house, &new).await?;
    let mut problems = Problems::into(None)?;
    let counts = deals::schedule(house, &new, false, &mut problems).await?;
    if problems.left_out() > 0 {
        bail!("{} of the demo's deals were refused", problems.left_out());
    }
    Ok(counts)
}

/// The deals of a day; those of a later one have its number behind their ids.
fn on_day(drafts: &[Draft], begun: Millis, day: u64) -> Vec<Draft> {
    let from = begun.plus(day * DAY_MS);
    let moved = drafts.iter().map(|located| {
        let mut located = located.clone();
        let terms = &mut located.draft.terms;
        terms.starts_at = from.plus(terms.starts_at.0);
        terms.ends_at = from.plus(terms.ends_at.0);
        if day > 0 {
            located.draft.id = format!("{}.{day}", located.draft.id);
        }
        located
    });
    moved.collect()
}

/// Those that are not on the schedule yet.
async fn unknown(house: &House, drafts: Vec<Draft>) -> anyhow::Result<Vec<Draft>> {
    let reference = |located: &Draft| house.keys.deal_reference(&located.draft.id);
    let references: Vec<Reference> = drafts.iter().map(reference).collect();
    let known: HashSet<Reference> = house
        .look(move |ledger| {
            let known = |reference: &Reference| ledger.deal_by_reference(*reference).is_some();
            references.into_iter().filter(known).collect()
        })
        .await?;
    let mut drafts = drafts;
    drafts.retain(|located| !known.contains(&reference(located)));
    Ok(drafts)
}

/// Receives what these deals need beyond the units that are free.
async fn bring_in(house: &House, drafts: &[Draft]) -> anyhow::Result<()> {
    let pools = || drafts.iter().flat_map(|located| &located.draft.pools);
    let ids: Vec<&str> = pools().map(|pool| pool.sku.as_str()).collect();
    let skus = house.records.numbered_skus(&ids).await?;
    let mut needed: BTreeMap<SkuId, u64> = BTreeMap::new();
    for pool in pools() {
        let sku = skus
            .get(&pool.sku)
            .with_context(|| format!("no SKU `{}` in the catalogue", pool.sku))?;
        *needed.entry(sku.number).or_default() += u64::from(pool.allotment);
    }
    let missing = house
        .look(move |ledger| {
            let receive = |(sku, needed)| receive(ledger, sku, needed);
            needed.into_iter().filter_map(receive).collect::<Vec<_>>()
        })
        .await?;
    if !missing.is_empty() {
        house.ask_all(missing).await?;
    }
    Ok(())
}

fn receive(ledger: &Ledger, sku: SkuId, needed: u64) -> Option<Request> {
    let free = ledger.sku(sku).map_or(0, |facts| facts.free);
    let units = u32::try_from(needed.saturating_sub(free)).unwrap_or(u32::MAX);
    (units > 0).then(|| Command::ReceiveStock { sku, units }.into())
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
