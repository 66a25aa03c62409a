//! `/deals/{deal}/waiting`: the way into the waiting room, how it stands with a shopper there, and the way out.

use crate::api::stream::{event, events};
use crate::deeds::HoldAsk;
use crate::limits::Listener;
use crate::pages::frame::Frame;
use crate::pages::printed::{Asker, everywhere, print};
use crate::pages::tile::deal_address;
use crate::pages::visit::Visit;
use crate::pages::waiting::{Doorway, WaitingPage, room, waiting_address};
use crate::pages::window::{item, shown};
use crate::press::Gap;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::waiting::{Answer, SlipShown, Standing, TURN_COOKIE, Wish};
use crate::who::{Shopper, set_cookie};
use axum::Form;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::html;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use views::DealCard;
use vocabulary::{DealId, Millis, Refusal, RequestKey, Seq};

/// How often somebody who listens is told how it stands.
const TOLD_EVERY: Duration = Duration::from_millis(1_000);
/// How long a browser keeps a slip, in seconds; the slip itself may be over earlier.
const COOKIE_S: u64 = 3_600;

/// What is wanted when the bell rings.
#[derive(Debug, Deserialize)]
pub struct Join {
    sku: String,
    #[serde(default = "one")]
    units: u16,
}

const fn one() -> u16 {
    1
}

/// What a listener is told: the part of the page that changes, and the title.
#[derive(Debug, Serialize)]
struct Told {
    state: &'static str,
    title: String,
    html: String,
}

/// How it stands with who is in the room; before the bell, the way in for who is not.
pub async fn show(
    asker: Asker,
    visit: Visit,
    slip: SlipShown,
    Path(deal): Path<String>,
) -> Result<Response, Problem> {
    let name = visit.shop.directory.deal(&deal).await?;
    let standing = visit.shopper.map_or(Standing::Absent, |shopper| {
        visit.shop.standing(&shopper, name.number, &slip)
    });
    let (Some(shopper), true) = (visit.shopper, standing != Standing::Absent) else {
        return doorway(&visit, &deal, name.number).await;
    };
    let page = page(&visit.shop, &shopper, &deal, standing).await?;
    let page = in_room(&asker, &visit.frame, &page).await?;
    Ok(with_slip(&visit.shop, &shopper, &deal, name.number, page))
}

/// Many wait for the same and look again and again: their page is made once, and how it stands with each is put in.
async fn in_room(asker: &Asker, frame: &Frame, page: &WaitingPage) -> Result<Response, Problem> {
    let shop = &asker.shop;
    let wish = page.standing.wish().ok_or(Kind::NOT_FOUND)?;
    let own_address = waiting_address(&page.deal);
    let address = (asker.language, format!("{own_address}?sku={}", wish.sku));
    let make = || async {
        let frame = asker.printing(&own_address);
        let item = item(shop, &frame, wish.deal, wish.sku).await?;
        Ok(print(&frame, &room(&frame, &item), Millis(u64::MAX)))
    };
    let print = shop.press.print(shop, &address, make).await?;
    let nothing = HashSet::new();
    let again_s = page.look_again_s(frame.now, rand::random());
    Ok(asker.filled(&print, |gap| match gap {
        Gap::Title => html! { (page.title(frame)) }.0,
        Gap::Refresh => again_s.to_string(),
        Gap::Standing => page.standing(frame).0,
        Gap::Draw => page.draw(&frame.words).0,
        _ => everywhere(frame, gap, &nothing).0,
    }))
}

/// Lets somebody in who comes before the bell.
pub async fn join(
    visit: Visit,
    shopper: Shopper,
    slip: SlipShown,
    Path(deal): Path<String>,
    Form(form): Form<Join>,
) -> Result<Response, Problem> {
    let shop = &visit.shop;
    let card = card(shop, &deal).await?;
    let (sku, _) = shop.directory.sku(&form.sku).await?;
    if !shop
        .waiting
        .is_open_before(card.terms.starts_at, visit.frame.now)
    {
        return Ok(Redirect::to(&deal_address(&deal)).into_response());
    }
    if card.pool(sku).is_none() {
        return Err(Refusal::SkuNotInDeal.into());
    }
    let units = form.units.clamp(1, card.terms.limit.max(1));
    let or_wait = card.terms.waitlist_max > 0;
    let wish = Wish {
        deal: card.deal,
        sku,
        units,
        or_wait,
    };
    shop.join_room(&shopper, wish, &slip)?;
    to_own_turn(shop, &shopper, &deal).await
}

/// Lets somebody out.
pub async fn leave(
    visit: Visit,
    shopper: Shopper,
    Path(deal): Path<String>,
) -> Result<Response, Problem> {
    let number = visit.shop.directory.deal(&deal).await?.number;
    visit.shop.leave_room(&shopper, number);
    let out = Redirect::to(&deal_address(&deal)).into_response();
    Ok(with_slip(&visit.shop, &shopper, &deal, number, out))
}

