//! What each shopper has: holds with their clocks, places in waitlists, and what lapsed of late.
//!
//! Persons are opaque keys here; who they are stands in the records. What became of holds that were
//! ordered stands in `checkouts`.

use crate::View;
use hashbrown::HashMap;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use vocabulary::{DealId, Event, HoldId, HoldOrigin, Millis, PersonKey, PlaceId, Seq, SkuId};

/// For how long a lapsed hold can be told of.
pub const LAPSES_KEPT_MS: u64 = 24 * 60 * 60 * 1_000;
/// How many lapsed holds are kept at most, of all shoppers together; the oldest go first.
pub const LAPSES_KEPT_MAX: usize = 262_144;

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldCard {
    /// Its number.
    pub hold: HoldId,
    /// Of which deal.
    pub deal: DealId,
    /// Of what.
    pub sku: SkuId,
    /// How many.
    pub units: u16,
    /// The price of a unit, kept while the hold lasts.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
    /// The first millisecond in which it is lapsed.
    pub expires_at: Millis,
    /// Asked for or offered.
    pub origin: HoldOrigin,
    /// How often it was given more time.
    pub extended: u8,
}

/// A place in a waitlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceCard {
    /// Its number.
    pub place: PlaceId,
    /// Of which deal.
    pub deal: DealId,
    /// For what.
    pub sku: SkuId,
    /// How many wait before it.
    pub ahead: u32,
}

/// A hold whose clock ran out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapsedHold {
    /// When it was swept.
    pub at: Millis,
    /// As it was.
    pub hold: HoldCard,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Shopper {
    holds: Vec<HoldId>,
    places: Vec<PlaceId>,
    lapsed: VecDeque<LapsedHold>,
}

impl Shopper {
    fn has_nothing(&self) -> bool {
        self.holds.is_empty() && self.places.is_empty() && self.lapsed.is_empty()
    }
}

/// Every shopper who has something that is not finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShoppersView {
    shoppers: HashMap<PersonKey, Shopper>,
    holds: HashMap<HoldId, (PersonKey, HoldCard)>,
    places: HashMap<PlaceId, (PersonKey, DealId, SkuId)>,
    /// Who waits, first come first: numbers of places only rise.
    queues: HashMap<(DealId, SkuId), VecDeque<PlaceId>>,
    /// Whose holds lapsed when, oldest first.
    lapses: VecDeque<(Millis, PersonKey)>,
}

impl ShoppersView {
    /// A person's holds that have not lapsed at `now`, swept or not; oldest first.
    pub fn holds(&self, person: PersonKey, now: Millis) -> Vec<&HoldCard> {
        let holds = self
            .shopper(person)
            .map_or(&[][..], |shopper| &shopper.holds);
        let cards = holds.iter().map(|hold| &self.holds[hold].1);
        cards.filter(|card| now < card.expires_at).collect()
    }

    /// A hold and whose it is.
    pub fn hold(&self, hold: HoldId) -> Option<(PersonKey, &HoldCard)> {
        self.holds.get(&hold).map(|(person, card)| (*person, card))
    }

    /// Every hold and whose it is, in no promised order.
    pub fn every_hold(&self) -> impl Iterator<Item = (PersonKey, &HoldCard)> {
        self.holds.values().map(|(person, card)| (*person, card))
    }

    /// A person's places in waitlists, oldest first.
    pub fn places(&self, person: PersonKey) -> Vec<PlaceCard> {
        let places = self
            .shopper(person)
            .map_or(&[][..], |shopper| &shopper.places);
        places
            .iter()
            .filter_map(|place| self.place(*place))
            .map(|(_, card)| card)
            .collect()
    }

    /// A place and whose it is.
    pub fn place(&self, place: PlaceId) -> Option<(PersonKey, PlaceCard)> {
        let (person, deal, sku) = *self.places.get(&place)?;
        let ahead = self.queues[&(deal, sku)].partition_point(|other| *other < place);
        let ahead = u32::try_from(ahead).expect("a waitlist has less than 2^32 places");
        Some((
            person,
            PlaceCard {
                place,
                deal,
                sku,
                ahead,
            },
        ))
    }

    /// A person's holds that lapsed in the last 24 hours before `now`, oldest first.
    pub fn lapsed(&self, person: PersonKey, now: Millis) -> Vec<&LapsedHold> {
        let lapsed = self
            .shopper(person)
            .into_iter()
            .flat_map(|shopper| &shopper.lapsed);
        lapsed
            .filter(|lapse| now.since(lapse.at) < LAPSES_KEPT_MS)
            .collect()
    }

    /// How many holds there are, all shoppers together.
    pub fn holds_count(&self) -> usize {
        self.holds.len()
    }

    /// How many places in waitlists there are, all shoppers together.
    pub fn places_count(&self) -> usize {
        self.places.len()
    }

    fn shopper(&self, person: PersonKey) -> Option<&Shopper> {
        self.shoppers.get(&person)
    }

    /// Changes a shopper, who is forgotten when nothing is left.
    fn change(&mut self, person: PersonKey, change: impl FnOnce(&mut Shopper)) {
        let shopper = self.shoppers.entry(person).or_default();
        change(shopper);
        if shopper.has_nothing() {
            self.shoppers.remove(&person);
        }
    }

    fn hold_placed(&mut self, person: PersonKey, card: HoldCard) {
        if let HoldOrigin::Offered(place) = card.origin {
            self.place_ended(place);
        }
        let hold = card.hold;
        self.holds.insert(hold, (person, card));
        self.change(person, |shopper| shopper.holds.push(hold));
    }

    fn hold_ended(&mut self, hold: HoldId) -> (PersonKey, HoldCard) {
        let ended = self
            .holds
            .remove(&hold)
            .expect("a hold is placed before it ends");
        self.change(ended.0, |shopper| {
            shopper.holds.retain(|other| *other != hold)
        });
        ended
    }

