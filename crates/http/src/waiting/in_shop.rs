//! The waiting room in the shop: with its clock, its stock and its lateness, and the cookie of a turn.

use super::{Answer, Room, Rules, Seed, Slip, Standing, Stock, Ticket, Wish, World};
use crate::pages::BusyPages;
use crate::problem::{Kind, Problem};
use crate::sessions::Session;
use crate::shop::Shop;
use crate::who::{Shopper, cookie};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use views::{DealCard, Gallery};
use vocabulary::{DealId, Millis, PersonKey, RequestKey, Seq, SkuId};

/// The cookie of a turn or a pass; there is one at each deal's path.
pub(crate) const TURN_COOKIE: &str = "doorbuster_turn";
/// When whoever is ready waits so long for a thread, more come than can be served. Who only looks is turned away
/// earlier, so that they do not slow down the queue, and programs later, so that those whose turn it is are served in time.
const LATE: Duration = Duration::from_millis(150);
/// When so many requests wait for the till, too.
const QUEUED_MAX: usize = 4_096;
/// And fewer than so many a second who ask are no rush, however late it is.
const RUSH_LEAST: u64 = 20;
/// Below this bit stands how many asked within a second, above it which second.
const SECOND_BIT: u32 = 20;
/// Who asks by program comes back after this time at the earliest, and at the latest; later, they would be away.
const BACK_MS: (u64, u64) = (1_000, 15_000);
/// Who finds the room full comes back after this time.
const FULL_BACK_MS: u64 = 20_000;

/// The waiting room of a shop.
#[derive(Debug)]
pub struct WaitingRoom {
    rules: Option<Rules>,
    key: [u8; 32],
    room: Mutex<Room>,
    in_use: AtomicBool,
    /// How many asked within which second, about: two who ask at once may count as one.
    asked: AtomicU64,
    /// What is shown in front of the room when even that is too much.
    pub(crate) busy: BusyPages,
}

impl WaitingRoom {
    /// None: everybody goes at once.
    pub fn closed() -> WaitingRoom {
        WaitingRoom::opened(None, &[0; 32], Millis(0))
    }

    /// An empty one from `now` on, with keys that follow from that of the sessions; none without rules.
    pub fn opened(rules: Option<Rules>, sessions_key: &[u8; 32], now: Millis) -> WaitingRoom {
        let key = key_of(sessions_key);
        let room = Mutex::new(Room::opened(rules.unwrap_or_default(), key, now));
        let in_use = AtomicBool::new(false);
        WaitingRoom {
            rules,
            key,
            room,
            in_use,
            asked: AtomicU64::new(0),
            busy: BusyPages::default(),
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.room().waiting()
    }

    /// From when on who comes for what opens with this bell may go into the waiting room; none where there is no room.
    pub(crate) fn opens_before(&self, bell: Millis) -> Option<Millis> {
        let ms = self.rules?.opens_before_ms;
        Some(Millis(bell.0.saturating_sub(ms)))
    }

    /// True when who comes for what opens with this bell may go into the waiting room now.
    pub(crate) fn is_open_before(&self, bell: Millis, now: Millis) -> bool {
        let opens_at = self.opens_before(bell);
        now < bell && opens_at.is_some_and(|opens_at| opens_at <= now)
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().expect("nobody panics in the waiting room")
    }

    /// The one look that it costs where there is no rush.
    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Counts somebody who asks; true when many do within this second.
    fn is_asked_by_many(&self, now: Millis) -> bool {
        let second = now.0 / 1_000;
        let before = self.asked.load(Ordering::Relaxed);
        let asked = match before >> SECOND_BIT == second {
            true => before + 1,
            false => (second << SECOND_BIT) + 1,
        };
        self.asked.store(asked, Ordering::Relaxed);
        asked - (second << SECOND_BIT) >= RUSH_LEAST
    }

    fn is_bounded(&self) -> bool {
        self.rules.is_some_and(|rules| rules.per_second.is_some())
    }
}

/// A slip as a browser shows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlipShown(pub Option<String>);

impl FromRequestParts<Arc<Shop>> for SlipShown {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shop>) -> Result<Self, Infallible> {
        Ok(SlipShown(cookie(parts, TURN_COOKIE).map(str::to_owned)))
    }
}

impl Shop {
    /// May this shopper go on with what they want of a deal? Else they have a turn from now on.
    pub(crate) fn may_go(
        &self,
        shopper: &Shopper,
        wish: Wish,
        shown: &SlipShown,
        key: Option<RequestKey>,
    ) -> Answer {
        let room = &self.waiting;
        if room.rules.is_none() {
            return Answer::Go;
        }
        let is_rush = room.is_asked_by_many(self.now()) && self.is_late();
        let is_calm = !room.is_bounded() && !room.is_in_use() && !is_rush;
        if is_calm && shown.0.is_none() {
            return Answer::Go;
        }
        self.in_room(wish.deal, shopper, shown, |room, person, slip, world| {
            room.ask(wish, person, slip, key, world)
        })
    }

