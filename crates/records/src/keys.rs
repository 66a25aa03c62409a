//! How ids and keys of 128 bits lie in columns: 16 bytes, most significant first, so that their
//! order is that of the numbers. Also how random ones are made.

use crate::RecordsFault;
use uuid::Uuid;
use vocabulary::Millis;

/// The bytes of a column.
pub(crate) fn blob(key: u128) -> Vec<u8> {
    key.to_be_bytes().to_vec()
}

/// The number that the bytes of a column say.
pub(crate) fn unblob(bytes: &[u8]) -> Result<u128, RecordsFault> {
    let bytes = bytes.try_into().map_err(|_| {
        RecordsFault::Damaged(format!("a key of {} bytes instead of 16", bytes.len()))
    })?;
    Ok(u128::from_be_bytes(bytes))
}

/// A new id that sorts by `at`: a UUID of version 7.
pub(crate) fn fresh_id(at: Millis) -> u128 {
    let random: [u8; 10] = rand::random();
    uuid::Builder::from_unix_timestamp_millis(at.0, &random)
        .into_uuid()
        .as_u128()
}

/// A moment or another number as a column holds it; the end of time where it does not fit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number of a column that is never negative.
pub(crate) fn unsigned(number: i64) -> Result<u64, RecordsFault> {
    u64::try_from(number).map_err(|_| RecordsFault::Damaged(format!("{number} is negative")))
}

/// A number of a column in its own width.
pub(crate) fn narrow<T: TryFrom<i64>>(number: i64) -> Result<T, RecordsFault> {
    T::try_from(number).map_err(|_| RecordsFault::Damaged(format!("{number} is out of range")))
}

/// An id as people read it.
pub(crate) fn uuid_text(id: u128) -> String {
    Uuid::from_u128(id).to_string()
}
