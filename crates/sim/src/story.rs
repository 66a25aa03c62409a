//! What happened: a hash over all of it, which proves that two runs were the same; and, where
//! somebody wants to read it, a line for each thing.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How many lines are kept: the last ones tell why it failed.
const LINES_MAX: usize = 4_000;

/// The trace of a run.
#[derive(Debug, Default)]
pub struct Story {
    trace: u64,
    lines: Option<Vec<String>>,
}

impl Story {
    /// A story that keeps its lines.
    pub fn told() -> Self {
        Self {
            trace: 0,
            lines: Some(Vec::new()),
        }
    }

    /// Something happened at `moment`; `numbers` tell it from all else, `line` tells it to people.
    pub fn note(&mut self, moment: u64, numbers: &[u64], line: impl FnOnce() -> String) {
        self.trace = xxh3_64_with_seed(&moment.to_le_bytes(), self.trace);
        for number in numbers {
            self.trace = xxh3_64_with_seed(&number.to_le_bytes(), self.trace);
        }
        if let Some(lines) = &mut self.lines {
            if lines.len() == LINES_MAX {
                lines.drain(..LINES_MAX / 2);
            }
            let (seconds, ms) = (moment / 1_000 % 100_000, moment % 1_000);
            lines.push(format!("{seconds:>6}.{ms:03}  {}", line()));
        }
    }

    /// The hash so far.
    pub fn trace(&self) -> u64 {
        self.trace
    }

    /// The lines, where they were kept.
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}
