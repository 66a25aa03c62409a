//! Deals: read, resolved to the numbers of their SKUs, scheduled.

use super::DealArgs;
use super::report::{Problems, table};
use crate::clock;
use crate::config::Settings;
use crate::export::extensions;
use crate::house::House;
use anyhow::{Context, bail};
use intake::{DealDefaults, DealDraft, Located, Source, read_deals};
use jiff::tz::TimeZone;
use ledger::{DealFacts, Ledger, PoolFacts};
use records::{Deal, NumberedSku};
use std::collections::{BTreeMap, HashMap};
use till::Reply;
use vocabulary::{Command, DealId, Millis, Outcome, PoolDraft, Receipt, Refusal, Request, SkuId};

/// How many deals are scheduled at once.
const CHUNK: usize = 500;

/// Imports deals, says what came of it and tells how many rows were left out.
pub(super) async fn import(
    house: &House,
    args: &DealArgs,
    settings: &Settings,
) -> anyhow::Result<u64> {
    let file = &args.mapped.file;
    let mut problems = Problems::into(file.problems.as_deref())?;
    let drafts = read(args, settings, begun(args), &mut problems)?;
    let counts = schedule(house, &drafts, file.dry_run, &mut problems).await?;
    tell_of(counts, &problems, file.dry_run)
}

/// Says what came of it; how many rows were left out.
pub(super) fn tell_of(counts: Counts, problems: &Problems, dry_run: bool) -> anyhow::Result<u64> {
    let title = if dry_run {
        "Nothing was changed. It would be:"
    } else {
        "Imported:"
    };
    let rows = [
        ("deals scheduled", counts.scheduled),
        ("deals scheduled before", counts.known),
        ("of these, differing", counts.differing),
        ("rows left out", problems.left_out()),
    ];
    table(title, &rows);
    if counts.scheduled + counts.known == 0 {
        bail!("no deal went in");
    }
    Ok(problems.left_out())
}

/// The moment from which offsets count.
pub(super) fn begun(args: &DealArgs) -> Millis {
    args.from.map_or_else(clock::now, |from| {
        Millis(u64::try_from(from.as_millisecond()).unwrap_or_default())
    })
}

/// What scheduling came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub scheduled: u64,
    pub known: u64,
    /// Those of the known ones that are another in the file.
    pub differing: u64,
    /// The units that a dry run would have taken from the free stock.
    taken: BTreeMap<SkuId, u64>,
}

/// Puts these deals on the schedule, or counts those that it would.
pub(super) async fn schedule(
    house: &House,
    drafts: &[Located<DealDraft>],
    dry_run: bool,
    problems: &mut Problems,
) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    for chunk in drafts.chunks(CHUNK) {
        let resolved = resolve(house, chunk, problems).await?;
        tell(house, resolved, dry_run, problems, &mut counts).await?;
    }
    Ok(counts)
}

/// The good deals of the files; the other rows are problems.
pub(super) fn read(
    args: &DealArgs,
    settings: &Settings,
    from: Millis,
    problems: &mut Problems,
) -> anyhow::Result<Vec<Located<DealDraft>>> {
    let source = Source::open(&args.mapped.file.path)?;
    let mapping = args.mapped.told()?;
    let zone = TimeZone::get(&settings.time_zone).context("the time zone was checked")?;
    let defaults = DealDefaults {
        currency: settings.currency,
        from: Some(from),
        ..DealDefaults::in_zone(zone)
    };
    let mut drafts = Vec::new();
    let tally = read_deals(&source, mapping.as_ref(), &defaults, &mut |row| match row {
        Ok(located) => drafts.push(located),
        Err(problem) => problems.take(&problem),
    })?;
    problems.left(&tally);
    Ok(drafts)
}

/// A deal in the words of the ledger.
struct Resolved<'a> {
    located: &'a Located<DealDraft>,
    product: String,
    command: Command,
}

async fn resolve<'a>(
    house: &House,
    chunk: &'a [Located<DealDraft>],
    problems: &mut Problems,
) -> anyhow::Result<Vec<Resolved<'a>>> {
    let ids: Vec<&str> = chunk
        .iter()
        .flat_map(|located| &located.draft.pools)
        .map(|pool| pool.sku.as_str())
        .collect();
    let skus = house.records.numbered_skus(&ids).await?;
    let mut resolved = Vec::with_capacity(chunk.len());
    for located in chunk {
        match command_for(house, &located.draft, &skus) {
            Ok((product, command)) => resolved.push(Resolved {
                located,
                product,
                command,
            }),
            Err(cause) => {
                let rows = located.draft.pools.len() as u64;
                problems.refuse_rows(rows, &located.location.to_string(), &cause);
            }
        }
    }
    Ok(resolved)
}

type Skus = HashMap<String, NumberedSku>;

