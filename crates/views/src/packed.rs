//! Events that the order tables are folded from, packed until the tables have time for them. In a rush
//! that is seconds later: packed, they take a third of the memory, and the batch they came in can be used
//! again at once.

use crate::orders::{OrderChange, OrdersFold, concerns_orders};
use vocabulary::{Event, Millis, Seq};

/// The events of one batch that concern the order tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedEvents {
    at: Millis,
    last_seq: Seq,
    bytes: Vec<u8>,
}

impl PackedEvents {
    /// Packs what concerns the order tables of a batch that was stamped `at` and ends with `last_seq`.
    pub fn of<'a>(
        at: Millis,
        events: impl IntoIterator<Item = (Seq, &'a Event)>,
        last_seq: Seq,
    ) -> Self {
        let mut bytes = Vec::new();
        for (seq, event) in events {
            if concerns_orders(event) {
                bytes = postcard::to_extend(&(seq, event), bytes).expect("memory takes every byte");
            }
        }
        PackedEvents {
            at,
            last_seq,
            bytes,
        }
    }

    /// The stamp, the last command and the packed events, for whoever keeps them elsewhere.
    pub fn parts(&self) -> (Millis, Seq, &[u8]) {
        (self.at, self.last_seq, &self.bytes)
    }

    /// The same again from its parts.
    pub fn of_parts(at: Millis, last_seq: Seq, bytes: Vec<u8>) -> Self {
        PackedEvents {
            at,
            last_seq,
            bytes,
        }
    }

    /// The last command of the batch.
    pub fn last_seq(&self) -> Seq {
        self.last_seq
    }

    /// How much memory the events take, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Appends to `changes` what the events change.
    pub fn fold_into(&self, fold: &mut OrdersFold, changes: &mut Vec<OrderChange>) {
        let mut rest = &self.bytes[..];
        while !rest.is_empty() {
            let ((seq, event), behind): ((Seq, Event), _) =
                postcard::take_from_bytes(rest).expect("it was packed here");
            fold.fold(self.at, seq, &event, changes);
            rest = behind;
        }
    }
}
