//! A checkout that has been at rest for long leaves memory for the disk.

use crate::ledger::Ledger;
use crate::orders::Line;
use crate::payments::Payment;
use crate::refunds::Refund;
use crate::slab::Row;
use crate::turn::Turn;
use vocabulary::{Event, FiledCheckout, FiledLine, FiledOrder, FiledPayment, FiledRefund};

pub(super) fn file_checkout(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let changed_at = ledger.checkouts[berth].changed_at;
    let rested = turn.at.0.checked_sub(ledger.rules.file_after_ms);
    let long = rested.is_some_and(|rested| changed_at.0 <= rested);
    if !long || !ledger.is_at_rest(berth) {
        return;
    }
    let filed = filed(ledger, berth);
    let filed = match ledger.spare.pop() {
        Some(mut spare) => {
            *spare = filed;
            spare
        }
        None => Box::new(filed),
    };
    turn.say(Event::CheckoutFiled { filed });
    let checkout = ledger.checkouts.leave(berth);
    ledger.orders.clear(checkout.orders);
    ledger.payments.clear(checkout.payments);
    ledger.refunds.clear(checkout.refunds);
}

fn filed(ledger: &Ledger, berth: Row) -> FiledCheckout {
    let checkout = &ledger.checkouts[berth];
    let orders = ledger.orders.rows(checkout.orders);
    let orders = orders.iter().map(|row| filed_order(ledger, *row));
    let payments = ledger.payments.items(checkout.payments);
    let refunds = ledger.refunds.items(checkout.refunds);
    FiledCheckout {
        checkout: ledger.checkouts.id(berth),
        person: checkout.person(),
        zone: checkout.zone,
        currency: checkout.currency,
        placed_at: checkout.placed_at,
        pay_by: checkout.pay_by,
        orders: orders.collect(),
        payments: payments.map(filed_payment).collect(),
        refunds: refunds.map(filed_refund).collect(),
    }
}

fn filed_order(ledger: &Ledger, row: Row) -> FiledOrder {
    let order = &ledger.orders[row];
    let lines = ledger.orders.lines(row);
    FiledOrder {
        order: order.id(),
        seller: order.seller,
        state: order.state,
        shipping: order.shipping,
        shipping_tax: order.shipping_tax,
        shipping_refunded: order.shipping_refunded,
        lines: lines.map(|line| filed_line(ledger, line)).collect(),
    }
}

fn filed_line(ledger: &Ledger, line: &Line) -> FiledLine {
    let pool = ledger.deals.pool(line.pool);
    FiledLine {
        deal: pool.deal,
        sku: pool.sku,
        units: line.units,
        price: line.price,
        tax: line.tax,
        refunded: line.refunded,
        units_refunded: line.units_refunded,
        shipped: line.shipped,
        delivered: line.delivered,
        delivered_at: line.delivered_at,
        return_asked: line.return_asked,
        returned: line.returned,
    }
}

fn filed_payment(payment: &Payment) -> FiledPayment {
    FiledPayment {
        state: payment.state,
        method: payment.method,
        steps: payment.steps,
        amount: payment.amount,
        deadline: payment.deadline,
    }
}

fn filed_refund(refund: &Refund) -> FiledRefund {
    FiledRefund {
        refund: refund.id,
        attempt: refund.attempt,
        order: refund.order,
        amount: refund.amount,
        state: refund.state,
    }
}
