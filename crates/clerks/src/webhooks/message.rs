//! Which events become messages, and what stands in them: docs/contracts/webhooks.md.

use super::endpoint::Cursor;
use super::moment::rfc3339;
use money::{Amount, Currency};
use serde_json::{Value, json};
use vocabulary::{DealId, Event, Millis, OrderId, PaymentId, RefundId, SellerId, Seq, SkuId};

/// The names of all messages.
pub const WEBHOOK_KINDS: &[&str] = &[
    "OrderPlaced",
    "OrderConfirmed",
    "OrderPaid",
    "OrderCancelled",
    "OrderLapsed",
    "Refunded",
    "RefundFailed",
    "LineShipped",
    "LineDelivered",
    "ReturnAsked",
    "LineReturned",
    "UnsoldReturned",
    "DealOpened",
    "DealClosed",
];

/// An event with its place in the sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The command that made it.
    pub seq: Seq,
    /// The how many-th of its events in the book, from 0.
    pub index: u32,
    /// When.
    pub at: Millis,
    /// What.
    pub event: Event,
    /// Of a refund's event: what it is a refund of.
    pub refund: Option<RefundDetails>,
}

/// What a refund is of; its events name only its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundDetails {
    /// Of which order; none for money that fitted nowhere.
    pub order: Option<OrderId>,
    /// Of which try's money.
    pub payment: PaymentId,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
}

/// The shop's own ids of what the ledger numbers.
pub trait Names: Send + Sync {
    /// Of a seller.
    fn seller(&self, seller: SellerId) -> String;
    /// Of a SKU.
    fn sku(&self, sku: SkuId) -> String;
    /// Of a deal.
    fn deal(&self, deal: DealId) -> String;
}

/// A message to the shop's systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same each time it is sent.
    pub id: String,
    /// One of [`WEBHOOK_KINDS`].
    pub kind: &'static str,
    /// Where in the sequence it stands.
    pub cursor: Cursor,
    /// JSON.
    pub body: String,
}

impl Happening {
    /// Where in the sequence it stands.
    pub const fn cursor(&self) -> Cursor {
        Cursor {
            seq: self.seq,
            index: self.index,
        }
    }
}

/// The message that tells of a happening; most events are told to nobody.
pub fn message_of(happening: &Happening, names: &dyn Names) -> Option<Message> {
    let (kind, data) = of_order(&happening.event, names)
        .or_else(|| of_refund(happening))
        .or_else(|| of_line(&happening.event))
        .or_else(|| of_deal(&happening.event, names))?;
    let Happening { seq, index, at, .. } = *happening;
    let body = json!({
        "type": kind,
        "seq": seq.0,
        "index": index,
        "at": rfc3339(at),
        "data": data,
    });
    Some(Message {
        id: format!("evt_{seq}_{index}"),
        kind,
        cursor: happening.cursor(),
        body: body.to_string(),
    })
}

type Told = Option<(&'static str, Value)>;

fn of_order(event: &Event, names: &dyn Names) -> Told {
    Some(match *event {
        Event::OrderPlaced {
            order,
            checkout,
            seller,
            goods,
            shipping,
            tax,
            total,
            currency,
            ..
        } => (
            "OrderPlaced",
            json!({
                "order": order.to_string(),
                "checkout": checkout.to_string(),
                "seller": names.seller(seller),
                "goods": money(goods, currency),
                "shipping": money(shipping, currency),
                "tax": money(tax, currency),
                "total": money(total, currency),
            }),
        ),
        Event::OrderConfirmed { order } => {
            ("OrderConfirmed", json!({ "order": order.to_string() }))
        }
        Event::OrderPaid {
            order,
            payment,
            total,
            currency,
        } => (
            "OrderPaid",
            json!({
                "order": order.to_string(),
                "payment": payment.to_string(),
                "total": money(total, currency),
            }),
        ),
        Event::OrderCancelled { order, by_staff } => (
            "OrderCancelled",
            json!({ "order": order.to_string(), "by_staff": by_staff }),
        ),
        Event::OrderLapsed { order } => ("OrderLapsed", json!({ "order": order.to_string() })),
        _ => return None,
    })
}

fn of_refund(happening: &Happening) -> Told {
    let (kind, refund) = match happening.event {
        Event::RefundSent { refund } => ("Refunded", refund),
        Event::RefundFailed { refund } => ("RefundFailed", refund),
        _ => return None,
    };
    Some((kind, refund_data(refund, happening.refund)))
}

fn refund_data(refund: RefundId, details: Option<RefundDetails>) -> Value {
    let order = details.and_then(|details| details.order);
    json!({
        "refund": refund.to_string(),
        "order": order.map(|order| order.to_string()),
        "payment": details.map(|details| details.payment.to_string()),
        "amount": details.map(|details| money(details.amount, details.currency)),
    })
}

fn of_line(event: &Event) -> Told {
    Some(match *event {
        Event::LineShipped { order, line, units } => ("LineShipped", line_data(order, line, units)),
        Event::LineDelivered { order, line, units } => {
            ("LineDelivered", line_data(order, line, units))
        }
        Event::ReturnAsked { order, line, units } => ("ReturnAsked", line_data(order, line, units)),
        Event::LineReturned {
            order,
            line,
            units,
            restocked,
        } => {
            let mut data = line_data(order, line, units);
            data["restocked"] = json!(restocked);
            ("LineReturned", data)
        }
        _ => return None,
    })
}

fn line_data(order: OrderId, line: u8, units: u16) -> Value {
    json!({ "order": order.to_string(), "line": line, "units": units })
}

fn of_deal(event: &Event, names: &dyn Names) -> Told {
    Some(match *event {
        Event::UnsoldReturned { deal, sku, units } => (
            "UnsoldReturned",
            json!({ "deal": names.deal(deal), "sku": names.sku(sku), "units": units }),
        ),
        Event::DealOpened { deal } => ("DealOpened", json!({ "deal": names.deal(deal) })),
        Event::DealClosed { deal } => ("DealClosed", json!({ "deal": names.deal(deal) })),
        _ => return None,
    })
}

fn money(amount: Amount, currency: Currency) -> Value {
    json!({ "amount": amount, "currency": currency })
}
