//! The witness: sees every batch once it is durable, lives through it with the naive model, and
//! holds every answer, event and digest against that. It keeps what the journal must have for ever.

use crate::broken::{Breaks as _, Broken, insist};
use journal::{OwnedBatch, Reader};
use ledger::Ledger;
use model::{Decider as _, Model};
use std::collections::BTreeMap;
use till::{Published, Reply, Sealed};
use vocabulary::{
    Event, Millis, Outcome, Receipt, Refusal, Request, RequestKey, Seq, decode_request,
};

/// What holds for what the till answers.
const EXPLAINED: &str = "every answer follows from the journal's order";
const REPEATS: &str = "the same request twice has the effect of one";
const DURABLE: &str = "what was acknowledged is in the journal for ever";
const REPLAY: &str = "replay gives the same ledger";
const HOPELESS: &str = "a shutter is down only where everybody is refused";
const UNITS: &str = "units, counts and books add up";

/// Knows the world as the journal has it.
#[derive(Debug, Default)]
pub struct Witness {
    /// The trading rules, lived through up to the last durable batch.
    pub model: Model,
    /// The checksum of every batch, by the sequence behind its last command.
    batches: Vec<(u64, u64)>,
    told: BTreeMap<u128, Told>,
}

/// An answer that was given under a key.
#[derive(Debug)]
struct Told {
    body: u64,
    receipt: Receipt,
    until: Millis,
}

/// A durable batch, decoded.
struct Durable {
    at: Millis,
    first_seq: u64,
    requests: Vec<Request>,
}

impl Witness {
    /// The sequence of the next command.
    pub fn next_seq(&self) -> u64 {
        self.batches.last().map_or(1, |(next_seq, _)| *next_seq)
    }

    /// A batch is durable and its answers are about to be shown, or nothing was done and these are
    /// refusals and repeats alone. Gives the events.
    pub fn see(
        &mut self,
        sealed: Option<(&Sealed, u64)>,
        asked: &[(&Request, Reply)],
        published: Option<&Published>,
    ) -> Result<Vec<Event>, Broken> {
        let durable = sealed.map(|(sealed, checksum)| {
            self.batches
                .push((sealed.first_seq.0 + u64::from(sealed.count), checksum));
            Durable::decode(sealed.at, sealed.first_seq.0, sealed.count, &sealed.payload)
        });
        let events = self.live_through(durable.transpose()?, asked)?;
        if let Some(published) = published {
            let told = published.events.iter().map(|(_, event)| event);
            insist(told.eq(&events), EXPLAINED, || {
                format!(
                    "the events behind {} are not the model's",
                    published.last_seq
                )
            })?;
            let digest = self.model.digest();
            insist(published.digest == digest, EXPLAINED, || {
                format!("digest {} at {}", published.digest, published.last_seq)
            })?;
        }
        Ok(events)
    }

    /// A batch that the journal has though nobody was told: its writer died in between.
    pub fn find(&mut self, batch: &OwnedBatch) -> Result<Vec<Event>, Broken> {
        let header = &batch.header;
        self.batches.push((header.next_seq(), batch.checksum));
        let at = Millis(header.stamped_at_ms);
        let durable = Durable::decode(at, header.first_seq, header.count, &batch.payload)?;
        self.live_through(Some(durable), &[])
    }

    fn live_through(
        &mut self,
        durable: Option<Durable>,
        asked: &[(&Request, Reply)],
    ) -> Result<Vec<Event>, Broken> {
        let mut events = Vec::new();
        let (at, next) = durable
            .as_ref()
            .map_or((Millis(0), 0), |batch| (batch.at, batch.first_seq));
        let requests = durable.map_or(Vec::new(), |batch| batch.requests);
        let mut commands = (next..).zip(&requests).peekable();
        for (request, reply) in asked {
            let mut last = None;
            while let Some((seq, command)) = commands.next_if(|(seq, _)| *seq <= reply.seq.0) {
                let receipt = self.do_again(at, command, &mut events)?;
                last = Some((Seq(seq), command, Outcome::Done(receipt)));
            }
            if let Outcome::Done(_) = reply.outcome {
                let told = Some((reply.seq, *request, reply.outcome));
                insist(last == told, EXPLAINED, || {
                    format!("{told:?}, journaled: {last:?}")
                })?;
            }
            self.explain(request, reply)?;
        }
        for (_, command) in commands {
            self.do_again(at, command, &mut events)?;
        }
        Ok(events)
    }

    fn do_again(
        &mut self,
        at: Millis,
        request: &Request,
        events: &mut Vec<Event>,
    ) -> Result<Receipt, Broken> {
        match self.model.apply(at, request, events) {
            Outcome::Done(receipt) => Ok(receipt),
            other => Err(Broken::new(
                EXPLAINED,
                format!("{request:?} is journaled, but the model answers {other:?}"),
            )),
        }
    }

