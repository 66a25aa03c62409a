//! Brings shoppers who come through the pages: each with cookies of their own, without script, all within a
//! short time. What they saw is counted; what nobody should see is a finding.

use super::CrowdFault;
use super::deals;
use super::transport::{Reply, Transport};
use crowd::{Outcome, Page, PageShopper, Random, Visit};
use hdrhistogram::Histogram;
use hyper::header::{LOCATION, SET_COOKIE};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

/// The header by which a page loads itself again.
const REFRESH: &str = "refresh";

/// The longest span that is told apart: an hour in microseconds.
const SPAN_MAX: u64 = 3_600_000_000;

/// The size of a crowd at the pages.
#[derive(Clone, Debug)]
pub struct PagesOptions {
    /// The shop, `http://host:port`.
    pub shop: String,
    /// The deals they want; empty: all that are open or open within ten minutes.
    pub deals: Vec<String>,
    /// How many shoppers.
    pub shoppers: usize,
    /// Within which time all of them come.
    pub within: Duration,
    /// For how long each of them waits.
    pub patience: Duration,
    /// Of all that is random.
    pub seed: u64,
}

/// What a crowd saw of the pages.
#[derive(Clone, Debug)]
pub struct PagesReport {
    /// How it ended, and for how many.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Answers by their status; 0 where none came.
    pub statuses: BTreeMap<u16, u64>,
    /// How many were sent into the waiting room.
    pub waited_in_room: u64,
    /// How many had more before them than when they had looked before.
    pub set_back: u64,
    /// How long an answer took, in microseconds.
    pub answers: Histogram<u64>,
    /// How long it took from coming to having it in the cart, in milliseconds.
    pub to_hold: Histogram<u64>,
    /// From the first to the last who got it in the cart.
    pub holding: Option<(Instant, Instant)>,
}

impl PagesReport {
    fn empty() -> PagesReport {
        let histogram = || Histogram::new_with_max(SPAN_MAX, 3).expect("three digits are allowed");
        PagesReport {
            outcomes: BTreeMap::new(),
            statuses: BTreeMap::new(),
            waited_in_room: 0,
            set_back: 0,
            answers: histogram(),
            to_hold: histogram(),
            holding: None,
        }
    }

    /// How many ended so.
    pub fn ended(&self, outcome: &Outcome) -> u64 {
        self.outcomes.get(outcome).copied().unwrap_or(0)
    }

    /// What nobody should see, and how many saw it.
    pub fn wrongs(&self) -> Vec<(String, u64)> {
        let wrong = |(outcome, count): (&Outcome, &u64)| match outcome {
            Outcome::Wronged(why) => Some((why.clone(), *count)),
            _ => None,
        };
        self.outcomes.iter().filter_map(wrong).collect()
    }

    /// Holds a second, from the first to the last.
    pub fn holds_per_second(&self) -> f64 {
        let spent = self
            .holding
            .map_or(0.0, |(first, last)| (last - first).as_secs_f64());
        match spent > 0.0 {
            true => self.ended(&Outcome::Held) as f64 / spent,
            false => 0.0,
        }
    }

    fn end(&mut self, shopper: &PageShopper, came: Instant, outcome: Outcome) {
        self.waited_in_room += u64::from(shopper.waited_in_room());
        self.set_back += u64::from(shopper.was_set_back());
        if outcome == Outcome::Held {
            let now = Instant::now();
            self.to_hold
                .saturating_record(came.elapsed().as_millis() as u64);
            self.holding = Some((self.holding.map_or(now, |(first, _)| first), now));
        }
        *self.outcomes.entry(outcome).or_default() += 1;
    }
}

/// A crowd at the pages.
pub struct PagesCrowd {
    options: PagesOptions,
    transport: Transport,
    report: Mutex<PagesReport>,
}

impl PagesCrowd {
    /// A crowd, before it sets out.
    ///
    /// # Errors
    /// When the address is none.
    pub fn try_new(options: PagesOptions) -> Result<Arc<PagesCrowd>, CrowdFault> {
        Ok(Arc::new(PagesCrowd {
            transport: Transport::try_new(&options.shop, None)?,
            report: Mutex::new(PagesReport::empty()),
            options,
        }))
    }

