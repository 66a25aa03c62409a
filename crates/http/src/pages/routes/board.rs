//! `GET /board`: the totals, and its figures alone for the script that keeps them alive.

use crate::pages::board::{Board, BoardDeal, Rate, Totals};
use crate::pages::frame::Frame;
use crate::pages::visit::Visit;
use crate::pages::window::shown;
use crate::problem::Problem;
use crate::shop::Shop;
use maud::Markup;
use std::cmp::Reverse;
use views::{DealCard, Gallery};

/// Deals in each list.
const LISTED_MAX: usize = 8;

/// The whole page.
pub async fn show(visit: Visit) -> Result<Markup, Problem> {
    Ok(board(&visit.shop, &visit.frame).await?.render(&visit.frame))
}

/// What the stream moves.
pub async fn figures(visit: Visit) -> Result<Markup, Problem> {
    Ok(board(&visit.shop, &visit.frame)
        .await?
        .figures(&visit.frame))
}

async fn board(shop: &Shop, frame: &Frame) -> Result<Board, Problem> {
    let (mut board, hottest, sold_out) = {
        let views = shop.views();
        let (hottest, sold_out) = ranked(&views, frame);
        (totals(&views, shop, frame), hottest, sold_out)
    };
    board.hottest = named(shop, frame, hottest).await?;
    board.sold_out = named(shop, frame, sold_out).await?;
    Ok(board)
}

fn totals(views: &Gallery, shop: &Shop, frame: &Frame) -> Board {
    let board = &views.board;
    let rate = |rate: &views::Rate| Rate {
        now: rate.per_second(frame.now),
        peak: rate.peak().per_second,
        peak_at: rate.peak().at,
    };
    let mut totals: Vec<Totals> = board
        .totals()
        .map(|(currency, totals)| Totals {
            currency,
            paid: (totals.paid.count, totals.paid.amount),
            placed: (totals.placed.count, totals.placed.amount),
            refunded: (totals.refunded.count, totals.refunded.amount),
        })
        .collect();
    if totals.is_empty() {
        totals.push(Totals::none(shop.settings.currency));
    }
    totals.sort_by_key(|totals| totals.currency != shop.settings.currency);
    let deeds = board.deeds();
    Board {
        totals,
        orders: rate(board.orders()),
        payments: rate(board.payments()),
        holds: [deeds.holds, deeds.offers, deeds.holds_lapsed],
        hottest: Vec::new(),
        sold_out: Vec::new(),
    }
}

/// Open deals with most claimed that have something left, and those of which nothing is left.
fn ranked(views: &Gallery, frame: &Frame) -> (Vec<DealCard>, Vec<DealCard>) {
    let (mut gone, mut hot): (Vec<&DealCard>, Vec<&DealCard>) = views
        .deals
        .open(frame.now)
        .partition(|card| card.claimed_percent() == 100);
    hot.sort_by_key(|card| (Reverse(card.claimed_percent()), card.deal));
    gone.extend(
        views
            .deals
            .closed()
            .take(LISTED_MAX * 8)
            .filter(|card| card.claimed_percent() == 100),
    );
    gone.sort_by_key(|card| Reverse(card.changed));
    let first = |cards: Vec<&DealCard>| cards.into_iter().take(LISTED_MAX).cloned().collect();
    (first(hot), first(gone))
}

async fn named(
    shop: &Shop,
    frame: &Frame,
    cards: Vec<DealCard>,
) -> Result<Vec<BoardDeal>, Problem> {
    let mut deals = Vec::with_capacity(cards.len());
    for card in cards {
        let claimed = card.claimed_percent();
        let shown = shown(shop, frame, card).await?;
        deals.push(BoardDeal {
            name: shown.name(frame),
            deal: shown.id,
            claimed,
        });
    }
    Ok(deals)
}
