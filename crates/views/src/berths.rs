//! The table of checkouts: by id, by order, by the person who has not finished them, and in the order in which they were
//! finished. How they change is decided in `checkouts.rs`.

use crate::index::Index;
use crate::mostly_one::MostlyOne;
use crate::slab::{NONE, Row, Slab};
use crate::{OrderCard, PaymentCard};
use money::{Amount, Currency};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::VecDeque;
use vocabulary::{CheckoutId, Method, Millis, OrderId, PaymentId, PaymentState, PersonKey};

/// All that is kept of a checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) checkout: CheckoutId,
    pub(crate) person: PersonKey,
    pub(crate) orders: MostlyOne<OrderCard>,
    pub(crate) payments: MostlyOne<Try>,
    pub(crate) total: Amount,
    pub(crate) currency: Currency,
    pub(crate) pay_by: Millis,
}

/// A try to pay, without the id of its checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Try {
    pub(crate) attempt: u16,
    pub(crate) method: Method,
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) state: PaymentState,
    pub(crate) deadline: Millis,
}

impl Try {
    pub(crate) fn card(&self, checkout: CheckoutId) -> PaymentCard {
        let attempt = self.attempt;
        PaymentCard {
            payment: PaymentId { checkout, attempt },
            method: self.method,
            amount: self.amount,
            currency: self.currency,
            state: self.state,
            deadline: self.deadline,
        }
    }
}

/// A row: a checkout, and while it is not finished its neighbours among those of its person. Two lines of a processor's
/// cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Berth {
    kept: Kept,
    older: Row,
    newer: Row,
    finished: bool,
}

/// The table. Two are equal when they keep the same, wherever it lies.
#[derive(Clone, Debug)]
pub(crate) struct Berths {
    rows: Slab<Berth>,
    by_checkout: Index,
    by_order: Index,
    /// The newest of each person's that is not finished.
    newest: Index,
    /// What is finished and since when, oldest first.
    finished: VecDeque<(Millis, Row)>,
    /// What was looked for last: the events of a command are about one checkout.
    last: Row,
}

impl Default for Berths {
    fn default() -> Self {
        Berths {
            rows: Slab::default(),
            by_checkout: Index::default(),
            by_order: Index::default(),
            newest: Index::default(),
            finished: VecDeque::new(),
            last: NONE,
        }
    }
}

impl Berths {
    /// A checkout by its id.
    pub(crate) fn checkout(&self, checkout: CheckoutId) -> Option<&Kept> {
        Some(&self.rows[self.find(checkout)?].kept)
    }

    /// A person's checkouts that are not finished, oldest first.
    pub(crate) fn unfinished(&self, person: PersonKey) -> Vec<&Kept> {
        let newest = self.newest_of(person).map(|row| &self.rows[row]);
        let older = |berth: &&Berth| self.rows.get(berth.older);
        let mut found: Vec<&Kept> = std::iter::successors(newest, older)
            .map(|berth| &berth.kept)
            .collect();
        found.reverse();
        found
    }

    /// How many are finished.
    pub(crate) fn finished_count(&self) -> usize {
        self.finished.len()
    }

    /// Since when the one is finished that has been so for longest.
    pub(crate) fn finished_first(&self) -> Option<Millis> {
        self.finished.front().map(|(at, _)| *at)
    }

    /// The row of a checkout.
    pub(crate) fn row(&mut self, checkout: CheckoutId) -> Option<Row> {
        let last = self.rows.get(self.last);
        if last.is_none_or(|berth| berth.kept.checkout != checkout) {
            self.last = self.find(checkout)?;
        }
        Some(self.last)
    }

    /// The row of an order's checkout.
    pub(crate) fn row_of_order(&mut self, order: OrderId) -> Option<Row> {
        if !self.has_order(self.last, order) {
            let found = self.by_order.find(order, |row| self.has_order(row, order));
            self.last = found?;
        }
        Some(self.last)
    }

    /// What lies in a row that was found.
    pub(crate) fn kept_mut(&mut self, row: Row) -> &mut Kept {
        &mut self.rows[row].kept
    }

    /// Enters a checkout as its person's newest.
    pub(crate) fn enter(&mut self, kept: Kept) {
        let (checkout, person) = (kept.checkout, kept.person);
        let newest = self.newest_of(person);
        let row = self.rows.insert(Berth {
            kept,
            older: newest.unwrap_or(NONE),
            newer: NONE,
            finished: false,
        });
        self.by_checkout.insert(checkout, row);
        for order in self.rows[row].kept.orders.iter() {
            self.by_order.insert(order.order, row);
        }
        match newest {
            Some(before) => {
                self.rows[before].newer = row;
                self.newest.replace(person, before, row);
            }
            None => self.newest.insert(person, row),
        }
        self.last = row;
    }

