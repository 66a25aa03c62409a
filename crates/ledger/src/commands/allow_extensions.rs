//! `AllowExtensions`: holds of a deal may be given more time, or no longer.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, EXTENSIONS_MAX, Event, Receipt, Refusal};

pub(crate) fn allow_extensions(
    ledger: &mut Ledger,
    turn: &mut Turn,
    deal: DealId,
    times: u8,
    span_ms: u32,
) -> Decision {
    let contradict = (times == 0) != (span_ms == 0) || times > EXTENSIONS_MAX;
    refuse_if(contradict, Refusal::TermsContradict)?;
    let known = ledger.deals.find(deal).ok_or(Refusal::DealUnknown)?;
    refuse_if(known.closed, Refusal::DealOver)?;
    let known = ledger.deals.deal_mut(deal);
    (known.extensions, known.extension_ms) = (times, span_ms);
    turn.say(Event::ExtensionsAllowed {
        deal,
        times,
        span_ms,
    });
    Ok(Receipt::Done)
}
