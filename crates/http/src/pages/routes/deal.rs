//! `/deals/{deal}`: the page of a deal, and what can be done on it: hold, watch.

use super::waiting::{may_go, to_own_turn, used};
use crate::deeds::{self, Held, HoldAsk, ToldOfOpening};
use crate::directory::DealName;
use crate::pages::deal::{self as pages, DealPage, Mine};
use crate::pages::frame::Frame;
use crate::pages::night::NightOffer;
use crate::pages::notice::Notice;
use crate::pages::printed::{Asker, everywhere, watched_on};
use crate::pages::tile::{Stand, deal_address};
use crate::pages::visit::{self, Visit, after, go, refused};
use crate::pages::window::{Shown, option, shelf_tiles, shown, stand};
use crate::press::{Gap, Print};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use crate::shelves::{Assortment, Entry, Wanted};
use crate::shop::Shop;
use crate::waiting::SlipShown;
use crate::who::Shopper;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;
use vocabulary::{DealId, Millis, Refusal, SkuId};

/// Open deals that are offered to who comes too late.
const OTHERS_MAX: usize = 4;

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
pub async fn show(mut asker: Asker, Path(deal): Path<String>) -> Result<Response, Problem> {
    let shop = asker.shop.clone();
    let name = shop.directory.deal(&deal).await?;
    let address = (asker.language, deal_address(&deal));
    let print = shop
        .press
        .print(&shop, &address, || make(&asker, &name))
        .await?;
    let Some(visit) = asker.own().await? else {
        return Ok(asker.shared(&print));
    };
    let frame = &visit.frame;
    let mine = mine(&visit, name.number).await?;
    let watched = watched_on(&print, &visit).await?;
    let product = shop.directory.product(&name.product, frame.now).await;
    let called = product.ok().and_then(|it| {
        let name = it.product.name.best(asker.language.tag());
        name.map(str::to_owned)
    });
    let called = called.unwrap_or(deal);
    Ok(asker.filled(&print, |gap| match gap {
        Gap::Mine => pages::mine(frame, &called, &mine).0,
        _ => own(frame, &name, &watched, gap).0,
    }))
}

/// What belongs into a gap of the page of a deal, beside what the shopper has of it.
fn own(frame: &Frame, deal: &DealName, watched: &HashSet<String>, gap: &Gap) -> Markup {
    match gap {
        Gap::Watch => pages::watch(frame, &deal.id, watched.contains(&deal.id)),
        _ => everywhere(frame, gap, watched),
    }
}