    /// Adds an order to the checkout in a row.
    pub(crate) fn add_order(&mut self, row: Row, order: OrderCard) {
        self.by_order.insert(order.order, row);
        self.rows[row].kept.orders.push(order);
    }

    /// Takes the checkout in a row out of its person's, and puts it at the end of what is finished; nothing if it is there.
    pub(crate) fn finish(&mut self, row: Row, at: Millis) {
        let berth = &mut self.rows[row];
        if std::mem::replace(&mut berth.finished, true) {
            return;
        }
        let (person, older, newer) = (berth.kept.person, berth.older, berth.newer);
        if older != NONE {
            self.rows[older].newer = newer;
        }
        match (older, newer) {
            (NONE, NONE) => self.newest.remove(person, row),
            (older, NONE) => self.newest.replace(person, row, older),
            (older, newer) => self.rows[newer].older = older,
        }
        self.finished.push_back((at, row));
    }

    /// Forgets what has been finished for longest.
    pub(crate) fn forget_first(&mut self) {
        let Some((_, row)) = self.finished.pop_front() else {
            return;
        };
        let kept = self.rows.remove(row).kept;
        self.by_checkout.remove(kept.checkout, row);
        for order in kept.orders.iter() {
            self.by_order.remove(order.order, row);
        }
    }

    /// Brings near where the indexes have a checkout that is placed.
    pub(crate) fn foresee_placed(&self, checkout: CheckoutId, person: PersonKey) {
        self.by_checkout.foresee(checkout);
        self.newest.foresee(person);
    }

    /// Brings near where the indexes have an order that is placed.
    pub(crate) fn foresee_order(&self, order: OrderId) {
        self.by_order.foresee(order);
    }

    /// Brings near where the indexes have a checkout that is kept.
    pub(crate) fn foresee_kept(&self, checkout: CheckoutId) {
        self.by_checkout.foresee(checkout);
    }

    /// Brings near the row of a checkout that is kept, and says which it may be.
    pub(crate) fn foresee_row(&self, checkout: CheckoutId) -> Option<Row> {
        let row = self.by_checkout.find(checkout, |_| true)?;
        self.rows.foresee(row);
        Some(row)
    }

    /// Brings near what finishing a checkout will read, whose row is near.
    pub(crate) fn foresee_finish(&self, row: Row) {
        self.newest.foresee(self.rows[row].kept.person);
    }

    /// Brings near the rows that are forgotten next.
    pub(crate) fn foresee_first(&self, count: usize) {
        for (_, row) in self.finished.iter().take(count) {
            self.rows.foresee(*row);
        }
    }

    /// Brings near where the indexes have them, when the rows are near.
    pub(crate) fn foresee_forgetting(&self, count: usize) {
        for (_, row) in self.finished.iter().take(count) {
            let kept = &self.rows[*row].kept;
            self.by_checkout.foresee(kept.checkout);
            for order in kept.orders.iter() {
                self.by_order.foresee(order.order);
            }
        }
    }

    fn find(&self, checkout: CheckoutId) -> Option<Row> {
        let is_it = |row: Row| self.rows[row].kept.checkout == checkout;
        self.by_checkout.find(checkout, is_it)
    }

    fn newest_of(&self, person: PersonKey) -> Option<Row> {
        let is_it = |row: Row| self.rows[row].kept.person == person;
        self.newest.find(person, is_it)
    }

    fn has_order(&self, row: Row, order: OrderId) -> bool {
        let orders = self.rows.get(row).map(|berth| &berth.kept.orders);
        orders.is_some_and(|orders| orders.iter().any(|card| card.order == order))
    }

    fn all_unfinished(&self) -> impl Iterator<Item = &Kept> {
        let newest = self.newest.rows().map(|row| self.rows[row].kept.person);
        newest.flat_map(|person| self.unfinished(person))
    }

    fn all_finished(&self) -> impl Iterator<Item = (Millis, &Kept)> {
        let finished = self.finished.iter();
        finished.map(|(at, row)| (*at, &self.rows[*row].kept))
    }
}

impl PartialEq for Berths {
    fn eq(&self, other: &Self) -> bool {
        let mut persons = self.newest.rows().map(|row| self.rows[row].kept.person);
        self.rows.len() == other.rows.len()
            && self.all_finished().eq(other.all_finished())
            && persons.all(|person| self.unfinished(person) == other.unfinished(person))
    }
}

impl Eq for Berths {}

/// A table as it is written down: a person's that are not finished stand oldest first, and so do those that are.
#[derive(Serialize, Deserialize)]
struct Written<K> {
    unfinished: Vec<K>,
    finished: Vec<(Millis, K)>,
}

