//! Something happened to a checkout; when it is at rest now, its way to the disk begins.

use crate::ledger::Ledger;
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::Turn;
use vocabulary::{OrderState, PaymentState, RefundState};

/// Notes that a checkout has changed. The last thing that a command or a timer does to it.
pub(crate) fn changed(ledger: &mut Ledger, turn: &Turn, berth: Row) {
    ledger.checkouts[berth].changed_at = turn.at;
    if ledger.is_at_rest(berth) {
        let moment = turn.at.plus(ledger.rules.file_after_ms);
        ledger.set_timer_of(berth, moment, Timer::FileCheckout(berth));
    }
}

impl Ledger {
    /// True when nothing is under way for a checkout.
    pub(crate) fn is_at_rest(&self, berth: Row) -> bool {
        use PaymentState::{Authorised, Lapsed, Started, Voiding};
        let checkout = &self.checkouts[berth];
        let orders = self.orders.items(checkout.orders);
        let payments = self.payments.items(checkout.payments);
        let refunds = self.refunds.items(checkout.refunds);
        orders.map(|order| order.state).all(is_final)
            && payments
                .map(|payment| payment.state)
                .all(|state| !matches!(state, Started | Authorised | Lapsed | Voiding))
            && refunds
                .map(|refund| refund.state)
                .all(|state| state != RefundState::Due)
    }
}

fn is_final(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Paid | OrderState::Cancelled | OrderState::Lapsed
    )
}
