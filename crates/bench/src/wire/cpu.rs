//! What the threads of this process have used of the processors, by what the threads are called.

use std::collections::BTreeMap;
use std::fs;

/// Microseconds by thread name.
pub type CpuUs = BTreeMap<String, f64>;

/// What was used so far, as the kernel counts it (`/proc/self/task/*/schedstat`, in nanoseconds).
pub fn used() -> CpuUs {
    let mut used = CpuUs::new();
    for task in fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let ns = read("schedstat").split(' ').next().map(str::parse::<f64>);
        if let Some(Ok(ns)) = ns {
            *used.entry(read("comm").trim().to_owned()).or_default() += ns / 1_000.0;
        }
    }
    used
}

/// What was used between two looks.
pub fn between(before: &CpuUs, after: &CpuUs) -> CpuUs {
    let spent = |(name, us): (&String, &f64)| {
        let us = us - before.get(name).copied().unwrap_or_default();
        (name.clone(), us)
    };
    after.iter().map(spent).collect()
}
