//! An order as staff see it: in a list, and with all that belongs to it and happened to it.

use crate::deeds::{Shipment, Sum, shipments};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use intake::Localized;
use money::{Amount, Currency};
use records::{Contact, Order, OrderCursor, OrderEvent, OrderLine, OrderPayment, OrderRefund};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use vocabulary::{OrderId, Refusal, SellerId, Seq};

/// An order in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderCard {
    /// Its id.
    pub order: String,
    /// Of which checkout.
    pub checkout: String,
    /// `placed`, `confirmed`, `paid`, `cancelled` or `lapsed`.
    pub state: String,
    /// The shop's own id of who sells.
    pub seller: String,
    /// Who receives it; null where the name was erased or never given.
    pub recipient: Option<String>,
    /// What it costs, shipping included.
    pub total: Sum,
    /// What was ordered to go back.
    pub refunded: Sum,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
}

/// An order with all that belongs to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderSheet {
    /// As in a list.
    #[serde(flatten)]
    pub card: OrderCard,
    /// The sum of its lines.
    pub goods: Sum,
    /// Shipping, surcharge included.
    pub shipping: Sum,
    /// The tax contained in both.
    pub tax: Sum,
    /// What was bought.
    pub lines: Vec<LineSheet>,
    /// With whom its units left, oldest first; of those of whom it was said.
    pub shipments: Vec<Shipment>,
    /// The tries to pay its checkout, first one first.
    pub payments: Vec<PaymentSheet>,
    /// Its refunds, first one first.
    pub refunds: Vec<RefundSheet>,
    /// Where it goes; null where that was erased or never given.
    pub contact: Option<ContactSheet>,
    /// Everything that happened, in order.
    pub events: Vec<EventSheet>,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineSheet {
    /// Which, from 0.
    pub line: u8,
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own id of the SKU.
    pub sku: String,
    /// The shop's own id of the product.
    pub product: Option<String>,
    /// What the product is called, by language.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// What sets the SKU apart, by language.
    #[schema(value_type = Object)]
    pub option: Localized,
    /// How many.
    pub units: u16,
    /// The price of one.
    pub price: Sum,
    /// For how many units the price goes back.
    pub units_refunded: u16,
    /// How much of its price goes back.
    pub refunded: Sum,
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
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentSheet {
    /// Its id.
    pub payment: String,
    /// `card`, `wallet` or `deposit`.
    pub method: String,
    /// The issuer's instalment months; 0 for none.
    pub months: u8,
    /// How much.
    pub amount: Sum,
    /// How it stands.
    pub state: String,
    /// Why it was declined, if it was.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Moment,
    /// When its state changed last.
    pub changed_at: Moment,
}

/// A refund.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefundSheet {
    /// Its number.
    pub refund: String,
    /// How much.
    pub amount: Sum,
    /// `due`, `sent` or `failed`.
    pub state: String,
    /// When it was ordered.
    pub ordered_at: Moment,
    /// When its state changed last.
    pub changed_at: Moment,
}

/// Whom to call and where it goes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactSheet {
    /// Who receives it.
    pub name: String,
    /// Whom to call.
    pub phone: String,
    /// Where to write.
    pub email: String,
    /// Where it goes.
    pub address: AddressSheet,
    /// What the courier should know.
    pub memo: String,
}

/// A postal address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AddressSheet {
    /// Two letters (ISO 3166).
    pub country: String,
    /// The postal code.
    pub postcode: String,
    /// Street and number, or what stands for it.
    pub line1: String,
    /// Flat, floor; may be empty.
    pub line2: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventSheet {
    /// Which command of the journal did it.
    pub sequence: u64,
    /// When.
    pub at: Moment,
    /// Its name, like `OrderPaid`.
    pub event: String,
    /// Its fields.
    #[schema(value_type = Object)]
    pub body: Value,
}

/// Behind which order a page goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderPosition(pub OrderCursor);

impl fmt::Display for OrderPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.seq, self.0.order)
    }
}

impl FromStr for OrderPosition {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, order) = text.split_once('.').ok_or(())?;
        Ok(OrderPosition(OrderCursor {
            seq: Seq(seq.parse().map_err(|_| ())?),
            order: order.parse().map_err(|_| ())?,
        }))
    }
}

/// An order that is in the tables.
///
/// # Errors
/// [`Refusal::OrderUnknown`]; those of the records.
pub async fn known_order(shop: &Shop, order: OrderId) -> Result<Order, Problem> {
    let order = shop.records.order(order).await?;
    Ok(order.ok_or(Refusal::OrderUnknown)?)
}

/// An order as it stands in a list.
///
/// # Errors
/// Those of the records.
pub async fn order_card(shop: &Shop, order: &Order) -> Result<OrderCard, Problem> {
    let contact = shop.records.contact(order.checkout).await?;
    card(shop, order, contact.as_ref()).await
}

