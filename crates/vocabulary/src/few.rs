//! Short lists with a limit. What they usually have lies in the value itself, so that a command is small
//! and a longer list is the only one that costs a piece of memory of its own.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// Up to `MAX` things, of which `USUAL` take no memory of their own. Written as a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Few<T, const USUAL: usize, const MAX: usize>(SmallVec<[T; USUAL]>);

/// A list has as much as it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl<T, const USUAL: usize, const MAX: usize> Few<T, USUAL, MAX> {
    /// An empty list.
    pub fn new() -> Self {
        Few(SmallVec::new())
    }

    /// Appends a thing.
    ///
    /// # Errors
    /// [`Full`] when there are `MAX`.
    pub fn try_push(&mut self, thing: T) -> Result<(), Full> {
        if self.0.len() == MAX {
            return Err(Full);
        }
        self.0.push(thing);
        Ok(())
    }
}

impl<T, const USUAL: usize, const MAX: usize> Default for Few<T, USUAL, MAX> {
    fn default() -> Self {
        Few::new()
    }
}

impl<T, const USUAL: usize, const MAX: usize> Deref for Few<T, USUAL, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const USUAL: usize, const MAX: usize> DerefMut for Few<T, USUAL, MAX> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T, const USUAL: usize, const MAX: usize> FromIterator<T> for Few<T, USUAL, MAX> {
    /// # Panics
    /// With more than `MAX` things.
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let few = SmallVec::from_iter(things);
        assert!(few.len() <= MAX, "at most {MAX} things, not {}", few.len());
        Few(few)
    }
}

impl<T, const USUAL: usize, const MAX: usize> IntoIterator for Few<T, USUAL, MAX> {
    type Item = T;
    type IntoIter = smallvec::IntoIter<[T; USUAL]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T, const USUAL: usize, const MAX: usize> IntoIterator for &'a Few<T, USUAL, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: fmt::Debug, const USUAL: usize, const MAX: usize> fmt::Debug for Few<T, USUAL, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Serialize, const USUAL: usize, const MAX: usize> Serialize for Few<T, USUAL, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, T, const USUAL: usize, const MAX: usize> Deserialize<'de> for Few<T, USUAL, MAX>
where
    T: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Listing(PhantomData))
    }
}

struct Listing<T, const USUAL: usize, const MAX: usize>(PhantomData<T>);

impl<'de, T, const USUAL: usize, const MAX: usize> Visitor<'de> for Listing<T, USUAL, MAX>
where
    T: Deserialize<'de>,
{
    type Value = Few<T, USUAL, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MAX}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut few = Few::new();
        while let Some(thing) = seq.next_element()? {
            let full = |Full| A::Error::invalid_length(MAX + 1, &self);
            few.try_push(thing).map_err(full)?;
        }
        Ok(few)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Three = Few<u32, 1, 3>;

    #[test]
    fn a_list_takes_what_it_may_have_and_no_more() {
        let mut list = Three::new();
        for n in 0..3 {
            assert_eq!(list.try_push(n), Ok(()));
        }
        assert_eq!(list.try_push(3), Err(Full));
        assert_eq!(list[..], [0, 1, 2]);
    }

    #[test]
    fn it_reads_back_and_a_longer_one_is_refused() {
        let list: Three = [7, 8, 9].into_iter().collect();
        let bytes = postcard::to_allocvec(&list).expect("memory");
        assert_eq!(bytes, [3, 7, 8, 9]);
        assert_eq!(postcard::from_bytes::<Three>(&bytes), Ok(list));
        assert!(postcard::from_bytes::<Three>(&[4, 6, 7, 8, 9]).is_err());
    }
}
