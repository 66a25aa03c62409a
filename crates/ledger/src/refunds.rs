//! The refunds of the checkouts in memory.

use crate::checkouts::Checkouts;
use crate::numbered::Map;
use crate::queues::{Queue, Queues};
use crate::raw::raw_row;
use crate::slab::Row;
use money::Amount;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};
use vocabulary::{OrderId, RefundId, RefundState, SellerId};

/// A refund.
#[derive(Clone, Copy)]
pub(crate) struct Refund {
    pub(crate) id: RefundId,
    /// The berth of its checkout.
    pub(crate) berth: Row,
    /// The try whose money goes back.
    pub(crate) attempt: u16,
    /// None for money that was in suspense.
    pub(crate) order: Option<OrderId>,
    /// Under whom it is posted.
    pub(crate) seller: SellerId,
    pub(crate) amount: Amount,
    pub(crate) state: RefundState,
    /// What a clerk has still to do for it, in the outbox.
    pub(crate) work: Row,
}

raw_row!(Refund {
    id,
    berth,
    attempt,
    order,
    seller,
    amount,
    state,
    work,
});

/// Every refund in memory.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Refunds {
    rows: Queues<Refund>,
    last: u64,
    #[serde(skip)]
    by_id: Map<RefundId, Row>,
}

impl Refunds {
    /// The next number.
    pub(crate) fn number(&mut self) -> RefundId {
        self.last += 1;
        RefundId(self.last)
    }

    /// Puts a refund at the end of a checkout's.
    pub(crate) fn append(&mut self, queue: &mut Queue, refund: Refund) -> Row {
        let row = self.rows.append(queue, refund);
        self.by_id.insert(refund.id, row);
        row
    }

    pub(crate) fn find(&self, id: RefundId) -> Option<Row> {
        self.by_id.get(&id).copied()
    }

    /// The refunds of a checkout, oldest first.
    pub(crate) fn items(&self, queue: Queue) -> impl Iterator<Item = &Refund> {
        self.rows.items(queue)
    }

    /// Takes the refunds of a checkout out of memory.
    pub(crate) fn clear(&mut self, queue: Queue) {
        for refund in self.rows.items(queue) {
            self.by_id.remove(&refund.id);
        }
        self.rows.clear(queue);
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self, checkouts: &Checkouts) {
        self.by_id.clear();
        for (_, checkout) in checkouts.iter() {
            let rows = self.rows.rows(checkout.refunds);
            self.by_id.extend(rows.map(|row| (self.rows[row].id, row)));
        }
    }
}

impl Index<Row> for Refunds {
    type Output = Refund;

    fn index(&self, row: Row) -> &Refund {
        &self.rows[row]
    }
}

impl IndexMut<Row> for Refunds {
    fn index_mut(&mut self, row: Row) -> &mut Refund {
        &mut self.rows[row]
    }
}
