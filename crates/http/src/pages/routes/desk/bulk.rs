//! `/desk/schedule/bulk`: one thing done to many deals.

use super::chores::{Came, Chores};
use super::deals::{cards, filter_of, row, wanted_of};
use super::pairs::{Pairs, all, first};
use crate::deeds::staff::{self, BULK_DEALS_MAX, Bulk, BulkRow, Effect};
use crate::pages::desk::bulk::{BulkLine, BulkPage};
use crate::pages::desk::deals::BULK;
use crate::pages::figures::discount_percent;
use crate::pages::frame::Frame;
use crate::pages::visit::DeskVisit;
use crate::problem::Problem;
use crate::request_key::Key;
use axum::extract::Query;
use axum::response::Redirect;
use axum::{Extension, Form};
use maud::Markup;
use money::{Amount, Currency};
use records::Role;
use std::sync::Arc;
use vocabulary::Millis;

/// Asks before anything is done.
pub async fn ask(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let deals = chosen(&visit, &asked).await?;
    let what = what_of(&asked);
    let number = match first(&asked, "number") {
        "" => usual(what).to_owned(),
        typed => typed.to_owned(),
    };
    let bulk = bulk_of(what, &number, first(&asked, "step"));
    let error = bulk
        .is_none()
        .then(|| visit.frame.words.say("bulk-number-wrong"));
    let rows = match (bulk, deals.is_empty()) {
        (Some(bulk), false) => staff::foresee_bulk(&visit.shop, &visit.staff, &deals, bulk).await?,
        _ => Vec::new(),
    };
    let mut page = BulkPage {
        what: what.to_owned(),
        number,
        step: first(&asked, "step").to_owned(),
        steps: steps(&visit),
        error,
        lines: lines(&visit, &rows).await?,
    };
    if page.lines.is_empty() {
        page.lines = deals.into_iter().map(unknown_yet).collect();
    }
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Does it, as a chore.
pub async fn apply(
    visit: DeskVisit,
    Extension(chores): Extension<Arc<Chores>>,
    Form(form): Form<Pairs>,
) -> Result<Redirect, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let deals: Vec<String> = all(&form, "deal").map(str::to_owned).collect();
    let (what, number, step) = (what_of(&form), first(&form, "number"), first(&form, "step"));
    let bulk = bulk_of(what, number, step).ok_or_else(|| Problem::field("number", "is none"))?;
    let asked = format!("{bulk:?} {deals:?}");
    let key = Key::of(first(&form, "key"), &[b"bulk", asked.as_bytes()])?;
    let key = key.by(&visit.staff.scope());
    let (shop, staff) = (visit.shop.clone(), visit.staff.clone());
    let chore = chores.begin(&visit.staff, key, |chore| async move {
        let total = deals.len();
        let tell = |done| chore.tell(done, total);
        let rows = staff::bulk_deals(&shop, &staff, Some(key), &deals, bulk, &tell).await?;
        let seq = rows.iter().map(|row| row.seq).max();
        // A page that comes a moment early is no fault; the deed is done.
        let _ = shop.shown(seq).await;
        Ok(Came::Bulk(bulk, rows))
    });
    Ok(Redirect::to(&format!("/desk/schedule/chores/{}", chore.id)))
}

/// The deals that were ticked, or all that the filter of the list finds.
async fn chosen(visit: &DeskVisit, asked: &Pairs) -> Result<Vec<String>, Problem> {
    if first(asked, "all") != "yes" {
        let ticked = all(asked, "deal").map(str::to_owned);
        return Ok(ticked.take(BULK_DEALS_MAX).collect());
    }
    let wanted = wanted_of(&visit.frame, &filter_of(asked));
    let found = staff::find_deals(&visit.shop, &wanted).await?;
    let mut deals = Vec::with_capacity(found.len().min(BULK_DEALS_MAX));
    for deal in found.into_iter().take(BULK_DEALS_MAX) {
        deals.push(visit.shop.directory.deal_id(deal).await?);
    }
    Ok(deals)
}

