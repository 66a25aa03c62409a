//! Who waits, who is next, and who has been admitted: a table that moments are told to. It has no clock, no
//! chance and no sockets, so that all it does can be done again in a test.

use super::queue::Queue;
use super::{Answer, Pace, Prospect, Rank, Rules, Seed, Slip, Standing, Ticket, Wish, World};
use std::collections::{BTreeMap, HashMap};
use vocabulary::{DealId, Millis, PersonKey, RequestKey, Seq, SkuId};

/// Admissions are looked at no more often.
const TICK_MS: u64 = 100;
/// Who was not seen for so long is passed over, and stands where they stood when they come back.
pub const AWAY_AFTER_MS: u64 = 45_000;
/// Who was not seen for so long is forgotten.
pub const KEPT_MS: u64 = 30 * 60_000;
/// How often it is looked who is to be forgotten.
const SWEPT_EVERY_MS: u64 = 60_000;
/// Fewer a second than this is no rate to tell a time by.
const RATE_LEAST: f64 = 0.05;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Stands in the queue.
    Waiting,
    /// Is passed over until they are seen again.
    Away,
    Admitted {
        until: Millis,
    },
    /// Got something by a request with this key: what remains of the turn gains nothing, but the same request is
    /// answered as the first time.
    Spent {
        key: Option<RequestKey>,
    },
}

#[derive(Clone, Copy, Debug)]
struct Turn {
    wish: Wish,
    rank: Rank,
    seen: Millis,
    state: State,
    /// A pass of theirs ran out unused.
    missed: bool,
}

type Pool = (DealId, SkuId);

/// The waiting room.
#[derive(Debug)]
pub struct Room {
    rules: Rules,
    key: [u8; 32],
    /// When it was opened: slips of before are of a room that is no more.
    opened_at: Millis,
    turns: HashMap<(DealId, PersonKey), Turn>,
    queues: BTreeMap<Pool, Queue>,
    pace: Pace,
    looked_at: Option<Millis>,
    swept_at: Millis,
    came: u64,
    /// Which queue is asked first.
    first: usize,
}

impl Room {
    /// An empty one. Draws and slips follow from `key`.
    pub fn opened(rules: Rules, key: [u8; 32], now: Millis) -> Room {
        Room {
            pace: Pace::bounded(rules.per_second),
            rules,
            key,
            opened_at: now,
            turns: HashMap::new(),
            queues: BTreeMap::new(),
            looked_at: None,
            swept_at: now,
            came: 0,
            first: 0,
        }
    }

    /// True while anybody stands in a queue, or has been admitted and has not come yet.
    pub fn is_in_use(&self) -> bool {
        !self.queues.is_empty()
    }

    /// True while anybody waits for a SKU of this deal, or has been admitted to it.
    pub fn concerns(&self, deal: DealId) -> bool {
        let all = (deal, SkuId(0))..=(deal, SkuId(u32::MAX));
        self.queues.range(all).next().is_some()
    }

    /// How many wait, in all queues.
    pub fn waiting(&self) -> usize {
        self.queues.values().map(|queue| queue.ranks.len()).sum()
    }

    /// May this person go on with what they want? Else they have a turn from now on. `key` is that of their
    /// request, so that its repeat is known.
    pub fn ask(
        &mut self,
        wish: Wish,
        person: PersonKey,
        slip: Option<Slip>,
        key: Option<RequestKey>,
        world: &World<'_>,
    ) -> Answer {
        self.advance(world);
        self.readmit(wish.deal, person, slip, world.now);
        match self.turns.get(&(wish.deal, person)).map(|turn| turn.state) {
            Some(State::Admitted { .. }) => Answer::Go,
            Some(State::Waiting | State::Away) => {
                self.change_wish(wish, person);
                self.see(wish.deal, person, world);
                self.answer(wish.deal, person)
            }
            Some(State::Spent { key: used }) if key.is_some() && key == used => Answer::Go,
            _ if self.goes_at_once(&wish, world) => Answer::Go,
            _ => self.take_in(wish, person, world),
        }
    }

