//! A served festival under load that rises and falls again and again: memory, open descriptors and latency in the calmest of
//! the last waves beside the calmest of the first waves after the warm-up: what is open in a storm is open for the storm, and what
//! is still there in the calm behind it has grown. What stays as it was has a ratio of one.

use crate::beside_us;
use crate::debian::{output, succeed};
use crate::figure::{Figure, Runs};
use anyhow::{Context, bail, ensure};
use clap::Args;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// How long the doors are open, all waves together; the last shoppers of each take their time on top of it.
    #[arg(long, value_name = "COUNT", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    minutes: u64,
    /// On whose disk the festival lies.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// Checkouts a second in the waves of a cycle.
const RATES: [u32; 4] = [5, 40, 150, 40];
const CYCLES: u64 = 6;
/// Cycles in which everything comes to its size.
const WARM_UP: usize = 2;
/// Cycles that are compared, at either end.
const COMPARED: usize = 2;
const DEALS: u32 = 12;
/// How long the server may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nothing is remembered longer than a few waves last, so that it can be told whether it is forgotten.
const SETTINGS: [&str; 12] = [
    "--rules-idempotency-ms",
    "10000",
    "--rules-file-after-ms",
    "80000",
    "--snapshots-every",
    "50000",
    "--limits-requests-per-second",
    "1000000",
    "--limits-address-requests-per-second",
    "10000000",
    "--limits-sessions-per-minute",
    "10000000",
];

/// What a wave left behind.
struct Wave {
    memory_mib: f64,
    descriptors: f64,
    hold_p99_ms: f64,
}

/// How a value is read from a wave, and up to which ratio it has not grown.
struct Measure {
    name: &'static str,
    unit: &'static str,
    of: fn(&Wave) -> f64,
    ratio_max: f64,
}

const MEASURES: [Measure; 3] = [
    Measure {
        name: "memory",
        unit: "MiB",
        of: |wave| wave.memory_mib,
        ratio_max: 1.25,
    },
    Measure {
        name: "open descriptors",
        unit: "count",
        of: |wave| wave.descriptors,
        ratio_max: 1.25,
    },
    // A machine that does other things, too, is not as quiet at the end as it was in the beginning.
    Measure {
        name: "a hold, p99",
        unit: "ms",
        of: |wave| wave.hold_p99_ms,
        ratio_max: 3.0,
    },
];

/// Lets it soak.
///
/// # Errors
/// When the festival cannot be made or served, or the crowd was told something wrong.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(&ask.folder).context("no folder for the festival")?;
    let festival = Festival::serve(place.path())?;
    let seconds = (ask.minutes * 60 / (CYCLES * RATES.len() as u64)).max(2);
    let mut waves = Vec::new();
    for cycle in 1..=CYCLES {
        for rate in RATES {
            let wave = festival.wave(rate, seconds)?;
            eprintln!(
                "cycle {cycle}, {rate} checkouts/s: {:.0} MiB, {} descriptors, a hold p99 {:.1} ms",
                wave.memory_mib, wave.descriptors, wave.hold_p99_ms
            );
            waves.push(wave);
        }
    }
    Ok(MEASURES
        .iter()
        .map(|measure| figure(measure, &waves))
        .collect())
}

/// Says what has grown.
///
/// # Errors
/// Names it.
pub fn judge(figures: &[Figure]) -> anyhow::Result<()> {
    for (figure, measure) in figures.iter().zip(&MEASURES) {
        let (ratio, most) = (figure.ratio(), measure.ratio_max);
        ensure!(
            ratio <= most,
            "{} grew to {ratio:.2} of what it was, more than {most}",
            measure.name
        );
    }
    Ok(())
}

fn figure(measure: &Measure, waves: &[Wave]) -> Figure {
    let (first, compared) = (WARM_UP * RATES.len(), COMPARED * RATES.len());
    // The calmest wave of each cycle.
    let calmest = |cycle: &[Wave]| cycle.iter().map(measure.of).fold(f64::INFINITY, f64::min);
    let runs = |waves: &[Wave]| Runs::of(waves.chunks(RATES.len()).map(calmest).collect());
    Figure {
        name: format!("{}, in the last calms", measure.name),
        unit: measure.unit,
        ours: runs(&waves[waves.len() - compared..]),
        baseline_name: "the first calms after the warm-up".to_owned(),
        baseline: runs(&waves[first..first + compared]),
    }
}

