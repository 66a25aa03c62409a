//! `doorbuster crowd`: sends a crowd into a shop, shows how it fares, and holds the shop to what it said. What shoppers do
//! is `crowd`'s, how they get there `adapters`'; here are flags, the terminal and the signals.

mod report;
mod screen;

use crate::secrets::Secrets;
use adapters::crowd_http::{Crew, Door, Options, PagesCrowd, PagesOptions, Race, RaceOptions};
use anyhow::{Context, bail};
use clap::{Args as ClapArgs, Parser, Subcommand};
use report::Proof;
use rustix::time::{ClockId, clock_gettime};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Send a crowd of shoppers into a shop: a rehearsal, a load test, and an audit from the outside.
#[derive(Debug, Parser)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  doorbuster crowd
      A modest crowd for the festival that is served from ./doorbuster-data, until Ctrl-C.
  doorbuster crowd --shoppers 2000 --rate 1000 --duration 5m --acks acks.jsonl
      A load test; every acknowledged write is noted and synced before it counts.
  doorbuster crowd --url http://shop.example.com --handover-secret-file secret.txt --json
      Against a shop elsewhere; the summary as JSON.
  doorbuster crowd race --rounds 1000
      A hundred shoppers race for the last unit, a thousand times.
  doorbuster crowd pages
      Through the pages, without script: ten times as many as the shop can serve.

Shoppers arrive by the clock, however slow the shop is, and latencies count from when something was
meant to be asked. The exit code is 0 when everything agrees with what the crowd was told, and 1
when it does not."
)]
pub struct Args {
    #[command(subcommand)]
    game: Option<Game>,
    #[command(flatten)]
    door: DoorArgs,
    /// How many shoppers may be in the shop at once.
    #[arg(long, default_value_t = 300)]
    shoppers: usize,
    /// Checkouts a second aimed at between the bells, as long as there is stock; each has an order for every seller in the basket.
    #[arg(long, value_name = "CHECKOUTS", default_value_t = 5.0)]
    rate: f64,
    /// How many times as many more come at the instant of a bell.
    #[arg(long, value_name = "TIMES", default_value_t = 3.0)]
    rush: f64,
    /// Per cent of the visits that only stroll, as the sessions of the data do.
    #[arg(long, value_name = "PERCENT", default_value_t = 20)]
    strollers: u32,
    /// By what the pauses of the data are divided; without it by as much as the shoppers at once demand.
    #[arg(long, value_name = "TIMES")]
    haste: Option<f64>,
    /// When it has enough, such as 90s, 5m or 1h; without it never.
    #[arg(long, value_parser = span)]
    duration: Option<Duration>,
}

