//! What somebody wants to see, and the shelf that shows it: which deals, in which order, as of the
//! moment at which they were first asked for, so that nothing moves while one leafs through them.

use super::aisles::{Aisle, Aisles};
use super::assortment::Assortment;
use super::entry::Entry;
use super::search::Sought;
use money::Amount;
use std::cmp::Reverse;
use std::sync::Arc;
use vocabulary::{Millis, SellerId};

/// Tiles of a page.
pub const PER_PAGE: usize = 24;

/// When deals are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// Whenever.
    Any,
    /// Open at the moment of asking.
    #[default]
    Open,
    /// Not yet open at the moment of asking.
    Coming,
    /// From this bell on.
    Bell(Millis),
    /// Over at the moment of asking.
    Over,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What opened last first; of what comes, what opens next; where something is sought, what fits best.
    #[default]
    Bell,
    /// What ends first.
    Ending,
    /// What is cheapest beside what it was.
    Discount,
    /// Cheapest first.
    Cheap,
    /// Dearest first.
    Dear,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What is looked for by name.
    pub sought: Sought,
    /// When it is open.
    pub time: Time,
    /// A category; what stands below it, too.
    pub category: Option<String>,
    /// A seller by the shop's id.
    pub seller: Option<String>,
    /// At least this price.
    pub least: Option<Amount>,
    /// At most this price.
    pub most: Option<Amount>,
    /// At least so many percent off.
    pub off: Option<u8>,
    /// Only what is for members alone.
    pub members: bool,
    /// Only what had units at the moment of asking.
    pub left: bool,
    /// In which order.
    pub sort: Sort,
}

/// Deals in an order that stays.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Those of the page.
    pub entries: Vec<Arc<Entry>>,
    /// How many there are on all pages.
    pub count: usize,
    /// Which page it is, from 0.
    pub page: usize,
    /// How many pages there are; at least one.
    pub pages: usize,
    /// How many deals of that time and name each category has, with all below it, by its place.
    pub categories: Vec<usize>,
    /// How many each seller has of them, by number.
    pub sellers: Vec<usize>,
}

/// What is wanted, as entries have it.
struct Test<'a> {
    wanted: &'a Wanted,
    /// Whether an entry of each category is wanted, by its place; empty where all are.
    categories: Vec<bool>,
    seller: Option<SellerId>,
    /// There is no such category or seller.
    is_hopeless: bool,
    at: Millis,
}

impl Wanted {
    /// The shelf at `page`, as of `at`.
    pub fn shelf(&self, all: &Assortment, at: Millis, page: usize) -> Shelf {
        let test = self.test(&all.aisles, at);
        let mut shelf = Shelf {
            categories: vec![0; all.aisles.count()],
            ..Shelf::default()
        };
        let mut found: Vec<&Arc<Entry>> = Vec::new();
        for entry in all.all() {
            if !self.is_of_time(entry, at) || !self.is_sought(entry, &all.aisles) {
                continue;
            }
            shelf.count(entry);
            if test.passes(entry) {
                found.push(entry);
            }
        }
        shelf.count_upwards(&all.aisles);
        shelf.count = found.len();
        shelf.pages = found.len().div_ceil(PER_PAGE).max(1);
        shelf.page = page.min(shelf.pages - 1);
        shelf.entries = self.window(found, shelf.page * PER_PAGE, PER_PAGE, at);
        shelf
    }

    /// The first `count` of all that is wanted as of `at`.
    pub fn first(&self, all: &Assortment, at: Millis, count: usize) -> Vec<Arc<Entry>> {
        let test = self.test(&all.aisles, at);
        let wanted = |entry: &&Arc<Entry>| self.is_of_time(entry, at) && test.passes(entry);
        self.window(all.all().filter(wanted).collect(), 0, count, at)
    }

