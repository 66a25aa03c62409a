//! `doorbuster replay-board`: the board of a past festival, told again from its journal at any speed.

use crate::signals;
use adapters::{BundledAddresses, HttpProvider, ProviderAddress, Secret, SignedCallbacks};
use anyhow::Context;
use clap::Parser;
use http::board::{Board, Dial};
use http::deposits::Deposits;
use http::directory::Directory;
use http::gathering::Gathering;
use http::lateness::Lateness;
use http::notices::Bulletin;
use http::sessions::MemberSessions;
use http::waiting::WaitingRoom;
use http::{Clock, Keys, Language, Settings, Shop, Standing};
use jiff::tz::TimeZone;
use journal::{Access, FileReader};
use money::Currency;
use records::Records;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;
use till::{Counter, Published};
use tokio::net::TcpListener;
use tokio::sync::watch;
use views::Gallery;
use vocabulary::{Millis, Rules, Seq, Shard, Steps};

/// How long the folding rests at most before it looks at the dial again.
const REST_MAX: Duration = Duration::from_millis(10);

/// Show the board of a past festival from its journal, at any speed.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster replay-board --data last-year --speed 60
      The board of last year, a minute a second, on http://localhost:1113/board.
  doorbuster replay-board --data last-year --speed 1 --name \"11.11 2025\"
      As it was.

On the page it can be paused, made faster or slower, and turned to any moment. It reads the data folder, whose server
should not run, and changes nothing that happened.")]
pub struct Args {
    /// The data folder of the festival.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
    /// Where the board is served.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1113")]
    listen: SocketAddr,
    /// How many times as fast as it was.
    #[arg(long, value_name = "TIMES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=i64::from(http::board::SPEED_MAX)))]
    speed: u32,
    /// What the festival was called.
    #[arg(long, value_name = "NAME", default_value = "Doorbuster")]
    name: String,
    /// Its own currency.
    #[arg(long, value_name = "CODE", default_value = "KRW")]
    currency: Currency,
    /// The time zone in which times are shown.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Seoul")]
    time_zone: String,
}

/// Runs the command.
///
/// # Errors
/// Damage, an empty journal, or a port that is taken.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    crate::house::must_be_in(&args.data)?;
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.with_context(|| format!("{} cannot be listened on", args.listen))?;
    let batches = batches(args)?;
    let dial = Arc::new(Dial::over(span(&batches)?, args.speed));
    let gallery = Arc::new(RwLock::new(Gallery::default()));
    let (reach, reached) = watch::channel(Seq(0));
    let shop = shop(args, &dial, &gallery, reached).await?;
    let folding = Folding {
        batches,
        dial: Arc::clone(&dial),
        gallery,
        reach,
    };
    thread::Builder::new()
        .name("replay".into())
        .spawn(move || folding.fold_for_ever())?;
    println!("http://localhost:{}/board", args.listen.port());
    let stop = signals::listen()?;
    let app = http::replay_router(shop, dial).into_make_service_with_connect_info::<SocketAddr>();
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served.context("the board cannot be served"),
        () = stop.asked() => Ok(()),
    }
}

/// What happened, batch by batch. It is replayed through the ledger once, which proves it.
fn batches(args: &Args) -> anyhow::Result<Vec<Published>> {
    let reader = FileReader::open(&args.data, Access::Direct)?;
    let mut batches = Vec::new();
    till::recover(Shard(0), &reader, None, Seq(0), |replayed| {
        batches.push(replayed.published)
    })?;
    Ok(batches)
}

/// From a minute before the first bell, or the first batch where none rang, to the last batch.
fn span(batches: &[Published]) -> anyhow::Result<(Millis, Millis)> {
    let (first, last) = batches
        .first()
        .zip(batches.last())
        .context("nothing has happened yet")?;
    let opens = |batch: &&Published| {
        let mut events = batch.events.iter();
        events.any(|(_, event)| matches!(event, vocabulary::Event::DealOpened { .. }))
    };
    let bell = batches
        .iter()
        .find(opens)
        .map_or(first.at, |batch| batch.at);
    Ok((Millis(bell.0.saturating_sub(60_000)).max(first.at), last.at))
}

