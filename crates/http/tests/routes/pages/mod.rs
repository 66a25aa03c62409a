//! The pages as a browser meets them.

mod browsing;
mod buying;
mod deposits;
mod desk;
mod lapsing;
mod leading_on;
mod paying;
