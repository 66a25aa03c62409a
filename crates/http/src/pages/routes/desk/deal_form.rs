//! `/desk/schedule/make` and `/desk/deals/{deal}/change`: a deal is filled in, looked at ahead, made or changed.

use super::deal::{newest_deed, told};
use super::deal_fields::{draft_of, extensions_of, prices_of, terms_of, typed, typed_of, usual};
use super::deals::sellers;
use super::pairs::{Pairs, all, first, said};
use super::times::{local, moment_of, window_of};
use super::warned::warned;
use crate::deeds::staff::{self, ExtensionsAsk, Foresight, PriceAsk};
use crate::pages::desk::deal_form::{
    DealForm, Errors, FoundProduct, SkuRow, foreseen, found_products,
};
use crate::pages::desk::undo::Undo;
use crate::pages::frame::Frame;
use crate::pages::notice::Notice;
use crate::pages::picture::Picture;
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, again, go};
use crate::pages::window::picture;
use crate::problem::Problem;
use crate::request_key::{Key, part};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use intake::DealDraft;
use maud::Markup;
use money::{Amount, format_plain};
use records::{ProductSought, Role};
use std::collections::BTreeSet;
use views::DealCard;
use vocabulary::{DealTerms, Refusal, RequestKey};

/// Products that a search shows.
const FOUND_MAX: u32 = 8;
/// Which part of a form's deed says what more time holds may have; prices have the lower ones.
const EXTENSIONS_PART: u32 = u32::MAX;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The form of a deal to be made: blank, or like one that there is.
pub async fn make_page(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut form = match said(&asked, "like") {
        Some(deal) => alike(&visit, &deal).await?,
        None => DealForm {
            typed: usual(&visit.frame),
            ..DealForm::default()
        },
    };
    if let Some(drawn) = window_of(&asked) {
        [form.typed.starts, form.typed.ends] = drawn.map(|at| local(&visit.frame, at));
    }
    for (name, field) in [
        ("starts", &mut form.typed.starts),
        ("ends", &mut form.typed.ends),
    ] {
        if let Some(at) = said(&asked, name).filter(|at| moment_of(&visit.frame, at).is_some()) {
            *field = at;
        }
    }
    for product in all(&asked, "product") {
        form.rows.extend(rows_of(&visit, product).await?);
    }
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Products for the form's search, as a piece of a page.
pub async fn products(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let found = find(&visit, first(&asked, "text")).await?;
    Ok(found_products(&visit.frame.words, &found))
}

/// What is foreseen of the deal as it is typed so far, as a piece of a page.
pub async fn check(visit: DeskVisit, Form(sent): Form<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut form = form_of(&visit, &sent).await?;
    let said = match draft_of(&visit, &mut form) {
        Some(draft) => {
            let foresight = staff::foresee_deal(&visit.shop, &draft).await?;
            let mut said = short_words(&visit.frame, &foresight);
            said.extend(warned(&visit.frame, draft.currency, &foresight.warnings));
            said
        }
        None => Vec::new(),
    };
    Ok(foreseen(&visit.frame.words, &said))
}

/// Makes a deal, or fills the form in further.
pub async fn make(visit: DeskVisit, Form(sent): Form<Pairs>) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut form = form_of(&visit, &sent).await?;
    if filled_further(&visit, &sent, &mut form).await? {
        return Ok(form.render(&visit.frame, &visit.staff.name).into_response());
    }
    let Some(draft) = draft_of(&visit, &mut form) else {
        return Ok(form_again(&visit, form));
    };
    let asked = format!("{draft:?}");
    let key = Key::of(first(&sent, "key"), &[b"make", asked.as_bytes()])?;
    let key = Some(key.by(&visit.staff.scope()));
    // A deal that was made by this form already stands in the way of no other.
    if !visit.shop.was_done(key).await? {
        let foresight = staff::foresee_deal(&visit.shop, &draft).await?;
        blame(&visit.frame, &foresight, &mut form.errors);
        if form.errors.is_empty() && first(&sent, "confirmed") != "yes" {
            form.warnings = warned(&visit.frame, draft.currency, &foresight.warnings);
        }
    }
    if !form.errors.is_empty() || !form.warnings.is_empty() {
        return Ok(form_again(&visit, form));
    }
    match schedule(&visit, key, &draft).await {
        Ok(()) => Ok(made(&visit, &draft).into_response()),
        Err(problem) => {
            blame_whole(&visit.frame, problem, &mut form.errors)?;
            Ok(form_again(&visit, form))
        }
    }
}

