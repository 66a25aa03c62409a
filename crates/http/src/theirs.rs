//! What is a shopper's: holds, places, checkouts, orders. Who was a guest before they signed in has
//! them under two person keys, their own and the guest's, and who was verified since under a third; all are
//! looked at, and a deed is done in the name of the one that it concerns.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use records::{Order, OrderCursor, OrderFilter, StoredNotice};
use views::{CheckoutCard, Gallery, HoldCard, LapsedHold, PlaceCard};
use vocabulary::{Command, HoldId, Millis, PersonKey, Receipt, Refusal, RequestKey};

impl Shopper {
    /// The keys under which the shopper is known: their own, then the guest's, then the one they had before
    /// it was verified who they are.
    pub fn persons(&self) -> impl Iterator<Item = PersonKey> + use<> {
        let keys = [Some(self.person()), self.0.earlier, self.0.unverified];
        keys.into_iter().flatten()
    }

    /// True when this key is one of theirs.
    pub fn is(&self, person: PersonKey) -> bool {
        self.persons().any(|one| one == person)
    }

    /// Their live holds, oldest first.
    pub fn holds(&self, views: &Gallery, now: Millis) -> Vec<HoldCard> {
        let mut holds: Vec<HoldCard> = self
            .persons()
            .flat_map(|person| views.shoppers.holds(person, now))
            .cloned()
            .collect();
        holds.sort_by_key(|card| card.hold);
        holds
    }

    /// Their places in waitlists, oldest first.
    pub fn places(&self, views: &Gallery) -> Vec<PlaceCard> {
        let places = self.persons().flat_map(|one| views.shoppers.places(one));
        let mut places: Vec<PlaceCard> = places.collect();
        places.sort_by_key(|card| card.place);
        places
    }

    /// Their holds that lapsed in the last 24 hours, oldest first.
    pub fn lapsed(&self, views: &Gallery, now: Millis) -> Vec<LapsedHold> {
        let mut lapsed: Vec<LapsedHold> = self
            .persons()
            .flat_map(|person| views.shoppers.lapsed(person, now))
            .cloned()
            .collect();
        lapsed.sort_by_key(|lapse| lapse.at);
        lapsed
    }

    /// Their checkouts that wait for payment or for the capture.
    pub fn unpaid(&self, views: &Gallery) -> Vec<CheckoutCard> {
        let unpaid = self.persons().flat_map(|one| views.checkouts.unpaid(one));
        unpaid.collect()
    }

    /// Up to `count` of the notices they got, with lower numbers than `before`, newest first.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn notices(
        &self,
        shop: &Shop,
        before: i64,
        count: u32,
    ) -> Result<Vec<StoredNotice>, Problem> {
        let mut notices = Vec::new();
        for person in self.persons() {
            notices.extend(shop.records.notices_of(person, before, count).await?);
        }
        notices.sort_by_key(|notice| std::cmp::Reverse(notice.number));
        notices.truncate(count as usize);
        Ok(notices)
    }

    /// Up to `count` of their orders that a filter keeps and that were placed before `before`, newest first.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn orders(
        &self,
        shop: &Shop,
        filter: OrderFilter,
        before: OrderCursor,
        count: u32,
    ) -> Result<Vec<Order>, Problem> {
        let mut orders = Vec::new();
        for person in self.persons() {
            let kept = shop.records.orders_of(person, filter, before, count);
            orders.extend(kept.await?);
        }
        orders.sort_by_key(|order| std::cmp::Reverse(order.cursor()));
        orders.truncate(count as usize);
        Ok(orders)
    }

    /// The key under which these holds were taken, where it is one of theirs; else their own.
    pub fn holder(&self, views: &Gallery, holds: &[HoldId]) -> PersonKey {
        let owner = holds.first().and_then(|hold| views.shoppers.hold(*hold));
        let owner = owner.map(|(person, _)| person);
        owner
            .filter(|person| self.is(*person))
            .unwrap_or(self.person())
    }

    /// The key under which to ask for something with these holds. Only who was a guest before has two,
    /// and only for them the views are looked at.
    pub fn holder_now(&self, shop: &Shop, holds: &[HoldId]) -> PersonKey {
        match self.persons().nth(1) {
            None => self.person(),
            Some(_) => self.holder(&shop.views(), holds),
        }
    }

    /// Has the ledger do something in their name: under their own key, and where it says that what
    /// this is about belongs to another person, under the others.
    ///
    /// # Errors
    /// What the ledger refuses, and those of [`Shop::order_recalling`].
    pub async fn order(
        &self,
        shop: &Shop,
        key: Option<RequestKey>,
        command: impl Fn(PersonKey) -> Command,
    ) -> Result<Done<Receipt>, Problem> {
        let mut done = shop.order_recalling(key, command(self.person())).await;
        for person in self.persons().skip(1) {
            if !matches!(&done, Err(problem) if problem.is(Refusal::NotYours)) {
                break;
            }
            done = shop.order_recalling(key, command(person)).await;
        }
        done
    }
}
