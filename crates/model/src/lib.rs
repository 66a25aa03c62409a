//! The ledger written a second time, for clarity alone, and what holds the two against each other:
//! random streams of commands and the scenario tables.
//!
//! Nothing here runs in the shop. Whoever doubts the fast ledger feeds both with the same commands
//! and compares digests.

mod decider;

pub use decider::Decider;
