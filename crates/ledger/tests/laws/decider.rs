//! The ledger as one decider among others.

use ledger::Ledger;
use model::Decider;
use vocabulary::{Digest, Event, Millis, Outcome, Request, Work};
use xxhash_rust::xxh3::xxh3_128;

/// The fast ledger.
pub struct Fast(pub Ledger);

impl Decider for Fast {
    fn fresh() -> Self {
        Fast(Ledger::new())
    }

    fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
        self.0.apply(at, request, events)
    }

    fn next_due(&self) -> Option<Millis> {
        self.0.next_due()
    }

    fn digest(&self) -> Digest {
        self.0.digest()
    }

    fn outbox(&self) -> Vec<Work> {
        self.0.outbox().collect()
    }

    fn state_digest(&self) -> Digest {
        Digest(xxh3_128(self.describe().as_bytes()))
    }

    fn describe(&self) -> String {
        let mut text = String::new();
        self.0.describe(&mut text);
        text
    }
}
