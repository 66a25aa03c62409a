//! The provider: books, log and outbox behind one lock. It does deeds, writes down what came of
//! them, and answers only when that is on disk.

use super::books::{Books, Sums};
use super::callback::{Callback, Fate};
use super::deeds::{Moment, Outcome, Refusal, lapse};
use super::fact::{Ending, Entry, Fact};
use super::fault::SandboxFault;
use super::knobs::{KnobFault, Knobs};
use super::log::{Log, LogStopped};
use super::payment::Payment;
use super::verifications::Verifications;
use super::{Clock, SandboxConfig};
use money::Currency;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use vocabulary::Millis;

/// Callbacks that may wait to be taken; past them no payment is opened.
const UNTOLD_MAX: usize = 200_000;
/// Payments that are looked at in one go.
const STRIKES_MAX: usize = 500;

/// The payment provider.
pub(super) struct Provider {
    config: SandboxConfig,
    clock: Clock,
    knobs: Mutex<Knobs>,
    books: Mutex<Books>,
    log: Log,
    outbox: UnboundedSender<Parcel>,
    untold: AtomicUsize,
    verifications: Verifications,
}

/// A callback, to be sent once the line at `place` is on disk.
pub(super) struct Parcel {
    pub(super) place: u64,
    pub(super) callback: Callback,
    /// As the knobs stood when it was written down; whoever turns them later turns them for later callbacks.
    pub(super) fate: Fate,
}

/// Why a request is not answered as it would like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the key is missing or wrong")]
    WrongKey,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("too much is waiting; try again in a second")]
    Busy,
    #[error("the books cannot be written")]
    Stopped,
}

impl From<LogStopped> for Trouble {
    fn from(_: LogStopped) -> Trouble {
        Trouble::Stopped
    }
}

/// The books at a glance.
pub(super) struct Glance {
    pub(super) latest: Vec<Payment>,
    pub(super) sums: BTreeMap<Currency, Sums>,
    pub(super) untold: usize,
}

impl Provider {
    /// Opens the books in `folder`. What the shop has not taken yet is the first to come out.
    pub(super) fn open(
        folder: &Path,
        config: SandboxConfig,
        clock: Clock,
    ) -> Result<(Provider, UnboundedReceiver<Parcel>), SandboxFault> {
        config.knobs.check()?;
        let (outbox, inbox) = unbounded_channel();
        let (mut books, mut untold) = (Books::default(), Untold::default());
        let log = Log::open(folder, |entry| replay(entry, &mut books, &mut untold))?;
        let provider = Provider {
            knobs: Mutex::new(config.knobs.clone()),
            untold: AtomicUsize::new(0),
            books: Mutex::new(books),
            verifications: Verifications::default(),
            config,
            clock,
            log,
            outbox,
        };
        untold
            .in_order()
            .into_iter()
            .for_each(|callback| provider.post(0, callback));
        Ok((provider, inbox))
    }

