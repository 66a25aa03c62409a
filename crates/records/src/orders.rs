//! Reading the order tables: one order with all that belongs to it, and pages of orders.
//!
//! How they are written stands in `fold`; finding an order by name or phone in `search`.

use crate::keys::{blob, narrow, signed, unblob, unsigned};
use crate::states::{self, Word};
use crate::{Records, RecordsFault};
use money::{Amount, Currency};
use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::{
    CheckoutId, DealId, DeclineReason, HoldId, Method, Millis, OrderId, OrderState, PaymentId,
    PaymentState, PersonKey, RefundId, RefundState, SellerId, Seq, SkuId, Steps, Tax, Zone,
};

/// A checkout, without its orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// Its id.
    pub checkout: CheckoutId,
    /// Who placed it.
    pub person: PersonKey,
    /// Where it goes.
    pub zone: Zone,
    /// What is due.
    pub total: Amount,
    /// Of the total.
    pub currency: Currency,
    /// When it was placed.
    pub placed_at: Millis,
    /// When it closes unpaid.
    pub pay_by: Millis,
}

/// An order, without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub order: OrderId,
    /// Of which checkout.
    pub checkout: CheckoutId,
    /// Who sells.
    pub seller: SellerId,
    /// Who bought.
    pub person: PersonKey,
    /// How it stands.
    pub state: OrderState,
    /// The sum of its lines.
    pub goods: Amount,
    /// Shipping, surcharge included.
    pub shipping: Amount,
    /// The surcharge alone.
    pub surcharge: Amount,
    /// The tax contained in goods and shipping.
    pub tax: Amount,
    /// goods + shipping.
    pub total: Amount,
    /// What was ordered to go back, shipping included.
    pub refunded: Amount,
    /// Of all its amounts.
    pub currency: Currency,
    /// Which command placed it.
    pub placed_seq: Seq,
    /// When it was placed.
    pub placed_at: Millis,
    /// When its state changed last.
    pub changed_at: Millis,
    /// When and by which try it was paid.
    pub paid: Option<(Millis, PaymentId)>,
}

impl Order {
    /// Where a page goes on behind this order.
    pub fn cursor(&self) -> OrderCursor {
        OrderCursor {
            seq: self.placed_seq,
            order: self.order,
        }
    }
}

/// A position among all orders, in the order of placing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderCursor {
    /// Which command placed it.
    pub seq: Seq,
    /// Which of the command's orders.
    pub order: OrderId,
}

impl OrderCursor {
    /// Before the first order.
    pub const START: OrderCursor = OrderCursor {
        seq: Seq(0),
        order: OrderId(0),
    };
    /// Behind the last order.
    pub const END: OrderCursor = OrderCursor {
        seq: Seq(u64::MAX),
        order: OrderId(u128::MAX),
    };
}

/// Which of their orders somebody wants to see. One that came back in part is delivered and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFilter {
    /// None is left out.
    All,
    /// To be paid, or on the way.
    Running,
    /// All that is not refunded has arrived.
    Delivered,
    /// Cancelled, lapsed, asked back, come back or refunded.
    Back,
}

macro_rules! orders_where {
    ($condition:literal) => {
        concat!(
            "SELECT * FROM orders WHERE person = ? AND (placed_seq, id) < (?, ?) AND (",
            $condition,
            ") ORDER BY placed_seq DESC, id DESC LIMIT ?"
        )
    };
}

impl OrderFilter {
    fn query(self) -> &'static str {
        match self {
            OrderFilter::All => orders_where!("TRUE"),
            OrderFilter::Running => orders_where!(
                "state IN ('Placed', 'Confirmed') OR (state = 'Paid' AND refunded < total AND EXISTS (
                     SELECT 1 FROM order_lines l
                     WHERE l.order_id = orders.id AND l.delivered < l.units - l.units_refunded))"
            ),
            OrderFilter::Delivered => orders_where!(
                "state = 'Paid' AND refunded < total AND NOT EXISTS (
                     SELECT 1 FROM order_lines l
                     WHERE l.order_id = orders.id AND l.delivered < l.units - l.units_refunded)"
            ),
            OrderFilter::Back => orders_where!(
                "state IN ('Cancelled', 'Lapsed') OR refunded > 0 OR EXISTS (
                     SELECT 1 FROM order_lines l
                     WHERE l.order_id = orders.id AND (l.return_asked > 0 OR l.returned > 0))"
            ),
        }
    }
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Which, from 0.
    pub line: u8,
    /// The hold it took over.
    pub hold: HoldId,
    /// Of which deal.
    pub deal: DealId,
    /// What.
    pub sku: SkuId,
    /// How many.
    pub units: u16,
    /// The price of one.
    pub price: Amount,
    /// How tax lies in it.
    pub tax: Tax,
    /// For how many units the price goes back.
    pub units_refunded: u16,
    /// How much of its price goes back.
    pub refunded: Amount,
    /// Units that left the house.
    pub shipped: u16,
    /// Units that arrived.
    pub delivered: u16,
    /// Units that the shopper wants to send back.
    pub return_asked: u16,
    /// Units that came back.
    pub returned: u16,
}

