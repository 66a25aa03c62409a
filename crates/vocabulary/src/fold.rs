//! Words as numbers, folded into 128 bits: a serializer that keeps nothing. Each number moves the
//! state by one multiplication, so a word costs about as many nanoseconds as it has fields.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt;

/// Odd, with bits all over: the fraction of the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The state of a fold. Two halves take turns, so that one number need not wait for the one before.
#[derive(Clone, Copy)]
pub(crate) struct Fold {
    next: u64,
    last: u64,
}

impl Fold {
    pub(crate) fn from(state: u128) -> Fold {
        let (next, last) = ((state >> 64) as u64, state as u64);
        Fold { next, last }
    }

    pub(crate) fn state(self) -> u128 {
        u128::from(self.next) << 64 | u128::from(self.last)
    }

    /// Folds one number in.
    pub(crate) fn number(&mut self, number: u64) {
        let product = u128::from(self.next ^ number) * u128::from(FACTOR);
        let mixed = (product >> 64) as u64 ^ product as u64;
        // Turned by a half and added, so that nothing is lost where the product is zero.
        let moved = mixed.wrapping_add(self.next.rotate_left(32));
        (self.next, self.last) = (self.last, moved);
    }

    /// Folds a word in.
    pub(crate) fn word(&mut self, word: &impl Serialize) {
        word.serialize(self).expect("folding never fails");
    }
}

type Folded = Result<(), fmt::Error>;

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, number: $type) -> Folded {
            self.number(number as u64);
            Ok(())
        })*
    };
}

impl Serializer for &mut Fold {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers!(
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_char: char
    );

    fn serialize_f32(self, _: f32) -> Folded {
        Err(fmt::Error)
    }

    fn serialize_f64(self, _: f64) -> Folded {
        Err(fmt::Error)
    }

    fn serialize_str(self, text: &str) -> Folded {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Folded {
        self.number(bytes.len() as u64);
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.number(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.number(u64::from(*byte));
        }
        Ok(())
    }

    fn serialize_none(self) -> Folded {
        self.serialize_u8(0)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Folded {
        self.number(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Folded {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Folded {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Folded {
        self.serialize_u32(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Folded {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Folded {
        self.number(variant.into());
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, fmt::Error> {
        // Lengths are folded in, so that two lists behind each other are not taken for others.
        self.number(len.ok_or(fmt::Error)? as u64);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.number(variant.into());
        Ok(self)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self, fmt::Error> {
        self.serialize_seq(len)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.number(variant.into());
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! parts {
    ($($part:ident: $method:ident($($name:ty)?)),*) => {
        $(impl $part for &mut Fold {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: ?Sized + Serialize>(&mut self, $(_: $name,)? value: &T) -> Folded {
                value.serialize(&mut **self)
            }

            fn end(self) -> Folded {
                Ok(())
            }
        })*
    };
}

parts!(
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str)
);

impl SerializeMap for &mut Fold {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Folded {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Folded {
        value.serialize(&mut **self)
    }

    fn end(self) -> Folded {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(word: &impl Serialize) -> u128 {
        let mut fold = Fold::from(7);
        fold.word(word);
        fold.state()
    }

    #[test]
    fn every_part_and_its_place_count() {
        let words = [
            folded(&(1_u64, 2_u64)),
            folded(&(2_u64, 1_u64)),
            folded(&(1_u64, 3_u64)),
            folded(&(1_u64, 2_u64, 0_u64)),
            folded(&vec![1_u64, 2]),
            folded(&[vec![1_u64], vec![2]]),
            folded(&[vec![1_u64, 2], vec![]]),
            folded(&Some(1_u64)),
            folded(&None::<u64>),
            folded(&"1"),
            folded(&-1_i64),
        ];
        for (place, word) in words.iter().enumerate() {
            assert!(!words[..place].contains(word), "word {place} is another's");
        }
    }

    #[test]
    fn no_number_makes_the_state_forget_what_came_before() {
        let (mut one, mut other) = (Fold::from(3 << 64 | 5), Fold::from(4 << 64 | 5));
        // Each would be zero times the factor.
        one.number(3);
        other.number(4);
        assert_ne!(one.state(), other.state());
    }
}
