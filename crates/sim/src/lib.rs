//! The sim: a seeded world around the very same till, and what holds it against its promises.
//!
//! One thread, one agenda, no clock and no luck but the seed's. In it: the till (`Till::turn`,
//! `till::append`, `till::Kept`, `till::recover`) on a journal of files on a simulated disk that tears
//! writes, reorders and drops what was not synced, names included, flips bits, fills up, fails and
//! stalls, and lies about nothing; clocks that are set; a machine or process that ends before, in
//! the middle of, or after any call to the disk, also while it starts, takes a snapshot, archives or
//! goes on to another segment; clients that ask again, ask with another body, vanish and come back;
//! the product's payment clerk, which dies between act and report; a provider with a book of its own.
//!
//! How the invariants of `ARCHITECTURE.md` are checked here:
//!
//! 1. **Units.** `Ledger::check` and `Model::check` add all units up anew at every start and at the end.
//! 2. **Durable before answered.** Whatever the till answered is what the witness saw journaled, and
//!    at every start the journal must have each batch that was seen, unchanged.
//! 3. **Damage is refused.** A bit of the acknowledged past is flipped while the machine is down:
//!    reading and verifying must name the file and a byte at or before it; a damaged snapshot must be
//!    passed over; only what was told to nobody may be cut.
//! 4. **Books.** They balance whenever units are added up; at rest our clearing account is what the
//!    provider's own book says, payment by payment, refund by refund, each once.
//! 5. **The same request twice.** A key that was answered is answered alike for as long as it is
//!    remembered, and with another body refused, across restarts.
//! 6. **Replay.** At every start the ledger, from zero or from any snapshot, has the digest, the
//!    tables, the outbox and the next timer of the naive model that lived through the journal.
//! 10. **Views** rest on the events, which must be the model's; that they fold alike is shown in
//!     their own room, as invariants 7, 8 and 9 are in theirs.
//!
//! **Linearizability**, of holds of a deal and of all else: every answer, refusals included, must be
//! what the model answers at that place of the journal's order, and behind everything that anybody
//! had been told before it was asked.
//!
//! At the end of a seed the world is healed: nothing may be left in the outbox, in a hold, in an
//! order that waits, or among the timers.

mod agenda;
mod broken;
mod clock;
mod disk;
mod house;
mod provider;
mod run;
mod script;
mod shrink;
mod story;
mod tally;
mod weather;
mod witness;
mod world;

pub use broken::Broken;
pub use run::{Run, run};
pub use script::{Act, COMMANDS_MIN, FAULTS_MIN, Script};
pub use shrink::shrink;
pub use tally::Tally;
pub use weather::Fault;
