//! Where nobody can buy, whoever asks is turned away before the till: exactly where the ledger would refuse.

use crate::festival::{HOLD_MS, OPENS, commands, hold, keyed_hold, turn};
use ledger::Ledger;
use till::{Earlier, Shutters, Till, Wish};
use vocabulary::{
    CheckoutId, Command, DealId, HoldId, Millis, OrderId, Outcome, PersonKey, Refusal, Request,
    Seq, Shard, SkuId, Zone,
};

/// A till with its shutters, which learn of every turn.
struct Shop {
    till: Till,
    shutters: Shutters,
}

impl Shop {
    fn selling(units: u32) -> Shop {
        Shop::set_up(commands(units))
    }

    fn set_up(commands: Vec<Request>) -> Shop {
        let till = Till::at(Shard(0), Ledger::new(), Seq(1));
        let shutters = Shutters::default();
        let mut shop = Shop { till, shutters };
        shop.ask(1, commands);
        shop
    }

    fn ask(&mut self, ms: u64, requests: Vec<Request>) -> Vec<Outcome> {
        let turn = turn(&mut self.till, ms, requests);
        self.shutters.learn(&turn.vain, turn.published.as_ref());
        let replies = turn.answers.into_iter().flat_map(|(_, replies)| replies);
        replies.map(|reply| reply.outcome).collect()
    }

    fn turned_away(&self, ms: u64, request: &Request) -> Option<Refusal> {
        let wish = Wish::of(request).expect("a wish");
        self.shutters.turns_away(&wish, Millis(ms))
    }
}

const GONE: Outcome = Outcome::Refused(Refusal::StockExhausted);

fn hold_of(person: u128, of_units: u16, or_wait_too: bool) -> Request {
    let mut request = hold(person);
    if let Command::PlaceHold { units, or_wait, .. } = &mut request.command {
        (*units, *or_wait) = (of_units, or_wait_too);
    }
    request
}

fn release(hold: u64, person: u128) -> Request {
    let (hold, person) = (HoldId(hold), PersonKey(person));
    Command::ReleaseHold { hold, person }.into()
}

/// Bought at once, under an id that was made at `made`.
fn buy(person: u128, made: u64) -> Request {
    let id = u128::from(made) << 80 | 7 << 76 | person << 1;
    Command::BuyNow {
        deal: DealId(1),
        sku: SkuId(1),
        units: 1,
        shopper: model::festival::shopper(person),
        checkout: CheckoutId(id | 1),
        order: OrderId(id),
        zone: Zone(0),
    }
    .into()
}

#[test]
fn what_is_sold_out_is_shut_until_a_unit_comes_free() {
    let mut shop = Shop::selling(1);
    shop.ask(OPENS, vec![hold(1)]);
    assert_eq!(
        shop.turned_away(OPENS, &hold(2)),
        None,
        "nobody asked in vain"
    );
    assert_eq!(shop.ask(OPENS + 1, vec![hold(2)]), [GONE]);
    let gone = Some(Refusal::StockExhausted);
    assert_eq!(shop.turned_away(OPENS + 1, &hold(3)), gone);
    assert_eq!(
        shop.turned_away(OPENS + 1, &keyed_hold(3, 9)),
        None,
        "it may be a repeat"
    );
    assert_eq!(
        shop.turned_away(OPENS + 1, &hold_of(3, 1, true)),
        None,
        "who may wait is heard"
    );
    shop.ask(OPENS + HOLD_MS, Vec::new());
    assert_eq!(shop.turned_away(OPENS + HOLD_MS, &hold(3)), None);
    assert!(!shop.shutters.any_down());
}

#[test]
fn a_unit_that_comes_free_behind_the_refusal_raises_the_shutter_at_once() {
    let mut shop = Shop::selling(1);
    let outcomes = shop.ask(OPENS, vec![hold(1), hold(2), release(1, 1)]);
    assert_eq!(outcomes[1], GONE);
    assert_eq!(shop.turned_away(OPENS, &hold(3)), None);
    let outcomes = shop.ask(OPENS, vec![hold(1), release(2, 1), hold(2), hold(3)]);
    assert_eq!(outcomes[3], GONE);
    assert!(
        shop.turned_away(OPENS, &hold(3)).is_some(),
        "the refusal knew of it"
    );
}

