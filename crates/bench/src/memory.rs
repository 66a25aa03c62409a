//! How many bytes of memory the ledger takes for what it keeps, with all indexes and timers, as the system counts them;
//! beside them the plain bytes of the fields.

use crate::How;
use crate::alone::measured;
use crate::figure::{Figure, Runs};
use crate::selling::{Mix, Source, uuid7};
use crate::shop::Shop;
use anyhow::Context;
use clap::{Args, ValueEnum};
use crowd::Random;
use vocabulary::{
    CheckoutId, Command, DealId, HoldId, OrderId, Outcome, PersonKey, Receipt, Request, Shopper,
    SkuId, Zone,
};

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// How many of each are kept.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000_000)]
    count: u64,
    #[command(flatten)]
    pub how: How,
}

/// What is kept, all over 10,000 deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum State {
    /// Open holds, each of another person.
    Holds,
    /// The same, with the keys of the requests.
    KeyedHolds,
    /// Checkouts of one order of one line, not paid yet.
    Checkouts,
    /// Checkouts of two such orders.
    DoubleCheckouts,
}

/// Number, price, end, deal, SKU, person, units.
const HOLD_BYTES: f64 = 8.0 + 8.0 + 8.0 + 4.0 + 4.0 + 16.0 + 2.0;
/// Key, hash of the body, a hold's receipt, when it is forgotten.
const KEY_BYTES: f64 = 16.0 + 8.0 + 17.0 + 8.0;
/// Id, person, zone, currency, total, three moments.
const CHECKOUT_BYTES: f64 = 16.0 + 16.0 + 2.0 + 3.0 + 8.0 + 24.0;
/// Id, seller, state, goods, shipping; of its line deal, SKU, units, price, tax.
const ORDER_BYTES: f64 = 16.0 + 4.0 + 1.0 + 8.0 + 8.0 + 4.0 + 4.0 + 2.0 + 8.0 + 3.0;

/// Measures it.
///
/// # Errors
/// When a process cannot be started or fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let (mut holds, mut keys, mut checkouts, mut orders) = (vec![], vec![], vec![], vec![]);
    for run in 0..ask.how.runs {
        eprintln!("run {} of {}", run + 1, ask.how.runs);
        let hold = each(State::Holds, ask.count)?;
        let checkout = each(State::Checkouts, ask.count)?;
        let order = each(State::DoubleCheckouts, ask.count)? - checkout;
        holds.push(hold);
        keys.push(each(State::KeyedHolds, ask.count)? - hold);
        checkouts.push(checkout - order);
        orders.push(order);
    }
    let figure = |name: &str, ours, plain| Figure {
        name: format!("{name}, of {}", ask.count),
        unit: "bytes",
        ours: Runs::of(ours),
        baseline_name: "the plain bytes of its fields".to_owned(),
        baseline: Runs::of(vec![plain]),
    };
    Ok(vec![
        figure("an open hold", holds, HOLD_BYTES),
        figure("a remembered request key", keys, KEY_BYTES),
        figure("a checkout without its orders", checkouts, CHECKOUT_BYTES),
        figure("an order of one line", orders, ORDER_BYTES),
    ])
}

fn each(state: State, count: u64) -> anyhow::Result<f64> {
    let name = state
        .to_possible_value()
        .context("every state has a name")?;
    let bytes = measured(&["memory", name.get_name(), &count.to_string()])?;
    Ok(bytes / count as f64)
}

/// The bytes by which this process grows when a shop comes to keep so many.
///
/// # Errors
/// When the shop refuses something.
pub fn bytes(state: State, count: u64) -> anyhow::Result<f64> {
    let mix = Mix::named("zipf").context("the mix is there")?;
    let mut shop = Shop::in_memory(&mix)?;
    let mut source = Source::of(mix, 1);
    let before = resident()?;
    match state {
        State::Holds => shop.hold(&mut source, count, false)?,
        State::KeyedHolds => shop.hold(&mut source, count, true)?,
        State::Checkouts => check_out(&mut shop, &mix, count, 1)?,
        State::DoubleCheckouts => check_out(&mut shop, &mix, count, 2)?,
    }
    Ok(resident()? - before)
}

/// The bytes of this process that are in memory.
///
/// # Errors
/// Where the system does not say.
pub fn resident() -> anyhow::Result<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").context("no /proc/self/statm")?;
    let pages = pages
        .split_whitespace()
        .nth(1)
        .context("no resident pages")?;
    Ok(pages.parse::<f64>()? * rustix::param::page_size() as f64)
}

/// So many checkouts of some orders each, a line an order.
fn check_out(shop: &mut Shop, mix: &Mix, count: u64, orders: usize) -> anyhow::Result<()> {
    const TOGETHER: u64 = 2_048;
    let mut random = Random::seeded(1);
    let mut left = count;
    while left > 0 {
        let some = left.min(TOGETHER) as usize;
        let persons: Vec<PersonKey> = (0..some).map(|_| PersonKey(wide(&mut random))).collect();
        let wanted = persons.iter().flat_map(|person| {
            let first = random.below(mix.skus as usize - orders) as u32;
            // SKUs next to each other are different sellers'.
            (1..=orders as u32).map(move |place| hold(first + place, *person))
        });
        let replies = shop.ask(wanted.collect())?;
        let holds: Vec<HoldId> = replies
            .iter()
            .filter_map(|reply| held(reply.outcome))
            .collect();
        let placed = persons
            .iter()
            .zip(holds.chunks(orders))
            .map(|(person, holds)| {
                let checkout = uuid7(shop.now(), wide(&mut random));
                let orders = (0..holds.len() as u128).map(|place| OrderId(checkout ^ (1 + place)));
                let command = Command::PlaceCheckout {
                    checkout: CheckoutId(checkout),
                    orders: orders.collect(),
                    holds: holds.iter().copied().collect(),
                    person: *person,
                    zone: Zone(0),
                };
                command.into()
            });
        let placed = placed.collect();
        shop.ask(placed)?;
        shop.pass(1);
        left -= some as u64;
    }
    Ok(())
}

fn hold(sku: u32, person: PersonKey) -> Request {
    let shopper = Shopper {
        person,
        member: true,
        verified: false,
    };
    let command = Command::PlaceHold {
        deal: DealId(sku),
        sku: SkuId(sku),
        units: 1,
        shopper,
        or_wait: false,
    };
    command.into()
}

fn held(outcome: Outcome) -> Option<HoldId> {
    match outcome {
        Outcome::Done(Receipt::Hold { hold, .. }) => Some(hold),
        _ => None,
    }
}

fn wide(random: &mut Random) -> u128 {
    u128::from(random.bits()) << 64 | u128::from(random.bits())
}
