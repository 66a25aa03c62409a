//! Memory that begins at a sector's boundary, as direct input and output demand. Without unsafe
//! code: a vector with a sector to spare, of which an aligned part is lent.

use crate::format::SECTOR;

/// Grows to the largest length ever asked for, and keeps it.
#[derive(Debug, Default)]
pub(crate) struct AlignedBuffer {
    bytes: Vec<u8>,
}

impl AlignedBuffer {
    /// The first `len` aligned bytes; what they held before is kept unless the buffer has to grow.
    pub(crate) fn slice_mut(&mut self, len: usize) -> &mut [u8] {
        if self.bytes.len() < len + SECTOR {
            self.bytes = vec![0; len + SECTOR];
        }
        let start = self.start();
        &mut self.bytes[start..start + len]
    }

    /// Aligned bytes that were lent before.
    pub(crate) fn slice(&self, from: usize, len: usize) -> &[u8] {
        let start = self.start() + from;
        &self.bytes[start..start + len]
    }

    fn start(&self) -> usize {
        self.bytes.as_ptr().align_offset(SECTOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_begins_at_a_sector_boundary() {
        let mut buffer = AlignedBuffer::default();
        for len in [1, SECTOR, 3 * SECTOR, 300 * SECTOR] {
            let lent = buffer.slice_mut(len);
            assert_eq!((lent.as_ptr() as usize % SECTOR, lent.len()), (0, len));
        }
    }
}
