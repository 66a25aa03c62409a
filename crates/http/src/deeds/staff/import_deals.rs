//! Deals come in as a file, as `doorbuster import deals` reads it: problems row by row, the good
//! rows go on the schedule.

use super::allow_extensions::extensions_of;
use super::audit::{Entry, write};
use super::deal_sheet::deal_card;
use super::deal_terms::defaults;
use super::foresee_deal::{Warning, Windows, would_refuse};
use super::schedule_deal::{bind_all, command, mend_binding};
use crate::problem::{Kind, Problem};
use crate::request_key::part;
use crate::shop::{Shop, done};
use crate::who::Staff;
use intake::{DealDefaults, DealDraft, Located, Mapping, RowProblem, Source, read_deals};
use records::{Deal, Role};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use views::{DealCard, PoolCard};
use vocabulary::{Command, PoolDraft, Receipt, Refusal, Request, RequestKey, Seq, SkuId};

/// How many deals are asked of the ledger next to each other.
const TOGETHER_MAX: usize = 200;

/// The cause of a deal that stands on the schedule otherwise than in the file.
pub const DIFFERS: &str = "differs";

/// A row that did not go in, or not as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportProblem {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// Which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The column of the file that it was taken from, where that has another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The wrong value, shortened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The stable name of what is wrong.
    pub cause: String,
    /// What is wrong and what helps.
    pub help: String,
}

/// A file of deals.
#[derive(Debug, Default)]
pub struct DealsFile {
    /// What is in it.
    pub content: Vec<u8>,
    /// Which column is what; without it the file has the native columns.
    pub mapping: Option<Mapping>,
}

/// What a good deal of the file is to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was put on the schedule, or would be.
    Fresh,
    /// It stands there like this.
    Same,
    /// It stands there otherwise, and was left so.
    Differs,
    /// It was otherwise, is over, and stays as it was.
    Over,
}

/// A good deal of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedDeal {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The deal.
    pub draft: DealDraft,
    /// What it is to the schedule.
    pub fate: Fate,
    /// What stands on the schedule where that is another.
    pub standing: Option<DealDraft>,
    /// What staff should know of it.
    pub warnings: Vec<Warning>,
}

/// Hears how many deals of how many were looked at.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Send + Sync);

/// What came of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// Deals that were put on the schedule, or would be.
    pub scheduled: u64,
    /// Deals that stand on the schedule already.
    pub same: u64,
    /// What did not go in.
    pub problems: Vec<ImportProblem>,
    /// The good deals, one by one.
    #[serde(skip)]
    pub deals: Vec<ImportedDeal>,
    /// A view that reached this shows all of them.
    #[serde(skip)]
    pub seq: Seq,
}

/// Reads deals from a file and puts them on the schedule; a dry run only says what would happen.
///
/// # Errors
/// A file that is none of deals; a till that is closed.
pub async fn import_deals(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    file: DealsFile,
    dry_run: bool,
    told: Progress<'_>,
) -> Result<Imported, Problem> {
    staff.require(Role::Merchandiser)?;
    let defaults = defaults(shop);
    let read = tokio::task::spawn_blocking(move || read(file, &defaults)).await;
    let (drafts, problems) = read.map_err(|_| Problem::from(Kind::FAULT))??;
    let mut imported = Imported {
        problems: problems.iter().map(problem_of).collect(),
        ..Imported::default()
    };
    let (mut place, mut ahead) = (0, Ahead::of(shop));
    for chunk in drafts.chunks(TOGETHER_MAX) {
        let mut planned = Vec::with_capacity(chunk.len());
        for located in chunk {
            let key = part(key, place);
            place += 1;
            match plan(shop, key, located).await {
                Ok(plan) => planned.push(plan),
                Err(problem) => imported.refuse(located, &problem)?,
            }
        }
        match dry_run {
            true => would_schedule(shop, &planned, &mut ahead, &mut imported).await?,
            false => schedule(shop, staff, planned, &mut imported).await?,
        }
        told(place as usize, drafts.len());
    }
    Ok(imported)
}

/// What the deals of the file before would have taken: their units and their times.
struct Ahead {
    taken: BTreeMap<SkuId, u64>,
    windows: Windows,
}

