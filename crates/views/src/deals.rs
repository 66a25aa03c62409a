//! What every deal looks like: terms, prices, where its units are, how many wait.
//!
//! Closed deals stay and are shown as over. Who holds and who waits stands in
//! [`crate::ShoppersView`]; names and pictures stand in the records.

use crate::View;
use hashbrown::HashMap;
use money::{Amount, Currency};
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Bound;
use vocabulary::{
    DealId, DealTerms, Event, HoldOrigin, Millis, PlaceId, PoolCounts, Reference, SellerId, Seq,
    SkuId,
};

/// How many changes [`DealsView::changed_since`] can look back upon without looking at every deal.
const CHANGES_KEPT_MAX: usize = 65_536;

/// How many happenings are kept.
const HAPPENINGS_KEPT_MAX: usize = 64;

const SCHEDULED: &str = "a deal is scheduled before anything happens to it";

/// One SKU of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCard {
    /// What is sold.
    pub sku: SkuId,
    /// The price of a unit for who takes a hold now.
    pub price: Amount,
    /// Where its units are.
    pub counts: PoolCounts,
    /// How many wait for a unit.
    pub waiting: u32,
}

/// What became of a deal that one wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happened {
    /// The bell has rung.
    Opened,
    /// Nothing of it is available any more.
    SoldOut,
    /// It is over.
    Closed,
}

/// Something that became of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Millis,
    /// Of which.
    pub deal: DealId,
    /// What.
    pub what: Happened,
}

/// A deal with its pools.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealCard {
    /// Its number.
    pub deal: DealId,
    /// The shop's own id, hashed.
    pub reference: Reference,
    /// Whose deal it is.
    pub seller: SellerId,
    /// Of its prices.
    pub currency: Currency,
    /// Its terms, as last changed.
    pub terms: DealTerms,
    /// The bell has rung.
    pub opened: bool,
    /// It is over.
    pub closed: bool,
    /// How often a hold may be given more time.
    pub extensions: u8,
    /// How much, in ms.
    pub extension_ms: u32,
    /// Its pools, in the order of scheduling.
    pub pools: Vec<PoolCard>,
    /// The command that changed it last.
    pub changed: Seq,
    /// Since when nothing of it is available; none while something is.
    pub sold_out_at: Option<Millis>,
    claimed_at_close: Option<u8>,
}

impl DealCard {
    /// (held + ordered + sold) of all pools in percent of what was allotted, rounded down, so that
    /// 100 means that nothing is left. Of a closed deal: as it stood at the close.
    pub fn claimed_percent(&self) -> u8 {
        self.claimed_at_close.unwrap_or_else(|| self.claimed_now())
    }

    /// The pool of a SKU.
    pub fn pool(&self, sku: SkuId) -> Option<&PoolCard> {
        self.pools.iter().find(|pool| pool.sku == sku)
    }

    /// True while holds may be placed, swept or not.
    pub fn is_open(&self, now: Millis) -> bool {
        !self.closed && self.terms.starts_at <= now && now < self.terms.ends_at
    }

    fn has_nothing_left(&self) -> bool {
        let mut pools = self.pools.iter();
        pools.all(|pool| pool.counts.available == 0)
            && self.pools.iter().any(|pool| pool.counts.allotted() > 0)
    }

    fn claimed_now(&self) -> u8 {
        let sum = |units: fn(&PoolCounts) -> u32| -> u64 {
            self.pools
                .iter()
                .map(|pool| u64::from(units(&pool.counts)))
                .sum()
        };
        let claimed = sum(|counts| counts.held + counts.ordered + counts.sold);
        let allotted = sum(|counts| counts.allotted());
        let percent = (claimed * 100).checked_div(allotted).unwrap_or(0);
        u8::try_from(percent).expect("what is claimed was allotted")
    }

    fn pool_mut(&mut self, sku: SkuId) -> &mut PoolCard {
        self.pools
            .iter_mut()
            .find(|pool| pool.sku == sku)
            .expect("a SKU is priced before anything happens to its pool")
    }
}

/// Every deal there is or was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealsView {
    /// Deal n lies at n - 1: the ledger numbers them from 1 without gaps.
    cards: Vec<DealCard>,
    /// Deals that are not over, by their start.
    ahead: BTreeSet<(Millis, DealId)>,
    /// Deals that are over, by their end.
    over: BTreeSet<(Millis, DealId)>,
    places: HashMap<PlaceId, (DealId, SkuId)>,
    happenings: VecDeque<Happening>,
    changes: VecDeque<(Seq, DealId)>,
    /// Changes up to here are no longer in `changes`.
    forgotten: Seq,
}

impl DealsView {
    /// A deal by its number.
    pub fn deal(&self, deal: DealId) -> Option<&DealCard> {
        self.cards.get((deal.0 as usize).checked_sub(1)?)
    }