    /// What was seen so far.
    pub fn report(&self) -> PagesReport {
        self.books().clone()
    }

    /// All come, and each stays until it ended for them, or `stop` says so.
    ///
    /// # Errors
    /// When the shop does not answer at the beginning, or has no deal to come for.
    pub async fn run(self: &Arc<Self>, mut stop: watch::Receiver<bool>) -> Result<(), CrowdFault> {
        let deals = self.deals().await?;
        let mut random = Random::seeded(self.options.seed);
        let (begun, mut visits) = (Instant::now(), JoinSet::new());
        for number in 0..self.options.shoppers {
            let after = self
                .options
                .within
                .mul_f64(number as f64 / self.options.shoppers as f64);
            let deal = random.one_of(&deals).ok_or(CrowdFault::NoDeals)?;
            let patience_ms = self.options.patience.as_millis() as u64;
            let shopper = PageShopper::wanting(deal, patience_ms, random.fork());
            visits.spawn(self.clone().visit(shopper, begun + after));
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => visits.shutdown().await,
            () = async { while visits.join_next().await.is_some() {} } => {}
        }
        Ok(())
    }

    async fn deals(&self) -> Result<Vec<String>, CrowdFault> {
        if !self.options.deals.is_empty() {
            return Ok(self.options.deals.clone());
        }
        let market = deals::market(&self.transport).await?;
        match market.wanted() {
            deals if deals.is_empty() => Err(CrowdFault::NoDeals),
            deals => Ok(deals),
        }
    }

    async fn visit(self: Arc<Self>, mut shopper: PageShopper, comes: Instant) {
        sleep_until(comes).await;
        let mut cookies = BTreeMap::new();
        let mut visit = shopper.arrive();
        loop {
            let page = match visit {
                Visit::See(address) => self.load(&address, &mut cookies, None).await,
                Visit::Send(address, form) => self.load(&address, &mut cookies, Some(form)).await,
                Visit::Think(ms) => {
                    sleep(Duration::from_millis(ms)).await;
                    visit = shopper.again();
                    continue;
                }
                Visit::Leave(outcome) => return self.books().end(&shopper, comes, outcome),
            };
            visit = shopper.next(&page);
        }
    }

    async fn load(
        &self,
        address: &str,
        cookies: &mut BTreeMap<String, String>,
        form: Option<String>,
    ) -> Page {
        let shown: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let asked = Instant::now();
        let reply = self
            .transport
            .browse(address, &shown.join("; "), form)
            .await;
        let page = match &reply {
            Ok(reply) => page_of(reply),
            Err(_) => Page::default(),
        };
        if let Ok(reply) = &reply {
            keep(cookies, reply);
        }
        let mut books = self.books();
        books
            .answers
            .saturating_record(asked.elapsed().as_micros() as u64);
        *books.statuses.entry(page.status).or_default() += 1;
        page
    }

    fn books(&self) -> MutexGuard<'_, PagesReport> {
        self.report.lock().expect("nobody panics over the books")
    }
}

fn page_of(reply: &Reply) -> Page {
    Page {
        status: reply.status,
        location: reply.header(LOCATION.as_str()).map(str::to_owned),
        refresh: reply.header(REFRESH).map(str::to_owned),
        text: String::from_utf8_lossy(&reply.body).into_owned(),
    }
}

/// Each shopper goes to one deal, so that the paths of cookies need no look.
fn keep(cookies: &mut BTreeMap<String, String>, reply: &Reply) {
    for line in reply.headers.get_all(SET_COOKIE) {
        let Some((name, rest)) = line.to_str().ok().and_then(|line| line.split_once('=')) else {
            continue;
        };
        match rest.split(';').next().unwrap_or_default() {
            "" => drop(cookies.remove(name)),
            value => drop(cookies.insert(name.to_owned(), value.to_owned())),
        }
    }
}
