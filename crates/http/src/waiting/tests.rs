//! Laws of the waiting room, held against crowds that come, look away, come back and go.

use super::room::{AWAY_AFTER_MS, KEPT_MS};
use super::{Answer, Prospect, Room, Rules, Slip, Standing, Stock, Wish, World};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{DealId, Millis, PersonKey, RequestKey, Seq, SkuId};

const KEY: [u8; 32] = [7; 32];
const KEYED: Option<RequestKey> = Some(RequestKey { key: 5, body: 6 });
const BELL: u64 = 1_000_000;
const DEAL: DealId = DealId(1);
const WISH: Wish = Wish {
    deal: DEAL,
    sku: SkuId(1),
    units: 1,
    or_wait: false,
};

/// A shop with one deal, a room before it, and a clock.
struct Scene {
    room: Room,
    rules: Rules,
    now: u64,
    late: bool,
    stock: Stock,
    seq: Seq,
}

impl Scene {
    fn before_the_bell(units: u32, rules: Rules) -> Scene {
        let stock = Stock {
            opens_at: Millis(BELL),
            available: units,
            ..Stock::default()
        };
        let now = BELL - 60_000;
        let room = Room::opened(rules, KEY, Millis(now));
        Scene {
            room,
            rules,
            now,
            late: false,
            stock,
            seq: Seq(1),
        }
    }

