//! The checkouts in memory. Their orders, tries to pay and refunds lie in `orders.rs`, `payments.rs`
//! and `refunds.rs`; a checkout knows where.

use crate::halves::{self, Halves};
use crate::index::Index;
use crate::queues::Queue;
use crate::raw::raw_row;
use crate::slab::{Row, Slab};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::ops;
use vocabulary::{CheckoutId, Millis, PersonKey, Zone};

/// A checkout.
#[derive(Clone, Copy)]
pub(crate) struct Checkout {
    pub(crate) person: Halves,
    pub(crate) zone: Zone,
    pub(crate) currency: Currency,
    pub(crate) total: Amount,
    pub(crate) placed_at: Millis,
    pub(crate) pay_by: Millis,
    /// When something last happened to it.
    pub(crate) changed_at: Millis,
    /// A shopper who was away paying has been waited for.
    pub(crate) grace_given: bool,
    pub(crate) orders: Queue,
    pub(crate) payments: Queue,
    /// How many tries to pay there were.
    pub(crate) attempts: u16,
    pub(crate) refunds: Queue,
}

raw_row!(Checkout {
    person,
    zone,
    currency,
    total,
    placed_at,
    pay_by,
    changed_at,
    grace_given,
    orders,
    payments,
    attempts,
    refunds,
});

impl Checkout {
    /// Who placed it.
    pub(crate) fn person(&self) -> PersonKey {
        PersonKey(self.person.into())
    }
}

/// Where a checkout lies. It outlives the checkout while timers name it, so that they find a
/// checkout that was filed and recalled.
#[derive(Clone, Copy)]
struct Berth {
    id: Halves,
    timers: u32,
    checkout: Option<Checkout>,
}

raw_row!(Berth {
    id,
    timers,
    checkout,
});

/// Every checkout in memory.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Checkouts {
    berths: Slab<Berth>,
    #[serde(skip)]
    by_id: Index,
}

impl Checkouts {
    /// Makes room for so many checkouts more.
    pub(crate) fn make_room(&mut self, checkouts: usize) {
        let berth = Berth {
            id: 0.into(),
            timers: 0,
            checkout: None,
        };
        self.berths.make_room(checkouts, berth);
        self.by_id.make_room(checkouts);
    }

    /// Brings a checkout into memory; returns its berth.
    pub(crate) fn enter(&mut self, id: CheckoutId, checkout: Checkout) -> Row {
        let berth = self.berth(id).unwrap_or_else(|| self.berth_for(id));
        let checkout = self.berths[berth].checkout.replace(checkout);
        assert!(checkout.is_none(), "a checkout is in memory once");
        berth
    }

    /// The berth of a checkout that is in memory.
    pub(crate) fn find(&self, id: CheckoutId) -> Option<Row> {
        let berth = self.berth(id)?;
        self.is_in(berth).then_some(berth)
    }

    /// Brings near where a checkout would be found.
    pub(crate) fn foresee(&self, id: CheckoutId) {
        self.by_id.foresee(halves::hash(Halves::from(id.0)));
    }

    /// Brings a berth near.
    pub(crate) fn foresee_row(&self, berth: Row) {
        self.berths.foresee(berth);
    }

    /// True when a checkout lies there.
    pub(crate) fn is_in(&self, berth: Row) -> bool {
        self.berths[berth].checkout.is_some()
    }

    pub(crate) fn id(&self, berth: Row) -> CheckoutId {
        CheckoutId(self.berths[berth].id.into())
    }

    /// Takes a checkout out of memory.
    pub(crate) fn leave(&mut self, berth: Row) -> Checkout {
        let checkout = self.berths[berth].checkout.take();
        self.free_unused(berth);
        checkout.expect("what leaves is in memory")
    }

    /// A timer names the berth from now on.
    pub(crate) fn timer_set(&mut self, berth: Row) {
        self.berths[berth].timers += 1;
    }

    /// A timer has fired and names the berth no more. True when a checkout lies there.
    pub(crate) fn timer_fired(&mut self, berth: Row) -> bool {
        self.berths[berth].timers -= 1;
        let is_in = self.is_in(berth);
        self.free_unused(berth);
        is_in
    }

    /// All berths with a checkout, in the order of the checkouts' ids.
    pub(crate) fn sorted(&self) -> Vec<Row> {
        let mut berths: Vec<Row> = self.iter().map(|(berth, _)| berth).collect();
        berths.sort_unstable_by_key(|berth| self.id(*berth));
        berths
    }

    /// All checkouts with their berths, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Row, &Checkout)> {
        let berths = self.berths.all();
        berths.filter_map(|(row, berth)| Some((row, berth.checkout.as_ref()?)))
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self) {
        let used = self.berths.all().filter(|(_, berth)| berth.is_used());
        let entries = used.map(|(row, berth)| (halves::hash(berth.id), row));
        self.by_id.fill(self.berths.used(), entries);
    }

    fn berth(&self, id: CheckoutId) -> Option<Row> {
        let id = Halves::from(id.0);
        let is_it = |row| self.berths[row].id == id;
        self.by_id.find(halves::hash(id), is_it)
    }

    fn berth_for(&mut self, id: CheckoutId) -> Row {
        let id = Halves::from(id.0);
        let berth = self.berths.insert(Berth {
            id,
            timers: 0,
            checkout: None,
        });
        self.by_id.insert(halves::hash(id), berth);
        berth
    }

    fn free_unused(&mut self, berth: Row) {
        if !self.berths[berth].is_used() {
            self.by_id
                .remove(halves::hash(self.berths[berth].id), berth);
            self.berths.free(berth);
        }
    }
}

impl Berth {
    fn is_used(&self) -> bool {
        self.timers > 0 || self.checkout.is_some()
    }
}

const NOT_IN: &str = "the checkout is in memory";

impl ops::Index<Row> for Checkouts {
    type Output = Checkout;

    fn index(&self, berth: Row) -> &Checkout {
        self.berths[berth].checkout.as_ref().expect(NOT_IN)
    }
}

impl ops::IndexMut<Row> for Checkouts {
    fn index_mut(&mut self, berth: Row) -> &mut Checkout {
        self.berths[berth].checkout.as_mut().expect(NOT_IN)
    }
}
