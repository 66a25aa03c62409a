//! How long it takes from an order that is acknowledged to its figure at who listens to the board, while others buy; beside it a
//! server that does nothing but tell a listener of each request.

use super::buyer::Buyers;
use super::client::{Answer, Load, drive, histogram};
use super::idle::{Again, Idle};
use super::stand::{ROOM, Stand, runtime};
use super::talk::Talk;
use crate::How;
use crate::figure::{Figure, Runs};
use anyhow::{Context, bail, ensure};
use clap::Args;
use hdrhistogram::Histogram;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// Requests a second of those who buy meanwhile.
    #[arg(long, value_name = "REQUESTS", default_value_t = 2_000.0)]
    rate: f64,
    /// How long a run lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    seconds: u64,
    /// On whose disk the journals lie.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    pub how: How,
}

/// How long whoever is looked at rests between two orders.
const PAUSE: Duration = Duration::from_millis(5);
/// How long is waited for the figure of the last order.
const PATIENCE: Duration = Duration::from_secs(5);
const QUANTILES: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];

/// Something was said with a sequence, and when it was there.
type Said = (u64, Instant);

/// Measures it.
///
/// # Errors
/// When a disk, a server or a client fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let mut ours: [Vec<f64>; 2] = Default::default();
    let mut echoes: [Vec<f64>; 2] = Default::default();
    for run in 0..ask.how.runs {
        eprintln!("board: run {} of {}", run + 1, ask.how.runs);
        let (echo, shop) = (echo(ask)?, shop(ask, u64::from(run))?);
        for (place, (quantile, _)) in QUANTILES.into_iter().enumerate() {
            let ms = |told: &Histogram<u64>| told.value_at_quantile(quantile) as f64 / 1_000.0;
            ours[place].push(ms(&shop));
            echoes[place].push(ms(&echo));
        }
    }
    let values = ours.into_iter().zip(echoes);
    let figures = QUANTILES
        .into_iter()
        .zip(values)
        .map(|((_, name), (ours, echoes))| Figure {
            name: format!("from an order to the board, {name}"),
            unit: "ms",
            ours: Runs::of(ours),
            baseline_name: format!("a server that only tells, {name}"),
            baseline: Runs::of(echoes),
        });
    Ok(figures.collect())
}

fn shop(ask: &Ask, seed: u64) -> anyhow::Result<Histogram<u64>> {
    let place = tempfile::tempdir_in(&ask.folder).context("no folder for a run")?;
    let stand = Stand::open(&place.path().join("data"), ROOM)?;
    let shelf = Arc::new(stand.shelf.clone());
    let mut orders = Buyers::of(&shelf, seed << 32 | u64::from(u32::MAX));
    let busy = (stand.address, ask.load(), |n| {
        Buyers::of(&shelf, seed << 32 | n as u64)
    });
    let order = |out: &mut Vec<u8>| {
        orders.ask(out);
    };
    let told = measured(stand.address, "/v1/board/stream", order, busy)?;
    stand.close()?;
    Ok(told)
}

fn echo(ask: &Ask) -> anyhow::Result<Histogram<u64>> {
    let (echo, idle) = (Echo::open()?, Idle::open()?);
    let order =
        |out: &mut Vec<u8>| out.extend_from_slice(b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
    let busy = (idle.address, ask.load(), |_| Again::idle());
    let told = measured(echo.address, "/", order, busy)?;
    idle.close();
    echo.server.shutdown_background();
    Ok(told)
}

impl Ask {
    fn load(&self) -> Load {
        Load {
            thread: "client",
            connections: 64,
            depth: 1,
            rate: Some(self.rate),
            span: Duration::from_secs(self.seconds),
        }
    }
}

/// Orders one after the other while others are busy; in microseconds, from each acknowledgement to its figure.
fn measured<T: Talk>(
    address: SocketAddr,
    stream: &'static str,
    mut order: impl FnMut(&mut Vec<u8>) + Send,
    (busy_at, load, talk): (SocketAddr, Load, impl Fn(usize) -> T),
) -> anyhow::Result<Histogram<u64>> {
    let heard = listen(address, stream)?;
    let until = Instant::now() + load.span + load.span / 4;
    let acknowledged = thread::scope(|scope| {
        let ordering = scope.spawn(|| order_until(address, &mut order, until));
        drive(busy_at, load, talk, || {})?;
        ordering
            .join()
            .unwrap_or_else(|_| bail!("the ordering panicked"))
    })?;
    latencies(&acknowledged, &heard)
}

fn order_until(
    address: SocketAddr,
    order: &mut impl FnMut(&mut Vec<u8>),
    until: Instant,
) -> anyhow::Result<Vec<Said>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let (mut out, mut read) = (Vec::new(), Vec::new());
    let mut acknowledged = Vec::new();
    while Instant::now() < until {
        out.clear();
        order(&mut out);
        stream.write_all(&out)?;
        acknowledged.push(acknowledgement(&mut stream, &mut read)?);
        thread::sleep(PAUSE);
    }
    Ok(acknowledged)
}

