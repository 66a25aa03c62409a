//! The ledger itself: its tables, and what happens around every command. What a command does is in
//! `commands`, what falls due is in `falls_due`, what several of them do alike is in `deeds`.

use crate::books::Books;
use crate::checkouts::Checkouts;
use crate::commands;
use crate::deals::Deals;
use crate::holds::Holds;
use crate::orders::Orders;
use crate::outbox::Outbox;
use crate::payments::Payments;
use crate::persons::Persons;
use crate::refunds::Refunds;
use crate::requests::Requests;
use crate::sellers::Sellers;
use crate::slab::Row;
use crate::stock::Stock;
use crate::timers::{Timer, Timers};
use crate::turn::Turn;
use crate::waitlist::Waitlist;
use serde::{Deserialize, Serialize};
use vocabulary::{
    CheckoutId, Command, Digest, Event, FiledCheckout, Millis, Outcome, PaymentId, Receipt,
    Request, Rules, Work, encode_request,
};

/// The sole decider of who gets what is scarce. The same commands in give the same events and the
/// same digest out, on every machine, for ever; see `docs/contracts/trading-rules.md`.
///
/// To keep one, use `write_snapshot` and `read_snapshot`: indexes are not serialised.
#[derive(Default, Serialize, Deserialize)]
pub struct Ledger {
    pub(crate) now: Millis,
    pub(crate) digest: Digest,
    pub(crate) rules: Rules,
    pub(crate) requests: Requests,
    pub(crate) timers: Timers,
    pub(crate) sellers: Sellers,
    pub(crate) stock: Stock,
    pub(crate) deals: Deals,
    pub(crate) persons: Persons,
    pub(crate) holds: Holds,
    pub(crate) waitlist: Waitlist,
    pub(crate) checkouts: Checkouts,
    pub(crate) orders: Orders,
    pub(crate) payments: Payments,
    pub(crate) refunds: Refunds,
    pub(crate) books: Books,
    pub(crate) outbox: Outbox,
    /// Room for checkouts that are filed.
    #[serde(skip)]
    #[expect(
        clippy::vec_box,
        reason = "an event takes a box as it is, and gives it back"
    )]
    pub(crate) spare: Vec<Box<FiledCheckout>>,
}

/// So many checkouts' room is kept, an eighth of a second's worth of a peak.
const SPARE_MAX: usize = 1 << 15;

impl Ledger {
    /// A ledger before its first command.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many orders more, each held, ordered and paid once, so that a crowd does not
    /// wait while tables grow. Says nothing of how many there may be.
    pub fn make_room(&mut self, orders: usize) {
        const KEYED_REQUESTS: usize = 3;
        const TIMERS: usize = 3;
        self.requests.make_room(orders * KEYED_REQUESTS);
        self.timers.make_room(orders * TIMERS);
        self.persons.make_room(orders);
        self.holds.make_room(orders);
        self.checkouts.make_room(orders);
        self.orders.make_room(orders);
        self.payments.make_room(orders);
        self.outbox.make_room(orders);
    }

    /// Decides `request` at `at`. Events are appended to `events` only when the outcome is `Done`;
    /// then the digest has moved. After any other outcome nothing has changed.
    ///
    /// # Panics
    /// When `at` falls, or something is due and the command is not `AdvanceTo`: bugs of the caller.
    pub fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
        self.apply_and_write(at, request, events, &mut Vec::new())
    }

    /// The same, and what is done is written down behind `payload`, as the journal keeps it.
    ///
    /// # Panics
    /// As `apply`.
    pub fn apply_and_write(
        &mut self,
        at: Millis,
        request: &Request,
        events: &mut Vec<Event>,
        payload: &mut Vec<u8>,
    ) -> Outcome {
        let before = events.len();
        let outcome = self.decide(at, request, events);
        if let Outcome::Done(receipt) = outcome {
            let written = payload.len();
            encode_request(request, payload);
            self.conclude(at, request, &payload[written..], receipt, &events[before..]);
        }
        outcome
    }

    /// The same where the request stands written down as `written`: what the journal brings back.
    ///
    /// # Panics
    /// As `apply`.
    pub fn apply_written(
        &mut self,
        at: Millis,
        request: &Request,
        written: &[u8],
        events: &mut Vec<Event>,
    ) -> Outcome {
        let before = events.len();
        let outcome = self.decide(at, request, events);
        if let Outcome::Done(receipt) = outcome {
            self.conclude(at, request, written, receipt, &events[before..]);
        }
        outcome
    }

    /// Gives back an event that nobody needs any more. Memory that comes and goes with every checkout goes back
    /// to the system at times, and a batch would wait for that.
    pub fn reuse(&mut self, event: Event) {
        if let Event::CheckoutFiled { filed } = event
            && self.spare.len() < SPARE_MAX
        {
            self.spare.push(filed);
        }
    }

    /// The moment of the first timer that has not fired. Whoever calls `apply` sends `AdvanceTo` as
    /// long as it is at or before the stamp.
    pub fn next_due(&self) -> Option<Millis> {
        self.timers.next_due()
    }

    /// The running digest over all that was `Done`.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The rules in force.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The stamp of the last command that was `Done`.
    pub fn last_stamp(&self) -> Millis {
        self.now
    }

    /// What the clerks have still to do, oldest first.
    pub fn outbox(&self) -> impl Iterator<Item = Work> + '_ {
        self.outbox.iter()
    }

    /// Sets a timer that names a checkout.
    pub(crate) fn set_timer_of(&mut self, berth: Row, moment: Millis, timer: Timer) {
        self.checkouts.timer_set(berth);
        self.timers.set(moment, timer);
    }

    /// The name of a try to pay.
    pub(crate) fn payment_id(&self, berth: Row, attempt: u16) -> PaymentId {
        PaymentId {
            checkout: self.checkouts.id(berth),
            attempt,
        }
    }

    /// Where a try to pay that is in memory lies, its checkout's berth first.
    pub(crate) fn find_payment(&self, payment: PaymentId) -> Option<(Row, Row)> {
        let berth = self.find_checkout(payment.checkout)?;
        let payments = self.checkouts[berth].payments;
        Some((berth, self.payments.find(payments, payment.attempt)?))
    }

    pub(crate) fn find_checkout(&self, checkout: CheckoutId) -> Option<Row> {
        self.checkouts.find(checkout)
    }

    fn decide(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
        self.expect_in_time(at, &request.command);
        let remembered = request.key.and_then(|key| self.requests.answer(at, key));
        if let Some(outcome) = remembered {
            return outcome;
        }
        let before = events.len();
        match commands::decide(self, &mut Turn::new(at, events), &request.command) {
            Ok(receipt) => Outcome::Done(receipt),
            Err(refusal) => {
                assert_eq!(events.len(), before, "a refused command says nothing");
                Outcome::Refused(refusal)
            }
        }
    }

    fn expect_in_time(&self, at: Millis, command: &Command) {
        assert!(at >= self.now, "time fell from {} to {at}", self.now);
        let due = self.next_due().is_some_and(|due| due <= at);
        let advances = matches!(command, Command::AdvanceTo { .. });
        assert!(!due || advances, "something is due before this command");
    }

    fn conclude(
        &mut self,
        at: Millis,
        request: &Request,
        written: &[u8],
        receipt: Receipt,
        events: &[Event],
    ) {
        self.now = at;
        self.digest = self.digest.after_written(at, written, receipt, events);
        if let Some(key) = request.key {
            let forget_at = at.plus(self.rules.idempotency_ms);
            self.requests.keep(at, key, receipt, forget_at);
        }
    }
}