    /// Lets somebody into the room who has not asked for it yet: into the draw before the bell, behind all
    /// others after it.
    pub fn join(
        &mut self,
        wish: Wish,
        person: PersonKey,
        slip: Option<Slip>,
        world: &World<'_>,
    ) -> Answer {
        self.advance(world);
        self.readmit(wish.deal, person, slip, world.now);
        match self.turns.get(&(wish.deal, person)).map(|turn| turn.state) {
            Some(State::Spent { .. }) | None => self.take_in(wish, person, world),
            Some(_) => {
                self.change_wish(wish, person);
                self.see(wish.deal, person, world);
                self.answer(wish.deal, person)
            }
        }
    }

    /// How it stands with somebody, who is seen by that.
    pub fn look(
        &mut self,
        deal: DealId,
        person: PersonKey,
        slip: Option<Slip>,
        world: &World<'_>,
    ) -> Standing {
        self.advance(world);
        self.readmit(deal, person, slip, world.now);
        self.see(deal, person, world);
        self.standing(deal, person, world)
    }

    /// Somebody goes away for good.
    pub fn leave(&mut self, deal: DealId, person: PersonKey) {
        if let Some(turn) = self.turns.remove(&(deal, person)) {
            self.take_out(&turn, person);
        }
    }

    /// Somebody got what they had a pass for, by a request with this key; the stock is less by it from `seq` on.
    pub fn spend(&mut self, deal: DealId, person: PersonKey, key: Option<RequestKey>, seq: Seq) {
        let Some(turn) = self.turns.get_mut(&(deal, person)) else {
            return;
        };
        let was = *turn;
        turn.state = State::Spent { key };
        let Some(queue) = self.queues.get_mut(&(deal, was.wish.sku)) else {
            return;
        };
        match was.state {
            State::Admitted { .. } => {
                let units = u32::from(was.wish.units);
                queue.promised -= units;
                queue.spent.push_back((seq, units));
            }
            State::Waiting => queue.ranks.remove(was.rank, person),
            State::Away | State::Spent { .. } => {}
        }
    }

    /// A guest has become a member: the turn is the same person's.
    pub fn rename(&mut self, deal: DealId, from: PersonKey, to: PersonKey) {
        if self.turns.contains_key(&(deal, to)) {
            return;
        }
        let Some(turn) = self.turns.remove(&(deal, from)) else {
            return;
        };
        self.turns.insert((deal, to), turn);
        let Some(queue) = self.queues.get_mut(&(deal, turn.wish.sku)) else {
            return;
        };
        if turn.state == State::Waiting {
            queue.ranks.remove(turn.rank, from);
            queue.ranks.insert(turn.rank, to);
        }
        let mut passes = queue.passes.iter_mut();
        if let Some(pass) = passes.find(|(_, person)| *person == from) {
            pass.1 = to;
        }
    }

    /// What is left of somebody's turn when the room is closed: a turn, or a pass.
    pub fn slip(&self, deal: DealId, person: PersonKey, now: Millis) -> Option<Slip> {
        let turn = self.turns.get(&(deal, person))?;
        let (is_pass, expires_at) = match turn.state {
            State::Waiting | State::Away => (false, now.plus(KEPT_MS)),
            State::Admitted { until } => (true, until),
            State::Spent { .. } => return None,
        };
        let (wish, rank) = (turn.wish, turn.rank);
        Some(Slip {
            is_pass,
            wish,
            rank,
            issued_at: now,
            expires_at,
        })
    }

    /// The ticket of a shopper and the seed of their draw.
    pub fn draw(&self, wish: &Wish, person: PersonKey) -> (Ticket, Seed) {
        (
            Ticket::of(&self.key, wish, person),
            Seed::of(&self.key, wish.deal),
        )
    }

