//! `/desk`: what is wrong, what is open, what opens next; and `/desk/today`, the middle of it, which a
//! script asks for while somebody looks.

use crate::deeds::staff::{self, Concern, WebhookChange};
use crate::pages::desk::today::{Bell, Figures, OpenDeal, TodayPage};
use crate::pages::desk::undo::Undo;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, go};
use crate::pages::window::shown;
use crate::problem::Problem;
use axum::extract::Path;
use axum::response::Redirect;
use maud::Markup;
use std::collections::{BTreeMap, HashMap};
use views::DealCard;
use vocabulary::{DealId, Millis};

/// How many open deals are shown.
const OPEN_SHOWN: usize = 8;
/// How many bells are shown.
const BELLS_SHOWN: usize = 6;

/// The page.
pub async fn show(visit: DeskVisit) -> Result<Markup, Problem> {
    Ok(today(&visit).await?.render(&visit.frame, &visit.staff.name))
}

/// The middle of the page.
pub async fn middle(visit: DeskVisit) -> Result<Markup, Problem> {
    Ok(today(&visit).await?.middle(&visit.frame))
}

/// Sends an endpoint no more messages until it is resumed.
pub async fn pause(visit: DeskVisit, Path(webhook): Path<String>) -> Result<Redirect, Problem> {
    switch(&visit, &webhook, false, "webhook-paused").await
}

/// Sends an endpoint messages again, from where it was paused.
pub async fn resume(visit: DeskVisit, Path(webhook): Path<String>) -> Result<Redirect, Problem> {
    switch(&visit, &webhook, true, "webhook-resumed").await
}

async fn switch(
    visit: &DeskVisit,
    webhook: &str,
    active: bool,
    said: &'static str,
) -> Result<Redirect, Problem> {
    let change = WebhookChange {
        active: Some(active),
        ..WebhookChange::default()
    };
    let changed = staff::change_webhook(&visit.shop, &visit.staff, webhook, change).await?;
    let (endpoint, true) = changed else {
        return Ok(go("/desk", Notice::Said(said)));
    };
    let back = if active { "pause" } else { "resume" };
    let address = format!("/desk/webhooks/{}/{back}", staff::id_text(endpoint.id.0));
    Ok(Undo::at(address).go(&visit.shop.keys, &visit.frame, "/desk", said))
}

/// What the views say at one moment.
struct Seen {
    figures: Figures,
    open: Vec<DealCard>,
    bells: Vec<(Millis, usize, DealCard)>,
}

async fn today(visit: &DeskVisit) -> Result<TodayPage, Problem> {
    let concerns = staff::concerns(&visit.shop).await?;
    let named = names(visit, &concerns).await?;
    let seen = seen(visit);
    let mut open = Vec::with_capacity(seen.open.len());
    for card in seen.open {
        let (claimed, ends_at) = (card.claimed_percent(), card.terms.ends_at);
        let (deal, name) = name(visit, card).await?;
        open.push(OpenDeal {
            deal,
            name,
            claimed,
            ends_at,
        });
    }
    let mut bells = Vec::with_capacity(seen.bells.len());
    for (at, deals, card) in seen.bells {
        let first = name(visit, card).await?;
        bells.push(Bell { at, deals, first });
    }
    Ok(TodayPage {
        concerns,
        named,
        figures: seen.figures,
        open,
        bells,
        role: visit.staff.role,
    })
}

fn seen(visit: &DeskVisit) -> Seen {
    let (shop, now) = (&visit.shop, visit.frame.now);
    let views = shop.views();
    let mut open: Vec<&DealCard> = views.deals.open(now).collect();
    let mut bells: BTreeMap<Millis, (usize, &DealCard)> = BTreeMap::new();
    for card in views.deals.upcoming(now) {
        let (deals, _) = bells.entry(card.terms.starts_at).or_insert((0, card));
        *deals += 1;
    }
    let currency = shop.settings.currency;
    let totals = views.board.totals().find(|(of, _)| *of == currency);
    let paid = totals.map(|(_, totals)| totals.paid).unwrap_or_default();
    let figures = Figures {
        open: open.len(),
        upcoming: bells.values().map(|(deals, _)| deals).sum(),
        paid: paid.amount,
        currency,
        orders: paid.count,
        per_second: views.board.orders().per_second(now),
        waiting: views.shoppers.places_count(),
    };
    open.sort_by_key(|card| (card.terms.ends_at, card.deal));
    let bells = bells.into_iter().take(BELLS_SHOWN);
    Seen {
        figures,
        open: open.into_iter().take(OPEN_SHOWN).cloned().collect(),
        bells: bells
            .map(|(at, (deals, card))| (at, deals, card.clone()))
            .collect(),
    }
}

/// Id and name of every deal that is named in a concern.
async fn names(
    visit: &DeskVisit,
    concerns: &[Concern],
) -> Result<HashMap<DealId, (String, String)>, Problem> {
    let mut named = HashMap::new();
    for concern in concerns {
        let (Concern::SellingOut { deal, .. } | Concern::Untouched { deal, .. }) = concern else {
            continue;
        };
        let card = visit.shop.views().deals.deal(*deal).cloned();
        if let Some(card) = card {
            named.insert(*deal, name(visit, card).await?);
        }
    }
    Ok(named)
}

async fn name(visit: &DeskVisit, card: DealCard) -> Result<(String, String), Problem> {
    let shown = shown(&visit.shop, &visit.frame, card).await?;
    let name = shown.name(&visit.frame);
    Ok((shown.id, name))
}
