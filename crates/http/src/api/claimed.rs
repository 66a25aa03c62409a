//! The stream of claimed bars: the whole first, then what changed. Nothing is queued for a listener:
//! each asks for what changed since it last heard, so a slow one hears less often and never of less. Who listens with a
//! session also hears the notices that are theirs: a browser has few lines to a shop, and one is enough.

use crate::api::asking::Asking;
use crate::api::notices;
use crate::api::shapes::{Problems, SkuState};
use crate::api::stream::{event, events};
use crate::deeds::DealState;
use crate::limits::Listener;
use crate::moment::Point;
use crate::pages::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::DealCard;
use vocabulary::Seq;

/// How long a listener rests between two changes.
const REST: Duration = Duration::from_millis(200);
/// How many changes are kept written for the next listener.
const FRAMES_KEPT: usize = 8;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(claimed))
        .layer(Extension(Arc::new(Frames::default())))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Listening {
    /// A Doorbuster-Sequence up to which the listener knows everything: only what changed since is
    /// told. `Last-Event-ID` goes before it.
    after: Option<String>,
    /// The number of the newest notice that the listener knows.
    noticed: Option<i64>,
}

/// A deal's bar.
#[derive(Debug, Serialize, ToSchema)]
struct Claimed {
    /// The shop's own id.
    deal: String,
    /// How it stands.
    state: DealState,
    /// Units held, ordered and sold, in percent of the allotment.
    claimed_percent: u8,
    /// Its SKUs.
    skus: Vec<ClaimedSku>,
}

/// A SKU of a deal.
#[derive(Debug, Serialize, ToSchema)]
struct ClaimedSku {
    /// The shop's own id.
    sku: String,
    /// Whether there are units.
    state: SkuState,
}

/// Changes that were written for one listener and suit the others.
#[derive(Default)]
struct Frames(Mutex<VecDeque<Frame>>);

#[derive(Clone)]
struct Frame {
    from: Seq,
    to: Seq,
    text: Bytes,
}

impl Frames {
    /// A change that tells whoever has heard up to `heard` more.
    fn after(&self, heard: Seq) -> Option<Frame> {
        let frames = self.0.lock().expect(UNPOISONED);
        let mut newest_first = frames.iter().rev();
        newest_first
            .find(|frame| frame.from <= heard && heard < frame.to)
            .cloned()
    }

    fn keep(&self, frame: Frame) {
        let mut frames = self.0.lock().expect(UNPOISONED);
        if frames.len() == FRAMES_KEPT {
            frames.pop_front();
        }
        frames.push_back(frame);
    }
}

const UNPOISONED: &str = "nobody panics while holding the frames";

/// Server-sent events `claimed`, one a deal: all deals that are not over first, then each that
/// changes. The id is the sequence; `Last-Event-ID` resumes. With a session, `notice` events too, as in `/v1/notices`.
#[utoipa::path(get, path = "/v1/claimed", tag = "everyone", params(Listening),
    responses((status = 200, body = Claimed, content_type = "text/event-stream"), Problems))]
async fn claimed(
    State(shop): State<Arc<Shop>>,
    Extension(frames): Extension<Arc<Frames>>,
    Asking(from): Asking<Listening>,
    shopper: Option<Shopper>,
    headers: HeaderMap,
    listener: Listener,
) -> Result<Response, Problem> {
    let heard = heard(&shop, &from, &headers)?;
    let reached = shop.reached.clone();
    let language = Language::of(&headers).unwrap_or(shop.settings.language);
    let mail = Mail {
        shopper,
        language,
        heard: from.noticed,
        newest: shop.bulletin.newest(),
    };
    let state = (shop, frames, reached, heard, mail);
    Ok(events(listener, state, |state| {
        let (shop, frames, reached, heard, mail) = state;
        Box::pin(async move {
            let changed = async {
                let Some(last) = *heard else {
                    return whole(shop).await.ok();
                };
                reached.wait_for(|reached| *reached > last).await.ok()?;
                tokio::time::sleep(REST).await;
                more(shop, frames, last).await.ok()
            };
            tokio::select! {
                frame = changed => {
                    let frame = frame?;
                    *heard = Some(frame.to);
                    Some(frame.text)
                }
                notices = mail.wait(shop) => notices,
            }
        })
    }))
}