/// A try to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPayment {
    /// Which.
    pub payment: PaymentId,
    /// How.
    pub method: Method,
    /// In one step or two.
    pub steps: Steps,
    /// Instalment months.
    pub months: u8,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How it stands.
    pub state: PaymentState,
    /// Why it was declined, if it was.
    pub reason: Option<DeclineReason>,
    /// When it began.
    pub started_at: Millis,
    /// When its state changed last.
    pub changed_at: Millis,
    /// When it ends by itself.
    pub deadline: Millis,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRefund {
    /// Its number.
    pub refund: RefundId,
    /// Of which try's money.
    pub payment: PaymentId,
    /// Of which order; none for money in suspense.
    pub order: Option<OrderId>,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How it stands.
    pub state: RefundState,
    /// When it was ordered.
    pub ordered_at: Millis,
    /// When its state changed last.
    pub changed_at: Millis,
}

/// Something that happened to an order, to its whole checkout, or to a deal.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderEvent {
    /// Which command did it.
    pub seq: Seq,
    /// The how many-th of the command's events in the history of orders.
    pub index: u32,
    /// When.
    pub at: Millis,
    /// The checkout it is about; none where it is about a deal.
    pub checkout: Option<CheckoutId>,
    /// The order it is about; none where it is about the whole checkout or a deal.
    pub order: Option<OrderId>,
    /// The event's name.
    pub kind: String,
    /// Its fields.
    pub body: Value,
}

impl Records {
    /// A checkout.
    pub async fn checkout(&self, checkout: CheckoutId) -> Result<Option<Checkout>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM checkouts WHERE id = ?")
            .bind(blob(checkout.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_checkout(&row)).transpose()
    }

    /// An order.
    pub async fn order(&self, order: OrderId) -> Result<Option<Order>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM orders WHERE id = ?")
            .bind(blob(order.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_order(&row)).transpose()
    }

