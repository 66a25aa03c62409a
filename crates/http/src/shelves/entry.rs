//! An entry: all that a list says of a deal, except what moves with every hold. How much is claimed
//! is asked of the view at the moment of showing.

use super::aisles::{Aisle, Aisles};
use super::search::fold;
use crate::pages::discount_percent;
use intake::Localized;
use money::{Amount, Currency};
use records::{Picture, Shelved};
use std::sync::Arc;
use views::DealCard;
use vocabulary::{DealId, Millis, SellerId};

/// How many times that a deal sold out, or could be bought again, are remembered.
const TURNS_KEPT: usize = 32;

/// What the catalogue says of a deal's product.
#[derive(Debug, PartialEq, Eq)]
pub struct Goods {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own id of the product.
    pub product: String,
    /// What it is called.
    pub name: Localized,
    /// Who makes it.
    pub brand: Option<String>,
    /// The category it stands in.
    pub aisle: Option<Aisle>,
    /// What it costs outside deals, at most.
    pub list_price: Amount,
    /// Of that.
    pub currency: Currency,
    /// Its first picture.
    pub picture: Option<Picture>,
    /// Name and brand in all languages, folded for the search.
    pub folded: String,
}

impl Goods {
    /// A row of the catalogue, whose category stands in `aisles`.
    pub fn of(row: Shelved, aisles: &Aisles) -> Goods {
        let mut folded = String::new();
        for text in row.name.0.values().chain(&row.brand) {
            folded.push_str(&fold(text));
            folded.push('\n');
        }
        Goods {
            deal: row.deal,
            product: row.product,
            brand: row.brand,
            aisle: aisles.find(&row.category),
            list_price: row.list_price.unwrap_or(row.price),
            currency: row.currency,
            picture: row.picture,
            folded,
            name: row.name,
        }
    }
}

/// What the view says of a deal and what seldom changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its number.
    pub deal: DealId,
    /// Whose it is.
    pub seller: SellerId,
    /// Its lowest price.
    pub price: Amount,
    /// There are higher ones.
    pub from: bool,
    /// Of its prices.
    pub currency: Currency,
    /// The bell.
    pub starts_at: Millis,
    /// The end.
    pub ends_at: Millis,
    /// Only for members.
    pub members_only: bool,
    /// There are units that somebody may hold.
    pub left: bool,
}

impl Facts {
    /// Of this deal.
    pub fn of(card: &DealCard) -> Facts {
        let prices = || card.pools.iter().map(|pool| pool.price);
        let price = prices().min().unwrap_or_default();
        Facts {
            deal: card.deal,
            seller: card.seller,
            price,
            from: prices().any(|other| other != price),
            currency: card.currency,
            starts_at: card.terms.starts_at,
            ends_at: card.terms.ends_at,
            members_only: card.terms.members_only,
            left: card.pools.iter().any(|pool| pool.counts.available > 0),
        }
    }
}

/// A deal as lists know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the view says.
    pub facts: Facts,
    /// What the catalogue says.
    pub goods: Arc<Goods>,
    /// The category it stands in.
    pub aisle: Option<Aisle>,
    /// What it cost before, if that is more.
    pub was: Option<Amount>,
    /// By how many percent it is cheaper than before.
    pub discount: i64,
    /// When it was first noticed; those that were there at the start were always there.
    pub noticed_at: Millis,
    /// When it sold out or could be bought again, the last times.
    turns: Vec<Millis>,
}

impl Entry {
    /// A deal that is noticed now.
    pub fn noticed(facts: Facts, goods: Arc<Goods>, at: Millis) -> Entry {
        let comparable = goods.currency == facts.currency;
        let was = Some(goods.list_price).filter(|was| comparable && *was > facts.price);
        let less = was.and_then(|was| discount_percent(was, facts.price));
        Entry {
            facts,
            aisle: goods.aisle,
            was,
            discount: less.unwrap_or(0),
            goods,
            noticed_at: at,
            turns: Vec::new(),
        }
    }

    /// The same deal with what is new of it.
    pub fn renewed(&self, facts: Facts, goods: Arc<Goods>, at: Millis) -> Entry {
        let mut turns = self.turns.clone();
        if facts.left != self.facts.left {
            turns.push(at);
            let forgotten = turns.len().saturating_sub(TURNS_KEPT);
            turns.drain(..forgotten);
        }
        Entry {
            turns,
            ..Entry::noticed(facts, goods, self.noticed_at)
        }
    }

    /// Whether there were units at that moment, as far as it is remembered.
    pub fn had_units(&self, at: Millis) -> bool {
        let turned_since = self.turns.iter().filter(|turn| **turn > at).count();
        self.facts.left ^ (turned_since % 2 == 1)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn entry(number: u32, starts_at: u64, ends_at: u64) -> Entry {
        let facts = Facts {
            deal: DealId(number),
            seller: SellerId(1),
            price: Amount(900),
            from: false,
            currency: Currency::KRW,
            starts_at: Millis(starts_at),
            ends_at: Millis(ends_at),
            members_only: false,
            left: true,
        };
        let row = Shelved {
            number: DealId(number),
            deal: format!("D{number}"),
            product: format!("P{number}"),
            name: Localized::from([("ko", "울 코트"), ("en", "Wool Coat")]),
            category: "Women".to_owned(),
            brand: Some("Moa".to_owned()),
            price: Amount(1_000),
            list_price: None,
            currency: Currency::KRW,
            picture: None,
        };
        Entry::noticed(
            facts,
            Arc::new(Goods::of(row, &Aisles::default())),
            Millis(0),
        )
    }

    #[test]
    fn a_deal_remembers_when_it_had_units() {
        let first = entry(1, 0, 100);
        let turned = |entry: &Entry, left, at| {
            let facts = Facts {
                left,
                ..entry.facts
            };
            entry.renewed(facts, entry.goods.clone(), Millis(at))
        };
        let gone = turned(&first, false, 10);
        let back = turned(&gone, true, 20);
        let had = |at| back.had_units(Millis(at));
        assert_eq!(
            [had(9), had(10), had(19), had(20)],
            [true, false, false, true]
        );
        assert_eq!(first.discount, 10);
    }
}
