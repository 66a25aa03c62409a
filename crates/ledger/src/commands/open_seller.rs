//! `OpenSeller`: a seller joins.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, Receipt, Reference, Refusal};

pub(crate) fn open_seller(ledger: &mut Ledger, turn: &mut Turn, reference: Reference) -> Decision {
    let known = ledger.sellers.by_reference(reference).is_some();
    refuse_if(known, Refusal::SellerExists)?;
    let seller = ledger.sellers.open(reference);
    turn.say(Event::SellerOpened { seller, reference });
    Ok(Receipt::Seller(seller))
}
