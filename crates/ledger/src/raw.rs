//! The rows of tables as bytes: field behind field, each as long as its kind, lowest byte first. Postcard
//! weighs every number before it writes it; of ten million rows that takes longer than the disk. Serde
//! gets rows in pieces of some thousands, each as one string of bytes.

use arrayvec::ArrayVec;
use money::{Amount, Currency};
use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use vocabulary::{
    DealId, HoldId, Method, Millis, OrderId, OrderState, PaymentState, PersonKey, PlaceId,
    RefundId, RefundState, SellerId, Steps, Tax, Zone,
};

/// How many rows go into a piece.
const PIECE: usize = 8_192;

/// A row, or a field of one.
pub(crate) trait Raw: Sized {
    /// Writes it behind `to`.
    fn put(&self, to: &mut Vec<u8>);

    /// Takes it off the front of `from`; none where nothing is written so.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

/// A struct as its fields, in the order in which they are listed.
macro_rules! raw_row {
    ($row:ident { $($field:ident),* $(,)? }) => {
        impl crate::raw::Raw for $row {
            fn put(&self, to: &mut Vec<u8>) {
                $(crate::raw::Raw::put(&self.$field, to);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                $(let $field = crate::raw::Raw::take(from)?;)*
                Some(Self { $($field),* })
            }
        }
    };
}
pub(crate) use raw_row;

macro_rules! raw_number {
    ($($number:ty),*) => {$(
        impl Raw for $number {
            fn put(&self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

raw_number!(u8, u16, u32, u64, u128, i64);

/// What only gives a number its meaning.
macro_rules! raw_newtype {
    ($($name:ident),*) => {$(
        impl Raw for $name {
            fn put(&self, to: &mut Vec<u8>) {
                self.0.put(to);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Raw::take(from).map($name)
            }
        }
    )*};
}

raw_newtype!(
    Amount, DealId, HoldId, Millis, OrderId, PersonKey, PlaceId, RefundId, SellerId, Zone
);

/// One of a few, as its number; a list that forgets one does not compile.
macro_rules! raw_choice {
    ($choice:ident: $($variant:ident),*) => {
        impl Raw for $choice {
            fn put(&self, to: &mut Vec<u8>) {
                let number = match self {
                    $($choice::$variant => $choice::$variant as u8),*
                };
                number.put(to);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let number = u8::take(from)?;
                let mut all = [$($choice::$variant),*].into_iter();
                all.find(|choice| *choice as u8 == number)
            }
        }
    };
}

raw_choice!(Currency: KRW, CNY, USD, EUR, JPY, INR, GBP);
raw_choice!(Method: Card, Wallet, Deposit);
raw_choice!(OrderState: Placed, Confirmed, Paid, Cancelled, Lapsed);
raw_choice!(PaymentState: Started, Authorised, Captured, Declined, Lapsed, Voiding, Voided, Suspended);
raw_choice!(RefundState: Due, Sent, Failed);
raw_choice!(Steps: One, Two);

impl Raw for bool {
    fn put(&self, to: &mut Vec<u8>) {
        u8::from(*self).put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        match u8::take(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Raw> Raw for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_some().put(to);
        if let Some(some) = self {
            some.put(to);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(match bool::take(from)? {
            true => Some(T::take(from)?),
            false => None,
        })
    }
}

impl<T: Raw, const N: usize> Raw for [T; N] {
    fn put(&self, to: &mut Vec<u8>) {
        self.iter().for_each(|item| item.put(to));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let items: Option<ArrayVec<T, N>> = (0..N).map(|_| T::take(from)).collect();
        items?.into_inner().ok()
    }
}

impl Raw for Tax {
    fn put(&self, to: &mut Vec<u8>) {
        let included = match self {
            Tax::Included { basis_points } => Some(*basis_points),
            Tax::Exempt => None,
        };
        included.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let included: Option<u16> = Raw::take(from)?;
        Some(match included {
            Some(basis_points) => Tax::Included { basis_points },
            None => Tax::Exempt,
        })
    }
}

/// Writes rows, as serde's `with` wants it.
pub(crate) fn serialize<T: Raw, S: Serializer>(
    rows: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    write(rows.len(), rows.iter(), serializer)
}

/// Reads what `serialize` wrote.
pub(crate) fn deserialize<'de, T: Raw, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    read(deserializer)
}

/// Writes `count` rows, a piece at a time.
pub(crate) fn write<'a, T: Raw + 'a, S: Serializer>(
    count: usize,
    mut rows: impl Iterator<Item = &'a T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let pieces = count.div_ceil(PIECE);
    let mut sequence = serializer.serialize_seq(Some(pieces))?;
    let mut bytes = Vec::new();
    for piece in 0..pieces {
        let count = PIECE.min(count - piece * PIECE);
        bytes.clear();
        (count as u32).put(&mut bytes);
        for row in rows.by_ref().take(count) {
            row.put(&mut bytes);
        }
        sequence.serialize_element(&Bytes(&bytes))?;
    }
    sequence.end()
}

/// Reads what `write` wrote.
pub(crate) fn read<'de, T, R, D>(deserializer: D) -> Result<R, D::Error>
where
    T: Raw,
    R: Default + Extend<T>,
    D: Deserializer<'de>,
{
    let mut rows = R::default();
    deserializer.deserialize_seq(Reading(&mut rows, PhantomData))?;
    Ok(rows)
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Reading<'a, T, R>(&'a mut R, PhantomData<T>);

impl<'de, T: Raw, R: Extend<T>> Visitor<'de> for Reading<'_, T, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pieces of a table")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(()) = sequence.next_element_seed(Piece(&mut *self.0, PhantomData))? {}
        Ok(())
    }
}

/// The next piece, whose rows go behind those that are there.
struct Piece<'a, T, R>(&'a mut R, PhantomData<T>);

impl<'de, T: Raw, R: Extend<T>> DeserializeSeed<'de> for Piece<'_, T, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_byte_buf(self)
    }
}

impl<T: Raw, R: Extend<T>> Visitor<'_> for Piece<'_, T, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows of a table and nothing else")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<(), E> {
        let parted = part(bytes, self.0);
        parted.ok_or_else(|| E::invalid_length(bytes.len(), &"rows of a table and nothing else"))
    }
}

/// The rows of a piece: their count, then one behind the other.
fn part<T: Raw, R: Extend<T>>(mut bytes: &[u8], rows: &mut R) -> Option<()> {
    let left = u32::take(&mut bytes)? as usize;
    let mut parts = Parts {
        bytes,
        left,
        of: PhantomData,
    };
    if left > PIECE {
        return None;
    }
    rows.extend(&mut parts);
    (parts.left == 0 && parts.bytes.is_empty()).then_some(())
}

/// Rows until one is wrong; then some are left, and nobody keeps those that came.
struct Parts<'a, T> {
    bytes: &'a [u8],
    left: usize,
    of: PhantomData<T>,
}

