//! `/checkout`: the first step, which places a checkout.

use super::cart::held_item;
use crate::countries::zone_of;
use crate::deeds::{self, CheckoutAsk, ContactAsk, DeviceAsk, Quote, SavedAddressAsk};
use crate::pages::address_form::TypedAddress;
use crate::pages::bill::live_bill;
use crate::pages::cart::HeldItem;
use crate::pages::checkout::{ANEW, Delivery, Typed};
use crate::pages::error_summary::WrongField;
use crate::pages::frame::Frame;
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, go, refused};
use crate::pages::window::seller_name;
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{Address, AddressId};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use views::HoldCard;
use vocabulary::{CheckoutId, DealId, HoldId, OrderId, Refusal, SellerId};

/// The first step, for the holds that were chosen in the cart.
pub async fn delivery(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let holds = chosen(query.as_deref().unwrap_or_default());
    if own_holds(&visit, &holds).is_empty() {
        let refusal = if holds.is_empty() {
            Refusal::NothingAsked
        } else {
            Refusal::HoldUnknown
        };
        return Ok(go("/cart", Notice::Refused(refusal)).into_response());
    }
    let typed = known_contact(&visit).await?;
    let page = delivery_page(&visit, &holds, typed, Vec::new()).await?;
    Ok(page.into_response())
}

