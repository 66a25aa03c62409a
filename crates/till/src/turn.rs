//! The core of the till: one turn takes waiting requests, decides them, and seals what was done
//! into the bytes of one batch. It does no I/O: whoever drives it makes the batch durable and only
//! then hands out the answers.

use crate::events::Events;
use crate::shutters::{Vain, note_vain};
use crate::stamp::{Leap, Reading, Stamper};
use ledger::{FORESIGHT, Ledger};
use std::collections::VecDeque;
use vocabulary::{Command, Digest, Millis, Outcome, Request, Seq, Shard};

/// How many timers one sweep command fires at most.
const SWEEP_LIMIT: u32 = 1_024;
/// How many sweeps one turn makes at most before it is sealed: a flood of lapses must not keep a
/// batch, and everybody's answers, waiting.
const SWEEPS_PER_TURN: u32 = 64;
/// A turn takes no further ticket once it has decided this many requests...
const REQUESTS_PER_TURN: usize = 4_096;
/// ... or once its payload has grown to this many bytes.
const PAYLOAD_BYTES_PER_TURN: usize = 1 << 20;

/// The answer to one request, true once its batch is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What the ledger said.
    pub outcome: Outcome,
    /// A view that has reached this sequence shows everything the answer rests on.
    pub seq: Seq,
    /// When it was decided.
    pub at: Millis,
}

/// What was done in one durable batch, for views and clerks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Whose journal.
    pub shard: Shard,
    /// The batch's stamp.
    pub at: Millis,
    /// The events in order, each with the sequence of its command.
    pub events: Events,
    /// The sequence of the batch's last command.
    pub last_seq: Seq,
    /// The running digest after it.
    pub digest: Digest,
}

/// A batch ready to be appended; the writer adds epoch and chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The sequence of its first command.
    pub first_seq: Seq,
    /// How many commands.
    pub count: u32,
    /// Its stamp.
    pub at: Millis,
    /// The ledger's digest before it.
    pub digest_before: Digest,
    /// The requests, one behind the other.
    pub payload: Vec<u8>,
}

/// What one turn came to. Nothing of it may be shown before `sealed` is durable.
#[derive(Debug)]
pub struct Turn<T> {
    /// What must be on disk first; none when everything was refused or repeated.
    pub sealed: Option<Sealed>,
    /// The answers, by ticket.
    pub answers: Vec<(T, Vec<Reply>)>,
    /// What views and clerks are told; none when nothing was done.
    pub published: Option<Published>,
    /// Where somebody asked and nobody can buy.
    pub vain: Vec<Vain>,
    /// The wall clock leapt: to be shouted.
    pub leap: Option<Leap>,
}

/// A ledger with its place in the journal.
pub struct Till {
    shard: Shard,
    ledger: Ledger,
    next_seq: Seq,
    stamper: Stamper,
    /// When the newest id of an order was made, by its client's clock.
    newest_order: Millis,
    /// Room of batches that nobody needs any more: what a batch is written into grows to a few
    /// megabytes, and memory that is new to the process costs more than what is written.
    spare_events: Vec<Events>,
    spare_payloads: Vec<Vec<u8>>,
}

impl Till {
    /// A till whose ledger has applied everything before `next_seq`.
    pub fn at(shard: Shard, ledger: Ledger, next_seq: Seq) -> Self {
        let stamper = Stamper::after(ledger.last_stamp());
        // Orders that were filed are older than the ledger.
        let newest_order = ledger.newest_order_made_at();
        let newest_order = newest_order.unwrap_or_default().max(ledger.last_stamp());
        Till {
            shard,
            newest_order,
            ledger,
            next_seq,
            stamper,
            spare_events: Vec::new(),
            spare_payloads: Vec::new(),
        }
    }

    /// The ledger, which may be ahead of the disk by the turn that is not settled yet.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whose journal it fills.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// The sequence that the next command will get.
    pub fn next_seq(&self) -> Seq {
        self.next_seq
    }

    /// The stamp that a turn would get now.
    pub fn now(&self, reading: Reading) -> Millis {
        self.stamper.peek(reading)
    }

    /// True when a turn now would do something even without tickets.
    pub fn is_due(&self, reading: Reading) -> bool {
        self.ledger
            .next_due()
            .is_some_and(|due| due <= self.now(reading))
    }

    /// Gives back what a turn published, to be used again.
    pub fn reuse_events(&mut self, published: Published) {
        let Till {
            ledger,
            spare_events,
            ..
        } = self;
        spare_events.push(published.events.emptied(|event| ledger.reuse(event)));
    }

    /// Gives back what a turn sealed, to be used again.
    pub fn reuse_payload(&mut self, sealed: Sealed) {
        self.spare_payloads.push(sealed.payload);
    }

