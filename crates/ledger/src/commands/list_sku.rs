//! `ListSku`: a SKU becomes known.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, Receipt, Reference, Refusal, SellerId, Tax};

pub(crate) fn list_sku(
    ledger: &mut Ledger,
    turn: &mut Turn,
    reference: Reference,
    seller: SellerId,
    tax: Tax,
) -> Decision {
    ledger.known_seller(seller)?;
    let known = ledger.stock.by_reference(reference).is_some();
    refuse_if(known, Refusal::SkuExists)?;
    let sku = ledger.stock.list(reference, seller, tax);
    turn.say(Event::SkuListed {
        sku,
        seller,
        reference,
    });
    Ok(Receipt::Sku(sku))
}
