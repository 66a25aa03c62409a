//! Who has how much of a deal: the number that limits are measured against. A row for each person in
//! each deal, as long as the number is not zero.

use crate::halves::{self, Halves};
use crate::index::Index;
use crate::raw::raw_row;
use crate::slab::{Row, Slab};
use serde::{Deserialize, Serialize};
use vocabulary::{DealId, PersonKey};

/// The counts of all persons in all deals.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Persons {
    counts: Slab<Count>,
    #[serde(skip)]
    index: Index,
}

/// A person's count in a deal.
#[derive(Clone, Copy)]
struct Count {
    person: Halves,
    deal: DealId,
    units: u32,
}

raw_row!(Count {
    person,
    deal,
    units,
});

impl Count {
    fn is_of(&self, deal: DealId, person: PersonKey) -> bool {
        self.deal == deal && self.person == Halves::from(person.0)
    }

    fn hash(&self) -> u64 {
        halves::hash((self.person, self.deal))
    }
}

impl Persons {
    /// Makes room for so many counts more.
    pub(crate) fn make_room(&mut self, counts: usize) {
        let count = blank(DealId(0), PersonKey(0));
        self.counts.make_room(counts, count);
        self.index.make_room(counts);
    }

    /// How many units the person has in the deal.
    pub(crate) fn count(&self, deal: DealId, person: PersonKey) -> u32 {
        self.find(deal, person)
            .map_or(0, |row| self.counts[row].units)
    }

    /// Brings near where a person's count would be found.
    pub(crate) fn foresee(&self, deal: DealId, person: PersonKey) {
        self.index.foresee(blank(deal, person).hash());
    }

    /// Brings a count near.
    pub(crate) fn foresee_row(&self, row: Row) {
        self.counts.foresee(row);
    }

    /// The person has more units in the deal; returns the row of the count, which stays where it is
    /// while it is not zero.
    pub(crate) fn add(&mut self, deal: DealId, person: PersonKey, units: u32) -> Row {
        let row = self
            .find(deal, person)
            .unwrap_or_else(|| self.enter(deal, person));
        let count = &mut self.counts[row];
        count.units = count
            .units
            .checked_add(units)
            .expect("a person's count fits into 32 bits");
        row
    }

    /// The person has fewer units in the deal.
    pub(crate) fn subtract(&mut self, deal: DealId, person: PersonKey, units: u32) {
        let row = self.find(deal, person);
        self.subtract_at(row.expect("who has units is counted"), units);
    }

    /// The same, by the row of the count.
    pub(crate) fn subtract_at(&mut self, row: Row, units: u32) {
        let count = &mut self.counts[row];
        count.units = count
            .units
            .checked_sub(units)
            .expect("a person's count is never negative");
        if count.units == 0 {
            self.leave(row);
        }
    }

    /// Whose count lies there.
    pub(crate) fn person(&self, row: Row) -> PersonKey {
        PersonKey(self.counts[row].person.into())
    }

    /// Every count that is not zero, by deal and person.
    pub(crate) fn sorted(&self) -> Vec<(DealId, PersonKey, u32)> {
        let counted = self.index.iter().map(|row| {
            let count = &self.counts[row];
            (count.deal, self.person(row), count.units)
        });
        let mut counted: Vec<_> = counted.collect();
        counted.sort_unstable();
        counted
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self) {
        let living = self.counts.all().filter(|(_, count)| count.units > 0);
        let entries = living.map(|(row, count)| (count.hash(), row));
        self.index.fill(self.counts.used(), entries);
    }

    fn find(&self, deal: DealId, person: PersonKey) -> Option<Row> {
        let hash = blank(deal, person).hash();
        let same = |row| self.counts[row].is_of(deal, person);
        self.index.find(hash, same)
    }

    fn enter(&mut self, deal: DealId, person: PersonKey) -> Row {
        let count = blank(deal, person);
        let row = self.counts.insert(count);
        self.index.insert(count.hash(), row);
        row
    }

    fn leave(&mut self, row: Row) {
        let hash = self.counts[row].hash();
        self.index.remove(hash, row);
        self.counts.free(row);
    }
}

fn blank(deal: DealId, person: PersonKey) -> Count {
    Count {
        person: person.0.into(),
        deal,
        units: 0,
    }
}
