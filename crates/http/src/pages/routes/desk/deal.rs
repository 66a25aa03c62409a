//! `/desk/deals/{deal}`: one deal, and what is done to it.

use super::bulk::window_words;
use super::deals::{may_change, row};
use super::pairs::{Pairs, all, first, said};
use super::times::{local, moment_of, window_of};
use super::warned::warned;
use crate::deeds::staff::{self, Windows};
use crate::moment::Moment;
use crate::pages::desk::deal::{DealDesk, DeedRow, MoveForm, PoolRow};
use crate::pages::desk::deals::State;
use crate::pages::desk::undo::Undo;
use crate::pages::frame::Frame;
use crate::pages::notice::Notice;
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, after, again, go, own_desk, refused};
use crate::pages::window::option;
use crate::problem::{Kind, Problem};
use crate::request_key::{Key, part};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{AuditEntry, Role};
use serde::Deserialize;
use serde_json::Value;
use views::DealCard;
use vocabulary::{DealTerms, Deduct, Refusal};

/// Deeds of a deal that are shown.
const DEEDS_MAX: u32 = 50;

/// The deeds by which a deal is put on the schedule.
const MAKING: [&str; 2] = ["deal.schedule", "deal.allow_extensions"];

/// The end of a deal; `undoes` is said where that undoes its making.
#[derive(Debug, Deserialize)]
pub struct Ending {
    key: String,
    #[serde(default)]
    undoes: String,
}

/// One deal.
pub async fn show(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    Ok(desk(&visit, &deal)
        .await?
        .render(&visit.frame, &visit.staff.name))
}

/// Asks before a deal is ended.
pub async fn end_page(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    Ok(desk(&visit, &deal)
        .await?
        .confirm_end(&visit.frame, &visit.staff.name))
}

/// Ends a deal.
pub async fn end(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(form): Form<Ending>,
) -> Result<Redirect, Problem> {
    let (here, undoes) = (here(&deal), !form.undoes.is_empty());
    let key = Key::of(&form.key, &[b"end", deal.as_bytes()])?;
    let key = Some(key.by(&visit.staff.scope()));
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    if undoes && !visit.shop.was_done(key).await? && !is_as_made(&visit, &deal).await? {
        return Ok(go(&here, Notice::Said("changed-meanwhile")));
    }
    let said = if undoes { "deal-unmade" } else { "deal-ended" };
    let ended = staff::end_deal(&visit.shop, &visit.staff, key, &deal).await;
    after(&visit.shop, ended, &here, said, &here).await
}

/// True while a deal that is still to come is as it was made.
async fn is_as_made(visit: &DeskVisit, deal: &str) -> Result<bool, Problem> {
    let card = staff::deal_card(&visit.shop, deal).await?;
    let deeds = deeds_of(visit, deal, MAKING.len() as u32 + 1).await?;
    let mut actions = deeds.iter().map(|entry| entry.deed.action.as_str());
    let unchanged = deeds.len() <= MAKING.len() && actions.all(|action| MAKING.contains(&action));
    Ok(unchanged && visit.frame.now < card.terms.starts_at)
}

/// The form by which a deal runs at another time; with times in the address, what that comes to.
pub async fn move_page(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Query(asked): Query<Pairs>,
) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    // Whoever changes it now has told the audit before the views show it.
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    let form = move_form(&visit, &deal, &asked).await?;
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Has a deal run at another time.
pub async fn move_deal(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    let page = move_form(&visit, &deal, &form).await?;
    let card = staff::deal_card(&visit.shop, &deal).await?;
    let again = |page: MoveForm| again(page.render(&visit.frame, &visit.staff.name));
    let Some(terms) = moved(&visit.frame, &card, &page.typed) else {
        return Ok(again(page));
    };
    let asked = format!("{terms:?}");
    let key = Key::of(
        first(&form, "key"),
        &[b"move", deal.as_bytes(), asked.as_bytes()],
    )?;
    let key = Some(key.by(&visit.staff.scope()));
    // What is done already is not foreseen once more: it would be past, or refused.
    if !visit.shop.was_done(key).await? {
        let newest = newest_deed(&visit, &deal).await?;
        if terms != card.terms && page.newest != newest {
            let error = Some(visit.frame.words.say("form-changed-meanwhile"));
            return Ok(again(MoveForm {
                error,
                newest,
                ..page
            }));
        }
        if page.error.is_some() {
            return Ok(again(page));
        }
    }
    match staff::change_terms(&visit.shop, &visit.staff, key, &deal, terms).await {
        Ok(done) => {
            let _ = visit.shop.shown(done.seq).await;
            let deeds: Vec<u64> = done.what.into_iter().collect();
            Ok(told(&visit, &deal, &deeds, &page.back, "deal-moved").into_response())
        }
        Err(problem) => {
            let refusal = problem.refusal.ok_or(problem)?;
            let error = Some(visit.frame.words.refusal(refusal));
            Ok(again(MoveForm { error, ..page }))
        }
    }
}

