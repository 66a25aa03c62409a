//! What cannot wait: a watched deal is open, a turn in the waitlist has come.

use adapters::Happened;
use clerks::notices::{Concern, NoticeKind, concern};
use http::notices::kept_back;
use http::{Problem, Shop};
use records::{FreshNotice, Wanted};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use vocabulary::{DealId, HoldOrigin, Millis, PersonKey, Seq};

/// Watchers who are told together.
const TOGETHER: u32 = 500;
/// How far back the look around goes: what opened before is no news any more.
const MISSED_MS: u64 = 15 * 60 * 1_000;
/// A rush makes the clerk look around no more often than this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Tells of what happens, as it does.
pub(super) async fn tell(shop: Arc<Shop>, mut happened: mpsc::Receiver<Happened>, has_mail: bool) {
    while let Some(Happened { at, events }) = happened.recv().await {
        for concern in events.iter().filter_map(concern) {
            log(tell_of(&shop, concern, at, has_mail).await);
        }
    }
}

/// What happened while nobody was there to tell of it, before the start or in a rush, is told from what the views say;
/// what was told is not told again.
pub(super) async fn look_around(
    shop: Arc<Shop>,
    mut viewed: watch::Receiver<Seq>,
    (mut seen_to, mut misses): (Seq, watch::Receiver<Seq>),
    has_mail: bool,
) {
    while viewed.wait_for(|seq| *seq >= seen_to).await.is_ok() {
        let now = shop.now();
        for concern in missed(&shop, now) {
            log(tell_of(&shop, concern, now, has_mail).await);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        if misses.changed().await.is_err() {
            return;
        }
        seen_to = *misses.borrow_and_update();
    }
}

fn missed(shop: &Shop, now: Millis) -> Vec<Concern> {
    let views = shop.views();
    let open = views.deals.open(now);
    let fresh = open.filter(|card| now.since(card.terms.starts_at) < MISSED_MS);
    let deals = fresh.map(|card| Concern::Watchers(card.deal));
    let offered = views
        .shoppers
        .every_hold()
        .filter(|(_, card)| now < card.expires_at && matches!(card.origin, HoldOrigin::Offered(_)));
    let holders = offered.map(|(person, card)| Concern::Holder {
        person,
        hold: card.hold,
        deal: card.deal,
        sku: card.sku,
        expires_at: card.expires_at,
    });
    deals.chain(holders).collect()
}

fn log(told: Result<(), Problem>) {
    if let Err(problem) = told {
        tracing::warn!(?problem, "somebody could not be told of something");
    }
}

async fn tell_of(shop: &Shop, concern: Concern, at: Millis, has_mail: bool) -> Result<(), Problem> {
    match concern {
        Concern::Watchers(deal) => tell_watchers(shop, deal, at, has_mail).await,
        Concern::Holder {
            person,
            hold,
            deal,
            sku,
            expires_at,
        } => {
            let notice = FreshNotice {
                person,
                kind: NoticeKind::Offered.name().to_owned(),
                subject: hold.to_string(),
                details: json!({"deal": deal, "sku": sku, "hold": hold, "until": expires_at}),
                at,
                useful_until: expires_at,
                leaves_at: at,
                wanted: wanted(has_mail),
            };
            put(shop, &[notice]).await
        }
    }
}

async fn tell_watchers(
    shop: &Shop,
    deal: DealId,
    at: Millis,
    has_mail: bool,
) -> Result<(), Problem> {
    let ends_at = shop.views().deals.deal(deal).map(|card| card.terms.ends_at);
    let ends_at = ends_at.unwrap_or(Millis(u64::MAX));
    let zone = &shop.settings.time_zone;
    let leaves_at =
        [false, true].map(|agreed| at.plus(kept_back(zone, NoticeKind::DealOpened, agreed, at)));
    let mut last = None;
    loop {
        let watchers = shop.records.watchers(deal, last, TOGETHER).await?;
        let Some((person, _)) = watchers.last() else {
            return Ok(());
        };
        last = Some(*person);
        let notice = |(person, at_night): &(PersonKey, bool)| FreshNotice {
            person: *person,
            kind: NoticeKind::DealOpened.name().to_owned(),
            subject: deal.to_string(),
            details: json!({"deal": deal, "until": ends_at}),
            at,
            useful_until: ends_at,
            leaves_at: leaves_at[usize::from(*at_night)],
            wanted: wanted(has_mail),
        };
        let notices: Vec<FreshNotice> = watchers.iter().map(notice).collect();
        put(shop, &notices).await?;
    }
}

async fn put(shop: &Shop, notices: &[FreshNotice]) -> Result<(), Problem> {
    shop.bulletin.post(shop.records.put_notices(notices).await?);
    Ok(())
}

fn wanted(mail: bool) -> Wanted {
    Wanted {
        mail,
        contact: None,
        shown: true,
    }
}
