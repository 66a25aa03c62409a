//! The pages as a browser meets them.

mod after;
mod belongings;
mod browsing;
mod buying;
mod deposits;
mod desk;
mod lapsing;
mod paying;
