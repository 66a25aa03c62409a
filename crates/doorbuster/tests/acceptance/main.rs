//! The festival end to end: the built binary on free ports and temporary folders, driven as a
//! retailer, a crowd and a shopper's browser drive it. What one room promises is tested in that room.

mod browser;
mod crash;
mod festival;
mod journal;
mod process;
mod race;
mod real_sets;
mod receiver;
mod refusals;
mod shopping;
mod web;
mod webhooks;
mod whole;
