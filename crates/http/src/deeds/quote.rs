//! What holds would come to if they were ordered now: the ledger's sum, told before it is asked.
//!
//! The ledger alone decides; a test holds both sums against each other.

use crate::problem::Problem;
use crate::shop::Shop;
use money::{Amount, Currency};
use std::collections::BTreeMap;
use views::HoldCard;
use vocabulary::{Millis, SellerId, Tax};

/// How tax lies in what sellers ask for shipping: as in Korea.
const SHIPPING_TAX: Tax = Tax::Included {
    basis_points: 1_000,
};

/// What it would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// One for each seller, in the order of their numbers.
    pub sellers: Vec<SellerQuote>,
    /// What the goods are listed at.
    pub listed: Amount,
    /// What they cost here.
    pub goods: Amount,
    /// Shipping without surcharges.
    pub shipping: Amount,
    /// For a far zone.
    pub surcharge: Amount,
    /// Contained in the total.
    pub tax: Amount,
    /// All of it.
    pub total: Amount,
    /// Of everything.
    pub currency: Currency,
    /// How many units.
    pub units: u32,
}

/// What one seller's order would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerQuote {
    /// Who sells.
    pub seller: SellerId,
    /// What the goods cost.
    pub goods: Amount,
    /// The fee, without the surcharge.
    pub shipping: Amount,
    /// For a far zone.
    pub surcharge: Amount,
    /// How much more of goods would ship free, where that is so.
    pub free_in: Option<Amount>,
}

impl Quote {
    /// What is saved against the list.
    pub fn saved(&self) -> Amount {
        let saved = self.listed.checked_sub(self.goods);
        saved.unwrap_or(Amount::ZERO)
    }
}

/// One line of it: whose, what it costs and is listed at, and the tax in its price.
struct QuoteLine {
    seller: SellerId,
    price: Amount,
    listed: Amount,
    tax: Amount,
}

/// What these holds come to when they go to a zone, by its name; none where there are none, or they are
/// of several currencies, which are not ordered together.
///
/// # Errors
/// Those of the records.
pub async fn quote(
    shop: &Shop,
    holds: &[HoldCard],
    zone: &str,
    now: Millis,
) -> Result<Option<Quote>, Problem> {
    let Some(currency) = holds.first().map(|hold| hold.currency) else {
        return Ok(None);
    };
    if holds.iter().any(|hold| hold.currency != currency) {
        return Ok(None);
    }
    let mut lines = Vec::with_capacity(holds.len());
    for hold in holds {
        lines.extend(line(shop, hold, now).await?);
    }
    let mut goods: BTreeMap<SellerId, Amount> = BTreeMap::new();
    for line in &lines {
        let sum = goods.entry(line.seller).or_default();
        *sum = sum.checked_add(line.price).unwrap_or(*sum);
    }
    let mut sellers = Vec::with_capacity(goods.len());
    for (seller, goods) in goods {
        sellers.push(seller_quote(shop, seller, (goods, currency), zone, now).await?);
    }
    let units = holds.iter().map(|hold| u32::from(hold.units)).sum();
    Ok(Some(whole(&lines, sellers, currency, units)))
}

async fn line(shop: &Shop, hold: &HoldCard, now: Millis) -> Result<Option<QuoteLine>, Problem> {
    let card = shop.views().deals.deal(hold.deal).cloned();
    let Some(card) = card else { return Ok(None) };
    let times = |one: Amount| one.checked_mul(hold.units.into()).unwrap_or(one);
    let price = times(hold.price);
    let name = shop.directory.deal_numbered(hold.deal).await?;
    let showcase = match &name {
        Some(name) => shop.directory.product(&name.product, now).await.ok(),
        None => None,
    };
    let product = showcase.as_ref().map(|showcase| &showcase.product);
    let tax = product.map_or(Tax::Exempt, |product| product.tax);
    let listed = product
        .filter(|product| product.currency == hold.currency)
        .map(|product| times(product.list_price.unwrap_or(product.price)));
    Ok(Some(QuoteLine {
        seller: card.seller,
        price,
        listed: listed.unwrap_or(price).max(price),
        tax: tax.contained_in(price),
    }))
}

async fn seller_quote(
    shop: &Shop,
    seller: SellerId,
    (goods, currency): (Amount, Currency),
    zone: &str,
    now: Millis,
) -> Result<SellerQuote, Problem> {
    let known = shop.directory.seller_numbered(seller, now).await?;
    // Terms are in the currency of the festival; in others a seller ships free.
    let terms = known.as_ref().and_then(|known| known.shipping.as_ref());
    let terms = terms.filter(|_| currency == shop.settings.currency);
    let missing = terms.and_then(|terms| terms.free_from.checked_sub(goods));
    let missing = missing.filter(|missing| *missing > Amount::ZERO);
    let fee = terms.map_or(Amount::ZERO, |terms| terms.fee);
    let surcharge = terms.and_then(|terms| terms.surcharges.get(zone));
    Ok(SellerQuote {
        seller,
        goods,
        shipping: missing.map_or(Amount::ZERO, |_| fee),
        surcharge: surcharge.copied().unwrap_or(Amount::ZERO),
        free_in: missing.filter(|_| !fee.is_zero()),
    })
}

fn whole(lines: &[QuoteLine], sellers: Vec<SellerQuote>, currency: Currency, units: u32) -> Quote {
    let goods = sum(lines.iter().map(|line| line.price));
    let shipping = sum(sellers.iter().map(|one| one.shipping));
    let surcharge = sum(sellers.iter().map(|one| one.surcharge));
    let shipping_taxes = sellers
        .iter()
        .map(|one| SHIPPING_TAX.contained_in(sum([one.shipping, one.surcharge])));
    let tax = sum(lines.iter().map(|line| line.tax).chain(shipping_taxes));
    Quote {
        listed: sum(lines.iter().map(|line| line.listed)),
        total: sum([goods, shipping, surcharge]),
        sellers,
        goods,
        shipping,
        surcharge,
        tax,
        currency,
        units,
    }
}

/// Prices have a bound under which no cart's sum overflows; past it the ledger refuses.
fn sum(amounts: impl IntoIterator<Item = Amount>) -> Amount {
    let mut amounts = amounts.into_iter();
    let sum = amounts.try_fold(Amount::ZERO, Amount::checked_add);
    sum.unwrap_or(Amount::ZERO)
}
