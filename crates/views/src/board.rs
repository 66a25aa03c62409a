//! The live board: what was sold, how fast, by whom, and the books behind it.
//!
//! Amounts are whole minor units, summed in 128 bits. What was refused is counted where it is
//! answered, not here: refusals are no events.

use crate::books::Books;
use crate::mostly_one::MostlyOne;
use crate::open_orders::{OpenLine, OpenOrder, OpenOrders};
use crate::{Rate, View};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use vocabulary::{Account, DealId, Event, HoldOrigin, Millis, OrderId, SellerId, Seq};

/// A number of things and their value in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their value.
    pub amount: i128,
}

impl Tally {
    fn add(&mut self, amount: Amount) {
        self.count += 1;
        self.amount += i128::from(amount.0);
    }
}

/// The festival in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Orders placed, shipping included.
    pub placed: Tally,
    /// Orders paid, shipping included.
    pub paid: Tally,
    /// Refunds sent.
    pub refunded: Tally,
}

/// How often things happened, all currencies together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deeds {
    /// Holds asked for and given.
    pub holds: u64,
    /// Holds offered to those who waited.
    pub offers: u64,
    /// Holds whose clock ran out.
    pub holds_lapsed: u64,
    /// Holds given back.
    pub holds_released: u64,
    /// Places taken in waitlists.
    pub waited: u64,
    /// Orders not paid in time.
    pub orders_lapsed: u64,
    /// Orders cancelled.
    pub orders_cancelled: u64,
    /// Tries to pay that came to nothing.
    pub payments_declined: u64,
}

/// What a deal has brought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealSales {
    /// Of the amount.
    pub currency: Currency,
    /// Units in paid orders.
    pub units: u64,
    /// Their price, without shipping.
    pub amount: i128,
}

/// The totals of the festival so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    at: Millis,
    totals: BTreeMap<Currency, Totals>,
    books: Books,
    /// Deal n lies at n - 1, if it has brought in anything.
    deals: Vec<Option<DealSales>>,
    open: OpenOrders,
    orders: Rate,
    payments: Rate,
    deeds: Deeds,
}

impl BoardView {
    /// The stamp of the last event taken in.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// What was placed, paid and refunded, by currency.
    pub fn totals(&self) -> impl Iterator<Item = (Currency, Totals)> {
        self.totals
            .iter()
            .map(|(currency, totals)| (*currency, *totals))
    }

    /// Orders placed a second.
    pub fn orders(&self) -> &Rate {
        &self.orders
    }

    /// Payments captured a second.
    pub fn payments(&self) -> &Rate {
        &self.payments
    }

    /// How often things happened.
    pub fn deeds(&self) -> Deeds {
        self.deeds
    }

    /// What a deal has brought in. An order that was paid only after it had been filed to disk
    /// counts in the totals and with its seller, not here.
    pub fn deal(&self, deal: DealId) -> Option<DealSales> {
        *self.deals.get((deal.0 as usize).checked_sub(1)?)?
    }

    /// The deals that brought in most in `currency`, most first; of equals, the first scheduled.
    pub fn top_deals(&self, currency: Currency, count: usize) -> Vec<(DealId, DealSales)> {
        let deals = (1..).map(DealId).zip(&self.deals);
        let sales = deals.filter_map(|(deal, sales)| Some((deal, (*sales)?)));
        let sales = sales.filter(|(_, sales)| sales.currency == currency);
        most(sales, count, |sales| sales.amount)
    }

    /// The sellers with most paid orders by value in `currency`, shipping included, most first.
    pub fn top_sellers(&self, currency: Currency, count: usize) -> Vec<(SellerId, i128)> {
        let books = self.books.of(currency);
        let paid = books.filter_map(|book| Some((book.seller, book.paid?)));
        most(paid, count, |paid| *paid)
    }

    /// The balances that are not zero, by currency, seller and account; debits are positive.
    pub fn balances(&self) -> impl Iterator<Item = (Currency, SellerId, Account, i128)> {
        self.books.sorted().into_iter().flat_map(|book| {
            let balances = Account::ALL.map(|account| (account, book.balance(account)));
            let balances = balances.into_iter().filter(|(_, balance)| *balance != 0);
            balances.map(|(account, balance)| (book.currency, book.seller, account, balance))
        })
    }

    /// The balance of an account over all sellers.
    pub fn balance(&self, currency: Currency, account: Account) -> i128 {
        let books = self.books.of(currency);
        books.map(|book| book.balance(account)).sum()
    }

    fn post(
        &mut self,
        currency: Currency,
        seller: SellerId,
        debit: Account,
        credit: Account,
        amount: Amount,
    ) {
        let book = self.books.book_mut(currency, seller);
        book.post(debit, credit, amount);
        match (debit, credit) {
            (Account::RefundsDue, Account::ProviderClearing) => {
                self.totals
                    .entry(currency)
                    .or_default()
                    .refunded
                    .add(amount);
            }
            (Account::ProviderClearing, credit) if credit != Account::Suspense => {
                *book.paid.get_or_insert(0) += i128::from(amount.0);
            }
            _ => {}
        }
    }

    /// Brings near what folding `events` will touch.
    pub(crate) fn foresee(&self, events: &[(Seq, &Event)]) {
        for (_, event) in events {
            if let Event::OrderPlaced { order, .. } | Event::OrderPaid { order, .. } = event {
                self.open.foresee(*order);
            }
        }
        for (_, event) in events {
            if let Event::OrderPaid { order, .. } = event {
                self.open.foresee_row(*order);
            }
        }
    }

