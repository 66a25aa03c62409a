//! `/desk/orders`: finding an order, and what staff do with it.

use crate::deeds::all_shipments;
use crate::deeds::staff::{self, RefundAsk, ScopeAsk};
use crate::pages::bought::{
    catch_up, contact_lines, happened, line_standings, method_message, priced, progress,
    return_rows, standing,
};
use crate::pages::desk::orders::{
    Attempt, ContactLines, OrderDesk, OrderRow, OrdersPage, RefundAsked, RefundRow, WrongRefund,
};
use crate::pages::notice::Notice;
use crate::pages::routes::orders::{Before, Keyed, cursor_text, id};
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, after, again, go};
use crate::pages::window::seller_name;
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use money::Amount;
use records::{Order, OrderLine, OrderPayment, OrderRefund, Role};
use serde::Deserialize;
use vocabulary::{CheckoutId, PaymentState, RefundState, Refusal};

/// Orders of a page.
const LISTED_MAX: usize = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Find {
    query: String,
}

/// What is to go back, as typed: the amount is a decimal text.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    scope: ScopeAsk,
    #[serde(default)]
    line: u8,
    #[serde(default)]
    units: String,
    #[serde(default)]
    amount: String,
}

/// What was confirmed: the amount is in minor units.
#[derive(Debug, Deserialize)]
pub struct Confirmed {
    key: String,
    scope: ScopeAsk,
    line: u8,
    units: u16,
    amount: i64,
}

/// The newest orders, or those that were searched for.
pub async fn list(
    visit: DeskVisit,
    Query(find): Query<Find>,
    Query(asked): Query<Before>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    catch_up(shop).await;
    let (before, count) = (asked.cursor()?, LISTED_MAX as u32 + 1);
    let mut orders = match find.query.trim() {
        "" => shop.records.newest_orders(before, count).await?,
        query => shop.records.search_orders(query, before, count).await?,
    };
    let more = orders.len() > LISTED_MAX;
    orders.truncate(LISTED_MAX);
    let next = orders.last().filter(|_| more).map(|last| {
        format!(
            "/desk/orders?query={}&before={}",
            escaped(&find.query),
            cursor_text(last.cursor())
        )
    });
    let mut rows = Vec::with_capacity(orders.len());
    for order in &orders {
        rows.push(row(&visit, order).await?);
    }
    let page = OrdersPage {
        query: find.query,
        rows,
        next,
    };
    Ok(page.render(frame, &visit.staff.name))
}

/// One order with everything that happened to it.
pub async fn show(visit: DeskVisit, Path(order): Path<String>) -> Result<Markup, Problem> {
    catch_up(&visit.shop).await;
    let order = known(&visit, &order).await?;
    sheet(&visit, &order, None).await
}

async fn sheet(
    visit: &DeskVisit,
    order: &Order,
    wrong_refund: Option<WrongRefund>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let records = &shop.records;
    let lines = records.lines(order.order).await?;
    let standings = line_standings(shop, frame, &lines).await?;
    let refunds = records.refunds(order.checkout).await?;
    let page = OrderDesk {
        priced: priced(shop, frame, order, &lines).await?,
        currency: order.currency,
        standing: standing(order),
        progress: progress(standing(order), &standings),
        lines: standings.into_iter().zip(lines.iter().map(left)).collect(),
        refunded: order.refunded,
        contact: ContactLines(all_of_contact(visit, order.checkout).await?),
        attempts: records
            .payments(order.checkout)
            .await?
            .iter()
            .map(attempt)
            .collect(),
        refunds: refunds
            .iter()
            .filter(|refund| refund.order == Some(order.order))
            .map(refund_row)
            .collect(),
        returns: return_rows(shop, frame, order, &lines).await?,
        shipments: all_shipments(shop, order.order, frame.words.language).await?,
        events: happened(records.events_of(order.order).await?),
        may_refund: visit.staff.role >= Role::Support,
        wrong_refund,
    };
    Ok(page.render(frame, &visit.staff.name))
}

