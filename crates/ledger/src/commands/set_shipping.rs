//! `SetShipping`: what a seller asks for shipping an order in one currency.

use crate::ledger::Ledger;
use crate::sellers::ShippingTerms;
use crate::turn::{Decision, Turn, refuse_if};
use money::{Amount, Currency};
use vocabulary::{Event, PRICE_MAX, Receipt, Refusal, SellerId};

pub(crate) fn set_shipping(
    ledger: &mut Ledger,
    turn: &mut Turn,
    seller: SellerId,
    currency: Currency,
    terms: ShippingTerms,
) -> Decision {
    refuse_if(!hold_together(&terms), Refusal::TermsContradict)?;
    ledger.known_seller(seller)?;
    turn.say(Event::ShippingSet {
        seller,
        currency,
        fee: terms.fee,
        free_from: terms.free_from,
    });
    ledger.sellers.set_shipping(seller, currency, terms);
    Ok(Receipt::Done)
}

fn hold_together(terms: &ShippingTerms) -> bool {
    let amounts = terms.surcharges.iter().map(|row| row.amount);
    let mut amounts = amounts.chain([terms.fee, terms.free_from]);
    let zones = || terms.surcharges.iter().map(|row| row.zone);
    let twice = |zone| zones().filter(|other| *other == zone).count() > 1;
    amounts.all(|amount| (Amount::ZERO..=PRICE_MAX).contains(&amount)) && !zones().any(twice)
}