    /// All deals, in the order of their numbers.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &DealCard> {
        self.cards.iter()
    }

    /// Deals in which holds may be placed at `now`, first started first.
    pub fn open(&self, now: Millis) -> impl DoubleEndedIterator<Item = &DealCard> {
        self.ahead
            .range(..=(now, DealId(u32::MAX)))
            .map(|(_, deal)| self.known(*deal))
            .filter(move |card| card.is_open(now))
    }

    /// Deals that have not begun at `now`, next first.
    pub fn upcoming(&self, now: Millis) -> impl DoubleEndedIterator<Item = &DealCard> {
        let begun = Bound::Excluded((now, DealId(u32::MAX)));
        self.ahead
            .range((begun, Bound::Unbounded))
            .map(|(_, deal)| self.known(*deal))
    }

    /// Deals that are over, last ended first.
    pub fn closed(&self) -> impl DoubleEndedIterator<Item = &DealCard> {
        self.over.iter().rev().map(|(_, deal)| self.known(*deal))
    }

    /// [`DealCard::claimed_percent`] of a deal; `None` when there is no such deal.
    pub fn claimed_percent(&self, deal: DealId) -> Option<u8> {
        self.deal(deal).map(DealCard::claimed_percent)
    }

    /// The deals that changed after `seq`, each once, in no promised order. However far back `seq`
    /// lies, none is missing.
    pub fn changed_since(&self, seq: Seq) -> Vec<&DealCard> {
        if seq < self.forgotten {
            return self
                .cards
                .iter()
                .filter(|card| card.changed > seq)
                .collect();
        }
        self.changes
            .iter()
            .rev()
            .take_while(|(changed, _)| *changed > seq)
            .map(|(changed, deal)| (changed, self.known(*deal)))
            .filter(|(changed, card)| card.changed == **changed)
            .map(|(_, card)| card)
            .collect()
    }

    /// What became of deals of late, latest first.
    pub fn happenings(&self) -> impl Iterator<Item = Happening> {
        self.happenings.iter().rev().copied()
    }

    fn happen(&mut self, at: Millis, deal: DealId, what: Happened) {
        // A deal that is sold out again and again, since holds lapse, is told of once.
        let told = |it: &Happening| it.deal == deal && it.what == what;
        self.happenings.retain(|it| !told(it));
        if self.happenings.len() == HAPPENINGS_KEPT_MAX {
            self.happenings.pop_front();
        }
        self.happenings.push_back(Happening { at, deal, what });
    }

    fn pool_changed(&mut self, deal: DealId, sku: SkuId, counts: PoolCounts, at: Millis, seq: Seq) {
        let card = self.change(deal, seq);
        card.pool_mut(sku).counts = counts;
        if counts.available > 0 {
            card.sold_out_at = None;
        } else if card.sold_out_at.is_none() && !card.closed && card.has_nothing_left() {
            card.sold_out_at = Some(at);
            self.happen(at, deal, Happened::SoldOut);
        }
    }

    /// Brings near what folding `events` will touch.
    pub(crate) fn foresee(&self, events: &[(Seq, &Event)]) {
        for (_, event) in events {
            if let Event::PoolChanged { deal, .. } = event {
                prefetch_index(&self.cards, deal.0 as usize - 1);
            }
        }
        for (_, event) in events {
            if let Event::PoolChanged { deal, .. } = event
                && let Some(card) = self.deal(*deal)
            {
                prefetch_index(&card.pools, 0);
            }
        }
    }

    fn known(&self, deal: DealId) -> &DealCard {
        self.deal(deal).expect(SCHEDULED)
    }

    /// The card, marked as changed by `seq`.
    fn change(&mut self, deal: DealId, seq: Seq) -> &mut DealCard {
        let card = self.cards.get_mut(deal.0 as usize - 1).expect(SCHEDULED);
        if card.changed != seq {
            card.changed = seq;
            self.changes.push_back((seq, deal));
            if self.changes.len() > CHANGES_KEPT_MAX {
                let dropped = self.changes.pop_front();
                self.forgotten = dropped.map_or(self.forgotten, |(seq, _)| seq);
            }
        }
        card
    }

    fn schedule(&mut self, card: DealCard, seq: Seq) {
        assert_eq!(self.cards.len() + 1, card.deal.0 as usize, "{SCHEDULED}");
        let deal = card.deal;
        self.ahead.insert((card.terms.starts_at, deal));
        self.cards.push(card);
        self.change(deal, seq);
    }

    fn price(&mut self, deal: DealId, sku: SkuId, price: Amount, seq: Seq) {
        let pools = &mut self.change(deal, seq).pools;
        match pools.iter_mut().find(|pool| pool.sku == sku) {
            Some(pool) => pool.price = price,
            None => pools.push(PoolCard {
                sku,
                price,
                counts: PoolCounts::default(),
                waiting: 0,
            }),
        }
    }

    fn retime(&mut self, deal: DealId, terms: DealTerms, seq: Seq) {
        let card = self.change(deal, seq);
        let before = card.terms.starts_at;
        card.terms = terms;
        self.ahead.remove(&(before, deal));
        self.ahead.insert((terms.starts_at, deal));
    }

    fn close(&mut self, deal: DealId, at: Millis, seq: Seq) {
        let card = self.change(deal, seq);
        card.claimed_at_close = Some(card.claimed_now());
        card.closed = true;
        let starts_at = card.terms.starts_at;
        // An end by hand comes before the planned one and carries its own moment.
        card.terms.ends_at = card.terms.ends_at.min(at);
        let ends_at = card.terms.ends_at;
        self.ahead.remove(&(starts_at, deal));
        self.over.insert((ends_at, deal));
    }

    fn join(&mut self, place: PlaceId, deal: DealId, sku: SkuId, seq: Seq) {
        self.places.insert(place, (deal, sku));
        self.change(deal, seq).pool_mut(sku).waiting += 1;
    }

    fn leave(&mut self, place: PlaceId, seq: Seq) {
        let (deal, sku) = self
            .places
            .remove(&place)
            .expect("a place is joined before it ends");
        self.change(deal, seq).pool_mut(sku).waiting -= 1;
    }
}

