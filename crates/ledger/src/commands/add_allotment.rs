//! `AddAllotment`: more units move from free stock into a deal; those who wait come first.

use crate::deals::UnitState;
use crate::deeds::offer;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, Receipt, Refusal, SkuId};

pub(crate) fn add_allotment(
    ledger: &mut Ledger,
    turn: &mut Turn,
    deal: DealId,
    sku: SkuId,
    units: u32,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (known, pool) = ledger.known_pool(deal, sku)?;
    let lacks = ledger.stock.sku(sku).free() < units.into();
    refuse_if(lacks, Refusal::StockInsufficient)?;
    refuse_if(known.closed, Refusal::DealOver)?;
    let allotted = ledger.deals.pool(pool).counts().allotted();
    let overflows = allotted.checked_add(units).is_none();
    refuse_if(overflows, Refusal::AmountOverflow)?;

    ledger.stock.allot(turn, sku, units);
    ledger.deals.put_in(turn, pool, units, UnitState::Available);
    offer(ledger, turn, pool);
    Ok(Receipt::Done)
}
