//! Processors of their own for the shop and for its clients, so that clients who ask for more than can be done do
//! not take from the shop what it would have done. A thread begins on the processors of the one that made it.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::io;

/// The processors of this machine, in two halves; where their number is odd, the shop has one more.
pub struct Halves {
    all: CpuSet,
    shop: CpuSet,
    clients: CpuSet,
}

impl Halves {
    /// Of those that this process may use.
    ///
    /// # Errors
    /// The system's.
    pub fn of_this_machine() -> io::Result<Halves> {
        let all = sched_getaffinity(None)?;
        let usable = (0..CpuSet::MAX_CPU).filter(|n| all.is_set(*n));
        let usable: Vec<usize> = usable.collect();
        let (shop, clients) = usable.split_at(usable.len().div_ceil(2));
        // One processor alone is everybody's.
        let clients = if clients.is_empty() { shop } else { clients };
        Ok(Halves {
            all,
            shop: set_of(shop),
            clients: set_of(clients),
        })
    }

    /// Threads that this one makes from now on are the shop's.
    ///
    /// # Errors
    /// The system's.
    pub fn for_the_shop(&self) -> io::Result<()> {
        Ok(sched_setaffinity(None, &self.shop)?)
    }

    /// Threads that this one makes from now on are the clients'.
    ///
    /// # Errors
    /// The system's.
    pub fn for_clients(&self) -> io::Result<()> {
        Ok(sched_setaffinity(None, &self.clients)?)
    }
}

impl Drop for Halves {
    fn drop(&mut self) {
        // What is measured next has all of them again; a machine that refuses gave none away.
        let _ = sched_setaffinity(None, &self.all);
    }
}

fn set_of(processors: &[usize]) -> CpuSet {
    let mut set = CpuSet::new();
    processors.iter().for_each(|n| set.set(*n));
    set
}