fn acknowledgement(stream: &mut TcpStream, read: &mut Vec<u8>) -> anyhow::Result<Said> {
    let mut some = [0; 4_096];
    loop {
        let count = stream.read(&mut some)?;
        ensure!(count > 0, "the server closed a connection");
        read.extend_from_slice(&some[..count]);
        let at = Instant::now();
        if let Some(answer) = Answer::at_the_front(read) {
            ensure!(
                answer.status < 300,
                "an order was answered with {}",
                answer.status
            );
            let head = std::str::from_utf8(answer.head)?;
            let seq = sequence(head, "doorbuster-sequence: 0-")
                .context("an answer without a sequence")?;
            let bytes = answer.bytes;
            read.drain(..bytes);
            return Ok((seq, at));
        }
    }
}

/// The number behind `mark`.
fn sequence(text: &str, mark: &str) -> Option<u64> {
    let rest = text.split_once(mark)?.1;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

/// Everything that a stream says with a sequence, from when its first words are there on.
fn listen(address: SocketAddr, path: &str) -> anyhow::Result<Receiver<Said>> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    let mut lines = BufReader::new(stream);
    let mut status = String::new();
    lines.read_line(&mut status)?;
    ensure!(
        status.contains(" 200 "),
        "the stream was answered with {status}"
    );
    let (say, heard) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|count| count > 0) {
            let at = Instant::now();
            if let Some(seq) = sequence(&line, "\"sequence\":\"0-")
                && say.send((seq, at)).is_err()
            {
                break; // Nobody wants to know any more.
            }
            line.clear();
        }
    });
    Ok(heard)
}

/// For each acknowledgement how long after it something was said that goes as far; nothing where it was said before.
fn latencies(acknowledged: &[Said], heard: &Receiver<Said>) -> anyhow::Result<Histogram<u64>> {
    let mut told = histogram();
    let mut said: Option<Said> = None;
    for (seq, at) in acknowledged {
        while said.is_none_or(|(reached, _)| reached < *seq) {
            said = Some(
                heard
                    .recv_timeout(PATIENCE)
                    .context("a figure never came")?,
            );
        }
        let there = said.map_or(*at, |(_, there)| there);
        told.saturating_record(there.saturating_duration_since(*at).as_micros() as u64);
    }
    ensure!(told.len() > 100, "only {} orders were placed", told.len());
    Ok(told)
}

/// The baseline: it counts requests, and tells whoever listens how many there were.
struct Echo {
    address: SocketAddr,
    server: tokio::runtime::Runtime,
}

impl Echo {
    fn open() -> anyhow::Result<Echo> {
        let server = runtime("echo")?;
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        server.spawn(async move {
            let (count, counted) = watch::channel(0_u64);
            let count = Arc::new(count);
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(attend(stream, Arc::clone(&count), counted.clone()));
            }
        });
        Ok(Echo { address, server })
    }
}

/// One connection; it ends with its client.
async fn attend(
    mut stream: tokio::net::TcpStream,
    count: Arc<watch::Sender<u64>>,
    mut counted: watch::Receiver<u64>,
) -> std::io::Result<()> {
    let mut read = [0; 1_024];
    while stream.read(&mut read).await? > 0 {
        if read.starts_with(b"GET") {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
                .await?;
            while counted.changed().await.is_ok() {
                let seq = *counted.borrow_and_update();
                let event = format!("event: figures\ndata: {{\"sequence\":\"0-{seq}\"}}\n\n");
                stream.write_all(event.as_bytes()).await?;
            }
        }
        count.send_modify(|count| *count += 1);
        let seq = *count.borrow();
        let answer = format!(
            "HTTP/1.1 201 Created\r\ndoorbuster-sequence: 0-{seq}\r\ncontent-length: 0\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_counts_for_all_orders_that_it_goes_as_far_as() {
        let begun = Instant::now();
        let at = |ms| begun + Duration::from_millis(ms);
        let (say, heard) = channel();
        for said in [(4, at(10)), (9, at(30))] {
            say.send(said).expect("it is heard");
        }
        let acknowledged: Vec<Said> = (0..120).map(|n| (5 + n / 40, at(20))).collect();
        let told = latencies(&acknowledged, &heard).expect("all figures came");
        assert_eq!((told.len(), told.max() / 100), (120, 100));
        assert_eq!(sequence("x: 0-17\r\n", "x: 0-"), Some(17));
        assert_eq!(sequence("none", "x"), None);
    }
}
