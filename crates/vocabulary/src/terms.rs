//! The terms of trade that commands carry: what a deal promises, what shipping costs, how tax lies.

use crate::{Millis, SkuId, Zone};
use money::Amount;
use serde::{Deserialize, Serialize};

/// What one unit may cost at most, and what any amount of a seller's shipping terms may be: 10^15
/// minor units. Thousands of units at this price still fit into 64 bits.
pub const PRICE_MAX: Amount = Amount(1_000_000_000_000_000);

/// When units leave what is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deduct {
    /// With the hold, which an order then takes over.
    OnOrder,
    /// Only when the payment is authorised; a hold keeps the price, not the unit.
    OnPayment,
}

/// How tax lies in a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tax {
    /// The price contains tax at this rate, in hundredths of a percent (10 % = 1000).
    Included {
        /// Hundredths of a percent.
        basis_points: u16,
    },
    /// No tax (fresh food in Korea).
    Exempt,
}

impl Tax {
    /// The tax contained in `price`, rounded down to the unit.
    pub fn contained_in(self, price: Amount) -> Amount {
        match self {
            Tax::Included { basis_points } => {
                let rate = i64::from(basis_points);
                price.scale(rate, 10_000 + rate)
            }
            Tax::Exempt => Amount::ZERO,
        }
    }
}

/// What all the pools of a deal have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealTerms {
    /// The first millisecond in which a hold may be placed.
    pub starts_at: Millis,
    /// The first millisecond in which none may be placed any more.
    pub ends_at: Millis,
    /// How long a hold lasts, in ms.
    pub hold_ms: u32,
    /// How long an order may stay unpaid, in ms.
    pub payment_ms: u32,
    /// How long a virtual-account deposit may take, in ms; 0 where deposits are not allowed.
    pub deposit_ms: u32,
    /// How many units one person may have in this deal, waiting places included; 0 for no limit.
    pub limit: u16,
    /// Only members may take part.
    pub members_only: bool,
    /// Only verified persons may take part.
    pub verified_only: bool,
    /// When units leave what is available.
    pub deduct: Deduct,
    /// How many places the waitlist of each pool has; 0 for none.
    pub waitlist_max: u32,
}

impl DealTerms {
    /// True when the terms can be kept: a window that is not empty, clocks that run, and no
    /// waitlist where a hold keeps no unit.
    pub fn hold_together(&self) -> bool {
        self.starts_at < self.ends_at
            && self.hold_ms > 0
            && self.payment_ms > 0
            && (self.deduct == Deduct::OnOrder || self.waitlist_max == 0)
    }
}

/// One SKU of a deal that is being scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolDraft {
    /// What is sold.
    pub sku: SkuId,
    /// How many units move from the SKU's free stock into the deal.
    pub units: u32,
    /// The price of one unit, in the deal's currency.
    pub price: Amount,
}

/// What shipping into a zone costs on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surcharge {
    /// The zone.
    pub zone: Zone,
    /// The addition to an order's shipping; not waived by free shipping.
    pub amount: Amount,
}
