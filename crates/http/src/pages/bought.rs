//! What was bought: orders of the order tables joined with the names of the directory.

use super::deposit::Deposit;
use super::frame::Frame;
use super::history::Happened;
use super::order::{LineStanding, OrderRow};
use super::payment::{PricedOrder, Standing};
use super::window::{item, seller_name};
use crate::deposits;
use crate::problem::Problem;
use crate::shop::Shop;
use money::Amount;
use records::{Order, OrderEvent, OrderLine};
use vocabulary::{CheckoutId, Millis, OrderState};

/// Waits until the order tables show what the shopper may have done a moment ago.
pub async fn catch_up(shop: &Shop) {
    let reached = shop.views().reached();
    // A page that shows a little less is better than none.
    let _ = shop.orders_shown(reached).await;
}

/// The order as its price lines.
///
/// # Errors
/// Those of the records.
pub async fn priced(
    shop: &Shop,
    frame: &Frame,
    order: &Order,
    lines: &[OrderLine],
) -> Result<PricedOrder, Problem> {
    let mut named = Vec::with_capacity(lines.len());
    for line in lines {
        named.push((line_name(shop, frame, line).await?, line.units, line.price));
    }
    Ok(PricedOrder {
        order: order.order.to_string(),
        seller: seller_name(shop, frame, order.seller).await?,
        lines: named,
        goods: order.goods,
        shipping: order
            .shipping
            .checked_sub(order.surcharge)
            .unwrap_or(Amount::ZERO),
        surcharge: order.surcharge,
        tax: order.tax,
        total: order.total,
    })
}

/// What became of each line.
///
/// # Errors
/// Those of the records.
pub async fn line_standings(
    shop: &Shop,
    frame: &Frame,
    lines: &[OrderLine],
) -> Result<Vec<LineStanding>, Problem> {
    let mut standings = Vec::with_capacity(lines.len());
    for line in lines {
        standings.push(LineStanding {
            line: line.line,
            name: line_name(shop, frame, line).await?,
            units: line.units,
            shipped: line.shipped,
            delivered: line.delivered,
            return_asked: line.return_asked,
            returned: line.returned,
        });
    }
    Ok(standings)
}

/// The order as a row.
///
/// # Errors
/// Those of the records.
pub async fn row(shop: &Shop, frame: &Frame, order: &Order) -> Result<OrderRow, Problem> {
    let lines = shop.records.lines(order.order).await?;
    let first = match lines.first() {
        Some(line) => line_name(shop, frame, line).await?,
        None => order.order.to_string(),
    };
    Ok(OrderRow {
        order: order.order.to_string(),
        seller: seller_name(shop, frame, order.seller).await?,
        first,
        more: lines.len().saturating_sub(1),
        total: order.total,
        currency: order.currency,
        standing: standing(order),
        placed_at: order.placed_at,
    })
}

/// The state in the words of the pages. A paid order stays paid when its money goes back; people
/// want to see that it went.
pub fn standing(order: &Order) -> Standing {
    match order.state {
        OrderState::Placed => Standing::Placed,
        OrderState::Confirmed => Standing::Confirmed,
        OrderState::Paid if order.refunded >= order.total => Standing::Refunded,
        OrderState::Paid if !order.refunded.is_zero() => Standing::PartlyRefunded,
        OrderState::Paid => Standing::Paid,
        OrderState::Cancelled => Standing::Cancelled,
        OrderState::Lapsed => Standing::Lapsed,
    }
}

/// The deposit that the shopper was last told to make, while its money may still come.
///
/// # Errors
/// Those of the records.
pub async fn deposit_awaited(
    shop: &Shop,
    now: Millis,
    checkout: CheckoutId,
) -> Result<Option<Deposit>, Problem> {
    let tries = shop.records.payments(checkout).await?;
    let awaited = tries
        .into_iter()
        .rfind(|one| deposits::is_awaited(one.method, one.state, one.deadline, now));
    let Some(awaited) = awaited else {
        return Ok(None);
    };
    let account = deposits::account_of(shop, awaited.payment).await?;
    Ok(account.map(|account| Deposit {
        account,
        amount: awaited.amount,
        currency: awaited.currency,
        until: awaited.deadline,
    }))
}

/// What happened, for a history.
pub fn happened(events: Vec<OrderEvent>) -> Vec<Happened> {
    let happened = events.into_iter().map(|event| Happened {
        at: event.at,
        kind: event.kind,
        body: event.body,
        seller: None,
    });
    happened.collect()
}

/// What happened to a checkout and its orders; with whose order it is about, where there are several.
pub fn happened_to(priced: &[PricedOrder], events: Vec<OrderEvent>) -> Vec<Happened> {
    let seller_of = |event: &OrderEvent| {
        let id = event.order?.to_string();
        let order = priced.iter().find(|order| order.order == id)?;
        (priced.len() > 1).then(|| order.seller.clone())
    };
    let sellers: Vec<Option<String>> = events.iter().map(seller_of).collect();
    let mut happened = happened(events);
    for (event, seller) in happened.iter_mut().zip(sellers) {
        event.seller = seller;
    }
    happened
}

async fn line_name(shop: &Shop, frame: &Frame, line: &OrderLine) -> Result<String, Problem> {
    Ok(item(shop, frame, line.deal, line.sku).await?.full_name())
}
