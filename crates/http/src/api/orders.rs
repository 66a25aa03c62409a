//! A shopper's orders.

use crate::api::answer::{Answer, answer};
use crate::api::asking::{Asking, AtLeast, Listed, Page};
use crate::api::checkouts::yours;
use crate::api::shapes::{IdempotencyKey, Problems, order_state};
use crate::api::tagged::{Unchanged, tagged};
use crate::deeds::{self, ReturnAsk, Shipment, Sum};
use crate::moment::Moment;
use crate::pages::Language;
use crate::problem::Problem;
use crate::request_key::{Asked, Nothing};
use crate::shop::Shop;
use crate::who::Shopper;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use money::{Amount, Currency};
use records::{
    Order, OrderCursor, OrderEvent, OrderFilter, OrderLine, ReturnKind, ReturnPayer, ReturnRequest,
};
use serde::Serialize;
use serde_json::Value;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{OrderId, Refusal, Seq};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(orders))
        .routes(routes!(order))
        .routes(routes!(cancel))
        .routes(routes!(ask_return))
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
struct OrderListed {
    /// Its id.
    order: String,
    /// Of which checkout.
    checkout: String,
    /// `placed`, `confirmed`, `paid`, `lapsed` or `cancelled`.
    state: &'static str,
    /// The shop's own id of who sells.
    seller: String,
    /// What it comes to.
    total: Sum,
    /// How much of it goes back.
    refunded: Sum,
    /// When it was placed.
    placed_at: Moment,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
struct OrderShown {
    /// As in a list.
    #[serde(flatten)]
    listed: OrderListed,
    /// Its lines.
    lines: Vec<LineShown>,
    /// The sum of the lines.
    goods: Sum,
    /// Shipping, surcharge included.
    shipping: Sum,
    /// The tax contained in goods and shipping.
    tax: Sum,
    /// With whom its units left, oldest first; of those of whom it was said.
    shipments: Vec<Shipment>,
    /// What was asked to be sent back, oldest first.
    returns: Vec<ReturnShown>,
    /// What happened to it, in order.
    events: Vec<EventShown>,
}

/// Units that the shopper asked to send back.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnShown {
    /// Its id.
    id: String,
    /// `return` or `exchange`.
    kind: &'static str,
    /// Why.
    reason: &'static str,
    /// Who pays the way back: `buyer` or `seller`.
    payer: &'static str,
    /// What the way costs who bought.
    fee: Sum,
    /// In the shopper's words.
    note: String,
    /// When it was asked.
    asked_at: Moment,
    /// Which units.
    lines: Vec<ReturnLineShown>,
}

/// Units of a line that go back.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnLineShown {
    /// Which line, from 0.
    line: u8,
    /// How many units.
    units: u16,
    /// The shop's own id of the SKU that is wanted instead.
    exchange_for: Option<String>,
}

/// That it was asked.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnTold {
    /// The order.
    order: String,
    /// What was asked.
    asked: ReturnShown,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
struct LineShown {
    /// Which, from 0.
    line: u8,
    /// The shop's own id of the deal.
    deal: String,
    /// The shop's own id of the SKU.
    sku: String,
    /// How many.
    units: u16,
    /// The price of one.
    price: Sum,
    /// How much of its price goes back.
    refunded: Sum,
    /// Units that left the house.
    shipped: u16,
    /// Units that arrived.
    delivered: u16,
    /// Units that the shopper wants to send back.
    return_asked: u16,
    /// Units that came back.
    returned: u16,
}

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
struct EventShown {
    /// When.
    at: Moment,
    /// The event's name.
    kind: String,
    /// Its fields.
    body: Value,
}

/// A place in a list of orders.
struct Position(OrderCursor);

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0.seq, self.0.order)
    }
}

impl FromStr for Position {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seq, order) = text.split_once('.').ok_or(())?;
        Ok(Position(OrderCursor {
            seq: Seq(seq.parse().map_err(|_| ())?),
            order: order.parse().map_err(|_| ())?,
        }))
    }
}

/// The shopper's orders, newest first.
#[utoipa::path(get, path = "/v1/orders", tag = "shopper", params(Page),
    responses((status = 200, body = Listed<OrderListed>), Unchanged, Problems))]
async fn orders(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Asking(page): Asking<Page>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = page.limit()?;
    let before = page
        .cursor::<Position>()?
        .map_or(OrderCursor::END, |at| at.0);
    shop.orders_shown(page.at_least(&shop)?).await?;
    let found = shopper
        .orders(&shop, OrderFilter::All, before, limit + 1)
        .await?;
    let page = Listed::of(found, limit, |order| Position(order.cursor()));
    let mut items = Vec::with_capacity(page.items.len());
    for order in &page.items {
        items.push(list(&shop, order).await?);
    }
    let next = page.next;
    Ok(tagged(&headers, &Listed { items, next }))
}

