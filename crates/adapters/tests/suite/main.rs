//! The clerks' adapters over real HTTP on the loopback: the contract of payment providers, a
//! festival's worth of payments end to end, webhooks, and the sources of addresses.

mod addresses;
mod books_agree;
mod contract;
mod scene;
mod webhooks;
