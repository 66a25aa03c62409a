//! Clients that do not wait: an open loop in stages, each with a rate of its own. What is due is sent
//! whether or not what was sent before has been answered, as long as not too many answers are to come on a
//! connection; what is due beyond that is not sent, and counted.

use super::client::{Answer, histogram};
use super::talk::{Counted, Talk};
use anyhow::{Context, bail, ensure};
use hdrhistogram::Histogram;
use memchr::memmem;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Threads that drive connections.
const THREADS: usize = 2;
/// How long all connections take to be there, before the first stage begins.
const ARRIVAL: Duration = Duration::from_secs(1);
/// The requests that are due within so long are looked at together.
pub const WINDOW: Duration = Duration::from_millis(100);
/// Latencies of a window are kept up to this, in microseconds.
const WINDOW_US_MAX: u64 = 60_000_000;
const READ_BYTES: usize = 64 << 10;

/// A while with one rate.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// Requests a second, all connections together.
    pub rate: f64,
    /// How long.
    pub span: Duration,
}

/// How a server is asked.
#[derive(Clone, Debug)]
pub struct Rush {
    /// Connections, kept open.
    pub connections: usize,
    /// Requests that are due at once on a connection.
    pub together: usize,
    /// How many answers may be to come on a connection.
    pub unanswered_max: usize,
    /// One after the other.
    pub stages: Arc<[Stage]>,
}

/// What came of a stage.
pub struct StageCame {
    /// Requests that were due in it.
    pub due: u64,
    /// Those of them that were sent.
    pub sent: u64,
    /// What was answered in it.
    pub counted: Counted,
    /// Answers in it that said to come later: 429 and 503.
    pub turned: u64,
    /// Those of them that did not say when.
    pub without_when: u64,
    /// From when requests of this stage were due until they were done.
    pub done_us: Histogram<u64>,
    /// From when they were due until they were turned away.
    pub turned_us: Histogram<u64>,
}

/// What came of the requests that were due in a window.
#[derive(Clone)]
pub struct Window {
    /// Until they were done.
    pub done_us: Histogram<u32>,
    /// Those that were not.
    pub missed: u64,
}

/// An answer, and what it came to.
struct Noted {
    stage_now: usize,
    /// In which its request was due.
    stage: usize,
    due: Duration,
    late: Duration,
    counted: Counted,
    turned: Option<bool>,
}

/// What came of it all.
pub struct Came {
    /// By stage.
    pub stages: Vec<StageCame>,
    /// By window, from the beginning of the first stage on.
    pub windows: Vec<Window>,
}

impl Rush {
    /// When this stage begins, after the beginning; of the one behind the last: when all is over.
    pub fn begin_of(&self, stage: usize) -> Duration {
        self.stages[..stage].iter().map(|stage| stage.span).sum()
    }

    fn stage_at(&self, since: Duration) -> usize {
        let begun = (1..self.stages.len()).filter(|stage| self.begin_of(*stage) <= since);
        begun.count()
    }

    fn nothing_yet(&self) -> Came {
        let windows = self.begin_of(self.stages.len()).as_millis() / WINDOW.as_millis() + 1;
        let us = Histogram::new_with_max(WINDOW_US_MAX, 2).expect("the bounds are in order");
        let window = Window {
            done_us: us,
            missed: 0,
        };
        Came {
            stages: self.stages.iter().map(|_| StageCame::default()).collect(),
            windows: vec![window; windows as usize],
        }
    }
}

impl Default for StageCame {
    fn default() -> StageCame {
        StageCame {
            due: 0,
            sent: 0,
            counted: Counted::default(),
            turned: 0,
            without_when: 0,
            done_us: histogram(),
            turned_us: histogram(),
        }
    }
}

impl StageCame {
    /// The same with what came of `other`.
    pub fn add(&mut self, other: &StageCame) -> anyhow::Result<()> {
        self.due += other.due;
        self.sent += other.sent;
        self.counted += other.counted;
        self.turned += other.turned;
        self.without_when += other.without_when;
        self.done_us.add(&other.done_us)?;
        self.turned_us.add(&other.turned_us)?;
        Ok(())
    }
}

impl Window {
    /// The latency below which nearly all were done, in milliseconds; without end when any were not.
    pub fn p99_ms(&self) -> f64 {
        match self.missed {
            0 => self.done_us.value_at_quantile(0.99) as f64 / 1_000.0,
            _ => f64::INFINITY,
        }
    }
}

impl Came {
    fn add(&mut self, other: &Came) -> anyhow::Result<()> {
        for (ours, theirs) in self.stages.iter_mut().zip(&other.stages) {
            ours.add(theirs)?;
        }
        for (ours, theirs) in self.windows.iter_mut().zip(&other.windows) {
            ours.done_us.add(&theirs.done_us)?;
            ours.missed += theirs.missed;
        }
        Ok(())
    }