    /// The orders of a checkout, by id.
    pub async fn orders_of_checkout(
        &self,
        checkout: CheckoutId,
    ) -> Result<Vec<Order>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM orders WHERE checkout_id = ? ORDER BY id")
            .bind(blob(checkout.0))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_order).collect()
    }

    /// Up to `count` orders of a person that a filter keeps and that were placed before `before`, newest
    /// first.
    pub async fn orders_of(
        &self,
        person: PersonKey,
        filter: OrderFilter,
        before: OrderCursor,
        count: u32,
    ) -> Result<Vec<Order>, RecordsFault> {
        let rows = sqlx::query(filter.query())
            .bind(blob(person.0))
            .bind(signed(before.seq.0))
            .bind(blob(before.order.0))
            .bind(i64::from(count))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_order).collect()
    }

    /// Up to `count` orders that were placed after `after`, oldest first: who asks again behind the
    /// last one misses none, however many are placed meanwhile.
    pub async fn export_orders(
        &self,
        after: OrderCursor,
        count: u32,
    ) -> Result<Vec<Order>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM orders WHERE (placed_seq, id) > (?, ?)
             ORDER BY placed_seq, id LIMIT ?",
        )
        .bind(signed(after.seq.0))
        .bind(blob(after.order.0))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_order).collect()
    }

    /// The last order that was placed before the moment `at`; with it, [`Records::export_orders`]
    /// begins at that moment.
    pub async fn last_order_before(&self, at: Millis) -> Result<OrderCursor, RecordsFault> {
        // Orders are placed in the order of time: the search ends at the first row that it keeps.
        let row = sqlx::query(
            "SELECT placed_seq, id FROM orders WHERE placed_at < ?
             ORDER BY placed_seq DESC, id DESC LIMIT 1",
        )
        .bind(signed(at.0))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else {
            return Ok(OrderCursor::START);
        };
        Ok(OrderCursor {
            seq: Seq(unsigned(row.try_get("placed_seq")?)?),
            order: OrderId(unblob(row.try_get("id")?)?),
        })
    }

    /// Up to `count` orders that were placed before `before`, newest first.
    pub async fn newest_orders(
        &self,
        before: OrderCursor,
        count: u32,
    ) -> Result<Vec<Order>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM orders WHERE (placed_seq, id) < (?, ?)
             ORDER BY placed_seq DESC, id DESC LIMIT ?",
        )
        .bind(signed(before.seq.0))
        .bind(blob(before.order.0))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_order).collect()
    }

    /// The lines of an order.
    pub async fn lines(&self, order: OrderId) -> Result<Vec<OrderLine>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM order_lines WHERE order_id = ? ORDER BY line")
            .bind(blob(order.0))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_line).collect()
    }

    /// The tries to pay a checkout, first one first.
    pub async fn payments(&self, checkout: CheckoutId) -> Result<Vec<OrderPayment>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM payments WHERE checkout_id = ? ORDER BY attempt")
            .bind(blob(checkout.0))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_payment).collect()
    }

    /// The refunds of a checkout, first one first.
    pub async fn refunds(&self, checkout: CheckoutId) -> Result<Vec<OrderRefund>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM refunds WHERE checkout_id = ? ORDER BY id")
            .bind(blob(checkout.0))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_refund).collect()
    }

    /// Everything that happened to an order, to its payments and refunds, and to its whole
    /// checkout, in order.
    pub async fn events_of(&self, order: OrderId) -> Result<Vec<OrderEvent>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT e.* FROM order_events e JOIN orders o ON o.checkout_id = e.checkout_id
             WHERE o.id = ? AND (e.order_id IS NULL OR e.order_id = o.id)
             ORDER BY e.seq, e.place",
        )
        .bind(blob(order.0))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_event).collect()
    }

    /// All that happened to a checkout and to each of its orders, oldest first.
    pub async fn events_of_checkout(
        &self,
        checkout: CheckoutId,
    ) -> Result<Vec<OrderEvent>, RecordsFault> {
        let rows =
            sqlx::query("SELECT * FROM order_events WHERE checkout_id = ? ORDER BY seq, place")
                .bind(blob(checkout.0))
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(read_event).collect()
    }

    /// Up to `count` events of orders, payments, refunds and deals behind (`seq`, `index`), in
    /// order: what webhooks are sent from, and replayed from, however long ago it was.
    pub async fn events_after(
        &self,
        seq: Seq,
        index: u32,
        count: u32,
    ) -> Result<Vec<OrderEvent>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM order_events WHERE (seq, place) > (?, ?) ORDER BY seq, place LIMIT ?",
        )
        .bind(signed(seq.0))
        .bind(i64::from(index))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_event).collect()
    }
}

fn read_checkout(row: &SqliteRow) -> Result<Checkout, RecordsFault> {
    Ok(Checkout {
        checkout: CheckoutId(unblob(row.try_get("id")?)?),
        person: PersonKey(unblob(row.try_get("person")?)?),
        zone: Zone(narrow(row.try_get("zone")?)?),
        total: Amount(row.try_get("total")?),
        currency: states::currency(row.try_get("currency")?)?,
        placed_at: Millis(unsigned(row.try_get("placed_at")?)?),
        pay_by: Millis(unsigned(row.try_get("pay_by")?)?),
    })
}

pub(crate) fn read_order(row: &SqliteRow) -> Result<Order, RecordsFault> {
    let checkout = CheckoutId(unblob(row.try_get("checkout_id")?)?);
    Ok(Order {
        order: OrderId(unblob(row.try_get("id")?)?),
        checkout,
        seller: SellerId(narrow(row.try_get("seller")?)?),
        person: PersonKey(unblob(row.try_get("person")?)?),
        state: OrderState::named(row.try_get("state")?)?,
        goods: Amount(row.try_get("goods")?),
        shipping: Amount(row.try_get("shipping")?),
        surcharge: Amount(row.try_get("surcharge")?),
        tax: Amount(row.try_get("tax")?),
        total: Amount(row.try_get("total")?),
        refunded: Amount(row.try_get("refunded")?),
        currency: states::currency(row.try_get("currency")?)?,
        placed_seq: Seq(unsigned(row.try_get("placed_seq")?)?),
        placed_at: Millis(unsigned(row.try_get("placed_at")?)?),
        changed_at: Millis(unsigned(row.try_get("changed_at")?)?),
        paid: read_paid(row, checkout)?,
    })
}

