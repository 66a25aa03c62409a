//! `/checkouts/{checkout}`: the second step, which pays a checkout.

use crate::deeds::{self, DepositPapers, MethodAsk, PaymentAsk, Sum};
use crate::pages::bought::{catch_up, deposit_awaited, happened_to, priced, standing};
use crate::pages::history::Happened;
use crate::pages::payment::{Answer, Payment, Standing, wrong_paper};
use crate::pages::visit::{Visit, refused};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use money::Amount;
use records::{Checkout, OrderPayment};
use serde::Deserialize;
use vocabulary::{DealId, Method, Millis, PaymentId, PaymentState, Refusal, RequestKey};

/// With what the provider sends a shopper back. It is not believed: it only says which try to tell of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Awaited {
    awaited: String,
    payment: String,
    result: String,
}

/// How it is to be paid.
#[derive(Deserialize)]
pub struct Pay {
    amount: i64,
    method: String,
    #[serde(default)]
    months: String,
    #[serde(flatten)]
    papers: DepositPapers,
}

/// How to pay, or how it stands; and where the provider sends the shopper back to.
pub async fn show(
    visit: Visit,
    Path(checkout): Path<String>,
    Query(asked): Query<Awaited>,
) -> Result<Markup, Problem> {
    catch_up(&visit.shop).await;
    let found = own_checkout(&visit, &checkout).await?;
    let page = page(&visit, &found, &asked).await?;
    Ok(page.render(&visit.frame))
}

/// The page as it stands, with nothing typed.
async fn page(visit: &Visit, found: &Checkout, asked: &Awaited) -> Result<Payment, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let orders = shop.records.orders_of_checkout(found.checkout).await?;
    let mut bills = Vec::with_capacity(orders.len());
    let mut deposits = true;
    for order in &orders {
        let lines = shop.records.lines(order.order).await?;
        deposits &= lines.iter().all(|line| takes_deposits(shop, line.deal));
        bills.push(priced(shop, frame, order, &lines).await?);
    }
    let events = shop.records.events_of_checkout(found.checkout).await?;
    let events = happened_to(&bills, events);
    let deposit = deposit_awaited(shop, frame.now, found.checkout).await?;
    // Who transfers the money later is not kept waiting for it now.
    let later = deposit.is_some() && asked.result == "waiting";
    let account = shop.records.refund_account(found.checkout).await?;
    Ok(Payment {
        checkout: found.checkout,
        standing: whole(orders.iter().map(standing)),
        orders: bills,
        total: found.total,
        currency: found.currency,
        pay_by: found.pay_by,
        deposits,
        deposit,
        papers: DepositPapers::default(),
        wrong: Vec::new(),
        goes_back: account.map(|account| {
            format!(
                "{} {} {}",
                account.bank,
                deeds::masked(&account.number),
                account.holder
            )
        }),
        answer: if later {
            Answer::Unasked
        } else {
            asked.answer(&events)
        },
        tried: asked.tried(),
        events,
    })
}

