//! `/desk/deals`: the list, and the same as a file.

use super::pairs::{Pairs, first, said};
use super::times::{day_of, shop_zone};
use crate::deeds::DealState;
use crate::deeds::staff::{
    self, BULK_DEALS_MAX, DealOrder, DealsWanted, Peculiar, units_of, waiting_of,
};
use crate::pages::desk::deals::{Choice, DealRow, DealsPage, Filter, SORTS, State};
use crate::pages::frame::Frame;
use crate::pages::visit::DeskVisit;
use crate::pages::window::{Shown, shown};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::extract::Query;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use intake::DealCsv;
use maud::Markup;
use records::{DealSought, Role};
use views::DealCard;
use vocabulary::{DealId, Millis};

/// Deals of a page.
const LISTED_MAX: usize = 50;
/// Sellers that can be chosen.
const SELLERS_MAX: u32 = 500;

/// The list.
pub async fn list(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    let filter = filter_of(&asked);
    let found = staff::find_deals(&visit.shop, &wanted_of(&visit.frame, &filter)).await?;
    let last = found.len().saturating_sub(1) / LISTED_MAX;
    let page = first(&asked, "page").parse().unwrap_or(0).min(last);
    let mut rows = Vec::with_capacity(LISTED_MAX);
    for card in cards(
        &visit.shop,
        found.iter().skip(page * LISTED_MAX).take(LISTED_MAX),
    ) {
        rows.push(row(&visit, card).await?);
    }
    let page = DealsPage {
        sellers: sellers(&visit).await?,
        categories: categories(&visit).await?,
        filter,
        rows,
        page,
        total: found.len(),
        page_rows: LISTED_MAX,
        bulk_max: BULK_DEALS_MAX,
        may_change: may_change(&visit),
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// The deals of the list as CSV, in the columns that an import takes.
pub async fn export(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Response, Problem> {
    visit.staff.require(Role::Viewer)?;
    let filter = filter_of(&asked);
    let found = staff::find_deals(&visit.shop, &wanted_of(&visit.frame, &filter)).await?;
    let broken = |_| Problem::from(Kind::FAULT);
    let zone = shop_zone(&visit.frame);
    let mut csv = DealCsv::into(Vec::new(), zone).map_err(broken)?;
    for card in cards(&visit.shop, found.iter()) {
        let draft = staff::draft_of(&visit.shop, &card).await?;
        csv.write(&draft).map_err(broken)?;
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"deals.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv.finish().map_err(broken)?).into_response())
}

/// The filter of an address.
pub fn filter_of(asked: &Pairs) -> Filter {
    let text = |name| first(asked, name).to_owned();
    Filter {
        state: State::named(first(asked, "state")).unwrap_or_default(),
        text: text("text"),
        seller: text("seller"),
        category: text("category"),
        day: text("day"),
        only: text("only"),
        sort: said(asked, "sort")
            .filter(|sort| SORTS.contains(&sort.as_str()))
            .unwrap_or_default(),
    }
}

/// What a filter wants, in the words of the deeds.
pub fn wanted_of(frame: &Frame, filter: &Filter) -> DealsWanted {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let day = day_of(frame, &filter.day);
    DealsWanted {
        state: match filter.state {
            State::Open => Some(DealState::Open),
            State::Upcoming => Some(DealState::Upcoming),
            State::Over => Some(DealState::Over),
            State::All => None,
        },
        seller: some(&filter.seller),
        sought: DealSought {
            text: some(&filter.text),
            category: some(&filter.category),
        },
        from: day.map(|(from, _)| from),
        to: day.map(|(_, to)| to),
        peculiar: match filter.only.as_str() {
            "sold-out" => Some(Peculiar::SoldOut),
            "untouched" => Some(Peculiar::Untouched),
            _ => None,
        },
        order: order_of(&filter.sort),
    }
}

fn order_of(sort: &str) -> Option<DealOrder> {
    Some(match sort {
        "starts" => DealOrder::Starts,
        "starts-last" => DealOrder::StartsLast,
        "ends" => DealOrder::Ends,
        "claimed" => DealOrder::Claimed,
        "claimed-least" => DealOrder::ClaimedLeast,
        "available" => DealOrder::Available,
        "waiting" => DealOrder::Waiting,
        _ => return None,
    })
}

/// The deals of these numbers, as the view has them now.
pub fn cards<'a>(shop: &Shop, deals: impl Iterator<Item = &'a DealId>) -> Vec<DealCard> {
    let views = shop.views();
    deals
        .filter_map(|deal| views.deals.deal(*deal).cloned())
        .collect()
}

/// A deal as a row.
pub async fn row(visit: &DeskVisit, card: DealCard) -> Result<DealRow, Problem> {
    let shown = shown(&visit.shop, &visit.frame, card).await?;
    Ok(row_of(&visit.frame, &shown))
}

/// A deal with its texts as a row.
pub fn row_of(frame: &Frame, shown: &Shown) -> DealRow {
    DealRow {
        deal: shown.id.clone(),
        name: shown.name(frame),
        seller: shown.seller.clone(),
        picture: shown.pictures().into_iter().next(),
        state: state_of(&shown.card, frame.now),
        starts_at: shown.card.terms.starts_at,
        ends_at: shown.card.terms.ends_at,
        price: shown.price(),
        claimed: shown.card.claimed_percent(),
        units: units_of(&shown.card),
        waiting: waiting_of(&shown.card),
    }
}

fn state_of(card: &DealCard, now: Millis) -> State {
    match DealState::of(card, now) {
        DealState::Upcoming => State::Upcoming,
        DealState::Open => State::Open,
        DealState::Over => State::Over,
    }
}

/// Sellers to choose from, by name.
pub async fn sellers(visit: &DeskVisit) -> Result<Vec<Choice>, Problem> {
    let language = visit.frame.words.language.tag();
    let sellers = visit.shop.records.sellers("", SELLERS_MAX).await?;
    let choice = |seller: records::Seller| {
        let name = seller.name.best(language).unwrap_or(&seller.id).to_owned();
        (seller.id, name)
    };
    let mut sellers: Vec<Choice> = sellers.into_iter().map(choice).collect();
    sellers.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(sellers)
}

/// The uppermost categories to choose from.
pub async fn categories(visit: &DeskVisit) -> Result<Vec<Choice>, Problem> {
    let language = visit.frame.words.language.tag();
    let categories = visit.shop.records.categories(None).await?;
    let choice = |it: records::Category| {
        let name = it.name.best(language).unwrap_or(&it.id).to_owned();
        (it.id, name)
    };
    Ok(categories.into_iter().map(choice).collect())
}

/// True for who may make and change deals and products.
pub fn may_change(visit: &DeskVisit) -> bool {
    visit.staff.role >= Role::Merchandiser
}
