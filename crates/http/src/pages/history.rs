//! The history of an order in words: each event with its moment.

use super::figures::machine_moment;
use super::words::Words;
use maud::{Markup, html};
use money::{Amount, Currency};
use serde_json::Value;
use vocabulary::Millis;

/// Events that a shopper is told of.
const FOR_SHOPPERS: [&str; 20] = [
    "OrderPlaced",
    "OrderPaid",
    "OrderUnconfirmed",
    "OrderCancelled",
    "OrderLapsed",
    "OrderReinstated",
    "LineRefunded",
    "LineShipped",
    "LineDelivered",
    "ReturnAsked",
    "LineReturned",
    "PaymentStarted",
    "PaymentAuthorised",
    "PaymentCaptured",
    "PaymentDeclined",
    "PaymentLapsed",
    "PaymentVoided",
    "MoneySuspended",
    "RefundSent",
    "RefundFailed",
];

/// Events of an order that only staff are told of.
const FOR_STAFF: [&str; 7] = [
    "CheckoutPlaced",
    "DeadlineMoved",
    "CheckoutFiled",
    "CheckoutRecalled",
    "LinePlaced",
    "OrderConfirmed",
    "RefundOrdered",
];

/// Who reads a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The shopper whose order it is.
    Shopper,
    /// Who works at the desk.
    Staff,
}

/// An event with its moment, its name and its fields.
#[derive(Clone, Debug)]
pub struct Happened {
    /// When.
    pub at: Millis,
    /// The event's name.
    pub kind: String,
    /// The event's fields, as `views::event_json` writes them.
    pub body: Value,
    /// Whose order it is about, where there are orders of several sellers.
    pub seller: Option<String>,
}

/// True when histories tell of events of this name.
pub fn tells(kind: &str) -> bool {
    FOR_SHOPPERS.contains(&kind) || FOR_STAFF.contains(&kind)
}

/// The history, oldest first.
pub fn history(words: &Words, reader: Reader, events: &[Happened]) -> Markup {
    let told = events.iter().filter(|event| match reader {
        Reader::Shopper => FOR_SHOPPERS.contains(&event.kind.as_str()),
        Reader::Staff => tells(&event.kind),
    });
    html! {
        ol.history {
            @for event in told {
                li.history-event data-kind=(event.kind) {
                    time datetime=(machine_moment(event.at)) { (words.exact_moment(event.at)) }
                    span { (sentence(words, event)) }
                    @if reader == Reader::Staff { code.history-kind { (event.kind) } }
                }
            }
        }
    }
}

fn sentence(words: &Words, event: &Happened) -> String {
    let event_told = told(words, event);
    match &event.seller {
        Some(seller) => words.say_with(
            "event-of-seller",
            [
                ("seller", seller.as_str().into()),
                ("event", event_told.into()),
            ],
        ),
        None => event_told,
    }
}

fn told(words: &Words, event: &Happened) -> String {
    let number = |name: &str| event.body[name].as_i64();
    let text = |name: &str| event.body[name].as_str();
    let currency = text("currency").and_then(|code| code.parse::<Currency>().ok());
    let amount = number("amount").or_else(|| number("total"));
    let amount = amount
        .zip(currency)
        .map(|(amount, currency)| words.amount(Amount(amount), currency));
    let reason = text("reason").map(|reason| words.say(&format!("decline-{reason}")));
    let pay_by = event.body["pay_by"]
        .as_u64()
        .map(|at| words.moment(Millis(at)));
    words.say_with(
        &format!("event-{}", event.kind),
        [
            ("amount", amount.unwrap_or_default().into()),
            ("reason", reason.unwrap_or_default().into()),
            ("moment", pay_by.unwrap_or_default().into()),
            ("units", number("units").unwrap_or_default().into()),
            (
                "staff",
                event.body["by_staff"]
                    .as_bool()
                    .unwrap_or_default()
                    .to_string()
                    .into(),
            ),
        ],
    )
}
