//! The holds that are running: who keeps which units at which price until when.

use crate::directory::Directory;
use crate::halves::Halves;
use crate::raw::raw_row;
use crate::slab::{Row, Slab};
use money::Amount;
use serde::{Deserialize, Serialize};
use vocabulary::{HoldId, Millis, PRICE_MAX};

/// A hold. Whose it is stands in the row `count_row` of the persons' counts.
#[derive(Clone, Copy)]
pub(crate) struct Hold {
    pub(crate) price: Amount,
    pub(crate) expires_at: Millis,
    pub(crate) pool: Row,
    pub(crate) count_row: Row,
    pub(crate) units: u16,
    /// How often it was given more time.
    pub(crate) extended: u8,
}

/// Every running hold.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Holds {
    rows: Slab<Packed>,
    directory: Directory,
    last: u64,
}

impl Holds {
    /// Makes room for so many holds more.
    pub(crate) fn make_room(&mut self, holds: usize) {
        let hold = Packed {
            terms: 0.into(),
            pool: 0,
            count_row: 0,
        };
        self.rows.make_room(holds, hold);
    }

    pub(crate) fn place(&mut self, hold: Hold) -> HoldId {
        let row = self.rows.insert(hold.into());
        self.last += 1;
        self.directory.insert(self.last, row);
        HoldId(self.last)
    }

    pub(crate) fn find(&self, hold: HoldId) -> Option<Hold> {
        self.directory.row(hold.0).map(|row| self.rows[row].into())
    }

    /// Gives a hold that runs another end.
    pub(crate) fn extend(&mut self, hold: HoldId, expires_at: Millis) -> u8 {
        let row = self.directory.row(hold.0).expect("the hold runs");
        let mut known: Hold = self.rows[row].into();
        known.expires_at = expires_at;
        known.extended += 1;
        self.rows[row] = known.into();
        known.extended
    }

    /// Brings near where a hold is noted.
    pub(crate) fn foresee(&self, hold: HoldId) {
        self.directory.foresee(hold.0);
    }

    /// Brings a hold near.
    pub(crate) fn foresee_row(&self, hold: HoldId) {
        if let Some(row) = self.directory.row(hold.0) {
            self.rows.foresee(row);
        }
    }

    /// Ends a hold, if it still runs.
    pub(crate) fn end(&mut self, hold: HoldId) -> Option<Hold> {
        let row = self.directory.row(hold.0)?;
        self.directory.remove(hold.0);
        self.rows.free(row);
        Some(self.rows[row].into())
    }

    /// All running holds in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (HoldId, Hold)> {
        let rows = self.directory.iter();
        rows.map(|(number, row)| (HoldId(number), self.rows[row].into()))
    }
}

/// A hold as it lies here: price, units, extensions and end in 128 bits, since there are more holds than anything.
#[derive(Clone, Copy)]
struct Packed {
    terms: Halves,
    pool: Row,
    count_row: Row,
}

raw_row!(Packed {
    terms,
    pool,
    count_row,
});

const EXPIRES_BITS: u32 = 54;
const EXTENDED_BITS: u32 = 8;
const UNITS_BITS: u32 = 16;
const BELOW_PRICE: u32 = EXPIRES_BITS + EXTENDED_BITS + UNITS_BITS;
const _: () = assert!(
    (PRICE_MAX.0 as u128) < 1 << (u128::BITS - BELOW_PRICE),
    "every price fits"
);

impl From<Hold> for Packed {
    fn from(hold: Hold) -> Self {
        // Beyond this moment nothing lapses any more; nor is there a clock that shows it.
        let expires_at = hold.expires_at.0.min((1 << EXPIRES_BITS) - 1);
        let priced = hold.price.0.unsigned_abs() as u128;
        let terms = priced << UNITS_BITS | u128::from(hold.units);
        let terms = terms << EXTENDED_BITS | u128::from(hold.extended);
        Packed {
            terms: (terms << EXPIRES_BITS | u128::from(expires_at)).into(),
            pool: hold.pool,
            count_row: hold.count_row,
        }
    }
}

impl From<Packed> for Hold {
    fn from(packed: Packed) -> Self {
        let terms = u128::from(packed.terms);
        Hold {
            price: Amount((terms >> BELOW_PRICE) as i64),
            expires_at: Millis(terms as u64 & ((1 << EXPIRES_BITS) - 1)),
            pool: packed.pool,
            count_row: packed.count_row,
            units: (terms >> (EXPIRES_BITS + EXTENDED_BITS)) as u16,
            extended: (terms >> EXPIRES_BITS) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_comes_out_as_it_went_in() {
        let mut holds = Holds::default();
        let hold = Hold {
            price: PRICE_MAX,
            expires_at: Millis((1 << EXPIRES_BITS) - 1),
            pool: 7,
            count_row: Row::MAX - 1,
            units: u16::MAX,
            extended: 9,
        };
        let id = holds.place(hold);
        let longer = Millis(hold.expires_at.0 - 1);
        assert_eq!(holds.extend(id, longer), 10);
        let back = holds.end(id).expect("it runs");
        assert_eq!((back.price, back.expires_at), (hold.price, longer));
        assert_eq!((back.pool, back.count_row), (hold.pool, hold.count_row));
        assert_eq!((back.units, back.extended), (hold.units, 10));
    }
}
