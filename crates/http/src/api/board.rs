//! The live board as figures: totals that equal the books.

use crate::api::asking::{Asking, AtLeast};
use crate::api::shapes::Problems;
use crate::api::stream::{event, events};
use crate::board::{Balance, BoardCurve, FIGURES_FRESH, Figures, HeardLast, Standings, curve};
use crate::limits::Listener;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a listener rests where nothing happens: rates fall by the second.
const REST: Duration = Duration::from_secs(1);

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(board))
        .routes(routes!(stream))
        .routes(routes!(first_minutes))
}

/// The board: the figures, the standings, and the books behind them.
#[derive(Debug, Serialize, ToSchema)]
struct Board {
    /// What moves with every order.
    #[serde(flatten)]
    figures: Figures,
    /// What is joined with the catalogue, up to a second old.
    #[serde(flatten)]
    standings: Standings,
    /// The balances of the books by currency and account; debits are positive.
    books: Vec<Balance>,
}

impl Board {
    fn of(figures: &Figures, standings: &Standings) -> Board {
        Board {
            books: figures.books.clone(),
            figures: figures.clone(),
            standings: standings.clone(),
        }
    }
}

/// The whole as an event.
pub(crate) fn whole(figures: &Figures, standings: &Standings) -> String {
    event("board", &Board::of(figures, standings))
}

/// The board now.
#[utoipa::path(get, path = "/v1/board", tag = "everyone", params(AtLeast),
    responses((status = 200, body = Board), Problems))]
async fn board(
    State(shop): State<Arc<Shop>>,
    Asking(at_least): Asking<AtLeast>,
) -> Result<Json<Board>, Problem> {
    let seq = at_least.seq(&shop)?;
    shop.shown(seq).await?;
    let standings = match seq {
        Some(_) => shop.board.standings_now(&shop).await?,
        None => shop.board.standings(&shop).await?,
    };
    let figures = shop.board.figures_now(&shop);
    Ok(Json(Board::of(&figures, &standings)))
}

/// What was paid since the first bell, and what had been paid of an earlier festival after the same time.
#[utoipa::path(get, path = "/v1/board/curve", tag = "everyone",
    responses((status = 200, body = BoardCurve), Problems))]
async fn first_minutes(State(shop): State<Arc<Shop>>) -> Json<BoardCurve> {
    Json(curve(&shop))
}

/// Server-sent events: `board` with the whole, at once and then up to once a second; in between `figures` with its figures
/// alone, whenever they move.
#[utoipa::path(get, path = "/v1/board/stream", tag = "everyone",
    responses((status = 200, body = Board, content_type = "text/event-stream"), Problems))]
async fn stream(State(shop): State<Arc<Shop>>, listener: Listener) -> Response {
    let reached = shop.reached.clone();
    events(listener, (shop, reached, HeardLast::default()), |state| {
        Box::pin(async move {
            let (shop, reached, last) = state;
            loop {
                if let Some((text, heard)) = news(shop, last).await? {
                    *last = heard;
                    return Some(text);
                }
                tokio::select! {
                    changed = reached.changed() => changed.ok()?,
                    () = tokio::time::sleep(REST) => {}
                }
                // Figures that were made before the change are no longer fresh then.
                tokio::time::sleep(FIGURES_FRESH).await;
            }
        })
    })
}

/// None where the records fail: the listener comes back.
async fn news(shop: &Shop, last: &HeardLast) -> Option<Option<(Bytes, HeardLast)>> {
    shop.board.telling().news(shop, last).await.ok()
}
