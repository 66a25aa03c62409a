//! `/desk/products`: the catalogue, one product, its pictures and what was changed of it.

use super::deal_form::picture_of;
use super::deals::{categories, may_change, sellers};
use super::import::too_large;
use super::pairs::{Pairs, all, first, said};
use crate::deeds::staff::{self, Basis, FieldChange};
use crate::pages::desk::deal_form::Errors;
use crate::pages::desk::product::{ChangeRow, ProductPage, TypedProduct};
use crate::pages::desk::products::{ProductRow, ProductsPage};
use crate::pages::desk::undo::Undo;
use crate::pages::language::Language;
use crate::pages::notice::Notice;
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, again, go};
use crate::pages::window::picture;
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::extract::{Multipart, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{ProductSought, Role};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Products of a page.
const LISTED_MAX: u32 = 50;
/// Deeds of a product that are looked through for its history.
const DEEDS_MAX: u32 = 50;
/// The largest upload, in bytes: several pictures.
pub const UPLOAD_BYTES_MAX: usize = 64 << 20;
/// The longest text that the history shows of a value, in characters.
const SHOWN_MAX: usize = 120;

/// The list.
pub async fn list(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Viewer)?;
    let sought = ProductSought {
        text: said(&asked, "text"),
        category: said(&asked, "category"),
        seller: said(&asked, "seller"),
        after: None,
    };
    let records = &visit.shop.records;
    let total = records.count_products(&sought).await?;
    let pages = usize::try_from(total.div_ceil(u64::from(LISTED_MAX))).unwrap_or(usize::MAX);
    let page = first(&asked, "page").parse().unwrap_or(0);
    let page = usize::min(page, pages.saturating_sub(1));
    let skipped = page as u64 * u64::from(LISTED_MAX);
    let found = records.find_products(&sought, skipped, LISTED_MAX).await?;
    let sellers = sellers(&visit).await?;
    let mut rows = Vec::with_capacity(found.len());
    for product in found {
        rows.push(row(&visit, product, &sellers).await?);
    }
    let page = ProductsPage {
        text: sought.text.unwrap_or_default(),
        seller: sought.seller.unwrap_or_default(),
        category: sought.category.unwrap_or_default(),
        categories: categories(&visit).await?,
        sellers,
        rows,
        page,
        pages,
        total,
        may_change: may_change(&visit),
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// One product.
pub async fn show(visit: DeskVisit, Path(id): Path<String>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Viewer)?;
    let page = page_of(&visit, &id).await?;
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Changes a product.
pub async fn change(
    visit: DeskVisit,
    Path(id): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut page = page_of(&visit, &id).await?;
    let before = page.typed.clone();
    let (basis, newest) = (basis_of(&sent), page.newest);
    if let Basis::Deed(made) = basis {
        page.newest = made;
    }
    page.typed = TypedProduct {
        id: before.id,
        seller: before.seller,
        currency: before.currency,
        tax: before.tax,
        ..typed_of(&sent)
    };
    let said = json_of(&page.typed);
    match staff::change_product(&visit.shop, &visit.staff, &id, said, basis).await {
        Ok(deed) => Ok(told(&visit, &id, deed, "product-saved").into_response()),
        Err(problem) => {
            if problem.name == Kind::CHANGED_MEANWHILE.name {
                // Whoever is told decides with that in mind.
                page.newest = newest;
            }
            page_again(&visit, page, problem)
        }
    }
}

/// What a form was made of, as it says.
fn basis_of(sent: &Pairs) -> Basis<'static> {
    let made = first(sent, "newest").parse();
    made.map_or(Basis::Any, Basis::Deed)
}

/// To the product, which tells of the deed of that number and offers to undo it.
fn told(visit: &DeskVisit, id: &str, deed: Option<u64>, said: &'static str) -> Redirect {
    let here = here(id);
    let Some(number) = deed else {
        return go(&here, Notice::Said(said));
    };
    let undo = Undo::at(format!("{here}/bring-back"))
        .with("deed", number.to_string())
        .with("undoes", "yes");
    undo.go(&visit.shop.keys, &visit.frame, &here, said)
}

/// The form of a product to be made.
pub async fn make_page(visit: DeskVisit) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let page = ProductPage {
        making: true,
        typed: TypedProduct {
            currency: visit.shop.settings.currency.code().to_owned(),
            ..TypedProduct::default()
        },
        sellers: sellers(&visit).await?,
        may_change: true,
        ..ProductPage::default()
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Makes a product.
pub async fn make(visit: DeskVisit, Form(sent): Form<Pairs>) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let typed = TypedProduct {
        currency: visit.shop.settings.currency.code().to_owned(),
        ..typed_of(&sent)
    };
    let mut product = json_of(&typed);
    for (field, value) in [
        ("id", &typed.id),
        ("seller", &typed.seller),
        ("currency", &typed.currency),
        ("tax", &typed.tax),
    ] {
        product.insert(field.to_owned(), json!(value));
    }
    match staff::make_product(&visit.shop, &visit.staff, product).await {
        Ok(()) => Ok(go(&here(&typed.id), Notice::Said("product-made")).into_response()),
        Err(problem) => {
            let page = ProductPage {
                making: true,
                typed,
                sellers: sellers(&visit).await?,
                may_change: true,
                ..ProductPage::default()
            };
            page_again(&visit, page, problem)
        }
    }
}

/// Takes pictures in; what came in before one that cannot be taken stays, and can be undone.
pub async fn add_pictures(
    mut visit: DeskVisit,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Response, Problem> {
    let mut added = Vec::new();
    let taken = take_pictures(&visit, &id, form, &mut added).await;
    let (here, said) = (here(&id), "pictures-saved");
    let undo = Undo::at(format!("{here}/pictures/order")).with("without", added.join(" "));
    let tells = |said| undo.go(&visit.shop.keys, &visit.frame, &here, said);
    match taken {
        Ok(()) if added.is_empty() => Ok(go(&here, Notice::Said(said)).into_response()),
        Ok(()) => Ok(tells(said).into_response()),
        // The form has no word for it, and the pictures that came in need their Undo.
        Err(problem) if !added.is_empty() && !in_form(&problem) => {
            Ok(tells("pictures-saved-in-part").into_response())
        }
        Err(problem) => {
            if !added.is_empty() {
                visit.frame.tell(said, undo);
            }
            page_again(&visit, page_of(&visit, &id).await?, problem)
        }
    }
}

/// Takes the pictures of a form in, one after the other; the names of those that are new go to `added`.
async fn take_pictures(
    visit: &DeskVisit,
    id: &str,
    mut form: Multipart,
    added: &mut Vec<String>,
) -> Result<(), Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let place = Arc::new(staff::picture_place()?);
    let mut patience = staff::PicturePatience::default();
    while let Some(field) = patience.wait(form.next_field()).await?.map_err(too_large)? {
        if field.name() != Some("pictures") {
            continue;
        }
        let bytes = patience.wait(field.bytes()).await?.map_err(too_large)?;
        if bytes.is_empty() {
            continue;
        }
        let file = (bytes, Arc::clone(&place));
        let (picture, is_new) = staff::add_picture(&visit.shop, &visit.staff, id, file).await?;
        added.extend(is_new.then_some(picture.hash));
    }
    Ok(())
}

/// Puts pictures in order; those that are not in it are taken away. As the undo of an upload: takes those
/// away that came in by it, and leaves all others.
pub async fn order_pictures(
    visit: DeskVisit,
    Path(id): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Redirect, Problem> {
    let names = |field: &str| -> Vec<String> {
        let names = first(&sent, field).split_whitespace();
        names.map(str::to_owned).collect()
    };
    let (order, without) = (names("order"), names("without"));
    if !without.is_empty() {
        staff::remove_pictures(&visit.shop, &visit.staff, &id, &without).await?;
        return Ok(go(&here(&id), Notice::Said("undone")));
    }
    let basis = basis_of(&sent);
    match staff::order_pictures(&visit.shop, &visit.staff, &id, &order, basis).await {
        Ok(deed) => Ok(told(&visit, &id, deed, "pictures-saved")),
        Err(problem) if problem.name == Kind::CHANGED_MEANWHILE.name => {
            Ok(go(&here(&id), Notice::Said("changed-meanwhile")))
        }
        Err(problem) => Err(problem),
    }
}

/// Brings a field back to what it was before a deed; as an undo all fields of the deed, where none was
/// changed since.
pub async fn bring_back(
    visit: DeskVisit,
    Path(id): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let missing = || Problem::from(Kind::NOT_FOUND);
    let number: u64 = first(&sent, "deed").parse().map_err(|_| missing())?;
    let target = staff::product_target(&id);
    let deed = staff::deed_of(&visit.shop, &target, number).await?;
    let (Some(Value::Object(mut before)), Some(Value::Object(after))) = (deed.before, deed.after)
    else {
        return Err(missing());
    };
    let undoes = said(&sent, "undoes").is_some();
    if !undoes {
        let field = first(&sent, "field");
        before.retain(|name, _| name == field);
    }
    if before.is_empty() {
        return Err(missing());
    }
    let basis = match undoes {
        true => Basis::Fields(&after),
        false => Basis::Any,
    };
    let here = here(&id);
    match brought_back(&visit, &id, before, basis).await {
        Ok(_) if undoes => Ok(go(&here, Notice::Said("undone")).into_response()),
        Ok(deed) => Ok(told(&visit, &id, deed, "product-saved").into_response()),
        Err(problem) if problem.name == Kind::CHANGED_MEANWHILE.name => {
            Ok(go(&here, Notice::Said("changed-meanwhile")).into_response())
        }
        Err(problem) => page_again(&visit, page_of(&visit, &id).await?, problem),
    }
}

/// Has the fields, or the pictures, be what they were; the number of the deed, where anything is another
/// since.
async fn brought_back(
    visit: &DeskVisit,
    id: &str,
    before: Map<String, Value>,
    basis: Basis<'_>,
) -> Result<Option<u64>, Problem> {
    let Some(Value::Array(hashes)) = before.get("pictures") else {
        return staff::change_product(&visit.shop, &visit.staff, id, before, basis).await;
    };
    let order = hashes.iter().filter_map(Value::as_str).map(str::to_owned);
    let order: Vec<String> = order.collect();
    staff::bring_back_pictures(&visit.shop, &visit.staff, id, &order, basis).await
}

async fn row(
    visit: &DeskVisit,
    product: records::Product,
    sellers: &[(String, String)],
) -> Result<ProductRow, Problem> {
    let (w, language) = (&visit.frame.words, visit.frame.words.language.tag());
    let path = visit.shop.records.category_path(&product.category).await?;
    let levels = path.iter().filter_map(|level| level.name.best(language));
    let seller = sellers.iter().find(|(id, _)| *id == product.seller);
    let spoken: Vec<&str> = product.name.languages().collect();
    let unspoken = Language::ALL
        .into_iter()
        .filter(|it| !spoken.contains(&it.tag()));
    let amount = |amount| w.amount(amount, product.currency);
    Ok(ProductRow {
        name: product
            .name
            .best(language)
            .unwrap_or(&product.id)
            .to_owned(),
        seller: seller.map_or_else(|| product.seller.clone(), |(_, name)| name.clone()),
        category: levels.collect::<Vec<_>>().join(" › "),
        picture: picture_of(visit, &product.id).await?,
        price: (amount(product.price), product.list_price.map(amount)),
        skus: product.skus.len(),
        untranslated: unspoken.map(Language::own_name).collect(),
        id: product.id,
    })
}

async fn page_of(visit: &DeskVisit, id: &str) -> Result<ProductPage, Problem> {
    // First this: what comes about after it makes the form an old one.
    let newest = staff::newest_deed(&visit.shop, &staff::product_target(id)).await?;
    let product = staff::product_json(&visit.shop, id).await?;
    let pictures = visit.shop.records.pictures(id).await?;
    Ok(ProductPage {
        newest,
        typed: typed_of_json(&product),
        pictures: pictures.iter().map(picture).collect(),
        stock: super::stock::rows(visit, id).await?,
        changes: changes(visit, id).await?,
        may_change: may_change(visit),
        ..ProductPage::default()
    })
}

async fn changes(visit: &DeskVisit, id: &str) -> Result<Vec<ChangeRow>, Problem> {
    let entries = staff::product_history(&visit.shop, id, None, None, DEEDS_MAX).await?;
    let rows = entries.iter().flat_map(|entry| {
        let changes = FieldChange::of(entry).into_iter();
        changes.map(|change| ChangeRow {
            number: entry.number,
            at: entry.deed.at,
            who: entry.deed.who.clone(),
            before: shown(&change.before),
            after: shown(&change.after),
            field: change.field,
        })
    });
    Ok(rows.collect())
}

/// A value as the history shows it.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("{name}: {}", shown(value));
            fields.iter().map(field).collect::<Vec<_>>().join(" · ")
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if text.is_empty() => "–".to_owned(),
        None => text,
    }
}

