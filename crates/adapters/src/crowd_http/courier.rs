//! Takes a shopper's asks to the shop until there is an answer: the same ask with the same key, again and again, as long as
//! the shopper has patience. Acknowledged writes are noted before they count.

use super::acks::Acks;
use super::handover::Handover;
use super::transport::{Along, Reply, Transport, Trouble};
use super::{CrowdFault, Door};
use crowd::{Answer, Ask, Audit, Random, Tally, What, Who};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use vocabulary::Millis;

/// The first wait before asking again is at most this long; each later one at most twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Takes asks to the shop.
pub(super) struct Courier {
    transport: Transport,
    handover: Option<Handover>,
    acks: Option<Acks>,
    patience: Duration,
    jitter: AtomicU64,
    books: Mutex<Books>,
}

/// What is counted and remembered.
#[derive(Default)]
pub(super) struct Books {
    pub(super) tally: Tally,
    pub(super) audit: Audit,
    pub(super) malformed: Option<String>,
}

impl Courier {
    /// A courier to the shop behind this door.
    pub(super) fn try_new(door: &Door) -> Result<Courier, CrowdFault> {
        Ok(Courier {
            transport: Transport::try_new(&door.shop, door.provider.as_deref())?,
            handover: door.handover.as_deref().map(Handover::with),
            acks: door.acks.as_deref().map(Acks::open).transpose()?,
            patience: door.patience,
            jitter: AtomicU64::new(0),
            books: Mutex::default(),
        })
    }

    /// What is counted and remembered so far.
    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("nobody panics while counting")
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Why no acknowledgement can be noted any more.
    pub(super) fn fault(&self) -> Option<CrowdFault> {
        self.acks.as_ref().and_then(Acks::fault)
    }

    /// Asks all at once; `due` is when they were meant to be asked, and from when their latency counts.
    pub(super) async fn ask_all(&self, asks: Vec<Ask>, due: Instant) -> Vec<Answer> {
        match <[Ask; 1]>::try_from(asks) {
            Ok([ask]) => vec![self.ask(&ask, due).await],
            Err(asks) => futures::future::join_all(asks.iter().map(|ask| self.ask(ask, due))).await,
        }
    }

    /// Asks until there is an answer, counts it and remembers what it acknowledges.
    pub(super) async fn ask(&self, ask: &Ask, due: Instant) -> Answer {
        self.books().audit.send(ask);
        let mut answer = self.insist(ask).await;
        let latency = due.elapsed();
        if !self.noted(ask, &answer).await {
            answer = Answer::Lost;
        }
        let mut books = self.books();
        books.tally.answered(ask, &answer, micros(latency));
        books.audit.hear(ask, &answer);
        answer
    }

    /// Asks without counting: the audit's look-ups are no part of the workload.
    pub(super) async fn look(&self, ask: &Ask) -> Answer {
        self.insist(ask).await
    }

    async fn noted(&self, ask: &Ask, answer: &Answer) -> bool {
        match &self.acks {
            Some(acks) => acks.note(now(), ask, answer).await,
            None => true,
        }
    }

    async fn insist(&self, ask: &Ask) -> Answer {
        let call = ask.call(self.token(&ask.what).as_deref());
        let along = Along {
            bearer: ask.session.as_deref(),
            key: ask.key.as_deref(),
        };
        let until = Instant::now() + self.patience;
        let mut longest = FIRST_WAIT;
        loop {
            let (why, at_least) = match again(self.transport.send(&call, along).await) {
                Err(reply) => return self.read(ask, &reply),
                Ok(again) => again,
            };
            let wait = at_least + self.random_part_of(longest);
            if Instant::now() + wait > until {
                return Answer::Lost;
            }
            self.books().tally.retried(why);
            tokio::time::sleep(wait).await;
            longest = (longest * 2).min(LONGEST_WAIT);
        }
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Answer {
        ask.read(reply.status, reply.seq(), &reply.body)
            .unwrap_or_else(|wrong| {
                let mut books = self.books();
                books.tally.malformed += 1;
                books
                    .malformed
                    .get_or_insert(format!("{}: {wrong}", ask.what.name()));
                Answer::Refused {
                    status: reply.status,
                    name: "malformed answer".into(),
                }
            })
    }

    fn token(&self, what: &What) -> Option<String> {
        let What::OpenSession(Who::Member { id, verified }) = what else {
            return None;
        };
        let handover = self.handover.as_ref()?;
        Some(handover.token(id, *verified, now().0 / 1_000))
    }

    /// Full jitter: anything between nothing and the longest wait, so that those who were cut off together do not come back
    /// together (Brooker, "Exponential Backoff And Jitter", 2015).
    fn random_part_of(&self, longest: Duration) -> Duration {
        let mut random = Random::seeded(self.jitter.fetch_add(1, Ordering::Relaxed));
        Duration::from_micros(random.below(longest.as_micros() as usize) as u64)
    }
}

/// Whether to ask again: why, and how long to wait at least; else the answer.
fn again(reply: Result<Reply, Trouble>) -> Result<(&'static str, Duration), Box<Reply>> {
    match reply {
        Err(Trouble::Unreachable(_)) => Ok(("no connection", Duration::ZERO)),
        Err(Trouble::Timeout) => Ok(("no answer in time", Duration::ZERO)),
        Ok(reply) => {
            let why = match reply.status {
                429 => "429 too many requests",
                502..=504 => "503 not now",
                _ => return Err(Box::new(reply)),
            };
            Ok((why, reply.retry_after().unwrap_or_default()))
        }
    }
}

/// The wall clock.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.expect("it is later than 1970").as_millis();
    Millis(u64::try_from(ms).expect("it is earlier than the year 500,000,000"))
}

/// A courier that many shoppers share.
pub(super) type Shared = Arc<Courier>;

/// A span in microseconds.
pub(super) fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
