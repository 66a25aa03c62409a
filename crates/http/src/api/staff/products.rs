//! The catalogue as staff see and change it: texts, prices and SKUs of a product, and what was changed of
//! it, field by field. Its pictures stand in `pictures`.

use super::pictures::PictureCard;
use crate::api::asking::{Asking, Listed, Page, in_currency};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::Sum;
use crate::deeds::staff::{self, Basis, FieldChange};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use intake::{ProductDraft, tax_text};
use money::{Amount, Currency, format_plain, parse};
use records::{AuditEntry, Product, ProductSought, Role};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A text by language tag: `ko`, `zh`, `en`.
type Texts = BTreeMap<String, String>;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(read, change))
        .routes(routes!(history))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those in whose id, name, brand or SKU ids this stands.
    query: Option<String>,
    /// The id of a category; what stands below it is listed too.
    category: Option<String>,
    /// The shop's own id of who sells.
    seller: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfWhat {
    /// Only deeds that changed this field: `name`, `description`, `category`, `brand`, `price`,
    /// `list_price`, `colours`, `skus` or `pictures`.
    field: Option<String>,
}

/// A product as the catalogue has it.
#[derive(Serialize, ToSchema)]
struct ProductSheet {
    /// The shop's own id.
    product: String,
    /// The shop's own id of who sells.
    seller: String,
    /// What it is called, by language.
    name: Texts,
    /// Clean HTML, by language.
    description: Texts,
    /// The path in the category tree, root first, each level by language.
    category: Vec<Texts>,
    /// Who makes it.
    brand: Option<String>,
    /// What it sells for outside deals.
    price: Sum,
    /// What it is listed at.
    list_price: Option<Sum>,
    /// How tax lies in the prices: `10%`, or `exempt`.
    tax: String,
    /// The names of its colours.
    colours: Vec<String>,
    /// What can be bought of it.
    skus: Vec<SkuListed>,
    /// Its pictures, in order.
    pictures: Vec<PictureCard>,
}

/// A SKU of a product.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SkuListed {
    /// The shop's own id.
    sku: String,
    /// What sets it apart (a size), by language.
    #[serde(default)]
    option: Texts,
    /// Units on the shelf when it came into the catalogue; `GET /v1/staff/stock/{sku}` tells how many
    /// there are now. Where nothing is said of a fresh one, none.
    #[serde(default)]
    stock: Option<u32>,
}

/// A product to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProductAsk {
    /// The shop's own id.
    product: String,
    /// The shop's own id of who sells.
    seller: String,
    /// What it is called, by language; at least one.
    name: Texts,
    /// HTML, by language; what is not harmless is taken out.
    #[serde(default)]
    description: Texts,
    /// The path in the category tree, root first, each level by language.
    #[serde(default)]
    category: Vec<Texts>,
    /// Who makes it.
    #[serde(default)]
    brand: Option<String>,
    /// What it sells for outside deals; above zero. Its currency is that of the product, for ever.
    price: Sum,
    /// What it is listed at; above the price.
    #[serde(default)]
    list_price: Option<Sum>,
    /// How tax lies in the prices: `10%`, or `exempt`.
    tax: String,
    /// The names of its colours.
    #[serde(default)]
    colours: Vec<String>,
    /// What can be bought of it; at least one.
    skus: Vec<SkuListed>,
}

/// What is to be different of a product; what is not said stays. Who sells it, its currency and its tax
/// stand fast.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct ProductChange {
    /// What it is called, by language: all of them.
    name: Option<Texts>,
    /// HTML, by language: all of them. What is not harmless is taken out.
    description: Option<Texts>,
    /// The path in the category tree, root first, each level by language.
    category: Option<Vec<Texts>>,
    /// Who makes it; null for nobody.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    brand: Option<Option<String>>,
    /// What it sells for outside deals; above zero.
    price: Option<Sum>,
    /// What it is listed at; null for nothing.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<Sum>)]
    list_price: Option<Option<Sum>>,
    /// The names of its colours: all of them.
    colours: Option<Vec<String>>,
    /// What can be bought of it: all of them. One that is left out is offered no more.
    skus: Option<Vec<SkuListed>>,
}

/// A deed that changed a product.
#[derive(Serialize, ToSchema)]
struct ProductDeed {
    /// Its number in the audit.
    number: u64,
    /// When.
    at: Moment,
    /// A mail address, or `key <name>`.
    who: String,
    /// What was done.
    action: String,
    /// What is different since.
    changes: Vec<FieldChanged>,
}

/// A field with what it was and what it is since, as `PATCH` takes it; `pictures` as the order of pictures
/// takes them.
#[derive(Serialize, ToSchema)]
struct FieldChanged {
    /// Which.
    field: String,
    /// What it was.
    before: Value,
    /// What it is since.
    after: Value,
}