    fn note(&mut self, noted: Noted) {
        let us = noted.late.as_micros() as u64;
        let now = &mut self.stages[noted.stage_now];
        now.counted += noted.counted;
        now.turned += u64::from(noted.turned.is_some());
        now.without_when += u64::from(noted.turned == Some(false));
        let due = &mut self.stages[noted.stage];
        match noted.turned {
            Some(_) => due.turned_us.saturating_record(us),
            None => due.done_us.saturating_record(us),
        }
        let window = self.window(noted.due);
        match noted.counted.refused {
            0 => window.done_us.saturating_record(us),
            missed => window.missed += missed,
        }
    }

    fn window(&mut self, due: Duration) -> &mut Window {
        let place = (due.as_millis() / WINDOW.as_millis()) as usize;
        let last = self.windows.len() - 1;
        &mut self.windows[place.min(last)]
    }
}

/// Asks the server at `address`; `talk` makes the talker of the n-th connection. `begins` is called when a
/// stage begins, and at the end.
pub fn rush<T: Talk>(
    address: SocketAddr,
    rush: &Rush,
    talk: impl Fn(usize) -> T,
    mut begins: impl FnMut(usize),
) -> anyhow::Result<Came> {
    let mut talkers: Vec<Vec<T>> = (0..THREADS).map(|_| Vec::new()).collect();
    for n in 0..rush.connections {
        talkers[n % THREADS].push(talk(n));
    }
    let clock = Instant::now() + ARRIVAL;
    let mut threads = Vec::new();
    for (n, talkers) in talkers.into_iter().enumerate() {
        let rush = rush.clone();
        let thread = thread::Builder::new().name("client".into());
        threads.push(thread.spawn(move || rush_some(address, &rush, talkers, clock, n))?);
    }
    for stage in 0..=rush.stages.len() {
        let begin = clock + rush.begin_of(stage);
        thread::sleep(begin.saturating_duration_since(Instant::now()));
        begins(stage);
    }
    let mut all = rush.nothing_yet();
    for thread in threads {
        let Ok(came) = thread.join() else {
            bail!("a client panicked")
        };
        all.add(&came?)?;
    }
    Ok(all)
}

fn rush_some<T: Talk>(
    address: SocketAddr,
    rush: &Rush,
    talkers: Vec<T>,
    clock: Instant,
    first: usize,
) -> anyhow::Result<Came> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    let came = Arc::new(Mutex::new(rush.nothing_yet()));
    runtime.block_on(async {
        let mut connections = JoinSet::new();
        for (n, talker) in talkers.into_iter().enumerate() {
            let stream = TcpStream::connect(address).await;
            let stream = stream.context("the server takes no connection")?;
            stream.set_nodelay(true)?;
            let offset = (n * THREADS + first) as f64 / rush.connections as f64;
            let connection = Connection {
                stream,
                talker,
                rush: rush.clone(),
                clock,
                asked: VecDeque::with_capacity(rush.unanswered_max),
                out: Vec::new(),
                written: 0,
                read: Vec::with_capacity(READ_BYTES),
                came: Arc::clone(&came),
            };
            connections.spawn(connection.run(Beats::of(rush, offset)));
        }
        while let Some(over) = connections.join_next().await {
            over??;
        }
        anyhow::Ok(())
    })?;
    let came = Arc::into_inner(came).context("every connection is over")?;
    Ok(came.into_inner().expect(UNPOISONED))
}

const UNPOISONED: &str = "nobody panics while counting";

/// When requests are due on a connection.
struct Beats {
    stages: Arc<[Stage]>,
    /// A beat of one connection for so many requests of all of them.
    share: f64,
    /// Where in the first interval of a stage this connection begins, so that not all speak at once.
    offset: f64,
    stage: usize,
    begins: f64,
    /// How many beats of the stage were told.
    told: f64,
}

impl Beats {
    fn of(rush: &Rush, offset: f64) -> Beats {
        let share = (rush.together * rush.connections) as f64;
        Beats {
            stages: Arc::clone(&rush.stages),
            share,
            offset,
            stage: 0,
            begins: 0.0,
            told: 0.0,
        }
    }
}

impl Iterator for Beats {
    type Item = (usize, Duration);

    fn next(&mut self) -> Option<(usize, Duration)> {
        loop {
            let stage = self.stages.get(self.stage)?;
            let (every, span) = (self.share / stage.rate, stage.span.as_secs_f64());
            // Counted and not summed up, so that no rounding adds a beat.
            let due = (self.told + self.offset) * every;
            if due < span {
                self.told += 1.0;
                let due = Duration::from_secs_f64(self.begins + due);
                return Some((self.stage, due));
            }
            self.stage += 1;
            self.begins += span;
            self.told = 0.0;
        }
    }
}

/// A request that was sent and is not answered.
struct Asked<A> {
    what: A,
    stage: usize,
    due: Duration,
}

struct Connection<T: Talk> {
    stream: TcpStream,
    talker: T,
    rush: Rush,
    clock: Instant,
    asked: VecDeque<Asked<T::Asked>>,
    out: Vec<u8>,
    written: usize,
    read: Vec<u8>,
    came: Arc<Mutex<Came>>,
}