impl Ahead {
    fn of(shop: &Shop) -> Ahead {
        Ahead {
            taken: BTreeMap::new(),
            windows: Windows::of(shop),
        }
    }
}

/// A deal on its way to the ledger.
struct Plan<'a> {
    located: &'a Located<DealDraft>,
    product: String,
    request: Request,
}

async fn plan<'a>(
    shop: &Shop,
    key: Option<RequestKey>,
    located: &'a Located<DealDraft>,
) -> Result<Plan<'a>, Problem> {
    let (command, product) = command(shop, &located.draft).await?;
    let request = Request { key, command };
    Ok(Plan {
        located,
        product,
        request,
    })
}

async fn schedule(
    shop: &Shop,
    staff: &Staff,
    planned: Vec<Plan<'_>>,
    imported: &mut Imported,
) -> Result<(), Problem> {
    let requests = planned.iter().map(|plan| plan.request.clone());
    let replies = shop.ask_all(requests.collect()).await?;
    let (mut deals, mut fresh, mut extended) = (Vec::new(), Vec::new(), Vec::new());
    for (plan, reply) in planned.into_iter().zip(replies.iter().copied()) {
        let draft = &plan.located.draft;
        match done(reply) {
            Ok(done) => {
                imported.take(plan.located, Fate::Fresh, None, Vec::new());
                imported.seq = imported.seq.max(done.seq);
                fresh.extend((!done.repeated).then(|| draft.id.clone()));
                let deal = deal(draft, plan.product, done.what);
                let allowed = deal.number.and_then(|it| draft.extensions.allowed(it));
                let key = part(plan.request.key, 0);
                extended.extend(allowed.map(|command| Request { key, command }));
                deals.push(deal);
            }
            Err(problem) if problem.is(Refusal::DealExists) => {
                mend_binding(shop, draft, &plan.product).await?;
                compare(shop, plan.located, &plan.request.command, imported).await?;
            }
            Err(problem) => imported.refuse(plan.located, &problem)?,
        }
    }
    bind_all(shop, &deals).await?;
    if !extended.is_empty() {
        for reply in shop.ask_all(extended).await?.iter() {
            imported.seq = imported.seq.max(done(*reply)?.seq);
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let entry = Entry {
        action: "deals.import",
        target: "deals".to_owned(),
        before: None,
        after: Some(json!({"scheduled": fresh})),
    };
    write(shop, staff, entry).await
}

fn deal(draft: &DealDraft, product: String, receipt: Receipt) -> Deal {
    let Receipt::Deal(number) = receipt else {
        unreachable!("a deal is answered with its number, not {receipt:?}")
    };
    Deal {
        id: draft.id.clone(),
        product,
        number: Some(number),
    }
}

/// Says what would come of these deals, as far as the ledger knows it now.
async fn would_schedule(
    shop: &Shop,
    planned: &[Plan<'_>],
    ahead: &mut Ahead,
    imported: &mut Imported,
) -> Result<(), Problem> {
    let refusals = foreseen(shop, planned, &mut ahead.taken).await?;
    for (plan, refusal) in planned.iter().zip(refusals) {
        match refusal {
            None => {
                let skus = skus_of(&plan.request.command);
                let draft = &plan.located.draft;
                let warnings = ahead.windows.warnings(shop, draft, &skus).await?;
                imported.take(plan.located, Fate::Fresh, None, warnings);
            }
            Some(Refusal::DealExists) => {
                compare(shop, plan.located, &plan.request.command, imported).await?;
            }
            Some(refusal) => imported.refuse(plan.located, &refusal.into())?,
        }
    }
    Ok(())
}

fn skus_of(command: &Command) -> Vec<SkuId> {
    let Command::ScheduleDeal { pools, .. } = command else {
        unreachable!("{command:?} schedules no deal")
    };
    pools.iter().map(|pool| pool.sku).collect()
}

async fn foreseen(
    shop: &Shop,
    planned: &[Plan<'_>],
    taken: &mut BTreeMap<SkuId, u64>,
) -> Result<Vec<Option<Refusal>>, Problem> {
    let commands = planned.iter().map(|plan| plan.request.command.clone());
    let before = std::mem::take(taken);
    let (refusals, units) = would_refuse(shop, commands.collect(), before).await?;
    *taken = units;
    Ok(refusals)
}

type Drafts = (Vec<Located<DealDraft>>, Vec<RowProblem>);

fn read(file: DealsFile, defaults: &DealDefaults) -> Result<Drafts, Problem> {
    let source = Source::in_memory("deals.csv", file.content);
    let (mut drafts, mut problems) = (Vec::new(), Vec::new());
    let mut each = |row: Result<Located<DealDraft>, RowProblem>| match row {
        Ok(located) => drafts.push(located),
        Err(problem) => problems.push(problem),
    };
    let read = read_deals(&source, file.mapping.as_ref(), defaults, &mut each);
    read.map_err(|fault| Problem::from(Kind::MALFORMED).because(fault.to_string()))?;
    Ok((drafts, problems))
}

/// Reports in what a deal that stands on the schedule is another than in the file. One that is over cannot be
/// changed and is no problem of the file.
async fn compare(
    shop: &Shop,
    located: &Located<DealDraft>,
    command: &Command,
    imported: &mut Imported,
) -> Result<(), Problem> {
    let (Command::ScheduleDeal { pools, .. }, draft) = (command, &located.draft) else {
        unreachable!("{command:?} schedules no deal")
    };
    let card = match deal_card(shop, &draft.id).await {
        Err(problem) if problem.is(Refusal::DealUnknown) => {
            imported.take(located, Fate::Same, None, Vec::new());
            return Ok(());
        }
        card => card?,
    };
    let standing = standing(draft, pools, &card);
    let fate = match draft.differs(&standing) {
        None => Fate::Same,
        Some(_) if card.closed => Fate::Over,
        Some(help) => {
            imported.problems.push(ImportProblem {
                line: located.location.line,
                field: None,
                column: None,
                value: draft.id.clone(),
                cause: DIFFERS.to_owned(),
                help,
            });
            Fate::Differs
        }
    };
    let standing = (fate != Fate::Same).then_some(standing);
    imported.take(located, fate, standing, Vec::new());
    Ok(())
}

/// The deal of the schedule in the form of the file. The units of one that is over have gone back: nobody knows
/// how many it was given, and the file is believed.
fn standing(draft: &DealDraft, pools: &[PoolDraft], card: &DealCard) -> DealDraft {
    let pool = |pool: &PoolCard| PoolDraft {
        sku: pool.sku,
        units: pool.counts.allotted(),
        price: pool.price,
    };
    let shared = (card.currency, card.terms, extensions_of(card));
    let mut standing = draft.standing(shared, pools, card.pools.iter().map(pool));
    for pool in standing.pools.iter_mut().filter(|_| card.closed) {
        let mut given = draft.pools.iter().filter(|given| given.sku == pool.sku);
        pool.allotment = given.next().map_or(pool.allotment, |given| given.allotment);
    }
    standing
}

impl Imported {
    fn take(
        &mut self,
        located: &Located<DealDraft>,
        fate: Fate,
        standing: Option<DealDraft>,
        warnings: Vec<Warning>,
    ) {
        match fate {
            Fate::Fresh => self.scheduled += 1,
            Fate::Same | Fate::Differs | Fate::Over => self.same += 1,
        }
        self.deals.push(ImportedDeal {
            line: located.location.line,
            draft: located.draft.clone(),
            fate,
            standing,
            warnings,
        });
    }

    /// Reports why a deal did not go in; a till that is closed ends the import.
    fn refuse(&mut self, located: &Located<DealDraft>, problem: &Problem) -> Result<(), Problem> {
        if problem.status.is_server_error() {
            return Err(problem.clone());
        }
        let field = problem.errors.first();
        self.problems.push(ImportProblem {
            line: located.location.line,
            field: field.map(|error| error.field.clone()),
            column: None,
            value: located.draft.id.clone(),
            cause: problem.name.to_owned(),
            help: field.map_or(problem.title.to_owned(), |error| error.detail.clone()),
        });
        Ok(())
    }
}

fn problem_of(problem: &RowProblem) -> ImportProblem {
    ImportProblem {
        line: problem.location.line,
        field: problem.field.clone(),
        column: problem.column.clone(),
        value: problem.value.clone(),
        cause: problem.cause.name().to_owned(),
        help: problem.help(),
    }
}
