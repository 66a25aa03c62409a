//! The pages as a browser meets them.

mod browsing;
mod buying;
mod delivering;
mod deposits;
mod desk;
mod lapsing;
mod origins;
mod paying;
