//! The weather: which faults a world has, and how often.

use crate::disk::{Ending, Moment, Trouble};
use model::stream::Dice;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The process is killed at a call to the disk.
    Killed,
    /// The power goes at a call to the disk.
    PowerLost,
    /// A call to the disk fails.
    CallFailed,
    /// The disk is full.
    DiskFull,
    /// A call to the disk takes long.
    Stalled,
    /// A bit of what was acknowledged changes where it lies.
    BitFlipped,
    /// The wall clock is set, a little or far, forward or back.
    ClockSet,
    /// A clerk dies between what it did and its report.
    ClerkDied,
    /// The payment provider fails, before it acted or after.
    ProviderFailed,
    /// The network loses or doubles a request, or loses an answer.
    NetworkFailed,
    /// The disk lies: a sync says that it was done, and was not. No journal survives that, so it is
    /// in no world but those that show that the checkers see.
    SyncLied,
}

impl Fault {
    /// Every kind that a sound shop survives.
    pub const ALL: [Fault; 10] = [
        Fault::Killed,
        Fault::PowerLost,
        Fault::CallFailed,
        Fault::DiskFull,
        Fault::Stalled,
        Fault::BitFlipped,
        Fault::ClockSet,
        Fault::ClerkDied,
        Fault::ProviderFailed,
        Fault::NetworkFailed,
    ];

    /// As it is written in summaries.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Killed => "process killed",
            Fault::PowerLost => "power lost",
            Fault::CallFailed => "disk call failed",
            Fault::DiskFull => "disk full",
            Fault::Stalled => "disk stalled",
            Fault::BitFlipped => "bit flipped",
            Fault::ClockSet => "clock set",
            Fault::ClerkDied => "clerk died",
            Fault::ProviderFailed => "provider failed",
            Fault::NetworkFailed => "network failed",
            Fault::SyncLied => "sync lied",
        }
    }

    /// Whether it counts towards the faults that a seed must meet: providers and networks fail too
    /// often to be proof of anything.
    pub const fn is_rare(self) -> bool {
        !matches!(self, Fault::ProviderFailed | Fault::NetworkFailed)
    }

    /// Of which kind a trouble of the disk is.
    pub fn of(trouble: Trouble) -> Fault {
        match trouble {
            Trouble::End(Ending::Killed, _) => Fault::Killed,
            Trouble::End(Ending::PowerLost, _) => Fault::PowerLost,
            Trouble::Fail => Fault::CallFailed,
            Trouble::Full => Fault::DiskFull,
            Trouble::Stall(_) => Fault::Stalled,
        }
    }
}

/// How often a storm brings which fault.
pub const STORMS: [(u64, Fault); 8] = [
    (20, Fault::Killed),
    (30, Fault::PowerLost),
    (12, Fault::CallFailed),
    (8, Fault::DiskFull),
    (10, Fault::Stalled),
    (8, Fault::BitFlipped),
    (8, Fault::ClockSet),
    (10, Fault::ClerkDied),
];

/// The trouble by which the disk meets such a fault; `None` where it is not the disk's.
pub fn trouble(fault: Fault, dice: &mut Dice) -> Option<Trouble> {
    let moment = dice.one_of([Moment::Before, Moment::During, Moment::After]);
    Some(match fault {
        Fault::Killed => Trouble::End(Ending::Killed, moment),
        Fault::PowerLost => Trouble::End(Ending::PowerLost, moment),
        Fault::CallFailed => Trouble::Fail,
        Fault::DiskFull => Trouble::Full,
        Fault::Stalled => Trouble::Stall(dice.between(20, 3_000)),
        _ => return None,
    })
}
