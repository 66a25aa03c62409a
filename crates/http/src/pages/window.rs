//! The shop window: deals of the view joined with the texts of the directory, as pages show them.

use super::cart::Item;
use super::deal::Choice;
use super::frame::Frame;
use super::picture::Picture;
use super::tile::{Price, Stand, Tile};
use crate::directory::Showcase;
use crate::problem::Problem;
use crate::shelves::{Aisles, Entry};
use crate::shop::Shop;
use records::Sku;
use std::sync::Arc;
use views::{DealCard, PoolCard};
use vocabulary::{DealId, Millis, SellerId, SkuId};

/// A deal with what the records say of it.
pub struct Shown {
    /// The shop's own id.
    pub id: String,
    /// As the ledger has it.
    pub card: DealCard,
    /// The product; none while only the ledger knows the deal.
    pub showcase: Option<Arc<Showcase>>,
    /// The seller's name.
    pub seller: String,
}

/// The deal with its texts.
///
/// # Errors
/// Those of the records.
pub async fn shown(shop: &Shop, frame: &Frame, card: DealCard) -> Result<Shown, Problem> {
    let name = shop.directory.deal_numbered(card.deal).await?;
    let showcase = match &name {
        Some(name) => shop.directory.product(&name.product, frame.now).await.ok(),
        None => None,
    };
    Ok(Shown {
        id: name.map_or_else(|| format!("#{}", card.deal), |name| name.id.clone()),
        seller: seller_name(shop, frame, card.seller).await?,
        card,
        showcase,
    })
}

/// The tiles of deals, in their order.
///
/// # Errors
/// Those of the records.
pub async fn tiles(
    shop: &Shop,
    frame: &Frame,
    cards: Vec<DealCard>,
    watched: &[DealId],
) -> Result<Vec<Tile>, Problem> {
    let mut tiles = Vec::with_capacity(cards.len());
    for card in cards {
        let shown = shown(shop, frame, card).await?;
        tiles.push(shown.tile(shop, frame, watched.contains(&shown.card.deal)));
    }
    Ok(tiles)
}

/// The tiles of entries of the shelves, in their order; how they stand is looked up now.
pub fn shelf_tiles(
    shop: &Shop,
    frame: &Frame,
    aisles: &Aisles,
    entries: &[Arc<Entry>],
) -> Vec<Tile> {
    let views = shop.views();
    let tile = |entry: &Arc<Entry>| {
        let card = views.deals.deal(entry.facts.deal)?;
        Some(shelf_tile(shop, frame, aisles, (entry, card)))
    };
    entries.iter().filter_map(tile).collect()
}

fn shelf_tile(
    shop: &Shop,
    frame: &Frame,
    aisles: &Aisles,
    (entry, card): (&Entry, &DealCard),
) -> Tile {
    let (facts, goods) = (&entry.facts, &entry.goods);
    let language = frame.words.language.tag();
    Tile {
        deal: goods.deal.clone(),
        name: goods.name.best(language).unwrap_or(&goods.deal).to_owned(),
        seller: aisles.seller_name(facts.seller, language).to_owned(),
        picture: goods.picture.as_ref().map(picture),
        price: Price {
            now: facts.price,
            was: entry.was,
            currency: facts.currency,
            from: facts.from,
        },
        claimed: card.claimed_percent(),
        stand: stand(card, frame.now),
        starts_at: card.terms.starts_at,
        ends_at: card.terms.ends_at,
        members_only: facts.members_only,
        waiting_room: shop.waiting.opens_before(card.terms.starts_at),
        watched: false,
    }
}

/// A picture of the records as pages draw it.
pub fn picture(picture: &records::Picture) -> Picture {
    Picture {
        hash: picture.hash.clone(),
        size: (picture.width, picture.height),
        widths: picture.widths.clone(),
    }
}

/// What is held, waited for or gone.
///
/// # Errors
/// Those of the records.
pub async fn item(shop: &Shop, frame: &Frame, deal: DealId, sku: SkuId) -> Result<Item, Problem> {
    let card = shop.views().deals.deal(deal).cloned();
    let sku = shop.directory.sku_numbered(sku).await?;
    let option = sku.map_or_else(String::new, |sku| option(frame, &sku));
    let Some(card) = card else {
        let id = format!("#{deal}");
        return Ok(Item {
            name: id.clone(),
            deal: id,
            option,
            seller: String::new(),
            picture: None,
        });
    };
    let shown = shown(shop, frame, card).await?;
    Ok(Item {
        name: shown.name(frame),
        option,
        picture: shown.pictures().into_iter().next(),
        seller: shown.seller,
        deal: shown.id,
    })
}

