//! Staff do one thing to many deals: what it would come to is said before, and what came of it after.

use super::find_deals::{units_of, waiting_of};
use super::foresee_deal::{free_units, would_refuse};
use super::schedule_deal::command;
use super::{
    DealTerms, ExtensionsAsk, PriceAsk, StockAsk, add_allotment, allow_extensions, change_terms,
    end_deal, reprice_deal, schedule_deal,
};
use super::{deal_card, deal_target, draft_of};
use crate::deeds::DealState;
use crate::problem::Problem;
use crate::request_key::part;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use intake::DealDraft;
use money::Amount;
use records::Role;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use utoipa::ToSchema;
use views::DealCard;
use vocabulary::{Millis, Refusal, RequestKey, Seq, SkuId};

/// The most deals of one deed.
pub const BULK_DEALS_MAX: usize = 500;
const MINUTE_MS: i64 = 60_000;

/// What is done to each deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Bulk {
    /// It ends now.
    End {},
    /// Each of its pools gets so many units more.
    AddUnits {
        /// How many.
        units: u32,
    },
    /// It runs so much later, or earlier; one that has opened only ends later or earlier.
    Move {
        /// By how many minutes; earlier where negative.
        minutes: i32,
    },
    /// All its prices change.
    Reprice {
        /// By how many percent; lower where negative.
        percent: i32,
        /// New prices are rounded down to a multiple of so many minor units.
        #[serde(default = "one")]
        step: u32,
    },
    /// There is another like it, so much later.
    Duplicate {
        /// By how many minutes; earlier where negative.
        minutes: i32,
    },
}

/// What it comes to for one deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// It ends.
    Ends {
        /// Units that go back to free stock.
        available: u64,
        /// Units whose holds keep their clocks.
        held: u64,
        /// People who lose their places.
        waiting: u64,
    },
    /// It gets units.
    Gets {
        /// In all its pools together.
        units: u64,
        /// What it has so far.
        allotted: u64,
    },
    /// It runs at another time.
    Moves {
        /// Its window now.
        #[schema(value_type = [u64; 2])]
        from: [Millis; 2],
        /// Its window then.
        #[schema(value_type = [u64; 2])]
        to: [Millis; 2],
    },
    /// It costs something else.
    Costs {
        /// The shop's own ids of its SKUs with their prices now and then, in minor units.
        #[schema(value_type = Vec<(String, i64, i64)>)]
        prices: Vec<(String, Amount, Amount)>,
    },
    /// Another deal is made.
    Copied {
        /// Its id.
        deal: String,
        /// Its window.
        #[schema(value_type = [u64; 2])]
        to: [Millis; 2],
        /// Units that it takes from free stock.
        units: u64,
    },
}

/// One deal of a bulk deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkRow {
    /// The shop's own id of the deal.
    pub deal: String,
    /// What it comes to, or came to; none where there is no such deal.
    #[serde(flatten)]
    pub effect: Option<Effect>,
    /// Why it does not go, or did not.
    #[schema(value_type = Option<String>)]
    #[serde(serialize_with = "name_of")]
    pub refusal: Option<Refusal>,
    /// A view that reached this shows it.
    #[serde(skip)]
    pub seq: Seq,
}

fn one() -> u32 {
    1
}

fn name_of<S: serde::Serializer>(
    refusal: &Option<Refusal>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match refusal {
        Some(refusal) => serializer.serialize_some(refusal.name()),
        None => serializer.serialize_none(),
    }
}

/// Says what would come of it, deal by deal; does nothing.
///
/// # Errors
/// A till that is closed; those of the records.
pub async fn foresee_bulk(
    shop: &Shop,
    staff: &Staff,
    deals: &[String],
    bulk: Bulk,
) -> Result<Vec<BulkRow>, Problem> {
    staff.require(Role::Merchandiser)?;
    not_too_many(deals)?;
    let mut foresight = Ahead::default();
    let mut rows = Vec::with_capacity(deals.len());
    for deal in deals {
        rows.push(foresight.row(shop, deal, bulk).await?);
    }
    Ok(rows)
}

