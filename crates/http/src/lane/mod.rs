//! The fast lane: the hot requests of a connection are read, decided and answered together, however many a
//! client has sent before it waits (HTTP/1.1 pipelining), with one ticket for the till and one write for
//! their answers. Same port, same addresses, same answers as the router's: a connection stays in the lane
//! until it asks for anything else, and is then served by the router for the rest of its life.

mod answer;
mod asked;
mod bulk;
mod late;
mod meters;
mod request;

pub(crate) use bulk::BulkPlaces;
use bulk::{Bulk, Room};
use late::Late;
pub(crate) use meters::Meters;
pub(crate) use request::Request as LaneRequest;

use crate::api::op::Told;
use crate::door::Door;
use crate::gathering::Replies;
use crate::lateness::Readiness;
use crate::problem::{Kind, Problem};
use answer::Pen;
use asked::Asked;
use axum::http::StatusCode;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use request::{Front, HEADERS_MAX, Request, Route, RouteName};
use smallvec::SmallVec;
use std::io;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::SemaphorePermit;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use vocabulary::Request as Words;

/// How many requests of one connection are decided together.
const TOGETHER_MAX: usize = 256;
/// About what a request is long.
const USUAL_BYTES: usize = 256;
/// So many bytes at once, a dozen requests, are bulk.
const BULK_BYTES_MIN: usize = 4 << 10;
/// How long the rest of a request, or a client that does not read its answers, is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection that asks for nothing is kept: longer than clients keep theirs for another use, so that they hang up
/// first and no request meets a connection that is just being closed.
const IDLE_MAX: Duration = Duration::from_secs(120);
/// How much is read at once, and how much of its buffers an idle connection keeps.
const READ_BYTES: usize = 32 << 10;
/// How much is looked at in one round of bulk.
const ROUND_BYTES: usize = 128 << 10;

/// A connection in the lane.
pub(crate) struct Lane {
    stream: TcpStream,
    peer: SocketAddr,
    door: Arc<Door>,
    readiness: Arc<Readiness>,
    pen: Pen,
    sent: Vec<u8>,
    out: Vec<u8>,
    has_answered: bool,
}

/// A request that was read, and what became of it.
type Taken = (RouteName, Result<Asked, Problem>);
/// An answer.
type Answered = (RouteName, Result<Told, Problem>);

/// The requests at the front of what was sent.
struct Round {
    begun: Instant,
    late: Late,
    taken: Vec<Taken>,
    words: Vec<Words>,
    /// What they are long.
    bytes: usize,
    /// What comes behind them is not for the lane.
    leaves: bool,
}

impl Lane {
    pub fn of(
        stream: TcpStream,
        peer: SocketAddr,
        door: Arc<Door>,
        readiness: Arc<Readiness>,
    ) -> Lane {
        Lane {
            readiness,
            stream,
            peer,
            pen: Pen::of(door.shop().shard),
            door,
            sent: Vec::new(),
            out: Vec::new(),
            has_answered: false,
        }
    }

    /// Serves the connection. When it leaves the lane, it comes back with what it has sent and nobody answered.
    ///
    /// # Errors
    /// The connection's.
    pub async fn serve(
        mut self,
        goodbye: &CancellationToken,
    ) -> io::Result<Option<(TcpStream, Vec<u8>)>> {
        let door = Arc::clone(&self.door);
        loop {
            match self.answer_what_came(&door).await? {
                Front::Whole(()) => {}
                Front::Unusual => return Ok(Some((self.stream, self.sent))),
                Front::Unfinished if self.read_more(goodbye).await? => {}
                Front::Unfinished => return Ok(None),
            }
        }
    }

