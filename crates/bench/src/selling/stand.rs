//! A shop to be measured: a till on a file journal of its own, with sellers, stock and open deals.

use super::mix::Mix;
use anyhow::{Context, anyhow, ensure};
use journal::{Access, DataFolder, FileJournal, Identity, Journal, JournalId, Options};
use ledger::Ledger;
use money::{Amount, Currency};
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use till::{Clock, Counter, Reading, Reply, Stopped, Subscriber, Ticket, Till};
use vocabulary::{
    Command, DealTerms, Deduct, Millis, Outcome, PoolDraft, Reference, Request, Rules, SellerId,
    Seq, Shard, SkuId, Surcharges, Tax,
};

/// How many sellers share the SKUs.
const SELLERS: u32 = 100;
/// How many requests go in together while the shop is furnished.
const TOGETHER: usize = 4_096;
/// What a unit costs.
pub const PRICE: Amount = Amount(41_000);
/// How long an open hold lasts where holds lapse within a run.
const HOLD_MS: u32 = 2_000;
/// For how long request keys and order ids are remembered here, so that a run has reached the state in
/// which as much is forgotten as comes in.
const REMEMBERED_MS: u64 = 5_000;
const SKEW_MS: u64 = 1_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const TAX: Tax = Tax::Included {
    basis_points: 1_000,
};

/// A till that runs.
pub struct Stand {
    /// Where requests are handed in.
    pub counter: Counter,
    thread: Option<JoinHandle<Stopped>>,
}

/// The clocks of this machine.
pub struct MachineClock(Instant);

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        Reading {
            wall: now(),
            monotonic_ms: self.0.elapsed().as_millis() as u64,
        }
    }
}

/// The wall clock.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.unwrap_or_default().as_millis() as u64)
}

impl Stand {
    /// Opens a shop in an empty folder and furnishes it, with room for so many orders.
    pub fn open(folder: &Path, mix: &Mix, room: usize) -> anyhow::Result<Stand> {
        let journal = new_journal(folder)?;
        let mut ledger = Ledger::new();
        ledger.make_room(room);
        let till = Till::at(Shard(0), ledger, Seq(1));
        let counter = Counter::default();
        let handed_in = counter.clone();
        let thread = std::thread::Builder::new()
            .name("till".into())
            .spawn(move || {
                let clock = MachineClock(Instant::now());
                let nobody: Vec<Subscriber> = Vec::new();
                till::run(till, journal, 1, handed_in, clock, None, nobody)
            })?;
        let stand = Stand {
            counter,
            thread: Some(thread),
        };
        stand.order(furnishing(mix))?;
        Ok(stand)
    }

    /// Drains the till.
    pub fn close(mut self) -> anyhow::Result<()> {
        self.counter.drain();
        let thread = self.thread.take().context("it is closed once")?;
        match thread.join() {
            Ok(Stopped::Drained) => Ok(()),
            Ok(Stopped::Fault(fault)) => Err(fault.into()),
            Err(_) => Err(anyhow!("the till panicked")),
        }
    }

    /// Has commands done that nothing speaks against.
    fn order(&self, commands: impl IntoIterator<Item = Command>) -> anyhow::Result<()> {
        let mut commands = commands.into_iter().map(Request::from);
        loop {
            let requests: Vec<Request> = commands.by_ref().take(TOGETHER).collect();
            if requests.is_empty() {
                return Ok(());
            }
            for reply in self.ask(requests)? {
                let done = matches!(reply.outcome, Outcome::Done(_));
                ensure!(done, "the shop cannot be furnished: {:?}", reply.outcome);
            }
        }
    }

    fn ask(&self, requests: Vec<Request>) -> anyhow::Result<Vec<Reply>> {
        let (answer, answered) = mpsc::sync_channel(1);
        let reply = Box::new(move |replies| {
            let _ = answer.send(replies);
        });
        self.counter.submit(Ticket { requests, reply })?;
        answered.recv().context("the till stopped")
    }
}

/// An empty journal on disk, fenced for the first writer.
pub fn new_journal(folder: &Path) -> anyhow::Result<FileJournal> {
    let identity = Identity {
        journal: JournalId([7; 16]),
        shard: 0,
    };
    let options = Options {
        access: Access::Direct,
        ..Options::default()
    };
    let mut journal = FileJournal::create(DataFolder::open(folder)?, identity, options)?.journal;
    journal.fence(1)?;
    Ok(journal)
}

/// The commands that furnish a shop: sellers, stock and deals that are open.
pub fn furnishing(mix: &Mix) -> impl Iterator<Item = Command> + use<> {
    let rules = Rules {
        idempotency_ms: REMEMBERED_MS,
        skew_ms: SKEW_MS,
        file_after_ms: REMEMBERED_MS + SKEW_MS,
        ..Rules::default()
    };
    let reference = |n: u32| Reference(u128::from(n));
    let (terms, skus, units) = (terms(mix), mix.skus, u32::MAX);
    let opened = (1..=SELLERS).map(move |n| Command::OpenSeller {
        reference: reference(n),
    });
    let shipping = (1..=SELLERS).map(|n| Command::SetShipping {
        seller: SellerId(n),
        currency: Currency::KRW,
        fee: Amount(3_000),
        free_from: Amount(50_000),
        tax: TAX,
        surcharges: Surcharges::new(),
    });
    let listed = (1..=skus).map(move |n| Command::ListSku {
        reference: reference(n),
        seller: seller_of(n),
        tax: TAX,
    });
    let received = (1..=skus).map(move |n| Command::ReceiveStock {
        sku: SkuId(n),
        units,
    });
    let scheduled = (1..=skus).map(move |n| Command::ScheduleDeal {
        reference: reference(n),
        seller: seller_of(n),
        currency: Currency::KRW,
        terms,
        pools: vec![PoolDraft {
            sku: SkuId(n),
            units,
            price: PRICE,
        }],
    });
    [Command::AdoptRules { rules }]
        .into_iter()
        .chain(opened)
        .chain(shipping)
        .chain(listed)
        .chain(received)
        .chain(scheduled)
}

/// Whose SKU it is.
fn seller_of(sku: u32) -> SellerId {
    SellerId(1 + sku % SELLERS)
}

/// Sellers own every hundredth SKU, so SKUs of one seller lie so far apart.
pub const APART: u32 = SELLERS;

fn terms(mix: &Mix) -> DealTerms {
    let starts_at = Millis(now().0 - DAY_MS);
    DealTerms {
        starts_at,
        ends_at: starts_at.plus(3 * DAY_MS),
        hold_ms: if mix.lapsing > 0 { HOLD_MS } else { 900_000 },
        payment_ms: 1_800_000,
        deposit_ms: if mix.deposits > 0 { DAY_MS as u32 } else { 0 },
        limit: 5,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 1_000,
    }
}
