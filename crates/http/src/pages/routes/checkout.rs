//! `/checkout` places it, `/checkouts/{checkout}` pays it.

use super::cart::held_item;
use crate::deeds::{self, CheckoutAsk, MethodAsk, PaymentAsk, Sum};
use crate::pages::bought::{catch_up, happened, priced, standing};
use crate::pages::checkout::{Answer, Delivery, Payment, Standing, Typed};
use crate::pages::frame::Frame;
use crate::pages::history::Happened;
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, go, refused};
use crate::pages::window::seller_name;
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::{Path, Query, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use money::Amount;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use views::HoldCard;
use vocabulary::{CheckoutId, DealId, HoldId, OrderId, Refusal, SellerId, Zone};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Awaited {
    awaited: String,
}

#[derive(Debug, Deserialize)]
pub struct Pay {
    key: String,
    amount: i64,
    method: String,
}

/// The first step, for the holds that were chosen in the cart.
pub async fn delivery(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let holds = chosen(query.as_deref().unwrap_or_default());
    let cards = own_holds(&visit, &holds);
    if cards.is_empty() {
        let refusal = if holds.is_empty() {
            Refusal::NothingAsked
        } else {
            Refusal::HoldUnknown
        };
        return Ok(go("/cart", Notice::Refused(refusal)).into_response());
    }
    let typed = known_contact(&visit).await?;
    Ok(delivery_page(&visit, cards, typed, Vec::new())
        .await?
        .into_response())
}

/// Places the checkout. Its id is the key of the form, so that a double click places one.
pub async fn place(
    mut visit: Visit,
    shopper: Shopper,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let holds = typed.holds();
    let errors = typed.errors();
    if !errors.is_empty() {
        let cards = own_holds(&visit, &holds);
        if cards.is_empty() {
            return Ok(go("/cart", Notice::Refused(Refusal::HoldUnknown)).into_response());
        }
        visit.frame.address = address_of(&holds);
        let page = delivery_page(&visit, cards, typed, errors).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let checkout: CheckoutId = typed
        .key
        .parse()
        .map_err(|_| Problem::from(Kind::INVALID))?;
    let next = format!("/checkouts/{checkout}");
    let key = Key::of(&typed.key, &typed.parts())?.by(&shopper.scope());
    let orders = order_ids(checkout, sellers_count(&visit.shop, &holds));
    let asked = CheckoutAsk {
        checkout: checkout.to_string(),
        orders: orders.iter().map(OrderId::to_string).collect(),
        holds: holds.iter().map(|hold| hold.0.to_string()).collect(),
        zone: typed.zone.clone(),
        contact: Some(typed.contact()),
    };
    match deeds::place_checkout(&visit.shop, &shopper, Some(key), &asked).await {
        Ok(_) => Ok(Redirect::to(&next).into_response()),
        Err(problem) if problem.is(Refusal::CheckoutExists) => {
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) => Ok(refused(problem, "/cart")?.into_response()),
    }
}

/// The second step, and where the provider sends the shopper back to.
pub async fn payment(
    visit: Visit,
    Path(checkout): Path<String>,
    Query(asked): Query<Awaited>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    catch_up(shop).await;
    let id = id(&checkout)?;
    let found = shop
        .records
        .checkout(id)
        .await?
        .ok_or(Problem::from(Kind::NOT_FOUND))?;
    if visit
        .shopper
        .is_none_or(|shopper| !shopper.is(found.person))
    {
        return Err(Refusal::NotYours.into());
    }
    let orders = shop.records.orders_of_checkout(id).await?;
    let mut bills = Vec::with_capacity(orders.len());
    let mut deposits = true;
    for order in &orders {
        let lines = shop.records.lines(order.order).await?;
        deposits &= lines.iter().all(|line| takes_deposits(shop, line.deal));
        bills.push(priced(shop, frame, order, &lines).await?);
    }
    let events = match orders.first() {
        Some(order) => happened(shop.records.events_of(order.order).await?),
        None => Vec::new(),
    };
    let standing = whole(orders.iter().map(|order| standing(order.state)));
    let page = Payment {
        checkout: id,
        standing,
        orders: bills,
        total: found.total,
        currency: found.currency,
        pay_by: found.pay_by,
        deposits,
        answer: answer(&asked, &events),
        events,
    };
    Ok(page.render(frame))
}

/// Opens a try to pay and sends the shopper to the provider.
pub async fn pay(
    visit: Visit,
    shopper: Shopper,
    Path(checkout): Path<String>,
    Form(form): Form<Pay>,
) -> Result<Redirect, Problem> {
    let here = format!("/checkouts/{checkout}");
    let asked: [&[u8]; 3] = [
        checkout.as_bytes(),
        form.method.as_bytes(),
        &form.amount.to_be_bytes(),
    ];
    let key = Key::of(&form.key, &asked)?.by(&shopper.scope());
    let method = match form.method.as_str() {
        "card" => MethodAsk::Card,
        "wallet" => MethodAsk::Wallet,
        "deposit" => MethodAsk::Deposit,
        _ => return Err(Kind::INVALID.into()),
    };
    let id = id(&checkout)?;
    let found = visit
        .shop
        .records
        .checkout(id)
        .await?
        .ok_or(Problem::from(Kind::NOT_FOUND))?;
    let asked = PaymentAsk {
        method,
        months: 0,
        amount: Sum {
            amount: Amount(form.amount),
            currency: found.currency,
        },
        return_url: format!("{here}?awaited=yes"),
    };
    match deeds::start_payment(&visit.shop, &shopper, Some(key), id, &asked).await {
        Ok(started) => Ok(Redirect::to(&started.what.redirect_url)),
        Err(problem) => refused(problem, &here),
    }
}

async fn delivery_page(
    visit: &Visit,
    cards: Vec<HoldCard>,
    typed: Typed,
    errors: Vec<(&'static str, &'static str)>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let sellers: BTreeSet<SellerId> = cards
        .iter()
        .filter_map(|card| seller_of(shop, card.deal))
        .collect();
    let mut holds = Vec::with_capacity(cards.len());
    for card in cards {
        holds.push(held_item(shop, frame, card).await?);
    }
    let mut shipping = Vec::new();
    for seller in sellers {
        shipping.extend(shipping_terms(shop, frame, seller).await?);
    }
    Ok(Delivery {
        holds,
        typed,
        errors,
        zones: zones(shop),
        shipping,
    }
    .render(frame))
}

/// What a seller asks for shipping, in a sentence; the ledger decides what it comes to.
async fn shipping_terms(
    shop: &Shop,
    frame: &Frame,
    seller: SellerId,
) -> Result<Option<String>, Problem> {
    let w = &frame.words;
    let Some(known) = shop.directory.seller_numbered(seller, frame.now).await? else {
        return Ok(None);
    };
    let name = seller_name(shop, frame, seller).await?;
    let amount = |amount| w.amount(amount, shop.settings.currency);
    Ok(Some(match &known.shipping {
        Some(terms) if !terms.fee.is_zero() => w.say_with(
            "shipping-terms",
            [
                ("seller", name.into()),
                ("fee", amount(terms.fee).into()),
                ("free", amount(terms.free_from).into()),
            ],
        ),
        _ => w.say_with("shipping-free", [("seller", name.into())]),
    }))
}

/// The names of the zones; the plain one has none.
fn zones(shop: &Shop) -> Vec<String> {
    let named = shop.settings.zones.iter().filter(|(_, zone)| zone.0 != 0);
    std::iter::once(String::new())
        .chain(named.map(|(name, _)| name.clone()))
        .collect()
}

/// What is known of a member, so that it need not be typed again.
async fn known_contact(visit: &Visit) -> Result<Typed, Problem> {
    let Some(account) = visit.shopper.and_then(|shopper| shopper.account()) else {
        return Ok(Typed::default());
    };
    let records = &visit.shop.records;
    let known = records.account(account).await?;
    let address = records
        .addresses(account)
        .await?
        .into_iter()
        .map(|(_, address)| address)
        .next_back();
    let mut typed = Typed::default();
    if let Some(account) = known {
        (typed.name, typed.phone, typed.email) = (account.name, account.phone, account.mail);
    }
    if let Some(address) = address {
        typed.zone = zone_name(&visit.shop, address.zone);
        (typed.name, typed.phone) = (address.recipient, address.phone);
        (typed.postcode, typed.line1, typed.line2) = (
            address.place.postcode,
            address.place.line1,
            address.place.line2,
        );
    }
    Ok(typed)
}

fn zone_name(shop: &Shop, wanted: Zone) -> String {
    let mut zones = shop.settings.zones.iter();
    let found = zones.find(|(_, zone)| **zone == wanted && wanted.0 != 0);
    found.map_or_else(String::new, |(name, _)| name.clone())
}

fn seller_of(shop: &Shop, deal: DealId) -> Option<SellerId> {
    shop.views().deals.deal(deal).map(|card| card.seller)
}

fn sellers_count(shop: &Shop, holds: &[HoldId]) -> usize {
    let deals: Vec<DealId> = {
        let views = shop.views();
        holds
            .iter()
            .filter_map(|hold| Some(views.shoppers.hold(*hold)?.1.deal))
            .collect()
    };
    let sellers: BTreeSet<SellerId> = deals
        .into_iter()
        .filter_map(|deal| seller_of(shop, deal))
        .collect();
    sellers.len().max(1)
}

/// An id for each order of a checkout, with its time and bits that follow from it, so that a repeat
/// asks for the same orders.
fn order_ids(checkout: CheckoutId, count: usize) -> Vec<OrderId> {
    let follow = |n: usize| {
        let mut hash = Sha256::new();
        hash.update(checkout.0.to_be_bytes());
        hash.update(n.to_be_bytes());
        let low = u64::from_be_bytes(*hash.finalize().first_chunk().expect("a hash has 32 bytes"));
        // The variant of RFC 9562 in the two highest bits of the lower half.
        let low = (low & (u64::MAX >> 2)) | (1 << 63);
        OrderId((checkout.0 >> 64 << 64) | u128::from(low))
    };
    (0..count).map(follow).collect()
}

/// The first step's address for these holds.
fn address_of(holds: &[HoldId]) -> String {
    let pairs: Vec<String> = holds
        .iter()
        .map(|hold| format!("hold={}", hold.0))
        .collect();
    format!("/checkout?{}", pairs.join("&"))
}

/// The holds that a query names.
fn chosen(pairs: &str) -> Vec<HoldId> {
    let holds = pairs
        .split('&')
        .filter_map(|pair| pair.strip_prefix("hold=")?.parse().ok());
    holds.map(HoldId).collect()
}

/// The shopper's holds among these. A checkout is one person's: what was held before a sign-in comes
/// first, and what was held after it in another checkout.
fn own_holds(visit: &Visit, holds: &[HoldId]) -> Vec<HoldCard> {
    let Some(shopper) = visit.shopper else {
        return Vec::new();
    };
    let views = visit.shop.views();
    let mut mine = shopper.holds(&views, visit.frame.now);
    mine.retain(|card| holds.contains(&card.hold));
    let first: Vec<HoldId> = mine.iter().map(|card| card.hold).take(1).collect();
    let person = shopper.holder(&views, &first);
    mine.retain(|card| shopper.holder(&views, &[card.hold]) == person);
    mine
}

/// What the provider says of the last try, to a shopper who comes back from it.
fn answer(asked: &Awaited, events: &[Happened]) -> Answer {
    if asked.awaited.is_empty() {
        return Answer::Unasked;
    }
    let started = events.iter().rfind(|event| event.kind == "PaymentStarted");
    let ended = |event: &Happened| {
        matches!(
            event.kind.as_str(),
            "PaymentDeclined" | "PaymentLapsed" | "PaymentVoided"
        )
    };
    let failed = started.is_some_and(|started| {
        let mut of_try = events
            .iter()
            .filter(|event| event.body["payment"] == started.body["payment"]);
        of_try.any(ended)
    });
    if failed {
        Answer::Failed
    } else {
        Answer::Awaited
    }
}

fn takes_deposits(shop: &Shop, deal: DealId) -> bool {
    shop.views()
        .deals
        .deal(deal)
        .is_some_and(|card| card.terms.deposit_ms > 0)
}

fn id(text: &str) -> Result<CheckoutId, Problem> {
    text.parse().map_err(|_| Kind::NOT_FOUND.into())
}

/// How orders that are paid together stand together.
fn whole(mut standings: impl Iterator<Item = Standing> + Clone) -> Standing {
    let all = |wanted: Standing| standings.clone().all(|standing| standing == wanted);
    match () {
        () if all(Standing::Cancelled) => Standing::Cancelled,
        () => standings
            .find(|standing| *standing != Standing::Cancelled)
            .unwrap_or(Standing::Lapsed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_of_a_checkout_have_ids_of_version_7_that_a_repeat_makes_again() {
        let checkout: CheckoutId = "0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00"
            .parse()
            .expect("an id");
        let ids = order_ids(checkout, 3);
        assert_eq!(ids, order_ids(checkout, 3));
        assert!(ids[1] != ids[2] && ids[0] != ids[1]);
        assert!(ids.iter().all(|id| id.0 != checkout.0));
        for id in ids {
            assert_eq!(id.made_at(), checkout.made_at(), "{id}");
        }
    }

    #[test]
    fn orders_paid_together_stand_together() {
        use Standing::{Cancelled, Paid, Placed};
        let whole = |standings: &[Standing]| whole(standings.iter().copied());
        assert_eq!(whole(&[Cancelled, Paid]), Paid);
        assert_eq!(whole(&[Cancelled, Cancelled]), Cancelled);
        assert_eq!(whole(&[Placed]), Placed);
    }

    #[test]
    fn the_holds_of_a_query_are_those_that_it_names() {
        assert_eq!(chosen("hold=7&x=1&hold=8&hold=y"), [HoldId(7), HoldId(8)]);
        assert_eq!(
            address_of(&[HoldId(7), HoldId(8)]),
            "/checkout?hold=7&hold=8"
        );
    }
}