    /// An answer must be what the model says at that place, and what was said before.
    fn explain(&mut self, request: &Request, reply: &Reply) -> Result<(), Broken> {
        if let Some(key) = request.key {
            self.must_repeat(key, reply)?;
        }
        if let Outcome::Done(_) = reply.outcome {
            return Ok(());
        }
        let expected = self.model.apply(reply.at, request, &mut Vec::new());
        insist(reply.outcome == expected, EXPLAINED, || {
            let (at, outcome) = (reply.at, reply.outcome);
            format!(
                "{request:?} at {at} behind {}: {outcome:?}, the model {expected:?}",
                reply.seq
            )
        })
    }

    /// Whoever is turned away at a shutter would have been refused by all that was told so far.
    pub fn is_hopeless(&mut self, request: &Request, refusal: Refusal) -> Result<(), Broken> {
        let at = self.model.now();
        let expected = self.model.apply(at, request, &mut Vec::new());
        let refused = matches!(expected, Outcome::Refused(_));
        insist(refused, HOPELESS, || {
            format!("{request:?} is turned away as {refusal}, the model {expected:?} at {at}")
        })
    }

    fn must_repeat(&mut self, key: RequestKey, reply: &Reply) -> Result<(), Broken> {
        let told = self.told.get(&key.key).filter(|told| reply.at < told.until);
        if let Some(told) = told {
            let expected = match told.body == key.body {
                true => Outcome::Repeated(told.receipt),
                false => Outcome::Refused(Refusal::RequestKeyReused),
            };
            return insist(reply.outcome == expected, REPEATS, || {
                format!("{key:?} was answered {expected:?}, now {:?}", reply.outcome)
            });
        }
        if let Outcome::Done(receipt) = reply.outcome {
            let until = reply.at.plus(self.model.rules().idempotency_ms);
            let body = key.body;
            self.told.insert(
                key.key,
                Told {
                    body,
                    receipt,
                    until,
                },
            );
        }
        Ok(())
    }

    /// The journal must have every batch that was seen, unchanged, from `from_seq` on; gives those
    /// behind them.
    pub fn compare(&self, reader: &dyn Reader, from_seq: u64) -> Result<Vec<OwnedBatch>, Broken> {
        let known = self
            .batches
            .partition_point(|(next_seq, _)| *next_seq <= from_seq);
        let mut known = self.batches[known..].iter();
        let mut unknown = Vec::new();
        for batch in reader.read(from_seq).breaks(DURABLE)? {
            let batch = batch.breaks(DURABLE)?;
            let found = (batch.header.next_seq(), batch.checksum);
            match known.next() {
                Some(known) => insist(*known == found, DURABLE, || {
                    format!("batch {known:?} is now {found:?}")
                })?,
                None => unknown.push(batch),
            }
        }
        insist(known.next().is_none(), DURABLE, || {
            format!("the journal ends before {}", self.next_seq())
        })?;
        Ok(unknown)
    }

    /// The ledger must be what the model is.
    pub fn agrees_with(&self, ledger: &Ledger) -> Result<(), Broken> {
        let (mine, theirs) = (self.model.digest(), ledger.digest());
        insist(mine == theirs, REPLAY, || {
            format!("digest {theirs}, the model's is {mine}")
        })?;
        let mut described = String::new();
        ledger.describe(&mut described);
        insist(described == self.model.describe(), REPLAY, || {
            "the ledger's tables are not the model's".into()
        })?;
        insist(ledger.outbox().eq(self.model.outbox()), REPLAY, || {
            "the ledger's outbox is not the model's".into()
        })?;
        insist(ledger.next_due() == self.model.next_due(), REPLAY, || {
            let (theirs, mine) = (ledger.next_due(), self.model.next_due());
            format!("the next timer is {theirs:?}, the model's {mine:?}")
        })?;
        ledger.check().breaks(UNITS)
    }

    /// The low half of the digest, for the trace.
    pub fn digest_bits(&self) -> u64 {
        self.model.digest().0 as u64
    }

    /// All numbers, counted anew.
    pub fn check(&self) -> Result<(), Broken> {
        self.model.check().breaks(UNITS)
    }

    /// The sequence at the end of some batch, for whoever wants to read from there.
    pub fn some_seq(&self, pick: u64) -> Seq {
        match self.batches.len() as u64 {
            0 => Seq(0),
            count => Seq(self.batches[(pick % count) as usize].0 - 1),
        }
    }
}

impl Durable {
    fn decode(at: Millis, first_seq: u64, count: u32, payload: &[u8]) -> Result<Self, Broken> {
        let mut requests = Vec::with_capacity(count as usize);
        let mut offset = 0;
        for _ in 0..count {
            let (request, next) = decode_request(payload, offset).breaks(DURABLE)?;
            requests.push(request);
            offset = next;
        }
        Ok(Self {
            at,
            first_seq,
            requests,
        })
    }
}
