//! The sandbox as the shop and the shopper meet it: over HTTP on loopback, with a clock that the
//! tests drive.

mod knobs;
mod pages;
mod protocol;
mod restart;
mod stage;
mod verifications;
