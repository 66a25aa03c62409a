//! The words of Doorbuster: ids, commands, events, refusals.
//!
//! A command asks to change what is true; an event says what changed; a refusal names the rule that
//! said no. The journal keeps commands for ever, so everything here is **append-only**: a variant
//! keeps its place and its fields; what must change gets a new variant at the end. What the words
//! *mean* is decided in the ledger and written in `docs/contracts/trading-rules.md`.

mod bits;
mod command;
mod digest;
mod event;
mod few;
mod filed;
mod fold;
mod ids;
mod outcome;
mod refusal;
mod rules;
mod terms;
mod time;
mod wire;
mod work;

pub use command::{
    ATTEMPTS_MAX, Cancelling, Command, CommandKind, EXTENSIONS_MAX, HOLDS_MAX, HoldIds, ORDERS_MAX,
    OrderIds, RefundScope, SURCHARGES_MAX, Shopper, Surcharges,
};
pub use digest::Digest;
pub use event::{Event, EventKind, HoldOrigin};
pub use few::{Few, Full};
pub use filed::{FiledCheckout, FiledLine, FiledOrder, FiledPayment, FiledRefund};
pub use ids::{
    CheckoutId, DealId, HoldId, OrderId, PaymentId, PersonKey, PlaceId, Reference, RefundId,
    SellerId, Seq, Shard, SkuId, Zone,
};
pub use outcome::{Outcome, Receipt, Request, RequestKey};
pub use refusal::Refusal;
pub use rules::Rules;
pub use terms::{DealTerms, Deduct, PRICE_MAX, PoolDraft, Surcharge, Tax};
pub use time::Millis;
pub use wire::{WireError, decode_request, encode_request};
pub use work::{
    Account, DeclineReason, Method, OrderState, PaymentState, PoolCounts, RefundState, Steps, Work,
};
