//! A shopper wants to send units back.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::{Command, OrderId, RequestKey};

/// Units of a line.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineAsk {
    /// Which line, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
}

/// Asks to send units back.
///
/// # Errors
/// What the ledger refuses.
pub async fn ask_return(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    order: OrderId,
    LineAsk { line, units }: LineAsk,
) -> Result<Done<()>, Problem> {
    let command = |person| Command::AskReturn {
        order,
        line,
        units,
        person,
    };
    Ok(shopper.order(shop, key, command).await?.map(|_| ()))
}
