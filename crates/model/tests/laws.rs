//! What holds after every command of every stream, whatever it was.

use model::stream::Stream;
use model::{Decider, Model};
use vocabulary::Outcome;

const WORLDS: u64 = 12;
const COMMANDS_A_WORLD: usize = 1_500;

#[test]
fn units_counts_and_books_add_up_after_every_command() {
    for seed in 0..WORLDS {
        let mut model = Model::fresh();
        for (at, request) in Stream::new(seed).take(COMMANDS_A_WORLD) {
            model.apply(at, &request, &mut Vec::new());
            if let Err(broken) = model.check() {
                panic!("seed {seed}, {at} {request:?}: {broken}");
            }
        }
    }
}

#[test]
fn what_is_not_done_changes_nothing() {
    for seed in 100..100 + WORLDS {
        let mut model = Model::fresh();
        for (at, request) in Stream::new(seed).take(COMMANDS_A_WORLD) {
            let before = (model.digest(), model.next_due(), model.describe());
            let mut events = Vec::new();
            let outcome = model.apply(at, &request, &mut events);
            let after = (model.digest(), model.next_due(), model.describe());
            if matches!(outcome, Outcome::Done(_)) {
                assert_ne!(before.0, after.0, "seed {seed}, {at} {request:?}");
            } else {
                assert_eq!(before, after, "seed {seed}, {at} {request:?}");
                assert!(events.is_empty());
            }
        }
    }
}
