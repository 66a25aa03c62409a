//! What others may read, as plain data: nothing here changes anything.

use crate::deals::Deal;
use crate::ledger::Ledger;
use crate::orders::{Line, Order};
use crate::payments::Payment;
use crate::refunds::Refund;
use crate::sellers::ShippingTerms;
use crate::slab::Row;
use money::{Amount, Currency};
use vocabulary::{
    Account, CheckoutId, DealId, DealTerms, HoldId, Method, Millis, OrderId, OrderState, Outcome,
    PaymentId, PaymentState, PersonKey, PlaceId, PoolCounts, Reference, RefundId, RefundState,
    RequestKey, SellerId, SkuId, Steps, Tax, Zone,
};

/// A SKU and where its units are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkuFacts {
    /// Who sells it.
    pub seller: SellerId,
    /// How tax lies in its price.
    pub tax: Tax,
    /// All units ever received and not withdrawn, sold ones included.
    pub stock: u64,
    /// Units in no deal.
    pub free: u64,
}

/// A deal with its pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealFacts {
    /// Whose.
    pub seller: SellerId,
    /// Of its prices.
    pub currency: Currency,
    /// Its terms.
    pub terms: DealTerms,
    /// How often a hold may be given more time, and how much more each time, in ms.
    pub extensions: (u8, u32),
    /// The bell has rung.
    pub opened: bool,
    /// It is over.
    pub closed: bool,
    /// A pool for each SKU, in the order of scheduling.
    pub pools: Vec<PoolFacts>,
}

/// One SKU of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolFacts {
    /// Which.
    pub sku: SkuId,
    /// The price of a unit.
    pub price: Amount,
    /// Where its units are.
    pub counts: PoolCounts,
    /// How many wait for it.
    pub waiting: u32,
}

/// A running hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldFacts {
    /// Of which deal.
    pub deal: DealId,
    /// Of what.
    pub sku: SkuId,
    /// How many.
    pub units: u16,
    /// The price of a unit.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
    /// Whose.
    pub person: PersonKey,
    /// The first millisecond in which it is lapsed.
    pub expires_at: Millis,
}

/// A place in a waitlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceFacts {
    /// Of which deal.
    pub deal: DealId,
    /// For what.
    pub sku: SkuId,
    /// Whose.
    pub person: PersonKey,
    /// How many wait before it.
    pub ahead: u32,
}

/// A checkout in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutFacts {
    /// Who placed it.
    pub person: PersonKey,
    /// Where it goes.
    pub zone: Zone,
    /// Of all its amounts.
    pub currency: Currency,
    /// What was due when it was placed.
    pub total: Amount,
    /// When it was placed.
    pub placed_at: Millis,
    /// Its payment deadline.
    pub pay_by: Millis,
    /// Its orders, in the order of placing.
    pub orders: Vec<OrderFacts>,
    /// Its tries to pay, attempt 1 first.
    pub payments: Vec<PaymentFacts>,
    /// Its refunds, oldest first.
    pub refunds: Vec<RefundFacts>,
}

/// An order of a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// Its id.
    pub order: OrderId,
    /// Who sells.
    pub seller: SellerId,
    /// How it stands.
    pub state: OrderState,
    /// The sum of its lines.
    pub goods: Amount,
    /// Shipping, surcharge included.
    pub shipping: Amount,
    /// How much of the shipping has gone back.
    pub shipping_refunded: Amount,
    /// goods + shipping.
    pub total: Amount,
    /// Its lines, line 0 first.
    pub lines: Vec<LineFacts>,
}

/// A line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFacts {
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
    /// When the last of them arrived; 0 when none did.
    pub delivered_at: Millis,
    /// How many the shopper wants to send back.
    pub return_asked: u16,
    /// How many came back.
    pub returned: u16,
}

/// A try to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentFacts {
    /// Its name.
    pub payment: PaymentId,
    /// How it stands.
    pub state: PaymentState,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How.
    pub method: Method,
    /// In one step or two.
    pub steps: Steps,
    /// Instalment months; 0 for none, and for a checkout that was recalled from disk.
    pub months: u8,
    /// When the try ends.
    pub deadline: Millis,
}

/// A refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundFacts {
    /// Its number.
    pub refund: RefundId,
    /// Of which try's money.
    pub payment: PaymentId,
    /// Of which order; none for money that was in suspense.
    pub order: Option<OrderId>,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How it stands.
    pub state: RefundState,
}

impl Ledger {
    /// A SKU.
    pub fn sku(&self, sku: SkuId) -> Option<SkuFacts> {
        let sku = self.stock.find(sku)?;
        Some(SkuFacts {
            seller: sku.seller,
            tax: sku.tax,
            stock: sku.stock(),
            free: sku.free(),
        })
    }

    /// A deal with its pools.
    pub fn deal(&self, deal: DealId) -> Option<DealFacts> {
        let deal = self.deals.find(deal)?;
        Some(DealFacts {
            seller: deal.seller,
            currency: deal.currency,
            terms: deal.terms,
            extensions: (deal.extensions, deal.extension_ms),
            opened: deal.opened,
            closed: deal.closed,
            pools: self.pool_facts(deal),
        })
    }

    /// A hold that runs.
    pub fn hold(&self, hold: HoldId) -> Option<HoldFacts> {
        let hold = self.holds.find(hold)?;
        let pool = self.deals.pool(hold.pool);
        Some(HoldFacts {
            deal: pool.deal,
            sku: pool.sku,
            units: hold.units,
            price: hold.price,
            currency: self.deals.deal(pool.deal).currency,
            person: self.persons.person(hold.count_row),
            expires_at: hold.expires_at,
        })
    }

