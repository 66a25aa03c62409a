//! `AdoptRules`: trade under other rules from now on.

use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, Receipt, Refusal, Rules};

pub(crate) fn adopt_rules(ledger: &mut Ledger, turn: &mut Turn, rules: Rules) -> Decision {
    refuse_if(!hold_together(&rules), Refusal::RulesContradict)?;
    ledger.rules = rules;
    turn.say(Event::RulesAdopted { rules });
    Ok(Receipt::Done)
}

/// An order must outlive the refusal of its id, else the id could serve twice.
fn hold_together(rules: &Rules) -> bool {
    let refused_for = rules.idempotency_ms.saturating_add(rules.skew_ms);
    rules.edition == 1
        && rules.idempotency_ms > 0
        && rules.payment_ms > 0
        && rules.file_after_ms > 0
        && rules.file_after_ms >= refused_for
}
