//! Ordering: a checkout placed, cancelled, or lapsed because nobody paid in time.

use crate::model::{Decision, Model, refuse_if};
use crate::schedule::any_twice;
use crate::tables::{Checkout, Hold, ShippingTerms, Timer, goods, line_total, order_total, sum};
use crate::units::Where;
use money::{Amount, Currency};
use vocabulary::{
    Cancelling, CheckoutId, Command, DealId, Event, Few, FiledCheckout, FiledLine, FiledOrder,
    HoldId, Millis, OrderId, OrderState, PaymentId, PaymentState, PersonKey, Receipt, Refusal,
    SellerId, Shopper, SkuId, Tax, Work, Zone,
};

/// A checkout that is asked for.
struct Asked<'a> {
    checkout: CheckoutId,
    orders: &'a [OrderId],
    holds: &'a [HoldId],
    person: PersonKey,
    zone: Zone,
}

impl Model {
    pub(crate) fn decide_ordering(&mut self, command: &Command) -> Decision {
        match command {
            Command::PlaceCheckout {
                checkout,
                orders,
                holds,
                person,
                zone,
            } => self.place_checkout(&Asked {
                checkout: *checkout,
                orders,
                holds,
                person: *person,
                zone: *zone,
            }),
            Command::BuyNow {
                deal,
                sku,
                units,
                shopper,
                checkout,
                order,
                zone,
            } => {
                let asked = Asked {
                    checkout: *checkout,
                    orders: &[*order],
                    holds: &[],
                    person: shopper.person,
                    zone: *zone,
                };
                self.buy_now((*deal, *sku), *units, *shopper, &asked)
            }
            Command::CancelOrder { order, by } => self.cancel_order(*order, *by),
            _ => unreachable!("this family decides no other command"),
        }
    }

    fn place_checkout(&mut self, asked: &Asked) -> Decision {
        let asks_nothing = asked.holds.is_empty() || asked.orders.is_empty();
        refuse_if(asks_nothing, Refusal::NothingAsked)?;
        refuse_if(any_twice(asked.holds.iter()), Refusal::DuplicateHold)?;
        self.ids_may_be_used(asked)?;
        let holds = self.holds_of(asked)?;
        self.ids_are_free(asked)?;
        let sellers = self.sellers_of(&holds);
        refuse_if(
            sellers.len() != asked.orders.len(),
            Refusal::OrderCountDiffers,
        )?;
        let currency = self.currency_of(&holds)?;
        let mut orders = Vec::new();
        for (order, seller) in asked.orders.iter().zip(sellers) {
            orders.push(self.draft_order(*order, seller, currency, asked.zone, &holds)?);
        }
        let total = checkout_total(&orders).ok_or(Refusal::AmountOverflow)?;
        let pay_by = self.now.plus(self.shortest_payment_ms(&holds));
        let facts = self.facts(asked, currency, pay_by, orders);
        self.say_checkout(&facts, total);
        self.take_over_holds(&facts, asked.holds);
        Ok(self.enter_checkout(facts, total))
    }

    fn facts(
        &self,
        asked: &Asked,
        currency: Currency,
        pay_by: Millis,
        orders: Vec<FiledOrder>,
    ) -> FiledCheckout {
        FiledCheckout {
            checkout: asked.checkout,
            person: asked.person,
            zone: asked.zone,
            currency,
            placed_at: self.now,
            pay_by,
            orders: orders.into_iter().collect(),
            payments: Few::default(),
            refunds: Vec::new(),
        }
    }

    fn enter_checkout(&mut self, facts: FiledCheckout, total: Amount) -> Receipt {
        let (checkout, pay_by) = (facts.checkout, facts.pay_by);
        self.insert_checkout(facts);
        self.set_timer(pay_by, Timer::Deadline(checkout));
        Receipt::Checkout {
            checkout,
            total,
            pay_by,
        }
    }

