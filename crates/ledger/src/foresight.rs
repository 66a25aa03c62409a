//! Looking ahead. What a command touches lies all over memory, and a read that misses the caches costs
//! more than deciding does. Here all that some requests will read is fetched before the first of them
//! is decided, so that the reads wait together instead of one after the other. It goes step by step,
//! as each step says where the next one reads. Nothing is decided here, and nothing changes.

use crate::ledger::Ledger;
use crate::slab::Row;
use crate::timers::Timer;
use arrayvec::ArrayVec;
use std::slice;
use vocabulary::{CheckoutId, Command, HoldId, OrderId, Request};

/// How many requests are looked at together: enough for as many reads as a processor keeps on their
/// way, few enough that the first rows are still near when they are needed.
pub const FORESIGHT: usize = 32;

type Rows = ArrayVec<Row, FORESIGHT>;

impl Ledger {
    /// Brings near what deciding `requests` will touch, of the first [`FORESIGHT`] of them.
    pub fn foresee(&self, requests: &[Request]) {
        let requests = &requests[..requests.len().min(FORESIGHT)];
        for request in requests {
            self.foresee_ids(request);
        }
        let mut berths = Rows::new();
        for Request { command, .. } in requests {
            match command {
                Command::PlaceHold { deal, .. } | Command::BuyNow { deal, .. } => {
                    self.deals.foresee_pool(*deal);
                }
                Command::PlaceCheckout { holds, .. } => {
                    holds.iter().for_each(|hold| self.holds.foresee_row(*hold));
                }
                command => berths.extend(paid(command).and_then(|id| self.checkouts.find(id))),
            }
        }
        for Request { command, .. } in requests {
            if let Command::PlaceCheckout { holds, .. } = command {
                self.foresee_count(holds);
            }
        }
        self.foresee_checkouts(&berths);
    }

    /// Brings near what the timers that fire next will touch; returns how many of them.
    pub(crate) fn foresee_due(&self) -> usize {
        let mut holds: ArrayVec<HoldId, FORESIGHT> = ArrayVec::new();
        let mut berths = Rows::new();
        let mut foreseen = 0;
        for timer in self.timers.upcoming().take(FORESIGHT) {
            foreseen += 1;
            match timer {
                Timer::LapseHold(hold) => {
                    self.holds.foresee_row(hold);
                    holds.push(hold);
                }
                Timer::LapseCheckout(berth)
                | Timer::LapsePayment(berth, _)
                | Timer::FileCheckout(berth) => {
                    self.checkouts.foresee_row(berth);
                    berths.push(berth);
                }
                Timer::OpenDeal(_) | Timer::CloseDeal(_) => {}
            }
        }
        for hold in &holds {
            self.foresee_count(slice::from_ref(hold));
        }
        berths.retain(|berth| self.checkouts.is_in(*berth));
        self.foresee_leaving(&berths);
        foreseen
    }

    /// What belongs to checkouts that lapse or leave memory, and where the indexes have it.
    fn foresee_leaving(&self, berths: &[Row]) {
        for berth in berths {
            self.checkouts.foresee(self.checkouts.id(*berth));
        }
        self.foresee_checkouts(berths);
        let orders = berths.iter().map(|berth| self.checkouts[*berth].orders);
        for first in orders.filter_map(|orders| self.orders.items(orders).next()) {
            self.orders.foresee(first.id());
        }
    }

    /// Where the indexes have what a request names.
    fn foresee_ids(&self, request: &Request) {
        if let Some(key) = request.key {
            self.requests.foresee(key);
        }
        match &request.command {
            Command::PlaceHold { deal, shopper, .. } => {
                self.deals.foresee(*deal);
                self.persons.foresee(*deal, shopper.person);
            }
            Command::PlaceCheckout {
                checkout,
                orders,
                holds,
                ..
            } => {
                holds.iter().for_each(|hold| self.holds.foresee(*hold));
                self.foresee_order(*checkout, orders);
            }
            Command::BuyNow {
                deal,
                shopper,
                checkout,
                order,
                ..
            } => {
                self.deals.foresee(*deal);
                self.persons.foresee(*deal, shopper.person);
                self.foresee_order(*checkout, &[*order]);
            }
            command => {
                if let Some(checkout) = paid(command) {
                    self.checkouts.foresee(checkout);
                }
            }
        }
    }

    fn foresee_order(&self, checkout: CheckoutId, orders: &[OrderId]) {
        self.checkouts.foresee(checkout);
        for order in orders {
            self.orders.foresee(*order);
        }
    }

    /// The count that holds stand in; the holds of a checkout are one person's, mostly of one deal.
    fn foresee_count(&self, holds: &[HoldId]) {
        let first = holds.first().and_then(|hold| self.holds.find(*hold));
        if let Some(hold) = first {
            self.persons.foresee_row(hold.count_row);
        }
    }

    /// What belongs to checkouts: their orders and tries to pay, then the lines and works of those.
    fn foresee_checkouts(&self, berths: &[Row]) {
        let checkouts = || berths.iter().map(|berth| &self.checkouts[*berth]);
        for berth in berths {
            self.checkouts.foresee_row(*berth);
        }
        for checkout in checkouts() {
            self.orders.foresee_first(checkout.orders);
            self.payments.foresee_last(checkout.payments);
        }
        for checkout in checkouts() {
            self.orders.foresee_line(checkout.orders);
            if let Some(payment) = self.payments.last(checkout.payments) {
                self.outbox.foresee(payment.work);
            }
        }
    }
}

/// The checkout whose try to pay a command is about.
fn paid(command: &Command) -> Option<CheckoutId> {
    match command {
        Command::StartPayment { checkout, .. } => Some(*checkout),
        Command::RecordAuthorisation { payment, .. }
        | Command::RecordCapture { payment, .. }
        | Command::RecordDecline { payment, .. }
        | Command::RecordVoid { payment } => Some(payment.checkout),
        _ => None,
    }
}
