//! `GET /`: what is open, what goes fast, what comes next.

use crate::pages::frame::Frame;
use crate::pages::home::{self, Bell, Home};
use crate::pages::printed::{Asker, print};
use crate::pages::visit::Visit;
use crate::pages::window::{picture, shelf_tiles};
use crate::press::Print;
use crate::problem::Problem;
use crate::shelves::{Aisle, Assortment, Entry, Sort, Time, Wanted};
use crate::shop::Shop;
use axum::response::Response;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;
use vocabulary::{DealId, Millis};

/// Open deals in the first row of the page, and in each of the others.
const OPEN_MAX: usize = 8;
const ROW_MAX: usize = 4;
/// Deals that are announced.
const COMING_MAX: usize = 8;
/// Categories with a picture.
const AISLES_MAX: usize = 12;
/// Among how many open deals, newest first, those are looked for of which most is claimed.
const HOT_AMONG: usize = 20_000;
/// From how many per cent claimed a deal goes fast.
const HOT_PERCENT: u8 = 20;

/// The home page.
pub async fn show(asker: Asker) -> Result<Response, Problem> {
    let shop = &asker.shop;
    let address = (asker.language, "/".to_owned());
    let print = shop.press.print(shop, &address, || make(&asker)).await?;
    asker.answer(&print).await
}

async fn make(asker: &Asker) -> Result<Print, Problem> {
    let shop = &asker.shop;
    let all = shop.shelves.assortment(shop).await?;
    let frame = asker.printing("/");
    let now = frame.now;
    let times = Times::of(&all, now);
    let home = what_stands_there(shop, &frame, &all, &times);
    Ok(print(&frame, &home.render(&frame), times.next))
}

fn what_stands_there(shop: &Shop, frame: &Frame, all: &Assortment, times: &Times) -> Home {
    let now = frame.now;
    let open = open(all, now);
    let mut shown: HashSet<DealId> = open.iter().map(|entry| entry.facts.deal).collect();
    let mut others = |entries: Vec<Arc<Entry>>| -> Vec<Arc<Entry>> {
        let others = entries
            .into_iter()
            .filter(|entry| shown.insert(entry.facts.deal));
        others.take(ROW_MAX).collect()
    };
    let many = OPEN_MAX + 2 * ROW_MAX;
    let hot = others(hot(shop, all, now, many));
    let ending = others(left(Sort::Ending).first(all, now, many));
    let next = Wanted {
        time: Time::Coming,
        sort: Sort::Bell,
        ..Wanted::default()
    };
    let coming = next.first(all, now, COMING_MAX);
    let tiles = |entries: &[Arc<Entry>]| shelf_tiles(shop, frame, &all.aisles, entries);
    Home {
        bell: times.bell.map(|bell| Bell {
            waiting_room: shop.waiting.opens_before(bell.at),
            ..bell
        }),
        is_empty: all.all().next().is_none(),
        aisles: aisles(frame, all, now),
        open: tiles(&open),
        open_count: times.open,
        hot: tiles(&hot),
        ending: tiles(&ending),
        coming: tiles(&coming),
        coming_count: times.coming,
    }
}

/// The open deals that opened last: those of which units are left, and behind them, where there is room, the others.
fn open(all: &Assortment, now: Millis) -> Vec<Arc<Entry>> {
    let mut open = left(Sort::Bell).first(all, now, OPEN_MAX);
    if open.len() < OPEN_MAX {
        let shown: HashSet<DealId> = open.iter().map(|entry| entry.facts.deal).collect();
        let any = Wanted {
            left: false,
            ..left(Sort::Bell)
        };
        let newest = any.first(all, now, OPEN_MAX + shown.len());
        let gone = newest
            .into_iter()
            .filter(|entry| !shown.contains(&entry.facts.deal));
        open.extend(gone.take(OPEN_MAX - shown.len()));
    }
    open
}

/// The open deals of which units are left.
fn left(sort: Sort) -> Wanted {
    Wanted {
        time: Time::Open,
        left: true,
        sort,
        ..Wanted::default()
    }
}

/// How many deals are open and to come, and what changes next.
struct Times {
    open: usize,
    coming: usize,
    bell: Option<Bell>,
    /// When a deal opens or ends next.
    next: Millis,
}

impl Times {
    fn of(all: &Assortment, now: Millis) -> Times {
        let mut times = Times {
            open: 0,
            coming: 0,
            bell: None,
            next: Millis(u64::MAX),
        };
        for entry in all.all() {
            let facts = &entry.facts;
            if now < facts.starts_at {
                times.announce(facts.starts_at);
            } else if now < facts.ends_at {
                times.open += 1;
                times.next = times.next.min(facts.ends_at);
            }
        }
        times
    }

    fn announce(&mut self, at: Millis) {
        self.coming += 1;
        self.next = self.next.min(at);
        self.bell = match self.bell {
            Some(bell) if bell.at < at => Some(bell),
            Some(bell) if bell.at == at => Some(Bell {
                deals: bell.deals + 1,
                ..bell
            }),
            _ => Some(Bell {
                at,
                deals: 1,
                waiting_room: None,
            }),
        };
    }
}

/// The open deals of which most is claimed while something is left, if it is much.
fn hot(shop: &Shop, all: &Assortment, now: Millis, count: usize) -> Vec<Arc<Entry>> {
    let views = shop.views();
    let open = views.deals.open(now).rev().take(HOT_AMONG);
    let claimed = open.map(|card| (card.claimed_percent(), card.deal));
    let mut claimed: Vec<(u8, DealId)> = claimed
        .filter(|(percent, _)| (HOT_PERCENT..100).contains(percent))
        .collect();
    drop(views);
    claimed.sort_unstable_by_key(|(percent, deal)| (Reverse(*percent), *deal));
    let entries = claimed.iter().filter_map(|(_, deal)| all.deal(*deal));
    entries.take(count).cloned().collect()
}

/// The categories of the first level in which something is or will be open, fullest first.
fn aisles(frame: &Frame, all: &Assortment, now: Millis) -> Vec<home::Aisle> {
    let aisles = &all.aisles;
    let mut found: Vec<(usize, Option<&Arc<Entry>>)> = vec![(0, None); aisles.count()];
    for entry in all.all().filter(|entry| now < entry.facts.ends_at) {
        if let Some(root) = entry.aisle.and_then(|own| aisles.up_from(own).last()) {
            let (count, seen) = &mut found[root.place()];
            *count += 1;
            if seen.is_none() && entry.goods.picture.is_some() {
                *seen = Some(entry);
            }
        }
    }
    let mut roots: Vec<_> = aisles
        .all()
        .zip(found)
        .filter(|(_, (count, _))| *count > 0)
        .collect();
    roots.sort_by_key(|(_, (count, _))| Reverse(*count));
    let language = frame.words.language.tag();
    let aisle = |(root, (_, seen)): (Aisle, (usize, Option<&Arc<Entry>>))| home::Aisle {
        id: aisles.id(root).to_owned(),
        name: aisles.name(root, language).to_owned(),
        picture: seen
            .and_then(|entry| entry.goods.picture.as_ref())
            .map(picture),
    };
    roots.into_iter().take(AISLES_MAX).map(aisle).collect()
}

/// The deals that the visitor watches.
pub async fn watched(visit: &Visit) -> Result<Vec<DealId>, Problem> {
    Ok(match visit.shopper {
        Some(shopper) => visit.shop.records.watches(shopper.person()).await?,
        None => Vec::new(),
    })
}
