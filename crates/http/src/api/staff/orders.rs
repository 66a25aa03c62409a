//! Orders: found by what people say on the phone, seen with all that happened, refunded, cancelled.

use crate::api::answer::{Answer, answer};
use crate::api::asking::{Asking, AtLeast, Listed, Page};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::deeds::Sum;
use crate::deeds::parse;
use crate::deeds::staff::{self, OrderCard, OrderPosition, OrderSheet, RefundAsk, ScopeAsk};
use crate::problem::{Problem, ProblemBody};
use crate::request_key::{Asked, Nothing};
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use money::Currency;
use records::{OrderCursor, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::OrderId;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(read))
        .routes(routes!(refund))
        .routes(routes!(cancel))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// The number of an order or checkout or its first 8 digits, a phone number or its last four, the
    /// beginning of a mail address or of a name; without it all orders.
    #[serde(default)]
    query: String,
}

/// How much goes back.
#[derive(Deserialize, ToSchema)]
#[schema(as = RefundAsk)]
#[serde(deny_unknown_fields)]
struct Refunding {
    /// `whole`, `line` (the price of some units) or `part` (an amount of one line).
    scope: ScopeAsk,
    /// Of `line` and `part`: which line, from 0.
    #[serde(default)]
    line: u8,
    /// Of `line`: how many units.
    #[serde(default)]
    units: u16,
    /// Of `part`: how much.
    amount: Option<Sum>,
}

/// A refund that was ordered.
#[derive(Serialize, ToSchema)]
struct Refunded {
    /// Its number.
    refund: String,
    /// How much goes back.
    amount: Sum,
}

/// An order to which something was done.
#[derive(Serialize, ToSchema)]
struct OrderNamed {
    /// Its id.
    order: String,
}

/// Finds orders, the newest first.
#[utoipa::path(get, path = "/v1/staff/orders", tag = "staff", params(Sought, Page),
    responses((status = 200, body = Listed<OrderCard>), Problems))]
async fn search(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(sought): Asking<Sought>,
    Asking(page): Asking<Page>,
) -> Result<Json<Listed<OrderCard>>, Problem> {
    who.require(Role::Viewer)?;
    shop.orders_shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let before = page.cursor::<OrderPosition>()?;
    let before = before.map_or(OrderCursor::END, |position| position.0);
    let found = match sought.query.trim() {
        "" => shop.records.newest_orders(before, limit + 1).await?,
        text => shop.records.search_orders(text, before, limit + 1).await?,
    };
    let found = Listed::of(found, limit, |order| OrderPosition(order.cursor()));
    let mut items = Vec::with_capacity(found.items.len());
    for order in &found.items {
        items.push(staff::order_card(&shop, order).await?);
    }
    let next = found.next;
    Ok(Json(Listed { items, next }))
}

/// One order with its lines, its payments and refunds, where it goes, and everything that happened.
#[utoipa::path(get, path = "/v1/staff/orders/{order}", tag = "staff", params(AtLeast),
    responses((status = 200, body = OrderSheet), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(order): Path<String>,
    Asking(at_least): Asking<AtLeast>,
) -> Result<Json<OrderSheet>, Problem> {
    who.require(Role::Viewer)?;
    shop.orders_shown(at_least.seq(&shop)?).await?;
    let order = staff::known_order(&shop, parse("order", &order)?).await?;
    Ok(Json(staff::order_sheet(&shop, &order).await?))
}

/// Orders a refund of a paid order.
#[utoipa::path(post, path = "/v1/staff/orders/{order}/refunds", tag = "staff", params(IdempotencyKey), request_body = Refunding, responses(
    (status = 201, body = Refunded),
    (status = 409, description = "Not paid, or more than is left.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn refund(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(order): Path<String>,
    asked: Asked<Refunding>,
) -> Result<Answer<Refunded>, Problem> {
    let key = asked.key_by(&who.scope());
    let order = staff::known_order(&shop, parse("order", &order)?).await?;
    let ask = refund_ask(asked.body, order.currency)?;
    let done = staff::refund(&shop, &who, key, order.order, ask).await?;
    let refunded = done.map(|ordered| Refunded {
        refund: ordered.refund.to_string(),
        amount: Sum {
            amount: ordered.amount,
            currency: order.currency,
        },
    });
    Ok(answer(&shop, StatusCode::CREATED, refunded))
}

/// Cancels an order. Of an unpaid checkout all orders are closed; of a paid one this order's money
/// goes back.
#[utoipa::path(post, path = "/v1/staff/orders/{order}/cancel", tag = "staff", params(IdempotencyKey), responses(
    (status = 200, body = OrderNamed),
    (status = 409, description = "Closed already, or units have left the house.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn cancel(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(order): Path<String>,
    asked: Asked<Option<Nothing>>,
) -> Result<Answer<OrderNamed>, Problem> {
    let order: OrderId = parse("order", &order)?;
    let done = staff::cancel_order(&shop, &who, asked.key_by(&who.scope()), order).await?;
    let order = order.to_string();
    Ok(answer(
        &shop,
        StatusCode::OK,
        done.map(|()| OrderNamed { order }),
    ))
}

fn refund_ask(ask: Refunding, currency: Currency) -> Result<RefundAsk, Problem> {
    let amount = match (ask.scope, ask.amount) {
        (ScopeAsk::Part, None) => {
            return Err(Problem::field("amount", "says how much of the line"));
        }
        (_, None) => 0,
        (_, Some(sum)) if sum.currency == currency => sum.amount.0,
        (_, Some(_)) => return Err(Problem::field("amount.currency", format!("is {currency}"))),
    };
    let Refunding {
        scope, line, units, ..
    } = ask;
    Ok(RefundAsk {
        scope,
        line,
        units,
        amount,
    })
}