    pub(super) fn config(&self) -> &SandboxConfig {
        &self.config
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// The codes of persons who are being verified.
    pub(super) fn verifications(&self) -> &Verifications {
        &self.verifications
    }

    pub(super) fn now(&self) -> Millis {
        (self.clock)()
    }

    pub(super) fn knobs(&self) -> Knobs {
        self.knobs
            .lock()
            .expect("nobody panics over a knob")
            .clone()
    }

    /// Turns knobs, until the sandbox stops.
    pub(super) fn turn(&self, changes: &Value) -> Result<Knobs, KnobFault> {
        let mut knobs = self.knobs.lock().expect("nobody panics over a knob");
        *knobs = knobs.turned(changes)?;
        Ok(knobs.clone())
    }

    /// Whether more is waiting, for the disk or for the shop, than may.
    pub(super) fn is_busy(&self) -> bool {
        self.log.is_full() || self.untold.load(Ordering::Relaxed) >= UNTOLD_MAX
    }

    /// Does a deed with a payment that is known, and tells how it stands then.
    pub(super) async fn act<T>(
        &self,
        reference: &str,
        deed: impl FnOnce(&Payment, &Moment) -> Outcome,
        tell: impl FnOnce(&Payment) -> T,
    ) -> Result<(T, bool), Trouble> {
        let known = |payment: Option<&Payment>, moment: &Moment| {
            let payment = payment.ok_or(Refusal::Unknown)?;
            Ok(deed(payment, moment))
        };
        self.act_on(reference, known, tell).await
    }

    /// Does a deed with what `reference` names, if it names anything. Also tells whether anything
    /// came of it.
    pub(super) async fn act_on<T>(
        &self,
        reference: &str,
        deed: impl FnOnce(Option<&Payment>, &Moment) -> Result<Outcome, Refusal>,
        tell: impl FnOnce(&Payment) -> T,
    ) -> Result<(T, bool), Trouble> {
        let (told, place) = {
            let mut books = self.books();
            (
                self.decide(&mut books, reference, deed, tell),
                self.log.place(),
            )
        };
        self.log.synced(place).await?;
        Ok(told?)
    }

    /// Does what is due: payments time out, promises are kept.
    pub(super) fn strike(&self) {
        while self.strike_some() {}
    }

    /// Up to `limit` payments in the order of opening from the one at `place` on, and the place
    /// after them if more follow.
    pub(super) async fn list<T>(
        &self,
        place: usize,
        limit: usize,
        tell: impl Fn(&Payment) -> T,
    ) -> Result<(Vec<T>, Option<usize>), Trouble> {
        self.strike();
        let (items, next, written) = {
            let books = self.books();
            let items: Vec<T> = books.from(place).iter().take(limit).map(tell).collect();
            let end = place.saturating_add(items.len());
            (items, (end < books.len()).then_some(end), self.log.place())
        };
        self.log.synced(written).await?;
        Ok((items, next))
    }

    /// The latest payments, newest first, and the sums.
    pub(super) async fn glance(&self, latest: usize) -> Result<Glance, Trouble> {
        self.strike();
        let (glance, written) = {
            let books = self.books();
            let tail = books.from(books.len().saturating_sub(latest));
            let glance = Glance {
                latest: tail.iter().rev().cloned().collect(),
                sums: books.sums().clone(),
                untold: self.untold.load(Ordering::Relaxed),
            };
            (glance, self.log.place())
        };
        self.log.synced(written).await?;
        Ok(glance)
    }

    fn fate(&self, callback: &Callback) -> Fate {
        let knobs = self.knobs.lock().expect("nobody panics over a knob");
        callback.fate(&knobs, self.config.seed)
    }

    /// The callback needs no more sending.
    pub(super) fn told(&self, callback: &Callback, ending: Ending) {
        if ending == Ending::GivenUp {
            tracing::warn!(callback = callback.id, "the shop did not take it for a day");
        }
        self.untold.fetch_sub(1, Ordering::Relaxed);
        let callback_id = callback.id.clone();
        self.log.append(&Entry {
            at: self.now(),
            reference: callback.reference.clone(),
            fact: Fact::Told {
                callback: callback_id,
                ending,
            },
        });
    }

    fn decide<T>(
        &self,
        books: &mut Books,
        reference: &str,
        deed: impl FnOnce(Option<&Payment>, &Moment) -> Result<Outcome, Refusal>,
        tell: impl FnOnce(&Payment) -> T,
    ) -> Result<(T, bool), Refusal> {
        let now = self.now();
        self.lapse(books, reference, now);
        let moment = Moment {
            now,
            knobs: self.knobs(),
            seed: self.config.seed,
        };
        let outcome = deed(books.payment(reference), &moment)?;
        let changed = !outcome.facts.is_empty();
        for fact in outcome.facts {
            self.write(books, reference, now, fact);
        }
        match outcome.refusal {
            Some(refusal) => Err(refusal),
            None => {
                let payment = books.payment(reference).ok_or(Refusal::Unknown)?;
                Ok((tell(payment), changed))
            }
        }
    }

    /// Does a part of what is due, so that nobody waits long; true if there may be more.
    fn strike_some(&self) -> bool {
        let mut books = self.books();
        let now = self.now();
        for _ in 0..STRIKES_MAX {
            let Some(reference) = books.next_due(now) else {
                return false;
            };
            self.lapse(&mut books, &reference, now);
        }
        true
    }

    fn lapse(&self, books: &mut Books, reference: &str, now: Millis) {
        let payment = books.payment(reference);
        if let Some(fact) = payment.and_then(|payment| lapse::lapse(payment, now)) {
            self.write(books, reference, now, fact);
        }
    }

    /// Writes a fact down, in the log and in the books, and has the shop told.
    fn write(&self, books: &mut Books, reference: &str, at: Millis, fact: Fact) {
        let entry = Entry {
            at,
            reference: reference.to_owned(),
            fact,
        };
        let place = self.log.append(&entry);
        books.record(entry.clone());
        let payment = books.payment(reference).expect("a fact is of a payment");
        if let Some(callback) = Callback::of(&entry, payment) {
            self.post(place, callback);
        }
    }

    fn post(&self, place: u64, callback: Callback) {
        self.untold.fetch_add(1, Ordering::Relaxed);
        let fate = self.fate(&callback);
        // A sandbox that is not served sends nothing; the next that opens these books does.
        let _ = self.outbox.send(Parcel {
            place,
            callback,
            fate,
        });
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("nobody panics over the books")
    }
}

/// Callbacks of which the log does not say that they ended.
#[derive(Default)]
struct Untold {
    callbacks: HashMap<String, (usize, Callback)>,
    numbered: usize,
}

impl Untold {
    fn insert(&mut self, callback: Callback) {
        self.numbered += 1;
        self.callbacks
            .insert(callback.id.clone(), (self.numbered, callback));
    }

    fn in_order(self) -> Vec<Callback> {
        let mut numbered: Vec<_> = self.callbacks.into_values().collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, callback)| callback).collect()
    }
}

fn replay(entry: Entry, books: &mut Books, untold: &mut Untold) -> Result<(), String> {
    if let Fact::Told { callback, .. } = &entry.fact {
        untold.callbacks.remove(callback);
        return Ok(());
    }
    let known = books.payment(&entry.reference).is_some();
    if known == matches!(entry.fact, Fact::Opened(_)) {
        return Err(format!(
            "payment {} was opened twice, or never",
            entry.reference
        ));
    }
    books.record(entry.clone());
    let payment = books.payment(&entry.reference).expect("it was recorded");
    Callback::of(&entry, payment)
        .into_iter()
        .for_each(|callback| untold.insert(callback));
    Ok(())
}