/// Does it, deal by deal; what is refused for one does not keep the others. `told` hears of each.
///
/// # Errors
/// A till that is closed; those of the records. What was done before stays done.
pub async fn bulk_deals(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deals: &[String],
    bulk: Bulk,
    told: &(dyn Fn(usize) + Sync),
) -> Result<Vec<BulkRow>, Problem> {
    staff.require(Role::Merchandiser)?;
    not_too_many(deals)?;
    let mut foresight = Ahead::default();
    let mut rows = Vec::with_capacity(deals.len());
    for (place, deal) in (0..).zip(deals) {
        let _turn = shop.turns.take(deal_target(deal)).await;
        let mut row = foresight.row(shop, deal, bulk).await?;
        match apply(shop, staff, part(key, place), &row, bulk).await {
            Ok(seq) => (row.seq, row.refusal) = (seq, None),
            Err(problem) => row.refusal = Some(refusal_of(problem)?),
        }
        rows.push(row);
        told(rows.len());
    }
    Ok(rows)
}

fn not_too_many(deals: &[String]) -> Result<(), Problem> {
    match deals.len() {
        0 => Err(Problem::field("deals", "is empty")),
        1..=BULK_DEALS_MAX => Ok(()),
        _ => Err(Problem::field("deals", "has 1 to 500 deals")),
    }
}

/// A problem that is no refusal ends the whole.
fn refusal_of(problem: Problem) -> Result<Refusal, Problem> {
    problem.refusal.ok_or(problem)
}

/// Does it to one deal, whose turn the caller has; done when the views show it.
async fn apply(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    row: &BulkRow,
    bulk: Bulk,
) -> Result<Seq, Problem> {
    let deal = &row.deal;
    let card = deal_card(shop, deal).await?;
    match (bulk, &row.effect) {
        (Bulk::End {}, _) => {
            let ended = end_deal(shop, staff, key, deal).await?;
            Ok(shop.seen(ended).await.seq)
        }
        (Bulk::AddUnits { units }, _) => add_units(shop, staff, key, (deal, &card), units).await,
        (Bulk::Move { .. }, Some(Effect::Moves { to, .. })) => {
            let terms = vocabulary::DealTerms {
                starts_at: to[0],
                ends_at: to[1],
                ..card.terms
            };
            let changed = change_terms(shop, staff, key, deal, terms).await?;
            Ok(shop.seen(changed).await.seq)
        }
        (Bulk::Reprice { .. }, Some(Effect::Costs { prices })) => {
            let mut seq = Seq(0);
            for (place, (sku, _, price)) in (0..).zip(prices) {
                let (sku, price) = (sku.clone(), price.0);
                let ask = PriceAsk { sku, price };
                let done = reprice_deal(shop, staff, part(key, place), deal, &ask).await?;
                seq = seq.max(shop.seen(done).await.seq);
            }
            Ok(seq)
        }
        (Bulk::Duplicate { .. }, Some(Effect::Copied { deal: id, to, .. })) => {
            let draft = copy_of(shop, &card, id, *to).await?;
            let scheduled = schedule_deal(shop, staff, key, &draft).await?;
            Ok(shop.seen(scheduled).await.seq)
        }
        (bulk, effect) => unreachable!("{bulk:?} has another effect than {effect:?}"),
    }
}

async fn add_units(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    (deal, card): (&str, &DealCard),
    units: u32,
) -> Result<Seq, Problem> {
    let mut seq = Seq(0);
    for (place, pool) in (0..).zip(&card.pools) {
        let sku = shop.directory.sku_id(pool.sku).await?;
        let ask = StockAsk { sku, units };
        let done = add_allotment(shop, staff, part(key, place), deal, &ask).await?;
        seq = seq.max(shop.seen(done).await.seq);
    }
    Ok(seq)
}

/// What the deals before would have taken: their units and their ids.
#[derive(Default)]
struct Ahead {
    taken: BTreeMap<SkuId, u64>,
    ids: HashSet<String>,
}