/// Lists products by their id.
#[utoipa::path(get, path = "/v1/staff/products", tag = "staff", params(Which, Page),
    responses((status = 200, body = Listed<ProductSheet>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(which): Asking<Which>,
    Asking(page): Asking<Page>,
) -> Result<Json<Listed<ProductSheet>>, Problem> {
    who.require(Role::Viewer)?;
    shop.shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let sought = ProductSought {
        text: which.query,
        category: which.category,
        seller: which.seller,
        after: page.cursor()?,
    };
    let found = shop.records.find_products(&sought, 0, limit + 1).await?;
    let mut sheets = Vec::with_capacity(found.len());
    for product in found {
        sheets.push(sheet(&shop, product).await?);
    }
    let listed = Listed::of(sheets, limit, |sheet| sheet.product.clone());
    Ok(Json(listed))
}

/// Makes a product. The journal learns of its SKUs and of what is on the shelf.
#[utoipa::path(post, path = "/v1/staff/products", tag = "staff", params(IdempotencyKey), request_body = ProductAsk, responses(
    (status = 201, body = ProductSheet),
    (status = 422, description = "A field cannot be taken as it is, or there is such a product.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn make(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<ProductAsk>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let id = asked.body.product.trim().to_owned();
        let product = asked.body.fields()?;
        staff::make_product(&shop, &who, product).await?;
        Ok((StatusCode::CREATED, Some(sheet_of(&shop, &id).await?)))
    })
    .await
}

/// One product.
#[utoipa::path(get, path = "/v1/staff/products/{product}", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id")),
    responses((status = 200, body = ProductSheet), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(id): Path<String>,
) -> Result<Json<ProductSheet>, Problem> {
    who.require(Role::Viewer)?;
    Ok(Json(sheet_of(&shop, &id).await?))
}

/// Changes a product: all that is said, or nothing where a field cannot be taken as it is.
#[utoipa::path(patch, path = "/v1/staff/products/{product}", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id"), IdempotencyKey), request_body = ProductChange, responses(
    (status = 200, body = ProductSheet),
    (status = 422, description = "A field cannot be taken as it is.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn change(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(id): Path<String>,
    asked: Asked<ProductChange>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let product = staff::known_product(&shop, &id).await?;
        let mut change = asked.body;
        change.keep_stock(&product);
        let said = change.fields(product.currency)?;
        staff::change_product(&shop, &who, &id, said, Basis::Any).await?;
        Ok((StatusCode::OK, Some(sheet_of(&shop, &id).await?)))
    })
    .await
}

/// What was done to a product, the newest first. What a field was can be sent back as it is told here.
#[utoipa::path(get, path = "/v1/staff/products/{product}/history", tag = "staff",
    params(("product" = String, Path, description = "The shop's own id"), OfWhat, Page),
    responses((status = 200, body = Listed<ProductDeed>), Problems))]
async fn history(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(id): Path<String>,
    Asking(of): Asking<OfWhat>,
    Asking(page): Asking<Page>,
) -> Result<Json<Listed<ProductDeed>>, Problem> {
    who.require(Role::Viewer)?;
    let (at_least, limit, cursor) = (page.at_least(&shop)?, page.limit()?, page.cursor()?);
    shop.shown(at_least).await?;
    let product = staff::known_product(&shop, &id).await?;
    let field = of.field.as_deref();
    let entries = staff::product_history(&shop, &id, field, cursor, limit + 1).await?;
    let deed = |entry| ProductDeed::of(entry, product.currency);
    let mut deeds: Vec<ProductDeed> = entries.into_iter().map(deed).collect();
    if let Some(field) = field {
        let changes = deeds.iter_mut().map(|deed| &mut deed.changes);
        changes.for_each(|changes| changes.retain(|change| change.field == field));
    }
    Ok(Json(Listed::of(deeds, limit, |deed: &ProductDeed| {
        deed.number
    })))
}

async fn sheet_of(shop: &Shop, id: &str) -> Result<ProductSheet, Problem> {
    sheet(shop, staff::known_product(shop, id).await?).await
}

async fn sheet(shop: &Shop, product: Product) -> Result<ProductSheet, Problem> {
    let pictures = shop.records.pictures(&product.id).await?;
    let draft = shop.records.draft_of(product).await?;
    let pictures = pictures.iter().map(PictureCard::from).collect();
    Ok(ProductSheet::of(draft, pictures))
}

