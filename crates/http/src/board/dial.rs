//! The dial of a replay: the clock of a past festival, which runs at any speed, stands, and is turned to any moment.

use crate::shop::Clock;
use std::sync::Mutex;
use std::time::Instant;
use vocabulary::Millis;

/// How many times as fast a replay may go.
pub const SPEED_MAX: u32 = 100_000;
const UNPOISONED: &str = "nobody panics while turning the dial";

/// The clock of a replay.
#[derive(Debug)]
pub struct Dial {
    hands: Mutex<Hands>,
    span: (Millis, Millis),
}

#[derive(Clone, Copy, Debug)]
struct Hands {
    /// What the clock showed at `set`.
    shown: Millis,
    set: Instant,
    speed: u32,
    is_standing: bool,
}

impl Hands {
    fn now(&self, last: Millis) -> Millis {
        let passed = match self.is_standing {
            true => 0,
            false => self.set.elapsed().as_millis() * u128::from(self.speed),
        };
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        Millis(self.shown.0.saturating_add(passed)).min(last)
    }
}

/// What is done to a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It stands still.
    Stand,
    /// It goes on.
    Go,
    /// It goes so many times as fast as the festival did.
    Speed(u32),
    /// It goes on from this moment.
    To(Millis),
}

impl Dial {
    /// A clock that runs from the first of these moments to the last.
    pub fn over(span: (Millis, Millis), speed: u32) -> Dial {
        let hands = Hands {
            shown: span.0,
            set: Instant::now(),
            speed: speed.clamp(1, SPEED_MAX),
            is_standing: false,
        };
        Dial {
            hands: Mutex::new(hands),
            span,
        }
    }

    /// The first and the last moment.
    pub fn span(&self) -> (Millis, Millis) {
        self.span
    }

    /// How many times as fast it goes, and whether it stands.
    pub fn speed(&self) -> (u32, bool) {
        let hands = self.hands.lock().expect(UNPOISONED);
        (hands.speed, hands.is_standing)
    }

    /// Turns it.
    pub fn turn(&self, turn: Turn) {
        let mut hands = self.hands.lock().expect(UNPOISONED);
        hands.shown = hands.now(self.span.1);
        hands.set = Instant::now();
        match turn {
            Turn::Stand => hands.is_standing = true,
            Turn::Go => hands.is_standing = false,
            Turn::Speed(speed) => hands.speed = speed.clamp(1, SPEED_MAX),
            Turn::To(moment) => hands.shown = moment.clamp(self.span.0, self.span.1),
        }
    }
}

impl Clock for Dial {
    fn now(&self) -> Millis {
        self.hands.lock().expect(UNPOISONED).now(self.span.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dial_stands_where_it_is_put_and_never_leaves_its_span() {
        let dial = Dial::over((Millis(1_000), Millis(9_000)), 60);
        dial.turn(Turn::Stand);
        for (to, shown) in [(5_000, 5_000), (0, 1_000), (99_000, 9_000), (4_000, 4_000)] {
            dial.turn(Turn::To(Millis(to)));
            assert_eq!(dial.now(), Millis(shown));
        }
        dial.turn(Turn::Speed(0));
        assert_eq!(dial.speed(), (1, true));
        dial.turn(Turn::Speed(u32::MAX));
        dial.turn(Turn::Go);
        assert!(dial.now() >= Millis(4_000) && dial.now() <= Millis(9_000));
    }
}
