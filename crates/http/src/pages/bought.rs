//! What was bought: orders of the order tables joined with the names of the directory.

use super::deposit::Deposit;
use super::frame::Frame;
use super::history::Happened;
use super::order::{LineStanding, MoneyRow, OrderRow};
use super::payment::{PricedOrder, Standing};
use super::returning::ReturnRow;
use super::window::{item, option, seller_name};
use super::words::Words;
use crate::countries;
use crate::deposits;
use crate::problem::Problem;
use crate::shop::Shop;
use money::Amount;
use records::{Contact, Order, OrderEvent, OrderLine, ReturnKind, ReturnRequest};
use std::collections::BTreeMap;
use vocabulary::{CheckoutId, Method, Millis, OrderState, RefundState};

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
        let item = item(shop, frame, line.deal, line.sku).await?;
        standings.push(LineStanding {
            line: line.line,
            name: item.full_name(),
            picture: item.picture,
            deal: item.deal,
            units: line.units,
            refunded: line.units_refunded,
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
    let standings = line_standings(shop, frame, &lines).await?;
    let pay_by = match order.state {
        OrderState::Placed => shop.records.checkout(order.checkout).await?,
        _ => None,
    };
    let first = standings.first();
    Ok(OrderRow {
        order: order.order.to_string(),
        checkout: order.checkout.to_string(),
        seller: seller_name(shop, frame, order.seller).await?,
        first: first.map_or_else(|| order.order.to_string(), |first| first.name.clone()),
        picture: first.and_then(|first| first.picture.clone()),
        more: standings.len().saturating_sub(1),
        total: order.total,
        currency: order.currency,
        standing: standing(order),
        progress: progress(standing(order), &standings),
        placed_at: order.placed_at,
        pay_by: pay_by
            .map(|checkout| checkout.pay_by)
            .filter(|pay_by| frame.now < *pay_by),
    })
}

/// How far a paid order is on its way.
pub fn progress(standing: Standing, lines: &[LineStanding]) -> Option<&'static str> {
    let all = |of: fn(&LineStanding) -> u16| lines.iter().all(|line| of(line) >= line.units);
    let any = |of: fn(&LineStanding) -> u16| lines.iter().any(|line| of(line) > 0);
    match standing {
        Standing::Paid if any(|line| line.returned) => Some("progress-returned"),
        Standing::Paid if any(|line| line.return_asked) => Some("progress-return-asked"),
        Standing::Paid if all(|line| line.delivered) => Some("progress-delivered"),
        Standing::Paid if any(|line| line.shipped) => Some("progress-shipped"),
        _ => None,
    }
}

/// How an order was paid, and what of it goes back.
///
/// # Errors
/// Those of the records.
pub async fn money(shop: &Shop, order: &Order) -> Result<Vec<MoneyRow>, Problem> {
    let tries = shop.records.payments(order.checkout).await?;
    let paid_by = order.paid.map(|(_, payment)| payment);
    let paid = tries.iter().filter(|one| Some(one.payment) == paid_by);
    let paid = paid.map(|one| MoneyRow {
        what: method_message(one.method),
        amount: order.total,
        months: one.months,
        at: order.paid.map_or(one.changed_at, |(at, _)| at),
    });
    let refunds = shop.records.refunds(order.checkout).await?;
    let refunds = refunds.iter().filter(|one| one.order == Some(order.order));
    let refunds = refunds.map(|one| MoneyRow {
        what: match one.state {
            RefundState::Due => "money-refund-due",
            RefundState::Sent => "money-refund-sent",
            RefundState::Failed => "money-refund-failed",
        },
        amount: one.amount,
        months: 0,
        at: one.changed_at,
    });
    Ok(paid.chain(refunds).collect())
}

/// The message that says how it was paid.
pub fn method_message(method: Method) -> &'static str {
    match method {
        Method::Card => "method-card",
        Method::Wallet => "method-wallet",
        Method::Deposit => "method-deposit",
    }
}

/// Who receives it and where, as people write it, and what the courier should know.
pub fn contact_lines(w: &Words, contact: Contact) -> Vec<String> {
    let mut lines = vec![format!("{} {}", contact.name, contact.phone), contact.mail];
    lines.extend(countries::lines(&contact.place));
    if !contact.drop_off.is_empty() {
        lines.push(w.say(&format!("drop-off-{}", contact.drop_off)));
    }
    if !contact.entrance_code.is_empty() {
        let code = [("code", contact.entrance_code.into())];
        lines.push(w.say_with("desk-entrance-code", code));
    }
    lines.push(contact.memo);
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// What was asked to be sent back of an order, as rows.
///
/// # Errors
/// Those of the records.
pub async fn return_rows(
    shop: &Shop,
    frame: &Frame,
    order: &Order,
    lines: &[OrderLine],
) -> Result<Vec<ReturnRow>, Problem> {
    let mut asked_before: BTreeMap<u8, u16> = BTreeMap::new();
    let mut rows = Vec::new();
    for request in shop.records.returns_of(order.order).await? {
        for line in &request.lines {
            *asked_before.entry(line.line).or_default() += line.units;
        }
        rows.push(ReturnRow {
            state: return_state(&request, lines, &asked_before),
            lines: return_lines(shop, frame, &request, lines).await?,
            kind: request.kind,
            reason: request.reason,
            payer: request.payer,
            fee: request.fee,
            currency: request.currency,
            note: request.note,
            asked_at: request.asked_at,
        });
    }
    Ok(rows)
}

/// Requests are served in their order: one has come back once as many units have as were asked up to it.
fn return_state(
    request: &ReturnRequest,
    lines: &[OrderLine],
    asked: &BTreeMap<u8, u16>,
) -> &'static str {
    let all = |of: fn(&OrderLine) -> u16| {
        request.lines.iter().all(|one| {
            let line = lines.iter().find(|line| line.line == one.line);
            let asked = asked.get(&one.line).copied().unwrap_or_default();
            line.is_some_and(|line| of(line) >= asked)
        })
    };
    // The way back may have been taken off, so that any sum will do.
    let refunded = request.lines.iter().all(|one| {
        let line = lines.iter().find(|line| line.line == one.line);
        line.is_some_and(|line| !line.refunded.is_zero())
    });
    match (refunded, all(|line| line.returned), request.kind) {
        (true, _, _) => "return-state-refunded",
        (_, true, ReturnKind::Exchange) => "return-state-exchange-arrived",
        (_, true, ReturnKind::Return) => "return-state-arrived",
        _ => "return-state-asked",
    }
}

async fn return_lines(
    shop: &Shop,
    frame: &Frame,
    request: &ReturnRequest,
    lines: &[OrderLine],
) -> Result<Vec<(String, u16, Option<String>)>, Problem> {
    let mut named = Vec::with_capacity(request.lines.len());
    for one in &request.lines {
        let Some(line) = lines.iter().find(|line| line.line == one.line) else {
            continue;
        };
        let name = line_name(shop, frame, line).await?;
        let wish = match &one.wish {
            Some(wish) => Some(wish_name(shop, frame, wish).await?),
            None => None,
        };
        named.push((name, one.units, wish));
    }
    Ok(named)
}

/// What is wanted instead, in the visitor's language.
async fn wish_name(shop: &Shop, frame: &Frame, sku: &str) -> Result<String, Problem> {
    let found = shop.records.sku(sku).await?;
    let name = found.map(|sku| option(frame, &sku));
    let name = name.filter(|name| !name.is_empty());
    Ok(name.unwrap_or_else(|| frame.words.say("return-same")))
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