impl ProductSheet {
    fn of(draft: ProductDraft, pictures: Vec<PictureCard>) -> ProductSheet {
        let currency = draft.currency;
        let sum = |amount: Amount| Sum { amount, currency };
        let sku = |sku: intake::SkuDraft| SkuListed {
            sku: sku.id,
            option: sku.option.0,
            stock: Some(sku.stock),
        };
        ProductSheet {
            product: draft.id,
            seller: draft.seller,
            name: draft.name.0,
            description: draft.description.0,
            category: draft.category.into_iter().map(|level| level.0).collect(),
            brand: draft.brand,
            price: sum(draft.price),
            list_price: draft.list_price.map(sum),
            tax: tax_text(draft.tax),
            colours: draft.colours,
            skus: draft.skus.into_iter().map(sku).collect(),
            pictures,
        }
    }
}

impl ProductAsk {
    /// In the JSON form of docs/guide/import.md.
    fn fields(self) -> Result<Map<String, Value>, Problem> {
        let currency = self.price.currency;
        let change = ProductChange {
            name: Some(self.name),
            description: Some(self.description),
            category: Some(self.category),
            brand: Some(self.brand),
            price: Some(self.price),
            list_price: Some(self.list_price),
            colours: Some(self.colours),
            skus: Some(self.skus),
        };
        let mut fields = change.fields(currency)?;
        let fast = [
            ("id", self.product),
            ("seller", self.seller),
            ("currency", currency.code().to_owned()),
            ("tax", self.tax),
        ];
        fields.extend(fast.map(|(field, text)| (field.to_owned(), json!(text))));
        Ok(fields)
    }
}

impl ProductChange {
    /// A SKU that the product has already keeps what is known of its shelf unless another number is said.
    fn keep_stock(&mut self, product: &Product) {
        for sku in self.skus.iter_mut().flatten() {
            let known = product.skus.iter().find(|known| known.id == sku.sku);
            sku.stock = sku.stock.or(known.map(|known| known.stock));
        }
    }

    /// What is said, in the JSON form of docs/guide/import.md.
    fn fields(self, currency: Currency) -> Result<Map<String, Value>, Problem> {
        let price = |field: &str, sum: Sum| {
            in_currency(field, sum.currency, currency)?;
            Ok::<_, Problem>(json!(format_plain(sum.amount, currency)))
        };
        let list_price = match self.list_price {
            Some(Some(sum)) => Some(price("list_price.currency", sum)?),
            Some(None) => Some(json!("")),
            None => None,
        };
        let sold_at = self.price.map(|sum| price("price.currency", sum));
        let sku = |sku: SkuListed| json!({"id": sku.sku, "option": sku.option, "stock": sku.stock});
        let skus = |skus: Vec<SkuListed>| skus.into_iter().map(sku).collect();
        let said = [
            ("name", self.name.map(|name| json!(name))),
            ("description", self.description.map(|text| json!(text))),
            ("category", self.category.map(|path| json!(path))),
            ("brand", self.brand.map(|it| json!(it.unwrap_or_default()))),
            ("price", sold_at.transpose()?),
            ("list_price", list_price),
            ("colours", self.colours.map(|colours| json!(colours))),
            ("skus", self.skus.map(skus)),
        ];
        let said = said.into_iter();
        Ok(said
            .filter_map(|(field, value)| Some((field.to_owned(), value?)))
            .collect())
    }
}

impl ProductDeed {
    fn of(entry: AuditEntry, currency: Currency) -> ProductDeed {
        let changes = FieldChange::of(&entry).into_iter();
        let changed = |change: FieldChange| FieldChanged {
            before: as_told(&change.field, change.before, currency),
            after: as_told(&change.field, change.after, currency),
            field: change.field,
        };
        ProductDeed {
            number: entry.number,
            at: entry.deed.at.into(),
            who: entry.deed.who,
            action: entry.deed.action,
            changes: changes.map(changed).collect(),
        }
    }
}

/// The value of a field out of the JSON form of docs/guide/import.md, as `PATCH` takes it.
fn as_told(field: &str, value: Value, currency: Currency) -> Value {
    match (field, value) {
        ("price" | "list_price", Value::String(text)) => match parse(&text, currency) {
            Ok(amount) => json!(Sum { amount, currency }),
            Err(_) => Value::Null,
        },
        ("skus", Value::Array(skus)) => skus.into_iter().map(sku_as_told).collect(),
        ("name" | "description", Value::Null) => json!({}),
        ("category" | "colours", Value::Null) => json!([]),
        (_, value) => value,
    }
}

fn sku_as_told(sku: Value) -> Value {
    let stock = sku["stock"]
        .as_str()
        .and_then(|units| units.parse::<u32>().ok());
    let option = sku.get("option").cloned().unwrap_or_else(|| json!({}));
    json!({"sku": sku["id"], "option": option, "stock": stock})
}

/// Tells a null, which is said, from a field that is not.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(input).map(Some)
}