    /// Answers the requests at the front of what was sent; what stands there, if there are none.
    async fn answer_what_came(&mut self, door: &Door) -> io::Result<Front<()>> {
        if self.sent.is_empty() {
            return Ok(Front::Unfinished);
        }
        // So long ago, at most, it could have been read.
        let (now, waited) = (Instant::now(), self.readiness.waited());
        let arrived = now.checked_sub(waited).unwrap_or(now);
        let is_bulk = self.sent.len() >= BULK_BYTES_MIN;
        let bulk = door.bulk_places().begin(is_bulk).await;
        let room = is_bulk.then(|| self.spread(door.bulk_places()));
        let round = gather(door, self.peer, &self.sent, arrived, bulk.as_ref()).await;
        let Round { bytes, leaves, .. } = round;
        if bytes > 0 {
            answer(door, &mut self.pen, round, bulk, &mut self.out).await;
            self.sent.drain(..bytes);
            self.write_at_once();
            // What is left came with it, and is as late.
            self.readiness.has_waited(waited);
            self.has_answered = true;
        }
        if let Some(room) = room {
            self.gather_up(room, door.bulk_places());
        }
        self.write_rest().await?;
        Ok(match (bytes, leaves) {
            (1.., _) => Front::Whole(()),
            (0, true) => Front::Unusual,
            (0, false) => Front::Unfinished,
        })
    }

    /// Goes on in larger buffers, and reads what has come while it waited, so that all of it is answered in its
    /// turn. The connection's own buffers come back.
    fn spread(&mut self, places: &BulkPlaces) -> Room {
        let Room { mut sent, mut out } = places.lend();
        sent.reserve(ROUND_BYTES + READ_BYTES);
        sent.extend_from_slice(&self.sent);
        std::mem::swap(&mut sent, &mut self.sent);
        std::mem::swap(&mut out, &mut self.out);
        while self.sent.len() < ROUND_BYTES {
            if !matches!(self.stream.try_read_buf(&mut self.sent), Ok(1..)) {
                break;
            }
        }
        Room { sent, out }
    }

    /// Goes on in its own buffers, with what is left in the larger ones.
    fn gather_up(&mut self, own: Room, places: &BulkPlaces) {
        let Room { mut sent, mut out } = own;
        sent.clear();
        sent.extend_from_slice(&self.sent);
        out.extend_from_slice(&self.out);
        std::mem::swap(&mut sent, &mut self.sent);
        std::mem::swap(&mut out, &mut self.out);
        places.take_back(Room { sent, out });
    }

    /// Writes what the socket takes without being waited for.
    fn write_at_once(&mut self) {
        let written = self.stream.try_write(&self.out).unwrap_or(0);
        self.out.drain(..written);
    }

    async fn write_rest(&mut self) -> io::Result<()> {
        if !self.out.is_empty() {
            within_patience(self.stream.write_all(&self.out)).await?;
        }
        self.out.clear();
        self.out.shrink_to(READ_BYTES);
        Ok(())
    }

    /// False when the client has gone, is asked to, or has asked for nothing for very long. Who has begun a request must go on
    /// with it.
    async fn read_more(&mut self, goodbye: &CancellationToken) -> io::Result<bool> {
        if self.has_answered {
            self.readiness.has_waited(Duration::ZERO);
        }
        self.sent.reserve(READ_BYTES);
        if !self.sent.is_empty() {
            return Ok(within_patience(self.stream.read_buf(&mut self.sent)).await? > 0);
        }
        self.sent.shrink_to(READ_BYTES);
        tokio::select! {
            biased;
            read = self.stream.read_buf(&mut self.sent) => Ok(read? > 0),
            () = goodbye.cancelled() => Ok(false),
            () = sleep(IDLE_MAX) => Ok(false),
        }
    }
}

/// Waits until it may be worked on, if it is bulk.
async fn at_work<'a>(bulk: Option<&'a Bulk<'_>>) -> Option<SemaphorePermit<'a>> {
    match bulk {
        Some(bulk) => bulk.work().await,
        None => None,
    }
}

