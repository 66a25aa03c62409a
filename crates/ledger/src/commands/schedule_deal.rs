//! `ScheduleDeal`: a deal is put on the schedule; its units leave the free stock.

use crate::deals::{UnitState, is_price};
use crate::ledger::Ledger;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use money::Currency;
use vocabulary::{DealTerms, Event, PoolDraft, Receipt, Reference, Refusal, SellerId};

pub(crate) fn schedule_deal(
    ledger: &mut Ledger,
    turn: &mut Turn,
    reference: Reference,
    seller: SellerId,
    currency: Currency,
    terms: DealTerms,
    drafts: &[PoolDraft],
) -> Decision {
    check_words(&terms, drafts)?;
    ledger.known_seller(seller)?;
    for draft in drafts {
        ledger.known_sku(draft.sku)?;
    }
    let known = ledger.deals.by_reference(reference).is_some();
    refuse_if(known, Refusal::DealExists)?;
    check_stock(ledger, seller, drafts)?;
    refuse_if(terms.ends_at <= turn.at, Refusal::DealStartsInPast)?;

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

fn check_stock(ledger: &Ledger, seller: SellerId, drafts: &[PoolDraft]) -> Result<(), Refusal> {
    let skus = || {
        drafts
            .iter()
            .map(|draft| (ledger.stock.sku(draft.sku), draft.units))
    };
    let differs = skus().any(|(sku, _)| sku.seller != seller);
    refuse_if(differs, Refusal::SellerDiffers)?;
    let lacks = skus().any(|(sku, units)| sku.free() < units.into());
    refuse_if(lacks, Refusal::StockInsufficient)
}