async fn make(asker: &Asker, name: &DealName) -> Result<Print, Problem> {
    let frame = asker.printing(&deal_address(&name.id));
    let (page, until) = page(&asker.shop, &frame, name).await?;
    let stranger = Frame {
        printing: false,
        ..frame.clone()
    };
    let nothing = HashSet::new();
    let rendered = page.render(&frame);
    Ok(Print::of(&rendered.0, frame.now, until, |gap| {
        own(&stranger, name, &nothing, gap).0
    }))
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
    let told = match deeds::watch(&visit.shop, &shopper, &deal, at_night, language).await {
        Ok(told) => told,
        Err(problem) => return refused(problem, &here),
    };
    let (said, asks_about_nights) = match told {
        ToldOfOpening::AtTheBell => ("watching", false),
        ToldOfOpening::InTheMorning => ("watching-at-night", true),
        ToldOfOpening::NotAtNight => ("watching-not-at-night", true),
        ToldOfOpening::RungAlready => ("watching-open", false),
    };
    let back = visit::own(&form.back, &here);
    if !asks_about_nights {
        return Ok(go(back, Notice::Said(said)));
    }
    let (keys, person) = (&visit.shop.keys, shopper.person());
    Ok(NightOffer { deal }.go(keys, person, back, said))
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
        Ok(()) => Ok(go(visit::own(&form.back, &here), Notice::Said("unwatched"))),
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

async fn mine(visit: &Visit, deal: DealId) -> Result<Mine, Problem> {
    let Some(shopper) = visit.shopper else {
        return Ok(Mine::default());
    };
    let (holds, places) = {
        let views = visit.shop.views();
        (
            shopper.holds(&views, visit.frame.now),
            shopper.places(&views),
        )
    };
    let mut mine = Mine::default();
    for hold in holds.iter().filter(|hold| hold.deal == deal) {
        let option = option_numbered(visit, hold.sku).await?;
        mine.holds.push((option, hold.expires_at));
    }
    for place in places.iter().filter(|place| place.deal == deal) {
        let option = option_numbered(visit, place.sku).await?;
        mine.places.push((option, place.ahead));
    }
    Ok(mine)
}

/// What sets a SKU apart in the reader's language; empty where nothing does.
async fn option_numbered(visit: &Visit, sku: SkuId) -> Result<String, Problem> {
    let sku = visit.shop.directory.sku_numbered(sku).await?;
    Ok(sku.map_or_else(String::new, |sku| option(&visit.frame, &sku)))
}

/// What stands on the page of a deal, and from when on it is another one though nothing happens.
async fn page(
    shop: &Arc<Shop>,
    frame: &Frame,
    name: &DealName,
) -> Result<(DealPage, Millis), Problem> {
    let card = shop.views().deals.deal(name.number).cloned();
    let shown = shown(shop, frame, card.ok_or(Refusal::DealUnknown)?).await?;
    let choices = shown.choices(shop, frame).await?;
    let seller = shop
        .directory
        .seller_numbered(shown.card.seller, frame.now)
        .await?;
    let all = shop.shelves.assortment(shop).await?;
    let stand = stand(&shown.card, frame.now);
    let mut page = plain_page(shop, frame, &shown, stand);
    page.choices = choices;
    page.shipping = seller.and_then(|seller| seller.shipping.clone());
    if let Some(showcase) = &shown.showcase {
        page.categories = categories(frame, &all, &showcase.product.category);
        if matches!(stand, Stand::Over | Stand::Gone) {
            let (again, others) = instead(frame.now, &all, name, &showcase.product.category);
            let tiles = |entries: &[_]| shelf_tiles(shop, frame, &all.aisles, entries);
            page.again = tiles(&again).pop();
            page.others = tiles(&others);
        }
    }
    let terms = shown.card.terms;
    let turns = [terms.starts_at, terms.ends_at].into_iter();
    let until = turns.filter(|turn| *turn > frame.now).min();
    Ok((page, until.unwrap_or(Millis(u64::MAX))))
}

fn categories(frame: &Frame, all: &Assortment, category: &str) -> Vec<(String, String)> {
    let (aisles, language) = (&all.aisles, frame.words.language.tag());
    let own = aisles.find(category);
    let up = own.map_or(&[][..], |own| aisles.up_from(own)).iter().rev();
    up.map(|aisle| {
        let (id, name) = (aisles.id(*aisle), aisles.name(*aisle, language));
        (id.to_owned(), name.to_owned())
    })
    .collect()
}

/// The next deal of the product, and what else is open in its category or at all.
fn instead(
    now: Millis,
    all: &Assortment,
    name: &DealName,
    category: &str,
) -> (Vec<Arc<Entry>>, Vec<Arc<Entry>>) {
    let same = |entry: &&Arc<Entry>| {
        entry.goods.product == name.product
            && entry.facts.deal != name.number
            && now < entry.facts.ends_at
    };
    let again = all
        .all()
        .filter(same)
        .min_by_key(|entry| entry.facts.starts_at);
    let mut others = Vec::new();
    for category in [Some(category.to_owned()), None] {
        let wanted = Wanted {
            category,
            left: true,
            ..Wanted::default()
        };
        let found = wanted.first(all, now, OTHERS_MAX + 1).into_iter();
        others.extend(found.filter(|entry| entry.facts.deal != name.number));
        if !others.is_empty() {
            break;
        }
    }
    others.truncate(OTHERS_MAX);
    (again.cloned().into_iter().collect(), others)
}

fn plain_page(shop: &Shop, frame: &Frame, shown: &Shown, stand: Stand) -> DealPage {
    let terms = shown.card.terms;
    let product = shown.showcase.as_ref().map(|showcase| &showcase.product);
    let description = product.and_then(|it| it.description.best(frame.words.language.tag()));
    DealPage {
        deal: shown.id.clone(),
        product: product.map_or_else(String::new, |product| product.id.clone()),
        name: shown.name(frame),
        categories: Vec::new(),
        seller: shown.seller.clone(),
        seller_id: product.map(|product| product.seller.clone()),
        brand: product.and_then(|product| product.brand.clone()),
        description: description.unwrap_or_default().to_owned(),
        pictures: shown.pictures(),
        price: shown.price(),
        claimed: shown.card.claimed_percent(),
        stand,
        starts_at: terms.starts_at,
        ends_at: terms.ends_at,
        limit: terms.limit,
        hold_ms: terms.hold_ms,
        payment_ms: terms.payment_ms,
        members_only: terms.members_only,
        verified_only: terms.verified_only,
        waitlist: terms.waitlist_max > 0,
        waiting_room: shop.waiting.opens_before(terms.starts_at),
        choices: Vec::new(),
        shipping: None,
        again: None,
        others: Vec::new(),
        base_url: shop.settings.public_url.clone(),
    }
}
