//! The books: every payment, by reference and in the order of opening, what it sums up to, and when
//! to look at it again. They hold what the log says and nothing else.

use super::fact::{Entry, Fact};
use super::payment::Payment;
use super::words::State;
use money::Currency;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vocabulary::Millis;

/// Every payment of the sandbox.
#[derive(Default)]
pub(super) struct Books {
    payments: Vec<Payment>,
    by_reference: HashMap<String, usize>,
    alarms: BTreeSet<(Millis, usize)>,
    sums: BTreeMap<Currency, Sums>,
}

/// What the payments in one currency come to, in minor units. 128 bits hold any number of payments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) captured: i128,
    pub(super) refunded: i128,
    /// How many payments stand how.
    pub(super) states: BTreeMap<State, u64>,
}

impl Books {
    /// Takes an entry in.
    ///
    /// # Panics
    /// When it speaks of a payment that was never opened.
    pub(super) fn record(&mut self, entry: Entry) {
        if let Fact::Opened(terms) = entry.fact {
            return self.open(Payment::opened(entry.reference, entry.at, terms));
        }
        let place = self.by_reference[&entry.reference];
        if let Fact::Promised { due } = entry.fact {
            self.alarms.insert((due, place));
        }
        let payment = &mut self.payments[place];
        let sums = self.sums.entry(payment.terms.currency).or_default();
        sums.take_out(payment);
        payment.record(&entry.fact);
        sums.put_in(payment);
    }

    pub(super) fn payment(&self, reference: &str) -> Option<&Payment> {
        self.by_reference
            .get(reference)
            .map(|place| &self.payments[*place])
    }

    /// How many payments were opened.
    pub(super) fn len(&self) -> usize {
        self.payments.len()
    }

    /// Payments in the order of opening, from the one at `place` on.
    pub(super) fn from(&self, place: usize) -> &[Payment] {
        &self.payments[place.min(self.payments.len())..]
    }

    pub(super) fn sums(&self) -> &BTreeMap<Currency, Sums> {
        &self.sums
    }

    /// The reference of a payment to look at by `now`; each is told once.
    pub(super) fn next_due(&mut self, now: Millis) -> Option<String> {
        let alarm = *self.alarms.first().filter(|(at, _)| *at <= now)?;
        self.alarms.remove(&alarm);
        Some(self.payments[alarm.1].reference.clone())
    }

    fn open(&mut self, payment: Payment) {
        let place = self.payments.len();
        self.alarms.insert((payment.terms.expires_at, place));
        self.sums
            .entry(payment.terms.currency)
            .or_default()
            .put_in(&payment);
        self.by_reference.insert(payment.reference.clone(), place);
        self.payments.push(payment);
    }
}

impl Sums {
    fn put_in(&mut self, payment: &Payment) {
        self.captured += i128::from(payment.captured.0);
        self.refunded += i128::from(payment.refunded.0);
        *self.states.entry(payment.state).or_default() += 1;
    }

    fn take_out(&mut self, payment: &Payment) {
        self.captured -= i128::from(payment.captured.0);
        self.refunded -= i128::from(payment.refunded.0);
        *self.states.entry(payment.state).or_default() -= 1;
    }
}