/// What becomes of each deal, in words.
pub async fn lines(visit: &DeskVisit, rows: &[BulkRow]) -> Result<Vec<BulkLine>, Problem> {
    let mut lines = Vec::with_capacity(rows.len());
    for known in rows {
        let number = visit.shop.directory.deal(&known.deal).await.ok();
        let card = number.and_then(|deal| cards(&visit.shop, [&deal.number].into_iter()).pop());
        let (name, currency) = match card {
            Some(card) => {
                let currency = card.currency;
                (row(visit, card).await?.name, currency)
            }
            None => (known.deal.clone(), visit.shop.settings.currency),
        };
        let words = &visit.frame.words;
        let effect = known.effect.as_ref();
        lines.push(BulkLine {
            deal: known.deal.clone(),
            name,
            effect: effect.map_or_else(String::new, |it| effect_words(&visit.frame, it, currency)),
            refused: known.refusal.map(|refusal| words.refusal(refusal)),
        });
    }
    Ok(lines)
}

/// A deal of which nothing is foreseen, since what is to be done is not said rightly.
fn unknown_yet(deal: String) -> BulkLine {
    BulkLine {
        name: deal.clone(),
        deal,
        effect: String::new(),
        refused: None,
    }
}

fn effect_words(frame: &Frame, effect: &Effect, currency: Currency) -> String {
    let w = &frame.words;
    let count = |count: u64| w.count(count).into();
    match effect {
        Effect::Ends {
            available,
            held,
            waiting,
        } => w.say_with(
            "effect-ends",
            [
                ("available", count(*available)),
                ("held", count(*held)),
                ("waiting", count(*waiting)),
            ],
        ),
        Effect::Gets { units, allotted } => w.say_with(
            "effect-gets",
            [("units", count(*units)), ("allotted", count(*allotted))],
        ),
        Effect::Moves { from, to } => w.say_with(
            "effect-moves",
            [
                ("from", window_words(frame, *from).into()),
                ("to", window_words(frame, *to).into()),
            ],
        ),
        Effect::Costs { prices } => {
            let price = |price: &(String, Amount, Amount)| price_words(frame, price, currency);
            prices.iter().map(price).collect::<Vec<_>>().join(" · ")
        }
        Effect::Copied { deal, to, units } => w.say_with(
            "effect-copied",
            [
                ("deal", deal.as_str().into()),
                ("to", window_words(frame, *to).into()),
                ("units", count(*units)),
            ],
        ),
    }
}

/// A window in words.
pub fn window_words(frame: &Frame, [starts, ends]: [Millis; 2]) -> String {
    let w = &frame.words;
    format!("{} – {}", w.moment(starts), w.moment(ends))
}

fn price_words(
    frame: &Frame,
    (sku, from, to): &(String, Amount, Amount),
    currency: Currency,
) -> String {
    let amount = |amount: Amount| frame.words.amount(amount, currency);
    let less = discount_percent(*from, *to).map_or_else(String::new, |it| format!(" (−{it}%)"));
    format!("{sku} {} → {}{less}", amount(*from), amount(*to))
}

fn what_of(asked: &Pairs) -> &'static str {
    let what = first(asked, "what");
    BULK.into_iter()
        .find(|known| *known == what)
        .unwrap_or(BULK[0])
}

fn usual(what: &str) -> &'static str {
    match what {
        "move" => "60",
        "duplicate" => "1440",
        "reprice" => "-10",
        "add" => "10",
        _ => "",
    }
}

fn bulk_of(what: &str, number: &str, step: &str) -> Option<Bulk> {
    let minutes = || number.parse().ok().filter(|minutes| *minutes != 0);
    Some(match what {
        "end" => Bulk::End {},
        "move" => Bulk::Move {
            minutes: minutes()?,
        },
        "duplicate" => Bulk::Duplicate {
            minutes: minutes()?,
        },
        "add" => Bulk::AddUnits {
            units: number.parse().ok().filter(|units| *units > 0)?,
        },
        _ => Bulk::Reprice {
            percent: minutes().filter(|percent| *percent > -100)?,
            step: step.parse().unwrap_or(1),
        },
    })
}

/// The name under which a deed goes in addresses and messages.
pub fn name_of(bulk: Bulk) -> &'static str {
    match bulk {
        Bulk::End {} => "end",
        Bulk::AddUnits { .. } => "add",
        Bulk::Move { .. } => "move",
        Bulk::Reprice { .. } => "reprice",
        Bulk::Duplicate { .. } => "duplicate",
    }
}

/// To what prices can be rounded: one unit of the smallest coin, ten, a hundred, a thousand.
fn steps(visit: &DeskVisit) -> Vec<(String, String)> {
    let currency = visit.shop.settings.currency;
    let step = |step: i64| {
        let amount = visit.frame.words.amount(Amount(step), currency);
        (step.to_string(), amount)
    };
    [1, 10, 100, 1_000].map(step).to_vec()
}