impl View for DealsView {
    fn fold(&mut self, at: Millis, seq: Seq, event: &Event) {
        match *event {
            Event::DealScheduled {
                deal,
                reference,
                seller,
                currency,
                terms,
            } => {
                let card = DealCard {
                    deal,
                    reference,
                    seller,
                    currency,
                    terms,
                    opened: false,
                    closed: false,
                    extensions: 0,
                    extension_ms: 0,
                    pools: Vec::new(),
                    changed: Seq(0),
                    sold_out_at: None,
                    claimed_at_close: None,
                };
                self.schedule(card, seq);
            }
            Event::DealPriced { deal, sku, price } => self.price(deal, sku, price, seq),
            Event::DealChanged { deal, terms } => self.retime(deal, terms, seq),
            Event::ExtensionsAllowed {
                deal,
                times,
                span_ms,
            } => {
                let card = self.change(deal, seq);
                (card.extensions, card.extension_ms) = (times, span_ms);
            }
            Event::DealOpened { deal } => {
                self.change(deal, seq).opened = true;
                self.happen(at, deal, Happened::Opened);
            }
            Event::DealClosed { deal } => {
                self.close(deal, at, seq);
                self.happen(at, deal, Happened::Closed);
            }
            Event::PoolChanged { deal, sku, counts } => {
                self.pool_changed(deal, sku, counts, at, seq);
            }
            Event::WaitlistJoined {
                place, deal, sku, ..
            } => self.join(place, deal, sku, seq),
            Event::WaitlistLeft { place } | Event::WaitlistEnded { place } => {
                self.leave(place, seq);
            }
            Event::HoldPlaced {
                origin: HoldOrigin::Offered(place),
                ..
            } => self.leave(place, seq),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{Deduct, PersonKey};

    fn terms(starts_at: u64, ends_at: u64) -> DealTerms {
        DealTerms {
            starts_at: Millis(starts_at),
            ends_at: Millis(ends_at),
            hold_ms: 1_000,
            payment_ms: 1_000,
            deposit_ms: 0,
            limit: 1,
            members_only: false,
            verified_only: false,
            deduct: Deduct::OnOrder,
            waitlist_max: 10,
        }
    }

    fn scheduled(deals: &[(u64, u64)]) -> DealsView {
        let mut view = DealsView::default();
        for (n, (starts_at, ends_at)) in (1..).zip(deals) {
            let deal = DealId(n);
            let event = Event::DealScheduled {
                deal,
                reference: Reference(u128::from(n)),
                seller: SellerId(1),
                currency: Currency::KRW,
                terms: terms(*starts_at, *ends_at),
            };
            view.fold(Millis(0), Seq(u64::from(n)), &event);
            let priced = Event::DealPriced {
                deal,
                sku: SkuId(1),
                price: Amount(900),
            };
            view.fold(Millis(0), Seq(u64::from(n)), &priced);
        }
        view
    }

    fn pool_changed(deal: u32, counts: [u32; 4]) -> Event {
        let [available, held, ordered, sold] = counts;
        let counts = PoolCounts {
            available,
            held,
            ordered,
            sold,
        };
        Event::PoolChanged {
            deal: DealId(deal),
            sku: SkuId(1),
            counts,
        }
    }

    fn numbers<'a>(cards: impl Iterator<Item = &'a DealCard>) -> Vec<u32> {
        cards.map(|card| card.deal.0).collect()
    }

    #[test]
    fn a_deal_is_open_from_its_first_millisecond_to_before_its_last() {
        let mut view = scheduled(&[(200, 300), (100, 250), (50, 80)]);
        view.fold(Millis(80), Seq(4), &Event::DealClosed { deal: DealId(3) });
        assert!(numbers(view.open(Millis(99))).is_empty());
        assert_eq!(numbers(view.upcoming(Millis(99))), [2, 1]);
        assert_eq!(numbers(view.open(Millis(100))), [2]);
        assert_eq!(numbers(view.open(Millis(249))), [2, 1]);
        assert_eq!(numbers(view.open(Millis(250))), [1]);
        assert_eq!(numbers(view.upcoming(Millis(100))), [1]);
        assert_eq!(numbers(view.closed()), [3]);
    }

    #[test]
    fn claimed_is_rounded_down_and_stays_as_at_the_close() {
        let mut view = scheduled(&[(0, 100)]);
        view.fold(Millis(1), Seq(2), &pool_changed(1, [1, 100, 50, 49]));
        assert_eq!(view.claimed_percent(DealId(1)), Some(99));
        view.fold(Millis(100), Seq(3), &Event::DealClosed { deal: DealId(1) });
        view.fold(Millis(100), Seq(3), &pool_changed(1, [0, 100, 50, 49]));
        assert_eq!(view.claimed_percent(DealId(1)), Some(99));
        assert_eq!(view.claimed_percent(DealId(2)), None);
    }

    #[test]
    fn an_end_by_hand_is_when_the_deal_ended() {
        let mut view = scheduled(&[(0, 100)]);
        view.fold(Millis(40), Seq(2), &Event::DealClosed { deal: DealId(1) });
        assert_eq!(
            view.deal(DealId(1)).expect("deal 1").terms.ends_at,
            Millis(40)
        );
    }

    #[test]
    fn those_who_wait_are_counted_until_offered_or_gone() {
        let mut view = scheduled(&[(0, 100)]);
        for place in 1..=3 {
            let joined = Event::WaitlistJoined {
                place: PlaceId(place),
                deal: DealId(1),
                sku: SkuId(1),
                person: PersonKey(9),
            };
            view.fold(Millis(1), Seq(2), &joined);
        }
        view.fold(
            Millis(1),
            Seq(3),
            &Event::WaitlistLeft { place: PlaceId(2) },
        );
        assert_eq!(view.deal(DealId(1)).expect("deal 1").pools[0].waiting, 2);
        view.fold(
            Millis(1),
            Seq(4),
            &Event::WaitlistEnded { place: PlaceId(1) },
        );
        assert_eq!(view.deal(DealId(1)).expect("deal 1").pools[0].waiting, 1);
    }

    #[test]
    fn a_deal_of_which_nothing_is_available_is_told_of_once_and_latest() {
        let mut view = scheduled(&[(0, 100), (0, 100)]);
        view.fold(Millis(1), Seq(2), &Event::DealOpened { deal: DealId(1) });
        for (at, counts) in [
            (2, [1, 1, 0, 0]),
            (3, [0, 2, 0, 0]),
            (4, [0, 1, 1, 0]),
            (5, [1, 0, 1, 0]),
            (6, [0, 1, 1, 0]),
        ] {
            view.fold(Millis(at), Seq(3), &pool_changed(1, counts));
        }
        let told: Vec<_> = view.happenings().map(|it| (it.at.0, it.what)).collect();
        assert_eq!(told, [(6, Happened::SoldOut), (1, Happened::Opened)]);
        assert_eq!(
            view.deal(DealId(1)).expect("deal 1").sold_out_at,
            Some(Millis(6))
        );
        view.fold(Millis(9), Seq(4), &Event::DealClosed { deal: DealId(2) });
        view.fold(Millis(9), Seq(4), &pool_changed(2, [0, 1, 0, 0]));
        assert_eq!(
            view.happenings().next().map(|it| it.what),
            Some(Happened::Closed)
        );
    }

    #[test]
    fn what_changed_since_is_complete_however_far_back_one_asks() {
        let mut view = scheduled(&[(0, 100), (0, 100), (0, 100)]);
        for seq in 4..4 + 2 * CHANGES_KEPT_MAX as u64 {
            view.fold(
                Millis(1),
                Seq(seq),
                &pool_changed(1 + (seq % 2) as u32, [1, 0, 0, 0]),
            );
        }
        let last = view.changes.back().expect("changes").0;
        let sorted = |seq| {
            let mut deals = numbers(view.changed_since(seq).into_iter());
            deals.sort_unstable();
            deals
        };
        assert_eq!(sorted(Seq(0)), [1, 2, 3]);
        assert_eq!(sorted(Seq(3)), [1, 2]);
        assert_eq!(sorted(Seq(last.0 - 1)).len(), 1);
        assert!(sorted(last).is_empty());
    }
}
