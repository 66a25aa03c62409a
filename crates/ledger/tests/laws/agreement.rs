//! The ledger and the naive model decide alike: every outcome, every event, every digest, over
//! random festivals in which every command, event and refusal occurs often.

use crate::decider::Fast;
use model::agreement::agree;
use model::{Model, Tally};
use proptest::prelude::any;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::cell::RefCell;

/// How often each word of the language must have occurred.
const OFTEN: u64 = 1_000;
const COMMANDS_A_WORLD: usize = 2_000;
/// About twice as many as are needed.
const WORLDS_MAX: u32 = 1_500;

/// Feeds both with one world after the other, until everything occurred often.
#[test]
fn the_ledger_agrees_with_the_naive_model_over_random_festivals() {
    let tally = RefCell::new(Tally::default());
    let config = Config {
        cases: WORLDS_MAX,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&any::<u64>(), |seed| {
        let mut tally = tally.borrow_mut();
        if !tally.rarer_than(OFTEN).is_empty() {
            let world = agree::<Fast, Model>(seed, COMMANDS_A_WORLD);
            tally.add(&world.map_err(|found| TestCaseError::fail(found.to_string()))?);
        }
        Ok(())
    });
    println!("{}", tally.borrow());
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, _) | TestError::Abort(reason)) => panic!("{reason}"),
    }
    let rare = tally.borrow().rarer_than(OFTEN);
    assert!(rare.is_empty(), "too rare: {rare:?}");
}
