//! The live board: what was sold, how fast, by whom, and the books behind it.
//!
//! Amounts are whole minor units, summed in 128 bits. What was refused is counted where it is
//! answered, not here: refusals are no events.

use crate::bells::{Begun, Bells};
use crate::books::Books;
use crate::curve::Curve;
use crate::marks::{Mark, Marks};
use crate::mostly_one::MostlyOne;
use crate::open_orders::{OpenLine, OpenOrder, OpenOrders};
use crate::{Rate, View};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use vocabulary::{Account, DealId, Event, HoldOrigin, Millis, OrderId, SellerId, Seq};

/// The line of a refund that is about no units.
const SHIPPING: u8 = 255;

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

/// Where the units are that were ordered. An order that was paid only after it had been filed to disk is not among the
/// paid ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Ordered, those of orders that came to nothing too.
    pub ordered: u64,
    /// In paid orders.
    pub paid: u64,
    /// Out of the house.
    pub shipped: u64,
    /// Arrived.
    pub delivered: u64,
    /// Paid back.
    pub refunded: u64,
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

/// One currency: its totals, and what the present festival brought in since its first bell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Takings {
    totals: Totals,
    since_bell: Tally,
    curve: Curve,
    marks: Marks,
    /// The first bell and the curve of the last festival before in which anything was paid.
    earlier: Option<(Millis, Curve)>,
}

impl Takings {
    fn of(currency: Currency) -> Takings {
        Takings {
            totals: Totals::default(),
            since_bell: Tally::default(),
            curve: Curve::default(),
            marks: Marks::of(currency),
            earlier: None,
        }
    }

    /// A bell has rung that begins a festival. The curve of the one before is kept, if anything was paid in it.
    fn begin(&mut self, currency: Currency, begun: Begun) {
        self.since_bell = Tally::default();
        self.marks = Marks::of(currency);
        let curve = std::mem::take(&mut self.curve);
        if let Some(bell) = begun.before.filter(|_| !curve.is_empty()) {
            self.earlier = Some((bell, curve));
        }
    }
}

/// The totals so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    at: Millis,
    bells: Bells,
    takings: BTreeMap<Currency, Takings>,
    books: Books,
    /// Deal n lies at n - 1, if it has brought in anything.
    deals: Vec<Option<DealSales>>,
    open: OpenOrders,
    orders: Rate,
    payments: Rate,
    deeds: Deeds,
    pipeline: Pipeline,
}

impl BoardView {
    /// The stamp of the last event taken in.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// What was placed, paid and refunded, by currency.
    pub fn totals(&self) -> impl Iterator<Item = (Currency, Totals)> {
        self.takings
            .iter()
            .map(|(currency, takings)| (*currency, takings.totals))
    }

    /// The first bell of the present festival, or of the last one while there is none; curves and marks count from there.
    pub fn bell(&self) -> Option<Millis> {
        self.bells.first()
    }

    /// The orders that were paid since the first bell.
    pub fn since_bell(&self, currency: Currency) -> Tally {
        let takings = self.takings.get(&currency);
        takings.map_or(Tally::default(), |takings| takings.since_bell)
    }

    /// The first bell and the curve of the last festival before this one in which anything was paid.
    pub fn earlier(&self, currency: Currency) -> Option<(Millis, &Curve)> {
        let (bell, curve) = self.takings.get(&currency)?.earlier.as_ref()?;
        Some((*bell, curve))
    }

    /// What was paid since the first bell, step by step; none before the first order.
    pub fn curve(&self, currency: Currency) -> Option<&Curve> {
        self.takings.get(&currency).map(|takings| &takings.curve)
    }

    /// The round sums that the present festival passed, smallest first.
    pub fn marks(&self, currency: Currency) -> &[Mark] {
        let takings = self.takings.get(&currency);
        takings.map_or(&[], |takings| takings.marks.passed())
    }

    /// The round sum that is passed next.
    pub fn next_mark(&self, currency: Currency) -> i128 {
        let takings = self.takings.get(&currency);
        takings.map_or_else(
            || Marks::of(currency).next(),
            |takings| takings.marks.next(),
        )
    }

    /// Where the units are.
    pub fn pipeline(&self) -> Pipeline {
        self.pipeline
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
                self.takings_mut(currency).totals.refunded.add(amount);
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
        self.takings_mut(currency).totals.placed.add(total);
        let lines = MostlyOne::None;
        self.open.enter(OpenOrder { order, lines });
    }

    fn order_paid(&mut self, order: OrderId, currency: Currency, total: Amount) {
        let (at, bell) = (self.at, self.bell());
        let takings = self.takings_mut(currency);
        takings.totals.paid.add(total);
        takings.since_bell.add(total);
        takings.marks.reach(takings.since_bell.amount, at);
        if let Some(bell) = bell {
            takings.curve.add(at.since(bell), i128::from(total.0));
        }
        let Some(open) = self.open.remove(order) else {
            return; // It had been filed to disk: its lines are no longer known here.
        };
        for line in open.lines.iter() {
            let sales = self.sales_mut(line.deal, currency);
            sales.units += u64::from(line.units);
            sales.amount += i128::from(line.price.0) * i128::from(line.units);
            self.pipeline.paid += u64::from(line.units);
        }
    }

