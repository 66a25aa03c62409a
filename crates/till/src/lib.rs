//! The till: takes requests, stamps them, has the ledger decide, journals what was done, and
//! answers only when it is on disk. While one batch is being synced it executes the next.
//!
//! The core ([`Till`]) is synchronous and touches nothing: whoever drives it brings the time and
//! the disk, so the very same till runs in the shop and in a simulated world. [`run`] drives it
//! with two threads. What a command means lives in the ledger; how bytes lie on disk, in the journal.

mod counter;
mod events;
mod keeper;
mod recover;
mod run;
mod shutters;
mod stamp;
mod turn;

pub use crate::counter::{Answer, Counter, Look, QUEUE_REQUESTS_MAX, Ticket, Turned};
pub use crate::events::Events;
pub use crate::keeper::Keeping;
pub use crate::recover::{Recovered, RecoveryFault, Replayed, UnusableSnapshot, recover, replay};
pub use crate::run::{Stopped, Store, Subscriber, append, run};
pub use crate::shutters::{Earlier, Shutters, Vain, Wish};
pub use crate::stamp::{Clock, LEAP_MS_MAX, Leap, Reading, Stamper};
pub use crate::turn::{Published, Reply, Sealed, Till, Turn};
/// What a [`Look`] sees.
pub use ledger::Ledger;
