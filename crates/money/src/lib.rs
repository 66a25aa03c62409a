//! Money: whole minor units with their currency, checked arithmetic, exact parsing, and splitting
//! that never loses a unit.
//!
//! No float is named here and none is accepted. What money *means* (accounts, refunds) lives in
//! the ledger; how it is *shown* lives in the pages.

mod amount;
mod currency;
mod decimal;
mod split;

pub use amount::{Amount, Money, Overflow};
pub use currency::{Currency, UnknownCurrency};
pub use decimal::{DecimalError, format_plain, parse};
pub use split::split;