/// Shows the sum before it goes back.
pub async fn refund_page(
    visit: DeskVisit,
    Path(order): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let order = known(&visit, &order).await?;
    let here = format!("/desk/orders/{}", order.order);
    let lines = visit.shop.records.lines(order.order).await?;
    let line = lines.iter().find(|line| line.line == wanted.line);
    let (units, amount) = match (wanted.scope, line) {
        (ScopeAsk::Whole, _) => (
            0,
            order.total.checked_sub(order.refunded).unwrap_or_default(),
        ),
        (_, None) => (0, Amount::ZERO),
        (_, Some(line)) => match wanted.of_line(&order, line) {
            Ok(sum) => sum,
            Err(wrong) => return Ok(again(sheet(&visit, &order, Some(wrong)).await?)),
        },
    };
    if amount == Amount::ZERO {
        return Ok(go(&here, Notice::Refused(Refusal::NothingAsked)).into_response());
    }
    let page = RefundAsked {
        order: order.order.to_string(),
        scope: wanted.scope_name().to_owned(),
        line: wanted.line,
        units,
        amount,
        currency: order.currency,
        what: what(&visit, &wanted, units, line).await?,
    };
    Ok(page.render(&visit.frame, &visit.staff.name).into_response())
}

/// Sends it back.
pub async fn refund(
    visit: DeskVisit,
    Path(order): Path<String>,
    Form(form): Form<Confirmed>,
) -> Result<Redirect, Problem> {
    let here = format!("/desk/orders/{order}");
    let order = id(&order)?;
    let asked = [
        here.clone(),
        format!(
            "{:?} {} {} {}",
            form.scope, form.line, form.units, form.amount
        ),
    ];
    let key =
        Key::of(&form.key, &[asked[0].as_bytes(), asked[1].as_bytes()])?.by(&visit.staff.scope());
    let ask = RefundAsk {
        scope: form.scope,
        line: form.line,
        units: form.units,
        amount: form.amount,
    };
    let refunded = staff::refund(&visit.shop, &visit.staff, Some(key), order, ask).await;
    after(&visit.shop, refunded, &here, "refunded", &here).await
}

/// Cancels the order in the shop's name.
pub async fn cancel(
    visit: DeskVisit,
    Path(order): Path<String>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let here = format!("/desk/orders/{order}");
    let key = Key::of(&form.key, &[b"cancel", order.as_bytes()])?.by(&visit.staff.scope());
    let cancelled = staff::cancel_order(&visit.shop, &visit.staff, Some(key), id(&order)?).await;
    after(&visit.shop, cancelled, &here, "order-cancelled", &here).await
}

pub(super) async fn known(visit: &DeskVisit, order: &str) -> Result<Order, Problem> {
    let order = visit.shop.records.order(id(order)?).await?;
    order.ok_or(Kind::NOT_FOUND.into())
}

async fn row(visit: &DeskVisit, order: &Order) -> Result<OrderRow, Problem> {
    let records = &visit.shop.records;
    let contact = records.contact(order.checkout).await?;
    let lines = records.lines(order.order).await?;
    let lines = line_standings(&visit.shop, &visit.frame, &lines).await?;
    Ok(OrderRow {
        order: order.order.to_string(),
        seller: seller_name(&visit.shop, &visit.frame, order.seller).await?,
        recipient: contact.map(|contact| contact.name).unwrap_or_default(),
        total: order.total,
        currency: order.currency,
        standing: standing(order),
        progress: progress(standing(order), &lines),
        placed_at: order.placed_at,
    })
}

async fn what(
    visit: &DeskVisit,
    wanted: &Wanted,
    units: u16,
    line: Option<&OrderLine>,
) -> Result<String, Problem> {
    let w = &visit.frame.words;
    let named = line_standings(
        &visit.shop,
        &visit.frame,
        line.map_or(&[], std::slice::from_ref),
    )
    .await?;
    let name = named
        .into_iter()
        .next()
        .map(|line| line.name)
        .unwrap_or_default();
    Ok(match wanted.scope {
        ScopeAsk::Whole => w.say("refund-whole"),
        ScopeAsk::Line => w.say_with(
            "refund-units-of",
            [("name", name.into()), ("units", units.into())],
        ),
        ScopeAsk::Part => w.say_with("refund-part-of", [("name", name.into())]),
    })
}

