//! The first bell of the present festival: which deals make a festival, and when one follows another.
//!
//! A festival begins at a bell before which nothing was open for six hours, and is over when the last deal that is open is. A
//! deal that is on offer for over three days stands: it makes no festival and prolongs none, so that a shop which also sells
//! all year round has festivals nevertheless.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{DealId, DealTerms, Millis};

/// For so long nothing is open between two festivals.
const REST_MS: u64 = 6 * 60 * 60 * 1_000;
/// A deal with a longer window stands.
const FESTIVE_MS_MAX: u64 = 3 * 24 * 60 * 60 * 1_000;

/// What rang, as far as the present festival and the next depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bells {
    first: Option<Millis>,
    /// A deal that does not stand has opened since the first bell.
    is_festive: bool,
    open: BTreeSet<DealId>,
    /// The last moment at which something was open or opened.
    rests_since: Millis,
    standing: BTreeSet<DealId>,
    /// When deals that are not over are to end.
    ends: BTreeMap<DealId, Millis>,
}

/// A festival begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    /// The first bell of the one before; none where there was none.
    pub(crate) before: Option<Millis>,
}

impl Bells {
    /// The first bell of the present festival, or of the last one while there is none.
    pub(crate) fn first(&self) -> Option<Millis> {
        self.first
    }

    /// A deal is scheduled, or has other terms. One that comes to stand while it is open keeps no festival awake any longer.
    pub(crate) fn scheduled(&mut self, deal: DealId, terms: &DealTerms, at: Millis) {
        self.ends.insert(deal, terms.ends_at);
        if terms.ends_at.since(terms.starts_at) <= FESTIVE_MS_MAX {
            self.standing.remove(&deal);
            return;
        }
        self.standing.insert(deal);
        self.rest_without(deal, at);
    }

    /// A deal opens; told is whether that begins a festival. What went on before the first was none. A deal whose window has
    /// passed while the server stood still opens only to close: it rings no bell.
    pub(crate) fn opened(&mut self, deal: DealId, at: Millis) -> Option<Begun> {
        if self.ends.get(&deal).is_some_and(|end| *end <= at) {
            return None;
        }
        let stands = self.standing.contains(&deal);
        let rested = self.open.is_empty() && at.since(self.rests_since) >= REST_MS;
        let begins = self.first.is_none() || (!stands && (rested || !self.is_festive));
        let before = self.first.filter(|_| self.is_festive);
        if begins {
            (self.first, self.is_festive, self.rests_since) = (Some(at), false, at);
        }
        if !stands {
            self.is_festive = true;
            self.open.insert(deal);
        }
        begins.then_some(Begun { before })
    }

    /// A deal is over: since its end, which a server that stood still meanwhile stamps late.
    pub(crate) fn closed(&mut self, deal: DealId, at: Millis) {
        let ended = self.ends.remove(&deal).map_or(at, |end| end.min(at));
        self.standing.remove(&deal);
        self.rest_without(deal, ended);
    }