    fn test(&self, aisles: &Aisles, at: Millis) -> Test<'_> {
        let category = self.category.as_ref().map(|id| aisles.find(id));
        let seller = self.seller.as_ref().map(|id| aisles.seller_number(id));
        let stands_in = |wanted: Aisle| {
            let within = |aisle| aisles.up_from(aisle).contains(&wanted);
            aisles.all().map(within).collect()
        };
        Test {
            wanted: self,
            categories: category.flatten().map(stands_in).unwrap_or_default(),
            seller: seller.flatten(),
            is_hopeless: category == Some(None) || seller == Some(None),
            at,
        }
    }

    /// True when a filter beside time, name and order is set.
    pub fn is_filtered(&self) -> bool {
        self.category.is_some()
            || self.seller.is_some()
            || self.least.is_some()
            || self.most.is_some()
            || self.off.is_some()
            || self.members
            || self.left
    }

    /// So many of them from a place on; only these are put in order.
    fn window(
        &self,
        mut found: Vec<&Arc<Entry>>,
        from: usize,
        count: usize,
        at: Millis,
    ) -> Vec<Arc<Entry>> {
        let key = |entry: &&Arc<Entry>| self.key(entry, at);
        if from > 0 && from < found.len() {
            found.select_nth_unstable_by_key(from, key);
        }
        let from = from.min(found.len());
        let rest = &mut found[from..];
        let end = count.min(rest.len());
        if end < rest.len() {
            rest.select_nth_unstable_by_key(end, key);
        }
        rest[..end].sort_unstable_by_key(key);
        rest[..end].iter().map(|entry| Arc::clone(entry)).collect()
    }

    fn is_of_time(&self, entry: &Entry, at: Millis) -> bool {
        let facts = &entry.facts;
        entry.noticed_at <= at
            && match self.time {
                Time::Any => true,
                Time::Open => facts.starts_at <= at && at < facts.ends_at,
                Time::Coming => at < facts.starts_at,
                Time::Bell(bell) => facts.starts_at == bell,
                Time::Over => facts.ends_at <= at,
            }
    }

    fn is_sought(&self, entry: &Entry, aisles: &Aisles) -> bool {
        self.sought.is_empty()
            || self
                .sought
                .finds(entry, aisles.seller_folded(entry.facts.seller))
    }

    /// What the order goes by. The deal's number comes last, so that no two are equal.
    fn key(&self, entry: &Entry, at: Millis) -> (u8, u8, i128, Reverse<u32>) {
        let facts = &entry.facts;
        let (group, bell) = match () {
            () if facts.ends_at <= at => (2, -i128::from(facts.ends_at.0)),
            () if facts.starts_at > at => (1, i128::from(facts.starts_at.0)),
            () => (0, -i128::from(facts.starts_at.0)),
        };
        let by = match self.sort {
            Sort::Bell => bell,
            Sort::Ending => i128::from(facts.ends_at.0),
            Sort::Discount => -i128::from(entry.discount),
            Sort::Cheap => i128::from(facts.price.0),
            Sort::Dear => -i128::from(facts.price.0),
        };
        let rank = match self.sort {
            Sort::Bell => self.sought.rank(entry),
            _ => 0,
        };
        (group, rank, by, Reverse(facts.deal.0))
    }
}

impl Test<'_> {
    fn passes(&self, entry: &Entry) -> bool {
        let (facts, wanted) = (&entry.facts, self.wanted);
        let category = |aisle: Aisle| self.categories[aisle.place()];
        !self.is_hopeless
            && (self.categories.is_empty() || entry.aisle.is_some_and(category))
            && self.seller.is_none_or(|seller| seller == facts.seller)
            && wanted.least.is_none_or(|least| facts.price >= least)
            && wanted.most.is_none_or(|most| facts.price <= most)
            && wanted
                .off
                .is_none_or(|off| entry.discount >= i64::from(off))
            && (!wanted.members || facts.members_only)
            && (!wanted.left || entry.had_units(self.at))
    }
}

