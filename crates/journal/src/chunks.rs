//! The body of a snapshot as it is written: gathered into chunks, each behind its length and the
//! checksum of all up to its end. How they are read stands in `snapshots`.

use std::io::{self, Write};

use crate::disk::DiskFile;

/// Bytes of a full chunk.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;
/// Bytes of length and checksum before them.
pub(crate) const CHUNK_HEADER: usize = 8;

/// Gathers the body's bytes into chunks, each behind room for its own header.
pub(crate) struct ChunkWriter {
    file: Box<dyn DiskFile>,
    /// Where in the file the next chunk goes.
    offset: u64,
    chunk: Vec<u8>,
    checksum: u32,
}

impl ChunkWriter {
    /// Writes chunks into `file` from `offset` on.
    pub(crate) fn behind(offset: u64, file: Box<dyn DiskFile>) -> Self {
        let mut writer = Self {
            file,
            offset,
            chunk: Vec::with_capacity(CHUNK_HEADER + CHUNK_BYTES),
            checksum: 0,
        };
        writer.begin();
        writer
    }

    fn begin(&mut self) {
        self.chunk.clear();
        self.chunk.resize(CHUNK_HEADER, 0);
    }

    fn gathered(&self) -> usize {
        self.chunk.len() - CHUNK_HEADER
    }

    /// Writes the rest and closes the body; the file is not synced yet.
    pub(crate) fn finish(mut self) -> io::Result<Box<dyn DiskFile>> {
        if self.gathered() > 0 {
            self.write_chunk()?;
        }
        self.write_chunk()?;
        Ok(self.file)
    }

    /// Writes what has gathered; nothing gathered makes the closing chunk.
    fn write_chunk(&mut self) -> io::Result<()> {
        let len = u32::try_from(self.gathered()).expect("chunks are small");
        let (head, bytes) = self.chunk.split_at_mut(CHUNK_HEADER);
        self.checksum = crc32c::crc32c_append(self.checksum, bytes);
        head[..4].copy_from_slice(&len.to_le_bytes());
        head[4..].copy_from_slice(&self.checksum.to_le_bytes());
        self.file.write_at(self.offset, &self.chunk)?;
        self.offset += self.chunk.len() as u64;
        self.begin();
        Ok(())
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK_BYTES - self.gathered());
        self.chunk.extend_from_slice(&bytes[..taken]);
        if self.gathered() == CHUNK_BYTES {
            self.write_chunk()?;
        }
        Ok(taken)
    }

    /// Chunks are written when they are full; the snapshot is synced as a whole.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