    /// A place in a waitlist. Its position is counted one by one, up to the waitlist's length.
    pub fn place(&self, place: PlaceId) -> Option<PlaceFacts> {
        let place = self.waitlist.find(place)?;
        let pool = self.deals.pool(place.pool);
        Some(PlaceFacts {
            deal: pool.deal,
            sku: pool.sku,
            person: place.person,
            ahead: self.waitlist.ahead(place),
        })
    }

    /// A checkout that is in memory, with all that belongs to it.
    pub fn checkout(&self, checkout: CheckoutId) -> Option<CheckoutFacts> {
        let berth = self.checkouts.find(checkout)?;
        let checkout = &self.checkouts[berth];
        let orders = self.orders.rows(checkout.orders);
        let payments = self.payments.items(checkout.payments);
        let refunds = self.refunds.items(checkout.refunds);
        Some(CheckoutFacts {
            person: checkout.person(),
            zone: checkout.zone,
            currency: checkout.currency,
            total: checkout.total,
            placed_at: checkout.placed_at,
            pay_by: checkout.pay_by,
            orders: orders.iter().map(|row| self.order_facts(*row)).collect(),
            payments: payments
                .map(|payment| self.payment_facts(berth, payment))
                .collect(),
            refunds: refunds.map(|refund| self.refund_facts(refund)).collect(),
        })
    }

    /// The checkout that an order in memory belongs to.
    pub fn order(&self, order: OrderId) -> Option<CheckoutId> {
        let row = self.orders.find(order)?;
        Some(self.checkouts.id(self.orders[row].berth))
    }

    /// When the newest id of all orders in memory was made, by its client's clock. Looks at each of
    /// them.
    pub fn newest_order_made_at(&self) -> Option<Millis> {
        self.orders.newest_made_at(&self.checkouts)
    }

    /// A try to pay that is in memory.
    pub fn payment(&self, payment: PaymentId) -> Option<PaymentFacts> {
        let (berth, row) = self.find_payment(payment)?;
        Some(self.payment_facts(berth, &self.payments[row]))
    }

    /// A refund that is in memory.
    pub fn refund(&self, refund: RefundId) -> Option<RefundFacts> {
        let row = self.refunds.find(refund)?;
        Some(self.refund_facts(&self.refunds[row]))
    }

    /// How many units a person has in a deal, as its limit counts them.
    pub fn count(&self, deal: DealId, person: PersonKey) -> u32 {
        self.persons.count(deal, person)
    }

    /// The seller listed under a reference.
    pub fn seller_by_reference(&self, reference: Reference) -> Option<SellerId> {
        self.sellers.by_reference(reference)
    }

    /// The SKU listed under a reference.
    pub fn sku_by_reference(&self, reference: Reference) -> Option<SkuId> {
        self.stock.by_reference(reference)
    }

    /// What a request with this key would be answered at `at` because of what was asked before; none where
    /// it would be decided anew.
    pub fn answered(&self, at: Millis, key: RequestKey) -> Option<Outcome> {
        self.requests.answer(at, key)
    }

    /// What a seller asks for shipping in a currency; none: it ships free.
    pub fn shipping(&self, seller: SellerId, currency: Currency) -> Option<&ShippingTerms> {
        self.sellers.shipping(seller, currency)
    }

    /// The deal scheduled under a reference.
    pub fn deal_by_reference(&self, reference: Reference) -> Option<DealId> {
        self.deals.by_reference(reference)
    }

    /// Every balance that is not zero, by currency, seller and account; debits are positive.
    pub fn balances(&self) -> impl Iterator<Item = (Currency, SellerId, Account, i128)> + '_ {
        self.books.iter()
    }

    fn pool_facts(&self, deal: &Deal) -> Vec<PoolFacts> {
        let pools = deal.pools().map(|row| {
            let pool = self.deals.pool(row);
            PoolFacts {
                sku: pool.sku,
                price: pool.price,
                counts: pool.counts(),
                waiting: self.waitlist.length(row),
            }
        });
        pools.collect()
    }

    fn order_facts(&self, row: Row) -> OrderFacts {
        let order: &Order = &self.orders[row];
        let lines = self.orders.lines(row);
        OrderFacts {
            order: order.id(),
            seller: order.seller,
            state: order.state,
            goods: order.goods,
            shipping: order.shipping,
            shipping_refunded: order.shipping_refunded,
            total: order.total(),
            lines: lines.map(|line| self.line_facts(line)).collect(),
        }
    }

    fn line_facts(&self, line: &Line) -> LineFacts {
        let pool = self.deals.pool(line.pool);
        LineFacts {
            deal: pool.deal,
            sku: pool.sku,
            units: line.units,
            price: line.price,
            tax: line.tax,
            refunded: line.refunded,
            units_refunded: line.units_refunded,
            shipped: line.shipped,
            delivered: line.delivered,
            delivered_at: line.delivered_at,
            return_asked: line.return_asked,
            returned: line.returned,
        }
    }

    fn payment_facts(&self, berth: Row, payment: &Payment) -> PaymentFacts {
        PaymentFacts {
            payment: self.payment_id(berth, payment.attempt),
            state: payment.state,
            amount: payment.amount,
            currency: self.checkouts[berth].currency,
            method: payment.method,
            steps: payment.steps,
            months: payment.months,
            deadline: payment.deadline,
        }
    }

    fn refund_facts(&self, refund: &Refund) -> RefundFacts {
        RefundFacts {
            refund: refund.id,
            payment: self.payment_id(refund.berth, refund.attempt),
            order: refund.order,
            amount: refund.amount,
            currency: self.checkouts[refund.berth].currency,
            state: refund.state,
        }
    }
}
