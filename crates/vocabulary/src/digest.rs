//! The running digest over commands and outcomes: two ledgers that agree have the same.

use crate::wire::append;
use crate::{Event, Millis, Receipt, Request};
use serde::{Deserialize, Serialize};
use std::fmt;
use xxhash_rust::xxh3::xxh3_128;

/// 128 bits (XXH3) over everything journaled so far: stamp, request, receipt and events of each
/// command, chained. It guards against divergence, not against forgers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest after one more command with what came of it. `scratch` is reused between calls
    /// so that none allocates.
    pub fn after(
        self,
        at: Millis,
        request: &Request,
        receipt: Receipt,
        events: &[Event],
        scratch: &mut Vec<u8>,
    ) -> Digest {
        scratch.clear();
        scratch.extend_from_slice(&self.0.to_le_bytes());
        append(&(at, request, receipt), scratch);
        for event in events {
            append(event, scratch);
        }
        Digest(xxh3_128(scratch))
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
        let mut scratch = Vec::new();
        let request = Request::from(Command::AdvanceTo { limit: 1 });
        let lapsed = [Event::HoldLapsed { hold: HoldId(1) }];
        let receipt = Receipt::Advanced { fired: 1 };
        let start = Digest::default();
        let base = start.after(Millis(1), &request, receipt, &lapsed, &mut scratch);
        let other_request = Request::from(Command::AdvanceTo { limit: 2 });
        let others = [
            base.after(Millis(1), &request, receipt, &lapsed, &mut scratch),
            start.after(Millis(2), &request, receipt, &lapsed, &mut scratch),
            start.after(Millis(1), &other_request, receipt, &lapsed, &mut scratch),
            start.after(Millis(1), &request, Receipt::Done, &lapsed, &mut scratch),
            start.after(Millis(1), &request, receipt, &[], &mut scratch),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_eq!(
            base,
            start.after(Millis(1), &request, receipt, &lapsed, &mut scratch)
        );
    }
}
