//! What happens when a timer fires, one timer a file. A timer looks first whether what it was set
//! for still holds; if not, it changes nothing.

mod close_deal;
mod file_checkout;
mod lapse_checkout;
mod lapse_hold;
mod lapse_payment;
mod open_deal;

pub(crate) use close_deal::close;
pub(crate) use lapse_hold::end_hold;

use crate::ledger::Ledger;
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::Turn;

/// Fires a timer that is due.
pub(crate) fn fire(ledger: &mut Ledger, turn: &mut Turn, timer: Timer) {
    match timer {
        Timer::OpenDeal(deal) => open_deal::open_deal(ledger, turn, deal),
        Timer::CloseDeal(deal) => close_deal::close_deal(ledger, turn, deal),
        Timer::LapseHold(hold) => lapse_hold::lapse_hold(ledger, turn, hold),
        Timer::LapseCheckout(berth) => {
            of_checkout(ledger, turn, berth, lapse_checkout::lapse_checkout);
        }
        Timer::LapsePayment(berth, attempt) => {
            of_checkout(ledger, turn, berth, |ledger, turn, berth| {
                lapse_payment::lapse_payment(ledger, turn, berth, attempt);
            });
        }
        Timer::FileCheckout(berth) => {
            of_checkout(ledger, turn, berth, file_checkout::file_checkout);
        }
    }
}

/// Fires a timer of a checkout, if that is in memory.
fn of_checkout(
    ledger: &mut Ledger,
    turn: &mut Turn,
    berth: Row,
    fire: impl Fn(&mut Ledger, &mut Turn, Row),
) {
    if ledger.checkouts.timer_fired(berth) {
        fire(ledger, turn, berth);
    }
}
