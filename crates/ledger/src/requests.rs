//! The request keys that are remembered, with what was answered.

use crate::foresight::FORESIGHT;
use crate::halves::Halves;
use crate::index::Index;
use crate::pages::Pages;
use crate::receipts;
use arrayvec::ArrayVec;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use vocabulary::{Millis, Outcome, Receipt, Refusal, RequestKey};

/// Every request key that may still come again, oldest first, in words of 64 bits one behind the
/// other: two of the key, one of the body's hash, and the receipt. A receipt takes from one to five
/// words, so rows of one size would be half empty.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Requests {
    words: Pages<u64>,
    /// How many words have been dropped from the front. Places count from the very first word on, and
    /// are kept in the index by their low 32 bits: fewer than 2^32 words are kept at a time.
    dropped: u64,
    /// Which places are forgotten when: the moment, and where the requests end that it is for.
    moments: VecDeque<(Millis, u64)>,
    #[serde(skip)]
    index: Index,
}

/// Of a request whose receipt is of the usual length.
const WORDS: usize = 8;
/// Before the receipt.
const HEAD: usize = 3;

impl Requests {
    /// Makes room for so many requests more.
    pub(crate) fn make_room(&mut self, requests: usize) {
        self.words.make_room(requests * WORDS, u64::MAX);
        self.index.make_room(requests);
    }

    /// What is answered to a request whose key is remembered at `at`.
    pub(crate) fn answer(&self, at: Millis, request: RequestKey) -> Option<Outcome> {
        let place = self.find(request.key)?;
        if at >= self.forget_at(place) {
            return None;
        }
        let at = (place - self.dropped) as usize;
        Some(if self.words[at + 2] == request.body {
            Outcome::Repeated(receipts::read(|word| self.words[at + HEAD + word]))
        } else {
            Outcome::Refused(Refusal::RequestKeyReused)
        })
    }

    /// Remembers a request that was done, and drops the oldest that are forgotten.
    pub(crate) fn keep(
        &mut self,
        at: Millis,
        request: RequestKey,
        receipt: Receipt,
        forget_at: Millis,
    ) {
        self.drop_forgotten(at);
        let place = self.end();
        self.words.push((request.key >> 64) as u64);
        self.words.push(request.key as u64);
        self.words.push(request.body);
        for word in receipts::words(receipt) {
            self.words.push(word);
        }
        self.enter(place);
        self.forget_to(self.end(), forget_at);
    }

    /// Brings near where a key would be found.
    pub(crate) fn foresee(&self, request: RequestKey) {
        self.index.foresee(hash(request.key));
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self) {
        self.index.clear();
        self.index.make_room(self.words.len() / WORDS);
        let mut place = self.dropped;
        while place < self.end() {
            let few = self.few(place, self.end());
            place += few.iter().map(|place| self.length(*place)).sum::<u64>();
            few.into_iter().for_each(|place| self.enter(place));
        }
    }

    /// The places of the next requests from `place` on and before `end`; what the index has of them is brought
    /// near.
    fn few(&self, mut place: u64, end: u64) -> ArrayVec<u64, FORESIGHT> {
        let mut few = ArrayVec::new();
        while place < end && !few.is_full() {
            self.index.foresee(hash(self.key(place)));
            few.push(place);
            place += self.length(place);
        }
        few
    }

    /// Enters the key at `place`; the same key of before is forgotten.
    fn enter(&mut self, place: u64) {
        let key = self.key(place);
        if let Some(before) = self.find(key) {
            self.index.remove(hash(key), before as u32);
        }
        self.index.insert(hash(key), place as u32);
    }

    fn drop_forgotten(&mut self, at: Millis) {
        while let Some((_, end)) = self.moments.front().filter(|(moment, _)| at >= *moment) {
            let end = *end;
            while self.dropped < end {
                for place in self.few(self.dropped, end) {
                    let (key, length) = (self.key(place), self.length(place));
                    // The key may have been kept again since; then it is the newer one's.
                    self.index.remove(hash(key), place as u32);
                    self.words.drop_front(length as usize);
                    self.dropped += length;
                }
            }
            self.moments.pop_front();
        }
    }

    /// Where the next request goes.
    fn end(&self) -> u64 {
        self.dropped + self.words.len() as u64
    }

    fn find(&self, key: u128) -> Option<u64> {
        let is_it = |low: u32| self.key(self.whole(low)) == key;
        let low = self.index.find(hash(key), is_it)?;
        Some(self.whole(low))
    }

    /// The place, of those that are kept, with these low bits.
    fn whole(&self, low: u32) -> u64 {
        self.dropped + u64::from(low.wrapping_sub(self.dropped as u32))
    }

    fn key(&self, place: u64) -> u128 {
        let at = (place - self.dropped) as usize;
        u128::from(self.words[at]) << 64 | u128::from(self.words[at + 1])
    }

    fn forget_at(&self, place: u64) -> Millis {
        let before = self.moments.partition_point(|(_, end)| *end <= place);
        self.moments[before].0
    }

    fn forget_to(&mut self, end: u64, moment: Millis) {
        match self.moments.back_mut() {
            Some((last, reached)) if *last == moment => *reached = end,
            _ => self.moments.push_back((moment, end)),
        }
    }

    /// Words of the request that lies there.
    fn length(&self, place: u64) -> u64 {
        let at = (place - self.dropped) as usize;
        (HEAD + receipts::length(self.words[at + HEAD])) as u64
    }
}

/// Keys are hashes already, but nobody promises whose.
fn hash(key: u128) -> u64 {
    crate::halves::hash(Halves::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: u128, body: u64) -> RequestKey {
        RequestKey { key, body }
    }

    #[test]
    fn a_key_is_remembered_to_its_last_millisecond_and_may_then_serve_again() {
        let mut requests = Requests::default();
        let first = key(7, 1);
        requests.keep(Millis(0), first, Receipt::Done, Millis(10));
        let repeated = Some(Outcome::Repeated(Receipt::Done));
        let reused = Some(Outcome::Refused(Refusal::RequestKeyReused));
        assert_eq!(requests.answer(Millis(9), first), repeated);
        assert_eq!(requests.answer(Millis(9), key(7, 2)), reused);
        assert_eq!(requests.answer(Millis(10), first), None);

        requests.keep(Millis(5), key(8, 1), Receipt::Done, Millis(50));
        requests.keep(Millis(20), key(7, 2), Receipt::Done, Millis(30));
        requests.keep(Millis(60), key(9, 2), Receipt::Done, Millis(90));
        assert_eq!(requests.words.len(), 4, "the forgotten have left memory");
        assert_eq!(requests.answer(Millis(29), key(7, 2)), None);
        requests.reindex();
        assert_eq!(requests.answer(Millis(89), key(9, 2)), repeated);
    }
}
