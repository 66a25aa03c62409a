//! `AdvanceTo`: what falls due up to the stamp falls due, a bounded number of timers of it.

use crate::falls_due::fire;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Receipt, Refusal};

pub(crate) fn advance_to(ledger: &mut Ledger, turn: &mut Turn, limit: u32) -> Decision {
    refuse_if(limit == 0, Refusal::NothingAsked)?;
    let due = ledger.next_due().is_some_and(|due| due <= turn.at);
    refuse_if(!due, Refusal::NothingDue)?;
    let mut fired = 0;
    let mut foreseen = 0;
    while fired < limit {
        if foreseen == 0 {
            foreseen = ledger.foresee_due();
        }
        foreseen = foreseen.saturating_sub(1);
        let Some(timer) = ledger.timers.take_due(turn.at) else {
            break;
        };
        fire(ledger, turn, timer);
        fired += 1;
    }
    Ok(Receipt::Advanced { fired })
}