impl Serialize for Berths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            unfinished: self.all_unfinished().collect(),
            finished: self.all_finished().collect(),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Berths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written: Written<Kept> = Written::deserialize(deserializer)?;
        let mut berths = Berths::default();
        for kept in written.unfinished {
            berths.enter(kept);
        }
        for (at, kept) in written.finished {
            berths.enter(kept);
            berths.finish(berths.last, at);
        }
        Ok(berths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{OrderState, SellerId};

    fn kept(n: u128, person: u128) -> Kept {
        let order = |order| OrderCard {
            order: OrderId(order),
            seller: SellerId(1),
            total: Amount(5),
            state: OrderState::Placed,
        };
        Kept {
            checkout: CheckoutId(n),
            person: PersonKey(person),
            orders: [order(2 * n), order(2 * n + 1)].into_iter().collect(),
            payments: MostlyOne::None,
            total: Amount(10),
            currency: Currency::KRW,
            pay_by: Millis(9),
        }
    }

    fn finish(berths: &mut Berths, n: u128) {
        let row = berths.row(CheckoutId(n)).expect("it is kept");
        berths.finish(row, Millis(n as u64));
    }

    fn ids(found: &[&Kept]) -> Vec<u128> {
        found.iter().map(|kept| kept.checkout.0).collect()
    }

    /// Checkouts 1 to `count` of seven persons.
    fn of_seven(count: u128) -> Berths {
        let mut berths = Berths::default();
        (1..=count).for_each(|n| berths.enter(kept(n, n % 7)));
        berths
    }

    #[test]
    fn a_checkout_is_two_lines_of_the_cache() {
        assert_eq!(size_of::<Option<Berth>>(), 128);
    }

    #[test]
    fn a_persons_checkouts_are_finished_from_the_middle_and_from_both_ends() {
        let mut berths = of_seven(28);
        let mut left = vec![1, 8, 15, 22];
        for n in [8, 22, 1, 15] {
            assert_eq!(ids(&berths.unfinished(PersonKey(1))), left);
            finish(&mut berths, n);
            finish(&mut berths, n);
            left.retain(|other| *other != n);
        }
        assert!(berths.unfinished(PersonKey(1)).is_empty());
        assert_eq!(berths.finished_count(), 4);
        berths.enter(kept(29, 1));
        assert_eq!(ids(&berths.unfinished(PersonKey(1))), [29]);
    }

    #[test]
    fn rows_of_what_is_forgotten_are_used_again_and_none_of_its_ids_is_left() {
        let mut berths = of_seven(2_000);
        (1..=1_000).for_each(|n| finish(&mut berths, n));
        (1..=1_000).for_each(|_| berths.forget_first());
        assert_eq!(berths.checkout(CheckoutId(1_000)), None);
        assert_eq!(berths.row_of_order(OrderId(2_001)), None);
        (2_001..=3_000).for_each(|n| berths.enter(kept(n, n % 7)));
        assert!((2_001..=3_000).all(|n| berths.row(CheckoutId(n)) < Some(2_000)));
        assert!((1_001..=3_000).all(|n| {
            let row = berths.row(CheckoutId(n));
            row.is_some() && row == berths.row_of_order(OrderId(2 * n + 1))
        }));
        let entered = [&berths.by_checkout, &berths.by_order, &berths.newest];
        assert_eq!(entered.map(|index| index.rows().count()), [2_000, 4_000, 7]);
    }

    #[test]
    fn tables_are_equal_by_what_they_keep_wherever_it_lies() {
        let mut one = Berths::default();
        one.enter(kept(99, 3));
        finish(&mut one, 99);
        (1..=20).for_each(|n| one.enter(kept(n, n % 7)));
        one.forget_first();
        one.enter(kept(21, 0));
        let mut other = of_seven(21);
        assert_ne!(one.row(CheckoutId(5)), other.row(CheckoutId(5)));
        assert_eq!(one, other);
        finish(&mut one, 5);
        assert_ne!(one, other);
        finish(&mut other, 5);
        assert_eq!(one, other);
        one.kept_mut(3).pay_by = Millis(1);
        assert_ne!(one, other);
    }

    #[test]
    fn a_table_reads_back_with_every_list_in_its_order() {
        let mut berths = of_seven(3_000);
        (500..=1_500).rev().for_each(|n| finish(&mut berths, n));
        (0..200).for_each(|_| berths.forget_first());
        (3_001..=3_300).for_each(|n| berths.enter(kept(n, n % 7)));
        let bytes = postcard::to_allocvec(&berths).expect("it is written");
        let back: Berths = postcard::from_bytes(&bytes).expect("it is read");
        assert_eq!(back, berths);
        let person = PersonKey(2);
        assert_eq!(back.unfinished(person), berths.unfinished(person));
    }
}
