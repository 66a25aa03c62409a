//! The shop: everything an answer is made of, as axum's state. How the ledger is asked, and how a
//! read waits until it sees a write.

use crate::board::{Board, EarlierFestival};
use crate::deposits::Deposits;
use crate::directory::Directory;
use crate::gathering::{Gathering, Replies};
use crate::lateness::Lateness;
use crate::limits::Limits;
use crate::notices::Bulletin;
use crate::operations::{Meters, RefusalMeters};
use crate::pages::Language;
use crate::passkeys::Challenges;
use crate::postman::Postman;
use crate::press::Press;
use crate::problem::{Kind, Problem};
use crate::sessions::MemberSessions;
use crate::shelves::Shelves;
use crate::turns::Turns;
use crate::waiting::WaitingRoom;
use clerks::ports::{AddressSource, CallbackReader, PaymentProvider, PersonVerifier};
use hmac::{Hmac, KeyInit, Mac};
use jiff::tz::TimeZone;
use money::Currency;
use records::{Business, Records, Secrets};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, RwLock, RwLockReadGuard};
use std::time::Duration;
use till::{Counter, Ledger, Reply};
use tokio::sync::{oneshot, watch};
use views::Gallery;
use vocabulary::{
    CheckoutId, Command, Millis, Outcome, Receipt, Refusal, Request, RequestKey, Seq, Shard, Steps,
    Zone,
};

/// How long a read waits until it shows what it was asked to show.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Millis;
}

/// Whether requests are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The journal is being replayed.
    Recovering,
    /// Everything works.
    Serving,
    /// What is under way is finished; nothing more is taken.
    Draining,
    /// Something broke; the reason.
    Broken(String),
}

/// What is secret.
#[derive(Clone)]
pub struct Keys {
    /// Signs the sessions of shoppers.
    pub sessions: [u8; 32],
    /// Shared with the existing shop, which signs handover tokens with it; none: no handover.
    pub handover: Option<Vec<u8>>,
}

impl Keys {
    /// Signs what is said for one purpose; nothing of one purpose is ever taken for another's.
    pub(crate) fn mac(&self, purpose: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.sessions);
        mac.expect("any length of key will do")
            .chain_update(purpose)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the festival is called.
    pub name: String,
    /// The currency it sells in.
    pub currency: Currency,
    /// The language of visitors whose browser asks for none of ours.
    pub language: Language,
    /// In which days and hours are told.
    pub time_zone: TimeZone,
    /// Where shoppers reach the shop, without a slash at the end.
    pub public_url: String,
    /// Where pictures lie: `<hash>-<width>.webp`.
    pub pictures: PathBuf,
    /// The zones that have a name, with their code in the ledger.
    pub zones: BTreeMap<String, Zone>,
    /// Whether cards and wallets are approved and captured in one step or in two.
    pub steps: Steps,
    /// How long after delivery units may be sent back, in ms; the ledger has the same rule.
    pub withdrawal_ms: u64,
    /// Who runs the shop, in the eyes of the law.
    pub business: Arc<Business>,
    /// Where the shop's own terms, privacy and returns pages lie: `<page>.<language>.txt`.
    pub about: PathBuf,
    /// How many requests a sender may make; none: no limits.
    pub limits: Option<Limits>,
    /// The header in which a trusted proxy says whom it asks for; none: the peer is asked for.
    pub address_header: Option<String>,
    /// Where parcels go, by the codes of ISO 3166; the first is the shop's own.
    pub countries: Vec<String>,
    /// Hosts beside the shop's own to which shoppers may come back from the payment provider.
    pub return_hosts: Vec<String>,
    /// An earlier festival, to compare the curve of the board with.
    pub earlier: Option<EarlierFestival>,
}

