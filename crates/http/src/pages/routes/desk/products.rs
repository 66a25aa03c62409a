//! `/desk/products`: the catalogue, one product, its pictures and what was changed of it.

use super::deal::entries;
use super::deal_form::picture_of;
use super::deals::{categories, may_change, sellers};
use super::import::too_large;
use super::pairs::{Pairs, all, first, said};
use crate::deeds::staff::{self, FieldChange};
use crate::pages::desk::deal_form::Errors;
use crate::pages::desk::product::{ChangeRow, ProductPage, TypedProduct};
use crate::pages::desk::products::{ProductRow, ProductsPage};
use crate::pages::desk::undo::Undo;
use crate::pages::language::Language;
use crate::pages::notice::Notice;
use crate::pages::picture::Picture;
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, go};
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{ProductSought, Role};
use serde_json::{Map, Value, json};

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
    page.typed = TypedProduct {
        id: before.id,
        seller: before.seller,
        currency: before.currency,
        tax: before.tax,
        ..typed_of(&sent)
    };
    let changed = staff::change_product(&visit.shop, &visit.staff, &id, json_of(&page.typed));
    match changed.await {
        Ok(changed) => {
            let next = told(&visit, &id, changed, "product-saved").await?;
            Ok(next.into_response())
        }
        Err(problem) => again(&visit, page, problem),
    }
}

/// To the product, which tells of the last deed and, where that was one's own, offers to undo it.
async fn told(
    visit: &DeskVisit,
    id: &str,
    changed: bool,
    said: &'static str,
) -> Result<Redirect, Problem> {
    let here = here(id);
    let last = entries(visit, &target(id), None, 1).await?.pop();
    let own = last.filter(|entry| changed && entry.deed.who == visit.staff.name);
    let Some(entry) = own.filter(|entry| entry.deed.before.is_some()) else {
        return Ok(go(&here, Notice::Said(said)));
    };
    let undo = Undo::at(format!("{here}/bring-back"))
        .with("deed", entry.number.to_string())
        .with("undoes", "yes");
    Ok(undo.go(&visit.shop.keys, &visit.frame, &here, said))
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
            again(&visit, page, problem)
        }
    }
}

/// Takes pictures in.
pub async fn add_pictures(
    visit: DeskVisit,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let before = hashes(&visit, &id).await?;
    let broken = |_| Problem::from(Kind::MALFORMED);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("pictures") {
            continue;
        }
        let bytes = field.bytes().await.map_err(too_large)?;
        if bytes.is_empty() {
            continue;
        }
        let added = staff::add_picture(&visit.shop, &visit.staff, &id, bytes.to_vec()).await;
        if let Err(problem) = added {
            return again(&visit, page_of(&visit, &id).await?, problem);
        }
    }
    let (here, after) = (here(&id), hashes(&visit, &id).await?);
    if before == after {
        return Ok(go(&here, Notice::Said("pictures-saved")).into_response());
    }
    let undo = Undo::at(format!("{here}/pictures/order"))
        .with("order", before)
        .with("was", after)
        .with("undoes", "yes");
    let next = undo.go(&visit.shop.keys, &visit.frame, &here, "pictures-saved");
    Ok(next.into_response())
}

/// The pictures of a product in their order, as its forms send them.
async fn hashes(visit: &DeskVisit, id: &str) -> Result<String, Problem> {
    let pictures = visit.shop.records.pictures(id).await?;
    let hashes: Vec<String> = pictures.into_iter().map(|picture| picture.hash).collect();
    Ok(hashes.join(" "))
}