    /// Units go straight into an order: what `PlaceHold` and `PlaceCheckout` do, without a hold between.
    fn buy_now(
        &mut self,
        (deal, sku): (DealId, SkuId),
        units: u16,
        shopper: Shopper,
        asked: &Asked,
    ) -> Decision {
        refuse_if(units == 0, Refusal::NothingAsked)?;
        self.ids_may_be_used(asked)?;
        self.known_deal(deal)?;
        self.known_pool(deal, sku)?;
        self.ids_are_free(asked)?;
        self.may_take_part(deal, sku, shopper)?;
        self.is_within_limit(deal, shopper.person, units)?;
        let (price, counts) = (self.pool(deal, sku).price, self.pool(deal, sku).counts);
        refuse_if(counts.available < u32::from(units), Refusal::StockExhausted)?;
        let hold = Hold {
            deal,
            sku,
            units,
            price,
            person: shopper.person,
            expires_at: self.now,
            extended: 0,
        };
        let (seller, currency) = (self.deal(deal).seller, self.deal(deal).currency);
        let order = self.draft_order(asked.orders[0], seller, currency, asked.zone, &[hold])?;
        let total = checkout_total(std::slice::from_ref(&order)).ok_or(Refusal::AmountOverflow)?;
        let pay_by = self.now.plus(self.deal(deal).terms.payment_ms.into());
        self.raise_count(deal, shopper.person, units);
        let facts = self.facts(asked, currency, pay_by, vec![order]);
        self.say_checkout(&facts, total);
        self.say_order(&facts, &facts.orders[0]);
        self.say_line(&facts.orders[0], 0, HoldId::NONE);
        if !self.deal(deal).deducts_on_payment() {
            self.move_units((deal, sku), units.into(), Where::Available, Where::Ordered);
        }
        Ok(self.enter_checkout(facts, total))
    }

    /// Refusals 24 to 26.
    fn ids_may_be_used(&self, asked: &Asked) -> Result<(), Refusal> {
        let mut moments = vec![asked.checkout.made_at()];
        moments.extend(asked.orders.iter().map(|order| order.made_at()));
        let moments: Option<Vec<Millis>> = moments.into_iter().collect();
        let moments = moments.ok_or(Refusal::OrderIdMalformed)?;
        let remembered_ms = self.rules.idempotency_ms;
        let too_old = (moments.iter()).any(|made| made.plus(remembered_ms) <= self.now);
        refuse_if(too_old, Refusal::OrderIdTooOld)?;
        let latest = self.now.plus(self.rules.skew_ms);
        let from_future = moments.iter().any(|made| *made > latest);
        refuse_if(from_future, Refusal::OrderIdFromFuture)
    }

    /// The holds as they stand; refusals 34 and 41.
    fn holds_of(&self, asked: &Asked) -> Result<Vec<Hold>, Refusal> {
        let mut holds = Vec::new();
        for hold in asked.holds {
            holds.push(*self.holds.get(hold).ok_or(Refusal::HoldUnknown)?);
        }
        let foreign = holds.iter().any(|hold| hold.person != asked.person);
        refuse_if(foreign, Refusal::NotYours)?;
        Ok(holds)
    }

    /// Refusals 53 and 54.
    fn ids_are_free(&self, asked: &Asked) -> Result<(), Refusal> {
        let checkout_exists = self.checkouts.contains_key(&asked.checkout);
        refuse_if(checkout_exists, Refusal::CheckoutExists)?;
        let order_exists = (asked.orders.iter()).any(|order| self.find_order(*order).is_some());
        let orders = asked.orders.iter().map(|order| order.0);
        let ids: Vec<u128> = orders.chain([asked.checkout.0]).collect();
        let twice = any_twice(ids.iter());
        refuse_if(order_exists || twice, Refusal::OrderExists)
    }

    /// The sellers in the order in which they first appear.
    fn sellers_of(&self, holds: &[Hold]) -> Vec<SellerId> {
        let mut sellers = Vec::new();
        for hold in holds {
            let seller = self.deal(hold.deal).seller;
            if !sellers.contains(&seller) {
                sellers.push(seller);
            }
        }
        sellers
    }

    /// The one currency of all holds; refusal 81.
    fn currency_of(&self, holds: &[Hold]) -> Result<Currency, Refusal> {
        let currency = self.deal(holds[0].deal).currency;
        let mixed = (holds.iter()).any(|hold| self.deal(hold.deal).currency != currency);
        refuse_if(mixed, Refusal::CurrencyMixed)?;
        Ok(currency)
    }