impl Wanted {
    /// For how many units of a line how much goes back, or what is wrong; the ledger has the last word.
    fn of_line(&self, order: &Order, line: &OrderLine) -> Result<(u16, Amount), WrongRefund> {
        let (sum, field, message) = match self.scope {
            ScopeAsk::Part => (self.part(order), "amount", "refund-amount-wrong"),
            _ => (self.of_units(line), "units", "refund-units-wrong"),
        };
        let sum = sum.filter(|(_, sum)| *sum > Amount::ZERO && *sum <= left(line));
        sum.ok_or_else(|| WrongRefund {
            line: line.line,
            units: self.units.clone(),
            amount: self.amount.clone(),
            field,
            message,
        })
    }

    fn part(&self, order: &Order) -> Option<(u16, Amount)> {
        let amount = money::parse(self.amount.trim(), order.currency).ok()?;
        Some((0, amount))
    }

    fn of_units(&self, line: &OrderLine) -> Option<(u16, Amount)> {
        let units: u16 = self.units.trim().parse().ok()?;
        let sum = line.price.checked_mul(i64::from(units))?;
        (units <= line.units - line.units_refunded).then_some((units, sum))
    }

    fn scope_name(&self) -> &'static str {
        match self.scope {
            ScopeAsk::Whole => "whole",
            ScopeAsk::Line => "line",
            ScopeAsk::Part => "part",
        }
    }
}

/// What of a line's price has not gone back.
fn left(line: &OrderLine) -> Amount {
    let whole = line.price.checked_mul(i64::from(line.units));
    whole
        .and_then(|whole| whole.checked_sub(line.refunded))
        .unwrap_or(Amount::ZERO)
}

/// Where it goes, whom to call, what the courier should know; and of a deposit where it would go back to and
/// for whom it is reported.
async fn all_of_contact(visit: &DeskVisit, checkout: CheckoutId) -> Result<Vec<String>, Problem> {
    let (records, w) = (&visit.shop.records, &visit.frame.words);
    let contact = records.contact(checkout).await?;
    let mut lines = contact.map_or_else(Vec::new, |contact| contact_lines(w, contact));
    if let Some(account) = records.refund_account(checkout).await? {
        let account = format!("{} {} {}", account.bank, account.number, account.holder);
        lines.push(w.say_with("goes-back", [("account", account.into())]));
    }
    if let Some(receipt) = records.cash_receipt(checkout).await? {
        let purpose = w.say(&format!("receipt-{}", receipt.purpose.word()));
        lines.push(format!(
            "{}: {purpose} {}",
            w.say("cash-receipt"),
            receipt.number
        ));
    }
    Ok(lines)
}

fn attempt(payment: &OrderPayment) -> Attempt {
    Attempt {
        attempt: payment.payment.attempt,
        method: method_message(payment.method),
        amount: payment.amount,
        state: match payment.state {
            PaymentState::Started => "payment-started",
            PaymentState::Authorised => "payment-authorised",
            PaymentState::Captured => "payment-captured",
            PaymentState::Declined => "payment-declined",
            PaymentState::Lapsed => "payment-lapsed",
            PaymentState::Voiding => "payment-voiding",
            PaymentState::Voided => "payment-voided",
            PaymentState::Suspended => "payment-suspended",
        },
        started_at: payment.started_at,
    }
}

fn refund_row(refund: &OrderRefund) -> RefundRow {
    RefundRow {
        refund: refund.refund.to_string(),
        amount: refund.amount,
        state: match refund.state {
            RefundState::Due => "refund-due",
            RefundState::Sent => "refund-sent",
            RefundState::Failed => "refund-failed",
        },
        ordered_at: refund.ordered_at,
    }
}
