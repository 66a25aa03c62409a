//! The live board as figures: totals that equal the books.

use crate::api::asking::{Asking, AtLeast};
use crate::api::shapes::Problems;
use crate::api::stream::{event, events};
use crate::limits::Listener;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use serde::Serialize;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::{DealSales, Gallery, Rate, Tally};
use vocabulary::{Account, DealId, Millis};

/// How many deals are named.
const DEALS_NAMED: usize = 10;
/// How old the figures may be that a listener is told.
const FRESH: Duration = Duration::from_millis(100);
/// How long a listener rests where nothing happens: rates fall by the second.
const REST: Duration = Duration::from_secs(1);

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(board))
        .routes(routes!(stream))
        .layer(Extension(Arc::new(Latest::default())))
}

/// The totals of the festival.
#[derive(Debug, Serialize, ToSchema)]
struct Board {
    /// By currency.
    totals: Vec<Totals>,
    /// Orders a second.
    orders: Speed,
    /// Payments a second.
    payments: Speed,
    /// How often other things happened.
    deeds: Deeds,
    /// The deals that brought in most, most first.
    top_deals: Vec<TopDeal>,
    /// The balances of the books by currency and account; debits are positive.
    books: Vec<Balance>,
    /// The stamp of the last thing that is counted.
    at: Moment,
}

/// Sums in one currency.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    /// Three letters (ISO 4217).
    currency: &'static str,
    /// Orders placed, shipping included.
    placed: Sum,
    /// Orders paid, shipping included.
    paid: Sum,
    /// Refunds sent.
    refunded: Sum,
}

/// A number of things and their value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tally)]
struct Sum {
    /// How many.
    count: u64,
    /// Whole minor units.
    #[schema(value_type = i64)]
    amount: i128,
}

impl From<Tally> for Sum {
    fn from(tally: Tally) -> Self {
        Sum {
            count: tally.count,
            amount: tally.amount,
        }
    }
}

/// How fast something happens.
#[derive(Debug, Serialize, ToSchema)]
struct Speed {
    /// In the last whole second.
    per_second: u32,
    /// In the busiest second.
    peak: u32,
    /// When that was.
    peak_at: Moment,
}

/// How often things happened.
#[derive(Debug, Serialize, ToSchema)]
struct Deeds {
    /// Holds asked for and given.
    holds: u64,
    /// Holds that the waitlist gave.
    offers: u64,
    /// Holds whose clock ran out.
    holds_lapsed: u64,
    /// Places taken in waitlists.
    waited: u64,
    /// Orders not paid in time.
    orders_lapsed: u64,
    /// Orders cancelled.
    orders_cancelled: u64,
    /// Tries to pay that came to nothing.
    payments_declined: u64,
}

/// A deal and what it brought in.
#[derive(Debug, Serialize, ToSchema)]
struct TopDeal {
    /// The shop's own id.
    deal: String,
    /// Units in paid orders.
    units: u64,
    /// Their price, in minor units.
    #[schema(value_type = i64)]
    amount: i128,
    /// Units held, ordered and sold, in percent of the allotment.
    claimed_percent: u8,
}

/// What stands in an account.
#[derive(Debug, Serialize, ToSchema)]
struct Balance {
    /// Three letters (ISO 4217).
    currency: &'static str,
    /// The account's name.
    account: String,
    /// Whole minor units; debits are positive.
    #[schema(value_type = i64)]
    balance: i128,
}

/// The totals now.
#[utoipa::path(get, path = "/v1/board", tag = "everyone", params(AtLeast),
    responses((status = 200, body = Board), Problems))]
async fn board(
    State(shop): State<Arc<Shop>>,
    Asking(at_least): Asking<AtLeast>,
) -> Result<Json<Board>, Problem> {
    shop.shown(at_least.seq(&shop)?).await?;
    Ok(Json(figures(&shop).await?))
}

