//! Staff give a product pictures: made anew from what was sent, so that nothing of it but what one sees
//! is kept, then put in order or taken away.

use super::audit::{Entry, write_numbered};
use super::product_history::{Basis, PICTURES, known_product, product_target};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use axum::body::Bytes;
use intake::pictures::{BYTES_MAX, Size, WIDTHS, hash, make};
use records::{Picture, Role};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

/// How many are made at once: a large one takes some hundreds of MiB while it is made.
static MAKING: Semaphore = Semaphore::const_new(1);
/// How many may be read, wait for that or be made, each with its file in memory.
static WAITING: Semaphore = Semaphore::const_new(16);

/// A place among those whose pictures are read and made. It is taken before the file is read.
#[derive(Debug)]
pub struct PicturePlace {
    _held: SemaphorePermit<'static>,
}

/// Takes a place.
///
/// # Errors
/// [`Kind::OVERLOADED`] where none is free.
pub fn picture_place() -> Result<PicturePlace, Problem> {
    let held = WAITING.try_acquire().map_err(|_| busy())?;
    Ok(PicturePlace { _held: held })
}

/// How long a request may take to bring its files: so long it keeps the place from others.
const READ_WITHIN: Duration = Duration::from_secs(120);

/// How long is still waited for what a request brings.
#[derive(Debug)]
pub struct PicturePatience(Duration);

impl Default for PicturePatience {
    /// Two minutes in all.
    fn default() -> Self {
        PicturePatience(READ_WITHIN)
    }
}

impl PicturePatience {
    /// Waits for the next part of it.
    ///
    /// # Errors
    /// [`Kind::TOO_SLOW`] where all of them together take too long.
    pub async fn wait<T>(&mut self, part: impl Future<Output = T>) -> Result<T, Problem> {
        let since = Instant::now();
        let part = timeout(self.0, part).await.map_err(|_| Kind::TOO_SLOW)?;
        self.0 = self.0.saturating_sub(since.elapsed());
        Ok(part)
    }
}

fn busy() -> Problem {
    Problem::from(Kind::OVERLOADED).retry_after(1_000)
}

/// The most pictures of a product.
pub const PICTURES_MAX: usize = 24;

/// Adds a picture at the end, and tells of it; false where the product has it already, which stays where
/// it is. The place is taken as long as the picture is made, even where nobody waits for it any more.
///
/// # Errors
/// [`Kind::INVALID`] for what is no picture, too large a one, or one too many; [`Kind::NOT_FOUND`].
pub async fn add_picture(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    (bytes, place): (Bytes, Arc<PicturePlace>),
) -> Result<(Picture, bool), Problem> {
    staff.require(Role::Merchandiser)?;
    let name = hash(&bytes).to_string();
    if let Some(known) = room_for(&pictures_of(shop, product).await?, &name)? {
        return Ok((known, false));
    }
    let picture = match shop.records.picture_hashed(&name).await? {
        Some(known) => known,
        None => made(shop, name, (bytes, place)).await?,
    };
    let _turn = shop.turns.take(product_target(product)).await;
    let mut pictures = pictures_of(shop, product).await?;
    if let Some(known) = room_for(&pictures, &picture.hash)? {
        return Ok((known, false));
    }
    let before = hashes(&pictures);
    pictures.push(picture.clone());
    keep(shop, staff, product, before, &pictures).await?;
    Ok((picture, true))
}

/// Has the product's pictures stand in this order, where the product is still what that is made of; those that
/// are not in it are taken away. The number of the deed; none where they stood so.
///
/// # Errors
/// A picture that the product does not have; [`Kind::CHANGED_MEANWHILE`].
pub async fn order_pictures(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    order: &[String],
    basis: Basis<'_>,
) -> Result<Option<u64>, Problem> {
    staff.require(Role::Merchandiser)?;
    let _turn = shop.turns.take(product_target(product)).await;
    let pictures = pictures_of(shop, product).await?;
    let mut ordered: Vec<Picture> = Vec::with_capacity(order.len());
    for hash in order {
        let known = pictures.iter().find(|picture| picture.hash == *hash);
        let known = known.ok_or_else(|| Problem::field("pictures", "names no picture of it"))?;
        if !ordered.contains(known) {
            ordered.push(known.clone());
        }
    }
    put(shop, staff, product, (&pictures, &ordered), basis).await
}

/// Takes pictures away, and leaves all others; the number of the deed, none where the product has none of
/// them.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where there is no such product; those of the records.
pub async fn remove_pictures(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    names: &[String],
) -> Result<Option<u64>, Problem> {
    staff.require(Role::Merchandiser)?;
    let _turn = shop.turns.take(product_target(product)).await;
    let mut pictures = pictures_of(shop, product).await?;
    let before = hashes(&pictures);
    pictures.retain(|picture| !names.contains(&picture.hash));
    keep(shop, staff, product, before, &pictures).await
}

