//! `WithdrawStock`: free units leave for other channels or for good.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Receipt, Refusal, SkuId};

pub(crate) fn withdraw_stock(
    ledger: &mut Ledger,
    turn: &mut Turn,
    sku: SkuId,
    units: u32,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let free = ledger.known_sku(sku)?.free();
    refuse_if(free < units.into(), Refusal::StockInsufficient)?;
    ledger.stock.withdraw(turn, sku, units);
    Ok(Receipt::Done)
}
