//! `RecallCheckout`: a filed checkout comes back from disk because something happened to it.

use crate::books::HOUSE;
use crate::checkouts::Checkout;
use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::orders::{Line, Order};
use crate::payments::Payment;
use crate::queues::Queue;
use crate::refunds::Refund;
use crate::slab::{NONE, Row};
use crate::turn::{Decision, Turn, refuse_if};
use money::Amount;
use vocabulary::{
    Event, FiledCheckout, FiledLine, FiledOrder, FiledPayment, FiledRefund, Receipt, Refusal,
    SellerId,
};

pub(crate) fn recall_checkout(
    ledger: &mut Ledger,
    turn: &mut Turn,
    filed: &FiledCheckout,
) -> Decision {
    let is_in = ledger.checkouts.find(filed.checkout).is_some();
    refuse_if(is_in, Refusal::CheckoutExists)?;
    let mut orders = filed.orders.iter();
    let taken = orders.any(|order| ledger.orders.find(order.order).is_some());
    refuse_if(taken, Refusal::OrderExists)?;
    let berth = ledger
        .checkouts
        .enter(filed.checkout, recalled(turn, filed));
    for order in &filed.orders {
        recall_order(ledger, berth, order);
    }
    for payment in &filed.payments {
        recall_payment(ledger, berth, payment);
    }
    for refund in &filed.refunds {
        recall_refund(ledger, berth, refund, seller_of(filed, refund));
    }
    ledger.checkouts[berth].total = total(ledger, berth);
    let checkout = filed.checkout;
    turn.say(Event::CheckoutRecalled { checkout });
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}

fn recalled(turn: &Turn, filed: &FiledCheckout) -> Checkout {
    Checkout {
        person: filed.person.0.into(),
        zone: filed.zone,
        currency: filed.currency,
        total: Amount::ZERO,
        placed_at: filed.placed_at,
        pay_by: filed.pay_by,
        changed_at: turn.at,
        grace_given: false,
        orders: Queue::default(),
        payments: Queue::default(),
        attempts: 0,
        refunds: Queue::default(),
    }
}

fn recall_order(ledger: &mut Ledger, berth: Row, filed: &FiledOrder) {
    let goods = filed
        .lines
        .iter()
        .map(|line| line.price.0 * i64::from(line.units));
    let mut order = Order::placed(filed.order, berth, filed.seller);
    order.state = filed.state;
    order.goods = Amount(goods.sum());
    order.shipping = filed.shipping;
    order.shipping_tax = filed.shipping_tax;
    order.shipping_refunded = filed.shipping_refunded;
    let orders = &mut ledger.checkouts[berth].orders;
    let row = ledger.orders.append(orders, order);
    for line in &filed.lines {
        recall_line(ledger, row, line);
    }
}

fn recall_line(ledger: &mut Ledger, order: Row, filed: &FiledLine) {
    let deal = ledger.deals.deal(filed.deal);
    let pool = ledger.deals.find_pool(deal, filed.sku);
    let pool = pool.expect("a filed line was bought from a pool");
    let line = Line {
        refunded: filed.refunded,
        units_refunded: filed.units_refunded,
        shipped: filed.shipped,
        delivered: filed.delivered,
        delivered_at: filed.delivered_at,
        return_asked: filed.return_asked,
        returned: filed.returned,
        ..Line::placed(pool, filed.units, filed.price, filed.tax)
    };
    ledger.orders.append_line(order, line);
}

fn recall_payment(ledger: &mut Ledger, berth: Row, filed: &FiledPayment) {
    let checkout = &mut ledger.checkouts[berth];
    checkout.attempts += 1;
    let payment = Payment {
        attempt: checkout.attempts,
        state: filed.state,
        method: filed.method,
        steps: filed.steps,
        months: 0,
        amount: filed.amount,
        deadline: filed.deadline,
        work: NONE,
    };
    ledger.payments.append(&mut checkout.payments, payment);
}

fn recall_refund(ledger: &mut Ledger, berth: Row, filed: &FiledRefund, seller: SellerId) {
    let refund = Refund {
        id: filed.refund,
        berth,
        attempt: filed.attempt,
        order: filed.order,
        seller,
        amount: filed.amount,
        state: filed.state,
        work: NONE,
    };
    let refunds = &mut ledger.checkouts[berth].refunds;
    ledger.refunds.append(refunds, refund);
}

fn seller_of(filed: &FiledCheckout, refund: &FiledRefund) -> SellerId {
    let of = |order: &&FiledOrder| Some(order.order) == refund.order;
    filed
        .orders
        .iter()
        .find(of)
        .map_or(HOUSE, |order| order.seller)
}

fn total(ledger: &Ledger, berth: Row) -> Amount {
    let orders = ledger.orders.items(ledger.checkouts[berth].orders);
    Amount(orders.map(|order| order.total().0).sum())
}
