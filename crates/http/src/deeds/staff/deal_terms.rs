//! The terms of a deal as staff write and read them.

use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use intake::DealDefaults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Deduct, Millis};

/// The terms of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DealTerms {
    /// The first millisecond in which a hold may be placed.
    pub starts_at: Moment,
    /// The first millisecond in which none may be placed any more.
    pub ends_at: Moment,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// How long an order may stay unpaid.
    pub payment_seconds: u32,
    /// How long a virtual-account deposit may take; 0 where deposits are not allowed.
    #[serde(default)]
    pub deposit_seconds: u32,
    /// How many units one person may have; 0 for no limit.
    pub limit: u16,
    /// Only members may take part.
    #[serde(default)]
    pub members_only: bool,
    /// Only verified persons may take part.
    #[serde(default)]
    pub verified_only: bool,
    /// Units leave what is available only when the payment is authorised.
    #[serde(default)]
    pub deduct_on_payment: bool,
    /// How many places the waitlist of each SKU has.
    #[serde(default)]
    pub waitlist_max: u32,
}

/// A body with fields of its own beside terms of which only some are said. The terms stand in the body
/// itself: `flatten` would neither refuse a mistyped name nor say which field is wrong.
macro_rules! with_terms {
    ($(#[$about:meta])* $seen:vis struct $name:ident { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $seen struct $name {
            $($own)*
            /// The first millisecond in which a hold may be placed.
            $seen starts_at: Option<$crate::moment::Moment>,
            /// The first millisecond in which none may be placed any more.
            $seen ends_at: Option<$crate::moment::Moment>,
            /// How long a hold lasts; 15 minutes where a new deal says nothing.
            $seen hold_seconds: Option<u32>,
            /// How long an order may stay unpaid; 30 minutes.
            $seen payment_seconds: Option<u32>,
            /// How long a virtual-account deposit may take; 0: not allowed.
            $seen deposit_seconds: Option<u32>,
            /// How many units one person may have, 0 for no limit; 1.
            $seen limit: Option<u16>,
            /// Only members may take part; no.
            $seen members_only: Option<bool>,
            /// Only verified persons may take part; no.
            $seen verified_only: Option<bool>,
            /// Units leave what is available only when the payment is authorised; no.
            $seen deduct_on_payment: Option<bool>,
            /// How many places the waitlist of each SKU has; 1,000, or none where holds keep no unit.
            $seen waitlist_max: Option<u32>,
        }

        impl $name {
            /// What is said of the terms.
            $seen fn terms(&self) -> $crate::deeds::staff::TermsAsk {
                $crate::deeds::staff::TermsAsk {
                    starts_at: self.starts_at,
                    ends_at: self.ends_at,
                    hold_seconds: self.hold_seconds,
                    payment_seconds: self.payment_seconds,
                    deposit_seconds: self.deposit_seconds,
                    limit: self.limit,
                    members_only: self.members_only,
                    verified_only: self.verified_only,
                    deduct_on_payment: self.deduct_on_payment,
                    waitlist_max: self.waitlist_max,
                }
            }
        }
    };
}
pub(crate) use with_terms;

with_terms! {
    /// Terms of which only some are said.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct TermsAsk {}
}

impl From<vocabulary::DealTerms> for DealTerms {
    fn from(terms: vocabulary::DealTerms) -> Self {
        DealTerms {
            starts_at: Moment(terms.starts_at),
            ends_at: Moment(terms.ends_at),
            hold_seconds: terms.hold_ms / 1_000,
            payment_seconds: terms.payment_ms / 1_000,
            deposit_seconds: terms.deposit_ms / 1_000,
            limit: terms.limit,
            members_only: terms.members_only,
            verified_only: terms.verified_only,
            deduct_on_payment: terms.deduct == Deduct::OnPayment,
            waitlist_max: terms.waitlist_max,
        }
    }
}

impl DealTerms {
    /// The terms in the ledger's words.
    ///
    /// # Errors
    /// A time that does not fit.
    pub fn words(&self) -> Result<vocabulary::DealTerms, Problem> {
        Ok(vocabulary::DealTerms {
            starts_at: self.starts_at.0,
            ends_at: self.ends_at.0,
            hold_ms: ms("hold_seconds", self.hold_seconds)?,
            payment_ms: ms("payment_seconds", self.payment_seconds)?,
            deposit_ms: ms("deposit_seconds", self.deposit_seconds)?,
            limit: self.limit,
            members_only: self.members_only,
            verified_only: self.verified_only,
            deduct: deduct(self.deduct_on_payment),
            waitlist_max: self.waitlist_max,
        })
    }
}

