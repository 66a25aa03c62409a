//! `GET /board`: the totals on a page for walls and phones.

use crate::board::curve;
use crate::pages::board::{Board, next_bell};
use crate::pages::visit::Visit;
use crate::problem::Problem;
use axum::extract::Query;
use maud::Markup;
use serde::Deserialize;

/// How the page is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// For a wall: nothing that leads elsewhere.
    wall: Option<String>,
}

/// The whole page.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Markup, Problem> {
    let shop = &visit.shop;
    let board = Board {
        own: shop.settings.currency,
        figures: shop.board.figures(shop),
        standings: shop.board.standings(shop).await?,
        curve: curve(shop),
        is_wall: asked.wall.is_some(),
    };
    Ok(board.render(&visit.frame))
}

/// The clock until the next bell alone, for a page that is open while it rings.
pub async fn bells(visit: Visit) -> Result<Markup, Problem> {
    let shop = &visit.shop;
    let standings = shop.board.standings(shop).await?;
    Ok(next_bell(&visit.frame, &standings))
}