/// Tells how it stands for as long as somebody listens. Who listens is there.
pub async fn stream(
    visit: Visit,
    shopper: Shopper,
    slip: SlipShown,
    Path(deal): Path<String>,
    listener: Listener,
) -> Result<Response, Problem> {
    let number = visit.shop.directory.deal(&deal).await?.number;
    let Visit { shop, frame, .. } = visit;
    let state = (shop, frame, shopper, slip, deal, number, None);
    Ok(events(listener, state, |state| {
        let (shop, frame, shopper, slip, deal, number, heard) = state;
        Box::pin(async move {
            let standing = loop {
                let standing = shop.standing(shopper, *number, slip);
                if heard.is_none_or(|heard| heard != standing) {
                    break standing;
                }
                tokio::time::sleep(TOLD_EVERY).await;
            };
            if heard.is_some() {
                tokio::time::sleep(TOLD_EVERY).await;
            }
            frame.now = shop.now();
            let text = tell(shop, frame, shopper, deal, standing).await.ok()?;
            *heard = Some(standing);
            Some(text)
        })
    }))
}

/// True where a shopper may go on with what they ask for; else they have a turn from now on.
///
/// # Errors
/// An unknown deal or SKU, and [`Kind::WAITING_ROOM_FULL`].
pub(super) async fn may_go(
    shop: &Shop,
    shopper: &Shopper,
    slip: &SlipShown,
    key: RequestKey,
    asked: &HoldAsk,
) -> Result<bool, Problem> {
    let deal = shop.directory.deal(&asked.deal).await?.number;
    let (sku, _) = shop.directory.sku(&asked.sku).await?;
    let (units, or_wait) = (asked.units, asked.or_wait);
    let wish = Wish {
        deal,
        sku,
        units,
        or_wait,
    };
    match shop.may_go(shopper, wish, slip, Some(key)) {
        Answer::Go => Ok(true),
        Answer::Wait => Ok(false),
        Answer::Full => Err(Problem::from(Kind::WAITING_ROOM_FULL).retry_after(20_000)),
    }
}

/// To the page of a shopper's turn, with the turn.
pub(super) async fn to_own_turn(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
) -> Result<Response, Problem> {
    let number = shop.directory.deal(deal).await?.number;
    let to = Redirect::to(&waiting_address(deal)).into_response();
    Ok(with_slip(shop, shopper, deal, number, to))
}

/// A shopper got what they asked for: a pass, if there was one, is used.
pub(super) async fn used(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
    (key, seq): (RequestKey, Seq),
    answer: Redirect,
) -> Result<Response, Problem> {
    if !shop.waiting.is_in_use() {
        return Ok(answer.into_response());
    }
    let number = shop.directory.deal(deal).await?.number;
    shop.note_got(shopper, number, Some(key), seq);
    Ok(with_slip(
        shop,
        shopper,
        deal,
        number,
        answer.into_response(),
    ))
}

/// The answer with what a browser keeps of a turn; with nothing to keep where there is none any more.
fn with_slip(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
    number: DealId,
    answer: Response,
) -> Response {
    let slip = shop.slip_of(shopper, number);
    let seconds = if slip.is_some() { COOKIE_S } else { 0 };
    let line = set_cookie(
        shop,
        TURN_COOKIE,
        slip.as_deref().unwrap_or_default(),
        seconds,
    );
    let here = format!("; Path={};", deal_address(deal));
    let line = line.replacen("; Path=/;", &here, 1);
    (AppendHeaders([(SET_COOKIE, line)]), answer).into_response()
}

async fn doorway(visit: &Visit, deal: &str, number: DealId) -> Result<Response, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let card = shop.views().deals.deal(number).cloned();
    let card = card.ok_or(Refusal::DealUnknown)?;
    if !shop.waiting.is_open_before(card.terms.starts_at, frame.now) {
        return Ok(Redirect::to(&deal_address(deal)).into_response());
    }
    let opens_at = card.terms.starts_at;
    let limit = card.terms.limit;
    let shown = shown(shop, frame, card).await?;
    let choices = shown.choices(shop, frame).await?;
    let (deal, name) = (deal.to_owned(), shown.name(frame));
    let picture = shown.pictures().into_iter().next();
    let doorway = Doorway {
        deal,
        name,
        picture,
        opens_at,
        limit,
        choices,
    };
    Ok(doorway.render(frame).into_response())
}

async fn tell(
    shop: &Arc<Shop>,
    frame: &Frame,
    shopper: &Shopper,
    deal: &str,
    standing: Standing,
) -> Result<Bytes, Problem> {
    let told = match standing {
        Standing::Absent => Told {
            state: "absent",
            title: String::new(),
            html: String::new(),
        },
        _ => {
            let page = page(shop, shopper, deal, standing).await?;
            Told {
                state: page.state(),
                title: page.title(frame),
                html: page.standing(frame).into_string(),
            }
        }
    };
    Ok(Bytes::from(event("standing", &told)))
}

async fn page(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
    standing: Standing,
) -> Result<WaitingPage, Problem> {
    let wish = standing.wish().ok_or(Kind::NOT_FOUND)?;
    let (ticket, seed) = shop.draw_of(shopper, &wish);
    Ok(WaitingPage {
        deal: deal.to_owned(),
        sku: shop.directory.sku_id(wish.sku).await?,
        standing,
        ticket,
        seed,
    })
}

async fn card(shop: &Shop, deal: &str) -> Result<DealCard, Problem> {
    let number = shop.directory.deal(deal).await?.number;
    let card = shop.views().deals.deal(number).cloned();
    card.ok_or(Refusal::DealUnknown.into())
}
