//! `ScheduleDeal`: a deal is put on the schedule; its units leave the free stock.

use crate::deals::{UnitState, is_price};
use crate::ledger::Ledger;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use money::Currency;
use std::collections::BTreeMap;
use vocabulary::{
    Command, DealTerms, Event, Millis, PoolDraft, Receipt, Reference, Refusal, SellerId, SkuId,
};

pub(crate) fn schedule_deal(
    ledger: &mut Ledger,
    turn: &mut Turn,
    reference: Reference,
    seller: SellerId,
    currency: Currency,
    terms: DealTerms,
    drafts: &[PoolDraft],
) -> Decision {
    check(
        ledger,
        turn.at,
        reference,
        seller,
        &terms,
        drafts,
        &BTreeMap::new(),
    )?;

    let deals = &mut ledger.deals;
    let deal = deals.schedule(reference, seller, currency, terms, drafts);
    turn.say(Event::DealScheduled {
        deal,
        reference,
        seller,
        currency,
        terms,
    });
    for (pool, PoolDraft { sku, units, price }) in deals.deal(deal).pools().zip(drafts.to_vec()) {
        turn.say(Event::DealPriced { deal, sku, price });
        ledger.stock.allot(turn, sku, units);
        ledger.deals.put_in(turn, pool, units, UnitState::Available);
    }
    ledger.timers.set(terms.starts_at, Timer::OpenDeal(deal));
    ledger.timers.set(terms.ends_at, Timer::CloseDeal(deal));
    Ok(Receipt::Deal(deal))
}

impl Ledger {
    /// How these deals would be refused, were they scheduled one after the other at that moment. What
    /// earlier ones would take of the free stock is in `taken`, and what these would is put there.
    pub fn would_refuse(
        &self,
        at: Millis,
        deals: &[Command],
        taken: &mut BTreeMap<SkuId, u64>,
    ) -> Vec<Option<Refusal>> {
        let mut refusal = |deal: &Command| {
            let Command::ScheduleDeal {
                reference,
                seller,
                terms,
                pools,
                ..
            } = deal
            else {
                unreachable!("{deal:?} schedules no deal")
            };
            let refused = check(self, at, *reference, *seller, terms, pools, taken).err();
            if refused.is_none() {
                let units = pools.iter().map(|pool| (pool.sku, u64::from(pool.units)));
                units.for_each(|(sku, units)| *taken.entry(sku).or_default() += units);
            }
            refused
        };
        deals.iter().map(&mut refusal).collect()
    }
}

/// The refusals in their precedence; `taken` units are no longer free.
fn check(
    ledger: &Ledger,
    at: Millis,
    reference: Reference,
    seller: SellerId,
    terms: &DealTerms,
    drafts: &[PoolDraft],
    taken: &BTreeMap<SkuId, u64>,
) -> Result<(), Refusal> {
    check_words(terms, drafts)?;
    ledger.known_seller(seller)?;
    for draft in drafts {
        ledger.known_sku(draft.sku)?;
    }
    let known = ledger.deals.by_reference(reference).is_some();
    refuse_if(known, Refusal::DealExists)?;
    check_stock(ledger, seller, drafts, taken)?;
    refuse_if(terms.ends_at <= at, Refusal::DealStartsInPast)
}

fn check_words(terms: &DealTerms, drafts: &[PoolDraft]) -> Result<(), Refusal> {
    let nothing = drafts.is_empty() || drafts.iter().any(|draft| draft.units == 0);
    refuse_if(nothing, Refusal::NothingAsked)?;
    let unpriced = !drafts.iter().all(|draft| is_price(draft.price));
    let contradict = !terms.hold_together() || unpriced || stands_twice(drafts);
    refuse_if(contradict, Refusal::TermsContradict)
}

fn stands_twice(drafts: &[PoolDraft]) -> bool {
    let mut skus: Vec<_> = drafts.iter().map(|draft| draft.sku).collect();
    skus.sort_unstable();
    skus.windows(2).any(|pair| pair[0] == pair[1])
}

fn check_stock(
    ledger: &Ledger,
    seller: SellerId,
    drafts: &[PoolDraft],
    taken: &BTreeMap<SkuId, u64>,
) -> Result<(), Refusal> {
    let differs = drafts
        .iter()
        .any(|draft| ledger.stock.sku(draft.sku).seller != seller);
    refuse_if(differs, Refusal::SellerDiffers)?;
    let lacks = drafts.iter().any(|draft| {
        let wanted = taken.get(&draft.sku).copied().unwrap_or(0) + u64::from(draft.units);
        ledger.stock.sku(draft.sku).free() < wanted
    });
    refuse_if(lacks, Refusal::StockInsufficient)
}
