//! What all views in memory take to fold an event, beside merely counting it; and how many bytes they keep of a checkout
//! that is not paid yet, beside the plain bytes of the fields.

use crate::How;
use crate::alone::measured;
use crate::figure::{Figure, Runs};
use crate::memory::resident;
use crate::selling::{Mix, Source, processor_ns, uuid7};
use crate::shop::Shop;
use anyhow::Context;
use clap::Args;
use crowd::Random;
use money::{Amount, Currency};
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use till::Published;
use views::{Gallery, View};
use vocabulary::{
    CheckoutId, DealId, Event, EventKind, HoldId, Method, Millis, OrderId, PaymentId, PersonKey,
    SellerId, Seq, SkuId, Steps, Tax, Zone,
};

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// How many commands of shoppers a run folds.
    #[arg(long, value_name = "COUNT", default_value_t = 3_000_000)]
    commands: u64,
    /// How many open checkouts are kept.
    #[arg(long, value_name = "COUNT", default_value_t = 2_000_000)]
    checkouts: u64,
    #[command(flatten)]
    pub how: How,
}

/// How long a step of 4,096 shoppers takes, as on a busy shop.
const STEP_MS: u64 = 20;
/// Id, person, total, currency, deadline; of its order id, seller, total, state; of its line deal, units, price; of its try
/// number, method, amount, currency, state, deadline.
const CHECKOUT_BYTES: f64 = (16.0 + 16.0 + 8.0 + 1.0 + 8.0)
    + (16.0 + 4.0 + 8.0 + 1.0)
    + (4.0 + 2.0 + 8.0)
    + (2.0 + 1.0 + 8.0 + 1.0 + 1.0 + 8.0);
const CURRENCY: Currency = Currency::KRW;

/// Measures both.
///
/// # Errors
/// When the shop refuses something, or a process fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let (mut folded, mut counted, mut bytes) = (vec![], vec![], vec![]);
    for run in 0..ask.how.runs {
        eprintln!("run {} of {}", run + 1, ask.how.runs);
        let spent = fold(ask.commands, u64::from(run))?;
        folded.push(spent.folding_ns as f64 / spent.events as f64);
        counted.push(spent.counting_ns as f64 / spent.events as f64);
        let kept = measured(&["views", &ask.checkouts.to_string()])?;
        bytes.push(kept / ask.checkouts as f64);
    }
    Ok(vec![
        Figure {
            name: "an event in all views".to_owned(),
            unit: "ns",
            ours: Runs::of(folded),
            baseline_name: "counting it".to_owned(),
            baseline: Runs::of(counted),
        },
        Figure {
            name: format!("an open checkout, of {}", ask.checkouts),
            unit: "bytes",
            ours: Runs::of(bytes),
            baseline_name: "the plain bytes of its fields".to_owned(),
            baseline: Runs::of(vec![CHECKOUT_BYTES]),
        },
    ])
}

/// Views that listen to a shop, and what they took.
struct Listening {
    gallery: Gallery,
    counts: [u64; EventKind::ALL.len()],
    spent: Spent,
}

/// Processor time, and of how many events.
#[derive(Clone, Copy, Default)]
struct Spent {
    events: u64,
    folding_ns: u64,
    counting_ns: u64,
}

impl Listening {
    fn hear(&mut self, batch: &Published) {
        let begun = processor_ns();
        for (_, event) in batch.events.iter() {
            self.counts[event.kind() as usize] += 1;
            self.spent.events += 1;
        }
        let counted = processor_ns();
        self.gallery
            .fold_batch(batch.at, batch.events.iter(), batch.last_seq);
        self.spent.counting_ns += counted - begun;
        self.spent.folding_ns += processor_ns() - counted;
    }
}

/// Folds what comes of so many commands of shoppers who buy at once and pay.
fn fold(commands: u64, seed: u64) -> anyhow::Result<Spent> {
    let mix = Mix::named("now").context("the mix is there")?;
    let listening = Rc::new(RefCell::new(Listening {
        gallery: Gallery::default(),
        counts: [0; EventKind::ALL.len()],
        spent: Spent::default(),
    }));
    let hearing = Rc::clone(&listening);
    let mut shop = Shop::heard(&mix, move |batch| hearing.borrow_mut().hear(batch))?;
    listening.borrow_mut().spent = Spent::default();
    let mut source = Source::of(mix, seed);
    shop.trade(&mut source, commands, STEP_MS)?;
    black_box(listening.borrow().counts);
    Ok(listening.borrow().spent)
}

/// The bytes by which this process grows when its views come to keep so many open checkouts.
///
/// # Errors
/// Where the system does not say.
pub fn bytes(count: u64) -> anyhow::Result<f64> {
    let mut gallery = Gallery::default();
    let mut random = Random::seeded(1);
    let before = resident()?;
    for n in 1..=count {
        let at = Millis(1_800_000_000_000 + n / 200);
        for event in opened(at, wide(&mut random), wide(&mut random)) {
            gallery.fold(at, Seq(n), &event);
        }
    }
    let kept = resident()? - before;
    black_box(gallery);
    Ok(kept)
}

/// The events of a checkout of one order of one line, that somebody has begun to pay.
fn opened(at: Millis, bits: u128, person: u128) -> [Event; 4] {
    let checkout = CheckoutId(uuid7(at, bits));
    let order = OrderId(checkout.0 ^ 1);
    let (person, total, currency) = (PersonKey(person), Amount(44_000), CURRENCY);
    [
        Event::CheckoutPlaced {
            checkout,
            person,
            zone: Zone(0),
            total,
            currency,
            pay_by: at.plus(1_800_000),
        },
        Event::OrderPlaced {
            order,
            checkout,
            seller: SellerId(1),
            person,
            goods: Amount(41_000),
            shipping: Amount(3_000),
            surcharge: Amount::ZERO,
            tax: Amount(4_000),
            total,
            currency,
        },
        Event::LinePlaced {
            order,
            line: 0,
            hold: HoldId::NONE,
            deal: DealId(1),
            sku: SkuId(1),
            units: 1,
            price: Amount(41_000),
            tax: Tax::Exempt,
        },
        started(checkout, total, at.plus(600_000)),
    ]
}

fn started(checkout: CheckoutId, amount: Amount, deadline: Millis) -> Event {
    let payment = PaymentId {
        checkout,
        attempt: 1,
    };
    Event::PaymentStarted {
        payment,
        amount,
        currency: CURRENCY,
        method: Method::Card,
        steps: Steps::One,
        months: 0,
        deadline,
    }
}

fn wide(random: &mut Random) -> u128 {
    u128::from(random.bits()) << 64 | u128::from(random.bits())
}
