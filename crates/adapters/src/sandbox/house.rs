//! The inside of the sandbox: books behind a lock, the log before them, the courier behind them.

use super::books::{Books, Row};
use super::courier::{Courier, now};
use super::entry::{Entry, What};
use super::knobs::{Knobs, Luck};
use super::log::{Log, LogBroken};
use super::{SandboxConfig, SandboxFault};
use crate::provider_wire::{CallbackBody, CallbackWord};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// Why the sandbox does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum No {
    /// There is no such try.
    Unknown,
    /// It will never do this.
    Refused(&'static str),
    /// Its books cannot be kept.
    Broken,
}

impl From<LogBroken> for No {
    fn from(_: LogBroken) -> Self {
        No::Broken
    }
}

/// What everyone who serves a request shares.
pub(super) struct House {
    pub(super) config: SandboxConfig,
    pub(super) luck: Luck,
    kept: Mutex<Kept>,
    knobs: Mutex<Knobs>,
    log: Log,
    courier: Courier,
}

#[derive(Default)]
struct Kept {
    books: Books,
    /// The reference behind the address of each page.
    pages: HashMap<String, String>,
}

impl House {
    pub(super) fn open(config: SandboxConfig) -> Result<House, SandboxFault> {
        let mut kept = Kept::default();
        let log = Log::open(&config.folder, |entry, number| {
            kept.take(entry, number, &config.api_key)
        })?;
        let courier = Courier::to(config.callback_url.clone(), config.callback_secret.clone())?;
        Ok(House {
            luck: Luck::seeded(config.seed),
            knobs: Mutex::new(config.knobs),
            kept: Mutex::new(kept),
            log,
            courier,
            config,
        })
    }

    /// Changes a try: `decide` looks at it and says what to enter, or that nothing changes.
    /// Returns the try as it stands on disk, and whether it changed.
    pub(super) async fn change(
        &self,
        reference: &str,
        decide: impl FnOnce(Option<&Row>, u64) -> Result<Option<What>, No>,
    ) -> Result<(Row, bool), No> {
        let (row, changed) = self.enter(reference, decide)?;
        self.log.synced(row.logged).await?;
        Ok((row, changed))
    }

    fn enter(
        &self,
        reference: &str,
        decide: impl FnOnce(Option<&Row>, u64) -> Result<Option<What>, No>,
    ) -> Result<(Row, bool), No> {
        let at = now().0;
        let mut kept = self.kept();
        let what = decide(kept.books.row(reference), at)?;
        let changed = what.is_some();
        if let Some(what) = what {
            let entry = Entry {
                at,
                reference: reference.to_owned(),
                what,
            };
            let number = self.log.append(&entry);
            let taken = kept.take(&entry, number, &self.config.api_key);
            taken.expect("what was decided from the books fits the books");
        }
        let row = kept.books.row(reference).ok_or(No::Unknown)?;
        Ok((row.clone(), changed))
    }

    /// Waits until what was read of the books up to that entry is on disk.
    pub(super) async fn on_disk(&self, number: u64) -> Result<(), No> {
        Ok(self.log.synced(number).await?)
    }

    /// Looks into the books.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Books) -> T) -> T {
        look(&self.kept().books)
    }

    /// The reference of the page at that address.
    pub(super) fn reference_of(&self, page: &str) -> Option<String> {
        self.kept().pages.get(page).cloned()
    }

    /// Where the shopper pays.
    pub(super) fn page_url(&self, reference: &str) -> String {
        let page = page_of(reference, &self.config.api_key);
        format!("{}/pay/{page}", self.config.public_url)
    }

    pub(super) fn knobs(&self) -> Knobs {
        *self.knobs.lock().expect("no holder of the lock panics")
    }

    pub(super) fn set_knobs(&self, knobs: Knobs) {
        *self.knobs.lock().expect("no holder of the lock panics") = knobs;
    }

    /// Calls the shop back, as well as the knobs let it. `hold_back_ms` comes on top of their delay.
    pub(super) fn call_back(&self, body: &CallbackBody, hold_back_ms: u64) {
        let knobs = self.knobs();
        if self.luck.strikes(knobs.lose_rate) {
            return;
        }
        let copies = if self.luck.strikes(knobs.repeat_rate) {
            self.luck.between(2, 3)
        } else {
            1
        };
        for _ in 0..copies {
            let delay = self.luck.between(knobs.delay_ms_min, knobs.delay_ms_max);
            self.courier.carry(body, delay + hold_back_ms);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("no holder of the lock panics")
    }
}

impl Kept {
    fn take(&mut self, entry: &Entry, number: u64, key: &str) -> Result<(), &'static str> {
        self.books.apply(entry, number)?;
        if let What::Opened { .. } = entry.what {
            let page = page_of(&entry.reference, key);
            self.pages.insert(page, entry.reference.clone());
        }
        Ok(())
    }
}

/// The address of a try's page: nobody finds it who was not sent there.
fn page_of(reference: &str, key: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.expect("HMAC takes a key of any length");
    mac.update(b"page ");
    mac.update(reference.as_bytes());
    hex::encode(&mac.finalize().into_bytes()[..16])
}

/// A callback about a try.
pub(super) fn callback(kind: CallbackWord, reference: &str, row: &Row) -> CallbackBody {
    let amount = match kind {
        CallbackWord::Captured => Some(row.captured),
        CallbackWord::Authorised => Some(row.amount),
        _ => None,
    };
    CallbackBody {
        kind,
        payment: reference.to_owned(),
        refund: None,
        amount,
        currency: amount.map(|_| row.currency),
        reason: row.reason.filter(|_| kind == CallbackWord::Declined),
    }
}
