//! The aisles: categories and sellers to filter by, kept in memory so that the home page asks no
//! table.

use super::home::Choice;
use super::language::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use intake::Localized;
use std::sync::{Arc, RwLock};
use vocabulary::Millis;

/// How long they are believed before they are read again.
const BELIEVED_MS: u64 = 60_000;
/// Sellers that can be filtered by.
const SELLERS_MAX: u32 = 200;
const UNPOISONED: &str = "nobody panics while holding the aisles";

/// Categories and sellers with their names in every language.
#[derive(Debug, Default)]
pub struct Aisles(RwLock<Option<(Millis, Arc<Known>)>>);

/// What was read.
#[derive(Debug, Default)]
pub struct Known {
    categories: Vec<(String, Localized)>,
    sellers: Vec<(String, Localized)>,
}

impl Aisles {
    /// What there is, read again when it is no longer believed.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn known(&self, shop: &Shop, now: Millis) -> Result<Arc<Known>, Problem> {
        let kept = self.0.read().expect(UNPOISONED).clone();
        if let Some((read_at, known)) = kept
            && now.since(read_at) < BELIEVED_MS
        {
            return Ok(known);
        }
        let categories = shop.records.categories(None).await?;
        let sellers = shop.records.sellers("", SELLERS_MAX).await?;
        let known = Arc::new(Known {
            categories: categories.into_iter().map(|it| (it.id, it.name)).collect(),
            sellers: sellers.into_iter().map(|it| (it.id, it.name)).collect(),
        });
        *self.0.write().expect(UNPOISONED) = Some((now, known.clone()));
        Ok(known)
    }
}

impl Known {
    /// The categories, in the order of the catalogue.
    pub fn categories(&self, language: Language) -> Vec<Choice> {
        self.categories
            .iter()
            .map(|it| choice(it, language))
            .collect()
    }

    /// The sellers, by name.
    pub fn sellers(&self, language: Language) -> Vec<Choice> {
        let mut sellers: Vec<Choice> = self.sellers.iter().map(|it| choice(it, language)).collect();
        sellers.sort_by(|one, other| one.name.cmp(&other.name));
        sellers
    }
}

fn choice((id, name): &(String, Localized), language: Language) -> Choice {
    Choice {
        name: name.best(language.tag()).unwrap_or(id).to_owned(),
        id: id.clone(),
    }
}
