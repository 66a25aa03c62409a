//! `/sellers/{seller}`: who sells, and what.

use super::home::watched;
use crate::pages::seller::SellerPage;
use crate::pages::visit::Visit;
use crate::pages::window::tiles;
use crate::problem::{Kind, Problem};
use axum::extract::Path;
use maud::Markup;
use records::Seller;
use views::DealCard;
use vocabulary::{Refusal, SellerId};

/// Deals of the page.
const DEALS_MAX: usize = 24;

/// The page.
pub async fn show(visit: Visit, Path(seller): Path<String>) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let found = shop.directory.seller(&seller, frame.now).await;
    let seller = found.map_err(|problem| match problem.is(Refusal::SellerUnknown) {
        true => Kind::NOT_FOUND.into(),
        false => problem,
    })?;
    let mut cards = seller
        .number
        .map_or_else(Vec::new, |number| deals(&visit, number));
    let more = cards.len() > DEALS_MAX;
    cards.truncate(DEALS_MAX);
    let language = frame.words.language.tag();
    let page = SellerPage {
        name: seller.name.best(language).unwrap_or(&seller.id).to_owned(),
        about: seller.about.best(language).unwrap_or_default().to_owned(),
        business: seller.business.clone(),
        tiles: tiles(shop, frame, cards, &watched(&visit).await?).await?,
        more,
        shipping: shipping(&visit, &seller),
    };
    Ok(page.render(frame))
}

/// Open ones first, then those that come, each soonest first.
fn deals(visit: &Visit, seller: SellerId) -> Vec<DealCard> {
    let now = visit.frame.now;
    let views = visit.shop.views();
    let open = views.deals.open(now).filter(|card| card.seller == seller);
    let coming = views
        .deals
        .upcoming(now)
        .filter(|card| card.seller == seller);
    open.chain(coming).take(DEALS_MAX + 1).cloned().collect()
}

fn shipping(visit: &Visit, seller: &Seller) -> Vec<(&'static str, String)> {
    let w = &visit.frame.words;
    let money = |amount| w.amount(amount, visit.shop.settings.currency);
    let Some(terms) = &seller.shipping else {
        return Vec::new();
    };
    let mut rows = vec![("shipping-fee", money(terms.fee))];
    if !terms.free_from.is_zero() {
        rows.push(("shipping-free-from", money(terms.free_from)));
    }
    rows.push(("return-fee", money(terms.way_back())));
    rows
}
