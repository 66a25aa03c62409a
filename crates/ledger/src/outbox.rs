//! What the clerks have still to do, oldest first. Who ordered a work keeps its row.

use crate::chains::{Chain, Chains};
use crate::halves::Halves;
use crate::raw::Raw;
use crate::slab::{NONE, Row};
use crate::turn::Turn;
use serde::{Deserialize, Serialize};
use vocabulary::{CheckoutId, Event, PaymentId, RefundId, Work};

/// The work that is outstanding.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    works: Chains<Errand>,
    queue: Chain,
}

impl Outbox {
    /// Makes room for so many works more.
    pub(crate) fn make_room(&mut self, works: usize) {
        let errand = Errand::Refund(RefundId(0));
        self.works.make_room(works, errand);
    }

    /// Orders a work; returns its row.
    pub(crate) fn order(&mut self, turn: &mut Turn, work: Work) -> Row {
        turn.say(Event::WorkOrdered { work });
        self.works.append(&mut self.queue, work.into())
    }

    /// A work is done or no longer wanted; says nothing where there is none.
    pub(crate) fn finish(&mut self, turn: &mut Turn, row: &mut Row) {
        let row = std::mem::replace(row, NONE);
        if row != NONE {
            let work = self.works.remove(&mut self.queue, row);
            let work = work.into();
            turn.say(Event::WorkDone { work });
        }
    }

    /// Brings a work near, if it is one.
    pub(crate) fn foresee(&self, row: Row) {
        if row != NONE {
            self.works.foresee(row);
        }
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Work> + '_ {
        self.works.items(self.queue).map(|work| (*work).into())
    }
}

/// A work as it lies here.
#[derive(Clone, Copy)]
enum Errand {
    Settle(Halves, u16),
    Capture(Halves, u16),
    Void(Halves, u16),
    Refund(RefundId),
}

impl Raw for Errand {
    fn put(&self, to: &mut Vec<u8>) {
        let (kind, (checkout, attempt)) = match self {
            Errand::Settle(checkout, attempt) => (0_u8, (checkout, attempt)),
            Errand::Capture(checkout, attempt) => (1, (checkout, attempt)),
            Errand::Void(checkout, attempt) => (2, (checkout, attempt)),
            Errand::Refund(refund) => {
                3_u8.put(to);
                return refund.put(to);
            }
        };
        kind.put(to);
        checkout.put(to);
        attempt.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let kind = match u8::take(from)? {
            0 => Errand::Settle,
            1 => Errand::Capture,
            2 => Errand::Void,
            3 => return RefundId::take(from).map(Errand::Refund),
            _ => return None,
        };
        Some(kind(Halves::take(from)?, u16::take(from)?))
    }
}

impl From<Work> for Errand {
    fn from(work: Work) -> Self {
        let halves = |payment: PaymentId| payment.checkout.0.into();
        match work {
            Work::Settle(payment) => Errand::Settle(halves(payment), payment.attempt),
            Work::Capture(payment) => Errand::Capture(halves(payment), payment.attempt),
            Work::Void(payment) => Errand::Void(halves(payment), payment.attempt),
            Work::Refund(refund) => Errand::Refund(refund),
        }
    }
}

impl From<Errand> for Work {
    fn from(errand: Errand) -> Self {
        let payment = |checkout: Halves, attempt| PaymentId {
            checkout: CheckoutId(checkout.into()),
            attempt,
        };
        match errand {
            Errand::Settle(checkout, attempt) => Work::Settle(payment(checkout, attempt)),
            Errand::Capture(checkout, attempt) => Work::Capture(payment(checkout, attempt)),
            Errand::Void(checkout, attempt) => Work::Void(payment(checkout, attempt)),
            Errand::Refund(refund) => Work::Refund(refund),
        }
    }
}