    fn see<T>(&mut self, look: impl FnOnce(&mut Room, &World<'_>) -> T) -> T {
        let stock = self.stock;
        let world = World {
            now: Millis(self.now),
            late: self.late,
            reached: self.seq,
            stock: &move |_, _| stock,
        };
        look(&mut self.room, &world)
    }

    fn join(&mut self, person: u128) -> Answer {
        self.see(|room, world| room.join(WISH, PersonKey(person), None, world))
    }

    fn all_join(&mut self, persons: impl IntoIterator<Item = u128>) {
        for person in persons {
            self.join(person);
        }
    }

    fn ask(&mut self, person: u128) -> Answer {
        self.ask_with(person, None)
    }

    fn ask_with(&mut self, person: u128, slip: Option<Slip>) -> Answer {
        self.see(|room, world| room.ask(WISH, PersonKey(person), slip, None, world))
    }

    fn look(&mut self, person: u128) -> Standing {
        self.see(|room, world| room.look(DEAL, PersonKey(person), None, world))
    }

    fn slip(&self, person: u128) -> Option<Slip> {
        self.room.slip(DEAL, PersonKey(person), Millis(self.now))
    }

    fn ahead(&mut self, person: u128) -> usize {
        match self.look(person) {
            Standing::Waiting { ahead, .. } => ahead,
            other => panic!("{person} waits, but: {other:?}"),
        }
    }

    fn pass(&mut self, ms: u64) {
        self.now += ms;
    }

    /// Somebody with a pass buys a unit; the stock shows it at once.
    fn buy(&mut self, person: u128) {
        self.stock.available -= 1;
        self.stock.may_come_back += 1;
        self.seq = Seq(self.seq.0 + 1);
        self.room.spend(DEAL, PersonKey(person), KEYED, self.seq);
    }

    /// Those among these whose turn it is now.
    fn admitted(&mut self, among: impl IntoIterator<Item = u128>) -> Vec<u128> {
        let mut admitted = Vec::new();
        for person in among {
            if matches!(self.look(person), Standing::Admitted { .. }) {
                admitted.push(person);
            }
        }
        admitted
    }

    /// The same shop with another room, as after a restart.
    fn reopen(&mut self) {
        self.pass(1);
        self.room = Room::opened(self.rules, KEY, Millis(self.now));
    }
}

fn slow(per_second: u32) -> Rules {
    Rules {
        per_second: Some(per_second),
        ..Rules::default()
    }
}

#[test]
fn who_was_there_before_the_bell_is_drawn_and_who_comes_after_it_stands_behind_in_the_order_of_coming()
 {
    let mut scene = Scene::before_the_bell(1_000, slow(1));
    for person in 0..50 {
        scene.pass(10);
        assert_eq!(scene.join(person), Answer::Wait);
        let expected = Standing::Early {
            wish: WISH,
            opens_at: Millis(BELL),
            among: person as usize + 1,
        };
        assert_eq!(scene.look(person), expected);
    }
    scene.now = BELL;
    assert_eq!(scene.admitted(0..50), []);
    for person in 50..100 {
        scene.pass(1);
        assert_eq!(scene.ask(person), Answer::Wait);
    }
    let mut drawn: Vec<u128> = (0..50).collect();
    drawn.sort_by_key(|person| {
        let (ticket, seed) = scene.room.draw(&WISH, PersonKey(*person));
        seed.lot(ticket)
    });
    let mut order = drawn.into_iter().chain(50..100);
    let mut bought = BTreeSet::new();
    while bought.len() < 100 {
        scene.pass(500);
        let waiting: Vec<u128> = (0..100).filter(|person| !bought.contains(person)).collect();
        for person in scene.admitted(waiting) {
            assert_eq!(order.next(), Some(person));
            scene.buy(person);
            bought.insert(person);
        }
    }
}

#[test]
fn one_shopper_has_one_turn_however_many_windows_they_open_and_however_often_they_press() {
    let mut scene = Scene::before_the_bell(1_000, slow(1));
    for _ in 0..5 {
        scene.join(1);
        scene.join(2);
    }
    assert_eq!(scene.room.waiting(), 2);
    scene.now = BELL;
    assert_eq!(scene.admitted([1, 2]), []);
    for window in 0..5 {
        assert_eq!(scene.ask(3), Answer::Wait);
        assert_eq!(scene.ahead(3), 2, "window {window}");
    }
    let other_size = Wish {
        sku: SkuId(2),
        ..WISH
    };
    scene.see(|room, world| room.join(other_size, PersonKey(3), None, world));
    assert_eq!(
        scene.room.waiting(),
        3,
        "who wants another size stands there and not here"
    );
    assert_eq!(scene.ahead(3), 0);
}

#[test]
fn nobody_who_is_there_is_lost_or_passed_over_and_no_more_are_admitted_than_there_are_units() {
    for seed in 0..20 {
        let mut random = StdRng::seed_from_u64(seed);
        let units = random.random_range(1..60);
        let mut scene = Scene::before_the_bell(units, slow(random.random_range(5..100)));
        let (mut came, mut bought, mut last) = (0, BTreeSet::new(), BTreeMap::new());
        let mut passes = BTreeSet::new();
        for _ in 0..600 {
            scene.pass(random.random_range(20..400));
            if came < 100 && random.random_ratio(1, 2) {
                came += 1;
                scene.join(came);
            }
            scene.late = random.random_ratio(1, 20);
            for person in (1..=came)
                .filter(|person| !bought.contains(person))
                .collect::<Vec<_>>()
            {
                match scene.look(person) {
                    Standing::Waiting { ahead, .. } => {
                        let before = last.insert(person, ahead);
                        assert!(
                            before.is_none_or(|before| ahead <= before),
                            "{seed}: {person}"
                        );
                    }
                    Standing::Admitted { .. } => {
                        passes.insert(person);
                    }
                    Standing::Early { .. } => assert!(scene.now < BELL),
                    Standing::Absent => panic!("{seed}: {person} is lost"),
                }
            }
            assert!(passes.len() <= scene.stock.available as usize, "{seed}");
            let buyers: Vec<u128> = passes
                .iter()
                .copied()
                .filter(|_| random.random_ratio(1, 3))
                .collect();
            for buyer in buyers {
                passes.remove(&buyer);
                scene.buy(buyer);
                bought.insert(buyer);
            }
        }
        assert_eq!(
            bought.len(),
            came.min(units.into()) as usize,
            "{seed}: all that was there was sold"
        );
    }
}

#[test]
fn a_million_may_wait_and_who_comes_when_the_room_is_full_is_told_so() {
    let rules = Rules {
        turns_max: 3,
        ..slow(1)
    };
    let mut scene = Scene::before_the_bell(10, rules);
    let answers: Vec<Answer> = (0..5).map(|person| scene.join(person)).collect();
    assert_eq!(answers[..3], [Answer::Wait; 3]);
    assert_eq!(answers[3..], [Answer::Full; 2]);
    assert_eq!(scene.join(0), Answer::Wait, "who is in is in");
    scene.room.leave(DEAL, PersonKey(1));
    assert_eq!(scene.join(4), Answer::Wait);
    assert_eq!(scene.look(3), Standing::Absent);
}

#[test]
fn where_there_is_no_rush_everybody_goes_at_once_and_where_the_house_is_late_nobody_does() {
    let mut scene = Scene::before_the_bell(10, Rules::default());
    scene.now = BELL + 1;
    assert!((0..5_000).all(|person| scene.ask(person) == Answer::Go));
    assert!(!scene.room.is_in_use());
    scene.late = true;
    assert_eq!(scene.ask(1), Answer::Wait);
    scene.late = false;
    assert_eq!(scene.ask(2), Answer::Wait, "somebody is before them");
    scene.pass(100);
    assert_eq!(scene.admitted([1, 2]), [1, 2]);
}

#[test]
fn who_looked_away_is_passed_over_and_stands_where_they_stood_when_they_come_back() {
    let mut scene = Scene::before_the_bell(100, slow(1));
    scene.now = BELL;
    scene.all_join(1..=10);
    scene.pass(AWAY_AFTER_MS + 1);
    assert_eq!(scene.admitted(2..=10), Vec::<u128>::new());
    scene.pass(1_000);
    assert_eq!(scene.admitted(2..=10), [2], "1 is away");
    assert_eq!(scene.ahead(1), 0);
    scene.pass(1_000);
    assert_eq!(scene.admitted([1, 3]), [1]);
    scene.pass(KEPT_MS / 2);
    assert_eq!(scene.admitted([10]), []);
    scene.pass(KEPT_MS / 2 + 60_000);
    let forgotten = [scene.look(9), scene.look(10)].map(|it| it == Standing::Absent);
    assert_eq!(forgotten, [true, false]);
}

#[test]
fn a_pass_that_nobody_used_is_a_unit_again_and_who_missed_it_has_one_more_chance() {
    let rules = Rules {
        pass_ms: 10_000,
        ..slow(100)
    };
    let mut scene = Scene::before_the_bell(1, rules);
    scene.now = BELL;
    scene.all_join(1..=3);
    let mut passes = Vec::new();
    for _ in 0..60 {
        scene.pass(5_000);
        let all = scene.admitted(1..=3);
        assert!(all.len() <= 1, "there is one unit");
        for person in all {
            if passes.last() != Some(&person) {
                passes.push(person);
            }
        }
    }
    assert_eq!(passes, [1, 2, 1, 2, 3]);
}

#[test]
fn who_comes_while_the_last_unit_is_promised_does_not_get_it() {
    let mut scene = Scene::before_the_bell(1, slow(100));
    scene.now = BELL;
    scene.join(1);
    scene.pass(100);
    assert_eq!(scene.admitted([1]), [1]);
    assert_eq!(scene.ask(2), Answer::Wait);
    assert_eq!(scene.ask(1), Answer::Go);
    scene.buy(1);
    scene.pass(100);
    let Standing::Waiting { prospect, left, .. } = scene.look(2) else {
        panic!("2 waits")
    };
    assert_eq!((prospect, left), (Prospect::Held, 0));
    scene.stock.may_come_back = 0;
    assert!(matches!(
        scene.look(2),
        Standing::Waiting {
            prospect: Prospect::Gone,
            ..
        }
    ));
    (scene.stock.available, scene.stock.may_come_back) = (1, 0);
    scene.pass(100);
    assert_eq!(scene.admitted([2]), [2], "a unit came back");
}

#[test]
fn a_slip_stands_in_for_a_turn_that_a_restart_forgot_and_gains_nothing_else() {
    let mut scene = Scene::before_the_bell(100, slow(1));
    scene.all_join(1..=3);
    scene.now = BELL + 1;
    assert_eq!(scene.admitted(1..=3), []);
    let order: Vec<usize> = (1..=3).map(|person| scene.ahead(person)).collect();
    let slips: Vec<_> = (1..=3).map(|person| scene.slip(person)).collect();
    scene.room.leave(DEAL, PersonKey(1));
    assert_eq!(scene.ask_with(1, slips[0]), Answer::Wait);
    assert_eq!(
        scene.ahead(1),
        2,
        "who went away comes back last, slip or not"
    );
    scene.reopen();
    scene.join(4);
    for (person, slip) in (1..=3).zip(&slips) {
        scene.ask_with(person, *slip);
    }
    let after: Vec<usize> = (1..=3).map(|person| scene.ahead(person)).collect();
    assert_eq!((after, scene.ahead(4)), (order, 3));
}

#[test]
fn a_pass_is_good_once() {
    let mut scene = Scene::before_the_bell(100, slow(1));
    scene.now = BELL;
    scene.join(1);
    scene.join(2);
    scene.pass(1_000);
    assert_eq!(scene.admitted([1]), [1]);
    let pass = scene.slip(1);
    assert!(pass.is_some_and(|slip| slip.is_pass));
    scene.reopen();
    scene.join(2);
    assert_eq!(
        scene.ask_with(1, pass),
        Answer::Go,
        "a restart takes nobody's pass away"
    );
    scene.buy(1);
    let again = scene.see(|room, world| room.ask(WISH, PersonKey(1), None, KEYED, world));
    assert_eq!(
        again,
        Answer::Go,
        "a double click is answered as the first one"
    );
    assert_eq!(scene.ask_with(1, pass), Answer::Wait, "it was used");
    assert_eq!(scene.ahead(1), 1);
}

#[test]
fn a_guest_who_signs_in_keeps_the_turn() {
    let mut scene = Scene::before_the_bell(100, slow(1));
    scene.now = BELL;
    scene.all_join(1..=3);
    scene.room.rename(DEAL, PersonKey(2), PersonKey(20));
    assert_eq!((scene.ahead(20), scene.ahead(3)), (1, 2));
    assert_eq!(scene.look(2), Standing::Absent);
}

#[test]
fn a_time_is_told_by_how_it_has_gone_of_late() {
    let mut scene = Scene::before_the_bell(1_000, slow(10));
    scene.now = BELL;
    scene.all_join(0..300);
    for _ in 0..100 {
        scene.pass(100);
        scene.admitted(0..300);
    }
    let ahead = scene.ahead(299);
    let Standing::Waiting {
        wait_ms: Some(wait_ms),
        ..
    } = scene.look(299)
    else {
        panic!("a time")
    };
    let right = ahead as u64 * 100;
    assert!(
        wait_ms.abs_diff(right) < right / 4,
        "{wait_ms} ms for {ahead} at 10 a second"
    );
}