async fn within_patience<T>(done: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let done = timeout(PATIENCE, done).await;
    done.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Reads every whole request at the front of what was there since then.
async fn gather(
    door: &Door,
    peer: SocketAddr,
    sent: &[u8],
    arrived: Instant,
    bulk: Option<&Bulk<'_>>,
) -> Round {
    let _at_work = at_work(bulk).await;
    let in_time = door.lateness().check(arrived.elapsed());
    let about = (sent.len() / USUAL_BYTES + 1).min(TOGETHER_MAX);
    let about = if in_time.is_ok() { about } else { 0 };
    let mut counted = match in_time.is_ok() && bulk.is_some() {
        true => count_together(door, peer.ip(), sent),
        false => 0,
    };
    let mut round = Round {
        begun: arrived,
        late: Late::default(),
        taken: Vec::with_capacity(about),
        words: Vec::with_capacity(about),
        bytes: 0,
        leaves: false,
    };
    while round.bytes < sent.len() && round.late.count() + round.taken.len() < TOGETHER_MAX {
        let mut room = [const { MaybeUninit::uninit() }; HEADERS_MAX];
        match Request::at_the_front(&sent[round.bytes..], &mut room) {
            Front::Unfinished => break,
            Front::Unusual => {
                round.leaves = true;
                break;
            }
            Front::Whole(request) => {
                let is_late = in_time.is_err() && request.route != Route::Callbacks;
                if is_late && round.taken.is_empty() {
                    round.late.note(request.route.named());
                    round.bytes += request.bytes;
                    continue;
                }
                let asked = match &in_time {
                    Err(late) if is_late => Err(late.clone()),
                    _ => {
                        let peer = (counted == 0).then(|| peer.ip());
                        counted = counted.saturating_sub(1);
                        asked::read(door, &request, peer).await
                    }
                };
                let asked = asked.map(|(asked, words)| {
                    round.words.push(words);
                    asked
                });
                round.bytes += request.bytes;
                round.taken.push((request.route.named(), asked));
            }
        }
    }
    round.late.told(in_time.err());
    round
}

/// Counts the requests in what was sent by where they come from, about as many as there are; how many that was.
fn count_together(door: &Door, peer: IpAddr, sent: &[u8]) -> usize {
    let heads = memchr::memmem::find_iter(sent, b"\r\n\r\n");
    let heads = heads.take(TOGETHER_MAX).count();
    match door.count_together(peer, heads) {
        true => heads,
        false => 0,
    }
}

/// Has a round decided, and writes its answers in their order.
async fn answer(
    door: &Door,
    pen: &mut Pen,
    round: Round,
    bulk: Option<Bulk<'_>>,
    out: &mut Vec<u8>,
) {
    let shop = door.shop();
    let Round {
        begun,
        late,
        taken,
        words,
        ..
    } = round;
    let replies = shop.ask_all(words).await;
    let answers = tell(door, taken, &replies, bulk).await;
    pen.look_at(shop.now());
    late.answer(pen, out, |route, status, times| {
        door.lane_meters()
            .note(route, status, begun.elapsed(), times);
    });
    let mut written: SmallVec<[(RouteName, StatusCode, usize); 8]> = SmallVec::new();
    for (route, told) in &answers {
        let status = pen.write(told, out);
        let mut alike = written.iter_mut();
        match alike.find(|(name, other, _)| (*name, *other) == (*route, status)) {
            Some((.., times)) => *times += 1,
            None => written.push((*route, status, 1)),
        }
    }
    let took = begun.elapsed();
    for (route, status, times) in written {
        door.lane_meters().note(route, status, took, times);
    }
}

/// What is told of each request, in their order; what waits for others waits beside each other.
async fn tell(
    door: &Door,
    taken: Vec<Taken>,
    replies: &Result<Replies, Problem>,
    bulk: Option<Bulk<'_>>,
) -> Vec<Answered> {
    let shop = door.shop();
    let at_work = at_work(bulk.as_ref()).await;
    let mut place = 0..;
    let mut answers: Vec<Answered> = Vec::with_capacity(taken.len());
    let mut waiting = FuturesUnordered::new();
    for (route, asked) in taken {
        let asked = asked.and_then(|asked| {
            let place = place.next().unwrap_or_default();
            let replies = replies.as_ref().map_err(Problem::clone)?;
            Ok((asked, replies[place]))
        });
        let told = match asked {
            Ok((asked, reply)) if asked.waits() => {
                let at = answers.len();
                waiting.push(async move { (at, asked.tell(shop, reply).await) });
                Err(Kind::OUTCOME_UNKNOWN.into())
            }
            Ok((asked, reply)) => asked.tell(shop, reply).await,
            Err(problem) => Err(problem),
        };
        answers.push((route, told));
    }
    drop(at_work);
    drop(bulk);
    while let Some((at, told)) = waiting.next().await {
        answers[at].1 = told;
    }
    answers
}