    /// Time goes on: passes run out, and who is next is admitted.
    pub fn advance(&mut self, world: &World<'_>) {
        let now = world.now;
        if self.looked_at.is_some_and(|at| now.since(at) < TICK_MS) {
            return;
        }
        self.looked_at = Some(now);
        self.end_passes(world);
        let mut open = self.open_queues(world);
        self.pace.go_on(now, world.late, !open.is_empty());
        let admitted = self.admit_in_turn(&mut open, world);
        self.measure(&admitted, now);
        self.sweep(now);
        let turns_left = |queue: &Queue| {
            !queue.ranks.is_empty() || !queue.passes.is_empty() || !queue.spent.is_empty()
        };
        self.queues.retain(|_, queue| turns_left(queue));
    }

    /// A slip of a room that was closed is honoured in this one; one of this room says nothing that the room
    /// does not know better.
    fn readmit(&mut self, deal: DealId, person: PersonKey, slip: Option<Slip>, now: Millis) {
        let of_before = |slip: &Slip| slip.issued_at < self.opened_at && slip.wish.deal == deal;
        let Some(slip) = slip.filter(of_before) else {
            return;
        };
        if self.turns.contains_key(&(deal, person)) || self.turns.len() >= self.rules.turns_max {
            return;
        }
        let state = match slip.is_pass {
            true => State::Admitted {
                until: slip.expires_at,
            },
            false => State::Waiting,
        };
        let turn = Turn {
            wish: slip.wish,
            rank: slip.rank,
            seen: now,
            state,
            missed: false,
        };
        self.put_in(turn, person);
    }

    /// True where nobody stands before somebody who comes now, and the house bears it.
    fn goes_at_once(&mut self, wish: &Wish, world: &World<'_>) -> bool {
        if world.now < (world.stock)(wish.deal, wish.sku).opens_at {
            return true;
        }
        let stock = (world.stock)(wish.deal, wish.sku);
        let nobody_is_before = self.queues.get(&(wish.deal, wish.sku)).is_none_or(|queue| {
            // What is promised to others is not for who comes now.
            let promised = queue.units_out();
            queue.ranks.is_empty() && (promised == 0 || promised < stock.for_everybody())
        });
        let is_bounded = self.rules.per_second.is_some();
        nobody_is_before && !world.late && (!is_bounded || self.pace.take())
    }

    fn take_in(&mut self, wish: Wish, person: PersonKey, world: &World<'_>) -> Answer {
        let known = self.turns.contains_key(&(wish.deal, person));
        if !known && self.turns.len() >= self.rules.turns_max {
            return Answer::Full;
        }
        self.came += 1;
        let stock = (world.stock)(wish.deal, wish.sku);
        let rank = match world.now < stock.opens_at {
            true => {
                let (ticket, seed) = self.draw(&wish, person);
                Rank {
                    at: Millis(0),
                    lot: seed.lot(ticket),
                }
            }
            false => Rank {
                at: world.now,
                lot: self.came,
            },
        };
        let state = State::Waiting;
        self.put_in(
            Turn {
                wish,
                rank,
                seen: world.now,
                state,
                missed: false,
            },
            person,
        );
        Answer::Wait
    }

    fn put_in(&mut self, turn: Turn, person: PersonKey) {
        self.turns.insert((turn.wish.deal, person), turn);
        let queue = self
            .queues
            .entry((turn.wish.deal, turn.wish.sku))
            .or_default();
        match turn.state {
            State::Waiting => queue.ranks.insert(turn.rank, person),
            State::Admitted { until } => {
                queue.promised += u32::from(turn.wish.units);
                let at = queue.passes.partition_point(|(other, _)| *other <= until);
                queue.passes.insert(at, (until, person));
            }
            State::Away | State::Spent { .. } => {}
        }
    }

