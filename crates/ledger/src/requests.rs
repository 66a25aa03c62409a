//! The request keys that are remembered, with what was answered.

use crate::numbered::Map;
use crate::pages::Pages;
use serde::{Deserialize, Serialize};
use vocabulary::{Millis, Outcome, Receipt, Refusal, RequestKey};

/// Every request key that may still come again.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Requests {
    kept: Pages<Kept>,
    dropped: u64,
    /// From the key to how many were kept before it.
    #[serde(skip)]
    index: Map<u128, u64>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    request: RequestKey,
    receipt: Receipt,
    forget_at: Millis,
}

impl Requests {
    /// What is answered to a request whose key is remembered at `at`.
    pub(crate) fn answer(&self, at: Millis, request: RequestKey) -> Option<Outcome> {
        let number = *self.index.get(&request.key)?;
        let kept = &self.kept[(number - self.dropped) as usize];
        if at >= kept.forget_at {
            return None;
        }
        Some(if kept.request.body == request.body {
            Outcome::Repeated(kept.receipt)
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
        let number = self.dropped + self.kept.len() as u64;
        self.index.insert(request.key, number);
        self.kept.push(Kept {
            request,
            receipt,
            forget_at,
        });
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self) {
        let numbered = (self.dropped..).zip(self.kept.iter());
        self.index = numbered
            .map(|(number, kept)| (kept.request.key, number))
            .collect();
    }

    fn drop_forgotten(&mut self, at: Millis) {
        while let Some(kept) = self.kept.first().filter(|kept| at >= kept.forget_at) {
            // The key may have been kept again since; then it is the newer one's.
            if self.index.get(&kept.request.key) == Some(&self.dropped) {
                self.index.remove(&kept.request.key);
            }
            self.kept.drop_first();
            self.dropped += 1;
        }
    }
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
        assert_eq!(requests.kept.len(), 1, "the forgotten have left memory");
        assert_eq!(requests.answer(Millis(29), key(7, 2)), None);
        requests.reindex();
        assert_eq!(requests.answer(Millis(89), key(9, 2)), repeated);
    }
}
