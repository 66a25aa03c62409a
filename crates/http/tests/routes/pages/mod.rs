//! The pages as a browser meets them.

mod after;
mod belongings;
mod board;
mod browsing;
mod buying;
mod delivering;
mod deposits;
mod desk;
mod desk_deals;
mod lapsing;
mod origins;
mod paying;
mod waiting;
