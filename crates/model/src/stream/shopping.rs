//! What shoppers send before they pay: holds, places, checkouts, second thoughts.

use super::Stream;
use crate::tables::{Place, Pool};
use money::Currency;
use vocabulary::{
    Cancelling, CheckoutId, Command, DealId, HOLDS_MAX, HoldId, Millis, ORDERS_MAX, OrderId,
    PersonKey, PlaceId, SellerId, SkuId, Zone,
};

/// A checkout in the making.
struct Draft {
    checkout: CheckoutId,
    orders: Vec<OrderId>,
    holds: Vec<HoldId>,
    person: PersonKey,
}

impl Stream {
    pub(super) fn place_hold(&mut self) -> Option<Command> {
        let (deal, sku) = self.pool()?;
        let mut shopper = self.shopper();
        if self.dice.chance(35) {
            shopper.person = self.stranger_to_the_currency_of(deal)?;
        }
        let beyond_money = self.is_dear_and_huge(deal, sku) && self.dice.chance(70);
        let units = match self.dice.below(100) {
            0..3 => 0,
            _ if beyond_money => u16::MAX,
            3..70 => 1,
            70..98 => self.dice.few(2, 4),
            _ => u16::MAX,
        };
        Some(Command::PlaceHold {
            deal,
            sku,
            units,
            shopper,
            or_wait: self.dice.chance(35),
        })
    }

    /// A pool of which one may hold so much that its price does not fit into 64 bits.
    fn is_dear_and_huge(&self, deal: DealId, sku: SkuId) -> bool {
        let pool = self.model.known_pool(deal, sku);
        let overflows = |pool: &Pool| pool.price.checked_mul(u16::MAX.into()).is_none();
        pool.is_ok_and(|pool| overflows(pool) && pool.counts.available >= u16::MAX.into())
    }

    /// Somebody who holds something in another currency than this deal's.
    fn stranger_to_the_currency_of(&mut self, deal: DealId) -> Option<PersonKey> {
        let currency = self.model.deals.get(&deal)?.currency;
        let mut strangers = Vec::new();
        for (hold, row) in &self.model.holds {
            if self.currency_of_hold(*hold) != currency {
                strangers.push(row.person);
            }
        }
        self.dice.pick(&strangers)
    }

    pub(super) fn release_hold(&mut self) -> Command {
        let (hold, owner) = self.hold();
        let person = self.mostly(owner);
        Command::ReleaseHold { hold, person }
    }

    pub(super) fn extend_hold(&mut self) -> Command {
        let (mut hold, mut owner) = self.hold();
        if self.dice.chance(50)
            && let Some(wanted) = self.hold_that_others_want()
        {
            hold = wanted;
            owner = Some(self.model.holds[&hold].person);
        }
        let person = self.mostly(owner);
        Command::ExtendHold { hold, person }
    }

    /// A hold that has time to be given, on units that somebody waits for.
    fn hold_that_others_want(&mut self) -> Option<HoldId> {
        let mut wanted = Vec::new();
        for (hold, row) in &self.model.holds {
            let (most, _) = self.model.deals[&row.deal].extensions;
            let places = &mut self.model.places.values();
            if row.extended < most
                && places.any(|place| (place.deal, place.sku) == (row.deal, row.sku))
            {
                wanted.push(*hold);
            }
        }
        self.dice.pick(&wanted)
    }

    pub(super) fn join_waitlist(&mut self) -> Option<Command> {
        let (mut deal, mut sku) = self.pool()?;
        let mut shopper = self.shopper();
        let exhausted = self.exhausted_pools();
        if self.dice.chance(75) {
            (deal, sku) = self.dice.pick(&exhausted).unwrap_or((deal, sku));
        }
        let places: Vec<Place> = self.model.places.values().copied().collect();
        if let Some(place) = self.dice.pick(&places)
            && self.dice.chance(12)
        {
            (deal, sku, shopper.person) = (place.deal, place.sku, place.person);
        }
        Some(Command::JoinWaitlist { deal, sku, shopper })
    }