    fn shortest_payment_ms(&self, holds: &[Hold]) -> u64 {
        let clocks = (holds.iter()).map(|hold| self.deal(hold.deal).terms.payment_ms);
        u64::from(clocks.min().expect("a checkout has holds"))
    }

    /// One seller's order out of the holds; refusal 82.
    fn draft_order(
        &self,
        order: OrderId,
        seller: SellerId,
        currency: Currency,
        zone: Zone,
        holds: &[Hold],
    ) -> Result<FiledOrder, Refusal> {
        let mut lines = Vec::new();
        for hold in holds {
            if self.deal(hold.deal).seller == seller {
                lines.push(draft_line(hold, self.skus[&hold.sku].tax));
            }
        }
        let goods = checked_goods(&lines).ok_or(Refusal::AmountOverflow)?;
        let terms = self.sellers[&seller].shipping.get(&currency);
        let (shipping, shipping_tax) = match terms {
            Some(terms) => (shipping_of(terms, goods, zone), terms.tax),
            None => (Some(Amount::ZERO), Tax::Exempt),
        };
        Ok(FiledOrder {
            order,
            seller,
            state: OrderState::Placed,
            shipping: shipping.ok_or(Refusal::AmountOverflow)?,
            shipping_tax,
            shipping_refunded: Amount::ZERO,
            lines: lines.into_iter().collect(),
        })
    }

    fn say_checkout(&mut self, facts: &FiledCheckout, total: Amount) {
        self.say(Event::CheckoutPlaced {
            checkout: facts.checkout,
            person: facts.person,
            zone: facts.zone,
            total,
            currency: facts.currency,
            pay_by: facts.pay_by,
        });
    }

    /// Each hold ends and its units are ordered.
    fn take_over_holds(&mut self, facts: &FiledCheckout, holds: &[HoldId]) {
        for order in &facts.orders {
            self.say_order(facts, order);
            let mine = self.holds_of_seller(holds, order.seller);
            for (number, (line, hold)) in order.lines.iter().zip(mine).enumerate() {
                self.take_over_hold(order, number, line, hold);
            }
        }
    }

    fn holds_of_seller(&self, holds: &[HoldId], seller: SellerId) -> Vec<HoldId> {
        let mut mine = Vec::new();
        for hold in holds {
            let held = self.holds.get(hold);
            if held.is_some_and(|held| self.deal(held.deal).seller == seller) {
                mine.push(*hold);
            }
        }
        mine
    }

    fn say_order(&mut self, facts: &FiledCheckout, order: &FiledOrder) {
        let terms = self.sellers[&order.seller].shipping.get(&facts.currency);
        let surcharge = terms.map_or(Amount::ZERO, |terms| surcharge_of(terms, facts.zone));
        self.say(Event::OrderPlaced {
            order: order.order,
            checkout: facts.checkout,
            seller: order.seller,
            person: facts.person,
            goods: goods(order),
            shipping: order.shipping,
            surcharge,
            tax: tax_of(order),
            total: order_total(order),
            currency: facts.currency,
        });
    }

    fn say_line(&mut self, order: &FiledOrder, number: usize, hold: HoldId) {
        let line = &order.lines[number];
        self.say(Event::LinePlaced {
            order: order.order,
            line: u8::try_from(number).expect("a checkout has at most 20 lines"),
            hold,
            deal: line.deal,
            sku: line.sku,
            units: line.units,
            price: line.price,
            tax: line.tax,
        });
    }

    fn take_over_hold(
        &mut self,
        order: &FiledOrder,
        number: usize,
        line: &FiledLine,
        hold: HoldId,
    ) {
        self.holds.remove(&hold).expect("the hold was looked up");
        self.say_line(order, number, hold);
        if !self.deal(line.deal).deducts_on_payment() {
            let (pool, units) = ((line.deal, line.sku), u32::from(line.units));
            self.move_units(pool, units, Where::Held, Where::Ordered);
        }
    }

    fn insert_checkout(&mut self, facts: FiledCheckout) {
        let checkout = facts.checkout;
        let row = Checkout {
            facts,
            grace_given: false,
            changed_at: self.now,
        };
        self.put_checkout(checkout, row);
    }