#[test]
fn what_is_refused_to_one_is_not_shut_to_others() {
    let mut shop = Shop::selling(3);
    assert_eq!(shop.ask(OPENS, vec![hold_of(1, 5, false)]), [GONE]);
    assert_eq!(shop.turned_away(OPENS, &hold(2)), None);
    let mut limited = commands(3);
    if let Command::ScheduleDeal { terms, .. } = &mut limited[3].command {
        terms.limit = 1;
    }
    let mut shop = Shop::set_up(limited);
    let outcomes = shop.ask(OPENS, vec![hold(1), hold(1)]);
    assert_eq!(outcomes[1], Outcome::Refused(Refusal::LimitReached));
    assert!(!shop.shutters.any_down());
}

#[test]
fn who_may_have_ordered_before_the_last_unit_went_is_heard() {
    let mut shop = Shop::selling(1);
    // By a clock that is ahead.
    let made = OPENS + 9;
    shop.ask(OPENS, vec![buy(1, made)]);
    assert_eq!(shop.ask(OPENS + 5, vec![buy(2, OPENS)]), [GONE]);
    assert_eq!(shop.turned_away(made, &buy(1, made)), None, "it was placed");
    assert_eq!(
        shop.turned_away(made, &buy(3, made)),
        None,
        "it could have been"
    );
    let gone = Some(Refusal::StockExhausted);
    assert_eq!(shop.turned_away(made, &buy(3, made + 1)), gone);
    let nameless = Wish {
        earlier: Earlier::of_order(OrderId(0)),
        ..Wish::of(&hold(3)).expect("a wish")
    };
    assert_eq!(shop.shutters.turns_away(&nameless, Millis(made)), None);

    // A till that is started again knows of the orders before.
    let Shop { till, .. } = shop;
    let mut snapshot = Vec::new();
    till.ledger().write_snapshot(&mut snapshot).expect("memory");
    let ledger = Ledger::read_snapshot(&mut &snapshot[..]).expect("it reads back");
    let till = Till::at(Shard(0), ledger, till.next_seq());
    let shutters = Shutters::default();
    let mut again = Shop { till, shutters };
    assert_eq!(again.ask(OPENS + 6, vec![buy(2, OPENS)]), [GONE]);
    assert_eq!(again.turned_away(made, &buy(1, made)), None);
    assert_eq!(again.turned_away(made, &buy(3, made + 1)), gone);
}

#[test]
fn before_the_bell_everybody_is_turned_away_but_not_in_the_last_second() {
    let bell = 10_000;
    let mut later = commands(3);
    if let Command::ScheduleDeal { terms, .. } = &mut later[3].command {
        terms.starts_at = Millis(bell);
    }
    let mut shop = Shop::set_up(later);
    let early = Refusal::DealNotOpen;
    assert_eq!(shop.ask(2, vec![hold(1)]), [Outcome::Refused(early)]);
    for request in [hold(2), keyed_hold(2, 9), hold_of(2, 3, true), buy(2, 0)] {
        assert_eq!(shop.turned_away(bell - 1_001, &request), Some(early));
        assert_eq!(shop.turned_away(bell - 1_000, &request), None);
    }
    shop.ask(bell, Vec::new());
    assert_eq!(
        shop.turned_away(2, &hold(2)),
        None,
        "the till's clock rings the bell"
    );
}

#[test]
fn a_deal_that_is_over_is_shut_to_who_would_wait_too() {
    let mut shop = Shop::selling(3);
    let deal = DealId(1);
    shop.ask(OPENS, vec![Command::EndDeal { deal }.into()]);
    let over = Refusal::DealOver;
    assert_eq!(shop.ask(OPENS, vec![hold(1)]), [Outcome::Refused(over)]);
    assert_eq!(shop.turned_away(OPENS, &hold(2)), Some(over));
    assert_eq!(shop.turned_away(OPENS, &hold_of(2, 1, true)), Some(over));
}
