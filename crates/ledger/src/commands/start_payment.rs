//! `StartPayment`: the shopper begins a try to pay.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::payments::Payment;
use crate::slab::{NONE, Row};
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use money::{Amount, Currency};
use vocabulary::{
    ATTEMPTS_MAX, CheckoutId, Event, Method, OrderState, PaymentState, PersonKey, Receipt, Refusal,
    Steps, Work,
};

/// How the shopper pays.
pub(crate) struct How {
    pub(crate) method: Method,
    pub(crate) steps: Steps,
    pub(crate) months: u8,
}

pub(crate) fn start_payment(
    ledger: &mut Ledger,
    turn: &mut Turn,
    checkout: CheckoutId,
    person: PersonKey,
    how: How,
    (amount, currency): (Amount, Currency),
) -> Decision {
    let berth = ledger.known_checkout(checkout)?;
    let known = &ledger.checkouts[berth];
    refuse_if(known.person() != person, Refusal::NotYours)?;
    check_unpaid(ledger, berth)?;
    let deposit_ms = shortest_deposit(ledger, berth);
    let deposits = how.method == Method::Deposit;
    refuse_if(deposits && deposit_ms == 0, Refusal::DepositNotAllowed)?;
    refuse_if(known.total != amount, Refusal::AmountDiffers)?;
    refuse_if(known.currency != currency, Refusal::CurrencyDiffers)?;
    let too_many = usize::from(known.attempts) >= ATTEMPTS_MAX;
    refuse_if(too_many, Refusal::TooManyAttempts)?;

    let length = match how.method {
        Method::Deposit => deposit_ms.into(),
        Method::Card | Method::Wallet => ledger.rules.payment_ms,
    };
    let row = start(ledger, turn, berth, how, length);
    let Payment {
        attempt, deadline, ..
    } = ledger.payments[row];
    if deposits && deadline > ledger.checkouts[berth].pay_by {
        ledger.checkouts[berth].pay_by = deadline;
        let pay_by = deadline;
        turn.say(Event::DeadlineMoved { checkout, pay_by });
        ledger.set_timer_of(berth, pay_by, Timer::LapseCheckout(berth));
    }
    ledger.set_timer_of(berth, deadline, Timer::LapsePayment(berth, attempt));
    changed(ledger, turn, berth);
    let payment = ledger.payment_id(berth, attempt);
    Ok(Receipt::Payment { payment, deadline })
}

fn check_unpaid(ledger: &Ledger, berth: Row) -> Result<(), Refusal> {
    use OrderState::{Cancelled, Confirmed, Lapsed, Paid};
    let orders = ledger.checkouts[berth].orders;
    let states = || ledger.orders.items(orders).map(|order| order.state);
    let closed = states().all(|state| matches!(state, Cancelled | Lapsed));
    refuse_if(closed, Refusal::OrderClosed)?;
    let paid = states().any(|state| matches!(state, Confirmed | Paid));
    refuse_if(paid, Refusal::AlreadyPaid)
}

/// The smallest time for a deposit among the deals of the lines; 0 where one takes none.
fn shortest_deposit(ledger: &Ledger, berth: Row) -> u32 {
    let lines = ledger.orders.bought_by(ledger.checkouts[berth].orders);
    let times = lines
        .iter()
        .map(|line| ledger.deals.deal_of(line.pool).terms.deposit_ms);
    times.min().expect("a checkout has a line")
}

fn start(ledger: &mut Ledger, turn: &mut Turn, berth: Row, how: How, length: u64) -> Row {
    ledger.checkouts[berth].attempts += 1;
    let attempt = ledger.checkouts[berth].attempts;
    let id = ledger.payment_id(berth, attempt);
    let known = &mut ledger.checkouts[berth];
    let payment = Payment {
        attempt,
        state: PaymentState::Started,
        method: how.method,
        steps: how.steps,
        months: how.months,
        amount: known.total,
        deadline: turn.at.plus(length),
        work: NONE,
    };
    turn.say(Event::PaymentStarted {
        payment: id,
        amount: payment.amount,
        currency: known.currency,
        method: how.method,
        steps: how.steps,
        months: how.months,
        deadline: payment.deadline,
    });
    let row = ledger.payments.append(&mut known.payments, payment);
    ledger.payments[row].work = ledger.outbox.order(turn, Work::Settle(id));
    row
}