    /// The pools for which one may wait.
    fn exhausted_pools(&self) -> Vec<(DealId, SkuId)> {
        let mut exhausted = Vec::new();
        for deal in self.deals_open_now() {
            let row = &self.model.deals[&deal];
            for pool in &row.pools {
                if pool.counts.available == 0 && row.terms.waitlist_max > 0 {
                    exhausted.push((deal, pool.sku));
                }
            }
        }
        exhausted
    }

    pub(super) fn leave_waitlist(&mut self) -> Command {
        let places: Vec<PlaceId> = self.model.places.keys().copied().collect();
        let place = self.dice.pick(&places);
        let stale = PlaceId(self.dice.below(self.model.last_place + 2));
        let place = place.filter(|_| self.dice.chance(80)).unwrap_or(stale);
        let owner = self.model.places.get(&place).map(|row| row.person);
        let person = self.mostly(owner);
        Command::LeaveWaitlist { place, person }
    }

    /// Mostly a hold that is there, with its owner; sometimes one that was.
    fn hold(&mut self) -> (HoldId, Option<PersonKey>) {
        let holds: Vec<HoldId> = self.model.holds.keys().copied().collect();
        let found = self.dice.pick(&holds);
        let stale = HoldId(self.dice.below(self.model.last_hold + 2));
        let hold = found.filter(|_| self.dice.chance(88)).unwrap_or(stale);
        (hold, self.model.holds.get(&hold).map(|row| row.person))
    }

    /// Mostly the owner, sometimes anybody.
    pub(super) fn mostly(&mut self, owner: Option<PersonKey>) -> PersonKey {
        let anybody = self.person();
        owner.filter(|_| self.dice.chance(92)).unwrap_or(anybody)
    }

    pub(super) fn place_checkout(&mut self) -> Option<Command> {
        let mut draft = self.draft()?;
        for _ in 0..self.faults() + u32::from(self.dice.chance(25)) {
            self.spoil_draft(&mut draft);
        }
        draft.orders.truncate(ORDERS_MAX);
        draft.holds.truncate(HOLDS_MAX);
        Some(Command::PlaceCheckout {
            checkout: draft.checkout,
            orders: draft.orders.into_iter().collect(),
            holds: draft.holds.into_iter().collect(),
            person: draft.person,
            zone: Zone(self.dice.one_of([0, 0, 1, 2])),
        })
    }

    /// Mostly one unit, sometimes with ids that may not be used.
    pub(super) fn buy_now(&mut self) -> Option<Command> {
        let Some(Command::PlaceHold {
            deal,
            sku,
            units,
            shopper,
            ..
        }) = self.place_hold()
        else {
            return None;
        };
        let made = self.made_at();
        let mut draft = Draft {
            checkout: CheckoutId(self.id_made_at(made)),
            orders: vec![OrderId(self.id_made_at(made))],
            holds: Vec::new(),
            person: shopper.person,
        };
        if self.faults() > 0 {
            self.spoil_draft(&mut draft);
        }
        Some(Command::BuyNow {
            deal,
            sku,
            units,
            shopper,
            checkout: draft.checkout,
            order: *draft.orders.first()?,
            zone: Zone(self.dice.one_of([0, 0, 1, 2])),
        })
    }

    /// Some holds of one person, mostly of one currency, with an order id for each seller. One hold
    /// alone often waits for others.
    fn draft(&mut self) -> Option<Draft> {
        let beside = self.hold_beside_another_currency();
        let mixed = beside.is_some() && self.dice.chance(30);
        let (first, person) = beside.filter(|_| mixed).unwrap_or_else(|| self.hold());
        let person = person?;
        let wanted = self.currency_of_hold(first);
        let mut holds = vec![first];
        for (id, row) in &self.model.holds {
            let fits = mixed || self.model.deal(row.deal).currency == wanted;
            if *id != first && row.person == person && fits && self.dice.chance(75) {
                holds.push(*id);
            }
        }
        if holds.len() == 1 && self.dice.chance(55) {
            return None;
        }
        let sellers = self.sellers_of_holds(&holds);
        let made = self.made_at();
        let mut orders = Vec::new();
        for _ in sellers {
            orders.push(OrderId(self.id_made_at(made)));
        }
        Some(Draft {
            checkout: CheckoutId(self.id_made_at(made)),
            orders,
            holds,
            person,
        })
    }