    fn cancel_order(&mut self, order: OrderId, by: Cancelling) -> Decision {
        let (checkout, place) = self.find_order(order).ok_or(Refusal::OrderUnknown)?;
        let row = &self.checkouts[&checkout];
        let found = &row.facts.orders[place];
        let foreign = matches!(by, Cancelling::Shopper(person) if person != row.facts.person);
        refuse_if(foreign, Refusal::NotYours)?;
        let state = found.state;
        let closed = matches!(state, OrderState::Cancelled | OrderState::Lapsed);
        refuse_if(closed, Refusal::OrderClosed)?;
        refuse_if(state == OrderState::Confirmed, Refusal::NotPaid)?;
        let shipped = found.lines.iter().any(|line| line.shipped > 0);
        refuse_if(shipped, Refusal::AlreadyShipped)?;
        let by_staff = by == Cancelling::Staff;
        if state == OrderState::Paid {
            self.cancel_paid(checkout, place, by_staff);
        } else {
            self.close_unpaid(checkout, OrderState::Cancelled, |order| {
                Event::OrderCancelled { order, by_staff }
            });
        }
        self.changed(checkout);
        Ok(Receipt::Done)
    }

    /// A paid order is given up: its units and its money go back.
    fn cancel_paid(&mut self, checkout: CheckoutId, place: usize, by_staff: bool) {
        let order = self.order(checkout, place).order;
        let how = Event::OrderCancelled { order, by_staff };
        self.close_order(checkout, place, OrderState::Cancelled, how, Where::Sold);
        if self.left_to_refund(checkout, place) > Amount::ZERO {
            self.refund_whole(checkout, place);
        }
    }

    /// An unpaid checkout comes to its end with all its orders and tries.
    fn close_unpaid(
        &mut self,
        checkout: CheckoutId,
        state: OrderState,
        how: impl Fn(OrderId) -> Event,
    ) {
        for place in 0..self.checkouts[&checkout].facts.orders.len() {
            let how = how(self.order(checkout, place).order);
            self.close_order(checkout, place, state, how, Where::Ordered);
        }
        self.shut_all_tries(checkout);
    }

    /// An order ends: its units go on and the person's counts fall.
    fn close_order(
        &mut self,
        checkout: CheckoutId,
        place: usize,
        state: OrderState,
        how: Event,
        units_are: Where,
    ) {
        let person = self.checkouts[&checkout].facts.person;
        self.order_mut(checkout, place).state = state;
        self.say(how);
        for line in self.order(checkout, place).lines.clone() {
            self.lower_count(line.deal, person, line.units);
            self.give_back(line.deal, line.sku, u32::from(line.units), units_are);
        }
    }

    /// Timer: the payment deadline of a checkout.
    pub(crate) fn reach_deadline(&mut self, checkout: CheckoutId) {
        let Some(row) = self.checkouts.get(&checkout) else {
            return;
        };
        if !row.all_orders_are(OrderState::Placed) || self.now < row.facts.pay_by {
            return;
        }
        match self.grace_until(row) {
            Some(pay_by) => {
                self.checkout_mut(checkout).grace_given = true;
                self.move_deadline(checkout, pay_by);
                self.set_timer(pay_by, Timer::Deadline(checkout));
            }
            None => {
                let how = |order| Event::OrderLapsed { order };
                self.close_unpaid(checkout, OrderState::Lapsed, how);
            }
        }
        self.changed(checkout);
    }

    /// Until when a shopper who is away paying is waited for, if at all: once, while a try is under
    /// way, and never longer than the rules allow.
    fn grace_until(&self, row: &Checkout) -> Option<Millis> {
        let mut latest = None;
        for payment in &row.facts.payments {
            if payment.state == PaymentState::Started && payment.deadline > self.now {
                latest = latest.max(Some(payment.deadline));
            }
        }
        let until = latest?.min(row.facts.pay_by.plus(self.rules.grace_ms));
        (!row.grace_given && until > self.now).then_some(until)
    }

    pub(crate) fn move_deadline(&mut self, checkout: CheckoutId, pay_by: Millis) {
        self.checkout_mut(checkout).facts.pay_by = pay_by;
        self.say(Event::DeadlineMoved { checkout, pay_by });
    }

