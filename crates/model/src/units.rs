//! How units move between free stock and the four places of a pool, and what is said of it.

use crate::model::Model;
use crate::tables::{Deal, Hold, Pool, Timer};
use vocabulary::{DealId, Event, HoldId, HoldOrigin, PersonKey, PlaceId, Refusal, SkuId};

/// Where the units of a pool may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    Available,
    Held,
    Ordered,
    Sold,
}

impl Pool {
    fn units_in(&mut self, place: Where) -> &mut u32 {
        match place {
            Where::Available => &mut self.counts.available,
            Where::Held => &mut self.counts.held,
            Where::Ordered => &mut self.counts.ordered,
            Where::Sold => &mut self.counts.sold,
        }
    }

    pub(crate) fn take(&mut self, units: u32, from: Where) {
        let here = self.units_in(from);
        *here = here
            .checked_sub(units)
            .expect("no pool gives more than it has");
    }

    pub(crate) fn put(&mut self, units: u32, to: Where) {
        let here = self.units_in(to);
        *here = here
            .checked_add(units)
            .expect("an allotment fits into 32 bits");
    }
}

impl Model {
    /// The deal, else refusal 32.
    pub(crate) fn known_deal(&self, deal: DealId) -> Result<&Deal, Refusal> {
        self.deals.get(&deal).ok_or(Refusal::DealUnknown)
    }

    /// The pool of a known deal, else refusal 33.
    pub(crate) fn known_pool(&self, deal: DealId, sku: SkuId) -> Result<&Pool, Refusal> {
        let pools = &self.known_deal(deal)?.pools;
        let pool = pools.iter().find(|pool| pool.sku == sku);
        pool.ok_or(Refusal::SkuNotInDeal)
    }

    pub(crate) fn deal(&self, deal: DealId) -> &Deal {
        self.deals.get(&deal).expect("a deal stays for ever")
    }

    pub(crate) fn deal_mut(&mut self, deal: DealId) -> &mut Deal {
        self.deals.get_mut(&deal).expect("a deal stays for ever")
    }

    pub(crate) fn pool(&self, deal: DealId, sku: SkuId) -> &Pool {
        (self.known_pool(deal, sku)).expect("a pool stays for ever")
    }

    pub(crate) fn pool_mut(&mut self, deal: DealId, sku: SkuId) -> &mut Pool {
        let pools = &mut self.deal_mut(deal).pools;
        let pool = pools.iter_mut().find(|pool| pool.sku == sku);
        pool.expect("a pool stays for ever")
    }

    /// Says where the units of a pool are now.
    pub(crate) fn say_pool(&mut self, deal: DealId, sku: SkuId) {
        let counts = self.pool(deal, sku).counts;
        self.say(Event::PoolChanged { deal, sku, counts });
    }

    /// Says what stock a SKU has now.
    pub(crate) fn say_stock(&mut self, sku: SkuId) {
        let row = &self.skus[&sku];
        let (stock, free) = (row.stock, row.free);
        self.say(Event::StockChanged { sku, stock, free });
    }

    pub(crate) fn add_free(&mut self, sku: SkuId, units: u32) {
        let row = self.skus.get_mut(&sku).expect("a SKU stays for ever");
        row.free += u64::from(units);
    }

    pub(crate) fn take_free(&mut self, sku: SkuId, units: u32) {
        let row = self.skus.get_mut(&sku).expect("a SKU stays for ever");
        row.free = (row.free.checked_sub(u64::from(units))).expect("free stock was looked at");
    }

    /// Moves units within a pool.
    pub(crate) fn move_units(
        &mut self,
        (deal, sku): (DealId, SkuId),
        units: u32,
        from: Where,
        to: Where,
    ) {
        let pool = self.pool_mut(deal, sku);
        pool.take(units, from);
        pool.put(units, to);
        self.say_pool(deal, sku);
    }

    /// Units come back from a hold or an order: to who waits, else to who comes; after the close
    /// to the SKU's free stock. Where a deal deducts on payment, only sold units ever moved.
    pub(crate) fn give_back(&mut self, deal: DealId, sku: SkuId, units: u32, from: Where) {
        let row = self.deal(deal);
        if row.deducts_on_payment() && from != Where::Sold {
            return;
        }
        if row.closed {
            self.return_unsold(deal, sku, units, from);
        } else {
            self.move_units((deal, sku), units, from, Where::Available);
            self.offer_what_is_available(deal, sku);
        }
    }

    /// Units leave a pool for the SKU's free stock because nobody bought them.
    pub(crate) fn return_unsold(&mut self, deal: DealId, sku: SkuId, units: u32, from: Where) {
        self.pool_mut(deal, sku).take(units, from);
        self.add_free(sku, units);
        self.say_pool(deal, sku);
        self.say(Event::UnsoldReturned { deal, sku, units });
        self.say_stock(sku);
    }

    /// While there are units and somebody waits, the first in line gets a hold of one.
    pub(crate) fn offer_what_is_available(&mut self, deal: DealId, sku: SkuId) {
        while self.pool(deal, sku).counts.available > 0 {
            let Some(place) = self.waiting(deal, sku).first().copied() else {
                return;
            };
            let waited = self.places.remove(&place).expect("who waits has a place");
            self.hold_units(deal, sku, 1, waited.person, HoldOrigin::Offered(place));
        }
    }

    /// The places of a pool's waitlist, first come first.
    pub(crate) fn waiting(&self, deal: DealId, sku: SkuId) -> Vec<PlaceId> {
        let mut waiting = Vec::new();
        for (id, place) in &self.places {
            if place.deal == deal && place.sku == sku {
                waiting.push(*id);
            }
        }
        waiting
    }

    /// Somebody holds units at the price of now until the clock runs out.
    pub(crate) fn hold_units(
        &mut self,
        deal: DealId,
        sku: SkuId,
        units: u16,
        person: PersonKey,
        origin: HoldOrigin,
    ) -> HoldId {
        self.last_hold += 1;
        let hold = HoldId(self.last_hold);
        let row = self.deal(deal);
        let (currency, on_payment) = (row.currency, row.deducts_on_payment());
        let expires_at = self.now.plus(u64::from(row.terms.hold_ms));
        let price = self.pool(deal, sku).price;
        let taken = Hold {
            deal,
            sku,
            units,
            price,
            person,
            expires_at,
            extended: 0,
        };
        self.holds.insert(hold, taken);
        self.say(Event::HoldPlaced {
            hold,
            deal,
            sku,
            units,
            price,
            currency,
            person,
            expires_at,
            origin,
        });
        if !on_payment {
            self.move_units((deal, sku), u32::from(units), Where::Available, Where::Held);
        }
        self.set_timer(expires_at, Timer::LapseHold(hold));
        hold
    }

    /// How many units of a deal a person has.
    pub(crate) fn count(&self, deal: DealId, person: PersonKey) -> u64 {
        self.counts.get(&(deal, person)).copied().unwrap_or(0)
    }

    pub(crate) fn raise_count(&mut self, deal: DealId, person: PersonKey, units: u16) {
        *self.counts.entry((deal, person)).or_insert(0) += u64::from(units);
    }

    pub(crate) fn lower_count(&mut self, deal: DealId, person: PersonKey, units: u16) {
        let count = self.counts.entry((deal, person)).or_insert(0);
        *count = (count.checked_sub(u64::from(units))).expect("what is given back was counted");
        if *count == 0 {
            self.counts.remove(&(deal, person));
        }
    }
}
