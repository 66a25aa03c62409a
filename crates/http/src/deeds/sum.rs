//! Money on the wire.

use money::{Amount, Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whole minor units with their currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Money)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Whole minor units.
    #[schema(value_type = i64, example = 9900)]
    pub amount: Amount,
    /// Three letters (ISO 4217).
    #[schema(value_type = String, example = "KRW")]
    pub currency: Currency,
}

impl From<Money> for Sum {
    fn from(Money { amount, currency }: Money) -> Self {
        Sum { amount, currency }
    }
}