    /// Every try of a checkout that is still under way is shut, oldest first.
    fn shut_all_tries(&mut self, checkout: CheckoutId) {
        for index in 0..self.checkouts[&checkout].facts.payments.len() {
            let attempt = u16::try_from(index + 1).expect("tries are few");
            self.shut_try(PaymentId { checkout, attempt });
        }
    }

    /// A try that is still under way is not wanted any more. Says whether it was.
    pub(crate) fn shut_try(&mut self, payment: PaymentId) -> bool {
        let row = self.payment_mut(payment);
        if row.state != PaymentState::Started {
            return false;
        }
        row.state = PaymentState::Lapsed;
        self.say(Event::PaymentLapsed { payment });
        self.finish_work(Work::Settle(payment));
        self.order_work(Work::Void(payment));
        true
    }

    /// Which order of which checkout in memory bears this id.
    pub(crate) fn find_order(&self, order: OrderId) -> Option<(CheckoutId, usize)> {
        let checkout = *self.checkout_of.get(&order)?;
        let mut orders = self.checkouts[&checkout].facts.orders.iter();
        let place = orders.position(|found| found.order == order)?;
        Some((checkout, place))
    }

    /// Takes a checkout into memory.
    pub(crate) fn put_checkout(&mut self, checkout: CheckoutId, row: Checkout) {
        for order in &row.facts.orders {
            self.checkout_of.insert(order.order, checkout);
        }
        self.checkouts.insert(checkout, row);
    }

    /// Takes a checkout out of memory.
    pub(crate) fn take_checkout(&mut self, checkout: CheckoutId) -> Checkout {
        let row = self.checkouts.remove(&checkout);
        let row = row.expect("the checkout was looked up");
        for order in &row.facts.orders {
            self.checkout_of.remove(&order.order);
        }
        row
    }

    pub(crate) fn checkout_mut(&mut self, checkout: CheckoutId) -> &mut Checkout {
        let row = self.checkouts.get_mut(&checkout);
        row.expect("the checkout was looked up")
    }

    pub(crate) fn order(&self, checkout: CheckoutId, place: usize) -> &FiledOrder {
        &self.checkouts[&checkout].facts.orders[place]
    }

    pub(crate) fn order_mut(&mut self, checkout: CheckoutId, place: usize) -> &mut FiledOrder {
        &mut self.checkout_mut(checkout).facts.orders[place]
    }
}

fn draft_line(hold: &Hold, tax: Tax) -> FiledLine {
    FiledLine {
        deal: hold.deal,
        sku: hold.sku,
        units: hold.units,
        price: hold.price,
        tax,
        refunded: Amount::ZERO,
        units_refunded: 0,
        shipped: 0,
        delivered: 0,
        delivered_at: Millis(0),
        return_asked: 0,
        returned: 0,
    }
}

/// Σ price × units, unless it overflows.
fn checked_goods(lines: &[FiledLine]) -> Option<Amount> {
    let mut totals = Vec::new();
    for line in lines {
        totals.push(line.price.checked_mul(i64::from(line.units))?);
    }
    sum(totals)
}

/// The sum over the orders, unless it overflows.
fn checkout_total(orders: &[FiledOrder]) -> Option<Amount> {
    let mut amounts = Vec::new();
    for order in orders {
        amounts.extend([goods(order), order.shipping]);
    }
    sum(amounts)
}

/// The fee, waived for goods of enough value, and the surcharge, which is never waived.
fn shipping_of(terms: &ShippingTerms, goods: Amount, zone: Zone) -> Option<Amount> {
    let fee = if goods >= terms.free_from {
        Amount::ZERO
    } else {
        terms.fee
    };
    sum([fee, surcharge_of(terms, zone)])
}

fn surcharge_of(terms: &ShippingTerms, zone: Zone) -> Amount {
    let found = (terms.surcharges.iter()).find(|surcharge| surcharge.zone == zone);
    found.map_or(Amount::ZERO, |surcharge| surcharge.amount)
}

/// The tax that goods and shipping contain.
fn tax_of(order: &FiledOrder) -> Amount {
    let mut taxes = Vec::new();
    for line in &order.lines {
        taxes.push(line.tax.contained_in(line_total(line)));
    }
    taxes.push(order.shipping_tax.contained_in(order.shipping));
    sum(taxes).expect("tax is a part of a total that fits")
}