/// Takes back what was done to a deal: one deed of its history, or, as an undo, the deeds of a form,
/// newest first, where nothing was done since.
pub async fn take_back(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Redirect, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let (here, undoes) = (here(&deal), said(&form, "undoes").is_some());
    let numbers: Vec<u64> = all(&form, "deed")
        .filter_map(|it| it.parse().ok())
        .collect();
    let asked = format!("{numbers:?}");
    let key = Key::of(first(&form, "key"), &[b"back", asked.as_bytes()])?;
    let key = Some(key.by(&visit.staff.scope()));
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    let deeds = deeds_numbered(&visit, &deal, &numbers).await?;
    let last = part(key, deeds.len() as u32 - 1);
    if undoes
        && !visit.shop.was_done(last).await?
        && !stands(&visit, &deal, &numbers, &deeds).await?
    {
        return Ok(go(&here, Notice::Said("changed-meanwhile")));
    }
    let (mut shown, mut done_as) = (None, None);
    for (place, deed) in (0..).zip(&deeds) {
        let key = part(key, place);
        match staff::take_back(&visit.shop, &visit.staff, key, &deal, deed).await {
            Ok(done) => (shown, done_as) = (shown.max(Some(done.seq)), done.what),
            Err(problem) => return refused(problem, &here),
        }
    }
    let _ = visit.shop.shown(shown).await;
    match undoes {
        true => Ok(go(&here, Notice::Said("undone"))),
        false => {
            let deeds: Vec<u64> = done_as.into_iter().collect();
            Ok(told(&visit, &deal, &deeds, &here, "deal-taken-back"))
        }
    }
}

/// These deeds of a deal.
async fn deeds_numbered(
    visit: &DeskVisit,
    deal: &str,
    numbers: &[u64],
) -> Result<Vec<records::Deed>, Problem> {
    let target = staff::deal_target(deal);
    let mut deeds = Vec::with_capacity(numbers.len());
    for number in numbers {
        deeds.push(staff::deed_of(&visit.shop, &target, *number).await?);
    }
    match deeds.is_empty() {
        true => Err(Kind::NOT_FOUND.into()),
        false => Ok(deeds),
    }
}

/// True where these are the last deeds done to a deal, and the ledger would take all of them back.
async fn stands(
    visit: &DeskVisit,
    deal: &str,
    numbers: &[u64],
    deeds: &[records::Deed],
) -> Result<bool, Problem> {
    let last = deeds_of(visit, deal, numbers.len() as u32).await?;
    let card = staff::deal_card(&visit.shop, deal).await?;
    let are_last = last
        .iter()
        .map(|entry| entry.number)
        .eq(numbers.iter().copied());
    let mut deeds = deeds.iter();
    Ok(are_last && !card.closed && deeds.all(|deed| goes_back(deed, &card, visit)))
}

/// To `next`, which tells of the deeds of these numbers, newest first, and offers to undo them.
pub fn told(
    visit: &DeskVisit,
    deal: &str,
    deeds: &[u64],
    next: &str,
    said: &'static str,
) -> Redirect {
    if deeds.is_empty() {
        return go(next, Notice::Said(said));
    }
    let undo = Undo::at(format!("{}/take-back", here(deal))).with("undoes", "yes");
    let with = |undo: Undo, number: &u64| undo.with("deed", number.to_string());
    let undo = deeds.iter().fold(undo, with);
    undo.go(&visit.shop.keys, &visit.frame, next, said)
}

/// The number of the last deed done to a deal.
pub async fn newest_deed(visit: &DeskVisit, deal: &str) -> Result<u64, Problem> {
    staff::newest_deed(&visit.shop, &staff::deal_target(deal)).await
}

/// What was done to a deal, newest first.
async fn deeds_of(visit: &DeskVisit, deal: &str, count: u32) -> Result<Vec<AuditEntry>, Problem> {
    staff::deeds_of(&visit.shop, vec![staff::deal_target(deal)], count).await
}