/// Puts pictures in order; those that are not in it are taken away.
pub async fn order_pictures(
    visit: DeskVisit,
    Path(id): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Redirect, Problem> {
    let (undoes, before) = (said(&sent, "undoes").is_some(), hashes(&visit, &id).await?);
    if undoes && first(&sent, "was") != before {
        return Ok(go(&here(&id), Notice::Said("changed-meanwhile")));
    }
    let order = first(&sent, "order").split_whitespace().map(str::to_owned);
    let order: Vec<String> = order.collect();
    staff::order_pictures(&visit.shop, &visit.staff, &id, &order).await?;
    match undoes {
        true => Ok(go(&here(&id), Notice::Said("undone"))),
        false => told(&visit, &id, order.join(" ") != before, "pictures-saved").await,
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
    let before = Some(number.saturating_add(1));
    let entry = entries(&visit, &target(&id), before, 1).await?.pop();
    let entry = entry.filter(|entry| entry.number == number);
    let deed = entry.ok_or_else(missing)?.deed;
    let (Some(Value::Object(mut before)), after) = (deed.before, deed.after) else {
        return Err(missing());
    };
    let undoes = said(&sent, "undoes").is_some();
    if !undoes {
        let field = first(&sent, "field");
        before.retain(|name, _| name == field);
    } else if !stands(&visit, &id, after.as_ref()).await? {
        return Ok(go(&here(&id), Notice::Said("changed-meanwhile")).into_response());
    }
    if before.is_empty() {
        return Err(missing());
    }
    match brought_back(&visit, &id, before).await {
        Ok(_) if undoes => Ok(go(&here(&id), Notice::Said("undone")).into_response()),
        Ok(changed) => {
            let next = told(&visit, &id, changed, "product-saved").await?;
            Ok(next.into_response())
        }
        Err(problem) => again(&visit, page_of(&visit, &id).await?, problem),
    }
}

/// Has the fields, or the pictures, be what they were; true where anything is another since.
async fn brought_back(
    visit: &DeskVisit,
    id: &str,
    before: Map<String, Value>,
) -> Result<bool, Problem> {
    let Some(Value::Array(hashes)) = before.get("pictures") else {
        return staff::change_product(&visit.shop, &visit.staff, id, before).await;
    };
    let order = hashes.iter().filter_map(Value::as_str).map(str::to_owned);
    let order: Vec<String> = order.collect();
    staff::bring_back_pictures(&visit.shop, &visit.staff, id, &order).await?;
    Ok(true)
}

/// True while the product has what a deed gave it.
async fn stands(visit: &DeskVisit, id: &str, after: Option<&Value>) -> Result<bool, Problem> {
    let Some(Value::Object(after)) = after else {
        return Ok(false);
    };
    let mut now = staff::product_json(&visit.shop, id).await?;
    let pictures = visit.shop.records.pictures(id).await?;
    let pictures = pictures.into_iter().map(|picture| picture.hash).collect();
    now.insert("pictures".to_owned(), pictures);
    let is = |(field, value): (&String, &Value)| now.get(field).unwrap_or(&Value::Null) == value;
    Ok(after.iter().all(is))
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
    let product = staff::product_json(&visit.shop, id).await?;
    let pictures = visit.shop.records.pictures(id).await?;
    let picture = |picture: records::Picture| Picture {
        hash: picture.hash,
        size: (picture.width, picture.height),
        widths: picture.widths,
    };
    Ok(ProductPage {
        typed: typed_of_json(&product),
        pictures: pictures.into_iter().map(picture).collect(),
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

/// The form again, with what is wrong beside its fields.
fn again(visit: &DeskVisit, mut page: ProductPage, problem: Problem) -> Result<Response, Problem> {
    let w = &visit.frame.words;
    let mut errors = Errors::new();
    match problem.refusal {
        Some(refusal) => {
            errors.insert(String::new(), w.say(&format!("refusal-{}", refusal.name())));
        }
        None if problem.errors.is_empty() => return Err(problem),
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
    let page = page.render(&visit.frame, &visit.staff.name);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn target(id: &str) -> String {
    format!("product:{id}")
}

fn here(id: &str) -> String {
    format!("/desk/products/{}", escaped(id.trim()))
}
