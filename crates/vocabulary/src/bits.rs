//! 128 bits in the journal: sixteen bytes, lowest first. They are hashes and random numbers, so that a
//! number of variable length would be longer and slower to write. In text they are hexadecimal.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;

pub(crate) fn serialize<S: Serializer>(bits: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return serializer.collect_str(&format_args!("{bits:032x}"));
    }
    serializer.serialize_bytes(&bits.to_le_bytes())
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
    if deserializer.is_human_readable() {
        return deserializer.deserialize_str(SixteenBytes);
    }
    deserializer.deserialize_byte_buf(SixteenBytes)
}

struct SixteenBytes;

impl Visitor<'_> for SixteenBytes {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("16 bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<u128, E> {
        let bits = bytes.try_into().map(u128::from_le_bytes);
        bits.map_err(|_| E::invalid_length(bytes.len(), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u128, E> {
        u128::from_str_radix(text, 16).map_err(E::custom)
    }
}
