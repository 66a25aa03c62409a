//! The pages as a browser meets them.

mod browsing;
mod buying;
mod caching;
mod deposits;
mod desk;
mod lapsing;
mod listing;
mod paying;
