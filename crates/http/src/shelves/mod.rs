//! The shelves: what lists say of every deal, ready-made in memory, so that no page of them asks a
//! table. Filled from the records in one go, and again when the catalogue has another edition; what
//! the ledger decides comes from the view as it changes.

mod aisles;
mod assortment;
mod entry;
mod restraint;
pub(crate) mod search;
mod wanted;

pub(crate) use aisles::{Aisle, Aisles};
pub(crate) use assortment::Assortment;
pub(crate) use entry::Entry;
pub(crate) use restraint::Restraint;
pub(crate) use wanted::{Shelf, Sort, Time, Wanted};

use crate::problem::Problem;
use crate::shop::Shop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;

/// Up to how many deals a new edition of the catalogue is read before the next page is made; more are
/// read beside the pages.
const READ_AT_ONCE_MAX: usize = 5_000;
/// The least time between two readings beside the pages.
const REST_MS: u64 = 5_000;
const UNPOISONED: &str = "nobody panics while holding the shelves";

/// The shelves of a shop.
pub struct Shelves {
    kept: RwLock<Arc<Assortment>>,
    renewing: Mutex<()>,
    reading: AtomicBool,
    restraint: Restraint,
}

impl Default for Shelves {
    fn default() -> Self {
        Shelves {
            kept: RwLock::default(),
            renewing: Mutex::default(),
            reading: AtomicBool::new(false),
            restraint: Restraint::of(50, 50),
        }
    }
}

impl Shelves {
    /// All deals as lists know them now. In a rush they may be a twentieth of a second old; the texts
    /// of a large catalogue are some seconds behind an import.
    ///
    /// # Errors
    /// Those of the records.
    pub(crate) async fn assortment(&self, shop: &Arc<Shop>) -> Result<Arc<Assortment>, Problem> {
        let kept = self.kept();
        if kept.is_filled() && !self.restraint.allows(shop.now()) {
            return Ok(kept);
        }
        let _alone = self.renewing.lock().await;
        let kept = self.kept();
        let edition = shop.records.catalogue_edition().await?;
        let mut next = match () {
            () if kept.edition == edition => kept.clone(),
            () if kept.deals_count() <= READ_AT_ONCE_MAX => {
                Arc::new(Assortment::read(shop, edition, &kept).await?)
            }
            () => {
                self.read_beside(shop, &kept);
                kept.clone()
            }
        };
        if let Some(moved) = next.moved(shop) {
            next = Arc::new(moved);
        }
        if !Arc::ptr_eq(&next, &kept) {
            *self.kept.write().expect(UNPOISONED) = next.clone();
        }
        Ok(next)
    }

    fn kept(&self) -> Arc<Assortment> {
        self.kept.read().expect(UNPOISONED).clone()
    }

    /// Reads the new edition while pages are made of the old one.
    fn read_beside(&self, shop: &Arc<Shop>, kept: &Assortment) {
        let rested = shop.now().since(kept.read_at) >= REST_MS;
        if !rested || self.reading.swap(true, Ordering::AcqRel) {
            return;
        }
        let shop = Arc::clone(shop);
        tokio::spawn(async move {
            let shelves = &shop.shelves;
            if let Err(problem) = shelves.read_anew(&shop).await {
                tracing::warn!(?problem, "the catalogue could not be read anew");
            }
            shelves.reading.store(false, Ordering::Release);
        });
    }

    async fn read_anew(&self, shop: &Arc<Shop>) -> Result<(), Problem> {
        let edition = shop.records.catalogue_edition().await?;
        let goods = Assortment::read(shop, edition, &self.kept()).await?;
        let _alone = self.renewing.lock().await;
        // What turned meanwhile stands in what is kept.
        let newest = Arc::new(goods.remembering(&self.kept()));
        *self.kept.write().expect(UNPOISONED) = newest;
        Ok(())
    }
}