/// To the deal that was made; as long as it is still to come it is offered to undo that.
fn made(visit: &DeskVisit, draft: &DealDraft) -> Redirect {
    let here = format!("/desk/deals/{}", escaped(&draft.id));
    if draft.terms.starts_at <= visit.frame.now {
        return go(&here, Notice::Said("deal-created"));
    }
    let undo = Undo::at(format!("{here}/end")).with("undoes", "yes");
    undo.go(&visit.shop.keys, &visit.frame, &here, "deal-created")
}

/// Puts the deal on the schedule, and waits until it shows there.
async fn schedule(
    visit: &DeskVisit,
    key: Option<RequestKey>,
    draft: &DealDraft,
) -> Result<(), Problem> {
    let (shop, staff) = (&visit.shop, &visit.staff);
    let done = staff::schedule_deal(shop, staff, key, draft).await?;
    let _ = shop.shown(done.seq).await;
    Ok(())
}

/// The form of a deal that is to be changed.
pub async fn change_page(visit: DeskVisit, Path(deal): Path<String>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    // Whoever changes it now has told the audit before the views show it.
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    // First this: what comes about after it makes the form an old one.
    let newest = newest_deed(&visit, &deal).await?;
    let card = staff::deal_card(&visit.shop, &deal).await?;
    let form = DealForm {
        newest,
        typed: typed_of(&visit.frame, &card),
        rows: rows_in(&visit, &card).await?,
        started: visit.frame.now >= card.terms.starts_at,
        changes: Some(deal),
        ..DealForm::default()
    };
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Changes a deal: its terms first, then the prices that differ.
pub async fn change(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let _turn = visit.shop.turns.take(staff::deal_target(&deal)).await;
    let newest = newest_deed(&visit, &deal).await?;
    let card = staff::deal_card(&visit.shop, &deal).await?;
    let made = said(&sent, "newest").and_then(|made| made.parse().ok());
    let mut form = DealForm {
        newest: made.unwrap_or(newest),
        typed: typed(&sent),
        rows: priced(rows_in(&visit, &card).await?, &sent),
        started: visit.frame.now >= card.terms.starts_at,
        changes: Some(deal.clone()),
        ..DealForm::default()
    };
    let changed = changed_of(&visit.frame, &mut form, &card);
    let (Some(changed), true) = (changed, form.errors.is_empty()) else {
        return Ok(form_again(&visit, form));
    };
    if form.newest != newest && changed.differs(&visit, &card).await? {
        let said = visit.frame.words.say("form-changed-meanwhile");
        form.errors.insert(String::new(), said);
        // Whoever is told decides with that in mind.
        form.newest = newest;
        return Ok(form_again(&visit, form));
    }
    match apply(&visit, &deal, first(&sent, "key"), changed, &card).await {
        Ok(deeds) => {
            let next = format!("/desk/deals/{}", escaped(&deal));
            Ok(told(&visit, &deal, &deeds, &next, "deal-changed").into_response())
        }
        Err(problem) => {
            blame_whole(&visit.frame, problem, &mut form.errors)?;
            form.newest = newest_deed(&visit, &deal).await?;
            Ok(form_again(&visit, form))
        }
    }
}

/// A deal as it is to be.
#[derive(Debug)]
struct Changed {
    terms: DealTerms,
    extensions: ExtensionsAsk,
    prices: Vec<PriceAsk>,
}

fn changed_of(frame: &Frame, form: &mut DealForm, card: &DealCard) -> Option<Changed> {
    let terms = terms_of(frame, &form.typed, Some(card), &mut form.errors);
    let extensions = extensions_of(frame, &form.typed, &mut form.errors);
    let prices = prices_of(frame, &form.rows, card.currency, &mut form.errors);
    Some(Changed {
        terms: terms?,
        extensions: extensions?.into(),
        prices,
    })
}

impl Changed {
    /// The prices that are others than those of the deal, with their places among all, from 1 on.
    async fn new_prices(
        &self,
        visit: &DeskVisit,
        card: &DealCard,
    ) -> Result<Vec<(u32, PriceAsk)>, Problem> {
        let mut new = Vec::new();
        for (place, price) in (1..).zip(&self.prices) {
            let (sku, _) = visit.shop.directory.sku(&price.sku).await?;
            let pool = card.pool(sku).ok_or(Refusal::SkuNotInDeal)?;
            if pool.price != Amount(price.price) {
                new.push((place, price.clone()));
            }
        }
        Ok(new)
    }

    /// True where the deal is not so yet.
    async fn differs(&self, visit: &DeskVisit, card: &DealCard) -> Result<bool, Problem> {
        let terms = self.terms != card.terms || self.extensions != ExtensionsAsk::of(card);
        Ok(terms || !self.new_prices(visit, card).await?.is_empty())
    }
}

/// Changes the deal; the numbers of the deeds that took, newest first.
async fn apply(
    visit: &DeskVisit,
    deal: &str,
    key: &str,
    changed: Changed,
    card: &DealCard,
) -> Result<Vec<u64>, Problem> {
    let asked = format!("{changed:?}");
    let key = Key::of(key, &[b"change", deal.as_bytes(), asked.as_bytes()])?;
    let key = Some(key.by(&visit.staff.scope()));
    let (shop, staff) = (&visit.shop, &visit.staff);
    let prices = changed.new_prices(visit, card).await?;
    let Changed {
        terms, extensions, ..
    } = changed;
    let mut all_done = Vec::new();
    if terms != card.terms {
        all_done.push(staff::change_terms(shop, staff, part(key, 0), deal, terms).await?);
    }
    if extensions != ExtensionsAsk::of(card) {
        let key = part(key, EXTENSIONS_PART);
        all_done.push(staff::allow_extensions(shop, staff, key, deal, &extensions).await?);
    }
    for (place, price) in prices {
        let key = part(key, place);
        all_done.push(staff::reprice_deal(shop, staff, key, deal, &price).await?);
    }
    let _ = shop.shown(all_done.iter().map(|done| done.seq).max()).await;
    Ok(all_done.iter().rev().filter_map(|done| done.what).collect())
}

/// Searches, takes a product's SKUs in or one out; false where none of this was asked for.
async fn filled_further(
    visit: &DeskVisit,
    sent: &Pairs,
    form: &mut DealForm,
) -> Result<bool, Problem> {
    if let Some(product) = said(sent, "add") {
        let known: BTreeSet<String> = form.rows.iter().map(|row| row.sku.clone()).collect();
        let rows = rows_of(visit, &product).await?;
        let new = rows.into_iter().filter(|row| !known.contains(&row.sku));
        form.rows.extend(new);
        return Ok(true);
    }
    if let Some(sku) = said(sent, "remove") {
        form.rows.retain(|row| row.sku != sku);
        return Ok(true);
    }
    let (text, found) = (first(sent, "find"), first(sent, "found"));
    let wants = first(sent, "do") == "find" || (!text.is_empty() && text != found);
    if wants {
        form.found = Some((text.to_owned(), find(visit, text).await?));
    }
    Ok(wants)
}

async fn find(visit: &DeskVisit, text: &str) -> Result<Vec<FoundProduct>, Problem> {
    let sought = ProductSought {
        text: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        ..ProductSought::default()
    };
    let language = visit.frame.words.language.tag();
    let names = sellers(visit).await?;
    let mut found = Vec::new();
    for product in visit
        .shop
        .records
        .find_products(&sought, 0, FOUND_MAX)
        .await?
    {
        let seller = names.iter().find(|(id, _)| *id == product.seller);
        found.push(FoundProduct {
            name: product
                .name
                .best(language)
                .unwrap_or(&product.id)
                .to_owned(),
            seller: seller.map_or(product.seller.clone(), |(_, name)| name.clone()),
            picture: picture_of(visit, &product.id).await?,
            id: product.id,
        });
    }
    Ok(found)
}

/// The first picture of a product.
pub async fn picture_of(visit: &DeskVisit, product: &str) -> Result<Option<Picture>, Problem> {
    let pictures = visit.shop.records.pictures(product).await?;
    Ok(pictures.first().map(picture))
}

/// The SKUs of a product, none of them in the deal yet.
async fn rows_of(visit: &DeskVisit, product: &str) -> Result<Vec<SkuRow>, Problem> {
    let showcase = visit
        .shop
        .directory
        .product(product, visit.frame.now)
        .await?;
    let mut rows = Vec::new();
    for sku in &showcase.product.skus {
        if sku.number.is_some() {
            rows.push(row_of(visit, &sku.id, String::new(), String::new()).await?);
        }
    }
    Ok(rows)
}

async fn row_of(
    visit: &DeskVisit,
    sku: &str,
    price: String,
    units: String,
) -> Result<SkuRow, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let (number, known) = shop.directory.sku(sku).await?;
    let showcase = shop.directory.product(&known.product, frame.now).await?;
    let (product, language) = (&showcase.product, frame.words.language.tag());
    let name = product.name.best(language).unwrap_or(&product.id);
    let option = known.option.best(language).unwrap_or_default();
    let free = staff::free_units(shop, vec![number]).await?;
    Ok(SkuRow {
        sku: sku.to_owned(),
        name: format!("{name} {option}").trim().to_owned(),
        price,
        units,
        free: free.into_iter().next().unwrap_or(0),
        was: product.list_price.unwrap_or(product.price),
        currency: product.currency,
    })
}