    fn rest_without(&mut self, deal: DealId, since: Millis) {
        if self.open.remove(&deal) {
            self.rests_since = self.rests_since.max(since);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Deduct;

    const HOUR: u64 = 60 * 60 * 1_000;

    fn window(hours: u64) -> DealTerms {
        between(0, hours)
    }

    fn between(start: u64, end: u64) -> DealTerms {
        DealTerms {
            starts_at: at(start),
            ends_at: at(end),
            hold_ms: 1,
            payment_ms: 1,
            deposit_ms: 0,
            limit: 0,
            members_only: false,
            verified_only: false,
            deduct: Deduct::OnOrder,
            waitlist_max: 0,
        }
    }

    fn at(hour: u64) -> Millis {
        Millis(hour * HOUR)
    }

    #[test]
    fn a_festival_is_over_when_another_begins_after_six_hours_of_rest() {
        let mut bells = Bells::default();
        let first = bells.opened(DealId(1), at(10));
        assert_eq!(first, Some(Begun { before: None }));
        assert_eq!(bells.opened(DealId(2), at(11)), None);
        bells.closed(DealId(1), at(20));
        // The second is still open, so that its night is no rest.
        assert_eq!(bells.opened(DealId(3), at(30)), None);
        bells.closed(DealId(3), at(31));
        bells.closed(DealId(2), at(32));
        assert_eq!(bells.opened(DealId(4), at(37)), None);
        assert_eq!(bells.first(), Some(at(10)));
        bells.closed(DealId(4), at(38));
        let before = Some(at(10));
        assert_eq!(bells.opened(DealId(5), at(44)), Some(Begun { before }));
        assert_eq!(bells.first(), Some(at(44)));
        // What never opened may be called off.
        bells.closed(DealId(6), at(60));
        assert_eq!(bells.opened(DealId(7), at(61)), None, "one is still open");
    }

    #[test]
    fn what_stands_makes_no_festival_and_prolongs_none() {
        let mut bells = Bells::default();
        bells.scheduled(DealId(1), &window(24 * 30), at(0));
        bells.scheduled(DealId(3), &window(24 * 30), at(0));
        let none = Some(Begun { before: None });
        assert_eq!(bells.opened(DealId(1), at(1)), none);
        assert_eq!(bells.first(), Some(at(1)), "there is no other bell");
        // The first festival, beside what stands: what was before it was none.
        assert_eq!(bells.opened(DealId(2), at(20)), none);
        assert_eq!(bells.first(), Some(at(20)));
        bells.closed(DealId(2), at(21));
        assert_eq!(bells.opened(DealId(3), at(40)), None);
        assert_eq!(bells.first(), Some(at(20)));
        // What was to stand and is made shorter does not stand.
        bells.scheduled(DealId(4), &window(24 * 30), at(0));
        bells.scheduled(DealId(4), &between(50, 52), at(0));
        let before = Some(at(20));
        assert_eq!(bells.opened(DealId(4), at(50)), Some(Begun { before }));
    }

    #[test]
    fn what_comes_to_stand_while_it_is_open_lets_the_festival_rest() {
        let mut bells = Bells::default();
        bells.scheduled(DealId(1), &window(48), at(0));
        bells.opened(DealId(1), at(10));
        bells.scheduled(DealId(1), &window(24 * 30), at(20));
        let before = Some(at(10));
        assert_eq!(bells.opened(DealId(2), at(26)), Some(Begun { before }));
    }

    #[test]
    fn a_standing_deal_that_opens_soon_before_the_festival_takes_no_bell_from_it() {
        let mut bells = Bells::default();
        bells.scheduled(DealId(1), &window(24 * 30), at(0));
        bells.opened(DealId(1), at(19));
        let none = Some(Begun { before: None });
        assert_eq!(bells.opened(DealId(2), at(20)), none);
        assert_eq!(bells.first(), Some(at(20)));
        assert_eq!(bells.opened(DealId(3), at(21)), None);
    }

    #[test]
    fn a_deal_whose_window_passed_meanwhile_rings_no_bell() {
        let mut bells = Bells::default();
        bells.opened(DealId(1), at(0));
        bells.closed(DealId(1), at(2));
        bells.scheduled(DealId(2), &window(12), at(2));
        assert_eq!(bells.opened(DealId(2), at(24)), None);
        bells.closed(DealId(2), at(24));
        let before = Some(at(0));
        assert_eq!(bells.opened(DealId(3), at(25)), Some(Begun { before }));
    }

    #[test]
    fn a_server_that_stood_still_over_night_has_rested() {
        let mut bells = Bells::default();
        bells.scheduled(DealId(1), &window(2), at(0));
        bells.opened(DealId(1), at(0));
        bells.closed(DealId(1), at(24));
        let before = Some(at(0));
        assert_eq!(bells.opened(DealId(2), at(24)), Some(Begun { before }));
    }
}
