//! Everything not settled is lost in a crash, and nothing else: turns over random festivals, with
//! the till dropped at any moment and recovered from what the journal has.

use crate::festival::{OPENS, at, commands, hold, keyed_hold};
use journal::{Identity, JournalId, Layout, MemoryJournal, SnapshotStore};
use ledger::Ledger;
use proptest::prelude::*;
use till::{Recovered, Sealed, Till, recover};
use vocabulary::{Outcome, Receipt, Request, Seq, Shard};

fn append(journal: &mut MemoryJournal, sealed: &Sealed) {
    till::append(journal, Shard(0), 1, sealed).expect("memory takes every batch");
}

fn recovered(journal: &MemoryJournal) -> Recovered {
    recover(Shard(0), journal, None, Seq(u64::MAX), |_| ()).expect("the journal is whole")
}

/// Random turns of holds by few people, some repeated under their key.
fn turns() -> impl Strategy<Value = Vec<(u64, Vec<u128>)>> {
    let turn = (0u64..700, proptest::collection::vec(0u128..40, 0..8));
    proptest::collection::vec(turn, 1..30)
}

fn requests(people: &[u128]) -> Vec<Request> {
    let request = |person: &u128| match person % 3 {
        0 => keyed_hold(*person, 1_000 + person),
        _ => hold(*person),
    };
    people.iter().map(request).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_answer_given_is_in_the_journal_whatever_crashes(
        turns in turns(),
        crashes in proptest::collection::vec(proptest::bool::weighted(0.3), 30),
    ) {
        let mut journal = MemoryJournal::new(Identity { journal: JournalId([1; 16]), shard: 0 });
        let mut till = Till::at(Shard(0), Ledger::new(), Seq(1));
        let first = till.turn(at(1), &mut [((), commands(20))].into());
        append(&mut journal, &first.sealed.expect("it is set up"));
        let mut ms = OPENS;
        let mut told: Vec<(Request, Receipt)> = Vec::new();
        for ((wait, people), crash) in turns.iter().zip(crashes) {
            ms += wait;
            let asked = requests(people);
            let turn = till.turn(at(ms), &mut [((), asked.clone())].into());
            if crash {
                // The batch never reached the disk; nobody was told anything.
                let back = recovered(&journal);
                till = Till::at(Shard(0), back.ledger, back.next_seq);
                continue;
            }
            if let Some(sealed) = &turn.sealed {
                append(&mut journal, sealed);
            }
            for (request, reply) in asked.into_iter().zip(&turn.answers[0].1) {
                if let Outcome::Done(receipt) = reply.outcome {
                    told.push((request, receipt));
                }
            }
        }
        let back = recovered(&journal);
        prop_assert_eq!(back.ledger.digest(), till.ledger().digest());
        let mut till = Till::at(Shard(0), back.ledger, back.next_seq);
        for (request, receipt) in told.into_iter().filter(|(request, _)| request.key.is_some()) {
            let turn = till.turn(at(ms), &mut [((), vec![request])].into());
            prop_assert_eq!(turn.answers[0].1[0].outcome, Outcome::Repeated(receipt));
        }
    }

    #[test]
    fn recovery_from_any_snapshot_equals_recovery_from_zero(turns in turns(), every in 1usize..6) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SnapshotStore::at(&Layout::of(folder.path()).root);
        let mut journal = MemoryJournal::new(Identity { journal: JournalId([1; 16]), shard: 0 });
        let mut till = Till::at(Shard(0), Ledger::new(), Seq(1));
        let first = till.turn(at(1), &mut [((), commands(20))].into());
        append(&mut journal, &first.sealed.expect("it is set up"));
        let mut ms = OPENS;
        for (number, (wait, people)) in turns.iter().enumerate() {
            ms += wait;
            let turn = till.turn(at(ms), &mut [((), requests(people))].into());
            let Some(sealed) = turn.sealed else { continue };
            append(&mut journal, &sealed);
            if number % every == 0 {
                let (seq, ledger) = (till.next_seq().0 - 1, till.ledger());
                let body = |to: &mut dyn std::io::Write| {
                    ledger.write_snapshot(to).map_err(std::io::Error::other)
                };
                store.put(seq, ledger.digest().0, body).expect("it is written");
            }
        }
        let mut zero = String::new();
        recovered(&journal).ledger.describe(&mut zero);
        for seq in store.list().expect("they are listed") {
            let back = recover(Shard(0), &journal, Some(&store), Seq(seq), |_| ()).expect("whole");
            prop_assert_eq!(back.snapshot, Some(Seq(seq)));
            prop_assert_eq!(back.ledger.digest(), till.ledger().digest());
            let mut described = String::new();
            back.ledger.describe(&mut described);
            prop_assert_eq!(&described, &zero);
        }
    }
}

#[test]
fn a_journal_of_another_history_is_refused() {
    let mut journal = MemoryJournal::new(Identity {
        journal: JournalId([1; 16]),
        shard: 0,
    });
    let mut till = Till::at(Shard(0), Ledger::new(), Seq(1));
    let turn = till.turn(at(1), &mut [((), commands(20))].into());
    append(&mut journal, &turn.sealed.expect("it is set up"));
    let turn = till.turn(at(OPENS), &mut [((), vec![hold(1)])].into());
    let mut sealed = turn.sealed.expect("a hold");
    sealed.digest_before.0 ^= 1;
    append(&mut journal, &sealed);
    let fault = recover(Shard(0), &journal, None, Seq(u64::MAX), |_| ())
        .err()
        .expect("it diverged");
    assert!(
        matches!(fault, till::RecoveryFault::Diverged { seq: 5, .. }),
        "{fault}"
    );
}