/// Places the checkout. Its id is the key of the form, so that a double click places one.
pub async fn place(
    mut visit: Visit,
    shopper: Shopper,
    device: DeviceAsk,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Problem> {
    typed.to = typed.to.settled(&visit.shop.settings.countries);
    if typed.only_asks() {
        return again(visit, typed, Vec::new(), StatusCode::OK).await;
    }
    let book = book(&visit).await?;
    let contact = typed.contact(&book);
    let wrong = typed.wrong(&contact, &visit.shop.settings.countries);
    if !wrong.is_empty() {
        return again(visit, typed, wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let checkout: CheckoutId = typed
        .key
        .parse()
        .map_err(|_| Problem::from(Kind::INVALID))?;
    let next = format!("/checkouts/{checkout}");
    let key = Key::of(&typed.key, &typed.parts())?.by(&shopper.scope());
    let keeps = typed.save == "yes" && typed.chosen(&book).is_none();
    let kept = keeps.then(|| contact.clone());
    let asked = checkout_ask(&visit.shop, checkout, &typed, (contact, device));
    match deeds::place_checkout(&visit.shop, &shopper, Some(key), &asked).await {
        Ok(done) => {
            if let Some(contact) = kept.filter(|_| !done.repeated) {
                keep_address(&visit, &contact).await?;
            }
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) if problem.is(Refusal::CheckoutExists) => {
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) if problem.is(Refusal::HoldUnknown) => {
            again(visit, typed, Vec::new(), StatusCode::CONFLICT).await
        }
        Err(problem) if problem.is(Refusal::NotYours) => {
            visit.frame.notice = Some(Notice::Refused(Refusal::NotYours));
            again(visit, typed, Vec::new(), StatusCode::CONFLICT).await
        }
        Err(problem) => Ok(refused(problem, "/cart")?.into_response()),
    }
}

/// What it comes to with what is typed so far, for the script that shows it.
pub async fn bill(visit: Visit, Form(mut typed): Form<Typed>) -> Result<Markup, Problem> {
    typed.to = typed.to.settled(&visit.shop.settings.countries);
    let cards = own_holds(&visit, &typed.holds());
    let book = book(&visit).await?;
    let quote = quote_for(&visit, &cards, &typed, &book).await?;
    Ok(live_bill(&visit.frame, quote.as_ref()))
}

/// The member keeps where this parcel goes, if the book has room; the order is placed either way.
async fn keep_address(visit: &Visit, contact: &ContactAsk) -> Result<(), Problem> {
    let Some(account) = visit.shopper.and_then(|shopper| shopper.account()) else {
        return Ok(());
    };
    let asked = SavedAddressAsk {
        recipient: contact.name.clone(),
        phone: contact.phone.clone(),
        address: contact.address.clone(),
        first: false,
    };
    match deeds::save_address(&visit.shop, account, None, &asked).await {
        Err(problem) if problem.name != Kind::ADDRESS_BOOK_FULL.name => Err(problem),
        _ => Ok(()),
    }
}

/// The member's address book; a guest has none.
async fn book(visit: &Visit) -> Result<Vec<(AddressId, Address)>, Problem> {
    match visit.shopper.and_then(|shopper| shopper.account()) {
        Some(account) => Ok(visit.shop.records.addresses(account).await?),
        None => Ok(Vec::new()),
    }
}

async fn quote_for(
    visit: &Visit,
    cards: &[HoldCard],
    typed: &Typed,
    book: &[(AddressId, Address)],
) -> Result<Option<Quote>, Problem> {
    let zone = zone_name(&visit.shop, &typed.contact(book));
    deeds::quote(&visit.shop, cards, zone, visit.frame.now).await
}

/// The zone in which the address lies, by its name.
fn zone_name(shop: &Shop, contact: &ContactAsk) -> &'static str {
    let is_known = |name: &str| shop.settings.zones.contains_key(name);
    zone_of(&deeds::place_of(&contact.address), is_known)
}

fn checkout_ask(
    shop: &Shop,
    checkout: CheckoutId,
    typed: &Typed,
    (contact, device): (ContactAsk, DeviceAsk),
) -> CheckoutAsk {
    let holds = typed.holds();
    let orders = order_ids(checkout, sellers_count(shop, &holds));
    CheckoutAsk {
        checkout: checkout.to_string(),
        orders: orders.iter().map(OrderId::to_string).collect(),
        holds: holds.iter().map(|hold| hold.0.to_string()).collect(),
        zone: zone_name(shop, &contact).to_owned(),
        contact: Some(contact),
        device,
    }
}

/// The first step once more as it was typed, with what is wrong and which holds are gone. Where none is left, what was typed
/// waits until something is held again.
async fn again(
    mut visit: Visit,
    typed: Typed,
    wrong: Vec<WrongField>,
    status: StatusCode,
) -> Result<Response, Problem> {
    // Holds may have lapsed since the request came in.
    visit.frame.now = visit.shop.now();
    let holds = match typed.go == ANEW {
        true => held_now(&visit),
        false => typed.holds(),
    };
    let left = own_holds(&visit, &holds);
    // Before the views know of what the ledger refused, the cart is where it will be seen.
    if status == StatusCode::CONFLICT && !holds.is_empty() && left.len() == holds.len() {
        return Ok(go("/cart", Notice::Refused(Refusal::HoldUnknown)).into_response());
    }
    let told = left.len() + lapsed_holds(&visit, &holds).len();
    if told < holds.len() {
        let unknown = Notice::Refused(Refusal::HoldUnknown);
        visit.frame.notice.get_or_insert(unknown);
    }
    visit.frame.address = address_of(&holds);
    let page = delivery_page(&visit, &holds, typed, wrong).await?;
    Ok((status, page).into_response())
}

async fn delivery_page(
    visit: &Visit,
    asked: &[HoldId],
    typed: Typed,
    wrong: Vec<WrongField>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let cards = own_holds(visit, asked);
    let book = book(visit).await?;
    let sellers: BTreeSet<SellerId> = cards
        .iter()
        .filter_map(|card| seller_of(shop, card.deal))
        .collect();
    let mut shipping = Vec::new();
    for seller in sellers {
        shipping.extend(shipping_terms(shop, frame, seller).await?);
    }
    Ok(Delivery {
        quote: quote_for(visit, &cards, &typed, &book).await?,
        holds: held_items(visit, cards).await?,
        lapsed: held_items(visit, lapsed_holds(visit, asked)).await?,
        typed,
        wrong,
        countries: shop.settings.countries.clone(),
        book,
        shipping,
    }
    .render(frame))
}

async fn held_items(visit: &Visit, cards: Vec<HoldCard>) -> Result<Vec<HeldItem>, Problem> {
    let mut items = Vec::with_capacity(cards.len());
    for card in cards {
        items.push(held_item(&visit.shop, &visit.frame, card).await?);
    }
    Ok(items)
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

/// What is known of a member, so that it need not be typed again.
async fn known_contact(visit: &Visit) -> Result<Typed, Problem> {
    let mut typed = Typed {
        to: TypedAddress::default().settled(&visit.shop.settings.countries),
        ..Typed::default()
    };
    let Some(account) = visit.shopper.and_then(|shopper| shopper.account()) else {
        return Ok(typed);
    };
    if let Some(account) = visit.shop.records.account(account).await? {
        (typed.to.name, typed.to.phone) = (account.name, account.phone);
        typed.email = account.mail;
    }
    if let Some((id, _)) = book(visit).await?.first() {
        typed.address = id.to_string();
    }
    Ok(typed)
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
pub fn chosen(pairs: &str) -> Vec<HoldId> {
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

/// All that the shopper holds.
fn held_now(visit: &Visit) -> Vec<HoldId> {
    let Some(shopper) = visit.shopper else {
        return Vec::new();
    };
    let held = shopper.holds(&visit.shop.views(), visit.frame.now);
    held.iter().map(|card| card.hold).collect()
}

/// The shopper's holds among these whose clock has run out, swept already or not.
fn lapsed_holds(visit: &Visit, holds: &[HoldId]) -> Vec<HoldCard> {
    let Some(shopper) = visit.shopper else {
        return Vec::new();
    };
    let (views, now) = (visit.shop.views(), visit.frame.now);
    let swept = shopper.lapsed(&views, now);
    let find = |hold: &HoldId| {
        let swept = swept.iter().map(|lapse| &lapse.hold);
        let swept = swept.into_iter().find(|card| card.hold == *hold);
        let due = views.shoppers.hold(*hold);
        let due = due.filter(|(person, card)| shopper.is(*person) && card.expires_at <= now);
        swept.or(due.map(|(_, card)| card)).cloned()
    };
    holds.iter().filter_map(find).collect()
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
    fn the_holds_of_a_query_are_those_that_it_names() {
        assert_eq!(chosen("hold=7&x=1&hold=8&hold=y"), [HoldId(7), HoldId(8)]);
        assert_eq!(
            address_of(&[HoldId(7), HoldId(8)]),
            "/checkout?hold=7&hold=8"
        );
    }
}
