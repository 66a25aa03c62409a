//! The ledger written a second time, for clarity alone, and what holds the two against each other:
//! random streams of commands, the scenario tables and a tiny festival.
//!
//! Nothing here runs in the shop. Whoever doubts the fast ledger feeds both with the same commands
//! and compares digests.

mod after_payment;
pub mod agreement;
mod decider;
mod describe;
pub mod festival;
mod holding;
mod invariants;
mod memory;
mod model;
mod ordering;
mod paying;
mod refunds;
pub mod scenario;
mod schedule;
pub mod stream;
mod tables;
mod tally;
mod units;

pub use decider::Decider;
pub use invariants::BrokenInvariant;
pub use model::Model;
pub use tally::Tally;
