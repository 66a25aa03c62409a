//! The pages as a browser meets them.

mod browsing;
mod buying;
mod deposits;
mod desk;
mod desk_deals;
mod lapsing;
mod paying;
