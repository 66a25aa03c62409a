//! Brings a crowd to the shop: shoppers arrive by the clock, however slow the shop is, and as many as fit are in it at once.

use super::courier::{Courier, Shared, micros, now};
use super::{CrowdFault, Options, audit, deals};
use crowd::{Answer, Arrivals, Deed, Market, Mix, Random, Report, Shopper, Tally};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

/// The lists of deals are read again after this time.
const LISTS_READ_AGAIN: Duration = Duration::from_secs(2);
/// How long a shop that does not answer may be starting still.
const STARTING: Duration = Duration::from_secs(15);
/// Who comes while so many wait at the door goes away again.
const AT_THE_DOOR_MAX: usize = 100_000;
/// When the time is up, those inside may finish for this long.
const FINISH: Duration = Duration::from_secs(30);
/// Who is told to stop looks at no more than fits into this time.
const STOPPED_AUDIT: Duration = Duration::from_secs(3);

/// A crowd and its driver.
pub struct Crew {
    options: Options,
    mix: Mix,
    visits_per_second: f64,
    courier: Shared,
    market: Mutex<Arc<Market>>,
    door: Arc<Semaphore>,
    waiting: AtomicUsize,
    closed: OnceLock<Closed>,
}

/// When nobody more is let in.
#[derive(Clone, Copy, Debug)]
pub struct Closed {
    /// For how long the doors were open.
    pub open: Duration,
    /// Orders that were acknowledged meanwhile.
    pub orders: u64,
}

/// What is to be seen of a crowd while it is in the shop.
pub struct Seen<'a> {
    /// Counts and latencies.
    pub tally: &'a Tally,
    /// What the crowd was told.
    pub told: &'a Report,
    /// Shoppers who are in the shop.
    pub inside: usize,
    /// Shoppers who wait at the door.
    pub waiting: usize,
    /// What stood when the doors closed; none while they are open.
    pub closed: Option<Closed>,
    /// The first answer that was not what the contract says.
    pub malformed: Option<&'a str>,
}

impl Crew {
    /// A crowd, before it sets out.
    ///
    /// # Errors
    /// When an address is none or the acknowledgements cannot be written.
    pub fn try_new(options: Options) -> Result<Arc<Crew>, CrowdFault> {
        let mut mix = Mix {
            strolling: options.strolling,
            members: options.door.handover.is_some(),
            haste: 1.0,
        };
        let visits_per_second = mix.visits_for(options.checkouts_per_second);
        let haste = mix.haste_for(visits_per_second, options.shoppers);
        mix.haste = options.haste.unwrap_or(haste);
        Ok(Arc::new(Crew {
            courier: Arc::new(Courier::try_new(&options.door)?),
            door: Arc::new(Semaphore::new(options.shoppers)),
            market: Mutex::default(),
            waiting: AtomicUsize::new(0),
            closed: OnceLock::new(),
            visits_per_second,
            mix,
            options,
        }))
    }

    /// Visits a second between the bells, and by what the pauses of the data are divided.
    pub fn pace(&self) -> (f64, f64) {
        (self.visits_per_second, self.mix.haste)
    }