/// A seller's name in the visitor's language.
///
/// # Errors
/// Those of the records.
pub async fn seller_name(shop: &Shop, frame: &Frame, seller: SellerId) -> Result<String, Problem> {
    let known = shop.directory.seller_numbered(seller, frame.now).await?;
    let name = known.and_then(|known| {
        known
            .name
            .best(frame.words.language.tag())
            .map(str::to_owned)
    });
    Ok(name.unwrap_or_else(|| format!("#{seller}")))
}

/// Size or colour in the visitor's language.
pub fn option(frame: &Frame, sku: &Sku) -> String {
    sku.option
        .best(frame.words.language.tag())
        .unwrap_or_default()
        .to_owned()
}

/// How a deal stands at `now`.
pub fn stand(card: &DealCard, now: Millis) -> Stand {
    if card.closed || now >= card.terms.ends_at {
        return Stand::Over;
    }
    if now < card.terms.starts_at {
        return Stand::Upcoming;
    }
    let stands = |wanted: Stand| {
        card.pools
            .iter()
            .any(|pool| pool_stand(card, pool) == wanted)
    };
    match (stands(Stand::Open), stands(Stand::Waitlist)) {
        (true, _) => Stand::Open,
        (false, true) => Stand::Waitlist,
        (false, false) => Stand::Gone,
    }
}

/// How one pool of an open deal stands.
pub fn pool_stand(card: &DealCard, pool: &PoolCard) -> Stand {
    match pool.counts.available {
        1.. => Stand::Open,
        0 if pool.waiting < card.terms.waitlist_max => Stand::Waitlist,
        0 => Stand::Gone,
    }
}

impl Shown {
    /// The product's name in the visitor's language; the deal's id where there is none.
    pub fn name(&self, frame: &Frame) -> String {
        let name = self
            .showcase
            .as_ref()
            .and_then(|it| it.product.name.best(frame.words.language.tag()));
        name.unwrap_or(&self.id).to_owned()
    }

    /// The product's pictures.
    pub fn pictures(&self) -> Vec<Picture> {
        let pictures = self.showcase.iter().flat_map(|showcase| &showcase.pictures);
        pictures.map(picture).collect()
    }

    /// The lowest price of the deal beside what the product costs otherwise.
    pub fn price(&self) -> Price {
        let prices = || self.card.pools.iter().map(|pool| pool.price);
        let now = prices().min().unwrap_or_default();
        let product = self.showcase.as_ref().map(|showcase| &showcase.product);
        let product = product.filter(|product| product.currency == self.card.currency);
        Price {
            now,
            was: product
                .map(|product| product.list_price.unwrap_or(product.price))
                .filter(|was| *was > now),
            currency: self.card.currency,
            from: prices().any(|price| price != now),
        }
    }

    /// The deal as a tile.
    pub fn tile(&self, shop: &Shop, frame: &Frame, watched: bool) -> Tile {
        Tile {
            deal: self.id.clone(),
            name: self.name(frame),
            seller: self.seller.clone(),
            picture: self.pictures().into_iter().next(),
            price: self.price(),
            claimed: self.card.claimed_percent(),
            stand: stand(&self.card, frame.now),
            starts_at: self.card.terms.starts_at,
            ends_at: self.card.terms.ends_at,
            members_only: self.card.terms.members_only,
            waiting_room: shop.waiting.opens_before(self.card.terms.starts_at),
            watched,
        }
    }

    /// Sizes and colours, in the order of the deal.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn choices(&self, shop: &Shop, frame: &Frame) -> Result<Vec<Choice>, Problem> {
        let mut choices = Vec::with_capacity(self.card.pools.len());
        for pool in &self.card.pools {
            let Some(sku) = shop.directory.sku_numbered(pool.sku).await? else {
                continue;
            };
            choices.push(Choice {
                sku: sku.id.clone(),
                name: option(frame, &sku),
                price: pool.price,
                stand: pool_stand(&self.card, pool),
                waiting: pool.waiting,
            });
        }
        Ok(choices)
    }
}
