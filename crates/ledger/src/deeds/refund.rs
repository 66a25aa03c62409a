//! Money goes back to the shopper: line by line for an order, whole for what was in suspense.

use super::pay::goods_account;
use crate::books::HOUSE;
use crate::ledger::Ledger;
use crate::refunds::Refund;
use crate::slab::{NONE, Row};
use crate::turn::Turn;
use arrayvec::ArrayVec;
use money::Amount;
use vocabulary::{
    Account, Event, HOLDS_MAX, OrderId, PaymentState, Receipt, RefundId, RefundState, SellerId,
    Tax, Work,
};

/// The number under which shipping stands among the lines of a refund.
const SHIPPING: u8 = 255;

/// What goes back of one line, or of the shipping.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) line: u8,
    pub(crate) units: u16,
    pub(crate) amount: Amount,
}

/// The parts of a refund: each line once, and the shipping.
pub(crate) type Parts = ArrayVec<Part, { HOLDS_MAX + 1 }>;

/// All of an order that has not gone back yet.
pub(crate) fn whole_of(ledger: &Ledger, order: Row) -> Parts {
    let lines = (0..).zip(ledger.orders.lines(order));
    let lines = lines.map(|(number, line)| Part {
        line: number,
        units: line.units - line.units_refunded,
        amount: line.left(),
    });
    let shipping = Part {
        line: SHIPPING,
        units: 0,
        amount: ledger.orders[order].shipping_left(),
    };
    let parts = lines.chain([shipping]);
    parts.filter(|part| !part.amount.is_zero()).collect()
}

/// Orders the refund of `parts` of a paid order, by the try that paid it.
pub(crate) fn refund_order(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: Row,
    parts: &[Part],
) -> Receipt {
    let (id, berth) = (ledger.orders[order].id(), ledger.orders[order].berth);
    let attempt = captured_try(ledger, berth);
    let amount = Amount(parts.iter().map(|part| part.amount.0).sum());
    let seller = ledger.orders[order].seller;
    let refund = order_refund(ledger, turn, (berth, attempt), Some((id, seller)), amount);
    let number = ledger.refunds[refund].id;
    for Part {
        line,
        units,
        amount,
    } in parts.iter().copied()
    {
        turn.say(Event::LineRefunded {
            refund: number,
            order: id,
            line,
            units,
            amount,
        });
    }
    for part in parts {
        post_part(ledger, turn, order, part);
    }
    order_work(ledger, turn, refund);
    Receipt::Refund {
        refund: number,
        amount,
    }
}

/// Orders the refund of money that a try brought and that fits nowhere.
pub(crate) fn refund_suspense(
    ledger: &mut Ledger,
    turn: &mut Turn,
    berth: Row,
    attempt: u16,
    amount: Amount,
) {
    let refund = order_refund(ledger, turn, (berth, attempt), None, amount);
    let of = (ledger.checkouts[berth].currency, HOUSE);
    let (debit, credit) = (Account::Suspense, Account::RefundsDue);
    ledger.books.post(turn, of, debit, credit, amount);
    order_work(ledger, turn, refund);
}

fn captured_try(ledger: &Ledger, berth: Row) -> u16 {
    let mut payments = ledger.payments.items(ledger.checkouts[berth].payments);
    let captured = payments.find(|payment| payment.state == PaymentState::Captured);
    captured.expect("a paid order has a captured try").attempt
}

fn order_refund(
    ledger: &mut Ledger,
    turn: &mut Turn,
    (berth, attempt): (Row, u16),
    order: Option<(OrderId, SellerId)>,
    amount: Amount,
) -> Row {
    let refund = Refund {
        id: ledger.refunds.number(),
        berth,
        attempt,
        order: order.map(|(id, _)| id),
        seller: order.map_or(HOUSE, |(_, seller)| seller),
        amount,
        state: RefundState::Due,
        work: NONE,
    };
    turn.say(Event::RefundOrdered {
        refund: refund.id,
        payment: ledger.payment_id(berth, attempt),
        order: refund.order,
        amount,
        currency: ledger.checkouts[berth].currency,
    });
    let refunds = &mut ledger.checkouts[berth].refunds;
    ledger.refunds.append(refunds, refund)
}

fn order_work(ledger: &mut Ledger, turn: &mut Turn, refund: Row) {
    let id: RefundId = ledger.refunds[refund].id;
    ledger.refunds[refund].work = ledger.outbox.order(turn, Work::Refund(id));
}

/// Posts a part and adds it to what has gone back.
fn post_part(ledger: &mut Ledger, turn: &mut Turn, order: Row, part: &Part) {
    let (account, tax, before) = match part.line {
        SHIPPING => {
            let row = &mut ledger.orders[order];
            let before = row.shipping_refunded;
            row.shipping_refunded.0 += part.amount.0;
            (Account::Shipping, row.shipping_tax, before)
        }
        number => {
            let line = ledger.orders.line_mut(order, number);
            let before = line.refunded;
            line.refunded.0 += part.amount.0;
            line.units_refunded += part.units;
            (goods_account(line.tax), line.tax, before)
        }
    };
    let tax = tax_of_part(tax, before, part.amount);
    let net = Amount(part.amount.0 - tax.0);
    let currency = ledger.checkouts[ledger.orders[order].berth].currency;
    let of = (currency, ledger.orders[order].seller);
    let due = Account::RefundsDue;
    ledger.books.post(turn, of, account, due, net);
    ledger.books.post(turn, of, Account::TaxIncluded, due, tax);
}

/// The difference of cumulative parts, so that no more tax goes back than was taken.
fn tax_of_part(tax: Tax, before: Amount, part: Amount) -> Amount {
    let after = Amount(before.0 + part.0);
    Amount(tax.contained_in(after).0 - tax.contained_in(before).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taxes_of_the_parts_add_up_to_the_tax_of_the_whole() {
        let tax = Tax::Included { basis_points: 1000 };
        let whole = Amount(12_345);
        for step in [1, 7, 100, 4_115, 12_345] {
            let (mut refunded, mut taxes) = (0, 0);
            while refunded < whole.0 {
                let part = step.min(whole.0 - refunded);
                taxes += tax_of_part(tax, Amount(refunded), Amount(part)).0;
                refunded += part;
            }
            assert_eq!(Amount(taxes), tax.contained_in(whole), "in parts of {step}");
        }
    }
}
