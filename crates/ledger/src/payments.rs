//! The tries to pay the checkouts in memory.

use crate::queues::{Queue, Queues};
use crate::raw::raw_row;
use crate::slab::Row;
use arrayvec::ArrayVec;
use money::Amount;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};
use vocabulary::{ATTEMPTS_MAX, Method, Millis, PaymentState, Steps};

/// A try to pay.
#[derive(Clone, Copy)]
pub(crate) struct Payment {
    pub(crate) attempt: u16,
    pub(crate) state: PaymentState,
    pub(crate) method: Method,
    pub(crate) steps: Steps,
    pub(crate) months: u8,
    pub(crate) amount: Amount,
    pub(crate) deadline: Millis,
    /// What a clerk has still to do for it, in the outbox.
    pub(crate) work: Row,
}

raw_row!(Payment {
    attempt,
    state,
    method,
    steps,
    months,
    amount,
    deadline,
    work,
});

/// Every try to pay in memory.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Payments {
    rows: Queues<Payment>,
}

impl Payments {
    /// Makes room for so many tries more.
    pub(crate) fn make_room(&mut self, tries: usize) {
        let payment = Payment {
            attempt: 0,
            state: PaymentState::Started,
            method: Method::Card,
            steps: Steps::One,
            months: 0,
            amount: Amount::ZERO,
            deadline: Millis(0),
            work: 0,
        };
        self.rows.make_room(tries, payment);
    }

    /// Puts a try at the end of a checkout's.
    pub(crate) fn append(&mut self, queue: &mut Queue, payment: Payment) -> Row {
        self.rows.append(queue, payment)
    }

    /// Where the try of that number lies.
    pub(crate) fn find(&self, queue: Queue, attempt: u16) -> Option<Row> {
        self.rows
            .rows(queue)
            .nth(usize::from(attempt).checked_sub(1)?)
    }

    /// Brings the newest try of a checkout near.
    pub(crate) fn foresee_last(&self, queue: Queue) {
        self.rows.foresee_last(queue);
    }

    /// The newest try of a checkout.
    pub(crate) fn last(&self, queue: Queue) -> Option<&Payment> {
        queue.last().map(|row| &self.rows[row])
    }

    /// The tries of a checkout, oldest first.
    pub(crate) fn items(&self, queue: Queue) -> impl Iterator<Item = &Payment> {
        self.rows.items(queue)
    }

    /// Where the tries lie that the shopper may still be at, oldest first.
    pub(crate) fn started(&self, queue: Queue) -> ArrayVec<Row, ATTEMPTS_MAX> {
        let rows = self.rows.rows(queue);
        rows.filter(|row| self.rows[*row].state == PaymentState::Started)
            .collect()
    }

    /// Takes the tries of a checkout out of memory.
    pub(crate) fn clear(&mut self, queue: Queue) {
        self.rows.clear(queue);
    }
}

impl Index<Row> for Payments {
    type Output = Payment;

    fn index(&self, row: Row) -> &Payment {
        &self.rows[row]
    }
}

impl IndexMut<Row> for Payments {
    fn index_mut(&mut self, row: Row) -> &mut Payment {
        &mut self.rows[row]
    }
}
