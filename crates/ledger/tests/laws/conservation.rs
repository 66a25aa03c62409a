//! Units, counts and money are conserved, whatever happens.

use ledger::Ledger;
use model::stream::Stream;
use vocabulary::Outcome;

const WORLDS: u64 = 12;
const COMMANDS_A_WORLD: usize = 1_500;

#[test]
fn units_counts_and_books_add_up_after_every_command() {
    for seed in 0..WORLDS {
        let mut ledger = Ledger::new();
        for (at, request) in Stream::new(seed).take(COMMANDS_A_WORLD) {
            ledger.apply(at, &request, &mut Vec::new());
            if let Err(broken) = ledger.check() {
                panic!("seed {seed}, {at} {request:?}: {broken}");
            }
        }
    }
}

#[test]
fn what_is_not_done_changes_nothing() {
    for seed in 100..100 + WORLDS {
        let mut ledger = Ledger::new();
        for (at, request) in Stream::new(seed).take(COMMANDS_A_WORLD) {
            let before = everything(&ledger);
            let mut events = Vec::new();
            match ledger.apply(at, &request, &mut events) {
                Outcome::Done(_) => continue,
                Outcome::Repeated(_) | Outcome::Refused(_) => {}
            }
            assert!(events.is_empty());
            let changed = before != everything(&ledger);
            assert!(!changed, "seed {seed}, {at} {request:?}");
        }
    }
}

fn everything(ledger: &Ledger) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = ledger.write_snapshot(&mut bytes);
    written.expect("memory takes a snapshot");
    bytes
}