/// Sends the shopper to the provider: to the try that is under way, else to a new one.
pub async fn pay(
    visit: Visit,
    shopper: Shopper,
    Path(checkout): Path<String>,
    Form(form): Form<Pay>,
) -> Result<Response, Problem> {
    let (shop, here) = (&visit.shop, format!("/checkouts/{checkout}"));
    let (method, ask) = form.way().ok_or(Problem::from(Kind::INVALID))?;
    catch_up(shop).await;
    let found = own_checkout(&visit, &checkout).await?;
    if method == Method::Deposit {
        let wrong: Vec<_> = form.papers.faults().into_iter().map(wrong_paper).collect();
        if !wrong.is_empty() {
            let page = Payment {
                papers: form.papers,
                wrong,
                ..page(&visit, &found, &Awaited::default()).await?
            };
            let page = page.render(&visit.frame);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        deeds::keep_deposit_papers(shop, found.checkout, &form.papers).await?;
    }
    let tries = shop.records.payments(found.checkout).await?;
    let of_way = tries.iter().filter(|one| one.method == method);
    let ended = of_way.filter(|one| has_ended(one, shop.now())).count();
    let key = form.key(&found, ended)?;
    let asked = PaymentAsk {
        method: ask,
        months: form.months(method),
        amount: Sum {
            amount: Amount(form.amount),
            currency: found.currency,
        },
        return_url: format!("{here}?awaited=yes"),
    };
    match deeds::start_payment(shop, &shopper, Some(key), found.checkout, &asked).await {
        Ok(started) => Ok(Redirect::to(&started.what.redirect_url).into_response()),
        Err(problem) => Ok(refused(problem, &here)?.into_response()),
    }
}

async fn own_checkout(visit: &Visit, checkout: &str) -> Result<Checkout, Problem> {
    let id = checkout.parse();
    let id = id.map_err(|_| Problem::from(Kind::NOT_FOUND))?;
    let found = visit.shop.records.checkout(id).await?;
    let found = found.ok_or(Problem::from(Kind::NOT_FOUND))?;
    let own = visit
        .shopper
        .is_some_and(|shopper| shopper.is(found.person));
    match own {
        true => Ok(found),
        false => Err(Refusal::NotYours.into()),
    }
}

/// Nothing more will come of it by the shopper's hand. A try whose time is over is at its end even
/// while the ledger has not been asked since.
fn has_ended(payment: &OrderPayment, now: Millis) -> bool {
    match payment.state {
        PaymentState::Started => payment.deadline <= now,
        PaymentState::Authorised => false,
        _ => true,
    }
}

fn takes_deposits(shop: &Shop, deal: DealId) -> bool {
    shop.views()
        .deals
        .deal(deal)
        .is_some_and(|card| card.terms.deposit_ms > 0)
}

impl Pay {
    fn way(&self) -> Option<(Method, MethodAsk)> {
        Some(match self.method.as_str() {
            "card" => (Method::Card, MethodAsk::Card),
            "wallet" => (Method::Wallet, MethodAsk::Wallet),
            "deposit" => (Method::Deposit, MethodAsk::Deposit),
            _ => return None,
        })
    }

    /// In how many months a card's issuer takes it; other ways know none.
    fn months(&self, method: Method) -> u8 {
        match method {
            Method::Card => self.months.parse().unwrap_or(0),
            _ => 0,
        }
    }

    /// The same for as long as a try of this way is under way, however often and from wherever it is
    /// asked for, and also after a sign-in; another once one more such try has ended.
    fn key(&self, checkout: &Checkout, ended: usize) -> Result<RequestKey, Problem> {
        let (id, method) = (checkout.checkout, &self.method);
        let months = self.months.parse::<u8>().unwrap_or(0);
        let text = format!("pay {id} {method} {} {months} {ended}", self.amount);
        let key = Key::of(&text, &[b"pay", text.as_bytes()])?;
        Ok(key.by(&format!("shopper {}", checkout.person)))
    }
}

impl Awaited {
    /// The try from which the shopper comes back.
    fn tried(&self) -> Option<PaymentId> {
        self.payment.parse().ok()
    }

    /// What became of that try, or of the last one where none is told that there is.
    fn answer(&self, events: &[Happened]) -> Answer {
        if self.awaited.is_empty() {
            return Answer::Unasked;
        }
        let named = self.tried().map(|tried| tried.to_string());
        let is_of =
            |event: &&Happened, payment: &str| event.body["payment"].as_str() == Some(payment);
        let mut starts = events.iter().filter(|event| event.kind == "PaymentStarted");
        let last = starts.clone().next_back();
        let told = named.and_then(|named| starts.find(|event| is_of(event, &named)));
        let payment = told
            .or(last)
            .and_then(|event| event.body["payment"].as_str());
        let end = payment.and_then(|payment| {
            let mut of_try = events.iter().filter(|event| is_of(event, payment));
            of_try.find(|event| ENDS.contains(&event.kind.as_str()))
        });
        match end {
            None => Answer::Awaited,
            Some(end) if end.body["reason"] == "Declined" => Answer::Declined,
            Some(_) => Answer::Failed,
        }
    }
}

/// Events by which a try comes to nothing.
const ENDS: [&str; 3] = ["PaymentDeclined", "PaymentLapsed", "PaymentVoided"];

/// How orders that are paid together stand together: what was cancelled is left out of account as
/// long as something was not.
fn whole(standings: impl Iterator<Item = Standing> + Clone) -> Standing {
    let all = |wanted: Standing| standings.clone().all(|standing| standing == wanted);
    if all(Standing::Cancelled) {
        return Standing::Cancelled;
    }
    let mut kept = standings.filter(|standing| *standing != Standing::Cancelled);
    let money_went = |standing| matches!(standing, Standing::Refunded | Standing::PartlyRefunded);
    match kept.clone().any(money_went) {
        true if kept.all(|standing| standing == Standing::Refunded) => Standing::Refunded,
        true => Standing::PartlyRefunded,
        false => kept.next().unwrap_or(Standing::Lapsed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_paid_together_stand_together() {
        use Standing::{Cancelled, Paid, PartlyRefunded, Placed, Refunded};
        let whole = |standings: &[Standing]| whole(standings.iter().copied());
        assert_eq!(whole(&[Cancelled, Paid]), Paid);
        assert_eq!(whole(&[Cancelled, Cancelled]), Cancelled);
        assert_eq!(whole(&[Placed]), Placed);
        assert_eq!(whole(&[Paid, Refunded]), PartlyRefunded);
        assert_eq!(whole(&[Paid, PartlyRefunded]), PartlyRefunded);
        assert_eq!(whole(&[Cancelled, Refunded, Refunded]), Refunded);
    }
}
