//! `ReceiveStock`: units arrive in the free stock.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Receipt, Refusal, SkuId};

pub(crate) fn receive_stock(
    ledger: &mut Ledger,
    turn: &mut Turn,
    sku: SkuId,
    units: u32,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    ledger.known_sku(sku)?;
    ledger.stock.receive(turn, sku, units);
    Ok(Receipt::Done)
}
