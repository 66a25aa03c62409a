//! `/orders`: what a shopper ordered, and what they may still ask for it.

use crate::deeds;
use crate::pages::bought::{
    catch_up, contact_lines, deposit_awaited, happened, line_standings, money, priced, progress,
    return_rows, row, standing,
};
use crate::pages::order::{OrderPage, OrdersPage};
use crate::pages::receipt::Receipt;
use crate::pages::visit::{Visit, after};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Redirect;
use maud::Markup;
use records::{Order, OrderCursor, OrderEvent, OrderFilter, OrderLine};
use serde::Deserialize;
use std::cmp::Reverse;
use vocabulary::{Millis, OrderId, Refusal, Seq};

/// Orders of a page.
const LISTED_MAX: usize = 20;

/// Where a list goes on: the order behind which it does.
#[derive(Debug, Default, Deserialize)]
pub struct Before {
    before: Option<String>,
}

/// Which orders are wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    shown: String,
}

#[derive(Debug, Deserialize)]
pub struct Keyed {
    /// Made when the form was rendered.
    pub key: String,
}

/// The shopper's orders.
pub async fn list(
    visit: Visit,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Before>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let filter = wanted.filter();
    let shown = match filter {
        OrderFilter::All => String::new(),
        _ => wanted.shown.clone(),
    };
    let Some(shopper) = visit.shopper else {
        let nothing = OrdersPage {
            shown,
            ..OrdersPage::default()
        };
        return Ok(nothing.render(frame));
    };
    catch_up(shop).await;
    let (before, count) = (asked.cursor()?, LISTED_MAX as u32 + 1);
    let mut orders = shopper.orders(shop, filter, before, count).await?;
    let more = orders.len() > LISTED_MAX;
    orders.truncate(LISTED_MAX);
    let next = orders.last().filter(|_| more).map(|last| {
        format!(
            "/orders?shown={shown}&before={}",
            cursor_text(last.cursor())
        )
    });
    let mut rows = Vec::with_capacity(orders.len());
    for order in &orders {
        rows.push(row(shop, frame, order).await?);
    }
    rows.sort_by_key(|row| Reverse(row.pay_by.is_some()));
    Ok(OrdersPage { rows, shown, next }.render(frame))
}

/// One order.
pub async fn show(visit: Visit, Path(order): Path<String>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    catch_up(shop).await;
    let order = own_order(&visit, &order).await?;
    let lines = shop.records.lines(order.order).await?;
    let checkout = shop.records.checkout(order.checkout).await?;
    let contact = shop.records.contact(order.checkout).await?;
    let events = shop.records.events_of(order.order).await?;
    let standings = line_standings(shop, frame, &lines).await?;
    let page = OrderPage {
        priced: priced(shop, frame, &order, &lines).await?,
        seller: seller(shop, &order, frame.now).await?,
        checkout: order.checkout.to_string(),
        currency: order.currency,
        standing: standing(&order),
        progress: progress(standing(&order), &standings),
        pay_by: checkout.map(|checkout| checkout.pay_by),
        deposit: deposit_awaited(shop, frame.now, order.checkout).await?,
        refunded: order.refunded,
        lines: standings,
        shipments: deeds::shipments(shop, order.order, frame.words.language).await?,
        money: money(shop, &order).await?,
        contact: contact
            .map(|contact| contact_lines(&frame.words, contact))
            .unwrap_or_default(),
        returns: return_rows(shop, frame, &order, &lines).await?,
        return_until: return_until(shop, &lines, &events),
        events: happened(events),
    };
    Ok(page.render(frame))
}

/// The order on paper.
pub async fn receipt(visit: Visit, Path(order): Path<String>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    catch_up(shop).await;
    let order = own_order(&visit, &order).await?;
    let lines = shop.records.lines(order.order).await?;
    let seller = shop
        .directory
        .seller_numbered(order.seller, frame.now)
        .await?;
    let (paid_at, _) = order.paid.ok_or(Problem::from(Kind::NOT_FOUND))?;
    let receipt = Receipt {
        priced: priced(shop, frame, &order, &lines).await?,
        business: seller
            .map(|seller| seller.business.clone())
            .unwrap_or_default(),
        currency: order.currency,
        refunded: order.refunded,
        money: money(shop, &order).await?,
        paid_at,
    };
    Ok(receipt.render(frame))
}

/// The shop's own id of who sells, where there is one.
async fn seller(shop: &Shop, order: &Order, now: Millis) -> Result<Option<String>, Problem> {
    let seller = shop.directory.seller_numbered(order.seller, now).await?;
    Ok(seller.map(|seller| seller.id.clone()))
}

/// Until when units may be sent back: each line by its last delivery, the order by its last line.
pub fn return_until(shop: &Shop, lines: &[OrderLine], events: &[OrderEvent]) -> Option<Millis> {
    let ends = lines
        .iter()
        .filter_map(|line| line_until(shop, line.line, events));
    ends.max()
}

/// Until when units of a line may be sent back, once some arrived.
pub fn line_until(shop: &Shop, line: u8, events: &[OrderEvent]) -> Option<Millis> {
    let arrived = events.iter().rfind(|event| {
        event.kind == "LineDelivered" && event.body["line"].as_u64() == Some(line.into())
    });
    arrived.map(|event| event.at.plus(shop.settings.withdrawal_ms))
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

/// The order of a path.
pub fn id(text: &str) -> Result<OrderId, Problem> {
    text.parse().map_err(|_| Kind::NOT_FOUND.into())
}

/// A cursor as part of an address.
pub fn cursor_text(cursor: OrderCursor) -> String {
    format!("{}.{}", cursor.seq, cursor.order)
}

/// The order of a path, which must be of who asks.
///
/// # Errors
/// [`Kind::NOT_FOUND`], [`Refusal::NotYours`]; those of the records.
pub async fn own_order(visit: &Visit, order: &str) -> Result<Order, Problem> {
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

impl Wanted {
    fn filter(&self) -> OrderFilter {
        match self.shown.as_str() {
            "running" => OrderFilter::Running,
            "delivered" => OrderFilter::Delivered,
            "back" => OrderFilter::Back,
            _ => OrderFilter::All,
        }
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