#[derive(Debug, Subcommand)]
enum Game {
    /// Race for the last unit: sold once each time, and the waitlist served in order.
    Race(RaceArgs),
    /// Come through the pages as people do: nobody may see a refusal without words, at any number of shoppers.
    Pages(PagesArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  doorbuster crowd pages
      Measures what the shop can serve, and then comes ten times as fast.
  doorbuster crowd pages --times 20 --within 30s
  doorbuster crowd pages --deal D-0003 --shoppers 20000 --within 5s --patience 5m
      So many, unmeasured.

Each shopper has cookies of their own and no script: looks at a deal, presses its button, waits where
they are sent to wait, and stays until they see in the cart that they hold it, it is sold out, or their
patience is at its end. They come by the clock, however slow the shop is. The exit code is 1 when
anybody got no answer, a refusal without words, or a page without words.")]
struct PagesArgs {
    /// The shop.
    #[arg(long, default_value = "http://localhost:1111")]
    url: String,
    /// A deal they want, as often as there are such; without it all that are open or open within ten minutes.
    #[arg(long = "deal", value_name = "DEAL")]
    deals: Vec<String>,
    /// How many shoppers; without it as many as `--times` makes.
    #[arg(long)]
    shoppers: Option<usize>,
    /// How many times as many shoppers a second come as the shop was measured to serve.
    #[arg(long, default_value_t = 10.0, conflicts_with = "shoppers")]
    times: f64,
    /// For how long it is measured what the shop can serve: a few come, one after the other, and give back what they got.
    #[arg(long, value_parser = span, default_value = "5s", conflicts_with = "shoppers")]
    measure: Duration,
    /// Within which time all of them come.
    #[arg(long, value_parser = span, default_value = "10s")]
    within: Duration,
    /// For how long each of them waits.
    #[arg(long, value_parser = span, default_value = "5m")]
    patience: Duration,
    /// Of all that is random.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Say the summary as JSON, and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  doorbuster crowd race --rounds 1000
  doorbuster crowd race --rounds 20 --shoppers 500 --sku mug
      Races for one SKU, of which the shop needs free stock.

Each race makes a deal of one unit with the owner's key, lets the shoppers in at the bell,
and counts.")]
struct RaceArgs {
    #[command(flatten)]
    door: DoorArgs,
    /// How many races.
    #[arg(long, default_value_t = 1_000)]
    rounds: usize,
    /// How many shoppers in each.
    #[arg(long, default_value_t = 100)]
    shoppers: usize,
    /// How many races at once.
    #[arg(long, default_value_t = 8)]
    at_once: usize,
    /// The SKU to race for; without it any that is in a deal.
    #[arg(long)]
    sku: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct DoorArgs {
    /// The shop.
    #[arg(long, default_value = "http://localhost:1111")]
    url: String,
    /// The provider, where the addresses that the shop sends browsers to cannot be reached from here.
    #[arg(long, value_name = "URL")]
    provider_url: Option<String>,
    /// The data folder whose secrets.toml has the handover secret and the owner's key [default: ./doorbuster-data if it is there].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A file that has the handover secret; without any secret all shoppers are guests.
    #[arg(long, value_name = "FILE")]
    handover_secret_file: Option<PathBuf>,
    /// A file that has an API key of the shop's staff, to compare allotments and to make the deals of races.
    #[arg(long, value_name = "FILE")]
    staff_key_file: Option<PathBuf>,
    /// Where acknowledged writes are noted, one a line, synced before they count.
    #[arg(long, value_name = "FILE")]
    acks: Option<PathBuf>,
    /// For how long a shopper asks again while the shop does not answer.
    #[arg(long, value_parser = span, default_value = "60s")]
    patience: Duration,
    /// Of all that is random; without it another each time.
    #[arg(long)]
    seed: Option<u32>,
    /// Say the summary as JSON, and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

impl DoorArgs {
    fn door(&self) -> anyhow::Result<Door> {
        let secrets = self.secrets()?;
        let handover = match &self.handover_secret_file {
            Some(file) => Some(held_in(file)?),
            None => secrets.as_ref().map(|secrets| secrets.handover.clone()),
        };
        let staff_key = match &self.staff_key_file {
            Some(file) => Some(held_in(file)?),
            None => secrets.map(|secrets| secrets.owner_key),
        };
        Ok(Door {
            shop: self.url.clone(),
            provider: self.provider_url.clone(),
            handover,
            staff_key,
            patience: self.patience,
            acks: self.acks.clone(),
        })
    }

    fn secrets(&self) -> anyhow::Result<Option<Secrets>> {
        let usual = PathBuf::from("doorbuster-data");
        match &self.data {
            Some(data) => Secrets::read(&crate::secrets::path(data)).map(Some),
            None if crate::secrets::path(&usual).exists() => {
                Secrets::read(&crate::secrets::path(&usual)).map(Some)
            }
            None => Ok(None),
        }
    }

    fn seed(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.seed.map_or(since.as_secs() & 0xffff_ffff, u64::from)
    }
}

/// The secret that is all there is in a file.
fn held_in(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.trim().to_owned())
}

/// Runs the crowd to its end, or until a signal.
///
/// # Errors
/// When the shop cannot be reached, or does not agree with what the crowd was told.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let ended = tokio::task::spawn_blocking(move || on_one_thread(args));
    ended.await.context("the crowd was trampled")?
}

/// One thread drives the whole crowd: nothing is handed from core to core, and the shop beside it keeps the others.
fn on_one_thread(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        let stop = stop_on_signals()?;
        match args.game {
            Some(Game::Race(race)) => run_race(race, stop).await,
            Some(Game::Pages(pages)) => run_pages(pages, stop).await,
            None => run_crowd(args, stop).await,
        }
    });
    // Name look-ups that still run are nobody's concern any more.
    runtime.shutdown_background();
    result
}

/// True after the first SIGINT or SIGTERM; later ones change nothing.
fn stop_on_signals() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            stop.send_replace(true);
        }
    });
    Ok(stopped)
}