impl<T: Raw> Iterator for Parts<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.left == 0 {
            return None;
        }
        let row = T::take(&mut self.bytes)?;
        self.left -= 1;
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkouts::Checkout;
    use crate::orders::{Line, Order};
    use crate::payments::Payment;
    use crate::queues::Queue;
    use crate::refunds::Refund;
    use crate::waitlist::Place;
    use proptest::prelude::*;

    /// Whatever is taken is put as it was; says whether anything was.
    fn is_put_as_it_was<T: Raw>(bytes: &[u8]) -> bool {
        let mut rest = bytes;
        let Some(row) = T::take(&mut rest) else {
            return false;
        };
        let mut put = Vec::new();
        row.put(&mut put);
        assert_eq!(put, bytes[..bytes.len() - rest.len()]);
        true
    }

    proptest! {
        /// Small bytes, so that many of them are choices.
        #[test]
        fn what_is_taken_as_a_row_is_put_with_the_same_bytes(
            bytes in prop::collection::vec(0..4_u8, 128)
        ) {
            is_put_as_it_was::<Checkout>(&bytes);
            is_put_as_it_was::<Order>(&bytes);
            is_put_as_it_was::<Line>(&bytes);
            is_put_as_it_was::<Payment>(&bytes);
            is_put_as_it_was::<Refund>(&bytes);
            is_put_as_it_was::<Option<Refund>>(&bytes);
            prop_assert!(is_put_as_it_was::<Place>(&bytes));
            prop_assert!(is_put_as_it_was::<[Queue; 16]>(&bytes));
        }
    }

    #[test]
    fn numbers_lie_lowest_byte_first_and_choices_are_their_numbers() {
        let mut bytes = Vec::new();
        0x0102_u16.put(&mut bytes);
        Amount(-2).put(&mut bytes);
        Currency::GBP.put(&mut bytes);
        Some(Tax::Included {
            basis_points: 1_000,
        })
        .put(&mut bytes);
        let amount = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let expected = [&[2, 1][..], &amount, &[6], &[1, 1, 0xe8, 3]].concat();
        assert_eq!(bytes, expected);
    }

    #[test]
    fn what_is_not_written_is_not_read() {
        assert_eq!(bool::take(&mut &[2][..]), None);
        assert_eq!(<Option<u8> as Raw>::take(&mut &[1][..]), None);
        assert_eq!(Currency::take(&mut &[7][..]), None);
        assert_eq!(u32::take(&mut &[1, 2, 3][..]), None);
    }

    #[test]
    fn a_piece_has_the_rows_that_it_says_and_nothing_else() {
        let rows = |bytes: &[u8]| {
            let mut rows: Vec<u16> = Vec::new();
            part::<u16, _>(bytes, &mut rows).map(|()| rows)
        };
        assert_eq!(rows(&[2, 0, 0, 0, 7, 0, 8, 0]), Some(vec![7, 8]));
        assert_eq!(rows(&[2, 0, 0, 0, 7, 0, 8, 0, 9]), None);
        assert_eq!(rows(&[2, 0, 0, 0, 7, 0, 8]), None);
        assert_eq!(rows(&[255, 255, 255, 255, 7, 0]), None);
    }
}