/// A festival that is served; stopped when it is dropped.
struct Festival {
    doorbuster: PathBuf,
    data: PathBuf,
    url: String,
    server: Child,
}

impl Festival {
    fn serve(place: &Path) -> anyhow::Result<Festival> {
        let (doorbuster, data) = (beside_us("doorbuster")?, place.join("data"));
        let (catalogue, deals) = rows();
        for (what, rows) in [("catalogue", catalogue), ("deals", deals)] {
            let file = place.join(what).with_extension("csv");
            fs::write(&file, rows)?;
            let mut import = Command::new(&doorbuster);
            succeed(
                import
                    .args(["import", what])
                    .arg(&file)
                    .arg("--data")
                    .arg(&data),
            )?;
        }
        let [listen, sandbox] = [free_address()?, free_address()?];
        let mut serve = Command::new(&doorbuster);
        serve.arg("serve").arg("--data").arg(&data).args([
            "--listen",
            &listen,
            "--sandbox-listen",
            &sandbox,
        ]);
        serve
            .args(SETTINGS)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        serve.stderr(fs::File::create(place.join("log"))?);
        let server = serve.spawn().context("the server cannot be started")?;
        let url = format!("http://{listen}");
        let mut festival = Festival {
            doorbuster,
            data,
            url,
            server,
        };
        festival.ready(&listen, &place.join("log"))?;
        Ok(festival)
    }

    fn ready(&mut self, address: &str, log: &Path) -> anyhow::Result<()> {
        let begun = Instant::now();
        while std::net::TcpStream::connect(address).is_err()
            || !fs::read_to_string(log)?.contains("open")
        {
            if let Some(status) = self.server.try_wait()? {
                bail!(
                    "the server ended with {status}: {}",
                    fs::read_to_string(log)?
                );
            }
            ensure!(begun.elapsed() < PATIENCE, "the server does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A crowd comes, and goes.
    fn wave(&self, rate: u32, seconds: u64) -> anyhow::Result<Wave> {
        let mut crowd = Command::new(&self.doorbuster);
        crowd.args([
            "crowd",
            "--json",
            "--shoppers",
            "2000",
            "--rush",
            "0",
            "--url",
            &self.url,
        ]);
        crowd.arg("--data").arg(&self.data);
        crowd.args([
            "--rate",
            &rate.to_string(),
            "--duration",
            &format!("{seconds}s"),
        ]);
        let report: Value = serde_json::from_str(&output(&mut crowd)?)?;
        let p99_us = report["latencies"]["hold"]["p99_us"].as_f64();
        Ok(Wave {
            memory_mib: self.resident_kib()? / 1_024.0,
            descriptors: fs::read_dir(self.proc("fd"))?.count() as f64,
            hold_p99_ms: p99_us.context("nobody held anything")? / 1_000.0,
        })
    }

    fn resident_kib(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        Ok(kib.context("no resident memory")?.parse()?)
    }

    fn proc(&self, name: &str) -> PathBuf {
        Path::new("/proc")
            .join(self.server.id().to_string())
            .join(name)
    }
}

impl Drop for Festival {
    fn drop(&mut self) {
        // Its folder goes next: nothing needs to be drained.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A catalogue and deals on all of it, more than anybody buys.
fn rows() -> (String, String) {
    let mut catalogue = "id,seller,name_ko,price,currency,sku,stock\n".to_owned();
    let mut deals = "deal,sku,price,allotment,start,end,limit,hold,payment,waitlist\n".to_owned();
    for n in 0..DEALS {
        writeln!(
            catalogue,
            "p{n},상점 {},물건 {n},9900,KRW,s{n},100000000",
            n % 4
        )
        .expect("text");
        writeln!(deals, "d{n},s{n},4900,100000000,+1s,+24h,5,20s,30s,0").expect("text");
    }
    (catalogue, deals)
}

/// An address of this machine that nobody listens on.
fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