async fn run_crowd(args: Args, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    if args.shoppers == 0 || args.rate <= 0.0 || args.strollers > 100 || args.rush < 0.0 {
        bail!(
            "a crowd has shoppers, a rate above 0, no negative rush and at most 100 per cent of strollers"
        );
    }
    let crew = Crew::try_new(Options {
        door: args.door.door()?,
        shoppers: args.shoppers,
        checkouts_per_second: args.rate,
        rush: args.rush,
        strolling: args.strollers * 100,
        haste: args.haste,
        duration: args.duration,
        seed: args.door.seed(),
    })?;
    let screen = tokio::spawn(screen::keep(crew.clone(), args.duration));
    let result = crew.run(stop).await;
    screen.abort();
    // The screen is down before the summary begins.
    let _ = screen.await;
    screen::clear();
    result?;
    report::crowd(&crew, args.door.json)
}

async fn run_race(args: RaceArgs, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    if args.shoppers < 2 || args.at_once == 0 {
        bail!("a race needs two shoppers, and at least one race is run at once");
    }
    let race = Arc::new(Race::try_new(RaceOptions {
        door: args.door.door()?,
        rounds: args.rounds,
        shoppers: args.shoppers,
        at_once: args.at_once.min(args.rounds.max(1)),
        sku: args.sku,
        seed: args.door.seed(),
    })?);
    let bar = tokio::spawn(screen::keep_race(race.clone(), args.rounds));
    let result = race.run(stop).await;
    bar.abort();
    let _ = bar.await;
    result?;
    report::race(&race.report(), args.door.json)
}

async fn run_pages(args: PagesArgs, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let crowd = PagesCrowd::try_new(PagesOptions {
        shop: args.url,
        deals: args.deals,
        patience: args.patience,
        seed: args.seed.into(),
    });
    let crowd = crowd.await?;
    let (serves, shoppers) = match args.shoppers {
        Some(shoppers) => (None, shoppers),
        None => {
            let serves = crowd.measure(args.measure).await?;
            let each_second = serves.shoppers_per_second * args.times;
            (
                Some(serves),
                (each_second * args.within.as_secs_f64()) as usize,
            )
        }
    };
    if shoppers == 0 {
        bail!(
            "nobody would come: in the time of measuring nobody got anything; is a deal open, and something of it left?"
        );
    }
    let (begun, worked) = (Instant::now(), processor_time());
    crowd.rush(shoppers, args.within, stop).await;
    let own_share = (processor_time() - worked).as_secs_f64() / begun.elapsed().as_secs_f64();
    let proof = Proof {
        serves,
        own_share,
        report: crowd.report(),
    };
    report::pages(&proof, args.json)
}

/// How long processors have worked for this process.
fn processor_time() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(spent).unwrap_or_default()
}

/// A span of time such as `90s`, `5m`, `1h` or `1h30m`.
fn span(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from(span).map_err(|_| "a span of time is not negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(span("1h30m"), Ok(Duration::from_secs(5_400)));
        assert!(span("soon").is_err());
        assert!(span("-5m").is_err());
    }

    #[test]
    fn a_crowd_at_the_pages_is_counted_or_measured_and_not_both() {
        let pages = |flags: &[&str]| Args::try_parse_from([&["crowd", "pages"], flags].concat());
        assert!(pages(&[]).is_ok() && pages(&["--shoppers", "7"]).is_ok());
        assert!(pages(&["--shoppers", "7", "--times", "3"]).is_err());
    }

    #[test]
    fn the_flags_of_a_crowd_and_of_a_race_do_not_mix() {
        let race = Args::try_parse_from(["crowd", "race", "--rounds", "3"]).expect("it is a race");
        assert!(matches!(
            race.game,
            Some(Game::Race(RaceArgs { rounds: 3, .. }))
        ));
        let crowd = Args::try_parse_from(["crowd", "--shoppers", "2000"]).expect("it is a crowd");
        assert_eq!((crowd.shoppers, crowd.game.is_none()), (2_000, true));
    }
}
