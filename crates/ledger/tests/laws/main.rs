//! What holds of the ledger whatever happens, and that it decides as the naive model does.

mod agreement;
mod allocations;
mod conservation;
mod decider;
mod recall;
mod room;
mod scenarios;
mod snapshots;
