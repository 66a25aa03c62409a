//! What a checkout at rest looks like on its way to the disk and back: all of it, and nothing else.

use crate::{
    ATTEMPTS_MAX, CheckoutId, DealId, Few, HOLDS_MAX, Method, Millis, ORDERS_MAX, OrderId,
    OrderState, PaymentState, PersonKey, RefundId, RefundState, SellerId, SkuId, Steps, Tax, Zone,
};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// A checkout with all its orders, tries to pay and refunds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledCheckout {
    /// Its id.
    pub checkout: CheckoutId,
    /// Who placed it.
    pub person: PersonKey,
    /// Where it went.
    pub zone: Zone,
    /// Of all its amounts.
    pub currency: Currency,
    /// When it was placed.
    pub placed_at: Millis,
    /// Its payment deadline, as last set.
    pub pay_by: Millis,
    /// Its orders, in the order of placing.
    pub orders: Few<FiledOrder, 1, ORDERS_MAX>,
    /// Its tries to pay, attempt 1 first.
    pub payments: Few<FiledPayment, 1, ATTEMPTS_MAX>,
    /// Its refunds, oldest first.
    pub refunds: Vec<FiledRefund>,
}

/// An order of a filed checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledOrder {
    /// Its id.
    pub order: OrderId,
    /// Who sells.
    pub seller: SellerId,
    /// How it stands.
    pub state: OrderState,
    /// Shipping and surcharge, tax included.
    pub shipping: Amount,
    /// How tax lies in it.
    pub shipping_tax: Tax,
    /// How much of the shipping has gone back.
    pub shipping_refunded: Amount,
    /// Its lines, line 0 first.
    pub lines: Few<FiledLine, 1, HOLDS_MAX>,
}

/// A line of a filed order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledLine {
    /// The deal it was bought in.
    pub deal: DealId,
    /// What was bought.
    pub sku: SkuId,
    /// How many.
    pub units: u16,
    /// The price of one.
    pub price: Amount,
    /// How tax lies in it.
    pub tax: Tax,
    /// How much of its price has gone back.
    pub refunded: Amount,
    /// For how many units the price has gone back.
    pub units_refunded: u16,
    /// How many have left the house.
    pub shipped: u16,
    /// How many have arrived.
    pub delivered: u16,
    /// When the last of them arrived.
    pub delivered_at: Millis,
    /// How many the shopper wants to send back.
    pub return_asked: u16,
    /// How many came back.
    pub returned: u16,
}

/// A try to pay of a filed checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPayment {
    /// How it stands.
    pub state: PaymentState,
    /// How it was paid.
    pub method: Method,
    /// In one step or two.
    pub steps: Steps,
    /// How much.
    pub amount: Amount,
    /// When the try was to end.
    pub deadline: Millis,
}

/// A refund of a filed checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledRefund {
    /// Its number.
    pub refund: RefundId,
    /// Of which try's money.
    pub attempt: u16,
    /// Of which order; none for money that was in suspense.
    pub order: Option<OrderId>,
    /// How much.
    pub amount: Amount,
    /// How it stands.
    pub state: RefundState,
}
