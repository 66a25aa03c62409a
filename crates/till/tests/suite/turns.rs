//! What one turn does, without any disk.

use crate::festival::{HOLD_MS, OPENS, commands, hold, keyed_hold, turn};
use ledger::Ledger;
use till::Till;
use vocabulary::{Event, Millis, Outcome, Receipt, Refusal, Seq, Shard};

fn open_till(units: u32) -> Till {
    let mut till = Till::at(Shard(0), Ledger::new(), Seq(1));
    turn(&mut till, 1, commands(units));
    till
}

#[test]
fn a_hold_one_millisecond_before_the_bell_is_refused_and_leaves_no_trace() {
    let mut till = open_till(1);
    let before = (till.next_seq(), till.ledger().digest());
    let early = turn(&mut till, OPENS - 1, vec![hold(1)]);
    assert_eq!(
        early.answers[0].1[0].outcome,
        Outcome::Refused(Refusal::DealNotOpen)
    );
    assert!(early.sealed.is_none() && early.published.is_none());
    assert_eq!((till.next_seq(), till.ledger().digest()), before);
    let on_time = turn(&mut till, OPENS, vec![hold(1)]);
    assert!(matches!(
        on_time.answers[0].1[0].outcome,
        Outcome::Done(Receipt::Hold { .. })
    ));
}

#[test]
fn what_is_due_falls_due_before_the_commands_of_the_same_stamp() {
    let mut till = open_till(1);
    turn(&mut till, OPENS, vec![hold(1)]);
    let still_held = turn(&mut till, OPENS + HOLD_MS - 1, vec![hold(2)]);
    assert_eq!(
        still_held.answers[0].1[0].outcome,
        Outcome::Refused(Refusal::StockExhausted)
    );
    let lapsed = turn(&mut till, OPENS + HOLD_MS, vec![hold(2)]);
    assert!(matches!(lapsed.answers[0].1[0].outcome, Outcome::Done(_)));
    let published = lapsed.published.expect("a lapse and a hold");
    let kinds: Vec<bool> = published
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::HoldLapsed { .. } => Some(false),
            Event::HoldPlaced { .. } => Some(true),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [false, true]);
    assert_eq!(lapsed.sealed.expect("two commands").count, 2);
}

#[test]
fn a_turn_without_tickets_sweeps_what_is_due() {
    let mut till = open_till(1);
    turn(&mut till, OPENS, vec![hold(1)]);
    assert!(till.is_due(crate::festival::at(OPENS + HOLD_MS)));
    let swept = till.turn::<()>(
        crate::festival::at(OPENS + HOLD_MS),
        &mut Default::default(),
    );
    assert!(swept.answers.is_empty());
    assert!(
        swept
            .published
            .is_some_and(|published| published.at == Millis(OPENS + HOLD_MS))
    );
}

#[test]
fn the_requests_of_one_ticket_are_decided_next_to_each_other_and_in_order() {
    let mut till = open_till(3);
    let mut waiting = [(1, vec![hold(1), hold(2)]), (2, vec![hold(3), hold(4)])].into();
    let both = till.turn(crate::festival::at(OPENS), &mut waiting);
    let done = |reply: &till::Reply| matches!(reply.outcome, Outcome::Done(_));
    let answers: Vec<(i32, Vec<bool>)> = both
        .answers
        .iter()
        .map(|(t, replies)| (*t, replies.iter().map(done).collect()))
        .collect();
    assert_eq!(answers, [(1, vec![true, true]), (2, vec![true, false])]);
}

#[test]
fn a_repeat_answers_as_the_first_time_and_is_not_journaled() {
    let mut till = open_till(5);
    let first = turn(&mut till, OPENS, vec![keyed_hold(1, 77)]);
    let again = turn(&mut till, OPENS + 1, vec![keyed_hold(1, 77)]);
    let Outcome::Done(receipt) = first.answers[0].1[0].outcome else {
        panic!("done")
    };
    assert_eq!(again.answers[0].1[0].outcome, Outcome::Repeated(receipt));
    assert!(again.sealed.is_none());
    assert_eq!(again.answers[0].1[0].seq, first.answers[0].1[0].seq);
}

#[test]
fn a_flood_of_lapses_is_spread_over_turns_and_nobody_overtakes_it() {
    let mut till = open_till(100_000);
    let holds = |from: u128| (from..from + 4_000).map(hold).collect::<Vec<_>>();
    for batch in 0..25u128 {
        turn(&mut till, OPENS, holds(batch * 4_000));
    }
    let mut waiting = [((), vec![hold(1)])].into();
    let mut turns = 0;
    let reading = crate::festival::at(OPENS + HOLD_MS);
    loop {
        turns += 1;
        let turn = till.turn(reading, &mut waiting);
        if !turn.answers.is_empty() {
            break;
        }
        assert!(
            turn.sealed.is_some(),
            "a turn that answers nobody has swept something"
        );
    }
    assert!(
        turns > 1,
        "one hundred thousand lapses are more than one turn"
    );
    assert_eq!(till.ledger().next_due(), Some(Millis(OPENS + 2 * HOLD_MS)));
}
