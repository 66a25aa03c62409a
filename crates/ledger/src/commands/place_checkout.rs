//! `PlaceCheckout`: holds become orders, one for each seller, all or none.

use crate::checkouts::Checkout;
use crate::deals::UnitState;
use crate::holds::Hold;
use crate::ledger::Ledger;
use crate::orders::{Line, Order};
use crate::queues::Queue;
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use arrayvec::ArrayVec;
use money::{Amount, Currency};
use vocabulary::{
    CheckoutId, Event, HOLDS_MAX, HoldId, Millis, ORDERS_MAX, OrderId, PersonKey, Receipt, Refusal,
    Rules, SellerId, Tax, Zone,
};

/// What is asked.
pub(crate) struct Ask<'a> {
    pub(crate) checkout: CheckoutId,
    pub(crate) orders: &'a [OrderId],
    pub(crate) holds: &'a [HoldId],
    pub(crate) person: PersonKey,
    pub(crate) zone: Zone,
}

/// What one seller's order will cost.
pub(super) struct Bill {
    pub(super) seller: SellerId,
    goods: Amount,
    shipping: Amount,
    surcharge: Amount,
    shipping_tax: Tax,
    tax: Amount,
    pub(super) total: Amount,
}

type Holds = ArrayVec<Hold, HOLDS_MAX>;
type Bills = ArrayVec<Bill, ORDERS_MAX>;

pub(crate) fn place_checkout(ledger: &mut Ledger, turn: &mut Turn, ask: &Ask) -> Decision {
    let nothing = ask.holds.is_empty() || ask.orders.is_empty();
    refuse_if(nothing, Refusal::NothingAsked)?;
    refuse_if(stands_twice(ask.holds), Refusal::DuplicateHold)?;
    check_ids(&ledger.rules, turn.at, ask)?;
    // Lists of fixed room are filled where they lie: returned, all of their room would be copied.
    let (mut holds, mut bills) = (Holds::new(), Bills::new());
    own_holds(ledger, ask, &mut holds)?;
    check_unused(ledger, ask)?;
    let (sellers, currency) = parties(ledger, ask, &holds)?;
    for seller in sellers {
        let of_seller = |hold: &&Hold| seller_of(ledger, hold) == seller;
        let holds = holds.iter().filter(of_seller);
        bills.push(bill(ledger, ask.zone, currency, seller, holds)?);
    }
    let total = sum(bills.iter().map(|bill| bill.total))?;

    let payment_ms = holds.iter().map(|hold| payment_ms(ledger, hold)).min();
    let pay_by = turn.at.plus(payment_ms.expect("a checkout has a hold"));
    let berth = enter(ledger, turn, ask, (total, currency), pay_by);
    for (bill, id) in bills.iter().zip(ask.orders) {
        let order = place_order(ledger, turn, berth, *id, bill);
        for (hold, number) in holds.iter().zip(ask.holds) {
            if seller_of(ledger, hold) == bill.seller {
                place_line(ledger, turn, order, *number, hold);
            }
        }
    }
    ledger.set_timer_of(berth, pay_by, Timer::LapseCheckout(berth));
    let checkout = ask.checkout;
    Ok(Receipt::Checkout {
        checkout,
        total,
        pay_by,
    })
}

fn stands_twice<T: PartialEq>(items: &[T]) -> bool {
    let mut rest = items;
    while let [first, others @ ..] = rest {
        if others.contains(first) {
            return true;
        }
        rest = others;
    }
    false
}

pub(super) fn check_ids(rules: &Rules, at: Millis, ask: &Ask) -> Result<(), Refusal> {
    let orders = ask.orders.iter().map(|order| order.made_at());
    let made: ArrayVec<_, { ORDERS_MAX + 1 }> = orders.chain([ask.checkout.made_at()]).collect();
    let made = || made.iter().copied();
    refuse_if(made().any(|made| made.is_none()), Refusal::OrderIdMalformed)?;
    let too_old = |made: Millis| made.plus(rules.idempotency_ms) <= at;
    refuse_if(made().flatten().any(too_old), Refusal::OrderIdTooOld)?;
    let ahead = |made: Millis| made > at.plus(rules.skew_ms);
    refuse_if(made().flatten().any(ahead), Refusal::OrderIdFromFuture)
}

fn own_holds(ledger: &Ledger, ask: &Ask, holds: &mut Holds) -> Result<(), Refusal> {
    for hold in ask.holds {
        holds.push(ledger.holds.find(*hold).ok_or(Refusal::HoldUnknown)?);
    }
    let owners = holds.iter().map(|hold| hold.count_row);
    let mut owners = owners.map(|row| ledger.persons.person(row));
    refuse_if(owners.any(|owner| owner != ask.person), Refusal::NotYours)
}

pub(super) fn check_unused(ledger: &Ledger, ask: &Ask) -> Result<(), Refusal> {
    let placed = ledger.checkouts.find(ask.checkout).is_some();
    refuse_if(placed, Refusal::CheckoutExists)?;
    let mut orders = ask.orders.iter();
    let exists = orders.any(|order| ledger.orders.find(*order).is_some());
    let ids = ask.orders.iter().map(|order| order.0);
    let ids: ArrayVec<u128, { ORDERS_MAX + 1 }> = ids.chain([ask.checkout.0]).collect();
    refuse_if(exists || stands_twice(&ids), Refusal::OrderExists)
}

