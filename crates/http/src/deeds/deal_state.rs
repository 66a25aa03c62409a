//! How a deal stands, in one word.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use views::DealCard;
use vocabulary::Millis;

/// How a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DealState {
    /// The bell has not rung.
    Upcoming,
    /// Holds may be placed.
    Open,
    /// It has ended.
    Over,
}

impl DealState {
    /// How a deal stands at `now`, swept or not.
    pub fn of(card: &DealCard, now: Millis) -> DealState {
        if card.closed || card.terms.ends_at <= now {
            return DealState::Over;
        }
        match card.terms.starts_at <= now {
            true => DealState::Open,
            false => DealState::Upcoming,
        }
    }
}