/// One order.
#[utoipa::path(get, path = "/v1/orders/{order}", tag = "shopper",
    params(("order" = String, Path), AtLeast),
    responses((status = 200, body = OrderShown), Unchanged, Problems))]
async fn order(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(order): Path<String>,
    Asking(at_least): Asking<AtLeast>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let order: OrderId = deeds::parse("order", &order)?;
    shop.orders_shown(at_least.seq(&shop)?).await?;
    let found = shop.records.order(order).await?;
    let found = found.ok_or(Refusal::OrderUnknown)?;
    yours(&shopper, found.person)?;
    let language = Language::of(&headers).unwrap_or(shop.settings.language);
    Ok(tagged(&headers, &show(&shop, &found, language).await?))
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
struct Told {
    /// The order.
    order: String,
}

/// Gives an order up; of an unpaid checkout, all orders. What was paid goes back.
#[utoipa::path(post, path = "/v1/orders/{order}/cancel", tag = "shopper",
    params(("order" = String, Path), IdempotencyKey),
    responses((status = 200, body = Told), Problems))]
async fn cancel(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(order): Path<String>,
    asked: Asked<Option<Nothing>>,
) -> Result<Answer<Told>, Problem> {
    let id: OrderId = deeds::parse("order", &order)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::cancel_order(&shop, &shopper, key, id).await?;
    Ok(answer(&shop, StatusCode::OK, done.map(|()| Told { order })))
}

/// Asks to send units back, for their money or for others.
#[utoipa::path(post, path = "/v1/orders/{order}/returns", tag = "shopper", request_body = ReturnAsk,
    params(("order" = String, Path), IdempotencyKey),
    responses((status = 201, body = ReturnTold), Problems))]
async fn ask_return(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(order): Path<String>,
    asked: Asked<ReturnAsk>,
) -> Result<Answer<ReturnTold>, Problem> {
    let id: OrderId = deeds::parse("order", &order)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::ask_return(&shop, &shopper, key, id, asked.body).await?;
    let told = |asked| ReturnTold {
        order,
        asked: show_return(asked),
    };
    Ok(answer(&shop, StatusCode::CREATED, done.map(told)))
}

/// What was asked, as the API tells it.
fn show_return(request: ReturnRequest) -> ReturnShown {
    let line = |line: records::ReturnLine| ReturnLineShown {
        line: line.line,
        units: line.units,
        exchange_for: line.wish,
    };
    ReturnShown {
        id: request.id.to_string(),
        kind: match request.kind {
            ReturnKind::Return => "return",
            ReturnKind::Exchange => "exchange",
        },
        reason: request.reason.name(),
        payer: match request.payer {
            ReturnPayer::Buyer => "buyer",
            ReturnPayer::Seller => "seller",
        },
        fee: in_currency(request.currency)(request.fee),
        note: request.note,
        asked_at: request.asked_at.into(),
        lines: request.lines.into_iter().map(line).collect(),
    }
}

async fn list(shop: &Shop, order: &Order) -> Result<OrderListed, Problem> {
    let money = in_currency(order.currency);
    Ok(OrderListed {
        order: order.order.to_string(),
        checkout: order.checkout.to_string(),
        state: order_state(order.state),
        seller: deeds::seller_id(shop, order.seller).await?,
        total: money(order.total),
        refunded: money(order.refunded),
        placed_at: order.placed_at.into(),
    })
}

async fn show(shop: &Shop, order: &Order, language: Language) -> Result<OrderShown, Problem> {
    let money = in_currency(order.currency);
    let mut lines = Vec::new();
    for line in shop.records.lines(order.order).await? {
        lines.push(show_line(shop, &line, order.currency).await?);
    }
    let events = shop.records.events_of(order.order).await?;
    let returns = shop.records.returns_of(order.order).await?;
    Ok(OrderShown {
        listed: list(shop, order).await?,
        lines,
        goods: money(order.goods),
        shipping: money(order.shipping),
        tax: money(order.tax),
        shipments: deeds::shipments(shop, order.order, language).await?,
        returns: returns.into_iter().map(show_return).collect(),
        events: events.into_iter().map(show_event).collect(),
    })
}

async fn show_line(
    shop: &Shop,
    line: &OrderLine,
    currency: Currency,
) -> Result<LineShown, Problem> {
    let money = in_currency(currency);
    Ok(LineShown {
        line: line.line,
        deal: shop.directory.deal_id(line.deal).await?,
        sku: shop.directory.sku_id(line.sku).await?,
        units: line.units,
        price: money(line.price),
        refunded: money(line.refunded),
        shipped: line.shipped,
        delivered: line.delivered,
        return_asked: line.return_asked,
        returned: line.returned,
    })
}

fn in_currency(currency: Currency) -> impl Fn(Amount) -> Sum {
    move |amount| Sum { amount, currency }
}

fn show_event(event: OrderEvent) -> EventShown {
    EventShown {
        at: event.at.into(),
        kind: event.kind,
        body: event.body,
    }
}