async fn move_form(visit: &DeskVisit, deal: &str, asked: &Pairs) -> Result<MoveForm, Problem> {
    let frame = &visit.frame;
    // First this: what comes about after it makes the form an old one.
    let newest = newest_deed(visit, deal).await?;
    let card = staff::deal_card(&visit.shop, deal).await?;
    let times = [card.terms.starts_at, card.terms.ends_at];
    let row = row(visit, card.clone()).await?;
    let back = match first(asked, "back") {
        "" => row.address(),
        back => own_desk(back).to_owned(),
    };
    let mut form = MoveForm {
        started: frame.now >= times[0],
        typed: times.map(|at| local(frame, at)),
        row,
        effect: None,
        error: None,
        warnings: Vec::new(),
        back,
        newest: first(asked, "newest").parse().unwrap_or(newest),
    };
    if let Some(at) = window_of(asked) {
        form.typed = at.map(|at| local(frame, at));
    } else if first(asked, "ends").is_empty() {
        return Ok(form);
    }
    for (place, name) in ["starts", "ends"].into_iter().enumerate() {
        if let Some(text) = said(asked, name) {
            form.typed[place] = text;
        }
    }
    let Some(terms) = moved(frame, &card, &form.typed) else {
        form.error = Some(frame.words.say("times-wrong"));
        return Ok(form);
    };
    form.error = move_wrong(frame, &card, &terms);
    if form.error.is_none() {
        form.effect = Some(frame.words.say_with(
            "effect-moves",
            [
                ("from", window_words(frame, times).into()),
                (
                    "to",
                    window_words(frame, [terms.starts_at, terms.ends_at]).into(),
                ),
            ],
        ));
        form.warnings = move_warnings(visit, &card, terms).await?;
    }
    Ok(form)
}

async fn move_warnings(
    visit: &DeskVisit,
    card: &DealCard,
    terms: DealTerms,
) -> Result<Vec<String>, Problem> {
    let mut draft = staff::draft_of(&visit.shop, card).await?;
    draft.terms = terms;
    let skus: Vec<_> = card.pools.iter().map(|pool| pool.sku).collect();
    let windows = Windows::of(&visit.shop).without(card.deal);
    let all = windows.warnings(&visit.shop, &draft, &skus).await?;
    let new = |warning: &staff::Warning| match warning {
        staff::Warning::Overlaps { .. } => true,
        staff::Warning::OpensAtOnce => card.terms.starts_at > visit.frame.now,
        _ => false,
    };
    Ok(warned(
        &visit.frame,
        draft.currency,
        &all.into_iter().filter(new).collect::<Vec<_>>(),
    ))
}

/// What the ledger would refuse new times for, said before it is asked.
fn move_wrong(frame: &Frame, card: &DealCard, terms: &DealTerms) -> Option<String> {
    let started = frame.now >= card.terms.starts_at;
    let refusal = match () {
        () if card.closed => Refusal::DealOver,
        () if !terms.hold_together() => Refusal::TermsContradict,
        () if started && terms.starts_at != card.terms.starts_at => Refusal::DealStarted,
        () if terms.ends_at <= frame.now => Refusal::DealStartsInPast,
        () => return None,
    };
    Some(match refusal {
        Refusal::TermsContradict => frame.words.say("times-order"),
        refusal => frame.words.refusal(refusal),
    })
}

/// The terms with the times that were typed; a time that was not touched stays to the millisecond.
fn moved(frame: &Frame, card: &DealCard, typed: &[String; 2]) -> Option<DealTerms> {
    let read = |text: &String, before| match local(frame, before) == *text {
        true => Some(before),
        false => moment_of(frame, text),
    };
    Some(DealTerms {
        starts_at: read(&typed[0], card.terms.starts_at)?,
        ends_at: read(&typed[1], card.terms.ends_at)?,
        ..card.terms
    })
}

async fn desk(visit: &DeskVisit, deal: &str) -> Result<DealDesk, Problem> {
    let shop = &visit.shop;
    let card = staff::deal_card(shop, deal).await?;
    let skus = card.pools.iter().map(|pool| pool.sku).collect();
    let free = staff::free_units(shop, skus).await?;
    let mut pools = Vec::with_capacity(card.pools.len());
    for (pool, free) in card.pools.iter().zip(free) {
        let sku = shop.directory.sku_numbered(pool.sku).await?;
        let counts = pool.counts;
        pools.push(PoolRow {
            option: sku
                .as_ref()
                .map_or_else(String::new, |sku| option(&visit.frame, sku)),
            sku: sku.map_or_else(|| format!("#{}", pool.sku), |sku| sku.id.clone()),
            price: pool.price,
            units: [counts.available, counts.held, counts.ordered, counts.sold],
            waiting: pool.waiting,
            free,
        });
    }
    let name = shop.directory.deal_numbered(card.deal).await?;
    let entries = deeds_of(visit, deal, DEEDS_MAX).await?;
    let row = row(visit, card.clone()).await?;
    Ok(DealDesk {
        deeds: entries
            .iter()
            .map(|entry| deed_row(visit, entry, &card, row.state))
            .collect(),
        row,
        product: name.map(|name| name.product.clone()),
        currency: card.currency,
        pools,
        terms: terms_words(&visit.frame, &card),
        may_change: may_change(visit),
    })
}