impl Ahead {
    async fn row(&mut self, shop: &Shop, deal: &str, bulk: Bulk) -> Result<BulkRow, Problem> {
        let row = |effect, refusal| BulkRow {
            deal: deal.to_owned(),
            effect,
            refusal,
            seq: Seq(0),
        };
        let card = match deal_card(shop, deal).await {
            Ok(card) => card,
            Err(problem) => return Ok(row(None, Some(refusal_of(problem)?))),
        };
        let (effect, refusal) = self.effect(shop, deal, &card, bulk).await?;
        Ok(row(Some(effect), refusal))
    }

    async fn effect(
        &mut self,
        shop: &Shop,
        deal: &str,
        card: &DealCard,
        bulk: Bulk,
    ) -> Result<(Effect, Option<Refusal>), Problem> {
        let now = shop.now();
        let over = (DealState::of(card, now) == DealState::Over).then_some(Refusal::DealOver);
        Ok(match bulk {
            Bulk::End {} => (ends(card), over),
            Bulk::Move { minutes } => moves(card, minutes, now),
            Bulk::Reprice { percent, step } => {
                let effect = costs(shop, card, percent, step).await?;
                (effect, over)
            }
            Bulk::AddUnits { units } => {
                let lacks = self.lacks(shop, card, units).await?;
                let nothing = (units == 0).then_some(Refusal::NothingAsked);
                (gets(card, units), nothing.or(over).or(lacks))
            }
            Bulk::Duplicate { minutes } => self.copied(shop, deal, card, minutes).await?,
        })
    }

    async fn lacks(
        &mut self,
        shop: &Shop,
        card: &DealCard,
        units: u32,
    ) -> Result<Option<Refusal>, Problem> {
        let skus: Vec<SkuId> = card.pools.iter().map(|pool| pool.sku).collect();
        let free = free_units(shop, skus.clone()).await?;
        let wanted = |sku| self.taken.get(sku).copied().unwrap_or(0) + u64::from(units);
        let lacks = skus.iter().zip(free).any(|(sku, free)| wanted(sku) > free);
        if !lacks {
            for sku in skus {
                *self.taken.entry(sku).or_default() += u64::from(units);
            }
        }
        Ok(lacks.then_some(Refusal::StockInsufficient))
    }

    async fn copied(
        &mut self,
        shop: &Shop,
        deal: &str,
        card: &DealCard,
        minutes: i32,
    ) -> Result<(Effect, Option<Refusal>), Problem> {
        let id = self.free_id(shop, deal).await?;
        let to = [card.terms.starts_at, card.terms.ends_at].map(|at| moved(at, minutes));
        let draft = copy_of(shop, card, &id, to).await?;
        let (command, _) = command(shop, &draft).await?;
        let taken = std::mem::take(&mut self.taken);
        let (refusals, taken) = would_refuse(shop, vec![command], taken).await?;
        self.taken = taken;
        let units = draft.pools.iter().map(|pool| u64::from(pool.allotment));
        let units = units.sum();
        let effect = Effect::Copied {
            deal: id,
            to,
            units,
        };
        Ok((effect, refusals.into_iter().next().flatten()))
    }

    /// The first of `deal-2`, `deal-3` and so on that no deal has.
    async fn free_id(&mut self, shop: &Shop, deal: &str) -> Result<String, Problem> {
        let stem = match deal.rsplit_once('-') {
            Some((stem, number)) if number.len() < 4 && number.parse::<u16>().is_ok() => stem,
            _ => deal,
        };
        for number in 2_u32.. {
            let id = format!("{stem}-{number}");
            if shop.records.deal(&id).await?.is_none() && self.ids.insert(id.clone()) {
                return Ok(id);
            }
        }
        unreachable!("there are fewer deals than numbers")
    }
}

fn ends(card: &DealCard) -> Effect {
    let [available, held, _, _] = units_of(card);
    Effect::Ends {
        available,
        held,
        waiting: waiting_of(card),
    }
}

fn gets(card: &DealCard, units: u32) -> Effect {
    Effect::Gets {
        units: u64::from(units) * card.pools.len() as u64,
        allotted: units_of(card).iter().sum(),
    }
}