    fn order_placed(&mut self, order: OrderId, currency: Currency, total: Amount) {
        self.orders.count(self.at);
        self.totals.entry(currency).or_default().placed.add(total);
        let lines = MostlyOne::None;
        self.open.enter(OpenOrder { order, lines });
    }

    fn order_paid(&mut self, order: OrderId, currency: Currency, total: Amount) {
        self.totals.entry(currency).or_default().paid.add(total);
        let Some(open) = self.open.remove(order) else {
            return; // It had been filed to disk: its lines are no longer known here.
        };
        for line in open.lines.iter() {
            let sales = self.sales_mut(line.deal, currency);
            sales.units += u64::from(line.units);
            sales.amount += i128::from(line.price.0) * i128::from(line.units);
        }
    }

    fn sales_mut(&mut self, deal: DealId, currency: Currency) -> &mut DealSales {
        let place = deal.0 as usize - 1;
        if place >= self.deals.len() {
            self.deals.resize(place + 1, None);
        }
        self.deals[place].get_or_insert(DealSales {
            currency,
            units: 0,
            amount: 0,
        })
    }

    fn count(&mut self, event: &Event) {
        let deeds = &mut self.deeds;
        match event {
            Event::HoldPlaced {
                origin: HoldOrigin::Asked,
                ..
            } => deeds.holds += 1,
            Event::HoldPlaced {
                origin: HoldOrigin::Offered(_),
                ..
            } => deeds.offers += 1,
            Event::HoldLapsed { .. } => deeds.holds_lapsed += 1,
            Event::HoldReleased { .. } => deeds.holds_released += 1,
            Event::WaitlistJoined { .. } => deeds.waited += 1,
            Event::OrderLapsed { .. } => deeds.orders_lapsed += 1,
            Event::OrderCancelled { .. } => deeds.orders_cancelled += 1,
            Event::PaymentDeclined { .. } => deeds.payments_declined += 1,
            Event::PaymentCaptured { .. } => self.payments.count(self.at),
            _ => {}
        }
    }
}

impl View for BoardView {
    fn fold(&mut self, at: Millis, _seq: Seq, event: &Event) {
        self.at = at;
        self.count(event);
        match *event {
            Event::OrderPlaced {
                order,
                currency,
                total,
                ..
            } => {
                self.order_placed(order, currency, total);
            }
            Event::LinePlaced {
                order,
                deal,
                units,
                price,
                ..
            } => {
                self.open.add_line(order, OpenLine { deal, units, price });
            }
            Event::OrderPaid {
                order,
                total,
                currency,
                ..
            } => {
                self.order_paid(order, currency, total);
            }
            Event::OrderCancelled { order, .. } => {
                self.open.remove(order);
            }
            Event::CheckoutFiled { ref filed } => {
                for filed in &filed.orders {
                    self.open.remove(filed.order);
                }
            }
            Event::Posted {
                currency,
                seller,
                debit,
                credit,
                amount,
            } => {
                self.post(currency, seller, debit, credit, amount);
            }
            _ => {}
        }
    }
}

/// The `count` entries with the greatest weight, greatest first, then by key.
fn most<K: Ord + Copy, V>(
    entries: impl Iterator<Item = (K, V)>,
    count: usize,
    weight: fn(&V) -> i128,
) -> Vec<(K, V)> {
    let mut entries: Vec<(K, V)> = entries.collect();
    let rank = |(key, value): &(K, V)| (Reverse(weight(value)), *key);
    if entries.len() > count {
        entries.select_nth_unstable_by_key(count, rank);
        entries.truncate(count);
    }
    entries.sort_unstable_by_key(rank);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(seller: u32, debit: Account, credit: Account, amount: i64) -> Event {
        Event::Posted {
            currency: Currency::KRW,
            seller: SellerId(seller),
            debit,
            credit,
            amount: Amount(amount),
        }
    }

    #[test]
    fn balances_add_up_to_zero_and_refunds_count_when_sent() {
        let mut board = BoardView::default();
        for event in [
            posted(1, Account::ProviderClearing, Account::GoodsTaxed, 1_000),
            posted(1, Account::ProviderClearing, Account::TaxIncluded, 100),
            posted(1, Account::GoodsTaxed, Account::RefundsDue, 400),
            posted(0, Account::ProviderClearing, Account::Suspense, 7),
        ] {
            board.fold(Millis(5), Seq(1), &event);
        }
        assert_eq!(board.totals().count(), 0);
        let sent = posted(1, Account::RefundsDue, Account::ProviderClearing, 400);
        board.fold(Millis(6), Seq(2), &sent);
        let (_, totals) = board.totals().next().expect("won");
        assert_eq!(
            totals.refunded,
            Tally {
                count: 1,
                amount: 400
            }
        );
        assert_eq!(
            board.balances().map(|(.., balance)| balance).sum::<i128>(),
            0
        );
        assert_eq!(board.balance(Currency::KRW, Account::ProviderClearing), 707);
        assert_eq!(board.top_sellers(Currency::KRW, 9), [(SellerId(1), 1_100)]);
    }

    #[test]
    fn the_most_come_first_and_of_equals_the_first() {
        let entries = [(1, 5), (2, 9), (3, 5), (4, 9), (5, 1)];
        let top = |count| most(entries.into_iter(), count, |weight: &i128| *weight);
        assert_eq!(top(3), [(2, 9), (4, 9), (1, 5)]);
        assert_eq!(top(9).len(), 5);
        assert_eq!(top(0).len(), 0);
    }
}