fn terms_words(frame: &Frame, card: &DealCard) -> Vec<(String, String)> {
    let (w, terms) = (&frame.words, &card.terms);
    let yes = |set: bool| w.say(if set { "at-desk-yes" } else { "at-desk-no" });
    let deduct = match terms.deduct {
        Deduct::OnOrder => "deduct-order",
        Deduct::OnPayment => "deduct-payment",
    };
    let span = |ms: u32| match ms {
        0 => "–".to_owned(),
        ms => w.span(ms.into()),
    };
    vec![
        (w.say("limit"), w.count(terms.limit.into())),
        (w.say("at-desk-hold-lasts"), span(terms.hold_ms)),
        (w.say("at-desk-extensions"), extensions_words(frame, card)),
        (w.say("at-desk-payment-lasts"), span(terms.payment_ms)),
        (w.say("at-desk-deposit-lasts"), span(terms.deposit_ms)),
        (w.say("waitlist-places"), w.count(terms.waitlist_max.into())),
        (w.say("members-only"), yes(terms.members_only)),
        (w.say("verified-only"), yes(terms.verified_only)),
        (w.say("deduct"), w.say(deduct)),
    ]
}

/// How often and how much longer holds may be made.
fn extensions_words(frame: &Frame, card: &DealCard) -> String {
    let w = &frame.words;
    match card.extensions {
        0 => w.say("at-desk-extensions-none"),
        times => w.say_with(
            "at-desk-extensions-allowed",
            [
                ("times", times.into()),
                ("span", w.span(card.extension_ms.into()).into()),
            ],
        ),
    }
}

fn deed_row(visit: &DeskVisit, entry: &AuditEntry, card: &DealCard, state: State) -> DeedRow {
    let deed = &entry.deed;
    let w = &visit.frame.words;
    let key = format!("deed-{}", deed.action.replace('.', "-"));
    DeedRow {
        number: entry.number,
        at: deed.at,
        who: deed.who.clone(),
        what: match w.knows(&key) {
            true => w.say(&key),
            false => deed.action.clone(),
        },
        changes: changes(visit, deed, card),
        can_go_back: may_change(visit) && state != State::Over && goes_back(deed, card, visit),
    }
}

/// True where the ledger would take it back: a price always, terms while the start may still be what
/// it was.
fn goes_back(deed: &records::Deed, card: &DealCard, visit: &DeskVisit) -> bool {
    let Some(before) = &deed.before else {
        return false;
    };
    match deed.action.as_str() {
        "deal.reprice" | "deal.allow_extensions" => true,
        "deal.change" => {
            let read = |name: &str| {
                let text = before["terms"][name].as_str()?;
                text.parse::<Moment>().ok().map(|moment| moment.0)
            };
            let now = visit.frame.now;
            let started = now >= card.terms.starts_at;
            let start_holds = !started || read("starts_at") == Some(card.terms.starts_at);
            start_holds && read("ends_at").is_some_and(|ends| ends > now)
        }
        _ => false,
    }
}

/// The lines of what was and what is: only what is another.
fn changes(visit: &DeskVisit, deed: &records::Deed, card: &DealCard) -> Vec<String> {
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (&deed.before, &deed.after)
    else {
        return Vec::new();
    };
    let terms = |all: &serde_json::Map<String, Value>| match all.get("terms") {
        Some(Value::Object(terms)) => terms.clone(),
        _ => all.clone(),
    };
    let (before, after) = (terms(before), terms(after));
    let mut lines = Vec::new();
    for (name, now) in &after {
        match before.get(name) {
            Some(was) if was != now => {
                let told = |value| value_words(visit, name, value, card);
                lines.push(format!(
                    "{}: {} → {}",
                    name_words(visit, name),
                    told(was),
                    told(now)
                ));
            }
            Some(was) if name == "sku" => lines.push(value_words(visit, name, was, card)),
            _ => {}
        }
    }
    lines
}

fn name_words(visit: &DeskVisit, name: &str) -> String {
    let key = format!("at-desk-term-{}", name.replace('_', "-"));
    match visit.frame.words.knows(&key) {
        true => visit.frame.words.say(&key),
        false => name.to_owned(),
    }
}

fn value_words(visit: &DeskVisit, name: &str, value: &Value, card: &DealCard) -> String {
    let w = &visit.frame.words;
    match (name, value) {
        ("price", Value::Number(number)) => number.as_i64().map_or_else(String::new, |price| {
            w.amount(money::Amount(price), card.currency)
        }),
        (_, Value::Bool(set)) => w.say(if *set { "at-desk-yes" } else { "at-desk-no" }),
        ("starts_at" | "ends_at", Value::String(text)) => match text.parse::<Moment>() {
            Ok(moment) => w.exact_moment(moment.0),
            Err(_) => text.clone(),
        },
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

fn here(deal: &str) -> String {
    format!("/desk/deals/{}", escaped(deal))
}
