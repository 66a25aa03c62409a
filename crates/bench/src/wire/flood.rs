//! A flood of hopeless requests at one deal, from which nobody can buy, while other deals are bought: what a
//! hopeless request costs, and what the others notice of it. Beside it the same flood at a hyper server that
//! does nothing, on the same processors.

use super::batch::{BATCH, results};
use super::buyer::{Buyers, REQUESTS_AN_ORDER, put, uuid7};
use super::client::{Driven, Load, drive};
use super::cpu::{self, CpuUs};
use super::idle::{Again, Idle};
use super::shelf::{self, Shelf};
use super::stand::{ROOM, Stand};
use super::talk::{Counted, Talk};
use crate::How;
use crate::figure::{Figure, Sheet};
use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use crowd::Random;
use std::net::SocketAddr;
use std::ops::RangeFrom;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What is asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench flood
      Every kind in every way, as many as go.
  cargo xtask bench flood --kind sold-out --way pipelined-64 --flood-rate 1000000
      A million a second, if the clients can send them.
  cargo xtask bench flood --way batches --rate 20000 --runs 5 --json
      Batches of 500, while twenty thousand orders a second are placed elsewhere.")]
pub struct Ask {
    /// Why nobody can buy; without it every kind.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    kind: Vec<Kind>,
    /// How is asked; without it every way.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    way: Vec<FloodWay>,
    /// Orders a second of the other deals, an open loop; of 583 orders 256 are paid.
    #[arg(long, value_name = "ORDERS", default_value_t = 5_000.0)]
    rate: f64,
    /// Hopeless requests a second; without it as many as go.
    #[arg(long, value_name = "REQUESTS")]
    flood_rate: Option<f64>,
    /// How long each is measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// On whose disk the journals lie.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    pub how: How,
}

/// Why nobody can buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// No unit is left.
    SoldOut,
    /// The bell has not rung.
    NotOpen,
    /// The deal has ended.
    Over,
}

/// How the hopeless ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FloodWay {
    /// 32 connections, 64 requests before the first answer, each with a fresh Idempotency-Key.
    #[value(name = "pipelined-64")]
    Pipelined,
    /// The same without keys.
    #[value(name = "pipelined-64-keyless")]
    PipelinedKeyless,
    /// 4 connections, bodies of 500 requests with keys.
    Batches,
    /// The same without keys.
    BatchesKeyless,
}

/// Connections of those who buy from the other deals.
const BUYERS: usize = 64;
const QUANTILES: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];

impl Kind {
    fn deal(self) -> &'static str {
        match self {
            Kind::SoldOut => shelf::SOLD_OUT,
            Kind::NotOpen => shelf::NOT_OPEN,
            Kind::Over => shelf::OVER,
        }
    }
}

impl FloodWay {
    fn is_batches(self) -> bool {
        matches!(self, FloodWay::Batches | FloodWay::BatchesKeyless)
    }

    fn has_keys(self) -> bool {
        matches!(self, FloodWay::Pipelined | FloodWay::Batches)
    }
}

/// The name of one of few choices, as on the command line.
fn name(value: &impl ValueEnum) -> String {
    let value = value.to_possible_value().expect("no choice is hidden");
    value.get_name().to_owned()
}

fn chosen<T: ValueEnum + Clone>(told: &[T]) -> Vec<T> {
    match told.is_empty() {
        true => T::value_variants().to_vec(),
        false => told.to_vec(),
    }
}

/// Measures it.
///
/// # Errors
/// When a disk, a till, a server or a client fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let mut sheet = Sheet::default();
    for run in 0..ask.how.runs {
        let place = tempfile::tempdir_in(&ask.folder).context("no folder for a run")?;
        let stand = Stand::open(&place.path().join("data"), ROOM)?;
        let_shutters_down(&stand, &chosen(&ask.kind))?;
        let mut seeds = u64::from(run) << 16..;
        for kind in chosen(&ask.kind) {
            for way in chosen(&ask.way) {
                let flood = format!("{}, {}", name(&kind), name(&way));
                eprintln!("{flood}: run {} of {}", run + 1, ask.how.runs);
                let measured = Floods::measure(ask, &stand, kind, way, &mut seeds)?;
                measured.tell(&flood, &mut sheet);
            }
        }
        stand.close()?;
    }
    Ok(sheet.figures())
}

/// Asks where nobody can buy, so that the shutters are down when it is measured.
fn let_shutters_down(stand: &Stand, kinds: &[Kind]) -> anyhow::Result<()> {
    let shelf = Arc::new(stand.shelf.clone());
    let load = Load {
        thread: "flood",
        connections: 1,
        depth: 1,
        rate: None,
        span: Duration::from_millis(100),
    };
    for kind in kinds {
        let way = FloodWay::PipelinedKeyless;
        let hopeless = |_| Hopeless::of(&shelf, *kind, way, 0);
        drive(stand.address, load, hopeless, || ())?;
    }
    Ok(())
}

