//! `GET /deals` and `GET /search`: lists of deals with their filters.

use crate::pages::frame::Frame;
use crate::pages::listing::{Choice, Listing, Tab, address, sort_of, time_of, usual_time};
use crate::pages::printed::{Asker, print};
use crate::pages::window::shelf_tiles;
use crate::press::Print;
use crate::problem::Problem;
use crate::shelves::search::Sought;
use crate::shelves::{Aisle, Aisles, Assortment, Shelf, Time, Wanted};
use axum::extract::Query;
use axum::response::Response;
use money::{Amount, Currency};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{Millis, SellerId};

/// Bells in the strip.
const BELLS_MAX: usize = 10;
/// Sellers to choose from.
const SELLERS_MAX: usize = 200;
/// Open deals that are shown where nothing was found.
const OTHERS_MAX: usize = 4;
/// For how long a list stays as it was when it was first asked for.
const STAYS_MS: u64 = 12 * 60 * 60 * 1_000;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    time: String,
    category: String,
    seller: String,
    least: String,
    most: String,
    off: String,
    members: String,
    left: String,
    sort: String,
    at: String,
    page: String,
}

/// What was typed into the form, read.
struct Read {
    wanted: Wanted,
    unread: Vec<(&'static str, String)>,
    at: Option<Millis>,
    page: usize,
}

/// The deals of a time.
pub async fn deals(asker: Asker, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    show(asker, "/deals", asked).await
}

/// What is called so.
pub async fn search(asker: Asker, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    show(asker, "/search", asked).await
}

async fn show(asker: Asker, path: &'static str, asked: Asked) -> Result<Response, Problem> {
    let shop = &asker.shop;
    let currency = shop.settings.currency;
    let read = asked.read(path, currency, shop.now());
    let canonical = address(path, &read.wanted, currency, read.at, read.page);
    let make = || make(&asker, path, &canonical, &read);
    // What is typed is hardly ever asked for twice in a second.
    let is_typed = !read.wanted.sought.is_empty() || !read.unread.is_empty();
    let print = match is_typed {
        true => Arc::new(make().await?),
        false => {
            let address = (asker.language, canonical.clone());
            shop.press.print(shop, &address, make).await?
        }
    };
    asker.answer(&print).await
}

async fn make(
    asker: &Asker,
    path: &'static str,
    here: &str,
    read: &Read,
) -> Result<Print, Problem> {
    let shop = &asker.shop;
    let all = shop.shelves.assortment(shop).await?;
    let mut frame = asker.printing(here);
    frame.sought = read.wanted.sought.typed().to_owned();
    let at = read.at.unwrap_or(frame.now);
    let wanted = &read.wanted;
    let asks = path == "/search" && wanted.sought.is_empty() && !wanted.is_filtered();
    let shelf = match asks {
        true => Shelf {
            pages: 1,
            ..Shelf::default()
        },
        false => wanted.shelf(&all, at, read.page),
    };
    let others = match shelf.count {
        0 => Wanted::default().first(&all, frame.now, OTHERS_MAX),
        _ => Vec::new(),
    };
    let tiles = |entries: &[_]| shelf_tiles(shop, &frame, &all.aisles, entries);
    let (path_of_category, below) = branches(&frame, &all.aisles, wanted, &shelf);
    let listing = Listing {
        path,
        at,
        page: shelf.page,
        pages: shelf.pages,
        count: shelf.count,
        tiles: tiles(&shelf.entries),
        tabs: tabs(&all, at, wanted),
        path_of_category,
        below,
        sellers: sellers(&frame, &all.aisles, &shelf),
        currency: shop.settings.currency,
        unread: read.unread.clone(),
        others: tiles(&others),
        wanted: wanted.clone(),
    };
    let until = next_turn(&all, frame.now);
    Ok(print(&frame, &listing.render(&frame), until))
}

/// When a deal opens or ends next.
pub fn next_turn(all: &Assortment, now: Millis) -> Millis {
    let turns = all
        .all()
        .flat_map(|entry| [entry.facts.starts_at, entry.facts.ends_at]);
    turns
        .filter(|turn| *turn > now)
        .min()
        .unwrap_or(Millis(u64::MAX))
}

/// The strip of bells, as of the moment of the list: all, open, each bell that is to come, over.
fn tabs(all: &Assortment, at: Millis, wanted: &Wanted) -> Vec<Tab> {
    let (mut any, mut open, mut over) = (0, 0, 0);
    let mut bells: BTreeMap<Millis, usize> = BTreeMap::new();
    for entry in all.all().filter(|entry| entry.noticed_at <= at) {
        let facts = &entry.facts;
        any += 1;
        match () {
            () if facts.ends_at <= at => over += 1,
            () if facts.starts_at <= at => open += 1,
            () => *bells.entry(facts.starts_at).or_default() += 1,
        }
    }
    let coming = bells.values().sum();
    let tab = |time, count| Tab { time, count };
    let mut tabs = vec![tab(Time::Any, any), tab(Time::Open, open)];
    if bells.len() > 1 || wanted.time == Time::Coming {
        tabs.push(tab(Time::Coming, coming));
    }
    let bells = bells.into_iter().take(BELLS_MAX);
    tabs.extend(bells.map(|(bell, count)| tab(Time::Bell(bell), count)));
    let known = tabs.iter().any(|it| it.time == wanted.time) || wanted.time == Time::Over;
    if let (Time::Bell(bell), false) = (wanted.time, known) {
        let count = all
            .all()
            .filter(|entry| entry.facts.starts_at == bell)
            .count();
        tabs.insert(2, tab(Time::Bell(bell), count));
    }
    tabs.push(tab(Time::Over, over));
    tabs
}

/// From the root to the category that is filtered by, and what stands below it; counted in the shelf.
fn branches(
    frame: &Frame,
    aisles: &Aisles,
    wanted: &Wanted,
    shelf: &Shelf,
) -> (Vec<Choice>, Vec<Choice>) {
    let language = frame.words.language.tag();
    let choice = |aisle: Aisle| Choice {
        id: aisles.id(aisle).to_owned(),
        name: aisles.name(aisle, language).to_owned(),
        count: shelf.categories.get(aisle.place()).copied().unwrap_or(0),
    };
    let chosen = wanted.category.as_ref().and_then(|id| aisles.find(id));
    let up = chosen.map_or(&[][..], |aisle| aisles.up_from(aisle));
    let path: Vec<Choice> = up.iter().rev().map(|aisle| choice(*aisle)).collect();
    let is_below = |aisle: &Aisle| aisles.up_from(*aisle).get(1).copied() == chosen;
    let mut below: Vec<Choice> = aisles.all().filter(is_below).map(choice).collect();
    below.retain(|it| it.count > 0);
    below.sort_by(|one, other| (other.count, &one.name).cmp(&(one.count, &other.name)));
    (path, below)
}

fn sellers(frame: &Frame, aisles: &Aisles, shelf: &Shelf) -> Vec<Choice> {
    let language = frame.words.language.tag();
    let choice = |(number, count): (u32, &usize)| {
        let number = SellerId(number);
        Some(Choice {
            id: aisles.seller_id(number)?.to_owned(),
            name: aisles.seller_name(number, language).to_owned(),
            count: *count,
        })
    };
    let counted = (0..).zip(&shelf.sellers).filter(|(_, count)| **count > 0);
    let mut sellers: Vec<Choice> = counted.filter_map(choice).collect();
    sellers.sort_by(|one, other| (other.count, &one.name).cmp(&(one.count, &other.name)));
    sellers.truncate(SELLERS_MAX);
    sellers.sort_by(|one, other| one.name.cmp(&other.name));
    sellers
}

impl Asked {
    fn read(self, path: &str, currency: Currency, now: Millis) -> Read {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut unread = Vec::new();
        let mut amount = |name, typed: String| match money::parse(&plain(&typed), currency) {
            _ if typed.trim().is_empty() => None,
            Ok(amount) if amount >= Amount(0) => Some(amount),
            _ => {
                unread.push((name, typed));
                None
            }
        };
        let wanted = Wanted {
            sought: Sought::of(&self.q),
            time: time_of(&self.time).unwrap_or(usual_time(path)),
            category: some(self.category),
            seller: some(self.seller),
            least: amount("least", self.least),
            most: amount("most", self.most),
            off: self.off.parse().ok().filter(|off| (1..100).contains(off)),
            members: self.members == "yes",
            left: self.left == "yes",
            sort: sort_of(&self.sort),
        };
        let at = self.at.parse().ok().map(Millis);
        Read {
            wanted,
            unread,
            at: at.filter(|at| *at <= now && now.since(*at) < STAYS_MS),
            page: self.page.parse().unwrap_or(1_usize).saturating_sub(1),
        }
    }
}

/// An amount as people type it, without what parts its thousands.
fn plain(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect()
}
