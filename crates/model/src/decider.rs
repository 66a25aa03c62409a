//! What every decider of the trading rules can do, so that one proof fits them all.

use vocabulary::{Digest, Event, Millis, Outcome, Request, Work};

/// A deterministic decider: the fast ledger, or the model.
pub trait Decider {
    /// A decider before its first command.
    fn fresh() -> Self;

    /// Decides `request` at `at`. Events are appended to `events` only when the outcome is `Done`;
    /// then the digest has moved. `at` never falls; nothing but `AdvanceTo` may be sent while
    /// something is due.
    fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome;

    /// The moment of the first timer that has not fired.
    fn next_due(&self) -> Option<Millis>;

    /// The running digest over all that was `Done`.
    fn digest(&self) -> Digest;

    /// What the clerks have still to do, oldest first.
    fn outbox(&self) -> Vec<Work>;

    /// A digest of the whole state in a form that does not depend on how it is stored: every pool,
    /// SKU, hold, place, checkout, try, refund, balance and count, in the order of their ids.
    fn state_digest(&self) -> Digest;

    /// The text behind `state_digest`, a line a fact, so that a difference can be shown; empty
    /// where a decider does not tell.
    fn describe(&self) -> String {
        String::new()
    }
}
