//! What the room is told of the world, and what it says to who asks.

use super::Wish;
use vocabulary::{DealId, Millis, Seq, SkuId};

/// What the operator decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long before a bell one may come in.
    pub opens_before_ms: u64,
    /// How long a pass is good.
    pub pass_ms: u64,
    /// How many are admitted a second at most; none: as many as the house can bear.
    pub per_second: Option<u32>,
    /// How many turns there are at most; who comes then is told to come back.
    pub turns_max: usize,
}

impl Default for Rules {
    /// Ten minutes before the bell; passes of two minutes; a million turns.
    fn default() -> Self {
        Rules {
            opens_before_ms: 600_000,
            pass_ms: 120_000,
            per_second: None,
            turns_max: 1 << 20,
        }
    }
}

/// How it stands with what somebody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// The bell.
    pub opens_at: Millis,
    /// The deal is over.
    pub over: bool,
    /// Units that the next shopper may hold.
    pub available: u32,
    /// Places that are free in the waitlist.
    pub places: u32,
    /// Units that others hold or have not paid yet.
    pub may_come_back: u32,
}

impl Stock {
    pub(super) fn is_open(&self, now: Millis) -> bool {
        !self.over && self.opens_at <= now
    }

    /// What is there for who is next: units, and once the last of them is taken places in the waitlist.
    pub(super) fn for_everybody(&self) -> u32 {
        match self.available {
            0 => self.places,
            units => units,
        }
    }
}

/// What the room sees of the world.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The moment.
    pub now: Millis,
    /// The house does not keep up.
    pub late: bool,
    /// How far what `stock` tells is.
    pub reached: Seq,
    /// How it stands with a SKU of a deal.
    pub stock: &'a dyn Fn(DealId, SkuId) -> Stock,
}

/// What somebody is told who asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They may go on at once.
    Go,
    /// They wait for their turn.
    Wait,
    /// Nobody more can wait: they must come back.
    Full,
}

/// What is to be expected for somebody's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// There is more left than stand before them.
    Good,
    /// There may be nothing left when it is their turn.
    Poor,
    /// Everything is in others' hands, and some of it may come back.
    Held,
    /// Nothing is left and nothing comes back.
    Gone,
}

/// How it stands with somebody in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are in the draw.
    Early {
        /// What they want.
        wish: Wish,
        /// The bell.
        opens_at: Millis,
        /// How many are in it for the same, they included.
        among: usize,
    },
    /// They wait.
    Waiting {
        /// What they want.
        wish: Wish,
        /// How many stand before them.
        ahead: usize,
        /// How long that will take, as it has gone of late; none where nobody can tell.
        wait_ms: Option<u64>,
        /// Units that are left.
        left: u32,
        /// What is to be expected.
        prospect: Prospect,
    },
    /// It is their turn.
    Admitted {
        /// What they want.
        wish: Wish,
        /// The first millisecond in which the pass is over.
        until: Millis,
    },
    /// They are not in the room.
    Absent,
}

impl Standing {
    /// What they want who are in the room.
    pub fn wish(&self) -> Option<Wish> {
        match self {
            Standing::Early { wish, .. }
            | Standing::Waiting { wish, .. }
            | Standing::Admitted { wish, .. } => Some(*wish),
            Standing::Absent => None,
        }
    }
}

impl Prospect {
    /// Of somebody before whom so many stand, where so much is promised already.
    pub(super) fn of(stock: &Stock, promised: u32, ahead: usize) -> Prospect {
        let free = stock.for_everybody().saturating_sub(promised) as usize;
        match free {
            _ if stock.over => Prospect::Gone,
            0 if stock.may_come_back > 0 || stock.for_everybody() > 0 => Prospect::Held,
            0 => Prospect::Gone,
            free if stock.available > 0 && ahead < free => Prospect::Good,
            _ => Prospect::Poor,
        }
    }
}
