//! All views that live in memory, folded together, with the checkpoint they are read back from.
//!
//! The order tables have their own checkpoint, in the records.

use crate::{BoardView, CheckoutsView, DealsView, HoldCard, ShoppersView, View};
use arrayvec::ArrayVec;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use vocabulary::{Event, Millis, Seq};

/// The first bytes of a checkpoint, with the version of its format.
const MAGIC: [u8; 8] = *b"DBVIEWS8";

/// How many events are looked at together: reads that miss the caches then wait for memory together instead of one after
/// the other.
pub(crate) const FORESIGHT: usize = 64;

/// Deals, shoppers, checkouts and board, all at the same command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    /// What every deal looks like.
    pub deals: DealsView,
    /// What each shopper has.
    pub shoppers: ShoppersView,
    /// What they ordered.
    pub checkouts: CheckoutsView,
    /// The totals.
    pub board: BoardView,
    reached: Seq,
}

/// A checkpoint cannot be written or read. It is no loss: the events can be folded again.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointFault {
    /// Reading or writing failed.
    #[error("the views' checkpoint cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The bytes are none of ours, of another version, or damaged.
    #[error(
        "the views' checkpoint is not readable ({0}); the views must be folded from the journal"
    )]
    Unreadable(&'static str),
}

impl Gallery {
    /// The last command that is folded in. A read that must see its own write waits for it.
    pub fn reached(&self) -> Seq {
        self.reached
    }

    /// Takes in a batch: its events and, since commands need not have any, its last command.
    pub fn fold_batch<'a>(
        &mut self,
        at: Millis,
        events: impl IntoIterator<Item = (Seq, &'a Event)>,
        last_seq: Seq,
    ) {
        let mut events = events.into_iter();
        let mut near: ArrayVec<(Seq, &Event), FORESIGHT> = ArrayVec::new();
        loop {
            near.extend(events.by_ref().take(FORESIGHT));
            if near.is_empty() {
                break;
            }
            self.deals.foresee(&near);
            self.board.foresee(&near);
            self.checkouts.foresee(at, &near);
            for (seq, event) in near.drain(..) {
                self.fold(at, seq, event);
            }
        }
        self.reached = self.reached.max(last_seq);
    }

    /// How much longer a hold may be made at `now`, in ms; none where its deal allows no more, or somebody waits.
    pub fn extension(&self, hold: &HoldCard, now: Millis) -> Option<u32> {
        let deal = self.deals.deal(hold.deal)?;
        let runs = now < hold.expires_at && !deal.closed && now < deal.terms.ends_at;
        let nobody_waits = deal.pool(hold.sku)?.waiting == 0;
        let may = runs && nobody_waits && hold.extended < deal.extensions;
        may.then_some(deal.extension_ms)
    }

    /// Writes all of it, to be read by [`Gallery::read_checkpoint`].
    ///
    /// # Errors
    /// Only those of `to`.
    pub fn write_checkpoint(&self, mut to: impl Write) -> Result<(), CheckpointFault> {
        let body = postcard::to_allocvec(self).expect("views are always encodable into memory");
        to.write_all(&MAGIC)?;
        to.write_all(&crc32c::crc32c(&body).to_le_bytes())?;
        to.write_all(&body)?;
        Ok(())
    }

    /// Reads back what [`Gallery::write_checkpoint`] wrote; fold on behind [`Gallery::reached`].
    ///
    /// # Errors
    /// Those of `from`, and [`CheckpointFault::Unreadable`] for bytes that are not a whole
    /// checkpoint of this version.
    pub fn read_checkpoint(mut from: impl Read) -> Result<Gallery, CheckpointFault> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)?;
        let rest = bytes
            .strip_prefix(&MAGIC)
            .ok_or(CheckpointFault::Unreadable("another format or version"))?;
        let (checksum, body) = rest
            .split_first_chunk::<4>()
            .ok_or(CheckpointFault::Unreadable("cut off"))?;
        if crc32c::crc32c(body) != u32::from_le_bytes(*checksum) {
            return Err(CheckpointFault::Unreadable("wrong checksum"));
        }
        postcard::from_bytes(body).map_err(|_| CheckpointFault::Unreadable("wrong content"))
    }
}

impl View for Gallery {
    fn fold(&mut self, at: Millis, seq: Seq, event: &Event) {
        self.deals.fold(at, seq, event);
        self.shoppers.fold(at, seq, event);
        self.checkouts.fold(at, seq, event);
        self.board.fold(at, seq, event);
        self.reached = seq;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{HoldId, HoldOrigin, PersonKey};

    #[test]
    fn a_checkpoint_reads_back_and_a_damaged_one_is_refused() {
        let mut gallery = Gallery::default();
        let placed = Event::HoldPlaced {
            hold: HoldId(1),
            deal: vocabulary::DealId(1),
            sku: vocabulary::SkuId(1),
            units: 1,
            price: money::Amount(5),
            currency: money::Currency::KRW,
            person: PersonKey(3),
            expires_at: Millis(9),
            origin: HoldOrigin::Asked,
        };
        gallery.fold_batch(Millis(1), [(Seq(4), &placed)], Seq(6));
        assert_eq!(gallery.reached(), Seq(6));
        let mut bytes = Vec::new();
        gallery.write_checkpoint(&mut bytes).expect("memory");
        assert_eq!(
            Gallery::read_checkpoint(&bytes[..]).expect("whole"),
            gallery
        );
        let last = bytes.len() - 1;
        assert!(Gallery::read_checkpoint(&bytes[..last]).is_err());
        bytes[last] ^= 1;
        assert!(Gallery::read_checkpoint(&bytes[..]).is_err());
        assert!(Gallery::read_checkpoint(&b"DBVIEWS0"[..]).is_err());
    }
}
