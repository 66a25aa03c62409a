//! The sellers and what they ask for shipping. What they sell is in `stock.rs`.

use crate::numbered::{Listed, Numbered};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use vocabulary::{Reference, SellerId, Surcharges, Tax, Zone};

/// What a seller asks for shipping an order in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingTerms {
    /// The fee of an order.
    pub fee: Amount,
    /// Goods of this value or more ship free.
    pub free_from: Amount,
    /// How tax lies in the fee.
    pub tax: Tax,
    /// Additions by zone.
    pub surcharges: Surcharges,
}

impl ShippingTerms {
    /// The fee of an order of that value, without its surcharge.
    pub(crate) fn fee_for(&self, goods: Amount) -> Amount {
        if goods >= self.free_from {
            Amount::ZERO
        } else {
            self.fee
        }
    }

    /// What the zone costs on top.
    pub(crate) fn surcharge(&self, zone: Zone) -> Amount {
        let found = self.surcharges.iter().find(|row| row.zone == zone);
        found.map_or(Amount::ZERO, |row| row.amount)
    }
}

/// Every seller.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Sellers {
    rows: Numbered<Seller>,
}

#[derive(Serialize, Deserialize)]
struct Seller {
    reference: Reference,
    shipping: Vec<(Currency, ShippingTerms)>,
}

impl Listed for Seller {
    fn reference(&self) -> Reference {
        self.reference
    }
}

impl Sellers {
    pub(crate) fn open(&mut self, reference: Reference) -> SellerId {
        SellerId(self.rows.add(Seller {
            reference,
            shipping: Vec::new(),
        }))
    }

    pub(crate) fn knows(&self, seller: SellerId) -> bool {
        self.rows.find(seller.0).is_some()
    }

    pub(crate) fn by_reference(&self, reference: Reference) -> Option<SellerId> {
        self.rows.by_reference(reference).map(SellerId)
    }

    /// Replaces the terms in that currency.
    pub(crate) fn set_shipping(
        &mut self,
        seller: SellerId,
        currency: Currency,
        terms: ShippingTerms,
    ) {
        let shipping = &mut self.rows.row_mut(seller.0).shipping;
        shipping.retain(|(other, _)| *other != currency);
        shipping.push((currency, terms));
    }

    /// The terms in that currency; who has none ships free.
    pub(crate) fn shipping(&self, seller: SellerId, currency: Currency) -> Option<&ShippingTerms> {
        let shipping = &self.rows.row(seller.0).shipping;
        let found = shipping.iter().find(|(other, _)| *other == currency);
        found.map(|(_, terms)| terms)
    }

    pub(crate) fn reindex(&mut self) {
        self.rows.reindex();
    }
}
