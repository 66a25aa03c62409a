//! The payment adapters over real HTTP on the loopback: the contract, each knob, the page, and a
//! festival's worth of payments end to end.

mod books_agree;
mod contract;
mod knobs;
mod page;
mod restart;
mod scene;
mod webhooks;