/// What a shop is made of.
pub struct Shop {
    /// Where requests are handed in to the till.
    pub counter: Counter,
    /// Where requests that come together become one ticket.
    pub gathering: Gathering,
    /// Whose journal.
    pub shard: Shard,
    /// The views in memory. Never locked across an await.
    pub gallery: Arc<RwLock<Gallery>>,
    /// How far the views in memory are.
    pub reached: watch::Receiver<Seq>,
    /// How far the order tables are.
    pub orders_reached: watch::Receiver<Seq>,
    /// The tables.
    pub records: Records,
    /// The keys of the keyed hashes.
    pub secrets: Secrets,
    /// The payment provider.
    pub provider: Arc<dyn PaymentProvider>,
    /// Reads what the payment provider calls back with.
    pub callbacks: Arc<dyn CallbackReader>,
    /// Who verifies persons, where somebody does.
    pub verifier: Option<Arc<dyn PersonVerifier>>,
    /// Where Korean addresses are looked up.
    pub addresses: Arc<dyn AddressSource>,
    /// What is secret.
    pub keys: Keys,
    /// What the operator decided.
    pub settings: Settings,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether requests are taken.
    pub standing: watch::Receiver<Standing>,
    /// What /metrics shows.
    pub metrics: Option<Meters>,
    /// How often each rule said no.
    pub refusals: RefusalMeters,
    /// Shop ids and ledger numbers.
    pub directory: Directory,
    /// What lists say of every deal.
    pub shelves: Shelves,
    /// Pages that are the same for all.
    pub press: Press,
    /// Which members' sessions were seen to live of late.
    pub member_sessions: MemberSessions,
    /// What shoppers were told of late.
    pub bulletin: Bulletin,
    /// The key by which browsers know the shop that pushes to them; none where it does not.
    pub push_key: Option<String>,
    /// Who carries single letters to mailboxes; nobody where the shop sends no mail.
    pub postman: Option<Postman>,
    /// For which deposits the provider was asked of late.
    pub deposits: Deposits,
    /// What the board showed last.
    pub board: Board,
    /// How late the house is.
    pub lateness: Lateness,
    /// Where shoppers wait for their turn when more come than can be served.
    pub waiting: WaitingRoom,
    /// What browsers of staff were asked about passkeys and have not answered yet.
    pub challenges: Challenges,
    /// Whose turn it is to change a thing that somebody else may change at the same time.
    pub turns: Turns,
}

/// Something that was done, and from which point of the journal on it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What there is to tell.
    pub what: T,
    /// A view that reached this shows it.
    pub seq: Seq,
    /// It had been done before, by an earlier request with the same key.
    pub repeated: bool,
}

impl<T> Done<T> {
    /// The same, told otherwise.
    pub fn map<U>(self, tell: impl FnOnce(T) -> U) -> Done<U> {
        Done {
            what: tell(self.what),
            seq: self.seq,
            repeated: self.repeated,
        }
    }
}

impl Shop {
    /// Asks the ledger; answered when it is durable.
    ///
    /// # Errors
    /// [`Kind::TILL_FULL`], [`Kind::TILL_CLOSED`], [`Kind::OUTCOME_UNKNOWN`].
    pub async fn ask(&self, request: Request) -> Result<Reply, Problem> {
        let replies = self.ask_all(vec![request]).await?;
        Ok(replies[0])
    }

    /// Asks the ledger several things, decided next to each other, each for itself.
    ///
    /// # Errors
    /// As [`Shop::ask`].
    pub async fn ask_all(&self, requests: Vec<Request>) -> Result<Replies, Problem> {
        let replies = self.gathering.ask(requests).await?;
        for reply in &*replies {
            if let Outcome::Refused(refusal) = reply.outcome {
                self.refusals.count(refusal);
            }
        }
        Ok(replies)
    }

    /// Has the ledger do something.
    ///
    /// # Errors
    /// What it refuses, and those of [`Shop::ask`].
    pub async fn order(
        &self,
        key: Option<RequestKey>,
        command: Command,
    ) -> Result<Done<Receipt>, Problem> {
        done(self.ask(Request { key, command }).await?)
    }