    fn takings_mut(&mut self, currency: Currency) -> &mut Takings {
        let takings = self.takings.entry(currency);
        takings.or_insert_with(|| Takings::of(currency))
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

    fn ring(&mut self, event: &Event) {
        match event {
            Event::DealScheduled { deal, terms, .. } | Event::DealChanged { deal, terms } => {
                self.bells.scheduled(*deal, terms, self.at);
            }
            Event::DealOpened { deal } => {
                let Some(begun) = self.bells.opened(*deal, self.at) else {
                    return;
                };
                for (currency, takings) in &mut self.takings {
                    takings.begin(*currency, begun);
                }
            }
            Event::DealClosed { deal, .. } => self.bells.closed(*deal, self.at),
            _ => {}
        }
    }

    fn flow(&mut self, event: &Event) {
        let pipeline = &mut self.pipeline;
        match *event {
            Event::LinePlaced { units, .. } => pipeline.ordered += u64::from(units),
            Event::LineShipped { units, .. } => pipeline.shipped += u64::from(units),
            Event::LineDelivered { units, .. } => pipeline.delivered += u64::from(units),
            Event::LineRefunded { line, units, .. } if line != SHIPPING => {
                pipeline.refunded += u64::from(units);
            }
            _ => {}
        }
    }
}

impl View for BoardView {
    fn fold(&mut self, at: Millis, _seq: Seq, event: &Event) {
        self.at = at;
        self.count(event);
        self.ring(event);
        self.flow(event);
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

    fn paid(total: i64) -> Event {
        Event::OrderPaid {
            order: OrderId(1),
            payment: vocabulary::PaymentId {
                checkout: vocabulary::CheckoutId(1),
                attempt: 1,
            },
            total: Amount(total),
            currency: Currency::KRW,
        }
    }

    #[test]
    fn curve_and_marks_count_from_the_first_bell() {
        let mut board = BoardView::default();
        for (at, deal) in [(10_000, 1), (12_000, 2)] {
            let opened = Event::DealOpened { deal: DealId(deal) };
            board.fold(Millis(at), Seq(1), &opened);
        }
        board.fold(Millis(11_500), Seq(2), &paid(400_000));
        board.fold(Millis(13_000), Seq(3), &paid(700_000));
        assert_eq!(board.bell(), Some(Millis(10_000)));
        let curve = board.curve(Currency::KRW).expect("something was paid");
        let seconds: Vec<i128> = curve.by_second().collect();
        assert_eq!(seconds, [0, 400_000, 400_000, 1_100_000]);
        let marks = [Mark {
            amount: 1_000_000,
            at: Millis(13_000),
        }];
        assert_eq!(board.marks(Currency::KRW), marks);
        assert_eq!(board.next_mark(Currency::KRW), 2_000_000);
        assert_eq!(board.next_mark(Currency::USD), 100_000_000);
    }

    #[test]
    fn another_festival_counts_anew_beside_the_curve_of_the_one_before() {
        const DAY: u64 = 24 * 60 * 60 * 1_000;
        let mut board = BoardView::default();
        let mut festival = |day: u64, sums: &[i64]| {
            let deal = DealId(u32::try_from(day).expect("few days"));
            let mut fold = |at, event: &Event| board.fold(Millis(day * DAY + at), Seq(1), event);
            fold(0, &Event::DealOpened { deal });
            for (second, sum) in (0..).zip(sums) {
                fold(second * 1_000, &paid(*sum));
            }
            fold(60_000, &Event::DealClosed { deal });
            board.clone()
        };
        let first = festival(1, &[600_000, 500_000]);
        assert_eq!(first.earlier(Currency::KRW), None);
        let second = festival(2, &[300_000]);
        let (bell, curve) = second.earlier(Currency::KRW).expect("it is kept");
        assert_eq!(bell, Millis(DAY));
        assert_eq!(Some(curve), first.curve(Currency::KRW));
        let since = second.since_bell(Currency::KRW);
        assert_eq!((since.count, since.amount), (1, 300_000));
        assert_eq!(second.marks(Currency::KRW), []);
        let (_, totals) = second.totals().next().expect("won");
        assert_eq!(totals.paid.amount, 1_400_000);
        // One in which nothing was paid takes no other's place, and what is kept is read back.
        festival(3, &[]);
        let fourth = festival(4, &[900_000]);
        let kept = fourth.earlier(Currency::KRW);
        assert_eq!(
            kept,
            second
                .curve(Currency::KRW)
                .map(|curve| (Millis(2 * DAY), curve))
        );
        let bytes = postcard::to_allocvec(&fourth).expect("memory");
        assert_eq!(postcard::from_bytes::<BoardView>(&bytes), Ok(fourth));
    }

    #[test]
    fn units_move_along_and_shipping_is_no_unit() {
        let mut board = BoardView::default();
        let order = OrderId(1);
        let refunded = |line| Event::LineRefunded {
            refund: vocabulary::RefundId(1),
            order,
            line,
            units: 1,
            amount: Amount(5),
        };
        for event in [
            Event::LineShipped {
                order,
                line: 0,
                units: 3,
            },
            Event::LineDelivered {
                order,
                line: 0,
                units: 2,
            },
            refunded(0),
            refunded(SHIPPING),
        ] {
            board.fold(Millis(1), Seq(1), &event);
        }
        let flow = board.pipeline();
        assert_eq!((flow.shipped, flow.delivered, flow.refunded), (3, 2, 1));
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
