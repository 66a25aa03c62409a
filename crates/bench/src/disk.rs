//! The raw disk: writes of so many bytes, one after the other, past the kernel's cache and synced, into
//! a file that was written once before; and reads past the cache. What a journal could do at best.

use anyhow::Context;
use hdrhistogram::Histogram;
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

const SECTOR: usize = 4_096;
/// Bytes of the file; it is written round and round.
const FILE_BYTES: usize = 256 << 20;

/// What the disk did.
pub struct Written {
    /// Bytes in a second.
    pub bytes_a_second: f64,
    /// How long a write took, in microseconds.
    pub latency_us: Histogram<u64>,
}

/// Writes `bytes` (a multiple of 4,096) again and again for so long.
pub fn write(folder: &Path, bytes: usize, span: Duration) -> anyhow::Result<Written> {
    let path = folder.join("raw");
    fill(&path).context("the raw file cannot be written")?;
    let flags = (OFlags::DIRECT | OFlags::DSYNC).bits();
    let mut options = OpenOptions::new();
    let file = options.write(true).custom_flags(flags as i32).open(&path);
    let file = file.context("the file system has no O_DIRECT")?;
    let room = vec![7_u8; bytes + SECTOR];
    let from = room.as_ptr().align_offset(SECTOR);
    let buffer = &room[from..from + bytes];
    let mut latency_us = Histogram::new(3).context("no histogram")?;
    let (begun, mut written) = (Instant::now(), 0);
    while begun.elapsed() < span {
        let offset = written % (FILE_BYTES / bytes * bytes);
        let one = Instant::now();
        file.write_all_at(buffer, offset as u64)?;
        latency_us.saturating_record(one.elapsed().as_micros() as u64);
        written += bytes;
    }
    let bytes_a_second = written as f64 / begun.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(Written {
        bytes_a_second,
        latency_us,
    })
}

/// Reads a file to its end, past the cache.
pub fn read(path: &Path) -> anyhow::Result<()> {
    const STEP: usize = 1 << 20;
    let mut options = OpenOptions::new();
    let direct = OFlags::DIRECT.bits() as i32;
    let file = options.read(true).custom_flags(direct).open(path);
    let file = file.context("the file system has no O_DIRECT")?;
    let mut room = vec![0_u8; STEP + SECTOR];
    let from = room.as_ptr().align_offset(SECTOR);
    let buffer = &mut room[from..from + STEP];
    let mut offset = 0;
    loop {
        match file.read_at(buffer, offset)? {
            0 => return Ok(()),
            bytes => offset += bytes as u64,
        }
        // A read that ends between sectors has reached the end of the file.
        if offset % SECTOR as u64 != 0 {
            return Ok(());
        }
    }
}

/// Drops a file from the kernel's cache, so that it has to be read anew.
pub fn forget(path: &Path) -> anyhow::Result<()> {
    let file = File::open(path)?;
    file.sync_all()?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}

fn fill(path: &Path) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..FILE_BYTES >> 20 {
        file.write_all(&zeros)?;
    }
    file.sync_all()
}
