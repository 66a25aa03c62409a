//! Views: folds over events that *say* something. A view may be burnt at any time: folding the
//! journal's events again gives the same view.
//!
//! Everything here is pure: no clock, no file, no socket. What shows a moment takes it as an
//! argument; what runs by the second counts the stamps of events. What *acts* on events is a clerk.

mod bells;
mod berths;
mod board;
mod books;
mod checkouts;
mod curve;
mod deals;
mod event_json;
mod gallery;
mod index;
mod marks;
mod mostly_one;
mod open_orders;
mod orders;
mod packed;
mod rate;
mod shoppers;
mod slab;

pub use board::{BoardView, DealSales, Deeds, Pipeline, Tally, Totals};
pub use checkouts::{
    CheckoutCard, CheckoutsView, FINISHED_KEPT_MAX, FINISHED_KEPT_MS, OrderCard, PaymentCard,
};
pub use curve::{Curve, CurvePoint};
pub use deals::{DealCard, DealsView, Happened, Happening, PoolCard};
pub use event_json::event_json;
pub use gallery::{CheckpointFault, Gallery};
pub use marks::Mark;
pub use orders::{LineCount, OrderChange, OrdersFold, Subject};
pub use packed::PackedEvents;
pub use rate::{Peak, Rate};
pub use shoppers::{
    HoldCard, LAPSES_KEPT_MAX, LAPSES_KEPT_MS, LapsedHold, PlaceCard, ShoppersView,
};

use vocabulary::{Event, Millis, Seq};

/// A fold over events in their order.
pub trait View {
    /// Takes in one event: its command was stamped `at` and journaled as number `seq`.
    ///
    /// Events must come without gaps from the first command, or from the one behind the checkpoint
    /// that the view was read from.
    fn fold(&mut self, at: Millis, seq: Seq, event: &Event);
}
