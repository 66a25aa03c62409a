//! The festival end to end: the built binary on free ports and temporary folders, driven as a
//! retailer, a crowd and a shopper's browser drive it. What one room promises is tested in that room.

mod apart;
mod board;
mod browser;
mod browsing;
mod crash;
mod demo;
mod desk;
mod desk_deals;
mod disks;
mod festival;
mod golden;
mod imports;
mod journal;
mod keys;
mod listeners;
mod many_products;
mod metrics;
mod notices;
mod operator;
mod process;
mod race;
mod real_sets;
mod receiver;
mod refusals;
mod scenes;
mod shopping;
mod size;
mod stuck_provider;
mod waiting;
mod web;
mod webhooks;
mod whole;