/// The SKUs of a deal that there is, with their prices and what they were given.
async fn rows_in(visit: &DeskVisit, card: &DealCard) -> Result<Vec<SkuRow>, Problem> {
    let mut rows = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        let sku = visit.shop.directory.sku_id(pool.sku).await?;
        let price = format_plain(pool.price, card.currency);
        let units = pool.counts.allotted().to_string();
        let mut row = row_of(visit, &sku, price, units).await?;
        row.currency = card.currency;
        rows.push(row);
    }
    Ok(rows)
}

/// The rows with the prices that were sent.
fn priced(mut rows: Vec<SkuRow>, sent: &Pairs) -> Vec<SkuRow> {
    let prices: Vec<(&str, &str)> = all(sent, "sku").zip(all(sent, "price")).collect();
    for row in &mut rows {
        if let Some((_, price)) = prices.iter().find(|(sku, _)| *sku == row.sku) {
            (*price).clone_into(&mut row.price);
        }
    }
    rows
}

/// The form as it was sent.
async fn form_of(visit: &DeskVisit, sent: &Pairs) -> Result<DealForm, Problem> {
    let mut form = DealForm {
        typed: typed(sent),
        ..DealForm::default()
    };
    let rows = all(sent, "sku")
        .zip(all(sent, "price"))
        .zip(all(sent, "units"));
    for ((sku, price), units) in rows {
        match row_of(visit, sku, price.to_owned(), units.to_owned()).await {
            Ok(row) => form.rows.push(row),
            Err(problem) if problem.is(Refusal::SkuUnknown) => {
                let said = visit.frame.words.say("desk-sku-unknown");
                form.errors.insert("skus".to_owned(), said);
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(form)
}

/// A form like a deal that there is, at the same time of the first day that is still to come.
async fn alike(visit: &DeskVisit, deal: &str) -> Result<DealForm, Problem> {
    let mut card = staff::deal_card(&visit.shop, deal).await?;
    let terms = &mut card.terms;
    while terms.starts_at <= visit.frame.now {
        terms.starts_at = terms.starts_at.plus(DAY_MS);
        terms.ends_at = terms.ends_at.plus(DAY_MS);
    }
    Ok(DealForm {
        typed: typed_of(&visit.frame, &card),
        rows: rows_in(visit, &card).await?,
        ..DealForm::default()
    })
}

/// What the ledger would refuse, beside the field that it is about.
fn blame(frame: &Frame, foresight: &Foresight, errors: &mut Errors) {
    for (sku, free) in &foresight.short {
        let said = frame
            .words
            .say_with("units-short", [("free", frame.words.count(*free).into())]);
        errors.insert(format!("units-{sku}"), said);
    }
    match foresight.refusal {
        None => {}
        Some(Refusal::StockInsufficient) if !foresight.short.is_empty() => {}
        Some(Refusal::DealExists) => {
            errors.insert("deal".to_owned(), frame.words.say("refusal-deal_exists"));
        }
        Some(refusal) => {
            errors.insert(String::new(), frame.words.refusal(refusal));
        }
    }
}

fn blame_whole(frame: &Frame, problem: Problem, errors: &mut Errors) -> Result<(), Problem> {
    let said = match (problem.refusal, problem.errors.first()) {
        (Some(refusal), _) => frame.words.refusal(refusal),
        (None, Some(error)) => format!("{}: {}", error.field, error.detail),
        (None, None) => return Err(problem),
    };
    errors.insert(String::new(), said);
    Ok(())
}

fn short_words(frame: &Frame, foresight: &Foresight) -> Vec<String> {
    let said = |(sku, free): &(String, u64)| {
        frame.words.say_with(
            "warn-short",
            [
                ("sku", sku.as_str().into()),
                ("free", frame.words.count(*free).into()),
            ],
        )
    };
    foresight.short.iter().map(said).collect()
}

fn form_again(visit: &DeskVisit, form: DealForm) -> Response {
    again(form.render(&visit.frame, &visit.staff.name))
}
