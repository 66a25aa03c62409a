//! The random streams reach everything: each command, event and refusal often.

use model::agreement::agree;
use model::{Model, Tally};

const OFTEN: u64 = 1_000;
const COMMANDS_A_WORLD: usize = 2_000;
const WORLDS_MAX: u64 = 300;

#[test]
fn every_command_event_and_refusal_occurs_often_and_the_model_agrees_with_itself() {
    let mut tally = Tally::default();
    for seed in 0..WORLDS_MAX {
        match agree::<Model, Model>(seed, COMMANDS_A_WORLD) {
            Ok(world) => tally.add(&world),
            Err(disagreement) => panic!("{disagreement}"),
        }
        if tally.rarer_than(OFTEN).is_empty() {
            break;
        }
    }
    println!("{tally}");
    let rare = tally.rarer_than(OFTEN);
    assert!(rare.is_empty(), "too rare: {rare:?}");
}
