//! The running digest over commands and outcomes: two ledgers that agree have the same.

use crate::fold::Fold;
use crate::wire::encode_request;
use crate::{Event, Millis, Receipt, Request};
use serde::{Deserialize, Serialize};
use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// 128 bits over everything journaled so far: stamp, request, receipt and events of each command,
/// chained. It guards against divergence, not against forgers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest after one more command with what came of it.
    pub fn after(
        self,
        at: Millis,
        request: &Request,
        receipt: Receipt,
        events: &[Event],
    ) -> Digest {
        let mut written = Vec::new();
        encode_request(request, &mut written);
        self.after_written(at, &written, receipt, events)
    }

    /// The same where the request is written down already, as `encode_request` does it.
    pub fn after_written(
        self,
        at: Millis,
        request: &[u8],
        receipt: Receipt,
        events: &[Event],
    ) -> Digest {
        let mut fold = Fold::from(self.0);
        fold.number(at.0);
        fold.number(xxh3_64(request));
        fold.word(&receipt);
        for event in events {
            fold.word(event);
        }
        Digest(fold.state())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, HoldId};

    #[test]
    fn every_part_counts() {
        let request = Request::from(Command::AdvanceTo { limit: 1 });
        let lapsed = [Event::HoldLapsed { hold: HoldId(1) }];
        let receipt = Receipt::Advanced { fired: 1 };
        let start = Digest::default();
        let base = start.after(Millis(1), &request, receipt, &lapsed);
        let other_request = Request::from(Command::AdvanceTo { limit: 2 });
        let others = [
            base.after(Millis(1), &request, receipt, &lapsed),
            start.after(Millis(2), &request, receipt, &lapsed),
            start.after(Millis(1), &other_request, receipt, &lapsed),
            start.after(Millis(1), &request, Receipt::Done, &lapsed),
            start.after(Millis(1), &request, receipt, &[]),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_eq!(base, start.after(Millis(1), &request, receipt, &lapsed));
    }
}