/// Server-sent events `board` with the totals, whenever they change.
#[utoipa::path(get, path = "/v1/board/stream", tag = "everyone",
    responses((status = 200, body = Board, content_type = "text/event-stream"), Problems))]
async fn stream(
    State(shop): State<Arc<Shop>>,
    Extension(latest): Extension<Arc<Latest>>,
    listener: Listener,
) -> Response {
    let told = Bytes::new();
    let reached = shop.reached.clone();
    events(listener, (shop, latest, reached, told), |state| {
        Box::pin(async move {
            let (shop, latest, reached, told) = state;
            loop {
                let text = latest.figures(shop).await.ok()?;
                if text != *told {
                    *told = text.clone();
                    return Some(text);
                }
                tokio::select! {
                    changed = reached.changed() => changed.ok()?,
                    () = tokio::time::sleep(REST) => {}
                }
                tokio::time::sleep(FRESH).await;
            }
        })
    })
}

/// The figures that were written last, for all listeners.
#[derive(Default)]
struct Latest(Mutex<Option<(Instant, Bytes)>>);

impl Latest {
    async fn figures(&self, shop: &Shop) -> Result<Bytes, Problem> {
        let latest = self.0.lock().expect(UNPOISONED).clone();
        if let Some((made_at, text)) = latest
            && made_at.elapsed() < FRESH
        {
            return Ok(text);
        }
        let made_at = Instant::now();
        let text = Bytes::from(event("board", &figures(shop).await?));
        *self.0.lock().expect(UNPOISONED) = Some((made_at, text.clone()));
        Ok(text)
    }
}

const UNPOISONED: &str = "nobody panics while holding the figures";

async fn figures(shop: &Shop) -> Result<Board, Problem> {
    let (mut board, top) = {
        let views = shop.views();
        let top = top(&views, shop.settings.currency);
        (sums(&views, shop.now()), top)
    };
    for (deal, sales, claimed_percent) in top {
        board.top_deals.push(TopDeal {
            deal: shop.directory.deal_id(deal).await?,
            units: sales.units,
            amount: sales.amount,
            claimed_percent,
        });
    }
    Ok(board)
}

fn top(views: &Gallery, currency: money::Currency) -> Vec<(DealId, DealSales, u8)> {
    let top = views.board.top_deals(currency, DEALS_NAMED).into_iter();
    let claimed = |deal| views.deals.claimed_percent(deal).unwrap_or(0);
    top.map(|(deal, sales)| (deal, sales, claimed(deal)))
        .collect()
}

fn sums(views: &Gallery, now: Millis) -> Board {
    let board = &views.board;
    let totals = board.totals().map(|(currency, totals)| Totals {
        currency: currency.code(),
        placed: totals.placed.into(),
        paid: totals.paid.into(),
        refunded: totals.refunded.into(),
    });
    let deeds = board.deeds();
    Board {
        totals: totals.collect(),
        orders: speed(board.orders(), now),
        payments: speed(board.payments(), now),
        deeds: Deeds {
            holds: deeds.holds,
            offers: deeds.offers,
            holds_lapsed: deeds.holds_lapsed,
            waited: deeds.waited,
            orders_lapsed: deeds.orders_lapsed,
            orders_cancelled: deeds.orders_cancelled,
            payments_declined: deeds.payments_declined,
        },
        top_deals: Vec::new(),
        books: books(views),
        at: board.at().into(),
    }
}

fn speed(rate: &Rate, now: Millis) -> Speed {
    Speed {
        per_second: rate.per_second(now),
        peak: rate.peak().per_second,
        peak_at: rate.peak().at.into(),
    }
}

fn books(views: &Gallery) -> Vec<Balance> {
    let currencies = views.board.totals().map(|(currency, _)| currency);
    let all = currencies.flat_map(|currency| {
        Account::ALL.map(|account| Balance {
            currency: currency.code(),
            account: format!("{account:?}"),
            balance: views.board.balance(currency, account),
        })
    });
    all.filter(|balance| balance.balance != 0).collect()
}