    fn hold_lapsed(&mut self, hold: HoldId, at: Millis) {
        let (person, hold) = self.hold_ended(hold);
        self.lapses.push_back((at, person));
        self.change(person, |shopper| {
            shopper.lapsed.push_back(LapsedHold { at, hold })
        });
        self.forget_lapses(at);
    }

    fn forget_lapses(&mut self, now: Millis) {
        while let Some((at, person)) = self.lapses.front().copied() {
            if now.since(at) < LAPSES_KEPT_MS && self.lapses.len() <= LAPSES_KEPT_MAX {
                break;
            }
            self.lapses.pop_front();
            self.change(person, |shopper| {
                shopper.lapsed.pop_front();
            });
        }
    }

    fn place_joined(&mut self, place: PlaceId, deal: DealId, sku: SkuId, person: PersonKey) {
        self.places.insert(place, (person, deal, sku));
        self.queues.entry((deal, sku)).or_default().push_back(place);
        self.change(person, |shopper| shopper.places.push(place));
    }

    fn place_ended(&mut self, place: PlaceId) {
        let (person, deal, sku) = self
            .places
            .remove(&place)
            .expect("a place is joined before it ends");
        let queue = self
            .queues
            .get_mut(&(deal, sku))
            .expect("a place stands in its queue");
        let ahead = queue.partition_point(|other| *other < place);
        queue.remove(ahead);
        if queue.is_empty() {
            self.queues.remove(&(deal, sku));
        }
        self.change(person, |shopper| {
            shopper.places.retain(|other| *other != place)
        });
    }

    fn fold_holding(&mut self, at: Millis, event: &Event) {
        match *event {
            Event::HoldPlaced {
                hold,
                deal,
                sku,
                units,
                price,
                currency,
                person,
                expires_at,
                origin,
            } => {
                let card = HoldCard {
                    hold,
                    deal,
                    sku,
                    units,
                    price,
                    currency,
                    expires_at,
                    origin,
                    extended: 0,
                };
                self.hold_placed(person, card);
            }
            Event::LinePlaced {
                hold: HoldId::NONE, ..
            } => {}
            Event::HoldReleased { hold } | Event::LinePlaced { hold, .. } => {
                self.hold_ended(hold);
            }
            Event::HoldExtended {
                hold,
                expires_at,
                times,
            } => {
                let (_, card) = self
                    .holds
                    .get_mut(&hold)
                    .expect("a hold runs that is extended");
                (card.expires_at, card.extended) = (expires_at, times);
            }
            Event::HoldLapsed { hold } => self.hold_lapsed(hold, at),
            Event::WaitlistJoined {
                place,
                deal,
                sku,
                person,
            } => {
                self.place_joined(place, deal, sku, person);
            }
            Event::WaitlistLeft { place } | Event::WaitlistEnded { place } => {
                self.place_ended(place);
            }
            _ => {}
        }
    }
}

impl View for ShoppersView {
    fn fold(&mut self, at: Millis, _seq: Seq, event: &Event) {
        self.fold_holding(at, event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const ME: PersonKey = PersonKey(1);

    fn hold_placed(hold: u64, expires_at: u64, origin: HoldOrigin) -> Event {
        Event::HoldPlaced {
            hold: HoldId(hold),
            deal: DealId(1),
            sku: SkuId(1),
            units: 1,
            price: Amount(900),
            currency: Currency::KRW,
            person: ME,
            expires_at: Millis(expires_at),
            origin,
        }
    }

    fn joined(place: u64, person: PersonKey) -> Event {
        Event::WaitlistJoined {
            place: PlaceId(place),
            deal: DealId(1),
            sku: SkuId(1),
            person,
        }
    }

    fn folded(events: &[(u64, Event)]) -> ShoppersView {
        let mut view = ShoppersView::default();
        for (at, event) in events {
            view.fold(Millis(*at), Seq(1), event);
        }
        view
    }

    #[test]
    fn a_hold_is_shown_until_its_millisecond_and_told_of_for_a_day() {
        let view = folded(&[
            (1, hold_placed(1, 100, HoldOrigin::Asked)),
            (101, Event::HoldLapsed { hold: HoldId(1) }),
            (102, hold_placed(2, 200, HoldOrigin::Asked)),
        ]);
        assert_eq!(view.holds(ME, Millis(199)).len(), 1);
        assert_eq!(view.holds(ME, Millis(200)).len(), 0);
        assert_eq!(view.lapsed(ME, Millis(200))[0].hold.hold, HoldId(1));
        assert!(view.lapsed(ME, Millis(101 + LAPSES_KEPT_MS)).is_empty());
    }

    #[test]
    fn who_waits_sees_how_many_are_ahead() {
        let mut view = folded(&[
            (1, joined(1, PersonKey(7))),
            (1, joined(2, PersonKey(8))),
            (1, joined(3, ME)),
        ]);
        assert_eq!(view.places(ME)[0].ahead, 2);
        view.fold(
            Millis(2),
            Seq(2),
            &Event::WaitlistLeft { place: PlaceId(2) },
        );
        assert_eq!(view.places(ME)[0].ahead, 1);
        view.fold(
            Millis(2),
            Seq(2),
            &Event::WaitlistLeft { place: PlaceId(1) },
        );
        assert_eq!(view.places(ME)[0].ahead, 0);
        view.fold(
            Millis(3),
            Seq(3),
            &hold_placed(9, 50, HoldOrigin::Offered(PlaceId(3))),
        );
        assert!(view.places(ME).is_empty());
        assert_eq!(view.holds(ME, Millis(3)).len(), 1);
    }
}
