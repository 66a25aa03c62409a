//! `RepriceDeal`: one SKU of a deal gets a new price; holds keep theirs.

use crate::deals::is_price;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use money::Amount;
use vocabulary::{DealId, Event, Receipt, Refusal, SkuId};

pub(crate) fn reprice_deal(
    ledger: &mut Ledger,
    turn: &mut Turn,
    deal: DealId,
    sku: SkuId,
    price: Amount,
) -> Decision {
    refuse_if(!is_price(price), Refusal::TermsContradict)?;
    let (known, pool) = ledger.known_pool(deal, sku)?;
    refuse_if(known.closed, Refusal::DealOver)?;
    ledger.deals.reprice(pool, price);
    turn.say(Event::DealPriced { deal, sku, price });
    Ok(Receipt::Done)
}
