//! `GET /board`: the totals on a page for walls and phones.

use crate::board::{Dial, Turn, curve};
use crate::pages::board::{Board, next_bell};
use crate::pages::visit::Visit;
use crate::problem::Problem;
use axum::extract::Query;
use axum::response::Redirect;
use axum::{Extension, Form};
use maud::Markup;
use serde::Deserialize;
use std::sync::Arc;
use vocabulary::Millis;

/// How the page is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// For a wall: nothing that leads elsewhere.
    wall: Option<String>,
}

/// The whole page.
pub async fn show(
    visit: Visit,
    dial: Option<Extension<Arc<Dial>>>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Problem> {
    let shop = &visit.shop;
    let board = Board {
        own: shop.settings.currency,
        figures: shop.board.figures(shop),
        standings: shop.board.standings(shop).await?,
        curve: curve(shop),
        is_wall: asked.wall.is_some(),
        replay: dial.map(|Extension(dial)| dial),
    };
    Ok(board.render(&visit.frame))
}

/// The clock until the next bell alone, for a page that is open while it rings.
pub async fn bells(visit: Visit) -> Result<Markup, Problem> {
    let shop = &visit.shop;
    let standings = shop.board.standings(shop).await?;
    Ok(next_bell(&visit.frame, &standings))
}

/// What is done to a replay.
#[derive(Debug, Deserialize)]
pub struct Lever {
    /// `stand` or `go`.
    #[serde(rename = "do")]
    deed: Option<String>,
    speed: Option<u32>,
    to: Option<u64>,
}

/// Stands, goes on, goes faster or slower, or goes elsewhere.
pub async fn turn(Extension(dial): Extension<Arc<Dial>>, Form(lever): Form<Lever>) -> Redirect {
    match lever.deed.as_deref() {
        Some("stand") => dial.turn(Turn::Stand),
        Some("go") => dial.turn(Turn::Go),
        Some(_) | None => {}
    }
    if let Some(speed) = lever.speed {
        dial.turn(Turn::Speed(speed));
    }
    if let Some(to) = lever.to {
        dial.turn(Turn::To(Millis(to)));
    }
    Redirect::to("/board")
}
