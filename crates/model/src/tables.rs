//! What the model remembers, as plain rows. Nothing here decides anything.
//!
//! A checkout in memory is kept in the very form in which it would be filed.

use money::{Amount, Currency};
use std::collections::BTreeMap;
use vocabulary::{
    CheckoutId, DealId, DealTerms, Deduct, FiledCheckout, FiledLine, FiledOrder, HoldId, Millis,
    OrderState, PaymentId, PaymentState, PersonKey, PoolCounts, Receipt, Reference, RefundState,
    SellerId, SkuId, Surcharge, Tax,
};

/// A seller and what it asks for shipping, by currency.
#[derive(Clone, Debug)]
pub(crate) struct Seller {
    pub reference: Reference,
    pub shipping: BTreeMap<Currency, ShippingTerms>,
}

/// What a seller asks for shipping an order in one currency.
#[derive(Clone, Debug)]
pub(crate) struct ShippingTerms {
    pub fee: Amount,
    pub free_from: Amount,
    pub tax: Tax,
    pub surcharges: Vec<Surcharge>,
}

/// A SKU and its units.
#[derive(Clone, Debug)]
pub(crate) struct Sku {
    pub reference: Reference,
    pub seller: SellerId,
    pub tax: Tax,
    pub stock: u64,
    pub free: u64,
}

/// A deal with its pools, in the order in which it was scheduled with them.
#[derive(Clone, Debug)]
pub(crate) struct Deal {
    pub reference: Reference,
    pub seller: SellerId,
    pub currency: Currency,
    pub terms: DealTerms,
    pub opened: bool,
    pub closed: bool,
    /// How often a hold may be given more time, and how much, in ms.
    pub extensions: (u8, u32),
    pub pools: Vec<Pool>,
}

impl Deal {
    pub fn deducts_on_payment(&self) -> bool {
        self.terms.deduct == Deduct::OnPayment
    }

    pub fn is_over(&self, now: Millis) -> bool {
        self.closed || self.terms.ends_at <= now
    }
}

/// The units of one SKU in a deal.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub sku: SkuId,
    pub price: Amount,
    pub counts: PoolCounts,
}

/// Units that somebody holds until the clock runs out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    pub deal: DealId,
    pub sku: SkuId,
    pub units: u16,
    pub price: Amount,
    pub person: PersonKey,
    pub expires_at: Millis,
    /// How often it was given more time.
    pub extended: u8,
}

/// A place in the waitlist of a pool. Places are numbered as they are taken, so the first of a
/// pool is the one with the lowest number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub deal: DealId,
    pub sku: SkuId,
    pub person: PersonKey,
}

/// A checkout in memory: what would be filed, and two facts that are not.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    pub facts: FiledCheckout,
    pub grace_given: bool,
    pub changed_at: Millis,
}

impl Checkout {
    /// What the shopper owes for all orders together.
    pub fn total(&self) -> Amount {
        let totals = self.facts.orders.iter().map(order_total);
        sum(totals).expect("a checkout whose total overflows is refused")
    }

    pub fn all_orders_are(&self, state: OrderState) -> bool {
        self.facts.orders.iter().all(|order| order.state == state)
    }

    /// Nothing more happens to it by itself, and no clerk owes it anything.
    pub fn is_at_rest(&self) -> bool {
        use PaymentState::{Authorised, Lapsed, Started, Voiding};
        let orders_rest = self.facts.orders.iter().all(|order| {
            matches!(
                order.state,
                OrderState::Paid | OrderState::Cancelled | OrderState::Lapsed
            )
        });
        let tries_rest = self
            .facts
            .payments
            .iter()
            .all(|payment| !matches!(payment.state, Started | Authorised | Lapsed | Voiding));
        let refunds_rest =
            (self.facts.refunds.iter()).all(|refund| refund.state != RefundState::Due);
        orders_rest && tries_rest && refunds_rest
    }
}

/// The sum, unless it overflows.
pub(crate) fn sum(amounts: impl IntoIterator<Item = Amount>) -> Option<Amount> {
    let mut total = Amount::ZERO;
    for amount in amounts {
        total = total.checked_add(amount)?;
    }
    Some(total)
}

/// The price of all units of a line.
pub(crate) fn line_total(line: &FiledLine) -> Amount {
    (line.price.checked_mul(i64::from(line.units))).expect("a line that overflows is refused")
}

/// The price of all lines of an order, without shipping.
pub(crate) fn goods(order: &FiledOrder) -> Amount {
    sum(order.lines.iter().map(line_total)).expect("an order that overflows is refused")
}

/// Goods and shipping.
pub(crate) fn order_total(order: &FiledOrder) -> Amount {
    sum([goods(order), order.shipping]).expect("an order that overflows is refused")
}

/// What was answered to a request that carried a key, until it is forgotten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remembered {
    pub body: u64,
    pub receipt: Receipt,
    pub forgotten_at: Millis,
}

/// What a timer looks at when its moment has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Timer {
    OpenDeal(DealId),
    CloseDeal(DealId),
    LapseHold(HoldId),
    Deadline(CheckoutId),
    EndTry(PaymentId),
    File(CheckoutId),
}
