//! `JoinWaitlist`: a shopper waits for one unit of what is gone.

use super::place_hold::check_admission;
use crate::deeds::take_place;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, Refusal, Shopper, SkuId};

pub(crate) fn join_waitlist(
    ledger: &mut Ledger,
    turn: &mut Turn,
    deal: DealId,
    sku: SkuId,
    shopper: Shopper,
) -> Decision {
    let (known, pool) = ledger.known_pool(deal, sku)?;
    check_admission(known, turn.at, shopper)?;
    let person = shopper.person;
    let waiting = ledger.waitlist.waits(pool, person);
    refuse_if(waiting, Refusal::AlreadyWaiting)?;
    let count = ledger.persons.count(deal, person);
    refuse_if(known.limit_broken(count, 1), Refusal::LimitReached)?;
    ledger.check_waitlist(pool)?;
    let available = ledger.deals.pool(pool).counts().available;
    refuse_if(available > 0, Refusal::NotExhausted)?;
    Ok(take_place(ledger, turn, pool, person))
}