/// The picture of this name where it is among `pictures`; else there must be room for one more.
fn room_for(pictures: &[Picture], name: &str) -> Result<Option<Picture>, Problem> {
    let known = pictures.iter().find(|picture| picture.hash == name);
    if known.is_none() && pictures.len() >= PICTURES_MAX {
        return Err(Problem::field("pictures", "pictures_many"));
    }
    Ok(known.cloned())
}

/// Has the product's pictures be those that it had before a deed, in their order, where they are still what
/// that is made of: those that were taken away since are there again, since what was made of them is kept.
/// The number of the deed; none where they are so.
///
/// # Errors
/// A picture that is kept no more; [`Kind::CHANGED_MEANWHILE`].
pub async fn bring_back_pictures(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    order: &[String],
    basis: Basis<'_>,
) -> Result<Option<u64>, Problem> {
    staff.require(Role::Merchandiser)?;
    let _turn = shop.turns.take(product_target(product)).await;
    let pictures = pictures_of(shop, product).await?;
    let mut former = Vec::with_capacity(order.len());
    for hash in order {
        let known = pictures.iter().find(|picture| picture.hash == *hash);
        former.push(match known {
            Some(known) => known.clone(),
            None => kept(shop, hash).await?,
        });
    }
    put(shop, staff, product, (&pictures, &former), basis).await
}

/// Has the product's pictures be others, where that is another thing and it is still what that is made of.
async fn put(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    (now, then): (&[Picture], &[Picture]),
    basis: Basis<'_>,
) -> Result<Option<u64>, Problem> {
    let before = hashes(now);
    if before != hashes(then) {
        let fields = Map::from_iter([(PICTURES.to_owned(), before.clone())]);
        basis.check(shop, product, &fields).await?;
    }
    keep(shop, staff, product, before, then).await
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
    known_product(shop, product).await?;
    Ok(shop.records.pictures(product).await?)
}

/// Writes the sizes of a new picture as files, and last the list by which it is known.
async fn made(
    shop: &Shop,
    name: String,
    (bytes, place): (Bytes, Arc<PicturePlace>),
) -> Result<Picture, Problem> {
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Problem::field("pictures", "picture_too_large"));
    }
    let sizes = sizes_of(bytes, place).await?;
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

/// Makes a picture in its sizes, when it is its turn.
async fn sizes_of(bytes: Bytes, place: Arc<PicturePlace>) -> Result<Vec<Size>, Problem> {
    let turn = MAKING.acquire().await.map_err(|_| busy())?;
    let making = tokio::task::spawn_blocking(move || {
        // What is being made cannot be broken off: whoever asked may go away, their turn is not over.
        let _held = (turn, place);
        make(&bytes, &WIDTHS)
    });
    let sizes = making.await.map_err(|_| Problem::from(Kind::FAULT))?;
    sizes.map_err(|cause| Problem::field("pictures", cause.name()))
}

async fn keep(
    shop: &Shop,
    staff: &Staff,
    product: &str,
    before: Value,
    pictures: &[Picture],
) -> Result<Option<u64>, Problem> {
    let after = hashes(pictures);
    if before == after {
        return Ok(None);
    }
    shop.records.put_pictures(product, pictures).await?;
    shop.directory.forget_texts();
    let entry = Entry {
        action: "product.pictures",
        target: product_target(product),
        before: Some(json!({PICTURES: before})),
        after: Some(json!({PICTURES: after})),
    };
    write_numbered(shop, staff, entry).await.map(Some)
}

fn hashes(pictures: &[Picture]) -> Value {
    pictures
        .iter()
        .map(|picture| picture.hash.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_brings_a_picture_drop_by_drop_gives_the_place_to_others() {
        let mut patience = PicturePatience::default();
        let drop = || tokio::time::sleep(READ_WITHIN * 2 / 3);
        patience.wait(drop()).await.expect("in time");
        let problem = patience.wait(drop()).await.expect_err("both are too long");
        assert_eq!((problem.name, problem.status.as_u16()), ("too_slow", 408));
    }

    #[tokio::test]
    async fn a_flood_of_pictures_is_told_to_come_later_and_takes_no_memory() {
        let others = WAITING.acquire_many(16).await.expect("nobody closes it");
        let problem = picture_place().expect_err("too many wait");
        assert_eq!(
            (problem.name, problem.retry_after_ms),
            ("overloaded", Some(1_000))
        );
        drop(others);
        let place = Arc::new(picture_place().expect("there is room"));
        let read = sizes_of(Bytes::from_static(b"no picture"), place).await;
        assert_eq!(read.expect_err("it is none").name, "invalid");
    }
}