/// The notices of who listens.
struct Mail {
    shopper: Option<Shopper>,
    language: Language,
    /// Up to which number; none where the page did not say: then what comes from now on.
    heard: Option<i64>,
    newest: watch::Receiver<i64>,
}

impl Mail {
    /// Waits until there is a notice for them, and writes it.
    async fn wait(&mut self, shop: &Shop) -> Option<Bytes> {
        let Some(shopper) = self.shopper else {
            return std::future::pending().await;
        };
        let mut heard = *self.heard.get_or_insert(*self.newest.borrow());
        loop {
            let newest = self.newest.wait_for(|newest| *newest > heard).await;
            let newest = *newest.ok()?;
            let mut text = String::new();
            for notice in shop.bulletin.behind(shopper.persons(), heard) {
                if let Some(shown) = notices::show(shop, &notice, self.language).await.ok()? {
                    text.push_str(&event("notice", &shown));
                }
            }
            heard = newest;
            if !text.is_empty() {
                self.heard = Some(heard);
                return Some(Bytes::from(text));
            }
        }
    }
}

/// Up to where the listener has heard everything; none where it has heard nothing.
fn heard(shop: &Shop, from: &Listening, headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let point: Option<Point> = match (resumed, &from.after) {
        (Some(point), _) => Some(point),
        (None, Some(after)) => {
            let unreadable = || Problem::field("after", "is no Doorbuster-Sequence");
            Some(after.parse().map_err(|_| unreadable())?)
        }
        (None, None) => None,
    };
    let ours = point.filter(|point| point.shard == shop.shard);
    Ok(ours.map(|point| point.seq))
}

/// What changed since `last`: as it was written for another listener, else written for this one.
async fn more(shop: &Shop, frames: &Frames, last: Seq) -> Result<Frame, Problem> {
    if let Some(frame) = frames.after(last) {
        return Ok(frame);
    }
    let frame = changed(shop, last).await?;
    frames.keep(frame.clone());
    Ok(frame)
}

async fn whole(shop: &Shop) -> Result<Frame, Problem> {
    let (to, cards) = {
        let views = shop.views();
        let cards = views.deals.all().filter(|card| !card.closed);
        (views.reached(), cards.cloned().collect::<Vec<_>>())
    };
    let from = Seq(0);
    let text = write(shop, &cards, to).await?;
    Ok(Frame { from, to, text })
}

async fn changed(shop: &Shop, from: Seq) -> Result<Frame, Problem> {
    let (to, cards) = {
        let views = shop.views();
        let cards = views.deals.changed_since(from).into_iter();
        (views.reached(), cards.cloned().collect::<Vec<_>>())
    };
    let text = write(shop, &cards, to).await?;
    Ok(Frame { from, to, text })
}

/// One event a deal; the last one has the id, since only then all was heard up to it.
async fn write(shop: &Shop, cards: &[DealCard], to: Seq) -> Result<Bytes, Problem> {
    let mut text = String::new();
    for card in cards {
        if let Some(claimed) = show(shop, card).await? {
            text.push_str(&event("claimed", &claimed));
        }
    }
    let point = Point {
        shard: shop.shard,
        seq: to,
    };
    text.push_str(&format!("id: {point}\n\n"));
    Ok(Bytes::from(text))
}

async fn show(shop: &Shop, card: &DealCard) -> Result<Option<Claimed>, Problem> {
    let Some(name) = shop.directory.deal_numbered(card.deal).await? else {
        return Ok(None);
    };
    let mut skus = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        skus.push(ClaimedSku {
            sku: shop.directory.sku_id(pool.sku).await?,
            state: SkuState::of(card, pool),
        });
    }
    Ok(Some(Claimed {
        deal: name.id.clone(),
        state: DealState::of(card, shop.now()),
        claimed_percent: card.claimed_percent(),
        skus,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_takes_any_change_that_begins_at_or_before_what_it_heard() {
        let frames = Frames::default();
        let frame = |from, to| Frame {
            from: Seq(from),
            to: Seq(to),
            text: Bytes::new(),
        };
        for from in 0..10 {
            frames.keep(frame(from * 10, from * 10 + 10));
        }
        let to = |heard| frames.after(Seq(heard)).map(|frame| frame.to.0);
        assert_eq!(to(90), Some(100));
        assert_eq!(to(95), Some(100));
        assert_eq!(to(100), None, "nothing is new");
        assert_eq!(to(5), None, "it is forgotten: this one is told by itself");
    }
}
