//! Drives a crowd against a shop over HTTP: the public API, and the provider's hosted page as a browser would post it. What
//! shoppers do is `crowd`'s; here are sockets, clocks, retries and the file of acknowledgements.

mod acks;
mod audit;
mod courier;
mod crew;
mod deals;
mod handover;
mod lines;
mod pages;
mod race;
#[cfg(test)]
mod tests;
mod transport;

pub use crew::{Closed, Crew, Seen};
pub use pages::{PagesCrowd, PagesOptions, PagesReport, Serves};
pub use race::{Race, RaceOptions, RaceReport};

use std::path::PathBuf;
use std::time::Duration;

/// Where a crowd goes and how it gets in.
#[derive(Clone, Debug)]
pub struct Door {
    /// The shop, `http://host:port`.
    pub shop: String,
    /// The provider, where the addresses that the shop sends browsers to cannot be reached from here.
    pub provider: Option<String>,
    /// The handover secret; without it everybody is a guest.
    pub handover: Option<String>,
    /// An API key of the role owner; without it allotments are not compared, and no race can be held.
    pub staff_key: Option<String>,
    /// For how long a shopper asks again while the shop does not answer.
    pub patience: Duration,
    /// Where every acknowledged write is noted and synced before it counts.
    pub acks: Option<PathBuf>,
}

/// The kind and size of a crowd.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it goes.
    pub door: Door,
    /// How many may be in the shop at once.
    pub shoppers: usize,
    /// Checkouts a second aimed at between the bells.
    pub checkouts_per_second: f64,
    /// How many times as many more come at the instant of a bell.
    pub rush: f64,
    /// Visits in 10,000 that stroll as the data's sessions do.
    pub strolling: u32,
    /// By what the data's pauses are divided; none for as much as the shoppers at once demand.
    pub haste: Option<f64>,
    /// When it has enough; none for never.
    pub duration: Option<Duration>,
    /// Of all that is random.
    pub seed: u64,
}

/// Why a crowd cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum CrowdFault {
    /// An address is none.
    #[error("`{0}` is no address of the form http://host:port (the crowd speaks plain HTTP)")]
    Address(String),
    /// The shop does not answer.
    #[error("{address} does not answer: {detail}")]
    Unreachable {
        /// Which address.
        address: String,
        /// What happened.
        detail: String,
    },
    /// The shop says something else than its contract.
    #[error("{address} answers otherwise than its contract says: {detail}")]
    Contract {
        /// Which address.
        address: String,
        /// What it said.
        detail: String,
    },
    /// Acknowledgements cannot be noted.
    #[error("{path} cannot be written: {source}")]
    Acks {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A race needs an API key of the shop's staff.
    #[error("a race needs an API key of the shop's staff")]
    NoStaffKey,
    /// No deal is open, and none opens soon.
    #[error("no deal is open, and none opens within ten minutes")]
    NoDeals,
    /// Shoppers wait already, so that it cannot be measured what the shop can serve.
    #[error("shoppers wait there already: what the shop can serve is measured while it is at rest")]
    NotAtRest,
    /// There is nothing to race for.
    #[error("the shop has no SKU to race for")]
    NothingToRaceFor,
}
