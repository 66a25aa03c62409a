//! The money of a confirmed checkout is ours: its orders are paid and posted.

use crate::books::Books;
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::Turn;
use money::{Amount, Currency};
use vocabulary::{Account, Event, OrderState, PaymentId, SellerId, Tax};

/// Makes every order of the checkout paid by `payment`.
pub(crate) fn pay_orders(ledger: &mut Ledger, turn: &mut Turn, berth: Row, payment: PaymentId) {
    let currency = ledger.checkouts[berth].currency;
    for order in ledger.orders.rows(ledger.checkouts[berth].orders) {
        let paid = &mut ledger.orders[order];
        paid.state = OrderState::Paid;
        turn.say(Event::OrderPaid {
            order: paid.id(),
            payment,
            total: paid.total(),
            currency,
        });
        post_sale(ledger, turn, order, currency);
    }
}

fn post_sale(ledger: &mut Ledger, turn: &mut Turn, order: Row, currency: Currency) {
    let Ledger { orders, books, .. } = ledger;
    let of = (currency, orders[order].seller);
    for line in orders.lines(order) {
        let goods = line.goods();
        let tax = line.tax.contained_in(goods);
        post_income(books, turn, of, goods_account(line.tax), goods, tax);
    }
    let shipping = orders[order].shipping;
    let tax = orders[order].shipping_tax.contained_in(shipping);
    post_income(books, turn, of, Account::Shipping, shipping, tax);
}

fn post_income(
    books: &mut Books,
    turn: &mut Turn,
    of: (Currency, SellerId),
    account: Account,
    gross: Amount,
    tax: Amount,
) {
    let net = Amount(gross.0 - tax.0);
    books.post(turn, of, Account::ProviderClearing, account, net);
    let taxed = Account::TaxIncluded;
    books.post(turn, of, Account::ProviderClearing, taxed, tax);
}

/// Where goods of that tax are posted.
pub(crate) fn goods_account(tax: Tax) -> Account {
    match tax {
        Tax::Included { .. } => Account::GoodsTaxed,
        Tax::Exempt => Account::GoodsExempt,
    }
}
