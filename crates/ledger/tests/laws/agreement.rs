//! The ledger and the naive model decide alike: every outcome, every event, every digest.

use crate::decider::Fast;
use model::Model;
use model::agreement::agree;

const WORLDS: u64 = 60;
const COMMANDS_A_WORLD: usize = 2_000;

#[test]
fn the_ledger_agrees_with_the_naive_model_over_random_festivals() {
    for seed in 0..WORLDS {
        if let Err(disagreement) = agree::<Fast, Model>(seed, COMMANDS_A_WORLD) {
            panic!("{disagreement}");
        }
    }
}
