//! Staff give a product pictures: made anew from what was sent, so that nothing of it but what one sees
//! is kept, then put in order or taken away.

use super::audit::{Entry, write};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use intake::pictures::{BYTES_MAX, WIDTHS, hash, make};
use records::{Picture, Role};
use serde_json::{Value, json};

/// The most pictures of a product.
pub const PICTURES_MAX: usize = 24;

/// Adds a picture at the end. One that the product has already is left where it is.
///
/// # Errors
/// [`Kind::INVALID`] for what is no picture or too large a one; [`Kind::NOT_FOUND`].
pub async fn add_picture(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    bytes: Vec<u8>,
) -> Result<(), Problem> {
    staff.require(Role::Merchandiser)?;
    let mut pictures = pictures_of(shop, product).await?;
    let name = hash(&bytes).to_string();
    if pictures.iter().any(|picture| picture.hash == name) {
        return Ok(());
    }
    if pictures.len() >= PICTURES_MAX {
        return Err(Problem::field("pictures", "pictures_many"));
    }
    let before = hashes(&pictures);
    let picture = match shop.records.picture_hashed(&name).await? {
        Some(known) => known,
        None => made(shop, name, bytes).await?,
    };
    pictures.push(picture);
    keep(shop, staff, product, before, &pictures).await
}

/// Has the product's pictures stand in this order; those that are not in it are taken away.
///
/// # Errors
/// A picture that the product does not have.
pub async fn order_pictures(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    order: &[String],
) -> Result<(), Problem> {
    staff.require(Role::Merchandiser)?;
    let pictures = pictures_of(shop, product).await?;
    let mut ordered: Vec<Picture> = Vec::with_capacity(order.len());
    for hash in order {
        let known = pictures.iter().find(|picture| picture.hash == *hash);
        let known = known.ok_or_else(|| Problem::field("pictures", "names no picture of it"))?;
        if !ordered.contains(known) {
            ordered.push(known.clone());
        }
    }
    keep(shop, staff, product, hashes(&pictures), &ordered).await
}

/// Has the product's pictures be those that it had before a deed, in their order: those that were taken
/// away since are there again, since what was made of them is kept.
///
/// # Errors
/// A picture that is kept no more.
pub async fn bring_back_pictures(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    order: &[String],
) -> Result<(), Problem> {
    staff.require(Role::Merchandiser)?;
    let pictures = pictures_of(shop, product).await?;
    let mut former = Vec::with_capacity(order.len());
    for hash in order {
        let known = pictures.iter().find(|picture| picture.hash == *hash);
        former.push(match known {
            Some(known) => known.clone(),
            None => kept(shop, hash).await?,
        });
    }
    keep(shop, staff, product, hashes(&pictures), &former).await
}

/// A picture that was made once, by the list of its sizes.
async fn kept(shop: &Shop, name: &str) -> Result<Picture, Problem> {
    if let Some(known) = shop.records.picture_hashed(name).await? {
        return Ok(known);
    }
    let gone = || Problem::field("pictures", "picture_broken");
    let is_hash = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let file = shop.settings.pictures.join(format!("{name}.json"));
    let list = match is_hash {
        true => tokio::fs::read(file).await.map_err(|_| gone())?,
        false => return Err(gone()),
    };
    let list: Vec<(u32, u32)> = serde_json::from_slice(&list).map_err(|_| gone())?;
    Ok(picture_of(name.to_owned(), list))
}

fn picture_of(name: String, list: Vec<(u32, u32)>) -> Picture {
    let (width, height) = list.last().copied().unwrap_or_default();
    Picture {
        source: format!("desk/{name}"),
        hash: name,
        width,
        height,
        widths: list.into_iter().map(|(width, _)| width).collect(),
    }
}

async fn pictures_of(shop: &Shop, product: &str) -> Result<Vec<Picture>, Problem> {
    let known = shop.records.product(product).await?;
    known.ok_or(Problem::from(Kind::NOT_FOUND))?;
    Ok(shop.records.pictures(product).await?)
}

/// Writes the sizes of a new picture as files, and last the list by which it is known.
async fn made(shop: &Shop, name: String, bytes: Vec<u8>) -> Result<Picture, Problem> {
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Problem::field("pictures", "picture_too_large"));
    }
    let making = tokio::task::spawn_blocking(move || make(&bytes, &WIDTHS)).await;
    let sizes = making.map_err(|_| Problem::from(Kind::FAULT))?;
    let sizes = sizes.map_err(|cause| Problem::field("pictures", cause.name()))?;
    let broken = |fault: std::io::Error| {
        tracing::error!(%fault, "a picture cannot be kept");
        Problem::from(Kind::FAULT)
    };
    let folder = &shop.settings.pictures;
    tokio::fs::create_dir_all(folder).await.map_err(broken)?;
    for size in &sizes {
        let file = folder.join(format!("{name}-{}.webp", size.width));
        tokio::fs::write(file, &size.webp).await.map_err(broken)?;
    }
    let list: Vec<(u32, u32)> = sizes.iter().map(|size| (size.width, size.height)).collect();
    let file = folder.join(format!("{name}.json"));
    let list_text = json!(list).to_string();
    tokio::fs::write(file, list_text).await.map_err(broken)?;
    Ok(picture_of(name, list))
}

async fn keep(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    before: Value,
    pictures: &[Picture],
) -> Result<(), Problem> {
    let after = hashes(pictures);
    if before == after {
        return Ok(());
    }
    shop.records.put_pictures(product, pictures).await?;
    shop.directory.forget_texts();
    let entry = Entry {
        action: "product.pictures",
        target: format!("product:{product}"),
        before: Some(json!({"pictures": before})),
        after: Some(json!({"pictures": after})),
    };
    write(shop, staff, entry).await
}

fn hashes(pictures: &[Picture]) -> Value {
    pictures
        .iter()
        .map(|picture| picture.hash.as_str())
        .collect()
}