/// The others alone, beside a flood at a server that does nothing, and beside the flood.
struct Floods {
    alone: Together,
    beside_idle: Together,
    flooded: Together,
}

/// What the others came to, and the flood beside them.
struct Together {
    others: Driven,
    flood: Option<Driven>,
    cpu: CpuUs,
}

impl Floods {
    fn measure(
        ask: &Ask,
        stand: &Stand,
        kind: Kind,
        way: FloodWay,
        seeds: &mut RangeFrom<u64>,
    ) -> anyhow::Result<Floods> {
        let shelf = Arc::new(stand.shelf.clone());
        let load = flood_load(ask, way);
        // Who came before has used their keys.
        let mut seed = || seeds.next().expect("there is always another");
        let flood_seed = seed();
        let mut together =
            |flood: Option<&FloodAt<'_>>| together(ask, stand.address, &shelf, seed(), flood);
        let alone = together(None)?;
        let idle = Idle::open()?;
        let at_idle = |()| drive(idle.address, load, |_| Again::idle(), || ());
        let beside_idle = together(Some(&at_idle))?;
        idle.close();
        let hopeless = |n: usize| Hopeless::of(&shelf, kind, way, flood_seed << 32 | n as u64);
        let at_us = |()| match way.is_batches() {
            false => drive(stand.address, load, hopeless, || ()),
            true => drive(stand.address, load, |n| Batches(hopeless(n)), || ()),
        };
        let flooded = together(Some(&at_us))?;
        Ok(Floods {
            alone,
            beside_idle,
            flooded,
        })
    }

    fn tell(&self, flood: &str, sheet: &mut Sheet) {
        let mut tell = |name: String, unit, ours, baseline: (&str, f64)| {
            sheet.tell(&format!("{flood}: {name}"), unit, ours, baseline);
        };
        let (idle, ours) = (&self.beside_idle, &self.flooded);
        let beside = (IDLE, idle.flood_rate());
        tell("hopeless".to_owned(), "a second", ours.flood_rate(), beside);
        let (done, alone) = (ours.orders_a_second(), self.alone.orders_a_second());
        tell(
            "others, orders".to_owned(),
            "a second",
            done,
            ("alone", alone),
        );
        for (quantile, name) in QUANTILES {
            let [ours, idle, alone] =
                [ours, idle, &self.alone].map(|it| it.others.latency_ms(quantile));
            tell(format!("others, {name}"), "ms", ours, ("alone", alone));
            let beside = ("a flood at hyper that does nothing", idle);
            tell(format!("others beside it, {name}"), "ms", ours, beside);
        }
        let of_idle = idle.cpu_of_a_request(&self.alone);
        let idle_us = of_idle.get("idle").copied().unwrap_or_default();
        for (thread, us) in ours.cpu_of_a_request(&self.alone) {
            if us > 0.005 && thread != "client" {
                tell(
                    format!("CPU, thread {thread}"),
                    "us/request",
                    us,
                    (IDLE, idle_us),
                );
            }
        }
    }
}

const IDLE: &str = "hyper that does nothing";

impl Together {
    fn flood_rate(&self) -> f64 {
        let flood = self.flood.as_ref();
        flood.map_or(0.0, |flood| flood.a_second(flood.counted.requests))
    }

    fn orders_a_second(&self) -> f64 {
        self.others.a_second(self.others.counted.orders)
    }

    /// What a request of the flood costs by thread: what is used more than by the others alone.
    fn cpu_of_a_request(&self, alone: &Together) -> CpuUs {
        let alone_a_second = |thread: &str| {
            let us = alone.cpu.get(thread).copied().unwrap_or_default();
            us / alone.others.seconds
        };
        let each = |(thread, us): (&String, &f64)| {
            let more = us / self.others.seconds - alone_a_second(thread);
            (thread.clone(), more / self.flood_rate().max(1.0))
        };
        self.cpu.iter().map(each).collect()
    }
}

/// Floods somebody for as long as is measured.
type FloodAt<'a> = dyn Fn(()) -> anyhow::Result<Driven> + Sync + 'a;

/// Has the others buy, and beside them a flood.
fn together(
    ask: &Ask,
    shop: SocketAddr,
    shelf: &Arc<Shelf>,
    seed: u64,
    flood: Option<&FloodAt<'_>>,
) -> anyhow::Result<Together> {
    let mut looks = Vec::new();
    let buyers = |n| Buyers::of(shelf, seed << 32 | 1 << 31 | n as u64);
    let (others, flood) = thread::scope(|scope| {
        let flood = flood.map(|flood| scope.spawn(move || flood(())));
        let others = drive(shop, others_load(ask), buyers, || looks.push(cpu::used()));
        let flood = flood.map(|flood| flood.join().map_err(|_| anyhow!("the flood panicked")));
        (others, flood)
    });
    let flood = flood.transpose()?.transpose()?;
    if let Some(flood) = &flood
        && flood.counted.refused > 0
    {
        eprintln!("{} were not refused as hopeless", flood.counted.refused);
    }
    Ok(Together {
        others: others?,
        flood,
        cpu: cpu::between(&looks[0], &looks[1]),
    })
}

