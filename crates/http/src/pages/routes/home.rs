//! `GET /`: what is open and what comes next.

use crate::pages::aisles::Aisles;
use crate::pages::home::{Bell, Filter, Home};
use crate::pages::visit::Visit;
use crate::pages::window::tiles;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::Extension;
use axum::extract::Query;
use maud::Markup;
use serde::Deserialize;
use std::sync::Arc;
use views::DealCard;
use vocabulary::{DealId, Millis, SellerId};

/// Open deals of a page.
const OPEN_MAX: usize = 24;
/// Deals that are announced.
const UPCOMING_MAX: usize = 12;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    category: String,
    seller: String,
    page: usize,
}

/// The home page.
pub async fn show(
    visit: Visit,
    Extension(aisles): Extension<Arc<Aisles>>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let filter = asked.filter();
    let wanted = Wanted::of(shop, &filter, frame.now).await?;
    let (open, upcoming, with_first) = {
        let views = shop.views();
        let open: Vec<DealCard> = views.deals.open(frame.now).rev().cloned().collect();
        let upcoming: Vec<DealCard> = views
            .deals
            .upcoming(frame.now)
            .take(wanted.look_ahead())
            .cloned()
            .collect();
        let mut starts = views.deals.upcoming(frame.now).map(starts_at).peekable();
        let first = starts.peek().copied();
        let with_first = starts.take_while(|at| Some(*at) == first).count();
        (open, upcoming, with_first)
    };
    let bell = upcoming.first().map(|first| Bell {
        at: first.terms.starts_at,
        deals: with_first,
    });
    let open = wanted.only(shop, open, frame.now).await?;
    let mut upcoming = wanted.only(shop, upcoming, frame.now).await?;
    upcoming.truncate(UPCOMING_MAX);
    let page = asked.page.min(open.len().saturating_sub(1) / OPEN_MAX);
    let watched = watched(&visit).await?;
    let aisles = aisles.known(shop, frame.now).await?;
    let count = open.len();
    let shown: Vec<DealCard> = open
        .into_iter()
        .skip(page * OPEN_MAX)
        .take(OPEN_MAX)
        .collect();
    let home = Home {
        bell,
        open: tiles(shop, frame, shown, &watched).await?,
        open_count: count,
        upcoming: tiles(shop, frame, upcoming, &watched).await?,
        categories: aisles.categories(frame.words.language),
        sellers: aisles.sellers(frame.words.language),
        filter,
        page,
        more: (page + 1) * OPEN_MAX < count,
    };
    Ok(home.render(frame))
}

fn starts_at(card: &DealCard) -> Millis {
    card.terms.starts_at
}

/// The deals that the visitor watches.
pub async fn watched(visit: &Visit) -> Result<Vec<DealId>, Problem> {
    Ok(match visit.shopper {
        Some(shopper) => visit.shop.records.watches(shopper.person()).await?,
        None => Vec::new(),
    })
}

/// What is filtered by, in the ledger's words.
struct Wanted {
    category: Option<String>,
    seller: Option<SellerId>,
}

impl Wanted {
    async fn of(shop: &Shop, filter: &Filter, now: Millis) -> Result<Wanted, Problem> {
        let seller = match &filter.seller {
            Some(id) => shop.directory.seller(id, now).await?.number,
            None => None,
        };
        Ok(Wanted {
            category: filter.category.clone(),
            seller,
        })
    }

    /// How many coming deals are looked at to find those that are announced.
    fn look_ahead(&self) -> usize {
        match (&self.category, self.seller) {
            (None, None) => UPCOMING_MAX * 4,
            _ => UPCOMING_MAX * 50,
        }
    }

    async fn only(
        &self,
        shop: &Shop,
        cards: Vec<DealCard>,
        now: Millis,
    ) -> Result<Vec<DealCard>, Problem> {
        let mut kept = cards;
        if let Some(seller) = self.seller {
            kept.retain(|card| card.seller == seller);
        }
        let Some(category) = &self.category else {
            return Ok(kept);
        };
        let mut in_category = Vec::new();
        for card in kept {
            let Some(name) = shop.directory.deal_numbered(card.deal).await? else {
                continue;
            };
            let showcase = shop.directory.product(&name.product, now).await?;
            if showcase.categories.contains(category) {
                in_category.push(card);
            }
        }
        Ok(in_category)
    }
}

impl Asked {
    fn filter(&self) -> Filter {
        let some = |id: &String| (!id.is_empty()).then(|| id.clone());
        Filter {
            category: some(&self.category),
            seller: some(&self.seller),
        }
    }
}
