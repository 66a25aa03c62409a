//! Clients that cost little: connections that write requests made of bytes that lie ready, as many
//! at once as the depth of the pipeline says, and look at no more of an answer than they need.

use super::talk::{Counted, Talk};
use anyhow::{Context, bail, ensure};
use hdrhistogram::Histogram;
use memchr::memmem;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Threads that drive connections.
const THREADS: usize = 2;
/// Latencies are kept up to this, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;
const READ_BYTES: usize = 64 << 10;

/// How a server is asked.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// What the threads of these clients are called.
    pub thread: &'static str,
    /// Connections, kept open.
    pub connections: usize,
    /// Requests that a connection sends before it waits for their answers.
    pub depth: usize,
    /// Requests a second of an open loop; saturated without.
    pub rate: Option<f64>,
    /// How long is measured; a quarter of it goes before, unmeasured.
    pub span: Duration,
}

/// What came of it.
pub struct Driven {
    /// For how long it was measured, in seconds.
    pub seconds: f64,
    /// What was answered, by what it was.
    pub counted: Counted,
    /// From when a request was sent, or was due in an open loop, to its answer.
    pub latency_us: Histogram<u64>,
}

impl Driven {
    /// So many of something a second.
    pub fn a_second(&self, count: u64) -> f64 {
        count as f64 / self.seconds
    }

    /// The latency below which this share of requests was answered, in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency_us.value_at_quantile(quantile) as f64 / 1_000.0
    }
}

/// Whether what is answered now is counted.
#[derive(Default)]
struct Phase {
    measuring: AtomicBool,
    over: AtomicBool,
}

/// Asks the server at `address`; `talk` makes the talker of the n-th connection. `measured` is called
/// when the measuring begins and when it ends.
pub fn drive<T: Talk>(
    address: SocketAddr,
    load: Load,
    talk: impl Fn(usize) -> T,
    mut measured: impl FnMut(),
) -> anyhow::Result<Driven> {
    let phase = Arc::new(Phase::default());
    let mut talkers: Vec<Vec<T>> = (0..THREADS).map(|_| Vec::new()).collect();
    for n in 0..load.connections {
        talkers[n % THREADS].push(talk(n));
    }
    let mut threads = Vec::new();
    for (n, talkers) in talkers.into_iter().enumerate() {
        let phase = Arc::clone(&phase);
        let thread = thread::Builder::new().name(load.thread.into());
        threads.push(thread.spawn(move || drive_some(address, load, talkers, &phase, n))?);
    }
    thread::sleep(load.span / 4);
    phase.measuring.store(true, Ordering::Relaxed);
    measured();
    let begun = Instant::now();
    thread::sleep(load.span);
    phase.measuring.store(false, Ordering::Relaxed);
    let seconds = begun.elapsed().as_secs_f64();
    measured();
    phase.over.store(true, Ordering::Relaxed);
    let mut driven = Driven {
        seconds,
        counted: Counted::default(),
        latency_us: histogram(),
    };
    for thread in threads {
        let Ok(came) = thread.join() else {
            bail!("a client panicked")
        };
        let (counted, latency_us) = came?;
        driven.counted += counted;
        driven.latency_us.add(latency_us)?;
    }
    Ok(driven)
}

/// An empty histogram of microseconds.
pub(super) fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(LATENCY_US_MAX, 3).expect("the bounds are in order")
}

type Came = (Counted, Histogram<u64>);

fn drive_some<T: Talk>(
    address: SocketAddr,
    load: Load,
    talkers: Vec<T>,
    phase: &Arc<Phase>,
    first: usize,
) -> anyhow::Result<Came> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    runtime.block_on(async {
        let mut connections = JoinSet::new();
        for (n, talker) in talkers.into_iter().enumerate() {
            let stream = TcpStream::connect(address).await;
            let stream = stream.context("the server takes no connection")?;
            stream.set_nodelay(true)?;
            let connection = Connection {
                stream,
                talker,
                asked: Vec::with_capacity(load.depth),
                out: Vec::new(),
                read: Vec::with_capacity(READ_BYTES),
                came: (Counted::default(), histogram()),
            };
            let offset = (n * THREADS + first) as f64 / load.connections as f64;
            connections.spawn(connection.run(load, Arc::clone(phase), offset));
        }
        let mut all = (Counted::default(), histogram());
        while let Some(came) = connections.join_next().await {
            let (counted, latency_us) = came??;
            all.0 += counted;
            all.1.add(latency_us)?;
        }
        Ok(all)
    })
}

