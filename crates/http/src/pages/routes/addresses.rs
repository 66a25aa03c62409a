//! `/addresses`: a member's address book; and `/addresses/find`, which finds an address for any form that
//! asks for one.

use crate::deeds::{self, SavedAddressAsk, SavedAddressChange};
use crate::pages::address_form::{TypedAddress, wrong_field};
use crate::pages::addresses::{AddressPage, Finding, book};
use crate::pages::error_summary::WrongField;
use crate::pages::notice::Notice;
use crate::pages::tile::escaped;
use crate::pages::visit::{Visit, go};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{AccountId, AddressId};
use serde::Deserialize;

/// How much is kept of what is looked for, in characters.
const QUERY_CHARACTERS_MAX: usize = 80;

/// An address as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedEntry {
    #[serde(flatten)]
    to: TypedAddress,
    first: String,
    go: String,
}

/// The book.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let Some(account) = member(&visit) else {
        return Ok(to_sign_in("/addresses").into_response());
    };
    let addresses = visit.shop.records.addresses(account).await?;
    Ok(book(&visit.frame, &addresses).into_response())
}

/// The empty form.
pub async fn add_form(visit: Visit) -> Result<Response, Problem> {
    if member(&visit).is_none() {
        return Ok(to_sign_in("/addresses/add").into_response());
    }
    let countries = &visit.shop.settings.countries;
    let typed = TypedAddress::default().settled(countries);
    Ok(page(&visit, None, &typed, false, &[]).into_response())
}

/// Adds an address.
pub async fn add(visit: Visit, Form(entry): Form<TypedEntry>) -> Result<Response, Problem> {
    save(visit, None, entry).await
}

/// The form of one address.
pub async fn change_form(visit: Visit, Path(id): Path<String>) -> Result<Response, Problem> {
    let Some(account) = member(&visit) else {
        return Ok(to_sign_in("/addresses").into_response());
    };
    let id = id_of(&id)?;
    let address = deeds::saved_address(&visit.shop, account, id).await?;
    let typed = TypedAddress::of(&address);
    Ok(page(&visit, Some(id), &typed, address.first, &[]).into_response())
}

/// Changes an address.
pub async fn change(
    visit: Visit,
    Path(id): Path<String>,
    Form(entry): Form<TypedEntry>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    save(visit, Some(id), entry).await
}

/// Makes an address the first choice.
pub async fn choose_first(visit: Visit, Path(id): Path<String>) -> Result<Redirect, Problem> {
    let account = member(&visit).ok_or(Problem::from(Kind::SESSION_REQUIRED))?;
    let first = SavedAddressChange {
        first: Some(true),
        ..SavedAddressChange::default()
    };
    deeds::change_address(&visit.shop, account, id_of(&id)?, first).await?;
    Ok(go("/addresses", Notice::Said("address-saved")))
}

/// Removes an address.
pub async fn delete(visit: Visit, Path(id): Path<String>) -> Result<Redirect, Problem> {
    let account = member(&visit).ok_or(Problem::from(Kind::SESSION_REQUIRED))?;
    deeds::forget_address(&visit.shop, account, id_of(&id)?).await?;
    Ok(go("/addresses", Notice::Said("address-deleted")))
}

/// Finds an address, and keeps all that was typed in the form that asks for it.
pub async fn find(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> Markup {
    let value = |name: &str| pairs.iter().find(|(known, _)| known == name);
    let value = |name: &str| value(name).map_or("", |(_, value)| value.as_str());
    let asked = pairs.iter().any(|(name, _)| name == "query");
    let query = if asked {
        value("query")
    } else {
        value("line1")
    };
    let query: String = query.trim().chars().take(QUERY_CHARACTERS_MAX).collect();
    let answer = match query.is_empty() {
        true => None,
        false => Some(visit.shop.addresses.find(&query).await),
    };
    let failed = matches!(answer, Some(Err(_)));
    let found = answer.and_then(Result::ok);
    let back = own_form(value("back")).to_owned();
    let kept: Vec<_> = pairs
        .into_iter()
        .filter(|(name, _)| !["query", "found", "go", "back"].contains(&name.as_str()))
        .collect();
    let page = Finding {
        back: &back,
        kept: &kept,
        query: &query,
        found: found.as_deref(),
        failed,
    };
    page.render(&visit.frame)
}

/// A form of ours that asks for an address.
fn own_form(wanted: &str) -> &str {
    let entry = wanted.strip_prefix("/addresses/");
    let is_entry = entry.is_some_and(|id| id == "add" || id.parse::<AddressId>().is_ok());
    if is_entry { wanted } else { "/checkout" }
}

async fn save(visit: Visit, id: Option<AddressId>, entry: TypedEntry) -> Result<Response, Problem> {
    let Some(account) = member(&visit) else {
        return Ok(to_sign_in("/addresses").into_response());
    };
    let is_asked = !entry.go.is_empty() || !entry.to.found.is_empty();
    let first = entry.first == "yes";
    let typed = entry.to.settled(&visit.shop.settings.countries);
    if is_asked {
        return Ok(page(&visit, id, &typed, first, &[]).into_response());
    }
    let asked = asked(&typed, first);
    let wrong: Vec<WrongField> = asked
        .faults(&visit.shop)
        .into_iter()
        .map(wrong_field)
        .collect();
    if !wrong.is_empty() {
        let page = page(&visit, id, &typed, first, &wrong);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let said = match deeds::save_address(&visit.shop, account, id, &asked).await {
        Ok(_) => "address-saved",
        Err(problem) if problem.name == Kind::ADDRESS_BOOK_FULL.name => "address-book-full",
        Err(problem) => return Err(problem),
    };
    Ok(go("/addresses", Notice::Said(said)).into_response())
}

fn asked(typed: &TypedAddress, first: bool) -> SavedAddressAsk {
    SavedAddressAsk {
        recipient: typed.name.clone(),
        phone: typed.phone.clone(),
        address: typed.place(),
        first,
    }
}

fn page(
    visit: &Visit,
    id: Option<AddressId>,
    typed: &TypedAddress,
    first: bool,
    wrong: &[WrongField],
) -> Markup {
    let shop: &Shop = &visit.shop;
    let page = AddressPage {
        id,
        typed,
        first,
        wrong,
        countries: &shop.settings.countries,
    };
    page.render(&visit.frame)
}

fn member(visit: &Visit) -> Option<AccountId> {
    visit.shopper.and_then(|shopper| shopper.account())
}

fn to_sign_in(back: &str) -> Redirect {
    Redirect::to(&format!("/sign-in?back={}", escaped(back)))
}

fn id_of(text: &str) -> Result<AddressId, Problem> {
    text.parse().map_err(|_| Kind::NOT_FOUND.into())
}
