//! How many events a second one core folds into all views in memory, beside merely counting them.
//!
//! `cargo run --release -p views --example views_throughput`

use model::stream::Stream;
use model::{Decider, Model};
use std::hint::black_box;
use std::time::Instant;
use views::{Gallery, OrdersFold, View};
use vocabulary::{Event, EventKind, Millis, Outcome, Seq};

const WORLDS: u64 = 200;
const COMMANDS: usize = 2_000;

type Stamped = (Millis, Seq, Event);

fn main() {
    let worlds: Vec<Vec<Stamped>> = (0..WORLDS).map(world).collect();
    let events: usize = worlds.iter().map(Vec::len).sum();
    println!("{events} events of {WORLDS} festivals");
    measure("counting alone", events, || {
        worlds.iter().for_each(|world| count(world))
    });
    measure("all views in memory", events, || {
        worlds.iter().for_each(|world| fold(world))
    });
    measure("rows of the order tables", events, || {
        worlds.iter().for_each(|world| rows(world))
    });
}

fn world(seed: u64) -> Vec<Stamped> {
    let mut model = Model::fresh();
    let mut stamped = Vec::new();
    for (seq, (at, request)) in (1..).zip(Stream::new(seed).take(COMMANDS)) {
        let mut events = Vec::new();
        if let Outcome::Done(_) = model.apply(at, &request, &mut events) {
            stamped.extend(events.into_iter().map(|event| (at, Seq(seq), event)));
        }
    }
    stamped
}

fn count(world: &[Stamped]) {
    let mut counts = [0_u64; EventKind::ALL.len()];
    for (_, _, event) in world {
        counts[event.kind() as usize] += 1;
    }
    black_box(counts);
}

fn fold(world: &[Stamped]) {
    let mut gallery = Gallery::default();
    for (at, seq, event) in world {
        gallery.fold(*at, *seq, event);
    }
    black_box(gallery);
}

fn rows(world: &[Stamped]) {
    let mut fold = OrdersFold::default();
    let mut changes = Vec::new();
    for (at, seq, event) in world {
        fold.fold(*at, *seq, event, &mut changes);
    }
    black_box(changes);
}

fn measure(name: &str, events: usize, work: impl Fn()) {
    work();
    let begun = Instant::now();
    work();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{name:>26}: {:.2} M events/s",
        events as f64 / seconds / 1e6
    );
}