/// The sellers in the order of their first hold, as many as there are orders; and the currency.
fn parties(
    ledger: &Ledger,
    ask: &Ask,
    holds: &Holds,
) -> Result<(ArrayVec<SellerId, HOLDS_MAX>, Currency), Refusal> {
    let mut sellers: ArrayVec<SellerId, HOLDS_MAX> = ArrayVec::new();
    for hold in holds {
        let seller = seller_of(ledger, hold);
        if !sellers.contains(&seller) {
            sellers.push(seller);
        }
    }
    let differs = sellers.len() != ask.orders.len();
    refuse_if(differs, Refusal::OrderCountDiffers)?;
    let currency_of = |hold: &Hold| ledger.deals.deal_of(hold.pool).currency;
    let currency = currency_of(&holds[0]);
    let mixed = holds.iter().any(|hold| currency_of(hold) != currency);
    refuse_if(mixed, Refusal::CurrencyMixed)?;
    Ok((sellers, currency))
}

fn seller_of(ledger: &Ledger, hold: &Hold) -> SellerId {
    ledger.deals.deal_of(hold.pool).seller
}

pub(super) fn bill<'a>(
    ledger: &Ledger,
    zone: Zone,
    currency: Currency,
    seller: SellerId,
    holds: impl Iterator<Item = &'a Hold> + Clone,
) -> Result<Bill, Refusal> {
    let price = |hold: &Hold| hold.price.checked_mul(hold.units.into());
    let prices: Option<ArrayVec<Amount, HOLDS_MAX>> = holds.clone().map(price).collect();
    let prices = prices.ok_or(Refusal::AmountOverflow)?;
    let goods = sum(prices.iter().copied())?;
    let terms = ledger.sellers.shipping(seller, currency);
    let fee = terms.map_or(Amount::ZERO, |terms| terms.fee_for(goods));
    let surcharge = terms.map_or(Amount::ZERO, |terms| terms.surcharge(zone));
    let shipping_tax = terms.map_or(Tax::Exempt, |terms| terms.tax);
    let shipping = sum([fee, surcharge])?;
    let total = sum([goods, shipping])?;
    let taxes = holds.zip(prices).map(|(hold, price)| {
        let sku = ledger.deals.pool(hold.pool).sku;
        ledger.stock.sku(sku).tax.contained_in(price)
    });
    let tax = sum(taxes.chain([shipping_tax.contained_in(shipping)]))?;
    Ok(Bill {
        seller,
        goods,
        shipping,
        surcharge,
        shipping_tax,
        tax,
        total,
    })
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, Refusal> {
    let mut amounts = amounts.into_iter();
    let sum = amounts.try_fold(Amount::ZERO, Amount::checked_add);
    sum.ok_or(Refusal::AmountOverflow)
}

/// How long an order of these units waits for its payment.
pub(super) fn payment_ms(ledger: &Ledger, hold: &Hold) -> u64 {
    ledger.deals.deal_of(hold.pool).terms.payment_ms.into()
}

pub(super) fn enter(
    ledger: &mut Ledger,
    turn: &mut Turn,
    ask: &Ask,
    (total, currency): (Amount, Currency),
    pay_by: Millis,
) -> Row {
    turn.say(Event::CheckoutPlaced {
        checkout: ask.checkout,
        person: ask.person,
        zone: ask.zone,
        total,
        currency,
        pay_by,
    });
    let checkout = Checkout {
        person: ask.person.0.into(),
        zone: ask.zone,
        currency,
        total,
        placed_at: turn.at,
        pay_by,
        changed_at: turn.at,
        grace_given: false,
        orders: Queue::default(),
        payments: Queue::default(),
        attempts: 0,
        refunds: Queue::default(),
    };
    ledger.checkouts.enter(ask.checkout, checkout)
}

pub(super) fn place_order(
    ledger: &mut Ledger,
    turn: &mut Turn,
    berth: Row,
    id: OrderId,
    bill: &Bill,
) -> Row {
    let checkout = ledger.checkouts.id(berth);
    let placed = &mut ledger.checkouts[berth];
    turn.say(Event::OrderPlaced {
        order: id,
        checkout,
        seller: bill.seller,
        person: placed.person(),
        goods: bill.goods,
        shipping: bill.shipping,
        surcharge: bill.surcharge,
        tax: bill.tax,
        total: bill.total,
        currency: placed.currency,
    });
    let mut order = Order::placed(id, berth, bill.seller);
    order.goods = bill.goods;
    order.shipping = bill.shipping;
    order.shipping_tax = bill.shipping_tax;
    ledger.orders.append(&mut placed.orders, order)
}

/// The hold ends; its units and its price become a line.
fn place_line(ledger: &mut Ledger, turn: &mut Turn, order: Row, number: HoldId, hold: &Hold) {
    ledger.holds.end(number);
    add_line(ledger, turn, order, number, hold);
    if ledger.deals.keeps_units(hold.pool, UnitState::Ordered) {
        let (held, ordered) = (UnitState::Held, UnitState::Ordered);
        let deals = &mut ledger.deals;
        deals.shift(turn, hold.pool, hold.units.into(), held, ordered);
    }
}

/// A line of these units at this price.
pub(super) fn add_line(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: Row,
    number: HoldId,
    hold: &Hold,
) {
    let Hold {
        pool, units, price, ..
    } = *hold;
    let (deal, sku) = (ledger.deals.pool(pool).deal, ledger.deals.pool(pool).sku);
    let tax = ledger.stock.sku(sku).tax;
    let line = ledger.orders.lines(order).count() as u8;
    ledger
        .orders
        .append_line(order, Line::placed(pool, units, price, tax));
    turn.say(Event::LinePlaced {
        order: ledger.orders[order].id(),
        line,
        hold: number,
        deal,
        sku,
        units,
        price,
        tax,
    });
}