/// An order with all that belongs to it.
///
/// # Errors
/// Those of the records.
pub async fn order_sheet(shop: &Shop, order: &Order) -> Result<OrderSheet, Problem> {
    let records = &shop.records;
    let contact = records.contact(order.checkout).await?;
    let mut lines = Vec::new();
    for line in records.lines(order.order).await? {
        lines.push(line_sheet(shop, &line, order.currency).await?);
    }
    let payments = records.payments(order.checkout).await?;
    let refunds = records.refunds(order.checkout).await?;
    let own = |refund: &OrderRefund| refund.order.is_none_or(|of| of == order.order);
    let events = records.events_of(order.order).await?;
    Ok(OrderSheet {
        card: card(shop, order, contact.as_ref()).await?,
        goods: sum(order.goods, order.currency),
        shipping: sum(order.shipping, order.currency),
        tax: sum(order.tax, order.currency),
        lines,
        shipments: shipments(shop, order.order, shop.settings.language).await?,
        payments: payments.into_iter().map(PaymentSheet::from).collect(),
        refunds: refunds
            .into_iter()
            .filter(own)
            .map(RefundSheet::from)
            .collect(),
        contact: contact.map(ContactSheet::from),
        events: events.into_iter().map(EventSheet::from).collect(),
    })
}

/// What the audit says of an order before something was done to it; none for one that is not in the
/// tables.
pub(super) async fn standing(shop: &Shop, order: OrderId) -> Result<Option<Value>, Problem> {
    let order = shop.records.order(order).await?;
    Ok(order.map(|order| {
        json!({"state": word(order.state), "total": order.total, "refunded": order.refunded})
    }))
}

/// A word of the vocabulary as it is written in answers.
pub(super) fn word(word: impl fmt::Debug) -> String {
    let mut written = String::new();
    for letter in format!("{word:?}").chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.extend(letter.to_lowercase());
    }
    written
}

/// The shop's own id of a seller.
pub(super) async fn seller_id(shop: &Shop, seller: SellerId) -> Result<String, Problem> {
    let known = shop.directory.seller_numbered(seller, shop.now()).await?;
    Ok(known.map_or_else(|| format!("#{seller}"), |known| known.id.clone()))
}

async fn card(shop: &Shop, order: &Order, contact: Option<&Contact>) -> Result<OrderCard, Problem> {
    Ok(OrderCard {
        order: order.order.to_string(),
        checkout: order.checkout.to_string(),
        state: word(order.state),
        seller: seller_id(shop, order.seller).await?,
        recipient: contact.map(|contact| contact.name.clone()),
        total: sum(order.total, order.currency),
        refunded: sum(order.refunded, order.currency),
        placed_at: order.placed_at.into(),
        paid_at: order.paid.map(|(at, _)| at.into()),
    })
}

pub(super) async fn line_sheet(
    shop: &Shop,
    line: &OrderLine,
    currency: Currency,
) -> Result<LineSheet, Problem> {
    let sku = shop.directory.sku_numbered(line.sku).await?;
    let product = sku.as_ref().map(|sku| sku.product.clone());
    let showcase = match &product {
        Some(product) => shop.directory.product(product, shop.now()).await.ok(),
        None => None,
    };
    Ok(LineSheet {
        line: line.line,
        deal: shop.directory.deal_id(line.deal).await?,
        sku: sku
            .as_ref()
            .map_or_else(|| format!("#{}", line.sku), |sku| sku.id.clone()),
        product,
        name: showcase.map_or_else(Localized::default, |showcase| showcase.product.name.clone()),
        option: sku.map_or_else(Localized::default, |sku| sku.option.clone()),
        units: line.units,
        price: sum(line.price, currency),
        units_refunded: line.units_refunded,
        refunded: sum(line.refunded, currency),
        shipped: line.shipped,
        delivered: line.delivered,
        return_asked: line.return_asked,
        returned: line.returned,
    })
}

fn sum(amount: Amount, currency: Currency) -> Sum {
    Sum { amount, currency }
}

impl From<OrderPayment> for PaymentSheet {
    fn from(payment: OrderPayment) -> Self {
        PaymentSheet {
            payment: payment.payment.to_string(),
            method: word(payment.method),
            months: payment.months,
            amount: sum(payment.amount, payment.currency),
            state: word(payment.state),
            reason: payment.reason.map(word),
            started_at: payment.started_at.into(),
            changed_at: payment.changed_at.into(),
        }
    }
}

impl From<OrderRefund> for RefundSheet {
    fn from(refund: OrderRefund) -> Self {
        RefundSheet {
            refund: refund.refund.to_string(),
            amount: sum(refund.amount, refund.currency),
            state: word(refund.state),
            ordered_at: refund.ordered_at.into(),
            changed_at: refund.changed_at.into(),
        }
    }
}

impl From<Contact> for ContactSheet {
    fn from(contact: Contact) -> Self {
        let place = contact.place;
        ContactSheet {
            name: contact.name,
            phone: contact.phone,
            email: contact.mail,
            address: AddressSheet {
                country: place.country,
                postcode: place.postcode,
                line1: place.line1,
                line2: place.line2,
            },
            memo: contact.memo,
        }
    }
}

impl From<OrderEvent> for EventSheet {
    fn from(event: OrderEvent) -> Self {
        EventSheet {
            sequence: event.seq.0,
            at: event.at.into(),
            event: event.kind,
            body: event.body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{DeclineReason, OrderState};

    #[test]
    fn a_position_reads_back() {
        let order = OrderId(0x018c_2b4e_5f00_7000_8000_0000_0000_0001);
        let position = OrderPosition(OrderCursor { seq: Seq(7), order });
        assert_eq!(position.to_string().parse(), Ok(position));
        assert_eq!("7".parse::<OrderPosition>(), Err(()));
    }

    #[test]
    fn words_are_written_small_with_a_dash_below() {
        assert_eq!(word(OrderState::Placed), "placed");
        assert_eq!(word(DeclineReason::TimedOut), "timed_out");
    }
}