fn read_paid(
    row: &SqliteRow,
    checkout: CheckoutId,
) -> Result<Option<(Millis, PaymentId)>, RecordsFault> {
    let at: Option<i64> = row.try_get("paid_at")?;
    let attempt: Option<i64> = row.try_get("paid_attempt")?;
    let (Some(at), Some(attempt)) = (at, attempt) else {
        return Ok(None);
    };
    let payment = PaymentId {
        checkout,
        attempt: narrow(attempt)?,
    };
    Ok(Some((Millis(unsigned(at)?), payment)))
}

fn read_line(row: &SqliteRow) -> Result<OrderLine, RecordsFault> {
    let count = |column: &str| -> Result<u16, RecordsFault> { narrow(row.try_get(column)?) };
    Ok(OrderLine {
        line: narrow(row.try_get("line")?)?,
        hold: HoldId(unsigned(row.try_get("hold")?)?),
        deal: DealId(narrow(row.try_get("deal")?)?),
        sku: SkuId(narrow(row.try_get("sku")?)?),
        units: count("units")?,
        price: Amount(row.try_get("price")?),
        tax: states::tax(row.try_get("tax_basis_points")?)?,
        units_refunded: count("units_refunded")?,
        refunded: Amount(row.try_get("refunded")?),
        shipped: count("shipped")?,
        delivered: count("delivered")?,
        return_asked: count("return_asked")?,
        returned: count("returned")?,
    })
}

fn read_payment(row: &SqliteRow) -> Result<OrderPayment, RecordsFault> {
    let reason: Option<&str> = row.try_get("reason")?;
    Ok(OrderPayment {
        payment: read_payment_id(row)?,
        method: Method::named(row.try_get("method")?)?,
        steps: Steps::named(row.try_get("steps")?)?,
        months: narrow(row.try_get("months")?)?,
        amount: Amount(row.try_get("amount")?),
        currency: states::currency(row.try_get("currency")?)?,
        state: PaymentState::named(row.try_get("state")?)?,
        reason: reason.map(DeclineReason::named).transpose()?,
        started_at: Millis(unsigned(row.try_get("started_at")?)?),
        changed_at: Millis(unsigned(row.try_get("changed_at")?)?),
        deadline: Millis(unsigned(row.try_get("deadline")?)?),
    })
}

fn read_refund(row: &SqliteRow) -> Result<OrderRefund, RecordsFault> {
    let order: Option<&[u8]> = row.try_get("order_id")?;
    Ok(OrderRefund {
        refund: RefundId(unsigned(row.try_get("id")?)?),
        payment: read_payment_id(row)?,
        order: order.map(unblob).transpose()?.map(OrderId),
        amount: Amount(row.try_get("amount")?),
        currency: states::currency(row.try_get("currency")?)?,
        state: RefundState::named(row.try_get("state")?)?,
        ordered_at: Millis(unsigned(row.try_get("ordered_at")?)?),
        changed_at: Millis(unsigned(row.try_get("changed_at")?)?),
    })
}

fn read_payment_id(row: &SqliteRow) -> Result<PaymentId, RecordsFault> {
    Ok(PaymentId {
        checkout: CheckoutId(unblob(row.try_get("checkout_id")?)?),
        attempt: narrow(row.try_get("attempt")?)?,
    })
}

fn read_event(row: &SqliteRow) -> Result<OrderEvent, RecordsFault> {
    let body: &str = row.try_get("body")?;
    let checkout: Option<&[u8]> = row.try_get("checkout_id")?;
    let order: Option<&[u8]> = row.try_get("order_id")?;
    let damaged = |fault| RecordsFault::Damaged(format!("the body of an event: {fault}"));
    Ok(OrderEvent {
        seq: Seq(unsigned(row.try_get("seq")?)?),
        index: narrow(row.try_get("place")?)?,
        at: Millis(unsigned(row.try_get("at")?)?),
        checkout: checkout.map(unblob).transpose()?.map(CheckoutId),
        order: order.map(unblob).transpose()?.map(OrderId),
        kind: row.try_get("kind")?,
        body: serde_json::from_str(body).map_err(damaged)?,
    })
}
