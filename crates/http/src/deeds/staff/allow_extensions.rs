//! Staff say how often and how much longer holds of a deal may be made.

use super::audit::{Entry, order_audited};
use super::{deal_card, deal_target};
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use intake::Extensions;
use records::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use views::DealCard;
use vocabulary::{Command, RequestKey};

/// More time for holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionsAsk {
    /// How often one hold may be given more, up to 10; 0 for never.
    pub times: u8,
    /// How much more each time; 0 for never.
    pub seconds: u32,
}

impl From<Extensions> for ExtensionsAsk {
    fn from(Extensions { times, span_ms }: Extensions) -> Self {
        let seconds = span_ms / 1_000;
        ExtensionsAsk { times, seconds }
    }
}

impl ExtensionsAsk {
    /// What a deal allows now.
    pub fn of(card: &DealCard) -> ExtensionsAsk {
        extensions_of(card).into()
    }

    fn json(&self) -> Value {
        json!({"times": self.times, "seconds": self.seconds})
    }
}

/// What a deal allows now, as files have it.
pub(super) fn extensions_of(card: &DealCard) -> Extensions {
    Extensions {
        times: card.extensions,
        span_ms: card.extension_ms,
    }
}

/// Allows holds of a deal more time, or no longer; the number of the deed, unless it had been done before.
///
/// # Errors
/// What the ledger refuses; a time that does not fit.
pub async fn allow_extensions(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    ask: &ExtensionsAsk,
) -> Result<Done<Option<u64>>, Problem> {
    staff.require(Role::Merchandiser)?;
    let card = deal_card(shop, deal).await?;
    let too_long = || Problem::field("seconds", "is longer than 49 days");
    let span_ms = ask.seconds.checked_mul(1_000).ok_or_else(too_long)?;
    let entry = Entry {
        action: "deal.allow_extensions",
        target: deal_target(deal),
        before: Some(ExtensionsAsk::of(&card).json()),
        after: Some(ask.json()),
    };
    let command = Command::AllowExtensions {
        deal: card.deal,
        times: ask.times,
        span_ms,
    };
    order_audited(shop, staff, key, command, entry).await
}
