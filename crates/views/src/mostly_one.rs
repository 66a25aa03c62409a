//! Lists that nearly always have one item: it lies in place, and only a second one takes memory elsewhere.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Deref, DerefMut};

/// A list in the room of its first item, if a byte of that has values to spare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum MostlyOne<T> {
    /// Nothing yet.
    #[default]
    None,
    /// The first item alone.
    One(T),
    /// More; the box is one pointer where a vector would be three words.
    #[expect(clippy::box_collection, reason = "a pointer is a third of a vector")]
    More(Box<Vec<T>>),
}

impl<T> MostlyOne<T> {
    /// Puts `item` at the end.
    pub(crate) fn push(&mut self, item: T) {
        *self = match std::mem::take(self) {
            MostlyOne::None => MostlyOne::One(item),
            MostlyOne::One(first) => MostlyOne::More(Box::new(vec![first, item])),
            MostlyOne::More(mut items) => {
                items.push(item);
                MostlyOne::More(items)
            }
        };
    }
}

impl<T> Deref for MostlyOne<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            MostlyOne::None => &[],
            MostlyOne::One(item) => std::slice::from_ref(item),
            MostlyOne::More(items) => items,
        }
    }
}

impl<T> DerefMut for MostlyOne<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            MostlyOne::None => &mut [],
            MostlyOne::One(item) => std::slice::from_mut(item),
            MostlyOne::More(items) => items,
        }
    }
}

impl<T> FromIterator<T> for MostlyOne<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = MostlyOne::None;
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}

/// As a sequence, as a vector is written.
impl<T: Serialize> Serialize for MostlyOne<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.deref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for MostlyOne<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_a_list_however_few_or_many_and_read_back() {
        let mut list = MostlyOne::default();
        for count in 0..5_u8 {
            let vector: Vec<u8> = (0..count).collect();
            assert_eq!(*list, vector);
            let bytes = postcard::to_allocvec(&list).expect("it is written");
            assert_eq!(bytes, postcard::to_allocvec(&vector).expect("as a vector"));
            assert_eq!(postcard::from_bytes(&bytes), Ok(list.clone()));
            list.push(count);
        }
        list[2] = 9;
        assert_eq!(*list, [0, 1, 9, 3, 4]);
    }
}
