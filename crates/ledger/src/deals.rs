//! The deals and their pools: terms, prices, and where the units of each pool are. Who holds, waits
//! or ordered is elsewhere.

use crate::numbered::{Listed, Numbered};
use crate::slab::Row;
use crate::turn::Turn;
use money::{Amount, Currency};
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use vocabulary::{
    DealId, DealTerms, Deduct, Event, Millis, PRICE_MAX, PoolCounts, PoolDraft, Reference,
    SellerId, SkuId,
};

/// A deal.
#[derive(Serialize, Deserialize)]
pub(crate) struct Deal {
    reference: Reference,
    pub(crate) seller: SellerId,
    pub(crate) currency: Currency,
    pub(crate) terms: DealTerms,
    pub(crate) opened: bool,
    pub(crate) closed: bool,
    /// How often a hold may be given more time.
    pub(crate) extensions: u8,
    /// How much, in ms.
    pub(crate) extension_ms: u32,
    first_pool: Row,
    end_pool: Row,
}

impl Deal {
    /// Where its pools lie, in the order in which they were scheduled.
    pub(crate) fn pools(&self) -> Range<Row> {
        self.first_pool..self.end_pool
    }

    /// True when the deal's window is over, or it was ended.
    pub(crate) fn is_over(&self, at: Millis) -> bool {
        self.closed || at >= self.terms.ends_at
    }

    /// True when `units` more on top of `count` are not for one person. Where the deal has no limit,
    /// what a count can hold is one.
    pub(crate) fn limit_broken(&self, count: u32, units: u32) -> bool {
        let limit = match self.terms.limit {
            0 => u32::MAX,
            limit => limit.into(),
        };
        count.checked_add(units).is_none_or(|sum| sum > limit)
    }
}

impl Listed for Deal {
    fn reference(&self) -> Reference {
        self.reference
    }
}

/// One SKU of a deal.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pool {
    pub(crate) deal: DealId,
    pub(crate) sku: SkuId,
    pub(crate) price: Amount,
    counts: PoolCounts,
}

impl Pool {
    pub(crate) fn counts(&self) -> PoolCounts {
        self.counts
    }
}

/// How units of a pool can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitState {
    Available,
    Held,
    Ordered,
    Sold,
}

/// Every deal with its pools. Whatever changes the numbers of a pool says so.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Deals {
    deals: Numbered<Deal>,
    pools: Vec<Pool>,
}

impl Deals {
    /// Puts a deal on the schedule; its pools are empty until units are put in.
    pub(crate) fn schedule(
        &mut self,
        reference: Reference,
        seller: SellerId,
        currency: Currency,
        terms: DealTerms,
        drafts: &[PoolDraft],
    ) -> DealId {
        let first_pool = self.pools.len() as Row;
        let deal = DealId(self.deals.add(Deal {
            reference,
            seller,
            currency,
            terms,
            opened: false,
            closed: false,
            extensions: 0,
            extension_ms: 0,
            first_pool,
            end_pool: first_pool + drafts.len() as Row,
        }));
        self.pools.extend(drafts.iter().map(|draft| Pool {
            deal,
            sku: draft.sku,
            price: draft.price,
            counts: PoolCounts::default(),
        }));
        deal
    }

    /// A deal that may be unknown.
    pub(crate) fn find(&self, deal: DealId) -> Option<&Deal> {
        self.deals.find(deal.0)
    }

    /// Brings a deal near.
    pub(crate) fn foresee(&self, deal: DealId) {
        self.deals.foresee(deal.0);
    }

    /// Brings the first pool of a deal near.
    pub(crate) fn foresee_pool(&self, deal: DealId) {
        let pools = self.find(deal).map(Deal::pools).unwrap_or_default();
        if !pools.is_empty() {
            prefetch_index(&self.pools, pools.start as usize);
        }
    }

    /// A deal that is known.
    pub(crate) fn deal(&self, deal: DealId) -> &Deal {
        self.deals.row(deal.0)
    }

    /// The same, to be changed.
    pub(crate) fn deal_mut(&mut self, deal: DealId) -> &mut Deal {
        self.deals.row_mut(deal.0)
    }

    pub(crate) fn by_reference(&self, reference: Reference) -> Option<DealId> {
        self.deals.by_reference(reference).map(DealId)
    }

    /// Where the pool of `sku` in `deal` lies. Deals have few SKUs and they lie side by side, so
    /// looking through them beats an index.
    pub(crate) fn find_pool(&self, deal: &Deal, sku: SkuId) -> Option<Row> {
        deal.pools().find(|row| self.pool(*row).sku == sku)
    }

    pub(crate) fn pool(&self, row: Row) -> &Pool {
        &self.pools[row as usize]
    }

    /// The deal that a pool belongs to.
    pub(crate) fn deal_of(&self, pool: Row) -> &Deal {
        self.deal(self.pool(pool).deal)
    }

    pub(crate) fn reprice(&mut self, pool: Row, price: Amount) {
        self.pools[pool as usize].price = price;
    }

    /// True when units are really in `state` of this pool: where a deal deducts on payment, holds
    /// and unpaid orders keep none.
    pub(crate) fn keeps_units(&self, pool: Row, state: UnitState) -> bool {
        let on_order = self.deal_of(pool).terms.deduct == Deduct::OnOrder;
        on_order || matches!(state, UnitState::Available | UnitState::Sold)
    }

    /// Units move within a pool.
    pub(crate) fn shift(
        &mut self,
        turn: &mut Turn,
        pool: Row,
        units: u32,
        from: UnitState,
        to: UnitState,
    ) {
        self.change(turn, pool, |counts| {
            lower(counts, from, units);
            raise(counts, to, units);
        });
    }

    /// Units come into a pool.
    pub(crate) fn put_in(&mut self, turn: &mut Turn, pool: Row, units: u32, to: UnitState) {
        self.change(turn, pool, |counts| raise(counts, to, units));
    }

    /// Units leave a pool.
    pub(crate) fn take_out(&mut self, turn: &mut Turn, pool: Row, units: u32, from: UnitState) {
        self.change(turn, pool, |counts| lower(counts, from, units));
    }

    /// All deals in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (DealId, &Deal)> {
        self.deals.iter().map(|(number, row)| (DealId(number), row))
    }

    pub(crate) fn reindex(&mut self) {
        self.deals.reindex();
    }

    fn change(&mut self, turn: &mut Turn, pool: Row, change: impl FnOnce(&mut PoolCounts)) {
        let row = &mut self.pools[pool as usize];
        change(&mut row.counts);
        turn.say(Event::PoolChanged {
            deal: row.deal,
            sku: row.sku,
            counts: row.counts,
        });
    }
}

/// True when a unit may be sold at this price.
pub(crate) fn is_price(price: Amount) -> bool {
    Amount::ZERO < price && price <= PRICE_MAX
}

fn number_mut(counts: &mut PoolCounts, state: UnitState) -> &mut u32 {
    match state {
        UnitState::Available => &mut counts.available,
        UnitState::Held => &mut counts.held,
        UnitState::Ordered => &mut counts.ordered,
        UnitState::Sold => &mut counts.sold,
    }
}

fn lower(counts: &mut PoolCounts, state: UnitState, units: u32) {
    let place = number_mut(counts, state);
    *place = place
        .checked_sub(units)
        .expect("units only leave where they are");
}

fn raise(counts: &mut PoolCounts, state: UnitState, units: u32) {
    let place = number_mut(counts, state);
    *place = place
        .checked_add(units)
        .expect("an allotment fits into 32 bits");
}