    /// Takes tickets from the front of `waiting` and decides their requests, one ticket's next to
    /// each other, whatever is due first.
    pub fn turn<T>(
        &mut self,
        reading: Reading,
        waiting: &mut VecDeque<(T, Vec<Request>)>,
    ) -> Turn<T> {
        let (at, leap) = self.stamper.stamp(reading);
        let mut draft = self.draft(at);
        let mut answers = Vec::new();
        let mut decided = 0;
        while self.sweep(&mut draft) && draft.has_room(decided) {
            let Some((ticket, requests)) = waiting.pop_front() else {
                break;
            };
            let Some(replies) = self.decide_all(&requests, &mut draft) else {
                waiting.push_front((ticket, requests));
                break;
            };
            decided += replies.len();
            answers.push((ticket, replies));
        }
        let vain = std::mem::take(&mut draft.vain);
        let (sealed, published) = draft.seal(self.shard, self.ledger.digest());
        Turn {
            sealed,
            answers,
            published,
            vain,
            leap,
        }
    }

    fn draft(&mut self, at: Millis) -> Draft {
        let events = match self.spare_events.pop() {
            Some(spare) => spare.instead(self.next_seq),
            None => Events::from(self.next_seq),
        };
        let mut payload = self.spare_payloads.pop().unwrap_or_default();
        payload.clear();
        Draft {
            at,
            first_seq: self.next_seq,
            digest_before: self.ledger.digest(),
            count: 0,
            sweeps: 0,
            payload,
            events,
            vain: Vec::new(),
        }
    }

    /// Lets everything due up to the stamp fall due; false when there was too much for one turn.
    fn sweep(&mut self, draft: &mut Draft) -> bool {
        while self.ledger.next_due().is_some_and(|due| due <= draft.at) {
            if draft.sweeps == SWEEPS_PER_TURN {
                return false;
            }
            draft.sweeps += 1;
            self.decide(&Command::AdvanceTo { limit: SWEEP_LIMIT }.into(), draft);
        }
        true
    }

    /// Decides the requests of one ticket. A request may make something due at once (a deal that
    /// opens at its own stamp); that is swept between them. `None`, before anything was decided,
    /// when the turn has swept enough.
    fn decide_all(&mut self, requests: &[Request], draft: &mut Draft) -> Option<Vec<Reply>> {
        if draft.sweeps == SWEEPS_PER_TURN {
            return None;
        }
        let mut replies = Vec::with_capacity(requests.len());
        for (place, request) in requests.iter().enumerate() {
            if place % FORESIGHT == 0 {
                self.ledger.foresee(&requests[place..]);
            }
            while self.ledger.next_due().is_some_and(|due| due <= draft.at) {
                self.decide(&Command::AdvanceTo { limit: SWEEP_LIMIT }.into(), draft);
            }
            replies.push(self.decide(request, draft));
        }
        Some(replies)
    }

    fn decide(&mut self, request: &Request, draft: &mut Draft) -> Reply {
        let outcome = draft.apply_to(&mut self.ledger, request);
        let mut seq = Seq(self.next_seq.0 - 1);
        match outcome {
            Outcome::Done(_) => {
                seq = self.next_seq;
                self.next_seq = Seq(seq.0 + 1);
                if let Command::BuyNow { order, .. } = request.command {
                    let made = order.made_at().unwrap_or_default();
                    self.newest_order = self.newest_order.max(made);
                }
            }
            Outcome::Refused(why) => {
                let known = (seq, self.newest_order);
                note_vain(&mut draft.vain, &self.ledger, known, &request.command, why);
            }
            Outcome::Repeated(_) => {}
        }
        Reply {
            outcome,
            seq,
            at: draft.at,
        }
    }
}

/// A batch that is still growing.
struct Draft {
    at: Millis,
    first_seq: Seq,
    digest_before: Digest,
    count: u32,
    sweeps: u32,
    payload: Vec<u8>,
    events: Events,
    vain: Vec<Vain>,
}

impl Draft {
    fn has_room(&self, decided: usize) -> bool {
        decided < REQUESTS_PER_TURN && self.payload.len() < PAYLOAD_BYTES_PER_TURN
    }

    fn apply_to(&mut self, ledger: &mut Ledger, request: &Request) -> Outcome {
        let (events, payload) = (self.events.open(), &mut self.payload);
        let outcome = ledger.apply_and_write(self.at, request, events, payload);
        if let Outcome::Done(_) = outcome {
            self.count += 1;
            self.events.close();
        }
        outcome
    }

    fn seal(self, shard: Shard, digest: Digest) -> (Option<Sealed>, Option<Published>) {
        if self.count == 0 {
            return (None, None);
        }
        let last_seq = Seq(self.first_seq.0 + u64::from(self.count) - 1);
        let sealed = Sealed {
            first_seq: self.first_seq,
            count: self.count,
            at: self.at,
            digest_before: self.digest_before,
            payload: self.payload,
        };
        let published = Published {
            shard,
            at: self.at,
            events: self.events,
            last_seq,
            digest,
        };
        (Some(sealed), Some(published))
    }
}
