//! The crowd: shoppers as a workload, pure behind a port. It knows what shoppers do, when they come, what they
//! were told and how to hold the shop to it; it knows no socket, no clock and no file. Its HTTP driver stands in
//! `adapters`.
#![forbid(unsafe_code)]

mod arrivals;
mod ask;
mod audit;
pub mod figures;
mod market;
mod mix;
mod moment;
mod pages;
mod plan;
mod race;
mod random;
mod said;
mod shopper;
mod tally;
mod wire;

pub use arrivals::Arrivals;
pub use ask::{Ask, Card, Method, What, Who};
pub use audit::{Audit, Finding, Report};
pub use market::Market;
pub use mix::Mix;
pub use moment::{moment, written};
pub use pages::{Outcome, Page, PageShopper, Visit};
pub use race::{Behaviour, Round};
pub use random::Random;
pub use said::{
    Answer, CartSaid, CheckoutSaid, DealSaid, HoldSaid, OrderSaid, PaymentSaid, PlaceSaid, Price,
    Said, SellerSaid, SkuSaid,
};
pub use shopper::{Deed, Shopper};
pub use tally::Tally;
pub use wire::{Call, Verb, escaped};
