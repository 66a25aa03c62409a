//! A race for the last unit: many shoppers, one unit, and who is in its line.

use crate::Random;

/// What somebody who has got the unit does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Lets the hold lapse.
    Lapses,
    /// Gives the hold back.
    Releases,
    /// Orders, has the card declined, and cancels.
    Declined,
    /// Orders, has the card declined, and pays with another.
    DeclinedFirst,
    /// Orders and pays.
    Pays,
}

/// One race. Shoppers are numbered from 0.
#[derive(Debug, Default)]
pub struct Round {
    holder: Option<usize>,
    line: Vec<(u32, usize)>,
    served: Vec<usize>,
    sold_to: Vec<usize>,
    wrongs: Vec<String>,
}

impl Round {
    /// A behaviour for the holder; who comes `turn`th buys for certain from the fourth on, so that a race ends.
    pub fn behaviour(turn: usize, random: &mut Random) -> Behaviour {
        const BEFORE_THE_LAST: [Behaviour; 6] = [
            Behaviour::Lapses,
            Behaviour::Releases,
            Behaviour::Declined,
            Behaviour::DeclinedFirst,
            Behaviour::Pays,
            Behaviour::Pays,
        ];
        let choices = if turn < 3 {
            &BEFORE_THE_LAST[..]
        } else {
            &BEFORE_THE_LAST[3..]
        };
        *random.one_of(choices).expect("there are some")
    }

    /// The shopper was told to hold the unit, at once.
    pub fn got(&mut self, shopper: usize) {
        if let Some(other) = self
            .holder
            .replace(shopper)
            .filter(|other| *other != shopper)
        {
            self.wrong(format!(
                "shoppers {other} and {shopper} were both told to hold the last unit"
            ));
        }
        if self.served.last() != Some(&shopper) {
            self.served.push(shopper);
        }
    }

    /// The shopper was told to wait, with so many ahead.
    pub fn waits(&mut self, shopper: usize, ahead: u32) {
        self.line.push((ahead, shopper));
    }

    /// Orders the line once all have joined it; each must have another number of people ahead, from 0 up.
    pub fn line_up(&mut self) {
        self.line.sort_unstable();
        let are_numbered = self
            .line
            .iter()
            .zip(0..)
            .all(|((ahead, _), number)| *ahead == number);
        if !are_numbered {
            self.wrong("the places of the waitlist are not numbered one by one".into());
        }
        if self.holder.is_none() {
            self.wrong("nobody got the unit".into());
        }
        self.line.reverse();
    }

    /// Who holds the unit.
    pub fn holder(&self) -> Option<usize> {
        self.holder
    }

    /// The holder lost the unit; who must be served next, if anybody waits.
    pub fn passes_on(&mut self) -> Option<usize> {
        self.holder = None;
        self.line.pop().map(|(_, shopper)| shopper)
    }

    /// The shopper was seen holding the unit, where `next` had to be.
    pub fn offered(&mut self, next: usize, shopper: usize) {
        if shopper == next {
            self.got(shopper);
        } else {
            self.wrong(format!(
                "shopper {shopper} was served before shopper {next}"
            ));
        }
    }

    /// The shopper's order is paid.
    pub fn sold(&mut self, shopper: usize) {
        self.sold_to.push(shopper);
    }

    /// Something else is wrong.
    pub fn wrong(&mut self, what: String) {
        self.wrongs.push(what);
    }

    /// How many have held the unit.
    pub fn turns(&self) -> usize {
        self.served.len()
    }

    /// What is wrong after all; nothing where the unit was sold once and the line served in order.
    pub fn end(mut self) -> Vec<String> {
        if self.sold_to.len() != 1 {
            self.wrong(format!(
                "the last unit was sold {} times",
                self.sold_to.len()
            ));
        }
        self.wrongs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lined_up() -> Round {
        let mut round = Round::default();
        round.waits(2, 1);
        round.got(0);
        round.waits(1, 0);
        round.line_up();
        round
    }

    #[test]
    fn a_race_in_order_has_nothing_wrong() {
        let mut round = lined_up();
        let next = round.passes_on().expect("somebody waits");
        assert_eq!(next, 1, "the first in line, not the first to be told");
        round.offered(next, next);
        round.sold(next);
        assert_eq!((round.turns(), round.end()), (2, Vec::new()));
    }

    #[test]
    fn two_holders_a_wrong_turn_and_a_second_sale_are_found() {
        let mut round = lined_up();
        round.got(5);
        let next = round.passes_on().expect("somebody waits");
        round.offered(next, 2);
        round.sold(1);
        round.sold(2);
        assert_eq!(round.end().len(), 3);
    }

    #[test]
    fn places_with_the_same_number_are_found() {
        let mut round = Round::default();
        round.got(0);
        round.waits(1, 0);
        round.waits(2, 0);
        round.line_up();
        round.sold(0);
        assert_eq!(round.end().len(), 1);
    }

    #[test]
    fn the_fourth_holder_always_buys() {
        let mut random = Random::seeded(9);
        for _ in 0..1_000 {
            let behaviour = Round::behaviour(3, &mut random);
            assert!(matches!(
                behaviour,
                Behaviour::Pays | Behaviour::DeclinedFirst
            ));
        }
    }
}