    fn currency_of_hold(&self, hold: HoldId) -> Currency {
        self.model.deal(self.model.holds[&hold].deal).currency
    }

    /// A hold of somebody who also holds something in another currency.
    fn hold_beside_another_currency(&mut self) -> Option<(HoldId, Option<PersonKey>)> {
        let mut found = Vec::new();
        for (one, row) in &self.model.holds {
            let mut others = self.model.holds.iter();
            let mixed = others.any(|(other, other_row)| {
                other_row.person == row.person
                    && self.currency_of_hold(*other) != self.currency_of_hold(*one)
            });
            if mixed {
                found.push((*one, Some(row.person)));
            }
        }
        self.dice.pick(&found)
    }

    fn sellers_of_holds(&self, holds: &[HoldId]) -> Vec<SellerId> {
        let mut sellers = Vec::new();
        for hold in holds {
            let row = self.model.holds.get(hold);
            let seller = row.map(|row| self.model.deal(row.deal).seller);
            if let Some(seller) = seller.filter(|seller| !sellers.contains(seller)) {
                sellers.push(seller);
            }
        }
        sellers
    }

    /// When an id was made: mostly just now, sometimes at the very edges of what is allowed.
    fn made_at(&mut self) -> Millis {
        let rules = self.model.rules;
        let oldest = Millis((self.now.0 + 1).saturating_sub(rules.idempotency_ms));
        match self.dice.below(100) {
            0..4 => oldest,
            4..8 => self.now.plus(rules.skew_ms),
            _ => Millis(self.now.0 - self.dice.below(300)),
        }
    }

    /// A UUID of version 7 that carries this millisecond.
    fn id_made_at(&mut self, made: Millis) -> u128 {
        let random = self.dice.wide() & 0x0fff_3fff_ffff_ffff_ffff;
        u128::from(made.0) << 80 | 7 << 76 | 2 << 62 | random
    }

    fn spoil_draft(&mut self, draft: &mut Draft) {
        let rules = self.model.rules;
        match self.dice.below(15) {
            0 => draft.holds.clear(),
            1 => draft.orders.clear(),
            2 => draft.holds.extend(draft.holds.first().copied()),
            3 => draft.checkout.0 ^= 3 << 76,
            4 => draft.orders.iter_mut().for_each(|order| order.0 ^= 1 << 77),
            5 => {
                let made = Millis(self.now.0.saturating_sub(rules.idempotency_ms));
                draft.checkout = CheckoutId(self.id_made_at(made));
            }
            6 | 13 => {
                let made = self.now.plus(rules.skew_ms + 1);
                draft.orders.fill(OrderId(self.id_made_at(made)));
            }
            7 => draft.holds.push(self.hold().0),
            8 => draft.person = self.person(),
            9 => draft.checkout = self.known_checkout().unwrap_or(draft.checkout),
            10 => draft
                .orders
                .fill(self.known_order().unwrap_or(OrderId(7 << 76))),
            11 => draft.orders.extend(draft.orders.first().copied()),
            _ => {
                let order = OrderId(self.id_made_at(self.now));
                draft.orders.push(order);
            }
        }
    }

    /// A checkout that was placed not long ago.
    pub(super) fn known_checkout(&mut self) -> Option<CheckoutId> {
        let ids: Vec<CheckoutId> = self.model.checkouts.keys().copied().collect();
        let recent = ids.len().saturating_sub(12);
        self.dice.pick(&ids[recent..])
    }

    fn known_order(&mut self) -> Option<OrderId> {
        let checkout = self.known_checkout()?;
        let orders = self.model.checkouts[&checkout].facts.orders.clone();
        self.dice.pick(&orders).map(|row| row.order)
    }

    pub(super) fn cancel_order(&mut self) -> Command {
        let order = self.known_order().filter(|_| self.dice.chance(95));
        let order = order.unwrap_or(OrderId(self.dice.wide()));
        let found = self.model.find_order(order);
        let owner = found.map(|(checkout, _)| self.model.checkouts[&checkout].facts.person);
        let person = self.mostly(owner);
        let by = self
            .dice
            .one_of([Cancelling::Staff, Cancelling::Shopper(person)]);
        Command::CancelOrder { order, by }
    }
}