impl<T: Talk> Connection<T> {
    async fn run(mut self, beats: Beats) -> anyhow::Result<()> {
        for (stage, due) in beats {
            self.converse_until(self.clock + due).await?;
            self.ask(stage, due);
        }
        let over = self.rush.begin_of(self.rush.stages.len());
        self.converse_until(self.clock + over).await
    }

    fn ask(&mut self, stage: usize, due: Duration) {
        let room = self.rush.unanswered_max - self.asked.len();
        let sent = self.rush.together.min(room);
        for _ in 0..sent {
            let what = self.talker.ask(&mut self.out);
            self.asked.push_back(Asked { what, stage, due });
        }
        let mut came = counting(&self.came);
        came.stages[stage].due += self.rush.together as u64;
        came.stages[stage].sent += sent as u64;
        came.window(due).missed += (self.rush.together - sent) as u64;
    }

    /// Writes what is to be written and hears what is answered, until it is time; once even where it is late.
    async fn converse_until(&mut self, time: Instant) -> anyhow::Result<()> {
        loop {
            self.write()?;
            self.hear()?;
            if Instant::now() >= time {
                // Whoever is late must let the others speak, too.
                tokio::task::yield_now().await;
                return Ok(());
            }
            let wanted = match self.out.is_empty() {
                true => Interest::READABLE,
                false => Interest::READABLE | Interest::WRITABLE,
            };
            tokio::select! {
                ready = self.stream.ready(wanted) => { ready?; }
                () = tokio::time::sleep_until(time.into()) => {}
            }
        }
    }

    fn write(&mut self) -> anyhow::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        self.written += some(self.stream.try_write(&self.out[self.written..]))?.unwrap_or(0);
        if self.written == self.out.len() {
            self.out.clear();
            self.written = 0;
        }
        Ok(())
    }

    fn hear(&mut self) -> anyhow::Result<()> {
        let Some(count) = some(self.stream.try_read_buf(&mut self.read))? else {
            return Ok(());
        };
        ensure!(count > 0, "the server closed a connection");
        let now = self.clock.elapsed();
        let mut came = counting(&self.came);
        let mut begin = 0;
        while let Some(answer) = Answer::at_the_front(&self.read[begin..]) {
            let asked = self.asked.pop_front();
            let Asked { what, stage, due } = asked.context("an answer that nobody asked for")?;
            let counted = self.talker.heard(what, answer.status, answer.body);
            came.note(Noted {
                stage_now: self.rush.stage_at(now),
                stage,
                due,
                late: now.saturating_sub(due),
                counted,
                turned: turned(&answer),
            });
            begin += answer.bytes;
        }
        drop(came);
        self.read.drain(..begin);
        Ok(())
    }
}

fn counting(came: &Mutex<Came>) -> MutexGuard<'_, Came> {
    came.lock().expect(UNPOISONED)
}

/// Whether an answer says to come later, and if so whether it says when.
fn turned(answer: &Answer<'_>) -> Option<bool> {
    let later = matches!(answer.status, 429 | 503);
    later.then(|| memmem::find(answer.head, b"retry-after: ").is_some())
}

/// None where the socket is not ready.
fn some(came: io::Result<usize>) -> io::Result<Option<usize>> {
    match came {
        Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => Ok(None),
        came => came.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_stages() -> Rush {
        let stage = |rate, seconds| Stage {
            rate,
            span: Duration::from_secs(seconds),
        };
        Rush {
            connections: 4,
            together: 5,
            unanswered_max: 5,
            stages: Arc::new([stage(100.0, 2), stage(300.0, 3)]),
        }
    }

    #[test]
    fn each_stage_has_its_rate_over_all_connections() {
        let rush = two_stages();
        let offsets = (0..4).map(|n| f64::from(n) / 4.0);
        let beats: Vec<(usize, Duration)> = offsets
            .flat_map(|offset| Beats::of(&rush, offset))
            .collect();
        let of_stage = |stage| beats.iter().filter(move |beat| beat.0 == stage);
        assert_eq!(of_stage(0).count() * rush.together, 200);
        assert_eq!(of_stage(1).count() * rush.together, 900);
        assert!(of_stage(0).all(|(_, due)| *due < Duration::from_secs(2)));
        assert!(of_stage(1).all(|(_, due)| *due >= Duration::from_secs(2)));
    }

    #[test]
    fn a_moment_belongs_to_the_stage_that_has_begun() {
        let rush = two_stages();
        let at = |ms| rush.stage_at(Duration::from_millis(ms));
        assert_eq!([at(0), at(1_999), at(2_000), at(9_000)], [0, 0, 1, 1]);
        assert_eq!(rush.begin_of(2), Duration::from_secs(5));
    }

    #[test]
    fn a_window_in_which_anybody_was_missed_has_no_latency() {
        let mut came = two_stages().nothing_yet();
        let window = came.window(Duration::from_millis(250));
        window.done_us.saturating_record(3_000);
        assert!((2.9..3.1).contains(&window.p99_ms()), "{}", window.p99_ms());
        window.missed = 1;
        assert_eq!(came.windows[2].p99_ms(), f64::INFINITY);
    }
}