fn command_for(house: &House, draft: &DealDraft, skus: &Skus) -> Result<(String, Command), String> {
    let known = |id: &str| {
        skus.get(id)
            .ok_or_else(|| format!("no SKU `{id}` in the catalogue"))
    };
    let first = draft.pools.first().ok_or("a deal without SKUs")?;
    let NumberedSku {
        product, seller, ..
    } = known(&first.sku)?.clone();
    let pool = |pool: &intake::DealPool| {
        let sku = known(&pool.sku)?.number;
        Ok(PoolDraft {
            sku,
            units: pool.allotment,
            price: pool.price,
        })
    };
    let command = Command::ScheduleDeal {
        reference: house.keys.deal_reference(&draft.id),
        seller,
        currency: draft.currency,
        terms: draft.terms,
        pools: draft
            .pools
            .iter()
            .map(pool)
            .collect::<Result<_, String>>()?,
    };
    Ok((product, command))
}

/// The number under which a deal is scheduled, where that is known, or why it is not.
type Answer = Result<Option<DealId>, Refusal>;

async fn tell(
    house: &House,
    resolved: Vec<Resolved<'_>>,
    dry_run: bool,
    problems: &mut Problems,
    counts: &mut Counts,
) -> anyhow::Result<()> {
    let commands = resolved.iter().map(|deal| deal.command.clone()).collect();
    let answers = match dry_run {
        true => foreseen(house, commands, counts).await?,
        false => scheduled(house, commands).await?,
    };
    let (mut deals, mut extended) = (Vec::new(), Vec::new());
    for (deal, answer) in resolved.into_iter().zip(answers) {
        let number = match answer {
            Ok(number) => {
                counts.scheduled += 1;
                let more_time = deal.located.draft.extensions;
                extended.extend(number.and_then(|number| more_time.allowed(number)));
                number
            }
            Err(Refusal::DealExists) => {
                counts.known += 1;
                compare(house, &deal, problems, counts).await?
            }
            Err(refusal) => {
                let Located { location, draft } = deal.located;
                let rows = draft.pools.len() as u64;
                problems.refuse_rows(rows, &location.to_string(), refusal.sentence());
                continue;
            }
        };
        let (id, product) = (deal.located.draft.id.clone(), deal.product);
        deals.push(Deal {
            id,
            product,
            number,
        });
    }
    if !dry_run {
        house.records.put_deals(&deals).await?;
        extend(house, extended).await?;
    }
    Ok(())
}

/// Allows holds of new deals more time.
async fn extend(house: &House, extended: Vec<Command>) -> anyhow::Result<()> {
    let requests = extended.into_iter().map(Request::from).collect();
    for reply in house.ask_all(requests).await? {
        if let Outcome::Refused(refusal) = reply.outcome {
            bail!("holds were not allowed more time: {}", refusal.sentence());
        }
    }
    Ok(())
}

async fn scheduled(house: &House, commands: Vec<Command>) -> anyhow::Result<Vec<Answer>> {
    let requests = commands.into_iter().map(Request::from).collect();
    let replies = house.ask_all(requests).await?.into_iter();
    let answer = |reply: Reply| match reply.outcome {
        Outcome::Done(Receipt::Deal(number)) => Ok(Ok(Some(number))),
        Outcome::Refused(refusal) => Ok(Err(refusal)),
        other => bail!("the ledger answered {other:?} to a deal"),
    };
    replies.map(answer).collect()
}

/// What would be answered, as far as the ledger knows it now.
async fn foreseen(
    house: &House,
    commands: Vec<Command>,
    counts: &mut Counts,
) -> anyhow::Result<Vec<Answer>> {
    let (now, mut taken) = (clock::now(), std::mem::take(&mut counts.taken));
    let foresee = move |ledger: &Ledger| (ledger.would_refuse(now, &commands, &mut taken), taken);
    let (refusals, taken) = house.look(foresee).await?;
    counts.taken = taken;
    let answer = |refusal: Option<Refusal>| refusal.map_or(Ok(None), Err);
    Ok(refusals.into_iter().map(answer).collect())
}

/// Finds a deal that was scheduled before, and reports in what it is another than in the file.
async fn compare(
    house: &House,
    deal: &Resolved<'_>,
    problems: &mut Problems,
    counts: &mut Counts,
) -> anyhow::Result<Option<DealId>> {
    let Located { location, draft } = deal.located;
    let reference = house.keys.deal_reference(&draft.id);
    let find = move |ledger: &Ledger| {
        let number = ledger.deal_by_reference(reference)?;
        Some((number, ledger.deal(number)?))
    };
    let Some((number, facts)) = house.look(find).await? else {
        return Ok(None);
    };
    if let Some(differing) = differing(draft, &deal.command, &facts) {
        counts.differing += 1;
        let id = &draft.id;
        problems.note(&format!("{location}: differs: deal `{id}`: {differing}"));
    }
    Ok(Some(number))
}

/// Nothing is said of a deal that is over: its units have gone back, and it cannot be changed.
fn differing(draft: &DealDraft, command: &Command, facts: &DealFacts) -> Option<String> {
    let Command::ScheduleDeal { pools, .. } = command else {
        unreachable!("{command:?} schedules no deal")
    };
    let pool = |pool: &PoolFacts| PoolDraft {
        sku: pool.sku,
        units: pool.counts.allotted(),
        price: pool.price,
    };
    let there = facts.pools.iter().map(pool);
    let shared = (facts.currency, facts.terms, extensions(facts));
    let standing = draft.standing(shared, pools, there);
    draft.differs(&standing).filter(|_| !facts.closed)
}
