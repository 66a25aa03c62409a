//! `/orders`: what a shopper ordered, and what they may still ask for it.

use crate::deeds::{self, LineAsk};
use crate::pages::bought::{
    catch_up, deposit_awaited, happened, line_standings, priced, row, standing,
};
use crate::pages::order::{OrderPage, OrdersPage};
use crate::pages::visit::{Visit, after};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::who::Shopper;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Redirect;
use maud::Markup;
use records::{Order, OrderCursor};
use serde::Deserialize;
use vocabulary::{OrderId, Refusal, Seq};

/// Orders of a page.
const LISTED_MAX: usize = 20;

/// Where a list goes on: the order behind which it does.
#[derive(Debug, Default, Deserialize)]
pub struct Before {
    before: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Keyed {
    /// Made when the form was rendered.
    pub key: String,
}

#[derive(Debug, Deserialize)]
pub struct Return {
    key: String,
    line: u8,
    units: u16,
}

impl Return {
    fn ask(&self) -> LineAsk {
        LineAsk {
            line: self.line,
            units: self.units,
        }
    }
}

/// The shopper's orders.
pub async fn list(visit: Visit, Query(asked): Query<Before>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let Some(shopper) = visit.shopper else {
        return Ok(OrdersPage::default().render(frame));
    };
    catch_up(shop).await;
    let before = asked.cursor()?;
    let mut orders = shopper.orders(shop, before, LISTED_MAX as u32 + 1).await?;
    let more = orders.len() > LISTED_MAX;
    orders.truncate(LISTED_MAX);
    let next = orders
        .last()
        .filter(|_| more)
        .map(|last| format!("/orders?before={}", cursor_text(last.cursor())));
    let mut rows = Vec::with_capacity(orders.len());
    for order in &orders {
        rows.push(row(shop, frame, order).await?);
    }
    Ok(OrdersPage { rows, next }.render(frame))
}

/// One order.
pub async fn show(visit: Visit, Path(order): Path<String>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    catch_up(shop).await;
    let order = own_order(&visit, &order).await?;
    let lines = shop.records.lines(order.order).await?;
    let checkout = shop.records.checkout(order.checkout).await?;
    let page = OrderPage {
        priced: priced(shop, frame, &order, &lines).await?,
        checkout: order.checkout.to_string(),
        currency: order.currency,
        standing: standing(&order),
        pay_by: checkout.map(|checkout| checkout.pay_by),
        deposit: deposit_awaited(shop, frame.now, order.checkout).await?,
        refunded: order.refunded,
        lines: line_standings(shop, frame, &lines).await?,
        events: happened(shop.records.events_of(order.order).await?),
    };
    Ok(page.render(frame))
}

/// Cancels an order.
pub async fn cancel(
    visit: Visit,
    shopper: Shopper,
    Path(order): Path<String>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let here = format!("/orders/{order}");
    let key = Key::of(&form.key, &[b"cancel", order.as_bytes()])?.by(&shopper.scope());
    let cancelled = deeds::cancel_order(&visit.shop, &shopper, Some(key), id(&order)?).await;
    after(&visit.shop, cancelled, &here, "cancelled", &here).await
}

/// Asks to send units of a line back.
pub async fn ask_return(
    visit: Visit,
    shopper: Shopper,
    Path(order): Path<String>,
    Form(form): Form<Return>,
) -> Result<Redirect, Problem> {
    let here = format!("/orders/{order}");
    let asked: [&[u8]; 4] = [
        b"return",
        order.as_bytes(),
        &[form.line],
        &form.units.to_be_bytes(),
    ];
    let key = Key::of(&form.key, &asked)?.by(&shopper.scope());
    let returned =
        deeds::ask_return(&visit.shop, &shopper, Some(key), id(&order)?, form.ask()).await;
    after(&visit.shop, returned, &here, "return-asked", &here).await
}

/// The order of a path.
pub fn id(text: &str) -> Result<OrderId, Problem> {
    text.parse().map_err(|_| Kind::NOT_FOUND.into())
}

/// A cursor as part of an address.
pub fn cursor_text(cursor: OrderCursor) -> String {
    format!("{}.{}", cursor.seq, cursor.order)
}

async fn own_order(visit: &Visit, order: &str) -> Result<Order, Problem> {
    let found = visit.shop.records.order(id(order)?).await?;
    let found = found.ok_or(Problem::from(Kind::NOT_FOUND))?;
    let own = visit
        .shopper
        .is_some_and(|shopper| shopper.is(found.person));
    if own {
        Ok(found)
    } else {
        Err(Refusal::NotYours.into())
    }
}

impl Before {
    /// The position, before the newest where none is told.
    pub fn cursor(&self) -> Result<OrderCursor, Problem> {
        let Some(text) = &self.before else {
            return Ok(OrderCursor::END);
        };
        let cursor = text.split_once('.').and_then(|(seq, order)| {
            Some(OrderCursor {
                seq: Seq(seq.parse().ok()?),
                order: order.parse().ok()?,
            })
        });
        cursor.ok_or(Kind::INVALID.into())
    }
}