struct Connection<T: Talk> {
    stream: TcpStream,
    talker: T,
    asked: Vec<T::Asked>,
    out: Vec<u8>,
    read: Vec<u8>,
    came: Came,
}

impl<T: Talk> Connection<T> {
    async fn run(mut self, load: Load, phase: Arc<Phase>, offset: f64) -> anyhow::Result<Came> {
        let share = (load.depth * load.connections) as f64;
        let every = load.rate.map(|rate| Duration::from_secs_f64(share / rate));
        let begun = Instant::now();
        let mut due = begun + every.unwrap_or_default().mul_f64(offset);
        while !phase.over.load(Ordering::Relaxed) {
            if every.is_some() {
                tokio::time::sleep_until(due.into()).await;
            }
            let since = if every.is_some() { due } else { Instant::now() };
            self.ask(load.depth).await?;
            let measuring = phase.measuring.load(Ordering::Relaxed);
            self.hear(measuring.then_some(since)).await?;
            due += every.unwrap_or_default();
        }
        Ok(self.came)
    }

    async fn ask(&mut self, depth: usize) -> anyhow::Result<()> {
        self.out.clear();
        self.asked.clear();
        for _ in 0..depth {
            self.asked.push(self.talker.ask(&mut self.out));
        }
        Ok(self.stream.write_all(&self.out).await?)
    }

    async fn hear(&mut self, since: Option<Instant>) -> anyhow::Result<()> {
        let mut asked = std::mem::take(&mut self.asked);
        let mut waited = asked.drain(..);
        let mut next = waited.next();
        while next.is_some() {
            let count = self.stream.read_buf(&mut self.read).await?;
            ensure!(count > 0, "the server closed a connection");
            let mut begin = 0;
            let at = Instant::now();
            while let Some(answer) = Answer::at_the_front(&self.read[begin..]) {
                let Some(asked) = next.take() else {
                    bail!("an answer that nobody asked for")
                };
                let counted = self.talker.heard(asked, answer.status, answer.body);
                if let Some(since) = since {
                    self.came.0 += counted;
                    let us = at.saturating_duration_since(since).as_micros() as u64;
                    self.came.1.saturating_record_n(us, counted.requests);
                }
                begin += answer.bytes;
                next = waited.next();
            }
            self.read.drain(..begin);
        }
        drop(waited);
        self.asked = asked;
        Ok(())
    }
}

/// As much of an answer as anybody asks for.
pub(super) struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// Its status line and headers.
    pub head: &'a [u8],
    /// Its body.
    pub body: &'a [u8],
    /// What it is long.
    pub bytes: usize,
}

impl Answer<'_> {
    /// The first answer in what was read, when all of it is there.
    pub fn at_the_front(read: &[u8]) -> Option<Answer<'_>> {
        let ends = memmem::find(read, b"\r\n\r\n")? + 4;
        let head = &read[..ends];
        let digit = |at: usize| u16::from(read[at].wrapping_sub(b'0'));
        let status = 100 * digit(9) + 10 * digit(10) + digit(11);
        let bytes = ends + length(head, &read[ends..])?;
        let body = read.get(ends..bytes)?;
        Some(Answer {
            status,
            head,
            body,
            bytes,
        })
    }
}

/// How long the body is that follows a head; none while that cannot be said.
fn length(head: &[u8], rest: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let Some(at) = memmem::find(head, NAME) else {
        let chunked = memmem::find(head, b"transfer-encoding: chunked").is_some();
        return if chunked { chunks(rest) } else { Some(0) };
    };
    let digits = head[at + NAME.len()..].iter();
    let digits = digits.take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |sum, digit| 10 * sum + usize::from(digit - b'0')))
}

/// How long a body in chunks is, when all of it is there: each has its length before it, and the last has none.
fn chunks(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let line = rest.get(at..)?;
        let end = memmem::find(line, b"\r\n")?;
        let digits = std::str::from_utf8(&line[..end]).ok()?;
        let bytes = usize::from_str_radix(digits, 16).ok()?;
        at += end + 2 + bytes + 2;
        if bytes == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_chunks_ends_with_the_empty_one() {
        let text =
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nHTTP";
        let answer = Answer::at_the_front(text).expect("all of it is there");
        assert_eq!((answer.status, answer.bytes), (200, text.len() - 4));
        assert!(Answer::at_the_front(&text[..text.len() - 7]).is_none());
    }
}