impl TermsAsk {
    /// True when nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == TermsAsk::default()
    }

    /// The terms of a new deal in the ledger's words.
    ///
    /// # Errors
    /// A start or an end that is not said; a time that does not fit.
    pub fn whole(self, shop: &Shop) -> Result<vocabulary::DealTerms, Problem> {
        let needed = |field: &str| Problem::field(field, "must be said");
        let starts_at = self.starts_at.ok_or_else(|| needed("starts_at"))?.0;
        let ends_at = self.ends_at.ok_or_else(|| needed("ends_at"))?.0;
        let on_payment = self.deduct_on_payment == Some(true);
        self.over(usual(shop, starts_at, ends_at, deduct(on_payment)))
    }

    /// What is said put over `terms`; what is not said stays as it is, to the millisecond.
    ///
    /// # Errors
    /// A time that does not fit.
    pub fn over(self, terms: vocabulary::DealTerms) -> Result<vocabulary::DealTerms, Problem> {
        let said = |field: &str, seconds: Option<u32>, before: u32| match seconds {
            Some(seconds) => ms(field, seconds),
            None => Ok(before),
        };
        Ok(vocabulary::DealTerms {
            starts_at: self.starts_at.map_or(terms.starts_at, |moment| moment.0),
            ends_at: self.ends_at.map_or(terms.ends_at, |moment| moment.0),
            hold_ms: said("hold_seconds", self.hold_seconds, terms.hold_ms)?,
            payment_ms: said("payment_seconds", self.payment_seconds, terms.payment_ms)?,
            deposit_ms: said("deposit_seconds", self.deposit_seconds, terms.deposit_ms)?,
            limit: self.limit.unwrap_or(terms.limit),
            members_only: self.members_only.unwrap_or(terms.members_only),
            verified_only: self.verified_only.unwrap_or(terms.verified_only),
            deduct: self.deduct_on_payment.map_or(terms.deduct, deduct),
            waitlist_max: self.waitlist_max.unwrap_or(terms.waitlist_max),
        })
    }
}

/// What holds where nothing is said.
pub(super) fn defaults(shop: &Shop) -> DealDefaults {
    DealDefaults {
        currency: shop.settings.currency,
        from: Some(shop.now()),
        ..DealDefaults::in_zone(shop.settings.time_zone.clone())
    }
}

fn usual(shop: &Shop, starts_at: Millis, ends_at: Millis, deduct: Deduct) -> vocabulary::DealTerms {
    let defaults = defaults(shop);
    vocabulary::DealTerms {
        starts_at,
        ends_at,
        hold_ms: defaults.hold_ms,
        payment_ms: defaults.payment_ms,
        deposit_ms: defaults.deposit_ms,
        limit: defaults.limit,
        members_only: false,
        verified_only: false,
        deduct,
        waitlist_max: match deduct {
            Deduct::OnOrder => defaults.waitlist_max,
            Deduct::OnPayment => 0,
        },
    }
}

fn deduct(on_payment: bool) -> Deduct {
    match on_payment {
        true => Deduct::OnPayment,
        false => Deduct::OnOrder,
    }
}

fn ms(field: &str, seconds: u32) -> Result<u32, Problem> {
    let too_long = || Problem::field(field, "is longer than 49 days");
    seconds.checked_mul(1_000).ok_or_else(too_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> vocabulary::DealTerms {
        vocabulary::DealTerms {
            starts_at: Millis(1_000),
            ends_at: Millis(2_000),
            hold_ms: 1_500,
            payment_ms: 60_000,
            deposit_ms: 0,
            limit: 1,
            members_only: false,
            verified_only: true,
            deduct: Deduct::OnOrder,
            waitlist_max: 9,
        }
    }

    #[test]
    fn what_is_not_said_stays_to_the_millisecond() {
        let ask = TermsAsk {
            limit: Some(3),
            verified_only: Some(false),
            ..TermsAsk::default()
        };
        let expected = vocabulary::DealTerms {
            limit: 3,
            verified_only: false,
            ..terms()
        };
        assert_eq!(ask.over(terms()), Ok(expected));
        assert_eq!(TermsAsk::default().over(terms()), Ok(terms()));
    }

    #[test]
    fn a_time_that_does_not_fit_is_a_problem_of_its_field() {
        let ask = TermsAsk {
            hold_seconds: Some(u32::MAX),
            ..TermsAsk::default()
        };
        let problem = ask.over(terms()).expect_err("136 years");
        assert_eq!(problem.errors[0].field, "hold_seconds");
    }
}