fn others_load(ask: &Ask) -> Load {
    Load {
        thread: "client",
        connections: BUYERS,
        depth: 1,
        rate: Some(ask.rate * REQUESTS_AN_ORDER),
        span: Duration::from_secs(ask.seconds),
    }
}

fn flood_load(ask: &Ask, way: FloodWay) -> Load {
    let (connections, depth, requests) = match way.is_batches() {
        false => (32, 64, 1),
        true => (4, 1, BATCH),
    };
    Load {
        thread: "flood",
        connections,
        depth,
        rate: ask.flood_rate.map(|rate| rate / requests as f64),
        span: Duration::from_secs(ask.seconds),
    }
}

/// Asks for a unit that nobody gets, for another shopper each time.
struct Hopeless {
    shelf: Arc<Shelf>,
    random: Random,
    deal: &'static str,
    has_keys: bool,
    body: Vec<u8>,
}

/// How the ledger refuses all that is hopeless.
const REFUSED: u16 = 409;

impl Hopeless {
    fn of(shelf: &Arc<Shelf>, kind: Kind, way: FloodWay, seed: u64) -> Hopeless {
        Hopeless {
            shelf: Arc::clone(shelf),
            random: Random::seeded(seed),
            deal: kind.deal(),
            has_keys: way.has_keys(),
            body: Vec::new(),
        }
    }

    fn session(&mut self) -> usize {
        self.random.below(self.shelf.sessions.len())
    }

    /// The fields of an order behind what is in the body.
    fn write_order(&mut self) {
        let order = uuid7(self.random.bits(), self.random.bits());
        let deal = self.deal;
        let text = format_args!(r#""order":"{order}","deal":"{deal}","sku":"{deal}"}}"#);
        put(&mut self.body, text);
    }

    fn write_entry(&mut self) {
        let shopper = self.session();
        let session = &self.shelf.sessions[shopper];
        let text = format_args!(r#"{{"op":"order","session":"{session}","#);
        put(&mut self.body, text);
        if self.has_keys {
            let key = self.random.bits();
            put(&mut self.body, format_args!(r#""key":"{key:016x}","#));
        }
        self.write_order();
    }

    fn write_request(&mut self, path: &str, who: Option<usize>, out: &mut Vec<u8>) {
        let head = "host: localhost\r\ncontent-type: application/json";
        put(out, format_args!("POST {path} HTTP/1.1\r\n{head}\r\n"));
        if let Some(shopper) = who {
            let session = &self.shelf.sessions[shopper];
            put(out, format_args!("authorization: Bearer {session}\r\n"));
            if self.has_keys {
                let key = self.random.bits();
                put(out, format_args!("idempotency-key: {key:016x}\r\n"));
            }
        }
        let length = self.body.len();
        put(out, format_args!("content-length: {length}\r\n\r\n"));
        out.extend_from_slice(&self.body);
    }
}

impl Talk for Hopeless {
    type Asked = ();

    fn ask(&mut self, out: &mut Vec<u8>) {
        self.body.clear();
        self.body.push(b'{');
        self.write_order();
        let shopper = self.session();
        self.write_request("/v1/orders", Some(shopper), out);
    }

    fn heard(&mut self, (): (), status: u16, _: &[u8]) -> Counted {
        refused(1, u64::from(status != REFUSED))
    }
}

/// The same, many in a body.
struct Batches(Hopeless);

impl Talk for Batches {
    type Asked = ();

    fn ask(&mut self, out: &mut Vec<u8>) {
        let hopeless = &mut self.0;
        hopeless.body.clear();
        hopeless.body.extend_from_slice(b"{\"requests\":[");
        for n in 0..BATCH {
            if n > 0 {
                hopeless.body.push(b',');
            }
            hopeless.write_entry();
        }
        hopeless.body.extend_from_slice(b"]}");
        hopeless.write_request("/v1/batches", None, out);
    }

    fn heard(&mut self, (): (), _: u16, body: &[u8]) -> Counted {
        let hopeless = results(body).filter(|status| *status == REFUSED).count();
        refused(BATCH as u64, (BATCH - hopeless) as u64)
    }
}

/// So many were answered, and so many of them otherwise than was meant.
fn refused(requests: u64, otherwise: u64) -> Counted {
    Counted {
        requests,
        refused: otherwise,
        ..Counted::default()
    }
}
