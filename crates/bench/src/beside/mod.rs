//! What others sell in the same minute: well-known stores, each with a server of its own in a folder of its own, that take
//! orders for one hot SKU as well as they can, with remembered requests, a limit for each person, and an end for each order.
//! Each is asked afterwards whether it oversold.

mod postgres;
mod redis;
mod server;

use clap::ValueEnum;
use std::path::Path;
use std::time::Duration;

/// Units of the hot SKU: more than anybody can sell.
const UNITS: u64 = 2_000_000_000;
/// How many units one person may have.
const LIMIT: u64 = 5;
/// How many persons there are.
const PERSONS: u64 = 10_000_000;

/// Who else sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Beside {
    /// The raw disk, which sells nothing; it always is measured.
    Disk,
    /// PostgreSQL, every commit synced.
    Postgres,
    /// Redis with a script in Lua, its file synced before every answer.
    Redis,
}

/// What one of them sold.
pub struct Sold {
    /// By whom and how.
    pub name: String,
    /// Orders a second.
    pub orders_a_second: f64,
}

impl Beside {
    /// Who sells where nobody says: the others sell one hot SKU, so they stand beside one hot SKU.
    pub fn usual(skus: u32) -> Vec<Beside> {
        match skus {
            1 => vec![Beside::Disk, Beside::Postgres, Beside::Redis],
            _ => vec![Beside::Disk],
        }
    }

    /// Lets it sell for about so long, in a folder that exists; one line for each way of asking it.
    ///
    /// # Errors
    /// When it cannot be had, fails, or oversells.
    pub fn sell(self, folder: &Path, span: Duration) -> anyhow::Result<Vec<Sold>> {
        match self {
            Beside::Disk => Ok(Vec::new()),
            Beside::Postgres => postgres::sell(folder, span),
            Beside::Redis => redis::sell(folder, span),
        }
    }
}