fn typed_of(sent: &Pairs) -> TypedProduct {
    let text = |name: &str| first(sent, name).to_owned();
    let texts = |kind: &str| Language::ALL.map(|it| text(&format!("{kind}-{}", it.tag())));
    let options =
        Language::ALL.map(|it| all(sent, &format!("option-{}", it.tag())).collect::<Vec<_>>());
    let option = |language: usize, place: usize| {
        let option = options[language].get(place).copied();
        option.unwrap_or_default().to_owned()
    };
    let rows = all(sent, "sku").zip(all(sent, "stock")).enumerate();
    let skus = rows
        .filter(|(_, (id, _))| !id.is_empty())
        .map(|(place, (id, stock))| {
            let options = std::array::from_fn(|language| option(language, place));
            (id.to_owned(), options, stock.to_owned())
        });
    TypedProduct {
        id: text("id"),
        seller: text("seller"),
        names: texts("name"),
        descriptions: texts("description"),
        categories: texts("category"),
        brand: text("brand"),
        price: text("price"),
        list_price: text("list_price"),
        currency: String::new(),
        tax: text("tax"),
        colours: text("colours"),
        skus: skus.collect(),
    }
}

/// The fields of the form in the JSON form of a product.
fn json_of(typed: &TypedProduct) -> Map<String, Value> {
    let sku = |(id, options, stock): &(String, [String; 3], String)| json!({"id": id, "option": spoken(options), "stock": stock});
    let skus: Vec<Value> = typed.skus.iter().map(sku).collect();
    let colours: Vec<&str> = typed
        .colours
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    let fields = [
        ("name", spoken(&typed.names)),
        ("description", spoken(&typed.descriptions)),
        ("category", path(&typed.categories)),
        ("brand", json!(typed.brand)),
        ("price", json!(typed.price)),
        ("list_price", json!(typed.list_price)),
        ("colours", json!(colours)),
        ("skus", Value::Array(skus)),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// Texts by language, without blank ones.
fn spoken(texts: &[String; 3]) -> Value {
    let pairs = Language::ALL
        .into_iter()
        .zip(texts)
        .filter(|(_, text)| !text.is_empty());
    Value::Object(
        pairs
            .map(|(it, text)| (it.tag().to_owned(), json!(text)))
            .collect(),
    )
}

/// The levels of a category out of its paths by language.
fn path(paths: &[String; 3]) -> Value {
    let levels = paths
        .each_ref()
        .map(|path| path.split('>').map(str::trim).collect::<Vec<_>>());
    let depth = levels.iter().map(Vec::len).max().unwrap_or(0);
    let level = |place: usize| {
        let text = |levels: &Vec<&str>| levels.get(place).copied().unwrap_or_default().to_owned();
        spoken(&levels.each_ref().map(text))
    };
    Value::Array((0..depth).map(level).collect())
}

fn typed_of_json(product: &Map<String, Value>) -> TypedProduct {
    let text = |name: &str| product.get(name).map(plain).unwrap_or_default();
    let by_language = |value: &Value| Language::ALL.map(|it| plain(&value[it.tag()]));
    let field = |name: &str| product.get(name).map(by_language).unwrap_or_default();
    let list = |name: &str| match product.get(name) {
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    let levels = list("category");
    let path = |it: Language| {
        let names: Vec<String> = levels.iter().map(|level| plain(&level[it.tag()])).collect();
        names.join(" > ").trim_matches([' ', '>']).to_owned()
    };
    let colours: Vec<String> = list("colours").iter().map(plain).collect();
    let skus = list("skus");
    let sku = |sku: &Value| {
        (
            plain(&sku["id"]),
            by_language(&sku["option"]),
            plain(&sku["stock"]),
        )
    };
    TypedProduct {
        id: text("id"),
        seller: text("seller"),
        names: field("name"),
        descriptions: field("description"),
        categories: Language::ALL.map(path),
        brand: text("brand"),
        price: text("price"),
        list_price: text("list_price"),
        currency: text("currency"),
        tax: text("tax"),
        colours: colours.join(", "),
        skus: skus.iter().map(sku).collect(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// True for a problem that the form has words for.
fn in_form(problem: &Problem) -> bool {
    problem.refusal.is_some()
        || problem.name == Kind::CHANGED_MEANWHILE.name
        || !problem.errors.is_empty()
}

/// The form again, with what is wrong beside its fields.
///
/// # Errors
/// A problem that it has no words for.
fn page_again(
    visit: &DeskVisit,
    mut page: ProductPage,
    problem: Problem,
) -> Result<Response, Problem> {
    if !in_form(&problem) {
        return Err(problem);
    }
    let w = &visit.frame.words;
    let mut errors = Errors::new();
    match problem.refusal {
        Some(refusal) => {
            errors.insert(String::new(), w.refusal(refusal));
        }
        None if problem.name == Kind::CHANGED_MEANWHILE.name => {
            errors.insert(String::new(), w.say("form-changed-meanwhile"));
        }
        None => {}
    }
    for error in &problem.errors {
        let key = format!("cause-{}", error.detail);
        let told = match w.knows(&key) {
            true => w.say(&key),
            false => w.say("cause-field"),
        };
        let field = match error.field.as_str() {
            "name" => "name-ko",
            "category" => "category-ko",
            "description" | "currency" => "",
            "sku" | "option" | "stock" | "skus" => "skus",
            field => field,
        };
        errors.insert(field.to_owned(), told);
    }
    page.errors = errors;
    Ok(again(page.render(&visit.frame, &visit.staff.name)))
}

fn here(id: &str) -> String {
    format!("/desk/products/{}", escaped(id.trim()))
}
