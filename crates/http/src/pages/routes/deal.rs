//! `/deals/{deal}`: the page of a deal, and what can be done on it: hold, watch.

use super::home::watched;
use super::waiting::{may_go, to_own_turn, used};
use crate::deeds::{self, Held, HoldAsk};
use crate::pages::deal::{Choice, DealPage, Mine};
use crate::pages::notice::Notice;
use crate::pages::tile::deal_address;
use crate::pages::visit::{Visit, after, go, own, refused};
use crate::pages::window::{Shown, shown, stand};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::waiting::SlipShown;
use crate::who::Shopper;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use views::DealCard;
use vocabulary::Refusal;

#[derive(Debug, Deserialize)]
pub struct Hold {
    key: String,
    sku: String,
    units: u16,
    #[serde(default)]
    or_wait: String,
}

#[derive(Debug, Deserialize)]
pub struct Watch {
    #[serde(default)]
    back: String,
    #[serde(default)]
    at_night: String,
}

/// The page.
pub async fn show(visit: Visit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let card = card(&visit, &deal).await?;
    let mine = mine(&visit, &card).await?;
    let shown = shown(shop, frame, card).await?;
    let choices = shown.choices(shop, frame).await?;
    Ok(page(&visit, &shown, choices, mine).render(frame))
}

/// Holds a unit, or takes a place in the waitlist when none is left; whose turn it is not yet waits for it.
pub async fn hold(
    visit: Visit,
    shopper: Shopper,
    slip: SlipShown,
    Path(deal): Path<String>,
    Form(form): Form<Hold>,
) -> Result<Response, Problem> {
    let here = deal_address(&deal);
    let key = Key::of(
        &form.key,
        &[
            deal.as_bytes(),
            form.sku.as_bytes(),
            &form.units.to_be_bytes(),
        ],
    )?;
    let asked = HoldAsk {
        deal,
        sku: form.sku,
        units: form.units,
        or_wait: form.or_wait == "yes",
    };
    let key = key.by(&shopper.scope());
    if !may_go(&visit.shop, &shopper, &slip, key, &asked).await? {
        return to_own_turn(&visit.shop, &shopper, &asked.deal).await;
    }
    let held = deeds::place_hold(&visit.shop, &shopper, Some(key), &asked).await;
    let got = held.as_ref().ok().map(|done| done.seq);
    let said = match &held {
        Ok(done) if matches!(done.what, Held::Place(_)) => "waiting",
        _ => "held",
    };
    let answer = after(&visit.shop, held, "/cart", said, &here).await?;
    match got {
        Some(seq) => used(&visit.shop, &shopper, &asked.deal, (key, seq), answer).await,
        None => Ok(answer.into_response()),
    }
}

/// Watches a deal.
pub async fn watch(
    visit: Visit,
    shopper: Shopper,
    Path(deal): Path<String>,
    Form(form): Form<Watch>,
) -> Result<Redirect, Problem> {
    let here = deal_address(&deal);
    let at_night = form.at_night == "yes";
    let language = visit.frame.words.language;
    match deeds::watch(&visit.shop, &shopper, &deal, at_night, language).await {
        Ok(()) => Ok(go(own(&form.back, &here), Notice::Said("watching"))),
        Err(problem) => refused(problem, &here),
    }
}

/// Stops watching a deal.
pub async fn unwatch(
    visit: Visit,
    shopper: Shopper,
    Path(deal): Path<String>,
    Form(form): Form<Watch>,
) -> Result<Redirect, Problem> {
    let here = deal_address(&deal);
    match deeds::unwatch(&visit.shop, &shopper, &deal).await {
        Ok(()) => Ok(go(own(&form.back, &here), Notice::Said("unwatched"))),
        Err(problem) => refused(problem, &here),
    }
}

/// The product's deal that is open, else its next, else its last one.
pub async fn of_product(visit: Visit, Path(product): Path<String>) -> Result<Redirect, Problem> {
    let deals = visit.shop.records.deals_of_product(&product).await?;
    let now = visit.frame.now;
    let views = visit.shop.views();
    let best = deals
        .iter()
        .filter_map(|deal| Some((deal, views.deals.deal(deal.number?)?)));
    let best = best.min_by_key(|(_, card)| match card {
        card if card.is_open(now) => (0, 0),
        card if now < card.terms.starts_at => (1, card.terms.starts_at.0),
        card => (2, u64::MAX - card.terms.ends_at.0),
    });
    let (deal, _) = best.ok_or(Problem::from(Kind::NOT_FOUND))?;
    Ok(Redirect::to(&deal_address(&deal.id)))
}

async fn card(visit: &Visit, deal: &str) -> Result<DealCard, Problem> {
    let name = visit.shop.directory.deal(deal).await?;
    let card = visit.shop.views().deals.deal(name.number).cloned();
    card.ok_or(Refusal::DealUnknown.into())
}

async fn mine(visit: &Visit, card: &DealCard) -> Result<Mine, Problem> {
    let Some(shopper) = visit.shopper else {
        return Ok(Mine::default());
    };
    let watched = watched(visit).await?.contains(&card.deal);
    let views = visit.shop.views();
    let holds = shopper.holds(&views, visit.frame.now).into_iter();
    let places = shopper.places(&views).into_iter();
    Ok(Mine {
        holds: holds
            .filter(|hold| hold.deal == card.deal)
            .map(|hold| hold.expires_at)
            .collect(),
        places: places
            .filter(|place| place.deal == card.deal)
            .map(|place| (place.place, place.ahead))
            .collect(),
        watched,
    })
}

fn page(visit: &Visit, shown: &Shown, choices: Vec<Choice>, mine: Mine) -> DealPage {
    let frame = &visit.frame;
    let terms = shown.card.terms;
    let product = shown.showcase.as_ref().map(|showcase| &showcase.product);
    let description = product.and_then(|it| it.description.best(frame.words.language.tag()));
    DealPage {
        deal: shown.id.clone(),
        name: shown.name(frame),
        seller: shown.seller.clone(),
        seller_id: product.map(|product| product.seller.clone()),
        brand: product.and_then(|product| product.brand.clone()),
        description: description.unwrap_or_default().to_owned(),
        pictures: shown.pictures(),
        price: shown.price(),
        claimed: shown.card.claimed_percent(),
        stand: stand(&shown.card, frame.now),
        starts_at: terms.starts_at,
        ends_at: terms.ends_at,
        limit: terms.limit,
        hold_ms: terms.hold_ms,
        payment_ms: terms.payment_ms,
        members_only: terms.members_only,
        verified_only: terms.verified_only,
        waitlist: terms.waitlist_max > 0,
        waiting_room: visit.shop.waiting.opens_before(terms.starts_at, frame.now),
        choices,
        mine,
        base_url: visit.shop.settings.public_url.clone(),
    }
}
