//! `PlaceHold`: a shopper takes units at the deal price for a while, or a place in the waitlist.

use crate::deals::Deal;
use crate::deeds::{grant_hold, take_place};
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, HoldOrigin, Millis, Receipt, Refusal, Shopper, SkuId};

pub(crate) fn place_hold(
    ledger: &mut Ledger,
    turn: &mut Turn,
    (deal, sku): (DealId, SkuId),
    units: u16,
    shopper: Shopper,
    or_wait: bool,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (known, pool) = ledger.known_pool(deal, sku)?;
    check_admission(known, turn.at, shopper)?;
    let person = shopper.person;
    let available = ledger.deals.pool(pool).counts().available;
    let waits = or_wait && available == 0;
    let waiting = waits && ledger.waitlist.waits(pool, person);
    refuse_if(waiting, Refusal::AlreadyWaiting)?;
    let asked = if waits { 1 } else { units.into() };
    let count = ledger.persons.count(deal, person);
    refuse_if(known.limit_broken(count, asked), Refusal::LimitReached)?;
    if waits {
        ledger.check_waitlist(pool)?;
        return Ok(take_place(ledger, turn, pool, person));
    }
    refuse_if(available < asked, Refusal::StockExhausted)?;

    let count_row = ledger.persons.add(deal, person, asked);
    let (hold, expires_at) = grant_hold(ledger, turn, pool, count_row, units, HoldOrigin::Asked);
    Ok(Receipt::Hold { hold, expires_at })
}

/// Refuses a shopper whom the deal does not let in, or not at this moment.
pub(super) fn check_admission(deal: &Deal, at: Millis, shopper: Shopper) -> Result<(), Refusal> {
    let terms = &deal.terms;
    refuse_if(at < terms.starts_at, Refusal::DealNotOpen)?;
    refuse_if(deal.is_over(at), Refusal::DealOver)?;
    let stranger = terms.members_only && !shopper.member;
    refuse_if(stranger, Refusal::MembersOnly)?;
    let unverified = terms.verified_only && !shopper.verified;
    refuse_if(unverified, Refusal::VerificationRequired)
}