    /// Turns a program away whose shopper's turn it is not where shoppers wait.
    ///
    /// # Errors
    /// [`Kind::WAITING`] with how many stand before them, [`Kind::WAITING_ROOM_FULL`].
    pub(crate) fn check_turn(
        &self,
        shopper: &Shopper,
        wish: Wish,
        key: Option<RequestKey>,
    ) -> Result<(), Problem> {
        if !self.waiting.is_in_use() || !self.waiting.room().concerns(wish.deal) {
            return Ok(());
        }
        match self.may_go(shopper, wish, &SlipShown::default(), key) {
            Answer::Go => Ok(()),
            Answer::Full => Err(room_full()),
            Answer::Wait => {
                let standing = self.standing(shopper, wish.deal, &SlipShown::default());
                Err(waits(standing))
            }
        }
    }

    /// Lets a shopper into the room.
    ///
    /// # Errors
    /// [`Kind::WAITING_ROOM_FULL`].
    pub(crate) fn join_room(
        &self,
        shopper: &Shopper,
        wish: Wish,
        shown: &SlipShown,
    ) -> Result<(), Problem> {
        let joined = self.in_room(wish.deal, shopper, shown, |room, person, slip, world| {
            room.join(wish, person, slip, world)
        });
        match joined {
            Answer::Full => Err(room_full()),
            Answer::Go | Answer::Wait => Ok(()),
        }
    }

    /// How it stands with a shopper in the room.
    pub(crate) fn standing(&self, shopper: &Shopper, deal: DealId, shown: &SlipShown) -> Standing {
        if self.waiting.rules.is_none() || !(self.waiting.is_in_use() || shown.0.is_some()) {
            return Standing::Absent;
        }
        self.in_room(deal, shopper, shown, |room, person, slip, world| {
            room.look(deal, person, slip, world)
        })
    }

    /// A shopper goes away for good.
    pub(crate) fn leave_room(&self, shopper: &Shopper, deal: DealId) {
        self.waiting.room().leave(deal, shopper.person());
    }

    /// A shopper got something of a deal by a request with this key; views that reached `seq` show it.
    pub(crate) fn note_got(
        &self,
        shopper: &Shopper,
        deal: DealId,
        key: Option<RequestKey>,
        seq: Seq,
    ) {
        if self.waiting.is_in_use() {
            self.waiting.room().spend(deal, shopper.person(), key, seq);
        }
    }

    /// What a browser keeps of a shopper's turn.
    pub(crate) fn slip_of(&self, shopper: &Shopper, deal: DealId) -> Option<String> {
        let person = shopper.person();
        let slip = self.waiting.room().slip(deal, person, self.now())?;
        Some(slip.seal(&self.waiting.key, person))
    }

    /// What a shopper draws with.
    pub(crate) fn draw_of(&self, shopper: &Shopper, wish: &Wish) -> (Ticket, Seed) {
        let key = &self.waiting.key;
        (
            Ticket::of(key, wish, shopper.person()),
            Seed::of(key, wish.deal),
        )
    }

    fn is_late(&self) -> bool {
        self.lateness.of_the_crowd() > LATE || self.counter.waiting() > QUEUED_MAX
    }

    fn in_room<T>(
        &self,
        deal: DealId,
        shopper: &Shopper,
        shown: &SlipShown,
        deed: impl FnOnce(&mut Room, PersonKey, Option<Slip>, &World<'_>) -> T,
    ) -> T {
        let (now, late, reached) = (self.now(), self.is_late(), *self.reached.borrow());
        let Session {
            person, earlier, ..
        } = shopper.0;
        let slip = shown.0.as_deref();
        let slip = slip.and_then(|text| Slip::unseal(&self.waiting.key, person, text, now));
        let mut room = self.waiting.room();
        if let Some(earlier) = earlier {
            room.rename(deal, earlier, person);
        }
        let views = self.views();
        let stock = |deal, sku| stock(&views, deal, sku, now);
        let world = World {
            now,
            late,
            reached,
            stock: &stock,
        };
        let done = deed(&mut room, person, slip, &world);
        self.waiting
            .in_use
            .store(room.is_in_use(), Ordering::Relaxed);
        done
    }
}

fn stock(views: &Gallery, deal: DealId, sku: SkuId, now: Millis) -> Stock {
    let card = views.deals.deal(deal);
    let found = card.and_then(|card| Some((card, card.pool(sku)?)));
    let Some((card, pool)) = found else {
        return Stock {
            over: true,
            ..Stock::default()
        };
    };
    Stock {
        opens_at: card.terms.starts_at,
        over: is_over(card, now),
        available: pool.counts.available,
        places: card.terms.waitlist_max.saturating_sub(pool.waiting),
        may_come_back: pool.counts.held + pool.counts.ordered,
    }
}

fn is_over(card: &DealCard, now: Millis) -> bool {
    card.closed || card.terms.ends_at <= now
}

/// What is told to a program.
fn waits(standing: Standing) -> Problem {
    let problem = Problem::from(Kind::WAITING);
    let Standing::Waiting { ahead, wait_ms, .. } = standing else {
        return problem.retry_after(BACK_MS.0);
    };
    let back = wait_ms.map_or(BACK_MS.1 / 3, |ms| ms.clamp(BACK_MS.0, BACK_MS.1));
    problem
        .because(format!("{ahead} are ahead"))
        .retry_after(back)
}

fn room_full() -> Problem {
    Problem::from(Kind::WAITING_ROOM_FULL).retry_after(FULL_BACK_MS)
}

/// A key of its own, so that no slip is ever a session.
fn key_of(sessions_key: &[u8; 32]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(sessions_key);
    let mac = mac
        .expect("any length of key will do")
        .chain_update(b"waiting room 1");
    mac.finalize().into_bytes().into()
}