    fn take_out(&mut self, turn: &Turn, person: PersonKey) {
        let Some(queue) = self.queues.get_mut(&(turn.wish.deal, turn.wish.sku)) else {
            return;
        };
        match turn.state {
            State::Waiting => queue.ranks.remove(turn.rank, person),
            State::Admitted { .. } => {
                queue.promised -= u32::from(turn.wish.units);
                queue.passes.retain(|(_, other)| *other != person);
            }
            State::Away | State::Spent { .. } => {}
        }
    }

    /// Who wants another size stands in its queue, since when they came is the same.
    fn change_wish(&mut self, wish: Wish, person: PersonKey) {
        let Some(turn) = self.turns.get(&(wish.deal, person)).copied() else {
            return;
        };
        if turn.wish != wish && !matches!(turn.state, State::Admitted { .. }) {
            self.take_out(&turn, person);
            self.put_in(Turn { wish, ..turn }, person);
        }
    }

    /// Somebody is there: they stand where they stood.
    fn see(&mut self, deal: DealId, person: PersonKey, world: &World<'_>) {
        let Some(turn) = self.turns.get_mut(&(deal, person)) else {
            return;
        };
        turn.seen = world.now;
        if turn.state == State::Away {
            turn.state = State::Waiting;
            let turn = *turn;
            self.put_in(turn, person);
        }
    }

    fn answer(&self, deal: DealId, person: PersonKey) -> Answer {
        match self.turns.get(&(deal, person)).map(|turn| turn.state) {
            Some(State::Admitted { .. }) => Answer::Go,
            _ => Answer::Wait,
        }
    }

    fn standing(&self, deal: DealId, person: PersonKey, world: &World<'_>) -> Standing {
        let Some(turn) = self.turns.get(&(deal, person)) else {
            return Standing::Absent;
        };
        match turn.state {
            State::Spent { .. } => Standing::Absent,
            State::Admitted { until } => Standing::Admitted {
                wish: turn.wish,
                until,
            },
            State::Waiting | State::Away => self.waiting_of(turn, person, world),
        }
    }

    fn waiting_of(&self, turn: &Turn, person: PersonKey, world: &World<'_>) -> Standing {
        let wish = turn.wish;
        let stock = (world.stock)(wish.deal, wish.sku);
        let queue = self.queues.get(&(wish.deal, wish.sku));
        if world.now < stock.opens_at {
            let among = queue.map_or(0, |queue| queue.ranks.len());
            return Standing::Early {
                wish,
                opens_at: stock.opens_at,
                among,
            };
        }
        let ahead = queue.map_or(0, |queue| queue.ranks.ahead_of(turn.rank, person));
        let promised = queue.map_or(0, Queue::units_out);
        let left = stock.available.saturating_sub(promised);
        let prospect = Prospect::of(&stock, promised, ahead);
        let per_second = queue.map_or(0.0, Queue::per_second);
        let goes_on = matches!(prospect, Prospect::Good | Prospect::Poor);
        let told = per_second >= RATE_LEAST && goes_on;
        let wait_ms = told.then(|| ((ahead + 1) as f64 * 1_000.0 / per_second) as u64);
        Standing::Waiting {
            wish,
            ahead,
            wait_ms,
            left,
            prospect,
        }
    }

    /// Passes that ran out unused are units again. Who missed one stands where they stood, once.
    fn end_passes(&mut self, world: &World<'_>) {
        for ((deal, _), queue) in &mut self.queues {
            while queue
                .spent
                .front()
                .is_some_and(|(seq, _)| *seq <= world.reached)
            {
                queue.spent.pop_front();
            }
            while let Some((until, person)) = queue.passes.front().copied() {
                if world.now < until {
                    break;
                }
                queue.passes.pop_front();
                let Some(turn) = self.turns.get_mut(&(*deal, person)) else {
                    continue;
                };
                if turn.state != (State::Admitted { until }) {
                    continue;
                }
                queue.promised -= u32::from(turn.wish.units);
                if turn.missed {
                    self.turns.remove(&(*deal, person));
                } else {
                    (turn.state, turn.missed) = (State::Away, true);
                }
            }
        }
    }