    /// Lets `look` see how it stands.
    pub fn see<T>(&self, look: impl FnOnce(Seen<'_>) -> T) -> T {
        let books = self.courier.books();
        look(Seen {
            tally: &books.tally,
            told: books.audit.report(),
            inside: self.options.shoppers - self.door.available_permits(),
            waiting: self.waiting.load(Ordering::Relaxed),
            closed: self.closed.get().copied(),
            malformed: books.malformed.as_deref(),
        })
    }

    /// Shops until the time is up or `stop` says so, then holds what it was told against what the shop says.
    ///
    /// # Errors
    /// When the shop does not answer at the beginning, or acknowledgements can no longer be noted.
    pub async fn run(self: &Arc<Self>, mut stop: watch::Receiver<bool>) -> Result<(), CrowdFault> {
        let first = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return Err(self.unanswered("it was not waited for")),
            market = self.first_market() => market?,
        };
        self.learn(first);
        let mut visits = JoinSet::new();
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            ended = self.shop(&mut visits) => ended?,
        }
        visits.shutdown().await;
        let until = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                // Nobody is left who could say stop.
                std::future::pending::<()>().await;
            }
            sleep(STOPPED_AUDIT).await;
        };
        audit::look_again(&self.courier, self.options.door.staff_key.as_deref(), until).await;
        self.courier.fault().map_or(Ok(()), Err)
    }

    async fn shop(self: &Arc<Self>, visits: &mut JoinSet<()>) -> Result<(), CrowdFault> {
        tokio::select! {
            fault = self.noticing_faults() => Err(fault),
            () = self.keep_learning() => Ok(()),
            () = self.come_and_go(visits) => Ok(()),
        }
    }

    /// The shop may still be starting.
    async fn first_market(&self) -> Result<Market, CrowdFault> {
        let until = Instant::now() + STARTING;
        loop {
            match deals::market(self.courier.transport()).await {
                Ok(market) => return Ok(market),
                Err(CrowdFault::Unreachable { detail, .. }) if Instant::now() > until => {
                    return Err(self.unanswered(&detail));
                }
                Err(fault) if Instant::now() > until => return Err(fault),
                Err(_) => sleep(Duration::from_millis(250)).await,
            }
        }
    }

    fn unanswered(&self, detail: &str) -> CrowdFault {
        CrowdFault::Unreachable {
            address: self.options.door.shop.clone(),
            detail: detail.to_owned(),
        }
    }

    /// A list that cannot be read leaves the crowd with what it knew; the shop may be starting again.
    async fn keep_learning(&self) {
        loop {
            sleep(LISTS_READ_AGAIN).await;
            if let Ok(market) = deals::market(self.courier.transport()).await {
                self.learn(market);
            }
        }
    }

    fn learn(&self, market: Market) {
        *self.market.lock().expect("nobody panics holding it") = Arc::new(market);
    }

    fn market(&self) -> Arc<Market> {
        self.market
            .lock()
            .expect("nobody panics holding it")
            .clone()
    }

    async fn noticing_faults(&self) -> CrowdFault {
        loop {
            if let Some(fault) = self.courier.fault() {
                return fault;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// The open loop: each shopper comes when the arrivals say so.
    async fn open_door(self: &Arc<Self>, visits: &mut JoinSet<()>) {
        let (start, begun) = (now(), Instant::now());
        let mut random = Random::seeded(self.options.seed);
        let rush = self.options.rush;
        let mut arrivals = Arrivals::new(random.fork(), start, self.visits_per_second, rush);
        let mut number = self.options.seed << 32;
        let mut known = Arc::new(Market::default());
        loop {
            let market = self.market();
            if !Arc::ptr_eq(&known, &market) {
                arrivals.learn(market.bells());
                known = market;
            }
            let after = Duration::from_micros(arrivals.next_us() - start.0 * 1_000);
            if self
                .options
                .duration
                .is_some_and(|duration| after >= duration)
            {
                return sleep_until(begun + self.options.duration.unwrap_or_default()).await;
            }
            let due = begun + after;
            if due > Instant::now() {
                sleep_until(due).await;
            }
            while visits.try_join_next().is_some() {}
            number = number.wrapping_add(1);
            self.admit(number, due, random.fork(), visits);
        }
    }

    fn admit(
        self: &Arc<Self>,
        number: u64,
        due: Instant,
        random: Random,
        visits: &mut JoinSet<()>,
    ) {
        if self.waiting.load(Ordering::Relaxed) >= AT_THE_DOOR_MAX {
            self.courier.books().tally.turned_away += 1;
            return;
        }
        self.courier.books().tally.visits += 1;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        visits.spawn(self.clone().visit(number, due, random));
    }

    /// One visit. Whatever was meant for a moment counts from that moment; what a visitor waits at
    /// our own door is no answer of the shop's and is counted apart.
    async fn visit(self: Arc<Self>, number: u64, came: Instant, random: Random) {
        let inside = self.door.clone().acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let _inside = inside.expect("the door is never locked");
        self.courier.books().tally.let_in(micros(came.elapsed()));
        let mut due = Instant::now();
        let mut shopper = Shopper::arriving(number, &self.mix, &self.market(), random);
        let mut answers: Vec<Answer> = Vec::new();
        loop {
            match shopper.next(now(), &self.market(), std::mem::take(&mut answers)) {
                Deed::Leave => return,
                Deed::Think(ms) => {
                    due += Duration::from_millis(ms);
                    sleep_until(due).await;
                }
                Deed::Ask(asks) => {
                    answers = self.courier.ask_all(asks, due).await;
                    due = Instant::now();
                }
            }
        }
    }

    /// Lets shoppers in until the time is up; those inside may then finish.
    async fn come_and_go(self: &Arc<Self>, visits: &mut JoinSet<()>) {
        let begun = Instant::now();
        self.open_door(visits).await;
        self.closed.get_or_init(|| Closed {
            open: begun.elapsed(),
            orders: self.courier.books().audit.report().orders,
        });
        let all = async { while visits.join_next().await.is_some() {} };
        // Who has not finished by then is sent away.
        let _ = tokio::time::timeout(FINISH, all).await;
    }
}
