//! The waiting room: who asks for what is scarce while more come than can be served or than there is to sell
//! waits here for their turn. Before the bell all who are there are in a draw; behind them it is first come,
//! first served. The room itself ([`Room`]) is without clock, chance and sockets; [`WaitingRoom`] puts it
//! into the shop. Where there is no rush it costs one look at an atomic number.

mod draw;
mod in_shop;
mod pace;
mod queue;
mod ranks;
mod room;
mod slip;
#[cfg(test)]
mod tests;
mod world;

pub use draw::{Seed, Ticket};
pub use in_shop::WaitingRoom;
pub(crate) use in_shop::{SlipShown, TURN_COOKIE};
pub use pace::Pace;
pub use ranks::{Rank, Ranks};
pub(crate) use room::AWAY_AFTER_MS;
pub use room::Room;
pub use slip::Slip;
pub use world::{Answer, Prospect, Rules, Standing, Stock, World};

use vocabulary::{DealId, SkuId};

/// What a shopper wants of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Of which deal.
    pub deal: DealId,
    /// Which of its SKUs.
    pub sku: SkuId,
    /// How many units.
    pub units: u16,
    /// Where nothing is left, they want a place in the waitlist.
    pub or_wait: bool,
}