    /// The queues in which somebody may be admitted, with how many units may be promised in each. Who is first
    /// and not there is passed over.
    fn open_queues(&mut self, world: &World<'_>) -> Vec<(Pool, u32)> {
        let mut open = Vec::new();
        for (pool, queue) in &mut self.queues {
            let stock = (world.stock)(pool.0, pool.1);
            if queue.ranks.is_empty() || !stock.is_open(world.now) {
                continue;
            }
            let free = stock.for_everybody().saturating_sub(queue.units_out());
            if free > 0 {
                open.push((*pool, free));
            }
        }
        open
    }

    /// Admits one of each queue after the other, as long as that is borne and there is something left.
    fn admit_in_turn(
        &mut self,
        open: &mut Vec<(Pool, u32)>,
        world: &World<'_>,
    ) -> BTreeMap<Pool, usize> {
        let mut admitted: BTreeMap<Pool, usize> = BTreeMap::new();
        self.first = self.first.wrapping_add(1);
        let first = self.first % open.len().max(1);
        open.rotate_left(first);
        while !open.is_empty() {
            let mut anybody = false;
            open.retain_mut(|(pool, free)| {
                let units = self.next_units(*pool, world.now);
                let Some(units) = units.filter(|_| *free > 0) else {
                    return false;
                };
                if !self.pace.take() {
                    return true;
                }
                self.admit_next(*pool, world.now);
                *admitted.entry(*pool).or_default() += 1;
                anybody = true;
                *free = free.saturating_sub(units);
                true
            });
            if !anybody {
                break;
            }
        }
        admitted
    }

    /// How many units the next in a queue wants who is there.
    fn next_units(&mut self, pool: Pool, now: Millis) -> Option<u32> {
        let queue = self.queues.get_mut(&pool)?;
        while let Some((rank, person)) = queue.ranks.first() {
            let turn = self.turns.get_mut(&(pool.0, person)).expect(KNOWN);
            if now.since(turn.seen) <= AWAY_AFTER_MS {
                return Some(turn.wish.units.into());
            }
            turn.state = State::Away;
            queue.ranks.remove(rank, person);
        }
        None
    }

    fn admit_next(&mut self, pool: Pool, now: Millis) {
        let queue = self.queues.get_mut(&pool).expect(KNOWN);
        let (rank, person) = queue.ranks.first().expect("somebody is next");
        queue.ranks.remove(rank, person);
        let turn = self.turns.get_mut(&(pool.0, person)).expect(KNOWN);
        let until = now.plus(self.rules.pass_ms);
        turn.state = State::Admitted { until };
        queue.promised += u32::from(turn.wish.units);
        queue.passes.push_back((until, person));
    }

    fn measure(&mut self, admitted: &BTreeMap<Pool, usize>, now: Millis) {
        for (pool, queue) in &mut self.queues {
            let count = admitted.get(pool).copied().unwrap_or(0);
            queue.measure(count, now);
        }
    }

    fn sweep(&mut self, now: Millis) {
        if now.since(self.swept_at) < SWEPT_EVERY_MS {
            return;
        }
        self.swept_at = now;
        let queues = &mut self.queues;
        self.turns.retain(|(deal, person), turn| {
            let forgotten = now.since(turn.seen) > KEPT_MS;
            let queue = queues.get_mut(&(*deal, turn.wish.sku));
            if let (true, State::Waiting, Some(queue)) = (forgotten, turn.state, queue) {
                queue.ranks.remove(turn.rank, *person);
            }
            !forgotten || matches!(turn.state, State::Admitted { .. })
        });
    }
}

const KNOWN: &str = "who stands in a queue has a turn";
