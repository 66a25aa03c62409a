//! Looking ahead. What a command touches lies all over memory, and a read that misses the caches costs
//! more than deciding does. Here the rows of many requests are read one after the other before the
//! first is decided: reads that do not wait for each other wait together. Nothing is decided here,
//! and nothing changes.

use crate::checkouts::Checkout;
use crate::ledger::Ledger;
use crate::slab::Row;
use arrayvec::ArrayVec;
use std::hint::black_box;
use vocabulary::{CheckoutId, Command, HoldId, OrderId, Request};

/// How many requests are looked at together: enough for as many reads as a processor keeps on their
/// way, few enough that the first rows are still near when they are needed.
pub const FORESIGHT: usize = 32;

type Rows = ArrayVec<Row, FORESIGHT>;

impl Ledger {
    /// Brings near what deciding `requests` will touch, of the first [`FORESIGHT`] of them.
    pub fn foresee(&self, requests: &[Request]) {
        let mut berths = Rows::new();
        let mut counts = Rows::new();
        let mut seen = 0;
        for request in requests.iter().take(FORESIGHT) {
            if let Some(key) = request.key {
                seen ^= self.requests.touch(key);
            }
            match &request.command {
                Command::PlaceHold { deal, shopper, .. } => {
                    seen ^= self.persons.count(*deal, shopper.person);
                }
                Command::BuyNow {
                    deal,
                    shopper,
                    checkout,
                    order,
                    ..
                } => {
                    seen ^= self.persons.count(*deal, shopper.person);
                    seen ^= self.touch_ids(*checkout, &[*order]);
                }
                Command::PlaceCheckout {
                    checkout,
                    orders,
                    holds,
                    ..
                } => {
                    seen ^= self.touch_ids(*checkout, orders);
                    counts.extend(self.first_count(holds));
                }
                Command::StartPayment { checkout, .. } => {
                    berths.extend(self.checkouts.find(*checkout));
                }
                Command::RecordAuthorisation { payment, .. }
                | Command::RecordCapture { payment, .. }
                | Command::RecordDecline { payment, .. }
                | Command::RecordVoid { payment } => {
                    berths.extend(self.checkouts.find(payment.checkout));
                }
                _ => {}
            }
        }
        for row in counts {
            seen ^= self.persons.person(row).0 as u32;
        }
        black_box(seen ^ self.touch_checkouts(&berths));
    }

    fn touch_ids(&self, checkout: CheckoutId, orders: &[OrderId]) -> u32 {
        let order = orders.first().and_then(|order| self.orders.find(*order));
        self.checkouts.find(checkout).unwrap_or_default() ^ order.unwrap_or_default()
    }

    fn first_count(&self, holds: &[HoldId]) -> Option<Row> {
        Some(self.holds.find(*holds.first()?)?.count_row)
    }

    /// What belongs to checkouts lies one step further each: their tries and orders, the lines of those.
    fn touch_checkouts(&self, berths: &[Row]) -> u32 {
        let checkouts = || berths.iter().map(|berth| &self.checkouts[*berth]);
        let works = checkouts().filter_map(|checkout| self.last_work(checkout));
        let works: Rows = works.collect();
        let orders =
            checkouts().filter_map(|checkout| self.orders.rows(checkout.orders).first().copied());
        let orders: Rows = orders.collect();
        let mut seen = 0;
        for order in orders {
            seen ^= self.orders.lines(order).next().map_or(0, |line| line.pool);
        }
        for work in works {
            seen ^= self.outbox.touch(work);
        }
        seen
    }

    fn last_work(&self, checkout: &Checkout) -> Option<Row> {
        self.payments
            .last(checkout.payments)
            .map(|payment| payment.work)
    }
}