    /// What `look` sees in the ledger while everything it was asked is durable.
    ///
    /// # Errors
    /// [`Kind::TILL_CLOSED`].
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (tell, told) = oneshot::channel();
        self.counter.look(Box::new(move |ledger| {
            // Whoever asked may have gone away.
            let _ = tell.send(look(ledger));
        }))?;
        told.await.map_err(|_| Problem::from(Kind::TILL_CLOSED))
    }

    /// True when just this was asked under this key before, and done.
    ///
    /// # Errors
    /// As [`Shop::look`].
    pub async fn was_done(&self, key: Option<RequestKey>) -> Result<bool, Problem> {
        let Some(key) = key else {
            return Ok(false);
        };
        let now = self.now();
        self.look(move |ledger| matches!(ledger.answered(now, key), Some(Outcome::Repeated(_))))
            .await
    }

    /// As [`Shop::order`], for what happens to a checkout that may have been filed to disk: if the
    /// ledger does not know it any more, it is brought back first.
    ///
    /// # Errors
    /// As [`Shop::order`], and those of the records.
    pub async fn order_recalling(
        &self,
        key: Option<RequestKey>,
        command: Command,
    ) -> Result<Done<Receipt>, Problem> {
        let request = Request { key, command };
        let reply = self.ask(request.clone()).await?;
        if !refused_as_filed(reply.outcome) || !self.recall(&request.command, reply.seq).await? {
            return done(reply);
        }
        done(self.ask(request).await?)
    }

    /// Brings the checkout that `command` is about back into the ledger's memory; false when it was
    /// never filed. The order tables must show `seq` first, so that the newest filing is used.
    async fn recall(&self, command: &Command, seq: Seq) -> Result<bool, Problem> {
        self.orders_shown(seq).await?;
        let Some(checkout) = self.checkout_of(command).await? else {
            return Ok(false);
        };
        let Some(filed) = self.records.filed(checkout).await? else {
            return Ok(false);
        };
        let filed = Box::new(filed);
        let reply = self.ask(Command::RecallCheckout { filed }.into()).await?;
        match reply.outcome {
            // Somebody else was faster.
            Outcome::Refused(Refusal::CheckoutExists) => Ok(true),
            Outcome::Refused(refusal) => Err(refusal.into()),
            Outcome::Done(_) | Outcome::Repeated(_) => Ok(true),
        }
    }

    async fn checkout_of(&self, command: &Command) -> Result<Option<CheckoutId>, Problem> {
        Ok(match command {
            Command::StartPayment { checkout, .. } => Some(*checkout),
            Command::RecordAuthorisation { payment, .. }
            | Command::RecordCapture { payment, .. }
            | Command::RecordDecline { payment, .. }
            | Command::RecordVoid { payment } => Some(payment.checkout),
            Command::CancelOrder { order, .. }
            | Command::RequestRefund { order, .. }
            | Command::RecordShipment { order, .. }
            | Command::RecordDelivery { order, .. }
            | Command::AskReturn { order, .. }
            | Command::RecordReturn { order, .. } => self.records.checkout_of_order(*order).await?,
            Command::RecordRefund { refund } | Command::RecordRefundFailure { refund } => {
                self.records.checkout_of_refund(*refund).await?
            }
            _ => None,
        })
    }

    /// Waits until the views in memory show `seq`; not at all where nothing must be shown.
    ///
    /// # Errors
    /// [`Kind::NOT_SHOWN_YET`] after 2 s.
    pub async fn shown(&self, seq: impl Into<Option<Seq>>) -> Result<(), Problem> {
        wait_for(&self.reached, seq.into()).await
    }

    /// What was done, when the views in memory show it, or after 2 s: whoever's turn it is next to change the same
    /// thing decides by what they show.
    pub async fn seen<T>(&self, done: Done<T>) -> Done<T> {
        // What is not shown by then is done none the less.
        let _ = self.shown(done.seq).await;
        done
    }

    /// Waits until the order tables show `seq`; not at all where nothing must be shown.
    ///
    /// # Errors
    /// [`Kind::NOT_SHOWN_YET`] after 2 s.
    pub async fn orders_shown(&self, seq: impl Into<Option<Seq>>) -> Result<(), Problem> {
        wait_for(&self.orders_reached, seq.into()).await
    }

    /// The views; not to be kept across an await.
    pub fn views(&self) -> RwLockReadGuard<'_, Gallery> {
        self.gallery.read().expect("nobody panics while folding")
    }

    /// The wall clock.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }
}

impl std::fmt::Debug for Shop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shop")
            .field("name", &self.settings.name)
            .finish_non_exhaustive()
    }
}

/// What a reply says was done, or the problem that it says.
///
/// # Errors
/// The refusal.
pub fn done(reply: Reply) -> Result<Done<Receipt>, Problem> {
    let (what, repeated) = match reply.outcome {
        Outcome::Done(receipt) => (receipt, false),
        Outcome::Repeated(receipt) => (receipt, true),
        Outcome::Refused(refusal) => return Err(refusal.into()),
    };
    Ok(Done {
        what,
        seq: reply.seq,
        repeated,
    })
}

/// True for what the ledger says of a checkout that is not in its memory.
fn refused_as_filed(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Refused(
            Refusal::CheckoutUnknown
                | Refusal::OrderUnknown
                | Refusal::PaymentUnknown
                | Refusal::RefundUnknown
        )
    )
}

async fn wait_for(reached: &watch::Receiver<Seq>, seq: Option<Seq>) -> Result<(), Problem> {
    let Some(seq) = seq.filter(|seq| *reached.borrow() < *seq) else {
        return Ok(());
    };
    let mut reached = reached.clone();
    let shown = reached.wait_for(|reached| *reached >= seq);
    match tokio::time::timeout(SHOWN_WITHIN, shown).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Problem::from(Kind::NOT_SHOWN_YET).retry_after(1_000)),
    }
}