impl Shelf {
    fn count(&mut self, entry: &Entry) {
        if let Some(aisle) = entry.aisle {
            self.categories[aisle.place()] += 1;
        }
        let seller = entry.facts.seller.0 as usize;
        if self.sellers.len() <= seller {
            self.sellers.resize(seller + 1, 0);
        }
        self.sellers[seller] += 1;
    }

    /// What stands in a category stands in all above it.
    fn count_upwards(&mut self, aisles: &Aisles) {
        let own = self.categories.clone();
        for aisle in aisles.all() {
            for above in &aisles.up_from(aisle)[1..] {
                self.categories[above.place()] += own[aisle.place()];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelves::entry::tests::entry;

    fn numbers(wanted: &Wanted, entries: &[Arc<Entry>], at: u64) -> Vec<u32> {
        let at = Millis(at);
        let mut found: Vec<&Arc<Entry>> = entries.iter().collect();
        let aisles = Aisles::default();
        let test = wanted.test(&aisles, at);
        found.retain(|entry| wanted.is_of_time(entry, at) && test.passes(entry));
        let shown = wanted.window(found, 0, 9, at);
        shown.iter().map(|entry| entry.facts.deal.0).collect()
    }

    fn entries() -> Vec<Arc<Entry>> {
        let deals = [(1, 0, 100), (2, 10, 90), (3, 50, 200), (4, 300, 400)];
        deals
            .into_iter()
            .map(|(n, from, to)| Arc::new(entry(n, from, to)))
            .collect()
    }

    #[test]
    fn who_was_open_when_it_was_asked_stays_in_its_place() {
        let wanted = Wanted::default();
        assert_eq!(numbers(&wanted, &entries(), 60), [3, 2, 1]);
        assert_eq!(numbers(&wanted, &entries(), 95), [3, 1]);
        // It is 95 and the list is that of 60: deal 2 is over and still there.
        let ended: Vec<_> = entries()
            .into_iter()
            .map(|entry| {
                let facts = entry.facts;
                Arc::new(entry.renewed(facts, entry.goods.clone(), Millis(95)))
            })
            .collect();
        assert_eq!(numbers(&wanted, &ended, 60), [3, 2, 1]);
    }

    #[test]
    fn what_sold_out_since_stays_among_what_was_left() {
        let wanted = Wanted {
            left: true,
            ..Wanted::default()
        };
        let mut all = entries();
        let facts = super::super::entry::Facts {
            left: false,
            ..all[0].facts
        };
        all[0] = Arc::new(all[0].renewed(facts, all[0].goods.clone(), Millis(70)));
        assert_eq!(numbers(&wanted, &all, 60), [3, 2, 1]);
        assert_eq!(numbers(&wanted, &all, 80), [3, 2]);
    }

    #[test]
    fn each_order_has_no_ties_and_open_deals_go_first() {
        let sorted = |sort| {
            let time = Time::Any;
            let wanted = Wanted {
                sort,
                time,
                ..Wanted::default()
            };
            numbers(&wanted, &entries(), 60)
        };
        assert_eq!(sorted(Sort::Bell), [3, 2, 1, 4]);
        assert_eq!(sorted(Sort::Ending), [2, 1, 3, 4]);
        assert_eq!(sorted(Sort::Cheap), [3, 2, 1, 4]);
    }

    #[test]
    fn a_page_far_behind_is_put_in_order_by_itself() {
        let many: Vec<_> = (1..=100).map(|n| Arc::new(entry(n, 0, 100))).collect();
        let wanted = Wanted::default();
        let page = |from| -> Vec<u32> {
            let shown = wanted.window(many.iter().collect(), from, 24, Millis(1));
            shown.iter().map(|entry| entry.facts.deal.0).collect()
        };
        let all: Vec<u32> = [page(0), page(24), page(48), page(72), page(96)].concat();
        assert_eq!(all, (1..=100).rev().collect::<Vec<_>>());
    }
}
