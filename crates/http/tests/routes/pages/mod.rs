//! The pages as a browser meets them.

mod board;
mod browsing;
mod buying;
mod deposits;
mod desk;
mod lapsing;
mod paying;