struct Folding {
    batches: Vec<Published>,
    dial: Arc<Dial>,
    gallery: Arc<RwLock<Gallery>>,
    reach: watch::Sender<Seq>,
}

impl Folding {
    /// Folds what the dial has passed; where it was turned back, from the beginning.
    fn fold_for_ever(self) {
        let mut folded = 0;
        loop {
            let now = self.dial.now();
            let due = self.batches.partition_point(|batch| batch.at <= now);
            if due < folded {
                *self.gallery.write().expect("no view panics while folding") = Gallery::default();
                folded = 0;
            }
            for batch in &self.batches[folded..due] {
                let mut gallery = self.gallery.write().expect("no view panics while folding");
                gallery.fold_batch(batch.at, batch.events.iter(), batch.last_seq);
            }
            if due != folded {
                let last = due
                    .checked_sub(1)
                    .map_or(Seq(0), |last| self.batches[last].last_seq);
                self.reach.send_replace(last);
            }
            folded = due;
            thread::sleep(REST_MAX);
        }
    }
}

/// A shop that has nothing but a past to show: nothing can be asked of its till, which is closed, and no payment goes to its
/// provider, since no page that would do so is served.
async fn shop(
    args: &Args,
    dial: &Arc<Dial>,
    gallery: &Arc<RwLock<Gallery>>,
    reached: watch::Receiver<Seq>,
) -> anyhow::Result<Arc<Shop>> {
    let records = Records::open(&args.data.join(crate::records_copy::RECORDS)).await?;
    let counter = Counter::default();
    counter.drain();
    let (_, standing) = watch::channel(Standing::Serving);
    let fresh: [u8; 32] = rand::random();
    let provider = ProviderAddress {
        base_url: "http://127.0.0.1:9".to_owned(),
        api_key: String::new(),
        timeout_ms: 1,
    };
    let clock: Arc<dyn Clock> = Arc::<Dial>::clone(dial);
    Ok(Arc::new(Shop {
        gathering: Gathering::before(counter.clone()),
        counter,
        shard: Shard(0),
        gallery: Arc::clone(gallery),
        orders_reached: reached.clone(),
        reached,
        secrets: records.secrets(dial.now()).await?,
        directory: Directory::over(records.clone()),
        records,
        provider: Arc::new(HttpProvider::at(provider)?),
        callbacks: Arc::new(SignedCallbacks::with(Secret::parse(&hex::encode(fresh))?)),
        keys: Keys {
            sessions: fresh,
            handover: None,
        },
        settings: settings(args)?,
        clock,
        standing,
        metrics: None,
        refusals: http::RefusalMeters::default(),
        member_sessions: MemberSessions::default(),
        deposits: Deposits::default(),
        board: Board::default(),
        verifier: None,
        addresses: Arc::new(BundledAddresses),
        bulletin: Bulletin::default(),
        push_key: None,
        postman: None,
        challenges: http::passkeys::Challenges::default(),
        turns: http::turns::Turns::default(),
        shelves: http::Shelves::default(),
        press: http::Press::default(),
        lateness: Lateness::default(),
        waiting: WaitingRoom::closed(),
    }))
}

fn settings(args: &Args) -> anyhow::Result<Settings> {
    Ok(Settings {
        name: args.name.clone(),
        currency: args.currency,
        language: Language::Ko,
        time_zone: TimeZone::get(&args.time_zone).context("write the zone like `Asia/Seoul`")?,
        public_url: format!("http://localhost:{}", args.listen.port()),
        pictures: args.data.join("pictures"),
        zones: BTreeMap::new(),
        steps: Steps::Two,
        limits: None,
        address_header: None,
        earlier: None,
        withdrawal_ms: Rules::default().withdrawal_ms,
        business: Arc::default(),
        about: args.data.join("about"),
        countries: Vec::new(),
        return_hosts: Vec::new(),
    })
}
