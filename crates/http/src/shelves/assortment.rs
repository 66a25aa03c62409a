//! The assortment: every deal as lists know it, at one moment; never changed, only followed by the next.

use super::aisles::Aisles;
use super::entry::{Entry, Facts, Goods};
use crate::problem::Problem;
use crate::shop::Shop;
use std::sync::Arc;
use vocabulary::{DealId, Millis, Seq};

/// How many deals are looked at before whoever folds the view may go on.
const AT_ONCE: usize = 4_096;

/// All deals.
#[derive(Debug, Default)]
pub struct Assortment {
    /// Categories and sellers.
    pub aisles: Arc<Aisles>,
    /// Which edition of the catalogue it was made of; 0 for none.
    pub edition: u64,
    /// When that was read.
    pub read_at: Millis,
    /// Up to where the view was looked at.
    seq: Seq,
    /// Deal n lies at n - 1.
    goods: Arc<Vec<Option<Arc<Goods>>>>,
    /// Deal n lies at n - 1.
    entries: Arc<Vec<Option<Arc<Entry>>>>,
}

impl Assortment {
    /// All that records and view have.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn read(
        shop: &Shop,
        edition: u64,
        before: &Assortment,
    ) -> Result<Assortment, Problem> {
        let aisles = Arc::new(Aisles::read(&shop.records).await?);
        let mut goods: Vec<Option<Arc<Goods>>> = Vec::new();
        let records = &shop.records;
        let put = |row: records::Shelved| {
            let place = row.number.0 as usize;
            if goods.len() < place {
                goods.resize(place, None);
            }
            if let Some(place) = place.checked_sub(1) {
                goods[place] = Some(Arc::new(Goods::of(row, &aisles)));
            }
        };
        records.read_shelved(put).await?;
        let (seq, facts) = all_facts(shop);
        let mut next = Assortment {
            aisles,
            edition,
            read_at: shop.now(),
            seq,
            entries: before.entries.clone(),
            goods: Arc::new(goods),
        };
        let noticed_at = match before.is_filled() {
            true => shop.now(),
            false => Millis(0),
        };
        for facts in facts {
            next.put(facts, noticed_at);
        }
        Ok(next)
    }

    /// The next one, where the view has moved on in what lists say.
    pub fn moved(&self, shop: &Shop) -> Option<Assortment> {
        let (seq, changed) = {
            let views = shop.views();
            let cards = views.deals.changed_since(self.seq).into_iter();
            (views.reached(), cards.map(Facts::of).collect::<Vec<_>>())
        };
        if seq == self.seq {
            return None;
        }
        let mut next = Assortment {
            aisles: self.aisles.clone(),
            edition: self.edition,
            read_at: self.read_at,
            seq,
            goods: self.goods.clone(),
            entries: self.entries.clone(),
        };
        for facts in changed {
            next.put(facts, shop.now());
        }
        Some(next)
    }

    /// This one, with what `other` remembers of times at which deals sold out.
    pub fn remembering(mut self, other: &Assortment) -> Assortment {
        let entries = Arc::make_mut(&mut self.entries);
        for known in other.all() {
            let place = known.facts.deal.0 as usize - 1;
            if let Some(Some(entry)) = entries.get_mut(place) {
                let goods = entry.goods.clone();
                *entry = Arc::new(known.renewed(known.facts, goods, known.noticed_at));
            }
        }
        self
    }

    /// True once it was read at all.
    pub fn is_filled(&self) -> bool {
        self.edition > 0
    }

    /// How many deals there are.
    pub fn deals_count(&self) -> usize {
        self.goods.len()
    }

    /// All deals, by number.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.iter().flatten()
    }

    /// A deal by its number.
    pub fn deal(&self, number: DealId) -> Option<&Arc<Entry>> {
        self.entries
            .get((number.0 as usize).checked_sub(1)?)?
            .as_ref()
    }

    fn put(&mut self, facts: Facts, at: Millis) {
        let place = facts.deal.0 as usize - 1;
        let Some(Some(goods)) = self.goods.get(place) else {
            return;
        };
        let known = self.entries.get(place).and_then(Option::as_ref);
        let next = match known {
            Some(entry) if entry.facts == facts && Arc::ptr_eq(&entry.goods, goods) => return,
            Some(entry) => entry.renewed(facts, goods.clone(), at),
            None => Entry::noticed(facts, goods.clone(), at),
        };
        let entries = Arc::make_mut(&mut self.entries);
        if entries.len() <= place {
            entries.resize(place + 1, None);
        }
        entries[place] = Some(Arc::new(next));
    }
}

/// The facts of all deals, and up to where the view was when the first were looked at.
fn all_facts(shop: &Shop) -> (Seq, Vec<Facts>) {
    let seq = shop.views().reached();
    let mut facts = Vec::new();
    loop {
        let before = facts.len();
        let views = shop.views();
        let cards = views.deals.all().skip(before).take(AT_ONCE);
        facts.extend(cards.map(Facts::of));
        if facts.len() == before {
            return (seq, facts);
        }
    }
}