fn moves(card: &DealCard, minutes: i32, now: Millis) -> (Effect, Option<Refusal>) {
    let from = [card.terms.starts_at, card.terms.ends_at];
    let state = DealState::of(card, now);
    let to = match state {
        DealState::Upcoming => from.map(|at| moved(at, minutes)),
        _ => [from[0], moved(from[1], minutes)],
    };
    let refusal = match state {
        DealState::Over => Some(Refusal::DealOver),
        _ if to[0] >= to[1] => Some(Refusal::TermsContradict),
        _ if to[1] <= now => Some(Refusal::DealStartsInPast),
        _ => None,
    };
    (Effect::Moves { from, to }, refusal)
}

fn moved(at: Millis, minutes: i32) -> Millis {
    let ms = i64::from(minutes) * MINUTE_MS;
    Millis(at.0.saturating_add_signed(ms))
}

async fn costs(shop: &Shop, card: &DealCard, percent: i32, step: u32) -> Result<Effect, Problem> {
    let mut prices = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        let sku = shop.directory.sku_id(pool.sku).await?;
        let then = repriced(pool.price, percent, step);
        prices.push((sku, pool.price, then));
    }
    Ok(Effect::Costs { prices })
}

/// The price so many percent higher, rounded down to a multiple of `step`; never under one step.
fn repriced(price: Amount, percent: i32, step: u32) -> Amount {
    let step = i128::from(step.max(1));
    let then = i128::from(price.0) * i128::from(percent.saturating_add(100)) / 100;
    let then = (then.div_euclid(step) * step).max(step);
    Amount(i64::try_from(then).unwrap_or(i64::MAX))
}

/// A deal like this one, under another id and in another window.
async fn copy_of(
    shop: &Shop,
    card: &DealCard,
    id: &str,
    [starts_at, ends_at]: [Millis; 2],
) -> Result<DealDraft, Problem> {
    let mut draft = draft_of(shop, card).await?;
    id.clone_into(&mut draft.id);
    draft.terms.starts_at = starts_at;
    draft.terms.ends_at = ends_at;
    for pool in &mut draft.pools {
        // What a deal that is over did not sell has gone back to free stock.
        pool.allotment = pool.allotment.max(1);
    }
    Ok(draft)
}

/// Takes back what the audit says was done to a deal, where the ledger still allows it; the number of the
/// deed, unless it had been done before.
///
/// # Errors
/// What the ledger refuses; [`crate::problem::Kind::INVALID`] where it cannot be taken back.
pub async fn take_back(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    deed: &records::Deed,
) -> Result<Done<Option<u64>>, Problem> {
    staff.require(Role::Merchandiser)?;
    let cannot = || Problem::field("deed", "cannot be taken back");
    let before = deed.before.as_ref().ok_or_else(cannot)?;
    match deed.action.as_str() {
        "deal.change" => {
            let terms: DealTerms =
                serde_json::from_value(before["terms"].clone()).map_err(|_| cannot())?;
            let terms = terms.words()?;
            change_terms(shop, staff, key, deal, terms).await
        }
        "deal.reprice" => {
            let sku = before["sku"].as_str().ok_or_else(cannot)?.to_owned();
            let price = before["price"].as_i64().ok_or_else(cannot)?;
            let ask = PriceAsk { sku, price };
            reprice_deal(shop, staff, key, deal, &ask).await
        }
        "deal.allow_extensions" => {
            let ask: ExtensionsAsk =
                serde_json::from_value(before.clone()).map_err(|_| cannot())?;
            allow_extensions(shop, staff, key, deal, &ask).await
        }
        _ => Err(cannot()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_rounded_down_to_its_step_and_never_to_nothing() {
        let price = |percent, step| repriced(Amount(39_900), percent, step).0;
        assert_eq!(price(-10, 1), 35_910);
        assert_eq!(price(-10, 100), 35_900);
        assert_eq!(price(15, 1_000), 45_000);
        assert_eq!(price(-100, 10), 10);
        assert_eq!(price(-500, 1), 1);
    }

    #[test]
    fn a_moment_is_moved_both_ways_and_not_before_the_first() {
        assert_eq!(moved(Millis(600_000), 5), Millis(900_000));
        assert_eq!(moved(Millis(600_000), -5), Millis(300_000));
        assert_eq!(moved(Millis(600_000), -50), Millis(0));
    }
}
