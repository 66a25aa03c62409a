//! The ledger: a pure, deterministic state machine, the sole decider of who gets what is scarce.
//!
//! `docs/contracts/trading-rules.md` says what it decides. Nouns own tables (`deals`, `holds`,
//! `books`, ...) behind narrow methods; verbs own files: one command a file in `commands`, one timer a
//! file in `falls_due`, what several of them do alike in `deeds`. There is no clock here, no I/O, no
//! thread, no randomness and no float, and no order of a hash map ever shows.

mod books;
mod chains;
mod check;
mod checkouts;
mod commands;
mod deals;
mod deeds;
mod describe;
mod directory;
mod facts;
mod falls_due;
mod foresight;
mod halves;
mod holds;
mod index;
mod ledger;
mod lookup;
mod numbered;
mod orders;
mod outbox;
mod pages;
mod payments;
mod persons;
mod queues;
mod raw;
mod receipts;
mod refunds;
mod requests;
mod sellers;
mod slab;
mod snapshot;
mod stock;
mod timers;
mod turn;
mod waitlist;

pub use check::BrokenInvariant;
pub use facts::{
    CheckoutFacts, DealFacts, HoldFacts, LineFacts, OrderFacts, PaymentFacts, PlaceFacts,
    PoolFacts, RefundFacts, SkuFacts,
};
pub use foresight::FORESIGHT;
pub use ledger::Ledger;
pub use sellers::ShippingTerms;
pub use snapshot::SnapshotError;
