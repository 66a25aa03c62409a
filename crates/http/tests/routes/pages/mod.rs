//! The pages as a browser meets them.

mod browsing;
mod buying;
mod desk;
mod lapsing;
mod paying;
