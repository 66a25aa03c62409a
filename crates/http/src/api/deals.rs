//! Deals, for everyone.

use crate::api::asking::{Asking, AtLeast, Listed, Page};
use crate::api::shapes::{DealShown, Problems, show_deal};
use crate::api::tagged::{Unchanged, tagged};
use crate::deeds::DealState;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::{DealCard, DealsView};
use vocabulary::{DealId, Millis, Refusal, SellerId};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(deals))
        .routes(routes!(deal))
}

/// Which deals.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `open` (the default), `upcoming` or `over`.
    #[param(inline)]
    state: Option<DealState>,
    /// The shop's own id of who sells.
    seller: Option<String>,
    /// The id of a category; deals of what stands below it are listed too.
    category: Option<String>,
}

/// A place in the list: when the deal starts (or ended), and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    at: Millis,
    deal: DealId,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.deal)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, deal) = text.split_once('.').unwrap_or((text, ""));
        Ok(Position {
            at: Millis(at.parse()?),
            deal: DealId(deal.parse()?),
        })
    }
}

/// Lists deals: open and upcoming ones by their start, those that are over by their end, last first.
#[utoipa::path(get, path = "/v1/deals", tag = "everyone", params(Wanted, Page),
    responses((status = 200, body = Listed<DealShown>), Unchanged, Problems))]
async fn deals(
    State(shop): State<Arc<Shop>>,
    Asking(wanted): Asking<Wanted>,
    Asking(page): Asking<Page>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = page.limit()?;
    let after = page.cursor::<Position>()?;
    shop.shown(page.at_least(&shop)?).await?;
    let state = wanted.state.unwrap_or(DealState::Open);
    let seller = match &wanted.seller {
        Some(seller) => shop.directory.seller(seller, shop.now()).await?.number,
        None => None,
    };
    let positions = positions(&shop, state, after, seller);
    let mut found = Vec::new();
    for position in positions {
        if found.len() > limit as usize {
            break;
        }
        if let Some(shown) = find(&shop, position, wanted.category.as_deref()).await? {
            found.push((position, shown));
        }
    }
    let listed = Listed::of(found, limit, |(position, _)| *position);
    let items = listed.items.into_iter().map(|(_, shown)| shown);
    let listed = Listed {
        items: items.collect::<Vec<_>>(),
        next: listed.next,
    };
    Ok(tagged(&headers, &listed))
}

/// One deal.
#[utoipa::path(get, path = "/v1/deals/{deal}", tag = "everyone",
    params(("deal" = String, Path, description = "The shop's own id"), AtLeast),
    responses((status = 200, body = DealShown), Unchanged, Problems))]
async fn deal(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    Asking(at_least): Asking<AtLeast>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    shop.shown(at_least.seq(&shop)?).await?;
    let number = shop.directory.deal(&id).await?.number;
    let card = shop.views().deals.deal(number).cloned();
    let card = card.ok_or(Refusal::DealUnknown)?;
    let shown = show_deal(&shop, &card).await?;
    Ok(tagged(&headers, &shown.ok_or(Refusal::DealUnknown)?))
}

/// Where the deals of a state stand, in the order of the list, behind `after`.
fn positions(
    shop: &Shop,
    state: DealState,
    after: Option<Position>,
    seller: Option<SellerId>,
) -> Vec<Position> {
    let (now, views) = (shop.now(), shop.views());
    let mine = |card: &&DealCard| seller.is_none_or(|seller| card.seller == seller);
    let listed: Vec<Position> = cards(&views.deals, state, now)
        .filter(mine)
        .map(|card| position(card, state))
        .collect();
    let behind = |position: &Position| match (after, state) {
        (None, _) => true,
        (Some(after), DealState::Over) => *position < after,
        (Some(after), _) => *position > after,
    };
    listed.into_iter().filter(behind).collect()
}

fn cards<'a>(
    deals: &'a DealsView,
    state: DealState,
    now: Millis,
) -> Box<dyn Iterator<Item = &'a DealCard> + 'a> {
    match state {
        DealState::Open => Box::new(deals.open(now)),
        DealState::Upcoming => Box::new(deals.upcoming(now)),
        DealState::Over => Box::new(deals.closed()),
    }
}

fn position(card: &DealCard, state: DealState) -> Position {
    let at = match state {
        DealState::Over => card.terms.ends_at,
        DealState::Open | DealState::Upcoming => card.terms.starts_at,
    };
    Position {
        at,
        deal: card.deal,
    }
}

async fn find(
    shop: &Shop,
    position: Position,
    category: Option<&str>,
) -> Result<Option<DealShown>, Problem> {
    let card = shop.views().deals.deal(position.deal).cloned();
    let Some(card) = card else { return Ok(None) };
    if let Some(category) = category {
        let Some(name) = shop.directory.deal_numbered(card.deal).await? else {
            return Ok(None);
        };
        let showcase = shop.directory.product(&name.product, shop.now()).await?;
        if !showcase.categories.iter().any(|other| other == category) {
            return Ok(None);
        }
    }
    show_deal(shop, &card).await
}
