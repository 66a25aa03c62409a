//! The views against the model: after random festivals, what they say is what the model holds; and
//! a view that was read from its checkpoint goes on like one that never stopped.

use model::stream::Stream;
use model::{Decider, Model};
use std::fmt::Write;
use std::ops::Range;
use views::{Gallery, View};
use vocabulary::{Event, HoldId, Millis, Outcome, PlaceId, Seq};

/// Each festival has its seed; a failure names it.
const SEEDS: Range<u64> = 0..40;

/// One command's events.
struct Page {
    at: Millis,
    seq: Seq,
    events: Vec<Event>,
}

/// A festival of `commands` requests: what the model came to, and the events of what it did.
fn festival(seed: u64, commands: usize) -> (Model, Vec<Page>) {
    let mut model = Model::fresh();
    let mut pages = Vec::new();
    for (at, request) in Stream::new(seed).take(commands) {
        let mut events = Vec::new();
        if let Outcome::Done(_) = model.apply(at, &request, &mut events) {
            let seq = Seq(pages.len() as u64 + 1);
            pages.push(Page { at, seq, events });
        }
    }
    (model, pages)
}

fn fold(gallery: &mut Gallery, pages: &[Page]) {
    for page in pages {
        for event in &page.events {
            gallery.fold(page.at, page.seq, event);
        }
    }
}

fn folded(pages: &[Page]) -> Gallery {
    let mut gallery = Gallery::default();
    fold(&mut gallery, pages);
    gallery
}

/// What the gallery says, in the words of [`Model::describe`]: deals, pools, places, holds and
/// balances.
fn described(gallery: &Gallery) -> String {
    let mut text = String::new();
    describe_deals(gallery, &mut text).expect("text takes all lines");
    describe_shoppers(gallery, &mut text).expect("text takes all lines");
    for (currency, seller, account, balance) in gallery.board.balances() {
        writeln!(text, "balance {currency} {seller} {account:?} {balance}").expect("text");
    }
    text
}

fn describe_deals(gallery: &Gallery, text: &mut String) -> std::fmt::Result {
    for card in gallery.deals.all() {
        let (opened, closed) = (u8::from(card.opened), u8::from(card.closed));
        let terms = card.terms;
        writeln!(
            text,
            "deal {} {opened} {closed} {} {} {} {}",
            card.deal, terms.starts_at, terms.ends_at, card.extensions, card.extension_ms
        )?;
        for pool in &card.pools {
            let counts = pool.counts;
            write!(text, "pool {} {} {} ", card.deal, pool.sku, pool.price)?;
            write!(text, "{} {} ", counts.available, counts.held)?;
            writeln!(text, "{} {}", counts.ordered, counts.sold)?;
        }
    }
    Ok(())
}

fn describe_shoppers(gallery: &Gallery, text: &mut String) -> std::fmt::Result {
    let shoppers = &gallery.shoppers;
    let places = (1..).map(PlaceId).filter_map(|place| shoppers.place(place));
    for (person, card) in places.take(shoppers.places_count()) {
        writeln!(
            text,
            "place {} {} {} {person}",
            card.place, card.deal, card.sku
        )?;
    }
    let holds = (1..).map(HoldId).filter_map(|hold| shoppers.hold(hold));
    for (person, card) in holds.take(shoppers.holds_count()) {
        write!(
            text,
            "hold {} {} {} {} ",
            card.hold, card.deal, card.sku, card.units
        )?;
        write!(text, "{} {person} ", card.price)?;
        writeln!(text, "{} {}", card.expires_at, card.extended)?;
    }
    Ok(())
}

/// The lines of the model's description that the views say too.
fn expected(model: &Model) -> String {
    let shown = ["deal", "pool", "place", "hold", "balance"];
    let mut text = String::new();
    for line in model.describe().lines() {
        if shown
            .iter()
            .any(|word| line.split(' ').next() == Some(word))
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn waiting_in_view(gallery: &Gallery) -> u64 {
    let pools = gallery.deals.all().flat_map(|card| &card.pools);
    pools.map(|pool| u64::from(pool.waiting)).sum()
}

#[test]
fn the_views_say_what_the_model_holds() {
    for seed in SEEDS {
        let (model, pages) = festival(seed, 2_000);
        let gallery = folded(&pages);
        assert_eq!(described(&gallery), expected(&model), "seed {seed}");
        let places = gallery.shoppers.places_count() as u64;
        assert_eq!(waiting_in_view(&gallery), places, "seed {seed}");
    }
}

#[test]
fn what_sellers_were_paid_adds_up_to_what_was_paid() {
    for seed in SEEDS {
        let (_, pages) = festival(seed, 2_000);
        let board = folded(&pages).board;
        for (currency, totals) in board.totals() {
            let sellers = board.top_sellers(currency, usize::MAX);
            let paid: i128 = sellers.iter().map(|(_, paid)| paid).sum();
            assert_eq!(paid, totals.paid.amount, "seed {seed}");
            assert!(totals.paid.amount <= totals.placed.amount, "seed {seed}");
        }
        let balances: i128 = board.balances().map(|(.., balance)| balance).sum();
        assert_eq!(balances, 0, "seed {seed}");
    }
}

#[test]
fn prefix_checkpoint_and_suffix_equal_the_whole() {
    for seed in SEEDS {
        let (_, pages) = festival(seed, 1_500);
        let cut = (seed as usize * 37) % (pages.len() + 1);
        let (prefix, suffix) = pages.split_at(cut);
        let mut checkpoint = Vec::new();
        folded(prefix)
            .write_checkpoint(&mut checkpoint)
            .expect("memory");
        let mut gallery = Gallery::read_checkpoint(&checkpoint[..]).expect("whole");
        fold(&mut gallery, suffix);
        assert_eq!(gallery, folded(&pages), "seed {seed}, cut {cut}");
    }
}

#[test]
fn a_batch_is_folded_as_its_events_are_one_by_one() {
    for seed in SEEDS {
        let (_, pages) = festival(seed, 1_500);
        let (mut batches, mut one_by_one) = (Gallery::default(), Gallery::default());
        for batch in pages.chunks(100) {
            let last = batch.last().expect("a chunk has a page");
            let events = batch
                .iter()
                .flat_map(|page| page.events.iter().map(|event| (page.seq, event)));
            for (seq, event) in events.clone() {
                one_by_one.fold(last.at, seq, event);
            }
            batches.fold_batch(last.at, events, last.seq);
            one_by_one.fold_batch(last.at, [], last.seq);
        }
        assert_eq!(batches, one_by_one, "seed {seed}");
    }
}

#[test]
fn every_change_of_a_deal_is_told_to_who_asks_since() {
    for seed in SEEDS {
        let (_, pages) = festival(seed, 1_500);
        let (before, after) = pages.split_at(pages.len() / 2);
        let mut gallery = folded(before);
        let (reached, was) = (gallery.reached(), gallery.deals.clone());
        fold(&mut gallery, after);
        let told = gallery.deals.changed_since(reached);
        for card in gallery.deals.all() {
            let times = told.iter().filter(|other| other.deal == card.deal).count();
            let same = was.deal(card.deal) == Some(card);
            assert_eq!(times, usize::from(!same), "seed {seed}, deal {}", card.deal);
        }
    }
}
